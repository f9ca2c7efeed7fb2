"""Read: bytes in ``content/`` -> ``RawArticle``.

In: one file, as a collector, a browser or a person left it. Out: its front matter as text and
its body as HTML, both hostile. The rule it guards: **what was written is what is read**; no value
is bent into a number or a date, no file fails for its front matter, and nothing is left out
without a finding. ``parse_article`` holds the rules and touches no disk.

Theory. Front matter is read three times, each time by a more patient reader: the *flat* reader
takes the usual ``key: value`` lines and lists, and nothing of which it is not certain; YAML's base
loader takes the rest; the *salvage* takes line by line what YAML refuses.
"""

from __future__ import annotations

import html
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder.decoding import decode_article
from site_builder.errors import ArticleError, ConfigError, Finding, finding
from site_builder.model import RawArticle
from site_builder.text import ALIASES, squeeze, strip_controls

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm")
ARTICLES = (*MARKDOWN, *HTML, ".txt")
PICTURES = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg", ".ico"),
    *(".tif", ".tiff", ".heic", ".apng"),
)

Value = str | tuple[str, ...]

# --- finding and opening files ------------------------------------------------------------


def find_articles(content: Path, output: Path | None = None) -> tuple[list[str], list[Finding]]:
    """List the article files below ``content``: POSIX paths relative to it, sorted.

    Hidden files and folders are passed over, and so is the ``output`` folder, which lies among the
    articles when a plain folder of articles is built. A link to a folder is not followed, nor one to a
    file outside; so a loop is no danger.
    """
    root = os.path.realpath(content)
    if not os.path.isdir(root):
        raise ConfigError("there is no content folder", str(content), "create it and put the articles there")
    paths: list[str] = []
    found: list[Finding] = []
    folders = [""]
    ours = os.path.realpath(output) if output else ""
    while folders:
        folder = folders.pop()
        if ours == os.path.join(root, folder.rstrip("/")):
            continue
        try:
            entries = list(os.scandir(os.path.join(root, folder)))
        except OSError as error:
            found.append(finding("file-unreadable", _printable(folder), f"{error.strerror}"))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(path + "/")
            elif problem := _refuse(entry, path, root):
                found.append(problem)
            elif entry.name.lower().endswith(ARTICLES):
                paths.append(path)
    return sorted(paths), sorted(found)


def _refuse(entry: os.DirEntry[str], path: str, root: str) -> Finding | None:
    """Say why a file is no article and no picture; None when it is one of them."""
    name = entry.name.lower()
    if not name.endswith(ARTICLES + PICTURES) and not (entry.is_symlink() and os.path.isdir(entry.path)):
        return finding("file-skipped", _printable(path), "no article and no picture; not read")
    if not _is_utf8(path):
        return finding("name-not-utf8", _printable(path), "the file's name is not UTF-8; not read")
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if os.path.isdir(target) or not target.startswith(root + os.sep):
            return finding("file-skipped", path, "a link to a folder, or out of the content; not followed")
    return None


def _is_utf8(path: str) -> bool:
    return path.isascii() or path.encode("utf-8", "replace") == path.encode("utf-8", "surrogatepass")


def _printable(path: str) -> str:
    """Write a path whose bytes are not UTF-8 with U+FFFD, so that it can be shown."""
    return os.fsencode(path).decode("utf-8", "replace") or "."


def read_article(content: Path, path: str, max_bytes: int) -> RawArticle:
    """Read one file that ``find_articles`` listed.

    Raises:
        ArticleError: it cannot be read, is too large, empty or no text.
    """
    where = _printable(path)
    try:
        # A pipe with an article's name would block for ever when opened.
        handle = os.open(
            content / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ArticleError("file-unreadable", "it is no ordinary file", where)
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArticleError("file-unreadable", f"the file cannot be read: {reason}", where) from error
    if len(data) > max_bytes:
        raise ArticleError("file-too-large", f"the file is larger than {max_bytes:,} bytes", where)
    return parse_article(data, path)


# --- from bytes to an article -------------------------------------------------------------


@dataclass(slots=True)
class _Front:
    """Front matter while it is being read, and where the body begins."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    end: int = 0
    """Offset of the body in the text; 0: there is no front matter."""
    notes: list[tuple[str, str, int]] = field(default_factory=list)
    """(code, message, line) of each finding."""

    def add(self, key: str, value: Value, line: int) -> bool:
        """Keep a value under its lower-case key unless the key was given before."""
        key = squeeze(key).lower()
        if key in self.values:
            return False
        self.values[key] = value
        self.lines[key] = line
        return True


def parse_article(data: bytes, path: str) -> RawArticle:
    """Read one article from a file's bytes; pure.

    Raises:
        ArticleError: the bytes are no article: empty, or no text.
    """
    text, encoding, found = decode_article(data, path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff \t\n"):
        raise ArticleError("file-empty", "the file is empty", path)
    front = _split_front(text)
    body, start = _read_body(text, path, front)
    if not _has_title(front.values):
        _find_title(body, path, front)
    found += [finding(code, path, message, line=line) for code, message, line in front.notes]
    return RawArticle(
        path=path,
        digest=sha256(data).hexdigest(),
        encoding=encoding,
        front=front.values,
        lines=front.lines,
        body=body,
        body_line=1 + text.count("\n", 0, start),
        findings=tuple(sorted(found)),
    )


def _read_body(text: str, path: str, front: _Front) -> tuple[str, int]:
    """Make the body HTML, each kind of file in its way: (body, offset where it begins)."""
    name, start = path.lower(), front.end
    if name.endswith(HTML) or _DOCUMENT.match(text, start):
        _read_head(text[start : start + _HEAD_SIZE], 1 + text.count("\n", 0, start), front)
        start, end = _inside_body(text, start)
        return text[start:end], start
    if not front.end:
        front.notes.append(("front-matter-missing", "the file has no front matter", 1))
    body = text[start:]
    if name.endswith(MARKDOWN):
        body, note = render_markdown(body)
        if note:
            front.notes.append(("markdown-refused", note, 1 + text.count("\n", 0, start)))
        return body, start
    return (body if _TAG.search(body) else _plain_paragraphs(body)), start


_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,20}(?=[\s/>])|<!--")


def _plain_paragraphs(text: str) -> str:
    """Make paragraphs of plain text: a blank line parts them, a line's end is kept as a break."""
    blocks = (block.strip("\n") for block in re.split(r"\n[^\S\n]*(?=\n)", text))
    return "\n".join(
        f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for block in blocks
        if block.strip()
    )


# --- the title, when the front matter has none --------------------------------------------

_HEADING = re.compile(r"<h1(?=[\s>])[^<>]*>", re.IGNORECASE)
_HEADING_END = re.compile(r"</h1", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_NAME_DATE = re.compile(r"^\d{4}[-_.]?\d{1,2}[-_.]?\d{1,2}[-_. ]+(?=\S)")


def _has_title(values: Mapping[str, Value]) -> bool:
    given = (values.get(key) for key in ALIASES["title"])
    return any(
        strip_controls(value if isinstance(value, str) else " ".join(value)) for value in given if value
    )


def _find_title(body: str, path: str, front: _Front) -> None:
    """Take the first ``<h1>`` (a Markdown heading is one by now), else the file's name."""
    title = ""
    if (start := _HEADING.search(body)) and (end := _HEADING_END.search(body, start.end())):
        title = squeeze(
            html.unescape(_ANY_TAG.sub("", body[start.end() : min(end.start(), start.end() + 2000)]))
        )
    if not strip_controls(title):
        stem = _printable(path.rpartition("/")[2].rpartition(".")[0])
        title = _NAME_DATE.sub("", stem) or stem
        front.notes.append(("title-missing", f"no title was given or found; “{title}” stands in", 1))
    front.values["title"] = title
    front.lines.setdefault("title", 1)


# --- front matter: where it begins and ends -----------------------------------------------

_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_CLOSING = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"""(["']?)([\w.@/-][\w .@/-]{0,60}?)\1[ \t]*([:：])""")
_MAX_BLOCK = 65_536
"""Characters of front matter; a longer one is salvaged line by line."""
_MAX_KEYS = 1_000
_MAX_VALUE = 4_000
"""Characters that a value of several lines is salvaged up to."""
_MAX_DEPTH = 8
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_KNOWN = frozenset(key for keys in ALIASES.values() for key in keys)


class _RefusedError(Exception):
    """Front matter that the YAML reader will not take; ``line`` is 0-based within it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


def _split_front(text: str) -> _Front:
    """Find the front matter and read it; ``end`` stays 0 when there is none."""
    start = len(text) - len(text.lstrip("\ufeff \t\n"))
    start = text.rfind("\n", 0, start) + 1
    fence, _, _ = text[start:].partition("\n") if text.startswith(("---", "+++"), start) else ("", "", "")
    after = start + len(fence) + 1
    line = 2 + text.count("\n", 0, start)
    if fence.rstrip() == "---":
        return _split_yaml(text, after, line)
    if fence.rstrip() == "+++":
        return _split_toml(text, after, line)
    if text.lstrip("\ufeff \t\n")[:1] == "{":
        return _split_json(text, line - 1)
    return _Front()


def _key_at(text: str, offset: int = 0) -> re.Match[str] | None:
    """Match ``key:`` with a blank behind it, which a key that we know may do without."""
    match = _KEY.match(text, offset)
    if match and (text[match.end() : match.end() + 1] not in " \t\n" or match[3] == "："):
        return match if match[2].lower() in _KNOWN else None
    return match


def _split_yaml(text: str, start: int, line: int) -> _Front:
    """Read what stands between two lines of ``---``; without the second, the leading keys."""
    if not _begins_with_key(text, start):
        return _Front()
    closing = _CLOSING.search(text, start)
    block = text[start : closing.start()] if closing else text[start:]
    if closing:
        front = _read_flat(block, line) or _read_yaml(block, line)
        if isinstance(front, _Front):
            front.end = _after_line(text, closing.end())
            return front
        note = ("front-matter-invalid", front.message, line + front.line)
    else:
        note = ("front-matter-unterminated", "the front matter has no closing line of ---", line - 1)
    front, length = _salvage(block, line, closed=closing is not None)
    if length < len(block):  # it broke off: what follows is the body, up to and beyond any later ---
        note = ("front-matter-unterminated", "the front matter has no closing line of ---", line - 1)
        front.end = start + length
    else:
        front.end = _after_line(text, closing.end()) if closing else len(text)
    front.notes.insert(0, note)
    return front if front.values else _Front()


def _begins_with_key(text: str, start: int) -> bool:
    """Tell front matter from a body that begins with a rule: its first line is a key, or its end."""
    while text.startswith(("\n", "#", " ", "\t", "\r"), start):
        after = _after_line(text, start)
        if text[start:after].strip() and not text[start:after].startswith("#"):
            return False
        if after >= len(text):
            return False
        start = after
    return bool(_key_at(text, start) or _CLOSING.match(text, start))


def _after_line(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


# --- front matter: the flat reader --------------------------------------------------------

_FLAT_KEY = re.compile(r"([A-Za-z_][\w-]*):(?: +(.*))?", re.ASCII)
_FLAT_ITEM = re.compile(r"( *)- +(.*)")
_BENT = re.compile(r": |:$| #|^[-?:](?: |$)|^[!&*|>@`\"'%#,\[\]{}]|^---|^\.\.\.")
_FLAT_FLOW = re.compile(r"\[([^\[\]{}#&*!|>'\"%@`:?]*)\]")


def _read_flat(block: str, line: int) -> _Front | None:
    """Read ``key: value`` lines and plain lists; None as soon as anything else stands there.

    It must give what ``_read_yaml`` gives whenever it gives anything; a law tests that.
    """
    if len(block) > _MAX_BLOCK or not block.replace("\n", "").isprintable():
        return None
    front = _Front()
    key, indent, is_open = "", -1, False
    items: list[str] = []
    for number, text in enumerate(block.split("\n"), line):
        text = text.rstrip(" ")
        if not text:
            continue
        if match := _FLAT_KEY.fullmatch(text):
            if items:
                front.values[key] = tuple(items)
            key, items, indent, is_open = match[1].lower(), [], -1, not match[2]
            value = _flat_value(match[2] or "")
            if value is None or not front.add(key, value, number):
                return None
        elif match := _FLAT_ITEM.fullmatch(text):
            item = _flat_scalar(match[2])
            if item is None or not is_open or (items and len(match[1]) != indent):
                return None
            indent = len(match[1])
            items.append(item)
        else:
            return None
    if items:
        front.values[key] = tuple(items)
    return front


def _flat_value(text: str) -> Value | None:
    if text.startswith("["):
        match = _FLAT_FLOW.fullmatch(text)
        if match is None:
            return None
        parts = [part.strip() for part in match[1].split(",")]
        if parts[-1] == "":
            parts.pop()
        items = [_flat_scalar(part) for part in parts]
        return tuple(item for item in items if item) if all(items) else None
    return _flat_scalar(text)


def _flat_scalar(text: str) -> str | None:
    """Read one plain or simply quoted value; None when YAML might read it otherwise."""
    quote = text[:1]
    if quote == "'" and len(text) > 1 and text[-1] == "'":
        inner = text[1:-1]
        return inner.replace("''", "'") if "'" not in inner.replace("''", "") else None
    if quote == '"' and len(text) > 1 and text[-1] == '"':
        inner = text[1:-1]
        return inner if '"' not in inner and "\\" not in inner else None
    if text in _NULLS:
        return ""
    return None if _BENT.search(text) else text


# --- front matter: YAML, TOML, JSON -------------------------------------------------------


def _read_yaml(block: str, line: int) -> _Front | _RefusedError:
    """Read a block with YAML's base loader, which leaves each value the text it is."""
    import frontmatter
    import yaml

    if len(block) > _MAX_BLOCK:
        return _RefusedError(f"the front matter is longer than {_MAX_BLOCK:,} characters", 0)
    try:
        loaded, _ = frontmatter.parse(f"---\n{block}\n---\n", handler=_yaml_handler())
    except _RefusedError as refused:
        return refused
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = squeeze(str(getattr(error, "problem", None) or "it holds a character that YAML forbids"))
        return _RefusedError(problem, mark.line if mark else 0)
    front = _Front()
    pairs: Any = loaded["pairs"]
    for key, (value, number) in pairs:
        _flatten(front, key, value, line + number)
    return front


@lru_cache(maxsize=1)
def _yaml_handler() -> Any:
    """Make python-frontmatter's handler for our fence and our loader, when first needed."""
    from frontmatter.default_handlers import YAMLHandler

    class BaseValues(YAMLHandler):
        FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)

        def load(self, fm: str, **_: object) -> dict[str, object]:
            return {"pairs": _load_pairs(fm.removeprefix("\n"))}

    return BaseValues()


def _load_pairs(block: str) -> list[tuple[str, Any]]:
    """Read the top mapping from the parser's events, so that nothing is resolved or expanded."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    events: Iterator[Any] = yaml.parse(block, Loader=loader)
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            pairs: list[tuple[str, Any]] = _load_mapping(events, 1)
            list(events)  # a second document or a stray bracket is an error too
            return pairs
        if isinstance(event, yaml.NodeEvent):
            raise _RefusedError("it is no list of keys and values", 0)
    return []


def _load_mapping(events: Iterator[Any], depth: int) -> list[tuple[str, Any]]:
    import yaml

    pairs: list[tuple[str, Any]] = []
    seen: set[str] = set()
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return pairs
        line = event.start_mark.line
        if not isinstance(event, yaml.ScalarEvent):
            raise _RefusedError("a key is no plain text", line)
        key = squeeze(event.value).lower()
        if key in seen:
            raise _RefusedError(f"the key “{key[:40]}” is given twice; the first is used", line)
        if len(seen) >= _MAX_KEYS:
            raise _RefusedError(f"it has more than {_MAX_KEYS:,} keys", line)
        seen.add(key)
        pairs.append((key, (_load_value(events, next(events), depth), line)))
    return pairs


def _load_value(events: Iterator[Any], event: Any, depth: int) -> Any:
    """Build one value: text, a list of values, or a list of pairs."""
    import yaml

    line = event.start_mark.line
    if depth > _MAX_DEPTH:
        raise _RefusedError("it is nested too deep", line)
    if isinstance(event, yaml.AliasEvent):
        raise _RefusedError("aliases are not read", line)
    if isinstance(event, yaml.ScalarEvent):
        is_null = event.implicit[0] and event.value in _NULLS
        return "" if is_null else event.value
    if isinstance(event, yaml.MappingStartEvent):
        return dict(_load_mapping(events, depth + 1))
    items = []
    for inner in events:
        if isinstance(inner, yaml.SequenceEndEvent):
            break
        items.append(_load_value(events, inner, depth + 1))
    return items


def _flatten(front: _Front, key: str, value: Any, line: int) -> None:
    """Keep a value as text or a tuple of texts; a map's members become ``key.member``."""
    if isinstance(value, dict):
        for member, (inner, _) in value.items():
            _flatten(front, f"{key}.{member}", inner, line)
    elif isinstance(value, list):
        front.add(key, tuple(text for item in value for text in _texts(item)), line)
    else:
        front.add(key, value, line)


def _texts(item: Any) -> Iterator[str]:
    """Give the texts in a list's item; ``- a: b``, which YAML makes a map, is read as written."""
    if isinstance(item, list):
        for inner in item:
            yield from _texts(inner)
    elif isinstance(item, dict):
        for key, (inner, _) in item.items():
            yield f"{key}: {' '.join(_texts(inner))}".strip()
    elif item:
        yield item


def _split_toml(text: str, start: int, line: int) -> _Front:
    """Read Hugo's ``+++`` front matter."""
    import tomllib

    closing = _TOML_CLOSING.search(text, start, start + _MAX_BLOCK)
    if closing is None:
        return _Front()
    front = _Front(end=_after_line(text, closing.end()))
    try:
        table = tomllib.loads(text[start : closing.start()], parse_float=str)
    except (ValueError, RecursionError) as error:
        note = ("front-matter-invalid", f"the TOML cannot be read: {squeeze(str(error))}", line)
        front, _ = _salvage(text[start : closing.start()].replace(" = ", ": "), line, closed=True)
        front.notes.insert(0, note)
        front.end = _after_line(text, closing.end())
        return front
    _take_table(front, table, line)
    return front


def _split_json(text: str, line: int) -> _Front:
    """Read Hugo's JSON front matter: an object that opens the file."""
    import json

    start = text.index("{")
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    try:
        table, length = decoder.raw_decode(text[start : start + _MAX_BLOCK])
    except (ValueError, RecursionError):
        return _Front()
    front = _Front(end=start + length)
    if not isinstance(table, dict) or text[front.end : front.end + 1].strip():
        return _Front()
    _take_table(front, table, line)
    return front if front.values else _Front()


def _take_table(front: _Front, table: Mapping[str, Any], line: int) -> None:
    """Take a parsed TOML or JSON object; values that are no text are written out as text."""
    for key, value in table.items():
        try:
            _flatten(front, _text_of(key), _as_written(value, 1), line)
        except _RefusedError as refused:
            front.notes.append(("front-matter-invalid", f"{_text_of(key)[:40]}: {refused.message}", line))


def _as_written(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise _RefusedError("it is nested too deep", 0)
    if isinstance(value, dict):
        return {_text_of(key): (_as_written(inner, depth + 1), 0) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_written(inner, depth + 1) for inner in value]
    return "" if value is None else _text_of(value)


def _text_of(value: object) -> str:
    """Write a value as text; a lone surrogate, which JSON can spell, becomes a question mark."""
    return str(value).encode("utf-8", "replace").decode()


# --- front matter: the salvage ------------------------------------------------------------


def _salvage(block: str, line: int, *, closed: bool) -> tuple[_Front, int]:
    """Take what can be read line by line: (front matter, characters of the block used).

    It breaks off where the body must have begun: at a tag, or at a line that is no key after a
    blank line; when there is no closing line, at the first line that is neither key nor item.
    """
    front = _Front()
    key, offset, blank = "", 0, False
    for number, text in enumerate(block.split("\n"), line):
        content = text.strip()
        if content and not content.startswith("#"):
            if _take_line(front, text, number):
                key = next(reversed(front.values))
            elif not key or _begins_body(text, content, blank, closed):
                break
            else:
                _continue_value(front, key, content)
        elif not closed and not content:
            break
        blank = not content
        offset += len(text) + 1
        if len(front.values) >= _MAX_KEYS:
            front.notes.append(
                ("front-matter-invalid", f"only the first {_MAX_KEYS:,} keys were read", number)
            )
            return front, len(block)
    return front, min(offset, len(block))


def _begins_body(text: str, content: str, blank: bool, closed: bool) -> bool:
    if content.startswith("<"):
        return True
    return not text[0].isspace() and not content.startswith("- ") and (blank or not closed)


def _take_line(front: _Front, text: str, number: int) -> bool:
    """Take a line that begins with a key; a key that was given before keeps its first value."""
    match = _key_at(text)
    if match is None:
        return False
    front.add(match[2], _salvaged(text[match.end() :].strip()), number)
    return True


def _salvaged(text: str) -> Value:
    """Take a value as text: balanced quotes go, ``[a, b]`` is a list, a block's mark is nothing."""
    if text in _NULLS or text in {"|", ">", "|-", ">-", "|+", ">+"}:
        return ""
    if text.startswith("[") and text.endswith("]"):
        return tuple(item for part in text[1:-1].split(",") if (item := _unquoted(part.strip())))
    return _unquoted(text)


def _unquoted(text: str) -> str:
    """Take off quotes, layer by layer, while they enclose the whole.

    ``'it's here'`` loses the outer ones, ``"this" and "that"`` keeps all: those inside pair up.
    """
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        inner = text.strip(text[0])
        if inner.count(text[0]) % 2 == 0 and text[0] in inner:
            break
        text = inner
    return text


def _continue_value(front: _Front, key: str, content: str) -> None:
    """Add a line that is no key to the value before it: an item of its list, or more text."""
    value = front.values[key]
    is_item = content.startswith("- ") or content == "-"
    if isinstance(value, tuple) or (is_item and not value):
        item = _unquoted(content.removeprefix("-").strip())
        items = value if isinstance(value, tuple) else ()
        if item and len(items) < _MAX_KEYS:
            front.values[key] = (*items, item)
    elif len(value) < _MAX_VALUE:
        front.values[key] = f"{value} {content}".strip()


# --- HTML documents -----------------------------------------------------------------------

_DOCUMENT = re.compile(r"\s{0,1000}(?:<!doctype\s{1,9}html|<html[\s>])", re.IGNORECASE)
_HEAD_SIZE = 65_536
_HEAD_TAG = re.compile(r"<(!--|(?:title|meta|link|html|body|script|style)(?=[\s>/]))", re.IGNORECASE)
_ENDS = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("title", "script", "style")}
_ATTRIBUTE = re.compile(r"[^\s/>=\"']+")
_UNQUOTED = re.compile(r"[^\s>]+")
_BLANKS = re.compile(r"[\s/]+")
_BODY = re.compile(r"<body(?=[\s/>])", re.IGNORECASE)
_BODY_END = re.compile(r"</body", re.IGNORECASE)
_HEAD_END = re.compile(r"</head\s{0,99}>", re.IGNORECASE)
_META: Mapping[str, str] = {
    "og:title": "title", "twitter:title": "title",
    "article:published_time": "date", "datepublished": "date", "pubdate": "date", "publishdate": "date",
    "og:published_time": "date", "date": "date", "weibo:article:create_at": "date",
    "article:modified_time": "updated", "lastmod": "updated",
    "author": "author", "article:author": "author", "og:site_name": "site",
    "og:url": "url", "keywords": "keywords", "article:tag": "tags", "og:locale": "lang",
}  # fmt: skip
"""A document's ``<meta>`` names -> our keys; the first one given counts."""


def _read_head(head: str, line: int, front: _Front) -> None:
    """Take title, date, author … from a document's head where the front matter gives none."""
    for key, value in _head_values(head):
        text = squeeze(html.unescape(value))
        if text and not any(front.values.get(alias) for alias in ALIASES.get(key, (key,))):
            front.values[key] = text
            front.lines[key] = line


def _head_values(head: str) -> Iterator[tuple[str, str]]:
    """Give (our key, value), the better first: a ``<title>`` often has the site's name in it."""
    title = ""
    for tag, attributes, end in _head_tags(head):
        if tag == "title":
            title = title or head[end : _end_of(head, "title", end)]
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop", "")
            if key := _META.get(name.lower()):
                yield key, attributes.get("content", "")
        elif tag == "link" and attributes.get("rel", "").lower() == "canonical":
            yield "canonical", attributes.get("href", "")
        elif tag == "html":
            yield "lang", attributes.get("lang", "")
    yield "title", title


def _head_tags(head: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """Give (name, attributes, end) of the tags up to the body, in one pass."""
    place = 0
    while match := _HEAD_TAG.search(head, place):
        tag = match[1].lower()
        if tag == "body":
            return
        if tag == "!--":
            end = head.find("-->", match.end())
            place = len(head) if end < 0 else end
            continue
        attributes, place = _attributes(head, match.end())
        yield tag, attributes, place
        if tag in _ENDS:
            place = _end_of(head, tag, place)


def _attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Read a tag's attributes from behind its name: (attributes, offset behind the tag)."""
    attributes: dict[str, str] = {}
    while (place := _blanks(text, place)) < len(text) and text[place] != ">":
        name = _ATTRIBUTE.match(text, place)
        if name is None:  # a stray = or quote
            place += 1
            continue
        value, place = "", name.end()
        after = _blanks(text, place)
        if text.startswith("=", after):
            value, place = _attribute_value(text, _blanks(text, after + 1))
        attributes.setdefault(name[0].lower(), value)
    return attributes, min(place + 1, len(text))


def _attribute_value(text: str, place: int) -> tuple[str, int]:
    quote = text[place : place + 1]
    if quote and quote in "\"'":
        end = text.find(quote, place + 1)
        end = len(text) if end < 0 else end
        return text[place + 1 : end], end + 1
    match = _UNQUOTED.match(text, place)
    return (match[0], match.end()) if match else ("", place)


def _blanks(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    return match.end() if match else place


def _end_of(text: str, tag: str, place: int) -> int:
    match = _ENDS[tag].search(text, place)
    return match.start() if match else len(text)


def _inside_body(text: str, start: int) -> tuple[int, int]:
    """Find what stands inside ``<body>``; without that tag, what follows the head."""
    if opening := _BODY.search(text, start):
        _, start = _attributes(text, opening.end())
    elif head := _HEAD_END.search(text, start):
        start = head.end()
    closings = list(_BODY_END.finditer(text, start))
    return start, closings[-1].start() if closings else len(text)


# --- Markdown -----------------------------------------------------------------------------

_BLOCK_TAGS = (
    "address|article|aside|audio|blockquote|body|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption"
    "|figure|footer|form|h[1-6]|header|html|iframe|li|main|nav|noscript|ol|p|pre|script|section|style|summary"
    "|svg|table|tbody|td|textarea|tfoot|th|thead|tr|ul|video"
)
_OPENING = re.compile(rf"<({_BLOCK_TAGS}|!--)(?:(?<=!--)|(?=[\s/>]))", re.IGNORECASE)
_HTML_OR_FENCE = re.compile(
    rf"^ {{0,3}}(?:(?P<fence>`{{3,}}(?=[^`\n]*$)|~{{3,}})|(?={_OPENING.pattern}))",
    re.IGNORECASE | re.MULTILINE,
)
_FLAT_TAGS = frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "script", "style")
)
"""These do not nest directly; the first end tag is theirs."""

_LINKED_HEADING = re.compile(
    r"\n*\[([^\x00-\x20\[\]\\*_`<>&\"!~\x7f]+(?: [^\x00-\x20\[\]\\*_`<>&\"!~\x7f]+)*)\]"
    r"\((https?://[\w.-]+/(?:[\w./?=-]|%[0-9A-Fa-f]{2})*)\)\n-{2,}\n+",
    re.ASCII,
)
"""``[title](address)`` underlined, and in neither a character that Markdown may read otherwise."""

_MARKUP = "[]*_`<&|\\~>\n"
_MAX_MARKUP = 20_000
_MAX_COLUMNS = 100
"""A table writes out columns times rows: 7 KB of ``|`` and newlines would give 1,000,000 cells."""


def render_markdown(text: str) -> tuple[str, str]:
    """Render Markdown as HTML: (HTML, why it was refused or ``""``).

    CommonMark with tables and strikethrough, except that a block of HTML goes on to its own end
    tag: saved articles hold scraped HTML, whose blank lines and indents CommonMark would take for
    its end and for code.
    """
    parts = list(_part_html(text))
    markdown = "".join(part for part, is_html in parts if not is_html)
    if not markdown.strip():
        return text, ""
    if reason := _too_dense(markdown):
        return "".join(part if is_html else _plain_paragraphs(part) for part, is_html in parts), reason
    return "".join(part if is_html or not part.strip() else _render(part) for part, is_html in parts), ""


def _render(text: str) -> str:
    """Render one part. A lone linked heading opens each post of one collector: no parser for that."""
    if match := _LINKED_HEADING.fullmatch(text):
        return f'<h2><a href="{match[2]}">{match[1]}</a></h2>\n'
    rendered: str = _markdown().render(text)
    return rendered


def _too_dense(text: str) -> str:
    """Say why a text would take the renderer too long, if it would."""
    if sum(map(text.count, _MARKUP)) > _MAX_MARKUP:
        return f"the text has more than {_MAX_MARKUP:,} marks of Markdown; it is shown as plain text"
    if "|" in text and max(line.count("|") for line in text.split("\n")) > _MAX_COLUMNS:
        return f"a table has more than {_MAX_COLUMNS} columns; the text is shown as plain text"
    return ""


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _part_html(text: str) -> Iterator[tuple[str, bool]]:
    """Part a text into Markdown and blocks of HTML: (part, is it HTML), nothing left out."""
    start = place = 0
    while match := _HTML_OR_FENCE.search(text, place):
        if match["fence"]:
            place = _fence_end(text, match)
            continue
        if start < match.start():
            yield text[start : match.start()], False
        start = place = _block_end(text, match.end())
        yield text[match.start() : place], True
    if start < len(text):
        yield text[start:], False


def _fence_end(text: str, opening: re.Match[str]) -> int:
    """Find the end of fenced code; without a closing fence it is the text's."""
    fence = opening["fence"]
    closing = re.compile(rf"^ {{0,3}}{fence}{fence[0]}*[ \t]*$", re.MULTILINE).search(text, opening.end())
    return closing.end() if closing else len(text)


def _block_end(text: str, place: int) -> int:
    """Find where a block of HTML ends: behind its end tag and what else begins on that line."""
    end = place
    opening = _OPENING.match(text, place)
    while opening:
        place = _matching_end(text, opening)
        end = _after_line(text, place)
        opening = _OPENING.search(text, place, end)
    return end


def _matching_end(text: str, opening: re.Match[str]) -> int:
    """Find the offset behind the end tag that matches, else the end of the text."""
    tag = opening[1].lower()
    if tag == "!--":
        end = text.find("-->", opening.end())
        return len(text) if end < 0 else end + 3
    depth = 1
    for match in _tags_named(tag).finditer(text, opening.end()):
        depth = depth - 1 if match[1] else depth + (tag not in _FLAT_TAGS)
        if depth == 0:
            end = text.find(">", match.end())
            return len(text) if end < 0 else end + 1
    return len(text)


@lru_cache(maxsize=64)
def _tags_named(tag: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){tag}(?=[\s/>])", re.IGNORECASE)

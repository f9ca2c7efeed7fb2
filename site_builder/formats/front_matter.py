"""Front matter: the block of ``key: value`` lines before a body, in YAML, TOML or JSON.

In: the text of a file. Out: ``Front``: every value as the text written, its line, and where the
body begins. The rule it guards: **what was written is what is read**; no value is bent into a
number or a date, and no file fails for its front matter.

Theory. Front matter is read three times, each time by a more patient reader: the *flat* reader
takes the usual ``key: value`` lines and lists, and nothing of which it is not certain; YAML's base
loader takes the rest; the *salvage* takes line by line what YAML refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from site_builder.language.text import ALIASES, squeeze

Value = str | tuple[str, ...]


@dataclass(slots=True)
class Front:
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


# --- front matter: where it begins and ends -----------------------------------------------

_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_CLOSING = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
SIGNS = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u200c\u200d"
"""Vowels and accents that are characters of their own, and no letters to ``\\w``."""
_KEY = re.compile(rf"""(["']?)([\w.@/-][\w{SIGNS} .@/-]{{0,60}}?)\1[ \t]*([:：])""")
_MAX_BLOCK = 65_536
"""Characters of front matter; a longer one is salvaged line by line."""
_MAX_OPEN = 4_000
"""Characters of front matter without its upper fence."""
_MAX_KEYS = 1_000
_MAX_BITS = 14_000
"""Of a number of TOML; 4,214 digits."""
_MAX_VALUE = 4_000
"""Characters that a value of several lines is salvaged up to."""
_MAX_DEPTH = 8
_MOST_QUOTES = 8
"""Layers of quotes around a value that are taken off; to look for the inner ones takes the length of it."""
_JSON = re.compile(r"[\ufeff \t\n]*(?:\{|\[\s{0,99}\{\s{0,99}\")")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_KNOWN = frozenset(key for keys in ALIASES.values() for key in keys)


class RefusedError(Exception):
    """Front matter that the YAML reader will not take; ``line`` is 0-based within it."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


def split_front(text: str) -> Front:
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
    if _JSON.match(text):
        return _split_json(text, line - 1)
    start += text.startswith("\ufeff", start)
    return _split_yaml(text, start, line - 1) if _is_open(text, start) else Front()


def _is_open(text: str, start: int) -> bool:
    """Tell front matter that has its lower fence only, as Hexo reads it, from a heading underlined."""
    first = _key_at(text, start)
    closing = (
        _CLOSING.search(text, start, start + _MAX_OPEN) if first and first[2].lower() in _KNOWN else None
    )
    lines = text[start : closing.start()].splitlines() if closing else []
    is_plain = all(_key_at(line) or line.startswith((" ", "\t", "- ")) for line in lines)
    return is_plain and sum(_key_at(line) is not None for line in lines) > 1


def _key_at(text: str, offset: int = 0) -> re.Match[str] | None:
    """Match ``key:`` with a blank behind it, which a key that we know may do without."""
    match = _KEY.match(text, offset)
    if match and (text[match.end() : match.end() + 1] not in " \t\n" or match[3] == "："):
        return match if match[2].lower() in _KNOWN else None
    return match


def _split_yaml(text: str, start: int, line: int) -> Front:
    """Read what stands between two lines of ``---``; without the second, the leading keys."""
    if not _begins_with_key(text, start):
        return Front()
    closing = _CLOSING.search(text, start)
    block = text[start : closing.start()] if closing else text[start:]
    if closing:
        front = _read_flat(block, line) or _read_yaml(block, line)
        if isinstance(front, Front):
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
    return front if front.values else Front()


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


def _read_flat(block: str, line: int) -> Front | None:
    """Read ``key: value`` lines and plain lists; None as soon as anything else stands there.

    It must give what ``_read_yaml`` gives whenever it gives anything; a law tests that.
    """
    if len(block) > _MAX_BLOCK or not block.replace("\n", "").isprintable():
        return None
    front = Front()
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


def _read_yaml(block: str, line: int) -> Front | RefusedError:
    """Read a block with YAML's base loader, which leaves each value the text it is."""
    import frontmatter
    import yaml

    if len(block) > _MAX_BLOCK:
        return RefusedError(f"the front matter is longer than {_MAX_BLOCK:,} characters", 0)
    try:
        loaded, _ = frontmatter.parse(f"---\n{block}\n---\n", handler=_yaml_handler())
    except RefusedError as refused:
        return refused
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = squeeze(str(getattr(error, "problem", None) or "it holds a character that YAML forbids"))
        return RefusedError(problem, mark.line if mark else 0)
    front = Front()
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
            raise RefusedError("it is no list of keys and values", 0)
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
            raise RefusedError("a key is no plain text", line)
        key = squeeze(event.value).lower()
        if key in seen:
            raise RefusedError(f"the key “{key[:40]}” is given twice; the first is used", line)
        if len(seen) >= _MAX_KEYS:
            raise RefusedError(f"it has more than {_MAX_KEYS:,} keys", line)
        seen.add(key)
        pairs.append((key, (_load_value(events, next(events), depth), line)))
    return pairs


def _load_value(events: Iterator[Any], event: Any, depth: int) -> Any:
    """Build one value: text, a list of values, or a list of pairs."""
    import yaml

    line = event.start_mark.line
    if depth > _MAX_DEPTH:
        raise RefusedError("it is nested too deep", line)
    if isinstance(event, yaml.AliasEvent):
        raise RefusedError("aliases are not read", line)
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


def _flatten(front: Front, key: str, value: Any, line: int) -> None:
    """Keep a value as text or a tuple of texts; a map's members become ``key.member``, its name the value."""
    if isinstance(value, dict):
        if name := _name_of(value):
            front.add(key, name, line)
        elif len(value) and all(isinstance(inner, dict) for inner, _ in value.values()):
            front.add(key, tuple(_name_of(inner) or member for member, (inner, _) in value.items()), line)
        for member, (inner, _) in value.items():
            _flatten(front, f"{key}.{member}", inner, line)
    elif isinstance(value, list):
        front.add(key, tuple(text for item in value for text in _texts(item)), line)
    else:
        front.add(key, value, line)


_NAMES = ("name", "label", "display_name", "screen_name", "nickname", "tag", "term")
"""What a map's name is called: of an author with an address, a tag with a number."""


def _name_of(item: dict[str, Any]) -> str:
    """Give the name of what a map describes; its address where that is all that it says."""
    if len(item) == 1 and "href" in item:
        return next(_texts(item["href"][0]), "")
    return next((name for key in _NAMES if key in item for name in _texts(item[key][0])), "")


def _texts(item: Any) -> Iterator[str]:
    """Give the texts in a list's item; ``- a: b``, which YAML makes a map, is read as written.

    Of a map that has a name only that is taken.
    """
    if isinstance(item, list):
        for inner in item:
            yield from _texts(inner)
    elif isinstance(item, dict) and (name := _name_of(item)):
        yield name
    elif isinstance(item, dict):
        for key, (inner, _) in item.items():
            yield f"{key}: {' '.join(_texts(inner))}".strip()
    elif item:
        yield item


def _split_toml(text: str, start: int, line: int) -> Front:
    """Read Hugo's ``+++`` front matter."""
    import tomllib

    from site_builder.tomlfile import refuse_dotted

    closing = _TOML_CLOSING.search(text, start, start + _MAX_BLOCK)
    if closing is None:
        return Front()
    front = Front(end=_after_line(text, closing.end()))
    block = text[start : closing.start()]
    try:
        refuse_dotted(block)
        table = tomllib.loads(block, parse_float=str)
    except (ValueError, RecursionError) as error:
        note = ("front-matter-invalid", f"the TOML cannot be read: {squeeze(str(error))}", line)
        front, _ = _salvage(block.replace(" = ", ": "), line, closed=True)
        front.notes.insert(0, note)
        front.end = _after_line(text, closing.end())
        return front
    _take_table(front, table, line)
    return front


def _split_json(text: str, line: int) -> Front:
    """Read Hugo's JSON front matter: an object that opens the file; or a list of one that is all of it."""
    import json

    start = len(text) - len(text.lstrip("\ufeff \t\n"))
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    try:
        table, length = decoder.raw_decode(text[start : start + _MAX_BLOCK])
    except (ValueError, RecursionError):
        return Front()
    front = Front(end=start + length)
    if isinstance(table, list) and len(table) == 1 and not text[front.end :].strip():
        table = table[0]  # an export of one article
    if not isinstance(table, dict) or text[front.end : front.end + 1].strip():
        return Front()
    _take_table(front, table, line)
    return front if front.values else Front()


def _take_table(front: Front, table: Mapping[str, Any], line: int) -> None:
    """Take a parsed TOML or JSON object; values that are no text are written out as text."""
    for key, value in table.items():
        try:
            _flatten(front, _text_of(key), _as_written(value, 1), line)
        except RefusedError as refused:
            front.notes.append(("front-matter-invalid", f"{_text_of(key)[:40]}: {refused.message}", line))


def _as_written(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise RefusedError("it is nested too deep", 0)
    if isinstance(value, dict):
        return {_text_of(key): (_as_written(inner, depth + 1), 0) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_written(inner, depth + 1) for inner in value]
    return "" if value is None else _text_of(value)


def _text_of(value: object) -> str:
    """Write a value as text; a lone surrogate, which JSON can spell, becomes a question mark."""
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return hex(value)  # as a decimal number Python writes none so long
    return str(value).encode("utf-8", "replace").decode()


# --- front matter: the salvage ------------------------------------------------------------


def _salvage(block: str, line: int, *, closed: bool) -> tuple[Front, int]:
    """Take what can be read line by line: (front matter, characters of the block used).

    It breaks off where the body must have begun: at a tag, or at a line that is no key after a
    blank line; when there is no closing line, at the first line that is neither key nor item.
    """
    front = Front()
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
    if content.startswith("<") and not content.startswith("<<"):  # not YAML's key that merges maps
        return True
    return not text[0].isspace() and not content.startswith("- ") and (blank or not closed)


def _take_line(front: Front, text: str, number: int) -> bool:
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
    for _ in range(_MOST_QUOTES):
        if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'":
            break
        inner = text.strip(text[0])
        if inner.count(text[0]) % 2 == 0 and text[0] in inner:
            break
        text = inner
    return text


def _continue_value(front: Front, key: str, content: str) -> None:
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

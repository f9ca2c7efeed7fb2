"""Read: bytes in ``content/`` -> ``RawArticle``.

In: one file, as a collector, a browser or a person left it. Out: its front matter as text and
its body as HTML, both hostile. The rule it guards: **what was written is what is read**, and
nothing is left out without a finding. ``parse_article`` puts the formats together and touches no
disk; what each format is made of is in ``formats/``.
"""

from __future__ import annotations

import errno
import functools
import html
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Mapping, Set
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path

from site_builder.dates.clock import is_moment, put_day_first, read_date
from site_builder.errors import ArticleError, ConfigError, Finding, finding
from site_builder.formats.containers import Contained, read_contained
from site_builder.formats.decoding import decode_article
from site_builder.formats.front_matter import Front, Value, split_front
from site_builder.formats.grouped import MAY_GROUP, ungroup_pictures
from site_builder.formats.headers import split_header
from site_builder.formats.html_document import (
    CHANGED,
    DOCUMENT,
    FEW_HEADINGS,
    LOWER_HEADING,
    day_in_scripts,
    first_heading,
    inside_body,
    name_article,
    named_title,
    read_head,
)
from site_builder.formats.json_article import ENDS, may_be_article, read_json_article
from site_builder.formats.markdown import plain_paragraphs, render_markdown
from site_builder.formats.marks import plain_addresses, silence_program
from site_builder.formats.message import Message, read_message
from site_builder.formats.notebooks import read_notebook
from site_builder.formats.wrapping import mark_paragraphs, unwrap_body
from site_builder.language.text import ALIASES, excerpt, squeeze, stem_of, strip_controls
from site_builder.model import Clock, RawArticle

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")
HTML = (".html", ".htm")
MESSAGES = (".mhtml", ".mht", ".eml")
NOTES, JSON = ".enex", ".json"
ALWAYS = (*MARKDOWN, *HTML, *MESSAGES, ".txt", NOTES)
ARTICLES = (*ALWAYS, JSON)
"""Endings of articles' files; of JSON the content decides."""
UNREAD = {
    ".rst": "reStructuredText",
    ".org": "Org",
    ".adoc": "AsciiDoc",
    ".asciidoc": "AsciiDoc",
    ".textile": "Textile",
    ".wiki": "wiki text",
    ".mediawiki": "wiki text",
    ".docx": "Word",
    ".odt": "OpenDocument",
    ".ipynb": "Jupyter",
    ".warc": "web archive",
    ".mbox": "mailbox",
}
"""Forms of articles that are not read, by the ending of the file's name."""
PICTURES = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg", ".ico"),
    *(".tif", ".tiff", ".heic", ".apng"),
)
WITH_PICTURES = 5
"""A file may be so many times as large as the limit if the rest of it is held inside as ``data:``."""
_HELD = re.compile(
    rb"data:[\w.+/-]{1,99}(?:;[\w=.-]{1,99})*;base64,(?:[\w+/=%]{40,}+\s*+)*+"
    rb"|(?:\n[A-Za-z0-9+/]{60,80}\r?(?=\n)){20,}+"
)
"""An address, whose lines blanks may part, or the lines of a message's part; shorter ones count as words."""
_OF_THE_FOLDER = frozenset(
    {"robots.txt", "humans.txt", "ads.txt", "security.txt", "requirements.txt"}
    | {
        name + ending
        for name in (
            "README",
            "LICENSE",
            "LICENCE",
            "COPYING",
            "CHANGELOG",
            "CONTRIBUTING",
            "CODE_OF_CONDUCT",
        )
        for ending in (".md", ".txt", ".markdown", ".html")
    }
)
"""What tells of a folder or a site, and is an article only with front matter of its own."""
_OF_PROGRAMS = frozenset({"_layouts", "_includes", "_sass", "_site", "node_modules"})
"""Folders in which site programs keep templates, what they built, and other programs."""
_OF_A_SITE = ("manifest.json", "manifest-sha256.txt", "archive/site.toml")
"""What together tells a site that this program built."""
_PARTS = re.compile(
    "(?:[_.]files|[-_]Dateien|_fichiers|_bestanden|_file|_archivos|-filer|_tiedostot|_pliki|_soubory|_elemei"
    "|_ficheiros|_arquivos|_dosyalar|_datoteke|_fitxers|_failid|_fails|_bylos|_fajlovi|_fitxategiak)$"
)
"""What browsers put behind a page's name to name the folder of its parts, as Windows knows them."""


# --- finding and opening files ------------------------------------------------------------


def find_articles(content: Path, output: Path | None = None) -> tuple[list[str], list[Finding]]:
    """List the article files below ``content``: POSIX paths relative to it, sorted.

    Hidden files and folders are passed over, and so are the ``output`` folder, which lies among the
    articles when a plain folder of articles is built, and one that another build wrote there. A link to a
    folder is not followed, nor one to a file outside; so a loop is no danger.
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
        whole = os.path.join(root, folder.rstrip("/"))
        if ours == whole:
            continue
        try:
            entries = list(os.scandir(whole))
        except OSError as error:
            if not folder:  # an empty site would take the place of the one that stands
                message = f"the content folder cannot be read: {error.strerror}"
                raise ConfigError(message, str(content), "check its permissions") from error
            found.append(finding("file-unreadable", _printable(folder), f"{error.strerror}"))
            continue
        if folder and all(os.path.lexists(os.path.join(whole, name)) for name in _OF_A_SITE):
            found.append(_skipped(folder.rstrip("/"), "a site that this program built; not read"))
            continue
        list_pages = functools.cache(partial(_list_pages, entries))  # of few folders somebody asks
        for entry in entries:
            name, path = entry.name, folder + entry.name
            if name[0] == ".":
                continue
            is_plain = name.endswith(ALWAYS) and path.isascii() and name not in _OF_THE_FOLDER
            if is_plain and entry.is_file(follow_symlinks=False):
                paths.append(path)  # as below, and most are such (gain: half)
            elif problem := _pass_over(entry, path, root, list_pages):
                found.append(problem)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path + "/")
            elif name.lower().endswith(ARTICLES):
                paths.append(path)
    return sorted(paths), sorted(found)


def _pass_over(
    entry: os.DirEntry[str], path: str, root: str, list_pages: Callable[[], Set[str]]
) -> Finding | None:
    """Say why a file or a folder is not looked at; None when it is."""
    if entry.name in _OF_THE_FOLDER and not _has_front(entry.path):
        return _skipped(path, "tells of the folder, and has no front matter; not read")
    if not entry.is_dir(follow_symlinks=False):
        return _refuse(entry, path, root)
    if entry.name in _OF_PROGRAMS:
        return _skipped(path, "a folder of the program that built a site; not read")
    if (pages := list_pages()) and _PARTS.sub("", entry.name) in pages:
        return _skipped(path, "holds the parts of a saved page; only the pictures that it shows are used")
    return None


def _skipped(path: str, message: str) -> Finding:
    return finding("file-skipped", _printable(path), message)


def _has_front(path: str) -> bool:
    """Tell whether a file opens with a fence of front matter."""
    try:
        with open(os.open(path, _READ), "rb", buffering=0) as file:
            return file.read(16).lstrip(b"\xef\xbb\xbf \t\r\n")[:3] in {b"---", b"+++"}
    except OSError:
        return False


def _list_pages(entries: Iterable[os.DirEntry[str]]) -> Set[str]:
    """List the saved pages among a folder's files, without their endings."""
    return {entry.name.rpartition(".")[0] for entry in entries if entry.name.lower().endswith(HTML)}


def _refuse(entry: os.DirEntry[str], path: str, root: str) -> Finding | None:
    """Say why a file is no article and no picture; None when it is one of them."""
    name = entry.name.lower()
    if name.endswith(tuple(UNREAD)):
        form = UNREAD["." + name.rpartition(".")[2]]
        return finding("format-unread", _printable(path), f"{form} is a form that is not read")
    if not name.endswith(ARTICLES + PICTURES) and not (entry.is_symlink() and os.path.isdir(entry.path)):
        return _skipped(path, "no article and no picture; not read")
    if not _is_utf8(path):
        return finding("name-not-utf8", _printable(path), "the file's name is not UTF-8; not read")
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if os.path.isdir(target) or not target.startswith(root + os.sep):
            return _skipped(path, "a link to a folder, or out of the content; not followed")
    if name.endswith(JSON) and not _holds_article(entry.path):
        return _skipped(path, "JSON that holds no article; not read")
    return None


def _holds_article(path: str) -> bool:
    """Tell whether a JSON file holds an article; of a large one by its ends."""
    try:
        with open(os.open(path, _READ), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return False
            data = file.read(2 * ENDS)
            if status.st_size > len(data):
                file.seek(-ENDS, os.SEEK_END)
                return may_be_article(data[:ENDS] + file.read(ENDS))
    except OSError:
        return False
    told = read_json_article(data.decode("utf-8", "replace")) if may_be_article(data) else None
    return told is not None and told.articles > 0


def _is_utf8(path: str) -> bool:
    return path.isascii() or path.encode("utf-8", "replace") == path.encode("utf-8", "surrogatepass")


_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _printable(path: str) -> str:
    """Write a path whose bytes are not UTF-8 with U+FFFD, so that it can be shown."""
    if path.isascii() and path:
        return path
    return os.fsencode(path).decode("utf-8", "replace") or "."


def read_bytes(content: Path | str, path: str, limit: int = sys.maxsize - 1) -> bytes:
    """Read an ordinary file, or so much of it that it is seen to be larger than ``limit``."""
    # A pipe with an article's name would block for ever when opened.
    with open(os.open(os.path.join(content, path), _READ), "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        # The size is asked for, as room for the largest file would be made for each.
        return file.read() if status.st_size <= limit else file.read(limit + 1)


def read_article(content: Path, path: str, max_bytes: int) -> RawArticle:
    """Read one file that ``find_articles`` listed.

    Raises:
        ArticleError: it cannot be read, is too large, empty or no text.
    """
    where = _printable(path)
    try:
        data = read_bytes(content, path, max_bytes * WITH_PICTURES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ArticleError("file-unreadable", f"the file cannot be read: {reason}", where) from error
    if len(data) > max_bytes * WITH_PICTURES or count_words(data, max_bytes) > max_bytes:
        raise ArticleError("file-too-large", f"the file is larger than {max_bytes:,} bytes", where)
    return parse_article(data, path)


def count_words(data: bytes, limit: int) -> int:
    """Count a file's bytes; above the ``limit`` without the pictures and fonts that it holds inside."""
    if len(data) <= limit:
        return len(data)
    return len(data) - sum(found.end() - found.start() for found in _HELD.finditer(data))


# --- from bytes to an article -------------------------------------------------------------

_ADDRESS = re.compile(r"https?://\S{1,2000}")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,20}(?=[\s/>])|<!--")


def parse_article(data: bytes, path: str) -> RawArticle:
    """Read one article from a file's bytes; pure.

    Raises:
        ArticleError: the bytes are no article: empty, or no text.
    """
    found: list[Finding] = []
    if message := read_message(data):
        text, encoding = message.body, message.encoding
    else:
        text, encoding, found = decode_article(data, path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff \t\n"):
        raise ArticleError("file-empty", "the file is empty", path)
    if message is None and path.lower().endswith(JSON):
        front, body, start, whole = _take_json(text, path)
    elif message is None and (inside := read_contained(text)):
        front, body, start, whole = _take_contained(inside, path)
    else:
        front, text = (_front_of(message), text) if message else _read_front(text)
        kind = path if not message else HTML[0] if message.is_html else ".txt"
        body, start, whole = _take_body(text, kind, front)
    if said := _says_draft(front.values):
        front.notes.append(
            ("marked-draft", f"“{said}” is in the site all the same", front.lines.get(said, 1))
        )
    if heading := _heading_for(front.values, body):
        front.values["title"] = heading
    quoted = not _has_title(front.values) and _find_title(body, path, front)
    if not _has_day(front.values):
        _take_day(body, whole, front)
    if whole and not _has_day(front.values) and (day := day_in_scripts(text)):
        front.add("date", day, 1)
    _cut_values(front)
    found += [finding(code, path, message, line=line) for code, message, line in front.notes]
    return RawArticle(
        path=path,
        digest=sha256(data).hexdigest(),
        encoding=encoding,
        front=front.values,
        lines=front.lines,
        body=body,
        body_line=1 if message else 1 + text.count("\n", 0, start),
        findings=tuple(sorted(found)),
        whole=whole,
        written=_written(data, encoding) if message else "" if text.startswith(body, start) else text[start:],
        quoted=quoted,
    )


def _written(data: bytes, encoding: str) -> str:
    """Give a message as it stands in its file, in which the places of findings are counted."""
    return data.decode(encoding, "replace").replace("\r\n", "\n")


def _take_contained(inside: Contained, path: str) -> tuple[Front, str, int, bool]:
    """Take the one article of a note's export or a feed.

    Raises:
        ArticleError: there are several.
    """
    if inside.articles > 1:
        message = f"the file holds {inside.articles} articles, and a file is one"
        raise ArticleError("several-articles", message, path)
    return Front(dict(inside.front), dict.fromkeys(inside.front, 1)), inside.body, 0, False


def _take_json(text: str, path: str) -> tuple[Front, str, int, bool]:
    """Take the one article that a JSON file holds.

    Raises:
        ArticleError: there is none, or there are several.
    """
    told = read_json_article(text)
    if told is None or not told.articles:
        message = "the JSON cannot be read" if told is None else "the JSON holds no article"
        raise ArticleError("format-unread", message, path)
    if told.articles > 1:
        message = f"the file holds {told.articles} articles, and a file is one"
        raise ArticleError("several-articles", message, path)
    front = Front(dict(told.front), dict.fromkeys(told.front, 1))
    if DOCUMENT.match(told.text):
        body, _, whole = _read_body(told.text, HTML[0], front)
        return front, body, 0, whole
    return front, _mark_value(_unwrap(told.text, told.text, 0, front)), 0, False


def _mark_value(body: str) -> str:
    """Mark the paragraphs of a text that was a value: nobody wraps its lines."""
    if _TAG.search(body):
        return mark_paragraphs(body)
    return plain_paragraphs(body if "\n\n" in body else body.replace("\n", "\n\n"))


def _says_draft(values: Mapping[str, Value]) -> str:
    """Name the key by which the front matter says that an article is not to be seen yet."""
    for key, yes in (("draft", {"true", "yes", "1"}), ("published", {"false", "no"})):
        if str(values.get(key, "")).lower() in yes:
            return key
    return ""


_TEXTS = tuple(
    "content_html content.rendered content.content content html body_html body articlebody content_text"
    " record.text text full_text maintext article summary.content description summary".split()
)
"""Where JSON and the like keep an article's text among the rest, the fullest first."""


def _take_body(text: str, kind: str, front: Front) -> tuple[str, int, bool]:
    """Read the body behind the front matter; where there is none, the text that is a value of it."""
    if not front.end or text[front.end : front.end + 200].strip() or text[front.end :].strip():
        return _read_body(text, kind, front)  # most end here; the whole text is asked seldom
    key = next((key for key in _TEXTS if front.values.get(key)), "")
    if not key:
        return _read_body(text, kind, front)
    value = front.values.pop(key)
    body = value if isinstance(value, str) else "\n\n".join(value)  # a scraper's list of paragraphs
    return _mark_value(body), 0, False


def _front_of(message: Message) -> Front:
    """Give what the head of a letter or of a saved page says, and tell of the parts that are not shown."""
    front = Front(dict(message.front), dict.fromkeys(message.front, 1))
    if message.left:
        front.notes.append(("message-parts", f"not shown: {', '.join(message.left)[:200]}", 1))
    return front


def _read_front(text: str) -> tuple[Front, str]:
    """Read the front matter: between fences, the lines that open the file, or a notebook's; and the text."""
    front = split_front(text)
    if front.end:
        return front, text
    blank = len(text) - len(text.lstrip("\ufeff \t\n"))
    start = text.rfind("\n", 0, blank) + 1
    if header := split_header(text, start, 1 + text.count("\n", 0, start)):
        return header, text
    return read_notebook(text) or (front, text)


def _read_body(text: str, path: str, front: Front) -> tuple[str, int, bool]:
    """Make the body HTML, each kind of file in its way: (body, where it begins, is it a whole page)."""
    name, start = path.lower(), front.end
    if name.endswith(HTML) or DOCUMENT.match(text, start):
        whole = bool(DOCUMENT.match(text, start))
        read_head(text[start:], 1 + text.count("\n", 0, start), front)
        start, end = inside_body(text, start)
        within = name_article(text[start:end]) if whole else text[start:end]
        if front.end and ("{{" in within or "{%" in within):
            within = plain_addresses(within)
        if MAY_GROUP in within:
            within = ungroup_pictures(text, within)
        return mark_paragraphs(_unwrap(text, within, start, front)), start, whole
    if not front.end and not front.values:
        front.notes.append(("front-matter-missing", "the file has no front matter", 1))
    body = _unwrap(text, text[start:], start, front)
    if name.endswith(MARKDOWN):
        if name.endswith(".mdx"):
            body = silence_program(body)
        body, note = render_markdown(body)
        if note:
            front.notes.append(("markdown-refused", note, 1 + text.count("\n", 0, start)))
        return body, start, False
    return (mark_paragraphs(body) if _TAG.search(body) else plain_paragraphs(body)), start, False


def _unwrap(text: str, body: str, start: int, front: Front) -> str:
    """Take a body out of what a feed wrapped around it, and say so."""
    if not body.lstrip().startswith(("<![CDATA[", "&lt;")):
        return body
    unwrapped = unwrap_body(body, _TAG.search(body) is not None)
    if unwrapped != body:
        front.notes.append(
            ("body-wrapped", "read as the HTML that was meant", 1 + text.count("\n", 0, start))
        )
    return unwrapped


_LONGEST_VALUE = 4_000
"""Characters of a title, a name, an address: each page that lists an article would hold them all."""


def _cut_values(front: Front) -> None:
    """Keep the beginning of a value that is longer than any page should hold, and say so."""
    for key, value in front.values.items():
        texts = (value,) if isinstance(value, str) else value
        if any(len(text) > _LONGEST_VALUE for text in texts):
            cut = tuple(text[:_LONGEST_VALUE] for text in texts)
            front.values[key] = cut[0] if isinstance(value, str) else cut
            message = f"“{key[:40]}” is longer than {_LONGEST_VALUE:,} characters; its beginning is used"
            front.notes.append(("front-matter-invalid", message, front.lines.get(key, 1)))


# --- the title, when the front matter has none --------------------------------------------

_HEADLINE = re.compile(r"\s{0,99}<p>([^<>\n]{6,120})</p>\s{0,99}<p>")
_NO_HEADLINE = re.compile(r"[.。．…,，;；:：、।؛،]$|https?://|^[#*\W\d]*$")
"""A sentence, the beginning of one, an address, or a line of signs."""
_NEAR_TITLE, _LONGEST_DAY, _LINES_BELOW = 400, 60, 3
"""Characters below the title and of a day, and how many lines are looked at."""
_BETWEEN = re.compile(r"(?:<[^<>]{0,20}>|\n)+")
_SAYS_NOTHING = re.compile(
    r"(?:untitled|article|post|page|document|message|status|note)?[\d\W_]*|[0-9a-f_-]{8,}", re.IGNORECASE
)
"""A file's name that is a number, or a digest."""
_ANY_TAG = re.compile(r"<[^<>]*>?")
_LONGEST_TITLE = 80
_NAME_DATE = re.compile(r"^\d{4}[-_.]?\d{1,2}[-_.]?\d{1,2}[-_. ]+(?=\S)")


def _heading_for(values: Mapping[str, Value], body: str) -> str:
    """Give the heading that stands in for a title which only repeats an address, as clippers leave it."""
    title = values.get("title")
    return first_heading(body) if isinstance(title, str) and _ADDRESS.fullmatch(title.strip()) else ""


def _has_title(values: Mapping[str, Value]) -> bool:
    given = (values.get(key) for key in ALIASES["title"])
    return any(
        strip_controls(value if isinstance(value, str) else " ".join(value)) for value in given if value
    )


def _find_day(text: str) -> str:
    """Give the line that is a day and nothing else, of the first few below a title."""
    lines = [line for line in _BETWEEN.split(text) if line.strip()][:_LINES_BELOW]
    for line in map(html.unescape, lines):
        if _is_day(line, Front({}, {})):
            return line.strip()
    return ""


_PARTS_OF_BYLINE = re.compile(r"\s*[|｜·•・∙／»]\s*|\s+[–—/-]\s+|\s*[（(].{1,30}[)）]\s*$")
_BY_ON = re.compile(
    r"^(?:\w{3,12}\s)?(?:by|por|par|von|da|door|av|af)\s.{1,60}?\s(?:on|at|el|le|am|il|em|op|den)\s",
    re.IGNORECASE,
)
"""Who wrote it, before the day: Submitted by Ida on 3 May 2022."""
_NEAR_TOP, _LONGEST_BYLINE, _FAR_HEADING = 1_500, 100, 20_000
"""Characters of a body among which its byline stands, of the line, and those among which a heading does."""
_CLIPPED = re.compile(r"\(UTC ?[+-]\d\d:\d\d\)$")
"""So MarkDownload writes when a page was saved, under ``created``."""
_LINE = re.compile(r"(?:<([^<>]*)>)?(?<=[>\n])([^<>\n]+)")
_HEADING_END = re.compile(r"</h1\s*>", re.IGNORECASE)
_SAYS_OTHER = re.compile(r"updat|modif|comment|related|event|view", re.IGNORECASE)
_IN_LINE = re.compile(r"</?(?:a|b|i|em|strong|span|small|time|font|u)(?:\s[^<>]*)?>", re.IGNORECASE)
_FIGURES = re.compile(r"\d{4}|\d{1,2}/\d{1,2}/\d\d|[〇零○一二三四五六七八九]{4}年")
_PIECE, _LINES_OF_HEAD = "\x1f", 6
"""Stands between what elements within a line part; and how many lines of a page's head are looked at."""
_NO_LINES = ("script", "style", "option", "button", "td", "th")
"""What holds no byline: a table tells when somebody was born."""


def _has_day(values: Mapping[str, Value]) -> bool:
    """Tell whether a head says when an article appeared; when somebody saved it is another thing."""
    given = (str(values[key]) for key in ALIASES["date"] if values.get(key))
    return any(value.strip() and not _CLIPPED.search(value) for value in given)


def _take_day(body: str, whole: bool, front: Front) -> None:
    """Take the day that the byline names, one of the first lines: ``By Ida Harbour · May 28, 2025``.

    Only a part of the line that is a day and nothing else counts; a sentence names other days, and so does
    what calls itself a comment or the like. What says that it is of the last change counts as such. In a
    whole page the byline stands below the heading.
    """
    heading = _find_heading(body, front) if whole else None
    start = heading.end() - 1 if heading else 0  # the sign before the first line's words
    top = body[start : start + _NEAR_TOP]
    if not _FIGURES.search(top) or (whole and not heading):
        return
    said = ((found[1] or "", html.unescape(found[2])) for found in _LINE.finditer(_IN_LINE.sub(_PIECE, top)))
    lines = (one for one in said if one[1].strip(f" {_PIECE}") and not one[0].lower().startswith(_NO_LINES))
    for says, pieces in islice(lines, _LINES_OF_HEAD if whole else _LINES_BELOW + 1):
        line = squeeze(pieces.replace(_PIECE, ""))
        if not line or len(line) > _LONGEST_BYLINE or line[-1] in "!?。！？" or _SAYS_OTHER.search(says):
            continue
        inner = [line, *pieces.split(_PIECE)] if line[-1] != "." else []  # a sentence names any day
        parts = [part for piece in inner for part in _PARTS_OF_BYLINE.split(piece)]
        key = "date"
        for part in filter(None, map(_trim, (line, *inner[1:], *parts, _BY_ON.sub("", line)))):
            if changed := CHANGED.match(part):
                key, part = "updated", part[changed.end() :].lstrip(" :：")
            if _is_day(part, front):
                front.add(key, part, 1)
                break
        if _has_day(front.values):
            return


def _trim(part: str) -> str:
    return squeeze(part).strip(" ,|·•—–-")


def _find_heading(body: str, front: Front) -> re.Match[str] | None:
    """Find the end of the page's heading, or of a lower one, or of a line, that is the page's title.

    Of several headings the one counts that is the title; else the first one.
    """
    found = list(islice(_HEADING_END.finditer(body), FEW_HEADINGS))
    title = squeeze(str(front.values.get("title", "")))
    if found or not _has_title(front.values):
        ends = ((one, body[max(0, one.start() - _NEAR_TOP) : one.start()]) for one in found[1:])
        own = (one for one, markup in ends if _ends_with(markup, title))
        return next(own, found[0] if found else None)
    lower = islice(LOWER_HEADING.finditer(body), FEW_HEADINGS)
    heading = next((one for one in lower if squeeze(html.unescape(_ANY_TAG.sub("", one[1]))) == title), None)
    line = rf">\s{{0,99}}{re.escape(html.escape(title, quote=False))}\s{{0,99}}<(?!/title)"
    return heading or re.compile(line).search(body, 0, _FAR_HEADING)


def _ends_with(markup: str, title: str) -> bool:
    """Tell whether the heading that ends here is a page's title."""
    inner = markup.rpartition("<h1")[2].partition(">")[2]
    return bool(title) and squeeze(html.unescape(_ANY_TAG.sub("", inner))) == title


def _is_day(line: str, front: Front) -> bool:
    """Tell whether a line is a moment and nothing else."""
    if len(line) > _LONGEST_DAY or not _FIGURES.search(line):
        return False
    line = put_day_first(line, str(front.values.get("lang", "")))
    return is_moment(line) and read_date(line, Clock(), "UTC").kind in {"zoneless", "as-labelled"}


def _find_title(body: str, path: str, front: Front) -> bool:
    """Take the first ``<h1>`` (of Markdown too), or what calls itself the title, or the file's name.

    In a file that nobody gave a head, a short first line that ends like no sentence comes before the file's
    name; where that is but a number, the first sentence does, which is told by the result.
    """
    sentence = ""
    title = first_heading(body) or named_title(body)
    line = _HEADLINE.match(body) if not title and not front.values else None
    if line and not _NO_HEADLINE.search(line[1]):
        title = html.unescape(line[1])
        front.notes.append(("title-missing", "no title was given; the first line stands in", 1))
        if day := _find_day(body[line.end() : line.end() + _NEAR_TITLE]):
            front.add("date", day, 1)
    if not strip_controls(title):
        stem = _printable(stem_of(path))
        title = _NAME_DATE.sub("", stem) or stem
        if _SAYS_NOTHING.fullmatch(title):
            lines = html.unescape(_ANY_TAG.sub("\n", _IN_LINE.sub("", body[:_NEAR_TOP]))).splitlines()
            sentence = next((excerpt(line, _LONGEST_TITLE) for line in lines if line.strip()), "")
            title = sentence or title
        front.notes.append(("title-missing", f"no title was given or found; “{title}” stands in", 1))
    front.values["title"] = title
    front.lines.setdefault("title", 1)
    return bool(sentence)

"""Marks of the programs that built a site: Jekyll's and Hexo's ``{% … %}``, Hugo's ``{{< … >}}``.

In: the Markdown of a file. Out: Markdown in which those that say what HTML and Markdown can say are written
so: code, pictures, quotations, films, addresses. The rule it guards: **a body is data, never a template**;
nothing is looked up or run, a mark that is not known stays what it is, and so does all code.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator

from site_builder.language.text import squeeze

_MARK = re.compile(
    r"(?P<fence>^ {0,3}(?P<ticks>`{3,}|~{3,})[^\n]*$)|`[^`\n]+`"
    r"|\{%-?\s{0,99}(?P<end>end)?(?P<name>[a-z_]{1,60}+)(?P<given>[^{}%\n]{0,300}?)\s{0,20}-?%\}"
    r"|\{\{[<%]\s{0,99}(?P<last>/)?(?:(?<=/)\s{0,99})?(?P<short>[a-z_]{1,60}+)(?P<words>[^{}\n]{0,500}?)\s{0,20}/?[>%]\}\}",
    re.MULTILINE,
)
_VERBATIM = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*$.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|webp|avif|bmp|svg)(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"[\w-]{1,40}")
_CODE = frozenset({"highlight", "codeblock", "code"})
_QUOTES = frozenset({"blockquote", "quote"})
_NOTICES = frozenset(
    "notice note admonition callout alert hint attention tip warning info danger success message noticebox"
    " primary cq centerquote tipbox".split()
)
"""Of Hugo's themes and Hexo's; what stands within is the article's own."""
_KINDS = {
    "note": "Note", "tip": "Tip", "warning": "Warning", "info": "Info", "danger": "Danger",
    "important": "Important", "caution": "Caution", "example": "Example", "quote": "", "success": "Success",
}  # fmt: skip
_QUOTED = re.compile(r"[\"'“]([^\"'”]{1,200})[\"'”]")
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_LINK = re.compile(
    r"(?<=\]\()(?:\{%-?\s*(?:post_url|link)\s[^{}%\n]{1,200}%\}|\{\{[<%]\s*(?:rel)?ref\s[^{}\n]{1,200}[>%]\}\})(?=\))"
)
"""A link to another article of the site, by the name of its file."""
_BASE = re.compile(r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}")
_PIPED = re.compile(r"\{\{-?\s*[\"']([^\"'{}\n]{1,300})[\"']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}")
_STYLE = re.compile(r"(?<![ \t])[ \t]*\{:(?: [^{}\n]{1,200}|[.#][^{}\n]{1,200}|toc)\}[ \t]*$", re.MULTILINE)
_CONTENTS = re.compile(r"^[*+-] \S{1,40}\n\{:toc\}$", re.MULTILINE)
"""kramdown puts a list of the headings there."""


def read_marks(text: str) -> str:
    """Write what marks mean as Markdown. Linear.

    >>> read_marks("{% asset_img lamp.jpg The lamp %} {% if a %}")
    '![The lamp](<lamp.jpg>) {% if a %}'
    """
    marks = [mark for mark in _list_marks(text) if mark["name"] or mark["short"]]
    ends: dict[str, list[int]] = {}
    for number, mark in enumerate(marks):
        if mark["end"] or mark["last"]:
            ends.setdefault(_name(mark), []).append(number)
    pieces: list[str] = []
    place = number = 0
    while number < len(marks):
        mark = marks[number]
        later = ends.get(_name(mark), [])
        at = bisect_left(later, number + 1)
        end = marks[later[at]] if at < len(later) else None
        written, last = _write(text, mark, end)
        if written is not None:
            pieces += [_plain(text[place : mark.start()]), written]
            place = (last or mark).end()
            number = later[at] if last else number
        number += 1
    return "".join([*pieces, _plain(text[place:])])


def _list_marks(text: str) -> Iterator[re.Match[str]]:
    """Give the marks outside of fenced code."""
    fence = ""
    for mark in _MARK.finditer(text):
        ticks = mark["ticks"]
        if ticks:
            is_end = bool(fence) and ticks.startswith(fence) and mark["fence"].strip() == ticks
            fence = "" if is_end else fence or ticks
        elif not fence:
            yield mark


def _name(mark: re.Match[str]) -> str:
    return mark["name"] or mark["short"]


def _write(
    text: str, mark: re.Match[str], end: re.Match[str] | None
) -> tuple[str | None, re.Match[str] | None]:
    """Write one mark: (Markdown, the mark that ends it); None where it stays as it is."""
    name, given = _name(mark), (mark["given"] or mark["words"] or "").strip()
    if mark["end"] or mark["last"]:
        return None, None
    inner = text[mark.end() : end.start()] if end else ""
    if end and name in _CODE:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", inner)), default=0))
        return f"\n{fence}\n{inner.strip(chr(10))}\n{fence}\n", end
    if end and name == "raw":
        return inner, end
    if end and name in _QUOTES:
        lines = [*inner.strip().split("\n"), *(["", f"— {given}"] if given else [])]
        return _quote(lines), end
    if end and name in _NOTICES and not inner.lstrip().startswith("<!--"):
        title = _name_notice(name, given, shows_kind=bool(mark["short"]))
        return _quote([*([f"**{title}**", ""] if title else []), *inner.strip().split("\n")]), end
    return _write_alone(name, given), None


def _quote(lines: list[str]) -> str:
    return "\n\n" + "\n".join(f"> {line}" for line in lines) + "\n\n"


def _name_notice(name: str, given: str, *, shows_kind: bool) -> str:
    """Name a notice by its title, else by its kind where themes show that: Hexo's only give it a colour."""
    values = _values(given)
    named = values.get("title") or values.get("heading")
    if named is None and not values and (quoted := _QUOTED.search(given)):
        named = quoted[1]
    if named:
        return squeeze(named).replace("*", "")
    kind = (values.get("type") or values.get("color") or given.strip("\"'").split(" ")[0] or name).lower()
    return _KINDS.get(kind, _KINDS.get(name, "")) if shows_kind else ""


def _values(given: str) -> dict[str, str]:
    return {one[1]: one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(given)}


def _write_alone(name: str, given: str) -> str | None:
    """Write a mark that stands for a picture or film; None for any other."""
    values = _values(given)
    if name in {"asset_img", "img"} and (picture := _PICTURE.search(given)):
        words = " ".join(word for word in given[picture.end() :].split() if not word.isdigit())
        return f"![{words.strip(chr(34) + chr(39))}](<{picture[0]}>)"
    if name == "figure" and (address := values.get("src")):
        words = " ".join(filter(None, (values.get("title"), values.get("caption"))))
        caption = f"<figcaption>{html.escape(words)}</figcaption>" if words else ""
        alt = html.escape(values.get("alt", ""))
        return f'\n<figure><img src="{html.escape(address)}" alt="{alt}">{caption}</figure>\n'
    number = values.get("id") or given.strip("\"'")
    if name in _FILMS and _WORD.fullmatch(number):
        return f'\n<iframe src="{_FILMS[name]}{number}"></iframe>\n'
    return None


def _plain(text: str) -> str:
    """Write addresses as they are meant, and leave out what only gives a look; not within code."""
    if "{" not in text:
        return text
    pieces: list[str] = []
    place = 0
    for code in _VERBATIM.finditer(text):
        pieces += [_plain_words(text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*pieces, _plain_words(text[place:])])


def _plain_words(text: str) -> str:
    text = _PIPED.sub(r"\1", _BASE.sub("", _LINK.sub("#", text)))
    return _STYLE.sub("", _CONTENTS.sub("", text))

"""Marks of the programs that built a site: Jekyll's and Hexo's ``{% … %}``, Hugo's ``{{< … >}}``.

In: the Markdown of a file. Out: Markdown in which those that say what HTML and Markdown can say are written
so: code, pictures, quotations, films, addresses. Marks that enclose words and say nothing themselves become
elements that cleaning enters into the ledger; the words stay. The rule it guards: **a body is data, never a
template**; nothing is looked up or run, a mark that is not known stays what it is, and so does all code.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from urllib.parse import quote

from site_builder.language.text import squeeze
from site_builder.model import BY_NAME

_MARK = re.compile(
    r"(?P<fence>^ {0,3}(?P<ticks>`{3,}|~{3,})[^\n]*$)|`[^`\n]+`"
    r"|\{%-?\s{0,99}(?P<end>end)?(?P<name>[A-Za-z_]{1,60}+)"
    r"(?P<given>(?:[^{}%]|%(?!\})|\{\{[^{}\n]{0,80}\}\}){0,800}?)\s{0,20}-?%\}"
    r"|\{\{[<%]\s{0,99}(?P<last>/)?(?:(?<=/)\s{0,99})?(?P<short>[A-Za-z_][\w-]{0,59}+)"
    r"(?P<words>[^{}]{0,800}?)\s{0,20}/?[>%]\}\}",
    re.MULTILINE,
)
_VERBATIM = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*$.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([^\s\"'`]+))")
_PICTURE = re.compile(r"\S+\.(?:png|jpe?g|gif|webp|avif|bmp|svg)(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"[\w-]{1,40}")
_CODE = frozenset({"highlight", "codeblock", "code", "terminal", "console", "mermaid", "prettify", "prism"})
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
_FILMS = {
    "youtube": "https://www.youtube.com/watch?v=",
    "vimeo": "https://vimeo.com/",
    "bilibili": "https://www.bilibili.com/video/",
}
_FILM_NAMES = ("id", "video_id", "videoid", "video", "youtubeid", "youtube_id", "vid", "yt")
_FILES = {"audio": "audio", "video": "video"}
_PICTURES = frozenset(
    "include include_cached asset_img img image imgproc picture figure responsive_image imgcap fancybox"
    " lightbox thumbnail photo".split()
)
"""Marks that may name a picture; whatever they call its address, it ends like one."""
_NO_PICTURES = frozenset({"retina", "srcset", "src_s", "src_l", "thumb", "thumbnail", "teaser", "icon"})
_SHOWN = re.compile(
    r"(?P<file>[^\"'`<>]{1,400}\.(?:png|jpe?g|gif|webp|avif|bmp|svg))(?:[#?][^\s\"'`<>]{0,99})?", re.I
)
_ALTS = ("alt", "alt-text", "alt_text", "title")
_CAPTIONS = ("caption", "desc", "description", "text")
_FLOW = frozenset(
    "if unless for case while tablerow capture assign macro block filter set call with raw liquid"
    " schema".split()
)
"""Liquid's and Jinja's marks that decide what is shown: what they enclose may be no words of the article."""
_SILENT = frozenset(
    "include include_cached include_relative toc tableofcontents table_of_contents postlist more break spacer"
    " clear math_init".split()
)
"""Marks that stand alone for a part of the site, not of the article."""
_TAB = re.compile(r"<!--\s{0,9}tab\s{1,9}([^<>\n@]{1,80}?)\s{0,9}(?:@[^<>\n]{0,40})?-->")
_PROGRAM = re.compile(
    r"^(?:import\s[^\n]{0,300}?\sfrom\s{1,9}[\"'][^\n]{1,300}|import\s{1,9}[\"'][^\n]{1,300}"
    r"|export\s{1,9}(?:const|let|var|default|function)\s[^\n]{1,1000})$|\{/\*.{0,2000}?\*/\}",
    re.MULTILINE | re.DOTALL,
)
"""What MDX imports and exports, and its comments."""
_BRACKET = re.compile(r"[\[\]\\`]")
_WEB = re.compile(r"https?://[^\s,\"'`<>()]{1,1000}")
_LONGEST_LEAD = 200
_MOST_BRACES = 200_000
"""As many marks are read in two seconds."""
_TWEET = "https://twitter.com/{user}/status/{id}"
_GIST = "https://gist.github.com/"
_ADDRESS = r"(?:\]\(<?|\]:[ \t]{1,9}<?|href=[\"']?)"
_LINK = re.compile(
    rf"({_ADDRESS})(?:\{{%-?\s*(?:post_url|link)\s([^{{}}%\n]{{1,200}})%\}}"
    r"|\{\{[<%]\s*(?:rel)?ref\s([^{}\n]{1,200})[>%]\}\})(?:/?#[\w-]{1,200})?/?"
)
"""A link to another article of the site, by the name of its file."""
_GIVEN_PATH = re.compile(r"(?:path\s*=\s*)?[\"'`]([^\"'`]*)[\"'`]|([^\s\"'`]+)")
_PLACED = re.compile(
    r"(\]\(<?|\]:[ \t]{1,9}<?|(?:href|src)=[\"']?)"
    r"(?:\{(?:static|attach|filename)\}|\|(?:static|attach|filename)\|)"
)
"""How Pelican names a file of the site."""
_BASE = re.compile(r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}")
_PIPED = re.compile(r"\{\{-?\s*[\"']([^\"'{}\n]{1,300})[\"']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}")
_STYLE = re.compile(r"(?<![ \t])[ \t]*\{:(?: [^{}\n]{1,200}|[.#][^{}\n]{1,200}|toc)\}[ \t]*$", re.MULTILINE)
_GIVEN = r"(?:[.#][\w-]{1,80}|[\w-]{1,40}=(?:\"[^\"{}\n]{0,200}\"|'[^'{}\n]{0,200}'|[^\s{}\"'=]{1,200}))"
_LOOK = re.compile(rf"(?<=[\])`*_])\{{:?\s{{0,9}}{_GIVEN}(?:\s{{1,9}}{_GIVEN}){{0,9}}\s{{0,9}}\}}")
_HEADING = re.compile(
    rf"^(#{{1,6}}[ \t][^\n{{]{{1,300}}?)[ \t]*"
    rf"\{{:?\s{{0,9}}{_GIVEN}(?:\s{{1,9}}{_GIVEN}){{0,9}}\s{{0,9}}\}}[ \t]*$",
    re.MULTILINE,
)
"""What kramdown, Pandoc, Hugo and MkDocs write behind a picture, link or heading: its name, class, size."""
_CONTENTS = re.compile(r"^[*+-] \S{1,40}\n\{:toc\}$", re.MULTILINE)
"""kramdown puts a list of the headings there."""
_TOC = re.compile(
    r"^(?:\[TOC\]|\[\[_?toc_?\]\]|\{\{ ?TOC ?\}\}|\$\{toc\})[ \t]*$", re.MULTILINE | re.IGNORECASE
)
"""Python-Markdown, MultiMarkdown and VuePress do so there."""


def read_marks(text: str) -> str:
    """Write what marks mean as Markdown. Linear; what is hardly anything but braces stays what it is.

    >>> read_marks("{% asset_img lamp.jpg The lamp %} {% if a %}")
    '![The lamp](<lamp.jpg>) {% if a %}'
    """
    if text.count("{") > _MOST_BRACES:
        return text
    marks = [mark for mark in _list_marks(text) if mark["name"] or mark["short"]]
    ends: dict[str, list[int]] = {}
    for number, mark in enumerate(marks):
        if mark["end"] or mark["last"]:
            ends.setdefault(_name(mark), []).append(number)
    pieces: list[str] = []
    place = number = 0
    around: dict[str, int] = {}
    while number < len(marks):
        mark = marks[number]
        later = ends.get(_name(mark), [])
        at = bisect_left(later, number + 1)
        end = marks[later[at]] if at < len(later) else None
        written, last = _write(text, mark, end)
        if written is None and _encloses(mark, end, around):
            apart = "\n\n" if _stands_alone(text, mark) == "apart" else ""
            written = f"{apart}{_silence(mark[0])}{apart}"
        if written is not None:
            pieces += [_plain(text[place : mark.start()]), written]
            place = (last or mark).end()
            number = later[at] if last else number
        number += 1
    return "".join([*pieces, _plain(text[place:])])


def silence_program(text: str) -> str:
    """Write what MDX has for the program that shows it, and for who writes it, as marks that show nothing.

    >>> silence_program("import Lamp from './lamp'\\n\\nIt burns.").partition(" ")[0]
    '<span'
    """
    pieces: list[str] = []
    place = 0
    for code in _VERBATIM.finditer(text):
        pieces += [_PROGRAM.sub(lambda found: _silence(found[0]), text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*pieces, _PROGRAM.sub(lambda found: _silence(found[0]), text[place:])])


def plain_addresses(text: str) -> str:
    """Write the addresses in HTML as they are meant: without the name of the site's own folder.

    >>> plain_addresses('<img src="{{ site.baseurl }}/lamp.jpg">')
    '<img src="/lamp.jpg">'
    """
    return _LINK.sub(_name_file, _PIPED.sub(r"\1", _BASE.sub("", text)))


def write_reference(name: str) -> str:
    """Write the name of another file as the address of a link, for the archive to look up.

    >>> write_reference("Tides & time")
    'article:Tides%20%26%20time'
    """
    return f"{BY_NAME}{quote(name.strip())}"


def _name_file(link: re.Match[str]) -> str:
    """Write the address of a link that names a file of the site; what names none leads nowhere."""
    found = _GIVEN_PATH.match((link[2] or link[3]).strip("- "))
    path = ((found[1] or found[2] or "") if found else "").partition("#")[0].strip("/ ")
    names = path.split("/")  # folders were the old site's; of a bundle, its own tells it from others
    name = "/".join(names[-2:] if names[-1].startswith(("index.", "_index.")) else names[-1:])
    return f"{link[1]}{write_reference(name) if name else '#'}"


def _encloses(mark: re.Match[str], end: re.Match[str] | None, around: dict[str, int]) -> bool:
    """Tell whether a mark is one of a pair that only gives the words between them a look."""
    name = _name(mark)
    if mark["end"] or mark["last"]:
        around[name] = around.get(name, 0) - 1
        return around[name] >= 0
    if end is None or name.lower() in _FLOW:
        return False
    around[name] = around.get(name, 0) + 1
    return True


def _silence(mark: str) -> str:
    """Write a mark that shows nothing so that cleaning enters it into the ledger."""
    words = "".join(sign if sign.isalnum() or sign == " " else f"&#{ord(sign)};" for sign in squeeze(mark))
    return f'<span class="generator-mark">{words}</span>'


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
    if end and name == "comment":
        return _silence(text[mark.start() : end.end()]), end
    if end and name in _CODE:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", inner)), default=0))
        return f"\n{fence}\n{inner.strip(chr(10))}\n{fence}\n", end
    if end and name == "raw":
        return inner, end
    if end and name in _QUOTES:
        values = _values(given)
        author = ", ".join(filter(None, map(values.get, ("author", "source")))) if values else given
        lines = [*inner.strip().split("\n"), *(["", f"— {author}"] if author else [])]
        return _quote(lines), end
    if end and name in _NOTICES and not inner.lstrip().startswith("<!--"):
        title = _name_notice(name, given, shows_kind=bool(mark["short"]))
        return _quote([*([f"**{title}**", ""] if title else []), *inner.strip().split("\n")]), end
    if end and name in {"button", "btn", "link"} and (address := _WEB.search(given)):
        return f"[{squeeze(inner)}](<{address[0]}>)", end
    if end and name == "imgproc":
        return None, None
    return _write_alone(name, given, alone=_stands_alone(text, mark), shown=mark[0]), None


def _stands_alone(text: str, mark: re.Match[str]) -> str:
    """Tell whether a mark has its lines for itself: ``apart``, or ``within`` a list or markup."""
    before = text[max(mark.start() - _LONGEST_LEAD, 0) : mark.start()].rpartition("\n")[2]
    behind = text[mark.end() : mark.end() + _LONGEST_LEAD].partition("\n")[0]
    if (before + behind).strip(" \t>"):
        return ""
    return "within" if before else "apart"


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
    return {one[1].lower(): next(filter(None, one.groups()[1:]), "") for one in _ATTRIBUTE.finditer(given)}


def _write_alone(name: str, given: str, *, alone: str, shown: str) -> str | None:
    """Write a mark that stands for a picture, film or link, or for nothing; None for any other."""
    values = _values(given)
    if film := _name_film(name, given, values):
        return f'\n<iframe src="{film}"></iframe>\n'
    if name in _PICTURES and (picture := _name_picture(name, given, values)):
        return _write_picture(*picture, alone=alone)
    if name in _FILES and (address := values.get("src") or values.get("mp4")):
        return f'\n<{_FILES[name]} src="{html.escape(address)}"></{_FILES[name]}>\n'
    if name == "iframe" and (found := _WEB.search(given)):
        return f'\n<iframe src="{html.escape(found[0])}"></iframe>\n'
    if link := _name_link(name, given, values):
        return link
    return _silence(shown) if name in _SILENT else None


def _name_film(name: str, given: str, values: dict[str, str]) -> str:
    """Give the address of a film that a mark names: ``youtube ID``, or an include that says so."""
    number = next((values[key] for key in _FILM_NAMES if values.get(key)), "")
    if name in {"include", "include_cached"}:
        host = next((host for host in _FILMS if host in given.lower()), "")
    else:
        host, number = name, number or given.strip("\"'")
    return f"{_FILMS[host]}{number}" if host in _FILMS and _WORD.fullmatch(number) else ""


def _name_picture(name: str, given: str, values: dict[str, str]) -> tuple[str, str, str] | None:
    """Find a picture's address, what describes it and what stands below it; None where there is none."""
    for key, value in values.items():
        if key not in _NO_PICTURES and (found := _SHOWN.fullmatch(value.strip())):
            below = " ".join(filter(None, (values.get(key) for key in _CAPTIONS)))
            if name == "figure":
                below = " ".join(filter(None, (values.get("title"), below)))
            return found["file"].strip(), next((values[alt] for alt in _ALTS if values.get(alt)), ""), below
    if name == "figure" and values.get("src"):
        return (
            values["src"],
            values.get("alt", ""),
            " ".join(filter(None, map(values.get, ("title", "caption")))),
        )
    if not values and (plain := _PICTURE.search(given)) and not name.startswith("include"):
        words = " ".join(word for word in given[plain.end() :].split() if not word.isdigit())
        return plain[0].strip("\"'"), words.strip("\"'"), ""
    return None


def _write_picture(address: str, alt: str, below: str, *, alone: str) -> str:
    """Write a picture; beside words or in a table's cell it has no room of its own."""
    address = _BASE.sub("", address)
    if alone == "within" and not below:
        return f'<img src="{html.escape(address)}" alt="{html.escape(alt)}">'
    if not alone or not below:
        words = alt or below
        return f"![{words.replace('[', '(').replace(']', ')')}](<{address}>)"
    caption = f"<figcaption>{html.escape(below)}</figcaption>"
    return f'\n<figure><img src="{html.escape(address)}" alt="{html.escape(alt)}">{caption}</figure>\n'


def _name_link(name: str, given: str, values: dict[str, str]) -> str:
    """Write a mark that leads elsewhere as a link, or as its words where no page shows what it leads to."""
    if name in {"post_link", "asset_link"} and given:
        first, *words = given.split()
        said = squeeze(" ".join(words).replace(" false", "").replace(" true", "").strip("\"'")) or first
        leads = name == "post_link" and not _BRACKET.search(said)
        return f"[{said}]({write_reference(first)})" if leads else said
    if name in {"tweet", "twitter", "x"} and values.get("user") and values.get("id"):
        address = _TWEET.format(**values)
        return f"[{address}](<{address}>)"
    if name == "gist" and (parts := given.replace('"', "").replace("'", "").split()):
        address = _GIST + "/".join(parts[:2] if len(parts) > 1 and "." not in parts[1] else parts[:1])
        return f"[{address}](<{address}>)"
    if name in {"link", "btn", "button"} and (found := _WEB.search(given)):
        said = given[: found.start()] or given[found.end() :].strip(" ,").partition(",")[0]
        return f"[{squeeze(said.strip(' ,')) or found[0]}](<{found[0]}>)"
    if name == "label" and "@" in given:
        return given.partition("@")[2]
    return ""


def _plain(text: str) -> str:
    """Write addresses as they are meant, and leave out what only gives a look; not within code."""
    if not any(sign in text for sign in ("{", "<!--", "](|", "[TOC]", "[toc]", "[[")):
        return text
    pieces: list[str] = []
    place = 0
    for code in _VERBATIM.finditer(text):
        pieces += [_plain_words(text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*pieces, _plain_words(text[place:])])


def _plain_words(text: str) -> str:
    text = _PIPED.sub(r"\1", _BASE.sub("", text))
    text = _PLACED.sub(r"\1", _LINK.sub(_name_file, text))
    text = _TOC.sub(lambda found: _silence(found[0]), text)
    text = _HEADING.sub(r"\1", _STYLE.sub("", _CONTENTS.sub("", text)))
    return _TAB.sub(r"**\1**\n", _LOOK.sub("", text))

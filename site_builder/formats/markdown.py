"""Markdown and plain text become HTML, hostile as before.

In: the body of a file. Out: HTML. The rule it guards: scraped HTML inside Markdown stays as it
is, whatever blank lines and indents it holds, and no input takes the renderer long.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

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
        return "".join(part if is_html else plain_paragraphs(part) for part, is_html in parts), reason
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
        newline = text.find("\n", place)
        end = newline + 1 if newline >= 0 else len(text)
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


def plain_paragraphs(text: str) -> str:
    """Make paragraphs of plain text: a blank line parts them, a line's end is kept as a break."""
    blocks = (block.strip("\n") for block in re.split(r"\n[^\S\n]*(?=\n)", text))
    return "\n".join(
        f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for block in blocks
        if block.strip()
    )

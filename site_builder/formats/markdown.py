"""Markdown and plain text become HTML, hostile as before.

In: the body of a file. Out: HTML. The rule it guards: scraped HTML inside Markdown stays as it
is, whatever blank lines and indents it holds, and no input takes the renderer long.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import copy
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from site_builder.formats import asides
from site_builder.formats.marks import read_marks, write_reference

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

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

_NOTE_OPENS, _NOTE_CLOSES = "footnote_reference_open", "footnote_reference_close"
_TASK = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]\][ \t]", re.MULTILINE)
_OBSIDIAN = ("[[", "[!", "==", "%%")
_MARKED = re.compile(r"==(?=[^\s=])([^\n]{1,500}?)(?<=[^\s=])==(?!=)")
_COMMENT = re.compile(r"%%(?=[^\s%]|\s[^%]{1,500}\s%%)([^%]{1,2000})%%(?!%)")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\](?!\()")
_CALLOUT = re.compile(
    r"\[!([A-Za-z][\w-]{0,30})(?:\|[^\[\]\n]{0,60})?\][+-]?(?:[ \t]+([^\n]{1,300})|[ \t]*)(?:\n|$)"
)
_FORMULA = re.compile(r"\$[^$\n`]{0,300}[\\^_*<][^$\n`]{0,300}\$|^\$\$", re.MULTILINE)
_TERM = re.compile(r"^[^\s:>#|*+-][^\n]{0,200}\n\n?:[ \t]{1,3}\S", re.MULTILINE)
"""What kramdown, Pandoc, PHP Markdown Extra and Hugo read as a term and its meaning."""
_RUN = re.compile(r"[^\] \n]+")
_MAX_LABELS = 5_000_000
"""Characters that the renderer may have to look through for the ends of notes' labels (a second)."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?=\n)")
_SENTENCE_ENDS = re.compile(r"[.!?…。！？।؟։။።][\"'”’»」』)）\]]{0,2}\s*$")
_EMBEDDED = re.compile(
    r"!\[\[([^\[\]|<>\n]{1,200}\.(?:png|jpe?g|gif|webp|avif|bmp))(?:\|([^\[\]\n]{0,200}))?\]\]", re.IGNORECASE
)
_PIXELS = re.compile(r"\d{1,5}(?:x\d{1,5})?")
_HELD_WORD, _MARK = ";base64,", "SiteBuilderHoldsThis."
_HELD = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=]{200,}+")
_HELD_PLACE = re.compile(rf"{re.escape(_MARK)}(\d+)\.")
"""Pictures inside addresses are put aside: the renderer looks at each character (0.3 s a megabyte)."""

_MAY_MARK = re.compile(
    r"\{:|[\])`*_]\{|^#{1,6} [^\n{]*\{[.#:]|\{(?:static|attach|filename)\}|\|filename\||^\[\[?_?toc_?\]",
    re.MULTILINE | re.IGNORECASE,
)
_MARKUP = "[]*_`<&|\\~>\n"
_DEFINED = re.compile(r"^ {0,3}\[[^\[\]\n]{1,200}\]:", re.MULTILINE)
"""Where a link leads may be said behind a block of HTML."""
_MAX_MARKUP = 20_000
_SIGNS = "!#$%&+-:=@^{}"
_MAX_SIGNS = 1_000_000
"""The renderer stops at each of these, whatever they mean (2 µs)."""
_DIALECT = ("==", "%%", "$")
_MAX_DIALECT = 100_000
"""Each may begin something, for whose end the renderer looks (up to 20 µs)."""
MAX_NESTING = 100
"""Blocks within blocks; a list and its item are two."""
_MAX_COLUMNS = 100
"""A table writes out columns times rows: 7 KB of ``|`` and newlines would give 1,000,000 cells."""


class MarkdownRefusedError(ValueError):
    """A text that the renderer had better not see, and why."""


def render_markdown(text: str) -> tuple[str, str]:
    """Render Markdown as HTML: (HTML, why it was refused or ``""``).

    CommonMark with tables, strikethrough and footnotes, except that a block of HTML goes on to its own end
    tag: saved articles hold scraped HTML, whose blank lines and indents CommonMark would take for
    its end and for code.
    """
    if "{%" in text or "{{" in text or _MAY_MARK.search(text):
        text = read_marks(text)
    if asides.MAY_HOLD.search(text):
        text = asides.read_asides(text)
    if "![[" in text:
        text = _EMBEDDED.sub(_write_embedded, text)
    if _HELD_WORD in text and _MARK not in text:
        held: list[str] = []
        html_of_it, note = _render_text(_HELD.sub(partial(_set_aside, held), text))
        return _HELD_PLACE.sub(lambda found: held[int(found[1])], html_of_it), note
    return _render_text(text)


def _write_embedded(found: re.Match[str]) -> str:
    """Write Obsidian's ``![[lamp.png|300]]`` as a picture; what stands behind the bar may be its words."""
    words = found[2] or ""
    return f"![{'' if _PIXELS.fullmatch(words) else words}](<{found[1]}>)"


def _set_aside(held: list[str], found: re.Match[str]) -> str:
    held.append(found[0])
    return f"{_MARK}{len(held) - 1}."


def _render_text(text: str) -> tuple[str, str]:
    parts = list(_part_html(text))
    markdown = "".join(part for part, is_html in parts if not is_html)
    if not markdown.strip():
        return text, ""
    try:
        _refuse_dense(markdown)
        if "[^" in markdown or (len(parts) > 1 and _DEFINED.search(markdown)):
            return _render_with_notes(parts), ""
        return "".join(part if is_html or not part.strip() else _render(part) for part, is_html in parts), ""
    except MarkdownRefusedError as refusal:
        plain = "".join(part if is_html else plain_paragraphs(part) for part, is_html in parts)
        return plain, f"{refusal}; the text is shown as plain text"


def _render(text: str) -> str:
    """Render one part. A lone linked heading opens each post of one collector: no parser for that."""
    if match := _LINKED_HEADING.fullmatch(text):
        return f'<h2><a href="{match[2]}">{match[1]}</a></h2>\n'
    return _render_by(_parser_for(text), text)


def _render_by(parser: MarkdownIt, text: str) -> str:
    """Render a text, unless some of it would be lost: deeper than its limit, the parser reads no more."""
    env: dict[str, object] = {}
    tokens = parser.parse(text, env)
    if max((token.level for token in tokens), default=0) >= MAX_NESTING - 1:
        raise MarkdownRefusedError(f"lists or quotations are nested more than {MAX_NESTING // 2} deep")
    rendered: str = parser.renderer.render(tokens, parser.options, env)
    return rendered


def _render_with_notes(parts: list[tuple[str, bool]]) -> str:
    """Render all parts as one text, since a note may be told far from its mark.

    Meanwhile comments hold the places of the blocks of HTML; a text that has such a comment gets no
    block twice.
    """
    blocks = [part for part, is_html in parts if is_html]
    number = iter(range(len(blocks)))
    text = "".join(f"<!--block {next(number)}-->\n" if is_html else part for part, is_html in parts)
    todo = iter(enumerate(blocks))
    pieces: list[str] = []
    at, block = next(todo, (-1, ""))
    for piece in re.split(r"(<!--block \d+-->\n?)", _render_by(_parser_for(text, True), text)):
        if piece.rstrip() == f"<!--block {at}-->":
            pieces.append(block)
            at, block = next(todo, (-1, ""))
        elif not piece.startswith("<!--block "):
            pieces.append(piece)
    return "".join(pieces)


def _refuse_dense(text: str) -> None:
    """Refuse a text that would take the renderer too long."""
    if sum(map(text.count, _MARKUP)) > _MAX_MARKUP:
        raise MarkdownRefusedError(f"the text has more than {_MAX_MARKUP:,} marks of Markdown")
    if len(text) > _MAX_DIALECT and (
        sum(map(text.count, _SIGNS)) > _MAX_SIGNS or sum(map(text.count, _DIALECT)) > _MAX_DIALECT
    ):
        raise MarkdownRefusedError(f"the text has more than {_MAX_DIALECT:,} signs that may mean something")
    if "|" in text and max(line.count("|") for line in text.split("\n")) > _MAX_COLUMNS:
        raise MarkdownRefusedError(f"a table has more than {_MAX_COLUMNS} columns")
    if (notes := text.count("[^")) and notes * max(map(len, _RUN.findall(text))) > _MAX_LABELS:
        raise MarkdownRefusedError("the marks of footnotes are too many and too long")


@lru_cache(maxsize=16)
def _markdown(
    with_notes: bool = False,
    with_tasks: bool = False,
    with_wiki: bool = False,
    with_math: bool = False,
    with_terms: bool = False,
) -> MarkdownIt:
    """Make a parser that knows no more than a text needs: what it knows it looks for everywhere."""
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802
            """Let a picture of any kind stand inside an address: cleaning judges it."""
            return url.lstrip()[:11].lower() == "data:image/" or super().validateLink(url)

    options = {"html": True, "maxNesting": MAX_NESTING}
    parser = Reader("commonmark", options).enable(["table", "strikethrough"])
    if with_notes:
        from mdit_py_plugins.footnote import footnote_plugin

        parser.use(footnote_plugin, inline=False)
        parser.core.ruler.before("footnote_tail", "unused_notes", _keep_unused_notes)
    if with_tasks:
        from mdit_py_plugins.tasklists import tasklists_plugin

        parser.use(tasklists_plugin)
    if with_math:
        from mdit_py_plugins.dollarmath import dollarmath_plugin

        parser.use(
            dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
        )
        for kind, sign in (("math_inline", "$"), ("math_inline_double", "$$"), ("math_block", "$$")):
            parser.renderer.rules[kind] = partial(_write_formula, sign)  # type: ignore[attr-defined]
    if with_terms:
        from mdit_py_plugins.deflist import deflist_plugin

        parser.use(deflist_plugin)
    if with_wiki:
        parser.inline.ruler.before("link", "wiki_link", _read_wiki_link)
        parser.inline.ruler.before("emphasis", "marked", _read_marked)
        parser.inline.ruler.before("emphasis", "comment", _read_comment)
        parser.core.ruler.before("inline", "callouts", _part_callouts)
    return parser


def _parser_for(text: str, with_notes: bool = False) -> MarkdownIt:
    with_wiki = any(sign in text for sign in _OBSIDIAN)
    with_math = "$" in text and _FORMULA.search(text) is not None
    with_terms = "\n:" in text and _TERM.search(text) is not None
    return _markdown(with_notes, _TASK.search(text) is not None, with_wiki, with_math, with_terms)


def _write_formula(sign: str, tokens: list[Token], at: int, *_: object) -> str:
    """Write a formula in TeX as it was written: in it no sign is Markdown's."""
    words = f"{sign}{html.escape(tokens[at].content, quote=False)}{sign}"
    return f"<p>{words}</p>\n" if tokens[at].block else words


def _read_wiki_link(state: StateInline, silent: bool) -> bool:
    """Read Obsidian's ``[[Tides|the tides]]`` as its words, which lead to another file, if that is there."""
    found = _WIKI_LINK.match(state.src, state.pos) if state.src.startswith("[[", state.pos) else None
    if found is None or found[1].isdigit() or state.src[max(state.pos - 1, 0)] == "!":
        return False
    if not silent:
        name = found[1].partition("#")[0].strip()
        leads = bool(name) and not state.linkLevel  # no link stands in a link
        if leads:
            state.push("link_open", "a", 1).attrs = {"href": write_reference(name)}
        state.push("text", "", 0).content = (found[2] or found[1]).strip()
        if leads:
            state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _read_marked(state: StateInline, silent: bool) -> bool:
    """Read Obsidian's ``==words==`` as words marked with a pen."""
    found = _MARKED.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "=" else None
    if found is None:
        return False
    if not silent:
        end, state.posMax, state.pos = state.posMax, found.end(1), found.start(1)
        state.push("mark_open", "mark", 1)
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = end
    state.pos = found.end()
    return True


def _read_comment(state: StateInline, silent: bool) -> bool:
    """Read Obsidian's ``%%words%%`` as what it is, a note that only who writes sees; cleaning enters it."""
    found = _COMMENT.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "%" else None
    if found is None or state.src[max(state.pos - 1, 0)].isalnum():
        return False
    if not silent:
        state.push("comment_open", "span", 1).attrs = {"class": "obsidian-comment"}
        state.push("text", "", 0).content = found[0]
        state.push("comment_close", "span", -1)
    state.pos = found.end()
    return True


def _part_callouts(state: StateCore) -> None:
    """Give the title of a callout (``> [!note] Tides``) a paragraph of its own, above its words."""
    written: list[Token] = []
    for at, token in enumerate(state.tokens):
        found = _CALLOUT.match(token.content) if token.type == "inline" and at > 1 else None
        if found and state.tokens[at - 2].type == "blockquote_open":
            title = copy(token)
            title.children = []
            title.content = f"**{(found[2] or '').strip() or found[1].capitalize()}**"
            token.content = token.content[found.end() :]
            written.append(title)
            if not token.content.strip():
                continue
            written += [copy(state.tokens[at + 1]), copy(state.tokens[at - 1])]
        written.append(token)
    state.tokens = written


def _keep_unused_notes(state: StateCore) -> None:
    """Leave notes where they stand that no mark leads to; the renderer would leave them out."""
    opened = [token for token in state.tokens if token.type == _NOTE_OPENS]
    last = {token.meta["label"]: token for token in opened}
    refs = state.env.get("footnotes", {}).get("refs", {})
    is_used: list[bool] = []
    kept: list[Token] = []
    for token in state.tokens:
        if token.type == _NOTE_OPENS:
            label = token.meta["label"]
            is_used.append(refs[f":{label}"] >= 0 and last[label] is token and True not in is_used)
            if not is_used[-1]:
                token.type, token.content = "html_block", f"<p>[^{html.escape(label)}]:</p>\n"
        elif token.type == _NOTE_CLOSES and not is_used.pop():
            continue
        kept.append(token)
    state.tokens = kept


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
        if place >= end:  # else the line's end is known
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
    """Make paragraphs of plain text: a blank line parts them, a line's end is kept as a break.

    Where no blank line stands and nearly every line ends as a sentence does, each line is a paragraph, as
    scrapers write them.
    """
    lines = text.strip("\n").split("\n")
    is_by_line = False
    if len(lines) > 2 and all(map(str.strip, lines)):
        ended = sum(line.startswith("- ") or _SENTENCE_ENDS.search(line) is not None for line in lines)
        is_by_line = 3 * ended >= 2 * len(lines)
    blocks = lines if is_by_line else [block.strip("\n") for block in _BLANK_LINE.split(text)]
    return "\n".join(
        f"<p>{html.escape(block, quote=False).replace(chr(10), '<br>' + chr(10))}</p>"
        for block in blocks
        if block.strip()
    )

"""Phrases in, well-built blocks out: the half of cleaning that writes.

In: text, line breaks, media and the beginnings and ends of elements, in document order.
Out: HTML with one block a line, and the text that it shows. The rule it guards: **every
character handed in is written once, in order**, in a structure that any HTML parser reads back
as it was written: paragraphs hold phrases only, lists items, tables rows.

How it works. A *line* is the run of phrases that will become one paragraph, heading or
caption. Phrase elements are opened late (when there is something to put into them) and closed
early, so an element that spans blocks is written once in each, and an empty one never. White
space waits until something follows it. Pictures wait until it is known whether they stand in a
sentence or alone. A *frame* is an open block that holds blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from itertools import islice, pairwise, takewhile
from typing import Literal

from site_builder.cleaning.invitations import ENDS, is_invitation, leads_elsewhere, may_head, may_lead
from site_builder.cleaning.labels import is_label, names_picture
from site_builder.cleaning.sharing import is_sharing
from site_builder.cleaning.spaces import VERBATIM, is_behind_moment
from site_builder.language.text import count_characters, squeeze
from site_builder.sanitize import ANCHOR, MEDIA_SCHEME

CAPTION_LIMIT = 120
"""Characters; a longer text below a picture is a paragraph of the article."""

_STOPS = frozenset("。！？”.!?")
_LABEL_HTML = 200
"""Characters; no paragraph of more is asked whether it is a label."""
_BLANKS = 16
"""No text needs more blanks in a row; a flood of them must not cost quadratic time."""
_RUNS = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]")
INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Characters that show nothing, not even a blank; a line of them alone is no line."""
_SHOWS_NOTHING = INVISIBLE + " \t\n\r\f\v\x85\xa0\u3000\u2002\u2003\u2009\u2028\u2029"
_CONTAINERS = frozenset({"blockquote", "ul", "ol", "dl", "table", "figure"})
MAX_CONTAINERS = 40
"""Blocks within blocks beyond this depth keep their words and lose their frame."""
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_HEADING = re.compile(r"<(h[2-6])[ >]")
# Which frame must stand directly around a line or block that has none of the right kind.
_INNER = {"ul": "li", "ol": "li", "dl": "dd", "tr": "td", "tbody": "tr", "thead": "tr", "tfoot": "tr"}
_INNER["table"] = "tbody"
_PARENTS = {
    "li": ("ul", "ol"),
    "dd": ("dl",),
    "dt": ("dl",),
    "td": ("tr",),
    "th": ("tr",),
    "tr": ("tbody", "thead", "tfoot"),
    "tbody": ("table",),
    "thead": ("table",),
    "tfoot": ("table",),
    "caption": ("table",),
}
_MAY_SHARE = frozenset({"p", "ul"})
_EXHIBITS = frozenset({"table", "pre", "blockquote"})
"""What a figure may show instead of a picture."""
_CAPTION_MARKS = frozenset("▲△▴▵↑")
"""With such a sign a line says that it is about the picture above it."""
_NOTE_NUMBER = re.compile(r"[\[(]?(?:[0-9]{1,3}|[*†‡§^])[\])]?[.:]?")
_NOTE_PIECES = 12
_LINK_WITHIN = 60
"""Characters of a block of links, in which the first begins."""
_CELLS = frozenset({"td", "th"})
_ROW_GROUPS = frozenset({"tbody", "thead", "tfoot"})


def _has_runs(text: str) -> bool:
    """Tell whether there is white space to collapse: five searches for one character each are the fastest."""
    return "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text


def escape(text: str) -> str:
    """Escape text as HTML5 writes it, so that the gate has nothing to change."""
    # Four searches for what is seldom there; str.translate looks up each character.
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace("\xa0", "&nbsp;")


def escape_value(text: str) -> str:
    """Escape an attribute's value as HTML5 writes it."""
    return escape(text).replace('"', "&quot;")


def media_markup(index: int) -> str:
    """Write the literal that stands for a medium."""
    return f'<img src="{MEDIA_SCHEME}:{index}">'


_TAG = re.compile("<[^>]*>")
_BESIDE = re.compile(r'<(r[tp])>[^<]*</\1>|<sup>(?:<a href="#[^<>]*>[^<]*</a>|\[\d+\])</sup>')
"""What stands beside the words: how a character is read, and the mark of a note."""
_PLACE = re.compile(rf'<span id="{ANCHOR}(\d+)"></span>')
_LEAP = re.compile(rf'<a href="#{ANCHOR}(\d+)">')


def anchor_markup(number: int) -> str:
    """Write a place that a link within the page leads to."""
    return f'<span id="{ANCHOR}{number}"></span>'


def find_orphans(html: str) -> set[int]:
    """Find the places that no link leads to, and those that links lead to and that were not written."""
    return {*map(int, _PLACE.findall(html))} ^ {*map(int, _LEAP.findall(html))}


Left = Literal["label", "invitation", "sharing"]


@dataclass(slots=True, eq=False)
class Phrase:
    """An element within a line: its tag, and its start tag as it will be written."""

    tag: str
    markup: str


@dataclass(slots=True)
class Block:
    """A finished block; ``parts`` holds a cell's blocks, a row's cells, a table's rows."""

    kind: str
    html: str
    parts: list[Block] = field(default_factory=list)
    alt: str = ""
    """Of a figure: what its picture's ``alt`` says, which some publishers repeat as its caption."""
    line: int = -1
    """Of a block that is one line: its number."""


@dataclass(slots=True, eq=False)
class Frame:
    """An open block that holds blocks."""

    tag: str
    markup: str
    blocks: list[Block] = field(default_factory=list)
    is_layout: bool = False
    """Of a table that says itself that it holds no data."""


class BlockWriter:
    """Writes blocks from a stream of phrases.

    ``drop_first`` is asked, with the text of the first line, whether the caller takes it away;
    ``drop_line`` is told of each line that shows nothing, and has to take it away. ``origin`` is the
    address of the article's own page.
    """

    def __init__(
        self, drop_first: Callable[[str], bool], drop_line: Callable[[str], None], origin: str = ""
    ) -> None:
        self.lines: list[str] = []
        """The text of each finished line."""
        self.running: list[str] = []
        """Of these, the paragraphs that stand in no list, table, quotation or caption."""
        self.plain: dict[str, str] = {}
        """What a paragraph that has marks of notes or readings of characters says without them."""
        self.alts: list[str] = []
        """Each medium's ``alt``."""
        self.inline: set[int] = set()
        """Which media stand within a line."""
        self.left: dict[int, tuple[Left, str]] = {}
        """The numbers of lines that were left out in the end, what they are, and their markup."""
        self._origin = origin
        self.added: set[int] = set()
        """The numbers of lines that hold text of ours."""
        self._drop_first: Callable[[str], bool] | None = drop_first
        self._drop_line = drop_line
        self._frames = [Frame("", "")]
        self._html: list[str] = []
        self._text: list[str] = []
        self._wanted: list[Phrase] = []
        self._anchors: list[int] = []
        self._opened = 0
        self._space = ""
        self._breaks = 0
        self._leaf = "p"
        self._markup = "<p>"
        self._depth = 0
        self._held: list[tuple[int, bool, str]] = []
        self._has_text = False
        self._caption = ""
        self._in_paragraph = False
        self._noted = False
        """Whether the line begins with a place that a link leads to."""
        self._kept = self._kept_lines = 0
        self._kept_in_line = self._kept_pieces = 0
        self._outline: list[str] = []

    def ask_again(self, drop_first: Callable[[str], bool]) -> None:
        """Ask of the next line, too, whether the caller takes it away."""
        if not self._depth:
            self._drop_first = drop_first

    # --- phrases --------------------------------------------------------------------------

    def paragraph(self, text: str) -> None:
        """Write a paragraph that holds nothing but text, as most do, in one go (gain: 50 µs an article)."""
        core = text.strip()
        busy = self._depth or self._html or self._held or self._wanted or self._anchors
        busy = busy or len(self._frames) > 1
        if not busy and self._drop_first is None and core.strip(_SHOWS_NOTHING) and not _has_runs(core):
            self._space, self._breaks, self._caption, self._markup = "", 0, "", "<p>"
            self._has_text = self._in_paragraph = False
            self.lines.append(core)
            self._add_line(escape(core), core, below_picture=False)
        else:
            self.begin_paragraph("<p>")
            self.text(text)
            self.end_paragraph()

    def text(self, text: str) -> None:
        """Write text; white space is collapsed, outside ``pre``."""
        if self._leaf == "pre":
            self._verbatim(text)
            return
        core = text.strip()
        if not core:
            if self._html or self._held or self._breaks:
                self._blank(text)
            return
        if len(core) != len(text):
            start = text.index(core[0])
            if start:
                self._blank(text[:start])
            self._begin_text(core)
            self._put(core)
            self._blank(text[start + len(core) :])
        else:
            self._begin_text(core)
            self._put(core)

    def add(self, text: str) -> None:
        """Write text that is ours; the line that it stands in is none that the caller may take away."""
        self.text(text)
        self.added.add(len(self.lines))

    def _put(self, core: str) -> None:
        if _has_runs(core):
            core = _RUNS.sub(" ", core)
        self._html.append(escape(core))
        self._text.append(core)
        self._has_text = True

    def _blank(self, blank: str) -> None:
        if not blank:
            return
        if self._breaks:
            # An indent of full-width blanks after a line break: a paragraph by other means.
            if "\u3000" in blank and self._breaks == 1 and not self._depth:
                self._breaks = 2
        elif (self._html or self._held) and len(self._space) < _BLANKS:
            self._space = _RUNS.sub(" ", self._space + blank)

    def _verbatim(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not self._html:
            text = text.lstrip("\n")
        if not text:
            return
        if not self._html:
            self._start_line()
        if self._anchors and not text.isspace():
            self._put_anchors()
        self._open_wanted(len(self._wanted))
        self._html.append(escape(text))
        self._text.append(text)

    def anchor(self, number: int) -> None:
        """Mark the place where the next text stands, for links that lead to it."""
        self._anchors.append(number)

    def _put_anchors(self) -> None:
        self._noted = not self._html
        self._html += map(anchor_markup, self._anchors)
        self._anchors = []

    def _begin_text(self, core: str) -> None:
        if self._held:
            self._place_held(text_follows=True)
        self._begin()
        if self._html and self._html[-1] == "</time>":
            self._part_moment(core)
        if self._anchors:
            self._put_anchors()
        if self._opened != len(self._wanted):
            if self._html and self._html[-1] == "</a>" and self._wanted[self._opened].tag == "a":
                self._part_links(core)
            self._open_wanted(len(self._wanted))

    def _part_moment(self, core: str) -> None:
        """Put a blank behind a moment that a word follows, whatever stood between them (``spaces``)."""
        verbatim = self._leaf in VERBATIM or any(phrase.tag in VERBATIM for phrase in self._wanted)
        if not verbatim and is_behind_moment(self._text[-1], core):
            self._html.append(" ")
            self._text.append(" ")

    def _part_links(self, core: str) -> None:
        """Put a blank between the words of two links that only a style kept apart: no word is two links."""
        pieces = islice(reversed(self._html), 1, None)  # a copy for each link would cost quadratic time
        before = "".join(takewhile(lambda piece: not piece.startswith("<a "), pieces))
        if len(before) > 1 and self._text[-1][-1].isalnum() and core[0].isalnum():
            self._html.append(" ")
            self._text.append(" ")

    def _begin(self) -> None:
        """Settle the breaks and blanks that waited for something to follow."""
        if self._breaks:
            self._settle_breaks()
        elif self._space:
            if self._html:
                self._html.append(escape(self._space))
                self._text.append(self._space)
            self._space = ""
        if not self._html:
            self._start_line()

    def _start_line(self) -> None:
        if self._frames[-1].tag in _INNER and self._leaf not in _PARENTS:
            self._enter_flow()
        if self._caption == "next":
            self._caption = "this"

    def _settle_breaks(self) -> None:
        breaks, self._breaks, self._space = self._breaks, 0, ""
        if breaks > 1:
            self._caption = ""
            if not self._depth:
                self._end_line()
        if self._html:
            self._html.append("<br>")
            self._text.append(" ")
        self._has_text = False

    def _open_wanted(self, upto: int) -> None:
        for phrase in self._wanted[self._opened : upto]:
            self._html.append(phrase.markup)
        self._opened = max(self._opened, upto)

    def begin_phrase(self, tag: str, markup: str) -> Phrase | None:
        """Begin an element within the line; None if one of that name is open already."""
        if any(phrase.tag == tag for phrase in self._wanted):
            return None
        if tag in {"rt", "rp"} and not (self._wanted and self._wanted[-1].tag == "ruby"):
            return None
        phrase = Phrase(tag, markup)
        self._wanted.append(phrase)
        return phrase

    def end_phrase(self, phrase: Phrase) -> None:
        """End an element. A blank or picture that waits moves behind it, which shows the same."""
        if self._opened == len(self._wanted):
            self._html.append(f"</{phrase.tag}>")
            self._opened -= 1
        self._wanted.pop()

    def line_break(self) -> None:
        """Write a line break; two or more end the paragraph."""
        if self._leaf == "pre":
            self._verbatim("\n")
            return
        if self._held:
            alone = self._in_paragraph and not self._html
            if self._place_held(text_follows=False) and alone:
                self._caption = "next"
        self._breaks += 1
        self._space = ""

    # --- media ----------------------------------------------------------------------------

    def medium(self, index: int, is_small: bool, alt: str = "") -> None:
        """Write a picture or the like: in the line, if it stands in a sentence, else alone."""
        self.alts.append(squeeze(alt))
        if self._depth:
            self._put_inline(index)
            return
        self._held.append((index, is_small, self._space))
        self._space = ""

    def _place_held(self, text_follows: bool) -> bool:
        """Put the waiting media in the line or below it; True if they became figures."""
        held, self._held = self._held, []
        space, self._space = self._space, ""
        in_sentence = self._has_text and not self._breaks and text_follows
        is_small = all(small for _, small, _ in held) and bool(self._html or text_follows)
        if in_sentence or is_small:
            for index, _, before in held:
                self._space = before
                self._put_inline(index)
            self._space = space
            return False
        self._breaks = 0
        self._end_line()
        for index, _, _ in held:
            self._add_figure(index)
        return True

    def _put_inline(self, index: int) -> None:
        # Never within a phrase: a page may put a link in a picture's place, and a link may not
        # stand in a link; the others look the same around a picture as beside it.
        while self._opened:
            self._opened -= 1
            self._html.append(f"</{self._wanted[self._opened].tag}>")
        self._begin()
        self._html.append(media_markup(index))
        self.inline.add(index)
        self._has_text = self._has_text or not self._depth

    def _add_figure(self, index: int) -> None:
        if self._frames[-1].tag in _INNER:
            self._enter_flow()
        self.inline.discard(index)
        markup = f"<figure>{media_markup(index)}</figure>"
        self._frames[-1].blocks.append(Block("figure", markup, alt=self.alts[index]))

    # --- lines ----------------------------------------------------------------------------

    def boundary(self) -> None:
        """End the line: here one block ends and another may begin."""
        if not self._depth:
            if self._noted and not self._held and self._is_note_number():
                self._space = " "  # its note follows, in a block of its own
            elif self._html or self._held:
                self._end_line()
            else:
                self._space, self._breaks, self._has_text = "", 0, False
            self._caption = ""
            self._in_paragraph = False
        elif self._leaf == "pre":
            if self._text and not self._text[-1].endswith("\n"):
                self._verbatim("\n")
        elif self._html and not self._breaks:
            self._breaks = 1

    def _is_note_number(self) -> bool:
        """Tell a line that is but a note's number, which links back to its mark: it opens the note."""
        if len(self._html) > _NOTE_PIECES or self._leaf != "p":
            return False
        is_linked = any(piece.startswith("<a ") for piece in self._html)
        return is_linked and _NOTE_NUMBER.fullmatch("".join(self._text)) is not None

    def begin_paragraph(self, markup: str) -> None:
        """Begin a paragraph that was marked as one."""
        self.boundary()
        if not self._depth:
            self._markup = markup
            self._in_paragraph = True

    def turn(self, markup: str) -> None:
        """Give the lines that stand in no paragraph of their own a start tag, up to the next one's end."""
        if not self._depth:
            self._markup = markup

    def end_paragraph(self) -> None:
        """End a paragraph that was marked as one."""
        self.boundary()
        if not self._depth:
            self._markup = "<p>"

    def begin_leaf(self, tag: str, markup: str) -> bool:
        """Begin a block that holds phrases only: a heading, term or ``pre``; False where none may stand."""
        self.boundary()
        if self._noted:
            self._end_line()
        if not self._depth and tag in _PARENTS and not self._enter(tag):
            return False
        self._depth += 1
        if self._depth > 1:
            return True
        self._leaf, self._markup = tag, markup
        return True

    def end_leaf(self) -> None:
        """End what ``begin_leaf`` began."""
        if self._depth == 1:
            self._end_line()
            self._leaf, self._markup = "p", "<p>"
        else:
            self.boundary()
        self._depth -= 1

    def _end_line(self) -> None:
        if self._held:
            self._place_held(text_follows=False)
        self._space, self._breaks = "", 0
        caption, self._caption = self._caption == "this", ""
        self._has_text = False
        if not self._html:
            return
        opened, self._opened = self._opened, 0
        self._html += [f"</{phrase.tag}>" for phrase in reversed(self._wanted[:opened])]
        html, text = "".join(self._html), "".join(self._text)
        self._html, self._text, self._noted = [], [], False
        self._kept_in_line = self._kept_pieces = 0
        if self._leaf == "pre":
            html = html.rstrip() if not html.endswith(">") else html
        if not text.strip(_SHOWS_NOTHING):
            if text and not text.isspace():
                self._drop_line(text)
            self._end_textless_line(html)
            return
        if self._drop_first is not None:
            if len(self.lines) not in self.added and self._drop_first(text):
                return
            self._drop_first = None
        self.lines.append(text)
        self._add_line(html, text, caption)

    def _end_textless_line(self, html: str) -> None:
        """A line of pictures only (in a heading, say) becomes figures, white space nothing."""
        for number in re.findall(rf'<img src="{MEDIA_SCHEME}:(\d+)">', html):
            self._add_figure(int(number))

    def _add_line(self, html: str, text: str, below_picture: bool) -> None:
        blocks = self._frames[-1].blocks
        leaf, frame = self._leaf, self._frames[-1].tag
        if leaf == "figcaption":
            html = _unsmall(html)
        if blocks and blocks[-1].kind == "figure" and frame != "figure" and leaf in {"p", "figcaption"}:
            is_short = below_picture and len(text) <= CAPTION_LIMIT
            is_short = is_short or (text[0] in _CAPTION_MARKS and len(text) <= CAPTION_LIMIT)
            is_caption = is_short or leaf == "figcaption" or text == blocks[-1].alt
            if is_caption and "<br>" not in html and "<img" not in html and _add_caption(blocks[-1], html):
                return
        parents = _PARENTS.get(leaf, ("figure",) if leaf == "figcaption" else (frame,))
        if leaf in _HEADINGS and frame in parents:
            tag = self._rank(leaf)
            markup = f"<{tag}{self._markup[len(leaf) + 1 :]}{html}</{tag}>"
            blocks.append(Block(tag, markup, line=len(self.lines) - 1))
        elif frame in parents:
            blocks.append(Block(leaf, f"{self._markup}{html}</{leaf}>", line=len(self.lines) - 1))
        else:
            blocks.append(Block("p", f"<p>{html}</p>", line=len(self.lines) - 1))
        if leaf == "p" and not frame:
            self.running.append(text)
            if "<sup>" in html or "<rt>" in html:
                self.plain[text] = unescape(_TAG.sub("", _BESIDE.sub("", html)))

    def _rank(self, heading: str) -> str:
        """Give a heading the level that its place in the outline has.

        Publishers choose levels by their looks. The page's title is the ``h1``, and people who
        walk a page by its headings must find no level left out (WCAG 1.3.1).
        """
        while self._outline and self._outline[-1] >= heading:
            self._outline.pop()
        self._outline.append(heading)
        return f"h{len(self._outline) + 1}"

    def rule(self) -> None:
        """Write a thematic break, never two in a row."""
        self.boundary()
        if self._noted:
            self._end_line()
        if self._depth or self._frames[-1].tag in _INNER:
            return
        blocks = self._frames[-1].blocks
        if blocks and blocks[-1].kind != "hr":
            blocks.append(Block("hr", "<hr>"))

    # --- frames ---------------------------------------------------------------------------

    def begin_frame(self, tag: str, markup: str) -> Frame | None:
        """Begin a block that holds blocks; None where none may stand."""
        self.boundary()
        if self._noted:
            self._end_line()
        if self._depth or (tag in _CONTAINERS and self._is_deep()):
            return None
        if tag in _PARENTS:
            if not self._enter(tag):
                return None
        elif self._frames[-1].tag in _INNER:
            self._enter_flow()
        frame = Frame(tag, markup)
        self._frames.append(frame)
        return frame

    def end_frame(self, frame: Frame) -> None:
        """End a frame, and those within it that nobody else will end."""
        self.boundary()
        if self._noted:
            self._end_line()
        while frame in self._frames:
            self._close()

    def _enter(self, tag: str) -> bool:
        """Close and open frames until ``tag`` may stand here; False where it cannot."""
        wanted = _PARENTS[tag]
        while self._frames[-1].tag not in wanted:
            here = self._frames[-1].tag
            if _INNER.get(here) in {"tbody", "tr"} and tag in {"tr", "td", "th"}:
                self._open(_INNER[here])
            elif here and not self._frames[-1].markup:  # implied, so nobody else ends it
                self._close()
            elif tag == "li" and not self._is_deep():
                if here in _INNER:
                    self._enter_flow()
                self._open("ul")
            else:
                return False
        return True

    def _is_deep(self) -> bool:
        frames = self._frames
        if len(frames) <= MAX_CONTAINERS:
            return False
        return sum(frame.tag in _CONTAINERS for frame in frames) >= MAX_CONTAINERS

    def _open(self, tag: str) -> None:
        self._frames.append(Frame(tag, ""))

    def _enter_flow(self) -> None:
        """Open what must stand between the open frame and a line or block: an item, a cell."""
        while self._frames[-1].tag in _INNER:
            if self._frames[-1].tag == "ul" and not self._frames[-1].markup:
                self._close()  # a list around stray items; what follows is none
            else:
                self._open(_INNER[self._frames[-1].tag])

    def _close(self) -> None:
        self._end_line()
        frame = self._frames.pop()
        self._frames[-1].blocks += _finish(frame)

    def finish(self) -> str:
        """Return the HTML, one block a line."""
        self._end_line()
        while len(self._frames) > 1:
            self._close()
        blocks = self._leave_labels(self._frames[0].blocks)
        while blocks and blocks[-1].kind == "hr":
            blocks.pop()
        html = _join(blocks)
        self.inline = {index for index in self.inline if f"<figure>{media_markup(index)}" not in html}
        return html

    def _leave_labels(self, blocks: list[Block]) -> list[Block]:
        """Leave out what the publisher's page says of itself, once it is known what stands around it."""
        kept: list[Block] = []
        label: Block | None = None  # right above, and links to other articles may stand below it
        for at, block in enumerate(blocks):
            # Most paragraphs end with a stop, as no label does (gain: 4 % of cleaning).
            may_be = block.kind == "p" and len(block.html) <= _LABEL_HTML and block.html[-5] not in _STOPS
            if may_be and self._is_label(block, blocks, at, kept):
                self._leave(block, "label")
            elif label and self._leads_on(label, blocks, at):
                if kept[-1] is label:
                    self._leave(kept.pop(), "invitation")
                self._leave(block, "invitation")
                continue
            elif kept and block.html.endswith(ENDS) and self._is_invitation(block):
                self._leave(block, "invitation")
            elif block.kind in _MAY_SHARE and len(blocks) > 1 and is_sharing(block.html):
                self._leave(block, "sharing")
            elif block.kind != "hr" or (kept and kept[-1].kind != "hr"):
                kept.append(block)
            if block.kind in _HEADINGS and at + 1 < len(blocks):  # folding each heading would cost 4 %
                may_be = "<a " in blocks[at + 1].html[:_LINK_WITHIN]
            label = block if may_be and len(kept) > 1 and self._may_lead(block) else None
        return kept

    def _leads_on(self, label: Block, blocks: list[Block], at: int) -> bool:
        """Tell whether links to other articles stand below a label; a heading goes if none is below it."""
        if not leads_elsewhere(blocks[at].html, self._origin):
            return False
        if label.kind == "p":
            return True
        below = _HEADING.search(_join(blocks[at:]))
        return may_head(self.lines[label.line]) and (below is None or below[1] <= label.kind)

    def _leave(self, block: Block, kind: Left) -> None:
        """Note the lines of a block that is left out, those of a list's items too."""
        if block.line >= 0:
            self.left[block.line] = kind, block.html
        for part in block.parts:
            self._leave(part, kind)

    def _is_invitation(self, block: Block) -> bool:
        return block.line >= 0 and is_invitation(block.html, self._origin)

    def _may_lead(self, block: Block) -> bool:
        is_plain = block.line >= 0 and "<a " not in block.html and "<span" not in block.html
        return is_plain and may_lead(self.lines[block.line])

    def _is_label(self, block: Block, blocks: list[Block], at: int, kept: list[Block]) -> bool:
        line = self.lines[block.line] if block.line >= 0 else ""
        is_name = names_picture(line)
        if not (is_name or is_label(line)) or "<img" in block.html or "<span" in block.html:
            return False
        below = blocks[at + 1] if at + 1 < len(blocks) else Block("", "")
        if is_name:
            return below.kind == "figure"
        if not kept or kept[-1].kind != "figure":
            return True
        text = self.lines[below.line] if below.kind == "p" and below.line >= 0 else ""
        return not text or (text[0] not in _CAPTION_MARKS and text != kept[-1].alt)  # else a caption

    def is_below_figure(self) -> bool:
        """Tell whether what stands last, in the page or waiting, is a picture without caption."""
        if self._depth or self._html or self._frames[-1].tag == "figure":
            return False
        blocks = self._frames[-1].blocks
        above = bool(blocks) and blocks[-1].kind == "figure" and "<figcaption>" not in blocks[-1].html
        return bool(self._held) or above

    def is_in_figure(self) -> bool:
        """Tell whether the innermost frame is a figure."""
        return self._frames[-1].tag == "figure" and not self._depth

    def is_in_cell(self) -> bool:
        """Tell whether the innermost frame is a table's cell."""
        return self._frames[-1].tag in _CELLS

    def kept(self) -> int:
        """Count the characters written so far, white space aside."""
        for line in self.lines[self._kept_lines :]:
            self._kept += count_characters(line)
        self._kept_lines = len(self.lines)
        for piece in self._text[self._kept_pieces :]:
            self._kept_in_line += count_characters(piece)
        self._kept_pieces = len(self._text)
        return self._kept + self._kept_in_line


# --- finishing a frame ----------------------------------------------------------------------


def _join(blocks: list[Block]) -> str:
    return "\n".join(block.html for block in blocks)


def _finish(frame: Frame) -> list[Block]:
    """Make a closed frame into blocks: usually one, none when it is empty."""
    if frame.tag in _CELLS or frame.tag in {"li", "dd"}:
        return _finish_item(frame)
    if frame.tag == "figure":
        return _finish_figure(frame)
    if not frame.blocks:
        return []
    if frame.tag == "table":
        return _finish_table(frame)
    return [_wrap(frame)]


def _wrap(frame: Frame) -> Block:
    start = frame.markup or f"<{frame.tag}>"
    return Block(frame.tag, f"{start}\n{_join(frame.blocks)}\n</{frame.tag}>", frame.blocks)


def _finish_item(frame: Frame) -> list[Block]:
    """An item or cell of a single paragraph needs no ``<p>``; an empty cell keeps its place."""
    start, end = frame.markup or f"<{frame.tag}>", f"</{frame.tag}>"
    blocks = frame.blocks
    if not blocks:
        return [Block(frame.tag, start + end)] if frame.tag in _CELLS and frame.markup else []
    if len(blocks) == 1 and blocks[0].kind == "p" and blocks[0].html.startswith("<p>"):
        return [Block(frame.tag, f"{start}{blocks[0].html[3:-4]}{end}", blocks)]
    return [_wrap(frame)]


def _finish_figure(frame: Frame) -> list[Block]:
    """Give each picture its own figure, and the caption to the nearest one, or to a table or the like."""
    blocks: list[Block] = []
    caption: Block | None = None
    for block in frame.blocks:
        if block.kind == "figure" and caption:
            block.html = block.html.replace("<figure>", f"<figure>{caption.html}", 1)
            caption = None
        elif block.kind in _EXHIBITS and caption:
            blocks.append(Block("exhibit", f"<figure>\n{caption.html}\n{block.html}\n</figure>"))
            caption = None
            continue
        elif block.kind == "figcaption":
            if blocks and _add_caption(blocks[-1], block.html[12:-13]):
                continue
            credit = _short_line(blocks[-1]) if len(blocks) > 1 else ""  # it stands before the words
            if credit and _add_caption(blocks[-2], f"{credit}<br>{block.html[12:-13]}"):
                blocks.pop()
                continue
            if blocks and not caption and blocks[-1].kind in _EXHIBITS:
                exhibit = f"<figure>\n{blocks[-1].html}\n{block.html}\n</figure>"
                blocks[-1] = Block("exhibit", exhibit)
                continue
            if caption:
                blocks.append(_uncaption(caption))
            caption = block
            continue
        elif caption:
            blocks.append(_uncaption(caption))
            caption = None
        blocks.append(block)
    if caption:
        blocks.append(_uncaption(caption))
    is_pair = len(blocks) == 2 and not caption
    if is_pair and (words := _short_line(blocks[1])) and _add_caption(blocks[0], _unsmall(words)):
        blocks.pop()
    return blocks


def _short_line(block: Block) -> str:
    """Give what a paragraph holds, if that may be a picture's caption; else nothing."""
    html = block.html[3:-4] if block.kind == "p" and block.html.startswith("<p>") else ""
    is_plain = "<br>" not in html and "<img" not in html
    return html if is_plain and len(_TAG.sub("", html)) <= 2 * CAPTION_LIMIT else ""


def _uncaption(caption: Block) -> Block:
    return Block("p", f"<p>{caption.html[12:-13]}</p>", line=caption.line)


def _unsmall(caption: str) -> str:
    """Take away small print around the whole of a caption, which is set small anyway."""
    whole = caption.startswith("<small>") and caption.endswith("</small>") and caption.count("<small>") == 1
    return caption[len("<small>") : -len("</small>")] if whole else caption


def _add_caption(block: Block, html: str) -> bool:
    """Give a figure its caption, unless it has one."""
    if block.kind != "figure" or "<figcaption>" in block.html:
        return False
    block.html = f"{block.html[:-9]}<figcaption>{html}</figcaption></figure>"
    return True


def _finish_table(frame: Frame) -> list[Block]:
    """Keep a table of data; a table that only lays out a page gives its cells' blocks."""
    groups = [block for block in frame.blocks if block.kind in _ROW_GROUPS]
    rows = [row for group in groups for row in group.parts]
    cells = [cell for row in rows for cell in row.parts]
    if not any(cell.parts for cell in cells):
        return [part for block in frame.blocks if block.kind == "caption" for part in _free(block)]
    is_alone = sum(bool(cell.parts) for cell in cells) == 1
    if (
        is_alone
        or frame.is_layout
        or max(len(row.parts) for row in rows) == 1
        or any(_is_layout(cell) for cell in cells)
    ):
        lead = [part for block in frame.blocks if block.kind == "caption" for part in _free(block)]
        return lead + _flow(cells)
    return [_wrap(frame)]


def _flow(cells: list[Block]) -> list[Block]:
    """Give the blocks of a table that only lays out; a short line below a picture is its caption."""
    blocks: list[Block] = []
    for above, cell in pairwise([Block("td", ""), *cells]):
        is_line = len(cell.parts) == 1 and cell.parts[0].kind == "p" and len(above.parts) == 1
        html = cell.parts[0].html[3:-4] if is_line and cell.parts[0].html.startswith("<p>") else "<br>"
        is_plain = "<br>" not in html and "<img" not in html
        if is_plain and len(_TAG.sub("", html)) <= CAPTION_LIMIT and _add_caption(above.parts[0], html):
            continue
        blocks += cell.parts
    return blocks


def _free(caption: Block) -> list[Block]:
    """Make figures and a paragraph of the caption of a table that is none."""
    start = caption.html.index(">") + 1
    html = caption.html[start : -len("</caption>")]
    numbers = re.findall(rf'<img src="{MEDIA_SCHEME}:(\d+)">', html)
    for number in numbers:
        html = html.replace(media_markup(int(number)), "")
    figures = [Block("figure", f"<figure>{media_markup(int(number))}</figure>") for number in numbers]
    if numbers:
        html = re.sub(r"^<br>|<br>$", "", re.sub(r"(?:\s*<br>)+\s*", "<br>", html.strip()))
    return [*figures, Block("p", f"<p>{html}</p>", line=caption.line)]


def _is_layout(cell: Block) -> bool:
    return any(block.kind == "table" or block.kind in _HEADINGS for block in cell.parts)

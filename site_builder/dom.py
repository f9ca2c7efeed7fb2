"""Hostile HTML in, a flat list of events out; the only home of an HTML parser.

In: one article body as given. Out: START, END and TEXT events in document order, the same
from either parser on well-nested HTML: lexbor (the one we publish) and BeautifulSoup on lxml
(its judge, and the tree a person would use). The rule it guards: **nothing reaches a parser
before a linear scan has found it harmless**, because deep nesting, thousands of attributes on
one tag and piles of unclosed formatting make every HTML5 parser quadratic.
"""

from __future__ import annotations

import hashlib
import html as html_entities
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from site_builder.errors import SiteBuilderError, SourceError

START, END, TEXT = 1, 2, 0
Attributes = dict[str, str | None]
Event = tuple[int, str, Attributes]
"""(kind, tag or text, attributes); tags and attribute names are lower case."""
Parser = Literal["lexbor", "lxml"]

MAX_CHARACTERS = 16_000_000
MAX_TAGS = 100_000
MAX_DEPTH = 8_000
"""Far above any article, sloppy ones too: an editor that never closes ``<font>`` nests hundreds."""
MAX_DEPTH_LXML = 200
"""Below 256, where libxml2 cuts silently; only the judge's parser has this limit."""
MAX_WORK = 100_000_000
"""Bound on the sum of all tags' depths: a parser may look through all that is open for each tag."""
MAX_ATTRIBUTES = 200
MAX_REOPENED = 200_000
"""Bound on the elements HTML5 makes by reopening unclosed ``<b>``, ``<font>`` … in each block."""
MAX_PARAGRAPHS = 50_000
"""Of a text whose markup was refused: half a second; each takes as long as two hundred letters."""
_FEW_TAGS = 600
"""So few that unclosed formatting cannot pass its limit: 600 times 600 halved is less."""
_UNTRACKED_TAGS = 5_000
"""Below this many tags even the deepest nesting is parsed in milliseconds."""
_LONG_TAG = 400
"""A tag with more than ``MAX_ATTRIBUTES`` is longer than this."""


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


VOID = _words(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
)
_NONE: Attributes = {}
_FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
_MARKERS = _words("applet caption marquee object td template th")
_CELLS = frozenset({"td", "th"})
_REOPENED = _FORMATTING | _MARKERS
_SCOPES = _MARKERS | {"table", "svg", "math"}
_TABLE_PARTS = _words("caption table tbody td tfoot th thead tr")
_SPECIAL = _TABLE_PARTS | _words(
    "address applet article aside blockquote body button center dd details dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup li main marquee menu nav object ol p pre"
    " section select summary svg math template ul"
)
# Where the search for what an end tag closes stops, beside the usual scopes.
_BORDERS = dict.fromkeys(_TABLE_PARTS, frozenset({"table", "template"})) | {"table": frozenset({"template"})}
_BORDERS |= {
    "p": _SCOPES | {"button"},
    "li": _SCOPES | {"ol", "ul"},
    "dt": _SCOPES | {"dl"},
    "dd": _SCOPES | {"dl"},
}
_LOOK_BACK = 64
"""How far up the open elements an end tag looks for its own; beyond, it counts as closing nothing."""
_FLAT_BLOCKS = _words(
    "address article aside blockquote br center dd div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main nav ol p pre section table td th tr ul"
)
_DRAWN = _words(
    "svg g path circle rect line polyline polygon ellipse use defs clippath mask lineargradient"
    " radialgradient stop symbol text tspan pattern filter image animate animatetransform"
    " fegaussianblur feoffset feblend feflood fecomposite fecolormatrix femerge femergenode"
)
_WORDED = _words("title desc style")
"""In a drawing these hold words; where a tag stands among them, other rules hold."""
_HEADINGS = _words("h1 h2 h3 h4 h5 h6")
_BLOCKS = _HEADINGS | _words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form"
    " header hgroup hr main menu nav ol p pre section summary table ul xmp listing plaintext"
)
# What opening a tag closes first, where it is open.
_CLOSES = {"li": ("li", "p"), "dt": ("dt", "dd", "p"), "dd": ("dt", "dd", "p"), "option": ("option",)}
_CLOSES |= {"td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",), "a": ("a",), "nobr": ("nobr",)}
_CLOSES |= dict.fromkeys(("tbody", "thead", "tfoot"), ("tbody", "thead", "tfoot")) | {"button": ("button",)}
_RAW = {
    tag: re.compile(f"</{tag}(?=[\\t\\n\\f\\r />])", re.IGNORECASE)
    for tag in _words("script style xmp iframe noembed noframes textarea title")
}

# One tag exactly as the HTML5 tokeniser reads it (quotes count only after "="), or a comment.
# Every quantifier is possessive or runs to a fixed end, and the last resort is the end of the
# input, so a scan over the whole body is linear whatever it holds.
_TAG = re.compile(
    r"""<(?:(/?)([a-zA-Z][^\t\n\f\r />]*+)
        ((?:[\t\n\f\r /]++
          | [^\t\n\f\r />][^\t\n\f\r />=]*+
            (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >]*+))?+
        )*+)>?
      | !--(?:-?>|.*?(?:--!?>|\Z))
      | [!?/][^>]*+>?)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""[^\t\n\f\r />][^\t\n\f\r />=]*+
        (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >]*+))?+""",
    re.VERBOSE,
)
_HELD = re.compile(r";base64,(?:[\w+/=%]{40,}+\s*+)*+", re.ASCII)
"""A picture inside an address: one long word to a parser, whatever its length."""
_UNSEEN = re.compile("[\x00\ud800-\udfff]")
# What a tag of many attributes has: a long way to its first ">", or a ">" in a quoted value. Each
# begins with one character, which is searched for in no time; one pattern for all would not be.
_MAY_BE_DENSE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"<[a-zA-Z/][^>]{{{_LONG_TAG}}}",
        r'=[\t\n\f\r ]*+"[^">]*+>',
        r"=[\t\n\f\r ]*+'[^'>]*+>",
    )
)


class MarkupRefused(SiteBuilderError):  # noqa: N818  (a verdict, not a fault)
    """The markup is too deep, too dense or too long for any parser; its text can still be had."""


def guard(html: str) -> str:
    """Return ``html`` fit for a parser, or raise ``MarkupRefused``.

    NUL and lone surrogates become U+FFFD, as HTML5 and UTF-8 have it; nothing else changes.
    Time is linear in the length.
    """
    if len(html) > MAX_CHARACTERS and len(_HELD.sub("", html)) > MAX_CHARACTERS:
        raise MarkupRefused(f"the body has {len(html)} characters, more than {MAX_CHARACTERS}")
    html = replace_unseen(str(html))  # a subclass such as SafeHtml escapes what is added to it
    tags = html.count("<")
    if tags <= _FEW_TAGS and not _has_dense_tag(html):
        return html
    tally = _Tally(tracked=tags > _UNTRACKED_TAGS)
    for closing, name, attributes in _scan_tags(html):
        tally.add(closing, name, attributes)
    return html


def _has_dense_tag(html: str) -> bool:
    """Tell whether something that may be a tag has too many attributes."""
    if not any(pattern.search(html) for pattern in _MAY_BE_DENSE):
        return False
    for tag in _TAG.finditer(html):
        start, end = tag.span()
        if end - start > 2 * MAX_ATTRIBUTES and _count_attributes(tag[3] or "") > MAX_ATTRIBUTES:
            return True
    return False


def replace_unseen(html: str) -> str:
    """Put U+FFFD for what no HTML parser and no UTF-8 file can hold."""
    if "\x00" not in html:
        try:
            html.encode()  # cheaper than a search; the parser needs it anyway
        except UnicodeEncodeError:
            return _UNSEEN.sub("\ufffd", html)
        return html
    return _UNSEEN.sub("\ufffd", html)


def _scan_tags(html: str) -> Iterator[tuple[bool, str, str]]:
    """Yield (closing, name, attributes as written) of each tag, in one pass.

    The text of a script or a title holds no tags. Inside SVG and MathML other rules hold; once
    one of the two was met every look-alike is yielded, and in a CDATA section only what opens. A drawing
    that holds nothing else, such as a button's sign, ends where it says so.
    """
    place = quiet_until = 0
    foreign = False
    drawing: _Drawing | None = None
    while match := _TAG.search(html, place):
        place = match.end()
        closing, name, attributes = match.groups()
        if name is None:
            if foreign and match.start() >= quiet_until and html.startswith("<![CDATA[", match.start()):
                quiet_until = html.find("]]>", place) if "]]>" not in match[0] else 0
                quiet_until = len(html) if quiet_until < 0 else quiet_until
                drawing = None
            continue
        name = name.lower()
        if not foreign and name == "svg" and not closing:
            drawing = _Drawing()
        foreign = foreign or name in {"svg", "math"}
        if drawing is not None and not drawing.holds(bool(closing), name, attributes):
            foreign = not drawing.is_ended
            drawing = None
        if not (closing and place <= quiet_until):
            yield bool(closing), name, attributes
        if closing or foreign:
            continue
        if name in _RAW:
            end = _RAW[name].search(html, place)
            place = end.start() if end else len(html)
        elif name == "plaintext":
            return


class _Drawing:
    """Follows an SVG drawing from its first tag, while it holds nothing that HTML's rules may apply to."""

    __slots__ = ("begun", "is_ended", "worded")

    def __init__(self) -> None:
        self.begun = 0
        self.worded = ""
        self.is_ended = False

    def holds(self, closing: bool, name: str, attributes: str) -> bool:
        """Take the next tag; False where the drawing has ended, or is none of which all is known."""
        if self.worded:
            known = closing and name == self.worded
            self.worded = ""
            return known
        if attributes.endswith("/") and (name == "svg" or name in _WORDED):
            return False  # it may close itself, or the stroke may be part of a value
        if name in _WORDED:
            self.worded = name
            return not closing
        if name == "svg":
            self.begun += -1 if closing else 1
            self.is_ended = self.begun == 0
        return name in _DRAWN and not self.is_ended


class _Tally:
    """Counts tags, depth, attributes and unclosed formatting; raises where a limit is passed.

    It follows HTML5's rules for what an end tag closes, so that sloppy but ordinary markup costs
    it no more than it costs a parser; where it is unsure, a tag counts as still open. Depth is
    tracked only in large documents: in others even the deepest nesting is harmless.
    """

    __slots__ = ("count", "depth", "formatting", "reopened", "tracked", "unclosed", "work")

    def __init__(self, tracked: bool) -> None:
        self.tracked = tracked
        self.count = self.formatting = self.reopened = self.work = 0
        self.depth: list[str] = []
        self.unclosed: list[tuple[str, str]] = []

    def add(self, closing: bool, name: str, attributes: str) -> None:
        if len(attributes) > 2 * MAX_ATTRIBUTES and _count_attributes(attributes) > MAX_ATTRIBUTES:
            raise MarkupRefused(f"a tag has more than {MAX_ATTRIBUTES} attributes")
        self.count += 1
        if self.count > MAX_TAGS:
            raise MarkupRefused(f"the body has more than {MAX_TAGS} tags")
        if not closing:
            self.reopened += self.formatting
            if self.reopened > MAX_REOPENED:
                raise MarkupRefused("too many formatting tags are never closed")
        if name in _REOPENED:
            self._format(closing, name, attributes)
        if self.tracked:
            self._nest(closing, name)

    def _format(self, closing: bool, name: str, attributes: str) -> None:
        """Keep the list of open formatting; a cell or the like hides what was opened before it."""
        unclosed = self.unclosed
        if closing:
            for place in range(len(unclosed) - 1, max(len(unclosed) - _LOOK_BACK, 0) - 1, -1):
                if unclosed[place][0] == name:
                    del unclosed[place]
                    self.formatting -= name in _FORMATTING
                    return
                if unclosed[place][0] in _MARKERS:
                    return
            return
        if name in _CELLS and unclosed and unclosed[-1][0] in _CELLS:
            unclosed.pop()
        # HTML5 reopens no more than three of the same kind ("Noah's Ark clause").
        if name in _FORMATTING and unclosed[-3:] == [(name, attributes)] * 3:
            return
        unclosed.append((name, attributes))
        self.formatting += name in _FORMATTING

    def _nest(self, closing: bool, name: str) -> None:
        depth = self.depth
        if closing:
            self._close(name)
        elif name not in VOID:
            for closed in _CLOSES.get(name, ("p",) if name in _BLOCKS else ()):
                self._close(closed)
            if name in _HEADINGS and depth and depth[-1] in _HEADINGS:
                depth.pop()
            depth.append(name)
            self.work += len(depth)
            if len(depth) > MAX_DEPTH or self.work > MAX_WORK:
                raise MarkupRefused(f"tags are nested {len(depth)} deep")

    def _close(self, name: str) -> None:
        """Take from the open elements what an end tag closes: itself, and most of what is in it."""
        depth = self.depth
        borders = _BORDERS.get(name) or (_SCOPES if name in _SPECIAL or name in _FORMATTING else _SPECIAL)
        for place in range(len(depth) - 1, max(len(depth) - _LOOK_BACK, 0) - 1, -1):
            if depth[place] == name:
                if name in _FORMATTING:  # what was opened in it stays open
                    del depth[place]
                else:
                    del depth[place:]
                return
            if depth[place] in borders:
                return


def _count_attributes(attributes: str) -> int:
    return sum(1 for _ in _ATTRIBUTE.finditer(attributes))


def parse_events(html: str, parser: Parser = "lexbor") -> list[Event]:
    """Parse a body into events in document order. Raises ``MarkupRefused``.

    Comments, processing instructions and doctypes are no events: they hold no text of an
    article. A ``template``'s content is there like that of any other element.
    """
    # <body> first, so that a script or style at the very start stays where it stands.
    guarded = "<body>" + guard(html)
    return _lexbor_events(guarded) if parser == "lexbor" else _lxml_events(guarded)


def tidy_tree(html: str, hook: str, digest: str) -> str:
    """Let a site's own program put a body's tree in order; return the tree as HTML.

    ``hook`` is the path of a Python file with ``def tidy(soup: BeautifulSoup) -> None``, and
    ``digest`` the SHA-256 of the file as it was when the rules were loaded. The result is as hostile
    as the body was: it goes the same way through guard, walk and gate.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(f"<html><body>{guard(html)}", "lxml", multi_valued_attributes=None)
    _load_hook(hook, digest)(soup)
    return "" if soup.body is None else soup.body.decode_contents()


@lru_cache(maxsize=64)
def _load_hook(hook: str, digest: str) -> Callable[[Any], None]:
    import runpy

    with open(hook, "rb") as file:
        if hashlib.sha256(file.read()).hexdigest() != digest:
            raise SourceError("the program changed while it was used", hook, "start again")
    tidy: Callable[[Any], None] | None = runpy.run_path(hook, run_name="site_builder_hook").get("tidy")
    if not callable(tidy):
        raise SourceError("defines no tidy(soup)", hook, "def tidy(soup: BeautifulSoup) -> None: …")
    return tidy


def _lexbor_events(html: str, within_template: bool = False) -> list[Event]:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html).body
    if body is None:
        return []
    events: list[Event] = []
    add = events.append
    stack: list[tuple[str, Any]] = []
    node: Any = body.first_child
    while True:
        while node is not None:
            tag = node.tag
            if tag == "-text":
                add((TEXT, node.text_content, _NONE))
                node = node.next
                continue
            if tag is None or tag[0] in "-!_":  # a comment, a doctype, a processing instruction
                node = node.next
                continue
            tag = tag.lower()  # in SVG names keep their capitals
            add((START, tag, node.attributes))
            child = node.first_child
            if child is None:
                if tag == "template":
                    events += _template_events(node, within_template)
                add((END, tag, _NONE))
                node = node.next
                continue
            stack.append((tag, node))
            node = child
        if not stack:
            return events
        tag, parent = stack.pop()
        add((END, tag, _NONE))
        node = parent.next


def _template_events(node: Any, within_template: bool) -> list[Event]:
    """Give a template's text, which lexbor keeps in a fragment apart.

    What is declared as an element's shadow is shown by browsers and is read like anything else, but
    for a shadow in a shadow: each level would be parsed once more.
    """
    html = node.html or ""
    if "shadowrootmode" in node.attributes and not within_template and (start := _TAG.match(html)):
        return _lexbor_events("<body>" + html[start.end() :].removesuffix("</template>"), True)
    text = strip_tags(html)
    return [(TEXT, text, _NONE)] if text else []


def _lxml_events(html: str) -> list[Event]:
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
    from bs4.element import PreformattedString

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(f"<html>{html}", "lxml", multi_valued_attributes=None)
    events: list[Event] = []
    if soup.body is None:
        return events
    stack: list[tuple[str, Iterator[Any]]] = [("", iter(soup.body.contents))]
    while stack:
        tag, children = stack[-1]
        for child in children:
            if isinstance(child, Tag):
                name = child.name.lower()
                events.append((START, name, {key: str(value) for key, value in child.attrs.items()}))
                stack.append((name, iter(child.contents)))
                if len(stack) > MAX_DEPTH_LXML:
                    raise MarkupRefused(f"tags are nested more than {MAX_DEPTH_LXML} deep")
                break
            if not isinstance(child, PreformattedString):
                events.append((TEXT, str(child), _NONE))
        else:
            stack.pop()
            if tag:
                events.append((END, tag, _NONE))
    return events


def flat_events(html: str) -> list[Event]:
    """Give the text of a body whose markup was refused: paragraphs and scripts, nothing else.

    No parser is asked, any tag that begins a block begins a paragraph, up to ``MAX_PARAGRAPHS``: behind them
    it begins a line. Linear.
    """
    html = replace_unseen(html[:MAX_CHARACTERS])
    events: list[Event] = []
    text: list[str] = []
    paragraphs = 0

    def add(*more: Event) -> None:
        if held := "".join(text):
            events.append((TEXT, held, _NONE))
        text.clear()
        events.extend(more)

    for name, piece in _flat_pieces(html):
        if name in {"script", "style"}:
            add((START, name, _NONE), (TEXT, piece, _NONE), (END, name, _NONE))
        elif piece:
            text.append(html_entities.unescape(piece))
        if name in _FLAT_BLOCKS:
            paragraphs += 1
            if paragraphs <= MAX_PARAGRAPHS:
                add((START, "p", _NONE), (END, "p", _NONE))
            else:
                text.append("\n")
    add()
    return events


def _flat_pieces(html: str) -> Iterator[tuple[str, str]]:
    """Yield (the tag that ends it, text) piece by piece; a script's text comes under its name."""
    place = 0
    while match := _TAG.search(html, place):
        name = (match[2] or "").lower()
        yield name if name not in {"script", "style"} else "", html[place : match.start()]
        place = match.end()
        if name in {"script", "style"} and not match[1]:
            end = _RAW[name].search(html, place)
            stop = end.start() if end else len(html)
            yield name, html[place:stop]
            place = stop
    yield "", html[place:]


_ENTITY = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{0,40});?")


def place_characters(html: str) -> Iterator[tuple[int, str]]:
    """Yield each character of a body's text that is no white space, and where it is written.

    No parser is asked, so where markup is broken the order may differ from the events'. Linear.
    """
    html = replace_unseen(html[:MAX_CHARACTERS])
    place, end = 0, len(html)
    while place < end:
        match = _TAG.search(html, place)
        stop = match.start() if match else end
        yield from _characters(html, place, stop, is_raw=False)
        if match is None:
            return
        place, name = match.end(), (match[2] or "").lower()
        if name in _RAW and not match[1]:
            close = _RAW[name].search(html, place)
            stop = close.start() if close else end
            yield from _characters(html, place, stop, is_raw=name not in {"title", "textarea"})
            place = stop


def _characters(html: str, start: int, stop: int, is_raw: bool) -> Iterator[tuple[int, str]]:
    while start < stop:
        if html[start] == "&" and not is_raw and (entity := _ENTITY.match(html, start, stop)):
            width, shown = entity.end() - start, html_entities.unescape(entity[0])
        else:
            width, shown = 1, html[start]
        for character in shown:
            if not character.isspace():
                yield start, character
        start += width


def strip_tags(html: str) -> str:
    """Give the text of a piece of HTML without parsing it. Linear."""
    return html_entities.unescape("".join(text for _, text in _flat_pieces(html)))

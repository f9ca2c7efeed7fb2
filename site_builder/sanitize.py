"""The last gate: what may stand in a page, and the proof that nothing else does.

In: HTML that cleaning wrote. Out: the same string as ``SafeHtml``. The rule it guards: **the
gate changes nothing**. nh3 reads the HTML as a browser does and writes it again by the policy
below; when that is not the very same string, what we wrote is not what a browser would see,
and nobody gets to use it. Nothing touches the string after the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from typing import TYPE_CHECKING

from site_builder.errors import SiteBuilderError
from site_builder.model import Reference, SafeHtml

if TYPE_CHECKING:
    import nh3

PHRASES = frozenset(
    "a abbr bdi bdo br cite code del dfn em ins kbd mark q rp rt ruby s samp small strong sub sup time u"
    " var".split()
)
BLOCKS = frozenset(
    "blockquote caption dd dl dt figcaption figure h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th"
    " thead tr ul".split()
)
TAGS = PHRASES | BLOCKS | {"img", "span"}
ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"lang", "dir"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type"}),
    "span": frozenset({"id"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}
SIDES = frozenset({"center", "right"})
"""The classes that a table's cell may have: to which side what stands in it is set."""
LINK_REL = "nofollow noreferrer external"
"""On every link that leaves the site."""
MEDIA_SCHEME = "media"
"""``<img src="media:N">`` stands for ``Body.media[N]``. No address from outside passes with this
scheme (``urls.normalise`` knows http, https and mailto alone), and a ``<`` from outside is always
written ``&lt;``, so nothing but cleaning can make that literal."""

LINK_SCHEME = "link"
"""``<a href="link:N">`` stands for ``Body.links[N]`` in the same way."""

ANCHOR = "anchor-"
"""``<span id="anchor-N"></span>``: a place in the body that ``<a href="#anchor-N">`` leads to. No other
element has an ``id``, and no page of ours one that begins so: no article can take the place of another's."""

_MEDIA = re.compile(rf'<img src="{MEDIA_SCHEME}:(\d+)">')


class GateError(SiteBuilderError):
    """The gate would change what cleaning wrote."""


_IMAGE = re.compile(rf'<img(?! src="{MEDIA_SCHEME}:(?:0|[1-9]\d*)">)')
_STRAY_SPAN = re.compile(rf'<span(?! id="{ANCHOR}[1-9]\d{{0,5}}"></span>)')
_PLACES = re.compile(rf'<span id="({ANCHOR}\d+)">')
_LEAPS = re.compile(r'<a href="#([^"]*)"')
_NUMBERS = re.compile(rf'<img src="{MEDIA_SCHEME}:(\d{{1,9}})')
_REFERENCES = re.compile(rf'="({LINK_SCHEME}:[^"]*)', re.IGNORECASE)
_ATTRIBUTES = re.compile(r'<[a-z][a-z0-9]*((?: [a-z-]+="[^"]*")+)>')
"""Of a tag as the gate writes it; what only looks like an attribute, in a sentence, stands outside."""
_REFERENCE = re.compile(rf"{LINK_SCHEME}:(0|[1-9]\d{{0,8}})", re.ASCII)
_LINKS = re.compile(rf'<a href="(https?:[^"]*|{LINK_SCHEME}:\d+)"[^>]*>|</a>')


_vouched: set[bytes] = set()


def vouch_for(digest: str) -> None:
    """Remember the SHA-256, in hex, of HTML that this very build passed through the gate.

    The gate's answer depends on nothing but the HTML, so the second time, when a page is made of it,
    it need not be asked (gain: 55 µs an article). What comes out of a cache is never vouched for:
    only who has seen the gate's answer in this build may say so.
    """
    if digest:
        _vouched.add(bytes.fromhex(digest))


def _is_vouched(html: str) -> bool:
    return bool(_vouched) and sha256(html.encode("utf-8", "surrogatepass")).digest() in _vouched


def sanitize(html: str, media: int = 0, links: int = 0) -> SafeHtml:
    """Pass HTML through the gate; raise ``GateError`` if the gate would change anything.

    ``media`` is how many media there are: an ``img`` may have no attribute but a ``src`` of
    exactly ``media:0`` up to ``media:N``, and no link may use that scheme. ``links`` is how many there are to
    other files, from ``link:0`` on. A link within the page leads to a place in this very body.
    """
    passes = _is_vouched(html) or _gate().clean(html) == html
    held = _has_only_media(html, media) and _has_only_links(html, links)
    if not passes or not held or not _leads_within(html):
        raise GateError("the gate would change the cleaned body", hint="please report it with the file")
    return SafeHtml(html)


def split_media(html: SafeHtml) -> tuple[SafeHtml | int, ...]:
    """Split a gated body where its media stand: pieces of HTML, and the media's numbers between.

    The literal holds quotes, which the gate writes as ``&quot;`` in an attribute's value, and a
    ``<``, which it writes as ``&lt;`` in text: it is found only where the tag itself stands.

    >>> split_media(SafeHtml('<p><img src="media:0"></p>'))
    (SafeHtml('<p>'), 0, SafeHtml('</p>'))
    """
    pieces: list[SafeHtml | int] = []
    for at, piece in enumerate(_MEDIA.split(html)):
        pieces.append(int(piece) if at % 2 else SafeHtml(piece))
    return tuple(pieces)


def list_links(html: SafeHtml, references: Sequence[Reference]) -> Iterator[str | Reference]:
    """List where a gated body's links lead, in order: to addresses of the web and other files.

    >>> [*list_links(SafeHtml('<a href="https://a.example/?b&amp;c" rel="">d</a>'), ())]
    ['https://a.example/?b&c']
    """
    for href in _LINKS.findall(html) if "<a " in html else ():
        if href:
            yield _refer(href, references) or unescape(href)


def lead_on(html: SafeHtml, references: Sequence[Reference], homes: Sequence[str], root: str) -> SafeHtml:
    """Lead a gated body's links to pages of this site: its ``homes``, in the order of ``list_links``.

    Where a home is empty, a link leads where it led; of one to another file that has no address the words
    stay. Nothing but start and end tags of links changes: ``<`` and quotes from outside are escaped in what
    the gate writes, so that none is found where it does not stand, and here. What a link said is kept.

    >>> lead_on(SafeHtml('<a href="https://a.example/b" rel="">c</a>'), (), ["2022/b.html"], "../")
    SafeHtml('<a href="../2022/b.html" data-original="https://a.example/b">c</a>')
    """
    todo = iter(homes)
    is_open = True

    def write(found: re.Match[str]) -> str:
        nonlocal is_open
        href = found[1]
        if href is None:
            written, is_open = found[0] if is_open else "", True
            return written
        home, reference = next(todo, ""), _refer(href, references)
        if home:
            said = escape(reference.said) if reference else href
            return f'<a href="{escape(root + home)}" data-original="{said}">'
        if reference is None:
            return found[0]
        if reference.url.startswith(("http://", "https://")):
            return f'<a href="{escape(reference.url)}" rel="{LINK_REL}">'
        is_open = False
        return ""

    return SafeHtml(_LINKS.sub(write, html))


_NOWHERE = Reference("")


def _refer(href: str, references: Sequence[Reference]) -> Reference | None:
    """Give the other file that a link leads to; None for an address of the web."""
    if not href.startswith(f"{LINK_SCHEME}:"):
        return None
    number = int(href[len(LINK_SCHEME) + 1 :][:9])
    return references[number] if number < len(references) else _NOWHERE


def _has_only_media(html: str, media: int) -> bool:
    """Check the literals. What passed nh3 holds ``<`` only where a tag begins, so a search will do."""
    if _IMAGE.search(html):
        return False
    said = f'href="{MEDIA_SCHEME}:'
    if said in html and any(said in given for given in _ATTRIBUTES.findall(html)):
        return False
    return all(int(number) < media for number in _NUMBERS.findall(html))


def _has_only_links(html: str, links: int) -> bool:
    """Check the literals; where some are none, in a sentence perhaps, those that stand in tags count."""
    within = (given for given in _ATTRIBUTES.findall(html) if f'"{LINK_SCHEME}:' in given.lower())
    return _are_links(html, links) or all(_are_links(given, links) for given in within)


def _are_links(html: str, links: int) -> bool:
    found = map(_REFERENCE.fullmatch, _REFERENCES.findall(html))
    return all(one is not None and int(one[1]) < links for one in found)


def _leads_within(html: str) -> bool:
    """Check the places within the body, each of them one, and the links that lead to them."""
    if "<span" not in html and 'href="#' not in html:
        return True
    if _STRAY_SPAN.search(html):
        return False
    places = _PLACES.findall(html)
    return len(set(places)) == len(places) and set(_LEAPS.findall(html)) <= set(places)


@lru_cache(maxsize=1)
def _gate() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()} | {"img": {"src"}},
        tag_attribute_values={
            "a": {"rel": {LINK_REL}},
            "td": {"class": set(SIDES)},
            "th": {"class": set(SIDES)},
        },
        url_schemes={"http", "https", "mailto", MEDIA_SCHEME, LINK_SCHEME},
        link_rel=None,
        strip_comments=True,
    )

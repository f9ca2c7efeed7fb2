"""The types that flow along the line, in the order in which the line makes them.

In: nothing. Out: frozen, slotted dataclasses, so that a value can be cached,
compared and sent to another process. The rule it guards: **the type carries
the trust**. Text from outside is ``str``; HTML that passed the gate is
``SafeHtml``, which ``sanitize.sanitize()`` alone constructs.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from dataclasses import field as part
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import unquote

from markupsafe import Markup

from site_builder.errors import Finding

T = TypeVar("T")


class SafeHtml(Markup):
    """HTML that passed the gate. Built by ``sanitize.sanitize()`` and by nothing else."""

    __slots__ = ()


# --- read: bytes in content/ -> RawArticle ------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One file as its collector left it. Every string here is hostile.

    ``front`` holds each front-matter value as the text written, lists as tuples; its keys are
    lower case. ``lines`` maps a key to its 1-based line in the file, and ``body_line`` is the
    line on which the body begins, so that a finding can point at the place.
    """

    path: str
    """Relative to the content folder, ``/`` between folders."""
    digest: str
    """SHA-256 of the file's bytes as given, in hex."""
    encoding: str
    """The encoding that decoded it, as Python names it: ``utf-8``, ``gb18030``, ``big5`` …"""
    front: Mapping[str, str | tuple[str, ...]]
    lines: Mapping[str, int]
    body: str
    """HTML (a Markdown body is already rendered), not yet cleaned."""
    body_line: int
    findings: tuple[Finding, ...] = ()
    whole: bool = False
    """Whether the body is that of a whole web page, with the frame around its article."""
    written: str = ""
    """The body as it stands in the file, where ``body`` was rendered from it; else empty."""
    quoted: bool = False
    """Whether the first sentence stands in for the title, and so is no title repeated."""


# --- sources: what we know of a publisher -------------------------------------------------

StampKind = Literal["as-labelled", "local"]


@dataclass(frozen=True, slots=True)
class Clock:
    """How a publisher's time stamps are to be read.

    ``as-labelled``: the stamp's offset is true, and a stamp without one is in ``zone``.
    ``local``: whatever offset the stamp claims, it is the wall clock in ``zone``.
    """

    stamp: StampKind = "as-labelled"
    zone: str = ""
    """IANA name; empty: the site's own zone."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selector:
    """What a rule looks for in one element. All the fields that are set must hold.

    ``classes`` match as exact tokens, never as substrings; ``text`` is compared after white
    space is squeezed, ``text_prefix`` likewise; ``url`` is a part of an ``href`` or ``src``;
    ``pattern`` is a regular expression for the whole of a text of at most 300 characters;
    ``only_links`` asks that there be links, and no text beside them; ``links`` for at least so many;
    ``attribute`` has one of the ``values``, as a whole.
    """

    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    text: str = ""
    text_prefix: str = ""
    url: str = ""
    pattern: str = ""
    only_links: bool = False
    links: int = 0
    attribute: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to do to the elements that ``selector`` finds, and why."""

    action: Literal["drop", "harvest", "unwrap"]
    selector: Selector
    reason: str
    field: str = ""
    """For ``harvest``: ``tags``, ``editor``, ``author``, ``notice`` …; the text is kept there."""
    after: str = ""
    """For ``harvest``: the label before the value, such as ``责任编辑：``; it is left out. A group
    called ``value`` in the selector's pattern says the same the other way round."""
    name: str = ""
    """What the ledger calls it; empty: its publisher and its place in the file, ``source:mydrivers#3``."""
    place: str = part(default="", repr=False, compare=False)
    """``file:line:column`` of its table, to show to a person; it changes nothing that a rule does."""


@dataclass(frozen=True, slots=True)
class Example:
    """A snippet in the publisher's form and what cleaning must make of it; run as a test."""

    name: str
    html: str
    want: str
    tags: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher: how to recognise it, read its clock and clean its bodies.

    ``authors`` are compared as whole strings (NFKC, case folded, blanks squeezed); ``hosts``
    match the host of the original's address or a parent domain of it.
    """

    name: str
    slug: str
    home: str = ""
    authors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    clock: Clock = Clock()
    rules: tuple[Rule, ...] = ()
    full_size: tuple[tuple[str, str], ...] = ()
    """(pattern, replacement) pairs that turn a thumbnail's address into the full picture's."""
    not_tags: tuple[str, ...] = ()
    """Categories and tags of this publisher that name no subject: sections, formats."""
    examples: tuple[Example, ...] = ()
    fingerprints: tuple[str, ...] = ()
    """What only this publisher's bodies hold; it is recognised by them where nothing else names it."""
    hook: str = ""
    """A program's path whose ``tidy(soup)`` is called before cleaning; empty: none, or not allowed."""
    hook_digest: str = ""
    referer: str = ""
    """The page that ``capture`` names when it asks for a picture: ``article`` is the original's
    address, ``home`` the publisher's, anything else is sent as it stands; empty: none is named."""
    known: bool = True
    """False for the stand-in that an unknown publisher gets."""


# --- clean: RawArticle.body -> Body -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, or something else that a body shows but a page cannot hold.

    ``Body.html`` holds ``<img src="media:N">`` where ``Body.media[N]`` stands; the render step
    puts a picture, a slip or a labelled link there. ``urls`` are absolute, best first.
    """

    kind: Literal["image", "video", "audio", "embed"]
    urls: tuple[str, ...]
    alt: str = ""
    title: str = ""
    width: int = 0
    """In CSS pixels as the publisher gave it; 0: not known."""
    height: int = 0
    link: str = ""
    """Where the picture led, when that was not simply its own larger version."""
    inline: bool = False
    """True inside a line of text, where only phrasing content may stand."""
    local: str = ""
    """The address as given when it was relative: perhaps a file beside the article."""
    data: bytes = b""
    """The picture itself, where the article holds it; put into a file before the article rests."""
    sign: bool = False
    """True when it stands for a character, as its class or folder says."""


BY_NAME = "article:"
"""Before a file's name without its folder, as ``formats`` write links of Obsidian, Jekyll, Hugo and Hexo."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A link of a body to another file of the folder that it came from; where that is, the archive knows.

    ``Body.html`` holds ``<a href="link:N">`` where ``Body.links[N]`` leads.
    """

    given: str
    """As written: ``../2022/lamp.md``; ``article:lamp`` where the file was named without its folder."""
    url: str = ""
    """Where it leads when the archive has no such file: absolute, or nowhere."""

    @property
    def said(self) -> str:
        """What whoever wrote it called the file: a path, or a name."""
        return unquote(self.given.removeprefix(BY_NAME)) if self.given.startswith(BY_NAME) else self.given


@dataclass(frozen=True, slots=True)
class Removal:
    """One entry of the ledger: text of the original that the page's body does not show.

    ``at`` counts the characters of the kept text (white space aside) that stand before it, so
    that page and ledger together give back every character in order. ``kind`` says where the
    text went: ``removed`` is only here, ``harvested`` is shown elsewhere on the page as well.
    A removed element without text (a tracker's picture) has ``text == ""`` and its address
    in ``what``.
    """

    kind: Literal["removed", "harvested"]
    at: int
    text: str
    rule: str
    """The rule's name: ``source:mydrivers#3``, ``script``, ``tracking-pixel`` …"""
    reason: str
    what: str = ""
    """The element as written, shortened: ``<img src="https://…">``."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A role and who held it, harvested from the body: (``editor``, ``拾柒``)."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """A cleaned body. ``text`` holds only characters of the original, one block a line."""

    html: SafeHtml
    text: str
    media: tuple[Media, ...] = ()
    tags: tuple[str, ...] = ()
    """Tags that the publisher printed in the body, as given."""
    credits: tuple[Credit, ...] = ()
    removals: tuple[Removal, ...] = ()
    refused: str = ""
    """Why the markup could not be kept and only the text was; empty: it was kept."""
    unwrapped: tuple[Removal, ...] = ()
    """Elements whose tags a rule left out, without any text: that stayed where it was."""
    rules: tuple[str, ...] = ()
    """The publisher's rules that applied, each once, also where there was no text to enter."""
    lead: str = ""
    """The first few hundred characters of running text, without captions, headings and bylines."""
    links: tuple[Reference, ...] = ()
    """Links to other files; those to the web stand in ``html``."""


# --- tag: -> Article ----------------------------------------------------------------------


Precision = Literal["", "month", "year"]
"""How much of a date is known, where it is less than the day; empty: the day, and perhaps its time."""
PRECISIONS: tuple[Precision, ...] = ("year", "month", "")
"""In the order of time: a year comes before the first of its months, and a month before its first day."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, or a year when ``month`` is 0, of a date of which no more is known.

    ``day`` is 0, as it is in the keys and addresses of such articles: ``1998-03-00``, ``1998-00-00``.
    """

    year: int
    month: int = 0
    day: int = field(default=0, init=False)

    def isoformat(self) -> str:
        """Write it as ISO 8601 does in reduced precision: ``1998-03``, ``1998``."""
        return f"{self.year:04}-{self.month:02}" if self.month else f"{self.year:04}"

    @property
    def first(self) -> date:
        """The day with which it begins."""
        return date(self.year, self.month or 1, 1)


def tell_date(when: datetime | None, precision: Precision) -> datetime | Period | None:
    """Give as much of a date as is known."""
    if when is None or not precision:
        return when
    return Period(when.year, when.month if precision == "month" else 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as it was given, and how it was read: the stamp, the rule, the result.

    ``kind``: ``as-labelled`` (its own offset was true) · ``local`` (its offset was not; it is
    the wall clock in ``zone``) · ``zoneless`` (it had none; read in ``zone``) · ``epoch`` ·
    ``file-name`` · ``address`` (the original's) · ``none`` (nothing readable; ``when`` is None).
    """

    stamp: str
    kind: Literal["as-labelled", "local", "zoneless", "epoch", "file-name", "address", "none"]
    when: datetime | None
    """Aware, in the site's zone; of a month or a year its beginning."""
    zone: str = ""
    reason: str = ""
    precision: Precision = ""

    @property
    def told(self) -> datetime | Period | None:
        """As much of the date as is known."""
        return tell_date(self.when, self.precision)


@dataclass(frozen=True, slots=True)
class TagMark:
    """A tag on one article, and who says so.

    ``evidence`` is a sequence of (kind, detail): (``given``, ``话题标签``), (``front-matter``,
    ``tags``), (``name``, ``title``), (``alias``, ``Leica``) …
    """

    key: str
    """What makes two spellings one tag: folded by ``text.fold()`` and the alias table."""
    name: str
    """As this article has it; the archive decides the one name that all pages show."""
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The spellings in which the article has it."""
        return tuple(
            dict.fromkeys((self.name, *(detail for kind, detail in self.evidence if kind == "form")))
        )


@dataclass(frozen=True, slots=True)
class Card:
    """All that a *list* may show of an article, so that a corrected body touches no list."""

    id: str
    """The source file's stem."""
    url: str
    """Site-relative path of the article's page: ``2022/07/20/stem.html``, ASCII."""
    title: str
    published: datetime | None
    """Aware, in the site's zone; of a month or a year its beginning; None: undated."""
    source: str
    """Publisher's name."""
    source_slug: str
    tags: tuple[TagMark, ...] = ()
    excerpt: str = ""
    lang: str = ""
    """BCP 47, such as ``zh-Hans``; empty: the site's own."""
    length: int = 0
    """Characters of text, white space aside."""
    cover: str = ""
    """Site-relative path of a picture that is stored with the site, or empty."""
    has_ledger: bool = False
    """Whether cleaning removed anything, so that the article has a ledger page."""
    precision: Precision = ""
    """How much of the date is known."""

    @property
    def dated(self) -> datetime | Period | None:
        """As much of the date as is known, which is all that a page may show."""
        return tell_date(self.published, self.precision)

    @property
    def tag_keys(self) -> tuple[str, ...]:
        """The keys of its tags."""
        return tuple(tag.key for tag in self.tags)

    @property
    def tag_forms(self) -> tuple[tuple[str, ...], ...]:
        """The spellings of each of its tags."""
        return tuple(tag.forms for tag in self.tags)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an article comes from and what was done to it: the page's 存档信息."""

    path: str
    digest: str
    original: str
    """Site-relative path of the published original bytes."""
    encoding: str
    reading: Reading
    title_given: str
    title_evidence: str
    """The text of the picture that the title was restored from; empty when it was not."""
    origin: str
    """Address of the original page, when known."""
    source_home: str
    matched: tuple[str, str]
    """Why this publisher was recognised: (``author``, ``快科技``), (``host``, ``solidot.org``)."""
    author: str = ""
    """A person's name when the front matter names one beside the publisher."""
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is stored with the site. ``index`` points into ``body.media``."""

    index: int
    url: str
    """Site-relative: ``media/ab/abcdef….png``, named after the SHA-256 of its bytes."""
    file: str
    """Relative to the content folder, or to the media store if it is there. ``inside``: the article's."""
    digest: str
    """SHA-256 of its bytes, in hex."""
    width: int
    """In pixels as shown, read from the file."""
    height: int
    home: Literal["beside", "store", "inside"] = "beside"
    """``beside`` the article; in the media ``store``, as ``capture`` fetched it; ``inside`` the article,
    and so in a file of the cache."""
    telling: bool = True
    """False for a placeholder, a logo and their like, by name: it is no article's cover."""
    renditions: tuple[Rendition, ...] = ()
    """Smaller files for browsers to choose from; none for an icon, or where none could be made."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file made from a picture: one format in one width."""

    url: str
    """Site-relative: ``media/ab/abcdef…-r1-640.avif``."""
    type: str
    """``image/avif`` …"""
    width: int
    height: int
    use: str = "shown"
    """``shown``: in the article; ``still`` and ``moving``: there, of an animation; ``cover``: on cards."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a picture is not stored, from ``media.lock``. ``index`` points into ``body.media``."""

    index: int
    fate: str
    """``gone``, ``refused``, ``too-large``, ``damaged`` or ``failed``."""
    day: str
    """When it was last asked for: ``2026-11-21``."""
    reason: str = ""
    code: int = 0
    """The host's HTTP status; 0: it did not answer."""


@dataclass(frozen=True, slots=True)
class Article:
    """A finished article: what the lists show, what the page shows, and the proof."""

    card: Card
    body: Body
    provenance: Provenance
    pictures: tuple[Picture, ...] = ()
    slips: tuple[Slip, ...] = ()
    """What is known of pictures that were asked for in vain."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What of an article is compared with other articles; at most about a kilobyte."""

    terms: tuple[tuple[str, int], ...]
    """What it is about: tag keys and words with their weights, heaviest first. The weights are
    those of a vector of length 1000."""
    prints: tuple[int, ...]
    """Hashes of a sample of its passages, smallest first: texts that share passages share some."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input file.

    ``card`` is None when it was set aside. ``blob`` is the whole ``Article``, encoded by
    ``cache.encode_article``: bodies travel and rest as bytes, and are never all in memory.
    """

    path: str
    digest: str
    card: Card | None
    blob: bytes = b""
    findings: tuple[Finding, ...] = ()
    pictures: tuple[Picture, ...] = ()
    looked_for: tuple[tuple[str, str], ...] = ()
    """(file relative to the content folder, its SHA-256 or empty when absent): the picture
    files that this outcome depends on."""
    asked: tuple[tuple[tuple[str, ...], str], ...] = ()
    """(a picture's addresses, what ``media.lock`` says of it): what else it depends on."""
    trace: bytes = b""
    """The article's ``Trace``, encoded by ``cache.encode_trace``; like ``blob``, it rests in the cache."""
    body_digest: str = ""
    """SHA-256 of the cleaned body's HTML, in hex: the middle of the chain from original to page."""
    rules: tuple[str, ...] = ()
    """The rules of its publisher's own file that applied, each once."""
    proof: bytes = b""
    """Stands for all that this outcome was made from."""
    missing: int = 0
    """Pictures that only their publishers have, if they still do."""
    claims: bytes = b""
    """The keys of all that a link may call the article, eight bytes each (``stories.links``)."""
    leads: bytes = b""
    """The key of what each link of its body calls another one, in order; zero where it can be none."""


# --- index: Cards -> Archive --------------------------------------------------------------


class Rows(Protocol):
    """Where articles rest, each in a row."""

    @property
    def urls(self) -> Sequence[str]:
        """The address of each row's article."""

    @property
    def lengths(self) -> Sequence[int]:
        """How long each row's article is."""

    @property
    def widths(self) -> Sequence[int]:
        """How much room each one's title takes."""

    @property
    def ledgers(self) -> Sequence[int]:
        """1 where something was removed from the article, so that it has a ledger."""

    def card(self, row: int, /) -> Card:
        """Give the card of a row."""

    def card_once(self, row: int, /) -> Card:
        """Give the card of a row, and remember nothing of it."""

    def row_of(self, card: Card, /) -> int:
        """Give the row of a card that came from here."""

    def count_tags(self, rows: Iterable[int], /) -> Counter[str]:
        """Count the keys of the tags of some rows."""


class Cards(Sequence[Card]):
    """Articles in an order, as the numbers of their rows; a card is made when it is asked for."""

    __slots__ = ("_store", "rows")

    def __init__(self, store: Rows, rows: array[int]) -> None:
        self._store, self.rows = store, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Card]:
        return map(self._store.card, self.rows)

    def __reversed__(self) -> Iterator[Card]:
        return map(self._store.card, reversed(self.rows))

    def __getitem__(self, at: Any) -> Any:
        return Cards(self._store, self.rows[at]) if isinstance(at, slice) else self._store.card(self.rows[at])

    def once(self) -> Iterator[Card]:
        """Give each without remembering what it was asked for."""
        return map(self._store.card_once, self.rows)

    @property
    def urls(self) -> Iterator[str]:
        """Their addresses, for which no card is made."""
        return map(self._store.urls.__getitem__, self.rows)

    @property
    def lengths(self) -> Iterator[int]:
        """How long they are."""
        return map(self._store.lengths.__getitem__, self.rows)

    @property
    def widths(self) -> Iterator[int]:
        """How much room their titles take."""
        return map(self._store.widths.__getitem__, self.rows)

    def count_ledgers(self) -> int:
        """Count those that have a ledger."""
        return sum(map(self._store.ledgers.__getitem__, self.rows))

    def __add__(self, more: Cards) -> Cards:
        return Cards(self._store, self.rows + more.rows)

    def count_tags(self) -> Counter[str]:
        """Count the keys of their tags, for which none is made either."""
        return self._store.count_tags(self.rows)

    def without(self, gone: Iterable[Card]) -> Cards:
        """Give the others."""
        left = self.rows[:]
        for card in gone:
            with suppress(ValueError):
                left.remove(self._store.row_of(card))
        return Cards(self._store, left)

    def pick(self, places: Iterable[int]) -> Cards:
        """Give those at some places."""
        return Cards(self._store, array("I", map(self.rows.__getitem__, places)))

    def rests_as(self, other: Cards) -> bool:
        """Tell whether others rest in the same rows; an article that is another one now has a new row."""
        return self._store is other._store and self.rows == other.rows

    def insert(self, at: int, card: Card) -> None:
        """Put one more in its place."""
        self.rows.insert(at, self._store.row_of(card))


def urls_of(cards: Iterable[Card | Group]) -> Iterator[str]:
    """Give the addresses of articles or groups."""
    return cards.urls if isinstance(cards, Cards) else map(_URL, cards)


def lengths_of(cards: Iterable[Card]) -> Iterator[int]:
    """Give how many characters articles have."""
    return cards.lengths if isinstance(cards, Cards) else map(_LENGTH, cards)


def width_of(text: str) -> int:
    """Tell how much room a text takes in a file: a character that is not of ASCII takes three bytes."""
    return len(text) * (1 if text.isascii() else 3)


def once(cards: Sequence[Card]) -> Iterator[Card]:
    """Go through articles of which more is asked than anybody else will ask."""
    return cards.once() if isinstance(cards, Cards) else iter(cards)


def widths_of(cards: Iterable[Card]) -> Iterator[int]:
    """Tell the same of articles' titles."""
    return cards.widths if isinstance(cards, Cards) else (width_of(card.title) for card in cards)


def count_ledgers(cards: Sequence[Card]) -> int:
    """Count the articles that have a ledger; of those that rest none is made."""
    return cards.count_ledgers() if isinstance(cards, Cards) else sum(card.has_ledger for card in cards)


def are_same(some: Sequence[Card], others: Sequence[Card]) -> bool:
    """Tell of articles that rest whether they are the same in the same order; nothing is known of others."""
    return isinstance(some, Cards) and isinstance(others, Cards) and some.rests_as(others)


def pick(cards: Sequence[Card], places: Sequence[int]) -> Sequence[Card]:
    """Give the articles at some places, in the order of these."""
    return cards.pick(places) if isinstance(cards, Cards) else [cards[place] for place in places]


def count_keys(cards: Iterable[Card]) -> Counter[str]:
    """Count the keys of articles' tags."""
    return cards.count_tags() if isinstance(cards, Cards) else Counter(chain.from_iterable(map(_KEYS, cards)))


def cut(cards: Sequence[Card], key_of: Callable[[Card], T]) -> Iterator[tuple[T, Sequence[Card]]]:
    """Cut articles that are in order where a key changes, without a look at each."""
    start = 0
    while start < len(cards):
        key = key_of(cards[start])
        end = bisect_left(cards, True, lo=start, key=lambda card: key_of(card) != key)
        yield key, cards[start:end]
        start = end


_URL, _KEYS, _LENGTH = attrgetter("url"), attrgetter("tag_keys"), attrgetter("length")


@dataclass(frozen=True, slots=True)
class Group:
    """Articles that share a day, a tag, a source …, newest first."""

    key: str
    name: str
    url: str
    cards: Sequence[Card]
    forms: tuple[tuple[str, int], ...] = ()
    """For a tag: the spellings met and how often."""

    @property
    def count(self) -> int:
        """Count the articles; what knows it otherwise need not have them at hand."""
        return len(self.cards)

    @property
    def newest(self) -> Card:
        """The first article."""
        return self.cards[0]

    def first(self, many: int) -> tuple[Card, ...]:
        """Give the first few articles."""
        return tuple(self.cards[:many])


@dataclass(frozen=True, slots=True)
class Kin:
    """Another article that has something in common with this one, by its address."""

    url: str
    shared: tuple[str, ...]
    """The names and words that both are about, most telling first."""
    days: int
    """Days between the two."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text that another article has as well, word for word."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Relations:
    """What an article has to do with others. Addresses are those of articles, but for ``thread``."""

    thread: str = ""
    """Address of the story's page; empty: it belongs to none."""
    place: int = 0
    """1 for the story's first article."""
    count: int = 0
    """How many articles the story has. Above ``MANY`` an article's page is told no more than that."""
    earlier: str = ""
    """The article before this one in its story."""
    later: str = ""
    because: tuple[str, ...] = ()
    """What it has in common with the story as it was when this article joined it."""
    duplicate_of: str = ""
    """The first article of which this one is a reprint, cut or lightly edited version."""
    copies: tuple[str, ...] = ()
    """The reprints of this article, oldest first."""
    related: tuple[Kin, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """Every article in order, newest first (ties by id), and by everything that lists it."""

    cards: Sequence[Card]
    """The dated ones."""
    undated: Sequence[Card]
    years: tuple[Group, ...]
    """Newest first, as are months and days; keys ``2022``, ``2022-07``, ``2022-07-20``. Articles of which the
    month is all that is known are the day ``2022-07-00``; those of a year ``2022-00-00``, and in no month."""
    months: tuple[Group, ...]
    days: tuple[Group, ...]
    tags: tuple[Group, ...]
    """Most frequent first, ties by key."""
    sources: tuple[Group, ...]
    tag_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Tag key -> (shown name, url)."""
    threads: tuple[Group, ...] = ()
    """Developing stories, the one with the newest article first; **in each the oldest article is
    first**. A story's key is the address of its first article."""
    relations: Mapping[str, Relations] = field(default_factory=dict)
    """By an article's address; articles without any are left out."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """Address of a reprint -> address of the first article with that text."""

    @property
    def every(self) -> Sequence[Card]:
        """The dated articles and the undated ones; where they rest, none is made."""
        if isinstance(self.cards, Cards) and isinstance(self.undated, Cards):
            return self.cards + self.undated
        return (*self.cards, *self.undated)

    @property
    def total(self) -> int:
        """Count all articles, dated or not."""
        return len(self.cards) + len(self.undated)


# --- render: PageSpec -> Page -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    """What every page may know of the site as a whole: the part of the settings that shows."""

    title: str
    description: str
    language: str
    """BCP 47; the language of the interface, and of articles that name none."""
    zone: str
    """IANA name of the zone in which times are shown."""
    base_url: str = ""
    """Absolute, with a closing ``/``; empty: unknown, and no absolute address is written."""
    images: Literal["local", "remote"] = "local"
    contact: str = ""
    version: str = ""
    search: bool = True
    """Whether the site has an index that its search page asks."""
    stories: bool = True
    """Whether the site has pages of the stories that were found."""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page to be: where it goes, which template makes it, and all that it is given."""

    path: str
    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the built site."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Patch:
    """A file of the built site that is, but for a few lines, as it stands."""

    path: str
    pieces: tuple[bytes | range, ...]
    """What it is now: new bytes, and ranges of what it was."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of the built site that has the very bytes of a file in the content folder."""

    path: str
    file: str
    """Relative to the content folder."""
    digest: str
    """SHA-256 of the bytes that were cleaned, in hex; they must still be the same."""

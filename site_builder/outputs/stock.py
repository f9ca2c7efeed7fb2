"""What the page functions draw on: the archive's groups made ready, and the limits of a page.

In: the archive, the site's face, a way to load one article. Out: one ``Stock``. The rule it
guards: no page needs a loop over the whole archive.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import compress, count, groupby
from types import MappingProxyType

from site_builder.model import Archive, Article, Card, Group, Kin, Site, urls_of, width_of, widths_of
from site_builder.outputs.keys import Wants, always, digest, join, take
from site_builder.outputs.kin import Kinship, list_shown, show_kin
from site_builder.outputs.lists import Calendar, Link, When, Words, draw_calendar, read_key

Parts = tuple[str, ...]
"""Addresses of the further pages of a group."""
Load = Callable[[Card], Article]


def _nothing(path: str) -> bytes:
    return b""


def _name_shared(kin: Kin) -> str:
    return ", ".join(kin.shared)


_YEAR = re.compile(r"\d{4}/index\.html")
_ADDRESS = re.compile(r"[\w./-]+\.html")

CARDS = 60
"""A page shows at most this many articles as cards; a longer list is rows of one line."""
ROWS = 200
"""A list of more rows than this is split."""
LIGHT = 14_300
"""Bytes that a page's list may come to when it is gzipped: the first view may have 24 kB, and the
style sheet and the rest of a page take nine and a half. Most lists end at ``CARDS`` and ``ROWS``; those of
long titles end here."""
HEADLINES = 8
GRIDS = 3
RELATED_TAGS = 12
NAMES = 1000
"""An index of tags or publishers names this many; rarer ones are found on their articles."""
NO_NOTES: Mapping[str, str] = MappingProxyType({})
TITLE = 90
"""Characters of a title in ``<title>``, so that publisher and site still show behind it."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the page functions draw on. Groupings come ready, so that no page needs a loop over all."""

    archive: Archive
    site: Site
    load: Load
    words: Words
    months: Mapping[str, tuple[Group, ...]]
    """Months of a year, by the year's key."""
    days: Mapping[str, tuple[Group, ...]]
    """Days of a month, by the month's key."""
    stories: Mapping[str, Group]
    """By the address of their page."""
    cards: Mapping[str, Card]
    """By the address of the article."""
    notes: Mapping[str, str]
    """What tells an article from an older one of the same name, by its address."""

    word_kin: Callable[[Kin], str] = _name_shared
    """Says in the words of the site's language what two articles have in common."""
    wants: Wants = always
    """Whether a page is to be made; a page function asks before it puts one together."""
    marks: Mapping[str, bytes] = field(default_factory=dict)
    """What stands for all that a list may show of an article, by its address."""
    proofs: Mapping[str, bytes] = field(default_factory=dict)
    """What stands for all that its own page shows."""
    kin_facts: Mapping[str, bytes] = field(default_factory=dict)
    """What stands for all that it has to do with others, once it was found out."""
    link_facts: Mapping[str, bytes] = field(default_factory=dict)
    """What stands for the pages of other articles that its links lead to."""
    link_targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """These pages, in the order of its links; empty where one leads elsewhere."""
    parts: Mapping[str, Parts] = field(default_factory=dict)
    """The pages that long days, tags and publishers have besides their own, by address, for the sitemap."""
    past_parts: Mapping[str, Parts] = field(default_factory=dict)
    """Those that they had in the last build."""
    entries: dict[str, str] = field(default_factory=dict)
    """What feeds have told of articles before."""
    standing: Callable[[str], bytes] = _nothing
    """Gives a file as the last build left it; of use where something is ``touched``, and else stands."""
    touched: Set[str] | None = None
    """Addresses of the articles and groups of which some page may be another one; None: any may."""
    mine: Set[str] | None = None
    """The addresses of which this process makes the pages, where several share all of them; None: all."""

    @property
    def asked(self) -> Set[str] | None:
        """Addresses of the articles and groups whose pages have to be asked for here; None: of all."""
        return self.touched if self.mine is None else self.mine

    def touches(self, url: str) -> bool:
        """Tell whether the pages of an article or a group have to be asked for here."""
        return self.asked is None or url in self.asked

    def touches_group(self, group: Group) -> bool:
        """Tell the same of a group."""
        return self.asked is None or group.url in self.asked

    def list_places(self, cards: Sequence[Card]) -> Iterable[int]:
        """List the places of the articles whose pages have to be asked for here."""
        if self.asked is None:
            return range(len(cards))
        return find_places(urls_of(cards), self.asked)

    def keep_year(self, group: Group, years: Sequence[str], at: int) -> Parts:
        """List the pages that a group has for one of its ``years``, where nothing has touched them.

        Nothing, when they have to be asked for: the year itself was touched, or one that may have stood
        beside it.
        """
        if self.touched is None:
            return ()
        older, newer = (*years, "")[at + 1], years[at - 1] if at else "9999"
        touched = (url[:4] for url in self.touched if _YEAR.fullmatch(url))
        if any(older <= year <= newer for year in touched):
            return ()
        start = f"{group.url.removesuffix('.html')}/{years[at]}"
        return tuple(part for part in self.past_parts.get(group.url, ()) if part.startswith(start))

    def touches_any(self, start: str) -> bool:
        """Tell the same of all groups of which the address begins so."""
        return self.touched is None or any(url.startswith(start) for url in self.touched)

    def cards_fact(self, *lists: Iterable[Card]) -> bytes:
        """Give the fact that stands for lists of cards."""
        marks = self.marks
        if not marks:
            return b""
        return join([mark for cards in lists for mark in take(marks, cards)])

    def kin_fact(self, url: str) -> bytes:
        """Give the fact that stands for what an article has to do with others."""
        known = self.kin_facts.get(url)
        return self._kin_fact(url) if known is None else known

    def _kin_fact(self, url: str) -> bytes:
        relations = self.archive.relations.get(url) if self.marks else None
        if relations is None:
            return b""
        told = repr(relations)
        named = [name for name in _ADDRESS.findall(told) if name in self.marks or name in self.stories]
        names = [self.stories[name].name for name in named if name in self.stories]
        named += list_shown(relations, self.stories[relations.thread]) if relations.thread else ()
        return digest(told, *names, *(self.marks.get(name, b"") for name in named))

    def calendar(self, month: Group) -> Calendar:
        """Draw a month of the archive."""
        return draw_calendar(month, self.days[month.key])

    def kin(self, url: str) -> Kinship:
        """Show what an article has to do with others."""
        return show_kin(self.archive.relations.get(url), self.stories, self.cards, self.words.headline)


def take_stock(
    archive: Archive,
    site: Site,
    load: Load,
    notes: Mapping[str, str] = NO_NOTES,
    cards: Mapping[str, Card] | None = None,
) -> Stock:
    """Make ready what the page functions share. ``cards`` are all of the archive, where they are at hand."""
    if cards is None:
        cards = {card.url: card for card in archive.every} if archive.relations else {}
    return Stock(
        archive=archive,
        site=site,
        load=load,
        words=Words(archive.tag_names, site.language, archive.originals, Counter(archive.originals.values())),
        months={key: tuple(held) for key, held in groupby(archive.months, key=lambda month: month.key[:-3])},
        days={key: tuple(held) for key, held in groupby(archive.days, key=lambda day: day.key[:-3])},
        stories={story.url: story for story in archive.threads},
        cards=cards,
        notes=notes,
    )


def find_places(urls: Iterable[str], some: Set[str]) -> Iterator[int]:
    """Find where some addresses are among others."""
    return compress(count(), map(some.__contains__, urls))


def count_cards(cards: Sequence[Card]) -> int:
    """Count how many of the first articles a page can show as cards."""
    return _count_light((_weigh(card.title) + _weigh(card.excerpt) + 130 for card in cards), CARDS)


def count_rows(cards: Sequence[Card], besides: float = 0.0) -> int:
    """Count how many of the first articles a page can list as rows; ``besides`` weighs what else it lists."""
    return _count_light((_BYTES * width + 40 for width in widths_of(cards)), ROWS, besides)


def split_rows(cards: Sequence[Card], besides: float = 0.0) -> list[Sequence[Card]]:
    """Split a list, newest first, into as many as pages can list; the last part is the newest.

    They are filled from the oldest article on, so that one more article changes the last part alone.
    """
    parts, rest = [], cards[::-1]
    while rest:
        many = count_rows(rest, besides)
        parts.append(rest[:many][::-1])
        rest = rest[many:]
    return parts


def count_names(groups: Sequence[Group]) -> int:
    """Count how many of the first tags, publishers or stories an index can name."""
    return _count_light((_weigh(group.name) + 13 for group in groups), NAMES)


def fits_cards(cards: Sequence[Card]) -> bool:
    """Tell whether a page can show all these articles as cards."""
    return len(cards) <= CARDS and count_cards(cards) == len(cards)


def fits_rows(cards: Sequence[Card]) -> bool:
    """Tell whether a page can list all these articles as rows."""
    return len(cards) <= ROWS and count_rows(cards) == len(cards)


def _count_light(weights: Iterable[float], limit: int, total: float = 0.0) -> int:
    count = 0
    for weight in weights:
        total += weight
        if count == limit or (total > LIGHT and count):
            break
        count += 1
    return count


def _weigh(text: str) -> float:
    return _BYTES * width_of(text)


_BYTES = 0.45
"""What a byte of a text comes to within a gzipped page; measured on real titles and excerpts."""


def links_of(groups: Sequence[Group]) -> tuple[Link, ...]:
    """Name groups, where they lead, and how many articles are there."""
    return tuple(Link(group.name, group.url, group.count) for group in groups)


def first_day(group: Group) -> When:
    """Give the first day of a group whose key is a year, a month or a day, or what is known of it."""
    return read_key(group.key)


def shorten(text: str, limit: int) -> str:
    """Cut a name to ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"

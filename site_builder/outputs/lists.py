"""The shapes in which pages list articles: timelines, rows, calendars, month grids.

In: cards and groups. Out: frozen plain data for the templates, which choose the words. The
rule it guards: a shape holds only what is shown, so that a page is made again only when
something that it shows has changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, zip_longest

from site_builder.language.tongues import find_tongue, is_spoken
from site_builder.model import Card, Group, Period, count_keys, cut

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")
When = date | Period
"""A day, or the first of a month or year; or a month or year of which that is all that is known."""
CHIPS = 3
"""Tags shown with an article in a list."""
RISE = 2
"""A tag has risen when so many articles more have it than were to be expected."""


@dataclass(frozen=True, slots=True)
class Link:
    """A name and the site path that it leads to; ``count`` articles are there when it is not 0."""

    name: str
    url: str
    count: int = 0
    lang: str = ""
    """Only when it is not the site's own language."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a list."""

    url: str
    title: str
    published: datetime | Period | None
    source: Link
    tags: tuple[Link, ...]
    excerpt: str
    lang: str
    """Only when it is not the site's own language."""
    cover: str
    because: tuple[str, ...] = ()
    """On a story's page: what it has in common with the story as it was when it joined."""
    copies: int = 0
    """How many other articles have its text."""
    is_copy: bool = False
    """Whether its text was published before."""


@dataclass(frozen=True, slots=True)
class Headline:
    """An article as one line."""

    url: str
    title: str
    published: datetime | Period | None
    source: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """A month, or a day of some year: its newest headlines, and how many articles it has in all."""

    date: When
    url: str
    count: int
    headlines: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A dated piece of a list too long for one page, or a day with its rows."""

    date: When
    url: str
    count: int
    headlines: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day that has too many articles for one page, or a part of such an hour."""

    number: int
    """-1: no day of which it is an hour is known."""
    part: int
    """From 1, when the hour has more than one page; else 0."""
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A piece of an undated list: the articles whose names begin alike."""

    name: str
    url: str
    count: int
    headlines: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days of a long list's part that has a page of its own."""

    first: When
    last: When
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A tag of a month: how many of its articles have it, and how many had it the month before."""

    name: str
    url: str
    count: int
    before: int
    rose: bool
    """Whether it is named clearly more often than the month before would have let expect."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a timeline. ``gap`` days lie between it and the next one shown; 0 after the last."""

    date: When
    url: str
    entries: tuple[Entry, ...]
    gap: int = 0

    @property
    def gap_step(self) -> int:
        """Grade the gap from 1 to 5, a step for each doubling of three days."""
        return min(5, (self.gap // 3).bit_length())


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a timeline; ``count`` is of the articles shown."""

    date: When
    url: str
    count: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A day or a month in a calendar: its number, how many articles, and the shade for that."""

    number: int
    """0: a blank before the first or after the last day; with articles, those of which no month is known."""
    count: int = 0
    heat: int = 0
    """1 to 3; the count is always written beside it, so the shade carries nothing alone."""
    url: str = ""


_EMPTY = tuple(map(Cell, range(32)))
"""Days and months without any article; most cells are such, and need not be made each time."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A month as a wall calendar, Monday first."""

    date: date
    url: str
    count: int
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A year as twelve months, and what is in none of them."""

    date: date
    url: str
    count: int
    cells: tuple[Cell, ...]


REMEMBERED = 16_384
"""Entries that are remembered at a time; in memory each takes half a kilobyte."""


@dataclass(frozen=True, slots=True)
class Words:
    """What it takes to turn cards into entries: the tags' shown names, and the site's language."""

    tag_names: Mapping[str, tuple[str, str]]
    language: str
    """The articles' that name none; the page around them may be in another (``find_tongue``)."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """Address of a reprint -> address of the first article with that text."""
    copies: Mapping[str, int] = field(default_factory=dict)
    """How many reprints each of those has."""
    _entries: dict[str, Entry] = field(default_factory=dict, repr=False, compare=False)
    """By their addresses: an article stands in six lists or so (gain: 40 µs an article)."""
    _links: dict[str, Link] = field(default_factory=dict, repr=False, compare=False)
    """Those of tags, by their keys."""

    def entry(self, card: Card) -> Entry:
        """Show a card; one whose text was published before shows no more than that."""
        entry = self._entries.get(card.url)
        if entry is None:
            if len(self._entries) >= REMEMBERED:
                self._entries.clear()
            entry = self._entries[card.url] = self._make_entry(card)
        return entry

    def _make_entry(self, card: Card) -> Entry:
        is_copy = card.url in self.originals
        return Entry(
            copies=self.copies.get(card.url, 0),
            is_copy=is_copy,
            url=card.url,
            title=card.title,
            published=card.dated,
            source=Link(card.source, f"sources/{card.source_slug}.html"),
            tags=tuple(map(self.link, card.tag_keys[:CHIPS])),
            excerpt="" if is_copy else card.excerpt,
            lang=self.foreign(card.lang),
            cover="" if is_copy else card.cover,
        )

    def link(self, key: str) -> Link:
        """Name a tag and where it leads."""
        link = self._links.get(key)
        if link is None:
            link = self._links[key] = Link(*self.tag_names[key])
        return link

    def headline(self, card: Card) -> Headline:
        """Show a card as one line."""
        return Headline(card.url, card.title, card.dated, card.source, self.foreign(card.lang))

    def foreign(self, lang: str) -> str:
        """Give a language worth naming in a ``lang`` attribute, or nothing when the page speaks it."""
        lang = lang or self.language
        return lang if LANGUAGE.fullmatch(lang) and not is_spoken(lang, find_tongue(self.language)) else ""


def day_url(day: When) -> str:
    """Give the address of a day's page; what is not known of it is 00."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}/index.html"


def month_url(day: When) -> str:
    """Give the address of the page of the month that ``day`` is in, or of what is in no month of its year."""
    return f"{day.year:04}/{day.month:02}/index.html" if day.month else day_url(day)


def year_url(day: When) -> str:
    """Give the address of the page of the year that ``day`` is in."""
    return f"{day.year:04}/index.html"


def day_of(card: Card) -> When:
    """Give the day of a dated card, in the site's zone, or what is known of it."""
    day = card.dated
    assert day is not None, card.url
    return day if isinstance(day, Period) else day.date()


def month_of(card: Card) -> When:
    """Give the first day of a dated card's month, or its year where no month is known."""
    day = day_of(card)
    return date(day.year, day.month, 1) if day.month else day


def read_key(key: str) -> When:
    """Read the key of a year, a month or a day: 2022, 2022-07, 2022-07-20, 2022-07-00."""
    year, month, day = (int(part) for part in (f"{key}-01-01"[:10]).split("-"))
    return date(year, month, day) if month and day else Period(year, month)


def month_key(when: When) -> str:
    """Give the key of a month, or of what is in none: 2022-07, 2022-00."""
    return f"{when.year:04}-{when.month:02}"


def set_out(cards: Sequence[Card], words: Words) -> tuple[Month, ...]:
    """Lay dated cards out as a timeline, in the order given (either direction)."""
    days = [(day, tuple(map(words.entry, held))) for day, held in groupby(cards, key=day_of)]
    laid_out = (
        Day(day, day_url(day), entries, _count_gap(day, follower[0]) if follower else 0)
        for (day, entries), follower in zip_longest(days, days[1:])
    )
    return tuple(
        _month(read_key(month), tuple(held))
        for month, held in groupby(laid_out, key=lambda day: month_key(day.date))
    )


def _count_gap(day: When, other: When) -> int:
    return 0 if isinstance(day, Period) or isinstance(other, Period) else abs((day - other).days)


def _month(first: When, days: tuple[Day, ...]) -> Month:
    return Month(first, month_url(first), sum(len(day.entries) for day in days), days)


def draw_calendar(month: Group, days: Iterable[Group]) -> Calendar:
    """Draw a month as weeks; ``days`` are those of its days that have articles."""
    first = date.fromisoformat(f"{month.key}-01")
    held = {read_key(day.key): day for day in days}
    shades = _Shades(day.count for known, day in held.items() if known.day)
    start = first - timedelta(days=first.weekday())
    weeks = []
    while start < first or start.month == first.month:
        week = [start + timedelta(days=n) for n in range(7)]
        weeks.append(tuple(_day_cell(day, first, held.get(day), shades) for day in week))
        start += timedelta(days=7)
    return Calendar(first, month.url, len(month.cards), tuple(weeks))


def _day_cell(day: date, first: date, held: Group | None, shades: _Shades) -> Cell:
    if day.month != first.month:
        return _EMPTY[0]
    if held is None:
        return _EMPTY[day.day]
    return Cell(day.day, held.count, shades.heat(held.count), held.url)


def draw_grids(counts: Mapping[When, int], urls: Mapping[When, str] | None = None) -> tuple[Grid, ...]:
    """Draw years as months, newest first.

    ``counts`` is by the first day of the month; ``urls`` says where a month leads when that is
    not the month's own page. What is in no month stands behind the twelve.
    """
    shades = _Shades(counts.values())
    years: defaultdict[int, list[Cell]] = defaultdict(lambda: [*_EMPTY[1:13]])
    for month, count in counts.items():
        url = month_url(month) if urls is None else urls.get(month, "")
        cell = Cell(month.month, count, shades.heat(count), url)
        if month.month:
            years[month.year][month.month - 1] = cell
        else:
            years[month.year].append(cell)
    return tuple(
        Grid(first, year_url(first), sum(cell.count for cell in cells), tuple(cells))
        for year, cells in sorted(years.items(), reverse=True)
        for first in (date(year, 1, 1),)
    )


def split_by_name(
    cards: Sequence[Card], fits: Callable[[Sequence[Card]], bool]
) -> tuple[tuple[str, tuple[Card, ...]], ...]:
    """Split undated cards into pieces that fit a page, by how their file names begin.

    A piece that grows too large is split by one more character; a new article touches only the
    piece that it belongs to. Nothing else of an undated article keeps its order for ever.
    """
    return tuple(_pieces(sorted(cards, key=lambda card: (_file_name(card), card.url)), "", fits))


def _pieces(
    cards: Sequence[Card], start: str, fits: Callable[[Sequence[Card]], bool]
) -> Iterator[tuple[str, tuple[Card, ...]]]:
    if fits(cards):
        yield start, tuple(cards)
        return
    for beginning, group in groupby(cards, key=lambda card: _file_name(card)[: len(start) + 1]):
        held = tuple(group)
        if beginning == start:  # the name that ends here; a ``~`` stands in no file name of ours
            yield f"{start}~", held
        else:
            yield from _pieces(held, beginning, fits)


def _file_name(card: Card) -> str:
    return card.url.rpartition("/")[2].removesuffix(".html")


def count_months(cards: Sequence[Card]) -> dict[When, int]:
    """Count dated cards, which are in order, by month."""
    return {month: len(held) for month, held in cut(cards, month_of)}


def count_tags(cards: Iterable[Card], words: Words, limit: int, without: str = "") -> tuple[Link, ...]:
    """List the commonest tags of some cards, ties by key; ``without`` is the key to leave out."""
    return tuple(link for link, _ in _common_tags(cards, words, limit, without))


def _common_tags(
    cards: Iterable[Card], words: Words, limit: int, without: str = ""
) -> list[tuple[Link, str]]:
    counts = count_keys(cards)
    counts.pop(without, None)
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [(Link(*words.tag_names[key], count), key) for key, count in common]


def compare_tags(
    cards: Sequence[Card], before: Sequence[Card], words: Words, limit: int
) -> tuple[Topic, ...]:
    """List the commonest tags of a month, each with its count in the month before.

    A month may hold ten times as many articles as another, so a tag has risen only when it has at
    least two articles more than its *share* of the month before would give it now; without one, none has.
    """
    earlier = count_keys(before)
    scale = len(cards) / len(before) if before else 0.0
    topics = []
    for link, key in _common_tags(cards, words, limit):
        was = earlier[key]
        rose = bool(before) and link.count - was * scale >= RISE
        topics.append(Topic(link.name, link.url, link.count, was, rose))
    return tuple(topics)


class _Shades:
    """Grades counts by the median and the 85th percentile of the cells that hold any.

    Thirds would make most of a calendar dark; with one or two different counts there is
    nothing to rank, and the count itself is the grade.
    """

    def __init__(self, counts: Iterable[int]) -> None:
        ordered = sorted(counts)
        many = len(set(ordered)) > 2
        self._limits = (
            tuple(ordered[int((len(ordered) - 1) * part)] for part in (0.5, 0.85)) if many else (1, 2)
        )

    def heat(self, count: int) -> int:
        """Grade a count from 1 to 3."""
        return 1 + sum(count > limit for limit in self._limits)

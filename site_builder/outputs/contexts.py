"""What each template is given: a type a template, with every name that it may use.

In: nothing. Out: ``TypedDict``s, so that mypy holds the page functions to what is written here
and in ``docs/theme.md``. The rule it guards: a template is told only what it shows, and nothing
that it is told is undocumented.

Besides, every template has ``site`` (``model.Site``), ``path`` and ``root`` (the page's own site
path and the way up to the top) and what ``steps.render`` adds for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from site_builder.model import Article, Period, TagMark
from site_builder.outputs.kin import Kinship, Story
from site_builder.outputs.lists import (
    Brief,
    Calendar,
    Entry,
    Grid,
    Headline,
    Hour,
    Link,
    Month,
    Part,
    Shelf,
    Stretch,
    Topic,
    When,
)

Neighbour = tuple[When, str] | None
"""A year, month or day beside this one, and its site path."""


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag of an article, where it leads, and who says so."""

    name: str
    url: str
    mark: TagMark


@dataclass(frozen=True, slots=True)
class Tale:
    """A story in the index of stories."""

    name: str
    lang: str
    url: str
    count: int
    first: When
    last: When


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the archive holds."""

    articles: int
    undated: int
    sources: int
    tags: int
    first: datetime | Period | None


class PageContext(TypedDict):
    """What every template is given."""

    kind: str
    """What the page says it is, in ``<body data-page>``."""


class HomePage(PageContext):
    """``home.html``: ``index.html``."""

    counts: Counts
    timeline: tuple[Month, ...]
    older: Link | None
    older_month: When | None
    grids: tuple[Grid, ...]
    years: tuple[Grid, ...]
    tags: tuple[Link, ...]
    sources: tuple[Link, ...]
    stories: tuple[Link, ...]


class SearchPage(PageContext):
    """``search.html``: ``search/index.html``."""

    counts: Counts
    years: tuple[Grid, ...]


class YearPage(PageContext):
    """``year.html``: ``2022/index.html``."""

    date: When
    count: int
    days: int
    """0 when not of all articles the day is known."""
    calendars: tuple[Calendar, ...]
    briefs: tuple[Brief, ...]
    older: Neighbour
    newer: Neighbour


class MonthPage(PageContext):
    """``month.html``: ``2022/07/index.html``."""

    date: When
    count: int
    timeline: tuple[Month, ...]
    days_listed: tuple[Part, ...]
    calendar: Calendar
    before: When | None
    topics: tuple[Topic, ...]
    older: Neighbour
    newer: Neighbour


class DayPage(PageContext):
    """``day.html``: ``2022/07/20/index.html``, or what is known of one: ``2022/07/00/index.html``."""

    date: When
    count: int
    entries: tuple[Entry, ...]
    rows: tuple[Headline, ...]
    hours: tuple[Hour, ...]
    tags: tuple[Link, ...]
    older: Neighbour
    newer: Neighbour


class HourPage(PageContext):
    """``hour.html``: ``2022/07/20/hours/08.html``, of a day with very many articles."""

    date: When
    hour: int
    """-1 where no day is known."""
    part: int
    """From 1, when the hour has more than one page; else 0."""
    count: int
    rows: tuple[Headline, ...]


class AnniversariesPage(PageContext):
    """``anniversaries.html``: ``days/index.html``, every day of the year that holds an article."""

    months: tuple[tuple[date, tuple[tuple[int, str], ...]], ...]
    """Of each month its days and where they lead, nowhere when no year has an article."""


class AnniversaryPage(PageContext):
    """``anniversary.html``: ``days/07-20.html``, one day in all the years."""

    date: date
    count: int
    briefs: tuple[Brief, ...]
    older: Neighbour
    newer: Neighbour


class UndatedPage(PageContext):
    """``undated.html``: ``undated/index.html``, and its pieces when it is very long."""

    count: int
    piece: str
    entries: tuple[Entry, ...]
    rows: tuple[Headline, ...]
    shelves: tuple[Shelf, ...]


class ArticlePage(PageContext):
    """``article.html``: ``2022/07/20/stem.html``."""

    article: Article
    short_title: str
    note: str
    lang: str
    tags: tuple[TagLine, ...]
    kin: Kinship
    ledger: str
    older: Link | None
    newer: Link | None


class LedgerPage(PageContext):
    """``ledger.html``: ``2022/07/20/stem.ledger.html``."""

    article: Article
    short_title: str
    note: str
    lang: str


class IndexPage(PageContext):
    """``index.html``: ``tags/index.html``, ``sources/index.html``."""

    count: int
    names: tuple[Link, ...]


class SubjectPage(PageContext):
    """``subject.html``: a tag's or publisher's page."""

    name: str
    short_title: str
    count: int
    span: tuple[When, When] | None
    timeline: tuple[Month, ...]
    undated: tuple[Headline, ...]
    more_undated: Link | None
    grids: tuple[Grid, ...]
    years: tuple[Part, ...]
    tags: tuple[Link, ...]
    forms: tuple[tuple[str, int], ...]
    feed: str


class SubjectYearPage(PageContext):
    """``subject_year.html``: ``tags/le/leica/2022.html``."""

    name: str
    subject: str
    feed: str
    date: When
    span: str
    part: int
    """Of a month that is too long for a page: which part this is, counted from the oldest; else 0."""
    count: int
    pieces: tuple[Part, ...]
    earlier: tuple[Stretch, ...]
    """Of such a month, on its newest part's page: the others."""
    older: Neighbour
    newer: Neighbour


class SubjectUndatedPage(PageContext):
    """``subject_undated.html``: ``tags/le/leica/undated.html``, and its pieces when it is very long."""

    name: str
    subject: str
    count: int
    piece: str
    rows: tuple[Headline, ...]
    shelves: tuple[Shelf, ...]


class ThreadPage(PageContext):
    """``thread.html``: a story's page, ``threads/2022/stem-of-the-first-article.html``."""

    name: str
    short_title: str
    lang: str
    count: int
    span: tuple[When, When]
    timeline: tuple[Month, ...]
    rest: tuple[Part, ...]
    kin: Mapping[str, Kinship]
    sources: tuple[Link, ...]
    tags: tuple[Link, ...]


class ThreadsPage(PageContext):
    """``threads.html``: ``threads/index.html``, and when there are very many, one for each month."""

    date: When | None
    form: str
    """How to write the date: ``month``, or ``day`` when very many stories began in one month."""
    count: int
    tales: tuple[Tale, ...]
    begun: tuple[tuple[When, str, str], ...]
    """Months or days in which stories began, how to write them, and where they lead."""


class StyleguidePage(PageContext):
    """``styleguide.html``: each part of the theme, with made-up words."""

    timeline: tuple[Month, ...]
    rows: tuple[Headline, ...]
    calendar: Calendar
    grid: Grid
    tags: tuple[Link, ...]
    story: Story


CONTEXTS: Mapping[str, type] = {
    "home.html": HomePage,
    "search.html": SearchPage,
    "about.html": PageContext,
    "404.html": PageContext,
    "year.html": YearPage,
    "month.html": MonthPage,
    "day.html": DayPage,
    "hour.html": HourPage,
    "anniversaries.html": AnniversariesPage,
    "anniversary.html": AnniversaryPage,
    "undated.html": UndatedPage,
    "article.html": ArticlePage,
    "ledger.html": LedgerPage,
    "index.html": IndexPage,
    "subject.html": SubjectPage,
    "subject_year.html": SubjectYearPage,
    "subject_undated.html": SubjectUndatedPage,
    "thread.html": ThreadPage,
    "threads.html": ThreadsPage,
    "styleguide.html": StyleguidePage,
}
"""What each template is given."""

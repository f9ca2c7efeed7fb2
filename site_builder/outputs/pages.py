"""What the site consists of for a reader: one function a page kind; ``PAGES`` is the site map.

In: the archive in order, the site's face, and a way to load one article. Out: ``PageSpec``s of
plain data, so that they can be rendered in another process. The rule it guards: **an old page
never changes** because of news elsewhere. A page is given only what it shows; what is known of
the whole archive stands on the front page and the about page alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby

from site_builder.model import Archive, Article, Card, Group, PageSpec, Site, TagMark
from site_builder.outputs.kin import Kinship, count_sources, show_kin
from site_builder.outputs.lists import (
    Calendar,
    Grid,
    Link,
    Words,
    count_months,
    count_tags,
    day_of,
    draw_calendar,
    draw_grids,
    month_of,
    month_url,
    set_out,
)

Load = Callable[[Card], Article]

CARDS = 60
"""A page shows at most this many articles as cards; a longer list is rows of one line."""
ROWS = 200
"""A list of more rows than this is split: 200 rows of real titles are 20 kB gzipped with the style
sheet, and the first view may have 24."""
NEWEST = 30
HEADLINES = 8
GRIDS = 3
COMMON_TAGS = 16
RELATED_TAGS = 12
SOURCES = 8
NAMES = 1000
"""The tag index names this many; rarer tags are found on their articles."""
TITLE = 90
"""Characters of a title in ``<title>``, so that publisher and site still show behind it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """An article as one line."""

    url: str
    title: str
    published: datetime | None
    source: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """A month of the year page: its newest headlines, and how many articles it has in all."""

    date: date
    url: str
    count: int
    headlines: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A dated piece of a list too long for one page, or a day with its rows."""

    date: date
    url: str
    count: int
    headlines: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag of an article, where it leads, and who says so."""

    name: str
    url: str
    mark: TagMark


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
    """By the address of the article; only when there are relations to show."""

    def kin(self, url: str) -> Kinship:
        """Show what an article has to do with others."""
        return show_kin(self.archive.relations.get(url), self.stories, self.cards, self.headline)

    def calendar(self, month: Group) -> Calendar:
        """Draw a month of the archive."""
        return draw_calendar(month, self.days[month.key])

    def headline(self, card: Card) -> Headline:
        """Show a card as one line."""
        return Headline(card.url, card.title, card.published, card.source, self.words.foreign(card.lang))


def list_pages(archive: Archive, site: Site, load: Load) -> Iterator[PageSpec]:
    """List every page of the site, kind by kind; articles are loaded one at a time."""
    stock = take_stock(archive, site, load)
    return chain.from_iterable(list_kind(stock) for list_kind in PAGES)


def take_stock(archive: Archive, site: Site, load: Load) -> Stock:
    """Make ready what the page functions share."""
    return Stock(
        archive=archive,
        site=site,
        load=load,
        words=Words(archive.tag_names, site.language),
        months={key: tuple(held) for key, held in groupby(archive.months, key=lambda month: month.key[:-3])},
        days={key: tuple(held) for key, held in groupby(archive.days, key=lambda day: day.key[:-3])},
        stories={story.url: story for story in archive.threads},
        cards={card.url: card for card in (*archive.cards, *archive.undated)} if archive.relations else {},
    )


# --- the front page, and what is said of the whole archive --------------------------------


def list_home(stock: Stock) -> Iterator[PageSpec]:
    """Show the newest articles as a timeline, and every way into the rest."""
    archive = stock.archive
    grids = draw_grids({date.fromisoformat(f"{month.key}-01"): len(month.cards) for month in archive.months})
    older = archive.cards[NEWEST : NEWEST + 1]
    yield PageSpec(
        "index.html",
        "home.html",
        {
            "kind": "home",
            "counts": _counts(archive),
            "timeline": set_out(archive.cards[:NEWEST], stock.words),
            "older": Link("", month_url(day_of(older[0]))) if older else None,
            "older_month": month_of(older[0]) if older else None,
            "grids": grids[:GRIDS],
            "years": grids[GRIDS:],
            "stories": _links(archive.threads[:SOURCES]),
            "tags": _links(archive.tags[:COMMON_TAGS]),
            "sources": _links(archive.sources[:SOURCES]),
        },
    )


def list_about(stock: Stock) -> Iterator[PageSpec]:
    """Say what the archive is and how it was made."""
    yield PageSpec("about.html", "about.html", {"kind": "about", "counts": _counts(stock.archive)})


def list_not_found(stock: Stock) -> Iterator[PageSpec]:
    """Say that there is no such page."""
    yield PageSpec("404.html", "404.html", {"kind": "404"})


def list_search(stock: Stock) -> Iterator[PageSpec]:
    """Offer the search form, and the lists to browse instead."""
    years = draw_grids(
        {date.fromisoformat(f"{month.key}-01"): len(month.cards) for month in stock.archive.months}
    )
    yield PageSpec(
        "search/index.html",
        "search.html",
        {"kind": "search", "counts": _counts(stock.archive), "years": years},
    )


def _counts(archive: Archive) -> dict[str, object]:
    return {
        "articles": archive.total,
        "undated": len(archive.undated),
        "sources": len(archive.sources),
        "tags": len(archive.tags),
        "first": archive.cards[-1].published if archive.cards else None,
    }


def _links(groups: Sequence[Group]) -> tuple[Link, ...]:
    return tuple(Link(group.name, group.url, len(group.cards)) for group in groups)


# --- by time ------------------------------------------------------------------------------


def list_years(stock: Stock) -> Iterator[PageSpec]:
    """Show a year as wall calendars, then each month's newest headlines."""
    years = stock.archive.years
    for at, year in enumerate(years):
        months = stock.months[year.key]
        yield PageSpec(
            year.url,
            "year.html",
            {
                "kind": "year",
                "date": _first(year),
                "count": len(year.cards),
                "days": sum(len(stock.days[month.key]) for month in months),
                "calendars": tuple(map(stock.calendar, reversed(months))),
                "briefs": tuple(_brief(stock, month) for month in months),
                **_beside(years, at),
            },
        )


def _brief(stock: Stock, month: Group) -> Brief:
    headlines = tuple(map(stock.headline, month.cards[:HEADLINES]))
    return Brief(_first(month), month.url, len(month.cards), headlines)


def list_months(stock: Stock) -> Iterator[PageSpec]:
    """Show a month: as a timeline, as rows when it is long, by its days when it is very long."""
    months = stock.archive.months
    for at, month in enumerate(months):
        many = len(month.cards)
        days = stock.days[month.key]
        yield PageSpec(
            month.url,
            "month.html",
            {
                "kind": "month",
                "date": _first(month),
                "count": many,
                "timeline": set_out(month.cards, stock.words) if many <= CARDS else (),
                "days_listed": tuple(_day_part(stock, day, many <= ROWS) for day in days)
                if many > CARDS
                else (),
                "calendar": stock.calendar(month),
                "tags": count_tags(month.cards, stock.words, RELATED_TAGS),
                **_beside(months, at),
            },
        )


def _day_part(stock: Stock, day: Group, whole: bool) -> Part:
    headlines = tuple(map(stock.headline, day.cards)) if whole else ()
    return Part(_first(day), day.url, len(day.cards), headlines)


def list_days(stock: Stock) -> Iterator[PageSpec]:
    """Show a day."""
    days = stock.archive.days
    months = {month.key: month for month in stock.archive.months}
    for at, day in enumerate(days):
        yield PageSpec(
            day.url,
            "day.html",
            {
                "kind": "day",
                "date": _first(day),
                "count": len(day.cards),
                **_cards_or_rows(stock, day.cards),
                "calendar": stock.calendar(months[day.key[:-3]]),
                **_beside(days, at),
            },
        )


def _cards_or_rows(stock: Stock, cards: Sequence[Card]) -> dict[str, object]:
    """Show a list as cards, or as rows when it is long."""
    short = len(cards) <= CARDS
    return {
        "entries": tuple(map(stock.words.entry, cards)) if short else (),
        "rows": () if short else tuple(map(stock.headline, cards)),
    }


def list_undated(stock: Stock) -> Iterator[PageSpec]:
    """Show the articles whose date nobody knows, when there are any."""
    cards = stock.archive.undated
    if cards:
        yield PageSpec(
            "undated/index.html",
            "undated.html",
            {
                "kind": "undated",
                "count": len(cards),
                **_cards_or_rows(stock, cards),
            },
        )


def _first(group: Group) -> date:
    """Give the first day of a group whose key is a year, a month or a day."""
    return date.fromisoformat(f"{group.key}-01-01"[:10])


def _beside(groups: Sequence[Group], at: int) -> dict[str, object]:
    """Name the neighbours in time of one of the groups, which are newest first."""
    older, newer = groups[at + 1 : at + 2], groups[at - 1 : at] if at else ()
    return {
        "older": (_first(older[0]), older[0].url) if older else None,
        "newer": (_first(newer[0]), newer[0].url) if newer else None,
    }


# --- articles and their ledgers -----------------------------------------------------------


def list_articles(stock: Stock) -> Iterator[PageSpec]:
    """Show each article, and beside it the ledger of what was removed from it."""
    archive = stock.archive
    notes = name_apart(archive)
    for at, card in enumerate(archive.cards):
        older = archive.cards[at + 1] if at + 1 < len(archive.cards) else None
        newer = archive.cards[at - 1] if at else None
        yield from _article(stock, card, notes.get(card.url, ""), older, newer)
    for card in archive.undated:
        yield from _article(stock, card, notes.get(card.url, ""), None, None)


def _article(
    stock: Stock, card: Card, note: str, older: Card | None, newer: Card | None
) -> Iterator[PageSpec]:
    article = stock.load(card)
    shared = {
        "article": article,
        "short_title": shorten(card.title, TITLE),
        "note": note,
        "lang": stock.words.foreign(card.lang),
    }
    yield PageSpec(
        card.url,
        "article.html",
        {
            "kind": "article" if card.published else "undated",
            **shared,
            "tags": tuple(_tag_line(stock, mark) for mark in card.tags),
            "kin": stock.kin(card.url),
            "pictures": {picture.index: picture for picture in article.pictures},
            "ledger": ledger_url(card.url) if card.has_ledger else "",
            "older": Link(older.title, older.url) if older else None,
            "newer": Link(newer.title, newer.url) if newer else None,
        },
    )
    if card.has_ledger:
        yield PageSpec(ledger_url(card.url), "ledger.html", {"kind": "ledger", **shared})


def _tag_line(stock: Stock, mark: TagMark) -> TagLine:
    name, url = stock.archive.tag_names[mark.key]
    return TagLine(name, url, mark)


def ledger_url(url: str) -> str:
    """Give the address of an article's ledger."""
    return f"{url.removesuffix('.html')}.ledger.html"


def shorten(text: str, limit: int) -> str:
    """Cut a name to ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def name_apart(archive: Archive) -> dict[str, str]:
    """Say what tells an article from an older one of the same title and publisher.

    Browsers, feeds and search engines show titles without the page. The older one keeps its
    title, so that its page does not change; the date, and where that is not enough the id, is
    added to the newer one's.
    """
    seen: set[tuple[str, str, str]] = set()
    notes: dict[str, str] = {}
    for card in (*reversed(archive.cards), *archive.undated):
        day = f"{card.published:%Y-%m-%d}" if card.published else ""
        for note in ("", day, f"{day} {card.id}".strip(), card.url):
            name = (shorten(card.title, TITLE), card.source, note)
            if name not in seen:
                break
        seen.add(name)
        if note:
            notes[card.url] = note
    return notes


# --- stories ------------------------------------------------------------------------------


def list_stories(stock: Stock) -> Iterator[PageSpec]:
    """Show each developing story from its first article on, and the index of them."""
    if not stock.site.stories:
        return
    archive = stock.archive
    shown = tuple(
        (Link(story.name, story.url, len(story.cards)), story.cards[0].published, story.cards[-1].published)
        for story in archive.threads[:NAMES]
    )
    context = {"kind": "thread", "count": len(archive.threads), "stories": shown}
    yield PageSpec("threads/index.html", "threads.html", context)
    for story in archive.threads:
        yield PageSpec(
            story.url,
            "thread.html",
            {
                "kind": "thread",
                "name": story.name,
                "short_title": shorten(story.name, TITLE),
                "count": len(story.cards),
                "span": (story.cards[0].published, story.cards[-1].published),
                "timeline": set_out(story.cards, stock.words),
                "kin": {card.url: stock.kin(card.url) for card in story.cards},
                "sources": count_sources(story),
                "tags": count_tags(story.cards, stock.words, RELATED_TAGS),
            },
        )


# --- by subject ---------------------------------------------------------------------------


def list_tags(stock: Stock) -> Iterator[PageSpec]:
    """Show each tag, and the index of them."""
    yield _index(stock, "tag", "tags/index.html", stock.archive.tags)
    for tag in stock.archive.tags:
        yield from _subject(stock, "tag", tag)


def list_sources(stock: Stock) -> Iterator[PageSpec]:
    """Show each publisher, and the index of them."""
    yield _index(stock, "source", "sources/index.html", stock.archive.sources)
    for source in stock.archive.sources:
        yield from _subject(stock, "source", source)


def _index(stock: Stock, kind: str, path: str, groups: Sequence[Group]) -> PageSpec:
    shown = _links(groups[:NAMES])
    return PageSpec(path, "index.html", {"kind": kind, "count": len(groups), "names": shown})


def _subject(stock: Stock, kind: str, group: Group) -> Iterator[PageSpec]:
    """Show a tag or publisher: the newest as a timeline, and when that is not all, its years."""
    dated = tuple(card for card in group.cards if card.published is not None)
    undated = tuple(card for card in group.cards if card.published is None)
    years = split_years(group) if is_split(group) else ()
    yield PageSpec(
        group.url,
        "subject.html",
        {
            "kind": kind,
            "name": group.name,
            "short_title": shorten(group.name, TITLE),
            "count": len(group.cards),
            "span": (dated[-1].published, dated[0].published) if dated else None,
            "timeline": set_out(dated[:CARDS], stock.words),
            "undated": tuple(map(stock.headline, undated)),
            "grids": _subject_grids(group.url, dated, bool(years))[:GRIDS],
            "years": tuple(Part(date(int(key), 1, 1), url, len(cards)) for key, url, cards in years),
            "tags": count_tags(group.cards, stock.words, RELATED_TAGS, group.key if kind == "tag" else ""),
            "feed": feed_url(group.url),
        },
    )
    for at, year in enumerate(years):
        yield from _subject_year(stock, kind, group, years, at, year)


def _subject_grids(url: str, dated: Sequence[Card], split: bool) -> tuple[Grid, ...]:
    """Draw a subject's months; each leads to the place where this subject lists that month."""
    counts = count_months(dated)
    urls = {
        month: f"{_year_page(url, f'{month:%Y}') if split else url}#m{month:%Y-%m}" for month in counts
    }
    return draw_grids(counts, urls)


def is_split(group: Group) -> bool:
    """Tell whether a subject has more articles than one page shows as cards."""
    return len(group.cards) > CARDS


def split_years(group: Group) -> tuple[tuple[str, str, tuple[Card, ...]], ...]:
    """Split a subject's dated articles into years: (key, url, cards), newest first."""
    dated = (card for card in group.cards if card.published is not None)
    return tuple(
        (key, _year_page(group.url, key), tuple(held))
        for key, held in groupby(dated, key=lambda card: f"{card.published:%Y}")
    )


def _year_page(url: str, key: str) -> str:
    return f"{url.removesuffix('.html')}/{key}.html"


def split_months(url: str, cards: Sequence[Card]) -> tuple[tuple[str, str, tuple[Card, ...]], ...]:
    """Split a subject's year that is too long for a page into months: (key, url, cards)."""
    if len(cards) <= ROWS:
        return ()
    return tuple(
        (key, f"{url.removesuffix('.html')}-{key[5:]}.html", tuple(held))
        for key, held in groupby(cards, key=lambda card: f"{card.published:%Y-%m}")
    )


def _subject_year(
    stock: Stock,
    kind: str,
    group: Group,
    years: Sequence[tuple[str, str, tuple[Card, ...]]],
    at: int,
    year: tuple[str, str, tuple[Card, ...]],
) -> Iterator[PageSpec]:
    """List a subject's year as rows by month, or as months that have their own pages."""
    key, url, cards = year
    months = split_months(url, cards)
    older, newer = years[at + 1 : at + 2], years[at - 1 : at] if at else ()
    shared = {"kind": kind, "name": group.name, "subject": group.url, "feed": feed_url(group.url)}
    yield PageSpec(
        url,
        "subject_year.html",
        {
            **shared,
            "date": date(int(key), 1, 1),
            "span": "year",
            "count": len(cards),
            "pieces": _month_parts(stock, cards, months),
            "older": (date(int(older[0][0]), 1, 1), older[0][1]) if older else None,
            "newer": (date(int(newer[0][0]), 1, 1), newer[0][1]) if newer else None,
        },
    )
    for month, page, held in months:
        yield PageSpec(
            page,
            "subject_year.html",
            {
                **shared,
                "date": date.fromisoformat(f"{month}-01"),
                "span": "month",
                "count": len(held),
                "pieces": _day_parts(stock, held),
                "older": None,
                "newer": None,
            },
        )


def _month_parts(
    stock: Stock, cards: Sequence[Card], months: Sequence[tuple[str, str, tuple[Card, ...]]]
) -> tuple[Part, ...]:
    if months:
        return tuple(Part(date.fromisoformat(f"{key}-01"), url, len(held)) for key, url, held in months)
    parts = []
    for month, group in groupby(cards, key=month_of):
        held = tuple(map(stock.headline, group))
        parts.append(Part(month, month_url(month), len(held), held))
    return tuple(parts)


def _day_parts(stock: Stock, cards: Sequence[Card]) -> tuple[Part, ...]:
    """List a subject's month by day; when it is too long even so, the days lead to their own pages."""
    parts = []
    for day, group in groupby(cards, key=day_of):
        held = tuple(map(stock.headline, group))
        parts.append(Part(day, f"{day:%Y/%m/%d}/index.html", len(held), held if len(cards) <= ROWS else ()))
    return tuple(parts)


def feed_url(url: str) -> str:
    """Give the address of the feed of a tag or publisher."""
    return f"{url.removesuffix('.html')}.xml"


PAGES: tuple[Callable[[Stock], Iterator[PageSpec]], ...] = (
    list_home,  # index.html
    list_years,  # 2022/index.html
    list_months,  # 2022/07/index.html
    list_days,  # 2022/07/20/index.html
    list_articles,  # 2022/07/20/stem.html, and stem.ledger.html
    list_stories,  # threads/index.html, threads/stem-of-the-first-article.html
    list_undated,  # undated/index.html
    list_tags,  # tags/index.html, tags/leica.html, tags/leica/2022.html
    list_sources,  # sources/index.html, sources/ithome.html …
    list_search,  # search/index.html
    list_about,  # about.html
    list_not_found,  # 404.html
)


def list_addresses(archive: Archive, stories: bool = True) -> Iterator[tuple[str, datetime | None]]:
    """List the pages that a search engine may keep, each with the time of its newest article.

    The same pages as ``list_pages`` gives, without the cost of making them; a test holds the two
    together.
    """
    newest = archive.cards[0].published if archive.cards else None
    yield from (("index.html", newest), ("about.html", None), ("tags/index.html", newest))
    yield ("sources/index.html", newest)
    if stories:
        yield ("threads/index.html", newest)
        yield from ((story.url, story.cards[-1].published) for story in archive.threads)
    if archive.undated:
        yield ("undated/index.html", None)
    for group in chain(archive.years, archive.months, archive.days):
        yield (group.url, group.cards[0].published)
    for card in chain(archive.cards, archive.undated):
        yield (card.url, card.published)
        if card.has_ledger:
            yield (ledger_url(card.url), card.published)
    for group in chain(archive.tags, archive.sources):
        yield (group.url, group.cards[0].published)
        if is_split(group):
            for _, url, cards in split_years(group):
                yield (url, cards[0].published)
                yield from ((page, held[0].published) for _, page, held in split_months(url, cards))

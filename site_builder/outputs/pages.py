"""What the site consists of for a reader: one function a page kind; ``PAGES`` is the site map.

In: the archive in order, the site's face, and a way to load one article. Out: ``PageSpec``s of
plain data, so that they can be rendered in another process. The rule it guards: **an old page
never changes** because of news elsewhere. A page is given only what it shows; what is known of
the whole archive stands on the front page alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, groupby
from typing import TypedDict

from site_builder.model import Archive, Card, Group, PageSpec, Site, TagMark, urls_of
from site_builder.outputs.contexts import (
    AnniversariesPage,
    AnniversaryPage,
    ArticlePage,
    Counts,
    DayPage,
    HomePage,
    HourPage,
    LedgerPage,
    MonthPage,
    Neighbour,
    PageContext,
    SearchPage,
    TagLine,
    UndatedPage,
    YearPage,
)
from site_builder.outputs.keys import digest
from site_builder.outputs.lists import (
    Brief,
    Entry,
    Headline,
    Hour,
    Link,
    Part,
    Shelf,
    When,
    compare_tags,
    count_tags,
    day_of,
    draw_grids,
    month_of,
    month_url,
    set_out,
    split_by_name,
)
from site_builder.outputs.sample import sample_styles
from site_builder.outputs.stock import (
    GRIDS,
    HEADLINES,
    RELATED_TAGS,
    ROWS,
    TITLE,
    Load,
    Parts,
    Stock,
    first_day,
    fits_cards,
    fits_rows,
    links_of,
    shorten,
    split_rows,
    take_stock,
)
from site_builder.outputs.subjects import (
    is_split,
    list_source_index,
    list_sources,
    list_stories,
    list_story_addresses,
    list_tag_index,
    list_tags,
    list_undated_addresses,
    split_month,
    split_months,
    split_years,
)

NEWEST = 30
COMMON_TAGS = 16
SOURCES = 8
LEAP_YEAR = 2000
"""Stands in for every year on the pages of a day in all the years."""


def list_pages(archive: Archive, site: Site, load: Load) -> Iterator[PageSpec]:
    """List every page of the site, kind by kind; articles are loaded one at a time."""
    return list_stock(take_stock(archive, site, load, name_apart(archive)))


def list_stock(stock: Stock) -> Iterator[PageSpec]:
    """List the pages that are wanted, kind by kind."""
    return chain.from_iterable(list_kind(stock) for list_kind in PAGES)


# --- the front page, and what is said of the whole archive --------------------------------


def list_home(stock: Stock) -> Iterator[PageSpec]:
    """Show the newest articles as a timeline, and every way into the rest."""
    archive = stock.archive
    ways = (
        list_months_and_rest(archive),
        archive.threads[:SOURCES],
        archive.tags[:COMMON_TAGS],
        archive.sources[:SOURCES],
    )
    if not stock.wants(
        "index.html",
        counts=repr((_counts(archive), [links_of(groups) for groups in ways])),
        cards=stock.cards_fact(archive.cards[: NEWEST + 1]),
    ):
        return
    grids = draw_grids(_count_by_month(archive))
    older = archive.cards[NEWEST : NEWEST + 1]
    context = HomePage(
        kind="home",
        counts=_counts(archive),
        timeline=set_out(archive.cards[:NEWEST], stock.words),
        older=Link("", month_url(day_of(older[0]))) if older else None,
        older_month=month_of(older[0]) if older else None,
        grids=grids[:GRIDS],
        years=grids[GRIDS:],
        stories=links_of(archive.threads[:SOURCES]),
        tags=links_of(archive.tags[:COMMON_TAGS]),
        sources=links_of(archive.sources[:SOURCES]),
    )
    yield PageSpec("index.html", "home.html", context)


def list_about(stock: Stock) -> Iterator[PageSpec]:
    """Say what the archive is and how it was made."""
    if stock.wants("about.html"):
        yield PageSpec("about.html", "about.html", PageContext(kind="about"))


def list_not_found(stock: Stock) -> Iterator[PageSpec]:
    """Say that there is no such page."""
    if stock.wants("404.html"):
        yield PageSpec("404.html", "404.html", PageContext(kind="404"))


def list_styleguide(stock: Stock) -> Iterator[PageSpec]:
    """Show each part of the theme, with made-up words, for those who change it."""
    if stock.wants("styleguide.html"):
        yield PageSpec("styleguide.html", "styleguide.html", sample_styles())


def list_search(stock: Stock) -> Iterator[PageSpec]:
    """Offer the search form, and the lists to browse instead."""
    years = draw_grids(_count_by_month(stock.archive))
    context = SearchPage(kind="search", counts=_counts(stock.archive), years=years)
    if stock.wants("search/index.html", counts=repr(context)):
        yield PageSpec("search/index.html", "search.html", context)


def _counts(archive: Archive) -> Counts:
    return Counts(
        articles=archive.total,
        undated=len(archive.undated),
        sources=len(archive.sources),
        tags=len(archive.tags),
        first=archive.cards[-1].dated if archive.cards else None,
    )


def list_months_and_rest(archive: Archive) -> tuple[Group, ...]:
    """List the months, and of each year what is in none of them."""
    return (*archive.months, *(day for day in archive.days if day.key.endswith("-00-00")))


def _count_by_month(archive: Archive) -> dict[When, int]:
    return {first_day(month): month.count for month in list_months_and_rest(archive)}


# --- by time ------------------------------------------------------------------------------


class _Beside(TypedDict):
    older: Neighbour
    newer: Neighbour


def _beside(groups: Sequence[Group], at: int) -> _Beside:
    """Name the neighbours in time of one of the groups, which are newest first."""
    older, newer = groups[at + 1 : at + 2], groups[at - 1 : at] if at else ()
    return _Beside(
        older=(first_day(older[0]), older[0].url) if older else None,
        newer=(first_day(newer[0]), newer[0].url) if newer else None,
    )


def _beside_facts(groups: Sequence[Group], at: int) -> dict[str, str]:
    """Give the facts that stand for what ``_beside`` gives a page."""
    return {
        "older": groups[at + 1].key if at + 1 < len(groups) else "",
        "newer": groups[at - 1].key if at else "",
    }


def list_years(stock: Stock) -> Iterator[PageSpec]:
    """Show a year as wall calendars, then each month's newest headlines."""
    years = stock.archive.years
    for at, year in enumerate(years):
        if not stock.touches(year.url) or not stock.wants(
            year.url, cards=stock.cards_fact(year.cards), **_beside_facts(years, at)
        ):
            continue
        months, without = stock.months.get(year.key, ()), stock.days.get(f"{year.key}-00", ())
        days = [day.key for month in months for day in stock.days[month.key]]
        exact = not without and not any(key.endswith("-00") for key in days)
        context = YearPage(
            kind="year",
            date=first_day(year),
            count=len(year.cards),
            days=len(days) if exact else 0,
            calendars=tuple(map(stock.calendar, reversed(months))),
            briefs=tuple(_brief(stock, month, HEADLINES) for month in (*months, *without)),
            **_beside(years, at),
        )
        yield PageSpec(year.url, "year.html", context)


def _brief(stock: Stock, group: Group, many: int) -> Brief:
    headlines = tuple(map(stock.words.headline, group.first(many)))
    return Brief(first_day(group), group.url, group.count, headlines)


def list_months(stock: Stock) -> Iterator[PageSpec]:
    """Show a month: as a timeline, as rows when it is long, by its days when it is very long."""
    months = stock.archive.months
    for at, month in enumerate(months):
        if not stock.touches(month.url):
            continue
        before = _month_before(months, at)
        topics = compare_tags(month.cards, before.cards if before else (), stock.words, RELATED_TAGS)
        facts = {"before": repr((before and before.key, topics)), **_beside_facts(months, at)}
        if not stock.wants(month.url, cards=stock.cards_fact(month.cards), **facts):
            continue
        whole = fits_cards(month.cards)
        days = () if whole else stock.days[month.key]
        rows = fits_rows(month.cards)
        context = MonthPage(
            kind="month",
            date=first_day(month),
            count=len(month.cards),
            timeline=set_out(month.cards, stock.words) if whole else (),
            days_listed=tuple(_day_part(stock, day, rows) for day in days),
            calendar=stock.calendar(month),
            before=first_day(before) if before else None,
            topics=topics,
            **_beside(months, at),
        )
        yield PageSpec(month.url, "month.html", context)


def _month_before(months: Sequence[Group], at: int) -> Group | None:
    """Give the last month with articles, if it is at most a year older: 1912 is no measure of 2024."""
    before = months[at + 1] if at + 1 < len(months) else None
    near = before is not None and _begin(months[at]) - _begin(before) <= timedelta(days=366)
    return before if near else None


def _begin(month: Group) -> date:
    return date.fromisoformat(f"{month.key}-01")


def _day_part(stock: Stock, day: Group, whole: bool) -> Part:
    headlines = tuple(map(stock.words.headline, day.cards)) if whole else ()
    return Part(first_day(day), day.url, len(day.cards), headlines)


def list_days(stock: Stock) -> Iterator[PageSpec]:
    """Show a day; a very long one by its hours.

    There is no calendar of the month on it: one article more would change all days of its month.
    """
    days = stock.archive.days
    for at, day in enumerate(days):
        if not stock.touches(day.url):
            continue
        hours = split_hours(day)
        facts = {"cards": stock.cards_fact(day.cards), **_beside_facts(days, at)}
        if stock.wants(day.url, **facts):
            yield PageSpec(day.url, "day.html", _day_page(stock, day, hours, _beside(days, at)))
        for hour, cards in hours:
            if stock.wants(hour.url, cards=stock.cards_fact(cards), name=hour.part):
                yield PageSpec(hour.url, "hour.html", _hour_page(stock, first_day(day), hour, cards))


def _day_page(
    stock: Stock, day: Group, hours: Sequence[tuple[Hour, Sequence[Card]]], beside: _Beside
) -> DayPage:
    return DayPage(
        kind="day",
        date=first_day(day),
        count=len(day.cards),
        **_cards_or_rows(stock, () if hours else day.cards),
        hours=tuple(hour for hour, _ in hours),
        tags=count_tags(day.cards, stock.words, RELATED_TAGS) if len(day.cards) > 1 else (),
        **beside,
    )


def _hour_page(stock: Stock, day: When, hour: Hour, cards: Sequence[Card]) -> HourPage:
    rows = tuple(map(stock.words.headline, cards))
    return HourPage(kind="day", date=day, hour=hour.number, part=hour.part, count=hour.count, rows=rows)


def split_hours(day: Group) -> tuple[tuple[Hour, Sequence[Card]], ...]:
    """Split a day with more articles than one page lists into hours, newest first.

    An hour that is too long itself has parts, counted from its oldest article, so that one more
    article changes the last part alone.
    """
    if fits_rows(day.cards):
        return ()
    hours = []
    for number, group in groupby(day.cards, key=lambda card: card.published.hour if card.published else 0):
        parts = split_rows(tuple(group))
        for part in range(len(parts), 0, -1):
            name = f"{number:02}-{part}" if part > 1 else f"{number:02}"
            url = f"{day.url.removesuffix('index.html')}hours/{name}.html"
            held = parts[part - 1]
            shown = -1 if day.key.endswith("-00") else number
            hours.append((Hour(shown, part if len(parts) > 1 else 0, url, len(held)), held))
    return tuple(hours)


class _Listed(TypedDict):
    entries: tuple[Entry, ...]
    rows: tuple[Headline, ...]


def _cards_or_rows(stock: Stock, cards: Sequence[Card]) -> _Listed:
    """Show a list as cards, or as rows when it is long."""
    short = fits_cards(cards)
    return _Listed(
        entries=tuple(map(stock.words.entry, cards)) if short else (),
        rows=() if short else tuple(map(stock.words.headline, cards)),
    )


def list_anniversaries(stock: Stock) -> Iterator[PageSpec]:
    """Show each day of the year in all the years, and the index of these days."""
    days = group_anniversaries(stock.archive)
    if not days:
        return
    order = sorted(days)
    months = tuple(_draw_month(date(LEAP_YEAR, month, 1), days) for month in range(1, 13))
    if stock.wants("days/index.html", days=repr(months)):
        context = AnniversariesPage(kind="days", months=months)
        yield PageSpec("days/index.html", "anniversaries.html", context)
    near = _near_touched(stock, order)
    for at, day in enumerate(order):
        years = days[day]
        shown = max(1, min(HEADLINES, ROWS // len(years)))
        before, after = order[at - 1 : at] if at else (), order[at + 1 : at + 2]
        facts = {
            "cards": partial(_heads_fact, stock, years, shown),
            "days": repr([(year.key, year.count) for year in years]),
            "older": repr((before, after)),
        }
        if not stock.wants(anniversary_url(day), near is None or day in near, **facts):
            continue
        page = AnniversaryPage(
            kind="days",
            date=day,
            count=sum(year.count for year in years),
            briefs=tuple(_brief(stock, year, shown) for year in years),
            older=(before[0], anniversary_url(before[0])) if before else None,
            newer=(after[0], anniversary_url(after[0])) if after else None,
        )
        yield PageSpec(anniversary_url(day), "anniversary.html", page)


def _heads_fact(stock: Stock, years: Iterable[Group], shown: int) -> bytes:
    return stock.cards_fact(card for year in years for card in year.first(shown))


def _near_touched(stock: Stock, order: Sequence[date]) -> Set[date] | None:
    """List the days of the year of touched days, and those beside them; None: any may be touched."""
    if stock.touched is None:
        return None
    near: set[date] = set()
    for url in filter(_DAY.fullmatch, stock.touched):
        at = bisect_left(order, date(LEAP_YEAR, int(url[5:7]), int(url[8:10])))
        near.update(order[max(0, at - 1) : at + 2])
    return near


_DAY = re.compile(r"\d{4}/\d\d/(?!00)\d\d/index\.html")


def _draw_month(first: date, days: Container[date]) -> tuple[date, tuple[tuple[int, str], ...]]:
    """Number a month's days, and say where those that hold an article lead."""
    numbers = range(1, monthrange(first.year, first.month)[1] + 1)
    each = (first.replace(day=number) for number in numbers)
    return first, tuple((day.day, anniversary_url(day) if day in days else "") for day in each)


def group_anniversaries(archive: Archive) -> dict[date, list[Group]]:
    """Group the archive's days by their day of the year, newest first in each."""
    days: defaultdict[date, list[Group]] = defaultdict(list)
    for group in archive.days:
        if isinstance(day := first_day(group), date):
            days[day.replace(year=LEAP_YEAR)].append(group)
    return days


def anniversary_url(day: date) -> str:
    """Give the address of the page of a day in all the years."""
    return f"days/{day:%m-%d}.html"


def list_undated(stock: Stock) -> Iterator[PageSpec]:
    """Show the articles whose date nobody knows, when there are any; very many in pieces."""
    cards = stock.archive.undated
    if not cards:
        return
    pieces = split_by_name(cards, fits_rows)
    shelves = tuple(Shelf(name, undated_url(name), len(held)) for name, held in pieces) if pieces[1:] else ()
    context = UndatedPage(
        kind="undated",
        count=len(cards),
        piece="",
        **_cards_or_rows(stock, () if shelves else cards),
        shelves=shelves,
    )
    if stock.wants("undated/index.html", cards=stock.cards_fact(cards)):
        yield PageSpec("undated/index.html", "undated.html", context)
    for shelf, (name, held) in zip(shelves, pieces, strict=False):
        if not stock.wants(shelf.url, cards=stock.cards_fact(held), name=name):
            continue
        rows = tuple(map(stock.words.headline, held))
        piece = UndatedPage(kind="undated", count=len(held), piece=name, entries=(), rows=rows, shelves=())
        yield PageSpec(shelf.url, "undated.html", piece)


def undated_url(piece: str) -> str:
    """Give the address of a piece of the undated articles."""
    return f"undated/by-name/from-{piece}.html"


# --- articles and their ledgers -----------------------------------------------------------


def list_articles(stock: Stock) -> Iterator[PageSpec]:
    """Show each article, and beside it the ledger of what was removed from it."""
    archive, notes = stock.archive, stock.notes
    for at in stock.list_places(archive.cards):
        card = archive.cards[at]
        older = archive.cards[at + 1] if at + 1 < len(archive.cards) else None
        newer = archive.cards[at - 1] if at else None
        note = notes.get(card.url, "")
        if _wants_article(stock, card, note, older, newer):
            yield from _article(stock, card, note, older, newer)
    for at in stock.list_places(archive.undated):
        card = archive.undated[at]
        note = notes.get(card.url, "")
        if _wants_article(stock, card, note, None, None):
            yield from _article(stock, card, note, None, None)


def _wants_article(stock: Stock, card: Card, note: str, older: Card | None, newer: Card | None) -> bool:
    """Ask for an article's page and its ledger, which are made of one loaded article."""
    marks, proof = stock.marks, stock.proofs.get(card.url, b"")
    wanted = stock.wants(
        card.url,
        article=proof,
        cards=marks.get(card.url, b""),
        older=marks.get(older.url, b"") if older else b"",
        newer=marks.get(newer.url, b"") if newer else b"",
        note=note,
        links=stock.link_facts.get(card.url, b""),
        kin=stock.kin_fact(card.url) if stock.archive.relations else b"",
    )
    if not card.has_ledger:
        return wanted
    ledger = stock.wants(ledger_url(card.url), article=proof, cards=marks.get(card.url, b""), note=note)
    return wanted or ledger


def _article(
    stock: Stock, card: Card, note: str, older: Card | None, newer: Card | None
) -> Iterator[PageSpec]:
    article = stock.load(card)
    title, lang = shorten(card.title, TITLE), stock.words.foreign(card.lang)
    context = ArticlePage(
        kind="article" if card.published else "undated",
        article=article,
        short_title=title,
        note=note,
        lang=lang,
        tags=tuple(_tag_line(stock, mark) for mark in article.card.tags),
        kin=stock.kin(card.url),
        ledger=ledger_url(card.url) if card.has_ledger else "",
        older=_link(stock, older),
        newer=_link(stock, newer),
    )
    yield PageSpec(card.url, "article.html", context)
    if card.has_ledger:
        ledger = LedgerPage(kind="ledger", article=article, short_title=title, note=note, lang=lang)
        yield PageSpec(ledger_url(card.url), "ledger.html", ledger)


def _link(stock: Stock, card: Card | None) -> Link | None:
    return Link(card.title, card.url, lang=stock.words.foreign(card.lang)) if card else None


def _tag_line(stock: Stock, mark: TagMark) -> TagLine:
    name, url = stock.archive.tag_names[mark.key]
    return TagLine(name, url, mark)


def ledger_url(url: str) -> str:
    """Give the address of an article's ledger."""
    return f"{url.removesuffix('.html')}.ledger.html"


def name_of(card: Card) -> bytes:
    """Give what stands for the name by which an article is known outside its page."""
    return digest(shorten(card.title, TITLE), card.source)


def name_apart(archive: Archive, names: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """Say what tells an article from an older one of the same title and publisher.

    Browsers, feeds and search engines show titles without the page. The older one keeps its
    title, so that its page does not change; the date, and where that is not enough the id, is
    added to the newer one's. ``names`` are what ``name_of`` gives, where that is known.
    """
    seen: set[tuple[bytes, str]] = set()
    notes: dict[str, str] = {}
    for card in (*reversed(archive.cards), *archive.undated):
        name = names[card.url] if names else name_of(card)
        if (name, "") not in seen:
            seen.add((name, ""))
            continue
        day = card.dated.isoformat()[:10] if card.dated else ""
        more = (day, f"{day} {card.id}".strip(), card.url)
        note = next((note for note in more if (name, note) not in seen), card.url)
        seen.add((name, note))
        notes[card.url] = note
    return notes


PAGES: tuple[Callable[[Stock], Iterator[PageSpec]], ...] = (
    list_home,  # index.html
    list_years,  # 2022/index.html
    list_months,  # 2022/07/index.html
    list_days,  # 2022/07/20/index.html, and of a very long day 2022/07/20/hours/08.html
    list_anniversaries,  # days/index.html, days/07-20.html
    list_articles,  # 2022/07/20/stem.html, and stem.ledger.html
    list_stories,  # threads/index.html, threads/2022/stem-of-the-first-article.html
    list_undated,  # undated/index.html, and of very many undated/by-name/from-a.html
    list_tag_index,  # tags/index.html
    list_tags,  # tags/le/leica.html, tags/le/leica/2022.html
    list_source_index,  # sources/index.html
    list_sources,  # sources/ithome.html …
    list_search,  # search/index.html
    list_about,  # about.html
    list_not_found,  # 404.html
    list_styleguide,  # styleguide.html
)


def list_texts(archive: Archive, cards: Iterable[Card]) -> Iterator[tuple[str, datetime | None]]:
    """List the addresses of articles and their ledgers, and when they were published, if the day is known."""
    for card in cards:
        when = None if card.precision else card.published
        if card.url not in archive.originals:  # a reprint names the first article as the one to keep
            yield (card.url, when)
        if card.has_ledger:
            yield (ledger_url(card.url), when)


def list_places(archive: Archive, stories: bool, parts: Mapping[str, Parts]) -> Iterator[str]:
    """List the addresses of all that is no article; ``parts`` are what ``find_parts`` gives."""
    yield from ("index.html", "about.html", "tags/index.html", "sources/index.html")
    if stories:
        yield from list_story_addresses(archive)
    yield from _list_undated_addresses(archive.undated)
    yield from _list_anniversary_addresses(archive)
    yield from urls_of(archive.years)
    yield from urls_of(archive.months)
    yield from urls_of(archive.days)
    for day in archive.days:
        yield from parts.get(day.url, ())
    for group in chain(archive.tags, archive.sources):
        yield group.url
        yield from parts.get(group.url, ())


def find_parts(stock: Stock) -> dict[str, Parts]:
    """Find the further pages of long days, tags and publishers; of what nothing touches, as they stand.

    To find them weighs all that the groups' pages list. Only the sitemap names them, so that they are not
    sought where the site has no address.
    """
    if not stock.site.base_url:
        return {}
    found: dict[str, Parts] = {}
    for group in chain(stock.archive.days, stock.archive.tags, stock.archive.sources):
        touched = stock.touches_group(group)
        parts = list_parts(group, stock.keep_year) if touched else stock.past_parts.get(group.url, ())
        if parts:
            found[group.url] = parts
    return found


def list_parts(group: Group, keep_year: Callable[[Group, Sequence[str], int], Parts]) -> Parts:
    """List the pages that a day, a tag or a publisher has besides its own, as it is a long one.

    ``keep_year`` gives those of a year that stand.
    """
    if not group.url.startswith(("tags/", "sources/")):
        return tuple(hour.url for hour, _ in split_hours(group))
    parts = [*list_undated_addresses(group)]
    years = split_years(group) if is_split(group) else ()
    keys = [key for key, _, _ in years]
    for at, (_, url, cards) in enumerate(years):
        if kept := keep_year(group, keys, at):
            parts += kept
            continue
        parts.append(url)
        for _, page, held in split_months(url, cards):
            parts += [place for place, _ in split_month(page, held)]
    return tuple(parts)


def _list_anniversary_addresses(archive: Archive) -> Iterator[str]:
    days = group_anniversaries(archive)
    if days:
        yield "days/index.html"
    yield from map(anniversary_url, days)


def _list_undated_addresses(cards: Sequence[Card]) -> Iterator[str]:
    if cards:
        yield "undated/index.html"
    pieces = split_by_name(cards, fits_rows)
    if pieces[1:]:
        yield from (undated_url(name) for name, _ in pieces)

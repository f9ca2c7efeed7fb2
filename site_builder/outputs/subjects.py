"""The pages of tags, publishers and stories, and the lists of them.

In: ``Stock``. Out: ``PageSpec``s. The rule it guards: however many articles a subject has, each is
on a page that stays small, and pages of closed years and months stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from operator import attrgetter

from site_builder.model import Archive, Card, Group, PageSpec, cut, urls_of
from site_builder.outputs.contexts import (
    IndexPage,
    SubjectPage,
    SubjectUndatedPage,
    SubjectYearPage,
    Tale,
    ThreadPage,
    ThreadsPage,
)
from site_builder.outputs.keys import digest, join
from site_builder.outputs.kin import count_sources
from site_builder.outputs.lists import (
    Grid,
    Link,
    Part,
    Shelf,
    Stretch,
    When,
    count_months,
    count_tags,
    day_of,
    day_url,
    draw_grids,
    month_key,
    month_of,
    month_url,
    read_key,
    set_out,
    split_by_name,
)
from site_builder.outputs.stock import (
    CARDS,
    GRIDS,
    RELATED_TAGS,
    ROWS,
    TITLE,
    Stock,
    count_cards,
    count_names,
    fits_cards,
    fits_rows,
    links_of,
    shorten,
    split_rows,
)

HEADINGS = 1_800.0
"""Bytes that the headings of a month's days come to in a gzipped page."""
Pieces = tuple[tuple[str, str, Sequence[Card]], ...]
"""Parts of a subject: (key, address, articles)."""


# --- tags and publishers ------------------------------------------------------------------


def list_tag_index(stock: Stock) -> Iterator[PageSpec]:
    """Name the tags."""
    yield from _index(stock, "tag", "tags/index.html", stock.archive.tags)


def list_tags(stock: Stock) -> Iterator[PageSpec]:
    """Show each tag."""
    for tag in filter(stock.touches_group, stock.archive.tags):
        yield from _subject(stock, "tag", tag)


def list_source_index(stock: Stock) -> Iterator[PageSpec]:
    """Name the publishers."""
    yield from _index(stock, "source", "sources/index.html", stock.archive.sources)


def list_sources(stock: Stock) -> Iterator[PageSpec]:
    """Show each publisher."""
    for source in filter(stock.touches_group, stock.archive.sources):
        yield from _subject(stock, "source", source)


def _index(stock: Stock, kind: str, path: str, groups: Sequence[Group]) -> Iterator[PageSpec]:
    context = IndexPage(kind=kind, count=len(groups), names=links_of(groups[: count_names(groups)]))
    if stock.wants(path, counts=repr(context)):
        yield PageSpec(path, "index.html", context)


def _subject(stock: Stock, kind: str, group: Group) -> Iterator[PageSpec]:
    """Show a tag or publisher: the newest as a timeline, and when that is not all, its years."""
    years = split_years(group) if is_split(group) else ()
    _, undated = split_dated(group.cards)
    if stock.wants(group.url, cards=stock.cards_fact(group.cards), name=(group.name, group.forms)):
        yield PageSpec(group.url, "subject.html", _subject_page(stock, kind, group, years))
    keys = [key for key, _, _ in years]
    for at, year in enumerate(years):
        kept = stock.keep_year(group, keys, at)
        for url in kept:
            stock.wants(url, False)
        if not kept:
            yield from _subject_year(stock, kind, group, years, at, year)
    if len(undated) > CARDS:
        yield from _subject_undated(stock, kind, group, undated)


def _subject_page(stock: Stock, kind: str, group: Group, years: Pieces) -> SubjectPage:
    dated, undated = split_dated(group.cards)
    has_more = len(undated) > CARDS
    return SubjectPage(
        kind=kind,
        name=group.name,
        short_title=shorten(group.name, TITLE),
        count=len(group.cards),
        span=_span(dated),
        timeline=set_out(dated[: count_cards(dated)], stock.words),
        undated=() if has_more else tuple(map(stock.words.headline, undated)),
        more_undated=Link("", _undated_page(group.url), len(undated)) if has_more else None,
        grids=_subject_grids(group.url, dated, bool(years))[:GRIDS],
        years=tuple(Part(date(int(key), 1, 1), url, len(cards)) for key, url, cards in years),
        tags=count_tags(group.cards, stock.words, RELATED_TAGS, group.key if kind == "tag" else ""),
        forms=group.forms,
        feed=feed_url(group.url),
    )


def _span(newest_first: Sequence[Card]) -> tuple[When, When] | None:
    return (day_of(newest_first[-1]), day_of(newest_first[0])) if newest_first else None


def _subject_grids(url: str, dated: Sequence[Card], split: bool) -> tuple[Grid, ...]:
    """Draw a subject's months; each leads to the place where this subject lists that month."""
    counts = count_months(dated)
    urls = {
        month: f"{_year_page(url, f'{month.year:04}') if split else url}#m{month_key(month)}"
        for month in counts
    }
    return draw_grids(counts, urls)


def is_split(group: Group) -> bool:
    """Tell whether a subject has more articles than one page shows as cards."""
    return not fits_cards(group.cards)


def split_dated(cards: Sequence[Card]) -> tuple[Sequence[Card], Sequence[Card]]:
    """Split articles into the dated, which come first, and the undated."""
    parts = dict(cut(cards, _is_dated))
    return parts.get(True, ()), parts.get(False, ())


def _is_dated(card: Card) -> bool:
    return card.published is not None


def split_years(group: Group) -> Pieces:
    """Split a subject's dated articles into years, newest first."""
    dated, _ = split_dated(group.cards)
    return tuple((key, _year_page(group.url, key), held) for key, held in cut(dated, _year_of))


def _year_of(card: Card) -> str:
    return f"{card.published.year:04}" if card.published else ""


def _month_of(card: Card) -> str:
    return month_key(card.dated) if card.dated else ""


def _year_page(url: str, key: str) -> str:
    return f"{url.removesuffix('.html')}/{key}.html"


def split_months(url: str, cards: Sequence[Card]) -> Pieces:
    """Split a subject's year into months when it is too long for a page."""
    if fits_rows(cards):
        return ()
    return tuple(
        (key, f"{url.removesuffix('.html')}-{key[5:]}.html", held) for key, held in cut(cards, _month_of)
    )


def split_month(url: str, cards: Sequence[Card]) -> tuple[tuple[str, Sequence[Card]], ...]:
    """Split a subject's month that is too long for a page, newest first: (address, cards).

    A month that a page can list has one part. Else parts are filled from the oldest article on, and the
    newest stands at the month's own address: one more article changes that one alone.
    """
    if fits_rows(cards):
        return ((url, cards),)
    parts = split_rows(cards, HEADINGS)
    stem = url.removesuffix(".html")
    pages = [(f"{stem}-{number}.html", part) for number, part in enumerate(parts, 1)]
    return ((url, parts[-1]), *reversed(pages[:-1]))


def _subject_year(
    stock: Stock, kind: str, group: Group, years: Pieces, at: int, year: tuple[str, str, Sequence[Card]]
) -> Iterator[PageSpec]:
    """List a subject's year as rows by month, or as months that have their own pages."""
    key, url, cards = year
    months = split_months(url, cards)
    older, newer = years[at + 1 : at + 2], years[at - 1 : at] if at else ()
    beside = {"older": older[0][0] if older else "", "newer": newer[0][0] if newer else ""}
    if stock.wants(url, cards=stock.cards_fact(cards), name=group.name, **beside):
        context = SubjectYearPage(
            kind=kind,
            name=group.name,
            subject=group.url,
            feed=feed_url(group.url),
            date=date(int(key), 1, 1),
            span="year",
            part=0,
            count=len(cards),
            pieces=_month_parts(stock, cards, months),
            earlier=(),
            older=(date(int(older[0][0]), 1, 1), older[0][1]) if older else None,
            newer=(date(int(newer[0][0]), 1, 1), newer[0][1]) if newer else None,
        )
        yield PageSpec(url, "subject_year.html", context)
    for month, page, held in months:
        yield from _subject_month(stock, kind, group, read_key(month), split_month(page, held))


def _subject_month(
    stock: Stock, kind: str, group: Group, month: When, parts: tuple[tuple[str, Sequence[Card]], ...]
) -> Iterator[PageSpec]:
    """List a subject's month by day, on more than one page when it is very long."""
    count = sum(len(cards) for _, cards in parts)
    earlier = tuple(Stretch(day_of(cards[-1]), day_of(cards[0]), url, len(cards)) for url, cards in parts[1:])
    for at, (url, cards) in enumerate(parts):
        older, newer = parts[at + 1 : at + 2], parts[at - 1 : at] if at else ()
        beside = {"older": older[0][0] if older else "", "newer": newer[0][0] if newer else ""}
        if not stock.wants(
            url, cards=stock.cards_fact(cards), name=group.name, parts="" if at else repr(earlier), **beside
        ):
            continue
        context = SubjectYearPage(
            kind=kind,
            name=group.name,
            subject=group.url,
            feed=feed_url(group.url),
            date=month,
            span="month",
            part=len(parts) - at if parts[1:] else 0,
            count=len(cards) if at else count,
            pieces=_day_parts(stock, cards),
            earlier=() if at else earlier,
            older=(day_of(older[0][1][0]), older[0][0]) if older else None,
            newer=(day_of(newer[0][1][-1]), newer[0][0]) if newer else None,
        )
        yield PageSpec(url, "subject_year.html", context)


def _month_parts(stock: Stock, cards: Sequence[Card], months: Pieces) -> tuple[Part, ...]:
    if months:
        return tuple(Part(read_key(key), url, len(held)) for key, url, held in months)
    parts = []
    for month, group in groupby(cards, key=month_of):
        held = tuple(map(stock.words.headline, group))
        parts.append(Part(month, month_url(month), len(held), held))
    return tuple(parts)


def _day_parts(stock: Stock, cards: Sequence[Card]) -> tuple[Part, ...]:
    """List a subject's month, or a part of it, by day."""
    parts = []
    for day, group in groupby(cards, key=day_of):
        held = tuple(map(stock.words.headline, group))
        parts.append(Part(day, day_url(day), len(held), held))
    return tuple(parts)


def _subject_undated(stock: Stock, kind: str, group: Group, cards: Sequence[Card]) -> Iterator[PageSpec]:
    """List a subject's undated articles on a page of their own; very many in pieces."""
    url, pieces = _undated_page(group.url), split_by_name(cards, fits_rows)
    shelves = tuple(Shelf(name, _piece(url, name), len(held)) for name, held in pieces) if pieces[1:] else ()
    pages = [(url, "", () if shelves else cards, shelves)]
    pages += [(shelf.url, shelf.name, held, ()) for shelf, (_, held) in zip(shelves, pieces, strict=False)]
    for page, name, held, parts in pages:
        if not stock.wants(page, cards=stock.cards_fact(held or cards), name=(group.name, name)):
            continue
        context = SubjectUndatedPage(
            kind=kind,
            name=group.name,
            subject=group.url,
            count=len(held) or len(cards),
            piece=name,
            rows=tuple(map(stock.words.headline, held)),
            shelves=parts,
        )
        yield PageSpec(page, "subject_undated.html", context)


def _undated_page(url: str) -> str:
    return f"{url.removesuffix('.html')}/undated.html"


def _piece(url: str, name: str) -> str:
    return f"{url.removesuffix('.html')}-from-{name}.html"


def list_undated_addresses(group: Group) -> Iterator[str]:
    """List the pages of a subject's undated articles."""
    _, undated = split_dated(group.cards)
    if len(undated) <= CARDS:
        return
    url, pieces = _undated_page(group.url), split_by_name(undated, fits_rows)
    yield url
    if pieces[1:]:
        yield from (_piece(url, name) for name, _ in pieces)


def feed_url(url: str) -> str:
    """Give the address of the feed of a tag or publisher."""
    return f"{url.removesuffix('.html')}.xml"


# --- stories ------------------------------------------------------------------------------

TALES = 100
"""The index of stories names so many; above that, those that began in each month have a page."""


def list_stories(stock: Stock) -> Iterator[PageSpec]:
    """Show each developing story from its first article on, and the index of them."""
    if not stock.site.stories or not stock.touches_any("threads/"):
        return
    stories = stock.archive.threads
    begun, named = group_tales(stories), stories[:TALES]
    counts = (len(stories), [url for _, url, _ in begun])
    if stock.wants("threads/index.html", counts=counts, cards=_tales_fact(stock, named)):
        yield PageSpec(
            "threads/index.html",
            "threads.html",
            ThreadsPage(
                kind="thread",
                date=None,
                form="",
                count=len(stories),
                tales=_tales(stock, named),
                begun=tuple((_begin(key), _form(key), url) for key, url, _ in begun),
            ),
        )
    gone = stock.asked and any(url.startswith("threads/") for url in stock.asked - {*urls_of(stories)})
    for key, url, held in begun:
        touched = gone or any(map(stock.touches, urls_of(held)))
        if not stock.wants(url, touched, cards=partial(_tales_fact, stock, held)):
            continue
        context = ThreadsPage(
            kind="thread",
            date=_begin(key),
            form=_form(key),
            count=len(held),
            tales=_tales(stock, held),
            begun=(),
        )
        yield PageSpec(url, "threads.html", context)
    for story in filter(stock.touches_group, stories):
        kin = join([stock.kin_fact(card.url) for card in story.cards])
        if stock.wants(story.url, cards=stock.cards_fact(story.cards), name=story.name, kin=kin):
            yield PageSpec(story.url, "thread.html", _thread(stock, story))


def _tales_fact(stock: Stock, stories: Sequence[Group]) -> bytes:
    """Give the fact that stands for what a list tells of stories."""
    ends = stock.cards_fact(card for story in stories for card in (story.cards[0], story.cards[-1]))
    return digest(ends, [(story.name, story.url, len(story.cards)) for story in stories])


def group_tales(stories: Sequence[Group]) -> tuple[tuple[str, str, tuple[Group, ...]], ...]:
    """Group stories by the month in which they began, newest first, when the index cannot name all.

    A month in which very many began is split into its days. A story's key, the address of its first article,
    begins with the day.
    """
    if len(stories) <= TALES:
        return ()
    begun = sorted(stories, key=_KEY, reverse=True)
    pages = []
    for month, group in groupby(begun, key=lambda story: story.key[: len("2022/07")]):
        held = tuple(group)
        parts = [(month, held)]
        if len(held) > ROWS:
            days = groupby(held, key=lambda story: story.key[: len("2022/07/20")])
            parts = [(day, tuple(members)) for day, members in days]
        for begin, members in parts:
            key = begin.replace("/", "-")
            pages.append((key, f"threads/begun/{key}.html", members))
    return tuple(pages)


_KEY = attrgetter("key")


def _begin(key: str) -> When:
    return read_key(key)


def _form(key: str) -> str:
    """Tell how to write what a key such as ``2022-07`` or ``2022-07-20`` stands for."""
    return "month" if len(key) == 7 else "day"


def _tales(stock: Stock, stories: Sequence[Group]) -> tuple[Tale, ...]:
    return tuple(
        Tale(
            story.name,
            stock.words.foreign(story.cards[0].lang),
            story.url,
            len(story.cards),
            day_of(story.cards[0]),
            day_of(story.cards[-1]),
        )
        for story in stories
    )


def _thread(stock: Stock, story: Group) -> ThreadPage:
    many = count_cards(story.cards)
    shown, rest = story.cards[:many], story.cards[many:]
    return ThreadPage(
        kind="thread",
        name=story.name,
        short_title=shorten(story.name, TITLE),
        lang=stock.words.foreign(story.cards[0].lang),
        count=len(story.cards),
        span=(day_of(story.cards[0]), day_of(story.cards[-1])),
        timeline=set_out(shown, stock.words),
        rest=_month_parts(stock, rest, ()),
        kin={card.url: stock.kin(card.url) for card in shown},
        sources=count_sources(story),
        tags=count_tags(story.cards, stock.words, RELATED_TAGS),
    )


def list_story_addresses(archive: Archive) -> Iterator[str]:
    """List the pages of stories, and the lists of them."""
    yield "threads/index.html"
    yield from (url for _, url, _ in group_tales(archive.threads))
    yield from urls_of(archive.threads)

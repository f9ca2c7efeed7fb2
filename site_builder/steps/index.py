"""Cards become an archive: put in order, and grouped by everything that lists them.

In: cards in any order, and the archive as it was. Out: one ``Archive``, the same for every order and
whatever came before. The rule it guards: every article is in the timeline exactly once, and each group
counts what it holds. A group that lists nothing new and has lost nothing is the very same object.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from site_builder.language.alphabet import place_in_order
from site_builder.language.text import slugify
from site_builder.model import PRECISIONS, Archive, Card, Cards, Group


class _Place(NamedTuple):
    key: str
    name: str
    url: str


def build_archive(
    cards: Iterable[Card],
    tag_names: Mapping[str, str] | None = None,
    past: Archive | None = None,
    gone: Sequence[Card] = (),
    language: str = "",
) -> Archive:
    """Order cards newest first and group them by year, month, day, tag and source.

    ``tag_names`` maps a tag's key to the name the site wants shown; for other tags the
    commonest spelling met is shown, the first in code-point order when two are equally common.
    When there is a ``past`` archive, the ``cards`` are put into it and those that are ``gone`` left out.
    Of tags and publishers with as many articles the order is that of the ``language``.
    """
    past = past or NOTHING
    dated, undated = put_in_order(cards)
    come = (*dated, *undated)
    tags = _most_first(_group_tags(past.tags, come, gone, tag_names or {}), past.tags, language)
    return Archive(
        cards=_put(past.cards, dated, gone),
        undated=_put(past.undated, undated, gone),
        years=_newest_first(_group(past.years, dated, gone, _year_of, _year)),
        months=_newest_first(
            _group(past.months, filter(_has_month, dated), filter(_has_month, gone), _month_of, _month)
        ),
        days=_newest_first(_group(past.days, dated, gone, _day_of, _day)),
        tags=tags,
        sources=_most_first(_group(past.sources, come, gone, _source_of, _source), past.sources, language),
        tag_names={tag.key: (tag.name, tag.url) for tag in tags},
    )


NOTHING = Archive((), (), (), (), (), (), ())


def put_in_order(cards: Iterable[Card]) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Order cards: the dated newest first, the undated by address."""
    ordered = sorted(cards, key=_by_time, reverse=True)
    dated = tuple(card for card in ordered if card.published is not None)
    return dated, tuple(sorted((card for card in ordered if card.published is None), key=_by_url))


def _put(held: Sequence[Card], come: Sequence[Card], gone: Sequence[Card]) -> Sequence[Card]:
    """Leave cards out of a list that is in order, and put others in, each in its place."""
    if isinstance(held, Cards):  # of none, too: all articles together rest only where the undated do
        kept: Cards | list[Card] = held.without(gone)
    elif held:
        urls = frozenset(card.url for card in gone)
        kept = [card for card in held if card.url not in urls]
    else:
        return tuple(come)
    for card in come:
        kept.insert(find_place(kept, card), card)
    return tuple(kept) if isinstance(kept, list) else kept


def find_place(held: Sequence[Card], card: Card) -> int:
    """Find where a card belongs: the dated come first, newest first, and then the undated by address."""
    many = bisect_left(held, 1, key=_is_undated)
    if card.published is None:
        return bisect_left(held, card.url, lo=many, key=_by_url)
    return many - bisect_left(range(many), _by_time(card), key=lambda older: _by_time(held[many - 1 - older]))


def _is_undated(card: Card) -> bool:
    return card.published is None


def _by_url(card: Card) -> str:
    return card.url


def _by_time(card: Card) -> tuple[float, int, str, str]:
    """Order by the instant, then by id: two zones' stamps of one instant are equal."""
    known = PRECISIONS.index(card.precision)
    return (card.published.timestamp() if card.published else 0.0, known, card.id, card.url)


def _has_month(card: Card) -> bool:
    return card.precision != "year"


def _year_of(card: Card) -> object:
    return card.published and card.published.year


def _month_of(card: Card) -> object:
    return card.published and (card.published.year, card.published.month)


def _day_of(card: Card) -> object:
    return card.published and (card.published.date(), card.precision)


def _source_of(card: Card) -> object:
    return card.source_slug


def _year(card: Card) -> _Place:
    year = f"{card.published:%Y}"
    return _Place(year, year, f"{year}/index.html")


def _month(card: Card) -> _Place:
    return _Place(f"{card.published:%Y-%m}", f"{card.published:%Y-%m}", f"{card.published:%Y/%m}/index.html")


def _day(card: Card) -> _Place:
    day = card.dated
    assert day is not None, card.url
    key = f"{day.year:04}-{day.month:02}-{day.day:02}"
    return _Place(key, key, f"{key.replace('-', '/')}/index.html")


def _source(card: Card) -> _Place:
    return _Place(card.source_slug, card.source, f"sources/{card.source_slug}.html")


def _group(
    past: Sequence[Group],
    come: Iterable[Card],
    gone: Iterable[Card],
    key_of: Callable[[Card], object],
    place_of: Callable[[Card], _Place],
) -> Iterator[Group]:
    """Group cards by a key; the first card of a group names it."""
    fresh: defaultdict[object, list[Card]] = defaultdict(list)
    for card in come:
        fresh[key_of(card)].append(card)
    lost: defaultdict[object, list[Card]] = defaultdict(list)
    for card in gone:
        lost[key_of(card)].append(card)
    touched = (
        {place_of(held[0]).key for key, held in (*fresh.items(), *lost.items()) if key is not None}
        if past
        else ()
    )
    for group in past:
        if group.key not in touched:
            yield group
            continue
        key = key_of(group.newest)
        if held := _put(group.cards, fresh.pop(key, ()), lost[key]):
            yield Group(*place_of(held[0]), held)
    yield from (Group(*place_of(held[0]), tuple(held)) for held in fresh.values())


def _newest_first(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Order by the key, which is a year, a month or a day: for that nobody need look at an article."""
    return tuple(sorted(groups, key=lambda group: (len(group.key), group.key), reverse=True))


def _group_tags(
    past: Iterable[Group], come: Sequence[Card], gone: Sequence[Card], wanted: Mapping[str, str]
) -> Iterator[Group]:
    fresh: defaultdict[str, list[Card]] = defaultdict(list)
    for card in come:
        for key in card.tag_keys:
            fresh[key].append(card)
    lost: defaultdict[str, list[Card]] = defaultdict(list)
    for card in gone:
        for key in card.tag_keys:
            lost[key].append(card)
    more, less = _count_forms(come), _count_forms(gone)

    def group(key: str, held: Sequence[Card], forms: Counter[str]) -> Group:
        met = tuple(sorted(forms.items(), key=lambda form: (-form[1], form[0])))
        return Group(key, wanted.get(key, met[0][0]), tag_url(key), held, met)

    for known in past:
        key = known.key
        if key not in fresh and key not in lost:
            yield known
        elif held := _put(known.cards, fresh.pop(key, ()), lost[key]):
            yield group(key, held, Counter(dict(known.forms)) + more[key] - less[key])
    yield from (group(key, tuple(held), more[key]) for key, held in fresh.items())


def _count_forms(cards: Iterable[Card]) -> defaultdict[str, Counter[str]]:
    """Count the spellings of each tag, of articles of whose tags no more may be known."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for card in cards:
        for key, spelt in zip(card.tag_keys, card.tag_forms, strict=True):
            forms[key].update(spelt)
    return forms


def tag_url(key: str) -> str:
    """Give a tag's address: a pure function of its key, so that it never changes.

    Tags lie in folders by their first two letters: 100,000 articles have 20,000 tags with a page and a
    feed each, and a folder of so many files is slow on many disks.
    """
    slug = slugify(key)
    return f"tags/{slug[:2]}/{slug}.html"


def _most_first(groups: Iterable[Group], past: Sequence[Group], language: str) -> tuple[Group, ...]:
    """Order by the count, and by the alphabet where that is the same.

    Those of the ``past`` come first and in order, so that only the others are given their places (gain: of
    20,000 tags 0.1 s).
    """

    def place(group: Group) -> tuple[object, ...]:
        return (-group.count, place_in_order(group.name, language), group.key)

    known, standing, others = {*map(id, past)}, list[Group](), list[Group]()
    for group in groups:
        (standing if id(group) in known else others).append(group)
    if not standing:
        return tuple(sorted(others, key=place))
    for group in others:
        insort(standing, group, key=place)
    return tuple(standing)

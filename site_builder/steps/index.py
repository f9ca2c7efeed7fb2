"""Cards become an archive: put in order, and grouped by everything that lists them.

In: cards in any order. Out: one ``Archive``, the same for every order. The rule it guards:
every article is in the timeline exactly once, and each group counts what it holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from site_builder.language.text import slugify
from site_builder.model import Archive, Card, Group, TagMark


class _Place(NamedTuple):
    key: str
    name: str
    url: str


def build_archive(cards: Iterable[Card], tag_names: Mapping[str, str] | None = None) -> Archive:
    """Order cards newest first and group them by year, month, day, tag and source.

    ``tag_names`` maps a tag's key to the name the site wants shown; for other tags the
    commonest spelling met is shown, the first in code-point order when two are equally common.
    """
    ordered = sorted(cards, key=_by_time, reverse=True)
    dated = tuple(card for card in ordered if card.published is not None)
    undated = tuple(sorted((card for card in ordered if card.published is None), key=lambda card: card.url))
    tags = _group_tags(dated + undated, tag_names or {})
    return Archive(
        cards=dated,
        undated=undated,
        years=_group(dated, _year_of, _year),
        months=_group(dated, _month_of, _month),
        days=_group(dated, _day_of, _day),
        tags=tags,
        sources=_most_first(_group(dated + undated, _source_of, _source)),
        tag_names={tag.key: (tag.name, tag.url) for tag in tags},
    )


def _by_time(card: Card) -> tuple[float, str, str]:
    """Order by the instant, then by id: two zones' stamps of one instant are equal."""
    return (card.published.timestamp() if card.published else 0.0, card.id, card.url)


def _year_of(card: Card) -> object:
    return card.published and card.published.year


def _month_of(card: Card) -> object:
    return card.published and (card.published.year, card.published.month)


def _day_of(card: Card) -> object:
    return card.published and card.published.date()


def _source_of(card: Card) -> object:
    return card.source_slug


def _year(card: Card) -> _Place:
    year = f"{card.published:%Y}"
    return _Place(year, year, f"{year}/index.html")


def _month(card: Card) -> _Place:
    return _Place(f"{card.published:%Y-%m}", f"{card.published:%Y-%m}", f"{card.published:%Y/%m}/index.html")


def _day(card: Card) -> _Place:
    return _Place(
        f"{card.published:%Y-%m-%d}", f"{card.published:%Y-%m-%d}", f"{card.published:%Y/%m/%d}/index.html"
    )


def _source(card: Card) -> _Place:
    return _Place(card.source_slug, card.source, f"sources/{card.source_slug}.html")


def _group(
    cards: Iterable[Card], key_of: Callable[[Card], object], place_of: Callable[[Card], _Place]
) -> tuple[Group, ...]:
    """Group cards by a key; groups come in the order in which their first card does, which names them."""
    members: defaultdict[object, list[Card]] = defaultdict(list)
    for card in cards:
        members[key_of(card)].append(card)
    return tuple(Group(*place_of(held[0]), tuple(held)) for held in members.values())


def _group_tags(cards: Sequence[Card], wanted: Mapping[str, str]) -> tuple[Group, ...]:
    members: defaultdict[str, list[Card]] = defaultdict(list)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for card in cards:
        for tag in card.tags:
            members[tag.key].append(card)
    every = [tag for card in cards for tag in card.tags]
    marks = dict(zip(map(id, every), every, strict=True))
    uses = Counter(map(id, every))
    for at, mark in marks.items():  # one that many articles have alike is counted at once (gain: 2/3)
        for form in forms_of(mark) if mark.evidence else (mark.name,):
            forms[mark.key][form] += uses[at]
    groups = []
    for key, held in members.items():
        met = tuple(sorted(forms[key].items(), key=lambda form: (-form[1], form[0])))
        groups.append(Group(key, wanted.get(key, met[0][0]), tag_url(key), tuple(held), met))
    return _most_first(groups)


def forms_of(tag: TagMark) -> set[str]:
    """List the spellings in which one article has a tag."""
    return {tag.name, *(detail for kind, detail in tag.evidence if kind == "form")}


def tag_url(key: str) -> str:
    """Give a tag's address: a pure function of its key, so that it never changes.

    Tags lie in folders by their first two letters: 100,000 articles have 20,000 tags with a page and a
    feed each, and a folder of so many files is slow on many disks.
    """
    slug = slugify(key)
    return f"tags/{slug[:2]}/{slug}.html"


def _most_first(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (-len(group.cards), group.key)))

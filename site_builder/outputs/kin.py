"""What a page shows of an article's relations: its story, its reprints, related work.

In: the archive's stories and relations. Out: plain data for the templates. The rule it guards:
**an old page changes for few**. A story's articles name one another while it is short; in a long
one each names its neighbours, so that the next article touches the last one's page alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from site_builder.model import Card, Group, Relations
from site_builder.outputs.lists import Headline, Link


@dataclass(frozen=True, slots=True)
class Story:
    """A story as the page of one of its articles shows it."""

    name: str
    url: str
    place: int
    """0 on the page of a reprint."""
    count: int
    long: bool
    """There are more than ``count``."""
    members: tuple[Headline, ...]
    """All of a short story; of a long one the article itself and its neighbours."""
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kinsman:
    """Another article, and what it has in common with this one."""

    line: Headline
    shared: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that stands in another article too."""

    line: Headline
    text: str


@dataclass(frozen=True, slots=True)
class Kinship:
    """All that an article's page shows of its relations."""

    story: Story | None = None
    copy_of: Headline | None = None
    original: str = ""
    """The id of the article that this one is a copy of."""
    copies: tuple[Headline, ...] = ()
    related: tuple[Kinsman, ...] = ()
    passages: tuple[Quote, ...] = ()


def show_kin(
    relations: Relations | None,
    stories: Mapping[str, Group],
    cards: Mapping[str, Card],
    headline: Callable[[Card], Headline],
) -> Kinship:
    """Make ready what an article's page shows."""
    if relations is None:
        return Kinship()

    def line(url: str) -> Headline:
        return headline(cards[url])

    return Kinship(
        story=_story(relations, stories[relations.thread], line) if relations.thread else None,
        copy_of=line(relations.duplicate_of) if relations.duplicate_of else None,
        original=cards[relations.duplicate_of].id if relations.duplicate_of else "",
        copies=tuple(map(line, relations.copies)),
        related=tuple(Kinsman(line(kin.url), kin.shared, kin.days) for kin in relations.related),
        passages=tuple(Quote(line(passage.url), passage.text) for passage in relations.passages),
    )


def _story(relations: Relations, story: Group, line: Callable[[str], Headline]) -> Story:
    return Story(
        story.name,
        story.url,
        relations.place,
        min(relations.count, MANY),
        _is_long(relations, story),
        tuple(map(line, list_shown(relations, story))),
        relations.because,
    )


def list_shown(relations: Relations, story: Group) -> tuple[str, ...]:
    """List the articles of its story that an article's page names; of a long one those beside it."""
    urls = tuple(card.url for card in story.cards)
    if not _is_long(relations, story):
        return urls
    at = relations.place - 1
    return urls[max(0, at - 1) : at + 2] if relations.place else urls[:1]


def _is_long(relations: Relations, story: Group) -> bool:
    return len(story.cards) > relations.count or relations.count > MANY


MANY = 10
"""A story with more articles is long."""


def count_sources(story: Group) -> tuple[Link, ...]:
    """List the publishers of a story's articles, most frequent first."""
    counts = Counter((card.source, card.source_slug) for card in story.cards)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Link(name, f"sources/{slug}.html", count) for (name, slug), count in ranked)

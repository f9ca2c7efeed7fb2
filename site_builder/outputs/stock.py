"""What the page functions draw on: the archive's groups made ready, and the limits of a page.

In: the archive, the site's face, a way to load one article. Out: one ``Stock``. The rule it
guards: no page needs a loop over the whole archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from site_builder.model import Archive, Article, Card, Group, Site
from site_builder.outputs.kin import Kinship, show_kin
from site_builder.outputs.lists import Calendar, Link, Words, draw_calendar

Load = Callable[[Card], Article]

CARDS = 60
"""A page shows at most this many articles as cards; a longer list is rows of one line."""
ROWS = 200
"""A list of more rows than this is split: 200 rows of real titles are 20 kB gzipped with the style
sheet, and the first view may have 24."""
HEADLINES = 8
GRIDS = 3
RELATED_TAGS = 12
NAMES = 1000
"""An index of tags or publishers names this many; rarer ones are found on their articles."""
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
    """By the address of the article; only when there are relations to show."""

    def calendar(self, month: Group) -> Calendar:
        """Draw a month of the archive."""
        return draw_calendar(month, self.days[month.key])

    def kin(self, url: str) -> Kinship:
        """Show what an article has to do with others."""
        return show_kin(self.archive.relations.get(url), self.stories, self.cards, self.words.headline)


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


def links_of(groups: Sequence[Group]) -> tuple[Link, ...]:
    """Name groups, where they lead, and how many articles are there."""
    return tuple(Link(group.name, group.url, len(group.cards)) for group in groups)


def first_day(group: Group) -> date:
    """Give the first day of a group whose key is a year, a month or a day."""
    return date.fromisoformat(f"{group.key}-01-01"[:10])


def shorten(text: str, limit: int) -> str:
    """Cut a name to ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"

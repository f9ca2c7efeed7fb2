"""The search index as files of the site: ``search/i/…``, a segment at a time.

In: the archive, and a loader of texts. Out: parts to be made, in any process, and their pages. The rule
it guards: **a segment is made from what its part names**, and while that is the same, so are its files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path

from site_builder.language.tongues import is_spoken
from site_builder.model import Archive, Card, Group, Page, Period, lengths_of
from site_builder.outputs.lists import LANGUAGE
from site_builder.outputs.stock import first_day
from site_builder.search import recall
from site_builder.search.build import (
    FORMAT,
    Entry,
    File,
    Head,
    Row,
    read_texts,
    texts_per_file,
    write_root,
    write_table,
)
from site_builder.search.making import Last, Plan, make_segment
from site_builder.search.portions import count_portions
from site_builder.search.segments import Segment, is_undated, plan, plan_undated
from site_builder.search.terms import clean

FOLDER = "search/i/"


REMEMBER = 256
"""A segment of fewer articles is made again before what is remembered of it would be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to be made."""

    segment: Segment
    made_from: str
    """Stands for all that its files are made from."""
    last: str = ""
    """The same of the files that stand; empty where any of them is missing."""


@dataclass(frozen=True, slots=True)
class MadePart:
    """A segment that was made: the pages that may have changed, the paths of those that have not."""

    pages: tuple[Page, ...]
    kept: tuple[str, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Indexer:
    """All that making a segment needs; workers are born with it."""

    archive: Archive
    load_text: Callable[[Card], str]
    list_facts: Callable[[Sequence[Card]], Iterable[bytes]]
    """Gives what stands for all that the parts of articles in the files are made from."""
    site: Path
    """Where the last build's files are."""
    memory: Path
    """The folder of what is remembered of each segment."""
    language: str = ""
    """The site's own: of an article in another one, the index says in which."""

    def list_parts(self) -> list[Part]:
        """List all segments, from the oldest to the newest, and the undated ones."""
        return [
            Part(
                segment,
                _digest(20, f"{FORMAT} {segment.name} {segment.grows}".encode(), *self.list_facts(cards)),
            )
            for segment, cards in divide(self.archive)
        ]

    def _foreign(self, lang: str) -> str:
        return lang if LANGUAGE.fullmatch(lang) and not is_spoken(lang, self.language) else ""

    def make(self, part: Part) -> MadePart:
        """Make a segment's files."""
        segment = part.segment
        cards = cards_of(self.archive, segment)
        names = {key: name for key, (name, _url) in self.archive.tag_names.items()}
        counts, facts = [count_portions(length) for length in lengths_of(cards)], [*self.list_facts(cards)]
        portions = [(at, card, i) for at, card in enumerate(cards) for i in range(counts[at])]
        plan = Plan(
            segment.name,
            segment.grows,
            texts_per_file([card.length // counts[at] for at, card, _ in portions], grows=segment.grows),
            [
                Entry(
                    card.title,
                    card.url,
                    _when(card),
                    card.source,
                    _tags(card, names),
                    i,
                    counts[at],
                    self._foreign(card.lang),
                )
                for at, card, i in portions
            ],
            [_digest(8, facts[at], b"%d" % i) for at, _, i in portions],
        )

        @lru_cache(maxsize=1)  # an article's portions follow each other
        def load_article(at: int) -> str:
            return clean(self.load_text(cards[at]))

        def load(place: int) -> str:
            return load_article(portions[place][0])

        def read(sheet: str) -> list[Row]:
            path = f"{segment.name}/{sheet}"
            return read_texts(path, (self.site / FOLDER / f"{path}.js").read_bytes())

        file = self.memory / f"{segment.name}.npz"
        remembered = recall.load(file, part.last) if part.last else None
        try:
            made = make_segment(plan, load, Last(remembered, read) if remembered else None)
        except (OSError, ValueError):  # somebody changed a file this very moment
            made = make_segment(plan, load)
        if len(cards) >= REMEMBER:
            recall.save(file, part.made_from, made.remembered)
        kept = tuple(f"{FOLDER}{segment.name}/{name}.js" for name in made.kept)
        return MadePart(tuple(map(_page, made.files)), kept, made.head)


def list_roots(heads: Sequence[Head]) -> tuple[Page, Page]:
    """Write what there is once: the heads of all segments, given from the oldest on, and the table."""
    return _page(write_root(_newest_first(heads))), _page(write_table())


def divide(archive: Archive) -> Iterator[tuple[Segment, Sequence[Card]]]:
    """Divide the archive's cards into segments, each from its oldest to its newest."""
    dated = archive.cards[::-1]
    days = [*chain.from_iterable(repeat(_begin(day), day.count) for day in reversed(archive.days))]
    for segment in plan(days, [*lengths_of(dated)]):
        yield segment, dated[segment.start : segment.stop]
    for segment in plan_undated([*lengths_of(archive.undated)]):
        yield segment, archive.undated[segment.start : segment.stop]


def _begin(day: Group) -> date:
    known = first_day(day)
    return known.first if isinstance(known, Period) else known


def cards_of(archive: Archive, segment: Segment) -> Sequence[Card]:
    """Give a segment's cards, from its oldest to its newest."""
    if is_undated(segment.name):
        return archive.undated[segment.start : segment.stop]
    count = len(archive.cards)
    return archive.cards[count - segment.stop : count - segment.start][::-1]


def _newest_first(heads: Sequence[Head]) -> list[Head]:
    """Turn the order about, but leave the undated ones last."""
    newest_first = list(reversed(heads))
    newest_first.sort(key=lambda head: is_undated(head.name))
    return newest_first


def _page(file: File) -> Page:
    return Page(FOLDER + file.name, file.data)


def _when(card: Card) -> str:
    when = card.dated
    if isinstance(when, Period):
        return when.isoformat()
    return when.isoformat(timespec="minutes") if when else ""


def _tags(card: Card, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(names.__getitem__, card.tag_keys)))


def _digest(size: int, *facts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(facts), digest_size=size).hexdigest()

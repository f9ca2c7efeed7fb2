"""The search index as files of the site: ``search/i/…``, a segment at a time.

In: the archive, and a loader of texts. Out: parts to be made, in any process, and their pages. The rule
it guards: **a segment is made from what its part names**, and while that is the same, so are its files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_builder.model import Archive, Card, Page
from site_builder.search.build import (
    FORMAT,
    Entry,
    File,
    texts_per_file,
    write_root,
    write_segment,
    write_table,
)
from site_builder.search.segments import Segment, is_undated, plan, plan_undated

FOLDER = "search/i/"


@dataclass(frozen=True, slots=True)
class Part:
    """A segment to be made."""

    segment: Segment
    made_from: str
    """Stands for all that its files are made from."""


@dataclass(frozen=True, slots=True)
class MadePart:
    """A segment that was made: its pages, and the digest of its articles."""

    pages: tuple[Page, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Indexer:
    """All that making a segment needs; workers are born with it."""

    archive: Archive
    load_text: Callable[[Card], str]
    digest_of: Callable[[Card], str]
    """Gives what an article's text depends on, unread."""

    def list_parts(self) -> list[Part]:
        """List all segments, from the oldest to the newest, and the undated ones."""
        names = {key: name for key, (name, _url) in self.archive.tag_names.items()}
        return [
            Part(segment, self._made_from(segment, cards, names)) for segment, cards in divide(self.archive)
        ]

    def _made_from(self, segment: Segment, cards: Iterable[Card], names: Mapping[str, str]) -> str:
        hasher = hashlib.blake2b(f"{FORMAT} {segment.name} {segment.grows}".encode(), digest_size=20)
        for card in cards:
            hasher.update("\0".join(_facts(card, names, self.digest_of)).encode("utf-8", "surrogatepass"))
        return hasher.hexdigest()

    def make(self, segment: Segment) -> MadePart:
        """Make a segment's files."""
        cards = cards_of(self.archive, segment)
        names = {key: name for key, (name, _url) in self.archive.tag_names.items()}
        entries = [
            Entry(card.title, card.url, _when(card), card.source, _tags(card, names)) for card in cards
        ]
        per_file = texts_per_file([card.length for card in cards], grows=segment.grows)

        def load(place: int) -> str:
            return self.load_text(cards[place])

        made = write_segment(segment.name, entries, load, grows=segment.grows, per_file=per_file)
        return MadePart(tuple(map(_page, made.files)), made.digest)


def list_roots(parts: Sequence[tuple[Segment, str]]) -> tuple[Page, Page]:
    """Write what there is once: the list of segments with their digests, and the table of characters."""
    listed = [(segment.name, segment.stop - segment.start, digest) for segment, digest in parts]
    return _page(write_root(_newest_first(listed))), _page(write_table())


def divide(archive: Archive) -> Iterator[tuple[Segment, Sequence[Card]]]:
    """Divide the archive's cards into segments, each from its oldest to its newest."""
    dated = archive.cards[::-1]
    days = [card.published.date() for card in dated if card.published]
    for segment in plan(days, [card.length for card in dated]):
        yield segment, dated[segment.start : segment.stop]
    for segment in plan_undated([card.length for card in archive.undated]):
        yield segment, archive.undated[segment.start : segment.stop]


def cards_of(archive: Archive, segment: Segment) -> Sequence[Card]:
    """Give a segment's cards, from its oldest to its newest."""
    if is_undated(segment.name):
        return archive.undated[segment.start : segment.stop]
    count = len(archive.cards)
    return archive.cards[count - segment.stop : count - segment.start][::-1]


def _newest_first(listed: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Turn the order about, but leave the undated ones last."""
    turned = listed[::-1]
    turned.sort(key=lambda part: is_undated(part[0]))
    return turned


def _page(file: File) -> Page:
    return Page(FOLDER + file.name, file.data)


def _when(card: Card) -> str:
    return card.published.isoformat(timespec="minutes") if card.published else ""


def _tags(card: Card, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.get(tag.key, tag.name) for tag in card.tags))


def _facts(card: Card, names: Mapping[str, str], digest_of: Callable[[Card], str]) -> tuple[str, ...]:
    """List all that an article's part of the files is made from."""
    return (card.url, card.title, str(card.published), card.source, digest_of(card), *_tags(card, names), "")

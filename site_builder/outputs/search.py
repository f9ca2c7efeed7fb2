"""The search index as files of the site: ``search/i/…``, a segment at a time.

In: the archive, a loader of articles, and what an earlier build left. Out: pages. The rule it
guards: **a segment is made again only when an article of it changed**; only then are its articles'
texts loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from site_builder.model import Archive, Article, Card, Page
from site_builder.search.build import (
    CALL,
    FORMAT,
    Entry,
    File,
    texts_per_file,
    write_root,
    write_segment,
    write_table,
)
from site_builder.search.segments import Segment, plan, plan_undated

FOLDER = "search/i/"

Load = Callable[[Card], Article]


class Memory(Protocol):
    """What an earlier build left: short notes, and the files it wrote."""

    def find_note(self, name: str) -> str:
        """Give a note of an earlier build; empty when there is none."""

    def keep_note(self, name: str, note: str) -> None:
        """Leave a note for the next build."""

    def read_standing(self, path: str) -> bytes | None:
        """Give a file's bytes when an earlier build wrote it and it is as that build left it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The memory of a first build."""

    def find_note(self, name: str) -> str:
        """Find none."""
        return ""

    def keep_note(self, name: str, note: str) -> None:
        """Keep none."""

    def read_standing(self, path: str) -> bytes | None:
        """Find none."""


def list_search(
    archive: Archive, load: Load, digest_of: Callable[[Card], str], memory: Memory | None = None
) -> Iterator[Page]:
    """List the index's files. ``digest_of`` gives what an article's text depends on, unread."""
    memory = memory or Nothing()
    names = {key: name for key, (name, _url) in archive.tag_names.items()}
    listed: list[tuple[str, int, str]] = []
    for segment, cards in divide(archive):
        made_from = _made_from(segment, cards, digest_of, names)
        digest = yield from _stands(segment.name, made_from, memory) or _write(segment, cards, load, names)
        memory.keep_note(f"{FOLDER}{segment.name}", f"{made_from} {digest}")
        listed.append((segment.name, len(cards), digest))
    yield from map(_page, (write_root(_newest_first(listed)), write_table()))


def divide(archive: Archive) -> Iterator[tuple[Segment, Sequence[Card]]]:
    """Divide the archive's cards into segments, each from its oldest to its newest."""
    dated = tuple(reversed(archive.cards))
    days = [card.published.date() for card in dated if card.published]
    for segment in plan(days, [card.length for card in dated]):
        yield segment, dated[segment.start : segment.stop]
    for segment in plan_undated([card.length for card in archive.undated]):
        yield segment, archive.undated[segment.start : segment.stop]


def _newest_first(listed: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Turn the order about, but leave the undated ones last."""
    turned = listed[::-1]
    turned.sort(key=lambda part: part[0].startswith("undated"))
    return turned


def _page(file: File) -> Page:
    return Page(FOLDER + file.name, file.data)


def _when(card: Card) -> str:
    return card.published.isoformat(timespec="minutes") if card.published else ""


def _tags(card: Card, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.get(tag.key, tag.name) for tag in card.tags))


def _made_from(
    segment: Segment, cards: Iterable[Card], digest_of: Callable[[Card], str], names: Mapping[str, str]
) -> str:
    """Digest all that a segment's files are made from."""
    hasher = hashlib.blake2b(json.dumps([FORMAT, segment.name, segment.grows]).encode(), digest_size=20)
    for card in cards:
        facts = (card.url, card.title, _when(card), card.source, _tags(card, names), digest_of(card))
        hasher.update(json.dumps(facts).encode())
    return hasher.hexdigest()


def _write(
    segment: Segment, cards: Sequence[Card], load: Load, names: Mapping[str, str]
) -> Generator[Page, None, str]:
    entries = (
        Entry(card.title, card.url, _when(card), card.source, _tags(card, names), load(card).body.text)
        for card in cards
    )
    per_file = texts_per_file([card.length for card in cards], grows=segment.grows)
    files = write_segment(segment.name, entries, grows=segment.grows, per_file=per_file)
    while True:
        try:
            yield _page(next(files))
        except StopIteration as done:
            return str(done.value)


def _stands(name: str, made_from: str, memory: Memory) -> Generator[Page, None, str] | None:
    """Give all files of a segment again when an earlier build made them from the same articles."""
    known, _, digest = memory.find_note(FOLDER + name).partition(" ")
    if known != made_from:
        return None
    paths = _paths(name, memory.read_standing(f"{FOLDER}{name}/m.js"))
    pages = [Page(path, data) for path in paths if (data := memory.read_standing(path)) is not None]
    return _again(pages, digest) if pages and len(pages) == len(paths) else None


def _again(pages: Iterable[Page], digest: str) -> Generator[Page, None, str]:
    yield from pages
    return digest


def _paths(name: str, head: bytes | None) -> list[str]:
    """Name the files of a segment, as its m file tells their number."""
    if head is None:
        return []
    meta = json.loads(b"[" + head.removeprefix(f"{CALL}(".encode()).removesuffix(b")\n") + b"]")[2]
    terms, texts = meta["b"][0], -(-meta["n"] // meta["k"])
    parts = ("m", "f", *(f"p{i}" for i in range(terms)), *(f"x{i}" for i in range(texts)))
    return [f"{FOLDER}{name}/{part}.js" for part in parts]

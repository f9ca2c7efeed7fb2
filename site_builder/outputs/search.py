"""The search index as files of the site: ``search/i/…``, a segment at a time.

In: the archive, a loader of articles, and what an earlier build left. Out: pages. The rule it
guards: **a segment is made again only when an article of it changed**, and an article's text is
loaded only for that. A segment's digest stands for all that its files depend on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from site_builder.model import Archive, Article, Card, Page
from site_builder.search import numbers
from site_builder.search.build import (
    CALL,
    FORMAT,
    Entry,
    File,
    texts_per_file,
    write_root,
    write_segment,
)
from site_builder.search.segments import Segment, plan, plan_undated

FOLDER = "search/i/"

Load = Callable[[Card], Article]
Standing = Callable[[str], bytes | None]
"""Gives a file's bytes when an earlier build wrote it and it is still as that build left it."""


def list_search(
    archive: Archive,
    load: Load,
    digest_of: Callable[[Card], str],
    standing: Standing = lambda _path: None,
) -> Iterator[Page]:
    """List the index's files. ``digest_of`` gives what an article's text depends on, unread."""
    names = {key: name for key, (name, _url) in archive.tag_names.items()}
    listed: list[tuple[str, int, str]] = []
    for segment, cards in divide(archive):
        digest = _digest(segment, cards, digest_of, names)
        listed.append((segment.name, len(cards), digest))
        files = _stands(segment.name, digest, standing)
        for file in files or _write(segment, digest, cards, load, names):
            yield Page(FOLDER + file.name, file.data)
    root = write_root(
        [*reversed([part for part in listed if not _is_undated(part[0])]), *filter(_undated, listed)]
    )
    yield Page(FOLDER + root.name, root.data)


def divide(archive: Archive) -> Iterator[tuple[Segment, Sequence[Card]]]:
    """Divide the archive's cards into segments, each from its oldest to its newest."""
    dated = tuple(reversed(archive.cards))
    days = [card.published.date() for card in dated if card.published]
    parts = ((dated, plan(days, [card.length for card in dated])),)
    undated = (archive.undated, plan_undated([card.length for card in archive.undated]))
    for cards, segments in (*parts, undated):
        for segment in segments:
            yield segment, cards[segment.start : segment.stop]


def _is_undated(name: str) -> bool:
    return name.startswith("undated")


def _undated(part: tuple[str, int, str]) -> bool:
    return _is_undated(part[0])


def _when(card: Card) -> str:
    return card.published.isoformat(timespec="minutes") if card.published else ""


def _tags(card: Card, names: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(names.get(tag.key, tag.name) for tag in card.tags))


def _digest(
    segment: Segment, cards: Iterable[Card], digest_of: Callable[[Card], str], names: dict[str, str]
) -> str:
    """Digest all that a segment's files are made from."""
    hasher = hashlib.blake2b(json.dumps([FORMAT, segment.name, segment.grows]).encode(), digest_size=10)
    for card in cards:
        facts = [card.url, card.title, _when(card), card.source, _tags(card, names), digest_of(card)]
        hasher.update(json.dumps(facts).encode())
    return hasher.hexdigest()


def _write(
    segment: Segment, digest: str, cards: Sequence[Card], load: Load, names: dict[str, str]
) -> Iterator[File]:
    entries = (
        Entry(card.title, card.url, _when(card), card.source, tuple(_tags(card, names)), load(card).body.text)
        for card in cards
    )
    per_file = texts_per_file([card.length for card in cards], grows=segment.grows)
    return write_segment(segment.name, digest, entries, grows=segment.grows, per_file=per_file)


def _stands(name: str, digest: str, standing: Standing) -> list[File] | None:
    """Give all files of a segment when an earlier build made them from the same articles."""
    start, stop = f'{CALL}("{name}/m",'.encode(), b")\n"
    head = standing(f"{FOLDER}{name}/m.js")
    if head is None or not head.startswith(start) or not head.endswith(stop):
        return None
    found, meta = json.loads(b"[" + head[len(start) : -len(stop)] + b"]")
    if found != digest:
        return None
    files = [File(f"{name}/m.js", head)]
    terms, texts = len(numbers.read_numbers(meta["b"])), -(-meta["n"] // meta["k"])
    for part in ("f", *(f"p{i}" for i in range(terms)), *(f"x{i}" for i in range(texts))):
        data = standing(f"{FOLDER}{name}/{part}.js")
        if data is None:
            return None
        files.append(File(f"{name}/{part}.js", data))
    return files

"""Links between articles lead to the copies here.

In: the columns of all articles, in which stand the keys that each goes by and those that its links ask for;
what came and went. Out: the pages that links lead to, in a column, and whose links lead elsewhere now. The
rule it guards: **a link leads to the one article that it can mean, or where it led**. After an edit those
alone are asked that name what came, went or moved; columns are searched for them, no article is opened.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from site_builder.building.columns import BUILT, MERGED, Columns
from site_builder.building.lazy import Edition, RowStore
from site_builder.cache import pack, read_packed
from site_builder.outputs.keys import digest
from site_builder.stories.links import SIZE, is_place

TOGETHER = 100_000
"""So many keys are looked for at a time: some 10 MB."""

Said = tuple[str, bytes, bytes]
"""Page, title and date of the article that a row holds."""


def find_internal_links(built: Edition, come: Sequence[int], retired: Collection[int]) -> dict[str, bytes]:
    """Find the pages that links of articles lead to, where these may be others than in the last build.

    ``come`` are the rows that are new, ``retired`` those that are no more. Gives what stands for them by the
    linking article's address, and leaves the pages in its row.
    """
    columns, gone = built.store.columns, frozenset(retired)
    asking = {*come}
    if len(asking) < len(columns.paths):
        moved = _list_moved(columns, asking, gone)
        asking |= {row for row, _ in columns.leads.search(moved)} - gone
    told: dict[str, bytes] = {}
    homes: dict[int, bytes] = {}
    for some in _part(columns, sorted(row for row in asking if columns.fates[row] == BUILT)):
        found = _find_homes(built.store, {key for keys in some.values() for key in keys}, gone)
        for row, keys in some.items():
            url = columns.urls[row]
            targets = [home if (home := found.get(key, "")) != url else "" for key in keys]
            homes[row] = pack(targets) if any(targets) else b""
            told[url] = digest(url, targets) if any(targets) else b""
    columns.targets.amend(homes)
    return told


def _list_moved(columns: Columns, come: Iterable[int], gone: Iterable[int]) -> set[int]:
    """List the keys that do not stand for what they stood for."""
    now, then = (_list_claimed(columns, rows) for rows in (come, gone))
    return {key for key in now.keys() | then.keys() if now.get(key) != then.get(key)}


def _list_claimed(columns: Columns, rows: Iterable[int]) -> dict[int, set[Said]]:
    claimed: dict[int, set[Said]] = {}
    for row in rows:
        if said := _say(columns, row):
            for key in array("Q", columns.claims[row]):
                claimed.setdefault(key, set()).add(said)
    return claimed


def _say(columns: Columns, row: int) -> Said | None:
    """Say which article a row stands for: its own, or the one that its file has the bytes of."""
    fate = columns.fates[row]
    home = columns.urls[row] if fate == BUILT else columns.homes[row].decode() if fate == MERGED else ""
    return (home, columns.titles[row], columns.published[row]) if home else None


def _part(columns: Columns, rows: Iterable[int]) -> Iterator[dict[int, array[int]]]:
    """Give the keys that links ask for, by row, some rows at a time."""
    some: dict[int, array[int]] = {}
    many = 0
    for row in rows:
        keys = some[row] = array("Q", columns.leads[row])
        many += len(keys)
        if many >= TOGETHER:
            yield some
            some, many = {}, 0
    yield some


def _find_homes(store: RowStore, asked: Set[int], gone: Set[int]) -> dict[int, str]:
    """Find the page that each key means."""
    claimed: dict[int, set[Said]] = {}
    for row, key in store.columns.claims.search(asked):
        if row not in gone and (said := _say(store.columns, row)):
            claimed.setdefault(key, set()).add(said)
    return {key: _choose(key, some) for key, some in claimed.items()}


def _choose(key: int, some: Set[Said]) -> str:
    """Choose one of the articles that go by a key.

    Those that have a place and their title in common are one article, kept more than once, and the first in
    time is meant. Of others nobody can say which.
    """
    pages = {page for page, _, _ in some}
    if len(pages) == 1:
        return pages.pop()
    one_title = len({title for _, title, _ in some}) == 1
    if not one_title or not is_place(key.to_bytes(SIZE, sys.byteorder)):
        return ""
    return min(some, key=lambda said: (not said[2], said[2], said[0]))[0]


@dataclass(frozen=True, slots=True)
class LinkTargets(Mapping[str, tuple[str, ...]]):
    """The pages that each article's links lead to, in order, by its address; empty where one leads out."""

    edition: Edition

    def __getitem__(self, url: str) -> tuple[str, ...]:
        packed = self.edition.store.columns.targets[self.edition.rows[url]]
        return read_packed(packed, tuple[str, ...]) if packed else ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.edition)

    def __len__(self) -> int:
        return len(self.edition)

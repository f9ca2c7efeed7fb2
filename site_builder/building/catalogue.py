"""The catalogue: what the last build knew of every article, so that one edit does not read them all.

In: columns, the archive and facts of a build that came to its end. Out: the same for the next one, and from
the cache again. The rule it guards: an article stands in it by the digest of its bytes and the fingerprint
of what made it; a piece of which nothing has changed is not written.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import attrgetter

from site_builder.building.columns import (
    BUILT,
    GROUPS,
    NAME,
    PIECE,
    Columns,
    Head,
    Listed,
    Texts,
    join_pieces,
    name_piece,
    pack_rows,
)
from site_builder.building.facts import Facts
from site_builder.building.lazy import Edition, LazyGroup, RowStore, fill, read_order, rows_of
from site_builder.building.preparing import Recipe
from site_builder.cache import Cache
from site_builder.model import Archive
from site_builder.outputs.keys import SIZE, Digests
from site_builder.steps.index import NOTHING


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the last build knew; nothing when there was none."""

    store: RowStore
    rows: Mapping[str, int]
    """Of all files, by path."""
    built: Edition
    archive: Archive
    facts: Facts


def open_catalogue(cache: Cache, recipe: Recipe) -> Catalogue:
    """Give one in which nothing stands."""
    store = RowStore(Columns(Head(made_by=cache.fingerprint)), cache.file, recipe, excerpts=Texts())
    return Catalogue(store, {}, Edition(store, {}), NOTHING, Facts())


# --- reading ---------------------------------------------------------------------------------------


def read_catalogue(cache: Cache, recipe: Recipe) -> Catalogue:
    """Read what the last build knew; nothing, when other code made it or it is damaged."""
    columns = join_pieces(cache.find_value)
    if columns is None or columns.head.made_by != cache.fingerprint:
        return open_catalogue(cache, recipe)
    store = RowStore(columns, cache.file, recipe)
    rows = dict(zip(columns.paths, count(), strict=False))
    rows.pop("", None)
    has_page = [fate == BUILT for fate in columns.fates]
    built = dict(zip(compress(columns.urls, has_page), compress(count(), has_page), strict=True))
    return Catalogue(store, rows, Edition(store, built), read_archive(store), _read_facts(columns, built))


def read_archive(store: RowStore) -> Archive:
    """Give the archive that rests in columns."""
    head = store.columns.head
    years, months, days, tags, sources, threads = (
        tuple(_read_groups(head.groups.get(kind, ()), store)) for kind in GROUPS
    )
    names = {tag.key: (tag.name, tag.url) for tag in tags}
    order, undated = read_order(store, head.order), read_order(store, head.undated)
    return Archive(order, undated, years, months, days, tags, sources, names, threads)


def _read_groups(listed: Sequence[Listed], store: RowStore) -> list[LazyGroup]:
    groups = [object.__new__(LazyGroup) for _ in listed]
    for name in ("key", "name", "url", "forms"):
        fill(LazyGroup, name, groups, map(attrgetter(name), listed))
    fill(LazyGroup, "_packed", groups, map(attrgetter("rows"), listed))
    fill(LazyGroup, "_store", groups, [store] * len(groups))
    return groups


def _read_facts(columns: Columns, rows: Mapping[str, int]) -> Facts:
    head = columns.head
    marks, proofs, names = (Digests(rows, cells) for cells in (columns.marks, columns.shown, columns.names))
    kin = Digests(rows, columns.kin) if head.has_kin else Digests()
    links = Digests(rows, columns.links)
    return Facts(marks, proofs, names, kin, links, head.notes, head.originals, head.parts)


# --- writing ---------------------------------------------------------------------------------------


def write_catalogue(
    cache: Cache,
    last: Catalogue,
    built: Edition,
    archive: Archive,
    laid_down: Archive,
    facts: Facts,
    come: Iterable[int],
    retired: Iterable[int],
) -> None:
    """Leave for the next build what this one knows: the columns of the last one, mended where need be.

    ``laid_down`` is the archive that rests there by now. ``come`` are the rows of files that are new or other
    ones now, ``retired`` those in which they stood.
    """
    columns = last.store.columns
    head, changed = columns.head, {row // PIECE for row in (*come, *retired)}
    for row in retired:
        columns.free_row(row)
    for name, cells in (
        ("marks", facts.marks.cells),
        ("shown", facts.proofs.cells),
        ("names", facts.names.cells),
        ("links", facts.links.cells),
        ("kin", facts.kin.cells or array("Q", bytes(SIZE * len(built.store.urls)))),
    ):
        changed |= columns.differing(name, cells)
        setattr(columns, name, cells)
    head.has_kin, head.notes, head.originals = bool(facts.kin), {**facts.notes}, {**facts.originals}
    head.parts = {**facts.parts}
    _list_archive(head, archive, laid_down, built.rows)
    head.pieces = -(-len(columns.paths) // PIECE)
    for number in sorted(changed):
        cache.keep_value(name_piece(number), columns.cut(number))
    cache.keep_value(NAME, head)


def lay_down(archive: Archive, built: Edition) -> Archive:
    """Let an archive rest in columns, and give it back from there: its cards need not be in memory any more.

    100,000 of them take 140 MB, and each process that makes pages would soon have a copy.
    """
    _list_archive(built.store.columns.head, archive, NOTHING, built.rows)
    return read_archive(built.store)


def _list_archive(head: Head, archive: Archive, last: Archive, rows: Mapping[str, int]) -> None:
    """Note the order and the groups by the articles' rows; a group that stands, as it is."""
    head.order = pack_rows(rows_of(archive.cards, rows))
    head.undated = pack_rows(rows_of(archive.undated, rows))
    for kind in GROUPS:
        was = getattr(last, kind)
        standing = {id(group): one for group, one in zip(was, head.groups.get(kind, ()), strict=True)}
        head.groups[kind] = [
            standing.get(id(group))
            or Listed(group.key, group.name, group.url, pack_rows(rows_of(group.cards, rows)), group.forms)
            for group in getattr(archive, kind)
        ]

"""A segment is made: from its articles alone, or from what the last build left and what changed since.

In: the articles of one segment, oldest first. Out: its files. The rules it guards: **memory holds one
segment's terms**, and its texts only while they pass; and **a mended segment is the one that would be
made anew**: what is remembered is what was counted, and a file is left alone where nothing in it differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from site_builder.search import tally
from site_builder.search.build import (
    FORMAT,
    Entry,
    File,
    Head,
    Row,
    Sheet,
    count_months,
    deflate_rows,
    list_facets,
    list_further,
    list_sheets,
    terms_file,
    write_packed,
    write_shard,
    write_texts,
)
from site_builder.search.lists import change, find_same, share_out, terms_in
from site_builder.search.portions import cut
from site_builder.search.postings import write_postings
from site_builder.search.recall import NOTHING, Remembered
from site_builder.search.terms import FOLLOWER_BITS, clean, filter_term

if TYPE_CHECKING:
    from site_builder.search.tally import Keys, Units

GROWING_TERMS_FILES = 1
"""P files at most, in the segment that grows: the page reads it before anything is asked, 34 kB."""
AT_ONCE = 1 << 16
"""UTF-16 units whose terms are counted together: enough that calls cost little, few enough for the cache."""
TITLES_AT_ONCE = 1024
"""Titles whose terms are counted together."""
TEXTS_AT_ONCE = 64
"""X files that are put into characters together."""
MEND_UP_TO = 8
"""A segment of which more than such a part is new is made anew."""

Load = Callable[[int], str]
"""Gives the text of an article, cleaned (``terms.clean``), by its place; a long one has several places."""


class Plan(NamedTuple):
    """A segment to be made. ``facts`` stand for all that each article's part is made from."""

    name: str
    grows: bool
    per_file: int
    entries: Sequence[Entry]
    facts: Sequence[str]


class Last(NamedTuple):
    """The segment as the last build made it, and a reader of its x files."""

    remembered: Remembered
    read: Callable[[str], list[Row]]


class Made(NamedTuple):
    """The files of a segment that may have changed, the names of those that have not, what to remember."""

    files: list[File]
    kept: list[str]
    head: Head
    remembered: Remembered


def make_segment(plan: Plan, load: Load, last: Last | None = None) -> Made:
    """Make a segment. Raises ``OSError`` or ``ValueError`` when what the last build left cannot be read."""
    size = len(plan.entries)
    moves = _find_moves(plan, last.remembered) if last else None
    if last is None or moves is None:
        last, moves = _NOTHING, []
    old = last.remembered
    gathered = _Gathered(frozenset(range(size)).difference(moves))
    sheets = _write_sheets(plan, load, gathered, old)
    words = _count_words(last, [place for place, at in enumerate(moves) if at < 0], gathered)

    everywhere = change(old.everywhere, moves, gathered.take_everywhere())
    titles = change(old.titles, moves, gathered.take_titles())
    shares = share_out(everywhere.lists, size, GROWING_TERMS_FILES if plan.grows else 0)
    months = count_months(plan.entries)
    further = list_further(plan.entries)
    order = _digest(4, str(plan.per_file), str(months), further[1])
    same = set[int]()
    if order == old.order and all(at in (place, -1) for place, at in enumerate(moves)):
        same = find_same(old.tree, shares, terms_in(everywhere.differing) | terms_in(titles.differing))
    names = {span[0]: terms_file(span) for span in zip(shares.begins, shares.ends, strict=True)}
    terms_files = [
        write_packed(f"{plan.name}/{names[part.begins]}", part.terms, part.text, order)
        for part in write_postings(everywhere.lists, titles.lists, size, shares, same)
    ]

    digest = _digest(6, order, *sheets.digests)
    facets = write_shard(f"{plan.name}/f", *list_facets(plan.entries, words))
    return Made(
        [*sheets.files, *terms_files, facets],
        [*sheets.kept, *(names[begins] for begins in sorted(same))],
        Head(plan.name, digest, order, size, plan.per_file, months, shares.tree, further),
        Remembered(
            tuple(plan.facts),
            sheets.all,
            sheets.digests,
            words,
            order,
            shares.tree,
            everywhere.lists,
            titles.lists,
        ),
    )


def _digest(size: int, *parts: str) -> str:
    return blake2b("\0".join((FORMAT, *parts)).encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def _find_moves(plan: Plan, old: Remembered) -> list[int] | None:
    """Find each remembered article's place, -1 where it is gone; None when too much is another."""
    places = {fact: place for place, fact in enumerate(plan.facts)}
    moves = [places.get(fact, -1) for fact in old.facts]
    stay = [at for at in moves if at >= 0]
    changes = len(moves) + len(places) - 2 * len(stay)
    return moves if stay == sorted(stay) and changes * MEND_UP_TO <= len(places) else None


class _Sheets(NamedTuple):
    """All x files with their digests: those that were written, and the names of those that stay."""

    all: list[Sheet]
    digests: list[str]
    files: list[File]
    kept: list[str]


def _write_sheets(plan: Plan, load: Load, gathered: _Gathered, old: Remembered) -> _Sheets:
    """Write the x files in which an article is another one, and count the terms of those that are new."""
    stand = {
        (sheet.name, old.facts[sheet.start : sheet.stop]): digest
        for sheet, digest in zip(old.sheets, old.digests, strict=True)
    }
    sheets = list_sheets(plan.entries, plan.per_file)
    digests = [stand.get((sheet.name, tuple(plan.facts[sheet.start : sheet.stop])), "") for sheet in sheets]
    todo = [at for at, digest in enumerate(digests) if not digest]
    files: list[File] = []
    for start in range(0, len(todo), TEXTS_AT_ONCE):
        some = [sheets[at] for at in todo[start : start + TEXTS_AT_ONCE]]
        made = [
            deflate_rows([gathered.add(place, plan.entries[place], load(place)) for place in sheet.places()])
            for sheet in some
        ]
        for at, one in zip(todo[start:], made, strict=False):
            digests[at] = blake2b(one.data, digest_size=8).hexdigest()
        files += write_texts([f"{plan.name}/{sheet.name}" for sheet in some], made)
    again = frozenset(todo)
    kept = [sheet.name for at, sheet in enumerate(sheets) if at not in again]
    return _Sheets(sheets, digests, files, kept)


def _count_words(last: Last, gone: Sequence[int], gathered: _Gathered) -> dict[str, int]:
    """Count how many articles have each Latin word: those of before, without what is gone."""
    words = Counter(last.remembered.words)
    for sheet in last.remembered.sheets:
        rows = last.read(sheet.name) if any(place in sheet.places() for place in gone) else []
        for place, row in zip(sheet.places(), rows, strict=False):
            if place in gone:
                words.subtract(*tally.words_in([_fold_row(row)]))
    words.update(gathered.take_words())
    return dict(+words)


class _Gathered:
    """What is kept of articles while they pass: who has which term, not their texts."""

    def __init__(self, fresh: frozenset[int]) -> None:
        self._words: Counter[str] = Counter()
        self._fresh = fresh
        self._waiting: list[tuple[int, Units]] = []
        self._units = 0
        self._everywhere = tally.Gathering()
        self._titles: list[tuple[int, Units]] = []
        self._filters: list[int] = []

    def add(self, place: int, entry: Entry, text: str) -> Row:
        """Give what is shown of an article, and count its terms when it is fresh."""
        row: list[str | int | Sequence[str]] = [
            clean(entry.title),
            entry.url,
            entry.when,
            entry.source,
            entry.tags,
            text,
        ]
        if entry.portions > 1:
            portion, own = cut(text, entry.portion, entry.portions)
            row[5:] = portion, own, entry.portion
        if entry.lang:
            row += (entry.lang,) if entry.portions > 1 else (0, 0, entry.lang)
        if place in self._fresh:
            folded = _fold_row(row)
            self._waiting.append((place, folded))
            self._titles.append((place, folded[: int((folded == 0).argmax()) + 1].copy()))
            asked = {_filter_term("s", entry.source), *(_filter_term("t", tag) for tag in entry.tags)}
            shift = FOLLOWER_BITS + tally.HOLDER_BITS
            self._filters += [term << shift | place for term in asked if not entry.portion]
            self._units += len(folded)
            if self._units >= AT_ONCE:
                self._count()
        return row

    def _count(self) -> None:
        if self._waiting:
            places, texts = zip(*self._waiting, strict=True)
            self._words.update(chain.from_iterable(tally.words_in(texts)))
            self._everywhere.add(tally.keys_of(texts, places))
            self._waiting, self._units = [], 0

    def take_words(self) -> Counter[str]:
        """Give how many articles have each Latin word."""
        self._count()
        return self._words

    def take_everywhere(self) -> Keys:
        """Give who has which term, filters being terms as well, and forget it."""
        self._count()
        self._everywhere.add(tally.sort_keys(self._filters))
        return self._everywhere.take()

    def take_titles(self) -> Keys:
        """Give who has which term in the title."""
        titles = range(0, len(self._titles), TITLES_AT_ONCE)
        some = [zip(*self._titles[start : start + TITLES_AT_ONCE], strict=True) for start in titles]
        return tally.join_keys([tally.keys_of(texts, places) for places, texts in some])


def _fold_row(row: Row) -> Units:
    """Fold title and text; the title counts with the first portion."""
    further = len(row) > 6 and row[7]
    return tally.fold_quickly(f"{'' if further else row[0]}\0{row[5]}\0")


_filter_term = lru_cache(maxsize=1 << 16)(filter_term)
_NOTHING = Last(NOTHING, lambda _: [])

"""What was found out about the order of articles, in columns, and kept in the cache for the next build.

In: verdicts, the arrays they were found with, and a mark for each article that says which bytes it
was. Out: what came, went or changed since, and the verdicts that may still stand. The rule it
guards: losing it costs time alone. About 310 bytes an article and the words of its reasons, at rest
and in memory; a verdict is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, count
from operator import ne
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.stories.holdings import Holdings, join_holdings, make_room

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int32]

STORIES = "stories"
PIECE = 4096
MOST = 8
"""Kin named for one article; what is shown is less, one of each story."""


class Verdict(NamedTuple):
    """What an article has to do with earlier ones, by their positions in time; -1 is none."""

    copy_of: int = -1
    """The earlier article that it has the text of; that one may be a copy itself."""
    is_series: bool = False
    """Whether it has the words of an earlier one and other numbers."""
    thread: int = -1
    """The first article of the story that it goes on with."""
    because: tuple[str, ...] = ()
    passages: tuple[tuple[int, str], ...] = ()
    related: tuple[tuple[int, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """All verdicts in order of time, a column each of what they say. Terms hold no blanks."""

    copies: Rows
    series: Rows
    """0 or 1."""
    threads: Rows
    quoted: Rows
    """The article that a shared passage was looked for in; most often there is none."""
    kin: Rows
    """``MOST`` for each article, those that have most in common first."""
    because: list[str]
    passages: list[str]
    shared: list[str]
    """A line of terms for each kin."""

    def __len__(self) -> int:
        return len(self.copies)

    def __iter__(self) -> Iterator[Verdict]:
        return map(self.read, range(len(self)))

    def read(self, row: int) -> Verdict:
        """Give what one says."""
        quoted = int(self.quoted[row])
        return Verdict(
            int(self.copies[row]),
            bool(self.series[row]),
            int(self.threads[row]),
            tuple(self.because[row].split()),
            ((quoted, self.passages[row]),) if self.passages[row] else (),
            tuple(self.related(row)),
        )

    def related(self, row: int) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Give the kin that one names, and the terms shared with each."""
        named = self.kin[row].tolist()
        lines = self.shared[row].split("\n")
        return ((other, tuple(line.split())) for other, line in zip(named, lines, strict=False) if other >= 0)

    def name_kin(self, row: int, related: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        """Write the kin of one."""
        self.kin[row, : len(related)] = [other for other, _ in related]
        self.kin[row, len(related) :] = -1
        self.shared[row] = "\n".join("\t".join(terms) for _, terms in related)

    def go_on(self, row: int, thread: int, because: tuple[str, ...]) -> None:
        """Write the story of one; its passage has to be found anew."""
        self.threads[row], self.because[row] = thread, "\t".join(because)
        self.quote(row, -1, "")

    def quote(self, row: int, other: int, passage: str) -> None:
        """Write what one shares word for word."""
        self.quoted[row], self.passages[row] = other, passage

    def story(self, row: int) -> int:
        """Give the first article of the story of one, if only itself; -1 for a copy."""
        if self.copies[row] >= 0:
            return -1
        thread = int(self.threads[row])
        return row if thread < 0 else thread

    def columns(self) -> tuple[Rows, Rows, Rows, Rows, Rows]:
        """Give what is in numbers."""
        return self.copies, self.series, self.threads, self.quoted, self.kin

    def words(self) -> tuple[list[str], list[str], list[str]]:
        """Give what is in words."""
        return self.because, self.passages, self.shared

    def part(self, rows: slice) -> Verdicts:
        """Give some that follow each other."""
        copies, series, threads, quoted, kin = (column[rows] for column in self.columns())
        return Verdicts(copies, series, threads, quoted, kin, *(words[rows] for words in self.words()))

    def pack(self) -> tuple[tuple[bytes, ...], list[str], list[str], list[str]]:
        """Write them as they rest in the cache.

        Words are copied: one that was once written as UTF-8 keeps that beside it as long as it lives
        (gain: of 100,000 articles 32 MB in the process that all others are born from).
        """
        because, passages, shared = ([word[:1] + word[1:] for word in words] for words in self.words())
        return tuple(column.tobytes() for column in self.columns()), because, passages, shared


def no_verdicts(rows: int) -> Verdicts:
    """Make verdicts that say nothing."""
    import numpy as np

    copies, threads, quoted = (np.full(rows, -1, np.int32) for _ in range(3))
    series, kin = np.zeros(rows, np.int32), np.full((rows, MOST), -1, np.int32)
    return Verdicts(copies, series, threads, quoted, kin, *([""] * rows for _ in range(3)))


def unpack_verdicts(
    packed: Sequence[bytes], because: list[str], passages: list[str], shared: list[str]
) -> Verdicts:
    """Read them back; raises ``ValueError`` when they do not fit each other."""
    import numpy as np

    copies, series, threads, quoted, named = (np.frombuffer(column, np.int32) for column in packed)
    kin = named.reshape(-1, MOST)
    lengths = {*map(len, (copies, series, threads, quoted)), len(kin)}
    if len(lengths | {*map(len, (because, passages, shared))}) != 1:
        raise ValueError("columns of different lengths")
    return Verdicts(copies, series, threads, quoted, kin, because, passages, shared)


def join_verdicts(parts: Sequence[Verdicts]) -> Verdicts:
    """Put the verdicts of articles that follow each other together."""
    import numpy as np

    columns = zip(*(part.columns() for part in parts), strict=True)
    words = zip(*(part.words() for part in parts), strict=True)
    copies, series, threads, quoted, kin = map(np.concatenate, columns)
    return Verdicts(copies, series, threads, quoted, kin, *([*chain(*lists)] for lists in words))


@dataclass(frozen=True, slots=True, eq=False)
class StoryRecord:
    """Marks, verdicts and what all articles hold, in order of time."""

    marks: Sequence[str] = ()
    verdicts: Verdicts = field(default_factory=lambda: no_verdicts(0))
    holdings: Holdings = field(default_factory=lambda: make_room(0))
    moved: frozenset[int] | None = None
    """Of which articles it may tell something else than the one before it; None: of any."""
    rests: Mapping[str, bytes] = field(default_factory=dict)
    """The pieces in which it was found, and what each is known by."""

    def is_whole(self) -> bool:
        """Tell whether each article has its mark, its verdict and its row."""
        return len(self.marks) == len(self.verdicts) == len(self.holdings)

    def cut(self) -> Iterator[StoryRecord]:
        """Cut it into the pieces in which it rests: most articles change the last one alone."""
        for begin in range(0, len(self.marks), PIECE):
            part = slice(begin, begin + PIECE)
            yield StoryRecord(self.marks[part], self.verdicts.part(part), self.holdings.part(part))

    def says_the_same(self, other: StoryRecord) -> bool:
        """Compare all that rests of it, in a third of the time that it takes to write it."""
        import numpy as np

        numbers: list[tuple[NDArray[Any], ...]]
        numbers = [(*one.verdicts.columns(), *one.holdings.columns()) for one in (self, other)]
        return (
            self.marks == other.marks
            and self.verdicts.words() == other.verdicts.words()
            and all(np.array_equal(mine, theirs) for mine, theirs in zip(*numbers, strict=True))
        )


def join_pieces(pieces: Sequence[StoryRecord]) -> StoryRecord:
    """Put it together again."""
    if not pieces:
        return StoryRecord()
    marks = tuple(mark for piece in pieces for mark in piece.marks)
    verdicts = join_verdicts([piece.verdicts for piece in pieces])
    return StoryRecord(marks, verdicts, join_holdings([piece.holdings for piece in pieces]))


@dataclass(frozen=True, slots=True)
class Change:
    """How an ordered list of articles came about from an earlier one."""

    old_of: Sequence[int]
    """For each position the earlier one of the same article; -1 for a new or changed one."""
    new_of: Sequence[int]
    """The other way round; -1 for one that is gone or changed."""
    fresh: Sequence[int]
    """Positions of what is new or changed."""
    gone: Sequence[int]
    """Earlier positions of what is gone or changed."""
    places: Sequence[int]
    """For each of those the position behind the last article that stood before it."""

    def carry_over(self, old: Verdicts, edited: Mapping[int, int]) -> Verdicts:
        """Give earlier verdicts in the new order; those on new articles say nothing.

        ``edited`` says where articles stand now that were edited, and are still the kin that they were.
        """
        import numpy as np

        verdicts = no_verdicts(len(self.old_of))
        before = np.array(self.old_of, np.int64)
        kept = np.flatnonzero(before >= 0)
        before = before[kept]
        to = np.array((*self.new_of, -1), np.int32)  # -1, none, stays none
        verdicts.series[kept] = old.series[before]
        for mine, theirs in (
            (verdicts.copies, old.copies),
            (verdicts.threads, old.threads),
            (verdicts.quoted, old.quoted),
        ):
            mine[kept] = to[theirs[before]]
        to[[*edited]] = [*edited.values()]
        verdicts.kin[kept] = to[old.kin[before]]
        for row, at, end in _list_runs(kept, before):  # gain: of 100,000 articles 60 ms
            for words, known in zip(verdicts.words(), old.words(), strict=True):
                words[row : row + end - at] = known[at:end]
        return verdicts


def _list_runs(kept: NDArray[np.int64], before: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """List what stayed together: where it stands now, and where it began and ended before."""
    import numpy as np

    begins = np.flatnonzero((np.diff(kept, prepend=-2) != 1) | (np.diff(before, prepend=-2) != 1))
    ends = np.append(begins[1:], len(kept))[: len(begins)] - 1
    return zip(kept[begins].tolist(), before[begins].tolist(), (before[ends] + 1).tolist(), strict=True)


def compare_marks(old: Sequence[str], new: Sequence[str]) -> Change:
    """Compare two lists of marks of which the common ones stand in the same order.

    What they begin and end with alike is counted, and no more is done with it (gain: of 100,000 two thirds).
    """
    shorter = min(len(old), len(new))
    begin = next(compress(count(), map(ne, old, new)), shorter)
    end = min(next(compress(count(), map(ne, reversed(old), reversed(new))), shorter), shorter - begin)
    old_end, new_end = len(old) - end, len(new) - end
    at = {mark: position for position, mark in enumerate(old[begin:old_end], begin)}
    middle = [at.get(mark, -1) for mark in new[begin:new_end]]
    old_of = [*range(begin), *middle, *range(old_end, len(old))]
    new_of = [*range(begin), *[-1] * (old_end - begin), *range(new_end, len(new))]
    for position, before in enumerate(middle, begin):
        if before >= 0:
            new_of[before] = position
    gone, places, last = [], [], begin - 1
    for before in range(begin, old_end):
        if (position := new_of[before]) < 0:
            gone.append(before)
            places.append(last + 1)
        else:
            last = position
    fresh = [position for position, before in enumerate(middle, begin) if before < 0]
    return Change(old_of, new_of, fresh, gone, places)


def rows_of(column: Rows) -> list[int]:
    """List the rows that name another."""
    import numpy as np

    rows: list[int] = np.flatnonzero(column >= 0).tolist()
    return rows


def trace_back(verdicts: Verdicts) -> dict[int, int]:
    """Give for each copy the first article of all that it is, by way of others, a copy of."""
    roots: dict[int, int] = {}
    for row in rows_of(verdicts.copies):
        other = int(verdicts.copies[row])
        roots[row] = roots.get(other, other)
    return roots

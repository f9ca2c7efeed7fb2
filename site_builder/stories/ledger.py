"""What an earlier build found out about the order of articles, kept in the cache.

In: verdicts, the arrays they were found with, and a mark for each article that says which bytes it
was. Out: what came, went or changed since, and the verdicts that may still stand. The rule it
guards: losing it costs time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from site_builder.stories.holdings import Holdings

LEDGER = "stories"


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """Marks and verdicts in order of time."""

    marks: Sequence[str] = ()
    verdicts: Sequence[Verdict] = ()
    holdings: Holdings | None = None
    """What all of them hold; None when nothing is known."""

    def is_whole(self) -> bool:
        """Tell whether each article has its mark, its verdict and its row."""
        rows = -1 if self.holdings is None else len(self.holdings)
        return len(self.marks) == len(self.verdicts) == rows


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

    @property
    def since(self) -> int:
        """The first position that anything changed at."""
        return min((*self.fresh, *self.places))

    def carry_over(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Give earlier verdicts in the new order; those on new articles are empty."""
        if not self.gone and list(self.fresh) == list(range(len(verdicts), len(self.old_of))):
            return [*verdicts, *(Verdict() for _ in self.fresh)]
        return [Verdict() if old < 0 else self._moved(verdicts[old]) for old in self.old_of]

    def _moved(self, verdict: Verdict) -> Verdict:
        to = (*self.new_of, -1)  # -1, none, stays none
        return verdict._replace(
            copy_of=to[verdict.copy_of],
            thread=to[verdict.thread],
            passages=tuple((to[other], text) for other, text in verdict.passages),
            related=tuple((to[other], shared) for other, shared in verdict.related),
        )


def compare_marks(old: Sequence[str], new: Sequence[str]) -> Change:
    """Compare two lists of marks of which the common ones stand in the same order."""
    at = {mark: position for position, mark in enumerate(old)}
    old_of = [at.get(mark, -1) for mark in new]
    new_of = [-1] * len(old)
    for position, before in enumerate(old_of):
        if before >= 0:
            new_of[before] = position
    gone, places, last = [], [], -1
    for before, position in enumerate(new_of):
        if position < 0:
            gone.append(before)
            places.append(last + 1)
        else:
            last = position
    fresh = [position for position, before in enumerate(old_of) if before < 0]
    return Change(old_of, new_of, fresh, gone, places)

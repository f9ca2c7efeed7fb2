"""Articles cut by time: old ones into large segments that rest, the newest into a small one.

In: when each article was published, and how long it is. Out: the segments. The rule it guards:
**one more article at the newest end touches the newest segment only**, and where a cut lies
depends on the calendar, never on how many articles lie before it.

Time is a tree: sixteen years, eight, four, two, a year, half, quarter, month, half, eight days, four,
A branch with
no newest day in it is closed, and is one segment when it is not too large. The branch that has
the newest day stays divided, down to a part small enough to be written again with every article.
When a day is the first of a new month, the one before it is closed and joined into one segment, once;
so are quarters, half years and so on. A query asks each segment, so there had better be few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from typing import NamedTuple

LARGEST, LARGEST_TEXT = 6_000, 8_000_000
"""Articles, and characters, that one segment may hold: what a build keeps in memory."""
NEWEST, NEWEST_TEXT = 32, 50_000
"""The same for the segment that grows."""
UNDATED = "undated"
OUTLIERS = 4
"""So many articles with dates in the future do not decide which day is the newest."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of articles ``start:stop``, oldest first, and its name as a folder."""

    name: str
    start: int
    stop: int
    grows: bool
    """True for the newest, which is written again with every article."""


_LEVELS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day.year // 16 * 16:04}s16",
    lambda day: f"{day.year // 8 * 8:04}s8",
    lambda day: f"{day.year // 4 * 4:04}s4",
    lambda day: f"{day.year // 2 * 2:04}s2",
    lambda day: f"{day.year:04}",
    lambda day: f"{day.year:04}h{(day.month + 5) // 6}",
    lambda day: f"{day.year:04}q{(day.month + 2) // 3}",
    lambda day: f"{day.year:04}-{day.month:02}",
    lambda day: f"{day.year:04}-{day.month:02}h{1 + (day.day > 16)}",
    lambda day: f"{day.year:04}-{day.month:02}w{(day.day + 7) // 8}",
    lambda day: f"{day.year:04}-{day.month:02}d{(day.day + 3) // 4}",
    lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
)
"""Mostly halves: of a whole and its newest part, each level leaves one closed part beside it."""


def plan(days: Sequence[date], lengths: Sequence[int]) -> list[Segment]:
    """Cut articles, given from the oldest to the newest, into segments.

    >>> [part.name for part in plan([date(2022, 7, 4)] * 5, [900] * 5)]
    ['all']
    """
    if not days:
        return []
    newest = days[max(len(days) - 1 - OUTLIERS, (len(days) - 1) // 2)]
    runs = [(day, len(list(run))) for day, run in groupby(days)]
    starts = [0, *accumulate(count for _, count in runs)]
    calendar = _Calendar([day for day, _ in runs], starts, lengths, newest)
    return list(_cut("all", 0, len(runs), 0, calendar))


def plan_undated(lengths: Sequence[int]) -> list[Segment]:
    """Cut articles without a date by number alone."""
    return list(_slice(UNDATED, 0, len(lengths), lengths, False))


def is_undated(name: str) -> bool:
    """Tell by a segment's name whether its articles have no date."""
    return name.startswith(UNDATED)


class _Calendar(NamedTuple):
    """The days that have articles, and where those of each begin.

    To ask each article took three times as long: 0.4 s more for 100,000, at every edit.
    """

    days: Sequence[date]
    starts: Sequence[int]
    lengths: Sequence[int]
    newest: date


def _cut(name: str, first: int, last: int, level: int, of: _Calendar) -> Iterator[Segment]:
    """Cut the articles of some days."""
    start, stop = of.starts[first], of.starts[last]
    grows = level == 0 or _LEVELS[level - 1](of.newest) == name
    if _fits(of.lengths[start:stop], grows):
        yield Segment(name, start, stop, grows)
    elif level == len(_LEVELS):
        yield from _slice(name, start, stop, of.lengths, grows)
    else:
        for child, run in groupby(range(first, last), key=lambda i: _LEVELS[level](of.days[i])):
            members = list(run)
            yield from _cut(child, members[0], members[-1] + 1, level + 1, of)


def _fits(lengths: Sequence[int], grows: bool) -> bool:
    most, most_text = (NEWEST, NEWEST_TEXT) if grows else (LARGEST, LARGEST_TEXT)
    return len(lengths) == 1 or (len(lengths) <= most and sum(lengths) <= most_text)


def _slice(name: str, start: int, stop: int, lengths: Sequence[int], grows: bool) -> Iterator[Segment]:
    """Cut a day, which the calendar divides no further, into parts of at most so many articles."""
    part, first = 1, start
    for i in range(start + 1, stop + 1):
        if i == stop or not _fits(lengths[first : i + 1], grows):
            yield Segment(
                name if i - first == stop - start else f"{name}p{part}", first, i, grows and i == stop
            )
            part, first = part + 1, i

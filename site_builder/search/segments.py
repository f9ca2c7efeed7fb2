"""Articles cut by time: old ones into large segments that rest, the newest into a small one.

In: when each article was published, and how long it is. Out: the segments. The rule it guards:
**one more article at the newest end touches the newest segment only**.

A query asks each segment, which costs a file for each of its terms, so there had better be few. Time is
cut at years, months, eight days, four, days. What holds the newest day is the growing part, down to
one that is small enough to be written again with every article. All before it is closed: whole years and the
closed months of the newest one lie together as far as a segment may be large, then the closed parts of the
newest month. So the lists of the last segment of these are written again when a month ends, and nothing else
when one more article comes. A segment is named by how it begins, so that the texts of closed months stay.
Years too full for that are taken by their months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from typing import NamedTuple

from site_builder.search.portions import count_all_portions

LARGEST, LARGEST_TEXT = 12_000, 16_500_000
"""Articles, of long ones portions, and characters that a segment may hold: what a build keeps in memory."""
NEWEST, NEWEST_TEXT = 96, 120_000
"""The same for the segment that grows. A fuller one is divided, which writes it once more."""
FILL = 4
"""What is more than such a part of a large segment is divided before it is laid together with others."""
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
    lambda day: f"{day.year:04}",
    lambda day: f"{day.year:04}-{day.month:02}",
    lambda day: f"{day.year:04}-{day.month:02}w{(day.day + 7) // 8}",
    lambda day: f"{day.year:04}-{day.month:02}d{(day.day + 3) // 4}",
    lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
)


def plan(days: Sequence[date], lengths: Sequence[int]) -> list[Segment]:
    """Cut articles, given from the oldest to the newest, into segments.

    >>> [part.name for part in plan([date(2022, 7, 4)] * 5, [900] * 5)]
    ['all']
    """
    if not days:
        return []
    sizes = _measure(lengths)
    newest = days[max(len(days) - 1 - OUTLIERS, (len(days) - 1) // 2)]
    runs = [(day, len(list(run))) for day, run in groupby(days)]
    starts = [0, *accumulate(count for _, count in runs)]
    calendar = _Calendar([day for day, _ in runs], starts, sizes, newest)
    return list(_cut(_Span("all", 0, len(runs), 0), calendar))


def plan_undated(lengths: Sequence[int]) -> list[Segment]:
    """Cut articles without a date by number alone."""
    return list(_slice(UNDATED, 0, len(lengths), _measure(lengths), False))


def is_undated(name: str) -> bool:
    """Tell by a segment's name whether its articles have no date."""
    return name.startswith(UNDATED)


class _Sizes(NamedTuple):
    """How many portions and characters there are before each article, and in all."""

    portions: Sequence[int]
    characters: Sequence[int]

    def fit(self, start: int, stop: int, grows: bool, share: int = 1) -> bool:
        """Tell whether these articles may be a segment, or such a part of one."""
        most, most_text = (NEWEST, NEWEST_TEXT) if grows else (LARGEST // share, LARGEST_TEXT // share)
        portions, text = (sums[stop] - sums[start] for sums in self)
        return stop - start == 1 or (portions <= most and text <= most_text)


def _measure(lengths: Sequence[int]) -> _Sizes:
    import numpy as np

    every = np.array(lengths, np.int64)
    sums = (np.cumsum(sizes).tolist() for sizes in (count_all_portions(every), every))
    return _Sizes(*([0, *some] for some in sums))


class _Calendar(NamedTuple):
    """The days that have articles, and where those of each begin.

    To ask each article took three times as long: 0.4 s more for 100,000, at every edit.
    """

    days: Sequence[date]
    starts: Sequence[int]
    sizes: _Sizes
    newest: date


class _Span(NamedTuple):
    """A year, a month … and which of the days it has; ``level`` is that of its parts."""

    name: str
    first: int
    last: int
    level: int

    def grows(self, of: _Calendar) -> bool:
        """Tell whether it has the newest day."""
        return self.level == 0 or _LEVELS[self.level - 1](of.newest) == self.name

    def fits(self, of: _Calendar, *, grows: bool = False, share: int = 1) -> bool:
        """Tell whether it may be a segment, or such a part of one."""
        return of.sizes.fit(of.starts[self.first], of.starts[self.last], grows, share)

    def parts(self, of: _Calendar) -> Iterator[_Span]:
        """Divide it by the calendar."""
        key = _LEVELS[self.level]
        for child, run in groupby(range(self.first, self.last), key=lambda i: key(of.days[i])):
            members = list(run)
            part = _Span(child, members[0], members[-1] + 1, self.level + 1)
            if self.level == 0 and part.grows(of) and not part.fits(of, grows=True):
                yield from part.parts(of)  # its closed months lie with the closed years
            else:
                yield part


def _cut(span: _Span, of: _Calendar) -> Iterator[Segment]:
    """Cut what has the newest day."""
    start, stop = of.starts[span.first], of.starts[span.last]
    if span.fits(of, grows=True):
        yield Segment(span.name, start, stop, True)
    elif span.level == len(_LEVELS):
        yield from _slice(span.name, start, stop, of.sizes, True)
    else:
        for grows, run in groupby(span.parts(of), key=lambda part: part.grows(of)):
            if grows:
                yield from _cut(next(run), of)
            else:
                yield from _join([small for part in run for small in _divide(part, of)], of)


def _divide(span: _Span, of: _Calendar) -> Iterator[_Span]:
    """Divide what is closed until each part is small beside a segment."""
    if span.level == len(_LEVELS) or span.fits(of, share=FILL):
        yield span
    else:
        for part in span.parts(of):
            yield from _divide(part, of)


def _join(spans: list[_Span], of: _Calendar) -> Iterator[Segment]:
    """Lay what is closed together, from the oldest on, while it fits into a segment."""
    run = spans[0]
    for span in spans[1:]:
        both = _Span(run.name, run.first, span.last, len(_LEVELS))
        if both.fits(of):
            run = both
        else:
            yield from _close(run, of)
            run = span
    yield from _close(run, of)


def _close(span: _Span, of: _Calendar) -> Iterator[Segment]:
    start, stop = of.starts[span.first], of.starts[span.last]
    if span.fits(of):
        yield Segment(span.name, start, stop, False)
    else:
        yield from _slice(span.name, start, stop, of.sizes, False)


def _slice(name: str, start: int, stop: int, sizes: _Sizes, grows: bool) -> Iterator[Segment]:
    """Cut a day, which the calendar divides no further, into parts of at most so many articles."""
    part, first = 1, start
    for i in range(start + 1, stop + 1):
        if i == stop or not sizes.fit(first, i + 1, grows):
            yield Segment(
                name if i - first == stop - start else f"{name}p{part}", first, i, grows and i == stop
            )
            part, first = part + 1, i

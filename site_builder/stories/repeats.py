"""Terms that a text without blanks keeps coming back to, found without a dictionary.

In: the runs of a title and a body in which a term may stand, with the places where one may begin or
end. Out: ``Repeat``, each with its mentions. The rule it guards: **a term shows its borders**. It has
stood free on either side, or beside so many different neighbours that it belongs to none of them;
and what comes only within a longer term is a piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from site_builder.stories.subjects import longest_first

MOST = 400
"""Terms that are compared: a text that repeats itself a thousand times is read in no time, too."""
LONGEST = 14
"""Characters of the longest term."""


class Run(NamedTuple):
    """A piece of a text that may hold terms. Places count from its own beginning."""

    text: str
    start: int
    """Where it stands in the text."""
    in_title: bool
    borders: Sequence[int]
    """Where a term may begin or end, in order; the ends of the run are among them."""
    free: frozenset[int]
    """Those of the borders that the writing shows."""


@dataclass(slots=True)
class Repeat:
    """A term, its mentions, and how it stood there."""

    text: str
    places: list[int] = field(default_factory=list)
    """Where in the body, in order."""
    title: int = 0
    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)
    """Its neighbours; nothing for a free side."""
    alone: int = 0
    """How often it was all of its run."""
    alone_in_title: bool = False

    @property
    def times(self) -> int:
        """How often it was met."""
        return len(self.places) + self.title

    @property
    def has_borders(self) -> bool:
        """Whether both of its ends are shown to be ends."""
        return _shows_end(self.before) and _shows_end(self.after)


def _shows_end(neighbours: set[str]) -> bool:
    return "" in neighbours or len(neighbours) > 1


def find_repeats(runs: Sequence[Run], least: int) -> dict[str, Repeat]:
    """Find what is met twice and has borders; ``least`` are its characters."""
    pieces = [(run, list(_cut(run, least))) for run in runs]
    often = Counter([form for _, some in pieces for form, _, _ in some])
    found: dict[str, Repeat] = {}
    for run, some in pieces:
        for form, first, end in some:
            if often[form] > 1:
                _count(found.setdefault(form, Repeat(form)), run, first, end)
    return {form: one for form, one in found.items() if one.has_borders}


def _cut(run: Run, least: int) -> Iterator[tuple[str, int, int]]:
    """Cut a run into all the terms that it may hold."""
    text, borders = run.text, run.borders
    if len(borders) == 2:  # the run is one word, as most are
        if len(text) >= least:
            yield text, 0, len(text)
        return
    for number, first in enumerate(borders):
        for end in borders[number + 1 :]:
            if end - first > LONGEST:
                break
            if end - first >= least:
                yield text[first:end], first, end


def _count(one: Repeat, run: Run, first: int, end: int) -> None:
    """Count a mention, and what stands beside it."""
    is_free, is_end = first in run.free, end in run.free
    one.before.add("" if is_free else run.text[first - 1])
    one.after.add("" if is_end else run.text[end])
    is_whole = end - first == len(run.text)
    one.alone += is_whole
    if run.in_title:
        one.title += 1
        one.alone_in_title |= is_whole
    else:
        one.places.append(run.start + first)


def drop_pieces(found: Mapping[str, Repeat]) -> dict[str, Repeat]:
    """Leave of terms in one another the one that the text means.

    The longer one, when the shorter one hardly comes without it; the shorter one, when the longer one is
    but one of the many things that it stands in.
    """
    often = sorted(found.values(), key=lambda one: (-one.times, one.text))[:MOST]
    kept = {one.text: one for one in often}
    for long in longest_first(kept):
        if long not in kept:
            continue
        for short in [form for form in kept if len(form) < len(long) and form in long]:
            piece, whole = kept[short], kept[long]
            without = min(piece.times - whole.times, piece.alone)
            if not piece.alone_in_title and 3 * without <= whole.times:
                del kept[short]
            elif piece.times >= 2.5 * whole.times and piece.alone:
                del kept[long]
                break
    return kept

"""The lists of a segment: who has which term, put together, changed, and shared out to files.

In: sorted keys. Out: lists. The rule it guards: **a change gives the lists that counting anew would give**.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from site_builder.search.bits import low_bits_of, write_bits
from site_builder.search.numbers import FOLLOWED, read_shares
from site_builder.search.tally import HOLDER_BITS
from site_builder.search.terms import FOLLOWER_BITS, TERMS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from site_builder.search.bits import Numbers
    from site_builder.search.tally import Keys, Units

TERMS_FILE = 36_000
"""Bits of a p file, at most and about. A query reads one of each segment for each term that it asks;
with files of half the size, what every file begins with would be one in fourteen bytes."""


class Lists(NamedTuple):
    """All terms of a segment in order, and one after the other the numbers of their holders.

    With each term, in its lowest ``FOLLOWER_BITS``, stands what follows it.
    """

    terms: Numbers
    starts: Numbers
    counts: Numbers
    holders: Units

    def part(self, start: int, stop: int) -> Lists:
        """Give the lists of some terms."""
        first = int(self.starts[start]) if start < stop else 0
        end = int(self.starts[stop - 1] + self.counts[stop - 1]) if start < stop else 0
        terms = slice(start, stop)
        return Lists(
            self.terms[terms], self.starts[terms] - first, self.counts[terms], self.holders[first:end]
        )


class Change(NamedTuple):
    """Lists after a change, and the keys that came or went."""

    lists: Lists
    differing: Keys


def change(lists: Lists | None, moves: Sequence[int], more: Keys) -> Change:
    """Put each holder to its new place, or out where that is -1, and put others in.

    With nothing before, this is a build's peak of memory. ``more`` is used up.
    """
    import numpy as np

    more.sort()  # by vectors: less than half of what merging parts in order takes
    if lists is None:
        return Change(_list(more), np.zeros(0, np.uint64))  # no view, which would hold all of it
    if all(at in (place, -1) for place, at in enumerate(moves)):
        return _exchange(lists, np.array(moves, np.int16) < 0, more)
    where = np.array(moves, np.int16)[lists.holders]
    terms = np.repeat(lists.terms.astype(np.uint64) << np.uint64(HOLDER_BITS), lists.counts)
    stays = where >= 0
    differing = np.setxor1d(terms[~stays] | lists.holders[~stays], more)
    keys = terms[stays] | where[stays].astype(np.uint64)
    return Change(_list(np.insert(keys, np.searchsorted(keys, more), more)), differing)


def _exchange(lists: Lists, gone: NDArray[np.bool_], more: Keys) -> Change:
    """Take some holders out and put others in, while all else keeps its place.

    That is what most edits are. In a segment of 7,000 it takes a fifth of what ``change`` takes for all.
    """
    import numpy as np

    held = np.flatnonzero(gone[lists.holders])
    of = np.searchsorted(lists.starts, held, "right") - 1
    before = lists.terms[of].astype(np.uint64) << np.uint64(HOLDER_BITS) | lists.holders[held]
    out, new = ~np.isin(before, more), np.setdiff1d(more, before)
    terms, holders = lists.terms, np.delete(lists.holders, held[out])
    counts = lists.counts - np.bincount(of[out], minlength=len(terms))
    coming = (new >> np.uint64(HOLDER_BITS)).astype(np.int64)
    unknown = np.setdiff1d(coming, terms)
    gaps = np.searchsorted(terms, unknown)
    terms, counts = np.insert(terms, gaps, unknown), np.insert(counts, gaps, 0)
    at = np.searchsorted(terms, coming)
    starts = np.cumsum(counts) - counts
    joining = (new & np.uint64((1 << HOLDER_BITS) - 1)).astype(np.uint16)
    places = [
        start + int(holders[start : start + count].searchsorted(holder))
        for start, count, holder in zip(starts[at], counts[at], joining, strict=True)
    ]
    holders = np.insert(holders, np.array(places, np.int64), joining)
    counts += np.bincount(at, minlength=len(terms))
    left = counts > 0
    terms, counts = terms[left], counts[left]
    return Change(Lists(terms, np.cumsum(counts) - counts, counts, holders), np.setxor1d(before, more))


def terms_in(keys: Keys) -> set[int]:
    """List the terms of keys, whatever follows them."""
    import numpy as np

    return set((keys >> np.uint64(FOLLOWER_BITS + HOLDER_BITS)).tolist())


def find_terms(lists: Lists) -> Numbers:
    """Find where the terms begin, each with all that follows it."""
    import numpy as np

    return np.flatnonzero(np.diff(lists.terms >> FOLLOWER_BITS, prepend=-1))


def _list(keys: Keys) -> Lists:
    import numpy as np

    holders = keys.astype(np.uint16) & np.uint16((1 << HOLDER_BITS) - 1)
    keys >>= np.uint64(HOLDER_BITS)
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    return Lists(keys[starts].astype(np.int64), starts, np.diff(starts, append=len(keys)), holders)


class Shares(NamedTuple):
    """Which terms stand in which file: a file has those from where it begins to where the next does."""

    begins: list[int]
    ends: list[int]
    starts: list[int]
    """Places of their first terms in the lists."""
    tree: str
    """The same for the browser: see ``read_shares``."""


def share_out(lists: Lists, size: int, most_files: int = 0) -> Shares:
    """Halve all terms until what each part's lists take fits into a file.

    Where a cut lies depends on the terms beside it alone, so an edit moves hardly any; files of one size
    would all be written again. ``most_files``: take larger files until there are no more than so many.
    """
    import numpy as np

    firsts = find_terms(lists)
    if not len(firsts):
        return Shares([], [], [], write_bits([0, 0]))
    apart = lists.counts * (2 + low_bits_of(size, lists.counts)) + 5
    counts = np.add.reduceat(lists.counts, firsts)
    together = np.where(
        counts == 1, 9 + (size - 1).bit_length(), 11 + counts * (2 + low_bits_of(size, counts))
    )
    bits = np.where(counts < FOLLOWED, together, 60 + np.add.reduceat(apart, firsts))
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(bits)])
    terms = lists.terms[firsts] >> FOLLOWER_BITS
    largest = TERMS_FILE
    while True:
        shares = _halve(terms, ends, largest)
        if not most_files or len(shares.begins) <= most_files:
            return shares._replace(starts=firsts[shares.starts].tolist())
        largest *= 2


def _halve(terms: Numbers, ends: Numbers, largest: int) -> Shares:
    begins: list[int] = []
    ends_: list[int] = []
    starts: list[int] = []
    tree: list[int] = []

    def part(low: int, width: int, start: int, stop: int) -> None:
        halved = stop - start > 1 and int(ends[stop] - ends[start]) > largest
        tree.append(halved)
        if halved:
            middle = low + width // 2
            place = start + int(terms[start:stop].searchsorted(middle))
            part(low, width // 2, start, place)
            part(middle, width // 2, place, stop)
        else:
            tree.append(stop > start)
            if stop > start:
                begins.append(low)
                ends_.append(low + width)
                starts.append(start)

    part(0, TERMS, 0, len(terms))
    return Shares(begins, ends_, starts, write_bits(tree))


def find_same(tree: str, shares: Shares, terms: Iterable[int]) -> set[int]:
    """Find the files, by where they begin, that stay as they were when some terms' lists change."""
    before = set(read_shares(tree, TERMS))
    changed = {shares.begins[bisect_right(shares.begins, term) - 1] for term in terms if shares.begins}
    return {span[0] for span in zip(shares.begins, shares.ends, strict=True) if span in before} - changed

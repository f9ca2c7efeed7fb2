"""Lists become the text of p files; ``numbers.read_postings`` says in which order.

In: the lists of a segment. Out: the text of each file. The rule it guards: **so many lists at a time as keep
memory small**, all of them in a few calls of numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.search.bits import Codes, code_bits, code_numbers, low_bits_of, pack_codes
from site_builder.search.lists import Lists, find_terms
from site_builder.search.numbers import FOLLOWED, FOLLOWED_LOW, GROUP, TERM_LOW, TEXT_OF
from site_builder.search.tally import HOLDER_BITS
from site_builder.search.terms import FOLLOWER_BITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from site_builder.search.bits import Numbers
    from site_builder.search.lists import Shares
    from site_builder.search.tally import Keys

CHUNK = 1 << 17
"""Entries of lists that are turned into bits at once: four times as many take twice the time, 0.03 ms an
article more, for memory that the processor's caches do not hold."""


class Part(NamedTuple):
    """A p file: where its terms begin, how many it has, and their lists as text."""

    begins: int
    terms: int
    text: str


def write_postings(
    everywhere: Lists, titles: Lists, size: int, shares: Shares, without: Container[int]
) -> Iterator[Part]:
    """Write the lists of all files but some, so many at a time as ``CHUNK`` entries have."""
    import numpy as np

    starts = [*shares.starts, len(everywhere.terms)]
    ends = np.append(everywhere.starts, len(everywhere.holders))[starts]
    file = 0
    for wanted, run in groupby(begin not in without for begin in shares.begins):
        stop = file + len(list(run))
        while wanted and file < stop:
            after = int(np.searchsorted(ends, ends[file] + CHUNK, "right")) - 1
            after = min(max(file + 1, after), stop)
            part = everywhere.part(starts[file], starts[after])
            between = np.searchsorted(titles.terms, (part.terms[0], part.terms[-1] + 1))
            firsts = np.array(starts[file:after]) - starts[file]
            heads = titles.part(int(between[0]), int(between[1]))
            yield from _write_part(part, heads, size, firsts, shares.begins[file:after])
            file = after
        file = stop


class Kinds(NamedTuple):
    """Lists as they are written: by what follows a term where many hold it, else all together."""

    lists: Lists
    heads: Numbers
    """Which of them are a term's first or only."""
    apart: NDArray[np.bool_]
    """Of each term, whether its lists are by what follows."""


def lay_together(lists: Lists, titles: Lists) -> tuple[Kinds, Lists]:
    """Make one list of all that follow a rare term, and one of each kind, empty ones too, of the others."""
    import numpy as np

    firsts = find_terms(lists)
    of: Numbers = np.repeat(np.arange(len(firsts)), np.diff(firsts, append=len(lists.terms)))
    apart = np.bincount(of, lists.counts) >= FOLLOWED
    alone = ~apart[of]
    kinds = 1 << FOLLOWER_BITS
    width = np.where(apart, kinds, 1)
    heads = np.cumsum(width) - width
    place = heads[of] + np.where(alone, 0, lists.terms & (kinds - 1))
    terms = np.repeat(lists.terms[firsts] & -kinds, width) + _places(np.zeros(len(width), np.int64), width)
    whole = Kinds(_lay(lists, place, terms), heads, apart)
    among = np.searchsorted(lists.terms, titles.terms)
    where, held = np.unique(place[among], return_inverse=True)
    return whole, _lay(titles, held, terms[where])


def _lay(lists: Lists, places: Numbers, terms: Numbers) -> Lists:
    """Put each list where it belongs; who is in several that come together is in there once."""
    import numpy as np

    keys: Numbers = np.repeat(places << HOLDER_BITS, lists.counts)
    keys |= lists.holders
    if len(places) and (np.diff(places) == 0).any():
        keys = _sort_once(keys)
    counts = np.bincount(keys >> HOLDER_BITS, minlength=len(terms))
    holders = (keys & ((1 << HOLDER_BITS) - 1)).astype(np.uint16)
    return Lists(terms, np.cumsum(counts) - counts, counts, holders)


def _sort_once(keys: Numbers) -> Numbers:
    import numpy as np

    keys.sort(kind="stable")  # sorted but for a few
    once: Numbers = keys[np.diff(keys, prepend=-1) != 0]
    return once


def _write_part(
    everywhere: Lists, titles_: Lists, size: int, firsts: Numbers, begins: list[int]
) -> Iterator[Part]:
    """Write lists as bits: see ``read_postings`` for the order."""
    import numpy as np

    kinds, titles = lay_together(everywhere, titles_)
    lists, heads = kinds.lists, kinds.heads
    titled = np.searchsorted(lists.terms, titles.terms)
    flags = np.zeros(len(lists.terms), np.int64)
    flags[titled] = 1
    chosen = lists.counts[titled] > 1  # else it is clear which of its holders has it in the title
    lead = np.zeros(len(lists.terms), np.int64)
    lead[heads] = np.where(kinds.apart, 2, 1)
    sizes = lead + 1 + lists.counts
    sizes[titled[chosen]] += 1 + titles.counts[chosen]
    offsets = np.cumsum(sizes) - sizes
    codes = np.zeros(int(sizes.sum()), np.uint64)
    lengths = np.zeros(len(codes), np.int64)

    def put(where: Numbers, what: Codes) -> None:
        codes[where], lengths[where] = what

    by_kind = np.repeat(kinds.apart, np.where(kinds.apart, 1 << FOLLOWER_BITS, 1))
    counts = code_numbers(lists.counts - ~by_kind, np.where(by_kind, FOLLOWED_LOW, 0))
    flagged = counts.codes | flags.astype(np.uint64) << counts.lengths.astype(np.uint64)
    put(offsets + lead, Codes(flagged, counts.lengths + (lists.counts > 0)))
    some = np.flatnonzero(lists.counts)
    gaps = _gaps(lists.holders, lists.starts[some])
    low = low_bits_of(size, lists.counts[some])
    put(_places(offsets + lead + 1, lists.counts), code_numbers(gaps, np.repeat(low, lists.counts[some])))
    alone = np.flatnonzero(lists.counts == 1)
    place = offsets[alone] + lead[alone] + 1
    put(place, code_bits(lists.holders[lists.starts[alone]], (size - 1).bit_length()))
    if chosen.any():
        _put_titles(put, lists, titles, titled, offsets + lead + 1 + lists.counts)
    several = heads[kinds.apart]
    put(offsets[several] + 1, code_numbers(np.full(len(several), FOLLOWED - 1), 0))
    terms = lists.terms[heads] >> FOLLOWER_BITS
    first = np.searchsorted(terms, everywhere.terms[firsts] >> FOLLOWER_BITS)
    steps = np.diff(terms, prepend=0) - 1
    steps[first] = terms[first] - np.array(begins)
    put(offsets[heads], code_numbers(steps, TERM_LOW))
    yield from _write(codes, lengths, offsets[heads[first]], begins, np.diff(first, append=len(terms)))


def _put_titles(
    put: Callable[[Numbers, Codes], None], lists: Lists, titles: Lists, titled: Numbers, where: Numbers
) -> None:
    """Write which of a term's holders have it in their titles, where there is a choice."""
    import numpy as np

    owner = np.repeat(np.arange(len(titles.terms)), titles.counts)
    of = np.repeat(np.arange(len(lists.terms)), lists.counts)
    width = np.int64(1 << HOLDER_BITS)
    ranks = np.searchsorted(of * width + lists.holders, titled[owner] * width + titles.holders)
    ranks -= lists.starts[titled[owner]]
    gaps = _gaps(ranks, titles.starts)
    low = low_bits_of(lists.counts[titled], titles.counts)
    chosen = lists.counts[titled] > 1
    put(where[titled[chosen]], code_numbers(titles.counts[chosen] - 1, 0))
    kept = np.repeat(chosen, titles.counts)
    codes = code_numbers(gaps[kept], np.repeat(low, titles.counts)[kept])
    put(_places(where[titled[chosen]] + 1, titles.counts[chosen]), codes)


def _gaps(rising: NDArray[Any], starts: Numbers) -> Numbers:
    """Give each number of rising lists as its distance from the one before, less one."""
    import numpy as np

    wide = rising.astype(np.int64)
    gaps: Numbers = np.diff(wide, prepend=0) - 1
    gaps[starts] = wide[starts]
    return gaps


def _places(starts: Numbers, counts: Numbers) -> Numbers:
    """Give for each run its places: start, start + 1 … count of them."""
    import numpy as np

    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before - starts, counts)


def _write(
    codes: Keys, lengths: Numbers, heads: Numbers, begins: list[int], counts: Numbers
) -> Iterator[Part]:
    """Write the codes as text, a file after the other, and cut it between them."""
    import numpy as np

    bits = np.add.reduceat(lengths, heads)
    room = -(-bits // TEXT_OF) * TEXT_OF
    shift = np.cumsum(room) - room - (np.cumsum(bits) - bits)
    starts = np.cumsum(lengths) - lengths + np.repeat(shift, np.diff(heads, append=len(codes)))
    text = pack_codes(codes, lengths, starts)
    place = 0
    for begin, count, length, width in zip(begins, counts, bits, room, strict=True):
        yield Part(begin, int(count), text[place : place + -(-int(length) // GROUP)])
        place += int(width) // GROUP

"""Who has which term: counted, sorted and written as bits by numpy, which has its only home here.

In: texts. Out: the p files' lists. The rule it guards: **the same terms as** ``terms`` **names**,
reckoned for many texts at once, in lists that ``numbers`` reads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.search.numbers import FIRST, GROUP, TERM_LOW, TEXT_OF, low_bits
from site_builder.search.terms import TERMS, alnum_value, fold, pair_term, triple_term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Units = NDArray[np.uint16]
    Keys = NDArray[np.uint64]
    Numbers = NDArray[np.int64]

TERMS_FILE = 44_000
"""Bits of a p file, at most and about. A query reads one of each segment for each term that it asks."""
HOLDER_BITS = 13
"""An article's place in its segment has so many bits; ``segments.LARGEST`` fits into them."""
CHUNK = 1 << 19
"""Entries of lists that are turned into bits at once, so that it takes little memory."""
_SLOW = 0xFFFF
_pair: Any = pair_term
_triple: Any = triple_term
"""The same arithmetic, of arrays."""


# --- a text's terms ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _tables() -> tuple[Units, NDArray[np.uint8]]:
    """Reckon for each UTF-16 unit: its folded form, and its place in ``0-9a-z``.

    A unit whose fold is not one unit, or may join with its neighbours, has no folded form here.
    """
    import numpy as np

    units = [unit for unit in range(0x80, 1 << 16) if not 0xD800 <= unit < 0xE000]
    alone = fold("\n".join(map(chr, units))).split("\n")  # a new line joins with nothing
    folded = np.arange(1 << 16, dtype=np.uint16)
    for unit, form in zip(units, alone, strict=True):
        if len(form) != 1 or form > "\uffff" or _joins(unit) or (ord(form) != unit and _joins(ord(form))):
            folded[unit] = _SLOW
        else:
            folded[unit] = ord(form)
    folded[0xD800:0xE000] = _SLOW
    folded[65:91] += 32
    alnum = np.fromiter(map(alnum_value, range(1 << 16)), np.uint8, 1 << 16)
    return folded, alnum


def _joins(unit: int) -> bool:
    """Tell whether a unit may become one with its neighbours."""
    jamo, width = 0x1100 <= unit < 0x1200, unit in (0xFF9E, 0xFF9F)
    return jamo or width or unicodedata.category(chr(unit))[0] in "MC"


def fold_quickly(text: str) -> Units:
    """Fold a text to UTF-16 units by table; texts with a character that has no entry go by ``fold``."""
    import numpy as np

    raw = np.frombuffer(text.encode("utf-16-le"), "<u2")
    units: Units = _tables()[0][raw]
    if (units == _SLOW).any():
        units = np.frombuffer(fold(text).encode("utf-16-le"), "<u2").astype(np.uint16)
    return units


def keys_of(texts: Sequence[Units], first: int = 0) -> Keys:
    """List who has which term: the term, then ``HOLDER_BITS`` for the text's place; each once.

    A text is folded units, each text in it closed by a unit of 0. ``first`` is the place of the first.
    Sorted in runs: each text's pairs on their own, which is three times as fast as all together.
    """
    import numpy as np

    lengths = [len(text) for text in texts]
    joined = np.concatenate([*texts, np.zeros(2, np.uint16)])
    holders = np.repeat(np.arange(first, first + len(texts), dtype=np.uint16), lengths)
    wide = joined.astype(np.uint32)
    pairs = _pair(wide[:-2], wide[1:-1])
    end = 0
    for length in lengths:
        pairs[end : (end := end + length)].sort()
    kept = np.empty(len(pairs), np.bool_)
    kept[:1] = True
    kept[1:] = (pairs[1:] != pairs[:-1]) | (holders[1:] != holders[:-1])
    pairs, owners = pairs[kept], holders[kept]
    units = pairs >> 16  # the last of a text has a pair as well, with 0
    new = (units != 0) & (units != 32)
    new[1:] &= (units[1:] != units[:-1]) | (owners[1:] != owners[:-1])
    whole = (units != 0) & (pairs & 0xFFFF != 0)
    value = _tables()[1][joined]
    plain = value < 36
    triple = np.flatnonzero(plain[:-2] & plain[1:-1] & plain[2:])
    value = value.astype(np.uint32)
    triples = _keys(_triple(value[triple], value[triple + 1], value[triple + 2]), holders[triple])
    return np.concatenate(
        [_once(triples), _keys(units[new], owners[new]), _keys(pairs[whole], owners[whole])]
    )


def _once(keys: Keys) -> Keys:
    import numpy as np

    keys.sort()
    once: Keys = keys[np.diff(keys, prepend=np.uint64(0)) != 0]
    return once


def _keys(terms: NDArray[np.uint32], holders: Units) -> Keys:
    import numpy as np

    return terms.astype(np.uint64) << np.uint64(HOLDER_BITS) | holders


# --- lists become text ------------------------------------------------------------------------


class Lists(NamedTuple):
    """All terms of a segment in order, and one after the other the numbers of their holders."""

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


def _gaps(rising: NDArray[Any], starts: Numbers) -> Numbers:
    """Give each number of rising lists as its distance from the one before, less one."""
    import numpy as np

    wide = rising.astype(np.int64)
    gaps: Numbers = np.diff(wide, prepend=0) - 1
    gaps[starts] = wide[starts]
    return gaps


def _join(parts: Sequence[Keys]) -> Lists:
    """Turn who has which term, sorted in parts, into the list of each term. Mostly what a build remembers."""
    import numpy as np

    keys = np.concatenate([*parts, np.zeros(0, np.uint64)])
    keys.sort(kind="stable")  # merges what is sorted
    holders = (keys & np.uint64((1 << HOLDER_BITS) - 1)).astype(np.uint16)
    keys >>= np.uint64(HOLDER_BITS)
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    return Lists(keys[starts].astype(np.int64), starts, np.diff(starts, append=len(keys)), holders)


class Part(NamedTuple):
    """A p file: where its terms begin, how many it has, and their lists as text."""

    begins: int
    terms: int
    text: str


def list_holders(
    everywhere: Sequence[Keys], titles: Sequence[Keys], filters: Sequence[int]
) -> tuple[Lists, Lists]:
    """List who has which term, filters being terms as well, and who has it in the title."""
    import numpy as np

    more = np.sort(np.fromiter(filters, np.uint64))
    return _join([*everywhere, more]), _join(titles)


# --- terms are shared out to files ------------------------------------------------------------


class Shares(NamedTuple):
    """Which terms stand in which file: a file has those from where it begins to where the next does."""

    begins: list[int]
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

    one = (size - 1).bit_length()
    bits = np.where(lists.counts == 1, 9 + one, 11 + lists.counts * (2 + _low_bits(size, lists.counts)))
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(bits)])
    largest = TERMS_FILE
    while True:
        shares = _halve(lists.terms, ends, largest)
        if not most_files or len(shares.begins) <= most_files:
            return shares
        largest *= 2


def _halve(terms: Numbers, ends: Numbers, largest: int) -> Shares:
    begins: list[int] = []
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
                starts.append(start)

    part(0, TERMS, 0, len(terms))
    return Shares(begins, starts, write_bits(tree))


# --- lists become bits ------------------------------------------------------------------------


def write_postings(everywhere: Lists, titles: Lists, size: int, shares: Shares) -> Iterator[Part]:
    """Write the lists of all files, so many at a time as ``CHUNK`` entries have."""
    import numpy as np

    starts = [*shares.starts, len(everywhere.terms)]
    ends = np.append(everywhere.starts, len(everywhere.holders))[starts]
    file, files = 0, len(shares.begins)
    while file < files:
        after = max(file + 1, int(np.searchsorted(ends, ends[file] + CHUNK, "right")) - 1)
        part = everywhere.part(starts[file], starts[after])
        between = np.searchsorted(titles.terms, (part.terms[0], part.terms[-1] + 1))
        begins = shares.begins[file:after]
        firsts = np.array(starts[file:after]) - starts[file]
        yield from _write_part(part, titles.part(int(between[0]), int(between[1])), size, firsts, begins)
        file = after


def _write_part(lists: Lists, titles: Lists, size: int, firsts: Numbers, begins: list[int]) -> Iterator[Part]:
    """Write lists as bits: see ``read_postings`` for the order."""
    import numpy as np

    titled = np.searchsorted(lists.terms, titles.terms)
    flags = np.zeros(len(lists.terms), np.int64)
    flags[titled] = 1
    chosen = lists.counts[titled] > 1  # else it is clear which of its holders has it in the title
    sizes = 2 + lists.counts
    sizes[titled[chosen]] += 1 + titles.counts[chosen]
    offsets = np.cumsum(sizes) - sizes
    codes = np.zeros(int(sizes.sum()), np.uint64)
    lengths = np.zeros(len(codes), np.int64)

    def put(where: Numbers, what: Codes) -> None:
        codes[where], lengths[where] = what

    counts = code_numbers(lists.counts - 1, 0)
    flagged = counts.codes | flags.astype(np.uint64) << counts.lengths.astype(np.uint64)
    put(offsets + 1, Codes(flagged, counts.lengths + 1))
    gaps = _gaps(lists.holders, lists.starts)
    holders = code_numbers(gaps, np.repeat(_low_bits(size, lists.counts), lists.counts))
    put(_places(offsets + 2, lists.counts), holders)
    alone = np.flatnonzero(lists.counts == 1)
    put(offsets[alone] + 2, code_bits(lists.holders[lists.starts[alone]], (size - 1).bit_length()))
    if chosen.any():
        _put_titles(put, lists, titles, titled, offsets + 2 + lists.counts)
    steps = np.diff(lists.terms, prepend=0) - 1
    steps[firsts] = lists.terms[firsts] - np.array(begins)
    put(offsets, code_numbers(steps, TERM_LOW))
    yield from _write(codes, lengths, offsets[firsts], begins, np.diff(firsts, append=len(lists.terms)))


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
    low = _low_bits(lists.counts[titled], titles.counts)
    chosen = lists.counts[titled] > 1
    put(where[titled[chosen]], code_numbers(titles.counts[chosen] - 1, 0))
    kept = np.repeat(chosen, titles.counts)
    codes = code_numbers(gaps[kept], np.repeat(low, titles.counts)[kept])
    put(_places(where[titled[chosen]] + 1, titles.counts[chosen]), codes)


def _low_bits(size: Numbers | int, counts: Numbers) -> Numbers:
    """Do ``low_bits`` for many lists at once."""
    import numpy as np

    return np.maximum(0, np.frexp((size // counts).astype(np.float64))[1].astype(np.int64) - 2)


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


# --- numbers become text ----------------------------------------------------------------------


class Codes(NamedTuple):
    """Numbers as bits: each code, and how many bits it has."""

    codes: Keys
    lengths: Numbers


def code_numbers(values: Numbers, low: Numbers | int) -> Codes:
    """Write numbers as bits; ``low`` of each are apart. A number and 2^low have at most 31 bits more."""
    import numpy as np

    lowest = np.asarray(low, np.int64)
    raised = values + (np.int64(1) << lowest)
    above = np.frexp(raised.astype(np.float64))[1].astype(np.int64) - 1 - lowest
    ones = (np.int64(1) << above) - 1
    rest = raised & ((np.int64(1) << (above + lowest)) - 1)
    return Codes((ones | rest << (above + 1)).astype(np.uint64), 2 * above + lowest + 1)


def code_bits(values: NDArray[Any], length: int) -> Codes:
    """Write numbers as so many bits each."""
    import numpy as np

    return Codes(values.astype(np.uint64), np.full(len(values), length, np.int64))


def pack_codes(codes: Keys, lengths: Numbers, starts: Numbers | None = None) -> str:
    """Write codes one after the other, or each at the bit where it starts, as text."""
    import numpy as np

    if not len(codes):
        return ""
    starts = np.cumsum(lengths) - lengths if starts is None else starts
    bits = int(starts[-1] + lengths[-1])
    words = np.zeros(bits // 64 + 2, np.uint64)
    word, shift = starts >> 6, (starts & 63).astype(np.uint64)
    firsts = np.flatnonzero(np.diff(word, prepend=-1))
    words[word[firsts]] = np.bitwise_or.reduceat(codes << shift, firsts)
    over = np.flatnonzero((starts & 63) + lengths > 64)  # at most one runs over the end of each word
    words[word[over] + 1] |= codes[over] >> (np.uint64(64) - shift[over])
    return pack_bytes(words.tobytes(), bits)


def pack_bytes(data: bytes, bits: int = -1) -> str:
    """Write bytes, or so many bits of them, as text."""
    import numpy as np

    bits = len(data) * 8 if bits < 0 else bits
    fours = np.ndarray((len(data) + 1,), np.dtype("<u4"), data + bytes(4), strides=(1,))
    begins = np.arange(0, bits, GROUP)
    groups = fours[begins >> 3] >> (begins & 7).astype(np.uint32) & ((1 << GROUP) - 1)
    units: Units = (groups + FIRST).astype("<u2")
    return units.tobytes().decode("utf-16-le")


def pack_all(datas: Sequence[bytes]) -> list[str]:
    """Write each of many as text, at once: to call numpy for each takes twice the time."""
    joined = pack_bytes(b"".join(data + bytes(-len(data) % GROUP) for data in datas))
    texts, place = [], 0
    for data in datas:
        texts.append(joined[place : place + -(-len(data) * 8 // GROUP)])
        place += -(-len(data) // GROUP) * 8
    return texts


def write_bits(bits: Sequence[int]) -> str:
    """Write single bits."""
    import numpy as np

    return pack_bytes(np.packbits(np.array(bits, np.uint8), bitorder="little").tobytes(), len(bits))


def write_numbers(numbers: Sequence[int], low: int) -> str:
    """Write numbers one after the other; whoever reads them has to know how many they are.

    >>> write_numbers([0, 1, 2], 0)
    '㐴'
    """
    import numpy as np

    return pack_codes(*code_numbers(np.array(numbers, np.int64), low))


def write_list(items: Sequence[int], size: int) -> str:
    """Write rising numbers below ``size``, each as its distance from the one before."""
    gaps = [item - before - 1 for item, before in zip(items, (-1, *items), strict=False)]
    return write_numbers(gaps, low_bits(size, len(items) or 1))

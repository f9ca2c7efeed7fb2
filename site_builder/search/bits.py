"""Numbers become bits and bits become characters, many at once, by numpy; ``numbers`` reads them.

In: whole numbers from 0. Out: text. The rule it guards: **what** ``numbers`` **reads is what was written**.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.search.numbers import FIRST, GROUP, low_bits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Numbers = NDArray[np.int64]
    Units = NDArray[np.uint16]


def low_bits_of(size: Numbers | int, counts: Numbers) -> Numbers:
    """Do ``low_bits`` for many lists at once."""
    import numpy as np

    return np.maximum(0, _bit_lengths(size // counts) - 2)


def _bit_lengths(numbers: Numbers) -> Numbers:
    """Tell how many bits each has, by its exponent as a float: of 0 it is less than 0."""
    import numpy as np

    lengths: Numbers = (numbers.astype(np.float64).view(np.int64) >> 52) - 1022
    return lengths


class Codes(NamedTuple):
    """Numbers as bits: each code, and how many bits it has."""

    codes: Keys
    lengths: Numbers


def code_numbers(values: Numbers, low: Numbers | int) -> Codes:
    """Write numbers as bits; ``low`` of each are apart. A number and 2^low have at most 31 bits more."""
    import numpy as np

    lowest = np.asarray(low, np.int64)
    raised = values + (np.int64(1) << lowest)
    above = _bit_lengths(raised) - 1 - lowest
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
    '㑒'
    """
    import numpy as np

    return pack_codes(*code_numbers(np.array(numbers, np.int64), low))


def write_list(items: Sequence[int], size: int) -> str:
    """Write rising numbers below ``size``, each as its distance from the one before."""
    gaps = [item - before - 1 for item, before in zip(items, (-1, *items), strict=False)]
    return write_numbers(gaps, low_bits(size, len(items) or 1))

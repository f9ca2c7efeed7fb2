"""Numbers as bits, and bits as printable text, safe in a JavaScript string without any escape.

In: whole numbers from 0. Out: ASCII. The rule it guards: the alphabet has no quote, no
backslash and no ``<``, so that what it writes can break out of nothing.

13 bits are two of 92 characters: a quarter more than the bytes would take, which JavaScript cannot
have in a script, and gzip takes most of it back. A number is written by Elias's gamma code with
``k`` lowest bits apart (exponential Golomb): as many ones as it has bits above those, a zero, the bits.
Lowest bits come first everywhere. Short for what is mostly small, and never long: articles that
share a word stand close together in time, so their distances are far from evenly spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Bits = NDArray[np.uint64]
    Characters = NDArray[np.uint16]

ALPHABET = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"<\\')
GROUP = 13
"""Bits that two characters hold: 92 · 92 is more than 2¹³."""
TEXT_OF = 64 * GROUP
"""Bits after which words of 64 and groups end alike, so that a new text can begin there."""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


class Codes(NamedTuple):
    """Numbers as bits: each code, and how many bits it has."""

    codes: Bits
    lengths: Numbers


def low_bits(size: int, count: int) -> int:
    """Choose how many low bits to write apart, for ``count`` rising numbers below ``size``.

    >>> low_bits(4096, 2), low_bits(4096, 4096)
    (10, 0)
    """
    return max(0, (size // count).bit_length() - 2)


def code_numbers(values: Numbers, low: Numbers | int) -> Codes:
    """Write numbers as bits; ``low`` of each are apart. A number and 2^low have at most 31 bits more."""
    import numpy as np

    lowest = np.asarray(low, np.int64)
    raised = values + (np.int64(1) << lowest)
    above = np.frexp(raised.astype(np.float64))[1].astype(np.int64) - 1 - lowest
    ones = (np.int64(1) << above) - 1
    rest = raised & ((np.int64(1) << (above + lowest)) - 1)
    return Codes((ones | rest << (above + 1)).astype(np.uint64), 2 * above + lowest + 1)


def code_bits(values: Numbers, length: int) -> Codes:
    """Write numbers as so many bits each."""
    import numpy as np

    return Codes(values.astype(np.uint64), np.full(len(values), length, np.int64))


def pack_codes(codes: Bits, lengths: Numbers, starts: Numbers | None = None) -> str:
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
    text: Characters = _pairs()[groups]
    return text.tobytes().decode("ascii")


@lru_cache(maxsize=1)
def _pairs() -> Characters:
    """Give the two characters of each group."""
    import numpy as np

    alphabet = np.frombuffer(ALPHABET.encode(), np.uint8).astype(np.uint16)
    groups = np.arange(1 << GROUP)
    pairs = alphabet[groups // len(alphabet)] | alphabet[groups % len(alphabet)] << 8
    return pairs.astype("<u2")


def write_numbers(numbers: Sequence[int], low: int) -> str:
    """Write numbers one after the other; whoever reads them has to know how many they are.

    >>> write_numbers([0, 1, 2], 0)
    '!D'
    """
    import numpy as np

    return pack_codes(*code_numbers(np.array(numbers, np.int64), low))


def write_list(items: Sequence[int], size: int) -> str:
    """Write rising numbers below ``size``, each as its distance from the one before."""
    gaps = [item - before - 1 for item, before in zip(items, (-1, *items), strict=False)]
    return write_numbers(gaps, low_bits(size, len(items) or 1))


def unpack(text: str) -> bytes:
    """Read text as bytes; up to a byte more than were written."""
    number = 0
    for place in range(len(text) - 2, -1, -2):
        number = number << GROUP | _VALUE[text[place]] * len(ALPHABET) + _VALUE[text[place + 1]]
    return number.to_bytes(len(text) * GROUP // 16 + 1, "little")


class Reader:
    """Reads numbers from a text, in the order in which they were written."""

    def __init__(self, text: str) -> None:
        self._bits = int.from_bytes(unpack(text), "little")

    def bits(self, count: int) -> int:
        """Read a number of so many bits."""
        number = self._bits & ((1 << count) - 1)
        self._bits >>= count
        return number

    def number(self, low: int) -> int:
        """Read a number of which ``low`` bits were written apart."""
        above = 0
        while self.bits(1):
            above += 1
        return self.bits(above + low) + (1 << (above + low)) - (1 << low)

    def numbers(self, count: int, low: int) -> list[int]:
        """Read so many numbers."""
        return [self.number(low) for _ in range(count)]

    def rising(self, count: int, size: int) -> list[int]:
        """Read what ``write_list`` wrote."""
        items, item, low = [], -1, low_bits(size, count or 1)
        for _ in range(count):
            item += self.number(low) + 1
            items.append(item)
        return items


TERM_LOW = 5
"""Low bits of the distance between two terms: the least for Chinese news, from 500 to 4,000 articles."""


def read_postings(text: str, terms: int, size: int) -> dict[int, tuple[list[int], list[int]]]:
    """Read a p file: distance from its first term -> (who holds it, whose title does).

    A term is: its distance from the one before; how many hold it, less one; a bit that says whether
    titles do; who: when it is one, just its number. Then, when a title holds it and there was a choice, how
    many do, less one, and which of those that hold it.
    """
    reader, found, term = Reader(text), dict[int, tuple[list[int], list[int]]](), -1
    for _ in range(terms):
        term += reader.number(TERM_LOW) + 1
        count, titled = reader.number(0) + 1, reader.bits(1)
        if count == 1:
            holders = titles = [reader.bits((size - 1).bit_length())]
        else:
            holders = titles = reader.rising(count, size)
            if titled:
                chosen = reader.rising(reader.number(0) + 1, count)
                titles = [holders[place] for place in chosen]
        found[term] = holders, titles if titled else []
    return found

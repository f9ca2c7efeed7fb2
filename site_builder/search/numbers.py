"""Numbers as bits, and bits as characters, safe in a JavaScript string without any escape.

In: characters. Out: whole numbers from 0; ``tally`` writes what is read here. The rule it guards: the
alphabet has no quote, no backslash and no ``<``, so that what is written can break out of nothing.

15 bits are one UTF-16 unit between U+3400 and U+B3FF, and the files are UTF-16 with a byte order mark,
which every browser puts above whatever a server says: a fifteenth more than the bytes would take, which
JavaScript cannot have in a script. ASCII would take a quarter more. A number is written by Elias's gamma
code with ``k`` lowest bits apart (exponential Golomb): as many ones as it has bits above those, a zero,
the bits. Lowest bits come first everywhere. Short for what is mostly small, and never long: articles
that share a word stand close together in time, so their distances are far from evenly spread.
"""

from __future__ import annotations

FIRST = 0x3400
"""The unit that stands for 0."""
GROUP = 15
"""Bits that a unit holds."""
TEXT_OF = 64 * GROUP
"""Bits after which words of 64 and groups end alike, so that a new text can begin there."""


Holders = tuple[list[int], list[int]]
"""Who holds a term, and whose title does."""


def low_bits(size: int, count: int) -> int:
    """Choose how many low bits to write apart, for ``count`` rising numbers below ``size``.

    >>> low_bits(4096, 2), low_bits(4096, 4096)
    (10, 0)
    """
    return max(0, (size // count).bit_length() - 2)


def unpack(text: str) -> bytes:
    """Read text as bytes; up to two more than were written."""
    bits = "".join([format(ord(unit) - FIRST, "015b") for unit in reversed(text)])
    return int(bits or "0", 2).to_bytes(len(text) * GROUP // 8 + 1, "little")


class Reader:
    """Reads numbers from a text, in the order in which they were written.

    The bits stay characters: a large number that is shifted is copied for each number read, and a question
    that opens files of many terms took 2.3 s instead of 0.3.
    """

    def __init__(self, text: str) -> None:
        self._bits = "".join([format(ord(unit) - FIRST, "015b")[::-1] for unit in text])
        self._at = 0

    def bits(self, count: int) -> int:
        """Read a number of so many bits; behind the end are zeros."""
        start = self._at
        self._at += count
        return int(self._bits[start : self._at][::-1] or "0", 2)

    def number(self, low: int) -> int:
        """Read a number of which ``low`` bits were written apart. Raises ``ValueError`` at the end."""
        above = self._bits.index("0", self._at) - self._at
        self._at += above + 1
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


def read_shares(text: str, width: int) -> list[tuple[int, int]]:
    """Read where the p files of a segment begin and end, out of the ``width`` terms that there may be.

    A one: the terms are halved, and both halves follow. Else a zero, and whether there is a file at all.
    """
    reader, spans = Reader(text), list[tuple[int, int]]()

    def part(low: int, width: int) -> None:
        if reader.bits(1):
            part(low, width // 2)
            part(low + width // 2, width // 2)
        elif reader.bits(1):
            spans.append((low, low + width))

    part(0, width)
    return spans


FOLLOWED = 128
"""So many holders, or more, of a term are told apart by what follows it; which is what this count says.

The growing segment has fewer articles: there lists lie together, 38 kB, read when the page is opened.
"""
FOLLOWED_LOW = 2
"""Low bits of how many holders there are of each kind."""
TERM_LOW = 5
"""Low bits of the distance between two terms: the least for Chinese news, from 500 to 4,000 articles."""


def read_postings(text: str, terms: int, size: int, kinds: int) -> dict[int, list[Holders]]:
    """Read a p file: distance from where its terms begin -> who holds it, all or by what follows it.

    A term is: its distance from the one before; how many hold it, less one; a bit that says whether
    titles do; who: when it is one, just its number. Then, when a title holds it and there was a choice, how
    many do, less one, and which of those that hold it. ``FOLLOWED`` instead of how many: for each kind of
    follower how many there are, and, if any, the bit and the rest.
    """
    reader, found, term = Reader(text), dict[int, list[Holders]](), -1
    for _ in range(terms):
        term += reader.number(TERM_LOW) + 1
        count = reader.number(0) + 1
        counts = [count] if count < FOLLOWED else None
        found[term] = [
            _read_holders(reader, one, size)
            for one in counts or (reader.number(FOLLOWED_LOW) for _ in range(kinds))
        ]
    return found


def _read_holders(reader: Reader, count: int, size: int) -> Holders:
    if not count:
        return [], []
    titled = reader.bits(1)
    if count == 1:
        holders = titles = [reader.bits((size - 1).bit_length())]
    else:
        holders = titles = reader.rising(count, size)
        if titled:
            titles = [holders[place] for place in reader.rising(reader.number(0) + 1, count)]
    return holders, titles if titled else []

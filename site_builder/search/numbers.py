"""Numbers as printable text: short, and safe in a JavaScript string without any escape.

In: whole numbers from 0. Out: ASCII. The rule it guards: the alphabet has no quote, no
backslash and no ``<``, so that what it writes can break out of nothing.

A number is some digits that say "more follows" and one that ends it: (s, c)-dense coding
(Brisaboa et al., 2003) with 60 digits that end and 30 that go on. One character holds 0 to 59,
two hold up to 1,859, three up to 55,859.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<\\")
ENDS, GOES_ON = 60, 30
BITS = 6
"""A digit of a bitmap has so many articles, the first in the lowest bit."""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def write_numbers(numbers: Iterable[int]) -> str:
    """Write numbers one after the other.

    >>> write_numbers([0, 59, 60])
    '#`a#'
    """
    return "".join(map(_write, numbers))


def _write(number: int) -> str:
    digits = [number % ENDS]
    number //= ENDS
    while number:
        number -= 1
        digits.append(ENDS + number % GOES_ON)
        number //= GOES_ON
    return "".join(ALPHABET[digit] for digit in reversed(digits))


def read_numbers(text: str) -> list[int]:
    """Read back what ``write_numbers`` wrote."""
    numbers, place = [], 0
    while place < len(text):
        number, place = read_number(text, place)
        numbers.append(number)
    return numbers


def read_number(text: str, place: int) -> tuple[int, int]:
    """Read one number, and say where the next one begins."""
    ahead = 0
    while (digit := _VALUE[text[place]]) >= ENDS:
        ahead = ahead * GOES_ON + digit - ENDS + 1
        place += 1
    return ahead * ENDS + digit, place + 1


def write_list(items: Sequence[int]) -> str:
    """Write rising numbers: how many, then each as its distance from the one before."""
    gaps = (item - before - 1 for item, before in zip(items, (-1, *items), strict=False))
    return write_numbers((len(items), *gaps))


def read_list(text: str, place: int, count: int) -> tuple[list[int], int]:
    """Read so many rising numbers, each a distance from the one before."""
    items, item = [], -1
    for _ in range(count):
        gap, place = read_number(text, place)
        item += gap + 1
        items.append(item)
    return items, place


def read_bitmap(text: str, place: int, size: int) -> tuple[list[int], int]:
    """Read the numbers below ``size`` whose bit is set."""
    end = place + (size + BITS - 1) // BITS
    items = []
    for start, character in enumerate(text[place:end]):
        digit = _VALUE[character]
        items += [start * BITS + bit for bit in range(BITS) if digit >> bit & 1]
    return items, end


def read_postings(text: str, size: int) -> dict[int, tuple[list[int], list[int]]]:
    """Read a p file: distance from the term before -> (who holds it, whose title does).

    A term is: twice its distance from the one before, plus one when a single article holds it
    and no title does, whose number follows; else twice the count of its list, plus one when titles
    follow; the list (a count of 0 means a bitmap); the titles' count and list. The first term's
    distance is 0: the caller knows that term, and the others are found relative to it.
    """
    found: dict[int, tuple[list[int], list[int]]] = {}
    place, term = 0, -1
    while place < len(text):
        gap, place = read_number(text, place)
        term += (gap >> 1) + 1
        head, place = (2, place) if gap & 1 else read_number(text, place)
        holders, place = read_list(text, place, head >> 1) if head > 1 else read_bitmap(text, place, size)
        titles: list[int] = []
        if head & 1:
            count, place = read_number(text, place)
            titles, place = read_list(text, place, count)
        found[term] = holders, titles
    return found

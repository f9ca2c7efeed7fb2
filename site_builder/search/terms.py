"""A text as terms: the one meaning of "holds", for the index, the command and the browser.

In: any text. Out: its cleaned form, which is shown; its folded form, in which is searched; its
terms. The rule it guards: ``templates/search.js`` does the same, unit for unit, and both are
tested on ``tests/vectors/search.json``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from site_builder.language.hanzi import simplify

INVISIBLE = "\0\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Characters that no reader sees or types. Joiners and variation selectors are not among them."""

TERMS = 1 << 32
"""Every term is below this."""

BRIDGES = 0xF000 << 16
"""Where bridges lie, there too."""
BRIDGE_BITS = 13
"""So few that lists are dense and short to write."""
FOLLOWER_BITS = 4
"""What follows a term is told in so many bits; of a bridge, it is part of the term: see ``range_of``."""
LONGEST_GAP = 4
BORDER = 4
"""Units of another kind of bridge: where Chinese goes over into Latin letters or digits, one and three.

`小米12S Ultra` stands nowhere, but 50 of 10,000 articles have 小米, 米12, 12s and so on each for itself.
"""

WINDOW = 16
"""Units of a piece that are looked up, from its beginning: so many stand together in one portion."""

_NOT_PLAIN = re.compile(f"[{INVISIBLE}\ud800-\udfff]")
_ALNUM = "0123456789abcdefghijklmnopqrstuvwxyz"
BLANK = 32
NO_WORDS = (
    *(range(48), range(58, 97), range(123, 0xC0), range(0x2000, 0x2E80)),
    *(range(0x3000, 0x3005), range(0x3008, 0x3040), range(0xE000, 1 << 16)),
)
"""Units that are of no word: ``is_word``."""
_TRIGRAMS = 1 << 16
_FILTERS = 0xE000 << 16
"""Where filters' terms lie: among private-use characters, which hardly any text has."""


def clean(text: str) -> str:
    """Leave out what nobody sees, and make each run of white space one blank.

    Of what prints, nothing is invisible and the blank alone is white space: most texts need no more.
    """
    line = text.replace("\n", " ")
    if line.isprintable() and "  " not in line:
        return line.strip()
    return " ".join(_NOT_PLAIN.sub("", text).split())


def fold(text: str) -> str:
    """Write forms of one character alike: full width, case, Traditional and Simplified.

    ``ς`` becomes ``σ`` because which of the two ``lower()`` gives depends on the neighbours.

    >>> fold("ＩＭＸ９８９　徠卡")
    'imx989 徕卡'
    """
    return simplify(unicodedata.normalize("NFKC", text).lower().replace("ς", "σ"))


def filter_key(name: str) -> str:
    """Make the key of a source or tag: folded, without blanks and hyphens."""
    return fold(clean(name)).replace(" ", "").replace("-", "")


def filter_term(kind: str, name: str) -> int:
    """Make the term of a filter: FNV-1a over the UTF-16 units of ``kind`` and the key.

    Two names may share a term; whoever asks looks at the article's own source and tags too.
    """
    return _FILTERS | int(fnv(units_of(kind + filter_key(name)))) & 0x0FFFFFFF


def fnv(units: Iterable[Any]) -> Any:
    """Hash units, or whole arrays of first, second, third … units, by FNV-1a to 32 bits."""
    number: Any = 0x811C9DC5
    for unit in units:
        number = (number ^ unit) * 0x01000193 & 0xFFFFFFFF
    return number


def bridge_term(units: Iterable[Any]) -> Any:
    """Make the term of a gap of one to four units that are of no word, with the word's unit at each side.

    Pairs with a comma are in every text: what stands on both its sides tells much more.
    """
    return BRIDGES | fnv(units) >> (32 - BRIDGE_BITS) << FOLLOWER_BITS


def follower_of(unit: Any) -> Any:
    """Tell what follows a term, in few bits: common neighbours get different ones.

    >>> follower_of(0), follower_of(ord("卡")), follower_of(ord("拍"))
    (0, 4, 4)
    """
    return unit * 40503 >> 7 & ((1 << FOLLOWER_BITS) - 1)


def followed_by(term: int, unit: int) -> int:
    """Make what is asked of a term that has this unit behind it; the term alone asks for any."""
    return (int(follower_of(unit)) + 1) * TERMS + term


def take_apart(asked: int) -> tuple[int, int]:
    """Give the term of what is asked, and what follows it, -1 for anything.

    >>> take_apart(followed_by(7, 0)), take_apart(7)
    ((7, 0), (7, -1))
    """
    return asked % TERMS, asked // TERMS - 1


def units_of(text: str) -> list[int]:
    """Give the UTF-16 code units, which is what JavaScript counts in."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]


def is_word(unit: int) -> bool:
    """Tell whether a unit is of a word: Latin, digits, Chinese and other letters, no punctuation.

    A compound that stands nowhere is split into such words.
    """
    return not any(unit in run for run in NO_WORDS)


def alnum_value(unit: int) -> int:
    """Give the place of an ASCII letter or digit in ``0-9a-z``, else 255."""
    place = _ALNUM.find(chr(unit)) if unit < 128 else -1
    return 255 if place < 0 else place


def pair_term(first: int, second: int) -> int:
    """Make the term of two neighbouring units. The first is never a blank; for one behind, 0 stands.

    So it does for the end of a text, that each unit may have a pair.
    """
    return first << 16 | second


def triple_term(first: int, second: int, third: int) -> int:
    """Make the term of three ASCII letters or digits, given by their places in ``0-9a-z``."""
    return _TRIGRAMS | first * 1296 + second * 36 + third


def terms_to_ask(folded: str) -> tuple[list[int], bool]:
    """List the terms that together say most about a folded piece of text, and whether they say all.

    Every text that holds the piece has these terms. When the second value is true, every text
    that has them holds the piece. The first ones, bridges and what covers the piece without overlap,
    are mostly enough, since each is asked for with what follows it: ``take_apart``. A single unit stands for
    all its pairs: ``range_of``.

    >>> terms_to_ask("卡") == ([ord("卡")], True)
    True
    """
    units = units_of(folded)[:WINDOW]
    if len(units) == 1:
        return units, True
    values = [alnum_value(unit) for unit in units]
    spans = _spans(values)
    first: list[int] = []
    rest: list[int] = []
    covered = 0
    for start, length in spans:
        if units[start] == BLANK:
            continue
        if length == 3:
            term = triple_term(*values[start : start + 3])
        else:
            after = units[start + 1]
            term = pair_term(units[start], 0 if after == BLANK else after)
        if start + length < len(units):
            term = followed_by(term, units[start + length])
        (first if start >= covered else rest).append(term)
        covered = max(covered, start + length if start >= covered else covered)
    return list(dict.fromkeys([*_bridges(units), *first, *rest])), spans == [(0, len(units))]


def range_of(asked: int) -> tuple[int, int, int]:
    """Give the terms that are asked for, both included, and what follows them, -1 for anything.

    A single unit stands for all its pairs, a bridge with nothing behind it for those with anything.

    >>> range_of(ord("卡")) == (pair_term(ord("卡"), 0), pair_term(ord("卡"), 0xFFFF), -1)
    True
    """
    term, follower = take_apart(asked)
    if term <= 0xFFFF:
        return pair_term(term, 0), pair_term(term, 0xFFFF), -1
    if term < BRIDGES:
        return term, term, follower
    return term + max(follower, 0), term + (15 if follower < 0 else follower), -1


def _bridges(units: list[int]) -> Iterator[int]:
    start = -1
    for place, unit in enumerate(units):
        if is_word(unit):
            if start >= 0 and 1 < place - start <= LONGEST_GAP + 1:
                term = int(bridge_term(units[start : place + 1]))
                yield term if place + 1 == len(units) else followed_by(term, units[place + 1])
            start = place
    for place in range(len(units) - BORDER + 1):
        if is_border(units[place : place + BORDER]):
            term, end = int(bridge_term(units[place : place + BORDER])), place + BORDER
            yield term if end == len(units) else followed_by(term, units[end])


def is_border(units: list[int]) -> bool:
    """Tell whether a word's unit is followed by three Latin letters or digits, itself being neither."""
    first, *rest = (alnum_value(unit) < 36 for unit in units)
    return is_word(units[0]) and not first and all(rest)


def _spans(values: list[int]) -> list[tuple[int, int]]:
    """Find where the triples, and the pairs in no triple, stand: (start, length)."""
    spans: list[tuple[int, int]] = []
    plain = [value < 36 for value in values]
    for i in range(len(values) - 1):
        if all(plain[i : i + 3]) and i + 2 < len(values):
            spans.append((i, 3))
        elif not (i and all(plain[i - 1 : i + 2])):  # else it is the end of a triple
            spans.append((i, 2))
    return spans

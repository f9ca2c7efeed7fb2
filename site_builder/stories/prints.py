"""A sample of an article's passages, in any script: texts that share passages share some of it.

In: the whole text. Out: its letters as they are compared, and its prints. The rule it guards: **the
text itself chooses** where a piece begins, so the same passage yields the same prints wherever it stands.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from site_builder.language.hanzi import simplify
from site_builder.stories.holdings import NO_PRINT, PRINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint16]

COMPARED = 20_000
"""Characters of a text that prints are taken from."""

_EVERY = 8
"""One in so many Chinese characters, the Latin letters below, and in other scripts one in so many pairs of
letters, mark places where a piece begins. Being chosen by the text itself, the same passage yields the same
pieces wherever it stands."""
_BEGIN_LATIN = "kvwbp"
_PIECE, _PIECE_LATIN = 8, 18
"""Letters of a piece; of one in Latin letters there are no others in it."""
_PIECES = (
    (0x0370, 0x0900, 18),  # Greek, Cyrillic, Hebrew, Arabic: letters
    (0x0900, 0x0E00, 10),  # of India, where the signs of vowels do not count
    (0x0E00, 0x1E00, 18),  # Thai to Mongolian
    (0x3041, 0x3100, 10),  # kana
    (0xAC00, 0xD7A4, 10),  # Hangul: syllables
)
"""Letters of a piece in other scripts, from one letter on up to another: what says as much."""
_LATIN_ENDS = 0x0250
_SYLLABLES = 0x3041
"""From here on a letter is no sum of a base and a mark: が is not か."""
_UNKNOWN = 0xFFFF
_CHINESE, _OTHER = 1, 2
"""What begins with a letter."""


def letters_of(text: str) -> str:
    """Strip a text to what reprints keep: its letters, without accents, its digits and Simplified characters.

    >>> letters_of("徠卡 與“小米”。"), letters_of("Élan, ёлка, ٢٠٢٢")
    ('徕卡与小米', 'elanелка2022')
    """
    return simplify(text[:COMPARED]).translate(_letters())


class _Letters(dict[int, str]):
    """What each character is compared as, one letter or none; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character, letter = chr(code), ""
        if character.isdecimal() and code < _SYLLABLES:
            letter = str(unicodedata.decimal(character))
        elif character.isalnum():
            base = unicodedata.normalize("NFD", character)[0] if code < _SYLLABLES else character
            letter = "σ" if base in "Σς" else base.lower()
        self[code] = letter
        return letter


@functools.cache
def _letters() -> _Letters:
    return _Letters()


def spell_out(text: str) -> tuple[str, Codes]:
    """Give ``letters_of``, and in numbers, by their last sixteen bits.

    By way of the numbers it takes a third of the time; not of what is beyond Unicode's first plane.
    """
    if len(given := text[:COMPARED].encode("utf-16-le", "surrogatepass")) > 2 * min(len(text), COMPARED):
        letters = letters_of(text)
        return letters, codes_of(letters)
    codes = _letters_in(given)
    return codes.tobytes().decode("utf-16-le", "surrogatepass"), codes


def codes_of(letters: str) -> Codes:
    """Give letters in numbers, by their last sixteen bits."""
    import numpy as np

    return np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint16)


def take_prints(text: str) -> tuple[int, ...]:
    """Hash the pieces and keep the smallest hashes: two texts keep the same ones of what they share."""
    import numpy as np

    letters = _letters_in(text[:COMPARED].encode("utf-16-le", "surrogatepass"))
    kinds = _beginnings()[letters]
    at = (kinds[: 1 - _PIECE] == _CHINESE).nonzero()[0]
    hashes = _hash_all(letters[at[:, None] + _steps(_PIECE)])
    at = (kinds[: 1 - _PIECE_LATIN] == _OTHER).nonzero()[0]
    if len(at):
        pieces = letters[at[:, None] + _steps(_PIECE_LATIN)]
        hashes = np.concatenate((hashes, _hash_all(pieces[np.maximum.reduce(pieces, 1) < _LATIN_ENDS])))
        first = pieces[:, 0]
        if np.maximum.reduce(first) >= _LATIN_ENDS:
            hashes = np.concatenate((hashes, *_hash_others(letters, at[first >= _LATIN_ENDS])))
    hashes.sort()
    fresh = hashes != NO_PRINT
    fresh[1:] &= hashes[1:] != hashes[:-1]
    return tuple(hashes[fresh][:PRINTS].tolist())


def _hash_others(letters: Codes, at: NDArray[np.int64]) -> Iterator[NDArray[np.uint32]]:
    """Hash the pieces of other scripts, which may begin at these places.

    A pair of letters tells where, as single ones are too common in one language and too rare in the next.
    """
    import numpy as np

    pairs = letters[at].astype(np.uint32) * 0x9E3779B1 + letters[at + 1]
    at = at[(pairs * 0x85EBCA6B >> 16) % _EVERY == 0]
    first = letters[at]
    for begin, end, length in _PIECES:
        some = at[(first >= begin) & (first < end)]
        yield _hash_all(letters[some[:, None] + _steps(length)])


@functools.cache
def _steps(length: int) -> NDArray[np.int64]:
    import numpy as np

    return np.arange(length)


@functools.cache
def _beginnings() -> NDArray[np.uint8]:
    """Tell of each letter whether a piece may begin with it: a Chinese one, or another."""
    import numpy as np

    table = np.zeros(1 << 16, np.uint8)
    table[[*map(ord, _BEGIN_LATIN)]] = _OTHER
    for begin, end, _ in _PIECES:
        table[begin:end] = _OTHER
    table[0x4E00:0x9FA6:_EVERY] = _CHINESE
    return table


def _hash_all(pieces: Codes) -> NDArray[np.uint32]:
    """Hash each row, by a sum with factors and the last steps of MurmurHash3."""
    import numpy as np

    hashes: NDArray[np.uint32] = pieces.astype(np.uint32) @ _factors(pieces.shape[1])
    hashes ^= hashes >> 16
    hashes *= 0x85EBCA6B
    hashes ^= hashes >> 13
    hashes *= 0xC2B2AE35
    hashes ^= hashes >> 16
    return hashes


@functools.cache
def _factors(length: int) -> NDArray[np.uint32]:
    import numpy as np

    return (np.arange(length) * 0x9E3779B1 + 0x85EBCA6B | 1).astype(np.uint32)


def _letters_in(text: bytes) -> Codes:
    """Give ``letters_of`` in numbers, without what is beyond Unicode's first plane; from UTF-16."""
    import numpy as np

    table = _table()
    given = np.frombuffer(text, np.uint16)
    letters = table[given]
    unknown = letters == _UNKNOWN
    if np.count_nonzero(unknown):  # half the time of ``any``
        for code in {*given[unknown].tolist()}:
            table[code] = ord(letters_of(chr(code)) or "\0")
        letters = table[given]
    found: Codes = letters[letters != 0]
    return found


@functools.cache
def _table() -> Codes:
    """Make room for what each letter is compared as; filled as letters are met, 0 for what is none."""
    import numpy as np

    return np.full(1 << 16, _UNKNOWN, np.uint16)

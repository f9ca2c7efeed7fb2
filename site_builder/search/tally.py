"""A text's terms as numbers, reckoned for many texts at once by numpy.

In: texts. Out: who has which term, sorted. The rule it guards: **the same terms as** ``terms`` **names**.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from site_builder.language.hanzi import TABLE, traditional
from site_builder.search.portions import joins
from site_builder.search.terms import (
    BLANK,
    BORDER,
    FOLLOWER_BITS,
    LONGEST_GAP,
    NO_WORDS,
    alnum_value,
    bridge_term,
    fold,
    follower_of,
    pair_term,
    triple_term,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Units = NDArray[np.uint16]
    Keys = NDArray[np.uint64]

HOLDER_BITS = 14
"""An article's place in its segment has so many bits; ``segments.LARGEST`` fits into them."""
_SLOW = 0xFFFF
_OTHER_WORD, _NO_WORD = 254, 255
_LATIN_WORD = re.compile(r"[a-z][a-z0-9]{3,23}")
_LETTERS = (
    *(range(0x80, 0x3400), range(0x4DC0, 0x4E00), range(0xA000, 0xAC00)),
    *(range(0xD7A4, 0xD800), range(0xE000, 1 << 16)),
)
"""Units that NFKC and ``lower`` may change; two in three of all are none: Chinese characters, Korean
syllables and surrogates (gain: 0.04 s of each process that makes an index)."""
_pair: Any = pair_term
_triple: Any = triple_term
"""The same arithmetic, of arrays."""


@lru_cache(maxsize=1)
def _tables() -> tuple[Units, NDArray[np.uint8]]:
    """Reckon for each UTF-16 unit: its folded form; its place in ``0-9a-z``, or if not there, what it is of.

    A unit whose fold is not one unit, or may join with its neighbours, has no folded form here.
    """
    import numpy as np

    units = [*chain.from_iterable(_LETTERS)]
    alone = fold("\n".join(map(chr, units))).split("\n")  # a new line joins with nothing
    folded = np.arange(1 << 16, dtype=np.uint16)
    folded[list(TABLE)] = list(TABLE.values())
    for unit, form in zip(units, alone, strict=True):
        if len(form) != 1 or form > "\uffff" or joins(chr(unit)) or (ord(form) != unit and joins(form)):
            folded[unit] = _SLOW
        else:
            folded[unit] = ord(form)
    folded[0xD800:0xE000] = _SLOW
    folded[65:91] += 32
    values = np.full(1 << 16, _OTHER_WORD, np.uint8)
    for run in NO_WORDS:
        values[run.start : run.stop] = _NO_WORD
    values[:128] = [_NO_WORD if (value := alnum_value(unit)) > 35 else value for unit in range(128)]
    return folded, values


def fold_quickly(text: str) -> Units:
    """Fold a text to UTF-16 units by table; texts with a character that has no entry go by ``fold``."""
    import numpy as np

    raw = np.frombuffer(text.encode("utf-16-le"), "<u2")
    units: Units = _tables()[0].take(raw)
    if units.max(initial=0) == _SLOW:
        units = np.frombuffer(fold(text).encode("utf-16-le"), "<u2").astype(np.uint16)
    return units


_NOT_ALIKE = (range(0x1E3F, 0x1E40), range(0x9FA6, 0xA000), range(0xE000, 0xF900), range(0xFE10, 0xFE20))
"""Characters that the editions of GB 18030 encode differently."""


@lru_cache(maxsize=1)
def _marks() -> NDArray[np.uint8]:
    import numpy as np

    marks = np.zeros(1 << 16, np.uint8)
    marks[[ord(one) for one in traditional() if one < "\U00010000"]] = 1
    for run in _NOT_ALIKE:
        marks[run.start : run.stop] |= 2
    marks[0xD800:0xDC00] = 4
    return marks


def look_through(text: str) -> tuple[bool, bool]:
    """Tell whether a text has characters that the table of Traditional ones folds, and some that are

    encoded differently by editions of GB 18030. Looked up by numpy, as regular expressions take 0.1 ms
    for an article.

    >>> look_through("徠卡📷"), look_through("徕卡📷"), look_through("\ue000")
    ((True, False), (False, False), (False, True))
    """
    import numpy as np

    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    marks = int(np.bitwise_or.reduce(_marks().take(units), initial=0))
    return bool(marks & 1 or (marks & 4 and not traditional().isdisjoint(text))), bool(marks & 2)


def words_in(texts: Sequence[Units]) -> list[set[str]]:
    """List the Latin words of each text, which is folded units and closed by a unit of 0.

    Only where four Latin letters or digits stand together is read: in Chinese texts, hardly anything.
    """
    import numpy as np

    joined = np.concatenate(texts)
    plain = _tables()[1].take(joined) < 36
    four = np.flatnonzero(plain[:-3] & plain[1:-2] & plain[2:-1] & plain[3:])
    ends = np.cumsum([len(text) for text in texts]) - 1
    letters = np.where(plain, joined, BLANK).astype(np.uint8)
    letters[ends] = 0
    kept = letters == 0
    for i in range(5):  # with what stands behind
        kept[four + i] = True
    read = letters.compress(kept).tobytes().decode("ascii")
    return [set(_LATIN_WORD.findall(text)) for text in read.split("\0")[:-1]]


def keys_of(texts: Sequence[Units], places: Sequence[int]) -> Keys:
    """List who has which term: the term, what follows it, the text's place; each once, in order.

    A text is folded units, each text in it closed by a unit of 0.
    """
    import numpy as np

    joined = np.concatenate([*texts, np.zeros(3, np.uint16)])
    holders = np.repeat(np.array(places, np.uint32), [len(text) for text in texts])
    values = _tables()[1].take(joined)
    words = values != _NO_WORD
    units = joined.astype(np.uint32)
    followers = follower_of(units)
    return _once(
        np.concatenate(
            [
                _pairs(units, followers, holders),
                _triples(values, followers, holders),
                *_bridges(units, values, words, followers, holders),
            ]
        )
    )


def _pairs(units: NDArray[np.uint32], followers: NDArray[np.uint32], holders: NDArray[np.uint32]) -> Keys:
    """Find each pair with what follows it, which is nothing at the end of a text."""
    halves = units * (units != BLANK)
    return _keys(_pair(halves[:-3], halves[1:-2]), followers[2:-1] * (units[1:-2] != 0), holders)


def _triples(values: NDArray[np.uint8], followers: NDArray[np.uint32], holders: NDArray[np.uint32]) -> Keys:
    """Find each three Latin letters or digits with what follows them."""
    import numpy as np

    plain = values < 36
    here = np.flatnonzero(plain[:-3] & plain[1:-2] & plain[2:-1])
    three = (values.take(here + i).astype(np.uint32) for i in range(3))
    return _keys(_triple(*three), followers.take(here + 3), holders.take(here))


def _bridges(
    units: NDArray[np.uint32],
    values: NDArray[np.uint8],
    words: NDArray[np.bool_],
    followers: NDArray[np.uint32],
    holders: NDArray[np.uint32],
) -> Iterator[Keys]:
    """Find each gap in a word's neighbourhood: see ``terms.bridge_term``. A text's end is not in one."""
    import numpy as np

    solid = words | (units == 0)
    turns = np.flatnonzero(solid[1:] != solid[:-1])  # a gap begins and ends, in turn; the last unit is solid
    starts, stops = turns[int(not solid[0]) :].reshape(-1, 2).T
    gaps = (stops - starts) * (units.take(starts) > 0) * (units.take(stops + 1) > 0)
    runs = [(starts.compress(gaps == gap), gap + 2) for gap in range(1, LONGEST_GAP + 1)]
    plain = values < 36
    latin = np.flatnonzero(words[:-4] & ~plain[:-4] & plain[1:-3] & plain[2:-2] & plain[3:-1])
    for here, length in (*runs, (latin, BORDER)):
        term = bridge_term(units.take(here + i) for i in range(length))
        yield _keys(term + followers.take(here + length), 0, holders.take(here))


def _keys(terms: NDArray[Any], followers: NDArray[np.uint32] | int, holders: NDArray[np.uint32]) -> Keys:
    import numpy as np

    keys = terms.astype(np.uint64)
    keys <<= np.uint64(FOLLOWER_BITS + HOLDER_BITS)
    keys |= holders | followers << HOLDER_BITS
    return keys


def _once(keys: Keys) -> Keys:
    """Give keys in order and each once, without those that are no term's: pairs that begin with a blank."""
    import numpy as np

    keys.sort()
    keys = keys[keys.searchsorted(np.uint64(pair_term(1, 0) << FOLLOWER_BITS + HOLDER_BITS)) :]
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys.compress(new)


class Gathering:
    """Keys that come in parts, in one array that grows in place.

    To keep the parts and join them at the end takes as much memory again, and 8 % more time for an index.
    """

    def __init__(self) -> None:
        import numpy as np

        self._keys = np.zeros(0, np.uint64)

    def add(self, keys: Keys) -> None:
        """Put a part behind those before it."""
        before = len(self._keys)
        self._keys.resize(before + len(keys), refcheck=False)  # no other name holds it
        self._keys[before:] = keys

    def take(self) -> Keys:
        """Give all, and forget them."""
        import numpy as np

        keys, self._keys = self._keys, np.zeros(0, np.uint64)
        return keys


def join_keys(keys: Sequence[Keys]) -> Keys:
    """Give keys as one, so that the parts can be forgotten before they are sorted."""
    import numpy as np

    return np.concatenate([*keys, np.zeros(0, np.uint64)])


def sort_keys(keys: Sequence[int]) -> Keys:
    """Give keys that were reckoned one by one, in order."""
    import numpy as np

    return np.sort(np.array(keys, np.uint64))

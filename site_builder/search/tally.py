"""A text's terms as numbers, reckoned for many texts at once by numpy.

In: texts. Out: who has which term, sorted. The rule it guards: **the same terms as** ``terms`` **names**.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from site_builder.language.hanzi import traditional
from site_builder.search.portions import joins
from site_builder.search.terms import (
    BLANK,
    LONGEST_GAP,
    alnum_value,
    bridge_term,
    fold,
    is_word,
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
_pair: Any = pair_term
_triple: Any = triple_term
"""The same arithmetic, of arrays."""


@lru_cache(maxsize=1)
def _tables() -> tuple[Units, NDArray[np.uint8], NDArray[np.bool_]]:
    """Reckon for each UTF-16 unit: its folded form, its place in ``0-9a-z``, whether it is of a word.

    A unit whose fold is not one unit, or may join with its neighbours, has no folded form here.
    """
    import numpy as np

    units = [unit for unit in range(0x80, 1 << 16) if not 0xD800 <= unit < 0xE000]
    alone = fold("\n".join(map(chr, units))).split("\n")  # a new line joins with nothing
    folded = np.arange(1 << 16, dtype=np.uint16)
    for unit, form in zip(units, alone, strict=True):
        if len(form) != 1 or form > "\uffff" or joins(chr(unit)) or (ord(form) != unit and joins(form)):
            folded[unit] = _SLOW
        else:
            folded[unit] = ord(form)
    folded[0xD800:0xE000] = _SLOW
    folded[65:91] += 32
    alnum = np.fromiter(map(alnum_value, range(1 << 16)), np.uint8, 1 << 16)
    words = np.fromiter(map(is_word, range(1 << 16)), np.bool_, 1 << 16)
    return folded, alnum, words


def fold_quickly(text: str) -> Units:
    """Fold a text to UTF-16 units by table; texts with a character that has no entry go by ``fold``."""
    import numpy as np

    raw = np.frombuffer(text.encode("utf-16-le"), "<u2")
    units: Units = _tables()[0][raw]
    if (units == _SLOW).any():
        units = np.frombuffer(fold(text).encode("utf-16-le"), "<u2").astype(np.uint16)
    return units


@lru_cache(maxsize=1)
def _traditional() -> NDArray[np.bool_]:
    import numpy as np

    found = np.zeros(1 << 16, np.bool_)
    found[[ord(one) for one in traditional() if one < "\U00010000"]] = True
    found[0xD800:0xDC00] = True
    return found


def has_traditional(text: str) -> bool:
    """Tell whether a text has characters that the table of Traditional ones folds.

    Looked up by numpy, as a regular expression takes 0.1 ms for an article.

    >>> has_traditional("徠卡📷"), has_traditional("徕卡📷")
    (True, False)
    """
    import numpy as np

    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    return bool(_traditional()[units].any()) and not traditional().isdisjoint(text)


def keys_of(texts: Sequence[Units], places: Sequence[int]) -> Keys:
    """List who has which term: the term, then ``HOLDER_BITS`` for the text's place; each once.

    A text is folded units, each text in it closed by a unit of 0. ``places`` rise.
    Sorted in runs: each text's pairs on their own, which is three times as fast as all together.
    """
    import numpy as np

    lengths = [len(text) for text in texts]
    joined = np.concatenate([*texts, np.zeros(2, np.uint16)])
    holders = np.repeat(np.array(places, np.uint16), lengths)
    wide = joined.astype(np.uint32)
    after = wide[1:-1].copy()
    after[after == BLANK] = 0  # as at the end of a text
    pairs = _pair(wide[:-2], after)
    end = 0
    for length in lengths:
        pairs[end : (end := end + length)].sort()
    kept = np.empty(len(pairs), np.bool_)
    kept[:1] = True
    kept[1:] = (pairs[1:] != pairs[:-1]) | (holders[1:] != holders[:-1])
    kept &= (pairs >> 16 != 0) & (pairs >> 16 != BLANK)
    value = _tables()[1][joined]
    plain = value < 36
    triple = np.flatnonzero(plain[:-2] & plain[1:-1] & plain[2:])
    value = value.astype(np.uint32)
    triples = _keys(_triple(value[triple], value[triple + 1], value[triple + 2]), holders[triple])
    return np.concatenate(
        [
            _once(triples),
            _keys(pairs[kept], holders[kept]),
            _once(np.concatenate(list(_bridges(joined, holders)))),
        ]
    )


def _bridges(joined: Units, holders: Units) -> Iterator[Keys]:
    """Find each gap in a word's neighbourhood: see ``terms.bridge_term``. A text's end is not in one."""
    import numpy as np

    words = _tables()[2][joined]
    starts = np.flatnonzero(words[:-1] & ~words[1:])
    for gap in range(1, LONGEST_GAP + 1):
        starts = starts[starts < len(joined) - gap - 1]
        starts = starts[joined[starts + gap] != 0]
        ends = words[starts + gap + 1]
        here = starts[ends]
        yield _keys(bridge_term(joined[here + i].astype(np.uint64) for i in range(gap + 2)), holders[here])
        starts = starts[~ends]


def _once(keys: Keys) -> Keys:
    import numpy as np

    keys.sort()
    once: Keys = keys[np.diff(keys, prepend=np.uint64(0)) != 0]
    return once


def _keys(terms: NDArray[np.uint32], holders: Units) -> Keys:
    import numpy as np

    return terms.astype(np.uint64) << np.uint64(HOLDER_BITS) | holders


def join_keys(keys: Sequence[Keys]) -> Keys:
    """Give keys as one: the parts can be forgotten before they are sorted, which takes half as much again."""
    import numpy as np

    return np.concatenate([*keys, np.zeros(0, np.uint64)])


def sort_keys(keys: Sequence[int]) -> Keys:
    """Give keys that were reckoned one by one, in order."""
    import numpy as np

    return np.sort(np.array(keys, np.uint64))

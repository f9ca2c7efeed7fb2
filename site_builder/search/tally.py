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
    BORDER,
    FOLLOWER_BITS,
    LONGEST_GAP,
    alnum_value,
    bridge_term,
    fold,
    follower_of,
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
_RANKS = 14
"""Units of some texts have ranks below 2 to this power, mostly."""
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


_NOT_ALIKE = (range(0x1E3F, 0x1E40), range(0x9FA6, 0xA000), range(0xE000, 0xF900), range(0xFE10, 0xFE20))
"""Characters that the editions of GB 18030 encode differently."""


@lru_cache(maxsize=1)
def _marks() -> NDArray[np.uint8]:
    import numpy as np

    marks = np.zeros(1 << 16, np.uint8)
    marks[[ord(one) for one in traditional() if one < "\U00010000"]] = 1
    marks[0xD800:0xDC00] = 1
    for run in _NOT_ALIKE:
        marks[run.start : run.stop] |= 2
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
    marks = int(np.bitwise_or.reduce(_marks()[units], initial=0))
    return bool(marks & 1) and not traditional().isdisjoint(text), bool(marks & 2)


def keys_of(texts: Sequence[Units], places: Sequence[int]) -> Keys:
    """List who has which term: the term, what follows it, the text's place; each once.

    A text is folded units, each text in it closed by a unit of 0. ``places`` rise.
    """
    import numpy as np

    lengths = [len(text) for text in texts]
    joined = np.concatenate([*texts, np.zeros(3, np.uint16)])
    holders = np.repeat(np.array(places, np.uint16), lengths)
    followers = follower_of(joined.astype(np.uint32))
    value = _tables()[1][joined]
    plain = value < 36
    triple = np.flatnonzero(plain[:-3] & plain[1:-2] & plain[2:-1])
    value = value.astype(np.uint32)
    triples = _triple(value[triple], value[triple + 1], value[triple + 2])
    return np.concatenate(
        [
            _once(_keys(triples, followers[triple + 3], holders[triple])),
            _pairs(joined, followers, lengths, holders),
            _once(np.concatenate(list(_bridges(joined, followers, holders)))),
        ]
    )


def _pairs(joined: Units, followers: NDArray[np.uint32], lengths: Sequence[int], holders: Units) -> Keys:
    """Find each pair with what follows it.

    Sorted in runs, each text's on their own, which is three times as fast as all together, and as 32 bits,
    twice as fast as 64: some texts have few different units, whose ranks are small.
    """
    import numpy as np

    present = np.zeros(1 << 16, np.bool_)
    present[joined] = True
    units = np.flatnonzero(present)
    wide = len(units) > 1 << _RANKS
    units = np.arange(1 << 16) if wide else units
    kind: type[np.uint64 | np.uint32] = np.uint64 if wide else np.uint32
    width, follower = 16 if wide else _RANKS, kind(FOLLOWER_BITS)
    rank = np.zeros(1 << 16, kind)
    rank[units] = np.arange(len(units), dtype=kind)
    ranks: NDArray[Any] = rank[joined]
    pairs = ranks[:-3] << kind(width)
    ranks *= joined != BLANK  # as at the end of a text
    pairs |= ranks[1:-2]
    pairs <<= follower
    pairs |= followers[2:-1] * (joined[1:-2] != 0)
    end = 0
    for length in lengths:
        pairs[end : (end := end + length)].sort()
    firsts = pairs >> (kind(width) + follower)
    kept = (firsts != 0) & (firsts != rank[BLANK])
    kept[1:] &= (pairs[1:] != pairs[:-1]) | (holders[1:] != holders[:-1])
    pairs, firsts = pairs[kept], firsts[kept]
    units = units.astype(np.uint64)
    keys: Keys = _pair(units, 0)[firsts]
    keys |= units[pairs >> follower & kind((1 << width) - 1)]
    keys <<= np.uint64(FOLLOWER_BITS)
    keys |= pairs & kind((1 << FOLLOWER_BITS) - 1)
    keys <<= np.uint64(HOLDER_BITS)
    keys |= holders[kept]
    return keys


def _bridges(joined: Units, followers: NDArray[np.uint32], holders: Units) -> Iterator[Keys]:
    """Find each gap in a word's neighbourhood: see ``terms.bridge_term``. A text's end is not in one."""
    import numpy as np

    words = _tables()[2][joined]
    starts = np.flatnonzero(words[:-1] & ~words[1:])
    for gap in range(1, LONGEST_GAP + 1):
        starts = starts[starts < len(joined) - gap - 2]
        starts = starts[joined[starts + gap] != 0]
        ends = words[starts + gap + 1]
        here = starts[ends]
        term = bridge_term(joined[here + i].astype(np.uint32) for i in range(gap + 2))
        yield _keys(term + followers[here + gap + 2], None, holders[here])
        starts = starts[~ends]
    plain = _tables()[1][joined] < 36
    here = np.flatnonzero(words[:-4] & ~plain[:-4] & plain[1:-3] & plain[2:-2] & plain[3:-1])
    term = bridge_term(joined[here + i].astype(np.uint32) for i in range(BORDER))
    yield _keys(term + followers[here + BORDER], None, holders[here])


def _once(keys: Keys) -> Keys:
    import numpy as np

    keys.sort()
    once: Keys = keys[np.diff(keys, prepend=np.uint64(0)) != 0]
    return once


def _keys(terms: NDArray[Any], followers: NDArray[Any] | None, holders: Units) -> Keys:
    import numpy as np

    keys = terms.astype(np.uint64) << np.uint64(FOLLOWER_BITS)
    keys |= 0 if followers is None else followers
    keys <<= np.uint64(HOLDER_BITS)
    keys |= holders
    return keys


def join_keys(keys: Sequence[Keys]) -> Keys:
    """Give keys as one: the parts can be forgotten before they are sorted, which takes half as much again."""
    import numpy as np

    return np.concatenate([*keys, np.zeros(0, np.uint64)])


def sort_keys(keys: Sequence[int]) -> Keys:
    """Give keys that were reckoned one by one, in order."""
    import numpy as np

    return np.sort(np.array(keys, np.uint64))

"""Related work: earlier articles on the same people, products and matters, from any time.

In: the index of what all articles hold. Out: for an article the earlier ones that share most, and
what. The rule it guards: only what came **before** is looked at, and of each term only the last
articles that had it, so a new article touches the pages of the few that it names itself (they name
it back) and of the few that would have named it, never those of a whole archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from site_builder.stories.holdings import INDEXED, Index
from site_builder.stories.record import MOST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

EXACT = 24
"""So many, by what was added up, are compared term by term."""
NEAREST = 0.16
SHARED = 2
AT_ONCE = 64
"""Articles that are looked at together: each step costs numpy as much for one as for many."""

_ROW, _SUM = 31, 25
"""Bits that hold the place of an article, and what is added up of ten terms; six are left for ``AT_ONCE``."""

Terms = tuple[tuple[str, int], ...]
Chosen = tuple[tuple[int, tuple[str, ...]], ...]
"""Positions of earlier articles, each with the terms shared, heaviest first."""


def choose_kin(index: Index, rows: Sequence[int], terms: Sequence[Terms]) -> list[Chosen]:
    """Give for each of some articles, ``AT_ONCE`` at most, the earlier ones that share most with it, nearest
    first; ``terms`` are those that lead to it.

    One after the other they took four times the time, 140 µs each.
    """
    import numpy as np

    owner, other = _list_likely(index, rows)
    keys, weights = index.holdings.keys, index.holdings.weights
    names = [sorted(term for term, _ in some[:INDEXED]) for some in terms]
    mine = np.array(rows, np.int64)
    by_name = np.array([_order_by_name(some) for some in terms], np.int64).reshape(-1, INDEXED)
    our_keys = np.take_along_axis(keys[mine], by_name, 1)[owner].T
    our_weights = np.take_along_axis(weights[mine], by_name, 1)[owner].astype(np.int64)
    theirs = np.zeros(our_keys.shape, np.uint16)
    for key, weight in zip(keys[other].T, weights[other].T, strict=True):  # half of comparing all at once
        theirs += (our_keys == key) * weight  # an empty place weighs nothing
    products = theirs.T * our_weights
    scores = products.sum(axis=1)
    near = np.flatnonzero((scores >= NEAREST * 1_000_000) & ((products > 0).sum(axis=1) >= SHARED))
    near = near[np.lexsort((-other[near], -scores[near], owner[near]))]
    near = near[_places_of(owner[near]) < MOST]
    heaviest = np.argsort(-products[near], axis=1, kind="stable")  # of equal ones, by name
    shared = (products[near] > 0).sum(axis=1).tolist()
    chosen: list[list[tuple[int, tuple[str, ...]]]] = [[] for _ in rows]
    for at, kin, order, many in zip(
        owner[near].tolist(), other[near].tolist(), heaviest.tolist(), shared, strict=True
    ):
        chosen[at].append((kin, tuple([names[at][place] for place in order[:many]])))
    return [*map(tuple, chosen)]


def _order_by_name(terms: Terms) -> list[int]:
    """Give the places of an article's terms in the order of what they are called; empty places come last."""
    some = terms[:INDEXED]
    return [*sorted(range(len(some)), key=some.__getitem__), *range(len(some), INDEXED)]


def _list_likely(index: Index, rows: Sequence[int]) -> tuple[Numbers, Numbers]:
    """List for each the ``EXACT`` earlier articles that its terms lead to most.

    Of equal ones the later comes first. What is sorted is packed into one number each: a third of sorting by
    several.
    """
    import numpy as np

    owner, other, adds = index.before(rows)
    packed = (((owner << _ROW) | other) << _SUM) | adds
    packed.sort()
    pairs = packed >> _SUM
    starts = np.flatnonzero(np.concatenate((np.ones(len(pairs[:1]), bool), pairs[1:] != pairs[:-1])))
    sums = np.add.reduceat(packed & ((1 << _SUM) - 1), starts) if len(starts) else packed
    owner, other = pairs[starts] >> _ROW, pairs[starts] & ((1 << _ROW) - 1)
    ranks = (((owner << _SUM) | ((1 << _SUM) - 1 - sums)) << _ROW) | ((1 << _ROW) - 1 - other)
    ranks.sort()
    owner = ranks >> _SUM + _ROW
    first = _places_of(owner) < EXACT
    return owner[first], (1 << _ROW) - 1 - (ranks[first] & ((1 << _ROW) - 1))


def _places_of(owner: Numbers) -> Numbers:
    """Count, in a sorted list, how many of the same stand before each."""
    import numpy as np

    return np.arange(len(owner)) - np.searchsorted(owner, owner)

"""Related work: earlier articles on the same people, products and matters, from any time.

In: the index of what all articles hold. Out: for an article the earlier ones that share most, and
what. The rule it guards: only what came **before** is looked at, and of each term only the last
articles that had it, so a new article touches the pages of the few that it names itself (they name
it back) and of the few that would have named it, never those of a whole archive.
"""

from __future__ import annotations

from site_builder.stories.holdings import INDEXED, Index
from site_builder.stories.ledger import MOST

EXACT = 24
"""So many, by what was added up, are compared term by term."""
NEAREST = 0.16
SHARED = 2

Terms = tuple[tuple[str, int], ...]
Chosen = tuple[tuple[int, tuple[str, ...]], ...]
"""Positions of earlier articles, each with the terms shared, heaviest first."""


def choose_kin(index: Index, row: int, terms: Terms) -> Chosen:
    """Give the earlier articles that share most with this one, nearest first."""
    import numpy as np

    rows, adds = index.before(row)
    if len(rows) == 0:
        return ()
    order = rows.argsort(kind="stable")
    rows, adds = rows[order], adds[order]
    starts = np.flatnonzero(np.concatenate(([True], rows[1:] != rows[:-1])))
    others, sums = rows[starts], np.add.reduceat(adds, starts)
    likely = others[np.lexsort((-others, -sums))[:EXACT]]
    keys, weights = index.holdings.keys, index.holdings.weights
    same = keys[likely][:, :, None] == keys[row][None, None, :]
    products = (same * weights[likely][:, :, None].astype(np.int64)).sum(axis=1) * weights[row]
    products *= keys[row] != 0
    scores = products.sum(axis=1)
    near = (scores >= NEAREST * 1_000_000) & ((products > 0).sum(axis=1) >= SHARED)
    best = [at for at in np.lexsort((-likely, -scores)).tolist() if near[at]][:MOST]
    return tuple((int(likely[at]), _name_shared(terms, products[at].tolist())) for at in best)


def _name_shared(terms: Terms, products: list[int]) -> tuple[str, ...]:
    """Name the terms that two articles share, what weighs most in both first."""
    shared = [
        (-product, term) for (term, _), product in zip(terms[:INDEXED], products, strict=False) if product
    ]
    return tuple(term for _, term in sorted(shared))

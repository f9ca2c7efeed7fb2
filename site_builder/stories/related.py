"""Related work: earlier articles on the same people, products and matters, from any time.

In: traces, oldest first. Out: for each article the earlier ones that share most, and what. The
rule it guards: only what came **before** is looked at, so a new article touches the pages of the
few that it names itself (they name it back), never those of a whole archive.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from heapq import nlargest

INDEXED = 10
"""Of an article's terms so many, the heaviest, lead to it."""
BUDGET = 400
"""Postings that are looked at for one article, those of its rarest terms first."""
MOST = 5
NEAREST = 0.16
SHARED = 2
_BITS = 10
_MASK = (1 << _BITS) - 1

Terms = tuple[tuple[str, int], ...]
Chosen = tuple[tuple[int, tuple[str, ...]], ...]
"""Positions of earlier articles, each with the terms shared, heaviest first."""


class Works:
    """Which articles are about what."""

    def __init__(self) -> None:
        self._postings: dict[str, array[int]] = {}

    def choose(self, terms: Terms, suits: Callable[[int], bool]) -> Chosen:
        """Give up to five earlier articles that suit, nearest first."""
        lists = [
            (len(held), term, weight)
            for term, weight in terms[:INDEXED]
            if (held := self._postings.get(term))
        ]
        scores: dict[int, int] = {}
        budget = BUDGET
        for length, term, weight in sorted(lists):
            if budget <= 0:
                break
            for posting in self._postings[term][-budget:]:
                position = posting >> _BITS
                scores[position] = scores.get(position, 0) + weight * (posting & _MASK)
            budget -= length
        best = nlargest(4 * MOST, scores, key=lambda position: (scores[position], position))
        chosen = []
        for position in best:
            shared = self._shared(terms, position)
            near = sum(weight for _, weight in shared) >= NEAREST * 1_000_000
            if near and len(shared) >= SHARED and suits(position):
                chosen.append((position, tuple(term for term, _ in shared)))
            if len(chosen) == MOST:
                break
        return tuple(chosen)

    def absorb(self, position: int, terms: Terms) -> None:
        """Let an article be found by its heaviest terms."""
        for term, weight in terms[:INDEXED]:
            held = self._postings.get(term)
            if held is None:
                held = self._postings[term] = array("q")
            held.append(position << _BITS | min(weight, _MASK))

    def _shared(self, terms: Terms, position: int) -> list[tuple[str, int]]:
        """List the terms that lead to both, with what each adds to their likeness."""
        shared = []
        for term, weight in terms[:INDEXED]:
            held = self._postings.get(term)
            if held is not None:
                at = bisect_left(held, position << _BITS)
                if at < len(held) and held[at] >> _BITS == position:
                    shared.append((term, weight * (held[at] & _MASK)))
        return sorted(shared, key=lambda term: (-term[1], term[0]))

"""Developing stories: which article goes on with which story, as articles come in order of time.

In: traces with their times, oldest first. Out: for each article the story that it joins, or
none. The rule it guards: **the past decides**. An article is compared with stories as they stood
when it appeared, so a later article changes no earlier decision, and a story keeps its address.

Comparing with the nearest single article would chain everything into one story (measured: two
thirds of an archive of 62,000). So an article must be like the story's centre and like one of
its last members, and the longer the silence, the more alike.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from heapq import heappop, heappush, nlargest

from site_builder.model import Trace
from site_builder.stories.duplicates import share_of
from site_builder.stories.names import is_leader, is_well_known

DAY = 86_400
WINDOW = 45
"""Days of silence after which a story is over."""
RECENT = 3
HELD = 8
POSTINGS = 300
"""So many living stories, at most, are looked at for one article, by its rarest terms first."""
CANDIDATES = 6
LONGEST = 60
"""A story with so many articles is a subject; what follows begins a new one."""
NEAREST = 0.30
PER_DAY = 0.003
SHARED = 3
"""At least so many terms must be shared, however heavy they are."""
BEYOND_A_NAME = 0.12
"""How alike the two must be without the term that weighs most, when that is a well-known name, and
without heads of state: a name is not yet a story. A word that is in no list tells more."""
BEYOND_A_WORD = 0.06
CALM = 200
"""So many articles without a term are thought to live beside the real ones, or a term would
seem common in an archive of five."""
COMMONLY = math.log(100)
"""A term in one of a hundred living articles still counts in full."""

Terms = tuple[tuple[str, int], ...]
Vector = dict[str, float]


@dataclass(slots=True)
class _Thread:
    last: float
    members: int = 0
    centre: dict[str, int] = field(default_factory=dict)
    length: float = 0.0
    recent: list[dict[str, int]] = field(default_factory=list)
    held: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)


class Threads:
    """The stories that are alive at a moment, by the position of their first article."""

    def __init__(self) -> None:
        self._alive: dict[int, _Thread] = {}
        self._by_term: defaultdict[str, list[int]] = defaultdict(list)
        self._living: deque[tuple[float, Terms]] = deque()
        self._held: defaultdict[str, int] = defaultdict(int)
        self._ends: list[tuple[float, int]] = []

    def choose(self, terms: Terms, when: float) -> tuple[int, tuple[str, ...]]:
        """Give the story that an article goes on with, and what they share; -1 for none."""
        self._forget(when)
        vector = self._damp(terms)
        best, best_score = -1, 0.0
        for first in self._candidates(vector):
            thread = self._alive[first]
            days = (when - thread.last) / DAY
            if thread.members >= LONGEST:
                continue
            score = _likeness(vector, thread) / (NEAREST + PER_DAY * days)
            if score > best_score:
                best, best_score = first, score
        if best_score < 1.0:
            return -1, ()
        return best, _shared(vector, self._alive[best].centre)

    def sharing(self, first: int, prints: tuple[int, ...]) -> tuple[int, float]:
        """Name the member of a story that shares most passages with an article, and how much; or -1.

        Only the last members are looked at, and two prints in common are the least.
        """
        thread = self._alive.get(first)
        if thread is None:
            return -1, 0.0
        ours = frozenset(prints)
        often, member, theirs = max((len(ours.intersection(held)), at, held) for at, held in thread.held)
        return (member, share_of(prints, theirs)) if often > 1 else (-1, 0.0)

    def absorb(self, position: int, trace: Trace, when: float, first: int) -> None:
        """Let an article that has been judged count for those after it; -1 begins a story."""
        terms = trace.terms
        thread = self._alive.get(first)
        if thread is None:
            first = position
            thread = self._alive[first] = _Thread(when)
        for term, weight in terms:
            if term not in thread.centre:
                self._by_term[term].append(first)
            thread.centre[term] = thread.centre.get(term, 0) + weight
            self._held[term] += 1
        thread.length = math.sqrt(sum(weight * weight for weight in thread.centre.values()))
        thread.recent = [*thread.recent[1 - RECENT :], dict(terms)]
        thread.held = [*thread.held[1 - HELD :], (position, trace.prints)]
        thread.members += 1
        thread.last = when
        self._living.append((when, terms))
        heappush(self._ends, (when, first))

    def _damp(self, terms: Terms) -> Vector:
        """Let a term weigh less when many living articles have it: an epidemic, an election.

        The background knows how common words are at any time, this how common they are just now.
        Only the article that asks is damped, with the square; what stories hold is what they were
        made of, so that the living ones can be made again from their members alone.
        """
        alive = len(self._living) + CALM
        damped = {
            term: weight * min(1.0, math.log(alive / (self._held.get(term, 0) + 1)) / COMMONLY) ** 2
            for term, weight in terms
        }
        length = math.sqrt(sum(weight * weight for weight in damped.values())) or 1.0
        return {term: weight / length for term, weight in damped.items()}

    def _candidates(self, vector: Vector) -> list[int]:
        """List the stories that share most with an article, by what its rarer terms lead to."""
        lists = [(len(held), term) for term in vector if (held := self._by_term.get(term))]
        scores: dict[int, float] = {}
        looked_at = 0
        for length, term in sorted(lists):
            looked_at += length
            if looked_at > POSTINGS:
                break
            weight = vector[term]
            for first in self._by_term[term]:
                scores[first] = scores.get(first, 0.0) + weight
        return nlargest(CANDIDATES, scores, key=lambda first: (scores[first], -first))

    def _forget(self, now: float) -> None:
        """Drop what is over by now, so that what is left does not depend on when one looked last."""
        while self._living and now - self._living[0][0] > WINDOW * DAY:
            for term, _ in self._living.popleft()[1]:
                self._held[term] -= 1
                if not self._held[term]:
                    del self._held[term]
        while self._ends and now - self._ends[0][0] > WINDOW * DAY:
            last, first = heappop(self._ends)
            thread = self._alive.get(first)  # none: two of its members were of the same moment
            if thread is not None and thread.last == last:
                self._bury(first)

    def _bury(self, first: int) -> None:
        for term in self._alive.pop(first).centre:
            held = self._by_term[term]
            held.remove(first)
            if not held:
                del self._by_term[term]


def _likeness(vector: Vector, thread: _Thread) -> float:
    """Compare with the centre and with the nearest of the last members: the mean of the two."""
    shared = [term for term in vector if term in thread.centre]
    if len(shared) < SHARED:
        return 0.0
    products = {term: vector[term] * thread.centre[term] for term in shared}
    heaviest = max(products, key=lambda term: (products[term], term))
    centre = sum(products.values()) / thread.length
    beyond = BEYOND_A_NAME if is_well_known(heaviest) else BEYOND_A_WORD
    daily = sum(product for term, product in products.items() if term != heaviest and is_leader(term))
    if centre - (products[heaviest] + daily) / thread.length < beyond:
        return 0.0
    return (centre + max(_dot(vector, member) for member in thread.recent)) / 2


def _dot(one: Vector, other: dict[str, int]) -> float:
    """Multiply a vector of length 1 and one of length 1000."""
    return sum(weight * other[term] for term, weight in one.items() if term in other) / 1000


def _shared(vector: Vector, centre: dict[str, int]) -> tuple[str, ...]:
    """Name what an article shares with a story, what weighs most in both first."""
    both = [(-weight * centre[term], term) for term, weight in vector.items() if term in centre]
    return tuple(term for _, term in sorted(both)[:5])

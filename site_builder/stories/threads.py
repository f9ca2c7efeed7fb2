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
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from site_builder.model import Trace
from site_builder.stories.duplicates import share_of
from site_builder.stories.names import is_well_known, leaders

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
LENGTH = 1000
"""That of an article's vector, in whole numbers."""
ALMOST = 1 - 1e-6
"""What is nearer to a bound than this is reckoned to the end, since sums are rounded."""
CALM = 200
"""So many articles without a term are thought to live beside the real ones, or a term would
seem common in an archive of five."""
ONE_IN = 100
COMMONLY = math.log(ONE_IN)
"""A term in one of a hundred living articles still counts in full."""

Terms = tuple[tuple[str, int], ...]
Vector = dict[str, float]


@dataclass(slots=True)
class _Thread:
    last: float
    members: int = 0
    centre: dict[str, int] = field(default_factory=dict)
    squares: int = 0
    length: float = 0.0
    recent: list[dict[str, int]] = field(default_factory=list)
    held: list[tuple[int, frozenset[int]]] = field(default_factory=list)


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
            if thread.members >= LONGEST:
                continue
            least = NEAREST + PER_DAY * ((when - thread.last) / DAY)
            score = _likeness(vector, thread, least * max(1.0, best_score)) / least
            if score >= 1.0 and score > best_score:
                best, best_score = first, score
        return (best, _shared(vector, self._alive[best].centre)) if best >= 0 else (-1, ())

    def sharing(self, first: int, prints: tuple[int, ...]) -> tuple[int, float]:
        """Name the member of a story that shares most passages with an article, and how much; or -1.

        Only the last members are looked at, and two prints in common are the least.
        """
        thread = self._alive.get(first)
        if thread is None:
            return -1, 0.0
        ours = frozenset(prints)
        often, member, at = max((len(ours & held), row, at) for at, (row, held) in enumerate(thread.held))
        return (member, share_of(prints, sorted(thread.held[at][1]))) if often > 1 else (-1, 0.0)

    def absorb(self, position: int, trace: Trace, when: float, first: int) -> None:
        """Let an article that has been judged count for those after it; -1 begins a story."""
        terms = trace.terms
        thread = self._alive.get(first)
        if thread is None:
            first = position
            thread = self._alive[first] = _Thread(when)
        centre, held = thread.centre, self._held
        for term, weight in terms:
            before = centre.get(term, 0)
            if not before:
                self._by_term[term].append(first)
            centre[term] = before + weight
            thread.squares += weight * (2 * before + weight)  # whole numbers: what adding up all would give
            held[term] += 1
        thread.length = math.sqrt(thread.squares)
        thread.recent = [*thread.recent[1 - RECENT :], dict(terms)]
        thread.held = [*thread.held[1 - HELD :], (position, frozenset(trace.prints))]
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
        alive, held = len(self._living) + CALM, self._held
        rare = alive // ONE_IN - 1  # of what so few have, the logarithm need not be taken
        damped = {
            term: weight
            if (often := held.get(term, 0)) <= rare
            else weight * min(1.0, math.log(alive / (often + 1)) / COMMONLY) ** 2
            for term, weight in terms
        }
        length = math.sqrt(sum(weight * weight for weight in damped.values())) or 1.0
        return {term: weight / length for term, weight in damped.items()}

    def _candidates(self, vector: Vector) -> list[int]:
        """List the stories that share most with an article, by what its rarer terms lead to."""
        by_term = self._by_term
        lists = [(len(held), term) for term in vector if (held := by_term.get(term))]
        scores: defaultdict[int, float] = defaultdict(float)  # a third less than to ask for each with ``get``
        looked_at = 0
        for length, term in sorted(lists):
            looked_at += length
            if looked_at > POSTINGS:
                break
            weight = vector[term]
            for first in by_term[term]:
                scores[first] += weight
        likely: Iterable[int] = scores
        if len(scores) > CANDIDATES:
            least = sorted(scores.values())[-CANDIDATES]  # a third of asking for the largest pairs
            likely = [first for first, score in scores.items() if score >= least]
        return sorted(likely, key=lambda first: (-scores[first], first))[:CANDIDATES]

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


def _likeness(vector: Vector, thread: _Thread, least: float) -> float:
    """Compare with the centre and with the nearest of the last members: the mean of the two.

    0 when it is less than ``least``. A member has of each term what the centre has at most, so that most
    need no second look (gain: two thirds of choosing a story).
    """
    centre = thread.centre
    products = {term: weight * centre[term] for term, weight in vector.items() if term in centre}
    if len(products) < SHARED:
        return 0.0
    total = sum(products.values())
    nearness = total / thread.length
    if nearness + total / LENGTH < 2 * least * ALMOST:
        return 0.0
    most, daily_names = max(products.values()), leaders()
    heaviest = max(term for term, product in products.items() if product == most)
    beyond = BEYOND_A_NAME if is_well_known(heaviest) else BEYOND_A_WORD
    daily = sum([products[term] for term in products if term in daily_names and term != heaviest])
    if nearness - (most + daily) / thread.length < beyond:
        return 0.0
    nearest = max(
        sum([vector[term] * one[term] for term in products if term in one]) for one in thread.recent
    )
    return (nearness + nearest / LENGTH) / 2


def _shared(vector: Vector, centre: dict[str, int]) -> tuple[str, ...]:
    """Name what an article shares with a story, what weighs most in both first."""
    both = [(-weight * centre[term], term) for term, weight in vector.items() if term in centre]
    return tuple(term for _, term in sorted(both)[:5])

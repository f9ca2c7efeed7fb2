"""What every article has to do with the others, decided as articles come in order of time.

In: articles in order of time, and ways to load their traces and texts. Out: a ``Verdict`` for
each. The rule it guards: **the past decides**. A verdict depends on a few earlier articles only, so
one of an earlier build holds until one of those comes, goes or changes; one more article costs what
that one costs, whatever its date. Nothing compares all pairs.
"""

from __future__ import annotations

import functools
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder.model import Card, Trace
from site_builder.stories.duplicates import (
    CANDIDATES,
    LIKELY,
    Wording,
    compare_wordings,
    rate,
    shared_passage,
)
from site_builder.stories.holdings import (
    NO_PRINT,
    Holdings,
    Index,
    index_terms,
    list_print_holders,
    make_room,
    touched_by_prints,
    touched_by_terms,
)
from site_builder.stories.ledger import Change, Ledger, Verdict, compare_marks
from site_builder.stories.related import choose_kin
from site_builder.stories.threads import DAY, WINDOW, Threads

NEARBY = 60 * DAY
"""A passage shared with something older is a formula or a quotation."""
AT_ONCE = 500
"""Traces that are read together."""
NOTHING = Ledger()


_FORMULA = re.compile(
    "版[权權]|著作[权權]|[转轉][载載]|未[经經]授[权權]|[订訂][阅閱]|扫码|[责責]任[编編][辑輯]"
    "|copyright|all rights reserved|subscribe",
    re.IGNORECASE,
)
"""What publishers print below everything; a passage with such words is no news."""
_SCORE = re.compile(r"(?<![\d.:-])\d{1,3} ?(?:[比:：-]|to) ?\d{1,3}(?![\d.:%-])(?! ?(?:[年月日点倍]|am|pm))")
"""A result: the next match of the same team is another matter."""


def in_order_of_time(cards: Iterable[Card]) -> list[Card]:
    """Order cards oldest first, ties by id and address; the undated come last."""
    return sorted(cards, key=lambda card: (card.published is None, _when(card), card.id, card.url))


def _when(card: Card) -> float:
    return card.published.timestamp() if card.published else 0.0


@dataclass(frozen=True, slots=True)
class Stacks:
    """Ways to articles' traces and to one's text."""

    load_traces: Callable[[Sequence[Card]], Iterable[Trace]]
    load_text: Callable[[Card], str]

    def traces(self, cards: Sequence[Card]) -> Iterator[Trace]:
        """Give the traces of many, loading as many together as pays."""
        for begin in range(0, len(cards), AT_ONCE):
            yield from self.load_traces(cards[begin : begin + AT_ONCE])


def judge_all(cards: Sequence[Card], marks: Sequence[str], stacks: Stacks, known: Ledger = NOTHING) -> Ledger:
    """Judge every article of an ordered list; ``marks`` say which bytes each one is.

    Of what is ``known``, all stands that has nothing to do with what came, went or changed.
    """
    change = compare_marks(known.marks, marks)
    if not change.fresh and not change.gone:
        return known
    held, before = make_room(len(cards)), known.holdings or make_room(0)
    kept = [row for row, old in enumerate(change.old_of) if old >= 0]
    held.copy(kept, before, [change.old_of[row] for row in kept])
    held.put(change.fresh, stacks.traces([cards[row] for row in change.fresh]))
    bench = _Bench(cards, stacks, held, change.carry_over(known.verdicts))
    changed = (held.take(change.fresh), before.take(change.gone))
    again = bench.look_for_copies({*change.fresh, *touched_by_prints(held, changed, change.since)})
    index = index_terms(held)
    touched = {*change.fresh}
    if len(touched) < len(cards):
        for rows, places in zip(changed, (change.fresh, change.places), strict=True):
            touched |= touched_by_terms(index, rows, places)
    bench.name_kin(index, sorted(touched))
    bench.follow_stories(change, known.verdicts, again)
    return Ledger(tuple(marks), tuple(bench.verdicts), held)


class _Bench:
    """All that is known of the articles so far; ``verdicts`` is mended row by row."""

    def __init__(
        self, cards: Sequence[Card], stacks: Stacks, holdings: Holdings, verdicts: list[Verdict]
    ) -> None:
        self._cards, self._stacks, self._holdings = cards, stacks, holdings
        self.verdicts = verdicts
        self._times = [card.published.timestamp() if card.published else None for card in cards]
        self._wording = functools.lru_cache(maxsize=128)(lambda row: Wording(stacks.load_text(cards[row])))

    # --- copies

    def look_for_copies(self, rows: Iterable[int]) -> list[int]:
        """Judge whether these are copies, or of a series; give those that no longer are what they were."""
        rows = sorted(rows)
        changed = []
        for row, holders in zip(rows, list_print_holders(self._holdings, rows), strict=True):
            copy_of, is_series = self._find_original(row, holders[:CANDIDATES])
            verdict = self.verdicts[row]
            if (copy_of >= 0, is_series) != (verdict.copy_of >= 0, verdict.is_series):
                changed.append(row)
            self.verdicts[row] = verdict._replace(copy_of=copy_of, is_series=is_series)
        return changed

    def _find_original(self, row: int, holders: Sequence[int]) -> tuple[int, bool]:
        """Compare texts with the few that share prints: which one it copies, whether it is of a series."""
        is_series = False
        ours = self._prints(row)
        for other, share in rate(ours, ((holder, self._prints(holder)) for holder in holders)):
            if share >= LIKELY:
                found = compare_wordings(self._wording(other), self._wording(row))
                if found == "same":
                    return other, False
                is_series = is_series or found == "series"
        return -1, is_series

    def _prints(self, row: int) -> list[int]:
        prints: list[int] = self._holdings.prints[row].tolist()
        return prints[: prints.index(NO_PRINT)] if prints[-1] == NO_PRINT else prints

    # --- related work

    def name_kin(self, index: Index, rows: Sequence[int]) -> None:
        """Name the earlier articles that these have most in common with."""
        for row, trace in zip(rows, self._traces(rows), strict=True):
            self.verdicts[row] = self.verdicts[row]._replace(related=choose_kin(index, row, trace.terms))

    def _traces(self, rows: Sequence[int]) -> Iterator[Trace]:
        return self._stacks.traces([self._cards[row] for row in rows])

    # --- stories

    def follow_stories(self, change: Change, old: Sequence[Verdict], again: Iterable[int]) -> None:
        """Let the articles go on with stories, from the first change on until it has no more effect.

        That is when for ``WINDOW`` days no article joined a story that is not as it was before.
        """
        unrest = sorted({*change.fresh, *change.places, *again})
        dated = sum(1 for when in self._times if when is not None)
        if not unrest or unrest[0] >= dated:
            return
        threads = self._resume(unrest[0])
        restless, quiet = _Restless(change, old), -math.inf
        ahead = range(unrest[0], dated)
        pending = deque(unrest)
        for row, trace in zip(ahead, self._traces(ahead), strict=True):
            when = self._when(row)
            while pending and pending[0] <= row:
                pending.popleft()
                quiet = when + WINDOW * DAY
            if not pending and when > quiet:
                return
            self.verdicts[row] = self._go_on(threads, row, trace)
            if restless.notes(row, self.verdicts[row]):
                quiet = when + WINDOW * DAY

    def _resume(self, start: int) -> Threads:
        """Make the stories again that are alive when an article appears, from their members."""
        threads = Threads()
        begin = self._when(start) - WINDOW * DAY
        judged = enumerate(self.verdicts[:start])
        parts = [(row, self._story(row)) for row, verdict in judged if verdict.copy_of < 0]
        alive = {story for row, story in parts if self._when(row) >= begin}
        rows = [row for row, story in parts if story in alive]
        for row, trace in zip(rows, self._traces(rows), strict=True):
            threads.absorb(row, trace, self._when(row), self.verdicts[row].thread)
        return threads

    def _go_on(self, threads: Threads, row: int, trace: Trace) -> Verdict:
        """Find the story of one article and what it shares with it word for word."""
        verdict = self.verdicts[row]._replace(thread=-1, because=(), passages=())
        if verdict.copy_of >= 0:
            return verdict
        if not (verdict.is_series or _SCORE.search(self._cards[row].title)):
            verdict = self._choose(threads, row, trace, verdict)
        threads.absorb(row, trace, self._when(row), verdict.thread)
        return verdict

    def _choose(self, threads: Threads, row: int, trace: Trace, verdict: Verdict) -> Verdict:
        thread, because = threads.choose(trace.terms, self._when(row))
        other, share = threads.sharing(thread, trace.prints)
        if other < 0:
            return verdict._replace(thread=thread, because=because)
        if share >= LIKELY / 2 and compare_wordings(self._wording(other), self._wording(row)) == "series":
            return verdict
        return verdict._replace(thread=thread, because=because, passages=self._find_passage(row, other))

    def _find_passage(self, row: int, other: int) -> tuple[tuple[int, str], ...]:
        """Find what stands word for word in another article of the same story."""
        there, here = self._wording(other), self._wording(row)
        passage = shared_passage(there, here)
        return ((other, passage),) if passage and self._is_telling(row, other, passage, here.text) else ()

    def _story(self, row: int) -> int:
        """Give the first article of the story that an article belongs to, if only itself."""
        thread = self.verdicts[row].thread
        return row if thread < 0 else thread

    def _when(self, row: int) -> float:
        return self._times[row] or 0.0

    def _is_telling(self, position: int, there: int, passage: str, text: str) -> bool:
        """Tell whether a shared passage is more than a formula that a publisher closes or opens with."""
        card, other = self._cards[position], self._cards[there]
        if _FORMULA.search(passage) or self._when(position) - self._when(there) > NEARBY:
            return False
        lines = [line for line in text.split("\n") if line.strip()]
        at_edge = any(passage[:20] in line or passage[-20:] in line for line in (lines[0], *lines[-2:]))
        return card.source_slug != other.source_slug or not at_edge


class _Restless:
    """The stories that have, so far, other members than they had in an earlier build."""

    def __init__(self, change: Change, old: Sequence[Verdict]) -> None:
        self._change, self._old = change, old
        self._before = {_own(old, at) for at in change.gone}
        self._now: set[int] = set()

    def notes(self, row: int, verdict: Verdict) -> bool:
        """Compare an article's story with what it was; tell whether it, or its story, is another."""
        at = self._change.old_of[row]
        now = -1 if verdict.copy_of >= 0 else row if verdict.thread < 0 else verdict.thread
        before = _own(self._old, at) if at >= 0 else -1
        if at < 0 or (now, before).count(-1) == 1 or (now >= 0 and self._change.new_of[before] != now):
            self._now.add(now)
            self._before.add(before)
        return (now >= 0 and now in self._now) or (before >= 0 and before in self._before)


def _own(verdicts: Sequence[Verdict], at: int) -> int:
    """Give the first article of a story by one of its members; -1 for a copy."""
    verdict = verdicts[at]
    return -1 if verdict.copy_of >= 0 else at if verdict.thread < 0 else verdict.thread

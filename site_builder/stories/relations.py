"""What every article has to do with the others, decided as articles come in order of time.

In: articles in order of time, and ways to load their traces and texts. Out: a ``Verdict`` for
each. The rule it guards: **the past decides**. A verdict depends on a few earlier articles only, so
one of an earlier build holds until one of those comes, goes or changes; one more article costs what
that one costs, whatever its date. Nothing compares all pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from site_builder.model import PRECISIONS, Archive, Card, Trace, pick
from site_builder.stories.comparing import Reader, Step, TraceLoader
from site_builder.stories.duplicates import CANDIDATES, LIKELY, compare_wordings, find_likely
from site_builder.stories.holdings import (
    INDEXED,
    find_same_terms,
    index_terms,
    list_print_holders,
    make_room,
    touched_by_prints,
    touched_by_terms,
)
from site_builder.stories.moving import find_moved
from site_builder.stories.record import Change, StoryRecord, Verdicts, compare_marks
from site_builder.stories.related import AT_ONCE
from site_builder.stories.threads import DAY, WINDOW, Threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Like the built-in ``map``."""

MANY = 400
"""From so many new articles on it pays to share out what needs no order."""
NEARBY = 60 * DAY
"""A passage shared with something older is a formula or a quotation."""
_SCORE = re.compile(
    r"(?<![\d.:-])\d{1,3} ?(?:[比対대:：-]|to) ?\d{1,3}(?![\d.:%-])(?! ?(?:[年月日点倍時]|am|pm|Uhr|ч\b|h\b))"
)
"""A result: the next match of the same team is another matter."""


def in_order_of_time(cards: Sequence[Card]) -> Sequence[Card]:
    """Order cards oldest first, ties by id and address; the undated come last."""
    return pick(cards, sorted(range(len(cards)), key=lambda place: _place_in_time(cards[place])))


def line_up(archive: Archive) -> Sequence[Card]:
    """Put all articles of an archive in that order; of dated ones that rest, no card is made."""
    return replace(archive, cards=archive.cards[::-1], undated=in_order_of_time(archive.undated)).every


def _place_in_time(card: Card) -> tuple[bool, float, int, str, str]:
    return (_is_undated(card), _when(card), PRECISIONS.index(card.precision), card.id, card.url)


def _is_undated(card: Card) -> bool:
    return card.published is None


def _when(card: Card) -> float:
    return card.published.timestamp() if card.published else 0.0


def judge_all(
    cards: Sequence[Card],
    marks: Sequence[str],
    loader: TraceLoader,
    known: StoryRecord | None = None,
    run: Run = map,
) -> StoryRecord:
    """Judge every article of an ordered list; ``marks`` say which bytes each one is.

    Of what is ``known``, all stands that has nothing to do with what came, went or changed. What
    needs no order goes to ``run``, when it is much.
    """
    known = known or StoryRecord()
    change = compare_marks(known.marks, marks)
    if not change.fresh and not change.gone:
        return replace(known, moved=frozenset())
    run = run if len(change.fresh) >= MANY else map
    before, held = known.holdings, make_room(len(cards))
    kept = [row for row, old in enumerate(change.old_of) if old >= 0]
    held.copy(kept, before, [change.old_of[row] for row in kept])
    held.put(change.fresh, loader.traces(change.fresh))
    gone = before.take(change.gone)
    fresh, touched = held.take(change.fresh), {*change.fresh}
    copies, same = change.fresh, dict[int, int]()
    if kept:
        copies = sorted({*copies, *touched_by_prints(held, change.fresh, gone, change.places)})
        same = find_same_terms(fresh, change.fresh, gone, change.places)
        came = [number for number in range(len(change.fresh)) if number not in same]
        went = sorted({*range(len(change.gone))} - {*same.values()})
        some_new, some_old = fresh.take(came), gone.take(went)
        index = index_terms(held, (some_new, some_old))
        touched |= touched_by_terms(index, some_new, [change.fresh[number] for number in came])
        touched |= touched_by_terms(index, some_old, [change.places[number] for number in went])
    some = (held.take(sorted(touched)),) if len(touched) < len(cards) else ()
    reader = Reader(loader, held, index_terms(held, some))
    edited = {change.gone[old]: change.fresh[new] for new, old in same.items()}
    bench = _Bench(cards, reader, change.carry_over(known.verdicts, edited))
    again = bench.look_for_copies(copies, run)
    bench.finish(bench.follow_stories(change, known.verdicts, again), touched, run)
    judged = {*copies, *touched, *bench.followed}
    moved = find_moved(change, known.verdicts, bench.verdicts, judged) if kept else None
    return StoryRecord(tuple(marks), bench.verdicts, held, moved)


class _Bench:
    """All that is known of the articles so far; ``verdicts`` is mended row by row."""

    def __init__(self, cards: Sequence[Card], reader: Reader, verdicts: Verdicts) -> None:
        self._cards, self._reader, self.verdicts = cards, reader, verdicts
        self._dated = bisect_left(cards, True, key=_is_undated)
        self.followed: list[int] = []
        """Those whose story was looked for."""

    def look_for_copies(self, rows: Sequence[int], run: Run) -> list[int]:
        """Judge whether these are copies, or of a series; give those that no longer are what they were."""
        changed, verdicts = [], self.verdicts
        held = self._reader.holdings
        likely = find_likely(held.prints, *list_print_holders(held, rows, CANDIDATES))
        found = chain.from_iterable(run(self._reader.find_originals, _in_batches(likely.items())))
        originals = dict(zip(likely, found, strict=True))
        for row in rows:
            copy_of, is_series = originals.get(row, (-1, False))
            if (copy_of >= 0, is_series) != (verdicts.copies[row] >= 0, verdicts.series[row]):
                changed.append(row)
            verdicts.copies[row], verdicts.series[row] = copy_of, is_series
        return changed

    def finish(self, told: Iterable[Step], touched: Iterable[int], run: Run) -> None:
        """Add kin and passages to what stories say; the next story is found while others work on these."""
        given = deque[list[Step]]()
        for found in run(self._reader.finish, _note(_in_batches(self._also(told, {*touched})), given)):
            for step, (kin, passage) in zip(given.popleft(), found, strict=True):
                if step.wants_kin:
                    self.verdicts.name_kin(step.row, kin)
                if step.other >= 0:
                    self.verdicts.quote(step.row, step.other, passage)

    def _also(self, told: Iterable[Step], todo: set[int]) -> Iterator[Step]:
        """Let each article of ``todo`` have its kin named; those that no story was looked for come last."""
        for step in told:
            if step.row in todo or step.other >= 0:
                yield step._replace(wants_kin=step.row in todo)
                todo.discard(step.row)
        rest = sorted(todo)
        for row, trace in zip(rest, self._reader.loader.traces(rest), strict=True):
            yield Step(row, trace.terms[:INDEXED], wants_kin=True)

    def _when(self, row: int) -> float:
        return _when(self._cards[row])

    # --- stories

    def follow_stories(self, change: Change, old: Verdicts, again: Iterable[int]) -> Iterator[Step]:
        """Let the articles go on with stories, from the first change on until it has no more effect.

        That is when for ``WINDOW`` days no article joined a story that is not as it was before.
        """
        restless, pending = _Restless(change, old), deque(sorted({*change.fresh, *change.places, *again}))
        while pending and pending[0] < self._dated:
            yield from self._follow(pending, restless)

    def _follow(self, pending: deque[int], restless: _Restless) -> Iterator[Step]:
        """Follow the first of the changes, and those that come before it has no more effect.

        An article that gets another date changes two times that may lie years apart; what is between them
        stands (gain: of 100,000 articles a minute).
        """
        threads, quiet = self._resume(pending[0]), -float("inf")
        ahead = range(pending[0], self._dated)
        for row, trace in zip(ahead, self._reader.loader.traces(ahead), strict=True):
            when = self._when(row)
            while pending and pending[0] <= row:
                pending.popleft()
                quiet = when + WINDOW * DAY
            if when > quiet:
                return
            self.followed.append(row)
            yield self._go_on(threads, row, trace)
            if restless.notes(row, self.verdicts.story(row)):
                quiet = when + WINDOW * DAY
        pending.clear()

    def _resume(self, start: int) -> Threads:
        """Make the stories again that are alive when an article appears, from their members."""
        import numpy as np

        threads = Threads()
        begin = bisect_left(self._cards, self._when(start) - WINDOW * DAY, hi=start, key=_when)
        stories = _stories_of(self.verdicts, start)
        alive = np.unique(stories[begin:])
        rows = np.flatnonzero(np.isin(stories, alive[alive >= 0])).tolist()
        for row, trace in zip(rows, self._reader.loader.traces(rows), strict=True):
            threads.absorb(row, trace, self._when(row), int(self.verdicts.threads[row]))
        return threads

    def _go_on(self, threads: Threads, row: int, trace: Trace) -> Step:
        """Find the story of one article, and another one of it that may have a passage in common."""
        verdicts, step = self.verdicts, Step(row, trace.terms[:INDEXED])
        compared = int(verdicts.quoted[row]), verdicts.passages[row]
        verdicts.go_on(row, -1, ())
        if verdicts.copies[row] >= 0:
            return step
        if not (verdicts.series[row] or _SCORE.search(self._cards[row].title)):
            step = self._choose(threads, step, trace, compared)
        threads.absorb(row, trace, self._when(row), int(verdicts.threads[row]))
        return step

    def _choose(self, threads: Threads, step: Step, trace: Trace, compared: tuple[int, str]) -> Step:
        row = step.row
        thread, because = threads.choose(trace.terms, self._when(row))
        other, share = threads.sharing(thread, trace.prints)
        if 0 <= other == compared[0]:  # both are as they were (gain: a quarter of what an edit costs here)
            self.verdicts.go_on(row, thread, because)
            self.verdicts.quote(row, *compared)
            return step
        if other >= 0 and share >= LIKELY / 2:
            wording = self._reader.wording
            if compare_wordings(wording(other), wording(row)) == "series":
                return step
        self.verdicts.go_on(row, thread, because)
        if other < 0 or self._when(row) - self._when(other) > NEARBY:
            return step
        theirs = self._cards[row].source_slug != self._cards[other].source_slug
        return step._replace(other=other, is_theirs=theirs)


def _in_batches(some: Iterable[T]) -> Iterator[list[T]]:
    """Give those together that are worked on together."""
    todo = iter(some)
    return iter(lambda: [*islice(todo, AT_ONCE)], [])


def _note(batches: Iterable[list[Step]], given: deque[list[Step]]) -> Iterator[list[Step]]:
    """Keep what is given to others until it comes back, in the same order."""
    for batch in batches:
        given.append(batch)
        yield batch


def _stories_of(verdicts: Verdicts, until: int) -> NDArray[np.int64]:
    """Give the first article of each one's story, if only itself; -1 for a copy."""
    import numpy as np

    own = np.arange(until)
    threads = verdicts.threads[:until]
    return np.where(verdicts.copies[:until] >= 0, -1, np.where(threads < 0, own, threads))


class _Restless:
    """The stories that have, so far, other members than they had in an earlier build."""

    def __init__(self, change: Change, old: Verdicts) -> None:
        self._change, self._old = change, old
        self._before = {old.story(at) for at in change.gone}
        self._now: set[int] = set()

    def notes(self, row: int, now: int) -> bool:
        """Compare an article's story with what it was; tell whether it, or its story, is another."""
        at = self._change.old_of[row]
        before = self._old.story(at) if at >= 0 else -1
        if at < 0 or (now, before).count(-1) == 1 or (now >= 0 and self._change.new_of[before] != now):
            self._now.add(now)
            self._before.add(before)
        return (now >= 0 and now in self._now) or (before >= 0 and before in self._before)

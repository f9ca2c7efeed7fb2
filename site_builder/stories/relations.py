"""What every article has to do with the others, decided as articles come in order of time.

In: articles in order of time, and ways to load one's trace and text. Out: a ``Verdict`` for each,
then ``Relations`` and the stories. The rule it guards: **the past decides**. A verdict depends on
earlier articles only; those of an earlier build hold up to the first article that is new, so one
more article costs what that one costs. Nothing compares all pairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from site_builder.model import Card, Group, Kin, Passage, Relations, Trace
from site_builder.stories.corrections import Corrections
from site_builder.stories.duplicates import LIKELY, Prints, compare, shared_passage
from site_builder.stories.related import Works
from site_builder.stories.threads import DAY, Threads, still_matter

MANY = 10
"""The pages of a story's articles tell how many there are up to here; above, that there are more,
so that a long story's next article does not change the pages of all."""
NEARBY = 60 * DAY
"""A passage shared with something older is a formula or a quotation."""


_FORMULA = re.compile(
    "版[权權]|著作[权權]|[转轉][载載]|未[经經]授[权權]|[订訂][阅閱]|扫码|[责責]任[编編][辑輯]"
    "|copyright|all rights reserved|subscribe",
    re.IGNORECASE,
)
"""What publishers print below everything; a passage with such words is no news."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article has to do with earlier ones, by their positions in time; -1 is none."""

    thread: int
    """The first article of the story that it goes on with."""
    because: tuple[str, ...]
    copy_of: int
    related: tuple[tuple[int, tuple[str, ...]], ...]
    passages: tuple[tuple[int, str], ...]


def in_order_of_time(cards: Iterable[Card]) -> list[Card]:
    """Order cards oldest first, ties by id and address; the undated come last."""
    return sorted(cards, key=lambda card: (card.published is None, _when(card), card.id, card.url))


def _when(card: Card) -> float:
    return card.published.timestamp() if card.published else 0.0


def judge_all(
    cards: Sequence[Card],
    load_trace: Callable[[Card], Trace],
    load_text: Callable[[Card], str],
    known: Sequence[Verdict] = (),
) -> list[Verdict]:
    """Judge every article of an ordered list; ``known`` are the verdicts on the first of them."""
    bench = _Bench(cards, load_text)
    stories = [
        (None if verdict.copy_of >= 0 or card.published is None else _when(card), verdict.thread)
        for card, verdict in zip(cards, known, strict=False)
    ]
    stories = [(when, first if first >= 0 else at) for at, (when, first) in enumerate(stories)]
    stories += [(_when(card) if card.published else None, -1) for card in cards[len(known) :]]
    alive = still_matter(stories, len(known))
    for position, card in enumerate(cards):
        trace = load_trace(card)
        is_known = position < len(known)
        verdict = known[position] if is_known else bench.judge(position, trace)
        bench.absorb(position, trace, verdict, goes_on=not is_known or alive[position])
    return bench.verdicts


class _Bench:
    """All that is remembered of the articles so far."""

    def __init__(self, cards: Sequence[Card], load_text: Callable[[Card], str]) -> None:
        self._cards, self._load_text = cards, load_text
        self._prints, self._threads, self._works = Prints(), Threads(), Works()
        self.verdicts: list[Verdict] = []

    def judge(self, position: int, trace: Trace) -> Verdict:
        """Compare an article with those before it."""
        card = self._cards[position]
        near = self._prints.candidates(trace.prints)
        copy_of, is_series = self._look_for_copies(position, [one for one, share in near if share >= LIKELY])
        if copy_of >= 0:
            return Verdict(self._story(copy_of), (), copy_of, (), ())
        thread: int = -1
        because: tuple[str, ...] = ()
        if card.published is not None and not is_series:
            thread, because = self._threads.choose(trace.terms, _when(card))
        other, share = self._threads.sharing(thread, trace.prints)
        if share >= LIKELY / 2 and compare(*self._texts(other, position)) == "series":
            thread, because, other = -1, (), -1
        seen = {thread, -1}

        def suits(other: int) -> bool:
            """Take one article of a story, and none of this one's own."""
            fresh = (story := self._story(other)) not in seen
            seen.add(story)
            return fresh

        passages = self._find_passages(position, [other] if other >= 0 else [])
        return Verdict(thread, because, -1, self._works.choose(trace.terms, suits), passages)

    def absorb(self, position: int, trace: Trace, verdict: Verdict, goes_on: bool) -> None:
        """Let a judged article count for those after it; a copy adds nothing.

        ``goes_on``: whether its story may go on; one that is over need not be remembered.
        """
        self.verdicts.append(verdict)
        if verdict.copy_of < 0:
            self._prints.absorb(position, trace.prints)
            self._works.absorb(position, trace.terms)
            card = self._cards[position]
            if goes_on and card.published is not None:
                self._threads.absorb(position, trace, _when(card), verdict.thread)

    def _story(self, position: int) -> int:
        """Give the first article of the story that an article belongs to, if only itself."""
        thread = self.verdicts[position].thread
        return position if thread < 0 else thread

    def _look_for_copies(self, position: int, near: list[int]) -> tuple[int, bool]:
        """Compare texts with the few that share prints: which one it copies, whether it is of a series."""
        is_series = False
        for other in near:
            found = compare(*self._texts(other, position))
            if found == "same":
                return other, False
            is_series = is_series or found == "series"
        return -1, is_series

    def _find_passages(self, position: int, near: list[int]) -> tuple[tuple[int, str], ...]:
        """Find what stands word for word in those that share prints."""
        passages = []
        for other in near:
            there, here = self._texts(other, position)
            passage = shared_passage(there, here)
            if passage and self._is_telling(position, other, passage, here):
                passages.append((other, passage))
        return tuple(passages)

    def _texts(self, other: int, position: int) -> tuple[str, str]:
        return self._load_text(self._cards[other]), self._load_text(self._cards[position])

    def _is_telling(self, position: int, there: int, passage: str, text: str) -> bool:
        """Tell whether a shared passage is more than a formula that a publisher closes or opens with."""
        card, other = self._cards[position], self._cards[there]
        if _FORMULA.search(passage):
            return False
        if card.published is None or other.published is None or _when(card) - _when(other) > NEARBY:
            return False
        lines = [line for line in text.split("\n") if line.strip()]
        at_edge = any(passage[:20] in line or passage[-20:] in line for line in (lines[0], *lines[-2:]))
        return card.source_slug != other.source_slug or not at_edge


# --- verdicts -> relations --------------------------------------------------------------------


def relate(
    cards: Sequence[Card],
    verdicts: Sequence[Verdict],
    corrections: Corrections,
    names: Mapping[str, tuple[str, str]],
) -> tuple[tuple[Group, ...], dict[str, Relations]]:
    """Turn verdicts, and what a person says of them, into stories and each article's relations.

    ``names`` maps a tag's key to its shown name and address; other terms are shown as they are.
    """
    relations: dict[str, Relations] = {}
    stories = [members for members in _stories(cards, verdicts, corrections) if len(members) > 1]
    slugs: set[str] = set()
    groups = []
    for members in sorted(stories):
        first = cards[members[0]]
        title = corrections.titles.get(first.id, first.title)
        url = _thread_url(first.url, slugs)
        groups.append(Group(first.url, title, url, tuple(cards[member] for member in members)))
        for place, member in enumerate(members):
            relations[cards[member].url] = Relations(
                thread=url,
                place=place + 1,
                count=min(len(members), MANY + 1),
                earlier=cards[members[place - 1]].url if place else "",
                later=cards[members[place + 1]].url if place + 1 < len(members) else "",
                because=_shown(verdicts[member].because, names) if place else (),
            )
    _add_copies(cards, verdicts, relations)
    _add_passages(cards, verdicts, relations)
    _add_related(cards, verdicts, relations, names)
    return tuple(sorted(groups, key=_by_newest, reverse=True)), relations


def _by_newest(group: Group) -> tuple[float, str]:
    return _when(group.cards[-1]), group.key


def _stories(cards: Sequence[Card], verdicts: Sequence[Verdict], corrections: Corrections) -> list[list[int]]:
    """Group positions by story, oldest first in each; copies stay out, a person's word comes last."""
    story = {
        position: verdict.thread if verdict.thread >= 0 else position
        for position, verdict in enumerate(verdicts)
        if verdict.copy_of < 0 and cards[position].published is not None
    }
    corrections.apply(story, {cards[position].id: position for position in sorted(story, reverse=True)})
    members: dict[int, list[int]] = {}
    for position in sorted(story):
        members.setdefault(story[position], []).append(position)
    return list(members.values())


def _thread_url(first: str, taken: set[str]) -> str:
    """Give a story the name of its first article; when an older story has it, with the day before it."""
    slug = first.rpartition("/")[2]
    if slug in taken or slug == "index.html":
        slug = first.replace("/", "-")
    taken.add(slug)
    return f"threads/{slug}"


def _shown(terms: Sequence[str], names: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[term][0] if term in names else term for term in terms))


def _add_copies(cards: Sequence[Card], verdicts: Sequence[Verdict], relations: dict[str, Relations]) -> None:
    for position, verdict in enumerate(verdicts):
        if verdict.copy_of >= 0:
            url, first = cards[position].url, cards[verdict.copy_of].url
            lead = relations.get(first, Relations())
            relations[first] = replace(lead, copies=(*lead.copies, url))
            relations[url] = Relations(thread=lead.thread, count=lead.count, duplicate_of=first)


def _add_passages(
    cards: Sequence[Card], verdicts: Sequence[Verdict], relations: dict[str, Relations]
) -> None:
    """Name a shared passage on the pages of both."""
    for position, verdict in enumerate(verdicts):
        for other, text in verdict.passages:
            for here, there in ((position, other), (other, position)):
                mine = relations.get(cards[here].url, Relations())
                if len(mine.passages) < 3:
                    passage = Passage(cards[there].url, text)
                    relations[cards[here].url] = replace(mine, passages=(*mine.passages, passage))


def _add_related(
    cards: Sequence[Card],
    verdicts: Sequence[Verdict],
    relations: dict[str, Relations],
    names: Mapping[str, tuple[str, str]],
) -> None:
    """Name each article's earlier kin; later ones name it back while there is room."""
    kin: dict[int, list[Kin]] = {}
    for position, verdict in enumerate(verdicts):
        for other, shared in verdict.related:
            days = _days_between(cards[position], cards[other])
            shown = _shown(shared, names)[:4]
            kin.setdefault(position, []).append(Kin(cards[other].url, shown, days))
            if len(theirs := kin.setdefault(other, [])) < 5:
                theirs.append(Kin(cards[position].url, shown, days))
    for position, related in kin.items():
        mine = relations.get(cards[position].url, Relations())
        apart = [other for other in related if not _is_same_story(mine, relations.get(other.url))]
        if apart:
            relations[cards[position].url] = replace(mine, related=tuple(apart[:5]))


def _is_same_story(mine: Relations, theirs: Relations | None) -> bool:
    return theirs is not None and bool(mine.thread) and mine.thread == theirs.thread


def _days_between(one: Card, other: Card) -> int:
    if one.published is None or other.published is None:
        return 0
    return abs((one.published.date() - other.published.date()).days)

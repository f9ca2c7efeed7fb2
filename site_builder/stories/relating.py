"""Verdicts become what pages tell: stories, and what each article has to do with others.

In: articles and verdicts in order of time, what a person corrected, the names of tags. Out: the
stories, and ``Kinships``, which tells of one article when it is asked. The rule it guards: what is
told of an article depends on its verdict, its story, and the verdicts that name it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count, islice
from typing import TYPE_CHECKING

from site_builder.model import Card, Group, Kin, Passage, Relations, are_same, pick, urls_of
from site_builder.stories.corrections import Corrections
from site_builder.stories.moving import list_around, list_showing
from site_builder.stories.record import Verdicts, rows_of, trace_back
from site_builder.stories.showing import write_term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

MANY = 10
"""The pages of a story's articles tell how many there are up to here; above, that there are more,
so that a long story's next article does not change the pages of all."""
RELATED = 5
NAMED_BACK = 8
"""So many later articles may name one back, if their stories let them."""
PASSAGES = 3
REMEMBERED = 4096
"""Articles of which what was told is remembered at a time; in memory each takes 2 kB."""

_NOTHING = Relations()

Names = Mapping[str, tuple[str, str]]
"""Tag key -> (shown name, address)."""


def relate(
    cards: Sequence[Card],
    verdicts: Verdicts,
    corrections: Corrections,
    names: Names,
    moved: frozenset[int] | None = None,
    past: Iterable[Group] = (),
) -> tuple[tuple[Group, ...], Kinships]:
    """Turn verdicts, and what a person says of them, into stories and each article's relations.

    ``names`` maps a tag's key to its shown name and address; other terms are shown as articles write them.
    ``moved`` are those of which the verdicts may tell something else than before. ``past`` are the stories as
    the last build told them: one of the same articles is the very same group, which nobody need compare or
    write again (gain: of 100,000 articles, with 14,000 stories, 0.5 s).
    """
    stories = _list_stories(cards, verdicts, corrections)
    known = {} if corrections.titles else {story.key: story for story in past}
    urls, slugs = [*urls_of(cards)], set[str]()
    groups = []
    for members in stories:
        key, held = urls[members[0]], pick(cards, members)
        url, was = _thread_url(key, slugs), known.get(key)
        if was is not None and was.url == url and are_same(was.cards, held):
            groups.append(was)
            continue
        first = held[0]
        groups.append(Group(key, corrections.titles.get(first.id, first.title), url, held))
    kinships = Kinships(cards, verdicts, stories, [group.url for group in groups], names, moved)
    newest_first = sorted(zip(stories, groups, strict=True), key=_by_newest, reverse=True)
    return tuple(group for _, group in newest_first), kinships


class Kinships(Mapping[str, Relations]):
    """What each article has to do with others, by its address; those without any are left out.

    Made when asked for, since most builds show a few of all articles.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        verdicts: Verdicts,
        stories: Sequence[Sequence[int]],
        urls: Sequence[str],
        names: Names,
        moved: frozenset[int] | None,
    ) -> None:
        self._cards, self._verdicts, self._names = cards, verdicts, names
        self._roots = trace_back(verdicts)
        self._stories, self._urls = stories, urls
        self._rows = dict(zip(urls_of(cards), count(), strict=False))
        self._story_of = {row: number for number, members in enumerate(stories) for row in members}
        self._copies: dict[int, list[int]] = {}
        for row, root in self._roots.items():
            self._copies.setdefault(root, []).append(row)
        self._passages: dict[int, list[tuple[int, str]]] = {}
        for row in rows_of(verdicts.quoted):
            other, text = int(verdicts.quoted[row]), verdicts.passages[row]
            if text:
                self._passages.setdefault(row, []).append((other, text))
                self._passages.setdefault(other, []).append((row, text))
        self._told: dict[str, Relations] = {}
        self._moved = moved

    def __getitem__(self, url: str) -> Relations:
        told = self._told.get(url)
        if told is None:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            told = self._told[url] = self._tell(self._rows[url])
        if told == _NOTHING:
            raise KeyError(url)
        return told

    def __iter__(self) -> Iterator[str]:
        return (card.url for card in self._cards if card.url in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self._cards)

    @property
    def originals(self) -> Mapping[str, str]:
        """The address of each copy, and that of the article that it is a copy of."""
        return {self._cards[row].url: self._cards[root].url for row, root in sorted(self._roots.items())}

    def list_touched(self, changed: Iterable[str], renamed: Iterable[str]) -> frozenset[str] | None:
        """List the articles of which something else may be told than in the last build; None: any.

        ``changed`` are addresses of which a list shows something else, ``renamed`` the keys of tags
        that came, went or go by another name.
        """
        if self._moved is None:
            return None
        rows = [self._rows[url] for url in changed if url in self._rows]
        near = list_around(self._verdicts, rows) | list_showing(self._verdicts, renamed)
        return frozenset(self._cards[row].url for row in self._moved | near)

    @cached_property
    def _named_by(self) -> tuple[Places, Places]:
        """The articles that name others, in the order of those they name; and where each one's begin."""
        import numpy as np

        verdicts = self._verdicts
        roots = np.arange(len(verdicts) + 1)
        roots[list(self._roots)] = list(self._roots.values())
        roots[-1] = -1  # none stays none
        named = roots[verdicts.kin[:, :RELATED]]
        named[verdicts.copies >= 0] = -1
        flat = named.ravel()
        order = np.argsort(flat, kind="stable")
        return order // RELATED, np.searchsorted(flat[order], np.arange(len(verdicts) + 1))

    def _namers(self, row: int) -> list[int]:
        """List the first few later articles that name one."""
        namers, begins = self._named_by
        few: list[int] = namers[begins[row] : min(begins[row + 1], begins[row] + NAMED_BACK)].tolist()
        return few

    def _tell(self, row: int) -> Relations:
        if row in self._roots:
            lead = self._roots[row]
            thread, members = self._place(lead)
            return Relations(thread=thread, count=_count(members), duplicate_of=self._cards[lead].url)
        thread, members = self._place(row)
        place = members.index(row) if members else 0
        return Relations(
            thread=thread,
            place=place + 1 if members else 0,
            count=_count(members),
            earlier=self._cards[members[place - 1]].url if place else "",
            later=self._cards[members[place + 1]].url if members and place + 1 < len(members) else "",
            because=self._shown(self._verdicts.because[row].split(), row, members[place - 1])
            if place
            else (),
            copies=tuple(self._cards[copy].url for copy in self._copies.get(row, ())),
            related=self._related(row),
            passages=tuple(
                Passage(self._cards[other].url, text)
                for other, text in self._passages.get(row, ())[:PASSAGES]
            ),
        )

    def _place(self, row: int) -> tuple[str, Sequence[int]]:
        number = self._story_of.get(row)
        return ("", ()) if number is None else (self._urls[number], self._stories[number])

    def _related(self, row: int) -> tuple[Kin, ...]:
        """Name the earlier kin, then later ones that name this one, and one article of each story.

        Of which nobody could say what they have in common, they are none.
        """
        seen = {self._key(row)}
        kin: list[Kin] = []
        for other, shared in self._candidates(row):
            other = self._roots.get(other, other)
            if (story := self._key(other)) not in seen and (words := self._shown(shared, row, other)):
                seen.add(story)
                days = _days_between(self._cards[row], self._cards[other])
                kin.append(Kin(self._cards[other].url, words[:4], days))
            if len(kin) == RELATED:
                break
        return tuple(kin)

    def _candidates(self, row: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        yield from self._verdicts.related(row)
        for namer in self._namers(row):
            for other, shared in islice(self._verdicts.related(namer), RELATED):
                if self._roots.get(other, other) == row:
                    yield namer, shared
                    break

    def _key(self, row: int) -> tuple[bool, int]:
        """Give what stands for an article's story, or for itself when it is in none."""
        number = self._story_of.get(row)
        return (False, row) if number is None else (True, number)

    def _shown(self, terms: Sequence[str], *rows: int) -> tuple[str, ...]:
        """Write what two articles share, as they do; what could only be shown as a key is left out."""
        names, cards = self._names, [self._cards[row] for row in rows]
        words = (names[term][0] if term in names else write_term(term, cards) for term in terms)
        return tuple(dict.fromkeys(filter(None, words)))


def _count(members: Sequence[int]) -> int:
    return min(len(members), MANY + 1)


def _list_stories(cards: Sequence[Card], verdicts: Verdicts, corrections: Corrections) -> list[list[int]]:
    """List the stories of two articles or more, oldest first in each; a person's word comes last."""
    import numpy as np

    own = np.arange(len(verdicts))
    story = np.where(verdicts.threads < 0, own, verdicts.threads)
    dated = bisect_left(cards, True, key=lambda card: card.published is None)  # the undated come last
    counts = np.flatnonzero(verdicts.copies[:dated] < 0)
    if corrections == Corrections():
        counts = counts[np.bincount(story[counts], minlength=1)[story[counts]] > 1]
    of = dict(zip(counts.tolist(), story[counts].tolist(), strict=True))
    if corrections != Corrections():
        corrections.apply(of, {cards[row].id: row for row in reversed(of)})
    members: dict[int, list[int]] = {}
    for row, first in of.items():
        members.setdefault(first, []).append(row)
    return sorted(rows for rows in members.values() if len(rows) > 1)


def _thread_url(first: str, taken: set[str]) -> str:
    """Give a story the name of its first article, in a folder of its year.

    When an older story of that year has the name, the day comes before it.
    """
    *folders, name = first.split("/")
    slug = "/".join((*folders[:1], name))
    if slug in taken or name == "index.html":
        slug = "/".join((*folders[:1], first.replace("/", "-")))
    taken.add(slug)
    return f"threads/{slug}"


def _by_newest(story: tuple[Sequence[int], Group]) -> int:
    return story[0][-1]  # places are in order of time


def _days_between(one: Card, other: Card) -> int:
    """Count the days between two articles; 0 where the day of one is not known."""
    if one.published is None or other.published is None or one.precision or other.precision:
        return 0
    return abs((one.published.date() - other.published.date()).days)

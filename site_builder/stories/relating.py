"""Verdicts become what pages tell: stories, and what each article has to do with others.

In: articles and verdicts in order of time, what a person corrected, the names of tags. Out: the
stories, and ``Kinships``, which tells of one article when it is asked. The rule it guards: what is
told of an article depends on its verdict, its story, and the verdicts that name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from site_builder.model import Card, Group, Kin, Passage, Relations
from site_builder.stories.corrections import Corrections
from site_builder.stories.ledger import Verdict

MANY = 10
"""The pages of a story's articles tell how many there are up to here; above, that there are more,
so that a long story's next article does not change the pages of all."""
RELATED = 5
NAMED_BACK = 8
"""So many later articles may name one back, if their stories let them."""
PASSAGES = 3

_NOTHING = Relations()

Names = Mapping[str, tuple[str, str]]
"""Tag key -> (shown name, address)."""


def relate(
    cards: Sequence[Card], verdicts: Sequence[Verdict], corrections: Corrections, names: Names
) -> tuple[tuple[Group, ...], Kinships]:
    """Turn verdicts, and what a person says of them, into stories and each article's relations.

    ``names`` maps a tag's key to its shown name and address; other terms are shown as they are.
    """
    roots = _trace_back(verdicts)
    stories = sorted(
        members for members in _stories(cards, verdicts, corrections).values() if len(members) > 1
    )
    slugs: set[str] = set()
    groups = []
    for members in stories:
        first = cards[members[0]]
        title = corrections.titles.get(first.id, first.title)
        url = _thread_url(first.url, slugs)
        groups.append(Group(first.url, title, url, tuple(cards[member] for member in members)))
    kinships = Kinships(cards, verdicts, roots, stories, [group.url for group in groups], names)
    return tuple(sorted(groups, key=_by_newest, reverse=True)), kinships


class Kinships(Mapping[str, Relations]):
    """What each article has to do with others, by its address; those without any are left out.

    Made when asked for, since most builds show a few of all articles.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        verdicts: Sequence[Verdict],
        roots: Mapping[int, int],
        stories: Sequence[Sequence[int]],
        urls: Sequence[str],
        names: Names,
    ) -> None:
        self._cards, self._verdicts, self._roots, self._names = cards, verdicts, roots, names
        self._stories, self._urls = stories, urls
        self._rows = {card.url: row for row, card in enumerate(cards)}
        self._story_of = {row: number for number, members in enumerate(stories) for row in members}
        self._copies: dict[int, list[int]] = {}
        for row, root in roots.items():
            self._copies.setdefault(root, []).append(row)
        self._passages: dict[int, list[tuple[int, str]]] = {}
        self._namers: dict[int, list[int]] = {}
        for row, verdict in enumerate(verdicts):
            self._note(row, verdict)
        self._told: dict[str, Relations] = {}

    def __getitem__(self, url: str) -> Relations:
        told = self._told.get(url)
        if told is None:
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

    def _note(self, row: int, verdict: Verdict) -> None:
        """Keep for others what a verdict says of them."""
        for other, text in verdict.passages:
            self._passages.setdefault(row, []).append((other, text))
            self._passages.setdefault(other, []).append((row, text))
        if verdict.copy_of < 0:
            for other, _ in verdict.related[:RELATED]:
                namers = self._namers.setdefault(self._roots.get(other, other), [])
                if len(namers) < NAMED_BACK:
                    namers.append(row)

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
            because=self._shown(self._verdicts[row].because) if place else (),
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
        """Name the earlier kin, then later ones that name this one, and one article of each story."""
        seen = {self._key(row)}
        kin: list[Kin] = []
        for other, shared in self._candidates(row):
            other = self._roots.get(other, other)
            if (story := self._key(other)) not in seen:
                seen.add(story)
                days = _days_between(self._cards[row], self._cards[other])
                kin.append(Kin(self._cards[other].url, self._shown(shared)[:4], days))
            if len(kin) == RELATED:
                break
        return tuple(kin)

    def _candidates(self, row: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        yield from self._verdicts[row].related
        for namer in self._namers.get(row, ()):
            for other, shared in self._verdicts[namer].related[:RELATED]:
                if self._roots.get(other, other) == row:
                    yield namer, shared
                    break

    def _key(self, row: int) -> tuple[bool, int]:
        """Give what stands for an article's story, or for itself when it is in none."""
        number = self._story_of.get(row)
        return (False, row) if number is None else (True, number)

    def _shown(self, terms: Sequence[str]) -> tuple[str, ...]:
        names = self._names
        return tuple(dict.fromkeys(names[term][0] if term in names else term for term in terms))


def _count(members: Sequence[int]) -> int:
    return min(len(members), MANY + 1)


def _trace_back(verdicts: Sequence[Verdict]) -> dict[int, int]:
    """Give for each copy the first article of all that it is, by way of others, a copy of."""
    roots: dict[int, int] = {}
    for row, verdict in enumerate(verdicts):
        if verdict.copy_of >= 0:
            roots[row] = roots.get(verdict.copy_of, verdict.copy_of)
    return roots


def _stories(
    cards: Sequence[Card], verdicts: Sequence[Verdict], corrections: Corrections
) -> dict[int, list[int]]:
    """Group positions by story, oldest first in each; copies stay out, a person's word comes last."""
    story = {
        position: verdict.thread if verdict.thread >= 0 else position
        for position, verdict in enumerate(verdicts)
        if verdict.copy_of < 0 and cards[position].published is not None
    }
    if corrections != Corrections():
        corrections.apply(story, {cards[position].id: position for position in sorted(story, reverse=True)})
    members: dict[int, list[int]] = {}
    for position in sorted(story):
        members.setdefault(story[position], []).append(position)
    return members


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


def _by_newest(group: Group) -> tuple[float, str]:
    newest = group.cards[-1].published
    return (newest.timestamp() if newest else 0.0), group.key


def _days_between(one: Card, other: Card) -> int:
    if one.published is None or other.published is None:
        return 0
    return abs((one.published.date() - other.published.date()).days)

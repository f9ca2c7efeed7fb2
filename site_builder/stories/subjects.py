"""What a text is about, whatever it is written in: names and nouns with all their mentions.

In: the mentions that a reader of a script finds (``latin``). Out: ``Subject``, and ``Reading``, what
every reader gives. The rule it guards: who picks tags asks for subjects, never for a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

LEAD = 700
"""Characters in which a report says what it is about."""
LONGEST_TITLE = 300
"""Characters of a title that are read."""
MOST = 7
"""The subjects that are shown."""
ENOUGH = 0.28
"""A subject weighs at least so much of the heaviest."""
NAMED, TELLING = 1.3, 1.2
"""What a mention of a name is worth beside one of a word, and from where on little says much."""
BEGINNING = 200
"""Characters in which a report says who did what."""


@dataclass(slots=True)
class Subject:
    """A name or a term with all its mentions, in order of place."""

    words: int
    """So many words, small ones apart."""
    forms: dict[str, int] = field(default_factory=dict)
    """How often each spelling; a ``Counter`` takes ten times as long to make, and a long text has 700."""
    places: list[int] = field(default_factory=list)
    title: int = 0
    short: set[str] = field(default_factory=set)
    """Other spellings whose mentions were counted, too."""

    @property
    def form(self) -> str:
        """The commonest spelling, of several the shortest."""
        if len(self.forms) == 1:  # most often, and asked for all names at once
            return next(iter(self.forms))
        return min(self.forms, key=lambda form: (-self.forms[form], len(form), form))

    def add(self, form: str, place: int) -> None:
        """Count a mention of the body."""
        self.meet(form)
        self.places.append(place)

    def meet(self, form: str, times: int = 1) -> None:
        """Count a spelling, wherever it was met."""
        self.forms[form] = self.forms.get(form, 0) + times

    def show_as(self, form: str) -> None:
        """Take one spelling for all that were met; it may be one that was not."""
        self.short |= self.forms.keys() - {form}
        self.forms = {form: sum(self.forms.values())}

    def take(self, other: Subject) -> None:
        """Count another's mentions as one's own."""
        self.places = sorted({*self.places, *other.places})
        self.short |= {*other.forms, *other.short} - set(self.forms)


class Reading(Protocol):
    """The words of one text, and what they say of its subjects."""

    begin: int
    """Where the report begins, behind its dateline."""

    @property
    def subjects(self) -> list[tuple[Subject, float]]:
        """List the names and terms that the text is about, with their weight, heaviest first."""

    def is_within_name(self, start: int, end: int) -> bool:
        """Tell whether a place in the body is a piece of a longer name: Porto in Porto Alegre."""

    def find_names_in(self, title: str) -> list[re.Match[str]]:
        """Find the body's names of several words in a title."""


def weigh(subject: Subject) -> float:
    """Say how much a text speaks of a subject."""
    lead = sum(1 for place in subject.places if place < LEAD)
    return len(subject.places) + 3 * subject.title + 0.5 * min(lead, 2)


def is_met_enough(places: Sequence[int], in_title: bool, worth: float, often: int) -> bool:
    """Tell whether what stands at ``places`` is a subject where others must come ``often``.

    In the title once more is enough, for a plain word twice; a name of the beginning must come back once.
    """
    if in_title:
        return len(places) >= (1 if worth >= TELLING else 2)
    is_early = worth >= TELLING and places[0] < BEGINNING
    return len(places) >= often - is_early + (worth < 1)


def choose(weighed: Iterable[tuple[Subject, float]]) -> list[tuple[Subject, float]]:
    """Choose the subjects that weigh most, of those that weigh enough beside the heaviest."""
    ordered = sorted(weighed, key=lambda one: (-one[1], one[0].form))
    return [one for one in ordered if one[1] >= ENOUGH * ordered[0][1]][:MOST]


def longest_first(forms: Iterable[str]) -> list[str]:
    """Put spellings in the order in which a longer one is found before its pieces."""
    return sorted(forms, key=lambda form: (-len(form), form))


def shared_beginning(forms: Iterable[str]) -> str:
    """Give the letters that all forms begin with."""
    some = list(forms)
    low, high = min(some), max(some)
    size = next((at for at, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), len(low))
    return low[:size]


class NamesApart:
    """A reading in other letters than listed names have, so that these are no pieces of what is found."""

    begin = 0

    def is_within_name(self, start: int, end: int) -> bool:
        """Tell that no name in Latin or Chinese letters is a piece of another."""
        return False

    def find_names_in(self, title: str) -> list[re.Match[str]]:
        """Find nothing: no name of the body is looked up in the title."""
        return []


class KnowsNames(NamesApart):
    """A reading that tells by itself which names stand in its text, so that none is looked for in it."""

    def is_within_name(self, start: int, end: int) -> bool:
        """Say that whatever was found by its letters alone is but a piece."""
        return True

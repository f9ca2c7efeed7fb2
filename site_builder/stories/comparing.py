"""What of an article can be found out in any order, and in any process: copies, kin, passages.

In: what all articles hold, and ways to load one's trace and text. Out: of which article it is a
copy, which earlier ones it has most in common with, what it shares with one word for word. The rule
it guards: an answer is a function of the articles alone, whoever gives it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from site_builder.model import Trace
from site_builder.stories.duplicates import (
    Wording,
    compare_wordings,
    shared_passage,
)
from site_builder.stories.holdings import Holdings, Index
from site_builder.stories.related import Chosen, Terms, choose_kin

AT_ONCE = 500
"""Traces that are read together."""
LONGEST_WORD = 30
REMEMBERED = 128
"""Texts that stay ready to be compared."""

_FORMULA = re.compile(
    "版[权權]|著作[权權]|[转轉][载載]|未[经經]授[权權]|[订訂][阅閱]|扫码|[责責]任[编编][辑輯]"
    "|copyright|all rights reserved|subscribe|todos los derechos|alle rechte|tous droits|tutti i diritti"
    "|все права|подпи[сш]|перепечатк|جميع الحقوق|حقوق النشر|اشترك|כל הזכויות|सर्वाधिकार|सदस्यता"
    "|無断転[載载]|禁[無无]断|著作権|무단 ?전재|재배포|저작권|구독|ลิขสิทธิ์|δικαιώματα",
    re.IGNORECASE,
)
"""What publishers print below everything; a passage with such words is no news."""


@dataclass(frozen=True, slots=True)
class TraceLoader:
    """Ways to articles' traces and to one's text, by their places in time; they may travel."""

    load_traces: Callable[[Sequence[int]], Sequence[Trace]]
    load_text: Callable[[int], str]

    def traces(self, rows: Sequence[int]) -> Iterator[Trace]:
        """Give the traces of many, loading as many together as pays."""
        for begin in range(0, len(rows), AT_ONCE):
            yield from self.load_traces(rows[begin : begin + AT_ONCE])


class Step(NamedTuple):
    """An article that has its place among stories, on its way to what can be found out in any order."""

    row: int
    terms: Terms = ()
    """Those that lead to it."""
    wants_kin: bool = False
    other: int = -1
    """One of its story that it may share a passage with; -1 when there is none."""
    is_theirs: bool = False
    """Whether that one is another publisher's."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Compares articles with earlier ones. It goes to a worker without what it remembers."""

    loader: TraceLoader
    holdings: Holdings
    index: Index
    _ready: OrderedDict[int, Wording] = field(default_factory=OrderedDict, compare=False)

    def __reduce__(self) -> tuple[type[Reader], tuple[TraceLoader, Holdings, Index]]:
        return Reader, (self.loader, self.holdings, self.index)

    def wording(self, row: int) -> Wording:
        """Make a text ready to be compared."""
        wording = self._ready.pop(row, None) or Wording(self.loader.load_text(row))
        self._ready[row] = wording
        if len(self._ready) > REMEMBERED:
            self._ready.popitem(last=False)
        return wording

    def find_originals(self, given: Sequence[tuple[int, Sequence[int]]]) -> list[tuple[int, bool]]:
        """Compare articles with those that they share much with, most first: which one each copies, whether
        it is of a series."""
        return [self._find_original(row, others) for row, others in given]

    def _find_original(self, row: int, others: Iterable[int]) -> tuple[int, bool]:
        is_series = False
        for other in others:
            found = compare_wordings(self.wording(other), self.wording(row))
            if found == "same":
                return other, False
            is_series = is_series or found == "series"
        return -1, is_series

    def finish(self, steps: Sequence[Step]) -> list[tuple[Chosen, str]]:
        """Name the earlier articles that each has most in common with, and what it shares word for word."""
        wanting = [step for step in steps if step.wants_kin]
        chosen = iter(
            choose_kin(self.index, [step.row for step in wanting], [step.terms for step in wanting])
        )
        return [
            (next(chosen) if step.wants_kin else (), self._find_passage(step) if step.other >= 0 else "")
            for step in steps
        ]

    def _find_passage(self, step: Step) -> str:
        """Find the passage, when it is more than a formula that a publisher closes or opens with."""
        there, here = self.wording(step.other), self.wording(step.row)
        passage = shared_passage(there, here)
        if not passage or _FORMULA.search(passage):
            return ""
        lines = [line for line in here.text.split("\n") if line.strip()]
        at_edge = any(passage[:20] in line or passage[-20:] in line for line in (lines[0], *lines[-2:]))
        return "" if at_edge and not step.is_theirs else trim_to_words(passage, here.text)


def trim_to_words(passage: str, text: str) -> str:
    """Leave out the piece of a word that a passage begins or ends with, where blanks stand between words.

    Two texts often have a letter in common beside what they share.

    >>> trim_to_words("d. The lamp is lit o", "It ended. The lamp is lit on Monday.")
    'The lamp is lit'
    """
    text = " ".join(text.split())
    at = text.find(passage)
    first, _, rest = passage.partition(" ")
    if at > 0 and _goes_on(text[at - 1 : at + 1]) and len(first) <= LONGEST_WORD:
        passage = rest
    rest, _, last = passage.rpartition(" ")
    end = text.find(passage) + len(passage)
    if _goes_on(text[end - 1 : end + 1]) and len(last) <= LONGEST_WORD:
        passage = rest
    return passage


def _goes_on(pair: str) -> bool:
    """Tell whether two characters stand in one word of a script that has blanks between words."""
    return len(pair) == 2 and all(
        (letter < "\u2e80" or "\uac00" <= letter < "\ud7a4")
        and (letter.isalnum() or unicodedata.category(letter)[0] == "M")
        for letter in pair
    )

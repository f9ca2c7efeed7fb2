"""The same text twice: reprints, also cut, lightly edited or in the other Chinese script.

In: traces for finding candidates, the two texts for deciding. Out: how alike two texts are, and
what they share word for word. The rule it guards: **numbers decide**. Exchange rates, weather and
closing prices have the same words every day; where the figures differ the texts are two.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from os.path import commonprefix
from typing import Literal

from site_builder.hanzi import simplify
from site_builder.stories.traces import letters_of

HOLDERS = 8
"""Of an article's prints so many, the smallest, are remembered for those to come."""
CANDIDATES = 3
FEW = 3
"""One or two prints in common are a formula that many texts close with."""
LIKELY = 0.42
"""Estimated part of the shorter text from which on it is worth comparing the texts."""
AT_LEAST = 60
"""Letters that a text must have before another can be called its copy."""
GRAM = 4
ALIKE = 0.7
CONTAINED = 0.85
PART = 0.3
"""A cut version keeps at least this part of the text."""
SAME_NUMBERS = 0.75
PASSAGE = 40
"""Letters that a shared passage has at least. A Latin letter counts a third."""

_DIGITS = re.compile(r"[0-9]+")
SEED, STRIDE = 12, 8

_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*"
    r"|[〇零一二两三四五六七八九十百千万亿]+(?=[年月日号时点分元人名例个家度级胜负比周岁倍块辆架])"
    r"|(?<=百分之)[〇零一二三四五六七八九十百点]+"
)


class Prints:
    """Which article had a print first, and the prints of all."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._all: dict[int, array[int]] = {}

    def candidates(self, prints: tuple[int, ...]) -> list[tuple[int, float]]:
        """List the earlier articles that share prints and how much of the shorter one, most first."""
        met = Counter(first for print_ in prints if (first := self._first.get(print_)) is not None)
        likely = [position for position, _ in sorted(met.items(), key=lambda item: (-item[1], item[0]))]
        rated = [(position, share_of(prints, self._all[position])) for position in likely[: 2 * CANDIDATES]]
        return sorted(rated, key=lambda item: (-item[1], item[0]))[:CANDIDATES]

    def absorb(self, position: int, prints: tuple[int, ...]) -> None:
        """Remember who had these first."""
        self._all[position] = array("I", prints)
        for print_ in prints[:HOLDERS]:
            self._first.setdefault(print_, position)


def share_of(ours: Sequence[int], theirs: Sequence[int]) -> float:
    """Estimate how much of the shorter text is in the other one, from the smallest prints of both.

    Only prints up to the smaller of the two greatest are samples of both texts (Broder 1997).
    """
    if not ours or not theirs:
        return 0.0
    limit = min(ours[-1], theirs[-1])
    first = {print_ for print_ in ours if print_ <= limit}
    second = {print_ for print_ in theirs if print_ <= limit}
    shared = len(first & second)
    return shared / min(len(first), len(second)) if shared >= FEW else 0.0


def compare(one: str, other: str) -> Literal["same", "series", "different"]:
    """Compare two texts exactly; symmetric.

    ``same``: one is a copy of the other. ``series``: they have the same words and other numbers,
    like two days' exchange rates.
    """
    first, second = letters_of(one), letters_of(other)
    if min(len(first), len(second)) < AT_LEAST:
        return "same" if first and first == second else "different"
    numbers = have_same_numbers(one, other)
    if is_same_text(first, second):
        return "same" if numbers else "series"
    is_series = not numbers and is_same_text(_DIGITS.sub("", first), _DIGITS.sub("", second))
    return "series" if is_series else "different"


def is_same_text(first: str, second: str) -> bool:
    """Tell by their runs of four letters whether two texts are one, or one is a cut of the other."""
    ours, theirs = _grams(first), _grams(second)
    shared = len(ours & theirs)
    if shared >= ALIKE * len(ours | theirs):
        return True
    shorter, longer = sorted((len(ours), len(theirs)))
    return shared >= CONTAINED * shorter and shorter >= PART * longer


def have_same_numbers(one: str, other: str) -> bool:
    """Tell whether the text with fewer numbers has hardly any of its own.

    A handful of numbers must all be there: a template may differ in a single one.
    """
    ours, theirs = numbers_of(one), numbers_of(other)
    fewer, more = sorted((ours, theirs), key=lambda numbers: (len(numbers), sorted(numbers)))
    missing = len(fewer - more)
    return missing == 0 if len(fewer) <= 4 else missing <= (1 - SAME_NUMBERS) * len(fewer) / 1.5


def numbers_of(text: str) -> frozenset[str]:
    """List the numbers of a text, in figures and in Chinese characters before a unit."""
    text = simplify(text)
    return frozenset(number.replace(",", "").rstrip(".") for number in _NUMBER.findall(text))


def shared_passage(one: str, other: str) -> str:
    """Give the longest run of letters that both texts have, as the second writes it."""
    first, second = letters_of(one), letters_of(other)
    start, length = _longest_run(first, second)
    run = second[start : start + length]
    weight = sum(1.0 if character > "\u2e7f" else 0.34 for character in run)
    return _as_written(other, start, length) if weight >= PASSAGE else ""


def _grams(letters: str) -> set[str]:
    return {letters[at : at + GRAM] for at in range(max(1, len(letters) - GRAM + 1))}


def _longest_run(first: str, second: str) -> tuple[int, int]:
    """Find the longest common run of some length: where it begins in the second, and how long it is.

    A run as long as a passage holds a piece that begins at one of every ``STRIDE`` places.
    """
    places = {first[at : at + SEED]: at for at in range(0, len(first) - SEED + 1, STRIDE)}
    best, best_length, at = 0, 0, 0
    while at + SEED <= len(second):
        there = places.get(second[at : at + SEED])
        if there is None:
            at += 1
            continue
        before = _run(first[:there][::-1], second[:at][::-1])
        length = before + _run(first[there:], second[at:])
        if length > best_length:
            best, best_length = at - before, length
        at += max(1, length - before)
    return best, best_length


def _run(one: str, other: str) -> int:
    """Count the letters that two texts begin with alike."""
    return len(commonprefix((one, other)))  # noqa: RUF071  (letters are what we compare)


def _as_written(text: str, start: int, length: int) -> str:
    """Give so many letters of a text from the n-th on, with what stands between them."""
    seen, begin = 0, 0
    for at, character in enumerate(text):
        if character.isalnum():
            if seen == start:
                begin = at
            seen += 1
            if seen == start + length:
                return " ".join(text[begin : at + 1].split())
    return " ".join(text[begin:].split())

"""The same text twice: reprints, also cut, lightly edited or in the other Chinese script.

In: traces for finding candidates, the two texts for deciding. Out: how alike two texts are, and
what they share word for word. The rule it guards: **numbers decide**. Exchange rates, weather and
closing prices have the same words every day; where the figures differ the texts are two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from os.path import commonprefix
from typing import TYPE_CHECKING, Literal

from site_builder.language.hanzi import simplify
from site_builder.stories.holdings import NO_PRINT
from site_builder.stories.prints import codes_of, spell_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint16]
    Grams = NDArray[np.uint64]
    Places = NDArray[np.int64]
    Prints = NDArray[np.uint32]
    Seeds = NDArray[np.uint16]

CANDIDATES = 4
AT_ONCE = 4096
"""Pairs that are compared together, a megabyte of prints."""
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
"""Letters that a shared passage has at least. One of an alphabet counts a third, one of India more."""

_DIGITS = re.compile(r"\d+")
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९٫٬", "0123456789" * 3 + ".,")
"""The figures of Arabic, Persian and Hindi, and what stands between them."""
SEED, STRIDE = 12, 8

_IN_CHINESE = "〇零一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    r"\d+(?:[.,٫٬]\d+)*"
    rf"|[{_IN_CHINESE}](?<![{_IN_CHINESE}].)[{_IN_CHINESE}]*+(?=[年月日号时点分元人名例个家度级胜负比周岁倍块辆架円歳件メキドパ])"
    "|[〇零一二三四五六七八九十百点](?<=百分之.)[〇零一二三四五六七八九十百点]*"
)
"""What stands before is looked at second: begun with a character, a search takes 0.6 of the time."""


def find_likely(prints: Prints, rows: Places, others: Places) -> dict[int, list[int]]:
    """Find, of pairs of articles, those worth comparing, by the smallest prints of all: for a row the others,
    those that share most first.

    All at once, it takes a fifth of asking ``share_of`` for each pair.
    """
    import numpy as np

    shares = [
        _shares_of(prints[rows[at : at + AT_ONCE]], prints[others[at : at + AT_ONCE]])
        for at in range(0, len(rows), AT_ONCE)
    ]
    share = np.concatenate(shares or [np.empty(0)])
    order = np.lexsort((others, -share, rows))
    found: dict[int, list[int]] = {}
    for at in order[share[order] >= LIKELY].tolist():
        found.setdefault(int(rows[at]), []).append(int(others[at]))
    return found


def _shares_of(ours: Prints, theirs: Prints) -> NDArray[np.float64]:
    """Do what ``share_of`` does, row by row."""
    import numpy as np

    limit = np.minimum(_last_of(ours), _last_of(theirs))[:, None]
    fewer = np.minimum((ours <= limit).sum(axis=1), (theirs <= limit).sum(axis=1))
    both = np.concatenate((ours, theirs), axis=1)
    both.sort(axis=1)
    shared = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] <= limit)).sum(axis=1)
    return np.where(shared >= FEW, shared / np.maximum(fewer, 1), 0.0)


def _last_of(prints: Prints) -> NDArray[np.uint32]:
    import numpy as np

    last: NDArray[np.uint32] = np.where(prints == NO_PRINT, np.uint32(0), prints).max(axis=1)
    return last


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


class Wording:
    """A text made ready to be compared with others, as far as it has been asked for."""

    __slots__ = ("_bare", "_grams", "_numbers", "_seeds", "codes", "letters", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters, self.codes = spell_out(text)
        self._grams: Grams | None = None
        self._bare: Grams | None = None
        self._seeds: Seeds | None = None
        self._numbers: frozenset[str] | None = None

    @property
    def grams(self) -> Grams:
        """Give all runs of four letters, sorted."""
        if self._grams is None:
            self._grams = _grams(self.codes)
        return self._grams

    @property
    def bare(self) -> Grams:
        """Give the same of the text without its figures."""
        if self._bare is None:
            letters = _DIGITS.sub("", self.letters)
            self._bare = self.grams if letters == self.letters else _grams(codes_of(letters))
        return self._bare

    @property
    def seeds(self) -> Seeds:
        """Number every run of ``SEED`` letters."""
        if self._seeds is None:
            self._seeds = _seeds(self.codes)
        return self._seeds

    @property
    def numbers(self) -> frozenset[str]:
        """Give all numbers."""
        if self._numbers is None:
            self._numbers = numbers_of(self.text)
        return self._numbers


Likeness = Literal["same", "series", "different"]


def compare(one: str, other: str) -> Likeness:
    """Compare two texts exactly; symmetric.

    ``same``: one is a copy of the other. ``series``: they have the same words and other numbers,
    like two days' exchange rates.
    """
    return compare_wordings(Wording(one), Wording(other))


def compare_wordings(one: Wording, other: Wording) -> Likeness:
    """Compare two texts that were made ready before."""
    first, second = one.letters, other.letters
    if min(len(first), len(second)) < AT_LEAST:
        return "same" if first and first == second else "different"
    if is_same_text(one.grams, other.grams):
        return "same" if agree(one.numbers, other.numbers) else "series"
    # To look for numbers takes longer than to compare what is left without them (gain: 40 µs an article).
    if not is_same_text(one.bare, other.bare) or agree(one.numbers, other.numbers):
        return "different"
    return "series"


def is_same_text(ours: Grams, theirs: Grams) -> bool:
    """Tell by their runs of four letters whether two texts are one, or one is a cut of the other."""
    import numpy as np

    both = np.concatenate((ours, theirs))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    if shared >= ALIKE * (len(ours) + len(theirs) - shared):
        return True
    shorter, longer = sorted((len(ours), len(theirs)))
    return shared >= CONTAINED * shorter and shorter >= PART * longer


def agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell of the numbers of two texts whether that with fewer has hardly any of its own.

    A handful must all be there: a template may differ in a single one.
    """
    fewer, more = sorted((ours, theirs), key=len)
    missing = len(fewer - more)
    return missing == 0 if len(fewer) <= 4 else missing <= (1 - SAME_NUMBERS) * len(fewer) / 1.5


def numbers_of(text: str) -> frozenset[str]:
    """List the numbers of a text, in figures and in Chinese characters before a unit."""
    numbers = " ".join(_NUMBER.findall(simplify(text)))
    return frozenset(numbers.translate(_WESTERN).replace(",", "").split())


def shared_passage(one: Wording, other: Wording) -> str:
    """Give the longest run of letters that both texts have, as the second writes it."""
    start, length = _longest_run(one, other)
    if length < PASSAGE:
        return ""
    run = other.letters[start : start + length]
    weight = sum(_weight_of(character) for character in run)
    return _as_written(other.text, start, length) if weight >= PASSAGE else ""


def _weight_of(letter: str) -> float:
    if letter > "\u2e7f":
        return 1.0
    return 0.8 if "\u0900" <= letter < "\u0e00" else 0.34


def _grams(codes: Codes) -> Grams:
    """List the runs of four letters, sorted; four times as fast as a set of strings."""
    import numpy as np

    if len(codes) < GRAM:
        codes = np.concatenate((codes, np.full(GRAM - len(codes), ord(" "), np.uint16)))
    packed = _pack(codes)
    packed.sort()
    fresh = np.ones(len(packed), bool)
    np.not_equal(packed[1:], packed[:-1], out=fresh[1:])
    return packed[fresh]


def _seeds(codes: Codes) -> Seeds:
    """Number every run of ``SEED`` letters, three times ``GRAM``, so that equal runs have equal numbers."""
    import numpy as np

    if len(codes) < SEED:
        return np.empty(0, np.uint16)
    runs = _pack(codes)
    mixed = runs[:-8] * 0x9E3779B97F4A7C15 + runs[4:-4] * 0xC2B2AE3D27D4EB4F + runs[8:] * 0x165667B19E3779F9
    return (mixed >> 48).astype(np.uint16)


def _pack(codes: Codes) -> Grams:
    """Pack every run of four letters into a number."""
    import numpy as np

    wide = codes.astype(np.uint64)
    two = wide[:-1] | wide[1:] << np.uint64(16)
    packed: Grams = two[:-2] | two[2:] << np.uint64(32)
    return packed


def _longest_run(one: Wording, other: Wording) -> tuple[int, int]:
    """Find the longest common run of some length: where it begins in the second, and how long it is.

    A run as long as a passage holds a piece that begins at one of every ``STRIDE`` places. Where numbers of
    sixteen bits are equal it is looked at, and where they differ there is none (a third of ``np.isin``).
    """
    import numpy as np

    first, second = one.letters, other.letters
    pieces = one.seeds[::STRIDE]
    marked = np.zeros(1 << 16, bool)
    marked[pieces] = True
    hits = np.flatnonzero(marked[other.seeds])
    met = {*other.seeds[hits].tolist()}
    likely = (at for at, piece in zip(count(0, STRIDE), pieces.tolist()) if piece in met)
    places = {first[at : at + SEED]: at for at in likely}
    best, best_length, passed = 0, 0, 0
    for at in hits.tolist():
        if at < passed or (there := places.get(second[at : at + SEED])) is None:
            continue
        before = _run(first[:there][::-1], second[:at][::-1])
        length = before + _run(first[there:], second[at:])
        if length > best_length:
            best, best_length = at - before, length
        passed = at + max(1, length - before)
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

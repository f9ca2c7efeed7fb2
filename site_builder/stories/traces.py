"""A trace of an article: the little of it that is compared with other articles.

In: the ``Notes`` of one reading, and the whole text. Out: a ``Trace``. The rule it guards: a
trace is a function of its article alone, so it is made once, beside the article, and kept.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from site_builder.language.hanzi import simplify
from site_builder.language.text import fold
from site_builder.model import Trace
from site_builder.stories.holdings import NO_PRINT, PRINTS
from site_builder.stories.names import Text, shipped_aliases
from site_builder.stories.notes import Notes
from site_builder.stories.words import RARE, fillers, part_of_speech, rarity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint16]

TERMS = 24
COMPARED = 20_000
"""Characters of a text that prints are taken from."""

_HAN = re.compile(r"[\u3400-\u9fff]{2,8}")
_LATIN = re.compile(r"[a-z][a-z-]{2,}[a-z]")
_NOT_TEXT = re.compile(r"[\W_]+")
_EVERY = 8
"""One in so many Chinese characters, and the letters below, mark places where a piece begins. Being
chosen by the text itself, the same passage yields the same pieces wherever it stands."""
_BEGIN_LATIN = "kvwbp"
_PIECE, _PIECE_LATIN = 8, 18
"""Letters of a piece; of one in Latin letters there are no others in it."""
_UNKNOWN = 0xFFFF

_RARE_KIND = 80
"""From here on what only tells kinds apart is the name of one: 轻轨."""
_APPENDED = frozenset("县市省州乡镇村区案队桥站")
"""What is written behind a name or left out: 云坪县 and 云坪 are one, so are 莫兰案 and 莫兰."""
_SPLIT_OFF = frozenset("称说会将查被对与是的了在把向就也都又已还他她它们")
"""Characters that a word which no dictionary has does not hold, unless it was cut badly: 称下, 查新冠."""
_COMMON = 42
"""Words more common than this do not tell one event from another."""
_NAME = 1.2
_MOST = 100
_WORTH = {"leader": 0.6, "place": 0.6, "topic": 0.8, "institution": 0.9}
"""A place, a head of government or a subject is shared by many stories, a product by few."""
_TITLE = 2.0
REMEMBERED = 1 << 17
"""Words that are remembered."""
BESIDE = 3
"""So often a word that is part of a name must stand outside of it to count beside the name."""


def make_trace(notes: Notes, text: str) -> Trace:
    """Make the trace of an article that has been read."""
    return Trace(weigh_terms(notes), take_prints(text))


def letters_of(text: str) -> str:
    """Strip a text to what reprints keep: its letters, digits and Simplified characters.

    >>> letters_of("徠卡 與“小米”。")
    '徕卡与小米'
    """
    return _NOT_TEXT.sub("", simplify(text[:COMPARED])).lower()


def spell_out(text: str) -> tuple[str, Codes]:
    """Give ``letters_of``, and in numbers, by their last sixteen bits.

    By way of the numbers it takes a third of the time. Not of what is beyond Unicode's first plane, of
    what becomes two letters, and of a letter that is another at the end of a word.
    """
    if (
        "İ" in text
        or "Σ" in text
        or len(given := text[:COMPARED].encode("utf-16-le", "surrogatepass")) > 2 * min(len(text), COMPARED)
    ):
        letters = letters_of(text)
        return letters, codes_of(letters)
    codes = _letters_in(given)
    return codes.tobytes().decode("utf-16-le", "surrogatepass"), codes


def codes_of(letters: str) -> Codes:
    """Give letters in numbers, by their last sixteen bits."""
    import numpy as np

    return np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint16)


def take_prints(text: str) -> tuple[int, ...]:
    """Hash the pieces and keep the smallest hashes: two texts keep the same ones of what they share."""
    import numpy as np

    letters = _letters_in(text[:COMPARED].encode("utf-16-le", "surrogatepass"))
    chinese = letters[: 1 - _PIECE]
    at = ((chinese & (_EVERY - 1) == 0) & (chinese >= 0x4E00) & (chinese < 0x9FA6)).nonzero()[0]
    hashes = _hash_all(letters[at[:, None] + _steps(_PIECE)])
    at = _begins_latin()[letters[: 1 - _PIECE_LATIN]].nonzero()[0]
    if len(at):
        pieces = letters[at[:, None] + _steps(_PIECE_LATIN)]
        hashes = np.concatenate((hashes, _hash_all(pieces[np.maximum.reduce(pieces, 1) < 0x80])))
    hashes.sort()
    fresh = hashes != NO_PRINT
    fresh[1:] &= hashes[1:] != hashes[:-1]
    return tuple(hashes[fresh][:PRINTS].tolist())


@functools.cache
def _steps(length: int) -> NDArray[np.int64]:
    import numpy as np

    return np.arange(length)


@functools.cache
def _begins_latin() -> NDArray[np.bool_]:
    import numpy as np

    table = np.zeros(1 << 16, np.bool_)
    table[[*map(ord, _BEGIN_LATIN)]] = True
    return table


def _hash_all(pieces: Codes) -> NDArray[np.uint32]:
    """Hash each row, by a sum with factors and the last steps of MurmurHash3."""
    import numpy as np

    hashes: NDArray[np.uint32] = pieces.astype(np.uint32) @ _factors(pieces.shape[1])
    hashes ^= hashes >> 16
    hashes *= 0x85EBCA6B
    hashes ^= hashes >> 13
    hashes *= 0xC2B2AE35
    hashes ^= hashes >> 16
    return hashes


@functools.cache
def _factors(length: int) -> NDArray[np.uint32]:
    import numpy as np

    return (np.arange(length) * 0x9E3779B1 + 0x85EBCA6B | 1).astype(np.uint32)


def _letters_in(text: bytes) -> Codes:
    """Give ``letters_of`` in numbers, without what is beyond Unicode's first plane; from UTF-16."""
    import numpy as np

    table = _table()
    given = np.frombuffer(text, np.uint16)
    letters = table[given]
    unknown = letters == _UNKNOWN
    if np.count_nonzero(unknown):  # half the time of ``any``
        for code in {*given[unknown].tolist()}:
            letter = letters_of(chr(code))
            table[code] = ord(letter) if len(letter) == 1 else 0
        letters = table[given]
    found: Codes = letters[letters != 0]
    return found


@functools.cache
def _table() -> Codes:
    """Make room for what each letter is compared as; filled as letters are met, 0 for what is none."""
    import numpy as np

    return np.full(1 << 16, _UNKNOWN, np.uint16)


def weigh_terms(notes: Notes) -> tuple[tuple[str, int], ...]:
    """Weigh what an article is about: how often, how rare elsewhere, and whether in the title."""
    weights: dict[str, float] = {}
    inside: dict[str, int] = {}
    for seen in notes.sightings:
        for word in (seen.key, *_pieces(seen.form)):
            inside[word] = inside.get(word, 0) + seen.body + seen.title
        if seen.kind == "media":
            continue
        times = seen.body + 2 * seen.title
        rare = max(30, min(rarity(seen.key), _MOST)) * _WORTH.get(seen.kind, _NAME)
        weights[seen.key] = (1 + math.log(times)) * rare * (_TITLE if seen.title else 1.0)
    head = {word.lower() for word in notes.title.words}
    for word, (times, rare) in _count_words(notes).items():
        if word in inside:
            times -= inside[word]  # 情报 counts as often as it stands outside of 情报总监办公室
            if times < BESIDE or shipped_aliases().get(word) in weights:
                continue
        if times > 1 or word in head:
            weights[word] = (1 + math.log(times)) * rare * (_TITLE if word in head else 1.0)
        elif rare < RARE:
            weights[word] = rare
    least = min(
        sorted(weights.values())[-TERMS:], default=0.0
    )  # few need to be put in order with their names
    heaviest = sorted([(-weight, term) for term, weight in weights.items() if weight >= least])[:TERMS]
    length = math.sqrt(sum(weight * weight for weight, _ in heaviest)) or 1.0
    return tuple((term, max(1, round(-1000 * weight / length))) for weight, term in heaviest)


def _count_words(notes: Notes) -> dict[str, tuple[int, int]]:
    """Count the words that can say what happened to whom, as they are compared; each with its rarity."""
    words: dict[str, tuple[int, int]] = {}
    known = _worths()
    for counts in (notes.body.counts, Counter(notes.title.words)):
        for worth, times in zip(map(known.__getitem__, counts), counts.values(), strict=True):
            if worth:
                word, rare = worth
                words[word] = (words[word][0] + times if word in words else times), rare
    return words


class _Worths(dict[str, tuple[str, int] | None]):
    """Words as they are compared, and their rarity; None for one that tells no event from another.

    Remembered, as most words of a text were in earlier ones (halves the time of a trace); a dictionary that
    fills itself is asked in a third of the time of ``lru_cache``.
    """

    def __missing__(self, word: str) -> tuple[str, int] | None:
        if len(self) >= REMEMBERED:
            self.clear()
        content = _content_of(word) if len(word) > 1 else ""
        rare = rarity(content)
        self[word] = None if not content or rare < _COMMON or content in fillers() else (content, rare)
        return self[word]


@functools.cache
def _worths() -> _Worths:
    return _Worths()


@functools.lru_cache(maxsize=1 << 14)
def _pieces(form: str) -> tuple[str, ...]:
    """Cut a name into words, so that 武汉 in 武汉肺炎 does not count beside it."""
    return (fold(form), *(word.lower() for word in Text(form).words))


def _content_of(word: str) -> str:
    """Give a word in the form that is compared; empty for one that says nothing by itself."""
    if _HAN.fullmatch(word):
        part, known = part_of_speech(word)
        if not known and not _SPLIT_OFF.isdisjoint(word):
            return ""
        part = part[0]
        if part not in "nvjxaig" and not (part == "b" and rarity(word) >= _RARE_KIND):
            return ""
        return word[:-1] if len(word) > 2 and word[-1] in _APPENDED else word
    small = word.lower()
    return small if _LATIN.fullmatch(small) else ""

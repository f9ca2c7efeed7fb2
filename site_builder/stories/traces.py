"""A trace of an article: the little of it that is compared with other articles.

In: the ``Notes`` of one reading, and the whole text. Out: a ``Trace``. The rule it guards: a
trace is a function of its article alone, so it is made once, beside the article, and kept.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from site_builder.language.text import fold
from site_builder.model import Trace
from site_builder.stories import latin
from site_builder.stories.folding import count_folded, fold_words, language_of
from site_builder.stories.names import Text, shipped_aliases
from site_builder.stories.notes import Notes, Sighting
from site_builder.stories.prints import take_prints
from site_builder.stories.words import RARE, Remembered, fillers, part_of_speech, rarity

TERMS = 24
_HAN = re.compile(r"[\u3400-\u9fff]{2,8}")
_LETTER = "a-zß-öø-ɏ"
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}-]{{2,}}[{_LETTER}]")
_IN_LATIN = re.compile("[A-Za-zÀ-ɏ .'’-]+")
_APOSTROPHE = re.compile("['’]")
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

Counted = tuple[dict[str, tuple[int, int]], frozenset[str], Iterable[tuple[str, int]]]
"""Words, each with how often and its rarity; those in the title; and apart those that are there but once."""


def make_trace(notes: Notes, text: str) -> Trace:
    """Make the trace of an article that has been read."""
    return Trace(weigh_terms(notes), take_prints(text))


def weigh_terms(notes: Notes) -> tuple[tuple[str, int], ...]:
    """Weigh what an article is about: how often, how rare elsewhere, and whether in the title."""
    english = _count_if_english(notes)
    language = "" if english else language_of(notes.body, is_read=notes.reading is not None)
    weights = _weigh_names(notes.sightings)
    inside = _count_inside(notes.sightings, language)
    if language:
        words, head, lone = _count_language(notes, language)
    else:
        words, head, lone = _count_words(*(english or (notes.body.counts, Counter(notes.title.words))))
    for word, (times, rare) in words.items():
        if word in inside:
            times -= inside[word]  # 情报 counts as often as it stands outside of 情报总监办公室
            if times < BESIDE or shipped_aliases().get(word) in weights:
                continue
        weights[word] = (1 + math.log(times)) * rare * (_TITLE if word in head else 1.0)
    least = _least(weights)
    if least < RARE:  # in a short text, what it says but once may be among its terms
        weights.update((word, rare) for word, rare in lone if rare < RARE and word not in inside)
        least = _least(weights)
    return _keep_heaviest(weights, least)


def _weigh_names(sightings: Iterable[Sighting]) -> dict[str, float]:
    """Weigh the names and product numbers of an article."""
    weights: dict[str, float] = {}
    for seen in sightings:
        if seen.kind != "media":
            times = seen.body + 2 * seen.title
            rare = max(30, min(rarity(seen.key), _MOST)) * _WORTH.get(seen.kind, _NAME)
            weights[seen.key] = (1 + math.log(times)) * rare * (_TITLE if seen.title else 1.0)
    return weights


def _count_inside(sightings: Iterable[Sighting], language: str) -> dict[str, int]:
    """Count how often each word stands in a name."""
    inside: dict[str, int] = {}
    for seen in sightings:
        for word in (seen.key, *(fold_words(seen.form, language) if language else _pieces(seen.form))):
            inside[word] = inside.get(word, 0) + seen.body + seen.title
    return inside


def _keep_heaviest(weights: Mapping[str, float], least: float) -> tuple[tuple[str, int], ...]:
    """Give the terms that weigh ``least`` or more, as parts of a vector whose length is 1000."""
    heaviest = sorted([(-weight, term) for term, weight in weights.items() if weight >= least])[:TERMS]
    length = math.sqrt(sum(weight * weight for weight, _ in heaviest)) or 1.0
    return tuple((term, max(1, round(-1000 * weight / length))) for weight, term in heaviest)


def _least(weights: Mapping[str, float]) -> float:
    """Give what a term weighs at least; few need to be put in order with their names."""
    return min(sorted(weights.values())[-TERMS:], default=0.0) if len(weights) >= TERMS else 0.0


def _count_if_english(notes: Notes) -> tuple[Counter[str], Counter[str]] | None:
    """Count the words of body and title where the reading has cut them already, accents and all.

    A text with Chinese in it is cut by the dictionary.
    """
    reading = notes.reading
    if not isinstance(reading, latin.Reading) or reading.language != "en":
        return None
    counts = _count_english(reading.words)
    return (counts, _count_english(reading.head)) if max(counts, default="") < "\u3400" else None


def _count_english(words: Sequence[latin.Word]) -> Counter[str]:
    """Count words, of one with an apostrophe the parts: O'Brien."""
    counts = Counter(word.small for word in words)
    for small in [small for small in counts if not small.isalnum()]:
        if len(parts := _APOSTROPHE.split(small)) > 1:
            times = counts.pop(small)
            counts.update(dict.fromkeys(parts, times))
    return counts


def _count_language(notes: Notes, language: str) -> Counted:
    """Count the words of a language that is folded, as ``_count_words`` does."""
    words, head = count_folded(notes.body, notes.title, language)
    lone = [(word, rare) for word, (times, rare) in words.items() if times < 2 and word not in head]
    for word, _ in lone:
        del words[word]
    return words, head, lone


def _count_words(body: Counter[str], title: Counter[str]) -> Counted:
    """Count the words that can say what happened to whom, as they are compared, each with its rarity; say
    which are in the title; and give those apart that stand there but once.

    Of these, three in four, nothing is asked before somebody wants to know: in most texts nobody does.
    """
    often: dict[str, int] = {}
    contents = _contents().__getitem__
    for counts in (body, title):
        for content, times in zip(map(contents, counts), counts.values(), strict=True):
            if content:
                often[content] = often[content] + times if content in often else times
    words: dict[str, tuple[int, int]] = {}
    head, once = frozenset(map(str.lower, title)), []
    for content, times in often.items():
        if times > 1 or content in head:
            if not _tells(content):  # as it stands; with something appended it was asked already
                times -= body[content] + title[content]
            if times:
                words[content] = times, rarity(content)
        else:
            once.append(content)
    lone = ((word, rarity(word)) for word in once if _tells(word) or not (body[word] or title[word]))
    return words, head, lone


@functools.cache
def _contents() -> Remembered[str]:
    """Give words as they are compared; empty for one that tells no event from another, whatever its kind."""
    return Remembered(_content_of, REMEMBERED)


@functools.lru_cache(maxsize=1 << 14)
def _pieces(form: str) -> tuple[str, ...]:
    """Cut a name into words, so that 武汉 in 武汉肺炎 does not count beside it."""
    if not form.isascii() and _IN_LATIN.fullmatch(form):  # the dictionary tears what has an accent
        return (fold(form), *form.lower().split())
    return (fold(form), *(word.lower() for word in Text(form).words))


def _content_of(word: str) -> str:
    """Give a word in the form that is compared; empty for one that says nothing by itself."""
    if _HAN.fullmatch(word):
        content = word[:-1] if len(word) > 2 and word[-1] in _APPENDED else word
    else:
        content = word.lower()
        if not _LATIN.fullmatch(content):
            return ""
    if rarity(content) < _COMMON or content in fillers() or (content != word and not _tells(word)):
        return ""
    return content


@functools.lru_cache(maxsize=REMEMBERED)
def _tells(word: str) -> bool:
    """Tell whether a word is of a kind that says what an event is; of a Latin one nothing is known."""
    if word[0] < "\u3400":
        return True
    part, known = part_of_speech(word)
    if not known and not _SPLIT_OFF.isdisjoint(word):
        return False
    return part[0] in "nvjxaig" or (part[0] == "b" and rarity(word) >= _RARE_KIND)

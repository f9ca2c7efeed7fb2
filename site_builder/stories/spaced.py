"""What is known of languages that put blanks between words and are written in other letters than Latin.

In: a text. Out: its words, and what each is compared as; which words join, say nothing, or tell who
speaks (``spaced_words.tsv``). The rule it guards: two spellings of a word are one only where
readers take them for one: ё and е, the forms of alef, an accent that moves.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from site_builder.language.detect import detect_language
from site_builder.language.text import SAME_LETTERS
from site_builder.stories.latin import Word, has_capital
from site_builder.stories.subjects import LEAD, Subject
from site_builder.stories.words import RARE, SPACED, rarity_in, read_kinds

LONGER = 2500
"""For each so many characters of a text, what is not in its title must come back once more."""
MOST_LATIN = 0.5
"""A text is one of a script when more of its letters than this are."""

LEAST_SMALL = 0.06
"""Of the words of a text so many are small ones of its language."""

_CASED = re.compile("[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u1f00-\u1fff]+")
_CASELESS = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0900-\u09ff\u0b80-\u0bff]+")
"""Hebrew, Arabic, Devanagari, Bengali and Tamil: of others no small words are known."""
_WORD = re.compile(
    r"""[^\s!-/:-@\[-`{-~«»„“”‚‘’…—–·।॥،؛؟٪۔־\u200e\u200f¡-©«¬®-±´-¹»-¿]+"""
    r"""(?:["'’־&-](?=[^\W_])[^\s!-/:-@\[-`{-~«»„“”‚‘’…—–·।॥،؛؟٪۔־\u200e\u200f¡-¿]+)*"""
)
"""Letters with all their marks, which ``\\w`` leaves out; within a word a hyphen, and the quote of ח"כ."""
_ENDS = re.compile(r"""[.!?…:;\n।॥؟۔«»„“”"—–(]""")
_ABBREVIATED = re.compile(r"[^\W\d_]|ул|ст|им|ім|вул|бул|просп|пл|св|др|Δρ|κ")
_ACCENTS = re.compile("[\u0300-\u036f]")
_FORMS = {**SAME_LETTERS, **str.maketrans("ґ’ʼؤئς", "г''ويσ", "\u0301\u200c\u200d")}
"""Further ones that a text is read by, but that two tags may differ in."""


def is_cased(text: str) -> bool:
    """Tell whether a text is in Cyrillic, Greek or Armenian letters."""
    return _has_most(_CASED, text)


def is_caseless(text: str) -> bool:
    """Tell whether a text is in letters without capitals, and puts blanks between words."""
    return _has_most(_CASELESS, text)


def _has_most(letters: re.Pattern[str], text: str) -> bool:
    start = text[:600]
    if start.isascii() or not letters.search(start):
        return False
    found = len("".join(letters.findall(start)))
    return found > MOST_LATIN * sum(map(str.isalpha, start))


@functools.lru_cache(maxsize=1 << 14)
def compare(word: str) -> str:
    """Give what a word is compared as: small, without accents and signs of vowels, each letter in one form.

    >>> compare("Щёлково") == compare("Щелково"), compare("إسلامي") == compare("اسلامى")
    (True, True)
    """
    word = word.lower()
    if "\u0370" <= word[0] < "\u0400" or "\u1f00" <= word[0] < "\u2000":
        word = _ACCENTS.sub("", unicodedata.normalize("NFD", word))
    return word.translate(_FORMS)


@functools.cache
def _table() -> dict[str, frozenset[str]]:
    kinds = read_kinds("spaced_words.tsv")
    return {kind: frozenset(map(compare, words)) for kind, words in kinds.items()}


@functools.cache
def kept(kind: str, language: str) -> frozenset[str]:
    """List the words of a language that do something, as they are compared."""
    return _table().get(f"{kind} {language}", frozenset())


@functools.cache
def places(language: str) -> dict[str, str]:
    """Give how countries and cities are written in a language with cases, by what they are compared as."""
    listed = read_kinds("places_spaced.tsv").get(language, frozenset())
    towns = read_kinds("spaced_words.tsv").get(f"town {language}", frozenset())
    return {compare(name): name for name in sorted(towns | listed)}


@functools.cache
def languages() -> frozenset[str]:
    """List the languages whose small words are known."""
    return frozenset(kind.split(" ")[1] for kind in _table())


@functools.cache
def small_words(language: str) -> frozenset[str]:
    """List the words with which no term begins or ends."""
    return kept("small", language) | kept("before", language) | kept("article", language)


def choose_language(text: str, same: Sequence[str], known: Sequence[str]) -> str:
    """Give the language of a text; where nothing tells, the one whose small words it has; or none."""
    language, some = detect_language(text).partition("-")[0], same[:200]
    likely = (language,) if language in known else known
    counts = {one: sum(map(small_words(one).__contains__, some)) for one in likely}
    best = max(likely, key=lambda one: counts[one])
    return best if counts[best] >= LEAST_SMALL * len(some) or not small_words(best) else ""


def rarity_of(language: str, word: str) -> int:
    """Say how rare a word is; where no table is, one that is in no list is rather rare."""
    return rarity_in(language, word.lower()) if language in SPACED else RARE


def read_words(text: str) -> list[Word]:
    """Cut a text into words; ``joined`` when nothing but a blank stands between one and the one before."""
    words: list[Word] = []
    last, new = 0, functools.partial(tuple.__new__, Word)
    for match in _WORD.finditer(text):
        start, end = match.span()
        if start - last == 1 and words and text[last] in " \u00a0":  # most often
            first, joined = False, True
        else:
            gap = text[last:start]
            is_short = gap == ". " and words and _ABBREVIATED.fullmatch(words[-1].text) is not None
            first, joined = not words or (not is_short and _ENDS.search(gap) is not None), False
        word = match[0]
        is_capital = not word.islower() and has_capital(word)
        words.append(new((word, start, end, first, joined, word.lower(), is_capital)))
        last = end
    return words


def is_subject(subject: Subject, often: int, longer: int) -> bool:
    """Tell whether a text comes back to a subject often enough; one of its title need be met but once."""
    times = len(subject.places)
    if subject.title:
        return True
    lead = subject.places[0] < LEAD
    return times >= often + longer or (lead and times >= max(2, often + longer - 1))

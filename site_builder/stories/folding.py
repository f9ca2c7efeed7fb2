"""The words of a text that is neither Chinese nor English, folded so that stories can compare them.

In: a title and a text. Out: the language, the words as they are compared, how rare each is. The
rule it guards: **rather no word than a wrong one**. Small words tell nothing, of a language whose
small words nobody listed only what title and text have in common counts, and where no blanks stand
between words (Thai, Khmer) there are none. A folded word ends with ``CUT`` and is never shown:
``spell`` finds it in a title as it was written.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain

from site_builder.language.detect import detect_language
from site_builder.language.hanzi import simplify
from site_builder.stories.names import Text
from site_builder.stories.prints import letters_of
from site_builder.stories.words import RARE, Remembered, fillers, rarity, rarity_in, read_kinds

CUT = "…"
"""What a folded word ends with; no name and no word of Chinese or English does."""
_RATED = frozenset(("de", "es", "fr", "it", "nl", "pt"))
"""Languages of which tables say how rare their common words are."""
_AS_EVER = frozenset(("", "en", "zh", "zh-Hans", "zh-Hant"))
"""Languages whose words are compared as they stand."""
_CHINESE, _ENGLISH = 200, 80
"""Where 的 or its comma, or "the", stands once in so many different words, a text is Chinese or English."""

_WORD = re.compile(
    r"(?:[^\W\d_]|[\u0300-\u036f\u05b0-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff\u200c\u200d])+"
)
"""Letters with their marks; signs of vowels are no letters to ``re``, and part of a word in India."""
_KATAKANA = re.compile("[ァ-ヺー]{3,}")
_KANJI = re.compile("[\u3400-\u9fff]{2}(?=[\u3400-\u9fff]{2})|[\u3400-\u9fff]{2,3}")
"""Most words are of two; what is one more, as 省 and 者, stands at the end."""
_BLANKLESS = frozenset(("bo", "km", "lo", "my", "th"))
"""Languages that put no blanks between words."""
_KINDS = (
    ("\u0590", 4, 30, 7),  # Latin, Greek, Cyrillic, Armenian
    ("\u0900", 3, 37, 9),  # Hebrew, Arabic: vowels are not written
    ("\u1100", 3, 37, 7),  # of India
    ("\u3040", 4, 30, 7),  # Latin again
    ("\u3100", 3, 30, 9),  # katakana
    ("\U0010ffff", 2, 40, 15),  # kanji, Hangul
)
"""Up to which letter; letters that a word, and what is left of it, have at least; how rare a word is
thought to be, and how much more so with each letter: longer words are rarer (Zipf)."""
_RAREST = 95
_COMMON = 42
_LONGEST = 40
"""A word with more letters is none; folding takes its letters off one by one."""
_LONGER = 5
"""Letters that a word may have beside its folded form."""
REMEMBERED = 1 << 17
"""Words that are remembered, in each language."""

Worth = tuple[str, int]
Affixes = tuple[str, ...]
NONE: frozenset[str] = frozenset()


def language_of(text: Text, is_read: bool = False) -> str:
    """Tell the language of a text whose words must be folded; empty for Chinese and English.

    Those two are known by their commonest word where the text has been cut already (gain: 20 µs an
    article); one that another reader ``is_read`` by has not, and to cut it would take 100 to 500 µs.
    """
    if not is_read and _has_commonest(text.counts):
        return ""
    language = detect_language(text.plain)
    return "" if language in _AS_EVER or (language == "und" and text.plain.isascii()) else language


def _has_commonest(counts: Mapping[str, int]) -> bool:
    """Tell whether a text has the commonest word of Chinese or of English often enough."""
    often, words = counts.get, len(counts)
    if (often("的", 0) + often("，", 0)) * _CHINESE > words and not often("の"):
        return True
    return often("the", 0) * _ENGLISH > words


def count_folded(text: Text, title: Text, language: str) -> tuple[dict[str, tuple[int, int]], frozenset[str]]:
    """Count the folded words of an article, each with its rarity; and say which are in the title."""
    worths = _worths(language)
    in_title = Counter(cut_words(title, language))
    head = frozenset(worth[0] for word in in_title if (worth := worths[word]))
    words: dict[str, tuple[int, int]] = {}
    often = Counter(cut_words(text, language))
    often.update(in_title)
    for word, times in often.items():
        if worth := worths[word]:
            folded, rare = worth
            before, commoner = words.get(folded, (0, rare))
            words[folded] = before + times, min(commoner, rare)
    if not _is_listed(language):
        words = {word: worth for word, worth in words.items() if word in head and worth[0] > 1}
    return words, head


def fold_words(form: str, language: str) -> tuple[str, ...]:
    """Fold the words of a name."""
    worths = _worths(language)
    return tuple(worth[0] for word in cut_words(Text(form), language) if (worth := worths[word]))


def cut_words(text: Text, language: str) -> list[str]:
    """Cut a text into words, as they are written."""
    if language == "ja":
        return _KATAKANA.findall(text.plain) + _KANJI.findall(text.plain)
    return [] if language in _BLANKLESS else _WORD.findall(text.plain)


@functools.lru_cache(maxsize=64)
def _worths(language: str) -> Remembered[Worth | None]:
    """Give words as they are compared, and their rarity; None for one that tells no event from another."""
    return Remembered(functools.partial(_weigh, language=language), REMEMBERED)


def _weigh(word: str, language: str) -> Worth | None:
    plain = _plain(word)
    least, base, each = _kind_of(plain)
    if not least <= len(plain) <= _LONGEST:
        return None
    stem = _stem(plain, language)
    if not {plain, stem}.isdisjoint(_small(language)):
        return None
    rare = _look_up(word, language)
    if rare == RARE:
        rare = min(_RAREST, base + each * len(stem))
    return None if rare < _COMMON else (stem + CUT, rare)


def _look_up(word: str, language: str) -> int:
    if language == "ja":
        return 0 if word in fillers() else rarity(word)
    return rarity_in(language, word.lower())


def _kind_of(plain: str) -> tuple[int, int, int]:
    return next((least, base, each) for until, least, base, each in _KINDS if plain < until)


def _plain(word: str) -> str:
    """Give a word without capitals, and without accents where letters have them."""
    return word if "\u0900" <= word < "\u1e00" else letters_of(word)


def _stem(plain: str, language: str) -> str:
    """Take off all known endings, and the beginnings that Arabic and Hebrew write with a word.

    What is left has none, so that what is taken off one form and not the other comes off as well.
    """
    affixes, (least, _, _) = _affixes(language), _kind_of(plain)
    while (shorter := _cut(plain, *affixes, least)) != plain:
        plain = shorter
    return plain


def cut_end(word: str, language: str, least: int) -> str:
    """Take off all known endings of a word as long as so many letters are left, and its accents."""
    plain, (_, ends) = _plain(word), _affixes(language)
    while (shorter := _cut(plain, (), ends, least)) != plain:
        plain = shorter
    return plain


def is_small(word: str, language: str) -> bool:
    """Tell whether a word is in the list of small words of a language."""
    return _plain(word) in _small_alone(language)


@functools.lru_cache(maxsize=64)
def _small_alone(language: str) -> frozenset[str]:
    return frozenset(map(_plain, _lists().get(f"small {language}", NONE)))


def _cut(word: str, begins: Affixes, ends: Affixes, least: int) -> str:
    for begin in begins:
        if len(word) - len(begin) >= least and word.startswith(begin):
            return word.removeprefix(begin)
    for end in ends:
        if len(word) - len(end) >= least and word.endswith(end):
            return word.removesuffix(end)
    return word


# --- what is known of languages ---------------------------------------------------------------


@functools.cache
def _lists() -> Mapping[str, frozenset[str]]:
    """Give the words of both lists by what they are: ``ends ru``, ``small ru``."""
    small = {f"small {language}": words for language, words in read_kinds("small_words.tsv").items()}
    forms = read_kinds("word_forms.tsv")
    return {kind: small.get(kind, NONE) | forms.get(kind, NONE) for kind in (*small, *forms)}


@functools.lru_cache(maxsize=64)
def _affixes(language: str) -> tuple[Affixes, Affixes]:
    """List a language's beginnings and endings, the longest first."""
    begins, ends = (
        {_plain(affix) for affix in _lists().get(f"{kind} {language}", NONE)} - {""}
        for kind in ("begins", "ends")
    )
    return tuple(sorted(begins, key=_longest_first)), tuple(sorted(ends, key=_longest_first))


def _longest_first(affix: str) -> tuple[int, str]:
    return -len(affix), affix


@functools.lru_cache(maxsize=64)
def _small(language: str) -> frozenset[str]:
    words = (_lists().get(f"{kind} {language}", NONE) for kind in ("small", "news"))
    plain = {_plain(simplify(word)) for word in chain.from_iterable(words)}
    return frozenset(plain | {_stem(word, language) for word in plain})


def _is_listed(language: str) -> bool:
    return language in _RATED or f"small {language}" in _lists()


# --- words that are shown ---------------------------------------------------------------------


def spell(term: str, titles: tuple[str, ...]) -> str:
    """Write a folded word as the first of some titles does that has it; empty when none has.

    >>> spell("мост…", ("Паводок спал", "Обрушение моста"))
    'моста'
    """
    stem = term.removesuffix(CUT)
    for title in titles:
        found = [shown for word in _WORD.findall(title) if (shown := _showing(word, stem))]
        if found:
            return min(found, key=lambda shown: (len(shown), shown))
    return ""


def _showing(word: str, stem: str) -> str:
    """Give the word, or of one that is written without blanks the piece, that a folded word stands for."""
    plain = _plain(word)
    at = plain.find(stem)
    if at < 0:
        return ""
    if stem >= "\u3041" and len(plain) == len(word):
        return word[at : at + len(stem)]
    return word if len(plain) - len(stem) <= _LONGER else ""

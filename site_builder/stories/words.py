"""What is known of a word by itself: how common it is in texts of any kind, and what kind of word.

In: a word. Out: its rarity, its part of speech, whether it says anything of a subject. The rule
it guards: the tables are **frozen**. They come with the program (``background.tsv`` for Chinese and
English, ``background_latin.tsv`` and ``background_spaced.tsv`` for the common words of others;
``bench/make_background.py`` says how they were made) and never learn from an archive, so that an
article's tags are its own and no other article changes them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

SPACED = frozenset(("ar", "ru"))
"""Languages in other scripts than Latin that a table is known of; loaded apart, as few archives need it."""
RARE = 112
"""The weight of a word that the table does not hold."""


class Remembered(dict[str, T]):
    """What was found out of words, each when it is asked for first; when there are ``most``, all go.

    Most words of a text were in earlier ones. A dictionary that fills itself is asked in a quarter of the
    time of ``lru_cache``.
    """

    def __init__(self, find: Callable[[str], T], most: int) -> None:
        self._find, self._most = find, most

    def __missing__(self, word: str) -> T:
        if len(self) >= self._most:
            self.clear()
        self[word] = found = self._find(word)
        return found


def rarity(word: str) -> int:
    """Say how rare a word is, in Simplified characters and lower case: 0 is everywhere.

    It is ten times the natural logarithm of the inverse document frequency.

    >>> rarity("中国") < rarity("人工智能") < rarity("徕卡")
    True
    """
    return _table().get(word, RARE)


@functools.cache
def _table() -> dict[str, int]:
    table: dict[str, int] = {}
    with (Path(__file__).parent / "background.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            level, _, words = line.rstrip("\n").partition("\t")
            table.update(dict.fromkeys(words.split(" "), int(level)))
    return table


def rarity_in(language: str, word: str) -> int:
    """Say how rare a word is in a language; where no table is, every word is rare."""
    return rarities(language).get(word, RARE)


def rarities(language: str) -> Mapping[str, int]:
    """Give the table of a language's common words, for who asks for many of one text; it may be empty."""
    if language == "en":
        return _table()
    return _tables("spaced" if language in SPACED else "latin").get(language, {})


@functools.cache
def _tables(script: str) -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = {}
    with (Path(__file__).parent / f"background_{script}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            language, level, words = line.rstrip("\n").split("\t")
            tables.setdefault(language, {}).update(dict.fromkeys(words.split(" "), int(level)))
    return tables


@functools.cache
def fillers() -> frozenset[str]:
    """List the words that pass for nouns and say nothing of a subject."""
    lines = (Path(__file__).parent / "fillers.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@functools.lru_cache(maxsize=1 << 16)
def part_of_speech(word: str) -> tuple[str, bool]:
    """Give a Chinese word's part of speech, and whether the dictionary knows the word."""
    import rjieba

    tags = rjieba.tag(word)
    return (tags[0][1] if len(tags) == 1 else "x"), rjieba.has_word(word)


@functools.cache
def read_kinds(file: str) -> Mapping[str, frozenset[str]]:
    """Read a table of words, a line a kind and language: ``office ja``, a tab, the words."""
    table: dict[str, frozenset[str]] = {}
    with (Path(__file__).parent / file).open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                kind, _, words = line.rstrip("\n").partition("\t")
                table[kind] = table.get(kind, frozenset()) | frozenset(words.split())
    return table


def kept(kind: str) -> frozenset[str]:
    """List the words of a kind and a language that ``unspaced_words.tsv`` has: ``office ja``."""
    return read_kinds("unspaced_words.tsv").get(kind, frozenset())

"""How common a word is in texts of any kind.

In: a word. Out: ten times the natural logarithm of its inverse document frequency. The rule it
guards: the table is **frozen**. It comes with the program (``background.tsv``; how it was made
stands in ``bench/make_background.py``) and never learns from an archive, so that an article's
tags are its own and no other article changes them.
"""

from __future__ import annotations

import functools
from pathlib import Path

RARE = 112
"""The weight of a word that the table does not hold."""


def rarity(word: str) -> int:
    """Say how rare a word is, in Simplified characters and lower case: 0 is everywhere.

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


@functools.cache
def fillers() -> frozenset[str]:
    """List the words that pass for nouns and say nothing of a subject."""
    lines = (Path(__file__).parent / "fillers.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())

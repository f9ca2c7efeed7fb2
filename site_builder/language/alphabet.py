"""The order of an alphabet: where a name stands in a list that people look through.

In: a name and the language of the list. Out: a text that sorts as the name does. The rule it
guards: **a letter with a mark stands with its letter** (Ärzte with A, Öl with O), unless the
language counts it as one of its own: Turkish has Ç after C, Spanish Ñ after N.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_LAST = "\U0010ffff"
_AFTER = {
    "es": {"ñ": "n"},
    "pl": {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ń": "n", "ó": "o", "ś": "s", "ź": "z", "ż": "zz"},
    "tr": {"ç": "c", "ğ": "g", "ı": "h", "ö": "o", "ş": "s", "ü": "u"},
    "uk": {"ґ": "г", "є": "е", "і": "и", "ї": "ии"},
    "vi": {"đ": "d"},
}
"""Letters of their own, and the letter behind which each stands; behind it twice, the second of two."""
_SMALL = {"tr": {"I": "ı", "İ": "i"}}
_MARKED = re.compile("[\u00c0-\u06ff\u1e00-\u1fff]")
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f]")


def place_in_order(name: str, language: str) -> str:
    """Give what a name sorts by in a list of that language.

    >>> sorted(("Zebra", "Ärzte", "apfel", "Arzt"), key=lambda name: place_in_order(name, "de"))
    ['apfel', 'Arzt', 'Ärzte', 'Zebra']
    >>> sorted(("Çay", "Cuma", "Ihlamur", "İzmir", "Hava"), key=lambda name: place_in_order(name, "tr"))
    ['Cuma', 'Çay', 'Hava', 'Ihlamur', 'İzmir']
    """
    capitals, letters = _tables(language.partition("-")[0])
    small = (name.translate(capitals) if capitals else name).lower()
    if not _MARKED.search(small) and not letters:
        return small
    own = unicodedata.normalize("NFC", small).translate(letters)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", own)))


@functools.cache
def _tables(language: str) -> tuple[dict[int, str], dict[int, str]]:
    letters = {
        ord(letter): before[0] + _LAST * len(before) for letter, before in _AFTER.get(language, {}).items()
    }
    capitals = {ord(letter): small for letter, small in _SMALL.get(language, {}).items()}
    return capitals, letters

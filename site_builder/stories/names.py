"""Names that stand in a text: our own list of names that news is made of, and the site's.

In: a ``Text`` and the site's spellings. Out: each name found, with its key, its place and the
spelling met. The rule it guards: **a name is a whole word**. The
leftmost and longest wins; a Latin letter or digit needs a border, a capital stays a capital, and
Chinese characters inside one dictionary word are not a name.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from site_builder.hanzi import simplify
from site_builder.text import fold

if TYPE_CHECKING:
    import ahocorasick_rs

WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width letters and digits, and what they stand for."""

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_BLANK_BETWEEN_SCRIPTS = re.compile(
    r"(?<=[\u3400-\u9fff])[ \u00a0\u2005\u2009]+(?=[A-Za-z0-9Ａ-Ｚａ-ｚ０-９])"
    r"|(?<=[A-Za-z0-9+Ａ-Ｚａ-ｚ０-９])[ \u00a0\u2005\u2009]+(?=[\u3400-\u9fff])"
)
_GAPS = re.compile(r"[\s-]+|(?<=[a-z])(?=[0-9])")


class Name(NamedTuple):
    """One name found: ``kind`` is the list's, ``site`` for a name of the site's own."""

    key: str
    form: str
    start: int
    end: int
    kind: str


class Spellings(tuple[tuple[str, str], ...]):
    """Pairs of (spelling, key) that count their hash once, not for each text that is read.

    A vocabulary of 500 names is the key of two memories (gain: 70 µs an article).
    """

    @functools.cached_property
    def _hash(self) -> int:
        return tuple.__hash__(self)

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Names:
    """All names to look for, ready to be found. ``aliases`` maps a folded spelling to its key."""

    aliases: Mapping[str, str]
    kinds: Mapping[str, str]
    matcher: ahocorasick_rs.AhoCorasick
    patterns: tuple[tuple[str, str, bool], ...]
    """For each pattern its key, its spelling, and whether its capitals count."""

    def find(self, text: Text) -> Iterator[Name]:
        """Find every name in a text."""
        plain = text.plain
        for number, start, end in self.matcher.find_matches_as_indexes(_lower(plain)):
            key, form, strict = self.patterns[number]
            met = plain[start:end]
            if _has_borders(plain, start, end) and not (strict and _lost_capitals(form, met)):
                if not met.isascii() and text.is_inside_word(start, end):
                    continue
                yield Name(key, text.shown[start:end], start, end, self.kinds[key])


def plain_text(text: str) -> str:
    """Settle what may be written in two ways: scripts, wide letters, blanks where scripts meet.

    >>> plain_text("徠卡 Ｍ11 相機")
    '徕卡M11相机'
    """
    return _one_to_one(_BLANK_BETWEEN_SCRIPTS.sub("", text))


def _one_to_one(text: str) -> str:
    text = simplify(text)
    return text.translate(WIDE) if _WIDE.search(text) else text


@functools.cache
def shipped_aliases() -> Mapping[str, str]:
    """Give every folded spelling of the shipped list with its key."""
    return {fold(form): fold(forms[0]) for _, forms in _shipped() for form in forms}


@functools.cache
def _keys() -> frozenset[str]:
    return frozenset(shipped_aliases().values())


def is_well_known(key: str) -> bool:
    """Tell whether a key is that of a name in the shipped list."""
    return key in _keys()


@functools.cache
def _media() -> frozenset[str]:
    return frozenset(fold(forms[0]) for kind, forms in _shipped() if kind == "media")


def is_medium(key: str) -> bool:
    """Tell whether a tag's key is that of a newspaper, agency, broadcaster …"""
    return key in _media()


@functools.lru_cache(maxsize=4)
def open_names(wanted: tuple[tuple[str, str], ...], shipped: bool = True) -> Names:
    """Make ready the site's (spelling, key) pairs and, if so wanted, the shipped list.

    Where both know a spelling, the site's word counts.
    """
    import ahocorasick_rs

    aliases: dict[str, str] = {}
    kinds: dict[str, str] = {}
    patterns: dict[str, tuple[str, str, bool]] = {}
    for form, key in wanted:
        aliases[fold(form)] = key
        kinds[key] = "site"
        patterns |= dict.fromkeys(_spellings(form), (key, form, False))
    for kind, forms in _shipped() if shipped else ():
        key = aliases.get(fold(forms[0]), fold(forms[0]))
        kinds.setdefault(key, kind)
        for form in forms:
            owner = aliases.setdefault(fold(form), key)
            for spelling in _spellings(form):
                patterns.setdefault(spelling, (owner, form, True))
    matcher = ahocorasick_rs.AhoCorasick(list(patterns), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return Names(aliases, kinds, matcher, tuple(patterns.values()))


@functools.cache
def _shipped() -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = []
    with (Path(__file__).parent / "names.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                kind, name, others = line.rstrip("\n").split("\t")
                rows.append((kind, (name, *(form for form in others.split("|") if form))))
    return tuple(rows)


def _spellings(form: str) -> Iterable[str]:
    """Write a name in every way it is met in a plain text, lower case: rtx 4090, rtx4090, rtx-4090.

    Between its parts, and between a letter and a number, there may be nothing, a blank or a hyphen.
    """
    plain = _lower(plain_text(form))
    parts = _GAPS.split(plain)
    return dict.fromkeys([plain, *(plain_text(gap.join(parts)) for gap in ("", " ", "-") if len(parts) > 1)])


def _lower(text: str) -> str:
    """Make a text lower case without moving any character."""
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(small if len(small := character.lower()) == 1 else character for character in text)
    )


def _has_borders(text: str, start: int, end: int) -> bool:
    """Tell whether no Latin letter or digit goes on before or after a Latin end."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (_is_latin(text[start]) and _is_latin(before)) and not (
        _is_latin(text[end - 1]) and _is_latin(after)
    )


def _is_latin(character: str) -> bool:
    return character < "\u0250" and character.isalnum()


def _lost_capitals(form: str, met: str) -> bool:
    """Tell whether a name's capital is missing, so that ``apple`` is a fruit and ``us`` a pronoun.

    A form that is all capitals and short must be met as it is; of others the first letter counts.
    """
    if not _is_latin(form[0]):
        return False
    if len(form) <= 5 and form.isupper():
        return met != form
    return form[0].isupper() and not met[0].isupper()


class Text:
    """A text as written (``shown``) and settled (``plain``), place by place, cut into words."""

    def __init__(self, text: str) -> None:
        self.shown = _BLANK_BETWEEN_SCRIPTS.sub("", text)
        self.plain = _one_to_one(self.shown)

    @functools.cached_property
    def words(self) -> list[str]:
        """The words in order; cut when first asked for, as many texts need none (60 µs each)."""
        import rjieba

        words: list[str] = rjieba.cut(self.plain)
        return words

    @functools.cached_property
    def starts(self) -> list[int]:
        """Where each word begins, and where the last one ends."""
        return [0, *accumulate(map(len, self.words))]

    @functools.cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands there; counted once for all who ask."""
        return Counter(self.words)

    @staticmethod
    def _is_known(word: str) -> bool:
        import rjieba

        known: bool = rjieba.has_word(word)
        return known

    def is_inside_word(self, start: int, end: int) -> bool:
        """Tell whether a place lies inside one dictionary word that is longer, or cuts two apart."""
        first = bisect.bisect_right(self.starts, start) - 1
        word, at = self.words[first], self.starts[first]
        if self.starts[first + 1] >= end:
            return len(word) > end - start and self._is_known(word)
        cut_at_end = self.starts[bisect.bisect_left(self.starts, end)] != end
        return at < start and cut_at_end and self._is_known(word)

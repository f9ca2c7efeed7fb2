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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from site_builder.language.hanzi import TABLE, simplify
from site_builder.language.text import fold

if TYPE_CHECKING:
    import ahocorasick_rs
    import numpy as np
    from numpy.typing import NDArray

WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width letters and digits, and what they stand for."""

_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_BLANKS = " \u00a0\u2005\u2009"
_HAN, _LATIN, _BLANK = "[\u3400-\u9fff]", "[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]", f"[{_BLANKS}]"
_LATIN_OR_PLUS = "[A-Za-z0-9+Ａ-Ｚａ-ｚ０-９]"
_BLANK_BETWEEN_SCRIPTS = re.compile(
    rf"(?<={_HAN}){_BLANK}+(?={_LATIN})|(?<={_LATIN_OR_PLUS}){_BLANK}+(?={_HAN})"
)
_TWO_BLANKS = re.compile(_BLANK * 2)
_ONE_BLANK_BETWEEN_SCRIPTS = re.compile(
    rf"{_BLANK}(?:(?<={_HAN}{_BLANK})(?={_LATIN})|(?<={_LATIN_OR_PLUS}{_BLANK})(?={_HAN}))"
)
"""The same where no two blanks stand together; begun with a blank, it is found in a quarter of the time."""
LONG = 200
"""From so many characters on all are simplified at once, in a quarter of the time of ``simplify``."""
_CLAUSE_ENDS = "，。、"
"""No word goes on beyond these; the commonest are enough."""
_MANY = 20
"""A text with more names than this is cut into words at once, which costs less than clause by clause; one in
Latin letters not at all, as no name in them lies inside a Chinese word."""
_HAN_ONE = re.compile(_HAN)
_HAN_ALONE = re.compile(f"{_HAN}+")
_GAPS = re.compile(r"[\s-]+|(?<=[a-z])(?=[0-9])")


_WHOSE = re.compile(
    "首相|总统|总理|政府|外交部|外长|国会|议会|军方|警方|海军|空军|国防部|财政部|大使馆|领事馆|媒体|公司|企业|经济|市场"
    "|国王|女王|人民|公民|国民|人|队|籍"
)
"""What a place is named before: the dictionary has 日本首相 and 法国人 as one word, and yet they name it."""


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


class Pattern(NamedTuple):
    """One spelling to look for, and all that is asked of each place where it is met."""

    key: str
    form: str
    is_strict: bool
    """Whether its capitals count."""
    bordered: tuple[bool, bool] | None
    """Which of its ends need a border; none where neither does."""
    kind: str
    is_ascii: bool
    """Whether no Chinese word can have it inside."""


@dataclass(frozen=True, slots=True)
class Names:
    """All names to look for, ready to be found. ``aliases`` maps a folded spelling to its key."""

    aliases: Mapping[str, str]
    kinds: Mapping[str, str]
    matcher: ahocorasick_rs.AhoCorasick
    patterns: tuple[Pattern, ...]
    has_own: bool = True
    """Whether any is a name of the site's own."""

    def find(self, text: Text, own_only: bool = False) -> list[Name]:
        """Find every name in a text, or those alone that are the site's own."""
        found: list[Name] = []
        if own_only and not self.has_own:
            return found
        plain, shown, patterns, new = text.plain, text.shown, self.patterns, tuple.__new__
        matches = self.matcher.find_matches_as_indexes(_lower(plain))
        at_once = len(matches) > _MANY
        borders = text.borders
        for number, start, end in matches:
            key, form, is_strict, bordered, kind, is_ascii = patterns[number]
            if own_only and kind != "site":
                continue
            if bordered and _goes_on(plain, start, end, *bordered):
                continue
            if is_strict and _lost_capitals(form, plain[start:end]):
                continue
            if (
                is_ascii
                or (start in borders and end in borders)
                or (kind == "place" and _WHOSE.match(plain, end))
                or not text.is_inside_word(start, end, at_once)
            ):
                found.append(new(Name, (key, shown[start:end], start, end, kind)))  # half of ``Name``'s time
        return found


def plain_text(text: str) -> str:
    """Settle what may be written in two ways: scripts, wide letters, blanks where scripts meet.

    >>> plain_text("徠卡 Ｍ11 相機")
    '徕卡M11相机'
    """
    return _one_to_one(_join_scripts(text))


def _join_scripts(text: str) -> str:
    if not any(blank in text for blank in _BLANKS) or not _HAN_ONE.search(text):
        return text
    pattern = _BLANK_BETWEEN_SCRIPTS if _TWO_BLANKS.search(text) else _ONE_BLANK_BETWEEN_SCRIPTS
    return pattern.sub("", text)


def _one_to_one(text: str) -> str:
    if len(text) >= LONG and not text.isascii():
        return settle_long(text)
    text = simplify(text)
    return text.translate(WIDE) if _WIDE.search(text) else text


def settle_long(text: str) -> str:
    """Settle each character by way of their numbers: all that change are in Unicode's first plane."""
    import numpy as np

    given = text.encode("utf-16-le", "surrogatepass")
    changed = _codes()[np.frombuffer(given, np.uint16)].tobytes()
    if changed == given:
        return text
    settled = changed.decode("utf-16-le", "surrogatepass")
    # Two halves of a pair that stood apart would be one character now.
    return settled if len(settled) == len(text) else text.translate(TABLE).translate(WIDE)


@functools.cache
def _codes() -> NDArray[np.uint16]:
    """Give for each character of Unicode's first plane what it is settled as, in numbers."""
    import numpy as np

    codes = np.arange(1 << 16, dtype=np.uint16)
    for table in (TABLE, WIDE):
        codes[[*table]] = [*table.values()]
    return codes


@functools.cache
def shipped_aliases() -> Mapping[str, str]:
    """Give every folded spelling of the shipped list with its key."""
    return {
        **{fold(form): fold(name) for name, forms in _eastern() for form in forms},
        **{fold(form): fold(forms[0]) for _, forms in _shipped() for form in forms},
    }


def list_forms(key: str) -> tuple[str, ...]:
    """List the spellings of a name in the shipped lists, by its key."""
    return _forms().get(key, ())


@functools.cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    forms = {fold(forms[0]): forms for _, forms in _shipped()}
    eastern = {fold(name): own for name, own in _eastern()}
    return {key: (*forms.get(key, ()), *eastern.get(key, ())) for key in (*forms, *eastern)}


@functools.cache
def _eastern() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """List Japanese and Korean forms of listed names, which no Chinese text is searched for."""
    with (Path(__file__).parent / "names_eastern.tsv").open(encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))
        return tuple((name, tuple(forms.split("|"))) for name, forms in rows)


@functools.cache
def _keys() -> frozenset[str]:
    return frozenset(shipped_aliases().values())


def is_well_known(key: str) -> bool:
    """Tell whether a key is that of a name in the shipped list."""
    return key in _keys()


@functools.cache
def _keys_of(kind: str) -> frozenset[str]:
    return frozenset(fold(forms[0]) for one, forms in _shipped() if one == kind)


@functools.cache
def _kinds() -> Mapping[str, str]:
    kinds = {fold(forms[0]): kind for kind, forms in _shipped()}
    return {form: kinds[key] for form, key in shipped_aliases().items()}


@functools.lru_cache(maxsize=1 << 14)
def kind_of(form: str) -> str:
    """Say of which kind a spelling's name is in the shipped list; nothing when it has none."""
    return _kinds().get(fold(form), "")


def is_medium(key: str) -> bool:
    """Tell whether a tag's key is that of a newspaper, agency, broadcaster …"""
    return key in _keys_of("media")


def is_place(form: str) -> bool:
    """Tell whether a spelling is that of a place in the shipped list."""
    return shipped_aliases().get(fold(form)) in _keys_of("place")


def leaders() -> frozenset[str]:
    """List the keys of heads of state, who are in the news every day."""
    return _keys_of("leader")


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
                patterns.setdefault(spelling, (owner, form, _is_latin(form[0])))
    if shipped:
        for form, key in shipped_aliases().items():
            aliases.setdefault(form, aliases.get(key, key))
    matcher = ahocorasick_rs.AhoCorasick(list(patterns), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    # A Chinese end needs no border, and most names have two of them.
    ends = ((_is_latin(pattern[0]), _is_latin(pattern[-1])) for pattern in patterns)
    bordered = (pair if any(pair) else None for pair in ends)
    rows = tuple(
        Pattern(*row, pair, kinds[row[0]], pattern.isascii())
        for (pattern, row), pair in zip(patterns.items(), bordered, strict=True)
    )
    return Names(aliases, kinds, matcher, rows, bool(wanted))


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
    if _HAN_ALONE.fullmatch(form):
        return (simplify(form),)
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


def _goes_on(text: str, start: int, end: int, begins: bool, ends: bool) -> bool:
    """Tell whether a Latin letter or digit goes on before what begins, or behind what ends, with one."""
    before = text[start - 1 : start] if begins and start else ""
    return _is_latin(before) or (ends and _is_latin(text[end : end + 1]))


def _is_latin(character: str) -> bool:
    return character < "\u0250" and character.isalnum()


def _lost_capitals(form: str, met: str) -> bool:
    """Tell whether a name's capital is missing, so that ``apple`` is a fruit and ``us`` a pronoun.

    A form that is all capitals and short must be met as it is; of others the first letter counts.
    """
    if len(form) <= 5 and form.isupper():
        return met != form
    return form[0].isupper() and not met[0].isupper()


class Text:
    """A text as written (``shown``) and settled (``plain``), place by place, cut into words."""

    def __init__(self, text: str) -> None:
        self.shown = _join_scripts(text)
        self.plain = _one_to_one(self.shown)
        self._from = self._upto = 0
        """What has been cut into words last: all of it, or a clause."""
        self._borders: Sequence[int] = ()
        self._words: list[str] = []
        self.borders: frozenset[int] = frozenset()
        """Where words begin and end, once the whole text has been cut: a name between two is inside none."""

    @functools.cached_property
    def words(self) -> list[str]:
        """The words in order; cut when first asked for, as many texts need none (100 µs each)."""
        return _cut(self.plain)

    @functools.cached_property
    def starts(self) -> list[int]:
        """Where each word begins, and where the last one ends."""
        return [*accumulate(map(len, self.words), initial=0)]

    @functools.cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands there; counted once for all who ask."""
        return Counter(self.words)

    def is_inside_word(self, start: int, end: int, at_once: bool = False) -> bool:
        """Tell whether a place lies inside one dictionary word that is longer, or cuts two apart.

        The text is cut into words clause by clause, or ``at_once`` where many places will be asked for.
        """
        if start < self._from or end > self._upto:
            if at_once:
                self.read_all()
            else:
                self._read_clause(start, end)
        borders = self._borders
        first = bisect.bisect_right(borders, start) - 1
        at, after = borders[first], borders[first + 1]
        if after >= end:
            return after - at > end - start and _is_word(self._words[first])
        return (
            at < start and borders[bisect.bisect_left(borders, end)] != end and _is_word(self._words[first])
        )

    def read_all(self) -> None:
        """Cut the whole text at once."""
        self._from, self._upto = 0, len(self.plain)
        self._words, self._borders = self.words, self.starts
        self.borders = frozenset(self.starts)

    def _read_clause(self, start: int, end: int) -> None:
        """Cut the clause around a place, which most often is behind the last one, into words.

        No word goes on beyond a clause, so the words are those of the whole text (gain where few names are
        met: 60 µs an article).
        """
        begin, stop = self._upto if self._upto <= start else 0, len(self.plain)
        for mark in _CLAUSE_ENDS:
            begin = max(begin, self.plain.rfind(mark, begin, start) + 1)
            found = self.plain.find(mark, end, stop)
            stop = found if found >= 0 else stop
        self._from, self._upto = begin, stop
        self._words = _cut(self.plain[begin:stop])
        self._borders = [*accumulate(map(len, self._words), initial=begin)]


def _cut(text: str) -> list[str]:
    import rjieba

    words: list[str] = rjieba.cut(text)
    return words


def _is_word(word: str) -> bool:
    import rjieba

    known: bool = rjieba.has_word(word)
    return known

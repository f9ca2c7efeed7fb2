"""Ask the index of a built site, as its search page does.

In: a built site's folder and a line. Out: an ``Answer``. The rule it guards: the same results from
the same files as ``templates/search.js``: terms propose articles, their stored text decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from site_builder.search.build import Head, Row, read_shard, read_texts, terms_file, texts_file
from site_builder.search.numbers import Holders, Reader, read_postings, read_shares
from site_builder.search.query import Piece, Query, is_within, read_query
from site_builder.search.terms import (
    FOLLOWER_BITS,
    TERMS,
    filter_key,
    filter_term,
    fold,
    is_word,
    pair_term,
    range_of,
    terms_to_ask,
    units_of,
)

FOLDER = "search/i"
_RUN = re.compile(r"[0-9a-z]+|[^0-9a-z]+")
_LATIN = re.compile(r"[a-z][a-z0-9]{3,23}")
BEFORE, AFTER = 30, 80
"""Characters of a snippet before and after the place."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds what was asked."""

    title: str
    url: str
    when: str
    source: str
    tags: tuple[str, ...]
    snippet: str
    in_title: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. ``split``: the parts looked for instead, when nothing stands as written."""

    hits: tuple[Hit, ...]
    split: tuple[str, ...] = ()
    suggestion: str = ""
    """The line with a Latin word spelled as the archive does, when nothing was found."""


class Index:
    """The files of one index, read when needed."""

    def __init__(self, site: Path) -> None:
        self._folder = site / FOLDER

    def read(self, name: str) -> list[object]:
        """Read a file's data. Raises ``OSError`` or ``ValueError`` when it is missing or damaged."""
        return read_shard(name, self.read_bytes(name))

    def read_bytes(self, name: str) -> bytes:
        """Read a file."""
        return (self._folder / f"{name}.js").read_bytes()

    def segments(self) -> list[_Segment]:
        """List the segments, newest first."""
        _, listed = self.read("r")
        return [_Segment(self, Head(*row)) for row in _rows(listed)]


class _Segment:
    """One segment of an index."""

    def __init__(self, index: Index, head: Head) -> None:
        self._index, self._head = index, head
        self.name, self.size = head.name, head.size
        self._months = [(str(month), int(count)) for month, count in head.months]
        self._spans = read_shares(head.tree, TERMS)
        count, places = head.further
        further = frozenset(Reader(places).rising(count, head.size))
        self._firsts: list[int] = []
        for place in range(head.size):
            self._firsts.append(self._firsts[-1] if place in further else place)
        self._terms = lru_cache(maxsize=64)(self._read_terms)
        self._texts = lru_cache(maxsize=64)(self._read_texts)

    def _read_terms(self, span: tuple[int, int]) -> dict[int, list[Holders]]:
        name = f"{self.name}/{terms_file(span)}"
        terms, text, order = self._index.read(name)
        if order != self._head.order:
            raise ValueError(f"{name}.js is of another build")
        return read_postings(str(text), int(str(terms)), self.size, 1 << FOLLOWER_BITS)

    def _read_texts(self, file: str) -> list[Row]:
        name = f"{self.name}/{file}"
        return read_texts(name, self._index.read_bytes(name))

    def holders(self, asked: int) -> list[int]:
        """List the portions of articles that have a term, or may have it with what follows it."""
        low, high, follower = range_of(asked)
        first, last = (bisect_right(self._spans, (one, TERMS)) for one in (low, high))
        found = (
            holders
            for span in self._spans[max(0, first - 1) : last]
            for one, kinds in self._terms(span).items()
            if low <= span[0] + one <= high
            for holders, _ in (kinds if follower < 0 or len(kinds) == 1 else [kinds[follower]])
        )
        return sorted(set().union(*found))

    def articles(self, portions: Iterable[int]) -> set[int]:
        """Give the first portions of the same articles."""
        return {self._firsts[place] for place in portions}

    def article(self, first: int) -> Row:
        """Give title, address, date, source, tags and the whole text, put together."""
        row = self._row(first)
        if len(row) == 6:
            return row
        portions = [self._row(place) for place in range(first, bisect_right(self._firsts, first))]
        texts = [str(portion[5]) for portion in portions]
        own = (
            _cut_units(text, int(str(portion[6])))
            for text, portion in zip(texts[:-1], portions, strict=False)
        )
        return [*row[:5], "".join([*own, texts[-1]])]

    def _row(self, number: int) -> Row:
        for month, count in self._months:
            if number < count:
                file, place = divmod(number, self._head.per_file)
                return self._texts(texts_file(month, file))[place]
            number -= count
        raise IndexError(number)

    def words(self) -> list[list[object]]:
        """List the commonest Latin words and how many articles have each."""
        return _rows(self._index.read(f"{self.name}/f")[2])


def _cut_units(text: str, units: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "surrogatepass")


def _rows(value: object) -> list[list[Any]]:
    if not isinstance(value, list):
        raise TypeError("a list was expected")
    return value


def search(site: Path, line: str, *, newest_first: bool = False) -> Answer:
    """Find all articles of a built site that hold what a line asks for.

    Those with all of it in the title come first, the newer before the older.
    """
    query = read_query(line)
    segments = Index(site).segments()
    split: tuple[str, ...] = ()
    hits = _find(segments, query)
    if not hits and (parted := _split(segments, query)):
        hits = _find(segments, parted[0])
        split = parted[1] if hits else ()
    if not newest_first:
        hits.sort(key=lambda hit: not hit.in_title)
    return Answer(tuple(hits), split, "" if hits else _suggest(segments, line))


def _find(segments: Iterable[_Segment], query: Query) -> list[Hit]:
    if not (query.pieces or query.since or query.until):
        return []
    return [hit for segment in segments for hit in _find_in(segment, query)]


def _find_in(segment: _Segment, query: Query) -> Iterator[Hit]:
    wanted = [piece for piece in query.pieces if not piece.not_]
    candidates = segment.articles(range(segment.size))
    for piece in wanted:
        portions = set(range(segment.size)).intersection(*map(segment.holders, _terms_of(piece)))
        candidates &= segment.articles(portions)
    for number in sorted(candidates, reverse=True):
        if hit := _check(segment.article(number), query):
            yield hit


def _terms_of(piece: Piece) -> list[int]:
    return terms_to_ask(piece.text)[0] if piece.kind == "w" else [filter_term(piece.kind, piece.text)]


def _check(article: Row, query: Query) -> Hit | None:
    """Make a hit of an article when it really holds all that is asked."""
    title, url, when, source, tags, text = article
    assert isinstance(tags, list)
    title, text = str(title), str(text)
    if not is_within(str(when), query.since, query.until):
        return None
    folded_title, folded = fold(title), fold(text)
    names = {"s": {filter_key(str(source))}, "t": {filter_key(str(tag)) for tag in tags}}
    for piece in query.pieces:
        if piece.kind == "w":
            has = piece.text in folded_title or piece.text in folded
        else:
            has = filter_key(piece.text) in names[piece.kind]
        if has == piece.not_:
            return None
    words = [piece.text for piece in query.pieces if piece.kind == "w" and not piece.not_]
    in_title = bool(words) and all(word in folded_title for word in words)
    return Hit(
        title,
        str(url),
        str(when),
        str(source),
        tuple(map(str, tags)),
        _snippet(text, folded, words),
        in_title,
    )


def _snippet(text: str, folded: str, words: list[str]) -> str:
    """Cut the text around the first place of the first word that it holds."""
    place = next((place for word in words if (place := folded.find(word)) >= 0), 0)
    if len(folded) != len(text):
        place = bisect_left(range(len(text)), place, key=lambda end: len(fold(text[:end])))
    start, stop = max(0, place - BEFORE), place + AFTER
    return f"{'…' * (start > 0)}{text[start:stop]}{'…' * (stop < len(text))}"


# --- when nothing stands as written -----------------------------------------------------------


def _split(segments: list[_Segment], query: Query) -> tuple[Query, tuple[str, ...]] | None:
    """Part the plain words of a query; None when there is nothing to part, or a part is nowhere."""

    def count(term: int) -> int:
        return sum(len(segment.holders(term)) for segment in segments)

    pieces: list[Piece] = []
    parts: list[str] = []
    for piece in query.pieces:
        if piece.kind != "w" or piece.not_ or piece.quoted:
            pieces.append(piece)
            continue
        own = split_word(piece.text, count)
        if own is None:
            return None
        parts += own
        pieces += [replace(piece, text=part) for part in own]
    parted = replace(query, pieces=tuple(dict.fromkeys(pieces)))
    return (parted, tuple(dict.fromkeys(parts))) if parted != query else None


def split_word(folded: str, count: Callable[[int], int]) -> list[str] | None:
    """Part an unspaced compound: Latin words whole, the rest by the cheapest chain of pairs.

    A pair costs less the more articles have it; ``count`` gives how many have a term. No
    dictionary is needed. None when a part of it is nowhere.

    >>> split_word("徕卡合作", lambda term: 0 if term == pair_term(ord("卡"), ord("合")) else 9)
    ['徕卡', '合作']
    """
    parts: list[str] = []
    for run in _RUN.findall(folded):
        if run[0].isascii() and run[0].isalnum():
            parts.append(run)
            continue
        for word in _word_runs(run):
            chain = _chain(word, count)
            if chain is None:
                return None
            parts += chain
    return list(dict.fromkeys(parts))


def _word_runs(run: str) -> list[str]:
    kept = "".join(character if is_word(units_of(character)[0]) else " " for character in run)
    return kept.split()


def _chain(word: str, count: Callable[[int], int]) -> list[str] | None:
    """Cover a word with pairs, as cheaply as possible; pairs may overlap by one character."""
    if len(word) < 3 or any(ord(character) > 0xFFFF for character in word):
        return [word]
    best: list[float] = [0, float("inf")]
    came: list[int] = [0, 0]
    for end in range(2, len(word) + 1):
        held = count(pair_term(ord(word[end - 2]), ord(word[end - 1])))
        cost = 40 - held.bit_length() if held else float("inf")
        before = end - 2 if best[end - 2] <= best[end - 1] else end - 1
        best.append(best[before] + cost)
        came.append(before)
    if best[-1] == float("inf"):
        return None
    parts: list[str] = []
    end = len(word)
    while end > 0:
        parts.insert(0, word[end - 2 : end])
        end = came[end]
    return parts


def _suggest(segments: Iterable[_Segment], line: str) -> str:
    """Give the line with each unknown Latin word as the archive spells it, if that is one typo off."""
    known: Counter[str] = Counter()
    for segment in segments:
        known.update({str(word): int(str(count)) for word, count in segment.words()})
    folded = fold(line)
    better = _LATIN.sub(lambda found: nearest(found[0], known), folded)
    return better if better != folded else ""


def nearest(word: str, known: Mapping[str, int]) -> str:
    """Give the commonest known word that one typo turns into this one; itself when none, or known."""
    if any(word in other for other in known):
        return word
    near = [other for other in known if is_one_typo(word, other)]
    return min(near, key=lambda other: (-known[other], other), default=word)


def is_one_typo(one: str, other: str) -> bool:
    """Tell whether one letter changed, added, left out or swapped with its neighbour parts two words."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])

"""Articles become a segment's files, counted and sorted by numpy.

In: the articles of one segment, oldest first. Out: its files. The rule it guards: **the same terms
as** ``terms`` **names**, reckoned for whole texts at once; memory holds one segment.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from site_builder.hanzi import PAIRS
from site_builder.search import numbers
from site_builder.search.terms import (
    alnum_value,
    clean,
    filter_term,
    fold,
    pair_term,
    triple_term,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Units = NDArray[np.uint16]
    Keys = NDArray[np.uint64]
    Numbers = NDArray[np.int64]
    Unit = TypeVar("Unit", bound=np.generic)

FORMAT = "1"
"""Of the files; the page refuses another."""
CALL = "archiveShard"
TERMS_FILE = 4_000
"""Bytes of a p file, about. A query reads one of each segment for each term that it asks."""
TEXT_FILE = 10_000
"""Bytes of an x file, about. A result reads one."""
GROWING_TERMS_FILES, GROWING_TEXTS = 5, 2
"""In the segment that grows: p files at most, and articles in an x file."""
FACETS, WORDS = 80, 1000
"""Tags and Latin words that an f file names at most."""
HOLDER_BITS = 12
"""An article's place in its segment has so many bits; ``segments.LARGEST`` is what they can say."""
_SLOW = 0xFFFF
_pair: Any = pair_term
_triple: Any = triple_term
"""The same arithmetic, of arrays."""
_LATIN_WORD = re.compile(r"[a-z][a-z0-9]{3,23}")
_NOT_IN_SCRIPT = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the index knows it. ``when`` is ISO 8601 or empty; ``url`` site-relative."""

    title: str
    url: str
    when: str
    source: str
    tags: tuple[str, ...]
    text: str


class File(NamedTuple):
    """A file of the index: its name within ``search/i/``, and its bytes."""

    name: str
    data: bytes


def write_shard(name: str, *data: object) -> File:
    """Write data as a script that hands it over and can do nothing else.

    JSON is JavaScript once U+2028 and U+2029 are escaped; ``<`` is escaped so that the file may
    stand inside a page as well.
    """
    text = json.dumps([name, *data], ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _NOT_IN_SCRIPT.items():
        text = text.replace(character, escaped)
    return File(f"{name}.js", f"{CALL}({text[1:-1]})\n".encode("utf-8", "replace"))


def write_root(segments: Iterable[tuple[str, int, str]]) -> File:
    """Write the list of segments, newest first: name, number of articles, digest."""
    return write_shard("r", FORMAT, [list(segment) for segment in segments])


def write_segment(
    name: str, entries: Iterable[Entry], *, grows: bool, per_file: int
) -> Generator[File, None, str]:
    """Write one segment's files; entries are read once, and only their terms are kept.

    Returns the digest of its articles, which all but the x files carry: a page that has read
    the list of segments knows by it whether a file is of the same build.
    """
    gathered = _Gathered()
    hasher = blake2b(f"{FORMAT} {grows}".encode(), digest_size=10)
    shown: list[list[object]] = []
    for entry in entries:
        title, text = clean(entry.title), clean(entry.text)
        gathered.add(entry, title, text)
        shown.append([title, entry.url, entry.when, entry.source, list(entry.tags), text])
        if len(shown) == per_file:
            yield _digested(write_shard(f"{name}/x{(gathered.size - 1) // per_file}", shown), hasher)
            shown = []
    if shown:
        yield _digested(write_shard(f"{name}/x{gathered.size // per_file}", shown), hasher)
    digest = hasher.hexdigest()
    parts, firsts = _encode(gathered, GROWING_TERMS_FILES if grows else 0)
    for i, part in enumerate(parts):
        yield write_shard(f"{name}/p{i}", digest, part)
    yield write_shard(f"{name}/f", digest, *gathered.facets())
    meta = {"n": gathered.size, "k": per_file, "m": gathered.months(), "b": numbers.write_numbers(firsts)}
    yield write_shard(f"{name}/m", digest, meta)
    return digest


def _digested(file: File, hasher: blake2b) -> File:
    hasher.update(file.data)
    return file


def write_table() -> File:
    """Write the table of Traditional characters for the page: how far each is from the one before,

    and how far its Simplified one is from the Simplified one before (twice that, odd when it is back).
    """
    old, new = [0, *map(ord, PAIRS[::2])], [0, *map(ord, PAIRS[1::2])]
    steps = [after - before for before, after in pairwise(new)]
    return write_shard(
        "h",
        numbers.write_numbers(after - before for before, after in pairwise(old)),
        numbers.write_numbers(2 * step if step >= 0 else -2 * step - 1 for step in steps),
    )


def texts_per_file(lengths: Iterable[int], *, grows: bool) -> int:
    """Decide how many articles share an x file: a power of two, so that it seldom changes."""
    if grows:
        return GROWING_TEXTS
    sizes = [length * 3 + 200 for length in lengths]
    fits = TEXT_FILE * len(sizes) // (sum(sizes) or 1)
    return 1 << min(max(fits, 1).bit_length() - 1, 4)


class _Gathered:
    """What is kept of a segment's articles while they pass."""

    def __init__(self) -> None:
        self.size = 0
        self.texts: list[Units] = []
        self.titles: list[Units] = []
        self.filters: list[int] = []
        self._months: list[str] = []
        self._sources: defaultdict[str, list[int]] = defaultdict(list)
        self._tags: defaultdict[str, list[int]] = defaultdict(list)
        self._words: Counter[str] = Counter()

    def add(self, entry: Entry, title: str, text: str) -> None:
        folded = fold_quickly(f"{title}\0{text}\0")
        self.texts.append(folded)
        self.titles.append(folded[: int((folded == 0).argmax()) + 1])
        asked = {_filter_term("s", entry.source), *(_filter_term("t", tag) for tag in entry.tags)}
        self.filters += [term << HOLDER_BITS | self.size for term in asked]
        self._months.append(entry.when[:7])
        self._sources[entry.source].append(self.size)
        for tag in dict.fromkeys(entry.tags):
            self._tags[tag].append(self.size)
        self._words.update(set(_LATIN_WORD.findall(folded.tobytes().decode("utf-16-le", "replace"))))
        self.size += 1

    def months(self) -> list[list[object]]:
        return [[month, len(list(run))] for month, run in groupby(self._months)]

    def facets(self) -> tuple[list[list[str]], list[list[str]], list[list[object]]]:
        """Give sources, the commonest tags, and the commonest Latin words."""
        words = sorted(self._words.items(), key=lambda item: (-item[1], item[0]))[:WORDS]
        return (
            _named_lists(self._sources, len(self._sources)),
            _named_lists(self._tags, FACETS),
            [list(word) for word in words],
        )


_filter_term = lru_cache(maxsize=1 << 16)(filter_term)


def _named_lists(lists: dict[str, list[int]], most: int) -> list[list[str]]:
    commonest = sorted(lists.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return [[name, numbers.write_list(holders)] for name, holders in commonest]


# --- a text's terms ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _tables() -> tuple[Units, NDArray[np.uint8]]:
    """Reckon for each UTF-16 unit: its folded form, and its place in ``0-9a-z``.

    A unit whose fold is not one unit, or may join with its neighbours, has no folded form here.
    """
    import unicodedata

    import numpy as np

    folded = np.arange(1 << 16, dtype=np.uint16)
    for unit in range(0x80, 1 << 16):
        character = chr(unit)
        alone = fold(character)
        joins = (
            0x1100 <= unit < 0x1200 or unicodedata.category(character)[0] in "MC" or unit in (0xFF9E, 0xFF9F)
        )
        if len(alone) != 1 or joins or ord(alone) > 0xFFFF or 0x1100 <= ord(alone) < 0x1200:
            folded[unit] = _SLOW
        else:
            folded[unit] = ord(alone)
    folded[65:91] += 32
    alnum = np.fromiter(map(alnum_value, range(1 << 16)), np.uint8, 1 << 16)
    return folded, alnum


def fold_quickly(text: str) -> Units:
    """Fold a text to UTF-16 units by table; texts with a character that has no entry go by ``fold``."""
    import numpy as np

    raw = np.frombuffer(text.encode("utf-16-le"), "<u2")
    units: Units = _tables()[0][raw]
    if (units == _SLOW).any():
        units = np.frombuffer(fold(text).encode("utf-16-le"), "<u2").astype(np.uint16)
    return units


def keys_of(texts: Sequence[Units], filters: Iterable[int] = ()) -> Keys:
    """List who has which term: the term, then ``HOLDER_BITS`` for the text's place; in order, each once.

    A text is folded units, each text in it closed by a unit of 0. Nothing here is done a text at a
    time but what keeps the largest array, the one that is sorted, short.
    """
    import numpy as np

    joined = np.concatenate([*texts, np.zeros(2, np.uint16)])
    holders = np.repeat(np.arange(len(texts), dtype=np.uint16), [len(text) for text in texts])
    value = _tables()[1][joined].astype(np.uint32)
    plain = value < 36
    pair = np.flatnonzero((joined[:-1] != 0) & (joined[1:] != 0))
    triple = np.flatnonzero(plain[:-2] & plain[1:-1] & plain[2:])
    alone = [_once(text) for text in texts]
    parts = (
        (_pair(joined[pair].astype(np.uint32), joined[pair + 1]), holders[pair]),
        (_triple(value[triple], value[triple + 1], value[triple + 2]), holders[triple]),
        (
            np.concatenate([*alone, np.zeros(0, np.uint16)]),
            np.repeat(np.arange(len(texts), dtype=np.uint16), [len(units) for units in alone]),
        ),
    )
    keys = [terms.astype(np.uint64) << np.uint64(HOLDER_BITS) | holders for terms, holders in parts]
    together = np.concatenate([*keys, np.fromiter(filters, np.uint64)])
    together.sort()
    return _without_repeats(together)


def _once(text: Units) -> Units:
    """List the units of a text that are terms, each once."""
    import numpy as np

    units = _without_repeats(np.sort(text, kind="stable"))
    wanted: Units = units[(units != 0) & (units != 32)]
    return wanted


def _without_repeats(items: NDArray[Unit]) -> NDArray[Unit]:
    import numpy as np

    keep = np.empty(len(items), np.bool_)
    keep[:1] = True
    np.not_equal(items[1:], items[:-1], out=keep[1:])
    return items[keep]


# --- lists become text ------------------------------------------------------------------------


class _Lists(NamedTuple):
    """All terms of a segment in order, and one after the other the numbers of their holders."""

    terms: Numbers
    starts: Numbers
    counts: Numbers
    holders: Numbers
    gaps: Numbers


def _turn(keys: Keys) -> _Lists:
    """Turn who has which term into the list of each term."""
    import numpy as np

    holders = (keys & np.uint64((1 << HOLDER_BITS) - 1)).astype(np.int64)
    terms = (keys >> np.uint64(HOLDER_BITS)).astype(np.int64)
    starts = np.flatnonzero(np.diff(terms, prepend=-1))
    gaps = np.diff(holders, prepend=0) - 1
    gaps[starts] = holders[starts]
    return _Lists(terms[starts], starts, np.diff(starts, append=len(terms)), holders, gaps)


def _encode(gathered: _Gathered, most_files: int) -> tuple[list[str], list[int]]:
    """Write all lists, cut into p files; give the files and the first term of each."""
    import numpy as np

    everywhere, titles = _turn(keys_of(gathered.texts, gathered.filters)), _turn(keys_of(gathered.titles))
    bits = (gathered.size + numbers.BITS - 1) // numbers.BITS
    length = np.add.reduceat(_lengths(everywhere.gaps), everywhere.starts)
    as_bitmap = length > bits
    titled = np.searchsorted(everywhere.terms, titles.terms)
    title_counts = np.zeros_like(everywhere.terms)
    title_counts[titled] = titles.counts

    alone = (everywhere.counts == 1) & (title_counts == 0) & ~as_bitmap
    heads = np.where(as_bitmap, 0, everywhere.counts * 2) + (title_counts > 0)
    sizes = (
        2
        - alone
        + np.where(as_bitmap, bits, everywhere.counts)
        + np.where(title_counts > 0, 1 + title_counts, 0)
    )
    offsets = np.cumsum(sizes) - sizes
    stream = np.zeros(int(sizes.sum()), np.int64)
    stream[offsets] = (np.diff(everywhere.terms, prepend=-1) - 1) * 2 + alone
    stream[(offsets + 1)[~alone]] = heads[~alone]
    listed = np.repeat(~as_bitmap, everywhere.counts)
    stream[_places(offsets + 2 - alone, everywhere.counts)[listed]] = everywhere.gaps[listed]
    digits = _bitmaps(everywhere, as_bitmap, bits)
    raw = np.zeros(len(stream), np.bool_)
    where = _places((offsets + 2)[as_bitmap], np.full(int(as_bitmap.sum()), bits))
    stream[where], raw[where] = digits, True
    title_offsets = (offsets + sizes - title_counts - 1)[titled]
    stream[title_offsets] = titles.counts
    stream[_places(title_offsets + 1, titles.counts)] = titles.gaps
    return _cut(stream, raw, offsets, everywhere.terms, most_files)


def _places(starts: Numbers, counts: Numbers) -> Numbers:
    """Give for each run its places: start, start + 1 … count of them."""
    import numpy as np

    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before - starts, counts)


def _bitmaps(lists: _Lists, chosen: NDArray[np.bool_], bits: int) -> Numbers:
    """Write the chosen terms' holders as bits, ``numbers.BITS`` to a digit."""
    import numpy as np

    rows = np.repeat(np.cumsum(chosen) - 1, lists.counts)
    taken = np.repeat(chosen, lists.counts)
    digits = np.zeros(int(chosen.sum()) * bits, np.int64)
    place = rows[taken] * bits + lists.holders[taken] // numbers.BITS
    np.add.at(digits, place, 1 << (lists.holders[taken] % numbers.BITS))
    return digits


def _lengths(values: Numbers) -> Numbers:
    """Count the characters that each number takes."""
    import numpy as np

    lengths = np.ones(len(values), np.int64)
    limit, step = numbers.ENDS, numbers.ENDS * numbers.GOES_ON
    while limit <= 1 << 32:
        longer = values >= limit
        if not longer.any():
            break
        lengths += longer
        limit, step = limit + step, step * numbers.GOES_ON
    return lengths


def _cut(
    stream: Numbers, raw: NDArray[np.bool_], offsets: Numbers, terms: Numbers, most_files: int
) -> tuple[list[str], list[int]]:
    """Cut the stream into files between terms, and write each as text."""
    import numpy as np

    if not len(terms):
        return [], []
    ends = np.cumsum(np.where(raw, 1, _lengths(stream)))
    total = int(ends[-1])
    files = -(-total // TERMS_FILE)
    files = min(files, most_files) if most_files else files
    begins = ends[offsets] - ends[0]
    firsts = np.unique(np.searchsorted(begins, np.arange(files) * total / files))
    firsts = firsts[firsts < len(terms)]
    stream[offsets[firsts]] &= 1
    text, ends = _write(stream, raw)
    cuts = [0, *(int(ends[offset - 1]) for offset in offsets[firsts[1:]]), len(text)]
    first_terms = [int(terms[first]) for first in firsts]
    gaps = [term - before for term, before in zip(first_terms, (0, *first_terms), strict=False)]
    return [text[start:stop] for start, stop in pairwise(cuts)], gaps


def _write(values: Numbers, raw: NDArray[np.bool_]) -> tuple[str, Numbers]:
    """Write numbers as ``numbers.write_numbers`` does, a bitmap's digits as they are."""
    import numpy as np

    alphabet = np.frombuffer(numbers.ALPHABET.encode(), np.uint8)
    lengths = np.where(raw, 1, _lengths(values))
    ends = np.cumsum(lengths)
    out = np.zeros(int(ends[-1]), np.uint8)
    out[ends - 1] = alphabet[np.where(raw, values, values % numbers.ENDS)]
    left, place = values // numbers.ENDS, ends - 2
    going = np.flatnonzero((left > 0) & ~raw)
    while going.size:
        left[going] -= 1
        out[place[going]] = alphabet[numbers.ENDS + left[going] % numbers.GOES_ON]
        left[going] //= numbers.GOES_ON
        place[going] -= 1
        going = going[left[going] > 0]
    return out.tobytes().decode("ascii"), ends

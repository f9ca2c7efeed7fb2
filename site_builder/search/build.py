"""Articles become a segment's files, counted and sorted by numpy.

In: the articles of one segment, oldest first. Out: its files. The rule it guards: **the same terms
as** ``terms`` **names**, reckoned for whole texts at once; memory holds one segment.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
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

FORMAT = "2"
"""Of the files; the page refuses another."""
CALL = "archiveShard"
TERMS_FILE = 3_500
"""Characters of a p file, about. A query reads one of each segment for each term that it asks."""
TEXT_FILE = 5_000
"""Characters of an x file, about. A result reads one."""
GROWING_TERMS_FILES, GROWING_TEXTS = 5, 2
"""In the segment that grows: p files at most, and articles in an x file."""
FACETS, WORDS = 80, 1000
"""Tags and Latin words that an f file names at most."""
HOLDER_BITS = 13
"""An article's place in its segment has so many bits; ``segments.LARGEST`` fits into them."""
AT_ONCE = 64
"""Articles whose terms are counted together: enough that calls cost little, few enough for the cache."""
FIRSTS_LOW = 16
"""Low bits of the distance between two files' first terms."""
CHUNK = 1 << 19
"""Entries of lists that are turned into bits at once, so that it takes little memory."""
CHARSET = "gb18030"
"""The texts' encoding within x files: a tenth smaller than the others once Chinese is compressed."""
_NOT_ALIKE = re.compile("[\u1e3f\u9fa6-\u9fff\ue000-\uf8ff\ufe10-\ufe1f]")
"""Characters that the editions of GB 18030 encode differently: written as JSON escapes."""
FAST = 1
"""zlib's level: half the time of the usual one, 3 % more bytes."""
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
            yield _digested(write_texts(name, (gathered.size - 1) // per_file, shown), hasher)
            shown = []
    if shown:
        yield _digested(write_texts(name, gathered.size // per_file, shown), hasher)
    digest = hasher.hexdigest()
    firsts: list[int] = []
    for i, part in enumerate(gathered.postings(GROWING_TERMS_FILES if grows else 0)):
        firsts.append(part.first)
        yield write_shard(f"{name}/p{i}", digest, part.terms, part.text)
    yield write_shard(f"{name}/f", digest, *gathered.facets())
    gaps = [term - before for term, before in zip(firsts, (0, *firsts), strict=False)]
    packed = numbers.write_numbers(gaps, FIRSTS_LOW)
    meta = {"n": gathered.size, "k": per_file, "m": gathered.months(), "b": [len(gaps), packed]}
    yield write_shard(f"{name}/m", digest, meta)
    return digest


def _digested(file: File, hasher: blake2b) -> File:
    hasher.update(file.data)
    return file


def write_texts(name: str, number: int, rows: list[list[object]]) -> File:
    """Write articles as deflated JSON, with its length: what unpacks it takes no byte more."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    text = _NOT_ALIKE.sub(lambda found: json.dumps(found[0])[1:-1], text)
    deflate = zlib.compressobj(FAST, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(text.encode(CHARSET)) + deflate.flush()
    return write_shard(f"{name}/x{number}", len(data), numbers.pack_bytes(data))


def write_table() -> File:
    """Write the table of Traditional characters for the page: how many they are,

    how far each is from the one before, and how far its Simplified one is from the Simplified one
    before (twice that, odd when it is back).
    """
    old, new = [0, *map(ord, PAIRS[::2])], [0, *map(ord, PAIRS[1::2])]
    steps = [after - before for before, after in pairwise(new)]
    return write_shard(
        "h",
        len(steps),
        numbers.write_numbers([after - before for before, after in pairwise(old)], 2),
        numbers.write_numbers([2 * step if step >= 0 else -2 * step - 1 for step in steps], 12),
    )


def texts_per_file(lengths: Iterable[int], *, grows: bool) -> int:
    """Decide how many articles share an x file: a power of two, so that it seldom changes."""
    if grows:
        return GROWING_TEXTS
    sizes = [length * 3 // 2 + 300 for length in lengths]
    fits = TEXT_FILE * len(sizes) // (sum(sizes) or 1)
    return 1 << min(max(fits, 1).bit_length() - 1, 4)


class _Gathered:
    """What is kept of a segment's articles while they pass: who has which term, not their texts."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting: list[tuple[Units, Units]] = []
        self._everywhere: list[Keys] = []
        self._titles: list[Keys] = []
        self._filters: list[int] = []
        self._months: list[str] = []
        self._sources: defaultdict[str, list[int]] = defaultdict(list)
        self._tags: defaultdict[str, list[int]] = defaultdict(list)
        self._words: Counter[str] = Counter()

    def add(self, entry: Entry, title: str, text: str) -> None:
        folded = fold_quickly(f"{title}\0{text}\0")
        self._waiting.append((folded[: int((folded == 0).argmax()) + 1], folded))
        asked = {_filter_term("s", entry.source), *(_filter_term("t", tag) for tag in entry.tags)}
        self._filters += [term << HOLDER_BITS | self.size for term in asked]
        self._months.append(entry.when[:7])
        self._sources[entry.source].append(self.size)
        for tag in dict.fromkeys(entry.tags):
            self._tags[tag].append(self.size)
        self._words.update(set(_LATIN_WORD.findall(folded.tobytes().decode("utf-16-le", "replace"))))
        self.size += 1
        if len(self._waiting) == AT_ONCE:
            self._count()

    def _count(self) -> None:
        if self._waiting:
            titles, texts = zip(*self._waiting, strict=True)
            self._titles.append(keys_of(titles, self.size - len(titles)))
            self._everywhere.append(keys_of(texts, self.size - len(texts)))
            self._waiting = []

    def postings(self, most_files: int) -> Iterator[_Part]:
        """Write all lists, cut into p files."""
        import numpy as np

        self._count()
        filters = np.sort(np.fromiter(self._filters, np.uint64))
        everywhere, titles = _join([*self._everywhere, filters]), _join(self._titles)
        self._everywhere = []
        return _encode(everywhere, titles, self.size, most_files)

    def months(self) -> list[list[object]]:
        return [[month, len(list(run))] for month, run in groupby(self._months)]

    def facets(self) -> tuple[list[list[object]], ...]:
        """Give sources, the commonest tags, and the commonest Latin words."""
        words = sorted(self._words.items(), key=lambda item: (-item[1], item[0]))[:WORDS]
        return (
            _named_lists(self._sources, len(self._sources), self.size),
            _named_lists(self._tags, FACETS, self.size),
            [list(word) for word in words],
        )


_filter_term = lru_cache(maxsize=1 << 16)(filter_term)


def _named_lists(lists: dict[str, list[int]], most: int, size: int) -> list[list[object]]:
    commonest = sorted(lists.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return [[name, len(holders), numbers.write_list(holders, size)] for name, holders in commonest]


# --- a text's terms ---------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _tables() -> tuple[Units, NDArray[np.uint8]]:
    """Reckon for each UTF-16 unit: its folded form, and its place in ``0-9a-z``.

    A unit whose fold is not one unit, or may join with its neighbours, has no folded form here.
    """
    import numpy as np

    units = [unit for unit in range(0x80, 1 << 16) if not 0xD800 <= unit < 0xE000]
    alone = fold("\n".join(map(chr, units))).split("\n")  # a new line joins with nothing
    folded = np.arange(1 << 16, dtype=np.uint16)
    for unit, form in zip(units, alone, strict=True):
        if len(form) != 1 or form > "\uffff" or _joins(unit) or (ord(form) != unit and _joins(ord(form))):
            folded[unit] = _SLOW
        else:
            folded[unit] = ord(form)
    folded[0xD800:0xE000] = _SLOW
    folded[65:91] += 32
    alnum = np.fromiter(map(alnum_value, range(1 << 16)), np.uint8, 1 << 16)
    return folded, alnum


def _joins(unit: int) -> bool:
    """Tell whether a unit may become one with its neighbours."""
    jamo, width = 0x1100 <= unit < 0x1200, unit in (0xFF9E, 0xFF9F)
    return jamo or width or unicodedata.category(chr(unit))[0] in "MC"


def fold_quickly(text: str) -> Units:
    """Fold a text to UTF-16 units by table; texts with a character that has no entry go by ``fold``."""
    import numpy as np

    raw = np.frombuffer(text.encode("utf-16-le"), "<u2")
    units: Units = _tables()[0][raw]
    if (units == _SLOW).any():
        units = np.frombuffer(fold(text).encode("utf-16-le"), "<u2").astype(np.uint16)
    return units


def keys_of(texts: Sequence[Units], first: int = 0) -> Keys:
    """List who has which term: the term, then ``HOLDER_BITS`` for the text's place; each once.

    A text is folded units, each text in it closed by a unit of 0. ``first`` is the place of the first.
    Sorted in runs: each text's pairs on their own, which is three times as fast as all together.
    """
    import numpy as np

    lengths = [len(text) for text in texts]
    joined = np.concatenate([*texts, np.zeros(2, np.uint16)])
    holders = np.repeat(np.arange(first, first + len(texts), dtype=np.uint16), lengths)
    wide = joined.astype(np.uint32)
    pairs = _pair(wide[:-2], wide[1:-1])
    end = 0
    for length in lengths:
        pairs[end : (end := end + length)].sort()
    kept = np.empty(len(pairs), np.bool_)
    kept[:1] = True
    kept[1:] = (pairs[1:] != pairs[:-1]) | (holders[1:] != holders[:-1])
    pairs, owners = pairs[kept], holders[kept]
    units = pairs >> 16  # the last of a text has a pair as well, with 0
    new = (units != 0) & (units != 32)
    new[1:] &= (units[1:] != units[:-1]) | (owners[1:] != owners[:-1])
    whole = (units != 0) & (pairs & 0xFFFF != 0)
    value = _tables()[1][joined]
    plain = value < 36
    triple = np.flatnonzero(plain[:-2] & plain[1:-1] & plain[2:])
    value = value.astype(np.uint32)
    triples = _keys(_triple(value[triple], value[triple + 1], value[triple + 2]), holders[triple])
    return np.concatenate(
        [_once(triples), _keys(units[new], owners[new]), _keys(pairs[whole], owners[whole])]
    )


def _once(keys: Keys) -> Keys:
    import numpy as np

    keys.sort()
    once: Keys = keys[np.diff(keys, prepend=np.uint64(0)) != 0]
    return once


def _keys(terms: NDArray[np.uint32], holders: Units) -> Keys:
    import numpy as np

    return terms.astype(np.uint64) << np.uint64(HOLDER_BITS) | holders


# --- lists become text ------------------------------------------------------------------------


class _Lists(NamedTuple):
    """All terms of a segment in order, and one after the other the numbers of their holders."""

    terms: Numbers
    starts: Numbers
    counts: Numbers
    holders: Numbers
    gaps: Numbers

    def part(self, start: int, stop: int) -> _Lists:
        """Give the lists of some terms."""
        of = slice(
            int(self.starts[start]), int(self.starts[stop - 1] + self.counts[stop - 1]) if stop > start else 0
        )
        terms = slice(start, stop)
        return _Lists(
            self.terms[terms],
            self.starts[terms] - of.start,
            self.counts[terms],
            self.holders[of],
            self.gaps[of],
        )


def _join(parts: Sequence[Keys]) -> _Lists:
    """Turn who has which term, sorted in parts, into the list of each term."""
    import numpy as np

    keys = np.concatenate([*parts, np.zeros(0, np.uint64)])
    keys.sort(kind="stable")  # merges what is sorted
    holders = (keys & np.uint64((1 << HOLDER_BITS) - 1)).astype(np.int64)
    terms = (keys >> np.uint64(HOLDER_BITS)).astype(np.int64)
    starts = np.flatnonzero(np.diff(terms, prepend=-1))
    gaps = np.diff(holders, prepend=0) - 1
    gaps[starts] = holders[starts]
    return _Lists(terms[starts], starts, np.diff(starts, append=len(terms)), holders, gaps)


class _Part(NamedTuple):
    """A p file: its first term, how many terms it has, and their lists as text."""

    first: int
    terms: int
    text: str


def _encode(everywhere: _Lists, titles: _Lists, size: int, most_files: int) -> Iterator[_Part]:
    """Write all lists, so many terms at a time as ``CHUNK`` entries have."""
    import numpy as np

    total = len(everywhere.terms)
    ends = everywhere.starts + everywhere.counts
    start = 0
    while start < total:
        limit = int(everywhere.starts[start]) + CHUNK
        stop = total if most_files else max(start + 1, int(np.searchsorted(ends, limit, "right")))
        part = everywhere.part(start, stop)
        between = np.searchsorted(titles.terms, (part.terms[0], part.terms[-1] + 1))
        yield from _encode_part(part, titles.part(int(between[0]), int(between[1])), size, most_files)
        start = stop


def _encode_part(lists: _Lists, titles: _Lists, size: int, most_files: int) -> Iterator[_Part]:
    """Write lists as bits: see ``numbers.read_postings`` for the order."""
    import numpy as np

    titled = np.searchsorted(lists.terms, titles.terms)
    flags = np.zeros(len(lists.terms), np.int64)
    flags[titled] = 1
    chosen = lists.counts[titled] > 1  # else it is clear which of its holders has it in the title
    sizes = 2 + lists.counts
    sizes[titled[chosen]] += 1 + titles.counts[chosen]
    offsets = np.cumsum(sizes) - sizes
    codes = np.zeros(int(sizes.sum()), np.uint64)
    lengths = np.zeros(len(codes), np.int64)

    def put(where: Numbers, what: numbers.Codes) -> None:
        codes[where], lengths[where] = what

    counts = numbers.code_numbers(lists.counts - 1, 0)
    flagged = counts.codes | flags.astype(np.uint64) << counts.lengths.astype(np.uint64)
    put(offsets + 1, numbers.Codes(flagged, counts.lengths + 1))
    holders = numbers.code_numbers(lists.gaps, np.repeat(_low_bits(size, lists.counts), lists.counts))
    put(_places(offsets + 2, lists.counts), holders)
    alone = np.flatnonzero(lists.counts == 1)
    put(offsets[alone] + 2, numbers.code_bits(lists.holders[lists.starts[alone]], (size - 1).bit_length()))
    if chosen.any():
        _put_titles(put, lists, titles, titled, offsets + 2 + lists.counts)
    put(offsets, numbers.code_numbers(np.diff(lists.terms, prepend=lists.terms[0] - 1) - 1, numbers.TERM_LOW))

    ends = np.cumsum(lengths)
    firsts = _cut(ends[offsets] - lengths[offsets], int(ends[-1]), most_files)
    put(offsets[firsts], numbers.code_numbers(np.zeros_like(firsts), numbers.TERM_LOW))  # they are known
    yield from _write(codes, lengths, offsets, firsts, lists.terms)


Put = Any


def _put_titles(put: Put, lists: _Lists, titles: _Lists, titled: Numbers, where: Numbers) -> None:
    """Write which of a term's holders have it in their titles, where there is a choice."""
    import numpy as np

    owner = np.repeat(np.arange(len(titles.terms)), titles.counts)
    of = np.repeat(np.arange(len(lists.terms)), lists.counts)
    width = np.int64(1 << HOLDER_BITS)
    ranks = np.searchsorted(of * width + lists.holders, titled[owner] * width + titles.holders)
    ranks -= lists.starts[titled[owner]]
    gaps = np.diff(ranks, prepend=0) - 1
    gaps[titles.starts] = ranks[titles.starts]
    low = _low_bits(lists.counts[titled], titles.counts)
    chosen = lists.counts[titled] > 1
    put(where[titled[chosen]], numbers.code_numbers(titles.counts[chosen] - 1, 0))
    kept = np.repeat(chosen, titles.counts)
    codes = numbers.code_numbers(gaps[kept], np.repeat(low, titles.counts)[kept])
    put(_places(where[titled[chosen]] + 1, titles.counts[chosen]), codes)


def _low_bits(size: Numbers | int, counts: Numbers) -> Numbers:
    """Do ``numbers.low_bits`` for many lists at once."""
    import numpy as np

    return np.maximum(0, np.frexp((size // counts).astype(np.float64))[1].astype(np.int64) - 2)


def _places(starts: Numbers, counts: Numbers) -> Numbers:
    """Give for each run its places: start, start + 1 … count of them."""
    import numpy as np

    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before - starts, counts)


def _cut(begins: Numbers, bits: int, most_files: int) -> Numbers:
    """Choose the terms with which files begin, so that all files are about as long."""
    import numpy as np

    files = -(-bits * 2 // (TERMS_FILE * numbers.GROUP))
    files = min(files, most_files) if most_files else files
    firsts = np.unique(np.searchsorted(begins, np.arange(files) * bits / files))
    return firsts[firsts < len(begins)]


def _write(
    codes: Keys, lengths: Numbers, offsets: Numbers, firsts: Numbers, terms: Numbers
) -> Iterator[_Part]:
    """Write the codes as text, a file after the other, and cut it between them."""
    import numpy as np

    heads = offsets[firsts]
    bits = np.add.reduceat(lengths, heads)
    room = -(-bits // numbers.TEXT_OF) * numbers.TEXT_OF
    shift = np.cumsum(room) - room - (np.cumsum(bits) - bits)
    starts = np.cumsum(lengths) - lengths + np.repeat(shift, np.diff(heads, append=len(codes)))
    text = numbers.pack_codes(codes, lengths, starts)
    counts = np.diff(firsts, append=len(terms))
    begin = 0
    for first, count, length, width in zip(firsts, counts, bits, room, strict=True):
        end = begin + 2 * -(-int(length) // numbers.GROUP)
        yield _Part(int(terms[first]), int(count), text[begin:end])
        begin += int(width) // numbers.GROUP * 2

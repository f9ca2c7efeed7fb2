"""Articles become a segment's files.

In: the articles of one segment, oldest first. Out: its files. The rule it guards: **memory holds one
segment's terms**, and its texts only while they pass. What is counted, ``tally`` counts.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from site_builder.hanzi import PAIRS
from site_builder.search import tally
from site_builder.search.terms import (
    clean,
    filter_term,
)

if TYPE_CHECKING:
    from site_builder.search.tally import Keys, Part, Units

FORMAT = "2"
"""Of the files; the page refuses another."""
CALL = "archiveShard"
TEXT_FILE = 5_000
"""Characters of an x file, about. A result reads one."""
GROWING_TERMS_FILES, GROWING_TEXTS = 5, 2
"""In the segment that grows: p files at most, and articles in an x file."""
FACETS, WORDS = 80, 1000
"""Tags and Latin words that an f file names at most."""
AT_ONCE = 64
"""Articles whose terms are counted together: enough that calls cost little, few enough for the cache."""
FIRSTS_LOW = 16
"""Low bits of the distance between two files' first terms."""
CHARSET = "gb18030"
"""The texts' encoding within x files: a tenth smaller than the others once Chinese is compressed."""
_NOT_ALIKE = re.compile("[\u1e3f\u9fa6-\u9fff\ue000-\uf8ff\ufe10-\ufe1f]")
"""Characters that the editions of GB 18030 encode differently: written as JSON escapes."""
FAST = 1
"""zlib's level: half the time of the usual one, 3 % more bytes."""
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
    hasher = blake2b(f"{FORMAT} {grows}".encode(), digest_size=6)
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
    packed = tally.write_numbers(gaps, FIRSTS_LOW)
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
    return write_shard(f"{name}/x{number}", len(data), tally.pack_bytes(data))


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
        tally.write_numbers([after - before for before, after in pairwise(old)], 2),
        tally.write_numbers([2 * step if step >= 0 else -2 * step - 1 for step in steps], 12),
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
        folded = tally.fold_quickly(f"{title}\0{text}\0")
        self._waiting.append((folded[: int((folded == 0).argmax()) + 1], folded))
        asked = {_filter_term("s", entry.source), *(_filter_term("t", tag) for tag in entry.tags)}
        self._filters += [term << tally.HOLDER_BITS | self.size for term in asked]
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
            self._titles.append(tally.keys_of(titles, self.size - len(titles)))
            self._everywhere.append(tally.keys_of(texts, self.size - len(texts)))
            self._waiting = []

    def postings(self, most_files: int) -> Iterator[Part]:
        """Write all lists, cut into p files."""
        self._count()
        everywhere, self._everywhere = self._everywhere, []
        return tally.write_postings(everywhere, self._titles, self._filters, self.size, most_files)

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
    return [[name, len(holders), tally.write_list(holders, size)] for name, holders in commonest]

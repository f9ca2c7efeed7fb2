"""Articles become a segment's files.

In: the articles of one segment, oldest first. Out: its files. The rule it guards: **memory holds one
segment's terms**, and its texts only while they pass. What is counted, ``tally`` counts.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
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
    from site_builder.search.tally import Keys, Lists, Units

FORMAT = "3"
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
CHARSET = "gb18030"
"""The texts' encoding within x files: a tenth smaller than the others once Chinese is compressed."""
_NOT_ALIKE = re.compile("[\u1e3f\u9fa6-\u9fff\ue000-\uf8ff\ufe10-\ufe1f]")
"""Characters that the editions of GB 18030 encode differently: written as JSON escapes."""
LEVEL = 5
"""zlib's: as small as with 9; with 1 it takes 0.01 ms an article less, and 2 to 4 % more bytes."""
TEXTS_AT_ONCE = 64
"""X files that are put into characters together."""
_LATIN_WORD = re.compile(r"[a-z][a-z0-9]{3,23}")
_NOT_IN_SCRIPT = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An article without its text. ``when`` is ISO 8601 or empty; ``url`` site-relative."""

    title: str
    url: str
    when: str
    source: str
    tags: tuple[str, ...]


Load = Callable[[int], str]
"""Gives the text of an article by its place in the segment."""
Row = list[str | tuple[str, ...]]
"""An article in an x file: title, address, date, source, tags, text."""


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
    return File(f"{name}.js", _encode(f"{CALL}({text[1:-1]})\n"))


def _write_packed(name: str, number: int, text: str) -> File:
    """Write the same for what needs no escape (gain: 25 µs a file)."""
    return File(f"{name}.js", _encode(f'{CALL}("{name}",{number},"{text}")\n'))


def _encode(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")


def write_root(segments: Iterable[tuple[str, int, str]]) -> File:
    """Write the list of segments, newest first: name, number of articles, digest."""
    return write_shard("r", FORMAT, [list(segment) for segment in segments])


class Made(NamedTuple):
    """The files of a segment, and the digest of its articles.

    By the digest a page that has read the list of segments asks for files of the same build.
    """

    files: list[File]
    digest: str


def write_segment(name: str, entries: Sequence[Entry], load: Load, *, grows: bool, per_file: int) -> Made:
    """Write one segment's files; texts are loaded once, and only their terms are kept."""
    gathered = _Gathered()
    files: list[File] = []
    digests: list[bytes] = []
    sheets = list_sheets(entries, per_file)
    for at in range(0, len(sheets), TEXTS_AT_ONCE):
        some = sheets[at : at + TEXTS_AT_ONCE]
        datas = [
            deflate_rows([gathered.add(entries[place], load(place)) for place in sheet.places])
            for sheet in some
        ]
        digests += [blake2b(data, digest_size=8).digest() for data in datas]
        files += write_texts([f"{name}/{sheet.name}" for sheet in some], datas)
    digest = blake2b(b"".join((FORMAT.encode(), *digests)), digest_size=6).hexdigest()
    everywhere, titles = gathered.list_holders()
    shares = tally.share_out(everywhere, len(entries), GROWING_TERMS_FILES if grows else 0)
    for part in tally.write_postings(everywhere, titles, len(entries), shares):
        files.append(_write_packed(f"{name}/{terms_file(part.begins)}", part.terms, part.text))
    files.append(write_shard(f"{name}/f", *list_facets(entries, gathered.words)))
    head = {"n": len(entries), "k": per_file, "m": count_months(entries), "b": shares.tree}
    files.append(write_shard(f"{name}/m", digest, head))
    return Made(files, digest)


class Sheet(NamedTuple):
    """An x file: its name, and the places of its articles."""

    name: str
    places: range


def list_sheets(entries: Sequence[Entry], per_file: int) -> list[Sheet]:
    """Share articles out to x files, each month by itself: one more moves those of its month only."""
    sheets = []
    start = 0
    for month, count in count_months(entries):
        for part, first in enumerate(range(start, start + count, per_file)):
            places = range(first, min(first + per_file, start + count))
            sheets.append(Sheet(texts_file(month, part), places))
        start += count
    return sheets


def count_months(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    """Count the articles of each month, in order."""
    return [(month, len(list(run))) for month, run in groupby(entry.when[:7] for entry in entries)]


def texts_file(month: str, part: int) -> str:
    """Name an x file."""
    return f"x{month}-{part}"


def terms_file(begins: int) -> str:
    """Name a p file by where its terms begin."""
    return f"p{begins:08x}"


def deflate_rows(rows: list[Row]) -> bytes:
    """Write articles as deflated JSON."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    text = _NOT_ALIKE.sub(lambda found: json.dumps(found[0])[1:-1], text)
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(text.encode(CHARSET)) + deflate.flush()


def write_texts(names: Sequence[str], datas: Sequence[bytes]) -> list[File]:
    """Write x files: what was deflated, with its length, so that no byte more is taken for it."""
    texts = tally.pack_all(datas)
    return [
        _write_packed(name, len(data), text) for name, data, text in zip(names, datas, texts, strict=True)
    ]


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
        self.words: Counter[str] = Counter()
        self._waiting: list[tuple[Units, Units]] = []
        self._everywhere: list[Keys] = []
        self._titles: list[Keys] = []
        self._filters: list[int] = []

    def add(self, entry: Entry, text: str) -> Row:
        """Count an article's terms, and give what is shown of it."""
        title, text = clean(entry.title), clean(text)
        folded = tally.fold_quickly(f"{title}\0{text}\0")
        self._waiting.append((folded[: int((folded == 0).argmax()) + 1], folded))
        asked = {_filter_term("s", entry.source), *(_filter_term("t", tag) for tag in entry.tags)}
        self._filters += [term << tally.HOLDER_BITS | self.size for term in asked]
        self.words.update(set(_LATIN_WORD.findall(folded.tobytes().decode("utf-16-le", "replace"))))
        self.size += 1
        if len(self._waiting) == AT_ONCE:
            self._count()
        return [title, entry.url, entry.when, entry.source, entry.tags, text]

    def _count(self) -> None:
        if self._waiting:
            titles, texts = zip(*self._waiting, strict=True)
            self._titles.append(tally.keys_of(titles, self.size - len(titles)))
            self._everywhere.append(tally.keys_of(texts, self.size - len(texts)))
            self._waiting = []

    def list_holders(self) -> tuple[Lists, Lists]:
        """List who has which term, and who in the title."""
        self._count()
        everywhere, self._everywhere = self._everywhere, []
        return tally.list_holders(everywhere, self._titles, self._filters)


def list_facets(entries: Iterable[Entry], words: Counter[str]) -> tuple[list[list[object]], ...]:
    """Give sources, the commonest tags, and the commonest Latin words."""
    sources: defaultdict[str, list[int]] = defaultdict(list)
    tags: defaultdict[str, list[int]] = defaultdict(list)
    size = 0
    for place, entry in enumerate(entries):
        size = place + 1
        sources[entry.source].append(place)
        for tag in dict.fromkeys(entry.tags):
            tags[tag].append(place)
    common = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:WORDS]
    return (
        _named_lists(sources, len(sources), size),
        _named_lists(tags, FACETS, size),
        [list(word) for word in common],
    )


_filter_term = lru_cache(maxsize=1 << 16)(filter_term)


def _named_lists(lists: dict[str, list[int]], most: int, size: int) -> list[list[object]]:
    commonest = sorted(lists.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return [[name, len(holders), tally.write_list(holders, size)] for name, holders in commonest]

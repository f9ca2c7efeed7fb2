"""Articles become a segment's files.

In: the articles of one segment, oldest first. Out: its files. The rule it guards: **memory holds one
segment's terms**, and its texts only while they pass. What is counted, ``tally`` counts.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from site_builder.language.hanzi import PAIRS
from site_builder.search import bits
from site_builder.search.numbers import unpack
from site_builder.search.tally import look_through

FORMAT = "11"
"""Of the files; the page refuses another."""
CALL = "archiveShard"
TEXT_FILE = 9_000
"""Characters of an x file, about. A result reads one.

A file takes a browser 2.5 ms, whatever it holds. With half as many characters, all of them took 30 % of the
text of 10,000 articles, now 23, and of a hundred questions most opened 16 of them, now 9.
"""
GROWING_TEXTS = 4
"""Articles in an x file of the segment that grows."""
FACETS, WORDS = 80, 1000
"""Tags and Latin words that an f file names at most."""
CHARSET = "gb18030"
"""The texts' encoding within x files: a tenth smaller than the others once Chinese is compressed."""
_NOT_ALIKE = re.compile("[\u1e3f\u9fa6-\u9fff\ue000-\uf8ff\ufe10-\ufe1f]")
"""Characters that the editions of GB 18030 encode differently: written as JSON escapes."""
LEVEL = 5
"""zlib's: as small as with 9; with 1 it takes 0.01 ms an article less, and 2 to 4 % more bytes."""
_SHARD = re.compile(r"archiveShard\((.*)\)\n", re.DOTALL)
_NOT_IN_SCRIPT = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Entry(NamedTuple):
    """An article without its text. ``when`` is ISO 8601 or empty; ``url`` site-relative."""

    title: str
    url: str
    when: str
    source: str
    tags: tuple[str, ...]
    portion: int = 0
    """Which portion of the article it is …"""
    portions: int = 1
    """… out of how many."""
    lang: str = ""
    """BCP 47, where it is not the site's own."""


Row = Sequence[str | int | Sequence[str]]
"""An article in an x file: title, address, date, source, tags, text. A portion of one has two numbers more:
how many units of the text are not the next one's as well, and which portion it is; so has one in another
language than the site's, which stands behind them."""


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


def write_packed(name: str, number: int, text: str, order: str = "") -> File:
    """Write the same for what needs no escape (gain: 25 µs a file)."""
    last = f',"{order}"' if order else ""
    return File(f"{name}.js", _encode(f'{CALL}("{name}",{number},"{text}"{last})\n'))


def _encode(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")


def read_shard(name: str, data: bytes) -> list[object]:
    """Read a file's data. Raises ``ValueError`` when it is damaged."""
    found = _SHARD.fullmatch(data.decode("utf-16"))
    read = json.loads(f"[{found[1]}]") if found else []
    if not read or read[0] != name:
        raise ValueError(f"{name}.js is no part of a search index")
    return list(read[1:])


class Head(NamedTuple):
    """What is told of a segment before any file of it is read.

    ``digest`` is another one with every change, ``order`` when articles have other numbers: all p files hold
    it, so that none is read by a list that a browser kept from another build.
    """

    name: str
    digest: str
    order: str
    size: int
    per_file: int
    months: Sequence[Sequence[str | int]]
    tree: str
    """Where the p files begin and end: see ``read_shares``."""
    further: tuple[int, str]
    """The places that have a further portion of the article before them: how many, and which, as a list."""


def write_root(heads: Iterable[Head]) -> File:
    """Write the heads of all segments, newest first."""
    return write_shard("r", FORMAT, [list(head) for head in heads])


class Sheet(NamedTuple):
    """An x file: its name, and where its articles begin and end."""

    name: str
    start: int
    stop: int

    def places(self) -> range:
        """Give the places of its articles."""
        return range(self.start, self.stop)


def list_further(entries: Sequence[Entry]) -> tuple[int, str]:
    """List the places of further portions."""
    places = [place for place, entry in enumerate(entries) if entry.portion]
    return len(places), bits.write_list(places, len(entries))


def list_sheets(entries: Sequence[Entry], per_file: int) -> list[Sheet]:
    """Share articles out to x files, each month by itself: one more moves those of its month only."""
    sheets = []
    start = 0
    for month, count in count_months(entries):
        for part, first in enumerate(range(start, start + count, per_file)):
            sheets.append(Sheet(texts_file(month, part), first, min(first + per_file, start + count)))
        start += count
    return sheets


def count_months(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    """Count the articles of each month, in order."""
    return [(month, len(list(run))) for month, run in groupby(entry.when[:7] for entry in entries)]


def texts_file(month: str, part: int) -> str:
    """Name an x file."""
    return f"x{month}-{part}"


def terms_file(span: tuple[int, int]) -> str:
    """Name a p file by where its terms begin and end: halves of halves, so the sum tells both."""
    return f"p{sum(span):x}"


class Deflated(NamedTuple):
    """Articles as deflated JSON, and whether the table of Traditional characters folds one of theirs."""

    data: bytes
    folds: bool


def deflate_rows(rows: list[Row]) -> Deflated:
    """Write articles as deflated JSON."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    folds, differs = look_through(text)
    if differs:
        text = _NOT_ALIKE.sub(lambda found: json.dumps(found[0])[1:-1], text)
    return Deflated(zlib.compress(text.encode(CHARSET), LEVEL, -zlib.MAX_WBITS), folds)


def read_texts(name: str, data: bytes) -> list[Row]:
    """Read the articles of an x file. Raises ``ValueError`` when it is damaged."""
    size, text = read_shard(name, data)
    try:
        plain = zlib.decompress(unpack(str(text))[: abs(int(str(size)))], -zlib.MAX_WBITS)
    except zlib.error as error:
        raise ValueError(f"{name}.js is damaged") from error
    rows: list[Row] = json.loads(plain.decode(CHARSET))
    return rows


def write_texts(names: Sequence[str], sheets: Sequence[Deflated]) -> list[File]:
    """Write x files: what was deflated, with its length, so that no byte more is taken for it.

    The length is below zero when the page has to read the table of Traditional characters for it: to find
    that out in twenty texts took the page 20 ms.
    """
    texts = bits.pack_all([sheet.data for sheet in sheets])
    return [
        write_packed(name, -len(sheet.data) if sheet.folds else len(sheet.data), text)
        for name, sheet, text in zip(names, sheets, texts, strict=True)
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
        bits.write_numbers([after - before for before, after in pairwise(old)], 2),
        bits.write_numbers([2 * step if step >= 0 else -2 * step - 1 for step in steps], 12),
    )


def texts_per_file(lengths: Iterable[int], *, grows: bool) -> int:
    """Decide how many articles share an x file: a power of two, so that it seldom changes."""
    if grows:
        return GROWING_TEXTS
    sizes = [length * 3 // 2 + 300 for length in lengths]
    fits = TEXT_FILE * len(sizes) // (sum(sizes) or 1)
    return 1 << min(max(fits, 1).bit_length() - 1, 4)


def list_facets(entries: Iterable[Entry], words: Mapping[str, int]) -> tuple[list[list[object]], ...]:
    """Give sources, the commonest tags, and the commonest Latin words."""
    sources: defaultdict[str, list[int]] = defaultdict(list)
    tags: defaultdict[str, list[int]] = defaultdict(list)
    size = 0
    for place, entry in enumerate(entries):
        size = place + 1
        if entry.portion:
            continue
        sources[entry.source].append(place)
        for tag in dict.fromkeys(entry.tags):
            tags[tag].append(place)
    common = sorted(words.items(), key=lambda item: (-item[1], item[0]))[:WORDS]
    return (
        _named_lists(sources, len(sources), size),
        _named_lists(tags, FACETS, size),
        [list(word) for word in common],
    )


def _named_lists(lists: dict[str, list[int]], most: int, size: int) -> list[list[object]]:
    commonest = sorted(lists.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return [[name, len(holders), bits.write_list(holders, size)] for name, holders in commonest]

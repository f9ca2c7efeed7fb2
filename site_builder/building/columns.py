"""Columns: what is known of every article, packed, so that 100,000 rows are there in a moment.

In: values, a row for each file. Out: the same values, each made when it is asked for. The rule it guards:
**what an edit does not ask for is never an object**; a column is a few blocks of bytes, however many rows
it has.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, compress, count, groupby
from typing import Any

from site_builder.errors import Finding
from site_builder.report import FATES, Found

ROW = 4
"""Bytes of the number of a row."""
PIECE = 4096
"""Rows that rest together, so that an edit writes a twentieth of 100,000 (gain: 1 s)."""
BUILT, MERGED, ASIDE = map(FATES.index, ("built", "merged", "set-aside"))
GROUPS = ("years", "months", "days", "tags", "sources", "threads")
NAME = "catalogue"
FREE = 255
"""The fate of a row that belongs to no file."""


class Texts:
    """A column of bytes of any length: in pieces, the values one behind the other, and where each ends."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: list[tuple[bytes | bytearray, array[int]]] = []

    def __getitem__(self, row: int) -> bytes:
        data, ends = self._pieces[row // PIECE]
        at = row % PIECE
        return bytes(data[ends[at - 1] if at else 0 : ends[at]])

    def __setitem__(self, row: int, value: bytes) -> None:
        data, ends = self._open(row // PIECE)
        at = row % PIECE
        start = ends[at - 1] if at else 0
        more = len(value) - (ends[at] - start)
        data[start : ends[at]] = value
        if more:
            ends[at:] = array("I", (end + more for end in ends[at:]))

    def _open(self, number: int) -> tuple[bytearray, array[int]]:
        """Give a piece to write to."""
        data, ends = self._pieces[number]
        if not isinstance(data, bytearray):
            data = bytearray(data)
            self._pieces[number] = data, ends
        return data, ends

    def grow(self) -> None:
        """Add an empty row."""
        if not self._pieces or len(self._pieces[-1][1]) == PIECE:
            self._pieces.append((bytearray(), array("I")))
        data, ends = self._pieces[-1]
        ends.append(len(data))

    def find(self, value: bytes) -> Iterator[int]:
        """Find the rows that have a value, which is not empty."""
        for number, (data, ends) in enumerate(self._pieces):
            at = -1
            while (at := data.find(value, at + 1)) >= 0:
                row = bisect_right(ends, at)
                start = ends[row - 1] if row else 0
                if start == at and ends[row] == at + len(value):
                    yield number * PIECE + row

    def take(self, rows: Sequence[int]) -> Iterator[bytes]:
        """Give the values of some rows; of very many in a third of the time of asking for each."""
        if 4 * len(rows) < sum(len(ends) for _, ends in self._pieces):
            return map(self.__getitem__, rows)
        values: list[bytes] = []
        for data, ends in self._pieces:
            held = bytes(data)
            values += (held[start:end] for start, end in zip((0, *ends[:-1]), ends, strict=True))
        return map(values.__getitem__, rows)

    def search(self, wanted: Set[int]) -> Iterator[tuple[int, int]]:
        """Find the rows that hold some of these numbers: (row, number). Each takes eight bytes here."""
        for number, (data, ends) in enumerate(self._pieces if wanted else ()):
            numbers = array("Q", bytes(data))
            for at in compress(count(), map(wanted.__contains__, numbers)):  # 100,000 rows: 20 ms
                yield number * PIECE + bisect_right(ends, at * 8), numbers[at]

    def amend(self, values: Mapping[int, bytes]) -> None:
        """Set some rows, or all, a piece at a time; what stands already is left alone."""
        changed = sorted(row for row, value in values.items() if self[row] != value)
        for number, rows in groupby(changed, key=lambda row: row // PIECE):
            data, ends = self._pieces[number]
            held = [data[start:end] for start, end in zip((0, *ends[:-1]), ends, strict=True)]
            for row in rows:
                held[row % PIECE] = values[row]
            self._pieces[number] = bytearray(b"".join(held)), array("I", accumulate(map(len, held)))

    def list_filled(self) -> list[int]:
        """List the rows that have any value."""
        rows: list[int] = []
        for number, (data, ends) in enumerate(self._pieces):
            if data:  # in most archives few articles have what is asked for
                starts = (0, *ends[:-1])
                pairs = enumerate(zip(starts, ends, strict=True), number * PIECE)
                rows += [row for row, (start, end) in pairs if start < end]
        return rows

    def cut(self, number: int) -> tuple[bytes, bytes]:
        """Give a piece as it rests."""
        data, ends = self._pieces[number]
        return bytes(data), pack_rows(ends)

    def join(self, data: bytes, ends: bytes) -> None:
        """Put a piece back, behind those that are there."""
        self._pieces.append((data, unpack_rows(ends)))


def pack_rows(rows: Iterable[int]) -> bytes:
    """Write numbers of rows, so that a cache can be carried to another machine."""
    numbers = rows if isinstance(rows, array) else array("I", rows)
    return _turn(numbers).tobytes()


def unpack_rows(data: bytes) -> array[int]:
    """Read them back."""
    return _turn(array("I", data))


def _turn(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big" and numbers.typecode == "I":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers


@dataclass(frozen=True, slots=True)
class Listed:
    """A group at rest."""

    key: str
    name: str
    url: str
    rows: bytes
    forms: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Head:
    """What belongs to no row."""

    made_by: str = ""
    pieces: int = 0
    rule_sets: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    lang_names: list[str] = field(default_factory=list)
    source_names: list[tuple[str, str]] = field(default_factory=list)
    tag_keys: list[str] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    """What was found in all files, counted."""
    order: bytes = b""
    """The rows of the dated articles, newest first."""
    undated: bytes = b""
    groups: dict[str, list[Listed]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    has_kin: bool = False
    """Whether it was told what articles have to do with others."""
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """This and the last three as in ``Facts``."""
    silent: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What was said of rules, by the publisher."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows at rest, by the names of columns."""

    lists: dict[str, list[str]]
    numbers: dict[str, bytes]
    texts: dict[str, tuple[bytes, bytes]]


@dataclass(slots=True)
class Columns:
    """All rows. A row has the number that it is given until its file is gone or another one.

    What changed gets a row of its own: whoever looks at an article as it was finds it in its old row.
    """

    head: Head = field(default_factory=Head)
    paths: list[str] = field(default_factory=list)
    """Empty: the row is free."""
    urls: list[str] = field(default_factory=list)
    """Empty: it could not be read."""
    fates: array[int] = field(default_factory=partial(array, "B"))
    """Places in ``FATES``."""
    ledgers: array[int] = field(default_factory=partial(array, "B"))
    rules: array[int] = field(default_factory=partial(array, "I"))
    langs: array[int] = field(default_factory=partial(array, "I"))
    sources: array[int] = field(default_factory=partial(array, "I"))
    lengths: array[int] = field(default_factory=partial(array, "I"))
    widths: array[int] = field(default_factory=partial(array, "I"))
    """How much room each title takes, by which lists are cut into pages."""
    missing: array[int] = field(default_factory=partial(array, "I"))
    marks: array[int] = field(default_factory=partial(array, "Q"))
    """This and the next ones: what ``Facts`` says of articles that have a page."""
    shown: array[int] = field(default_factory=partial(array, "Q"))
    names: array[int] = field(default_factory=partial(array, "Q"))
    kin: array[int] = field(default_factory=partial(array, "Q"))
    links: array[int] = field(default_factory=partial(array, "Q"))
    ids: Texts = field(default_factory=Texts)
    titles: Texts = field(default_factory=Texts)
    published: Texts = field(default_factory=Texts)
    digests: Texts = field(default_factory=Texts)
    body_digests: Texts = field(default_factory=Texts)
    proofs: Texts = field(default_factory=Texts)
    tags: Texts = field(default_factory=Texts)
    """The numbers of the keys of each article's tags."""
    forms: Texts = field(default_factory=Texts)
    """The spellings of each, encoded."""
    findings: Texts = field(default_factory=Texts)
    """What was found in the article itself, encoded."""
    told: Texts = field(default_factory=Texts)
    """What was said of its file in the end, where that is something else."""
    homes: Texts = field(default_factory=Texts)
    """Of a merged file the page that shows it; of an article the address it wanted, where it has another."""
    claims: Texts = field(default_factory=Texts)
    """The keys of all that links may call each article."""
    leads: Texts = field(default_factory=Texts)
    """The keys that its own links ask for."""
    targets: Texts = field(default_factory=Texts)
    """The pages that these lead to, encoded; nothing where all lead out."""
    pictures: Texts = field(default_factory=Texts)
    covers: Texts = field(default_factory=Texts)

    def add_row(self) -> int:
        """Add a row that is free."""
        for name in LISTS:
            getattr(self, name).append("")
        for name in NUMBERS:
            getattr(self, name).append(0)
        for name in TEXTS:
            getattr(self, name).grow()
        return len(self.paths) - 1

    def free_row(self, row: int) -> None:
        """Leave a row to whoever comes next."""
        for name in LISTS:
            getattr(self, name)[row] = ""
        for name in NUMBERS:
            getattr(self, name)[row] = 0
        for name in TEXTS:
            getattr(self, name)[row] = b""
        self.fates[row] = FREE

    def copy_row(self, row: int, to: int) -> None:
        """Say of one row what another one says."""
        for name in (*LISTS, *NUMBERS, *TEXTS):
            getattr(self, name)[to] = getattr(self, name)[row]

    def cut(self, number: int) -> Piece:
        """Give some rows as they rest."""
        rows = slice(number * PIECE, (number + 1) * PIECE)
        return Piece(
            {name: getattr(self, name)[rows] for name in LISTS},
            {name: _turn(getattr(self, name)[rows]).tobytes() for name in NUMBERS},
            {name: getattr(self, name).cut(number) for name in TEXTS},
        )

    def join(self, piece: Piece) -> None:
        """Put rows back, behind those that are there."""
        for name in LISTS:
            getattr(self, name).extend(piece.lists[name])
        for name in NUMBERS:
            numbers = getattr(self, name)
            numbers.extend(_turn(array(numbers.typecode, piece.numbers[name])))
        for name in TEXTS:
            getattr(self, name).join(*piece.texts[name])

    def differing(self, name: str, numbers: array[int]) -> Set[int]:
        """Number the pieces of which a column says something else than these ``numbers``."""
        was = getattr(self, name)
        if was == numbers:
            return set()
        many = range(-(-len(numbers) // PIECE))
        return {
            at for at in many if was[at * PIECE : (at + 1) * PIECE] != numbers[at * PIECE : (at + 1) * PIECE]
        }


LISTS = ("paths", "urls")
NUMBERS = (
    *("fates", "ledgers", "rules", "langs", "sources", "lengths", "widths", "missing"),
    *("marks", "shown", "names", "kin", "links"),
)
TEXTS = (
    *("ids", "titles", "published", "digests", "body_digests", "proofs", "tags", "forms"),
    *("findings", "told", "homes", "claims", "leads", "targets", "pictures", "covers"),
)


def join_pieces(find: Callable[[str, Any], Any]) -> Columns | None:
    """Put together what rests, as ``find`` gives it by name and kind; nothing, when a piece is missing."""
    head: Head | None = find(NAME, Head)
    if head is None:
        return None
    columns = Columns(head)
    for number in range(head.pieces):
        piece: Piece | None = find(name_piece(number), Piece)
        if piece is None:
            return None
        columns.join(piece)
    return columns


def name_piece(number: int) -> str:
    """Name a piece at rest."""
    return f"{NAME}/{number:06}"

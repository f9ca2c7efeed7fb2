"""Long files of sorted lines, in which few lines change.

In: a file as an earlier build wrote it, and the lines that are other ones now. Out: the file that
writing all of it anew would give, as pieces: new bytes, and ranges of the file as it stands. The rule
it guards: nothing is read but the lines beside those that change (the manifest of 100,000 articles has
400,000).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

KeyOf = Callable[[bytes], str]
"""Gives the key by which a line is sorted."""
Piece = bytes | range


class Text(Protocol):
    """Bytes, in memory or in a file that is mapped into it."""

    def __len__(self) -> int:
        """Count them."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Give some."""

    def find(self, line_end: bytes, start: int, end: int, /) -> int:
        """Find the first line feed."""

    def rfind(self, line_end: bytes, start: int, end: int, /) -> int:
        """Find the last one."""


def change_lines(
    text: Text, key_of: KeyOf, changes: Mapping[str, bytes | None], low: int = 0, high: int | None = None
) -> Iterator[Piece]:
    r"""Put lines, by their keys, into a text in which every line ends with a line feed; None takes one out.

    >>> [*change_lines(b"a 1\nc 1\n", lambda line: line[:1].decode(), {"b": b"b 2\n", "c": None})]
    [range(0, 4), b'b 2\n']
    """
    high = len(text) if high is None else high
    done = low
    for key in sorted(changes):
        start, end = find_line(text, key_of, key, low, high)
        low, line = end, changes[key] or b""
        if line == text[start:end]:
            continue
        if start > done:
            yield range(done, start)
        if line:
            yield line
        done = end
    if high > done:
        yield range(done, high)


def find_line(text: Text, key_of: KeyOf, key: str, low: int, high: int) -> tuple[int, int]:
    """Find where the line with a key begins and ends, or where it would stand, in a part of a text."""
    while low < high:
        middle = (low + high) // 2
        start = max(low, text.rfind(b"\n", low, middle) + 1)
        end = text.find(b"\n", middle, high) + 1
        met = key_of(text[start:end])
        if met == key:
            return start, end
        if met < key:
            low = end
        else:
            high = start
    return low, low

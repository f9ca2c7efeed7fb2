"""Long texts of sorted lines, in which few lines change.

In: a text as an earlier build wrote it, and the lines that are other ones now. Out: the text that
writing all of it anew would give. The rule it guards: nothing is read but the lines beside those that
change (the manifest of 100,000 articles has 400,000).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

KeyOf = Callable[[bytes], str]
"""Gives the key by which a line is sorted."""


def change_lines(text: bytes, key_of: KeyOf, changes: Mapping[str, bytes | None]) -> bytes:
    r"""Put lines, by their keys, into a text in which every line ends with a line feed; None takes one out.

    >>> change_lines(b"a 1\nc 1\n", lambda line: line[:1].decode(), {"b": b"b 2\n", "c": None})
    b'a 1\nb 2\n'
    """
    pieces: list[bytes | memoryview] = []
    at, view = 0, memoryview(text)  # nothing of 100 MB is copied but into the result
    for key in sorted(changes):
        start, end = find_line(text, key_of, key, at)
        pieces += (view[at:start], changes[key] or b"")
        at = end
    return b"".join((*pieces, view[at:]))


def find_line(text: bytes, key_of: KeyOf, key: str, low: int = 0) -> tuple[int, int]:
    """Find where the line with a key begins and ends, or where it would stand; look behind ``low``."""
    high = len(text)
    while low < high:
        middle = (low + high) // 2
        start = max(low, text.rfind(b"\n", low, middle) + 1)
        end = text.index(b"\n", middle) + 1
        met = key_of(text[start:end])
        if met == key:
            return start, end
        if met < key:
            low = end
        else:
            high = start
    return low, low

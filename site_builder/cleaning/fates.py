"""The fate of each piece of a body: kept, removed, harvested or unwrapped, and where it was written.

In: a body as given and what cleaning made of it. Out: ``Fate`` after ``Fate`` in the original's
order, their texts together the original's text. The rule it guards: a place is only named where
original and ledger agree on every character up to it; else it is said to be unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from site_builder.cleaning.added import list_added
from site_builder.dom import place_characters, replace_unseen
from site_builder.model import Body, Removal

Kind = Literal["kept", "removed", "harvested", "unwrapped"]
_TAG_NAME = re.compile(r"<([a-z][a-z0-9-]*)")
_BEGINNINGS = (24, 12, 6)
"""Characters of a piece by which it is found in Markdown; the more, the likelier a mark is among them."""
_SEARCHED = 500
"""Characters; further apart, original and ledger count as having parted."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one piece of the original. ``line`` and ``column`` are 1-based, 0: not known."""

    kind: Kind
    text: str
    rule: str = ""
    reason: str = ""
    what: str = ""
    line: int = 0
    column: int = 0


def trace_fates(html: str, body: Body, first_line: int = 1) -> tuple[Fate, ...]:
    """List what became of each piece of a body, in the original's order.

    ``first_line`` is the line of its file on which the body begins.
    """
    html = replace_unseen(html)
    places = _find_places(html, body)
    lines = [0, *(match.end() for match in re.finditer("\n", html))]
    fates: list[Fate] = []
    taken = 0
    cursor = 0
    for kind, text, entry in _pieces(body):
        size = len("".join(text.split()))
        before = places[taken - 1] if 0 < taken <= len(places) else 0
        offset = places[taken] if taken < len(places) else len(html)
        if not size:
            known, offset = _find_tag(html, entry, max(before, cursor), offset)
            cursor = offset + known
        else:
            known = offset >= 0
            taken += size
        line, column = _line_of(offset, lines) if known else (0, 0)
        place = (line + first_line - 1 if line else 0, column)
        if entry is None:
            fates.append(Fate(kind, text, "", "", "", *place))
        else:
            fates.append(Fate(kind, text, entry.rule, entry.reason, entry.what, *place))
    return tuple(fates)


def place_in_text(fates: tuple[Fate, ...], written: str, first_line: int) -> tuple[Fate, ...]:
    """Say where each piece stands in a text from which the body was rendered, as far as it is there.

    Each is looked for, by its beginning, behind the one before it.
    """
    lines = [0, *(match.end() for match in re.finditer("\n", written))]
    placed: list[Fate] = []
    cursor = 0
    for fate in fates:
        found = (written.find(fate.text[:size], cursor) for size in _BEGINNINGS if len(fate.text) >= size)
        at = next((at for at in found if at >= 0), -1)
        line, column = _line_of(at, lines) if at >= 0 else (0, 0)
        cursor = max(cursor, at)
        placed.append(replace(fate, line=line + first_line - 1 if line else 0, column=column))
    return tuple(placed)


def _line_of(offset: int, lines: list[int]) -> tuple[int, int]:
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


def _pieces(body: Body) -> Iterator[tuple[Kind, str, Removal | None]]:
    """Yield kept text and ledger entries in the original's order; kept text breaks where they stand."""
    entries: list[tuple[Kind, Removal]] = [(entry.kind, entry) for entry in body.removals]
    entries += [("unwrapped", entry) for entry in body.unwrapped]
    entries.sort(key=lambda pair: pair[1].at)
    cuts = _cut(body.text, [entry.at for _, entry in entries])
    for cut, following in zip(cuts, [*entries, None], strict=True):
        for line in cut.split("\n"):
            if line.strip():
                yield "kept", line.strip(), None
        if following is not None:
            yield following[0], following[1].text, following[1]


def _cut(text: str, counts: list[int]) -> list[str]:
    """Cut a text after so many characters, white space aside."""
    at: list[int] = []
    seen, place = 0, 0
    for count in counts:
        while seen < count and place < len(text):
            seen += not text[place].isspace()
            place += 1
        at.append(place)
    return [text[start:end] for start, end in pairwise([0, *at, len(text)])]


def _find_places(html: str, body: Body) -> list[int]:
    """Find where each character of page and ledger is written; -1 from where that is unclear."""
    written = list(place_characters(html))
    places: list[int] = []
    added = frozenset(list_added(body))
    source = kept = 0
    for kind, text, _ in _pieces(body):
        for character in "".join(text.split()):
            ahead = source
            kept += kind == "kept"
            if kind == "kept" and kept - 1 in added:
                places.append(written[source][0] if source < len(written) else -1)
                continue
            while ahead < min(len(written), source + _SEARCHED) and written[ahead][1] != character:
                ahead += 1
            if ahead < min(len(written), source + _SEARCHED):
                places.append(written[ahead][0])
                source = ahead + 1
            else:
                places.append(-1)
    return places


def _find_tag(html: str, entry: Removal | None, start: int, end: int) -> tuple[bool, int]:
    """Find the tag of an element without text between the texts around it."""
    name = _TAG_NAME.match(entry.what) if entry else None
    if name is None or start < 0:
        return False, 0
    end = len(html) if end < 0 else end
    found = re.compile(f"<{name[1]}(?![a-z0-9-])", re.IGNORECASE).search(html, start, end)
    return (True, found.start()) if found else (False, start)

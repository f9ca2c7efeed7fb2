"""Control characters that a terminal or a broken converter left in a text: ESC, BEL, form feeds of printers.

In: the events of a body. Out: the same events, with each such sign inside an element ``CONTROL``, a
terminal's whole sequence (``ESC [31m``) as one. The rule it guards: **a page holds no sign that HTML
forbids** and that shows nothing; line ends and tabs are none of these, nor is U+0080 to U+009F, by which a
text that was decoded wrongly is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.dom import END, START, TEXT, Attributes, Event

CONTROL = "(control)"
"""No parser gives this name, so no body can claim it."""
_NONE: Attributes = {}
_CONTROLS = re.compile(
    "(\x1b\\[[0-?]{0,40}[ -/]{0,9}[@-~]|\x1b\\][^\x07\x1b]{0,400}(?:\x07|\x1b\\\\)"
    "|[\x01-\x08\x0b\x0e-\x1f\x7f]+)"
)


def has_controls(lines: list[str]) -> bool:
    """Tell whether a text holds such a sign; most lines are printable, which is told at once."""
    return any(_CONTROLS.search(line) for line in lines if not line.isprintable())


def mark_controls(events: list[Event]) -> list[Event]:
    """Put each control character of the text into an element of its own. Linear."""
    return [one for event in events for one in _part(event)]


def _part(event: Event) -> Iterator[Event]:
    kind, text, attributes = event
    if kind != TEXT or not _CONTROLS.search(text):
        yield event
        return
    for number, piece in enumerate(_CONTROLS.split(text)):
        if number % 2:
            yield START, CONTROL, _NONE
            yield TEXT, piece, attributes
            yield END, CONTROL, _NONE
        elif piece:
            yield TEXT, piece, attributes

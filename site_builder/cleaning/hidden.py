"""Words within a line that a page hides from its readers: told by ``display: none``.

In: the events of a body. Out: the same events, with such an element named ``HIDDEN``. The rule it
guards: **only short words within a line count**: what forums strew into a text against copying, the
notes of scripts. A block that is hidden may be the rest of the article, and is kept.
"""

from __future__ import annotations

import re

from site_builder.cleaning.rules import is_short
from site_builder.dom import END, START, Event

HIDDEN = "(hidden)"
"""No parser gives this name, so no body can claim it."""
MAY_HIDE = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
_WITHIN_LINES = frozenset("span font b i u s em strong small big sub sup label ins".split())
_MOST_EVENTS, _MOST_TEXT = 40, 200


def mark_hidden(events: list[Event]) -> list[Event]:
    """Rename the elements within lines that are hidden and hold a few words. Linear."""
    marked = list(events)
    begun: list[bool] = []
    for at, (kind, name, attributes) in enumerate(events):
        if kind == START:
            style = attributes.get("style") if name in _WITHIN_LINES else None
            is_hidden = bool(style and MAY_HIDE.search(style)) and is_short(
                events, at + 1, _MOST_EVENTS, _MOST_TEXT
            )
            begun.append(is_hidden)
            if is_hidden:
                marked[at] = (START, HIDDEN, attributes)
        elif kind == END and begun.pop():
            marked[at] = (END, HIDDEN, attributes)
    return marked

"""Words that a page hides from its readers: told by ``display: none`` or a clip of nothing.

In: the events of a body. Out: the same events, with such an element named ``HIDDEN``. The rule it
guards: **only short words within a line count**: what forums strew into a text against copying, the
notes of scripts, what only screen readers are told of a link. A block that is hidden may be the rest of
the article, and is kept, unless it is so small, too, that nobody could ever see it: what letters show
in an inbox.
"""

from __future__ import annotations

import re

from site_builder.cleaning.rules import is_short
from site_builder.dom import END, START, Event

HIDDEN = "(hidden)"
"""No parser gives this name, so no body can claim it."""
_NOT_SHOWN = r"display\s{0,9}:\s{0,9}none"
_CLIPPED = r"clip\s{0,9}:\s{0,9}rect\(\s{0,9}(?:0|1px)(?:px)?[\s,]"
MAY_HIDE = re.compile(f"{_NOT_SHOWN}|{_CLIPPED}", re.IGNORECASE)
_TINY = re.compile(
    r"max-height\s{0,9}:\s{0,9}0|mso-hide|font-size\s{0,9}:\s{0,9}[01]px|opacity\s{0,9}:\s{0,9}0(?![.\d])",
    re.IGNORECASE,
)
_BLOCKS = frozenset({"div", "td", "p", "center"})
_WITHIN_LINES = frozenset("span font b i u s em strong small big sub sup label ins".split())
_MOST_EVENTS, _MOST_TEXT = 40, 200


def mark_hidden(events: list[Event]) -> list[Event]:
    """Rename the elements within lines that are hidden and hold a few words. Linear."""
    marked = list(events)
    begun: list[bool] = []
    for at, (kind, name, attributes) in enumerate(events):
        if kind == START:
            style = attributes.get("style") if name in _WITHIN_LINES or name in _BLOCKS else None
            is_hidden = bool(style and MAY_HIDE.search(style))
            is_hidden = is_hidden and (name in _WITHIN_LINES or bool(_TINY.search(style or "")))
            is_hidden = is_hidden and is_short(events, at + 1, _MOST_EVENTS, _MOST_TEXT)
            begun.append(is_hidden)
            if is_hidden:
                marked[at] = (START, HIDDEN, attributes)
        elif kind == END and begun.pop():
            marked[at] = (END, HIDDEN, attributes)
    return marked

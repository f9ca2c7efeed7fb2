"""Lines that a style keeps apart: ``white-space: pre-wrap`` and its kin, as for poems and posts.

In: the events of a body. Out: the same events, with a ``br`` for each line's end in such text. The
rule it guards: nothing but line breaks is added, and only within words that are shown so.
"""

from __future__ import annotations

import re

from site_builder.dom import END, START, TEXT, Event

_STYLE = re.compile(r"white-space\s{0,9}:\s{0,9}([a-z-]{3,12})", re.IGNORECASE)
_KEEPS = frozenset(("pre", "pre-wrap", "pre-line", "break-spaces"))
_VERBATIM = frozenset("pre listing xmp textarea script style".split())
_BREAK: tuple[Event, ...] = ((START, "br", {}), (END, "br", {}))


def keep_lines(events: list[Event]) -> list[Event]:
    """Put a line break for each line's end where a style shows it. Linear."""
    written: list[Event] = []
    keeps = [False]
    for event in events:
        kind, name, attributes = event
        if kind == START:
            found = _STYLE.search(attributes.get("style") or "") if attributes else None
            keeps.append(name not in _VERBATIM and (found[1].lower() in _KEEPS if found else keeps[-1]))
        elif kind == END:
            keeps.pop()
        elif kind == TEXT and keeps[-1] and "\n" in name and not name.isspace():
            for line in name.split("\n"):
                written += [(TEXT, line, attributes), *_BREAK]
            del written[-len(_BREAK) :]
            continue
        written.append(event)
    return written

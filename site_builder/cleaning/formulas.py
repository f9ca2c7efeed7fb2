"""The signs of a formula that MathML draws and does not write: a root's, a fraction's stroke, brackets.

In: the events of a body. Out: the same events, with an element ``ADDED`` for each such sign. The rule it
guards: **read aloud or copied, a formula says what it says**: √(a+b) is no ab, and 1⁄2 no 12.
"""

from __future__ import annotations

from site_builder.cleaning.added import FORMULA, add_text
from site_builder.dom import END, START, TEXT, Event

_SINGLE = frozenset({"mi", "mn"})


def mark_formulas(events: list[Event]) -> list[Event]:
    """Put the signs of roots and fractions between their parts. Linear."""
    written: list[Event] = []
    begun: list[_Part] = []
    for at, event in enumerate(events):
        kind, name, given = event
        if kind == START:
            around = begun[-1] if begun else None
            before, behind = around.begin_next(name) if around else ("", "")
            begun.append(_Part(name, given.get("linethickness") in {"0", "0px", "0pt"}))
            if name == "msqrt":
                is_single = _is_single(events, at + 1)
                behind += "√" if is_single else "√("
                begun[-1].open = "" if is_single else ")"
            _write(written, before)
            written.append(event)
            _write(written, behind)
        else:
            if kind == END:
                _write(written, begun.pop().open)
            written.append(event)
    return written


class _Part:
    """An element while it is open: how many have begun within, and the bracket that is to be closed."""

    __slots__ = ("count", "is_plain", "name", "open")

    def __init__(self, name: str, is_plain: bool) -> None:
        self.name, self.is_plain, self.count, self.open = name, is_plain, 0, ""

    def begin_next(self, name: str) -> tuple[str, str]:
        """Say what stands before the next part of this element and at its beginning."""
        self.count += 1
        if self.name == "mfrac" and self.count == 2 and not self.is_plain:
            return "⁄", ""
        if self.name == "mroot" and self.count == 1 and name not in _SINGLE:
            self.open = ")"
            return "(", ""
        if self.name == "mroot" and self.count == 2:
            before, self.open = self.open, ""
            return before, "1⁄"
        return "", ""


def _write(written: list[Event], sign: str) -> None:
    if sign:
        written += add_text(FORMULA, sign)


def _is_single(events: list[Event], at: int) -> bool:
    """Tell whether all that an element holds is one name or number."""
    kinds = [kind for kind, _, _ in events[at : at + 4]]
    return kinds == [START, TEXT, END, END] and events[at][1] in _SINGLE

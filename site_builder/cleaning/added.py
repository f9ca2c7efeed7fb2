"""Characters of ours in a body: the sign of a check box, a picture's words in its place, a root's sign.

In: what a mark stands for. Out: an element ``ADDED`` among the events, and where such characters stand in
the text. The rule it guards: **what was not written is marked as ours**, so that page and ledger still
give back the original and no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.dom import END, START, Event
from site_builder.language.text import count_characters
from site_builder.model import Body, Removal

ADDED = "(added)"
"""No parser gives this name, so no body can claim it."""
CHECK_BOX, ALT_TEXT, FORMULA = "check-box", "alt-text", "formula"
REASONS = {
    CHECK_BOX: "A control of the publisher's page; the sign tells whether it is checked.",
    ALT_TEXT: "A picture that stands for these characters.",
    FORMULA: "A sign that browsers draw and the formula does not write.",
}
"""Rules of ``Body.unwrapped`` whose ``what`` is what was added."""


def add_text(rule: str, text: str) -> tuple[Event, Event]:
    """Make an element that stands for characters of ours."""
    return (START, ADDED, {"rule": rule, "text": text}), (END, ADDED, {})


def list_places(entry: Removal) -> range:
    """List the places of the characters that an entry of ``REASONS`` tells of, white space aside."""
    return range(entry.at, entry.at + count_characters(entry.what))


def list_added(body: Body) -> Iterator[int]:
    """List the places of our characters among those of the text, white space aside."""
    for entry in body.unwrapped:
        if entry.rule in REASONS:
            yield from list_places(entry)

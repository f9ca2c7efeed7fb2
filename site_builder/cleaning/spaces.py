"""Words that only a page's style keeps apart: ``<span class=kicker>Harbour</span><span>Lamp lit</span>``.

In: the events of a body. Out: the same events, with a blank between such words. The rule it guards:
**no word is cut in two**. Editors' programs part words into spans at any letter, so what was written on
both sides must say that a word ends: a small letter, figure or sign before a capital, a letter before a
figure, and at least one of the elements has a class that is a word; of scripts without capitals, that what
stands before is called a label. Nothing but a blank is added.
"""

from __future__ import annotations

import re

from site_builder.dom import START, TEXT, Attributes, Event

MAY_GLUE = re.compile(
    r"</span>(?:[A-Z\xc0-\xde\u0391-\u03a9\u0410-\u042f]|<(?:span|a|time|small)[\s>])"
    r"|</(?:a|time|small|span)></?span[\s>]|</time>\w"
)
_PARTS = frozenset({"span", "a", "time", "small"})
VERBATIM = frozenset("pre code kbd samp var math svg script style".split())
_WORD = re.compile(r"[A-Za-z]{3,}")
_ENDS_WORD = re.compile(r"\w{2}$")
_ENDS_PHRASE = re.compile(r"(?:\d[%°]|\w{2}[.!?…:»”\"')\]]{1,3})$")
_KICKER = re.compile(
    r"(?:^|[-_\s])(?:kicker|label|badge|eyebrow|overline|flag|title)(?:$|[-_\s])", re.IGNORECASE
)
"""What classes call words above or before a heading; between Chinese or Japanese ones nothing else tells."""
_BLANK: Event = (TEXT, " ", {})


def part_spans(events: list[Event]) -> list[Event]:
    """Put a blank between words of two neighbouring elements that were never one. Linear."""
    written: list[Event] = []
    begun: list[Attributes] = []
    before, verbatim = "", 0
    ended: tuple[str, Attributes] | None = None
    place = 0  # where an element begins behind the one that ended
    for event in events:
        kind, name, given = event
        if kind == TEXT:
            if ended and place and not verbatim and _is_apart(before, name, ended, written[place]):
                written.insert(place, _BLANK)
            elif ended and not place and not verbatim and _is_place(before, name, ended):
                written.append(_BLANK)
            before, ended, place = name, None, 0
        elif kind == START:
            begun.append(given)
            verbatim += name in VERBATIM
            if ended and not place:
                place = len(written)
        else:
            given = begun.pop()
            verbatim -= name in VERBATIM
            ended, place = (None if place else (name, given)), 0
        if kind != TEXT and name not in _PARTS:
            before, ended, place = "", None, 0
        written.append(event)
    return written


def _is_place(before: str, after: str, ended: tuple[str, Attributes]) -> bool:
    """Tell a moment, and a span of several words such as a place, from one that marks half a word."""
    if ended[0] == "time":
        return is_behind_moment(before, after)
    is_named = ended[0] == "span" and _WORD.search(ended[1].get("class") or "")
    is_phrase = bool(is_named) and " " in before.strip() and _ENDS_WORD.search(before)
    return bool(is_phrase) and after[:1].isupper() and before[-1].islower()


def is_behind_moment(before: str, after: str) -> bool:
    """Tell a word behind a moment, which is whole; Chinese and Japanese write what follows close to it."""
    return before[-1:].isalnum() and after[0].isalpha() and after[0] < "\u2e80"


def _is_apart(before: str, after: str, ended: tuple[str, Attributes], opening: Event) -> bool:
    """Tell whether what ends and what begins here are two words."""
    names = {ended[0], opening[1]}
    if "span" not in names or not before or before[-1].isspace() or after[:1].isspace():
        return False
    first, last = after[0], before[-1]
    if _ENDS_PHRASE.search(before[-5:]):
        return first.isupper() or first in "(（«“©"
    classes = [given.get("class") or "" for given in (ended[1], opening[2])]
    is_alike = classes[0] == classes[1] and "block" not in classes[0].split()
    if names == {"span"} and (is_alike or not any(map(_WORD.search, classes))):
        return False
    if (first >= "\u2e80" or last >= "\u2e80") and _KICKER.search(classes[0]):
        return first.isalnum() and last.isalnum()
    if not _ENDS_WORD.search(before):
        return False
    if first.isdigit():
        return last.isalpha()
    return first.isupper() and (not last.isupper() or (before[-3:].isupper() and after[1:2].islower()))

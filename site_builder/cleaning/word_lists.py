"""Lists that Word wrote as paragraphs: ``<p class=MsoListParagraph>·  a point</p>``.

In: the events of a body. Out: the same events, such paragraphs as items of ``ul`` and ``ol``, one
within the other as their levels say, and the signs before them apart as ``LIST_SIGN``. The rule it
guards: only a paragraph that calls itself an item **and** begins with a sign of one counts; letters and
Roman numerals, which an ``ol`` of ours would not show, stay as they are; no word is moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.dom import END, START, TEXT, Attributes, Event

LIST_SIGN = "(list sign)"
"""No parser gives this name, so no body can claim it."""
MAY_LIST = re.compile(r"MsoList|mso-list")

_LEVEL = re.compile(r"mso-list\s{0,9}:\s{0,9}\S{1,20}\s{1,9}level(\d)")
_BULLET = re.compile("[\\s\\xa0]*(?:[·•▪▫●○◦■□§Øüv\\u27a2\\uf0a7\\uf0b7\\uf0d8\\uf0fc*–-]|o)[\\s\\xa0]+")
_NUMBER = re.compile("[\\s\\xa0]*(\\d{1,3})[.)．、）](?!\\d)[\\s\\xa0]*")
_LOOK = 40
"""Events within a paragraph before which its sign has ended."""
_NONE: Attributes = {}


@dataclass(slots=True)
class _Item:
    """A paragraph that is an item: where it begins and ends, and its sign."""

    start: int
    end: int
    level: int
    tag: str
    number: int
    sign: int
    """Characters of text that are its sign."""


def mark_lists(events: list[Event]) -> list[Event]:
    """Make lists of the paragraphs that are items. Linear."""
    written: list[Event] = []
    place = 0
    for run in _find_runs(events):
        written += events[place : run[0].start]
        written += _write_list(events, run)
        place = run[-1].end
    return written + events[place:] if place else events


def _find_runs(events: list[Event]) -> Iterator[list[_Item]]:
    """Find items that follow each other with nothing but blanks between them."""
    run: list[_Item] = []
    at = 0
    while at < len(events):
        kind, name, attributes = events[at]
        item = _read_item(events, at) if kind == START and name == "p" and attributes else None
        if item:
            run.append(item)
            at = item.end
            continue
        if run and not (kind == TEXT and name.isspace()):
            yield run
            run = []
        at += 1
    if run:
        yield run


def _read_item(events: list[Event], at: int) -> _Item | None:
    attributes = events[at][2]
    level = _LEVEL.search(attributes.get("style") or "")
    if not level and "MsoListParagraph" not in (attributes.get("class") or ""):
        return None
    depth, end, text = 1, at + 1, ""
    while depth:
        kind, name, _ = events[end]
        depth += (kind == START) - (kind == END)
        if kind == TEXT and end - at < _LOOK:
            text += name
        elif kind == START and name == "p":
            return None
        end += 1
    if number := _NUMBER.match(text):
        sign, tag, first = number.end(), "ol", int(number[1])
    elif bullet := _BULLET.match(text):
        sign, tag, first = bullet.end(), "ul", 0
    else:
        return None
    return _Item(at, end, int(level[1]) if level else 1, tag, first, sign) if text[sign:].strip() else None


def _write_list(events: list[Event], run: list[_Item]) -> Iterator[Event]:
    """Write a run of items, a deeper one within the item before it."""
    open_lists: list[_Item] = []
    for item in run:
        while open_lists and (
            item.level < open_lists[-1].level
            or (item.level == open_lists[-1].level and _is_another(open_lists[-1], item))
        ):
            yield from ((END, "li", _NONE), (END, open_lists.pop().tag, _NONE))
        if open_lists and item.level == open_lists[-1].level:
            yield (END, "li", _NONE)
            open_lists[-1] = item
        else:
            given: Attributes = (
                {"start": str(item.number)} if item.tag == "ol" and item.number != 1 else _NONE
            )
            yield (START, item.tag, given)
            open_lists.append(item)
        yield (START, "li", _NONE)
        yield from _part_sign(events[item.start + 1 : item.end - 1], item.sign)
    for item in reversed(open_lists):
        yield from ((END, "li", _NONE), (END, item.tag, _NONE))


def _is_another(last: _Item, item: _Item) -> bool:
    """Tell whether an item begins a list of its own: other signs, or numbers that do not go on."""
    return last.tag != item.tag or (item.tag == "ol" and item.number != last.number + 1)


def _part_sign(inner: list[Event], left: int) -> Iterator[Event]:
    """Put so many characters of text apart."""
    for event in inner:
        text = event[1]
        if event[0] != TEXT or left <= 0:
            yield event
            continue
        yield from ((START, LIST_SIGN, _NONE), (TEXT, text[:left], _NONE), (END, LIST_SIGN, _NONE))
        if text[left:]:
            yield (TEXT, text[left:], _NONE)
        left -= len(text)

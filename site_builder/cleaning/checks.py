"""Check boxes in lists and tables: GitHub's, Notion's, Confluence's … tell by a sign whether it is done.

In: the events of a body. Out: the same events, with an element ``ADDED`` where a sign has to stand,
in front of the words it belongs to. The rule it guards: **only what says whether it is checked counts**;
the boxes of a form, and those that a style makes into menus, are no part of an article.

The signs are characters that screen readers name, and that stay when a text is copied.
"""

from __future__ import annotations

import re

from site_builder.cleaning.added import CHECK_BOX, add_text
from site_builder.dom import END, START, TEXT, Attributes, Event

SIGNS = ("☐", "☑")
MAY_CHECK = re.compile(
    r"checkbox|data-checked|data-list=|data-task-state|inline-task|checklist", re.IGNORECASE
)
_ITEMS = frozenset({"li", "td", "th", "dd"})
_PHRASES = frozenset("a b strong em i u s del ins code small mark".split())
_THROUGH = frozenset({"label", "span", "font", "div", "p"}) | _PHRASES
"""What may stand between a box and its words."""
_HIDDEN = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE)
_HAS_SIGN = re.compile(r"[\s\xa0]*(?:[☐☑☒✓✔✗✘✅❌⬜]|\[[ xX]\])")
_BLANK: Event = (TEXT, " ", {})
_STATES = {"true": True, "checked": True, "done": True, "false": False, "unchecked": False, "todo": False}


def mark_checks(events: list[Event]) -> list[Event]:
    """Put a sign before the words of each box. Linear."""
    written: list[Event] = []
    waiting: bool | None = None
    place = before = items = 0  # behind the box; before the phrase that its words begin with
    lists: list[bool] = []
    for at, event in enumerate(events):
        kind, name, given = event
        if waiting is not None and _ends_wait(event):
            if kind != TEXT:
                _put(written, place, waiting)
            elif not _HAS_SIGN.match(name):
                _put(written, before or len(written), waiting)
            waiting = None
        if kind == START:
            before = (before or len(written)) if name in _PHRASES else 0
            items += name in _ITEMS
            lists.append(name in {"ul", "ol"} and "checklist" in (given.get("class") or "").split())
        elif kind == END:
            items -= name in _ITEMS
            lists.pop()
            before = 0
        written.append(event)
        state = _read_state(name, given, items > 0, _is_in_checklist(name, lists)) if kind == START else None
        if state is not None and not (name == "li" and _has_box(events, at + 1)):
            waiting, place = state, len(written)
    if waiting is not None:
        _put(written, place, waiting)
    return written


def _is_in_checklist(name: str, lists: list[bool]) -> bool:
    return name == "li" and len(lists) > 1 and lists[-2]


def _ends_wait(event: Event) -> bool:
    """Tell whether this is what a box stands for, or shows that it stands alone."""
    kind, name, _ = event
    if kind == TEXT:
        return bool(name.strip())
    return name not in _THROUGH and name != "input" if kind == START else name in _ITEMS


def _put(written: list[Event], place: int, is_on: bool) -> None:
    written[place:place] = [*add_text(CHECK_BOX, SIGNS[is_on]), _BLANK]


def _read_state(name: str, given: Attributes, in_item: bool, in_checklist: bool) -> bool | None:
    """Tell whether an element is checked; None when it does not say so."""
    classes = (given.get("class") or "").split()
    state: bool | None = None
    if name == "input":
        if (given.get("type") or "").lower() == "checkbox" and (in_item or "disabled" in given):
            state = None if _is_control(given) else "checked" in given
    elif given.get("role") == "checkbox" and "aria-checked" in given:
        state = given["aria-checked"] == "true"
    elif name == "div" and "checkbox" in classes and "checkbox-on" in classes:
        state = True
    elif name == "div" and "checkbox" in classes and "checkbox-off" in classes:
        state = False
    elif name == "li" and (in_checklist or "data-inline-task-id" in given):
        state = "checked" in classes
    else:
        keys = ("data-checked", "data-list", "data-task-state")
        said = next((given.get(key) or "" for key in keys if key in given), "")
        state = _STATES.get(said.lower()) if name in {"li", "div"} else None
    return state


def _is_control(given: Attributes) -> bool:
    """Tell a box that a page's style makes into a switch, or hides."""
    is_switch = given.get("role") in {"button", "switch"} or given.get("aria-hidden") == "true"
    return is_switch or "hidden" in given or bool(_HIDDEN.search(given.get("style") or ""))


def _has_box(events: list[Event], at: int) -> bool:
    """Tell whether an item has a box of its own, which says the same, before its words."""
    for kind, name, given in events[at : at + 12]:
        if kind == TEXT and name.strip():
            return False
        if kind == START and (name == "input" or given.get("role") == "checkbox"):
            return True
    return False

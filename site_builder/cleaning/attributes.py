"""What of an element's start tag stays: language and direction, spans of cells, numbers of lists, moments.

In: a tag and its attributes as parsed. Out: attributes as text, escaped, in a fixed order. The rule it
guards: **each value is checked for what it says**; what a page has no use for is left behind.
"""

from __future__ import annotations

import re
from datetime import datetime

from site_builder.cleaning.blocks import escape_value
from site_builder.cleaning.images import (
    read_pixels,
)
from site_builder.dom import (
    Attributes,
)
from site_builder.language.text import squeeze, strip_controls
from site_builder.sanitize import LINK_REL
from site_builder.urls import clean_url, is_affiliate

MAY_TURN = re.compile(r"dir\s?=\s?[\"']?(?:ltr|auto)", re.IGNORECASE)
LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""A letter written from right to left."""
TURNED, EITHER = frozenset({"rtl"}), frozenset({"ltr", "rtl", "auto"})
"""In a text without such letters ``ltr`` says nothing, and some editors write it on each paragraph."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_DATETIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?)?)?")
"""A year, month, day or instant, as HTML writes them."""
WHAT_LIMIT = 300


def write_attributes(tag: str, given: Attributes, directions: frozenset[str]) -> str:
    """Write the attributes that an element may keep, in a fixed order."""
    if not given:
        return ""
    written = write_language(given, directions)
    if tag in {"td", "th"}:
        spans = ((name, read_pixels(given.get(name))) for name in ("colspan", "rowspan"))
        written += "".join(f' {name}="{value}"' for name, value in spans if 1 < value <= 1000)
        if tag == "th" and (scope := (given.get("scope") or "").lower()) in _SCOPES:
            written += f' scope="{scope}"'
        written += write_side(given)
    elif tag == "ol":
        if (start := read_pixels(given.get("start"))) > 1:
            written += f' start="{start}"'
        if (kind := given.get("type")) in _NUMERALS:
            written += f' type="{kind}"'
    elif tag == "li" and (value := read_pixels(given.get("value"))) > 0:
        written += f' value="{value}"'
    elif tag in {"bdi", "bdo"} and "dir=" not in written and (given.get("dir") or "").lower() == "ltr":
        written += ' dir="ltr"'
    elif tag == "abbr" and (title := strip_controls(given.get("title") or "")):
        written += f' title="{escape_value(title)}"'
    elif tag == "time":
        written += f' datetime="{escape_value(given.get("datetime") or "")}"'
    return written


_SIDE = re.compile(r"text-align\s?:\s?(right|end|center)", re.IGNORECASE)
_SIDES = {
    **dict.fromkeys("right end text-right text-end has-text-align-right".split(), "right"),
    **dict.fromkeys("center text-center has-text-align-center".split(), "center"),
}
"""What a cell says of itself, by a class or the like -> the class that our style knows."""


def write_side(given: Attributes) -> str:
    """Write to which side a cell's figures stand, where the article says so.

    >>> write_side({"style": "width:9em;text-align: right"}), write_side({"class": "num"})
    (' class="right"', '')
    """
    said = [given.get("align") or "", *(given.get("class") or "").split()]
    if found := _SIDE.search(given.get("style") or ""):
        said.append(found[1])
    side = next((_SIDES[word] for word in map(str.lower, said) if word in _SIDES), "")
    return f' class="{side}"' if side else ""


_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
_NUMERALS = frozenset({"a", "A", "i", "I"})
"""How a list may count; its text may speak of its item (b)."""


def is_moment(stamp: str) -> bool:
    """Tell whether a ``time`` element says something that a program can read."""
    if not _DATETIME.fullmatch(stamp):
        return False
    try:
        datetime.fromisoformat(f"{stamp}-01-01"[:10] + stamp[10:])
    except ValueError:
        return False
    return True


def write_language(given: Attributes, directions: frozenset[str]) -> str:
    """Write an element's language and direction, as far as they say anything."""
    lang = given.get("lang")
    written = f' lang="{lang}"' if lang and _LANGUAGE.fullmatch(lang) else ""
    return written + (write_direction(given, directions) if "dir" in given else "")


def write_direction(given: Attributes, directions: frozenset[str]) -> str:
    """Write its direction, when it is one of those that blocks keep."""
    direction = (given.get("dir") or "").lower()
    return f' dir="{direction}"' if direction in directions else ""


def write_rel(url: str) -> str:
    """Write how a link relates to its page; one within the page needs none."""
    return f' rel="{LINK_REL}"' if url.startswith("http") else ""


def has_scheme(url: str) -> bool:
    """Tell an address that names its kind from one that is relative."""
    return ":" in url.partition("/")[0] and not url.startswith("#")


def describe(name: str, attributes: Attributes) -> str:
    """Write an element's start as given, shortened, for people to recognise it by.

    Of an address only what a page may link is shown; the rest stands in the original's bytes.
    """
    shown = {key: value for key in ("id", "class") if (value := attributes.get(key))}
    for key in ("href", "src"):
        if value := attributes.get(key):
            url = clean_url(value)
            shown[key] = url if url and not is_affiliate(url) else "…"
    what = squeeze(" ".join([f"<{name}", *(f'{key}="{value}"' for key, value in shown.items())]))
    return what[:WHAT_LIMIT] + ("…" if len(what) > WHAT_LIMIT else "") + ">"

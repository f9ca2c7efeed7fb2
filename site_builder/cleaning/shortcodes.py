"""Marks in brackets that a publisher's system replaces and a feed or scraper leaves: ``[caption …]``.

In: the events of a body as given. Out: the same events, the marks apart as ``SHORTCODE`` elements, and
around what WordPress' and forums' marks make a figure, quotation, listing, film or bold text the
elements that say so. The rule it guards: **what an editor put in brackets stays**: a mark has attributes,
or an end mark, or the name of one of WordPress' own or of a page builder. Within code all stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from site_builder.dom import END, START, TEXT, Attributes, Event

MAY_HOLD = re.compile(r"\[/?[A-Za-z]")
SHORTCODE = "(shortcode)"
"""No parser gives this name, so no body can claim it."""

_MARK = re.compile(r"(?<!\[)\[(/?)([A-Za-z][\w-]{0,40}|\*)((?:=|\s)[^\[\]]{0,1000})?\s?/?\](?!\])")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s?=\s?(?:"([^"]*)"|'([^']*)'|[“”″]([^“”″]*)[“”″]|([^\s"'“”″]+))""")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'\]]+")
_ALONE = frozenset(("gallery", "playlist"))
_BUILDERS = re.compile(
    r"(?:vc|et_pb|fusion|su|av|tve|cs|ux|nectar|mk|kc|wpb|qode|mkdf|thrive|tp|td_block)_\w+"
)
_ELEMENTS = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "u": "u",
    "s": "s",
    "strike": "s",
    **dict.fromkeys(("quote", "blockquote", "pullquote"), "blockquote"),
    **dict.fromkeys(("code", "sourcecode"), "pre"),
    **dict.fromkeys(("caption", "wp_caption"), "figure"),
    **dict.fromkeys(("url", "link"), "a"),
}
_PLAYERS = {"audio": "audio", "video": "video"} | dict.fromkeys(
    ("embed", "youtube", "vimeo", "dailymotion", "soundcloud", "tweet", "instagram", "iframe", "media"),
    "iframe",
)
_FILES = ("src", "mp4", "m4v", "webm", "mp3", "m4a", "ogg", "wav", "url", "id")
_VERBATIM = frozenset("pre code kbd samp script style textarea xmp listing".split())
_PICTURES = frozenset({"img", "amp-img"})
_NONE: Attributes = {}
_MOST_MARKS = 1_000
"""What has more is data."""


@dataclass(slots=True, eq=False)
class _Mark:
    """A mark: what it is, where it stands, and the event of the element around it."""

    name: str
    is_end: bool
    given: str
    at: int
    start: int
    stop: int
    parent: int
    pair: _Mark | None = None
    place: int = 0
    """Of a figure: the first event within it, as written. Of a list: 1 when an item of it is open."""
    attributes: dict[str, str] = field(default_factory=dict)


def mark_shortcodes(events: list[Event]) -> list[Event]:
    """Part the marks from the words around them; nothing is left out. Linear."""
    marks = [*islice(_find_marks(events), _MOST_MARKS + 1)]
    if len(marks) > _MOST_MARKS:
        return events
    _pair(marks)
    starts, ends = ({mark.name for mark in marks if mark.is_end == is_end} for is_end in (False, True))
    known = [
        mark
        for mark in marks
        if (mark.name in starts & ends and mark.name != "*") or _is_shortcode(mark) or _list_around(mark)
    ]
    if not known:
        return events
    by_event: dict[int, list[_Mark]] = {}
    for mark in known:
        by_event.setdefault(mark.at, []).append(mark)
    written: list[Event] = []
    for at, event in enumerate(events):
        if at in by_event:
            _split(written, event[1], by_event[at])
        else:
            written.append(event)
    return written


def _find_marks(events: list[Event]) -> Iterator[_Mark]:
    around = [-1]
    verbatim = 0
    for at, (kind, name, _) in enumerate(events):
        if kind == START:
            around.append(at)
            verbatim += name in _VERBATIM
        elif kind == END:
            around.pop()
            verbatim -= name in _VERBATIM
        elif "[" in name and not verbatim:
            for found in _MARK.finditer(name):
                given = found[3] or ""
                mark = _Mark(found[2].lower(), bool(found[1]), given, at, *found.span(), around[-1])
                mark.attributes = {
                    one[1].lower(): next(filter(None, one.groups()[1:]), "")
                    for one in _ATTRIBUTE.finditer(given)
                }
                yield mark


def _pair(marks: list[_Mark]) -> None:
    """Join the marks that begin and end something within one element, and cross no other such pair."""
    open_marks: list[_Mark] = []
    for mark in marks:
        if mark.name == "*":
            back = next((n for n, one in enumerate(reversed(open_marks[-8:]), 1) if one.name == "list"), 0)
            if back and open_marks[-back].parent == mark.parent:
                mark.pair = open_marks[-back]
                del open_marks[len(open_marks) - back + 1 :]  # what begins in an item ends in it
            continue
        if not mark.is_end:
            open_marks.append(mark)
            continue
        back = next((n for n, one in enumerate(reversed(open_marks[-8:]), 1) if one.name == mark.name), 0)
        if back:
            opening = open_marks[-back]
            del open_marks[-back:]
            if opening.parent == mark.parent:
                opening.pair, mark.pair = mark, opening


def _list_around(mark: _Mark) -> _Mark | None:
    """Give the mark that begins the list of an item, if the list has an end."""
    opening = mark.pair if mark.name == "*" and not mark.is_end else None
    return opening if opening is not None and opening.pair is not None else None


def _is_shortcode(mark: _Mark) -> bool:
    """Tell a mark that stands alone from what an editor put in brackets."""
    if mark.name in _ALONE or _BUILDERS.fullmatch(mark.name):
        return True
    has_quoted = any(sign in mark.given for sign in "\"'“”″") and bool(mark.attributes)
    return has_quoted or (mark.name in _PLAYERS and bool(_address_of(mark)))


def _address_of(mark: _Mark, words: str = "") -> str:
    """Give the address that a mark names, in an attribute, plainly, or between itself and its end."""
    named = next((value for key in _FILES if (value := mark.attributes.get(key))), "")
    plain = _ADDRESS.search(named) or _ADDRESS.search(mark.given) or _ADDRESS.match(words.strip())
    if plain:
        return plain[0].replace("&amp;", "&")
    if mark.name == "youtube" and re.fullmatch(r"[\w-]{8,14}", named):
        return f"https://www.youtube.com/watch?v={named}"
    return ""


def _split(written: list[Event], text: str, marks: list[_Mark]) -> None:
    """Write a text's words and marks; ``written`` ends with what stands before it."""
    place = 0
    for mark in marks:
        if mark.start < place:  # between two marks that became one film or picture
            continue
        if text[place : mark.start]:
            written.append((TEXT, text[place : mark.start], _NONE))
        place = _write(written, text, mark)
    if text[place:]:
        written.append((TEXT, text[place:], _NONE))


def _write(written: list[Event], text: str, mark: _Mark) -> int:
    """Write one mark and what it means; return where the text goes on."""
    shown = text[mark.start : mark.stop]
    pair = mark.pair if mark.pair is not None and mark.pair.at == mark.at and not mark.is_end else None
    words = text[mark.stop : pair.start] if pair else ""
    if not mark.is_end and mark.name in {"img", *_PLAYERS} and (address := _address_of(mark, words)):
        tag = "img" if mark.name == "img" else _PLAYERS[mark.name]
        stop = pair.stop if pair and "[" not in words else mark.stop
        inner = (TEXT, text[mark.start : stop], _NONE)
        if tag == "img":
            written += [*_apart(inner[1]), (START, tag, {"src": address}), (END, tag, _NONE)]
        else:
            written += [(START, tag, {"src": address}), inner, (END, tag, _NONE)]
        return stop
    tag = _ELEMENTS.get(mark.name, "") if mark.pair is not None else ""
    if mark.name in {"list", "*"}:
        _write_list(written, shown, mark)
    elif tag == "figure":
        _write_caption(written, shown, mark)
    elif tag and mark.is_end:
        written += [(END, tag, _NONE), *_apart(shown)]
    elif tag:
        given: Attributes = {"href": _address_of(mark, words)} if tag == "a" else _NONE
        written += [*_apart(shown), (START, tag, given)]
    else:
        written += _apart(shown)
    return mark.stop


def _write_list(written: list[Event], shown: str, mark: _Mark) -> None:
    """Begin or end a list, or an item of one; ``place`` tells that an item is open."""
    around = _list_around(mark) or (mark.pair if mark.is_end else mark)
    tag = "ol" if around and around.given.strip("= \"'") in {"1", "a", "A", "i", "I", "decimal"} else "ul"
    if around is None or around.pair is None:
        written += _apart(shown)
    elif mark.is_end:
        written += [(END, "li", _NONE)] * around.place + [(END, tag, _NONE), *_apart(shown)]
    elif mark.name == "*":
        written += [(END, "li", _NONE)] * around.place + [*_apart(shown), (START, "li", _NONE)]
        around.place = 1
    else:
        written += [*_apart(shown), (START, tag, _NONE)]


def _apart(text: str) -> list[Event]:
    return [(START, SHORTCODE, _NONE), (TEXT, text, _NONE), (END, SHORTCODE, _NONE)]


def _write_caption(written: list[Event], shown: str, mark: _Mark) -> None:
    """Begin or end a figure. What follows its picture is the caption, or what an attribute holds."""
    if not mark.is_end:
        written.append((START, "figure", _NONE))
        mark.place = len(written)
        caption = mark.attributes.get("caption", "")
        before, _, after = shown.partition(caption) if caption else (shown, "", "")
        written += _apart(before)
        if caption:
            written += [(START, "figcaption", _NONE), (TEXT, caption, _NONE), (END, "figcaption", _NONE)]
            written += _apart(after)
        return
    start = _behind_picture(written, mark.pair.place if mark.pair else len(written))
    if any(kind == TEXT and name.strip() for kind, name, _ in written[start:]):
        written.insert(start, (START, "figcaption", _NONE))
        written.append((END, "figcaption", _NONE))
    written += [(END, "figure", _NONE), *_apart(shown)]


def _behind_picture(written: list[Event], start: int) -> int:
    """Find where the last of a figure's parts that hold a picture ends; its start where none does."""
    depth, place, has_picture = 0, start, False
    for at in range(start, len(written)):
        kind, name, _ = written[at]
        depth += (kind == START) - (kind == END)
        has_picture = has_picture or (kind == START and name in _PICTURES)
        if has_picture and not depth:
            place, has_picture = at + 1, False
    return place

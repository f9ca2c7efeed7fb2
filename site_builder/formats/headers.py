"""Front matter without fences: lines of ``Key: value`` that open a file.

In: the text of a file that begins with no fence. Out: ``Front`` with the values of those lines, or
nothing. The rule it guards: **prose is no header**: of the lines the first must have a key that we
know, and one say the title; without a title three must be known.

So write Pelican and MultiMarkdown (``Title: …``), Nikola (``.. title: …``, in a comment), Org mode
(``#+TITLE: …``), Logseq (``title:: …``), and whoever saves newspapers as text (``标题：…``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.formats.front_matter import SIGNS, Front
from site_builder.language.text import ALIASES

_MARK = r"(?:\.\.[ \t]|\#\+)?"
_LINE = re.compile(
    rf"{_MARK}\**【?([^\W\d_][\w{SIGNS} .-]{{0,30}}?)】?\**[ \t]*(?:::|[:：])\**(?:[ \t]+|(?<=[：*])|$)(.*)"
)
_LINKED = re.compile(r"\[\[([^\[\]]{1,200})\]\]")
_COMMENT = re.compile(r"<!--[ \t]*\n")
_ORG_DATE = re.compile(r"[<\[](\d{4}-\d\d-\d\d)(?: [^\s\d>\]]+)?([^>\]]*)[>\]]")
_KNOWN = frozenset(key for keys in ALIASES.values() for key in keys)
_TITLES = frozenset(ALIASES["title"])
_MOST_LINES, _LONGEST = 60, 1_000


def split_header(text: str, start: int, line: int) -> Front | None:
    """Read the lines that open a text, up to a blank line or one that is no key; None if it is prose.

    ``start`` is where the first begins, and ``line`` its number.
    """
    if comment := _COMMENT.match(text, start):
        start = comment.end()
        start += len(text[start : start + 9]) - len(text[start : start + 9].lstrip(" "))
    if not _LINE.match(text, start):
        return None
    front, keys = Front(), []
    for number, (content, end) in enumerate(_lines(text, start), line + bool(comment)):
        if comment:
            content = content.lstrip(" ")  # as Nikola sets them in
        match = _LINE.fullmatch(content)
        if match:
            keys.append(match[1].lower())
            front.add(match[1], _plain(match[2]), number)
        elif content[:1] in {" ", "\t"} and content.strip() and keys:
            front.values[keys[-1]] = f"{front.values[keys[-1]]} {content.strip()}"
        else:
            break
        front.end = end
    known = [key for key in keys if key in _KNOWN]
    enough = 3 if _TITLES.isdisjoint(known) else 2
    if len(known) < enough or keys[0] != known[0]:
        return None
    if comment:
        closing = text.find("-->", front.end)
        if text[front.end : max(closing, front.end)].strip() or closing < 0:
            return None
        front.end = closing + 3
    return front


def _lines(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Give the first lines, each with the offset behind it; none is longer than a header's."""
    for _ in range(_MOST_LINES):
        end = text.find("\n", start, start + _LONGEST)
        if end < 0 and len(text) - start >= _LONGEST:
            return
        stop = end if end >= 0 else len(text)
        yield text[start:stop], stop + (end >= 0)
        if end < 0:
            return
        start = stop + 1


def _plain(value: str) -> str:
    """Take off what Org mode puts around dates and between tags."""
    value = _ORG_DATE.sub(r"\1\2", value.strip()) if "[[" not in value else _LINKED.sub(r"\1", value.strip())
    return value.strip(":").replace(":", ", ") if re.fullmatch(r":(?:[\w@#%]+:)+", value) else value

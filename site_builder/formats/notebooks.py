"""What notebooks write around an article that was saved in them: Joplin below it, Readwise above it.

In: the text of a file without front matter. Out: the same article as ``Front`` and text, or None where it is
no such notebook's. The rule it guards: **prose is no header**: a block counts where it has the marks that
only the notebook's program writes, and only its lines go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from site_builder.formats.front_matter import Front
from site_builder.language.text import squeeze, unlink_notes

_JOPLIN = re.compile(r"\nid: [0-9a-f]{32}\n(?=(?:\w{1,40}:.{0,2000}\n){5,60}type_: 1\s{0,99}\Z)")
"""The first line of the block that Joplin's RAW export ends with; nothing stands behind its last one."""
_JOPLIN_SIZE = 20_000
_JOPLIN_KEYS = {
    "user_created_time": "date",
    "user_updated_time": "updated",
    "author": "author",
    "source_url": "url",
}
_READWISE = re.compile(
    r"\s{0,99}# (?P<title>[^\n]{1,500})\n\s{0,99}"
    r"(?P<cover>!\[[^\[\]\n]{0,99}\]\([^()\s]{1,2000}\)\n)?\s{0,99}"
    r"## Metadata\n(?P<said>(?:- [A-Z][A-Za-z ]{1,30}: [^\n]{0,4000}\n){2,20})"
)
_READWISE_KEYS = {"author": "author", "full title": "title", "url": "url", "document tags": "tags"}
_LINE = re.compile(r"(?:- )?(\w[\w ]{0,39}): ?(.*)")
_HASHTAG = re.compile(r"#(\S{1,100})")


def read_notebook(text: str) -> tuple[Front, str] | None:
    """Read an article as a notebook exports it: (what is known of it, the text it is in); linear.

    The front matter ends where the article begins.
    """
    return _read_joplin(text) or _read_readwise(text)


def _read_joplin(text: str) -> tuple[Front, str] | None:
    """Read Joplin's RAW export: the title above, all else that is known below."""
    is_one = text[-200:].rstrip().endswith("type_: 1")
    block = _JOPLIN.search(text, max(len(text) - _JOPLIN_SIZE, 0)) if is_one else None
    if block is None:
        return None
    front, end = Front(), block.start() + 1
    title, newline, _ = text[:end].partition("\n")
    if title.strip(" \ufeff"):
        front.add("title", title.strip(" \ufeff#"), 1)
        front.end = len(title) + len(newline)
    _take(front, _JOPLIN_KEYS, text[end:].split("\n"), 1 + text.count("\n", 0, end))
    return front, text[:end]


def _read_readwise(text: str) -> tuple[Front, str] | None:
    """Read Readwise's export of an article; its cover stays the first picture."""
    text = text.removeprefix("\ufeff")
    block = _READWISE.match(text)
    if block is None:
        return None
    front = Front()
    lines = block["said"].split("\n")
    _take(front, _READWISE_KEYS, lines, 1 + text.count("\n", 0, block.start("said")))
    if "url" not in front.values and "author" not in front.values:
        return None
    front.add("title", block["title"].strip(), 1)
    if tags := front.values.get("tags"):
        front.values["tags"] = tuple(_HASHTAG.findall(str(tags)))
    above, cover = text[: block.start("said")].count("\n"), block["cover"] or ""
    blank = "\n" * (above + block["said"].count("\n") - bool(cover))  # lines keep their numbers
    return front, cover + blank + text[block.end() :]


def _take(front: Front, keys: dict[str, str], lines: Iterable[str], first: int) -> None:
    """Take the values of the keys that say something of the article; ``first`` is the first line's number."""
    for number, line in enumerate(lines, first):
        found = _LINE.fullmatch(line)
        if found and (key := keys.get(found[1].lower())) and (value := squeeze(unlink_notes(found[2]))):
            front.add(key, value, number)

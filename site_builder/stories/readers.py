"""Which reader a text gets: one for each way of writing, but for Chinese, which is read by its words.

In: the beginning of a text. Out: the ``Reader`` of its script, or nothing. The rule it guards: it is
asked **once** an article; a further script is a further reader and a line in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from site_builder.stories import japanese, korean, latin, thai
from site_builder.stories.names import Text
from site_builder.stories.subjects import Reading
from site_builder.stories.unlisted import is_chinese


class Reader(NamedTuple):
    """How texts of one way of writing are known, and read."""

    name: str
    is_for: Callable[[str], bool]
    """Whether a text is one of them, told from its beginning."""
    read: Callable[[Text, Text], Reading]
    """Read a title and a body."""
    scale: int = 3
    """Letters that say as much as one Chinese character."""
    knows_names: bool = False
    """Whether it says by itself which names of the shipped list are there; they are not looked for then."""


def _is_latin(text: str) -> bool:
    return not is_chinese(text) and latin.is_latin(text)


READERS = (
    Reader("latin", _is_latin, lambda title, body: latin.Reading(title.plain, body.plain)),
    Reader(
        "japanese", japanese.is_japanese, lambda title, body: japanese.Reading(title.shown, body.shown), 1, True
    ),
    Reader("korean", korean.is_korean, lambda title, body: korean.Reading(title.shown, body.shown), 2, True),
    Reader("thai", thai.is_thai, lambda title, body: thai.Reading(title.shown, body.shown), 2, True),
)


def find_reader(text: str) -> Reader | None:
    """Give the reader of a text's script; none for Chinese, and where nobody can read it."""
    return next((reader for reader in READERS if reader.is_for(text)), None)

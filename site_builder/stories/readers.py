"""Which reader a text gets: one for each way of writing, but for Chinese, which is read by its words.

In: the beginning of a text. Out: the ``Reader`` of its script, or nothing. The rule it guards: it is
asked **once** an article; a further script is a further reader and a line in ``READERS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from site_builder.stories import latin
from site_builder.stories.names import Text
from site_builder.stories.spaced import is_cased, is_caseless
from site_builder.stories.subjects import Reading
from site_builder.stories.unlisted import is_chinese

BEGINNING = 600
"""Characters by which a script is told."""


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


def _has(letters: str, beside: str, least: int) -> Callable[[str], bool]:
    """Make the question whether so many in a hundred of all letters are these; most texts have none."""
    these, all_letters = re.compile(letters), re.compile(beside)

    def is_for(text: str) -> bool:
        if not these.search(text, 0, BEGINNING):
            return False
        start = text[:BEGINNING]
        return 100 * len(these.findall(start)) > least * len(all_letters.findall(start))

    return is_for


# Each is loaded when the first text of its kind comes (50 ms for all). What is settled for Chinese would
# change the characters of Japanese, Korean and Thai, so those are read as they are written.


def _read_cased(title: Text, body: Text) -> Reading:
    from site_builder.stories import cased

    return cased.Reading(title.plain, body.plain)


def _read_caseless(title: Text, body: Text) -> Reading:
    from site_builder.stories import caseless

    return caseless.Reading(title.plain, body.plain)


def _read_japanese(title: Text, body: Text) -> Reading:
    from site_builder.stories import japanese

    return japanese.Reading(title.shown, body.shown)


def _read_korean(title: Text, body: Text) -> Reading:
    from site_builder.stories import korean

    return korean.Reading(title.shown, body.shown)


def _read_thai(title: Text, body: Text) -> Reading:
    from site_builder.stories import thai

    return thai.Reading(title.shown, body.shown)


_LETTER = r"[^\W\d_]"
READERS = (
    Reader("latin", _is_latin, lambda title, body: latin.Reading(title.plain, body.plain)),
    Reader("cased", is_cased, _read_cased),
    Reader("caseless", is_caseless, _read_caseless),
    Reader("japanese", _has("[ぁ-ゖ]", "[ぁ-ゖ\u3400-\u9fff]", 25), _read_japanese, 1, knows_names=True),
    Reader("korean", _has("[가-힣]", _LETTER, 50), _read_korean, 2, knows_names=True),
    Reader("thai", _has("[ก-ฺเ-๎ກ-ຽເ-ໍໜໝ]", "[ก-ฺเ-๎ກ-ຽເ-ໍໜໝ]|" + _LETTER, 50), _read_thai, 2, knows_names=True),
)


_NO_CHINESE = re.compile("[\u0370-\u1fff\u3041-\u3096\uac00-\ud7a3]")
"""Letters of all readers but the Latin one."""


def find_reader(text: str) -> Reader | None:
    """Give the reader of a text's script; none for Chinese, and where nobody can read it."""
    if is_chinese(text) and not _NO_CHINESE.search(text, 0, BEGINNING):  # asked once instead of five times
        return None
    return next((reader for reader in READERS if reader.is_for(text)), None)

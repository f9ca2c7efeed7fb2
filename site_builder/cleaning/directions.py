"""Paragraphs that run the other way than their article: English in a Hebrew one, Arabic in an English one.

In: the HTML of a body, one block a line, before the gate. Out: the same, with ``dir`` on the paragraphs,
items and headings most of whose letters run the other way. The rule it guards: **what the article says of
itself stays**; a block that has a direction, or a few words alone, is left as it is, and no text is touched.
"""

from __future__ import annotations

import html
import re

_LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHTWARDS = re.compile("[^\\W\\d_\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BLOCK = re.compile(r"^<(p|li|h[2-6])>(.*)$", re.MULTILINE)
_TAG = re.compile("<[^<>]*>")
_ADDRESS = re.compile(r"<code>[^<]*</code>|\b(?:https?://|www\.)[^\s<>]+")
"""What runs rightwards in every language, and says nothing of the paragraph that it stands in."""
_FEWEST = 12
"""Letters; fewer may be a name that stands alone."""


def may_turn(text: str) -> bool:
    """Tell whether a text may hold Arabic, Persian or Hebrew: by the commonest letters."""
    return "\u0627" in text or "\u05d9" in text


def turn_blocks(written: str) -> str:
    """Give the blocks that run the other way than most of the text their ``dir``. Linear."""
    is_leftwards = _balance(written) > 0

    def turn(block: re.Match[str]) -> str:
        balance = _balance(block[2])
        if abs(balance) < _FEWEST or (balance > 0) == is_leftwards:
            return block[0]
        return f'<{block[1]} dir="{"ltr" if is_leftwards else "rtl"}">{block[2]}'

    return _BLOCK.sub(turn, written)


def _balance(written: str) -> int:
    """Count by how many letters more run from right to left; code and addresses do not count."""
    text = html.unescape(_TAG.sub("", _ADDRESS.sub("", written)))
    return len(_LEFTWARDS.findall(text)) - len(_RIGHTWARDS.findall(text))

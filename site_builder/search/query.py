"""What a reader typed becomes what is asked.

In: any line of text. Out: a ``Query``. The rule it guards: **what may be text is text**. A sign
means something only where the syntax has it: at a word's beginning, quotes in pairs, ``来源:``
with a plain colon. ``templates/search.js`` reads a line the same way.

========================  ====================================================================
``雷军 夜拍``              both, anywhere in the title or the text
``"12S Ultra"``            as written, blanks too
``-华为``                  not this; a lone ``-5G`` is text
``来源:快科技`` ``source:`` published there; ``标签:徕卡`` ``tag:`` so tagged; ``-`` before them: not
``2022-05..2022-07``       published then: years, months or days, one end may be missing
========================  ====================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from site_builder.search.terms import clean, fold

_TOKEN = re.compile(r'-?(?:(?:来源|來源|source|标签|標籤|tag):)?"[^"]*"(?= |$)|[^ ]+', re.IGNORECASE)
_FILTER = re.compile(r"(来源|來源|source|标签|標籤|tag):(.+)", re.IGNORECASE)
_DAY = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
_RANGE = re.compile(rf"({_DAY})?\.\.({_DAY})?")
_TAG_WORDS = ("标签", "標籤", "tag")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to look for: ``kind`` w (text), s (a source) or t (a tag)."""

    kind: str
    text: str
    """Folded when it is text; as typed when it is a name."""
    not_: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole question. ``since`` and ``until`` are prefixes of ISO dates, or empty."""

    pieces: tuple[Piece, ...]
    since: str = ""
    until: str = ""


def read_query(line: str) -> Query:
    """Read a line as a question.

    >>> [piece.text for piece in read_query('小米 "12S  Ultra"').pieces]
    ['小米', '12s ultra']
    """
    tokens = _TOKEN.findall(clean(line))
    since = until = ""
    pieces: list[Piece] = []
    for token in tokens:
        found = _RANGE.fullmatch(token)
        if found and (found[1] or found[2]):
            since, until = found[1] or since, found[2] or until
        elif piece := _read_piece(token, alone=len(tokens) == 1):
            pieces.append(piece)
    return Query(tuple(dict.fromkeys(pieces)), since, until)


def _read_piece(token: str, *, alone: bool) -> Piece | None:
    not_ = len(token) > 1 and token[0] == "-" and not alone
    rest = token[1:] if not_ else token
    if found := _FILTER.fullmatch(rest):
        name = _unquoted(found[2])
        return Piece("t" if found[1].lower() in _TAG_WORDS else "s", name, not_) if name else None
    text = _unquoted(rest)
    folded = fold(text)
    return Piece("w", folded, not_, quoted=text != rest) if folded.strip() else None


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].strip() if quoted else text


def is_within(when: str, since: str, until: str) -> bool:
    """Tell whether an article's date lies in the span; one without a date lies in none but all."""
    if not since and not until:
        return True
    return (
        bool(when)
        and when[: len(since)] >= since[: len(when)]
        and (not until or when[: len(until)] <= until[: len(when)])
    )

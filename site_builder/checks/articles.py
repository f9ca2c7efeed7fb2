"""What looks wrong with an article once it is cleaned: told at its place in the source file.

In: an article as it was read and as it was cleaned. Out: findings. The rule it guards: only what a
person can see to be wrong is told, with a place to look at; a doubt is no finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from site_builder.errors import Finding, finding
from site_builder.model import Body, Picture, RawArticle

NO_PICTURE = "no-picture"
"""What the ledger calls an address that stands for no picture that can be shown."""
THIN = 60
"""Characters; a longer text is never called thin."""
SHARE = 0.2
"""So small a part of the original's characters is left of a thin text."""

_LEAD = "[ÃÂâåæçèéä]"
_FOLLOW = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
MOJIBAKE = re.compile(
    "锟斤拷|烫烫烫|屯屯屯"  # U+FFFD and uninitialised memory, read as GBK
    f"|{_LEAD}{_FOLLOW}{{1,2}}{_LEAD}{_FOLLOW}"  # UTF-8 read as Latin-1 or Windows-1252
    "|â€[™œ˜“”¦¢\x9d]"
    "|(?:鈥[檚滄渗揷]|锛[屻宂岋]|銆[傚]|鐨勶?){2}"  # UTF-8 read as GBK
)
"""Runs that no language writes and that wrong decoding always leaves."""
_MAY_BE_MOJIBAKE = re.compile("[锟烫屯ÃÂâåæçèéä鈥锛銆鐨]")
"""How each of them begins; a search for one character takes a quarter of the time."""


def examine_article(raw: RawArticle, body: Body, pictures: Iterable[Picture]) -> Iterator[Finding]:
    """Tell of text decoded wrongly, of a body that is nearly gone, and of pictures that are not there."""
    if _MAY_BE_MOJIBAKE.search(body.text) and (wrong := MOJIBAKE.search(body.text)):
        line, column = place_of(raw, wrong[0])
        yield finding("mojibake", raw.path, f'the text holds "{wrong[0]}"', line=line, column=column)
    if (kept := count(body.text[: 4 * THIN])) < THIN and kept and not body.media:
        whole = kept + sum(count(removal.text) for removal in body.removals if removal.kind == "removed")
        if kept < SHARE * whole:
            message = f"{kept} characters are left of {whole}"
            yield finding("body-thin", raw.path, message, line=max(raw.body_line, 1))
    stored = {picture.index for picture in pictures}
    told: set[str] = set()
    for index, media in enumerate(body.media):
        is_missing = media.kind == "image" and media.local and not media.urls and index not in stored
        if is_missing and media.local not in told:
            told.add(media.local)
            line, column = place_of(raw, media.local)
            message = f"{media.local} is not beside the article, or is nothing that can be shown"
            yield finding("picture-missing", raw.path, message, line=line, column=column)

    refused = Counter(removal.reason for removal in body.removals if removal.rule == NO_PICTURE)
    for reason, times in sorted(refused.items()):
        line, column = place_of(raw, "data:")
        message = reason if times == 1 else f"{reason} ({times} times)"
        yield finding("picture-refused", raw.path, message, line=line, column=column)


def count(text: str) -> int:
    """Count characters, white space aside; by ourselves, as checks share no code with what renders."""
    return len("".join(text.split()))


def place_of(raw: RawArticle, needle: str) -> tuple[int, int]:
    """Give the line and column of the file at which a piece of the body stands, or where the body begins."""
    written = raw.written or raw.body
    at = written.find(needle)
    if at < 0:
        return max(raw.body_line, 1), 1
    return raw.body_line + written.count("\n", 0, at), at - written.rfind("\n", 0, at)

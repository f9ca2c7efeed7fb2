"""Who wrote a saved page, as its byline says, where its head says nothing.

In: a whole HTML document. Out: the names. The rule it guards: **an element must say that it names who wrote
it, and what it names must look like a person**. What HTML or schema.org call the author's counts anywhere if
it is one, or several near the heading; what goes by a class of bylines does near the heading only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from itertools import islice, takewhile

from site_builder.language.persons import is_person
from site_builder.language.text import squeeze

_MAY_SAY = re.compile(
    r"<(?P<tag>a|span|div|p|em|strong|b|i|li|dd|cite|address|td|font|h[2-5])"
    r"(?P<given>(?=\s)[^<>]{0,600}(?:author|byline|createdby)[^<>]{0,600})>",
    re.IGNORECASE,
)
_CLASSES = frozenset(
    "author byline author-name author_name authorname author__name byline-name byline__name byline-author"
    " byline__author by-author entry-author post-author article-author article__author article_author"
    " postbyline articlebyline cnnbyline meta-author blog-author-name gh-article-author-name createdby"
    " m-entry__byline story-byline article-byline article__byline reader-credits".split()
)
_PERSON = "author"
_NOT_SEEN = re.compile(r"<(script|style)\b.{0,2000}?</\1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>?")
_BY = re.compile(
    r"(?:(?:written|posted|published|reported|submitted|story|words|text)\s+)?by\b\s*:?"
    r"|(?:von|par|por|di|da|av|af|door|autore?|auteur|author|text)\b\s*:?",
    re.IGNORECASE,
)
_STOP = re.compile(r"[|·•—–/(\n\d]|\s-\s|\son\s|\sfor\s|\sin\s")
_AND = re.compile(r"\s*[,&]\s*|(?:^|\s+)(?:and|und|et|y|e|en|och|og)\s+")
_ROLES = frozenset(
    "correspondent reporter writer editor staff senior chief columnist producer contributor"
    " photographer".split()
)
_LOOKED_AT, _INNER, _MOST = 60, 600, 4
"""Elements that may say it, characters within one, and names of a byline."""


def read_byline(
    document: str, heading: int, near: int, read: Callable[[str, int], tuple[Mapping[str, str], int]]
) -> str:
    """Give the names of who wrote a page; empty where it is not clear.

    ``heading`` is where the page's heading begins, 0 without one, and ``near`` how many characters on its
    byline may stand; ``read`` reads a tag's attributes.
    """
    sure: dict[str, None] = {}
    sure_near: dict[str, None] = {}
    called: dict[str, None] = {}
    for found in islice(_MAY_SAY.finditer(document), _LOOKED_AT):
        given, _ = read(found["given"] + ">", 0)
        says = {*given.get("rel", "").lower().split(), given.get("itemprop", "").lower()}
        is_sure = _PERSON in says
        is_near = heading - near // 4 <= found.start() <= heading + near
        if not is_sure and (not is_near or _CLASSES.isdisjoint(given.get("class", "").lower().split())):
            continue
        names = dict.fromkeys(_read_names(document[found.end() : found.end() + _INNER], found["tag"]))
        if is_sure:
            sure |= names
            sure_near |= names if is_near else {}
        else:
            called |= names
    said = sure_near or (sure if len(sure) == 1 else called)
    return ", ".join(said) if len(said) <= _MOST else ""


def _read_names(markup: str, tag: str) -> list[str]:
    """Read the names with which an element begins; what it says behind them is something else."""
    inner = re.split(rf"</{tag}\b", _NOT_SEEN.sub("", markup), maxsplit=1, flags=re.IGNORECASE)[0]
    names: list[str] = []
    for piece in _TAG.split(inner):
        words = squeeze(html.unescape(piece))
        words = _STOP.split(_BY.sub("", words, count=1) if _BY.match(words) else words, maxsplit=1)[0]
        said = [name for part in _AND.split(words) if (name := part.strip(" .:;"))]
        named = list(takewhile(_is_name, said))
        names += named
        if len(named) < len(said):
            break  # what they are, or where it appeared
    return names


def _is_name(name: str) -> bool:
    return len(name.split()) > 1 and _ROLES.isdisjoint(name.lower().split()) and is_person(name)

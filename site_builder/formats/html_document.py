"""A whole HTML document, as browsers and scrapers save it: what its head says, where its body is.

In: the text of a file. Out: values for the front matter, and the place of the body. The rule it
guards: only the first 64 KiB are scanned for a head, once, in linear time; nothing is parsed here,
for only ``dom`` knows a parser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from site_builder.formats.front_matter import Front
from site_builder.text import ALIASES, squeeze

DOCUMENT = re.compile(r"\s{0,1000}(?:<!doctype\s{1,9}html|<html[\s>])", re.IGNORECASE)
HEAD_SIZE = 65_536
_HEAD_TAG = re.compile(r"<(!--|(?:title|meta|link|html|body|script|style)(?=[\s>/]))", re.IGNORECASE)
_ENDS = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("title", "script", "style")}
_ATTRIBUTE = re.compile(r"[^\s/>=\"']+")
_UNQUOTED = re.compile(r"[^\s>]+")
_BLANKS = re.compile(r"[\s/]+")
_BODY = re.compile(r"<body(?=[\s/>])", re.IGNORECASE)
_BODY_END = re.compile(r"</body", re.IGNORECASE)
_HEAD_END = re.compile(r"</head\s{0,99}>", re.IGNORECASE)
_META: Mapping[str, str] = {
    "og:title": "title", "twitter:title": "title",
    "article:published_time": "date", "datepublished": "date", "pubdate": "date", "publishdate": "date",
    "og:published_time": "date", "date": "date", "weibo:article:create_at": "date",
    "article:modified_time": "updated", "lastmod": "updated",
    "author": "author", "article:author": "author", "og:site_name": "site",
    "og:url": "url", "keywords": "keywords", "article:tag": "tags", "og:locale": "lang",
}  # fmt: skip
"""A document's ``<meta>`` names -> our keys; the first one given counts."""


def read_head(head: str, line: int, front: Front) -> None:
    """Take title, date, author … from a document's head where the front matter gives none."""
    for key, value in _head_values(head):
        text = squeeze(html.unescape(value))
        if text and not any(front.values.get(alias) for alias in ALIASES.get(key, (key,))):
            front.values[key] = text
            front.lines[key] = line


def _head_values(head: str) -> Iterator[tuple[str, str]]:
    """Give (our key, value), the better first: a ``<title>`` often has the site's name in it."""
    title = ""
    for tag, attributes, end in _head_tags(head):
        if tag == "title":
            title = title or head[end : _end_of(head, "title", end)]
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop", "")
            if key := _META.get(name.lower()):
                yield key, attributes.get("content", "")
        elif tag == "link" and attributes.get("rel", "").lower() == "canonical":
            yield "canonical", attributes.get("href", "")
        elif tag == "html":
            yield "lang", attributes.get("lang", "")
    yield "title", title


def _head_tags(head: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """Give (name, attributes, end) of the tags up to the body, in one pass."""
    place = 0
    while match := _HEAD_TAG.search(head, place):
        tag = match[1].lower()
        if tag == "body":
            return
        if tag == "!--":
            end = head.find("-->", match.end())
            place = len(head) if end < 0 else end
            continue
        attributes, place = _attributes(head, match.end())
        yield tag, attributes, place
        if tag in _ENDS:
            place = _end_of(head, tag, place)


def _attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Read a tag's attributes from behind its name: (attributes, offset behind the tag)."""
    attributes: dict[str, str] = {}
    while (place := _blanks(text, place)) < len(text) and text[place] != ">":
        name = _ATTRIBUTE.match(text, place)
        if name is None:  # a stray = or quote
            place += 1
            continue
        value, place = "", name.end()
        after = _blanks(text, place)
        if text.startswith("=", after):
            value, place = _attribute_value(text, _blanks(text, after + 1))
        attributes.setdefault(name[0].lower(), value)
    return attributes, min(place + 1, len(text))


def _attribute_value(text: str, place: int) -> tuple[str, int]:
    quote = text[place : place + 1]
    if quote and quote in "\"'":
        end = text.find(quote, place + 1)
        end = len(text) if end < 0 else end
        return text[place + 1 : end], end + 1
    match = _UNQUOTED.match(text, place)
    return (match[0], match.end()) if match else ("", place)


def _blanks(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    return match.end() if match else place


def _end_of(text: str, tag: str, place: int) -> int:
    match = _ENDS[tag].search(text, place)
    return match.start() if match else len(text)


def inside_body(text: str, start: int) -> tuple[int, int]:
    """Find what stands inside ``<body>``; without that tag, what follows the head."""
    if opening := _BODY.search(text, start):
        _, start = _attributes(text, opening.end())
    elif head := _HEAD_END.search(text, start):
        start = head.end()
    closings = list(_BODY_END.finditer(text, start))
    return start, closings[-1].start() if closings else len(text)

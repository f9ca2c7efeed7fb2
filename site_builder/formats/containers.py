"""A note that Evernote exports, an item of a feed: one article within XML.

In: the text of a file. Out: its title, day, author, tags and address, and its HTML. The rule it guards:
**a file is one article**, with one address and one history. What holds several is refused and told, so
that nobody takes the first for all of them. No parser of XML is asked: the scan is linear, knows no entities
but HTML's, and opens nothing.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator
from hashlib import md5
from typing import NamedTuple

_ROOT = re.compile(
    r"\s{0,1000}(?:<\?[^>]{0,500}\?>\s{0,100}|<!DOCTYPE[^>\[]{0,500}>\s{0,100}|<!--(?:(?!-->).){0,2000}-->\s{0,100})"
    r"{0,9}<(?P<root>en-export|rss|rdf:RDF|feed|channel|item|entry)(?=[\s>])",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<raw>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][\w:.-]*+)(?P<given>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*+)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([\w:.-]++)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ARTICLES = {"en-export": "note", "feed": "entry", "entry": "entry"}
"""What an article is called below each root; ``item`` below others."""
_NOTE = re.compile(r"<en-note\b[^<>]*+>")
_NOTE_END = "</en-note"
_BOX = re.compile(r"<en-todo\b([^<>]*+)>(?:</en-todo>)?")
_MEDIA = re.compile(r"<en-media\b([^<>]*+)>")
_KEYS = {
    "title": "title",
    "pubdate": "date",
    "dc:date": "date",
    "published": "date",
    "created": "date",
    "updated": "updated",
    "dc:creator": "author",
    "author": "author",
    "source-url": "url",
    "tag": "tags",
    "category": "tags",
}
_BODIES = ("content:encoded", "content", "description", "summary")
"""Where an item's text stands, the fullest first."""
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


class Contained(NamedTuple):
    """What an article within XML says of itself, and its HTML; ``articles`` tells how many the file holds."""

    articles: int
    front: dict[str, str | tuple[str, ...]]
    body: str


class _Child(NamedTuple):
    """An element of the article: its name, attributes and text, and what it holds as written."""

    name: str
    given: dict[str, str]
    text: str
    inner: str


def read_contained(text: str) -> Contained | None:
    """Read the one article of a note's export or a feed; None where a text is neither. Linear."""
    root = _ROOT.match(text.removeprefix("\ufeff"))
    if root is None:
        return None
    name = _ARTICLES.get(root["root"], "item")
    starts = [token for token in _TOKEN.finditer(text) if token["name"] == name and not token["end"]]
    if not starts:
        return None
    children = list(_list_children(text, starts[0].end())) if len(starts) == 1 else []
    front = _read_front(children)
    found = {child.name: child for child in reversed(children)}
    kept = next((found[key] for key in _BODIES if key in found and found[key].inner.strip()), None)
    body = _read_body(kept) if kept else ""
    return Contained(len(starts), front, _put_pictures(body, children) if name == "note" else body)


def _list_children(text: str, start: int) -> Iterator[_Child]:
    """List the elements right within the one that begins before ``start``."""
    depth, begun, opening, pieces, place = 0, start, None, [""], start
    for token in _TOKEN.finditer(text, start):
        if depth:
            pieces += [html.unescape(text[place : token.start()]), token["raw"] or ""]
        place = token.end()
        if not token["name"]:
            continue
        is_empty = token["given"].endswith("/")
        if token["end"]:
            depth -= 1
            if depth < 0:
                return
            if not depth and opening is not None:
                given = _attributes(opening["given"])
                name = opening["name"].lower()
                yield _Child(name, given, "".join(pieces).strip(), text[begun : token.start()])
        elif not depth:
            opening, begun, pieces = token, token.end(), [""]
            if is_empty:
                yield _Child(token["name"].lower(), _attributes(token["given"]), "", "")
            else:
                depth = 1
        elif not is_empty:
            depth += 1


def _attributes(given: str) -> dict[str, str]:
    return {one[1].lower(): html.unescape(one[2] or one[3] or "") for one in _ATTRIBUTE.finditer(given)}


def _read_front(children: list[_Child]) -> dict[str, str | tuple[str, ...]]:
    """Give what an article says of itself, by our keys; the first of each counts."""
    front: dict[str, str | tuple[str, ...]] = {}
    tags: list[str] = []
    for child in children:
        key = _KEYS.get(child.name, "")
        value = child.given.get("term", "") or child.text
        if child.name == "link" and child.given.get("rel", "alternate") == "alternate":
            key, value = "url", child.given.get("href", "") or child.text
        if child.name == "author":
            value = next((one.text for one in _list_children(child.inner, 0) if one.name == "name"), value)
        if child.name == "note-attributes":
            inside = [one for one in _list_children(child.inner, 0) if one.name in {"author", "source-url"}]
            front = _read_front(inside) | front
        elif key == "tags":
            tags.append(value)
        elif key and value:
            front.setdefault(key, _STAMP.sub(r"\1-\2-\3T\4:\5:\6Z", value))
    return {**front, "tags": tuple(dict.fromkeys(filter(None, tags)))} if tags else front


def _read_body(child: _Child) -> str:
    """Give an element's HTML: as it stands in CDATA or escaped, or as elements of XHTML."""
    kind = child.given.get("type", "html")
    body = child.inner if kind == "xhtml" else child.text
    if kind == "text":
        body = f"<p>{html.escape(body, quote=False)}</p>"
    note, end = _NOTE.search(body), body.rfind(_NOTE_END)
    return body[note.end() : end] if note and end >= note.end() else body


def _put_pictures(body: str, children: list[_Child]) -> str:
    """Put a note's pictures in the places that name them by the MD5 of their bytes."""
    pictures: dict[str, str] = {}
    for child in children:
        parts = (
            {one.name: one.text for one in _list_children(child.inner, 0)} if child.name == "resource" else {}
        )
        if parts.get("mime", "").startswith("image/"):
            data = "".join(parts.get("data", "").split())
            try:
                digest = md5(b64decode(data), usedforsecurity=False).hexdigest()
            except (BadBase64, ValueError):
                continue  # what is broken is no picture, and its place stays empty
            pictures[digest] = f"data:{parts['mime']};base64,{data}"

    def put(found: re.Match[str]) -> str:
        address = pictures.pop(_attributes(found[1]).get("hash", ""), "")  # once, so that nothing grows
        return f'<img src="{html.escape(address)}">' if address else found[0]

    return _BOX.sub(_write_box, _MEDIA.sub(put, body))


def _write_box(found: re.Match[str]) -> str:
    """Write a note's box as HTML does, which cleaning knows."""
    is_checked = _attributes(found[1]).get("checked") == "true"
    return f"<input type=checkbox disabled{' checked' * is_checked}>"

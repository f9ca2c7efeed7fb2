"""A page or letter in MIME, as browsers save pages (``.mhtml``) and mail programs letters (``.eml``).

In: the bytes of a file. Out: the HTML within, with its pictures inside of it as ``data:`` addresses, and
what the head says of title, author, day and address. The rule it guards: parts are cut at their borders in
one pass, however they are nested; what is no text and no picture of the page is told, and nothing is opened.
"""

from __future__ import annotations

import binascii
import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from email.header import decode_header
from typing import NamedTuple
from urllib.parse import urljoin

_HEAD = re.compile(rb"(?:[A-Za-z][A-Za-z-]{1,60}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n){0,400}){2,200}\r?\n")
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:From|Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Subject|Date|To"
    rb"|Content-Type|X-[\w-]{1,40}|Snapshot-Content-Location|DKIM-Signature|ARC-[\w-]{1,40}):",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"^([A-Za-z][A-Za-z-]*):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_PARAMETER = re.compile(r';\s{0,9}(\w+)\s{0,9}=\s{0,9}(?:"([^"]*)"|([^\s;]+))')
_PICTURE_TAG = re.compile(r"<(?:img|image|source|amp-img)\b[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(\s(?:src|xlink:href|href)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE
)
_OTHER_ADDRESSES = re.compile(r"\s(?=(?:srcset|data-[\w-]*src[\w-]*|data-original)\s*=)", re.IGNORECASE)
_MOST_PARTS, _DEEPEST = 5_000, 8
_MOST_COPIES = 3
"""A page may show a picture again and again; what is made of it is no more than so many times the file."""


class Message(NamedTuple):
    """What a message holds."""

    body: str
    is_html: bool
    encoding: str
    front: Mapping[str, str]
    left: tuple[str, ...] = ()
    """The types of the parts that are not shown, each once."""


class _Part(NamedTuple):
    kind: str
    fields: Mapping[str, str]
    parameters: Mapping[str, str]
    data: bytes

    def unpack(self) -> bytes:
        """Undo what made the part fit for the post."""
        match self.fields.get("content-transfer-encoding", "").strip().lower():
            case "base64":
                packed = self.data.translate(None, b" \t\r\n")
                packed = packed.rstrip(b"=")
                packed = packed[: len(packed) - (len(packed) % 4 == 1)]
                try:
                    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
                except binascii.Error:
                    return b""
            case "quoted-printable":
                return binascii.a2b_qp(self.data)
            case _:
                return self.data

    def read(self) -> str:
        """Give the part's text."""
        data, named = self.unpack(), self.parameters.get("charset", "")
        for encoding in (named, "utf-8", "gb18030"):
            try:
                return data.decode(encoding or "utf-8")
            except (LookupError, UnicodeDecodeError, ValueError):
                continue
        return data.decode("utf-8", "replace")


def read_message(data: bytes) -> Message | None:
    """Read a message; None when the bytes are none, or hold no text."""
    if not _BEGINS.match(data) or b"content-type" not in data[:20_000].lower():
        return None
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    if not _HEAD.match(data):
        return None
    whole = _read_part(data, "text/plain")
    if "mime-version" not in whole.fields or not whole.kind.startswith(("text/", "multipart/")):
        return None
    parts = [*_list_parts(whole, _DEEPEST)][:_MOST_PARTS]
    shown = next((part for part in parts if part.kind in {"text/html", "application/xhtml+xml"}), None)
    shown = shown or next((part for part in parts if part.kind == "text/plain"), None)
    if shown is None:
        return None
    is_html = shown.kind != "text/plain"
    body = shown.read()
    pictures = dict(_list_pictures(parts))
    if is_html and pictures:
        base = shown.fields.get("content-location", "").strip()
        left_over = [_MOST_COPIES * len(data)]
        body = _PICTURE_TAG.sub(lambda tag: _put_picture(tag[0], base, pictures, left_over), body)
    known = ("text/", "image/", "multipart/")
    left = tuple(dict.fromkeys(part.kind for part in parts if not part.kind.startswith(known)))
    encoding = shown.parameters.get("charset", "utf-8").lower()
    return Message(body, is_html, encoding, dict(_read_front(whole, shown)), left)


def _read_part(data: bytes, usual: str) -> _Part:
    head, _, body = data.partition(b"\n\n") if not data.startswith(b"\n") else (b"", b"", data[1:])
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(head[:200_000]):
        fields.setdefault(name.decode("ascii").lower(), re.sub(r"\s+", " ", value.decode("utf-8", "replace")))
    given = fields.get("content-type", usual)
    parameters = {one[1].lower(): one[2] or one[3] or "" for one in _PARAMETER.finditer(given[:4_000])}
    return _Part(given.partition(";")[0].strip().lower() or usual, fields, parameters, body)


def _list_parts(part: _Part, depth: int) -> Iterator[_Part]:
    """List the parts that hold something, in order."""
    border = part.parameters.get("boundary", "")
    if not part.kind.startswith("multipart/") or not border or not depth:
        yield part
        return
    pieces = (b"\n" + part.data).split(b"\n--" + border.encode("utf-8", "replace"))
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        yield from _list_parts(_read_part(piece.partition(b"\n")[2], "text/plain"), depth - 1)


def _list_pictures(parts: list[_Part]) -> Iterator[tuple[str, _Part]]:
    """List pictures by the addresses that the page names them by."""
    for part in parts:
        if part.kind.startswith("image/"):
            if location := part.fields.get("content-location", "").strip():
                yield location, part
            if name := part.fields.get("content-id", "").strip().strip("<>"):
                yield f"cid:{name}", part


def _put_picture(tag: str, base: str, pictures: Mapping[str, _Part], left_over: list[int]) -> str:
    """Put the picture that a tag names inside of it; where else it may be had is of no matter then."""
    found = _ADDRESS.search(tag)
    given = html.unescape(found[2] or found[3] or found[4] or "").strip() if found else ""
    part = pictures.get(given) or (pictures.get(_join(base, given)) if base and given else None)
    if found is None or part is None or left_over[0] < len(part.data):
        return tag
    left_over[0] -= len(part.data)
    inside = f'{found[1]}"data:{part.kind};base64,{b64encode(part.unpack()).decode()}"'
    return (
        _OTHER_ADDRESSES.sub(" x-", tag[: found.start()])
        + inside
        + _OTHER_ADDRESSES.sub(" x-", tag[found.end() :])
    )


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _read_front(whole: _Part, shown: _Part) -> Iterator[tuple[str, str]]:
    """Give (our key, value) of what the head says."""
    fields = whole.fields
    if "snapshot-content-location" in fields or "saved by" in fields.get("from", "").lower():
        # A saved page says itself what it is; its head tells when it was saved.
        location = fields.get("snapshot-content-location") or shown.fields.get("content-location", "")
        if location.startswith(("http://", "https://")):
            yield "url", location.strip()
        return
    if title := _read_words(fields.get("subject", "")):
        yield "title", title
    if date := fields.get("date", "").strip():
        yield "date", date
    if author := re.sub(r"\s?<[^<>]*>", "", _read_words(fields.get("from", ""))).strip(' "'):
        yield "author", author


def _read_words(field: str) -> str:
    """Read a field whose words may be written for the post: ``=?utf-8?B?5riv5Y+j?=``."""
    if "=?" not in field:
        return field.strip()
    words = []
    try:
        for word, encoding in decode_header(field[:4_000]):
            words.append(word if isinstance(word, str) else word.decode(encoding or "utf-8", "replace"))
    except (LookupError, ValueError, binascii.Error):
        return field.strip()
    return "".join(words).strip()

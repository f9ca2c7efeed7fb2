"""A page or letter in MIME, as browsers save pages (``.mhtml``) and mail programs letters (``.eml``).

In: the bytes of a file. Out: the HTML within, with its pictures inside of it as ``data:`` addresses, and
what the head says of title, author, day and address. The rule it guards: what is no text and no picture of
the page is told, and nothing is opened. Python's ``email`` takes it apart; it looks at each line once for
each part around it, so what is nested as no letter is is left to be read as text. It is shown the beginning
of a head's line only, and no charset: parameters take it quadratic time, and it knows codecs that do so too.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Part
from email.policy import Compat32
from typing import NamedTuple
from urllib.parse import urljoin

from site_builder.formats.decoding import find_codec

_HEAD = re.compile(rb"(?:[A-Za-z][A-Za-z-]{1,60}:[^\n]{0,4000}\n(?:[ \t][^\n]{0,4000}\n){0,400}){2,200}\r?\n")
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:From|Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Subject|Date|To"
    rb"|Content-Type|X-[\w-]{1,40}|Snapshot-Content-Location|DKIM-Signature|ARC-[\w-]{1,40}):",
    re.IGNORECASE,
)
_BORDER = re.compile(rb"content-type:[\s\x1c-\x1f]*+(?:multipart|message)/", re.IGNORECASE)
_CHARSET = re.compile(
    r";\s*+charset(?:\*0?\*?)?\s*+=\s*+\"?(?:[\w-]{0,40}'[\w-]{0,40}')?([\w.:+-]{1,40})",
    re.IGNORECASE,
)
_ANY_CHARSET = re.compile(r";\s*+charset[^;]*+", re.IGNORECASE)
_NAMED = re.compile(r"cid:([^\s\"'<>()]+)")
_PICTURE_TAG = re.compile(r"<(?:img|image|source|amp-img)\b[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(\s(?:src|xlink:href|href)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE
)
_OTHER_ADDRESSES = re.compile(
    r"\s(?=(?:srcset|data-[\w-]{0,40}src[\w-]{0,40}|data-original)\s{0,99}=)", re.IGNORECASE
)
_SHOWN = ("text/html", "application/xhtml+xml", "text/plain")
"""What of a letter is shown: the first of these that it has."""
_MOST_BORDERS = 64
"""Parts that hold parts; a letter that was passed on has a few."""
_MOST_LOOKS = 10_000_000
"""Lines, times the parts that hold parts: a second."""
_LONGEST_FIELD = 1_000
"""Characters of a head's line that say what a part is; a file's name may be one of them."""
_MOST_COPIES = 3
"""A page may show a picture again and again; what is made of it is no more than so many times the file."""


class _Wary(Compat32):
    """Shows Python's parser of parameters no more of a field than it takes in no time, and no charset."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return _ANY_CHARSET.sub("", value[:_LONGEST_FIELD].encode("ascii", "replace").decode())


_WARY = _Wary()


class Message(NamedTuple):
    """What a message holds."""

    body: str
    is_html: bool
    encoding: str
    front: Mapping[str, str]
    left: tuple[str, ...] = ()
    """The types of the parts that are not shown, each once."""


def read_message(data: bytes) -> Message | None:
    """Read a message; None when the bytes are none, or hold no text."""
    if not _BEGINS.match(data) or b"content-type" not in data[:20_000].lower():
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not _HEAD.match(data) or _is_nested(data):
        return None
    whole = message_from_bytes(data, policy=_WARY)
    if "mime-version" not in whole or whole.get_content_maintype() not in {"text", "multipart"}:
        return None
    parts = [part for part in whole.walk() if not part.is_multipart()]
    within = {part.get_content_type(): part for part in reversed(parts) if not _is_attached(part)}
    kind = next((kind for kind in _SHOWN if kind in within), "")
    if not kind:
        return None
    shown = within[kind]
    body = _read_text(shown)
    named = frozenset(_NAMED.findall(body))
    left = dict.fromkeys(part.get_content_type() for part in parts if _is_left(part, named))
    pictures = dict(_list_pictures(parts))
    if kind != _SHOWN[-1] and pictures:
        base = _field(shown, "content-location")
        left_over = [_MOST_COPIES * len(data)]
        body = _PICTURE_TAG.sub(lambda tag: _put_picture(tag[0], base, pictures, left_over), body)
    front = dict(_read_front(whole, shown))
    return Message(body, kind != _SHOWN[-1], _charset(shown) or "utf-8", front, tuple(left))


def _is_nested(data: bytes) -> bool:
    """Tell whether parts stand in parts as in no letter, or too many lines in them."""
    borders = len(_BORDER.findall(data))
    lines = data.count(b"\n") + data.count(b"\r")
    return borders > _MOST_BORDERS or borders * lines > _MOST_LOOKS


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_left(part: Part, named: frozenset[str]) -> bool:
    """Tell whether a part is shown nowhere; a saved page's own files are not told one by one."""
    if part.get_content_maintype() == "image":
        return not _field(part, "content-location") and _cid(part) not in named
    return _is_attached(part) or part.get_content_maintype() != "text"


def _field(part: Part, name: str) -> str:
    """Give a field of a part's head as it is written, on one line."""
    value = next((value for key, value in part.raw_items() if key.lower() == name), "")
    data = str(value).encode("utf-8", "surrogateescape")
    return " ".join(data.decode("utf-8", "replace").split())


def _cid(part: Part) -> str:
    """Give the name by which a letter shows one of its pictures."""
    return _field(part, "content-id").strip("<>") or "none"


def _charset(part: Part) -> str:
    """Give the codec that a part says it is written in; empty when it is none of a text."""
    found = _CHARSET.search(_field(part, "content-type")[:_LONGEST_FIELD])
    return find_codec(found[1]) if found else ""


def _unpack(part: Part) -> bytes:
    """Undo what made a part fit for the post."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _read_text(part: Part) -> str:
    data = _unpack(part)
    for encoding in (_charset(part), "utf-8", "gb18030"):
        try:
            return data.decode(encoding or "utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _list_pictures(parts: list[Part]) -> Iterator[tuple[str, Part]]:
    """List pictures by the addresses that the page names them by."""
    for part in parts:
        if part.get_content_maintype() == "image":
            if location := _field(part, "content-location"):
                yield location, part
            yield f"cid:{_cid(part)}", part


def _put_picture(tag: str, base: str, pictures: Mapping[str, Part], left_over: list[int]) -> str:
    """Put the picture that a tag names inside of it; where else it may be had is of no matter then."""
    found = _ADDRESS.search(tag)
    given = html.unescape(found[2] or found[3] or found[4] or "").strip() if found else ""
    part = pictures.get(given) or (pictures.get(_join(base, given)) if base and given else None)
    if found is None or part is None or left_over[0] < len(part.get_payload()):
        return tag
    left_over[0] -= len(part.get_payload())
    inside = f'{found[1]}"data:{part.get_content_type()};base64,{b64encode(_unpack(part)).decode()}"'
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


def _read_front(whole: Part, shown: Part) -> Iterator[tuple[str, str]]:
    """Give (our key, value) of what the head says."""
    if "snapshot-content-location" in whole or "saved by" in _field(whole, "from").lower():
        # A saved page says itself what it is; its head tells when it was saved.
        location = _field(whole, "snapshot-content-location") or _field(shown, "content-location")
        if location.startswith(("http://", "https://")):
            yield "url", location
        return
    if title := _read_words(_field(whole, "subject")):
        yield "title", title
    if date := _field(whole, "date"):
        yield "date", date
    if author := re.sub(r"\s?<[^<>]*>", "", _read_words(_field(whole, "from"))).strip(' "'):
        yield "author", author


def _read_words(field: str) -> str:
    """Read a field whose words may be written for the post: ``=?utf-8?B?5riv5Y+j?=``."""
    if "=?" not in field:
        return field.strip()
    words = []
    try:
        for word, encoding in decode_header(field[:4_000]):
            codec = find_codec(encoding or "") or "utf-8"
            words.append(word if isinstance(word, str) else word.decode(codec, "replace"))
    except (LookupError, ValueError, HeaderParseError):
        return field.strip()
    return "".join(words).strip()

"""Pictures that an article holds inside itself, as ``data:`` addresses.

In: such an address, hostile as all else. Out: its bytes, what they are, and the ``Picture`` that
they become once they lie in a file named by their SHA-256. The rule it guards: **the bytes
decide**, never the type that the address claims, and only a header is read here; from the file on such
a picture goes the way of one that lies beside its article.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from site_builder.errors import OutputError
from site_builder.model import Media, Picture
from site_builder.pictures import look_at
from site_builder.pictures.covers import says_nothing
from site_builder.pictures.judge import name_other_type

MOST = 2_000
"""Different pictures of one article; the others are left out."""
MOST_PIXELS = 1_000_000_000
"""Of all pictures of one article together: to decode as many takes seconds, and an attacker needs but
a megabyte for them."""
LIKE_A_PLACEHOLDER = 8_000
"""Characters: an address beside a true one is what held its place, unless it is longer. Blurred previews
take 2,000, an empty picture of 1920 x 1080 pixels 4,000."""
_THIN = 2
"""Pixels; a picture no wider or no higher is a counter's or a spacer."""

_BASE64 = re.compile(r";\s{0,9}base64\s{0,9}", re.IGNORECASE)
_BLANKS = b" \t\r\n\f"
_DRAWS = re.compile(
    rb"<(?:path|circle|ellipse|line|poly|text|image|use|g|foreignObject|rect)\b", re.IGNORECASE
)
_UNSEEN_SHAPE = re.compile(rb"<rect\b[^>]{0,300}?fill-opacity=.0\W[^>]{0,300}>", re.IGNORECASE)
_ONE_PIXEL = re.compile(rb"<svg\b[^>]{0,300}?\swidth=.1(?:px)?\W", re.IGNORECASE)
_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
}

NO_PICTURE = "no-picture"
"""What the ledger calls an address that stands for no picture that can be shown."""


class Seen(NamedTuple):
    """What an address stands for: a picture's bytes, or why there is none."""

    data: bytes = b""
    width: int = 0
    height: int = 0
    rule: str = ""
    """What the ledger calls it where it is no picture of the article."""
    reason: str = ""


def is_embedded(address: str) -> bool:
    """Say whether an address holds what it stands for."""
    return address[:5].lower() == "data:"


def unpack_address(address: str) -> bytes:
    """Give the bytes that a ``data:`` address stands for; nothing where it is none.

    As browsers do: percent signs are undone, blanks in base64 passed over, missing ``=`` made good. A last
    character that a cut left behind is passed over as well; a decoder will tell of the rest.

    >>> unpack_address("data:,a%20b"), unpack_address("data:image/png ; base64 ,iVB ORw%3D%3D")
    (b'a b', b'\\x89PNG')
    """
    head, comma, payload = address[5:].partition(",")
    if not comma:
        return b""
    given = unquote_to_bytes(payload.partition("#")[0])
    if not _BASE64.search(head[-30:]):
        return given
    packed = given.translate(None, _BLANKS).rstrip(b"=")
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return b""


def write_address(data: bytes) -> str:
    """Write a picture as an address that holds it."""
    seen = look_at(data)
    kind = _TYPES[seen[0]] if seen else ""
    return f"data:{kind};base64,{b64encode(data).decode()}"


class Holdings:
    """The pictures that one body holds: each address read once, and no more than an article may have."""

    def __init__(self) -> None:
        self._known: dict[str, Seen] = {}
        self._pixels = 0

    def choose(self, addresses: Sequence[str], *, is_elsewhere: bool) -> Seen:
        """Choose among a picture's addresses; one that is to be had elsewhere is held only if it is large."""
        held = [address for address in addresses if is_embedded(address)]
        if is_elsewhere:
            held = [address for address in held if len(address) >= LIKE_A_PLACEHOLDER]
        seen = [self._see(address) for address in sorted(held, key=len, reverse=True)]
        return next((one for one in seen if one.data), seen[0] if seen else Seen())

    def _see(self, address: str) -> Seen:
        if address not in self._known:
            self._known[address] = self._look(unpack_address(address))
        return self._known[address]

    def _look(self, data: bytes) -> Seen:
        seen = look_at(data)
        if seen is None:
            return _name_refusal(data)
        _, width, height = seen
        if min(width, height) <= _THIN:
            return Seen(rule="tracking-pixel", reason="A picture of a pixel shows nothing.")
        self._pixels += width * height
        if len(self._known) >= MOST or self._pixels > MOST_PIXELS:
            return Seen(rule=NO_PICTURE, reason="The article holds more pictures than one may.")
        return Seen(data, width, height)


def _name_refusal(data: bytes) -> Seen:
    """Say why bytes are no picture; a drawing of nothing only held the place of one."""
    if "SVG" not in name_other_type(data):
        return Seen(rule=NO_PICTURE, reason="What stands in the picture's place is none that can be shown.")
    drawing = _UNSEEN_SHAPE.sub(b"", data[:20_000])
    if _DRAWS.search(drawing) and not _ONE_PIXEL.search(drawing):
        return Seen(rule=NO_PICTURE, reason="An SVG stands in the picture's place, which can hold script.")
    return Seen(rule="placeholder", reason="The picture only held the place of one that was never loaded.")


def keep_embedded(
    folder: str, article: str, media: Iterable[Media], beside: Iterable[int]
) -> tuple[Picture, ...]:
    """Put the pictures that an article holds into files, but for those that lie ``beside`` it."""
    pictures, found = [], set(beside)
    for index, medium in enumerate(media):
        if not medium.data or index in found or (seen := look_at(medium.data)) is None:
            continue
        ending, width, height = seen
        digest = hashlib.sha256(medium.data).hexdigest()
        url = f"media/{digest[:2]}/{digest}{ending}"
        keep_bytes(os.path.join(folder, url), medium.data)
        telling = not says_nothing(medium)
        pictures.append(Picture(index, url, article, digest, width, height, home="inside", telling=telling))
    return tuple(pictures)


def keep_bytes(path: str, data: bytes) -> None:
    """Write a file that is named by its bytes, unless it is there; any process may do so at once."""
    try:
        if os.path.isfile(path) and os.path.getsize(path) == len(data):
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        part = f"{path}.{os.getpid()}.part"
        with open(part, "wb", buffering=0) as file:
            file.write(data)
        os.replace(part, path)
    except OSError as error:
        hint = "make room on the disk, or check the permissions"
        raise OutputError(f"cannot be written: {error.strerror}", path, hint) from error

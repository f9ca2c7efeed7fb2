"""What a picture file is, told from its bytes.

In: bytes from the content folder, hostile as all else. Out: type and size, or None. The rule
it guards: the bytes decide, never the name; a type that can hold script (SVG) is no picture
here.
"""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import warnings
from collections.abc import Iterable
from urllib.parse import unquote

from site_builder.model import Media, Picture

KINDS = {
    "PNG": ".png",
    "JPEG": ".jpg",
    "GIF": ".gif",
    "WEBP": ".webp",
    "AVIF": ".avif",
    "BMP": ".bmp",
}
"""Pillow's name of each type that browsers show and that cannot hold script -> its ending."""

ENDINGS = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".avif", ".bmp")
"""How the name of a picture file may end; anything else beside an article is not looked at."""

MAX_PIXELS = 100_000_000


def look_at(data: bytes) -> tuple[str, int, int] | None:
    """Tell a picture's ending, width and height in pixels; None when it is no picture.

    Only the header is read, nothing is decoded, so a decompression bomb costs nothing here.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
                kind, (width, height) = picture.format or "", picture.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    if kind not in KINDS or not 0 < width * height <= MAX_PIXELS:
        return None
    return KINDS[kind], width, height


def find_pictures(
    content: str, article: str, media: Iterable[Media]
) -> tuple[tuple[Picture, ...], tuple[tuple[str, str], ...]]:
    """Find the files beside an article that its pictures name.

    Returns the pictures, and every file looked for with its SHA-256 (empty when absent), so that
    a cache can tell when to look again. A name that leads out of the content folder, through
    ``..`` or a symbolic link, is not followed.
    """
    pictures, looked_for = [], []
    for index, medium in enumerate(media):
        file = _beside(article, medium.local) if medium.kind == "image" and medium.local else ""
        if not file:
            continue
        data = read_inside(content, file)
        digest = hashlib.sha256(data).hexdigest() if data else ""
        looked_for.append((file, digest))
        if data and (seen := look_at(data)):
            ending, width, height = seen
            pictures.append(
                Picture(index, f"media/{digest[:2]}/{digest}{ending}", file, digest, width, height)
            )
    return tuple(pictures), tuple(looked_for)


def digest_inside(content: str, file: str) -> str:
    """Give the SHA-256 of a file in the content folder, in hex; empty when there is none."""
    data = read_inside(content, file)
    return hashlib.sha256(data).hexdigest() if data else ""


def read_inside(content: str, file: str) -> bytes:
    """Read a file of the content folder; empty when it is absent, or a link leads out of it."""
    path = os.path.realpath(os.path.join(content, file))
    if not path.startswith(os.path.join(os.path.realpath(content), "")) or not os.path.isfile(path):
        return b""
    with open(path, "rb") as stream:
        return stream.read()


def _beside(article: str, address: str) -> str:
    """Turn a relative address in an article into a path relative to the content folder.

    >>> _beside("2022/a.md", "img/b%20c.png?x")
    '2022/img/b c.png'
    >>> _beside("a.md", "../b.png")
    ''
    """
    path = unquote(address.partition("#")[0].partition("?")[0])
    if "\0" in path or "\\" in path or not path.lower().endswith(ENDINGS):
        return ""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(article), path.removeprefix("/")))
    return "" if joined.startswith("..") else joined

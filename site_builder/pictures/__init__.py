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
from typing import TYPE_CHECKING
from urllib.parse import unquote

from site_builder.model import Media, Picture, Slip
from site_builder.pictures.covers import says_nothing
from site_builder.pictures.lock import MediaLock

if TYPE_CHECKING:
    from PIL import Image

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

ORIENTATION = 0x0112
"""The Exif tag that says how a picture is to be turned, and which of its values swap the sides."""
SIDEWAYS = (5, 6, 7, 8)


def look_at(data: bytes) -> tuple[str, int, int] | None:
    """Tell a picture's ending, width and height as shown; None when it is no picture.

    Only the header is read, nothing is decoded, so a decompression bomb costs nothing here.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
                kind, (width, height) = picture.format or "", picture.size
                if lies_on_its_side(picture):
                    width, height = height, width
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    if kind not in KINDS or not 0 < width * height <= MAX_PIXELS:
        return None
    return KINDS[kind], width, height


def lies_on_its_side(picture: Image.Image) -> bool:
    """Say whether the file asks to be turned by a quarter. Nothing is decoded for it.

    Pillow decodes a whole PNG to see whether Exif data follow the pixels; what browsers heed
    stands before them.
    """
    if picture.format == "PNG" and "exif" not in picture.info:
        return False
    return picture.getexif().get(ORIENTATION, 1) in SIDEWAYS


def prepare_decoders() -> None:
    """Import every decoder now, for a process that will soon be allowed to open nothing."""
    from PIL import Image

    Image.init()


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
        if medium.kind != "image" or not medium.local:
            continue
        data = b""
        for file in _places(article, medium.local):
            data = read_inside(content, file)
            digest = hashlib.sha256(data).hexdigest() if data else ""
            looked_for.append((file, digest))
            if data:
                break
        if data and (seen := look_at(data)):
            ending, width, height = seen
            url = f"media/{digest[:2]}/{digest}{ending}"
            telling = not says_nothing(medium)
            pictures.append(Picture(index, url, file, digest, width, height, telling=telling))
    return tuple(pictures), tuple(looked_for)


def find_stored(
    lock: MediaLock, media: Iterable[Media], beside: Iterable[int]
) -> tuple[tuple[Picture, ...], tuple[Slip, ...], tuple[tuple[tuple[str, ...], str], ...]]:
    """Find the pictures that ``capture`` fetched, but for those that lie ``beside`` the article.

    Returns the pictures, the slips for those asked for in vain, and what the lock said of each, so
    that a cache can tell when to look again.
    """
    pictures, slips, asked, found = [], [], [], set(beside)
    for index, medium in enumerate(media):
        if medium.kind != "image" or index in found or not medium.urls:
            continue
        answer = lock.find(medium.urls)
        asked.append((medium.urls, answer.key if answer else ""))
        if answer is None:
            continue
        attempt = answer.attempt
        if attempt.fate == "kept":
            url, size = f"media/{attempt.file}", (attempt.width, attempt.height)
            telling = not says_nothing(medium)
            pictures.append(
                Picture(index, url, attempt.file, attempt.digest, *size, home="store", telling=telling)
            )
        else:
            slips.append(Slip(index, attempt.fate, attempt.day, attempt.reason, attempt.code))
    return tuple(pictures), tuple(slips), tuple(asked)


def digest_inside(content: str, file: str) -> str:
    """Give the SHA-256 of a file in the content folder, in hex; empty when there is none to read."""
    data = read_inside(content, file)
    return hashlib.sha256(data).hexdigest() if data else ""


def read_inside(content: str, file: str) -> bytes:
    """Read a file of the content folder; empty when it is absent, unreadable, or a link leads out of it."""
    path = os.path.realpath(os.path.join(content, file))
    if not path.startswith(os.path.join(os.path.realpath(content), "")) or not os.path.isfile(path):
        return b""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def _places(article: str, address: str) -> tuple[str, ...]:
    """Turn a relative address in an article into paths in the content folder, the likeliest first.

    An address from the root means the folder's own, and for one article by itself its neighbours.

    >>> _places("2022/a.md", "img/b%20c.png?x")
    ('2022/img/b c.png',)
    >>> _places("2022/a.md", "/img/b.png")
    ('img/b.png', '2022/img/b.png')
    >>> _places("a.md", "../b.png")
    ()
    """
    path = unquote(address.partition("#")[0].partition("?")[0])
    if "\0" in path or "\\" in path or not path.lower().endswith(ENDINGS):
        return ()
    folders = ("", posixpath.dirname(article)) if path.startswith("/") else (posixpath.dirname(article),)
    joined = (posixpath.normpath(posixpath.join(folder, path.lstrip("/"))) for folder in folders)
    return tuple(dict.fromkeys(place for place in joined if not place.startswith("..")))

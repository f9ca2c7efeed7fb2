"""What a picture file is, told from its bytes.

In: bytes from the content folder, hostile as all else. Out: type and size, or None. The rule
it guards: the bytes decide, never the name; a type that can hold script (SVG) is no picture
here.
"""

from __future__ import annotations

import io
import warnings

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

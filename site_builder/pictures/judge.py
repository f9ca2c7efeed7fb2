"""Whether bytes are a picture that can be shown: decided by decoding all of them.

In: bytes from a stranger. Out: a ``Verdict``. The rule it guards: what is kept is what decodes;
a header, an ending or a type that a host claims proves nothing.

Decoders are where picture files attack, so ``capture`` runs this in a process of its own.
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from site_builder.pictures import KINDS, MAX_PIXELS, look_at

FRAMES = 3000
"""An animation with more is refused; each costs a decoding."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge found. ``fate`` is ``kept`` for a picture; otherwise ``reason`` says why not."""

    fate: Literal["kept", "refused", "damaged", "too-large"]
    reason: str = ""
    ending: str = ""
    width: int = 0
    height: int = 0


def judge(data: bytes, max_pixels: int) -> Verdict:
    """Decode a picture wholly, all frames of it, and say what it is.

    >>> judge(b"<svg onload='x'/>", 100).reason
    'it is an SVG, which can hold script'
    """
    if not data:
        return Verdict("damaged", "the answer was empty")
    if reason := name_other_type(data):
        return Verdict("refused", reason)
    seen = look_at(data)
    if seen is None:
        if (pixels := _count_pixels(data)) > MAX_PIXELS:
            return Verdict("too-large", f"{pixels:,} pixels")
        return Verdict("refused", "it is no picture of a kind that is kept")
    ending, width, height = seen
    if width * height > max_pixels:
        return Verdict("too-large", f"{width} x {height} pixels")
    try:
        if _decode(data, max_pixels) > FRAMES:
            return Verdict("too-large", f"more than {FRAMES} frames")
    except MemoryError:
        return Verdict("too-large", "decoding it takes too much memory")
    except Exception as error:  # noqa: BLE001  decoders raise anything at all on damaged bytes
        return Verdict("damaged", f"it cannot be decoded: {_line(error)}")
    return Verdict("kept", "", ending, width, height)


def _decode(data: bytes, max_pixels: int) -> int:
    """Decode every frame, and count them; more pixels than 20 whole pictures are not decoded."""
    from PIL import Image

    frames, pixels = 0, 0
    with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
        while frames <= FRAMES:
            try:
                picture.seek(frames)
            except EOFError:
                break
            picture.load()
            frames += 1
            pixels += picture.width * picture.height
            if pixels > 20 * max_pixels:
                raise MemoryError
    return frames


_BEGINNINGS = (
    (b"%PDF", "it is a PDF"),
    (b"PK\x03\x04", "it is a ZIP file"),
    (b"II*\0", "it is a TIFF, which browsers do not show"),
    (b"MM\0*", "it is a TIFF, which browsers do not show"),
)


def name_other_type(data: bytes) -> str:
    """Name what the bytes are, where that is often sent in a picture's place."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head and head[:1] == b"<":
        return "it is an SVG, which can hold script"
    if head[:1] == b"<" and (
        b"<html" in head or b"<!doctype" in head or b"<head" in head or b"<script" in head
    ):
        return "a web page stands in its place"
    if head[:1] in (b"{", b"["):
        return "data (JSON) stands in its place"
    return next((what for beginning, what in _BEGINNINGS if data.startswith(beginning)), "")


def _count_pixels(data: bytes) -> int:
    """Count the pixels that a header claims, where they are the reason that it is not looked at."""
    from PIL import Image

    with warnings.catch_warnings(), suppress(Exception):
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
            return picture.width * picture.height
    return 0


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return "".join(letter for letter in text if letter.isprintable())[:120] or type(error).__name__

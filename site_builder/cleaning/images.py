"""What an image element says: where its picture may be had, how large it is, whether it is part of its line.

In: attributes as parsed. Out: addresses, the best first; pixels; a verdict. The rule it guards: **what lazy
loaders wrote is believed before ``src``**, which often names a placeholder alone.
"""

from __future__ import annotations

import re

from site_builder.dom import (
    Attributes,
)
from site_builder.model import Media
from site_builder.pictures.embedded import Seen
from site_builder.urls import is_picture

# Where lazy loaders keep the true address, the most telling name first.
_LAZY = tuple(
    "data-original data-original-src data-src data-lazy-src data-actualsrc data-real-src data-hi-res-src"
    " data-full-src data-echo data-url data-lazyload data-ks-lazyload data-backsrc zoomfile file original"
    " _src".split()
)
SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset")
_SIZES = (
    ("w", "h"),
    ("data-width", "data-height"),
    ("data-original-width", "data-original-height"),
    ("width", "height"),
)
PLACEHOLDERS = re.compile(
    r"/(?:loadimg|loading|blank|spacer|placeholder|grey|gray|transparent|pixel|1x1|lazy|undefined)"
    r"(?:[._-][\w.-]{0,40})?$",
    re.IGNORECASE,
)
_EMOJI_FOLDERS = frozenset("emoji emojis emoticon emoticons smilies smiley smileys expression".split())
_EMOJI_CLASSES = frozenset(
    "emoji emojione emoji-icon emoticon emoticons smiley smilies wp-smiley twemoji face_img bili-emoji"
    " wxemoji rich_pages-emoji".split()
)
_CANDIDATE = re.compile(r"[^\s,]\S*+(?:\s++[\d.]{1,9}[wxh])*")
SMALL = 64
"""Pixels; a picture no larger is part of its line."""
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d{0,4})?(?:px)?\s*")


def is_blurred(held: Seen, attributes: Attributes) -> bool:
    """Tell a blurred preview, which stands beside the true picture and is hidden from screen readers."""
    is_hidden = attributes.get("aria-hidden") == "true" or "data-placeholder-image" in attributes
    return is_hidden and max(held.width, held.height) <= SMALL


def list_addresses(attributes: Attributes, candidates: list[str]) -> list[str]:
    """List where a picture may be had, as written, the best first."""
    lazy = [value for key in _LAZY if (value := attributes.get(key))]
    sets = [value for key in SRCSETS if (value := attributes.get(key))]
    largest = [address for value in (*sets, *candidates) if (address := _largest(value))]
    source = attributes.get("src") or attributes.get("href") or ""
    listed = [address.strip() for address in (*lazy, *largest, source)]
    return [address for address in dict.fromkeys(listed) if address]


def _largest(srcset: str) -> str:
    """Return the address of the widest or densest candidate of a ``srcset``.

    >>> _largest("a.jpg 320w, b.jpg 1280w"), _largest("a.jpg, b.jpg 2x")
    ('b.jpg', 'b.jpg')
    """
    best, widest = "", 0.0
    if "data:" in srcset:  # it has a comma of its own, and a blank parts it from the next
        parts = _CANDIDATE.findall(srcset)
    else:
        parts = srcset[:20_000].split(", " if ", " in srcset else ",")
    for part in parts:
        address, _, descriptor = part.strip().strip(",").partition(" ")
        number = re.match(r"\d{1,6}(?:\.\d{1,3})?", descriptor.strip())
        width = float(number[0]) if number else 1.0
        if address and width > widest:
            best, widest = address, width
    return best


def read_size(attributes: Attributes) -> tuple[int, int]:
    """Return a picture's true width and height, 0 where not given.

    What only a content system writes (``w``, ``data-width``) is the truth; ``width`` and
    ``height`` are what some page made of it.
    """
    width = height = 0
    for across, down in _SIZES:
        if across not in attributes and down not in attributes:
            continue
        width, height = read_pixels(attributes.get(across)), read_pixels(attributes.get(down))
        if width > 0 and height > 0:
            return width, height
    return max(width, 0), max(height, 0)


def read_pixels(value: str | None) -> int:
    """Read a length in pixels; -1 when it is none."""
    match = _NUMBER.fullmatch(value) if value else None
    return int(match[1]) if match else -1


def is_local(address: str) -> bool:
    """Tell whether an address may be a file beside the article, or one named from the content folder."""
    plain = not address.startswith(("//", "#", "?")) and not any(odd in address for odd in ("\\", ":", ".."))
    return plain and len(address) <= 300 and is_picture(address) and address.isprintable()


def draws_emoji(media: Media, attributes: Attributes) -> bool:
    """Tell a picture that stands for a character, by its class, words or folder."""
    if not _EMOJI_CLASSES.isdisjoint((attributes.get("class") or "").split()):
        return True
    folders = media.urls[0].lower().split("/")[2:-1] if media.urls else []
    short = (
        len(media.alt) <= 6
        and media.alt[:1] in {"[", ":"}
        and media.alt[-1:] in {"]", ":"}
        and len(media.alt) > 2
    )
    return short or not _EMOJI_FOLDERS.isdisjoint(folders)

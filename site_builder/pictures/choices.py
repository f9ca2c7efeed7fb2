"""What a page offers a browser for one picture: the files to choose from, and when.

In: a ``Picture`` with its renditions. Out: ``Offer``, for a template to write as ``<picture>``. The
rule it guards: the browser is never offered more pixels than the picture has, and who asked
for no motion gets none.
"""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.model import Article, Picture, Rendition

PREFERRED = ("image/avif", "image/webp")
"""The formats of ``<source>``, best first; what else there is goes into ``<img>``."""

NO_MOTION = "(prefers-reduced-motion: reduce)"
COLUMN = "40.5rem"
"""The widest that the article's column is."""
PHONE_GUTTERS = "2.5rem"


@dataclass(frozen=True, slots=True)
class Choice:
    """One ``<source>``: a format in its widths, under a condition or always."""

    type: str
    media: str
    files: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """All that a ``<picture>`` is made of. ``files`` may be empty: then ``url`` alone is shown."""

    sources: tuple[Choice, ...]
    url: str
    files: tuple[Rendition, ...]
    sizes: str


def offer_picture(picture: Picture) -> Offer:
    """Arrange a picture's files for a browser.

    A picture that moves is shown as it is, or as the smaller WebP; its stills are for those who
    want no motion.
    """
    sizes = f"min({COLUMN}, {picture.width}px, 100vw - {PHONE_GUTTERS})"
    stills = _by_type(picture, "still")
    if stills:
        still = tuple(Choice(kind, NO_MOTION, files) for kind, files in stills)
        moving = tuple(Choice(kind, "", files) for kind, files in _by_type(picture, "moving"))
        return Offer(still + moving, picture.url, (), sizes)
    shown = _by_type(picture, "shown")
    sources = tuple(Choice(kind, "", files) for kind, files in shown if kind in PREFERRED)
    plain = next((files for kind, files in shown if kind not in PREFERRED), ())
    return Offer(sources, _middle(plain) or picture.url, plain, sizes)


def find_share_picture(article: Article) -> Rendition | None:
    """Find the file that stands for an article elsewhere: its cover's picture, wide, in an old format."""
    for picture in article.pictures:
        if article.card.cover and article.card.cover in {made.url for made in picture.renditions}:
            plain = [made for made in picture.renditions if made.type in ("image/jpeg", "image/png")]
            return max(plain, key=lambda made: made.width, default=None)
    return None


def _by_type(picture: Picture, use: str) -> list[tuple[str, tuple[Rendition, ...]]]:
    kinds = (*PREFERRED, "image/jpeg", "image/png")
    found = {kind: tuple(m for m in picture.renditions if m.type == kind and m.use == use) for kind in kinds}
    return [(kind, files) for kind, files in found.items() if files]


def _middle(files: tuple[Rendition, ...]) -> str:
    """Choose the file for browsers that know no ``srcset``: the smallest that fills the column."""
    wide = [made for made in files if made.width >= 640]
    return (wide or list(files[-1:]))[0].url if files else ""

"""Which picture may stand on a card: one that says something of its article.

In: an article's pictures, and in how many articles each of them stands. Out: one picture or none.
The rule it guards: **no false covers**; a logo, a placeholder or a picture that unrelated
articles share is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from site_builder.model import Media, Picture

SHARED = 3
"""A picture that stands in so many articles belongs to the publisher, not to one of them."""

_PLACEHOLDER_HOSTS = (
    "picsum.photos",
    "placehold.co",
    "placeholder.com",
    "dummyimage.com",
    "via.placeholder.com",
)
_WORDS = re.compile(r"[a-z]+|[0-9]+")
_EMPTY_WORDS = frozenset(
    (
        *("undefined", "null", "loadimg", "loading", "lazyload", "lazy", "placeholder", "blank", "spacer"),
        *("pixel", "transparent", "default", "logo", "icon", "favicon", "avatar", "emoji", "qrcode", "qr"),
        *("wechat", "weixin", "sprite", "banner", "button", "arrow", "share"),
    )
)


def says_nothing(medium: Media) -> bool:
    """Say whether a picture's addresses name a placeholder, a logo or something of the page around it.

    >>> says_nothing(Media("image", ("https://x.example/static/loadimg.gif",)))
    True
    >>> says_nothing(Media("image", ("https://x.example/2022/logotype-of-apple-event.jpg",)))
    False
    """
    return any(_is_empty(url) for url in (*medium.urls, medium.local) if url)


def _is_empty(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return True
    if any(host == name or host.endswith(f".{name}") for name in _PLACEHOLDER_HOSTS):
        return True
    name = parts.path.rstrip("/").rpartition("/")[2].lower()
    words = _WORDS.findall(name.partition(".")[0])
    return bool(words) and not _EMPTY_WORDS.isdisjoint((words[0], words[-1]))


def choose_cover(
    pictures: Iterable[Picture], find_cover: Callable[[str], str], shared: Mapping[str, int]
) -> str:
    """Choose the first picture that is fit for a card and says something; give its cover's address.

    ``find_cover`` gives that by digest, or nothing where the shape is not fit for a card;
    ``shared`` counts the articles that a picture stands in.
    """
    for picture in pictures:
        if picture.telling and shared.get(picture.digest, 0) < SHARED and (url := find_cover(picture.digest)):
            return url
    return ""


def count_shared(articles: Iterable[Iterable[Picture]]) -> Counter[str]:
    """Count in how many articles each picture stands, by digest."""
    shared: Counter[str] = Counter()
    for pictures in articles:
        shared.update({picture.digest for picture in pictures})
    return shared

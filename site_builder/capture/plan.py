"""What to ask for: the pictures that articles name, less what is known.

In: articles and the lock. Out: ``Wanted``, one for each picture, and of those what is missing.
Pure. The rule it guards: nothing is asked for twice. What is kept is not asked for, nor what is
gone for good, unless a person says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from site_builder.model import Article, Source
from site_builder.pictures.lock import Attempt, MediaLock

TRIES = 5
"""How many runs ask for a picture whose host fails, before only ``--retry`` does."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that an article names, at its addresses, best first."""

    urls: tuple[str, ...]
    article: str
    """Id of the first article that names it."""
    referer: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A picture to ask for, and where, in this order. ``via`` is empty or a web archive's address."""

    wanted: Wanted
    places: tuple[tuple[str, str], ...]
    """(url, via)"""
    known: Attempt | None = None
    """The copy that we have, when the question is whether it is still the one."""


def list_wanted(articles: Iterable[tuple[Article, Source]]) -> Iterator[Wanted]:
    """List the pictures that articles name and that do not lie beside or inside them, each once."""
    seen: set[tuple[str, ...]] = set()
    for article, source in articles:
        beside = {picture.index for picture in article.pictures if picture.home != "store"}
        for index, medium in enumerate(article.body.media):
            urls = tuple(url for url in medium.urls if _can_be_asked(url))
            if medium.kind != "image" or index in beside or not urls or urls in seen:
                continue
            seen.add(urls)
            yield Wanted(urls, article.card.id, choose_referer(article, source), article.card.published)


def choose_referer(article: Article, source: Source) -> str:
    """Say which page to name as the one that shows the picture, as the publisher's rule has it.

    Publishers that refuse strangers ask for their own page; most are asked without any.
    """
    match source.referer:
        case "article":
            return article.provenance.origin or source.home
        case "home":
            return source.home
        case other:
            return other


def list_questions(
    wanted: Iterable[Wanted],
    lock: MediaLock,
    is_stored: Callable[[Attempt], bool],
    *,
    retry: bool = False,
    refresh: bool = False,
    web_archive: str = "",
) -> Iterator[Question]:
    """List what is missing. ``retry``: also what failed for good. ``refresh``: also what is kept."""
    for picture in wanted:
        answer = lock.find(picture.urls)
        if answer and answer.attempt.fate == "kept" and is_stored(answer.attempt):
            kept = answer.attempt
            if refresh:
                yield Question(picture, ((kept.url, kept.via),), kept)
            continue
        places = [(url, "") for url in picture.urls]
        if web_archive:
            places.append((picture.urls[0], archive_address(web_archive, picture)))
        left = tuple(place for place in places if retry or _is_open(lock.asked(*place)))
        if left:
            yield Question(picture, left)


def archive_address(pattern: str, picture: Wanted) -> str:
    """Give the address of a picture in a web archive, near the day of its article.

    >>> archive_address("https://archive.example/{time}id_/{url}", Wanted(("https://x.example/a.png",), "a"))
    'https://archive.example/2id_/https://x.example/a.png'
    """
    time = picture.published.strftime("%Y%m%d%H%M%S") if picture.published else "2"
    return pattern.replace("{time}", time).replace("{url}", picture.urls[0])


def _is_open(attempts: list[Attempt]) -> bool:
    """Say whether a place is worth asking: never asked, lost since, or failing not for long."""
    if not attempts:
        return True
    return attempts[-1].fate == "kept" or (attempts[-1].fate == "failed" and len(attempts) < TRIES)


def _can_be_asked(url: str) -> bool:
    """Leave out what is no web address, and what cannot even be written down."""
    return url.startswith(("http://", "https://")) and len(url) <= 4000 and url.isprintable()

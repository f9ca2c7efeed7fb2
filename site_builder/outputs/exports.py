"""What the archive gives away besides pages: the original bytes, and all that was found as JSON.

In: outcomes, the archive. Out: copies to be made, pages. The rule it guards: originals are
published byte for byte, under a name that no host serves as HTML.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from site_builder.model import Archive, Card, Copy, Kin, Outcome, Page, Relations, Site


def list_copies(outcomes: Iterable[Outcome]) -> Iterator[Copy]:
    """List the originals of all articles; pictures are hung by the pipeline."""
    for outcome in outcomes:
        if outcome.card is not None:
            yield Copy(original_url(outcome.card.url), outcome.path, outcome.digest)


def original_url(article_url: str) -> str:
    """Give the address of an article's original: ``originals/2022/07/20/stem.txt``.

    >>> original_url("2022/07/20/a.html")
    'originals/2022/07/20/a.txt'
    """
    return f"originals/{article_url.removesuffix('.html')}.txt"


# --- for programs and scholars ------------------------------------------------------------------

IN_ONE_FILE = 10_000
"""An archive with more articles than this is exported by year, with an index."""


def list_exports(archive: Archive, site: Site) -> Iterator[Page]:
    """Write ``archive.json``: every article with its tags, story, copies and kin, newest first.

    The form is documented in ``docs/archive-json.md``.
    """
    cards = (*archive.cards, *archive.undated)
    ids = {card.url: card.id for card in cards} if archive.relations else {}
    if len(cards) <= IN_ONE_FILE:
        yield Page("archive.json", _articles(cards, archive, site, ids))
        return
    parts = [(year.key, f"archive/{year.key}.json", year.cards) for year in archive.years]
    if archive.undated:
        parts.append(("undated", "archive/undated.json", archive.undated))
    for _, url, held in parts:
        yield Page(url, _articles(held, archive, site, ids))
    index = [{"year": key, "url": url, "articles": len(held)} for key, url, held in parts]
    yield Page("archive.json", _json({"articles": [], "years": index}) + b"\n")


def _articles(cards: Iterable[Card], archive: Archive, site: Site, ids: Mapping[str, str]) -> bytes:
    """Write articles one a line, so that a tool that reads lines needs no JSON of the whole."""
    lines = b",\n".join(_json(_article(card, archive, site, ids)) for card in cards)
    return b'{"articles":[\n' + lines + b"\n]}\n"


def _article(card: Card, archive: Archive, site: Site, ids: Mapping[str, str]) -> dict[str, object]:
    kin = archive.relations.get(card.url, Relations())
    return {
        "id": card.id,
        "url": card.url,
        "title": card.title,
        "published": card.published.isoformat() if card.published else None,
        "source": card.source,
        "lang": card.lang or site.language,
        "tags": [
            {"name": mark.name, "key": mark.key, "evidence": [list(item) for item in mark.evidence]}
            for mark in card.tags
        ],
        "thread": kin.thread or None,
        "duplicate_of": ids.get(kin.duplicate_of),
        "related": [{"id": ids[other.url], "reason": _reason(other, site)} for other in kin.related],
    }


def _reason(kin: Kin, site: Site) -> str:
    """Say in words what two articles have in common, in the site's language as far as we know it."""
    if site.language.startswith("zh"):
        about = "同樣寫到" if "Hant" in site.language or site.language in ("zh-TW", "zh-HK") else "同样写到"
        apart = f"，相隔 {kin.days} 天" if kin.days else ""
        return f"{about} {'、'.join(kin.shared)}{apart}"
    apart = f", {kin.days} day{'s' if kin.days != 1 else ''} apart" if kin.days else ""
    return f"also about {', '.join(kin.shared)}{apart}"


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")

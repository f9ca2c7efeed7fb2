"""What the archive gives away besides pages: the original bytes, and all that was found as JSON.

In: outcomes, the archive. Out: copies to be made, pages. The rule it guards: originals are
published byte for byte, under a name that no host serves as HTML.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from site_builder.model import Card, Copy, Outcome, Page, Relations, once, urls_of
from site_builder.outputs.keys import join, take
from site_builder.outputs.stock import Stock


def list_copies(outcomes: Iterable[Outcome]) -> Iterator[Copy]:
    """List the originals of all articles; pictures are published by the pipeline."""
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


def list_exports(stock: Stock) -> Iterator[Page]:
    """Write ``archive.json``: every article with its tags, story, copies and kin, newest first.

    The form is documented in ``docs/archive-json.md``. Of a large archive it names the years' own files.
    """
    archive = stock.archive
    if archive.total <= IN_ONE_FILE:
        yield from _export(stock, "archive.json", (*archive.cards, *archive.undated))
        return
    counts = [(year.key, year.count) for year in archive.years]
    if archive.undated:
        counts.append(("undated", len(archive.undated)))
        if stock.touches("undated/index.html"):
            yield from _export(stock, "archive/undated.json", archive.undated)
    index = [{"year": key, "url": f"archive/{key}.json", "articles": many} for key, many in counts]
    if stock.wants("archive.json", counts=repr(index)):
        yield Page("archive.json", _json({"articles": [], "years": index}) + b"\n")


def list_year_exports(stock: Stock) -> Iterator[Page]:
    """Write ``archive/2022.json``, the same of the articles of a year, where there are many years' worth."""
    archive = stock.archive
    for year in filter(stock.touches_group, archive.years) if archive.total > IN_ONE_FILE else ():
        yield from _export(stock, f"archive/{year.key}.json", year.cards)


EXPORTS: tuple[Callable[[Stock], Iterator[Page]], ...] = (list_exports, list_year_exports)


def _export(stock: Stock, path: str, cards: Sequence[Card]) -> Iterator[Page]:
    if _wants(stock, path, cards):
        yield Page(path, _articles(cards, stock, path))


def _wants(stock: Stock, path: str, cards: Sequence[Card]) -> bool:
    """Ask for a file that tells all of some articles, and what they have to do with others."""
    proofs = stock.proofs
    kin = join([stock.kin_fact(url) for url in urls_of(cards)]) if stock.archive.relations else b""
    told, links = join(take(proofs, cards)), join(take(stock.link_facts, cards))
    return stock.wants(path, cards=stock.cards_fact(cards), article=told, links=links, kin=kin)


def _articles(cards: Sequence[Card], stock: Stock, path: str) -> bytes:
    """Write articles one a line, so that a tool that reads lines needs no JSON of the whole.

    After an edit the lines that nothing touches are taken from the file as it stands. Nobody else asks for
    tags with their evidence, so that cards are not kept (gain: of 100,000 some 35 MB in each process).
    """
    known = _read_lines(stock.standing(path)) if stock.touched is not None else {}
    lines = (
        line if (line := known.get(url)) and not stock.touches(url) else _json(_article(card, stock))
        for url, card in zip(urls_of(cards), once(cards), strict=True)
    )
    return _OPENING + b",\n".join(lines) + _CLOSING


def _read_lines(data: bytes) -> dict[str, bytes]:
    """Read an export's lines by their articles' addresses, which are plain in JSON."""
    lines = data.removeprefix(_OPENING).removesuffix(_CLOSING).split(b",\n")
    return {line.partition(_URL)[2].partition(b'"')[0].decode(): line for line in lines}


_OPENING, _CLOSING, _URL = b'{"articles":[\n', b"\n]}\n", b'"url":"'


def _article(card: Card, stock: Stock) -> dict[str, object]:
    kin, cards = stock.archive.relations.get(card.url, Relations()), stock.cards
    return {
        "id": card.id,
        "url": card.url,
        "title": card.title,
        "published": card.dated.isoformat() if card.dated else None,
        "source": card.source,
        "lang": card.lang or stock.site.language,
        "tags": [
            {"name": mark.name, "key": mark.key, "evidence": [list(item) for item in mark.evidence]}
            for mark in card.tags
        ],
        "thread": kin.thread or None,
        "duplicate_of": cards[kin.duplicate_of].id if kin.duplicate_of else None,
        "related": [{"id": cards[other.url].id, "reason": stock.word_kin(other)} for other in kin.related],
        "links": [*dict.fromkeys(filter(None, stock.link_targets.get(card.url, ())))],
    }


def _json(value: object) -> bytes:
    """Write JSON in C (gain: 10 of 14 µs an article)."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a file name that is not UTF-8
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")

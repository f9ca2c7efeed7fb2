"""What the site tells other programs: Atom, JSON Feed, sitemap, robots.txt, OpenSearch.

In: the archive and the site's face. Out: ``Page``s. The rule it guards: **an entry's id never
changes**, or every reader of the feed would show the archive's articles anew. It is a UUID of
the article's site path (RFC 4122, version 5), which neither a move to another address nor a
change of the site's title touches, and which needs no address at all (RFC 4287 section 4.2.6).

Both formats know moments alone: of an article whose day is not known they tell no ``published``, and
Atom's ``updated``, which must be there, is the beginning of its month or year.

Feeds are built from cards, so a corrected body changes none; they hold the newest 50 dated
articles with their first sentences. Without ``base_url`` their links are relative (RFC 4287
allows it), and the sitemap and OpenSearch, which need absolute addresses, are left out.
"""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, islice

from site_builder.model import Archive, Card, Page, Site, count_ledgers, urls_of
from site_builder.outputs.keys import digest
from site_builder.outputs.metadata import address
from site_builder.outputs.pages import ledger_url, list_months_and_rest, list_places, list_texts
from site_builder.outputs.stock import Stock
from site_builder.outputs.subjects import feed_url

NEWEST = 50
SITEMAP_LIMIT = 50_000
"""Addresses that one sitemap may hold (sitemaps.org)."""
SHORT_NAME = 16
"""Characters of OpenSearch's ShortName."""
REMEMBERED = 4096
"""Entries that are remembered at a time; in memory each takes about 2 kB."""
SITEMAP, LISTS = "sitemap.xml", "sitemap-lists-"
EPOCH = "1970-01-01T00:00:00+00:00"
"""``updated`` of a feed without entries: Atom wants one, and the clock is not read."""

Address = tuple[str, datetime | None]
"""A page, and when it was changed."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile('[&<>"]')
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def list_site_feeds(stock: Stock) -> Iterator[Page]:
    """List the feeds of all articles, and what tells a program or a browser where things are."""
    archive, site = stock.archive, stock.site
    newest = stock.cards_fact(_newest(archive.cards))
    if stock.wants("feed.xml", cards=newest):
        yield Page("feed.xml", write_atom(site, "feed.xml", "index.html", site.title, archive.cards, archive))
    if stock.wants("feed.json", cards=newest):
        yield Page("feed.json", write_json_feed(site, archive))
    if stock.wants("robots.txt"):
        yield Page("robots.txt", write_robots(site))
    if site.base_url and stock.wants("opensearch.xml"):
        yield Page("opensearch.xml", write_opensearch(site))


def list_subject_feeds(stock: Stock) -> Iterator[Page]:
    """List the feed of each tag and publisher."""
    archive, site, entries = stock.archive, stock.site, stock.entries
    for group in filter(stock.touches_group, (*archive.tags, *archive.sources)):
        path, title = feed_url(group.url), " · ".join(filter(None, (group.name, site.title)))
        if stock.wants(path, cards=stock.cards_fact(_newest(group.cards)), name=group.name):
            yield Page(path, write_atom(site, path, group.url, title, group.cards, archive, entries))
            if len(entries) > REMEMBERED:
                entries.clear()


def entry_id(card: Card) -> str:
    """Give an article's id for feeds."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"site-builder:{card.url}").urn


def feed_id(site: Site, path: str) -> str:
    """Give a feed's id: its address when the site has one, else a UUID of title and path."""
    if site.base_url:
        return site.base_url + path
    return uuid.uuid5(uuid.NAMESPACE_URL, f"site-builder:{site.title}:{path}").urn


def write_atom(
    site: Site,
    path: str,
    page: str,
    title: str,
    cards: Sequence[Card],
    archive: Archive,
    entries: MutableMapping[str, str] | None = None,
) -> bytes:
    """Write an Atom feed (RFC 4287) of the newest dated cards; ``page`` is the page it belongs to.

    ``entries`` remembers what was written of an article, by its address as seen from the feed: an article
    stands in four feeds or so (gain: 40 µs an article).
    """
    known = {} if entries is None else entries
    root = "../" * path.count("/")
    newest = _newest(cards)
    lines = [
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_attribute(site.language)}>',
        f"<title>{_text(title)}</title>",
        f"<id>{_text(feed_id(site, path))}</id>",
        f"<updated>{_stamp(newest[0].published) if newest else EPOCH}</updated>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(_file(site, path, root))}/>',
        f'<link rel="alternate" type="text/html" href={_attribute(address(site, page, root))}/>',
        f"<author><name>{_text(site.title)}</name></author>",
    ]
    for card in newest:
        if (entry := known.get(root + card.url)) is None:
            entry = known[root + card.url] = _atom_entry(site, card, root, archive)
        lines.append(entry)
    return _document([*lines, "</feed>"])


def _atom_entry(site: Site, card: Card, root: str, archive: Archive) -> str:
    names = [archive.tag_names[key][0] for key in card.tag_keys]
    language = f" xml:lang={_attribute(card.lang)}" if card.lang and card.lang != site.language else ""
    parts = [
        f"<entry{language}><title>{_text(card.title)}</title><id>{entry_id(card)}</id>",
        f'<link rel="alternate" type="text/html" href={_attribute(address(site, card.url, root))}/>',
        "" if card.precision else f"<published>{_stamp(card.published)}</published>",
        f"<updated>{_stamp(card.published)}</updated>",
        f"<author><name>{_text(card.source or site.title)}</name></author>",
        *(f"<category term={_attribute(name)}/>" for name in names),
        f"<summary>{_text(card.excerpt)}</summary></entry>",
    ]
    return "".join(parts)


def write_json_feed(site: Site, archive: Archive) -> bytes:
    """Write a JSON Feed (version 1.1) of the newest dated articles."""
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "language": site.language,
        "authors": [{"name": site.title}],
        "items": [_json_item(site, card, archive) for card in _newest(archive.cards)],
    }
    if site.description:
        feed["description"] = site.description
    if site.base_url:
        feed |= {"home_page_url": site.base_url, "feed_url": f"{site.base_url}feed.json"}
    return (json.dumps(feed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")


def _json_item(site: Site, card: Card, archive: Archive) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry_id(card),
        "title": card.title,
        "content_text": card.excerpt or card.title,
        "authors": [{"name": card.source or site.title}],
        "tags": [archive.tag_names[key][0] for key in card.tag_keys],
        "language": card.lang or site.language,
        "url": address(site, card.url, ""),
    }
    if not card.precision:
        item["date_published"] = _stamp(card.published)
    return item


def list_sitemaps(stock: Stock) -> Iterator[Page]:
    """List the sitemap, or an index and its parts when one file may not hold all addresses.

    The parts are years, so that a new article changes one of them.
    """
    archive, site = stock.archive, stock.site
    if not site.base_url:
        return
    places = [*list_places(archive, site.stories, stock.parts)]
    if not _is_split(archive, places):
        every = stock.cards_fact(archive.cards, archive.undated)
        kin = repr(sorted(archive.originals)) if archive.originals else ""
        if stock.wants(SITEMAP, cards=every, kin=kin, places=digest(places)):
            lists = (_line(site, place) for place in _untimed(places))
            yield Page(SITEMAP, _write_urlset(chain(lists, _list_again(stock, SITEMAP, archive.every))))
        return
    for name, page, cards in _split_texts(archive):
        copies = partial(_list_copies, archive, cards)
        if stock.wants(name, stock.touches(page), cards=partial(stock.cards_fact, cards), kin=copies):
            yield Page(name, _write_urlset(_list_again(stock, name, cards)))
    for name, part in _split_lists(places):
        if stock.wants(name, places=digest(part)):
            yield Page(name, _urlset(site, _untimed(part)))
    texts = (name for name, _, _ in _split_texts(archive))
    names = [*texts, *(name for name, _ in _split_lists(places))]
    if stock.wants(SITEMAP, places=digest(names)):
        entries = (f"<sitemap><loc>{_text(site.base_url + name)}</loc></sitemap>" for name in names)
        opening = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        yield Page(SITEMAP, _document([opening, *entries, "</sitemapindex>"]))


def _untimed(places: Iterable[str]) -> Iterator[Address]:
    """Say of no list when it was changed: an older article changes it as well as the newest."""
    return ((place, None) for place in places)


def _is_split(archive: Archive, places: Sequence[str]) -> bool:
    """Tell whether one sitemap cannot hold all addresses."""
    left = SITEMAP_LIMIT - len(places) - archive.total + len(archive.originals)
    return left < 0 or count_ledgers(archive.every) > left


def _list_again(stock: Stock, name: str, cards: Sequence[Card]) -> Iterator[str]:
    """Write the lines of articles; those that nothing touches, as they stand (gain: half of the time)."""
    archive, site = stock.archive, stock.site
    known = _read_lines(stock, name)
    for at, url in enumerate(urls_of(cards)):
        if not known or stock.touches(url):
            yield from (_line(site, address) for address in list_texts(archive, (cards[at],)))
            continue
        for path in (url, ledger_url(url)):
            if (line := known.get(_locate(site, path))) is not None:
                yield line


def _read_lines(stock: Stock, name: str) -> dict[str, str]:
    """Read a sitemap as it stands: its lines, by the places that they name."""
    text = stock.standing(name).decode() if stock.touched is not None else ""
    return {place: line for line, place in _LINE.findall(text)}


def _list_copies(archive: Archive, cards: Iterable[Card]) -> str:
    """Say which of some articles are reprints."""
    return repr(sorted({*urls_of(cards)} & archive.originals.keys())) if archive.originals else ""


FEEDS: tuple[Callable[[Stock], Iterator[Page]], ...] = (
    list_site_feeds,  # feed.xml, feed.json, robots.txt, opensearch.xml
    list_subject_feeds,  # tags/le/leica.xml, sources/ithome.xml
    list_sitemaps,  # sitemap.xml, sitemap-2022.xml
)


def _split_texts(archive: Archive) -> Iterator[tuple[str, str, Sequence[Card]]]:
    """Split the articles into years, and a year that is too long into months; the undated come last.

    With each goes the page that lists them.
    """
    for year in archive.years:
        if 2 * year.count <= SITEMAP_LIMIT:
            yield f"sitemap-{year.key}.xml", year.url, year.cards
            continue
        for month in (
            month for month in list_months_and_rest(archive) if month.key.startswith(f"{year.key}-")
        ):
            yield from _cut(month.key[:7], month.url, month.cards)
    yield from _cut("undated", "undated/index.html", archive.undated)


def _cut(name: str, page: str, cards: Sequence[Card]) -> Iterator[tuple[str, str, Sequence[Card]]]:
    size = max(1, SITEMAP_LIMIT // 2)
    for start in range(0, len(cards), size):
        part = f"-{start // size + 1}" if start else ""
        yield f"sitemap-{name}{part}.xml", page, cards[start : start + size]


def _split_lists(places: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for number, start in enumerate(range(0, len(places), SITEMAP_LIMIT), 1):
        yield f"{LISTS}{number}.xml", places[start : start + SITEMAP_LIMIT]


def _urlset(site: Site, addresses: Iterable[Address]) -> bytes:
    return _write_urlset(_line(site, address) for address in addresses)


def _write_urlset(lines: Iterable[str]) -> bytes:
    opening = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return _document([opening, *lines, "</urlset>"])


def _line(site: Site, address: Address) -> str:
    path, newest = address
    changed = f"<lastmod>{_stamp(newest)}</lastmod>" if newest else ""
    return f"<url><loc>{_locate(site, path)}</loc>{changed}</url>"


def _locate(site: Site, path: str) -> str:
    return _text(address(site, path, ""))


_LINE = re.compile("(<url><loc>([^<]*)</loc>.*</url>)")


def write_robots(site: Site) -> bytes:
    """Write robots.txt: everything may be read."""
    sitemap = f"Sitemap: {site.base_url}sitemap.xml\n" if site.base_url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def write_opensearch(site: Site) -> bytes:
    """Write the OpenSearch description (1.1) that lets browsers add the archive's search."""
    template = f"{site.base_url}search/index.html?q={{searchTerms}}"
    return _document(
        [
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
            f"<ShortName>{_text(site.title[:SHORT_NAME])}</ShortName>",
            f"<Description>{_text(site.description or site.title)}</Description>",
            "<InputEncoding>UTF-8</InputEncoding>",
            f'<Url type="text/html" template={_attribute(template)}/>',
            "</OpenSearchDescription>",
        ]
    )


def _newest(cards: Sequence[Card]) -> list[Card]:
    return list(islice((card for card in cards if card.published is not None), NEWEST))


def _stamp(when: datetime | None) -> str:
    """Write an instant as RFC 3339, to the second."""
    return when.isoformat(timespec="seconds") if when else EPOCH


def _file(site: Site, path: str, root: str) -> str:
    return f"{site.base_url or root}{path}"


def _text(text: str) -> str:
    return html.escape(text if text.isprintable() else _NOT_XML.sub("", text), quote=False)


def _attribute(text: str) -> str:
    if text.isprintable() and not _ESCAPED.search(text):  # most are, and need a fifth of the time
        return f'"{text}"'
    from xml.sax.saxutils import quoteattr  # seldom needed, and it loads what asks hosts (gain: 15 ms)

    return quoteattr(_NOT_XML.sub("", text))


def _document(lines: Sequence[str]) -> bytes:
    return (_DECLARATION + "\n".join(lines) + "\n").encode("utf-8")

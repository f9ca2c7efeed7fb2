"""Whether what the site tells programs is valid, and says what the pages say.

In: the site's Atom feeds, JSON Feed, sitemap and the pages' facts. Out: findings. The rule it
guards: a feed is a promise to other people's programs, so it is held against its standard (RFC
4287, JSON Feed 1.1, sitemaps.org) and against the pages that it names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from site_builder.checks.facts import resolve
from site_builder.checks.reader import NotXml, XmlElement, read_xml
from site_builder.checks.whole import HOME, NOT_FOUND, SiteFacts
from site_builder.errors import Finding, finding

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST = 50_000
"""Addresses that one sitemap may name."""


def check_feeds(site: SiteFacts) -> Iterator[Finding]:
    """Every Atom feed is valid, and its entries are articles as their pages show them."""
    base = base_of(site)
    if "feed.xml" not in site.files:
        yield finding("feed-missing", "feed.xml", "the site has no Atom feed")
    for path in sorted(site.files):
        if path.endswith(".xml") and not path.startswith("sitemap"):
            yield from _check_xml(site, path, base)


def _check_xml(site: SiteFacts, path: str, base: str) -> Iterator[Finding]:
    try:
        root = read_xml(site.read(path))
    except NotXml as error:
        yield finding("feed-invalid", path, error.message, line=error.line, column=error.column)
        return
    if root.tag == f"{ATOM}feed":
        yield from _check_atom(site, path, root, base)


def _check_atom(site: SiteFacts, path: str, feed: XmlElement, base: str) -> Iterator[Finding]:
    for name in ("id", "title", "updated"):
        if not _text(feed, name):
            yield finding("feed-invalid", path, f"the feed has no {name} (RFC 4287 section 4.1.1)")
    if _text(feed, "updated") and not is_moment(_text(feed, "updated")):
        yield finding("feed-invalid", path, f"{_text(feed, 'updated')} is no RFC 3339 time")
    seen: set[str] = set()
    for entry in feed.iter(f"{ATOM}entry"):
        line = int(entry.sourceline or 1)
        for name in ("id", "title", "updated"):
            if not _text(entry, name):
                yield finding("feed-invalid", path, f"an entry has no {name} (RFC 4287)", line=line)
        if _text(entry, "id") in seen:
            message = f"two entries have the id {_text(entry, 'id')}"
            yield finding("feed-invalid", path, message, line=line)
        seen.add(_text(entry, "id"))
        links = [link.get("href") or "" for link in entry.iter(f"{ATOM}link") if link.get("rel") != "self"]
        told = _text(entry, "title"), _text(entry, "published") or _text(entry, "updated")
        yield from _compare(site, path, _site_path(path, links[0] if links else "", base), told, line)


def _text(element: XmlElement, name: str) -> str:
    return " ".join((element.findtext(f"{ATOM}{name}") or "").split())


def check_json_feed(site: SiteFacts) -> Iterator[Finding]:
    """The JSON Feed is valid, and its items are articles as their pages show them."""
    path = "feed.json"
    if path not in site.files:
        yield finding("feed-missing", path, "the site has no JSON Feed")
        return
    try:
        feed = json.loads(site.read(path))
        items = feed["items"]
        told = [
            (str(item["id"]), str(item["url"]), str(item["title"]), item.get("date_published", ""))
            for item in items
        ]
    except (ValueError, KeyError, TypeError) as error:
        message = f"it is no JSON Feed: {type(error).__name__}: {error}"
        yield finding("feed-invalid", path, message, line=getattr(error, "lineno", 1))
        return
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1") or not feed.get("title"):
        yield finding("feed-invalid", path, "it has no version or no title (JSON Feed 1.1)")
    if len({id for id, *_ in told}) != len(told):
        yield finding("feed-invalid", path, "two items have one id")
    base = base_of(site)
    for _, url, title, published in told:
        yield from _compare(site, path, _site_path(path, url, base), (title, str(published)), 1)


def _compare(site: SiteFacts, feed: str, page: str, told: tuple[str, str], line: int) -> Iterator[Finding]:
    title, published = told
    there = site.pages.get(page)
    known = there.article.published if there and there.article else ""
    if not is_moment(published) and (published or is_moment(known)):
        yield finding("feed-invalid", feed, f"{published} is no RFC 3339 time", line=line)
    if there is None or there.article is None:
        message = f"names {page or 'nothing'}, which is no article of the site"
        yield finding("feed-disagrees", feed, message, line=line)
        return
    if " ".join(title.split()) != " ".join(there.article.title.split()):
        message = f'calls {page} "{title}"; the page says "{there.article.title}"'
        yield finding("feed-disagrees", feed, message, line=line)
    told_as_known = published if is_moment(known) else published[: len(known)]  # of a month its beginning
    if is_moment(published) and told_as_known != known:
        message = f"dates {page} {published}; the page says {known}"
        yield finding("feed-disagrees", feed, message, line=line)


def is_moment(text: str) -> bool:
    """Tell whether a text is an RFC 3339 time with its offset."""
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def base_of(site: SiteFacts) -> str:
    """Read the site's own address off its front page; empty: it does not know it."""
    home = site.pages.get(HOME)
    address = home.canonical if home else ""
    return address.removesuffix("index.html")


def _site_path(feed: str, address: str, base: str) -> str:
    """Give the page that an address in a feed means."""
    if base and address.startswith(base):
        rest = address.removeprefix(base)
        return f"{rest}index.html" if not rest or rest.endswith("/") else resolve("", rest)[0]
    return resolve(feed, address)[0]


def check_sitemap(site: SiteFacts) -> Iterator[Finding]:
    """The sitemap names every page that search engines may keep, and nothing else."""
    base = base_of(site)
    if not base:
        return
    if "sitemap.xml" not in site.files:
        yield finding("sitemap-invalid", "sitemap.xml", "the site knows its address and has no sitemap")
        return
    named: set[str] = set()
    broken = False
    for path in sorted(site.files):
        if path.startswith("sitemap") and path.endswith(".xml"):
            for told in _read_sitemap(site, path, base, named):
                broken = broken or told.code == "sitemap-invalid"
                yield told
    if broken:
        return
    wanted = {
        path
        for path, page in site.pages.items()
        if not page.hidden and path != NOT_FOUND and is_original(path, page.canonical, base)
    }
    for path in sorted(named - wanted):
        yield finding(
            "sitemap-disagrees", "sitemap.xml", f"names {path}, which is no page for search engines"
        )
    missing = sorted(path for path in wanted - named if not path.endswith(".ledger.html"))
    for path in missing:
        yield finding("sitemap-disagrees", path, "the sitemap does not name this page")


def is_original(path: str, canonical: str, base: str) -> bool:
    """Tell whether a page names itself, and not another page, as the one that search engines should keep."""
    return not canonical or _site_path(path, canonical, base) == path


def _read_sitemap(site: SiteFacts, path: str, base: str, named: set[str]) -> Iterator[Finding]:
    try:
        root = read_xml(site.read(path))
    except NotXml as error:
        yield finding("sitemap-invalid", path, error.message, line=error.line, column=error.column)
        return
    addresses = [" ".join((place.text or "").split()) for place in root.iter(f"{SITEMAP}loc")]
    if root.tag not in {f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"} or len(addresses) > MOST:
        yield finding("sitemap-invalid", path, f"it is no sitemap, or names more than {MOST} addresses")
        return
    if len(set(addresses)) != len(addresses):
        yield finding("sitemap-invalid", path, "it names an address twice")
    for address in addresses:
        if not address.startswith(base):
            yield finding("sitemap-disagrees", path, f"names {address}, which is not below {base}")
        elif root.tag == f"{SITEMAP}urlset":
            named.add(_site_path(path, address, base))
        elif _site_path(path, address, base) not in site.files:
            yield finding("sitemap-disagrees", path, f"names {address}, which is not there")

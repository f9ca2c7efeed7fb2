"""What can be seen to be wrong only by one who has read the whole site.

In: ``Site``: every file's path and every page's facts. Out: findings. The rule it guards: **what
pages say of each other agrees**. Which articles a list must have is worked out from the articles'
own pages alone: their date, publisher and tags.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from site_builder.checks.facts import Facts
from site_builder.errors import Finding, finding

HOME, NOT_FOUND, UNDATED = "index.html", "404.html", "undated/index.html"
APART = (NOT_FOUND, "styleguide.html")
"""Pages that no other leads to: the host shows one, the makers of themes look at the other."""
DATED = re.compile(r"(\d{4,})(?:-(\d\d)(?:-(\d\d))?)?")
PART = re.compile(r"(.+)/(\d{4,})(?:-(\d\d))?\.html")
"""A year or month of a long tag or publisher: ``tags/le/leica/2022.html``, ``tags/le/leica/2022-07.html``."""

TIMELINE = frozenset({"day", "undated"})
"""The kinds of page that the timeline consists of; ``check_timeline`` tells what is not on them."""

SPLIT = frozenset({"year", "tag", "source"})
"""The kinds of page that show only their newest articles and lead to finer lists for the rest."""

SiteCheck = Callable[["SiteFacts"], Iterator[Finding]]


@dataclass(frozen=True)
class SiteFacts:
    """A built site as it lies on disk."""

    files: Mapping[str, int]
    """Every file's path and its size in bytes."""
    pages: Mapping[str, Facts]
    read: Callable[[str], bytes]
    """Give a file's bytes."""

    @cached_property
    def articles(self) -> dict[str, Facts]:
        """Give the pages that show an article."""
        return {path: page for path, page in self.pages.items() if page.article is not None}

    @cached_property
    def wanted(self) -> dict[str, set[str]]:
        """Work out, from the articles' pages alone, which articles each list must have."""
        lists: defaultdict[str, set[str]] = defaultdict(set)
        for path, page in self.articles.items():
            if page.article is None:
                continue
            for place in (*places_of(page.article.published), *page.article.subjects):
                lists[place].add(path)
        for path in self.pages:
            if (part := PART.fullmatch(path)) and (whole := lists.get(f"{part[1]}.html")):
                start = f"{part[2]}-{part[3]}" if part[3] else part[2]
                lists[path] = {one for one in whole if _pad(self.stamp(one)).startswith(start)}
        return dict(lists)

    def stamp(self, path: str) -> str:
        """Give an article's date as its page has it."""
        article = self.pages[path].article
        return article.published if article else ""

    @cached_property
    def below(self) -> dict[str, set[str]]:
        """Work out what each list shows: itself or, when it is long, in the finer lists that it leads to."""
        found: dict[str, set[str]] = {}
        for path in sorted(self.wanted, key=lambda path: (len(self.wanted[path]), -len(path))):
            page = self.pages.get(path)
            if page is None:
                continue
            shown = set(page.listed)
            if page.kind in SPLIT or not shown:
                for target in page.targets:
                    if target in found and is_finer(target, path):
                        shown |= found[target]
            for part in self.parts_of(path) if page.listed else {*page.targets, *self.parts_of(path)}:
                if there := self.pages.get(part):
                    shown |= self.wanted[path].intersection(there.listed)
            found[path] = shown
        return found

    def parts_of(self, path: str) -> set[str]:
        """List the pages that a list is continued on, and those that these are continued on.

        Lists by themselves are no parts of another.
        """
        found: set[str] = set()
        todo = [path]
        while todo:
            for target in self.pages[todo.pop()].targets:
                if target in found or target in self.wanted or target in self.articles:
                    continue
                if target in self.pages and is_finer(target, path):
                    found.add(target)
                    todo.append(target)
        return found


def is_finer(target: str, path: str) -> bool:
    """Tell whether one list is a part of another, by their addresses.

    >>> is_finer("2022/07/20/index.html", "2022/07/index.html"), is_finer("tags/a/2022.html", "tags/a.html")
    (True, True)
    """
    stem = path.removesuffix("index.html").removesuffix(".html").rstrip("/")
    return target.startswith((f"{stem}/", f"{stem}-"))


def _pad(stamp: str) -> str:
    return f"{stamp}-00" if len(stamp) == len("2022") else stamp


def places_of(published: str) -> tuple[str, ...]:
    """Name the lists by time that an article of this date belongs to.

    >>> places_of("2022-07-20T23:15:52+08:00")
    ('2022/index.html', '2022/07/index.html', '2022/07/20/index.html')
    >>> places_of("2022")
    ('2022/index.html', '2022/00/00/index.html')
    """
    found = DATED.match(published)
    if not found:
        return (UNDATED,)
    year, month, day = found.groups("00")
    whole = () if month == "00" else (f"{year}/{month}/index.html",)
    return f"{year}/index.html", *whole, f"{year}/{month}/{day}/index.html"


# --- links ------------------------------------------------------------------------------------


def check_links(site: SiteFacts) -> Iterator[Finding]:
    """Every relative link names a file of the site, in exactly its spelling."""
    lower = {path.lower(): path for path in site.files}
    for path, page in site.pages.items():
        for target in page.targets:
            if target in site.files:
                continue
            near = lower.get(target.lower())
            more = f", which is spelt {near}" if near else ", which is not there"
            yield at_link(site, path, target, "link-dead", f"links to {target}{more}")
        for address in page.odd:
            message = f'the address "{address}" works from a web server only'
            yield at_text(site, path, address, "link-not-a-file", message)


def check_anchors(site: SiteFacts) -> Iterator[Finding]:
    """Every link to a place in a page names an element of it."""
    for path, page in site.pages.items():
        for target, fragment in page.anchors:
            there = site.pages.get(target)
            if there is not None and fragment not in there.ids:
                message = f"links to #{fragment} of {target}, which has no such element"
                yield at_text(site, path, f"#{fragment}", "link-anchor-dead", message)


def check_reach(site: SiteFacts) -> Iterator[Finding]:
    """Every page can be reached from the front page by links, unless it asks to be left out of lists."""
    reached, todo = {HOME}, [HOME]
    while todo:
        page = site.pages.get(todo.pop())
        new = [target for target in (page.targets if page else ()) if target not in reached]
        reached.update(new)
        todo += new
    for path, page in site.pages.items():
        if path not in reached and path != NOT_FOUND and not page.hidden:
            yield finding("page-unreachable", path, "no chain of links leads here from the front page")


def check_titles(site: SiteFacts) -> Iterator[Finding]:
    """No two pages have the same title: browsers and search engines show nothing else of them."""
    first: dict[str, str] = {}
    for path, page in sorted(site.pages.items()):
        other = first.setdefault(page.title, path) if page.title else path
        if other != path:
            message = f'has the title "{page.title}", which {other} has'
            yield finding("page-title-duplicate", path, message)


# --- lists and numbers ------------------------------------------------------------------------


def check_timeline(site: SiteFacts) -> Iterator[Finding]:
    """Every article stands in the timeline, on the page of its day or of a part of it, exactly once."""
    shown = {path: Counter(page.listed) for path, page in site.pages.items() if page.kind in TIMELINE}
    for path in shown.keys() & site.wanted.keys():
        for part in site.parts_of(path):
            shown[path].update(site.pages[part].listed)
    for path in site.articles:
        *_, place = places_of(site.stamp(path))
        times = shown.get(place, Counter())[path]
        if times != 1:
            count = "is not" if times == 0 else f"stands {times} times"
            yield finding("timeline-wrong", path, f"{count} in the timeline, on {place}")
        if place != UNDATED and posixpath.dirname(path) != posixpath.dirname(place):
            yield finding("timeline-wrong", path, f"its address is not that of its date, {site.stamp(path)}")


def check_lists(site: SiteFacts) -> Iterator[Finding]:
    """Every list has the articles that belong to it, each once, and says the right number."""
    for path, want in sorted(site.wanted.items()):
        page = site.pages.get(path)
        if page is None:
            yield finding("list-wrong", path, f"there is no such list, though {_some(want)} belongs to it")
            continue
        twice = {one for one, times in Counter(page.listed).items() if times > 1}
        for problem, articles in (
            ("lists twice", twice),
            ("lists, though it does not belong there,", set(page.listed) - want),
            ("leaves out", set() if page.kind in TIMELINE else want - site.below[path]),
        ):
            if articles:
                yield at_text(site, path, "", "list-wrong", f"{problem} {_some(articles)}")
        if page.said >= 0 and page.said != len(want):
            message = f"says that it has {page.said} articles; it has {len(want)}"
            yield finding("count-wrong", path, message)


def check_counts(site: SiteFacts) -> Iterator[Finding]:
    """Every number beside a link is that of what the link leads to."""
    for path, page in site.pages.items():
        for claim in page.claims:
            want = len(site.wanted.get(claim.target, ()))
            if claim.target in site.wanted and claim.number not in {want, claim.listed}:
                message = f"says {claim.number} beside the link to {claim.target}, which has {want}"
                yield at_link(site, path, claim.target, "count-wrong", message)
    home = site.pages.get(HOME)
    if home and home.said >= 0 and home.said != len(site.articles):
        message = f"says that the site has {home.said} articles; it has {len(site.articles)}"
        yield finding("count-wrong", HOME, message)


def _some(paths: set[str]) -> str:
    first, *others = sorted(paths)
    return f"{first} and {len(others)} more" if others else first


# --- where it stands --------------------------------------------------------------------------


def at_text(site: SiteFacts, path: str, needle: str, code: str, message: str) -> Finding:
    """Make a finding at the first place where a page has ``needle``."""
    text = site.read(path).decode("utf-8", "replace") if needle else ""
    at = text.find(needle) if needle else -1
    if at < 0:
        return finding(code, path, message)
    return finding(code, path, message, line=text.count("\n", 0, at) + 1, column=at - text.rfind("\n", 0, at))


def at_link(site: SiteFacts, path: str, target: str, code: str, message: str) -> Finding:
    """Make a finding at the first link of a page that names ``target``."""
    relative = posixpath.relpath(target, posixpath.dirname(path) or ".")
    return at_text(site, path, f'"{relative}', code, message)

"""What stands around the text of a page that names nothing: menus, crumbs, cards of others, its imprint.

In: the events of a whole document's body in which no element is called the article. Out: the parts that go.
The rule it guards: **where all running text stands in one element, and beside it, only what leads to other
pages of the site is no text**: four links or more and hardly a word between them, a line of links that
begins at the front page, buttons, cards of one kind with a picture and a headline that lead to one page each.
Lines of text, pictures, links elsewhere, to files or to places in the page stay, as all does where text
stands in several places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from site_builder.dom import END, START, TEXT, Event
from site_builder.urls import host, is_under

_NOT_SEEN = frozenset({"script", "style", "noscript", "template", "iframe", "noembed", "noframes", "option"})
_WITHIN_LINES = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q rp rt ruby s samp small"
    " span strike strong sub sup time tt u var wbr".split()
)
_NOT_ALONE = frozenset({"a", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Parts of a list, a table or an outline."""
_RUNNING = 120
"""Bytes of a line of running text, none of a link's: 120 letters of English, 40 of Chinese."""
_LEAST, _LEAST_LINES = 800, 3
"""Bytes and lines of running text; a page with less is a list."""
_MOST = 0.9
"""Of the running text one element must hold so much."""
_MENU, _CARDS = 4, 3
"""Links of a menu, and cards beside one another, at least."""
_LINKED = 0.75
"""Of a menu's letters, so many are its links'; of what holds cards, the cards'."""
_HEADLINE, _BLURB = 12, 250
"""Letters of a card's links at least, and bytes of its other words at most."""
_CARD_LINKS = 4
_TRAIL, _IMPRINT = 200, 400
"""Letters of a line of crumbs, and of an imprint."""
_EVENTS = 300
"""Of such a line or a card; only so few are looked at one by one."""
_CRUMBS = re.compile(r"[»›>→/|\\:·•]")
_CONTROLS = frozenset(
    "print|printer friendly|printer-friendly|printable version|e-mail|email|mail|pdf|share|save"
    "|previous|prev|next|previous story|next story|previous article|next article|previous page"
    "|next page|previous post|next post|older post|newer post|front page|home|homepage|main|top|back"
    "|back to top|go to top|index|trackback|permalink|reply|reply with quote|quote|report abuse|contact"
    "|contact us|sitemap|site map|rss|text size|subscribe|drucken|druckversion|weiter|zurück|nach oben"
    "|impressum|datenschutz|kontakt|imprimer|envoyer|partager|suivant|précédent|retour|haut de page"
    "|accueil|imprimir|enviar|compartir|compartilhar|siguiente|anterior|próximo|volver|voltar|inicio"
    "|início|stampa|invia|condividi|avanti|indietro|afdrukken|delen|skriv ut|drukuj|печать|распечатать"
    "|назад|вперед|далее|наверх|поделиться|打印|收藏|分享|关闭|關閉|上一篇|下一篇|返回|返回顶部|首页"
    "|首頁|设为首页|收藏本站|加入收藏|列印|字号|大|中|小|放大字体|缩小字体|微博|微信|印刷|前へ|次へ"
    "|トップ|목록|인쇄|이전|다음".split("|")
)
"""Words on the buttons of a page."""
_AROUND = " \t\n\xa0\u3000|/·•-–—‹›«»<>[]()【】←→↑:：,"
_OWN_WORDS = re.compile(
    r"\s*(?:(?:copyright\b|©|\(c\)|版权所有|版權所有)[\s©(c),:：]*(?:19|20)\d\d|(?:copyright|©)\D{1,60}(?:19|20)\d\d\b"
    r"|powered by\s|all rights reserved)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?!html?$|php\d?$|aspx?$|jspx?$|s?html$|cgi$|do$)[a-z0-9]{2,4}$", re.IGNORECASE)
_FRONT = re.compile(r"(?:https?://[^/?#]+)?/?(?:\./)?(?:(?:index|default|home)\.\w{3,5})?$", re.IGNORECASE)


def list_surroundings(
    events: list[Event], ends: list[int], known: list[tuple[int, int]], origin: str
) -> Iterator[tuple[int, int]]:
    """List first and last event of each part that goes; ``known`` are such parts already. Linear."""
    page = _Page(events, ends, known, host(origin))
    core = page.find_core()
    if core is None:
        return
    waiting = list(reversed([*page.list_beside(core)]))
    while waiting:
        start, end = waiting.pop()
        kinds = (page.is_menu, page.is_trail, page.is_imprint, page.is_controls)
        if any(is_kind(start, end, core) for is_kind in kinds):
            yield start, end
        elif events[start][0] == START and (start < core or page.links[end + 1] > page.links[start]):
            inner = [*page.list_within(start)]
            cards = [*page.find_cards(inner)] if start > core else []
            letters = sum(page.count(page.letters, *part) for part in cards)
            if cards and letters >= _LINKED * page.count(page.letters, start, end):
                yield start, end
                continue
            yield from cards
            waiting += [part for part in reversed(inner) if part not in set(cards)]


class _Page:
    """What is counted of a page, as sums before each event."""

    def __init__(self, events: list[Event], ends: list[int], known: list[tuple[int, int]], own: str) -> None:
        self.events, self.ends, self.own = events, ends, own.removeprefix("www.")
        letters, linked, links, strays, pictures = ([0] * len(events) for _ in range(5))
        self.running = [0] * (len(events) + 1)
        self.lines = 0
        unseen = inside = line = 0
        begun, left = 0, dict(known)
        until = -1
        for at, (kind, name, attributes) in enumerate(events):
            until = max(until, left.get(at, -1))
            if kind == TEXT:
                if at > until and not unseen:
                    letters[at] = len("".join(name.split()))
                    linked[at] = letters[at] if inside else 0
                    line += 0 if inside else len(" ".join(name.split()).encode("utf-8", "replace"))
                continue
            if name in _NOT_SEEN:
                unseen += 1 if kind == START else -1
            elif name == "a":
                inside += 1 if kind == START else -1
                if kind == START and attributes.get("href"):
                    links[at] = 1
                    strays[at] = not self._is_home(attributes["href"] or "")
            elif name in {"img", "picture", "video", "iframe", "figure", "amp-img", "audio", "svg"}:
                pictures[at] = kind == START
            elif name not in _WITHIN_LINES:
                self._end_line(begun, line)
                begun, line = at, 0
        self._end_line(begun, line)
        self.letters, self.linked, self.links, self.strays, self.pictures = (
            [0, *accumulate(each)] for each in (letters, linked, links, strays, pictures)
        )
        self.text = [0, *accumulate(self.running[:-1])]

    def _end_line(self, begun: int, line: int) -> None:
        """Note a line of running text where it begins."""
        if line >= _RUNNING:
            self.running[begun] += line
            self.lines += 1

    def _is_home(self, address: str) -> bool:
        """Tell whether a link leads to another page of the site, and to no file."""
        address = address.strip().partition("#")[0].partition("?")[0]
        if not address or _FILE.search(address.rpartition("/")[2]):
            return False
        address = f"https:{address}" if address.startswith("//") else address
        if ":" in address.partition("/")[0]:
            return bool(self.own) and is_under(host(address), self.own)
        return True

    @staticmethod
    def count(sums: list[int], start: int, end: int) -> int:
        return sums[end + 1] - sums[start]

    def find_core(self) -> int | None:
        """Find the innermost element that holds nearly all running text."""
        total = self.text[-1]
        if total < _LEAST or self.lines < _LEAST_LINES:
            return None
        whole = (
            at
            for at in range(len(self.events) - 1, -1, -1)
            if self.events[at][0] == START and self.count(self.text, at, self.ends[at]) >= _MOST * total
        )
        return next(whole, None)

    def list_beside(self, core: int) -> Iterator[tuple[int, int]]:
        """List what stands beside an element and beside those around it."""
        at = 0
        while at < len(self.events):
            if at < core < self.ends[at]:
                at += 1
                continue
            if at != core and self.events[at][0] != END:
                yield at, self.ends[at]
            at = self.ends[at] + 1

    def list_within(self, start: int) -> Iterator[tuple[int, int]]:
        """List the elements right within one."""
        at = start + 1
        while at < self.ends[start]:
            if self.events[at][0] == START:
                yield at, self.ends[at]
            at = self.ends[at] + 1

    def _is_plain(self, start: int, end: int) -> bool:
        """Tell what holds no running text, and whose links all lead home."""
        return not self.count(self.text, start, end) and not self.count(self.strays, start, end)

    def is_menu(self, start: int, end: int, core: int) -> bool:
        """Tell links to other pages of the site, with hardly a word between them."""
        letters = self.count(self.letters, start, end)
        is_list = start < core and self.events[start][1] in {"ul", "ol"}
        return (
            self.events[start][0] == START
            and self.events[start][1] not in _WITHIN_LINES
            and self.count(self.links, start, end) >= _MENU - is_list
            and self._is_plain(start, end)
            and not self.count(self.pictures, start, end)
            and 0 < letters * _LINKED <= self.count(self.linked, start, end)
        )

    def is_trail(self, start: int, end: int, core: int) -> bool:
        """Tell a line above the text that leads from the front page to the article."""
        if start > core or end - start > _EVENTS or self.count(self.letters, start, end) > _TRAIL:
            return False
        if self.count(self.links, start, end) < 2 or not self._is_plain(start, end):
            return False
        first = next(at for at in range(start, end) if self.links[at + 1] > self.links[at])
        between = "".join(
            self.events[at][1] for at in range(self.ends[first], end) if self.events[at][0] == TEXT
        )
        return bool(_FRONT.match(self.events[first][2].get("href") or "") and _CRUMBS.search(between))

    def is_controls(self, start: int, end: int, core: int) -> bool:
        """Tell links and buttons that say no more than what to do with the page."""
        if not self.count(self.links, start, end) or self.count(self.letters, start, end) > _TRAIL:
            return False
        if end - start > _EVENTS or self.events[start][1] in _NOT_ALONE:
            return False
        words = (self.events[at][1] for at in range(start, end + 1) if self.events[at][0] == TEXT)
        said = {text for piece in words for part in piece.split("|") if (text := part.strip(_AROUND).lower())}
        return bool(said) and said <= _CONTROLS

    def is_imprint(self, start: int, end: int, core: int) -> bool:
        """Tell the page's own words below the text: whose it is, and by what it was made."""
        if start < core or end - start > _EVENTS or self.count(self.letters, start, end) > _IMPRINT:
            return False
        words = (self.events[at][1] for at in range(start, end + 1) if self.events[at][0] == TEXT)
        said = next((text for text in words if text.strip()), "")
        return bool(_OWN_WORDS.match(said)) and not self.count(self.pictures, start, end)

    def find_cards(self, inner: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Find cards of one kind beside one another, each of which leads to a page of its own."""
        run: list[tuple[int, int]] = []
        pages: set[str] = set()
        for start, end in [*inner, (-1, -1)]:
            page = self._read_card(start, end) if start >= 0 else ""
            if run and (not page or page in pages or self._kind(start) != self._kind(run[0][0])):
                if len(run) >= _CARDS:
                    yield from run
                run, pages = [], set()
            if page:
                run.append((start, end))
                pages.add(page)

    def _kind(self, at: int) -> tuple[str, str]:
        return self.events[at][1], self.events[at][2].get("class") or ""

    def _read_card(self, start: int, end: int) -> str:
        """Give the address to which a card leads by its picture and its headline; nothing if it is none."""
        others = self.count(self.letters, start, end) - self.count(self.linked, start, end)
        if (
            end - start > _EVENTS
            or not self.count(self.pictures, start, end)
            or not 0 < self.count(self.links, start, end) <= _CARD_LINKS
            or self.count(self.linked, start, end) < _HEADLINE
            or self.count(self.strays, start, end)
            or others > _BLURB
        ):
            return ""
        first = next(at for at in range(start, end) if self.links[at + 1] > self.links[at])
        address = self.events[first][2].get("href") or ""
        return address if self.count(self.pictures, first, self.ends[first]) else ""

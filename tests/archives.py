"""Hand-made archives for tests: cards, articles and sites with everything filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from site_builder.model import (
    Archive,
    Article,
    Body,
    Card,
    Credit,
    Media,
    Page,
    Picture,
    Provenance,
    Reading,
    Removal,
    SafeHtml,
    Site,
    TagMark,
)
from site_builder.outputs.feeds import FEEDS
from site_builder.outputs.pages import find_parts, list_pages, list_places, list_texts
from site_builder.outputs.stock import take_stock
from site_builder.steps.index import build_archive
from site_builder.steps.render import find_theme, list_assets, render_page

SHANGHAI = ZoneInfo("Asia/Shanghai")
SITE = Site("灯塔归档", "一份关于灯塔的新闻归档。", "zh-Hans", "Asia/Shanghai", "https://archive.example/")
OFFLINE = Site("灯塔归档", "一份关于灯塔的新闻归档。", "zh-Hans", "Asia/Shanghai")
LIGHT = TagMark("灯塔", "灯塔", (("given", "话题标签"),))
HARBOUR = TagMark("港口", "港口", (("name", "title"), ("alias", "码头")))

HTML = (
    '<p>港口的灯塔昨夜重新点亮。</p><figure><img src="media:0"><figcaption>灯塔</figcaption></figure>'
    "<p>守塔人说，光能照到二十海里。</p>"
)
TEXT = "港口的灯塔昨夜重新点亮。\n守塔人说，光能照到二十海里。"


def make_card(
    number: int = 0,
    when: str | None = "2022-07-20 23:15:52",
    title: str = "",
    *,
    source: tuple[str, str] = ("海港日报", "haigang"),
    tags: tuple[TagMark, ...] = (LIGHT,),
    excerpt: str = "港口的灯塔昨夜重新点亮。",
    lang: str = "zh-Hans",
    cover: str = "",
    has_ledger: bool = True,
) -> Card:
    published = datetime.fromisoformat(when).replace(tzinfo=SHANGHAI) if when else None
    stem = f"a{number:05}"
    folder = f"{published:%Y/%m/%d}" if published else "undated"
    return Card(
        stem, f"{folder}/{stem}.html", title or f"第 {number} 座灯塔重新点亮", published,
        *source, tags, excerpt, lang, 420, cover, has_ledger,
    )  # fmt: skip


def make_article(
    card: Card,
    html: str = HTML,
    media: tuple[Media, ...] = (
        Media("image", ("https://img.example/tower.jpg",), "塔身近照", "", 600, 450),
    ),
    pictures: tuple[Picture, ...] = (),
    removals: tuple[Removal, ...] = (
        Removal("removed", 14, "转载请注明出处", "source:haigang#1", "转载声明", '<p class="notice">'),
        Removal(
            "removed", 28, "", "tracking-pixel", "统计用的图片", '<img src="https://t.example/?utm_source=a">'
        ),
    ),
    title_given: str = "",
    evidence: str = "",
    origin: str = "",
) -> Article:
    removed = removals if card.has_ledger else ()
    reading = Reading(
        "Wed, 20 Jul 2022 23:15:52 GMT",
        "local",
        card.published,
        "Asia/Shanghai",
        "标的是 GMT，写的是北京时间",
    )
    return Article(
        card,
        Body(SafeHtml(html), TEXT, media, ("灯塔",), (Credit("editor", "林川"),), removed),
        Provenance(
            f"{card.id}.txt", "ab" * 32, f"originals/{card.id}.txt", "utf-8",
            reading if card.published else Reading("", "none", None),
            title_given or card.title, evidence, origin, "https://haigang.example/", ("author", "海港日报"),
        ),
        pictures,
    )  # fmt: skip


def make_cards(
    many: int, first: str = "2022-07-20 23:15:52", step: timedelta = timedelta(days=1)
) -> list[Card]:
    start = datetime.fromisoformat(first)
    return [make_card(n, (start - n * step).isoformat(" ")) for n in range(many)]


def make_archive(cards: Iterable[Card]) -> Archive:
    return build_archive(cards)


def loader(**changes: object) -> Callable[[Card], Article]:
    return lambda card: make_article(card, **changes)  # type: ignore[arg-type]


def publish(
    cards: Iterable[Card], site: Site = SITE, load: Callable[[Card], Article] | None = None
) -> dict[str, str]:
    """Make every file of a site but the originals and pictures: path -> text."""
    archive, theme = make_archive(cards), find_theme(site)
    pages = [render_page(theme, spec) for spec in list_pages(archive, site, load or make_article)]
    pages += [*list_feeds(archive, site), *list_assets(theme)]
    assert len({page.path for page in pages}) == len(pages)
    return {page.path: page.data.decode() for page in pages}


def list_feeds(archive: Archive, site: Site = SITE) -> Iterator[Page]:
    """List the files for other programs; they need no bodies."""
    stock = take_stock(archive, site, make_article)
    stock = replace(stock, parts=find_parts(stock))
    return chain.from_iterable(list_kind(stock) for list_kind in FEEDS)


def list_addresses(archive: Archive) -> list[str]:
    """List the pages that a search engine may keep."""
    texts = list_texts(archive, (*archive.cards, *archive.undated))
    parts = find_parts(take_stock(archive, SITE, make_article))
    return [*list_places(archive, SITE.stories, parts), *(path for path, _ in texts)]


def read_page(text: str) -> HtmlElement:
    """Read a page as strictly as a browser would, by a parser that the program does not use for it."""
    return document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8"))

"""An archive in which every page kind, and every part of a page, occurs: made up, and the same each time."""

# Markup reads best whole:
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from archives import SITE, list_feeds, make_archive, make_article, make_card

from site_builder.model import (
    Archive,
    Article,
    Body,
    Card,
    Group,
    Kin,
    Media,
    Passage,
    Relations,
    SafeHtml,
    Site,
    TagMark,
)
from site_builder.outputs.pages import list_pages
from site_builder.steps.render import find_theme, list_assets, render_page

SUBJECTS = ("灯塔", "港口", "守塔人", "海图", "Fog signal", "雾号", "木材船")
PUBLISHERS = (("海港日报", "haigang"), ("晚报", "wanbao"), ("The Harbour Post", "harbour"))
EXCERPT = "港口的灯塔昨夜重新点亮，守塔人说，修好透镜用了整整一个冬天，光能照到二十海里之外的航道上。"

EVERYTHING = (
    "<h2>透镜怎样修好</h2><p>正文里有<strong>要点</strong>、<em>着重</em>、<mark>标记</mark>、<code>LENS-4</code>和"
    '<a href="https://a.example/very/long/address/that/has/to/break/somewhere" rel="nofollow noreferrer external">'
    "一个链接</a>，H<sub>2</sub>O。</p>"
    '<figure><img src="media:0"><figcaption>灯塔近照。摄影：林川</figcaption></figure>'
    "<h3>分三步</h3><ol><li>拆下透镜</li><li>磨平刻痕</li></ol><ul><li>清点零件</li></ul>"
    "<blockquote><p>这盏灯等了三十年。</p></blockquote>"
    "<table><caption>各灯塔</caption><thead><tr><th>灯塔</th><th>建成</th><th>高度</th><th>射程</th><th>守塔人</th><th>备注</th></tr></thead>"
    "<tbody><tr><td>东礁</td><td>1912 年</td><td>38 米</td><td>20 海里</td><td>一家三代</td><td>冬天封航时也亮着</td></tr></tbody></table>"
    "<table><tbody><tr><th>Lighthouse</th><th>Commissioned</th><th>Height</th><th>Nautical miles</th><th>Automatic</th><th>Remarks</th></tr></tbody></table>"
    "<pre><code>lens.turn(speed=3, period=12, brightness=0.88, colour='white', repeat='every twelve seconds')</code></pre>"
    '<p>行内的小图<img src="media:1">不打断句子。</p><hr><p lang="en">The keeper’s log was found behind the stairs.</p>'
)
MEDIA = (
    Media("image", ("https://img.example/tower.jpg",), "塔身近照", "", 1200, 800),
    Media("image", ("https://img.example/dot.png",), "", "", 20, 20, inline=True),
)


def make_showcase() -> Archive:
    """Cards of three years, with a crowded month, a story, a reprint, a foreign article, undated ones."""
    start = datetime(2022, 7, 20, 23, 15)
    moments = [start - timedelta(days=day) for day in (0, 22, 24, 31, 36, 53, 400, 420, 765)]
    moments += [datetime(2021, 3, 28, 20) - timedelta(hours=8 * number) for number in range(70)]
    cards = [_card(number, when) for number, when in enumerate(moments)]
    cards += [
        make_card(900 + number, None, f"不知哪天的第 {number} 条消息", tags=_tags(number))
        for number in range(3)
    ]
    archive = make_archive(cards)
    relations = _relations(archive)
    originals = {url: told.duplicate_of for url, told in relations.items() if told.duplicate_of}
    return replace(archive, threads=(_story(archive),), relations=relations, originals=originals)


def _tags(number: int) -> tuple[TagMark, ...]:
    names = (SUBJECTS[number % 7], SUBJECTS[0], SUBJECTS[(number * 3) % 7])
    return tuple(TagMark(name, name, (("given", "话题标签"),)) for name in dict.fromkeys(names))


def _card(number: int, when: datetime) -> Card:
    foreign = number == 3
    title = (
        "The keeper's log, 1912–1944, is found"
        if foreign
        else f"第 {number} 座灯塔重新点亮：光能照到“二十海里”之外"
    )
    excerpt = "It was behind the stairs, wrapped in sailcloth." if foreign else EXCERPT
    return make_card(
        number, when.isoformat(" "), title, source=PUBLISHERS[number % 3], tags=_tags(number), excerpt=excerpt,
        lang="en" if foreign else "zh-Hans", cover="icon.svg" if number == 1 else "", has_ledger=number < 5,
    )  # fmt: skip


def _story(archive: Archive) -> Group:
    members = tuple(reversed(archive.cards[:5]))
    return Group(members[0].url, members[0].title, "threads/a00004.html", members)


def _relations(archive: Archive) -> dict[str, Relations]:
    members = [card.url for card in _story(archive).cards]
    found = {
        url: Relations("threads/a00004.html", at + 1, 5, because=("灯塔", "守塔人") if at else ())
        for at, url in enumerate(members)
    }
    first, copy, kin = members[0], archive.cards[6].url, archive.cards[8].url
    found[first] = replace(
        found[first], copies=(copy,), related=(Kin(kin, ("灯塔", "Fog signal", "lighthouse"), 729),)
    )
    found[copy] = Relations("threads/a00004.html", 0, 5, duplicate_of=first)
    found[members[1]] = replace(found[members[1]], passages=(Passage(kin, "光能照到二十海里之外的航道上。"),))
    return found


def load(card: Card) -> Article:
    """Give the first article a body with everything in it, the others a short one."""
    if card.id != "a00002":
        return make_article(card)
    article = make_article(card, title_given=card.title.replace("“", "_"), evidence=card.title)
    return replace(
        article, body=Body(SafeHtml(EVERYTHING), "港口的灯塔。", MEDIA, (), (), article.body.removals)
    )


def write_showcase(folder: Path, site: Site = SITE) -> dict[str, list[str]]:
    """Write the site, and give the paths of its pages by kind."""
    archive, theme = make_showcase(), find_theme(site)
    pages = [render_page(theme, spec) for spec in list_pages(archive, site, load)]
    kinds: dict[str, list[str]] = {}
    for spec in list_pages(archive, site, load):
        kinds.setdefault(str(spec.context["kind"]), []).append(spec.path)
    for page in (*pages, *list_feeds(archive, site), *list_assets(theme)):
        (folder / page.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / page.path).write_bytes(page.data)
    return kinds

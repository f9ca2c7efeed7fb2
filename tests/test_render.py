from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from gettext import GNUTranslations
from importlib.util import cache_from_source
from itertools import pairwise
from pathlib import Path

import pytest
from archives import (
    LIGHT,
    OFFLINE,
    SITE,
    make_archive,
    make_article,
    make_card,
    make_cards,
    publish,
    read_page,
)
from catalogues import CATALOGUES, messages, publishers_reasons, read_catalogue_file

from site_builder.errors import TemplateError
from site_builder.language.tongues import find_catalogue, runs_leftwards
from site_builder.model import Article, Card, Kin, Media, PageSpec, Picture, Removal, SafeHtml, Site, TagMark
from site_builder.outputs.lists import Link
from site_builder.outputs.pages import list_pages
from site_builder.steps import render
from site_builder.steps.render import (
    Edge,
    Place,
    cut_pieces,
    describe_picture,
    find_locale,
    find_theme,
    list_assets,
    make_environment,
    name_host,
    place_media,
    read_catalogue,
    reading_minutes,
    render_page,
    show_controls,
    word_kin,
)

NASTY = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{ 7*7 }}{% raw %}"


def show(article: Article, site: Site = SITE) -> str:
    """Render the page of one article."""
    specs = list_pages(make_archive([article.card]), site, lambda card: article)
    return render_page(
        find_theme(site), next(spec for spec in specs if spec.path == article.card.url)
    ).data.decode()


def slips(text: str) -> list[str]:
    return [
        " ".join(slip.text_content().split())
        for slip in read_page(text).xpath("//span[contains(@class,'slip')]")
    ]


# --- hostile text -------------------------------------------------------------------------


def nasty_article(card: Card) -> Article:
    article = make_article(
        card,
        "<p>{{ 7*7 }} {% raw %} &lt;%= %&gt;</p>",
        media=(),
        removals=(Removal("removed", 0, NASTY, NASTY, NASTY, NASTY),),
        title_given=NASTY + "_",
        evidence=NASTY,
        origin="javascript:alert(3)",
    )
    proof = replace(
        article.provenance,
        author=NASTY,
        encoding=NASTY,
        source_home="javascript:alert(4)",
        matched=(NASTY, NASTY),
        reading=replace(article.provenance.reading, stamp=NASTY, reason=NASTY, zone=NASTY),
    )
    return replace(article, provenance=proof)


@pytest.mark.parametrize(
    "site", [SITE, replace(OFFLINE, title=NASTY, description=NASTY, contact=NASTY, zone=NASTY)]
)
def test_hostile_text_is_shown_and_never_run(site: Site) -> None:
    tag = TagMark(NASTY, NASTY, ((NASTY, NASTY), ("given", NASTY), ("alias", NASTY)))
    cards = [
        make_card(n, when, NASTY, source=(NASTY, "nasty"), tags=(tag,), excerpt=NASTY, lang=NASTY)
        for n, when in enumerate(("2022-07-20 23:15:52", None))
    ]
    for path, text in publish(cards, site, nasty_article).items():
        if not path.endswith(".html"):
            continue
        page = read_page(text)
        scripts = [script for script in page.iter("script") if script.get("type") != "application/ld+json"]
        assert [script.get("src") for script in scripts] == (
            ["../search.js"] if path == "search/index.html" else []
        ), path
        assert not page.xpath("//@*[starts-with(name(), 'on')] | //@style"), path
        assert set(page.xpath("//img/@src")) == ({"icon.svg"} if path == "styleguide.html" else set()), path
        assert not [url for url in page.xpath("//@href | //@src") if "script:" in url], path
        assert '"url":"javascript:' not in text.replace(" ", ""), path  # nor told to programs
        assert "49" not in re.sub(r"sha-?256|\d\d:\d\d", "", page.text_content()), path
    assert (
        "{{ 7*7 }} {% raw %}" in read_page(publish(cards, site, nasty_article)[cards[0].url]).text_content()
    )


def test_hostile_text_in_data_for_machines_cannot_end_its_script() -> None:
    card = make_card(title="</script><script>alert(1)</script>&lt;!--")
    text = show(make_article(card))
    data = json.loads(read_page(text).xpath("string(//script)"))
    assert data["@graph"][0]["headline"] == card.title
    assert text.count("</script>") == 1


def test_characters_that_no_page_may_hold_are_named() -> None:
    assert show_controls("a\x00b\u202ec\ufffd\n") == "a⟨U+0000⟩b⟨U+202E⟩c⟨U+FFFD⟩\n"


# --- media --------------------------------------------------------------------------------


def test_a_picture_that_is_not_stored_is_a_slip() -> None:
    text = show(make_article(make_card()))
    assert slips(text) == ["图片没有随文存档 塔身近照 600 × 450 像素，原图在 img.example"]
    assert not read_page(text).xpath("//img")
    assert read_page(text).xpath("//span[contains(@class,'slip')]//a/@href") == [
        "https://img.example/tower.jpg"
    ]


def test_a_slip_is_phrasing_markup() -> None:
    page = read_page(show(make_article(make_card(), '<p>雾<img src="media:0">号</p>')))
    slip = page.xpath("//p/span[contains(@class,'slip')]")[0]
    assert {element.tag for element in slip.iter()} <= {"span", "b", "a"}


def test_a_stored_picture_is_shown_with_its_size() -> None:
    picture = Picture(0, "media/ab/abcd.jpg", "tower.jpg", "ab" * 32, 800, 600)
    page = read_page(show(make_article(make_card(), pictures=(picture,))))
    image = page.xpath("//figure/img")[0]
    assert dict(image.attrib) == {
        "src": "../../../media/ab/abcd.jpg",
        "alt": "塔身近照",
        "width": "800",
        "height": "600",
        "fetchpriority": "high",
        "decoding": "async",
    }


def test_remote_pictures_are_loaded_late_and_say_nothing_of_the_reader() -> None:
    text = show(make_article(make_card()), replace(SITE, images="remote"))
    image = read_page(text).xpath("//figure/img")[0]
    assert (image.get("loading"), image.get("decoding"), image.get("referrerpolicy")) == (
        "lazy",
        "async",
        "no-referrer",
    )
    assert (image.get("src"), image.get("width")) == ("https://img.example/tower.jpg", "600")
    assert "img-src 'self' data: http: https:;" in text


def test_local_pages_load_nothing_from_elsewhere() -> None:
    assert "img-src 'self' data:;" in show(make_article(make_card()))


@pytest.mark.parametrize(("kind", "words"), [("video", "视频"), ("audio", "音频"), ("embed", "嵌入内容")])
def test_what_is_no_picture_is_a_link_with_a_label(kind: str, words: str) -> None:
    media = Media(kind, ("https://player.example/v/1",))  # type: ignore[arg-type]
    for site in (SITE, replace(SITE, images="remote")):
        assert slips(show(make_article(make_card(), media=(media,)), site)) == [f"{words} 见 player.example"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//host/x", ""])
def test_only_web_addresses_are_linked(url: str) -> None:
    for site in (SITE, replace(SITE, images="remote")):
        page = read_page(show(make_article(make_card(), media=(Media("image", (url,)),), origin=url), site))
        assert not page.xpath("//img")
        assert not [href for href in page.xpath("//@href") if url and url in href]


def test_a_slip_inside_a_link_holds_no_link() -> None:
    html = '<p><a href="https://a.example/" rel="nofollow noreferrer external"><img src="media:0"></a></p>'
    page = read_page(show(make_article(make_card(), html)))
    assert not page.xpath("//a//a")
    assert page.xpath("//a[@href='https://a.example/']//span[contains(@class,'slip')]")


def test_words_for_a_picture_are_left_out_when_they_say_nothing() -> None:
    def words(alt: str) -> str:
        return describe_picture(Media("image", (), alt), "老灯塔")

    assert [words(alt) for alt in ("老灯塔", "IMG_01.JPG", "a/b.webp", " 塔身\n近照 ")] == [
        "",
        "",
        "",
        "塔身 近照",
    ]


def test_a_body_is_cut_at_its_media_and_around_wide_parts_and_nothing_is_lost() -> None:
    html = SafeHtml('<p>a</p><table><tr><td><img src="media:0"></td></tr></table><pre>b</pre><p>c</p>')
    pieces = list(place_media(make_article(make_card(), html)))
    shapes = ["|" if isinstance(piece, Place) else piece for piece in pieces if not isinstance(piece, Edge)]
    assert "".join(shapes) == html.replace('<img src="media:0">', "|")
    assert [piece for piece in pieces if isinstance(piece, Edge)] == [
        Edge("table", True, 1), Edge("table", False, 1), Edge("pre", True, 1), Edge("pre", False, 1),
    ]  # fmt: skip
    assert all(type(piece) is SafeHtml for piece in pieces if isinstance(piece, str))


def test_no_cut_falls_inside_an_attribute() -> None:
    html = '<p><abbr title="<table> </a> <pre>">x</abbr></p>'
    assert "".join(place_media(make_article(make_card(), html))) == html  # type: ignore[arg-type]
    assert [piece for piece in place_media(make_article(make_card(), html)) if piece] == [html]


def test_a_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    page = read_page(show(make_article(make_card(), "<table><tbody><tr><td>x</td></tr></tbody></table>")))
    box = page.xpath("//table/parent::section")[0]
    assert (box.get("tabindex"), box.get("aria-label")) == ("0", "表格")


def test_boxes_that_scroll_are_told_apart() -> None:
    html = "<table><tbody><tr><td>x</td></tr></tbody></table><pre>a</pre>" * 2
    names = read_page(show(make_article(make_card(), html))).xpath("//section[@tabindex]/@aria-label")
    assert len(set(names)) == 4


# --- what every page has ------------------------------------------------------------------


def every_page() -> Iterator[tuple[str, str]]:
    files = publish([*make_cards(70, "2022-07-20 23:15:52"), make_card(99, None)])
    return ((path, text) for path, text in files.items() if path.endswith(".html"))


def test_every_page_is_strict_from_its_first_lines() -> None:
    for path, text in every_page():
        assert text.startswith('<!doctype html>\n<html lang="zh-Hans">'), path
        assert text.index("default-src 'none'") < text.index("style.css"), path
        page = read_page(text)
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("//meta[@name='description']/@content")[0].strip(), path
        assert page.xpath("(//body//a)[1]/@href") == ["#main"], path
        levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_an_article_page_is_an_h_entry_with_its_record() -> None:
    article = make_article(make_card(), title_given="第 0 座灯塔_重新点亮", evidence="第 0 座灯塔重新点亮")
    page = read_page(show(article))
    entry = page.xpath("//article[contains(@class, 'h-entry')]")[0]
    assert entry.xpath("string(.//h1[@class='p-name'])") == "第 0 座灯塔重新点亮"
    assert entry.xpath(".//time[@class='dt-published']/@datetime") == ["2022-07-20T23:15:52+08:00"]
    assert entry.xpath("string(.//time[@class='dt-published'])") == "2022 年 7 月 20 日 星期三 23:15"
    assert entry.xpath(".//a[@rel='tag']/text()") == ["灯塔"]
    record = " ".join(entry.xpath("string(.//section)").split())
    for fact in (
        "Wed, 20 Jul 2022 23:15:52 GMT", "标的时区不对，其实是北京时间", "2022 年 7 月 20 日 23:15:52",
        "第 0 座灯塔_重新点亮", "按图片的说明文字还原", "林川", "来源自己标的 话题标签", "删去 2 处",
        "ab" * 32, "utf-8", "据作者栏“海港日报”认出",
    ):  # fmt: skip
        assert fact in record
    assert "../../../originals/a00000.txt" in entry.xpath(".//section//@href")
    assert "../../../2022/07/20/a00000.ledger.html" in entry.xpath(".//section//@href")


def test_a_publisher_that_nobody_knows_has_a_name_on_every_page() -> None:
    files = publish([make_card(n, f"2022-07-{20 - n} 10:00:00", source=("", "unknown")) for n in range(2)])
    for path, text in files.items():
        if path.endswith(".html"):
            page = read_page(text)
            assert all(heading.text_content().strip() for heading in page.iter("h1", "h2", "h3", "h4")), path
            names = [
                link.text_content().strip() or link.xpath("string(.//img/@alt)") for link in page.iter("a")
            ]
            assert all(names), path
    assert "来源不详" in files["sources/unknown.html"]


def test_the_ledger_shows_every_removal() -> None:
    page = read_page(publish([make_card()])["2022/07/20/a00000.ledger.html"])
    words = page.xpath("string(//ol[@class='ledger'])")
    for fact in ("转载请注明出处", "转载声明", "source:haigang#1", "utm_source=a", "第 14 字之后"):
        assert fact in words


def test_an_article_describes_itself_to_machines() -> None:
    card = make_card()
    for site, url in (
        (SITE, "https://archive.example/2022/07/20/a00000.html"),
        (OFFLINE, "../../../2022/07/20/a00000.html"),
    ):
        node, trail = json.loads(read_page(show(make_article(card), site)).xpath("string(//script)"))[
            "@graph"
        ]
        assert node["@type"] == "NewsArticle"
        assert node["mainEntityOfPage"] == url
        assert node["headline"] == card.title
        assert node["datePublished"] == "2022-07-20T23:15:52+08:00"
        assert node["publisher"]["name"] == "海港日报"
        assert node["provider"]["name"] == "灯塔归档"
        assert [item["name"] for item in trail["itemListElement"]] == [
            "时间线",
            "2022 年",
            "7 月",
            "20 日",
            card.title,
        ]


def test_from_the_page_that_a_host_shows_at_any_depth_one_link_leads_home() -> None:
    for base_url, home in (("https://a.example/b/", "https://a.example/b/index.html"), ("", "index.html")):
        page = read_page(publish(make_cards(2), replace(SITE, base_url=base_url))["404.html"])
        assert page.xpath("//main//p[@class='more']/a/@href") == [home]
        assert page.xpath("//link[@rel='stylesheet']/@href") == ["style.css"], "nothing is asked from outside"


def test_without_a_base_url_pages_hold_no_absolute_address_of_the_site() -> None:
    for path, text in publish(make_cards(2), OFFLINE).items():
        if path.endswith(".html"):
            page = read_page(text)
            assert not page.xpath("//link[@rel='canonical'] | //meta[@property='og:url']"), path
            assert all("//" not in href for href in page.xpath("//link/@href")), path


def test_a_long_address_may_break_at_its_marks_and_loses_nothing() -> None:
    address = '<img src="https://t.example/?utm_source=a">'
    assert "".join(cut_pieces(address)) == address
    assert cut_pieces("t.example") == ["t", ".", "example"]


def test_reading_takes_longer_in_letters() -> None:
    assert [
        reading_minutes(10, "zh-Hans"),
        reading_minutes(2000, "zh-Hant"),
        reading_minutes(2000, "en"),
    ] == [1, 5, 2]


def test_words_that_no_blanks_part_are_not_counted() -> None:
    article = make_article(make_card(0, lang="th"))
    page = read_page(show(replace(article, body=replace(article.body, text="รถไฟสายใหม่เปิดแล้ว"))))
    assert "word" not in page.xpath("string(//p[@class='meta'])")


def test_latin_articles_are_measured_in_words() -> None:
    article = make_article(make_card(0, lang="en"))
    page = read_page(show(replace(article, body=replace(article.body, text="It was\nbehind the stairs."))))
    assert "5 词，约 1 分钟" in page.xpath("string(//article/header/p)")
    [graph] = [json.loads(text)["@graph"] for text in page.xpath("//script/text()")]
    assert graph[0]["wordCount"] == 5


@pytest.mark.parametrize(
    ("site", "foreign", "whole", "part"),
    [("zh-Hans", "ar", [], ["rtl"]), ("zh-Hans", "en", [], []), ("ar", "zh-Hans", ["rtl"], ["ltr"])],
)
def test_what_runs_the_other_way_says_so(site: str, foreign: str, whole: list[str], part: list[str]) -> None:
    pages = publish([make_card(0, lang=foreign), make_card(1)], replace(SITE, language=site))
    for path in ("index.html", make_card(0).url):
        page = read_page(pages[path])
        assert page.xpath("/html/@dir") == whole, path
        assert sorted(set(page.xpath(f"//body//*[@lang='{foreign}']/@dir"))) == part, path


def test_the_tags_of_an_article_begin_where_its_text_does() -> None:
    card = make_card(0, lang="ar", tags=(LIGHT,))
    tags = "//footer/ul[@class='tags']/@dir"
    assert read_page(publish([card], SITE)[card.url]).xpath(tags) == ["rtl"]
    assert read_page(publish([card], replace(SITE, language="ar"))[card.url]).xpath(tags) == []
    card = replace(card, lang="en")
    assert read_page(publish([card], replace(SITE, language="ar"))[card.url]).xpath(tags) == ["ltr"]


@pytest.mark.parametrize(
    ("language", "near", "far"),
    [
        ("de", "2.–26. Feb.", "2. Feb. – 3. März"),
        ("ar", "2–26 فبراير", "2 فبراير – 3 مارس"),
        ("pt", "2 – 26 de fev.", "2 de fev. – 3 de mar."),
        ("ja", "2月2日～26日", "2月2日～3月3日"),
        ("zh-Hans", "2 月 2 日至 26 日", "2 月 2 日至 3 月 3 日"),
        ("en", "Feb 2 – 26", "Feb 2 – Mar 3"),
    ],
)
def test_days_of_one_year_are_told_as_the_language_tells_them(language: str, near: str, far: str) -> None:
    until = make_environment(find_theme(replace(SITE, language=language))).filters["until"]
    first = date(2024, 2, 2)
    said = [" ".join(until(first, last).split()) for last in (date(2024, 2, 26), date(2024, 3, 3))]
    assert said == [near, far]


def test_a_site_whose_language_has_no_words_speaks_english_and_says_so() -> None:
    site = replace(SITE, language="fi", title="Majakat", description="Majakoista.")
    cards = [make_card(0, title="Majakka", lang="", tags=(LIGHT,)), make_card(1, lang="en", title="A lamp")]
    pages = publish(cards, site)
    page = read_page(pages["index.html"])
    assert page.xpath("/html/@lang") == ["en"]
    assert page.xpath("//h1[text()='Majakat']/@lang") == ["fi"]
    assert page.xpath("//p[text()='Majakoista.']/@lang") == ["fi"]
    assert page.xpath("//article//a[text()='Majakka']/../@lang") == ["fi"]
    assert page.xpath("//article//a[text()='A lamp']/../@lang") == []
    assert set(page.xpath("//ul[@class='tags']/@lang")) == {"fi"}
    article = read_page(pages[cards[0].url])
    assert article.xpath("//*[@class='prose e-content']/@lang") == ["fi"]


def test_a_page_that_runs_leftwards_points_the_other_way() -> None:
    cards = make_cards(2)
    pages = publish(cards, replace(SITE, language="ar"))
    pager = read_page(pages[cards[0].url]).xpath("//nav[@class='pager']//small/text()")
    assert pager == ["→ الأقدم"]
    pager = read_page(pages[cards[1].url]).xpath("//nav[@class='pager']//small/text()")
    assert pager == ["الأحدث ←"]


@pytest.mark.parametrize(
    ("language", "name", "written"),
    [
        ("ar", "C++", "\u2068C++\u2069"),
        ("en", "منارة", "\u2068منارة\u2069"),
        ("en", "C++", "C++"),
        ("ar", "منارة", "منارة"),
    ],
)
def test_a_name_of_the_other_direction_turns_no_sentence(language: str, name: str, written: str) -> None:
    env = make_environment(find_theme(replace(SITE, language=language)))
    source = "{{ _('Also written: %(forms)s', forms=[name, name]|terms(' ')) }}"
    assert env.from_string(source).render(name=name).endswith(f" {written} {written}")
    assert env.from_string("{{ _('%(name)s, undated', name=name) }}").render(name=name).startswith(written)


def test_what_the_page_says_within_a_foreign_article_is_in_its_own_language() -> None:
    page = read_page(show(make_article(make_card(0, lang="ar"))))
    [slip] = page.xpath("//*[@lang='ar']//span[starts-with(@class,'slip')][1]")[:1]
    assert (slip.get("lang"), slip.get("dir")) == ("zh-Hans", "ltr")


def test_the_style_sheet_knows_no_left_and_right_but_where_it_says_so() -> None:
    style = (Path(find_theme(SITE).folders[-1]) / "style.css").read_text("utf-8")
    assert not re.search(r"(?:margin|padding|border)-(?:left|right)|[;{](?:left|right|float):", style)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-TW", "同樣寫到 灯塔、港口，相隔 58 天"),
        ("en", "also about 灯塔, 港口, 58 days apart"),
        ("de", "auch über 灯塔, 港口, 58 Tage Abstand"),
        ("ru", "общее: 灯塔, 港口, с разницей в 58 дней"),
    ],
)
def test_programs_are_told_in_the_words_of_the_language_what_is_shared(language: str, said: str) -> None:
    assert word_kin(language, Kin("a.html", ("灯塔", "港口"), 58)) == said
    assert word_kin(language, Kin("a.html", ("灯塔",), 0)).endswith(" 灯塔")


def test_a_region_is_no_foreign_language() -> None:
    page = read_page(publish([make_card(0, lang="pt")], replace(SITE, language="pt-BR"))["index.html"])
    assert page.xpath("/html/@lang") == ["pt-BR"]
    assert page.xpath("//body//@lang") == []


@pytest.mark.parametrize(
    ("language", "leftwards"),
    [("ar", True), ("ar-Latn", False), ("he-IL", True), ("az", False), ("az-Arab", True), ("de", False)],
)
def test_a_script_tells_which_way_it_runs(language: str, leftwards: bool) -> None:
    assert runs_leftwards(language) is leftwards


def test_thousands_are_parted_wherever_things_are_counted() -> None:
    names = tuple(Link(str(number), "x.html", 1234) for number in range(20))
    context = {"kind": "tag", "count": 1638, "names": names}
    spec = PageSpec("tags/index.html", "index.html", context)
    page = read_page(render_page(find_theme(SITE), spec).data.decode())
    assert "1,638" in page.xpath("string(//p[@class='lede'])")
    assert set(page.xpath("//*[@class='n']/text()")) == {"1,234"}


def test_hosts_are_named_shortly() -> None:
    hosts = [name_host(url) for url in ("https://www.a.example:8/x", "https://u:p@b.example?x", "http://")]
    assert hosts == ["a.example", "b.example", "http://"]


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert publish(make_cards(9)) == publish(make_cards(9))


# --- themes -------------------------------------------------------------------------------


def test_a_site_can_replace_one_template_and_the_style_sheet(tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text(
        "{% extends 'base.html' %}{% set title = 'x' %}{% set description = 'y' %}"
    )
    (tmp_path / "style.css").write_text("body{color:red}")
    (tmp_path / "search.js").write_text("/* mine */  run ( )")
    (tmp_path / "notes.txt").write_text("not for publication")
    theme = find_theme(SITE, tmp_path)
    page = render_page(theme, PageSpec("404.html", "404.html", {"kind": "404"}))
    assert b"<title>x" in page.data
    assets = {page.path: page.data for page in list_assets(theme)}
    assert assets["style.css"] == b"body{color:red}"
    assert assets["search.js"] == b"/* mine */  run ( )"
    assert set(assets) == {"style.css", "icon.svg", "search.js"}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\nb\n{{ nothing_here }}", 3),
        ("a\n{% if %}", 2),
        ("\n{{ 1 + site }}", 2),
        ("\n\n\n{{ kind.no.where }}", 4),
    ],
)
def test_a_template_that_fails_is_named_with_its_line(tmp_path: Path, source: str, line: int) -> None:
    (tmp_path / "404.html").write_text(source)
    with pytest.raises(TemplateError) as caught:
        render_page(find_theme(SITE, tmp_path), PageSpec("404.html", "404.html", {"kind": "404"}))
    assert caught.value.where == f"{tmp_path / '404.html'}:{line}"
    assert "kind" in caught.value.hint


def test_a_compiled_template_is_kept_beside_the_program_and_never_taken_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(render, "SITES", 1)
    folder = Path(cache_from_source(render.__file__)).parent
    folder.mkdir(parents=True)
    own = tmp_path / "own"
    own.mkdir()

    def show(text: str, **face: str) -> bytes:
        (own / "404.html").write_text(text)
        theme = find_theme(replace(SITE, **face), own, "this very program")
        return render_page(theme, PageSpec("404.html", "404.html", {})).data

    def read() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    assert show("{{ site.title }}", title="One") == b"One"
    kept = read()
    assert len(kept) > 1
    make_environment.cache_clear()
    assert show("{{ site.title }}", title="One") == b"One"
    assert read() == kept
    assert show("{{ site.title }}", title="Two") == b"Two"
    assert show("{{ site.title }}!", title="Two") == b"Two!"
    assert read().keys() == kept.keys()
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    make_environment.cache_clear()
    assert show("{{ site.title }}!", title="Two") == b"Two!"


def test_a_template_that_is_missing_is_named() -> None:
    with pytest.raises(TemplateError, match=r"none\.html"):
        render_page(find_theme(SITE), PageSpec("x.html", "none.html", {}))


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.parent.name)
def test_a_catalogue_translates_every_message_and_holds_no_stale_one(file: Path) -> None:
    catalogue = read_catalogue_file(file)
    held = {(message.context, message.id) for message in catalogue if message.id}
    wanted = messages()
    assert wanted <= held, (
        "`python tests/catalogues.py` brings the English one up to date, and names what lacks"
    )
    assert held - wanted <= {(None, reason) for reason in publishers_reasons()}
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        if message.id and not message.fuzzy:
            wanted = message.id if isinstance(message.id, str) else message.id[-1]
            for form in forms:
                # A form for one number alone, such as the Arabic dual, may say the number in the noun.
                is_silent = len(forms) > 2 and "%(num)d" in wanted and "%(num)d" not in form
                left_out = ["%(num)d"] if is_silent else []
                assert sorted(_PLACES.findall(form) + left_out) == sorted(_PLACES.findall(wanted)), form


_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.parent.name)
def test_a_catalogue_has_the_plural_forms_of_its_language(file: Path) -> None:
    catalogue = read_catalogue_file(file)
    locale = find_locale(file.parent.parent.name.replace("_", "-"))
    words = read_catalogue(file.parent.parent.name)
    assert isinstance(words, GNUTranslations)
    choose = words.plural  # type: ignore[attr-defined]  # what gettext made of the file's Plural-Forms
    numbers = (*range(1000), 1001, 1002, 1011, 1111, 12_345, 100_003)
    kinds = {number: locale.plural_form(number) for number in numbers}
    pairs = {(kinds[number], choose(number)) for number in numbers}
    assert len(pairs) == len(set(kinds.values())) == catalogue.num_plurals
    once = {form for form in range(catalogue.num_plurals) if sum(choose(n) == form for n in range(200)) == 1}
    for message in catalogue:
        if isinstance(message.id, tuple) and "%(num)d" in message.id[1]:
            silent = {form for form, text in enumerate(message.string) if "%(num)d" not in text}
            assert silent <= once, message.id


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("zh-Hans", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("zh-TW", "zh_Hant"),
        ("zh-Hant", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
        ("en", "en"),
        ("en-GB", "en"),
        ("zh-HK", "zh_Hant"),
        ("yue", "zh_Hant"),
        ("ZH-hant", "zh_Hant"),
        ("pt-BR", "pt"),
        ("pt-PT", "pt"),
        ("de-AT", "de"),
        ("de-CH-1996", "de"),
        ("es-419", "es"),
        ("en-x-harbour", "en"),
        ("sr-Latn", ""),
        ("fi", ""),
    ],
)
def test_a_language_finds_its_catalogue(language: str, name: str) -> None:
    file = find_catalogue(language)
    assert (file.parent.parent.name if file else "") == name


def test_an_english_site_speaks_english() -> None:
    site = replace(SITE, language="en", title="Lighthouses")
    page = read_page(show(make_article(make_card(lang="en", title="A lamp is lit")), site))
    words = " ".join(page.text_content().split())
    assert "Wednesday, July 20, 2022, 23:15" in words
    assert re.search(r"\d+ words?, about 1 minute", words)
    assert "2 removals" in words
    assert not re.search(r"存档|来源自己", words)


def test_dates_are_written_in_the_words_of_the_language() -> None:
    when = datetime(2022, 7, 4, 9, 5, 7, tzinfo=UTC)
    written = {}
    for language in ("zh-Hans", "en", "en-GB", "fi"):
        write = make_environment(find_theme(replace(SITE, language=language))).filters["date"]
        written[language] = [write(when, form) for form in ("day", "month", "month-day", "weekday", "second")]
    assert written == {
        "zh-Hans": ["2022 年 7 月 4 日", "2022 年 7 月", "7 月 4 日", "星期一", "2022 年 7 月 4 日 09:05:07"],
        "en": ["July 4, 2022", "July 2022", "July 4", "Monday", "July 4, 2022, 09:05:07"],
        "en-GB": ["4 July 2022", "July 2022", "4 July", "Monday", "4 July 2022, 09:05:07"],
        "fi": ["July 4, 2022", "July 2022", "July 4", "Monday", "July 4, 2022, 09:05:07"],
    }


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("zh-Hans", "2022 年 7 月 4 日 星期一"),
        ("zh-Hant", "2022 年 7 月 4 日 星期一"),
        ("en", "Monday, July 4, 2022"),
    ],
)
def test_midnight_stands_for_a_stamp_without_a_time_and_is_not_shown(language: str, day: str) -> None:
    write = make_environment(find_theme(replace(SITE, language=language))).filters["date"]
    midnight = datetime(2022, 7, 4, tzinfo=UTC)
    assert (write(midnight, "full"), write(midnight, "clock")) == (day, "")
    assert write(midnight, "second").endswith("00:00:00")
    later = midnight.replace(minute=1)
    assert "00:01" in write(later, "full") and write(later, "clock") == "00:01"
    assert write(midnight.replace(second=1), "clock") == "00:00"


@pytest.mark.parametrize("language", sorted(file.parent.parent.name for file in CATALOGUES))
def test_a_moment_ends_with_its_time_in_every_language_so_that_it_can_be_left_out(language: str) -> None:
    write = make_environment(find_theme(replace(SITE, language=language.replace("_", "-")))).filters["date"]
    midnight = datetime(2022, 7, 4, tzinfo=UTC)
    day, moment = write(midnight, "full"), write(midnight.replace(hour=9), "full")
    assert moment.startswith(day) and "09:00" in moment and "09:00" not in day
    assert write(midnight, "day") in day and write(midnight, "weekday") in day
    assert day.rstrip("）)").endswith((write(midnight, "day"), write(midnight, "weekday")))
    assert (day.count("("), day.count("（")) == (day.count(")"), day.count("）"))


def test_articles_of_a_day_without_times_have_none_in_its_list() -> None:
    cards = [
        make_card(1, "2022-07-20 08:30:00"),
        *(make_card(n, "2022-07-20 00:00:00") for n in range(2, 80)),
    ]
    pages = publish(cards)
    rows = read_page(pages["2022/07/20/index.html"]).xpath("//ol[@class='rows']/li")
    assert len(rows) == 80 - 1
    assert [row.xpath("string(time)") for row in rows if row.xpath("time")] == ["08:30"]
    shown = read_page(pages["index.html"]).xpath("//time[@class='dt-published']")
    told = {time.get("datetime")[11:16]: time.text or "" for time in shown}
    assert told == {"00:00": "", "08:30": "08:30"}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ru", ["4 июля 2022\u202fг.", "июль 2022\u202fг.", "Июль", "4 июля", "Понедельник"]),
        ("de-AT", ["4. Juli 2022", "Juli 2022", "Juli", "4. Juli", "Montag"]),
        ("es-419", ["4 de julio de 2022", "julio de 2022", "Julio", "4 de julio", "Lunes"]),
        ("ja", ["2022年7月4日", "2022年7月", "7月", "7月4日", "月曜日"]),
        ("ar", ["4 يوليو 2022", "يوليو 2022", "يوليو", "4 يوليو", "الاثنين"]),
    ],
)
def test_a_month_alone_has_the_form_and_the_capital_of_one(language: str, written: list[str]) -> None:
    when = datetime(2022, 7, 4, 9, 5, 7, tzinfo=UTC)
    write = make_environment(find_theme(replace(SITE, language=language))).filters["date"]
    forms = ("day", "month", "Only-month", "month-day", "Weekday")
    assert [write(when, form) for form in forms] == written


def test_no_message_is_left_in_english_on_a_chinese_page() -> None:
    for path, text in publish([make_card(tags=(LIGHT,)), make_card(1, None)]).items():
        if path.endswith(".html") and path != "styleguide.html":  # its samples are in two languages
            words = read_page(text).xpath("//main")[0].text_content() + read_page(text).xpath(
                "string(//footer)"
            )
            left = re.findall(r"\b(?:articles?|tags?|sources?|removed|undated|original|the)\b", words)
            assert left in ([], ["articles"]) or "source:" in words, path

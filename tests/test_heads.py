"""What saved pages say of their day, their title and their publisher, wherever they say it."""

# ruff: noqa: E501  (a page is read best on one line)

from __future__ import annotations

import pytest

from site_builder.formats.front_matter import Value
from site_builder.steps.read import parse_article

TITLE = "Harbour board keeps the lamp"
TEXT = (
    "<p>The board of the harbour voted on Tuesday to keep the old lamp burning, as every crew had asked.</p>"
)


def read(body: str, head: str = "", lang: str = "en") -> dict[str, Value]:
    whole = f"<head><title>{TITLE}</title>{head}</head><body>{body}</body>"
    page = f"<!DOCTYPE html><html lang={lang}>{whole}</html>"
    return dict(parse_article(page.encode(), "a.html").front)


@pytest.mark.parametrize(
    ("byline", "lang", "day"),
    [
        ("<div class=byline>Ida Quay / TNN / Mar 5, 2019, 14:22 IST</div>", "en", "Mar 5, 2019, 14:22 IST"),
        ("<p class=k>Par <a href=/a>Ida Quay</a> — 5 mars 2019 à 14:22 (mis à jour le 6 mars)</p>", "fr",
         "5 mars 2019 à 14:22 (mis à jour le 6 mars)"),
        ("<div class=f><span>Ida</span><span>Muelle</span><span>05 MAR 2019 - 14:22 CET</span></div>", "es",
         "05 MAR 2019 - 14:22 CET"),
        ("<div class=n><span>تاریخ انتشار:</span> ۱۴ اسفند ۱۳۹۷ - ۱۴:۲۲</div>", "fa",
         "تاریخ انتشار: ۱۴ اسفند ۱۳۹۷ - ۱۴:۲۲"),
        ("<div>প্রকাশ: ০৫ মার্চ ২০১৯, ১৪:২২</div>", "bn", "প্রকাশ: ০৫ মার্চ ২০১৯, ১৪:২২"),
        ("<span class=d>Thứ ba, 5/3/2019, 14:22</span>", "vi", "Thứ ba, 5/3/2019, 14:22"),
        ("<div class=a>Société</div><div class=b>5 mars 1999 à 01:12</div>", "fr", "5 mars 1999 à 01:12"),
        ("<p class=s>Submitted by ida on Tue, 03/05/2013 - 14:22</p>", "en", "Tue, 03/05/2013 - 14:22"),
        ("<a class=t href=/x>8/17/13 11:04am</a>", "en", "8/17/13 11:04am"),
    ],
)  # fmt: skip
def test_the_day_of_a_byline_is_read_whatever_its_elements_are_called(
    byline: str, lang: str, day: str
) -> None:
    assert read(f"<h1>{TITLE}</h1>{byline}{TEXT}", lang=lang)["date"] == day


@pytest.mark.parametrize(
    "byline",
    [
        "<div class=related-date>March 4, 2019</div>",
        "<div class=event>March 4, 2019</div>",
        "<p class=x>The lamp was lit on <b>March 4, 2019</b>, as everybody remembers.</p>",
        "<select><option value=1>March 4, 2019</option></select>",
        "<div>5/3/2019</div>",
        "<table><tr><th>Born</th><td>March 4, 1919</td></tr></table>",
        "<p>Standard | Updated rules | Lamps</p>",
    ],
)
def test_other_days_below_the_heading_are_not_the_articles(byline: str) -> None:
    assert "date" not in read(f"<h1>{TITLE}</h1>{byline}{TEXT}")


@pytest.mark.parametrize(
    ("byline", "day"),
    [
        ("<div class=dateline>Updated: March 5, 2014, 3:42 p.m. EST</div>", "March 5, 2014, 3:42 p.m. EST"),
        ("<p class=stand>Stand: 05.03.2019, 14:22 Uhr</p>", "05.03.2019, 14:22 Uhr"),
    ],
)
def test_the_day_of_a_change_is_told_as_such(byline: str, day: str) -> None:
    front = read(f"<h1>{TITLE}</h1>{byline}{TEXT}")
    assert (front.get("date"), front["updated"]) == (None, day)


def test_the_day_stands_below_a_line_that_is_the_title_where_there_is_no_heading() -> None:
    page = f"<td><font size=+2><b>{TITLE}</b></font><br><font>By IDA QUAY<br>March 5, 1998</font>{TEXT}</td>"
    assert read(page)["date"] == "March 5, 1998"


def test_of_several_headings_the_day_below_the_pages_title_counts() -> None:
    front = read(
        f"<h1>Your browser is old</h1><p>Mend it.</p><h1>{TITLE}</h1><p class=p>March 5, 2019</p>{TEXT}"
    )
    assert front["date"] == "March 5, 2019"


@pytest.mark.parametrize(
    ("script", "day"),
    [
        ('x={"firstPublishDate":"2019-03-05T14:22:10Z","lastModified":"2019-03-06T01:02:03Z"}',
         "2019-03-05T14:22:10Z"),
        ('var publish_time = "2019-03-05" || "";', "2019-03-05"),
        ('{"publishedAt":1551795730000}', "1551795730000"),
        ('{"datePublished":"2019-03-05","publishedAt":"2019-03-05T14:22:10Z"}', "2019-03-05"),
        ('{"publishedAt":"2019-03-05","related":[{"publishedAt":"2018-03-05"}]}', None),
        ('{"unpublishedAt":"2019-03-05","republishDate2":"2018-03-05"}', None),
    ],
)  # fmt: skip
def test_the_one_moment_of_publication_that_programs_are_told_is_read(script: str, day: str | None) -> None:
    assert read(f"<h1>{TITLE}</h1>{TEXT}<script>{script}</script>").get("date") == day
    assert "date" not in read(f"<h1>{TITLE}</h1>{TEXT}<pre>{script}</pre>")


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","datePublished":"2021-02-03"}}',
        '[{"@type":"Organization"},{"@type":"NewsArticle","dateCreated":"2021-02-03"}]',
        '{"@graph":[{"@type":"WebPage","datePublished":"2021-02-03"},{"@type":"WebSite","name":"Coast"}]}',
        '{"@graph":[{"@type":"WebPage","datePublished":"2020-01-01"},{"@type":"Article","datePublished":"2021-02-03"}]}',
        '{"@type":"Recipe","name":"Cake","datePublished":"2021-02-03"}',
        '/*<![CDATA[*/{"@type":"NewsArticle","datePublished":"2021-02-03"}/*]]>*/',
        '{"@type":"NewsArticle","datePublished":"2021-02-03","image":["a",],};',
    ],
)
def test_linked_data_is_read_in_the_shapes_in_which_pages_have_it(data: str) -> None:
    head = f"<script type='application/ld+json'>{data}</script>"
    assert read(f"<h1>{TITLE}</h1>{TEXT}", head)["date"] == "2021-02-03"


def test_linked_data_names_people_by_reference_and_never_by_address() -> None:
    data = (
        '{"@graph":[{"@type":"Article","author":[{"@id":"#a"},{"@id":"https://a.example/#b"}],'
        '"publisher":{"@id":"#p"}},'
        '{"@type":"Organization","@id":"#p","name":"Coast Weekly"},'
        '{"@type":"Person","@id":"#a","name":"Ida Quay"}]}'
    )
    front = read(f"<h1>{TITLE}</h1>{TEXT}", f"<script type=application/ld+json>{data}</script>")
    assert (front["author"], front["site"]) == ("Ida Quay", "Coast Weekly")


def test_each_author_whom_a_head_names_is_named() -> None:
    head = "".join(f"<meta name=citation_author content='{name}'>" for name in ("Pier, Ann", "Quay, Tom"))
    assert read(f"<h1>{TITLE}</h1>{TEXT}", head)["author"] == "Ann Pier, Tom Quay"
    address = (
        "<meta property=article:author content=https://www.facebook.com/ida><meta name=author content=Ida>"
    )
    assert read(f"<h1>{TITLE}</h1>{TEXT}", address)["author"] == "Ida"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("灯塔委员会保留老灯_海岸_委员会", "<h1>灯塔委员会保留老灯<span class=tag>原创</span></h1>"),
        ("Coast Blog: 灯塔委员会保留老灯", "<h1><a href=/>Coast Blog</a></h1><h3>灯塔委员会保留老灯</h3>"),
    ],
)
def test_a_label_in_the_heading_and_a_name_before_a_colon_are_no_part_of_the_title(
    title: str, body: str
) -> None:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}{TEXT}</body></html>"
    assert parse_article(page.encode(), "a.html").front["title"] == "灯塔委员会保留老灯"


AT_HOME = "<link rel=canonical href=https://coast.example/lamp>"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<div class=byline>By <a href=/i>Ida Quay</a> and Tom Pier, Coast News</div>", "Ida Quay, Tom Pier"),
        ("<p class='author vcard'><a>Ida Quay</a> <i>Senior Harbour Correspondent</i></p>", "Ida Quay"),
        (
            "<span itemprop=author itemscope><img alt=Ida><b itemprop=name>Ida M. Quay</b></span>",
            "Ida M. Quay",
        ),
        ("<a href=/ida rel='nofollow author'>Ida Quay</a>", "Ida Quay"),
        ("<dd class=createdby>Written by Ida de la Quay</dd>", "Ida de la Quay"),
        ("<div class=byline>By Ida Quay | March 5, 2019</div>", "Ida Quay"),
        ("<div class=byline>By the desk</div>", None),
        ("<div class=byline>Coast News Staff</div>", None),
        ("<div class=authors-of-the-week>Ida Quay</div>", None),
        ("<div class=comment-author>Ida Quay</div>", None),
        ("<div class=byline>IDA QUAY</div>", None),
    ],
)
def test_who_wrote_a_page_is_read_from_its_byline(byline: str, author: str | None) -> None:
    assert read(f"<h1>{TITLE}</h1>{byline}{TEXT}", AT_HOME).get("author") == author
    assert "author" not in read(f"<h1>{TITLE}</h1>{byline}{TEXT}")  # it would pass for the publisher


def test_a_byline_far_from_the_heading_counts_where_one_person_is_the_author() -> None:
    far, one, two = TEXT * 60, "<a rel=author>Ida Quay</a>", "<a rel=author>Tom Pier</a>"
    assert read(f"<h1>{TITLE}</h1>{far}{one}", AT_HOME)["author"] == "Ida Quay"
    assert "author" not in read(f"<h1>{TITLE}</h1>{far}{one}{two}", AT_HOME)
    assert read(f"<h1>{TITLE}</h1>{one}{far}{two}", AT_HOME)["author"] == "Ida Quay"
    assert "author" not in read(f"<h1>{TITLE}</h1>{far}<p class=byline>Ida Quay</p>", AT_HOME)
    given = "<meta name=author content='Ann Dock'>"
    assert read(f"<h1>{TITLE}</h1>{one}", AT_HOME + given)["author"] == "Ann Dock"


@pytest.mark.parametrize(
    ("head", "banner"),
    [
        ("", "<div id='wm-ipp-print'>The Wayback Machine - {}http://coast.example/lamp?id=7</div>"),
        ("<link rel=canonical href='{}http://coast.example/lamp?id=7'>", ""),
        ("<meta property=og:url content='{}http://coast.example/lamp?id=7'>", ""),
        (
            "",
            '<div id="google-cache-hdr">This is Google\'s cache of <a href="http://coast.example/lamp?id=7">it</a>.</div>',
        ),
    ],
)
def test_a_page_out_of_an_archive_has_the_address_of_its_original(head: str, banner: str) -> None:
    for start in ("https://web.archive.org/web/20080304112233/", "http://web.archive.org/web/2008id_/"):
        front = read(f"{banner.format(start)}<h1>{TITLE}</h1>{TEXT}", head.format(start))
        address = front.get("canonical") or front.get("url")
        assert address == "http://coast.example/lamp?id=7"


def test_an_address_within_an_address_of_another_host_stays() -> None:
    given = "https://web.archive.example/web/2008/http://coast.example/lamp"
    assert read(TEXT, f"<link rel=canonical href='{given}'>")["canonical"] == given


@pytest.mark.parametrize("title", ["灯塔委员会保留老灯 / 海岸", "灯塔委员会保留老灯 // 海岸"])
def test_a_slash_with_blanks_parts_a_title_from_its_sites_name(title: str) -> None:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>灯塔委员会保留老灯</h1>{TEXT}</body></html>"
    assert parse_article(page.encode(), "a.html").front["title"] == "灯塔委员会保留老灯"

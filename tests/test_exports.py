"""What readers, clippers and scrapers export: the article, its day, author and tags are found in it."""

from __future__ import annotations

import json

import pytest

from site_builder.dates.clock import read_date
from site_builder.language.text import field, listed
from site_builder.model import Clock, RawArticle, Source
from site_builder.sources import load_sources, match_source
from site_builder.steps.clean import clean_article
from site_builder.steps.read import parse_article
from site_builder.steps.tag import Vocabulary, settle_title, tag_article

NOBODY = Source("", "unknown", known=False)


def read(text: str, name: str = "a.md") -> RawArticle:
    return parse_article(text.encode(), name)


def text_of(raw: RawArticle) -> str:
    return clean_article(raw, NOBODY).text


def codes(raw: RawArticle) -> list[str]:
    return [found.code for found in raw.findings]


READER = {
    "title": "Lamp",
    "published": 1651739400,
    "canonical": [{"href": "https://a.example/lamp"}],
    "categories": ["user/-/state/com.google/read", "user/-/label/Harbour"],
    "origin": {"title": "The Coast"},
    "summary": {"content": "<p>It burns.</p>"},
}
SCRAPED = {"headline": ["Lamp"], "pub_time": ["May 5, 2022"], "body": ["It burns.", "It cost 2 million."]}
SAVED = [{"title": "Lamp", "content": "<p>It burns.</p>", "published_by": ["Ida Port"], "tags": ["sea"]}]


def test_an_item_of_a_feed_reader_is_read():
    raw = read(json.dumps(READER))
    assert (field(raw, "title")[0], text_of(raw)) == ("Lamp", "It burns.")
    assert field(raw, "url")[0] == "https://a.example/lamp"
    assert field(raw, "publisher")[0] == "The Coast"
    assert listed(raw, "categories") == ("Harbour",)


def test_a_scrapers_list_of_paragraphs_is_the_text():
    raw = read(json.dumps(SCRAPED))
    assert (field(raw, "title")[0], field(raw, "date")[0]) == ("Lamp", "May 5, 2022")
    assert text_of(raw) == "It burns.\nIt cost 2 million."


def test_a_list_of_one_article_is_that_article_and_a_list_of_more_is_text():
    raw = read(json.dumps(SAVED))
    assert (text_of(raw), field(raw, "author")[0], listed(raw, "tags")) == ("It burns.", "Ida Port", ("sea",))
    assert "front-matter-missing" in codes(read(json.dumps(SAVED * 2)))
    assert text_of(read("[1] A note, and [2] another.")).startswith("[1] A note")
    assert text_of(read('[{"a": 1}] is JSON, and this is prose.')).endswith("prose.")


def test_maps_go_by_the_names_of_what_they_describe():
    raw = read(
        "---\ntitle: A\nauthors: {'1': {id: 1, name: Ida}}\ntags: {sea: {id: 7, tag: Sea}, oil: {id: 8}}\n"
        "categories: [{label: News}, {slug: x}]\n---\nb"
    )
    assert field(raw, "author")[0] == "Ida"
    assert listed(raw, "tags") == ("Sea", "oil")
    assert listed(raw, "categories") == ("News", "slug: x")


@pytest.mark.parametrize(
    "text",
    [
        "---\nशीर्षक: दीपक\ndate: 2022-05-05\nलेखक: इडा\n---\nदीपक जला।",
        "শিরোনাম: দীপক\ndate: 2022-05-05\nলেখক: ইডা\n\nদীপক জ্বলল।",
        "title:: Lamp\ndate:: [[2022-05-05]]\nauthor:: [[Ida]]\n\nIt burns.",
    ],
)
def test_keys_of_any_script_and_logseqs_are_keys(text: str):
    raw = read(text)
    assert not raw.findings
    assert field(raw, "date")[0] == "2022-05-05"
    assert field(raw, "author")[0] in {"इडा", "ইডা", "Ida"}
    assert "\n" not in text_of(raw)


def test_whether_it_is_published_is_no_date_and_a_draft_is_told():
    raw = read("---\ntitle: A\npublished: true\ncreated: 2022-05-05\n---\nb")
    assert (field(raw, "date")[0], codes(raw)) == ("2022-05-05", [])
    for mark in ("draft: true", "published: false", "draft: yes"):
        assert codes(read(f"---\ntitle: A\n{mark}\n---\nb")) == ["marked-draft"]
    assert not codes(read("---\ntitle: A\ndraft: false\n---\nb"))


@pytest.mark.parametrize(
    ("given", "want"),
    [
        ("<b>Lamp</b> <em class=x>lit</em>", "Lamp lit"),
        ("The <b> tag, explained", "The <b> tag, explained"),
        ("A<br/>B", "A B"),
        ("<i>A <b>B</b></i> &lt;i&gt;", "A B <i>"),
        ("<script>a</script>", "<script>a</script>"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_a_title_is_without_the_tags_that_stress_it(given: str, want: str):
    assert settle_title(given) == want


def test_tags_within_tags_are_taken_off_a_title_and_a_very_long_one_is_left():
    assert settle_title("<b>" * 250 + "a" + "</b>" * 250) == "a"
    for piece in ("<b>", "<b><i>", "<b x", "</b>", "<br>", "<b>a</b>"):
        assert settle_title(piece * 20_000) == piece * 20_000


@pytest.mark.parametrize(
    "body",
    [
        "<h1>A</h1><p class=date>5 พ.ค. 2565 เวลา 10:30 น.</p>",
        "<h1>A</h1><em id=publish_time>2022-05-05 10:30</em>",
        "<h1>A</h1><time>۱۵ اردیبهشت ۱۴۰۱ - ۱۰:۳۰</time>",
        "<article><div class=date><time datetime='2022-05-05T10:30'>x</time></div><h1>A</h1>",
        "<h1>A</h1><ul><li class=authors>By I</li><li class=date>May 5, 2022 10:30</li></ul>",
        "<h1>A</h1><span class='field field--name-created'>Do., 05.05.2022 - 10:30 Uhr</span>",
        "<h1>A</h1><p class=data>05/05/2022 10h30</p>",
        "<div class=title>A</div><span class=article_date>May 5, 2022 at 10:30AM</span>",
        "<span class=_ARTICLE_DATE_TIME data-date-time='2022-05-05 10:30:00'>2022.05.05.</span>",
    ],
)
def test_what_calls_itself_the_date_beside_the_heading_is_read(body: str):
    raw = parse_article(f"<html><body>{body}<p>b".encode(), "a.html")
    when = read_date(field(raw, "date")[0], Clock(), "UTC").when
    assert f"{when:%Y-%m-%d %H:%M}" == "2022-05-05 10:30"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>A</h1><p>It was <time>1945</time></p><span class=reading-time>2022 words</span>",
        "<h1>A</h1><div class=updated-date>5 May 2022</div>",
        "<h1>A</h1><div class=data-view>5 May 2022</div>",
        "<p class=date>5 May 2022</p><p class=date>6 May 2022</p>",
        "<h1>A</h1><p class=lead>In 2022 the lamp burned.</p>",
        f"<h1>A</h1>{'<p>a' * 600}<p>On <time datetime='1945-05-08'>8 May</time>.",
    ],
)
def test_what_does_not_is_no_date(body: str):
    assert "date" not in parse_article(f"<html><body>{body}".encode(), "a.html").front


@pytest.mark.parametrize(
    "title", ["Lamp（港新聞） - Yahoo!ニュース", "(3 封私信) Lamp - 知乎", "Lamp | The Coast"]
)
def test_a_sites_name_and_a_readers_letters_are_no_part_of_the_title(title: str):
    raw = parse_article(f"<html><title>{title}</title><body><h1>Lamp</h1><p>b".encode(), "a.html")
    assert raw.front["title"] == "Lamp"


def test_a_picture_for_browsers_without_scripts_is_shown_once_wherever_it_stands():
    plain = '<noscript><img src="https://a.example/s.jpg" data-original="https://a.example/l.jpg"></noscript>'
    lazy = '<img src="data:," data-original="https://a.example/l.jpg">'
    for html in (plain + lazy, lazy + plain):
        body = clean_article(read(f"---\ntitle: T\n---\n<p>a</p>{html}<p>b</p>{lazy}"), NOBODY)
        assert body.html.count("<img") == 2
        assert [entry.rule for entry in body.removals] == ["noscript-twin"]


def test_a_publisher_named_as_a_link_to_a_note_goes_by_its_name():
    source, _ = match_source(load_sources(), read("---\ntitle: A\nauthor: '[[Ida Harbour]]'\n---\nb"))
    assert source.name == "Ida Harbour"


JOPLIN = """Tide pools

They are small seas.

* [x] bring tea

id: aabbccddeeff00112233445566778899
parent_id: 99887766554433221100ffeeddccbbaa
created_time: 2022-05-06T07:08:09.000Z
author: Kay Shore
source_url: https://pools.example/tide
source: joplin-desktop
user_created_time: 2022-05-05T07:08:09.000Z
markup_language: 1
type_: 1"""


def test_what_joplin_writes_below_a_note_is_its_front_matter():
    raw = read(JOPLIN)
    assert text_of(raw) == "They are small seas.\n☑ bring tea"
    assert [field(raw, key)[0] for key in ("title", "date", "author", "url", "publisher")] == [
        "Tide pools", "2022-05-05T07:08:09.000Z", "Kay Shore", "https://pools.example/tide", "Kay Shore",
    ]  # fmt: skip
    assert (raw.lines["author"], raw.body_line, codes(raw)) == (10, 2, [])


@pytest.mark.parametrize("changed", [("type_: 1", "type_: 1\nand more"), ("id: aabb", "id: zabb")])
def test_what_is_like_it_and_no_joplins_stays_text(changed: tuple[str, str]):
    assert "source_url" in text_of(read(JOPLIN.replace(*changed)))


READWISE = """# The quiet

![rw-book-cover](https://a.example/cover.png)

## Metadata
- Author: [[Nora Field]]
- Full Title: The Quiet, and Why
- Category: #articles
- Document Tags: #sea #night
- URL: https://a.example/quiet

## Highlights
- At four in the morning.
"""


def test_what_readwise_writes_above_highlights_is_their_front_matter():
    raw = read(READWISE)
    body = clean_article(raw, NOBODY)
    assert (body.text, len(body.media)) == ("Highlights\nAt four in the morning.", 1)
    assert [field(raw, key)[0] for key in ("title", "author", "url")] == [
        "The Quiet, and Why", "Nora Field", "https://a.example/quiet",
    ]  # fmt: skip
    assert (listed(raw, "tags"), raw.lines["url"], codes(raw)) == (("sea", "night"), 10, [])
    assert raw.written.split("\n")[11] == "## Highlights"


def test_a_list_below_metadata_that_names_neither_author_nor_address_stays_text():
    raw = read("# Lamp\n\n## Metadata\n- Category: lamps\n- Full Title: A\n\nText.\n")
    assert text_of(raw).startswith("Metadata\nCategory: lamps")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Die Rückkehr der Segler\n\nAm Morgen kamen sie.", "Die Rückkehr der Segler"),
        ("Who lit it? A & B\n\nNobody.", "Who lit it? A & B"),
        ("It is lit.\n\nStill.", "a"),
        ("They said:\n\nStill.", "a"),
        ("https://a.example/lamp\n\nStill.", "a"),
        ("* * * * * *\n\nStill.", "a"),
        ("The lamp is lit", "a"),
        ("lang: en\ndate: 2022-05-05\nauthor: I\n\nThe lamp and I\n\nStill.", "a"),
    ],
)
def test_a_first_line_that_is_no_sentence_is_the_title_of_a_text_without_a_head(text: str, title: str):
    raw = read(text, "a.txt")
    assert (raw.front["title"], codes(raw).count("title-missing")) == (title, 1)


def test_a_first_sentence_that_stands_in_for_the_title_stays_in_the_body():
    raw = read("<p>The lamp was lit.</p><p>Ships came.</p>", "0417.html")
    assert raw.front["title"] == "The lamp was lit."
    assert "The lamp was lit." in clean_article(raw, NOBODY).text


@pytest.mark.parametrize(
    ("front", "name"),
    [
        ('author: ["[[Ola Nord]]", "[[Per Syd]]"]\nsource: https://winds.example/1', "winds.example"),
        ('author: ["[[Ola Nord]]"]\nsource: https://winds.example/1', "winds.example"),
        ("author: Ola Nord\nurl: https://winds.example/1", "winds.example"),
        ("author: Per Syd and Ola M. Nord\nurl: https://winds.example/1", "winds.example"),
        ("author: Newsroom\nurl: https://winds.example/1", "winds.example"),
        ("published_by: ['Ola Nord', '']\nurl: https://winds.example/1", "winds.example"),
        ("author: 'Ola Nord, THE WINDS'\nurl: https://winds.example/1", "winds.example"),
        ("author: The Winds\nurl: https://winds.example/1", "The Winds"),
        ("author: Harbour News\nurl: https://winds.example/1", "Harbour News"),
        ("author: 海风报\nurl: https://winds.example/1", "海风报"),
        ("author: Українська правда\nurl: https://winds.example/1", "Українська правда"),
        ("source: Ola Nord\nurl: https://winds.example/1", "Ola Nord"),
        ("author: [Ola Nord, Per Syd]", "Ola Nord"),
    ],
)
def test_who_wrote_an_article_is_no_publisher_where_its_address_names_one(front: str, name: str):
    raw = read(f"---\ntitle: A\n{front}\n---\nText.\n")
    assert match_source(load_sources(), raw)[0].name == name


def test_the_publisher_in_a_table_of_the_front_matter_counts_before_those_who_wrote_it():
    raw = read('+++\ntitle = "A"\nauthors = ["Ann Lee"]\n[extra]\nsource = "The Coast"\n+++\nText.\n')
    assert match_source(load_sources(), raw)[0].name == "The Coast"


@pytest.mark.parametrize(
    ("below", "day"),
    [
        ("Von Anna Berg\n3. Oktober 2021\n\nSie kamen.", "3. Oktober 2021"),
        ("2021年10月3日 08:30\n\n灯亮了。", "2021年10月3日 08:30"),
        ("The lamp burned on 3 October 2021.", ""),
        ("A\n\nB\n\nC\n\n3 October 2021", ""),
        ("1633246200", ""),
    ],
)
def test_a_line_below_the_title_of_a_bare_text_that_is_a_day_is_its_day(below: str, day: str):
    raw = read(f"The return of the sails\n\n{below}\n", "a.txt")
    assert (raw.front["title"], raw.front.get("date", "")) == ("The return of the sails", day)


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: 'Lamps - at sea | The Coast'\nauthor: The Coast", "Lamps - at sea"),
        ("title: 桥为什么不怕水？ - 海风报\nsource: 海风报", "桥为什么不怕水？"),
        ("title: Lamps at sea | The Lamp\nauthor: The Coast", "Lamps at sea | The Lamp"),
        ("title: The Coast\nauthor: The Coast", "The Coast"),
        ("title: On the-Coast\nauthor: Coast", "On the-Coast"),
    ],
)
def test_the_publishers_name_behind_a_title_is_not_of_it_and_the_title_as_given_is_told(
    front: str, title: str
) -> None:
    raw = read(f"---\n{front}\n---\n# {title}\n\nThey burn.\n")
    source, matched = match_source(load_sources(), raw)
    body = clean_article(raw, source)
    article, _ = tag_article(raw, source, matched, body, Vocabulary(), "UTC")
    assert (article.card.title, body.text) == (title, "They burn.")
    assert article.provenance.title_given == raw.front["title"]


def test_the_address_of_a_reader_of_articles_is_not_the_articles_own() -> None:
    raw = read(
        "---\ntitle: A\nlink: https://reader.example/me/1\noriginal: https://winds.example/1\n---\nText.\n"
    )
    assert field(raw, "url")[0] == "https://winds.example/1"


def test_a_scrapers_day_and_a_posts_account_are_read() -> None:
    scraped = {"date_download": "2024-07-10", "date_publish": "2024-07-09", "maintext": "It burns."}
    assert field(read(json.dumps(scraped)), "date")[0] == "2024-07-09"
    post = {
        "created_at": "2023-12-24",
        "account": {"display_name": "Ida Harbour"},
        "content": "<p>It burns.</p>",
    }
    assert field(read(json.dumps(post)), "author")[0] == "Ida Harbour"
    assert listed(read("---\ntitle: A\ntags: ['[[lamps]]', sea]\n---\nb"), "tags") == ("lamps", "sea")


@pytest.mark.parametrize(
    ("byline", "day"),
    [
        ("*By Ida Harbour · May 28, 2025 · 6 min read*", "May 28, 2025"),
        ("<p>2023-10-03 16:20<b>·</b><a href='/u'>灯下老张</a></p>", "2023-10-03 16:20"),
        ("Ida Harbour — Субота, 2 листопада 2024, 19:05", "Субота, 2 листопада 2024, 19:05"),
        ("Harbour | 20/07/2022", "20/07/2022"),
        ("It was lit on May 28, 2025.", ""),
        ("On 28 May 2025 - a Wednesday - it was lit.", ""),
        ("Born 1969 · Lives at sea", ""),
        ("<p class=last-updated>May 28, 2025</p>", ""),
    ],
)
def test_the_day_in_a_byline_is_the_articles_where_its_head_gives_none(byline: str, day: str) -> None:
    assert read(f"---\ntitle: Lamp\n---\n# Lamp\n\n{byline}\n\nIt burns.\n").front.get("date", "") == day
    given = read(f"---\ntitle: Lamp\ndate: 2020-01-01\n---\n{byline}\n\nIt burns.\n")
    assert given.front["date"] == "2020-01-01"


def test_when_a_clipper_saved_a_page_is_the_day_only_where_the_page_names_none() -> None:
    head = "---\ntitle: Lamp\ncreated: 2024-11-02T21:40:03 (UTC +02:00)\n---\n"
    assert field(read(f"{head}Ida | May 28, 2024\n\nIt burns.\n"), "date")[0] == "May 28, 2024"
    assert field(read(f"{head}It burns.\n"), "date")[0].startswith("2024-11-02T21")


def test_the_moment_of_a_telegram_message_is_read() -> None:
    page = (
        "<!doctype html><title>Exported Data</title><div class=history><div class=message>"
        '<div class="pull_right date details" title="07.06.2023 14:31:07 UTC+03:00">14:31</div>'
        "<div class=text>The lamp was lit.</div></div></div>"
    )
    reading = read_date(str(read(page, "a.html").front["date"]), Clock(), "UTC")
    assert reading.when is not None
    assert f"{reading.when:%Y-%m-%d %H:%M}" == "2023-06-07 11:31"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            '<div class="header"><div class="title"><a href="/1">The lamp <b>burns</b></a></div></div>',
            "The lamp burns",
        ),
        ('<h3 itemprop="headline">The lamp burns</h3>', "The lamp burns"),
        ('<p class="c3 title" id="h.a"><span>The lamp burns</span></p>', "The lamp burns"),
        ("<p class=MsoTitle>The lamp burns</p>", "The lamp burns"),
        ("<div class=subtitle>The lamp burns</div>", "a"),
        ("<h2 class=title></h2>", "a"),
    ],
)
def test_an_element_that_calls_itself_the_title_is_the_title_where_nothing_else_is(
    body: str, title: str
) -> None:
    for page in (
        f"{body}<p>Long ago.</p>",
        f"<!doctype html><title>Untitled document</title>{body}<p>Long ago.",
    ):
        raw = read(page, "a.html")
        assert raw.front["title"] == title
        assert text_of(raw).endswith("Long ago.")
        assert (title in text_of(raw).split("\n")) is False


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("111222333.html", "I mapped the lamps."),
        ("post-12.html", "I mapped the lamps."),
        ("5f0c9e1b33ef.html", "I mapped the lamps."),
        ("the-lamps-of-1987.html", "the-lamps-of-1987"),
        ("covid-19.html", "covid-19"),
    ],
)
def test_the_first_sentence_stands_in_where_the_files_name_is_but_a_number(name: str, title: str) -> None:
    raw = read(f"<p>I mapped the <i>lamps</i>.</p><p>{'All of them, all along the coast. ' * 9}</p>", name)
    assert raw.front["title"] == title
    assert "title-missing" in codes(raw)


def test_each_line_of_a_scrapers_value_is_a_paragraph() -> None:
    raw = read(json.dumps({"title": "Lamp", "maintext": 'It burns.\n"Who lit it" - Ida\n(ida/bo)'}))
    assert raw.body.count("<p>") == 3
    assert read(json.dumps({"title": "Lamp", "text": "It burns,\nit does.\n\nStill."})).body.count("<p>") == 2


def test_a_post_of_bluesky_is_read() -> None:
    record = {
        "createdAt": "2024-01-09T10:11:12.000Z",
        "text": "Three bridges opened.\n\nThe longest is 2 km.",
    }
    raw = read(
        json.dumps({"author": {"handle": "a.example", "displayName": "Ida Harbour"}, "record": record})
    )
    assert (field(raw, "date")[0], field(raw, "author")[0]) == ("2024-01-09T10:11:12.000Z", "Ida Harbour")
    assert text_of(raw) == "Three bridges opened.\nThe longest is 2 km."


@pytest.mark.parametrize(
    ("below", "day"),
    [
        ("<p>17 հունիսի 2022, 14:20</p>", "17 հունիսի 2022, 14:20"),
        ("<div>By Ida Harbour | May 28, 2025</div>", "May 28, 2025"),
        ("<div class=box>May 28, 2025</div>", "May 28, 2025"),
        ("<div class=event>May 28, 2025</div>", ""),
        ("<p>&nbsp;</p><p>&#8203;</p><p>May 28, 2025</p>", "May 28, 2025"),
    ],
)
def test_a_byline_below_the_heading_of_a_page_counts_where_its_element_says_nothing_else(
    below: str, day: str
) -> None:
    page = f"<!doctype html><title>Lamp</title><p>1 May 2001</p><h1>Lamp</h1>{below}<p>It burns.</p>"
    assert read(page, "a.html").front.get("date", "") == day
    assert read(page.replace("h1", "h2"), "a.html").front.get("date", "") == day
    assert read(page.replace("h1", "p"), "a.html").front.get("date", "") == day
    untitled = page.replace("<h1>Lamp</h1>", "<p>Light</p>")
    assert read(untitled, "a.html").front.get("date", "") == ""

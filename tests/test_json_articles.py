"""One article as JSON: what scrapers, readers and WordPress write; what is none is passed over."""

# ruff: noqa: E501  (a record is read best on one line)

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sites import SmallSite, read_tree

from site_builder.errors import ArticleError
from site_builder.formats.json_article import ENDS
from site_builder.model import RawArticle, Source
from site_builder.steps.clean import clean_article, whole_html
from site_builder.steps.read import find_articles, parse_article

NOBODY = Source("", "unknown", known=False)
LINK = "https://h.example/lamp"
HTML = "<p>It <b>burns</b>.</p>"
SHOWN = "<p>It <strong>burns</strong>.</p>"

FEED_ITEM = {
    "id": LINK, "url": LINK, "title": "Lamp & oil", "content_html": HTML, "summary": "Short.",
    "date_published": "2022-05-05T10:30:00Z", "authors": [{"name": "Ida Quay", "url": LINK}], "tags": ["sea", "lamp"],
}  # fmt: skip
WORDPRESS = {
    "id": 123, "date": "2022-05-05T12:30:00", "date_gmt": "2022-05-05T10:30:00", "guid": {"rendered": LINK + "?p=123"},
    "modified": "2022-05-06T12:30:00", "slug": "lamp", "status": "publish", "type": "post", "link": LINK,
    "title": {"rendered": "Lamp &amp; oil"}, "content": {"rendered": HTML, "protected": False},
    "excerpt": {"rendered": "<p>Short.</p>"}, "author": 7, "categories": [1, 2], "tags": [5],
    "_embedded": {"author": [{"id": 7, "name": "Ida Quay"}]},
}  # fmt: skip
MINIFLUX = {
    "id": 1, "title": "Lamp & oil", "url": LINK, "published_at": "2022-05-05T10:30:00Z", "author": "Ida Quay",
    "content": HTML, "starred": False, "reading_time": 4, "tags": ["sea", "lamp"],
    "feed": {"id": 2, "title": "The Coast", "site_url": "https://h.example/", "category": {"title": "News"}},
}  # fmt: skip
WALLABAG = {
    "is_archived": 0, "tags": [{"id": 1, "label": "sea", "slug": "sea"}, {"id": 2, "label": "lamp"}], "id": 3,
    "title": "Lamp & oil", "url": LINK, "content": HTML, "published_at": "2022-05-05T10:30:00+0000",
    "published_by": ["Ida Quay"], "reading_time": 1, "domain_name": "h.example", "preview_picture": None,
}  # fmt: skip
FEEDLY = {
    "title": "Lamp & oil", "content": {"content": HTML, "direction": "ltr"}, "summary": {"content": "Short."},
    "published": 1651746600000, "author": "Ida Quay", "alternate": [{"href": LINK, "type": "text/html"}],
    "origin": {"streamId": "feed/x", "title": "The Coast", "htmlUrl": "https://h.example/"},
}  # fmt: skip
READABILITY = {
    "title": "Lamp & oil", "byline": "Ida Quay", "dir": None, "lang": "en", "content": HTML, "length": 9,
    "textContent": "It burns.", "excerpt": "Short.", "siteName": "The Coast", "publishedTime": "2022-05-05T10:30:00Z",
}  # fmt: skip
TRAFILATURA = {
    "title": "Lamp & oil", "author": "Ida Quay", "hostname": "h.example", "date": "2022-05-05", "raw_text": "It",
    "text": "It burns.\nStill.", "source": LINK, "source-hostname": "The Coast", "excerpt": "Short.", "tags": "sea;lamp",
}  # fmt: skip
NEWSPLEASE = {
    "authors": ["Ida Quay"], "date_download": "2023-01-01", "date_publish": "2022-05-05 10:30:00", "filename": "x",
    "maintext": "It burns.\nStill.", "source_domain": "h.example", "title": "Lamp & oil", "url": LINK, "title_rss": None,
}  # fmt: skip


def read(data: object, path: str = "a.json") -> tuple[RawArticle, str]:
    raw = parse_article(json.dumps(data).encode(), path)
    return raw, whole_html(clean_article(raw, NOBODY))


@pytest.mark.parametrize(
    "data",
    [FEED_ITEM, WORDPRESS, MINIFLUX, WALLABAG, FEEDLY, READABILITY, [FEED_ITEM], {"items": [FEED_ITEM]},
     {"data": {"article": MINIFLUX}}],
    ids=["item", "WordPress", "Miniflux", "Wallabag", "Feedly", "Readability", "list", "feed", "within"],
)  # fmt: skip
def test_an_article_in_html_is_read(data: object) -> None:
    raw, html = read(data)
    assert html == SHOWN
    assert str(raw.front["title"]).replace("&amp;", "&") == "Lamp & oil"
    assert "Short" not in html
    assert not raw.findings


@pytest.mark.parametrize("data", [TRAFILATURA, NEWSPLEASE])
def test_an_article_in_plain_text_is_read(data: object) -> None:
    raw, html = read(data)
    assert html == "<p>It burns.</p>\n<p>Still.</p>"
    assert raw.front["title"] == "Lamp & oil"


def test_numbers_of_a_database_are_no_names_and_the_stamp_with_a_zone_counts() -> None:
    front = read(WORDPRESS)[0].front
    assert front["date"] == "2022-05-05T10:30:00Z"
    assert front["author"] == ("Ida Quay",)
    assert "tags" not in front and "categories" not in front
    assert front["link"] == LINK


def test_a_scrapers_whole_page_is_one() -> None:
    page = f"<!DOCTYPE html><html><head><title>Lamp</title></head><body><nav>Menu</nav><h1>Lamp</h1>{HTML}</body></html>"
    raw, html = read({"url": LINK, "fetched": "2022-05-06", "html": page})
    assert (raw.whole, raw.front["title"], html) == (True, "Lamp", SHOWN)


def test_what_is_said_of_the_text_twice_is_no_front_matter() -> None:
    raw, _ = read({**READABILITY, "textContent": "It burns. " * 900, "extra_text": "It burns. " * 900})
    assert not raw.findings
    assert not {"textcontent", "extra_text", "content"} & set(raw.front)


NONE = {
    "package.json": {
        "name": "lamp",
        "version": "1.0.0",
        "description": "x",
        "author": "Ida",
        "scripts": {"a": "b"},
    },
    "en.json": {"title": "Home", "text": "Welcome", "menu": {"a": "b"}},
    "data.json": [{"year": 1987, "oil": 30}, {"year": 1988, "oil": 40}],
    "list.json": ["a", "b"],
    "map.json": {"type": "FeatureCollection", "features": [{"properties": {"title": "a", "url": LINK}}]},
    "empty.json": {},
    "number.json": 7,
}


def test_json_that_holds_no_article_is_passed_over_with_a_finding(tmp_path: Path) -> None:
    for name, data in NONE.items():
        (tmp_path / name).write_text(json.dumps(data))
    (tmp_path / "broken.json").write_text('{"title": "a", "url": "b", "content": "<p>c')
    (tmp_path / "deep.json").write_text('{"title": "a", "url": "b", "text": "c", "d": ' + "[" * 30_000)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00" * 99)
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    paths, found = find_articles(tmp_path)
    assert paths == []
    assert {one.code for one in found} == {"file-skipped"}
    assert len(found) == len(NONE) + 4


def test_json_that_holds_an_article_is_found_by_its_ends_however_long_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(FEED_ITEM))
    (tmp_path / "B.JSON").write_text(json.dumps(MINIFLUX))
    long = {"author": "Ida Quay", "content": "<p>It burns.</p>" * ENDS, "title": "Lamp", "url": LINK}
    (tmp_path / "c.json").write_text(json.dumps(long))
    assert find_articles(tmp_path) == (["B.JSON", "a.json", "c.json"], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (json.dumps([FEED_ITEM, MINIFLUX]), "several-articles"),
        (json.dumps({"items": [FEED_ITEM] * 3}), "several-articles"),
        ('{"title": "a", "url": "b", "content": "<p>c', "format-unread"),
        ("[" * 100_000, "format-unread"),
        ('{"a": 1}', "format-unread"),
        ("\ufeff{}", "format-unread"),
    ],
)
def test_what_is_several_articles_or_none_is_set_aside(text: str, code: str) -> None:
    with pytest.raises(ArticleError) as told:
        parse_article(text.encode(), "a.json")
    assert told.value.code == code


@pytest.mark.parametrize(
    "value",
    [
        "9" * 1_000_000,
        "1e999999",
        "NaN",
        '"\\ud800"',
        '"</script><script>alert(1)</script>"',
        "[[[[[[1]]]]]]",
    ],
)
def test_values_of_a_stranger_are_text(value: str) -> None:
    text = (
        f'{{"title": "Lamp", "url": "{LINK}", "content_html": "{HTML}", "date": {value}, "author": {value}}}'
    )
    raw = parse_article(text.encode(), "a.json")
    assert raw.front["title"] == "Lamp"
    assert whole_html(clean_article(raw, NOBODY)) == SHOWN


def test_json_that_becomes_an_article_or_stops_being_one_leaves_the_site_of_a_clean_build(
    tmp_path: Path,
) -> None:
    worked, clean = SmallSite(tmp_path / "a"), SmallSite(tmp_path / "b")
    other = json.dumps({"name": "lamp"})
    for first, second in ((MINIFLUX, None), (None, FEED_ITEM), (FEED_ITEM, MINIFLUX)):
        files = {
            "one.json": json.dumps(first) if first else other,
            "two.json": json.dumps(second) if second else other,
            "b.md": "---\ntitle: Pier\ndate: 2022-05-06\n---\nText.",
        }
        worked.write(files)
        report = worked.build()
        assert (report.read, report.built) == (len([*filter(None, (first, second))]) + 1,) * 2
    clean.write(files)
    clean.build()
    assert read_tree(worked.out) == read_tree(clean.out)

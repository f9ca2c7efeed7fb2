"""The cache: gives back what it was given, cannot carry code, and may be lost at any time."""

import gc
import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from site_builder.cache import decode_article, encode_article, fingerprint_of, open_cache, read_text
from site_builder.errors import OutputError, finding
from site_builder.model import (
    Article,
    Body,
    Card,
    Media,
    Outcome,
    Provenance,
    Reading,
    Removal,
    SafeHtml,
    TagMark,
)
from site_builder.sanitize import GateError, sanitize

ARTICLE = Article(
    card=Card(
        "a", "2022/07/20/a.html", "标题", None, "某报", "mou-bao", (TagMark("k", "K", (("given", "body"),)),)
    ),
    body=Body(
        sanitize("<p>正文</p>\n"),
        "正文",
        (Media("image", ("https://example.org/a.png",), width=3, height=4),),
        removals=(Removal("removed", 2, "广告", "source:x#1", "an advertisement"),),
    ),
    provenance=Provenance(
        "a.txt", "d" * 64, "originals/a.txt", "utf-8", Reading("", "none", None), "标题", "", "", "", ("", "")
    ),
)
OUTCOME = Outcome(
    "a.txt", "d" * 64, ARTICLE.card, encode_article(ARTICLE), (finding("date-missing", "a.txt", "no date"),)
)


def test_an_article_comes_back_as_it_was_and_its_html_is_still_safe():
    again = decode_article(encode_article(ARTICLE))
    assert again == ARTICLE
    assert type(again.body.html) is SafeHtml


def test_a_time_keeps_the_offset_of_the_sites_zone():
    published = datetime(2022, 6, 4, 20, 42, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    article = replace(ARTICLE, card=replace(ARTICLE.card, published=published))
    again = decode_article(encode_article(article)).card.published
    assert again is not None
    assert again.isoformat() == "2022-06-04T20:42:05+08:00"


@pytest.mark.parametrize(
    "hostile", ["<b onclick=alert(1)>", "<script>alert(1)</script>", "<img src=x>", '<img src="media:7">']
)
def test_html_that_was_tampered_with_in_the_cache_does_not_come_out(hostile):
    blob = encode_article(ARTICLE)
    tampered = blob.replace("<p>正文</p>".encode(), json.dumps(hostile).strip('"').encode())
    assert tampered != blob
    with pytest.raises((GateError, msgspec.ValidationError)):
        decode_article(tampered)


def test_an_outcome_is_found_by_its_bytes_and_rules_only(tmp_path):
    with open_cache(tmp_path, "rules") as cache:
        cache.keep(OUTCOME)
        assert cache.find("a.txt", "d" * 64) == replace(OUTCOME, blob=b"")
        assert cache.load_article("a.txt") == ARTICLE
        assert cache.find("a.txt", "e" * 64) is None
        assert cache.find("b.txt", "d" * 64) is None
    with open_cache(tmp_path, "other rules") as cache:
        assert cache.find("a.txt", "d" * 64) is None


def test_files_that_went_away_are_forgotten(tmp_path):
    with open_cache(tmp_path, "rules") as cache:
        cache.keep(OUTCOME)
        assert cache.list_paths() == ["a.txt"]
        cache.forget(["a.txt", "b.txt"])
        assert cache.find("a.txt", "d" * 64) is None


@pytest.mark.parametrize("damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_cache_is_made_anew(tmp_path, damage):
    with open_cache(tmp_path, "rules") as cache:
        cache.keep(OUTCOME)
    (tmp_path / "cache.sqlite3").write_bytes(damage)
    with open_cache(tmp_path, "rules") as cache:
        assert cache.find("a.txt", "d" * 64) is None
        cache.keep(OUTCOME)
    with open_cache(tmp_path, "rules") as cache:
        assert cache.find("a.txt", "d" * 64) is not None


def test_two_builds_at_once_are_told_apart_with_a_clear_sentence(tmp_path):
    with (
        open_cache(tmp_path, "rules"),
        pytest.raises(OutputError, match="another build"),
        open_cache(tmp_path, "rules"),
    ):
        pass


def test_a_build_that_broke_off_while_it_read_holds_the_cache_no_longer(tmp_path):
    pages = [(f"{number}.html", b"", "", 0) for number in range(9)]
    held = []
    with pytest.raises(KeyError), open_cache(tmp_path, "rules") as cache:
        cache.add_pages(pages)
        held.append(cache.list_pages())  # as a traceback holds what was being read
        next(held[0])
        raise KeyError
    with open_cache(tmp_path, "rules") as cache:
        assert list(cache.list_pages()) == []


def test_a_build_that_ended_lets_go_of_what_it_read_before_the_collector_looks(tmp_path):
    gc.disable()
    try:
        with open_cache(tmp_path, "rules") as cache:
            cache.keep(OUTCOME)
            cache.save()
            assert read_text(cache.file, "a.txt") == "正文"
        (tmp_path / "cache.sqlite3").write_bytes(b"")
        with open_cache(tmp_path, "rules") as cache:
            assert cache.list_paths() == []
    finally:
        gc.enable()


def test_the_fingerprint_tells_its_parts_apart():
    assert fingerprint_of("ab", "c") != fingerprint_of("a", "bc")
    assert fingerprint_of("ab") == fingerprint_of("ab")

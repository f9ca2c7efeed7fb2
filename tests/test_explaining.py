import json
import re
from pathlib import Path

import pytest

from site_builder.cli import run
from site_builder.dom import parse_events
from site_builder.model import Source
from site_builder.sources import parse_source
from site_builder.sources.suggesting import Saved, list_blocks, suggest_rules, write_rules

ARTICLE = """---
title: 题目
author: 快科技
date: 2022-07-20 10:00:00
---
<p>题目</p>
<p>甲\u202e乙 &lt;b&gt;</p><script>alert(1)</script>
<p><span style="color:#666">责任编辑：某某</span></p>
"""
RULES = """name = "甲报"
slug = "jia"
authors = ["甲报"]
[[rules]]
action = "drop"
classes = ["ad"]
reason = "an advertisement"
[[examples]]
name = "no advertisement"
html = '<p>a</p><p class="ad">b</p>'
want = '<p>a</p>'
"""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    file = tmp_path / "a\x1b[31m.md"
    file.write_text(ARTICLE, "utf-8")
    return file


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_file_is_cleaned_to_html_or_text(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clean", str(article)]) == 0
    assert said(capsys) == "<p>甲\u202e乙 &lt;b&gt;</p>\n"
    run(["clean", str(article), "--text"])
    assert said(capsys) == "甲\u202e乙 <b>\n"


def test_all_that_is_known_comes_as_json(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["clean", str(article), "--json", "--explain"])
    told = json.loads(said(capsys))
    assert told["publisher"]["matched"] == ["author", "快科技"]
    assert told["credits"] == [{"role": "editor", "name": "某某"}]
    assert [(fate["kind"], fate["line"]) for fate in told["fates"]] == [
        ("removed", 6),
        ("kept", 7),
        ("removed", 7),
        ("harvested", 8),
    ]


def test_a_picture_comes_as_json_without_its_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.html"
    file.write_text('<p>甲<img src="https://a.example/b.png"></p>')
    assert run(["clean", str(file), "--json"]) == 0
    medium = json.loads(said(capsys))["media"][0]
    assert (medium["urls"], medium["data"]) == (["https://a.example/b.png"], 0)


def test_the_terminal_shows_both_sides_and_obeys_nothing(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["clean", str(article), "--explain"])
    shown = said(capsys)
    assert "\x1b[31m" not in shown and "\u202e" not in shown
    assert "7:4" in shown and "removed by script" in shown and "source:mydrivers#3" in shown
    assert "1 kept · 2 removed · 1 harvested · 0 unwrapped" in shown


def test_the_page_needs_nothing_else_and_runs_nothing(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["clean", str(article), "--explain", "--html"])
    page = said(capsys)
    assert "default-src 'none'" in page and "<script" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert "&lt;b&gt;" in page and "\u202e" not in page


def test_the_rules_of_a_site_count_where_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_site(tmp_path, 1)
    run(["clean", str(tmp_path / "content" / "0.html"), "--site", str(tmp_path), "--text"])
    assert said(capsys) == "正文 0。\n甲报出品\n"


def test_publishers_are_named_in_the_language_of_the_site(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (article.parent / "site.toml").write_text('language = "en"\n', "utf-8")
    (article.parent / "content").mkdir()
    saved = article.parent / "content" / "a.md"
    saved.write_text(ARTICLE.replace("快科技", "路透"), "utf-8")
    run(["clean", str(saved), "--site", str(article.parent), "--json"])
    assert json.loads(said(capsys))["publisher"]["name"] == "Reuters"
    run(["sources", "check", str(article.parent)])
    assert "Reuters: 1 article" in said(capsys)


def make_site(folder: Path, articles: int, rules: str = RULES) -> None:
    (folder / "site.toml").write_text("", "utf-8")
    for name in ("sources", "content"):
        (folder / name).mkdir()
    (folder / "sources" / "jia.toml").write_text(rules, "utf-8")
    for number in range(articles):
        body = f'<div><p>正文 {number}。</p><p class="ad">买</p><p class="foot">甲报出品</p></div>'
        (folder / "content" / f"{number}.html").write_text(f"---\nauthor: 甲报\n---\n{body}", "utf-8")


def test_rules_are_checked_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_site(tmp_path, 3)
    assert run(["sources", "check", str(tmp_path)]) == 0
    shown = said(capsys)
    assert "甲报: 3 articles\n     3  source:jia#1" in shown
    assert "  none  everywhere#1" in shown


def test_an_example_that_does_not_hold_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_site(tmp_path, 0, RULES.replace("want = '<p>a</p>'", "want = '<p>b</p>'"))
    assert run(["sources", "check", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "jia: no advertisement: want" in captured.err
    assert re.search(r"(\d+) of (\d+) examples hold", captured.out)


def test_rules_for_a_publisher_that_is_not_there_are_an_error_that_names_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_site(tmp_path, 4)
    assert run(["sources", "suggest", str(tmp_path), "--publisher", "jiaa"]) == 2
    assert 'no article is of "jiaa" (did you mean "jia"?)' in capsys.readouterr().err


def test_what_repeats_at_the_edge_is_suggested_as_a_rule_that_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_site(tmp_path, 4)
    assert run(["sources", "suggest", str(tmp_path), "--publisher", "甲报"]) == 0
    shown = said(capsys)
    source = parse_source('name = "甲报"\n' + shown, "suggested")
    assert [rule.selector.text for rule in source.rules] == ["甲报出品"]
    assert "4 of 4 articles" in shown and "0.html" in shown


def test_nothing_is_suggested_where_nothing_repeats() -> None:
    articles = [Saved(f"{number}", f"<p>{number}</p>", f"{number}") for number in range(9)]
    assert suggest_rules(articles) == []


def test_a_class_that_stands_in_the_midst_too_is_not_suggested() -> None:
    def body(number: int) -> str:
        return "".join(f'<p class="x">{number} {place}</p>' for place in range(30))

    articles = [Saved(f"{number}", body(number), body(number)) for number in range(5)]
    assert suggest_rules(articles) == []


def test_a_suggestion_quotes_hostile_text_as_text() -> None:
    text = "a\"]\\ \x1b[31m'''"
    articles = [Saved(f"{number}", f"<p>{number}</p><p>{text}</p>", text) for number in range(4)]
    rules = write_rules(Source('x"y\n[[rules]]', "x-y", known=False), suggest_rules(articles))
    assert len(parse_source(rules, "suggested").rules) == 1


def test_blocks_are_the_innermost_that_hold_text() -> None:
    html = '<div class="a b">x<p id="c">y<br>z</p><script>s</script>w</div>'
    blocks = list_blocks(parse_events(html))
    assert [(block.tag, block.classes, block.id, block.text) for block in blocks] == [
        ("div", ("a", "b"), "", "x"),
        ("p", (), "c", "y z"),
        ("div", ("a", "b"), "", "w"),
    ]

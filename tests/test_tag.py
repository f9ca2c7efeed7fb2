"""Tagging: titles restored only on exact evidence, dates by rule, every tag able to say why."""

import doctest
from dataclasses import replace

import pytest

from site_builder.errors import ConfigError
from site_builder.model import Body, Clock, Media, RawArticle, SafeHtml, Source
from site_builder.steps import tag
from site_builder.steps.tag import MAX_TAGS, load_vocabulary, restore_title, tag_article
from site_builder.stories.names import Text, open_names

MYDRIVERS = Source(
    "快科技", "mydrivers", authors=("快科技（原驱动之家）",), clock=Clock("local", "Asia/Shanghai", "because")
)
TAGS = """
names = ["小米", "徕卡", "小米 12S Ultra", "M11", "雷军"]
[aliases]
"徕卡" = ["Leica", "莱卡"]
"小米" = ["Xiaomi"]
"""


@pytest.fixture
def vocabulary(tmp_path):
    (tmp_path / "tags.toml").write_text(TAGS)
    return load_vocabulary(tmp_path / "tags.toml", from_text=False)


def find_names(text: str, vocabulary) -> list[str]:
    return [name.key for name in open_names(vocabulary.wanted, vocabulary.from_text).find(Text(text))]


def raw(path: str = "a.txt", **front: str | tuple[str, ...]) -> RawArticle:
    return RawArticle(path, "d" * 64, "utf-8", front, {key: n for n, key in enumerate(front, 2)}, "", 9)


def body(text: str = "正文", *alts: str, tags: tuple[str, ...] = ()) -> Body:
    return Body(
        SafeHtml(""), text, tuple(Media("image", ("https://x.example/a.png",), alt=alt) for alt in alts), tags
    )


def settle(article: RawArticle, cleaned: Body, vocabulary, source: Source = MYDRIVERS):
    return tag_article(article, source, ("author", source.name), cleaned, vocabulary, "Asia/Shanghai")


def names(article) -> list[str]:
    return [mark.name for mark in article.card.tags]


def test_the_doctests_hold():
    assert doctest.testmod(tag).failed == 0


@pytest.mark.parametrize(
    ("title", "evidence", "restored"),
    [
        ("徕卡M11_Q2相机", "徕卡M11/Q2相机", "徕卡M11/Q2相机"),
        ("夜拍不会是_傻亮_", "夜拍不会是“傻亮”", "夜拍不会是“傻亮”"),
        ("snake_case", "snake_case: more", "snake_case"),  # another length
        ("snake_case", "snake-case", "snake_case"),  # "-" needs no replacing in file names
        ("甲_乙", "丙/乙", "甲_乙"),  # another text
        ("没有下划线", "没有下划線", "没有下划线"),
        ("a_b", "", "a_b"),
    ],
)
def test_a_title_is_restored_only_where_the_evidence_is_exact(title, evidence, restored):
    assert restore_title(title, [evidence])[0] == restored


def test_both_forms_of_a_restored_title_are_kept_and_the_evidence_is_named(vocabulary):
    article, findings = settle(raw(title="M11_Q2", date="2022-06-04"), body("正文", "M11/Q2"), vocabulary)
    assert article.card.title == "M11/Q2"
    assert (article.provenance.title_given, article.provenance.title_evidence) == ("M11_Q2", "M11/Q2")
    assert [(f.code, f.level, f.line) for f in findings] == [("title-restored", "info", 2)]


def test_the_publishers_clock_reads_the_stamp_and_the_stamp_is_kept(vocabulary):
    article, _ = settle(raw(title="t", date="Sat, 04 Jun 2022 20:42:05 GMT"), body(), vocabulary)
    assert article.card.published is not None
    assert article.card.published.isoformat() == "2022-06-04T20:42:05+08:00"
    assert article.provenance.reading.stamp == "Sat, 04 Jun 2022 20:42:05 GMT"
    assert article.card.url == "2022/06/04/a.html"


@pytest.mark.parametrize(
    ("path", "front", "url", "codes"),
    [
        ("2022-07-20-x.md", {"date": "Invalid Date"}, "2022/07/20/2022-07-20-x.html", ["date-from-name"]),
        ("x.md", {"date": "Invalid Date"}, "undated/2/x.html", ["date-invalid"]),
        ("x.md", {}, "undated/2/x.html", ["date-missing"]),
        ("x.md", {"from": "https://a.example/2022/07/20/x"}, "2022/07/20/x.html", ["date-from-address"]),
        ("x.md", {"updated": "2022-07-20 10:00"}, "2022/07/20/x.html", ["date-from-change"]),
        ("x.md", {"updated": "20/07/22", "date": "?"}, "undated/2/x.html", ["date-invalid"]),
        ("x.md", {"date": "05/07/2022", "lang": "fr"}, "2022/07/05/x.html", []),
        ("x.md", {"date": "05/07/2022", "lang": "en"}, "undated/2/x.html", ["date-invalid"]),
        (
            "2020-01-01-x.md",
            {"from": "https://a.example/2022/07/20/x"},
            "2020/01/01/2020-01-01-x.html",
            ["date-from-name"],
        ),
    ],
)
def test_without_a_readable_date_the_name_or_the_address_says_it_or_the_article_is_undated(
    vocabulary, path, front, url, codes
):
    article, findings = settle(raw(path, title="t", **front), body(), vocabulary)
    assert article.card.url == url
    assert [found.code for found in findings] == codes


def test_tags_come_from_the_publisher_the_front_matter_and_the_text_in_that_order(vocabulary):
    article, _ = settle(
        raw(title="雷军发布新机", date="2022-06-04", tags=("相机",), categories=("新媒体", "热榜", "手机")),
        body("小米和小米", tags=("徕卡",)),
        vocabulary,
    )
    assert names(article) == ["徕卡", "相机", "手机", "雷军", "小米"]
    assert article.card.tags[0].evidence == (("given", "body"),)
    assert article.card.tags[4].evidence == (("name", "title 0, body 2"),)


def test_publishers_and_sections_are_no_tags(vocabulary):
    categories = ("新媒体", "快科技（原驱动之家）", "快科技", "最新新闻", "快科技 - 最新")
    article, _ = settle(raw(title="t", date="2022-06-04", categories=categories), body(), vocabulary)
    assert names(article) == []


def test_a_sign_behind_a_name_is_a_part_of_it(vocabulary):
    article, _ = settle(raw(title="t", date="2022-06-04", tags=("C#", "C", "#港口#")), body(), vocabulary)
    assert names(article) == ["C#", "C", "港口"]


def test_spellings_of_one_name_are_one_tag_that_tells_the_form_met(vocabulary):
    article, _ = settle(
        raw(title="t", date="2022-06-04"), body(tags=("Leica", "莱卡", "小米12S ultra")), vocabulary
    )
    assert names(article) == ["徕卡", "小米 12S Ultra"]
    assert ("form", "Leica") in article.card.tags[0].evidence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("小米12S Ultra发布", ["小米12sultra"]),
        ("小米 12S Ultra 发布", ["小米12sultra"]),
        ("小米 12S 发布", ["小米"]),
        ("徕卡M11相机", ["徕卡", "m11"]),
        ("M110 与 XM11", []),
        ("用LEICA拍", ["徕卡"]),
        ("小米，雷军", ["小米", "雷军"]),
    ],
)
def test_names_are_found_longest_first_with_borders_at_latin_letters(vocabulary, text, found):
    assert find_names(text, vocabulary) == found


def test_a_name_that_stands_once_in_the_body_alone_is_no_tag(vocabulary):
    assert names(settle(raw(title="t", date="2022-06-04"), body("小米一次"), vocabulary)[0]) == []


def test_no_article_has_more_tags_than_the_limit(vocabulary):
    many = tuple(f"标签{number}" for number in range(30))
    assert (
        len(settle(raw(title="t", date="2022-06-04", tags=many), body(), vocabulary)[0].card.tags) == MAX_TAGS
    )


def test_an_unknown_publisher_is_an_info_and_the_article_is_built(vocabulary):
    stranger = replace(MYDRIVERS, name="某报", slug="mou-bao", known=False)
    article, findings = settle(raw(title="t", date="2022-06-04", author="某报"), body(), vocabulary, stranger)
    assert article.card.source == "某报"
    assert [(found.code, found.level) for found in findings] == [("source-unknown", "info")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nmaes = []", 'did you mean "names"'),
        ("names = 3", "no list"),
        ('[aliases]\n"a" = "b"', "no list"),
        ('[aliases]\n"a" = ["c"]\n"b" = ["c"]', "two names"),
        ("aliases = 1", "no table"),
        ("names = [", "not valid TOML"),
    ],
)
def test_a_mistake_in_tags_toml_is_an_error_with_its_line(tmp_path, text, message):
    file = tmp_path / "tags.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message) as raised:
        load_vocabulary(file)
    assert f"{file}:" in str(raised.value)


def test_a_site_without_tags_toml_has_an_empty_vocabulary(tmp_path):
    assert find_names("小米", load_vocabulary(tmp_path / "tags.toml", from_text=False)) == []


def test_a_day_without_a_year_is_told_as_such(vocabulary):
    for stamp in ("07-20 23:15", "7月20日", "July 20"):
        _, findings = settle(raw(title="t", date=stamp), body(), vocabulary)
        assert findings[0].message == f"cannot read {stamp!r}; it names no year"


def test_the_keys_of_omnivore_and_readability_are_known(vocabulary):
    front = {"title": "Lamp", "publishedtime": "2019-03-05", "labels": ("lamps",)}
    article, _ = settle(raw(**front), body("It burns."), vocabulary)
    assert article.card.url.startswith("2019/03/05/")
    assert "lamps" in names(article)

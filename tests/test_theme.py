"""What a theme may count on: documented contexts, contrast, budgets, valid markup, honest metadata."""

# Grammars read best whole:
# ruff: noqa: E501

from __future__ import annotations

import gzip
import json
import re
from dataclasses import fields, is_dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import fastjsonschema
import html5lib
import mf2py
import pytest
from archives import OFFLINE, SITE, make_card, make_cards, publish, read_page
from catalogues import CATALOGUES
from lxml import etree
from showcase import load, make_showcase, write_showcase

from site_builder.errors import TemplateError
from site_builder.language import tongues
from site_builder.model import PageSpec
from site_builder.outputs import contexts, kin, lists
from site_builder.outputs.contexts import CONTEXTS
from site_builder.outputs.pages import list_pages
from site_builder.outputs.stock import LIGHT
from site_builder.steps import render
from site_builder.steps.render import find_theme, make_environment, render_page

ROOT = Path(__file__).parent.parent
STYLE = (ROOT / "templates" / "style.css").read_text("utf-8")
KB = 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("site")
    write_showcase(folder)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def pages_of(site: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in site.items() if path.endswith(".html")}


# --- contexts -----------------------------------------------------------------------------


def test_every_template_is_given_what_its_type_says_and_no_more() -> None:
    given: dict[str, set[str]] = {}
    for spec in list_pages(make_showcase(), SITE, load):
        assert set(spec.context) == set(CONTEXTS[spec.template].__annotations__), spec.path
        given[spec.template] = set(spec.context)
    rare = {"hour.html", "subject_undated.html"}  # only of crowds; test_pages makes those
    assert set(given) == set(CONTEXTS) - rare


def test_every_context_and_shape_is_documented() -> None:
    said = (ROOT / "docs" / "theme.md").read_text("utf-8")
    for template, context in CONTEXTS.items():
        part = said.split(f"### `{template}`\n")[1].split("\n##")[0]
        documented = re.findall(r"^\| `(\w+)` \| `", part, re.MULTILINE)
        assert documented == [name for name in context.__annotations__ if name != "kind"], template
    for module in (lists, contexts, kin):
        for name, shape in vars(module).items():
            own = is_dataclass(shape) and shape.__module__ == module.__name__ and name != "Words"
            if own and not name.startswith("_"):
                line = re.search(rf"^- \*\*`{name}`\*\*: .*$", said, re.MULTILINE)
                assert line and all(f"`{field.name}`" in line[0] for field in fields(shape)), name


def test_every_template_has_a_type() -> None:
    shared = {"base.html", "parts.html"}
    assert {path.name for path in (ROOT / "templates").glob("*.html")} - shared == set(CONTEXTS)


def test_a_misspelt_name_is_met_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text("{{ knd }}")
    with pytest.raises(TemplateError) as caught:
        render_page(find_theme(SITE, tmp_path), PageSpec("404.html", "404.html", {"kind": "404"}))
    assert "did you mean kind?" in caught.value.hint


# --- the style sheet ----------------------------------------------------------------------


def tokens(scheme: str) -> dict[str, str]:
    light, dark = STYLE.split("@media (prefers-color-scheme:dark){:root{")
    part = light if scheme == "light" else dark
    return dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", part.split("*,::before")[0]))


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


PAIRS = [
    *((ink, paper) for ink in ("ink", "ink2", "accent") for paper in ("paper", "panel")),
    ("ink", "h1"), ("ink", "h2"), ("paper", "h3"), ("ink", "mark"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_seven_to_one_against_what_it_stands_on(scheme: str) -> None:
    colours = tokens(scheme)
    weak = [pair for pair in PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < 7]
    assert not weak
    assert contrast(colours["edge"], colours["paper"]) >= 3, "the edges of controls (WCAG 1.4.11)"


def test_the_style_sheet_asks_for_nothing_and_stays_small() -> None:
    assert not [url for url in re.findall(r"url\(\"?([^)\"]+)", STYLE) if not url.startswith("data:")]
    assert "@import" not in STYLE
    assert len(STYLE.encode()) <= 24 * KB
    assert len(gzip.compress(STYLE.encode(), 6)) <= 8 * KB


# --- weight and markup --------------------------------------------------------------------

MOST = {"article": 96, "month": 112, "tag": 128, "source": 128, "search": 24}


ON_WHOLE_PAGES = {"art", "cals", "doc", "narrow", "story"}
"""Classes that only lay out a page; the style guide cannot hold one."""


def test_the_style_guide_shows_whatever_has_a_style(site: dict[str, bytes]) -> None:
    style = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", site["style.css"].decode(), flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][\w-]*)", style))
    shown = set(" ".join(re.findall(r'class="([^"]*)"', site["styleguide.html"].decode())).split())
    assert styled - shown == ON_WHOLE_PAGES


def test_every_page_is_light(site: dict[str, bytes]) -> None:
    style = len(gzip.compress(site["style.css"], 6))
    for path, text in pages_of(site).items():
        kind = read_page(text).find("body").get("data-page")
        assert len(text.encode()) <= MOST.get(kind, 64) * KB, path
        assert len(gzip.compress(text.encode(), 6)) + style <= 24 * KB, path


def test_a_year_with_an_article_on_each_day_is_light() -> None:
    cards = [make_card(number, f"{card.published:%Y-%m-%d %H:%M:%S}", f"第 {number} 座灯塔重新点亮，" * 4)
             for number, card in enumerate(make_cards(365, "2021-12-31 12:00:00"))]  # fmt: skip
    text = publish(cards)["2021/index.html"]
    assert len(text.encode()) <= 64 * KB


def test_long_titles_make_no_list_heavy() -> None:
    words = [chr(0x4E00 + (number * 7919) % 20_000) for number in range(400_000)]  # compresses badly
    cards = []
    for number in range(400):
        title, more = "".join(words[number * 150 :][:60]), "".join(words[number * 150 :][60:150])
        when = f"2022-07-{1 + number % 30:02} {number % 24:02}:{number % 60:02}:00"
        cards.append(make_card(number, when, title, excerpt=more, has_ledger=False))
    site = publish(cards)
    style = len(gzip.compress(site["style.css"].encode(), 6))
    heavy = {
        path: size
        for path, text in site.items()
        if path.endswith(".html") and (size := len(gzip.compress(text.encode(), 6)) + style) > 24 * KB
    }
    assert not heavy
    assert 24 * KB - style > LIGHT


VOID_SLASH = {"non-void-element-with-trailing-slash"}


def test_every_page_is_parsed_without_an_error_by_the_strict_parser(site: dict[str, bytes]) -> None:
    for path, text in pages_of(site).items():
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(text)
        assert [error[1] for error in parser.errors if error[1] not in VOID_SLASH] == [], path


def test_what_is_said_for_screen_readers_holds_what_is_seen(site: dict[str, bytes]) -> None:
    for path, text in pages_of(site).items():
        page = read_page(text)
        for element in page.xpath("//a[@aria-label]"):
            seen = "".join(element.text_content().split())
            assert seen in "".join(element.get("aria-label").split()), (path, seen)
        labels = page.xpath("//section[@aria-label]/@aria-label | //nav/@aria-label | //aside/@aria-label")
        assert len(labels) == len(set(labels)), path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        assert set(page.xpath("//@aria-labelledby")) <= set(ids), path
        for table in page.xpath("//table[not(ancestor::*[contains(@class, 'e-content')])]"):
            assert table.xpath("string(caption)").strip(), path


def test_a_weekday_is_told_by_its_name(site: dict[str, bytes]) -> None:
    heads = read_page(pages_of(site)["2022/07/index.html"]).xpath("//table[@class='cal']//th")
    assert [(head.text, head.get("aria-label")) for head in heads][::6] == [
        ("一", "星期一"),
        ("日", "星期日"),
    ]


def test_from_the_top_of_a_long_page_a_link_leads_to_its_months(site: dict[str, bytes]) -> None:
    tag = next(
        path for path, text in pages_of(site).items() if 'id="months"' in text and path.startswith("tags/")
    )
    for path, place in (("index.html", "months"), (tag, "months"), ("2022/07/index.html", "calendar")):
        page = read_page(pages_of(site)[path])
        assert page.xpath("//*[@class='head']//*[contains(@class, 'jump')]/a/@href") == [f"#{place}"], path
        assert len(page.xpath(f"//aside//section[@id='{place}']")) == 1, path


def test_from_the_top_of_a_year_links_lead_to_its_neighbours(site: dict[str, bytes]) -> None:
    head = read_page(pages_of(site)["2021/index.html"]).xpath("//*[@class='head']")[0]
    assert head.xpath(".//a/@href") == ["../2020/index.html", "../2022/index.html"]


def test_foreign_words_are_marked_wherever_a_title_stands(site: dict[str, bytes]) -> None:
    for path, text in pages_of(site).items():
        page = read_page(text)
        for node in page.xpath('//main//text()[contains(., "The keeper\'s log")]'):
            parent = node.getparent().getparent() if node.is_tail else node.getparent()
            chain = [parent, *parent.iterancestors()]
            assert "en" in [element.get("lang") for element in chain], (path, parent.tag)


# --- what is told to machines -------------------------------------------------------------

FEED = fastjsonschema.compile(
    {
        "type": "object",
        "required": ["version", "title", "items"],
        "properties": {
            "version": {"const": "https://jsonfeed.org/version/1.1"},
            "title": {"type": "string", "minLength": 1},
            "home_page_url": {"type": "string", "format": "uri"},
            "feed_url": {"type": "string", "format": "uri"},
            "description": {"type": "string"},
            "language": {"type": "string"},
            "authors": {"$ref": "#/definitions/authors"},
            "items": {"type": "array", "items": {"$ref": "#/definitions/item"}},
        },
        "additionalProperties": False,
        "definitions": {
            "authors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
                    "minProperties": 1,
                    "additionalProperties": False,
                },
            },
            "item": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": {"type": "string"},
                    "title": {"type": "string"},
                    "content_text": {"type": "string"},
                    "content_html": {"type": "string"},
                    "summary": {"type": "string"},
                    "image": {"type": "string"},
                    "date_published": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"},
                    "date_modified": {"type": "string"},
                    "authors": {"$ref": "#/definitions/authors"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "language": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
    }
)  # fmt: skip
"""JSON Feed 1.1, as far as this program writes it; nothing that the specification does not know."""

ATOM = etree.RelaxNG(
    etree.fromstring(
        """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="feed"><ref name="lang"/><interleave>
 <element name="title"><text/></element><element name="id"><data type="anyURI"/></element>
 <element name="updated"><ref name="stamp"/></element><oneOrMore><ref name="link"/></oneOrMore>
 <oneOrMore><ref name="author"/></oneOrMore><zeroOrMore><ref name="category"/></zeroOrMore>
 <zeroOrMore><ref name="entry"/></zeroOrMore></interleave></element></start>
<define name="lang"><optional><attribute name="xml:lang"><data type="language"/></attribute></optional></define>
<define name="stamp"><data type="dateTime"><param name="pattern">.*(Z|[+\\-]\\d\\d:\\d\\d)</param></data></define>
<define name="link"><element name="link"><attribute name="href"><data type="anyURI"/></attribute>
 <optional><attribute name="rel"><choice><value>self</value><value>alternate</value><value>via</value>
 <value>enclosure</value><value>related</value></choice></attribute></optional>
 <optional><attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute></optional>
 <empty/></element></define>
<define name="author"><element name="author"><interleave><element name="name"><text/></element>
 <optional><element name="uri"><data type="anyURI"/></element></optional></interleave></element></define>
<define name="category"><element name="category"><attribute name="term"/><empty/></element></define>
<define name="entry"><element name="entry"><ref name="lang"/><interleave>
 <element name="title"><text/></element><element name="id"><data type="anyURI"/></element>
 <element name="published"><ref name="stamp"/></element><element name="updated"><ref name="stamp"/></element>
 <oneOrMore><ref name="link"/></oneOrMore><oneOrMore><ref name="author"/></oneOrMore>
 <zeroOrMore><ref name="category"/></zeroOrMore><optional><element name="summary"><text/></element></optional>
 </interleave></element></define></grammar>"""
    )
)
"""RFC 4287 in RELAX NG, as far as this program writes it."""


@pytest.mark.parametrize("face", [SITE, OFFLINE])
def test_every_feed_is_valid(face: Any) -> None:
    files = publish([*make_cards(60), make_card(99, None), make_card(98, lang="en")], face)
    feeds = [path for path in files if path.endswith(".xml") and (path == "feed.xml" or "/" in path)]
    assert len(feeds) > 2
    for path in feeds:
        ATOM.assertValid(etree.fromstring(files[path].encode()))
    FEED(json.loads(files["feed.json"]))


EXPECTED = {  # the properties of schema.org's NewsArticle that are relied on, and what each may be
    "@type": str, "@id": str, "mainEntityOfPage": str, "headline": str, "inLanguage": str,
    "wordCount": int, "author": dict, "publisher": dict, "provider": dict, "isPartOf": dict,
    "isBasedOn": (str, dict), "description": str, "keywords": list, "datePublished": str,
    "dateModified": str, "image": list,
}  # fmt: skip


def test_articles_describe_themselves_by_the_rules_of_schema_org(site: dict[str, bytes]) -> None:
    checked = 0
    for path, text in pages_of(site).items():
        page = read_page(text)
        if page.find("body").get("data-page") != "article":
            continue
        data = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
        assert data["@context"] == "https://schema.org"
        article, trail = data["@graph"]
        assert article["@type"] == "NewsArticle"
        for name, value in article.items():
            assert isinstance(value, EXPECTED[name]), (path, name)
        for name in ("author", "publisher", "provider"):
            assert article[name]["@type"] in ("Organization", "Person")
            assert article[name]["name"], path
        assert article["headline"][:40] == page.xpath("string(//h1)").strip()[:40]
        assert len(article["headline"]) <= 110
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", article["datePublished"])
        places = [item["position"] for item in trail["itemListElement"]]
        assert places == list(range(1, len(places) + 1))
        assert all("item" in item for item in trail["itemListElement"][:-1])
        checked += 1
    assert checked > 50


def test_others_read_the_microformats_of_articles_and_lists(site: dict[str, bytes]) -> None:
    article = mf2py.parse(site["2022/06/26/a00002.html"].decode())["items"]
    entry = next(item for item in article if "h-entry" in item["type"])["properties"]
    assert entry["name"][0].startswith("第 2 座灯塔")
    assert entry["published"][0].startswith("2022-06-26T23:15")
    assert entry["category"]
    assert "透镜怎样修好" in entry["content"][0]["value"]
    feed = next(
        item for item in mf2py.parse(site["index.html"].decode())["items"] if "h-feed" in item["type"]
    )
    assert len(feed["children"]) == 30
    assert all(
        {"name", "url", "published", "author"} <= set(child["properties"]) for child in feed["children"]
    )
    copy = next(path for path, text in pages_of(site).items() if "data-duplicate-of" in text)
    assert "u-repost-of" in site[copy].decode()


# --- words --------------------------------------------------------------------------------


LANGUAGES = [file.parent.parent.name.replace("_", "-") for file in CATALOGUES]


@pytest.mark.parametrize("language", [*LANGUAGES, "en-GB", "zh-TW", "fr-CA", "fi", "x-unknown"])
def test_every_page_can_be_made_in_every_language(language: str) -> None:
    theme = find_theme(replace(SITE, language=language))
    for spec in list_pages(make_showcase(), theme.site, load):
        if spec.path.count("/") < 2 or spec.context["kind"] != "article":
            text = render_page(theme, spec).data.decode()
            tongue = "en" if language in ("fi", "x-unknown") else language
            assert f'<html lang="{tongue}"' in text
            assert (' dir="rtl">' in text.partition("<head>")[0]) == (language in ("ar", "he"))
            assert "%(" not in text, spec.path


def test_another_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = find_theme(replace(SITE, language="ja", title="灯台の記録"))
    english = (render.PACKAGE / "locale/en/LC_MESSAGES/messages.po").read_text("utf-8")
    marked = re.sub(r'^(msgstr(?:\[\d\])? )"(?=.+"$)', r'\1"※', english, flags=re.MULTILINE)
    file = tmp_path / "locale/ja/LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(marked.replace('"Language: en', '"Language: ja'), "utf-8")
    monkeypatch.setattr(tongues, "LOCALES", tmp_path / "locale")
    caches = (render.read_catalogue, render.make_environment, tongues.find_catalogue, tongues.find_tongue)
    for cache in caches:
        cache.cache_clear()
    for spec in list_pages(make_showcase(), theme.site, load):
        page = read_page(render_page(theme, spec).data.decode())
        navigation = page.xpath("//nav//a/text() | //footer//a/text()")
        said = [words for words in navigation if re.search("[A-Za-z]{4}", words) and words != "Fog signal"]
        assert all("※" in words or "keeper" in words or "Harbour" in words for words in said), spec.path
        if spec.path == "2022/07/20/index.html":
            assert page.xpath("string(//h1)") == "2022年7月20日"
            assert "水曜日" in page.xpath("string(//p[@class='lede'])")
    for cache in caches:
        cache.cache_clear()


def test_english_knows_one_and_many_and_chinese_does_not() -> None:

    def count(language: str, number: int) -> str:
        env = make_environment(find_theme(replace(SITE, language=language)))
        return env.from_string('{{ ngettext("%(num)d article", "%(num)d articles", n) }}').render(n=number)

    assert [count("en", number) for number in (0, 1, 2)] == ["0 articles", "1 article", "2 articles"]
    assert [count("zh-Hans", number) for number in (1, 2)] == ["1 篇", "2 篇"]


def test_the_views_differ_in_words_only() -> None:
    """The same archive in two languages has the same pages and the same links."""

    def links(language: str) -> dict[str, list[str]]:
        made = publish(make_cards(3), replace(SITE, language=language))
        return {p: read_page(t).xpath("//main//@href") for p, t in made.items() if p.endswith(".html")}

    for one, other in combinations(map(links, ("zh-Hans", "zh-Hant", "en")), 2):
        assert one == other

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from archives import OFFLINE, SITE, list_feeds, make_archive, make_card, make_cards
from lxml import etree

from site_builder.model import Card, Site, TagMark
from site_builder.outputs import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def build(cards: list[Card], site: Site = SITE) -> dict[str, bytes]:
    return {page.path: page.data for page in list_feeds(make_archive(cards), site)}


def entries(data: bytes) -> list[etree._Element]:
    return etree.fromstring(data).findall(f"{ATOM}entry")


@pytest.mark.parametrize("site", [SITE, OFFLINE])
def test_an_atom_feed_has_what_the_standard_asks_for(site: Site) -> None:
    for path, data in build(make_cards(3), site).items():
        if path.endswith(".xml") and (path == "feed.xml" or "/" in path):
            feed = etree.fromstring(data)
            assert feed.tag == f"{ATOM}feed"
            assert feed.findtext(f"{ATOM}author/{ATOM}name")
            for element in (feed, *entries(data)):
                assert element.findtext(f"{ATOM}title")
                assert element.findtext(f"{ATOM}id").startswith(("https:", "urn:uuid:"))
                assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo
                assert "alternate" in [link.get("rel") for link in element.findall(f"{ATOM}link")]


def test_feeds_hold_the_newest_fifty_dated_articles() -> None:
    cards = [*make_cards(80), make_card(999, None)]
    files = build(cards)
    items = json.loads(files["feed.json"])["items"]
    assert [item["title"] for item in items] == [card.title for card in cards[:50]]
    assert [entry.findtext(f"{ATOM}title") for entry in entries(files["feed.xml"])] == [
        card.title for card in cards[:50]
    ]


def test_an_entry_keeps_its_id_when_the_site_moves_or_is_renamed() -> None:
    card = make_card()
    ids = {
        entries(build([card], site)["feed.xml"])[0].findtext(f"{ATOM}id")
        for site in (SITE, OFFLINE, replace(SITE, title="新名字", base_url="https://elsewhere.example/a/"))
    }
    assert len(ids) == 1
    assert UUID(ids.pop().removeprefix("urn:uuid:")).version == 5


def test_an_entry_keeps_its_id_when_its_title_is_corrected() -> None:
    ids = [entries(build([make_card(title=title)])["feed.xml"])[0].findtext(f"{ATOM}id") for title in "雾号"]
    assert ids[0] == ids[1]


def test_ids_within_a_site_differ() -> None:
    files = build(make_cards(60))
    ids = [etree.fromstring(data).findtext(f"{ATOM}id") for path, data in files.items() if "/" in path]
    ids += [entry.findtext(f"{ATOM}id") for entry in entries(files["feed.xml"])]
    assert len(ids) == len(set(ids))


def test_the_json_feed_has_what_version_1_1_asks_for() -> None:
    feed = json.loads(build(make_cards(2))["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://archive.example/feed.json"
    for item in feed["items"]:
        assert item["content_text"]
        assert isinstance(item["id"], str)
        assert item["url"].startswith("https://archive.example/2022/07/")
        assert [author["name"] for author in item["authors"]] == ["海港日报"]
        assert item["tags"] == ["灯塔"]


def test_without_a_base_url_no_file_holds_an_absolute_address_of_the_site() -> None:
    files = build(make_cards(3), OFFLINE)
    assert not {"sitemap.xml", "opensearch.xml"} & set(files)
    for path, data in files.items():
        text = data.decode().replace("http://www.w3.org/2005/Atom", "").replace("https://jsonfeed.org", "")
        assert "http" not in text, path


def test_a_feed_below_the_top_leads_up_to_its_articles() -> None:
    files = build(make_cards(1), OFFLINE)
    tag = next(path for path in files if path.startswith("tags/"))
    assert entries(files[tag])[0].find(f"{ATOM}link").get("href") == "../../2022/07/20/a00000.html"


def test_the_sitemap_names_every_page_with_its_canonical_address() -> None:
    tree = etree.fromstring(build(make_cards(2))["sitemap.xml"])
    addresses = [loc.text for loc in tree.iter(f"{MAP}loc")]
    assert "https://archive.example/" in addresses
    assert "https://archive.example/2022/07/" in addresses
    assert "https://archive.example/2022/07/20/a00000.html" in addresses
    assert len(addresses) == len(set(addresses))


def test_a_sitemap_that_would_be_too_long_becomes_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build(make_cards(9))["sitemap.xml"]
    monkeypatch.setattr(feeds, "SITEMAP_LIMIT", 10)
    files = build(make_cards(9))
    parts = [
        loc.text.removeprefix(SITE.base_url)
        for loc in etree.fromstring(files["sitemap.xml"]).iter(f"{MAP}loc")
    ]
    held = [loc.text for part in parts for loc in etree.fromstring(files[part]).iter(f"{MAP}loc")]
    assert sorted(held) == sorted(loc.text for loc in etree.fromstring(whole).iter(f"{MAP}loc"))
    assert all(len(list(etree.fromstring(files[part]).iter(f"{MAP}loc"))) <= 10 for part in parts)


def test_only_articles_say_when_they_were_published_as_any_article_changes_a_list() -> None:
    tree = etree.fromstring(build(make_cards(2))["sitemap.xml"])
    timed = [
        entry.findtext(f"{MAP}loc")
        for entry in tree.iter(f"{MAP}url")
        if entry.find(f"{MAP}lastmod") is not None
    ]
    articles = [f"https://archive.example/2022/07/{day}/a{at:05}" for at, day in enumerate((20, 19))]
    assert timed == [f"{article}{ending}" for article in articles for ending in (".html", ".ledger.html")]


def test_robots_are_shown_the_sitemap_when_there_is_one() -> None:
    assert b"Sitemap: https://archive.example/sitemap.xml" in build([])["robots.txt"]
    assert b"Sitemap" not in build([], OFFLINE)["robots.txt"]


def test_opensearch_names_a_page_that_exists_and_is_short() -> None:
    tree = etree.fromstring(
        build([], replace(SITE, title="一个名字很长很长很长很长的归档网站"))["opensearch.xml"]
    )
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert (
        tree.find(f"{space}Url").get("template")
        == "https://archive.example/search/index.html?q={searchTerms}"
    )
    assert len(tree.findtext(f"{space}ShortName")) <= 16


def test_hostile_text_stays_text_in_xml_and_json() -> None:
    nasty = '</title><script>alert(1)</script>&amp;"\x07\ufffe]]>'
    card = make_card(
        1, title=nasty, excerpt=nasty, source=(nasty, "nasty"), tags=(TagMark("k", nasty),), lang='en"x'
    )
    for path, data in build([card]).items():
        if path.endswith(".xml"):
            assert not [
                element for element in etree.fromstring(data).iter() if str(element.tag).endswith("}script")
            ]
    assert json.loads(build([card])["feed.json"])["items"][0]["title"] == nasty
    title = entries(build([card])["feed.xml"])[0].findtext(f"{ATOM}title")
    assert title == '</title><script>alert(1)</script>&amp;"]]>'


def test_the_order_of_articles_makes_no_difference() -> None:
    cards = make_cards(20, step=timedelta(0))
    assert build(cards) == build(cards[::-1])


def test_an_archive_without_articles_has_valid_feeds() -> None:
    files = build([])
    assert etree.fromstring(files["feed.xml"]).findtext(f"{ATOM}updated")
    assert json.loads(files["feed.json"])["items"] == []

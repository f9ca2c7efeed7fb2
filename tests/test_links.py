"""Links between articles of one archive lead to the copies here, each to the one that it can mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sites import SmallSite, read_tree

from site_builder.checks import check_site
from site_builder.errors import Finding
from site_builder.formats.markdown import render_markdown
from site_builder.model import Reference, SafeHtml, Source
from site_builder.sanitize import GateError, lead_on, list_links, sanitize
from site_builder.steps.clean import clean_body, whole_html
from site_builder.urls import name_page

NOBODY = Source("", "")
PAGE = "2022/07/21/lamp.html"


def write(title: str, body: str, day: int = 20, head: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2022-07-{day} 10:00:00\n{head}---\n{body}\n"


LAMP = write(
    "The lamp", "A lamp burns.", 21, "url: https://coast.example/news/?id=7\naliases: [/old/lamp/, Light]\n"
)


@pytest.fixture
def site(tmp_path: Path) -> SmallSite:
    made = SmallSite(tmp_path)
    made.content.mkdir()
    return made


def lead(site: SmallSite, body: str, path: str = "from.md", others: dict[str, str] | None = None) -> str:
    """Build a site where one article links to others; give its body."""
    given = {"lamp.md": LAMP} if others is None else others
    site.write({**given, path: write("From", body)})
    report = site.build()
    assert report.built == len(given) + 1, report.findings
    page = (site.out / "2022/07/20" / f"{Path(path).stem}.html").read_text("utf-8")
    return page.partition('e-content">')[2].partition("</div>")[0].strip()


def out(url: str) -> str:
    return f'<a href="{url}" rel="nofollow noreferrer external">x</a>'


@pytest.mark.parametrize(
    "url",
    [
        "https://coast.example/news/?id=7",
        "http://www.coast.example:80/news?id=7&utm_source=feed#light",
        "HTTPS://Coast.Example/n%65ws/index.html?id=7",
        "https://web.archive.org/web/20220721000000/https://coast.example/news/?id=7",
    ],
)
def test_an_address_of_the_web_leads_to_the_copy_and_is_kept(site: SmallSite, url: str) -> None:
    body = lead(site, f'See <a href="{url}">x</a>.')
    assert body.startswith(f'<p>See <a href="../../../{PAGE}" data-original="http')
    assert body.endswith('">x</a>.</p>')
    assert "coast.example" in body.lower()


@pytest.mark.parametrize(
    "url",
    [
        "https://coast.example/news/?id=8",
        "https://coast.example/news/",
        "https://coast.example/",
        "https://m.coast.example/news/?id=7",
        "https://coast.example:8080/news/?id=7",
        "https://coast.example/news/?id=7#!/other",
        "https://coast.example/News/?id=7",
    ],
)
def test_another_address_leads_where_it_led(site: SmallSite, url: str) -> None:
    assert lead(site, f'<a href="{url}">x</a>') == f"<p>{out(url)}</p>"


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("[x](lamp.md)", "from.md"),
        ("[x](./lamp.html#light)", "from.md"),
        ("[x](../lamp.md)", "deep/from.md"),
        ("[x](/lamp.md)", "deep/from.md"),
        ("[x](/old/lamp/)", "from.md"),
        ("[x](/2022/07/21/lamp/)", "from.md"),
        ("[x]({filename}../lamp.md)", "deep/from.md"),
        ("[x]({filename}/lamp.md)", "deep/from.md"),
        ("[[lamp|x]]", "deep/from.md"),
        ("[[The Lamp|x]]", "from.md"),
        ("[[Light#Oil|x]]", "from.md"),
        ("[x]({% post_url lamp %})", "from.md"),
        ("[x]({% link _posts/lamp.md %})", "from.md"),
        ('[x]({{< ref "lamp.md#light" >}})', "deep/from.md"),
        ('[x]({{% relref path="lamp" %}})', "from.md"),
        ('[x]({{< ref "/posts/lamp.md" >}})', "from.md"),
        ('[x]({{< ref "posts/lamp/index.md" >}})', "from.md"),
        ("{% post_link lamp x %}", "from.md"),
        ('<p><a href="{% post_url lamp %}">x</a></p>', "from.html"),
        ("<p><a href='{filename}lamp.md'>x</a></p>", "from.html"),
    ],
)
def test_a_link_to_another_file_leads_to_its_page(site: SmallSite, link: str, path: str) -> None:
    body = lead(site, link, path)
    assert f'<a href="../../../{PAGE}" data-original="' in body
    assert body.endswith('">x</a></p>')


@pytest.mark.parametrize(
    "link",
    [
        "[x](other.md)",
        "[x](../../lamp.md)",
        "[x](lamp.md?page=2)",
        "[[other|x]]",
        "[x]({% post_url other %})",
        "{% post_link other x %}",
        "[x](from.md)",
        "[[From|x]]",
        "[x](/)",
    ],
)
def test_of_a_link_to_a_file_that_is_not_there_the_words_stay(site: SmallSite, link: str) -> None:
    assert lead(site, f"See {link}.") == "<p>See x.</p>"


def test_where_the_original_is_known_a_source_that_is_not_there_is_looked_for_on_the_web(
    site: SmallSite,
) -> None:
    others = {
        "lamp.md": LAMP,
        "deep/a.md": write("A", "[x](../lamp.md) [x](b.md)", 19, "url: https://a.example/c/\n"),
    }
    lead(site, "no link", others=others)
    body = (site.out / "2022/07/19/a.html").read_text("utf-8")
    assert (
        f'<a href="../../../{PAGE}" data-original="../lamp.md">x</a> {out("https://a.example/c/b.md")}'
        in body
    )


def test_jekylls_addresses_are_known_by_the_files_name(site: SmallSite) -> None:
    others = {"_posts/2022-07-02-tides.md": write("Tides", "Water.", 2)}
    body = lead(site, "[x](/2022/07/02/tides.html) [x]({% post_url 2022-07-02-tides %})", others=others)
    assert body.count('<a href="../../../2022/07/02/2022-07-02-tides.html" data-original="') == 2


def test_a_folders_index_goes_by_its_folder(site: SmallSite) -> None:
    others = {"posts/tides/index.md": write("Tides", "Water.", 2)}
    body = lead(site, "[x](/posts/tides/) [x](posts/tides) [[tides|x]]", others=others)
    assert body.count('<a href="../../../2022/07/02/tides.html" data-original="') == 3
    assert 'data-original="tides">' in body  # as it was called, not as it is written between our steps


def test_a_name_that_two_articles_have_means_neither(site: SmallSite) -> None:
    others = {
        "a/lamp.md": write("One", "1", 1),
        "b/lamp.md": write("Two", "2", 2),
        "c.md": write("One", "3", 3),
    }
    body = lead(site, "[[lamp|x]] [[One|x]] [[b/lamp|x]] [y](a/lamp.md)", others=others)
    assert body.startswith("<p>x x <a href")
    assert "2022/07/02/lamp.html" in body
    assert "2022/07/01/lamp.html" in body


@pytest.mark.parametrize(("second", "leads"), [("One", True), ("Two", False)])
def test_an_address_that_two_articles_say_is_theirs_means_the_first_if_their_titles_are_one(
    site: SmallSite, second: str, leads: bool
) -> None:
    """The first is the one that is said to be the original of a text that was saved again."""
    head = "url: https://coast.example/a\n"
    others = {"b.md": write("One", "text", 2, head), "a.md": write(second, "text again", 3, head)}
    body = lead(site, '<a href="https://coast.example/a">x</a>', others=others)
    assert ('<a href="../../../2022/07/02/b.html"' in body) is leads
    assert leads or body == f"<p>{out('https://coast.example/a')}</p>"


def test_a_link_to_a_file_with_the_same_bytes_leads_to_the_page_that_shows_them(site: SmallSite) -> None:
    site.write({"lamp.md": LAMP, "twin.md": LAMP, "from.md": write("From", "[x](twin.md)")})
    assert site.build().merged == 1
    assert f'<a href="../../../{PAGE}" data-original="twin.md">' in (
        site.out / "2022/07/20/from.html"
    ).read_text("utf-8")


def test_an_article_never_links_to_its_own_page(site: SmallSite) -> None:
    others = {"a.md": write("A", '<a href="https://a.example/b#c">x</a>', 1, "url: https://a.example/b\n")}
    lead(site, "no link", others=others)
    assert out("https://a.example/b#c") in (site.out / "2022/07/01/a.html").read_text("utf-8")


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java&#10;script:alert(1)",
        'article:lamp" onclick="x()',
        "article:lamp&quot; onclick=&quot;x()",
        "lamp.md#&quot;><script>x()</script>",
        "link:0",
        "link:99999999999999999999",
        "media:0",
        "/\\evil.example/lamp.md",
        "../../../../etc/lamp.md",
        "lamp.md%00",
        "&#x61;rticle:javascript:alert(1)",
        "data:text/html,<script>x()</script>",
    ],
)
def test_no_address_comes_through_that_leads_elsewhere_or_runs(site: SmallSite, href: str) -> None:
    body = lead(site, f'<p><a href="{href}">x</a></p>')
    shown = body.partition("data-original")[0] + body.partition('">')[2]
    for bad in ("<script", "javascript:", "link:", "media:", "evil.example", "data:", ' onclick="'):
        assert bad not in shown, body
    assert "<script" not in body
    assert check(site) == []


def test_a_front_matter_that_claims_anything_leads_nowhere_else(site: SmallSite) -> None:
    others = {
        "a.md": write(
            "A", "1", 1, 'aliases: ["javascript:x()", "//evil.example/", "../../x", "", "/", "\'\\">"]\n'
        )
    }
    body = lead(site, "[x](/) [y](https://evil.example/) [z](../../x) [w](javascript:x())", others=others)
    assert "2022/07/01/a.html" not in body


def test_a_page_without_links_and_one_that_only_leads_out_are_what_they_were(site: SmallSite) -> None:
    assert lead(site, "[x](https://a.example/b) [y](mailto:a@b.example)") == (
        f'<p>{out("https://a.example/b")} <a href="mailto:a@b.example">y</a></p>'
    )


def test_the_export_names_the_articles_that_an_article_links_to(site: SmallSite) -> None:
    lead(site, "[x](lamp.md) [[lamp]] [y](https://a.example/)")
    told = {
        one["id"]: one["links"] for one in json.loads((site.out / "archive.json").read_bytes())["articles"]
    }
    assert told == {"from": [PAGE], "lamp": []}


def check(site: SmallSite) -> list[Finding]:
    return [found for found in check_site(site.out) if found.level != "info"]


def test_the_check_follows_them(site: SmallSite) -> None:
    lead(site, "[x](lamp.md#light) [y](https://coast.example/news?id=7#light) [z](none.md)")
    assert check(site) == []


# --- after an edit --------------------------------------------------------------------------------


FROM = {"from.md": write("From", "[x](lamp.md) [y](https://coast.example/news?id=7)")}


def build_and_compare(site: SmallSite) -> dict[str, str]:
    """Build after an edit; give the articles' pages that were written, and why."""
    report = site.build()
    left = read_tree(site.out)
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == left
    return {path: why for path, why in report.reasons if path.startswith("2022/07/2") and "index" not in path}


WHY = "an article that it links to came, went or has another address"


def test_an_article_that_comes_goes_or_moves_makes_the_pages_anew_that_link_to_it(site: SmallSite) -> None:
    others = {f"b{day}.md": write(f"B {day}", "text", day) for day in (12, 14, *range(22, 29))}
    site.write({**FROM, **others})
    site.build()
    site.write({"lamp.md": LAMP.replace("07-21", "07-29")})
    written = build_and_compare(site)
    assert written["2022/07/20/from.html"] == WHY
    assert sorted(written) == ["2022/07/20/from.html", "2022/07/28/b28.html", "2022/07/29/lamp.html"]
    site.write({"lamp.md": LAMP.replace("07-21", "06-01")})
    assert build_and_compare(site)["2022/07/20/from.html"] == WHY
    (site.content / "lamp.md").rename(site.content / "light.md")
    assert build_and_compare(site)["2022/07/20/from.html"] == WHY
    (site.content / "light.md").unlink()
    assert build_and_compare(site)["2022/07/20/from.html"] == WHY


def test_an_edit_of_what_is_linked_to_leaves_the_pages_that_link_to_it(site: SmallSite) -> None:
    others = {f"b{day}.md": write(f"B {day}", "text", day) for day in range(22, 29)}
    site.write({**FROM, **others, "lamp.md": LAMP.replace("07-21", "07-29")})
    site.build()
    site.write({"lamp.md": LAMP.replace("07-21", "07-29").replace("burns", "shines")})
    assert "2022/07/20/from.html" not in build_and_compare(site)


def test_a_second_article_of_the_name_takes_the_link_away_and_gives_it_back(site: SmallSite) -> None:
    site.write({"a/lamp.md": LAMP, "from.md": write("From", "[[lamp]]")})
    site.build()
    site.write({"b/lamp.md": write("Another", "text", 25)})
    assert build_and_compare(site)["2022/07/20/from.html"] == WHY
    (site.content / "b/lamp.md").unlink()
    assert build_and_compare(site)["2022/07/20/from.html"] == WHY


# --- the pieces -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://a.example/", ""),
        ("https://a.example", ""),
        ("https://a.example/?id=1", "a.example/?id=1"),
        ("http://www2.a.example:443/b", "a.example:443/b"),
        ("https://www.example/b", "www.example/b"),
        ("https://a.example/b/?y=2&x=1&fbclid=3", "a.example/b?x=1&y=2"),
        ("https://a.example/%2fb%e4", "a.example/%2Fb%E4"),
        ("https://a.example/b#!c", "a.example/b#!c"),
        ("https://a.example/myindex.html", "a.example/my"),
    ],
)
def test_pages_are_named_alike_however_their_address_is_written(url: str, page: str) -> None:
    assert name_page(url) == page


@pytest.mark.parametrize("href", ["link:1", "link:00", "link:x", "link:", "link:-1", "link:0 ", "LINK:0"])
def test_the_gate_lets_no_other_number_of_a_link_through(href: str) -> None:
    assert sanitize('<p><a href="link:0">x</a></p>', links=1)
    with pytest.raises(GateError):
        sanitize(f'<p><a href="{href}">x</a></p>', links=1)


def test_what_a_cache_says_of_links_is_written_so_that_nothing_runs() -> None:
    html = sanitize('<p><a href="link:0">x</a> <a href="link:1">y</a> <a href="link:7">z</a></p>', links=8)
    references = (Reference('"><script>', ""), Reference("b", "javascript:x()"))
    assert lead_on(html, references, ['"><script>', "", ""], "../") == (
        '<p><a href="../&quot;&gt;&lt;script&gt;" data-original="&quot;&gt;&lt;script&gt;">x</a> y z</p>'
    )


def test_links_are_told_in_the_order_in_which_they_are_led() -> None:
    body = clean_body(
        '<p><a href="a.md">1</a><a href="#b">2</a><a id=b></a> <a href="https://c.example/?d&amp;e">3</a></p>',
        NOBODY,
    )
    assert [*list_links(body.html, body.links)] == [Reference("a.md"), "https://c.example/?d&e"]
    led = lead_on(body.html, body.links, ["1.html", "3.html"], "")
    assert led.count("<a ") == body.html.count("<a ") == 3
    assert '<a href="3.html" data-original="https://c.example/?d&amp;e">3</a>' in led


def test_cleaning_again_leaves_links_to_files() -> None:
    html = render_markdown("[a](b.md) [[c]] [d](/e/?f) [g](h#i)")[0]
    once = whole_html(clean_body(html, NOBODY))
    assert once == '<p><a href="b.md">a</a> <a href="article:c">c</a> d <a href="h#i">g</a></p>'
    assert whole_html(clean_body(once, NOBODY)) == once


def test_no_link_is_found_in_words() -> None:
    html = SafeHtml('<p>&lt;a href="https://a.example/" rel=""&gt;</p>')
    assert [*list_links(html, ())] == []

"""Every check sees the one fault that it is for, and none in a site that is whole.

The site is built once; each test breaks a copy of it in one way and must see exactly that code.
"""

# The table of damages reads best one line each.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sites import ROOT, SmallSite, write_files

from site_builder.checks import CHECKS, LARGEST, check_site
from site_builder.checks.baseline import leave_out_known, write_baseline
from site_builder.checks.facts import is_odd, resolve
from site_builder.checks.manifest import verify_site
from site_builder.checks.page import PAGE_CHECKS, is_outside, scheme_of
from site_builder.checks.reader import NotXml, read_document, read_xml
from site_builder.errors import CODES, Finding, OutputError, finding

BASE = "https://archive.example/"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the seeds, an undated article and one with a picture, with an address of its own."""
    site = SmallSite(tmp_path_factory.mktemp("whole"))
    shutil.copytree(ROOT / "content", site.content)
    shutil.copy(ROOT / "tags.toml", site.folder)
    site.write({"undated.md": "---\ntitle: 没有日期的一篇\n---\n正文在此，日期不详。\n"})
    site.configure(title="一个档案", base_url=BASE)
    site.build()
    return site.out


@pytest.fixture
def public(whole: Path, tmp_path: Path) -> Path:
    """Give a copy of the site to break."""
    return Path(shutil.copytree(whole, tmp_path / "public"))


def codes_of(public: Path) -> set[str]:
    return {found.code for found in check_site(public)}


def article_of(public: Path) -> Path:
    """Give one article's page, always the same."""
    return (
        public
        / sorted(
            path.relative_to(public).as_posix()
            for path in public.glob("2022/*/*/*.html")
            if path.name != "index.html" and not path.name.endswith(".ledger.html")
        )[0].__str__()
    )


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{file} does not hold {old!r}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def in_article(markup: str) -> Callable[[Path], None]:
    """Put markup at the end of an article's text."""
    return lambda public: change(article_of(public), "</div>\n<footer", f"{markup}</div>\n<footer")


def in_about(markup: str, before: str = "</main>") -> Callable[[Path], None]:
    return lambda public: change(public / "about.html", before, markup + before)


def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda public: change(public / path, old, new)


def substitute(path: str, pattern: str, new: str) -> Callable[[Path], None]:
    def apply(public: Path) -> None:
        text = (public / path).read_text("utf-8")
        changed, times = re.subn(pattern, new, text, count=1)
        assert times == 1, pattern
        (public / path).write_text(changed, "utf-8")

    return apply


def add(path: str, data: bytes = b"x") -> Callable[[Path], None]:
    def apply(public: Path) -> None:
        (public / path).parent.mkdir(parents=True, exist_ok=True)
        (public / path).write_bytes(data)

    return apply


def remove(path: str) -> Callable[[Path], None]:
    return lambda public: (public / path).unlink()


def copy_page(public: Path) -> None:
    """Put a second about page beside the first, linked from the front page and in the sitemap."""
    text = (public / "about.html").read_text("utf-8")
    (public / "about2.html").write_text(text.replace(f"{BASE}about.html", f"{BASE}about2.html"), "utf-8")
    change(public / "index.html", "</main>", '<a href="about2.html">2</a></main>')
    change(public / "sitemap.xml", "</urlset>", f"<url><loc>{BASE}about2.html</loc></url></urlset>")


def add_orphan(public: Path) -> None:
    text = (public / "about.html").read_text("utf-8").replace(f"{BASE}about.html", f"{BASE}orphan.html")
    (public / "orphan.html").write_text(re.sub("<title>.*</title>", "<title>x</title>", text), "utf-8")
    change(public / "sitemap.xml", "</urlset>", f"<url><loc>{BASE}orphan.html</loc></url></urlset>")


def lose_from_day(public: Path) -> None:
    """Take an article out of its day, so that the timeline lacks it."""
    article = article_of(public)
    day = article.parent / "index.html"
    day.write_text(
        re.sub(
            rf'<article class="card.*?{article.name}.*?</article>',
            "",
            day.read_text("utf-8"),
            flags=re.DOTALL,
        ),
        "utf-8",
    )


def lose_from_month(public: Path) -> None:
    """Take an article out of the list of its month, and leave the numbers."""
    article = article_of(public)
    month = article.parent.parent.relative_to(public).as_posix()
    card = rf'(?s)<article class="card(?:(?!</article>).)*?{article.name}.*?</article>'
    substitute(f"{month}/index.html", card, "")(public)


def twin_of_style(public: Path) -> None:
    shutil.copy(public / "style.css", public / "Style.css")


def link_out(public: Path) -> None:
    (public / "link.txt").symlink_to(public / "robots.txt")


BREAKS: list[tuple[str, str, Callable[[Path], None]]] = [
    ("the manifest is gone", "seal-missing", remove("manifest-sha256.txt")),
    ("a file is gone", "file-missing", remove("robots.txt")),
    ("the page ends too early", "page-cut", edit("about.html", "</html>", "")),
    ("a byte is not UTF-8", "page-not-utf8", lambda public: (public / "about.html").write_bytes((public / "about.html").read_bytes().replace(b"</main>", b"\xff</main>"))),
    ("no title", "page-title-missing", substitute("about.html", "<title>.*</title>", "<title></title>")),
    ("no language", "page-language-missing", substitute("about.html", "<html lang=[^>]*>", "<html>")),
    ("one id twice", "id-duplicate", in_about('<p id="main">a</p>')),
    ("JSON-LD cut short", "metadata-invalid", substitute("index.html", r'\{"@context"', '{"@context')),
    ("an inline script", "unsafe-script", in_about("<script>alert(1)</script>")),
    ("a module", "unsafe-script", in_about('<script type="module" src="style.css"></script>')),
    ("a script in an article", "unsafe-script", in_article("<p><script>alert(1)</script></p>")),
    ("a handler", "unsafe-handler", in_article('<p onclick="x()">a</p>')),
    ("a handler in odd spelling", "unsafe-handler", in_about('<p OnMouseOver=x()>a</p>')),
    ("a style of its own", "unsafe-style", in_article('<p style="position:fixed">a</p>')),
    ("a style sheet in the page", "unsafe-style", in_about("<style>p{}</style>")),
    ("a frame", "unsafe-element", in_about('<iframe srcdoc="x"></iframe>')),
    ("an object", "unsafe-element", in_about("<object></object>")),
    ("a base", "unsafe-element", in_about("<base>")),
    ("a refresh", "unsafe-element", in_about('<meta http-equiv="refresh" content="0">')),
    ("an input in an article", "unsafe-element", in_article("<p><input name=a></p>")),
    ("a drawing in an article", "unsafe-element", in_article("<p><svg></svg></p>")),
    ("javascript:", "unsafe-address", in_article('<p><a href="javascript:x()">a</a></p>')),
    ("javascript: in disguise", "unsafe-address", in_article('<p><a href=" java&#10;script&colon;x()">a</a></p>')),
    ("data: in a link", "unsafe-address", in_article('<p><a href="data:text/html,x">a</a></p>')),
    ("a form that leads out", "unsafe-form", in_about('<form action="https://elsewhere.example/"></form>')),
    ("no policy", "policy-missing", substitute("about.html", "<meta http-equiv=.Content-Security-Policy.*?>", "")),
    ("a policy that allows scripts", "policy-weak", edit("about.html", "default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")),
    ("a policy that allows all", "policy-weak", edit("about.html", "default-src 'none'", "default-src *")),
    ("a policy that comes late", "policy-weak", edit("about.html", '<meta charset="utf-8">', '<meta charset="utf-8"><link rel="icon" href="icon.svg">')),
    ("a picture from elsewhere", "outside-request", in_article('<p><img src="https://elsewhere.example/a.png" alt=""></p>')),
    ("a picture set from elsewhere", "outside-request", in_article('<p><img srcset="//elsewhere.example/a.png 2x" alt=""></p>')),
    ("a sheet from elsewhere", "outside-request", in_about('<link rel="stylesheet" href="https://elsewhere.example/a.css">')),
    ("a hint to elsewhere", "outside-request", in_about('<link rel="dns-prefetch" href="//elsewhere.example">')),
    ("a ping", "outside-request", in_about('<a href="index.html" ping="https://elsewhere.example/">a</a>')),
    ("a font from elsewhere", "outside-request", edit("style.css", "}", "} a { background: url( 'https://elsewhere.example/a.woff' ) }")),
    ("an import from elsewhere", "outside-request", lambda public: (public / "style.css").write_text('@import "//elsewhere.example/a.css";')),
    ("a dead link", "link-dead", in_about('<a href="gone.html">a</a>')),
    ("a link in the wrong case", "link-dead", in_about('<a href="Index.html">a</a>')),
    ("a link out of the site", "link-dead", in_about('<a href="../index.html">a</a>')),
    ("a link to a folder", "link-not-a-file", in_about('<a href="2022/">a</a>')),
    ("a link from the root", "link-not-a-file", in_about('<a href="/index.html">a</a>')),
    ("a dead anchor", "link-anchor-dead", in_about('<a href="index.html#gone">a</a>')),
    ("a dead anchor in the page", "link-anchor-dead", in_about('<a href="#gone">a</a>')),
    ("a page that nobody links", "page-unreachable", add_orphan),
    ("a title twice", "page-title-duplicate", copy_page),
    ("an article not in the timeline", "timeline-wrong", lose_from_day),
    ("an article that its month leaves out", "list-wrong", lose_from_month),
    ("a wrong total", "count-wrong", substitute("index.html", r"<b>6</b>", "<b>7</b>")),
    ("a wrong number on a list", "count-wrong", substitute("tags/index.html", r'<span class="n">(\d+) ', r'<span class="n">1\1 ')),
    ("no feed", "feed-missing", remove("feed.json")),
    ("a feed that is no XML", "feed-invalid", edit("feed.xml", "</entry>", "")),
    ("a feed with a document type", "feed-invalid", edit("feed.xml", "?>", "?><!DOCTYPE x>")),
    ("a feed without its id", "feed-invalid", substitute("feed.xml", "<id>[^<]*</id>", "")),
    ("a feed with a date of no form", "feed-invalid", substitute("feed.xml", "<published>[^<]*<", "<published>yesterday<")),
    ("a JSON Feed that is no JSON", "feed-invalid", edit("feed.json", "{", "")),
    ("a JSON Feed without its version", "feed-invalid", edit("feed.json", "jsonfeed.org/version", "elsewhere.example")),
    ("a feed with another title", "feed-disagrees", substitute("feed.xml", "<entry><title>", "<entry><title>!")),
    ("a feed with another date", "feed-disagrees", substitute("feed.json", r'"date_published": "20\d\d', '"date_published": "2001')),
    ("a feed that names no article", "feed-disagrees", substitute("feed.xml", r'(<entry>.*?href="[^"]*/)[^/"]+"', r'\1gone.html"')),
    ("a sitemap that is no XML", "sitemap-invalid", edit("sitemap.xml", "</urlset>", "")),
    ("a sitemap that names a page twice", "sitemap-invalid", edit("sitemap.xml", "</urlset>", f"<url><loc>{BASE}about.html</loc></url></urlset>")),
    ("a sitemap that leaves a page out", "sitemap-disagrees", substitute("sitemap.xml", "<url><loc>[^<]*about.html</loc>.*?</url>", "")),
    ("a sitemap that names what is not there", "sitemap-disagrees", edit("sitemap.xml", "</urlset>", f"<url><loc>{BASE}gone.html</loc></url></urlset>")),
    ("a sitemap of another site", "sitemap-disagrees", edit("sitemap.xml", "</urlset>", "<url><loc>https://elsewhere.example/</loc></url></urlset>")),
    ("two names that differ in case", "address-case", twin_of_style),
    ("two folders that differ in case", "address-case", add("Originals/x.txt")),
    ("a name that Windows reserves", "address-windows", add("originals/con.txt")),
    ("a character that Windows reserves", "address-windows", add("originals/a:b.txt")),
    ("a name with a dot at its end", "address-windows", add("originals/a./b.txt")),
    ("a path that is too long", "address-long", add(f"originals/{'a' * 120}/{'b' * 140}.txt")),
    ("a symbolic link", "file-link", link_out),
]  # fmt: skip


ALSO = {"feed-missing": {"link-dead", "file-missing"}}
"""What else must be seen: a feed that is gone leaves dead links behind."""


def test_a_whole_site_has_no_fault(whole: Path) -> None:
    assert check_site(whole) == []


@pytest.mark.parametrize(("code", "damage"), [pytest.param(*rest, id=name) for name, *rest in BREAKS])
def test_a_check_sees_its_own_fault_and_no_other(
    public: Path, code: str, damage: Callable[[Path], None]
) -> None:
    damage(public)
    found = check_site(public)
    assert {one.code for one in found} == {code} | ALSO.get(code, set()), [str(one) for one in found]
    assert all(one.remedy and one.line >= 1 and one.column >= 1 for one in found)


def test_every_code_of_a_check_has_a_test() -> None:
    """The codes from ``page-cut`` to ``seal-missing`` are those of checks."""
    codes = list(CODES)
    of_checks = set(codes[codes.index("page-cut") : codes.index("seal-missing") + 1]) | {"file-missing"}
    assert {code for _, code, _ in BREAKS} == of_checks


def test_every_check_finds_something() -> None:
    """No check is there for show: each function names a code that a test above has seen."""
    source = "".join(
        (ROOT / "site_builder" / "checks" / name).read_text("utf-8")
        for name in ("page.py", "whole.py", "feeds.py", "names.py")
    )
    for check in (*PAGE_CHECKS, *CHECKS):
        assert f"def {check.__name__}(" in source


def test_a_finding_names_the_line_and_the_column(public: Path) -> None:
    in_about('\n\n  <a href="gone.html">a</a>')(public)
    (found,) = check_site(public)
    line = (public / "about.html").read_text("utf-8").splitlines()[found.line - 1]
    assert line[found.column - 1 :].startswith('"gone.html"')
    assert str(found).startswith(f"about.html:{found.line}:{found.column}: error link-dead ")


def test_pictures_from_elsewhere_are_no_fault_where_the_policy_opens_them(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    site.write(
        {"a.md": '---\ntitle: 甲\ndate: 2022-07-20\n---\n<p>字<img src="https://img.example/a.png"></p>'}
    )
    site.configure(images="remote")
    site.build()
    assert "https://img.example/a.png" in (site.out / "2022/07/20/a.html").read_text("utf-8")
    assert check_site(site.out) == []


def test_a_crowded_month_is_followed_into_its_parts_and_every_article_must_be_there(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    head = "---\ntitle: 第 {0} 号\ndate: 2022-07-{1:02} {2:02}:{3:02}:00\nsource: 海港日报\n---\n<p>正文 {0}</p>\n"
    at = [(number, number // 20 + 1, number % 20, number % 60) for number in range(430)]
    site.write({f"a{parts[0]}.md": head.format(*parts) for parts in at})
    write_files(tmp_path, {"site.toml": "[features]\nstories = false\nsearch = false\n"})
    site.build()
    assert check_site(site.out) == []
    (oldest,) = site.out.glob("sources/*/2022-07-1.html")
    first = oldest.read_text("utf-8").split('class="brief"')[1]
    change(oldest, f"<li{first.partition('<li')[2].partition('</li>')[0]}</li>", "")
    found = {(one.code, one.path) for one in check_site(site.out)}
    source = oldest.parent.relative_to(site.out)
    assert {("list-wrong", f"{source}{tail}") for tail in (".html", "/2022.html", "/2022-07.html")} <= found


def test_a_crowded_day_and_a_crowd_without_dates_are_followed_into_their_parts(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    head = "---\ntitle: {0} 号\n{1}source: 海港日报\n---\n<p>正文 {0}</p>\n"
    site.write(
        {
            f"a{n}.md": head.format(f"第 {n}", f"date: 2022-07-20 {n // 205 + 9:02}:00:00\n")
            for n in range(420)
        }
    )
    site.write({f"u{n}.md": head.format(f"{chr(0x61 + n % 26)}{n}", "") for n in range(230)})
    write_files(tmp_path, {"site.toml": "[features]\nstories = false\nsearch = false\n"})
    site.build()
    assert check_site(site.out) == []
    articles = {"2022/07/20/a0.html": "2022/07/20/hours", "undated/9/u0.html": "undated/by-name"}
    for article, folder in articles.items():
        texts = {file: file.read_text("utf-8") for file in (site.out / folder).iterdir()}
        (piece,) = (file for file, text in texts.items() if f'/{article}"' in text)
        rows = re.findall(r"<li>.*?</li>", texts[piece], re.DOTALL)
        (row,) = (row for row in rows if f'/{article}"' in row)
        change(piece, row, "")
    wrong = {one.path for one in check_site(site.out) if one.code == "timeline-wrong"}
    assert wrong == articles.keys()


def test_a_copy_that_names_its_original_need_not_be_in_the_sitemap(public: Path) -> None:
    (found,) = _without(public, "about.html", "")
    assert found.code == "sitemap-disagrees"
    canonical = f'<link rel="canonical" href="{BASE}about.html">'
    change(public / "about.html", canonical, canonical.replace("about.html", ""))
    assert check_site(public) == []


def _without(public: Path, path: str, new: str) -> list[Finding]:
    """Take a page out of the sitemap, and check."""
    substitute("sitemap.xml", rf"<url><loc>[^<]*{path}</loc>.*?</url>", new)(public)
    return check_site(public)


def test_a_page_too_large_to_read_is_a_fault(public: Path) -> None:
    with open(public / "about.html", "ab") as file:
        file.truncate(LARGEST + 1)
    assert "page-cut" in codes_of(public)


def test_no_site_is_an_error_and_not_a_green_check(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no built site"):
        check_site(tmp_path)
    with pytest.raises(OutputError, match="no built site"):
        check_site(tmp_path / "nowhere")


def test_a_sites_own_folder_is_not_taken_for_the_built_site(public: Path, tmp_path: Path) -> None:
    """Whoever types ``check SITE``, as one types ``build SITE``, is told what to type instead."""
    site = tmp_path / "of-mine"
    write_files(site, {"site.toml": "", "content/a.md": "text"})
    shutil.copytree(public, site / "out")
    for judge in (check_site, verify_site):
        with pytest.raises(OutputError, match="no built site") as told:
            judge(site)
        assert told.value.hint == f"name the folder that it was built into, {site / 'out'}"


def test_checking_changes_nothing(public: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in public.rglob("*")}
    check_site(public)
    assert {path: path.stat().st_mtime_ns for path in public.rglob("*")} == before


@pytest.mark.parametrize(
    ("page", "address", "target"),
    [
        ("2022/07/index.html", "../06/index.html#top", ("2022/06/index.html", "top")),
        ("index.html", "#main", ("index.html", "main")),
        ("a/b.html", "?q=1", ("a/b.html", "")),
        ("a.html", "%E5%BE%95.html", ("徕.html", "")),
        ("a.html", "https://elsewhere.example/", ("", "")),
        ("a.html", "//elsewhere.example/a", ("", "")),
        ("a.html", "https://[", ("", "")),
    ],
)
def test_an_address_is_resolved_as_a_browser_does(page: str, address: str, target: tuple[str, str]) -> None:
    assert resolve(page, address) == target


@pytest.mark.parametrize("address", ["/a.html", "a/", "..", ".", "../", "file:///a.html"])
def test_addresses_that_need_a_server_are_odd(address: str) -> None:
    assert is_odd(address)


@pytest.mark.parametrize(
    "address", ["a.html", "../a.html", "#a", "?q", "mailto:a@b.example", "https://e.example/"]
)
def test_addresses_that_work_from_disk_are_not_odd(address: str) -> None:
    assert not is_odd(address)


@pytest.mark.parametrize(
    "address", ["HTTPS://e.example", "//e.example", "\\\\e.example", " \t//e.example", "ht\ntps://e"]
)
def test_no_spelling_hides_another_host(address: str) -> None:
    assert is_outside(address)


def test_no_spelling_hides_a_scheme() -> None:
    assert scheme_of("\x01java\tscript:x") == "javascript"
    assert scheme_of("a/b:c") == ""


def test_the_reader_gives_text_in_order_and_keeps_ancestors() -> None:
    document = read_document("a.html", '<body data-page="day"><p>a <b>b</b></p><!-- c --><p>d</p></body>')
    bold = next(element for element in document.elements if element.tag == "b")
    assert document.kind == "day"
    assert [element.tag for element in document.around(bold)] == ["p", "body", "html"]
    assert [document.text(element) for element in document.elements if element.tag == "p"] == ["a b", "d"]


ODD_PAGES = (
    "",
    "<p>a<p>b</div>c</p><table><p>d<td>e</table>",
    "<A HREF='x' OnClick=1 onclick=2>a<SVG viewBox=1><foreignObject>b</svg></A>",
    "<script>if (a < b) '</p>'</script><style>p{}</style><template><b>c</b></template><!-- <i>d</i> -->",
    "<b><i>a</b>b</i>c</nothing><br/><br></br><img src=a src=b><li>x<li>y",
    "<html lang=zh><head><title>a</title></head><body>b</body></html><p>after</p><?pi x?>&amp;&lt;b&gt;",
    "<noscript><p>a</p></noscript><textarea><b></textarea><plaintext><b>c",
)


def _read_by_the_tree(source: str) -> list[tuple[str, dict[str, str], int, int, str]]:
    """Read a page into rows from the tree that BeautifulSoup itself makes."""
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PreformattedString

    tags = BeautifulSoup(source, "lxml", multi_valued_attributes=None).find_all(True)
    numbers = {id(tag): at for at, tag in enumerate(tags)}
    rows = []
    for at, tag in enumerate(tags):
        own = (child for child in tag.children if not isinstance(child, (Tag, PreformattedString)))
        end = at + 1 + len(tag.find_all(True))
        parent = numbers.get(id(tag.parent), -1)
        rows.append((tag.name, dict(tag.attrs), parent, end, " ".join("".join(map(str, own)).split())))
    return rows


def test_the_reader_sees_the_elements_of_beautiful_soups_own_tree(whole: Path) -> None:
    pages = [file.read_text("utf-8") for file in sorted(whole.rglob("*.html"))]
    for source in (*pages, *ODD_PAGES):
        read = [
            (one.tag, dict(one.attributes), one.parent, one.end, " ".join(one.text.split()))
            for one in read_document("a.html", source).elements
        ]
        assert read == _read_by_the_tree(source)


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>&b;</a>", b"\xff"]
)
def test_xml_is_read_strictly(data: bytes) -> None:
    with pytest.raises(NotXml):
        read_xml(data)


def test_a_baseline_leaves_out_what_is_known_wherever_it_has_moved_to() -> None:
    old = [
        finding("link-dead", "a.html", "links to b.html", line=3),
        finding("link-dead", "a.html", "x\ny", line=4),
    ]
    moved = [
        finding("link-dead", "a.html", "links to b.html", line=9),
        finding("link-dead", "a.html", "links to c.html"),
    ]
    new, known, gone = leave_out_known(moved, write_baseline(old), lambda one: one)
    assert (new, known, gone) == (moved[1:], 1, 1)


def test_the_checks_know_nothing_of_what_renders() -> None:
    """Independence: no module of checks imports a module that helps to write a page."""
    allowed = {"site_builder.checks", "site_builder.errors", "site_builder.model", "site_builder.workers"}
    for module in (ROOT / "site_builder" / "checks").glob("*.py"):
        imported = set(
            re.findall(r"^\s*from (site_builder[\w.]*) import", module.read_text("utf-8"), re.MULTILINE)
        )
        assert {
            name for name in imported if not any(name == one or name.startswith(f"{one}.") for one in allowed)
        } == set()


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Give a site's folder with one article and one finding about it, built."""
    (tmp_path / "content").mkdir()
    (tmp_path / "site.toml").write_text('title = "x"\n')
    (tmp_path / "content" / "a.md").write_text("---\ntitle: 甲\n---\n正文。\n", "utf-8")
    from site_builder.cli import run

    assert run(["build", str(tmp_path), "--quiet"]) == 0
    return tmp_path


def check(site: Path, *arguments: str) -> int:
    from site_builder.cli import run

    return run(["check", "--site", str(site), *arguments])


def test_the_command_tells_what_the_build_found_at_its_place_in_the_source(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site)
    assert check(site) == 0
    said = capsys.readouterr().out
    assert re.search(r"^content/a\.md:\d+:\d+: warning date-missing ", said, re.MULTILINE)
    assert said.endswith("checked: 0 errors, 1 warning, 1 info\n")


def test_the_command_exits_with_1_on_an_error_and_under_strict_on_a_warning(site: Path) -> None:
    assert check(site, "--strict") == 1
    change(site / "public" / "about.html", "</html>", "")
    assert check(site) == 1
    assert check(site, str(site / "nowhere")) == 2


def test_levels_of_the_site_hold_for_build_and_check(site: Path) -> None:
    from site_builder.cli import run

    (site / "site.toml").write_text('[findings]\ndate-missing = "ignore"\nsource-unknown = "ignore"\n')
    assert run(["build", str(site), "--strict"]) == 0
    assert check(site, "--strict") == 0
    change(site / "public" / "about.html", "</html>", "")
    (site / "site.toml").write_text('[findings]\ndate-missing = "ignore"\npage-cut = "info"\n')
    assert check(site, "--strict") == 0


def test_a_wrong_level_or_code_is_an_error_with_its_line(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, sentence in {
        '[findings]\nlink-ded = "info"\n': '"link-ded" is the code of no finding (did you mean "link-dead"?)',
        '[findings]\nlink-dead = "loud"\n': '"loud" is no level',
        'findings = "info"\n': "findings is text, and must be a table",
    }.items():
        (site / "site.toml").write_text(text)
        assert check(site) == 2
        said = capsys.readouterr().err
        assert sentence in said
        assert f"site.toml:{text.count(chr(10))}:1" in said


def test_a_baseline_makes_old_findings_silent_and_new_ones_loud(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = site / "known.txt"
    change(site / "public" / "about.html", "</html>", "")
    assert check(site, "--write-baseline", str(known)) == 0
    assert check(site, "--strict", "--baseline", str(known)) == 0
    change(site / "public" / "404.html", "</html>", "")
    assert check(site, "--baseline", str(known)) == 1
    said = capsys.readouterr().out
    assert "404.html" in said
    assert "about.html" not in said
    assert check(site, "--baseline", str(site / "nowhere.txt")) == 2


def test_the_json_form_is_one_object(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(site, "--format", "json")
    said = json.loads(capsys.readouterr().out)
    assert said["format"] == "site-builder-check/1"
    assert said["counts"] == {"error": 0, "warning": 1, "info": 1}
    assert {found["code"] for found in said["findings"]} == {"date-missing", "source-unknown"}


def test_no_form_lets_a_name_command_a_workflow() -> None:
    from site_builder.commands.formats import FORMATS, Placed

    hostile = [
        finding("link-dead", name, "##[add-mask]b") for name in ("::error::a", " ::error::a", "##[error]a")
    ]
    for form, write in FORMATS.items():
        lines = "\n".join(write([Placed(one, ".") for one in hostile], "::stop-commands::a")).split("\n")
        assert not any("##[" in line for line in lines)
        ours = ("::error file=",) if form == "github" else ("\0",)
        assert not any(line.lstrip().startswith("::") and not line.startswith(ours) for line in lines)


def test_the_github_form_cannot_be_broken_out_of() -> None:
    from site_builder.commands.formats import Placed, write_github

    hostile = finding("link-dead", "a,b:c\n::error::x.html", "50 % \r\n::warning::of it", line=2, column=3)
    line, _ = write_github([Placed(hostile, "public")], "done")
    assert "\n" not in line
    assert line.startswith(
        r"::error file=public/a%2Cb%3Ac\n%3A%3Aerror%3A%3Ax.html,line=2,col=3,title=link-dead::50 %25 \r\n"
    )

"""The built site in Debian's chromium: from disk, over HTTP, below a sub-path; and a hostile archive.

A page may ask for nothing outside the site, say nothing on the console, open no dialog. ``Watch``
(in ``watching.py``) notes whatever it does.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup
from hostile_articles import BODIES, list_hostile_articles
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from serving import serve
from sites import BuiltSite, SmallSite
from watching import Watch, watch

pytestmark = pytest.mark.browser

KINDS = {"home", "year", "month", "day", "article", "ledger", "tag", "source", "about"}
HREFS = "links => links.map(link => link.href.split('#')[0])"


WAYS = ("from disk", "below a sub-path", "over HTTP")


@pytest.fixture(params=WAYS[:2])
def base(request: pytest.FixtureRequest, built: BuiltSite) -> Iterator[str]:
    """The address of the seeds' site, in the ways in which people open one.

    What works below a sub-path works at a server's root; one test tries that as well.
    """
    with ExitStack() as stack:
        if request.param == "from disk":
            yield built.out.as_uri() + "/"
        else:
            prefix = "/" if request.param == "over HTTP" else "/some/where%20deep/"
            yield stack.enter_context(serve(built.out, prefix))


@pytest.fixture
def reader(browser: Browser, base: str) -> Iterator[Watch]:
    """A visitor of that site; whatever went wrong while a test ran fails it."""
    seen = watch(browser, base)
    yield seen
    seen.context.close()
    assert seen.faults == []


def crawl(seen: Watch, base: str) -> tuple[dict[str, str], set[str]]:
    """Open every page that links lead to, from the front page on: each page's kind, and the other files."""
    kinds: dict[str, str] = {}
    others: set[str] = set()
    todo = ["index.html"]
    while todo:
        path = todo.pop()
        if path in kinds:
            continue
        seen.page.goto(base + path)
        kinds[path] = seen.page.evaluate("document.body.dataset.page")
        hrefs = seen.page.eval_on_selector_all("a[href], link[href]", HREFS)
        targets = {href.removeprefix(base) for href in hrefs if href.startswith(base)}
        todo += sorted(target for target in targets if target.endswith(".html"))
        others |= {target for target in targets if not target.endswith(".html")}
    return kinds, others


@pytest.mark.parametrize("base", WAYS, indirect=True)
def test_links_lead_from_the_front_page_to_every_page(reader: Watch, base: str, built: BuiltSite) -> None:
    kinds, others = crawl(reader, base)
    assert {unquote(path) for path in kinds} == set(built.pages) - {"404.html", "styleguide.html"}
    assert set(kinds.values()) >= KINDS
    assert {unquote(path) for path in others} <= set(built.files)
    assert {Path(path).suffix for path in others} >= {".css", ".svg", ".xml", ".json", ".txt"}


def test_a_click_follows_each_kind_of_link(reader: Watch, base: str, built: BuiltSite) -> None:
    done: dict[str, bool] = {}
    for path in ("index.html", max(built.articles)):
        for target in built.pages[path].targets():
            kind = built.pages[target].kind if target in built.pages else ""
            if not kind or kind in done or target == path:
                continue
            reader.page.goto(base + quote(path))
            hrefs = reader.page.eval_on_selector_all("a[href]", HREFS)
            reader.page.locator("a[href]").nth(hrefs.index(base + quote(target))).click()
            done[kind] = reader.page.url.startswith(base + quote(target))
    assert all(done.values())
    assert set(done) >= KINDS


def test_every_article_shows_its_text(reader: Watch, base: str, built: BuiltSite) -> None:
    for path, page in built.articles.items():
        reader.page.goto(base + path)
        shown = re.sub(r"\s", "", reader.page.locator(".e-content").inner_text())
        assert page.html.main is not None
        paragraphs = [p.get_text() for p in page.html.main.select(".e-content p")]
        assert paragraphs
        for paragraph in paragraphs:
            assert re.sub(r"\s", "", paragraph) in shown
        assert reader.page.locator("h1").is_visible()


def test_older_and_newer_walk_the_whole_archive_and_back(reader: Watch, base: str, built: BuiltSite) -> None:
    articles = set(built.articles)
    newest = max(articles)
    reader.page.goto(base + newest)
    for relation in ("prev", "next"):
        walked = [reader.page.url.removeprefix(base)]
        while (link := reader.page.locator(f"main a[rel~={relation}]")).count():
            link.first.click()
            walked.append(reader.page.url.removeprefix(base))
            assert len(walked) <= len(articles)
        assert set(walked) == articles
        assert walked == sorted(walked, reverse=relation == "prev")


def test_the_keyboard_reaches_the_first_article(reader: Watch, base: str, built: BuiltSite) -> None:
    focused = "[document.activeElement.tagName, document.activeElement.getAttribute('href') || '']"
    articles = set(built.articles)
    reader.page.goto(base + "index.html")
    reader.page.keyboard.press("Tab")
    tag, href = reader.page.evaluate(focused)
    assert tag == "A", "the first thing in the order is the skip link"
    assert href.startswith("#")
    assert reader.page.evaluate(
        "document.querySelector(document.activeElement.getAttribute('href')) !== null"
    )
    reader.page.keyboard.press("Enter")
    for _ in range(25):
        reader.page.keyboard.press("Tab")
        if unquote(reader.page.evaluate(focused)[1]) in articles:
            break
    else:
        pytest.fail("no article within 25 steps of the skip link")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".e-content")
    assert reader.page.url.removeprefix(base) in articles


def test_no_page_scrolls_sideways_on_a_narrow_screen(browser: Browser, built: BuiltSite) -> None:
    seen = watch(browser, built.out.as_uri(), width=320, height=800)
    wide = {}
    for path in built.pages:
        seen.page.goto(f"{built.out.as_uri()}/{quote(path)}")
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    seen.context.close()
    assert not wide
    assert not seen.faults


def test_originals_download_byte_for_byte(
    browser: Browser, built: BuiltSite, seeds: Path, loopback: Callable[..., str]
) -> None:
    base = loopback(built.out, "/archive/")
    given = {path.read_bytes() for path in seeds.iterdir()}
    got = set()
    for path in built.articles:
        seen = watch(browser, base)
        seen.page.goto(base + path)
        link = seen.page.locator("a[href*='originals/']").first
        link.evaluate("link => link.setAttribute('download', '')")
        with seen.page.expect_download() as download:
            link.click()
        got.add(Path(download.value.path()).read_bytes())
        with urlopen(link.evaluate("link => link.href")) as answer:
            assert answer.headers.get_content_type() == "text/plain"
        seen.context.close()
        assert not seen.faults
    assert got == given


def test_a_page_that_reaches_out_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """The watch itself works: without this, the tests above would pass on anything."""
    (tmp_path / "bad.html").write_text(
        "<script>alert(1);console.error('x');setTimeout(()=>{throw Error('y')})</script>"
        "<img src=https://evil.invalid/a.png>",
        "utf-8",
    )
    seen = watch(browser, tmp_path.as_uri())
    seen.page.goto(f"{tmp_path.as_uri()}/bad.html", wait_until="load")
    seen.page.wait_for_timeout(50)
    seen.context.close()
    said = "\n".join(seen.faults)
    assert all(word in said for word in ("dialog", "console error", "page error", "request outside"))


def test_a_footnotes_mark_leads_to_its_note_and_back(browser: Browser, tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    long = "\n\n".join(f"第 {number} 段。" for number in range(80))
    note = "[^a]: 注释在此。"
    site.write({"a.md": f"---\ntitle: 甲\ndate: 2022-07-20\n---\n正文[^a]。\n\n{long}\n\n{note}\n"})
    site.build()
    seen = watch(browser, site.out.as_uri())
    page = seen.page
    page.goto(f"{site.out.as_uri()}/2022/07/20/a.html")
    look = (
        "words => [...document.querySelectorAll('.prose *')].filter(one => one.textContent.includes(words))"
    )
    shown = (
        f"words => {{ const box = ({look})(words).at(-1).getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight }"
    )
    assert not page.evaluate(shown, "注释在此")
    page.click("text=[1]")
    page.wait_for_function(shown, arg="注释在此")
    page.click(".prose li a")
    page.wait_for_function(shown, arg="正文")
    seen.context.close()
    assert seen.faults == []


# --- a hostile archive --------------------------------------------------------------------

POKE = """
for (const element of document.querySelectorAll('*'))
  for (const name of 'mouseover mouseenter focus toggle error load animationstart input'.split(' '))
    element.dispatchEvent(new Event(name));
for (const link of document.querySelectorAll('main a[href]'))
  if (!/^(https?|file|mailto):/.test(link.href)) link.click();
for (const details of document.querySelectorAll('details')) details.open = true;
"""


INERT = ("text/plain", "application/xml", "application/atom+xml", "application/json", "image/svg+xml")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> SmallSite:
    """Every hostile article built, and a copy of the site without its content security policy."""
    site = SmallSite(tmp_path_factory.mktemp("hostile"))
    site.write(list_hostile_articles())
    site.configure(title='站名"><script>window.__ran=1</script>', base_url="https://archive.example/")
    report = site.build()
    assert report.read == len(list_hostile_articles())
    assert report.built >= report.read - 2  # what is no text at all may be set aside
    shutil.copytree(site.out, site.folder / "open")
    for path in (site.folder / "open").rglob("*.html"):
        html = path.read_text("utf-8")
        bare = re.sub(r'<meta[^>]*http-equiv="?Content-Security-Policy[^>]*>', "", html, flags=re.IGNORECASE)
        assert bare != html, f"{path} has no policy"
        path.write_text(bare, "utf-8")
    return site


def test_hostile_articles_do_nothing_even_without_a_policy(browser: Browser, hostile: SmallSite) -> None:
    folder = hostile.folder / "open"
    seen = watch(browser, folder.as_uri())
    ran = []
    for path in sorted(folder.rglob("*.html")):
        seen.page.goto(path.as_uri())
        seen.page.evaluate(POKE)
        if seen.page.evaluate("window.__ran") or seen.page.url != path.as_uri():
            ran.append(path.name)
    seen.page.wait_for_timeout(100)
    seen.context.close()
    assert not ran
    assert not seen.faults


def test_hostile_articles_do_nothing_as_originals_and_feeds(
    browser: Browser, hostile: SmallSite, loopback: Callable[..., str]
) -> None:
    base = loopback(hostile.out)
    seen = watch(browser, base)
    files = [
        path.relative_to(hostile.out).as_posix() for path in sorted(hostile.out.rglob("*")) if path.is_file()
    ]
    others = [path for path in files if not path.endswith((".html", ".css", ".js"))]
    assert any(path.endswith(".xml") for path in others)
    ran = []
    for path in others:
        try:
            seen.page.goto(base + quote(path))
        except PlaywrightError as error:  # text with control characters is saved, not shown
            assert "Download is starting" in error.message, path
            continue
        if seen.page.evaluate("window.__ran"):
            ran.append(path)
        assert seen.page.evaluate("document.contentType") in INERT, path
    seen.context.close()
    assert not ran
    assert not seen.faults


def test_hostile_text_is_still_there_to_read(hostile: SmallSite) -> None:
    site = hostile.read()
    shown = {BeautifulSoup(site.files[path], "lxml").get_text() for path in site.articles}
    assert any("{{ 7*7 }} {% raw %} <%= 7*7 %> ${7*7} #{7*7}" in text for text in shown)
    assert sum("看得见的正文。" in text for text in shown) >= len(BODIES)
    assert any("<script>window.__ran=1,alert(1)</script>" in text for text in shown)

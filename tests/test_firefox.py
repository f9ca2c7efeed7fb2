"""The built site in Debian's Firefox: unpacked from a ZIP and opened from disk, and below a sub-path."""

# Scripts for the browser read best whole:
# ruff: noqa: E501

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from marionette import FIREFOX, Fox, start_firefox
from serving import serve
from sites import BuiltSite
from test_looks import SHOTS

pytestmark = pytest.mark.browser

LOOK = """[...document.querySelectorAll('a[href], link[href]')].map(e => e.href.split('#')[0])"""
STATE = """({
  kind: document.body.dataset.page,
  rules: [...document.styleSheets].map(sheet => sheet.cssRules ? sheet.cssRules.length : 0),
  loaded: performance.getEntriesByType('resource').map(entry => entry.name),
  lost: [...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src),
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
  paper: getComputedStyle(document.body).backgroundColor,
})"""
UNSTYLED = "rgba(0, 0, 0, 0)"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fox]:
    """Debian's Firefox. Without it the tests fail, as those for Chromium do."""
    if not Path(FIREFOX).exists():
        pytest.fail(
            f"There is no Firefox at {FIREFOX}. `make test` installs it; by hand: "
            "apt-get install firefox-esr, or set FIREFOX to the path of one.",
            pytrace=False,
        )
    with start_firefox(tmp_path_factory.mktemp("firefox")) as window:
        yield window


@pytest.fixture(params=["from an unpacked ZIP", "below a sub-path"])
def base(request: pytest.FixtureRequest, built: BuiltSite, tmp_path: Path) -> Iterator[str]:
    """The address of the seeds' site, in two of the ways in which people open one."""
    with ExitStack() as stack:
        if request.param == "below a sub-path":
            yield stack.enter_context(serve(built.out, "/some/where%20deep/"))
        else:
            archive = shutil.make_archive(str(tmp_path / "site"), "zip", built.out)
            shutil.unpack_archive(archive, tmp_path / "从 ZIP 解开")
            yield (tmp_path / "从 ZIP 解开").as_uri() + "/"


def test_firefox_opens_every_page_with_its_styles_and_nothing_from_elsewhere(
    fox: Fox, base: str, built: BuiltSite
) -> None:
    todo, kinds = ["index.html"], dict[str, str]()
    while todo:
        path = todo.pop()
        if path in kinds:
            continue
        fox.open(base + path)
        state = fox.run(STATE)
        kinds[path] = state["kind"]
        assert state["rules"] and min(state["rules"]) > 100 and state["paper"] != UNSTYLED, path
        assert [name for name in state["loaded"] if not name.startswith(base)] == [], path
        assert (state["lost"], state["wide"]) == ([], False), path
        targets = {href.removeprefix(base) for href in fox.run(LOOK) if href.startswith(base)}
        todo += sorted(target for target in targets if target.endswith(".html"))
    unlinked = {"404.html", "styleguide.html"}
    originals = {path for path in built.pages if path.startswith("originals/")}
    assert set(kinds) == set(built.pages) - unlinked - originals


COMMA = """(() => { const walk = document.createTreeWalker(document.querySelector('.prose'), NodeFilter.SHOW_TEXT);
  for (let text; text = walk.nextNode();) { const at = text.data.indexOf('，');
    if (at < 0) continue; const range = document.createRange(); range.setStart(text, at); range.setEnd(text, at + 1);
    return range.getBoundingClientRect().width / parseFloat(getComputedStyle(text.parentNode).fontSize); } })()"""


def test_firefox_sets_chinese_commas_in_full_width(fox: Fox, base: str) -> None:
    fox.open(base + "2022/07/20/000_fd220ab2a309ed33.html")
    assert fox.run(COMMA) == pytest.approx(1, abs=0.02)


def test_where_no_phrases_are_known_japanese_titles_break_between_characters(fox: Fox, base: str) -> None:
    """They have few marks to break at: kept whole, a part would be cut wherever its line happens to end."""
    fox.open(base + "2022/07/20/000_fd220ab2a309ed33.html")
    breaks = "(h => ['ja', 'zh-Hant', 'ko'].map(lang => (h.lang = lang, getComputedStyle(h).wordBreak)))"
    assert fox.run(f"{breaks}(document.querySelector('h1'))") == ["normal", "keep-all", "keep-all"]


def test_firefox_searches_and_takes_pictures_for_eyes(fox: Fox, base: str) -> None:
    for path in ("index.html", "2022/index.html", "2022/07/20/000_fd220ab2a309ed33.html"):
        fox.open(base + path)
        fox.photograph(SHOTS / "firefox" / f"{path.removesuffix('.html').replace('/', '_')}.png")
    fox.open(base + "index.html")
    fox.run("(document.querySelector('#q').value = '徕卡', document.querySelector('.find button').click())")
    assert fox.wait_for("document.querySelectorAll('#hits article').length") == 5
    assert fox.run("location.href").startswith(base + "search/index.html?q=")

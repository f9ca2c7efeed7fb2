"""Every page kind in a real browser: for eyes, for a keyboard, for paper; light, dark, small, enlarged.

The pictures that are taken stay in ``bench/out/shots``, or where ``SITE_BUILDER_SHOTS`` says, for
someone to look at; what can be judged without eyes is judged here.
"""

# Scripts for the browser read best whole:
# ruff: noqa: E501

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from archives import SITE
from axe_playwright_python.sync_playwright import Axe
from demo_archive import write_demo
from painting import png
from playwright.sync_api import Browser, Page
from showcase import write_showcase
from sites import ROOT, SmallSite

from site_builder.steps.render import find_our_templates

pytestmark = pytest.mark.browser

SHOTS = Path(os.environ.get("SITE_BUILDER_SHOTS", ROOT / "bench" / "out" / "shots"))
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
VIEWS = {
    "desktop": {**DESKTOP, "color_scheme": "light"},
    "desktop-dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {**PHONE, "color_scheme": "light"},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
}
KINDS = {
    "home", "year", "month", "day", "days", "article", "ledger", "tag", "source", "thread", "search",
    "about", "404", "undated", "styleguide",
}  # fmt: skip


@dataclass(frozen=True)
class Showcase:
    folder: Path
    pages: tuple[str, ...]
    """Of each kind the smallest page and the largest."""

    def open(self, page: Page, path: str) -> None:
        page.goto((self.folder / path).as_uri())


@pytest.fixture(scope="session")
def showcase(tmp_path_factory: pytest.TempPathFactory) -> Showcase:
    folder = tmp_path_factory.mktemp("showcase")
    kinds = write_showcase(folder)
    assert set(kinds) == KINDS
    chosen = ["2022/06/26/a00002.html", "2021/03/index.html", "tags/index.html", "threads/a00004.html"]
    for paths in kinds.values():
        by_size = sorted(paths, key=lambda path: ((folder / path).stat().st_size, path))
        chosen += [by_size[0], by_size[-1]]
    return Showcase(folder, tuple(dict.fromkeys(path for path in chosen if (folder / path).exists())))


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Showcase:
    """The same archive with English words around it, which are longer and may not break anywhere."""
    folder = tmp_path_factory.mktemp("english")
    kinds = write_showcase(folder, replace(SITE, language="en", title="The Harbour Archive"))
    largest = [
        max(paths, key=lambda path: ((folder / path).stat().st_size, path)) for paths in kinds.values()
    ]
    kin = [path.relative_to(folder).as_posix() for path in folder.glob("2022/*/*/a0000[24].html")]
    assert len(kin) == 2
    return Showcase(folder, (*largest, *sorted(kin)))


@pytest.fixture(params=VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, Page]]:
    context = browser.new_context(**VIEWS[request.param])
    yield request.param, context.new_page()
    context.close()


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Showcase:
    """Build the demonstration archive: stored pictures of every kind, and slips where some are gone."""
    site = SmallSite(write_demo(tmp_path_factory.mktemp("gallery")))
    site.build()
    articles = sorted(str(path.relative_to(site.out)) for path in site.out.glob("2022/*/*/demo-*.html"))
    assert len(articles) == 5
    return Showcase(site.out, ("index.html", *articles))


def find_violations(page: Page, shown: Showcase) -> list[str]:
    found = []
    for path in shown.pages:
        shown.open(page, path)
        for broken in Axe().run(page, options=RULES).response["violations"]:
            found.append(f"{path}: {broken['id']} {broken['nodes'][0]['target']}")
    return found


def test_axe_finds_nothing_and_every_text_has_seven_to_one(
    view: tuple[str, Page], showcase: Showcase
) -> None:
    assert find_violations(view[1], showcase) == []


def test_axe_finds_nothing_amid_stored_pictures(view: tuple[str, Page], gallery: Showcase) -> None:
    assert find_violations(view[1], gallery) == []


def test_every_page_kind_has_its_picture_taken(view: tuple[str, Page], showcase: Showcase) -> None:
    name, page = view
    folder = SHOTS / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in showcase.pages:
        showcase.open(page, path)
        picture = folder / f"{path.removesuffix('.html').replace('/', '_')}.png"
        page.screenshot(path=picture, full_page=True)
        assert picture.stat().st_size > 5_000


def test_on_paper_there_is_the_text_and_nothing_to_click_on(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(viewport={"width": 680, "height": 1000})
    page = context.new_page()
    (SHOTS / "print").mkdir(parents=True, exist_ok=True)
    for path in showcase.pages:
        showcase.open(page, path)
        page.emulate_media(media="print")
        page.screenshot(
            path=SHOTS / "print" / f"{path.removesuffix('.html').replace('/', '_')}.png", full_page=True
        )
        shown = page.evaluate(
            "[...document.querySelectorAll('nav, form, .skip, .aside')].filter(e => e.getClientRects().length).length"
        )
        assert not shown, path
        assert page.locator("h1").is_visible(), path
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    context.close()


WIDER = """() => { const root = document.documentElement;
  return root.scrollWidth > root.clientWidth + 1 ? root.scrollWidth - root.clientWidth : 0; }"""
SPACED = """() => { for (const e of document.querySelectorAll('main *')) {
  e.style.setProperty('line-height', '1.5', 'important'); e.style.setProperty('letter-spacing', '.12em', 'important');
  e.style.setProperty('word-spacing', '.16em', 'important'); } }"""
CLIPPED = """() => [...document.querySelectorAll('main *')].filter(e => !e.closest('.vh, pre') && e.clientWidth > 1
  && e.scrollHeight > e.clientHeight + 4 && ['hidden', 'clip'].includes(getComputedStyle(e).overflowY)
  && e.textContent.trim()).map(e => e.className)"""


def test_nothing_scrolls_sideways_small_spaced_or_enlarged(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP, bypass_csp=True)
    page = context.new_page()
    wide = []
    for path in showcase.pages:
        page.set_viewport_size({"width": 320, "height": 800})
        showcase.open(page, path)
        wide += [f"{path} at 320 px: {page.evaluate(WIDER)}"] if page.evaluate(WIDER) else []
        page.evaluate(SPACED)
        wide += [f"{path} spaced: {page.evaluate(WIDER)}"] if page.evaluate(WIDER) else []
        assert page.evaluate(CLIPPED) == [], path
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [f"{path} at 200 %: {page.evaluate(WIDER)}"] if page.evaluate(WIDER) else []
    context.close()
    assert not wide


SQUEEZED = """() => [...document.querySelectorAll('main a, main .n, main p, main li > *')].filter(e => !e.closest('.vh')
  && e.textContent.trim().length > 16 && e.getBoundingClientRect().width < 4 * parseFloat(getComputedStyle(e).fontSize))
  .map(e => e.textContent.trim().slice(0, 30))"""
TORN = """() => [...document.querySelectorAll('nav a, .btn, small, .n, .date, .meta, dt')].flatMap(e => {
  const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), torn = [];
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[A-Za-z]{2,}/g)) {
    const range = document.createRange(); range.setStart(walk.currentNode, word.index);
    range.setEnd(walk.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) torn.push(word[0]); }
  return e.closest('.vh') ? [] : torn; })"""


def test_in_english_nothing_is_wider_than_the_screen_nor_squeezed_nor_torn(
    browser: Browser, english: Showcase
) -> None:
    context = browser.new_context(**PHONE, bypass_csp=True)
    page = context.new_page()
    wrong = []
    for path in english.pages:
        for width, size in ((320, 100), (390, 100), (390, 200)):
            page.set_viewport_size({"width": width, "height": 844})
            english.open(page, path)
            page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
            for judge in (WIDER, SQUEEZED, TORN):
                if found := page.evaluate(judge):
                    wrong.append(f"{path} at {width} px, {size} %: {found}")
    context.close()
    assert not wrong


SMALL = """least => [...document.querySelectorAll('a, button, input, summary')].filter(e => {
  const box = e.getBoundingClientRect(), inline = getComputedStyle(e).display === 'inline';
  return !inline && !e.closest('.vh') && box.width && (box.width < least || box.height < least); })
  .map(e => `${e.className} ${e.textContent.trim().slice(0, 20)}`)"""


@pytest.mark.parametrize("shape", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_clicked_is_large_enough_to_hit(
    browser: Browser, english: Showcase, showcase: Showcase, shape: dict[str, Any]
) -> None:
    """24 pixels each way (WCAG 2.5.8), but for links within a sentence; 44 for the main ways on."""
    context = browser.new_context(**shape)
    page = context.new_page()
    for shown in (english, showcase):
        for path in shown.pages:
            shown.open(page, path)
            assert page.evaluate(SMALL, 24) == [], path
            main = page.locator(".site nav a, .btn").evaluate_all("es => es.map(e => e.offsetHeight)")
            assert min(main) >= 44, path
    context.close()


def test_in_a_table_of_tags_the_whole_cell_leads_on(browser: Browser, showcase: Showcase) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    showcase.open(page, "2021/03/index.html")
    spare = "es => es.map(e => [e.offsetHeight, e.parentElement.clientWidth - e.offsetWidth])"
    assert all(height >= 24 and width == 0 for height, width in page.eval_on_selector_all(".topics a", spare))
    assert page.locator(".topics a").count()
    page.close()


def test_out_of_context_every_link_still_says_where_it_leads(browser: Browser, english: Showcase) -> None:
    """A screen reader lists a page's links: no two of a calendar or of feeds may have one name."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    for path in english.pages:
        english.open(page, path)
        names: dict[str, set[str]] = {}
        for name, to in page.evaluate(
            '[...document.querySelectorAll(\'.cal a, .numbers a, a[href$="feed.xml"], a[href$=".xml"]\')]'
            ".map(e => [e.ariaLabel || e.textContent.trim(), e.href])"
        ):
            names.setdefault(name, set()).add(to)
        assert {name: places for name, places in names.items() if len(places) > 1} == {}, path
    context.close()


FOCUS = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return [e.tagName + ' ' + (e.getAttribute('href') || ''), parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none',
    r.bottom > 0 && r.top < innerHeight && r.width > 0]; }"""
FOCUSABLE = """[...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
  .filter(e => e.getClientRects().length).length"""


def test_the_keyboard_reaches_everything_in_order_and_always_sees_where_it_is(
    browser: Browser, showcase: Showcase
) -> None:
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    for path in showcase.pages:
        showcase.open(page, path)
        seen = []
        for _ in range(page.evaluate(FOCUSABLE)):
            page.keyboard.press("Tab")
            name, visible, inside = page.evaluate(FOCUS)
            assert visible and inside, f"{path}: {name}"
            seen.append(name)
        assert seen[0] == "A #main", path
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) is None or page.evaluate(FOCUS)[0] == seen[0], f"{path}: that was all"
    context.close()


def test_nothing_moves_while_a_page_loads_and_nothing_is_animated(
    browser: Browser, showcase: Showcase
) -> None:
    context = browser.new_context(**PHONE, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => { shift += e.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for path in showcase.pages:
        showcase.open(page, path)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate("[shift, document.getAnimations().length]") == [0, 0], path
    context.close()


def test_in_forced_colours_every_shade_has_an_edge(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP, forced_colors="active")
    page = context.new_page()
    showcase.open(page, "2022/index.html")
    widths = page.eval_on_selector_all(".cal td a", "es => es.map(e => getComputedStyle(e).borderTopWidth)")
    assert widths and set(widths) == {"1px"}
    context.close()


def test_in_forced_colours_it_is_seen_which_page_this_is(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP, forced_colors="active")
    page = context.new_page()
    showcase.open(page, "index.html")
    styles = page.locator(".site nav a").evaluate_all(
        "es => es.map(e => [e.hasAttribute('aria-current'), getComputedStyle(e).borderTopStyle])"
    )
    assert {current for current, line in styles if line == "solid"} == {True}
    context.close()


def test_on_paper_no_picture_is_cut_by_the_edge_of_a_page(browser: Browser, tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    article = "---\ntitle: x\ndate: 2022-07-20\n---\n![A tower](tower.png)\n"
    site.write({"tall.md": article, "tower.png": png(size=(300, 4000))})
    site.build()
    page = browser.new_page()
    page.goto((site.out / "2022" / "07" / "20" / "tall.html").as_uri())
    page.emulate_media(media="print")
    width, height = page.locator(".prose img").evaluate("e => [e.offsetWidth, e.offsetHeight]")
    assert height < 11 * 96, "a page of A4 has 261 mm for it, one of letter paper 243"
    assert abs(width / height - 300 / 4000) < 0.01
    page.close()


def test_long_german_words_break_at_syllables_with_a_narrow_hyphen(browser: Browser, tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    head = "title: Donaudampfschifffahrtsgesellschaftskapitän\nlang: de\ndate: 2022-07-20"
    site.write({"word.md": f"---\n{head}\n---\nDer Rat hat beschlossen, die Straßenbahn zu bauen.\n"})
    site.build()
    page = browser.new_page()
    page.goto((site.out / "2022" / "07" / "20" / "word.html").as_uri())
    set_so = "e => [getComputedStyle(e).hyphens, getComputedStyle(e).hyphenateCharacter]"
    for part in ("h1", ".prose"):
        assert page.locator(part).evaluate(set_so) == ["auto", '"-"'], part
    assert page.locator(".site nav a").first.evaluate(set_so)[0] == "manual"
    page.close()


def test_more_contrast_makes_quiet_words_as_dark_as_the_others(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP, contrast="more")
    page = context.new_page()
    showcase.open(page, "index.html")
    colours = page.evaluate(
        "[document.querySelector('.lede'), document.body].map(e => getComputedStyle(e).color)"
    )
    assert colours[0] == colours[1]
    context.close()


def test_chinese_is_set_as_the_brief_has_it(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    showcase.open(page, "2022/06/26/a00002.html")
    size, line, width, space, autospace, keep = page.evaluate(
        """() => { const e = document.querySelector('.e-content'), s = getComputedStyle(e),
        p = e.querySelector('p').getBoundingClientRect().width, f = parseFloat(s.fontSize);
        return [f, parseFloat(s.lineHeight) / f, p / f, s.letterSpacing, s.textAutospace || 'normal',
          getComputedStyle(document.querySelector('h1')).wordBreak]; }"""
    )
    assert (size, round(line, 2), round(width), space) == (18, 1.85, 36, "normal")
    assert (autospace, keep) == ("normal", "keep-all")
    english = page.evaluate("getComputedStyle(document.querySelector('.e-content [lang=en]')).fontFamily")
    assert "PingFang SC" not in english.split(",")[0]
    context.close()


def test_on_paper_the_days_with_most_articles_are_as_black_as_the_others(
    browser: Browser, showcase: Showcase
) -> None:
    page = browser.new_page()
    showcase.open(page, "2021/index.html")
    page.emulate_media(media="print")
    colours = page.eval_on_selector_all(
        ".cal td a", "es => es.map(e => [e.className, getComputedStyle(e).color])"
    )
    assert {("l3", "rgb(0, 0, 0)")} <= set(map(tuple, colours)) and len(
        {colour for _, colour in colours}
    ) == 1
    page.close()


def list_spoken(page: Page) -> list[tuple[str, str]]:
    """Give what a screen reader is told of a page: the role and name of everything, in order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    told = [node for node in nodes if not node.get("ignored")]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in told]


def test_signs_that_only_part_words_are_not_read_aloud(browser: Browser, showcase: Showcase) -> None:
    page = browser.new_page()
    showcase.open(page, "2022/06/26/a00002.html")
    assert "›" in page.evaluate(
        "getComputedStyle(document.querySelector('.crumb li + li'), '::before').content"
    )
    assert [name for role, name in list_spoken(page) if role == "StaticText" and name in {"›", "→"}] == []
    page.close()


def test_a_list_without_bullets_is_a_list_for_safari_too(browser: Browser, showcase: Showcase) -> None:
    """WebKit takes ``list-style: none`` for a sign that a list is none, but not a bullet that is empty."""
    page = browser.new_page()
    for path in showcase.pages:
        showcase.open(page, path)
        kinds = page.eval_on_selector_all("ul, ol", "es => es.map(e => getComputedStyle(e).listStyleType)")
        assert "none" not in kinds, path
    page.close()


LAST_LINE = """e => { const range = document.createRange(), text = e.firstChild; let last = 0, many = 0;
  for (let i = 0; i < text.length; i++) { range.setStart(text, i); range.setEnd(text, i + 1);
    const top = range.getBoundingClientRect().top; many = top > last + 9 ? 1 : many + 1; last = Math.max(top, last); }
  return many; }"""


def test_on_a_phone_no_character_of_a_title_stands_alone(browser: Browser, tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    titles = (
        "上海两座灯塔因为修理需要暂停开放",
        "灯塔：港口修好了它的透镜",
        "灯塔通告：守塔人和船长们终于商量好了怎么修",
    )
    for number, title in enumerate(titles):
        site.write({f"{number}.md": f"---\ntitle: {title}\ndate: 2022-07-20\n---\n正文。\n"})
    site.build()
    context = browser.new_context(**PHONE)
    page = context.new_page()
    for number in range(len(titles)):
        page.goto((site.out / "2022" / "07" / "20" / f"{number}.html").as_uri())
        assert page.locator("h1").evaluate(LAST_LINE) > 3, titles[number]
    wraps = "e => getComputedStyle(e).wordBreak"
    page.goto((site.out / "2022" / "07" / "20" / "index.html").as_uri())
    assert page.locator("h2.p-name").evaluate_all(f"es => es.map({wraps}).sort()") == [
        "keep-all",
        "normal",
        "normal",
    ]
    context.close()


def test_enlarged_the_seal_keeps_its_shape(browser: Browser, english: Showcase) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    english.open(page, "about.html")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    width, height = page.locator(".seal").evaluate("e => [e.offsetWidth, e.offsetHeight]")
    assert width == height
    page.close()


LINES = """es => es.map(e => { const range = document.createRange(); range.selectNodeContents(e);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size; })"""


def test_enlarged_on_a_phone_no_month_is_torn_and_no_tag_squeezed(
    browser: Browser, english: Showcase
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    english.open(page, "index.html")
    columns = "getComputedStyle(document.querySelector('.months')).gridTemplateColumns.split(' ').length"
    assert page.evaluate(columns) == 6
    for path, names in (
        ("index.html", ".months .cell span:first-child"),
        ("2021/03/index.html", ".topics a"),
    ):
        english.open(page, path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        lines = page.eval_on_selector_all(names, LINES)
        assert lines and max(lines) <= (1 if "cell" in names else 2), (path, lines)
    page.close()


def test_the_last_line_of_what_is_not_a_title_is_no_lone_word(browser: Browser, showcase: Showcase) -> None:
    page = browser.new_page()
    showcase.open(page, "2021/index.html")
    wraps = "es => es.map(e => getComputedStyle(e).textWrapStyle)"
    assert set(page.eval_on_selector_all(".lede, .rows a, .list a", wraps)) == {"pretty"}
    assert set(page.eval_on_selector_all("h1, h2", wraps)) == {"balance"}
    page.close()


LINES_PER_WORD = """() => [...document.querySelectorAll('.wide table')].at(-1).querySelectorAll('th').values().map(cell => {
  const range = document.createRange(); range.selectNodeContents(cell);
  const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
  return lines.size / cell.textContent.split(' ').length; }).toArray()"""


def test_on_a_phone_a_table_scrolls_in_its_box_and_breaks_no_word(
    browser: Browser, showcase: Showcase
) -> None:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    showcase.open(page, "2022/06/26/a00002.html")
    ratios = page.evaluate(LINES_PER_WORD)
    assert len(ratios) == 6 and max(ratios) <= 1
    assert page.evaluate(
        "[...document.querySelectorAll('.wide:has(table)')].every(e => e.scrollWidth > e.clientWidth)"
    )
    context.close()


def test_quotes_in_latin_text_are_narrow_even_in_a_chinese_font(browser: Browser, showcase: Showcase) -> None:
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    showcase.open(page, "styleguide.html")
    shapes = page.evaluate(
        """() => ['.card [lang=en]', '.card h4:not([lang])', '.prose [lang=en]', '.prose h2'].map(
        selector => getComputedStyle(document.querySelector(selector)).fontVariantEastAsian)"""
    )
    assert shapes == ["proportional-width", "normal", "proportional-width", "normal"]
    context.close()


def test_an_article_that_runs_the_other_way_begins_where_its_title_begins(
    browser: Browser, make_site: Callable[..., SmallSite]
) -> None:
    """Between phone and desktop the text is narrower than the page, and would hang at its other edge."""
    site = make_site(
        {"a.md": "---\ntitle: المنارة\nlang: ar\ndate: 2023-04-03\n---\nفتحت المنارة أبوابها للزوار ليلاً.\n"}
    )
    site.build()
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    page.goto(next(site.out.glob("2023/*/*/a.html")).as_uri())
    title, text = page.evaluate(
        "['h1', '.prose'].map(e => document.querySelector(e).getBoundingClientRect().right)"
    )
    assert title == text
    context.close()


@pytest.mark.parametrize(
    ("direction", "name"), [("rtl", "Lens4"), ("rtl", "لندن"), ("ltr", "Lens4"), ("ltr", "لندن")]
)
def test_a_name_in_a_list_begins_where_the_list_does_whichever_way_it_runs(
    browser: Browser, direction: str, name: str
) -> None:
    page = browser.new_page()
    style = (find_our_templates() / "style.css").read_text("utf-8")
    way = ' dir="rtl"' if direction == "rtl" else ""
    row = f'<li><a href="#">{name}</a><span class="n">1</span></li>'
    page.set_content(f'<!doctype html><html{way}><style>{style}</style><ul class="list names">{row}</ul>')
    measured = """() => {
        const name = document.querySelector(".names a"), text = document.createRange();
        text.selectNodeContents(name);
        const [box, letters] = [name, text].map(one => one.getBoundingClientRect());
        return {ltr: letters.left - box.left, rtl: box.right - letters.right};
    }"""
    assert abs(page.evaluate(measured)[direction]) < 1
    page.close()

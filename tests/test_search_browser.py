"""The search page in a browser: from disk and below a sub-path, in use, and when things go wrong."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hostile_articles import IMAGE, SCRIPT, write
from playwright.sync_api import Browser, Page, Route, expect
from serving import serve
from sites import SmallSite
from watching import Watch, watch

from site_builder.search.build import deflate_rows, write_texts
from site_builder.search.lookup import search
from site_builder.search.portions import count_portions
from site_builder.search.segments import NEWEST
from site_builder.search.terms import pair_term

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(__file__).parent / "vectors" / "search.json").read_text("utf-8"))
WORDS = (
    "徕卡",
    "小米12S Ultra",
    "合作",
    "雷军",
    "夜拍",
    "IMX989",
    "一英寸大底",
    "，",
    "。",
    " ",
    "全球销售",
    "M11",
    "的",
)

SCRIPTS = (
    "日本語のテスト、ガギグとｶﾞｷﾞ 한국어 검색 العربية بحث ภาษาไทย "
    "👨\u200d👩\u200d👧 cafe\u0301 ﬁne １２３ x² Ⅻ ½ ŒUVRE"
)
IN_SCRIPTS = "ガ ﾃｽﾄ 本語の 검색 한국어 بحث ไทย 👩 café CAFE\u0301 fine 123 x2 xii œuvre".split()


def make_long() -> str:
    """Write a text of several portions, with words at its ends that stand nowhere else."""
    words = ["".join(chr(0x5000 + (7 * i + 31 * k) % 4000) for k in range(5)) for i in range(2400)]
    return "独有甲" + "".join(words) + "独有丙"


LONG = make_long()
BORDER = len(LONG) // count_portions(len(LONG))


def make_articles(count: int) -> dict[str, str]:
    """Write so many articles of a few words, over three years, of two publishers."""
    random_ = random.Random(3)
    files: dict[str, str] = {}
    for i in range(count):
        text = "".join(random_.choice(WORDS) for _ in range(random_.randint(5, 60)))
        day = f"{2020 + i % 3}-{1 + i % 12:02}-{1 + i % 28:02} 10:{i % 60:02}:00 +0800"
        title = f"第{i}篇" + ("徕卡影像" if i % 9 == 0 else "")
        files[f"a{i:03}.md"] = write(f"<p>{text}</p>", title, date=day, author=("某报", "远方 日报")[i % 2])
    files["long.md"] = write("<p>" + "前面的话。" * 40 + "末尾才有的夜感，配上ＭＩＸ折叠。</p>", "长文")
    files["traditional.md"] = write("<p>沒有人拍過的攝影</p>", "繁體")
    files["very-long.md"] = write(f"<p>{make_long()}</p>", "很长的一篇")
    files["scripts.md"] = write(f"<p>{SCRIPTS}</p>", "各种文字")
    return files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SmallSite:
    """A site of 90 articles, and two that want to run something."""
    site = SmallSite(tmp_path_factory.mktemp("search"))
    site.content.mkdir(parents=True)
    site.write(make_articles(90))
    hostile = f'"); alert(1); ("{SCRIPT}{IMAGE}\u2028\\'
    site.write({"evil.md": write(f"<p>恶意正文 {hostile.replace('<', '&lt;')}</p>", f"恶意标题{hostile}")})
    site.build()
    return site


@pytest.fixture(params=["from disk", "below a sub-path"])
def base(request: pytest.FixtureRequest, site: SmallSite) -> Iterator[str]:
    """The address of that site, in the ways in which people open one."""
    out = site.read().out
    with ExitStack() as stack:
        if request.param == "from disk":
            yield out.as_uri() + "/"
        else:
            yield stack.enter_context(serve(out, "/some/where/"))


@pytest.fixture
def reader(browser: Browser, base: str) -> Iterator[Watch]:
    """A visitor of its search page; whatever went wrong while a test ran fails it."""
    seen = watch(browser, base)
    seen.page.goto(base + "search/index.html")
    yield seen
    seen.context.close()
    assert seen.faults == []


def ask(page: Page, line: str) -> str:
    """Type a line, send it, and give what the page says of it."""
    page.fill("#q", line)
    page.press("#q", "Enter")
    return answer(page)


def answer(page: Page) -> str:
    """Wait until the page has said what it found."""
    page.wait_for_function("() => /[^…]$/.test(document.querySelector('[role=status]').textContent)")
    page.wait_for_function("() => !document.querySelector('#hits[aria-busy]')")
    return page.text_content("[role=status]") or ""


def titles(page: Page) -> list[str]:
    return page.locator("#hits article h2").all_text_contents()


# --- the same as in Python ----------------------------------------------------------------

ENGINE = "window.archiveSearch"


def test_the_browser_says_what_the_vectors_say(reader: Watch) -> None:
    say: Callable[..., object] = reader.page.evaluate
    say(f"() => {ENGINE}.table('後')")  # which is read when it is needed
    for text, want in VECTORS["fold"]:
        assert say(f"t => {ENGINE}.fold(t)", text) == want
    for text, want in VECTORS["clean"]:
        assert say(f"t => {ENGINE}.clean(t)", text) == want
    for text, terms, says_all in VECTORS["terms"]:
        assert say(f"t => {ENGINE}.terms(t)", text) == [terms, says_all]
    for kind, name, want in VECTORS["filter_term"]:
        assert say(f"([k, n]) => {ENGINE}.filterTerm(k, n)", [kind, name]) == want
    for line, want in VECTORS["query"]:
        assert say(f"t => {ENGINE}.readQuery(t)", line) == want, line
    for one, other, want in VECTORS["typo"]:
        assert say(f"([a, b]) => {ENGINE}.isTypo(a, b)", [one, other]) is want
    for word, want in VECTORS["nearest"]["cases"]:
        assert say(f"([w, k]) => {ENGINE}.nearest(w, k)", [word, VECTORS["nearest"]["known"]]) == want
    for text, low, want in VECTORS["numbers"]:
        read = f"([t, n, l]) => {{ const r = new {ENGINE}.Reader(t); return n.map(() => r.number(l)); }}"
        assert say(read, [text, want, low]) == want
    for text, size, want in VECTORS["lists"]:
        assert say(f"([t, n, s]) => new {ENGINE}.Reader(t).rising(n, s)", [text, len(want), size]) == want
    for text, want in VECTORS["shares"]:
        assert say(f"t => {ENGINE}.shares(t)", text) == want
    counts = {str(pair_term(ord(a), ord(b))): n for (a, b), n in VECTORS["split"]["counts"].items()}
    for word, want in VECTORS["split"]["cases"]:
        assert say(f"([w, c]) => {ENGINE}.split(w, t => c[t] || 0)", [word, counts]) == want, word


def test_every_character_comes_back_from_the_texts_as_it_went(reader: Watch) -> None:
    codes = [code for code in range(1, 0x20000) if not 0xD800 <= code < 0xE000]
    title = "".join(map(chr, codes))
    [file] = write_texts(["n"], [deflate_rows([[title]])])
    _, size, text = json.loads(f"[{file.data.decode('utf-16')[13:-2]}]")
    [[read]] = reader.page.evaluate(f"r => {ENGINE}.rows(r)", [size, text])
    assert [hex(ord(a)) for a, b in zip(title, read, strict=True) if a != b] == []


LINES = (
    *(
        "徕卡",
        "徠卡",
        "卡",
        "imx98",
        "ＩＭＸ９８９",
        "小米12S Ultra",
        "小米 12S Ultra",
        '"S Ul"',
        "M11",
        "，",
        "。徕",
        "拍，",
    ),
    *(
        "雷军 -夜拍",
        "来源:某报 徕卡",
        "标签:无 徕卡",
        '-来源:"远方 日报" 徕卡',
        "徕卡 2021-03..2022-05",
        "2021..2021",
    ),
    *(
        "雷军夜拍徕卡",
        "不存在的词汇组合",
        "夜感",
        "mix折",
        "imx899",
        '"徕卡"',
        "恶意",
        "-x",
        "2s u",
        "大底，的",
        "独有甲 独有丙",
        "独有甲 -独有丙",
        "独有丙 -徕卡",
        "很长 独有丙",
        *(
            LONG[BORDER + at : BORDER + at + length]
            for at in (-40, -5, -1, 0, 60)
            for length in (2, 5, 16, 40, 100)
        ),
        f"独有甲 {LONG[BORDER - 3 : BORDER + 3]}",
    ),
)


@pytest.mark.parametrize("by_time", [False, True])
def test_the_browser_finds_what_the_command_finds(reader: Watch, site: SmallSite, by_time: bool) -> None:
    out = site.read().out
    for line in LINES:
        found = reader.page.evaluate(f"([q, t]) => {ENGINE}.find(q, t)", [line, by_time])
        want = search(out, line, newest_first=by_time)
        assert found == {"urls": [hit.url for hit in want.hits], "parts": list(want.split)}, line


def test_other_scripts_are_found_in_all_their_forms(reader: Watch, site: SmallSite) -> None:
    out = site.read().out
    for line in IN_SCRIPTS:
        found = reader.page.evaluate(f"q => {ENGINE}.find(q)", line)
        assert found["urls"] == [hit.url for hit in search(out, line).hits], line
        assert ask(reader.page, line) == "找到 1 篇。", line
        assert titles(reader.page) == ["各种文字"]
        assert reader.page.locator("#hits mark").count() >= 1, line


# --- as a reader uses it ------------------------------------------------------------------


def test_a_hit_leads_to_its_article_and_is_marked(reader: Watch) -> None:
    assert ask(reader.page, "夜感") == "找到 1 篇。"
    assert reader.page.locator("#hits mark").all_text_contents() == ["夜感"]
    assert (reader.page.text_content("#hits article p:last-child") or "").startswith("…")
    reader.page.click("#hits article a")
    assert reader.page.text_content("h1") == "长文"


def test_of_a_long_article_only_the_portion_is_read_that_has_the_words(reader: Watch) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    assert ask(reader.page, "独有丙") == "找到 1 篇。"
    assert len([url for url in asked if re.search(r"/x[^/]*\.js", url)]) == 1
    assert reader.page.locator("#hits mark").all_text_contents() == ["独有丙"]
    assert (reader.page.text_content("#hits article p:last-child") or "").startswith("…")
    assert ask(reader.page, "独有甲 独有丙") == "找到 1 篇。"
    assert reader.page.locator("#hits mark").all_text_contents()[:1] == ["独有甲"]


def test_marks_stand_where_the_folded_words_stand(reader: Watch) -> None:
    ask(reader.page, "mix折")
    assert reader.page.locator("#hits mark").all_text_contents() == ["ＭＩＸ折"]
    assert "按“mix折”查找" not in (reader.page.text_content("#notes") or "")
    ask(reader.page, "徠卡")
    assert "按“徕卡”查找" in (reader.page.text_content("#notes") or "")
    reader.page.goto(reader.page.url.partition("?")[0])  # and forget the table
    assert ask(reader.page, "的摄影") == "找到 1 篇。"
    assert reader.page.locator("#hits mark").all_text_contents() == ["的攝影"]
    spans = reader.page.evaluate(f"t => {ENGINE}.places(t, ['caf\\u00e9', 'm2'])", "x㎡ CAFE\u0301 é")
    assert spans == [[1, 2], [3, 8]]


def test_any_character_is_marked_itself_and_moves_no_mark_behind_it(reader: Watch) -> None:
    misplaced = """engine => { const wrong = [];
      for (let code = 32; code < 0x20000; code++) {
        if (code >> 11 === 0x1b) continue;
        const one = String.fromCodePoint(code), end = 1 + one.length, form = engine.fold(one);
        const places = [[`x${one}9z`, end], [`x${one}\u0301\u3099\u11a89z`, end + 3],
                        [`é${one}…９z`, end + 1]];
        for (const [text, at] of places) {
          const spans = engine.places(text, ['9z']).filter(span => span[1] === text.length);
          if (spans.length !== 1 || spans[0][0] !== at) wrong.push([text, spans]);
        }
        const own = engine.places(`q${one}…`, [form]).filter(span => span[0] < 2 && span[1] >= end);
        if (form && !own.length && form !== ' ') wrong.push([one, form]);
      }
      return wrong; }"""
    reader.page.evaluate(f"() => {ENGINE}.table(true)")
    assert reader.page.evaluate(f"() => ({misplaced})({ENGINE})") == []


def test_results_come_while_one_types_and_the_address_follows(reader: Watch) -> None:
    reader.page.type("#q", "夜感", delay=20)
    reader.page.wait_for_selector("#hits article")
    assert answer(reader.page) == "找到 1 篇。"
    assert reader.page.evaluate("new URLSearchParams(location.search).get('q')") == "夜感"
    reader.page.fill("#q", "")
    reader.page.wait_for_selector("#browse:not([hidden])")
    assert titles(reader.page) == []


@contextmanager
def search_page_of(site: SmallSite, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open the search page of a site over HTTP: the page, loaded, and the addresses it has asked for."""
    site.build()
    with serve(site.read().out) as address:
        seen = watch(browser, address)
        asked: list[str] = []
        seen.page.on("request", lambda request: asked.append(request.url))
        seen.page.goto(address + "search/index.html")
        seen.page.wait_for_load_state("networkidle")
        yield seen.page, asked
        seen.context.close()
        assert seen.faults == []


def test_the_lists_are_fetched_while_the_page_waits_for_the_next_key(
    browser: Browser, make_site: Callable[..., SmallSite]
) -> None:
    files = {"old.md": write(f"<p>{LONG}</p>", "旧的", date="2019-05-01 10:00:00 +0800")}
    for i in range(NEWEST):  # so many that old ones have a segment of their own
        files[f"n{i}.md"] = write(f"<p>{i}</p>", date=f"2022-07-{1 + i % 28:02} 10:00:00 +0800")
    with search_page_of(make_site(files), browser) as (page, asked):
        assert len([url for url in asked if re.search(r"/p[0-9a-f]+\.js", url)]) == 1
        asked.clear()
        page.evaluate("clearTimeout = () => {}; setTimeout = () => 0")  # the pause never ends
        with page.expect_request(re.compile(r"/p[0-9a-f]+\.js")):
            page.fill("#q", LONG[300:302])
        assert [url for url in asked if "/x" in url] == []
        assert titles(page) == []


def test_only_where_the_next_hits_may_stand_more_lists_are_read(
    browser: Browser, make_site: Callable[..., SmallSite]
) -> None:
    piece = "".join(chr(0x5000 + 331 * i) for i in range(12))  # the lists of its pairs are in files apart
    apart = " ".join(piece[i : i + 3] for i in range(len(piece) - 2))  # all its pairs, and what follows each
    files = {"old.md": write(f"<p>{LONG}{piece}</p>", "旧的", date="2019-05-01 10:00:00 +0800")}
    for i in range(NEWEST + 30):
        text, day = (piece, 20) if i < 60 else (apart, 28) if i < 65 else ("", 1 + i % 20)
        files[f"n{i}.md"] = write(f"<p>{i} {text}</p>", date=f"2022-07-{day:02} 10:00:00 +0800")
    with search_page_of(make_site(files), browser) as (page, asked):
        asked.clear()
        assert "61" in ask(page, piece)
        assert len(titles(page)) == 20
        old = [url for url in asked if re.search(r"/2019[^/]*/p", url)]
        assert len(old) == 3  # of four pairs; six are in five


def test_the_lists_of_the_newest_are_there_before_anything_is_asked(reader: Watch) -> None:
    reader.page.wait_for_load_state("networkidle")
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    assert ask(reader.page, "夜感")
    assert titles(reader.page) == ["长文"]
    assert [url for url in asked if re.search(r"/p[0-9a-f]+\.js", url)] == []


def test_an_answer_that_is_late_does_not_overwrite_a_newer_one(reader: Watch) -> None:
    reader.page.evaluate(
        """() => { const q = document.getElementById('q');
        for (const line of ['徕卡', '合作', '夜感']) { q.value = line; q.form.requestSubmit(); } }"""
    )
    answer(reader.page)
    reader.page.wait_for_timeout(300)
    assert titles(reader.page) == ["长文"]


def test_the_first_hits_are_there_and_stay_while_a_file_is_late(browser: Browser, site: SmallSite) -> None:
    passed: list[str] = []

    def hold_all_but_two(route: Route) -> None:
        if len(passed) < 2:
            passed.append(route.request.url)
            route.continue_()

    with serve(site.read().out) as address:
        seen = watch(browser, address)
        page = seen.page
        page.goto(address + "search/index.html")
        page.route(re.compile(r"/x[^/]*\.js"), hold_all_but_two)
        page.fill("#q", "徕卡")
        page.press("#q", "Enter")
        page.wait_for_selector("#hits[aria-busy] article")
        first = titles(page)
        assert 0 < len(first) < 20
        page.focus("#hits article a")
        page.unroute(re.compile(r"/x[^/]*\.js"))  # what was held goes on
        answer(page)
        assert len(titles(page)) == 20
        assert titles(page)[: len(first)] == first
        assert page.evaluate("document.activeElement === document.querySelector('#hits article a')")
        seen.context.close()
        assert seen.faults == []


def test_back_and_forward_show_what_was_shown(reader: Watch, base: str) -> None:
    ask(reader.page, "夜感")
    ask(reader.page, "恶意")
    reader.page.go_back()
    expect(reader.page.locator("#hits h2")).to_have_text(["长文"])
    assert reader.page.input_value("#q") == "夜感"
    reader.page.go_forward()
    expect(reader.page.locator("#hits h2")).to_contain_text(["恶意标题"])
    reader.page.goto(base + "search/index.html?q=%E5%A4%9C%E6%84%9F")
    assert answer(reader.page) == "找到 1 篇。"


def test_enter_after_the_answer_has_come_adds_no_second_entry(reader: Watch) -> None:
    ask(reader.page, "夜感")
    reader.page.fill("#q", "恶意")
    expect(reader.page.locator("#hits h2")).to_contain_text(["恶意标题"])  # while typing
    ask(reader.page, "恶意")
    reader.page.go_back()
    expect(reader.page.locator("#hits h2")).to_have_text(["长文"])


def test_titles_that_seemed_to_hold_it_keep_nobody_waiting(
    browser: Browser, make_site: Callable[..., SmallSite]
) -> None:
    files = {  # all its pairs are in these titles, though not together, so they come after what is newer
        f"old{i}.md": write("<p>甲乙丙丁</p>", f"甲乙丙，乙丙丁{i}", date=f"2022-06-{i:02}")
        for i in range(1, 25)
    }
    for i in range(1, 9):
        files[f"new{i}.md"] = write(f"<p>甲乙丙丁{i}</p>", f"第{i:02}篇", date=f"2022-07-{i:02}")
    with search_page_of(make_site(files), browser) as (page, _):
        assert "32" in ask(page, "甲乙丙丁")
        assert titles(page)[:8] == [f"第{i:02}篇" for i in range(8, 0, -1)]


def test_a_hit_in_another_language_says_so(browser: Browser, make_site: Callable[..., SmallSite]) -> None:
    files = {
        "a.md": write("<p>相机徕卡在这里</p>", "中文"),
        "b.md": write("<p>The camera 徕卡 was shown</p>", "English", lang="en"),
    }
    with search_page_of(make_site(files), browser) as (page, _):
        ask(page, "徕卡")
        said = page.eval_on_selector_all(
            "#hits article", "all => all.map(e => [e.querySelector('a').lang, e.lastChild.lang])"
        )
        assert sorted(said) == [["", ""], ["en", "en"]]


def test_years_count_what_holds_the_words_once_all_was_looked_at(
    browser: Browser, make_site: Callable[..., SmallSite]
) -> None:
    piece = "甲乙丙丁"
    apart = "甲乙丙戊，己乙丙丁，庚甲乙丙"  # its pairs, and what follows each, not together
    few = [("2021", piece), ("2021", apart), ("2022", piece), ("2022", apart), ("2020", apart)]
    files = {f"a{i}.md": write(f"<p>{text}</p>", date=f"{year}-07-01") for i, (year, text) in enumerate(few)}
    many = {f"b{i}.md": write(f"<p>{piece}{i}</p>", date="2021-03-01") for i in range(30)}
    with search_page_of(make_site(files), browser) as (page, _):
        assert ask(page, piece) == "找到 2 篇。"
        assert page.locator("#tools [aria-label=年份] .chip").all_text_contents() == ["2022 1", "2021 1"]
    with search_page_of(make_site(files | many), browser) as (page, _):
        assert "约" in ask(page, piece)
        expect(page.locator("#more")).to_be_visible()
        assert "≈" in (page.text_content("#tools") or "")
        page.click("#more")
        expect(page.locator("#hits article")).to_have_count(32)
        assert page.locator("#tools [aria-label=年份] .chip").all_text_contents() == ["2022 1", "2021 31"]


def test_twenty_more_lead_the_keyboard_to_the_first_new_hit(reader: Watch) -> None:
    ask(reader.page, "徕卡")
    assert len(titles(reader.page)) == 20
    reader.page.focus("#more")
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#hits article")).to_have_count(40)
    focused = reader.page.evaluate(
        "document.activeElement.closest('article') === document.querySelectorAll('#hits article')[20]"
    )
    assert focused
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("ArrowUp")
    reader.page.keyboard.press("ArrowUp")
    assert reader.page.evaluate(
        "document.activeElement.closest('article') === document.querySelectorAll('#hits article')[19]"
    )


def test_what_was_unfolded_is_there_after_going_back(reader: Watch) -> None:
    ask(reader.page, "徕卡")
    reader.page.click("#more")
    expect(reader.page.locator("#hits article")).to_have_count(40)
    reader.page.click("#hits article:last-of-type a")
    reader.page.go_back()
    expect(reader.page.locator("#hits article")).to_have_count(40)


def test_chips_narrow_down_by_year_source_and_tag(reader: Watch) -> None:
    ask(reader.page, "徕卡")
    chips = reader.page.locator("#tools .chip")
    total = int(re.findall(r"\d+", reader.page.text_content("[role=status]") or "")[0])
    years = [chip for chip in chips.all_text_contents() if re.match(r"20\d\d ", chip)]
    assert sum(int(chip.split()[1]) for chip in years) == total
    chips.filter(has_text="2021").click()
    answer(reader.page)
    expect(chips.filter(has_text="2021")).to_have_attribute("aria-pressed", "true")
    assert reader.page.input_value("#q") == "徕卡 2021..2021"
    assert all(when.startswith("2021") for when in reader.page.locator("#hits time").all_text_contents())
    reader.page.click("#tools summary")
    reader.page.locator("#tools .chip", has_text="远方 日报").click()
    answer(reader.page)
    assert reader.page.input_value("#q") == '徕卡 2021..2021 来源:"远方 日报"'
    assert set(reader.page.locator("#hits .src").all_text_contents()) == {"远方 日报"}


def test_newest_first_is_a_choice_that_the_address_keeps(reader: Watch) -> None:
    ask(reader.page, "徕卡")
    assert all("徕卡" in title for title in titles(reader.page)[:5])
    reader.page.locator("#tools .chip", has_text="由新到旧").click()
    answer(reader.page)
    times = reader.page.locator("#hits time").all_text_contents()
    assert times == sorted(times, reverse=True)
    assert "o=new" in reader.page.url


def test_a_compound_is_split_and_a_typo_only_suggested(reader: Watch) -> None:
    assert ask(reader.page, "雷军英寸夜拍").startswith("没有连续出现的“雷军英寸夜拍”，下面 ")
    assert ask(reader.page, "imx899").startswith("没有找到“imx899”")
    assert titles(reader.page) == []
    reader.page.click("#notes .chip")
    assert answer(reader.page).startswith("找到")


def test_the_slash_leads_to_the_field_only_when_that_was_chosen(reader: Watch) -> None:
    ask(reader.page, "夜感")
    reader.page.focus("#hits a")
    reader.page.keyboard.press("/")
    assert reader.page.evaluate("document.activeElement.tagName") == "A"
    reader.page.click("#tools summary")
    reader.page.check("#tools input")
    reader.page.focus("#hits a")
    reader.page.keyboard.press("/")
    assert reader.page.evaluate("document.activeElement.id") == "q"
    reader.page.keyboard.press("/")
    assert "/" in reader.page.input_value("#q") or reader.page.input_value("#q") == "/"


# --- when things go wrong -----------------------------------------------------------------


def test_hostile_words_run_nothing_even_without_a_policy(
    browser: Browser, site: SmallSite, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    shutil.copytree(site.read().out, out)
    page_file = out / "search" / "index.html"
    page_file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", page_file.read_text("utf-8")), "utf-8")
    with serve(out) as address:
        seen = watch(browser, address)
        seen.page.goto(address + "search/index.html?q=" + "%3Cscript%3Ealert(1)%3C/script%3E%22%27")
        answer(seen.page)
        ask(seen.page, "恶意")
        assert len(titles(seen.page)) == 1
        assert SCRIPT in titles(seen.page)[0] or "alert(1)" in titles(seen.page)[0]
        ask(seen.page, f'{IMAGE} "{SCRIPT}"')
        seen.page.wait_for_timeout(200)
        assert seen.page.evaluate("window.__ran") is None
        assert seen.page.locator("#search script, #search img").count() == 0
        seen.context.close()
        assert seen.faults == []


def test_a_part_that_cannot_be_loaded_is_named_and_asked_for_again(browser: Browser, site: SmallSite) -> None:
    with serve(site.read().out) as address:
        seen = watch(browser, address)
        broken = [True]

        def refuse(route: Route) -> None:
            if broken[0]:
                route.abort()
            else:
                route.continue_()

        seen.page.route(re.compile(r"/x[^/]*\.js"), refuse)
        seen.page.goto(address + "search/index.html")
        said = ask(seen.page, "夜感")
        assert "没有加载成功" in said
        assert re.search(r"i/.*/x[-0-9]+\.js", said)
        broken[0] = False
        seen.page.click("#notes button")
        expect(seen.page.locator("#hits h2")).to_have_text(["长文"])
        seen.context.close()
        assert all(("x" in fault and ".js" in fault) or "ERR_FAILED" in fault for fault in seen.faults)


def test_a_site_built_anew_meanwhile_is_noticed(browser: Browser, site: SmallSite, tmp_path: Path) -> None:
    out = tmp_path / "site"
    shutil.copytree(site.read().out, out)
    root = out / "search" / "i" / "r.js"
    text = root.read_text("utf-16")
    root.write_text(re.sub(r'"[0-9a-f]{8}"', '"00000000"', text, count=1), "utf-16")
    with serve(out) as address:
        seen = watch(browser, address)
        seen.page.goto(address + "search/index.html")
        assert "没有加载成功" in ask(seen.page, "夜感")
        root.write_text(text, "utf-16")
        seen.page.click("#notes button")
        expect(seen.page.locator("#hits h2")).to_have_text(["长文"])
        seen.context.close()
        assert seen.faults == []


def test_without_javascript_the_page_says_so_and_offers_lists(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + "search/index.html")
    assert "JavaScript" in page.inner_text("main")
    assert page.locator("main a").count() >= 4
    context.close()


def test_the_script_is_small_and_goes_without_comments(site: SmallSite) -> None:
    served = site.read().files["search.js"]
    assert len(gzip.compress(served, 9)) <= 12_288
    assert b"/*" not in served


def test_a_site_without_the_feature_has_no_index_and_no_script(make_site: Callable[..., SmallSite]) -> None:
    site = make_site({"a.md": write("<p>正文</p>")}, **{"features.search": False})
    site.build()
    files = site.read().files
    assert not [path for path in files if path.startswith("search/i/")]
    assert b"<script" not in files["search/index.html"]

"""Laws over whole builds with real files: what holds of every archive, whatever is in it.

The built site is read back by BeautifulSoup on lxml (``sites.py``), never by the program's own parser.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import string
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from sites import ROOT, BuiltPage, BuiltSite, SmallSite, read_times, read_tree, resolve, write_files

from bench.make_corpus import article as make_article

MANIFEST = "manifest-sha256.txt"
MakeSite = Callable[..., SmallSite]


def some_articles(count: int) -> dict[str, bytes]:
    """Generate a small archive with dirt in it."""
    return dict(make_article(i, count, seed=7) for i in range(count))


def one_article(
    title: str = "标题", date: str = "2022-07-20 10:00:00 +0800", body: str = "<p>正文。</p>", **more: str
) -> str:
    """Write an article in the collectors' form."""
    lines = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"\n---\ntitle: '{title}'\ndate: {date}\n{lines}---\n\n<div>\n{body}\n</div>\n"


# --- what must hold of any built site -----------------------------------------------------


def check_links(site: BuiltSite) -> None:
    """Every relative link names a file of the site, and every fragment an element of it."""
    broken = []
    for page in site.pages.values():
        for element, address in page.links():
            target = resolve(page.path, address)
            if target is not None and target not in site.files:
                broken.append(f"{page.path}: {address}")
            fragment = address.partition("#")[2]
            where = page if target is None else site.pages.get(target)
            if (
                fragment
                and where
                and (target or address.startswith("#"))
                and not where.html.find(id=fragment)
            ):
                broken.append(f"{page.path}: {address} names no element ({element.name})")
    assert not broken


def check_manifest(site: BuiltSite) -> None:
    """The manifest names every file with its digest, itself excepted, and nothing else."""
    lines = site.files[MANIFEST].decode().splitlines()
    named = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    actual = {path: hashlib.sha256(data).hexdigest() for path, data in site.files.items() if path != MANIFEST}
    assert named == actual
    assert len(lines) == len(named), "a file is named twice"


LISTINGS = "main .h-feed a.u-url, main ol.rows a"
DATED = re.compile(r"((\d{4,})/(\d\d)/(\d\d))/[^/]+")
YEAR_PAGE = re.compile(r"(.+)/(\d{4,})(?:-(\d\d))?\.html")


def listed(page: BuiltPage) -> Counter[str]:
    """Count how often a list page lists each article."""
    return Counter(resolve(page.path, str(link["href"])) or "" for link in page.html.select(LISTINGS))


def number_in(text: str) -> int:
    """Read the number of articles out of a line such as ``12 篇，从…``."""
    match = re.search(r"([\d,]+)\s*(?:篇|articles?\b)", text)
    assert match, f"no number of articles in {text!r}"
    return int(match[1].replace(",", ""))


def work_out_lists(site: BuiltSite) -> dict[str, set[str]]:
    """Work out, from the article pages alone, which articles each list page must have."""
    lists: dict[str, set[str]] = {}
    for path, page in site.articles.items():
        if dated := DATED.fullmatch(path):
            day, year, month, _ = dated.groups()
            places = [f"{place}/index.html" for place in (day, f"{year}/{month}", year)]
        else:
            places = ["undated/index.html"]
        links = page.html.select("header > .meta a.p-author, footer.end > .tags a.p-category")
        for place in (*places, *(resolve(path, str(link["href"])) or "" for link in links)):
            lists.setdefault(place, set()).add(path)
    for path in list(site.pages):  # a long subject's years and months
        if (part := YEAR_PAGE.fullmatch(path)) and (whole := lists.get(f"{part[1]}.html")):
            place = f"{part[2]}/{part[3]}/" if part[3] else f"{part[2]}/"
            lists[path] = {article for article in whole if article.startswith(place)}
    return lists


def check_lists(site: BuiltSite) -> None:
    """Every list has exactly its articles, each once, and says the right number."""
    want = work_out_lists(site)
    indexes = {"tags/index.html": r"tags/[^/]{1,2}/[^/]+", "sources/index.html": r"sources/[^/]+"}
    lists = {
        path: page
        for kind in ("year", "month", "day", "tag", "source")
        for path, page in site.of_kind(kind).items()
    }
    assert set(lists) - indexes.keys() == set(want) - {"undated/index.html"}, (
        "a list is missing, or has no article"
    )
    for path in want:
        check_list(site.pages[path], want[path])
    timeline: Counter[str] = sum((listed(page) for page in site.of_kind("day").values()), Counter())
    if "undated/index.html" in site.pages:
        timeline += listed(site.pages["undated/index.html"])
    assert timeline == Counter(list(site.articles)), "the timeline does not have every article exactly once"
    for path, address in indexes.items():
        rows = site.pages[path].html.select("ul.names > li")
        shown = {resolve(path, str(row.a["href"])): number_in(row.select_one(".n").text) for row in rows}  # type: ignore[index,union-attr]
        assert shown == {place: len(want[place]) for place in want if re.fullmatch(address, place)}
    check_home(site.pages["index.html"], want, len(site.articles))


def check_list(page: BuiltPage, want: set[str]) -> None:
    """One list has nothing but its articles, none twice, and all of them unless it is split."""
    path, found = page.path, listed(page)
    assert number_in(page.html.select_one(".lede").text) == len(want), f"{path}: the number is wrong"  # type: ignore[union-attr]
    assert max(found.values(), default=1) == 1, f"{path} lists an article twice"
    assert set(found) <= want, f"{path} lists what it must not"
    if page.kind == "day" or len(want) <= 8 or (page.kind != "year" and len(want) <= 60):
        assert set(found) == want, f"{path} leaves articles out"


def check_home(home: BuiltPage, want: dict[str, set[str]], total: int) -> None:
    """The front page's numbers are those of the lists that it leads to."""
    assert home.html.select_one(".stats b").text == f"{total:,}"  # type: ignore[union-attr]
    assert max(listed(home).values(), default=1) == 1
    months = {
        resolve("index.html", str(cell["href"])): int(cell.b.text)
        for cell in home.html.select(".months a.cell")
    }  # type: ignore[union-attr]
    assert months == {place: len(want[place]) for place in months}


def check_sums(site: BuiltSite, report) -> None:  # type: ignore[no-untyped-def]
    """Inputs add up, in the report and on disk."""
    assert report.read == report.built + report.merged + report.set_aside
    assert report.built == len(site.articles)
    told = {finding.path for finding in report.findings}
    for one in report.articles:
        if one.outcome == "built":
            assert one.url in site.files
        else:
            assert one.path in told, f"{one.path} was {one.outcome} without a word"


def check_all(site: BuiltSite, report) -> None:  # type: ignore[no-untyped-def]
    check_sums(site, report)
    check_links(site)
    check_lists(site)
    check_manifest(site)


# --- the same input gives the same bytes --------------------------------------------------


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> SmallSite:
    """The seeds and thirty generated articles, built once by the command line."""
    site = SmallSite(tmp_path_factory.mktemp("mixed"))
    shutil.copytree(ROOT / "content", site.content)
    site.write(some_articles(30))
    site.configure(title="一个档案", base_url="https://archive.example/")
    done = site.run(TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return site


@pytest.mark.parametrize(
    ("world", "env"),
    [
        ("another zone", {"TZ": "America/St_Johns", "PYTHONHASHSEED": "2"}),
        ("another language", {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "3"}),
        (
            "no language at all",
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "4"},
        ),
    ],
)
def test_the_world_around_a_build_does_not_change_a_byte(
    mixed: SmallSite, tmp_path: Path, world: str, env: dict[str, str]
) -> None:
    other = SmallSite(tmp_path / "elsewhere")
    shutil.copytree(mixed.folder, other.folder, ignore=shutil.ignore_patterns("public", ".site-builder"))
    done = other.run(**env)
    assert done.returncode == 0, done.stderr
    assert read_tree(other.out) == mixed.read().files, world


def test_where_and_how_the_files_lie_does_not_change_a_byte(mixed: SmallSite, tmp_path: Path) -> None:
    other = SmallSite(tmp_path / "名 字" / "deep" / "down")
    files = read_tree(mixed.content)
    write_files(other.content, dict(reversed(files.items())))  # made in another order
    for number, name in enumerate(files):
        os.utime(other.content / name, (number, number))
    shutil.copy(mixed.folder / "site.toml", other.folder)
    done = other.run(cwd=other.folder, umask=0o077, SOURCE_DATE_EPOCH="1")
    assert done.returncode == 0, done.stderr
    assert read_tree(other.out) == mixed.read().files


def test_the_number_of_workers_does_not_change_a_byte(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from site_builder import workers

    monkeypatch.setattr(workers, "SERIAL_BELOW", 0)
    monkeypatch.setattr(workers, "CHUNK", 3)
    files = some_articles(40)
    one, three = make_site(files), make_site(files)
    one.build(workers=1)
    three.build(workers=3)
    assert read_tree(one.out) == read_tree(three.out)


# --- building again -----------------------------------------------------------------------


def test_a_second_build_writes_nothing(make_site: MakeSite) -> None:
    site = make_site(some_articles(20))
    site.build()
    before = read_times(site.out)
    again = site.build()
    assert read_times(site.out) == before
    assert (again.pages_written, again.pages_removed) == (0, 0)


def test_a_second_build_without_the_cache_writes_nothing_either(make_site: MakeSite) -> None:
    site = make_site(some_articles(20))
    site.build()
    before = read_times(site.out)
    shutil.rmtree(site.folder / ".site-builder", ignore_errors=True)
    site.build()
    assert read_times(site.out) == before


EDITS: dict[str, dict[str, str | None]] = {
    "an article is added": {"new.md": one_article("新来的", tags="[小米]")},
    "an article is added on an old day": {"old.md": one_article("很旧的", "2001-02-03 04:05:06 +0800")},
    "a body is edited": {"a.md": one_article("甲", body="<p>改过的正文，更长一些。</p>")},
    "an article is re-dated": {"b.md": one_article("乙", "2019-01-01 00:00:00 +0800")},
    "an article loses its date": {"c.md": one_article("丙", "Invalid Date")},
    "an article is re-tagged": {"a.md": one_article("甲", tags="[徕卡, 别的]")},
    "a publisher changes": {"b.md": one_article("乙", author="另一家报纸")},
    "an article goes": {"c.md": None},
    "an article moves": {"c.md": None, "folder/c.md": one_article("丙", "2022-07-22 10:00:00 +0800")},
    "a twin comes first": {"0.md": one_article("甲", tags="[小米, 徕卡]")},
    "all go but one": {"a.md": None, "b.md": None},
}


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_a_build_after_an_edit_equals_a_clean_one(make_site: MakeSite, edit: str) -> None:
    files: dict[str, str | bytes] = {
        "a.md": one_article("甲", tags="[小米, 徕卡]"),
        "b.md": one_article("乙", "2022-07-21 10:00:00 +0800", tags="[小米]", author="快科技（原驱动之家）"),
        "c.md": one_article("丙", "2022-07-22 10:00:00 +0800"),
    }
    site = make_site(files)
    site.build()
    for name, text in EDITS[edit].items():
        if text is None:
            (site.content / name).unlink()
        else:
            site.write({name: text})
    report = site.build()
    clean = make_site(dict(read_tree(site.content)))
    clean.build()
    assert read_tree(site.out) == read_tree(clean.out)
    check_all(site.read(), report)


def test_changed_and_lost_output_files_are_mended(make_site: MakeSite) -> None:
    site = make_site(some_articles(5))
    site.build()
    want = read_tree(site.out)
    pages = sorted(want)
    (site.out / "index.html").write_text("defaced", "utf-8")
    (site.out / next(path for path in pages if path.startswith("originals/"))).unlink()
    site.build()
    assert read_tree(site.out) == want


def test_a_file_that_is_not_ours_is_never_touched(make_site: MakeSite) -> None:
    site = make_site(some_articles(3))
    site.build()
    own = {"CNAME": "archive.example\n", "2022/notes.txt": "mine", ".well-known/security.txt": "mine"}
    write_files(site.out, own)
    before = {name: read_times(site.out)[name] for name in own}
    for path in list(site.content.rglob("*.txt"))[1:]:
        path.unlink()
    site.build()
    after = read_times(site.out)
    assert {name: after[name] for name in own} == before


# --- sums and lists -----------------------------------------------------------------------


def test_the_seeds_add_up(built: BuiltSite, seed_site: SmallSite) -> None:
    check_all(built, seed_site.build())
    assert len(built.articles) == 5


def test_a_few_dozen_generated_articles_add_up(make_site: MakeSite) -> None:
    site = make_site(some_articles(60), base_url="https://archive.example/")
    report = site.build()
    check_all(site.read(), report)


def test_a_crowded_month_and_day_add_up(make_site: MakeSite) -> None:
    files = {
        f"n{i:03}.md": one_article(
            f"第{i}篇", f"2022-07-{1 + (i % 3):02} {i % 24:02}:00:00 +0800", tags="[小米]"
        )
        for i in range(150)
    }
    site = make_site(dict(files))
    report = site.build()
    check_all(site.read(), report)


def test_inputs_add_up_when_half_the_folder_is_broken(make_site: MakeSite) -> None:
    twin = one_article("双胞胎", "2022-07-23 10:00:00 +0800")
    site = make_site(
        {
            "good.md": one_article("好的"),
            "empty.txt": b"",
            "blank.txt": b"\n \n\t\n",
            "binary.txt": bytes(range(256)) * 40,
            "huge.html": "<p>" + "长" * 20_000 + "</p>",
            "gbk.html": one_article(
                "国标编码的文章", body="<p>这一篇用的是国标编码，内容足够长，可以认出来。</p>"
            ).encode("gb18030"),
            "plain.txt": "没有头部的一篇。\n\n第二段。\n",
            "open.md": "---\ntitle: 没有结束\ndate: 2022-07-20 10:00:00\n\n正文",
            "list.md": "---\n- a\n- b\n---\n正文",
            "deep.html": one_article("很深", body="<div>" * 5000 + "底" + "</div>" * 5000),
            "a/twin.md": twin,
            "b/twin-too.md": twin,
            "one/same.md": one_article("同名一", "2022-07-24 10:00:00 +0800"),
            "two/same.md": one_article("同名二", "2022-07-24 11:00:00 +0800"),
            "Case.md": one_article("大写", "2022-07-25 10:00:00 +0800"),
            "x/case.md": one_article("小写", "2022-07-25 11:00:00 +0800"),
            "index.md": one_article("名叫 index", "2022-07-26 10:00:00 +0800"),
            "con.md": one_article("名叫 con", "2022-07-26 10:00:00 +0800"),
            ".hidden.md": one_article("看不见"),
            ".git/config.md": one_article("看不见"),
            "notes.pdf": b"%PDF-1.4",
            "picture.png": b"\x89PNG\r\n\x1a\n",
        },
        **{"limits.max_bytes": 50_000},
    )
    (site.content / "away.md").symlink_to(ROOT / "pyproject.toml")
    report = site.build()
    check_all(site.read(), report)
    fate = {one.path: one.outcome for one in report.articles}
    codes = {(finding.path, finding.code) for finding in report.findings}
    assert (
        fate["good.md"]
        == fate["gbk.html"]
        == fate["plain.txt"]
        == fate["index.md"]
        == fate["con.md"]
        == fate["two/same.md"]
        == "built"
    )
    for path, code in {
        "empty.txt": "file-empty",
        "blank.txt": "file-empty",
        "binary.txt": "binary-file",
        "huge.html": "file-too-large",
    }.items():
        assert fate[path] == "set-aside"
        assert (path, code) in codes
    assert fate["a/twin.md"] == "built"
    assert fate["b/twin-too.md"] == "merged"
    assert not {".hidden.md", ".git/config.md", "away.md"} & set(fate)
    assert ("two/same.md", "address-taken") in codes
    taken = next(found.message for found in report.findings if found.code == "address-taken")
    home = next(one.url for one in report.articles if one.path == "two/same.md")
    assert "one/same.md" in taken and taken.endswith(home)


def test_the_files_that_were_set_aside_leave_no_page(make_site: MakeSite) -> None:
    site = make_site({"good.md": one_article("好的"), "empty.txt": b""})
    site.build()
    assert len(site.read().articles) == 1
    assert len([path for path in site.read().files if path.startswith("originals/")]) == 1


# --- any small archive at all -------------------------------------------------------------

NASTY = "<>&\"'`_{}%$\\|#@/:;,.?!()[]“”‘’《》、。 \u00a0\u3000\u200b\u202e\u2028é😀中文字徕卡ＡａA1\t"
words = st.text(alphabet=NASTY + string.ascii_letters, min_size=1, max_size=24)
moments = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 12, 31))
stamps = st.one_of(
    moments.map(lambda when: format_datetime(when.replace(tzinfo=UTC), usegmt=True)),
    st.integers(0, 5).map(
        lambda days: str(datetime(2022, 7, 20, 8, 0) + timedelta(hours=7 * days)) + " +0800"
    ),
    moments.map(lambda when: f"{when.year}年{when.month}月{when.day}日"),
    st.sampled_from(
        ["Invalid Date", "", "1658330152", "2022-13-45", "昨天", "0001-01-01", "9999-12-31 23:59:59 -1200"]
    ),
)
TAGS = (
    "p",
    "div",
    "b",
    "strong",
    "span",
    "h2",
    "ul",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "pre",
    "script",
    "svg",
    "math",
)
bodies = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=4)).map(
            lambda t: f"<{t[0]}>{''.join(t[1])}</{t[0]}>"
        ),
        st.tuples(words, inner).map(lambda t: f'<a href="{t[0]}" onclick="x()">{t[1]}</a>'),
        words.map(lambda text: f'<img src="{text}" alt="{text}" style="{text}">'),
        inner.map(lambda text: f"<p>{text}"),
    ),
    max_leaves=8,
)
names = st.one_of(
    st.sampled_from(
        [
            "a",
            "A",
            "b",
            "index",
            "con",
            "404",
            "徕卡",
            "a b",
            "a'b",
            'a"b',
            "a<b>",
            "a%2Fb",
            "é",
            "..a",
            "-",
            "a#b?c",
        ]
    ),
    st.text(alphabet="ab徕😀 .%\u202e'\"&<>", min_size=1, max_size=12),
)
articles = st.builds(
    lambda title, date, author, tags, body: (
        "\n---\n"
        f"title: '{title.replace(chr(39), chr(39) * 2)}'\n"
        f"date: {date}\nauthor: {author}\n"
        + (f"tags: [{', '.join(chr(34) + tag.translate(PLAIN) + chr(34) for tag in tags)}]\n" if tags else "")
        + f"---\n{body}"
    ),
    title=words,
    date=stamps,
    author=st.sampled_from(["ZAKER", "IT 之家", "快科技（原驱动之家）", "某报", "index", "<b>报</b>", ""]),
    tags=st.lists(
        st.one_of(
            st.sampled_from(["小米", "Leica", "徕卡", "新媒体", "index", "2022", "C++", "C#", "C"]), words
        ),
        max_size=4,
    ),
    body=bodies,
)
PLAIN = {ord('"'): None, ord("\\"): None, ord("\t"): None}
archives = st.dictionaries(
    st.tuples(st.sampled_from(["", "x/", "徕 卡/"]), names, st.sampled_from([".md", ".html", ".txt"])).map(
        "".join
    ),
    articles,
    min_size=1,
    max_size=6,
)


@settings(max_examples=25)
@given(files=archives)
def test_any_small_archive_builds_adds_up_and_holds_together(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = SmallSite(Path(folder))
        site.write(dict(files))
        report = site.build()
        built = site.read()
        check_all(built, report)
        for page in built.pages.values():
            check_harmless(page)
        before = read_times(site.out)
        site.build()
        assert read_times(site.out) == before


def check_harmless(page: BuiltPage) -> None:
    """Nothing on a page can run or reach out by itself."""
    html: BeautifulSoup = page.html
    scripts = [script for script in html.find_all("script") if script.get("type") != "application/ld+json"]
    ours = ["../search.js"] if page.path == "search/index.html" else []
    assert [script.get("src") for script in scripts] == ours, page.path
    assert not any(script.get_text().strip() for script in scripts), page.path
    assert not html.find(["svg", "math", "iframe", "object", "embed", "base", "style"]), page.path
    for element in html.find_all(True):
        for name, value in element.attrs.items():
            assert not name.startswith("on"), f"{page.path}: {element.name} has {name}"
            assert name != "style", f"{page.path}: {element.name} has a style"
            if name in ("href", "src", "action", "formaction"):
                scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*):", str(value), re.IGNORECASE)
                assert not scheme or scheme[1].lower() in ("http", "https", "mailto", "data"), (
                    f"{page.path}: {value}"
                )

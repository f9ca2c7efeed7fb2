"""Stories, reprints, shared passages and related work on built pages, and as archive.json."""

import json
import os
import shutil
from pathlib import Path

import pytest
from archives import SITE, make_card
from click.testing import CliRunner
from sites import SmallSite, read_tree

from site_builder import pipeline
from site_builder.commands.tags import command
from site_builder.outputs import exports, subjects
from site_builder.outputs.exports import EXPORTS, list_exports
from site_builder.outputs.keys import Keys
from site_builder.outputs.stock import take_stock
from site_builder.steps.index import build_archive

HERE = Path(__file__).parent
SEEDS = (
    "003_4d5a023a2091fae3",
    "004_74d1318762a2ff7a",
    "002_edc14e0bd536c295",
    "001_242b319ac1571484",
    "000_fd220ab2a309ed33",
)
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "港务局昨天公布了新的航道图，旧航道图用了三十一年，其间海床升高了将近两米，大船只能趁涨潮进港。",
        "港务局局长说，挖泥船日夜不停，一共挖走了六百万立方米泥沙，堆在北面的防波堤外，将来要填成公园。",
        "第一艘走新航道的是一艘运木材的船，船长在无线电里说，这条路像换了一片海，连罗盘都不用看了。",
    )
)


def head(title: str, day: str, author: str) -> str:
    return f"---\ntitle: {title}\ndate: 2024-03-{day} 08:00:00 +0800\nauthor: {author}\n---\n"


@pytest.fixture
def reprinted(make_site):
    site = make_site(
        {
            "first.md": head("港务局公布新航道图", "01", "海港日报") + TEXT,
            "again.md": head("新航道开通", "02", "晚报") + TEXT,
        },
        base_url="https://archive.example/",
    )
    site.build()
    return site.read()


def test_a_build_that_dies_between_its_stories_and_its_pages_leaves_nothing_stale(make_site, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    articles = {"first.md": head("港务局公布新航道图", "01", "海港日报") + TEXT}
    more = {"again.md": head("新航道开通", "02", "晚报") + TEXT}
    site = make_site(articles)
    site.build()
    site.write(more)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(pipeline, "publish_pages", die)
        site.build()
    site.build()
    (site.folder / "fresh").mkdir()
    fresh = SmallSite(site.folder / "fresh")
    fresh.write({**articles, **more})
    fresh.build()
    mended = read_tree(site.out)
    assert b"data-duplicate-of" in b"".join(mended.values())
    assert mended == read_tree(fresh.out)


def test_the_five_seeds_are_one_story_of_exactly_five(built):
    threads = [path for path in built.pages if path.startswith("threads/") and path != "threads/index.html"]
    assert threads == [f"threads/2022/{SEEDS[0]}.html"]
    page = built.pages[threads[0]].html
    assert [link["href"].rpartition("/")[2] for link in page.select("main a.u-url")] == [
        f"{seed}.html" for seed in SEEDS
    ]
    assert len(page.select(".tie")) == 4


def test_each_seed_tells_its_place_and_what_came_before_and_after(built):
    for place, seed in enumerate(SEEDS, 1):
        (page,) = [
            page for path, page in built.pages.items() if path.endswith(f"/{seed}.html") and path[0] == "2"
        ]
        box = page.html.select_one("aside.thread")
        assert f"第 {place} 篇，共 5 篇" in box.get_text()
        assert len(box.select("li")) == 5
        assert box.select_one("li[aria-current]").get_text()


def test_two_seeds_share_a_passage_and_are_no_copies(built):
    pages = {path.rpartition("/")[2]: page.html for path, page in built.pages.items() if path[:4] == "2022"}
    for seed, other in (SEEDS[:2], SEEDS[1::-1]):
        shared = pages[f"{seed}.html"].select_one("aside.shared")
        assert shared.a["href"].endswith(f"{other}.html")
        assert len(shared.blockquote.get_text()) >= 60
        assert not pages[f"{seed}.html"].select("[data-duplicate-of]")


def test_a_reprint_keeps_its_page_and_names_the_first(reprinted):
    page = reprinted.pages["2024/03/02/again.html"].html
    assert page.select_one("[data-duplicate-of]")["data-duplicate-of"] == "first"
    assert page.select_one("a.u-repost-of")["href"].endswith("2024/03/01/first.html")
    canonical = page.select_one('link[rel="canonical"]')["href"]
    assert canonical == "https://archive.example/2024/03/01/first.html"
    first = reprinted.pages["2024/03/01/first.html"].html
    assert "另有 1 篇转载" in first.get_text()
    assert not first.select("[data-duplicate-of]")
    home = reprinted.pages["index.html"].html
    told = {
        card.select_one(".u-url").get_text(): card.select_one(".tie").get_text()
        for card in home.select(".card")
    }
    assert told == {"港务局公布新航道图": "另有 1 篇转载", "新航道开通": "同一篇文字，先前已有刊载。"}


def test_the_archive_as_json_has_every_article_with_what_was_found(built, reprinted):
    articles = json.loads(built.files["archive.json"])["articles"]
    assert {article["id"] for article in articles} == set(SEEDS)
    assert {article["thread"] for article in articles} == {f"threads/2022/{SEEDS[0]}.html"}
    for article in articles:
        assert list(article) == [
            "id", "url", "title", "published", "source", "lang", "tags", "thread", "duplicate_of", "related",
                "links",
        ]  # fmt: skip
        assert article["url"] in built.files
        assert all(tag["evidence"] and tag["key"] and tag["name"] for tag in article["tags"])
    again, first = json.loads(reprinted.files["archive.json"])["articles"]
    assert (again["duplicate_of"], first["duplicate_of"]) == ("first", None)


def no_article(card):
    raise LookupError(card.url)


def test_a_large_archive_is_exported_by_year_with_an_index(monkeypatch):
    cards = [make_card(n, f"{year}-05-01 08:00:00") for n, year in enumerate((2021, 2022, 2022))]
    archive = build_archive([*cards, make_card(9, None)])
    (whole,) = list_exports(take_stock(archive, SITE, no_article))
    monkeypatch.setattr(exports, "IN_ONE_FILE", 3)
    stock = take_stock(archive, SITE, no_article)
    files = {page.path: json.loads(page.data) for kind in EXPORTS for page in kind(stock)}
    index = files.pop("archive.json")
    assert index["articles"] == []
    assert [(year["year"], year["articles"]) for year in index["years"]] == [
        ("2022", 2),
        ("2021", 1),
        ("undated", 1),
    ]
    parts = [article for year in index["years"] for article in files[year["url"]]["articles"]]
    assert parts == json.loads(whole.data)["articles"]


def test_a_story_that_an_edit_does_not_touch_is_the_very_same_group(make_site, monkeypatch):
    told = []
    real = pipeline.tell_stories

    def note(*given):
        told.append((given[-1], real(*given)))
        return told[-1][1]

    monkeypatch.setattr(pipeline, "tell_stories", note)
    seeds = {
        file.name: file.read_bytes()
        for seed in SEEDS
        for file in (HERE.parent / "content").rglob(f"{seed}.*")
    }
    site = make_site({**seeds, "z.md": head("别的", "09", "晚报") + "<p>一只猫。</p>"})
    site.build()
    (site.content / "z.md").write_text(head("别的", "09", "晚报") + "<p>两只猫。</p>", "utf-8")
    site.build()
    past, (archive, _) = told[-1]
    assert len(past) == 1
    assert archive.threads[0] is past[0]


def test_a_site_without_stories_has_no_trace_of_them(make_site):
    site = make_site({"a.md": head("甲", "01", "晚报") + TEXT, "b.md": head("乙", "02", "早报") + TEXT})
    (site.folder / "site.toml").write_text("[features]\nstories = false\n", "utf-8")
    site.build()
    built = site.read()
    assert not any(path.startswith("threads/") for path in built.files)
    articles = [page.html for page in built.pages.values() if page.kind == "article"]
    assert not any(page.select("[data-duplicate-of], .thread") for page in articles)
    assert all(article["thread"] is None for article in json.loads(built.files["archive.json"])["articles"])


def test_the_command_lists_explains_and_proposes(make_site):
    site = make_site({"a.md": head("小米的灯塔", "01", "晚报") + "<p>小米今天说小米会修灯塔。</p>"})
    runner = CliRunner()
    listed = runner.invoke(command, [str(site.folder)], standalone_mode=False)
    assert "1  小米" in listed.output
    for name in ("a", "a.md", os.path.relpath(site.folder / "content" / "a.md")):
        why = runner.invoke(command, [str(site.folder), "--why", name], standalone_mode=False)
        assert (why.return_value, "a known name, found in: title 1, body 2" in why.output) == (0, True)
    assert runner.invoke(command, [str(site.folder), "--why", "b"], standalone_mode=False).return_value == 1
    assert (
        runner.invoke(command, [str(site.folder), "--new"], standalone_mode=False).output
        == "# nothing to propose\n"
    )


def test_a_name_in_threads_toml_that_no_article_has_is_a_finding(make_site):
    site = make_site({"a.md": head("甲", "01", "晚报") + TEXT})
    (site.folder / "threads.toml").write_text('split = ["nobody"]', "utf-8")
    report = site.build()
    assert "article-unknown" in {found.code for found in report.findings}


def test_one_more_article_leaves_other_pages_and_tags_as_they_were(make_site):
    files = {
        f"{n}.md": head(f"第 {n} 篇", f"{n:02}", "晚报") + f"<p>第 {n} 次测量，小米站在岸边。</p>"
        for n in range(1, 9)
    }
    before = make_site(files)
    before.build()
    after = make_site(
        files | {"new.md": head("小米出海", "20", "早报") + "<p>小米坐船出海，小米没有回来。</p>"}
    )
    after.build()

    def tags(site):
        articles = json.loads(site.read().files["archive.json"])["articles"]
        return {article["id"]: article["tags"] for article in articles if article["id"] != "new"}

    assert tags(before) == tags(after)


def test_a_changed_title_reaches_every_page_of_its_story(make_site):
    """Also those that stand neither before nor after it in the story."""
    words = "灯塔 港口 风暴 雾号 渡轮".split()
    files = {
        f"{n}.md": head(f"{word}消息", f"{n:02}", "晚报") + f"<p>{word}的第 {n} 次报道。</p>"
        for n, word in enumerate(words, 1)
    }
    site = make_site(files)
    (site.folder / "threads.toml").write_text('merge = [["1", "2", "3", "4", "5"]]', "utf-8")
    site.build()
    site.write({"4.md": files["4.md"].replace("雾号消息", "雾号新题")})
    site.build()
    after = read_tree(site.out)
    (first,) = (path for path in after if path.endswith("/1.html") and path.startswith("20"))
    assert "雾号新题" in (site.out / first).read_text("utf-8")
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == after


def reports() -> dict[str, str]:
    """Give the reports of six stories and of what stands beside them, as files; each story in its year."""
    lines = (HERE / "stories" / "archive.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    stories = list(dict.fromkeys(row[0] for row in rows if row[0] != "-"))
    files, year = {}, 0
    for number, (story, day, title, text) in enumerate(rows):
        year = 2011 + stories.index(story) if story in stories else year
        if year < 2017:
            top = head(title, f"{int(day):02}", "晚报").replace("2024", f"{year}")
            files[f"{number:02}.md"] = f"{top}<p>{text}</p>"
    return files


@pytest.mark.parametrize("tales", [100, 1])
def test_an_edit_asks_for_the_stories_that_it_touches_and_leaves_what_a_clean_build_leaves(
    make_site, monkeypatch, tales
):
    asked: set[str] = set()
    wants = Keys.wants

    def note(self, path, touched=True, /, **facts):
        asked.update((path,) if touched else ())
        return wants(self, path, touched, **facts)

    monkeypatch.setattr(Keys, "wants", note)
    monkeypatch.setattr(subjects, "TALES", tales)
    files = reports()
    site = make_site(files)
    site.build()
    stories = {path for path in read_tree(site.out) if path.startswith("threads/2")}
    assert len(stories) >= 5
    months = (site.out / "threads" / "begun").glob("*.html")
    assert len([*months]) == (len(stories) if tales == 1 else 0)
    later = files["02.md"].replace("2011-03-09", "2011-03-30")
    assert later != files["02.md"]
    for name, text in (("00.md", ""), ("02.md", later), ("01.md", ""), ("00.md", files["00.md"])):
        (site.content / name).unlink() if not text else site.write({name: text})
        asked.clear()
        site.build()
        assert len([path for path in asked if path.startswith("threads/2")]) <= len(stories) / 2
        begun = len([path for path in asked if path.startswith("threads/begun/")])
        assert tales > 1 or 1 <= begun <= 2 or text == ""  # a story that went may have begun in any month
        left = read_tree(site.out)
        site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
        assert read_tree(site.folder / "anew") == left
        for folder in ("anew", "anew-cache"):
            shutil.rmtree(site.folder / folder)

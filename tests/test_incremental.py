"""Whatever was edited in between, a build leaves the tree that a build from nothing leaves."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from painting import png
from sites import SmallSite, read_times, read_tree

import site_builder.building.changes
import site_builder.building.facts
import site_builder.building.lazy
import site_builder.building.page_maker
import site_builder.building.preparing
import site_builder.building.settling
import site_builder.cache
import site_builder.outputs.exports
import site_builder.outputs.feeds
import site_builder.outputs.keys
import site_builder.pipeline
import site_builder.steps.read
from site_builder.building.memory import Memory, read_ahead, recall
from site_builder.building.preparing import load_recipe
from site_builder.cache import open_cache
from site_builder.config import load_settings
from site_builder.errors import OutputError
from site_builder.model import RawArticle
from site_builder.pictures.embedded import write_address
from site_builder.report import Report

STEMS = [f"a{number}" for number in range(7)]
SAME = ["B1", "deep/a1", "deep/b1", "last/a1", "deep/a1~4f479644"]
"""Articles that want the address of another; the last one is called as ``deep/a1`` may be."""
TITLES = ["灯塔点亮", "港口开放", "灯塔点亮"]
TAGS = ["灯塔", "港口", "Leica", "徕卡", "LEICA"]
DATES = ["2022-07-20 10:00:00", "2022-07-20 23:59:00", "2022-08-01 08:00:00", "2021-12-31 00:00:00", ""]
DATES += ["2022-07", "2022"]
SOURCES = ["海港日报", "快科技"]


INSIDE = [f'<p>正文。</p><img src="{write_address(png(number, (240, 160)))}">' for number in (1, 2)]
"""Pictures that articles hold themselves."""


HEADS = ["url: https://a.example/one", "aliases: [/two/, a3]", "slug: b1"]
"""What articles say that links may call them; two may say the same."""
LINKS = [
    *(f"[[{name}]]" for name in ("a1", "b1", "b2", "z", "deep/a1", "灯塔点亮", "第2")),
    *(
        f'<a href="{address}">文</a>'
        for address in ("https://www.a.example/one/#x", "/two/", "b2.md", "deep/b3.md")
    ),
    *(f"[文]({{% post_url {name} %}})" for name in ("a0", "a3", "b0")),
]


@st.composite
def articles(draw: st.DrawFn) -> str:
    date = draw(st.sampled_from(DATES))
    head = [
        f"title: {draw(st.sampled_from(TITLES))}",
        f"author: {draw(st.sampled_from(SOURCES))}",
        f"tags: [{', '.join(draw(st.lists(st.sampled_from(TAGS), max_size=3, unique=True)))}]",
        *([f"date: {date}"] if date else []),
        *draw(st.lists(st.sampled_from(HEADS), max_size=1)),
    ]
    bodies = ["<p>正文。</p>", "<p>另一篇。</p><script>x()</script>", '<p><img src="p.png"></p>', *INSIDE]
    links = st.lists(st.sampled_from(LINKS), min_size=1, max_size=3).map("文 ".join)
    body = draw(st.one_of(st.sampled_from(bodies), links))
    return "---\n" + "\n".join(head) + f"\n---\n{body}\n"


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001"
    "f61738550000000049454e44ae426082"
)


REAL_DIGEST = site_builder.cache._package_digest
MANY = site_builder.building.facts.MANY


class Editing(RuleBasedStateMachine):
    """Edits, each followed by a build now and then, and always a comparison with a build from nothing."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.site = SmallSite(self.folder / "site")
        self.site.content.mkdir(parents=True)
        self.site.write({"a0.md": "---\ntitle: 一\ndate: 2022-07-20\n---\n<p>一</p>\n"})
        self.stale = True

    @rule(stem=st.sampled_from(STEMS), text=articles())
    def write(self, stem: str, text: str) -> None:
        self.site.write({f"{stem}.md": text})
        self.stale = True

    @rule(stem=st.sampled_from(STEMS))
    def delete(self, stem: str) -> None:
        (self.site.content / f"{stem}.md").unlink(missing_ok=True)
        self.stale = True

    @rule(stem=st.sampled_from(STEMS), other=st.sampled_from(STEMS))
    def rename(self, stem: str, other: str) -> None:
        if (self.site.content / f"{stem}.md").exists():
            os.replace(self.site.content / f"{stem}.md", self.site.content / f"{other}.md")
        self.stale = True

    @rule(there=st.booleans())
    def picture(self, there: bool) -> None:
        file = self.site.content / "p.png"
        file.write_bytes(PICTURE) if there else file.unlink(missing_ok=True)
        self.stale = True

    @rule(title=st.sampled_from(["甲", "乙"]), address=st.sampled_from(["", "https://archive.example/"]))
    def configure(self, title: str, address: str) -> None:
        self.site.configure(title=title, base_url=address)
        self.stale = True

    @rule(name=st.sampled_from(["Leica", "徕卡", "leica"]))
    def name_tags(self, name: str) -> None:
        (self.site.folder / "tags.toml").write_text(f'[aliases]\n"{name}" = ["莱卡"]\n', "utf-8")
        self.stale = True

    @rule(footer=st.sampled_from(["甲", "乙"]))
    def change_templates(self, footer: str) -> None:
        folder = self.site.folder / "templates"
        folder.mkdir(exist_ok=True)
        (folder / "404.html").write_text(
            f'{{% extends "base.html" %}}{{% set title = "{footer}" %}}{{% set description = "" %}}', "utf-8"
        )
        self.stale = True

    @rule(version=st.sampled_from(["1", "2"]))
    def upgrade(self, version: str) -> None:
        """Let the program be another one, as far as the cache can tell."""
        site_builder.cache._package_digest = lambda: version

    @rule(many=st.sampled_from([0, MANY]))
    def count_as_great(self, many: int) -> None:
        """Let each edit be one of so many articles that all pages are asked for, or none."""
        site_builder.building.facts.MANY = many

    @rule()
    def forget_cache(self) -> None:
        shutil.rmtree(self.site.folder / ".site-builder", ignore_errors=True)

    @rule()
    def lose_pictures(self) -> None:
        """Lose the files that pictures were put into that articles hold, and what was made of them."""
        for file in (self.site.folder / ".site-builder").rglob("media/??/*"):
            file.unlink()

    @rule(data=st.binary(max_size=40))
    def damage_cache(self, data: bytes) -> None:
        file = self.site.folder / ".site-builder" / "cache.sqlite3"
        if file.exists():
            file.write_bytes(data)

    @rule(table=st.sampled_from(["outcome", "article", "trace"]), blob=st.binary(max_size=12))
    def edit_cache(self, table: str, blob: bytes) -> None:
        file = self.site.folder / ".site-builder" / "cache.sqlite3"
        if not file.exists():
            return
        database = sqlite3.connect(file)
        try:
            database.execute(f"update outcome set {table} = ?", (blob,))
            database.commit()
        except sqlite3.Error:
            return
        finally:
            database.close()

    @rule(
        path=st.sampled_from(["index.html", "about.html", "feed.json", "tags/index.html", "style.css"]),
        how=st.sampled_from(["change", "delete", "touch"]),
    )
    def meddle(self, path: str, how: str) -> None:
        file = self.site.out / path
        if not file.exists():
            return
        if how == "delete":
            file.unlink()
        elif how == "change":
            file.write_bytes(b"not ours")
        else:
            os.utime(file)

    @rule(time=st.integers(1_000_000_000, 1_600_000_000))
    def check_out(self, time: int) -> None:
        """Give every file another time, as a fresh checkout of the site does."""
        touch_all(self.site.folder, time)

    @rule(step=st.integers(0, 30))
    def interrupt(self, step: int) -> None:
        """Let a build die while it writes."""
        real, met = site_builder.building.page_maker.write_page, [0]

        def die(*arguments: object) -> object:
            met[0] += 1
            if met[0] > step:
                raise KeyboardInterrupt
            return real(*arguments)

        site_builder.building.page_maker.write_page = die
        try:
            self.site.build()
        except KeyboardInterrupt:
            pass
        finally:
            site_builder.building.page_maker.write_page = real

    @rule()
    def build(self) -> None:
        self.compare()

    @invariant()
    def nothing_is_left_behind(self) -> None:
        if hasattr(self, "site") and self.site.out.exists():
            assert not list(self.site.out.rglob("*.part"))

    def compare(self) -> None:
        self.site.build()
        left = read_tree(self.site.out)
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.site.folder, fresh, ignore=shutil.ignore_patterns("public", ".site-builder"))
        SmallSite(fresh).build()
        want = read_tree(SmallSite(fresh).out)
        assert left.keys() == want.keys()
        assert {path for path in want if left[path] != want[path]} == set()

    def teardown(self) -> None:
        site_builder.cache._package_digest = REAL_DIGEST
        if hasattr(self, "site"):
            try:
                self.compare()
            finally:
                site_builder.building.facts.MANY = MANY
                shutil.rmtree(self.folder)


class EditingArticles(RuleBasedStateMachine):
    """Edits of articles alone: each build goes only through what they touch, and leaves the same tree."""

    @initialize(
        features=st.sampled_from(["", "[features]\nsearch = false\nstories = false\n"]),
        ahead=st.booleans(),
        workers=st.sampled_from([1, 2]),
    )
    def begin(self, features: str, ahead: bool, workers: int) -> None:
        self.folder, self.reads_ahead, self.workers = Path(tempfile.mkdtemp()), ahead, workers
        self.site = SmallSite(self.folder / "site")
        self.site.content.mkdir(parents=True)
        self.site.configure(base_url="https://archive.example/")
        with (self.site.folder / "site.toml").open("a", encoding="utf-8") as file:
            file.write(features)
        (self.site.content / "p.png").write_bytes(PICTURE)
        for number in range(4):
            head, links = f"title: 第{number}\ndate: 2022-07-2{number}", " 文 ".join(LINKS[number::4])
            self.site.write({f"b{number}.md": f"---\n{head}\n---\n{links}\n"})
        self.site.build()
        self.ahead = read_ahead_of(self.site)

    @rule(stem=st.sampled_from([*STEMS, "b1", *SAME]), text=articles())
    def write(self, stem: str, text: str) -> None:
        self.site.write({f"{stem}.md": text})
        self.compare()

    @rule(stem=st.sampled_from(["a1", "b2", "a3"]), text=st.sampled_from(["", "\0", "---\ntitle: [\n---\n"]))
    def spoil(self, stem: str, text: str) -> None:
        self.site.write({f"{stem}.md": text})
        self.compare()

    @rule(stem=st.sampled_from([*STEMS, "b1"]), other=st.sampled_from(["a1", "b2", "c0"]))
    def copy(self, stem: str, other: str) -> None:
        """Give two files the same bytes."""
        if stem != other and (self.site.content / f"{stem}.md").exists():
            shutil.copy(self.site.content / f"{stem}.md", self.site.content / f"{other}.md")
        self.compare()

    @rule(stem=st.sampled_from([*STEMS, "b0", "b1", "b3", *SAME]))
    def delete(self, stem: str) -> None:
        (self.site.content / f"{stem}.md").unlink(missing_ok=True)
        self.compare()

    @rule(stem=st.sampled_from([*STEMS, "b3"]), other=st.sampled_from([*STEMS, "z", "deep/b3"]))
    def rename(self, stem: str, other: str) -> None:
        if (self.site.content / f"{stem}.md").exists():
            (self.site.content / f"{other}.md").parent.mkdir(exist_ok=True)
            os.replace(self.site.content / f"{stem}.md", self.site.content / f"{other}.md")
        self.compare()

    def compare(self) -> None:
        report = self.build()
        left = read_tree(self.site.out)
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.site.folder, fresh, ignore=shutil.ignore_patterns("public", ".site-builder"))
        whole = SmallSite(fresh).build()
        want = read_tree(SmallSite(fresh).out)
        assert left.keys() == want.keys()
        assert {path for path in want if left[path] != want[path]} == set()
        assert (sorted(report.findings), sorted(report.articles)) == (
            sorted(whole.findings),
            sorted(whole.articles),
        )
        assert report.list_first() == whole.list_first()
        assert report._counts()["findings"] == whole._counts()["findings"]

    def build(self) -> Report:
        """Build, and make sure that not every page was asked for."""
        with pytest.MonkeyPatch.context() as patch:
            seen = spy(patch)
            report = build_with(self.site, self.ahead if self.reads_ahead else None, self.workers)
        self.ahead = read_ahead_of(self.site)
        assert report.idle or all(touched is not None for touched in seen)
        assert report.idle or seen
        return report

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)


def read_ahead_of(site: SmallSite) -> Memory | None:
    """Read what an edit will ask for, as ``serve`` does before one comes."""
    settings = load_settings(site.folder, {"output": site.out, "workers": 1})
    return read_ahead(settings, load_recipe(settings))


def build_with(site: SmallSite, ahead: Memory | None, workers: int = 1) -> Report:
    """Build with what was read ahead."""
    settings = load_settings(site.folder, {"output": site.out, "workers": workers})
    return site_builder.pipeline.build_site(settings, ahead=ahead)


def spy(patch: pytest.MonkeyPatch) -> list[frozenset[str] | None]:
    """Note what builds find to be touched by what has changed."""
    seen: list[frozenset[str] | None] = []
    real = site_builder.pipeline.find_touched

    def find(*arguments: Any) -> frozenset[str] | None:
        seen.append(real(*arguments))
        return seen[-1]

    patch.setattr(site_builder.pipeline, "find_touched", find)
    return seen


TestEditingArticles = EditingArticles.TestCase
TestEditingArticles.settings = settings(
    max_examples=4, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEditing = Editing.TestCase
TestEditing.settings = settings(
    max_examples=3, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def site(tmp_path: Path) -> SmallSite:
    made = SmallSite(tmp_path)
    made.content.mkdir()
    for number in range(3):
        made.write(
            {f"a{number}.md": f"---\ntitle: 第{number}篇\ndate: 2022-07-2{number}\n---\n<p>正文</p>\n"}
        )
    old = 1_600_000_000
    for file in made.content.iterdir():
        os.utime(file, (old, old))
    made.build()
    return made


def test_when_nothing_changed_nothing_is_written_and_the_report_holds(site: SmallSite) -> None:
    first, before = site.build(), read_times(site.out)
    again = site.build()
    assert read_times(site.out) == before
    assert again.idle
    assert (again.read, again.built, again.pages_written) == (3, 3, 0)
    assert again.findings == first.findings


def touch_all(folder: Path, time: int) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            os.utime(file, (time, time))


def test_a_checkout_gives_files_other_times_and_that_is_no_change(site: SmallSite) -> None:
    before = read_tree(site.out)
    touch_all(site.content, 1_500_000_000)
    touch_all(site.out, 1_500_000_000)
    times = read_times(site.out)
    assert site.build().idle
    assert read_times(site.out) == times
    assert read_tree(site.out) == before


def test_that_the_bytes_are_the_same_is_found_out_once(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch_all(site.content, 1_500_000_000)
    site.build()
    monkeypatch.setattr(site_builder.building.changes, "digest_input", None)
    assert site.build().idle


def test_what_was_written_a_moment_before_a_build_is_read_again_and_is_no_change(site: SmallSite) -> None:
    site.write({"a1.md": "---\ntitle: 新\ndate: 2022-07-21\n---\n<p>正文</p>\n"})
    assert not site.build().idle
    assert site.build().idle


def test_among_files_with_other_times_the_one_with_other_bytes_is_found(site: SmallSite) -> None:
    (site.out / "about.html").write_bytes((site.out / "404.html").read_bytes())
    file = site.content / "a1.md"
    file.write_bytes(file.read_bytes().replace("正文".encode(), "改文".encode()))
    touch_all(site.folder, 1_500_000_000)
    report = site.build()
    assert not report.idle
    assert "改文" in (site.out / "2022/07/21/a1.html").read_text("utf-8")
    assert (site.out / "about.html").read_bytes() != (site.out / "404.html").read_bytes()
    assert "2022/07/20/a0.html" not in dict(report.reasons)


def test_a_build_with_nothing_to_do_loads_nothing_heavy(site: SmallSite) -> None:
    site.run()
    code = (
        "import sys\nfrom site_builder.cli import run\n"
        f"assert run(['build', {str(site.folder)!r}, '-q']) == 0\n"
        "heavy = {'jinja2', 'babel', 'bs4', 'lxml', 'selectolax', 'nh3', 'yaml', 'PIL', 'numpy'}\n"
        "heavy.add('site_builder.pipeline')\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("stories", [False, True])
def test_what_finds_stories_is_loaded_only_where_they_are_wanted(stories: bool) -> None:
    code = (
        "import sys\n"
        "from site_builder.building.preparing import Recipe, warm_up\n"
        "from site_builder.sources import load_sources\n"
        "from site_builder.steps.tag import load_vocabulary\n"
        f"warm_up(Recipe('', load_sources(), load_vocabulary(None, {stories}), 'UTC', 0, traced={stories}))\n"
        "print(sorted({'numpy', 'rjieba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(["numpy", "rjieba"] if stories else [])


def test_a_change_that_time_and_size_hide_is_found_when_asked_for(site: SmallSite) -> None:
    file = site.content / "a1.md"
    seen = file.stat()
    file.write_bytes(file.read_bytes().replace("正文".encode(), "改文".encode()))
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert site.build().pages_written == 0
    report = site_builder.pipeline.build_site(
        load_settings(site.folder, {"output": site.out, "workers": 1}), verify_inputs=True
    )
    assert report.pages_written > 0
    assert "改文" in (site.out / "2022/07/21/a1.html").read_text("utf-8")


@pytest.mark.parametrize("longer", [False, True])
def test_an_article_that_could_not_be_read_is_read_once_it_can(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch, longer: bool
) -> None:
    """Leave to read it changes neither its time nor its size."""
    real = site_builder.steps.read.read_bytes

    def refuse(content: str, path: str, *limit: int) -> bytes:
        if path.endswith("a9.md"):
            raise PermissionError(13, "Permission denied")
        return real(content, path, *limit)

    site.write({"a9.md": "---\ntitle: 九\ndate: 2022-07-29\n---\n<p>九</p>\n"})
    os.utime(site.content / "a9.md", (1_600_000_000, 1_600_000_000))
    with monkeypatch.context() as patch:
        patch.setattr(site_builder.steps.read, "read_bytes", refuse)
        if longer:
            patch.setattr(site_builder.building.changes, "read_bytes", refuse)
        assert (site.build().built, site.build().built) == (3, 3)
    assert site.build().built == 4
    assert (site.out / "2022/07/29/a9.html").exists()


def test_what_was_seen_of_the_output_a_moment_ago_holds_until_a_build_writes_there(site: SmallSite) -> None:
    """As ``serve`` looks before an article is saved: what changed meanwhile is mended one build later."""
    settings = load_settings(site.folder, {"output": site.out, "workers": 1})
    site.build()
    before = read_tree(site.out)
    seen = site_builder.building.changes.look_at_output(settings)
    (site.out / "about.html").write_text("somebody else's", "utf-8")
    site.write({"a1.md": "---\ntitle: 新\ndate: 2022-07-21\n---\n<p>正文</p>\n"})
    arrival = site_builder.building.changes.arrive(settings, outputs=seen)
    assert not arrival.news.damaged
    site_builder.pipeline.build_site(settings, arrival=arrival)
    assert "新" in (site.out / "2022/07/21/a1.html").read_text("utf-8")
    assert site_builder.building.changes.arrive(settings, outputs=seen).news.damaged == {"about.html"}
    site.build()
    after = read_tree(site.out)
    assert after["about.html"] == before["about.html"]
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == after


def test_a_file_that_is_changed_after_what_was_seen_of_the_site_was_lost_is_made_again(
    site: SmallSite,
) -> None:
    database = sqlite3.connect(site.folder / ".site-builder" / "cache.sqlite3")
    lost = database.execute("delete from sight where folder = ?", [b"out:tags/"])
    assert lost.rowcount == 1
    database.commit()
    database.close()
    site.write({"a1.md": "---\ntitle: 第1篇\ndate: 2022-07-21\n---\n<p>改文</p>\n"})
    site.build()
    whole = read_tree(site.out)
    (site.out / "tags" / "index.html").write_bytes(b"not ours")
    site.build()
    assert read_tree(site.out) == whole


def test_another_file_of_a_folder_that_changes_during_an_edit_is_seen_by_the_next(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (site.out / "about.html").read_bytes()
    real = site_builder.pipeline.publish_pages

    def meddle(*arguments: Any) -> None:
        real(*arguments)
        (site.out / "about.html").write_bytes(b"not ours")

    site.write({"a1.md": "---\ntitle: 另一篇\ndate: 2022-07-21\n---\n<p>改文</p>\n"})
    with monkeypatch.context() as patch:
        patch.setattr(site_builder.pipeline, "publish_pages", meddle)
        site.build()
    site.build()
    assert (site.out / "about.html").read_bytes() == before


@pytest.mark.parametrize("workers", [1, 2])
def test_what_an_edit_changed_is_cleaned_in_another_process_where_there_is_one(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    real = site_builder.building.preparing.clean_article

    def note(*arguments: Any) -> Any:
        (site.folder / f"cleaned-{os.getpid()}").touch()
        return real(*arguments)

    monkeypatch.setattr(site_builder.building.preparing, "clean_article", note)
    site.write({"a1.md": "---\ntitle: 另一篇\ndate: 2022-07-21\n---\n<p>改文</p>\n"})
    assert site.build(workers=workers).pages_written
    cleaned = [int(file.name.partition("-")[2]) for file in site.folder.glob("cleaned-*")]
    assert len(cleaned) == 1
    assert (cleaned == [os.getpid()]) == (workers == 1 or sys.platform != "linux")


def test_an_edit_that_kills_who_cleans_it_is_set_aside_and_the_others_stay(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, own = site_builder.building.preparing.clean_article, os.getpid()

    def die(raw: RawArticle, *others: Any) -> Any:
        if "致命" in raw.body:
            assert os.getpid() != own
            os.kill(os.getpid(), signal.SIGKILL)
        return real(raw, *others)

    monkeypatch.setattr(site_builder.building.preparing, "clean_article", die)
    site.write({"a1.md": "---\ntitle: 另一篇\ndate: 2022-07-21\n---\n<p>致命</p>\n"})
    report = site.build(workers=2)
    assert [one.path for one in report.articles if one.outcome == "set-aside"] == ["a1.md"]
    (found,) = [one for one in report.findings if one.code == "article-failed"]
    is_forked = sys.platform == "linux"  # elsewhere nothing dies, and the assertion above is what is found
    assert (found.path, "killed by signal 9" in found.message) == ("a1.md", is_forked)


def test_what_was_read_ahead_counts_until_another_build_leaves_something(site: SmallSite) -> None:
    """As when somebody builds by hand a site that is being served."""
    ahead = read_ahead_of(site)
    assert ahead and len(ahead.catalogue.rows) == 3
    site.write({"a1.md": "---\ntitle: 新\ndate: 2022-07-21\n---\n<p>正文</p>\n"})
    with open_cache(site.folder / ".site-builder", ahead.fingerprint) as cache:
        assert recall(cache, ahead.recipe, ahead) is ahead
    site.build()
    with open_cache(site.folder / ".site-builder", ahead.fingerprint) as cache:
        assert recall(cache, ahead.recipe, ahead) is not ahead
    site.write({"a2.md": "---\ntitle: 又\ndate: 2022-07-22\n---\n<p>正文</p>\n"})
    build_with(site, ahead)
    left = read_tree(site.out)
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == left


def test_a_twin_that_comes_out_by_a_great_edit_says_all_it_says(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read again, so what it says rested in the row that was its own while it was merged."""
    monkeypatch.setattr(site_builder.building.facts, "MANY", 0)
    text = "---\ntitle: 双\ndate: 2022-07-21\ntags: [徕卡]\n---\n<p>双</p>\n"
    site.write({"twin1.md": text, "twin2.md": text})
    site.build()
    site.write({"twin1.md": text.replace("双", "单")})
    site.build()
    left = read_tree(site.out)
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == left


@pytest.mark.parametrize("left", [[], ["undated.md"]])
def test_an_archive_that_loses_its_last_day_is_built_as_from_nothing(
    make_site: Callable[..., SmallSite], left: list[str]
) -> None:
    site = make_site({"a.md": "---\ntitle: 一\ndate: 2022-07-20\n---\n<p>一</p>\n"})
    site.write(dict.fromkeys(left, "---\ntitle: 二\n---\n<p>二</p>\n"))
    site.build()
    (site.content / "a.md").unlink()
    site.build()
    now = read_tree(site.out)
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == now


def test_articles_that_want_one_address_each_get_one_and_the_first_by_path_that(
    make_site: Callable[..., SmallSite],
) -> None:
    def article(number: int) -> str:
        return f"---\ntitle: Daily {number}\ndate: 2022-07-20\n---\n<p>A ship came, number {number}.</p>\n"

    site = make_site({"b/daily.md": article(1)})
    edits: list[dict[str, str | None]] = [
        {"c/daily.md": article(2), "C/Daily.md": article(3), "d/daily~46c8e78a.md": article(4)},
        {"evening/daily.md": article(5)},  # its page is called as the file of the one before
        {"a/daily.md": article(6)},
        {"b/daily.md": article(7)},
        {"a/daily.md": None, "C/Daily.md": None},
        {"c/daily.md": "", "d/daily~46c8e78a.md": None},
        {"b/daily.md": None},
    ]
    site.build()
    for number, edit in enumerate(edits):
        site.write({path: text for path, text in edit.items() if text is not None})
        for path in (path for path, text in edit.items() if text is None):
            (site.content / path).unlink()
        report = site.build()
        left = read_tree(site.out)
        whole = site.build(output=site.folder / "anew", cache_dir=site.folder / f"cache-{number}")
        assert read_tree(site.folder / "anew") == left
        assert sorted(report.articles) == sorted(whole.articles)
        assert sorted(report.findings) == sorted(whole.findings)
        homes = {fate.path: fate.url for fate in report.articles if fate.outcome == "built"}
        texts = {
            file.relative_to(site.content).as_posix(): file.read_text()
            for file in site.content.glob("*/*.md")
        }
        assert homes.keys() == {path for path, text in texts.items() if text}
        assert homes[min(path for path in homes if path.endswith("/daily.md"))] == "2022/07/20/daily.html"
        pages = site.read().pages
        assert all(pages[url].html.h1.get_text() in texts[path] for path, url in homes.items())


def test_an_article_may_be_called_as_a_record_is(make_site: Callable[..., SmallSite]) -> None:
    head = "---\ntitle: {}\ndate: 2022-07-20\n---\n<p>A ship came.<script>x()</script></p>\n"
    site = make_site({"a.md": head.format("A ship"), "a.ledger.md": head.format("The ship's ledger")})
    assert [fate.outcome for fate in site.build().articles] == ["built", "built"]
    assert len(list(site.out.glob("2022/07/20/a*.html"))) == 4


def test_a_publisher_written_in_two_ways_has_one_page_named_as_its_newest_article_writes_it(
    make_site: Callable[..., SmallSite],
) -> None:
    head = "---\ntitle: {}\ndate: 2022-07-{}\nsource: {}\n---\n<p>A ship came.</p>\n"
    names = ("Coast News", "coast news", "COAST  NEWS", "Ｃｏａｓｔ-News")
    site = make_site({f"{day}.md": head.format(day, day, name) for day, name in enumerate(names, 10)})
    site.build()
    assert sorted(path.name for path in (site.out / "sources").glob("*.html")) == [
        "coast-news.html",
        "index.html",
    ]
    for day, name in ((13, "Ｃｏａｓｔ-News"), (12, "COAST NEWS"), (11, "coast news"), (10, "Coast News")):
        page = site.read().pages["sources/coast-news.html"].html
        assert page.h1.get_text() == name
        assert len(page.select("main article")) == day - 9
        site.build(output=site.folder / "anew", cache_dir=site.folder / f"cache-{day}")
        assert read_tree(site.folder / "anew") == read_tree(site.out)
        (site.content / f"{day}.md").unlink()
        site.build()


def test_the_manifests_say_so_when_an_edit_only_takes_a_picture_away(site: SmallSite) -> None:
    head = "---\ntitle: 图\ndate: 2022-07-21\n---\n"
    site.write({f"p{i}.md": f"{head}{picture}\n" for i, picture in enumerate(INSIDE[:2])})
    site.build()
    site.write({"p1.md": f"{head}<p>无图</p>\n"})
    site.build()
    left = read_tree(site.out)
    assert any(path.startswith("media/") for path in left)
    site.build(output=site.folder / "anew", cache_dir=site.folder / "anew-cache")
    assert read_tree(site.folder / "anew") == left


def test_every_written_file_has_its_reason(site: SmallSite) -> None:
    site.write({"a1.md": "---\ntitle: 新题\ndate: 2022-07-21\n---\n<p>正文</p>\n"})
    reasons = dict(site.build().reasons)
    assert reasons["2022/07/21/a1.html"] == "the article itself changed"
    assert reasons["2022/07/20/a0.html"] == "what comes after it in time changed"
    assert reasons["2022/07/22/a2.html"] == "what comes before it in time changed"
    assert reasons["2022/07/21/index.html"] == "an article that it lists was added, removed or changed"
    assert "2022/07/20/index.html" not in reasons
    (site.out / "about.html").unlink()
    assert dict(site.build().reasons)["about.html"] == "someone changed or deleted it"


def test_a_site_that_names_no_language_is_told_which_most_of_its_articles_are_in(site: SmallSite) -> None:
    def told(**overrides: object) -> list[str]:
        found = [f for f in site.build(**overrides).findings if f.code == "language-unset"]
        assert {f.path for f in found} <= {"site.toml"}
        return [f.message for f in found]

    russian = (
        "---\ntitle: Маяк {0}\n---\n<p>Смотритель рассказал, что ремонт линзы № {0} занял всю зиму.</p>\n"
    )
    site.configure(title="Маяк")
    for file in site.content.iterdir():
        file.unlink()
    site.write({f"r{number}.md": russian.format(number) for number in range(3)})
    site.write(
        {
            f"z{number}.md": f"---\ntitle: 灯塔{number}\n---\n<p>港口的灯塔昨夜重新点亮。{number}</p>\n"
            for number in range(2)
        }
    )
    first = ["3 of 5 articles are in ru, and the pages speak zh-Hans"]
    assert told() == told() == first, "an idle build says the same"
    page = (site.out / "index.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in page
    site.write({"z9.md": "---\ntitle: 灯塔九\n---\n<p>港口的灯塔昨夜重新点亮，九。</p>\n"})
    assert told() == [], "half is not most"
    assert '<html lang="zh-Hans">' in (site.out / "index.html").read_text("utf-8")
    (site.content / "z9.md").unlink()
    assert told() == first
    site.configure(title="Маяк", language="zh-Hans")
    assert told() == [], "who chose it is not asked again"


def test_a_second_build_at_the_same_time_is_told_so(site: SmallSite) -> None:
    site.write({"a9.md": "---\ntitle: 九\n---\n<p>九</p>\n"})
    with sqlite3.connect(site.folder / ".site-builder" / "cache.sqlite3") as other:
        other.execute("begin immediate")
        with pytest.raises(OutputError, match="another build"):
            site.build()


def test_what_is_seen_of_folders_does_not_depend_on_how_many_processes_look(
    site: SmallSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(
        {f"{folder}/x{len(folder)}.md": "---\ntitle: x\n---\nx\n" for folder in ("深", "深/二", "深/二/三")}
    )
    site.build()
    (site.content / ".hidden").mkdir()
    (site.content / ".hidden" / "b.md").write_text("x")
    os.symlink(site.content / "深", site.content / "loop")
    monkeypatch.setattr(site_builder.building.changes, "LONG", 0)
    settings = [load_settings(site.folder, {"output": site.out, "workers": number}) for number in (1, 2, 3)]
    inputs = site_builder.building.changes.look_at_inputs(settings[0]).inputs
    assert "content:深/二/三/" in inputs
    assert not any(".hidden" in base for base in inputs)
    outputs = [site_builder.building.changes.look_at_output(those) for those in settings]
    assert outputs[0] == outputs[1] == outputs[2]
    assert "index.html" in outputs[0][""]


COSTS = (
    (site_builder.building.lazy, "read_card"),
    (site_builder.building.facts, "_mark"),
    (site_builder.building.facts, "name_of"),
    (site_builder.building.settling, "ArticleOutcome"),
    (site_builder.outputs.keys, "digest"),
    (site_builder.outputs.stock, "join"),
    (site_builder.building.lazy.RowStore, "list_told"),
    (site_builder.cache.Cache, "find_page"),
    (site_builder.cache.Cache, "keep_value"),
)
"""What one edit may do for what it touches, and never for each article."""
MORE = 8
"""An archive of more years has more of them in the sitemap and on the page of a day in all the years."""


@pytest.mark.parametrize("extras", [False, True])
@pytest.mark.parametrize("how", ["edit", "add", "remove", "date"])
def test_what_an_edit_costs_does_not_grow_with_the_archive(tmp_path: Path, how: str, extras: bool) -> None:
    small, large = (count_costs(tmp_path / f"{years}", years, how, extras) for years in (6, 12))
    assert small["find_page"] > 0
    assert {name: large[name] for name in large if large[name] > small[name] + MORE} == {}


@pytest.mark.parametrize("limit", [30, 50_000])
@pytest.mark.parametrize("how", ["edit", "add", "remove", "date"])
def test_an_edit_makes_no_card_of_an_article_that_nothing_has_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, limit: int
) -> None:
    """Of 100,000 articles to make as many cards took a second, whatever was changed."""
    monkeypatch.setattr(site_builder.outputs.feeds, "SITEMAP_LIMIT", limit)
    monkeypatch.setattr(site_builder.outputs.exports, "IN_ONE_FILE", 30)
    monkeypatch.setitem(globals(), "COSTS", ((site_builder.building.lazy.RowStore, "_make"),))
    small, large = (count_costs(tmp_path / f"{years}", years, how, extras=False) for years in (6, 12))
    assert 0 < large["_make"] <= small["_make"] + MORE


def test_a_template_that_changes_is_compiled_anew_by_the_same_process(site: SmallSite) -> None:
    folder = site.folder / "templates"
    folder.mkdir()
    for words in ("Nothing here", "Nothing there"):
        (folder / "404.html").write_text(
            f'{{% extends "base.html" %}}{{% set title = "{words}" %}}{{% set description = "" %}}', "utf-8"
        )
        site.build()
        assert words in (site.out / "404.html").read_text("utf-8")


def test_the_sitemap_of_lists_stands_until_a_list_comes_or_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_builder.outputs.feeds, "SITEMAP_LIMIT", 30)
    site = SmallSite(tmp_path)
    site.content.mkdir()
    site.configure(base_url="https://archive.example/")
    site.write({f"{day}.md": article_of(2021, day, f"第{day}") for day in range(1, 13)})
    site.build()
    before = read_tree(site.out)
    site.write({"x.md": article_of(2021, 12, "新").replace("-12\n", "-12 23:00\n")})
    site.build()
    after = read_tree(site.out)
    assert before["sitemap-lists-1.xml"] == after["sitemap-lists-1.xml"]
    assert before["sitemap-2021.xml"] != after["sitemap-2021.xml"]
    site.write({"y.md": article_of(2021, 28, "又一篇")})
    site.build()
    assert b"/2021/06/28/" in read_tree(site.out)["sitemap-lists-1.xml"]


def test_the_search_index_reads_no_article_back_but_for_its_text(tmp_path: Path) -> None:
    without, extras = (count_costs(tmp_path / f"{on}", 6, "edit", on) for on in (False, True))
    assert extras["read_card"] <= without["read_card"] + MORE


def count_costs(folder: Path, years: int, how: str, extras: bool) -> dict[str, int]:
    """Count what an edit does in an archive of so many years, with search and stories or without."""
    site = SmallSite(folder)
    site.content.mkdir(parents=True)
    site.configure(base_url="https://archive.example/")
    with (site.folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write("" if extras else "[features]\nsearch = false\nstories = false\n")
    for year in range(2022 - years, 2022):
        for day in range(1, 13):
            site.write({f"{year}-{day}.md": article_of(year, day, f"第{year}年{day}")})
    site.build()
    edited = {
        "edit": {"2021-5.md": article_of(2021, 5, "第2021年5").replace("正文", "改文")},
        "add": {"x.md": article_of(2021, 5, "新")},
        "date": {"2021-5.md": article_of(2021, 6, "第2021年5")},
        "remove": {},
    }[how]
    if how == "remove":
        (site.content / "2021-5.md").unlink()
    site.write(edited)
    costs: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        for place, name in COSTS:
            patch.setattr(place, name, tally(getattr(place, name), costs, name))
        report = site.build()
    assert report.pages_written > 2
    return costs


def article_of(year: int, day: int, title: str) -> str:
    head = f"title: {title}\nauthor: 报{year}\ntags: [港口{year}]\ndate: {year}-{1 + year % 12:02}-{day:02}"
    return f"---\n{head}\n---\n<p>正文</p>\n"


def tally(real: Any, costs: dict[str, int], name: str) -> Any:
    """Count calls."""
    costs[name] = 0

    def called(*arguments: Any, **named: Any) -> Any:
        costs[name] += 1
        return real(*arguments, **named)

    return called


def test_a_pipe_with_an_articles_name_holds_up_no_build(site: SmallSite) -> None:
    os.mkfifo(site.content / "pipe.md")
    for _ in range(2):
        shown = site.run()
        assert "file-unreadable the file cannot be read: it is no ordinary file" in shown.stderr
        assert "4 articles read, 3 built" in shown.stdout

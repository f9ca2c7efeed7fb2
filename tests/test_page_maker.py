"""Every page is made by one process, which alone asks whether it is wanted."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sites import SmallSite, read_tree, write_files

import site_builder.building.facts
import site_builder.pipeline
from bench.make_corpus import write_corpus
from site_builder.building import page_maker
from site_builder.building.page_maker import PageMaker, cut_shares
from site_builder.building.preparing import slim
from site_builder.model import Card, Outcome, TagMark, urls_of
from site_builder.outputs import exports
from site_builder.outputs.keys import Keys, digest_files
from site_builder.report import Progress

MANY = 60


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PageMaker:
    """Give the maker of a generated archive that was built here."""
    met: list[PageMaker] = []
    real = site_builder.pipeline.publish_all

    def note(maker: PageMaker, progress: Progress) -> object:
        met.append(maker)
        return real(maker, progress)

    monkeypatch.setattr(site_builder.pipeline, "publish_all", note)
    site = SmallSite(tmp_path)
    write_corpus(MANY, site.folder)
    site.build()
    return replace(met[0], enter=lambda paths: None)


@pytest.mark.parametrize("is_edit", [False, True])
def test_every_page_is_in_one_share_and_asked_for_once_over_all_processes(
    maker: PageMaker, monkeypatch: pytest.MonkeyPatch, is_edit: bool
) -> None:
    if is_edit:
        archive = maker.stock.archive
        groups = (archive.years, archive.months, archive.days, archive.tags, archive.sources, archive.threads)
        urls = {*urls_of(archive.every), *(group.url for some in groups for group in some)}
        maker = replace(maker, stock=replace(maker.stock, touched=urls))
    asked: Counter[str] = Counter()
    real = Keys.wants

    def wants(self: Keys, path: str, touched: bool = True, /, **facts: object) -> bool:
        asked[path] += 1
        return real(self, path, touched, **facts)

    monkeypatch.setattr(Keys, "wants", wants)
    pages, others = cut_shares(maker.stock, 1)
    monkeypatch.setattr(page_maker, "PIECE", 7)
    monkeypatch.setattr(exports, "IN_ONE_FILE", 3)
    shares = cut_shares(maker.stock, 2)
    years = {f"archive/{year.key}.json" for year in maker.stock.archive.years}
    assert sum(piece.parts > 1 for share in shares for piece in share) > 20
    made = [[written.path for written in maker.publish_share(share)] for share in shares]
    assert is_edit or max(len(years.intersection(paths)) for paths in made) == 1 < len(years)
    told = [path for paths in made for path in paths]
    assert years <= {*told}
    assert len(told) == len(set(told)) == len(asked) > 4 * MANY
    assert set(asked.values()) == {1}
    shown = {written.path for written in maker.publish_share(pages)}
    assert shown == {path for path in told if path.endswith(".html")}
    assert {written.path for written in maker.publish_share(others)} == set(told) - shown


def test_templates_count_by_their_bytes_and_not_by_the_place_where_the_program_is_installed(
    tmp_path: Path,
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write_files(here, {"a.html": "a", "parts/b.html": "b"})
    shutil.copytree(here, there)
    assert digest_files([str(here)]) == digest_files([str(there)])
    (there / "a.html").rename(there / "c.html")
    assert digest_files([str(here)]) != digest_files([str(there)])


def test_words_that_many_tags_have_in_common_are_in_memory_once() -> None:
    def outcome(name: str) -> Outcome:
        mark = TagMark("".join(["lei", "ca"]), "".join(["Lei", "ca"]), (("".join(["na", "me"]), "title"),))
        return Outcome(name, "", Card(name, f"{name}.html", "t", None, "s", "s", (mark,)))

    shared: dict[tuple[str, str, tuple[tuple[str, str], ...]], TagMark] = {}
    cards = [slim(outcome(name), shared).card for name in "ab"]
    assert cards[0] and cards[1]
    assert cards[0].tags[0] is cards[1].tags[0]


@pytest.mark.parametrize("many", [0, 400], ids=["all is asked for", "what it touched is"])
def test_a_great_edit_that_is_shared_out_leaves_no_year_of_a_tag_as_it_was(
    make_site: Callable[..., SmallSite], monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    def report(at: int, year: int) -> str:
        day = f"{year}-03-{1 + at % 28:02}"
        return f"---\ntitle: {at}\ndate: {day}\ntags: [灯塔, 海岸, 港口]\n---\n第 {at} 篇。\n"

    site = make_site({f"a{at:03}.md": report(at, 2014 + 2 * (at % 2)) for at in range(150)})
    monkeypatch.setattr(page_maker, "PIECE", 1)
    monkeypatch.setattr(page_maker, "PIECES", 2)
    monkeypatch.setattr(page_maker, "sensible_workers", lambda workers, many: workers)
    monkeypatch.setattr(site_builder.building.facts, "MANY", many)
    monkeypatch.setattr(site_builder.building.facts, "SHARE", 10_000)
    site.configure(base_url="https://archive.example/")  # a sitemap notes the years
    site.build(workers=2)
    site.write({"a010.md": report(10, 2016)})
    processes: set[int] = set()
    real = page_maker.make_map

    def note(workers: int, *more: int, **others: int) -> object:
        processes.add(workers)
        return real(workers, *more, **others)

    monkeypatch.setattr(page_maker, "make_map", note)
    site.build(workers=2)
    assert processes == {2}
    monkeypatch.setattr(page_maker, "sensible_workers", lambda workers, many: 1)
    monkeypatch.setattr(site_builder.building.facts, "MANY", 400)
    site.write({"b.md": "---\ntitle: b\ndate: 2015-06-01\n---\nb\n"})
    site.build(workers=1)  # of the tags, which it does not touch, it knows what the great edit left
    amended = read_tree(site.out)
    shutil.rmtree(site.out)
    shutil.rmtree(site.folder / ".site-builder")
    site.build(workers=2)
    assert [*filter(re.compile("tags/.*/2014").match, amended)], "the tag has years"
    assert amended == read_tree(site.out)

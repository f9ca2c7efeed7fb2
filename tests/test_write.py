"""Writing: atomically, only what changed, and nothing that is not ours is ever touched."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sites import SmallSite

from site_builder.errors import OutputError
from site_builder.model import Page
from site_builder.steps import write
from site_builder.steps.write import JOURNAL, MANIFEST, Tally, open_output, write_page


def build(folder: Path, pages: dict[str, bytes]) -> Tally:
    with open_output(folder) as output:
        files = []
        for path, data in pages.items():
            output.announce(path)
            files.append(write_page(str(folder), Page(path, data)))
        output.take(files)
        return output.finish(sorted(files))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_first_build_writes_everything_and_a_manifest_that_sha256sum_accepts(tmp_path):
    assert build(tmp_path / "out", {"index.html": b"a", "2022/07/b.html": b"b"}) == Tally(2, 0, 0)
    assert set(files(tmp_path / "out")) == {"index.html", "2022/07/b.html", MANIFEST}
    subprocess.run(["sha256sum", "--check", "--quiet", MANIFEST], cwd=tmp_path / "out", check=True)


def test_a_second_build_of_the_same_pages_touches_no_file(tmp_path):
    pages = {"index.html": b"a", "x/y.html": b"b"}
    build(tmp_path, pages)
    before = {path: path.stat() for path in tmp_path.rglob("*") if path.is_file()}
    assert build(tmp_path, pages) == Tally(0, 2, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == {p: s.st_mtime_ns for p, s in before.items()}


def test_a_page_no_longer_wanted_goes_with_the_folder_it_leaves_empty(tmp_path):
    build(tmp_path, {"a/b/c.html": b"1", "d.html": b"2"})
    assert build(tmp_path, {"d.html": b"2"}) == Tally(0, 1, 1)
    assert not (tmp_path / "a").exists()


def test_a_file_that_someone_else_put_there_is_never_removed_nor_its_folder(tmp_path):
    build(tmp_path, {"a/b.html": b"1"})
    (tmp_path / "a" / "mine.txt").write_text("keep me")
    build(tmp_path, {"c.html": b"2"})
    assert (tmp_path / "a" / "mine.txt").read_text() == "keep me"


def test_a_folder_with_foreign_files_is_refused(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(OutputError, match="did not write"):
        build(tmp_path, {"index.html": b"a"})
    assert set(files(tmp_path)) == {"thesis.doc"}


def test_a_file_where_the_output_folder_should_be_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError):
        build(tmp_path / "out", {"index.html": b"a"})


def test_the_next_build_removes_what_an_interrupted_one_left(tmp_path):
    build(tmp_path, {"old.html": b"1"})
    with open_output(tmp_path) as output:
        output.announce("half.html")
        write_page(str(tmp_path), Page("half.html", b"2"))
        # the build dies here: finish() is never called
    assert (tmp_path / JOURNAL).exists()
    build(tmp_path, {"new.html": b"3"})
    assert set(files(tmp_path)) == {"new.html", MANIFEST}


def test_two_pages_for_one_path_are_an_error_also_when_only_case_differs(tmp_path):
    with pytest.raises(OutputError, match="same file"):
        build(tmp_path, {"tags/a.html": b"1", "tags/A.html": b"2"})


@pytest.mark.parametrize("met", [["tags/b.html", "".join(["tags/", "b.html"])], ["tags/A.html"]])
def test_two_pages_of_an_edit_that_other_processes_made_for_one_path_are_an_error_too(tmp_path, met):
    build(tmp_path, {"tags/a.html": b"1"})
    with open_output(tmp_path) as output:
        output.amend(frozenset())
        output.claims.enter(met)
        for path in met:
            write_page(str(tmp_path), Page(path, b"2"))
        with pytest.raises(OutputError, match="same file"):
            output.note(met)


def test_a_changed_output_file_is_mended(tmp_path):
    build(tmp_path, {"index.html": b"right"})
    (tmp_path / "index.html").write_bytes(b"wrong")
    assert build(tmp_path, {"index.html": b"right"}).written == 1
    assert (tmp_path / "index.html").read_bytes() == b"right"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    build(tmp_path / "out", {"index.html": b"a"})
    (tmp_path / "out" / "2022").symlink_to(outside)
    with pytest.raises(OutputError, match="symbolic link"):
        build(tmp_path / "out", {"2022/a.html": b"b"})
    assert not list(outside.iterdir())


def test_a_manifest_that_someone_edited_cannot_make_us_delete_outside_files(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    out = tmp_path / "out"
    build(out, {"index.html": b"a"})
    (out / "linked").symlink_to(tmp_path)
    lines = ["../victim.txt", str(victim), "linked/victim.txt"]
    with open(out / MANIFEST, "a") as manifest:
        manifest.writelines(f"{'0' * 64}  {line}\n" for line in lines)
    build(out, {"index.html": b"a"})
    assert victim.read_text() == "here"


def test_a_link_in_place_of_a_file_of_ours_is_replaced_not_written_through(tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    build(tmp_path / "out", {"index.html": b"a"})
    os.unlink(tmp_path / "out" / "index.html")
    (tmp_path / "out" / "index.html").symlink_to(victim)
    build(tmp_path / "out", {"index.html": b"b"})
    assert victim.read_text() == "here"
    assert (tmp_path / "out" / "index.html").read_bytes() == b"b"


def test_the_disk_knows_which_files_are_ours_before_they_are_there_and_the_manifest_before_the_journal_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def note(name: str, of: Callable[..., str]) -> None:
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, **more: (told.append(of(*args)), real(*args, **more))[1])

    note("fsync", lambda file: "disk has " + os.path.basename(os.readlink(f"/proc/self/fd/{file}")))
    note("replace", lambda _, to: "made " + os.path.basename(to))
    note("close", lambda file: "left " + os.path.basename(os.readlink(f"/proc/self/fd/{file}")))
    note("unlink", lambda path: "gone " + os.path.basename(path))
    site = SmallSite(tmp_path)
    site.write({"a.md": "---\ntitle: a\ndate: 2022-07-20\n---\n<p>text</p>"})
    site.build()
    assert told[0] == f"disk has {JOURNAL}"
    assert told.index(f"disk has {JOURNAL}") < told.index("made a.html")
    end = [f"disk has {MANIFEST}", "disk has public", f"left {JOURNAL}", f"gone {JOURNAL}"]
    assert [one for one in told if one in end][-4:] == end
    assert told.index(f"made {MANIFEST}") < told.index(f"disk has {MANIFEST}")
    told.clear()
    site.write({"a.md": "---\ntitle: a\ndate: 2022-07-20\n---\n<p>another text</p>"})
    assert site.build().pages_written
    assert [one for one in told if one.startswith("disk")] == []  # an edit waits for nothing


def test_on_windows_a_file_that_somebody_reads_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, real = [], os.replace

    def busy(part: str, target: str) -> None:
        tries.append(target)
        if len(tries) < 4:
            raise PermissionError(13, "in use")
        real(part, target)

    monkeypatch.setattr(write.os, "replace", busy)
    monkeypatch.setattr(write.time, "sleep", lambda _: None)
    with pytest.raises(OutputError):
        write_page(str(tmp_path), Page("a.html", b"a"))
    monkeypatch.setattr(write, "os", WindowsOs())
    assert write_page(str(tmp_path), Page("a.html", b"a")).changed
    assert len(tries) == 4


class WindowsOs:
    """The operating system's module as Windows has it, as far as a name goes."""

    name = "nt"

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)


@pytest.mark.parametrize("path", ["..\\x", "C:\\x", "C:x", "a\\b"])
def test_on_windows_a_manifest_cannot_name_what_lies_elsewhere(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write._is_inside("a/b.html")
    monkeypatch.setattr(write, "os", WindowsOs())
    assert write._is_inside("a/b.html")
    assert not write._is_inside(path)

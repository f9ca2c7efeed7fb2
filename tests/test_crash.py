"""A build may die at any moment, and any operation may fail: the next build makes all right.

The trials run in programs of their own (``crashing.py``), four at a time as pytest shares them out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crashing import AFTER, FOREIGN, article
from sites import ROOT, SmallSite, read_tree, write_files

from site_builder.cli import run
from site_builder.errors import OutputError
from site_builder.steps import write

KILLS, ROUNDS = 40, 2
"""Kills in each of so many rounds, spread over the time of a build: they meet it between its operations, at
every other of which it dies below."""

SiteMaker = Callable[..., SmallSite]


def experiment(*arguments: object) -> dict[str, object]:
    command = [sys.executable, str(ROOT / "tests" / "crashing.py"), *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_build_may_be_killed_at_any_moment(seed: int) -> None:
    result = experiment("kill", seed, KILLS)
    assert result["problems"] == []
    assert result["trials"] == KILLS
    assert isinstance(result["ends"], dict)
    assert result["ends"].get("amid", 0) > 0, "no kill met the build at its work"


@pytest.mark.parametrize("first", range(4))
def test_a_build_may_be_killed_at_any_operation(first: int) -> None:
    """Not by chance: at every other operation of a build, once or twice, whatever comes after it."""
    result = experiment("die", first * 2, 8)
    assert result["problems"] == []
    assert isinstance(result["ends"], dict)
    assert result["ends"].get("amid", 0) > 0


@pytest.mark.parametrize("first", range(4))
def test_any_operation_may_fail(first: int) -> None:
    """ENOSPC, EIO, EACCES, EMFILE and EROFS, one after the other, at every single operation."""
    result = experiment("fault", first, 4)
    assert result["problems"] == []
    assert isinstance(result["ends"], dict)
    assert result["ends"].get("refused with a sentence", 0) > 0


def test_a_disk_that_takes_only_some_of_the_bytes_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, bytes(data[:7])))
    write.write_page(str(tmp_path), write.Page("a.txt", b"longer than seven bytes"))
    monkeypatch.undo()
    assert (tmp_path / "a.txt").read_bytes() == b"longer than seven bytes"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_line_of_the_journal_that_was_cut_off_names_nothing(make_site: SiteMaker) -> None:
    site = make_site(AFTER)
    site.build()
    write_files(site.out, {"CNAME": "archive.example\n", write.JOURNAL: "2022/07/new.html\nCNAME"})
    site.build()
    assert (site.out / "CNAME").exists()


# --- whose folder it is -----------------------------------------------------------------------


def test_a_folder_of_others_is_refused_and_only_force_builds_into_it(make_site: SiteMaker) -> None:
    site = make_site(AFTER)
    write_files(site.out, {**FOREIGN, "index.html": b"mine"})
    before = read_tree(site.out)
    assert run(["build", str(site.folder), "--quiet"]) == 2
    assert read_tree(site.out) == before
    assert run(["build", str(site.folder), "--quiet", "--force"]) == 0
    after = read_tree(site.out)
    assert {path: after[path] for path in FOREIGN} == FOREIGN
    assert after["index.html"] != b"mine"


def test_a_file_of_others_where_a_page_wants_to_be_is_not_overwritten(make_site: SiteMaker) -> None:
    site = make_site(AFTER)
    site.build()
    write_files(site.out, {"2022/07/23/e.html": b"mine"})
    site.write({"e.md": article("戊", 23, "山")})
    with pytest.raises(OutputError, match="did not write"):
        site.build()
    assert (site.out / "2022/07/23/e.html").read_bytes() == b"mine"
    (site.out / "2022/07/23/e.html").unlink()
    site.build()


def test_an_output_that_is_a_file_is_refused(
    make_site: SiteMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(AFTER)
    site.out.write_text("mine")
    assert run(["build", str(site.folder)]) == 2
    assert site.out.read_text() == "mine"
    assert "is a file" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "code"), [("index.html.part", 0), (write.JOURNAL, 2), (write.MANIFEST, 2)])
def test_a_link_laid_in_wait_is_never_written_through(
    make_site: SiteMaker, tmp_path: Path, name: str, code: int
) -> None:
    """Other people on the host, or a hostile cache of a CI, may have put it there."""
    site = make_site(AFTER)
    site.build()
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    (site.out / name).unlink(missing_ok=True)
    (site.out / name).symlink_to(victim)
    (site.out / "index.html").write_text("defaced")
    assert run(["build", str(site.folder), "--quiet"]) == code
    assert victim.read_text() == "here"


# --- signals ------------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path) -> SmallSite:
    """Make a site that takes a while."""
    site = SmallSite(tmp_path)
    site.write({f"{number}.md": article(f"第{number}篇", 1 + number % 28, "山") for number in range(2000)})
    return site


def start(site: SmallSite, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "site_builder", "build", str(site.folder), *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=ROOT)
    wait_until((site.folder / ".site-builder" / "cache.sqlite3").exists)
    return process


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for another process; a minute is a failure, not a measurement."""
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGTERM, 143, "site-builder: terminated"), (signal.SIGINT, 130, "site-builder: interrupted")],
)
def test_a_build_that_is_asked_to_end_says_one_line(
    large: SmallSite, number: signal.Signals, code: int, said: str
) -> None:
    """The signal goes to the one process, as a service manager or a runner of CI sends it."""
    process = start(large, "--workers", "2")
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.strip()) == (code, said)


def test_no_worker_outlives_a_build_that_was_killed(large: SmallSite) -> None:
    process = start(large, "--workers", "2")
    wait_until(lambda: len(list(members(process.pid))) > 2)
    process.kill()
    process.wait()
    wait_until(lambda: not list(members(process.pid)))


def members(session: int) -> Iterator[int]:
    """List the living processes of a session."""
    for name in os.listdir("/proc"):
        try:
            stat = Path("/proc", name, "stat").read_text() if name.isdigit() else ""
        except OSError:
            continue
        fields = stat.rpartition(")")[2].split()
        if fields and int(fields[3]) == session and fields[0] not in "ZX":
            yield int(name)

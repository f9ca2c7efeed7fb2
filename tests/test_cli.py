"""The command line: what it prints, where, and the code it exits with."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sites import SmallSite, write_files

from site_builder import __version__, cli
from site_builder.commands.console import Bar, make_printable
from site_builder.commands.formats import SCREEN
from site_builder.config import Settings
from site_builder.errors import OutputError, finding
from site_builder.report import SHOWN_INFOS, Progress, Report

ROOT = Path(__file__).parent.parent

Build = Callable[[Settings, Progress], Report]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    return tmp_path


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[Build], None]:
    """Let ``build`` call this instead of the whole line: what is tested here is what is around it."""

    def put(build: Build) -> None:
        def build_site(settings: Settings, progress: Progress, **more: object) -> Report:
            return build(settings, progress)

        monkeypatch.setitem(sys.modules, "site_builder.pipeline", SimpleNamespace(build_site=build_site))

    return put


def ends_well(settings: Settings, progress: Progress) -> Report:
    report = Report(read=1)
    report.record("a.md", "a", "built", "2022/07/20/a.html")
    report.tell([finding("title-restored", "a.md", "restored as M11/Q2", line=3)])
    return report


def sets_one_aside(settings: Settings, progress: Progress) -> Report:
    report = ends_well(settings, progress)
    report.read = 2
    report.record("b.md", "b", "set-aside")
    report.tell([finding("file-empty", "b.md", "the file is empty")])
    return report


def site_builder(*arguments: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "site_builder", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def test_the_version_is_printed() -> None:
    said = site_builder("--version")
    assert (said.returncode, said.stdout) == (0, f"site-builder, version {__version__}\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in cli.COMMANDS)


def test_a_good_build_exits_with_0(folder: Path, pretend, capsys: pytest.CaptureFixture[str]) -> None:
    pretend(ends_well)
    assert cli.run(["build", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.err.endswith(
        "/content/a.md:3:1: info title-restored restored as M11/Q2 (nothing to do; both forms are kept)\n"
    )
    assert said.out.startswith("1 article read, 1 built, 0 merged, 0 set aside · pages: 0 written")
    assert said.out.count("\n") == 1


def test_what_was_set_aside_is_said_loudly_and_yet_the_build_exits_with_0(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(sets_one_aside)
    assert cli.run(["build", str(folder)]) == 0
    assert "1 SET ASIDE, NOT IN THE SITE (b.md)" in capsys.readouterr().out


def test_strict_exits_with_1_on_a_warning_but_not_on_an_info(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(sets_one_aside)
    assert cli.run(["build", str(folder), "--strict"]) == 1
    assert capsys.readouterr().out.endswith("FAILED, being strict\n")
    (folder / "site.toml").write_text("strict = true")
    assert cli.run(["build", str(folder)]) == 1
    pretend(ends_well)
    assert cli.run(["build", str(folder)]) == 0


def test_quiet_leaves_only_warnings_and_errors(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(sets_one_aside)
    cli.run(["build", str(folder), "--quiet"])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(
        "/content/b.md:1:1: warning file-empty the file is empty (delete it, or save the article again)\n"
    )


def test_what_is_wrong_with_a_file_of_the_site_names_it_as_the_site_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*arguments: str) -> dict[str, str]:
        cli.run(["build", "log", *arguments])
        lines = capsys.readouterr().err.splitlines()
        return {line.split(" ")[2]: line.partition(" ")[0] for line in lines}

    monkeypatch.chdir(tmp_path)
    site = SmallSite(tmp_path / "log")
    rules = 'name = "Q"\nslug = "q"\nhome = "https://q.example/"\nhosts = ["q.example"]\n'
    named = {
        "site.toml": 'title = "Log"\n',
        "sources/q.toml": rules,
        "sources/q.py": "",
        "threads.toml": '[pin]\nnobody = "a0"\n',
    }
    write_files(site.folder, named)
    write_files(site.content, {"a0.md": "---\ntitle: A\n---\n<p>The lamp was lit by the keeper.</p>\n"})
    places = told()
    assert places["hook-not-allowed"] == "log/sources/q.py:1:1:"
    assert places["article-unknown"] == "log/threads.toml:1:1:"
    assert places["language-unset"] == "log/site.toml:1:1:"
    (site.content / "a0.md").unlink()
    assert told()["content-empty"] == "log/content:1:1:"
    (tmp_path / "rules").mkdir()  # what lies elsewhere is named whole
    for name in ("q.toml", "q.py"):
        (site.folder / "sources" / name).rename(tmp_path / "rules" / name)
    (site.folder / "site.toml").write_text('sources = "../rules"')
    assert told()["hook-not-allowed"] == f"{tmp_path}/rules/q.py:1:1:"


def test_a_finding_names_its_file_as_it_is_opened_from_here(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tags.toml").touch()

    def tells(settings: Settings, progress: Progress) -> Report:
        report = sets_one_aside(settings, progress)
        report.tell([finding("article-unknown", "tags.toml", "no article is called x")])
        return report

    pretend(tells)
    monkeypatch.chdir(folder.parent)
    cli.run(["build", folder.name, "--quiet"])
    places = [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()]
    assert places == [f"{folder.name}/content/b.md:1:1:", f"{folder.name}/tags.toml:1:1:"]


def test_the_file_of_settings_is_named_where_it_would_stand(
    make_site: Callable[..., SmallSite], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "<p>The keeper of the harbour lit the lamp again on Monday, and the ferries came in.</p>"
    site = make_site({f"{number}.md": f"---\ntitle: Lamp {number}\n---\n{body}" for number in range(3)})
    (site.folder / "site.toml").unlink(missing_ok=True)
    monkeypatch.chdir(site.folder.parent)
    cli.run(["build", site.folder.name])
    told = [line for line in capsys.readouterr().err.splitlines() if "info language-unset" in line]
    assert [line.partition(":")[0] for line in told] == [f"{site.folder.name}/site.toml"]


def test_the_report_holds_the_outcomes_and_the_exit_code(folder: Path, pretend) -> None:
    pretend(sets_one_aside)
    file = folder / "report.json"
    cli.run(["build", str(folder), "--strict", "--report", str(file)])
    said = json.loads(file.read_bytes())
    assert said["exit"] == 1
    assert [(article["id"], article["outcome"]) for article in said["articles"]] == [
        ("a", "built"),
        ("b", "set-aside"),
    ]
    assert said["seconds"] >= 0
    assert sorted(path.name for path in folder.iterdir()) == ["content", "report.json"]


def test_the_report_says_how_long_each_phase_took(folder: Path, pretend) -> None:
    def in_phases(settings: Settings, progress: Progress) -> Report:
        for name in ("articles", "pages"):
            progress.start(name, 2)
            progress.advance(2)
        progress.done()
        return Report()

    pretend(in_phases)
    cli.run(["build", str(folder), "--report", str(folder / "report.json")])
    assert list(json.loads((folder / "report.json").read_bytes())["phases"]) == ["articles", "pages"]


def test_a_failed_build_exits_with_2_and_one_sentence_and_reports_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "site.toml").write_text('titel = "x"')
    file = folder / "report.json"
    assert cli.run(["build", str(folder), "--report", str(file)]) == 2
    sentence = f'site-builder: {folder}/site.toml:1:1: unknown key "titel" (did you mean "title"?)\n'
    assert capsys.readouterr() == ("", sentence)
    assert json.loads(file.read_bytes())["error"]["hint"] == 'did you mean "title"?'


def test_an_output_that_cannot_be_written_exits_with_2(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(settings: Settings, progress: Progress) -> Report:
        raise OutputError("the folder is not ours", "public", "name another")

    pretend(fails)
    assert cli.run(["build", str(folder)]) == 2
    assert capsys.readouterr().err == "site-builder: public: the folder is not ours (name another)\n"


def test_a_report_that_cannot_be_written_is_said(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(ends_well)
    assert cli.run(["build", str(folder), "--report", str(folder / "content")]) == 2
    (folder / "r.json").mkdir()
    assert cli.run(["build", str(folder), "--report", str(folder / "r.json")]) == 2
    capsys.readouterr()


def test_a_report_that_has_no_folder_is_said_before_the_work(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def works(settings: Settings, progress: Progress) -> Report:
        pytest.fail("it built first")

    pretend(works)
    assert cli.run(["build", str(folder), "--report", str(folder / "nowhere" / "r.json")]) == 2
    assert "r.json: the folder of the report does not exist (" in capsys.readouterr().err


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_whoever_reads_the_output_may_go_away(folder: Path, stream: str) -> None:
    for number in range(60):
        (folder / "content" / f"{number}.md").write_text(f"---\ntitle: x\n---\ntext {number}\n")
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "site_builder", "build", str(folder), "--why", "--report"]
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    streams: dict[str, int] = {stream: writer, other: subprocess.PIPE}
    said = subprocess.run([*command, str(folder / "r.json")], cwd=ROOT, **streams)  # type: ignore[call-overload]
    os.close(writer)
    assert said.returncode == 141
    assert b"unexpected" not in (getattr(said, other) or b"")
    assert json.loads((folder / "r.json").read_bytes())["counts"]["articles"]["built"] == 60


def test_a_full_disk_under_the_output_is_said_in_a_sentence(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "site_builder", "build", str(folder)]
        said = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert said.returncode == 2
    assert b"No space left on device (make room on the disk)" in said.stderr
    assert b"please report" not in said.stderr


def test_a_fault_of_ours_is_one_line_and_a_traceback_only_on_demand(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(settings: Settings, progress: Progress) -> Report:
        raise KeyError("\x1b[2J")

    pretend(breaks)
    assert cli.run(["build", str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "KeyError" in said
    assert "please report it" in said
    assert "\x1b" not in said
    assert cli.run(["--debug", "build", str(folder)]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ((errno.EACCES, "no", "day.html"), "day.html: cannot be used: no (check its permissions)"),
        ((errno.EROFS, "no", "a.css"), "a.css: cannot be used: no (choose a place that can be written to)"),
        ((errno.ENOSPC, "no"), "the output: cannot be written: no (make room on the disk)"),
    ],
)
def test_what_a_person_can_mend_is_no_fault_of_ours(
    error: tuple[int, ...], said: str, folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(settings: Settings, progress: Progress) -> Report:
        raise OSError(*error)

    pretend(breaks)
    assert cli.run(["build", str(folder)]) == 2
    assert capsys.readouterr().err == f"site-builder: {said}\n"


def test_a_current_folder_that_was_deleted_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cli.run(["build", str(tmp_path)]) == 2
    assert "the current folder is no longer there" in capsys.readouterr().err


def test_a_closed_output_is_no_fault(folder: Path) -> None:
    command = f'exec "{sys.executable}" -m site_builder build "{folder}" --quiet >&- 2>&-'
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(["sh", "-c", command], env=env, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--trust"],
        ["tags", "--why", "a", "--new"],
        ["capture", "--verify", "--gc"],
        ["capture", "--gc", "--only", "a"],
        ["capture", "--verify", "--dry-run"],
        ["clean", "--site", "nowhere", __file__],
    ],
)
def test_options_that_would_do_nothing_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    assert "Error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["bild"], ["build", "--workers", "-1"], ["build", "--nope"], ["build", "a", "b"]]
)
def test_a_wrong_command_line_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    assert "Error:" in capsys.readouterr().err


def test_an_interrupt_exits_with_130_and_one_line(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(settings: Settings, progress: Progress) -> Report:
        raise KeyboardInterrupt

    pretend(interrupted)
    assert cli.run(["build", str(folder)]) == 130
    assert capsys.readouterr().err.strip() == "site-builder: interrupted"


def test_the_output_folder_is_named_from_the_current_folder(
    folder: Path, pretend, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    seen: list[Path] = []

    def looks(settings: Settings, progress: Progress) -> Report:
        seen.append(settings.output)
        return Report()

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    pretend(looks)
    cli.run(["build", str(folder), "-o", "out"])
    cli.run(["build", str(folder)])
    assert seen == [elsewhere / "out", folder / "public"]


def test_no_file_name_can_command_the_terminal(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "a\x1b[31m\r\n\x9b2J\u202e\ud800.md"

    def names(settings: Settings, progress: Progress) -> Report:
        report = Report(read=1)
        report.record(hostile, "a", "set-aside")
        report.tell([finding("file-empty", hostile, "the file is empty")])
        return report

    pretend(names)
    cli.run(["build", str(folder)])
    said = capsys.readouterr()
    shown = r"a\x1b[31m\r\n\x9b2J\u202e\ud800.md"
    assert shown in said.err
    assert shown in said.out
    assert (said.err.count("\n"), said.out.count("\n")) == (1, 1)


def test_chinese_is_printed_as_it_is() -> None:
    assert make_printable("雷军：是徕卡找的我们　“傻亮”.md") == "雷军：是徕卡找的我们　“傻亮”.md"


def test_a_terminal_that_knows_only_ascii_gets_escapes(folder: Path) -> None:
    (folder / "site.toml").write_text('标题 = "x"', "utf-8")
    said = site_builder("build", folder, PYTHONIOENCODING="ascii")
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("encoding", ["cp936", "cp1252"])
def test_a_console_that_cannot_write_a_letter_gets_its_escape_and_the_build_goes_on(
    folder: Path, encoding: str
) -> None:
    (folder / "content" / "😀.md").write_text("---\ntitle: 😀 한글\nauthor: 😀报\n---\n<p>正文</p>", "utf-8")
    command = [sys.executable, "-m", "site_builder", "build", str(folder), "--why"]
    said = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True)
    assert (said.returncode, b"Traceback" in said.stderr) == (0, False)
    assert b"\\U0001f600" in said.stderr


def test_many_infos_of_one_kind_are_summed_up(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def talks(settings: Settings, progress: Progress) -> Report:
        report = Report()
        report.tell(finding("source-unknown", f"{n:03}.md", f"unknown {n}") for n in range(SHOWN_INFOS + 5))
        report.tell(finding("date-missing", f"{n:03}.md", "no date") for n in range(SHOWN_INFOS + 5))
        return report

    pretend(talks)
    cli.run(["build", str(folder)])
    lines = capsys.readouterr().err.splitlines()
    assert sum("source-unknown unknown" in line for line in lines) == SHOWN_INFOS
    assert sum("date-missing no date" in line for line in lines) == SHOWN_INFOS + 5, (
        "warnings are all printed"
    )
    both = f"{SHOWN_INFOS + 5} date-missing, {SHOWN_INFOS + 5} source-unknown"
    assert lines[-1] == f"… in all {both} (--report FILE.json has every one)"


def test_more_findings_than_a_screen_are_counted_by_code_the_gravest_first(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def talks(settings: Settings, progress: Progress) -> Report:
        report = Report()
        report.tell(finding("date-missing", f"{n:03}.md", "no date") for n in range(SCREEN))
        report.tell([finding("article-failed", "a.md", "oops"), finding("source-unknown", "a.md", "unknown")])
        return report

    pretend(talks)
    cli.run(["build", str(folder), "--quiet"])
    counted = f"1 article-failed, {SCREEN} date-missing"
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"… in all {counted} (--report FILE.json has every one)"
    pretend(sets_one_aside)
    cli.run(["build", str(folder)])
    assert "in all" not in capsys.readouterr().err


def test_only_long_work_has_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar.start("articles", 5)
    bar.advance()
    bar.done()
    assert capsys.readouterr().err == ""
    bar.start("articles", 5000)
    bar.advance(5000)
    bar.done()


def test_nothing_is_drawn_where_nobody_watches(
    folder: Path, pretend, capsys: pytest.CaptureFixture[str]
) -> None:
    def works(settings: Settings, progress: Progress) -> Report:
        progress.start("articles", 5000)
        progress.advance(5000)
        progress.done()
        return Report()

    pretend(works)
    cli.run(["build", str(folder)])
    assert capsys.readouterr().err == ""


# --- the whole line -------------------------------------------------------------------------------

ARTICLE = """---
title: A bridge opens
date: 2022-07-20 23:15:52 +0800
author: The Example
---
<p>The bridge opened today.</p>
"""


def test_a_folder_of_articles_is_built_twice_with_the_same_result(tmp_path: Path) -> None:
    (tmp_path / "bridge.md").write_text(ARTICLE)
    first = site_builder("build", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "1 article read, 1 built, 0 merged, 0 set aside" in first.stdout
    assert (tmp_path / "public" / "2022" / "07" / "20" / "bridge.html").exists()
    second = site_builder("build", cwd=tmp_path)
    assert "1 article read, 1 built, 0 merged, 0 set aside · pages: 0 written" in second.stdout, (
        "the output folder, which lies among the articles, was read back"
    )


def test_a_build_in_a_process_says_what_it_set_aside(folder: Path) -> None:
    (folder / "content" / "bridge.md").write_text(ARTICLE)
    (folder / "content" / "empty.md").touch()
    said = site_builder("build", folder, "--strict", "--report", folder / "report.json")
    assert said.returncode == 1
    assert "content/empty.md:1:1: warning file-empty " in said.stderr
    assert "1 SET ASIDE, NOT IN THE SITE (empty.md)" in said.stdout
    report = json.loads((folder / "report.json").read_bytes())
    assert report["counts"]["articles"] == {"read": 2, "built": 1, "merged": 0, "set_aside": 1}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_build_leaves_one_line(folder: Path, workers: str) -> None:
    for number in range(3000):
        (folder / "content" / f"{number}.md").write_text(ARTICLE)
    command = [sys.executable, "-m", "site_builder", "build", str(folder), "--workers", workers]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    wait_until((folder / ".site-builder").exists)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode().strip() == "site-builder: interrupted"


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for another process; a minute is a failure, not a measurement."""
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")

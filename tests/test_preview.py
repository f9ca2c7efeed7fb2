"""``serve``: what it serves, what it never does, and how it follows what is saved."""

# ruff: noqa: E501

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from multiprocessing import forkserver
from pathlib import Path

import pytest
from sites import ROOT, SmallSite, read_tree, write_files

from site_builder.errors import OutputError
from site_builder.workshop.preview import (
    Server,
    Stage,
    add_reload,
    answer,
    find_file,
    follow,
    is_own_host,
    open_policy,
    open_server,
    show,
    watch_site,
)
from site_builder.workshop.standby import Builds, Outcome, Shown, build_apart

PAGE = (
    '<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'"></head>'
    '<body data-page="home">正文</body></html>'
)
FILES = {
    "index.html": PAGE, "404.html": PAGE.replace("正文", "不在"), "style.css": "a{}", "2022/index.html": PAGE,
    "feed.xml": "<feed/>", "feed.json": "{}", "originals/a.txt": "原文", ".site-builder-journal": "secret",
}  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    write_files(tmp_path / "public", FILES)
    write_files(tmp_path, {"secret.txt": "secret"})
    return Stage(tmp_path / "public")


@contextmanager
def serving(stage: Stage) -> Iterator[Server]:
    server = open_server("127.0.0.1", 0, stage)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask as a client that normalises nothing."""

    # ruff: noqa: E501
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


def test_files_are_served_with_their_media_types(stage: Stage) -> None:
    with serving(stage) as server:
        for path, kind in {
            "/": "text/html; charset=utf-8", "/2022/": "text/html; charset=utf-8", "/style.css": "text/css; charset=utf-8",
            "/feed.xml": "application/xml", "/feed.json": "application/json", "/originals/a.txt": "text/plain; charset=utf-8",
        }.items():  # fmt: skip
            status, headers, body = ask(server, path)
            assert (status, headers["content-type"]) == (200, kind), path
            assert int(headers["content-length"]) == len(body)
            assert headers["x-content-type-options"] == "nosniff"
        assert ask(server, "/originals/a.txt")[2] == "原文".encode()


def test_what_is_not_there_gives_the_sites_own_404_page(stage: Stage) -> None:
    with serving(stage) as server:
        status, headers, body = ask(server, "/gone.html")
    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "不在".encode() in body
    (stage.output / "404.html").unlink()
    assert answer(stage, "/gone.html")[0] == HTTPStatus.NOT_FOUND


def test_a_head_request_has_no_body_and_other_methods_are_refused(stage: Stage) -> None:
    with serving(stage) as server:
        status, headers, body = ask(server, "/index.html", "HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > len(PAGE)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert ask(server, "/index.html", method)[0] == 501


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/2022/../../secret.txt",
     "//secret.txt/../../secret.txt", "/./../secret.txt", "/%00", "/c:/secret.txt", "/.site-builder-journal",
     "/link.txt", "/folder/secret.txt", "/%252e%252e/secret.txt", "/\\..\\secret.txt"],
)  # fmt: skip
def test_nothing_outside_the_output_can_be_had(stage: Stage, path: str) -> None:
    (stage.output / "link.txt").symlink_to(stage.output.parent / "secret.txt")
    (stage.output / "folder").symlink_to(stage.output.parent)
    with serving(stage) as server:
        status, _, body = ask(server, path)
    assert status == 404
    assert b"secret" not in body


def test_an_absolute_path_is_no_way_out(stage: Stage) -> None:
    assert find_file(stage.output, f"/{stage.output.parent}/secret.txt") is None


def test_the_script_that_reloads_is_served_and_never_written(stage: Stage) -> None:
    before = read_tree(stage.output)
    with serving(stage) as server:
        body = ask(server, "/index.html")[2].decode()
        script = re.search(r'<script src="([^"]+)">', body)
        assert script
        assert ask(server, script[1])[1]["content-type"].startswith("text/javascript")
    assert "script-src 'self'; connect-src 'self'" in body
    assert body.index("正文") > body.index("<script")
    assert read_tree(stage.output) == before


def test_a_policy_is_opened_once() -> None:
    once = open_policy(b"default-src 'none'; script-src 'self'")
    assert once == b"default-src 'none'; script-src 'self'; connect-src 'self'"
    assert open_policy(once) == once


def test_an_error_is_shown_in_the_page_and_cannot_add_markup_to_it() -> None:
    page = add_reload(PAGE.encode(), "content/<script>alert(1)</script>.md").decode()
    assert "&lt;script&gt;alert(1)" in page
    assert 'role="alert"' in page
    assert add_reload(b"", "broken").startswith(b"<link")


def test_a_page_that_waits_is_told_to_reload(stage: Stage) -> None:
    with serving(stage) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
        connection.request("GET", "/.site-builder/events")
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "text/event-stream"
        wait_until(lambda: bool(stage.waiting))
        stage.change("")
        assert response.readline() == b"data: reload\n"
        connection.close()


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000"])
def test_this_computers_own_names_are_answered(host: str) -> None:
    assert is_own_host(host, "127.0.0.1")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", ""])
def test_a_name_of_somebody_elses_that_points_here_is_refused(stage: Stage, host: str) -> None:
    assert not is_own_host(host, "127.0.0.1")
    with serving(stage) as server:
        assert ask(server, "/index.html", Host=host)[0] == 403


def test_a_port_that_is_taken_gives_way_to_the_next_unless_it_was_asked_for(stage: Stage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = open_server("127.0.0.1", port, stage)
        assert server.server_address[1] != port
        server.server_close()
        with pytest.raises(OutputError, match="cannot serve"):
            open_server("127.0.0.1", port, stage, exact=True)


def test_an_error_ends_nothing_and_goes_away_when_it_is_mended(stage: Stage) -> None:
    outcomes = iter(
        [Outcome("", error="a.toml:1:1: broken"), Outcome("3 articles read", ("b.md:1:1: file-empty",))]
    )
    said: list[str] = []
    errors = []

    def build(_: Shown) -> Outcome:
        errors.append(stage.error)
        return next(outcomes)

    follow(stage, build, iter([{"x/a.toml"}, {"x/a.toml", "x/b", "x/c", "x/d"}]), said.append)
    assert errors == ["", "a.toml:1:1: broken"]
    assert stage.error == ""
    assert said == [
        "changed: a.toml", "a.toml:1:1: broken",
        "changed: a.toml, b, c and 1 more", "b.md:1:1: file-empty", "3 articles read",
    ]  # fmt: skip


def test_a_build_apart_reads_everything_anew_and_reports_what_stops_it(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    site.write({"a.md": "---\ntitle: 甲\ndate: 2022-07-20\n---\n正文。\n"})
    site.configure(title="一")
    summary = build_apart(tmp_path, {}).summary
    assert "1 built" in summary and "· 0.00 s" not in summary
    site.configure(titel="二")
    assert 'unknown key "titel"' in build_apart(tmp_path, {}).error
    site.configure(title="三")
    write_files(
        tmp_path,
        {
            "templates/about.html": "{% extends 'base.html' %}{% block main %}{{ nothing.at.all }}{% endblock %}"
        },
    )
    assert "about.html" in build_apart(tmp_path, {}).error


def test_pages_reload_before_the_search_index_is_made_and_the_search_page_after_it(stage: Stage) -> None:
    with serving(stage) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
        connection.request("GET", "/.site-builder/events")
        response = connection.getresponse()
        wait_until(lambda: bool(stage.waiting))
        told = []

        def build(pages_stand: Shown) -> Outcome:
            pages_stand()
            told.append((response.readline(), response.readline()))  # while the build still goes on
            return Outcome("1 article read")

        show(stage, build, lambda _: None)
        assert told == [(b"data: reload\n", b"\n")]
        assert response.readline() == b"event: search\n"
        connection.close()


def test_an_edit_is_built_by_the_process_that_waits_and_all_else_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SmallSite(tmp_path)
    article = "---\ntitle: {}\ndate: 2022-07-20\n---\n正文。\n"
    page, stood = site.out / "2022/07/20/a.html", []
    site.configure(title="一")
    site.write({"a.md": article.format("甲")})
    anew = []

    def build_anew(*details: object) -> Outcome:
        anew.append(True)
        return build_apart(*details)  # type: ignore[arg-type]

    monkeypatch.setattr("site_builder.workshop.standby.build_apart", build_anew)
    builds = Builds(tmp_path, {})

    def build() -> tuple[bool, str]:
        anew.clear()
        outcome = builds.build(lambda: stood.append(page.read_text("utf-8")))
        assert "1 built" in outcome.summary, outcome.error
        return bool(anew), page.read_text("utf-8")

    try:
        assert build()[0]
        site.write({"a.md": article.format("乙")})
        stood.clear()
        by_new, text = build()
        assert not by_new
        assert "乙" in text
        assert stood == [text]  # told when the page stood
        assert not build()[0]  # nothing has changed: nothing to read anew
        site.configure(title="二")
        by_new, text = build()
        assert by_new
        assert "二</title>" in text
        about = (ROOT / "templates/about.html").read_text("utf-8")
        for version in ("新版", "再版"):
            write_files(
                tmp_path,
                {"templates/about.html": f"{about}{{% block head %}}<!-- {version} -->{{% endblock %}}"},
            )
            assert build()[0]
            assert version in (site.out / "about.html").read_text("utf-8")
    finally:
        builds.close()


def test_a_waiting_process_that_was_killed_is_not_missed(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    site.write({"a.md": "---\ntitle: 甲\ndate: 2022-07-20\n---\n正文。\n"})
    builds = Builds(tmp_path, {})
    try:
        builds.build(lambda: None)
        assert builds._next
        process = builds._next._process
        process.kill()
        process.join()
        assert "1 built" in builds.build(lambda: None).summary
    finally:
        builds.close()
    assert not builds._next._process.is_alive()


def test_what_is_saved_is_seen_and_what_the_build_writes_is_not(tmp_path: Path) -> None:
    for name in ("content", "public", ".site-builder"):
        (tmp_path / name).mkdir()
    stop = threading.Event()
    ignored = [tmp_path / "public", tmp_path / ".site-builder"]
    changes = watch_site(tmp_path, [tmp_path / "content"], ignored, stop)
    seen: set[str] = set()
    reader = threading.Thread(target=lambda: [seen.update(changed) for changed in changes], daemon=True)
    reader.start()

    def save(number: list[int] = [0]) -> bool:  # noqa: B006  (the watcher may not be there yet: save until it is)
        number[0] += 1
        text = f"{number[0]}"
        write_files(
            tmp_path,
            {"public/a.html": text, "content/deep/a.md": text, "site.toml": text, "content/.b.swp": text},
        )
        return {"a.md", "site.toml"} <= {os.path.basename(path) for path in seen}

    wait_until(save)
    stop.set()
    reader.join(timeout=20)
    assert {os.path.basename(path) for path in seen} - {"deep"} == {"a.md", "site.toml"}


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for another thread or process; a minute is a failure, not a measurement."""
    for _ in range(1200):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


def test_ctrl_c_while_a_process_comes_up_leaves_no_trace_of_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = forkserver.connect_to_new_process  # after it, the process is told what to do
    states: list[int] = []

    def interrupted(fds: list[int]) -> tuple[int, int]:
        ends = connect(fds)
        states.append(os.dup(ends[0]))
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            os.close(ends[1])  # as the end of this process does
            raise
        return ends

    monkeypatch.setattr(forkserver, "connect_to_new_process", interrupted)
    was_told = False
    try:
        build_apart(tmp_path, {})
    except KeyboardInterrupt:  # held no longer, as it would hold the process's pipe
        was_told = True
    assert was_told
    while os.read(states[0], 64):  # until it has ended
        pass
    os.close(states[0])
    assert capfd.readouterr().err == ""


def test_the_command_serves_follows_and_ends_cleanly(tmp_path: Path) -> None:
    """The whole of it: start, look, save an article, save a mistake, mend it, Ctrl-C."""
    site = SmallSite(tmp_path)
    site.write({"a.md": "---\ntitle: 甲\ndate: 2022-07-20\n---\n正文。\n"})
    site.configure(title="一")
    command = [sys.executable, "-u", "-m", "site_builder", "serve", str(tmp_path), "--port", "0"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with open(tmp_path / "log.txt", "wb") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log, env=env, cwd=ROOT, start_new_session=True)

    def said() -> str:
        return (tmp_path / "log.txt").read_text("utf-8")

    try:
        wait_until(lambda: "serving http://127.0.0.1:" in said())
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", said())[0])

        def page(path: str) -> str:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", path)
            return connection.getresponse().read().decode()

        assert "甲" in page("/2022/07/20/a.html")

        def until_shown(path: str, text: str, save: Callable[[], object]) -> None:
            def shown() -> bool:
                save()
                time.sleep(0.5)
                return text in page(path)

            wait_until(shown)

        until_shown(
            "/2022/07/20/a.html",
            "乙",
            lambda: site.write({"a.md": "---\ntitle: 乙\ndate: 2022-07-20\n---\n正文。\n"}),
        )
        until_shown("/index.html", "unknown key &quot;titel&quot;", lambda: site.configure(titel="二"))
        until_shown("/index.html", "<title>三", lambda: site.configure(title="三"))
        wait_until(lambda: "site-builder-error" not in page("/index.html"))
        assert ".site-builder/" not in (site.out / "index.html").read_text("utf-8")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(timeout=60)
    assert code == 0
    assert said().rstrip().endswith("site-builder: no longer serving")
    assert "Traceback" not in said()
    assert 'unknown key "titel"' in said()

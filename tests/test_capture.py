"""Capture against a host that does everything wrong: nothing hangs, nothing half stored, the rest goes on."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile_host import GOOD, Host, closed_port, count, serve_faults
from hypothesis import given
from hypothesis import strategies as st
from painting import bomb, gif, jpeg, png
from secure_host import serve_securely
from sites import ROOT, SmallSite

from site_builder.capture.addresses import Border, Forbidden, forbid_address
from site_builder.capture.fetch import Fetcher, Limits, Trouble, read_retry_after
from site_builder.capture.judging import Court
from site_builder.capture.plan import TRIES, Wanted, choose_referer, list_questions, list_wanted
from site_builder.capture.round import PUT_OFF, Manners, Tally, capture
from site_builder.capture.store import has_file, hold_store, store_bytes, verify_store
from site_builder.cli import run
from site_builder.errors import ConfigError, OutputError
from site_builder.model import Source
from site_builder.pictures.judge import judge
from site_builder.pictures.lock import (
    Attempt,
    MediaLock,
    append_attempt,
    encode_attempt,
    read_lock,
    sort_lock,
)
from site_builder.report import SILENT

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PATIENT = Limits(connect=60, silence=60, total=120, bytes=3_000_000)
"""For hosts that answer: no stall of the machine may look like a fault of theirs."""

QUICK = Limits(connect=2, silence=1.5, total=4, bytes=3_000_000)
"""For hosts that never end: the limits are what is tried."""

MANNERS = Manners(
    "site-builder-test (+https://example.org)",
    per_host=16,
    delay=0,
    at_once=40,
    failures=99,
    backoff=0.1,
    patience=3,
    judges=2,
    max_pixels=20_000_000,
    decode_seconds=10,
    limits=PATIENT,
)


@pytest.fixture(scope="module")
def shared_host() -> Iterator[Host]:
    with serve_faults() as host:
        yield host


@pytest.fixture
def host(shared_host: Host) -> Host:
    shared_host.forget()
    shared_host.pause, shared_host.most = 0.0, 0
    return shared_host


class Desk:
    """A store and a lock in a folder, and rounds of questions for them."""

    def __init__(self, folder: Path, host: Host) -> None:
        self.store, self.lock_file, self.host = folder / "media", folder / "media.lock", host
        self.border = Border(frozenset({host.name}))

    @property
    def lock(self) -> MediaLock:
        return read_lock(self.lock_file)

    def ask(
        self, *wanted: Wanted | str, manners: Manners = MANNERS, now: datetime = NOON, **options
    ) -> Tally:  # type: ignore[no-untyped-def]
        pictures = [one if isinstance(one, Wanted) else Wanted((one,), "a") for one in wanted]
        questions = list(list_questions(pictures, self.lock, self.has, **options))
        self.store.mkdir(exist_ok=True)
        work = capture(
            questions, self.store, self.lock_file, self.lock, self.border, manners, SILENT, lambda: now
        )
        return asyncio.run(work)

    def has(self, attempt: Attempt) -> bool:
        return has_file(self.store, attempt)

    def attempt(self, url: str) -> Attempt:
        """Give the last attempt on an address."""
        return self.lock.attempts[url][-1]

    def files(self) -> set[str]:
        return {path.name for path in self.store.rglob("*") if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path, host: Host) -> Desk:
    return Desk(tmp_path, host)


# --- every fault at once ------------------------------------------------------------------------

NEVER_ENDING = {
    "slow-loris.jpg": ("failed", "longer than"),
    "slow-headers.jpg": ("failed", ""),
    "silent.jpg": ("failed", "silent"),
}
FATES = NEVER_ENDING | {
    "endless.jpg": ("too-large", "larger than"),
    "too-short.jpg": ("failed", "broke off"),
    "not-http.jpg": ("failed", "breaks HTTP"),
    "busy-429.jpg": ("kept", ""),
    "busy-503.jpg": ("kept", ""),
    "busy-until.jpg": ("kept", ""),
    "wrong-type.jpg": ("kept", ""),
    "gzipped.jpg": ("kept", ""),
    "moved.jpg": ("kept", ""),
    "redirects/4": ("kept", ""),
    "good/1.jpg": ("kept", ""),
    "page.jpg": ("refused", "web page"),
    "drawing.jpg": ("refused", "SVG"),
    "drawing-late.jpg": ("refused", "SVG"),
    "empty.jpg": ("damaged", "empty"),
    "noise.jpg": ("refused", "no picture"),
    "truncated.jpg": ("damaged", "decoded"),
    "corrupt.png": ("damaged", "decoded"),
    "bomb.png": ("too-large", "pixels"),
    "gzip-bomb.jpg": ("too-large", "larger than"),
    "odd-coding.jpg": ("refused", "not asked for"),
    "declared-large.jpg": ("too-large", "larger than"),
    "gone.jpg": ("gone", "no longer"),
    "missing.jpg": ("gone", "no longer"),
    "refused.jpg": ("refused", "403"),
    "broken.jpg": ("failed", "500"),
    "redirects/9": ("refused", "redirects"),
    "circle.jpg": ("refused", "circle"),
    "to-metadata.jpg": ("refused", "metadata"),
    "to-private.jpg": ("refused", "private"),
    "to-loopback.jpg": ("refused", "port"),
    "to-file.jpg": ("refused", "http"),
    "to-password.jpg": ("refused", "password"),
}
"""Path -> what becomes of it, and a word of the reason."""


def test_every_fault_has_its_fate_nothing_hangs_and_a_second_run_asks_only_for_what_is_missing(
    desk: Desk,
) -> None:
    dead = f"127.0.0.1:{closed_port()}"
    desk.border = Border(frozenset({desk.host.name, dead}))
    others = {
        f"http://{dead}/a.jpg": ("failed", "no connection"),
        f"https://{desk.host.name}/tls.jpg": ("failed", ""),
        "http://no-such-host.invalid/a.jpg": ("failed", "resolved"),
        "http://127.0.0.1:8080/a.jpg": ("refused", "loopback"),
        "http://127.0.0.1:22/a.jpg": ("refused", "port 22"),
    }
    fates = {desk.host.url(path): fate for path, fate in FATES.items()} | others
    never_ending = [desk.host.url(path) for path in NEVER_ENDING]
    hurried = replace(MANNERS, limits=QUICK)
    tally = desk.ask(*(url for url in fates if url not in never_ending))
    tally.fates.update(desk.ask(*never_ending, manners=hurried).fates)
    found = {url: (desk.attempt(url).fate, desk.attempt(url).reason) for url in fates}
    assert {url: fate for url, (fate, _) in found.items()} == {url: fate for url, (fate, _) in fates.items()}
    assert [(url, why) for url, (_, why) in found.items() if fates[url][1] not in why] == []
    assert tally.fates.total() == len(fates)

    kept = [url for url, (fate, _) in fates.items() if fate == "kept"]
    assert {stored.state for stored in verify_store(desk.store, desk.lock.digests().values())} == {"whole"}
    assert len(desk.files()) == len({desk.attempt(url).digest for url in kept})  # nothing half stored
    assert desk.attempt(desk.host.url("wrong-type.jpg")).ending == ".png"  # the bytes decide

    desk.host.forget()
    desk.ask(*fates, manners=hurried)
    again = {
        url
        for url, (fate, _) in fates.items()
        if fate == "failed" and desk.host.name in url and url[:5] == "http:"
    }
    assert {desk.host.url(path[1:]) for path in desk.host.asked} == again


def test_a_host_that_wants_rest_gets_it(desk: Desk) -> None:
    urls = [desk.host.url(name) for name in ("busy-429.jpg", "busy-503.jpg")]
    desk.host.times.clear()
    assert desk.ask(*urls).fates["kept"] == 2
    for path, times in desk.host.times.items():
        assert len(times) == 2, path
        assert times[1] - times[0] >= 0.95


def test_a_host_that_wants_a_day_of_rest_is_left_alone_for_this_round(desk: Desk) -> None:
    urls = [desk.host.url("busy-long.jpg"), *(desk.host.url(f"good/{n}.jpg") for n in range(5))]
    tally = desk.ask(*urls, manners=replace(MANNERS, per_host=1))
    assert desk.host.asked == ["/busy-long.jpg"]
    assert tally.fates == {"failed": 1, PUT_OFF: 5}
    assert desk.ask(*urls[1:]).fates["kept"] == 5


def test_a_host_that_is_down_is_asked_three_times_and_the_others_go_on(desk: Desk) -> None:
    dead = f"127.0.0.1:{closed_port()}"
    desk.border = Border(frozenset({desk.host.name, dead}))
    urls = [f"http://{dead}/{n}.jpg" for n in range(20)] + [desk.host.url(f"good/{n}.jpg") for n in range(6)]
    tally = desk.ask(*urls, manners=replace(MANNERS, per_host=1, failures=3))
    assert tally.hosts[dead] == {"failed": 3, PUT_OFF: 17}
    assert tally.hosts[desk.host.name] == {"kept": 6}


def test_a_host_meets_two_requests_at_once_with_a_pause_between(desk: Desk) -> None:
    desk.host.pause = 0.1
    urls = [desk.host.url(f"good/{n}.jpg") for n in range(12)]
    assert desk.ask(*urls[:6], manners=replace(MANNERS, per_host=2)).fates["kept"] == 6
    assert desk.host.most <= 2
    desk.host.pause = 0.0
    began = time.monotonic()
    assert desk.ask(*urls[6:], manners=replace(MANNERS, per_host=2, delay=0.2)).fates["kept"] == 6
    assert time.monotonic() - began >= 5 * 0.2  # the pauses alone; a busy machine only adds to them


def test_hosts_are_told_who_asks_and_the_page_that_a_publisher_wants_named(desk: Desk) -> None:
    shy = Wanted((desk.host.url("shy.jpg"),), "a", referer="https://publisher.example/story.html")
    desk.ask(shy, desk.host.url("good/1.jpg"))
    assert {headers["User-Agent"] for headers in desk.host.headers} == {MANNERS.agent}
    assert sorted(headers.get("Referer", "") for headers in desk.host.headers) == ["", shy.referer]
    assert desk.attempt(shy.urls[0]).fate == "kept"


def test_alternatives_are_asked_in_order_until_one_has_the_picture(desk: Desk) -> None:
    urls = tuple(map(desk.host.url, ("gone.jpg", "page.jpg", "good/thumb.jpg", "good/never.jpg")))
    assert desk.ask(Wanted(urls, "a")).fates == {"kept": 1}
    assert desk.host.asked == ["/gone.jpg", "/page.jpg", "/good/thumb.jpg"]
    answer = desk.lock.find(urls)
    assert answer is not None
    assert answer.attempt.url == urls[2]


def test_a_web_archive_is_asked_last_and_its_copy_counts_for_the_address(desk: Desk) -> None:
    url = desk.host.url("gone.jpg")
    pattern = desk.host.url("web/{time}id_/{url}")
    wanted = Wanted((url,), "a", published=datetime(2022, 7, 20, 23, 15, 52, tzinfo=UTC))
    assert desk.ask(wanted, web_archive=pattern).fates == {"kept": 1}
    assert desk.host.asked == ["/gone.jpg", f"/web/20220720231552id_/{url}"]
    assert desk.attempt(url).via.endswith(url)
    assert desk.ask(wanted, web_archive=pattern).requests == 0


def test_robots_are_asked_only_where_the_site_wants_that(desk: Desk) -> None:
    urls = [desk.host.url("good/secret.jpg"), desk.host.url("good/open.jpg")]
    tally = desk.ask(*urls, manners=replace(MANNERS, robots=True))
    assert tally.fates == {"refused": 1, "kept": 1}
    assert count(desk.host.asked) == {"/robots.txt": 1, "/good/open.jpg": 1}
    desk.host.forget()
    assert desk.ask(*urls, retry=True).fates == {"kept": 1}
    assert desk.host.asked == ["/good/secret.jpg"]


def test_what_is_kept_is_asked_for_again_on_request_and_then_conditionally(desk: Desk) -> None:
    url = desk.host.url("conditional.jpg")
    desk.ask(url)
    assert desk.ask(url).requests == 0
    assert desk.ask(url, refresh=True, now=NOON.replace(hour=13)).fates == {"same": 1}
    assert desk.host.headers[-1]["If-None-Match"] == '"one"'
    assert desk.host.headers[-1]["If-Modified-Since"] == "Wed, 20 Jul 2022 10:00:00 GMT"
    assert [attempt.code for attempt in desk.lock.attempts[url]] == [200, 304]


def test_the_same_picture_is_stored_once_and_asked_for_once(desk: Desk) -> None:
    same = tuple(map(desk.host.url, ("good/a.jpg", "good/a.jpg")))
    pictures = [Wanted(same[:1], "a"), Wanted((same[0], desk.host.url("good/other.jpg")), "b")]
    desk.ask(*pictures, desk.host.url("redirects/0"), desk.host.url("redirects/1"))
    assert count(desk.host.asked)["/good/a.jpg"] == 1
    assert (
        desk.attempt(desk.host.url("redirects/0")).digest == desk.attempt(desk.host.url("redirects/1")).digest
    )
    assert len(desk.files()) == 2


def test_a_file_that_was_lost_from_the_store_is_fetched_again(desk: Desk) -> None:
    url = desk.host.url("good/1.jpg")
    desk.ask(url)
    (desk.store / desk.attempt(url).file).unlink()
    assert desk.ask(url).fates == {"kept": 1}
    assert has_file(desk.store, desk.attempt(url))


def test_a_host_that_always_fails_is_not_asked_for_ever(desk: Desk) -> None:
    url = desk.host.url("broken.jpg")
    for hour in range(TRIES + 2):
        desk.ask(url, now=NOON.replace(hour=hour))
    assert len(desk.host.asked) == TRIES
    assert desk.ask(url, retry=True).requests == 1


def test_a_round_ends_when_it_has_fetched_what_it_may(desk: Desk) -> None:
    urls = [desk.host.url(f"good/{n}.jpg") for n in range(6)]
    tally = desk.ask(*urls, manners=replace(MANNERS, per_host=1, total_bytes=1))
    assert tally.fates == {"kept": 1, PUT_OFF: 5}
    assert desk.ask(*urls).fates == {"kept": 5}


def test_a_full_disk_ends_the_round_and_leaves_lock_and_store_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [desk.host.url(f"good/{n}.jpg") for n in range(6)]
    real, stored = os.replace, []

    def replace(source, target):  # type: ignore[no-untyped-def]
        if len(stored) == 2:
            raise OSError(28, "No space left on device")
        stored.append(target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("site_builder.capture.store.os.replace", replace)
        with pytest.raises(OutputError, match="No space left"):
            desk.ask(*urls)
    assert len(desk.lock.digests()) == 2
    assert {stored.state for stored in verify_store(desk.store, desk.lock.digests().values())} == {"whole"}
    assert desk.ask(*urls).fates == {"kept": 4}


def test_a_link_to_what_is_elsewhere_is_not_fetched_again(desk: Desk) -> None:
    url = desk.host.url("good/1.jpg")
    desk.ask(url)
    file = desk.store / desk.attempt(url).file
    file.unlink()
    file.symlink_to("../../.git/annex/objects/not-here")
    assert desk.ask(url).requests == 0
    assert [stored.state for stored in verify_store(desk.store, desk.lock.digests().values())] == [
        "elsewhere"
    ]


# --- addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
        ),
        *("169.254.0.1", "100.64.0.1", "100.127.255.255", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::127.0.0.1"),
        *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "::127.0.0.1", "2001::1", "fec0::1"),
    ],
)
def test_no_address_that_is_not_public_is_connected_to(address: str) -> None:
    assert forbid_address(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_connected_to(address: str) -> None:
    assert forbid_address(address) == ""


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_disguise(address) -> None:  # type: ignore[no-untyped-def]
    plain, number = bool(forbid_address(str(address))), int(address)
    assert bool(forbid_address(f"::ffff:{address}")) is plain
    assert bool(forbid_address(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}")) is plain
    assert bool(forbid_address(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")) is plain


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://1.1.1.1/a.jpg",
            "file:///etc/passwd",
            "gopher://1.1.1.1/",
            "http://",
            "http:///a",
            "data:image/png,",
        ),
        *(
            "http://1.1.1.1:22/",
            "http://1.1.1.1:99999/",
            "http://user@1.1.1.1/",
            "http://[::1]/",
            "http://[fe80::1]/",
        ),
        *("http://127.0.0.1/", "https://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/"),
    ],
)
def test_an_address_that_no_article_should_name_is_refused_before_anything_is_asked(url: str) -> None:
    assert Border().forbid_url(url)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0x7f.1", "017700000001", "0251.0376.43518"],
)
def test_no_spelling_of_a_number_leads_inside(host: str) -> None:
    with pytest.raises((Forbidden, OSError)) as told:
        asyncio.run(Border().resolve(host, 80))
    assert told.type is Forbidden or "not known" in str(told.value) or "Name" in str(told.value)
    assert Border().forbid_url(f"http://{host}/") == ""  # the text alone does not tell; the addresses do


def test_a_host_that_takes_the_call_and_never_speaks_tls_is_left_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)  # and hold the line: Python 3.13 hangs up when nobody has the writer

    async def ask() -> Trouble:
        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher(Border(frozenset({"127.0.0.1"})), Limits(connect=0.3, silence=0.3, total=5), "test")
        with pytest.raises(Trouble) as told:
            await fetcher.fetch(f"https://127.0.0.1:{port}/a.jpg")
        await fetcher.close()
        server.close()
        return told.value

    trouble = asyncio.run(ask())
    assert (trouble.fate, trouble.reason) == ("failed", "the host was silent for too long")


def test_a_link_laid_into_the_store_or_beside_the_lock_is_never_written_through(tmp_path: Path) -> None:
    outside, store, data = tmp_path / "outside", tmp_path / "media", png(9)
    outside.mkdir()
    (outside / "mine").write_bytes(b"mine")
    store.mkdir()
    digest = hashlib.sha256(data).hexdigest()
    (store / digest[:2]).symlink_to(outside)
    with pytest.raises(OutputError, match="leads out"):
        store_bytes(store, data, ".png")
    (store / digest[:2]).unlink()
    (store / f"{digest}.{os.getpid()}.part").symlink_to(outside / "mine")
    assert store_bytes(store, data, ".png") == digest
    (store / ".capture").symlink_to(outside / "mine")
    with pytest.raises(OutputError), hold_store(store):
        pass
    lock = tmp_path / "media.lock"
    for number in (2, 1):
        append_attempt(lock, Attempt(f"https://a.example/{number}", "2026-11-21T10:20:30Z", "gone"))
    (tmp_path / ".media.lock.part").symlink_to(outside / "mine")
    sort_lock(lock)
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"mine": b"mine"}
    assert len(lock.read_text().splitlines()) == 2


def test_no_address_can_write_a_line_of_its_own_into_the_lock(tmp_path: Path) -> None:
    url = 'https://a.example/\n{"url":"https://b.example/","time":"x","fate":"kept"}\r\x85\u2028<<<<<<< x'
    append_attempt(tmp_path / "media.lock", Attempt(url, "2026-11-21T10:20:30Z", "gone", reason=url))
    sort_lock(tmp_path / "media.lock")
    assert list(read_lock(tmp_path / "media.lock").attempts) == [url]
    assert (tmp_path / "media.lock").read_bytes().count(b"\n") == 1


def test_only_the_named_host_and_port_are_exempt() -> None:
    border = Border(frozenset({"127.0.0.1:8000", "intranet.example"}))
    assert border.forbid_url("http://127.0.0.1:8000/a.jpg") == ""
    assert border.forbid_url("http://127.0.0.1:8001/a.jpg")
    assert border.forbid_url("http://127.0.0.1/a.jpg")
    assert border.forbid_url("http://Intranet.example:9000/a.jpg") == ""


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let every name resolve to these addresses, the next list at each question; return the questions."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):  # type: ignore[no-untyped-def]
        if str(host).replace(".", "").isdigit():
            return real(host, port, *args, **kwargs)
        asked.append(str(host))
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def watch_connections(monkeypatch: pytest.MonkeyPatch, port: int) -> list[tuple[str, int]]:
    """Lead connections to public test addresses to our host; return where they wanted to go."""
    import httpcore

    gone_to: list[tuple[str, int]] = []
    real = httpcore.AnyIOBackend.connect_tcp

    async def connect(self, host, port_, *rest):  # type: ignore[no-untyped-def]
        gone_to.append((host, port_))
        return await real(self, "127.0.0.1", port, *rest)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return gone_to


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])  # a rebinding name server
    gone_to = watch_connections(monkeypatch, desk.host.port)
    assert desk.ask("http://pictures.example/good/1.jpg").fates == {"kept": 1}
    assert asked == ["pictures.example"]  # once: there is no second answer to be fooled by
    assert gone_to == [("93.184.216.34", 80)]
    assert desk.host.headers[0]["Host"] == "pictures.example"


def test_https_is_spoken_in_the_hosts_own_name_over_one_http2_connection(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"https://pictures.example/{number}.jpg" for number in range(4)]
    with serve_securely(tmp_path) as secure:
        resolve_to(monkeypatch, ["93.184.216.34"])
        gone_to = watch_connections(monkeypatch, secure.port)
        desk.ask(urls[0])
        assert desk.attempt(urls[0]).fate == "failed"  # nobody has to trust this certificate
        assert "certificate" in desk.attempt(urls[0]).reason
        assert secure.asked == []

        trusting = ssl.create_default_context(cafile=str(secure.certificate))
        monkeypatch.setattr("site_builder.capture.addresses._tls", lambda: trusting)
        assert desk.ask(*urls).fates == {"kept": 4}
        desk.ask("https://other.example/5.jpg")
    assert set(gone_to) == {("93.184.216.34", 443)}
    assert set(secure.names[:2]) == set(secure.authorities) == {"pictures.example"}
    assert set(secure.protocols) == {"h2"}
    assert len(gone_to) == 3  # one that failed, one for four pictures, one for the other name
    assert desk.attempt("https://other.example/5.jpg").fate == "failed"  # the certificate is not its own


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_refused_even_if_only_one_of_its_addresses_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: list[str]
) -> None:
    resolve_to(monkeypatch, answer)
    gone_to = watch_connections(monkeypatch, desk.host.port)
    desk.ask("http://pictures.example/good/1.jpg")
    assert desk.attempt("http://pictures.example/good/1.jpg").fate == "refused"
    assert gone_to == []


def test_a_name_that_a_redirect_leads_to_is_checked_like_the_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_to(monkeypatch, ["192.168.0.10"])
    desk.ask(desk.host.url("to-name.jpg"))
    attempt = desk.attempt(desk.host.url("to-name.jpg"))
    assert (attempt.fate, asked) == ("refused", ["inside.example"])
    assert "192.168.0.10 is private" in attempt.reason


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("", -1),
        ("soon", -1),
        ("-5", -1),
        ("Wed, 20 Jul 2022 10:00:00 GMT", 0),
        ("9" * 50, 999999999),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str, seconds: float) -> None:
    assert read_retry_after(value) == seconds


# --- the judge -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fate", "word"),
    [
        (png(1), "kept", ""),
        (gif(), "kept", ""),
        (bomb(), "too-large", "pixels"),
        (jpeg(1)[:-200], "damaged", "decoded"),
        (b"<svg/>", "refused", "SVG"),
        (b"\xef\xbb\xbf <!-- a --> <SVG xmlns='x'>", "refused", "SVG"),
        (b"<!doctype html>", "refused", "web page"),
        (b'{"error": 404}', "refused", "JSON"),
        (b"%PDF-1.7", "refused", "PDF"),
        (b"II*\0" + bytes(60), "refused", "TIFF"),
        (b"", "damaged", "empty"),
        (GOOD[:300], "refused", ""),
    ],
)
def test_only_what_decodes_is_a_picture(data: bytes, fate: str, word: str) -> None:
    verdict = judge(data, 20_000_000)
    assert (verdict.fate, word in verdict.reason) == (fate, True) or (
        data == GOOD[:300] and verdict.fate != "kept"
    )


def test_a_judge_that_dawdles_or_dies_is_replaced() -> None:
    async def hear() -> list[str]:
        court = Court(1, 400_000_000, 20)
        verdicts = [(await court.ask(png(1))).fate]
        (judge_,) = court._all
        assert judge_._process is not None
        judge_._process.kill()
        await judge_._process.wait()
        verdicts.append((await court.ask(png(1))).fate)
        judge_._seconds = 0.0
        verdicts.append((await court.ask(jpeg(2, (1500, 1000)))).fate)
        judge_._seconds = 20
        verdicts.append((await court.ask(png(1))).fate)
        await court.close()
        return verdicts

    assert asyncio.run(hear()) == ["kept", "kept", "damaged", "kept"]


def test_a_judge_has_little_memory_no_files_to_write_and_an_empty_environment() -> None:
    async def look() -> tuple[str, str]:
        court = Court(1, 1000, 20)
        await court.ask(png(1, (10, 10)))
        (judge_,) = court._all
        assert judge_._process is not None
        folder = Path("/proc") / str(judge_._process.pid)
        seen = (folder / "limits").read_text(), (folder / "environ").read_text()
        await court.close()
        return seen

    if sys.platform != "linux":
        return
    limits, environment = asyncio.run(look())
    said = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
    assert int(said["Max address space"]) <= 2**31
    assert said["Max file size"] == "0"
    assert set(environment.split("\0")) <= {
        f"PYTHONPATH={ROOT}",
        "",
        *filter(lambda x: x[:3] == "LD_", environment.split("\0")),
    }


# --- the lock ----------------------------------------------------------------------------------------

attempts = st.builds(
    Attempt,
    url=st.sampled_from(["http://a.example/1.jpg", "http://a.example/2.jpg", "http://b.example/路.png"]),
    time=st.sampled_from(["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"]),
    fate=st.sampled_from(["gone", "failed", "refused"]),
    code=st.sampled_from([0, 404, 503]),
    reason=st.text(max_size=8),
)


@given(st.lists(attempts), st.lists(attempts), st.randoms())
def test_a_merge_that_keeps_the_lines_of_both_sides_in_any_order_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    ours: list[Attempt],
    theirs: list[Attempt],
    chance,  # type: ignore[no-untyped-def]
) -> None:
    path = tmp_path_factory.mktemp("lock") / "media.lock"
    lines = [encode_attempt(attempt) for attempt in (*ours, *theirs)]
    chance.shuffle(lines)
    path.write_bytes(b"<<<<<<< ours\n" + b"".join(lines) + b"=======\n>>>>>>> theirs\n")
    assert sum(map(len, read_lock(path).attempts.values())) == len(set(lines))
    sort_lock(path)
    whole = path.read_bytes()
    assert whole.splitlines() == sorted({line.rstrip(b"\n") for line in lines})
    sort_lock(path)
    assert path.read_bytes() == whole


def test_a_line_that_was_torn_is_not_there_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "media.lock"
    append_attempt(path, Attempt("http://a.example/1.jpg", "2026-11-21T10:00:00Z", "gone"))
    with open(path, "ab") as file:
        file.write(b'{"url":"http://a.exam')
    assert list(read_lock(path).attempts) == ["http://a.example/1.jpg"]
    path.write_bytes(path.read_bytes() + b'"}\n')
    with pytest.raises(ConfigError, match=r"media.lock:2:1"):
        read_lock(path)


@pytest.mark.parametrize("digest", ["../../../../etc/passwd", "", "ab", "/" * 64])
def test_a_lock_that_was_tampered_with_names_no_file_outside_the_store(tmp_path: Path, digest: str) -> None:
    line = {
        "url": "http://a.example/1.jpg",
        "time": "2026-11-21T10:00:00Z",
        "fate": "kept",
        "digest": digest,
        "ending": ".jpg",
    }
    (tmp_path / "media.lock").write_text(json.dumps(line) + "\n")
    with pytest.raises(ConfigError, match="no usable digest"):
        read_lock(tmp_path / "media.lock")


def test_a_tombstone_says_when_and_why_and_how_often() -> None:
    lock = MediaLock()
    urls = ("http://a.example/full.jpg", "http://a.example/thumb.jpg")
    for hour, (url, fate) in enumerate([(urls[0], "failed"), (urls[1], "gone"), (urls[0], "gone")]):
        lock.add(Attempt(url, f"2026-11-21T1{hour}:00:00Z", fate, code=404))
    answer = lock.find(urls)
    assert answer is not None
    assert (answer.attempt.fate, answer.attempt.day, answer.tried) == ("gone", "2026-11-21", 3)
    assert lock.find(("http://b.example/",)) is None


def test_publishers_that_want_a_page_named_get_the_one_they_want() -> None:
    from test_render import make_article, make_card  # a finished article of our own making

    article = make_article(make_card())
    source = Source("发布者", "fabu", home="https://publisher.example/")
    origin = article.provenance.origin or source.home
    wants = {"": "", "home": source.home, "article": origin, "https://x.example/": "https://x.example/"}
    assert {rule: choose_referer(article, replace(source, referer=rule)) for rule in wants} == wants
    assert [wanted.urls for wanted in list_wanted([(article, source)])] == [
        medium.urls for medium in article.body.media if medium.kind == "image"
    ]


# --- the command ----------------------------------------------------------------------------------------


@pytest.fixture
def site(make_site, host: Host) -> SmallSite:  # type: ignore[no-untyped-def]
    """Three articles whose pictures are at the host; one is gone."""

    def article(day: int, *pictures: str) -> str:
        body = "".join(
            f'<p>第 {n} 张图</p><p><img src="{host.url(name)}"></p>' for n, name in enumerate(pictures)
        )
        return f"---\ntitle: 第 {day} 天\ndate: 2022-07-{day:02} 10:00:00 +0800\nauthor: 试验\n---\n{body}\n"

    made: SmallSite = make_site(
        {
            "first.md": article(1, "good/1.jpg", "gone.jpg"),
            "second.md": article(2, "good/2.jpg", "good/3.jpg"),
            "third.md": article(3, "good/1.jpg"),
        }
    )
    (made.folder / "site.toml").write_text(
        f'contact = "me@example.org"\n[capture]\nallow_hosts = ["{host.name}"]\ndelay_ms = 0\n', "utf-8"
    )
    return made


def test_capture_then_build_shows_what_was_kept_and_says_what_was_not(
    site: SmallSite, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "5 pictures not stored" in site.run().stdout
    assert run(["capture", str(site.folder), "--dry-run"]) == 0
    assert "4 pictures, 4 to ask for" in capsys.readouterr().out
    assert host.asked == []

    assert run(["capture", str(site.folder)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].split() == ["host", "kept", "gone"]
    assert ["all", "3", "1"] in [line.split() for line in said.out.splitlines()]
    assert sorted(host.asked) == ["/gone.jpg", "/good/1.jpg", "/good/2.jpg", "/good/3.jpg"]
    assert "me@example.org" in host.headers[0]["User-Agent"]

    host.forget()
    assert run(["capture", str(site.folder)]) == 0
    assert host.asked == []
    assert "nothing to ask for" in capsys.readouterr().out

    report = site.build()
    assert (report.pictures_stored, report.pictures_missing) == (4, 1)
    page = site.read().pages["2022/07/01/first.html"]
    assert len(page.html.select("picture")) == 1
    slip = page.html.select_one(".slip")
    assert slip is not None
    assert "原处已无此图" in slip.get_text()
    assert datetime.now(UTC).date().isoformat() in slip.get_text()
    assert host.asked == []


def test_since_and_only_choose_articles(site: SmallSite, host: Host) -> None:
    assert run(["capture", str(site.folder), "--since", "2022-07-03"]) == 0
    assert host.asked == ["/good/1.jpg"]
    host.forget()
    assert run(["capture", str(site.folder), "--only", "second"]) == 0
    assert sorted(host.asked) == ["/good/2.jpg", "/good/3.jpg"]
    host.forget()
    assert run(["capture", str(site.folder), "--retry"]) == 0
    assert host.asked == ["/gone.jpg"]


def test_an_article_that_is_not_there_is_said(site: SmallSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["capture", str(site.folder), "--only", "secnod", "--dry-run"]) == 2
    assert "no article is called secnod (" in capsys.readouterr().err


def test_verify_finds_every_byte_that_changed_and_gc_what_no_article_uses(
    site: SmallSite, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["capture", str(site.folder)])
    store = site.folder / "media"
    assert run(["capture", str(site.folder), "--verify"]) == 0
    stray = store_bytes(store, png(5), ".png")
    first, second, _ = sorted(store.glob("??/*.jpg"))
    first.write_bytes(first.read_bytes()[:-1] + b"\0")
    second.unlink()
    capsys.readouterr()
    assert run(["capture", str(site.folder), "--verify"]) == 1
    said = capsys.readouterr()
    assert said.out == "1 whole, 1 absent, 1 changed, 1 unknown\n"
    assert f"{first.name}: does not hold" in said.err

    (site.content / "second.md").unlink()
    assert run(["capture", str(site.folder), "--gc"]) == 0
    listed = capsys.readouterr().out.split()
    assert f"media/{stray[:2]}/{stray}.png" in listed
    kept = read_lock(site.folder / "media.lock").attempts
    used = next(attempt[-1].file for url, attempt in kept.items() if url.endswith("good/1.jpg"))
    assert f"media/{used}" not in listed


def command_of(site: SmallSite, *options: str) -> list[str]:
    return [sys.executable, "-m", "site_builder", "capture", str(site.folder), *options]


def test_a_capture_that_is_killed_at_any_moment_leaves_all_whole_and_the_next_one_goes_on(
    site: SmallSite, host: Host
) -> None:
    names = [f"good/{n}.jpg" for n in range(60)]
    pictures = "".join(f'<p>图</p><p><img src="{host.url(name)}"></p>' for name in names)
    site.write({"many.md": f"---\ntitle: 多图\ndate: 2022-07-09 10:00:00 +0800\n---\n{pictures}\n"})
    host.pause = 0.03
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command_of(site), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20
    while len(host.asked) < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    lock_file, store = site.folder / "media.lock", site.folder / "media"
    lock = read_lock(lock_file)
    kept = {url for url, attempts in lock.attempts.items() if attempts[-1].fate == "kept"}
    assert 0 < len(kept) < 60
    states = [stored.state for stored in verify_store(store, lock.digests().values())]
    assert states.count("whole") == len(lock.digests())
    assert set(states) <= {"whole", "unknown"}  # a file whose line was not written yet is whole, too

    host.forget()
    host.pause = 0.0
    subprocess.run(command_of(site, "--quiet"), env=environment, check=True, timeout=60)
    assert not {host.url(path[1:]) for path in host.asked} & kept
    assert list(store.rglob("*.part")) == []
    lines = lock_file.read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(read_lock(lock_file).attempts) == 61


def test_two_captures_at_once_do_not_disturb_each_other(
    site: SmallSite, capsys: pytest.CaptureFixture[str]
) -> None:
    from site_builder.capture.store import hold_store

    with hold_store(site.folder / "media"):
        assert run(["capture", str(site.folder)]) == 2
    assert "another capture is running" in capsys.readouterr().err


def test_nothing_that_builds_touches_the_network(site: SmallSite) -> None:
    watched = (
        "import sys\n"
        "def watch(event, args):\n"
        "    local = event == 'socket.gethostname' or event == 'socket.__new__' and args[1] == 1\n"  # a pipe
        "    if event.startswith('socket.') and not local:\n"
        "        print('NETWORK', event, args, file=sys.stderr); import os; os._exit(99)\n"
        "sys.addaudithook(watch)\n"
        "from site_builder.cli import run\n"
        f"code = run(['build', {str(site.folder)!r}, '--workers', '2', '--quiet'])\n"
        "loaded = {'httpx', 'httpcore', 'h2', 'site_builder.capture'} & set(sys.modules)\n"
        "print(loaded, file=sys.stderr)\n"
        "sys.exit(code or bool(loaded) and 98)\n"
    )
    run(["capture", str(site.folder), "--quiet"])
    done = subprocess.run(
        [sys.executable, "-c", watched], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, "NETWORK" in done.stderr) == (0, False), done.stderr

"""A site on this computer's own address, built again and shown again whenever something is saved.

In: a site's folder. Out: pages over HTTP, on the loopback unless another host is asked for. The
rules it guards: what is served lies in the output folder and nowhere else; what makes a page
reload is added while it is served and **never stands in the output**; an error in the site is
shown, and ends nothing.
"""

from __future__ import annotations

import html
import os
import queue
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from site_builder.errors import OutputError
from site_builder.workshop.standby import Builder

LOOPBACK = "127.0.0.1"
TRIES = 20
"""Ports tried after the wanted one before the system is asked for any."""

OURS = "/.site-builder/"
"""What this server adds; nothing in an output begins with a dot."""

WAIT_MS = 20
"""After the first change, so long are others waited for: an editor saves in several steps."""

RELOAD, RELOAD_SEARCH = b"data: reload\n\n", b"event: search\ndata: reload\n\n"
ALIVE = b": still here\n\n"
"""Server-sent events, as HTML defines them."""

BEAT = 15.0
"""Seconds between two signs of life to a page that waits; they find out that it has gone."""

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".xml": "application/xml", ".json": "application/json",
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
    ".avif": "image/avif", ".gif": "image/gif", ".toml": "application/toml", ".ico": "image/x-icon",
}  # fmt: skip

SCRIPT = """\
"use strict";
(() => {
  const events = new EventSource("/.site-builder/events");
  events.onmessage = () => location.reload();
  events.addEventListener("search", () => document.getElementById("hits") && location.reload());
})();
"""
SHEET = """\
#site-builder-error { position: sticky; top: 0; z-index: 9; margin: 0; padding: 1rem 1.25rem;
  white-space: pre-wrap; font: 0.9375rem/1.5 ui-monospace, monospace; color: #fff; background: #7a1712; }
"""
_POLICY = re.compile(rb"""(<meta http-equiv=.Content-Security-Policy. content="[^"]*)(")""", re.IGNORECASE)


class Say(Protocol):
    """Told what there is to print."""

    def __call__(self, sentence: str) -> None:
        """Print a sentence."""


@dataclass
class Stage:
    """What the server shows at this moment, and who is to be told when it changes."""

    output: Path
    error: str = ""
    waiting: set[queue.SimpleQueue[bytes]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, error: str) -> None:
        """Show another state, and let every open page reload."""
        self.error = error
        self._tell(RELOAD)

    def add_search(self) -> None:
        """Let open search pages reload: the index has come after the other pages."""
        self._tell(RELOAD_SEARCH)

    def _tell(self, event: bytes) -> None:
        with self.lock:
            for page in self.waiting:
                page.put(event)

    def wait(self) -> Iterator[bytes]:
        """Yield the event whenever the stage changes, and a sign of life now and then."""
        page: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        with self.lock:
            self.waiting.add(page)
        try:
            while True:
                try:
                    yield page.get(timeout=BEAT)
                except queue.Empty:
                    yield ALIVE
        finally:
            with self.lock:
                self.waiting.discard(page)


# --- the server -------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Serves a stage. Its threads end with the process, whatever page still waits."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"

    def __init__(self, address: tuple[str, int], stage: Stage) -> None:
        self.stage = stage
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away in the middle of a page."""

    @property
    def address(self) -> str:
        """The address to open."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"


def open_server(host: str, port: int, stage: Stage, exact: bool = False) -> Server:
    """Open a server on the wanted port or, unless it must be ``exact``, on the next one that is free."""
    ports = [port] if exact else [*range(port, min(port + TRIES, 65536)), 0]
    for one in ports:
        try:
            return Server((host, one), stage)
        except OSError as error:
            problem = error
    raise OutputError(
        f"cannot serve on {host}:{port}: {problem.strerror}", "", "name another one with --port"
    ) from problem


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for files of the output, and nothing else."""

    server: Server
    server_version, sys_version = "site-builder", ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Serve a file, the script that reloads, or the page that says that there is none."""
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        """Serve what GET would, without the body."""
        self._serve(with_body=False)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing of each request."""

    def _serve(self, with_body: bool) -> None:
        if not is_own_host(self.headers.get("Host", ""), str(self.server.server_address[0])):
            # A page elsewhere may point a name of its own at the loopback and read what is here.
            self._answer(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", b"unknown host\n", with_body)
            return
        path = urlsplit(self.path).path
        if path == f"{OURS}events":
            self._send_events()
        elif path == f"{OURS}reload.js":
            self._answer(HTTPStatus.OK, MEDIA_TYPES[".js"], SCRIPT.encode(), with_body)
        elif path == f"{OURS}serve.css":
            self._answer(HTTPStatus.OK, MEDIA_TYPES[".css"], SHEET.encode(), with_body)
        else:
            status, kind, body = answer(self.server.stage, path)
            self._answer(status, kind, body, with_body)

    def _answer(self, status: HTTPStatus, kind: str, body: bytes, with_body: bool) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _send_events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for event in self.server.stage.wait():
            self.wfile.write(event)
            self.wfile.flush()


def is_own_host(host: str, bound: str) -> bool:
    """Tell whether a request means this server by an address or by the computer's own name."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return bound not in (LOOPBACK, "::1", "localhost") or name in (LOOPBACK, "localhost", "[::1]", bound)


def answer(stage: Stage, path: str) -> tuple[HTTPStatus, str, bytes]:
    """Give status, media type and body for the path of a request."""
    file = find_file(stage.output, path)
    status = HTTPStatus.OK
    if file is None:
        status, file = HTTPStatus.NOT_FOUND, find_file(stage.output, "/404.html")
    data = file.read_bytes() if file else b"<!doctype html><title>404</title><body><p>404</p></body>"
    kind = MEDIA_TYPES.get(file.suffix if file else ".html", "application/octet-stream")
    return status, kind, add_reload(data, stage.error) if kind.startswith("text/html") else data


def find_file(output: Path, path: str) -> Path | None:
    """Find the file that an address means; None when there is none, or when it is not in the output."""
    parts = unquote(path, errors="replace").split("/")
    if any(part.startswith(".") or "\\" in part or "\0" in part or ":" in part for part in parts):
        return None
    file = output.joinpath(*(part for part in parts if part))
    if file.is_dir():
        file = file / "index.html"
    inside = file.is_file() and file.resolve().is_relative_to(output.resolve())
    return file if inside else None


def add_reload(page: bytes, error: str) -> bytes:
    """Add to a page, as it is served, the script that reloads it and the error to show.

    The page's own policy forbids scripts and connections, so it is opened for this server's.
    """
    more = f'<script src="{OURS}reload.js"></script>'
    if error:
        more = (
            f'<link rel="stylesheet" href="{OURS}serve.css">'
            f'<pre id="site-builder-error" role="alert">{html.escape(error)}</pre>{more}'
        )
    page = _POLICY.sub(lambda found: open_policy(found[1]) + found[2], page, count=1)
    place = re.search(rb"<body[^>]*>", page)
    at = place.end() if place else 0
    return page[:at] + more.encode() + page[at:]


def open_policy(policy: bytes) -> bytes:
    """Let a policy allow this server's script and its events."""
    for rule in (b"script-src 'self'", b"connect-src 'self'"):
        if rule not in policy:
            policy += b"; " + rule
    return policy


# --- building again ---------------------------------------------------------------------------


def watch_site(
    folder: Path, deep: list[Path], ignored: list[Path], stop: threading.Event
) -> Iterator[set[str]]:
    """Yield the files that changed, whenever some did.

    Of ``folder`` only what lies in it is watched, since a site's folder may hold anything; the
    ``deep`` folders are watched to the bottom, without those ``ignored``.
    """
    apart = tuple(f"{os.path.realpath(one)}{os.sep}" for one in ignored)
    met: queue.SimpleQueue[set[str]] = queue.SimpleQueue()
    below = [one for one in deep if one.is_dir()]
    for folders, recursive in (([folder], False), (below, True)):
        threading.Thread(target=_watch, args=(folders, recursive, apart, stop, met), daemon=True).start()
    while not stop.is_set():
        try:
            changed = met.get(timeout=0.2)
        except queue.Empty:
            continue
        while not met.empty():
            changed |= met.get()
        yield changed


def _watch(
    folders: list[Path],
    recursive: bool,
    apart: tuple[str, ...],
    stop: threading.Event,
    met: queue.SimpleQueue[set[str]],
) -> None:
    from watchfiles import watch

    def matters(_: object, path: str) -> bool:
        real = os.path.realpath(path)
        return not f"{real}{os.sep}".startswith(apart) and not os.path.basename(path).startswith(".")

    options: dict[str, Any] = {"debounce": 400, "step": WAIT_MS, "stop_event": stop, "rust_timeout": 500}
    for changes in watch(
        *folders, watch_filter=matters, recursive=recursive, raise_interrupt=False, **options
    ):
        met.put({path for _, path in changes})


def follow(stage: Stage, build: Builder, changes: Iterator[set[str]], say: Say) -> None:
    """Build after every change, show what came of it, and go on whatever it was."""
    for changed in changes:
        names = ", ".join(sorted(os.path.basename(path) for path in changed)[:3])
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        say(f"changed: {names}{more}")
        show(stage, build, say)


def show(stage: Stage, build: Builder, say: Say) -> None:
    """Build, and tell what came of it in the terminal and in the page, which does not wait for the rest."""
    is_shown = False

    def show_pages() -> None:
        nonlocal is_shown
        is_shown = True
        stage.change("")

    outcome = build(show_pages)
    for line in (*outcome.findings, outcome.error or outcome.summary):
        say(line)
    if is_shown and not outcome.error:
        stage.add_search()
    else:
        stage.change(outcome.error)

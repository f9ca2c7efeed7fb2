"""A host on the loopback that does what hosts on the network do, and worse: each path is a fault."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from painting import bomb, jpeg, png

SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
GOOD = jpeg(1, (320, 200))


@dataclass
class Host:
    """What the host saw: every request in order, how many at once, and their headers."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    now: int = 0
    most: int = 0
    pause: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.name}/{path}"

    def forget(self) -> None:
        """Begin a new record."""
        self.asked, self.headers, self.times = [], [], {}


def _plain(code: int, body: bytes, **headers: str) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        said = {"Content-Length": str(len(body)), "Content-Type": "image/jpeg"}
        for name, value in (
            said | {name.replace("_", "-"): value for name, value in headers.items()}
        ).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def _redirect(where: str) -> Callable[[Handler], None]:
    return lambda handler: _plain(302, b"", Location=where.replace("PORT", str(handler.host.port)))(handler)


def _slow_loris(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(GOOD)))
    handler.end_headers()
    for byte in GOOD:
        if handler.host.stopping.wait(0.1):
            return
        handler.wfile.write(bytes([byte]))


def _slow_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.host.stopping.wait(0.1):
        handler.wfile.write(b"X-More: yes\r\n")


def _silent(handler: Handler) -> None:
    handler.host.stopping.wait(30)


def _endless(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
    while not handler.host.stopping.is_set():
        handler.wfile.write(GOOD + b"\0" * 65536)


def _too_short(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(GOOD) + 500))
    handler.end_headers()
    handler.wfile.write(GOOD)


def _not_http(handler: Handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 hello, this is not HTTP\r\n\r\n")


def _busy(handler: Handler) -> None:
    """Ask for a second's rest once, then answer."""
    if len(handler.host.times[handler.path]) == 1:
        _plain(int(handler.path[6:9]), b"", Retry_After="1")(handler)
    else:
        _plain(200, GOOD)(handler)


def _busy_until(handler: Handler) -> None:
    if len(handler.host.times[handler.path]) == 1:
        _plain(503, b"", Retry_After=formatdate(time.time() + 1.5, usegmt=True))(handler)
    else:
        _plain(200, GOOD)(handler)


def _conditional(handler: Handler) -> None:
    if handler.headers.get("If-None-Match") == '"one"':
        handler.send_response(304)
        handler.end_headers()
    else:
        _plain(200, jpeg(9), ETag='"one"', Last_Modified="Wed, 20 Jul 2022 10:00:00 GMT")(handler)


def _shy(handler: Handler) -> None:
    """Show the picture only to readers of our own page, as publishers do."""
    ours = handler.headers.get("Referer") == "https://publisher.example/story.html"
    _plain(200 if ours else 403, jpeg(8) if ours else b"")(handler)


ANSWERS: dict[str, Callable[[Handler], None]] = {
    "/slow-loris.jpg": _slow_loris,
    "/slow-headers.jpg": _slow_headers,
    "/silent.jpg": _silent,
    "/endless.jpg": _endless,
    "/too-short.jpg": _too_short,
    "/not-http.jpg": _not_http,
    "/busy-429.jpg": _busy,
    "/busy-503.jpg": _busy,
    "/busy-until.jpg": _busy_until,
    "/busy-long.jpg": _plain(503, b"", Retry_After="86400"),
    "/conditional.jpg": _conditional,
    "/shy.jpg": _shy,
    "/wrong-type.jpg": _plain(200, png(3), Content_Type="text/html"),
    "/page.jpg": _plain(200, b"<!DOCTYPE html><html><body>not found</body></html>"),
    "/drawing.jpg": _plain(200, SVG),
    "/drawing-late.jpg": _plain(200, b"<!-- " + b"x" * 900 + b" -->" + SVG),
    "/empty.jpg": _plain(200, b""),
    "/noise.jpg": _plain(200, bytes(range(256)) * 8),
    "/truncated.jpg": _plain(200, jpeg(2)[:-9000]),
    "/corrupt.png": _plain(200, png(4)[:2000] + b"\0" * 400 + png(4)[2400:]),
    "/bomb.png": _plain(200, bomb()),
    "/gzipped.jpg": _plain(200, gzip.compress(jpeg(5)), Content_Encoding="gzip"),
    "/gzip-bomb.jpg": _plain(200, gzip.compress(b"\0" * 80_000_000, 9), Content_Encoding="gzip"),
    "/odd-coding.jpg": _plain(200, GOOD, Content_Encoding="br"),
    "/declared-large.jpg": _plain(200, b"", Content_Length="99999999999"),
    "/gone.jpg": _plain(410, b""),
    "/missing.jpg": _plain(404, b""),
    "/refused.jpg": _plain(403, b""),
    "/broken.jpg": _plain(500, b""),
    "/moved.jpg": _redirect("/good/moved.jpg"),
    "/circle.jpg": _redirect("/circle-back.jpg"),
    "/circle-back.jpg": _redirect("/circle.jpg"),
    "/to-metadata.jpg": _redirect("http://169.254.169.254/latest/meta-data/"),
    "/to-private.jpg": _redirect("http://10.0.0.1/a.jpg"),
    "/to-loopback.jpg": _redirect("http://localhost:PORT/good/1.jpg"),
    "/to-name.jpg": _redirect("http://inside.example/a.jpg"),
    "/to-file.jpg": _redirect("file:///etc/passwd"),
    "/to-password.jpg": _redirect("http://me:secret@127.0.0.1:PORT/good/1.jpg"),
    "/robots.txt": _plain(200, b"User-agent: *\nDisallow: /good/secret\n", Content_Type="text/plain"),
}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    host: Host
    timeout = 30

    def do_GET(self) -> None:
        host = self.host
        with host.lock:
            host.asked.append(self.path)
            host.headers.append(dict(self.headers))
            host.times.setdefault(self.path, []).append(time.monotonic())
            host.now += 1
            host.most = max(host.most, host.now)
        time.sleep(host.pause)
        with host.lock:
            host.now -= 1
        with suppress(OSError):
            self._answer()

    def _answer(self) -> None:
        if self.path in ANSWERS:
            ANSWERS[self.path](self)
        elif self.path.startswith(("/good/", "/web/")):
            number = sum(self.path.encode())
            _plain(200, jpeg(number, (200, 120)))(self)
        elif self.path.startswith("/redirects/"):
            left = int(self.path.rpartition("/")[2])
            _redirect(f"/redirects/{left - 1}" if left else "/good/end.jpg")(self)
        else:
            _plain(404, b"")(self)

    def log_message(self, *args: object) -> None:
        """Say nothing; ``Host`` keeps the record."""


@contextmanager
def serve_faults() -> Iterator[Host]:
    """Run the host while the test runs."""
    host = Host()
    kind = type("Bound", (Handler,), {"host": host})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        server.daemon_threads = True
        server.block_on_close = False
        host.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield host
        finally:
            host.stopping.set()
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """Find a port at which nobody answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def count(asked: list[str]) -> Counter[str]:
    """Count how often each path was asked for."""
    return Counter(asked)

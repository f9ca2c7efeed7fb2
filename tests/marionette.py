"""Debian's Firefox, driven by its own remote protocol: https://firefox-source-docs.mozilla.org/testing/marionette/

Playwright drives only a Firefox of its own. The one that people have listens on a port when asked to;
a message is ``length:[0, number, command, parameters]``, an answer ``length:[1, number, error, result]``.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

FIREFOX = os.environ.get("FIREFOX", "/usr/bin/firefox-esr")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


@dataclass(frozen=True)
class Fox:
    """A Firefox window."""

    line: socket.socket
    numbers: Iterator[int]

    def ask(self, command: str, **parameters: object) -> Any:
        """Send a command and wait for its answer."""
        number = next(self.numbers)
        message = json.dumps([0, number, command, parameters]).encode()
        self.line.sendall(b"%d:%s" % (len(message), message))
        _, answered, error, result = self.read()
        assert answered == number and error is None, f"{command} {parameters}: {error}"
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def read(self) -> Any:
        """Read one message."""
        length = b""
        while not length.endswith(b":"):
            length += self.line.recv(1) or _hang_up()
        data = b""
        while len(data) < int(length[:-1]):
            data += self.line.recv(int(length[:-1]) - len(data)) or _hang_up()
        return json.loads(data)

    def open(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self.ask("WebDriver:Navigate", url=url)

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page."""
        return self.ask("WebDriver:ExecuteScript", script=f"return {script}", args=[], newSandbox=False)

    def wait_for(self, script: str) -> Any:
        """Evaluate an expression until it is true; a page may be on its way meanwhile."""
        for _ in range(200):
            with suppress(AssertionError):
                if found := self.run(script):
                    return found
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def photograph(self, file: Path) -> None:
        """Take a picture of the whole page."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(self.ask("WebDriver:TakeScreenshot", full=True)))


def _hang_up() -> bytes:
    raise ConnectionError("Firefox has gone")


@contextmanager
def start_firefox(profile: Path) -> Iterator[Fox]:
    """Start Firefox without a screen, with a profile of its own, and end it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    preferences = PREFERENCES | {"marionette.port": port}
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()
        )
    )
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    fox = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _connect(port) as line:
            window = Fox(line, count(1))
            window.read()  # its greeting
            window.ask("WebDriver:NewSession", capabilities={})
            yield window
    finally:
        fox.terminate()
        fox.wait(20)


def _connect(port: int) -> socket.socket:
    for _ in range(600):
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        time.sleep(0.1)
    raise ConnectionError(f"{FIREFOX} does not listen")

"""Measure what somebody waits for who writes: from an article saved to its new text in the browser.

    python -m bench.reload 10000            # an archive of so many articles, made, built and served
    python -m bench.reload 10000 --saves 20

In: a number. Out: the seconds of each save, and the middle one. A real chromium has the article's page
open and is asked every 20 ms; the next save comes when the last build has ended and the next process
stands ready.
"""

from __future__ import annotations

import argparse
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.make_corpus import write_corpus

PATIENCE = 120.0
REST = 6.0
"""Seconds between two saves."""


def main() -> None:
    options = argparse.ArgumentParser(description="Measure the time from an article saved to its reload.")
    options.add_argument("n", type=int, help="how many articles")
    options.add_argument("--saves", type=int, default=8)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        site = Path(folder, "site")
        write_corpus(given.n, site)
        files = sorted(site.glob("content/*/*.txt"))
        with serve(site) as port, open_browser() as page:
            file, address = find_article(site, files[len(files) // 2 :])
            page.goto(f"http://127.0.0.1:{port}/{address}")
            times = []
            for number in range(given.saves):
                time.sleep(REST)
                times.append(time_save(page, file, f"第 {number} 次修改，{time.time_ns()}。"))
                print(f"{times[-1]:.2f} s", flush=True)
    print(f"median {statistics.median(times):.2f} s, longest {max(times):.2f} s")


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Build and serve a site; give the port."""
    command = [sys.executable, "-u", "-m", "site_builder", "serve", str(site), "--port", "0"]
    log = site.parent / "serve.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told)
    try:
        while not (port := re.search(r"serving http://127\.0\.0\.1:(\d+)", log.read_text("utf-8"))):
            if process.poll() is not None:
                raise RuntimeError(log.read_text("utf-8"))
            time.sleep(0.1)
        yield port[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


@contextmanager
def open_browser() -> Iterator[Any]:
    """Open a page of chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def find_article(site: Path, files: list[Path]) -> tuple[Path, str]:
    """Find an article that has a page, and its address."""
    pages = {page.stem: page for page in site.glob("public/[0-9]*/*/*/*.html")}
    for file in files:
        if page := pages.get(file.stem):
            return file, page.relative_to(site / "public").as_posix()
    raise RuntimeError("no article has a page")


def time_save(page: Any, file: Path, mark: str) -> float:
    """Save an article with one more paragraph, and wait for it to appear: seconds."""
    start = time.perf_counter()
    with file.open("a", encoding="utf-8") as article:
        article.write(f"<p>{mark}</p>\n")
    while mark not in read(page):
        if time.perf_counter() - start > PATIENCE:
            raise RuntimeError("it never appeared")
        time.sleep(0.02)
    return time.perf_counter() - start


def read(page: Any) -> str:
    """Give the text of the page; none while it is being loaded again."""
    from playwright.sync_api import Error

    try:
        return str(page.inner_text("body"))
    except Error:
        return ""


if __name__ == "__main__":
    main()

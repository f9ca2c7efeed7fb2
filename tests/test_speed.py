"""A guard against slow creeping in: each part of the line, against a loop that every machine can run.

CPU time of this process, never wall time, and only as a ratio: the parts and the loop are timed in
turns, the least of several rounds each, so that a slow or busy machine is slow for both. The limits
are about two and a half times what was measured; they catch a part that became quadratic, a cache
that is missed, an import in a loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import sites  # noqa: F401  (puts bench/ on the path)

from bench.ingredients import time_parts
from bench.make_corpus import write_corpus

ARTICLES = 60
LIMITS = {
    "read and parse": 15,
    "clean, gate included": 70,
    "pack for the cache": 3,
    "index": 6,
    "render article.html": 50,
    "render ledger.html": 15,
}
"""Of one article, in turns of the loop below."""


def loop() -> None:
    """Do what Python programs do: make strings, count them in a dictionary, sort."""
    counts: dict[str, int] = {}
    for number in range(100):
        word = f"{number % 17}:{number}"
        counts[word] = counts.get(word, 0) + 1
    sorted(counts, key=str.lower)


def least(work: Callable[[], object], rounds: int = 40) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(50):
            work()
        best = min(best, (time.process_time() - begun) / 50)
    return best


def test_no_part_of_the_line_costs_much_more_than_it_did(tmp_path: Path) -> None:
    write_corpus(ARTICLES, tmp_path)
    turn = least(loop)
    costs = {part: seconds / many / turn for part, seconds, many in time_parts(tmp_path) if many}
    slow = {part: f"{costs[part]:.1f} > {limit}" for part, limit in LIMITS.items() if costs[part] > limit}
    assert not slow, f"in turns of the loop ({turn * 1e6:.0f} µs): {slow}"

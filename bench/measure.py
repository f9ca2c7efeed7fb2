"""Run a command and say what it cost, its children included.

In: a command. Out: a ``Cost``. The rule it guards: CPU and memory are of *all* processes, since a
generator that moves its work into children is no cheaper for it.

CPU is the kernel's own count (``wait4``: the command and every child it waited for). Peak memory is
the largest sum of PSS over the process group, sampled every 50 ms: PSS shares a page that several
processes map among them, so forked workers are not counted twice. Where ``/proc`` does not say (not
Linux), it is the largest resident set of any one process, and ``memory_kind`` says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost."""

    exit_code: int
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    memory: float
    """Peak, in MB of 2**20 bytes."""
    memory_kind: str
    """``pss-sum`` or ``rss-of-one``."""
    errors: str
    """The end of what it wrote to stderr."""


def group_memory(group: int) -> int:
    """Sum the PSS of every process of the group, in kB; 0 where it cannot be read."""
    total = 0
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            with open(f"/proc/{entry.name}/stat", encoding="ascii", errors="replace") as file:
                if int(file.read().rpartition(")")[2].split()[2]) != group:
                    continue
            with open(f"/proc/{entry.name}/smaps_rollup", encoding="ascii") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):  # it ended while we looked
            continue
    return total


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Cost:
    """Run the command to its end in a process group of its own."""
    peak, done = 0, threading.Event()

    def watch(group: int) -> None:
        nonlocal peak
        while not done.wait(SAMPLE_SECONDS):
            peak = max(peak, group_memory(group))

    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    sampled = os.path.exists("/proc/self/smaps_rollup")
    watcher = threading.Thread(target=watch, args=(process.pid,), daemon=True)
    if sampled:
        watcher.start()
    assert process.stderr is not None
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    if sampled:
        watcher.join()
    largest = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    # A run shorter than a few samples is told better by the kernel's own peak of one process.
    kind = "pss-sum" if peak / 1024 > largest * 0.7 else "rss-of-one"
    memory = peak / 1024 if kind == "pss-sum" else largest
    return Cost(process.returncode, wall, usage.ru_utime + usage.ru_stime, memory, kind, errors[-2000:])

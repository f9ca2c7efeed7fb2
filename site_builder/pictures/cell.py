"""What a process gives up before it decodes bytes from a stranger.

In: nothing. Out: a process with little memory, little time, no file to write and no secrets in its
environment. The rule it guards: decoders are where picture files attack, so no decoder runs in a
process that has anything to lose. Windows knows no such limits; there, time alone is one.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space: a hundred megapixels of RGBA, and the libraries."""


def limit_process(memory: int = MEMORY) -> None:
    """Give up memory, files and core dumps, for good."""
    if sys.platform == "win32":
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def allow_seconds(seconds: int) -> None:
    """Let this process use so many more seconds of a processor."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def command_of(module: str) -> list[str]:
    """Give the command that runs a module of ours in a process of its own."""
    return [sys.executable, "-m", module]


def bare_environment() -> dict[str, str]:
    """Give the environment of such a process: nothing but what it takes to start."""
    root = Path(__file__).resolve().parent.parent.parent
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(root)}

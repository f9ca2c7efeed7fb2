"""The findings that somebody knows about and has decided to live with.

In: a text file, one finding a line: its code, its path and its message. Out: the findings that
are not in it. The rule it guards: lines and columns are left out, so that an edit elsewhere in a
file does not make an old finding look new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from site_builder.errors import Finding

T = TypeVar("T")

HEADING = (
    "# Findings that are known and need not be told again.\n# Made by: site-builder check --write-baseline\n"
)


def line_of(found: Finding) -> str:
    """Give the line that stands for a finding."""
    text = f"{found.code} {found.path}: {found.message}"
    return text.encode("utf-8", "backslashreplace").decode().replace("\n", "\\n").replace("\r", "\\r")


def write_baseline(findings: Iterable[Finding]) -> bytes:
    """Write the file that makes all of these known."""
    lines = sorted(line_of(found) for found in findings)
    return (HEADING + "".join(f"{line}\n" for line in lines)).encode()


def leave_out_known(
    items: Iterable[T], baseline: bytes, found: Callable[[T], Finding]
) -> tuple[list[T], int, int]:
    """Give the items whose finding is new, how many were known, and how many known ones are gone."""
    lines = baseline.decode("utf-8", "replace").split("\n")
    known = Counter(line.rstrip("\r") for line in lines if line.strip() and not line.startswith("#"))
    total = sum(known.values())
    new: list[T] = []
    met = 0
    for item in items:
        line = line_of(found(item))
        if known[line] > 0:
            known[line] -= 1
            met += 1
        else:
            new.append(item)
    return new, met, total - met

"""What became of every file, and what was found in it, read back for who wants to know of all.

In: the cache folder. Out: two lists. The rule it guards: **nothing is loaded that only a build needs**, as
the report of a build that had nothing to do has these lists, too (gain: 0.3 s).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from site_builder.building.columns import BUILT, Columns, join_pieces
from site_builder.cache import peek_value, read_packed
from site_builder.errors import Finding
from site_builder.report import FATES, ArticleOutcome


def read_lists(folder: Path) -> tuple[list[ArticleOutcome], list[Finding]]:
    """Read what became of every file and what was found in it, without taking hold of the cache."""
    columns = join_pieces(partial(peek_value, folder)) or Columns()
    return _list_fates(columns), _list_findings(columns)


def _list_fates(columns: Columns) -> list[ArticleOutcome]:
    """List what became of every file."""
    told = []
    for row, (path, fate) in enumerate(zip(columns.paths, columns.fates, strict=True)):
        if path:
            home = columns.urls[row] if fate == BUILT else columns.homes[row].decode()
            told.append(ArticleOutcome(path, columns.ids[row].decode(), FATES[fate], home))
    return told


def _list_findings(columns: Columns) -> list[Finding]:
    """List what was found in all articles."""
    rows = sorted(
        {*columns.findings.list_filled(), *columns.told.list_filled()}, key=columns.paths.__getitem__
    )
    packed = (columns.told[row] or columns.findings[row] for row in rows)
    return [found for some in packed for found in read_packed(some, tuple[Finding, ...])]

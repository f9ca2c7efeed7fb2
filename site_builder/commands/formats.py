"""The forms in which findings are given: for people, for programs, for GitHub's annotations.

In: findings, each with the folder that its path counts from. Out: lines. The rule it guards: no
hostile file name or text can end a line early, or say more to a program than its place and words.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, NamedTuple

from site_builder.commands.console import make_printable, warn
from site_builder.config import SETTINGS_FILE
from site_builder.errors import Finding

if TYPE_CHECKING:
    from site_builder.config import Settings
    from site_builder.report import Report

FORMAT = "site-builder-check/1"
"""Changes when a field changes its meaning or goes; a new field leaves it as it is."""

GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


class Placed(NamedTuple):
    """A finding, and the folder that its path counts from, as seen from the current folder."""

    found: Finding
    folder: str

    @property
    def path(self) -> str:
        """Name the file so that it can be opened from the current folder."""
        path = self.found.path
        return path if self.folder in ("", ".") or os.path.isabs(path) else f"{self.folder}/{path}"


SCREEN = 20
"""How many lines of findings are seen at a glance; of more, it is told how often each code was met."""


def place_in_site(findings: Iterable[Finding], settings: Settings) -> list[Placed]:
    """Say in which folder the files of a build's findings lie: articles, and files of the site."""
    content, folder = str(settings.content), str(settings.folder)
    articles, site = os.path.relpath(content), os.path.relpath(folder)

    def is_of_the_site(path: str) -> bool:
        is_there = os.path.exists(os.path.join(folder, path))
        return path == SETTINGS_FILE or (is_there and not os.path.exists(os.path.join(content, path)))

    return [Placed(found, site if is_of_the_site(found.path) else articles) for found in findings]


def print_findings(report: Report, settings: Settings, quiet: bool) -> None:
    """Print on standard error what a build found, by place; ``quiet``: only warnings and errors.

    Of infos with the same code, which ask for nothing, the first few stand for the rest.
    """
    shown, is_cut = report.list_first()
    told = [found for found in shown if not (quiet and found.level == "info")]
    for one in place_in_site(told, settings):
        warn(_line(one))
    if len(told) > SCREEN or (is_cut and not quiet):
        counts = ", ".join(f"{many:,} {code}" for code, many in report.count_codes(quiet))
        warn(f"… in all {counts} (--report FILE.json has every one)")


def _line(one: Placed) -> str:
    return make_printable(str(replace(one.found, path=one.path)))


def write_text(placed: Sequence[Placed], summary: str) -> Iterator[str]:
    """Write ``path:line:column: LEVEL CODE message (remedy)``, one a line, and the summary."""
    for one in placed:
        yield _line(one)
    yield make_printable(summary)


def write_json(placed: Sequence[Placed], summary: str) -> Iterator[str]:
    """Write one JSON object; ``docs/check.md`` explains its fields."""
    counts = {level: sum(one.found.level == level for one in placed) for level in GITHUB_LEVELS}
    findings = [{**asdict(one.found), "path": one.path} for one in placed]
    told = {"format": FORMAT, "summary": summary, "counts": counts, "findings": findings}
    yield json.dumps(told, ensure_ascii=True, indent=1).replace("##[", "##\\u005b")


def write_github(placed: Sequence[Placed], summary: str) -> Iterator[str]:
    """Write workflow commands, which GitHub shows beside the lines of the files."""
    for one in placed:
        found = one.found
        place = (
            f"file={_property(one.path)},line={found.line},col={found.column},title={_property(found.code)}"
        )
        message = _message(make_printable(f"{found.message} ({found.remedy})"))
        yield f"::{GITHUB_LEVELS[found.level]} {place}::{message}"
    yield make_printable(summary)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(make_printable(text)).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Placed], str], Iterator[str]]] = {
    "text": write_text,
    "json": write_json,
    "github": write_github,
}

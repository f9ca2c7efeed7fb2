"""``site-builder check``: read a built site as a stranger would, and say what is wrong with it.

In: the folder of a built site. Out: findings about its pages and, when the site's own folder is
known, those that its last build had about the articles. The rule it guards: exit code 0 means
that every check ran and found no error.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.options import FORMAT, QUIET, WORKERS
from site_builder.report import LEVELS, count_nouns

if TYPE_CHECKING:
    from site_builder.commands.formats import Placed
    from site_builder.config import Settings
    from site_builder.errors import Finding

GOOD, FOUND = 0, 1


@click.command("check", short_help="Look for faults in the built site.")
@click.argument("public", default=None, required=False, type=click.Path(path_type=Path))
@click.option(
    "--site",
    default=".",
    metavar="SITE",
    type=click.Path(path_type=Path),
    help="The site's folder, for its settings and what its last build found. Default: here.",
)
@FORMAT
@click.option("--strict", is_flag=True, help="Exit with 1 on a warning, too.")
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Leave out the findings that this file holds.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all findings to this file, and exit with 0.",
)
@WORKERS
@QUIET
def command(
    public: Path | None,
    site: Path,
    form: str,
    strict: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    workers: int | None,
    quiet: bool,
) -> int:
    """Check the built site in PUBLIC (default: the output folder of the site).

    Exit code: 0 no errors, 1 errors or, with --strict, warnings, 2 it could not be checked.
    """
    from site_builder.checks.baseline import write_baseline as baseline_of
    from site_builder.commands.formats import FORMATS, Placed, place_in_site
    from site_builder.config import load_settings

    settings = load_settings(site, {"strict": strict or None, "workers": workers})
    public = settings.output if public is None else public
    told = [Placed(found, os.path.relpath(public)) for found in _check(public, settings)]
    told += place_in_site(_findings_of_build(public, settings), settings)
    if write_baseline is not None:
        _write(write_baseline, baseline_of(one.found for one in told))
        click.echo(f"{len(told)} findings are known from now on")
        return GOOD
    fresh, known = _without_known(told, baseline)
    shown = [one for one in fresh if not (quiet and one.found.level == "info")]
    for line in FORMATS[form](shown, _summary(fresh, known)):
        click.echo(line)
    grave = {"error", "warning"} if settings.strict else {"error"}
    return FOUND if any(one.found.level in grave for one in fresh) else GOOD


def _check(public: Path, settings: Settings) -> list[Finding]:
    from site_builder.checks import check_site
    from site_builder.errors import relevel
    from site_builder.workers import make_map, sensible_workers

    pages = sum(name.endswith(".html") for _, _, names in os.walk(public) for name in names)
    with make_map(sensible_workers(settings.workers, pages)) as run:
        return relevel(check_site(public, run), settings.levels)


def _findings_of_build(public: Path, settings: Settings) -> list[Finding]:
    """Read what the last build of this very folder found in the articles."""
    from site_builder.building.changes import recall_report

    if os.path.realpath(public) != os.path.realpath(settings.output):
        return []
    report = recall_report(settings.cache_dir, settings.levels)
    return report.findings if report else []


def _without_known(told: Sequence[Placed], baseline: Path | None) -> tuple[Sequence[Placed], str]:
    from site_builder.checks.baseline import leave_out_known
    from site_builder.errors import ConfigError

    if baseline is None:
        return told, ""
    try:
        lines = baseline.read_bytes()
    except OSError as error:
        hint = "make it with --write-baseline FILE"
        raise ConfigError(f"the baseline cannot be read: {error.strerror}", str(baseline), hint) from error
    fresh, known, gone = leave_out_known(told, lines, lambda one: one.found)
    left = f", {gone} lines of it no longer needed" if gone else ""
    return fresh, f" · {known} known from {baseline}{left}"


def _write(file: Path, data: bytes) -> None:
    from site_builder.errors import OutputError

    try:
        file.write_bytes(data)
    except OSError as error:
        hint = "name a file in a folder that exists and can be written"
        raise OutputError(f"the baseline cannot be written: {error.strerror}", str(file), hint) from error


def _summary(told: Sequence[Placed], known: str) -> str:
    counts = Counter(one.found.level for one in told)
    return f"checked: {', '.join(count_nouns(counts[level], level) for level in LEVELS)}{known}"

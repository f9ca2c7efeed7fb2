"""``site-builder build``: build a site, say what happened, return the exit code.

In: the folder of a site. Out: the built site, findings on standard error, one summary line and,
if asked for, a JSON report. The rule it guards: what was set aside is said even when all else
went well.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import follow, make_printable
from site_builder.commands.formats import print_findings
from site_builder.commands.options import OUTPUT, QUIET, SITE, WORKERS

if TYPE_CHECKING:
    from site_builder.config import Settings
    from site_builder.errors import SiteBuilderError
    from site_builder.report import Report

REPORT_HINT = "name a file in a folder that exists and can be written"

BUILT, NOT_STRICT_ENOUGH, NOTHING_BUILT = 0, 1, 2


@click.command("build", short_help="Build the site.")
@SITE
@OUTPUT
@click.option("--strict", is_flag=True, help="Exit with 1 when there was a warning or an error.")
@WORKERS
@click.option(
    "--report",
    "report_file",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all outcomes and findings to a JSON file.",
)
@click.option(
    "--force", is_flag=True, help="Build into a folder that holds other files; they are left alone."
)
@click.option("--verify-inputs", is_flag=True, help="Read every file, whatever its time and size say.")
@click.option("--why", is_flag=True, help="Say of each file that was written why.")
@QUIET
def command(
    site: Path,
    output: Path | None,
    strict: bool,
    workers: int | None,
    report_file: Path | None,
    force: bool,
    verify_inputs: bool,
    why: bool,
    quiet: bool,
) -> int:
    """Build the site in SITE, a folder with site.toml and content/ (default: here).

    A plain folder of articles is built too, with default settings. Exit code: 0 built, 1 built
    but --strict met warnings or errors, 2 nothing built.
    """
    from site_builder.errors import SiteBuilderError
    from site_builder.report import Report

    began = time.perf_counter()
    _expect_report(report_file)
    overrides = {
        "output": output,
        "strict": strict or None,
        "force": force or None,
        "workers": workers,
    }
    try:
        report, settings = _build(site, overrides, quiet, verify_inputs)
    except SiteBuilderError as error:
        _write_report(report_file, Report(), NOTHING_BUILT, error)
        raise
    report.seconds = time.perf_counter() - began
    code = NOT_STRICT_ENOUGH if settings.strict and not report.is_clean else BUILT
    _write_report(report_file, report, code)  # first: whoever reads what is printed may go away
    print_findings(report, settings, quiet)
    for path, reason in report.reasons if why else ():
        click.echo(make_printable(f"{path}: {reason}"))
    if not quiet:
        failed = " · FAILED, being strict" if code else ""
        click.echo(make_printable(report.summary() + failed))
    return code


def _build(
    site: Path, overrides: dict[str, Path | int | None], quiet: bool, verify_inputs: bool
) -> tuple[Report, Settings]:
    from site_builder.config import load_settings

    settings = load_settings(site, overrides)
    from site_builder.building.changes import arrive  # after the settings: a wrong one needs none of it

    arrival = arrive(settings, verify_inputs=verify_inputs)
    if arrival.report:  # nothing to do, and the line that does it is not even loaded (0.14 of 0.7 s)
        return arrival.report, settings
    from site_builder.pipeline import build_site
    from site_builder.workers import set_up_memory

    set_up_memory()
    with follow(quiet) as watch:
        report = build_site(settings, watch, verify_inputs=verify_inputs, arrival=arrival)
    report.phases = watch.phases
    return report, settings


def _expect_report(file: Path | None) -> None:
    """Say before the work that the report could not be written after it."""
    from site_builder.errors import OutputError

    if file is not None and not os.access(file.parent, os.W_OK):
        why = "may not be written to" if file.parent.is_dir() else "does not exist"
        raise OutputError(f"the folder of the report {why}", str(file), REPORT_HINT)


def _write_report(
    file: Path | None,
    report: Report,
    code: int,
    error: SiteBuilderError | None = None,
) -> None:
    """Write the JSON report in one step, so that no reader meets half of it."""
    if file is None:
        return
    from site_builder.errors import OutputError

    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(report.to_json(code, error))
        draft.replace(file)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        why = f"the report cannot be written: {problem.strerror}"
        raise OutputError(why, str(file), REPORT_HINT) from problem

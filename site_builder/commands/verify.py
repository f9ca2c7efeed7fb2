"""``site-builder verify``: prove that a built site is what was built, or say what is not.

In: the folder of a built site, which may be all that is left. Out: findings and one line. The
rule it guards: nothing outside the folder is asked, and nothing in it is changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable, warn
from site_builder.commands.options import FORMAT, WORKERS

if TYPE_CHECKING:
    from site_builder.errors import Finding

PROVED, BROKEN = 0, 1


@click.command("verify", short_help="Prove that no byte of a built site has changed.")
@click.argument("public", default="public", type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="Build the site again from its originals, too, and compare.")
@click.option(
    "--trust", is_flag=True, help="With --rebuild: run the site's own templates, programs and patterns."
)
@click.option("--strict", is_flag=True, help="Exit with 1 on a warning, too, such as a file that was added.")
@FORMAT
@WORKERS
def command(public: Path, rebuild: bool, trust: bool, strict: bool, form: str, workers: int | None) -> int:
    """Verify the built site in PUBLIC (default: public) against its manifests.

    Exit code: 0 every byte is as it was built, 1 it is not, 2 it could not be verified.
    """
    if trust and not rebuild:
        raise click.UsageError("--trust says what --rebuild may run: give both")
    from site_builder.checks.manifest import verify_site
    from site_builder.commands.formats import FORMATS, Placed
    from site_builder.report import count_nouns
    from site_builder.workers import make_map, sensible_workers, usable_cpus

    count = sum(len(names) for _, _, names in os.walk(public))
    with make_map(sensible_workers(workers or usable_cpus(), count)) as run:
        findings = verify_site(public, run)
    told = f"{count} files verified"
    if rebuild and any(found.level == "error" for found in findings):
        told += ", not rebuilt: mend the errors first"
    elif rebuild:
        more, sentence = _rebuild(public, trust)
        findings += more
        told += sentence
    errors = sum(found.level == "error" for found in findings)
    added = len(findings) - errors
    state = "NOT AS BUILT" if errors else "as built"
    summary = f"{told}: {state}, {count_nouns(errors, 'error')}, {count_nouns(added, 'warning')}"
    for line in FORMATS[form]([Placed(found, os.path.relpath(public)) for found in findings], summary):
        click.echo(line)
    return BROKEN if errors or (strict and added) else PROVED


def _rebuild(public: Path, trust: bool) -> tuple[list[Finding], str]:
    """Build from the originals in a folder that goes away again, and compare.

    Raises ``OutputError`` when this would run programs of the site's own, unless they are trusted: who made
    the site may be who wants something of this machine.
    """
    import tempfile

    from site_builder import __version__
    from site_builder.checks.manifest import compare_sites, lay_out_site, list_programs, read_seal
    from site_builder.config import load_settings, settings_within
    from site_builder.errors import OutputError
    from site_builder.pipeline import build_site

    if not trust and (programs := list_programs(public)):
        more = f" and {len(programs) - 1} more" if len(programs) > 1 else ""
        raise OutputError(
            f"--rebuild would run what the site brings: {programs[0]}{more}",
            str(public),
            "read them; if you trust who made the site, add --trust",
        )
    with tempfile.TemporaryDirectory(prefix="site-builder-") as place:
        folder = Path(place)
        lay_out_site(public, folder)
        build_site(load_settings(folder, settings_within(folder)))
        findings, compared, passed = compare_sites(public, folder / "public")
    builder = read_seal(public).get("generator", "")
    if findings and builder != f"site-builder {__version__}":
        warn(f"site-builder: the site was built by {make_printable(str(builder))}, this is {__version__}")
    left = f" ({passed} files made of pictures by other encoders passed over)" if passed else ""
    return findings, f", {compared} built again from the originals and compared{left}"

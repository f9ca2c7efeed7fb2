"""The arguments and options that several commands have, so that each means the same everywhere.

In: nothing. Out: decorators for commands. The rule it guards: an option of one name has one type, one
default and one explanation.
"""

from __future__ import annotations

import os
from pathlib import Path

import click


def _from_here(_context: click.Context, _option: click.Parameter, folder: Path | None) -> Path | None:
    """Resolve a folder from the current one; settings take what is relative from the site's."""
    return None if folder is None else Path(os.path.abspath(folder))


SITE = click.argument("site", default=".", type=click.Path(path_type=Path))
OUTPUT = click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    callback=_from_here,
    help="Where to write the site, from the current folder. Default: public, in SITE.",
)
WORKERS = click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(0, 1024),
    help="How many processes may work at once. Default: as many as there are CPUs.",
)
FORMAT = click.option(
    "--format",
    "form",
    default="text",
    type=click.Choice(("text", "json", "github")),
    help="How findings are written. Default: text.",
)
QUIET = click.option("--quiet", "-q", is_flag=True, help="Print only warnings and errors.")

"""``site-builder search``: ask a built site's index as its search page does.

In: what a reader would type, and a built site. Out: the articles that hold it, one a line, or as
JSON. The rule it guards: the same results as in the browser, from the same files.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable

if TYPE_CHECKING:
    from site_builder.search.lookup import Answer

FOUND, NOT_FOUND = 0, 1


@click.command("search", short_help="Find articles of the built site.")
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@click.option(
    "--public",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="The built site. Default: the output folder of the site.",
)
@click.option(
    "--site",
    default=".",
    metavar="SITE",
    type=click.Path(path_type=Path),
    help="The site's folder, for its settings. Default: here.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
@click.option("--newest", is_flag=True, help="The newest first, wherever the words stand.")
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(1), help="Show so many.")
def command(
    words: tuple[str, ...], public: Path | None, site: Path, as_json: bool, newest: bool, limit: int
) -> int:
    """Find the articles that hold QUERY in their title or text.

    Several words: all of them. "in quotes": as written. -word: not that one. source:NAME, tag:NAME
    and 2022-05..2022-07 narrow it down. Exit code: 0 found, 1 nothing found, 2 no index to ask.
    """
    from site_builder.config import load_settings
    from site_builder.errors import OutputError
    from site_builder.search.lookup import search

    line = " ".join(words)
    public = load_settings(site).output if public is None else public
    try:
        answer = search(public, line, newest_first=newest)
    except FileNotFoundError as error:
        what = "no search index" if (public / "index.html").exists() else "no built site"
        hint = (
            "build it, with [features] search = true" if "index" in what else "build it, or name its folder"
        )
        raise OutputError(f"there is {what}", str(public), hint) from error
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(f"the search index cannot be read: {error}", str(public), "build again") from error
    for text in _as_json(line, answer) if as_json else _as_lines(line, answer, limit):
        click.echo(text)
    return FOUND if answer.hits else NOT_FOUND


def _as_json(line: str, answer: Answer) -> list[str]:
    found = {"query": line, "total": len(answer.hits), **asdict(answer)}
    return [json.dumps(found, ensure_ascii=False, indent=2)]


def _as_lines(line: str, answer: Answer, limit: int) -> list[str]:
    lines = []
    if answer.split:
        words = ", ".join(answer.split)
        lines.append(f"{line} stands nowhere in one piece; these hold all of: {words}")
    for hit in answer.hits[:limit]:
        lines += [
            f"{hit.when[:16].replace('T', ' ')}  {hit.source}  {hit.title}",
            f"    {hit.url}",
            f"    {hit.snippet}",
        ]
    lines.append(f"{len(answer.hits)} found" + (f", {limit} shown" if len(answer.hits) > limit else ""))
    if answer.suggestion:
        lines.append(f"did you mean: {answer.suggestion}")
    return [make_printable(text) for text in lines]

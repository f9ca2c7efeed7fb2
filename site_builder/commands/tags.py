"""``site-builder tags``: what the archive is about, why a tag is there, and what could be accepted.

In: a site. Out: its tags with counts; the evidence for one file; or lines for ``tags.toml``. The
rule it guards: nothing is learned behind a person's back. What the archive's own tags teach is
proposed here, and counts once it stands in ``tags.toml``; so a new article changes no old tags.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from site_builder.model import Archive, Article
    from site_builder.stories.proposals import Proposals

FOUND, NOT_FOUND = 0, 1


@click.command("tags", short_help="List tags, explain one file's, propose new names.")
@click.argument("site", default=".", metavar="[SITE]", type=click.Path(path_type=Path))
@click.option(
    "--why",
    metavar="FILE",
    help="Show the evidence for each tag of this file: its path, or its name with or without the ending.",
)
@click.option("--new", is_flag=True, help="Propose aliases and names, as lines for tags.toml.")
def command(site: Path, why: str | None, new: bool) -> int:
    """List the tags of a site with the number of articles that have each.

    Exit code: 0, 1 when there is no such file, 2 when the settings cannot be used.
    """
    if new and why is not None:
        raise click.UsageError("--why and --new are two questions: ask one")
    from site_builder.building.inventory import read_inventory
    from site_builder.config import load_settings

    settings = load_settings(site)
    with read_inventory(settings) as inventory:
        if why is not None:
            article = inventory.find(_from_content(why, settings.content))
            lines: Iterable[str] = explain(article) if article else [f"no article is called {why}"]
        elif new:
            lines = propose(inventory.proposals())
        else:
            lines = count(inventory.archive)
        for line in lines:
            click.echo(make_printable(line))
    return FOUND if why is None or article else NOT_FOUND


def _from_content(name: str, content: Path) -> str:
    """Give a file's path as seen from the folder of articles, if there is such a file there."""
    file = Path(name).resolve()
    return file.relative_to(content.resolve()).as_posix() if file.is_relative_to(content.resolve()) else name


def count(archive: Archive) -> Iterator[str]:
    """List the tags, most frequent first, with the spellings met."""
    for tag in archive.tags:
        others = [form for form, _ in tag.forms if form != tag.name]
        yield f"{len(tag.cards):6}  {tag.name}" + (f"  ({', '.join(others)})" if others else "")


def explain(article: Article) -> Iterator[str]:
    """Say of one article who or what gives it each tag."""
    yield article.card.title
    for mark in article.card.tags:
        yield f"  {mark.name}"
        for kind, detail in mark.evidence:
            yield f"      {KINDS.get(kind, kind)}: {detail}"


KINDS = {
    "given": "given by the publisher, in the",
    "front-matter": "given in the file's head, under",
    "name": "a known name, found in",
    "number": "a product number, found in",
    "phrase": "frequent here and rare elsewhere, found in",
    "always": "wished for, in",
    "form": "written",
}
"""A kind of evidence, in words that its detail goes on with."""


def propose(found: Proposals) -> Iterator[str]:
    """Write what could be accepted as lines for ``tags.toml``, each with its reason."""
    if not found.names and not found.aliases:
        yield "# nothing to propose"
    if found.names:
        yield "# tags that publishers or files give, and that could be looked for in every text"
        yield "names = ["
        yield from (f"  {_quoted(name)},  # given {times} times" for name, times in found.names)
        yield "]"
    if found.aliases:
        yield "[aliases]"
    for name, form, reason in found.aliases:
        yield f"{_quoted(name)} = [{_quoted(form)}]  # {reason}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""``site-builder new``: start an archive.

In: a folder that is not there yet, or empty. Out: a site that builds at once. The rule it
guards: the last lines say what to type next.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from site_builder.commands.console import make_printable


@click.command("new", short_help="Start an archive.")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Take over the posts of this Hexo, Jekyll or Hugo site; they are copied as they are.",
)
@click.option("--title", default="", help="The archive's name. Default: the folder's.")
@click.option(
    "--language",
    default="",
    help="The language of its interface. Default: that of most articles which it takes over or which lie in "
    "its content folder, else zh-Hans.",
)
@click.option("--timezone", default="Asia/Shanghai", help="The zone of its times. Default: Asia/Shanghai.")
def command(folder: Path, source: Path | None, title: str, language: str, timezone: str) -> int:
    """Start an archive in DIR (default: here): settings, a first article, a workflow that publishes.

    Nothing that exists is overwritten.
    """
    from site_builder.config import SETTINGS_FILE, check_settings, expect_utf8
    from site_builder.workshop.migration import take_over
    from site_builder.workshop.starter import guess_language, plan_site, write_site

    name = title or expect_utf8(Path(os.path.abspath(folder))).name or "Archive"

    def plan(tongue: str) -> dict[str, bytes]:
        return plan_site(folder, name, tongue or "zh-Hans", timezone, sample=source is None)

    planned = plan(language)
    check_settings(planned[SETTINGS_FILE].decode(), folder / SETTINGS_FILE)
    taken = take_over(source, folder / "content") if source is not None else None
    found = "" if language else guess_language(folder / "content")
    write_site(folder, plan(found) if found else planned)
    if taken is not None:
        generator = f" of {taken.generator}" if taken.generator else ""
        _say(f"took over {taken.articles} posts{generator} and {taken.pictures} pictures from {taken.folder}")
        for number, what in (
            (taken.drafts, "left out, being drafts"),
            (taken.undated, "left out, having no date: pages, not posts"),
            (taken.changed, "changed where only their generator understood them"),
        ):
            if number:
                _say(f"  {number} {what}")
    if found:
        _say(f"its pages speak the language of most articles, {found}; site.toml names it")
    where = "" if str(folder) == "." else f" {folder}"
    _say(f"started an archive in {folder}; next:")
    _say(f"  site-builder serve{where}")
    return 0


def _say(sentence: str) -> None:
    click.echo(make_printable(sentence))

"""``site-builder clean``: clean one file, and show what became of each piece of it.

In: a saved article. Out: its cleaned body as HTML, text or JSON; with ``--explain`` the original
beside the page, piece by piece, in colours, as a page that needs nothing else, or as JSON. The
rule it guards: what is shown is what a build does, by the same functions.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable

if TYPE_CHECKING:
    from rich.table import Table

    from site_builder.cleaning.fates import Fate
    from site_builder.model import Body, RawArticle, Source
    from site_builder.sources import Sources

MAX_BYTES = 64 * 1024 * 1024


@click.command("clean", short_help="Clean one file and show what became of it.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--explain", is_flag=True, help="Show the original beside the page, each piece with its fate.")
@click.option("--html", "form", flag_value="html", help="Write HTML (the default without --explain).")
@click.option("--text", "form", flag_value="text", help="Write plain text.")
@click.option("--json", "form", flag_value="json", help="Write JSON.")
@click.option(
    "--site",
    metavar="FOLDER",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The site whose own rules count as well. Default: the current folder, if it holds a site.toml.",
)
def command(file: Path, explain: bool, form: str | None, site: Path) -> int:
    """Clean FILE, an article as it was saved, and print its body.

    With --explain each piece of the original is shown with what became of it: kept, removed,
    harvested or unwrapped, by which rule and why, with its line and column in the file.
    """
    from site_builder.cleaning.fates import place_in_text, trace_fates
    from site_builder.sources import match_source
    from site_builder.steps.clean import clean_article, whole_html
    from site_builder.steps.read import read_article

    raw = read_article(file.parent, file.name, MAX_BYTES)
    source, matched = match_source(load_rules(site), raw)
    body = clean_article(raw, source)
    if not explain and form != "json":
        click.echo(body.text if form == "text" else whole_html(body))
        return 0
    fates = trace_fates(raw.body, body, raw.body_line) if explain else ()
    if raw.written:
        fates = place_in_text(fates, raw.written, raw.body_line)
    if form == "json":
        click.echo(write_json(raw, source, matched, body, fates))
    elif form == "html":
        click.echo(write_page(raw, source, matched, body, fates))
    elif form == "text":
        click.echo("\n".join(map(write_line, fates)))
    else:
        print_table(raw, source, matched, body, fates)
    return 0


def load_rules(site: Path) -> Sources:
    """Load the built-in rules, and those of the site if the folder is one."""
    from site_builder.config import SETTINGS_FILE, load_settings
    from site_builder.sources import load_sources

    if not (site / SETTINGS_FILE).is_file():
        return load_sources()
    settings = load_settings(site, {})
    return load_sources(settings.sources_dir, settings.allow_hooks, settings.language)


def say_source(source: Source, matched: tuple[str, str]) -> str:
    """Say whose rules were used, and by what the publisher was recognised."""
    kind, value = matched
    if not source.known:
        return f"{source.name or 'an unknown publisher'}: no rule of its own; cleaned in the general way"
    ways = {"author": "its author", "host": "its address at", "body": "what only its bodies hold:"}
    return f"{source.name} ({len(source.rules)} rules), recognised by {ways.get(kind, kind)} {value}"


def say_place(fate: Fate) -> str:
    """Write ``line:column``, or nothing where it is not known."""
    return f"{fate.line}:{fate.column}" if fate.line else ""


def write_line(fate: Fate) -> str:
    """Write a fate as one line of text."""
    shown = fate.text or fate.what
    because = f"  [{fate.rule}: {fate.reason}]" if fate.rule else ""
    return make_printable(f"{say_place(fate):>9}  {fate.kind:<9}  {shown}{because}")


def write_json(
    raw: RawArticle, source: Source, matched: tuple[str, str], body: Body, fates: tuple[Fate, ...]
) -> str:
    """Write all that is known of a cleaned file; ``fates`` only where they were asked for.

    Of a picture that the file holds inside, ``data`` is the number of its bytes.
    """
    told = {
        "file": raw.path,
        "publisher": {"name": source.name, "slug": source.slug, "known": source.known, "matched": matched},
        "refused": body.refused,
        "html": str(body.html),
        "text": body.text,
        "media": [{**asdict(medium), "data": len(medium.data)} for medium in body.media],
        "tags": body.tags,
        "credits": [asdict(credit) for credit in body.credits],
        "removals": [asdict(entry) for entry in body.removals],
        "unwrapped": [asdict(entry) for entry in body.unwrapped],
    }
    if fates:
        told["fates"] = [asdict(fate) for fate in fates]
    return json.dumps(told, ensure_ascii=False, indent=2)


# --- the terminal ---------------------------------------------------------------------------

_COLOURS = {"kept": "", "removed": "red", "harvested": "yellow", "unwrapped": "cyan"}


def print_table(
    raw: RawArticle, source: Source, matched: tuple[str, str], body: Body, fates: tuple[Fate, ...]
) -> None:
    """Print the original and the page side by side."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(make_printable(f"{raw.path} · {say_source(source, matched)}"))
    if body.refused:
        console.print(make_printable(f"Only the text was kept: {body.refused}"), style="red")
    console.print(_table(fates))
    counts = {kind: sum(fate.kind == kind for fate in fates) for kind in _COLOURS}
    told = [f"{count} {kind}" for kind, count in counts.items()]
    console.print(" · ".join([*told, f"{len(body.media)} pictures and other media"]))


def _table(fates: tuple[Fate, ...]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("place", justify="right", no_wrap=True, style="dim")
    table.add_column("original", ratio=1, overflow="fold")
    table.add_column("page, or why not", ratio=1, overflow="fold")
    for fate in fates:
        colour = _COLOURS[fate.kind]
        shown = make_printable(fate.text or fate.what)
        why = make_printable(f"{fate.kind} by {fate.rule}: {fate.reason}")
        right = shown if fate.kind == "kept" else why
        left = Text(shown, style=f"{colour} strike" if fate.kind == "removed" else colour)
        table.add_row(Text(say_place(fate)), left, Text(right, style=colour))
    return table


# --- a page of its own ------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}
body{color:#1c1b1a;background:#fff}
table{border-collapse:collapse;width:100%;table-layout:fixed}
td,th{vertical-align:top;text-align:left;padding:.3rem .6rem;border-top:1px solid #ddd;overflow-wrap:anywhere}
th:first-child,td:first-child{width:5rem;text-align:right;color:#666;font-variant-numeric:tabular-nums}
.removed{background:#fbe4e1}.removed td:nth-child(2){text-decoration:line-through}
.harvested{background:#fdf3d3}.unwrapped{background:#dff1f5}small{color:#555}
@media(prefers-color-scheme:dark){body{color:#e8e6e3;background:#161513}td,th{border-color:#333}
.removed{background:#4a1f1a}.harvested{background:#453a12}.unwrapped{background:#12373f}
small,td:first-child,th:first-child{color:#aaa}}
"""


def write_page(
    raw: RawArticle, source: Source, matched: tuple[str, str], body: Body, fates: tuple[Fate, ...]
) -> str:
    """Write original and page side by side as a page that asks for nothing."""
    rows = "\n".join(map(_row, fates))
    said = _show(say_source(source, matched))
    refused = f"<p><strong>{_show(body.refused)}</strong></p>" if body.refused else ""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{_show(raw.path)}</title>
<style>{_STYLE}</style>
<h1>{_show(raw.path)}</h1>
<p>{said}</p>{refused}
<table>
<thead>
<tr><th scope="col">Place</th><th scope="col">Original</th><th scope="col">Page, or why not</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
</html>"""


def _row(fate: Fate) -> str:
    shown = _show(fate.text) or f"<code>{_show(fate.what)}</code>"
    if fate.kind == "kept":
        right = shown
    else:
        right = f"{fate.kind} <code>{_show(fate.rule)}</code><br><small>{_show(fate.reason)}</small>"
    return f'<tr class="{fate.kind}"><td>{say_place(fate)}</td><td>{shown}</td><td>{right}</td></tr>'


def _show(text: str) -> str:
    """Escape hostile text for a page; what cannot be seen is shown as its escape."""
    return escape(make_printable(text))

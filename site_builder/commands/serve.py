"""``site-builder serve``: show the site on this computer, and show it again when something is saved.

In: the folder of a site. Out: its address, and one line a build. The rule it guards: Ctrl-C ends
it, and nothing else does.
"""

from __future__ import annotations

import threading
from pathlib import Path

import click

from site_builder.commands.console import make_printable
from site_builder.commands.options import OUTPUT, SITE


@click.command("serve", short_help="Show the site here, and follow what is saved.")
@SITE
@OUTPUT
@click.option("--host", default="127.0.0.1", help="The address to serve on. Default: this computer alone.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    help="The port to serve on. Default: 8000, or the next one that is free.",
)
def command(site: Path, output: Path | None, host: str, port: int | None) -> int:
    """Build the site in SITE and serve it at an address of this computer until Ctrl-C.

    Whenever an article, a template, a publisher's rules or a setting is saved, the site is built
    again and open pages reload. An error is shown in the page and here, and ends nothing.
    """
    from site_builder.config import load_settings
    from site_builder.workshop.preview import Stage, follow, open_server, show, watch_site
    from site_builder.workshop.standby import Builds

    overrides = {"output": output}
    settings = load_settings(site, overrides)
    stage = Stage(settings.output)
    server = open_server(host, 8000 if port is None else port, stage, exact=port is not None)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    stop, builds = threading.Event(), Builds(site, overrides)
    try:
        show(stage, builds.build, _say)
        _say(f"serving {server.address} · Ctrl-C ends it")
        deep = [settings.content, settings.folder / "templates", settings.folder / "sources"]
        deep += [one for one in (settings.templates_dir, settings.sources_dir) if one is not None]
        ignored = [settings.output, settings.cache_dir]
        changes = watch_site(settings.folder, deep, ignored, stop)
        follow(stage, builds.build, changes, _say)
    except KeyboardInterrupt:
        _say("site-builder: no longer serving")
    finally:
        stop.set()
        builds.close()
        server.shutdown()
        server.server_close()
    return 0


def _say(sentence: str) -> None:
    click.echo(make_printable(sentence), err=True)

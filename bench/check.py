"""What ``check`` and ``verify`` cost on a built site: ``python -m bench.check SITE``.

In: a site's folder, built. Out: a line each: CPU a page and in all, wall, memory of all processes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import run


def measure(site: Path) -> None:
    """Run both commands on the site and print what they cost."""
    public = site / "public"
    files = sum(path.is_file() for path in public.rglob("*"))
    pages = sum(1 for path in public.rglob("*.html") if path.relative_to(public).parts[0] != "originals")
    print(f"{files:,} files, {pages:,} pages")
    for name, command in (
        ("check", ["check", str(public), "--site", str(site)]),
        ("verify", ["verify", str(public)]),
    ):
        cost = run([sys.executable, "-m", "site_builder", *command])
        each = 1000 * cost.cpu / pages
        print(f"{name}: {cost.cpu:.1f} s CPU ({each:.2f} ms a page), {cost.wall:.1f} s, {cost.memory:.0f} MB")


if __name__ == "__main__":
    measure(Path(sys.argv[1]))

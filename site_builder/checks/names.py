"""Whether every file of the site can be copied to any disk and served from any host.

In: the paths of all files. Out: findings. The rule it guards: an archive is copied for decades,
to disks that know no upper and lower case, no ``:`` and no name such as ``con``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.checks.whole import SiteFacts
from site_builder.errors import Finding, finding

LONGEST = 255
"""Bytes of a path; many archivers and some file systems hold no more in one piece."""
RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
UNUSABLE = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')


def check_case(site: SiteFacts) -> Iterator[Finding]:
    """No two paths are one on a disk that knows no upper and lower case."""
    first: dict[str, str] = {}
    for path in sorted(site.files):
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            place = "/".join(parts[:depth])
            other = first.setdefault(place.casefold(), place)
            if other != place:
                yield finding("address-case", path, f"is {other} on a disk without upper and lower case")
                break


def check_windows(site: SiteFacts) -> Iterator[Finding]:
    """Every part of every path is a name that Windows can hold."""
    for path in sorted(site.files):
        for part in path.split("/"):
            if RESERVED.fullmatch(part) or UNUSABLE.search(part) or part.endswith((".", " ")):
                yield finding("address-windows", path, f'Windows cannot hold the name "{part}"')
                break


def check_length(site: SiteFacts) -> Iterator[Finding]:
    """No path is longer than what archivers and file systems hold."""
    for path in sorted(site.files):
        size = len(path.encode("utf-8", "surrogateescape"))
        if size > LONGEST:
            yield finding("address-long", path, f"the path has {size} bytes, more than {LONGEST}")

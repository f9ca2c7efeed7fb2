"""Links to other files of the folder that an article came from, as they were written.

In: the address of a link. Out: what it calls another file, plain enough to be looked up, or nothing. The rule
it guards: **a reference is a name that is looked up, never an address that is followed**; where it leads is
said by the archive alone.
"""

from __future__ import annotations

import re

from site_builder.cleaning.attributes import has_scheme
from site_builder.model import BY_NAME
from site_builder.urls import drop_ignored, is_picture

MAX_LENGTH = 1_000
_SOURCE = re.compile(r"[^?#]+\.(?:mdx?|[qr]md)(?:#.*)?", re.IGNORECASE | re.DOTALL)


def names_source(given: str) -> bool:
    """Tell whether an address names a file that only who writes has: no host shows it."""
    return "md" in given.lower() and _SOURCE.fullmatch(given) is not None


def refer(given: str) -> str:
    """Give what a link calls another file, or ``""`` where it calls none.

    >>> refer("../2022/lamp.md#oil"), refer("article:lamp"), refer("/2022/lamp/")
    ('../2022/lamp.md#oil', 'article:lamp', '/2022/lamp/')
    >>> refer("javascript:x()"), refer("//a.example/b"), refer("?p=1"), refer("#oil"), refer("lamp.jpg")
    ('', '', '', '', '')
    """
    plain = drop_ignored(given[: 2 * MAX_LENGTH]).strip().replace("\\", "/")
    path = plain.partition("#")[0]
    if not path or len(plain) > MAX_LENGTH or "?" in path or path.startswith("//"):
        return ""
    if plain.startswith(BY_NAME):
        return plain if path != BY_NAME else ""
    return "" if has_scheme(plain) or is_picture(path) else plain

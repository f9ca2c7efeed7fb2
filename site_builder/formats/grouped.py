"""SingleFile's grouped pictures: one that a page shows twice is written once, as a variable of its style.

In: a whole page. Out: its body, with such a picture in each ``img`` that shows it, as a ``data:``
address. The rule it guards: only an ``img`` whose own style names the variable is touched, and a page
cannot grow without end by it.
"""

from __future__ import annotations

import re

MAY_GROUP = "--sf-img-"
_VARIABLE = re.compile(r"--sf-img-(\d{1,6})\s?:\s?url\(\s?[\"']?(data:[^\"'()\s]+)")
_PICTURE = re.compile(r"""<img\b(?:[^"'<>]++|"[^"]{0,9000}+"|'[^']{0,9000}+')*+>""", re.IGNORECASE)
"""What holds a picture already is longer."""
_SHOWN = re.compile(r"background-image\s?:\s?var\(--sf-img-(\d{1,6})\)")
_MOST_COPIES = 3


def ungroup_pictures(page: str, body: str) -> str:
    """Put each picture of the page's style into the elements of its body that show it."""
    pictures = dict(_VARIABLE.findall(page))
    left_over = _MOST_COPIES * len(page)

    def put(tag: re.Match[str]) -> str:
        nonlocal left_over
        found = _SHOWN.search(tag[0])
        address = pictures.get(found[1], "") if found else ""
        if not address or left_over < len(address):
            return tag[0]
        left_over -= len(address)
        return f'<img src="{address}" {tag[0][4:].lstrip()}'  # of two attributes of a name the first counts

    return _PICTURE.sub(put, body)

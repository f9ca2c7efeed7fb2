"""Asides in Markdown's other dialects: ``:::note … :::``, and ``!!! note`` with its lines indented.

In: Markdown of Docusaurus, VitePress, Starlight, Zenn, Pandoc (colons), of MkDocs (signs).
Out: Markdown that says it with quotations. The rule it guards: **only a whole one counts**: colons that
nothing ends, and signs with nothing indented below them, stay what they are, and so does all code.
"""

from __future__ import annotations

import re

from site_builder.language.text import squeeze

MAY_HOLD = re.compile(
    r"^[ \t]{0,12}(?::{3,}[ \t]*\{?\.?[A-Za-z]|(?:!!!|\?\?\?\+?)[ \t]+[\w\"]|===[!+]?[ \t]+[\"'])", re.M
)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_OPENS = re.compile(
    r"(?P<lead>[ \t]{0,12})(?P<colons>:{3,})[ \t]*(?:\{[.#]?(?P<braced>[A-Za-z][\w-]{0,40})[^{}]{0,200}\}"
    r"|(?P<kind>[A-Za-z][\w-]{0,40})(?:\{(?P<given>[^{}]{0,200})\})?(?:\[(?P<title>[^\[\]]{1,200})\])?"
    r"(?P<words>[ \t]+[^:{}]{1,200})?(?:\{[^{}]{0,200}\})?)[ \t]*:*[ \t]*"
)
_ENDS = re.compile(r"[ \t]{0,12}(:{3,})[ \t]*")
_SIGNED = re.compile(
    r"(?P<lead>[ \t]{0,12})(?P<sign>!!!|\?\?\?\+?|===[!+]?)[ \t]+"
    r"(?P<kind>[A-Za-z][\w-]{0,40}(?: [\w-]{1,40}){0,9})?[ \t]*"
    r"(?:\"(?P<title>[^\"]{0,200})\"|'(?P<other>[^']{0,200})')?[ \t]*"
)
_NOTICES = frozenset(
    "note tip info warning danger caution important success hint example quote question bug failure abstract"
    " message alert error seealso attention details custom-block callout-note callout-tip callout-warning"
    " callout-caution callout-important".split()
)
_GIVEN_TITLE = re.compile(r"title\s?=\s?\"([^\"]{1,200})\"")
_DEEPEST = 20


def read_asides(text: str) -> str:
    """Write asides as quotations, each with its title or kind above it. Linear.

    >>> read_asides(":::tip[Mind]\\nThe lamp.\\n:::")
    '> **Mind**\\n>\\n> The lamp.\\n'
    """
    lines = _read_signed(text.split("\n"))
    return "\n".join(_read_colons(lines))


def _read_colons(lines: list[str]) -> list[str]:
    pairs = _pair(lines)
    written: list[str] = []
    prefix: list[str] = []
    for at, line in enumerate(lines):
        opening = pairs.get(at)
        if isinstance(opening, int):
            prefix.pop()
            written.append("".join(prefix).rstrip())
        elif opening is not None:
            name = (opening["kind"] or opening["braced"] or "").lower()
            title = opening["title"] or _title_in(opening["given"] or "") or (opening["words"] or "").strip()
            is_notice = name in _NOTICES
            prefix.append("> " if is_notice else "")
            shown = title or (name.removeprefix("callout-").capitalize() if is_notice else "")
            written += _head("".join(prefix), shown)
        else:
            written.append(
                "".join(prefix) + line if prefix and line.strip() else "".join(prefix).rstrip() or line
            )
    return written


def _title_in(given: str) -> str:
    found = _GIVEN_TITLE.search(given)
    return found[1] if found else ""


def _head(lead: str, title: str) -> list[str]:
    words = squeeze(title).replace("*", "")
    return [f"{lead}**{words}**", lead.rstrip()] if words else [lead.rstrip()]


def _pair(lines: list[str]) -> dict[int, re.Match[str] | int]:
    """Find where asides begin (the match) and end (where they began), by the numbers of their lines."""
    pairs: dict[int, re.Match[str] | int] = {}
    begun: list[tuple[int, re.Match[str]]] = []
    fence = ""
    for at, line in enumerate(lines):
        if code := _FENCE.match(line):
            ends = bool(fence) and code[1].startswith(fence) and line.strip(" \t>") == code[1]
            fence = "" if ends else fence or code[1]
        elif fence or ":::" not in line:
            continue
        elif (end := _ENDS.fullmatch(line)) and begun:
            near = next((back for back in range(1, len(begun) + 1) if begun[-back][1]["colons"] == end[1]), 0)
            if near:
                start, match = begun[-near]
                del begun[-near:]
                pairs[start], pairs[at] = match, start
        elif (opening := _OPENS.fullmatch(line)) and len(begun) < _DEEPEST:
            begun.append((at, opening))
    return pairs


def _read_signed(lines: list[str], depth: int = 0) -> list[str]:
    """Write MkDocs' asides and tabs: what is indented below the line belongs to it."""
    written: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if code := _FENCE.match(line):
            ends = bool(fence) and code[1].startswith(fence) and line.strip(" \t>") == code[1]
            fence = "" if ends else fence or code[1]
        match = _SIGNED.fullmatch(line) if not fence and line.lstrip()[:3] in {"!!!", "???", "==="} else None
        indent = (match["lead"] if match else "") + "    "
        stop = _end_of_indented(lines, at, indent) if match else at
        if match is None or stop == at or not (match["kind"] or match["title"] or match["other"]):
            written.append(line)
            continue
        title = match["title"] if match["title"] is not None else match["other"]
        if title is None:
            title = (match["kind"] or "").split(" ")[0].capitalize()
        mark = "" if match["sign"].startswith("===") else "> "
        inner = [one.removeprefix(indent) if one.strip() else "" for one in lines[at:stop]]
        if depth < _DEEPEST:
            inner = _read_signed(inner, depth + 1)
        lead = match["lead"] + mark
        written += [
            "",
            *_head(lead, title),
            *((lead + one).rstrip() if mark else lead + one for one in inner),
            "",
        ]
        at = stop
    return written


def _end_of_indented(lines: list[str], at: int, indent: str) -> int:
    stop = at
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(indent)):
        at += 1
        stop = at if lines[at - 1].strip() else stop
    return stop

"""A TOML file that a person wrote: its values, and the line on which each key stands.

In: a path. Out: ``TomlFile``. The rule it guards: whatever is wrong with such a file, the error
names the file, the line and the nearest thing that would have been right.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder.errors import SiteBuilderError

_HEADER = re.compile(r"\s*\[{1,2}([^\[\]#]++)\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'""")
_MAX_PARTS = 100
"""Of a key; each dot parts it."""
_MAX_BITS = 63
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The values of a TOML file; ``lines`` maps a dotted key or table to its 1-based line."""

    path: str
    data: Mapping[str, object]
    lines: Mapping[str, int]

    def at(self, key: str) -> str:
        """Say where a dotted key stands, as ``path:line:column``; its table's line if unknown."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return f"{self.path}:{self.lines.get(key, 1)}:1"


def read_toml(path: Path, error: type[SiteBuilderError]) -> TomlFile:
    """Read a TOML file; raise ``error`` with file, line and column when it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise error(
            f"cannot be read: {problem.strerror}", str(path), "check the name and its permissions"
        ) from problem
    except UnicodeDecodeError as problem:
        line = 1 + problem.object.count(b"\n", 0, problem.start)
        raise error("is not UTF-8", f"{path}:{line}:1", "save the file as UTF-8") from problem
    return parse_toml(text, str(path), error)


def parse_toml(text: str, path: str, error: type[SiteBuilderError]) -> TomlFile:
    """Parse the text of a TOML file; ``path`` only names it in errors."""
    try:
        refuse_dotted(text)
        data = tomllib.loads(text)
        _refuse_large(data)
        return TomlFile(path, data, _find_lines(text))
    except ValueError as problem:  # what is no TOML, or a number longer than Python reads
        said = str(problem)
        place = _PLACE.search(said)
        line, column = place.groups() if place and place[1] else (str(1 + text.count("\n")), "1")
        message = said[: place.start()] if place else said
        message = message[:1].lower() + message[1:]
        raise error(
            f"is not valid TOML: {message}", f"{path}:{line}:{column}", "text values need quotes"
        ) from problem
    except RecursionError as problem:
        raise error("is nested too deeply", path, "use plain keys and tables") from problem


def refuse_dotted(text: str) -> None:
    """Refuse keys of very many parts, which take tomllib quadratic time: 5 s for 40 KB.

    Raises:
        ValueError: one has more than a hundred.
    """
    if max(line.partition("=")[0].count(".") for line in text.split("\n")) > _MAX_PARTS:
        raise ValueError(f"a key has more than {_MAX_PARTS} parts")


def _refuse_large(value: object) -> None:
    """Refuse whole numbers that TOML does not know, of which Python writes no more than 4,300 digits."""
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        if value != -(2**_MAX_BITS):
            raise ValueError("a whole number is larger than TOML allows")
    elif isinstance(value, dict):
        for inner in value.values():
            _refuse_large(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_large(inner)


def suggest(word: str, known: Iterable[str]) -> str:
    """Name the known word nearest to ``word``, or all of them when none is near.

    >>> suggest("titel", ["title", "images"])
    'did you mean "title"?'
    >>> suggest("xyz", ["title", "images"])
    'known are: images, title'
    """
    words = sorted(known)
    near = difflib.get_close_matches(word.lower(), words, n=1)
    return f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(words)}"


def _find_lines(text: str) -> dict[str, int]:
    """Find where keys and tables begin. A look-alike inside a long string at worst adds a key."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _dotted(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _dotted(key[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def _dotted(written: str) -> str:
    return ".".join(part.strip("\"'") for part in _PART.findall(written))

"""Writes the pages of the documentation that follow from the code.

    python tests/references.py      writes docs/cli.md and docs/licences.md anew

The tests hold the pages against what these functions give.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from click import Choice, Command, Context, Group, Option

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from site_builder.cli import COMMANDS, group  # noqa: E402

CLI = """\
# The command line

Written from the program by `python tests/references.py`; a test holds it against the program.

```text
site-builder [--debug] COMMAND …
```

`--version` prints the version, `--debug` shows where in the program an error was raised, and every
command knows `--help`. `python -m site_builder` is the same program. An interrupt ends with exit
code 130, a request to terminate with 143, each with one line; when whoever reads the output goes away, as
`head` does, a command ends with 141 and says nothing.
"""

LICENCES = """\
# What it is built on

Written by `python tests/references.py` from the packages' own words; a test holds it against them.
site-builder itself is under the MIT licence. It is installed with these packages, and with what
they need in turn; each comes from its own authors, under its own licence. Licences of what is
copied into site-builder lie in `LICENSES/`. An installation takes about 190 MB.

| package | licence |
|---|---|
"""

SHORT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


def write_cli() -> str:
    """Write the reference of all commands, each followed by its own."""
    return CLI + "".join(_section(name, command) for name, command in all_commands())


def all_commands() -> Iterator[tuple[str, Command]]:
    """Yield every command with its full name: ``build``, ``sources``, ``sources suggest`` …"""
    for name in COMMANDS:
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert isinstance(command, Command)
        yield name, command
        if isinstance(command, Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())


def _section(name: str, command: Command) -> str:
    context = Context(command, info_name=f"site-builder {name}")
    usage = " ".join(context.command.collect_usage_pieces(context))
    text = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    rows = "".join(_row(option) for option in command.params if isinstance(option, Option))
    table = f"\n| option | what it does |\n|---|---|\n{rows}" if rows else ""
    return f"\n## {name}\n\n```text\nsite-builder {name} {usage}\n```\n\n{_wrap(text)}\n{table}"


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(option.opts, key=len, reverse=True))
    if isinstance(option.type, Choice):
        names += " " + ", ".join(f"`{choice}`" for choice in option.type.choices)
    elif not option.is_flag and option.metavar:
        names += f" `{option.metavar}`"
    return f"| {names} | {' '.join((option.help or '').split())} |\n"


def _wrap(text: str) -> str:
    import textwrap

    return "\n\n".join(textwrap.fill(part, 100, break_on_hyphens=False) for part in text.split("\n\n"))


def write_licences() -> str:
    """Write the table of the packages that an installation brings along."""
    return LICENCES + "".join(f"| {name} | {licence} |\n" for name, licence in sorted(installed()))


def installed() -> Iterator[tuple[str, str]]:
    """Yield each package that site-builder needs, or that these need in turn, with its licence."""
    todo, seen = [*_needs(ROOT)], set()
    while todo:
        name = todo.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(name)
        except PackageNotFoundError:  # wanted on another system only
            continue
        yield key, _licence(found.metadata)
        todo += [need for line in found.requires or () if (need := _name(line))]


def _needs(root: Path) -> list[str]:
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return [re.split(r"[<>=!~\[; ]", line)[0] for line in project["dependencies"]]


def _name(line: str) -> str:
    """Give the package that a requirement names; empty when only an extra or an old Python wants it."""
    wanted, _, marker = line.partition(";")
    if re.search(r"extra|python_version\s*<|python_full_version\s*<|sys_platform|platform_", marker):
        return ""
    return re.split(r"[<>=!~\[;( ]", wanted.strip())[0]


def _licence(metadata: object) -> str:
    get = metadata.get  # type: ignore[attr-defined]
    if expression := get("License-Expression"):
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or ()  # type: ignore[attr-defined]
        if line.startswith("License ::") and line.count("::") > 1
    ]
    if classified:
        return " or ".join(SHORT.get(name, name) for name in classified)
    return str(get("License") or "unknown").splitlines()[0]


if __name__ == "__main__":
    (ROOT / "docs" / "cli.md").write_text(write_cli(), "utf-8")
    (ROOT / "docs" / "licences.md").write_text(write_licences(), "utf-8")

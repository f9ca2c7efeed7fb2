"""What the commands print, and the bar that shows how far long work has come.

In: findings and sentences, which quote hostile files. Out: lines on the terminal. The rule it
guards: no file's name or text can move the cursor, colour the screen or hide a line.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from site_builder.report import SILENT, Progress

if TYPE_CHECKING:
    import rich.progress

LONG_WORK = 200
"""From how many items on a phase gets a bar."""


_COMMAND = re.compile(r"^\s*::|##\[")
"""``::error::`` begins a line; ``##[error]`` may stand anywhere in it."""


def make_printable(text: str) -> str:
    r"""Write every character that a terminal would obey, or hide, as its escape.

    So are the signs by which GitHub knows a command in what a workflow prints.

    >>> make_printable("a\x1b[31m.md")
    'a\\x1b[31m.md'
    >>> make_printable("::error::a"), make_printable("a ##[add-mask]b")
    (':\\x3aerror::a', 'a ##\\x5badd-mask]b')
    """
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() or character == "\u3000" else _escape(character)
            for character in text
        )
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def warn(sentence: str) -> None:
    """Print one line for a person on standard error."""
    click.echo(make_printable(sentence), err=True)


@contextmanager
def follow(quiet: bool) -> Iterator[Watch]:
    """Watch a build: measure its phases, and draw a bar where somebody sees it."""
    watch = Watch(Bar() if sys.stderr.isatty() and not quiet else SILENT)
    try:
        yield watch
    finally:
        watch.done()


class Watch:
    """A progress that measures each phase before it passes the word on."""

    def __init__(self, shown: Progress) -> None:
        self._shown, self._name, self._began = shown, "", 0.0
        self.phases: dict[str, float] = {}

    def start(self, name: str, total: int) -> None:
        """Begin to measure a phase."""
        self.done()
        self._name, self._began = name, time.process_time()
        self._shown.start(name, total)

    def advance(self, count: int = 1) -> None:
        """Pass it on."""
        self._shown.advance(count)

    def done(self) -> None:
        """Add what the phase cost to its sum."""
        if self._name:
            spent = time.process_time() - self._began
            self.phases[self._name] = self.phases.get(self._name, 0.0) + spent
            self._name = ""
        self._shown.done()


class Bar:
    """A bar on standard error that goes when its phase is over. Short phases have none."""

    def __init__(self) -> None:
        self._live: rich.progress.Progress | None = None

    def start(self, name: str, total: int) -> None:
        """Draw the bar, if the work is long."""
        self.done()
        if total < LONG_WORK:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._live = Progress(*columns, console=Console(stderr=True), transient=True)
        self._live.add_task(name, total=total)
        self._live.start()

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        if self._live is not None:
            self._live.advance(self._live.task_ids[0], count)

    def done(self) -> None:
        """Take the bar away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

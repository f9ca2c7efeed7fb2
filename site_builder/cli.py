"""The command line: arguments become a command, and what the command says becomes an exit code.

In: ``sys.argv``. Out: an exit code: 0 built, 1 built but not to ``--strict``'s liking, 2 nothing
built, 130 interrupted. The rule it guards: a person never sees a traceback that was not asked
for, and asking for ``--version`` loads nothing that a build needs.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import NoReturn

import click

from site_builder import __version__

COMMANDS = {
    "build": "site_builder.commands.build",
    "serve": "site_builder.commands.serve",
    "new": "site_builder.commands.new",
    "check": "site_builder.commands.check",
    "verify": "site_builder.commands.verify",
    "capture": "site_builder.commands.capture",
    "clean": "site_builder.commands.clean",
    "sources": "site_builder.commands.sources",
    "search": "site_builder.commands.search",
    "tags": "site_builder.commands.tags",
}
"""Subcommand -> the module whose ``command`` it is, imported when first needed."""

NOTHING_BUILT = 2
INTERRUPTED, UNREAD, TERMINATED = 130, 141, 143
"""The codes of what ends a program from outside, as shells number them."""


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is asked for, and words every failure."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; turn what it raises into one line and exit code 2."""
        from site_builder.commands.console import warn

        try:
            _expect_folder()
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError as error:
            raise Unread from error
        except Exception as error:  # noqa: BLE001  the last door: whatever it is, a person gets a sentence
            if ctx.params["debug"]:
                traceback.print_exc()
            warn(f"site-builder: {_say_failure(error)}")
        return NOTHING_BUILT


def _expect_folder() -> None:
    """Say that the current folder was deleted, which nothing that names a file from here survives."""
    try:
        os.getcwd()
    except FileNotFoundError:
        from site_builder.errors import OutputError

        raise OutputError("the current folder is no longer there", hint="go to another one: cd") from None


ROOM = (errno.ENOSPC, errno.EDQUOT)
REMEDIES = {
    **dict.fromkeys(ROOM, "make room on the disk"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "check its permissions"),
    errno.EROFS: "choose a place that can be written to",
    errno.EIO: "the disk may be failing: look at what the system says of it",
    errno.ELOOP: "it is a link to itself: delete it, or mend it",
    errno.ENAMETOOLONG: "choose a shorter name or folder",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "let more files be open at once: ulimit -n 4096"),
}
"""What the system says of a file, and a person can mend -> how; all else is a fault of ours."""


def _say_failure(error: Exception) -> str:
    from site_builder.errors import SiteBuilderError

    if isinstance(error, SiteBuilderError):
        return str(error)
    if isinstance(error, OSError) and error.errno in REMEDIES and (error.filename or error.errno in ROOM):
        what = "written" if error.errno in ROOM else "used"
        where = error.filename or "the output"
        return f"{where}: cannot be {what}: {error.strerror} ({REMEDIES[error.errno]})"
    return (
        f"something unexpected happened: {type(error).__name__}: {error} (this is a fault of"
        " site-builder: please report it with what `site-builder --debug …` prints)"
    )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="site-builder")
@click.option("--debug", is_flag=True, help="Show where in the program an error was raised.")
def group(debug: bool) -> None:
    """Turn a folder of saved news articles into a static archive that lasts."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    _print_anything()
    try:
        code = group.main(args=arguments, prog_name="site-builder", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("site-builder: interrupted", err=True)
        return INTERRUPTED
    except Terminated:
        click.echo("site-builder: terminated", err=True)
        return TERMINATED
    except Unread:
        return UNREAD
    return code if isinstance(code, int) else 0


def main() -> NoReturn:
    """Run the command line of this process."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed from the start; the next file opened would be it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  it stays open
    signal.signal(signal.SIGTERM, partial(_terminate, os.getpid()))
    code = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = UNREAD
    # While the interpreter ends, another interrupt would kill it; and what 100,000 articles left in memory
    # takes it 0.17 s to take apart.
    os._exit(code)


class Unread(BaseException):
    """Whoever read what is printed, such as ``head``, has seen enough. (To click, that would be code 1.)"""


class Terminated(BaseException):
    """Somebody asked this process to end; like an interrupt, it is no error."""


def _terminate(ours: int, signum: int, frame: object) -> NoReturn:
    if os.getpid() != ours:  # a worker just born, which has nothing to say
        os._exit(TERMINATED)
    raise Terminated


def _print_anything() -> None:
    """Let a terminal that knows few characters show escapes, where Python would raise."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

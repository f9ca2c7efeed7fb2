"""The builds of ``serve``: each in a process of its own, of which the next waits with all it needs.

In: a site's folder. Out: what each build said. The rule it guards: what was made ready before the
word came is used after a change of articles alone; after any other, **all is read anew**.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from site_builder.errors import SiteBuilderError
from site_builder.report import NoProgress, Report

PAGES = "pages"
"""The phase of a build after which all pages stand."""


class Outcome(NamedTuple):
    """What a build said: one line, the findings that matter, and what stopped it, if something did."""

    summary: str
    findings: tuple[str, ...] = ()
    error: str = ""


Shown = Callable[[], None]
"""Called when the pages stand, while what no page shows is still being written."""
Builder = Callable[[Shown], Outcome]


class Builds:
    """Builds a site again and again. From the second time on, a process waits that is ready to."""

    def __init__(self, site: Path, overrides: Mapping[str, Any]) -> None:
        self._site, self._overrides = site, overrides
        self._next: _Process | None = None

    def build(self, pages_stand: Shown) -> Outcome:
        """Build the site as it is now."""
        waiting, self._next = self._next, None
        outcome = waiting.build(pages_stand) if waiting else None
        if outcome is None:  # none was ready, or more than articles has changed
            outcome = build_apart(self._site, self._overrides, pages_stand)
        self._next = _Process(_stand_by, self._site, self._overrides)
        return outcome

    def close(self) -> None:
        """Send the waiting process away."""
        if self._next:
            self._next.dismiss()


def build_apart(site: Path, overrides: Mapping[str, Any], pages_stand: Shown = lambda: None) -> Outcome:
    """Build in a process of its own, so that changed templates, rules and settings are all read anew."""
    outcome = _Process(_build_anew, site, overrides).build(pages_stand)
    return outcome or Outcome("", error="the build died before it began")


# --- on this side of the pipe ---------------------------------------------------------------------


class _Process:
    """A process that builds once, when it is told to."""

    def __init__(self, work: Callable[..., None], site: Path, overrides: Mapping[str, Any]) -> None:
        from multiprocessing import get_context

        context: Any = get_context("spawn" if os.name == "nt" else "forkserver")
        if os.name != "nt":
            # What every build needs is loaded once (gain: 0.6 s of each build).
            context.set_forkserver_preload(["site_builder.workshop.warm"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, str(site), dict(overrides)))
        with _uninterrupted():
            self._process.start()
        theirs.close()

    def build(self, pages_stand: Shown) -> Outcome | None:
        """Let it build. None: it cannot, and has begun nothing."""
        outcome: Outcome | None = None
        try:
            self._pipe.send("build")
            while (told := self._pipe.recv()) == PAGES:
                pages_stand()
            outcome = told
        except BrokenPipeError:
            pass  # it died before
        except EOFError:
            self._process.join()
            outcome = Outcome("", error=f"the build died (exit code {self._process.exitcode})")
        finally:  # when Ctrl-C comes in the middle, it goes on to its end
            self.dismiss()
        return outcome

    def dismiss(self) -> None:
        """Wait for its end, which comes when nobody holds the other end of its pipe."""
        self._pipe.close()
        self._process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait: a process that was begun and is not told its work says so at length.

    To block the signal would not do, as another thread may be the one that gets it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda signum, _: came.append(signum))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came and callable(handler):
        handler(signal.SIGINT, None)


# --- and on that one ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Teller(NoProgress):
    """A progress that says when the pages stand."""

    pipe: Any
    phase: str = ""

    def start(self, name: str, total: int) -> None:
        if self.phase == PAGES:
            _tell(self.pipe, PAGES)
        self.phase = name


def _build_anew(pipe: Any, site: str, overrides: dict[str, Any]) -> None:
    """Build with nothing made ready."""
    from site_builder.config import load_settings
    from site_builder.pipeline import build_site

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _is_wanted(pipe):
        _tell_outcome(pipe, lambda: build_site(load_settings(Path(site), overrides), _Teller(pipe)))


def _stand_by(pipe: Any, site: str, overrides: dict[str, Any]) -> None:
    """Make ready what an edit needs, wait for the word, and build if no more than articles has changed."""
    from site_builder.building.changes import arrive, look_at_output
    from site_builder.building.memory import read_ahead
    from site_builder.building.preparing import fingerprint_recipe, load_recipe, warm_up
    from site_builder.config import load_settings, site_of
    from site_builder.pipeline import build_site
    from site_builder.steps.render import compile_templates, find_theme

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        settings = load_settings(Path(site), overrides)
        outputs = look_at_output(settings)
        recipe = load_recipe(settings)
        warm_up(recipe)
        compile_templates(find_theme(site_of(settings), settings.templates_dir, fingerprint_recipe(recipe)))
        ahead = read_ahead(settings, recipe)
    except SiteBuilderError:  # the build that comes will say what is wrong
        settings, ahead = None, None
    gc.freeze()  # what was made ready is not looked through again (gain: 3 %)
    if not _is_wanted(pipe):
        return
    try:
        arrival = None
        if settings and load_settings(Path(site), overrides) == settings:
            arrival = arrive(settings, outputs=outputs)
    except SiteBuilderError:
        arrival = None
    if settings and arrival and (arrival.report or arrival.news.is_edit):
        _tell_outcome(pipe, lambda: build_site(settings, _Teller(pipe), arrival=arrival, ahead=ahead))
    else:
        _tell(pipe, None)


def _is_wanted(pipe: Any) -> bool:
    """Wait for the word; False when nobody is there any more to give it."""
    try:
        pipe.recv()
    except EOFError:
        return False
    return True


def _tell(pipe: Any, message: object) -> None:
    with suppress(BrokenPipeError):  # nobody is there any more: the preview was ended
        pipe.send(message)


def _tell_outcome(pipe: Any, build: Callable[[], Report]) -> None:
    """Build, and tell what came of it, whatever it is: the preview shows it and goes on."""
    from site_builder.workers import set_up_memory

    set_up_memory()
    began = time.perf_counter()
    try:
        report = build()
        report.seconds = time.perf_counter() - began
        grave = tuple(str(found) for found in report.list_first()[0] if found.level != "info")
        outcome = Outcome(report.summary(), grave)
    except SiteBuilderError as error:
        outcome = Outcome("", error=str(error))
    except Exception as error:  # noqa: BLE001  (as above)
        outcome = Outcome("", error=f"something unexpected happened: {type(error).__name__}: {error}")
    _tell(pipe, outcome)

"""What the last build saw: if nothing has changed, nothing is to do.

In: the folders that a build reads and writes, by time and size alone. Out: whether they are as the
last build left them, and what is not. The rule it guards: what is trusted here was recorded by a
build that came to its end; whatever is in doubt is read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from site_builder.building.press import KnownPages
from site_builder.cache import (
    Cache,
    peek,
    read_note,
    write_note,
)
from site_builder.config import Settings, site_of
from site_builder.errors import OutputError
from site_builder.outputs.keys import REASONS, Keys, digest
from site_builder.pictures.lock import LOCK_FILE
from site_builder.report import Report
from site_builder.snapshot import doubt_recent, list_files, list_shelves, stamp_of
from site_builder.steps.render import find_theme
from site_builder.steps.write import (
    JOURNAL,
    MANIFEST,
    Written,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a build depends on and everything that it wrote, seen from outside."""

    setup: str
    """The settings, and the program's files by time and size."""
    inputs: list[str]
    outputs: list[str]


@dataclass(frozen=True, slots=True)
class Past:
    """The last build as the cache remembers it."""

    scene: Scene
    report: str

    def unchanged_inputs(self, scene: Scene) -> frozenset[str]:
        """List the files whose time and size are what they were, each by its path in its folder."""
        same = set(self.scene.inputs).intersection(scene.inputs)
        return frozenset(line.partition("\0")[0] for line in same)

    def knows_output(self, scene: Scene) -> bool:
        """Tell whether the output folder is as the last build, which came to its end, left it."""
        manifest = f"{MANIFEST}\0"
        ours = [line for line in self.scene.outputs if line.startswith(manifest)]
        return bool(ours) and ours == [line for line in scene.outputs if line.startswith(manifest)]

    def damaged_outputs(self, scene: Scene) -> frozenset[str]:
        """List the files that somebody has changed or deleted since."""
        lost = set(self.scene.outputs).difference(scene.outputs)
        return frozenset(line.partition("\0")[0] for line in lost)


INPUT_FOLDERS = ("content", "media_dir", "sources_dir", "templates_dir")
INPUT_FILES = ("tags_file", "threads_file")


def look_around(settings: Settings) -> Scene:
    """See all files that matter, without opening one."""
    inputs = []
    for name in INPUT_FOLDERS:
        folder = getattr(settings, name)
        prefix = "" if name == "content" else f"{name}:"
        if name == "media_dir":
            inputs += [prefix + line for line in list_shelves(str(folder))]
        elif folder is not None:
            inputs += [prefix + line for line in list_files(str(folder), str(settings.output))]
    files = [settings.folder / LOCK_FILE, *(getattr(settings, name) for name in INPUT_FILES)]
    inputs += [f"file:{file}\0{stamp_of(str(file))}" for file in files if file is not None]
    inputs.sort()
    folders = (str(Path(__file__).parent.parent), *find_theme(site_of(settings)).folders)
    program = [line for folder in folders for line in list_files(folder) if "__pycache__/" not in line]
    spec = find_spec("msgspec")  # where packages are; that folder's time changes when one comes or goes
    library = Path(spec.origin if spec and spec.origin else __file__).parent.parent
    same = replace(settings, strict=False, force=False, workers=1)  # these change no byte
    setup = (repr(same), sys.version, program, str(library), stamp_of(str(library)))
    interrupted = os.path.lexists(settings.output / JOURNAL)
    outputs = [] if interrupted else list_output(settings.output)
    return Scene(digest(*setup).hex(), inputs, outputs)


def list_output(output: Path) -> list[str]:
    """List the files of the built site, its pictures by their folders."""
    media = str(output / "media")
    return sorted([*list_files(str(output), media), *(f"media/{line}" for line in list_shelves(media))])


def recall_past(cache_dir: Path) -> Past:
    """Read what the last build left; nothing, when it cannot be read."""
    setup, inputs, outputs, report = peek(cache_dir, ("setup", "inputs", "outputs", "report"))
    return Past(Scene(setup, inputs.split("\n"), outputs.split("\n")), report)


def repeat_report(note: str) -> Report:
    """Give the last build's report for a build that had nothing to do."""
    report = read_note(note, Report)
    if report is None:
        raise OutputError("the cache is damaged", "report", "delete it")
    report.pages_unchanged += report.pages_written
    report.pages_written = report.pages_removed = 0
    report.reasons, report.idle = [], True
    return report


def read_clock_of(folder: Path) -> int:
    """Ask the disk for the time, in nanoseconds; it is what files are stamped with."""
    file = folder / ".gitignore"
    os.utime(file)
    return file.stat().st_mtime_ns


def remember_scene(cache: Cache, settings: Settings, scene: Scene, now: int, report: Report) -> None:
    """Leave for the next build what this one saw and did."""
    cache.keep_note("setup", scene.setup)
    cache.keep_note("inputs", "\n".join(doubt_recent(scene.inputs, now)))
    cache.keep_note("outputs", "\n".join(list_output(settings.output)))
    cache.keep_note("report", write_note(report))


def remember_files(cache: Cache, files: list[Written], known: KnownPages, keys: Keys) -> None:
    """Leave for the next build each file's key, digest and size."""
    if not known:
        cache.forget_pages()
    rows = ((file.path, keys.keys.get(file.path, b""), file.digest, file.size) for file in files)
    cache.keep_pages(
        (row for row in rows if known.get(row[0]) != row[1:]),
        known.keys() - {file.path for file in files},
    )


def explain(files: Iterable[Written], keys: Keys) -> list[tuple[str, str]]:
    """Say of each file that was written why."""
    return [(file.path, REASONS[keys.wanted.get(file.path, "bytes")]) for file in files if file.changed]

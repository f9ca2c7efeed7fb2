"""What has changed since the last build; if nothing has, nothing is to do.

In: the folders that a build reads and writes, by time and size. Out: whether they are as the last
build left them, and what is not. The rule it guards: what is trusted here was recorded by a build
that came to its end; whatever is in doubt is read. A time is no more than a hint: where only times
differ, as after a checkout, the bytes decide.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from importlib.util import find_spec
from pathlib import Path

from site_builder.cache import (
    Cache,
    SeenFolder,
    digest_versions,
    peek,
    peek_digests,
    peek_folders,
    read_note,
    touch_up,
    write_note,
)
from site_builder.config import Settings
from site_builder.errors import Finding, OutputError, relevel
from site_builder.pictures.lock import LOCK_FILE
from site_builder.report import ArticleOutcome, Later, Report
from site_builder.snapshot import (
    GONE,
    cut_folder,
    doubt_some,
    look_at_shelves,
    look_below,
    look_into,
    read_files,
    stamp_of,
    write_files,
)
from site_builder.steps.read import ARTICLES, read_bytes
from site_builder.steps.render import find_our_templates
from site_builder.steps.write import (
    JOURNAL,
    MANIFEST,
)
from site_builder.workers import begin_aside

NOTHING = SeenFolder("")
ABSENT = hashlib.sha256(b"").hexdigest()
"""Stands for a file that is not there; none of ours tells nothing from an empty file."""
INPUT_FOLDERS = ("content", "media_dir", "sources_dir", "templates_dir")
INPUT_FILES = ("tags_file", "threads_file")
CONTENT = "content:"
"""What the inputs begin with that lie in the content folder."""
MEDIA = "media/"
LIBRARY = "library"
"""The folder where packages are: its time changes when one comes or goes."""
LONG = 4_000_000
"""Bytes of the manifest of about 40,000 files."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a build depends on and everything that it wrote, seen from outside."""

    setup: str
    """The settings and the interpreter."""
    inputs: Mapping[str, str]
    """``kind:folder/`` -> its files, as ``snapshot.look_into`` sees them. The program itself is an input."""
    outputs: Mapping[str, str]
    """``folder/`` -> its files. Nothing, after a build that did not come to its end."""

    def digest(self) -> str:
        """Give what stands for all of it."""
        return f"{self.digest_inputs()} {self.digest_outputs()}"

    def digest_inputs(self) -> str:
        """Give what stands for all that a build depends on."""
        return _digest_folders(self.inputs, self.setup)

    def digest_outputs(self) -> str:
        """Give what stands for the site."""
        return _digest_folders(self.outputs)


def _digest_folders(folders: Mapping[str, str], setup: str = "") -> str:
    whole = hashlib.sha256(setup.encode("utf-8", "surrogateescape"))  # 20 MB in a third of BLAKE2's time
    text = "\0\0".join(f"{folder}\0{folders[folder]}" for folder in sorted(folders))
    whole.update(text.encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class News:
    """What is not as the last build left it; where times differ, the bytes have decided."""

    read: Mapping[str, str] = field(default_factory=dict)
    """``kind:path`` -> SHA-256 of an input in a folder that looks different, as far as it is known."""
    same: tuple[str, ...] = ()
    """The folders of inputs, ``kind:folder/``, that look as they did."""
    changed: frozenset[str] = frozenset()
    """Inputs that came, went or have other bytes."""
    damaged: frozenset[str] = frozenset()
    """Files of the site that somebody has changed or deleted."""
    knows_output: bool = False
    """Whether the output folder is the one that the last build, which came to its end, left."""
    idle: bool = False
    """Whether there is nothing to do."""
    known: Mapping[str, SeenFolder] = field(default_factory=dict)
    """What the last build saw of the inputs, by ``in:kind:folder/``."""
    left: Mapping[str, str] = field(default_factory=dict)
    """What it saw of the site, as in ``Snapshot``; where nobody has changed that, the very same."""
    is_edit: bool = False
    """Whether articles are all that has changed."""

    def list_digests(self) -> dict[str, str]:
        """List the digests of all inputs, as far as they are known without reading one once more."""
        digests = dict(self.read)
        for base in self.same:
            digests |= {
                base + name: digest
                for name, digest in self.known.get(f"in:{base}", NOTHING).named().items()
                if digest
            }
        return digests

    def of_content(self) -> dict[str, str]:
        """Give the digests of files in the content folder, by their paths in it."""
        every = self.list_digests()
        return {path: every[CONTENT + path] for path in list_inside_content(every)}


def look_at_inputs(settings: Settings) -> Snapshot:
    """See all that a build depends on."""
    inputs = {}
    for kind, folder in list_places(settings):
        if kind == LIBRARY:
            inputs[f"{kind}:"] = f"{folder}\0{stamp_of(folder)}"
        elif kind == "file":
            inputs[f"{kind}:{folder}"] = f"\0{stamp_of(folder)}"
        elif kind == "media_dir":
            inputs[f"{kind}:"] = look_at_shelves(folder)
        else:
            seen = look_into(folder, str(settings.output))
            inputs |= {f"{kind}:{base}": files for base, files in seen.items() if "__pycache__/" not in base}
    same = replace(settings, strict=False, force=False, workers=1)  # these change no byte
    return Snapshot(repr((same, sys.version)), inputs, {})


Look = Callable[[], dict[str, str]]
"""Waits until all of a site is seen, and gives its folders with their files."""


def send_scout(settings: Settings, outputs: Mapping[str, str] | None = None) -> Look:
    """Begin to see what the last build left.

    ``outputs`` is what of it was seen a moment ago. It holds if no build has written there since; what
    somebody else has changed in that moment is found by the next look.
    """
    left = _what_is_left(settings.output, outputs)
    return begin_look(settings) if left is None else lambda: left


def _what_is_left(output: Path, seen: Mapping[str, str] | None) -> dict[str, str] | None:
    """Tell without looking through it what the last build left there; None when it must be looked through."""
    if os.path.lexists(output / JOURNAL):
        return {}  # it did not come to its end
    manifest = stamp_of(str(output / MANIFEST))
    return dict(seen) if seen and read_files(seen.get("", "")).get(MANIFEST) == manifest else None


def look_at_output(settings: Settings) -> dict[str, str]:
    """See the files of the built site, its pictures by their folders."""
    return begin_look(settings)()


def begin_look(settings: Settings) -> Look:
    """Begin to see the files of the built site.

    When they are very many, in other processes, while this one looks at the articles and reads what the last
    build knew of them (gain: of 100,000 articles 1 s after an edit). Nothing else is loaded yet, so to be
    born costs them little.
    """
    output = str(settings.output)
    workers = settings.workers if _size_of(settings.output / MANIFEST) > LONG else 1
    look = begin_aside(look_below, cut_folder(output, str(settings.output / MEDIA)), workers)

    def see() -> dict[str, str]:
        seen = _see_media(settings.output)
        for part in look.join():
            seen |= part
        return seen

    return see


def _see_media(output: Path) -> dict[str, str]:
    shelves = look_at_shelves(str(output / MEDIA))
    return {MEDIA: shelves} if shelves else {}


def _size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def list_places(settings: Settings) -> Iterator[tuple[str, str]]:
    """List what a build reads: (kind, folder or file)."""
    for name in INPUT_FOLDERS:
        if (folder := getattr(settings, name)) is not None:
            yield name, str(folder)
    files = (settings.folder / LOCK_FILE, *(getattr(settings, name) for name in INPUT_FILES))
    yield from (("file", str(file)) for file in files if file is not None)
    yield "program", str(Path(__file__).parent.parent)
    yield "theme-0", str(find_our_templates())
    spec = find_spec("msgspec")
    yield LIBRARY, str(Path(spec.origin if spec and spec.origin else __file__).parent.parent)


def look_again(settings: Settings, snapshot: Snapshot, touched: Iterable[str] | None) -> Snapshot:
    """See the built site again: the files that this build ``touched``, or all of it.

    Of the others it holds what was seen before, so that nobody's change in between is taken for ours.
    """
    if touched is None:
        return replace(snapshot, outputs=look_at_output(settings))
    now = {base: files for base, files in snapshot.outputs.items() if base != MEDIA}
    now |= _see_media(settings.output)
    ours: dict[str, set[str]] = {}
    for path in touched:
        base, slash, name = path.rpartition("/")
        ours.setdefault(base + slash, set()).add(name)
    for base, names in ours.items():  # each file alone: their folders may hold thousands
        kept = {name: stamp for name, stamp in read_files(now.get(base, "")).items() if name not in names}
        found = {name: stamp_of(str(settings.output / (base + name))) for name in names if name[0] != "."}
        kept |= {name: stamp for name, stamp in found.items() if stamp != GONE}
        now[base] = write_files(f"{name}\0{stamp}" for name, stamp in kept.items())
    return replace(snapshot, outputs={base: files for base, files in now.items() if files})


# --- the last build, and what has changed since ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """The last build as the cache remembers it."""

    cache_dir: Path
    seen: str
    """Digest of the snapshot that it left, setup and all."""
    setup: str
    report: str

    def left_inputs(self, snapshot: Snapshot) -> bool:
        """Tell whether all that a build depends on is as the last one left it."""
        return bool(self.report) and self.seen.partition(" ")[0] == snapshot.digest_inputs()

    def left_outputs(self, snapshot: Snapshot) -> bool:
        """Tell whether the site is."""
        return bool(self.report) and self.seen_outputs == snapshot.digest_outputs()

    @property
    def seen_outputs(self) -> str:
        """Digest of the site that it left; empty when that was not looked at."""
        return self.seen.partition(" ")[2]


def recall_past(cache_dir: Path) -> Past:
    """Read what the last build left; nothing, when it cannot be read."""
    return Past(cache_dir, *peek(cache_dir, ("seen", "setup", "report")))


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build depends on, beside what the last one saw of it."""

    known: Mapping[str, SeenFolder]
    read: Mapping[str, str]
    same: tuple[str, ...]
    changed: frozenset[str]
    """All four as in ``News``."""
    seem_edit: bool
    """Whether articles are all that has changed, unless somebody has changed the site."""


def find_changes(settings: Settings, past: Past, snapshot: Snapshot) -> Changes:
    """Tell what of the inputs has changed since the last build, by the bytes of what looks different.

    A checkout gives every file a new time. To read 100,000 small files and see that they are the
    same costs 16 µs each, and nothing else is done.
    """
    known = peek_folders(past.cache_dir, "in")
    read, same, changed = _compare_inputs(settings, known, snapshot)
    is_set_up = bool(past.report) and past.setup == snapshot.setup
    return Changes(known, read, same, changed, is_set_up and all(is_article(path) for path in changed))


def find_news(settings: Settings, past: Past, snapshot: Snapshot, changes: Changes) -> News:
    """Tell what has changed since the last build, in the built site, too."""
    changed, left = changes.changed, _recall_outputs(past, snapshot)
    # Else what was noted of it is damaged.
    is_known = left is snapshot.outputs or past.seen_outputs in ("", _digest_folders(left))
    damaged = _compare_outputs(settings.output, past, left, snapshot) if snapshot.outputs else frozenset()
    is_listed = MANIFEST in read_files(left.get("", "")) and MANIFEST not in damaged
    knows_output = bool(snapshot.outputs) and is_known and is_listed
    stands = knows_output and not damaged and bool(past.report) and past.setup == snapshot.setup
    return News(
        read=changes.read,
        same=changes.same,
        changed=changed,
        damaged=damaged,
        knows_output=knows_output,
        idle=stands and not changed,
        known=changes.known,
        left=left,
        is_edit=stands and changes.seem_edit,
    )


def _recall_outputs(past: Past, snapshot: Snapshot) -> Mapping[str, str]:
    """Recall the site that the last build left; of one that nobody has changed nothing is read.

    20,000 articles have 7,500 folders, which are not noted one by one either.
    """
    if past.left_outputs(snapshot):
        return snapshot.outputs
    folders = peek_folders(past.cache_dir, "out")
    return {base.removeprefix("out:"): seen.files for base, seen in folders.items()}


def is_article(path: str) -> bool:
    """Tell whether an input is an article, by its path."""
    return path.startswith(CONTENT) and path.lower().endswith(ARTICLES)


def list_inside_content(inputs: Iterable[str]) -> Iterator[str]:
    """List those of the inputs that lie in the content folder, by their paths in it."""
    return (path.removeprefix(CONTENT) for path in inputs if path.startswith(CONTENT))


def _compare_inputs(
    settings: Settings, known: Mapping[str, SeenFolder], snapshot: Snapshot
) -> tuple[dict[str, str], tuple[str, ...], frozenset[str]]:
    roots = dict(list_places(settings))
    digests: dict[str, str] = {}
    same: list[str] = []
    changed: set[str] = set()
    for base, files in snapshot.inputs.items():
        seen = known.get(f"in:{base}", NOTHING)
        if seen.files == files:
            same.append(base)  # what an edit does not touch is not taken apart (gain: 0.06 s)
            continue
        before = seen.named()
        stamps = seen.stamps()
        now = read_files(files)
        changed |= {base + name for name in stamps.keys() - now.keys()}
        for name, stamp in now.items():
            digest = before.get(name, "")
            if not digest or stamps[name] != stamp:
                # A new article is read by those who clean it; all else is read here, before it is used.
                is_new = not digest and is_article(base + name)
                digest = "" if is_new else digest_input(roots, base, name)
            if not digest or digest != before.get(name):
                changed.add(base + name)
            if digest:
                digests[base + name] = digest
    gone = {base for base in known if base.startswith("in:")} - {f"in:{base}" for base in snapshot.inputs}
    changed |= {f"{base.removeprefix('in:')}{name}" for base in gone for name in known[base].stamps()}
    return digests, tuple(same), frozenset(changed)


def digest_input(roots: Mapping[str, str], base: str, name: str) -> str:
    """Give what stands for the bytes of an input; empty when there are none to read."""
    kind, _, folder = base.partition(":")
    if kind == LIBRARY:
        return digest_versions()
    path = folder if kind == "file" else os.path.join(roots[kind], folder, name)
    try:
        if os.path.isdir(path):  # a shelf of a store, whose files are named by what they hold
            with os.scandir(path) as entries:
                listed = sorted(f"{entry.name} {entry.stat().st_size}" for entry in entries)
            return hashlib.sha256("\0".join(listed).encode("utf-8", "surrogateescape")).hexdigest()
        return hashlib.sha256(read_bytes("", path)).hexdigest()
    except OSError:
        return ABSENT


def _compare_outputs(output: Path, past: Past, left: Mapping[str, str], snapshot: Snapshot) -> frozenset[str]:
    """List the files of the site that are not as the last build left them."""
    suspects, damaged = [], set()
    for base, files in left.items():
        if files == snapshot.outputs.get(base, ""):
            continue
        now = read_files(snapshot.outputs.get(base, ""))
        for name, stamp in read_files(files).items():
            if name not in now or (base == MEDIA and now[name] != stamp):
                damaged.add(base + name)
            elif now[name] != stamp:
                suspects.append(base + name)
    digests = peek_digests(past.cache_dir, suspects) if suspects else {}
    digests[MANIFEST] = peek(past.cache_dir, (MANIFEST,))[0]
    roots = {"out": str(output)}
    changed = {path for path in suspects if digest_input(roots, "out:", path) != digests.get(path)}
    return frozenset(damaged | changed)


@dataclass(frozen=True)
class Arrival:
    """What is found out before anything is built."""

    report: Report | None
    """The last build's, when it still holds."""
    seems_edit: bool
    """Whether articles are all that has changed, unless the ``news`` is that somebody changed the site."""
    look: Callable[[], tuple[Snapshot, News]]
    """Waits until all is seen."""
    changed: frozenset[str] = frozenset()
    """The inputs that came, went or have other bytes, which is known before."""

    @cached_property
    def _seen(self) -> tuple[Snapshot, News]:
        return self.look()

    @property
    def snapshot(self) -> Snapshot:
        """What is there, once all of it is seen."""
        return self._seen[0]

    @property
    def news(self) -> News:
        """What is not as the last build left it."""
        return self._seen[1]


def arrive(
    settings: Settings, *, verify_inputs: bool = False, outputs: Mapping[str, str] | None = None
) -> Arrival:
    """Look around, and find what has changed since the last build. ``outputs`` as ``send_scout`` takes them.

    Nothing is loaded that only a build needs, which would be half of what an idle build costs. After an edit
    the built site is still being looked at when this returns.
    """
    see_site = send_scout(settings, outputs)
    snapshot = look_at_inputs(settings)
    past = recall_past(settings.cache_dir)
    if past.left_inputs(snapshot) and not verify_inputs:
        snapshot = replace(snapshot, outputs=see_site())
        if past.left_outputs(snapshot):
            idle = partial(_know, snapshot, News(idle=True))
            return Arrival(repeat_report(past.report, settings.cache_dir), False, idle)
        see_site = partial(dict, snapshot.outputs)
    changes = find_changes(settings, past, snapshot)

    def look() -> tuple[Snapshot, News]:
        whole = replace(snapshot, outputs=see_site())
        return whole, find_news(settings, past, whole, changes)

    arrival = Arrival(None, changes.seem_edit, look, changes.changed)
    if verify_inputs:  # times and sizes may hide what has changed
        return Arrival(None, False, partial(_know, arrival.snapshot, replace(arrival.news, is_edit=False)))
    if not changes.changed and arrival.news.idle:  # other times, as after a checkout, and the same bytes
        remember_times(settings, past, arrival.snapshot, arrival.news)
        report = repeat_report(past.report, settings.cache_dir)
        return Arrival(report, False, partial(_know, arrival.snapshot, arrival.news))
    return arrival


def _know(snapshot: Snapshot, news: News) -> tuple[Snapshot, News]:
    return snapshot, news


def repeat_report(note: str, cache_dir: Path) -> Report:
    """Give the last build's report for a build that had nothing to do."""
    report = _read_report(note, cache_dir)
    if report is None:
        raise OutputError("the cache is damaged", "report", "delete it")
    report.pages_unchanged += report.pages_written
    report.pages_written = report.pages_removed = 0
    report.idle = True
    return report


def recall_report(cache_dir: Path, levels: Mapping[str, str]) -> Report | None:
    """Give the last build's report; ``levels`` are those that the site wants now."""
    report = _read_report(peek(cache_dir, ("report",))[0], cache_dir)
    if report:
        report.told, report.levels = relevel(report.told, levels), levels
    return report


def _read_report(note: str, cache_dir: Path) -> Report | None:
    if report := read_note(note, Report):
        read_back(report, cache_dir)
    return report


def read_back(report: Report, cache_dir: Path) -> None:
    """Have a report read its lists of all articles from the cache, if somebody wants them.

    Few do, and what is in memory here would be in that of workers, too.
    """

    @cache
    def read() -> tuple[list[ArticleOutcome], list[Finding]]:
        from site_builder.building.outcomes import read_lists  # seldom asked for

        return read_lists(cache_dir)

    report.articles, report.rest = Later(lambda: read()[0]), Later(lambda: read()[1])


# --- what this build leaves -----------------------------------------------------------------------


def read_clock_of(folder: Path) -> int:
    """Ask the disk for the time, in nanoseconds; it is what files are stamped with."""
    file = folder / ".gitignore"
    os.utime(file)
    return file.stat().st_mtime_ns


def keep_report(cache: Cache, report: Report) -> None:
    """Leave what this build did and found, but for what the catalogue has."""
    cache.keep_note("report", write_note(replace(report, reasons=(), articles=(), rest=())))


def remember_times(settings: Settings, past: Past, snapshot: Snapshot, news: News) -> None:
    """Leave for the next build that files have other times now, and nothing else has changed."""
    now = read_clock_of(settings.cache_dir)
    folders, seen = _write_snapshot(settings, snapshot, news.list_digests(), now, news.known)
    touch_up(past.cache_dir, {"seen": seen}, _differing(folders, snapshot, news))


def remember_snapshot(cache: Cache, settings: Settings, snapshot: Snapshot, news: News, now: int) -> None:
    """Leave for the next build what this one saw; ``snapshot`` has the site as it is now."""
    # An article that changed while the site was built has the digest of the bytes that were cleaned.
    if news.is_edit:
        of = list_inside_content(news.changed)
        built = {CONTENT + path: cache.find_digest(path) or ABSENT for path in of}
    else:
        built = {CONTENT + path: digest or ABSENT for path, digest in cache.find_digests()}
    standing = news.known if news.is_edit else {}
    digests = news.read if news.is_edit else news.list_digests()
    folders, seen = _write_snapshot(settings, snapshot, {**digests, **built}, now, standing)
    cache.keep_note("seen", seen)
    cache.keep_note("setup", snapshot.setup)
    gone = (f"out:{base}" for base in news.left.keys() - snapshot.outputs.keys())
    cache.keep_folders(_differing(folders, snapshot, news), (*(news.known.keys() - folders.keys()), *gone))


def forget_snapshot(cache: Cache) -> None:
    """Leave for the next build that it is to look at everything."""
    cache.keep_note("seen", "")


def _write_snapshot(
    settings: Settings,
    snapshot: Snapshot,
    digests: Mapping[str, str],
    now: int,
    standing: Mapping[str, SeenFolder],
) -> tuple[dict[str, SeenFolder], str]:
    """Make ready what to remember of inputs; of a folder that looks as it did, what was remembered before."""
    roots = dict(list_places(settings))
    inputs, folders = dict(snapshot.inputs), dict[str, SeenFolder]()
    for base, seen in snapshot.inputs.items():
        before = standing.get(f"in:{base}", NOTHING)
        if before.files == seen:
            folders[f"in:{base}"] = before
            continue
        names = read_files(seen)
        known = [digests.get(base + name) or digest_input(roots, base, name) for name in names]
        unread = frozenset(
            name
            for name, digest in zip(names, known, strict=True)
            if digest == ABSENT and is_article(base + name)
        )  # leave to read them may be given without a trace that we look at
        files = inputs[base] = doubt_some(seen, now, unread)
        folders[f"in:{base}"] = SeenFolder(files, " ".join(known))
    return folders, Snapshot(snapshot.setup, inputs, snapshot.outputs).digest()


def _differing(folders: Mapping[str, SeenFolder], snapshot: Snapshot, news: News) -> dict[str, SeenFolder]:
    """List what the last build remembered otherwise, of inputs and of the site."""
    left = news.left
    differing = {base: seen for base, seen in folders.items() if news.known.get(base) != seen}
    for base, files in snapshot.outputs.items():
        if left.get(base) != files:
            differing[f"out:{base}"] = SeenFolder(files)
    return differing

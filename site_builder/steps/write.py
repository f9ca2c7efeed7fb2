"""Pages become files: only what changed is written, only what is ours is removed.

In: pages, in any order, and an output folder. Out: what was written. The rules it guards:

* each file is replaced atomically, so a reader never sees half of one;
* a file is removed only when the last build's manifest, or the journal of a build that was
  interrupted, names it; a file that we did not write is never touched;
* nothing is written through a symbolic link that leads out of the output folder;
* a build may be killed at any moment: what it was about to write is in the journal before it is
  written, so that the next build knows it and finishes the job.

The manifest is ``manifest-sha256.txt`` in the form of RFC 8493 (BagIt), at the root of the
site, so that ``sha256sum -c`` proves an archive years later without us.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import FileIO
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from site_builder.errors import OutputError
from site_builder.model import Page, Patch
from site_builder.outputs.lines import change_lines, find_line

MANIFEST = "manifest-sha256.txt"
JOURNAL = ".site-builder-journal"
"""Names every file that a build is about to write; there only while one runs, or after one died."""

TRIES = 20
"""So often a file that somebody has open is tried again, a twentieth of a second apart."""

AT_ONCE = 1 << 18
"""Bytes of a long file that are read at a time."""

PART = ".part"
"""Behind the name of a file while it is written."""

NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""What is opened for writing is never a link, and on Windows never text."""


class Written(NamedTuple):
    """One file of the site after a build: its digest, and whether its bytes changed.

    Workers send one for each file; a tuple travels in a fifth of a dataclass's time.
    """

    path: str
    digest: str
    """SHA-256, in hex."""
    changed: bool
    size: int
    key: bytes = b""
    """What it was made from, where that is known."""
    why: str = ""
    """The fact for which it was made; empty: it is made every time."""


class Tally(NamedTuple):
    """What a build did to the output folder, in files."""

    written: int
    unchanged: int
    removed: int


def write_page(output: str, page: Page) -> Written:
    """Put one page into the output folder unless the same bytes are there already."""
    target = os.path.join(output, page.path)
    digest = hashlib.sha256(page.data).hexdigest()
    try:
        if _holds(target, page.data):
            return Written(page.path, digest, changed=False, size=len(page.data))
        _replace(output, target, (page.data,))
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", target, _remedy(error)) from error
    return Written(page.path, digest, changed=True, size=len(page.data))


def write_patch(output: str, patch: Patch) -> Written:
    """Put a file together of what it was and what is new in it; nothing of 100 MB is in memory."""
    target = os.path.join(output, patch.path)
    digest, size = hashlib.sha256(), 0

    def read() -> Iterator[memoryview]:
        nonlocal size
        with FileIO(target) as standing:
            for piece in patch.pieces:
                for data in [memoryview(piece)] if isinstance(piece, bytes) else _read_range(standing, piece):
                    digest.update(data)
                    size += len(data)
                    yield data

    try:
        changed = patch.pieces != (range(os.path.getsize(target)),)
        if changed:
            _replace(output, target, read())
        else:
            deque(read(), maxlen=0)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", target, _remedy(error)) from error
    return Written(patch.path, digest.hexdigest(), changed, size)


def _read_range(file: FileIO, part: range) -> Iterator[memoryview]:
    """Read a part of a file, so much at a time as stays near the processor."""
    room = memoryview(bytearray(AT_ONCE))
    file.seek(part.start)
    left = len(part)
    while left and (many := file.readinto(room[:left])):
        left -= many
        yield room[:many]
    if left:
        raise OSError(errno.EIO, "the file was cut short while it was read")


def copy_into(output: str, path: str, source: str, digest: str, size: int) -> Written:
    """Put a copy of a file into the output folder, unless one of that name and size is there.

    For files whose name says what they hold. The bytes must have the digest that they are known by.
    """
    target = os.path.join(output, path)
    try:
        if not os.path.islink(target) and os.path.getsize(target) == size:
            return Written(path, digest, changed=False, size=size)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", target, _remedy(error)) from error
    with open(source, "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise OutputError("the file changed while the site was built", source, "build again")
    return write_page(output, Page(path, data))


@dataclass(frozen=True, slots=True)
class Claims:
    """What may be written into an output folder, for any process."""

    folder: str
    owned: Container[str]
    """The files that earlier builds wrote there."""
    force: bool

    def enter(self, paths: Iterable[str]) -> None:
        """Enter files into the journal before they are written, and wait until the disk knows of them.

        Raises ``OutputError`` when a file stands there that is not ours.
        """
        if not (new := self.list_new(paths)):
            return
        target = os.path.join(self.folder, JOURNAL)
        try:
            journal = os.open(target, os.O_WRONLY | os.O_APPEND | NO_LINK)
            try:
                # The first line feed ends what somebody else could not, whose disk was full.
                _write_all(journal, "".join(("\n", *(f"{path}\n" for path in new))).encode())
                os.fsync(journal)
            finally:
                os.close(journal)
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", JOURNAL, _remedy(error)) from error

    def list_new(self, paths: Iterable[str]) -> list[str]:
        """List the files that no earlier build wrote; raise ``OutputError`` when somebody else did."""
        new = [path for path in paths if path not in self.owned]
        for path in new:
            if not self.force and os.path.lexists(f"{self.folder}{os.sep}{path}"):
                hint = "move it away, or build with --force"
                raise OutputError("a file stands here that site-builder did not write", path, hint)
        return new


@contextmanager
def open_output(output: Path, force: bool = False) -> Iterator[Output]:
    """Take hold of an output folder: new, empty, or one that an earlier build made.

    Raises ``OutputError`` for a folder that holds anything else, unless ``force`` is set, or that
    cannot be written.
    """
    owned = _find_owned(output, force)
    try:
        output.mkdir(parents=True, exist_ok=True)
        died = os.path.lexists(output / JOURNAL)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_LINK
        journal = os.open(output / JOURNAL, flags, 0o666)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror}", str(output), _remedy(error)) from error
    opened = Output(output, owned, journal, force)
    try:
        if died:
            _sweep(output, owned.paths)
        yield opened
    finally:
        opened.close()


def remove_empty_output(folder: Path) -> None:
    """Take away an output that holds no file but its manifest."""
    (folder / MANIFEST).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


class Output:
    """An output folder during a build. What is announced here may be written there."""

    def __init__(self, folder: Path, owned: Owned, journal: int, force: bool) -> None:
        self._folder, self._owned, self._journal = folder, owned, journal
        self.claims = Claims(str(folder), owned, force)
        self._taken, self._written, self._changed = set[str](), list[str](), 0
        """Of what earlier builds wrote, what this one has too; of an edit, what it wrote; how many files."""
        self._announced: dict[str, str] = {}
        self._is_new = self._is_unsettled = False
        """Whether a file was announced that no earlier build wrote; and of which the disk may not know."""
        self.manifest = ""
        """The digest of the manifest, once this build has written it."""
        self.touched: frozenset[str] = frozenset()
        """Of an edit, the files that this build wrote or removed, once it has."""
        self.gone: list[str] = []
        """The files that this build removed, once it has."""
        self._may_go: frozenset[str] | None = None
        """Of an edit: the only files that may not be wanted any more. None: any that is not announced."""

    def amend(self, may_go: frozenset[str]) -> None:
        """Be told that all files of the last build stand but for those announced and those that may go."""
        self._may_go = may_go
        self._owned.look_up = True

    @property
    def amends(self) -> bool:
        """Whether all files of the last build stand but for what is announced and what may go."""
        return self._may_go is not None

    def release(self, *paths: str) -> None:
        """Of an edit: say of more files that they may not be wanted any more."""
        if self._may_go is not None:
            self._may_go |= frozenset(paths)

    def announce(self, *paths: str) -> None:
        """Note that files will be written, before they are, so that a later build knows them as ours.

        Raises ``OutputError`` when two pages want one path, or two that a disk without
        upper and lower case cannot tell apart, and when a file stands there that is not ours.
        """
        new = self.note(paths)
        if not self.claims.list_new(new):
            return
        try:
            _write_all(self._journal, "".join(f"{path}\n" for path in new).encode())
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", JOURNAL, _remedy(error)) from error
        self._is_new = self._is_unsettled = True

    def note(self, paths: Iterable[str]) -> list[str]:
        """Note files as wanted by one page each; give those that no earlier build wrote.

        For what other processes have entered, too. Raises ``OutputError`` as ``announce`` does.
        """
        new = []
        for path in paths:
            low = path.lower()
            other = self._announced.setdefault(path if low == path else low, path)  # one string, not two
            if other is not path:
                raise word_clash(path, other)
            if path in self._owned:
                continue
            if standing := self._find_standing(low):  # another one: this path is not owned
                raise word_clash(path, standing)
            new.append(path)
        return new

    def enter(self, paths: Iterable[str]) -> None:
        """Announce files, and wait until the disk knows of them."""
        self.announce(*paths)
        self.settle()

    def _find_standing(self, low: str) -> str:
        """Find a file that stays, by its path in lower case."""
        may_go = self._may_go
        if may_go is None:
            return ""
        return next((path for path in self._owned.spell(low) if path not in may_go), "")

    def close(self) -> None:
        """Let go of the journal."""
        journal, self._journal = self._journal, -1
        if journal >= 0:
            os.close(journal)

    def settle(self) -> None:
        """Wait until the disk knows which files are ours, before any of them is there.

        After a power cut they would be taken for somebody else's, and never be written again. An edit
        announces nothing new and waits for nothing; else this is 3 ms on a disk.
        """
        if self._is_unsettled:
            os.fsync(self._journal)
            self._is_unsettled = False

    def list_gone(self, files: Iterable[Written]) -> list[str]:
        """List the files of earlier builds that nothing wants any more."""
        if self._may_go is None:
            return sorted(self._owned.paths - self._taken)
        return sorted(self._may_go.difference(file.path for file in files))

    def list_other(self, files: Iterable[Written]) -> list[Written]:
        """List the files that the manifest of the last build does not have, or has with another digest."""
        return [file for file in files if file.changed or file.path not in self._owned]

    def take(self, files: Iterable[Written]) -> None:
        """Take note of files as they are written, or found to stand."""
        for file in files:
            if file.path in self._owned:
                self._taken.add(file.path)
            else:
                self._is_new = True
            if file.changed:
                self._changed += 1
                self._written += [] if self._may_go is None else [file.path]

    def finish(self, files: Iterable[Written]) -> Tally:
        """Remove what is ours and no longer wanted, write the manifest, and count.

        ``files`` are all that were taken note of, in the order of their paths.
        """
        gone = self.gone = self.list_gone(files)
        try:
            removed = sum(_remove(self._folder, path) for path in gone)
            if self._may_go is None:
                manifest = b"".join(map(_line_of, files))
            else:
                changes: dict[str, bytes | None] = {
                    file.path: _line_of(file) for file in self.list_other(files)
                }
                text, changes = self._owned.manifest, {**changes, **dict.fromkeys(gone)}
                pieces = change_lines(text, _path_in, changes)
                view = memoryview(text)  # nothing of 30 MB is copied but into the result
                manifest = b"".join(
                    piece if isinstance(piece, bytes) else view[piece.start : piece.stop] for piece in pieces
                )
            self.manifest = write_page(str(self._folder), Page(MANIFEST, manifest)).digest
            if self._is_new:
                _wait_for_disk(self._folder / MANIFEST)  # it takes over from the journal
                _wait_for_disk(self._folder)
            self.close()  # Windows takes away no file that is open
            os.unlink(self._folder / JOURNAL)
        except OSError as error:
            where = str(error.filename or self._folder)
            raise OutputError(f"cannot be written: {error.strerror}", where, _remedy(error)) from error
        self.touched = frozenset((MANIFEST, *self._written, *gone))
        unchanged = manifest.count(b"\n") - self._changed
        return Tally(written=self._changed, unchanged=unchanged, removed=removed)


class Owned:
    """What earlier builds wrote: the lines of their manifest and of a journal that was left behind."""

    def __init__(self, manifest: bytes, journal: Sequence[str]) -> None:
        self.manifest, self._journal = manifest, journal
        self._low = b""
        """The manifest in lower case, once it is asked for."""
        self.look_up = False
        """Whether to look each file up, as few are asked for (gain: 0.3 s, where there are 290,000)."""
        self._found: dict[str, bool] = {}
        """Those that were, as each is asked for again and again."""

    @cached_property
    def paths(self) -> frozenset[str]:
        """All of them."""
        listed = (line.partition("  ")[2] for line in _cut_lines(self.manifest))
        return frozenset(path for path in chain(listed, self._journal) if _is_inside(path))

    def __contains__(self, path: object) -> bool:
        if not self.look_up or not isinstance(path, str):
            return path in self.paths
        if (found := self._found.get(path)) is None:
            start, end = find_line(self.manifest, _path_in, path, 0, len(self.manifest))
            found = self._found[path] = end > start or path in self._journal
        return found

    def spell(self, low: str) -> Iterator[str]:
        """Give those that have a path in lower case, as they are spelt."""
        self._low = self._low or self.manifest.lower()
        wanted, at = f"  {low}\n".encode(), -1
        while (at := self._low.find(wanted, at + 1)) >= 0:
            yield self.manifest[at + 2 : at + len(wanted) - 1].decode()


def _find_owned(output: Path, force: bool) -> Owned:
    """Find what earlier builds wrote here; refuse a folder that holds something else."""
    try:
        names = set(os.listdir(output))
    except FileNotFoundError:
        return Owned(b"", ())
    except OSError as error:
        raise OutputError(
            f"is no folder to write to: {error.strerror}", str(output), "choose another one"
        ) from error
    if names and not names & {MANIFEST, JOURNAL} and not force:
        hint = "choose an empty or new folder, or build with --force, which leaves other files alone"
        raise OutputError("the output folder holds files that site-builder did not write", str(output), hint)
    return Owned(_read(output / MANIFEST), _cut_lines(_read(output / JOURNAL)))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _cut_lines(data: bytes) -> list[str]:
    """Cut a text into lines; one that was cut off by a crash does not count."""
    return data.decode("utf-8", "surrogateescape").split("\n")[:-1]


def word_clash(path: str, other: str) -> OutputError:
    """Say that two pages want one file."""
    return OutputError(
        f"two pages want the same file as {other}", path, "rename one of the two articles or tags"
    )


def _line_of(file: Written) -> bytes:
    return f"{file.digest}  {file.path}\n".encode()


def _path_in(line: bytes) -> str:
    return line.decode()[66:-1]


def _is_inside(path: str) -> bool:
    """Say whether a path out of a manifest, which anyone may have edited, stays in the folder."""
    odd = "\0" in path or (os.name == "nt" and ("\\" in path or ":" in path))
    return bool(path) and not path.startswith("/") and ".." not in path.split("/") and not odd


def _holds(target: str, data: bytes) -> bool:
    try:
        with open(target, "rb", buffering=0) as file:
            return (
                os.fstat(file.fileno()).st_size == len(data)
                and file.read() == data
                and not os.path.islink(target)
            )
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return False


def _replace(output: str, target: str, parts: Iterable[bytes | memoryview]) -> None:
    folder = os.path.dirname(target)
    try:
        seen = os.stat(folder)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        seen = os.stat(folder)
    _check_folder(output, folder, seen.st_dev, seen.st_ino)
    part = f"{target}{PART}"
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o666)
    except FileExistsError:  # a build that died left it, or somebody put a link there
        os.unlink(part)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o666)
    try:
        try:
            for data in parts:
                _write_all(file, data)
        finally:
            os.close(file)
        _put_in_place(part, target)
    except OSError:
        os.unlink(part)
        raise


def _put_in_place(part: str, target: str) -> None:
    """Replace a file in one step; on Windows, wait for whoever reads it at this moment."""
    for _ in range(TRIES if os.name == "nt" else 0):
        try:
            os.replace(part, target)
        except PermissionError:
            time.sleep(0.05)
        else:
            return
    os.replace(part, target)


@lru_cache(maxsize=8192)
def _check_folder(output: str, folder: str, device: int, inode: int) -> None:
    """Raise ``OutputError`` unless a folder lies where its path says, and no link leads elsewhere.

    Each folder is looked at once, not with each of its files (gain: 100 of 140 µs a file); were a
    link put in its place later, it would lead to another inode. No folder on the way down from the
    output may be a link; to ask that takes a tenth of what resolving the path does.
    """
    if os.name == "nt":  # there a junction leads elsewhere and is no link
        strays = os.path.realpath(folder) != place_in(
            os.path.realpath(output), os.path.relpath(folder, output)
        )
    else:
        strays = any(map(os.path.islink, _folders_within(output, folder)))
    if strays:
        raise OutputError("a symbolic link leads out of the output folder", folder, "remove the link")


def _folders_within(output: str, folder: str) -> Iterator[str]:
    """List a folder and those above it, up to the output."""
    while len(folder) > len(output):
        yield folder
        folder = os.path.dirname(folder)


def _wait_for_disk(path: Path) -> None:
    """Return when the disk has a file's bytes or a folder's names. Windows opens no folder; it needs not."""
    if os.name == "nt" and path.is_dir():
        return
    file = os.open(path, (os.O_RDWR if os.name == "nt" else os.O_RDONLY) | NO_LINK)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def place_in(folder: str, relative: str, paths: ModuleType = os.path) -> str:
    r"""Say where a path of a site lies, spelt as this system spells it.

    >>> import ntpath
    >>> place_in(r"C:\out", "2022/07", ntpath), place_in(r"C:\out", ".", ntpath)
    ('C:\\out\\2022\\07', 'C:\\out')
    """
    return str(paths.normpath(paths.join(folder, relative)))


def _write_all(file: int, data: bytes | memoryview) -> None:
    """Write every byte; a disk that fills up may take some of them without an error."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sweep(output: Path, owned: Iterable[str]) -> None:
    """Remove the drafts that a build left behind when it died."""
    for path in (MANIFEST, *owned):
        with suppress(OSError):
            if os.path.realpath((output / path).parent).startswith(os.path.realpath(output)):
                os.unlink(f"{output / path}{PART}")


def _remove(output: Path, path: str) -> bool:
    """Remove a file of ours and the folders that it leaves empty; False when it was gone already."""
    target = output / path
    if os.path.realpath(target.parent) != place_in(os.path.realpath(output), os.path.dirname(path)):
        return False
    try:
        target.unlink()
    except (FileNotFoundError, IsADirectoryError):
        return False
    for folder in target.parents:
        if folder == output or any(os.scandir(folder)):
            break
        folder.rmdir()
    return True


def _remedy(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "make room on the disk and build again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "check the permissions, or choose another folder with --output"
    return "choose another folder with --output"

"""The media store: one file for each picture, named by the SHA-256 of its bytes.

In: bytes that were judged to be a picture. Out: ``media/ab/abcdef….jpg``. The rule it guards: a
file under its final name is whole. It is written under another name, forced to the disk, and only
then renamed; a process that is killed leaves at most a ``.part`` file, which the next one removes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from site_builder.errors import OutputError
from site_builder.pictures.lock import Attempt


def store_bytes(store: Path, data: bytes, ending: str) -> str:
    """Keep bytes and return their digest; bytes that are there already are not written again."""
    digest = hashlib.sha256(data).hexdigest()
    target = store / digest[:2] / f"{digest}{ending}"
    try:
        if target.is_file() and target.stat().st_size == len(data):
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.parent.is_symlink():  # the store may be a link to another disk; a folder in it is not
            raise OutputError("a symbolic link leads out of the store", str(target.parent), "remove the link")
        part = store / f"{digest}.{os.getpid()}.part"
        part.unlink(missing_ok=True)
        with open(part, "xb") as file:  # anew, so never through a link that somebody laid there
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        hint = "make room on the disk, or check the permissions, and run capture again"
        raise OutputError(f"cannot be written: {error.strerror}", str(target), hint) from error
    return digest


def has_file(store: Path, attempt: Attempt) -> bool:
    """Say whether the store has a file, or stands for it: git-annex keeps a link to what is elsewhere."""
    return os.path.lexists(store / attempt.file)


@contextmanager
def hold_store(store: Path) -> Iterator[None]:
    """Hold the store against a second capture, and clear away what a killed one left."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        guard = os.open(store / ".capture", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        hint = "check its permissions"
        raise OutputError(f"cannot be written: {error.strerror}", str(store), hint) from error
    try:
        if not _lock(guard):
            raise OutputError("another capture is running", str(store), "wait for it to end")
        for part in store.glob("*.part"):
            part.unlink(missing_ok=True)
        yield
    finally:
        os.close(guard)
        (store / ".capture").unlink(missing_ok=True)


def _lock(guard: int) -> bool:
    """Take the lock, which the system lets go of however we end; where there is none, go without."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one file of the store."""

    file: str
    """``ab/abcdef….jpg``"""
    state: Literal["whole", "absent", "elsewhere", "changed", "unknown"]
    """``elsewhere``: a link to what is not here; ``unknown``: the lock does not name it."""
    size: int = 0


def verify_store(store: Path, kept: Iterable[Attempt]) -> Iterator[Stored]:
    """Hash every file that the lock names, and name every file that it does not, sorted."""
    from concurrent.futures import ThreadPoolExecutor  # hashing lets go of the interpreter

    wanted = {attempt.file: attempt for attempt in kept}
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        yield from threads.map(lambda file: _verify(store, file, wanted[file].digest), sorted(wanted))
    for file, size in list_store(store):
        if file not in wanted:
            yield Stored(file, "unknown", size)


def list_store(store: Path) -> Iterator[tuple[str, int]]:
    """List the store's files and their sizes, sorted."""
    for path in sorted(store.glob("[0-9a-f][0-9a-f]/*")):
        yield path.relative_to(store).as_posix(), path.stat().st_size if path.exists() else 0


def _verify(store: Path, file: str, digest: str) -> Stored:
    path = store / file
    try:
        with open(path, "rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            return Stored(file, "whole" if found == digest else "changed", os.fstat(stream.fileno()).st_size)
    except FileNotFoundError:
        return Stored(file, "elsewhere" if os.path.islink(path) else "absent")

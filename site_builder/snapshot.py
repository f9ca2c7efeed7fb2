"""What a folder looks like from outside: the name, time and size of each of its files.

In: a folder. Out: lines that can be compared and kept. The rule it guards: **nothing is opened**;
two snapshots that are equal cost one look at each folder. A file that changed in the last moments
before a snapshot may change again within the same tick of the clock, so its time is not believed
(Git calls such entries "racily clean").
"""

from __future__ import annotations

import os
from collections.abc import Iterable

RACY = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system in use (FAT)."""


def list_files(folder: str, skip: str = "") -> list[str]:
    """List what is below a folder: ``path NUL mtime size``, sorted; hidden files are passed over.

    A link to a file is described by the file that it leads to, a link to a folder by itself. The
    folder ``skip`` is left out. A folder that is not there has no files.
    """
    lines: list[str] = []
    folders = [""]
    while folders:
        base = folders.pop()
        try:
            entries = os.scandir(os.path.join(folder, base))
        except OSError:
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if entry.path != skip:
                        folders.append(f"{base}{name}/")
                    continue
                lines.append(f"{base}{name}\0{_stamp(entry)}")
    lines.sort()
    return lines


def list_shelves(folder: str) -> list[str]:
    """List a store whose files are named by what they hold: its folders by their times, sorted.

    A file that comes, goes or is replaced changes the time of its folder, and the bytes of such a
    file do not change; so ten thousand pictures are 256 lines.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(f"{entry.name}\0{_stamp(entry)}" for entry in entries if entry.name[0] != ".")
    except OSError:
        return []


def _stamp(entry: os.DirEntry[str]) -> str:
    try:
        seen = entry.stat(follow_symlinks=entry.is_symlink())
    except OSError:  # a link that leads nowhere, or a file that has just gone
        return "0 0"
    return f"{seen.st_mtime_ns} {seen.st_size}"


def stamp_of(path: str) -> str:
    """Describe one file as ``list_files`` does; ``0 0`` when it is not there."""
    try:
        seen = os.stat(path)
    except OSError:
        return "0 0"
    return f"{seen.st_mtime_ns} {seen.st_size}"


def split_lines(lines: Iterable[str]) -> dict[str, str]:
    """Give each file's stamp by its path."""
    stamps: dict[str, str] = {}
    for line in lines:
        path, _, stamp = line.partition("\0")
        stamps[path] = stamp
    return stamps


def doubt_recent(lines: Iterable[str], now: int) -> list[str]:
    """Put a mark in place of each time that is too near to ``now`` to be believed."""
    limit = now - RACY
    return [
        f"{line.partition(chr(0))[0]}\0racy"
        if int(line.partition("\0")[2].partition(" ")[0]) >= limit
        else line
        for line in lines
    ]

"""``media.lock``: every attempt to fetch a picture, one JSON object a line.

In: the file. Out: for a picture's addresses, what is kept of it, or why nothing is. The rule it
guards: the file is a **set of attempts that only grows**. The order of its lines means nothing
and the same line twice is one, so a git merge may keep the lines of both sides, an attempt is
recorded by appending it, and a line that a power cut tore is simply not there.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from site_builder.errors import ConfigError

LOCK_FILE = "media.lock"

Fate = Literal["kept", "gone", "refused", "too-large", "damaged", "failed"]
"""What came of an attempt. ``failed`` may pass: the next run asks again; the others are final."""

_MERGE_MARKS = (b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>")


class Attempt(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One question to a host, and its answer.

    A ``Struct``, because every build reads ten thousand of them: 8 ms, where dataclasses take 31.
    """

    url: str
    """The address as the article names it."""
    time: str
    """When, in UTC: ``2026-11-21T10:20:30Z``."""
    fate: Fate
    via: str = ""
    """The address that was asked, where it was not ``url``: a web archive's."""
    final: str = ""
    """Where redirects led, if anywhere else."""
    code: int = 0
    """The HTTP status; 0: there was no answer."""
    reason: str = ""
    """Why nothing was kept, in words for a person."""
    digest: str = ""
    """SHA-256 of the bytes that were kept, in hex."""
    ending: str = ""
    width: int = 0
    """In pixels as shown, that is after the orientation the file asks for."""
    height: int = 0
    bytes: int = 0
    type: str = ""
    """The type that the host claimed."""
    etag: str = ""
    modified: str = ""

    @property
    def day(self) -> str:
        """The day of the attempt, ``2026-11-21``."""
        return self.time[:10]

    @property
    def file(self) -> str:
        """The path of the bytes in the store: ``ab/abcdef….png``."""
        return f"{self.digest[:2]}/{self.digest}{self.ending}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one picture: the attempt that kept it, or the one that says why not."""

    attempt: Attempt
    tried: int = 0
    """How many times it was asked for in vain, at any of its addresses."""

    @property
    def key(self) -> str:
        """What a page that shows the picture, or its slip, depends on."""
        attempt = self.attempt
        return attempt.file if attempt.fate == "kept" else f"{attempt.fate} {attempt.code} {attempt.time}"


@dataclass(frozen=True, slots=True)
class MediaLock:
    """All attempts by address, oldest first. It stays out of ``repr`` where that is a fingerprint."""

    attempts: dict[str, list[Attempt]] = field(default_factory=dict)

    def find(self, urls: Sequence[str]) -> Answer | None:
        """Say what is known of a picture with these addresses, best first; None: never asked for."""
        for url in urls:
            for attempt in reversed(self.attempts.get(url, ())):
                if attempt.fate == "kept":
                    return Answer(attempt)
        tried = [attempt for url in urls for attempt in self.attempts.get(url, ())]
        if not tried:
            return None
        # The publisher's own answer says more than that of an archive that never had the picture.
        own = [attempt for attempt in tried if not attempt.via] or tried
        best = [attempt for attempt in own if attempt.url == own[0].url]
        return Answer(best[-1], len(tried))

    def key(self, urls: Sequence[str]) -> str:
        """Say it in one string, for a cache to compare; empty: never asked for."""
        # Every build asks this of every picture, and nearly all are kept at their best address.
        if (known := self.attempts.get(urls[0])) and known[-1].fate == "kept":
            return known[-1].file
        answer = self.find(urls)
        return answer.key if answer else ""

    def asked(self, url: str, via: str) -> list[Attempt]:
        """List the attempts on one address, oldest first."""
        return [attempt for attempt in self.attempts.get(url, ()) if attempt.via == via]

    def add(self, attempt: Attempt) -> None:
        """Take up an attempt that was just made."""
        self.attempts.setdefault(attempt.url, []).append(attempt)

    def digests(self) -> dict[str, Attempt]:
        """List everything that was ever kept, by digest."""
        every = (attempt for attempts in self.attempts.values() for attempt in attempts)
        return {attempt.digest: attempt for attempt in every if attempt.fate == "kept"}


def is_kept(key: str) -> bool:
    """Say whether a ``key`` is that of a picture that is kept."""
    return key[2:3] == "/"


def read_lock(path: Path) -> MediaLock:
    """Read the lock; an absent file is an empty lock.

    Raises ``ConfigError`` with the line of one that cannot be read. The last line may be torn,
    and the marks that git leaves between the two sides of a merge are passed over.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return MediaLock()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", str(path), "check its permissions") from error
    whole = data[: data.rfind(b"\n") + 1]
    try:
        attempts = _decoder().decode_lines(whole)
    except (msgspec.DecodeError, UnicodeDecodeError):
        attempts = _decode_each(whole, path)
    by_address: dict[str, list[Attempt]] = {}
    repeated = set()
    for attempt in attempts:
        if attempt.fate == "kept" and not _names_a_file(attempt):
            hint = "delete the line and run site-builder capture"
            raise ConfigError(f"{attempt.url} is kept, but has no usable digest", str(path), hint)
        if attempt.url in by_address:
            by_address[attempt.url].append(attempt)
            repeated.add(attempt.url)
        else:
            by_address[attempt.url] = [attempt]
    for url in repeated:
        by_address[url] = sorted(set(by_address[url]), key=lambda one: (one.time, encode_attempt(one)))
    return MediaLock(by_address)


def encode_attempt(attempt: Attempt) -> bytes:
    """Write an attempt as its line: fields in their order, those that say nothing left out."""
    return _encoder().encode(attempt) + b"\n"


def append_attempt(path: Path, attempt: Attempt) -> None:
    """Add a line at the end, and return when the disk has it."""
    with open(path, "ab") as file:
        file.write(encode_attempt(attempt))
        file.flush()
        os.fsync(file.fileno())


def sort_lock(path: Path) -> None:
    """Write the lock anew, sorted and without repeats, if that changes it; in one step."""
    lock = read_lock(path)
    lines = sorted({encode_attempt(attempt) for known in lock.attempts.values() for attempt in known})
    data = b"".join(lines)
    if not path.exists() or path.read_bytes() == data:
        return
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with open(part, "xb") as file:  # anew, so never through a link that somebody laid there
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _decode_each(data: bytes, path: Path) -> list[Attempt]:
    attempts = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip() or line.startswith(_MERGE_MARKS):
            continue
        try:
            attempts.append(_decoder().decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            hint = "delete the line; capture will ask again for what it held"
            raise ConfigError(f"is no attempt: {error}", f"{path}:{number}:1", hint) from error
    return attempts


def _names_a_file(attempt: Attempt) -> bool:
    """Say whether digest and ending can be a file's name: a lock may have been edited by anyone."""
    digest, ending = attempt.digest, attempt.ending
    return len(digest) == 64 and digest.isalnum() and ending[:1] == "." and ending[1:].isalnum()


@functools.cache
def _decoder() -> msgspec.json.Decoder[Attempt]:
    return msgspec.json.Decoder(Attempt)


@functools.cache
def _encoder() -> msgspec.json.Encoder:
    return msgspec.json.Encoder()

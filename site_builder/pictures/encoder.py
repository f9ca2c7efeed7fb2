"""Where pictures are developed: in a process of its own, which may die of them.

In: the bytes of a picture. Out: its set of files, as ``derive.make_set`` makes it. The rule it
guards: a build decodes nothing in its own processes. The encoder has no file to write, little
memory and time and an empty environment; bytes come and go through pipes, and what comes back is
believed in nothing that could make us write elsewhere: names, types and sizes are looked at, and
each file must begin as its type does.

Run as ``python -m site_builder.pictures.encoder`` by ``encode_apart``, never by a person.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

import msgspec

from site_builder.pictures import prepare_decoders
from site_builder.pictures.cell import (
    MEMORY,
    allow_seconds,
    bare_environment,
    command_of,
    limit_process,
)
from site_builder.pictures.derive import RECIPE, Made, UnusablePicture, make_set

SECONDS = 120
"""Of a processor, and as many again by the clock; the longest pictures that are let in need five."""

MOST = 1 << 31
"""Bytes of one answer."""

_SIZE = struct.Struct(">Q")
_NAME = re.compile(rf"-{RECIPE}-(?:\d{{1,5}}|cover|moving)\.(avif|webp|jpg|png)")
_BEGINNINGS = {"avif": b"ftyp", "webp": b"WEBP", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG"}
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
_USES = frozenset({"shown", "still", "moving", "cover"})


class Described(msgspec.Struct):
    """A file of the set without its bytes, which follow in order."""

    name: str
    width: int
    height: int
    use: str
    size: int


class Answer(msgspec.Struct):
    """What the encoder says first: why there is no set, or which files will follow."""

    problem: str = ""
    files: list[Described] = []


# --- in the encoder ------------------------------------------------------------------------------


def _work(source: IO[bytes], sink: IO[bytes]) -> None:
    """Develop one picture after another until the pipe ends."""
    prepare_decoders()
    limit_process(MEMORY)
    while len(head := source.read(_SIZE.size)) == _SIZE.size:
        data = source.read(_SIZE.unpack(head)[0])
        allow_seconds(SECONDS)
        answer = Answer()
        made: tuple[Made, ...] = ()
        try:
            made = make_set(data)
            answer.files = [
                Described(one.name, one.width, one.height, one.use, len(one.data)) for one in made
            ]
        except UnusablePicture as error:
            answer.problem = str(error)
        words = msgspec.json.encode(answer)
        sink.writelines((_SIZE.pack(len(words)), words, *(one.data for one in made)))
        sink.flush()


# --- our side of the pipe -------------------------------------------------------------------------


class Encoder:
    """One such process: started when first asked, replaced when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def encode(self, data: bytes) -> tuple[Made, ...]:
        """Make the files of a picture; raise ``UnusablePicture`` when that cannot be done."""
        if self._owner != os.getpid():  # a fork brought us along: the process is another's
            self._process, self._owner = None, os.getpid()
        process = self._process = self._process or _start()
        late = threading.Timer(SECONDS, process.kill)
        late.start()
        try:
            return _converse(process, data)
        except (OSError, EOFError, msgspec.DecodeError) as error:
            self.close()
            raise UnusablePicture("decoding it broke the decoder, or took too long") from error
        finally:
            late.cancel()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            with suppress(OSError):
                process.communicate()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own interpreter, our own module)
        command_of("site_builder.pictures.encoder"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(),
        start_new_session=sys.platform != "win32",  # Ctrl-C is for us alone
    )


def _converse(process: subprocess.Popen[bytes], data: bytes) -> tuple[Made, ...]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    process.stdin.write(_SIZE.pack(len(data)) + data)
    process.stdin.flush()
    answer = msgspec.json.decode(_read(process.stdout, _read_size(process.stdout)), type=Answer)
    if answer.problem:
        raise UnusablePicture("".join(letter for letter in answer.problem if letter.isprintable())[:200])
    return tuple(_believe(one, _read(process.stdout, one.size)) for one in answer.files)


def _believe(one: Described, data: bytes) -> Made:
    """Take a file for what it says it is, if that is one of the things that it may be."""
    found = _NAME.fullmatch(one.name)
    if not found or one.use not in _USES or not 0 < one.width <= 1 << 16 or not 0 < one.height <= 1 << 16:
        raise EOFError
    if _BEGINNINGS[found[1]] not in data[:12]:
        raise EOFError
    return Made(one.name, _TYPES[found[1]], one.width, one.height, data, one.use)


def _read_size(pipe: IO[bytes]) -> int:
    return int(_SIZE.unpack(_read(pipe, _SIZE.size))[0])


def _read(pipe: IO[bytes], size: int) -> bytes:
    if not 0 <= size <= MOST:
        raise EOFError
    data = pipe.read(size)
    if len(data) != size:
        raise EOFError
    return data


_encoder = Encoder()


def encode_apart(data: bytes) -> tuple[Made, ...]:
    """Make the files of a picture in this process's encoder; each worker of a build has its own."""
    return _encoder.encode(data)


def close_encoder() -> None:
    """End this process's encoder, if it has one."""
    _encoder.close()


if __name__ == "__main__":
    _work(sys.stdin.buffer, sys.stdout.buffer)

"""Whether bytes from a stranger are a picture: decided by decoding them, in a process that may die.

In: bytes. Out: a ``Verdict``. The rule it guards: no decoder runs in our own process on bytes that
no one has looked at. The judge is a process of its own with little memory, little time, no files to
write and an empty environment; it is told bytes through a pipe and answers in JSON, which
cannot make us run anything.

Run as ``python -m site_builder.capture.judging`` by ``Court``, never by a person.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from site_builder.pictures import KINDS, look_at

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space for one judge: a hundred megapixels of RGBA, and the libraries."""

FRAMES = 3000
"""An animation with more is refused; each costs a decoding."""

_FRAME = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge found. ``fate`` is ``kept`` for a picture; otherwise ``reason`` says why not."""

    fate: Literal["kept", "refused", "damaged", "too-large"]
    reason: str = ""
    ending: str = ""
    width: int = 0
    height: int = 0


def judge(data: bytes, max_pixels: int) -> Verdict:
    """Decode a picture wholly, all frames of it, and say what it is.

    >>> judge(b"<svg onload='x'/>", 100).reason
    'it is an SVG, which can hold script'
    """
    if not data:
        return Verdict("damaged", "the answer was empty")
    if reason := _name_other_type(data):
        return Verdict("refused", reason)
    seen = look_at(data)
    if seen is None:
        if pixels := _count_pixels(data):
            return Verdict("too-large", f"{pixels:,} pixels")
        return Verdict("refused", "it is no picture of a kind that is kept")
    ending, width, height = seen
    if width * height > max_pixels:
        return Verdict("too-large", f"{width} x {height} pixels")
    try:
        if _decode(data, max_pixels) > FRAMES:
            return Verdict("too-large", f"more than {FRAMES} frames")
    except MemoryError:
        return Verdict("too-large", "decoding it takes too much memory")
    except Exception as error:  # noqa: BLE001  decoders raise anything at all on damaged bytes
        return Verdict("damaged", f"it cannot be decoded: {_line(error)}")
    return Verdict("kept", "", ending, width, height)


def _decode(data: bytes, max_pixels: int) -> int:
    """Decode every frame, and count them; more pixels than 20 whole pictures are not decoded."""
    import io

    from PIL import Image

    frames, pixels = 0, 0
    with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
        while frames <= FRAMES:
            try:
                picture.seek(frames)
            except EOFError:
                break
            picture.load()
            frames += 1
            pixels += picture.width * picture.height
            if pixels > 20 * max_pixels:
                raise MemoryError
    return frames


_BEGINNINGS = (
    (b"%PDF", "it is a PDF"),
    (b"PK\x03\x04", "it is a ZIP file"),
    (b"II*\0", "it is a TIFF, which browsers do not show"),
    (b"MM\0*", "it is a TIFF, which browsers do not show"),
)


def _name_other_type(data: bytes) -> str:
    """Name what the bytes are, where that is often sent in a picture's place."""
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head and head[:1] == b"<":
        return "it is an SVG, which can hold script"
    if head[:1] == b"<" and (
        b"<html" in head or b"<!doctype" in head or b"<head" in head or b"<script" in head
    ):
        return "a web page stands in its place"
    if head[:1] in (b"{", b"["):
        return "data (JSON) stands in its place"
    return next((what for beginning, what in _BEGINNINGS if data.startswith(beginning)), "")


def _count_pixels(data: bytes) -> int:
    """Count the pixels that a header claims, where they are the reason that it is not looked at."""
    import io
    import warnings

    from PIL import Image

    with warnings.catch_warnings(), suppress(Exception):
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        with Image.open(io.BytesIO(data), formats=list(KINDS)) as picture:
            return picture.width * picture.height
    return 0


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return "".join(letter for letter in text if letter.isprintable())[:120] or type(error).__name__


# --- the judge's own process --------------------------------------------------------------------


def _sit(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer one question after another until the pipe ends."""
    from PIL import Image

    Image.init()  # what will be imported is, before there is a limit on open files
    _limit_process()
    while len(head := source.read(8)) == 8:
        size, max_pixels = struct.unpack(">II", head)
        data = source.read(size)
        _allow_seconds(60)
        answer = msgspec.json.encode(asdict(judge(data, max_pixels)))
        sink.write(_FRAME.pack(len(answer)) + answer)
        sink.flush()


def _limit_process() -> None:
    """Give up memory, files and core dumps; where the system knows no such limits, time alone is one."""
    if sys.platform == "win32":
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def _allow_seconds(seconds: int) -> None:
    """Let this process use so many more seconds of a processor."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


# --- our side of the pipe -----------------------------------------------------------------------


class Judge:
    """One judge's process: started when first asked, killed when it takes too long, then replaced."""

    def __init__(self, max_pixels: int, seconds: float) -> None:
        self._max_pixels, self._seconds = max_pixels, seconds
        self._process: asyncio.subprocess.Process | None = None

    async def ask(self, data: bytes) -> Verdict:
        """Have bytes judged; a judge that dies or dawdles over them has answered as well."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._converse(data)
        except TimeoutError:
            await self.dismiss()
            return Verdict("damaged", f"decoding it took longer than {self._seconds:g} seconds")
        except (OSError, EOFError, msgspec.DecodeError):
            await self.dismiss()
            return Verdict("damaged", "decoding it broke the decoder")

    async def _converse(self, data: bytes) -> Verdict:
        if self._process is None or self._process.returncode is not None:
            self._process = await _start_judge()
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        stdin.write(struct.pack(">II", len(data), self._max_pixels) + data)
        await stdin.drain()
        (size,) = _FRAME.unpack(await stdout.readexactly(_FRAME.size))
        if size > 4096:
            raise EOFError
        verdict = msgspec.json.decode(await stdout.readexactly(size), type=Verdict)
        if verdict.fate == "kept" and verdict.ending not in KINDS.values():
            raise EOFError
        return verdict

    async def dismiss(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Court:
    """A few judges, each asked one thing at a time."""

    def __init__(self, judges: int, max_pixels: int, seconds: float) -> None:
        self._all = [Judge(max_pixels, seconds) for _ in range(max(1, judges))]
        self._free: asyncio.Queue[Judge] = asyncio.Queue()
        for judge_ in self._all:
            self._free.put_nowait(judge_)

    async def ask(self, data: bytes) -> Verdict:
        """Have bytes judged by whoever is free."""
        async with self._borrow() as free:
            return await free.ask(data)

    @asynccontextmanager
    async def _borrow(self) -> AsyncIterator[Judge]:
        free = await self._free.get()
        try:
            yield free
        except BaseException:
            await free.dismiss()
            raise
        finally:
            self._free.put_nowait(free)

    async def close(self) -> None:
        """Send every judge home."""
        for judge_ in self._all:
            await judge_.dismiss()


async def _start_judge() -> asyncio.subprocess.Process:
    root = Path(__file__).resolve().parent.parent.parent
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "site_builder.capture.judging",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": str(root)},
        start_new_session=sys.platform != "win32",  # Ctrl-C is for us alone
    )


if __name__ == "__main__":
    _sit(sys.stdin.buffer, sys.stdout.buffer)

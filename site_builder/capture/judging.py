"""Where bytes from a stranger are decoded: in a process of its own, which may die of it.

In: bytes. Out: a ``Verdict``. The rule it guards: no decoder runs in our own process on bytes that
no one has looked at. The judge is a process of its own with little memory, little time, no files to
write and an empty environment; it is told bytes through a pipe and answers in JSON, which
cannot make us run anything.

Run as ``python -m site_builder.capture.judging`` by ``Court``, never by a person.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import BinaryIO

import msgspec

from site_builder.pictures import KINDS, prepare_decoders
from site_builder.pictures.cell import allow_seconds, bare_environment, command_of, limit_process
from site_builder.pictures.judge import Verdict, judge

_FRAME = struct.Struct(">I")


# --- the judge's own process --------------------------------------------------------------------


def _sit(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer one question after another until the pipe ends."""
    prepare_decoders()
    limit_process()
    while len(head := source.read(8)) == 8:
        size, max_pixels = struct.unpack(">II", head)
        data = source.read(size)
        allow_seconds(60)
        answer = msgspec.json.encode(asdict(judge(data, max_pixels)))
        sink.write(_FRAME.pack(len(answer)) + answer)
        sink.flush()


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
    return await asyncio.create_subprocess_exec(
        *command_of("site_builder.capture.judging"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=bare_environment(),
        start_new_session=sys.platform != "win32",  # Ctrl-C is for us alone
    )


if __name__ == "__main__":
    _sit(sys.stdin.buffer, sys.stdout.buffer)

"""A ``map`` over worker processes, handed in where one is needed.

In: how many. Out: a function like the built-in ``map`` whose results come in the order of its
items, so that the built site's bytes do not depend on the number of workers. The rule it
guards: this is the only place that knows about processes; anything that maps in order (an
existing distributed engine, say) can stand in its place.

A worker that dies takes nothing with it: its items are given to new processes one by one, and the
one that kills its process again is reported by name, while the others are done.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, Protocol, TypeVar

from site_builder.errors import ConfigError, SiteBuilderError

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 64
"""Items a message: large enough that the pipe costs little and that each step is done for many in a row,
small enough to share out evenly."""

SERIAL_BELOW = 400
"""Starting processes costs more than it saves on fewer items (measured: about 0.15 s)."""

ENGINE = "SITE_BUILDER_MAP"
"""Environment variable that names another engine: ``module:function``, or ``dask:ADDRESS``."""

M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1
"""As ``malloc.h`` has them."""
LARGE = 1 << 20
"""Bytes of a block that the system is asked for by itself."""

AHEAD = 4
"""Messages that each worker has before it, so that it never waits for the parent."""

TICKET = 4
"""Bytes of the number of an item."""

TOGETHER = 8
"""Short items that a process takes at a time; so a pipe, which holds 64 kB, has room for 130,000."""

SHORT = 16_384
"""Bytes of a message that a pipe takes in whole, with others before it."""


class WorkerDied(SiteBuilderError):  # noqa: N818  (what happened, in the words of the report)
    """A process died of one item, twice. ``item`` is that item."""

    def __init__(self, message: str, where: str, hint: str, item: object) -> None:
        super().__init__(message, where, hint)
        self.item = item


class Map(Protocol):
    """Like the built-in ``map`` with one iterable: lazy, and in the order of the items."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """Yield ``function(item)`` for each item, in order."""


Steps = Generator[None, None, R]
"""Work on one item that stops between its steps, and returns its result."""


@dataclass(frozen=True, slots=True)
class InStep(Generic[T, R]):
    """A function that does the items of a message side by side: the first step of all, then the second.

    Taken through all steps one after the other, each article finds the processor's caches full of what
    other steps left there (gain: a third of reading, cleaning and tagging, a sixth of a build). Steps finer
    than reading, cleaning, tagging, and than making a page and writing it, gained nothing more.
    """

    begin: Callable[[T], Steps[R]]

    def __call__(self, item: T) -> R:
        """Do one item."""
        return go_through(self.begin(item))

    def many(self, items: Sequence[T]) -> list[R]:
        """Do several items."""
        results: dict[int, R] = {}
        at_work = dict(enumerate(map(self.begin, items)))
        while at_work:
            for number, steps in [*at_work.items()]:
                try:
                    next(steps)
                except StopIteration as end:
                    results[number] = end.value
                    del at_work[number]
        return [results[number] for number in range(len(items))]


def go_through(steps: Steps[R]) -> R:
    """Take one item through all its steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: R = end.value
            return result


def do_all(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Apply a function to the items of a message."""
    return function.many(items) if isinstance(function, InStep) else [function(item) for item in items]


def map_here(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
    """Map in this process."""
    if not isinstance(function, InStep):
        return map(function, items)
    todo = iter(items)
    return chain.from_iterable(do_all(function, some) for some in iter(partial(_cut, todo, CHUNK), []))


@contextmanager
def make_map(workers: int, chunk: int = CHUNK, ahead: int = 0) -> Iterator[Map]:
    """Give a ``map`` that runs on so many processes; one means this process, without a pool.

    ``chunk`` is the number of items in a message; where one item is long work, one is enough. Then the next
    is for whoever is done first, unless ``ahead`` says that each worker has some more before it.
    ``SITE_BUILDER_MAP`` puts another engine in its place (``docs/settings.md``).
    """
    if name := os.environ.get(ENGINE):
        with find_engine(name)(workers) as run:
            yield run
    elif workers <= 1:
        yield map_here
    elif sys.platform == "linux":
        yield _ForkedMap(workers, chunk, ahead or (AHEAD if chunk > 1 else 1))
    else:
        with _spawned_map(workers, chunk) as run:
            yield run


@dataclass(frozen=True, slots=True)
class Aside(Generic[T, R]):
    """Short work on this machine's files that other processes have begun; whoever waits for it helps.

    Tickets, the numbers of items, lie in a pipe, from which each process takes the next.
    """

    _function: Callable[[T], R]
    _items: Sequence[T]
    _tickets: Any
    _crew: Sequence[_Worker] = ()

    def take_tickets(self, _: object = None) -> dict[int, R]:
        """Do items until there are no more."""
        done: dict[int, R] = {}
        while ticket := self._tickets.read(TICKET):
            start = int.from_bytes(ticket, "little")
            for at, item in enumerate(self._items[start : start + TOGETHER], start):
                done[at] = self._function(item)
        return done

    def join(self, lost: Callable[[T, str], R] | None = None) -> list[R]:
        """Help, wait for the others, and give all results in the order of the items.

        What a process had taken that died is done again. Where an item may be what kills it, ``lost`` gives
        the result of one that kills a second process, its own, and this one does not help where there are
        others.
        """
        done = {} if lost and self._crew else self.take_tickets()
        self._tickets.close()
        for worker in self._crew:
            with suppress(EOFError, ConnectionError):  # it died
                done |= worker.take()[1][0]
            worker.dismiss()
        left = [at for at in range(len(self._items)) if at not in done]
        items = [self._items[at] for at in left]
        again = _one_by_one(self._function, items, lost) if lost else map(self._function, items)
        done |= zip(left, again, strict=True)
        return [done[at] for at in range(len(self._items))]


def begin_aside(function: Callable[[T], R], items: Sequence[T], workers: int) -> Aside[T, R]:
    """Begin with items in other processes, one less than ``workers``, or in none where there is no fork.

    One that nobody waits for any more ends by itself, as nobody reads what it says.
    """
    source, sink = os.pipe()
    tickets = os.fdopen(source, "rb", buffering=0)
    with os.fdopen(sink, "wb") as pipe:
        pipe.write(b"".join(at.to_bytes(TICKET, "little") for at in range(0, len(items), TOGETHER)))
    work = Aside(function, items, tickets)
    crew = [_start(work.take_tickets) for _ in range(workers - 1 if sys.platform == "linux" else 0)]
    for worker in crew:
        worker.give(0, [None])
    return Aside(function, items, tickets, crew)


def keep_going(
    run: Map, function: Callable[[T], R], items: Iterable[T], lost: Callable[[T, str], R]
) -> Iterator[R]:
    """Map like ``run``; where an item kills its process, ``lost(item, why)`` is its result.

    A map of another engine has its own way with dead processes, and this adds nothing to it.
    """
    if not isinstance(run, _ForkedMap):
        return run(function, items)
    return run.each(function, items, lost)


# --- processes made by fork: what the function knows need not travel ------------------------------


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Any
    chunks: deque[tuple[int, list[Any]]]
    """What it was given and has not given back, oldest first."""
    unsent: bytes = b""
    """A long message for it; sent when it waits, or both sides might wait for the other to read."""

    def give(self, number: int, chunk: list[Any]) -> None:
        """Hand it a chunk."""
        self.chunks.append((number, chunk))
        message = pickle.dumps(chunk)
        if len(message) > SHORT and len(self.chunks) > 1:
            self.unsent = message
        else:
            self._send(message)

    def take(self) -> tuple[int, list[Any]]:
        """Take back its oldest chunk's results. Raises ``EOFError`` when it died."""
        succeeded, results = self.pipe.recv()
        number, _ = self.chunks.popleft()
        if self.unsent and len(self.chunks) == 1:
            message, self.unsent = self.unsent, b""
            self._send(message)
        if not succeeded:
            raise results
        return number, results

    def dismiss(self) -> None:
        """End it: at once if it is at work, which nobody waits for any more."""
        if self.chunks:
            self.process.terminate()
        else:
            self._send(pickle.dumps(None))
        self.pipe.close()
        self.process.join()

    def _send(self, message: bytes) -> None:
        with suppress(ConnectionError):  # it died; the next look at its pipe says so
            self.pipe.send_bytes(message)


@dataclass(frozen=True, slots=True)
class _ForkedMap:
    """Makes its processes anew for each call, so that they are born knowing the function.

    Whatever the function holds (settings, the whole archive) is there without being pickled or
    sent; a fork costs 5 ms, a pickled archive of 10,000 cards 120 ms in each process.
    """

    workers: int
    chunk: int
    ahead: int

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        return self.each(function, items, _give_up)

    def each(
        self, function: Callable[[T], R], items: Iterable[T], lost: Callable[[T, str], R]
    ) -> Iterator[R]:
        """Map in order; where an item kills its process, ``lost`` gives its result."""
        chunks = enumerate(iter(partial(_cut, iter(items), self.chunk), []))
        ready: dict[int, list[R]] = {}
        due = 0
        gc.freeze()  # what is known now is not visited by the collector, so its pages stay shared
        give_back()
        crew = [_start(function) for _ in range(self.workers)]
        try:
            while True:
                while len(ready) < 8 * self.workers and (worker := _least_busy(crew, self.ahead)):
                    if (taken := next(chunks, None)) is None:
                        break
                    worker.give(*taken)
                if not any(worker.chunks for worker in crew) and not ready:
                    return
                while due not in ready:
                    _collect(crew, ready, function, lost)
                while due in ready:
                    yield from ready.pop(due)
                    due += 1
        finally:
            gc.unfreeze()
            for worker in crew:
                worker.dismiss()


def _least_busy(crew: Iterable[_Worker], ahead: int) -> _Worker | None:
    """Give the worker that has least before it; the first one would take all of a few long items."""
    ready = (worker for worker in crew if len(worker.chunks) < ahead and not worker.unsent)
    return min(ready, key=lambda worker: len(worker.chunks), default=None)


def _cut(items: Iterator[T], size: int) -> list[T]:
    return list(islice(items, size))


def _collect(
    crew: list[_Worker],
    ready: dict[int, list[Any]],
    function: Callable[[Any], Any],
    lost: Callable[[Any, str], Any],
) -> None:
    """Wait for any worker and take its results; put a new one in the place of one that died."""
    from multiprocessing.connection import wait

    pipes = {worker.pipe: worker for worker in crew if worker.chunks}
    for pipe in wait(list(pipes)):
        worker = pipes[pipe]
        try:
            number, results = worker.take()
            ready[number] = results
        except (EOFError, ConnectionError):
            worker.process.join()
            crew[crew.index(worker)] = _start(function)
            ready |= {at: _one_by_one(function, chunk, lost) for at, chunk in worker.chunks}


def _start(function: Callable[[Any], Any]) -> _Worker:
    from multiprocessing import get_context

    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(function, theirs, ours), daemon=True)
    # What Python does around a fork ignores exceptions: an interrupt there would be lost.
    with _held_back(signal.SIGINT, signal.SIGTERM):
        process.start()
    theirs.close()
    return _Worker(process, ours, deque())


@contextmanager
def _held_back(*signals: signal.Signals) -> Iterator[None]:
    """Let signals wait; they arrive at the end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(function: Callable[[Any], Any], pipe: Any, others: Any) -> None:
    """Live as a worker: take chunks until there is nothing more to do, or nobody to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    others.close()
    answer: tuple[bool, object]
    with suppress(EOFError, ConnectionError):
        while (chunk := pipe.recv()) is not None:
            try:
                answer = True, do_all(function, chunk)
            except Exception as error:  # noqa: BLE001  it is raised in the parent, where somebody can word it
                answer = False, _portable(error)
            pipe.send(answer)
    os._exit(0)  # not through the parent's exit handlers and open transactions


def _portable(error: Exception) -> Exception:
    """Give an exception that goes through a pipe, with where it was raised as a note, for ``--debug``."""
    from traceback import format_tb

    trace = f"in a worker, where it says:\n{''.join(format_tb(error.__traceback__))}"
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  (our own exception, to see whether it travels)
    except Exception:  # noqa: BLE001  whatever hinders it, its words travel
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(trace)
    return error


def _one_by_one(
    function: Callable[[Any], Any], items: Sequence[Any], lost: Callable[[Any, str], Any]
) -> list[Any]:
    """Do the items of a worker that died, each in a process of its own."""
    results = []
    for item in items:
        worker = _start(function)
        worker.give(0, [item])
        try:
            results += worker.take()[1]
        except (EOFError, ConnectionError):
            worker.process.join()
            results.append(lost(item, _cause(worker.process.exitcode)))
            worker.chunks.clear()
        finally:
            worker.dismiss()
    return results


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the process that worked on it was killed by signal {-code}, twice"
    return f"the process that worked on it ended with {code}, twice"


def _give_up(item: object, why: str) -> Any:
    raise WorkerDied(why, str(getattr(item, "path", item)), "is there enough memory?", item)


# --- processes made anew, where fork is not safe --------------------------------------------------


@contextmanager
def _spawned_map(workers: int, chunk: int) -> Iterator[Map]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_leave_signals_to_parent) as pool:

        def parallel(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
            packed = pickle.dumps(function)
            todo = iter(items)
            running: deque[Any] = deque()
            try:
                while True:
                    while len(running) < AHEAD * workers and (items_ := list(islice(todo, chunk))):
                        running.append(pool.submit(run_chunk, packed, items_))
                    if not running:
                        return
                    yield from running.popleft().result()
            finally:
                for future in running:
                    future.cancel()

        yield parallel


def _leave_signals_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Wait for the end of a parent that was killed; nobody would ever tell this process to stop."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


_functions: dict[bytes, Callable[[Any], Any]] = {}


def run_chunk(packed: bytes, chunk: list[Any]) -> list[Any]:
    """Run in a worker: unpack the function once, then apply it to every item."""
    function = _functions.get(packed)
    if function is None:
        _functions.clear()
        function = _functions[packed] = pickle.loads(packed)  # noqa: S301  (from our own parent, never from a file)
    return do_all(function, chunk)


# --- other engines --------------------------------------------------------------------------------

Engine = Callable[[int], AbstractContextManager[Map]]


def find_engine(name: str) -> Engine:
    """Find the engine that ``SITE_BUILDER_MAP`` names: ``dask:``, ``dask:ADDRESS`` or ``module:function``.

    The function is given the number of workers and returns a context manager around a ``Map``.
    """
    from importlib import import_module

    module, _, rest = name.partition(":")
    if module == "dask":
        return partial(dask_map, address=rest)
    try:
        engine: Engine = getattr(import_module(module), rest)
    except (ImportError, AttributeError, ValueError) as error:
        hint = "write module:function, dask: or dask:tcp://HOST:PORT"
        raise ConfigError(f"{ENGINE} names no engine: {error}", name, hint) from error
    return engine


@contextmanager
def dask_map(workers: int, address: str = "") -> Iterator[Map]:
    """Map over a Dask cluster: the one at ``address``, or a new one on this machine.

    Its workers must see the same folders under the same names.
    """
    from importlib import import_module

    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise ConfigError("Dask is not installed", ENGINE, "pip install 'site-builder[dask]'") from error
    own = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    with distributed.Client(**({"address": address} if address else own)) as client:

        def parallel(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
            packed = client.scatter(pickle.dumps(function), broadcast=True)
            todo = iter(items)
            running: deque[Any] = deque()
            while True:
                while len(running) < AHEAD * workers and (items_ := list(islice(todo, CHUNK))):
                    running.append(client.submit(run_chunk, packed, items_, pure=False))
                if not running:
                    return
                yield from running.popleft().result()

        yield parallel


def set_up_memory() -> None:
    """Have this process look seldom for dropped cycles, and give large blocks back when nobody has them.

    A build keeps nearly all that it makes, so there are few cycles to find (gain: 10 %). And once a large
    block was freed, glibc puts those of up to 32 MiB among small ones, where what grows leaves holes that
    nothing fills (gain: 50 of 335 MB in each process that makes a segment of 12,000 articles searchable; no
    more CPU).
    """
    gc.set_threshold(100_000, 50, 100)
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_TRIM_THRESHOLD, 4 * LARGE)


def give_back() -> None:
    """Give the system what was freed, where the C library can: processes made by fork would have it, too.

    Before the pages of 100,000 articles it is 67 of 610 MB.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def sensible_workers(wanted: int, items: int) -> int:
    """Say how many processes so many items are worth."""
    return 1 if items < SERIAL_BELOW else max(1, wanted)


def usable_cpus() -> int:
    """Count the CPUs that this process may use, which a container's limit can make few."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""A ``map`` over worker processes, handed in where one is needed.

In: how many. Out: a function like the built-in ``map`` whose results come in the order of its
items, so that the built site's bytes do not depend on the number of workers. The rule it
guards: this is the only place that knows about processes; anything that maps in order (an
existing distributed engine, say) can stand in its place.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 32
"""Items a message: large enough that the pipe costs little, small enough to share out evenly."""

SERIAL_BELOW = 400
"""Starting processes costs more than it saves on fewer items (measured: about 0.15 s)."""


class Map(Protocol):
    """Like the built-in ``map`` with one iterable: lazy, and in the order of the items."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """Yield ``function(item)`` for each item, in order."""


@contextmanager
def make_map(workers: int, chunk: int = CHUNK) -> Iterator[Map]:
    """Give a ``map`` that runs on so many processes; one means this process, without a pool.

    ``chunk`` is the number of items in a message; where one item is long work, one is enough.
    """
    if workers <= 1:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # fork shares what is already imported; elsewhere the safe default of the platform
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_signals_to_parent) as pool:

        def parallel(function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
            packed = pickle.dumps(function)
            todo = iter(items)
            running: deque[Any] = deque()
            try:
                while True:
                    while len(running) < 4 * workers and (items_ := list(islice(todo, chunk))):
                        running.append(pool.submit(_run_chunk, packed, items_))
                    if not running:
                        return
                    yield from running.popleft().result()
            finally:
                for future in running:
                    future.cancel()

        yield parallel


def sensible_workers(wanted: int, items: int) -> int:
    """Say how many processes so many items are worth."""
    return 1 if items < SERIAL_BELOW else max(1, wanted)


def usable_cpus() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_functions: dict[bytes, Callable[[Any], Any]] = {}


def _run_chunk(packed: bytes, chunk: list[Any]) -> list[Any]:
    """Run in a worker: unpack the function once, then apply it to every item."""
    function = _functions.get(packed)
    if function is None:
        function = _functions[packed] = pickle.loads(packed)  # noqa: S301  (from our own parent, never from a file)
    return [function(item) for item in chunk]


def _leave_signals_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

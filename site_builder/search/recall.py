"""What a build remembers of a segment, so that a change of it costs what changed.

In: what was counted. Out: one file of numbers. The rule it guards: **throwing it away costs time, never
correctness**; no pickle, and what is damaged counts as lost.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.search.build import FORMAT, Sheet
from site_builder.search.lists import Lists
from site_builder.search.terms import FOLLOWER_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Remembered(NamedTuple):
    """A segment as it was made: what stands for each article, its x files, their digests, all lists."""

    facts: tuple[str, ...]
    sheets: Sequence[Sheet]
    digests: Sequence[str]
    words: Mapping[str, int]
    order: str
    tree: str
    everywhere: Lists | None
    titles: Lists | None


NOTHING = Remembered((), (), (), {}, "", "", None, None)


def save(file: Path, made_from: str, remembered: Remembered) -> None:
    """Write it down; ``made_from`` says of which build it is."""
    import numpy as np

    told = json.dumps((FORMAT, made_from, *remembered[:6])).encode()
    arrays = {"told": np.frombuffer(told, np.uint8)}
    for name, lists in (("everywhere", remembered.everywhere), ("titles", remembered.titles)):
        arrays |= _pack(name, lists) if lists else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)
    os.replace(part, file)


def load(file: Path, made_from: str) -> Remembered | None:
    """Read it; None when it is of another build, damaged, or not there."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as arrays:
            format_, of, facts, sheets, digests, words, order, tree = json.loads(arrays["told"].tobytes())
            if (format_, of) != (FORMAT, made_from):
                return None
            return Remembered(
                tuple(facts),
                [Sheet(*sheet) for sheet in sheets],
                digests,
                words,
                order,
                tree,
                _unpack("everywhere", arrays),
                _unpack("titles", arrays),
            )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


def _pack(name: str, lists: Lists) -> dict[str, NDArray[Any]]:
    import numpy as np

    return {
        f"{name}-terms": (lists.terms >> FOLLOWER_BITS).astype(np.uint32),
        f"{name}-followers": (lists.terms & ((1 << FOLLOWER_BITS) - 1)).astype(np.uint8),
        f"{name}-counts": lists.counts.astype(np.uint16),
        f"{name}-holders": lists.holders,
    }


def _unpack(name: str, arrays: Mapping[str, NDArray[Any]]) -> Lists:
    import numpy as np

    counts = arrays[f"{name}-counts"].astype(np.int64)
    terms = arrays[f"{name}-terms"].astype(np.int64) << FOLLOWER_BITS | arrays[f"{name}-followers"]
    return Lists(terms, np.cumsum(counts) - counts, counts, arrays[f"{name}-holders"].astype(np.uint16))

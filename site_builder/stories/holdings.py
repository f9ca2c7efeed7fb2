"""What all articles hold, as arrays in order of time: their prints, and the terms that lead to them.

In: traces. Out: for some articles, which earlier ones hold the same. The rule it guards: an answer
depends on a few **neighbours** in time alone (of each print the first holder and the nearest one
before, of each term the last ``HELD`` before), so that one more article changes the answers of those
that ``touched_by`` names and of no other. About 300 bytes an article, in memory and at rest.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from site_builder.model import Trace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Prints = NDArray[np.uint32]
    Keys = NDArray[np.uint64]
    Weights = NDArray[np.uint16]
    Places = NDArray[np.int64]
    Numbers = NDArray[np.uint32] | NDArray[np.uint64]

PRINTS = 40
INDEXED = 10
"""Of an article's terms so many, the heaviest, lead to it."""
HELD = 32
"""So many of the articles before that have a term are looked at."""
NO_PRINT = 0xFFFFFFFF
PARTS = 16
"""All prints are sorted in so many parts, by what is left of them divided by it; the smallest of an article's
are kept, so that their first bits tell little."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """One row an article. Rows that are shorter end with ``NO_PRINT`` and with the key 0."""

    prints: Prints
    keys: Keys
    weights: Weights

    def __len__(self) -> int:
        return len(self.prints)

    def columns(self) -> tuple[Prints, Keys, Weights]:
        """Give the arrays."""
        return self.prints, self.keys, self.weights

    def pack(self) -> tuple[bytes, bytes, bytes]:
        """Write the arrays as they rest in the cache."""
        return self.prints.tobytes(), self.keys.tobytes(), self.weights.tobytes()

    def part(self, rows: slice) -> Holdings:
        """Give some rows that follow each other."""
        return Holdings(self.prints[rows], self.keys[rows], self.weights[rows])

    def take(self, rows: Sequence[int]) -> Holdings:
        """Give some rows, in this order."""
        import numpy as np

        places = np.array(rows, np.int64)
        return Holdings(self.prints[places], self.keys[places], self.weights[places])

    def copy(self, rows: Sequence[int], other: Holdings, theirs: Sequence[int]) -> None:
        """Copy some rows of others to these rows."""
        self.prints[rows], self.keys[rows], self.weights[rows] = (
            array[theirs] for array in (other.prints, other.keys, other.weights)
        )

    def put(self, rows: Sequence[int], traces: Iterable[Trace]) -> None:
        """Write what traces hold into these rows."""
        for row, trace in zip(rows, traces, strict=True):
            terms = trace.terms[:INDEXED]
            self.prints[row, : len(trace.prints)] = trace.prints
            self.prints[row, len(trace.prints) :] = NO_PRINT
            self.keys[row] = [key_of(term) for term, _ in terms] + [0] * (INDEXED - len(terms))
            self.weights[row] = [weight for _, weight in terms] + [0] * (INDEXED - len(terms))


def unpack(packed: tuple[bytes, bytes, bytes]) -> Holdings:
    """Read the arrays back; raises ``ValueError`` when they do not fit each other."""
    import numpy as np

    return Holdings(
        np.frombuffer(packed[0], np.uint32).reshape(-1, PRINTS),
        np.frombuffer(packed[1], np.uint64).reshape(-1, INDEXED),
        np.frombuffer(packed[2], np.uint16).reshape(-1, INDEXED),
    )


def join_holdings(parts: Sequence[Holdings]) -> Holdings:
    """Put the rows of articles that follow each other together."""
    import numpy as np

    return Holdings(
        np.concatenate([part.prints for part in parts]),
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def make_room(rows: int) -> Holdings:
    """Make empty rows."""
    import numpy as np

    return Holdings(
        np.full((rows, PRINTS), NO_PRINT, np.uint32),
        np.zeros((rows, INDEXED), np.uint64),
        np.zeros((rows, INDEXED), np.uint16),
    )


@functools.lru_cache(maxsize=1 << 16)
def key_of(term: str) -> int:
    """Give a term's number; never 0, which is none."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1


# --- prints -----------------------------------------------------------------------------------


def list_print_holders(holdings: Holdings, rows: Sequence[int], most: int) -> tuple[Places, Places]:
    """List for each row, in order, the few earlier articles that share most prints with it, most first; in
    two columns, the row and the other.

    Of all that hold a print, the first one counts, and the nearest before.
    """
    import numpy as np

    places = np.array(rows, np.int64)
    flat = holdings.prints.ravel()
    number_of = np.full(len(holdings), -1, np.int32)
    number_of[places] = np.arange(len(places))
    if 4 * len(places) < len(holdings):  # sorting a few prints costs less than sorting all
        wanted = holdings.prints[places].ravel()
        both = _pair_holders(flat, _find_sorted(flat, wanted[wanted != NO_PRINT]), number_of)
    else:
        both = np.concatenate([_pair_holders(flat, at, number_of) for at in _sort_in_parts(flat)])
    pairs, times = np.unique(both, return_counts=True)
    number, other = pairs >> 32, pairs & 0xFFFFFFFF
    order = np.lexsort((other, -times, number))
    number, other = number[order], other[order]
    few = np.arange(len(number)) - np.searchsorted(number, number) < most
    return places[number[few]], other[few]


def _sort_in_parts(flat: Prints) -> Iterator[Places]:
    """Give all places in the order of their prints, in parts of which none has a print of another's.

    To sort four million at once took 100 MB more.
    """
    import numpy as np

    for part in range(PARTS):
        at = np.flatnonzero(flat % PARTS == part)
        yield at[np.argsort(flat[at], kind="stable")]


def _pair_holders(flat: Prints, at: Places, number_of: NDArray[np.int32]) -> Places:
    """Pair the rows that are asked for, by their numbers, with the nearest and the first that hold a print
    before them; ``at`` says where prints stand, in their order."""
    import numpy as np

    value, row = flat[at], at // PRINTS
    goes_on = np.zeros(len(at), bool)
    goes_on[1:] = (value[1:] == value[:-1]) & (value[1:] != NO_PRINT)
    begins = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(at))))
    asked = np.flatnonzero(goes_on & (number_of[row] >= 0))
    number, nearest, first = number_of[row[asked]].astype(np.int64), row[asked - 1], row[begins[asked]]
    other = first != nearest
    return np.concatenate((number << 32 | nearest, number[other] << 32 | first[other]))


def _find(flat: Numbers, wanted: Numbers) -> tuple[Places, Places]:
    """Find where any of some numbers stand among many, and which of them stands there, by its size.

    Most are ruled out by their first bits (a tenth of what ``np.isin`` takes for a few among millions).
    """
    import numpy as np

    shift = flat.dtype.type(8 * flat.itemsize - 20)
    likely = np.zeros(1 << 20, bool)
    likely[wanted >> shift] = True
    at = np.flatnonzero(likely[flat >> shift])
    known = np.unique(wanted)
    number = np.searchsorted(known, flat[at])
    is_it = known[np.minimum(number, len(known) - 1)] == flat[at]
    return at[is_it], number[is_it]


def _find_sorted(flat: Numbers, wanted: Numbers) -> Places:
    """Find them in the order of the numbers; where one stands more than once, in that of the places.

    Numbers of two bytes are sorted in a tenth of the time.
    """
    import numpy as np

    at, number = _find(flat, wanted)
    return at[np.argsort(number.astype(np.uint16) if len(wanted) <= 1 << 16 else number, kind="stable")]


# --- terms ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Index:
    """Which rows have which term: ``keys`` sorted, then by row; ``spot`` says where each stands."""

    holdings: Holdings
    keys: Keys
    rows: Places
    weights: Weights
    spot: NDArray[np.int32]
    begins: Places

    def before(self, rows: Sequence[int]) -> tuple[Places, Places, Places]:
        """Give the earlier rows that some rows' terms lead to, and how much each adds, in millionths.

        In three columns: which of the given rows it is for, by number, the row, and what it adds.
        """
        import numpy as np

        places = np.array(rows, np.int64)
        own = self.holdings.weights[places].astype(np.int64)
        number, term = np.nonzero(own)
        spots = self.spot[places[number], term].astype(np.int64)
        times = spots - np.maximum(self.begins[spots], spots - HELD)
        ends = np.cumsum(times)
        at = np.arange(times.sum()) + np.repeat(spots - ends, times)
        return np.repeat(number, times), self.rows[at], self.weights[at] * np.repeat(own[number, term], times)

    def after(self, row: int, keys: Keys) -> Places:
        """Give the rows from this one on that look at an article with these terms at this place."""
        import numpy as np

        found = [np.empty(0, np.int64)]
        for key in keys[keys != 0]:
            begin, end = np.searchsorted(self.keys, key, "left"), np.searchsorted(self.keys, key, "right")
            spot = begin + np.searchsorted(self.rows[begin:end], row)
            found.append(self.rows[spot : min(int(spot) + HELD + 1, int(end))])
        return np.concatenate(found)


def index_terms(holdings: Holdings, some: Sequence[Holdings] = ()) -> Index:
    """Sort all terms of all articles, or those alone that ``some`` have."""
    import numpy as np

    flat = holdings.keys.ravel()
    if some and 4 * sum(map(len, some)) < len(holdings):
        wanted = np.concatenate([rows.keys.ravel() for rows in some])
        at = _find_sorted(flat, wanted[wanted != 0])
    else:
        at = np.argsort(flat, kind="stable")
    keys = flat[at]
    starts = np.ones(len(at), bool)
    starts[1:] = keys[1:] != keys[:-1]
    spot = np.zeros(len(flat), np.int32)
    spot[at] = np.arange(len(at), dtype=np.int32)
    begins = np.maximum.accumulate(np.where(starts, np.arange(len(at)), 0))
    return Index(
        holdings,
        keys,
        at // INDEXED,
        holdings.weights.ravel()[at],
        spot.reshape(-1, INDEXED),
        begins,
    )


# --- what a change touches --------------------------------------------------------------------


def touched_by_prints(
    holdings: Holdings, fresh: Sequence[int], gone: Holdings, places: Sequence[int]
) -> list[int]:
    """List the rows that share a print with an article that came or went, and look at it.

    That is the next holder of each of its prints and, when it was or is the first, every one.
    """
    import numpy as np

    came = np.array(fresh, np.int64)
    flat = holdings.prints.ravel()
    changed = np.concatenate((holdings.prints[came].ravel(), gone.prints.ravel()))
    at, _ = _find(flat, changed[changed != NO_PRINT])
    is_new = np.zeros(len(holdings), bool)
    is_new[came] = True
    row = at // PRINTS
    # What went stands, for the moment, just before the row that took its place.
    order = np.concatenate((2 * row, np.repeat(2 * np.array(places, np.int64) - 1, PRINTS)))
    value = np.concatenate((flat[at], gone.prints.ravel()))
    other = np.concatenate((is_new[row], np.ones(gone.prints.size, bool)))
    by = np.lexsort((order, value))
    order, value, other = order[by], value[by], other[by]
    starts = np.ones(len(by), bool)
    starts[1:] = value[1:] != value[:-1]
    group = np.cumsum(starts) - 1
    follows = np.zeros(len(by), bool)
    follows[1:] = other[:-1] & ~starts[1:]
    led = other[starts][group] if len(by) else other
    found = order[(follows | led) & (value != NO_PRINT)]
    return np.unique(found[found % 2 == 0] // 2).tolist()  # type: ignore[no-any-return]


def find_same_terms(
    fresh: Holdings, rows: Sequence[int], gone: Holdings, places: Sequence[int]
) -> dict[int, int]:
    """Pair what came with what went, by their numbers, where they are the same to whoever looks for terms:
    an article that was edited, and is still of the same terms at the same place."""
    often = Counter(places)
    at = {place: number for number, place in enumerate(places) if often[place] == 1}
    return {
        number: at[row]
        for number, row in enumerate(rows)
        if row in at
        and (fresh.keys[number] == gone.keys[at[row]]).all()
        and (fresh.weights[number] == gone.weights[at[row]]).all()
    }


def touched_by_terms(index: Index, changed: Holdings, places: Sequence[int]) -> set[int]:
    """List the rows that look, by their terms, at an article that came, went or changed."""
    found: set[int] = set()
    for keys, place in zip(changed.keys, places, strict=True):
        found.update(index.after(place, keys).tolist())
    return found

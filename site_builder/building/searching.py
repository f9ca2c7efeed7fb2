"""The search index is brought up to date: what changed is made again, on as many processes as pay.

In: the archive, and what the last build knew of its files. Out: the files of this one. The rule it guards:
**a segment of which nothing changed is neither read nor written**.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder.building.press import Job, announce
from site_builder.cache import Cache
from site_builder.outputs.search import FOLDER, Indexer, MadePart, Part, list_roots
from site_builder.search.build import Head
from site_builder.search.segments import Segment
from site_builder.steps.write import Output, Written
from site_builder.workers import make_map, sensible_workers


@dataclass(frozen=True, slots=True)
class Standing:
    """A segment as the last build made it, and its files."""

    made_from: str
    head: Head
    paths: tuple[str, ...]


def publish_search(
    indexer: Indexer,
    cache: Cache,
    output: Output,
    find_file: Callable[[str], Written | None],
    publish: Callable[[Job], Written],
    workers: int,
) -> Iterator[Written]:
    """Write all files of the index. ``find_file`` gives one that stands as the last build wrote it."""
    parts = indexer.list_parts()
    heads: dict[Segment, Head] = {}
    touched: list[Part] = []
    stood: dict[Segment, tuple[str, ...]] = {}

    def stand(paths: Sequence[str]) -> Iterator[Written]:
        if not output.amends:  # else everything stands that nobody speaks of
            output.announce(*paths)
            yield from filter(None, map(find_file, paths))

    for part in parts:
        standing = _find_standing(part, cache, None if output.amends else find_file)
        if standing and standing.made_from == part.made_from:
            heads[part.segment] = standing.head
            yield from stand(standing.paths)
        else:
            stood[part.segment] = standing.paths if standing else ()
            touched.append(replace(part, last=standing.made_from if standing else ""))
    output.release(*_forget_others(parts, indexer.memory, cache))
    touched.sort(key=lambda part: part.segment.start - part.segment.stop)  # the longest work first
    for part, made in zip(touched, _make_all(indexer, touched, workers), strict=True):
        heads[part.segment] = made.head
        _remember(part, made, cache)
        output.release(*frozenset(stood[part.segment]).difference(made.kept))
        yield from stand(made.kept)
        yield from map(publish, announce(made.pages, output))
    yield from map(publish, announce(list_roots([heads[part.segment] for part in parts]), output))


def _make_all(indexer: Indexer, parts: list[Part], workers: int) -> Iterator[MadePart]:
    anew = sum(part.segment.stop - part.segment.start for part in parts if not part.last)
    with make_map(sensible_workers(workers, anew) if len(parts) > 1 else 1, chunk=1) as run:
        yield from run(indexer.make, parts)


def _forget_others(parts: list[Part], memory: Path, cache: Cache) -> list[str]:
    """Forget segments that are no more, and list their files."""
    names = {part.segment.name for part in parts}
    for file in memory.glob("*"):
        if file.stem not in names or file.suffix != ".npz":
            file.unlink()
    gone = [name for name in cache.find_note(FOLDER).split(" ") if name and name not in names]
    paths = [path for name in gone for path in _read_note(cache, name)[2:]]
    cache.keep_note(FOLDER, " ".join(sorted(names)))
    for name in gone:
        cache.keep_note(FOLDER + name, "")
    return paths


def _find_standing(
    part: Part, cache: Cache, find_file: Callable[[str], Written | None] | None
) -> Standing | None:
    """Give what the last build made when all of it stands, which is known where no ``find_file`` is given."""
    made_from, head, *paths = _read_note(cache, part.segment.name)
    stands = head.startswith("[") and (find_file is None or all(map(find_file, paths)))
    return Standing(made_from, Head(*json.loads(head)), tuple(paths)) if stands else None


def _read_note(cache: Cache, name: str) -> list[str]:
    """Give what a segment was made from, its head as JSON, and the paths of its files."""
    made_from, _, rest = cache.find_note(FOLDER + name).partition(" ")
    head, *files = rest.split(" ")
    return [made_from, head, *(f"{FOLDER}{name}/{file}.js" for file in files)]


def _remember(part: Part, made: MadePart, cache: Cache) -> None:
    paths = (*(page.path for page in made.pages), *made.kept)
    names = (path.rpartition("/")[2].removesuffix(".js") for path in paths)
    head = json.dumps(made.head, separators=(",", ":"))
    cache.keep_note(FOLDER + part.segment.name, " ".join((part.made_from, head, *names)))

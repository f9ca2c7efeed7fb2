"""The search index is brought up to date: what changed is made again, on as many processes as pay.

In: the archive, and what the last build knew of its files. Out: the files of this one. The rule it guards:
**a segment of which nothing changed is neither read nor written**.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from site_builder.building.press import Job, announce
from site_builder.cache import Cache
from site_builder.outputs.search import FOLDER, Indexer, MadePart, Part, list_roots
from site_builder.search.segments import Segment
from site_builder.steps.write import Output, Written
from site_builder.workers import make_map, sensible_workers


@dataclass(frozen=True, slots=True)
class Standing:
    """A segment's files as the last build wrote them."""

    digest: str
    files: tuple[Written, ...]


def publish_search(
    indexer: Indexer,
    cache: Cache,
    output: Output,
    find_file: Callable[[str], Written | None],
    publish: Callable[[Job], Written],
    workers: int,
) -> Iterator[Written]:
    """Write all files of the index. ``find_file`` gives one that stands as the last build wrote it."""
    listed: dict[Segment, str] = {}
    touched: list[Part] = []
    for part in indexer.list_parts():
        standing = _find_standing(part, cache, find_file)
        listed[part.segment] = standing.digest if standing else ""
        if standing:
            output.announce(*(file.path for file in standing.files))
            yield from standing.files
        else:
            touched.append(part)
    touched.sort(key=lambda part: part.segment.start - part.segment.stop)  # the longest work first
    size = sum(part.segment.stop - part.segment.start for part in touched)
    with make_map(sensible_workers(workers, size) if len(touched) > 1 else 1, chunk=1) as run:
        made = run(indexer.make, (part.segment for part in touched))
        for part, one in zip(touched, made, strict=True):
            listed[part.segment] = one.digest
            _remember(part, one, cache)
            yield from map(publish, announce(one.pages, output))
    yield from map(publish, announce(list_roots(list(listed.items())), output))


def _find_standing(part: Part, cache: Cache, find_file: Callable[[str], Written | None]) -> Standing | None:
    made_from, _, rest = cache.find_note(FOLDER + part.segment.name).partition(" ")
    if made_from != part.made_from:
        return None
    digest, *names = rest.split(" ")
    found = [find_file(f"{FOLDER}{part.segment.name}/{name}.js") for name in names]
    files = tuple(file for file in found if file)
    return Standing(digest, files) if len(files) == len(names) else None


def _remember(part: Part, made: MadePart, cache: Cache) -> None:
    names = (page.path.rpartition("/")[2].removesuffix(".js") for page in made.pages)
    cache.keep_note(FOLDER + part.segment.name, " ".join((part.made_from, made.digest, *names)))

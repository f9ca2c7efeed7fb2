"""What articles have to do with each other, told to the archive.

In: the archive, the articles' traces, and what a person corrected. Out: the archive with its
stories and relations. The rule it guards: verdicts of earlier builds are kept, so that an old
story does not change without a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder.building.lazy import Edition
from site_builder.cache import read_text, read_traces
from site_builder.errors import Finding, finding
from site_builder.model import Archive, Card, Group, Outcome, Trace, urls_of
from site_builder.stories.comparing import TraceLoader
from site_builder.stories.corrections import Corrections
from site_builder.stories.record import StoryRecord
from site_builder.stories.relating import relate
from site_builder.stories.relations import judge_all, line_up
from site_builder.workers import Map


@dataclass(frozen=True, slots=True)
class CachedArticles:
    """Where any process finds articles by their places in time."""

    file: Path
    paths: Sequence[str]

    def load_traces(self, rows: Sequence[int]) -> list[Trace]:
        """Give what of these articles is compared with others."""
        return read_traces(self.file, [self.paths[row] for row in rows])

    def load_text(self, row: int) -> str:
        """Give the text of one."""
        return read_text(self.file, self.paths[row])


def tell_stories(
    archive: Archive,
    built: Edition,
    file: Path,
    known: StoryRecord,
    corrections: Corrections,
    run: Map,
    past: Sequence[Group],
) -> tuple[Archive, StoryRecord]:
    """Add stories, reprints and related work to an archive; give what was found out, too, for the next build.

    Texts are in the cache's ``file``. What is ``known`` from an earlier build stands, but for what has to do
    with articles that are new, gone or changed since; ``past`` are its stories.
    """
    cards = line_up(archive)
    paths, digests = zip(*built.list_files(cards), strict=True) if cards else ((), ())
    marks = [f"{url} {digest[:8].hex()}" for url, digest in zip(urls_of(cards), digests, strict=True)]
    cached = CachedArticles(file, paths)
    record = judge_all(cards, marks, TraceLoader(cached.load_traces, cached.load_text), known, run)
    moved = None if corrections != Corrections() else record.moved
    threads, relations = relate(cards, record.verdicts, corrections, archive.tag_names, moved, past)
    told = replace(archive, threads=threads, relations=relations, originals=relations.originals)
    return told, record


def check_corrections(
    corrections: Corrections, built: Mapping[str, tuple[Card, Outcome]], file: str
) -> list[Finding]:
    """Tell of names in ``threads.toml`` that no article has."""
    stems = {card.id for card, _ in built.values()} if corrections.names() else set()
    unknown = sorted(corrections.names() - stems)
    return [finding("article-unknown", file, f'no article is called "{stem}"') for stem in unknown]

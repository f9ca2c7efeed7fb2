"""What articles have to do with each other, told to the archive.

In: the archive, the articles' traces, and what a person corrected. Out: the archive with its
stories and relations. The rule it guards: verdicts of earlier builds are kept, so that an old
story does not change without a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from site_builder.cache import (
    Cache,
)
from site_builder.errors import Finding, finding
from site_builder.model import Archive, Card, Outcome
from site_builder.stories.corrections import Corrections
from site_builder.stories.ledger import Ledger
from site_builder.stories.relations import in_order_of_time, judge_all, relate


def tell_stories(
    archive: Archive, built: Mapping[str, tuple[Card, Outcome]], cache: Cache, corrections: Corrections
) -> Archive:
    """Add stories, reprints and related work to an archive.

    What an earlier build found out stands up to the first article, in order of time, that is new
    or has changed; only from there on are traces compared.
    """
    cards = in_order_of_time((*archive.cards, *archive.undated))
    marks = [f"{card.url} {built[card.url][1].digest}" for card in cards]
    known = cache.find_ledger()
    verdicts = known.standing(marks)
    if len(verdicts) < len(cards):
        verdicts = judge_all(
            cards,
            lambda card: cache.load_trace(built[card.url][1].path),
            lambda card: cache.load_text(built[card.url][1].path),
            verdicts,
        )
    if marks != known.marks:
        cache.keep_ledger(Ledger(marks, verdicts))
    threads, relations = relate(cards, verdicts, corrections, archive.tag_names)
    return replace(archive, threads=threads, relations=relations)


def check_corrections(
    corrections: Corrections, built: Mapping[str, tuple[Card, Outcome]], file: Path | None
) -> list[Finding]:
    """Tell of names in ``threads.toml`` that no article has."""
    stems = {card.id for card, _ in built.values()} if corrections.names() else set()
    unknown = sorted(corrections.names() - stems)
    return [finding("article-unknown", str(file), f'no article is called "{stem}"') for stem in unknown]

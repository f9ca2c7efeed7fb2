"""Preparing: one file after another through read, clean and tag, in any process.

In: paths of files, and what preparing an article needs to know. Out: an ``Outcome`` for each, from
the cache or made now. The rule it guards: one article never stops the others, and every file has
exactly one outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as part
from functools import lru_cache, partial
from pathlib import Path
from sys import intern
from types import MappingProxyType
from typing import TypeVar

from site_builder.cache import (
    Cache,
    Parcel,
    encode_article,
    encode_trace,
    fingerprint_of,
    pack_outcome,
    unpack_outcome,
)
from site_builder.checks.articles import examine_article
from site_builder.checks.rules import RULES_OF
from site_builder.config import Settings
from site_builder.errors import ArticleError, Finding, OutputError, finding
from site_builder.model import Body, Outcome, TagMark
from site_builder.outputs.keys import digest
from site_builder.pictures import digest_inside, find_pictures, find_stored
from site_builder.pictures.embedded import keep_embedded
from site_builder.pictures.gallery import PICTURES
from site_builder.pictures.lock import LOCK_FILE, MediaLock, is_kept, read_lock
from site_builder.report import Progress
from site_builder.sanitize import vouch_for
from site_builder.sources import Sources, load_sources, match_source
from site_builder.steps.clean import clean_article
from site_builder.steps.read import parse_article, read_article
from site_builder.steps.tag import Vocabulary, load_vocabulary, tag_article, trace_article
from site_builder.stories.links import claim_keys, lead_keys
from site_builder.workers import (
    SERIAL_BELOW,
    TOGETHER,
    Aside,
    InStep,
    Map,
    Steps,
    begin_aside,
    keep_going,
    map_here,
)

T = TypeVar("T")
Shared = dict[tuple[str, str, tuple[tuple[str, str], ...]], TagMark]
"""One of each mark."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that preparing an article needs to know; it travels to a worker once."""

    content: str
    sources: Sources
    vocabulary: Vocabulary
    zone: str
    max_bytes: int
    traced: bool = True
    """Whether each article leaves a trace, by which stories are found."""
    lock: MediaLock = part(default_factory=MediaLock, repr=False)
    """What ``capture`` fetched. Not in ``repr``: each outcome notes what it took from it."""
    made: str = part(default="", repr=False)
    """The folder that takes pictures out of articles; where it lies is no part of an outcome either."""


def load_recipe(settings: Settings) -> Recipe:
    """Load the publishers' rules and the site's names."""
    return Recipe(
        content=str(settings.content),
        sources=load_sources(settings.sources_dir, settings.allow_hooks, settings.language),
        vocabulary=load_vocabulary(settings.tags_file, settings.text_tags),
        traced=settings.stories,
        zone=settings.timezone,
        max_bytes=settings.max_bytes,
        lock=read_lock(settings.folder / LOCK_FILE),
        made=str(settings.cache_dir / PICTURES),
    )


def fingerprint_recipe(recipe: Recipe) -> str:
    """Digest all that an outcome depends on, its own file aside; where the content lies is no part of it."""
    return fingerprint_of(repr(replace(recipe, content="")))


def recall_outcomes(
    paths: Iterable[str], recipe: Recipe, cache: Cache, digests: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Outcome]:
    """Give the outcomes that the cache has of files, as far as nothing has changed since they were made.

    ``digests`` are those of files that need not be read to know them.
    """
    shared: Shared = {}
    there = set(paths)
    return {
        path: slim(outcome, shared)
        for path, outcome in cache.find_all()
        if path in there and stands(outcome, recipe, digests)
    }


def begin_ahead(paths: Sequence[str], recipe: Recipe, workers: int) -> Aside[str, Parcel]:
    """Begin with files, if they are few, in another process, while this one reads what is known of all.

    To clean one loads what cleans, and the names that are looked for in its text (gain: of an edit 0.3 s). A
    process that has both from an edit before is better off with one worker, itself.
    """
    some = paths if len(paths) < SERIAL_BELOW else ()
    others = min(workers, -(-len(some) // TOGETHER)) if workers > 1 else 0
    return begin_aside(InStep(partial(prepare_parcel, recipe)), some, 1 + others)


def prepare_all(
    paths: list[str],
    recipe: Recipe,
    cache: Cache,
    run: Map,
    known: Mapping[str, Outcome],
    begun: Mapping[str, Parcel] = MappingProxyType({}),
) -> Iterator[Outcome]:
    """Give every file's outcome in the order of paths: the one that is ``known``, or made now and kept.

    What has been ``begun`` with is made already.
    """
    shared: Shared = {}
    todo = [path for path in paths if path not in known and path not in begun]
    if len(todo) >= SERIAL_BELOW:
        warm_up(recipe)
    made = keep_going(run_if_many(run, todo), InStep(partial(prepare_parcel, recipe)), todo, set_aside_killed)
    for path in paths:
        if path in known:
            yield known[path]
        else:
            parcel = begun.get(path) or next(made)
            cache.keep_parcel(parcel)
            outcome = unpack_outcome(parcel)
            vouch_for(outcome.body_digest)
            yield slim(outcome, shared)


def slim(outcome: Outcome, shared: Shared) -> Outcome:
    """Leave out what has served its turn, and keep one of each value that many articles have alike.

    All outcomes are in memory at once: 100,000 take 0.2 GB instead of 0.7.
    """
    card = outcome.card
    if card is not None:
        tags = tuple([_one_mark(mark, shared) for mark in card.tags])
        source, slug, lang = map(intern, (card.source, card.source_slug, card.lang))
        card = replace(card, tags=tags, source=source, source_slug=slug, lang=lang)
    findings = tuple([_one_finding(found, outcome.path) for found in outcome.findings])
    rules = tuple(map(intern, outcome.rules))
    return replace(
        outcome, card=card, findings=findings, rules=rules, blob=b"", trace=b"", asked=(), looked_for=()
    )


def _one_mark(mark: TagMark, shared: Shared) -> TagMark:
    """Give the one mark of its kind; those that differ have their words in common."""
    name = (mark.key, mark.name, mark.evidence)
    if (one := shared.get(name)) is None:
        evidence = tuple([_one_pair(intern(kind), intern(detail)) for kind, detail in mark.evidence])
        name = (intern(mark.key), intern(mark.name), evidence)
        one = shared[name] = TagMark(*name)
    return one


@lru_cache(maxsize=16_384)
def _one_pair(kind: str, detail: str) -> tuple[str, str]:
    return kind, detail


def _one_finding(found: Finding, path: str) -> Finding:
    where = path if found.path == path else found.path
    return replace(found, code=intern(found.code), path=where, remedy=intern(found.remedy))


EXAMPLE = """---
title: 某公司发布 X100 手机
date: 2022-07-04 19:30
tags: [手机]
---
<p>某公司今天在北京发布了 X100 手机，售价 3999 元。</p><p>It ships on Monday with a new camera.</p>
"""
"""Asks for as much as an article does."""


def warm_up(recipe: Recipe) -> None:
    """Load what preparing needs, once, before processes are born that would each load it."""
    raw = parse_article(EXAMPLE.encode(), "x.md")
    source, matched = match_source(recipe.sources, raw)
    body = clean_article(raw, source)
    article, _ = tag_article(raw, source, matched, body, recipe.vocabulary, recipe.zone)
    if recipe.traced:  # else none needs numpy and, without names to look for, the word list (0.2 s, 60 MB)
        trace_article(article, recipe.vocabulary)


def stands(outcome: Outcome, recipe: Recipe, digests: Mapping[str, str]) -> bool:
    """Tell whether nothing that an outcome depends on has changed since it was made."""
    files = ((outcome.path, outcome.digest), *outcome.looked_for)
    return all(
        (known != "" and digests.get(file) == known) or digest_inside(recipe.content, file) == known
        for file, known in files
    ) and all(recipe.lock.key(urls) == known for urls, known in outcome.asked)


def set_aside_killed(path: str, why: str) -> Parcel:
    """Give the outcome of a file that killed the process which read it."""
    return pack_outcome(Outcome(path, "", None, findings=(finding("article-failed", path, why),)))


def run_if_many(run: Map, items: Sequence[object]) -> Map:
    """Give the map that pays for so many items."""
    return run if len(items) >= SERIAL_BELOW else map_here


def prepare_parcel(recipe: Recipe, path: str) -> Steps[Parcel]:
    """Prepare an article for its way to the cache, step by step."""
    return pack_outcome((yield from take_through(recipe, path)))


def prepare_article(recipe: Recipe, path: str) -> Outcome:
    """Take one file through read, clean and tag; a file that cannot be an article is set aside."""
    return InStep(partial(take_through, recipe))(path)


def take_through(recipe: Recipe, path: str) -> Steps[Outcome]:
    """Take one file through read, clean and tag, stopping after each step."""
    try:
        raw = read_article(Path(recipe.content), path, recipe.max_bytes)
        source, matched = match_source(recipe.sources, raw)
        yield
        body = clean_article(raw, source)
        yield
        article, findings = tag_article(raw, source, matched, body, recipe.vocabulary, recipe.zone)
        trace = encode_trace(trace_article(article, recipe.vocabulary)) if recipe.traced else b""
        yield
        beside, looked_for = find_pictures(recipe.content, path, body.media)
        inside = keep_embedded(recipe.made, path, body.media, (picture.index for picture in beside))
        own = (*beside, *inside)
        stored, slips, asked = find_stored(recipe.lock, body.media, (picture.index for picture in own))
        findings += tuple(examine_article(raw, body, own))
    except ArticleError as error:
        found = finding(
            error.code, path, error.message, line=error.line or 1, column=error.column or 1, remedy=error.hint
        )
        was_read = error.code != "file-unreadable"  # or it would be taken for what somebody can read by now
        digest_now = digest_inside(recipe.content, path) if was_read else ""
        return Outcome(path, digest_now, None, findings=(found,))
    except OutputError:
        raise  # a full disk is no article's fault
    except Exception as error:  # noqa: BLE001  one article must not stop the others; it is reported as an error
        found = finding("article-failed", path, f"{type(error).__name__}: {error}")
        return Outcome(path, digest_inside(recipe.content, path), None, findings=(found,))
    pictures = tuple(sorted((*own, *stored), key=lambda picture: picture.index))
    article = replace(article, pictures=pictures, slips=slips, body=without_bytes(body))
    return Outcome(
        path,
        raw.digest,
        article.card,
        encode_article(article),
        findings,
        pictures,
        looked_for,
        asked,
        trace,
        hashlib.sha256(body.html.encode()).hexdigest(),
        tuple(rule for rule in body.rules if rule.startswith(RULES_OF)),
        digest(raw.digest, looked_for, asked),
        sum(1 for _, known in asked if not is_kept(known)),
        claim_keys(raw, article.card, article.provenance.origin),
        lead_keys(body, path),
    )


def without_bytes(body: Body) -> Body:
    """Leave out the pictures themselves, which are in files by now."""
    if not any(medium.data for medium in body.media):
        return body
    return replace(body, media=tuple(replace(medium, data=b"") for medium in body.media))


def watch(items: Iterable[T], progress: Progress) -> Iterator[T]:
    """Pass items through, and tell the progress of each."""
    for item in items:
        progress.advance()
        yield item

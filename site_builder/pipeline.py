"""The story: ``build_site`` reads, cleans, tags, indexes, renders and writes, top to bottom.

In: ``Settings``. Out: a ``Report``. The rule it guards: **inputs add up**; every file that was
read is built, merged with its twin, or set aside with a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TypeVar

from site_builder.cache import Cache, encode_article, fingerprint_of, open_cache
from site_builder.config import Settings, site_of
from site_builder.errors import ArticleError, OutputError, finding
from site_builder.model import Article, Card, Copy, Outcome, Page, PageSpec
from site_builder.outputs.exports import list_copies
from site_builder.outputs.feeds import list_feeds
from site_builder.outputs.pages import list_pages
from site_builder.outputs.search import list_search
from site_builder.pictures import digest_inside, find_pictures, read_inside
from site_builder.report import NoProgress, Progress, Report
from site_builder.sources import Sources, load_sources, match_source
from site_builder.steps.clean import clean_body
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles, read_article
from site_builder.steps.render import Theme, find_theme, list_assets, render_page
from site_builder.steps.tag import Vocabulary, load_vocabulary, tag_article
from site_builder.steps.write import Output, Written, open_output, write_page
from site_builder.text import field
from site_builder.workers import Map, make_map, sensible_workers

T = TypeVar("T")


def build_site(settings: Settings, progress: Progress | None = None) -> Report:
    """Build the site that ``settings`` describe, and report what became of every file.

    Raises ``ConfigError``, ``SourceError``, ``TemplateError`` or ``OutputError`` when nothing can
    be built. Whatever is wrong with one article is a finding, and the others are built.
    """
    report, progress = Report(levels=settings.levels), progress or NoProgress()
    site = site_of(settings)
    theme = find_theme(site, settings.templates_dir)
    desk = open_desk(settings)

    paths, skipped = find_articles(settings.content, settings.output)
    report.read = len(paths)
    report.tell(skipped)
    if not paths:
        report.tell([finding("content-empty", str(settings.content), "there is no article in this folder")])
    with (
        open_output(settings.output) as output,
        open_cache(settings.cache_dir, fingerprint_of(repr(replace(desk, content="")))) as cache,
        make_map(sensible_workers(settings.workers, len(paths))) as run,
    ):
        progress.start("articles", len(paths))
        outcomes = watch(prepare_all(paths, desk, cache, run), progress)
        built = settle(outcomes, report)
        report.check_sum()

        progress.start("index", 1)
        cache.forget_all_but(paths)
        archive = build_archive((card for card, _ in built.values()), desk.vocabulary.names)

        def load(card: Card) -> Article:
            return cache.load_article(built[card.url][1].path)

        def digest_of(card: Card) -> str:
            return cache.fingerprint + built[card.url][1].digest

        progress.start("pages", archive.total)
        jobs: Iterable[Job] = chain(
            list_pages(archive, site, load),
            list_feeds(archive, site),
            list_search(archive, load, digest_of, Memory(cache, output)) if site.search else (),
            list_assets(theme),
            list_copies(outcome for _, outcome in built.values()),
        )
        publish = partial(publish_job, theme, desk.content, str(settings.output))
        files = list(watch(run(publish, announce(jobs, output)), progress))
        tally = output.finish(files)
    progress.done()
    report.pages_written, report.pages_unchanged, report.pages_removed = tally
    return report


@dataclass(frozen=True, slots=True)
class Memory:
    """What the search index may ask of earlier builds."""

    cache: Cache
    output: Output

    def find_note(self, name: str) -> str:
        """Give a note from the cache."""
        return self.cache.find_note(name)

    def keep_note(self, name: str, note: str) -> None:
        """Leave a note in the cache."""
        self.cache.keep_note(name, note)

    def read_standing(self, path: str) -> bytes | None:
        """Give a file of the site when it is as the last build left it."""
        return self.output.read_standing(path)


# --- read, clean, tag: one file at a time, in any process -------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """All that preparing an article needs to know; it travels to a worker once."""

    content: str
    sources: Sources
    vocabulary: Vocabulary
    zone: str
    max_bytes: int


def open_desk(settings: Settings) -> Desk:
    """Load the publishers' rules and the site's names."""
    return Desk(
        content=str(settings.content),
        sources=load_sources(settings.sources_dir),
        vocabulary=load_vocabulary(settings.tags_file),
        zone=settings.timezone,
        max_bytes=settings.max_bytes,
    )


def prepare_all(paths: list[str], desk: Desk, cache: Cache, run: Map) -> Iterator[Outcome]:
    """Give every file's outcome in the order of paths: from the cache, or made now and kept."""
    known = {path: outcome for path in paths if (outcome := recall(path, desk, cache))}
    made = run(partial(prepare_article, desk), [path for path in paths if path not in known])
    for path in paths:
        if path in known:
            yield known[path]
        else:
            outcome = next(made)
            cache.keep(outcome)
            yield replace(outcome, blob=b"")


def recall(path: str, desk: Desk, cache: Cache) -> Outcome | None:
    """Give the outcome that an earlier build had, if nothing that it depends on has changed."""
    outcome = cache.find(path, digest_inside(desk.content, path))
    if outcome is None:
        return None
    same = all(digest_inside(desk.content, file) == digest for file, digest in outcome.looked_for)
    return outcome if same else None


def prepare_article(desk: Desk, path: str) -> Outcome:
    """Take one file through read, clean and tag; a file that cannot be an article is set aside."""
    try:
        raw = read_article(Path(desk.content), path, desk.max_bytes)
        source, matched = match_source(desk.sources, raw)
        body = clean_body(raw.body, source, origin=field(raw, "url")[0], title=field(raw, "title")[0])
        article, findings = tag_article(raw, source, matched, body, desk.vocabulary, desk.zone)
        pictures, looked_for = find_pictures(desk.content, path, body.media)
    except ArticleError as error:
        found = finding(
            error.code, path, error.message, line=error.line or 1, column=error.column or 1, remedy=error.hint
        )
        return Outcome(path, digest_inside(desk.content, path), None, findings=(found,))
    except Exception as error:  # noqa: BLE001  one article must not stop the others; it is reported as an error
        found = finding("article-failed", path, f"{type(error).__name__}: {error}")
        return Outcome(path, digest_inside(desk.content, path), None, findings=(found,))
    cover = pictures[0].url if pictures else ""
    article = replace(article, pictures=pictures, card=replace(article.card, cover=cover))
    return Outcome(path, raw.digest, article.card, encode_article(article), findings, pictures, looked_for)


# --- settle: every input has one outcome ------------------------------------------------------


def settle(outcomes: Iterable[Outcome], report: Report) -> dict[str, tuple[Card, Outcome]]:
    """Decide what every file becomes, and report it; return the articles to build, by address.

    Files with the same bytes are one article, the first by path. Two articles that want the same
    address are an error: the first by path has it, the other is set aside, nothing is overwritten.
    """
    built: dict[str, tuple[Card, Outcome]] = {}
    addresses: dict[str, Outcome] = {}
    twins: dict[str, Outcome] = {}
    for outcome in outcomes:
        path, card, stem = outcome.path, outcome.card, PurePosixPath(outcome.path).stem
        if card is None:
            report.tell(outcome.findings)
            report.record(path, stem, "set-aside")
        elif twin := twins.get(outcome.digest):
            report.tell([finding("article-merged", path, f"has the same bytes as {twin.path}")])
            report.record(path, card.id, "merged", twin.card.url if twin.card else "")
        elif taken := addresses.get(card.url.lower()):
            report.tell([finding("address-taken", path, f"wants {card.url}, which {taken.path} has")])
            report.record(path, card.id, "set-aside")
        else:
            report.tell(outcome.findings)
            report.record(path, card.id, "built", card.url)
            built[card.url] = (card, outcome)
            addresses[card.url.lower()] = twins[outcome.digest] = outcome
    return built


# --- render, write: one page at a time, in any process ----------------------------------------

Job = PageSpec | Page | Copy


def announce(jobs: Iterable[Job], output: Output) -> Iterator[Job]:
    """Tell the output folder of each file before anyone writes it."""
    for job in jobs:
        output.announce(job.path)
        yield job


def publish_job(theme: Theme, content: str, output: str, job: Job) -> Written:
    """Make one file of the site and write it if its bytes have changed."""
    match job:
        case PageSpec():
            return write_page(output, render_page(theme, job))
        case Copy():
            return write_page(output, copy_file(content, job))
        case Page():
            return write_page(output, job)


def copy_file(content: str, copy: Copy) -> Page:
    """Read a file of the content folder, and make sure that it is still the one that was cleaned."""
    data = read_inside(content, copy.file)
    if hashlib.sha256(data).hexdigest() != copy.digest:
        raise OutputError("the file changed while the site was built", copy.file, "build again")
    return Page(copy.path, data)


def watch(items: Iterable[T], progress: Progress) -> Iterator[T]:
    """Pass items through, and tell the progress of each."""
    for item in items:
        progress.advance()
        yield item

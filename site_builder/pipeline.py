"""The story: ``build_site`` reads, cleans, tags, indexes, renders and writes, top to bottom.

In: ``Settings``. Out: a ``Report``. The rule it guards: **inputs add up**; every file that was
read is built, merged with its twin, or set aside with a finding.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as part
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TypeVar

from site_builder import __version__
from site_builder.cache import (
    FILE,
    UNREADABLE,
    Cache,
    decode_article,
    encode_article,
    encode_trace,
    fingerprint_of,
    open_cache,
    peek,
    read_note,
    write_note,
)
from site_builder.cache import read_article as read_kept
from site_builder.checks.articles import examine_article
from site_builder.config import Settings, record_settings, site_of
from site_builder.errors import ArticleError, Finding, OutputError, finding
from site_builder.model import Archive, Article, Card, Copy, Outcome, Page, PageSpec, Picture, Source
from site_builder.outputs.exports import list_copies, list_exports
from site_builder.outputs.feeds import list_feeds
from site_builder.outputs.keys import REASONS, Keys, Share, digest, digest_files
from site_builder.outputs.pages import list_stock
from site_builder.outputs.seal import find_records, list_records, write_manifest
from site_builder.outputs.search import list_search
from site_builder.outputs.stock import Stock, take_stock
from site_builder.pictures import digest_inside, find_pictures, find_stored, read_inside
from site_builder.pictures.covers import choose_cover, count_shared
from site_builder.pictures.gallery import Gallery, Places, develop, open_gallery
from site_builder.pictures.lock import LOCK_FILE, MediaLock, is_kept, read_lock
from site_builder.report import NoProgress, Progress, Report
from site_builder.snapshot import doubt_recent, list_files, list_shelves, stamp_of
from site_builder.sources import Sources, load_sources, match_source
from site_builder.steps.clean import clean_body
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles, parse_article, read_article
from site_builder.steps.render import Theme, compile_templates, find_theme, list_assets, render_page
from site_builder.steps.tag import Vocabulary, load_vocabulary, tag_article, trace_article
from site_builder.steps.write import (
    JOURNAL,
    MANIFEST,
    Output,
    Written,
    copy_into,
    open_output,
    remove_empty_output,
    write_page,
)
from site_builder.stories.corrections import Corrections, load_corrections
from site_builder.stories.ledger import Ledger
from site_builder.stories.proposals import Proposals, propose_aliases, propose_names
from site_builder.stories.relations import in_order_of_time, judge_all, relate
from site_builder.text import field
from site_builder.workers import SERIAL_BELOW, Map, keep_going, make_map, sensible_workers

T = TypeVar("T")


def build_site(
    settings: Settings, progress: Progress | None = None, *, verify_inputs: bool = False
) -> Report:
    """Build the site that ``settings`` describe, and report what became of every file.

    When no file has changed since the last build, neither those that are read nor those that were
    written, its report holds. ``verify_inputs`` reads every file all the same.

    Raises ``ConfigError``, ``SourceError``, ``TemplateError`` or ``OutputError`` when nothing can
    be built. Whatever is wrong with one article is a finding, and the others are built.
    """
    scene = look_around(settings)
    past = recall_past(settings.cache_dir)
    if past.scene == scene and past.report and not verify_inputs:
        return repeat_report(past.report)
    report, progress = Report(levels=settings.levels), progress or NoProgress()
    site = site_of(settings)
    theme = find_theme(site, settings.templates_dir)
    desk = open_desk(settings)
    own = settings.templates_dir if len(set(theme.folders)) > 1 else None
    records = find_records(settings.tags_file, settings.threads_file, settings.sources_dir, own)

    paths, skipped = find_articles(settings.content, settings.output)
    report.read = len(paths)
    report.tell(skipped)
    idle = desk.sources.idle_hooks
    report.tell(finding("hook-not-allowed", hook, "is a program, and was not run") for hook in idle)
    if not paths:
        report.tell([finding("content-empty", str(settings.content), "there is no article in this folder")])
    with (
        open_cache(settings.cache_dir, fingerprint_of(repr(replace(desk, content="")))) as cache,
        open_output(
            settings.output, settings.force
        ) as output,  # after the cache, which only one build can hold
        open_gallery(settings.cache_dir / "pictures") as gallery,
        make_map(settings.workers) as run,
    ):
        now = read_clock_of(settings.cache_dir)
        progress.start("articles", len(paths))
        trusted = frozenset() if verify_inputs else past.unchanged_inputs(scene)
        outcomes = watch(prepare_all(paths, desk, cache, run, trusted), progress)
        built = settle(outcomes, report)
        report.check_sum()

        places = Places(desk.content, str(settings.media_dir), str(settings.cache_dir / "pictures"))
        wall = Wall(settings.output / "media", gallery, places, settings.workers)
        hung = hang_pictures(built, wall, progress)
        tell_pictures(built, gallery, report)
        built = choose_covers(built, gallery)

        progress.start("index", 1)
        cache.forget_all_but(paths)
        archive = build_archive((card for card, _ in built.values()), desk.vocabulary.names)
        if settings.stories:
            corrections = load_corrections(settings.threads_file)
            report.tell(check_corrections(corrections, built, settings.threads_file))
            archive = tell_stories(archive, built, cache, corrections)
        cache.save()  # from here on, other processes read articles

        stacks = Stacks(settings.cache_dir / FILE, desk, built, dress_pictures(built, gallery))
        stock = replace(
            take_stock(archive, site, stacks.load), marks=mark_cards(archive), proofs=prove_articles(stacks)
        )
        known = cache.find_pages() if past.knows_output(scene) else {}
        keys = Keys(
            digest(cache.fingerprint, repr(site), digest_files(theme.folders)),
            {path: key for path, (key, _, _) in known.items()},
            past.damaged_outputs(scene),
        )
        press = Press(theme, replace(stock, wants=keys.wants), desk.content, str(settings.output), built)
        for job in press.list_jobs():  # asked of each page, and all say no but those that name no facts
            keys.always(job.path)
        for path in keys.keys:
            output.announce(path)

        progress.start("pages", len(keys.wanted))
        files = list(watch(publish_wanted(press, keys, settings.workers), progress))
        files += [
            Written(path, known[path][1], changed=False, size=known[path][2])
            for path in keys.keys
            if path not in keys.wanted
        ]

        def digest_of(card: Card) -> str:
            return cache.fingerprint + built[card.url][1].digest

        others: Iterable[Job] = chain(
            list_exports(archive, site),
            list_search(archive, stacks.load, digest_of, Memory(cache, output)) if site.search else (),
            list_assets(theme),
            list_records(record_settings(settings), records),
        )
        files += map(press.publish, announce(others, output))
        files += hung
        seal = write_manifest(f"site-builder {__version__}", files, built)
        files += map(press.publish, announce([seal], output))
        tally = output.finish(files)
        cache.keep_note(MANIFEST, output.manifest)
        report.pages_written, report.pages_unchanged, report.pages_removed = tally
        report.reasons = explain(files, keys)
        remember_files(cache, files, known, keys)
        if not gallery.list_absent():  # their bytes may come without a trace in the folders we look at
            remember_scene(cache, settings, scene, now, report)
    progress.done()
    return report


# --- what the last build saw: if nothing has changed, nothing is to do --------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a build depends on and everything that it wrote, seen from outside."""

    setup: str
    """The settings, and the program's files by time and size."""
    inputs: list[str]
    outputs: list[str]


@dataclass(frozen=True, slots=True)
class Past:
    """The last build as the cache remembers it."""

    scene: Scene
    report: str

    def unchanged_inputs(self, scene: Scene) -> frozenset[str]:
        """List the files whose time and size are what they were, each by its path in its folder."""
        same = set(self.scene.inputs).intersection(scene.inputs)
        return frozenset(line.partition("\0")[0] for line in same)

    def knows_output(self, scene: Scene) -> bool:
        """Tell whether the output folder is as the last build, which came to its end, left it."""
        manifest = f"{MANIFEST}\0"
        ours = [line for line in self.scene.outputs if line.startswith(manifest)]
        return bool(ours) and ours == [line for line in scene.outputs if line.startswith(manifest)]

    def damaged_outputs(self, scene: Scene) -> frozenset[str]:
        """List the files that somebody has changed or deleted since."""
        lost = set(self.scene.outputs).difference(scene.outputs)
        return frozenset(line.partition("\0")[0] for line in lost)


INPUT_FOLDERS = ("content", "media_dir", "sources_dir", "templates_dir")
INPUT_FILES = ("tags_file", "threads_file")


def look_around(settings: Settings) -> Scene:
    """See all files that matter, without opening one."""
    inputs = []
    for name in INPUT_FOLDERS:
        folder = getattr(settings, name)
        prefix = "" if name == "content" else f"{name}:"
        if name == "media_dir":
            inputs += [prefix + line for line in list_shelves(str(folder))]
        elif folder is not None:
            inputs += [prefix + line for line in list_files(str(folder), str(settings.output))]
    files = [settings.folder / LOCK_FILE, *(getattr(settings, name) for name in INPUT_FILES)]
    inputs += [f"file:{file}\0{stamp_of(str(file))}" for file in files if file is not None]
    inputs.sort()
    folders = (str(Path(__file__).parent), *find_theme(site_of(settings)).folders)
    program = [line for folder in folders for line in list_files(folder) if "__pycache__/" not in line]
    spec = find_spec("msgspec")  # where packages are; that folder's time changes when one comes or goes
    library = Path(spec.origin if spec and spec.origin else __file__).parent.parent
    same = replace(settings, strict=False, force=False, workers=1)  # these change no byte
    setup = (repr(same), sys.version, program, str(library), stamp_of(str(library)))
    interrupted = os.path.lexists(settings.output / JOURNAL)
    outputs = [] if interrupted else list_output(settings.output)
    return Scene(digest(*setup).hex(), inputs, outputs)


def list_output(output: Path) -> list[str]:
    """List the files of the built site, its pictures by their folders."""
    media = str(output / "media")
    return sorted([*list_files(str(output), media), *(f"media/{line}" for line in list_shelves(media))])


def recall_past(cache_dir: Path) -> Past:
    """Read what the last build left; nothing, when it cannot be read."""
    setup, inputs, outputs, report = peek(cache_dir, ("setup", "inputs", "outputs", "report"))
    return Past(Scene(setup, inputs.split("\n"), outputs.split("\n")), report)


def repeat_report(note: str) -> Report:
    """Give the last build's report for a build that had nothing to do."""
    report = read_note(note, Report)
    if report is None:
        raise OutputError("the cache is damaged", "report", "delete it")
    report.pages_unchanged += report.pages_written
    report.pages_written = report.pages_removed = 0
    report.reasons, report.idle = [], True
    return report


def read_clock_of(folder: Path) -> int:
    """Ask the disk for the time, in nanoseconds; it is what files are stamped with."""
    file = folder / ".gitignore"
    os.utime(file)
    return file.stat().st_mtime_ns


def remember_scene(cache: Cache, settings: Settings, scene: Scene, now: int, report: Report) -> None:
    """Leave for the next build what this one saw and did."""
    cache.keep_note("setup", scene.setup)
    cache.keep_note("inputs", "\n".join(doubt_recent(scene.inputs, now)))
    cache.keep_note("outputs", "\n".join(list_output(settings.output)))
    cache.keep_note("report", write_note(report))


def remember_files(cache: Cache, files: list[Written], known: KnownPages, keys: Keys) -> None:
    """Leave for the next build each file's key, digest and size."""
    if not known:
        cache.forget_pages()
    rows = ((file.path, keys.keys.get(file.path, b""), file.digest, file.size) for file in files)
    cache.keep_pages(
        (row for row in rows if known.get(row[0]) != row[1:]),
        known.keys() - {file.path for file in files},
    )


def explain(files: Iterable[Written], keys: Keys) -> list[tuple[str, str]]:
    """Say of each file that was written why."""
    return [(file.path, REASONS[keys.wanted.get(file.path, "bytes")]) for file in files if file.changed]


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
        return self.output.read_standing(path, self.cache.find_note(MANIFEST))


# --- read, clean, tag: one file at a time, in any process -------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
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


def open_desk(settings: Settings) -> Desk:
    """Load the publishers' rules and the site's names."""
    return Desk(
        content=str(settings.content),
        sources=load_sources(settings.sources_dir, settings.allow_hooks),
        vocabulary=load_vocabulary(settings.tags_file, settings.text_tags),
        traced=settings.stories,
        zone=settings.timezone,
        max_bytes=settings.max_bytes,
        lock=read_lock(settings.folder / LOCK_FILE),
    )


def read_archive(settings: Settings) -> Iterator[tuple[Article, Source]]:
    """Prepare every article as a build does, from the same cache, and give it with its publisher."""
    desk = open_desk(settings)
    known = {source.slug: source for source in desk.sources.every}
    paths, _ = find_articles(settings.content, settings.output)
    with (
        open_cache(settings.cache_dir, fingerprint_of(repr(replace(desk, content="")))) as cache,
        make_map(sensible_workers(settings.workers, len(paths))) as run,
    ):
        for outcome in prepare_all(paths, desk, cache, run):
            if card := outcome.card:
                stand_in = Source(card.source, card.source_slug, known=False)
                yield cache.load_article(outcome.path), known.get(card.source_slug, stand_in)


def prepare_all(
    paths: list[str], desk: Desk, cache: Cache, run: Map, trusted: Set[str] = frozenset()
) -> Iterator[Outcome]:
    """Give every file's outcome in the order of paths: from the cache, or made now and kept.

    ``trusted`` are the files whose time and size say that they have not changed.
    """
    kept = cache.find_all()
    known = {path: kept[path] for path in paths if path in kept and stands(kept[path], desk, trusted)}
    todo = [path for path in paths if path not in known]
    if len(todo) >= SERIAL_BELOW:
        warm_up(desk)
    made = keep_going(run_if_many(run, todo), partial(prepare_article, desk), todo, set_aside_killed)
    for path in paths:
        if path in known:
            yield known.pop(path)
        else:
            outcome = next(made)
            cache.keep(outcome)
            yield replace(outcome, blob=b"", trace=b"")


def warm_up(desk: Desk) -> None:
    """Load what preparing needs, once, before processes are born that would each load it."""
    raw = parse_article(b"---\ntitle: x\n---\n<p>x</p>", "x.md")
    source, matched = match_source(desk.sources, raw)
    tag_article(raw, source, matched, clean_body(raw.body, source), desk.vocabulary, desk.zone)


def stands(outcome: Outcome, desk: Desk, trusted: Set[str]) -> bool:
    """Tell whether nothing that an outcome depends on has changed since it was made."""
    files = ((outcome.path, outcome.digest), *outcome.looked_for)
    return all(
        (file in trusted and digest != "") or digest_inside(desk.content, file) == digest
        for file, digest in files
    ) and all(desk.lock.key(urls) == known for urls, known in outcome.asked)


def set_aside_killed(path: str, why: str) -> Outcome:
    """Give the outcome of a file that killed the process which read it."""
    return Outcome(path, "", None, findings=(finding("article-failed", path, why),))


def run_if_many(run: Map, items: Sequence[object]) -> Map:
    """Give the map that pays for so many items."""
    return run if len(items) >= SERIAL_BELOW else map


def prepare_article(desk: Desk, path: str) -> Outcome:
    """Take one file through read, clean and tag; a file that cannot be an article is set aside."""
    try:
        raw = read_article(Path(desk.content), path, desk.max_bytes)
        source, matched = match_source(desk.sources, raw)
        body = clean_body(raw.body, source, origin=field(raw, "url")[0], title=field(raw, "title")[0])
        article, findings = tag_article(raw, source, matched, body, desk.vocabulary, desk.zone)
        beside, looked_for = find_pictures(desk.content, path, body.media)
        stored, slips, asked = find_stored(desk.lock, body.media, (picture.index for picture in beside))
        findings += tuple(examine_article(raw, body, beside))
    except ArticleError as error:
        found = finding(
            error.code, path, error.message, line=error.line or 1, column=error.column or 1, remedy=error.hint
        )
        return Outcome(path, digest_inside(desk.content, path), None, findings=(found,))
    except Exception as error:  # noqa: BLE001  one article must not stop the others; it is reported as an error
        found = finding("article-failed", path, f"{type(error).__name__}: {error}")
        return Outcome(path, digest_inside(desk.content, path), None, findings=(found,))
    pictures = tuple(sorted((*beside, *stored), key=lambda picture: picture.index))
    article = replace(article, pictures=pictures, slips=slips)
    return Outcome(
        path,
        raw.digest,
        article.card,
        encode_article(article),
        findings,
        pictures,
        looked_for,
        asked,
        encode_trace(trace_article(article, desk.vocabulary)) if desk.traced else b"",
        hashlib.sha256(body.html.encode()).hexdigest(),
    )


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


# --- the shelf: articles as a build has them, without building -----------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of a site as a build would have them, for commands that only ask."""

    archive: Archive
    vocabulary: Vocabulary
    cache: Cache
    paths: Mapping[str, str]
    """Path of the file, by the address of the article's page."""

    def find(self, name: str) -> Article | None:
        """Load the article whose file has this path or this name, with or without its ending."""
        for path in sorted(self.paths.values()):
            if name in (path, PurePosixPath(path).name, PurePosixPath(path).stem):
                return self.cache.load_article(path)
        return None

    def proposals(self) -> Proposals:
        """Gather what the archive's own words suggest for ``tags.toml``."""
        cards = (*self.archive.cards, *self.archive.undated)
        texts = (self.cache.load_text(self.paths[card.url]) for card in cards)
        return Proposals(
            propose_names(cards, self.vocabulary.knows),
            propose_aliases(self.archive.tags, texts, self.vocabulary.key),
        )


@contextmanager
def read_shelf(settings: Settings) -> Iterator[Shelf]:
    """Read, clean and tag a site's articles, as far as no build has yet; nothing is published."""
    desk = open_desk(settings)
    paths, _ = find_articles(settings.content, settings.output)
    fingerprint = fingerprint_of(repr(replace(desk, content="")))
    with (
        open_cache(settings.cache_dir, fingerprint) as cache,
        make_map(sensible_workers(settings.workers, len(paths))) as run,
    ):
        built = settle(prepare_all(paths, desk, cache, run), Report())
        archive = build_archive((card for card, _ in built.values()), desk.vocabulary.names)
        where = {url: outcome.path for url, (_, outcome) in built.items()}
        yield Shelf(archive, desk.vocabulary, cache, where)


# --- stories: what articles have to do with each other -----------------------------------------


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


# --- pictures: each made ready once, whatever number of articles shows it ------------------------

Built = dict[str, tuple[Card, Outcome]]


@dataclass(frozen=True, slots=True)
class Wall:
    """Where a site's pictures are published, and what they are made of."""

    folder: Path
    gallery: Gallery
    places: Places
    workers: int


def hang_pictures(built: Built, wall: Wall, progress: Progress) -> list[Written]:
    """Publish all pictures, each with what browsers choose from.

    They are in ``media/``, which has a manifest of its own, so that most builds pass them by.
    Returns what the site's manifest is to say of them: that manifest's digest.
    """
    pictures = {picture.digest: picture for _, outcome in built.values() for picture in outcome.pictures}
    for _ in range(2):  # again, if files are gone that an earlier build had made
        develop_pictures(pictures, wall, progress)
        present = {digest: pictures[digest] for digest in pictures.keys() - wall.gallery.list_absent().keys()}
        hung, lost = copy_pictures(present, wall)
        if not lost:
            break
        wall.gallery.forget(lost)
    return hung


def develop_pictures(pictures: dict[str, Picture], wall: Wall, progress: Progress) -> None:
    """Make what browsers choose from of every picture that has none yet, on all processors."""
    missing = wall.gallery.list_missing(pictures.values())
    progress.start("pictures", len(missing))
    with make_map(wall.workers if len(missing) > 1 else 1, chunk=1) as run:
        for made in watch(run(partial(develop, wall.places), missing), progress):
            wall.gallery.keep(made)


def copy_pictures(pictures: dict[str, Picture], wall: Wall) -> tuple[list[Written], set[str]]:
    """Copy what is not there yet; return the manifest, and the digests of pictures whose files are gone."""
    gallery = wall.gallery
    if manifest := gallery.find_hung(wall.folder, pictures):
        return [seal_of(wall, manifest, changed=False)], set()
    if not pictures and not (wall.folder / MANIFEST).exists():
        return [], set()
    hung, lost = [], set()
    with open_output(wall.folder) as output:
        for file in gallery.list_files(pictures, wall.places):
            path = file.path.removeprefix("media/")
            output.announce(path)
            try:
                hung.append(copy_into(str(wall.folder), path, file.source, file.digest, file.size))
            except FileNotFoundError:
                lost.add(file.picture)
        if lost:
            return [], lost
        output.finish(hung)
    gallery.forget_all_but(pictures, wall.places)
    if not pictures:
        remove_empty_output(wall.folder)
        return [], set()
    manifest = digest_inside(str(wall.folder), MANIFEST)
    gallery.note_hung(wall.folder, pictures, manifest)
    return [seal_of(wall, manifest, changed=any(file.changed for file in hung))], set()


def seal_of(wall: Wall, digest: str, changed: bool) -> Written:
    """Give what the site's manifest says of the pictures: their own manifest."""
    return Written(f"media/{MANIFEST}", digest, changed, (wall.folder / MANIFEST).stat().st_size)


def tell_pictures(built: Built, gallery: Gallery, report: Report) -> None:
    """Report pictures that could not be used, and count those that are not stored."""
    absent, damaged = gallery.list_absent(), gallery.list_damaged()
    for _, outcome in built.values():
        report.pictures_stored += len(outcome.pictures)
        report.pictures_missing += sum(1 for _, known in outcome.asked if not is_kept(known))
        if absent or damaged:
            for picture in outcome.pictures:
                for code, problems in (("picture-absent", absent), ("picture-damaged", damaged)):
                    if problem := problems.get(picture.digest):
                        report.tell([finding(code, outcome.path, f"{picture.file}: {problem}")])


def choose_covers(built: Built, gallery: Gallery) -> Built:
    """Give every card its cover: a picture that says something of its article alone."""
    shared = count_shared(outcome.pictures for _, outcome in built.values())
    covered = dict(built)
    for url, (card, outcome) in built.items():
        if cover := choose_cover(outcome.pictures, gallery.find_cover, shared):
            covered[url] = (replace(card, cover=cover), outcome)
    return covered


# --- render, write: one page at a time, in any process ----------------------------------------

Job = PageSpec | Page | Copy
KnownPages = Mapping[str, tuple[bytes, str, int]]
"""Path -> key, SHA-256 and size of a file of the last build."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Where any process finds an article: in the cache or, if that is damaged, in its file."""

    file: Path
    desk: Desk
    built: Built
    pictures: Mapping[str, tuple[Picture, ...]]
    """By the article's address; only where it has any."""

    def load(self, card: Card) -> Article:
        """Give an article as its page shows it."""
        path = self.built[card.url][1].path
        try:
            article = read_kept(self.file, path)
        except UNREADABLE:
            article = decode_article(prepare_article(self.desk, path).blob)
        return replace(article, card=card, pictures=self.pictures.get(card.url, ()))


def dress_pictures(built: Built, gallery: Gallery) -> dict[str, tuple[Picture, ...]]:
    """Give pictures their renditions, for the articles that have any."""
    return {url: gallery.dress(outcome.pictures) for url, (_, outcome) in built.items() if outcome.pictures}


def mark_cards(archive: Archive) -> dict[str, bytes]:
    """Give what stands for all that a list may show of each article."""
    names = archive.tag_names
    kin = {url: one for url, one in archive.relations.items() if one.copies or one.duplicate_of}
    return {
        card.url: digest(
            *((len(kin[card.url].copies), kin[card.url].duplicate_of) if card.url in kin else ()),
            *(card.url, card.title, card.published and card.published.isoformat(), card.source),
            *(card.source_slug, card.excerpt, card.lang, card.cover, card.has_ledger, card.length),
            *(names[tag.key][0] for tag in card.tags),
        )
        for card in chain(archive.cards, archive.undated)
    }


def prove_articles(stacks: Stacks) -> dict[str, bytes]:
    """Give what stands for all that each article's own page shows."""
    return {
        url: digest(outcome.digest, outcome.looked_for, outcome.asked, stacks.pictures.get(url))
        for url, (_, outcome) in stacks.built.items()
    }


@dataclass(frozen=True, slots=True)
class Press:
    """All that making a page needs; workers are born with it."""

    theme: Theme
    stock: Stock
    content: str
    output: str
    built: Built

    def list_jobs(self) -> Iterator[Job]:
        """List the pages, feeds and originals that the stock's ``wants`` says yes to."""
        archive, site, stock = self.stock.archive, self.stock.site, self.stock
        yield from list_stock(stock)
        yield from list_feeds(archive, site, stock=stock)
        for copy in list_copies(outcome for _, outcome in self.built.values()):
            if stock.wants(copy.path, file=copy.digest):
                yield copy

    def publish(self, job: Job) -> Written:
        """Make one file of the site and write it if its bytes have changed."""
        return publish_job(self.theme, self.content, self.output, job)

    def publish_share(self, share: Share) -> list[Written]:
        """Make the pages of one share."""
        mine = replace(self, stock=replace(self.stock, wants=share.wants))
        return [self.publish(job) for job in mine.list_jobs() if job.path in share]


def publish_wanted(press: Press, keys: Keys, workers: int) -> Iterator[Written]:
    """Make all pages that are wanted, on as many processes as they are worth."""
    wanted = frozenset(keys.wanted)
    if not wanted:
        return
    workers = sensible_workers(workers, len(wanted))
    parts = workers if workers == 1 else 2 * workers
    if workers > 1:
        compile_templates(press.theme)  # before processes are born that would each do it
    with make_map(workers, chunk=1) as run:
        for written in run(press.publish_share, [Share(wanted, part, parts) for part in range(parts)]):
            yield from written


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

"""The story: ``build_site`` reads, cleans, tags, indexes, renders and writes, top to bottom.

In: ``Settings``. Out: a ``Report``. The rule it guards: **inputs add up**; every file that was
read is built, merged with its twin, or set aside with a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from site_builder import __version__
from site_builder.building.catalogue import Catalogue, lay_down, open_catalogue, write_catalogue
from site_builder.building.changes import (
    Arrival,
    News,
    arrive,
    forget_snapshot,
    keep_report,
    list_inside_content,
    look_again,
    read_back,
    read_clock_of,
    remember_snapshot,
)
from site_builder.building.drafting import (
    Draft,
    account,
    draft_anew,
    draft_edition,
    judge_language,
    judge_rules,
)
from site_builder.building.facts import (
    Change,
    Facts,
    find_touched,
    list_own,
    take_facts,
)
from site_builder.building.internal_links import find_internal_links
from site_builder.building.lazy import Edition
from site_builder.building.media import (
    MediaFolder,
    choose_covers,
    dress_pictures,
    publish_pictures,
    tell_pictures,
)
from site_builder.building.memory import Memory, recall
from site_builder.building.page_maker import (
    ArticleLoader,
    PageMaker,
    announce,
    count_processes,
    find_standing,
    open_stock,
    publish_all,
    read_standing,
)
from site_builder.building.preparing import (
    Recipe,
    begin_ahead,
    fingerprint_recipe,
    load_recipe,
    prepare_all,
    recall_outcomes,
    set_aside_killed,
    watch,
)
from site_builder.building.register import Register
from site_builder.building.searching import Begun, begin_search, publish_search
from site_builder.building.stories import check_corrections, tell_stories
from site_builder.cache import (
    Cache,
    PageTable,
    Parcel,
    open_cache,
)
from site_builder.config import Settings, record_settings, site_of
from site_builder.errors import finding
from site_builder.model import Archive, Card, Group, Outcome, Page, Patch, Site
from site_builder.outputs.keys import Keys, digest, each
from site_builder.outputs.manifest import (
    NAME,
    amend_manifest,
    find_records,
    list_chains,
    list_records,
    write_manifest,
)
from site_builder.outputs.pages import find_parts
from site_builder.outputs.search import Indexer
from site_builder.pictures.gallery import Gallery, Places, open_gallery
from site_builder.pictures.lock import LOCK_FILE
from site_builder.report import NoProgress, Progress, Report
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles
from site_builder.steps.render import Theme, compile_templates, find_theme, list_assets
from site_builder.steps.write import (
    MANIFEST,
    Output,
    Written,
    open_output,
)
from site_builder.stories.corrections import load_corrections
from site_builder.workers import AHEAD, SERIAL_BELOW, Map, make_map


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What all steps of one build use."""

    settings: Settings
    site: Site
    theme: Theme
    recipe: Recipe
    report: Report
    progress: Progress
    cache: Cache
    output: Output
    gallery: Gallery
    run: Map


def build_site(
    settings: Settings,
    progress: Progress | None = None,
    *,
    verify_inputs: bool = False,
    arrival: Arrival | None = None,
    ahead: Memory | None = None,
) -> Report:
    """Build the site that ``settings`` describe, and report what became of every file.

    When no file has changed since the last build, neither those that are read nor those that were
    written, its report holds. ``verify_inputs`` reads every file all the same. ``arrival`` is what
    ``building.changes.arrive`` found, for who has asked before, and ``ahead`` what
    ``building.memory`` read, when no more than articles has changed since.

    Raises ``ConfigError``, ``SourceError``, ``TemplateError`` or ``OutputError`` when nothing can
    be built. Whatever is wrong with one article is a finding, and the others are built.
    """
    arrival = arrival or arrive(settings, verify_inputs=verify_inputs)
    if arrival.report:
        return arrival.report
    report, progress = Report(levels=settings.levels), progress or NoProgress()
    recipe = ahead.recipe if ahead else load_recipe(settings)
    paths = list_paths(settings, recipe, report)
    fingerprint = ahead.fingerprint if ahead else fingerprint_recipe(recipe)
    with open_context(settings, recipe, report, progress, fingerprint) as context:
        cache, output = context.cache, context.output
        began = read_clock_of(settings.cache_dir)
        progress.start("articles", len(paths))
        memory = recall(cache, recipe, ahead)
        there, ready = frozenset(paths), list[Outcome]()
        changed = there.intersection(list_inside_content(arrival.changed) if arrival.seems_edit else ())
        aside = begin_ahead(sorted(changed), recipe, 1 if ahead else settings.workers)
        last = memory.read(settings.stories) if arrival.seems_edit else open_catalogue(cache, recipe)
        begun = {parcel.path: parcel for parcel in aside.join(set_aside_killed)}
        if last.rows:  # while others look at the built site (gain: of 100,000 articles 0.3 s)
            ready = [*take_changes(context, there, last, changed, begun)]
        snapshot, news = arrival.snapshot, arrival.news  # from here on, the built site is seen
        last = last if news.is_edit else open_catalogue(cache, recipe)
        # read, clean, tag
        made = ready if last.rows else take_in(context, paths, there, news, verify_inputs, begun)
        draft = draft_edition(made, there, last) if last.rows else draft_anew(made, last)
        account(report, draft, last)
        report.check_sum()
        pictures = publish_media(context, draft)
        built = draft.built

        progress.start("index", 1)
        cache.forget(frozenset(last.rows or cache.list_paths()) - there)
        change = draft.find_change()
        archive = build_archive(
            change.come, recipe.vocabulary.names, change.was, change.gone, settings.language
        )
        silent = judge_rules(archive, built, change, last, recipe.sources.every, settings.sources_dir)
        report.tell(chain.from_iterable(silent.values()))
        if not settings.names_language:
            report.tell(judge_language(built, settings.language))
        laid_down = change.was
        if not last.rows:
            archive = laid_down = lay_down(archive, built)
        cache.save()  # from here on, other processes read articles
        archive = relate_all(context, archive, built, memory, change.was.threads)
        links = find_internal_links(built, draft.come, draft.retired)  # between articles, to the copies here

        maker, facts = open_page_maker(context, archive, built, links, change, last, news)  # render, write
        del paths, there, change, memory  # what is in memory here would be in other processes, too
        register = Register(cache, output, maker.keys.known)
        others = chain(list_assets(context.theme), record_site(settings, context.theme))
        register.add([*pictures, *map(maker.publish, announce(others, output))])
        index = begin_index(maker, cache, output, settings.workers)
        write_catalogue(cache, last, built, archive, laid_down, facts, draft.come, draft.retired)
        read_back(report, settings.cache_dir)
        publish_pages(maker, register, progress)
        progress.start("search", 1)
        register.add([*publish_index(index, maker, cache, output, settings.workers)])
        register.add([*map(maker.publish, announce([seal_site(maker, register, context)], output))])
        tell_tally(context, register)
        if (
            not context.gallery.list_absent()
        ):  # their bytes may come without a trace in the folders we look at
            left = look_again(settings, snapshot, output.touched if output.amends else None)
            remember_snapshot(cache, settings, left, news, began)
        else:
            forget_snapshot(cache)
    progress.done()
    return report


@contextmanager
def open_context(
    settings: Settings, recipe: Recipe, report: Report, progress: Progress, fingerprint: str
) -> Iterator[BuildContext]:
    """Open the cache, which only one build can hold, and after it all else that a build writes to."""
    site = site_of(settings)
    theme = find_theme(site, settings.templates_dir, fingerprint)
    with (
        open_cache(settings.cache_dir, fingerprint) as cache,
        open_output(settings.output, settings.force) as output,
        open_gallery(Path(recipe.made)) as gallery,
        make_map(settings.workers) as run,
    ):
        yield BuildContext(settings, site, theme, recipe, report, progress, cache, output, gallery, run)


def list_paths(settings: Settings, recipe: Recipe, report: Report) -> list[str]:
    """List the files to read, and tell what of the site's folder is passed over."""
    paths, skipped = find_articles(settings.content, settings.output)
    report.read = len(paths)
    report.tell(skipped)
    idle = [settings.name_of(Path(hook)) for hook in recipe.sources.idle_hooks]
    report.tell(finding("hook-not-allowed", hook, "is a program, and was not run") for hook in idle)
    if not paths:
        content = settings.name_of(settings.content)
        report.tell([finding("content-empty", content, "there is no article in this folder")])
    return paths


def take_changes(
    context: BuildContext, there: Set[str], last: Catalogue, changed: Set[str], begun: Mapping[str, Parcel]
) -> Iterator[Outcome]:
    """Read, clean and tag those of the files that are ``there`` which are new or have ``changed``."""
    paths = sorted((there - last.rows.keys()) | changed)
    context.progress.advance(len(there) - len(paths))
    made = prepare_all(paths, context.recipe, context.cache, context.run, {}, begun)
    yield from watch(made, context.progress)


def take_in(
    context: BuildContext,
    paths: list[str],
    there: Set[str],
    news: News,
    verify_inputs: bool,
    begun: Mapping[str, Parcel],
) -> Iterator[Outcome]:
    """Read, clean and tag all files; of those that nothing has changed since, what the cache has is taken."""
    recipe, cache = context.recipe, context.cache
    known = recall_outcomes(paths, recipe, cache, {} if verify_inputs else news.of_content())
    made = watch(prepare_all(paths, recipe, cache, context.run, known, begun), context.progress)
    yield from islice(made, 1)
    if len(paths) - len(known) >= SERIAL_BELOW:
        compile_templates(context.theme)  # while others are at the articles (0.4 s)
    yield from made


def publish_media(context: BuildContext, draft: Draft) -> list[Written]:
    """Store the pictures of articles, give each its cover, and tell which are wanting."""
    settings, gallery, report = context.settings, context.gallery, context.report
    places = Places(context.recipe.content, str(settings.media_dir), context.recipe.made)
    media = MediaFolder(settings.output / "media", gallery, places, context.recipe, settings.workers)
    pictured = draft.built.list_pictured()
    pictures = publish_pictures(pictured, media, context.progress)
    tell_pictures(pictured, gallery, report)
    report.pictures_missing = draft.built.count_missing()
    for url, cover in choose_covers(pictured, gallery).items():
        draft.cover(url, cover)
    return pictures


def relate_all(
    context: BuildContext, archive: Archive, built: Edition, memory: Memory, past: Sequence[Group]
) -> Archive:
    """Tell what articles have to do with each other, where it is wanted; ``past`` are the stories so far.

    The record of it is left for the next build at once, and is not in memory when there are workers.
    """
    settings, cache = context.settings, context.cache
    if not settings.stories:
        return archive
    corrections = load_corrections(settings.threads_file)
    if file := settings.threads_file:
        context.report.tell(check_corrections(corrections, built, settings.name_of(file)))
    with make_map(settings.workers, chunk=1, ahead=AHEAD) as run:  # its items are batches
        told, record = tell_stories(archive, built, cache.file, memory.stories, corrections, run, past)
    cache.keep_story_record(record, memory.stories)
    return told


def open_page_maker(
    context: BuildContext,
    archive: Archive,
    built: Edition,
    links: Mapping[str, bytes],
    change: Change,
    last: Catalogue,
    news: News,
) -> tuple[PageMaker, Facts]:
    """Make ready what pages are made from, and find out which of them an edit has touched."""
    cache, output, folder = context.cache, context.output, str(context.settings.output)
    loader = ArticleLoader(
        cache.file, context.recipe, built, dress_pictures(built.list_pictured(), context.gallery)
    )
    facts = take_facts(archive, built, loader.pictures, links, last.facts, change)
    stock, facts = open_stock(archive, context.site, loader, facts, last.facts, change.was, context.run)
    touched = find_touched(last.facts, facts, change, archive, built) if last.rows else None
    if touched is not None:
        output.amend(frozenset(cache.list_files(*list_own(touched))))
    keys = Keys(
        digest(cache.fingerprint, repr(context.site), context.theme.digest),
        PageTable(cache.file) if news.knows_output else {},
        news.damaged,
    )
    past_parts, standing = last.facts.parts, partial(read_standing, folder)
    stock = replace(stock, touched=touched, past_parts=past_parts, standing=standing)
    stock = replace(stock, parts=find_parts(stock))
    workers = count_processes(touched, archive, context.settings.workers)
    enter = output.enter if output.amends and workers == 1 else output.claims.enter
    maker = PageMaker(
        context.theme, stock, loader, context.recipe.content, folder, enter, built, keys, workers
    )
    return maker, replace(facts, parts=stock.parts)


def publish_pages(maker: PageMaker, register: Register, progress: Progress) -> None:
    """Make the pages that are wanted and list those that stand, and note them as they come."""
    progress.start("pages", maker.stock.archive.total)
    for files in publish_all(maker, progress):
        if maker.workers > 1:
            register.meet(files)
        register.add(files)
        progress.advance(sum(file.path in maker.built for file in files))


def begin_index(maker: PageMaker, cache: Cache, output: Output, workers: int) -> Begun | None:
    """Begin to bring the search index up to date, when the site has one. What it is given can be sent."""
    stock = maker.stock
    if not stock.site.search:
        return None
    list_facts = partial(_list_facts, stock.marks, maker.built, cache.fingerprint.encode())
    memory = cache.file.parent / "search"
    load_text, language = maker.loader.load_text, stock.site.language
    indexer = Indexer(stock.archive, load_text, list_facts, Path(maker.output), memory, language)
    find_file = None if output.amends else partial(find_standing, maker.keys)
    return begin_search(indexer, cache, find_file, workers)


def publish_index(
    begun: Begun | None, maker: PageMaker, cache: Cache, output: Output, workers: int
) -> Iterator[Written]:
    """Write what of the search index has changed."""
    if begun:
        find_file = partial(find_standing, maker.keys)
        yield from publish_search(begun, cache, output, find_file, maker.publish, workers)


def _list_facts(
    marks: Mapping[str, bytes], built: Edition, fingerprint: bytes, cards: Sequence[Card]
) -> Iterator[bytes]:
    for mark, (_, file) in zip(each(marks, cards), built.list_files(cards), strict=True):
        yield mark + fingerprint + file


def record_site(settings: Settings, theme: Theme) -> Iterator[Page]:
    """List what is kept of the site's own folder, so that the pages can be made again from the site."""
    own = settings.templates_dir if len(set(theme.folders)) > 1 else None
    lock = settings.folder / LOCK_FILE
    records = find_records(settings.tags_file, settings.threads_file, lock, settings.sources_dir, own)
    return list_records(record_settings(settings), records)


def seal_site(maker: PageMaker, files: Iterable[Written], context: BuildContext) -> Page | Patch:
    """Write the manifest: all of it or, after an edit, the lines of what it touched."""
    generator, encoder, output = f"site-builder {__version__}", context.gallery.recipe, context.output
    if maker.stock.touched is None:
        return write_manifest(generator, encoder, files, maker.built)
    touched = {url: maker.built[url] for url in maker.stock.touched if url in maker.built}
    gone, other = output.list_gone(files), output.list_other(files)
    chains = list_chains(touched, files)
    with open(Path(maker.output, NAME), "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as standing:
        return amend_manifest(standing, generator, encoder, other, gone, chains)


def tell_tally(context: BuildContext, register: Register) -> None:
    """Take away what is no longer wanted, end the list of files, and report what was written."""
    report, cache, output = context.report, context.cache, context.output
    tally = output.finish(register)
    register.close()
    cache.keep_note(MANIFEST, output.manifest)
    report.pages_written, report.pages_unchanged, report.pages_removed = tally
    report.reasons = register.reasons
    keep_report(cache, report)

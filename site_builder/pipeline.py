"""The story: ``build_site`` reads, cleans, tags, indexes, renders and writes, top to bottom.

In: ``Settings``. Out: a ``Report``. The rule it guards: **inputs add up**; every file that was
read is built, merged with its twin, or set aside with a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from site_builder import __version__
from site_builder.building.catalogue import (
    EMPTY,
    Known,
    account,
    judge_rules,
    list_built,
    list_fates,
    list_findings,
    settle_again,
    write_catalogue,
)
from site_builder.building.desk import Built, fingerprint_desk, open_desk, prepare_all, recall_outcomes, watch
from site_builder.building.facts import (
    find_change,
    find_touched,
    list_own,
    prove_articles,
    read_parts,
    take_facts,
    write_parts,
)
from site_builder.building.hanging import Wall, choose_covers, hang_pictures, tell_pictures
from site_builder.building.memory import Memory, recall
from site_builder.building.press import (
    Press,
    Stacks,
    announce,
    dress_pictures,
    find_standing,
    open_stock,
    publish_all,
    read_standing,
)
from site_builder.building.register import Register
from site_builder.building.scene import (
    Arrival,
    arrive,
    forget_scene,
    keep_report,
    look_again,
    read_clock_of,
    remember_scene,
)
from site_builder.building.searching import publish_search
from site_builder.building.telling import check_corrections, tell_stories
from site_builder.cache import (
    Cache,
    PageTable,
    open_cache,
)
from site_builder.config import Settings, record_settings, site_of
from site_builder.errors import finding
from site_builder.model import Card, Page, Patch
from site_builder.outputs.feeds import note_parts
from site_builder.outputs.keys import Keys, digest, digest_files
from site_builder.outputs.seal import (
    NAME,
    amend_manifest,
    find_records,
    list_chains,
    list_records,
    write_manifest,
)
from site_builder.outputs.search import Indexer
from site_builder.pictures.gallery import Places, open_gallery
from site_builder.pictures.lock import LOCK_FILE
from site_builder.report import Later, NoProgress, Progress, Report
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
from site_builder.workers import SERIAL_BELOW, make_map


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
    ``building.scene.arrive`` found, for who has asked before, and ``ahead`` what
    ``building.memory`` read, when no more than articles has changed since.

    Raises ``ConfigError``, ``SourceError``, ``TemplateError`` or ``OutputError`` when nothing can
    be built. Whatever is wrong with one article is a finding, and the others are built.
    """
    arrival = arrival or arrive(settings, verify_inputs=verify_inputs)
    if arrival.report:
        return arrival.report
    report, progress = Report(levels=settings.levels), progress or NoProgress()
    site = site_of(settings)
    theme = find_theme(site, settings.templates_dir)
    desk = ahead.desk if ahead else open_desk(settings)
    paths, skipped = find_articles(settings.content, settings.output)
    report.read = len(paths)
    report.tell(skipped)
    idle = desk.sources.idle_hooks
    report.tell(finding("hook-not-allowed", hook, "is a program, and was not run") for hook in idle)
    if not paths:
        report.tell([finding("content-empty", str(settings.content), "there is no article in this folder")])
    with (
        open_cache(settings.cache_dir, ahead.fingerprint if ahead else fingerprint_desk(desk)) as cache,
        # After the cache, which only one build can hold.
        open_output(settings.output, settings.force) as output,
        open_gallery(settings.cache_dir / "pictures") as gallery,
        make_map(settings.workers) as run,
    ):
        now = read_clock_of(settings.cache_dir)
        progress.start("articles", len(paths))
        memory = recall(cache, desk, ahead)
        last = memory.catalogue if arrival.seems_edit else EMPTY
        scene, news = arrival.scene, arrival.news  # from here on, the built site is seen
        last = last if news.is_edit else EMPTY
        if last.outcomes:
            known = last.list_standing(news.changed)
        else:
            known = recall_outcomes(paths, desk, cache, {} if verify_inputs else news.of_content())
        made = watch(prepare_all(paths, desk, cache, run, known), progress)
        outcomes = [*islice(made, 1)]
        if len(paths) - len(known) >= SERIAL_BELOW:
            compile_templates(theme)  # while others are at the articles (0.4 s)
        outcomes += made
        settled = settle_again(outcomes, last)
        built = list_built(outcomes, settled, last)
        account(report, settled, frozenset(paths), last)
        report.check_sum()

        places = Places(desk.content, str(settings.media_dir), str(settings.cache_dir / "pictures"))
        wall = Wall(settings.output / "media", gallery, places, settings.workers)
        hung = hang_pictures(built, wall, progress)
        tell_pictures(built, gallery, report)
        built = choose_covers(built, gallery)

        progress.start("index", 1)
        cache.forget_all_but(paths, last.rows)
        change = find_change(last.archive, last.cards, built)
        archive = build_archive(change.come, desk.vocabulary.names, change.was, change.gone)
        silent = judge_rules(archive, built, change, last, desk.sources.every, settings.sources_dir)
        report.tell(chain.from_iterable(silent.values()))
        ledger = None
        if settings.stories:
            corrections = load_corrections(settings.threads_file)
            report.tell(check_corrections(corrections, built, settings.threads_file))
            archive, ledger = tell_stories(archive, built, cache, memory.ledger, corrections, run)
        cache.save()  # from here on, other processes read articles

        stacks = Stacks(cache.file, desk, built, dress_pictures(built, gallery))
        facts = take_facts(
            archive, prove_articles(built, stacks.pictures), stacks.pictures, last.facts, change
        )
        stock, facts = open_stock(archive, site, stacks, facts, last.facts, change.was, run)
        touched = find_touched(last.facts, facts, change, archive) if last.outcomes else None
        if touched is not None:
            output.amend(frozenset(cache.list_files(*list_own(touched))))
        keys = Keys(
            digest(cache.fingerprint, repr(site), digest_files(theme.folders)),
            PageTable(cache.file) if news.knows_output else {},
            news.damaged,
        )
        stock = replace(
            stock,
            touched=touched,
            parts=read_parts(last.facts.parts),
            standing=partial(read_standing, str(settings.output)),
        )
        enter = output.claims.enter if touched is None else output.enter
        press = Press(theme, stock, desk.content, str(settings.output), enter, built, keys)
        register = Register(cache, output, keys.known, amends=touched is not None)

        def conclude() -> None:
            whole = replace(facts, parts=write_parts(stock.parts_now))
            known = Known(frozenset(paths), settled, built, archive, whole, silent, report.found)
            if ledger:
                cache.keep_ledger(ledger, memory.ledger)
            columns = write_catalogue(cache, last, known)
            report.articles = Later(partial(list_fates, columns))
            report.rest = Later(partial(list_findings, columns))
            outcomes.clear()
            settled.clear()  # what was found in 100,000 articles takes 30 MB, which workers would have, too

        others = chain(list_assets(theme), record_site(settings, theme))
        register.add([*hung, *map(press.publish, announce(others, output))])
        if touched is None:  # before there are workers: what is not touched from here on is in memory once
            note_parts(stock)
            conclude()
        publish_pages(press, register, settings.workers, progress)
        if touched is not None:
            conclude()
        progress.start("search", 1)
        register.add([*publish_index(press, stacks, keys, cache, output, settings.workers)])
        seal = seal_site(press, register, output, gallery.recipe)
        register.add([*map(press.publish, announce([seal], output))])
        tally = output.finish(register)
        register.close()
        cache.keep_note(MANIFEST, output.manifest)
        report.pages_written, report.pages_unchanged, report.pages_removed = tally
        report.reasons = register.reasons
        keep_report(cache, report)
        if not gallery.list_absent():  # their bytes may come without a trace in the folders we look at
            left = look_again(settings, scene, output.touched if register.amends else None)
            remember_scene(cache, settings, left, news, now)
        else:
            forget_scene(cache)
    progress.done()
    return report


def publish_pages(press: Press, register: Register, workers: int, progress: Progress) -> None:
    """Make the pages that are wanted and list those that stand, and note them as they come."""
    progress.start("pages", press.stock.archive.total)
    for files in publish_all(press, workers, progress):
        register.add(files)
        progress.advance(sum(file.path in press.built for file in files))


def publish_index(
    press: Press, stacks: Stacks, keys: Keys, cache: Cache, output: Output, workers: int
) -> Iterator[Written]:
    """Bring the search index up to date, when the site has one. What it is given can be sent."""
    stock = press.stock
    if stock.site.search:
        facts_of = partial(_facts_of, stock.marks, press.built, cache.fingerprint.encode())
        memory = cache.file.parent / "search"
        indexer = Indexer(stock.archive, stacks.load_text, facts_of, Path(press.output), memory)
        yield from publish_search(
            indexer, cache, output, partial(find_standing, keys), press.publish, workers
        )


def _facts_of(marks: Mapping[str, bytes], built: Built, fingerprint: bytes, card: Card) -> bytes:
    return marks[card.url] + fingerprint + built[card.url][1].digest.encode()


def record_site(settings: Settings, theme: Theme) -> Iterator[Page]:
    """List what is kept of the site's own folder, so that the pages can be made again from the site."""
    own = settings.templates_dir if len(set(theme.folders)) > 1 else None
    lock = settings.folder / LOCK_FILE
    records = find_records(settings.tags_file, settings.threads_file, lock, settings.sources_dir, own)
    return list_records(record_settings(settings), records)


def seal_site(press: Press, files: Iterable[Written], output: Output, encoder: str) -> Page | Patch:
    """Write the manifest: all of it or, after an edit, the lines of what it touched."""
    generator = f"site-builder {__version__}"
    if press.stock.touched is None:
        return write_manifest(generator, encoder, files, press.built)
    touched = {url: press.built[url] for url in press.stock.touched if url in press.built}
    gone, other = output.list_gone(files), output.list_other(files)
    chains = list_chains(touched, files)
    with open(Path(press.output, NAME), "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as standing:
        return amend_manifest(standing, generator, encoder, other, gone, chains)

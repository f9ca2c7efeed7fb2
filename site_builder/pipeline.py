"""The story: ``build_site`` reads, cleans, tags, indexes, renders and writes, top to bottom.

In: ``Settings``. Out: a ``Report``. The rule it guards: **inputs add up**; every file that was
read is built, merged with its twin, or set aside with a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from site_builder import __version__
from site_builder.building.desk import open_desk, prepare_all, settle, watch
from site_builder.building.hanging import Wall, choose_covers, hang_pictures, tell_pictures
from site_builder.building.press import (
    Job,
    Press,
    Stacks,
    announce,
    dress_pictures,
    list_few,
    mark_cards,
    prove_articles,
    publish_wanted,
)
from site_builder.building.scene import (
    explain,
    find_news,
    look_again,
    look_around,
    read_clock_of,
    recall_past,
    remember_files,
    remember_scene,
    remember_times,
    repeat_report,
)
from site_builder.building.searching import publish_search
from site_builder.building.telling import check_corrections, tell_stories
from site_builder.cache import (
    FILE,
    fingerprint_of,
    open_cache,
)
from site_builder.checks.rules import check_rules
from site_builder.config import Settings, record_settings, site_of
from site_builder.errors import finding
from site_builder.model import Card
from site_builder.outputs.keys import Keys, digest, digest_files
from site_builder.outputs.seal import find_records, list_records, write_manifest
from site_builder.outputs.search import Indexer
from site_builder.outputs.stock import take_stock
from site_builder.pictures.gallery import Places, open_gallery
from site_builder.pictures.lock import LOCK_FILE
from site_builder.report import NoProgress, Progress, Report
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles
from site_builder.steps.render import find_theme, list_assets
from site_builder.steps.write import (
    MANIFEST,
    Written,
    open_output,
)
from site_builder.stories.corrections import load_corrections
from site_builder.workers import make_map


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
    if past.left(scene) and not verify_inputs:
        return repeat_report(past.report)
    news = find_news(settings, past, scene)
    if news.idle and not verify_inputs:  # files have other times, as after a checkout, and the same bytes
        remember_times(settings, past, scene, news)
        return repeat_report(past.report)
    report, progress = Report(levels=settings.levels), progress or NoProgress()
    site = site_of(settings)
    theme = find_theme(site, settings.templates_dir)
    desk = open_desk(settings)
    own = settings.templates_dir if len(set(theme.folders)) > 1 else None
    records = find_records(
        settings.tags_file, settings.threads_file, settings.folder / LOCK_FILE, settings.sources_dir, own
    )

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
        digests = {} if verify_inputs else news.of_content()
        outcomes = watch(prepare_all(paths, desk, cache, run, digests), progress)
        built = settle(outcomes, report)
        report.check_sum()
        report.tell(check_rules(built.values(), desk.sources.every, settings.sources_dir))

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
            archive = tell_stories(archive, built, cache, corrections, run)
        cache.save()  # from here on, other processes read articles

        stacks = Stacks(settings.cache_dir / FILE, desk, built, dress_pictures(built, gallery))
        stock = replace(
            take_stock(archive, site, stacks.load), marks=mark_cards(archive), proofs=prove_articles(stacks)
        )
        known = cache.find_pages() if news.knows_output else {}
        keys = Keys(
            digest(cache.fingerprint, repr(site), digest_files(theme.folders)),
            {path: key for path, (key, _, _) in known.items()},
            news.damaged,
        )
        press = Press(theme, replace(stock, wants=keys.wants), desk.content, str(settings.output), built)
        few = list_few(press, keys)  # asks of every page whether it is wanted
        output.announce(*keys.keys)
        output.settle()

        progress.start("pages", len(keys.wanted))
        files = list(watch(publish_wanted(press, keys, few, settings.workers), progress))
        files += [
            Written(path, known[path][1], changed=False, size=known[path][2])
            for path in keys.keys
            if path not in keys.wanted
        ]

        def digest_of(card: Card) -> str:
            return cache.fingerprint + built[card.url][1].digest

        def find_file(path: str) -> Written | None:
            if path not in known or path in news.damaged:
                return None
            return Written(path, known[path][1], changed=False, size=known[path][2])

        if site.search:
            indexer = Indexer(archive, stacks.load_text, digest_of)
            files += publish_search(indexer, cache, output, find_file, press.publish, settings.workers)
        others: Iterable[Job] = chain(list_assets(theme), list_records(record_settings(settings), records))
        files += map(press.publish, announce(others, output))
        files += hung
        seal = write_manifest(f"site-builder {__version__}", gallery.recipe, files, built)
        files += map(press.publish, announce([seal], output))
        tally = output.finish(files)
        cache.keep_note(MANIFEST, output.manifest)
        report.pages_written, report.pages_unchanged, report.pages_removed = tally
        report.reasons = explain(files, keys)
        remember_files(cache, files, known, keys)
        if not gallery.list_absent():  # their bytes may come without a trace in the folders we look at
            left = look_again(settings, scene, output.touched if known else None)
            remember_scene(cache, settings, left, news, now, report)
    progress.done()
    return report

"""``site-builder capture``: fetch the pictures that articles name, and keep them.

In: the folder of a site. Out: ``media/`` and ``media.lock``, and a table of what came of it. The rule
it guards: this command, and no other, uses a network; and it may be stopped at any time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable, warn
from site_builder.commands.options import SITE

if TYPE_CHECKING:
    from site_builder.capture.plan import Question, Wanted
    from site_builder.capture.round import Manners, Tally
    from site_builder.config import Settings
    from site_builder.model import Article
    from site_builder.pictures.lock import MediaLock
    from site_builder.report import Progress

DONE, NOT_WHOLE = 0, 1

WORDS = {
    "kept": "kept",
    "same": "unchanged",
    "gone": "gone",
    "refused": "refused",
    "too-large": "too large",
    "damaged": "damaged",
    "failed": "failed",
    "put-off": "put off",
}
"""Fate -> the column of the table. Failed and put off are asked for again by the next run."""

SHOWN_HOSTS = 20


@click.command("capture", short_help="Fetch the pictures that articles name.")
@SITE
@click.option(
    "--since", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Only articles of this day or later."
)
@click.option("--only", metavar="ID", help="Only the article with this id, its file's name without ending.")
@click.option(
    "--retry", is_flag=True, help="Ask again also for what was gone, refused, too large or damaged."
)
@click.option("--refresh", is_flag=True, help="Ask hosts whether the pictures that are kept have changed.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked for, and ask for nothing.")
@click.option("--verify", is_flag=True, help="Hash every file of the store again; ask for nothing.")
@click.option("--gc", is_flag=True, help="List the files of the store that no article uses; ask for nothing.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what went wrong.")
def command(
    site: Path,
    since: datetime | None,
    only: str | None,
    retry: bool,
    refresh: bool,
    dry_run: bool,
    verify: bool,
    gc: bool,
    quiet: bool,
) -> int:
    """Fetch the pictures that the articles of SITE name into media/, and note each attempt in media.lock.

    A picture is asked for once: what is kept, or gone for good, is not asked for again. It may be
    stopped at any time; the next run goes on. Exit code: 0 done, 1 --verify found something wrong,
    2 nothing could be done.
    """
    if (verify or gc) and (since or only or retry or refresh or dry_run or (verify and gc)):
        raise click.UsageError("--verify and --gc look at the whole store: give nothing beside but --quiet")
    from site_builder.config import load_settings
    from site_builder.pictures.lock import LOCK_FILE, read_lock

    settings = load_settings(site)
    lock_file = settings.folder / LOCK_FILE
    lock = read_lock(lock_file)
    if verify:
        return _verify(settings, lock)
    wanted = list(_list_wanted(settings, since.date() if since else None, only or ""))
    if gc:
        return _list_unused(settings, lock, wanted)
    questions = _list_questions(settings, lock, wanted, retry, refresh)
    if dry_run:
        _say_plan(questions, len(wanted))
        return DONE
    if not questions:
        if not quiet:
            click.echo(f"{_count(len(wanted), 'picture')}, nothing to ask for.")
        return DONE
    began = time.monotonic()
    with _interruptible(), _follow(quiet) as progress:
        progress.start("pictures", len(questions))
        tally = _run(settings, lock, lock_file, questions, progress)
    if not quiet:
        _say_tally(tally, time.monotonic() - began)
    return DONE


# --- what articles name -------------------------------------------------------------------------


def _list_wanted(settings: Settings, since: date | None, only: str) -> Iterator[Wanted]:
    """Prepare the articles as a build does, from the same cache, and list what they show."""
    from site_builder.building.inventory import read_archive
    from site_builder.capture.plan import list_wanted
    from site_builder.errors import SiteBuilderError

    every = read_archive(settings)
    meant = ((article, source) for article, source in every if _is_meant(article, since, only))
    first = next(meant, None)
    if first is None and only:
        hint = "give its file's name without ending" + (", and mind --since" if since else "")
        raise SiteBuilderError(f"no article is called {only}", hint=hint)
    return list_wanted(meant if first is None else chain((first,), meant))


def _is_meant(article: Article, since: date | None, only: str) -> bool:
    card = article.card
    if only and card.id != only:
        return False
    return since is None or (card.published is not None and card.published.date() >= since)


def _list_questions(
    settings: Settings, lock: MediaLock, wanted: Iterable[Wanted], retry: bool, refresh: bool
) -> list[Question]:
    from site_builder.capture.plan import list_questions
    from site_builder.capture.store import has_file

    return list(
        list_questions(
            wanted,
            lock,
            lambda attempt: has_file(settings.media_dir, attempt),
            retry=retry,
            refresh=refresh,
            web_archive=settings.capture_web_archive,
        )
    )


# --- asking ---------------------------------------------------------------------------------------


def _run(
    settings: Settings, lock: MediaLock, lock_file: Path, questions: list[Question], progress: Progress
) -> Tally:
    import asyncio

    from site_builder.capture.addresses import Border
    from site_builder.capture.round import capture
    from site_builder.capture.store import hold_store
    from site_builder.pictures.lock import sort_lock

    border = Border(frozenset(settings.capture_allow_hosts))
    manners = choose_manners(settings)
    if not settings.contact:
        warn("No contact is set in site.toml: hosts cannot tell who asks, and are more likely to refuse.")
    with hold_store(settings.media_dir):
        sort_lock(lock_file)
        try:
            work = capture(questions, settings.media_dir, lock_file, lock, border, manners, progress)
            return asyncio.run(work)
        finally:
            sort_lock(lock_file)


def choose_manners(settings: Settings) -> Manners:
    """Turn the settings of ``[capture]`` into manners, and say to hosts who asks."""
    from site_builder import __version__
    from site_builder.capture.fetch import Limits
    from site_builder.capture.round import Manners

    contact = settings.contact.encode("ascii", "ignore").decode().strip()
    return Manners(
        agent=f"site-builder/{__version__} (news archive; {contact or 'no contact given'})",
        per_host=settings.capture_per_host,
        delay=settings.capture_delay_ms / 1000,
        robots=settings.capture_robots,
        total_bytes=settings.capture_max_total_bytes,
        max_pixels=settings.capture_max_pixels,
        judges=settings.workers,
        patience=min(120.0, settings.capture_timeout),
        limits=Limits(
            silence=min(20.0, settings.capture_timeout),
            total=settings.capture_timeout,
            bytes=settings.capture_max_bytes,
        ),
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say, when a person stops us, that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        warn("Stopped. What was fetched is kept; run capture again to go on.")
        raise


@contextmanager
def _follow(quiet: bool) -> Iterator[Progress]:
    import sys

    from site_builder.report import SILENT

    bar = RateBar() if sys.stderr.isatty() and not quiet else SILENT
    try:
        yield bar
    finally:
        bar.done()


class RateBar:
    """A bar on standard error with the rate and the time that remains."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._live = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._began, self._done = time.monotonic(), 0

    def start(self, name: str, total: int) -> None:
        """Draw the bar."""
        self._live.add_task(name, total=total, rate="")
        self._live.start()

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        self._done += count
        rate = self._done / max(0.001, time.monotonic() - self._began)
        self._live.update(self._live.task_ids[0], advance=count, rate=f"{rate:.1f}/s")

    def done(self) -> None:
        """Take the bar away."""
        self._live.stop()


# --- what is said ---------------------------------------------------------------------------------


def _say_plan(questions: list[Question], pictures: int) -> None:
    from site_builder.capture.round import host_of

    hosts = Counter(host_of(via or url) for question in questions for url, via in question.places[:1])
    click.echo(f"{_count(pictures, 'picture')}, {len(questions)} to ask for{':' if hosts else '.'}")
    for host, number in hosts.most_common():
        click.echo(make_printable(f"{number:8,}  {host}"))


def _say_tally(tally: Tally, seconds: float) -> None:
    """Print the table: a line a host, those with the most pictures first, and the sum."""
    fates = [fate for fate in WORDS if tally.fates[fate]]
    hosts = sorted(tally.hosts.items(), key=lambda item: (-item[1].total(), item[0]))
    lines = [("host", *(WORDS[fate] for fate in fates))]
    lines += [(name, *(f"{counts[fate]:,}" for fate in fates)) for name, counts in hosts[:SHOWN_HOSTS]]
    if len(hosts) > SHOWN_HOSTS:
        rest = sum((counts for _, counts in hosts[SHOWN_HOSTS:]), Counter())
        lines.append((f"{len(hosts) - SHOWN_HOSTS} more", *(f"{rest[fate]:,}" for fate in fates)))
    lines.append(("all", *(f"{tally.fates[fate]:,}" for fate in fates)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        click.echo(make_printable("  ".join(cells)))
    click.echo(
        f"{_count(tally.requests, 'request')}, {tally.bytes / 1e6:,.1f} MB kept, {seconds:.1f} s"
        + (" · run capture again for what failed or was put off" if _is_left(tally) else "")
    )


def _is_left(tally: Tally) -> bool:
    return bool(tally.fates["failed"] or tally.fates["put-off"])


def _verify(settings: Settings, lock: MediaLock) -> int:
    """Hash the whole store, and name what is not as the lock has it."""
    from site_builder.capture.store import verify_store

    says = {
        "absent": "is not there",
        "changed": "does not hold the bytes that were stored",
        "elsewhere": "is a link to a file that is not here",
        "unknown": "is not in media.lock",
    }
    states: Counter[str] = Counter()
    for stored in verify_store(settings.media_dir, lock.digests().values()):
        states[stored.state] += 1
        if stored.state != "whole":
            warn(f"{settings.media_dir.name}/{stored.file}: {says[stored.state]}")
    click.echo(
        ", ".join(f"{states[state]} {state}" for state in ("whole", *says) if states[state]) or "0 whole"
    )
    return NOT_WHOLE if states["absent"] or states["changed"] else DONE


def _list_unused(settings: Settings, lock: MediaLock, wanted: Iterable[Wanted]) -> int:
    """List what could be deleted from the store; deleting is left to a person."""
    from site_builder.capture.store import list_store

    used = {answer.attempt.file for picture in wanted if (answer := lock.find(picture.urls))}
    unused = [(file, size) for file, size in list_store(settings.media_dir) if file not in used]
    for file, _ in unused:
        click.echo(f"{settings.media_dir.name}/{file}")
    warn(
        f"{_count(len(unused), 'file')} that no article uses, {sum(size for _, size in unused) / 1e6:,.1f} MB"
    )
    return DONE


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

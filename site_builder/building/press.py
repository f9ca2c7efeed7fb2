"""The press: one page after another is laid out, rendered and written, in any process.

In: the stock of facts, and the keys of the pages that are wanted. Out: the files written. The
rule it guards: a page whose facts have not changed is not touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from site_builder.building.desk import Built, Desk, prepare_article
from site_builder.building.facts import Facts, find_standing_kin
from site_builder.cache import (
    UNREADABLE,
    decode_article,
    read_text,
)
from site_builder.cache import read_article as read_kept
from site_builder.errors import OutputError
from site_builder.model import Archive, Article, Card, Copy, Page, PageSpec, Picture, Site
from site_builder.outputs.exports import list_copies, list_exports
from site_builder.outputs.feeds import list_feeds
from site_builder.outputs.keys import Keys, Share
from site_builder.outputs.pages import list_stock
from site_builder.outputs.stock import Stock, take_stock
from site_builder.pictures.gallery import Gallery
from site_builder.steps.read import read_bytes
from site_builder.steps.render import Theme, compile_templates, render_page
from site_builder.steps.write import (
    Output,
    Written,
    write_page,
)
from site_builder.workers import CHUNK, InStep, Steps, do_all, make_map, sensible_workers

Job = PageSpec | Page | Copy

TOGETHER = 256
"""So many files are announced at a time: the disk is waited for once, and few are in memory."""


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
        outcome = self.built[card.url][1]
        try:
            article = read_kept(self.file, outcome.path, outcome.digest)
        except UNREADABLE:
            article = decode_article(prepare_article(self.desk, outcome.path).blob)
        pictures = self.pictures.get(card.url, ())
        if card.cover or pictures or article.pictures:
            return replace(article, card=card, pictures=pictures)
        return article  # as it is: only a cover is added to a card after it was stored

    def load_text(self, card: Card) -> str:
        """Give an article's text; nothing else of it is read, so that nothing needs the gate."""
        path = self.built[card.url][1].path
        try:
            return read_text(self.file, path)
        except UNREADABLE:
            return decode_article(prepare_article(self.desk, path).blob).body.text


def dress_pictures(built: Built, gallery: Gallery) -> dict[str, tuple[Picture, ...]]:
    """Give pictures their renditions, for the articles that have any."""
    return {url: gallery.dress(outcome.pictures) for url, (_, outcome) in built.items() if outcome.pictures}


def open_stock(
    archive: Archive, site: Site, stacks: Stacks, facts: Facts, past: Facts
) -> tuple[Stock, Facts]:
    """Make ready what pages draw on, and with it the facts of what articles have to do with others."""
    stock = replace(
        take_stock(archive, site, stacks.load, facts.notes),
        marks=facts.by_url(facts.marks),
        proofs=facts.by_url(facts.proofs),
    )
    stock.kin_facts.update(find_standing_kin(archive, facts, past))
    kin = [stock.kin_fact(url) for url in facts.order] if archive.relations else []
    return stock, replace(facts, kin=kin)


def read_standing(output: str, path: str) -> bytes:
    """Read a file of the site as the last build left it; nothing when there is none."""
    try:
        return Path(output, path).read_bytes()
    except FileNotFoundError:
        return b""


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
        yield from list_exports(stock)
        for copy in list_copies(outcome for url, (_, outcome) in self.built.items() if stock.touches(url)):
            if stock.wants(copy.path, file=copy.digest):
                yield copy

    def publish(self, job: Job) -> Written:
        """Make one file of the site and write it if its bytes have changed."""
        return InStep(self._publish)(job)

    def publish_share(self, share: Share) -> list[Written]:
        """Make the pages of one share."""
        # A share asks for paths alone, so facts need not be digested again (gain: 25 µs an article).
        mine = replace(self, stock=replace(self.stock, wants=share.wants, marks={}, kin_facts={}))
        jobs = (job for job in mine.list_jobs() if job.path in share)
        written: list[Written] = []
        while some := list(islice(jobs, CHUNK)):
            some.sort(key=_template_of)  # a template's pages in a row (gain: 7 %)
            written += do_all(InStep(self._publish), some)
        return written

    def _publish(self, job: Job) -> Steps[Written]:
        """Make one file, stopping before it is written."""
        page = make_page(self.theme, self.content, job)
        yield
        return write_page(self.output, page)


def list_few(press: Press, keys: Keys) -> list[Job]:
    """Ask of every page whether it is wanted; when few are, give them, ready to be made."""
    few = []
    for job in press.list_jobs():
        if job.path not in keys.keys:  # it names no facts
            keys.always(job.path)
        if job.path in keys.wanted and keys.are_few():
            few.append(job)
    return few if keys.are_few() else []


def list_standing(keys: Keys) -> list[Written]:
    """List the files that were asked for and stand as the last build left them."""
    found = (find_standing(keys, path) for path in keys.keys if path not in keys.wanted)
    return [file for file in found if file]


def find_standing(keys: Keys, path: str) -> Written | None:
    """Give a file that is as the last build left it."""
    page = keys.known.get(path)
    return (
        None if page is None or path in keys.damaged else Written(path, page[1], changed=False, size=page[2])
    )


def publish_wanted(press: Press, keys: Keys, few: Iterable[Job], workers: int) -> Iterator[Written]:
    """Make all pages that are wanted: the few that are ready here, others on as many processes as pay."""
    ready = {job.path: job for job in few}
    yield from map(press.publish, ready.values())
    wanted = frozenset(keys.wanted.keys() - ready.keys())
    if not wanted:
        return
    workers = sensible_workers(workers, len(wanted))
    if workers > 1:
        compile_templates(press.theme)  # before processes are born that would each do it
    # One share each: going through all pages to find those of a share costs 40 µs an article.
    with make_map(workers, chunk=1) as run:
        for written in run(press.publish_share, [Share(wanted, part, workers) for part in range(workers)]):
            yield from written


def announce(jobs: Iterable[Job], output: Output) -> Iterator[Job]:
    """Tell the output folder of each file before anyone writes it."""
    todo = iter(jobs)
    while some := list(islice(todo, TOGETHER)):
        for job in some:
            output.announce(job.path)
        output.settle()
        yield from some


def _template_of(job: Job) -> str:
    return job.template if isinstance(job, PageSpec) else ""


def make_page(theme: Theme, content: str, job: Job) -> Page:
    """Make one file of the site."""
    match job:
        case PageSpec():
            return render_page(theme, job)
        case Copy():
            return copy_file(content, job)
        case Page():
            return job


def copy_file(content: str, copy: Copy) -> Page:
    """Read a file of the content folder, and make sure that it is still the one that was cleaned."""
    try:
        data = read_bytes(content, copy.file)
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != copy.digest:
        raise OutputError("the file changed while the site was built", copy.file, "build again")
    return Page(copy.path, data)

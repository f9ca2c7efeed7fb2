"""Making pages: one after another is laid out, rendered and written, in any process.

In: the stock of facts, and the keys of the pages that are wanted. Out: the files written. The
rule it guards: a page whose facts have not changed is not touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from site_builder.building.facts import Facts, tell_kin
from site_builder.building.internal_links import LinkTargets
from site_builder.building.lazy import Edition
from site_builder.building.preparing import Recipe, prepare_article, run_if_many
from site_builder.cache import (
    UNREADABLE,
    decode_article,
    read_text,
)
from site_builder.cache import read_article as read_kept
from site_builder.errors import OutputError
from site_builder.model import (
    Archive,
    Article,
    Body,
    Card,
    Copy,
    Group,
    Page,
    PageSpec,
    Patch,
    Picture,
    Site,
    urls_of,
)
from site_builder.outputs.exports import EXPORTS, list_copies, list_year_exports
from site_builder.outputs.feeds import FEEDS, list_subject_feeds
from site_builder.outputs.keys import Keys
from site_builder.outputs.pages import PAGES, list_articles, list_days, list_months
from site_builder.outputs.stock import Stock, take_stock
from site_builder.outputs.subjects import list_sources, list_tags
from site_builder.report import Progress
from site_builder.sanitize import lead_on
from site_builder.steps.read import read_bytes
from site_builder.steps.render import Theme, compile_templates, render_page, word_kin
from site_builder.steps.write import (
    Output,
    Written,
    write_page,
    write_patch,
)
from site_builder.workers import CHUNK, InStep, Map, Steps, do_all, give_back, make_map, sensible_workers

Job = PageSpec | Page | Copy | Patch

TOGETHER = 256
"""So many files are announced at a time: the disk is waited for once, and few are in memory."""


@dataclass(frozen=True, slots=True)
class ArticleLoader:
    """Where any process finds an article: in the cache or, if that is damaged, in its file."""

    file: Path
    recipe: Recipe
    built: Edition
    pictures: Mapping[str, tuple[Picture, ...]]
    """By the article's address; only where it has any."""

    def load(self, card: Card) -> Article:
        """Give an article as its page shows it."""
        outcome = self.built[card.url][1]
        try:
            article = read_kept(self.file, outcome.path, outcome.digest)
        except UNREADABLE:
            article = decode_article(prepare_article(self.recipe, outcome.path).blob)
        homes = self.link_targets[card.url]
        if homes or article.body.links:
            article = replace(article, body=_lead_on(article.body, homes, card.url))
        pictures = self.pictures.get(card.url, ())
        if card.cover or pictures or article.pictures or article.card.url != card.url:
            return replace(article, card=card, pictures=pictures)
        return article  # as it is: only a cover or another address comes to a card after it was stored

    @property
    def link_targets(self) -> LinkTargets:
        """The pages that the links of each article lead to."""
        return LinkTargets(self.built)

    def load_text(self, card: Card) -> str:
        """Give an article's text; nothing else of it is read, so that nothing needs the gate."""
        path = self.built[card.url][1].path
        try:
            return read_text(self.file, path)
        except UNREADABLE:
            return decode_article(prepare_article(self.recipe, path).blob).body.text


def _lead_on(body: Body, homes: Sequence[str], url: str) -> Body:
    """Lead the links of a body from its own page to those of others."""
    return replace(body, html=lead_on(body.html, body.links, homes, "../" * url.count("/")))


def open_stock(
    archive: Archive, site: Site, loader: ArticleLoader, facts: Facts, past: Facts, was: Archive, run: Map
) -> tuple[Stock, Facts]:
    """Make ready what pages draw on, and with it the facts of what articles have to do with others."""
    stock = replace(
        take_stock(archive, site, loader.load, facts.notes, loader.built.cards),
        marks=facts.marks,
        proofs=facts.proofs,
        link_facts=facts.links,
        link_targets=loader.link_targets,
        word_kin=partial(word_kin, site.language),
    )
    if not archive.relations:
        return stock, facts

    def tell(urls: list[str]) -> Iterable[bytes]:
        return run_if_many(run, urls)(stock.kin_fact, urls)  # 0.15 ms each: shared out when they are many

    facts = tell_kin(archive, loader.built, facts, past, was, tell)
    return replace(stock, kin_facts=facts.kin), facts


def read_standing(output: str, path: str) -> bytes:
    """Read a file of the site as the last build left it; nothing when there is none."""
    try:
        return Path(output, path).read_bytes()
    except FileNotFoundError:
        return b""


Lister = Callable[["PageMaker", Stock], Iterator[Job]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of one kind. Where ``things`` says of what there is a page each, they are made in pieces."""

    listed: Lister
    things: Callable[[Archive], Sequence[Group | Card]] | None = None
    is_long: bool = False
    """Whether each thing is long work, and worth a piece of its own."""


def _pages(kind: Callable[[Stock], Iterator[PageSpec | Page]]) -> Lister:
    return lambda _, stock: kind(stock)


def _list_originals(maker: PageMaker, stock: Stock) -> Iterator[Job]:
    """List the originals of all articles that are touched."""
    urls = maker.built if stock.asked is None else sorted(stock.asked & maker.built.keys())
    outcomes = (maker.built[url][1] for url in urls)
    return (copy for copy in list_copies(outcomes) if stock.wants(copy.path, file=copy.digest))


THINGS: Mapping[object, Callable[[Archive], Sequence[Group | Card]]] = {
    list_year_exports: lambda archive: archive.years,
    list_months: lambda archive: archive.months,
    list_days: lambda archive: archive.days,
    list_tags: lambda archive: archive.tags,
    list_sources: lambda archive: archive.sources,
    list_subject_feeds: lambda archive: (*archive.tags, *archive.sources),
    list_articles: lambda archive: archive.every,
}
LISTED: tuple[Callable[[Stock], Iterator[PageSpec | Page]], ...] = (*EXPORTS, *FEEDS, *PAGES)
PIECE = 500
"""So many articles or groups are worth a piece of their own; of years one is: to export 100,000 articles of
ten years took one process 40 s and 250 MB, while the other waited."""
KINDS = (
    *(Kind(_pages(kind), THINGS.get(kind), kind is list_year_exports) for kind in LISTED),
    Kind(_list_originals, lambda archive: archive.every),
)
SHOWN = range(len(LISTED) - len(PAGES), len(LISTED))
"""Of these, the pages. What no page shows comes after them where one process makes all."""
PAYS = 3
"""So many things touched are thought to give one page that is made."""
PIECES = 16
"""Pieces of one kind for each worker: enough to share out evenly; each goes through all to find its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Of one of the ``KINDS`` the things of one of so many parts.

    Groups are dealt out in turns, as the largest come first. Articles stay together, often in memory, too:
    what a process does not look at it shares with the others. What an edit touched is dealt out as it is.
    """

    kind: int
    part: int = 0
    parts: int = 1

    def list_own(self, stock: Stock) -> Set[str] | None:
        """List the addresses of the things that are in this piece; None: all."""
        things_of = KINDS[self.kind].things
        if things_of is None or self.parts == 1:
            return None
        if stock.touched is not None:
            return frozenset(sorted(stock.touched)[self.part :: self.parts])
        things = things_of(stock.archive)
        many = len(things)
        if isinstance(things[0], Group):
            return frozenset(urls_of(things[self.part :: self.parts]))
        return frozenset(
            urls_of(things[many * self.part // self.parts : many * (self.part + 1) // self.parts])
        )


Share = tuple[Piece, ...]
"""Pieces that one process makes together."""


def count_things(stock: Stock, kind: Kind) -> int:
    """Count what pages of a kind may have to be made for, one for each; 0 where they are made all at once."""
    if kind.things is None:
        return 0
    return len(kind.things(stock.archive) if stock.touched is None else stock.touched)


def count_processes(touched: Set[str] | None, archive: Archive, workers: int) -> int:
    """Say how many processes pay; a great edit may ask for thousands of pages."""
    return sensible_workers(workers, archive.total if touched is None else len(touched) // PAYS)


def cut_shares(stock: Stock, workers: int) -> list[Share]:
    """Share out all pages: what cannot be cut first, as it may be long work, and the rest in even pieces."""
    if workers == 1:
        others = (number for number in range(len(KINDS)) if number not in SHOWN)
        return [tuple(map(Piece, SHOWN)), tuple(map(Piece, others))]
    whole, shares = [], []
    for number, kind in enumerate(KINDS):
        parts = min(count_things(stock, kind) // (1 if kind.is_long else PIECE), PIECES * workers)
        if parts < 2:
            whole.append(Piece(number))
        else:
            shares += [(Piece(number, part, parts),) for part in range(parts)]
    return [*((piece,) for piece in whole), *shares]


@dataclass(frozen=True, slots=True)
class PageMaker:
    """All that making a page needs; workers are born with it."""

    theme: Theme
    stock: Stock
    loader: ArticleLoader
    content: str
    output: str
    enter: Callable[[Iterable[str]], None]
    """Told of files before they are written."""
    built: Edition
    keys: Keys
    workers: int
    """The processes that share the pages."""

    def publish(self, job: Job) -> Written:
        """Make one file of the site and write it if its bytes have changed."""
        return InStep(self._publish)(job)

    def publish_share(self, share: Share) -> list[Written]:
        """Make the pages of one share that are wanted, and list those that stand."""
        made = [*self.go_through(share)]
        give_back()  # gain: 54 of 1,085 MB in all processes, of 100,000 articles; it takes 0.5 ms
        return made

    def go_through(self, share: Share) -> Iterator[Written]:
        """Do the same, one file after the other."""
        keys = self.keys.afresh()
        jobs = self._list_jobs(replace(self.stock, wants=keys.wants), share)
        while listed := list(islice(jobs, TOGETHER)):
            for job in listed:
                if job.path not in keys.keys:  # it names no facts
                    keys.always(job.path)
            some = [job for job in listed if job.path in keys.wanted]
            self.enter([job.path for job in some])
            for at in range(0, len(some), CHUNK):
                # A template's pages in a row (gain: 7 %).
                for written in do_all(InStep(self._publish), sorted(some[at : at + CHUNK], key=_template_of)):
                    path = written.path
                    yield written._replace(key=keys.keys[path], why=keys.wanted[path])
        standing = list_standing(keys)
        self.enter([file.path for file in standing])
        yield from standing

    def _list_jobs(self, stock: Stock, share: Share) -> Iterator[Job]:
        for piece in share:
            yield from KINDS[piece.kind].listed(self, replace(stock, mine=piece.list_own(stock)))

    def _publish(self, job: Job) -> Steps[Written]:
        """Make one file, stopping before it is written."""
        if isinstance(job, Patch):
            return write_patch(self.output, job)
        page = make_page(self.theme, self.content, job)
        yield
        return write_page(self.output, page)


def list_standing(keys: Keys) -> list[Written]:
    """List the files that were asked for and stand as the last build left them."""
    found = (find_standing(keys, path) for path in keys.keys if path not in keys.wanted)
    return [file for file in found if file]


def find_standing(keys: Keys, path: str) -> Written | None:
    """Give a file that is as the last build left it."""
    page = keys.known.get(path)
    if page is None or path in keys.damaged:
        return None
    key, digest, size = page
    return Written(path, digest, changed=False, size=size, key=key)


def publish_all(maker: PageMaker, progress: Progress) -> Iterator[list[Written]]:
    """Make all pages that are wanted, and list those that stand, on as many processes as pay."""
    shares = cut_shares(maker.stock, maker.workers)
    if maker.workers == 1:
        for at, share in enumerate(shares):
            if at:
                progress.start("feeds", 1)
            made = maker.go_through(share)
            while files := list(islice(made, TOGETHER)):
                yield files
        return
    compile_templates(maker.theme)  # before processes are born that would each do it
    with make_map(maker.workers, chunk=1, ahead=2) as run:
        yield from run(maker.publish_share, shares)


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


def make_page(theme: Theme, content: str, job: PageSpec | Page | Copy) -> Page:
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

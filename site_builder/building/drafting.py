"""The draft: the articles of a build as they come together, beside all that stands.

In: outcomes that were made now, and the catalogue of the last build. Out: the articles that have a page now,
what came and went of them, and what is to be reported of all. The rule it guards: **what is decided of a
file hangs on those alone that share bytes or an address with it**; the others are counted, not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from itertools import chain, compress, count
from operator import not_
from pathlib import Path
from typing import Any

from site_builder.building.catalogue import Catalogue
from site_builder.building.columns import ASIDE, BUILT, Columns, pack_rows
from site_builder.building.facts import Change
from site_builder.building.lazy import Edition, LazyOutcome, pack_date, whole
from site_builder.building.settling import Settled, give_address, settle_all
from site_builder.cache import pack
from site_builder.checks.rules import check_rules
from site_builder.config import SETTINGS_FILE
from site_builder.errors import Finding, finding
from site_builder.language.tongues import is_spoken
from site_builder.model import Archive, Card, Outcome, Source, width_of
from site_builder.report import FATES, Report


def settle_again(made: Iterable[Outcome], there: Set[str], last: Catalogue) -> dict[str, Settled]:
    """Decide what becomes of files that changed, and of all that share bytes or an address with them.

    What is decided hangs on nothing else. Without a last build all is decided. Only files that are ``there``
    count.
    """
    now = {outcome.path: outcome for outcome in made}
    near = now.keys() | (last.rows.keys() - there)
    before = -1
    while last.rows and len(near) != before:
        before = len(near)
        rows = [last.rows[path] for path in near if path in last.rows]
        then = (last.store.outcome(row) for row in rows)
        cards = [one for one in (*map(now.get, near), *then) if one and one.card]
        near |= _list_sharing(
            last.store.columns,
            {one.digest for one in cards},
            {*(one.card.url for one in cards if one.card), *(_find_wanted(last, row) for row in rows)} - {""},
        )
    every = (now.get(path) or _recall(last, last.rows[path]) for path in sorted(near) if path in there)
    return {one.outcome.path: one for one in settle_all(every)}


def _find_wanted(last: Catalogue, row: int) -> str:
    """Give the address that an article wanted, where it has another one."""
    columns = last.store.columns
    return columns.homes[row].decode() if columns.fates[row] == BUILT else ""


def _recall(last: Catalogue, row: int) -> Outcome:
    """Give the outcome of a file that has not changed, with the address that its article wanted."""
    outcome, wanted = last.store.outcome(row), _find_wanted(last, row)
    return give_address(wanted, outcome) if wanted else outcome


def _list_sharing(columns: Columns, digests: Set[str], urls: Set[str]) -> Set[str]:
    """List the files that have one of these digests, or want or have one of these addresses."""
    rows = chain.from_iterable(map(columns.digests.find, map(bytes.fromhex, filter(None, digests))))
    wanting = chain.from_iterable(columns.homes.find(url.encode()) for url in urls)
    lower = {url.lower() for url in urls}
    having = compress(columns.paths, map(lower.__contains__, map(str.lower, columns.urls)))
    return {*map(columns.paths.__getitem__, chain(rows, wanting)), *having} - {""}


class Draft:
    """The articles of this build as they come together: those of the last one, less some, and some more."""

    def __init__(self, last: Catalogue) -> None:
        self._last, self._store = last, last.store
        columns = last.store.columns
        self._free = [*compress(count(), map(not_, columns.paths))]
        self._write = _Writer(columns)
        self.rows = dict(last.built.rows)
        """Of the articles that have a page, by address."""
        self.come: list[int] = []
        """The rows that are new."""
        self.retired: list[int] = []
        """The rows of the last build that are not of this one."""

    @property
    def built(self) -> Edition:
        """The articles that have a page now."""
        return Edition(self._store, self.rows)

    def drop(self, row: int) -> None:
        """Take away what stood in a row."""
        self.retired.append(row)
        columns = self._store.columns
        if columns.fates[row] == BUILT:
            del self.rows[columns.urls[row]]

    def put(self, one: Settled) -> None:
        """Give what was decided of a file a row."""
        outcome = one.place()
        row, card, excerpts = self._take_row(), outcome.card, self._store.excerpts
        self._write(row, one, outcome)
        if excerpts is None:
            self._store.fresh[row] = _keep_whole(outcome)
        else:  # nothing else of a first build's articles is kept at hand
            excerpts.grow()
            excerpts[row] = _encode(card.excerpt if card else "")
        self.come.append(row)
        if card and one.is_built:
            self.rows[card.url] = row

    def cover(self, url: str, cover: str) -> None:
        """Give an article another cover."""
        row, columns, store = self.rows[url], self._store.columns, self._store
        if store.excerpts is None:
            outcome = store.fresh.get(row) or _keep_whole(store.outcome(row))
            assert outcome.card is not None, url
            if row not in store.fresh:
                self.retired.append(row)
                standing, row = row, self._take_row()
                columns.copy_row(standing, row)
                self.come.append(row)
                self.rows[url] = row
            store.fresh[row] = replace(outcome, card=replace(outcome.card, cover=cover))
        columns.covers[row] = cover.encode()
        store.forget(row)

    def _take_row(self) -> int:
        return self._free.pop() if self._free else self._store.columns.add_row()

    def find_change(self) -> Change:
        """Tell what came, went and changed of the articles that have a page."""
        fates, card = self._store.columns.fates, self._store.card
        come, gone = (
            [card(row) for row in rows if fates[row] == BUILT] for rows in (self.come, self.retired)
        )
        return Change(self._last.archive, come, gone)


def _keep_whole(outcome: Outcome) -> Outcome:
    """Give an outcome that says all it says without its row, which may soon be another file's."""
    outcome = whole(outcome)
    return replace(outcome, card=whole(outcome.card)) if outcome.card else outcome


def draft_anew(made: Iterable[Outcome], last: Catalogue) -> Draft:
    """Decide what becomes of all files, one after the other: none is in memory longer than it takes."""
    draft = Draft(last)
    for one in settle_all(made):
        draft.put(one)
    return draft


def draft_edition(made: Iterable[Outcome], there: Set[str], last: Catalogue) -> Draft:
    """Take away what is gone or another one now, and put what is decided in its place."""
    draft, settled = Draft(last), settle_again(made, there, last)
    for path in last.rows.keys() - there:
        draft.drop(last.rows[path])
    changed = {path: one for path, one in settled.items() if not _stands(one, last)}
    for path in changed.keys() & last.rows.keys():
        draft.drop(last.rows[path])
    for one in changed.values():
        draft.put(one)
    return draft


def _stands(one: Settled, last: Catalogue) -> bool:
    """Tell whether it was decided of a file, which nobody made anew, what was decided before."""
    if not isinstance(one.outcome, LazyOutcome):
        return False
    row, store, columns, home = last.rows[one.outcome.path], last.store, last.store.columns, one.fate.url
    return (
        FATES[columns.fates[row]] == one.fate.outcome
        and home == (columns.urls[row] if columns.fates[row] == BUILT else columns.homes[row].decode())
        and store.list_told(row) == one.told
    )


def account(report: Report, draft: Draft, last: Catalogue) -> None:
    """Report what became of all files, and what was found in them."""
    store, columns = last.store, last.store.columns
    rows = {*last.rows.values(), *draft.come}.difference(draft.retired)
    fates = Counter(map(columns.fates.__getitem__, rows))
    report.fates = {fate: fates[number] for number, fate in enumerate(FATES) if fates[number]}
    aside = (row for row in rows if columns.fates[row] == ASIDE) if fates[ASIDE] else ()
    report.aside = sorted(map(columns.paths.__getitem__, aside))
    gone = chain.from_iterable(map(store.list_told, draft.retired))
    come = chain.from_iterable(map(store.list_told, draft.come))

    def list_all() -> Iterator[Finding]:
        told = {*columns.findings.list_filled(), *columns.told.list_filled()}
        yield from chain.from_iterable(map(store.list_told, told & rows))

    report.found = columns.head.found = columns.head.found.change(gone, come, list_all)


def judge_language(built: Edition, language: str) -> list[Finding]:
    """Tell a site that names no language when most of its articles are in another than the default.

    The default stays what it is: an article more or less never changes all pages.
    """
    columns = built.store.columns
    told: Counter[str] = Counter()
    for number, many in Counter(map(columns.langs.__getitem__, built.rows.values())).items():
        name = columns.head.lang_names[number]
        told[name if name.startswith("zh") else name.partition("-")[0]] += many
    for unknown in ("", "und"):
        del told[unknown]
    if not told:
        return []
    main, many = min(told.items(), key=lambda pair: (-pair[1], pair[0]))
    if 2 * many <= told.total() or is_spoken(main, language):
        return []
    message = f"{many} of {len(built.rows)} articles are in {main}, and the pages speak {language}"
    remedy = f'write language = "{main}" in {SETTINGS_FILE}'
    return [finding("language-unset", SETTINGS_FILE, message, remedy=remedy)]


def judge_rules(
    archive: Archive,
    built: Edition,
    change: Change,
    last: Catalogue,
    sources: Iterable[Source],
    own: Path | None,
) -> dict[str, tuple[Finding, ...]]:
    """Tell of rules that have become silent, by the publisher.

    Only publishers of whom an article came, went, or is one to which other rules apply now are asked.
    """
    known = {source.slug: source for source in sources}
    cards = (*change.come, *change.gone)
    touched = known.keys() & {
        card.source_slug
        for card in cards
        if _weigh_rules(built.get(card.url)) != _weigh_rules(last.built.get(card.url))
    }
    head = last.store.columns.head
    silent = {slug: found for slug, found in head.silent.items() if slug not in touched}
    for group in archive.sources:
        if group.key in touched:
            articles = (built[card.url] for card in group.cards)
            silent[group.key] = tuple(check_rules(articles, [known[group.key]], own))
    head.silent = silent
    return silent


def _weigh_rules(pair: tuple[Card, Outcome] | None) -> tuple[object, ...]:
    """Give what of an article says anything of its publisher's rules."""
    return (pair[0].source_slug, pair[0].published, pair[1].rules) if pair else ()


class _Table:
    """Numbers values in the order in which they are met, from those that have a number on."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._numbers: dict[object, int] = {value: number for number, value in enumerate(values)}

    def add(self, value: Any) -> int:
        number = self._numbers.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number


class _Writer:
    """Puts what was decided into columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns, head = columns, columns.head
        self._rules, self._langs, self._sources, self._keys = (
            _Table(values) for values in (head.rule_sets, head.lang_names, head.source_names, head.tag_keys)
        )

    def __call__(self, row: int, one: Settled, outcome: Outcome) -> None:
        columns, card, wanted = self._columns, outcome.card, one.outcome.card
        columns.paths[row], columns.urls[row] = outcome.path, card.url if card else ""
        columns.fates[row] = FATES.index(one.fate.outcome)
        columns.missing[row] = outcome.missing
        columns.rules[row] = self._rules.add(outcome.rules)
        columns.ids[row] = _encode(one.fate.id)
        columns.digests[row] = bytes.fromhex(outcome.digest)
        columns.body_digests[row] = bytes.fromhex(outcome.body_digest)
        columns.proofs[row] = outcome.proof
        columns.findings[row] = pack(outcome.findings) if outcome.findings else b""
        columns.told[row] = pack(one.told) if one.told != outcome.findings else b""
        elsewhere = wanted.url if wanted and card and wanted.url != card.url else ""
        columns.homes[row] = _encode(one.fate.url if one.fate.outcome == "merged" else elsewhere)
        columns.claims[row], columns.leads[row], columns.targets[row] = outcome.claims, outcome.leads, b""
        columns.pictures[row] = pack(outcome.pictures) if outcome.pictures else b""
        if card:
            columns.titles[row] = _encode(card.title)
            columns.langs[row] = self._langs.add(card.lang)
            columns.published[row] = pack_date(card)
            columns.sources[row] = self._sources.add((card.source, card.source_slug))
            columns.tags[row] = pack_rows(map(self._keys.add, card.tag_keys))
            columns.forms[row] = pack(card.tag_forms)
            columns.lengths[row] = card.length
            columns.widths[row] = width_of(card.title)
            columns.ledgers[row] = card.has_ledger
            columns.covers[row] = card.cover.encode()


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

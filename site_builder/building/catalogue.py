"""The catalogue: what the last build knew of every article, so that one edit does not read them all.

In: outcomes, the archive and facts of a build that came to its end. Out: the same for the next one, but
for bodies and excerpts, which stay in the cache until they are asked for. The rule it guards: an article
stands in it by the digest of its bytes and the fingerprint of what made it; whoever reads more of it than
is here gets that of the very same bytes.

It rests as columns, and each article has a row that it keeps. A card that is read back is little more than
the number of its row until somebody asks it for something (gain: 100,000 articles are there in 0.4 s, where
to make all they say took 1.5).
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import partial
from itertools import chain, compress, zip_longest
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from site_builder.building.desk import Built, Desk, Settled, prepare_article, settle_all
from site_builder.building.facts import Change, Facts
from site_builder.cache import (
    UNREADABLE,
    Cache,
    Packed,
    pack,
    peek_value,
    read_card,
    read_note,
    unpack_as,
    write_note,
)
from site_builder.checks.rules import check_rules
from site_builder.errors import Finding
from site_builder.model import Archive, Card, Group, Outcome, Picture, Source
from site_builder.report import FATES, ArticleOutcome, Found, Report
from site_builder.steps.index import NOTHING

NAME = "catalogue"
_WHERE = attrgetter("url")
Forms = tuple[tuple[str, int], ...]


class _Listed(NamedTuple):
    """A group at rest."""

    key: str
    name: str
    url: str
    rows: bytes
    forms: Forms


@dataclass(slots=True)
class Columns:
    """A catalogue at rest. Lists have a place for each row; what few articles have is by row."""

    made_by: str = ""
    paths: list[str] = field(default_factory=list)
    """Empty: the row is free."""
    fates: list[int] = field(default_factory=list)
    """Places in ``FATES``."""
    digests: list[str] = field(default_factory=list)
    body_digests: list[str] = field(default_factory=list)
    proofs: list[bytes] = field(default_factory=list)
    rules: list[int] = field(default_factory=list)
    rule_sets: list[tuple[str, ...]] = field(default_factory=lambda: [()])
    findings: dict[int, Packed] = field(default_factory=dict)
    """What was found in the article itself. Encoded, as is the next: few are ever asked for."""
    told: dict[int, Packed] = field(default_factory=dict)
    """What was said of its file in the end, where that is something else."""
    found: Found = field(default_factory=Found)
    """The same of all files, counted."""
    homes: dict[int, str] = field(default_factory=dict)
    """The page that shows it, of those that have none of their own."""
    pictures: dict[int, tuple[Picture, ...]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    covers: dict[int, str] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    """Empty: it could not be read."""
    ids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    langs: list[int] = field(default_factory=list)
    lang_names: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    source_names: list[tuple[str, str]] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    """The numbers of the keys of each article's tags."""
    forms: list[str] = field(default_factory=list)
    """The spellings of each, encoded: few are ever asked for."""
    tag_keys: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    ledgers: list[bool] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    """This and the next ones: what ``Facts`` says of articles that have a page."""
    shown: list[bytes] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    kin: list[bytes] = field(default_factory=list)
    order: bytes = b""
    undated: bytes = b""
    groups: dict[str, list[_Listed]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    """Without what stands in columns."""
    silent: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What was said of rules, by the publisher."""
    pieces: int = 0
    """How many pieces have the rows."""


LISTS = (
    *("paths", "fates", "digests", "body_digests", "proofs", "rules", "urls", "ids", "titles", "langs"),
    *("published", "sources", "tags", "forms", "lengths", "ledgers", "marks", "shown", "names", "kin"),
)
SPARSE = ("findings", "told", "homes", "pictures", "missing", "covers")
ROW = 4
"""Bytes of the number of a row."""
PIECE = 4096
"""Rows that rest together, so that an edit writes a twentieth of 100,000 (gain: 1 s)."""
GROUPS = ("years", "months", "days", "tags", "sources", "threads")


class _Light:
    """A card or an outcome that reads what it says when it is asked.

    Its slots are left unset, and Python asks ``__getattr__`` for what is not set. It travels as what it
    stands for, whole.
    """

    __slots__ = ()
    _row: int
    _roll: _Roll

    def __reduce__(self) -> tuple[Any, ...]:
        whole = type(self).__bases__[1]
        return whole, tuple(getattr(self, part.name) for part in fields(whole))

    def __getattr__(self, name: str) -> Any:
        if name[0] == "_":
            raise AttributeError(name)
        value = self._tell(name)
        object.__setattr__(self, name, value)
        return value

    def _tell(self, name: str) -> Any:
        raise NotImplementedError


class LightCard(_Light, Card):
    """A card that rests in columns."""

    __slots__ = ("_roll", "_row")

    def _tell(self, name: str) -> Any:
        return self._roll.tell_card(self._row, name)

    @property
    def tag_keys(self) -> tuple[str, ...]:
        """The keys of its tags, which are asked for more often than the tags."""
        return self._roll.list_keys(self._row) if hasattr(self, "_roll") else super().tag_keys

    @property
    def tag_forms(self) -> tuple[tuple[str, ...], ...]:
        """The spellings of each, which are known even when its file says something else by now."""
        return self._roll.list_forms(self._row) if hasattr(self, "_roll") else super().tag_forms


class LightOutcome(_Light, Outcome):
    """An outcome that does."""

    __slots__ = ("_roll", "_row")

    def _tell(self, name: str) -> Any:
        return self._roll.tell_outcome(self._row, name)


def _read_time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class LightGroup(Group):
    """A group of which the articles are listed when they are asked for; most edits count it and no more.

    So 100,000 articles need not be listed nine times (gain: 0.2 s).
    """

    __slots__ = ("_every", "_rows")
    _every: Sequence[Card]
    _rows: bytes

    def __reduce__(self) -> tuple[Any, ...]:
        return Group, tuple(getattr(self, part.name) for part in fields(Group))

    def __getattr__(self, name: str) -> Any:
        if name != "cards":
            raise AttributeError(name)
        cards = tuple(map(self._every.__getitem__, _unpack(self._rows)))
        object.__setattr__(self, name, cards)
        return cards

    @property
    def count(self) -> int:
        """Count the articles."""
        return len(self._rows) // ROW

    @property
    def newest(self) -> Card:
        """The first article."""
        return self.first(1)[0]

    def first(self, many: int) -> tuple[Card, ...]:
        """Give the first few articles."""
        return tuple(map(self._every.__getitem__, _unpack(self._rows[: many * ROW])))


_OF_CARD: Mapping[str, Callable[[Columns, int], object]] = {
    "id": lambda columns, row: columns.ids[row],
    "title": lambda columns, row: columns.titles[row],
    "published": lambda columns, row: _read_time(columns.published[row]),
    "source": lambda columns, row: columns.source_names[columns.sources[row]][0],
    "source_slug": lambda columns, row: columns.source_names[columns.sources[row]][1],
    "lang": lambda columns, row: columns.lang_names[columns.langs[row]],
    "length": lambda columns, row: columns.lengths[row],
}
_OF_OUTCOME: Mapping[str, Callable[[Columns, int], object]] = {
    "body_digest": lambda columns, row: columns.body_digests[row],
    "rules": lambda columns, row: columns.rule_sets[columns.rules[row]],
    "findings": lambda columns, row: _open(columns.findings.get(row)),
    "blob": lambda columns, row: b"",
    "trace": lambda columns, row: b"",
    "looked_for": lambda columns, row: (),
    "asked": lambda columns, row: (),
}


@dataclass(frozen=True, slots=True)
class _Roll:
    """Where light cards find what they say: in columns, in the cache or, if that is damaged, in files."""

    columns: Columns
    file: Path
    desk: Desk

    def tell_card(self, row: int, name: str) -> object:
        """Give something of a card."""
        if (column := _OF_CARD.get(name)) is not None:
            return column(self.columns, row)
        return getattr(self._find(row), name)

    def list_keys(self, row: int) -> tuple[str, ...]:
        """Give the keys of a card's tags."""
        return tuple(map(self.columns.tag_keys.__getitem__, _unpack(self.columns.tags[row])))

    def list_forms(self, row: int) -> tuple[tuple[str, ...], ...]:
        """Give the spellings of each of a card's tags."""
        return read_note(self.columns.forms[row], tuple[tuple[str, ...], ...]) or ()

    def tell_outcome(self, row: int, name: str) -> object:
        """Give something of an outcome."""
        return _OF_OUTCOME[name](self.columns, row)

    def _find(self, row: int) -> Card:
        path, digest = self.columns.paths[row], self.columns.digests[row]
        try:
            return read_card(self.file, path, digest, self.columns.made_by)
        except UNREADABLE:
            card = prepare_article(self.desk, path).card
            assert card is not None, path
            return card


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the last build knew."""

    columns: Columns = field(default_factory=Columns)
    rows: Mapping[str, int] = field(default_factory=dict)
    """By path."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """By path; they and their cards are light."""
    built: Built = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    """The articles that had a page, by its address."""
    archive: Archive = NOTHING
    facts: Facts = field(default_factory=Facts)

    def list_standing(self, changed: Iterable[str]) -> dict[str, Outcome]:
        """Give the outcomes of files that are not ``changed``, which are named as inputs are."""
        standing = dict(self.outcomes)
        for name in changed:
            standing.pop(name.removeprefix("content:"), None)
        return standing


EMPTY = Catalogue()


# --- reading ---------------------------------------------------------------------------------------


def read_catalogue(cache: Cache, desk: Desk) -> Catalogue:
    """Read what the last build knew; nothing, when other code made it or it is damaged."""
    columns = _join(partial(cache.find_value, kind=Columns))
    if columns is None or columns.made_by != cache.fingerprint:
        return EMPTY
    return _unfold(_Roll(columns, cache.file, desk))


def read_lists(folder: Path) -> tuple[list[ArticleOutcome], list[Finding]]:
    """Read what became of every file and what was found in it, without taking hold of the cache."""
    columns = _join(partial(peek_value, folder, kind=Columns)) or Columns()
    return _list_fates(columns), _list_findings(columns)


def _join(find: Callable[[str], Columns | None]) -> Columns | None:
    """Put the pieces together; nothing, when one is missing."""
    whole = find(NAME)
    for number in range(whole.pieces if whole else 0):
        piece = find(_name_piece(number))
        if piece is None or whole is None:
            return None
        for name in LISTS:
            getattr(whole, name).extend(getattr(piece, name))
        for name in SPARSE:
            getattr(whole, name).update(getattr(piece, name))
    return whole


def _name_piece(number: int) -> str:
    return f"{NAME}/{number:06}"


def _list_fates(columns: Columns) -> list[ArticleOutcome]:
    """List what became of every file."""
    homes = [
        columns.homes.get(row, url if FATES[fate] == "built" else "")
        for row, (fate, url) in enumerate(zip(columns.fates, columns.urls, strict=True))
    ]
    names = map(FATES.__getitem__, columns.fates)
    every = zip(columns.paths, columns.ids, names, homes, strict=True)
    return [ArticleOutcome(*one) for one in every if one[0]]


def _unfold(roll: _Roll) -> Catalogue:
    columns = roll.columns
    many = len(columns.paths)
    rows = range(many)
    cards = [object.__new__(LightCard) for _ in rows]
    outcomes = [object.__new__(LightOutcome) for _ in rows]
    for kind, light in ((LightCard, cards), (LightOutcome, outcomes)):
        _fill(kind, "_row", light, rows)
        _fill(kind, "_roll", light, [roll] * many)
    _fill(LightCard, "url", cards, columns.urls)
    _fill(LightCard, "has_ledger", cards, columns.ledgers)
    _fill(LightCard, "cover", cards, _spread(columns.covers, "", many))
    _fill(LightOutcome, "card", outcomes, [card if card.url else None for card in cards])
    for name, values in (
        ("path", columns.paths),
        ("digest", columns.digests),
        ("proof", columns.proofs),
        ("pictures", _spread(columns.pictures, (), many)),
        ("missing", _spread(columns.missing, 0, many)),
    ):
        _fill(LightOutcome, name, outcomes, values)
    archive = _read_archive(columns, cards)
    listed = [*_unpack(columns.order), *_unpack(columns.undated)]
    urls = [columns.urls[row] for row in listed]

    def by_url(column: Sequence[bytes]) -> dict[str, bytes]:
        return dict(zip(urls, map(column.__getitem__, listed), strict=True)) if column else {}

    known = columns.facts
    facts = Facts(
        by_url(columns.marks),
        by_url(columns.shown),
        by_url(columns.names),
        by_url(columns.kin),
        known.notes,
        known.originals,
        known.parts,
    )
    is_built = [fate == BUILT and path != "" for fate, path in zip(columns.fates, columns.paths, strict=True)]
    pairs = zip(compress(cards, is_built), compress(outcomes, is_built), strict=True)
    there = dict(zip(columns.paths, rows, strict=True))
    there.pop("", None)
    return Catalogue(
        columns,
        there,
        {path: outcomes[row] for path, row in there.items()},
        dict(zip(compress(columns.urls, is_built), pairs, strict=True)),
        dict(zip(urls, map(cards.__getitem__, listed), strict=True)),
        archive,
        facts,
    )


BUILT, ASIDE = map(FATES.index, ("built", "set-aside"))


def _read_archive(columns: Columns, cards: Sequence[Card]) -> Archive:
    def of(rows: bytes) -> tuple[Card, ...]:
        return tuple(map(cards.__getitem__, _unpack(rows)))

    years, months, days, tags, sources, threads = (
        tuple(_read_groups(columns.groups[kind], cards)) for kind in GROUPS
    )
    names = {tag.key: (tag.name, tag.url) for tag in tags}
    return Archive(of(columns.order), of(columns.undated), years, months, days, tags, sources, names, threads)


def _read_groups(listed: Sequence[_Listed], cards: Sequence[Card]) -> list[LightGroup]:
    groups = [object.__new__(LightGroup) for _ in listed]
    for name in ("key", "name", "url", "forms"):
        _fill(LightGroup, name, groups, map(attrgetter(name), listed))
    _fill(LightGroup, "_rows", groups, map(attrgetter("rows"), listed))
    _fill(LightGroup, "_every", groups, [cards] * len(groups))
    return groups


def _fill(kind: type, part: str, objects: Iterable[object], values: Iterable[object]) -> None:
    set_one: Callable[[object, object], None] = getattr(kind, part).__set__
    deque(map(set_one, objects, values), maxlen=0)


def _spread(few: Mapping[int, Any], usual: Any, many: int) -> list[Any]:
    values = [usual] * many
    for row, value in few.items():
        values[row] = value
    return values


def _pack(rows: Iterable[int]) -> bytes:
    numbers = array("I", rows)
    if sys.byteorder == "big":  # so that a cache can be carried to another machine
        numbers.byteswap()
    return numbers.tobytes()


def _unpack(data: bytes) -> array[int]:
    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


# --- settling anew what an edit concerns -------------------------------------------------------------


def settle_again(outcomes: Iterable[Outcome], last: Catalogue) -> dict[str, Settled]:
    """Decide what becomes of files that changed, and of all that share bytes or an address with them.

    What is decided hangs on nothing else. Without a last build all is decided.
    """
    now = {outcome.path: outcome for outcome in outcomes}
    near = {path for path, outcome in now.items() if last.outcomes.get(path) is not outcome}
    near |= last.outcomes.keys() - now.keys()
    columns, low = last.columns, list(map(str.lower, last.columns.urls))
    before = -1
    while last.outcomes and len(near) != before:
        before = len(near)
        cards = [one.get(path) for one in (now, last.outcomes) for path in near]
        digests = {one.digest for one in cards if one and one.card}
        urls = {one.card.url.lower() for one in cards if one and one.card}
        near.update(compress(columns.paths, map(digests.__contains__, columns.digests)))
        near.update(compress(columns.paths, map(urls.__contains__, low)))
        near.discard("")
    return {one.outcome.path: one for one in settle_all(now[path] for path in sorted(near) if path in now)}


def list_built(outcomes: Iterable[Outcome], settled: Mapping[str, Settled], last: Catalogue) -> Built:
    """List the articles that have a page, by its address, in the order of outcomes."""
    pairs = {pair[1].path: pair for pair in last.built.values()}
    for path, one in settled.items():
        pairs.pop(path, None)
        if one.outcome.card and one.fate.outcome == "built":
            found = one.outcome.findings  # they are told
            pairs[path] = (one.outcome.card, replace(one.outcome, findings=()) if found else one.outcome)
    standing = (pairs[outcome.path] for outcome in outcomes if outcome.path in pairs)
    return {pair[0].url: pair for pair in standing}


def account(report: Report, settled: Mapping[str, Settled], there: Set[str], last: Catalogue) -> None:
    """Report what became of all files that are ``there``, and what was found in them."""
    columns = last.columns
    again = [last.rows[path] for path in (last.rows.keys() - there) | (last.rows.keys() & settled.keys())]
    fates = Counter(compress(columns.fates, columns.paths))
    fates.subtract(columns.fates[row] for row in again)
    fates.update(FATES.index(one.fate.outcome) for one in settled.values())
    report.fates = {fate: fates[number] for number, fate in enumerate(FATES) if fates[number]}
    aside = {*compress(columns.paths, map(ASIDE.__eq__, columns.fates))}
    aside.difference_update(map(columns.paths.__getitem__, again), ("",))
    aside.update(path for path, one in settled.items() if one.fate.outcome == "set-aside")
    report.aside = sorted(aside)
    gone = chain.from_iterable(_list_told(columns, row) for row in again)
    come = [found for one in settled.values() for found in one.told]

    def list_all() -> Iterator[Finding]:
        rows = (columns.findings.keys() | columns.told.keys()).difference(again)
        yield from chain.from_iterable(_list_told(columns, row) for row in rows)
        yield from come

    report.found = columns.found.change(gone, come, list_all)


def _list_told(columns: Columns, row: int) -> tuple[Finding, ...]:
    return _open(columns.told.get(row) or columns.findings.get(row))


def _list_findings(columns: Columns) -> list[Finding]:
    """List what was found in all articles."""
    rows = sorted(columns.findings.keys() | columns.told.keys(), key=columns.paths.__getitem__)
    return [found for row in rows for found in _list_told(columns, row)]


def _close(findings: tuple[Finding, ...]) -> Packed | None:
    return pack(findings) if findings else None


def _open(findings: Packed | None) -> tuple[Finding, ...]:
    return unpack_as(findings, tuple[Finding, ...]) if findings else ()


def judge_rules(
    archive: Archive,
    built: Built,
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
    silent = {slug: found for slug, found in last.columns.silent.items() if slug not in touched}
    for group in archive.sources:
        if group.key in touched:
            articles = (built[card.url] for card in group.cards)
            silent[group.key] = tuple(check_rules(articles, [known[group.key]], own))
    return silent


def _weigh_rules(pair: tuple[Card, Outcome] | None) -> tuple[object, ...]:
    """Give what of an article says anything of its publisher's rules."""
    return (pair[0].source_slug, pair[0].published, pair[1].rules) if pair else ()


# --- writing ---------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Known:
    """What a build knows in the end."""

    there: Set[str]
    """The paths of all files."""
    settled: Mapping[str, Settled]
    """Those of which anything was decided in this build."""
    built: Built
    archive: Archive
    facts: Facts
    silent: Mapping[str, tuple[Finding, ...]]
    found: Found


def write_catalogue(cache: Cache, last: Catalogue, known: Known) -> Columns:
    """Leave for the next build what this one knows: the columns of the last one, mended where need be.

    Rows of files that are gone are given to new ones.
    """
    columns = last.columns if last.outcomes else Columns(made_by=cache.fingerprint)
    rows = dict(last.rows)
    free = sorted(rows.pop(path) for path in last.rows.keys() - known.there)
    mended = {*free}
    for row in free:
        columns.paths[row] = columns.digests[row] = columns.urls[row] = ""
        for name in SPARSE:
            getattr(columns, name).pop(row, None)
    put = _Writer(columns)
    for path, one in known.settled.items():
        if path not in rows:
            rows[path] = free.pop() if free else len(columns.paths)
        put(rows[path], one)
        mended.add(rows[path])
    for url, (card, outcome) in known.built.items():
        if last.cards.get(url) is not card:  # a cover may be another one though nothing else has changed
            _put_few(columns.covers, rows[outcome.path], card.cover)
            mended.add(rows[outcome.path])
    where = {url: rows[outcome.path] for url, (_, outcome) in known.built.items()}
    mended |= _list_facts(columns, known.facts)
    columns.silent, columns.found = {**known.silent}, known.found
    _list_archive(columns, known.archive, last.archive, where)
    _write(cache, columns, {row // PIECE for row in mended})
    return columns


def _write(cache: Cache, columns: Columns, pieces: Set[int]) -> None:
    """Write the pieces of which something has changed, and what belongs to no row."""
    for number in sorted(pieces):
        start, end = number * PIECE, (number + 1) * PIECE
        lists: dict[str, Any] = {name: getattr(columns, name)[start:end] for name in LISTS}
        sparse: dict[str, Any] = {
            name: {row: value for row, value in getattr(columns, name).items() if start <= row < end}
            for name in SPARSE
        }
        cache.keep_value(_name_piece(number), Columns(**lists, **sparse))
    columns.pieces = -(-len(columns.paths) // PIECE)
    empty: dict[str, Any] = {name: [] for name in LISTS} | {name: {} for name in SPARSE}
    cache.keep_value(NAME, replace(columns, **empty))


def _list_facts(columns: Columns, facts: Facts) -> set[int]:
    """Note what ``Facts`` says of each article; give the rows of which it says something else now."""
    mended: set[int] = set()
    columns.facts = replace(facts, marks={}, proofs={}, names={}, kin={}, fresh=frozenset())
    for name, known in (
        ("marks", facts.marks),
        ("shown", facts.proofs),
        ("names", facts.names),
        ("kin", facts.kin),
    ):
        was, now = getattr(columns, name), [known.get(url, b"") for url in columns.urls if known]
        mended.update(row for row, (old, new) in enumerate(zip_longest(was, now)) if old != new)
        setattr(columns, name, now)
    return mended


def _list_archive(columns: Columns, archive: Archive, last: Archive, where: Mapping[str, int]) -> None:
    """Note the order and the groups by the articles' rows; a group that stands, as it is."""

    def rows_of(cards: Iterable[Card]) -> bytes:
        return _pack(map(where.__getitem__, map(_WHERE, cards)))

    columns.order, columns.undated = rows_of(archive.cards), rows_of(archive.undated)
    for kind in GROUPS:
        was = getattr(last, kind)
        standing = {id(group): one for group, one in zip(was, columns.groups.get(kind, ()), strict=True)}
        columns.groups[kind] = [
            standing.get(id(group))
            or _Listed(group.key, group.name, group.url, rows_of(group.cards), group.forms)
            for group in getattr(archive, kind)
        ]


class _Writer:
    """Puts what was settled into columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rules, self._langs, self._sources, self._keys = (
            _Table(values)
            for values in (columns.rule_sets, columns.lang_names, columns.source_names, columns.tag_keys)
        )

    def __call__(self, row: int, one: Settled) -> None:
        columns, outcome, card = self._columns, one.outcome, one.outcome.card
        is_new = row == len(columns.paths)
        values: tuple[tuple[list[Any], object], ...] = (
            (columns.paths, outcome.path),
            (columns.fates, FATES.index(one.fate.outcome)),
            (columns.digests, outcome.digest),
            (columns.body_digests, outcome.body_digest),
            (columns.proofs, outcome.proof),
            (columns.rules, self._rules.add(outcome.rules)),
            (columns.ids, one.fate.id),
            (columns.urls, card.url if card else ""),
            (columns.titles, card.title if card else ""),
            (columns.langs, self._langs.add(card.lang if card else "")),
            (columns.published, card.published.isoformat() if card and card.published else ""),
            (columns.sources, self._sources.add((card.source, card.source_slug) if card else ("", ""))),
            (columns.tags, _pack(map(self._keys.add, card.tag_keys)) if card else b""),
            (columns.forms, write_note(card.tag_forms) if card else ""),
            (columns.lengths, card.length if card else 0),
            (columns.ledgers, card.has_ledger if card else False),
        )
        for column, value in values:
            if is_new:
                column.append(value)
            else:
                column[row] = value
        sparse: tuple[tuple[dict[int, Any], object], ...] = (
            (columns.findings, _close(outcome.findings)),
            (columns.told, _close(one.told if one.told != outcome.findings else ())),
            (columns.homes, one.fate.url if one.fate.outcome == "merged" else ""),
            (columns.pictures, outcome.pictures),
            (columns.missing, outcome.missing),
            (columns.covers, card.cover if card else ""),
        )
        for few, value in sparse:
            _put_few(few, row, value)


def _put_few(few: dict[int, Any], row: int, value: object) -> None:
    if value:
        few[row] = value
    else:
        few.pop(row, None)

"""What earlier builds found out, kept in SQLite: articles that need not be cleaned again.

In: outcomes and the fingerprint of all that made them (our own code, rules, settings). Out:
the same outcomes. The rules it guards: the cache is **never pickle**, so one restored from
elsewhere cannot run code; HTML that comes out of it passes the gate again; and throwing it away
costs time, never correctness.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from site_builder.errors import OutputError
from site_builder.model import Article, Card, Outcome, SafeHtml, Trace
from site_builder.outputs.keys import KnownPage
from site_builder.sanitize import GateError
from site_builder.snapshot import read_files
from site_builder.stories.holdings import unpack
from site_builder.stories.record import STORIES, StoryRecord, join_pieces, unpack_verdicts

T = TypeVar("T")

LAYOUT = 10
"""Raised when a table below changes; a cache with another number is thrown away."""

TABLE = """create table if not exists outcome(
    path text primary key, digest text, fingerprint text, outcome blob, article blob
)"""
"""With a number for each row: rows of 12 kB make a tree of paths deep (gain: 30 µs each time an article or
its text is read, 40 each time it is replaced; a twentieth of the file)."""
TRACES = "create table if not exists trace(path text primary key, trace blob) without rowid"
"""Apart from the articles, as all of them are read for one new article, and in small rows fast."""
PAGES = (
    "create table if not exists page(path text primary key, key blob, digest text, size int) without rowid"
)
FOLDERS = "create table if not exists sight(folder blob primary key, files blob, digests text) without rowid"
_PAGE = "select key, digest, size from page where path = ?"
NOTES = "create table if not exists note(name text primary key, note text) without rowid"
TABLES = ("outcome", "trace", "page", "sight", "note")
FILE = "cache.sqlite3"
MANY = 1_000_000_000
"""A number of a link that is too high leads nowhere (``sanitize.lead_on``)."""
CHECK = 8
"""Bytes of the digest before each blob: one that was damaged or edited counts as lost."""

LIBRARIES = (
    "ahocorasick-rs", "babel", "chardet", "jinja2", "markdown-it-py", "markupsafe", "mdit-py-plugins", "nh3",
    "python-frontmatter", "rjieba", "selectolax",
)  # fmt: skip
"""Packages whose versions decide what bytes are written."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, GateError)
"""What reading a blob may raise that somebody made on purpose."""


def encode_article(article: Article) -> bytes:
    """Write an article as JSON, which keeps a time's own offset (MessagePack makes it UTC)."""
    return _encoder().encode(article)


def decode_article(blob: bytes) -> Article:
    """Read an article back; its HTML passes the gate again, since a file is no witness."""
    return _article_decoder().decode(blob)


class Parcel(NamedTuple):
    """An outcome on its way from a worker to the cache, in the bytes in which it will rest there.

    To pickle the outcome instead, and to write it as JSON in the parent, took 120 µs an article;
    this takes 40, most of it in the worker.
    """

    path: str
    digest: str
    outcome: bytes
    article: bytes
    trace: bytes
    """Empty when the article left none."""


def pack_outcome(outcome: Outcome) -> Parcel:
    """Pack an outcome for its way to the cache."""
    light = _encoder().encode(replace(outcome, blob=b"", trace=b""))
    trace = _sealed(outcome.trace) if outcome.trace else b""
    return Parcel(outcome.path, outcome.digest, _sealed(light), _sealed(outcome.blob), trace)


def unpack_outcome(parcel: Parcel) -> Outcome:
    """Give a packed outcome; its article and its trace stay behind."""
    return _outcome_decoder().decode(parcel.outcome[CHECK:])


def encode_trace(trace: Trace) -> bytes:
    """Write a trace as it rests in the cache."""
    return msgspec.msgpack.encode(trace)


@dataclass(frozen=True, slots=True)
class SeenFolder:
    """A folder as a build saw it."""

    files: str
    """Its files with their times and sizes, as ``snapshot`` writes them."""
    digests: str = ""
    """Of a folder that was read: the SHA-256 of each of its files, in the same order."""

    def stamps(self) -> dict[str, str]:
        """Give each file's time and size by its name."""
        return read_files(self.files)

    def named(self) -> dict[str, str]:
        """Give each file's digest by its name; empty where it is not known."""
        return dict(zip(self.stamps(), self.digests.split(" "), strict=False))


@dataclass(frozen=True, slots=True)
class PageTable:
    """The files of the last build, looked up in any process, while this build notes its own."""

    file: Path

    def get(self, path: str, /) -> KnownPage | None:
        """Give key, SHA-256 and size of a file; None when there was none."""
        row: KnownPage | None = _reader(str(self.file)).execute(_PAGE, (path,)).fetchone()
        return row


class Cache:
    """The store of one build. ``fingerprint`` stands for all that an outcome depends on."""

    def __init__(self, database: sqlite3.Connection, fingerprint: str, file: Path) -> None:
        self._database, self._fingerprint, self._file = database, fingerprint, file

    @property
    def fingerprint(self) -> str:
        """What stands for all that an outcome depends on, its own file aside."""
        return self._fingerprint

    @property
    def file(self) -> Path:
        """Where other processes read what was saved."""
        return self._file

    def find(self, path: str, digest: str) -> Outcome | None:
        """Give what became of these very bytes under these very rules; its blob stays behind."""
        row = self._database.execute(
            "select outcome from outcome where path = ? and digest = ? and fingerprint = ?",
            (path, digest, self._fingerprint),
        ).fetchone()
        return None if row is None else _read_outcome(row[0])

    def find_all(self) -> Iterator[tuple[str, Outcome]]:
        """Give every outcome that these very rules made, with its path; its bytes may have changed since."""
        query = "select path, outcome from outcome where fingerprint = ?"
        rows = self._database.execute(query, (self._fingerprint,))
        return ((path, outcome) for path, blob in rows if (outcome := _read_outcome(blob)) is not None)

    def keep(self, outcome: Outcome) -> None:
        """Store an outcome and, apart from it, its article and its trace."""
        self.keep_parcel(pack_outcome(outcome))

    def keep_parcel(self, parcel: Parcel) -> None:
        """Store an outcome that was packed where it was made."""
        path, digest, outcome, article, trace = parcel
        row = (path, digest, self._fingerprint, outcome, article)
        self._database.execute("insert or replace into outcome values (?, ?, ?, ?, ?)", row)
        if trace:
            self._database.execute("insert or replace into trace values (?, ?)", (path, trace))

    def load_article(self, path: str) -> Article:
        """Give the article that ``keep`` stored for this path."""
        return decode_article(_blob(self._database, "article", path))

    def load_text(self, path: str) -> str:
        """Give the text of this path's article, without its markup."""
        return _text_decoder().decode(_blob(self._database, "article", path)).body.text

    def find_note(self, name: str) -> str:
        """Give a note that an earlier build left; empty when there is none."""
        row = self._database.execute("select note from note where name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def keep_note(self, name: str, note: str) -> None:
        """Leave a note for the next build, such as what a part of the search index was made from."""
        self._database.execute("insert or replace into note values (?, ?)", (name, note))

    def stamp(self) -> str:
        """Give what stands for all notes: of each as much as tells it from others."""
        rows = self._database.execute("select name, hex(substr(note, 1, 40)) from note order by name")
        return "\n".join((self._fingerprint, *(f"{name} {start}" for name, start in rows)))

    def find_value(self, name: str, kind: type[T]) -> T | None:
        """Give a value that an earlier build left; None when there is none, or it is damaged."""
        row = self._database.execute("select note from note where name = ?", (name,)).fetchone()
        try:
            return msgspec.msgpack.decode(_unsealed(row and row[0]), type=kind)
        except UNREADABLE:
            return None

    def keep_value(self, name: str, value: object) -> None:
        """Leave a large value for the next build, in bytes."""
        blob = _sealed(msgspec.msgpack.encode(value))
        self._database.execute("insert or replace into note values (?, ?)", (name, blob))

    def find_page(self, path: str) -> KnownPage | None:
        """Give one file of the last build: key, SHA-256, size."""
        row: KnownPage | None = self._database.execute(_PAGE, (path,)).fetchone()
        return row

    def list_files(self, paths: Iterable[str], starts: Iterable[str]) -> set[str]:
        """List the files of the last build that have one of these paths or begin like one of those."""
        found = {path for path in paths if self.find_page(path)}
        query = "select path from page where path >= ? and path < ?"
        for start in starts:
            end = start[:-1] + chr(ord(start[-1]) + 1)
            found.update(path for (path,) in self._database.execute(query, (start, end)))
        return found

    def list_pages(self) -> Iterator[tuple[str, bytes, str, int]]:
        """Give the files that are noted, in the order of their paths: path, key, SHA-256, size."""
        return iter(self._database.execute("select path, key, digest, size from page order by path"))

    def find_clash(self) -> tuple[str, str] | None:
        """Find two files whose paths only upper and lower case tell apart."""
        query = "select min(path), max(path) from page group by lower(path) having count(*) > 1 limit 1"
        clash: tuple[str, str] | None = self._database.execute(query).fetchone()
        return clash

    def add_pages(self, files: Iterable[tuple[str, bytes, str, int]]) -> int:
        """Note files of this build but for those whose paths are noted already, and count them."""
        return self._database.executemany("insert or ignore into page values (?, ?, ?, ?)", files).rowcount

    def keep_pages(self, files: Iterable[tuple[str, bytes, str, int]]) -> None:
        """Note files of this build that changed in any way."""
        self._database.executemany("insert or replace into page values (?, ?, ?, ?)", files)

    def drop_pages(self, gone: Iterable[str]) -> None:
        """Drop files that are gone."""
        self._database.executemany("delete from page where path = ?", ((path,) for path in gone))

    def forget_pages(self) -> None:
        """Drop all that is known of files, because each is noted anew."""
        self._database.execute("delete from page")

    def find_digests(self) -> Iterator[tuple[str, str]]:
        """Give the digest of each file's bytes as they were when it was cleaned."""
        rows: Iterable[tuple[str, str]] = self._database.execute("select path, digest from outcome")
        return iter(rows)

    def find_digest(self, path: str) -> str:
        """Give that of one file; empty when it was never cleaned."""
        query = "select digest from outcome where path = ?"
        try:
            row = self._database.execute(query, (path,)).fetchone()
        except UnicodeEncodeError:  # a name that is not UTF-8: no article's
            return ""
        return "" if row is None else str(row[0])

    def keep_folders(self, folders: Mapping[str, SeenFolder], gone: Iterable[str]) -> None:
        """Note the folders that look different after this build, and drop those that are gone."""
        _write_folders(self._database, folders)
        rows = ((os.fsencode(folder),) for folder in gone)
        self._database.executemany("delete from sight where folder = ?", rows)

    def save(self) -> None:
        """Let other processes, and later builds, see what is known so far."""
        self._database.commit()
        self._database.execute("begin immediate")

    def find_story_record(self) -> StoryRecord:
        """Give what the last build found out between articles; an empty one if other code made it."""
        query = "select name, note from note where name between ? and ? order by name"
        rows = self._database.execute(query, (f"{STORIES}/", f"{STORIES}0")).fetchall()
        rests = {name: blob[:CHECK] for name, blob in rows}
        try:
            known = join_pieces([_read_piece(blob, self._fingerprint) for _, blob in rows])
        except (*UNREADABLE, ValueError):  # an older form, or damaged: it only costs time
            known = StoryRecord()
        return replace(known if known.is_whole() else StoryRecord(), rests=rests)

    def keep_story_record(self, record: StoryRecord, known: StoryRecord) -> None:
        """Leave what was found out between articles; write the pieces that are not as they are ``known``."""
        if record.marks is known.marks:
            return
        pieces, before = {}, known.cut()
        for number, piece in enumerate(record.cut()):
            name = f"{STORIES}/{number:06}"
            if (was := next(before, None)) and name in known.rests and piece.says_the_same(was):
                pieces[name] = known.rests[name]
                continue
            rest = (self._fingerprint, piece.marks, piece.verdicts.pack(), piece.holdings.pack())
            blob = _sealed(msgspec.msgpack.encode(rest))
            pieces[name] = blob[:CHECK]
            if known.rests.get(name) != blob[:CHECK]:
                self._database.execute("insert or replace into note values (?, ?)", (name, blob))
        gone = [(name,) for name in known.rests if name not in pieces]
        self._database.executemany("delete from note where name = ?", gone)

    def list_paths(self) -> list[str]:
        """List the files of which anything is known."""
        return [path for (path,) in self._database.execute("select path from outcome")]

    def forget(self, paths: Iterable[str]) -> None:
        """Drop what belongs to files that are no longer there."""
        gone = [(path,) for path in paths]
        self._database.executemany("delete from outcome where path = ?", gone)
        self._database.executemany("delete from trace where path = ?", gone)


def peek(folder: Path, names: Sequence[str]) -> list[str]:
    """Read notes without taking hold of the cache; empty where it, or they, cannot be read."""
    query = "select name, note from note where name in (select value from json_each(?))"
    notes = {name: note for name, note in _peek(folder, query, _as_list(names)) if isinstance(note, str)}
    return [notes.get(name, "") for name in names]


def peek_whole(folder: Path, fingerprint: str, read: Callable[[Cache], T]) -> T | None:
    """Let ``read`` look into the cache as it is at one moment, without taking hold of it.

    None where it cannot be read.
    """
    try:
        with closing(_open_to_read(folder / FILE)) as database:
            database.execute("begin")
            return read(Cache(database, fingerprint, folder / FILE))
    except sqlite3.Error:
        return None


def peek_value(folder: Path, name: str, kind: type[T]) -> T | None:
    """Read a large value without taking hold of the cache; None where it cannot be read."""
    for (blob,) in _peek(folder, "select note from note where name = ?", name):
        with suppress(*UNREADABLE):
            return msgspec.msgpack.decode(_unsealed(blob), type=kind)
    return None


def peek_folders(folder: Path, kind: str) -> dict[str, SeenFolder]:
    """Read what the last build saw of the folders of a kind, without taking hold of the cache."""
    query = "select folder, files, digests from sight where folder >= ? and folder < ?"
    rows = _peek(folder, query, f"{kind}:".encode(), f"{kind};".encode())
    return {os.fsdecode(place): SeenFolder(os.fsdecode(files), digests) for place, files, digests in rows}


def peek_digests(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """Read the digests of some files of the site, without taking hold of the cache."""
    query = "select path, digest from page where path in (select value from json_each(?))"
    return dict(_peek(folder, query, _as_list(paths)))


def _peek(folder: Path, query: str, *values: str | bytes) -> list[tuple[Any, ...]]:
    file = folder / FILE
    if not file.is_file():
        return []
    try:
        with closing(_open_to_read(file)) as database:
            return database.execute(query, values).fetchall()
    except sqlite3.Error:
        return []


def _open_to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)


def _as_list(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()


def touch_up(folder: Path, notes: Mapping[str, str], folders: Mapping[str, SeenFolder]) -> None:
    """Change what is known of a build that had nothing to do.

    When another build holds the cache it will leave something better, and nothing is written.
    """
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(folder / FILE, timeout=0.1)) as database:
        database.executemany("insert or replace into note values (?, ?)", notes.items())
        _write_folders(database, folders)
        database.commit()


def _write_folders(database: sqlite3.Connection, folders: Mapping[str, SeenFolder]) -> None:
    rows = ((os.fsencode(place), os.fsencode(seen.files), seen.digests) for place, seen in folders.items())
    database.executemany("insert or replace into sight values (?, ?, ?)", rows)


def pack(value: object) -> bytes:
    """Pack a value to rest in a larger one, that is unpacked when somebody asks for it."""
    return msgspec.msgpack.encode(value)


def read_packed(packed: bytes, kind: type[T]) -> T:
    """Give a packed value."""
    return msgspec.msgpack.decode(packed, type=kind)


def write_note(value: object) -> str:
    """Write a value as the text of a note."""
    return _encoder().encode(value).decode()


def read_note(note: str, kind: type[T]) -> T | None:
    """Read a value back; None when the note does not hold one."""
    try:
        return msgspec.json.decode(note, type=kind)
    except UNREADABLE:
        return None


def read_article(file: Path, path: str, digest: str) -> Article:
    """Read an article in any process, while a build holds the cache. Raises ``UNREADABLE``."""
    query = "select article from outcome where path = ? and digest = ?"
    row = _reader(str(file)).execute(query, (path, digest)).fetchone()
    return decode_article(_unsealed(row and row[0]))


def read_card(file: Path, path: str, digest: str, fingerprint: str) -> Card:
    """Read the card of an article in any process, while a build holds the cache. Raises ``UNREADABLE``."""
    query = "select outcome from outcome where path = ? and digest = ? and fingerprint = ?"
    row = _reader(str(file)).execute(query, (path, digest, fingerprint)).fetchone()
    return _card_decoder().decode(_unsealed(row and row[0])).card


def read_text(file: Path, path: str) -> str:
    """Read the text of this path's article, without its markup, in any process. Raises ``UNREADABLE``."""
    blob = _blob(_reader(str(file)), "article", path)
    return _text_decoder().decode(blob).body.text


def read_traces(file: Path, paths: Sequence[str]) -> list[Trace]:
    """Read what of these paths' articles, a few hundred at most, is compared with others, in any process."""
    query = f"select path, trace from trace where path in ({', '.join('?' * len(paths))})"  # noqa: S608
    found = dict(_reader(str(file)).execute(query, paths).fetchall())
    return [_trace_decoder().decode(_unsealed(found.get(path))) for path in paths]


_readers: dict[tuple[str, int], sqlite3.Connection] = {}
"""By file and process: SQLite must not be carried across a fork."""


def _reader(file: str) -> sqlite3.Connection:
    """Open the cache for reading, once in each process."""
    whose = file, os.getpid()
    if whose not in _readers:
        _readers[whose] = sqlite3.connect(f"{Path(file).as_uri()}?mode=ro", uri=True, timeout=60)
    return _readers[whose]


def _close_reader(file: str) -> None:
    """Close it at once: a connection forgotten holds its file until the collector looks."""
    if reader := _readers.pop((file, os.getpid()), None):
        reader.close()


def _blob(database: sqlite3.Connection, column: str, path: str) -> bytes:
    row = database.execute(f"select {column} from outcome where path = ?", (path,)).fetchone()  # noqa: S608
    return _unsealed(row[0] if row else None)


def _sealed(data: bytes) -> bytes:
    return _digest(data) + data


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:CHECK]  # three times as fast as BLAKE2 where processors know it


def _unsealed(blob: object) -> bytes:
    data = blob[CHECK:] if isinstance(blob, bytes) else b""
    if not isinstance(blob, bytes) or _digest(data) != blob[:CHECK]:
        raise msgspec.DecodeError("the cache is damaged")
    return data


def _read_piece(blob: object, made_by: str) -> StoryRecord:
    """Read a piece of the record of stories. Raises ``UNREADABLE`` or ``ValueError``."""
    whose, marks, verdicts, holdings = _story_decoder().decode(_unsealed(blob))
    if whose != made_by:
        raise ValueError("other code made it")
    return StoryRecord(marks, unpack_verdicts(*verdicts), unpack(holdings))


def _read_outcome(blob: object) -> Outcome | None:
    try:
        return _outcome_decoder().decode(_unsealed(blob))
    except UNREADABLE:
        return None


@contextmanager
def open_cache(folder: Path, fingerprint: str) -> Iterator[Cache]:
    """Open the cache in ``folder``, made when missing and made anew when it is damaged.

    Raises ``OutputError`` when the folder cannot be written, or when another build holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        message = f"the cache folder cannot be written: {error.strerror}"
        raise OutputError(message, str(folder), "check its permissions") from error
    database = _open_database(folder / FILE)
    try:
        yield Cache(database, fingerprint, folder / FILE)
        database.commit()
    except sqlite3.Error as error:
        hint = "make room on the disk, or delete the cache, and build again"
        raise OutputError(f"the cache cannot be written: {error}", str(folder), hint) from error
    finally:
        _close_reader(str(folder / FILE))
        database.rollback()  # or a read that was broken off would hold the file beyond the close
        database.close()


def fingerprint_of(*parts: str) -> str:
    """Digest what outcomes depend on: these parts, and the code and data of this package.

    Our own code is a dependency like any other, so an upgrade cleans everything anew.
    """
    digest = hashlib.blake2b(_package_digest().encode(), digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def digest_versions() -> str:
    """Digest the versions of the packages that decide what bytes are written."""
    from importlib.metadata import version

    return hashlib.sha256("".join(f"{name} {version(name)}\n" for name in LIBRARIES).encode()).hexdigest()


@functools.cache
def _package_digest() -> str:
    root = Path(__file__).parent
    digest = hashlib.blake2b(digest_versions().encode(), digest_size=20)
    for file in sorted(file for ending in ("py", "toml", "tsv", "txt") for file in root.rglob(f"*.{ending}")):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _open_database(file: Path) -> sqlite3.Connection:
    """Open and hold the database; a damaged one is deleted and made anew."""
    try:
        return _prepared(file)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise OutputError("another build is using the cache", str(file), "wait for it to end") from error
        if "no such" in str(error):  # somebody else's tables
            return _anew(file)
        raise OutputError(f"the cache cannot be used: {error}", str(file), "delete it") from error
    except sqlite3.DatabaseError:  # not a database, or a damaged one: it only costs time
        return _anew(file)


def _anew(file: Path) -> sqlite3.Connection:
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
    return _prepared(file)


def _prepared(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=0.1)
    try:
        # A power cut may cost the cache, which is made again; waiting for the disk costs every build.
        database.execute("pragma synchronous = off")
        # Workers read what the parent has saved while it goes on writing.
        database.execute("pragma journal_mode = wal")
        database.execute("begin immediate")
        layout = database.execute("pragma user_version").fetchone()[0]
        if layout != LAYOUT:
            for table in TABLES:
                database.execute(f"drop table if exists {table}")
            for statement in (TABLE, TRACES, PAGES, FOLDERS, NOTES):
                database.execute(statement)
            database.execute(f"pragma user_version = {LAYOUT}")
        for table in TABLES:
            database.execute(f"select * from {table} limit 1").fetchone()  # noqa: S608
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _plain(value: object) -> str:
    if isinstance(value, SafeHtml):
        return str.__str__(value)
    raise NotImplementedError(type(value).__name__)


def _gated(wanted: type, value: object) -> object:
    """Let HTML from the cache in through the gate, as if it were new."""
    from site_builder.sanitize import sanitize

    html = str(value)
    media = html.count('src="media:')
    return sanitize(html, media, links=MANY) if wanted is SafeHtml else value


@functools.cache
def _encoder() -> msgspec.json.Encoder:
    return msgspec.json.Encoder(enc_hook=_plain)


@functools.cache
def _article_decoder() -> msgspec.json.Decoder[Article]:
    return msgspec.json.Decoder(Article, dec_hook=_gated)


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _TextOnly:
    """An article of which nothing but the text is read, so that nothing needs the gate."""

    body: _Text


@dataclass(frozen=True, slots=True)
class _CardOnly:
    """An outcome of which nothing but the card is read (gain: two thirds)."""

    card: Card


@functools.cache
def _card_decoder() -> msgspec.json.Decoder[_CardOnly]:
    return msgspec.json.Decoder(_CardOnly)


@functools.cache
def _text_decoder() -> msgspec.json.Decoder[_TextOnly]:
    return msgspec.json.Decoder(_TextOnly)


_Columns = tuple[tuple[bytes, ...], list[str], list[str], list[str]]
_Rest = tuple[str, list[str], _Columns, tuple[bytes, bytes, bytes]]
"""A piece of the record of stories as it rests in the cache, with what made it."""


@functools.cache
def _story_decoder() -> msgspec.msgpack.Decoder[_Rest]:
    return msgspec.msgpack.Decoder(_Rest)


@functools.cache
def _trace_decoder() -> msgspec.msgpack.Decoder[Trace]:
    return msgspec.msgpack.Decoder(Trace)


@functools.cache
def _outcome_decoder() -> msgspec.json.Decoder[Outcome]:
    return msgspec.json.Decoder(Outcome)

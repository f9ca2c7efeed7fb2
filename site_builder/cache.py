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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from site_builder.errors import OutputError
from site_builder.model import Article, Outcome, SafeHtml, Trace
from site_builder.stories.ledger import LEDGER, Ledger

LAYOUT = 2
"""Raised when the table below changes; a cache with another number is thrown away."""

TABLE = """create table if not exists outcome(
    path text primary key, digest text, fingerprint text, outcome blob, article blob, trace blob
) without rowid"""


def encode_article(article: Article) -> bytes:
    """Write an article as JSON, which keeps a time's own offset (MessagePack makes it UTC)."""
    return _encoder().encode(article)


def decode_article(blob: bytes) -> Article:
    """Read an article back; its HTML passes the gate again, since a file is no witness."""
    return _article_decoder().decode(blob)


def encode_trace(trace: Trace) -> bytes:
    """Write a trace as it rests in the cache."""
    return _encoder().encode(trace)


class Cache:
    """The store of one build. ``fingerprint`` stands for all that an outcome depends on."""

    def __init__(self, database: sqlite3.Connection, fingerprint: str) -> None:
        self._database, self._fingerprint = database, fingerprint

    @property
    def fingerprint(self) -> str:
        """What stands for all that an outcome depends on, its own file aside."""
        return self._fingerprint

    def find(self, path: str, digest: str) -> Outcome | None:
        """Give what became of these very bytes under these very rules; its blob stays behind."""
        row = self._database.execute(
            "select outcome from outcome where path = ? and digest = ? and fingerprint = ?",
            (path, digest, self._fingerprint),
        ).fetchone()
        return None if row is None else _outcome_decoder().decode(row[0])

    def keep(self, outcome: Outcome) -> None:
        """Store an outcome and, apart from it, its article and its trace."""
        light = _encoder().encode(replace(outcome, blob=b"", trace=b""))
        self._database.execute(
            "insert or replace into outcome values (?, ?, ?, ?, ?, ?)",
            (outcome.path, outcome.digest, self._fingerprint, light, outcome.blob, outcome.trace),
        )

    def load_article(self, path: str) -> Article:
        """Give the article that ``keep`` stored for this path."""
        query = "select article from outcome where path = ?"
        (blob,) = self._database.execute(query, (path,)).fetchone()
        return decode_article(blob)

    def load_trace(self, path: str) -> Trace:
        """Give what of this path's article is compared with others."""
        (blob,) = self._database.execute("select trace from outcome where path = ?", (path,)).fetchone()
        return _trace_decoder().decode(blob)

    def load_text(self, path: str) -> str:
        """Give the text of this path's article, without its markup."""
        (blob,) = self._database.execute("select article from outcome where path = ?", (path,)).fetchone()
        return _text_decoder().decode(blob).body.text

    def find_note(self, name: str) -> str:
        """Give a note that an earlier build left; empty when there is none."""
        row = self._database.execute("select note from note where name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def keep_note(self, name: str, note: str) -> None:
        """Leave a note for the next build, such as what a part of the search index was made from."""
        self._database.execute("insert or replace into note values (?, ?)", (name, note))

    def find_ledger(self) -> Ledger:
        """Give what the last build found out between articles; an empty one if other code made it."""
        try:
            ledger = _ledger_decoder().decode(self.find_note(LEDGER) or "{}")
        except msgspec.DecodeError:  # an older form: it only costs time
            return Ledger()
        return ledger if ledger.made_by == self._fingerprint else Ledger()

    def keep_ledger(self, ledger: Ledger) -> None:
        """Leave what was found out between articles for the next build."""
        self.keep_note(LEDGER, _encoder().encode(replace(ledger, made_by=self._fingerprint)).decode("utf-8"))

    def forget_all_but(self, paths: Iterable[str]) -> None:
        """Drop what belongs to files that are no longer there."""
        kept = set(paths)
        known = [path for (path,) in self._database.execute("select path from outcome")]
        gone = [(path,) for path in known if path not in kept]
        self._database.executemany("delete from outcome where path = ?", gone)


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
    database = _open_database(folder / "cache.sqlite3")
    try:
        yield Cache(database, fingerprint)
        database.commit()
    except sqlite3.Error as error:
        hint = "make room on the disk, or delete the cache, and build again"
        raise OutputError(f"the cache cannot be written: {error}", str(folder), hint) from error
    finally:
        database.close()


def fingerprint_of(*parts: str) -> str:
    """Digest what outcomes depend on: these parts, and the code and data of this package.

    Our own code is a dependency like any other, so an upgrade cleans everything anew.
    """
    digest = hashlib.blake2b(_package_digest().encode(), digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@functools.cache
def _package_digest() -> str:
    from importlib.metadata import version

    root = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=20)
    for name in ("ahocorasick-rs", "markdown-it-py", "nh3", "python-frontmatter", "rjieba", "selectolax"):
        digest.update(f"{name} {version(name)}\n".encode())
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
        raise OutputError(f"the cache cannot be used: {error}", str(file), "delete it") from error
    except sqlite3.DatabaseError:  # not a database, or a damaged one: it only costs time
        os.unlink(file)
        return _prepared(file)


def _prepared(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=0.1)
    try:
        # A power cut may cost the cache, which is made again; waiting for the disk costs every build.
        database.execute("pragma synchronous = off")
        database.execute("begin immediate")
        if database.execute("pragma user_version").fetchone()[0] not in (0, LAYOUT):
            database.execute("drop table if exists outcome")
        database.execute(TABLE)
        database.execute("create table if not exists note(name text primary key, note text) without rowid")
        database.execute(f"pragma user_version = {LAYOUT}")
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
    return sanitize(html, media=html.count('src="media:')) if wanted is SafeHtml else value


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


@functools.cache
def _text_decoder() -> msgspec.json.Decoder[_TextOnly]:
    return msgspec.json.Decoder(_TextOnly)


@functools.cache
def _ledger_decoder() -> msgspec.json.Decoder[Ledger]:
    return msgspec.json.Decoder(Ledger)


@functools.cache
def _trace_decoder() -> msgspec.json.Decoder[Trace]:
    return msgspec.json.Decoder(Trace)


@functools.cache
def _outcome_decoder() -> msgspec.json.Decoder[Outcome]:
    return msgspec.json.Decoder(Outcome)

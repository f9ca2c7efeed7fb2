"""The pictures of a site as it will be published: their renditions, made once and kept.

In: pictures, and the folders that hold their bytes. Out: the same pictures with their renditions,
and the files to publish. The rules it guards: what was made of a picture is kept by (digest,
recipe) and made again only when it is missing; and when nothing changed, nothing is looked at but
one list of digests and the times of at most 256 folders.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import msgspec

from site_builder.errors import OutputError
from site_builder.model import Picture, Rendition
from site_builder.pictures.embedded import keep_bytes

PICTURES = "pictures"
"""The cache's folder for all this."""

LAYOUT = 1
"""Raised when the tables below change; a gallery with another number is made anew."""

TABLES = """
create table if not exists picture(
    digest text primary key, recipe text, cover text, shape blob, files blob, problem text) without rowid;
create table if not exists hung(output text primary key, value text, manifest text) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where bytes are: the articles' folder, the media store, and what was made of both.

    Pictures that articles hold inside lie with what was made.
    """

    content: str
    store: str
    made: str

    def find(self, picture: Picture) -> str:
        """Give the path of a picture's own bytes."""
        if picture.home == "inside":
            return os.path.join(self.made, picture.url)
        return os.path.join(self.store if picture.home == "store" else self.content, picture.file)


@dataclass(frozen=True, slots=True)
class File:
    """A file to publish: where, from where, and what it holds."""

    path: str
    """Relative to the site: ``media/ab/…``."""
    source: str
    digest: str
    size: int
    picture: str
    """Digest of the picture that it is, or that it was made of."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made of one picture, or the ``problem`` that kept it from being made."""

    digest: str
    renditions: tuple[Rendition, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
    """(site-relative path, SHA-256, bytes) of every file, the picture itself first."""
    problem: str = ""


def prepare_picture(places: Places, picture: Picture) -> Prepared:
    """Make the renditions of one picture and keep them; in any process, which decodes nothing itself."""
    from site_builder.pictures.derive import UnusablePicture
    from site_builder.pictures.encoder import encode_apart

    try:
        with open(places.find(picture), "rb") as file:
            data = file.read()
    except OSError as error:
        return Prepared(picture.digest, problem=f"its bytes are not here: {error.strerror}")
    if hashlib.sha256(data).hexdigest() != picture.digest:
        return Prepared(picture.digest, problem="its bytes are not the ones that were stored")
    files = [(picture.url, picture.digest, len(data))]
    try:
        made = encode_apart(data)
    except UnusablePicture as error:
        return Prepared(picture.digest, files=tuple(files), problem=f"it cannot be decoded: {error}")
    renditions = []
    for one in made:
        path = f"media/{picture.digest[:2]}/{picture.digest[:20]}{one.name}"
        keep_bytes(os.path.join(places.made, path), one.data)
        files.append((path, hashlib.sha256(one.data).hexdigest(), len(one.data)))
        renditions.append(Rendition(path, one.type, one.width, one.height, one.use))
    return Prepared(picture.digest, tuple(renditions), tuple(files))


class Gallery:
    """What was made of pictures, by digest. ``dress`` gives a picture its renditions."""

    def __init__(self, database: sqlite3.Connection, recipe: str) -> None:
        self._database, self._recipe = database, recipe
        query = "select digest, cover from picture where recipe = ?"
        self._covers: dict[str, str] = dict(database.execute(query, (recipe,)))
        self._shapes: dict[str, bytes] | None = None
        """Read when a page is first made: most builds make few, and one where nothing changed none."""
        self._absent: dict[str, str] = {}

    @property
    def recipe(self) -> str:
        """What makes the files: the recipe and the encoders' version."""
        return self._recipe

    def list_missing(self, pictures: Iterable[Picture]) -> list[Picture]:
        """List the pictures of which nothing was made yet, each once, by digest."""
        missing = {picture.digest: picture for picture in pictures if picture.digest not in self._covers}
        return [missing[digest] for digest in sorted(missing)]

    def keep(self, made: Prepared) -> None:
        """Remember what was made of a picture; one whose bytes are not here is tried again."""
        if not made.files:
            self._absent[made.digest] = made.problem
            return
        cover = next((one.url for one in made.renditions if one.use == "cover"), "")
        self._covers[made.digest] = cover
        shape, files = msgspec.msgpack.encode(made.renditions), msgspec.json.encode(made.files)
        self._shapes = None
        row = (made.digest, self._recipe, cover, shape, files, made.problem)
        self._database.execute("insert or replace into picture values (?, ?, ?, ?, ?, ?)", row)

    def list_damaged(self) -> dict[str, str]:
        """Say, by digest, which pictures could not be decoded, and why."""
        query = "select digest, problem from picture where problem != '' and recipe = ?"
        return dict(self._database.execute(query, (self._recipe,)))

    def list_absent(self) -> dict[str, str]:
        """Say, by digest, which pictures' bytes are not here, and why."""
        return dict(self._absent)

    def find_cover(self, digest: str) -> str:
        """Give the address of a picture's cover; empty where its shape is not fit for one."""
        return self._covers.get(digest, "")

    def dress(self, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
        """Give pictures their renditions, and leave out those whose bytes are not here."""
        return tuple(
            replace(picture, renditions=self._shape(picture.digest))
            for picture in pictures
            if picture.digest not in self._absent
        )

    def _shape(self, digest: str) -> tuple[Rendition, ...]:
        if self._shapes is None:
            query = "select digest, shape from picture where recipe = ?"
            self._shapes = dict(self._database.execute(query, (self._recipe,)))
        shape = self._shapes.get(digest)
        return _shape_decoder().decode(shape) if shape else ()

    def list_files(self, pictures: Mapping[str, Picture], places: Places) -> Iterator[File]:
        """List every file of these pictures, by digest."""
        for digest in sorted(pictures):
            query = "select files from picture where digest = ? and recipe = ?"
            row = self._database.execute(query, (digest, self._recipe)).fetchone()
            for number, (path, sha256, size) in enumerate(_files_decoder().decode(row[0]) if row else ()):
                source = os.path.join(places.made, path) if number else places.find(pictures[digest])
                yield File(path, source, sha256, size, digest)

    def forget(self, digests: Iterable[str]) -> None:
        """Forget what was made of pictures, because its files are gone."""
        for digest in digests:
            self._covers.pop(digest, None)
            self._shapes = None
            self._database.execute("delete from picture where digest = ?", (digest,))

    def forget_all_but(self, digests: Iterable[str], places: Places) -> None:
        """Drop what was made of pictures that no article shows any more, and its files."""
        kept = set(digests)
        known = [digest for (digest,) in self._database.execute("select digest from picture")]
        gone = [digest for digest in known if digest not in kept]
        for digest in gone:
            for path in Path(places.made, "media", digest[:2]).glob(f"{digest[:20]}*"):
                path.unlink(missing_ok=True)
        self._database.executemany("delete from picture where digest = ?", [(digest,) for digest in gone])

    # --- what the output has already ---------------------------------------------------------------

    def find_published(self, output: Path, digests: Iterable[str]) -> str:
        """Give the digest of the manifest if the output holds exactly these pictures; else nothing.

        The times of its folders tell: a file that is added, removed or replaced changes that of
        its folder. Bytes that were changed in place are found by ``sha256sum -c``, not here.
        """
        query = "select value, manifest from hung where output = ?"
        row = self._database.execute(query, (str(output),)).fetchone()
        return row[1] if row is not None and row[0] == self._hanging(output, digests) else ""

    def note_published(self, output: Path, digests: Iterable[str], manifest: str) -> None:
        """Remember that the output holds these pictures, and the digest of the manifest that says so."""
        row = (str(output), self._hanging(output, digests), manifest)
        self._database.execute("insert or replace into hung values (?, ?, ?)", row)

    def _hanging(self, output: Path, digests: Iterable[str]) -> str:
        seen = hashlib.blake2b(self._recipe.encode(), digest_size=20)
        seen.update("".join(sorted(digests)).encode())
        with suppress(FileNotFoundError), os.scandir(output) as folders:
            for folder in sorted(folders, key=lambda entry: entry.name):
                if folder.is_dir(follow_symlinks=False):
                    seen.update(f"{folder.name} {folder.stat().st_mtime_ns}\n".encode())
        return seen.hexdigest()


@contextmanager
def open_gallery(folder: Path) -> Iterator[Gallery]:
    """Open what earlier builds made; a damaged one is made anew."""
    from site_builder.pictures.derive import RECIPE

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "check its permissions"
        raise OutputError(f"cannot be written: {error.strerror}", str(folder), hint) from error
    file = folder / "gallery.sqlite3"
    try:
        database = _prepared(file)
    except sqlite3.DatabaseError:  # damaged: it only costs time
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        database = _prepared(file)
    try:
        yield Gallery(database, f"{RECIPE} pillow {version('pillow')}")
        database.commit()
    finally:
        database.close()


@functools.cache
def _shape_decoder() -> msgspec.msgpack.Decoder[tuple[Rendition, ...]]:
    return msgspec.msgpack.Decoder(tuple[Rendition, ...])


@functools.cache
def _files_decoder() -> msgspec.json.Decoder[tuple[tuple[str, str, int], ...]]:
    return msgspec.json.Decoder(tuple[tuple[str, str, int], ...])


def _prepared(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=5)
    try:
        database.execute("pragma synchronous = off")
        if database.execute("pragma user_version").fetchone()[0] not in (0, LAYOUT):
            database.executescript("drop table if exists picture; drop table if exists hung;")
        database.executescript(TABLES)
        database.execute(f"pragma user_version = {LAYOUT}")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database

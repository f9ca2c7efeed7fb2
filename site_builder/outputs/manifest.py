"""What proves an archive years later: its settings beside its originals, and a manifest of all.

In: the settings and rules that shaped the pages, and what was written. Out: ``archive/…`` and
``manifest.json``. The rule it guards: **the folder is enough**. With the program and nothing
else than the published site, anyone can build the pages again from the originals and compare.

``manifest-sha256.txt`` (RFC 8493's form, made by the write step) has every file's digest, that of
``manifest.json`` too; ``manifest.json`` adds sizes, media types and each article's chain of
digests: the original bytes, the cleaned body, the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from site_builder.model import Card, Outcome, Page, Patch
from site_builder.outputs.exports import original_url
from site_builder.outputs.lines import Piece, Text, change_lines

FORMAT = "site-builder-manifest/1"
"""Changes when a field changes its meaning or goes; a new field leaves it as it is."""

NAME = "manifest.json"

MEDIA_TYPES = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain",
    "svg": "image/svg+xml",
    "xml": "application/xml", "json": "application/json", "toml": "application/toml", "png": "image/png",
    "jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "gif": "image/gif",
}  # fmt: skip


class ListedFile(Protocol):
    """What must be known of a file that was written."""

    @property
    def path(self) -> str:
        """Site path."""

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hex."""

    @property
    def size(self) -> int:
        """Bytes."""


class Record(NamedTuple):
    """A file of the site's folder that shaped the pages: where it is kept, and where it lies."""

    path: str
    file: Path


def find_records(
    tags: Path | None, threads: Path | None, lock: Path, sources: Path | None, templates: Path | None
) -> Iterator[Record]:
    """Find the site's own names, corrections, rules and templates, and what ``capture`` noted.

    A template is kept with ``.txt`` behind its name, so that no host serves it as a page.
    """
    captured = lock if lock.is_file() else None
    for name, file in (("tags.toml", tags), ("threads.toml", threads), (lock.name, captured)):
        if file is not None:
            yield Record(f"archive/{name}", file)
    for folder, root, more in (("sources", sources, ""), ("templates", templates, ".txt")):
        if root is None:
            continue
        for file in sorted(root.rglob("*")):
            place = file.relative_to(root)
            if file.is_file() and not any(part.startswith(".") for part in place.parts):
                yield Record(f"archive/{folder}/{place.as_posix()}{more}", file)


def list_records(settings: str, records: Iterable[Record]) -> Iterator[Page]:
    """List what is kept of the site's own folder; ``settings`` is the text of its ``site.toml``."""
    yield Page("archive/site.toml", settings.encode())
    for record in records:
        yield Page(record.path, record.file.read_bytes())


def write_manifest(
    generator: str, encoder: str, files: Iterable[ListedFile], built: Mapping[str, tuple[Card, Outcome]]
) -> Page:
    """Write ``manifest.json``: one line a file and one line an article, sorted.

    ``files`` come in the order of their paths. ``encoder`` is what made the pictures' files; other versions
    make other bytes of the same pixels.
    """
    digests: dict[str, str] = {}
    lines: list[bytes] = []
    for file in files:
        lines.append(_bytes(_file(file)))
        if file.path in built:
            digests[file.path] = file.digest
    rows = b",\n".join(lines)
    del lines  # 40 MB of 100,000 articles
    chains = b",\n".join(_bytes(_chain(url, *built[url], digests)) for url in sorted(built) if url in digests)
    # As bytes from the first: 100,000 articles have 100 MB of it, and as text it would be there thrice.
    return Page(NAME, b"".join((_heading(generator, encoder), rows, _ARTICLES, chains, _END)))


def amend_manifest(
    standing: Text,
    generator: str,
    encoder: str,
    files: Iterable[ListedFile],
    gone: Iterable[str],
    chains: Mapping[str, bytes],
) -> Patch:
    """Write ``manifest.json`` again where only some ``files`` and ``chains`` are other ones."""
    rows: dict[str, bytes | None] = {file.path: _bytes(_file(file)) + b",\n" for file in files}
    without: dict[str, bytes | None] = dict.fromkeys(gone)
    start = standing.find(_FILES, 0, len(standing)) + len(_FILES)
    middle = standing.find(_ARTICLES, start - 1, len(standing))
    end = len(standing) - len(_END)
    listed = _change(standing, {**rows, **without}, start, middle)
    articles = _change(standing, {**chains, **without}, middle + len(_ARTICLES), end)
    heading = _heading(generator, encoder)
    if heading == standing[:start] and all(isinstance(piece, range) for piece in (*listed, *articles)):
        return Patch(NAME, (range(len(standing)),))
    return Patch(NAME, (heading, *listed, _ARTICLES, *articles, _END))


def _change(standing: Text, changes: Mapping[str, bytes | None], low: int, high: int) -> list[Piece]:
    """Change lines of which each but the last has a comma behind it."""
    pieces: list[Piece] = []
    for piece in change_lines(standing, _key_of, changes, low, high + 1 if high > low else low):
        if isinstance(piece, range) and piece.stop > high:
            pieces += (range(piece.start, high), b",\n")
        else:
            pieces.append(piece)
    if pieces and isinstance(last := pieces[-1], range):
        pieces[-1] = range(last.start, last.stop - len(b",\n"))
    elif pieces and isinstance(last, bytes):
        pieces[-1] = last.removesuffix(b",\n")
    return pieces


def list_chains(built: Mapping[str, tuple[Card, Outcome]], files: Iterable[ListedFile]) -> dict[str, bytes]:
    """Write the lines of some articles; their pages are among the ``files``."""
    digests = {file.path: file.digest for file in files if file.path in built}
    return {url: _bytes(_chain(url, *built[url], digests)) + b",\n" for url in digests}


def _key_of(line: bytes) -> str:
    found = _KEY.match(line)
    assert found is not None, line
    key: str = json.loads(found[1])
    return key


def _heading(generator: str, encoder: str) -> bytes:
    told = f'"format": "{FORMAT}",\n"generator": {_text(generator)},\n"encoder": {_text(encoder)}'
    return b"{\n" + _bytes(told) + _FILES


_FILES, _ARTICLES, _END = b',\n"files": [\n', b'\n],\n"articles": [\n', b"\n]\n}\n"
_KEY = re.compile(rb'\{"(?:path|page)": ("(?:[^"\\]|\\.)*")')


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _file(file: ListedFile) -> str:
    path = file.path
    kind = MEDIA_TYPES.get(path[path.rfind(".") + 1 :], "application/octet-stream")
    return f'{{"path": {_text(path)}, "bytes": {file.size}, "type": "{kind}", "sha256": "{file.digest}"}}'


def _chain(url: str, card: Card, outcome: Outcome, digests: Mapping[str, str]) -> str:
    beside = ", ".join(
        f'{{"file": {_text(picture.file)}, "kept": {_text(picture.url)}}}'
        for picture in outcome.pictures
        if picture.home == "beside"
    )
    pictures = f'"pictures": [{beside}], ' if beside else ""
    return (
        f'{{"page": {_text(url)}, "original": {_text(original_url(url))}, "file": {_text(outcome.path)}, '
        f'{pictures}"sha256": {{"original": "{outcome.digest}", "body": "{outcome.body_digest}", '
        f'"page": "{digests[url]}"}}}}'
    )


def _text(text: str) -> str:
    return f'"{text}"' if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


_PLAIN = re.compile(r"[\w./-]*", re.ASCII)
"""A path that is the same in JSON (gain: 2 of 4 µs a file)."""

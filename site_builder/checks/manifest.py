"""Whether a built site is, byte for byte, what was built; and how to build it again from itself.

In: the folder of a built site, and nothing else. Out: findings. The rule it guards: every byte
of every file is hashed again; a file that no manifest names is told as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from site_builder.checks import MANIFEST, list_files, list_site
from site_builder.errors import Finding, OutputError, finding
from site_builder.workers import Map

SEAL = "manifest.json"
FORMAT = "site-builder-manifest/1"
CHUNK = 1 << 20
WHOLE = re.compile(r"[0-9a-f]{64}\.[a-z]+")
"""The name of a picture's own bytes; what was made of it has a shorter one."""


class Promise(NamedTuple):
    """What a manifest says of a file: its digest, and where it says so."""

    digest: str
    manifest: str
    line: int


def verify_site(public: Path, run: Map = map) -> list[Finding]:
    """Compare every file with the manifests, and the manifests with each other.

    Raises ``OutputError`` when there is no built site.
    """
    files, findings = list_site(public)
    if MANIFEST not in files:
        return [*findings, finding("seal-missing", MANIFEST, "the site has no manifest")]
    promised = read_manifests(public, files, findings)
    here = sorted(path for path in promised if path in files)
    for path, digest in zip(here, run(partial(digest_of, str(public)), here), strict=True):
        if digest != promised[path].digest:
            now = f"its SHA-256 is {digest}, and" if digest else "it cannot be read; its SHA-256"
            message = f"{now} was {promised[path].digest}"
            findings.append(finding("file-changed", path, message))
    for path in promised.keys() - files.keys():
        promise = promised[path]
        message = f"line {promise.line} of {promise.manifest} names it; it is not there"
        findings.append(finding("file-missing", path, message))
    for path in files.keys() - promised.keys() - {MANIFEST}:
        findings.append(finding("file-added", path, "no manifest names it"))
    findings += check_seal(public, files, promised)
    return sorted(findings)


def read_manifests(public: Path, files: Mapping[str, int], findings: list[Finding]) -> dict[str, Promise]:
    """Read the site's manifest and those that it names in folders below; tell what cannot be read."""
    promised: dict[str, Promise] = {}
    todo = [MANIFEST]
    while todo:
        manifest = todo.pop()
        folder = manifest.removesuffix(MANIFEST)
        text = (public / manifest).read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            digest, blanks, name = line.partition("  ")
            path = folder + name
            if (
                not blanks
                or len(digest) != 64
                or set(digest) - set("0123456789abcdef")
                or not is_inside(name)
            ):
                findings.append(finding("seal-broken", manifest, "this line names no file", line=number))
            elif path in promised:
                findings.append(finding("seal-broken", manifest, f"names {path} twice", line=number))
            else:
                promised[path] = Promise(digest, manifest, number)
                if name.endswith(f"/{MANIFEST}") and path in files:
                    todo.append(path)
    return promised


def is_inside(path: str) -> bool:
    """Tell whether a path out of a manifest stays in its folder."""
    parts = path.replace(os.sep, "/").split("/")  # on Windows a backslash parts names, too
    drive = os.path.splitdrive(path)[0]
    return bool(path) and "\0" not in path and not os.path.isabs(path) and not drive and ".." not in parts


def digest_of(public: str, path: str) -> str:
    """Give the SHA-256 of a file's bytes, in hex; empty when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(os.path.join(public, path), "rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def read_seal(public: Path) -> dict[str, Any]:
    """Read ``manifest.json``; raise ``ValueError`` when it is not what it should be."""
    try:
        seal = json.loads((public / SEAL).read_bytes())
        if seal["format"] != FORMAT:
            raise ValueError(f"its format is {seal['format']}, and this program knows {FORMAT}")
        if not all(isinstance(text, str) for text in _texts_of(seal)):
            raise ValueError("a name or a digest in it is no text")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    else:
        return dict(seal)


def _texts_of(seal: Mapping[str, Any]) -> Iterator[object]:
    """Yield all that must be text in a manifest; raise what a missing key raises."""
    for chain in seal["articles"]:
        yield from (chain["page"], chain["original"], chain["file"])
        yield from (chain["sha256"][kind] for kind in ("original", "body", "page"))
        for picture in chain.get("pictures", ()):
            yield from (picture["file"], picture["kept"])
    for file in seal["files"]:
        file["bytes"]
        yield from (file["path"], file["type"], file["sha256"])


def check_seal(public: Path, files: Mapping[str, int], promised: Mapping[str, Promise]) -> Iterator[Finding]:
    """Both manifests say the same, and each article's chain is that of its files."""
    if SEAL not in files:
        return
    try:
        seal = read_seal(public)
    except ValueError as error:
        yield finding("seal-broken", SEAL, str(error))
        return
    here = {path: promise.digest for path, promise in promised.items() if promise.manifest == MANIFEST}
    told = {file["path"]: file["sha256"] for file in seal["files"]}
    for path in sorted(path for path in (told.keys() ^ here.keys()) - {SEAL}):
        yield finding("seal-broken", SEAL, f"the two manifests disagree about whether there is a {path}")
    for path in sorted(told.keys() & here.keys()):
        if told[path] != here[path]:
            yield finding("seal-broken", SEAL, f"the two manifests disagree about {path}")
    for file in seal["files"]:
        if files.get(file["path"], file["bytes"]) != file["bytes"]:
            message = f"it has {files[file['path']]} bytes, and had {file['bytes']}"
            yield finding("file-changed", file["path"], message)
    for chain in seal["articles"]:
        for kind in ("original", "page"):
            if here.get(chain[kind]) != chain["sha256"][kind]:
                message = f"the chain of {chain['page']} does not begin or end at its files"
                yield finding("seal-broken", SEAL, message)


# --- from the originals ---------------------------------------------------------------------------


def list_programs(public: Path) -> list[str]:
    """List what a built site brings that building it again would run: its own templates and hooks, and
    publishers' rules with regular expressions, of which one may take longer than anybody waits."""
    archive = public / "archive"
    rules = (file for file in archive.glob("sources/**/*.toml") if _has_patterns(file))
    files = [*archive.glob("templates/**/*"), *archive.glob("sources/**/*.py"), *rules]
    return sorted(file.relative_to(public).as_posix() for file in files if not file.is_dir())


def _has_patterns(rules: Path) -> bool:
    """Tell whether any key of a file is ``pattern``; what cannot be read is not trusted either."""
    waiting: list[object] = []
    try:
        waiting.append(tomllib.loads(rules.read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return True
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "pattern" in one:
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def lay_out_site(public: Path, folder: Path) -> None:
    """Make, out of a built site alone, the folder that it was built from.

    Raises ``OutputError`` when the site lacks what that needs.
    """
    try:
        seal = read_seal(public)
    except ValueError as error:
        raise OutputError(f"the site cannot be built again: {error}", str(public / SEAL), "") from None
    if not (public / "archive" / "site.toml").is_file():
        raise OutputError("the site keeps no settings", str(public / "archive"), "build it with this version")
    kept = [path for path in sorted((public / "archive").rglob("*")) if path.is_file()]
    for file in kept:
        name = file.relative_to(public / "archive").as_posix()
        _put(folder, name.removesuffix(".txt") if name.startswith("templates/") else name, file.read_bytes())
    for chain in seal["articles"]:
        original, name = str(chain["original"]), str(chain["file"])
        if not is_inside(original) or not is_inside(name):
            raise OutputError("the manifest names a file outside the site", SEAL, "take the site from a copy")
        _put(folder, f"content/{name}", (public / original).read_bytes())
        for picture in chain.get("pictures", ()):
            _put_picture(public, folder, str(picture["kept"]), f"content/{picture['file']}")
    (folder / "content").mkdir(exist_ok=True)
    for file in sorted((public / "media").glob("??/*")):
        if WHOLE.fullmatch(file.name):
            _put_picture(public, folder, f"media/{file.parent.name}/{file.name}", "")


def _put_picture(public: Path, folder: Path, kept: str, place: str) -> None:
    """Give the folder a picture's own bytes; one that was absent when the site was built stays so."""
    if not is_inside(kept) or not is_inside(place or kept):
        raise OutputError("the manifest names a file outside the site", SEAL, "take the site from a copy")
    if (public / kept).is_file():
        _put(folder, place or kept, (public / kept).read_bytes())


def _put(folder: Path, name: str, data: bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def compare_sites(public: Path, rebuilt: Path) -> tuple[list[Finding], int, int]:
    """Compare a site with one built anew from its originals: findings, files compared, files passed over.

    What was made of a picture is passed over where other encoders made it: the same pixels have other
    bytes then. The picture's own bytes, and the pages that show it, are always compared.
    """
    findings: list[Finding] = []
    compared = passed = 0
    old, _ = list_files(public)
    new, _ = list_files(rebuilt)
    same = read_seal(public).get("encoder") == read_seal(rebuilt).get("encoder")
    for path in sorted((old.keys() | new.keys()) - {MANIFEST, SEAL, f"media/{MANIFEST}"}):
        if path.startswith("media/") and not same and not WHOLE.fullmatch(path.rpartition("/")[2]):
            passed += 1
            continue
        compared += 1
        if path not in old:
            findings.append(
                finding("rebuild-differs", path, "building again makes this file; it is not there")
            )
        elif path not in new:
            findings.append(finding("rebuild-differs", path, "building again does not make this file"))
        elif digest_of(str(public), path) != digest_of(str(rebuilt), path):
            findings.append(finding("rebuild-differs", path, "building again gives other bytes"))
    return findings, compared, passed

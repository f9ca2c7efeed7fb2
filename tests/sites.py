"""Small sites for tests: write one, build it, read it back with another parser than ours.

The reader here is BeautifulSoup on lxml, and it reads the built files, nothing of the program's own
memory: what it finds is what a visitor has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # bench/ is used for its generator, and is not installed
    sys.path.insert(0, str(ROOT))

LINKS = {
    "a": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "source": "src",
    "iframe": "src",
    "form": "action",
}


def read_tree(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_times(folder: Path) -> dict[str, tuple[int, int]]:
    """Say of every file below a folder which it is and when it was written, to the nanosecond."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder, in the order given."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


@dataclass(frozen=True)
class BuiltPage:
    """A page of a built site as an independent reader sees it."""

    path: str
    html: BeautifulSoup

    @property
    def kind(self) -> str:
        """The page's own word for what it is: home, year, article …"""
        body = self.html.body
        return str(body.get("data-page", "")) if body else ""

    def links(self) -> Iterator[tuple[Tag, str]]:
        """Yield every element that points somewhere, with the address as written."""
        for name, attribute in LINKS.items():
            for element in self.html.find_all(name):
                if element.get(attribute) is not None:
                    yield element, str(element[attribute])

    def targets(self) -> Iterator[str]:
        """Yield the site path that each relative link names, in order, with repeats."""
        for _, address in self.links():
            if (target := resolve(self.path, address)) is not None:
                yield target


def resolve(page: str, address: str) -> str | None:
    """Resolve an address against a page's site path; None when it leaves the site or the page's file.

    >>> resolve("2022/07/index.html", "../06/index.html#top")
    '2022/06/index.html'
    >>> resolve("index.html", "https://example.org/") is None
    True
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    if parts.path.startswith("/"):
        return parts.path  # never right in this project; kept so that a test can complain of it
    return os.path.normpath(os.path.join(os.path.dirname(page), unquote(parts.path))).replace(os.sep, "/")


@dataclass(frozen=True)
class BuiltSite:
    """A built site on disk."""

    out: Path

    @cached_property
    def files(self) -> dict[str, bytes]:
        return read_tree(self.out)

    @cached_property
    def pages(self) -> dict[str, BuiltPage]:
        return {
            path: BuiltPage(path, BeautifulSoup(data, "lxml"))
            for path, data in self.files.items()
            if path.endswith(".html")
        }

    @cached_property
    def articles(self) -> dict[str, BuiltPage]:
        """The article pages, dated and undated, without their ledgers."""
        return {
            path: page
            for path, page in self.pages.items()
            if page.html.select_one("article.h-entry .e-content")
        }

    def of_kind(self, kind: str) -> dict[str, BuiltPage]:
        """Give the pages of one kind."""
        return {path: page for path, page in self.pages.items() if page.kind == kind}


@dataclass(frozen=True)
class SmallSite:
    """A site folder that a test writes, builds and changes."""

    folder: Path

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def out(self) -> Path:
        return self.folder / "public"

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write or overwrite articles."""
        write_files(self.content, files)

    def configure(self, **settings: object) -> None:
        """Write ``site.toml``."""
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in settings.items()]
        (self.folder / "site.toml").write_text("".join(lines), "utf-8")

    def build(self, **overrides: object):  # type: ignore[no-untyped-def]
        """Build in this process, and return the report."""
        from site_builder.config import load_settings
        from site_builder.pipeline import build_site

        return build_site(load_settings(self.folder, {"output": self.out, "workers": 1, **overrides}))

    def run(
        self, *arguments: str, cwd: Path | None = None, umask: int = -1, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Build with the command line in a process of its own."""
        command = [
            sys.executable,
            "-m",
            "site_builder",
            "build",
            str(self.folder),
            "-o",
            str(self.out),
            *arguments,
        ]
        return subprocess.run(
            command,
            cwd=cwd or ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            umask=umask,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=300,
            check=False,
        )

    def read(self) -> BuiltSite:
        """Read what was built, afresh."""
        return BuiltSite(self.out)

"""A new archive, ready to build; or one that takes over the posts of another generator.

In: an empty folder, and perhaps the posts of a Hexo, Jekyll or Hugo site. Out: a folder that
builds at once and passes ``check --strict``. The rule it guards: nothing that exists is
overwritten, and the posts that are taken over are copied as they are, byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from site_builder import __version__
from site_builder.errors import ConfigError, OutputError

FILES = Path(__file__).parent / "files"
PLACES = {
    "site.toml": "site.toml",
    "tags.toml": "tags.toml",
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
    "publish.yml": ".github/workflows/publish.yml",
}
"""File of the starter -> where it goes."""

SAMPLE = ("welcome.md", "content/welcome.md")
ARTICLES = frozenset({".md", ".markdown", ".html", ".htm", ".txt"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})
POSTS = (
    ("Hexo", "source/_posts", "_config.yml"),
    ("Jekyll", "_posts", ""),
    ("Hugo", "content/posts", ""),
    ("Hugo", "content/post", ""),
    ("Hugo", "content", "hugo.toml"),
    ("Hugo", "content", "config.toml"),
)
"""(generator, where it keeps its posts, a file that must lie beside), the first that fits wins."""

LISTS = frozenset({"_index.md", "_index.html"})
"""Hugo's pages about a folder, which are no articles."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found to take over."""

    generator: str
    folder: Path
    articles: int
    pictures: int


def plan_site(
    folder: Path, title: str, language: str, timezone: str, sample: bool = True
) -> dict[str, bytes]:
    """List the files of a new archive: path -> bytes.

    ``title`` and the others go into ``site.toml`` as TOML has them.
    """
    words = {
        "@TITLE@": title.replace("\\", "\\\\").replace('"', '\\"'),
        "@LANGUAGE@": language,
        "@TIMEZONE@": timezone,
        "@VERSION@": __version__,
    }
    places = dict([*PLACES.items(), *([SAMPLE] if sample else [])])
    planned = {}
    for name, place in places.items():
        text = (FILES / name).read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, title if word == "@TITLE@" and name == "README.md" else value)
        planned[place] = text.encode()
    taken = sorted(place for place in planned if os.path.lexists(folder / place))
    if taken:
        raise OutputError(
            f"the folder already has {', '.join(taken)}", str(folder), "name a new or an empty folder"
        )
    return planned


def write_site(folder: Path, planned: dict[str, bytes]) -> None:
    """Write the planned files, none of which exists."""
    try:
        for place, data in planned.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "xb") as new:
                new.write(data)
        (folder / "content").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", str(error.filename or folder), "choose another folder"
        ) from error


def find_posts(folder: Path) -> tuple[str, Path]:
    """Find where another generator keeps its posts: (its name, the folder).

    A folder that is none of theirs but holds articles is taken as it is.
    """
    if not folder.is_dir():
        raise ConfigError("there is no such folder", str(folder), "name a Hexo, Jekyll or Hugo site")
    for generator, place, beside in POSTS:
        if (folder / place).is_dir() and (not beside or (folder / beside).is_file()):
            return generator, folder / place
    return "", folder


def take_over(source: Path, content: Path) -> Taken:
    """Copy another generator's posts, and the pictures beside them, into ``content``, as they are."""
    generator, posts = find_posts(source)
    if content.resolve().is_relative_to(posts.resolve()) or posts.resolve().is_relative_to(content.resolve()):
        raise ConfigError(
            "the new archive and the posts lie in each other", str(posts), "name another folder"
        )
    counts = {True: 0, False: 0}
    for file, place in list_posts(posts):
        target = content / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "xb") as new:
            new.write(file.read_bytes())
        counts[file.suffix.lower() in ARTICLES] += 1
    if not counts[True]:
        raise ConfigError(
            "there are no posts in this folder", str(posts), "name the site's folder, or that of its posts"
        )
    return Taken(generator, posts, counts[True], counts[False])


def list_posts(posts: Path) -> Iterator[tuple[Path, str]]:
    """Yield each post and picture with its place in ``content``.

    Hugo keeps a post with pictures as ``name/index.md``; all articles called ``index`` would want
    one name, so it becomes ``name/name.md``.
    """
    for folder, folders, names in os.walk(posts):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            kept = file.suffix.lower() in ARTICLES | PICTURES and name not in LISTS
            if name.startswith(".") or not kept or file.is_symlink():
                continue
            place = file.relative_to(posts)
            if file.stem == "index" and file.suffix.lower() in ARTICLES and len(place.parts) > 1:
                place = place.with_name(f"{place.parent.name}{file.suffix}")
            yield file, place.as_posix()

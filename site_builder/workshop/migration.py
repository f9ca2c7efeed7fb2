"""The posts of another generator become articles of an archive.

In: the folder of a Hexo, Jekyll or Hugo site, or a folder of articles. Out: its posts and the
pictures that they show, in ``content/``. The rules it guards: what was never published (drafts) is
not published now; the other site is only read; and a post is changed nowhere but where it holds
marks that only its generator understands, which become what they stand for.
"""

# Patterns read best whole:
# ruff: noqa: E501

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from site_builder.errors import ConfigError

ARTICLES = frozenset({".md", ".markdown", ".mdx", ".mdown", ".mkd", ".html", ".htm", ".txt"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"})
NOT_SITES = frozenset({"_site", "node_modules", "vendor", "public"})
"""Folders beside posts that hold what was built, or programs."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a generator keeps its posts, and its other files, which rooted addresses name."""

    name: str
    posts: str
    statics: str
    beside: str = ""
    """A pattern of which something must lie in the site's folder."""


KINDS = (
    Kind("Hexo", "source/_posts", "source", "_config*.yml"),
    Kind("Jekyll", "_posts", "."),
    Kind("Hugo", "content", "static", "hugo.*"),
    Kind("Hugo", "content", "static", "config.*"),
    Kind("Hugo", "content", "static", "config/_default/*"),
    Kind("Hugo", "content/posts", "static"),
    Kind("Hugo", "content/post", "static"),
)
"""The first that fits wins."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found to take over, and what was left."""

    generator: str
    folder: Path
    articles: int
    pictures: int
    drafts: int
    undated: int
    """Pages of a Hugo site that are no posts."""
    changed: int
    """Posts in which marks of the generator became what they stand for."""


def find_posts(folder: Path) -> tuple[str, Path]:
    """Find where another generator keeps its posts: (its name, the folder).

    A folder that is none of theirs but holds articles is taken as it is.
    """
    kind = _kind_of(folder)
    return (kind.name, folder / kind.posts) if kind else ("", folder)


def _kind_of(folder: Path) -> Kind | None:
    if not folder.is_dir():
        raise ConfigError("there is no such folder", str(folder), "name a Hexo, Jekyll or Hugo site")
    for kind in KINDS:
        if (folder / kind.posts).is_dir() and (not kind.beside or any(folder.glob(kind.beside))):
            return kind
    return None


def take_over(source: Path, content: Path) -> Taken:
    """Copy another generator's posts, and the pictures that they show, into ``content``."""
    kind = _kind_of(source)
    posts = source / kind.posts if kind else source
    if content.resolve().is_relative_to(posts.resolve()) or posts.resolve().is_relative_to(content.resolve()):
        raise ConfigError(
            "the new archive and the posts lie in each other", str(posts), "name another folder"
        )
    written: dict[str, int] = {}
    drafts = undated = changed = 0
    shown: set[str] = set()
    for file, place in list_posts(source, kind):
        data = file.read_bytes()
        if file.suffix.lower() in ARTICLES:
            head = _head_of(data)
            if DRAFT.search(head):
                drafts += 1
                continue
            if kind and kind.name == "Hugo" and not DATE.search(head):
                undated += 1
                continue
            plain = translate(data, kind.name if kind else "")
            changed += plain != data
            data = plain
            shown |= {unquote(found.decode("utf-8", "replace")) for found in ROOTED.findall(data)}
        if place not in written:
            _put(content / place, data)
            written[place] = file.suffix.lower() in ARTICLES
    statics = (source / kind.statics).resolve() if kind else source.resolve()
    for address in sorted(shown):
        place = address.lstrip("/")
        file = statics / place
        inside = file.is_file() and file.resolve().is_relative_to(statics)
        if inside and not file.is_symlink() and place not in written:
            _put(content / place, file.read_bytes())
            written[place] = False
    articles = sum(written.values())
    if not articles:
        raise ConfigError(
            "there are no posts in this folder", str(posts), "name the site's folder, or that of its posts"
        )
    pictures = len(written) - articles
    return Taken(kind.name if kind else "", posts, articles, pictures, drafts, undated, changed)


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "xb") as new:
        new.write(data)


# --- which files ----------------------------------------------------------------------------------


def list_posts(source: Path, kind: Kind | None) -> Iterator[tuple[Path, str]]:
    """Yield each post and each picture beside one, with its place in ``content``."""
    roots = [source / kind.posts] if kind else [source]
    if kind and kind.name == "Jekyll":  # every folder may have posts of its own: travel/_posts
        roots += [folder for folder in _folders(source) if folder.name == "_posts" and folder not in roots]
    for root in roots:
        start = "" if root == roots[0] else root.parent.relative_to(source).as_posix()
        for folder in (root, *_folders(root)):
            for file in sorted(folder.iterdir()):
                kept = file.suffix.lower() in ARTICLES | PICTURES and not file.stem.startswith(
                    ("_index", ".")
                )
                if kept and file.is_file() and not file.is_symlink():
                    yield file, str(PurePosixPath(start, _place(file, root)))


def _folders(root: Path) -> Iterator[Path]:
    for folder, folders, _ in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_SITES)
        yield from (Path(folder, name) for name in folders)


def _place(file: Path, root: Path) -> PurePosixPath:
    """Say where a file goes.

    Hugo keeps a post with pictures as ``name/index.md``; all articles called ``index`` would want
    one name, so it becomes ``name/name.md``. Hexo keeps a post's pictures in a folder of its name, and
    names them as if they lay beside it; so the post goes into that folder.
    """
    place = PurePosixPath(file.relative_to(root).as_posix())
    if file.suffix.lower() not in ARTICLES:
        return place
    if file.name.startswith("index.") and len(place.parts) > 1:
        return place.with_name(place.parent.name + file.name.removeprefix("index"))
    return place.parent / place.stem / place.name if file.with_suffix("").is_dir() else place


# --- what is in them --------------------------------------------------------------------------------

DRAFT = re.compile(
    rb"""^[ \t]*"?(?:draft"?\s*[:=]\s*["']?true|published"?\s*[:=]\s*["']?false)\b""",
    re.MULTILINE | re.IGNORECASE,
)
DATE = re.compile(rb"""^[ \t]*"?(?:date|publishDate)"?\s*[:=]""", re.MULTILINE | re.IGNORECASE)
ROOTED = re.compile(rb"""["'(=\s](/[^\s"'()<>{}|?#]+\.(?:png|jpe?g|gif|webp|avif))""", re.IGNORECASE)
HEAD = re.compile(
    rb"\s*+(?:---[^\S\n]*+\n.*?\n---\s*\n|\+\+\+[^\S\n]*+\n.*?\n\+\+\+\s*\n|\{.*?\n\}\s*\n)", re.DOTALL
)
OLD_HEAD = re.compile(rb"\s*[A-Za-z]+:.*?\n-{3,}[ \t\r]*\n", re.DOTALL)
"""Hexo's front matter without its first line."""
CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)


def _head_of(data: bytes) -> bytes:
    found = HEAD.match(data[:65_536]) or OLD_HEAD.match(data[:65_536])
    return found[0] if found else b""


def _fence(found: re.Match[str]) -> str:
    language = re.search(r"(?:lang:)?(\w+)", found["options"] or "")
    return f"```{language[1] if language else ''}\n{found['code'].strip(chr(10))}\n```"


def _figure(found: re.Match[str]) -> str:
    given = dict(re.findall(r"(\w+)\s*=\s*\"([^\"]*)\"", found["options"]))
    text = given.get("caption") or given.get("title") or ""
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    figure = f'<figure><img src="{given.get("src", "")}" alt="{given.get("alt", text)}">{caption}</figure>'
    return f"\n\n{figure}\n\n"  # markup that stands by itself, and what follows it is Markdown again


def _picture(found: re.Match[str]) -> str:
    """Write Hexo's picture: classes, the file, its sizes, its words."""
    words = found["given"].split()
    at = next((at for at, word in enumerate(words) if _FILE_NAME.fullmatch(word)), None)
    return found[0] if at is None else f"![{' '.join(words[at + 1 :])}]({words[at]})"


_FILE_NAME = re.compile(r"\S+\.\w+")
Change = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _change(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Change:
    return re.compile(pattern, re.DOTALL), new


_LIQUID, _TAG, _SHORT = r"\{%-?\s{0,9}", r"\{%\s{0,9}", r"\{\{[<%]\s{0,9}"
"""How marks begin. What one encloses ends before the next of its kind, so that none is looked through twice."""
LIQUID: tuple[Change, ...] = (
    _change(rf"{_LIQUID}highlight(?P<options>[^%]{{0,300}})%\}}(?P<code>(?:(?!{_LIQUID}(?:end)?highlight).)*+)"
        rf"{_LIQUID}endhighlight\s{{0,9}}-?%\}}", _fence),
    _change(r"\{\{\s*(?:site|page)\.(?:baseurl|url)\s*\}\}", ""),
    _change(r"""\{\{-?\s*["']([^"'{}]*+)["']\s*+(?:\|\s*+(?:relative_url|absolute_url|prepend:[^|}]*+)\s*+)++-?\}\}""", r"\1"),
    _change(r"\{%-?\s*(?:end)?raw\s*-?%\}", ""),
    _change(r"(?m)^\{:[^}\n]*\}[ \t]*$", ""),
)  # fmt: skip
TAGS: tuple[Change, ...] = (
    _change(
        rf"{_TAG}codeblock(?P<options>[^%]{{0,300}})%\}}(?P<code>(?:(?!{_TAG}(?:end)?codeblock).)*+)"
        rf"{_TAG}endcodeblock\s{{0,9}}%\}}",
        _fence,
    ),
    _change(rf"{_TAG}asset_img\s(?P<given>[^%]{{0,500}})%\}}", _picture),
    _change(r"\{%\s*(?:end)?raw\s*%\}", ""),
)
SHORTCODES: tuple[Change, ...] = (
    _change(
        rf"{_SHORT}highlight(?P<options>[^>%]{{0,300}})[>%]\}}\}}(?P<code>(?:(?!{_SHORT}/?highlight).)*+)"
        rf"{_SHORT}/highlight\s{{0,9}}[>%]\}}\}}",
        _fence,
    ),
    _change(rf"{_SHORT}figure\s(?P<options>(?:(?![>%]\}}\}}|{_SHORT}).)*+)[>%]\}}\}}", _figure),
)  # fmt: skip
CHANGES = {"Jekyll": LIQUID, "Hexo": TAGS, "Hugo": SHORTCODES}
"""Generator -> the marks that have a plain form. All others stay as they are, as text."""


def translate(data: bytes, generator: str) -> bytes:
    """Turn the generator's marks in a post into what they stand for, but not in its examples of code."""
    if generator == "Hexo" and not data.lstrip().startswith(b"---") and OLD_HEAD.match(data[:65_536]):
        data = b"---\n" + data.lstrip()
    head = _head_of(data)
    try:
        text = data[len(head) :].decode("utf-8")
    except UnicodeDecodeError:
        return data
    changes = CHANGES.get(generator, ())
    pieces, at = [], 0
    for code in CODE.finditer(text):
        pieces += [_apply(changes, text[at : code.start()]), code[0]]
        at = code.end()
    pieces.append(_apply(changes, text[at:]))
    return head + "".join(pieces).encode()


def _apply(changes: tuple[Change, ...], text: str) -> str:
    for pattern, new in changes:
        text = pattern.sub(new, text)
    return text

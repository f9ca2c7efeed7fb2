"""What links call articles: the keys that an article goes by, and those that the links of a body ask for.

In: an article's file, front matter and address; a cleaned body. Out: keys, eight bytes each, that are equal
where a link means the article. The rule it guards: both sides are made of one article alone, so that they
rest in the cache; **which article has a key is asked when all are known**, and a key that could mean two
means none (``building.internal_links``).

There are two kinds, told apart by the last bit. A *place* is an address on the web, a path from the content
folder or one from the root of the old site; two files of one title may share it. A *name* is a file's
or a title, as Obsidian, Jekyll, Hugo and Hexo call articles wherever they lie; it has to be the only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from posixpath import dirname, join, normpath
from unicodedata import normalize
from urllib.parse import unquote

from site_builder.language.text import stem_of
from site_builder.model import BY_NAME, Body, Card, RawArticle, Reference
from site_builder.sanitize import list_links
from site_builder.urls import clean_url, name_page

SIZE = 8
NOTHING = bytes(SIZE)
_OWN = (
    *("canonical", "canonical_url", "canonicalurl", "permalink", "url", "original_url", "slug", "save_as"),
    *("blogger_orig_url", "blogger_orig_link", "wordpress_url", "aliases", "alias", "redirect_from"),
)
"""Keys of front matter under which an article says where it was, or what else it is called."""
_ENDING = re.compile(
    r"\.(?:html?|mdx?|[qr]md|markdown|mdown|mkd|txt|mht(?:ml)?|eml|enex|json)$", re.IGNORECASE
)
_INDEX = re.compile(r"(?:^|/)_?index$", re.IGNORECASE)
_DATED = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)-(.+)")
_PLACED = re.compile(r"(?:\{(?:filename|attach|static)\}|\|(?:filename|attach|static)\|)")


def is_place(key: bytes) -> bool:
    """Tell the key of a place from that of a name."""
    return bool(key[-1] & 1)


def claim_keys(raw: RawArticle, card: Card, origin: str) -> bytes:
    """Give the keys of all that links may call an article; ``origin`` is the original's address."""
    return b"".join(dict.fromkeys(filter(None, _list_claims(raw, card, origin))))


def _list_claims(raw: RawArticle, card: Card, origin: str) -> Iterator[bytes]:
    path, stem = raw.path, stem_of(raw.path)
    yield _key_path(path)
    yield _key_name(stem)
    if "/" in path:
        yield _key_name(path)
    yield _key_name(card.title)
    if card.published:  # Hexo's usual address, and ours
        yield _key_path(f"{card.url[:10]}/{stem}")
    if stem[4:5] == "-" and (dated := _DATED.fullmatch(stem)):  # Jekyll's
        yield _key_path(f"{dated[1]}/{dated[2]:0>2}/{dated[3]:0>2}/{dated[4]}")
    if origin:
        yield _key_page(origin)
    for key in filter(raw.front.__contains__, _OWN):
        given = raw.front[key]
        for value in (given,) if isinstance(given, str) else given:
            if value != origin:
                yield _key_own(value.strip())


def _key_own(value: str) -> bytes:
    """Give the key of an address or name that front matter says: absolute, a path, or a word."""
    if value.startswith(("http://", "https://", "//")):
        return _key_page(clean_url(value))
    if "/:" in value:  # a pattern of addresses
        return b""
    return _key_path(unquote(value)) if "/" in value else _key_name(value)


def lead_keys(body: Body, path: str) -> bytes:
    """Give the key of what each link of a body calls an article, in order; ``path`` is that of its file."""
    return b"".join(_key_link(link, path) or NOTHING for link in list_links(body.html, body.links))


def _key_link(link: str | Reference, path: str) -> bytes:
    if isinstance(link, str):
        return _key_page(link)
    given = unquote(link.given.partition("#")[0])
    if given.startswith(BY_NAME):
        return _key_name(given.removeprefix(BY_NAME))
    given = _PLACED.sub("", given, count=1)
    if given.startswith("/"):
        return _key_path(given)
    found = normpath(join(dirname(path), given))
    return b"" if found.startswith("..") else _key_path(found)


def _key_page(url: str) -> bytes:
    page = name_page(url) if url else ""
    return _key("web", page, 1) if page else b""


def _key_path(path: str) -> bytes:
    """Give the key of a path; a file's ending, and ``index`` for the folder, do not count."""
    plain = _shorten(path)
    return _key("path", plain, 1) if plain else b""


def _key_name(name: str) -> bytes:
    """Give the key of a name; of one with folders the last of these counts, but for Jekyll's ``_posts``."""
    plain = _shorten(name)
    if "/" in plain:
        plain = "/".join([part for part in plain.split("/") if part[:1] != "_"][-2:])
    plain = " ".join(plain.casefold().split())
    return _key("name", plain, 0) if plain else b""


def _shorten(path: str) -> str:
    plain = (path if path.isascii() else normalize("NFC", path)).strip("/ ")
    if "." in plain[-10:]:
        plain = _ENDING.sub("", plain)
    return _INDEX.sub("", plain).strip("/") if plain[-5:].lower() == "index" else plain


def _key(kind: str, text: str, bit: int) -> bytes:
    made = blake2b(f"{kind}:{text}".encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()
    return made[:-1] + bytes((made[-1] & 0xFE | bit,))

"""One article as JSON, as scrapers and readers leave it: Readability, trafilatura, WordPress, Miniflux …

In: the text of a ``.json`` file, or the bytes of its ends. Out: what it says of an article, and its text.
The rule it guards: **a file is one article**, and only what has a text, a title or an address, and a day, an
author, an address or HTML is one; a program's settings and tables of data are none. Numbers stay as they are
written; those of authors and tags, which mean something in a database only, are no names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

ENDS = 16_384
"""Bytes at either end of a file by which it is told whether it may be an article."""
_TEXTS = (
    "content_html content.rendered content.content content content.html body_html body.storage.value body"
    " articlebody html_content cleaned_html content_text textcontent text_content full_text cleaned_text"
    " maintext text raw_text article summary.content html raw_html"
).split()
"""Where the text stands, the fullest first; a whole page comes last."""
_TITLES = "title headline title.rendered name post_title".split()
_OTHERS = "date published url link author byline source canonicalurl datepublished created_at guid".split()
_IN_TEXT = re.compile(rb'"(?:content\w*|body\w*|article\w*|\w*text\w*|\w*html)"\s*:\s*["\[{]', re.IGNORECASE)
_SAYS_WHAT = re.compile(rb'"(?:title|headline|post_title|url|link)"\s*:\s*["\[{]', re.IGNORECASE)
_SAYS_WHOSE = re.compile(
    rb'"(?:\w*date\w*|\w*publish\w*|created\w*|url|link|author\w*|byline|source\w*|canonical\w*|guid)"\s*:\s*["\[{\d]',
    re.IGNORECASE,
)
_WRAPPERS = ("items", "entries", "articles", "posts", "data", "article", "post", "entry", "item", "result")
"""What the one article, or the list of them, may stand in."""
_NUMBER = re.compile(r"-?\d+")
_NUMBERED = frozenset(
    {"author", "authors", "tags", "categories", "category", "source", "publisher", "section"}
)
_LONGEST = 2_000
"""Characters of a value that is not the text; longer ones are the text once more."""
_DEEPEST, _MOST_VALUES = 5, 300
_NAMES = ("name", "label", "title", "display_name", "slug")


Values = Mapping[str, str | tuple[str, ...]]
"""What an object says, by its keys and those of what it holds."""


class Told(NamedTuple):
    """What JSON says of an article; ``articles`` tells how many the file holds, 0: none."""

    articles: int
    front: dict[str, str | tuple[str, ...]]
    text: str


def may_be_article(ends: bytes) -> bool:
    """Tell by both ends of a JSON file whether it may hold an article. Linear."""
    is_html = any(sign in ends for sign in (b"<p", b"\\u003cp", b"\\u003Cp"))
    return bool(_IN_TEXT.search(ends) and _SAYS_WHAT.search(ends) and (is_html or _SAYS_WHOSE.search(ends)))


def read_json_article(text: str) -> Told | None:
    """Read the article; None where the text is no JSON."""
    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    articles = [*_list_articles(data, 0)]
    if len(articles) != 1:
        return Told(len(articles), {}, "")
    values = articles[0]
    body = _first_of(values, _TEXTS)
    front = {key: value for key, value in values.items() if _is_kept(key, value) and value != body}
    if title := _first_of(values, _TITLES):
        front["title"] = title
    if writers := values.get("_embedded.author"):  # WordPress names them only if it was asked to
        front.setdefault("author", writers)
    if stamp := _as_text(values.get("date_gmt")):  # WordPress's other one says no zone
        front["date"] = stamp if stamp.endswith("Z") else f"{stamp}Z"
    return Told(1, front, body)


def _list_articles(data: object, depth: int) -> Iterator[Values]:
    """List the articles: an object, those of a list, or what the one that all stands in holds."""
    if isinstance(data, list):
        for item in data if depth < 2 else ():
            yield from _list_articles(item, depth + 1)
    elif isinstance(data, dict):
        inner = next((data[key] for key in _WRAPPERS if isinstance(data.get(key), list | dict)), None)
        within = [*_list_articles(inner, depth + 1)] if inner is not None and depth < 2 else []
        if within:
            yield from within
        elif _is_article(values := dict(_flatten(data, "", 0))):
            yield values


def _is_article(values: Values) -> bool:
    has_title = any(_as_text(values.get(key)) for key in (*_TITLES, "url", "link"))
    named = {key.partition(".")[0] for key, value in values.items() if value}
    says_whose = any(key in _OTHERS or "date" in key or "publish" in key for key in named)
    text = _first_of(values, _TEXTS)
    return bool(text) and has_title and (says_whose or "<p" in text)


def _first_of(values: Values, keys: Sequence[str]) -> str:
    """Give the first of some values that says anything."""
    return next((said for key in keys if (said := _as_text(values.get(key)))), "")


def _flatten(
    data: Mapping[str, object], before: str, depth: int
) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Give the values by their keys, those of an object within as ``key.member``; by the key its name."""
    for key, value in list(data.items())[:_MOST_VALUES]:
        path = f"{before}{_plain(key).strip().lower()}"
        if isinstance(value, dict):
            if name := next((said for one in _NAMES if isinstance(said := value.get(one), str) and said), ""):
                yield path, _plain(name)
            if depth < _DEEPEST:
                yield from _flatten(value, f"{path}.", depth + 1)
        elif isinstance(value, list):
            yield path, tuple(said for item in value[:_MOST_VALUES] if (said := _name_of(item)))
        elif value is not None:
            yield path, _plain(value)


def _name_of(item: object) -> str:
    """Give an item of a list as text: itself, or its name."""
    if isinstance(item, dict):
        item = next((said for key in (*_NAMES, "href", "text") if isinstance(said := item.get(key), str)), "")
    return "" if isinstance(item, list) or item is None else _plain(item)


def _plain(value: object) -> str:
    """Write a value as text; a lone surrogate, which JSON can spell, becomes a question mark."""
    return str(value).encode("utf-8", "replace").decode()


def _as_text(value: str | tuple[str, ...] | None) -> str:
    """Give a value as text; a scraper's list of paragraphs with blank lines between them."""
    return "" if value is None else value.strip() if isinstance(value, str) else "\n\n".join(value).strip()


def _is_kept(key: str, value: str | tuple[str, ...]) -> bool:
    """Tell what says something of the article from its text once more, and from numbers that name nothing."""
    texts = (value,) if isinstance(value, str) else value
    if not any(texts) or any(len(text) > _LONGEST for text in texts) or key in _TEXTS:
        return False
    return key not in _NUMBERED or not all(_NUMBER.fullmatch(text) for text in texts)

"""A cleaned body becomes an article: its title, date and tags are settled, each with evidence.

In: a raw article, its publisher, its cleaned body, and the site's vocabulary. Out: an
``Article`` and findings. The rule it guards: nothing is claimed without saying who says so; the
title as given, the stamp as given and each tag's evidence travel with the article.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import cast

from site_builder.clock import date_in_name, read_date
from site_builder.errors import ConfigError, Finding, finding
from site_builder.model import Article, Body, Card, Provenance, RawArticle, Reading, Source, TagMark
from site_builder.text import (
    count_characters,
    excerpt,
    fold,
    listed,
    slugify,
    squeeze,
    stem_address,
    strip_controls,
)
from site_builder.text import field as given
from site_builder.tomlfile import TomlFile, read_toml, suggest

MAX_TAGS = 8

NAME_IN_BODY = 2
"""A name that the title does not hold must stand in the body this often to be a tag."""

UNSAFE_IN_FILE_NAMES = frozenset(':/\\?*"“”<>|[]')
"""What the seeds' collector turns into ``_``, since it names its files after titles."""

SECTIONS = frozenset(
    fold(name)
    for name in """
    新媒体 热榜 热门 最新 最新新闻 最新文章 最新资讯 首页 头条 要闻 快讯 资讯 新闻 综合 频道 推荐 精选 专栏
    视频 图集 图片 直播 专题 原创 转载 未分类 其他 其它 国内 国内新闻 国际 國際 国际新闻 兩岸 两岸 社会 社會
    财经 財經 金融 科技 体育 體育 娱乐 娛樂 编程 channel news latest headlines homepage home top topstories
    rss feed feeds blog post posts article articles uncategorized default general misc
    """.split()  # noqa: SIM905  (a list of words is read as words)
)
"""Sections, formats and fillers: what a collector files under, not what an article is about."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a site says of its tags: ``aliases`` (folded form -> key), ``names`` (key -> name shown).

    ``wanted`` are the names, with all their spellings, to look for in titles and bodies.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    wanted: tuple[tuple[str, str], ...] = ()
    """(spelling, key), in no particular order."""

    def key(self, form: str) -> str:
        """Give the key that makes spellings of one name one tag."""
        folded = fold(form)
        return self.aliases.get(folded, folded)


def load_vocabulary(path: Path | None) -> Vocabulary:
    """Read a site's ``tags.toml``: a table ``aliases`` and a list ``names``.

    Raises ``ConfigError`` with the line for an unknown key, a wrong type, or a spelling that two
    names claim.
    """
    if path is None or not path.is_file():
        return Vocabulary()
    file = read_toml(path, ConfigError)
    for key in file.data:
        if key not in ("aliases", "names"):
            raise ConfigError(f'unknown key "{key}"', file.at(key), suggest(key, ("aliases", "names")))
    aliases: dict[str, str] = {}
    names: dict[str, str] = {}
    wanted: list[tuple[str, str]] = []
    for name, forms in _aliases(file):
        names[fold(name)] = name
        for form in (name, *forms):
            owner = aliases.setdefault(fold(form), fold(name))
            if owner != fold(name):
                hint = "leave it with one of them"
                raise ConfigError(f'"{form}" stands for two names', file.at(f"aliases.{name}"), hint)
            wanted.append((form, owner))
    for name in _texts(file, "names", file.data.get("names", [])):
        key = aliases.get(fold(name), fold(name))
        names.setdefault(key, name)
        wanted.append((name, key))
    return Vocabulary(aliases, names, tuple(wanted))


def tag_article(
    raw: RawArticle, source: Source, matched: tuple[str, str], body: Body, vocabulary: Vocabulary, zone: str
) -> tuple[Article, tuple[Finding, ...]]:
    """Settle what an article is called, when it appeared and what it is about."""
    findings: list[Finding] = list(raw.findings)
    stem = PurePosixPath(raw.path).stem
    title_given = settle_title(given(raw, "title")[0]) or strip_controls(stem)
    title, evidence = restore_title(
        title_given, (text for medium in body.media for text in (medium.alt, medium.title))
    )
    if evidence:
        findings.append(_at(raw, "title", "title-restored", f"restored as {title!r}"))
    if not source.known:
        findings.append(_at(raw, "author", "source-unknown", f"no rule knows the publisher {source.name!r}"))
    if not body.text and not body.media:
        findings.append(finding("body-empty", raw.path, "nothing was left of the body", line=raw.body_line))
    if body.refused:
        findings.append(finding("markup-refused", raw.path, body.refused, line=raw.body_line))
    reading, found = settle_date(raw, source, zone)
    findings += found
    url = article_url(stem, reading)
    card = Card(
        id=strip_controls(stem),
        url=url,
        title=title,
        published=reading.when,
        source=source.name,
        source_slug=source.slug,
        tags=tag_body(title, body, raw, source, vocabulary),
        excerpt=excerpt(body.text),
        lang=given(raw, "lang")[0],
        length=count_characters(body.text),
        has_ledger=bool(body.removals),
    )
    provenance = Provenance(
        path=raw.path,
        digest=raw.digest,
        original=f"originals/{url.removesuffix('.html')}.txt",
        encoding=raw.encoding,
        reading=reading,
        title_given=title_given,
        title_evidence=evidence,
        origin=given(raw, "url")[0],
        source_home=source.home,
        matched=matched,
        author=_person(raw, source, matched),
        updated=read_date(given(raw, "updated")[0], source.clock, zone).when,
    )
    return Article(card, body, provenance), tuple(findings)


def article_url(stem: str, reading: Reading) -> str:
    """Give an article's address: its day and its file's name, and nothing that may change."""
    folder = f"{reading.when:%Y/%m/%d}" if reading.when else "undated"
    return f"{folder}/{stem_address(stem)}.html"


# --- title ------------------------------------------------------------------------------------


def settle_title(given_title: str) -> str:
    """Make a title one line of plain text; the collector's ``&#123;`` are braces again."""
    return squeeze(strip_controls(given_title.replace("&#123;", "{").replace("&#125;", "}")))


def restore_title(title: str, candidates: Iterable[str]) -> tuple[str, str]:
    """Put back the characters that became ``_``, where a picture's text has them.

    The evidence must be exact: the same length, the same characters, and at each ``_`` that
    differs one that file names cannot hold. Returns the title and the evidence, or the title as
    it is and an empty string.

    >>> restore_title("徕卡M11_Q2相机", ["徕卡M11/Q2相机"])
    ('徕卡M11/Q2相机', '徕卡M11/Q2相机')
    >>> restore_title("a_b", ["axb"])
    ('a_b', '')
    """
    if "_" not in title:
        return title, ""
    for candidate in map(settle_title, candidates):
        if candidate != title and _differs_only_in_blanked(title, candidate):
            return candidate, candidate
    return title, ""


def _differs_only_in_blanked(title: str, candidate: str) -> bool:
    return len(title) == len(candidate) and all(
        ours == theirs or (ours == "_" and theirs in UNSAFE_IN_FILE_NAMES)
        for ours, theirs in zip(title, candidate, strict=True)
    )


# --- date -------------------------------------------------------------------------------------


def settle_date(raw: RawArticle, source: Source, zone: str) -> tuple[Reading, list[Finding]]:
    """Read the date with the publisher's clock; failing that, take the one in the file's name."""
    stamp, key = given(raw, "date")
    reading = read_date(stamp, source.clock, zone)
    if reading.kind != "none":
        return reading, []
    code, why = (
        ("date-invalid", f"cannot read {stamp!r}") if stamp.strip() else ("date-missing", "no date was given")
    )
    named = date_in_name(raw.path, zone)
    if named is None:
        return reading, [_at(raw, key, code, why)]
    return replace(named, stamp=stamp), [
        _at(raw, key, "date-from-name", f"{why}; the file's name says {named.stamp}")
    ]


def _person(raw: RawArticle, source: Source, matched: tuple[str, str]) -> str:
    """Give the author when it is someone other than the publisher."""
    author = squeeze(strip_controls(given(raw, "author")[0]))
    return author if matched[0] != "author" and fold(author) != fold(source.name) else ""


# --- tags -------------------------------------------------------------------------------------


def tag_body(
    title: str, body: Body, raw: RawArticle, source: Source, vocabulary: Vocabulary
) -> tuple[TagMark, ...]:
    """Collect tags from every step of ``TAGGERS``, one mark a key, most trusted first."""
    refused = _not_subjects(raw, source)
    marks: dict[str, TagMark] = {}
    for tagger in TAGGERS:
        for name, evidence in tagger(title, body, raw, vocabulary):
            form = squeeze(strip_controls(name)).strip("#＃")
            key = vocabulary.key(form)
            if not key or key in refused or not slugify(key) or len(form) > 60:
                continue
            said = (evidence, ("form", form)) if fold(form) != key else (evidence,)
            mark = marks.get(key) or TagMark(key, vocabulary.names.get(key, form))
            fresh = tuple(item for item in said if item not in mark.evidence)
            marks[key] = replace(mark, evidence=mark.evidence + fresh)
    return tuple(marks.values())[:MAX_TAGS]


Hit = tuple[str, tuple[str, str]]
"""A tag's spelling, and its evidence."""


def _printed_tags(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Take the tags that the publisher printed below the article."""
    for name in body.tags:
        yield name, ("given", "body")


def _front_matter_tags(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Take the front matter's tags and categories."""
    for key in ("tags", "categories"):
        for name in listed(raw, key):
            yield name, ("front-matter", key)


def _known_names(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Find the names that the site lists: in the title, or often enough in the body."""
    in_title = Counter(find_names(title, vocabulary))
    in_body = Counter(find_names(body.text, vocabulary))
    for key in sorted(in_title, key=lambda key: (-in_body[key], key)):
        yield vocabulary.names[key], ("name", f"title {in_title[key]}, body {in_body[key]}")
    for key, times in sorted(in_body.items(), key=lambda hit: (-hit[1], hit[0])):
        if times >= NAME_IN_BODY and key not in in_title:
            yield vocabulary.names[key], ("name", f"title 0, body {times}")


Tagger = Callable[[str, Body, RawArticle, Vocabulary], Iterator[Hit]]

TAGGERS: tuple[Tagger, ...] = (
    _printed_tags,  # what the publisher says of its own text
    _front_matter_tags,  # what the collector says
    _known_names,  # what the text says
)
"""The steps of tagging, most trusted first. A step that needs no list of names goes last."""


def find_names(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the key of every listed name in a text, leftmost and longest, in order.

    Blanks between the parts of a name may be there or not; at a Latin letter or digit a name
    needs a border, so that ``M11`` is not found in ``M110``.
    """
    pattern, keys = _name_pattern(vocabulary.wanted)
    if pattern is not None:
        for match in pattern.finditer(text):
            yield keys[fold(match[0])]


@functools.lru_cache(maxsize=4)
def _name_pattern(wanted: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    keys = {fold(form): key for form, key in wanted if fold(form)}
    if not keys:
        return None, keys
    forms = sorted({form for form, _ in wanted if fold(form)}, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(_loosely, forms)), re.IGNORECASE), keys


def _loosely(form: str) -> str:
    """Write a name as a pattern whose blanks are optional, and optional where scripts meet."""
    parts = re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9\s]+", form)
    pattern = r"[\s-]?".join(map(re.escape, parts))
    before = r"(?<![A-Za-z0-9])" if parts[0][0].isascii() and parts[0][0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if parts[-1][-1].isascii() and parts[-1][-1].isalnum() else ""
    return f"{before}{pattern}{after}"


def _not_subjects(raw: RawArticle, source: Source) -> frozenset[str]:
    """List what is no subject: the publisher under all its names, and sections."""
    names = (source.name, *source.authors, given(raw, "author")[0], *source.not_tags)
    publishers = {fold(name) for name in names}
    named_after = {
        fold(category)
        for category in listed(raw, "categories")
        if any(name and name in fold(category) for name in publishers)
    }
    return SECTIONS | publishers | named_after


# --- reading tags.toml ------------------------------------------------------------------------


def _aliases(file: TomlFile) -> list[tuple[str, list[str]]]:
    table = file.data.get("aliases", {})
    if not isinstance(table, dict):
        raise ConfigError(
            "aliases is no table", file.at("aliases"), 'write [aliases] and below it: 徕卡 = ["Leica"]'
        )
    return [(name, _texts(file, f"aliases.{name}", forms)) for name, forms in table.items()]


def _texts(file: TomlFile, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and fold(item) for item in value):
        raise ConfigError(f"{key} is no list of names", file.at(key), 'write it as ["小米", "徕卡"]')
    return cast("list[str]", value)


def _at(raw: RawArticle, key: str, code: str, message: str) -> Finding:
    return finding(code, raw.path, message, line=raw.lines.get(key, 1))

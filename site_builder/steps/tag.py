"""A cleaned body becomes an article: its title, date and tags are settled, each with evidence.

In: a raw article, its publisher, its cleaned body, and the site's vocabulary. Out: an
``Article`` and findings. The rule it guards: nothing is claimed without saying who says so; the
title as given, the stamp as given and each tag's evidence travel with the article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import cast

from site_builder.dates.clock import date_in_address, date_in_name, put_day_first, read_date, read_period
from site_builder.errors import ConfigError, Finding, finding
from site_builder.language.detect import detect_language
from site_builder.language.text import (
    count_characters,
    excerpt,
    fold,
    listed,
    name_publisher,
    slugify,
    squeeze,
    stem_address,
    stem_of,
    strip_controls,
    trim_title,
    unlink_notes,
)
from site_builder.language.text import field as given
from site_builder.model import (
    Article,
    Body,
    Card,
    Precision,
    Provenance,
    RawArticle,
    Reading,
    Source,
    TagMark,
    Trace,
)
from site_builder.stories.names import Spellings, is_medium, shipped_aliases
from site_builder.stories.notes import Notes, take_notes
from site_builder.stories.tagging import Hit, find_key_phrases, find_known_names, find_product_numbers
from site_builder.stories.traces import make_trace
from site_builder.tomlfile import TomlFile, read_toml, suggest

MAX_TAGS = 8

UNSAFE_IN_FILE_NAMES = frozenset(':/\\?*"“”<>|[]')
"""What the seeds' collector turns into ``_``, since it names its files after titles."""

SECTIONS = frozenset(
    fold(name)
    for name in """
    新媒体 热榜 热门 最新 最新新闻 最新文章 最新资讯 首页 头条 要闻 快讯 资讯 新闻 综合 频道 推荐 精选 专栏
    新闻中心 新闻频道
    视频 图集 图片 直播 专题 原创 转载 未分类 其他 其它 国内 国内新闻 国际 國際 国际新闻 兩岸 两岸 社会 社會
    财经 財經 金融 科技 体育 體育 娱乐 娛樂 编程 社交媒体 传统媒体 论坛 博客 音视频 多媒体 二次元 程序更新
    分类资讯 大学通知 预报预警 出行旅游 购物 阅读 政务消息
    channel news latest headlines homepage home top topstories
    rss feed feeds blog post posts article articles uncategorized default general misc
    """.split()
)
"""Sections, formats and fillers: what a collector files under, not what an article is about."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a site says of its tags: ``aliases`` (folded form -> key), ``names`` (key -> name shown).

    ``wanted`` are the names, with all their spellings, to look for in titles and bodies. In
    ``always`` and ``never`` a tag is wished for or refused: by the stem of a file, or for all
    files under ``""``.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    wanted: tuple[tuple[str, str], ...] = ()
    """(spelling, key), in no particular order."""
    always: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = MAX_TAGS
    from_text: bool = True
    """Whether tags are looked for in the text with the shipped list, grammar and statistics too."""

    def key(self, form: str) -> str:
        """Give the key that makes spellings of one name one tag; the site's word comes first."""
        folded = fold(form)
        known = self.aliases.get(folded)
        if known is None and self.from_text:
            known = shipped_aliases().get(folded)
            known = self.aliases.get(known, known) if known is not None else None
        return folded if known is None else known

    def knows(self, form: str) -> bool:
        """Tell whether a name is looked for in texts."""
        folded = fold(form)
        return (
            folded in self.aliases
            or any(key == folded for _, key in self.wanted)
            or (self.from_text and folded in shipped_aliases())
        )

    def refuses(self, stem: str) -> frozenset[str]:
        """List the keys that this file is never to have."""
        return frozenset(self.key(name) for name in (*self.never.get("", ()), *self.never.get(stem, ())))


KEYS = ("aliases", "always", "never", "names", "max")


def load_vocabulary(path: Path | None, from_text: bool = True) -> Vocabulary:
    """Read a site's ``tags.toml``: ``names``, ``aliases``, ``always``, ``never`` and ``max``.

    Raises ``ConfigError`` with the line for an unknown key, a wrong type, or a spelling that two
    names claim.
    """
    if path is None or not path.is_file():
        return Vocabulary(from_text=from_text)
    file = read_toml(path, ConfigError)
    for key in file.data:
        if key not in KEYS:
            raise ConfigError(f'unknown key "{key}"', file.at(key), suggest(key, KEYS))
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
    always = _by_file(file, "always")
    for name in (*_texts(file, "names", file.data.get("names", [])), *always.get("", ())):
        key = aliases.get(fold(name), fold(name))
        names.setdefault(key, name)
        wanted.append((name, key))
    never, limit = _by_file(file, "never"), _limit(file)
    return Vocabulary(aliases, names, Spellings(wanted), always, never, limit, from_text)


def tag_article(
    raw: RawArticle, source: Source, matched: tuple[str, str], body: Body, vocabulary: Vocabulary, zone: str
) -> tuple[Article, tuple[Finding, ...]]:
    """Settle what an article is called, when it appeared and what it is about."""
    findings: list[Finding] = list(raw.findings)
    stem = stem_of(raw.path)
    title_given = settle_title(given(raw, "title")[0]) or strip_controls(stem)
    title, evidence = restore_title(
        trim_title(title_given, name_publisher(raw, source.name)),
        (text for medium in body.media for text in (medium.alt, medium.title)),
    )
    if evidence:
        findings.append(_at(raw, "title", "title-restored", f"restored as {title!r}"))
    if not source.known:
        findings.append(_at(raw, "author", "source-unknown", _say_unknown(source)))
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
        excerpt=excerpt(body.lead or body.text),
        lang=given(raw, "lang")[0] or detect_language(body.text or title),
        length=count_characters(body.text),
        has_ledger=bool(body.removals),
        precision=reading.precision,
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
    """Give an article's address: its day and its file's name, and nothing that may change.

    What is not known of the day is 00: ``1998/03/00/stem.html``. Those without a date are dealt out to
    sixteen folders by their names' digests: the FAT of a USB stick holds some 10,000 files in a folder, and
    other file systems are slow with more.
    """
    name = stem_address(stem)
    if told := reading.told:
        return f"{told.year:04}/{told.month:02}/{told.day:02}/{name}.html"
    return f"undated/{sha256(name.encode()).hexdigest()[0]}/{name}.html"


# --- title ------------------------------------------------------------------------------------


_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
"""A character reference of HTML with its end."""


_MARKED = re.compile(
    r"<(b|i|em|strong|span|u|s|small|mark|code|font|a|sub|sup|big|cite)(?:\s[^<>]{0,300})?>([^<]{0,300}?)</\1>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|wbr)\s?/?>", re.IGNORECASE)
_TITLE_LIMIT = 2_000


def settle_title(given_title: str) -> str:
    """Make a title one line of plain text; what a collector wrote as ``&amp;`` or ``&#123;`` is a sign again.

    Only whole references count, and once: ``AT&T`` and ``&amp;lt;`` say what they say.

    >>> settle_title("R&amp;D &#8211; AT&T &copy &amp;lt;")
    'R&D – AT&T &copy &lt;'
    """
    if "<" in given_title and len(given_title) <= _TITLE_LIMIT:
        given_title = _unmark(given_title)
    return squeeze(strip_controls(_REFERENCE.sub(lambda match: html.unescape(match[0]), given_title)))


def _unmark(title: str) -> str:
    """Take stress and the like off a title; a tag that the title speaks of, which none closes, stays."""
    while (plain := _MARKED.sub(r"\2", _BREAK.sub(" ", title))) != title:
        title = plain
    return title


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
    """Read the date with the publisher's clock, else take the one in the file's name or the address.

    Where nothing says when an article appeared, the day counts on which it was last changed. Of a year or a
    month these may tell the day, if it is one of that year or month.
    """
    stamp, key = given(raw, "date")
    reading = read_date(stamp, source.clock, zone)
    if reading.kind == "none":  # the same day as people of the page's language write it
        written = put_day_first(stamp, given(raw, "lang")[0])
        reading = replace(read_date(written, source.clock, zone), stamp=stamp)
    if reading.kind != "none":
        return reading, []
    reading = read_period(stamp, zone)
    code, why = _say_missing(stamp, reading.precision)
    named, filed = date_in_name(raw.path, zone), date_in_address(given(raw, "url")[0], zone)
    if named and _is_within(named, reading):
        said = f"{why}; the file's name says {named.stamp}"
        return replace(named, stamp=stamp), [_at(raw, key, "date-from-name", said)]
    if filed and _is_within(filed, reading):
        said = f"{why}; the original's address says {filed.stamp}"
        return replace(filed, stamp=stamp), [_at(raw, key, "date-from-address", said)]
    changed, said_by = given(raw, "updated")
    latest = read_date(put_day_first(changed, given(raw, "lang")[0]), source.clock, zone)
    if latest.when and not stamp.strip():
        said = f"{why}; it was changed on {changed}"
        return replace(latest, stamp=changed), [_at(raw, said_by, "date-from-change", said)]
    return reading, [_at(raw, key, code, why)]


def _say_missing(stamp: str, precision: Precision) -> tuple[str, str]:
    """Say what is missing of a date: the finding, and a sentence."""
    if precision:
        return "date-reduced", f"{stamp.strip()!r} tells no {'day' if precision == 'month' else 'month'}"
    return ("date-invalid", _say_unread(stamp)) if stamp.strip() else ("date-missing", "no date was given")


def _is_within(day: Reading, period: Reading) -> bool:
    """Tell whether a day is one of a month or year; where none is known, any day is."""
    if period.told is None or day.when is None:
        return True
    return day.when.isoformat().startswith(period.told.isoformat())


_NO_YEAR = re.compile(
    r"\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[\sT,]+\d{1,2}:\d\d.*)?|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?"
)


def _say_unread(stamp: str) -> str:
    missing = "; it names no year" if _NO_YEAR.fullmatch(stamp.strip()[:60]) else ""
    return f"cannot read {stamp!r}{missing}"


def _person(raw: RawArticle, source: Source, matched: tuple[str, str]) -> str:
    """Name who wrote it, when that is someone other than the publisher."""
    author, key = given(raw, "author")
    value = raw.front.get(key, author)
    names = value if isinstance(value, str) else ", ".join(filter(None, value))
    names = unlink_notes(squeeze(strip_controls(names)))
    return "" if fold(names) in {fold(source.name), fold(matched[1])} else names


# --- tags -------------------------------------------------------------------------------------


def tag_body(
    title: str, body: Body, raw: RawArticle, source: Source, vocabulary: Vocabulary
) -> tuple[TagMark, ...]:
    """Collect tags from every step of ``TAGGERS``, one mark a key, most trusted first.

    What the text alone says fills up to a typical number; a publisher may give more.
    """
    stem = stem_of(raw.path)
    refused = _not_subjects(raw, source) | vocabulary.refuses(stem)
    names: dict[str, str] = {}
    evidences: dict[str, dict[tuple[str, str], None]] = {}
    for tagger, enough in TAGGERS:
        for name, evidence in tagger(title, body, raw, vocabulary):
            form = strip_controls(name)
            form = form.strip("#＃") if form[:1] in {"#", "＃"} else form  # #lamp#, but C#
            key = vocabulary.key(form)
            if not key or key in SECTIONS or key in refused or not slugify(key) or len(form) > 60:
                continue
            if key not in names:
                if len(names) >= min(enough, vocabulary.limit):
                    continue
                names[key], evidences[key] = vocabulary.names.get(key, form), {}
            evidences[key][evidence] = None
            if fold(form) != key:
                evidences[key]["form", form] = None
    return tuple(TagMark(key, name, tuple(evidences[key])) for key, name in names.items())


def _printed_tags(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Take the tags that the publisher printed below the article."""
    for name in body.tags:
        yield name, ("given", "body")


def _front_matter_tags(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Take the front matter's tags and categories; a medium filed there is where it was found."""
    for key in ("tags", "categories"):
        for name in listed(raw, key):
            if not (vocabulary.from_text and is_medium(vocabulary.key(name))):
                yield name, ("front-matter", key)


def _wished(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Take what the site wishes this article to have, or to have wherever it is named once."""
    stem = stem_of(raw.path)
    for name in vocabulary.always.get(stem, ()):
        yield name, ("always", "tags.toml")
    if wishes := vocabulary.always.get(""):
        keys = {vocabulary.key(name) for name in wishes}
        for seen in notes_of(title, body.text, vocabulary).sightings:
            if seen.key in keys:
                yield vocabulary.names[seen.key], ("always", f"title {seen.title}, body {seen.body}")


def _known_names(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Find names: the site's own and, with them, those of the list that comes with the program."""
    if not (vocabulary.wanted or vocabulary.from_text):  # nothing to read a text for (gain: 45 µs an article)
        return iter(())
    return find_known_names(notes_of(title, body.text, vocabulary))


def _product_numbers(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Find product numbers by their grammar."""
    return find_product_numbers(notes_of(title, body.text, vocabulary)) if vocabulary.from_text else iter(())


def _key_phrases(title: str, body: Body, raw: RawArticle, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Find phrases that are frequent here and rare in texts of any kind."""
    return find_key_phrases(notes_of(title, body.text, vocabulary)) if vocabulary.from_text else iter(())


Tagger = Callable[[str, Body, RawArticle, Vocabulary], Iterator[Hit]]

TYPICAL = 7
TAGGERS: tuple[tuple[Tagger, int], ...] = (
    (_wished, MAX_TAGS),  # the site's own word
    (_printed_tags, MAX_TAGS),  # what the publisher says of its own text
    (_front_matter_tags, MAX_TAGS),  # what the collector says
    (_product_numbers, TYPICAL),  # what the text says: most specific first,
    (_known_names, MAX_TAGS - 1),  # then who and where,
    (_key_phrases, TYPICAL),  # then what no list knows
)
"""The steps of tagging, most trusted first, and how many tags an article may have after each."""


def notes_of(title: str, text: str, vocabulary: Vocabulary) -> Notes:
    """Read an article for the names of a vocabulary; tagging and tracing share one reading."""
    return take_notes(title, text, vocabulary.wanted, vocabulary.from_text)


def trace_article(article: Article, vocabulary: Vocabulary) -> Trace:
    """Make what of an article is compared with others."""
    return make_trace(notes_of(article.card.title, article.body.text, vocabulary), article.body.text)


def _not_subjects(raw: RawArticle, source: Source) -> frozenset[str]:
    """List what is no subject beside ``SECTIONS``: the publisher under all its names."""
    names = (source.name, *source.authors, given(raw, "author")[0], *source.not_tags)
    publishers = set(map(fold, names))
    named_after = {
        folded
        for folded in map(fold, listed(raw, "categories"))
        if any(name and name in folded for name in publishers)
    }
    return frozenset(publishers | named_after)


# --- reading tags.toml ------------------------------------------------------------------------


def _aliases(file: TomlFile) -> list[tuple[str, list[str]]]:
    table = file.data.get("aliases", {})
    if not isinstance(table, dict):
        raise ConfigError(
            "aliases is no table", file.at("aliases"), 'write [aliases] and below it: 徕卡 = ["Leica"]'
        )
    return [(name, _texts(file, f"aliases.{name}", forms)) for name, forms in table.items()]


def _by_file(file: TomlFile, key: str) -> dict[str, tuple[str, ...]]:
    """Read a list that holds for all files, or a table of lists by the stem of a file."""
    value = file.data.get(key, [])
    if isinstance(value, dict):
        return {stem: tuple(_texts(file, f"{key}.{stem}", names)) for stem, names in value.items()}
    return {"": tuple(_texts(file, key, value))}


def _limit(file: TomlFile) -> int:
    value = file.data.get("max", MAX_TAGS)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_TAGS:
        raise ConfigError(
            f"max is no number from 1 to {MAX_TAGS}", file.at("max"), f"such as: max = {MAX_TAGS}"
        )
    return value


def _texts(file: TomlFile, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and fold(item) for item in value):
        raise ConfigError(f"{key} is no list of names", file.at(key), 'write it as ["小米", "徕卡"]')
    return cast("list[str]", value)


def _say_unknown(source: Source) -> str:
    return f"no rule knows the publisher {source.name!r}" if source.name else "no publisher is named"


def _at(raw: RawArticle, key: str, code: str, message: str) -> Finding:
    return finding(code, raw.path, message, line=raw.lines.get(key, 1))

"""A whole HTML document, as browsers and scrapers save it: what its head says, where its body is.

In: the text of a file. Out: values for the front matter, and the place of the body. What is read:
``<meta>`` of Open Graph and its kin, schema.org's JSON-LD, ``<title>``, and the address that a
browser or SingleFile notes when it saves a page. The rule it guards: a head is scanned once, in
linear time; nothing is parsed here, for only ``dom`` knows a parser.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from site_builder.dates.clock import is_moment, read_period
from site_builder.formats.byline import read_byline
from site_builder.formats.front_matter import Front
from site_builder.language.text import ALIASES, squeeze

DOCUMENT = re.compile(
    r"\s{0,1000}(?:(?:<!--(?:(?!-->).){0,2000}-->|<\?xml[^<>]{0,200}\?>)\s{0,1000}){0,9}"
    r"(?:<!doctype\s{1,9}html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
HEAD_SIZE = 1_000_000
"""Characters; pages that were saved with their style sheets inside have heads as long."""
_HEAD_TAG = re.compile(r"<(!--|(?:title|meta|link|html|body|script|style)(?=[\s>/]))", re.IGNORECASE)
_ENDS = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("title", "script", "style")}
_ATTRIBUTE = re.compile(r"[^\s/>=\"']+")
_UNQUOTED = re.compile(r"[^\s>]+")
_HEADING = re.compile(r"<h1(?=[\s>])[^<>]*>", re.IGNORECASE)
_HEADING_END = re.compile(r"</h1", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINK_SIGN = re.compile(r"<a(?=\s)[^<>]*>\s*(?:[#¶§🔗]|&para;|&sect;|&#182;|&#xb6;)\s*</a>", re.IGNORECASE)
"""A heading's link to itself."""
_NAME_BEHIND = re.compile(
    r"(?:\s*[（(][^（）()]{1,20}[）)])?(?:\s*[|｜_·•«»–—-]+|\s+[:：]|\s+//?(?=\s))\s*\S"
)
_NAME_BEFORE = re.compile(r"\S\s*(?:[|｜«»]+|\s[_·•–—-]+\s)\s*$")
_COLON = re.compile(r"\s*[:：]\s*$")
_ANY_HEADING = re.compile(
    r"<h(?P<level>[1-4])(?:\s[^<>]*)?>(?P<inner>(?:(?!</?h[1-6]).){1,1000}?)</h(?P=level)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_MANY_HEADINGS = 30
_TO_FRONT = re.compile(
    r"<a\s[^<>]{0,300}?href\s?=\s?(?P<quote>[\"']?)(?:https?://[^\s/\"'<>]{1,100}/?|/|\./)?+"
    r"(?<![\"'=\s])(?:index\.\w{3,5})?(?P=quote)(?=[\s>])",
    re.IGNORECASE,
)
"""A link to the front page, by its path."""
LOWER_HEADING = re.compile(
    r"<h[2-4](?:\s[^<>]*)?>((?:(?!</?h[1-6]).){1,500}?)</h[2-4]\s*>", re.IGNORECASE | re.DOTALL
)
FEW_HEADINGS = 9
_COUNT_BEFORE = re.compile(r"\(\d{1,4}[^()]{0,30}\)\s*")
"""Stands between a page's title and its site's name."""
_MAY_BE_TITLE = re.compile(
    r"<(?P<tag>h[2-4]|p|div|a)(?=\s)(?P<given>[^<>]{0,400}(?:class|itemprop)[^<>]{0,400})>", re.IGNORECASE
)
_TITLES = frozenset(
    "title entry-title post-title post__title article-title article__title article_title headline"
    " MsoTitle".split()
)
"""What programs call the element of a title, by its class or its ``itemprop``."""
_LONGEST_TITLE = 300
_NO_TITLE = re.compile(
    r"exported data|untitled(?: document| page| \d+)?|(?:new|blank) (?:document|page)|document"
    r"|无标题(?:文档)?|無標題|sans titre|sin título|senza titolo|unbenannt(?:es dokument)?"
    r"|без названия|無題|제목 없음",
    re.IGNORECASE,
)
"""What programs call a page to which nobody gave a title."""
_SAVED_FROM = re.compile(
    r"<!--\s{0,9}(?:saved from url=\(\d{1,9}\)|Page saved with SingleFile\s{1,9}url:\s{1,9})(https?://[^\s>]{1,2000})"
)
"""What Internet Explorer and Chromium, and SingleFile, write into the pages that they save."""
_ARCHIVED = re.compile(
    r"https?://web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(https?://[^\s<>]{1,2000})", re.IGNORECASE
)
"""The address of a copy in the Wayback Machine, which holds the original's."""
_BANNER = re.compile(
    r"The Wayback Machine - (?P<copy>https?://web\.archive\.org/[^\s<>\"]{1,2000})"
    r"|id=\"?google-cache-hdr(?:(?!href).){0,600}href=\"(?P<original>https?://[^\s\"<>]{1,2000})",
    re.DOTALL,
)
"""What the Wayback Machine and Google's cache put above a page."""
_LINKED_DATA = re.compile(
    r"<script(?=\s)[^<>]{0,300}?\stype\s{0,9}=\s{0,9}[\"']?application/ld\+json[^<>]{0,300}>", re.IGNORECASE
)
_LINKED_SIZE, _LINKED_MOST = 200_000, 20
"""Characters of one script, and how many scripts are looked at."""
_LINKED = {
    "headline": "title",
    "datePublished": "date",
    "dateModified": "updated",
    "author": "author",
    "publisher": "site",
    "url": "url",
    "mainEntityOfPage": "url",
    "keywords": "keywords",
    "inLanguage": "lang",
}
"""schema.org's properties -> our keys."""
_ARTICLES = ("Article", "Posting", "Report", "Review", "Recipe", "HowTo", "Gallery")
"""How the names of schema.org's types of articles end."""
_PAGES = ("WebPage", "ItemPage")
"""What holds one, and says its day where nothing else does."""
_WITHIN = ("@graph", "mainEntity", "mainEntityOfPage")
_BEFORE_JSON = re.compile(r"^(?:/[/*]\s{0,9})?(?:<!\[CDATA\[|<!--)(?:\s{0,9}\*/)?")
_BEHIND_JSON = re.compile(r"[;\s]{0,9}(?:/[/*]\s{0,9})?(?:(?:\]\]>|-->)(?:\s{0,9}\*/)?)?$")
"""What programs put around JSON in a page of XHTML, or behind it as behind a statement."""
_TRAILING = re.compile(r",(?=\s{0,99}[\]}])")
_DEEPEST = 6
_TOLD = re.compile(
    r"(?<![\w-])(?:article_?)?(?:(?:first|original)_?)?(?:date_?publish(?:ed)?|publish(?:ed)?_?(?:at|date|time|on)"
    r"|publication_?date|pub_?date|published)(?:_?(?:time|iso|utc|gmt))?"
    r"\\?[\"']?\s{0,9}[:=]\s{0,9}\\?[\"']?"
    r"(?:(?P<stamp>(?P<day>(?:19|20)\d\d-\d\d-\d\d)(?:(?:T|\s)\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"|(?P<epoch>1\d{9}(?:\d{3})?))(?=[^\w.:-])",
    re.IGNORECASE,
)
"""A value of a program that calls itself the moment of publication: in figures, or seconds since 1970."""
_SCRIPT = re.compile(r"<script(?=[\s>])[^<>]{0,1000}>", re.IGNORECASE)
_SCRIPTS_MOST = 50
"""How many scripts of a page, and moments of a script, are looked at."""
_PUBLISHED = re.compile(
    r"<(?:time|meta|span)\s[^<>]{0,300}?(?:itemprop\s?=\s?[\"']?datePublished"
    r"|property\s?=\s?[\"'](?:schema:date(?:Published|Created)|dc:date dc:created))[\"'\s>]",
    re.IGNORECASE,
)
"""schema.org's word for it within the page itself, and Drupal's."""
_DATED = re.compile(
    r"<(?:time|span|abbr|div|p|a|small|i|em)(?=[^<>]{0,400}?\s(?:datetime|title|data-date-time|data-datetime)"
    r"\s?=\s?[\"'](?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d|[\"'])|\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d))",
    re.IGNORECASE,
)
"""An element that says a moment in an attribute, as programs write one."""
_DATED_TEXT = re.compile(
    r"<(?:time|span|div|p|em|i|small|li|dd|td|b|strong|h[2-6])(?=[\s>])(?P<given>[^<>]{0,400})>\s{0,99}(?P<said>[^<>]{6,80}?)\s{0,99}</"
)
_SAYS_DATED = re.compile(
    r"publi|posted|date|time|meta|created|submitted"
    r"|(?<![\w-])(?:data|datum|fecha|dato)(?![\w-])",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"(?:(?:last\s|most recently\s)?(?:updated?|modified|revised)(?:\s(?:on|at))?|stand|aktualisiert(?:\sam)?"
    r"|zuletzt\saktualisiert(?:\sam)?|mise?\sà\sjour(?:\sle)?|modifié(?:\sle)?|(?:ultimo\s)?aggiornat[oa](?:\sil)?|aggiornamento"
    r"|actualizado(?:\sel)?|última\sactualización|atualizado(?:\sem)?|(?:son\s)?güncelleme(?:\starihi)?|uppdaterad|bijgewerkt"
    r"|aktualizacja|aktualizováno|обновлено|изменено|оновлено|수정|最終更新|更新(?:时间|時間|日時)?"
    r"|آخر تحديث|עודכן|cập nhật)(?![^\W\d_])",
    re.IGNORECASE,
)
"""What stands before the day on which an article was changed."""
_SAYS_OTHER = re.compile(r"updat|modif|comment|related|edited|event|read", re.IGNORECASE)
_ZONED = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)")
_STAMPED = re.compile(
    r">\s{0,99}(?:(?:发布|發布|發佈|发表|發表)?(?:时间|時間|日期)\s?[:：]\s{0,9})?"
    r"((?:19|20)\d\d(?:年|[-/.])\s?\d{1,2}(?:月|[-/.])\s?\d{1,2}日?[\sT]{1,9}\d{1,2}:\d\d(?::\d\d)?)(?=[\s<&])"
)
"""A text that begins with a moment in figures, whatever its element is called."""
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LONGEST_TAG = 1_000
_MOMENTS = ("datetime", "data-date-time", "data-datetime", "title")
_MOST_HEADINGS = 9
_NEAR, _CLOSE, _BEFORE = 4_000, 1_500, 1_000
"""Characters behind the page's heading, and before it, where its own date stands, and no other's."""
_OPENS = re.compile(r"<(?:article|header)(?=[\s>])", re.IGNORECASE)
_BLANKS = re.compile(r"[\s/]+")
_BODY = re.compile(r"<body(?=[\s/>])", re.IGNORECASE)
_BODY_END = re.compile(r"</body", re.IGNORECASE)
_HEAD_END = re.compile(r"</head\s{0,99}>", re.IGNORECASE)
_META: Mapping[str, str] = {
    "og:title": "title", "twitter:title": "title",
    "article:published_time": "date", "datepublished": "date", "pubdate": "date", "publishdate": "date",
    "og:published_time": "date", "date": "date", "weibo:article:create_at": "date",
    "article:modified_time": "updated", "lastmod": "updated",
    "author": "author", "article:author": "author", "og:site_name": "site",
    "og:url": "url", "keywords": "keywords", "article:tag": "tags", "og:locale": "lang",
    "citation_title": "title", "dc.title": "title", "dcterms.title": "title", "parsely-title": "title",
    "citation_publication_date": "date", "citation_date": "date", "citation_online_date": "date",
    "release_date": "date", "og:release_date": "date", "og:regdate": "date",
    "og:pubdate": "date", "dc.date": "date", "dc.date.issued": "date",
    "dcterms.date": "date", "dcterms.issued": "date", "dcterms.created": "date", "parsely-pub-date": "date",
    "sailthru.date": "date", "publish_date": "date", "publish-date": "date", "article.published": "date",
    "og:article:published_time": "date", "content_publisheddate": "date", "og:article:author": "author",
    "og:article:modified_time": "updated",
    "article_date_original": "date", "article:published": "date", "article.created": "date",
    "date_published": "date", "publication_date": "date", "originalpublicationdate": "date",
    "pub_date": "date", "publishtime": "date", "publish_time": "date", "published-date": "date",
    "dc.date.created": "date", "bt:pubdate": "date", "article_date_updated": "updated",
    "published_time": "date", "date.release": "date", "cxenseparse:recs:publishtime": "date",
    "dcterms.modified": "updated", "article.updated": "updated",
    "citation_author": "author", "dc.creator": "author", "dcterms.creator": "author",
    "parsely-author": "author", "sailthru.author": "author",
    "citation_journal_title": "site", "dc.publisher": "site",
    "dc.subject": "keywords", "news_keywords": "keywords", "sailthru.tags": "keywords",
    "parsely-tags": "keywords",
}  # fmt: skip
"""A document's ``<meta>`` names -> our keys; the first one given counts."""
_OURS = frozenset((*_META.values(), *_LINKED.values()))


def read_head(document: str, line: int, front: Front) -> None:
    """Take title, date, author … from a whole document where the front matter gives none.

    What is meant for programs is believed before ``<title>``, of which only the page's own heading
    is taken where it begins with that: the rest is the site's name.
    """
    tags: list[str] = []
    had_date = any(front.values.get(alias) for alias in _same_as("date"))
    for key, value in _document_values(document):
        text = squeeze(html.unescape(value))
        if key == "byline":  # without an address, who wrote it would pass for the publisher
            key = "author" if any(front.values.get(alias) for alias in ALIASES["url"]) else ""
        if not key or (key == "title" and _NO_TITLE.fullmatch(text)):
            continue
        if key in ALIASES["url"] and (archived := _ARCHIVED.fullmatch(text)):
            text = archived[1]
        if key == "title":
            text = _own_heading(document, text) or text
        if key == "tags" and text:  # each has an element of its own
            tags.append(text)
        elif key == "date" and not had_date and _adds_zone(text, front.values.get("date")):
            front.values["date"] = text
        elif text and not any(front.values.get(alias) for alias in _same_as(key)):
            front.values[key] = text
            front.lines[key] = line
    if len(tags) == 1:  # or one element names all
        tags = [tag for part in tags[0].split(",") if (tag := part.strip())]
    if tags and not any(front.values.get(alias) for alias in _same_as("tags")):
        front.values["tags"] = tuple(dict.fromkeys(tags))
        front.lines["tags"] = line


def _adds_zone(stamp: str, known: object) -> bool:
    """Tell whether a stamp is one that is known already, and says its zone, which that one does not."""
    match = _ZONED.fullmatch(stamp)
    return bool(match and isinstance(known, str) and known.replace(" ", "T") == match[1].replace(" ", "T"))


def _own_heading(document: str, title: str) -> str:
    """Give the heading that a page's title shows beside the site's name; empty when none does.

    The first heading may be the site's name, which then leads to the front page, or a picture; so each of
    the first ones is asked. One that is not the main one, or stands behind the name, must be most of the
    title, unless what stands before it is the site's name as another heading has it.
    """
    found: list[str] = []
    site = ""
    for one in islice(_ANY_HEADING.finditer(document), _MANY_HEADINGS):
        inner = one["inner"]
        text = _text_of(inner)
        if text and text not in title and "<" in inner.lstrip()[1:]:
            # A label such as “original” may stand behind it.
            text = _text_of(inner.lstrip().partition("<")[0])
            text = text if 2 * len(text) >= len(title) or title.startswith(text) else ""
        if not text or text not in title:
            continue
        if _TO_FRONT.search(inner):
            site = text
            continue
        is_most = 2 * len(text) >= len(title)
        before = title[: -len(text)] if title.endswith(text) else ""
        is_first = (one["level"] == "1" or is_most) and _is_before_name(title, text)
        names_site = bool(site) and before.startswith(site)
        is_last = (_NAME_BEFORE.search(before) and (is_most or names_site)) or (
            names_site and _COLON.fullmatch(before[len(site) :])
        )
        if is_first or is_last:
            found.append(text)
    return max(found, key=len, default="")


def _text_of(inner: str) -> str:
    """Give the words of a heading, without its link to itself."""
    return squeeze(html.unescape(_ANY_TAG.sub("", _LINK_SIGN.sub("", inner))).rstrip(" ¶\n"))


def _is_before_name(title: str, heading: str) -> bool:
    """Tell whether a page's title is its heading, the site's name, and how many letters wait."""
    before, found, behind = title.partition(heading)
    is_first = not before or _COUNT_BEFORE.fullmatch(before)
    return bool(found and is_first and _NAME_BEHIND.match(behind))


def _same_as(key: str) -> Iterator[str]:
    """Give the names of the same thing; a page that tells author and site apart means both."""
    return (alias for alias in ALIASES.get(key, (key,)) if alias == key or alias not in _OURS)


def first_heading(body: str) -> str:
    """Give the text of the first ``<h1>``; empty when there is none."""
    if (start := _HEADING.search(body)) and (end := _HEADING_END.search(body, start.end())):
        heading = body[start.end() : min(end.start(), start.end() + 2000)]
        return squeeze(html.unescape(_ANY_TAG.sub("", _LINK_SIGN.sub("", heading))).rstrip(" ¶\n"))
    return ""


def named_title(body: str) -> str:
    """Give the text of the first element near the top that calls itself the title; empty when none does."""
    for found in _MAY_BE_TITLE.finditer(body, 0, _NEAR):
        given, _ = _attributes(found["given"] + ">", 0)
        words = {*given.get("class", "").split(), given.get("itemprop", "")}
        if _TITLES.isdisjoint(words):
            continue
        end = re.compile(f"</{found['tag']}", re.IGNORECASE).search(body, found.end(), found.end() + _NEAR)
        text = squeeze(html.unescape(_ANY_TAG.sub("", body[found.end() : end.start()]))) if end else ""
        if 0 < len(text) <= _LONGEST_TITLE:
            return text
    return ""


def _document_values(document: str) -> Iterator[tuple[str, str]]:
    """Give (our key, value), the better first."""
    title = ""
    authors: dict[str, list[str]] = {}
    head = document[:HEAD_SIZE]
    for tag, attributes, end in _head_tags(head):
        if tag == "title":
            title = title or head[end : _end_of(head, "title", end)]
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop", "")
            if (key := _META.get(name.lower())) == "author":
                authors.setdefault(name.lower(), []).append(attributes.get("content", ""))
            elif key:
                yield key, attributes.get("content", "")
        elif tag == "link" and attributes.get("rel", "").lower() == "canonical":
            yield "canonical", attributes.get("href", "")
        elif tag == "html":
            yield "lang", attributes.get("lang", "")
    for named in authors.values():  # each has an element of its own
        yield "author", _join_names(named)
    yield from _linked_values(document)
    for found in islice(_PUBLISHED.finditer(document), 1):
        stamp, _ = _attributes(document, found.start() + 1)
        yield "date", stamp.get("datetime") or stamp.get("content", "")
    yield "date", _dated_near_heading(document, squeeze(html.unescape(title)))
    yield "title", title
    if saved := _SAVED_FROM.search(head, 0, 4_000):
        yield "url", saved[1]
    if banner := _BANNER.search(head):
        yield "url", banner["copy"] or banner["original"]
    heading = _HEADING.search(document)
    yield "byline", read_byline(document, heading.start() if heading else 0, _NEAR, _attributes)


def _join_names(named: list[str]) -> str:
    """Join names as they are said; libraries put the last name first, of which several are no list.

    >>> _join_names(["Pier, Ann", "Quay, Tom"]), _join_names(["Pier, Ann"])
    ('Ann Pier, Tom Quay', 'Pier, Ann')
    """
    names = list(dict.fromkeys(filter(None, map(squeeze, named))))
    if len(names) > 1:
        names = [" ".join(reversed(name.split(", "))) if name.count(", ") == 1 else name for name in names]
    return ", ".join(name for name in names if "://" not in name)


def _dated_near_heading(document: str, title: str) -> str:
    """Give the moment that an element close to the article's ``<h1>`` names as that of publication.

    Attributes are believed before words; what is called updated, or a comment's, is another moment. Where
    a page has no ``<h1>``, the only moment that is called a date counts; where it has several, such as one
    for the site's name, the one that is most of the page's title is the article's.
    """
    headings = list(islice(_HEADING.finditer(document), _MOST_HEADINGS))
    if len(headings) > 1:
        headings = [found for found in headings if _is_title(document, found, title)][:1]
        if not headings:
            return ""
    start, close = (headings[0].start(), headings[0].end() + _CLOSE) if headings else (0, 0)
    opened = [found.start() for found in _OPENS.finditer(document, max(start - _BEFORE, 0), start)]
    start = opened[-1] if opened else start
    said: dict[str, None] = {}
    for found in _DATED.finditer(document, start, start + _NEAR):
        given, _ = _attributes(document[found.start() + 1 : found.start() + _LONGEST_TAG], 0)
        if _is_own_day(found, given, close):
            said[next(given[key] for key in _MOMENTS if given.get(key))] = None
    if not said:
        for found in _DATED_TEXT.finditer(document, start, start + _NEAR):
            given, _ = _attributes(found["given"] + ">", 0)
            if _YEAR.search(found["said"]) and _is_own_day(found, given, close) and _is_day(found["said"]):
                said[found["said"]] = None
    if not said and headings:
        said = dict.fromkeys(_STAMPED.findall(document, start, close))
        return next(iter(said)) if len(said) == 1 else ""
    return next(iter(said), "") if headings or len(said) == 1 else ""


def _is_title(document: str, found: re.Match[str], title: str) -> bool:
    """Tell whether a heading is most of a page's title; the rest is the site's name."""
    text = first_heading(document[found.start() : found.start() + _LONGEST_TAG + 2 * _LONGEST_TITLE])
    return bool(text) and text in title and 5 * len(text) >= 2 * len(title)


def _is_day(said: str) -> bool:
    """Tell whether words are a moment, or a month or year, and not that of a change."""
    text = squeeze(html.unescape(said))
    return not CHANGED.match(text) and (is_moment(text) or read_period(text, "UTC").when is not None)


def _is_own_day(found: re.Match[str], given: Mapping[str, str], close: int) -> bool:
    """Tell an element that calls itself a date from one of another kind, or of another thing.

    A mere ``time`` counts up to ``close``; further down it is one that the text speaks of.
    """
    says = " ".join(given.get(key, "") for key in ("class", "id", "itemprop", "property"))
    is_time = found[0][:5].lower() == "<time" and found.start() < close
    return not _SAYS_OTHER.search(says) and (is_time or bool(_SAYS_DATED.search(says)))


def _linked_values(document: str) -> Iterator[tuple[str, str]]:
    """Give what schema.org's JSON-LD says of the article, and of the page around it the days."""
    articles: list[dict[str, object]] = []
    pages: list[dict[str, object]] = []
    names: dict[str, str] = {}
    for script in islice(_LINKED_DATA.finditer(document), _LINKED_MOST):
        text = document[script.end() : script.end() + _LINKED_SIZE]
        for item in _linked_items(_read_json(text[: _end_of(text, "script", 0)]), 0):
            kinds = [kind for kind in _listed(item.get("@type")) if isinstance(kind, str)]
            if any(kind.endswith(_ARTICLES) for kind in kinds):
                articles.append(item)
            elif any(kind.endswith(_PAGES) for kind in kinds):
                pages.append(item)
            if isinstance(item.get("@id"), str) and isinstance(item.get("name"), str):
                names[str(item["@id"])] = str(item["name"])
    for item in articles:
        for name, key in _LINKED.items():
            if value := _linked_text(item.get(name), names, is_address=key == "url"):
                yield key, value
    for item in (*articles, *pages):
        for name, key in (("datePublished", "date"), ("dateCreated", "date"), ("dateModified", "updated")):
            if value := _linked_text(item.get(name), names):
                yield key, value


def day_in_scripts(document: str) -> str:
    """Give the moment that a page's programs are told as that of publication, if it is one only."""
    said: dict[str, str] = {}
    for script in islice(_SCRIPT.finditer(document), _SCRIPTS_MOST):
        text = document[script.end() : script.end() + _LINKED_SIZE]
        for found in islice(_TOLD.finditer(text, 0, _end_of(text, "script", 0)), _SCRIPTS_MOST):
            said.setdefault(found["day"] or found["epoch"], found["stamp"] or found["epoch"])
    return next(iter(said.values())) if len(said) == 1 else ""


def _read_json(text: str) -> object:
    """Read JSON as it stands in pages; None where it is none.

    >>> _read_json('/*<![CDATA[*/ {"a": [1,],}; /*]]>*/')
    {'a': [1]}
    """
    for make_plain in (str, _plain_json, lambda given: _TRAILING.sub("", _plain_json(given))):
        try:
            return json.loads(make_plain(text), strict=False)
        except (ValueError, RecursionError):
            continue  # a page that speaks badly of itself is as one that is silent
    return None


def _plain_json(text: str) -> str:
    text = _BEFORE_JSON.sub("", text.strip(), count=1)
    return text[:-60] + _BEHIND_JSON.sub("", text[-60:])


def _linked_items(data: object, depth: int) -> Iterator[dict[str, object]]:
    """Find the things that JSON-LD describes: one, a list, a graph, or what a page is about."""
    for item in _listed(data) if depth < _DEEPEST else ():
        if isinstance(item, dict):
            yield item
            for key in _WITHIN:
                yield from _linked_items(item.get(key), depth + 1)


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _linked_text(value: object, names: Mapping[str, str], *, is_address: bool = False) -> str:
    """Give a value as text: itself, the name of a thing, or those of a list; or an address."""
    found: list[object] = []
    for item in _listed(value):
        if isinstance(item, dict):
            known = str(item.get("@id"))
            item = item.get("name") or (known if is_address and "@id" in item else names.get(known))
        found.append(item)
    return ", ".join(item for item in found if isinstance(item, str))


def _head_tags(head: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """Give (name, attributes, end) of the tags up to the body, in one pass."""
    place = 0
    while match := _HEAD_TAG.search(head, place):
        tag = match[1].lower()
        if tag == "body":
            return
        if tag == "!--":
            end = head.find("-->", match.end())
            place = len(head) if end < 0 else end
            continue
        attributes, place = _attributes(head, match.end())
        yield tag, attributes, place
        if tag in _ENDS:
            place = _end_of(head, tag, place)


def _attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Read a tag's attributes from behind its name: (attributes, offset behind the tag)."""
    attributes: dict[str, str] = {}
    while (place := _blanks(text, place)) < len(text) and text[place] != ">":
        name = _ATTRIBUTE.match(text, place)
        if name is None:  # a stray = or quote
            place += 1
            continue
        value, place = "", name.end()
        after = _blanks(text, place)
        if text.startswith("=", after):
            value, place = _attribute_value(text, _blanks(text, after + 1))
        attributes.setdefault(name[0].lower(), value)
    return attributes, min(place + 1, len(text))


def _attribute_value(text: str, place: int) -> tuple[str, int]:
    quote = text[place : place + 1]
    if quote and quote in "\"'":
        end = text.find(quote, place + 1)
        end = len(text) if end < 0 else end
        return text[place + 1 : end], end + 1
    match = _UNQUOTED.match(text, place)
    return (match[0], match.end()) if match else ("", place)


def _blanks(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    return match.end() if match else place


def _end_of(text: str, tag: str, place: int) -> int:
    match = _ENDS[tag].search(text, place)
    return match.start() if match else len(text)


def inside_body(text: str, start: int) -> tuple[int, int]:
    """Find what stands inside ``<body>``; without that tag, what follows the head."""
    if opening := _BODY.search(text, start):
        _, start = _attributes(text, opening.end())
    elif head := _HEAD_END.search(text, start):
        start = head.end()
    closings = list(_BODY_END.finditer(text, start))
    return start, closings[-1].start() if closings else len(text)


_NOUN = (
    r"(?:(?:main|the|news|article|story)[\s_-]?)?(?:article|content|story|text|body|news|正文|正文内容|文章内容|内容)"
    r"(?:[\s_-]?(?:text|body|content))?"
)
_BEGINS = re.compile(
    rf"<!--\s{{0,9}}(?:(?:begin|start)(?:\s?of)?[\s_:-]{{0,3}}{_NOUN}|{_NOUN}[\s_:-]{{0,3}}(?:begins?|starts?|开始|開始)"
    r"|enpcontent|X-Body-of-Message)\s{0,9}-->",
    re.IGNORECASE,
)
_ENDS_THERE = re.compile(
    rf"<!--\s{{0,9}}(?:(?:end|/)(?:\s?of)?[\s_:-]{{0,3}}{_NOUN}|{_NOUN}[\s_:-]{{0,3}}(?:ends?|结束|結束)"
    r"|/enpcontent|X-Body-of-Message-End)\s{0,9}-->",
    re.IGNORECASE,
)
_WITHIN_TABLE = re.compile(r"<(?:table|tbody|thead|tr|/td|/th|/tr)(?:\s[^<>]*)?>\s*$", re.IGNORECASE)


def name_article(page: str) -> str:
    """Call an ``<article>`` what stands between the two comments by which a page's program marked it.

    Mailman, MHonArc, Founder's e-papers and many a newspaper's own program write such comments, where no
    element says as much. Where there is more than one pair, or one stands between cells, all stays. No
    character changes its place.
    """
    if "<!--" not in page:
        return page
    begins, ends = [*islice(_BEGINS.finditer(page), 2)], [*islice(_ENDS_THERE.finditer(page), 2)]
    if len(begins) != 1 or len(ends) != 1 or begins[0].end() > ends[0].start():
        return page
    begin, end = begins[0], ends[0]
    if any(_WITHIN_TABLE.search(page[max(0, one.start() - 200) : one.start()]) for one in (begin, end)):
        return page
    opening, closing = "<article".ljust(len(begin[0]) - 1) + ">", "</article".ljust(len(end[0]) - 1) + ">"
    return page[: begin.start()] + opening + page[begin.end() : end.start()] + closing + page[end.end() :]

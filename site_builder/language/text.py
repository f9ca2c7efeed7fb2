"""Text as it must be to be compared, listed or put into an address.

In: any string, hostile ones too. Out: the folded, squeezed, cut or transliterated string. The
rule it guards: every function is pure, linear, and the same on every machine; what is written
into an address never depends on any other article.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b

from site_builder.language.hanzi import simplify
from site_builder.model import RawArticle

_NAMES: dict[str, str] = {
    "title": """title tilte titel headline 标题 標題 题目 題目 题名 題名 篇名 subject titre título
        titulo título titolo otsikko tytuł nadpis název cím titlu naslov τίτλος заголовок название назва
        タイトル 제목 العنوان عنوان כותרת başlık judul शीर्षक শিরোনাম தலைப்பு ชื่อเรื่อง หัวข้อ tiêu_đề
        post_title name""",
    "date": """date dat data published pubdate pub_date publish_date publishdate date_published
        datepublished published_at publishedat published_time created created_at datetime time timestamp
        posted post_date 日期 时间 時間 发布时间 發布時間 發佈時間 发布日期 發布日期 發佈日期 发表时间
        發表時間 发表日期 發表日期 刊登日期 出版日期 见报日期 datum fecha дата dato 日付 公開日 掲載日
        投稿日 날짜 작성일 التاريخ تاریخ תאריך ngày tarih tanggal ημερομηνία дата दिनांक तारीख তারিখ
        தேதி วันที่ date_publish publish_at published_on publishedtime pub_time publish_time posted_at
        release_date record.createdat dc:date""",
    "updated": """updated updated_at modified lastmod last_modified lastmodified date_modified
        datemodified 更新时间 更新時間 更新日期 修改时间 修改日期 更新日 最終更新""",
    "author": """author authors auther source publisher site media byline writer creator dc:creator 作者
        撰文 记者 記者 published_by autor auteur autore автор 著者 筆者 저자 기자 글쓴이 المؤلف الكاتب
        نویسنده מחבר yazar penulis szerző συντάκτης लेखक লেখক ஆசிரியர் ผู้เขียน published_by account.display_name
        account.username author.displayname author.handle user 来源 來源""",
    "publisher": """publisher source site media newspaper origin.title feed.title site_name sitename
        source_name 来源 來源 媒体 媒體 报纸 報紙 刊物 出处 出處 quelle fuente fonte källa источник 出典
        출처 المصدر منبع מקור kaynak zdroj źródło forrás πηγή sursa kilde lähde sumber nguồn स्रोत সূত্র
        மூலம் ที่มา แหล่งที่มา author authors auther byline writer creator dc:creator 作者 记者
        記者 autor auteur autore автор 著者""",
    "url": """from url original origin source_url sourceurl original_url originalurl link external_url
        canonical canonical_url alternate resolved_url given_url permalink source href uri 链接 鏈接
        連結 blogger_orig_url blogger_orig_link wordpress_url externalurl canonicalurl
        原文链接 原文連結 原文地址 网址 網址 地址 来源链接 來源網址 lien enlace ссылка 링크 الرابط
        guid""",
    "tags": """tags tag keywords filetags topics labels 标签 標籤 关键词 關鍵詞 关键字 關鍵字 话题 話題
        hashtags schlagwörter schlagworte mots-clés etiquetas etiketler štítky tagi теги метки мітки
        タグ 태그""",
    "categories": """categories category section 分类 分類 栏目 欄目 版块 版面 频道 頻道 类别 類別
        rubrik kategori kategorie kategória categoría раздел рубрика カテゴリ""",
    "lang": "lang language locale 语言 語言 sprache langue idioma язык 言語 언어",
}
_TABLES = ("taxonomies", "extra", "params")
"""Where Zola and Hugo keep what they have no key of their own for."""
ALIASES: dict[str, tuple[str, ...]] = {
    key: tuple(
        name for plain in names.split() for name in (plain, *(f"{table}.{plain}" for table in _TABLES))
    )
    for key, names in _NAMES.items()
}
"""What collectors call the same thing, the usual name first; misspellings only where met."""
_RANKS = {key: {name: rank for rank, name in enumerate(names)} for key, names in ALIASES.items()}

_SIGNS = (*range(0x0591, 0x05C8), 0x0640, *range(0x064B, 0x0660), 0x0670)
"""Signs of vowels in Hebrew and Arabic, and what only makes a word longer."""
SAME_LETTERS = {**dict.fromkeys(_SIGNS), **str.maketrans("أإآٱىیکة", "ااااييكه"), ord("ё"): "е"}
"""Letters that stand for one another as people write: on Arabic and Persian keyboards, and without ё."""
_UNMARKED = SAME_LETTERS | dict.fromkeys(map(ord, "\u200c\u200d-‐‑‒–—―⁃−﹣－"))
_EMOJI = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_JOINED = "\u0620-\u06ff\u0750-\u077f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"
"""Arabic script and those of India, where joiners between letters are orthography: می‌روم is no میروم."""
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_JOINER = re.compile(
    f"(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])|(?<=[\u0900-\u0dff])\u200d"
)
_ENDS = re.compile(
    r"[。！？…!?]*[。！？…][。！？…!?]*[”’」』）】》)\"']*"
    r"|[!?]+[”’」』）】》)\"']*(?=\s|$|[\u2e80-\uffff])"
    r"|(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSt)(?<!\bvs)\.+[”’」』）】》)\"']*(?=\s|$)"
)
_PAUSES = re.compile(r"[，、；：—]|[,;:](?=\s)|\s")
_READERS = re.compile(r"user/[-\w]{1,40}/(label|state|source)/")
_SPLIT = re.compile(r"[,，、;；]")
_JEKYLLS = frozenset({"tag", "tags", "category", "categories"})
_HAN_ALONE = re.compile("[\u3400-\u9fff]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_STEM = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", "index", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)
KNOWN = 8192
"""Names that are remembered in folded form, and as they stand in an address."""
SLUG_LIMIT = 60
STEM_LIMIT = 84
"""With ``YYYY/MM/DD/`` before it and ``.html`` behind, an address stays within 100 characters."""


def squeeze(text: str) -> str:
    """Make each run of white space one blank, and none at the ends."""
    return " ".join(text.split())


_NOTE = re.compile(r"\[\[([^\[\]|]{1,100})(?:\|[^\[\]]{0,100})?\]\]")


def unlink_notes(text: str) -> str:
    """Read names as Obsidian's clipper writes them, each as a link to a note.

    >>> unlink_notes("[[Ida Harbour]], [[Bo|his note]]")
    'Ida Harbour, Bo'
    """
    return _NOTE.sub(r"\1", text)


_NAME_BEHIND = re.compile(r"(?:[|｜_·•«»]\s*|(?<=\s)[-–—:]\s+)([^|｜_·•«»–—]{2,60})$")
_NAME_BEFORE = re.compile(r"([^|｜_·•«»–—]{2,60}?)(?:\s*[|｜_·•»]\s*|\s+[-–—:]\s+)(?=\S)")


def has_name(title: str) -> bool:
    """Tell whether something that may be a publisher's name stands behind a title, or before it."""
    return _NAME_BEHIND.search(title[-80:]) is not None or _NAME_BEFORE.match(title) is not None


def trim_title(title: str, names: Iterable[str]) -> str:
    """Take a publisher's name off a title's end, or its beginning, as browsers and clippers put it there.

    >>> trim_title("Lamps - at sea | The Coast", ["the coast"])
    'Lamps - at sea'
    >>> trim_title("The Coast | Lamps - at sea", ["The Coast"])
    'Lamps - at sea'
    >>> trim_title("The Coast", ["The Coast"])
    'The Coast'
    """
    known = {fold(name) for name in names if name}
    if (found := _NAME_BEHIND.search(title[-80:])) and fold(found[1]) in known:
        return title[: len(title) - len(found[0])].rstrip() or title
    if (found := _NAME_BEFORE.match(title)) and fold(found[1]) in known:
        return title[found.end() :]
    return title


def count_characters(text: str) -> int:
    """Count the characters, white space aside."""
    return len("".join(text.split()))


def strip_controls(text: str) -> str:
    """Make one safe line of text: no control, bidi, zero-width or unassignable character.

    A line break becomes a blank. The joiner inside an emoji sequence stays, as it is what
    makes it one picture, and so do those that Persian and India's languages write. Stable under repetition.

    >>> strip_controls("\\x1b[31mred\\x1b[0m\\nand \\u202egreen")
    'red and green'
    """
    if not text.isprintable():
        text, place, kept = _ANSI.sub("", text), 0, ""
        for joiner in _JOINER.finditer(text):
            kept += "".join(map(_shown, text[place : joiner.start()])) + joiner[0]
            place = joiner.end()
        text = kept + "".join(map(_shown, text[place:]))
    return squeeze(text)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    invisible = unicodedata.category(character) in {"Cc", "Cf", "Cs"}
    return "" if invisible or _is_noncharacter(ord(character)) else character


def _is_noncharacter(code: int) -> bool:
    """Tell whether Unicode will never assign this code point."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


@lru_cache(maxsize=KNOWN)
def fold(text: str) -> str:
    """Make the key under which two spellings are one tag.

    Compatibility forms, case, blanks, hyphens, invisible characters, signs of vowels, and whether Chinese is
    written in Traditional or Simplified characters, ё with its dots, or an Arabic letter in one form or
    another do not count. Repeated
    until nothing changes, because case folding may undo normalisation and the reverse.
    Remembered, since most of an archive's names come again (gain: 150 µs an article).

    >>> fold("Wi‑Fi　６") == fold("wifi 6")
    True
    """
    if _HAN_ALONE.fullmatch(text):  # most names; nothing else of them can change (an eighth of the time)
        return simplify(text)
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def _fold_once(text: str) -> str:
    if text.isascii():
        return "".join(strip_controls(text).casefold().replace("-", "").split())
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(simplify(strip_controls(plain)).translate(_UNMARKED).split())


def excerpt(text: str, limit: int = 100) -> str:
    """Take the first sentences, at most ``limit`` characters; the text has one block a line.

    A first sentence that is too long is cut at a pause, else at a word's border, and gets a ``…``.

    >>> excerpt("徕卡找到了小米。双方合作。其余从略。", limit=14)
    '徕卡找到了小米。双方合作。'
    """
    taken = ""
    for sentence in _sentences(text, limit):
        longer = f"{taken} {sentence}" if taken and _needs_blank(taken, sentence) else taken + sentence
        if len(longer) > limit:
            return taken or _cut(sentence, limit)
        taken = longer
    return taken


def _sentences(text: str, limit: int) -> Iterator[str]:
    """Give the sentences in order; a line's end is a sentence's end."""
    for line in text.split("\n"):
        line = strip_controls(line[: 40 * limit])
        start = 0
        for end in _ENDS.finditer(line):
            yield line[start : end.end()].strip()
            start = end.end()
        if rest := line[start:].strip():
            yield rest


def _needs_blank(before: str, after: str) -> bool:
    return before[-1] not in "。！？…”’」』）】》" or after[0].isascii()


def _cut(sentence: str, limit: int) -> str:
    room = limit - 1
    pauses = [match.start() for match in _PAUSES.finditer(sentence, limit // 2, room + 1)]
    end = pauses[-1] if pauses else _word_border(sentence, room)
    return sentence[:end].rstrip(" ，、；：,;:—") + "…"


def _word_border(sentence: str, end: int) -> int:
    """Step back out of an ASCII word or a combined character, but not for ever."""
    for place in range(end, max(end - 30, 0), -1):
        before, after = sentence[place - 1], sentence[place : place + 1]
        inside_word = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        if not inside_word and not unicodedata.combining(after or " ") and "\u200d" not in before + after:
            return place
    return end


@lru_cache(maxsize=KNOWN)
def slugify(name: str) -> str:
    """Write a name in ``a-z0-9-`` for an address, the same on every machine and every day.

    Five hex digits of a digest of the name follow when anything of it was lost, so that two
    names get two addresses.

    >>> slugify("leica-m11"), slugify("徕卡")
    ('leica-m11', 'laika-0ac2d')
    """
    if len(name) <= SLUG_LIMIT and _SLUG.fullmatch(name) and name not in _RESERVED:
        return name
    return _transliterate(name, SLUG_LIMIT)


def stem_of(path: str) -> str:
    """Give the name that an article goes by: its file's without the last ending.

    ``PurePosixPath.stem`` takes four times the time. An ``index``, as bundles and copies of sites have one
    in each folder, goes by its folder's name, or all of a day would want one address.

    >>> stem_of("a/b.tar.gz"), stem_of(".hidden"), stem_of("a/b."), stem_of("2022/lamp/index.md")
    ('b.tar', '.hidden', 'b.', 'lamp')
    """
    folder, _, name = path.rpartition("/")
    dot = name.rfind(".")
    stem = name[:dot] if 0 < dot < len(name) - 1 else name
    return folder.rpartition("/")[2] if stem == "index" and folder else stem


def stem_address(stem: str) -> str:
    """Make a file's stem safe as a file name on any system and in any address.

    It is kept when it is plain ASCII, lower case (two files may differ in case alone), not too
    long, no name that Windows reserves, not ``index`` and none of a ledger; else transliterated,
    with a digest.

    >>> stem_address("000_fd220ab2a309ed33")
    '000_fd220ab2a309ed33'
    """
    plain = len(stem) <= STEM_LIMIT and _STEM.fullmatch(stem) and not stem.endswith(".ledger")
    if plain and stem.partition(".")[0] not in _RESERVED:
        return stem
    return _transliterate(stem, STEM_LIMIT)


def other_addresses(url: str, path: str) -> Iterator[str]:
    """Make other addresses for the article of the file at ``path``, whose own is another's.

    A tilde, which no article's own address has, and a digest of the path: eight hex digits, or all.

    >>> next(other_addresses("2022/07/20/daily.html", "evening/daily.md"))
    '2022/07/20/daily~46c8e78a.html'
    """
    folder, slash, name = url.rpartition("/")
    digest = blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    for digits in (8, len(digest)):
        stem = name.removesuffix(".html")[: STEM_LIMIT - digits - 1]
        yield f"{folder}{slash}{stem}~{digest[:digits]}.html"


def _transliterate(name: str, limit: int) -> str:
    from anyascii import anyascii

    data = name.encode("utf-8", "surrogatepass")
    plain = data[: 4 * limit].decode("utf-8", "ignore")
    slug = _NOT_SLUG.sub("-", anyascii(plain).lower())[: limit - 6].strip("-")
    digest = blake2b(data, digest_size=8).hexdigest()[:5]
    return f"{slug}-{digest}" if slug else f"x-{digest}"


def field(raw: RawArticle, *names: str) -> tuple[str, str]:
    """Find the first value given for any of the names or their aliases: (value, key).

    Of a list it is the first item. For ``url`` only an address counts, for ``author`` and
    ``publisher`` only what is none: ``source:`` and ``from:`` hold either in the wild.
    ``("", "")`` when there is none.
    """
    front = raw.front
    for name in names:
        for key in _keys_given(raw, name):
            if (value := _first(front[key])) and _suits(name, value):
                return value, key
    return "", ""


def _keys_given(raw: RawArticle, name: str) -> tuple[str, ...]:
    """List the keys of an article's front matter that mean the same, the usual name first."""
    return _rank_keys(tuple(raw.front), name)


@lru_cache(maxsize=256)
def _rank_keys(keys: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Order keys by their names' ranks. An archive has few sets of keys (gain: 12 µs an article)."""
    ranks = _RANKS.get(name) or {name: 0}
    return tuple(sorted((key for key in keys if key in ranks), key=ranks.__getitem__))


def _label_of(item: str) -> str:
    """Read a feed reader's own name of a label; whether an article was read is none.

    >>> _label_of("user/-/label/Harbour"), _label_of("user/-/state/com.google/read"), _label_of("a/b")
    ('Harbour', '', 'a/b')
    """
    found = _READERS.match(item)
    return item if found is None else item[found.end() :] if found[1] == "label" else ""


def _first(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value.strip()
    return next((item.strip() for item in value if item.strip()), "")


_YES_OR_NO = frozenset("true false True False TRUE FALSE yes no Yes No on off".split())
"""Jekyll's ``published`` says whether, not when."""


def _suits(name: str, value: str) -> bool:
    if name == "date":
        return value not in _YES_OR_NO
    is_address = value[:8].lower().startswith(("http://", "https://", "//"))
    if name == "url":
        return is_address
    return not (is_address and name in {"author", "publisher"})


def name_publisher(raw: RawArticle, known: str) -> tuple[str, ...]:
    """List what an article's publisher is called: as known, and as its front matter says."""
    return known, unlink_notes(field(raw, "publisher", "author")[0])


def listed(raw: RawArticle, *names: str) -> tuple[str, ...]:
    """Collect all values given for the names and their aliases, each once, in order.

    One string is split at commas, ``、`` and semicolons; at blanks only when every part is a
    ``#tag``, or in the front matter of Jekyll, where a blank parts tags. The items of a list stay whole.
    """
    found: dict[str, None] = {}
    for name in names:
        for key in _keys_given(raw, name):
            value = raw.front[key]
            if (
                "layout" in raw.front
                and key in _JEKYLLS
                and isinstance(value, str)
                and not _SPLIT.search(value)
            ):
                value = tuple(value.split())
            found |= dict.fromkeys(filter(None, _items(value)))
    return tuple(found)


def _items(value: str | tuple[str, ...]) -> list[str]:
    if isinstance(value, tuple):
        return [_label_of(unlink_notes(item.strip())) for item in value]
    parts = value.split()
    if parts and all(part.startswith("#") for part in parts):
        return [part.strip("#,，、;；") for part in parts]
    return [part.strip() for part in _SPLIT.split(value)]

"""Dates spelt in words, put into figures: ``3 de mayo de 2022`` becomes ``2022-05-03``.

In: a stamp that holds the word of a month, an era, figures of another script, or a label before
or behind it. Out: the same moment as ``clock`` reads it, or nothing. The rule it guards: **nothing
is guessed**; every word must be known, and a word that means two months is not in the table
(``bench/make_months.py`` makes it of the Common Locale Data Repository).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from itertools import zip_longest

from site_builder.dates.persian import read_persian

_LABEL = re.compile(
    r"(?:首发|发布|發布|發佈|发表|發表|刊登|出版)?(?:时间|時間|日期|于|於)?\s*:\s*"
    r"|(?:发布|發布|發佈|发表|發表)(?:于|於)\s*"
    r"|(?:입력|등록|게시|발행|작성|승인)일?\s*:?\s*"
    r"|(?:first\s+)?(?:published|posted|created|submitted|date|publié|veröffentlicht|erschienen|erstellt|publicado"
    r"|pubblicato|опубликовано|опубліковано|дата публикации|opublikowan[oay]|dodano|publicerad|publicerat"
    r"|publisert|udgivet|julkaistu|gepubliceerd|geplaatst|zveřejněno|publikováno|vydáno|megjelent|objavljeno|publicat"
    r"|δημοσιεύθηκε|δημοσίευση|yayınlanma(?: tarihi)?|yayın tarihi|giriş tarihi|diterbitkan|đăng|ngày đăng"
    r"|প্রকাশ(?:িত)?|प्रकाशित"
    r"|نشر|تاريخ النشر|تاریخ انتشار|منتشر شده(?: در)?|פורסם|掲載日|公開日)"
    r"(?:\s+(?:on|at|le|am|el|il|em|op|på|في|ב))?\s*:?\s*"
)
"""What stands before a stamp where a page was copied."""
_BEHIND = re.compile(
    r"[\s|,、。(]+(?:稿源|文章来源|来源|來源|出处|出處|作者|责任编辑|責任編輯|编辑|編輯|记者|記者|阅读|閱讀|浏览|瀏覽"
    r"|点击|source|author)\s*:.*$|\sby\s.*$"
    r"|(?<=[\d)年月日号號mzt+])[\s|,、。(·•・–—-]{0,9}(?:来自|來自|发布于|發布於|发表于|發表於|ip属地|配信|公開|掲載).*$"
    r"|(?<=\S)[\s|,、。(/·•・–—-]{1,9}(?:(?:last\s)?updated|(?:last\s)?modified|mis(?:e)?\sà\sjour|modifié"
    r"|aktualisiert|zuletzt|aggiornato|ultimo\saggiornamento|actualizado|atualizado|(?:son\s)?güncelle\w*"
    r"|uppdaterad|bijgewerkt|aktualizacja|aktualizováno|обновлено|изменено|оновлено|수정|更新"
    r"|最終更新|آخر تحديث|עודכן)(?!\w).*$"
    r"|[\s|,(·•・–—-]{1,9}\d{1,3}(?:\s|-)min(?:ute)?s?(?:\sread)?\.?$",
    re.S,
)
"""What follows it there: who wrote it and where, when it was changed, and how long it takes to read."""
_ERAS: Mapping[str, int] = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911,
}  # fmt: skip
_ERA = re.compile(rf"(?:中華|中华)?({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)\s?年")
_CHINESE = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}
_CHINESE |= {"零": "0", "○": "0", "元": "1"}
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4}|\d{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号號]"
)
_IN_ORDER = re.compile(
    r"(\d{4})(?:년|\.)\s?(\d{1,2})(?:월|\.)\s?(\d{1,2})(?:일|\.(?!\d))"  # Korean
    r"|(\d{4})\sоны\s(\d{1,2})(?:-р)?\sсарын\s(\d{1,2})(?:-ны|-ний)?(?:\sөдөр)?"  # Mongolian
    r"|(\d{4})-?\s?يىلى?\s(\d{1,2})-?\s?ئاينىڭ\s(\d{1,2})-?\s?كۈنى"  # Uyghur
)
_ISO_WEEK = re.compile(r"(\d{4})-?w(\d\d)-?([1-7])(?!\d)")
_HIJRI = re.compile(
    r"(?<!\d)\d{1,2}\s?[-/]?\s?(?:محرم|صفر|"
    r"ربيع (?:ال)?(?:اول|أول|آخر|اخر|ثاني)|جماد[ىي] (?:ال)?(?:اول[ىي]|أول[ىي]|آخر[ةه]|اخر[ةه]|ثاني[ةه]?)"
    r"|رجب|شعبان|رمضان|شوال|ذ[ويى] ?القعد[ةه]|ذ[ويى] ?الحج[ةه])\s?[-/]?\s?1[34]\d\d\s?(?:هـ?)?(?![\w])"
)
"""A day of the Islamic calendar, which the sight of the moon may move: it counts only as a second name of
a day that is given in the world's calendar as well."""
_CHRISTIAN = re.compile(r"(?<![\d:])((?:19|20)\d\d)\s?م(?!\w)|\b(?:الموافق|المصادف)\b")
_WORLD_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ARABIC_NAME = r"([\u0600-\u06ff]{3,8}(?: [\u0600-\u06ff]{3,8})?)"
_TWO_NAMES = re.compile(rf"{_ARABIC_NAME}\s?/\s?{_ARABIC_NAME}(?=\s\d)")
"""A month by its names in two parts of the Arab world: آذار/مارس."""
_ARABIC_HALF = re.compile(r"(?<=\d)\s?(?:(ص|صباحا|صباحاً)|م|مساء|مساءً)$")
_THAI_MONTHS = "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค".split()
_THAI = re.compile(rf"({'|'.join(map(re.escape, _THAI_MONTHS))})\.?")
_SPOKEN_TIME = re.compile(
    r"(\d{1,2}[./-]\d{1,2}[./-]\d{4}),?\s(?:(?:klo|kl|um|à|alle|ore|at|lúc|saat|pukul|om|às|в|о)\.?\s)?"
    r"(\d{1,2})[.:h](\d\d)(?:\s?(?:uhr|h|น)\.?)?$"
)
_KOREAN_TIME = re.compile(r"(\d{1,2})시(?:\s?(\d{1,2})분)?(?:\s?(\d{1,2})초)?")
_SPACED = re.compile(r"(?<=\d)([.:])\s(?=\d{1,2}(?:\.\s\d{4}|$))|(?<=\d\.)\s(?=\d{4}(?!\d))")
"""Czech and its neighbours put a blank behind each point of 3. 5. 2022, Bengal's papers behind a colon."""
_VIETNAMESE = re.compile(r"(?:tháng|thg)\s(\d{1,2})\b")
_WEEKDAY = re.compile(r"\([月火水木金土日一二三四五六월화수목금토일]\)")
_PLAIN: Mapping[str, str] = {
    "午前": "上午", "午後": "下午", "오전": "上午", "오후": "下午",
    "a. m.": "am", "p. m.": "pm", "π.μ.": "am", "μ.μ.": "pm", "мск": "msk", "วันที่": " ", "ที่": " ", "เวลา": " ",
    "बजे": " ", "بتوقيت غرينتش": "gmt", "بتوقيت جرينتش": "gmt", "توقيت غرينتش": "gmt",
}  # fmt: skip
"""Words as ``clock`` knows them; the Thai ones stick to what stands beside them."""
_SIGNS = frozenset(".,،/;()-–—|·•'’")
_TOKEN = re.compile(r"#?\d+|[^\s\d.,،/:;()\-–—|·•'’#]+|\S")
_EARLY_TIME = re.compile(r"(\d{1,2}[:.]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?)\s*[,|•·-]?\s+(?=\D*\d)")
_TIME = re.compile(
    r"(?:(\d{1,2})\s?[:.h]\s?(\d\d)(?:[:.](\d\d))?|(\d{1,2})\s?(?=h|uhr))"
    r"\s*(?:(?:uhr|h|hs|hrs|ч|น)\b\.?)?(.*)",
    re.S,
)
_JOINTS = frozenset(
    "de del d di of the den der le la el il г год года р року թ ж жылы m gada да lúc ngày năm ค ศ พ יום dydd"
    " g בשעה dé e à a as às las les alle ore um klo kl в о o u om at saat pukul ora orele godz jam الساعة"
    " st nd rd th er º ª".split()
)
"""Words between the parts of a date, and between a date and its time."""
_BUDDHIST, _LATEST = 543, 2400
"""Years by which Thailand's calendar is ahead; what is later than this year is one of its years."""


def fold(text: str) -> str:
    """Fold width, case and invisible marks, by which the same name is written differently."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u0307", "")
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")


@cache
def _words() -> tuple[Mapping[str, int], frozenset[str]]:
    """Load the names of the months, and those of the weekdays."""
    months: dict[str, int] = {}
    days: frozenset[str] = frozenset()
    for line in resources.files("site_builder.dates").joinpath("months.tsv").read_text("utf-8").splitlines():
        number, *names = line.split("\t")
        if number == "0":
            days = frozenset(names)
        else:
            months |= dict.fromkeys(names, int(number))
            hebrew = (f"ב{name}" for name in names if "א" <= name[0] <= "ת")  # "in" is part of the word
            months |= dict.fromkeys(hebrew, int(number))
    return months, days


def to_figures(stamp: str) -> str | None:
    """Put a stamp into figures, ``2022-05-03 10:30``; ``None`` when a word of it is not known.

    >>> to_figures("Mardi 3 mai 2022 à 10h30")
    '2022-05-03 10:30'
    >>> to_figures("令和4年5月3日 午後3時")
    '2022年5月3日 下午3時'
    """
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in fold(stamp)).strip()
    if label := _LABEL.match(text):
        text = text[label.end() :]
    text = _BEHIND.sub("", text)
    text = _SPACED.sub(r"\1", text)
    text = _ERA.sub(lambda found: f"{_ERAS[found[1]] + int(_CHINESE.get(found[2], found[2]))}年", text)
    text = _CHINESE_DATE.sub(_read_chinese, text)
    text = _ISO_WEEK.sub(_read_week, text)
    if _WORLD_YEAR.search(text):
        text = _CHRISTIAN.sub(r"\1", text)
        text = _HIJRI.sub(" ", text).strip(" -–|،,/()") if _HIJRI.search(text) else text
    text = _IN_ORDER.sub(lambda found: "-".join(filter(None, found.groups())), text)
    text = _KOREAN_TIME.sub(_put_colons, text)
    text = _TWO_NAMES.sub(_one_name, text)
    text = _ARABIC_HALF.sub(lambda found: " am" if found[1] else " pm", read_persian(stamp, text))
    text = _THAI.sub(lambda found: f" #{_THAI_MONTHS.index(found[1]) + 1} ", text)
    text = _SPOKEN_TIME.sub(r"\1 \2:\3", _without_weekday(text))
    text = _WEEKDAY.sub(" ", text)
    for word, plain in _PLAIN.items():
        text = text.replace(word, plain)
    if early := _EARLY_TIME.match(text):
        text = f"{text[early.end() :]} {early[1]}"
    return _order(_VIETNAMESE.sub(r"#\1", text)) or (text if text != stamp else None)


def _one_name(found: re.Match[str]) -> str:
    """Write one of two names of a month, if both are names of it."""
    months = _words()[0]
    return found[1] if found[1] in months and months[found[1]] == months.get(found[2]) else found[0]


def _without_weekday(text: str) -> str:
    """Leave out the day of the week before a date in figures, such as Thứ Năm, 5/5/2022."""
    before = text[: next((at for at, sign in enumerate(text) if sign.isdecimal()), 0)]
    words, days = before.strip(" ,.:-|").split(), _words()[1]
    is_day = words[:1] != [] and words[0] in days and all(word in days | _JOINTS for word in words)
    is_numeric = re.match(r"\d{1,4}[./-]\d{1,2}[./-]\d", text[len(before) :])
    return text[len(before) :] if is_numeric and is_day else text


def _read_chinese(found: re.Match[str]) -> str:
    year = "".join(_CHINESE.get(sign, sign) for sign in found[1])
    return f"{year}年{_count(found[2])}月{_count(found[3])}日"


def _read_week(found: re.Match[str]) -> str:
    """Read a day as ISO 8601 counts it by the weeks of a year; a week that the year has not stays."""
    try:
        return date.fromisocalendar(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return found[0]


def _count(figures: str) -> int:
    """Read 三 as 3, 十三 as 13, 三十 as 30."""
    tens, ten, ones = figures.rpartition("十")
    return 10 * int(_CHINESE.get(tens, "1" if ten else "0")) + int(_CHINESE.get(ones, "0"))


def _put_colons(found: re.Match[str]) -> str:
    return ":".join(part.zfill(2) for part in (found[1], found[2] or "0", found[3] or "0"))


def _order(text: str) -> str | None:
    """Find the day, the month and the year, in whatever order they stand; what follows is the time."""
    months, weekdays = _words()
    day = month = year = skip = 0
    tokens = list(_TOKEN.finditer(text))
    for token, after in zip_longest(tokens, tokens[1:]):
        word, pair = token[0], f"{token[0]} {after[0] if after else ''}"
        if skip:
            skip = 0
        elif word.isdecimal() and len(word) == 4 and not year:
            year = int(word)
        elif word.isdecimal() and len(word) < 3 and not day:
            day = int(word)
        elif word in weekdays and not (day or year):
            continue  # mar. 3 mai, where mar. is Tuesday and not March
        elif (found := _month_of(pair, word, months)) and not month:
            month, skip = found, pair in months
        elif word not in weekdays and word not in _JOINTS and word not in _SIGNS:
            return None
        if day and month and year:
            years = year - _BUDDHIST if year > _LATEST else year
            return _with_time(
                f"{years:04}-{month:02}-{day:02}", text[(after if skip and after else token).end() :]
            )
    return None


def _month_of(pair: str, word: str, months: Mapping[str, int]) -> int:
    if word[0] == "#" and word[1:]:
        return int(word[1:])
    return months.get(pair) or months.get(word) or months.get(word.removeprefix("ב")) or 0


def _with_time(date: str, rest: str) -> str:
    """Add the time of day in figures and colons. What is not a time stays, for ``clock`` to judge."""
    between = _JOINTS | _SIGNS | _words()[1]
    rest = rest[next((one.start() for one in _TOKEN.finditer(rest) if one[0] not in between), len(rest)) :]
    if time := _TIME.match(rest):
        hour, minute, second, behind = time[1] or time[4], time[2] or "00", time[3] or "00", time[5]
        rest = f"{hour}:{minute}:{second}{behind}"
    return f"{date} {rest}".rstrip()

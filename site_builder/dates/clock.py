"""Dates as people and programs write them, read with the publisher's clock.

In: a stamp as written, the publisher's ``Clock``, the site's zone. Out: a ``Reading``, aware, in
the site's zone, which also says how it came about. The rule it guards: **nothing is guessed**;
a stamp in no known form, or out of range, is ``none``, and a correction is a publisher's rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from site_builder.dates.months import to_figures
from site_builder.model import Clock, Precision, Reading

FIRST_YEAR, LAST_YEAR = 1605, 2200
"""From the first newspaper on; a year outside is a slip of the pen or a sentinel such as 0001, 1601, 9999."""
FIRST_IN_FIGURES = 1900
"""Eight figures in a name or an address that begin with less are a number, and no day."""

_LONGEST = 100
"""Characters; the longest honest stamp, JavaScript's with its zone spelt out, has about 70."""

_MONTHS: Mapping[str, int] = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
    "oct": 10, "nov": 11, "dec": 12, "january": 1, "february": 2, "march": 3, "april": 4, "june": 6,
    "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_NUMERIC = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)\s?[日号號]?", re.ASCII)
_YEAR_BEHIND = re.compile(
    r"(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?(\d{1,2})([-/.])(\d{1,2})\3(\d{4}|\d\d(?=,?\s|$))(?!\d),?",
    re.ASCII | re.I,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_IN_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d(?=,?\s|$))(?![\d/])", re.ASCII)
_DAY_FIRST_IN = frozenset(
    "ar az be bg bn br ca cs cy da de el es et eu fa fi fr ga gd gl gu he hi hr hy id is it ka kk km kn ky lb"
    " lo mk ml mr ms mt my nb nl nn no pl pt ro ru sk sl sq sr sw ta te th tk tr uk ur uz vi".split()
)
"""Languages in all of whose countries the Common Locale Data Repository puts the day before the month."""
_DAY_FIRST_ENGLISH = frozenset({"gb", "ie", "au", "nz", "in"})
_MONTH_FIRST_SPANISH = frozenset({"pr", "pa", "us"})
_DAY_FIRST = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th)?[\s-]{1,3}([a-z]{3,9})\.?,?[\s-]{1,3}(\d{4}|\d\d)(?!\d),?",
    re.ASCII | re.I,
)
_MONTH_FIRST = re.compile(
    _WEEKDAY + r"([a-z]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(\d{4})(?![\d:]),?", re.ASCII | re.I
)
_YEAR_LAST = re.compile(
    _WEEKDAY + r"([a-z]{3,9})\s{1,3}(\d{1,2})(\s[\d:.]{5,15}(?:\s+(?:[ap]m|[a-z]{2,5}|[-+]\d{4}))?)"
    r"\s(\d{4})(\s[-+]\d{4})?$",
    re.ASCII | re.I,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T _-]?(\d\d)(\d\d)(\d\d)?)?(?!\d)", re.ASCII)
_EPOCH = re.compile(r"(\d{10})(?:\.\d{1,9}|(\d{3})(?:\d{3})?)?", re.ASCII)

_PERIODS: Mapping[str, str] = {
    "am": "am", "a.m.": "am", "上午": "am", "早上": "am", "清晨": "am", "早晨": "am", "凌晨": "am",
    "午夜": "am",
    "pm": "pm", "p.m.": "pm", "下午": "pm", "傍晚": "pm", "午后": "pm",
    "中午": "noon", "晚上": "night", "晚间": "night", "夜间": "night", "深夜": "night", "晚": "night",
}  # fmt: skip
_BEFORE = "|".join(word for word in _PERIODS if not word.isascii())
_TIME = re.compile(
    r"(?:[T_,]|\s)*(?:at\s+)?"
    r"(?:\(?(?:星期|周|週|礼拜)[一二三四五六日天]\)?\s*)?"
    rf"(?:({_BEFORE})\s*)?"
    r"(?:(\d{1,2})(?:\s?[:时時点點]\s?(\d{1,2})?分?(?::?(\d{1,2})秒?(?:[.,]\d{1,12})?)?)\s*([ap]\.?m\.?)?)?"
    r"\s*(?:(z|gmt|utc|ut|[a-z]{2,5}|北京时间)?\s*([-+]\s?\d{1,2}(?::?\d\d)?(?:\s[A-Z]{3,4})?)?)\s*(?:\([^()]{0,60}\))?",
    re.ASCII | re.I,
)
_ZONES: Mapping[str, float] = {
    "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "HKT": 8, "SGT": 8, "AWST": 8, "北京时间": 8, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "AKST": -9, "HST": -10, "WIB": 7, "WITA": 8, "WIT": 9, "PHT": 8, "ICT": 7,
    "PKT": 5, "WAT": 1, "CAT": 2, "EAT": 3, "SAST": 2, "BRT": -3, "TRT": 3,
}  # fmt: skip
_REGIONS = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
"""Labels for whichever of standard and summer time there is on that day."""
_TIME_FIRST = re.compile(
    r"(\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?)[\s,|•·–-]{1,4}(?:on\s)?(.*?\d{4})(\s\(?(?:UTC|GMT)\)?)?$",
    re.ASCII | re.I,
)
"""As wikis and many newspapers write it: 10:15, 14 December 2021 (UTC)."""
_UNPOINTED = re.compile(r"(?<=-\d\d)T(\d\d)(\d\d)(?:\d\d)?(?=Z?$|[-+])", re.ASCII)
"""A time of ISO 8601's basic form behind a date of its extended form."""
_DASH = re.compile(r"^\s*[-–—|•·]\s+(?=\d{1,2}\s?[:.h時时点點])")
"""Between a date and its time; an offset stands close behind its sign."""
_IN_BRACKETS = re.compile(r"\((GMT|UTC)\s?([-+]\d{1,2}(?::?\d\d)?)\)", re.I)
_NAMED_ZONE = re.compile(r"\s?\[?((?:[A-Z][A-Za-z_]{2,20}/){1,2}[A-Z][A-Za-z_-]{2,20})\]?$")
"""A zone by the name that the IANA gave it, as Java and PHP write it behind a stamp."""
_AMBIGUOUS = frozenset(("CST", "IST", "AST", "ECT", "AMT", "SST"))
"""Names that several countries use, CST for China's and Chicago's time: they name no zone."""

_IN_NAME = re.compile(
    r"(?:(?<![0-9])(\d{4})([-_./])(\d{1,2})\2(\d{1,2})(?![0-9])"
    r"|(?<![0-9A-Za-z])(\d{4})(\d\d)(\d\d)(?![0-9A-Za-z])"
    r"|(?<![0-9])(\d{4})年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)


_IN_ADDRESS = re.compile(
    r"/(\d{4})[-/](\d\d?)[-/](\d\d?)(?=[/_-])|/(\d{4})/(\d\d)(\d\d)(?=/)|/t?(\d{4})(\d\d)(\d\d)(?=[/_])",
    re.ASCII,
)


class _Wall(NamedTuple):
    """What a stamp says: the wall clock, and the zone's label when it has one."""

    when: datetime
    offset: tzinfo | None = None
    label: str = ""
    note: str = ""


def read_date(stamp: str, clock: Clock, zone: str) -> Reading:
    """Read a stamp by its publisher's clock; the result is in the site's ``zone``.

    Never raises: what cannot be read has ``kind`` ``none``. A wall clock that daylight saving
    skips or repeats is taken as its first reading.
    """
    text = _normalise(stamp)
    if not text:
        return Reading(stamp, "none", None)
    if epoch := _read_epoch(text):
        return _placed(stamp, "epoch", epoch, zone, "UTC", clock.reason)
    wall = _read_wall(text) or _read_spelt(text) or _read_part(text)
    if wall is None:
        return Reading(stamp, "none", None)
    if wall.offset and clock.stamp == "as-labelled":
        return _placed(
            stamp, "as-labelled", wall.when.replace(tzinfo=wall.offset), zone, wall.label, clock.reason
        )
    own = clock.zone or zone
    kind = "local" if wall.offset else "zoneless"
    return _placed(stamp, kind, wall.when.replace(tzinfo=_zone(own)), zone, own, clock.reason or wall.note)


def is_moment(stamp: str) -> bool:
    """Tell whether a stamp is a moment and nothing else, which a line with one among its parts is not."""
    text = _normalise(stamp)
    return len(text) <= _LONGEST and (_read_wall(text) or _read_spelt(text)) is not None


def read_period(stamp: str, zone: str) -> Reading:
    """Read a stamp that tells a year, or a year and a month, and no more: 1998, 1998-03, 昭和12年5月.

    The forms are those of ISO 8601-1 in reduced precision and level 0 of the Extended Date/Time Format, the
    same with zeros for what is not known (``1998-03-00``), and words. What is approximate (c. 1890), a season
    or a range is ``none``: it tells neither. The reading stands at the beginning, in the site's ``zone``.
    """
    text = _normalise(stamp)
    precision: Precision = "month"
    if len(text) <= _LONGEST and (match := _PERIOD.fullmatch(text)):
        year, month = match[1] or match[4], match[2] or match[3] or ""
        precision = "month" if month.strip("0xX") else "year"
        first = _day(year, month if precision == "month" else 1, "1")
    elif first := _complete(text, "1 {}", "{} 1", "{}1日", "{}一日", "{} 1일"):
        precision = "month"
    else:
        first, precision = _complete(text, "{}1月1日", "{}一月一日"), "year"
    if first is None:
        return Reading(stamp, "none", None)
    reading = _placed(stamp, "zoneless", first.replace(tzinfo=_zone(zone)), zone, zone, "")
    return replace(reading, precision=precision if reading.when else "")


_PERIOD = re.compile(
    r"(\d{4})[年년]?(?:[-/.](?:(\d{1,2}|xx)(?:[-/.](?:00|xx))?(?:[T\s]00:00(?::00)?)?))?|(?:(\d{1,2})[/.-])(\d{4})",
    re.ASCII | re.I,
)
_YEAR_SAID = re.compile(r"(?<!\d)\d{4}(?!\d)|年")


def _complete(text: str, *forms: str) -> datetime | None:
    """Add the first day to what names a month, or the first month, and read that.

    A month of another calendar begins within one of ours, and so is none.
    """
    if len(text) > _LONGEST or not _YEAR_SAID.search(text):
        return None
    for form in forms:
        stamp = form.format(text)
        wall = _read_wall(stamp) or _read_spelt(stamp)
        if wall and not wall.offset and (wall.when.day, wall.when.time()) == (1, time.min):
            return wall.when
    return None


def date_in_name(path: str, zone: str) -> Reading | None:
    """Find a date in a file's name or its folders: ``2020-07-28-title.md``, ``2022/07/20/x.md``.

    The last one that is a real day counts, as the name says more than the folder.
    """
    for match in reversed(list(_IN_NAME.finditer(path[-400:]))):
        year, month, day = (part for part in match.groups() if part and part not in "-_./")
        if wall := _day(year, month, day, FIRST_IN_FIGURES if match[5] else FIRST_YEAR):
            return _placed(match.group(), "file-name", wall.replace(tzinfo=_zone(zone)), zone, zone, "")
    return None


def date_in_address(url: str, zone: str) -> Reading | None:
    """Find the day in an original's address: ``/2022/07/20/x``, ``/2022-07/20/``, ``/20220720/x``.

    Only where it stands between slashes, as publishers file their articles: the end of a name may tell of
    another day, and figures in a row may count articles.
    """
    path = url.partition("://")[2].partition("?")[0].partition("#")[0]
    for match in _IN_ADDRESS.finditer(path[:400]):
        year, month, day = (part for part in match.groups() if part)
        if wall := _day(year, month, day, FIRST_YEAR if match[1] else FIRST_IN_FIGURES):
            return _placed(
                match.group().strip("/"), "address", wall.replace(tzinfo=_zone(zone)), zone, zone, ""
            )
    return None


def _placed(stamp: str, kind: str, when: datetime, zone: str, label: str, reason: str) -> Reading:
    """Put the moment into the site's zone, unless that leaves the range."""
    try:
        local = when.astimezone(UTC).astimezone(_zone(zone))  # by way of UTC: 02:30 may not exist
    except OverflowError:
        return Reading(stamp, "none", None)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        return Reading(stamp, "none", None)
    return Reading(stamp, kind, local, label, reason)  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _normalise(stamp: str) -> str:
    """Trim; make full-width digits and colons plain ones."""
    text = stamp[: _LONGEST + 1].strip()
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _read_epoch(text: str) -> datetime | None:
    """Read ten digits as seconds, thirteen as milliseconds, sixteen as microseconds since 1970."""
    match = _EPOCH.fullmatch(text)
    if match is None or text[0] == "0":
        return None
    return datetime.fromtimestamp(int(match[1]), UTC) + timedelta(milliseconds=int(match[2] or 0))


def _read_wall(text: str) -> _Wall | None:
    """Try the forms, most usual first. Each begins with its date; what is left is the time."""
    if len(text) > _LONGEST:
        return None
    if named := _NAMED_ZONE.search(text):
        return _in_named_zone(_read_wall(text[: named.start()]), named[1])
    if "(" in text:
        text = _IN_BRACKETS.sub(r"\1\2", text)
    if text[1:2] == ":" or text[2:3] == ":":
        text = _TIME_FIRST.sub(_put_behind, text)
    if "T" in text:
        text = _UNPOINTED.sub(r"T\1:\2", text)
    if match := _NUMERIC.match(text):
        year, month, day = match.groups()
        return _with_time(_day(year, month, day), text[match.end() :])
    if match := _YEAR_BEHIND.match(text):
        return _with_time(_day_or_month_first(*match.groups()), text[match.end() :])
    if match := _DAY_FIRST.match(text):
        day, month, year = match.groups()
        return _with_time(_day(_full_year(year), _MONTHS.get(month.lower(), 0), day), text[match.end() :])
    if match := _MONTH_FIRST.match(text):
        month, day, year = match.groups()
        return _with_time(_day(year, _MONTHS.get(month.lower(), 0), day), text[match.end() :])
    if match := _YEAR_LAST.match(text):
        month, day, time, year, zone = match.groups()
        return _with_time(_day(year, _MONTHS.get(month.lower(), 0), day), time + (zone or ""))
    if match := _COMPACT.match(text):
        year, month, day, hour, minute, second = match.groups()
        time = f" {hour}:{minute}:{second or '00'}" if hour else ""
        return _with_time(_day(year, month, day), time + text[match.end() :])
    return None


def _put_behind(found: re.Match[str]) -> str:
    time, day, zone = found.groups()
    return f"{day} {time}{(zone or '').replace('(', '').replace(')', '')}"


def _in_named_zone(wall: _Wall | None, name: str) -> _Wall | None:
    """Put a wall clock into a zone that is given by its name, unless it has an offset of its own."""
    if wall is None or wall.offset:
        return wall
    try:
        return wall._replace(offset=_zone(name), label=name)
    except (ZoneInfoNotFoundError, ValueError):
        return wall._replace(note=f"zone {name} is not known")


def _read_spelt(text: str) -> _Wall | None:
    """Read what only words tell: months of other languages, eras, labels around the stamp."""
    plain = to_figures(text) if len(text) <= _LONGEST else None
    return _read_wall(plain) if plain else None


def _read_part(text: str) -> _Wall | None:
    """Read the one part of a line that is a moment: ``12. března 2011 10:30 | Jana Lodní``."""
    if "|" not in text or len(text) > _LONGEST:
        return None
    parts = [part.strip() for part in text.split("|")]
    walls = [wall for part in parts if (wall := _read_wall(part) or _read_spelt(part))]
    return walls[0] if len(walls) == 1 else None


def _full_year(year: str) -> str:
    """Complete a two-digit year as POSIX does."""
    return year if len(year) == 4 else ("20" if year < "69" else "19") + year


def _day(year: str, month: str | int, day: str, earliest: int = FIRST_YEAR) -> datetime | None:
    if not earliest <= int(year) <= LAST_YEAR:
        return None
    try:
        return datetime(int(year), int(month), int(day))
    except ValueError:
        return None


def _day_or_month_first(
    weekday: str | None, first: str, sign: str, second: str, year: str
) -> datetime | None:
    """Read 03.05.2022, 23/05/2022 and 8/17/13; 04/05/2023 is April here and May there: nothing is guessed.

    In no locale of the Common Locale Data Repository does the month come first before a point. The day of the
    week may tell which is meant. A year of two figures counts where the month comes first, or where a day of
    the week is told: 13/05/04 may be of 2013.
    """
    if len(year) == 2 and not (weekday or (sign == "/" and 12 < int(second) < 32)):
        return None
    year = _full_year(year)
    days = [_day(year, month, day) for month, day in ((second, first), (first, second))]
    if weekday:
        days = [day if day and _WEEKDAYS[day.weekday()] == weekday.lower() else None for day in days]
    if sign == "." or int(first) > 12 or first == second:
        return days[0]
    if int(second) > 12 or not days[0]:
        return days[1]
    return None if days[1] else days[0]


def put_day_first(stamp: str, language: str) -> str:
    """Write a date in figures so that its day comes first, where all who write a language put it there.

    >>> put_day_first("05/03/2019 14h22", "pt-BR"), put_day_first("05/03/2019", "en-US")
    ('05.03.2019 14h22', '05/03/2019')
    """
    name, _, country = language.lower().replace("_", "-").partition("-")
    is_first = name in _DAY_FIRST_IN and not (name == "es" and country in _MONTH_FIRST_SPANISH)
    if is_first or (name == "en" and country in _DAY_FIRST_ENGLISH):
        return _IN_FIGURES.sub(lambda found: f"{found[1]}.{found[3]}.{_full_year(found[4])}", stamp)
    return stamp


def _with_time(day: datetime | None, rest: str) -> _Wall | None:
    """Add the time of day and the zone that follow a date; anything else there spoils it."""
    match = _TIME.fullmatch(_DASH.sub(" ", rest))
    if day is None or match is None:
        return None
    before, hour, minute, second, after, name, offset = match.groups()
    if hour is None and (before or (name and name.upper() not in {*_ZONES, *_REGIONS})):
        return None
    time = _time_of_day(int(hour or 0), int(minute or 0), int(second or 0), _period(before or after))
    zone = _offset(name, offset)
    if time is None or zone is None:
        return None
    return _Wall(day + time, *zone)


def _period(word: str | None) -> str:
    if not word:
        return ""
    return _PERIODS.get(word) or ("am" if word[0] in "aA" else "pm")


def _time_of_day(hour: int, minute: int, second: int, period: str) -> timedelta | None:
    """Count from midnight. A leap second is the second before it; 24:00 ends the day."""
    if period == "am" and hour == 12:
        hour = 0
    elif (period in {"pm", "night"} and hour < 12) or (period == "noon" and hour < 10):
        hour += 12
    elif period == "night" and hour == 12:
        hour = 24  # 晚上12点 is the night's end; 午夜 and 凌晨 are its other side
    is_end = hour == 24 and (period == "night" or minute == second == 0)
    if (hour > 23 and not is_end) or minute > 59 or second > 60:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _offset(name: str | None, offset: str | None) -> tuple[tzinfo | None, str, str] | None:
    """Read a zone's label: (offset, label, note), without offset when it names none we can trust."""
    name = (name or "").upper()
    if name in {"AM", "PM"} or (offset and name not in {"", "GMT", "UTC", "UT", "Z"}):
        return None
    if offset:
        digits = re.sub(r"[^0-9]", "", offset)
        hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
        if hours > 14 or minutes > 59:
            return None
        sign = -1 if offset[0] == "-" else 1
        return _fixed(sign * (60 * hours + minutes)), f"{offset[0]}{hours:02}:{minutes:02}", ""
    if name in _REGIONS:
        return _zone(_REGIONS[name]), name, ""
    if name in _ZONES:
        return _fixed(int(60 * _ZONES[name])), name, ""
    return (
        None,
        "",
        f"{name} names no single zone" if name in _AMBIGUOUS else f"zone {name} is not known" if name else "",
    )


@lru_cache(maxsize=256)
def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC

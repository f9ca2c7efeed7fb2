"""Dates of Iran's calendar: ``۱۵ اردیبهشت ۱۴۰۱`` is 2022-05-05.

In: a stamp, and the same with its figures and letters folded. Out: the stamp with the day as the
world counts it. The rule it guards: **nothing is guessed**; 1401 counts as one of Iran's years only
beside a name of its months, or in Persian figures.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_NAMES = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), 1)}
_NAMED = re.compile(rf"(\d{{1,2}})\s({'|'.join(_MONTHS)})(?:\sماه)?\s(1[34]\d\d)(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(1[34]\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_FIGURES = re.compile("[۰-۹]")
_BEFORE = re.compile(r"^\D*(?=\d)")


def read_persian(stamp: str, folded: str) -> str:
    """Put a date of Iran's calendar into the world's; any other stamp stays as it is folded."""
    if found := _NAMED.search(folded):
        day, month, year = int(found[1]), _MONTHS[found[2]], int(found[3])
    elif _FIGURES.search(stamp) and (found := _NUMERIC.search(folded)):
        year, month, day = (int(part) for part in found.groups())
    else:
        return folded
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        return folded
    before = _BEFORE.sub("", folded[: found.start()])  # a weekday says nothing more
    passed = timedelta(30 * (month - 1) + min(month - 1, 6) + day - 1)
    return f"{before}{_new_year(year) + passed}{folded[found.end() :]}"


def _new_year(year: int) -> date:
    """Give the day in March on which a year of Iran's begins, by the cycle of 33 years."""
    leaps = sum((past * 8 + 29) % 33 < 8 for past in range(1300, year))
    return date(1921, 3, 21) + timedelta(365 * (year - 1300) + leaps)

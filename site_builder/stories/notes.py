"""One reading of an article: the names, product numbers and words in it, and how often.

In: a title and a text. Out: ``Notes``, from which tags are picked and a trace is made. The rule
it guards: an article is read **once**, and nothing but the article, the shipped lists and the
site's own names decides what is seen.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from site_builder.language.text import fold
from site_builder.stories.latin import countries, demonyms
from site_builder.stories.names import Name, Names, Text, open_names
from site_builder.stories.readers import find_reader
from site_builder.stories.subjects import Reading
from site_builder.stories.unlisted import (
    Span,
    find_bodies,
    find_glossed,
    find_latin,
    find_speakers,
    find_towns,
    find_works,
    is_chinese,
    list_places,
)

LATIN = 3
"""Latin letters that say as much as one Chinese character."""
READ, READ_LATIN = 3000, 6000
"""Characters that are read. An article says in its first pages what it is about."""
LEAD = 300
"""Characters of the body that count as its beginning."""
OPENING = 120
"""Characters in which a report says who did what."""

MET, GLOSSED, SPOKEN, GIVEN_AWAY = "met", "glossed", "spoken", "given away"
"""The kinds of names that no list has: in Latin letters, those with such letters behind them, of
people who speak or have an office, and those that how they end or what they stand in gives away."""

SHORT_FOR = {
    "美": "美国", "英": "英国", "法": "法国", "德": "德国", "俄": "俄罗斯", "日": "日本", "韩": "韩国",
    "朝": "朝鲜", "印": "印度", "澳": "澳大利亚", "加": "加拿大", "伊": "伊朗", "以": "以色列", "港": "香港",
    "台": "台湾", "沪": "上海", "疫情": "新冠疫情", "防疫": "新冠疫情", "抗疫": "新冠疫情",
}  # fmt: skip
_SIDE = re.compile("[\u3400-\u9fff]方|港人|[中美印澳欧俄乌梵朝韩日伊台以巴歐俄烏韓]{2}")
"""How papers write countries in short; a tag has the whole name."""
_SECTION = re.compile(r"^\s*(?:[\[【〔][^\]】〕]{1,6}[\]】〕]|[\u3400-\u9fff]{2,6}》)\s*")
"""The section that a title begins with: [兩岸], 早安世界》."""
_VARIANT = (
    r"(?:Pro|PRO|Ultra|Max|MAX|Plus|Mini|mini|Lite|SE|Air|Note|Ti|SUPER|Super|XT|GT|Fold|Flip|Edge"
    r"|Gen[ -]?\d)"
)
_SUFFIX = rf"(?:[ -]?{_VARIANT}\+?)*"
_ENDS_IN_VARIANT = re.compile(rf"{_VARIANT}\+?$")
_CODE = re.compile(rf"[ -]?((?:[A-Z][a-z]{{1,8}}[ -]?)?[A-Z]{{0,4}})(\d{{1,5}})([A-Za-z]{{0,2}}\+?{_SUFFIX})")
"""What follows a brand: an optional series, a number, and what distinguishes the variants."""
_BARE_CODE = re.compile(
    rf"[A-Z](?:(?<=C)VE-\d{{4}}-\d{{4,7}}|[A-Z]{{0,4}}-?\d{{2,5}}[A-Z]{{0,2}}{_SUFFIX}"
    rf"|[A-Z]{{1,3}} \d{{3,5}}{_SUFFIX})"
    r"(?![A-Za-z0-9_-])"
)
"""A code that stands alone: IMX989, C919, RTX 4090 Ti, CVE-2022-1234. Its first letter stands before all
choices, so that a search looks for it alone (a third of the time)."""
_NO_CODE_AFTER = re.compile(r"[A-Za-z0-9.:/_-]")
_SERIES = re.compile(rf"[A-Z][A-Za-z]{{2,9}} ?\d{{1,4}}[A-Za-z]{{0,2}}{_SUFFIX}(?![A-Za-z0-9_.-])")
"""A Latin word with a number amid Chinese: Galaxy S21 is found by its brand, Magic4 by this."""
_SERIES_AFTER = re.compile("[\u3400-\u9fff，、。（“/]")
_UNIT = re.compile(
    r"\s?(?:[年月日号时点分秒天周万亿千百元块美英欧日倍款名人个家台部岁位次届度种项条期号层页集吋寸欧公平毫厘%％‰℃°$]"
    r"|只(?![有在能是会會要卖賣])|[.,:]\d"
    r"|nm|GB|TB|MB|MHz|GHz|mm|cm|km|kg|Wh|mAh|percent|per cent|million|billion|years?|days?|am|pm)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_GENERATION = re.compile(r"[2-6]G$|[0-9]K$|^[A-Z]{0,2}(?:19|20)\d\d")
_PEOPLE = frozenset(("person", "leader"))
_WORD_AND_NUMBER = re.compile(r"[a-z]{4,}\d")
_PEOPLES = re.compile(r"[A-Z](?<!\w[A-Z])[a-z]{4,}(?<=[nshiekzx])\b")
_TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Dr|President|Prime Minister|Chancellor|Senator)\.? (?=[A-Z])")
"""What a person is called by, and is no part of the name."""
_BOUND = re.compile(
    r"\b(?!(?:Sino|Anti|Post|Non|Pro|Pre|Ex|Franco|Anglo|Indo|Mid|Inter|Trans)-)[A-ZÀ-Þ][a-zß-ÿ]+-$"
)
"""A word that a hyphen binds to a name: Météo-France."""
_FIGURE = re.compile("[0-9万亿元]")
_MONEY = frozenset(("美元", "欧元", "日元", "英镑", "人民币"))
"""Behind a figure these are units."""
_BRANDS = frozenset(("company", "product", "site"))


class Sighting(NamedTuple):
    """A name or product number, and where it was seen. ``kind`` is a name's or ``number``."""

    key: str
    form: str
    """As written; of several spellings the commonest, ties by code point."""
    kind: str
    title: int
    body: int
    lead: int
    """How often in the first ``LEAD`` characters of the body."""
    opening: bool = False
    """Whether in the first ``OPENING`` characters."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What one reading found."""

    title: Text
    body: Text
    sightings: tuple[Sighting, ...]
    """Names and numbers, most seen first."""
    length: int
    """Characters read, in Chinese characters or what says as much."""
    reading: Reading | None = None
    """What the reader of the text's script found; none in Chinese."""


Seen = list[tuple[str, str, bool, int]]
"""Of one name: form, kind, whether in the title, place."""


@functools.lru_cache(maxsize=4)
def take_notes(
    title: str, text: str, wanted: tuple[tuple[str, str], ...] = (), shipped: bool = True
) -> Notes:
    """Read an article; ``wanted`` are the site's own names as (spelling, key).

    Without the ``shipped`` names, product numbers are not looked for either. The last few readings
    are remembered, as tagging and tracing follow each other.
    """
    names = open_names(wanted, shipped)
    reader = find_reader(text)
    chinese = reader is None and is_chinese(text)
    scale = reader.scale if reader else 1 if chinese else LATIN
    head, body = Text(_SECTION.sub("", title)), Text(text[: READ_LATIN if scale == LATIN else READ])
    if shipped and chinese:  # their words are asked for anyway
        head.read_all()
        body.read_all()
    reading = reader.read(head, body) if reader else None
    knows_names = reader is not None and reader.knows_names
    found: dict[str, Seen] = {}
    taken: list[Sequence[Name]] = []
    for where, place in ((head, True), (body, False)):
        hits = names.find(where, own_only=knows_names)
        if shipped and reading and not knows_names:
            hits = [name for name in hits if not _is_within(name, where.plain, place, reading)]
        if not chinese and not place:
            hits = [name for name in hits if not _is_piece(name, where.plain)]
        if shipped and reading and not knows_names:
            hits += [
                name for name in _find_peoples(where, names) if place or not _is_within_body(name, reading)
            ]
        numbers = list(find_numbers(where.plain, where.shown, hits)) if shipped and not knows_names else []
        if reading:
            numbers = [one for one in numbers if not _is_within(one, where.plain, place, reading)]
        hits += numbers
        taken.append(hits)
        for key, form, start, _, kind in hits:
            found.setdefault(key, []).append((form, kind, place, start))
    _join_codes(found, named=reading is not None)
    if shipped:
        _drop_units(found, head, body)
    if shipped and reading and knows_names:
        _add_subjects(found, reading, names)
    if shipped and chinese:
        _add_short(found, head, names)
        _add_unlisted(found, (head, body), taken)
    sightings = [_sum_up(key, seen, scale) for key, seen in found.items()]
    sightings.sort(key=lambda seen: (-seen.title, -seen.body, seen.key))
    return Notes(head, body, tuple(sightings), len(body.plain) // scale, reading)


def _add_subjects(found: dict[str, Seen], reading: Reading, names: Names) -> None:
    """Add the subjects that are names of the list."""
    for subject, _ in reading.subjects:
        key = names.aliases.get(fold(subject.form))
        if key and key not in found:
            kind, form = names.kinds[key], subject.form
            found[key] = [(form, kind, True, 0)] * subject.title
            found[key] += [(form, kind, False, place) for place in subject.places]


def _is_within(name: Name, plain: str, in_title: bool, reading: Reading) -> bool:
    """Tell whether a name is a piece of a longer one that no list has."""
    return _is_within_title(name, plain, reading) if in_title else _is_within_body(name, reading)


def _is_within_title(name: Name, title: str, reading: Reading) -> bool:
    """Tell whether a name in the title is a piece of a longer one of the body: AI in Mistral AI."""
    if not _may_be_piece(name):
        return False
    return any(
        match.start() <= name.start
        and name.end <= match.end()
        and name.end - name.start < match.end() - match.start()
        for match in reading.find_names_in(title)
    )


def _find_peoples(text: Text, names: Names) -> Iterator[Name]:
    """Count a people as its country: the Chilean port is one of Chile."""
    for match in _PEOPLES.finditer(text.plain):
        country = demonyms().get(match[0])
        key = names.aliases.get(fold(country)) if country else None
        if key and country:
            yield Name(key, country, match.start(), match.end(), names.kinds[key])


def _is_within_body(name: Name, reading: Reading) -> bool:
    """Tell whether a name stands in the dateline, or is a piece of one that no list has: Porto Alegre."""
    if name.end <= reading.begin:
        return True
    return _may_be_piece(name) and reading.is_within_name(name.start, name.end)


def _may_be_piece(name: Name) -> bool:
    """Tell whether it may say nothing that a longer name has this one in it; a country's says something:
    Kenya Defence Forces, and so does AI in the AI Act."""
    if name.kind == "topic":
        return not name.form.isupper()
    return name.kind in ("product", "number") or (name.kind == "place" and name.form not in countries())


def _is_piece(name: Name, plain: str) -> bool:
    """Tell whether a name stands in a longer one: James Webb Space Telescope, Météo-France."""
    start, end = name.start, name.end
    if name.kind == "topic" and plain[end : end + 1] == "-" and plain[end + 1 : end + 2].islower():
        return True
    if name.kind in _PEOPLE:
        return plain[end : end + 1] == " " and plain[end + 1 : end + 2].isupper()
    is_bound = name.kind == "place" and plain[start - 1 : start] == "-"
    return is_bound and bool(_BOUND.search(plain, max(0, start - 30), start))


def _drop_units(found: dict[str, Seen], head: Text, body: Text) -> None:
    """Forget the currencies that only say how much something costs: 20亿欧元."""
    for key in _MONEY & found.keys():
        kept = [
            one
            for one in found[key]
            if not one[3] or not _FIGURE.match((body, head)[one[2]].plain, one[3] - 1)
        ]
        if kept:
            found[key] = kept
        else:
            del found[key]


def _add_unlisted(found: dict[str, Seen], texts: tuple[Text, Text], taken: Sequence[Sequence[Name]]) -> None:
    """Add names that the way of writing gives away; ``taken`` are those that were found in lists."""
    by_kind = _find_unlisted(found, *texts)
    for text, busy, in_title in zip(texts, taken, (True, False), strict=True):
        met = [(MET, start, end) for start, end in find_latin(text, busy)]
        given = (
            (kind, at, at + len(name))
            for kind, names in by_kind
            for name in names
            for at in list_places(name, text.plain)
        )
        for kind, start, end in chain(met, given):
            form = text.shown[start:end]
            found.setdefault(fold(form), []).append((form, kind, in_title, start))
    _join_short(found)


def _find_unlisted(found: Mapping[str, Seen], title: Text, body: Text) -> list[tuple[str, list[str]]]:
    """Find the names that a body itself gives away, by their kinds, but for those within names ``found``."""
    glossed = sorted({name for name in find_glossed(body) if fold(name) not in found})
    known = {*glossed, *(one[0] for seen in found.values() for one in seen)}
    forms = "\0".join(known)  # what is in any of them is in all at once
    by_kind: list[tuple[str, Iterable[str]]] = [
        (SPOKEN, find_speakers(body.plain)),
        ("place", find_towns(body.plain)),
        (GIVEN_AWAY, chain(find_bodies(body, known), find_works(body.plain, title.plain))),
    ]
    others = [(kind, [name for name in names if name not in forms]) for kind, names in by_kind]
    return [(GLOSSED, glossed), *others]


def _add_short(found: dict[str, Seen], head: Text, names: Names) -> None:
    """Count the short word that titles have for what the text names in full: 美駐成都."""
    for word, start in zip(head.words, head.starts, strict=False):
        if (whole := SHORT_FOR.get(word)) and not head.plain[start - 1 : start].isdigit():
            seen = found.get(names.aliases[fold(whole)])
            if seen and seen[0][1] in ("place", "topic"):
                seen.append((seen[0][0], seen[0][1], True, start))


def _join_short(found: dict[str, Seen]) -> None:
    """Count a name that stands for a longer one as that one: Purdue is Purdue Pharma."""
    met = {seen[0][0]: key for key, seen in found.items() if seen[0][1] == MET}
    for form, key in sorted(met.items()):
        longer = [other for other in met if other.startswith(f"{form} ")]
        if len(longer) == 1:
            whole = met[longer[0]]
            found[whole] += [(longer[0], MET, in_title, at) for _, _, in_title, at in found.pop(key)]


def _join_codes(found: dict[str, Seen], named: bool) -> None:
    """Count a code that stands alone as the product whose brand was named before: M11, 徕卡 M11.

    Where products are ``named``, a word with a number is known by itself: Falcon 9.
    """
    numbers = sorted(key for key, seen in found.items() if all(kind == "number" for _, kind, _, _ in seen))
    for code in numbers:
        full = [key for key in sorted(found) if key != code and key.endswith(code)]
        if full and code[0].isascii() and code[0].isalpha() and not (named and _WORD_AND_NUMBER.match(code)):
            form = found[full[0]][0][0]
            found[full[0]] += [(form, kind, title, place) for _, kind, title, place in found.pop(code)]


@functools.lru_cache(maxsize=1 << 12)
def _is_side(form: str) -> bool:
    return len(form) == 2 and _SIDE.fullmatch(form) is not None


def _owes_capital(form: str, forms: Mapping[str, int]) -> bool:
    """Tell whether a form has its capital from a sentence: Locusts, where locusts stands elsewhere."""
    return form.istitle() and form.lower() in forms


def _sum_up(key: str, seen: Seen, scale: int) -> Sighting:
    form, kind, _, _ = seen[0]
    if _is_side(form) or len({one[0] for one in seen}) > 1:
        forms = Counter(one[0] for one in seen if not _is_side(one[0]))
        if kind == "topic" and len(forms) > 1:
            forms = Counter({form: forms[form] for form in forms if not _owes_capital(form, forms)})
        form = min(forms, key=lambda form: (-forms[form], form), default=key)
        if kind in _PEOPLE and form.isascii():
            form = max(
                (_TITLE.sub("", one) for one in forms if one.isascii()), key=lambda one: (len(one), one)
            )
    elif kind in _PEOPLE and form.isascii():
        form = _TITLE.sub("", form)
    body = lead = opening = 0
    lead_ends, opening_ends = LEAD * scale, OPENING * scale
    for _, _, in_title, start in seen:
        if not in_title:
            body += 1
            if start < lead_ends:
                lead += 1
                opening += start < opening_ends
    form = form.removeprefix("The ")
    return tuple.__new__(Sighting, (key, form, kind, len(seen) - body, body, lead, opening > 0))


def find_numbers(plain: str, shown: str, names: Sequence[Name]) -> Iterator[Name]:
    """Find product numbers by their grammar: after a brand, or a code that stands alone.

    No list of products is needed. Dates, amounts, years and generations of networks are none.
    """
    behind = []
    for name in names:
        if name.kind in _BRANDS and (end := _code_after(plain, name)):
            behind.append((name.start, end))
            yield Name(
                fold(plain[name.start : end]), shown[name.start : end].strip(), name.start, end, "number"
            )
    codes = [*_find_codes(plain)]
    taken = [*behind, *((name.start, name.end) for name in names)] if codes else []
    for start, end in codes:
        inside = any(start < last and end > first for first, last in taken)
        if not inside and not _GENERATION.search(plain[start:end]) and not _is_amount(plain, start, end):
            taken.append((start, end))
            yield Name(fold(plain[start:end]), shown[start:end], start, end, "number")


def _find_codes(plain: str) -> Iterator[Span]:
    """Find what looks like a code. What stands before is looked at last: begun with a letter, a pattern
    is found in a tenth of the time."""
    for match in _BARE_CODE.finditer(plain):
        if not _NO_CODE_AFTER.match(plain, max(0, match.start() - 1), match.start()):
            yield match.span()
    for match in _SERIES.finditer(plain):
        if match.start() and _SERIES_AFTER.match(plain, match.start() - 1):
            yield match.span()


def _code_after(plain: str, name: Name) -> int:
    """Give where the code after a brand ends; 0 when there is none."""
    if plain[name.end : name.end + 1] > "z":  # most often, Chinese goes on
        return 0
    match = _CODE.match(plain, name.end)
    if match is None or _goes_on(plain, match.end()) or _is_amount(plain, *match.span()):
        return 0
    series, digits, variant = match.groups()
    if _GENERATION.search(match[0].strip(" -")) or _YEAR.fullmatch(digits):
        return 0
    apart = match[0][0] in " -" or (name.kind == "company" and plain[name.end - 1].isascii())
    if not series and not variant and apart and len(digits) < 3:
        return match.end() if name.kind in {"product", "site"} else 0
    return match.end()


def _is_amount(plain: str, start: int, end: int) -> bool:
    """Tell whether a code only counts what stands behind it: 12只, and not 12S Ultra 只在中国卖."""
    return bool(_UNIT.match(plain, end)) and not _ENDS_IN_VARIANT.search(plain, start, end)


def _goes_on(plain: str, at: int) -> bool:
    after = plain[at : at + 1]
    return after.isascii() and after.isalnum()

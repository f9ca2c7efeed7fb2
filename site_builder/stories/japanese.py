"""What a Japanese text is about: people, and the terms that it keeps coming back to.

In: a title and a body as written. Out: a ``Reading``. The rule it guards: **the scripts say where words
are**. Katakana and Latin letters are names and terms, hiragana between Chinese characters are particles,
and who somebody is stands behind the name (植田総裁). No dictionary is needed; what small words do stands
in ``unspaced_words.tsv``.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from site_builder.language.text import fold
from site_builder.stories.names import WIDE, kind_of
from site_builder.stories.repeats import Repeat, Run, drop_pieces, find_repeats
from site_builder.stories.subjects import (
    LONGEST_TITLE,
    NAMED,
    KnowsNames,
    Subject,
    choose,
    is_met_enough,
    longest_first,
    weigh,
)
from site_builder.stories.words import RARE, fillers, kept, rarity

LEAST = 2
"""Characters of the shortest term."""
LONGER = 1500
"""For each so many characters, what is not in the title must come back once more."""
COMMON = 60
"""A word of two characters less rare than this in Chinese says little here, too."""

_HAN = "\u3400-\u9fff々〆"
_KATA = "ァ-ヴー"
_LATIN = "A-Za-zÀ-ɏΑ-ω"
_WIDE = WIDE | {ord(wide): plain for wide, plain in zip("（）　［］／＆＋－．", "() []/&+-.", strict=True)}
_ATOM = re.compile(
    rf"(?P<kata>[{_KATA}]+(?:[・＝=][{_KATA}]+)*)"
    rf"|(?P<latin>(?:[0-9]{{1,4}}(?=[A-Z]))?[{_LATIN}][{_LATIN}0-9]*(?:['’&.+/-][A-Za-z0-9]+)*\+?"
    r"(?: (?:[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)?|[0-9]{1,4}(?![0-9.,%])[A-Z0-9]*))*)"
    rf"|(?P<han>[{_HAN}ヶヵ]+)|(?P<number>[0-9]+)"
)
_COUNTERS = (
    "年度|年代|年生|年|カ月|か月|ヶ月|ヵ月|月期|月|日間|日|時間|時|分|秒|円|人|名|回戦|回|件|台|歳|才|位|度|校|社|カ所|か所|ヵ所|ヶ所"
    "|カ国|か国|キロ|メートル|センチ|ミリ|グラム|トン|ヘクタール|ヘクトパスカル|パーセント|ポイント|ドル|ユーロ|ウォン|元|倍|割|代|種類|本塁打"
    "|本|枚|個|点|試合|安打|失点|塁|死|世帯|戸|便|隻|基|機|段|品目|店舗|店|打点|期|次|審|部|項目|億|万|組|票|議席|ワット|画素|世紀|周年"
    "|連勝|連敗|連覇|球|打席|打数|勝|敗|分け|か月|週間|週|泊|軒|頭|匹|羽|冊|曲|話|章|条|階|車線|棟|区画|株|議案|言語|都市|都道府県|県"
)
_UNITS = "[KMGT]?B|[kMG]?Wh?|[kMG]?Hz|[nmck]?m|[mk]?g|m[lL]|fps|dpi|px|rpm|mAh|K"
_COUNTED = re.compile(
    rf"(?:第|計|約|最大|延べ)?(?<![0-9.,])[0-9][0-9.,]{{0,30}}+(?:[兆億万千百][0-9.,]{{0,30}}+){{0,8}}+(?:{_COUNTERS}|(?:{_UNITS})(?![A-Za-z])|[%℃°])+"
    "(?:以上|以下|未満|前後|余り|余|弱|強|目|ぶり|間|頃|半|現在|程度|分|連続)*"
    rf"|(?<![{_HAN}])[一二三四五六七八九十百千数両]+(?:人|つ|回|年|月|日|塁|死|点|度|番|社|校|カ所|か国|週間|時間|割|倍|階|種類)(?![{_HAN}])"
    "|(?<![0-9])[0-9]+[-.,―:/][0-9.,]+"
)
_REGIONS = (
    "青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良"
    "|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄"
)
_REGION = re.compile(rf"(?:{_REGIONS})県|北海道|東京都|大阪府|京都府")
_TOWN = re.compile(rf"[{_HAN}ヶ]{{1,4}}?(?:市|区|町|村|郡)")
_IS_REGION = frozenset((*_REGIONS.split("|"), "東京", "大阪", "京都"))
_QUOTE = re.compile(r"[「『“‘《〈]([^「」『』“”‘’《》〈〉。、!?！？\n]{2,20})[」』”’》〉]")
_NO_LAST = frozenset("科部会課室局所長係級州県市区町村課署校院社団班隊組班党庁省")
_LONGEST_NAME = 7
"""Characters: three of a surname and four of a given name."""
_LEADERS = frozenset(("大統領", "首相", "外相", "国王", "書記長", "議長", "監督", "選手"))
_ONLY_HAN = re.compile("[\u3400-\u9fff]+")
_PLACES = "県市区町村郡島山川"
_VERBAL = re.compile("[だたいうるねよくすつむぬぶぐけせてでばはがをにへとものかさられえめべしちりきみ]$")
"""What a statement ends with, and seldom a name."""
_NO_GIVEN = frozenset("県市町村区郡駅庁省社党署")
"""What follows a place and no surname."""
_BEFORE_OFFICE = re.compile(
    rf"(?P<kata>[{_KATA}]{{2,20}}(?:[・＝=][{_KATA}]+)*)?(?P<han>[{_HAN}]++)(?![ぁ-ゖ]{{0,4}}(?:さん|ちゃん))"
    rf"|(?:[{_KATA}]{{2,20}}(?:[・＝=][{_KATA}]+)*|[{_HAN}]{{1,8}}[ぁ-ゖ]{{0,4}}?)(?P<kana>さん|ちゃん|氏)"
)
_MIXED = re.compile(
    rf"(?<![{_HAN}])[{_HAN}]の[{_HAN}](?![{_HAN}])"
    rf"|(?<![ぁ-ゖ{_HAN}])[ぁ-ゖ]{{2,6}}(?:市|町|村|銀行|信金|信用金庫|電力|証券|生命|大学|学園|高校|新聞|球場|空港|家庭庁)"
)


@functools.cache
def _words(kind: str) -> frozenset[str]:
    return kept(f"{kind} ja")


@functools.cache
def _offices() -> dict[str, tuple[str, ...]]:
    """List by their last character what stands behind people's names, the longest first."""
    words = longest_first(_words("office") | _words("person"))
    return {last: tuple(word for word in words if word[-1] == last) for last in {word[-1] for word in words}}


@functools.cache
def _endings(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(longest_first(_words(kind)))})$")


@functools.cache
def _beginnings() -> re.Pattern[str]:
    return re.compile("|".join(longest_first(_words("before"))))


def _settle(text: str) -> str:
    """Write wide letters and signs as plain ones, place by place."""
    return text.translate(_WIDE)


class Reading(KnowsNames):
    """The people and terms of one Japanese text."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = _settle(title[:LONGEST_TITLE]), _settle(body)
        self.begin = self.body.find("】") + 1 if self.body.startswith("【") else 0
        self.people: dict[str, Subject] = {}
        self.masked = {True: self.title, False: self.body}
        self._find_people()
        self.quoted: dict[str, Subject] = {}
        self._find_quoted()
        self._find_mixed()
        self.terms = self._find_terms()
        self.subjects = choose(_unite_places(self._weigh_all()))

    # --- people

    def _find_people(self) -> None:
        whole: dict[str, str] = {}  # a name, and the surname that it begins with
        for text in self.masked.values():
            for before, office in _list_offices(text):
                name, surname = _split_name(before, office)
                if not name and self._is_met_by(before[:2]) and _may_be_person(before):
                    name, surname = before, before[:2]
                if name:
                    whole.setdefault(name, surname)
        for name in longest_first(whole):
            owner = [one for one in self.people if one != name and _goes_by(one, whole[one], name)]
            subject = self.people[owner[0]] if owner else self.people.setdefault(name, Subject(2))
            self._count_person(subject, name, bare=name == whole[name])
        for name, subject in self.people.items():
            if whole[name] and whole[name] != name:
                self._count_person(subject, whole[name], bare=True)
            subject.places.sort()
        self.people = {name: one for name, one in self.people.items() if name not in _words("surname")}

    def _is_met_by(self, surname: str) -> bool:
        """Tell whether what no list knows for a surname stands alone in the text, and is no common word."""
        is_rare = len(surname) == 2 and rarity(fold(surname)) == RARE and not kind_of(surname)
        alone = rf"(?<![{_HAN}]){re.escape(surname)}(?![{_HAN}])"
        return is_rare and re.search(alone, self.body) is not None

    def _count_person(self, subject: Subject, form: str, bare: bool) -> None:
        """Count and mask the places of a name; one that is ``bare`` must end, or have an office behind."""
        border = rf"(?<![{_HAN}])" if bare else ""
        after = rf"(?=[^{_HAN}]|$|{_any_office()})" if bare else ""
        if form[0] < "\u3400":
            border, after = rf"(?<![{_KATA}])", rf"(?![{_KATA}])"
        search = re.compile(f"{border}{re.escape(form)}{after}")
        for in_title, text in self.masked.items():
            for match in search.finditer(text):
                if in_title:
                    subject.title = 1
                else:
                    subject.places.append(match.start())
                subject.meet(form)
            self.masked[in_title] = search.sub(lambda match: " " * len(match[0]), text)

    # --- terms

    def _find_quoted(self) -> None:
        """Find what stands between 「」 and is met again: a book, a ship, a product."""
        times = Counter(
            match[1].strip() for text in (self.title, self.body) for match in _QUOTE.finditer(text)
        )
        for form in longest_first(times):
            body, title = self.masked[False].count(form), self.masked[True].count(form)
            if not form or body + title < 2 or not body or form in _words("filler"):
                continue
            if _VERBAL.search(form) and (times[form] < 2 or len(form) > 12):
                continue
            if _ATOM.search(form) or times[form] > 1:
                self._take(form)

    def _find_mixed(self) -> None:
        """Find the names that have hiragana in them: 大の里, みなと信金, さいたま市."""
        often = Counter(match[0] for match in _MIXED.finditer(f"{self.title}\n{self.body}"))
        for form in longest_first(often):
            if often[form] < (3 if "の" in form else 2) or form in _words("filler"):
                continue
            if "の" in form and form not in self.title:
                continue
            if form.startswith(tuple(_words("small"))) or form not in self.masked[False]:
                continue
            self._take(form)

    def _take(self, form: str) -> None:
        """Count and mask a name that is met in one form."""
        subject = self.quoted[form] = Subject(2, title=int(form in self.masked[True]))
        for match in re.finditer(re.escape(form), self.masked[False]):
            subject.add(form, match.start())
        for in_title, text in self.masked.items():
            self.masked[in_title] = text.replace(form, " " * len(form))

    def _find_terms(self) -> dict[str, Repeat]:
        runs = [run for in_title, text in self.masked.items() for run in _list_runs(text, in_title)]
        found = find_repeats(runs, LEAST)
        return drop_pieces({form: one for form, one in found.items() if _may_be_term(form)})

    # --- what it is about

    def _weigh_all(self) -> Iterator[tuple[Subject, float]]:
        often = 3 + len(self.body) // LONGER
        for subject in self.people.values():
            if subject.places and is_met_enough(subject.places, bool(subject.title), NAMED, often):
                yield _named(subject), NAMED * weigh(subject)
        for subject in self.quoted.values():
            yield subject, NAMED * weigh(subject)
        for form, one in self.terms.items():
            worth = _worth(form)
            if one.places and is_met_enough(one.places, bool(one.title), worth, often):
                subject = Subject(1, {form: len(one.places)}, one.places, min(one.title, 1))
                yield subject, worth * weigh(subject)


@functools.cache
def _any_office() -> str:
    return "|".join(longest_first(_words("office") | _words("person")))


def _list_offices(text: str) -> Iterator[tuple[str, str]]:
    """List what ends with an office, and the office: 植田和男総裁, 津田陽介さん, プラボウォ大統領."""
    offices = _offices()
    for match in _BEFORE_OFFICE.finditer(text):
        run = match["han"] or match["kana"] or ""
        if match["kana"]:
            yield match[0].removesuffix(match["kana"]), run
            continue
        office = next((word for word in offices.get(run[-1], ()) if run.endswith(word)), "")
        if not office:
            continue
        name = run.removesuffix(office)
        if len(name) > 1 and name[-1] in "元前現":
            name = name[:-1]
        if name or match["kata"]:
            yield (name or match["kata"]), office


def _split_name(found: str, office: str) -> tuple[str, str]:
    """Give the name that stands before an office, and its surname; nothing where it is none."""
    is_person = office in _words("person")
    if found[0] < "\u3400":
        is_leader = office in _LEADERS
        known = kind_of(found)
        if found in _words("filler") or known in ("place", "company", "institution", "topic"):
            return "", ""
        last = re.split("[・＝=]", found)[-1]
        return (found, last) if len(found) > 2 and (is_person or is_leader or "・" in found) else ("", "")
    for at in range(max(0, len(found) - _LONGEST_NAME), len(found)):
        before, name = found[:at], found[at:]
        if before and not (before in _words("filler") or before in _words("before") or _is_body(before)):
            continue
        surname = _surname_of(name)
        if surname and _is_given(name[len(surname) :], surname, name, is_person):
            return name, surname
    name = found
    if is_person and 3 <= len(name) <= 5 and name not in _words("filler") and not _is_noun(name):
        return name, name[:2]
    return "", ""


def _may_be_person(name: str) -> bool:
    """Tell whether three or four characters before an office may be a name: no 建築学科教授."""
    is_name = 3 <= len(name) <= 4 and _ONLY_HAN.fullmatch(name) is not None and name[-1] not in _NO_LAST
    return is_name and name not in _words("filler") and not _is_noun(name)


def _is_noun(name: str) -> bool:
    return any(name.startswith(word) for word in _words("portfolio") if len(word) > 1) or bool(
        _endings("loose").search(name) or _endings("org").search(name)
    )


def _is_body(form: str) -> bool:
    return bool(_endings("org").search(form)) or form in _words("portfolio")


def _surname_of(name: str) -> str:
    for size in (3, 2, 1):
        if name[:size] in _words("surname") and len(name[:size]) == size:
            return name[:size]
    return ""


def _is_given(given: str, surname: str, name: str, is_person: bool) -> bool:
    """Tell whether what follows a surname may be a given name, or nothing: 望月教授."""
    if not given:
        return is_person or (len(surname) > 1 and name not in _IS_REGION)
    if len(given) > 4 or given[0] in _NO_GIVEN or _endings("org").search(given) or kind_of(name) == "place":
        return False
    if name in _words("filler") or name in _words("portfolio"):
        return False
    if len(surname) == 1:
        return len(given) <= 2 and (is_person or len(name) == 3) and not _is_noun(name)
    return len(given) <= 3 or given >= "ぁ"


def _goes_by(whole: str, surname: str, short: str) -> bool:
    """Tell whether somebody may be met by a short form: 植田 of 植田和男, トランプ of ドナルド・トランプ."""
    return short == surname or (short[0] < "\u3400" and short in re.split("[・＝=]", whole))


def _named(subject: Subject) -> Subject:
    """Show somebody by the longest form met."""
    form = max(subject.forms, key=lambda form: (len(form), form))
    subject.show_as(form)
    return subject


def _list_runs(text: str, in_title: bool) -> Iterator[Run]:
    """List the runs of katakana, Latin letters and Chinese characters, with their borders."""
    text = _COUNTED.sub(lambda match: " " * len(match[0]), text)
    atoms: list[tuple[str, str]] = []
    start = end = 0
    for atom in _ATOM.finditer(text):
        if atom.start() != end:
            if run := _make_run(tuple(atoms)):
                yield Run(run[0], start, in_title, *run[1:])
            start, atoms = atom.start(), []
        atoms.append((atom.lastgroup or "", atom[0]))
        end = atom.end()
    if run := _make_run(tuple(atoms)):
        yield Run(run[0], start, in_title, *run[1:])


@functools.lru_cache(maxsize=1 << 13)
def _make_run(atoms: tuple[tuple[str, str], ...]) -> tuple[str, tuple[int, ...], frozenset[int]] | None:
    """Give the text of a run and its borders; nothing for one that holds no term. Most come back (a third
    of the price)."""
    text = "".join(letters for _, letters in atoms)
    if len(text) < LEAST or text in _words("filler"):
        return None
    borders, free, within, first = {0}, {0}, set[int](), 0
    for kind, letters in atoms:
        last = first + len(letters)
        borders.add(last)
        free |= {first, last}
        if kind == "number":
            within |= {first, last}
        elif kind == "han":
            _cut_han(letters, first, borders, free)
        first = last
    ends = {0, len(text)}
    return text, tuple(sorted((borders - within) | ends)), frozenset((free - within) | ends)


def _cut_han(text: str, at: int, borders: set[int], free: set[int]) -> None:
    """Add the borders within a run of Chinese characters: anywhere, but in the name of a region."""
    if len(text) < 3:
        borders.update(range(at + 1, at + len(text)))
        return
    inside = set(range(at + 1, at + len(text)))
    region = _REGION.search(text)
    while region:
        first, last = at + region.start(), at + region.end()
        inside -= set(range(first + 1, last))
        free |= {first, last}
        town = _TOWN.match(text, region.end())
        if town:
            free.add(at + town.end())
        region = _REGION.search(text, region.end())
    before = _beginnings().match(text)
    if before and len(text) - before.end() >= 2:
        free.add(at + before.end())
    loose = _endings("loose").search(text)
    if loose and loose.start() >= 2:
        free.add(at + loose.start())
    borders |= inside


@functools.lru_cache(maxsize=1 << 13)
def _may_be_term(form: str) -> bool:
    """Tell whether a piece may say something of a subject."""
    if form in _words("filler") or form.lower() in fillers() or form.isdigit():
        return False
    if form[0].isdigit() or (len(form) == 2 and form.isascii() and form.islower()):
        return False
    if form[0] in "々ヶヵ第約数同各両" or (form[0] in "一二三四五六七八九十" and form[-1] not in _PLACES):
        return len(form) > 3
    loose = _endings("loose").search(form)
    if loose and loose.start() and len(loose[0]) < 3 and form[-1] not in ("化" if len(form) < 3 else ""):
        return False
    if len(form) > 2 and _beginnings().match(form) and form[1:] in _words("filler"):
        return False
    is_kind = any(form in _words(kind) for kind in ("office", "portfolio", "org"))
    return not is_kind or kind_of(form) == "place"


def _worth(form: str) -> float:
    """Say how telling a term is: names above all, then long words, then what texts of all kinds have."""
    kind = kind_of(form)
    if kind and kind != "topic":
        return 1.25
    if form[0] < "\u3041" or (len(form) > 2 and _endings("org").search(form)):
        return 1.25
    if "ァ" <= form[0] <= "ヶ":
        return 1.2 if len(form) > 3 else 0.9
    if _REGION.fullmatch(form) or (form[-1] in "市区町村" and len(form) > 2):
        return 1.2
    if not _ONLY_HAN.fullmatch(form):
        return 1.25
    if len(form) == 2:
        return 0.75 if rarity(fold(form)) < COMMON else 0.95
    return 1.2 if len(form) > 3 else 1.0


def _unite_places(weighed: Iterable[tuple[Subject, float]]) -> list[tuple[Subject, float]]:
    """Count 熊本 and 熊本県 as one."""
    forms = {subject.form: (subject, weight) for subject, weight in weighed}
    for form in list(forms):
        short = form[:-1]
        if form[-1] in "都府県市" and short in forms and form in forms:
            subject, weight = forms[form]
            other, more = forms.pop(short)
            subject.title |= other.title
            subject.short.add(short)
            subject.places = sorted({*subject.places, *other.places})
            forms[form] = (subject, weight + more)
    return list(forms.values())

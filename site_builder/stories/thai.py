"""What a Thai or Lao text is about: what the writing shows to be a name, and what the title says again.

In: a title and a body. Out: a ``Reading``. The rule it guards: **rather nothing than a piece of a word**.
Blanks part phrases there and not words, so a term must stand in the title, come back, and show both of its
ends by what stands beside it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from site_builder.stories.repeats import Repeat, drop_pieces
from site_builder.stories.subjects import (
    LONGEST_TITLE,
    NAMED,
    KnowsNames,
    Subject,
    choose,
    longest_first,
    weigh,
)
from site_builder.stories.unlisted import list_places
from site_builder.stories.words import fillers, kept

LEAST = 3
"""Syllables' beginnings and ends in the shortest term: น้ำท่วม has four."""
LONGEST = 16
_THAI = "ก-ฺเ-๎ກ-ຽເ-ໍໜໝ"
_RUN = re.compile(rf"[{_THAI}]+")
_CLUSTER = re.compile(
    "[เ-ไເ-ໄ]?[ก-ฮກ-ຮໜໝ][ัิ-ฺ็-๎ັິ-ຼ່-ໍ]*[ะาำๅະາຳຽ]*|[^ก-ฮກ-ຮ]"
)  # a consonant with what is written before, above, below and behind it
_QUOTE = re.compile(r"[“\"‘«]([^“”\"‘’«»\n]{3,30})[”\"’»]")
_LATIN = re.compile(r"[A-Z][A-Za-z0-9&+-]*(?:\.[0-9]+)?(?: (?:[A-Z][A-Za-z0-9]*|[0-9]{1,4}(?![0-9.,%])))*")
_PERSON = re.compile(
    r"(?:นายแพทย์|นายกฯ|นางสาว|นาย(?!ก)|นาง|น\.ส\.|ดร\.|[รผ]?ศ\.|พล\.[ก-ฮ]\.(?:[ก-ฮ]\.)?|พ\.[ก-ฮ]\.[ก-ฮ]\.|ทนาย"
    "|ທ່ານ|ນາງ) ?"
    rf"([{_THAI}]{{2,16}}) ([{_THAI}]{{2,20}})(?![{_THAI}])"
)


class Reading(KnowsNames):
    """The names and terms of one Thai text."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = title[:LONGEST_TITLE], body
        self.found: dict[str, Subject] = {}
        self._find_people()
        self._find_written()
        self._find_terms()
        self.subjects = choose(
            (subject, (NAMED if subject.words > 1 else 1.0) * weigh(subject))
            for subject in self.found.values()
        )

    def _find_people(self) -> None:
        """Find people behind นาย, นาง or a rank; later on they go by the first name."""
        for match in _PERSON.finditer(self.body):
            first, whole = match[1], f"{match[1]} {match[2]}"
            times = self.body.count(first)
            is_subject = first in self.title or times > 2 or (times > 1 and match.start() < 300)
            if whole not in self.found and is_subject and first not in kept("filler th"):
                self._add(whole, first, words=2)

    def _find_written(self) -> None:
        """Find what stands in quotation marks or Latin letters and is met again."""
        quoted = {match[1].strip() for text in (self.title, self.body) for match in _QUOTE.finditer(text)}
        latin = {match[0] for text in (self.title, self.body) for match in _LATIN.finditer(text)}
        for form in longest_first({*quoted, *latin} - {""}):
            times = self.body.count(form)
            is_short = form in latin and (len(form) < 2 or form.lower() in fillers())
            if is_short or (" " in form.strip() and form in quoted and times < 2):
                continue
            often = 1 if form in self.title else 2 if form in quoted else 3
            if times >= often and times + (form in self.title) > 1:
                self._add(form, form, words=2)

    def _find_terms(self) -> None:
        terms = {one.text: one for one in _list_terms(self.title, self.body)}
        for form in drop_pieces(terms):
            if not any(form in other or other in form for other in self.found):
                self._add(form, form, words=1)

    def _add(self, form: str, met: str, words: int) -> None:
        """Add a subject that is ``met`` by a form of its own."""
        places = [*list_places(met, self.body)]
        self.found[form] = Subject(words, {form: len(places)}, places, int(met in self.title))


def _list_terms(title: str, body: str) -> Iterator[Repeat]:
    """List what the title says and the body says again, and that shows its ends in both."""
    seen: set[str] = set()
    for run in _RUN.finditer(title):
        starts = [cluster.start() for cluster in _CLUSTER.finditer(run[0])] + [len(run[0])]
        for number, first in enumerate(starts):
            for end in starts[number + LEAST : number + LONGEST + 1]:
                form = run[0][first:end]
                if form in seen:
                    continue
                if body.count(form) < 2:
                    break  # what is longer is rarer still
                seen.add(form)
                one = _read_places(form, title, body)
                if _is_term(one):
                    yield one


def _read_places(form: str, title: str, body: str) -> Repeat:
    one = Repeat(form, places=[*list_places(form, body)], title=title.count(form))
    for text in (title, body):
        for at in list_places(form, text):
            before, after = _beside(text, at, at + len(form))
            one.before.add(before)
            one.after.add(after)
            one.alone += not before and not after
            one.alone_in_title |= text is title and not before and not after
    return one


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Give the letters beside a place; nothing where a blank or a small word shows its end."""
    before, after = text[max(0, start - 8) : start], text[end : end + 6]
    is_free = not _RUN.fullmatch(before[-1:]) or before.endswith((*_small(), *kept("place th")))
    is_end = not _RUN.fullmatch(after[:1]) or after.startswith(_small())
    return "" if is_free else before[-1], "" if is_end else after[0]


def _is_term(one: Repeat) -> bool:
    form = one.text
    if form in kept("filler th") or form.startswith(_small()) or form.endswith(_small()):
        return False
    if not _CLUSTER.match(form) or "" not in one.before or "" not in one.after:
        return False
    return len(one.before) > 1 or len(one.after) > 1 or one.alone > 0


@functools.cache
def _small() -> tuple[str, ...]:
    """List the small words that stand between others: ที่, ของ, และ."""
    return tuple(sorted(kept("small th")))

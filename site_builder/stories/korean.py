"""What a Korean text is about: people, and the nouns and terms that it keeps coming back to.

In: a title and a body. Out: a ``Reading``. The rule it guards: **a particle is taken off a word only
where the text shows it**: by the sound before it (은 and 이 stand behind a consonant, 는 and 가 behind a
vowel), and by the other forms in which the same word is met. What small words do stands in
``unspaced_words.tsv``.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from site_builder.stories.names import kind_of
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
from site_builder.stories.words import fillers, kept

LONGER = 1500
"""For each so many characters, what is not in the title must come back once more."""

_HANGUL = re.compile("[가-힣]")
_WORD = re.compile(r"[A-Za-z0-9가-힣À-ɏ一-鿿]+(?:[-.&+'’][A-Za-z0-9가-힣À-ɏ]+)*\+?")
_QUOTE = re.compile(r"['‘“\"「『《〈<](?! )([^'‘’“”\"「」『』《》〈〉<>.?!,…\n]{2,20})(?<! )['’”\"」』》〉>]")
_STATEMENT = re.compile("(?:[다요까자죠라네]|것|할 것)$")
_STEM_OF_VERB = re.compile("[않있없같많놓싶됐했겠았었였갔났왔졌려르크]$")
_MADE_VERB = re.compile("(?:[했됐]|[하되][는고며여어던지면기]|[한된할될해돼]$|시켰|시키)")
_NO_NAME = re.compile("[당청부처팀단회시사군측대들년월일째적히게서며고은는을를의]$")
_LEADERS = frozenset(("대통령", "총리", "국가주석", "주석", "국왕", "국무위원장"))
_STATES = frozenset(("지사", "도지사", "시장", "군수", "구청장", "교육감"))
FARTHEST = 3
"""Words from a name to the office behind it."""
_RIEUL = 8
"""The final consonant that 로 stands behind as it does behind a vowel: 서울로."""
_KIN = "안법원시군구도측팀국병"
"""What a word may have behind it and say the same: 연금개혁안, 대법원."""


@functools.cache
def _words(kind: str) -> frozenset[str]:
    return kept(f"{kind} ko")


class Word(NamedTuple):
    """A word between blanks; ``joined`` when nothing but a blank stands between it and the one before."""

    text: str
    start: int
    joined: bool


def _has_batchim(letter: str) -> bool:
    """Tell whether a syllable ends with a consonant; of a digit or a Latin letter nobody knows."""
    return (ord(letter) - 0xAC00) % 28 > 0


def _fits(stem: str, particle: str) -> bool:
    """Tell whether a particle may stand behind a word: 은 behind a consonant, 는 behind a vowel."""
    last = stem[-1]
    if not "가" <= last <= "힣":
        return True
    if particle[0] == "로" and (ord(last) - 0xAC00) % 28 == _RIEUL:
        return True
    if particle in _words("batchim"):
        return _has_batchim(last)
    return particle not in _words("open") or not _has_batchim(last)


@functools.lru_cache(maxsize=1 << 13)
def _list_stems(word: str) -> tuple[tuple[str, str], ...]:
    """List what a word may be made of: its stem, and a particle or nothing."""
    found = [(word, "")]
    for size in range(1, min(5, len(word))):
        stem, particle = word[:-size], word[-size:]
        short = len(stem) > 1 or stem in _words("office")
        if short and particle in _words("particle") and _fits(stem, particle):
            found.append((stem, particle))
    return tuple(found)


class Reading(KnowsNames):
    """The people and terms of one Korean text."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = title[:LONGEST_TITLE], body
        self.masked = {True: self.title, False: body}
        self.quoted = self._find_quoted()
        self.words = {in_title: _cut(text) for in_title, text in self.masked.items()}
        self.stems = self._settle_stems()
        self.found: dict[str, Subject] = {}
        self.forms: dict[str, set[str]] = defaultdict(set)
        self.people: set[str] = set()
        self.terms: set[str] = set()
        """What has several words."""
        self._count_words()
        self._count_terms()
        self._find_people()
        self._join_kin()
        self.subjects = choose(self._weigh_all())

    def _find_quoted(self) -> dict[str, Subject]:
        """Find what stands between quotation marks and is met again: a film, a storm, a product."""
        found: dict[str, Subject] = {}
        forms = Counter(match[1] for text in (self.title, self.body) for match in _QUOTE.finditer(text))
        for form in longest_first(forms):
            says_nothing = len(form) < 2 or all(word in _words("filler") for word in form.split())
            if (
                says_nothing
                or (" " in form and forms[form] < 2)
                or _STATEMENT.search(form)
                or not _WORD.match(form)
            ):
                continue
            search = re.compile(rf"(?<![가-힣A-Za-z0-9]){re.escape(form)}")
            body, title = search.findall(self.masked[False]), search.findall(self.masked[True])
            if not body or len(body) + len(title) < 2:
                continue
            subject = found[form] = Subject(2, title=int(bool(title)))
            for match in search.finditer(self.masked[False]):
                subject.add(form, match.start())
            for in_title, text in self.masked.items():
                self.masked[in_title] = search.sub(lambda match: "|" * len(match[0]), text)
        return found

    # --- words without their particles

    def _settle_stems(self) -> dict[str, tuple[str, str]]:
        """Say of each word what its stem is: what most words of the text may be made of."""
        met = Counter(word.text for words in self.words.values() for word in words)
        support: Counter[str] = Counter()
        for word, times in met.items():
            for stem, _ in _list_stems(word):
                support[stem] += times
        settled: dict[str, tuple[str, str]] = {}
        for word in met:
            if kind_of(word):
                settled[word] = (word, "")
                continue
            stems = _list_stems(word)
            settled[word] = (
                stems[0] if len(stems) == 1 else max(stems, key=lambda one: (support[one[0]], -len(one[0])))
            )
        return settled

    def _count_words(self) -> None:
        for in_title, words in self.words.items():
            for word in words:
                stem, particle = self.stems[word.text]
                if len(stem) < 2 or not stem[0].isalpha():
                    continue
                subject = self.found.setdefault(stem, Subject(1))
                self.forms[stem].add(particle)
                if in_title:
                    subject.title = 1
                else:
                    subject.add(stem, word.start)
        for word in self.words[False]:
            noun = _noun_of(word.text)
            if noun in self.found:
                self.found[noun].add(noun, word.start)
                self.found[noun].places.sort()
                self.forms[noun].add("하다")

    def _count_terms(self) -> None:
        """Count two and three words on end, the last alone with a particle: 용인 반도체 클러스터."""
        terms: dict[str, Subject] = {}
        for in_title, words in self.words.items():
            for at, first in enumerate(words):
                parts = [first.text]
                for word in words[at + 1 : at + 3]:
                    if not word.joined or not self._may_go_on(parts[-1]):
                        break
                    stem = self.stems[word.text][0]
                    if self._may_end(stem):
                        form = " ".join([*parts, stem])
                        subject = terms.setdefault(form, Subject(len(parts) + 1))
                        if in_title:
                            subject.title = 1
                        else:
                            subject.add(form, first.start)
                    parts.append(word.text)
        for form, subject in terms.items():
            if len(subject.places) > 1 or (subject.title and subject.places):
                self.found[form] = subject
                self.terms.add(form)

    def _may_go_on(self, word: str) -> bool:
        return (
            self.stems[word][1] == ""
            and word not in _words("filler")
            and word not in _words("before")
            and not word[0].isdigit()
            and not _is_verb(word)
            and (len(word) > 1 or word.isascii())
        )

    def _may_end(self, stem: str) -> bool:
        is_word = len(stem) > 1 or stem.isdigit()
        return (
            is_word and stem not in _words("filler") and stem not in _words("office") and not _is_verb(stem)
        )

    # --- people

    def _find_people(self) -> None:
        """Find people by the office behind their names; 노 사장 is 노태문, who was named before."""
        by_surname: dict[str, str] = {}
        for in_title in (False, True):
            words = self.words[in_title]
            offices = [at for at, word in enumerate(words) if self.stems[word.text][0] in _words("office")]
            before = {at - gap for at in offices for gap in range(1, FARTHEST + 1)}
            for at in sorted(one for one in before if one >= 0):
                word = words[at]
                name, last = self._read_person(words, at)
                if name and name in self.found:
                    self.people.add(name)
                    by_surname.setdefault(name[0], name)
                elif len(word.text) == 1 and last and word.text in by_surname:
                    owner = self.found[by_surname[word.text]]
                    owner.title |= in_title
                    owner.places = sorted([*owner.places, *([] if in_title else [word.start])])
                    owner.short.add(f"{word.text} {self.stems[words[last].text][0]}")

    def _read_person(self, words: Sequence[Word], at: int) -> tuple[str, int]:
        """Give the name at a place, and where the office behind it stands; or nothing."""
        name = words[at].text
        for last in range(at + 1, min(at + FARTHEST + 1, len(words))):
            if not words[last].joined:
                break
            stem = self.stems[words[last].text][0]
            if stem in _words("office"):
                if len(name) == 1:
                    return "", last if last == at + 1 or words[at + 1].text in _words("former") else 0
                near = last == at + 1 or words[at + 1].text in _words("former")
                if _is_person(name, stem) and (near or self._is_met_again(name)):
                    return name, last
                break
            if _is_verb(words[last].text) or self.stems[words[last].text][1]:
                break
        return "", 0

    def _is_met_again(self, name: str) -> bool:
        subject = self.found.get(name)
        return len(name) == 3 and subject is not None and (bool(subject.title) or len(subject.places) > 1)

    # --- one word for what says the same

    def _join_kin(self) -> None:
        """Count 연금개혁안 as 연금개혁, and 대법 of a title as the 대법원 of the text."""
        for stem in sorted(self.found, key=lambda one: (-len(one), one)):
            if stem not in self.found or stem[-1] not in _KIN or stem[:-1] not in self.found:
                continue
            long, short = self.found[stem], self.found[stem[:-1]]
            if len(stem) < 3 or (kind_of(stem) and kind_of(stem[:-1])):
                continue
            if len(long.places) >= len(short.places):
                long.title |= short.title
                long.take(short)
                self.forms[stem] |= self.forms[stem[:-1]]
                del self.found[stem[:-1]]
            else:
                short.title |= long.title
                short.take(long)
                del self.found[stem]

    # --- what it is about

    def _weigh_all(self) -> Iterator[tuple[Subject, float]]:
        often = 3 + len(self.body) // LONGER
        for subject in self.quoted.values():
            yield subject, NAMED * weigh(subject)
        for form, subject in self.found.items():
            worth = self._worth(form)
            if not subject.places or not is_met_enough(subject.places, bool(subject.title), worth, often):
                continue
            if self._is_noun(form, subject) and not self._is_piece(form, subject):
                yield subject, worth * weigh(subject)

    def _is_noun(self, form: str, subject: Subject) -> bool:
        """Tell whether a word is a noun that says something: met in two forms, or shown by the title."""
        if form in self.people or " " in form:
            return True
        if form in _words("filler") or form in _words("office") or form.lower() in fillers():
            return False
        if _is_verb(form) or _STEM_OF_VERB.search(form):
            return False
        if form[-1] in "팀측" and form[:-1] in _words("office"):
            return False
        return len(self.forms[form]) > 1 or bool(subject.title) or form.isascii() or bool(kind_of(form))

    def _is_piece(self, form: str, subject: Subject) -> bool:
        """Tell whether a word hardly comes but within a term, or a term is hardly more than its word."""
        for other in self.found.keys() & self.terms:
            inside = other != form and f" {form} " in f" {other} "
            whole = self.found[other]
            if inside and 2 * len(whole.places) > len(subject.places) and whole.title >= subject.title:
                return True
        words = [self.found[word] for word in form.split(" ") if word != form and word in self.found]
        return any(
            2 * len(subject.places) <= len(word.places) or word.title > subject.title for word in words
        )

    def _worth(self, form: str) -> float:
        if form in self.people or kind_of(form):
            return 1.25
        if form[0].isascii() or any(map(str.isdigit, form)):
            return 1.25
        if " " in form or len(form) > 3:
            return 1.2
        return 0.85 if len(form) == 2 else 1.0


def _cut(text: str) -> list[Word]:
    words: list[Word] = []
    end, new = -2, functools.partial(tuple.__new__, Word)
    for match in _WORD.finditer(text):
        joined = match.start() == end + 1 and text[end] == " "
        words.append(new((match[0], match.start(), joined)))
        end = match.end()
    return words


@functools.lru_cache(maxsize=1 << 13)
def _noun_of(word: str) -> str:
    """Give the noun that a verb is made of: 발표했다 is of 발표; or nothing."""
    verb = _MADE_VERB.search(word, 2)
    return word[: verb.start()] if verb else ""


@functools.lru_cache(maxsize=1 << 13)
def _is_verb(word: str) -> bool:
    """Tell whether a word ends as verbs and adverbs do."""
    return word.endswith(_verbal()) and not kind_of(word)


@functools.cache
def _bodies() -> tuple[str, ...]:
    return tuple(_words("org"))


@functools.cache
def _verbal() -> tuple[str, ...]:
    return tuple(sorted(ending for ending in _words("verbal") if len(ending) > 1 or ending in "다며"))


def _is_person(name: str, office: str) -> bool:
    """Tell whether a word before an office may be a name: 노태문 사장, 트럼프 대통령."""
    known = kind_of(name)
    if known in ("person", "leader"):
        return True
    if known or name in _words("filler") or name in _words("before") or not _HANGUL.match(name):
        return False
    if office in _LEADERS and 2 <= len(name) <= 5 and name[0] not in _words("surname"):
        return not _NO_NAME.search(name)
    is_named = len(name) == 3 and name[0] in _words("surname")
    is_long = len(name) == 4 and name[:2] in _words("surname")
    if office in _STATES and name[-1] in "도시군구":
        return False
    return (is_named or is_long) and not _NO_NAME.search(name) and not name.endswith(_bodies())

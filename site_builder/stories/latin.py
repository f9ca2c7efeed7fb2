"""What a text in Latin letters is about: its proper names, and the nouns that it keeps coming back to.

In: the words of a title and a body. Out: names with all their mentions (Powell is Jerome Powell,
CBN is the Central Bank of Nigeria), and common terms (negative gearing, cocaine). The rule it
guards: **a capital says something only where it need not stand**, and a noun only where an article
or a preposition shows that it is one. No list of names is needed; what small words do in a language
stands in ``latin_words.tsv``, how common the others are in the frozen tables.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from site_builder.language.detect import detect_language
from site_builder.language.text import fold
from site_builder.stories import endings
from site_builder.stories.endings import kept
from site_builder.stories.names import is_place
from site_builder.stories.subjects import LEAD, Subject, weigh
from site_builder.stories.words import RARE, Remembered, fillers, rarities, rarity_in

if TYPE_CHECKING:
    from site_builder.stories.bent import Bent

LONGER = 2500
"""For each so many characters of a text, what is not in its title must come back once more."""
LONGEST_NAME = 5
"""Words with a capital in the longest name."""
COMMON = 46
"""A word less rare than this that begins a sentence owes its capital to that."""

TITLED = 0.6
"""Of so many mentions a word with a capital has the same small noun behind it, when they are one name."""
LONG = 12
"""Letters that no first name has: Batteritillverkaren Northvolt."""
LEAST_OF_COMPOUND = 5
"""Letters of a noun that is looked for in compounds."""
REMEMBERED = 1 << 16
"""Words that are remembered, in each language."""
LEAST_RARE = 20
"""A word less rare than this is no term, however often it comes back."""

_WORD = re.compile(r"[^\W_]+(?:[-’'.&][^\W_]+)*\+?")
_GAPS = frozenset((" ", "\u00a0", ". ", "", " & "))
"""What may stand between the words of one name; the stop only where it is no end: St. Petersburg."""
_MEMBERS = frozenset(("' ", "’ "))
"""Stands behind those whose institution is named next: Farmers' Union."""
_GOES_ON = re.compile(r"[,.]\w")
"""Behind an amount or a code that is written with a comma: N1,548, RTS,S."""
_SCORE = re.compile(r":\d")
"""Behind a number that belongs to no name: Bencic 6:2."""
_POSSESSIVE = ("'s", "’s")
_APOSTROPHE = re.compile("['’]")
"""What Turkish puts between a name and its ending."""
_ELIDED = re.compile(r"(?:[dlnsjmtcDLNSJMTC]|[Qq]u|[Uu]n|(?:[Aa]|[Dd]a|[Dd]e|[Nn]e|[Ss]u)ll)['’](?=\w)")
_WITH_ARTICLE = ("al-", "el-", "an-", "ar-", "as-", "ash-", "at-", "ad-", "ul-")
"""How names begin that have an Arabic article."""
_ELIDED_OF = ("d'", "d’", "l'", "l’")
"""How French words begin that are a part of names: Alpe d'Huez."""
_ELIDING = frozenset(("fr", "it", "pt"))
_OF_SONS = (" Jr", " Sr", " II", " III")
"""What stands behind a surname and is none of it."""
_COMPOUNDING = frozenset(("de", "nl"))
"""Languages that write compounds as one word."""
_NOUN_FIRST = frozenset(("es", "fr", "it", "pt"))
"""Languages in which what stands behind an article is most often the noun, and adjectives follow."""
_ENDS = re.compile(r"[.!?…:\n]|[“\"«„‘»—–]|(?<!\w)'")
"""What the first word of a sentence stands behind; a quotation is one, too."""
_ABBREVIATED = re.compile(
    r"(?:[A-Z]|St|Mr|Mrs|Ms|Dr|Gen|Gov|Sen|Rep|Prof|Jr|Sr|Mt|No|vs|Lt|Col|Sgt|.*\.[A-Z])"
)
_OF_KINDS = frozenset(("cs", "fi", "pl", "ro"))
"""Languages in which a noun that a longer name ends with says no more than it: Turun yliopisto, yliopisto."""
_LONG_NAMES = frozenset(("da", "hu", "nb"))
"""Languages in which people have three names so often that only an office is taken off: Byrådsleder."""
BENT = frozenset(("cs", "fi", "pl"))
"""Languages that bend names so that their nominative must be looked for; who reads them is loaded then."""
_OWN_DAYS = frozenset(("vi",))
"""Languages in which the days and months of others are names."""
_DATELINE = re.compile(
    r"[A-Z][A-ZÀ-Ý .’'-]{2,}(?:, [A-Z][\w.]+)?"
    r"(?:,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2}\.? [A-Za-z]{3,9}\.?))?"
    r" ?(?:\([A-Za-z /]+\) ?)?[—–:-]"
    r"|[A-ZÀ-Ý][\w .,’'/-]{2,40}\([A-Za-z][A-Za-z /]+\) ?[—–-]"
)
"""Where a report was written: LOS ANGELES — , NAIROBI, April 18 - , Berlin (dpa) - ."""
_CREDIT = re.compile(
    r"\A(?:By|Von|Par|Por|Di|Door|Av|Af) (?=[A-ZÀ-Þ])[^\n.]{3,90}$"
    r"|(?:[Rr]eporting|[Ww]riting|[Ee]diting) by [^\n.)]{3,120}"
    r"|(?:Photos?|Photographs?|Fotos?|Bild)(?: by|:| :) ?[^\n.)]{3,60}"
    r"|(?:writer|reporter|correspondent|journalist)s? [^\n.]{3,80} contributed",
    re.MULTILINE,
)
"""Who wrote a report or took its pictures, who is no subject of it; at its beginning or its end."""
_BYLINES = ("By ", "Von ", "Par ", "Por ", "Di ", "Door ", "Av ", "Af ")
_CREDITING = ("ting by", "oto", "Bild", " contributed")
"""One of these stands where somebody is credited (gain: 120 µs a text that credits nobody)."""
CREDITED = 400
"""Characters at either end of a body in which they are named."""
_GERMAN_ADJECTIVES = ("sche", "schen", "scher", "sches", "liche")
_GERMAN_OFFICES = tuple(
    "in chef minister präsident leiter vorstand loge iker forscher wissenschaftler anwalt sprecher experte"
    " händler besitzer meister direktor ingenieur arzt lehrer autor richter wirt".split()
)


# --- what is known of small words -------------------------------------------------------------


@functools.cache
def demonyms() -> dict[str, str]:
    """Say for each people in English what its country is called: Chilean, Chile."""
    pairs = (pair.partition("=") for pair in kept("demonym"))
    return {people: country.replace("-", " ") for people, _, country in pairs}


def is_direction(word: str) -> bool:
    """Tell whether a word only says which part of a place is meant: northern."""
    return word in kept("direction")


@functools.cache
def countries() -> frozenset[str]:
    """List the countries that have a people."""
    return frozenset(demonyms().values())


@functools.cache
def _plurals(language: str) -> tuple[tuple[str, str], ...]:
    """List the endings of plurals, the longest first, and what stands instead."""
    endings_of = kept("plural", language) or frozenset(("s=",))
    pairs = [ending.partition("=") for ending in endings_of]
    return tuple(sorted(((one, other) for one, _, other in pairs), key=lambda pair: (-len(pair[0]), pair)))


def _stem(word: str, language: str) -> str:
    """Take off the ending of a plural."""
    return _stems(language)[word]


@functools.cache
def _stems(language: str) -> Remembered[str]:
    """Give words without the endings of their plurals; every word of a text is asked for."""
    return Remembered(functools.partial(_take_off_plural, language=language), REMEMBERED)


def _take_off_plural(word: str, language: str) -> str:
    if not word.endswith("ss"):
        for ending, instead in _plurals(language):
            if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 3:
                return word.removesuffix(ending) + instead
    return word


@functools.cache
def _offices(language: str) -> tuple[str, ...]:
    return tuple(kept("office", language))


@functools.cache
def _noise(language: str) -> frozenset[str]:
    return frozenset(_stem(word, language) for word in (*kept("noise"), *kept("kept")))


# --- reading ----------------------------------------------------------------------------------


class Word(NamedTuple):
    """A word of a text, and what is asked of each several times."""

    text: str
    start: int
    end: int
    first: bool
    """Whether it begins a sentence."""
    joined: bool
    """Whether nothing but a blank stands between it and the one before."""
    small: str
    """The word without capitals."""
    is_capital: bool
    """Whether it ``has_capital``."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number that a name may have: Falcon 9."""
        return self.text.isdigit() and len(self.text) <= 3


def is_latin(body: str) -> bool:
    """Tell whether a text is in Latin letters."""
    return len(body[:400].encode("ascii", "ignore")) >= 300


def end_of_dateline(body: str) -> int:
    """Tell where the dateline ends that a report begins with."""
    found = _DATELINE.match(body[:80])
    return found.end() if found else 0


def find_credits(body: str) -> list[tuple[int, int]]:
    """Find where a body names who wrote it or took its pictures."""
    rest = max(CREDITED, len(body) - CREDITED)
    ends = body[:CREDITED] + body[rest:]
    if not body.startswith(_BYLINES) and not any(map(ends.__contains__, _CREDITING)):
        return []
    found = (*_CREDIT.finditer(body, 0, CREDITED), *_CREDIT.finditer(body, rest))
    return [match.span() for match in found]


def read_words(text: str, language: str) -> list[Word]:
    """Cut a text into words, without the s of the genitive, and with d' and l' apart."""
    words: list[Word] = []
    last, owned, elides = 0, False, language in _ELIDING
    suffixed = language == "tr"
    new = functools.partial(tuple.__new__, Word)  # half the time of ``Word``, and a text has 1,000
    for match in _WORD.finditer(text):
        word, (start, end) = match[0], match.span()
        if text[last:start] == " " and words:  # most often
            first, joined = False, not owned or _is_of_members(words[-1].small, word)
        else:
            gap = text[last:start]
            first = not words or (gap not in _MEMBERS and _begins_sentence(gap, words[-1].text))
            joined = not first and not owned and (gap in _GAPS or (gap in _MEMBERS and _is_kind(word)))
        if elides and (elided := _ELIDED.match(word)):
            small, after = elided[0].lower().replace("’", "'"), start + elided.end()
            words.append(Word(small, start, after, first, joined, small, False))
            start, word, joined = after, word[elided.end() :], True
        if suffixed and (apostrophe := _APOSTROPHE.search(word)):  # Londra'da
            owned, first, word = True, False, word[: apostrophe.start()]
        else:
            owned = word.endswith(_POSSESSIVE)
            word = word[:-2] if owned else word
        is_capital = not word.islower() and has_capital(word)
        words.append(new((word, start, start + len(word), first, joined, word.lower(), is_capital)))
        last = end
    return words


def _is_kind(word: str) -> bool:
    """Tell whether a word with a capital says what kind of thing a name is."""
    return word[0].isupper() and word.lower() in kept("general")


def _is_of_members(owner: str, word: str) -> bool:
    """Tell whether an institution is named after whom it is for: Children's Hospital."""
    return owner in kept("members") and _is_kind(word)


def _begins_sentence(gap: str, before: str) -> bool:
    """Tell whether a word behind such a gap begins a sentence."""
    return _ENDS.search(gap) is not None and not (gap == ". " and _ABBREVIATED.fullmatch(before))


def _is_cased(word: Word) -> bool:
    """Tell whether a word has a capital and small letters."""
    return word.is_capital and not word.text.isupper()


def has_capital(word: str) -> bool:
    """Tell whether a word begins with a capital, or is a code that has one, 4K, or a name like al-Assad."""
    if word[0].isupper() or (word[0].isdigit() and not word.isdigit() and any(map(str.isupper, word))):
        return True
    if word.startswith(_ELIDED_OF):  # Alpe d'Huez
        return word[2:3].isupper()
    return word.startswith(_WITH_ARTICLE) and word[word.index("-") + 1].isupper()


def _bend(words: Sequence[Word], head: Sequence[Word], language: str) -> Bent | None:
    """Read the forms of words in a language that bends names."""
    if language not in BENT:
        return None
    from site_builder.stories.bent import Bent

    return Bent(words, head, kept("article", language), language)


def _holds(words: Sequence[str], some: tuple[str, ...]) -> bool:
    """Tell whether some words stand side by side among others."""
    return any(tuple(words[at : at + len(some)]) == some for at in range(len(words)))


class Reading:
    """The words of one text, and the names and terms in it."""

    def __init__(self, title: str, body: str) -> None:
        self.language = detect_language(body).partition("-")[0]
        self.title, self.body, self.begin = title, body, end_of_dateline(body)
        self.words, self.head = read_words(body, self.language), read_words(title, self.language)
        if self.begin:  # what stands behind a dateline begins a sentence
            at = bisect_left(self.words, self.begin, key=lambda word: word.start)
            self.words[at : at + 1] = [word._replace(first=True) for word in self.words[at : at + 1]]
        self.title_words = [word.small for word in self.head]
        self._rarities = rarities(self.language)
        self.lowered = Counter([word.text for word in self.words if word.text[0].islower()])
        self.lowered.update([word.text for word in self.head if word.text[0].islower()])
        self._credits = find_credits(body)
        self.spans: list[tuple[int, int]] = []
        """Where names of several words stand, in order."""
        self.bent = _bend(self.words, self.head, self.language)
        self.names = _join_names(self, self._find_names())

    def rarity(self, word: str) -> int:
        """Say how rare a word is in the text's language."""
        return self._rarities.get(word.lower(), RARE)

    def is_within_name(self, start: int, end: int) -> bool:
        """Tell whether a place in the body is a piece of a longer name: Porto in Porto Alegre."""
        at = bisect_right(self.spans, (start, len(self.body))) - 1
        if at < 0 or self.spans[at][1] < end or self.spans[at] == (start, end):
            return False
        first, last = self.spans[at]
        rest = f"{self.body[first:start]} {self.body[end:last]}".lower().split()
        return not all(word in kept("direction") for word in rest)

    def find_names_in(self, title: str) -> list[re.Match[str]]:
        """Find the body's names of several words in a title."""
        forms = {form for subject in self.names for form in (*subject.forms, *subject.short) if " " in form}
        there = sorted(form for form in forms if form.lower() in title.lower())
        found = (re.finditer(re.escape(form), title, re.IGNORECASE) for form in there)
        return [match for matches in found for match in matches]

    def is_in_title(self, subject: Subject) -> bool:
        """Tell whether the title has a name, in any case of its letters, whole or short."""
        forms = {*subject.forms, *subject.short}
        if self.language == "de" and subject.words == 1:
            stems = {_stem(form.lower(), "de") for form in forms}
            return not stems.isdisjoint(self.title_stems) or any(map(self._is_in_compound, stems))
        if self.bent is not None:
            heads = [self.bent.group(word.text) for word in self.head]
            return any(_holds(heads, self.bent.key(form)) for form in forms)
        if self.language in endings.LANGUAGES:
            return any(self._is_in_title_stems(endings.name_stem(form, self.language)) for form in forms)
        title = self.title.lower()
        there = [form.lower() for form in forms if form.lower() in title]
        return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", title) for form in there)

    def _is_in_title_stems(self, name: tuple[str, ...]) -> bool:
        """Tell whether the title has a name in any of its cases."""
        parts = [part for word in self.head for part in word.text.split("-") if part]
        stems = [endings.name_stem(part, self.language)[0] for part in parts]
        return _holds(stems, name) or (len(name) > 1 and _holds([stem.lower() for stem in stems], name))

    def _is_in_compound(self, stem: str) -> bool:
        """Tell whether a title has a noun at the beginning or end of a longer one, which the body never
        has: Brückensperrung, where the body says Brücke."""
        if self.language not in _COMPOUNDING or len(stem) < LEAST_OF_COMPOUND:
            return False
        return any(
            len(word) >= len(stem) + 4
            and (word.startswith(stem) or _stem(word, self.language).endswith(stem))
            and word not in self.lower_body
            for word in self.title_words
        )

    @functools.cached_property
    def title_stems(self) -> set[str]:
        """The words of the title without the endings of plurals."""
        return {_stem(word, self.language) for word in self.title_words}

    @functools.cached_property
    def lower_body(self) -> str:
        """The body without capitals."""
        return self.body.lower()

    @functools.cached_property
    def subjects(self) -> list[tuple[Subject, float]]:
        """List the names and terms that the text is about, with their weight, heaviest first."""
        return sorted(_list_subjects(self), key=lambda one: (-one[1], one[0].form))

    # --- names

    def _find_names(self) -> dict[str, Subject]:
        found: dict[str, Subject] = {}
        lone: list[Word] = []
        for run in self._list_runs():
            if not self._rarities and (whole := self._find_titled(run)):
                self._add_name(found, whole, 2)
                continue
            for part in _cut_pairs(run) if self._rarities else self._list_parts(run):
                piece = self._trim(part)
                if self.language == "id" and self._is_behind_seat(piece):  # Bupati Cianjur Herman Suherman
                    lone, piece = [*lone, piece[0]], piece[1:]
                if len(piece) > 2 and self._is_behind_place(piece):
                    lone, piece = [*lone, piece[0]], piece[1:]
                if self.language == "de" and piece:
                    whole, piece = piece, self._cut_kind(piece)
                    lone += whole[: len(whole) - len(piece)]
                capitals = sum(1 for word in piece if word.is_capital or not word.text[0].islower())
                if capitals > 1 and piece[0].small in kept("connect", self.language):  # De la Cruz
                    capitals -= 1
                if len(piece) == 1:
                    lone.append(piece[0])
                elif piece and capitals <= LONGEST_NAME:
                    self._add_name(found, piece, capitals)
        within = Counter(word.text for word in lone if not word.first)
        pieces = {part for subject in found.values() for form in subject.forms for part in form.split()}
        for word in lone:
            if self._stands_alone(word, within[word.text], word.text in pieces):
                self._add_name(found, [word], 1)
        for subject in found.values():
            subject.places.sort()
        self.spans.sort()
        return found

    def _list_parts(self, run: list[Word]) -> Iterator[list[Word]]:
        """Part what only stands side by side, where how common words are is not known."""
        for part in _cut_pairs(run):
            yield from self._cut_owner(part)

    def _list_runs(self) -> Iterator[list[Word]]:
        """List words with capitals on end, and small ones between them; offices and days part them."""
        last = -1
        for at, word in enumerate(self.words):
            if at > last and word.is_capital and word.start >= self.begin and not self._parts(at):
                last = at
                while (ahead := self._go_on(last)) > last:
                    last = ahead
                yield self.words[at : last + 1]

    def _is_credited(self, start: int) -> bool:
        """Tell whether a place is where somebody is credited."""
        return any(first <= start < end for first, end in self._credits)

    def _go_on(self, last: int) -> int:
        """Give the next word of a name, behind small words that join; or the same where it ends."""
        words, connect = self.words, kept("connect", self.language)
        ahead = last + 1
        while (
            ahead < len(words) and ahead < last + 3 and words[ahead].joined and words[ahead].text in connect
        ):
            ahead += 1
        if ahead >= len(words) or not words[ahead].joined or self._parts(ahead):
            return last
        loose = kept("loose", self.language) or kept("loose")
        if words[last + 1].text in loose and words[last].small not in kept("joining"):
            return last  # Bank of England, but not Aasheim of Norsk Hydro
        is_numbered = ahead == last + 1 and words[ahead].is_number
        is_numbered = is_numbered and not _SCORE.match(self.body, words[ahead].end)
        return ahead if words[ahead].is_capital or is_numbered else last

    def _parts(self, at: int) -> bool:
        """Tell whether a word belongs to no name: an office, a day, a people; who is credited."""
        word = self.words[at]
        if self._credits and self._is_credited(word.start):
            return True
        if "-" in word.small and word.small.rpartition("-")[2] in kept("bound", self.language):
            return True
        if word.small in kept("portfolio"):
            ahead = self.words[at + 1 : at + 3]
            return any(after.joined and after.small in kept("office") for after in ahead)
        if word.small in kept("month"):  # Jan is a name, too; 2 Jan is none
            near = (self.words[at - 1] if at and word.joined else word, *self.words[at + 1 : at + 2])
            return any(beside.is_number for beside in near)
        if not self._rarities and word.small in kept("office", self.language):
            return True
        if word.text.isupper() and len(word.text) > 1 and word.small not in kept("kept"):
            return False
        if word.text in demonyms():
            after = self.words[at + 1 : at + 2]
            return not (after and after[0].joined and after[0].is_capital) or self._parts(at + 1)
        if word.small in kept("office", self.language):
            return True
        if self.language in _OWN_DAYS:  # Thu and Mai are people in Vietnam
            return False
        return word.small in kept("office") or word.small in kept("kept") or word.small in kept("pronoun")

    def _trim(self, run: list[Word]) -> list[Word]:
        """Take off what only begins the sentence, ranks, and in German the noun before a name."""
        while run and not (run[-1].is_capital or run[-1].is_number):
            run = run[:-1]
        while run and (not run[0].is_capital or self._is_before_name(run)):
            run = run[1:]
        return run

    def _is_before_name(self, run: Sequence[Word]) -> bool:
        first = run[0].small
        if len(run) > 1 and run[0].first:
            if len(first) == 1 or first in kept("begin") or first in kept("article", self.language):
                return True
            if self._is_common(run[0]) and not self._is_known(run):
                return True
            # How common a word is, is not known: Fårägaren Per Hammarlund.
            is_listed = self.language in endings.LANGUAGES and not self._is_known(run)
            if is_listed and (self._may_be_office(run) or endings.says_nothing(first, self.language)):
                return True
            if not self._rarities and self._only_begins(run):
                return True
        if len(run) > (1 if first in kept("abbreviated") else 2) and first in kept("leading"):
            return True
        return self.language == "de" and len(run) > 2 and self._is_german_noun(run)

    def _may_be_office(self, run: Sequence[Word]) -> bool:
        """Tell whether the first of several words says who somebody is."""
        if len(run) < 3:
            return False
        return self.language not in _LONG_NAMES or run[0].small.endswith(_offices(self.language))

    def _only_begins(self, run: Sequence[Word]) -> bool:
        """Tell whether a word owes its capital to the sentence, where how common it is, is not known.

        Within one it is met without, or never, and the name behind it was met alone before: Liderul AUR.
        """
        if self._is_known(run):
            return False
        if self.lowered[run[0].small]:
            return True
        first, rest = self._same(run[0]), self._same(run[1])
        if first in self._inner:
            return False
        is_given = len(run[0].text) < LONG if self.bent is None else self.bent.is_given(run[0].text)
        is_titled = not is_given and any(self._same(word) == rest for word in self.head)
        return is_titled or self._inner.get(rest, run[1].start) < run[0].start

    def _same(self, word: Word) -> str:
        """Give what all forms of a word with a capital have in common."""
        return word.small if self.bent is None else self.bent.group(word.text)

    @functools.cached_property
    def _inner(self) -> dict[str, int]:
        """Say where words have a capital within a sentence first, no name before them."""
        first: dict[str, int] = {}
        for at, word in enumerate(self.words):
            if word.is_capital and not word.first and not (word.joined and self.words[at - 1].is_capital):
                first.setdefault(self._same(word), word.start)
        return first

    def _cut_owner(self, run: list[Word]) -> Iterator[list[Word]]:
        """Part a firm or a place, met alone elsewhere, from the person behind it: Allegro Marcin Kuśmierz."""
        if self.bent is not None and (at := self.bent.find_person([word.text for word in run])):
            yield run[:at]
            yield run[at:]
            return
        same = tuple(map(self._same, run))
        if len(run) > 2 and all(word.is_capital for word in run) and self._alone[same] < 2:
            for size in range(1, len(run) - 1):
                if self._alone[same[:size]] or self._alone[same[size:]]:
                    yield run[:size]
                    yield run[size:]
                    return
        if len(run) == 2 and run[0].first and all(self._alone[(one,)] for one in same):
            yield run[:1]  # Intiassa Nokia palkkaa
            yield run[1:]
            return
        yield run

    @functools.cached_property
    def _alone(self) -> Counter[tuple[str, ...]]:
        """Count the runs of words with a capital, but single ones at a beginning."""
        runs = list(self._list_runs())
        return Counter(tuple(map(self._same, run)) for run in runs if len(run) > 1 or not run[0].first)

    @functools.cached_property
    def _titled(self) -> set[tuple[str, str]]:
        """List words with a capital and the small nouns that stand behind them nearly every time, where they
        may be one name: Kungliga biblioteket."""
        ends = tuple(kept("titled", self.language))
        if not ends:
            return set()
        behind: dict[str, Counter[str]] = {}
        for words in (self.words, self.head):
            for word, after in pairwise(words):
                small = word.small
                may_go_on = small.endswith(ends) or "*" in ends or small in kept("kind", self.language)
                if word.is_capital and may_go_on:
                    is_noun = after.joined and after.small == after.text and after.text.isalpha()
                    is_noun = is_noun and after.small not in kept("noise", self.language)
                    behind.setdefault(self._same(word), Counter())[self._same(after) if is_noun else ""] += 1
        return {
            (small, noun)
            for small, nouns in behind.items()
            for noun, times in nouns.items()
            if noun and times > 1 and times >= TITLED * nouns.total() and not self.lowered[small]
        }

    def _find_titled(self, run: Sequence[Word]) -> list[Word]:
        """Give a name that goes on with a small noun; nothing for another."""
        at = bisect_left(self._starts, run[-1].start)
        ahead = self.words[at + 1 : at + 2]
        if not ahead or (self._same(run[-1]), self._same(ahead[0])) not in self._titled:
            return []
        if self.bent is not None:
            return [run[-1], *ahead]  # Orchestr Národního divadla
        last = at + 1
        while (further := self._go_on(last)) > last:  # Hoàng thành Thăng Long
            last = further
        return [*run, *self.words[at + 1 : last + 1]]

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    def _cut_kind(self, run: list[Word]) -> list[Word]:
        """Leave the name alone that is met without the German noun before it, too: die Gewerkschaft EVG.

        Behind an article a person is named with what they are: der Schäfer Jonas Brettwig.
        """
        before = self.body[max(0, run[0].start - 12) : run[0].start].split()
        if len(run) < 2 or not before or before[-1].lower() not in kept("article", "de"):
            return run
        name, whole = re.escape(run[-1].text), re.escape(self.body[run[0].start : run[-1].end])
        often, met = (len(re.findall(rf"(?<!\w){form}(?!\w)", self.body)) for form in (name, whole))
        if run[-1].text.isupper() and len(run) == 2:
            return run[-1:] if often > met else run
        if len(run) == 3 and run[-1].small not in kept("general") and all(map(_is_cased, run)):
            return run[1:] if often > met else run
        is_noun = before[-1] == "des" and run[0].small.endswith("s") and not run[-1].small.endswith("s")
        return run[-1:] if often > (1 if is_noun else 2) * met else run  # des Herstellers Roche

    def _is_behind_seat(self, run: Sequence[Word]) -> bool:
        """Tell whether a run begins with the place where somebody has an office, which is met alone, too."""
        if len(run) < 3 or not self.body[: run[0].start].rstrip().lower().endswith(_offices(self.language)):
            return False
        return self._is_met_alone(run[0].text)

    def _is_behind_place(self, run: Sequence[Word]) -> bool:
        """Tell whether a run is a place and a name of the title behind it: a casa di Roma Anna Bianchi."""
        name = self.body[run[1].start : run[-1].end]
        whole = self.body[run[0].start : run[-1].end]
        if not run[1].is_capital or name not in self.title or whole in self.title:
            return False
        return is_place(run[0].text) or self._is_met_alone(run[0].text)

    def _is_met_alone(self, text: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(text)}(?! [A-Z])(?!\w)", self.body) is not None

    def _is_german_noun(self, run: Sequence[Word]) -> bool:
        """Tell whether a run begins with a noun that only says who comes: Stürmer Jaro Kettwig."""
        word = run[0].small
        if not all(part.is_capital for part in run) or len(word) < 4 or word.endswith(_GERMAN_ADJECTIVES):
            return False
        is_alone = re.search(rf"\b{re.escape(run[0].text)}\b(?! [A-ZÄÖÜ])", self.body) is not None
        return is_alone or self.rarity(word) < RARE or word.endswith(_GERMAN_OFFICES)

    def _is_common(self, word: Word) -> bool:
        """Tell whether a word would be small but for the sentence that it begins."""
        if word.text.isupper() and len(word.text) <= 4:
            return False
        small = word.small
        says_nothing = small in fillers() or small in kept("said")
        return self.lowered[small] > 0 or says_nothing or self.rarity(small) < COMMON

    def _is_known(self, run: Sequence[Word]) -> bool:
        """Tell whether a run that begins a sentence is in the title, or stands within one elsewhere."""
        form = self.body[run[0].start : run[-1].end]
        return (
            form.lower() in self.title.lower()
            or re.search(rf"[a-z,] {re.escape(form)}(?!\w)", self.body) is not None
        )

    def _stands_alone(self, word: Word, within: int, is_piece: bool) -> bool:
        """Tell whether a single word with a capital is a name; ``within`` sentences it is met so often."""
        text, small = word.text, word.small
        if len(text) < 2 or small in fillers() or small in kept("general"):
            return False
        if _GOES_ON.match(self.body, word.end) or _stem(small, self.language) in _noise(self.language):
            return False
        if not self._rarities and small in kept("noise", self.language):
            return False
        if text.isupper() and 2 < len(text) < 7 and not self.lowered[small]:
            return True
        if self.lowered[small] >= max(1, within):
            return False
        if self.language == "de":
            return self.rarity(small) > 25 and len(text) > 3 and (within > 0 or is_piece or not word.first)
        return within > 0 or is_piece

    def _add_name(self, found: dict[str, Subject], piece: Sequence[Word], capitals: int) -> None:
        start, end = piece[0].start, piece[-1].end
        form = " ".join(self.body[start:end].split())
        if form.isupper() and len(form) > 6 and " " in form and not any(map(str.isdigit, form)):
            form = form.title()
        found.setdefault(fold(form), Subject(capitals)).add(form, start)
        if capitals > 1:
            self.spans.append((start, end))

    # --- terms

    @functools.cached_property
    def terms(self) -> list[Subject]:
        """List the nouns, and the terms of two words that are met again; German nouns are names here."""
        if self.language == "de" or not kept("article", self.language):
            return []
        taken = self._list_taken()
        if self.language in endings.LANGUAGES:
            usable = [
                at not in taken and not (word.is_capital and self._same(word) in self._inner)
                for at, word in enumerate(self.words)
            ]
            same = functools.partial(endings.stem, language=self.language)
            nouns = endings.find_nouns(self.words, self.head, usable, self.language, self.bent)
            if self.language not in _OF_KINDS:
                return nouns
            kinds = {same(name.form.split()[-1].lower()) for name in self.names if name.words > 1}
            kinds -= {same(word.text) for word in self.head if word.text.islower()}
            nouns = [noun for noun in nouns if noun.words > 1 or same(noun.form) not in kinds]
            return [*nouns, *self._find_triples(usable)]
        terms = _terms(self.language)
        usable = [terms[word.small] and at not in taken for at, word in enumerate(self.words)]
        return [*self._find_nouns(usable), *self._find_pairs(usable), *self._find_triples(usable)]

    def _list_taken(self) -> set[int]:
        """List the words that belong to names, or have a capital of their own."""
        taken = {at for at, word in enumerate(self.words) if word.is_capital and not word.first}
        for start, end in self.spans:
            taken.update(range(bisect_left(self._starts, start), bisect_left(self._starts, end)))
        return taken

    def _find_nouns(self, usable: Sequence[bool]) -> list[Subject]:
        """Find words that an article or a preposition shows to be nouns, and that are no verbs."""
        met: dict[str, list[int]] = {}
        stems = _stems(self.language)
        for at, word in enumerate(self.words):
            if usable[at]:
                met.setdefault(stems[word.small], []).append(at)
        titled: dict[str, list[int]] = {}
        for at, small in enumerate(self.title_words):
            titled.setdefault(_stem(small, self.language), []).append(at)
        nouns = []
        for stem, places in met.items():
            if (len(places) > 1 or stem in titled) and self._are_nouns(places, titled.get(stem, ())):
                in_title = stem in titled or self._is_in_compound(stem)
                nouns.append(noun := Subject(1, title=int(in_title)))
                for at in places:
                    noun.add(self.words[at].small, self.words[at].start)
        return nouns

    def _are_nouns(self, places: Sequence[int], titled: Sequence[int]) -> bool:
        """Tell from what stands before and after it whether a word that is met at these places is a noun.

        An English title leaves out its articles, and says nothing of it.
        """
        around = [self._look_around(self.words, at) for at in places]
        if self.language != "en":
            around += [self._look_around(self.head, at) for at in titled]
        shown, ends, verbs = map(sum, zip(*around, strict=True))
        is_noun = ends or (shown if self.language in _NOUN_FIRST else 0)
        return shown > 0 and 4 * is_noun >= len(places) > 3 * verbs

    def _look_around(self, words: Sequence[Word], at: int) -> tuple[bool, bool, bool]:
        """Tell whether an article is before a word, whether its group ends with it, whether it is a verb."""
        language, word = self.language, words[at]
        before = words[at - 1].small if word.joined else ""
        after = words[at + 1] if at + 1 < len(words) else None
        if after is None or not after.joined:
            return before in kept("article", language), True, before in kept("before-verb", language)
        return (
            before in kept("article", language),
            len(after.text) < 4 or self.rarity(after.small) < 25,
            before in kept("before-verb", language) or after.text in kept("after-verb", language),
        )

    def _find_pairs(self, usable: Sequence[bool]) -> list[Subject]:
        """Find two words side by side that are met again, the second a noun: exchange rate."""
        met: dict[tuple[str, str], list[int]] = {}
        titled = {self._stem_pair(left, right) for left, right in pairwise(self.title_words)}
        stem_of, firsts = _stems(self.language), {first for first, _ in titled}
        for at, (left, right) in enumerate(pairwise(self.words)):
            if usable[at + 1] and right.joined:
                may_be_titled = usable[at] and stem_of[left.small] in firsts
                begins = self._begins_pair(left, usable[at], right)
                if may_be_titled or begins:
                    both = self._stem_pair(left.small, right.small)
                    if begins or both in titled:
                        met.setdefault(both, []).append(at)
        pairs = []
        for stems, places in met.items():
            if len(places) > 1:
                pairs.append(pair := Subject(2, title=int(stems in titled)))
                for at in places:
                    left, right = self.words[at : at + 2]
                    pair.add(f"{left.small} {right.small}", left.start)
        return pairs

    def _stem_pair(self, left: str, right: str) -> tuple[str, str]:
        return _stem(left, self.language), _stem(right, self.language)

    def _begins_pair(self, left: Word, is_usable: bool, right: Word) -> bool:
        if left.small in kept("plain"):
            return self.rarity(right.text) >= 40
        if not is_usable or left.small in kept("office"):
            return False
        rare = self.rarity(left.text)
        if rare < 36:
            return False
        return self.language != "en" or rare + self.rarity(right.text) >= 90

    def _find_triples(self, usable: Sequence[bool]) -> list[Subject]:
        """Find two nouns with a small word between them that are met again: levée de fonds."""
        joining, triples = kept("triple", self.language), dict[str, Subject]()
        for at, small in enumerate(self.words[1:-1] if joining else ()):
            left, right = self.words[at], self.words[at + 2]
            if small.text in joining and small.joined and right.joined and usable[at] and usable[at + 2]:
                form = " ".join(self.body[left.start : right.end].lower().split())
                title = int(form in self.title.lower())
                triples.setdefault(form, Subject(3, title=title)).add(form, left.start)
        return [triple for triple in triples.values() if len(triple.places) > 1]


def _cut_pairs(run: list[Word]) -> Iterator[list[Word]]:
    """Part what "and" only lists: Apple and Google; Food and Drug Administration is one."""
    ands = [at for at, word in enumerate(run) if word.text in kept("and")]
    if not ands or run[-1].small in kept("general"):
        yield run
        return
    for start, end in pairwise((-1, *ands, len(run))):
        yield run[start + 1 : end]


@functools.cache
def _terms(language: str) -> Remembered[bool]:
    """Tell whether words may be terms or belong to one."""
    return Remembered(functools.partial(_is_term, language=language), REMEMBERED)


def _is_term(small: str, language: str) -> bool:
    """Tell whether a word may be a term or belong to one."""
    return (
        len(small) > 2
        and small.isalpha()
        and small not in fillers()
        and not any(small in kept(kind) for kind in ("noise", "kept", "plain", f"article {language}"))
        and rarity_in(language, small) >= LEAST_RARE
        and not small.endswith(tuple(kept("no-noun", language)))
    )


# --- one name for all its forms ---------------------------------------------------------------


def _join_names(reading: Reading, found: dict[str, Subject]) -> list[Subject]:
    """Count the short forms of a name as the name: Powell, CBN, Move Forward."""
    if reading.language == "de":
        _join_inflected(found)
    if reading.bent is not None:
        reading.bent.join(found)
    elif reading.language in endings.LANGUAGES:
        endings.join_cases(found, reading.language)
    _join_acronyms(found)
    forms = {key: subject.form for key, subject in found.items()}
    longer = [key for key, subject in found.items() if subject.words > 1]
    connect = kept("connect", reading.language)
    for key, subject in sorted(found.items(), key=lambda one: (one[1].words, one[0])):
        form = forms[key]
        within = _within_name(form, connect)
        owners = [
            found[whole]
            for whole in longer
            if (form in forms[whole] or (within is not form and within in forms[whole]))
            and whole in found
            and found[whole].words > subject.words
            and (_goes_by(forms[whole], form) or _goes_by(forms[whole], within))
            and not (reading.language == "tr" and endings.is_owner(forms[whole], form))
        ]
        if len(owners) > 1 and all(owner.form.endswith(f" {form}") for owner in owners):
            owners = [
                min(owners, key=lambda one: (not reading.is_in_title(one), -len(one.places), one.places[0]))
            ]
        if len(owners) == 1:
            _unite(reading, found, key, owners[0])
    for subject in found.values():
        subject.title = int(reading.is_in_title(subject))
    return list(found.values())


def _within_name(form: str, connect: frozenset[str]) -> str:
    """Write a surname as it stands behind a first name: de la Cruz, al-Rashid."""
    if "-" not in form and " " not in form:  # most often
        return form
    small = form[0].lower() + form[1:]
    return small if small.startswith(_WITH_ARTICLE) or small.partition(" ")[0] in connect else form


def _goes_by(whole: str, short: str) -> bool:
    """Tell whether a name may be met by its last words or its first: Powell, Pita, Move Forward; Kelowna is
    another place than West Kelowna."""
    for suffix in _OF_SONS:
        whole = whole.removesuffix(suffix)
    if whole.endswith(f" {short}"):
        if is_direction(whole.removesuffix(f" {short}").lower()):
            return False
        return short.lower() not in kept("general")
    rest = whole[len(short) :].split()
    return whole.startswith(f"{short} ") and not any(part.islower() or part.isdigit() for part in rest)


def _unite(reading: Reading, found: dict[str, Subject], key: str, whole: Subject) -> None:
    """Make a short name and the whole one; what is met by the short one most is called so."""
    short, last = found[key], whole.form.split(" ")[-1].lower()
    is_head, is_kind = whole.form.startswith(short.form), last in kept("general")
    is_whose = short.words > 1 and whole.form.removesuffix(f" {short.form}").split(" ")[-1].islower()
    if is_whose and reading.is_in_title(short) and not reading.is_in_title(whole):
        short.take(whole)  # Câmara de Vila Nova da Serra
        found.pop(fold(whole.form), None)
    elif len(short.places) > len(whole.places) and (short.words > 1 or (is_head and is_kind)):
        short.take(whole)
        found.pop(fold(whole.form), None)
    elif is_place(short.form) and not is_place(whole.form):
        return
    elif not is_head or is_kind or reading.rarity(last) == RARE or len(short.places) == 1:
        whole.take(short)
        del found[key]


def _join_inflected(found: dict[str, Subject]) -> None:
    """Count a German noun in all its endings as one: Klimaschutzgesetz, Klimaschutzgesetzes."""
    first: dict[str, str] = {}
    for key in sorted(key for key, subject in found.items() if subject.words == 1):
        owner = first.setdefault(_stem(key, "de"), key)
        if owner != key:
            other = found.pop(key)
            for form, times in other.forms.items():
                found[owner].meet(form, times)
            found[owner].places = sorted(found[owner].places + other.places)


def _join_acronyms(found: dict[str, Subject]) -> None:
    """Count an acronym as the name whose first letters it has; of a long name it is what is shown."""
    whole: dict[str, set[str]] = {}
    for key, subject in found.items():
        if subject.words > 1:
            parts = re.split(r"[ -]", subject.form)
            capitals = "".join(part[0] for part in parts if part[:1].isupper())
            for letters in (capitals, "".join(part[:1] for part in parts).upper()):
                whole.setdefault(letters, set()).add(key)
    for key, short in list(found.items()):
        owners = [name for name in whole.get(short.form, ()) if name in found and name != key]
        if len(owners) != 1 or len(short.form) < 2 or key not in found:
            continue
        owner = found[owners[0]]
        if owner.words > 3 and len(short.places) >= len(owner.places):
            short.take(owner)
            del found[owners[0]]
        else:
            owner.take(short)
            del found[key]


# --- what a text is about ---------------------------------------------------------------------


def _list_subjects(reading: Reading) -> Iterator[tuple[Subject, float]]:
    """List the names and terms that are subjects of a text, with their weight."""
    longer = len(reading.body) // LONGER
    for name in reading.names:
        if _is_name_subject(name, reading, longer):
            yield name, weigh(name) * (1.1 if name.words > 1 else 1.0)
    for term in reading.terms:
        levels = [reading.rarity(word) for word in _WORD.findall(term.form)]
        if term.words > 1:
            often = (2 if max(levels) > 60 else 3) + longer
            if len(term.places) >= (2 if term.title else often):
                yield term, weigh(term) * max(1.1, (min(levels) + max(levels)) / 90)
        elif _is_noun_subject(term, levels[0], reading, longer):
            yield term, weigh(term) * min(1.0, max(levels[0], 45) / 70)


def _is_name_subject(name: Subject, reading: Reading, longer: int) -> bool:
    times, lead = len(name.places), name.places[0] < LEAD
    is_noun = reading.language == "de" and name.words == 1 and not name.form.isupper()
    often = (2 if name.words > 1 else 4 if is_noun else 3) + longer
    is_rare = name.words > 1 or is_noun or reading.rarity(name.form) > 85
    if name.title:
        return times + is_rare >= 2
    return times >= often or (lead and times >= max(2, often - 1))


def _is_noun_subject(noun: Subject, rare: int, reading: Reading, longer: int) -> bool:
    times, lead = len(noun.places), noun.places[0] < LEAD
    if noun.title:
        twice, once = (40, 66) if reading.language == "en" else (30, 50)
        return times >= 3 or (times == 2 and rare >= twice) or rare >= once
    if reading.language == "en":
        return times >= 4 + longer and rare >= 50
    return times >= (3 if lead else 4) + longer and rare >= 50

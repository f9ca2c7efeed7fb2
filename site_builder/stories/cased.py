"""What a text in Cyrillic, Greek or Armenian letters is about: its names, and the nouns that come back.

In: a title and a body. Out: names with all their mentions (Путин is Владимир Путин, Москве is
Москва), and nouns. The rule it guards: **a capital says something only where it need not stand**, what
is shown was met or is the one nominative that all the met forms can have, and a noun is shown to be
one by a preposition, an article or an adjective before it.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from site_builder.stories.inflections import (
    Forms,
    is_adjective,
    name_by_surname,
    name_in_nominative,
    noun_in_nominative,
    place_in_nominative,
)
from site_builder.stories.spaced import (
    LONGER,
    choose_language,
    compare,
    is_subject,
    kept,
    rarity_of,
    read_words,
    small_words,
)
from site_builder.stories.subjects import LEAD, NamesApart, Subject, weigh
from site_builder.stories.words import RARE, rarities

LONGEST_NAME = 4
"""Words of the longest name."""
COMMON = 40
"""A word less rare than this is no term, however often it comes back."""
_LANGUAGES = ("ru", "uk", "bg", "sr", "el", "hy")
_QUOTED = re.compile(r"[«„“\"]([^«»„“”\"\n]{2,60})[»“”\"]")
_DATELINE = re.compile(r"[^\W\d_a-zа-яё]{3,}(?:[ -][^\W\d_a-zа-яё]{2,})*(?:[,.] ?[^—–\n.]{0,40})?\s?[—–]\s")

_VOWELS = "аеёиоуыэюяіїєαεηιουωάέήίόύώ"
_TITLED = 0.6
"""Of so many mentions an adjective with a capital has the same noun behind it."""
_MASCULINE = frozenset(("а", "у", "е", "ом", "і", "ові"))
_JOINING = frozenset(("и", "а", "но", "что", "как", "й", "та", "але", "що", "як", "али", "да"))
_ALSO_ADJECTIVE = ("ом", "ем", "єм")
_OF_A_PLACE = tuple(
    "ской ского скому скую ском ским ських ских ської ського ському ській ську ським ската ския ският ските "
    "ског ској ску".split()
)
"""How adjectives end that say where something is, and are no names alone."""
_OPENING = ' «„“"'
_OF_ADJECTIVES = ("ого", "ому", "ом", "ой", "ую", "ым", "им")
"""How adjectives with a hard stem end in other cases than the nominative."""
_MEN_IN_A = frozenset(("никита", "илья", "данила", "савва", "микола", "микита", "ілля", "данило"))
_SURNAMES_IN_A = ("ова", "ева", "ина", "ына")
"""First names of men that end like women's, and how their surnames end in the genitive."""
_GREEK_GENITIVE = frozenset(("τησ", "του", "των"))
_GREEK_OBLIQUE = frozenset(("του", "των", "τον", "στον", "τουσ", "στουσ"))
"""Articles behind which a Greek name is no nominative; behind τη and στη it looks like one."""
_GREEK_FEMININE = frozenset(("η", "τη", "την", "τησ", "στη", "στην"))
_GREEK_MASCULINE = frozenset(("τον", "στον"))
"""Articles that tell a Greek name's gender, and with it the nominative."""
_GREEK_VERBS = ("σε", "ξε", "ψε", "κε", "ει", "αν", "ουν", "ται")
"""How Greek verbs of the third person end."""
_ARTICLES = ("ът", "ят", "та", "то", "те")

Key = tuple[str, ...]


class Reading(NamesApart):
    """The words of one text, and the names and terms in it."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = title, body
        dateline = _DATELINE.match(body[:80])
        self.begin = dateline.end() if dateline else 0
        self.words, self.title_words = read_words(body), read_words(title)
        self.same = [compare(word.text) for word in self.words]
        language = choose_language(body, self.same, _LANGUAGES)
        self.language, self._is_known = language or "ru", bool(language)
        self.title_same = [compare(word.text) for word in self.title_words]
        self.small = small_words(self.language)
        self.lowered = {
            word
            for words, met in ((self.same, self.words), (self.title_same, self.title_words))
            for word, one in zip(words, met, strict=True)
            if one.text[0].islower()
        }
        capitals = {*self.same, *self.title_same} - self.lowered
        self.forms = Forms((*self.same, *self.title_same), self.language, capitals)
        self.groups = [self.forms.group(word) for word in self.same]
        self._counts = Counter(self.groups)
        self._small_groups = {self.forms.group(word) for word in self.lowered}
        self.title_groups = [self.forms.group(word) for word in self.title_same]
        self._noise: dict[str, bool] = {}
        self._adjectives: dict[str, bool] = {}
        self._media = kept("media", self.language)
        self._works: set[Key] = set()
        """Names in quotes."""

    @functools.cached_property
    def subjects(self) -> list[tuple[Subject, float]]:
        """List the names and terms that the text is about, with their weight, heaviest first."""
        return sorted(self._list_subjects(), key=lambda one: (-one[1], one[0].form))

    def _is_noise(self, group: str) -> bool:
        """Tell whether a word says nothing of a subject, in any of its forms."""
        if group not in self._noise:
            forms = (*self.forms.members.get(group, (group,)), *self.forms.nominatives(group))
            self._noise[group] = not kept("noise", self.language).isdisjoint(forms)
        return self._noise[group]

    # --- names

    @functools.cached_property
    def names(self) -> dict[Key, Subject]:
        """The names of the text, by the groups of their words."""
        found: dict[Key, Subject] = {}
        quoted = list(self._find_quoted())
        taken = {at for first, last in quoted for at in range(first, last)}
        for first, last in quoted:
            self._add(found, first, last)
        self._works = set(found)
        runs = list(self._list_runs(taken))
        whole = Counter(self._key(*run) for run in runs)
        for first, last in runs:
            for piece in self._split(first, last, whole):
                if self._may_stand(*piece):
                    self._add(found, *piece)
        self._mark_titles(found)
        self._join(found)
        return found

    def _key(self, first: int, last: int) -> Key:
        return tuple(self.groups[first:last])

    def _add(self, found: dict[Key, Subject], first: int, last: int) -> None:
        form = " ".join(word.text for word in self.words[first:last])
        found.setdefault(self._key(first, last), Subject(last - first)).add(form, self.words[first].start)

    def _find_quoted(self) -> Iterator[tuple[int, int]]:
        """Find what stands in quotes and is a name: not what somebody says."""
        words = self.words
        starts = {word.start: at for at, word in enumerate(words)}
        for match in _QUOTED.finditer(self.body):
            at, inside = starts.get(match.start(1)), match[1]
            if at is None or not inside[0].isupper() or inside[-1] in ",.!?…":
                continue
            last = at
            while last < len(words) and words[last].end <= match.end(1):
                last += 1
            if 0 < last - at <= LONGEST_NAME and not self.body[: match.start()].rstrip().endswith(":"):
                yield at, last

    @functools.cached_property
    def _inner(self) -> set[str]:
        """The groups that have a capital where none need stand, in the body or the title."""
        inner = {
            group
            for word, group in zip(self.words, self.groups, strict=True)
            if word.is_capital and not word.first
        }
        return inner | {
            group
            for word, group in zip(self.title_words, self.title_groups, strict=True)
            if word.is_capital and not word.first
        }

    def _is_name_word(self, at: int) -> bool:
        """Tell whether a word may belong to a name by itself."""
        word, same = self.words[at], self.same[at]
        if word.text.isascii() and word.text.isalpha() and len(word.text) > 2:
            return same not in self._media
        if not word.text[0].isupper() or same in self.small or (len(word.text) < 2 and word.first):
            return False
        if same in self._media or (self.language == "el" and self._is_noise(self.groups[at])):
            return False
        return not word.first or (self.groups[at] not in self._small_groups and self._is_met(at))

    def _is_met(self, at: int) -> bool:
        """Tell whether a word that begins a sentence has its capital elsewhere, too, or goes on as a name."""
        group = self.groups[at]
        if group in self._inner:
            return True
        if self._is_noise(group) or rarity_of(self.language, self.same[at]) < COMMON:
            return False
        times = self._counts[group]
        ahead = self.words[at + 1 : at + 2]
        if ahead and ahead[0].joined and ahead[0].text[0].isupper():
            is_given = self.same[at] in kept("given", self.language)
            if not is_given and compare(ahead[0].text) in kept("given", self.language):
                return False
            return is_given or times > 1 or self._counts[self.groups[at + 1]] == 1
        return self._is_known and times >= 2 and (group in self.title_groups or times >= 3)

    def _list_runs(self, taken: set[int]) -> Iterator[tuple[int, int]]:
        at = 0
        while at < len(self.words):
            last = at
            word = self.words[at]
            may_be = word.is_capital or word.text.isascii()
            if may_be and at not in taken and word.start >= self.begin and self._begins_name(at):
                last += 1
                while (
                    last < len(self.words)
                    and last not in taken
                    and self.words[last].joined
                    and (self.words[last].text[0].isupper() or self.words[last].text.isascii())
                    and self._is_name_word(last)
                ):
                    last += 1
                if last - at == 1 and last < len(self.words) and self._goes_on(at):
                    last += 1
                yield at, last
            at = max(last, at + 1)

    def _begins_name(self, at: int) -> bool:
        return self._is_name_word(at) or (self.words[at].is_capital and self._goes_on(at))

    def _goes_on(self, at: int) -> bool:
        """Tell whether a name goes on with a small noun: Верховный суд."""
        beside = tuple(self.groups[at : at + 2])
        return beside in self._titled and self.words[at + 1].joined

    @functools.cached_property
    def _titled(self) -> set[tuple[str, str]]:
        """Adjectives with a capital and the small nouns that stand behind them nearly every time."""
        behind: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for words, groups, same in (
            (self.words, self.groups, self.same),
            (self.title_words, self.title_groups, self.title_same),
        ):
            for at in range(len(words) - 1):
                word, after = words[at], words[at + 1]
                if not word.text[0].isupper() or same[at] in self.small:
                    continue
                if same[at] in self.lowered and groups[at] not in self._inner:
                    continue
                is_noun = after.joined and after.text[0].islower() and same[at + 1] not in self.small
                is_noun = is_noun and not (self.language == "el" and same[at + 1].endswith(_GREEK_VERBS))
                behind[groups[at]][groups[at + 1] if is_noun else ""] += 1
        return {
            (group, noun)
            for group, nouns in behind.items()
            for noun, times in nouns.items()
            if noun and times >= 2 and times >= _TITLED * nouns.total() and self._is_adjective(group)
        }

    def _is_adjective(self, group: str) -> bool:
        """Tell whether a word ends as adjectives do in one of its forms, and as no noun in another."""
        if group not in self._adjectives:
            self._adjectives[group] = self._ends_as_adjective(group)
        return self._adjectives[group]

    def _ends_as_adjective(self, group: str) -> bool:
        members = self.forms.members.get(group, [group])
        known = [is_adjective(word, self.language) for word in members]
        return any(known) and all(
            one or word.endswith(_ALSO_ADJECTIVE) for one, word in zip(known, members, strict=True)
        )

    def _split(self, first: int, last: int, whole: Counter[Key]) -> Iterator[tuple[int, int]]:
        """Part names that only stand side by side: президент России Владимир Путин."""
        size = last - first
        if size < 2 or whole[self._key(first, last)] > 1:
            yield first, last
            return
        if self.same[first] in kept("country", self.language):
            yield first, first + 1
            yield first + 1, last
            return
        given = next((at for at in range(first + 1, last - 1) if self._is_given(at)), 0)
        if given and not self._is_given(given - 1):
            yield first, given
            yield given, last
            return
        cuts = range(last - 1, first, -1) if size > 2 else ()
        cut = next((at for at in cuts if whole[self._key(first, at)]), 0) or next(
            (at for at in reversed(cuts) if last - at > 1 and whole[self._key(at, last)]), 0
        )
        if cut:
            yield first, cut
            yield cut, last
            return
        if size <= LONGEST_NAME:
            yield first, last

    def _is_given(self, at: int) -> bool:
        """Tell whether a word is a first name, in any case."""
        return not kept("given", self.language).isdisjoint(self.forms.nominatives(self.groups[at]))

    def _may_stand(self, first: int, last: int) -> bool:
        """Tell whether a run of words is a name: of a single one more is asked."""
        if last - first > 1:
            return True
        word, group = self.words[first], self.groups[first]
        if self._is_noise(group) and group not in self.title_groups:
            return False
        after = self.words[first + 1 : first + 2]
        if (
            after
            and after[0].joined
            and after[0].text[0].islower()
            and self.same[first].endswith(_OF_A_PLACE)
        ):
            return False  # Воронежской области
        is_short = len(word.text) < 3 and not (word.text.isupper() and len(word.text) > 1)
        return not (is_short or (self._is_adjective(group) and self.same[first] in self.lowered))

    def _mark_titles(self, found: dict[Key, Subject]) -> None:
        """Note which names the title has, in any form."""
        for key, subject in found.items():
            size = len(key)
            places = [
                at
                for at in range(len(self.title_groups) - size + 1)
                if tuple(self.title_groups[at : at + size]) == key
                and (self.title_words[at].text[0].isupper() or at == 0)
            ]
            subject.title = len(places[:1])
            for at in places[:1]:
                subject.meet(" ".join(word.text for word in self.title_words[at : at + size]))

    def _join(self, found: dict[Key, Subject]) -> None:
        """Count the surname alone, and the first name, as the whole name; what is named after somebody is
        another."""
        for key in sorted(key for key in found if len(key) == 1):
            owners = [
                other
                for other in found
                if len(other) > 1
                and key[0] in (other[-1], other[0])
                and other not in self._works
                and not self._is_kind(other)
            ]
            if not owners:
                continue
            ends = [other for other in owners if other[-1] == key[0]] or owners
            owner = max(ends, key=lambda other: (len(found[other].places), other))
            is_head = found[owner].words > 1 and owner[0] == key[0] and owner[-1] != key[0]
            if is_head and len(found[key].places) > 2 * len(found[owner].places):
                continue
            whole = found[owner]
            whole.title = max(whole.title, found[key].title)
            whole.take(found.pop(key))

    def _is_kind(self, key: Key) -> bool:
        """Tell whether a name of several words has a small noun in it: Белое море is no Белое."""
        return key[-1] in self.lowered or (key[0], key[1]) in self._titled

    # --- terms

    def _find_terms(self) -> Iterator[tuple[Subject, int]]:
        """Find nouns, and adjectives with their nouns, that the text comes back to; each with its rarity."""
        usable = [self._is_usable(at) for at in range(len(self.words))]
        nouns: dict[str, Subject] = {}
        pairs: dict[Key, Subject] = {}
        shown: Counter[str] = Counter()
        leads = kept("before", self.language) | kept("article", self.language)
        for at, word in enumerate(self.words):
            if not usable[at]:
                continue
            group = self.groups[at]
            before = self.same[at - 1] if at and word.joined else ""
            if not self._is_adjective(group):
                nouns.setdefault(group, Subject(1)).add(word.small, word.start)
                is_led = bool(before) and usable[at - 1] and is_adjective(before, self.language)
                shown[group] += before in leads or (is_led and self._may_be_noun(group))
                if before and usable[at - 1] and self._is_adjective(self.groups[at - 1]):
                    form = f"{self.words[at - 1].small} {word.small}"
                    pairs.setdefault((self.groups[at - 1], group), Subject(2)).add(
                        form, self.words[at - 1].start
                    )
        titled = set(zip(self.title_groups, self.title_groups[1:], strict=False))
        for word, group in zip(self.title_words, self.title_groups, strict=True):
            if group in nouns:
                nouns[group].title = 1
                nouns[group].meet(word.small)
        for key, pair in pairs.items():
            pair.title = int(key in titled)
            is_often = len(pair.places) >= (2 if pair.title or pair.places[0] < LEAD else 3)
            is_plain = self._is_noise(key[0]) or (self._is_noise(key[1]) and not pair.title)
            noun = nouns[key[1]]
            if is_often and not is_plain and pair.title >= noun.title and self._dress(pair, key).form:
                yield pair, 70
                if (2 + pair.title) * len(pair.places) >= len(noun.places):
                    shown[key[1]] = -1
        for group, noun in nouns.items():
            if len(noun.places) < 3 - noun.title or shown[group] < 0 or self._is_noise(group):
                continue
            rare = max(rarity_of(self.language, form) for form in (group, *noun.forms))
            is_noun = shown[group] or (noun.title and self._may_be_noun(group))
            often = 2 if noun.title else 4 - (rare > 100 and noun.places[0] < LEAD) + len(self.body) // LONGER
            if is_noun and rare >= COMMON and len(noun.places) >= often and self._dress(noun, (group,)).form:
                yield noun, rare

    @functools.cached_property
    def _held(self) -> dict[Key, Subject]:
        """The nouns of the title with the name behind them that says whose, met again: чемпионат Европы."""
        found: dict[Key, Subject] = {}
        if self.language not in ("ru", "uk"):
            return found
        titled = set(pairwise(self.title_groups))
        for at, (word, name) in enumerate(pairwise(self.words)):
            key = (self.groups[at], self.groups[at + 1])
            is_whose = key in titled and name.joined and name.text[0].isupper() and (key[1],) in self.names
            if (
                is_whose
                and self._is_usable(at)
                and not (self._is_noise(key[0]) or self._is_adjective(key[0]))
            ):
                found.setdefault(key, Subject(2, title=1)).add(f"{word.small} {name.text}", word.start)
        return {
            key: held for key, held in found.items() if len(held.places) > 1 and self._dress_noun(held, key)
        }

    def _dress_noun(self, held: Subject, key: Key) -> bool:
        """Show a noun with the name behind it in the nominative; tell whether it is known."""
        free = [form for form in held.forms if not self.forms.is_oblique(form.split(" ")[0], key[0], True)]
        noun = self._look_up(key[0]) or key[0]
        form = min(free or held.forms, key=lambda form: (-held.forms[form], form))
        if not free and noun not in self.forms.nominatives(key[0]):
            return False
        held.show_as(form if free else f"{noun} {form.split(' ')[1]}")
        return True

    def _may_be_noun(self, group: str) -> bool:
        """Tell whether a word of the title has a form that ends as no verb does, or forms where that is not
        known."""
        verbs = tuple(kept("verb", self.language))
        members = self.forms.members.get(group, [group])
        return len(members) > 1 if not verbs else not all(word.endswith(verbs) for word in members)

    def _is_usable(self, at: int) -> bool:
        same, word = self.same[at], self.words[at]
        return (
            (word.text[0].islower() or (word.first and self.groups[at] not in self._inner))
            and len(same) > 2
            and not word.text.isascii()
            and same not in self.small
        )

    def _dress(self, subject: Subject, key: Key) -> Subject:
        """Show a subject in the nominative, where it was met or where there can be but one; or nothing."""
        is_name = subject.form[0].isupper() and len(key) == subject.words
        zeroed = is_name or self.language == "sr"
        scores = {form: 2 * self._count_oblique(form, key) + self._is_led(form) for form in subject.forms}
        if is_name and len(key) == 1 and len(scores) > 1 and self.language in ("ru", "uk"):
            scores |= {form: 0 for form, score in scores.items() if score == 1 and not _count_vowels(form)}
        form = min(
            subject.forms,
            key=lambda form: (scores[form], zeroed and _count_vowels(form), -subject.forms[form], form),
        )
        if self.language == "el" and is_name and (greek := self._dress_greek(form, subject)):
            form = greek
        elif is_name and len(key) == 1 and not scores[form] and self._is_genitive(form, key[0]):
            form = form[:-1]
        elif is_name and len(key) == 2 and (person := name_by_surname(form, key, self.forms)):
            form = person
        elif is_name and len(key) == 1 and (place := place_in_nominative(form, key[0], self.forms)):
            form = place
        elif scores[form] and not is_name and len(key) == 1 and (noun := self._look_up(key[0])):
            form = noun
        elif scores[form] > 1 and not is_name:
            form = ""
        elif scores[form] and is_name and len(key) == 2 and (whole := self._dress_titled(form, key)):
            form = whole
        elif scores[form] and is_name:
            form = name_in_nominative(form, key, self.forms) or (form if subject.title else "")
        if is_name and len(key) == 2 and form:
            form = self._dress_given(form, key[0])
        subject.show_as(form)
        return subject

    def _dress_greek(self, form: str, subject: Subject) -> str:
        """Show a Greek name in the nominative where an article tells its gender: στον Βόλο, στην Κόρινθο, της
        Βέροιας; nothing for another."""
        bare, befores = form.removesuffix("ς"), self._befores.get(form.split(" ")[0].lower(), ())
        if bare != form and bare in subject.forms:
            around = (*befores, *self._befores.get(bare.split(" ")[0].lower(), ()))
            return form if _GREEK_FEMININE.isdisjoint(around) else bare
        if befores and _GREEK_MASCULINE.issuperset(befores):
            return " ".join(f"{part}ς" if part[-1] in "οόηήαά" else part for part in form.split(" "))
        is_feminine = " " not in form and form[-1] in "οό" and not _GREEK_FEMININE.isdisjoint(befores)
        return f"{form}ς" if is_feminine else ""

    def _dress_titled(self, form: str, key: Key) -> str:
        """Show an adjective with its noun in the nominative: Иркутской области; nothing for other names."""
        first, last = form.split(" ")
        met = self.forms.members.get(key[1], [key[1]])
        noun = next((word for word in self.forms.nominatives(key[1]) if word in met), self._look_up(key[1]))
        stem = next((first.removesuffix(end) for end in _OF_ADJECTIVES if first.endswith(end)), "")
        if self.language != "ru" or not (noun and stem) or not last.islower():
            return ""
        if noun[-1] in "ая" or (noun[-1] == "ь" and first.endswith("ой")):
            return f"{stem}ая {noun}"
        if noun[-1] in "ое":
            return f"{stem}ое {noun}"
        known = rarities(self.language)
        ends = ("ий", "ой") if stem[-1] in "гкхжшчщ" else ("ый", "ой")
        return f"{min((stem + end for end in ends), key=lambda word: known.get(word.lower(), RARE))} {noun}"

    def _dress_given(self, form: str, group: str) -> str:
        """Show a first name in the nominative where a list has it: Арину Соболенко, Ильи Репин."""
        first, last = form.split(" ")
        known = kept("given", self.language).intersection(self.forms.nominatives(group))
        if compare(first) in known or len(known) != 1:
            return form
        given = next(iter(known))
        if given in _MEN_IN_A and last.endswith(_SURNAMES_IN_A):
            last = last[:-1]
        return f"{given.capitalize()} {last}"

    def _look_up(self, group: str) -> str:
        """Give the nominative of a noun where a table of the language's words has it."""
        return noun_in_nominative(group, self.forms, rarities(self.language))

    def _is_genitive(self, form: str, group: str) -> bool:
        """Tell whether what looks like Анна is the genitive of a Берлин that was met in other cases only."""
        stem = compare(form)[:-1]
        ends = {word.removeprefix(stem) for word in self.forms.members.get(group, ())}
        if self.language not in ("ru", "uk", "sr") or not {"а"} < ends <= _MASCULINE:
            return False
        if (group,) in self._works or stem[-1] == stem[-2]:
            return False
        befores = self._befores.get(form.lower(), ())
        return form[-1] == "а" and all(before and before not in _JOINING for before in befores)

    def _count_oblique(self, form: str, key: Key) -> int:
        parts = [compare(part) for part in form.split(" ")]
        if self.language in ("bg",):  # no cases, but an article behind the word
            return sum(part.endswith(_ARTICLES) for part in parts)
        pairs = zip(parts, key, strict=False)
        is_noun = form[0].islower()
        return sum(self.forms.is_oblique(part, group, is_noun) for part, group in pairs)

    def _is_led(self, form: str) -> bool:
        """Tell whether a preposition stands before a form every time, so that it is no nominative."""
        first = form.split(" ")[0].lower()
        befores = self._befores.get(first, ())
        if self.language == "el":
            leads = _GREEK_GENITIVE if first.endswith("ς") else _GREEK_OBLIQUE
        else:
            leads = kept("before", self.language)
        return bool(befores) and all(before in leads for before in befores)

    @functools.cached_property
    def _befores(self) -> dict[str, list[str]]:
        """The words that stand before each form, quotes apart; nothing where a sentence begins."""
        befores: defaultdict[str, list[str]] = defaultdict(list)
        for text, words, same in (
            (self.body, self.words, self.same),
            (self.title, self.title_words, self.title_same),
        ):
            for at, word in enumerate(words):
                if word.joined or (at and not text[words[at - 1].end : word.start].strip(_OPENING)):
                    befores[word.small].append(same[at - 1])
                else:
                    befores[word.small].append("")
        return befores

    def _list_subjects(self) -> Iterator[tuple[Subject, float]]:
        longer = len(self.body) // LONGER
        taken: set[str] = set()
        for (noun, whose), held in self._held.items():
            yield held, 1.1 * weigh(held)
            if 3 * len(held.places) > 2 * self._counts[noun]:
                taken.add(noun)
            if len(held.places) == self._counts[whose]:
                taken.add(whose)
        for key, name in self.names.items():
            if len(key) == 1 and key[0] in taken:
                continue
            if not name.places or (len(key) == 1 and self._is_noise(key[0]) and not name.title):
                continue
            if is_subject(name, 2 if name.words > 1 else 3, longer):
                taken.update(key)
                if (dressed := self._dress(name, key)).form:
                    yield dressed, weigh(name) * (1.1 if name.words > 1 else 1.0)
        for term, rare in self._find_terms() if self._is_known else ():
            if term.words == 1 and not taken.isdisjoint(
                map(self.forms.group, map(compare, (*term.forms, *term.short)))
            ):
                continue
            yield term, weigh(term) * min(1.0, rare / 80)


def _count_vowels(form: str) -> int:
    """Count the words that end with a vowel: of Кубок, Кубка the first is the nominative."""
    return sum(part[-1] in _VOWELS for part in form.split(" "))

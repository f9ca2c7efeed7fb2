"""Names and nouns of Polish, Czech and Finnish in their nominative, whatever case they were met in.

In: the words of one text. Out: what all cases of a name have in common, and how it is shown. The rule it
guards: a nominative is one that **all** met forms can have (``inflections``), best one that was met or that a
list has; what only could be one is shown where the endings leave no other.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from site_builder.language.text import fold
from site_builder.stories.endings import kept
from site_builder.stories.inflections import Forms
from site_builder.stories.spaced import places
from site_builder.stories.subjects import Subject, shared_beginning

if TYPE_CHECKING:
    from site_builder.stories.latin import Word

LONG = 12
"""Letters that no first name has."""
_OBLIQUE = {
    "cs": tuple("u ě ech ách ích ům ovi ého ému ém ým ou ami emi ích ů ii ím í ím ého y ů ku ze".split()),
    "fi": tuple(
        "ssa ssä sta stä lla llä lta ltä lle aan ään een iin oon uun yyn öön lään tta ttä ksi".split()
    ),
    "pl": tuple("u ii iej ego emu owi owie ach ami ą ę em om ych ym im ej cji dzie cie".split()),
}
"""How forms end that are nearly always of another case than the nominative."""
_LOST = ("ek", "ec", "el", "eł", "eň")
"""How words end that lose a vowel in other cases; many others could, so that it must be met or listed."""
_FINNISH_ENDS = "bcdfgmnswxz"
"""Consonants that names end with in Finnish, where others have an i behind them: Cannes, but Pori."""
_OF_PLURALS = {"cs": ("ech", "ách"), "pl": ("ach",)}
"""How plurals end that are a place: v Dukovanech."""
_NO_GENITIVE = ("nen", "man", "son", "sen", "lin", "ren")
"""How Finnish surnames end that look like a genitive."""
_ADJECTIVES = {
    "cs": ("ého ému ými ých ích ího ímu ém ým ou ím á é ý í u", {"m": "ý", "f": "á", "n": "é"}),
    "pl": ("iego iemu imi iej ich ego emu ymi ych ej im ym ie ą a y i e", {"m": "y", "f": "a", "n": "e"}),
}
"""How adjectives end, and how they do in the nominative of each gender."""
_ONLY_ADJECTIVES = ("ého", "ému", "ých", "iego", "ego", "iemu", "emu", "ych")
"""How no noun ends: Starého Města."""
_FEMININE = ("ou", "ovu", "ová", "ej", "ą", "á")
"""How only adjectives of feminine nouns end."""
_ADJECTIVE_STEMS = {"cs": ("ov", "sk", "ck", "n", "rn", "l"), "pl": ("sk", "ck", "dzk", "n", "ow", "lsk")}
"""What stands before the ending of an adjective that names have."""
_VOWELS = "aeiouyáéíóúůýěąęóäöå"


@functools.cache
def _known(language: str) -> frozenset[str]:
    """List names and words that names begin with, in the nominative."""
    listed = (kept(kind, language) for kind in ("given", "kind", "town"))
    return frozenset(places(language)).union(*listed)


class Bent:
    """The words of one text, all forms of each as one; those with a capital apart from the others."""

    def __init__(
        self, words: Sequence[Word], head: Sequence[Word], leads: frozenset[str], language: str
    ) -> None:
        self.language = language
        self.met: Counter[str] = Counter()
        led: Counter[str] = Counter()
        names, nouns = set[str](), set[str]()
        before = ""
        for word in chain(words, head):
            self.met[word.small] += 1
            (names if word.is_capital else nouns).add(word.small)
            led[word.small] += word.joined and before in leads
            before = word.small
        self._led = {small for small, times in led.items() if times == self.met[small]}
        self._names, self._nouns = Forms(names, language), Forms(nouns, language)
        self._shown: dict[tuple[str, bool], str] = {}

    def key(self, form: str) -> tuple[str, ...]:
        """Give what all cases of a name have in common."""
        return tuple(self.group(part) for part in form.split())

    def group(self, word: str) -> str:
        """Give what all forms of a word have in common."""
        return (self._nouns if word.islower() else self._names).group(word.lower())

    def nominative(self, word: str) -> str:
        """Give the nominative of a word, in small letters."""
        asked = self.group(word), word.islower()
        if asked not in self._shown:
            self._shown[asked] = self._choose(asked[0], self._nouns if asked[1] else self._names)
        return self._shown[asked]

    def _choose(self, group: str, forms: Forms) -> str:
        members = forms.members.get(group, [group])
        options = [word for word in forms.ranked(group) if self._may_be_word(word)]
        known = [word for word in options if word in _known(self.language)]
        if known:
            return known[0]
        options = [word for word in options if word in members or not word.endswith(_LOST)]
        if any(word.endswith(_OF_PLURALS.get(self.language, "?")) for word in members):
            plural = [word for word in options if word[-1] in "ye"]
            if plural and forms is self._names:
                return plural[0]
        met = [word for word in options if word in members and not self.is_oblique(word)]
        if met:
            return max(met, key=lambda word: (self.met[word], word))
        if len(members) == 1 and not self.is_oblique(group):
            return group
        free = [word for word in options if not self.is_oblique(word)]
        free = free or [word for word in options if word not in members]
        return free[0] if free else max(members, key=lambda word: (self.met[word], word))

    def _may_be_word(self, word: str) -> bool:
        """Tell whether a word ends as one can: none has but consonants, and few end with many."""
        if len(word) < 3:
            return False
        if self.language == "fi":
            return word[-1] in _VOWELS or word[-1] in _FINNISH_ENDS or word in self.met
        return any(letter in _VOWELS for letter in word[-3:]) or word.endswith(("sk", "ck", "ńsk"))

    def is_oblique(self, word: str) -> bool:
        """Tell whether a form is hardly a nominative."""
        if self.language == "fi":
            if word.endswith("n"):
                return len(word) > 3 and not word.endswith(_NO_GENITIVE) and word[-2] in _VOWELS
            return word.endswith(_OBLIQUE["fi"])
        return (word in self._led and word[-1] != "o") or word.endswith(_OBLIQUE[self.language])

    def show(self, forms: Mapping[str, int]) -> str:
        """Give a name in the nominative, from the spellings that were met."""
        best = min(forms, key=lambda form: (self._count_oblique(form), -forms[form], form))
        parts = best.split()
        if best.islower() and not self._count_oblique(best):
            return best
        if best.isupper() and len(parts) == 1:
            return best
        if self.language == "fi" or len(parts) == 1:  # only the last word is bent, and adjectives
            return " ".join((*parts[:-1], self._dress(parts[-1], self.nominative(parts[-1]))))
        return " ".join(self._agree(parts))

    def _count_oblique(self, form: str) -> int:
        """Count the words of a noun with its adjective that are in no nominative; of names any form does."""
        return sum(map(self.is_oblique, form.split())) if form.islower() else 0

    def _agree(self, parts: list[str]) -> list[str]:
        """Bend the words of a name: the noun, the adjectives beside it, and of people all."""
        smalls = [self.nominative(part) for part in parts]
        adjectives = [self._adjective_stem(part.lower()) for part in parts]
        for at, part in enumerate(parts[:-1]):
            if not adjectives[at] and part.lower().endswith(_ONLY_ADJECTIVES):
                adjectives[at] = next(self._list_stems(part.lower()), "")
        if all(part.islower() for part in parts):  # a noun with its adjective, before it or behind it
            adjectives = [next(self._list_stems(part), "") for part in parts]
            if all(adjectives):
                adjectives[-1] = ""
        if smalls[0] in _known(self.language):
            adjectives[0] = ""
        head = next((at for at, stem in enumerate(adjectives) if not stem), 0)
        is_kind = smalls[head] in kept("kind", self.language)
        noun = smalls[head]
        if self.is_oblique(noun):
            return parts
        gender = "f" if noun[-1] in "aě" else "n" if noun[-1] in "oeíé" or noun.endswith("um") else "m"
        described = [part.lower() for part, stem in zip(parts, adjectives, strict=True) if stem]
        if any(part.endswith(_FEMININE) for part in described):
            gender = "f"
        shown = []
        for at, part in enumerate(parts):
            if at == head:
                shown.append(self._dress(part, noun))
            elif adjectives[at] and (at < head or not is_kind or at == head + 1):
                shown.append(self._dress(part, self._bend_adjective(adjectives[at], part.lower(), gender)))
            elif is_kind and at > head:
                shown.append(part)
            else:
                shown.append(self._dress(part, smalls[at]))
        return shown

    def is_adjective(self, small: str) -> bool:
        """Tell whether a word may be an adjective."""
        return self.language in _ADJECTIVES and any(self._list_stems(small))

    def is_only_adjective(self, small: str) -> bool:
        """Tell whether a word ends as adjectives of places do."""
        return self.language in _ADJECTIVES and self._adjective_stem(small).endswith(("sk", "ck", "dzk"))

    def _adjective_stem(self, small: str) -> str:
        """Give what is left of an adjective that names have, without its ending."""
        ends = _ADJECTIVE_STEMS[self.language]
        return next((stem for stem in self._list_stems(small) if stem.endswith(ends)), "")

    def _list_stems(self, small: str) -> Iterator[str]:
        for ending in _ADJECTIVES[self.language][0].split():
            if small.endswith(ending) and len(small) > len(ending) + 2:
                yield small.removesuffix(ending)

    def _bend_adjective(self, stem: str, small: str, gender: str) -> str:
        is_soft = small.endswith(("í", "ího", "ímu", "ím", "ích")) and stem[-1] not in "vkc"
        if self.language == "cs" and is_soft:
            return stem + "í"
        ending = _ADJECTIVES[self.language][1][gender]
        if self.language == "pl" and stem[-1] in "kg":
            ending = {"m": "i", "n": "ie"}.get(gender, ending)
        if stem.endswith("ov") and small.endswith(("a", "u", "y", "ě")) and gender == "f":
            ending = "a"  # Alzheimerova nemoc
        if stem.endswith("ov") and gender == "m" and small.endswith(("a", "u", "y", "ě")):
            return stem.removesuffix("ov") + "ův"
        return stem + ending

    @staticmethod
    def _dress(part: str, small: str) -> str:
        """Write a word with the capitals of the one that was met."""
        shared = len(shared_beginning((part.lower(), small)))
        return part[:shared] + small[shared:]

    def show_noun(self, form: str, forms: Mapping[str, int]) -> str:
        """Give the nominative of a noun that was met in other cases only, if several of them tell it."""
        shown = self.nominative(form) if len(forms) > 1 else form
        return form if self.is_oblique(shown) else shown

    def is_given(self, word: str) -> bool:
        """Tell whether a word is a first name, or where none is known, short enough to be one."""
        given = kept("given", self.language)
        return self.nominative(word) in given if given else len(word) < LONG

    def find_person(self, parts: Sequence[str]) -> int:
        """Say where in a run of names the first name of a person stands behind something else; or 0."""
        given = kept("given", self.language)
        if len(parts) < 3 or self.nominative(parts[0]) in given:
            return 0
        return next((at for at in range(1, len(parts) - 1) if self.nominative(parts[at]) in given), 0)

    def join(self, found: dict[str, Subject]) -> None:
        """Count a name in all its cases as one, under its nominative."""
        same: dict[tuple[str, ...], list[str]] = {}
        for key in sorted(found):
            same.setdefault(self.key(found[key].form), []).append(key)
        for keys in same.values():
            whole = found.pop(keys[0])
            for key in keys[1:]:
                other = found.pop(key)
                whole.places = sorted(whole.places + other.places)
                for form, times in other.forms.items():
                    whole.meet(form, times)
            whole.show_as(self.show(whole.forms))
            if (other_key := fold(whole.form)) in found:
                found[other_key].take(whole)
            else:
                found[other_key] = whole

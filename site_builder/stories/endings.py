"""Nouns and names in Polish, Swedish and Turkish, which bend the ends of words, and in Indonesian.

In: the words of one text. Out: what the text comes back to, all forms of a word as one, shown in the form
nearest to a dictionary's. The rule it guards: **how rare words are is not known here**, so that a noun must
be in the title or the beginning, come back, and stand behind a preposition or in several forms. Endings and
small words are those by which stories are compared (``folding``).
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.language.text import fold
from site_builder.stories.folding import cut_end, is_small
from site_builder.stories.subjects import LEAD, Subject, shared_beginning
from site_builder.stories.words import fillers, read_kinds

if TYPE_CHECKING:
    from site_builder.stories.bent import Bent
    from site_builder.stories.latin import Word

LANGUAGES = frozenset(("cs", "da", "fi", "hu", "id", "nb", "pl", "ro", "sv", "tr", "vi"))
LEAST = 3
"""Letters of the shortest noun."""
_SYLLABIC = frozenset(("vi",))
"""Languages that put blanks between syllables: one is hardly ever a noun, and may have two letters."""
OFTEN_PAIRED = 2
"""So often, and once more, two nouns stand side by side that the title does not have."""
VERB = 5
"""Letters that an Indonesian word with the beginning of a verb has more of, when it is one: beras is none."""
_PAIRED_BY_STEM = frozenset(("ro", "tr"))
_PAIRED = frozenset(("id",)) | _PAIRED_BY_STEM
"""Languages in which two words side by side are a term; where both have endings, only those of the title."""
_LEFT = {"cs": 3, "da": 3, "fi": 4, "hu": 4, "id": 3, "nb": 3, "pl": 3, "ro": 3, "sv": 3, "tr": 4, "vi": 9}
"""Letters that are left of a word without its endings; in Turkish it may have several of them."""
_OF_NAMES = {"da": ("s",), "id": (), "nb": ("s",), "ro": (), "sv": ("s",), "tr": (), "vi": ()}
"""What names end with in other cases, where that is less than for nouns; in Turkish behind an apostrophe."""
_OBLIQUE = ("ą", "ę", "ami", "ach", "owi", "ego", "emu", "ej", "ych", "ich", "ym", "im")
_OBLIQUE_NOUN = (*_OBLIQUE, "ów")
"""How Polish words end that are in no nominative; a town may well end like the genitive: Kraków."""
_OBLIQUE_NOUNS = {
    "cs": ("u", "ou", "ů", "ům", "ách", "ech", "ích", "ami", "emi", "ovi", "ého", "ému", "ým", "ém"),
    "fi": tuple(
        "ssa ssä sta stä lla llä lta ltä ia iä ja jä aa ää ta tä lle een aan ään ien jen iin oon uun"
        " an än en in on un yn".split()
    ),
    "pl": _OBLIQUE_NOUN,
}
_ADDED = ("em", "om", "u", "owi", "iem")
"""The same where the word is met without, too: problemem, but problem."""


_MORE = {
    "hu": ("kent", "ert", "ra", "re", "ba", "be", "on", "en", "ig", "n"),
    "id": ("nya",),
    "pl": ("iem", "em"),
    "tr": ("s", "y"),
}
"""Further endings: Tiszántúlon; rumahnya; problemem; kazası, suya, where they stand between a vowel and an
ending."""
_HARDENED = {"g": "k", "b": "p", "d": "t"}
"""What a Turkish word ends with where no vowel follows: yasağı, yasak."""


@functools.cache
def kept(kind: str, language: str = "") -> frozenset[str]:
    """List the words in Latin letters that do something, in a language or in all."""
    return read_kinds("latin_words.tsv").get(f"{kind} {language}" if language else kind, frozenset())


@functools.lru_cache(maxsize=1 << 14)
def stem(word: str, language: str) -> str:
    """Take off all endings that nouns of a language have, and accents."""
    least, more = _LEFT[language], _MORE.get(language, ())
    found = cut_end(word, language, least)
    while rest := next((found.removesuffix(end) for end in more if found.endswith(end)), ""):
        if len(rest) < least:
            break
        found = cut_end(rest, language, least)
    return found[:-1] + _HARDENED.get(found[-1], found[-1]) if language == "tr" else found


def name_stem(form: str, language: str) -> tuple[str, ...]:
    """Give what all cases of a name have in common: Jana Kowalskiego, Jan Kowalski."""
    if form.isupper():
        return (form,)
    parts = form.lower().split()
    if (ends := _OF_NAMES.get(language)) is None:
        return tuple(stem(part, language) for part in parts)
    last = next((parts[-1].removesuffix(end) for end in ends if parts[-1].endswith(end)), parts[-1])
    return (*parts[:-1], last)


def says_nothing(small: str, language: str) -> bool:
    """Tell whether a word is a small one, or a noun that tells no text from another."""
    if is_small(small, language) or small in kept("noise", language):
        return True
    return stem(small, language) in _noise_stems(language)


@functools.lru_cache(maxsize=1 << 14)
def may_be_noun(small: str, language: str) -> bool:
    """Tell whether a word may say what a text is about."""
    if len(small) < LEAST or not small.isalpha() or small in fillers():
        return False
    return not says_nothing(small, language)


@functools.cache
def _endings(kind: str, language: str) -> tuple[str, ...]:
    return tuple(kept(kind, language))


@functools.cache
def _noise_stems(language: str) -> frozenset[str]:
    """List what all forms of a longer word have in common; of short ones too much is alike: pięć, piec."""
    return frozenset(stem(word, language) for word in kept("noise", language) if len(word) > LEAST + 1)


def find_nouns(
    words: Sequence[Word], head: Sequence[Word], usable: Sequence[bool], language: str, bent: Bent | None
) -> list[Subject]:
    """Find the nouns of a text among its ``usable`` words; where names are bent, in the nominative."""
    if language in _SYLLABIC:
        return find_pairs(words, head, usable, language)
    same = functools.partial(stem, language=language) if bent is None or language == "pl" else bent.group
    leads, met = kept("article", language), defaultdict[str, list[int]](list)
    for at, word in enumerate(words):
        if usable[at] and may_be_noun(word.small, language):
            met[same(word.small)].append(at)
    titled = defaultdict[str, list[str]](list)
    for word in head:
        titled[same(word.small)].append(word.small)
    behind, verbal = kept("behind", language), _endings("no-begin", language)
    no_noun, doubtful = _endings("no-noun", language), _endings("doubtful", language)
    nouns = []
    for one, places in met.items():
        led = [words[at].joined and at > 0 and words[at - 1].small in leads for at in places]
        forms = {words[at].small for at in places} | set(titled.get(one, ()))
        if behind:  # how a word ends says nothing in Indonesian
            led = [is_led or _is_followed(words, at, behind) for is_led, at in zip(led, places, strict=True)]
            is_verb = len(one) > VERB and one.startswith(verbal)
            if sum(led) < (2 if is_verb else 0 if one in titled and len(places) > 2 else 1):
                continue
        if all(form.endswith(no_noun) for form in forms):
            continue
        if bent is not None and all(map(bent.is_only_adjective, forms)):
            continue
        if not any(led) and all(form.endswith(doubtful) for form in forms):
            continue
        if one in titled:
            is_noun = len(places) + any(led) + (len(forms) > 1) > 1
        else:
            is_noun = len(places) > 2 and any(led) and words[places[0]].start < LEAD
        if is_noun:
            nouns.append(noun := Subject(1, title=int(one in titled)))
            for at in places:
                noun.add(words[at].small, words[at].start)
            for form in titled.get(one, ()):
                noun.meet(form)
            free = Counter(words[at].small for at, is_led in zip(places, led, strict=True) if not is_led)
            nominal = {form: times for form, times in noun.forms.items() if not form.endswith(no_noun)}
            shown = choose_form(nominal or noun.forms, language, free, titled.get(one, ()))
            is_bent = bent is not None and (
                _is_oblique(shown, noun.forms, language) or (language == "pl" and shown.endswith("ie"))
            )
            noun.show_as(bent.show_noun(shown, noun.forms) if bent is not None and is_bent else shown)
    if bent is not None:
        pairs = find_described(words, head, usable, bent)
        held = {same(part) for pair in pairs for form in pair.short for part in form.split()}
        return pairs + [noun for noun in nouns if held.isdisjoint(map(same, (*noun.forms, *noun.short)))]
    return nouns + (find_pairs(words, head, usable, language) if language in _PAIRED else [])


def find_described(
    words: Sequence[Word], head: Sequence[Word], usable: Sequence[bool], bent: Bent
) -> list[Subject]:
    """Find adjectives with their nouns that are in the title and come back: sztuczna inteligencja."""
    titled = {
        (bent.group(left.small), bent.group(right.small))
        for left, right in pairwise(head)
        if any(map(bent.is_adjective, (left.small, right.small)))
        and all(may_be_noun(word.small, bent.language) for word in (left, right))
    }
    pairs: dict[tuple[str, str], Subject] = {}
    for at, (left, right) in enumerate(pairwise(words)):
        key = bent.group(left.small), bent.group(right.small)
        if key in titled and usable[at] and usable[at + 1] and right.joined:
            pairs.setdefault(key, Subject(2, title=1)).add(f"{left.small} {right.small}", left.start)
    found = [pair for pair in pairs.values() if len(pair.places) > 1]
    for pair in found:
        pair.show_as(bent.show(pair.forms))
    return found


def _is_followed(words: Sequence[Word], at: int, behind: frozenset[str]) -> bool:
    """Tell whether a word stands behind that only nouns have there: banjir itu."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is not None and after.joined and after.small in behind


def find_pairs(
    words: Sequence[Word], head: Sequence[Word], usable: Sequence[bool], language: str
) -> list[Subject]:
    """Find two nouns side by side that are met again, where languages write no compounds: harga beras."""
    met = defaultdict[tuple[str, str], list[int]](list)
    stems = functools.partial(stem, language=language) if language in _PAIRED_BY_STEM else str
    for at, (left, right) in enumerate(pairwise(words)):
        both = left.small, right.small
        if usable[at] and usable[at + 1] and right.joined and _may_be_pair(both, language):
            met[stems(both[0]), stems(both[1])].append(at)
    titled = {(stems(left.small), stems(right.small)) for left, right in pairwise(head)}
    if stems is not str:
        met = defaultdict(list, {both: places for both, places in met.items() if both in titled})
    pairs = []
    for both, places in met.items():
        if len(places) > (1 if both in titled else OFTEN_PAIRED):
            pairs.append(pair := Subject(2, title=int(both in titled)))
            for at in places:
                pair.add(f"{words[at].small} {words[at + 1].small}", words[at].start)
            if stems is not str:
                shortest = (min((form.split()[side] for form in pair.forms), key=len) for side in (0, 1))
                pair.show_as(" ".join(shortest))
    return pairs


def _may_be_pair(pair: tuple[str, str], language: str) -> bool:
    """Tell whether two words may be a term: neither is a small one, and one says something."""
    if language in _SYLLABIC:
        return not any(says_nothing(word, language) or not word.isalpha() for word in pair)
    is_small_one = any(is_small(word, language) or len(word) < LEAST or word in fillers() for word in pair)
    return not is_small_one and any(may_be_noun(word, language) for word in pair)


def choose_form(
    forms: Mapping[str, int], language: str, free: Iterable[str] = (), titled: Iterable[str] = ()
) -> str:
    """Choose the form that a dictionary would have: in Polish a nominative, else the shortest.

    ``free`` are forms that stand somewhere without a preposition, ``titled`` those of the title; of a noun
    in Polish both count. In Turkish, where endings are only added, what several forms begin with is the
    word, met or not.
    """
    if language not in _OBLIQUE_NOUNS:
        shortest = min(forms, key=lambda form: (len(form), form))
        shared = shared_beginning(forms)
        is_word = language == "tr" and shared.islower() and len(shared) >= len(stem(shortest, language))
        return shared if is_word else shortest
    alone = frozenset(free)

    def rank(form: str) -> tuple[bool, bool, int, bool, int, str]:
        return (
            any(_is_oblique(part, forms, language) for part in form.split()),
            bool(alone) and form not in alone,
            -forms[form],
            form not in titled,
            len(form),
            form,
        )

    return min(forms, key=rank)


def _is_oblique(word: str, forms: Mapping[str, int], language: str) -> bool:
    if word.endswith(_OBLIQUE_NOUNS[language] if word.islower() else _OBLIQUE):
        return True
    return language == "pl" and any(word.endswith(end) and word.removesuffix(end) in forms for end in _ADDED)


def is_owner(whole: str, form: str) -> bool:
    """Tell whether a Turkish name begins with another that is one by itself: Denizli, Denizli Barosu."""
    return whole.startswith(f"{form} ") and whole.endswith(("ı", "i", "u", "ü"))


def join_cases(found: dict[str, Subject], language: str) -> None:
    """Count a name in all its cases as one, under the form that is shown."""
    same: dict[tuple[str, ...], list[str]] = {}
    for key in sorted(found):
        same.setdefault(name_stem(found[key].form, language), []).append(key)
    for keys in same.values():
        if len(keys) > 1:
            forms = {form: times for key in keys for form, times in found[key].forms.items()}
            shown = choose_form(forms, language)
            whole = found[fold(shown)]
            for key in keys:
                if found[key] is not whole:
                    other = found.pop(key)
                    whole.places = sorted(whole.places + other.places)
                    for form, times in other.forms.items():
                        whole.meet(form, times)
            whole.show_as(shown)

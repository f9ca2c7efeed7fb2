"""What a text in Arabic, Hebrew or Indian letters is about, which have no capitals to tell a name by.

In: a title and a body. Out: words and groups of words that come back, with all their mentions. The
rule it guards: **the title is the strongest witness**. What it does not have must come back as a group,
stand behind an office or a word for speaking, in quotes, or be met very often and rarely elsewhere.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from site_builder.stories.spaced import (
    LONGER,
    choose_language,
    compare,
    kept,
    rarity_of,
    read_words,
    small_words,
)
from site_builder.stories.subjects import LEAD, NamesApart, Subject, weigh

LONGEST = 4
"""Words of the longest group."""
SURNAMES = 2.5
"""So many times as often as the whole group its last word may be met, and stand for it."""
WHOLE = 0.75
"""Of so many mentions, a group is a piece of a longer one, which stands for it."""
COMMON = 40
"""A word less rare than this is no term."""
_LANGUAGES = ("ar", "fa", "ur", "he", "hi", "mr", "bn", "ta")
_WELL_KNOWN = frozenset(("ar", "fa", "he", "hi"))
"""Languages whose small words are known so well that what comes back is none; of others the title tells."""
_QUOTED = re.compile(r"[«„“\"”]([^«»„“”\"\n]{2,40})[»“”\"]")
_ARTICLE = "ال"
_PREFIXES = {
    "ar": ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل", "ف", "ك"),
    "he": ("וה", "שה", "מה", "וב", "ול", "ומ", "וש", "כש", "ה", "ו", "ב", "ל", "מ", "ש", "כ"),
}
"""What is written together with a word and is none of it, the longest first; as compared."""
_SUFFIXES = {"fa": ("هاي", "ها", "ي"), "hi": ("ों", "ें"), "ur": ("وں", "يں")}

Key = tuple[str, ...]


def _find_verbs(same: Sequence[str]) -> Iterator[str]:
    """Find the Hebrew verbs that stand between a noun with its article and an object: העליון ביטל את."""
    for at, word in enumerate(same):
        if word == "את" and at > 1 and same[at - 2][0] == "ה" != same[at - 1][0]:
            yield same[at - 1]


class Reading(NamesApart):
    """The words of one text, and what of them comes back."""

    def __init__(self, title: str, body: str) -> None:
        self.title, self.body = title, body
        self.words, self.title_words = read_words(body), read_words(title)
        self.same = [compare(word.text) for word in self.words]
        self.language = choose_language(body, self.same, _LANGUAGES)
        self.title_same = [compare(word.text) for word in self.title_words]
        self._met = frozenset((*self.same, *self.title_same))
        self._known_groups: dict[str, str] = {}
        self.small = small_words(self.language)
        self.noise = kept("noise", self.language) | kept("said", self.language) | kept("media", self.language)
        bodies = kept("body", self.language)
        self._noise_groups = self.noise | {self._group(word) for word in self._met & self.noise}
        self._bodies = bodies | {self._group(word) for word in self._met & bodies}
        self._breaks = self.small | kept("said", self.language)
        self.groups = [self._group(word) for word in self.same]
        self.title_groups = [self._group(word) for word in self.title_same]
        texts = (self.same, self.title_same) if self.language == "he" else ()
        self._verbs = frozenset(chain.from_iterable(map(_find_verbs, texts)))

    @functools.cached_property
    def subjects(self) -> list[tuple[Subject, float]]:
        """List the names and terms that the text is about, with their weight, heaviest first."""
        return sorted(self._list_subjects(), key=lambda one: (-one[1], one[0].form))

    def _group(self, same: str) -> str:
        """Give a word without what is only written together with it: والمحكمة and محكمة are one."""
        if same not in self._known_groups:
            self._known_groups[same] = self._cut(same)
        return self._known_groups[same]

    def _cut(self, same: str) -> str:
        if same in self.small:
            return same
        prefixes = _PREFIXES.get(self.language, ())
        for prefix in prefixes if same.startswith(prefixes) else ():
            rest = same.removeprefix(prefix)
            if rest != same and len(rest) > 2 and self._is_prefix(prefix, rest):
                return rest
        for suffix in _SUFFIXES.get(self.language, ()):
            rest = same.removesuffix(suffix)
            if rest != same and len(rest) > 2 and rest in self._met:
                return rest
        return same

    def _is_prefix(self, prefix: str, rest: str) -> bool:
        """Tell whether letters are a prefix: the Arabic article, or where the word is met without, too."""
        if prefix.endswith(("ال", "لل")) and self.language == "ar":
            return True
        forms = (rest, f"{_ARTICLE}{rest}", f"ה{rest}")
        return not (self._met.isdisjoint(forms) and self.noise.isdisjoint(forms))

    # --- groups of words

    def _is_open(self, at: int) -> bool:
        """Tell whether a word of the body may begin or end a term."""
        same = self.same[at]
        return (
            same not in self.small
            and same not in self.noise
            and len(same) > 1
            and not self.words[at].text[0].isdigit()
        )

    def _count(self) -> dict[Key, Subject]:
        """Count the groups of up to four words that come back or that the title has."""
        titled: dict[Key, str] = {}
        for size in range(1, LONGEST + 1):
            for at in range(len(self.title_groups) - size + 1):
                form = " ".join(part.text for part in self.title_words[at : at + size])
                titled.setdefault(tuple(self.title_groups[at : at + size]), form)
        places: defaultdict[Key, list[int]] = defaultdict(list)
        for first, last in self._list_groups():
            places[tuple(self.groups[first:last])].append(first)
        found: dict[Key, Subject] = {}
        for key, starts in places.items():
            if len(starts) > 1 or key in titled:
                subject = found[key] = Subject(len(key), title=int(key in titled))
                for at in starts:
                    form = " ".join(part.text for part in self.words[at : at + len(key)])
                    subject.add(form, self.words[at].start)
                if key in titled:
                    subject.meet(titled[key])
        return found

    def _list_groups(self) -> Iterator[tuple[int, int]]:
        """List every group of up to four words with nothing but blanks between them, one of them open."""
        breaks = [
            same in self._breaks or word.text[0].isdigit()
            for same, word in zip(self.same, self.words, strict=True)
        ]
        joins = [self._is_open(at) for at in range(len(self.words))]
        for at, is_break in enumerate(breaks):
            is_open, last = False, at
            end = at if is_break else min(at + LONGEST, len(breaks))
            while last < end and not breaks[last]:
                if last > at and not self.words[last].joined:
                    break
                is_open = is_open or joins[last]
                last += 1
                if is_open:
                    yield at, last

    def _find_groups(self, found: dict[Key, Subject]) -> dict[Key, Subject]:
        """Choose the groups of several words that come back, the longest where nearly all are the longer."""
        groups = {
            key: subject
            for key, subject in found.items()
            if len(key) > 1 and len(subject.places) + subject.title >= 2 and self._is_whole(key, subject)
        }
        total = {key: len(subject.places) + subject.title for key, subject in groups.items()}
        whole: defaultdict[Key, list[Key]] = defaultdict(list)
        for key in total:
            pieces = {key[at:end] for at in range(len(key)) for end in range(at + 1, len(key) + 1)}
            for piece in pieces - {key}:
                whole[piece].append(key)
        for key in sorted(groups, key=len):
            longer = whole[key]
            if any(total[other] >= WHOLE * total[key] for other in longer):
                groups.pop(key, None)
            else:
                for other in longer:
                    if total[other] < 4:
                        groups.pop(other, None)
        return groups

    def _is_whole(self, key: Key, subject: Subject) -> bool:
        """Tell whether a group begins and ends with what may: no office, no verb for speaking."""
        office = kept("office", self.language)
        if any(word in self.small for word in (key[0], key[-1])) or key[0] in office:
            return False
        if key[-1] in self._verbs:
            return False
        noise = [word in self._noise_groups or word in office for word in key]
        if key[0] in self._bodies and not noise[-1]:
            return True
        if noise[0] or noise[-1]:
            return len(subject.places) + subject.title > 2 and not all(noise) and not noise[0]
        return not any(noise[1:-1]) or key[-2] in office

    def _find_people(self) -> set[Key]:
        """Find pairs of words behind an office, or beside a word for speaking."""
        office, said = kept("office", self.language), kept("said", self.language)
        people: set[Key] = set()
        for at in range(len(self.words) - 2):
            if self.same[at] not in office and self.same[at] not in said:
                continue
            one, other = self.words[at + 1], self.words[at + 2]
            if one.joined and other.joined and all(self._is_open(place) for place in (at + 1, at + 2)):
                people.add(tuple(self.groups[at + 1 : at + 3]))
        return people

    def _find_quoted(self) -> set[Key]:
        """Find what stands in quotes and is short enough for a name."""
        starts = {word.start: at for at, word in enumerate(self.words)}
        quoted: set[Key] = set()
        for match in _QUOTED.finditer(self.body):
            at = starts.get(match.start(1))
            if at is None or match[1][-1] in "،,.!؟?।":
                continue
            last = at
            while last < len(self.words) and self.words[last].end <= match.end(1):
                last += 1
            if last - at <= 3:
                quoted.add(tuple(self.groups[at:last]))
        return quoted

    # --- subjects

    def _list_subjects(self) -> Iterator[tuple[Subject, float]]:
        longer = len(self.body) // LONGER
        if not self.language:
            return
        found = self._count()
        people, quoted = self._find_people(), self._find_quoted()
        groups = self._find_groups(found)
        chosen: list[Key] = []
        for key, subject in sorted(groups.items(), key=lambda one: (-len(one[0]), one[0])):
            times = len(subject.places)
            often = 2 if subject.title or key in people or key in quoted else 2 + longer
            rare = max(rarity_of(self.language, word) for word in key)
            if times + subject.title < often or rare < 50:
                continue
            named = key in people or key in quoted or key[0] in self._bodies
            if times >= (1 if named else 2) and (
                subject.title or times >= 3 or named or subject.places[0] < LEAD
            ):
                chosen.append(key)
        pieces = Counter[str]()
        for key in chosen:
            pieces.update(dict.fromkeys(key, len(found[key].places)))
        for key in chosen:
            whole, last = found[key], found.get(key[-1:])
            if not last or sum(other[-1] == key[-1] for other in chosen) > 1:
                continue
            if key in people or len(last.places) <= SURNAMES * len(whole.places):
                whole.take(last)
                whole.title = max(whole.title, last.title)
                pieces[key[-1]] += len(last.places)
        for key in chosen:
            yield self._dress(found[key]), weigh(found[key]) * 1.2
        for key, subject in found.items():
            if len(key) > 1 or not self._is_single(key[0], subject):
                continue
            alone = len(subject.places) - pieces[key[0]]
            if pieces[key[0]] and alone < 2 + (not subject.title):
                continue
            rare = rarity_of(self.language, key[0])
            often = (2 if subject.title else 4 if subject.places[0] < LEAD else 5) + (
                0 if subject.title else longer
            )
            if alone >= often and rare >= COMMON and (subject.title or self.language in _WELL_KNOWN):
                yield self._dress(subject), weigh(subject) * min(1.0, rare / 80)

    def _is_single(self, word: str, subject: Subject) -> bool:
        return (
            len(word) > 2
            and word not in self.noise
            and word not in self.small
            and not any(compare(form) in self.noise for form in subject.forms)
        )

    def _dress(self, subject: Subject) -> Subject:
        """Show the form without a prefix that was met, or the commonest."""
        scores = {form: self._count_prefixes(form) for form in subject.forms}
        form = min(subject.forms, key=lambda form: (scores[form], -subject.forms[form], len(form), form))
        if scores[form] and self.language in _PREFIXES:
            first, _, rest = form.partition(" ")
            alone = {word.text for word in self.words if compare(word.text) == self._group(compare(first))}
            form = " ".join([min(alone, default=first), *rest.split()])
        subject.show_as(form)
        return subject

    def _count_prefixes(self, form: str) -> int:
        """Count what stands before the first word; the article is a part of many a name."""
        same = compare(form.split(" ")[0])
        rest = self._group(same)
        if same == rest or (same == f"{_ARTICLE}{rest}" and self.language == "ar"):
            return 0
        return 1

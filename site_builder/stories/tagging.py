"""What an article is about, found in its own words: names, product numbers, key phrases.

In: the ``Notes`` of one reading. Out: (spelling, evidence) pairs, most telling first. The rule it
guards: **rather no tag than a wrong one**. A name must stand in the title or keep coming back; a
phrase must be noun-like, rare in texts of any kind, and frequent in this one.
"""

from __future__ import annotations

import functools
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from site_builder.language.hanzi import simplify
from site_builder.language.text import fold
from site_builder.stories.latin import countries, is_direction
from site_builder.stories.names import Text, shipped_aliases
from site_builder.stories.notes import GLOSSED, MET, SPOKEN, Notes, Sighting
from site_builder.stories.subjects import LONGEST_TITLE, Reading
from site_builder.stories.unlisted import OFFICES, SURNAMES, list_places, sounds_foreign
from site_builder.stories.words import RARE, fillers, part_of_speech, rarity

Hit = tuple[str, tuple[str, str]]
"""A tag's spelling, and its evidence."""

NAMES = 7
NUMBERS = 3
PHRASES = 2
PAIRED = 3
"""So often two words of the title stand side by side in the body, when they are one term."""
PAIRED_WITH_VERB = 6
"""The same where the second word is a verb: 内存压缩 is a term, 民调显示 the beginning of a sentence."""
APART = 3
"""So many times more often than a longer topic a word is met that is no piece of it."""
UNKNOWN = 3
"""Characters of the shortest word that is looked for where no dictionary has it."""
LONGEST = 8
"""Characters of the longest phrase."""
_SHORT = {"person": 800, "leader": 800, "company": 450, "product": 450, "institution": 450, GLOSSED: 800}
"""Of a text with fewer characters, who is named in its opening is a subject, and who acts there."""
MOST_WEIGHED = 12
"""Of so many subjects of a text in letters, the first that are no piece of another are shown."""
ENOUGH = 5
"""With this many names and numbers an article needs no phrase that is not in its title."""

_HAN = re.compile(r"[\u3400-\u9fff]{2,6}")
_HAN_ANY = re.compile(r"[\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3041-\u30ff]")
_FUNCTION = frozenset(
    "的了在是和与及或为被将把对向从到于以这那个一不也都就而但其之等已所能会可要很更最让给由至同并因若如上下中内外里前后"
    "约时年月日第有无说称指据又还再则才只每各该此本两三四五六七八九十多几些着过得地去来做使令叫请用比跟随按经自即便仍未曾占"
)
_NOUNS = frozenset(("n", "nr", "nrt", "nrfg", "ns", "nt", "nz", "vn", "j", "l", "an"))
LONG_IN_LETTERS = 250
"""From this length, a third of its letters, a text in letters names its subjects more than once."""
COMPLETED = 3
"""Of so many places it says something that the same word stands beside a phrase in all."""
_SAYS_OR_BINDS = frozenset(("v", "d", "p", "c", "u", "m", "q", "r", "t", "f", "uj", "ul", "y"))
_LOOSE_BEFORE, _LOOSE_AFTER = frozenset("abdmqpcfr"), frozenset("admpcr")
"""Kinds of single characters that belong to no term beside which they stand: 新, 近, 副, 逾; 约."""
_QUOTES = '「“『"'
_NO_END = frozenset("adpc")
"""Kinds of characters that end no noun: of 急挫约 and 新签大, cut at random, 挫约 and 签大 are left."""
_RARE_ENOUGH = 60
_HEAVY_ENOUGH = 50
_HEAVY_IN_TITLE = 36
"""Enough for a plain noun that the title has, and the text three times."""
_PLAIN = frozenset(("n", "vn", "nz"))

_SEATS = frozenset(
    ("白宫", "五角大楼", "克里姆林宫", "中南海", "华尔街", "微博", "微信", "twitter", "facebook", "北京")
)
"""Places that stand for those who sit there, and media that stand for what was said in them."""


def find_known_names(notes: Notes) -> Iterator[Hit]:
    """Pick the names that the title holds or that keep coming back.

    A short text needs a name twice, a long one more often; one of the site's own needs it twice
    whatever the length. Media are no subject unless the title names them.
    """
    names = [
        seen
        for seen in notes.sightings
        if seen.kind != "number" and _is_subject(seen, notes) and not _is_base(seen, notes)
    ]
    names.sort(key=lambda seen: (-_salience(seen), seen.key))
    if notes.reading:
        names = _outweigh(names, notes, notes.reading)
    for place, seen in enumerate(names):
        if seen.title or seen.kind == "site" or place < NAMES:
            yield _as_team(seen, notes) or seen.form, ("name", f"title {seen.title}, body {seen.body}")


@functools.cache
def _country_keys() -> frozenset[str]:
    return frozenset(shipped_aliases().get(fold(country), "") for country in countries())


def _as_team(seen: Sighting, notes: Notes) -> str:
    """Give the team of a town or province that the text never means but by it, 浙江队; that of a country is
    the country."""
    if seen.kind != "place" or seen.body < 2 or notes.reading or "队" not in notes.body.plain:
        return ""
    if seen.key in _country_keys():
        return ""
    team = f"{simplify(seen.form)}队"
    return _as_shown(notes, team) if notes.body.plain.count(team) >= seen.body else ""


def _outweigh(names: Sequence[Sighting], notes: Notes, reading: Reading) -> list[Sighting]:
    """Leave the names that no seven other names and phrases outweigh, and those of the title."""
    phrases = [weight for _, weight in reading.subjects]
    weights = {seen.key: seen.body + 3 * min(seen.title, 1) + 0.5 * min(seen.lead, 2) for seen in names}
    least = sorted([*phrases, *weights.values()], reverse=True)[:NAMES]
    return [seen for seen in names if seen.title or seen.kind == "site" or weights[seen.key] >= least[-1]]


def find_product_numbers(notes: Notes) -> Iterator[Hit]:
    """Pick the product numbers in the title, or met twice; a variant stands for its base model."""
    numbers = [seen for seen in notes.sightings if seen.kind == "number" and (seen.title or seen.body >= 2)]
    numbers.sort(key=lambda seen: (-_salience(seen), seen.key))
    if notes.reading:  # the product has a name of its own: SpaceX Falcon 9
        own = {key for seen in notes.sightings if seen.body for key in (seen.key, fold(seen.form))}
        numbers = [
            seen
            for seen in numbers
            if (seen.title or seen.body > 2)
            and not any(seen.key.endswith(key) and seen.key != key and len(key) > 3 for key in own)
        ]
    chosen = [
        seen
        for seen in numbers
        if seen.title or not any(seen.key in other.key and seen.key != other.key for other in numbers)
    ]
    for seen in chosen[:NUMBERS]:
        yield _SCRIPTS_MEET.sub(" ", seen.form), ("number", f"title {seen.title}, body {seen.body}")


_SCRIPTS_MEET = re.compile(r"(?<=[\u3400-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9+])(?=[\u3400-\u9fff])")


def find_key_phrases(notes: Notes) -> Iterator[Hit]:
    """Pick words and pairs of words that are frequent here and rare elsewhere."""
    if notes.reading:
        yield from _pick_subjects(notes, notes.reading)
        return
    named = {key: seen for seen in notes.sightings for key in (seen.key, fold(seen.form))}
    subjects = sum(1 for seen in notes.sightings if seen.title)
    weighed = weigh_phrases(notes, titled_only=subjects >= ENOUGH)
    chosen: list[str] = []
    for phrase in weighed:
        if len(chosen) == PHRASES:
            return
        if not phrase.title and subjects + len(chosen) >= ENOUGH:
            continue
        whole = "" if _is_part(phrase.text, named, phrase.body) else _complete(phrase, notes)
        if not whole or _is_part(whole, named, phrase.body):
            continue
        if any(whole in other or other in whole for other in chosen):
            continue
        chosen.append(whole)
        yield (
            _as_shown(notes, whole) if phrase.parts else phrase.shown,
            ("phrase", f"title {phrase.title}, body {phrase.body}"),
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A candidate, how often it stands where, and what that is worth."""

    text: str
    shown: str
    title: int
    body: int
    weight: float
    parts: tuple[str, ...] = ()
    """The words of a Chinese one, beside which others may belong to it."""


def weigh_phrases(notes: Notes, titled_only: bool = False) -> list[Phrase]:
    """Weigh every phrase that passes the gates, heaviest first; or those alone that the title has."""
    return sorted(_chinese_phrases(notes, titled_only), key=lambda phrase: (-phrase.weight, phrase.text))


def _is_base(seen: Sighting, notes: Notes) -> bool:
    """Tell whether a name is there only as the beginning of a product number's: F-16V, iOS 15."""
    if not (seen.kind in ("product", MET) if seen.title else seen.key[-1:].isdigit()):
        return False
    longer = [other for other in notes.sightings if other.key.startswith(seen.key) and other.key != seen.key]
    return any(other.kind == "number" and other.title for other in longer) if seen.title else bool(longer)


def _is_subject_in_letters(seen: Sighting, notes: Notes) -> bool:
    """Tell the same for a text in letters, where a name is met in as many words as it has letters in
    Chinese, and one that is not in the title must come back."""
    if seen.kind == "topic":
        if seen.title:
            return seen.body >= 1
        often = (2 if " " in seen.form else 3) + notes.length // 1000
        return seen.body >= (often if seen.lead else often + 1)
    if seen.title and seen.kind not in ("place", "company"):
        return True
    if seen.title:
        return seen.body >= 1
    often = 2 + notes.length // 1000 + (seen.key in _SEATS)
    return seen.body >= (often if seen.lead or notes.length < 700 else often + 1)


def _is_subject(seen: Sighting, notes: Notes) -> bool:
    if seen.kind == "media":
        return False
    if notes.length >= LONG_IN_LETTERS and seen.kind != "site" and notes.reading:
        return _is_subject_in_letters(seen, notes)
    if seen.title and seen.kind == MET:
        return seen.body >= 1
    if seen.title:
        return seen.kind != "topic" or seen.body >= 1 or notes.length < 200 or len(seen.key) > 3
    if seen.kind == "site":
        return seen.body >= 2
    if seen.kind == "topic" or seen.key in _SEATS:
        often = max(3 if seen.kind == "topic" else 4, round(notes.length / 400))
        return bool(seen.lead) and seen.body >= min(often, 5)
    if seen.kind == SPOKEN:
        return seen.body >= max(2, round(notes.length / 400)) and (bool(seen.lead) or seen.body >= 4)
    if seen.kind == GLOSSED and not sounds_foreign(seen.form):
        return seen.body >= 2
    if seen.opening and notes.length < _SHORT.get(seen.kind, 0):
        return True
    if seen.kind == "place" and seen.body >= 2 and notes.length < (800 if seen.opening else 450):
        return True
    if seen.kind in (MET, GLOSSED):
        often = max(3, round(notes.length / 300))
        return seen.body >= min(often, 7) or (bool(seen.lead) and seen.body >= 2 and notes.length < 600)
    often = max(3 if seen.kind == "place" else 2, round(notes.length / 400))
    return seen.body >= min(often, 5) if seen.lead else seen.body >= max(5, often)


_KINDS = {
    "site": 1.5,
    "product": 1.3,
    "number": 1.3,
    "met": 1.2,
    "glossed": 1.2,
    "spoken": 1.1,
    "given away": 1.0,
    "person": 1.3,
    "leader": 1.1,
    "company": 1.1,
    "topic": 1.0,
    "institution": 0.9,
    "place": 0.8,
}


def _salience(seen: Sighting) -> float:
    return _KINDS[seen.kind] * (3 * min(seen.title, 1) + math.log2(1 + seen.body) + 0.5 * min(seen.lead, 2))


def _is_part(text: str, named: Mapping[str, Sighting], times: int) -> bool:
    """Tell whether a phrase that is met so often is a piece of a name that was found, or holds one.

    塑料 is no piece of the one 塑料袋; 离岸风电 says more than the subject 风电.
    """
    key = fold(text)
    words = [fold(word) for word in text.split(" ")]
    return any(
        (key in name and (key == name or seen.title or seen.kind != "topic" or times < seen.body + APART))
        or (name in key and seen.kind != "topic" and _holds(words, name))
        for name, seen in named.items()
    )


def _holds(words: Sequence[str], name: str) -> bool:
    """Tell whether a name is some of the words, whole: EU is in no European Parliament."""
    return len(words) == 1 or any(
        "".join(words[first:last]) == name
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
    )


# --- Chinese ----------------------------------------------------------------------------------


def _chinese_phrases(notes: Notes, titled_only: bool) -> Iterator[Phrase]:
    if len(_KANA.findall(notes.body.plain[:600])) > 20:  # Japanese, which is cut in other places
        return
    head, body = notes.title.plain, notes.body.plain
    often = max(4, round(notes.length / 350))
    likely = [
        word
        for word, times in notes.body.counts.items()
        if times > 1
        and len(word) > 1
        and ((times >= often and not titled_only) or word in head)
        and _is_telling(word)
    ]
    wide = (_widen(word, _list_places(word, notes.body), notes.body.words, head) for word in likely)
    unknown = [*_find_unknown(notes)]
    for phrase in dict.fromkeys((*_title_pairs(notes), *wide, *unknown)):
        if any(phrase.text in other.text and phrase.text != other.text for other in unknown):
            continue
        title, times = _count_in_title(phrase, notes.title), body.count(phrase.text)
        if phrase.text in fillers() or not ((title and times >= 2) or times >= often):
            continue
        if not title and len(phrase.parts) == 1 and part_of_speech(phrase.text)[1]:
            continue
        rare = max(map(rarity, phrase.parts))
        weight = (times + 3 * min(title, 2)) * rare / 10 * (1.5 if len(phrase.parts) > 1 else 1.0)
        is_plain = title and times > 2 and part_of_speech(phrase.text)[0] in _PLAIN
        if weight < (_HEAVY_IN_TITLE if is_plain else _HEAVY_ENOUGH):
            continue
        is_noun = part_of_speech(phrase.parts[-1])[0] in _NOUNS
        if 2 * _count_beside_digits(phrase.text, body, is_noun) >= times:  # a unit, or what is counted
            continue
        yield Phrase(phrase.text, _as_shown(notes, phrase.text), title, times, weight, phrase.parts)


@functools.lru_cache(maxsize=1 << 15)
def _is_telling(word: str) -> bool:
    """Tell whether a word is rare elsewhere, and noun-like or not in the dictionary."""
    if not _HAN.fullmatch(word) or rarity(word) < _RARE_ENOUGH or word in fillers():
        return False
    if len(word) > 2 and word[-1] == "性":  # 主导性, 标志性: how something is
        return False
    part, known = part_of_speech(word)
    return part in _NOUNS if known else not (len(word) == 2 and part_of_speech(word[1])[0] in _NO_END)


def _count_beside_digits(text: str, body: str, is_noun: bool) -> int:
    """Count how often a figure stands before, or behind what is no noun: 三千公吨, 急挫约 5%."""
    around = body.split(text)
    return sum(
        before[-1:].isdigit() or (not is_noun and after[:1].isdigit()) for before, after in pairwise(around)
    )


def _count_in_title(phrase: _Wide, title: Text) -> int:
    """Count a phrase in the title, but for the middle of other words: 蒜价 is not in 大蒜价格."""
    return sum(
        len(phrase.parts) > 1 or at in title.borders or at + len(phrase.text) in title.borders
        for at in list_places(phrase.text, title.plain)
    )


def _find_unknown(notes: Notes) -> Iterator[_Wide]:
    """Find what the title has and the body often, and no dictionary, so that it was cut anywhere: 齐尔克泽.

    It stands beside different characters, so that it is whole; and it holds no small word.
    """
    head, body = notes.title.plain[:LONGEST_TITLE], notes.body.plain
    likely = {at - back for at in _list_loose(notes.title) for back in range(UNKNOWN) if at >= back}
    found, end = set[str](), 0
    for start in sorted(likely):
        size = UNKNOWN
        text = head[start : start + size]
        if start < end or len(text) < size or not _is_of_characters(text):
            continue
        times = body.count(text)
        if times < COMPLETED and not (times > 1 and sounds_foreign(text)):
            continue
        while size < LONGEST and _is_of_characters(head[start + size : start + size + 1]):
            if body.count(head[start : start + size + 1]) < 0.8 * times:
                break
            size += 1
        text = head[start : start + size]
        if text not in found and _stands_free(text, body) and _is_cut_badly(text, notes.body):
            yield _Wide(text, (text,))
        found.add(text)
        end = start + size


def _list_loose(text: Text) -> frozenset[int]:
    """List the places of characters that are in no word of the dictionary of more than one."""
    return frozenset(
        at
        for start, word in zip(text.starts, text.words, strict=False)
        if (word not in _FUNCTION if len(word) == 1 else rarity(word) == RARE and not part_of_speech(word)[1])
        for at in range(start, start + len(word))
    )


def _is_of_characters(text: str) -> bool:
    """Tell whether all of a text is Chinese characters that names and nouns have."""
    return _HAN_ANY.fullmatch(text) is not None and _FUNCTION.isdisjoint(text)


def _stands_free(text: str, body: str) -> bool:
    """Tell whether a text stands beside different characters on both sides."""
    around = body.split(text)
    return len({part[-1:] for part in around[:-1]}) > 1 < len({part[:1] for part in around[1:]})


def _is_cut_badly(text: str, body: Text) -> bool:
    """Tell whether a text falls into pieces of words wherever it stands, and mostly cuts no dictionary's."""
    pieces, cuts, times = list[str](), 0, 0
    for at in list_places(text, body.plain):
        first, last = bisect_right(body.starts, at) - 1, bisect_left(body.starts, at + len(text))
        pieces, times = body.words[first:last], times + 1
        is_whole = body.starts[first] == at and body.starts[last] == at + len(text)
        cuts += not is_whole and any(len(word) > 1 and part_of_speech(word)[1] for word in pieces)
        if is_whole and (len(pieces) == 1 or all(len(word) > 1 for word in pieces)):
            return False
    if 2 * cuts > times:
        return False
    kinds = (part_of_speech(word)[0] for word in (pieces[0], pieces[-1]))
    return sounds_foreign(text) or not any(kind in _SAYS_OR_BINDS for kind in kinds)


def _title_pairs(notes: Notes) -> Iterator[_Wide]:
    """Give neighbours in the title that stand side by side in the body again and again: 内存压缩."""
    for pair in pairwise(notes.title.words):
        rarer = min(notes.body.counts[word] for word in pair)
        if rarer < PAIRED or not all(2 <= len(word) <= 4 and _HAN.fullmatch(word) for word in pair):
            continue
        kinds = [part_of_speech(word)[0] for word in pair]
        if fillers().isdisjoint(pair) and kinds[0] in _NOUNS and kinds[1][0] in "nv":
            whole = "".join(pair)
            is_loose = kinds[1] == "v" and not any(f"{mark}{whole}" in notes.body.plain for mark in _QUOTES)
            often = PAIRED_WITH_VERB if is_loose else PAIRED
            if notes.body.plain.count(whole) >= max(often, rarer / 3):
                yield _Wide(whole, pair)


class _Wide(NamedTuple):
    """A phrase and the words that it is made of."""

    text: str
    parts: tuple[str, ...]


def _widen(word: str, held: Sequence[int], words: Sequence[str], head: str) -> _Wide:
    """Take in the neighbours that a word always has: 二阶 and 俊博 are 二阶俊博, 离岸 is 离岸风电.

    A neighbour is taken when it is there nearly every time, or often and in the title as well, and
    is a piece of a name or a noun. ``held`` are the places of the word.
    """
    parts: tuple[str, ...] = (word,)
    for _ in range(3):
        length, whole = len(parts), "".join(parts)
        before = _constant([words[at - 1] if at else "" for at in held], head, f"{{}}{whole}")
        after = _constant(
            [words[at + length] if at + length < len(words) else "" for at in held], head, f"{whole}{{}}"
        )
        if _goes_before(before, parts) and (rarity(before) >= rarity(after) or not _goes_after(after, parts)):
            parts = (before, *parts)
            held = [at - 1 for at in held if at and words[at - 1] == before]
        elif _goes_after(after, parts):
            parts = (*parts, after)
            held = [at for at in held if words[at + length : at + length + 1] == [after]]
        else:
            break
    return _Wide("".join(parts), parts)


def _complete(phrase: Phrase, notes: Notes) -> str:
    """Take in what stands beside a phrase every time, without which it is a piece: 水利渡槽闸, 林为洲.

    Gives nothing when the whole would be too long: a piece of a sentence is no phrase.
    """
    whole = phrase.text
    while len(whole) <= LONGEST:
        before, after = _find_company(whole, notes)
        if after and _ends_term(after, phrase):
            whole += after
        elif before and _begins_term(before, phrase) and not _is_named(before, notes):
            whole = before + whole
        else:
            break
    return whole if len(whole) <= LONGEST else ""


def _find_company(phrase: str, notes: Notes) -> tuple[str, str]:
    """Give the words that stand before and after a phrase every time; nothing where they differ."""
    times, before, after = 0, "", ""
    for text in (notes.title, notes.body):
        for at in list_places(phrase, text.plain):
            one, other = _words_beside(text, at, at + len(phrase))
            before = one if not times or one == before else ""
            after = other if not times or other == after else ""
            times += 1
            if not before and not after:
                return "", ""
    return (before, after) if times >= COMPLETED else ("", "")


def _words_beside(text: Text, start: int, end: int) -> tuple[str, str]:
    """Give the words before and after a place; nothing where the place cuts a word."""
    starts, words = text.starts, text.words
    first, last = bisect_left(starts, start), bisect_left(starts, end)
    before = words[first - 1] if first and starts[first] == start else ""
    return before, words[last] if last < len(words) and starts[last] == end else ""


def _ends_term(word: str, phrase: Phrase) -> bool:
    if (
        not _HAN_ANY.fullmatch(word)
        or word in _FUNCTION
        or word in fillers()
        or _is_loose(word, _LOOSE_AFTER)
    ):
        return False
    last = part_of_speech(phrase.parts[-1])[0]
    return part_of_speech(word)[0] not in _SAYS_OR_BINDS or (last not in _NOUNS and len(word) > 1)


def _begins_term(word: str, phrase: Phrase) -> bool:
    if word in SURNAMES and len(phrase.text) < 3:
        return True
    if len(word) < 2 or not _HAN_ANY.fullmatch(word) or word in fillers():
        return False
    return part_of_speech(word)[0] in _NOUNS if len(phrase.parts) > 1 else bool(phrase.title)


def _is_named(word: str, notes: Notes) -> bool:
    return any(word in (seen.key, seen.form) for seen in notes.sightings)


def _list_places(word: str, text: Text) -> list[int]:
    """List which of a text's words are this one, by searching the text (a third of comparing all words)."""
    plain, starts = text.plain, text.starts
    found, at, size = [], plain.find(word), len(word)
    while at >= 0:
        number = bisect_left(starts, at)
        if starts[number] == at and starts[number + 1] == at + size:
            found.append(number)
        at = plain.find(word, at + 1)
    return found


def _constant(neighbours: list[str], head: str, form: str) -> str:
    """Give the neighbour that is there most of the time, or that the title has as well; or nothing."""
    if len({*neighbours}) == len(neighbours):  # most often
        return ""
    counts: dict[str, int] = {}
    for word in neighbours:  # a few: ``Counter`` takes twice the time
        counts[word] = counts.get(word, 0) + 1
    times = max(counts.values(), default=0)
    if times < 2 or times < 0.25 * len(neighbours):
        return ""
    word = min([word for word in counts if counts[word] == times])
    enough = 0.25 if word and form.format(word) in head else 0.7
    return word if times >= enough * len(neighbours) else ""


def _goes_before(word: str, parts: tuple[str, ...]) -> bool:
    return bool(word) and _belongs(word, parts) and not _is_loose(word, _LOOSE_BEFORE)


def _goes_after(word: str, parts: tuple[str, ...]) -> bool:
    return bool(word) and _belongs(word, parts) and not _is_loose(word, _LOOSE_AFTER)


def _is_loose(word: str, kinds: frozenset[str]) -> bool:
    """Tell whether a word is a single 新, 近, 副, 约, with which no term begins or ends."""
    return len(word) == 1 and part_of_speech(word)[0] in kinds


def _belongs(word: str, parts: tuple[str, ...]) -> bool:
    if not _HAN_ANY.fullmatch(word) or word in _FUNCTION or word in fillers():
        return False
    if sum(map(len, parts)) + len(word) > LONGEST or word.endswith(OFFICES):
        return False
    part, known = part_of_speech(word)
    return not known or len(word) == 1 or (part in _NOUNS and rarity(word) >= 35)


def _as_shown(notes: Notes, word: str) -> str:
    """Give a phrase as the article writes it, in its own script."""
    for text in (notes.title, notes.body):
        at = text.plain.find(word)
        if at >= 0:
            return text.shown[at : at + len(word)]
    return word


# --- letters ----------------------------------------------------------------------------------


def _pick_subjects(notes: Notes, reading: Reading) -> Iterator[Hit]:
    """Pick the proper names that no list has, and the nouns that come back, heaviest first."""
    shown = [form for find in (find_known_names, find_product_numbers) for form, _ in find(notes)]
    chosen, nouns = [_words_of(form) for form in shown], list[tuple[str, ...]]()
    for subject, _ in reading.subjects[:MOST_WEIGHED]:
        words = _words_of(subject.form)
        if any(_overlap(words, other) for other in chosen) or all((word,) in chosen for word in words):
            continue
        if subject.form.islower() and any(len(other) == 1 and other[0] in words for other in nouns):
            continue
        if subject.form.islower():
            nouns.append(words)
        chosen.append(words)
        form = subject.form.removeprefix("The ")
        yield form, ("phrase", f"title {subject.title}, body {len(subject.places)}")


def _words_of(form: str) -> tuple[str, ...]:
    words = tuple(fold(word).rstrip("s") for word in form.split())
    return words[1:] if len(words) > 1 and is_direction(words[0]) else words


def _overlap(words: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether a phrase says no more than another: it is in it, or the other is most of it."""
    short, long = sorted((words, other), key=len)
    return any(long[at : at + len(short)] == short for at in range(len(long))) and (
        len(words) < len(other) or len(short) == len(long) or len(short) > 1
    )

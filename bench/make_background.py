"""Make ``site_builder/stories/background.tsv``: in how many texts of any kind a word stands.

In: jieba 0.42's ``analyse/idf.txt`` (Chinese words and their inverse document frequency; MIT),
pyspellchecker's ``resources/en.json.gz`` (English words and their counts; MIT), and folders of
news to measure what has become common since. Out: a line a level: ten times the inverse document
frequency (natural logarithm), a tab, the words of that level. No text is kept, only how many
texts hold a word, and only of words in at least six of them.

    python -m bench.make_background IDF_TXT EN_JSON_GZ FOLDER... > site_builder/stories/background.tsv

Of other languages in Latin letters only the common words count; pyspellchecker's folder gives
``background_latin.tsv``, a line a language and level:

    python -m bench.make_background --latin RESOURCES > site_builder/stories/background_latin.tsv

and the same for languages in other scripts that put blanks between words, ``background_spaced.tsv``:

    python -m bench.make_background --spaced RESOURCES > site_builder/stories/background_spaced.tsv

Of languages that have no such table only the small words are known; stopwords-iso's list (MIT), and
pyspellchecker's counts where it has any, give ``small_words.tsv``, a line a language:

    python -m bench.make_background --small LISTS_JSON RESOURCES > site_builder/stories/small_words.tsv

The names of countries, parts of the world and cities in languages that bend them, ``places_spaced.tsv``, are
those of one word among the territories and time zones of the Unicode CLDR, as Babel 2.18 has it
(Unicode License v3):

    python -m bench.make_background --places > site_builder/stories/places_spaced.tsv

The result is frozen: it changes with a release, never with an archive.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import rjieba
from babel import Locale

from site_builder.language.hanzi import simplify

RAREST = 10.4
"""Words rarer than this are left out; whoever looks one up takes it as rare."""
COMMON = 6.0
"""The same for other languages, of which only the common words are kept (30 kB each)."""
LATIN, SPACED = ("de", "es", "fr", "it", "nl", "pt"), ("ar", "ru")
SMALL = tuple("ar bg bn cs da el fa fi he hi hu id ja ko mr nb pl ro ru sv tr uk ur vi".split())
"""Languages that texts are known to be in, and no table of rarity is for."""
BENT = ("cs", "fi", "pl", "ru", "sr", "uk")
"""Languages of which places are known by name in the nominative."""
VERY_COMMON = 4.2
"""A word more common than this tells no event from another."""
WORDS_A_TEXT = 300
OFTEN_ENOUGH = 6
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_LATIN = re.compile(r"[a-z][a-z']+[a-z]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_PLACE = re.compile(
    r"[A-ZÅÄÖČĎŇŘŠŤŽÚÍÓŁŚŻŹĆА-ЯЁІЇЄҐЂЈЉЊЋЏ][^\W\d_A-ZА-ЯЁІЇЄҐЂЈЉЊЋЏ]{2,}(?:-[А-ЯЁІЇЄҐA-ZČŠŽŁŚ][^\W\d_]+)?"
)
_LETTER = re.compile(r"[^\W\d_]")


def read_chinese(path: Path) -> dict[str, float]:
    """Read jieba's table; Traditional words join their Simplified ones, the commoner counts."""
    table: dict[str, float] = {}
    for line in path.read_text("utf-8").splitlines():
        word, _, value = line.rpartition(" ")
        word = simplify(word)
        if _HAN.fullmatch(word):
            table[word] = min(float(value), table.get(word, 99.0))
    return table


def read_counts(path: Path, wanted: re.Pattern[str] = _LATIN) -> dict[str, float]:
    """Turn counts of words into the share of texts of 300 words that hold them."""
    counts = json.loads(gzip.decompress(path.read_bytes()))
    total = sum(counts.values())
    return {
        word: -math.log(-math.expm1(WORDS_A_TEXT * math.log1p(-count / total)))
        for word, count in counts.items()
        if wanted.fullmatch(word)
    }


def measure(folders: list[Path]) -> tuple[int, Counter[str]]:
    """Count in how many texts of the folders each word stands."""
    held: Counter[str] = Counter()
    files = sorted(file for folder in folders for file in folder.iterdir() if file.is_file())
    for file in files:
        text = file.read_text("utf-8", "replace")
        text = simplify(re.sub(r"<[^>]*>|https?://\S+", " ", text.split("---", 2)[-1]))[:6000]
        held.update({word for word in rjieba.cut(text) if _HAN.fullmatch(word)})
    return len(files), held


def main(idf: str, english: str, *folders: str) -> None:
    """Write the table to standard output."""
    table = read_chinese(Path(idf))
    texts, held = measure([Path(folder) for folder in folders])
    for word, count in held.items():
        if count >= OFTEN_ENOUGH:
            table[word] = (table.get(word, RAREST + 1) + math.log(texts / count)) / 2
    table |= read_counts(Path(english))
    write_levels(table, RAREST)


def write_levels(table: dict[str, float], rarest: float, before: str = "") -> None:
    """Write the words that are less rare, a line a level."""
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for word, value in table.items():
        if value < rarest:
            levels[round(10 * max(value, 0.0))].append(word)
    for level in sorted(levels):
        sys.stdout.write(f"{before}{level}\t{' '.join(sorted(levels[level]))}\n")


def write_common(folder: str, languages: tuple[str, ...]) -> None:
    """Write the common words of each language."""
    for language in languages:
        write_levels(read_counts(Path(folder) / f"{language}.json.gz", _LETTERS), COMMON, f"{language}\t")


def write_small(lists: str, folder: str) -> None:
    """Write the small words of each language."""
    listed = json.loads(Path(lists).read_text("utf-8"))
    listed["nb"] = listed["no"]
    for language in SMALL:
        counts = Path(folder) / f"{language}.json.gz"
        rarities = read_counts(counts, _LETTERS) if counts.exists() else {}
        common = {word for word, value in rarities.items() if value < VERY_COMMON}
        small = {word for word in common.union(listed[language]) if len(word) > 1 and " " not in word}
        sys.stdout.write(f"{language}\t{' '.join(sorted(filter(_LETTER.search, small)))}\n")


def write_places() -> None:
    """Write the names of places of one word, in the nominative, a line a language."""
    for language in BENT:
        locale = Locale(language)
        cities = (zone["city"] for zone in locale.time_zones.values() if "city" in zone)
        names = {name for name in (*locale.territories.values(), *cities) if _PLACE.fullmatch(name)}
        sys.stdout.write(f"{language}\t{' '.join(sorted(names))}\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--latin", folder]:
            write_common(folder, LATIN)
        case ["--spaced", folder]:
            write_common(folder, SPACED)
        case ["--places"]:
            write_places()
        case ["--small", lists, folder]:
            write_small(lists, folder)
        case paths:
            main(*paths)

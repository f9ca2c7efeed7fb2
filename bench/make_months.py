"""Make ``site_builder/dates/months.tsv``: how the months and weekdays are called in sixty languages.

In: the Common Locale Data Repository as Babel brings it (Unicode licence). Out: a line a month,
its number and its names, and a line of weekdays, separated by tabs. A name that means another
month in another language (listopad is October in Zagreb and November in Warsaw) is left out.

    python -m bench.make_months > site_builder/dates/months.tsv

The result is frozen, so that reading a date needs no Babel and changes with a release only.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator

from babel import Locale

from site_builder.dates.months import fold

LANGUAGES = (
    "af ar ar_LB ar_MA az be bg bn bs ca cs cy da de de_AT el en es et fa fi fil fr ga gl gu he hi hr hu hy"
    " id is it ka kk km kn ky lo lt lv mk ml mr ms my nb ne nl nn pa pl pt ro ru si sk sl sq sr sr_Latn sv sw"
    " ta te th tr uk ur uz vi"
).split()
WEEKDAYS = "0"


def names_of(locale: Locale) -> Iterator[tuple[str, str]]:
    """Give (number of a month or ``WEEKDAYS``, name) in every width, as used in dates and alone."""
    for use in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[use][width].items():
                yield str(month), fold(name).removeprefix("de ").strip(". ")
            for name in locale.days[use][width].values():
                for word in fold(name).replace("-", " ").split():
                    yield WEEKDAYS, word.strip(".,·")


def main() -> None:
    """Print the table."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    weekdays: set[str] = set()
    for language in LANGUAGES:
        for number, name in names_of(Locale.parse(language)):
            if number == WEEKDAYS and not name.isdigit():
                weekdays.add(name)
            elif number != WEEKDAYS and not any(sign.isdigit() for sign in name):
                meanings[name].add(number)
    for month in map(str, range(1, 13)):
        names = sorted(name for name, numbers in meanings.items() if numbers == {month})
        print(month, *names, sep="\t")
    print(WEEKDAYS, *sorted(weekdays - {""}), sep="\t")
    print(f"{len(meanings)} names of months", file=sys.stderr)


if __name__ == "__main__":
    main()

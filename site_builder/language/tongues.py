"""Which language the pages' own words are in.

In: the BCP 47 tag of ``site.toml``. Out: the catalogue of words to use, and the language that those
words are really in. The rule it guards: a page never says that it is in a language which its words
are not in, because a screen reader speaks them with that language's voice.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locale"

REGIONS = {
    "zh": "zh_Hans", "zh_CN": "zh_Hans", "zh_SG": "zh_Hans", "cmn": "zh_Hans",
    "zh_TW": "zh_Hant", "zh_HK": "zh_Hant", "zh_MO": "zh_Hant", "yue": "zh_Hant",
}  # fmt: skip
"""Languages whose catalogue goes by another name."""

_LEFTWARDS = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})
_SCRIPTS = {"arab": True, "hebr": True, "thaa": True, "syrc": True, "latn": False, "cyrl": False}
"""Scripts that a tag may name for itself, and whether they run leftwards: ``az-Arab``, ``ar-Latn``."""


@lru_cache(maxsize=16)
def find_catalogue(language: str) -> Path | None:
    """Find the catalogue of a language: its own, its region's script's, its family's (RFC 4647, lookup)."""
    name = "_".join(map(_shape, range(99), language.replace("_", "-").split("-")))
    while name:
        for candidate in (name, REGIONS.get(name, "")):
            file = LOCALES / candidate / "LC_MESSAGES" / "messages.po"
            if candidate and file.is_file():
                return file
        name = name.rpartition("_")[0]
    return None


def _shape(place: int, subtag: str) -> str:
    """Write a subtag as catalogues' folders are named: ``zh`` ``Hant`` ``HK``."""
    return subtag.lower() if place == 0 else subtag.title() if len(subtag) == 4 else subtag.upper()


@lru_cache(maxsize=16)
def find_tongue(language: str) -> str:
    """Tell which language the interface of a site in ``language`` speaks.

    >>> find_tongue("de-AT"), find_tongue("yue"), find_tongue("fi")
    ('de-AT', 'zh-Hant', 'en')
    """
    file = find_catalogue(language)
    if file is None:
        return "en"
    name = file.parent.parent.name.replace("_", "-")
    same = name.partition("-")[0] == language.partition("-")[0].lower()
    return language if same else name


def is_spoken(language: str, tongue: str) -> bool:
    """Tell whether a text's language is the one around it, which may name its region as well."""
    return tongue == language or tongue.startswith(f"{language}-")


def runs_leftwards(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    first, *others = language.lower().split("-")
    return next((_SCRIPTS[tag] for tag in others if tag in _SCRIPTS), first in _LEFTWARDS)

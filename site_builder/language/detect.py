"""Which language a text is in, told from its characters and commonest words.

In: an article's text. Out: a BCP 47 tag such as ``zh-Hans``, ``und`` when there is text but no
telling, ``""`` when there is too little of it. The rule it guards: counting, never guessing; the
same text gives the same tag on every machine, and what is not known is said to be unknown.
"""

from __future__ import annotations

import re
from functools import lru_cache

from site_builder.language.hanzi import PAIRS

SAMPLE = 500
"""Characters; more would hardly ever change the answer."""
_LEAST = 8
"""Letters; fewer may be a name in any language."""
_HAN_WEIGHT = 4
"""A Chinese character says about as much as four letters."""

_SCRIPTS = {
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+"),
    "kana": re.compile("[\u3041-\u309f\u30a1-\u30fa]+"),
    "ko": re.compile("[\uac00-\ud7a3]+"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]+"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "arabic": re.compile("[\u0620-\u064a\u0671-\u06d3]+"),
    "el": re.compile("[\u0370-\u03ff]+"),
    "he": re.compile("[\u05d0-\u05ea]+"),
    "th": re.compile("[\u0e01-\u0e4e]+"),
}
_WORD = re.compile("[a-z\u00e0-\u024f]+")
_COMMON = {
    "en": frozenset("the of and to in is that for was with on as it by from at are has have this be".split()),
    "de": frozenset("der die und das den von zu mit ist des dem nicht ein eine auf für sich auch im".split()),
    "fr": frozenset("le la les des et est une du que dans pour qui sur pas au avec ce il plus par".split()),
    "es": frozenset("el los las que y del se por con una para es como más pero su al lo ha".split()),
    "it": frozenset("il di che la per una sono con non del della è le gli nel alla più anche si da".split()),
    "pt": frozenset("o os as que do da em um uma para com não por mais dos das no na se é".split()),
    "nl": frozenset("de het een van en in is dat op te zijn met voor niet aan er ook als bij door".split()),
}
"""The commonest words of languages that are written alike."""
_LEAST_COMMON = 0.12
"""Of a language's running text a quarter and more are its commonest words; of a list of names, none."""


def detect_language(text: str) -> str:
    """Tell the language of a text.

    >>> detect_language("徕卡找到了小米，双方合作。"), detect_language("徠卡找到了小米，雙方合作。")
    ('zh-Hans', 'zh-Hant')
    >>> detect_language("The camera was made in Wetzlar and sold to the highest bidder.")
    'en'
    """
    text = text[:SAMPLE]
    if text.isascii():
        return _latin(text) if sum(map(str.isalpha, text)) >= _LEAST else ""
    rest = _SCRIPTS["han"].sub("", text)  # of most texts little is left to look through (half the time)
    if 2 * len(rest) < len(text) and len(text) >= _LEAST and not _SCRIPTS["kana"].search(rest):
        return _chinese(text)
    return _weigh(text)


def _count(script: str, text: str) -> int:
    """Count a script's letters, run by run (half the time of letter by letter)."""
    return len("".join(_SCRIPTS[script].findall(text)))


def _weigh(text: str) -> str:
    """Tell the language of a text in several scripts by what most of it is written in."""
    counts = {script: _count(script, text) for script in _SCRIPTS}
    kana = counts.pop("kana")
    han = counts["han"] + kana
    counts["han"] = _HAN_WEIGHT * han
    if sum(counts.values()) < _LEAST:
        return ""
    main = max(counts, key=lambda script: counts[script])
    if main == "latin" and ((best := _latin(text)) != "und" or 2 * counts["han"] < counts["latin"]):
        return best
    if main in {"latin", "han"}:
        return "ja" if kana * 8 > han else _chinese(text)
    if main == "cyrillic":
        return "uk" if re.search("[іїєґ]", text) else "ru" if re.search("[ыэё]", text) else "und"
    if main == "arabic":
        return "fa" if re.search("[پچژگ]", text) else "ar"
    return main


def _chinese(text: str) -> str:
    # A search for the few letters that tell is a third of the price of a set of all letters.
    old, new = (len(set(letters.findall(text))) for letters in _only())
    return "zh" if old == new else "zh-Hant" if old > new else "zh-Hans"


@lru_cache(maxsize=1)
def _only() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Make the searches for characters that only Traditional, and that only Simplified texts have."""
    traditional = "".join(letter for letter in PAIRS[::2] if not _holds("gb2312", letter))
    simplified = "".join(letter for letter in PAIRS[1::2] if not _holds("big5", letter))
    return re.compile(f"[{traditional}]"), re.compile(f"[{simplified}]")


def _holds(charset: str, letter: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _latin(text: str) -> str:
    words = _WORD.findall(text.lower())
    counts = {language: sum(map(common.__contains__, words)) for language, common in _COMMON.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(2, _LEAST_COMMON * len(words)) else "und"

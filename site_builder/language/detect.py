"""Which language a text is in, told from its characters and commonest words.

In: an article's text. Out: a BCP 47 tag such as ``zh-Hans``, ``und`` when there is text but no
telling, ``""`` when there is too little of it. The rule it guards: counting, never guessing; the
same text gives the same tag on every machine, and what is not known is said to be unknown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
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
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "arabic": re.compile("[\u0620-\u064a\u0671-\u06d3]+"),
    "el": re.compile("[\u0370-\u03ff]+"),
    "he": re.compile("[\u05d0-\u05ea]+"),
    "th": re.compile("[\u0e01-\u0e4e]+"),
}
_OTHERS = re.compile("[\u0530-\u058f\u0900-\u0dff\u0e80-\u137f\u1780-\u18af]+")
_BLOCKS = (
    (0x0530, "hy"), (0x0590, ""), (0x0900, "hi"), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"),
    (0x0B00, "or"), (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"),
    (0x0E80, "lo"), (0x0F00, "bo"), (0x1000, "my"), (0x10A0, "ka"), (0x1100, ""), (0x1200, "am"),
    (0x1780, "km"), (0x1800, "mn"),
)  # fmt: skip
"""Where the letters begin that one language has to itself, or is by far the largest of."""
_OF_CYRILLIC = (
    ("kk", "[ұғ]", 3), ("tt", "[әҗ]", 3), ("tg", "[ӣӯҷ]", 3), ("be", "ў", 3), ("ky", "ң", 3),
    ("mn", "[өү]", 3), ("sr", "[ђћј]", 3), ("uk", "[іїєґ]", 1), ("ru", "[ыэё]", 1), ("bg", "ъ", 3),
)  # fmt: skip
_OF_ARABIC = (
    ("ps", "[ښټډړږ]", 3), ("ckb", "[ێڕڵ]", 3), ("ug", "[ۇۈۆې]", 3), ("ur", "[ٹڈڑے]", 3),
    ("fa", "[پچژگ]", 1), ("ar", "", 0),
)  # fmt: skip
"""(language, letters that those below it lack, how many of them tell)."""
_OF_LATIN = (
    ("vi", "[ơưạảấầẩẫậắằẳẵặẻẽếềểễệỉốồổỗộớờởỡợủứừửữự]", 8), ("az", "ə", 3), ("ro", "[țșţ]", 3),
    ("tr", "[ğış]", 5), ("pl", "[łąęśźż]", 8), ("cs", "[řěů]", 5), ("hu", "[őű]", 3),
    ("fi", r"(?:ss|st|ll|lt)[aä]\b|(?:aa|ää|ee|uu)n\b|ä[äy]|yö", 8),
)  # fmt: skip
"""The same, where too few of the commonest words stand, as in Turkish and Finnish, which have endings for
what others have small words for; a few such letters are those of a name."""
_OF_DEVANAGARI = (
    ("mr", r"(?<!\S)(?:आहे|आणि|आहेत|होते|असे)(?!\S)", 2),
    ("ne", r"(?<!\S)(?:छ|छन्|गरेको|भएको|हुने)(?!\S)", 2),
    ("hi", "", 0),
)
_WORD = re.compile("[a-z\u00e0-\u024f\u1e00-\u1eff]+")
_COMMON = {
    "en": frozenset("the of and to in is that for was with on as it by from at are has have this be".split()),
    "de": frozenset("der die und das den von zu mit ist des dem nicht ein eine auf für sich auch im".split()),
    "fr": frozenset("le la les des et est une du que dans pour qui sur pas au avec ce il plus par".split()),
    "es": frozenset("el los las que y del se por con una para es como más pero su al lo ha".split()),
    "it": frozenset("il di che la per una sono con non del della è le gli nel alla più anche si da".split()),
    "pt": frozenset("o os as que do da em um uma para com não por mais dos das no na se é".split()),
    "nl": frozenset("de het een van en in is dat op te zijn met voor niet aan er ook als bij door".split()),
    "tr": frozenset(
        "ve bir bu için ile da çok olarak olan daha gibi sonra kadar ama var olduğunu dedi".split()
    ),
    "vi": frozenset("và của là có được cho trong với các một không người những này đã từ khi về".split()),
    "pl": frozenset("w na z się do nie że jest to jak po za od dla ale przez już czy oraz".split()),
    "cs": frozenset("v na se je že do to jako pro po ve by které který byl také podle ale však".split()),
    "sv": frozenset("och att det på som är av för med till den har inte ett om han var från".split()),
    "da": frozenset("og at det på som er af for med til den har ikke et om han der blev efter".split()),
    "nb": frozenset("og å det på som er av for med til den har ikke et om han etter ble også".split()),
    "fi": frozenset("ja on ei että se hän oli ovat joka mutta kun myös niin kuin tai sen mukaan".split()),
    "hu": frozenset("az és hogy nem is egy van volt meg de ez csak már mint szerint után".split()),
    "ro": frozenset("și în cu nu pe că este din care mai fost pentru prin sau după ale sunt".split()),
    "id": frozenset(
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena"
        " oleh lebih telah sudah atau sebagai menjadi adalah mereka bisa".split()
    ),
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
    others = "".join(_OTHERS.findall(text))
    if len(others) >= max(_LEAST, *counts.values()):
        return _by_block(others, text)
    if sum(counts.values()) < _LEAST:
        return ""
    main = max(counts, key=lambda script: counts[script])
    if main == "latin" and ((best := _latin(text)) != "und" or 2 * counts["han"] < counts["latin"]):
        return best
    if main in {"latin", "han"}:
        return "ja" if kana * 8 > han else _chinese(text)
    if main == "cyrillic":
        return _by_letters(_OF_CYRILLIC, text.lower())
    if main == "arabic":
        return _by_letters(_OF_ARABIC, text)
    return main


def _by_letters(languages: tuple[tuple[str, str, int], ...], text: str) -> str:
    """Tell languages of one script by letters, or words, that only one of them has."""
    for language, letters, enough in languages:
        if not letters or len(re.findall(letters, text)) >= enough:
            return language
    return "und"


def _by_block(letters: str, text: str) -> str:
    """Tell a language by where most of its letters stand in Unicode."""
    starts = [start for start, _ in _BLOCKS]
    counts = Counter(_BLOCKS[bisect_right(starts, ord(letter)) - 1][1] for letter in letters)
    language = counts.most_common(1)[0][0]
    return _by_letters(_OF_DEVANAGARI, text) if language == "hi" else language or "und"


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
    counts = dict.fromkeys(_COMMON, 0)
    whose = _languages_of()
    for word in words:
        for language in whose.get(word, ()):
            counts[language] += 1
    best = max(counts, key=lambda language: counts[language])
    if counts[best] >= max(2, _LEAST_COMMON * len(words)):
        return best
    return "und" if text.isascii() else _by_letters(_OF_LATIN, text.lower())


@lru_cache(maxsize=1)
def _languages_of() -> dict[str, tuple[str, ...]]:
    """Say of each common word whose it is: one look-up a word, not one for each language."""
    words = sorted(frozenset().union(*_COMMON.values()))
    return {word: tuple(name for name, common in _COMMON.items() if word in common) for word in words}

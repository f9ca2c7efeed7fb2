"""Pictures that stand for words: an emoji, a rare character, a formula, where ``alt`` says what is shown.

In: a picture's ``alt``, and the events around it. Out: whether its words stand in its place. The rule it
guards: **only within a line of text**, as browsers do where a picture has no address (HTML, 4.8.4.4);
a picture that stands alone is shown, or entered in the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from site_builder.dom import TEXT, Event

_IN_LINE = frozenset(
    "a b strong em i u s font span small sub sup cite q mark bdi ruby rt rp nobr img".split()
)
_FAR = 8
"""Events; what stands further off does not count as its line."""
_LIMIT, _FORMULA_LIMIT = 40, 300
"""Characters."""
_FORMULA = re.compile(r"[\\^_{}]")
_FILE = re.compile(r"\S*\.(?:jpe?g|png|gif|webp|svg|bmp|avif)|(?:IMG|DSC)_?\d.*", re.IGNORECASE)
_SAYS_NOTHING = frozenset(
    "image images img picture pic photo icon logo loading avatar bild foto imagen imagem immagine obrazek"
    " resim gambar hình 图片 圖片 图像 圖像 配图 插图 图 圖 表情 画像 写真 アイコン 사진 이미지"
    " изображение фото картинка صورة".split()
)
_EMOJI = re.compile(
    "(?:[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]{0,8}+\u200d?+|[0-9#*]\ufe0f?+\u20e3){1,8}+"
)


def is_emoji(alt: str) -> bool:
    """Tell whether the words of a picture are the character that it draws.

    >>> is_emoji("😀"), is_emoji(":grin:"), is_emoji("4")
    (True, False, False)
    """
    return 0 < len(alt) <= _LIMIT and _EMOJI.fullmatch(alt) is not None


def may_stand_for(alt: str) -> bool:
    """Tell words that say what a picture shows from those that say that it is one, or name its file.

    >>> may_stand_for("𠮷"), may_stand_for("image"), may_stand_for("a1.png")
    (True, False, False)
    """
    if not 0 < len(alt) <= (_FORMULA_LIMIT if _FORMULA.search(alt) else _LIMIT):
        return False
    return alt.casefold() not in _SAYS_NOTHING and not _FILE.fullmatch(alt)


def stands_in_line(events: list[Event], at: int) -> bool:
    """Tell whether words stand close before or behind the element that begins at ``at``, in its line."""
    before = reversed(events[max(at - _FAR, 0) : at])
    return _meets_words(before) or _meets_words(events[at + 1 : at + 1 + _FAR])


def _meets_words(events: Iterable[Event]) -> bool:
    for kind, name, _ in events:
        if kind == TEXT and name.strip():
            return True
        if kind != TEXT and name not in _IN_LINE:
            return False
    return False

"""Names that no list has, and that the way of writing gives away.

In: a Chinese text and what was found in it by lists. Out: Latin names amid the Chinese (SolarWinds,
Purdue Pharma), and what is followed by its Latin form in brackets (艾萨（Alex Azar）). The rule it
guards: **the writer says that it is a name**, by another script or by a gloss; nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from site_builder.hanzi import simplify
from site_builder.stories.names import Text
from site_builder.stories.words import fillers, part_of_speech

_RUN = re.compile(
    r"(?<![A-Za-z0-9@/._&#-])[A-Z][A-Za-z0-9+&'’.-]*[A-Za-z0-9+]"
    r"(?: [A-Z][A-Za-z0-9+&'’-]*[A-Za-z0-9])*(?![@/_])"
)
_WORD = re.compile(r"[^ ]+")
_GLOSS = re.compile(r"[（(]([A-Z][A-Za-zÀ-ɏ .,'’-]{2,40})[)）]")
_QUOTED = re.compile(r"[《「“『]([^《》「」“”『』，。]{2,12})[》」”』]$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LOWER = re.compile(r"[a-zà-ɏ]")
_PROPER = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_OPEN, _CLOSE = "（(", "）)"
_SOUNDS = frozenset(
    "阿埃艾爱安奥巴拜班邦贝本比彼宾波伯博布查达戴丹道德邓狄迪丁杜顿多厄恩尔法凡范菲费芬丰佛弗夫福富盖甘冈高戈哥格根"
    "贡古哈海汉豪赫亨胡华霍基吉加贾简杰金卡凯坎康考柯科克肯孔库夸拉莱兰朗劳勒雷黎里理利莉列林琳隆卢鲁路伦罗洛吕马玛"
    "迈麦曼芒梅门蒙孟米密缪摩莫默姆木穆娜纳奈南瑙内尼涅努诺欧帕潘庞佩彭皮平蒲普奇齐恰强乔切琴丘琼让热日荣茹瑞若萨"
    "塞桑瑟森沙山珊尚舍申生圣施什史舒斯丝思松苏素索塔泰坦汤唐特滕提蒂廷图托瓦万旺威维韦卫文沃乌伍西希锡夏香肖谢辛欣"
    "休许逊雅亚延扬杨耶叶伊易因英尤约赞泽扎詹张哲珍芝朱祖兹佐普"
)
"""Characters that foreign names are written with."""
_PARTICLES = frozenset("的是在和与及或由对向从为被把让给说称的了者等之其该本")

Span = tuple[int, int]


def is_chinese(text: str) -> bool:
    """Tell whether Latin letters are the exception in a text."""
    start = text[:600]
    return 4 * len(start.encode("ascii", "ignore")) < 3 * len(start)


def find_latin(text: Text, taken: Sequence[Span]) -> Iterator[Span]:
    """Find Latin names, but for those that a list knows and those that only explain a Chinese one."""
    busy = sorted(taken)
    for run in _RUN.finditer(text.plain):
        start, end = run.span()
        if text.plain[start - 1 : start] in _OPEN and text.plain[end : end + 1] in _CLOSE and start:
            continue
        yield from _free_parts(run, busy)


def _free_parts(run: re.Match[str], busy: Sequence[Span]) -> Iterator[Span]:
    """Cut a run of capitalised words where a known name or a word such as CEO stands in it."""
    begin = last = -1
    for word in _WORD.finditer(run[0]):
        start, end = run.start() + word.start(), run.start() + word.end()
        if word[0].lower().strip(".'’") in fillers() or _overlaps(start, end, busy):
            if last - begin > 1:
                yield begin, last
            begin = last = -1
            continue
        begin, last = (start if begin < 0 else begin), end
    if last - begin > 1:
        yield begin, last


def _overlaps(start: int, end: int, busy: Sequence[Span]) -> bool:
    at = bisect_left(busy, (end, -1))
    return any(last > start for _, last in busy[max(0, at - 2) : at])


def sounds_foreign(name: str) -> bool:
    """Tell whether a name is written as foreign people's names are."""
    return _SOUNDS.issuperset(simplify(name))


def find_glossed(text: Text) -> Iterator[str]:
    """Find what is followed by its Latin form in brackets, as it stands in the plain text."""
    for gloss in _GLOSS.finditer(text.plain):
        if not _LOWER.search(gloss[1]):
            continue
        before = text.plain[max(0, gloss.start() - 24) : gloss.start()]
        quoted = _QUOTED.search(before)
        name = quoted[1] if quoted else _last_words(text, gloss.start())
        if 2 <= len(name) <= 12 and name not in fillers() and (quoted or not _is_common(name)):
            yield name


def _is_common(name: str) -> bool:
    """Tell whether it is a common noun of the dictionary, like 学院, or no Chinese at all."""
    part, known = part_of_speech(name)
    return (known and part not in _PROPER) or not _HAN.search(name)


def _last_words(text: Text, end: int) -> str:
    """Give the name that ends at a place: its last word, with the pieces that a name falls into."""
    last = bisect_left(text.starts, end)
    if last >= len(text.starts) or text.starts[last] != end:
        return ""
    first = last - 1
    while first > 0 and _goes_back(text.words[first - 1], text.words[first:last]):
        first -= 1
    return "".join(text.words[first:last])


def _goes_back(before: str, words: Iterable[str]) -> bool:
    """Tell whether a word before belongs to the same name: a piece of one character, or by a dot."""
    words = list(words)
    if before in "·・•‧" or words[0] in "·・•‧":
        return True
    if _SOUNDS.issuperset(before):
        part, known = part_of_speech(before)
        if len(before) == 1 or not known or part.startswith(("nr", "ns", "nz")):
            return len("".join(words)) + len(before) <= 6
    if len(before) > 1 or before in _PARTICLES or not _HAN.fullmatch(before):
        return False
    return "·" not in "".join(words) and len("".join(words)) < 3


def list_places(name: str, text: str) -> Iterator[int]:
    """List where a name stands in a text."""
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))

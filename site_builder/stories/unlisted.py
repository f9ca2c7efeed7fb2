"""Names that no list has, and that the way of writing gives away.

In: a Chinese text and what was found in it by lists. Out: Latin names amid the Chinese (SolarWinds,
Purdue Pharma), and what is followed by its Latin form in brackets (艾萨（Alex Azar）). The rule it
guards: **the writer says that it is a name**, by another script or by a gloss; nothing is guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from site_builder.language.hanzi import simplify
from site_builder.stories.names import Name, Text
from site_builder.stories.words import RARE, fillers, part_of_speech, rarity

_RUN = re.compile(
    r"[A-Z][A-Za-z0-9+&'’.-]*[A-Za-z0-9+]"
    r"(?: [A-Z](?:[A-Za-z0-9+&'’-]*[A-Za-z0-9])?)*(?![@/_])"
)
_GOES_ON = re.compile(r"[A-Za-z0-9@/._&#-]")
"""What a name does not begin after."""
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
_JOINTS = "·・•‧–‐-"
_JOINT = re.compile(f"[{_JOINTS}]")
"""What stands between the parts of a foreign name: 安格拉·默克尔, 克兰普-卡伦鲍尔."""
_DOT = re.compile("[·・•‧]")
_PARTICLES = frozenset("的是在和与及或由对向从为被把让给说称的了者等之其该本")

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢齐庄屈"
    "翁颜倪柯骆欧聂岳翟殷詹申关焦巴祝左涂柳甘蓝游阮简连鲍霍沙卓凌路耿童舒麦储楚柴蒲管褚楼丘纪谷桑苗卞单裴曲"
    "费佟闵尤甄邬裘戚晏佘冼邝奚匡缪"
)
OFFICES = tuple(
    "总统 总理 主席 部长 局长 院长 校长 市长 县长 省长 州长 书记 主任 署长 处长 会长 社长 行长 董事长 总裁"
    " 总经理 经理 教授 博士 研究员 分析师 经济师 经济学家 科学家 发言人 创始人 创办人 执行官 律师 医生 医师"
    " 导演 演员 歌手 作家 艺人 商人 富商 委员 议员 立委 大使 特使 秘书长 司令 将军 上将 专家 学者 选手 教练"
    " 球员 监督 负责人 店长 站长 馆长 台长 团长 队长 人士 活动家 召集人 顾问 理事长 外长 防长 财长 院士"
    " 总监 议长 董事 牧师 主教 法官 检察官 首富 总召".split()
)
_SPEAKS = "表示|指出|认为|强调|透露|说|称|坦言|回应|介绍|补充|告诉|解释|批评|呼吁|宣布|否认|质疑|预计|估计"
_SPEAKER = re.compile(
    rf"([{SURNAMES}](?<=[{''.join(sorted({office[-1] for office in OFFICES}))}，。；\n「“].)"
    r"[\u3400-\u9fff]{1,2})"
    rf"(?=({_SPEAKS})|[，、。；：（(]|今|昨|日前|在|也|还|则|将|已|于|对|向|与|和|因|率|等)"
)
"""A surname and one or two characters behind an office or before a word for speaking. What stands before is
looked at second: begun with the surname, a search takes a third of the time."""

LONGEST_GLOSSED = 16
"""Characters of the longest foreign name: 安娜格蕾特•克兰普-卡伦鲍尔."""
SPOKEN_IN = 1200
"""Characters of a text in which people are looked for who have an office or say something."""

Span = tuple[int, int]


def is_chinese(text: str) -> bool:
    """Tell whether Latin letters are the exception in a text."""
    start = text[:600]
    return 4 * len(start.encode("ascii", "ignore")) < 3 * len(start)


def find_latin(text: Text, taken: Sequence[Name]) -> Iterator[Span]:
    """Find Latin names, but for those that a list knows and those that only explain a Chinese one."""
    busy: list[Span] = []
    for run in _find_runs(text.plain):
        start, end = run.span()
        if text.plain[start - 1 : start] in _OPEN and text.plain[end : end + 1] in _CLOSE and start:
            continue
        busy = busy or sorted((name.start, name.end) for name in taken)
        yield from _free_parts(run, busy)


def _find_runs(plain: str) -> Iterator[re.Match[str]]:
    """Find runs of capitalised words; begun with a letter, the search takes half the time."""
    run = _RUN.search(plain)
    while run:
        start, end = run.span()
        if start and _GOES_ON.match(plain, start - 1):
            end = start + 1
        else:
            yield run
        run = _RUN.search(plain, end)


def _free_parts(run: re.Match[str], busy: Sequence[Span]) -> Iterator[Span]:
    """Cut a run of capitalised words where a known name or a word such as CEO stands in it.

    One common word is no name when the rest of the run was: PUBG Mobile, where PUBG is known.
    """
    parts: list[list[Span]] = [[]]
    for word in _WORD.finditer(run[0]):
        start, end = run.start() + word.start(), run.start() + word.end()
        if word[0].lower().strip(".'’") in fillers() or _overlaps(start, end, busy):
            parts.append([])
        else:
            parts[-1].append((start, end))
    for part in filter(None, parts):
        start, end = part[0][0], part[-1][1]
        if end - start > 2 and not (len(parts) > 1 and len(part) == 1 and _is_english(run.string[start:end])):
            yield start, end


def _is_english(word: str) -> bool:
    return rarity(word.lower()) < RARE


def _overlaps(start: int, end: int, busy: Sequence[Span]) -> bool:
    at = bisect_left(busy, (end, -1))
    return any(last > start for _, last in busy[max(0, at - 2) : at])


def sounds_foreign(name: str) -> bool:
    """Tell whether a name is written as foreign people's names are."""
    return _SOUNDS.issuperset(simplify(name))


def find_glossed(text: Text) -> Iterator[str]:
    """Find what is followed by its Latin form in brackets, as it stands in the plain text.

    Who is named by the surname later on goes by it.
    """
    for gloss in _GLOSS.finditer(text.plain):
        if not _LOWER.search(gloss[1]):
            continue
        before = text.plain[max(0, gloss.start() - 24) : gloss.start()]
        quoted = _QUOTED.search(before)
        name = quoted[1] if quoted else _last_words(text, gloss.start())
        surname = _DOT.split(name)[-1]
        if 1 < len(surname) < len(name) and text.plain.count(surname) > text.plain.count(name):
            name = surname
        name = _drop_office(name)
        if (
            2 <= len(name) <= LONGEST_GLOSSED
            and name not in fillers()
            and not (_is_common(name) and (not quoted or len(name) < 4))
        ):
            yield name


def _drop_office(name: str) -> str:
    """Take the office off a name that it stands behind: 费舍尔教授."""
    if not name.endswith(OFFICES):
        return name
    return name.removesuffix(next(office for office in OFFICES if name.endswith(office)))


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
    if before in _JOINTS or words[0] in _JOINTS or words[0].startswith("之"):
        return True
    if _SOUNDS.issuperset(before):
        part, known = part_of_speech(before)
        if len(before) == 1 or not known or part.startswith(("nr", "ns", "nz")):
            return len(_JOINT.split("".join(words))[0]) + len(before) <= 6
    if len(before) > 1 or before in _PARTICLES or not _HAN.fullmatch(before):
        return False
    return (
        not _JOINT.search("".join(words))
        and len("".join(words)) < 3
        and (before in SURNAMES or before in _SOUNDS)
    )


_PROVINCES = (
    "河北|山西|辽宁|吉林|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|新疆|西藏|宁夏"
)
_TOWN = re.compile(
    rf"(?:(?:{_PROVINCES}|黑龙江|内蒙古)(?:省|自治区)?|[\u3400-\u9fff]{{2}}市)"
    r"([\u3400-\u9fff]{2,3}?)(?:市|县|区|镇|州|地区)(?![\u3400-\u9fff]?[长委民])"
)


_BODIES = (
    "大学|学院|医院|法院|银行|航空|集团|公司|基金会|基金|协会|学会|研究所|研究院|实验室|委员会|检察院|出版社|博物馆"
    "|美术馆|图书馆|电视台|电厂|机场|车站|监狱|教会|联盟|工会|学校|中学|制药|药业|汽车|电子|半导体|证券|保险|石化|能源"
)
_BODY = re.compile(_BODIES)
"""What firms, schools, courts are called last."""
_NO_NAME = frozenset(
    "分的在是和与及或由对向从为被把让给说称了者等之其该本这那某各每两几多一二三四五六七八九十个家所间来到于以将约"
)
_LEARNED = ("大学", "学院", "医院")
"""These may be named after a place."""
LONGEST = 7


def find_bodies(text: Text, known: Iterable[str]) -> list[str]:
    """Find firms, schools, courts by what they are called last, when they are named again: 立荣航空.

    The name is as long as it comes back nearly as often; what stands before must not be a common word,
    nor hold a name that is ``known``.
    """
    found: dict[str, None] = {}
    for match in _BODY.finditer(text.plain):
        name = _grow_back(text, match.start(), match[0])
        if not name or text.plain.count(name) < 2 or name in fillers():
            continue
        if match[0] in _LEARNED or not any(other in name for other in known):
            found[name] = None
    return [name for name in found if not any(name != other and other.endswith(name) for other in found)]


def _grow_back(text: Text, end: int, last: str) -> str:
    """Give the name that ends with ``last``, from a word's beginning on; nothing when it is a common one."""
    plain, start = text.plain, end - 2
    if start < 0 or not _HAN.fullmatch(plain, start, end) or not _NO_NAME.isdisjoint(plain[start:end]):
        return ""
    often = plain.count(plain[start:end] + last)
    if often < 2:
        return ""
    while end - start < LONGEST and start and _HAN.match(plain, start - 1):
        if plain.count(plain[start - 1 : end] + last) < 0.7 * often:
            break
        start -= 1
    first = bisect_left(text.starts, start)
    stem = plain[start:end]
    if end - start == LONGEST or text.starts[first] != start or not _NO_NAME.isdisjoint(stem):
        return ""
    if "有限" in stem:
        return ""
    part, known = part_of_speech(stem)
    if known and (part not in _PROPER or (part == "ns" and last not in _LEARNED)):
        return ""
    part, known = part_of_speech(text.words[first])
    return "" if known and part[0] in "vcpdrmtf" else stem + last


_WORK = re.compile("[《〈]([^《》〈〉]{2,12})[》〉]")
_PAPER = re.compile("(?:报|刊|新闻|杂志|评论|在线|网|邮讯|通讯|导报|时代|世界|人)$")
"""What newspapers are called: a source, most often."""


def find_works(body: str, head: str) -> list[str]:
    """Find laws, books, films: what stands between 《》 again and again, or there and in the title."""
    if "《" not in body and "〈" not in body:
        return []
    counts = Counter(match[1] for match in _WORK.finditer(body))
    return [
        name
        for name, times in counts.items()
        if (times > 1 or name in head) and _HAN.search(name) and not _PAPER.search(name)
    ]


def find_towns(body: str) -> list[str]:
    """Find towns behind the province or city that they lie in: 辽宁省开原市."""
    found = dict.fromkeys(match[1] for match in _TOWN.finditer(body[:300]))
    return [name for name in found if name not in fillers() and not set(name) & _PARTICLES]


def find_speakers(body: str) -> list[str]:
    """Find people who have an office or say something, and are named again: 经济师屈宏斌, 屈宏斌指出.

    Of a name and its beginning the longer one counts, if it is met as often.
    """
    found = dict.fromkeys(
        match[1]
        for match in _SPEAKER.finditer(body, 0, SPOKEN_IN)
        if body.endswith(OFFICES, 0, match.start()) or (match[2] and body[match.start() - 1] in "，。；\n「“")
    )
    often = {name: body.count(name) for name in found}
    return [
        name
        for name in found
        if often[name] > 1
        and name not in fillers()
        and not part_of_speech(name)[1]
        and not any(other.startswith(name) and other != name and often[other] > 1 for other in found)
        and not (len(name) == 3 and often.get(name[:2], 0) > often[name])
    ]


def list_places(name: str, text: str) -> Iterator[int]:
    """List where a name stands in a text."""
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))

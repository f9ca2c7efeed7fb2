"""Make an archive of N articles in the form that collectors leave behind.

    python -m bench.make_corpus 10000 bench/out/site-10000

In: a number and a seed. Out: a site folder (``site.toml``, ``tags.toml``, ``content/``). The rule it
guards: article ``i`` of ``n`` is a pure function of ``(seed, n, i)``, so that a benchmark can rewrite
one article, and the same command gives the same bytes on any machine. Standard library only.

What is natural about it: publishers, subjects and tags follow Zipf; lengths are log-normal (median
about 700 characters, a tail to 12,000); dates come in bursts around events, over ten years, in
working hours; one article in fifty retells another, one in five hundred is its twin byte for byte.
What is unnatural: the sentences, which come from a small grammar of our own.
"""

# Markup and word lists read best whole:
# ruff: noqa: E501

from __future__ import annotations

import argparse
import hashlib
import math
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from itertools import accumulate
from pathlib import Path

SEED = 2022
FIRST_DAY = datetime(2013, 1, 1, tzinfo=UTC)
DAYS = 3650
FOLDER_SIZE = 1000
LONGEST = 12_000
KNOWN_TO_SITE = 500
"""So many names stand in ``tags.toml`` and are looked for in every text."""

# --- words --------------------------------------------------------------------------------

KNOWN_NAMES = (
    "小米|徕卡|雷军|小米12 Ultra|小米 12S Ultra|华为|苹果|三星|索尼|骁龙|高通|联发科|荣耀|比亚迪|特斯拉|"
    "微软|谷歌|相机|手机|芯片|显卡|操作系统|电动车|人工智能|台积电|英特尔"
).split("|")
HEADS = "云岭 青石 北辰 远帆 白鹭 星河 松涛 南屿 长河 金穗 晨曦 海棠 雪线 蓝鲸 银杏 赤峰 清泉 天枢 玄武 沧浪".split()
KINDS = "科技 汽车 影像 半导体 航天 能源 家电 软件 芯片 手机 大学 研究院 实验室 平台 浏览器 耳机 平板 路由器 引擎 卫星".split()
WHO = "项目负责人 工程师 一位分析师 发言人 研发团队 供应链人士 首批用户 主管部门 经销商 设计总监".split()
WHEN = "今天上午 日前 昨日晚间 近日 本周 此前 上个月 年初 当地时间周二 发布会结束后".split()
DID = "公布了 介绍了 更新了 推迟了 确认了 展示了 测试了 修改了 召回了 下调了 上线了 否认了".split()
WHAT = (
    "新一代产品的路线图 电池方案 一份测试报告 影像算法 价格与配置 交付计划 海外市场的安排 散热设计 两项专利 "
    "维修政策 开发者文档 屏幕参数 供应商名单 安全补丁 用户反馈的处理结果 自动驾驶的数据"
).split()
ALSO = (
    "具体时间没有给出 这与早先的说法一致 多数人表示可以接受 细节还要等正式文件 目前没有更多消息 "
    "外界对此看法不一 成本因此下降了一成 这一数字高于去年同期 相关页面已经可以访问 首批数量有限 "
    "旧型号仍会得到支持 下一步要看实际效果 测试环境与日常使用有差别 官方没有回应置评请求 "
    "参数表里没有列出这一项 整个过程大约用了三周"
).split()
SAYS = "表示，|指出，|告诉记者，|在回复中写道，|强调，|补充说，".split("|")
UNITS = "毫安时 瓦 克 元 台 毫米 赫兹 公里 名用户 个城市".split()
HEADLINE = "发布 曝光 开售 升级 涨价 回应 停产 亮相 实测 拆解 官宣 延期".split()


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """List every subject an article can be about, most talked of first, with Zipf's weights."""
    made = [f"{head}{kind}" for kind in KINDS for head in HEADS]
    series = [f"{name} {number}" for number in range(2, 30) for name in made]
    names = (*KNOWN_NAMES, *made, *series)
    return names, tuple(accumulate(1 / rank for rank in range(1, len(names) + 1)))


def pick_names(r: random.Random, count: int) -> list[str]:
    """Draw distinct subjects, the famous ones far more often."""
    names, weights = _names()
    return list(dict.fromkeys(r.choices(names, cum_weights=weights, k=count)))


def write_sentence(r: random.Random, names: list[str]) -> str:
    """Write one sentence about one of the subjects."""
    pick = r.random
    who = names[int(pick() * len(names))]
    what, also = WHAT[int(pick() * len(WHAT))], ALSO[int(pick() * len(ALSO))]
    did = DID[int(pick() * len(DID))]
    shape = pick()
    if shape < 0.35:
        return f"{WHEN[int(pick() * 10)]}，{who}{did}{what}，{also}。"
    if shape < 0.6:
        return f"{WHO[int(pick() * 10)]}{SAYS[int(pick() * 6)]}“{who}{did}{what}，{also}。”"
    if shape < 0.85:
        return f"{what}方面，{who}给出的数字是 {int(pick() * 9000) + 10} {UNITS[int(pick() * 10)]}，{also}。"
    return f"{also}，{who}的{what}也是如此。"


def write_paragraphs(r: random.Random, names: list[str], length: int) -> list[str]:
    """Write about ``length`` characters in paragraphs of one to four sentences."""
    paragraphs, size = [], 0
    while size < length:
        paragraph = "".join(write_sentence(r, names) for _ in range(1 + int(r.random() * 4)))
        paragraphs.append(paragraph)
        size += len(paragraph)
    return paragraphs


# --- one article --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who printed it, in which channel, and in which kind of markup."""

    name: str
    channel: str
    dress: Callable[[Draft], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before it is dressed in a publisher's markup."""

    r: random.Random
    title: str
    names: list[str]
    paragraphs: list[str]
    when: datetime

    def hex(self, digits: int) -> str:
        """Give a random number in hex, such as a picture's name."""
        return f"{self.r.getrandbits(4 * digits):0{digits}x}"


BROKEN_STYLE = (
    'style="font-size: 16px; font-family: "Open Sans", Arial, "Hiragino Sans GB", 渧嚨哄疅縌, sans-serif;" '
)


def dress_mydrivers(draft: Draft) -> str:
    """Thumbnails that link to the picture, inline styles, a footer with editor and tags."""
    parts = []
    for number, text in enumerate(draft.paragraphs):
        chance = draft.r.random()
        if chance < 0.2:
            text = f"<strong>{text}</strong>"
        elif chance < 0.3:
            text = f'<span style="color:#ff0000;"><strong>{text}</strong></span>'
        parts.append(f"<p>{text}</p>")
        if number % 4 == 1:
            name, broken = draft.hex(32), BROKEN_STYLE if chance > 0.97 else ""
            caption = "<br>\n样机外观" if chance > 0.8 else ""
            folder = f"https://img1.mydrivers.com/img/{draft.when:%Y%m%d}"
            parts.append(
                f'<p align="center"><a href="{folder}/{name}.jpg" {broken}target="_blank"><img alt="{escape(draft.title)}" '
                f'h="450" src="{folder}/s_{name}.jpg" style="border: black 1px solid;" w="600" '
                f'referrerpolicy="no-referrer"></a>{caption}</p>'
            )
    editor = "甲乙丙丁戊己庚辛"[int(draft.r.random() * 8)]
    tags = "".join(
        f'<a href="https://news.mydrivers.com/tag/{draft.hex(6)}.htm">{escape(n)}</a>'
        for n in draft.names[:4]
    )
    return "\n".join(parts) + (
        '\n\n           \n<p class="end"><img src="https://icons.mydrivers.com/news/end_article.png" '
        'referrerpolicy="no-referrer"></p> \n<div style="overflow: hidden;font-size:14px;">\n'
        '           <p class="zhuanzai"><strong>如需转载请务必注明出处：快科技</strong></p>  \n'
        f'          <p class="url"><span style="color:#666">责任编辑：小{editor}</span><a href="javascript:;" '
        'class="jiucuo" id="leftjiucuo">文章纠错</a></p>\n        </div>\n'
        '        <div class="page_article" id="bnext">\n \n</div>\n'
        f'<p class="bqian">话题标签：{tags}  </p>\n        '
    )


def dress_ithome(draft: Draft) -> str:
    """``data-vmark`` on every block, true sizes in ``w`` and ``h``, sometimes an affiliate card."""
    parts = []
    for number, text in enumerate(draft.paragraphs):
        lead = (
            '<a class="s_tag" href="https://www.ithome.com/" target="_blank">IT之家</a> '
            if not number
            else ""
        )
        parts.append(f'<p data-vmark="{draft.hex(4)}">{lead}{text}</p>')
        if number % 3 == 0:
            address = f"https://img.ithome.com/newsuploadfiles/{draft.when:%Y/%m}/{draft.hex(32)}.jpg"
            parts.append(
                f'<p style="text-align: center;" data-vmark="{draft.hex(4)}"><img src="{address}?x-bce-process=image/resize,'
                f'w_1440,h_960" w="1439" h="960" title="{escape(draft.title)}" width="1439" height="547" '
                'referrerpolicy="no-referrer"></p>'
            )
    if draft.r.random() < 0.17:
        links = " ".join(
            f'data-{kind}url="https://union-click.jd.com/jdc?e=&p={draft.hex(360)}"'
            for kind in ("wap", "ios", "android", "h")
        )
        parts.append(
            f'<dir><a contenteditable="false" href="https://union-click.jd.com/jdc?e=&p={draft.hex(360)}" target="_blank" '
            f'{links} data-jdid="1000{draft.hex(4)}"><span class="card main-site"><span class="card-info"><span '
            f'class="card-title"><span class="mall-data">京东</span><span class="card-name">{escape(draft.names[0])} '
            '官方标配</span></span><span class="card-controls"><span class="price"> 6999 元</span><span '
            'class="card-btn-deep">直达链接</span></span></span></span></a></dir>'
        )
    return "".join(parts)


def dress_zaker(draft: Draft) -> str:
    """Lazy pictures behind a proxy, text outside any paragraph between empty ones."""
    parts = []
    for number, text in enumerate(draft.paragraphs):
        if number % 3 == 2:
            address = f"http://zkres2.myzaker.com/{draft.when:%Y%m}/{draft.hex(24)}_1024.jpg"
            parts.append(
                f'<p></p><div class="img_box" id="id_imagebox_{number}" onclick><div class="content_img_div perview_img_div">'
                f'<img class="lazy opacity_0 " id="img_{number}" data-original="{address}" data-height="336" '
                f'data-width="600" src="https://cors.zfour.workers.dev/?{address}" referrerpolicy="no-referrer"></div></div>'
                f"{text}<p></p>"
            )
        else:
            parts.append(f"<p>{text}</p>")
    return "".join(parts) + '<div id="recommend_bottom"></div><div id="article_bottom"></div>  '


def dress_plain(draft: Draft) -> str:
    """What a careful publisher prints: paragraphs, headings, a list, a table, a quotation."""
    parts = []
    for number, text in enumerate(draft.paragraphs):
        chance = draft.r.random()
        if number and chance < 0.08:
            parts.append(f"<h3>{escape(draft.names[0])}的{WHAT[number % len(WHAT)]}</h3>")
        if chance > 0.95:
            parts.append(f"<blockquote><p>{text}</p></blockquote>")
        elif chance > 0.9:
            parts.append("<ul>" + "".join(f"<li>{part}</li>" for part in text.split("，")) + "</ul>")
        elif chance > 0.88:
            parts.append(
                f"<table><tr><th>项目</th><th>说明</th></tr><tr><td>{number}</td><td>{text}</td></tr></table>"
            )
        else:
            parts.append(f"<p>{text}</p>")
        if number % 5 == 2:
            parts.append(
                f'<figure><img src="https://pic.example.net/{draft.hex(16)}.png" alt=""><figcaption>示意图</figcaption></figure>'
            )
    return "\n".join(parts)


def dress_soup(draft: Draft) -> str:
    """What a careless publisher prints: nested ``div``, scripts, trackers, handlers, lazy pictures."""
    parts = [f'<div class="article-wrap w{draft.hex(3)}"><div><div class="cont" style="line-height:2">']
    for number, text in enumerate(draft.paragraphs):
        parts.append(
            f'<div class="p" onclick="track({number})"><span style="font-family: 宋体"><font size="3">　　{text}</font></span></div>'
        )
        if number % 4 == 0:
            parts.append(
                f'<div><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="//cdn.example.org/{draft.hex(20)}.jpg?'
                'utm_source=feed" class="lazyload" onerror="this.remove()"></div>'
            )
    parts.append(
        f'<img src="https://stat.example.org/p.gif?id={draft.hex(8)}" width="1" height="1">'
        "<script>document.write('广告')</script><iframe src=\"https://ads.example.org/frame\"></iframe>"
        '<a href="javascript:void(0)" class="share">分享</a><style>.p{color:red}</style></div></div></div>'
    )
    return "\n".join(parts)


PRESSES = ("日报", "晚报", "观察", "网", "周刊")
PUBLISHERS = (
    Publisher("快科技（原驱动之家）", "最新新闻", dress_mydrivers),
    Publisher("IT 之家", "热榜", dress_ithome),
    Publisher("ZAKER", "channel", dress_zaker),
    *(
        Publisher(f"{head}{press}", "资讯", (dress_plain, dress_soup)[(place + len(press)) % 2])
        for press in PRESSES
        for place, head in enumerate(HEADS)
    ),
)
PUBLISHER_WEIGHTS = tuple(accumulate(1 / rank for rank in range(1, len(PUBLISHERS) + 1)))


def write_stamp(r: random.Random, when: datetime) -> str:
    """Write a time the way collectors do: mostly RFC 1123, sometimes anything else."""
    chance = r.random()
    if chance < 0.85:
        return when.strftime("%a, %d %b %Y %H:%M:%S GMT")  # the C locale: nothing here ever sets another
    forms = (
        f"{when:%Y-%m-%dT%H:%M:%S}+08:00",
        f"{when.year}-{when.month}-{when.day} {when.hour}:{when:%M:%S} +0800",
        f"{when:%Y-%m-%d %H:%M:%S}",
        f"{when.year}年{when.month}月{when.day}日 {when.hour}:{when:%M}",
        f"{int(when.timestamp())}",
        "Invalid Date" if chance > 0.999 else f"{when:%Y-%m-%d}",
    )
    return forms[int(r.random() * len(forms))]


def write_body(draft: Draft, publisher: Publisher) -> str:
    """Dress the paragraphs, and let a few hold what trips template engines."""
    body = publisher.dress(draft)
    if draft.r.random() < 0.005:
        body += "<p>模板写法 &#123;&#123; 7*7 &#125;&#125; 与 {% raw %} 和 <code>&lt;%= 1 %&gt;</code> 原样保留。</p>"
    return f"<div>   \n{body}\n</div>\n            "


def article(i: int, n: int, *, seed: int = SEED, edit: str = "") -> tuple[str, bytes]:
    """Make article ``i`` of ``n``: its path below ``content/`` and its bytes."""
    r = random.Random(f"{seed}:{i}")
    kin = r.random()
    of = int(r.random() * i) if i else 0
    name = f"{i:06d}_{hashlib.blake2b(f'{seed}:{i}'.encode(), digest_size=8).hexdigest()}.txt"
    path = f"{i // FOLDER_SIZE:04d}/{name}"
    if kin < 0.002 and i and not edit:  # a twin, equal to the last byte
        return path, article(of, n, seed=seed)[1]
    told = random.Random(f"{seed}:story:{of if kin < 0.022 else i}")
    event = random.Random(f"{seed}:event:{int(told.random() * max(1, n // 6))}")
    names = pick_names(event, 1 + int(event.random() * 3)) + pick_names(told, 1 + int(told.random() * 2))
    names = list(dict.fromkeys(names))
    day = (event.random() ** 0.7) * DAYS  # the archive grows over the years
    hour = min(23.99, max(0.0, told.gauss(14, 4)))
    when = FIRST_DAY + timedelta(days=int(day) + int(told.expovariate(0.7)), hours=hour)
    title = f"{names[0]}{HEADLINE[int(told.random() * 12)]}：{names[-1]}{DID[int(told.random() * 12)]}{WHAT[int(told.random() * 16)]}"
    length = min(LONGEST, int(math.exp(told.gauss(math.log(700), 0.8))))
    paragraphs = write_paragraphs(told, names, length)
    if kin < 0.022:  # a retelling: another publisher, a few sentences of its own
        paragraphs[-1] = write_sentence(r, names)
        when += timedelta(hours=r.random() * 30)
    if edit:
        paragraphs[0] = edit + paragraphs[0]
    publisher = r.choices(PUBLISHERS, cum_weights=PUBLISHER_WEIGHTS)[0]
    shown = title.replace("：", "：“", 1) + "”" if r.random() < 0.05 else title
    body = write_body(Draft(r, shown, names, paragraphs, when), publisher)
    image = f"https://img.example.net/{r.getrandbits(64):016x}.jpg"
    tags = "".join(f" - {name}\n" for name in names[:3])
    tags = f"tags:\n{tags}" if publisher.dress is dress_plain else ""
    text = (
        f"\n---\ntitle: '{shown.replace('“', '_').replace('”', '_')}'\ncategories: \n - 新媒体\n - {publisher.name}\n"
        f" - {publisher.channel}\n{tags}headimg: '{image}'\nauthor: {publisher.name}\n"
        f"comments: false\ndate: {write_stamp(r, when)}\nthumbnail: '{image}'\n---\n\n{body}"
    )
    return path, text.encode()


# --- a whole site -------------------------------------------------------------------------


def write_corpus(n: int, site: Path, *, seed: int = SEED) -> int:
    """Write a site folder with ``n`` articles and return how many bytes they have."""
    content, total = site / "content", 0
    for folder in range(-(-n // FOLDER_SIZE)):
        (content / f"{folder:04d}").mkdir(parents=True, exist_ok=True)
    for i in range(n):
        path, data = article(i, n, seed=seed)
        total += len(data)
        with open(os.path.join(content, path), "wb") as file:
            file.write(data)
    listed = "".join(f'  "{name}",\n' for name in _names()[0][:KNOWN_TO_SITE])
    (site / "tags.toml").write_text(f"names = [\n{listed}]\n", "utf-8")
    (site / "site.toml").write_text(
        f'title = "测速档案"\ndescription = "{n} 篇生成的文章"\nbase_url = "https://archive.example/"\n',
        "utf-8",
    )
    return total


def main() -> None:
    """Write a corpus from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("n", type=int, help="how many articles")
    parser.add_argument("site", type=Path, help="the site folder to make")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    begun = time.perf_counter()
    total = write_corpus(options.n, options.site, seed=options.seed)
    print(
        f"{options.n} articles, {total / options.n:.0f} bytes each, {time.perf_counter() - begun:.1f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()

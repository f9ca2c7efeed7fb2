"""Words that publishers' pages put between an article's paragraphs about themselves, not about anything.

In: a paragraph's text. Out: whether it is such a label. The rule it guards: **the whole paragraph must be
the label**; within a sentence, a heading, a list or a table it is a word.
"""

from __future__ import annotations

_LIMIT = 80
"""Characters; nothing longer is asked about."""
_AROUND = " \t\xa0\u3000[]()（）【】〔〕-–—―_=*·•.…:：|｜▼▲↓<>《》「」"
_ADVERTISEMENT = frozenset(
    "advertisement|advertisements|advertising|advertisment|advert|skip advertisement|skip ad"
    "|story continues below advertisement|story continues after advertisement"
    "|article continues below advertisement|article continues after advertisement"
    "|article continues below this ad|article continues after ad|story continues below this ad"
    "|advertisement - scroll to continue|advertisement. scroll to continue reading"
    "|scroll to continue with content|continue reading the main story"
    "|视频加载中|视频加载失败|图片加载中|正在加载|广告|廣告|广告位|点击跳过广告|文章继续|広告|スポンサーリンク|광고"
    "|anzeige|werbung|publicité|la suite après la publicité|la suite après cette publicité|publicidad"
    "|publicidade|continua após a publicidade|continua depois da publicidade|pubblicità|advertentie"
    "|реклама|реклама на сайте|продолжение после рекламы|рэклама|reklama|reklam|reklamă|annons|annonse"
    "|mainos|διαφήμιση|hirdetés|inzerce|oglas|reclamă|publicitate|publicitat|publizitatea"
    "|פרסומת|إعلان|اعلان|تبلیغات|تبلیغ|اشتہار|विज्ञापन|বিজ্ঞাপন|விளம்பரம்|quảng cáo|iklan|advertisement"
    "|scroll to continue|advertisement · scroll to continue|haberin devamı"
    "|view in browser|view this email in your browser|view online|view web version|unsubscribe|在浏览器中查看"
    "|โฆษณา|reklāma|reklaam|sponsored content below|reuse this content|skip to main content"
    "|end of article|follow us on social media|jump to navigation|jump to search"
    "|分享至|用微信扫码二维码|分享至好友和朋友圈|微信扫一扫|微信扫一扫 关注该公众号"
    "|继续滑动看下一个|预览时标签不可点|轻触阅读原文|复制链接".split("|")
)
_BARS = frozenset("|｜")
"""A sign that a style showed between two parts of a byline."""
_PICTURE = frozenset({"Image", "Imagen", "Bild"})


def is_label(line: str) -> bool:
    """Tell whether a paragraph says no more than that an advertisement or another part of a page stood there.

    >>> is_label("— ADVERTISEMENT —"), is_label("Anzeige:"), is_label("Advertisement is a craft.")
    (True, True, False)
    """
    return len(line) <= _LIMIT and (line.strip(_AROUND).casefold() in _ADVERTISEMENT or line in _BARS)


def names_picture(line: str) -> bool:
    """Tell whether a paragraph above a picture is the word that screen readers are told before it."""
    return line in _PICTURE

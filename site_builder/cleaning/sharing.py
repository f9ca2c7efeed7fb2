"""Lines of links by which readers may share an article: Facebook, Tweet, WhatsApp, 分享到微博 …

In: a paragraph or a list as it was written. Out: whether it is such a line. The rule it guards: **each link
leads to the form by which a network takes a new post**, never to a post, and no word stands beside them but a
label for sharing and names of networks.
"""

from __future__ import annotations

import html
import re

_ADDRESS = (
    r"(?:facebook\.com/(?:sharer|share\.php|dialog/(?:share|feed|send))"
    r"|(?:twitter|x)\.com/(?:share\b|intent/(?:tweet|post)|home\?status)"
    r"|linkedin\.com/(?:shareArticle|sharing|cws/share)|reddit\.com/submit"
    r"|pinterest\.[a-z.]{2,6}/pin/create|(?:t|telegram)\.me/share|(?:api|web)\.whatsapp\.com/send|wa\.me/\?text"
    r"|vk(?:ontakte)?\.(?:com|ru)/share\.php|connect\.(?:ok|mail)\.ru/|ok\.ru/dk\?st\.cmd=addShare"
    r"|tumblr\.com/(?:share|widgets/share)|getpocket\.com/(?:save|edit)|instapaper\.com/(?:edit|hello2)"
    r"|(?:service|v)\.weibo\.com/share|(?:share\.)?v\.t\.(?:sina|qq)\.com|sns\.qzone\.qq\.com/cgi-bin/qzshare"
    r"|connect\.qq\.com/widget/shareqq|(?:social-plugins\.)?line\.(?:me|naver\.jp)/(?:R/msg|lineit/share)"
    r"|b\.hatena\.ne\.jp/add|news\.ycombinator\.com/submitlink|share\.flipboard\.com|flipboard\.com/bookmarklet"
    r"|bsky\.app/intent/compose|threads\.(?:net|com)/intent|mastodon(?:share\.com|\.[a-z]{2,6}/share)"
    r"|plus\.google\.com/share|digg\.com/submit|del\.?icio\.?us(?:\.com)?/(?:save|post)|stumbleupon\.com/submit"
    r"|xing\.com/(?:social|spi/shares)|story\.kakao\.com/share|share\.naver\.com|band\.us/plugin/share"
    r"|buffer(?:app)?\.com/add|douban\.com/(?:share|recommend)|blogger\.com/share-post|evernote\.com/clip)"
)
_SHARES = re.compile(rf"(?:https?:)?//(?:[a-z]{{1,3}}\.|www\.)?{_ADDRESS}", re.IGNORECASE)
_MAY_SHARE = ("shar", "intent/", "submit", "pin/create", "/send", "/add", "?text", "getpocket", "v.t.")
_WORDS = frozenset(
    "share|share this|share this article|share this story|share on|share via|share with|tweet"
    "|tweet this|post|pin|pin it|like|email|e-mail|mail|print|copy|copy link|link|more|comment"
    "|comments|save|facebook|twitter|x|linkedin|reddit|pinterest|telegram|whatsapp|vk|vkontakte"
    "|tumblr|pocket|instapaper|weibo|wechat|qq|line|hatena|flipboard|bluesky|threads|mastodon"
    "|google+|digg|delicious|stumbleupon|xing|kakao|kakaotalk|messenger|viber|skype|sms|teilen"
    "|drucken|partager|imprimer|compartir|imprimir|compartilhar|condividi|stampa|delen|dela|del"
    "|jaa|sdílet|udostępnij|поделиться|поширити|paylaş|bagikan|chia sẻ|مشاركة|شارك"
    "|اشتراک گذاری|שתף|साझा करें|शेयर करें|分享|分享到|分享至|分享到微博|微博|微信"
    "|新浪微博|qq空间|朋友圈|豆瓣|复制链接|打印|シェア"
    "|シェアする|ツイート|공유|공유하기".split("|")
)
"""What stands on and beside such links."""
_AROUND = " \t\n\xa0\u3000\u200b\ufe0f,，、;；|｜/·•・.-–—:：!！()（）[]【】>»*+"
_LINK = re.compile(r'<a href="([^"]*)"[^<>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_LIMIT, _LONGEST = 8_000, 60
"""Characters of markup, and of a link's words: longer ones are what a reader should post."""


def is_sharing(block: str) -> bool:
    """Tell whether a block holds nothing but links for sharing.

    >>> is_sharing('<p>Share: <a href="https://facebook.com/sharer.php?u=x" rel="x">Facebook</a> Email</p>')
    True
    >>> is_sharing('<p>See <a href="https://www.facebook.com/ida/posts/1" rel="x">Facebook</a></p>')
    False
    """
    if (
        "<a " not in block
        or len(block) > _LIMIT
        or "<img" in block
        or not any(map(block.__contains__, _MAY_SHARE))
    ):
        return False
    links = _LINK.findall(block)
    if not links or not all(_SHARES.match(html.unescape(url)) for url, _ in links):
        return False
    said = [_text(words) for _, words in links]
    beside = (_text(piece) for piece in _TAG.split(_LINK.sub("<>", block)))
    return all(len(words) <= _LONGEST for words in said) and all(not one or one in _WORDS for one in beside)


def _text(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split()).strip(_AROUND).casefold()

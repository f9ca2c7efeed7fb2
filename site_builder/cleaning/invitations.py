"""Lines that lead to other articles of the publisher: 【関連記事】, LEIA TAMBÉM, Lire aussi, Read also …

In: paragraphs as they were written. Out: whether one is such a line, or the label above some. The rule it
guards: **a label, links, and no word beside them**. Where the label is also how people speak of a source
("Read more: …"), or stands above its links, each link must lead to the article's own site, or all stays.
"""

from __future__ import annotations

import html
import re
import unicodedata

from site_builder.urls import host, is_under

_SURE = """
also read|read also|read next|related article|related articles|related story|related stories
|related coverage|related news|related content|recommended stories|recommended for you|you may also like
|you might also like|explore more on these topics|you may also be interested in|more on this story
|more from this section|don't miss|don’t miss|lire aussi|à lire aussi|a lire aussi
|à lire également|lire également|lisez aussi|à voir aussi
|sur le même sujet|sur le même thème|lea también|lee también|leé también|leer también|lea además
|lee además|también lea|también lee|te puede interesar|le puede interesar|también te puede interesar
|también le puede interesar|puede interesarle|quizás te interese|noticia relacionada|noticias relacionadas
|artículo relacionado|artículos relacionados|no te pierdas|mirá también|mira también|vea también
|le recomendamos|te recomendamos|llegiu també|llegeix també|le também|leia também|leia mais|leia ainda
|veja também|confira também|ler também|notícias relacionadas|notícia relacionada|leggi anche|leggi pure
|vedi anche|guarda anche|potrebbe interessarti|potrebbe interessarti anche|ti potrebbe interessare
|potrebbe interessarvi|articoli correlati|lesen sie auch|lesen sie dazu auch|lesen sie hier|lesen sie mehr
|lesen sie mehr zum thema|lies auch|lest auch|mehr zum thema|das könnte sie auch interessieren
|das könnte dich auch interessieren|auch interessant|lesetipp|lesetipps|passend zum thema|lees ook
|bekijk ook|meer over dit onderwerp|läs också|läs även|læs også|les også|lue myös|loe ka|lasi arī
|lasīt vēl|skaitykite taip pat|taip pat skaitykite|czytaj też|czytaj także|czytaj również|zobacz też
|zobacz także|zobacz również|przeczytaj też|przeczytaj także|przeczytaj również|čtěte také|čtěte též
|přečtěte si také|mohlo by vás zajímat|související|související články|čítajte aj|čítajte tiež
|prečítajte si aj|mohlo by vás zaujímať|súvisiace články|olvassa el ezt is|ezt is olvassa el
|olvasd el ezt is|kapcsolódó cikk|kapcsolódó cikkek|kapcsolódó cikkünk|citește și|citeşte şi|citiți și
|vezi și|vezi şi|pročitajte i|pročitajte još|pročitaj i|pročitaj još|povezane vijesti|povezane vesti
|preberite tudi|preberite še|прочетете още|прочетете и|вижте още|още по темата|прочитајте и|прочитајте још
|прочитај и|прочитај још|читайте также|читайте ещё|читайте еще|читать также|смотрите также|по теме
|материалы по теме|статьи по теме|читайте також|дивіться також|читати також|матеріали по темі
|матеріали за темою|вас може зацікавити|чытайце таксама|կարդացեք նաև|կարդալ նաև
|წაიკითხეთ აგრეთვე|წაიკითხეთ ასევე|тағы оқыңыз|διαβάστε επίσης|διαβάστε ακόμα
|διαβάστε ακόμη|δείτε επίσης|διαβάστε και|σχετικά άρθρα|ilgili haber|ilgili haberler|bunu da okuyun
|bunları da okuyun|ayrıca okuyun|ilginizi çekebilir|bakmadan geçme|oxşar xəbərlər|lexo edhe|lexoni edhe
|basahin din|soma pia|soma zaidi|baca juga|baca lagi|simak juga|lihat juga|berita terkait|artikel terkait
|xem thêm|đọc thêm|tin liên quan|bài liên quan|có thể bạn quan tâm|اقرأ أيضا|اقرأ أيضًا|اقرأ أيضاً
|إقرأ أيضا|إقرأ أيضاً|اقرأ ايضا|اقرأ ايضاً|شاهد أيضا|شاهد أيضاً|مواضيع ذات صلة|مقالات ذات صلة
|أخبار ذات صلة|موضوعات متعلقة|بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط|اخبار مرتبط|مزید پڑھیں|یہ بھی پڑھیں
|یہ بھی پڑھیے|קראו גם|קרא גם|קראו עוד|כתבות נוספות|כתבות קשורות|עוד בנושא|אולי יעניין אותך|यह भी पढ़ें|ये भी पढ़ें
|इसे भी पढ़ें|यह भी पढ़े|ये भी पढ़े|इन्हें भी पढ़ें|हेही वाचा|हे ही वाचा|आरও पড়ুন|আরও পড়ুন|আরো পড়ুন
|மேலும் படிக்க|இதையும் படிக்க|இதையும் படியுங்கள்|ఇది కూడా చదవండి|ఇవి కూడా చదవండి|ಇದನ್ನೂ ಓದಿ|ഇതും വായിക്കുക
|આ પણ વાંચો|यो पनि पढ्नुहोस्|ข่าวที่เกี่ยวข้อง|อ่านข่าวที่เกี่ยวข้อง|เรื่องที่เกี่ยวข้อง
|บทความที่เกี่ยวข้อง|関連記事|関連ニュース|あわせて読みたい|合わせて読みたい|併せて読みたい
|こちらもおすすめ|おすすめ記事|こちらの記事もおすすめ|次に読みたい|次に読みたい記事|관련기사|관련 기사
|관련뉴스|관련 뉴스|함께 보면 좋은 기사|延伸阅读|延伸閱讀|相关阅读|相關閱讀|相关报道|相關報道|相關報導
|相关新闻|相關新聞|相关文章|相關文章|往期精彩|往期回顾|往期推荐|猜你喜欢|你可能还喜欢|你可能也想看
|你可能感興趣|更多新聞|更多新闻|看更多新聞|更多相關新聞|更多相关新闻|更多文章
"""
_LIKELY = """
read more|more|more on this|more on this topic|see also|see more|related|related links|related reading
|read this next|recommended|recommended reading|must read|must reads|à lire|further reading|up next|watch
|watch also|voir aussi|en savoir plus|lire la suite|lire plus|más información|leer más|lee más|lea más
|ver también|saiba mais|veja mais|ver mais|approfondisci|leggi di più|leggi tutto|weiterlesen|mehr dazu
|mehr|siehe auch|zum thema|zie ook|lees meer|lees verder|meer|läs mer|læs mere|les mer|lue lisää
|czytaj więcej|więcej|polecamy|zobacz więcej|čtěte|více|viz také|прочитать|подробнее|читать далее
|читать полностью|детальніше|ακόμα|δείτε ακόμα|devamı|detaylar|selengkapnya|baca selengkapnya|baca|lihat
|المزيد|اقرأ المزيد|بیشتر|مزید|קרא עוד|לקריאה נוספת|और पढ़ें|আরও|อ่านเพิ่มเติม|อ่านต่อ|อ่านข่าวเพิ่มเติม
|もっと読む|続きを読む|関連リンク|関連|参考記事|더 읽기|더보기|阅读更多|閱讀更多|更多|更多报道|更多報導
|更多阅读|推荐阅读|推薦閱讀|编辑推荐|編輯推薦|相关链接|相關連結|参考阅读|參考閱讀|链接|精彩推荐|热门文章
|热门推荐|另见|參見|参见
"""
_HEADINGS = """
related|read more|more on this|more on this topic|read this next|trending|trending now
|most read|most popular|most viewed|popular posts|popular now|more stories|more news
|top stories|latest news|latest stories|latest posts|recent posts|editor's picks
|editors' picks|editor’s picks|editors’ picks|meistgelesen|meistgelesene artikel
|mehr zum thema|les plus lus|articles les plus lus|à la une|lo más leído|más leídas
|lo más visto|mais lidas|mais lidos|últimas notícias|últimas noticias|i più letti
|più letti|ultime notizie|meest gelezen|mest lästa|mest læste|mest lest|luetuimmat
|najczęściej czytane|najnowsze|nejčtenější|популярное|самое читаемое|последние новости
|найпопулярніше|en çok okunanlar|terpopuler|terkini|đọc nhiều|tin mới|الأكثر قراءة
|پربازدیدترین|הנקראות ביותר|ยอดนิยม|ข่าวล่าสุด|人気記事
|人気記事ランキング|アクセスランキング|最新記事|많이 본 뉴스|인기기사
|热门新闻|熱門新聞|热门文章|最新文章|最新新闻|最新新聞|点击排行|热点排行|24小时热文
"""
"""What stands above teasers where it is a heading, and what no section of a text is called."""
_AROUND = (
    " \t\n\xa0\u3000\u200b\u200e\u200f\ufeff\ufe0f[]()（）【】〔〕［］《》〈〉「」『』{}-–—―_=*·•・.…:：;|｜/"
    "՝▼▽▲△▶►▸▹→⇒➡➔➤↓⇩⬇☞👉👇📌🔗◆◇■□●○★☆※>＞»›<＜«‹#＃!！"
)
_BETWEEN = " \t\n\xa0\u3000\u200b,，、;；|｜/·•・.-–—▶►▸→>＞»›◆◇■□●○※*]】)）。"
"""What may stand between links, and behind the last one."""
_TAG = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>")
_HREF = re.compile(r'href="([^"]*)"')
_PLAIN = frozenset("a strong em b u s small br sup sub p ul ol li mark bdi".split())
_LABEL_ENDS = re.compile(r"\s[-–—]\s|[:：|｜»›→】\]］>＞]")
_LOOK = re.compile(r"^(?:www|m|amp|mobile)\.")
"""One site in another look."""
_LABEL_LIMIT = 60
_LIMIT = 6_000
"""Characters of markup; no such line is longer."""
_CLOSINGS = ("", "</strong>", "</em>", "</em></strong>", "</strong></em>", "</u>", "</small>", "]", "</em>]")
ENDS = tuple(f"</a>{end}</p>" for end in _CLOSINGS)
"""How a paragraph of links ends; most paragraphs are dismissed by it."""


def _fold(label: str) -> str:
    """Make the key of a label: case, marks above letters and the dot of the Turkish i do not count."""
    plain = unicodedata.normalize("NFKD", label.strip(_AROUND)).casefold().replace("ı", "i")
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


_SURE_KEYS = frozenset(map(_fold, _SURE.replace("\n", "").split("|")))
_HEADING_KEYS = _SURE_KEYS | frozenset(map(_fold, _HEADINGS.replace("\n", "").split("|")))
_KEYS = _HEADING_KEYS | frozenset(map(_fold, _LIKELY.replace("\n", "").split("|")))


def is_invitation(paragraph: str, origin: str) -> bool:
    """Tell whether a paragraph is a label and links to other articles, and nothing else.

    ``origin`` is the address of the article itself, or nothing.

    >>> is_invitation('<p>Lire aussi : <a href="https://a.example/b">La mer</a></p>', "")
    True
    >>> is_invitation('<p>Read more: <a href="https://a.example/b">The sea</a></p>', "")
    False
    >>> is_invitation('<p>Read more: <a href="https://a.example/b">The sea</a></p>', "https://www.a.example/a")
    True
    """
    read = _read(paragraph)
    if read is None:
        return False
    before, links, between = read
    label = before
    if not before.strip(_AROUND):
        parts = _LABEL_ENDS.split(links[0].lstrip(_AROUND), maxsplit=1)
        label = parts[0] if len(parts) > 1 and parts[1].strip(_AROUND) else ""
    if between.strip(_BETWEEN) or not may_lead(label):
        return False
    return _fold(label) in _SURE_KEYS or _leads_home(paragraph, origin)


def may_lead(line: str) -> bool:
    """Tell whether a line is a label below which links to other articles may stand."""
    return 0 < len(line) <= _LABEL_LIMIT and _fold(line) in _KEYS


def may_head(line: str) -> bool:
    """Tell a label that is never what a section of a text is called."""
    return _fold(line) in _HEADING_KEYS


def leads_elsewhere(block: str, origin: str) -> bool:
    """Tell whether a block below such a label holds links to the article's own site, and no words beside."""
    read = _read(block)
    if read is None or not _leads_home(block, origin):
        return False
    before, _, between = read
    return not before.strip(_AROUND) and not between.strip(_BETWEEN)


def _leads_home(block: str, origin: str) -> bool:
    """Tell whether all links lead to the article's own site."""
    own = _LOOK.sub("", host(origin))
    return bool(own) and all(is_under(host(html.unescape(url)), own) for url in _HREF.findall(block))


def _read(block: str) -> tuple[str, list[str], str] | None:
    """Read a block as words before its links, the links' own, and words between and behind them."""
    if len(block) > _LIMIT or 'href="link:' in block:  # to another file: whoever wrote it, kept it
        return None
    before, between = "", ""
    links: list[str] = []
    inside, place = False, 0
    for tag in _TAG.finditer(block):
        if tag[2] not in _PLAIN:
            return None
        words = html.unescape(block[place : tag.start()])
        if inside:
            links[-1] += words
        elif links:
            between += words
        else:
            before += words
        if tag[2] == "a":
            inside = not tag[1]
            links += [""] * inside
        place = tag.end()
    return (before, links, between) if any(map(str.strip, links)) else None

"""The article in a saved web page, and the frame around it, told apart by HTML's own landmarks.

In: the events of a whole document's body. Out: the same events, with each part of the frame inside
an element ``OUTSIDE``. The rule it guards: **the page itself must say so**. What it calls
navigation, search, dialog or its footer is the frame; its header, its asides and what else stands
outside are so only where one element is called the main content, or an article, or an article's text, and
holds more than half of the words that lead nowhere: menus and teasers are links. Where none does, all stays
but what ``surroundings`` knows by its shape.
What is called its readers' comments is not counted, nor kept where a text stands beside it. What goes by a
name that programs give to a part of the page, a line of crumbs or a pager, goes wherever it stands, if it is
small.

The roles are those of WAI-ARIA 1.2, and of HTML elements by HTML-AAM 1.0; a ``div`` is an article, too, where
microformats (``hentry``, ``h-entry``) or schema.org's types call it one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from site_builder.cleaning.surroundings import list_surroundings
from site_builder.dom import END, START, TEXT, Attributes, Event

OUTSIDE = "(outside)"
"""No parser gives this name, so no body can claim it."""

_NONE: Attributes = {}
_ROLES = {
    "nav": "navigation",
    "aside": "complementary",
    "main": "main",
    "article": "article",
    "search": "search",
    "dialog": "dialog",
    "section": "region",
    "amp-sidebar": "navigation",
    "amp-consent": "dialog",
}
_OF_THE_PAGE = {"header": "banner", "footer": "contentinfo"}
"""Only where they stand in no section of the page."""
_ENTRIES = frozenset({"hentry", "h-entry"})
_TEXTS = frozenset(
    "articlebody article-body article_body article__body article-content article_content article__content"
    " articlecontent article-text article_text article__text article-main article_main article-detail"
    " story-body storybody story_body story__body story-content story_content story__content cnn_storyarea"
    " post-body post_body post__body post-content post_content post__content postcontent"
    " entry-content entry_content entry__content news-content news_content newscontent news-detail"
    " news_detail newsdetail news-text news_text news-body detail-content detail_content detail-body"
    " content-article content_article content-detail content_detail field-name-body field--name-body"
    " trs_editor main-article td-post-content single-content blog-content bodytext body-text"
    " article story detail"
    " articletext article-copy article_copy articlecopy body-copy body_copy bodycopy storytext story-text"
    " story_text article__main article-page__body articlebodytext content__article-body main-content-article"
    " entry-body entry_body entrybody entry__body asset-body post-text post_text post__text posttext"
    " article-body__content article-body-text article__body-text article-content-body caas-body"
    " node__content node-content field-item-body item-page itemfulltext com-content-article__body"
    " artikel artikeltext artikel-text article-texte texte-article"
    " noticia-cuerpo cuerpo-noticia cuerpo_noticia texto-noticia texto_noticia noticia-texto"
    " desarrollo_noticia materia-conteudo corpo-noticia mc-article-body"
    " testo-articolo testo_articolo corpo-articolo articolo"
    " haber-metni haber_metni habermetni text_content"
    " full-story fullstory full-text fulltext news__text text-article b-article__text topic-body__content"
    " article_view article_txt article-view-content-div articlebodycontents newsct_article article-veiw-body"
    " fck_detail singular-content detail__body-text read__content itp_bodycontent"
    " articlebodytxt article-body-inner newsbody articlebody_text"
    " js_content rich_media_content t_f bbwrapper message-body postbody post-richtextcontainer"
    " articledetailcontent news_txt mw-parser-output wiki-content doc-content moz-reader-content gh-content"
    " available-content c-news__body blog-item-content news-text-wrap"
    " artibody rm_txt_con left_zw cnt-main-article-qq p-detail text_area post_content_main".split()
)
"""What publishers call the element of an article's text, by its class, its id or ``itemprop``."""
_AROUND = frozenset({"post", "entry", "hnews"})
"""What programs of the first blogs call the element of an article, where nothing is called its text."""
_LEAST = 30
"""Letters of an article's text, known by a name alone: where fewer stand, the links may be the article."""
_MUCH = 0.25
"""Of the letters of such a text, others of such a name may hold so many."""
_KINDS_OF_ARTICLE = ("Article", "BlogPosting", "Report")
"""How the names of schema.org's types of articles end."""
_NO_WORDS = frozenset(
    {"a", "script", "style", "noscript", "template", "iframe", "noembed", "noframes", "option"}
)
_ALWAYS = frozenset({"navigation", "search", "dialog", "alertdialog", "contentinfo"})
_BESIDE = frozenset({"banner", "complementary"})
"""Part of the frame only where something else is known to be the article."""
_COMMENTS = frozenset(
    "comments comments-area comments-wrapper comments-section comments-list comments_list comment-list"
    " commentlist comment_list commentslist comment-section comment-thread comment-container"
    " comments-container article-comments post-comments disqus_thread livefyre-comments respond"
    " comment-respond commentform kommentare commentaires comentarios commenti reacties yorumlar"
    " komentarze komentar"
    " fb-comments coral_talk_stream coral-thread hypercomments_widget isso-thread giscus gitalk-container"
    " vcomments sohucs utterances commento remark42 hyvor-talk-view waline twikoo spot-im-frame-inpage"
    " dsq-content vf-comments fbcomments cusdis_thread".split()
)
"""What programs call the element of the readers' words, by its class or its id."""
_MAY_HOLD_COMMENTS = frozenset({"div", "section", "ol", "ul", "form"})
_LEAST_COMMENTED = 200
"""Letters of an article beside which the readers' words are not its own; a talk has hardly any else."""
_PARTS = frozenset(
    "breadcrumb breadcrumbs breadcrumb-nav breadcrumb-trail breadcrumb-list crumbs pathway rootline"
    " yoast-breadcrumbs woocommerce-breadcrumb mod_breadcrumbs post_crumb channel-path pager pagination"
    " pagenav pagenavi wp-pagenavi blog-pager itempagination prevnext prev-next post-navigation"
    " posts-navigation nav-links nav-previous nav-next post-nav entry-navigation backlink"
    " article-pagination page-nav skip-link skiplink skip-to-content mw-jump-link mw-editsection"
    " printfooter catlinks quickedit buttonheading print-icon email-icon statistics_counter"
    " comment_add comment-add block-user user-login-form item-list-pager book-navigation post-icons"
    " post-feeds blog-feeds share-buttons post-share-buttons sharedaddy sd-sharing addthis_toolbox"
    " addtoany_share_save_container a2a_kit sharethis-inline-share-buttons social-share social-sharing"
    " share-bar share-links bdsharebuttonbox jiathis_style page-tools article-tools article_tools"
    " post-tools post_top jp-relatedposts yarpp yarpp-related related-posts relatedposts related_posts"
    " related-articles related-stories crp_related news-related-wrap read-more-wrap popular-posts"
    " recent-posts most-read mostread most-popular outbrain taboola trc_related_container rc-widget"
    " subscription-widget-wrap subscription-widget newsletter-signup newsletter-form mc4wp-form"
    " cookie-notice cookie-banner cookie-consent cookie-law-info-bar onetrust-consent-sdk"
    " onetrust-banner-sdk cybotcookiebotdialog cc-window cky-consent-container qc-cmp2-container"
    " didomi-host wm-ipp-base wm-ipp wm-ipp-print google-cache-hdr js_pc_qr_code js_tags_preview_toast"
    " js_profile_qrcode unlogin_bottom_bar js_read_area"
    " site-footer page-footer footer-wrapper colophon".split()
)
"""What programs and publishers call a part of the page that is no word of its article."""
_MAY_BE_PART = frozenset("div section aside nav form ul ol li dl dd table td p span a footer".split())
_MOST_OF_PART = 600
"""Letters of such a part, its links' too: what goes by the name and holds more may hold the article."""
_MOST_SHARE = 0.4
"""Of the page's letters."""
_KINDS = dict.fromkeys(("main", "region", "complementary"), ("section",)) | {
    "article": ("article", "section"),
    **dict.fromkeys((*_ALWAYS, "comments", "part"), ("frame", "section")),
}
"""What an element of a role makes of those within it."""
_KNOWN = frozenset(_ROLES.values()) | _ALWAYS | _BESIDE


class _Element(NamedTuple):
    """An element with a role: its first event and its last, and whether it stands by itself."""

    start: int
    end: int
    role: str
    free: bool
    """Not within an article, nor within a part of the frame."""

    def holds(self, other: _Element) -> bool:
        return self.start < other.start < self.end


def mark_frame(events: list[Event], origin: str = "") -> list[Event]:
    """Put each part of a page's frame into an element ``OUTSIDE``; nothing is left out. Linear.

    ``origin`` is the address of the page, by which links to its own site are known.
    """
    ends = _find_ends(events)
    free = [one for one in _find_roles(events, ends) if one.free]
    parts = [one for one in free if one.role == "part"]
    frame = [one for one in free if one.role in _ALWAYS | {"part"}]
    comments = [one for one in free if one.role == "comments"]
    main = _only(one for one in free if one.role == "main")
    most = _most_words(events, _outermost(sorted([*frame, *comments])))
    articles = (one for one in free if one.role == "article" and (main is None or main.holds(one)))
    article = next(filter(most, articles), None)
    core = main if main and most(main) else article
    if core is None:
        core = _find_text(events, ends, most, _TEXTS) or _find_text(events, ends, most, _AROUND)
    if core is None:
        both = _outermost(sorted([*frame, *comments]))
        words = sum(_count_letters(events)) - sum(_count_words(events, one) for one in both)
        frame = both if words >= _LEAST_COMMENTED else frame
        known = [(one.start, one.end) for one in frame]
        return _wrap(events, _join_parts(known, list_surroundings(events, ends, known, origin)))
    if article is not None:
        later = (one for one in free if one.role == "article" and one.start > article.end)
        leads_on = _holds_links(events)
        teasers = (one for one in later if leads_on(one))
        beside = (one for one in free if one.role in _ALWAYS | _BESIDE)
        frame = [*beside, *teasers, *parts]
    if _count_words(events, core) - sum(_count_words(events, one) for one in comments) >= _LEAST_COMMENTED:
        frame = [*frame, *comments]
    frame = _outermost(sorted(frame))
    inside = ((one.start, one.end) for one in frame if core.holds(one))
    return _wrap(events, sorted((*_list_around(events, ends, core), *inside)))


def _join_parts(
    known: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Put parts into their order; of two within one another the outer one is left."""
    until = -1
    for start, end in sorted((*known, *others), key=lambda part: (part[0], -part[1])):
        if start > until:
            yield start, end
            until = end


def _find_ends(events: list[Event]) -> list[int]:
    """Give, for each event, the last event of what begins there."""
    ends = list(range(len(events)))
    begun: list[int] = []
    for at, (kind, _, _) in enumerate(events):
        if kind == START:
            begun.append(at)
        elif kind == END:
            ends[begun.pop()] = at
    return ends


def _find_roles(events: list[Event], ends: list[int]) -> Iterator[_Element]:
    """Find the elements that say what they are, in their order."""
    until = {"article": -1, "frame": -1, "section": -1}
    letters = [0, *accumulate(len(name) - name.count(" ") if kind == TEXT else 0 for kind, name, _ in events)]
    most = min(_MOST_OF_PART, _MOST_SHARE * letters[-1])
    for at, (kind, name, attributes) in enumerate(events):
        if kind != START or not (role := _role_of(name, attributes, at < until["section"])):
            if kind != START or not attributes or name not in _MAY_BE_PART or not _is_part(name, attributes):
                continue
            if letters[ends[at]] - letters[at] > most:
                continue
            role = "part"
        is_free = at > until["frame"] and (at > until["article"] or role in {"comments", "part"})
        yield _Element(at, ends[at], role, is_free)
        for kind_of in _KINDS.get(role, ()):
            until[kind_of] = max(until[kind_of], ends[at])


def _role_of(name: str, attributes: Attributes, in_section: bool) -> str:
    given = ((attributes.get("role") or "").split() or [""])[0].lower() if attributes else ""
    if given in _KNOWN:
        return given
    if name == "div" and attributes and _is_entry(attributes):
        return "article"
    if name in _MAY_HOLD_COMMENTS and attributes and not _COMMENTS.isdisjoint(_names(attributes)):
        return "comments"
    return _ROLES.get(name) or ("" if in_section else _OF_THE_PAGE.get(name, ""))


def _is_part(name: str, attributes: Attributes) -> bool:
    """Tell a part by its name; of what is called hits only Joomla's line of them, else they may be songs."""
    names = _names(attributes) if "class" in attributes or "id" in attributes else ()
    return not _PARTS.isdisjoint(names) or (name == "dd" and "hits" in names)


def _names(attributes: Attributes) -> list[str]:
    """List what an element is called, by its class, its id or ``itemprop``."""
    return " ".join(attributes.get(key) or "" for key in ("class", "id", "itemprop")).lower().split()


def _is_entry(attributes: Attributes) -> bool:
    """Tell whether an element calls itself an article as microformats or schema.org do."""
    return not _ENTRIES.isdisjoint((attributes.get("class") or "").split()) or (
        "schema.org/" in (kind := (attributes.get("itemtype") or "").strip())
        and kind.endswith(_KINDS_OF_ARTICLE)
    )


def _find_text(
    events: list[Event], ends: list[int], most: Callable[[_Element], bool], names: frozenset[str]
) -> _Element | None:
    """Find the element that is called an article's text; a name alone is believed of one element only.

    Where several beside one another hold words, they may be its pages, or notes of one day.
    """
    called = list(_find_texts(events, ends, names))
    core = next(filter(most, called), None)
    if core is None:
        return None
    words = _count_words(events, core)
    others = _outermost(one for one in called if one.start > core.end or one.end < core.start)
    others_words = sum(_count_words(events, one) for one in others)
    return core if words >= _LEAST and _MUCH * words >= others_words else None


def _find_texts(events: list[Event], ends: list[int], names: frozenset[str]) -> Iterator[_Element]:
    """Find the elements that are called an article's text, in their order."""
    for at, (kind, name, attributes) in enumerate(events):
        may_be = kind == START and attributes and name in {"div", "section", "td", "span"}
        if may_be and not names.isdisjoint(_names(attributes)):
            yield _Element(at, ends[at], "article", True)


def _count_words(events: list[Event], one: _Element) -> int:
    """Count the letters of an element's words that are no links'."""
    return sum(_count_letters(events[one.start : one.end]))


def _count_letters(events: Iterable[Event]) -> Iterator[int]:
    """Count the letters of each event's words, none of a link's or a script's."""
    unseen = 0
    for kind, name, _ in events:
        if kind != TEXT and name in _NO_WORDS:
            unseen += 1 if kind == START else -1
        yield sum(map(len, name.split())) if kind == TEXT and not unseen else 0


def _holds_links(events: list[Event]) -> Callable[[_Element], bool]:
    """Make a test whether an element holds a link or stands in one, as teasers do, and a running report's
    notes may not."""
    begun, ended = [0], [0]
    for kind, name, _ in events:
        begun.append(begun[-1] + (kind == START and name == "a"))
        ended.append(ended[-1] + (kind == END and name == "a"))
    return lambda one: begun[one.end] > ended[one.start]


def _outermost(elements: Iterable[_Element]) -> list[_Element]:
    """Leave out what stands in another one; they come and go in the order of their beginnings."""
    found: list[_Element] = []
    for one in elements:
        if not found or not found[-1].holds(one):
            found.append(one)
    return found


def _only(elements: Iterable[_Element]) -> _Element | None:
    found = list(elements)
    return found[0] if len(found) == 1 else None


def _most_words(events: list[Event], frame: list[_Element]) -> Callable[[_Element], bool]:
    """Make a test whether an element holds more than half of the words that are neither menus' nor links'."""
    before = [0]
    outer = iter(frame)
    part = next(outer, None)
    for at, letters in enumerate(_count_letters(events)):
        while part is not None and at > part.end:
            part = next(outer, None)
        before.append(before[-1] + (letters if part is None or at < part.start else 0))
    return lambda one: 2 * (before[one.end] - before[one.start]) > before[-1]


def _list_around(events: list[Event], ends: list[int], core: _Element) -> Iterator[tuple[int, int]]:
    """List what stands beside an element and beside those around it: first and last event of each."""
    at = 0
    while at < len(events):
        kind, name, _ = events[at]
        if at < core.start < ends[at]:
            at += 1
            continue
        if at != core.start and (kind == START or (kind == TEXT and name.strip())):
            yield at, ends[at]
        at = ends[at] + 1


def _wrap(events: list[Event], parts: Iterable[tuple[int, int]]) -> list[Event]:
    wrapped: list[Event] = []
    place = 0
    for start, end in parts:
        wrapped += events[place:start]
        wrapped += [(START, OUTSIDE, _NONE), *events[start : end + 1], (END, OUTSIDE, _NONE)]
        place = end + 1
    return wrapped + events[place:]

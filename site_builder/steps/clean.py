"""Clean: the hostile HTML of a body becomes ``Body``, and every character has its fate.

In: a body as given, and its publisher's ``Source``. Out: ``Body``: HTML that passed the gate,
its text, its media, what was harvested, and the ledger. The rule it guards: **a new page is
written, the old one never edited**; one walk over the parser's events hands what is allowed to
the block writer and enters everything else in the ledger, so that page and ledger together
give back every character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from html import unescape
from typing import Literal
from urllib.parse import unquote

from site_builder.cleaning.added import ADDED, ALT_TEXT, REASONS, list_added
from site_builder.cleaning.alts import is_emoji, may_stand_for, stands_in_line
from site_builder.cleaning.blocks import BlockWriter, Frame, Phrase, escape, escape_value, find_orphans
from site_builder.cleaning.checks import MAY_CHECK, mark_checks
from site_builder.cleaning.formulas import mark_formulas
from site_builder.cleaning.hidden import HIDDEN, MAY_HIDE, mark_hidden
from site_builder.cleaning.kept_lines import keep_lines
from site_builder.cleaning.labels import is_label
from site_builder.cleaning.landmarks import OUTSIDE, mark_frame
from site_builder.cleaning.rules import (
    REL_TAG,
    arrange_rules,
    events_within,
    is_short,
    linked_texts,
    match_text,
    name_rule,
    tagged_links,
)
from site_builder.cleaning.shortcodes import MAY_HOLD, SHORTCODE, mark_shortcodes
from site_builder.cleaning.spaces import MAY_GLUE, part_spans
from site_builder.cleaning.word_lists import LIST_SIGN, MAY_LIST, mark_lists
from site_builder.dom import (
    END,
    START,
    TEXT,
    Attributes,
    Event,
    MarkupRefused,
    Parser,
    flat_events,
    parse_events,
    tidy_tree,
)
from site_builder.language.text import count_characters, field, squeeze, strip_controls
from site_builder.model import Body, Credit, Media, RawArticle, Removal, Rule, Source
from site_builder.pictures.embedded import Holdings, Seen, is_embedded, write_address
from site_builder.sanitize import ANCHOR, LINK_REL, GateError, sanitize
from site_builder.urls import clean_url, is_affiliate, is_picture, is_tracker, normalise, unwrap_picture

# --- what becomes of a tag: a table, so that a policy is one line ---------------------------


def _same(names: str) -> dict[str, str]:
    return {name: name for name in names.split()}


_PHRASES = _same(
    "strong em s u sub sup small del ins mark q cite code kbd samp var dfn ruby rt rp abbr time bdi bdo"
) | {"b": "strong", "i": "em", "strike": "s", "tt": "code", "acronym": "abbr"}
_LEAVES = _same("h2 h3 h4 h5 h6 pre figcaption caption dt") | {"h1": "h2", "xmp": "pre", "listing": "pre"}
_FRAMES = _same("blockquote ul ol li dl dd figure table thead tbody tfoot tr td th") | {
    "dir": "ul",
    "menu": "ul",
}
_BOUNDARIES = frozenset(
    "address article aside center details dialog div fieldset footer form header hgroup legend main marquee"
    " nav optgroup section summary search".split()
)
_DROPPED = {
    **dict.fromkeys(("script", "style", "template", "title", "metadata"), "is no text of the article"),
    **dict.fromkeys(("desc", "defs", "annotation", "annotation-xml"), "describes a drawing or formula"),
    **dict.fromkeys("button select option textarea datalist".split(), "is a control of the publisher's page"),
    **dict.fromkeys(("noembed", "noframes", "frameset"), "is for programs that show no frames"),
    **dict.fromkeys(("amp-ad", "amp-embed", "amp-sticky-ad"), "holds an advertisement"),
    **dict.fromkeys(("amp-consent", "amp-user-notification"), "asks the page's visitors for something"),
}
_PICTURES = frozenset({"img", "image", "amp-img", "amp-anim"})
_PLAYERS: dict[str, Literal["video", "audio", "embed"]] = {
    "video": "video",
    "amp-video": "video",
    "audio": "audio",
    "amp-audio": "audio",
    **dict.fromkeys(("mpvoice", "mp-common-mpaudio", "qqmusic"), "audio"),
    **dict.fromkeys(("mpvideosnap", "mp-common-videosnap"), "video"),
    "iframe": "embed",
    "amp-iframe": "embed",
    "embed": "embed",
    **dict.fromkeys(("amp-youtube", "lite-youtube", "amp-vimeo", "lite-vimeo", "amp-dailymotion"), "embed"),
}
_NUMBERED = {
    **dict.fromkeys(("amp-youtube", "lite-youtube"), "https://www.youtube.com/watch?v="),
    **dict.fromkeys(("amp-vimeo", "lite-vimeo"), "https://vimeo.com/"),
    "amp-dailymotion": "https://www.dailymotion.com/video/",
    "amp-twitter": "https://twitter.com/i/status/",
    "amp-instagram": "https://www.instagram.com/p/",
    "amp-facebook": "",
    "amp-tiktok": "",
}
"""Elements that name a film or post by its number alone, and the address that it stands for."""
_NUMBERS = ("data-videoid", "videoid", "data-tweetid", "data-shortcode", "data-href", "data-src")
# Where MathML shows the parts of an element, in their order: on the line, raised or lowered.
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "msup": ("", "sup"),
    "msub": ("", "sub"),
    "msubsup": ("", "sub", "sup"),
    "mover": ("", "sup"),
    "munder": ("", "sub"),
    "munderover": ("", "sub", "sup"),
    "mfrac": ("sup", "sub"),
    "mroot": ("", "sup"),
    "msqrt": (),
}
_LABELS = {"image": "图片", "video": "视频", "audio": "音频", "embed": "嵌入内容"}

# Where lazy loaders keep the true address, the most telling name first.
_LAZY = tuple(
    "data-original data-original-src data-src data-lazy-src data-actualsrc data-real-src data-hi-res-src"
    " data-full-src data-echo data-url data-lazyload data-ks-lazyload data-backsrc zoomfile file original"
    " _src".split()
)
_SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset")
_SIZES = (
    ("w", "h"),
    ("data-width", "data-height"),
    ("data-original-width", "data-original-height"),
    ("width", "height"),
)
_PLACEHOLDERS = re.compile(
    r"/(?:loadimg|loading|blank|spacer|placeholder|grey|gray|transparent|pixel|1x1|lazy|undefined)"
    r"(?:[._-][\w.-]{0,40})?$",
    re.IGNORECASE,
)
_EMOJI_FOLDERS = frozenset("emoji emojis emoticon emoticons smilies smiley smileys expression".split())
_EMOJI_CLASSES = frozenset(
    "emoji emojione emoji-icon emoticon emoticons smiley smilies wp-smiley twemoji face_img bili-emoji"
    " wxemoji rich_pages-emoji".split()
)
_MAY_TURN = re.compile(r"dir\s?=\s?[\"']?(?:ltr|auto)", re.IGNORECASE)
_LEFTWARDS = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]|&#"
)
"""Letters written from right to left, or what may stand for one."""
_TURNED, _EITHER = frozenset({"rtl"}), frozenset({"ltr", "rtl", "auto"})
"""In a text without such letters ``ltr`` says nothing, and some editors write it on each paragraph."""
_CAPTION_CLASSES = frozenset(
    "caption captions img-caption image-caption image_caption image__caption imgcaption photo-caption"
    " photo_caption picture-caption pic-caption figure-caption figcaption media-caption wp-caption-text"
    " caption-text caption_text picinfo pic-info pic_info pictext imgdesc img-desc img_desc imgtext img_text"
    " image-desc photo-desc article-image-caption media-article-caption photoCaption imageCaption"
    " Image_caption story-image-caption content-image-caption image-title photo-title"
    " pgc-img-caption".split()
)
_FIGCAPTION_EVENTS = 400
_CAPTION_EVENTS = 24
_CAPTION_LIMIT = 400
"""Characters; what calls itself a caption and is longer wraps the article, or is mislabelled."""
_LABEL_EVENTS, _LABEL_LIMIT = 80, 300
"""Characters; what is hidden from readers and longer may be the article itself."""
_CANDIDATE = re.compile(r"[^\s,]\S*+(?:\s++[\d.]{1,9}[wxh])*")
_NUMBER_OR_ADDRESS = re.compile(r"[\w-]{1,40}|https://[!-~]{1,500}")
_SMALL = 64
"""Pixels; a picture no larger is part of its line."""
_PIXEL = 2
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d{0,4})?(?:px)?\s*")
_DATETIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?)?)?")
"""A year, month, day or instant, as HTML writes them."""
_SEPARATORS = re.compile(r"[\s、,，;；|]+")
_MEDIA = re.compile(r'<img src="media:(\d+)">')
_CAPTION = "(?:<figcaption>(.*?)</figcaption>)?"
_PLAYER = re.compile(rf'<figure>{_CAPTION}<img src="media:(\d+)">{_CAPTION}</figure>')
_LONE = re.compile(r"<((li|dd|td|th)(?: [^>]*)?)>\n<p>([^\n]*)</p>\n</\2>")
_WHAT_LIMIT = 300
_LABEL = "A label that the publisher's page puts between the paragraphs."
_INVITATION = "An invitation to other articles of the publisher."
_LEFT = frozenset({"label", "invitation"})
_UNSEEN = frozenset({"no-address", "no-picture", "placeholder"})
"""Of a picture for one of these reasons nothing was ever seen but its words."""
_LINK = re.compile(r'<a href="[^"]*"(?= )')


LEAD_LENGTH = 400
"""Characters, about; what an excerpt is taken from."""
_SENTENCE = re.compile(r"[。！？；…]|[.!?;][\"'”’」）)]*(?:\s|$)|[^\n]{80}")
_BYLINE_LIMIT = 60
_BYLINE = re.compile(
    r"[（(【\[]?(?:作者|記者|记者|撰文|文|圖|图|圖文|图文|摄影|攝影|编辑|編輯|责编|責編|责任编辑|責任編輯|编译|編譯|译者|譯者|翻译|翻譯"
    r"|来源|來源|出处|出處|原标题|原標題|发布|發佈|更新|时间|時間|本文来自|本文來自|By|Photo|Source|Text|Updated|Published)\s?[：:／/|｜丨]"
    r"|By [A-Z]|\S{1,4}[（(].{2,30}[)）]$"
)


def clean_article(raw: RawArticle, source: Source) -> Body:
    """Clean an article's body by its publisher's rules and what its front matter says."""
    origin, title = field(raw, "url")[0], field(raw, "title")[0]
    return clean_body(raw.body, source, origin=origin, title=title, whole=raw.whole, shortcodes=True)


def clean_body(
    html: str,
    source: Source,
    *,
    origin: str = "",
    title: str = "",
    whole: bool = False,
    shortcodes: bool = False,
    parser: Parser = "lexbor",
) -> Body:
    """Clean one article body the way its source needs.

    Pure: the same HTML and source give the same ``Body`` on any machine, which is what lets
    ``pipeline`` cache it and run it in another process. ``origin`` is the address of the
    original page, which relative addresses are resolved against; ``title`` is the article's,
    which a body often repeats at its top; ``whole`` says that the body is that of a whole web page,
    whose frame is left out; ``shortcodes`` that marks in brackets are those of the publisher's system,
    as they are before cleaning, and not after. Never fails: where the markup is refused by the guard
    or what we wrote by the gate, the text is kept in plain paragraphs and ``Body.refused`` says
    why.
    """
    if source.hook:
        return _clean_tidied(html, source, origin, title, whole, shortcodes)
    try:
        events = parse_events(html, parser)
        if ("none" in html or "rect(" in html) and MAY_HIDE.search(html):
            events = mark_hidden(events)
        if "white-space" in html:
            events = keep_lines(events)
        if "Mso" in html or "mso" in html:
            events = mark_lists(events) if MAY_LIST.search(html) else events
        if "check" in html and MAY_CHECK.search(html):
            events = mark_checks(events)
        if "<math" in html:
            events = mark_formulas(events)
        if "<span class" in html and MAY_GLUE.search(html):
            events = part_spans(events)
        if shortcodes and "[" in html and MAY_HOLD.search(html):
            events = mark_shortcodes(events)
        body = _clean(html, mark_frame(events) if whole else events, source, origin, title)
        if title and not body.text and not body.media:  # a body that is nothing but its title
            return _clean(html, events, source, origin, "")
        return body  # noqa: TRY300  (an else would hide that the second attempt is guarded too)
    except (MarkupRefused, GateError) as refusal:
        return replace(_clean(html, flat_events(html), source, "", title), refused=refusal.message)


def _clean(
    html: str,
    events: list[Event],
    source: Source,
    origin: str,
    title: str,
    lost: frozenset[str] | None = frozenset(),
    turns: bool = True,
) -> Body:
    """Clean the events of a body; of its links within the page, those ``lost`` lead nowhere; None: all.

    Where a link or its place turns out to be left out, or all that was written from right to left, it is
    done once more without it, so that what is written is what cleaning it again would write.
    """
    walk = _Walk(html, events, source, origin, title, lost)
    if turns and ("dir=" in html or "DIR=" in html) and _MAY_TURN.search(html) and _LEFTWARDS.search(html):
        walk.directions = _EITHER
    walk.run()
    writer = walk.writer
    written = writer.finish()
    if walk.directions is _EITHER and not any(map(_LEFTWARDS.search, writer.lines)):
        return _clean(html, events, source, origin, title, lost, turns=False)
    if writer.left:
        walk.leave_lines()
    if walk.places and (orphans := find_orphans(written)):
        given = frozenset(given for given, number in walk.leaps.items() if number in orphans)
        return _clean(html, events, source, origin, title, None if lost else given, turns)
    if REL_TAG.search(html):
        walk.tags += filter(None, map(strip_controls, tagged_links(events)))
    inline = writer.inline
    del walk.writer  # they know each other; only so both, and all events, are gone at once (gain: 10 %)
    media = tuple(replace(item, inline=True) if at in inline else item for at, item in enumerate(walk.media))
    return Body(
        html=sanitize(written, len(media)),
        text="\n".join(writer.lines),
        media=media,
        tags=tuple(dict.fromkeys(walk.tags)),
        credits=tuple(dict.fromkeys(walk.credits)),
        removals=tuple(walk.removals),
        unwrapped=tuple(walk.unwrapped),
        rules=tuple(dict.fromkeys(walk.applied)),
        lead=_lead(writer.running or writer.lines),
    )


def _lead(paragraphs: list[str]) -> str:
    """Give the beginning of what the article says, without the lines about who wrote it and when."""
    taken: list[str] = []
    length = 0
    for paragraph in paragraphs:
        if (
            not _SENTENCE.search(paragraph)
            or is_label(paragraph)
            or (len(paragraph) < _BYLINE_LIMIT and _BYLINE.match(paragraph))
        ):
            continue
        taken.append(paragraph[: 2 * LEAD_LENGTH])
        length += len(paragraph)
        if length >= LEAD_LENGTH:
            break
    return "\n".join(taken)


# --- a site's own program -------------------------------------------------------------------


def _clean_tidied(html: str, source: Source, origin: str, title: str, whole: bool, shortcodes: bool) -> Body:
    """Clean what the publisher's hook made of a body, and enter what the hook took away.

    A hook may take away and rearrange tags, but add no words: then its work is left aside, and
    ``Body.refused`` says so, since page and ledger could not give back the original any more.
    """
    clean = partial(
        clean_body,
        source=replace(source, hook=""),
        origin=origin,
        title=title,
        whole=whole,
        shortcodes=shortcodes,
    )
    try:
        tidied = tidy_tree(html, source.hook, source.hook_digest)
        original = "".join("".join(text.split()) for kind, text, _ in parse_events(html) if kind == TEXT)
    except MarkupRefused:
        return clean(html)
    body = clean(tidied)
    runs = _find_taken(original, restore_text(body))
    if runs is None:
        return replace(clean(html), refused="the publisher's hook added or moved words; it was left aside")
    return replace(body, removals=tuple(_enter_taken(runs, body.removals, source.slug)))


def _find_taken(original: str, left: str) -> list[tuple[int, str]] | None:
    """Find what was taken from a text: (characters left before it, what was taken); None if more was done."""
    runs: list[tuple[int, str]] = []
    place = 0
    for at, character in enumerate(left):
        found = original.find(character, place)
        if found < 0:
            return None
        if found > place:
            runs.append((at, original[place:found]))
        place = found + 1
    return [*runs, (len(left), original[place:])] if place < len(original) else runs


def _enter_taken(runs: list[tuple[int, str]], removals: tuple[Removal, ...], slug: str) -> Iterator[Removal]:
    """Put what a hook took away into the ledger's order; an entry in whose midst it stood is split."""
    waiting = list(reversed(removals))
    behind = kept = 0  # characters of text and ledger, and of the text alone, up to here
    for place, text in runs:
        while waiting:
            entry = waiting[-1]
            words = "".join(entry.text.split())
            begins = behind + entry.at - kept
            if begins + len(words) > place:
                if begins < place:
                    yield replace(entry, text=words[: place - begins])
                    waiting[-1] = replace(entry, text=words[place - begins :])
                    behind, kept = place, entry.at
                break
            yield waiting.pop()
            behind, kept = begins + len(words), entry.at
        yield Removal(
            "removed", kept + place - behind, text, f"hook:{slug}", "The publisher's hook took it away."
        )
    yield from reversed(waiting)


def whole_html(body: Body) -> str:
    """Write the body with its media in place: pictures as ``<img>``, the rest as labelled links.

    For readers that cannot ask the site for a template: feeds, the ``clean`` command, and the
    law that cleaning the result changes nothing.
    """
    html = _PLAYER.sub(lambda match: _player_html(match, body.media), str(body.html))
    if len(html) != len(body.html):  # an item whose one block became a paragraph needs no <p>
        html = _LONE.sub(r"<\1>\3</\2>", html)
    return _MEDIA.sub(lambda match: _media_html(body.media[int(match[1])]), html)


def _player_html(match: re.Match[str], media: tuple[Media, ...]) -> str:
    """Write a figure of no picture as the paragraphs that cleaning would make of it."""
    before, number, after = match.groups()
    if media[int(number)].kind == "image":
        return match[0]
    paragraphs = (before, _media_html(media[int(number)]), after)
    return "\n".join(f"<p>{text}</p>" for text in paragraphs if text)


def _media_html(media: Media) -> str:
    address = write_address(media.data) if media.data else media.urls[0] if media.urls else media.local
    if media.kind != "image":
        label = media.title or _LABELS[media.kind]
        return _link(address, escape(label))
    size = "".join(
        f' {name}="{value}"' for name, value in (("width", media.width), ("height", media.height)) if value
    )
    title = f' title="{escape_value(media.title)}"' if media.title else ""
    image = f'<img src="{escape_value(address)}" alt="{escape_value(media.alt)}"{title}{size}>'
    return _link(media.link, image) if media.link else image


def _link(url: str, content: str) -> str:
    return f'<a href="{escape_value(url)}" rel="{LINK_REL}">{content}</a>'


def restore_text(body: Body) -> str:
    """Put page and ledger together again: the original's text, white space aside.

    >>> from site_builder.model import SafeHtml
    >>> gone = Removal("removed", at=1, text="b", rule="", reason="")
    >>> restore_text(Body(SafeHtml("<p>a c</p>"), "a c", removals=(gone,)))
    'abc'
    """
    kept = [*"".join(body.text.split())]
    for place in list_added(body):
        kept[place] = ""
    pieces: list[str] = []
    place = 0
    for removal in body.removals:
        pieces += [*kept[place : removal.at], "".join(removal.text.split())]
        place = removal.at
    return "".join(pieces + kept[place:])


# --- the walk -------------------------------------------------------------------------------

_Undo = Callable[[], None]


class _Walk:
    """One pass over a body's events: each goes to the writer, to the media, or to the ledger."""

    def __init__(
        self,
        html: str,
        events: list[Event],
        source: Source,
        origin: str,
        title: str,
        lost: frozenset[str] | None,
    ) -> None:
        self.events, self.source, self.origin = events, source, origin
        self.rules = arrange_rules(source.rules, html)
        self.title = _title_key(title)
        self.writer = BlockWriter(self._drop_title, self._drop_invisible, origin)
        self.media: list[Media] = []
        self.holdings = Holdings()
        self.tags: list[str] = []
        self.credits: list[Credit] = []
        self.removals: list[Removal] = []
        self.unwrapped: list[Removal] = []
        self.applied: list[str] = []
        self.places, self.leaps = (
            ({}, {}) if lost is None or "#" not in html else _find_places(events, origin, lost)
        )
        self.formulas: list[tuple[int, list[str]]] = []
        self.links: list[str] = []
        self.candidates: list[str] = []
        self.noscript = 0
        self.directions = _TURNED
        """The values of ``dir`` that blocks keep."""
        self.at = 0
        """Behind the START of the element that begins."""
        self.plain: tuple[str, ...] = ()
        """Addresses of the picture right before, if that was for browsers without scripts."""
        self.signs: set[str] = set()
        """Addresses of pictures in whose place their words stand."""

    def run(self) -> None:
        writer, events, places = self.writer, self.events, self.places
        find = self.rules.find if self.rules else None
        undo: list[_Undo | None] = []
        at, end = 0, len(events)
        while at < end:
            kind, name, attributes = events[at]
            if places and at in places:
                writer.anchor(places[at])
            at += 1
            if kind == TEXT:
                writer.text(name)
            elif kind == END:
                if (step := undo.pop()) is not None:
                    step()
            else:
                rule = find(name, attributes, events, at) if find else None
                if rule is not None and rule[1].action != "unwrap":
                    at = self._apply(rule, at, name, attributes)
                elif name in _APART and not (name in _PARTLY and self._is_shown(at, name, attributes)):
                    at = _APART[name](self, at, name, attributes)
                elif rule is not None:
                    undo.append(self._unwrap(rule, name, attributes))
                elif name == "p" and not attributes and events[at][0] == TEXT and events[at + 1][0] == END:
                    writer.paragraph(events[at][1])
                    at += 2
                elif name in _MAY_BE_CAPTION and self._is_caption(name, attributes, at):
                    undo.append(self._begin_leaf("figcaption", attributes))
                elif begin := _BEGIN.get(name):
                    self.at = at
                    undo.append(begin(self, name, attributes))
                elif self.formulas or name in _SCRIPTS:
                    undo.append(self._begin_formula(name, len(undo)))
                else:
                    undo.append(None)

    def _is_shown(self, at: int, name: str, attributes: Attributes) -> bool:
        """Tell whether an element that is mostly dealt with as a whole is part of the text here."""
        if name == "button":
            return self.writer.is_in_cell()
        if name == "template":
            return "shadowrootmode" in attributes
        if name == "script":  # where MathJax keeps what a formula was written as
            return (attributes.get("type") or "").lower().startswith("math/tex")
        kind, text, _ = self.events[at]
        is_markup = kind == TEXT and text.lstrip().startswith("<")
        return not is_markup and not is_short(self.events, at, _LABEL_EVENTS, _LABEL_LIMIT)

    def _unwrap(self, found: tuple[int, Rule], name: str, attributes: Attributes) -> _Undo | None:
        """Leave out an element's tags; its words stay where they are, its border too."""
        number, rule = found
        entry = Removal(
            "removed",
            self.writer.kept(),
            "",
            name_rule(self.source, number, rule),
            rule.reason,
            _what(name, attributes),
        )
        self.unwrapped.append(entry)
        self.applied.append(entry.rule)
        if name in _BOUNDARIES or name in _FRAMES or name in _LEAVES or name == "p":
            return self._begin_boundary(name, attributes)
        return None

    # --- beginnings: each returns what the element's end has to do -----------------------

    def _begin_boundary(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.boundary()
        if attributes and "dir" in attributes and (turned := _direction(attributes, self.directions)):
            self.writer.turn(f"<p{turned}>")
            return self.writer.end_paragraph
        return self.writer.boundary

    def _begin_paragraph(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.begin_paragraph(f"<p{_language(attributes, self.directions)}>" if attributes else "<p>")
        return self.writer.end_paragraph

    def _begin_break(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.line_break()
        return None

    def _begin_rule(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.rule()
        return None

    def _begin_picture(self, name: str, attributes: Attributes) -> _Undo | None:
        self._picture(name, attributes)
        return None

    def _begin_object(self, name: str, attributes: Attributes) -> _Undo | None:
        """See the picture that an ``object`` shows; what stands within is for browsers that cannot."""
        address = attributes.get("data") or ""
        kind = (attributes.get("type") or "").lower()
        if kind.startswith("image/") or (not kind and is_picture(address)):
            self._picture("img", {**attributes, "src": address, "alt": attributes.get("aria-label")})
            self.noscript += 1
            return self._end_noscript
        return None

    def _begin_frame(self, name: str, attributes: Attributes) -> _Undo | None:
        writer, tag = self.writer, _FRAMES[name]
        frame = writer.begin_frame(tag, f"<{tag}{_attributes(tag, attributes, self.directions)}>")
        if frame is None:
            return writer.boundary
        frame.is_layout = tag == "table" and attributes.get("role") in {"presentation", "none"}
        return _end_frame(writer, frame)

    def _begin_leaf(self, name: str, attributes: Attributes) -> _Undo | None:
        tag = _LEAVES[name]
        if name == "h1" and self.title:
            self.writer.ask_again(self._drop_title)
        began = self.writer.begin_leaf(tag, f"<{tag}{_attributes(tag, attributes, self.directions)}>")
        return self.writer.end_leaf if began else self.writer.boundary

    def _begin_noscript(self, name: str, attributes: Attributes) -> _Undo | None:
        self.noscript += 1
        return self._end_noscript

    def _see_notice(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter what ``noscript`` says to browsers without scripts; of markup as text, see pictures."""
        _, end, text = self._look_inside(at)
        self._enter(name, "The words within are for browsers without scripts.", _what(name, attributes), text)
        try:
            within = parse_events(text) if text.startswith("<") else []
        except MarkupRefused:
            within = []
        self.noscript += 1
        for kind, tag, given in within:
            if kind == START and tag in _PICTURES:
                self._picture(tag, given)
        self.noscript -= 1
        return end

    def _begin_post(self, name: str, attributes: Attributes) -> _Undo | None:
        """Note the post that an element stands for; its words, where they are given, stay."""
        if url := _numbered(name, attributes):
            self._show(Media("embed", (url,)), is_small=False)
        return self._begin_boundary(name, attributes)

    def _begin_tex(self, name: str, attributes: Attributes) -> _Undo | None:
        phrase = self.writer.begin_phrase("code", "<code>")
        return None if phrase is None else _end_phrase(self.writer, phrase)

    def _begin_choice(self, name: str, attributes: Attributes) -> _Undo | None:
        self.candidates = []
        return None

    def _begin_candidate(self, name: str, attributes: Attributes) -> _Undo | None:
        self.candidates += [value for key in _SRCSETS if (value := attributes.get(key))]
        return None

    def _begin_formula(self, name: str, depth: int) -> _Undo | None:
        """Raise or lower the parts of a formula that MathML shows so; ``depth`` tells whose part it is."""
        phrase = None
        if self.formulas and self.formulas[-1][0] == depth and (places := self.formulas[-1][1]):
            place = places.pop()
            phrase = self.writer.begin_phrase(place, f"<{place}>") if place else None
        if name not in _SCRIPTS:
            return None if phrase is None else _end_phrase(self.writer, phrase)
        self.formulas.append((depth + 1, [*reversed(_SCRIPTS[name])]))

        def end() -> None:
            self.formulas.pop()
            if phrase is not None:
                self.writer.end_phrase(phrase)

        return end

    def _begin_number(self, name: str, attributes: Attributes) -> _Undo | None:
        """Keep what stands in a formula's table apart from what stands beside it."""
        return lambda: self.writer.text(" ")

    def _is_caption(self, name: str, attributes: Attributes, at: int) -> bool:
        """Tell whether an element says that it is the caption of the picture it stands with."""
        if name == "figcaption" and self.writer.is_in_figure():
            return is_short(self.events, at, _FIGCAPTION_EVENTS, 10 * _CAPTION_LIMIT)
        if not self.media and name != "figcaption":
            return False
        if name != "figcaption" and not (attributes and _says_caption(attributes.get("class"))):
            kind, inner, _ = self.events[at]
            if name != "div" or kind != START or inner != "small":
                return False
        return self.writer.is_below_figure() and is_short(self.events, at, _CAPTION_EVENTS, _CAPTION_LIMIT)

    def _end_noscript(self) -> None:
        self.noscript -= 1

    def _begin_phrase(self, name: str, attributes: Attributes) -> _Undo | None:
        tag = _PHRASES[name]
        if tag == "time" and not _is_moment(attributes.get("datetime") or ""):
            return None
        phrase = self.writer.begin_phrase(tag, f"<{tag}{_attributes(tag, attributes, self.directions)}>")
        return None if phrase is None else _end_phrase(self.writer, phrase)

    def _begin_span(self, name: str, attributes: Attributes) -> _Undo | None:
        """Keep words of another direction apart from their line: else brackets at their ends turn."""
        if not attributes or (direction := (attributes.get("dir") or "").lower()) not in {"ltr", "rtl"}:
            return None
        phrase = self.writer.begin_phrase("bdi", f'<bdi dir="{direction}">')
        return None if phrase is None else _end_phrase(self.writer, phrase)

    def _begin_link(self, name: str, attributes: Attributes) -> _Undo | None:
        """Begin a link if its address may be linked; else only its words stay."""
        given = attributes.get("href") or ""
        url = f"#{ANCHOR}{self.leaps[given]}" if given in self.leaps else clean_url(given, self.origin)
        if url and is_affiliate(url):
            self._enter(
                "affiliate-link", "The address is a paid referral; its words stay.", _what("a", attributes)
            )
            url = ""
        elif given and not url and _has_scheme(given):
            self._enter(
                "unsafe-address", "The address is of no kind that a page may link.", _what("a", attributes)
            )
        self.links.append("" if url.startswith("#") else url)  # where a picture in it leads
        phrase = self.writer.begin_phrase("a", f'<a href="{escape_value(url)}"{_rel(url)}>') if url else None

        def end() -> None:
            self.links.pop()
            if phrase is not None:
                self.writer.end_phrase(phrase)

        return end

    # --- media --------------------------------------------------------------------------

    def _picture(self, name: str, attributes: Attributes) -> None:
        link = next((url for url in reversed(self.links) if url), "")
        given = _addresses(attributes, self.candidates)
        addresses = [address for address in given if not is_embedded(address)]
        self.candidates = []
        urls = self._resolve(addresses, link)
        local = next(filter(_is_local, addresses), "")
        held = Seen()
        if len(addresses) < len(given):
            held = self.holdings.choose(given, is_elsewhere=bool(urls or local))
        width, height = _size(attributes)
        alt = strip_controls(attributes.get("alt") or "")
        if problem := self._is_no_content(urls, local, held, attributes):
            self._enter(*problem, _what(name, attributes))
            if problem[0] in _UNSEEN and not self.noscript and self._says_all(alt):
                self._add(ALT_TEXT, alt)
            return
        is_twin = self.noscript and (self._is_twin(urls, held.data) or not self.signs.isdisjoint(urls))
        if is_twin or (self.plain and not set(urls).isdisjoint(self.plain) and not self.noscript):
            self.plain = ()
            self._enter(
                "noscript-twin", "The same picture for browsers without scripts.", _what(name, attributes)
            )
            return
        self.plain = urls if self.noscript else ()
        own = bool(link and urls) and (is_picture(link) or link in urls)
        media = Media(
            kind="image",
            urls=urls,
            alt=alt,
            title=strip_controls(attributes.get("title") or ""),
            width=width,
            height=height,
            link="" if own else link,
            local=local,
            data=held.data,
        )
        across = max(width, height) or max(held.width, held.height)
        is_small = 0 < across <= _SMALL or _is_emoji(media, attributes)
        if is_small and is_emoji(alt) and not self.noscript:
            self.signs.update(urls)
            self._add(ALT_TEXT, alt)
        else:
            self._show(media, is_small)

    def _says_all(self, alt: str) -> bool:
        """Tell whether a picture's words stand for it in its line."""
        return may_stand_for(alt) and stands_in_line(self.events, self.at - 1)

    def _show(self, media: Media, is_small: bool) -> None:
        self.media.append(media)
        self.writer.medium(len(self.media) - 1, is_small, media.alt)

    def _resolve(self, addresses: list[str], link: str) -> tuple[str, ...]:
        """Make the addresses absolute and plain, the best first: the full size, if known."""
        urls = [url for address in addresses if (url := clean_url(address, self.origin))]
        urls = [
            each for url in urls for each in ((unwrap_picture(url), url) if "?" in url else (url,)) if each
        ]
        urls += [normalise(one, self.origin) for one in addresses if "web.archive.org/web/" in one]
        full = [link] if link and urls and is_picture(link) else []
        for pattern, replacement in self.source.full_size:
            full += [
                url
                for given in urls
                if (url := normalise(re.sub(pattern, replacement, given))) != given and url
            ]
        return tuple(dict.fromkeys((*full, *urls)))

    def _is_no_content(
        self, urls: tuple[str, ...], local: str, held: Seen, attributes: Attributes
    ) -> tuple[str, str] | None:
        if any(map(is_tracker, urls)):
            return "tracker", "The address serves only counters or advertisements."
        width, height = (_pixels(attributes.get(key)) for key in ("width", "height"))
        if 0 <= width <= _PIXEL and 0 <= height <= _PIXEL:
            return "tracking-pixel", "A picture of a pixel shows nothing."
        if held.data:
            return _BLURRED if _is_blurred(held, attributes) else None
        if not urls and not local:
            if held.rule:
                return held.rule, held.reason
            return "no-address", "The picture has no address that a page may hold."
        if all(_PLACEHOLDERS.search(url.partition("?")[0]) for url in urls) and urls:
            return "placeholder", "The picture only held the place of one that was never loaded."
        return None

    def _is_twin(self, urls: tuple[str, ...], data: bytes) -> bool:
        return any(
            not set(urls).isdisjoint(media.urls) or (data and data == media.data) for media in self.media[-3:]
        )

    def _play(self, at: int, name: str, attributes: Attributes) -> int:
        """Note a player or frame; the words within it are for browsers that cannot play."""
        inner, end, text = self._look_inside(at)
        given = [attributes.get("src") or "", attributes.get("data-src") or "", _numbered(name, attributes)]
        given += [inside.get("src") or "" for tag, inside in inner if tag == "source"]
        self.at = at
        if (poster := attributes.get("poster")) and _PLAYERS[name] == "video":
            self._picture("img", {"src": poster, "alt": attributes.get("title") or ""})
        urls = tuple(dict.fromkeys(url for address in given if (url := clean_url(address, self.origin))))
        what = _what(name, attributes)
        if text or not urls or any(map(is_tracker, urls)):
            self._enter("player", "The words within are for browsers that cannot show it.", what, text)
        if urls and not any(map(is_tracker, urls)):
            width, height = _size(attributes)
            title = strip_controls(attributes.get("title") or "")
            self._show(Media(_PLAYERS[name], urls, title=title, width=width, height=height), is_small=False)
        return end

    # --- the ledger ---------------------------------------------------------------------

    def _enter(self, rule: str, reason: str, what: str, text: str = "", kind: str = "removed") -> None:
        harvested = kind == "harvested"
        entry = Removal("harvested" if harvested else "removed", self.writer.kept(), text, rule, reason, what)
        self.removals.append(entry)

    def _leave_out(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter what is no text of an article, whoever published it."""
        return self._drop(at, name, attributes, name, f"<{name}> {_DROPPED[name]}")

    def _leave_hidden(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter words that the publisher's page hides from its readers."""
        reason = "The publisher's page hides it from its readers."
        return self._drop(at, "span", attributes, "hidden", reason)

    def _leave_mark(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter a mark in brackets."""
        _, end, text = self._look_inside(at)
        self._enter("shortcode", "A mark that the publisher's own system replaces.", "", text)
        return end

    def _leave_sign(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter the sign before an item of a list, which a list of ours has of its own."""
        _, end, text = self._look_inside(at)
        if text:
            self._enter("list-sign", "The list has a sign of its own before each item.", "", text)
        return end

    def _write_added(self, at: int, name: str, attributes: Attributes) -> int:
        """Write what an element stands for that was put among the events."""
        self._add(attributes.get("rule") or "", attributes.get("text") or "")
        return at + 1

    def _add(self, rule: str, text: str) -> None:
        """Write characters of ours; that they were added is entered, too."""
        self.unwrapped.append(Removal("removed", self.writer.kept(), "", rule, REASONS[rule], text))
        self.writer.add(text)

    def _leave_outside(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter a part of a saved page's frame, all that is in it as one."""
        kind, first, given = self.events[at]
        inner, end, text = self._look_inside(at)
        pictures = [_what(tag, inside) for tag, inside in inner if tag in _PICTURES]
        reason = "It stands outside of the article, in the frame of the publisher's page."
        if text:
            self._enter("outside", reason, _what(first, given) if kind == START else "", text)
        for picture in pictures:
            self._enter("outside", reason, picture)
        return end

    def _drop(
        self, at: int, name: str, attributes: Attributes, rule: str, reason: str, kind: str = "removed"
    ) -> int:
        """Enter an element with all its text, and each of its pictures; return where it ends."""
        inner, end, text = self._look_inside(at)
        pictures = [inside for tag, inside in inner if tag in _PICTURES]
        is_loss = text or name in _PICTURES or (rule == name and not pictures)
        if is_loss:  # an empty frame of the page is none
            self._enter(rule, reason, _what(name, attributes), text, kind)
        for picture in pictures:
            self._enter(rule, reason, _what("img", picture))
        return end

    def _look_inside(self, at: int) -> tuple[list[tuple[str, Attributes]], int, str]:
        """Return the elements within the one that began before ``at``, where it ends, its text."""
        inner: list[tuple[str, Attributes]] = []
        pieces: list[str] = []
        end = at
        for kind, name, attributes in events_within(self.events, at):
            end += 1
            if kind == TEXT:
                pieces.append(name)
            elif kind == START:
                inner.append((name, attributes))
        return inner, end + 1, squeeze("".join(pieces))

    def _apply(self, found: tuple[int, Rule], at: int, name: str, attributes: Attributes) -> int:
        number, rule = found
        if rule.action == "harvest":
            self._harvest(rule, at)
        kind = "harvested" if rule.action == "harvest" else "removed"
        self.applied.append(name_rule(self.source, number, rule))
        return self._drop(at, name, attributes, self.applied[-1], rule.reason, kind)

    def _harvest(self, rule: Rule, at: int) -> None:
        text = squeeze("".join(name for kind, name, _ in events_within(self.events, at) if kind == TEXT))
        value = text.removeprefix(squeeze(rule.after)).strip() if rule.after else text
        found = match_text(rule.selector.pattern, self.events, at) if rule.selector.pattern else None
        if found is not None and "value" in found.groupdict():
            value = (found["value"] or "").strip()
        if rule.field != "tags":
            if value:
                self.credits.append(Credit(rule.field, strip_controls(value)))
            return
        linked = list(linked_texts(self.events, at))
        self.tags += [tag for tag in map(strip_controls, linked or _SEPARATORS.split(value)) if tag]

    def _drop_title(self, line: str) -> bool:
        """Take away a first line that only repeats the title."""
        if not self.title or not _is_title(line, self.title):
            return False
        self._take_back(line, "title", "The title, repeated.")
        return True

    def _drop_invisible(self, line: str) -> None:
        self._take_back(line, "invisible", "A line of characters that show nothing.")

    def leave_lines(self) -> None:
        """Enter the lines that the writer left out in the end; what stood in and behind them moves up."""
        lines, left = self.writer.lines, self.writer.left
        spans: list[tuple[int, Removal]] = []  # where each began, and its entry
        start = 0
        for number, line in enumerate(lines):
            if number in left:
                kind, markup = left[number]
                reason = _LABEL if kind == "label" else _INVITATION
                what = unescape(" ".join(f"{link}>" for link in _LINK.findall(markup)))[:_WHAT_LIMIT]
                spans.append((start, Removal("removed", start, line, kind, reason, what)))
            start += count_characters(line)
        gone = {lines[number] for number in left}
        self.writer.running[:] = [line for line in self.writer.running if line not in gone]
        lines[:] = [line for number, line in enumerate(lines) if number not in left]
        self.removals = [*_enter_lines(self.removals, spans)]
        self.unwrapped = [entry for entry in _enter_lines(self.unwrapped, spans) if entry.rule not in _LEFT]

    def _take_back(self, line: str, rule: str, reason: str) -> None:
        """Enter a line that was about to be kept; what was entered while it was read stands in it."""
        start, text = self.writer.kept(), "".join(line.split())
        within = len(self.removals)
        while within and self.removals[within - 1].at > start:
            within -= 1
        inside, self.removals[within:] = self.removals[within:], []
        if not inside:
            self.removals.append(Removal("removed", start, squeeze(line), rule, reason))
            return
        place = 0
        for entry in inside:
            if piece := text[place : entry.at - start]:
                self.removals.append(Removal("removed", start, piece, rule, reason))
            place = max(place, entry.at - start)
            self.removals.append(replace(entry, at=start))
        if text[place:]:
            self.removals.append(Removal("removed", start, text[place:], rule, reason))


def _enter_lines(entries: list[Removal], spans: list[tuple[int, Removal]]) -> Iterator[Removal]:
    """Enter lines of the page that are left out, and give the other entries the places they have then."""
    waiting = list(reversed(spans))
    taken = place = 0  # characters left out up to here, and of the line that is being entered
    for entry in [*entries, None]:
        while waiting and (entry is None or waiting[-1][0] < entry.at):
            start, line = waiting[-1]
            text = "".join(line.text.split())
            stop = len(text) if entry is None else min(entry.at - start, len(text))
            if text[place:stop]:
                said = squeeze(line.text) if stop - place == len(text) else text[place:stop]
                yield replace(line, at=start - taken, text=said)
            place = stop
            if stop < len(text):
                break
            waiting.pop()
            taken, place = taken + len(text), 0
        if entry is not None:
            yield replace(entry, at=entry.at - taken - place)


def _find_places(
    events: list[Event], origin: str, lost: frozenset[str]
) -> tuple[dict[int, int], dict[str, int]]:
    """Find the places in a body that its own links lead to.

    Give numbers to the events behind which they begin, and to the links' addresses as written. A saved page
    may name itself in full in them.
    """
    wanted: dict[str, list[str]] = {}
    for kind, name, attributes in events:
        given = attributes.get("href") if kind == START and name == "a" else None
        if not given or given in lost:
            continue
        page, mark, fragment = given.partition("#")
        if mark and fragment and (not page.strip() or (origin and page == origin.partition("#")[0])):
            wanted.setdefault(unquote(fragment), []).append(given)
    places: dict[int, int] = {}
    leaps: dict[str, int] = {}
    for at, (kind, name, attributes) in enumerate(events if wanted else ()):
        if kind != START or not attributes:
            continue
        for key in (attributes.get("id"), attributes.get("name") if name == "a" else None):
            if key and (links := wanted.pop(key, None)):
                places.setdefault(at + 1, len(places) + 1)
                leaps |= dict.fromkeys(links, places[at + 1])
    return places, leaps


_Begin = Callable[[_Walk, str, Attributes], _Undo | None]
_BEGIN: dict[str, _Begin] = {
    "p": _Walk._begin_paragraph,
    "br": _Walk._begin_break,
    "a": _Walk._begin_link,
    "hr": _Walk._begin_rule,
    "noscript": _Walk._begin_noscript,
    "script": _Walk._begin_tex,
    "span": _Walk._begin_span,
    "picture": _Walk._begin_choice,
    **dict.fromkeys(_NUMBERED, _Walk._begin_post),
    "source": _Walk._begin_candidate,
    "object": _Walk._begin_object,
    **dict.fromkeys(_PICTURES, _Walk._begin_picture),
    **dict.fromkeys(_BOUNDARIES, _Walk._begin_boundary),
    **dict.fromkeys(_PHRASES, _Walk._begin_phrase),
    **dict.fromkeys(_FRAMES, _Walk._begin_frame),
    **dict.fromkeys(_LEAVES, _Walk._begin_leaf),
    "figcaption": _Walk._begin_boundary,
    "mtr": _Walk._begin_boundary,
    "mtd": _Walk._begin_number,
}
"""What each element's beginning does; of others, the words alone count."""
_APART: dict[str, Callable[[_Walk, int, str, Attributes], int]] = {
    **dict.fromkeys(_DROPPED, _Walk._leave_out),
    **dict.fromkeys(_PLAYERS, _Walk._play),
    OUTSIDE: _Walk._leave_outside,
    HIDDEN: _Walk._leave_hidden,
    SHORTCODE: _Walk._leave_mark,
    LIST_SIGN: _Walk._leave_sign,
    ADDED: _Walk._write_added,
    "noscript": _Walk._see_notice,
}
"""Elements that are dealt with as a whole; each gives where it ends."""
_PARTLY = frozenset({"button", "template", "noscript", "script"})
"""Of these, some are part of the text."""
_MAY_BE_CAPTION = frozenset({"div", "p", "span", "small", "em", "i", "h6", "section", "figcaption"})


def _end_frame(writer: BlockWriter, frame: Frame) -> _Undo:
    return lambda: writer.end_frame(frame)


def _end_phrase(writer: BlockWriter, phrase: Phrase) -> _Undo:
    return lambda: writer.end_phrase(phrase)


# --- attributes -----------------------------------------------------------------------------


def _attributes(tag: str, given: Attributes, directions: frozenset[str]) -> str:
    """Write the attributes that an element may keep, in a fixed order."""
    if not given:
        return ""
    written = _language(given, directions)
    if tag in {"td", "th"}:
        spans = ((name, _pixels(given.get(name))) for name in ("colspan", "rowspan"))
        written += "".join(f' {name}="{value}"' for name, value in spans if 1 < value <= 1000)
        if tag == "th" and (scope := (given.get("scope") or "").lower()) in _SCOPES:
            written += f' scope="{scope}"'
    elif tag == "ol":
        if (start := _pixels(given.get("start"))) > 1:
            written += f' start="{start}"'
        if (kind := given.get("type")) in _NUMERALS:
            written += f' type="{kind}"'
    elif tag == "li" and (value := _pixels(given.get("value"))) > 0:
        written += f' value="{value}"'
    elif tag in {"bdi", "bdo"} and "dir=" not in written and (given.get("dir") or "").lower() == "ltr":
        written += ' dir="ltr"'
    elif tag == "abbr" and (title := strip_controls(given.get("title") or "")):
        written += f' title="{escape_value(title)}"'
    elif tag == "time":
        written += f' datetime="{escape_value(given.get("datetime") or "")}"'
    return written


_BLURRED = ("placeholder", "The picture only held the place of one that was never loaded.")


def _is_blurred(held: Seen, attributes: Attributes) -> bool:
    """Tell a blurred preview, which stands beside the true picture and is hidden from screen readers."""
    is_hidden = attributes.get("aria-hidden") == "true" or "data-placeholder-image" in attributes
    return is_hidden and max(held.width, held.height) <= _SMALL


_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
_NUMERALS = frozenset({"a", "A", "i", "I"})
"""How a list may count; its text may speak of its item (b)."""


def _numbered(name: str, attributes: Attributes) -> str:
    """Give the address of the film or post that an element names by its number."""
    if name not in _NUMBERED:
        return ""
    number = next((value for key in _NUMBERS if (value := attributes.get(key))), "")
    return normalise(_NUMBERED[name] + number) if _NUMBER_OR_ADDRESS.fullmatch(number) else ""


def _is_moment(stamp: str) -> bool:
    """Tell whether a ``time`` element says something that a program can read."""
    if not _DATETIME.fullmatch(stamp):
        return False
    try:
        datetime.fromisoformat(f"{stamp}-01-01"[:10] + stamp[10:])
    except ValueError:
        return False
    return True


def _language(given: Attributes, directions: frozenset[str]) -> str:
    lang = given.get("lang")
    written = f' lang="{lang}"' if lang and _LANGUAGE.fullmatch(lang) else ""
    return written + (_direction(given, directions) if "dir" in given else "")


def _direction(given: Attributes, directions: frozenset[str]) -> str:
    direction = (given.get("dir") or "").lower()
    return f' dir="{direction}"' if direction in directions else ""


def _rel(url: str) -> str:
    return f' rel="{LINK_REL}"' if url.startswith("http") else ""


def _has_scheme(url: str) -> bool:
    return ":" in url.partition("/")[0] and not url.startswith("#")


def _what(name: str, attributes: Attributes) -> str:
    """Write an element's start as given, shortened, for people to recognise it by.

    Of an address only what a page may link is shown; the rest stands in the original's bytes.
    """
    shown = {key: value for key in ("id", "class") if (value := attributes.get(key))}
    for key in ("href", "src"):
        if value := attributes.get(key):
            url = clean_url(value)
            shown[key] = url if url and not is_affiliate(url) else "…"
    what = squeeze(" ".join([f"<{name}", *(f'{key}="{value}"' for key, value in shown.items())]))
    return what[:_WHAT_LIMIT] + ("…" if len(what) > _WHAT_LIMIT else "") + ">"


def _addresses(attributes: Attributes, candidates: list[str]) -> list[str]:
    """List where a picture may be had, as written, the best first."""
    lazy = [value for key in _LAZY if (value := attributes.get(key))]
    sets = [value for key in _SRCSETS if (value := attributes.get(key))]
    largest = [address for value in (*sets, *candidates) if (address := _largest(value))]
    source = attributes.get("src") or attributes.get("href") or ""
    listed = [address.strip() for address in (*lazy, *largest, source)]
    return [address for address in dict.fromkeys(listed) if address]


def _largest(srcset: str) -> str:
    """Return the address of the widest or densest candidate of a ``srcset``.

    >>> _largest("a.jpg 320w, b.jpg 1280w"), _largest("a.jpg, b.jpg 2x")
    ('b.jpg', 'b.jpg')
    """
    best, widest = "", 0.0
    if "data:" in srcset:  # it has a comma of its own, and a blank parts it from the next
        parts = _CANDIDATE.findall(srcset)
    else:
        parts = srcset[:20_000].split(", " if ", " in srcset else ",")
    for part in parts:
        address, _, descriptor = part.strip().strip(",").partition(" ")
        number = re.match(r"\d{1,6}(?:\.\d{1,3})?", descriptor.strip())
        width = float(number[0]) if number else 1.0
        if address and width > widest:
            best, widest = address, width
    return best


def _size(attributes: Attributes) -> tuple[int, int]:
    """Return a picture's true width and height, 0 where not given.

    What only a content system writes (``w``, ``data-width``) is the truth; ``width`` and
    ``height`` are what some page made of it.
    """
    width = height = 0
    for across, down in _SIZES:
        if across not in attributes and down not in attributes:
            continue
        width, height = _pixels(attributes.get(across)), _pixels(attributes.get(down))
        if width > 0 and height > 0:
            return width, height
    return max(width, 0), max(height, 0)


def _pixels(value: str | None) -> int:
    """Read a length in pixels; -1 when it is none."""
    match = _NUMBER.fullmatch(value) if value else None
    return int(match[1]) if match else -1


def _is_local(address: str) -> bool:
    """Tell whether an address may be a file beside the article, or one named from the content folder."""
    plain = not address.startswith(("//", "#", "?")) and not any(odd in address for odd in ("\\", ":", ".."))
    return plain and len(address) <= 300 and is_picture(address) and address.isprintable()


@lru_cache(maxsize=4096)
def _says_caption(classes: str | None) -> bool:
    """Tell whether a ``class`` names a caption; most elements of an archive share few classes."""
    return (
        bool(classes)
        and len(classes or "") <= 300
        and not _CAPTION_CLASSES.isdisjoint((classes or "").split())
    )


def _is_emoji(media: Media, attributes: Attributes) -> bool:
    if not _EMOJI_CLASSES.isdisjoint((attributes.get("class") or "").split()):
        return True
    folders = media.urls[0].lower().split("/")[2:-1] if media.urls else []
    short = (
        len(media.alt) <= 6
        and media.alt[:1] in {"[", ":"}
        and media.alt[-1:] in {"]", ":"}
        and len(media.alt) > 2
    )
    return short or not _EMOJI_FOLDERS.isdisjoint(folders)


# --- the title ------------------------------------------------------------------------------


def _title_key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:600]).casefold().split())


def _is_title(line: str, title: str) -> bool:
    """Compare a line with the title; the title's ``_`` may stand for any one character."""
    if len(line) > 600 or len(line) > 4 * len(title) + 40:
        return False
    key = _title_key(line)
    return len(key) == len(title) and all(
        mine in (other, "_") for mine, other in zip(title, key, strict=True)
    )

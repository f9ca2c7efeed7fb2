"""Clean: the hostile HTML of a body becomes ``Body``, and every character has its fate.

In: a body as given, and its publisher's ``Source``. Out: ``Body``: HTML that passed the gate,
its text, its media, what was harvested, and the ledger. The rule it guards: **a new page is
written, the old one never edited**; one walk over the parser's events hands what is allowed to
the block writer and enters everything else in the ledger, so that page and ledger together
give back every character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from site_builder.cleaning.added import list_added
from site_builder.cleaning.attributes import (
    EITHER,
    LEFTWARDS,
    MAY_TURN,
    write_rel,
)
from site_builder.cleaning.blocks import escape, escape_value, find_orphans
from site_builder.cleaning.checks import MAY_CHECK, mark_checks
from site_builder.cleaning.controls import has_controls, mark_controls
from site_builder.cleaning.directions import may_turn as may_turn_blocks
from site_builder.cleaning.directions import turn_blocks
from site_builder.cleaning.formulas import mark_formulas
from site_builder.cleaning.hidden import MAY_HIDE, mark_hidden
from site_builder.cleaning.kept_lines import keep_lines
from site_builder.cleaning.labels import is_label
from site_builder.cleaning.landmarks import mark_frame
from site_builder.cleaning.rules import (
    REL_TAG,
    tagged_links,
)
from site_builder.cleaning.shortcodes import MAY_HOLD, mark_shortcodes
from site_builder.cleaning.spaces import MAY_GLUE, part_spans
from site_builder.cleaning.walk import Walk
from site_builder.cleaning.word_lists import MAY_LIST, mark_lists
from site_builder.dom import (
    TEXT,
    Event,
    MarkupRefused,
    Parser,
    flat_events,
    parse_events,
    tidy_tree,
)
from site_builder.language.text import field, has_name, name_publisher, strip_controls, trim_title
from site_builder.model import Body, Media, RawArticle, Reference, Removal, Source
from site_builder.pictures.embedded import write_address
from site_builder.sanitize import LINK_REL, GateError, sanitize

_LABELS = {"image": "图片", "video": "视频", "audio": "音频", "embed": "嵌入内容"}
_MEDIA = re.compile(r'<img src="media:(\d+)">')
_REFERENCE = re.compile(r'<a href="link:(\d+)">')
_CAPTION = "(?:<figcaption>(.*?)</figcaption>)?"
_PLAYER = re.compile(rf'<figure>{_CAPTION}<img src="media:(\d+)">{_CAPTION}</figure>')
_LONE = re.compile(r"<((li|dd|td|th)(?: [^>]*)?)>\n<p>([^\n]*)</p>\n</\2>")


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
    origin, title = field(raw, "url")[0], "" if raw.quoted else field(raw, "title")[0]
    if has_name(title) and title not in raw.body:
        title = trim_title(title, name_publisher(raw, source.name))
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
        if ("<span class" in html or "</time>" in html) and MAY_GLUE.search(html):
            events = part_spans(events)
        if shortcodes and "[" in html and MAY_HOLD.search(html):
            events = mark_shortcodes(events)
        body = _clean(html, mark_frame(events, origin) if whole else events, source, origin, title)
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
    walk = Walk(html, events, source, origin, title, lost)
    may_turn = turns and ("dir=" in html or "DIR=" in html) and MAY_TURN.search(html)
    if may_turn and ("&#" in html or LEFTWARDS.search(html)):  # a number may stand for such a letter
        walk.directions = EITHER
    walk.run()
    writer = walk.writer
    written = writer.finish()
    if has_controls(writer.lines):
        return _clean(html, mark_controls(events), source, origin, title, lost, turns)
    if walk.directions is EITHER and not any(map(LEFTWARDS.search, writer.lines)):
        return _clean(html, events, source, origin, title, lost, turns=False)
    if writer.left:
        walk.leave_lines()
    if walk.places and (orphans := find_orphans(written)):
        given = frozenset(given for given, number in walk.leaps.items() if number in orphans)
        return _clean(html, events, source, origin, title, None if lost else given, turns)
    if REL_TAG.search(html):
        walk.tags += filter(None, map(strip_controls, tagged_links(events)))
    if may_turn_blocks(html):
        written = turn_blocks(written)
    inline = writer.inline
    del walk.writer  # they know each other; only so both, and all events, are gone at once (gain: 10 %)
    media = tuple(replace(item, inline=True) if at in inline else item for at, item in enumerate(walk.media))
    return Body(
        html=sanitize(written, len(media), len(walk.references)),
        text="\n".join(writer.lines),
        media=media,
        tags=tuple(dict.fromkeys(walk.tags)),
        credits=tuple(dict.fromkeys(walk.credits)),
        removals=tuple(walk.removals),
        unwrapped=tuple(walk.unwrapped),
        rules=tuple(dict.fromkeys(walk.applied)),
        lead=_lead([writer.plain.get(line, line) for line in writer.running or writer.lines]),
        links=tuple(walk.references),
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
    if body.links:
        html = _REFERENCE.sub(lambda match: _start_link(body.links[int(match[1])]), html)
    return _MEDIA.sub(lambda match: _show(match, body.media), html)


def _start_link(reference: Reference) -> str:
    """Write a link to another file as it was given, or to where that is on the web."""
    url = reference.url
    return f'<a href="{escape_value(url or reference.given)}"{write_rel(url)}>'


def _show(match: re.Match[str], media: tuple[Media, ...]) -> str:
    """Write one medium; two links side by side are two words, as cleaning has them."""
    shown = media[int(match[1])]
    if shown.kind == "image":
        return _media_html(shown)
    before = " " if match.string.endswith("</a>", 0, match.start()) else ""
    behind = " " if match.string.startswith("<a ", match.end()) else ""
    return f"{before}{_media_html(shown)}{behind}"


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
    kind = ' class="emoji"' if media.sign else ""
    image = f'<img src="{escape_value(address)}" alt="{escape_value(media.alt)}"{title}{size}{kind}>'
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

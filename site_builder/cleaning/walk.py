"""The walk: one pass over a body's events, which hands each to the writer, to the media, or to the ledger.

In: events, a publisher's rules, the article's address and title. Out: a ``Walk`` that holds what was written,
what was seen, and what was left out. The rule it guards: **every character has its fate**; what is not
handed to the writer is entered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from site_builder.cleaning.added import ADDED, ALT_TEXT, REASONS, list_places
from site_builder.cleaning.alts import is_emoji, may_stand_for, stands_in_line
from site_builder.cleaning.attributes import (
    TURNED,
    WHAT_LIMIT,
    describe,
    has_scheme,
    is_moment,
    write_attributes,
    write_direction,
    write_language,
    write_rel,
)
from site_builder.cleaning.blocks import BlockWriter, Frame, Phrase, escape_value
from site_builder.cleaning.controls import CONTROL
from site_builder.cleaning.hidden import HIDDEN
from site_builder.cleaning.images import (
    PLACEHOLDERS,
    SMALL,
    SRCSETS,
    draws_emoji,
    is_blurred,
    is_local,
    list_addresses,
    read_pixels,
    read_size,
)
from site_builder.cleaning.landmarks import OUTSIDE
from site_builder.cleaning.policy import (
    BOUNDARIES,
    DROPPED,
    FRAMES,
    LEAVES,
    NUMBERED,
    PHRASES,
    PICTURES,
    PLAYERS,
    SCRIPTS,
    find_numbered,
)
from site_builder.cleaning.references import names_source, refer
from site_builder.cleaning.rules import (
    arrange_rules,
    events_within,
    is_short,
    linked_texts,
    match_text,
    name_rule,
)
from site_builder.cleaning.shortcodes import SHORTCODE
from site_builder.cleaning.word_lists import LIST_SIGN
from site_builder.dom import (
    END,
    START,
    TEXT,
    Attributes,
    Event,
    MarkupRefused,
    parse_events,
)
from site_builder.language.text import count_characters, squeeze, strip_controls
from site_builder.model import Credit, Media, Reference, Removal, Rule, Source
from site_builder.pictures.embedded import Holdings, Seen, is_embedded
from site_builder.sanitize import ANCHOR, LINK_SCHEME
from site_builder.urls import clean_url, is_affiliate, is_picture, is_tracker, normalise, unwrap_picture

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
_PIXEL = 2
_SEPARATORS = re.compile(r"[\s、,，;；|]+")
_LABEL = "A label that the publisher's page puts between the paragraphs."
_INVITATION = "An invitation to other articles of the publisher."
_LEFT = {"label": _LABEL, "invitation": _INVITATION, "sharing": "Links for sharing."}
_UNSEEN = frozenset({"no-address", "no-picture", "placeholder"})
"""Of a picture for one of these reasons nothing was ever seen but its words."""
_LINK = re.compile(r'<a href="[^"]*"(?= )')


_Undo = Callable[[], None]


class Walk:
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
        self.references: list[Reference] = []
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
        self.directions = TURNED
        """The values of ``dir`` that blocks keep."""
        self.at = 0
        """Behind the START of the element that begins."""
        self.plain: tuple[str, ...] = ()
        """Addresses of the picture right before, if that was for browsers without scripts."""
        self.signs: set[str] = set()
        """Addresses of pictures in whose place their words stand."""

    def run(self) -> None:
        """Go through all events."""
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
                elif self.formulas or name in SCRIPTS:
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
            describe(name, attributes),
        )
        self.unwrapped.append(entry)
        self.applied.append(entry.rule)
        if name in BOUNDARIES or name in FRAMES or name in LEAVES or name == "p":
            return self._begin_boundary(name, attributes)
        return None

    # --- beginnings: each returns what the element's end has to do -----------------------

    def _begin_boundary(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.boundary()
        if attributes and "dir" in attributes and (turned := write_direction(attributes, self.directions)):
            self.writer.turn(f"<p{turned}>")
            return self.writer.end_paragraph
        return self.writer.boundary

    def _begin_paragraph(self, name: str, attributes: Attributes) -> _Undo | None:
        self.writer.begin_paragraph(
            f"<p{write_language(attributes, self.directions)}>" if attributes else "<p>"
        )
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
        writer, tag = self.writer, FRAMES[name]
        frame = writer.begin_frame(tag, f"<{tag}{write_attributes(tag, attributes, self.directions)}>")
        if frame is None:
            return writer.boundary
        frame.is_layout = tag == "table" and attributes.get("role") in {"presentation", "none"}
        return _end_frame(writer, frame)

    def _begin_leaf(self, name: str, attributes: Attributes) -> _Undo | None:
        tag = LEAVES[name]
        if name == "h1" and self.title:
            self.writer.boundary()  # a line that stands right before is not the one asked about
            self.writer.ask_again(self._drop_title)
        began = self.writer.begin_leaf(tag, f"<{tag}{write_attributes(tag, attributes, self.directions)}>")
        return self.writer.end_leaf if began else self.writer.boundary

    def _begin_noscript(self, name: str, attributes: Attributes) -> _Undo | None:
        self.noscript += 1
        return self._end_noscript

    def _see_notice(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter what ``noscript`` says to browsers without scripts; of markup as text, see pictures."""
        _, end, text = self._look_inside(at)
        self._enter(
            name, "The words within are for browsers without scripts.", describe(name, attributes), text
        )
        try:
            within = parse_events(text) if text.startswith("<") else []
        except MarkupRefused:
            within = []
        self.noscript += 1
        for kind, tag, given in within:
            if kind == START and tag in PICTURES:
                self._picture(tag, given)
        self.noscript -= 1
        return end

    def _begin_post(self, name: str, attributes: Attributes) -> _Undo | None:
        """Note the post that an element stands for; its words, where they are given, stay."""
        if url := find_numbered(name, attributes):
            self._show(Media("embed", (url,)), is_small=False)
        return self._begin_boundary(name, attributes)

    def _begin_tex(self, name: str, attributes: Attributes) -> _Undo | None:
        phrase = self.writer.begin_phrase("code", "<code>")
        return None if phrase is None else _end_phrase(self.writer, phrase)

    def _begin_choice(self, name: str, attributes: Attributes) -> _Undo | None:
        self.candidates = []
        return None

    def _begin_candidate(self, name: str, attributes: Attributes) -> _Undo | None:
        self.candidates += [value for key in SRCSETS if (value := attributes.get(key))]
        return None

    def _begin_formula(self, name: str, depth: int) -> _Undo | None:
        """Raise or lower the parts of a formula that MathML shows so; ``depth`` tells whose part it is."""
        phrase = None
        if self.formulas and self.formulas[-1][0] == depth and (places := self.formulas[-1][1]):
            place = places.pop()
            phrase = self.writer.begin_phrase(place, f"<{place}>") if place else None
        if name not in SCRIPTS:
            return None if phrase is None else _end_phrase(self.writer, phrase)
        self.formulas.append((depth + 1, [*reversed(SCRIPTS[name])]))

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
        tag = PHRASES[name]
        if tag == "time" and not is_moment(attributes.get("datetime") or ""):
            return None
        phrase = self.writer.begin_phrase(tag, f"<{tag}{write_attributes(tag, attributes, self.directions)}>")
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
                "affiliate-link", "The address is a paid referral; its words stay.", describe("a", attributes)
            )
            url = ""
        elif (not url or names_source(given)) and (name := refer(given)):
            self.references.append(Reference(name, url))
            url = f"{LINK_SCHEME}:{len(self.references) - 1}"
        elif given and not url and has_scheme(given):
            self._enter(
                "unsafe-address", "The address is of no kind that a page may link.", describe("a", attributes)
            )
        self.links.append("" if url.startswith(("#", LINK_SCHEME)) else url)  # where a picture in it leads
        phrase = (
            self.writer.begin_phrase("a", f'<a href="{escape_value(url)}"{write_rel(url)}>') if url else None
        )

        def end() -> None:
            self.links.pop()
            if phrase is not None:
                self.writer.end_phrase(phrase)

        return end

    # --- media --------------------------------------------------------------------------

    def _picture(self, name: str, attributes: Attributes) -> None:
        link = next((url for url in reversed(self.links) if url), "")
        given = list_addresses(attributes, self.candidates)
        addresses = [address for address in given if not is_embedded(address)]
        self.candidates = []
        urls = self._resolve(addresses, link)
        local = next(filter(is_local, addresses), "")
        held = Seen()
        if len(addresses) < len(given):
            held = self.holdings.choose(given, is_elsewhere=bool(urls or local))
        width, height = read_size(attributes)
        alt = strip_controls(attributes.get("alt") or "")
        if problem := self._is_no_content(urls, local, held, attributes):
            self._enter(*problem, describe(name, attributes))
            if problem[0] in _UNSEEN and not self.noscript and self._says_all(alt):
                self._add(ALT_TEXT, alt)
            return
        is_twin = self.noscript and (self._is_twin(urls, held.data) or not self.signs.isdisjoint(urls))
        if is_twin or (self.plain and not set(urls).isdisjoint(self.plain) and not self.noscript):
            self.plain = ()
            self._enter(
                "noscript-twin", "The same picture for browsers without scripts.", describe(name, attributes)
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
        is_small = 0 < across <= SMALL
        if draws_emoji(media, attributes):
            is_small, media = True, replace(media, sign=True)
        if is_small and is_emoji(alt):
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
        width, height = (read_pixels(attributes.get(key)) for key in ("width", "height"))
        if 0 <= width <= _PIXEL and 0 <= height <= _PIXEL:
            return "tracking-pixel", "A picture of a pixel shows nothing."
        if held.data:
            return _BLURRED if is_blurred(held, attributes) else None
        if not urls and not local:
            if held.rule:
                return held.rule, held.reason
            return "no-address", "The picture has no address that a page may hold."
        if all(PLACEHOLDERS.search(url.partition("?")[0]) for url in urls) and urls:
            return "placeholder", "The picture only held the place of one that was never loaded."
        return None

    def _is_twin(self, urls: tuple[str, ...], data: bytes) -> bool:
        return any(
            not set(urls).isdisjoint(media.urls) or (data and data == media.data) for media in self.media[-3:]
        )

    def _play(self, at: int, name: str, attributes: Attributes) -> int:
        """Note a player or frame; the words within it are for browsers that cannot play."""
        inner, end, text = self._look_inside(at)
        given = [
            attributes.get("src") or "",
            attributes.get("data-src") or "",
            find_numbered(name, attributes),
        ]
        given += [inside.get("src") or "" for tag, inside in inner if tag == "source"]
        self.at = at
        if (poster := attributes.get("poster")) and PLAYERS[name] == "video":
            self._picture("img", {"src": poster, "alt": attributes.get("title") or ""})
        urls = tuple(dict.fromkeys(url for address in given if (url := clean_url(address, self.origin))))
        what = describe(name, attributes)
        if text or not urls or any(map(is_tracker, urls)):
            self._enter("player", "The words within are for browsers that cannot show it.", what, text)
        if urls and not any(map(is_tracker, urls)):
            width, height = read_size(attributes)
            title = strip_controls(attributes.get("title") or "")
            self._show(Media(PLAYERS[name], urls, title=title, width=width, height=height), is_small=False)
        return end

    # --- the ledger ---------------------------------------------------------------------

    def _enter(self, rule: str, reason: str, what: str, text: str = "", kind: str = "removed") -> None:
        harvested = kind == "harvested"
        entry = Removal("harvested" if harvested else "removed", self.writer.kept(), text, rule, reason, what)
        self.removals.append(entry)

    def _leave_out(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter what is no text of an article, whoever published it."""
        return self._drop(at, name, attributes, name, f"<{name}> {DROPPED[name]}")

    def _leave_hidden(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter words that the publisher's page hides from its readers."""
        reason = "The publisher's page hides it from its readers."
        return self._drop(at, "span", attributes, "hidden", reason)

    def _leave_mark(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter a mark in brackets."""
        _, end, text = self._look_inside(at)
        self._enter("shortcode", "A mark that the publisher's own system replaces.", "", text)
        return end

    def _leave_control(self, at: int, name: str, attributes: Attributes) -> int:
        """Enter a control character; what counts as white space of them is told by its number alone."""
        _, signs, _ = self.events[at]
        what = " ".join(f"U+{ord(sign):04X}" for sign in signs[:_LABEL_EVENTS])
        self._enter("control", "A control character, which shows nothing.", what, squeeze(signs))
        return at + 2

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
        pictures = [describe(tag, inside) for tag, inside in inner if tag in PICTURES]
        reason = "It stands outside of the article, in the frame of the publisher's page."
        if text:
            self._enter("outside", reason, describe(first, given) if kind == START else "", text)
        for picture in pictures:
            self._enter("outside", reason, picture)
        return end

    def _drop(
        self, at: int, name: str, attributes: Attributes, rule: str, reason: str, kind: str = "removed"
    ) -> int:
        """Enter an element with all its text, and each of its pictures; return where it ends."""
        inner, end, text = self._look_inside(at)
        pictures = [inside for tag, inside in inner if tag in PICTURES]
        is_loss = text or name in PICTURES or (rule == name and not pictures)
        if is_loss:  # an empty frame of the page is none
            self._enter(rule, reason, describe(name, attributes), text, kind)
        for picture in pictures:
            self._enter(rule, reason, describe("img", picture))
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
        ours = {place for entry in self.unwrapped if entry.rule in REASONS for place in list_places(entry)}
        spans: list[tuple[int, Removal]] = []  # where each began, and its entry
        inside: set[int] = set()
        start = 0
        for number, line in enumerate(lines):
            end = start + count_characters(line)
            if number in left:
                kind, markup = left[number]
                what = unescape(" ".join(f"{link}>" for link in _LINK.findall(markup)))[:WHAT_LIMIT]
                text = _blot_out(line, start, ours) if ours else line
                spans.append((start, Removal("removed", start, text, kind, _LEFT[kind], what)))
                inside |= ours.intersection(range(start, end))
            start = end
        gone = {lines[number] for number in left}
        self.writer.running[:] = [line for line in self.writer.running if line not in gone]
        lines[:] = [line for number, line in enumerate(lines) if number not in left]
        entries = _enter_lines(self.removals, spans)
        self.removals = [replace(entry, text=entry.text.replace(_BLOT, "")) for entry in entries]
        others = [entry for entry in self.unwrapped if entry.rule not in REASONS or entry.at not in inside]
        self.unwrapped = [entry for entry in _enter_lines(others, spans) if entry.rule not in _LEFT]

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


_BLOT = "\x00"
"""No text of a body holds it."""


def _blot_out(line: str, start: int, ours: set[int]) -> str:
    """Put a sign in the place of each character that is ours, of a line that begins at ``start``."""
    written, place = [], start
    for character in line:
        is_blank = not character.split()
        written.append(_BLOT if not is_blank and place in ours else character)
        place += not is_blank
    return "".join(written)


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


_Begin = Callable[[Walk, str, Attributes], _Undo | None]
_BEGIN: dict[str, _Begin] = {
    "p": Walk._begin_paragraph,
    "br": Walk._begin_break,
    "a": Walk._begin_link,
    "hr": Walk._begin_rule,
    "noscript": Walk._begin_noscript,
    "script": Walk._begin_tex,
    "span": Walk._begin_span,
    "picture": Walk._begin_choice,
    **dict.fromkeys(NUMBERED, Walk._begin_post),
    "source": Walk._begin_candidate,
    "object": Walk._begin_object,
    **dict.fromkeys(PICTURES, Walk._begin_picture),
    **dict.fromkeys(BOUNDARIES, Walk._begin_boundary),
    **dict.fromkeys(PHRASES, Walk._begin_phrase),
    **dict.fromkeys(FRAMES, Walk._begin_frame),
    **dict.fromkeys(LEAVES, Walk._begin_leaf),
    "figcaption": Walk._begin_boundary,
    "mtr": Walk._begin_boundary,
    "mtd": Walk._begin_number,
}
"""What each element's beginning does; of others, the words alone count."""
_APART: dict[str, Callable[[Walk, int, str, Attributes], int]] = {
    **dict.fromkeys(DROPPED, Walk._leave_out),
    **dict.fromkeys(PLAYERS, Walk._play),
    OUTSIDE: Walk._leave_outside,
    HIDDEN: Walk._leave_hidden,
    SHORTCODE: Walk._leave_mark,
    CONTROL: Walk._leave_control,
    LIST_SIGN: Walk._leave_sign,
    ADDED: Walk._write_added,
    "noscript": Walk._see_notice,
}
"""Elements that are dealt with as a whole; each gives where it ends."""
_PARTLY = frozenset({"button", "template", "noscript", "script"})
"""Of these, some are part of the text."""
_MAY_BE_CAPTION = frozenset({"div", "p", "span", "small", "em", "i", "h6", "section", "figcaption"})


def _end_frame(writer: BlockWriter, frame: Frame) -> _Undo:
    return lambda: writer.end_frame(frame)


def _end_phrase(writer: BlockWriter, phrase: Phrase) -> _Undo:
    return lambda: writer.end_phrase(phrase)


_BLURRED = ("placeholder", "The picture only held the place of one that was never loaded.")


@lru_cache(maxsize=4096)
def _says_caption(classes: str | None) -> bool:
    """Tell whether a ``class`` names a caption; most elements of an archive share few classes."""
    return (
        bool(classes)
        and len(classes or "") <= 300
        and not _CAPTION_CLASSES.isdisjoint((classes or "").split())
    )


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

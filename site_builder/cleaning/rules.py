"""A publisher's rules, arranged so that most elements are dismissed by one look-up.

In: rules, and a body's events. Out: for an element, the first rule that looks for it. The rule it
guards: a selector is held to every word of it, and what it may cost is bounded: no more than a
label's length of text is looked at, however deep the elements are nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from site_builder.dom import END, START, TEXT, Attributes, Event
from site_builder.language.text import squeeze
from site_builder.model import Rule, Selector, Source

PATTERN_LIMIT = 300
"""Characters; a pattern is for labels and notices, and no pattern can be slow on so few."""
_LABEL_EVENTS = 80
"""No label hides deeper; nested empty tags must not cost quadratic time."""
_MEMO = 4_000
_NOT_IN_CAPTIONS = frozenset(
    "img image amp-img amp-anim table ul ol h1 h2 h3 h4 video audio iframe embed noscript".split()
)
_WORD = re.compile("[A-Za-z]{5,}|[\u0400-\u052f]{5,}")
Found = tuple[int, Rule]


def arrange_rules(rules: tuple[Rule, ...], html: str) -> Plan | None:
    """Arrange the rules that may find something in this body; None when there are none.

    A rule that looks for words is left out where one of their characters is nowhere in the body.
    """
    if not rules:
        return None
    shelf = _SHELVES.get(id(rules))
    if shelf is None or shelf.rules is not rules:
        if len(_SHELVES) >= _MEMO:
            _SHELVES.clear()
        shelf = _SHELVES[id(rules)] = Shelf(rules)
    return shelf.plan_for(html)


class Shelf:
    """One publisher's rules, and their plans for bodies that lack the words of some."""

    __slots__ = ("names", "needles", "plans", "rules")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        wordy = [(at, find_needles(rule.selector)) for at, rule in enumerate(rules)]
        # Most rules look for no words, and need not be asked (gain: 10 µs an article).
        self.needles = tuple(
            (at, needles) for at, needles in wordy if needles and not rules[at].selector.attribute
        )
        names = dict.fromkeys(rule.selector.attribute for rule in rules if rule.selector.attribute)
        self.names = tuple((name, [at for at, needles in wordy if needles == (name,)]) for name in names)
        self.plans: dict[tuple[int, ...], Plan | None] = {}

    def plan_for(self, html: str) -> Plan | None:
        """Give the plan for a body: without the rules whose words it cannot hold."""
        if "&#" in html or "cy;" in html:  # any letter may be written as a number, a Cyrillic one by its name
            absent: tuple[int, ...] = ()
        else:
            missing = [at for at, needles in self.needles if any(needle not in html for needle in needles)]
            for name, rules in self.names:
                if name not in html:
                    missing += rules
            absent = tuple(missing)
        if absent not in self.plans:
            present = [(at + 1, rule) for at, rule in enumerate(self.rules) if at not in absent]
            self.plans[absent] = Plan(present) if present else None
        return self.plans[absent]


_SHELVES: dict[int, Shelf] = {}
"""By the identity of a tuple of rules: a thousand articles arrange them once, and hash them never."""


def find_needles(look: Selector) -> tuple[str, ...]:
    """List what a body must hold somewhere if the selector is to find anything in it.

    Only such as no named entity stands for, so that the body need not be decoded to be sure:
    characters beyond the alphabets, and the longest word of Latin or Cyrillic letters.

    >>> find_needles(Selector(text_prefix="责任编辑："))
    ('责', '任', '编', '辑')
    >>> find_needles(Selector(pattern="The post .{1,200} appeared first on .{1,90}"))
    ('appeared',)
    >>> find_needles(Selector(attribute="data-testid", values=("promo-box",)))
    ('data-testid',)
    """
    if look.attribute:
        return (look.attribute,)
    words = look.text or look.text_prefix or _sure_words(look.pattern)
    longest = max(_WORD.findall(words), key=len, default="")
    return (
        *dict.fromkeys(letter for letter in words if "\u2e80" <= letter < "\uff00"),
        *filter(None, [longest]),
    )


def _sure_words(pattern: str) -> str:
    """Give the characters of a pattern that stand in every match: outside of groups, not optional."""
    if "|" in re.sub(r"\([^()]*\)", "", pattern) or re.search(r"\([^()]*\(", pattern) or "\\(" in pattern:
        return ""
    plain = re.sub(r"\\.|\[[^\]]*\]|\([^()]*\)", "\x00", pattern)
    return re.sub(r".[?*{]", "\x00", plain)


class Plan:
    """Rules by what they look for first: an id, a class, an attribute, a tag, or anything."""

    __slots__ = ("by_attribute", "by_class", "by_classes", "by_id", "by_tag", "of_any")

    def __init__(self, rules: list[Found]) -> None:
        self.by_id: dict[str, list[Found]] = {}
        self.by_class: dict[str, list[Found]] = {}
        self.by_classes: dict[str, tuple[Found, ...]] = {}
        self.by_attribute: dict[str, dict[str | None, list[Found]]] = {}
        self.by_tag: dict[str, list[Found]] = {}
        self.of_any: list[Found] = []
        for number, rule in rules:
            look = rule.selector
            if look.id:
                self.by_id.setdefault(look.id, []).append((number, rule))
            elif look.classes:
                self.by_class.setdefault(look.classes[0], []).append((number, rule))
            elif look.attribute:
                values = self.by_attribute.setdefault(look.attribute, {})
                for value in look.values:
                    values.setdefault(value, []).append((number, rule))
            elif look.tag:
                self.by_tag.setdefault(look.tag, []).append((number, rule))
            else:
                self.of_any.append((number, rule))

    def find(self, name: str, attributes: Attributes, events: list[Event], at: int) -> Found | None:
        """Find the first rule, as they stand in the file, that looks for this element."""
        found: list[Found] = []
        if name in self.by_tag:
            found += self.by_tag[name]
        if self.of_any:
            found += self.of_any
        if attributes:
            if self.by_class and (given := attributes.get("class")):
                found += self._of_classes(given)
            if self.by_id and (given := attributes.get("id")):
                found += self.by_id.get(given, ())
            if self.by_attribute:
                for key, values in self.by_attribute.items():
                    found += values.get(attributes.get(key), ())
        if not found:
            return None
        if len(found) > 1:
            found.sort(key=_number)
        label = Label(events, at)
        for number, rule in found:
            if _selects(rule.selector, name, attributes, label):
                return number, rule
        return None

    def _of_classes(self, given: str) -> tuple[Found, ...]:
        """Find the rules for any of an element's classes; most elements of an archive share few."""
        known = self.by_classes.get(given)
        if known is None:
            known = tuple(found for token in given.split() for found in self.by_class.get(token, ()))
            if len(self.by_classes) < _MEMO and len(given) < PATTERN_LIMIT:
                self.by_classes[given] = known
        return known


def _number(found: Found) -> int:
    return found[0]


def name_rule(source: Source, number: int, rule: Rule) -> str:
    """Say what the ledger calls a rule."""
    return rule.name or f"source:{source.slug}#{number}"


class Label:
    """An element's text as far as a label goes, read when the first rule asks for it."""

    __slots__ = ("at", "events", "known")

    def __init__(self, events: list[Event], at: int) -> None:
        self.events, self.at = events, at
        self.known: tuple[str, bool] | None = None

    def read(self) -> tuple[str, bool]:
        """Give the text, and whether it is all of it."""
        if self.known is None:
            self.known = _text_within(self.events, self.at, PATTERN_LIMIT)
        return self.known


def _selects(look: Selector, name: str, attributes: Attributes, label: Label) -> bool:
    if (look.tag and look.tag != name) or (look.id and look.id != attributes.get("id")):
        return False
    if look.classes and not set(look.classes).issubset((attributes.get("class") or "").split()):
        return False
    if look.attribute and attributes.get(look.attribute) not in look.values:
        return False
    if look.url and not any(look.url in (attributes.get(key) or "") for key in ("href", "src")):
        return False
    if look.only_links and not _has_only_links(label.events, label.at):
        return False
    if look.links and _count_links(label.events, label.at) < look.links:
        return False
    if not look.text and not look.text_prefix and not look.pattern:
        return True
    text, is_whole = label.read()
    if look.pattern and not (is_whole and re.fullmatch(look.pattern, text)):
        return False
    if look.text and not (is_whole and text == squeeze(look.text)):
        return False
    return text.startswith(squeeze(look.text_prefix))


def match_text(pattern: str, events: list[Event], at: int) -> re.Match[str] | None:
    """Match an element's whole text, if it is short enough for any pattern."""
    text, is_whole = _text_within(events, at, PATTERN_LIMIT)
    return re.fullmatch(pattern, text) if is_whole else None


def _has_only_links(events: list[Event], at: int) -> bool:
    """Tell whether an element holds words in links, and none outside of them."""
    inside = words = 0
    for count, (kind, name, _) in enumerate(events_within(events, at)):
        if count > 4 * _LABEL_EVENTS:
            return False
        if kind != TEXT:
            inside += (name == "a") * (1 if kind == START else -1)
        elif name.strip():
            if not inside:
                return False
            words += 1
    return words > 0


def _count_links(events: list[Event], at: int) -> int:
    """Count the links of an element that is no longer than a label."""
    within = islice(events_within(events, at), _LABEL_EVENTS)
    return sum(kind == START and name == "a" for kind, name, _ in within)


def _text_within(events: list[Event], at: int, enough: int) -> tuple[str, bool]:
    """Give the beginning of an element's text, squeezed, and whether it is all of it.

    It is not when there are more than ``enough`` characters, or when they hide too deep.
    """
    pieces: list[str] = []
    length = 0
    depth = 1
    is_whole = False
    for kind, name, _ in events[at : at + _LABEL_EVENTS]:
        if kind == TEXT:
            pieces.append(name)
            length += len(name)
            if length > enough and len(squeeze("".join(pieces))) > enough:
                break
        elif kind == START:
            depth += 1
        else:
            depth -= 1
            if not depth:
                is_whole = True
                break
    return squeeze("".join(pieces)), is_whole


def events_within(events: list[Event], at: int) -> Iterator[Event]:
    """Yield the events within the element whose START stands just before ``at``."""
    depth = 1
    for index in range(at, len(events)):
        event = events[index]
        if event[0] == START:
            depth += 1
        elif event[0] == END:
            depth -= 1
            if not depth:
                return
        yield event


def is_short(events: list[Event], at: int, most_events: int, most_text: int) -> bool:
    """Tell whether the element that began before ``at`` holds little, no picture, and some text."""
    length = 0
    for count, (kind, name, _) in enumerate(events_within(events, at)):
        length += len(name) if kind == TEXT else 0
        if count > most_events or length > most_text or (kind == START and name in _NOT_IN_CAPTIONS):
            return False
    return length > 0


REL_TAG = re.compile(r"""rel\s?=\s?["']?tag["'\s>]""")
_APART = 12
_LONGEST_TAG = 40


def tagged_links(events: list[Event]) -> Iterator[str]:
    """Yield the words of the first row of links that call themselves a tag of the page (``rel="tag"``).

    Another row, further down, may be that of another article that this one is shown with.
    """
    last = 0
    for at, (kind, name, attributes) in enumerate(events):
        if kind == START and name == "a" and (attributes.get("rel") or "").lower().strip() == "tag":
            if last and at - last > _APART:
                return
            last = at
            text = squeeze("".join(name for kind, name, _ in events_within(events, at + 1) if kind == TEXT))
            text = text.lstrip("#＃")
            if 0 < len(text) <= _LONGEST_TAG:
                yield text


def linked_texts(events: list[Event], at: int) -> Iterator[str]:
    """Yield the words of each link within an element."""
    pieces: list[str] | None = None
    for kind, name, _ in events_within(events, at):
        if kind == START and name == "a":
            pieces = []
        elif kind == TEXT and pieces is not None:
            pieces.append(name)
        elif kind == END and name == "a" and pieces is not None:
            yield squeeze("".join(pieces))
            pieces = None

"""What the archive's own words suggest for ``tags.toml``: names to look for, spellings to join.

In: the archive's tags and texts. Out: ``Proposals`` for a person to accept. The rule it guards:
nothing here changes a build. What is learned counts only once it stands in ``tags.toml``.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from site_builder.language.text import fold
from site_builder.model import Card, Group
from site_builder.stories.names import plain_text

GIVEN_OFTEN = 2
MET_OFTEN = 2
NEAR = 0.86
NEIGHBOURS = 12

_IN_BRACKETS = re.compile(r"([\u3400-\u9fff·]{2,10})[（(]([A-Za-z][A-Za-z0-9 .&'-]{1,30}[A-Za-z0-9])[）)]")

_CODE = re.compile(r"\d+[a-z+]?")
"""What tells one product from the next."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """``names``: (name, how often it was given). ``aliases``: (name, other spelling, reason)."""

    names: tuple[tuple[str, int], ...]
    aliases: tuple[tuple[str, str, str], ...]


def propose_names(cards: Iterable[Card], is_known: Callable[[str], bool]) -> tuple[tuple[str, int], ...]:
    """List the tags that were given, not found, in several articles, and that no list has."""
    given: Counter[str] = Counter()
    for card in cards:
        for mark in card.tags:
            if mark.evidence and mark.evidence[0][0] in ("given", "front-matter"):
                given[mark.name] += 1
    often = [(name, times) for name, times in given.items() if times >= GIVEN_OFTEN and not is_known(name)]
    return tuple(sorted(often, key=lambda item: (-item[1], item[0])))


def propose_aliases(
    tags: Iterable[Group], texts: Iterable[str], key_of: Callable[[str], str]
) -> tuple[tuple[str, str, str], ...]:
    """List spellings that look like the same name: near-equal tags, and what texts put in brackets."""
    named = {tag.key: tag for tag in tags}
    found = [*_near_equal(named), *_in_brackets(named, texts, key_of)]
    return tuple(dict.fromkeys(found))


def _near_equal(named: dict[str, Group]) -> Iterator[tuple[str, str, str]]:
    """Compare each tag with its neighbours in alphabetical order, forwards and backwards."""
    seen = set()
    for order in (sorted(named), sorted(named, key=lambda key: key[::-1])):
        for at, key in enumerate(order):
            for other in order[at + 1 : at + 1 + NEIGHBOURS]:
                pair = tuple(sorted((key, other), key=lambda one: (-len(named[one].cards), one)))
                if pair not in seen and _is_near(key, other):
                    seen.add(pair)
                    yield named[pair[0]].name, named[pair[1]].name, "written nearly the same"


def _is_near(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or _CODE.findall(one) != _CODE.findall(other):
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR


def _in_brackets(
    named: dict[str, Group], texts: Iterable[str], key_of: Callable[[str], str]
) -> Iterator[tuple[str, str, str]]:
    met: defaultdict[tuple[str, str], int] = defaultdict(int)
    for text in texts:
        for before, form in _IN_BRACKETS.findall(text):
            plain = plain_text(before)
            for start in range(len(plain) - 1):
                if (key := fold(plain[start:])) in named:
                    met[key, form] += 1
                    break
    for (key, form), times in sorted(met.items(), key=lambda item: (-item[1], item[0])):
        if times >= MET_OFTEN and key_of(form) != key:
            yield named[key].name, form, f"in brackets behind it, {times} times"

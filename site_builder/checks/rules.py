"""Whether publishers' rules still find what they were written for.

In: every article with the rules that applied to it. Out: findings at the rules' places. The rule it
guards: publishers change their pages without telling; a rule that has become silent lets in what
it kept out, and nobody would see it in one article alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from site_builder.errors import Finding, finding
from site_builder.model import Card, Outcome, Rule, Source

RULES_OF = "source:"
"""How the name of a rule of a publisher's own begins: ``source:mydrivers#3``."""

NEWEST = 20
"""Articles of a publisher to which a rule that was common must have applied at least once."""
COMMON = 0.5
"""A rule that applied to so large a part of the older articles was common; rare ones prove nothing."""


def check_rules(
    articles: Iterable[tuple[Card, Outcome]], sources: Iterable[Source], own: Path | None
) -> Iterator[Finding]:
    """Tell of rules that have become silent, and of rules of the site's own that never said a word."""
    known = {source.slug: source for source in sources}
    by_source: defaultdict[str, list[tuple[Card, Outcome]]] = defaultdict(list)
    for card, outcome in articles:
        if card.source_slug in known:
            by_source[card.source_slug].append((card, outcome))
    for slug, found in sorted(by_source.items()):
        source = known[slug]
        dated = sorted((card.published, card.url, outcome.rules) for card, outcome in found if card.published)
        applied = [frozenset(rules) for _, _, rules in dated]
        every = {rule for _, outcome in found for rule in outcome.rules}
        for number, rule in enumerate(source.rules, 1):
            name = f"{RULES_OF}{source.slug}#{number}"
            if rule.name:
                continue
            if is_stale(name, applied):
                message = f"applied to most articles of {source.name}, and to none of the newest {NEWEST}"
                yield _at(rule, own, "rule-stale", message)
            elif name not in every and own is not None and rule.place.startswith(str(own)):
                message = f"applied to none of {len(found)} articles of {source.name}"
                yield _at(rule, own, "rule-unmatched", message)


def is_stale(name: str, applied: list[frozenset[str]]) -> bool:
    """Tell whether a rule was common among the older articles and is absent among the newest.

    >>> is_stale("r", [frozenset({"r"})] * 20 + [frozenset()] * 20)
    True
    >>> is_stale("r", [frozenset({"r"})] * 20 + [frozenset()] * 19)
    False
    """
    older, newest = applied[:-NEWEST], applied[-NEWEST:]
    if len(older) < NEWEST or any(name in rules for rules in newest):
        return False
    return sum(name in rules for rules in older) >= COMMON * len(older)


def _at(rule: Rule, own: Path | None, code: str, message: str) -> Finding:
    """Make a finding at a rule; a file of the site's own is named as the site's folder has it."""
    path, line, column = rule.place.rsplit(":", 2)
    if own is not None and path.startswith(str(own)):
        path = Path(path).relative_to(own.parent).as_posix()
    return finding(code, path, message, line=int(line), column=int(column))

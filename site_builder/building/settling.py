"""What becomes of every file: an article with a page, another one's twin, or set aside.

In: outcomes, in the order of their paths. Out: what was decided of each. The rule it guards: **an address
is given once**, and the first file by path that wants it has it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from site_builder.building.lazy import whole
from site_builder.errors import Finding, finding
from site_builder.language.text import other_addresses, stem_of
from site_builder.model import Card, Outcome
from site_builder.report import ArticleOutcome


class Settled(NamedTuple):
    """What was decided of a file."""

    outcome: Outcome
    """With the address that its article wants."""
    fate: ArticleOutcome
    """With the address that it has."""
    told: tuple[Finding, ...]
    """What is said of it."""

    @property
    def is_built(self) -> bool:
        """Whether its article gets a page."""
        return self.fate.outcome == "built"

    def place(self) -> Outcome:
        """Give the outcome with the address that its article has."""
        return give_address(self.fate.url, self.outcome) if self.is_built else self.outcome


def settle(outcomes: Iterable[Outcome]) -> dict[str, tuple[Card, Outcome]]:
    """Give the articles to build, by address."""
    built = (one.place() for one in settle_all(outcomes) if one.is_built)
    return {outcome.card.url: (outcome.card, outcome) for outcome in built if outcome.card}


def settle_all(outcomes: Iterable[Outcome]) -> Iterator[Settled]:
    """Decide what every file becomes.

    Files with the same bytes are one article, the first by path. Of two articles that want the same
    address the first by path has it, and the other one that its path gives it besides.
    """
    addresses: dict[str, str] = {}
    twins: dict[str, tuple[str, str]] = {}
    for outcome in outcomes:
        path, card, told = outcome.path, outcome.card, outcome.findings
        if card is None:
            fate = ArticleOutcome(path, stem_of(path), "set-aside")
        elif twin := twins.get(outcome.digest):
            told = (finding("article-merged", path, f"has the same bytes as {twin[0]}"),)
            fate = ArticleOutcome(path, card.id, "merged", twin[1])
        else:
            if (url := _find_free(card.url, path, addresses)) != card.url:
                said = f"wants {card.url}, which {addresses[card.url.lower()]} has; its page is {url}"
                told = (*told, finding("address-taken", path, said))
            fate = ArticleOutcome(path, card.id, "built", url)
            addresses[url.lower()], twins[outcome.digest] = path, (path, url)
        yield Settled(outcome, fate, told)


def _find_free(url: str, path: str, taken: Container[str]) -> str:
    """Give the address that an article wants, or the first other one that nobody has."""
    return next(one for one in chain((url,), other_addresses(url, path)) if one.lower() not in taken)


def give_address(url: str, outcome: Outcome) -> Outcome:
    """Give an outcome whose article has this address."""
    if not outcome.card or outcome.card.url == url:
        return outcome
    return replace(whole(outcome), card=replace(whole(outcome.card), url=url))

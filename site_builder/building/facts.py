"""What stands for all that is shown of each article, and what an edit has touched of it.

In: the archive of this build, and what the last one left. Out: ``Facts``, and the addresses of the
articles and groups of which some page may show something new. The rule it guards: what is not named
here is as the last build left it, so it **names too much rather than too little**; the keys decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from site_builder.model import Archive, Card, Outcome
from site_builder.outputs.exports import original_url
from site_builder.outputs.keys import digest
from site_builder.outputs.lists import day_of, day_url, month_url, year_url
from site_builder.outputs.pages import ledger_url, name_apart, name_of
from site_builder.outputs.stock import Parts
from site_builder.outputs.subjects import feed_url
from site_builder.steps.index import tag_url
from site_builder.stories.relating import Kinships

UNDATED = "undated/index.html"
MANY = 400
"""When more articles than this have changed, to ask of every page is as cheap."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the next build compares. The first lists belong together, and go by ``order``."""

    order: Sequence[str] = ()
    """Addresses of the articles, newest first, the undated behind them."""
    marks: Sequence[bytes] = ()
    """What stands for all that a list may show of each."""
    proofs: Sequence[bytes] = ()
    """What stands for all that its own page shows of the article itself."""
    names: Sequence[bytes] = ()
    """What stands for its title and publisher; an article that shares them is given a note."""
    kin: Sequence[bytes] = ()
    """What stands for all that it has to do with others; nothing when no stories are told."""
    notes: Mapping[str, str] = field(default_factory=dict)
    spans: tuple[tuple[str, ...], ...] = ()
    """Addresses of the years, of the months and of the days, in order."""
    tag_names: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """The further pages of long days, tags and publishers, with their times as text."""

    def list_differing(self, past: Facts) -> list[str]:
        """List the articles of which a list would show something else than before."""
        known = past.by_url(past.marks)
        return [url for url, mark in zip(self.order, self.marks, strict=True) if known.get(url) != mark]

    def by_url(self, column: Sequence[bytes]) -> dict[str, bytes]:
        """Give one of the lists by the articles' addresses."""
        return dict(zip(self.order, column, strict=True)) if column else {}


def take_facts(archive: Archive, proofs: Mapping[str, bytes], past: Facts, same: Mapping[str, Card]) -> Facts:
    """Give the facts of this build, but for ``kin``. ``same`` are cards of which nothing has changed."""
    cards = (*archive.cards, *archive.undated)
    known = past.by_url(past.names)
    names = [known[card.url] if same.get(card.url) is card else name_of(card) for card in cards]
    order = tuple(card.url for card in cards)
    return Facts(
        order=order,
        marks=mark_cards(archive, past, same),
        proofs=[proofs[url] for url in order],
        names=names,
        notes=name_apart(archive, dict(zip(order, names, strict=True))),
        spans=tuple(
            tuple(group.url for group in groups) for groups in (archive.years, archive.months, archive.days)
        ),
        tag_names={key: name for key, (name, _) in archive.tag_names.items()},
        originals=archive.originals,
    )


def mark_cards(archive: Archive, past: Facts, same: Mapping[str, Card]) -> list[bytes]:
    """Give what stands for all that a list may show of each article, in order."""
    names = archive.tag_names
    known = past.by_url(past.marks)
    renamed = {key for key, name in past.tag_names.items() if key in names and names[key][0] != name}
    kin, was = _count_copies(archive.originals), _count_copies(past.originals)

    def stands(card: Card) -> bool:
        url = card.url
        return (
            same.get(url) is card
            and kin.get(url) == was.get(url)
            and (not renamed or renamed.isdisjoint(tag.key for tag in card.tags))
        )

    return [
        known[card.url] if stands(card) else _mark(card, names, kin.get(card.url, ()))
        for card in chain(archive.cards, archive.undated)
    ]


def _count_copies(originals: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    copies = Counter(originals.values())
    return {url: (copies[url], originals.get(url, "")) for url in (*copies, *originals)}


def _mark(card: Card, names: Mapping[str, tuple[str, str]], kin: tuple[object, ...]) -> bytes:
    return digest(
        *kin,
        *(card.url, card.title, card.published and card.published.isoformat(), card.source),
        *(card.source_slug, card.excerpt, card.lang, card.cover, card.has_ledger, card.length),
        *(names[tag.key][0] for tag in card.tags),
    )


def find_standing_kin(archive: Archive, now: Facts, past: Facts) -> dict[str, bytes]:
    """Give what still stands for what articles have to do with others, as far as nobody need ask anew."""
    relations = archive.relations
    if not past.kin or not isinstance(relations, Kinships):
        return {}
    changed = now.list_differing(past)
    was, names = past.tag_names, now.tag_names
    renamed = [key for key in {*was, *names} if was.get(key) != names.get(key)]
    near = relations.list_touched(changed, renamed)
    if near is None:
        return {}
    return {url: fact for url, fact in past.by_url(past.kin).items() if url not in near}


# --- what an edit has touched ---------------------------------------------------------------------


def find_touched(
    past: Facts, now: Facts, cards: Mapping[str, Card], archive: Archive
) -> frozenset[str] | None:
    """Name the articles and groups of which some page may be another one; None: there are very many.

    ``cards`` are those of the last build. An article brings with it its neighbours in time, before and
    after, and whatever lists it; a year, month or day those beside it.
    """
    changed = _changed(past, now)
    here = {
        card.url: card
        for card in chain(archive.cards, archive.undated)
        if cards.get(card.url) is not card or card.url in changed
    }
    changed.update(here)  # even if no fact is another one, as of an article whose file has moved
    if len(changed) > MANY:
        return None
    touched = {*changed, *_beside(past.order, changed), *_beside(now.order, changed)}
    for url in changed:
        for card in (cards.get(url), here.get(url)):
            if card is not None:
                touched.update(list_groups(card))
    for then, this in zip(past.spans, now.spans, strict=True):
        was, is_now = _pairs(then), _pairs(this)
        touched.update(url for url, beside in is_now.items() if was.get(url) != beside)
    touched |= _beside(now.spans[1], touched.intersection(now.spans[1]))  # a month is told beside the last
    return frozenset(touched)


def _changed(past: Facts, now: Facts) -> set[str]:
    """List the articles that came, went, or show anything else."""
    changed = set(past.order).symmetric_difference(now.order)
    for then, this in (
        (past.by_url(past.marks), now.by_url(now.marks)),
        (past.by_url(past.proofs), now.by_url(now.proofs)),
        (past.by_url(past.kin), now.by_url(now.kin)),
        (past.notes, now.notes),
    ):
        changed.update(url for url in then if url not in this)
        changed.update(url for url, fact in this.items() if then.get(url) != fact)
    return changed


def _beside(order: Sequence[str], urls: Iterable[str]) -> set[str]:
    places = {url: at for at, url in enumerate(order)}
    at = [places[url] for url in urls if url in places]
    return {order[near] for place in at for near in (place - 1, place + 1) if 0 <= near < len(order)}


def _pairs(order: Sequence[str]) -> dict[str, tuple[str, str]]:
    return dict(zip(order, zip(("", *order[:-1]), (*order[1:], ""), strict=True), strict=True))


def list_groups(card: Card) -> Iterator[str]:
    """List the addresses of all that lists an article."""
    yield from (tag_url(tag.key) for tag in card.tags)
    yield f"sources/{card.source_slug}.html"
    if card.published is None:
        yield UNDATED
        return
    day = day_of(card)
    yield from (day_url(day), month_url(day), year_url(day))


def write_parts(parts: Mapping[str, Parts]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Write times as text, which keeps their zones."""
    return {
        group: tuple((url, when.isoformat() if when else "") for url, when in listed)
        for group, listed in parts.items()
    }


def read_parts(parts: Mapping[str, tuple[tuple[str, str], ...]]) -> dict[str, Parts]:
    """Read them back."""
    return {
        group: tuple((url, datetime.fromisoformat(when) if when else None) for url, when in listed)
        for group, listed in parts.items()
    }


# --- what may stand no longer ---------------------------------------------------------------------

ALWAYS = ("days/", "media/", "sitemap", "threads/")
"""Beginnings of the paths of files that are asked for whatever was touched."""


def list_own(touched: Iterable[str]) -> tuple[list[str], list[str]]:
    """List the files that what was touched may have: paths, and beginnings of paths."""
    paths: list[str] = []
    starts = list(ALWAYS)
    for url in touched:
        paths.append(url)
        if url.startswith(("tags/", "sources/")):
            paths.append(feed_url(url))
            starts.append(f"{url.removesuffix('.html')}/")
        elif url == UNDATED:
            paths.append("archive/undated.json")
            starts.append("undated/by-name/")
        elif url.endswith("/index.html"):
            paths.append(f"archive/{url.removesuffix('/index.html')}.json")
            starts.append(f"{url.removesuffix('index.html')}hours/")
        else:
            paths += (ledger_url(url), original_url(url))
    return paths, starts


def prove_articles(
    built: Mapping[str, tuple[Card, Outcome]], pictures: Mapping[str, object]
) -> dict[str, bytes]:
    """Give what stands for all that each article's own page shows."""
    return {
        url: digest(outcome.proof, pictures[url]) if url in pictures else outcome.proof
        for url, (_, outcome) in built.items()
    }

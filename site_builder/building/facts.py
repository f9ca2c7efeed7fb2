"""What stands for all that is shown of each article, and what an edit has touched of it.

In: the archive of this build, and what the last one left. Out: ``Facts``, and the addresses of the
articles and groups of which some page may show something new. The rule it guards: what is not named
here is as the last build left it, so it **names too much rather than too little**; the keys decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from site_builder.building.lazy import Edition
from site_builder.model import Archive, Card, Outcome, urls_of
from site_builder.outputs.exports import original_url
from site_builder.outputs.keys import Digests, digest
from site_builder.outputs.lists import day_of, day_url, month_url, year_url
from site_builder.outputs.pages import ledger_url, name_apart, name_of
from site_builder.outputs.stock import Parts, find_places
from site_builder.outputs.subjects import feed_url
from site_builder.steps.index import find_place, put_in_order, tag_url
from site_builder.stories.relating import Kinships

UNDATED = "undated/index.html"
MANY, SHARE = 400, 20
"""When more articles have changed than this, and than one of so many, to ask of every page is as cheap."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the next build compares, by the articles' addresses."""

    marks: Digests = field(default_factory=Digests)
    """What stands for all that a list may show of each."""
    proofs: Digests = field(default_factory=Digests)
    """What stands for all that its own page shows of the article itself."""
    names: Digests = field(default_factory=Digests)
    """What stands for its title and publisher; an article that shares them is given a note."""
    kin: Digests = field(default_factory=Digests)
    """What stands for all that it has to do with others; nothing when no stories are told."""
    links: Digests = field(default_factory=Digests)
    """What stands for the pages of other articles that its links lead to."""
    notes: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Parts] = field(default_factory=dict)
    """The further pages of long days, tags and publishers."""
    fresh: frozenset[str] = frozenset()
    """The articles of which any of this but ``kin`` was found out anew."""
    retold: Set[str] = frozenset()
    """Those of which ``kin`` was."""

    def list_differing(self, past: Facts) -> list[str]:
        """List the articles of which a list would show something else than before."""
        known, marks = past.marks, self.marks
        return [url for url in self.fresh if url in marks and known.get(url) != marks[url]]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed, as far as articles themselves go."""

    was: Archive
    """The archive of the last build; it has nothing in it when there was none."""
    come: list[Card]
    """Those that are new or other ones now."""
    gone: Sequence[Card]
    """Those that are no more, or are other ones now, as they were."""


def take_facts(
    archive: Archive,
    edition: Edition,
    pictures: Mapping[str, object],
    links: Mapping[str, bytes],
    past: Facts,
    change: Change,
) -> Facts:
    """Give the facts of this build, but for ``kin``. What those with ``pictures`` show hangs on more.

    ``links`` is what stands for the pages that articles link to, of those of which it was found out anew.
    """
    come = {card.url: card for card in change.come}
    names = _amend(past.names, edition, {url: name_of(card) for url, card in come.items()})
    marks = mark_cards(archive, edition, past, change)
    again = list_namesakes(names, past, change)
    proofs = prove_articles(edition, {*come, *pictures}, pictures)
    return Facts(
        marks=_amend(past.marks, edition, marks),
        proofs=_amend(past.proofs, edition, proofs),
        names=names,
        links=_amend(past.links, edition, links),
        notes=note_names(archive, edition, names, past, again),
        originals=archive.originals,
        fresh=frozenset((*come, *marks, *again, *pictures, *links)),
    )


def _amend(known: Digests, edition: Edition, fresh: Mapping[str, bytes]) -> Digests:
    return known.amend(edition.rows, len(edition.store.urls), fresh)


def list_namesakes(names: Digests, past: Facts, change: Change) -> frozenset[str]:
    """List the articles that have a name which an article took or left."""
    if not past.names:
        return frozenset(names)
    met = {past.names[card.url] for card in change.gone} | {names[card.url] for card in change.come}
    return frozenset(names.find(met))


def note_names(
    archive: Archive, edition: Edition, names: Digests, past: Facts, again: frozenset[str]
) -> dict[str, str]:
    """Say what tells articles of the same name apart; of names that stand, what was said before."""
    if not past.names:
        return name_apart(archive, names)
    notes = {url: note for url, note in past.notes.items() if url in names and url not in again}
    dated, undated = put_in_order(edition[url][0] for url in again)
    return notes | name_apart(replace(archive, cards=dated, undated=undated), names)


def mark_cards(archive: Archive, edition: Edition, past: Facts, change: Change) -> dict[str, bytes]:
    """Give what stands for all that a list may show of articles, where it may be something else now."""
    names, before = archive.tag_names, change.was.tag_names
    renamed = {key for key, place in before.items() if key in names and names[key] != place}
    kin, was = _count_copies(archive.originals), _count_copies(past.originals)
    cards = {card.url: card for card in change.come}
    for tag in archive.tags if renamed else ():
        if tag.key in renamed:
            cards.update((card.url, card) for card in tag.cards)
    if moved := {url for url in {*kin, *was} if kin.get(url) != was.get(url)}:
        cards.update((url, edition[url][0]) for url in moved if url in edition)
    return {url: _mark(card, names, kin.get(url, ())) for url, card in cards.items()}


def _count_copies(originals: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    copies = Counter(originals.values())
    return {url: (copies[url], originals.get(url, "")) for url in (*copies, *originals)}


def _mark(card: Card, names: Mapping[str, tuple[str, str]], kin: tuple[object, ...]) -> bytes:
    return digest(
        *kin,
        *(card.url, card.title, card.dated and card.dated.isoformat(), card.source),
        *(card.source_slug, card.excerpt, card.lang, card.cover, card.has_ledger),
        *(names[key][0] for key in card.tag_keys),
        card.tag_forms,  # what articles share is shown in their own spelling
    )


def tell_kin(
    archive: Archive,
    edition: Edition,
    now: Facts,
    past: Facts,
    was: Archive,
    tell: Callable[[list[str]], Iterable[bytes]],
) -> Facts:
    """Add what stands for what articles have to do with others; ``tell`` is asked where it may be new."""
    near = _find_near(archive, now, past, was)
    standing: dict[str, bytes] = {}
    if near is None:
        asked = [*now.marks]
    else:  # an article that is another one now has a new row, and takes there what was told of it
        standing = {url: past.kin[url] for url in now.fresh - near if url in past.kin and url in now.marks}
        asked = [url for url in near | now.fresh if url in now.marks and url not in standing]
    told = dict(zip(asked, tell(asked), strict=True))
    return replace(now, kin=_amend(past.kin, edition, standing | told), retold=frozenset(asked))


def _find_near(archive: Archive, now: Facts, past: Facts, was: Archive) -> Set[str] | None:
    """Find the articles of which something else may be told than in the last build; None: any."""
    relations = archive.relations
    if not past.kin or not isinstance(relations, Kinships):
        return None
    changed = now.list_differing(past)
    before, names = was.tag_names, archive.tag_names
    renamed = [key for key in {*before, *names} if before.get(key) != names.get(key)]
    return relations.list_touched(changed, renamed)


# --- what an edit has touched ---------------------------------------------------------------------


def find_touched(
    past: Facts, now: Facts, change: Change, archive: Archive, edition: Edition
) -> frozenset[str] | None:
    """Name the articles and groups of which some page may be another one; None: there are very many.

    An article brings with it its neighbours in time, before and after, and whatever lists it; a year,
    month or day those beside it.
    """
    was = change.was
    here = {card.url: card for card in change.come}
    before = {card.url: card for card in change.gone}
    changed = {*here, *before, *_changed(past, now)}
    if len(changed) > max(MANY, archive.total // SHARE):
        return None
    own = _list_own_changes(past, now, before, here) | _list_others_kin(past, now, changed - {*here, *before})
    touched = set(changed)
    seen = changed - own
    for url in seen:
        now_card = edition[url][0] if url in edition else None
        for at_that_time, card in ((was, before.get(url) or now_card), (archive, now_card)):
            if card is not None:
                touched.update(list_groups(card), _list_neighbours(at_that_time, card))
    own_cards = (edition[url][0] for url in own)
    touched.update(year_url(day_of(card)) if card.published else UNDATED for card in own_cards)
    for then, this in zip(_spans(was), _spans(archive), strict=True):
        known, is_now = _pairs(then), _pairs(this)
        touched.update(url for url, beside in is_now.items() if known.get(url) != beside)
    months = [month.url for month in archive.months]
    touched |= _beside(months, touched.intersection(months))  # a month is told beside the last
    return frozenset((*touched, *_list_touched_stories(was, archive, touched)))


def _list_touched_stories(was: Archive, archive: Archive, touched: Set[str]) -> Iterator[str]:
    """List stories that came, went or are others now, and those of which an article was touched."""
    before = {story.url: story for story in was.threads}
    for story in archive.threads:
        known, urls = before.pop(story.url, None), [*urls_of(story.cards)]
        stands = known is story or (
            known is not None and known.name == story.name and [*urls_of(known.cards)] == urls
        )
        if not stands or not touched.isdisjoint(urls):
            yield story.url
    yield from before


def _list_own_changes(
    past: Facts, now: Facts, before: Mapping[str, Card], here: Mapping[str, Card]
) -> set[str]:
    """List the articles that changed in nothing that is shown elsewhere, but in the export of their year."""
    return {
        url
        for url in before.keys() & here.keys()
        if before[url].tag_forms == here[url].tag_forms
        and all(
            then.get(url) == this.get(url)
            for then, this in ((past.marks, now.marks), (past.kin, now.kin), (past.notes, now.notes))
        )
    }


def _list_others_kin(past: Facts, now: Facts, urls: Set[str]) -> set[str]:
    """List those of articles that did not change themselves which no list shows otherwise than before.

    They have to do with other articles now. Where a story loses its beginning they are thousands.
    """
    return {
        url
        for url in urls & now.marks.keys()
        if past.marks.get(url) == now.marks[url] and past.notes.get(url) == now.notes.get(url)
    }


def _changed(past: Facts, now: Facts) -> Iterator[str]:
    """List the articles that show anything else."""
    pairs = ((past.marks, now.marks), (past.proofs, now.proofs), (past.links, now.links))
    for then, this in pairs:
        yield from (url for url in now.fresh if then.get(url) != this.get(url))
    yield from (url for url in now.retold if past.kin.get(url) != now.kin[url])
    yield from (url for url in past.notes if url not in now.notes)
    yield from (url for url, note in now.notes.items() if past.notes.get(url) != note)


def _spans(archive: Archive) -> tuple[list[str], ...]:
    return tuple([group.url for group in groups] for groups in (archive.years, archive.months, archive.days))


def _list_neighbours(archive: Archive, card: Card) -> Iterator[str]:
    """List what stands before and after an article in time, or where it would stand."""
    held = archive.cards if card.published else archive.undated
    place = find_place(held, card)
    yield from urls_of(held[max(0, place - 2) : place + 1])


def _beside(order: Sequence[str], urls: Set[str]) -> set[str]:
    at = find_places(order, urls)
    return {order[near] for place in at for near in (place - 1, place + 1) if 0 <= near < len(order)}


def _pairs(order: Sequence[str]) -> dict[str, tuple[str, str]]:
    beside = zip(order, ("", *order), (*order[1:], ""), strict=False)  # of an empty one, none
    return {url: (before, after) for url, before, after in beside}


def list_groups(card: Card) -> Iterator[str]:
    """List the addresses of all that lists an article."""
    yield from (tag_url(key) for key in card.tag_keys)
    yield f"sources/{card.source_slug}.html"
    if card.published is None:
        yield UNDATED
        return
    day = day_of(card)
    yield from (day_url(day), month_url(day), year_url(day))


# --- what may stand no longer ---------------------------------------------------------------------

ALWAYS = ("days/", "media/", "sitemap")
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
        elif url.startswith("threads/"):
            starts.append("threads/begun/")
        elif url.endswith("/index.html"):
            paths.append(f"archive/{url.removesuffix('/index.html')}.json")
            starts.append(f"{url.removesuffix('index.html')}hours/")
        else:
            paths += (ledger_url(url), original_url(url))
    return paths, starts


def prove_articles(
    built: Mapping[str, tuple[Card, Outcome]], urls: Iterable[str], pictures: Mapping[str, object]
) -> dict[str, bytes]:
    """Give what stands for all that some articles' own pages show of them."""
    proofs = ((url, built[url][1].proof) for url in urls)
    return {url: digest(proof, pictures[url]) if url in pictures else proof for url, proof in proofs}

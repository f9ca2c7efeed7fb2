"""Of which articles something else may be told than before, since others came, went or changed.

In: the verdicts before and after, and how one order came about from the other. Out: positions. The
rule it guards: what is not named tells **the same as before**; more may be named than need be.
"""

from __future__ import annotations

from collections.abc import Iterable

from site_builder.stories.record import Change, Verdict, Verdicts, trace_back


def find_moved(change: Change, old: Verdicts, new: Verdicts, judged: Iterable[int]) -> frozenset[int]:
    """Name all whose relations may be others; only what was ``judged`` may have another verdict."""
    to = (*change.new_of, -1)  # -1, none, stays none
    differing, before = set[int](), {*change.gone}
    for row in judged:
        at = change.old_of[row]
        if at < 0 or _carried(old.read(at), to) != new.read(row):
            differing.add(row)
            before |= {at} - {-1}
    moved = list_around(new, differing) | {to[row] for row in list_around(old, before)}
    return frozenset(moved - {-1})


def _carried(verdict: Verdict, to: tuple[int, ...]) -> Verdict:
    return verdict._replace(
        copy_of=to[verdict.copy_of],
        thread=to[verdict.thread],
        passages=tuple((to[other], text) for other, text in verdict.passages),
        related=tuple((to[other], shared) for other, shared in verdict.related),
    )


def list_around(verdicts: Verdicts, rows: Iterable[int]) -> set[int]:
    """List all that tell of these articles: their copies, their stories, their kin, those that quote them."""
    import numpy as np

    roots = trace_back(verdicts)
    alike: dict[int, set[int]] = {}
    for copy, root in roots.items():
        alike.setdefault(root, set()).add(copy)

    def with_copies(some: Iterable[int]) -> set[int]:
        leads = {roots.get(row, row) for row in some}
        return leads.union(*(alike.get(lead, ()) for lead in leads))

    meant = with_copies(rows)
    if not meant:
        return set()
    these = np.array(sorted(meant))
    stories = np.where(verdicts.threads < 0, np.arange(len(verdicts)), verdicts.threads)
    flags = np.isin(verdicts.kin, these).any(axis=1) | np.isin(verdicts.quoted, these)
    flags |= np.isin(stories, stories[these])
    near = {
        *np.flatnonzero(flags).tolist(),
        *verdicts.quoted[these].tolist(),
        *verdicts.kin[these].ravel().tolist(),
    }
    return with_copies(near - {-1}) | meant


def list_showing(verdicts: Verdicts, terms: Iterable[str]) -> set[int]:
    """List all that may name one of these terms, in the words that they have for it."""
    wanted = {*terms}
    found: set[int] = set()
    for words in (verdicts.because, verdicts.shared) if wanted else ():
        found.update(row for row, said in enumerate(words) if said and not wanted.isdisjoint(said.split()))
    return found | {other for row in found for other in verdicts.kin[row].tolist() if other >= 0}

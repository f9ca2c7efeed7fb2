"""What an earlier build found out about the order of articles, kept as a note in the cache.

In: verdicts, and a mark for each article that says which bytes it was. Out: the verdicts that
still stand. The rule it guards: a verdict depends on its article and earlier ones only, so it
stands as long as no mark up to its own has changed, and losing the note costs time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.stories.relations import Verdict

LEDGER = "stories"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Marks and verdicts in order of time. ``made_by`` stands for our own code and settings."""

    marks: Sequence[str] = ()
    verdicts: Sequence[Verdict] = ()
    made_by: str = ""

    def standing(self, marks: Sequence[str]) -> Sequence[Verdict]:
        """Give the verdicts up to the first article that is new, changed or gone."""
        same = 0
        for ours, theirs in zip(self.marks, marks, strict=False):
            if ours != theirs:
                break
            same += 1
        return self.verdicts[:same]

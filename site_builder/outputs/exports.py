"""What the archive gives away besides pages: the original bytes.

In: outcomes. Out: copies to be made. The rule it guards: originals are published byte for byte,
under a name that no host serves as HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_builder.model import Copy, Outcome


def list_copies(outcomes: Iterable[Outcome]) -> Iterator[Copy]:
    """List the originals of all articles; pictures are hung by the pipeline."""
    for outcome in outcomes:
        if outcome.card is not None:
            yield Copy(original_url(outcome.card.url), outcome.path, outcome.digest)


def original_url(article_url: str) -> str:
    """Give the address of an article's original: ``originals/2022/07/20/stem.txt``.

    >>> original_url("2022/07/20/a.html")
    'originals/2022/07/20/a.txt'
    """
    return f"originals/{article_url.removesuffix('.html')}.txt"

"""Who is a person: a name as a byline has it, told from what a paper or its desk is called.

In: a name as given. Out: whether a person is so called. The rule it guards: only scripts with capitals can
tell; in others nothing looks like a person's name.
"""

from __future__ import annotations

import re

_NO_PERSON = frozenset(
    "the a le la les el los il lo der die das al o os news times post press daily weekly today journal"
    " magazine review radio tv media team staff editor editors desk blog online report standard herald"
    " tribune gazette reuters agency service group network".split()
)
"""Words that stand in the names of papers and desks."""
_DESKS = frozenset(
    "admin administrator editor editors editorial newsroom staff webmaster redaktion redacción redaccion"
    " redazione redação redactie redakcja redakce rédaction редакция редакція σύνταξη 编辑部 編輯部"
    " 編集部".split()
)
"""What is given for who wrote an article where nobody is named."""
_PARTICLES = frozenset(
    "de da do dos del della di du van von der den ter bin ben ibn al el le la y e i".split()
)


def is_person(name: str) -> bool:
    """Tell what looks like a person's name, two to five words with capitals, none a paper's; or is a desk's.

    >>> [is_person(name) for name in ("Ida Harbour", "Ana M. de la Luz", "The Coast", "Coast News", "某报")]
    [True, True, False, False, False]
    """
    if name.strip().lower() in _DESKS:
        return True
    first, *others = words = name.removeprefix("By ").split() or [""]
    last = others[-1] if others else ""
    return (
        2 <= len(words) <= 5
        and not any(word.lower() in _NO_PERSON for word in (first, last))
        and all(word in _PARTICLES or _is_capital(word) for word in words)
    )


def _is_capital(word: str) -> bool:
    """Tell a name or an initial, ``Ida``, ``O’Hara`` or ``J.-P.``, from a word or capitals alone."""
    letters = _IN_NAMES.sub("", word)
    is_name = letters.isalpha() and letters[0].isupper()
    return is_name and (word.endswith(".") or not letters.isupper() or len(letters) == 1)


_IN_NAMES = re.compile(r"[.'’-]")

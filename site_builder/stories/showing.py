"""Write a term that articles share the way that they write it.

In: a term as stories compare it, and the articles. Out: what a reader is shown. The rule it guards:
**no key is shown where the articles have a form**: ``lens4``, 伦敦 and 火灾 are keys; Lens4, London
and 火災 are forms. What is in Chinese characters is no word to who reads Arabic, so it is left out
of articles that are not Chinese, when no form of theirs is known.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from site_builder.language.hanzi import simplify
from site_builder.model import Card
from site_builder.stories.folding import CUT, spell
from site_builder.stories.names import list_forms

_HAN = re.compile("[\u3400-\u9fff]")
_OWN_LETTERS = {"ja": re.compile("[\u3041-\u30ff]"), "ko": re.compile("[\uac00-\ud7a3]")}
"""Languages of which the shipped list has forms; all others write a name as English does."""
_LATIN = re.compile("[A-Za-z]")


def write_term(term: str, cards: Sequence[Card]) -> str:
    """Write a term as some articles do; empty when they could only be shown its key.

    Tags come before titles: there a name stands by itself, in the nominative.
    """
    titles = tuple(card.title for card in cards)
    if not term.endswith(CUT) and any(term in title for title in titles):
        return term  # as nearly all do in Chinese (a tenth of the time; excerpts may rest in the cache)
    texts = (*titles, *(card.excerpt for card in cards))
    if not term.endswith(CUT) and any(term in text for text in texts):
        return term
    tags = tuple(form for card in cards for forms in card.tag_forms for form in forms)
    if term.endswith(CUT):
        return _as_within(spell(term, (*tags, *titles)), (*tags, *texts))
    is_han = _HAN.search(term) is not None
    is_chinese = is_han and all(card.lang.startswith("zh") or not card.lang for card in cards)
    for text in (*texts, *tags):
        if shown := _find(term, text, is_chinese):
            return shown
    return term if is_chinese or not is_han else _form_for(term, cards)


def _find(term: str, text: str, as_it_stands: bool) -> str:
    """Give the piece of a text that is a term, in its own characters and capitals."""
    plain = simplify(text)
    at = plain.find(term)
    if at >= 0 and len(plain) == len(text):
        return text[at : at + len(term)]
    found = None if as_it_stands else _pattern(term).search(text)
    return found.group() if found else ""


@functools.lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    """Match each spelling of a name as a word; between its letters there may be a blank or a hyphen."""
    forms = sorted({term, *list_forms(term)}, key=lambda form: (-len(form), form))
    ways = (r"[\s-]?".join(re.escape(letter) for letter in form if not letter.isspace()) for form in forms)
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(ways)})(?![A-Za-z0-9])", re.IGNORECASE)


def _form_for(term: str, cards: Iterable[Card]) -> str:
    """Give the form of a name that the list has for the articles' language."""
    letters = next((_OWN_LETTERS[card.lang] for card in cards if card.lang in _OWN_LETTERS), _LATIN)
    return next((form for form in list_forms(term) if letters.search(form) and not _HAN.search(form)), "")


def _as_within(word: str, texts: Sequence[str]) -> str:
    """Write a word as it stands within a sentence: with its number, no capital of a beginning.

    >>> _as_within("Lens", ("Kamera Lens4",)), _as_within("Mostra", ("Mostra nova", "Uma mostra"))
    ('Lens4', 'mostra')
    """
    if not word:
        return ""
    numbers = (re.search(rf"(?<!\w){re.escape(word)}\d\w*", text) for text in texts)
    if numbered := next(filter(None, numbers), None):
        return numbered.group()
    small = word[0].lower() + word[1:]
    within = re.compile(rf"(?<!\w){re.escape(small)}(?!\w)")
    return small if any(map(within.search, texts)) else word

"""What fuzzing found, tried for ever, and a short search in every run. See ``fuzz.py``."""

import random
from itertools import islice

import pytest
from fuzz import check, is_broken, make_bodies, shrink

FOUND = [
    "<dl><t><iframe src=l>",
    "<table><caption><n><img src=u>t",
    "<img src=g><small><figcaption>/",
    "<table><caption><e><img src=x><dd>>",
    '<figcaption><<img src="https://pic.example.com/a.jpg">',
    "<svg>" + "<![CDATA[" * 20_000,
    "<li><iframe src=//example.org>x</li>",
    "<figure><figcaption>a<img src=https://example.org/a.jpg></figcaption></figure>",
    "<pre><a href=#x>><li id=x>",
    "<a href=#y><pre><dt>><a name=y>",
    "<a href=#y><pre><div >a<a><i id=y>",
]
"""Each once broke a law: idempotence, the ledger, the gate, or time."""


@pytest.mark.parametrize("html", FOUND)
def test_what_once_broke_a_law_breaks_none_any_more(html: str) -> None:
    check(html)


@pytest.mark.parametrize("seed", range(4))
def test_bodies_made_at_random_break_no_law(seed: int) -> None:
    for html in islice(make_bodies(random.Random(seed)), 400):
        check(html)


def test_the_search_would_find_a_broken_law_and_make_it_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.restore_text", lambda body: body.text)
    assert is_broken("<p>x</p><script>abc</script><p>y</p>")
    assert len(shrink("<p>x</p><script>abc</script><p>y</p>")) <= 10

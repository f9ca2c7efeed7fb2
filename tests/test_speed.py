"""A guard against slow creeping in: each part of the line, against a loop that every machine can run.

CPU time of this process, never wall time, and only as a ratio: the parts and the loop are timed in
turns, the least of several rounds each, so that a slow or busy machine is slow for both. The limits
are about two and a half times what was measured; they catch a part that became quadratic, a cache
that is missed, an import in a loop.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sites  # noqa: F401  (puts bench/ on the path)
from archives import SITE, make_archive, make_article, make_card

from bench.ingredients import time_parts
from bench.make_corpus import article, write_corpus
from site_builder.outputs.lists import Words
from site_builder.outputs.pages import list_pages
from site_builder.sources import load_sources, match_source
from site_builder.steps.clean import clean_body
from site_builder.steps.read import parse_article
from site_builder.steps.render import find_theme, render_page

ARTICLES = 60
LIMITS = {
    "read and parse": 9,
    "clean, gate included": 65,
    "pack for the cache": 3,
    "index": 5,
    "render article.html": 30,
    "render day.html": 9,
    "render ledger.html": 9,
    "render subject.html": 13,
}
"""Of one article, in turns of the loop below."""


def loop() -> None:
    """Do what Python programs do: make strings, count them in a dictionary, sort."""
    counts: dict[str, int] = {}
    for number in range(100):
        word = f"{number % 17}:{number}"
        counts[word] = counts.get(word, 0) + 1
    sorted(counts, key=str.lower)


def least(work: Callable[[], object], rounds: int = 40) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(50):
            work()
        best = min(best, (time.process_time() - begun) / 50)
    return best


def test_no_part_of_the_line_costs_much_more_than_it_did(tmp_path: Path) -> None:
    write_corpus(ARTICLES, tmp_path)
    turn = least(loop)
    costs = {part: seconds / many / turn for part, seconds, many in time_parts(tmp_path) if many}
    slow = {part: f"{costs[part]:.1f} > {limit}" for part, limit in LIMITS.items() if costs[part] > limit}
    assert not slow, f"in turns of the loop ({turn * 1e6:.0f} µs): {slow}"


def litter(work: Callable[[], object]) -> int:
    """Count the objects that some work leaves to the garbage collector."""
    work()
    gc.collect()
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()


def test_cleaning_and_rendering_leave_nothing_to_the_garbage_collector() -> None:
    """Things that hold each other stay until a collection, which then costs a third of a build."""
    path, data = article(3, 60)
    raw = parse_article(data, path)
    source, _ = match_source(load_sources(), raw)
    assert litter(lambda: clean_body(raw.body, source, title="x")) == 0
    card = make_card()
    archive, site = make_archive([card]), SITE
    pages = list(list_pages(archive, site, lambda _: make_article(card, "<p>a</p>")))
    theme = find_theme(site)
    left = {page.template: litter(lambda page=page: render_page(theme, page)) for page in pages}  # type: ignore[misc]
    assert "article.html" in left and not any(left.values()), left


def test_each_articles_entry_is_made_once_for_all_lists(monkeypatch):
    made = []
    make_entry = Words._make_entry
    monkeypatch.setattr(Words, "_make_entry", lambda self, card: made.append(card) or make_entry(self, card))
    card = make_card()
    archive = make_archive([card])
    listed = [page for page in list_pages(archive, SITE, lambda _: make_article(card, "")) if page.context]
    assert len(listed) > 5 and made == [card]


def test_compiled_templates_take_attributes_without_asking_jinja():
    card = make_card()
    pages = list_pages(make_archive([card]), SITE, lambda _: make_article(card, "<p>a</p>"))
    page = next(page for page in pages if page.template == "article.html")
    theme = find_theme(SITE)
    render_page(theme, page)
    asked: list[str] = []

    def watch(frame, event, _):
        if event == "call" and frame.f_code.co_name == "getattr" and "jinja2" in frame.f_code.co_filename:
            asked.append(frame.f_locals["attribute"])

    sys.setprofile(watch)
    try:
        render_page(theme, page)
    finally:
        sys.setprofile(None)
    assert asked == []

"""What tags, stories, reprints and related work cost: ``python -m bench.stories 2000 20000``.

In: sizes. Out: for each, CPU ms an article of tagging from the text, of making traces and of
judging them, cold; memory that judging holds, a byte figure an article; seconds that one more
article costs at the end of the archive; and how many stories, copies and kin were found. The rule
it guards: articles are read and cleaned before any clock starts, and traces come from the cache
on disk, as in a build.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.make_corpus import write_corpus
from site_builder.building.preparing import load_recipe
from site_builder.building.stories import CachedArticles
from site_builder.cache import Cache, encode_article, encode_trace, open_cache
from site_builder.config import load_settings
from site_builder.model import Article, Card, Outcome
from site_builder.sources import match_source
from site_builder.steps.clean import clean_body
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles, read_article
from site_builder.steps.tag import tag_article, trace_article
from site_builder.stories.comparing import TraceLoader
from site_builder.stories.corrections import Corrections
from site_builder.stories.notes import take_notes
from site_builder.stories.record import StoryRecord
from site_builder.stories.relating import relate
from site_builder.stories.relations import in_order_of_time, judge_all
from site_builder.stories.tagging import find_key_phrases, find_known_names, find_product_numbers


@dataclass(frozen=True, slots=True)
class Bench:
    """An archive in a cache, ready to be judged."""

    cache: Cache
    cards: Sequence[Card]
    paths: dict[str, str]

    def judge(self, known: StoryRecord | None = None, without: int = -1) -> StoryRecord:
        """Judge it as a build does, with or without one of its articles."""
        cards = [card for at, card in enumerate(self.cards) if at != without]
        cached = CachedArticles(self.cache.file, [self.paths[card.url] for card in cards])
        loader = TraceLoader(cached.load_traces, cached.load_text)
        return judge_all(cards, [card.url for card in cards], loader, known)


def timed(work: Callable[[], object]) -> float:
    """Give the CPU seconds of one run."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def make_articles(site: Path, size: int) -> list[Article]:
    """Write, read, clean and tag an archive of our own."""
    write_corpus(size, site)
    settings = load_settings(site)
    recipe = load_recipe(settings)
    articles = {}
    for path in find_articles(settings.content)[0]:
        raw = read_article(settings.content, path, settings.max_bytes)
        source, matched = match_source(recipe.sources, raw)
        body = clean_body(raw.body, source)
        article, _ = tag_article(raw, source, matched, body, recipe.vocabulary, recipe.zone)
        articles[article.card.url] = article
    return list(articles.values())


def time_reading(articles: list[Article]) -> tuple[float, float]:
    """Time tagging from the text, and tracing without the reading that both share; ms an article."""

    def tag() -> None:
        for article in articles:
            notes = take_notes.__wrapped__(article.card.title, article.body.text)
            for find in (find_product_numbers, find_known_names, find_key_phrases):
                list(find(notes))

    from site_builder.steps.tag import Vocabulary

    vocabulary = Vocabulary()
    tagging, tracing = timed(tag), 0.0
    for article in articles:
        take_notes(article.card.title, article.body.text, vocabulary.wanted, vocabulary.from_text)
        begun = time.process_time()
        trace_article(article, vocabulary)
        tracing += time.process_time() - begun
    return 1000 * tagging / len(articles), 1000 * tracing / len(articles)


def fill(cache: Cache, articles: list[Article]) -> Bench:
    """Put articles and traces where a build leaves them."""
    from site_builder.steps.tag import Vocabulary

    vocabulary = Vocabulary()
    for article in articles:
        trace = encode_trace(trace_article(article, vocabulary))
        path = article.provenance.path
        cache.keep(
            Outcome(path, article.provenance.digest, article.card, encode_article(article), trace=trace)
        )
    cards = in_order_of_time([article.card for article in articles])
    cache.save()
    return Bench(cache, cards, {article.card.url: article.provenance.path for article in articles})


def time_one_more(bench: Bench, whole: StoryRecord, at: int) -> tuple[float, int]:
    """Time what one article costs when all others are known, the ledger's reading and writing included;
    and count the articles of which something else is told now."""
    fewer = bench.judge(whole, without=at)
    bench.cache.keep_story_record(fewer, bench.cache.find_story_record())
    found = []

    def go() -> None:
        known = bench.cache.find_story_record()
        found.append(bench.judge(known))
        bench.cache.keep_story_record(found[0], known)

    cost = timed(go)
    if [*found[0].verdicts] != [*whole.verdicts]:
        raise AssertionError("one more article led elsewhere than judging everything")
    cards = [card for place, card in enumerate(bench.cards) if place != at]
    before = relate(cards, fewer.verdicts, Corrections(), {})[1]
    after = relate(bench.cards, whole.verdicts, Corrections(), {})[1]
    return cost, sum(1 for card in bench.cards if before.get(card.url) != after.get(card.url))


def run(size: int) -> None:
    """Measure one size and print its lines."""
    with tempfile.TemporaryDirectory() as folder, open_cache(Path(folder), "bench") as cache:
        articles = make_articles(Path(folder) / "site", size)
        letters = sum(article.card.length for article in articles) / len(articles)
        tagging, tracing = time_reading(articles[:2000])
        bench = fill(cache, articles)
        del articles
        judged_all: list[StoryRecord] = []
        judging = timed(lambda: judged_all.append(bench.judge()))
        whole = judged_all[0]
        n = len(bench.cards)
        print(f"{n} articles of {letters:.0f} characters")
        judged = 1000 * judging / n
        print(f"  tags from the text {tagging:.3f} ms, trace {tracing:.3f} ms, judging {judged:.3f} ms")
        print(f"  together {tagging + tracing + judged:.3f} ms CPU an article, cold")
        for place, at in (("at the end", n - 1), ("in the middle", n // 2), ("near the beginning", n // 20)):
            cost, told = time_one_more(bench, whole, at)
            print(f"  one more article {place}: {cost:.3f} s CPU, {told} articles tell something else")
        names = build_archive(bench.cards).tag_names
        begun = time.process_time()
        groups, relations = relate(bench.cards, whole.verdicts, Corrections(), names)
        copies = sum(1 for kin in relations.values() if kin.duplicate_of)
        print(f"  relations from verdicts {1000 * (time.process_time() - begun) / n:.3f} ms an article")
        kin = sum(1 for one in relations.values() if one.related)
        longest = max((len(group.cards) for group in groups), default=0)
        print(f"  {len(groups)} stories, the longest of {longest}; {copies} copies; {kin} with kin")
        gc.collect()
        tracemalloc.start()
        bench.judge()
        print(f"  judging holds at most {tracemalloc.get_traced_memory()[1] / n:.0f} bytes an article")
        tracemalloc.stop()


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["2000"]:
        run(int(argument))

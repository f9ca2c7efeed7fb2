"""Time the parts of the line one by one on generated articles: ``python -m bench.ingredients``.

In: a number of articles. Out: CPU µs an article of each part, the least of several rounds. The rule
it guards: each part is timed alone, on inputs made before the clock starts, in one process.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.make_corpus import write_corpus
from site_builder.building.preparing import load_recipe
from site_builder.cache import decode_article, encode_article
from site_builder.config import load_settings, site_of
from site_builder.model import Article, Card, PageSpec, RawArticle
from site_builder.outputs.pages import list_pages
from site_builder.sanitize import sanitize
from site_builder.sources import match_source
from site_builder.steps.clean import clean_body
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles, parse_article, read_article
from site_builder.steps.render import find_theme, render_page
from site_builder.steps.tag import tag_article
from site_builder.steps.write import write_page

ROUNDS = 3
INGREDIENTS = {
    "find": 3,  # scandir and stat
    "read and parse": 26,  # read and decode 17, a flat reader of front matter 9
    "SHA-256 of the file": 13,  # a digest of 8 kB
    "clean, gate included": 256,  # lexbor and one pass 197, nh3 on clean output 59
    "gate only": 59,
    "render article.html": 77,  # Jinja2 with slotted objects
    "render day.html": 120,  # a list page of ready items
    "render month.html": 380,  # a list page
    "render subject.html": 120,
    "write article.html, new": 18,  # on a tmpfs
}
"""What the bare libraries take for the same, in µs, on an idle machine: a probe that does nothing else."""


def least(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the least CPU seconds of several rounds; the first also warms what loads lazily."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def time_parts(site: Path) -> Iterable[tuple[str, float, int]]:
    """Yield (part, seconds, how many) for each part of the line, in the line's order."""
    settings = load_settings(site)
    recipe = load_recipe(settings)
    folder, limit = settings.content, settings.max_bytes
    yield "find", least(lambda: find_articles(folder)), len(paths := find_articles(folder)[0])
    n = len(paths)
    yield "read and parse", least(lambda: [read_article(folder, path, limit) for path in paths]), n
    data = [(folder / path).read_bytes() for path in paths]
    yield "parse only", least(lambda: [parse_article(d, p) for d, p in zip(data, paths, strict=True)]), n
    yield "SHA-256 of the file", least(lambda: [hashlib.sha256(d).hexdigest() for d in data]), n
    raws: list[RawArticle] = [parse_article(d, p) for d, p in zip(data, paths, strict=True)]
    yield "match the publisher", least(lambda: [match_source(recipe.sources, raw) for raw in raws]), n
    jobs = [(raw, *match_source(recipe.sources, raw)) for raw in raws]
    yield "clean, gate included", least(lambda: [clean_body(raw.body, source) for raw, source, _ in jobs]), n
    bodies = [clean_body(raw.body, source) for raw, source, _ in jobs]
    yield "gate only", least(lambda: [sanitize(str(body.html), len(body.media)) for body in bodies]), n

    def tag() -> list[Article]:
        return [
            tag_article(raw, source, matched, body, recipe.vocabulary, recipe.zone)[0]
            for (raw, source, matched), body in zip(jobs, bodies, strict=True)
        ]

    yield "tag", least(tag), n
    articles = tag()
    yield "pack for the cache", least(lambda: [encode_article(article) for article in articles]), n
    packed = [encode_article(article) for article in articles]
    yield "unpack", least(lambda: [decode_article(blob) for blob in packed]), n
    cards = list({article.card.url: article.card for article in articles}.values())
    yield "index", least(lambda: build_archive(cards, recipe.vocabulary.names)), n
    archive, kept = (
        build_archive(cards, recipe.vocabulary.names),
        {article.card.url: article for article in articles},
    )

    def load(card: Card) -> Article:
        return kept[card.url]

    face = site_of(settings)
    yield "lay out pages", least(lambda: list(list_pages(archive, face, load))), n
    theme = find_theme(face, settings.templates_dir)
    specs: dict[str, list[PageSpec]] = {}
    for spec in list_pages(archive, face, load):
        specs.setdefault(spec.template, []).append(spec)
    for template, held in sorted(specs.items()):
        yield (
            f"render {template}",
            least(lambda held=held: [render_page(theme, spec) for spec in held]),
            len(held),
        )  # type: ignore[misc]
    pages = [render_page(theme, spec) for spec in specs["article.html"]]
    with tempfile.TemporaryDirectory() as out:
        yield (
            "write article.html, new",
            least(lambda: [write_page(out, page) for page in pages], 1),
            len(pages),
        )
        yield "write article.html, same", least(lambda: [write_page(out, page) for page in pages]), len(pages)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the parts of the line one by one.")
    parser.add_argument("-n", type=int, default=1000, help="how many articles")
    count = parser.parse_args().n
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(count, Path(folder))
        print("| part | CPU µs each | bare | times | how many |\n|---|--:|--:|--:|--:|")
        for part, seconds, many in time_parts(Path(folder)):
            cost, bare = seconds * 1e6 / many, INGREDIENTS.get(part)
            beside = f"{bare} | {cost / bare:.1f}" if bare else "– | –"
            print(f"| {part} | {cost:,.0f} | {beside} | {many:,} |", flush=True)


if __name__ == "__main__":
    main()

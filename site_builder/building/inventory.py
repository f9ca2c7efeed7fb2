"""The inventory: the articles of a site as a build would have them, for commands that only ask.

In: ``Settings``. Out: articles, from the same cache as a build's. The rule it guards: nothing is
published, and a command sees exactly what a build would show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.building.preparing import fingerprint_recipe, load_recipe, prepare_all, recall_outcomes
from site_builder.building.settling import settle
from site_builder.cache import Cache, open_cache
from site_builder.config import Settings
from site_builder.model import Archive, Article, Source
from site_builder.steps.index import build_archive
from site_builder.steps.read import find_articles
from site_builder.steps.tag import Vocabulary
from site_builder.stories.proposals import Proposals, propose_aliases, propose_names
from site_builder.workers import make_map, sensible_workers


def read_archive(settings: Settings) -> Iterator[tuple[Article, Source]]:
    """Prepare every article as a build does, from the same cache, and give it with its publisher."""
    recipe = load_recipe(settings)
    known = {source.slug: source for source in recipe.sources.every}
    paths, _ = find_articles(settings.content, settings.output)
    with (
        open_cache(settings.cache_dir, fingerprint_recipe(recipe)) as cache,
        make_map(sensible_workers(settings.workers, len(paths))) as run,
    ):
        for outcome in prepare_all(paths, recipe, cache, run, recall_outcomes(paths, recipe, cache)):
            if card := outcome.card:
                stand_in = Source(card.source, card.source_slug, known=False)
                yield cache.load_article(outcome.path), known.get(card.source_slug, stand_in)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The articles of a site as a build would have them, for commands that only ask."""

    archive: Archive
    vocabulary: Vocabulary
    cache: Cache
    paths: Mapping[str, str]
    """Path of the file, by the address of the article's page."""

    def find(self, name: str) -> Article | None:
        """Load the article whose file has this path or this name, with or without its ending."""
        for path in sorted(self.paths.values()):
            if name in (path, PurePosixPath(path).name, PurePosixPath(path).stem):
                return self.cache.load_article(path)
        return None

    def proposals(self) -> Proposals:
        """Gather what the archive's own words suggest for ``tags.toml``."""
        cards = (*self.archive.cards, *self.archive.undated)
        texts = (self.cache.load_text(self.paths[card.url]) for card in cards)
        return Proposals(
            propose_names(cards, self.vocabulary.knows),
            propose_aliases(self.archive.tags, texts, self.vocabulary.key),
        )


@contextmanager
def read_inventory(settings: Settings) -> Iterator[Inventory]:
    """Read, clean and tag a site's articles, as far as no build has yet; nothing is published."""
    recipe = load_recipe(settings)
    paths, _ = find_articles(settings.content, settings.output)
    with (
        open_cache(settings.cache_dir, fingerprint_recipe(recipe)) as cache,
        make_map(sensible_workers(settings.workers, len(paths))) as run,
    ):
        built = settle(prepare_all(paths, recipe, cache, run, recall_outcomes(paths, recipe, cache)))
        cards = (card for card, _ in built.values())
        archive = build_archive(cards, recipe.vocabulary.names, language=settings.language)
        where = {url: outcome.path for url, (_, outcome) in built.items()}
        yield Inventory(archive, recipe.vocabulary, cache, where)

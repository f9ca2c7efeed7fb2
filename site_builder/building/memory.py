"""What the last build knew, as this one recalls it.

In: the cache. Out: the catalogue and the record of stories, each read when it is asked for. The rule it
guards: what was read ahead, before there was anything to build, counts only while the cache is as that
build left it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from site_builder.building.catalogue import Catalogue, read_catalogue
from site_builder.building.preparing import Recipe, fingerprint_recipe
from site_builder.cache import Cache, peek_whole
from site_builder.config import Settings
from site_builder.stories.record import StoryRecord


@dataclass(frozen=True)
class Memory:
    """What the last build knew."""

    cache: Cache
    recipe: Recipe
    stamp: str = ""
    """What stood for all notes of the cache when this was read ahead."""

    @property
    def fingerprint(self) -> str:
        """What stands for all that an outcome depends on, its own file aside."""
        return self.cache.fingerprint

    @cached_property
    def catalogue(self) -> Catalogue:
        """Files and articles, and what was listed of them."""
        return read_catalogue(self.cache, self.recipe)

    @cached_property
    def stories(self) -> StoryRecord:
        """What articles have to do with each other."""
        return self.cache.find_story_record()

    def read(self, stories: bool) -> Catalogue:
        """Read both, the record of stories where ``stories`` are told; they are read by being asked for."""
        _ = self.stories if stories else None
        return self.catalogue


def read_ahead(settings: Settings, recipe: Recipe) -> Memory | None:
    """Read what an edit will ask for, while no build holds the cache; None where there is nothing to read."""

    def read(cache: Cache) -> Memory:
        memory = Memory(cache, recipe, cache.stamp())
        memory.read(settings.stories)  # the cache is open now
        return memory

    return peek_whole(settings.cache_dir, fingerprint_recipe(recipe), read)


def recall(cache: Cache, recipe: Recipe, ahead: Memory | None) -> Memory:
    """Give what was read ahead if no build has left anything since, and else what the cache has."""
    return ahead if ahead and ahead.stamp == cache.stamp() else Memory(cache, recipe)

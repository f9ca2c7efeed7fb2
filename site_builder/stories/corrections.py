"""What a person says of the stories: ``threads.toml``.

In: the file. Out: ``Corrections``, applied to what was found. The rule it guards: a person's word
is data beside ``site.toml``, it comes last, and an article is named by its file's stem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from site_builder.errors import ConfigError
from site_builder.tomlfile import TomlFile, read_toml, suggest

KEYS = ("pin", "split", "merge", "title")


@dataclass(frozen=True, slots=True)
class Corrections:
    """``pins``: article -> any article of the story it belongs to. ``splits``: articles that are
    taken out of the story they were found in. ``merges``: articles whose stories are one.
    ``titles``: first article of a story -> its title."""

    pins: Mapping[str, str] = field(default_factory=dict)
    splits: tuple[str, ...] = ()
    merges: tuple[tuple[str, ...], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    def apply(self, story: dict[int, int], positions: Mapping[str, int]) -> None:
        """Correct ``story``, a map of positions to the stories they are in; unknown names do nothing."""
        for stem in self.splits:
            if (position := positions.get(stem)) is not None:
                _take_out(story, position)
        for group in self.merges:
            found = [story[positions[stem]] for stem in group if stem in positions]
            for position in story if found else ():
                if story[position] in found:
                    story[position] = min(found)
        for stem, member in self.pins.items():
            if stem in positions and member in positions:
                _take_out(story, positions[stem])
                story[positions[stem]] = story[positions[member]]

    def names(self) -> frozenset[str]:
        """List the articles that the file speaks of."""
        merged = (stem for group in self.merges for stem in group)
        return frozenset((*self.pins, *self.pins.values(), *self.splits, *merged, *self.titles))


def _take_out(story: dict[int, int], position: int) -> None:
    """Let an article stand alone; when its story was named after it, the next one names the story."""
    others = sorted(other for other in story if story[other] == story[position] and other != position)
    if others and story[position] == position:
        for other in others:
            story[other] = others[0]
    story[position] = position


def load_corrections(path: Path | None) -> Corrections:
    """Read ``threads.toml``; raise ``ConfigError`` with the line for what cannot be understood."""
    if path is None or not path.is_file():
        return Corrections()
    file = read_toml(path, ConfigError)
    for key in file.data:
        if key not in KEYS:
            raise ConfigError(f'unknown key "{key}"', file.at(key), suggest(key, KEYS))
    groups = file.data.get("merge", [])
    if not isinstance(groups, list):
        raise ConfigError("merge is no list", file.at("merge"), 'such as: merge = [["a", "b"]]')
    return Corrections(
        pins=_texts_by_text(file, "pin"),
        splits=_texts(file, "split", file.data.get("split", [])),
        merges=tuple(_texts(file, "merge", group) for group in groups),
        titles=_texts_by_text(file, "title"),
    )


def _texts(file: TomlFile, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{key} is no list of file names", file.at(key), f'such as: {key} = ["000_abc"]')
    return tuple(value)


def _texts_by_text(file: TomlFile, key: str) -> dict[str, str]:
    value = file.data.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        hint = f'write [{key}] and below it: "000_abc" = "…"'
        raise ConfigError(f"{key} is no table of texts", file.at(key), hint)
    return dict(value)

"""Suggest rules: what one publisher's articles have in common at their edges.

In: a publisher's articles as given and as cleaned. Out: rules to look at, as TOML. The rule it
guards: nothing is deleted by counting. Of the blocks that repeat at the edges of a publisher's
articles 94 % are boilerplate, so they are worth a person's look, and no more.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from site_builder.dom import START, TEXT, Event, parse_events
from site_builder.language.text import strip_controls
from site_builder.model import Source

EDGE = 5
"""Blocks at the beginning and at the end that are looked at."""
FEWEST = 3
"""Articles that must have a block in common."""
SHARE = 0.1
"""Of a publisher's articles; what fewer have in common is a coincidence."""
_LONGEST = 120
"""Characters; no boilerplate is known by more."""
_LABEL = 12
_BLOCKS = frozenset(
    "p div section article aside header footer li ul ol blockquote figure figcaption td h1 h2 h3 h4 h5 h6"
    " nav address center table tr tbody form dl dd dt pre".split()
)


@dataclass(frozen=True, slots=True)
class Saved:
    """An article to learn from: its path, its body as given, and the text that cleaning leaves."""

    path: str
    html: str
    kept: str


@dataclass(frozen=True, slots=True)
class Block:
    """An innermost block of a body with text: what rules can look for."""

    tag: str
    classes: tuple[str, ...]
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule worth a look: what it would look for, and which articles have it."""

    looks_for: tuple[tuple[str, str | tuple[str, ...]], ...]
    example: Block
    edge: str
    paths: tuple[str, ...]
    total: int


def list_blocks(events: list[Event]) -> list[Block]:
    """List the innermost blocks that hold text, in order.

    >>> [(block.tag, block.text) for block in list_blocks(parse_events("<div>a<p>b <i>c</i></p></div>"))]
    [('div', 'a'), ('p', 'b c')]
    """
    open_blocks: list[tuple[str, tuple[str, ...], str]] = [("div", (), "")]
    blocks: list[Block] = []
    pieces: list[str] = []

    def close() -> None:
        if text := strip_controls("".join(pieces)):
            blocks.append(Block(*open_blocks[-1], text))
        pieces.clear()

    skipped = 0
    for kind, name, attributes in events:
        if kind == TEXT:
            if not skipped:
                pieces.append(name)
        elif name in {"script", "style", "template"}:
            skipped += 1 if kind == START else -1
        elif name in _BLOCKS:
            close()
            if kind == START:
                classes = tuple((attributes.get("class") or "").split())
                open_blocks.append((name, classes, attributes.get("id") or ""))
            elif len(open_blocks) > 1:
                open_blocks.pop()
        elif name == "br":
            pieces.append(" ")
    close()
    return blocks


def suggest_rules(articles: Iterable[Saved]) -> list[Suggestion]:
    """Find what articles of one publisher repeat at their edges and cleaning still keeps."""
    total = 0
    holders: dict[tuple[str, tuple[tuple[str, str | tuple[str, ...]], ...]], dict[str, Block]]
    holders = defaultdict(dict)
    inside: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for article in articles:
        total += 1
        kept = strip_controls(article.kept)
        blocks = list_blocks(parse_events(article.html))
        for place, block in enumerate(blocks):
            edge = "start" if place < EDGE else "end" if place >= len(blocks) - EDGE else ""
            if not edge:
                inside[block.tag, block.classes] += 1
            elif block.text in kept and len(block.text) <= _LONGEST:
                for looks_for in _ways_to_find(block, edge):
                    holders[edge, looks_for].setdefault(article.path, block)
    wanted = max(FEWEST, SHARE * total)
    suggestions = [
        Suggestion(
            looks_for, min(found.values(), key=lambda block: block.text), edge, tuple(sorted(found)), total
        )
        for (edge, looks_for), found in holders.items()
        if len(found) >= wanted and not _is_elsewhere(looks_for, inside)
    ]
    return _leave_covered(sorted(suggestions, key=_weight))


def _ways_to_find(block: Block, edge: str) -> Iterator[tuple[tuple[str, str | tuple[str, ...]], ...]]:
    yield ("tag", block.tag), ("text", block.text)
    label, colon, _ = block.text.partition("：" if "：" in block.text else ":")
    if colon and 0 < len(label) <= _LABEL:
        yield ("tag", block.tag), ("text_prefix", label + colon)
    if edge == "end" and block.classes and len(block.text) <= _LONGEST // 2:
        yield ("tag", block.tag), ("classes", block.classes)


def _is_elsewhere(
    looks_for: tuple[tuple[str, str | tuple[str, ...]], ...], inside: Counter[tuple[str, tuple[str, ...]]]
) -> bool:
    """Tell whether a class stands in the midst of articles as well: then it marks no boilerplate."""
    found = dict(looks_for)
    classes = found.get("classes", ())
    return isinstance(classes, tuple) and bool(classes) and inside[str(found["tag"]), classes] > 0


def _weight(suggestion: Suggestion) -> tuple[int, int, str]:
    """Most articles first; at the same number the most exact way to find it."""
    exactness = ("text", "text_prefix", "classes").index(suggestion.looks_for[1][0])
    return -len(suggestion.paths), exactness, repr(suggestion.looks_for)


def _leave_covered(suggestions: list[Suggestion]) -> list[Suggestion]:
    """Leave out what another suggestion finds in the same articles or more."""
    taken: list[Suggestion] = []
    for each in suggestions:
        if not any(set(each.paths) <= set(other.paths) and _is_same(each, other) for other in taken):
            taken.append(each)
    return taken


def _is_same(one: Suggestion, other: Suggestion) -> bool:
    value = other.looks_for[1][1]
    if isinstance(value, tuple):
        return value == one.example.classes
    return one.example.text.startswith(value)


def write_rules(source: Source, suggestions: list[Suggestion]) -> str:
    """Write suggestions as a rule file to look through, correct and save."""
    lines = [
        f"# Suggested for {_plain(source.name)}. Look at each rule, and delete those that would take",
        "# words of the article; then save this as sources/" + source.slug + ".toml, or add it there.",
    ]
    if not source.known:
        lines += [f"name = {_quote(source.name)}", f"slug = {_quote(source.slug)}"]
        lines += [f"authors = [{_quote(source.name)}]"]
    for each in suggestions:
        lines += ["", *_write_rule(each)]
    return "\n".join(lines) + "\n"


def _write_rule(each: Suggestion) -> Iterator[str]:
    count = f"{len(each.paths)} of {each.total} articles"
    yield f"# At the {each.edge} of {count}, such as {_plain(', '.join(each.paths[:3]))}"
    yield f"# for example: {_plain(each.example.text)}"
    yield "[[rules]]"
    yield 'action = "drop"'
    for key, value in each.looks_for:
        if isinstance(value, tuple):
            yield f"{key} = [{', '.join(map(_quote, value))}]"
        else:
            yield f"{key} = {_quote(value)}"
    yield f"reason = {_quote(f'Repeated at the {each.edge} of {count}; say here what it is.')}"


def _quote(text: str) -> str:
    return json.dumps(strip_controls(text), ensure_ascii=False)


def _plain(text: str) -> str:
    return strip_controls(text)[:200]

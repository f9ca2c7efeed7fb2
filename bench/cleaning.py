"""What cleaning does to any folder of posts, publisher by publisher.

    python -m bench.cleaning FOLDER [--json FILE] [--judge]

Prints for each publisher: articles, share of text kept, harvested and removed, blocks removed by
reason, pictures kept of those given, and CPU time an article. Also holds the laws over every post:
page and ledger give back the original, cleaning again changes nothing, and, with ``--judge``, the
other parser finds the same text. Prints each post that breaks one.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from site_builder.dom import START, TEXT, MarkupRefused, parse_events
from site_builder.errors import ArticleError
from site_builder.language.text import count_characters
from site_builder.language.text import field as front
from site_builder.model import Body, RawArticle, Source
from site_builder.sources import load_sources, match_source
from site_builder.steps.clean import clean_body, restore_text, whole_html
from site_builder.steps.read import find_articles, read_article

ROUNDS = 5
NOBODY = Source("", "unknown", known=False)


@dataclass
class Tally:
    """The sums of one publisher."""

    name: str
    articles: int = 0
    kept: int = 0
    harvested: int = 0
    removed: int = 0
    given: int = 0
    pictures: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


def main() -> int:
    options = read_options()
    sources = load_sources()
    tallies: dict[str, Tally] = defaultdict(lambda: Tally(""))
    broken: list[str] = []
    for raw in read_all(options.folder):
        source, _ = match_source(sources, raw)
        seconds, body = measure(raw, source)
        tally = tallies[source.slug if source.known else "(no rule)"]
        tally.name = source.name if source.known else "(no rule)"
        add(tally, raw, body, seconds)
        broken += [f"{raw.path}: {fault}" for fault in find_faults(raw, body, options.judge)]
    print_table(sorted(tallies.values(), key=lambda tally: (-tally.articles, tally.name)))
    print(f"\n{len(broken)} posts break a law" + "".join(f"\n  {line}" for line in broken))
    if options.json:
        options.json.write_text(
            json.dumps([vars(tally) for tally in tallies.values()], ensure_ascii=False, indent=1)
        )
    return 1 if broken else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cleaning", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--judge", action="store_true", help="also ask the other parser (slow)")
    return parser.parse_args()


def read_all(folder: Path) -> Iterator[RawArticle]:
    for path in find_articles(folder)[0]:
        try:
            yield read_article(folder, path, 64 * 1024 * 1024)
        except ArticleError as error:
            print(f"{path}: set aside: {error.message}", file=sys.stderr)


def measure(raw: RawArticle, source: Source) -> tuple[float, Body]:
    """Clean an article a few times; the least CPU time is the one that nothing disturbed."""
    origin, title = front(raw, "url")[0], front(raw, "title")[0]
    best = float("inf")
    gc.disable()
    for _ in range(ROUNDS):
        began = time.process_time_ns()
        body = clean_body(raw.body, source, origin=origin, title=title)
        best = min(best, (time.process_time_ns() - began) / 1e9)
    gc.enable()
    return best, body


def add(tally: Tally, raw: RawArticle, body: Body, seconds: float) -> None:
    tally.articles += 1
    tally.seconds += seconds
    tally.kept += count_characters(body.text)
    for entry in body.removals:
        count = count_characters(entry.text)
        if entry.kind == "harvested":
            tally.harvested += count
        elif not entry.rule.startswith(("script", "style")):
            tally.removed += count
        tally.reasons[entry.rule] += 1
    events = parse_events(raw.body) if not body.refused else []
    tally.given += sum(kind == START and name == "img" for kind, name, _ in events)
    tally.pictures += sum(medium.kind == "image" for medium in body.media)


def find_faults(raw: RawArticle, body: Body, judge: bool) -> Iterator[str]:
    """Hold the laws over one post."""
    if body.refused:
        yield f"refused: {body.refused}"
        return
    original = text_of(raw.body)
    if restore_text(body) != original:
        yield "page and ledger are not the original"
    whole = whole_html(body)
    if whole_html(clean_body(whole, NOBODY)) != whole:
        yield "cleaning again changes it"
    if judge:
        try:
            same = text_of(raw.body, "lxml") == original
        except MarkupRefused:
            same = True
        if not same:
            yield "the other parser finds other text"


def text_of(html: str, parser: str = "lexbor") -> str:
    events = parse_events(html, "lxml" if parser == "lxml" else "lexbor")
    return "".join("".join(text.split()) for kind, text, _ in events if kind == TEXT)


def print_table(tallies: list[Tally]) -> None:
    print("| publisher | articles | kept | harvested | removed | pictures | µs an article | removed by |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    total = Tally("all")
    for tally in tallies:
        print_row(tally)
        for name in ("articles", "kept", "harvested", "removed", "given", "pictures", "seconds"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    print_row(total)


def print_row(tally: Tally) -> None:
    characters = max(tally.kept + tally.harvested + tally.removed, 1)
    shares = (f"{part / characters:.1%}" for part in (tally.kept, tally.harvested, tally.removed))
    reasons = ", ".join(f"{name} {count}" for name, count in tally.reasons.most_common(6))
    time_each = f"{tally.seconds / max(tally.articles, 1) * 1e6:.0f}"
    cells = (tally.name, tally.articles, *shares, f"{tally.pictures} of {tally.given}", time_each, reasons)
    print(f"| {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    sys.exit(main())

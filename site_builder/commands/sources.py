"""``site-builder sources``: check publishers' rules against their examples and the archive; suggest new ones.

In: a site. Out: what each rule matched, which examples do not hold, and rules worth adding. The
rule it guards: a rule that does nothing is said to do nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import make_printable, warn
from site_builder.errors import ConfigError

if TYPE_CHECKING:
    from site_builder.model import Body, RawArticle, Source
    from site_builder.sources import Sources

SITE = click.argument("site", default=".", type=click.Path(path_type=Path))


@click.group("sources", short_help="Check publishers' rules, or suggest new ones.")
def command() -> None:
    """Check the rules for publishers, or suggest new ones."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article of the site with its publisher and its cleaned body."""

    raw: RawArticle
    source: Source
    body: Body


def clean_all(site: Path) -> tuple[Sources, Iterator[Cleaned]]:
    """Load a site's rules, and clean its articles one by one; what cannot be read is left out."""
    from site_builder.config import load_settings
    from site_builder.errors import ArticleError
    from site_builder.sources import load_sources, match_source
    from site_builder.steps.clean import clean_article
    from site_builder.steps.read import find_articles, read_article

    settings = load_settings(site, {})
    sources = load_sources(settings.sources_dir, settings.allow_hooks, settings.language)

    def clean() -> Iterator[Cleaned]:
        for path in find_articles(settings.content, settings.output)[0]:
            try:
                raw = read_article(settings.content, path, settings.max_bytes)
            except ArticleError as error:
                warn(f"{path}: {error.message}; left out")
                continue
            source, _ = match_source(sources, raw)
            body = clean_article(raw, source)
            yield Cleaned(raw, source, body)

    return sources, clean()


@command.command("check", short_help="Run all examples; count what each rule matched.")
@SITE
def check(site: Path) -> int:
    """Run the examples of all rule files, and count what each rule matches in SITE's articles.

    Exit code: 0 all examples hold, 1 one does not.
    """
    sources, cleaned = clean_all(site)
    failures = [
        failure for source in (*sources.every, sources.everywhere) for failure in run_examples(source)
    ]
    counts: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for each in cleaned:
        articles[each.source.slug] += 1
        counts.update(each.body.rules)
    for line in count_rules(sources, counts, articles):
        click.echo(make_printable(line))
    for failure in failures:
        warn(failure)
    number = sum(len(source.examples) for source in (*sources.every, sources.everywhere))
    click.echo(f"{number - len(failures)} of {number} examples hold.")
    return 1 if failures else 0


def run_examples(source: Source) -> Iterator[str]:
    """Run a publisher's examples; say which do not hold, and what came out instead."""
    from site_builder.steps.clean import clean_body, whole_html

    for example in source.examples:
        body = clean_body(example.html, source)
        credits_found = tuple(f"{credit.role}: {credit.name}" for credit in body.credits)
        pairs = (
            ("want", example.want.strip(), whole_html(body)),
            ("tags", example.tags, body.tags),
            ("credits", example.credits, credits_found),
        )
        for key, wanted, found in pairs:
            if wanted != found:
                yield f"{source.slug}: {example.name}: {key}: wanted {wanted!r}, found {found!r}"


def count_rules(sources: Sources, counts: Counter[str], articles: Counter[str]) -> Iterator[str]:
    """Say of each publisher that the site has articles of what its rules matched."""
    for source in sources.every:
        if articles[source.slug]:
            yield f"{source.name}: {articles[source.slug]} articles"
            for number, rule in enumerate(source.rules, 1):
                if not rule.name:
                    yield _count_line(f"source:{source.slug}#{number}", rule.reason, counts)
    yield f"everywhere: {sum(articles.values())} articles"
    for rule in sources.everywhere.rules:
        yield _count_line(rule.name, rule.reason, counts)
    without = [source.name for source in sources.every if not articles[source.slug]]
    yield f"without articles here: {', '.join(without)}" if without else "all publishers have articles here"
    unknown = sum(articles.values()) - sum(articles[source.slug] for source in sources.every)
    yield f"{unknown} articles are of publishers without rules of their own"


def _count_line(name: str, reason: str, counts: Counter[str]) -> str:
    found = f"{counts[name]:>6}" if counts[name] else "  none"
    return f"{found}  {name:<24}  {reason}"


@command.command("suggest", short_help="Suggest rules from what articles repeat.")
@SITE
@click.option("--publisher", metavar="NAME", default="", help="Only for this publisher: its name or slug.")
def suggest(site: Path, publisher: str) -> int:
    """Find blocks that a publisher's articles repeat at their edges, and print rules to look through.

    Nothing is changed: what is right in the output is for a person to say.
    """
    from site_builder.sources.suggesting import Saved, suggest_rules, write_rules
    from site_builder.tomlfile import suggest as name_near

    found: dict[str, list[Saved]] = defaultdict(list)
    known: dict[str, Source] = {}
    met: set[str] = set()
    for each in clean_all(site)[1]:
        met.add(each.source.slug)
        if publisher.casefold() in ("", each.source.slug, each.source.name.casefold()):
            found[each.source.slug].append(Saved(each.raw.path, each.raw.body, each.body.text))
            known.setdefault(each.source.slug, each.source)
    if publisher and not found:
        raise ConfigError(f'no article is of "{publisher}"', "--publisher", name_near(publisher, met))
    printed = 0
    for slug in sorted(found):
        if suggestions := suggest_rules(found[slug]):
            printed += len(suggestions)
            click.echo(write_rules(known[slug], suggestions))
    if not printed:
        warn("nothing repeats at the edges of these articles" if found else "there is no article")
    return 0

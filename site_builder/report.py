"""What a build did: every file's outcome, every finding, and the sums, for people and programs.

In: outcomes, findings and counts as the pipeline meets them. Out: a summary line and a JSON
report (``docs/report.md`` has its schema). The rule it guards: **inputs add up**,
read = built + merged + set aside, or the build fails.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, NamedTuple, Protocol, TypeVar, cast

from site_builder import __version__
from site_builder.errors import CODES, Finding, Level, SiteBuilderError, relevel

T = TypeVar("T")

SHOWN_INFOS = 5
"""How many infos of one code are printed; a large archive has tens of thousands."""

KEPT_INFOS = 40
"""How many are kept at hand, as the first may go."""

TOLD_ONCE = frozenset({"source-unknown"})
"""Infos that speak of a publisher, not of an article: each is printed once, whatever it is found in."""

FORMAT = "site-builder-report/1"
"""Changes when a field changes its meaning or goes; a new field leaves it as it is."""

LEVELS: tuple[Level, ...] = ("error", "warning", "info")

Fate = Literal["built", "merged", "set-aside"]
FATES: tuple[Fate, ...] = ("built", "merged", "set-aside")


class ArticleOutcome(NamedTuple):
    """What became of one input file."""

    path: str
    """Relative to the content folder."""
    id: str
    outcome: Fate
    url: str = ""
    """Site-relative page that shows it; a merged file has the page of its twin."""


class Later(Sequence[T]):
    """A list that is put together when it is asked for: few who build want to know of every file."""

    def __init__(self, load: Callable[[], Sequence[T]]) -> None:
        self._load = load
        self._held: Sequence[T] | None = None

    def _all(self) -> Sequence[T]:
        if self._held is None:
            self._held = self._load()
        return self._held

    def __getitem__(self, at: Any) -> Any:
        return self._all()[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in all articles, counted, and the first of each code.

    An edit tells of 100,000 articles as much as a first build, and reads of what was found before no more
    than this (gain: 0.4 s; of an idle build, 0.2).
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    """By code."""
    first: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    """By code, sorted: of infos the first ones, of all else every one."""

    def change(
        self, gone: Iterable[Finding], come: Iterable[Finding], every: Callable[[], Iterable[Finding]]
    ) -> Found:
        """Leave out what is ``gone`` and put in what has ``come``; ``every`` gives all that there is then."""
        lost, new = _by_code(gone), _by_code(come)
        counts, first = dict(self.counts), dict(self.first)
        for code in {*lost, *new}:
            held, left, added = first.pop(code, ()), lost.get(code, []), new.get(code, [])
            is_whole = len(held) == counts.get(code, 0)
            many = counts.pop(code, 0) + len(added) - len(left)
            if not many:
                continue
            known = [found for found in added if is_whole or found <= held[-1]]
            for found in held:  # two may be the same
                if found in left:
                    left.remove(found)
                else:
                    known.append(found)
            if len(known) < min(many, SHOWN_INFOS):
                known = [found for found in every() if found.code == code]
            limit = KEPT_INFOS if CODES[code].level == "info" else None
            counts[code], first[code] = many, tuple(sorted(known)[:limit])
        return Found(counts, first)


def _by_code(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    codes: dict[str, list[Finding]] = {}
    for found in findings:
        codes.setdefault(found.code, []).append(found)
    return codes


class Progress(Protocol):
    """Told how far long work has come. A step calls it; only ``commands`` draws anything."""

    def start(self, name: str, total: int) -> None:
        """Begin a phase of ``total`` items."""

    def advance(self, count: int = 1) -> None:
        """Say that ``count`` more items are done."""

    def done(self) -> None:
        """End the phase."""


class NoProgress:
    """A progress that nobody watches."""

    def start(self, name: str, total: int) -> None:
        """Do nothing."""

    def advance(self, count: int = 1) -> None:
        """Do nothing."""

    def done(self) -> None:
        """Do nothing."""


SILENT = NoProgress()


@dataclass(slots=True)
class Report:
    """A build's account of itself. The one object that grows while the line runs."""

    read: int = 0
    """Files taken up as articles, counted before anything is known of them."""
    articles: Sequence[ArticleOutcome] = ()
    fates: dict[str, int] = field(default_factory=dict)
    """How many files became what."""
    aside: list[str] = field(default_factory=list)
    """The paths of those that are not in the site."""
    told: list[Finding] = field(default_factory=list)
    """What was found in the site as a whole."""
    found: Found = field(default_factory=Found)
    """What was found in the articles, whose findings keep their own levels here."""
    rest: Sequence[Finding] = ()
    """All of that."""
    pages_written: int = 0
    pages_unchanged: int = 0
    pages_removed: int = 0
    pictures_stored: int = 0
    """Pictures in articles whose bytes are stored with the site."""
    pictures_missing: int = 0
    """Pictures in articles that only their publishers have, if they still do."""
    seconds: float = 0.0
    """Wall time, measured by the command; no step reads a clock."""
    phases: dict[str, float] = field(default_factory=dict)
    """CPU seconds of the main process by phase, measured by the command."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """Code -> the level that the site wants its findings to have, or ``ignore``."""

    reasons: Iterable[tuple[str, str]] = ()
    """Each file that was written, and why, as a sentence."""
    idle: bool = False
    """Whether there was nothing to do, and this is the last build's report."""

    def record(self, path: str, id: str, outcome: Fate, url: str = "") -> None:
        """Note what became of one input file."""
        self.articles = [*self.articles, ArticleOutcome(path, id, outcome, url)]
        self.fates[outcome] = self.count(outcome) + 1
        if outcome == "set-aside":
            self.aside.append(path)

    def tell(self, findings: Iterable[Finding]) -> None:
        """Take up findings, in any order."""
        self.told.extend(relevel(findings, self.levels))

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, read back where need be."""
        return [*self.told, *relevel(self.rest, self.levels)]

    def list_first(self) -> tuple[list[Finding], bool]:
        """List, by place, what is worth telling: of infos with the same code, which ask for nothing, a few.

        With it comes whether any were left out.
        """
        cut = (code for code, many in self.found.counts.items() if len(self.found.first[code]) < many)
        if any(self.level_of(code) not in ("info", "ignore") for code in cut):  # the site takes it seriously
            every = sorted(self.findings)
        else:
            first = chain.from_iterable(self.found.first.values())
            every = sorted((*self.told, *relevel(first, self.levels)))
        shown, met, said = [], Counter[str](), set[str]()
        for found in every:
            if found.level == "info" and found.code in TOLD_ONCE:
                if found.message in said:
                    continue
                said.add(found.message)
            met[found.code] += found.level == "info"
            if found.level != "info" or met[found.code] <= SHOWN_INFOS:
                shown.append(found)
        return shown, len(shown) < sum(self.count_level(level) for level in LEVELS)

    def count_codes(self, quiet: bool = False) -> list[tuple[str, int]]:
        """Count the findings by code, the gravest and then the most frequent first; ``quiet``: no infos."""
        counts = Counter(found.code for found in self.told)
        counts.update(
            {code: many for code, many in self.found.counts.items() if self.level_of(code) != "ignore"}
        )
        ranks = {code: LEVELS.index(cast("Level", self.level_of(code))) for code in counts}
        told = [code for code in counts if not (quiet and LEVELS[ranks[code]] == "info")]
        return [
            (code, counts[code]) for code in sorted(told, key=lambda code: (ranks[code], -counts[code], code))
        ]

    def level_of(self, code: str) -> str:
        """Give the level that findings with a code have in this site."""
        return self.levels.get(code, CODES[code].level)

    def count(self, outcome: Fate) -> int:
        """Count the files with one outcome."""
        return self.fates.get(outcome, 0)

    def count_level(self, level: Level) -> int:
        """Count the findings of one level."""
        held = sum(many for code, many in self.found.counts.items() if self.level_of(code) == level)
        return held + sum(found.level == level for found in self.told)

    @property
    def built(self) -> int:
        """Files that have a page."""
        return self.count("built")

    @property
    def merged(self) -> int:
        """Files whose bytes another file has too."""
        return self.count("merged")

    @property
    def set_aside(self) -> int:
        """Files that are not in the site."""
        return self.count("set-aside")

    @property
    def is_clean(self) -> bool:
        """Whether there was neither a warning nor an error."""
        return not self.count_level("error") and not self.count_level("warning")

    def check_sum(self) -> None:
        """Fail unless every file that was read has exactly one outcome."""
        listed = () if isinstance(self.articles, Later) else self.articles
        twice = [path for path, times in Counter(article.path for article in listed).items() if times > 1]
        if twice or self.read != sum(self.fates.values()):
            raise SiteBuilderError(
                f"the inputs do not add up: {self.read} read, but {self.built} built + {self.merged} merged"
                f" + {self.set_aside} set aside" + (f"; counted twice: {min(twice)}" if twice else ""),
                hint="this is a fault of site-builder; please report it",
            )

    def summary(self) -> str:
        """Say the whole build in one line, and loudly what is not in the site."""
        found = ", ".join(count_nouns(self.count_level(level), level) for level in LEVELS)
        pages = (
            f"{self.pages_written} written, {self.pages_unchanged} unchanged, {self.pages_removed} removed"
        )
        read = count_nouns(self.read, "article")
        return (
            f"{read} read, {self.built} built, {self.merged} merged, {self._aside()}"
            f" · pages: {pages} · findings: {found} · {self.seconds:.2f} s{self._missing()}"
        )

    def _missing(self) -> str:
        if not self.pictures_missing:
            return ""
        number = count_nouns(self.pictures_missing, "picture")
        return f" · {number} not stored, `site-builder capture` stores what can be had"

    def _aside(self) -> str:
        paths = sorted(self.aside)
        if not paths:
            return "0 set aside"
        names = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
        return f"{len(paths)} SET ASIDE, NOT IN THE SITE ({names})"

    def _counts(self) -> dict[str, dict[str, int]]:
        return {
            "articles": {
                "read": self.read,
                "built": self.built,
                "merged": self.merged,
                "set_aside": self.set_aside,
            },
            "pages": {
                "written": self.pages_written,
                "unchanged": self.pages_unchanged,
                "removed": self.pages_removed,
            },
            "pictures": {"stored": self.pictures_stored, "missing": self.pictures_missing},
            "findings": {level: self.count_level(level) for level in LEVELS},
        }

    def to_json(self, exit_code: int = 0, error: SiteBuilderError | None = None) -> bytes:
        """Write the report as JSON, sorted, so that the same build gives the same bytes.

        ``error`` is what stopped the build, if something did. A file name that is not UTF-8
        comes out as JSON escapes of lone surrogates.
        """
        stopped = (
            None if error is None else {"message": error.message, "where": error.where, "hint": error.hint}
        )
        report = {
            "format": FORMAT,
            "generator": f"site-builder {__version__}",
            "exit": exit_code,
            "error": stopped,
            "counts": self._counts(),
            "seconds": round(self.seconds, 3),
            "phases": {name: round(seconds, 3) for name, seconds in self.phases.items()},
            "articles": [article._asdict() for article in sorted(self.articles)],
            "findings": sorted(self.findings),
        }
        return _write(report)


def _write(report: dict[str, object]) -> bytes:
    """Write JSON for eyes, in C (gain: 100,000 articles in 0.2 s instead of 4)."""
    import msgspec  # not before it is needed: commands that only print import this module

    try:
        return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"
    except UnicodeEncodeError:  # a file name that is not UTF-8
        told = msgspec.to_builtins(report)
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def count_nouns(number: int, noun: str) -> str:
    """Write a number and its noun.

    >>> count_nouns(1, "error"), count_nouns(2, "error")
    ('1 error', '2 errors')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

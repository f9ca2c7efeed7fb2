"""What we know of publishers: one TOML file each, and how an article finds its own.

In: the built-in files beside this one and a site's ``sources/*.toml``. Out: ``Sources``, and
for an article its ``Source`` with the reason. The rule it guards: a slip in a rule file is an
error with file, line and the nearest thing that would have been right; it never just does
nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from site_builder.errors import SourceError
from site_builder.language import text
from site_builder.language.persons import is_person
from site_builder.language.text import slugify, squeeze, strip_controls
from site_builder.model import Clock, Example, RawArticle, Rule, Selector, Source
from site_builder.tomlfile import parse_toml, suggest
from site_builder.urls import host

# What a rule file may hold: key -> the type of its value. Tables are listed by their header.
_STRINGS = list[str]
_RULE_TEXTS = tuple("action tag id text text_prefix pattern url attribute field after reason".split())
_KEYS: dict[str, dict[str, object]] = {
    "": {
        "name": str,
        "slug": str,
        "home": str,
        "authors": _STRINGS,
        "hosts": _STRINGS,
        "not_tags": _STRINGS,
        "fingerprints": _STRINGS,
        "referer": str,
    },
    "clock": {"stamp": str, "zone": str, "reason": str},
    "rules": {
        "classes": _STRINGS,
        "values": _STRINGS,
        "only_links": bool,
        "links": int,
        **dict.fromkeys(_RULE_TEXTS, str),
    },
    "full_size": {"pattern": str, "replacement": str, "reason": str},
    "examples": {"name": str, "html": str, "want": str, "tags": _STRINGS, "credits": _STRINGS},
}
_ARRAYS = frozenset({"rules", "full_size", "examples"})
LABEL_LIMIT = 300
"""Characters; of an element's text no more is looked at (``cleaning.rules``)."""
_ACTIONS = ("drop", "harvest", "unwrap")
_STAMPS = ("as-labelled", "local")
_LOOKED_FOR = tuple("tag id classes text text_prefix pattern url only_links links attribute values".split())
EVERYWHERE = "everywhere"
"""The slug of the rules that hold for every publisher, known or not: what collectors put in."""
_CHANNEL = re.compile(r" - (?:最新|热[榜门]|首页|头条|channel)\S{0,8}$")
_UNKNOWN_SLUG = "unknown"


@dataclass(frozen=True, slots=True)
class Sources:
    """All known publishers, by slug, author and host. Hosts are without ``www.``."""

    every: tuple[Source, ...]
    by_author: Mapping[str, Source] = field(default_factory=dict, repr=False)
    by_host: Mapping[str, Source] = field(default_factory=dict, repr=False)
    """Both follow from ``every``; told once, a build digests a fifth of it (gain: 45 ms)."""
    everywhere: Source = field(default_factory=lambda: Source(EVERYWHERE, EVERYWHERE))
    """The rules for every publisher; they are among each one's own already."""
    idle_hooks: tuple[str, ...] = ()
    """Programs beside the rule files that were not run, because nobody allowed it."""


def load_sources(extra: Path | None = None, allow_hooks: bool = False, language: str = "zh") -> Sources:
    """Load the built-in publishers and a site's own, which replace those of the same slug.

    A site in another ``language`` than Chinese knows built-in ones by their Latin names: Reuters, not 路透.

    ``NAME.py`` beside them is the hook of the publisher whose slug is ``NAME``; it is only noted
    here, and run by cleaning, when hooks are allowed.
    """
    built_in = sorted(
        (item.name, item.read_text("utf-8"))
        for item in files("site_builder.sources").iterdir()
        if item.name.endswith(".toml")
    )
    found = [parse_source(content, f"site_builder/sources/{name}") for name, content in built_in]
    if not language.startswith("zh"):
        found = list(map(_name_in_latin, found))
    if extra is not None and extra.is_dir():
        found += [_read_source(path) for path in sorted(extra.glob("*.toml"))]
    by_slug = {source.slug: source for source in found}
    hooks = sorted(extra.glob("*.py")) if extra is not None and extra.is_dir() else []
    if not allow_hooks:
        return replace(index_sources(by_slug.values()), idle_hooks=tuple(map(str, hooks)))
    for hook in hooks:
        if hook.stem not in by_slug:
            raise SourceError("is the hook of no publisher", str(hook), suggest(hook.stem, by_slug))
        digest = hashlib.sha256(hook.read_bytes()).hexdigest()
        by_slug[hook.stem] = replace(by_slug[hook.stem], hook=str(hook), hook_digest=digest)
    return index_sources(by_slug.values())


def _name_in_latin(source: Source) -> Source:
    """Name a publisher as its Latin byline does, if it has one; the Chinese name is still known."""
    latin = next((name for name in (source.name, *source.authors) if not _HAN.search(name)), source.name)
    return replace(source, name=latin, authors=tuple(dict.fromkeys((*source.authors, source.name))))


_HAN = re.compile("[\u3400-\u9fff]")


def _read_source(path: Path) -> Source:
    try:
        return parse_source(path.read_text("utf-8-sig"), str(path))
    except OSError as problem:
        raise SourceError(
            f"cannot be read: {problem.strerror}", str(path), "check its permissions"
        ) from problem
    except UnicodeDecodeError as problem:
        raise SourceError("is not UTF-8", str(path), "save the file as UTF-8") from problem


def index_sources(sources: Iterable[Source]) -> Sources:
    """Arrange publishers for matching; where two claim one name, the later wins."""
    by_slug = {source.slug: source for source in sources}
    everywhere = by_slug.pop(EVERYWHERE, Source(EVERYWHERE, EVERYWHERE))
    shared = tuple(
        rule if rule.name else replace(rule, name=f"{EVERYWHERE}#{number}")
        for number, rule in enumerate(everywhere.rules, 1)
    )
    everywhere = replace(everywhere, rules=shared)
    every = tuple(replace(by_slug[slug], rules=by_slug[slug].rules + shared) for slug in sorted(by_slug))
    by_author = {_author_key(name): source for source in every for name in (source.name, *source.authors)}
    by_host = {_bare(name): source for source in every for name in source.hosts}
    return Sources(every, by_author, by_host, everywhere)


# --- an article's publisher -----------------------------------------------------------------


def match_source(sources: Sources, raw: RawArticle) -> tuple[Source, tuple[str, str]]:
    """Find an article's publisher, and say by what: (``author``, …), (``host``, …), (``body``, …).

    The author is compared as a whole; failing that, the host of the original's address or a
    parent domain of it counts; where neither is given, what only one publisher's bodies hold.
    Of an unknown one the name given as author counts before the host, unless it is a person's or there are
    several.
    Never fails: an unknown publisher gets a stand-in, and (``none``, "") when nothing names one.
    """
    given, key = text.field(raw, "publisher", "author")
    author = text.unlink_notes(squeeze(strip_controls(given)))
    origin = host(text.field(raw, "url")[0])
    for name in (author, _CHANNEL.sub("", author)):
        if source := sources.by_author.get(_author_key(name)) if name else None:
            return source, ("author", author)
    for domain in _domains(origin):
        if source := sources.by_host.get(domain):
            return source, ("host", domain)
    if not author and not origin and (found := _fingerprint(sources, raw.body)):
        return found[0], ("body", found[1])
    if origin and key in _WRITERS and _are_persons(raw.front.get(key, author)):
        author = ""  # they wrote it, and their publisher is where it stood
    source, reason = _stand_in(_CHANNEL.sub("", author), origin)
    return replace(source, rules=sources.everywhere.rules), reason


_OUTLETS = text.ALIASES["publisher"][: text.ALIASES["publisher"].index("author")]
_WRITERS = frozenset(text.ALIASES["author"]).difference(_OUTLETS)
"""Keys that name who wrote an article, who may be its publisher."""


def _are_persons(names: str | tuple[str, ...]) -> bool:
    """Tell whether several are named, or one by what in a script with capitals looks like a person's name."""
    if isinstance(names, tuple):
        given = [text.unlink_notes(name).strip() for name in names if name.strip()]
    else:
        given = _AND.split(squeeze(text.unlink_notes(names)))
        given = given if any(map(is_person, given)) else [names]
    return len(given) > 1 or all(map(is_person, given))


_AND = re.compile(r"\s*,\s*|\s+(?:and|und|et|y|e|en|och|og|&)\s+")


def _fingerprint(sources: Sources, body: str) -> tuple[Source, str] | None:
    """Find the one publisher whose marks the body bears; None when there are two or none."""
    found = [(source, mark) for source in sources.every for mark in source.fingerprints if mark in body]
    return found[0] if len({source.slug for source, _ in found}) == 1 else None


def _stand_in(author: str, origin: str) -> tuple[Source, tuple[str, str]]:
    if author:
        return Source(author, name_slug(author), known=False), ("author", author)
    if origin:
        name = _bare(origin)
        home = f"https://{origin}/"
        return Source(name, name_slug(name), home=home, known=False), ("host", origin)
    return Source("", _UNKNOWN_SLUG, known=False), ("none", "")


def name_slug(name: str) -> str:
    """Make a publisher's slug of its name; case, width, and blanks or hyphens in it, tell none apart.

    >>> name_slug("BBC News"), name_slug("BBC NEWS"), name_slug("bbc-news")
    ('bbc-news', 'bbc-news', 'bbc-news')
    """
    return slugify(_author_key(name).replace(" ", "-"))


def _author_key(name: str) -> str:
    return squeeze(unicodedata.normalize("NFKC", name).casefold())


def _bare(name: str) -> str:
    return name.removeprefix("www.")


def _domains(name: str) -> Iterable[str]:
    """Give a host and its parent domains, down to two labels."""
    labels = _bare(name).split(".")[-6:]
    return (".".join(labels[start:]) for start in range(max(len(labels) - 1, 0)))


# --- a rule file -> Source ------------------------------------------------------------------


def parse_source(content: str, path: str) -> Source:
    """Make a publisher of a rule file's text; ``path`` only names it in errors."""
    return _Reader(content, path).source()


class _Reader:
    """One rule file, with a way to say on which line something in it stands."""

    def __init__(self, content: str, path: str) -> None:
        self.content, self.path = content, path
        self.data: Mapping[str, Any] = parse_toml(content, path, SourceError).data

    def source(self) -> Source:
        head = {key: value for key, value in self.data.items() if key in _KEYS[""]}
        unknown = [key for key in self.data if key not in _KEYS[""] and key not in _KEYS]
        for key in unknown:
            self._fail(f'unknown key "{key}"', "", 0, key, suggest(key, (*filter(None, _KEYS), *_KEYS[""])))
        self._check(head, "", 0)
        if not head.get("name"):
            self._fail("has no name", "", 0, "", 'add name = "…", the publisher\'s name')
        return Source(
            name=head["name"],
            slug=head.get("slug") or name_slug(head["name"]),
            home=head.get("home", ""),
            authors=tuple(head.get("authors", ())),
            hosts=tuple(head.get("hosts", ())),
            fingerprints=tuple(filter(None, head.get("fingerprints", ()))),
            clock=self._clock(),
            rules=tuple(self._rule(table, number) for number, table in self._tables("rules")),
            full_size=tuple(self._full_size(table, number) for number, table in self._tables("full_size")),
            not_tags=tuple(head.get("not_tags", ())),
            referer=head.get("referer", ""),
            examples=tuple(self._example(table, number) for number, table in self._tables("examples")),
        )

    def _tables(self, name: str) -> list[tuple[int, Mapping[str, Any]]]:
        tables = self.data.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._fail(f'"{name}" must be tables', "", 0, name, f"write [[{name}]] above each")
        for number, table in enumerate(tables):
            self._check(table, name, number)
        return list(enumerate(tables))

    def _clock(self) -> Clock:
        table = self.data.get("clock", {})
        if not isinstance(table, dict):
            self._fail('"clock" must be a table', "", 0, "clock", "write [clock] above its keys")
        self._check(table, "clock", 0)
        if not table:
            return Clock()
        stamp = table.get("stamp", "as-labelled")
        if stamp not in _STAMPS:
            self._fail(f'unknown stamp "{stamp}"', "clock", 0, "stamp", suggest(stamp, _STAMPS))
        zone = table.get("zone", "")
        if zone and not _is_zone(zone):
            hint = (
                suggest(zone.title(), zoneinfo.available_timezones())
                if "/" in zone
                else "such as Asia/Shanghai"
            )
            self._fail(f'unknown time zone "{zone}"', "clock", 0, "zone", hint)
        self._want_reason(table, "clock", 0)
        return Clock(stamp, zone, table["reason"])

    def _rule(self, table: Mapping[str, Any], number: int) -> Rule:
        action = table.get("action", "")
        if action not in _ACTIONS:
            key = "action" if action else ""
            self._fail(f'unknown action "{action}"', "rules", number, key, suggest(action, _ACTIONS))
        if not any(table.get(key) for key in _LOOKED_FOR):
            self._fail(
                "the rule looks for nothing", "rules", number, "", f"set one of {', '.join(_LOOKED_FOR)}"
            )
        for key in ("text", "text_prefix"):
            if len(table.get(key, "")) > LABEL_LIMIT:
                self._fail(f'"{key}" is too long', "rules", number, key, f"at most {LABEL_LIMIT} characters")
        if bool(table.get("attribute")) != bool(table.get("values")):
            self._fail('"attribute" and "values" go together', "rules", number, "", 'add values = ["…"]')
        if action == "harvest" and not table.get("field"):
            self._fail("the rule harvests, but into no field", "rules", number, "", 'such as field = "tags"')
        self._want_reason(table, "rules", number)
        looked_for = {key: table[key] for key in _LOOKED_FOR if key in table}
        for key in ("classes", "values"):
            looked_for[key] = tuple(looked_for.get(key, ()))
        self._check_pattern(looked_for.get("pattern", ""), "rules", number)
        selector = Selector(**looked_for)
        place = f"{self.path}:{self._line('rules', number, '')}:1"
        return Rule(
            action, selector, table["reason"], table.get("field", ""), table.get("after", ""), place=place
        )

    def _full_size(self, table: Mapping[str, Any], number: int) -> tuple[str, str]:
        pattern, replacement = table.get("pattern", ""), table.get("replacement", "")
        if not pattern:
            self._fail("has no pattern", "full_size", number, "", 'add pattern = "…"')
        self._check_pattern(pattern, "full_size", number, replacement)
        self._want_reason(table, "full_size", number)
        return pattern, replacement

    def _check_pattern(self, pattern: str, table: str, number: int, replacement: str = "") -> None:
        try:
            re.compile(pattern).sub(replacement, "")
        except (re.error, IndexError) as problem:
            self._fail(f"is no regular expression: {problem}", table, number, "pattern", "see the re module")

    def _example(self, table: Mapping[str, Any], number: int) -> Example:
        for key in ("name", "html", "want"):
            if key not in table:
                self._fail(f"the example has no {key}", "examples", number, "", f'add {key} = "…"')
        listed = {key: tuple(table.get(key, ())) for key in ("tags", "credits")}
        return Example(table["name"], table["html"], table["want"], **listed)

    def _want_reason(self, table: Mapping[str, Any], name: str, number: int) -> None:
        if not table.get("reason", "").strip():
            self._fail(
                "no reason is given", name, number, "", 'add reason = "…": why this is so, and how you know'
            )

    def _check(self, table: Mapping[str, Any], name: str, number: int) -> None:
        known = _KEYS[name]
        for key, value in table.items():
            if key not in known:
                self._fail(f'unknown key "{key}"', name, number, key, suggest(key, known))
            if known[key] is bool and not isinstance(value, bool):
                self._fail(f'"{key}" must be true or false', name, number, key, f"{key} = true")
            if known[key] is str and not isinstance(value, str):
                self._fail(f'"{key}" must be text', name, number, key, "put quotes around it")
            if known[key] is _STRINGS and not (
                isinstance(value, list) and all(isinstance(item, str) for item in value)
            ):
                self._fail(f'"{key}" must be a list of texts', name, number, key, f'{key} = ["…", "…"]')

    def _fail(self, message: str, table: str, number: int, key: str, hint: str) -> NoReturn:
        raise SourceError(message, f"{self.path}:{self._line(table, number, key)}:1", hint)

    def _line(self, table: str, number: int, key: str) -> int:
        """Find the line of a key in the ``number``-th table of that name; the header's if not found."""
        header = f"[[{table}]]" if table in _ARRAYS else f"[{table}]"
        places = self._headers.get(header, []) if table else []
        start = places[number] if number < len(places) else 0
        lines = self.content.split("\n") if key else []
        for at in range(start, len(lines)):
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]|\[+\s*{re.escape(key)}\s*\]", lines[at]):
                return at + 1
        return start + 1

    @cached_property
    def _headers(self) -> dict[str, list[int]]:
        """Give the lines of the tables of each name (gain: 60 ms of every build)."""
        found: dict[str, list[int]] = {}
        for at, line in enumerate(self.content.split("\n")):
            if line.lstrip().startswith("["):
                header = line.replace(" ", "").partition("]")[0]
                found.setdefault(f"{header}]{']' * header.startswith('[[')}", []).append(at)
        return found


def _is_zone(name: str) -> bool:
    """Tell whether there is a time zone of that name; to list all of them takes 27 ms, as each is opened."""
    try:
        zoneinfo.ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True

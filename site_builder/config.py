"""The settings of a site: ``site.toml`` and the command line become one frozen ``Settings``.

In: the folder of a site and what the command line says. Out: ``Settings``, complete and
resolved, so that nobody after it asks the environment or the disk. The rule it guards: a key
or value that we do not understand is an error with its line, never a silent default.
"""

from __future__ import annotations

import json
import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from site_builder import __version__
from site_builder.errors import CODES, ConfigError
from site_builder.model import Site
from site_builder.tomlfile import TomlFile, parse_toml, read_toml, suggest
from site_builder.workers import usable_cpus

SETTINGS_FILE = "site.toml"

LEVELS_TABLE = "findings"
MACHINE = frozenset({"content", "output", "sources", "allow_hooks", "templates", "tags", "threads", "media"})
MACHINE |= {"cache", "workers", "strict", "capture"}
"""Settings, and tables of settings, that say where things lie or how to work, and shape no page."""

LEVELS = ("ignore", "info", "warning", "error")

Value: TypeAlias = str | int | bool | tuple[str, ...]
"""What a setting may hold in ``site.toml``."""

# RFC 5646 section 2.1, without the registered irregular tags of the past.
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[0-9a-wyz](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a build is told, resolved: paths are absolute, nothing is left to look up."""

    folder: Path
    """The site's folder, which holds ``site.toml``."""
    content: Path
    output: Path
    cache_dir: Path
    sources_dir: Path | None
    """The site's own publishers' rules; None: only the built-in ones."""
    allow_hooks: bool
    """Whether the programs beside those rules may run."""
    templates_dir: Path | None
    """The site's own templates, which override the theme's; None: only the theme's."""
    tags_file: Path | None
    threads_file: Path | None
    """What a person says of the stories that were found."""
    title: str
    description: str
    language: str
    names_language: bool
    """Whether somebody chose it, or it is the default."""
    timezone: str
    base_url: str
    images: Literal["local", "remote"]
    contact: str
    workers: int
    """How many processes may work at once; at least 1."""
    strict: bool
    max_bytes: int
    """The largest file that is read as an article."""
    media_dir: Path
    """The store of the pictures that ``capture`` fetched; ``media.lock`` lies beside ``site.toml``."""
    capture_allow_hosts: tuple[str, ...]
    capture_per_host: int
    capture_delay_ms: int
    capture_timeout: int
    capture_max_bytes: int
    capture_max_total_bytes: int
    capture_max_pixels: int
    capture_robots: bool
    capture_web_archive: str
    search: bool
    """Whether the site gets a search index."""
    stories: bool
    """Whether stories, reprints and related work are looked for."""
    text_tags: bool
    """Whether tags are looked for in the text, besides the site's own names."""
    force: bool
    """Build into a folder that holds files of others, too; said on the command line alone."""
    levels: Mapping[str, str]
    """Code of a finding -> ``ignore``, ``info``, ``warning`` or ``error``, where the site has its own view."""

    def name_of(self, file: Path) -> str:
        """Name a file as the site's folder has it, or by its whole path when it lies elsewhere."""
        return file.relative_to(self.folder).as_posix() if file.is_relative_to(self.folder) else str(file)


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table below: a key of ``site.toml`` and all there is to know about it."""

    key: str
    """As written in ``site.toml``, with its table: ``limits.max_bytes``."""
    field: str
    """The field of ``Settings`` that it becomes."""
    default: Value
    check: Callable[[Value], Value]
    """Return the value as it is to be used, or raise ``WrongValue``."""
    doc: str

    @property
    def type(self) -> type[Value]:
        """What a value must be, which is what the default is."""
        return type(self.default)


class WrongValue(ValueError):  # noqa: N818
    """A value that cannot be used: what is wrong, and what would be right."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def load_settings(folder: Path, overrides: Mapping[str, Value | Path | None] | None = None) -> Settings:
    """Load the settings of the site in ``folder``.

    ``overrides`` are what the command line says, by field of ``Settings``; None: not said. A
    folder without ``site.toml`` has every default; without a ``content`` folder, it is itself
    the folder of articles.
    """
    folder = _existing_folder(folder)
    path = folder / SETTINGS_FILE
    written = read_toml(path, ConfigError) if os.path.lexists(path) else None
    values = {setting.field: setting.default for setting in SETTINGS}
    if written is not None:
        values |= _read_values(written)
    said = {name: value for name, value in (overrides or {}).items() if value is not None}
    return _resolve(folder, written, {**values, **said})


def settings_within(folder: Path) -> dict[str, Path]:
    """Give every folder and file of a site its usual place in ``folder``, whatever its ``site.toml`` says."""
    return {one.field: folder / str(one.default) for one in SETTINGS if one.check is _path}


def check_settings(text: str, path: Path) -> None:
    """Check what a ``site.toml`` is to hold before it is written to ``path``."""
    _read_values(parse_toml(text, str(path), ConfigError))


def site_of(settings: Settings) -> Site:
    """Take from the settings what the pages may know of the site."""
    return Site(
        title=settings.title,
        description=settings.description,
        language=settings.language,
        zone=settings.timezone,
        base_url=settings.base_url,
        images=settings.images,
        contact=settings.contact,
        version=__version__,
        search=settings.search,
        stories=settings.stories,
    )


def record_settings(settings: Settings) -> str:
    """Write, as a ``site.toml``, the settings that shape the pages; those of the machine are left out.

    Kept with the built site, so that it can be built again from its originals.
    """
    lines = ["# What shaped these pages, kept so that they can be built again from originals/."]
    tables: dict[str, list[str]] = {}
    for setting in SETTINGS:
        table, _, name = setting.key.rpartition(".")
        if setting.key not in MACHINE and table not in MACHINE:
            value = getattr(settings, setting.field)
            text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else toml_value(value)
            tables.setdefault(table, []).append(f"{name} = {text}")
    for table in sorted(tables):
        lines += [*(["", f"[{table}]"] if table else []), *tables[table]]
    return "\n".join(lines) + "\n"


# --- the file ---------------------------------------------------------------------------------


def _existing_folder(folder: Path) -> Path:
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        hint = f"name the folder that holds {SETTINGS_FILE}, or the articles"
        raise ConfigError(f"the site's folder {what}", str(folder), hint)
    return expect_utf8(Path(os.path.abspath(folder)))


def expect_utf8(path: Path) -> Path:
    """Return the place of a site, or of a part of it, as it is; it is written into files, which are UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise ConfigError("the name is not UTF-8", str(path), "rename the folder") from None
    return path


def _read_values(written: TomlFile) -> dict[str, Value]:
    """Check every key of the file; return values by field."""
    known = {setting.key: setting for setting in SETTINGS}
    tables = {key.partition(".")[0] for key in known if "." in key}
    values: dict[str, Value] = {}
    for key, value in _flatten(written.data, tables):
        if key == LEVELS_TABLE:
            continue
        if key not in known:
            hint = _lead_out(key) or suggest(key, known)
            raise ConfigError(f'unknown key "{key}"', written.at(key), hint)
        values[known[key].field] = _check(known[key], value, written.at(key))
    return values


_LONGEST_HINT = 200


def _read_levels(written: TomlFile | None) -> dict[str, str]:
    """Check the table that gives findings another level: every key is a code, every value a level."""
    levels: dict[str, str] = {}
    if written is None or LEVELS_TABLE not in written.data:
        return levels
    table = written.data[LEVELS_TABLE]
    if not isinstance(table, dict):
        raise ConfigError(
            f"{LEVELS_TABLE} is {_TYPES.get(type(table), 'no table')}, and must be a table",
            written.at(LEVELS_TABLE),
            f'such as: [{LEVELS_TABLE}] and below it source-unknown = "ignore"',
        )
    for code, level in table.items():
        where = written.at(f"{LEVELS_TABLE}.{code}")
        if code not in CODES:
            hint = _lead_out(f"{LEVELS_TABLE}.{code}") or suggest(code, CODES)
            hint = hint if len(hint) < _LONGEST_HINT else "docs/findings.md has every code"
            raise ConfigError(f'"{code}" is the code of no finding', where, hint)
        if level not in LEVELS:
            raise ConfigError(f'"{level}" is no level', where, f"choose one of {', '.join(LEVELS)}")
        levels[code] = level
    return levels


def _lead_out(key: str) -> str:
    """Say what to do with a setting that was written below a table, where TOML takes it for a part of that."""
    table, _, name = key.rpartition(".")
    is_lost = table and any(setting.key == name for setting in SETTINGS)
    return f"write it above [{table}]: what stands below belongs to that table" if is_lost else ""


def _flatten(data: Mapping[str, object], tables: set[str]) -> list[tuple[str, object]]:
    """Give the keys of known tables their full names; an unknown table is itself a wrong key."""
    flat: list[tuple[str, object]] = []
    for key, value in data.items():
        if key in tables and isinstance(value, dict):
            flat += [(f"{key}.{name}", inner) for name, inner in value.items()]
        else:
            flat.append((key, value))
    return flat


def _check(setting: Setting, value: object, where: str) -> Value:
    if isinstance(value, list) and setting.type is tuple and all(isinstance(one, str) for one in value):
        value = tuple(value)
    if type(value) is not setting.type:
        raise ConfigError(
            f"{setting.key} is {_TYPES.get(type(value), 'a table')}, and must be {_TYPES[setting.type]}",
            where,
            f"such as: {setting.key.rpartition('.')[2]} = {toml_value(setting.default)}",
        )
    try:
        return setting.check(value)
    except WrongValue as problem:
        raise ConfigError(f"{setting.key} {problem.message}", where, problem.hint) from None


_TYPES: dict[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    float: "a number with a point",
    list: "a list",
    tuple: "a list of texts",
    dict: "a table",
}


def toml_value(value: Value) -> str:
    """Write a value the way ``site.toml`` has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value) if isinstance(value, int) else f'"{value}"'


# --- checks: each returns the value as it is to be used ---------------------------------------


def _line(value: Value) -> Value:
    text = str(value).strip()
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text):
        raise WrongValue("holds a control character or a line break", "write it on one line")
    return text


def _title(value: Value) -> Value:
    if not (title := _line(value)):
        raise WrongValue("is empty", "give the archive a name")
    return title


def _language(value: Value) -> Value:
    if not _LANGUAGE.fullmatch(str(value)):
        raise WrongValue(
            f'"{value}" is not a language tag', 'write it as BCP 47 has it, such as "zh-Hans" or "en"'
        )
    return value


def _timezone(value: Value) -> Value:
    try:
        zoneinfo.ZoneInfo(str(value))
    except (LookupError, ValueError, OSError):
        near = suggest(str(value), zoneinfo.available_timezones())
        hint = near if near.startswith("did") else 'write it as "Asia/Shanghai" or "UTC"'
        raise WrongValue(f'"{value}" is not a known time zone', hint) from None
    return value


def _base_url(value: Value) -> Value:
    text = str(value)
    if not text:
        return text
    hint = 'write the full address of the site, such as "https://example.org/archive/"'
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        raise WrongValue(f'"{text}" is not an address', hint) from None
    if not usable:
        raise WrongValue(f'"{text}" is not an http or https address', hint)
    if "?" in text or "#" in text or "@" in parts.netloc:
        raise WrongValue(f'"{text}" holds more than a host and a path', hint)
    if not re.fullmatch(r"[!$%&'()*+,\-./0-9:;=A-Z\[\]_a-z~]+", text):
        raise WrongValue(f'"{text}" holds characters that an address must encode', hint)
    return text if text.endswith("/") else text + "/"


def _images(value: Value) -> Value:
    if value not in ("local", "remote"):
        raise WrongValue(f'"{value}" is not known', suggest(str(value), ("local", "remote")))
    return value


def _path(value: Value) -> Value:
    if not str(value).strip() or "\0" in str(value):
        raise WrongValue("names no folder or file", "give a path, from the folder of site.toml")
    return value


def _workers(value: Value) -> Value:
    if not 0 <= _number(value) <= 1024:
        raise WrongValue(f"is {value}", "give a number from 0, which is as many as there are CPUs, to 1024")
    return value


def _size(value: Value) -> Value:
    if _number(value) < 1:
        raise WrongValue(f"is {value}", "give a number of bytes, at least 1")
    return value


def _switch(value: Value) -> Value:
    return value


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _count(value: Value) -> Value:
    if not 1 <= _number(value) <= 64:
        raise WrongValue(f"is {value}", "give a number from 1 to 64")
    return value


def _wait(value: Value) -> Value:
    if not 0 <= _number(value) <= 600_000:
        raise WrongValue(f"is {value}", "give a number from 0 to 600000")
    return value


def _hosts(value: Value) -> Value:
    names = value if isinstance(value, tuple) else ()
    for name in names:
        if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+|[0-9a-f:]+)(:\d{1,5})?", name, re.IGNORECASE):
            raise WrongValue(f'"{name}" is no host', 'write "host" or "host:port", such as "127.0.0.1:8000"')
    return tuple(name.lower() for name in names)


def _web_archive(value: Value) -> Value:
    text = str(value)
    if text and not (text.startswith(("http://", "https://")) and "{url}" in text):
        hint = 'such as "https://web.archive.org/web/{time}id_/{url}"'
        raise WrongValue(f'"{text}" is not an address with {{url}} in it', hint)
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("title", "title", "新闻归档", _title, "The archive's name, on every page and in every feed."),
    Setting("description", "description", "", _line, "One sentence about the archive, for the about page, feeds and search engines."),
    Setting("language", "language", "zh-Hans", _language, "The language (BCP 47) of the interface and of articles that name none."),
    Setting("timezone", "timezone", "Asia/Shanghai", _timezone, "The time zone (IANA name) in which times are shown and days begin."),
    Setting("base_url", "base_url", "", _base_url, "The address at which the site will stand; needed only for the sitemap and absolute addresses in feeds."),
    Setting("images", "images", "local", _images, 'Pictures that are not stored with the site: `"local"` shows a slip with a link, `"remote"` loads them from their publishers.'),
    Setting("contact", "contact", "", _line, "How to reach whoever runs the archive, shown on the about page."),
    Setting("content", "content", "content", _path, "The folder of articles."),
    Setting("output", "output", "public", _path, "The folder that the site is written to."),
    Setting("sources", "sources_dir", "sources", _path, "The folder of the site's own publishers' rules, one TOML file a publisher."),
    Setting("allow_hooks", "allow_hooks", False, _switch, "Run the programs (`NAME.py`) that lie beside the publishers' rules. Only for a folder whose every file you trust."),
    Setting("templates", "templates_dir", "templates", _path, "The folder of the site's own templates; a file in it stands in for the theme's file of the same name."),
    Setting("tags", "tags_file", "tags.toml", _path, "The file of tag names and aliases."),
    Setting("threads", "threads_file", "threads.toml", _path, "The file of corrections to the stories that are found."),
    Setting("cache", "cache_dir", ".site-builder", _path, "The folder for what one build remembers for the next; it may be deleted at any time."),
    Setting("workers", "workers", 0, _workers, "How many processes may work at once; 0: as many as there are CPUs."),
    Setting("strict", "strict", False, _switch, "Exit with 1 when the build met a warning or an error."),
    Setting("limits.max_bytes", "max_bytes", 10 * 1024 * 1024, _size, "The largest file, in bytes, that is read as an article, the pictures that it holds inside not counted (up to five times as much in all); a larger one is set aside."),
    Setting("media", "media_dir", "media", _path, "The folder of the pictures that `site-builder capture` fetched; it may be a link to another disk."),
    Setting("capture.allow_hosts", "capture_allow_hosts", (), _hosts, "Hosts, with or without a port, that may be asked though they are not on the public network."),
    Setting("capture.per_host", "capture_per_host", 2, _count, "How many requests one host meets at once."),
    Setting("capture.delay_ms", "capture_delay_ms", 500, _wait, "Milliseconds between two requests to one host."),
    Setting("capture.timeout", "capture_timeout", 120, _size, "Seconds after which a picture is given up, redirects included."),
    Setting("capture.max_bytes", "capture_max_bytes", 50_000_000, _size, "The largest picture, in bytes, that is fetched."),
    Setting("capture.max_total_bytes", "capture_max_total_bytes", 20_000_000_000, _size, "How many bytes one run may fetch."),
    Setting("capture.max_pixels", "capture_max_pixels", 100_000_000, _size, "The largest picture, in pixels, that is kept."),
    Setting("capture.robots", "capture_robots", False, _switch, "Ask each host's robots.txt first."),
    Setting("capture.web_archive", "capture_web_archive", "", _web_archive, "Where to ask when no host has a picture any more, such as `https://web.archive.org/web/{time}id_/{url}`; empty: nowhere."),
    Setting("features.search", "search", True, _switch, "Make an index, so that the search page finds any piece of a sentence."),
    Setting("features.stories", "stories", True, _switch, "Look for developing stories, for the same text twice, and for related work."),
    Setting("features.text_tags", "text_tags", True, _switch, "Look for tags in the text: well-known names, product numbers and key phrases."),
)  # fmt: skip
"""Every setting there is. ``docs/settings.md`` is tested against it."""


# --- resolution -------------------------------------------------------------------------------


_OPTIONAL = {"sources_dir": "folder", "templates_dir": "folder", "tags_file": "file", "threads_file": "file"}
"""What a site may have or not, by field, and what it must be."""


def _resolve(folder: Path, written: TomlFile | None, values: Mapping[str, Value | Path]) -> Settings:
    """Turn names into absolute paths, 0 workers into a number, and check that the whole holds."""
    resolved: dict[str, Any] = dict(values)
    for one in SETTINGS:
        if one.check is _path:
            resolved[one.field] = expect_utf8(Path(os.path.abspath(folder / resolved[one.field])))
    content = resolved["content"] = _find_content(folder, written, resolved["content"])
    _keep_apart(folder, content, resolved["output"])
    _keep_cache_apart(resolved["cache_dir"], resolved["output"], written)
    own = written is not None or content != folder
    for one in SETTINGS:
        if kind := _OPTIONAL.get(one.field):
            path = resolved[one.field]
            resolved[one.field] = _find_optional(path, one.key, written, own, is_folder=kind == "folder")
    resolved["workers"] = resolved["workers"] or usable_cpus()
    names_language = written is not None and "language" in written.data
    levels = _read_levels(written)
    return Settings(
        folder=folder, names_language=names_language, levels=levels, **{"force": False, **resolved}
    )


def _find_content(folder: Path, written: TomlFile | None, content: Path) -> Path:
    """Return the folder of articles: in a folder without ``site.toml`` and ``content``, that folder itself."""
    if written is None and not content.is_dir():
        return folder
    if not content.is_dir():
        where = written.at("content") if written else str(folder)
        raise ConfigError(
            f"there is no content folder {content}", where, "make it and put the articles in it"
        )
    return content


def _keep_apart(folder: Path, content: Path, output: Path) -> None:
    """Refuse an output that a build would read back, or that would bury the articles.

    Only where the site's folder is itself the folder of articles may the output lie in it; the
    pipeline leaves it out when it looks for articles.
    """
    real_content, real_output = content.resolve(), output.resolve()
    if output.exists() and not output.is_dir():
        raise ConfigError("the output is a file, not a folder", str(output), "name another folder with -o")
    if real_content.is_relative_to(real_output):
        raise ConfigError("the output folder holds the articles", str(output), "name another folder with -o")
    if real_output.is_relative_to(real_content) and content != folder:
        raise ConfigError(
            "the output folder lies inside the content folder", str(output), "name another folder with -o"
        )


def _keep_cache_apart(cache: Path, output: Path, written: TomlFile | None) -> None:
    """Refuse a cache in the output folder, where nothing stays that is not of the site."""
    if cache.resolve().is_relative_to(output.resolve()):
        where = written.at("cache") if written and "cache" in written.data else str(output)
        raise ConfigError(
            f"the cache lies in the output folder: {cache}", where, "name another folder for one"
        )


def _find_optional(path: Path, key: str, written: TomlFile | None, own: bool, is_folder: bool) -> Path | None:
    """Return a folder or file that a site may have; None when it has none and names none.

    ``own`` is False for a mere folder of articles: what lies in it are articles, not settings.
    """
    named = written is not None and key in written.data
    where = written.at(key) if written is not None and named else str(path)
    if path.exists() and own:
        if path.is_dir() != is_folder:
            what = "a file, not a folder" if is_folder else "a folder, not a file"
            raise ConfigError(f"{key} is {what}: {path}", where, f"let {key} name another one")
        if not os.access(path, os.R_OK | (os.X_OK if is_folder else 0)):
            raise ConfigError(f"{key} may not be read: {path}", where, "check its permissions")
        return path
    if written is not None and named:
        raise ConfigError(
            f'{key} names "{written.data[key]}", which does not exist',
            where,
            "correct the path, or delete the line",
        )
    return None

"""The documentation says what the code says."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

from site_builder.config import SETTINGS, Setting, load_settings, toml_value
from site_builder.errors import CODES
from site_builder.stories.corrections import KEYS

ROOT = Path(__file__).parent.parent
TYPES = {str: "text", int: "whole number", bool: "true or false", tuple: "list of texts"}


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rows(text: str) -> list[tuple[str, ...]]:
    """Read every row of every table of a page."""
    return [
        tuple(cell.strip() for cell in line.strip("|").split(" | "))
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def row_of(setting: Setting) -> tuple[str, ...]:
    return (f"`{setting.key}`", TYPES[setting.type], f"`{toml_value(setting.default)}`", setting.doc)


def test_every_setting_is_documented_once_as_the_code_has_it() -> None:
    documented = [row for row in rows(read("docs/settings.md")) if len(row) == 4 and row[0] != "key"]
    assert documented == [row_of(setting) for setting in SETTINGS]


def test_every_finding_is_documented_once_as_the_code_has_it() -> None:
    documented = rows(read("docs/findings.md"))[1:]
    assert documented == [
        (f"`{code}`", known.level, known.cause, f"{known.remedy[0].upper()}{known.remedy[1:]}.")
        for code, known in CODES.items()
    ]


def test_every_dependency_has_its_line_and_is_pinned() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in declared}
    explained = {name.strip().lower() for row in rows(read("CONTRIBUTING.md")) for name in row[0].split(",")}
    pinned = {line.partition("==")[0].lower() for line in read("constraints.txt").split()}
    assert names - explained == set()
    assert names - pinned == set()


def test_the_pins_can_be_had_by_the_oldest_python_in_use() -> None:
    """Debian 12 brings 3.11.2; some packages ask for 3.11.5 already."""
    pins = (line.partition("==")[0] for line in read("constraints.txt").splitlines())
    wanted = {}
    for name in pins:
        try:
            wanted[name] = metadata(name)["Requires-Python"] or ""
        except PackageNotFoundError:  # of another system
            continue
    assert len(wanted) > 80
    assert {name: asked for name, asked in wanted.items() if not SpecifierSet(asked).contains("3.11.2")} == {}


def test_the_pins_are_plain() -> None:
    lines = read("constraints.txt").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_the_examples_of_settings_are_valid(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    site, tags, threads = re.findall(r"```toml\n(.*?)```", read("docs/settings.md"), re.DOTALL)
    (tmp_path / "site.toml").write_text(site, "utf-8")
    assert load_settings(tmp_path).max_bytes == 20971520
    assert set(tomllib.loads(tags)) == {"names", "aliases"}
    assert set(tomllib.loads(threads)) == set(KEYS)


def test_the_settings_of_this_archive_are_valid() -> None:
    settings = load_settings(ROOT)
    assert settings.title == "科技新闻归档"
    assert settings.tags_file == ROOT / "tags.toml"

"""The rules of the house that no type checker sees."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "site_builder"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = (
    "PIL",
    "httpx",
    "babel",
    "bs4",
    "frontmatter",
    "jinja2",
    "lxml",
    "markdown_it",
    "nh3",
    "numpy",
    "rich",
    "rjsmin",
    "selectolax",
    "watchfiles",
    "yaml",
)
HOMES = {
    "bs4": ("dom.py", "checks/reader.py"),
    "lxml": ("dom.py", "checks/reader.py"),
    "selectolax": ("dom.py",),
    "jinja2": ("steps/render.py",),
    "babel": ("steps/render.py",),
    "rjsmin": ("steps/render.py",),
    "frontmatter": ("formats/front_matter.py",),
    "markdown_it": ("formats/markdown.py",),
    "mdit_py_plugins": ("formats/markdown.py",),
    "nh3": ("sanitize.py",),
    "numpy": ("search/", "stories/"),
    "msgspec": ("cache.py", "report.py", "outputs/exports.py", "pictures", "capture/", "steps/render.py"),
    "PIL": ("pictures",),
    "httpx": ("capture/",),
    "httpcore": ("capture/",),
    "certifi": ("capture/",),
    "click": ("cli.py", "commands/"),
    "rich": ("commands/",),
    "watchfiles": ("workshop/preview.py",),
}  # fmt: skip
"""Library -> where alone it may be imported."""

BUILT_ON = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "frontmatter": "python-frontmatter",
    "markdown_it": "markdown-it-py",
    "mdit_py_plugins": "mdit-py-plugins",
    "yaml": "pyyaml",
}


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def imports_of(module: Path) -> Iterator[str]:
    """Name the packages that a module imports, at its top or inside a function."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def calls_of(module: Path) -> Iterator[str]:
    """Name what a module calls: ``print``, ``Markup``, ``sys.stdout.write`` …"""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_there_are_exactly_six_steps() -> None:
    steps = {path.stem for path in (PACKAGE / "steps").glob("*.py")} - {"__init__"}
    assert steps == {"read", "clean", "tag", "index", "render", "write"}


def test_only_the_command_line_prints() -> None:
    talkers = {
        name_of(module)
        for module in MODULES
        for call in calls_of(module)
        if call in ("print", "click.echo", "click.secho") or call.startswith(("sys.stdout.", "sys.stderr."))
    }
    assert {name for name in talkers if name != "cli.py" and not name.startswith("commands/")} == set()


def test_only_the_gate_makes_safe_html() -> None:
    makers = {
        name_of(module)
        for module in MODULES
        for call in calls_of(module)
        if call.rpartition(".")[2] in ("Markup", "SafeHtml")
    }
    assert makers <= {"sanitize.py", "model.py"}


def test_no_template_switches_escaping_off() -> None:
    forbidden = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert templates
    assert [path.name for path in templates if forbidden.search(path.read_text("utf-8", "replace"))] == []


def test_nothing_is_evaluated_and_nothing_is_pickled_but_between_our_own_processes() -> None:
    for module in MODULES:
        pickles = {"pickle", "marshal", "shelve", "dill"} & set(imports_of(module))
        assert not pickles or name_of(module) == "workers.py", name_of(module)
        called = {"eval", "exec", "compile", "yaml.load", "os.system"} & set(calls_of(module))
        assert not called, name_of(module)


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_known_in_its_home_alone(library: str) -> None:
    users = {name_of(module) for module in MODULES if library in imports_of(module)}
    assert {name for name in users if not name.startswith(HOMES[library])} == set()


def test_every_import_is_declared_and_every_declared_package_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]}
    used = {BUILT_ON.get(name, name) for module in MODULES for name in imports_of(module)}
    used = {
        name.replace("_", "-") for name in used - sys.stdlib_module_names - {"site_builder", "__future__"}
    }
    never_imported = {"tzdata"}  # zoneinfo looks for it by name
    assert used == declared - never_imported


def modules_after(statement: str) -> set[str]:
    """Name the packages that a fresh interpreter has loaded after one statement."""
    code = f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in json.loads(said.stdout.splitlines()[-1])}


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = modules_after("from site_builder.cli import run; run(['--version']); run(['build', '--help'])")
    assert not loaded & {*HEAVY, "msgspec", "sqlite3", "multiprocessing"}


def test_the_whole_line_can_be_imported_without_anything_heavy() -> None:
    assert not modules_after("import site_builder.pipeline") & set(HEAVY)


def tracked_files() -> list[Path]:
    """List what is committed, but for the articles, which are not ours to change."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name and not name.startswith("content/")]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_machine_or_a_package_index() -> None:
    # Home and temporary folders with a name in them, and what sets or is an index.
    forbidden = re.compile(
        r"(?<![\w.])/(?:home|root|Users|mnt|work)/\w|/tmp/\w|[A-Z]:\\Users"
        r"|--(?:extra-)?index-url|--trusted-host|--find-links|/simple/|registry\s*="
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_no_test_is_skipped_and_nothing_is_left_for_later() -> None:
    left = re.compile(r"\b(?:TODO|FIXME|XXX)\b|pytest\.skip|mark\.(?:skip|xfail)|importorskip")
    found = [
        path.name
        for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
        if path != Path(__file__) and left.search(path.read_text("utf-8"))
    ]
    assert found == []

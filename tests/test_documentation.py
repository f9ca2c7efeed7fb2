"""The documentation is true: its commands run, its references follow from the code, its tests exist.

Every block of commands on these pages is run, in order, page by page, in a folder of its own. A line
that installs, that never ends or that needs another machine is named below and held to the command
line instead.
"""

# ruff: noqa: E501

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from references import all_commands, write_cli, write_licences
from sites import ROOT

from site_builder.cli import run

RUN = [
    "README.md",
    "README.zh-Hans.md",
    "docs/tutorial.md",
    "docs/how-to.md",
    "docs/check.md",
    "docs/manifest.md",
]
"""Pages whose commands are run. The first two begin in a checkout, the others in an archive."""

NOT_RUN = re.compile(
    r"python3? -m venv|py -m venv|\. \.venv/bin/activate|pip install|make \w+|site-builder serve|site-builder capture|python -m pip"
)
"""What a block may hold and a test does not do: installing, serving until Ctrl-C, asking the network."""

PAGES = [
    "README.md",
    "README.zh-Hans.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
READMES = ("README.md", "README.zh-Hans.md")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(page: str, language: str = "sh") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", read(page), re.DOTALL)


def headings(page: str) -> list[str]:
    text = re.sub(r"```.*?```", "", read(page), flags=re.DOTALL)
    return re.findall(r"^(#+) ", text, re.MULTILINE)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Path]:
    """Give a home with ``site-builder`` on its path."""
    program = tmp_path / "bin" / "site-builder"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m site_builder "$@"\n')
    program.chmod(0o755)
    home = tmp_path / "home"
    shutil.copytree(ROOT / "content", home / "articles")
    yield tmp_path


@pytest.mark.parametrize("page", RUN)
def test_every_command_of_a_page_runs(page: str, shell: Path) -> None:
    here = shell / "home" / "archive"
    if page in READMES:
        shutil.copytree(ROOT / "content", here / "content")
        for name in ("site.toml", "tags.toml"):
            shutil.copy(ROOT / name, here)
    elif page == "docs/tutorial.md":
        here.mkdir()
    else:
        assert run(["new", str(here)]) == 0
        assert run(["build", str(here), "--quiet"]) == 0
    lines = [line for block in blocks(page) for line in block.splitlines() if not NOT_RUN.match(line)]
    assert lines, "the page has no commands"
    env = {
        **os.environ,
        "PATH": f"{shell / 'bin'}:{os.environ['PATH']}",
        "HOME": str(shell / "home"),
        "PYTHONPATH": str(ROOT),
    }
    script = "set -eu\n" + "\n".join(lines)
    done = subprocess.run(
        ["bash", "-c", script], cwd=here, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_on_a_page_is_one_of_ours_with_its_options(page: str) -> None:
    text = "\n".join(
        [*blocks(page), *blocks(page, "powershell"), *re.findall(r"`(site-builder [^`\n]*)`", read(page))]
    )
    for line in re.findall(r"(?:^|[;&] *|\| *)site-builder ([^\n|;&#]*)", text, re.MULTILINE):
        words = line.split()
        names = [word for word in words if not word.startswith("-")]
        if not names or names[0] in {"…", "COMMAND"} or words[0] in {"--version", "--help", ">"}:
            continue
        commands = dict(all_commands())
        command = commands.get(" ".join(names[:2])) or commands.get(names[0])
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--debug"}
        assert {word for word in words if re.match(r"--?[a-z]", word)} <= known, line


def test_the_reference_of_the_command_line_is_the_programs_own() -> None:
    assert read("docs/cli.md") == write_cli(), "run: python tests/references.py"


def test_the_licences_are_the_packages_own() -> None:
    assert read("docs/licences.md") == write_licences(), "run: python tests/references.py"
    assert "unknown" not in read("docs/licences.md")


def test_every_page_is_on_the_map_and_every_link_leads_somewhere() -> None:
    index = set(re.findall(r"\]\(([\w-]+\.md)\)", read("docs/index.md")))
    assert index | {"index.md"} == {path.name for path in (ROOT / "docs").glob("*.md")}
    for page in PAGES:
        links = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))
        assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == [], page


def test_every_test_that_the_security_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", read("docs/security.md")))
    assert len(named) > 10
    defined = set(
        re.findall(
            r"def (test_\w+)\(",
            "".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py")),
        )
    )
    assert named - defined == set()
    rows = [line for line in read("docs/security.md").splitlines() if line.startswith("| ")][1:]
    assert all("`test_" in row for row in rows), "a threat without a proof"


def test_the_two_readmes_are_in_step() -> None:
    """The same headings in the same order, the same commands, the same links."""
    english, chinese = READMES
    assert headings(english) == headings(chinese)
    code = [[re.sub(r" *#.*", "", block) for block in blocks(page)] for page in READMES]
    assert code[0] == code[1]
    links = [re.findall(r"\]\(((?!README)[^)]+)\)", read(page)) for page in READMES]
    assert links[0] == links[1]
    assert f"]({chinese})" in read(english)
    assert f"]({english})" in read(chinese)


def test_the_shell_completes_our_commands() -> None:
    for name in ("bash", "zsh", "fish"):
        env = {**os.environ, "_SITE_BUILDER_COMPLETE": f"{name}_source", "PYTHONPATH": str(ROOT)}
        code = "import sys; sys.argv = ['site-builder']; from site_builder.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
        )
        assert "_SITE_BUILDER_COMPLETE" in done.stdout, done.stderr


def test_the_documentation_is_a_site_of_its_own_without_a_dead_link_that_asks_no_other_host(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages <= {path.stem for path in tmp_path.glob("*.html")}
    for page in tmp_path.glob("*.html"):
        loaded = re.findall(
            r'<(?:script|img|iframe)[^>]* src="([^"]*)"|<link[^>]* href="([^"]*)"', page.read_text("utf-8")
        )
        assert [found for found in loaded if any("//" in one for one in found)] == [], page.name
    nav = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert {name for name in pages if f"- {name}.md\n" not in nav} == set()

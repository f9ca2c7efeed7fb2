"""The files for CI are right, as far as that can be seen without running them.

Held against the published schemas, offline, and against the rules that actionlint and GitHub's
security guide have: least permission, timeouts, versions, no text of strangers in a script.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sites import ROOT

from site_builder.cli import COMMANDS, group

STARTER = ROOT / "site_builder" / "workshop" / "files" / "publish.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), STARTER]
ACTION, HOOKS = ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml"

HOSTILE = re.compile(r"\$\{\{\s*(?:github\.event\.|github\.head_ref|inputs\.|github\.ref_name)")
"""What strangers, or callers, may have written: never in the text of a script."""


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def jobs_of(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in read(file)["jobs"].items():
        yield f"{file.name}: {name}", job


def steps_of(file: Path) -> Iterator[dict[str, Any]]:
    if file == ACTION:
        yield from read(file)["runs"]["steps"]
    else:
        for _, job in jobs_of(file):
            yield from job["steps"]


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ACTION]),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
    ],
)
def test_the_files_hold_to_their_schemas(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_read_and_a_job_gets_more_only_for_itself(file: Path) -> None:
    assert read(file)["permissions"] == {"contents": "read"}
    for name, job in jobs_of(file):
        more = {key for key, value in job.get("permissions", {}).items() if value == "write"}
        assert more <= {"pages", "id-token"}, name
        if more:
            commands = [step for step in job["steps"] if "run" in step]
            assert not commands, f"{name}: a job that may write runs nobody's code"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_no_job_hangs_for_hours(file: Path) -> None:
    assert [name for name, job in jobs_of(file) if not 1 <= job.get("timeout-minutes", 0) <= 60] == []


def test_every_action_is_pinned_to_one_commit_with_its_version_beside_it() -> None:
    """A tag can be moved by whoever takes over an action; a commit can't. Dependabot reads the comment."""
    pins: dict[str, set[str]] = {}
    for file in [*WORKFLOWS, ACTION]:
        for line in re.findall(r"^\s*(?:- )?uses: (.+)$", file.read_text("utf-8"), re.MULTILINE):
            if line != "./":
                found = re.fullmatch(r"([\w.-]+/[\w.-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", line)
                assert found, f"{file.name}: {line}"
                pins.setdefault(found[1], set()).add(found[2])
    assert {name for name, versions in pins.items() if len(versions) > 1} == set()
    assert "actions/checkout" in pins


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=lambda file: file.name)
def test_no_text_of_strangers_becomes_part_of_a_script(file: Path) -> None:
    assert [step["run"] for step in steps_of(file) if HOSTILE.search(step.get("run", ""))] == []
    assert "pull_request_target" not in file.read_text("utf-8")


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_checkout_keeps_no_credentials(file: Path) -> None:
    for step in steps_of(file):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION], ids=lambda file: file.name)
def test_every_job_and_step_that_is_named_exists(file: Path) -> None:
    text = file.read_text("utf-8")
    ids = {step["id"] for step in steps_of(file) if "id" in step}
    assert set(re.findall(r"steps\.([\w-]+)\.outputs", text)) <= ids
    if file == ACTION:
        assert set(re.findall(r"inputs\.([\w-]+)", text)) <= set(read(file)["inputs"])
        return
    jobs = dict(read(file)["jobs"])
    for name, job in jobs.items():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs), name
        matrix = set(job.get("strategy", {}).get("matrix", {}))
        assert set(re.findall(r"matrix\.(\w+)", yaml.safe_dump(job))) <= matrix, name


def commands_in(text: str) -> Iterator[list[str]]:
    for found in re.finditer(r"(?:site-builder|-m site_builder) ([a-z]+[^\n&|#]*)", text):
        yield found[1].split()


@pytest.mark.parametrize("file", [*WORKFLOWS, ACTION, HOOKS], ids=lambda file: file.name)
def test_every_command_and_option_in_them_is_one_of_ours(file: Path) -> None:
    """Comments and descriptions aside, what is typed is what the command line knows."""
    lines = [
        line
        for line in file.read_text("utf-8").splitlines()
        if not re.match(r"\s*(#|description:|- id:|name:|  name:)", line)
    ]
    for name, *arguments in commands_in("\n".join(lines)):
        if name not in COMMANDS:
            assert name in {"new", "build"}, name
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= known


def test_the_matrix_is_the_one_that_the_project_promises() -> None:
    matrix = read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["matrix"]["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    classifiers = re.findall(r"Python :: (3\.\d+)\"", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert matrix["python"] == classifiers


def test_the_release_needs_no_password() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert "secrets." not in text
    assert read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["publish"]["permissions"] == {
        "id-token": "write"
    }


def test_the_shell_of_the_action_is_sound(tmp_path: Path) -> None:
    for step in steps_of(ACTION):
        if "run" in step:
            assert step["shell"] == "bash"
            assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0


def test_the_hooks_are_whole() -> None:
    hooks = read(HOOKS)
    assert {hook["id"] for hook in hooks} == {"site-builder-build", "site-builder-check"}
    for hook in hooks:
        assert {"id", "name", "description", "entry", "language"} <= set(hook)
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
        re.compile(hook.get("files", ""))

"""The same bytes in a world that is hostile all at once: clock, user, umask, file system, language, Python.

``test_laws.py`` changes one thing at a time; here everything is wrong together. The workflow
``test.yml`` prints the manifest's digest on every system and every Python.
"""

# ruff: noqa: E501

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from demo_archive import write_demo
from sites import ROOT, SmallSite, read_tree

from site_builder import workers
from site_builder.building import preparing
from site_builder.checks import check_site

HOSTILE = '''
import datetime, locale, os, random, time

def backwards(function):
    """Give a folder's entries in the order that another file system has."""
    def listed(*arguments, **more):
        entries = function(*arguments, **more)
        if isinstance(entries, list):
            return entries[::-1]
        return Entries(sorted(entries, key=lambda entry: entry.name, reverse=True), entries)
    return listed

class Entries(list):
    def __init__(self, entries, real):
        super().__init__(entries)
        self.real, self.at = real, iter(entries)
    def __enter__(self): return self
    def __exit__(self, *error): self.real.close()
    def __next__(self): return next(self.at)
    def __iter__(self): return self.at
    def close(self): self.real.close()

os.listdir, os.scandir = backwards(os.listdir), backwards(os.scandir)
time.time = lambda: 4102444799.0
time.time_ns = lambda: 4102444799 * 10**9
random.seed(99)
os.getpid = lambda real=os.getpid: real()
os.umask(0o077)
'''


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user may enter; pytest's own are for one user."""
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o777)
        yield Path(place)


def lay_out(folder: Path) -> SmallSite:
    site = SmallSite(folder)
    shutil.copytree(ROOT / "content", site.content)
    shutil.copy(ROOT / "tags.toml", folder)
    site.write(
        {
            "无日期.md": "---\ntitle: 无日期\n---\n<p>正文。</p>",
            "sub/twin.md": (ROOT / "content" / first_seed()).read_bytes(),
        }
    )
    site.configure(title="一", base_url="https://archive.example/")
    return site


def first_seed() -> str:
    return sorted(path.name for path in (ROOT / "content").iterdir())[0]


def build(site: SmallSite, python: str = sys.executable, user: int | None = None, **env: str) -> None:
    command = [python, "-m", "site_builder", "build", str(site.folder), "--quiet"]
    clean = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        command, cwd=site.folder, env={**clean, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env},
        capture_output=True, text=True, user=user, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def another_user() -> int | None:
    """Give another user's number, when we may become that user and it can run this Python."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        command = [sys.executable, "-c", "import site_builder.pipeline"]
        done = subprocess.run(command, cwd=ROOT, user=65534, capture_output=True, check=False)
    except OSError:
        return None
    return 65534 if done.returncode == 0 else None


def test_a_world_that_is_wrong_in_everything_gives_the_same_bytes(open_folder: Path) -> None:
    usual = lay_out(open_folder / "usual")
    build(usual, LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="0")
    wrong = lay_out(open_folder / "某 人's folder" / "x")
    hostile = open_folder / "hostile"
    hostile.mkdir()
    (hostile / "sitecustomize.py").write_text(HOSTILE, "utf-8")
    for folder, _, names in os.walk(open_folder):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chmod(path, 0o777)
    world = {
        "PYTHONPATH": f"{hostile}{os.pathsep}{ROOT}", "TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8",
        "LANG": "C", "LANGUAGE": "ar", "USER": "somebody", "LOGNAME": "somebody", "HOME": str(hostile),
        "PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": "1", "COLUMNS": "20", "PYTHONOPTIMIZE": "2",
    }  # fmt: skip
    build(wrong, user=another_user(), **world)
    assert digests(wrong) == digests(usual)


def test_the_source_date_epoch_changes_nothing_since_no_clock_is_read(open_folder: Path) -> None:
    """https://reproducible-builds.org wants time stamps clamped to it; a site has none of its build."""
    one, two = lay_out(open_folder / "one"), lay_out(open_folder / "two")
    build(one, SOURCE_DATE_EPOCH="0")
    build(two, SOURCE_DATE_EPOCH="2000000000")
    assert digests(one) == digests(two)


def digests(site: SmallSite) -> Mapping[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in read_tree(site.out).items()}


def other_pythons() -> list[str]:
    """Find other Pythons, of the versions that the project names, that have its dependencies."""
    found = []
    for minor in (11, 12, 13, 14):
        program = shutil.which(f"python3.{minor}") or ""
        code = "import bs4, jinja2, json, lxml, nh3, numpy, selectolax, sys; print(json.dumps(sys.version_info[:2]))"
        if program and (3, minor) != sys.version_info[:2]:
            done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
            if done.returncode == 0 and json.loads(done.stdout) == [3, minor]:
                found.append(program)
    return found


def test_every_python_at_hand_gives_the_same_bytes(open_folder: Path) -> None:
    usual = lay_out(open_folder / "usual")
    build(usual)
    for python in other_pythons():
        other = lay_out(open_folder / Path(python).name)
        build(other, python)
        assert digests(other) == digests(usual), python


def test_processes_made_anew_as_on_windows_and_macos_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked, spawned = SmallSite(write_demo(tmp_path / "a")), SmallSite(write_demo(tmp_path / "b"))
    for site in (forked, spawned):
        site.write(
            {f"{n:02}.md": f"---\ntitle: 第 {n} 篇\ndate: 2022-07-{n:02}\n---\n正文。" for n in range(1, 31)}
        )
    forked.build(workers=1)
    for module in (workers, preparing):
        monkeypatch.setattr(module, "SERIAL_BELOW", 1)
    monkeypatch.setattr(workers, "sys", SimpleNamespace(platform="darwin"))
    monkeypatch.setattr(workers, "_start", lambda *_: pytest.fail("forked"))
    spawned.build(workers=2)
    assert read_tree(spawned.out) == read_tree(forked.out)
    assert check_site(spawned.out) == []
    with workers.make_map(2) as run:
        assert check_site(spawned.out, run) == []

"""The wheel and the source archive: what is in them, and that they work where no checkout is.

Built here, without the network, by the build backend itself; installed without dependencies into a
bare environment that borrows those of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from sites import ROOT, read_tree

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
STARTER = sorted(path.name for path in (ROOT / "site_builder" / "workshop" / "files").iterdir())


def build(kind: str, folder: Path, root: Path = ROOT, **env: str) -> Path:
    """Ask the build backend for a wheel or a source archive."""
    code = f"import sys, hatchling.build as b; print(b.build_{kind}(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(
        command, cwd=root, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", tmp_path_factory.mktemp("sdist"))


def test_the_wheel_holds_the_program_its_theme_rules_words_and_starter(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"site_builder/templates/{path.name}" for path in (ROOT / "templates").iterdir() if path.is_file()
    }
    wanted |= {
        f"site_builder/sources/{path.name}" for path in (ROOT / "site_builder" / "sources").glob("*.toml")
    }
    wanted |= {f"site_builder/workshop/files/{name}" for name in STARTER}
    wanted |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "site_builder" / "locale").rglob("*.po")}
    wanted |= {"site_builder/py.typed", "site_builder/cli.py"}
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("tests/", "content/", "bench/", "docs/"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_is_for_every_system_and_names_its_command(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "site-builder = site_builder.cli:main" in archive.read(points).decode()


def test_the_source_archive_holds_what_a_wheel_is_built_from(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
        archive.extractall(tmp_path, **safe)
    (root,) = tmp_path.iterdir()
    again = build("wheel", tmp_path, root)
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_has_the_same_bytes_whenever_it_is_built(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first = build("wheel", one, SOURCE_DATE_EPOCH="1700000000", TZ="UTC")
    second = build("wheel", two, SOURCE_DATE_EPOCH="1700000000", TZ="Asia/Tokyo", PYTHONHASHSEED="7")
    assert first.read_bytes() == second.read_bytes()


def test_an_installed_wheel_works_without_the_checkout_and_without_a_network(
    wheel: Path, tmp_path: Path
) -> None:
    """Dependencies come from the environment of the tests, by a path file; the program does not."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = bare / "lib" / version / "site-packages"
    (packages / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(packages),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    python = bare / "bin" / "python"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    env["HTTPS_PROXY"] = env["HTTP_PROXY"] = "http://127.0.0.1:9"

    def site_builder(*arguments: str) -> str:
        done = subprocess.run(
            [str(python), "-m", "site_builder", *arguments],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [str(python), "-c", "import site_builder; print(site_builder.__file__)"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(packages)), "the checkout was imported"
    assert PROJECT["version"] in site_builder("--version")
    site_builder("new", "archive")
    site_builder("build", "archive", "--strict")
    site_builder("check", "--site", "archive", "--strict")
    site_builder("verify", "archive/public", "--rebuild")
    assert (tmp_path / "archive" / "public" / "style.css").is_file()
    assert "index.html" in read_tree(tmp_path / "archive" / "public")


def test_the_size_of_an_installation_is_stated() -> None:
    assert "MB" in (ROOT / "docs" / "licences.md").read_text("utf-8")

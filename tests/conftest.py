"""Fixtures that the tests share: the seeds, small sites, a server on the loopback, a browser."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from serving import serve
from sites import ROOT, BuiltSite, SmallSite

# Shared machines stall: a slow example is no failure, and a failure must be the same one everywhere.
settings.register_profile("site-builder", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("site-builder")

# A shell has its background jobs ignore Ctrl-C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seeds, byte for byte as given. Never write into it."""
    return ROOT / "content"


@pytest.fixture(scope="session")
def seed_site(tmp_path_factory: pytest.TempPathFactory) -> SmallSite:
    """A copy of this repository's own site, built once. Read it, do not change it."""
    folder = tmp_path_factory.mktemp("seeds")
    shutil.copytree(ROOT / "content", folder / "content")
    for name in ("site.toml", "tags.toml"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    site = SmallSite(folder)
    site.build()
    return site


@pytest.fixture(scope="session")
def built(seed_site: SmallSite) -> BuiltSite:
    """The five seeds as a built site."""
    return seed_site.read()


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., SmallSite]:
    """Make site folders: ``make_site({"a.md": "…"}, title="…")``; the settings go into ``site.toml``."""
    made = 0

    def make(files: dict[str, str | bytes], **settings: object) -> SmallSite:
        nonlocal made
        made += 1
        site = SmallSite(tmp_path / f"site{made}")
        site.content.mkdir(parents=True)
        site.write(files)
        if settings:
            site.configure(**settings)
        return site

    return make


@pytest.fixture
def loopback() -> Iterator[Callable[..., str]]:
    """Serve folders while the test runs: ``loopback(folder, "/some/path/")`` gives the address."""
    with ExitStack() as stack:
        yield lambda folder, prefix="/": stack.enter_context(serve(folder, prefix))


@pytest.fixture(scope="module")
def browser():  # type: ignore[no-untyped-def]
    """Debian's chromium, started once a module. Without it the tests fail: what it proves is not optional."""
    # Not once a session: while Playwright runs, no other test of this process can run a loop of its own.
    from playwright.sync_api import sync_playwright
    from watching import FLAGS

    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"There is no browser at {CHROMIUM}. `make test` installs it; by hand: "
            "apt-get install chromium fonts-noto-cjk, or set CHROMIUM to the path of one.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):  # type: ignore[no-untyped-def]
    """An empty page in a context of its own."""
    context = browser.new_context()
    yield context.new_page()
    context.close()

"""What is wrong with a built site, seen by a reader that had no part in writing it.

In: the folder of a built site. Out: findings whose paths are those of its files. The rule it
guards: a check is one function and one line in ``CHECKS``; it trusts what is on disk and nothing
that the program remembers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from site_builder.checks.facts import Facts, gather_facts, share_words
from site_builder.checks.feeds import check_feeds, check_json_feed, check_sitemap
from site_builder.checks.names import check_case, check_length, check_windows
from site_builder.checks.page import PAGE_CHECKS, check_sheet
from site_builder.checks.reader import read_document
from site_builder.checks.whole import (
    SiteCheck,
    SiteFacts,
    check_anchors,
    check_counts,
    check_links,
    check_lists,
    check_reach,
    check_timeline,
    check_titles,
)
from site_builder.errors import Finding, OutputError, finding
from site_builder.workers import Map

MANIFEST = "manifest-sha256.txt"
LARGEST = 64 * 1024 * 1024
"""Bytes of a page; a larger one is not a page that anybody opens."""
APART = ("archive/", "originals/")
"""Folders whose files are kept as they are, and are no pages."""

CHECKS: tuple[SiteCheck, ...] = (
    check_links,
    check_anchors,
    check_reach,
    check_titles,
    check_timeline,
    check_lists,
    check_counts,
    check_feeds,
    check_json_feed,
    check_sitemap,
    check_case,
    check_windows,
    check_length,
)
"""What is checked once all pages are read; ``PAGE_CHECKS`` are those of one page alone."""


MARKS = (MANIFEST, "index.html")
"""By one of these a built site is known."""


def check_site(public: Path, run: Map = map) -> list[Finding]:
    """Check the built site in ``public``; ``run`` is a ``map`` over as many processes as there are.

    Raises ``OutputError`` when there is no built site.
    """
    files, findings = list_site(public)
    findings += check_manifest(public, files)
    pages: dict[str, Facts] = {}
    wanted = [path for path in sorted(files) if path.endswith((".html", ".htm", ".css"))]
    for facts in run(
        partial(read_page, str(public)), [path for path in wanted if not path.startswith(APART)]
    ):
        findings += facts.findings
        if not facts.path.endswith(".css"):
            pages[facts.path] = share_words(facts)
    site = SiteFacts(files, pages, lambda path: (public / path).read_bytes())
    for check in CHECKS:
        findings += check(site)
    return sorted(findings)


def list_site(public: Path) -> tuple[dict[str, int], list[Finding]]:
    """List the files of a built site; raise ``OutputError`` when the folder holds none.

    A site that has lost its manifest or its front page is still one, with faults.
    """
    if not any((public / name).exists() for name in MARKS):
        inner = (
            folder for folder in sorted(public.glob("*/")) if all((folder / name).exists() for name in MARKS)
        )
        built = next(inner, None)
        hint = (
            f"name the folder that it was built into, {built}"
            if built
            else "build it first, or name its folder"
        )
        raise OutputError("there is no built site", str(public), hint)
    return list_files(public)


def list_files(public: Path) -> tuple[dict[str, int], list[Finding]]:
    """List every file below a folder with its size; links and pipes are named, and nothing is opened."""
    files: dict[str, int] = {}
    findings: list[Finding] = []
    for folder, folders, names in os.walk(public):
        folders.sort()
        for name in sorted((*names, *folders)):
            full = os.path.join(folder, name)
            path = os.path.relpath(full, public).replace(os.sep, "/")
            if os.path.islink(full):
                findings.append(finding("file-link", path, "is a symbolic link"))
            elif name in names and not os.path.isfile(full):
                findings.append(finding("file-link", path, "is no ordinary file"))
            elif name in names:
                files[path] = os.path.getsize(full)
    return files, findings


def check_manifest(public: Path, files: dict[str, int]) -> Iterator[Finding]:
    """Every file that the manifest names is there; ``verify`` goes on to their bytes."""
    if MANIFEST not in files:
        yield finding("seal-missing", MANIFEST, "the site has no manifest")
        return
    text = (public / MANIFEST).read_bytes().decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        path = line.partition("  ")[2]
        if path not in files:
            yield finding(
                "file-missing", path or MANIFEST, f"line {number} of {MANIFEST} names it; it is not there"
            )


def read_page(public: str, path: str) -> Facts:
    """Read and check one page or style sheet, in any process."""
    with open(os.path.join(public, path), "rb") as file:
        data = file.read(LARGEST + 1)
    source = data.decode("utf-8", "replace")
    if path.endswith(".css"):
        return Facts(path, findings=tuple(check_sheet(path, source)))
    if len(data) > LARGEST:
        return Facts(path, findings=(finding("page-cut", path, f"the page has more than {LARGEST} bytes"),))
    document = read_document(path, source)
    findings = [told for check in PAGE_CHECKS for told in check(document)]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.append(finding("page-not-utf8", path, f"byte {error.start} is not UTF-8", line=line))
    return gather_facts(document, tuple(findings))

"""The seeds' pages say what a person has read and accepted, line by line."""

from __future__ import annotations

from golden_text import GOLDEN, golden_files
from sites import BuiltSite


def test_the_seeds_pages_are_the_ones_that_were_accepted(built: BuiltSite) -> None:
    accepted = {path.name: path.read_text("utf-8") for path in GOLDEN.iterdir()}
    assert golden_files(built) == accepted, (
        "if this is right: python tests/accept_golden.py, and read the diff"
    )

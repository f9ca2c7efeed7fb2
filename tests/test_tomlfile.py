"""TOML that a person wrote: values with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import ConfigError, SourceError
from site_builder.tomlfile import parse_toml, read_toml, suggest

TEXT = """# a comment
title = "x"
"quoted key" = 1

[limits]  # a table
max_bytes = 3
deep.er = 4

[[rules]]
action = "drop"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 2),
        ("quoted key", 3),
        ("limits", 5),
        ("limits.max_bytes", 6),
        ("limits.deep.er", 7),
        ("rules.action", 10),
    ],
)
def test_a_key_knows_its_line(key: str, line: int) -> None:
    assert parse_toml(TEXT, "a.toml", ConfigError).at(key) == f"a.toml:{line}:1"


def test_a_key_that_is_not_found_has_the_line_of_its_table_or_the_first() -> None:
    file = parse_toml(TEXT, "a.toml", ConfigError)
    assert file.at("limits.nowhere") == "a.toml:5:1"
    assert file.at("nowhere") == "a.toml:1:1"


def test_the_error_is_of_the_kind_that_the_reader_of_the_file_raises(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"cannot be read"):
        read_toml(tmp_path / "nowhere.toml", SourceError)
    with pytest.raises(SourceError) as caught:
        parse_toml("a = 1\na = 2\n", "a.toml", SourceError)
    assert caught.value.where.startswith("a.toml:2:")


@pytest.mark.parametrize(
    "value",
    [
        "9" * 5_000,
        "0x" + "f" * 9_000,
        "[1, {b = 9223372036854775808}]",
        "-9223372036854775809",
        "1\n" + "c." * 200 + "d = 1",
    ],
)
def test_a_number_that_no_file_means_and_a_key_of_very_many_parts_are_errors_of_their_file(
    value: str,
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(f"a = {value}\n", "a.toml", ConfigError)
    assert caught.value.where.startswith("a.toml")


def test_the_largest_number_of_toml_is_read() -> None:
    assert parse_toml("a = 9223372036854775807", "a.toml", ConfigError).data == {"a": 2**63 - 1}


def test_a_word_near_to_none_is_answered_with_all() -> None:
    assert suggest("zzz", ["title", "images"]) == "known are: images, title"
    assert suggest("Titel", ["title", "images"]) == 'did you mean "title"?'

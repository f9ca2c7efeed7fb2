"""The report: the sums, the summary line and the JSON that programs read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.errors import CODES, ConfigError, Finding, SiteBuilderError, finding
from site_builder.report import SILENT, Fate, Found, Report

DOCS = Path(__file__).parent.parent / "docs"


def documented_schema() -> dict[str, object]:
    """Read the schema from the page that documents it."""
    blocks = re.findall(r"```json\n(.*?)```", (DOCS / "report.md").read_text("utf-8"), re.DOTALL)
    (schema,) = [json.loads(block) for block in blocks if '"$schema"' in block]
    return schema


validate = fastjsonschema.compile(documented_schema())


def three_files() -> Report:
    report = Report(read=3, pages_written=9, pages_unchanged=2, pages_removed=1, seconds=1.23456)
    report.record("b.md", "b", "set-aside")
    report.record("a.md", "a", "built", "2022/07/20/a.html")
    report.record("c.md", "c", "merged", "2022/07/20/a.html")
    report.tell([finding("file-empty", "b.md", "the file is empty")])
    report.phases = {"prepare": 0.5}
    return report


def test_the_summary_says_everything_in_one_line() -> None:
    assert three_files().summary() == (
        "3 articles read, 1 built, 1 merged, 1 SET ASIDE, NOT IN THE SITE (b.md)"
        " · pages: 9 written, 2 unchanged, 1 removed · findings: 0 errors, 1 warning, 0 infos · 1.23 s"
    )


def test_the_summary_is_calm_when_nothing_was_set_aside() -> None:
    assert "0 set aside" in Report().summary()


def test_the_summary_names_the_first_of_many() -> None:
    report = Report(read=5)
    for name in "edcba":
        report.record(f"{name}.md", name, "set-aside")
    assert "5 SET ASIDE, NOT IN THE SITE (a.md, b.md, c.md and 2 more)" in report.summary()


def test_inputs_that_add_up_pass() -> None:
    three_files().check_sum()
    Report().check_sum()


def test_a_file_that_got_lost_fails_the_build() -> None:
    report = three_files()
    report.read = 4
    with pytest.raises(SiteBuilderError, match=r"4 read, but 1 built \+ 1 merged \+ 1 set aside"):
        report.check_sum()


def test_a_file_with_two_outcomes_fails_the_build() -> None:
    report = three_files()
    report.record("a.md", "a", "built")
    report.read = 4
    with pytest.raises(SiteBuilderError, match=r"counted twice: a\.md"):
        report.check_sum()


def test_infos_alone_leave_a_build_clean() -> None:
    report = Report()
    report.tell([finding("title-restored", "a.md", "x")])
    assert report.is_clean
    report.tell([finding("date-missing", "a.md", "x")])
    assert not report.is_clean


def test_the_json_report_is_sorted_and_keeps_the_documented_schema() -> None:
    report = three_files()
    report.pictures_stored, report.pictures_missing = 4, 3
    report.tell(
        [finding("title-restored", "a.md", "x", line=9), finding("title-restored", "a.md", "x", line=3)]
    )
    said = json.loads(report.to_json())
    validate(said)
    assert [article["path"] for article in said["articles"]] == ["a.md", "b.md", "c.md"]
    assert [(found["path"], found["line"]) for found in said["findings"]] == [
        ("a.md", 3),
        ("a.md", 9),
        ("b.md", 1),
    ]
    assert said["counts"] == {
        "articles": {"read": 3, "built": 1, "merged": 1, "set_aside": 1},
        "pages": {"written": 9, "unchanged": 2, "removed": 1},
        "pictures": {"stored": 4, "missing": 3},
        "findings": {"error": 0, "warning": 1, "info": 2},
    }


def test_the_report_of_a_build_that_failed_says_why() -> None:
    said = json.loads(Report().to_json(2, ConfigError("unknown key", "site.toml:1:1", "delete it")))
    validate(said)
    assert said["exit"] == 2
    assert said["error"] == {"message": "unknown key", "where": "site.toml:1:1", "hint": "delete it"}


def test_the_documented_schema_refuses_what_it_does_not_know() -> None:
    said = json.loads(three_files().to_json())
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        validate({**said, "extra": 1})
    said["articles"][0]["outcome"] = "lost"
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        validate(said)


def test_nobody_need_watch() -> None:
    SILENT.start("read", 3)
    SILENT.advance()
    SILENT.done()


names = st.text(st.characters(codec=None), min_size=1, max_size=20)
outcomes = st.dictionaries(names, st.sampled_from(Fate.__args__), max_size=8)
findings = st.lists(
    st.builds(finding, st.sampled_from(sorted(CODES)), names, names, line=st.integers(1, 99)), max_size=5
)


@given(outcomes, findings)
def test_any_names_give_valid_json_whatever_their_order(files: dict[str, Fate], found: list[Finding]) -> None:
    there, back = Report(read=len(files)), Report(read=len(files))
    for path, outcome in files.items():
        there.record(path, path, outcome)
    for path, outcome in reversed(files.items()):
        back.record(path, path, outcome)
    there.tell(found)
    back.tell(reversed(found))
    there.check_sum()
    assert there.to_json() == back.to_json()
    said = json.loads(there.to_json())
    validate(said)
    assert [article["path"] for article in said["articles"]] == sorted(files)


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 150), max_size=60, unique=True),
            st.sampled_from(["source-unknown", "date-invalid"]),
        ),
        max_size=8,
    )
)
def test_what_was_found_is_counted_after_each_edit_as_if_all_had_been_read(
    edits: list[tuple[list[int], str]],
) -> None:
    held: dict[int, Finding] = {}
    found = Found()
    for places, code in edits:
        gone = [held.pop(place) for place in places if place in held]
        come = {place: finding(code, f"{place:03}.md", "x") for place in places[::2]}
        held |= come
        found = found.change(gone, come.values(), held.values)
        report, whole = Report(found=found, rest=[*held.values()]), Report(told=[*held.values()])
        assert report.list_first() == whole.list_first()
        assert report.to_json() == whole.to_json()
        serious = Report(found=found, rest=report.rest, levels={"source-unknown": "error"})
        again = Report(levels=serious.levels)
        again.tell(held.values())
        assert serious.list_first() == again.list_first()
        assert serious.is_clean == again.is_clean


def test_when_the_first_that_were_found_run_out_all_are_read_again() -> None:
    held = [finding("source-unknown", f"{place:03}.md", "x") for place in range(100)]
    found = Found().change((), held, list)
    for _ in range(9):
        gone, held = held[:10], held[10:]
        found = found.change(gone, (), held.copy)
        assert Report(found=found).list_first() == Report(told=held).list_first()


def test_an_unknown_publisher_is_printed_once_and_counted_in_every_article() -> None:
    report = Report()
    said = [("a.md", "甲报"), ("b.md", "甲报"), ("c.md", "乙报"), ("d.md", "甲报")]
    report.tell(finding("source-unknown", path, name) for path, name in said)
    report.tell(finding("file-skipped", path, "not read") for path in ("e.doc", "f.doc"))
    shown, was_cut = report.list_first()
    assert [found.path for found in shown] == ["a.md", "c.md", "e.doc", "f.doc"]
    assert was_cut
    assert dict(report.count_codes())["source-unknown"] == 4

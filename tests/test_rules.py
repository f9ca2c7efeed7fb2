"""Rules that have become silent are told at their place, and rare ones are not accused."""

from __future__ import annotations

from pathlib import Path

from sites import SmallSite

RULES = """name = "晨报"
authors = ["晨报"]

[[rules]]
action = "drop"
classes = ["ad"]
reason = "An advertisement."

[[rules]]
action = "drop"
classes = ["never-seen"]
reason = "A mistake in the name."
"""


def write(site: SmallSite, count: int, marked: range) -> None:
    (site.folder / "sources").mkdir(exist_ok=True)
    (site.folder / "sources" / "chenbao.toml").write_text(RULES, "utf-8")
    body = "<p>今天的新闻，写得足够长，免得被当作空文。第 {} 篇。</p>{}"
    site.write(
        {
            f"{number:03}.md": f"---\ntitle: 第 {number} 篇\nauthor: 晨报\n"
            f"date: 2022-{1 + number // 28:02}-{1 + number % 28:02} 08:00:00 +0800\n---\n"
            + body.format(number, "<div class='ad'>广告</div>" if number in marked else "")
            for number in range(count)
        }
    )


def told(site: SmallSite) -> list[tuple[str, str, int, int]]:
    report = site.build()
    return [
        (found.code, found.path, found.line, found.column)
        for found in report.findings
        if found.code.startswith("rule-")
    ]


def test_a_rule_that_has_become_silent_is_told_at_its_table(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    write(site, 50, range(30))
    assert told(site) == [
        ("rule-stale", "sources/chenbao.toml", 4, 1),
        ("rule-unmatched", "sources/chenbao.toml", 9, 1),
    ]
    write(site, 51, range(51))  # the newest has it again
    assert told(site) == [("rule-unmatched", "sources/chenbao.toml", 9, 1)]


def test_a_rule_that_was_always_rare_is_not_accused(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    write(site, 60, range(12))
    assert [code for code, *_ in told(site)] == ["rule-unmatched"]


def test_rules_of_ours_and_of_publishers_without_articles_are_left_in_peace(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    write(site, 0, range(0))
    site.write({"a.md": "---\ntitle: a\nauthor: IT之家\ndate: 2022-07-20\n---\n<p>正文。</p>"})
    assert told(site) == []

"""What looks wrong with an article is told at its place in the source; what only might be is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sites import SmallSite

from site_builder.errors import Finding

SiteMaker = Callable[..., SmallSite]
HEAD = "---\ntitle: 灯塔\ndate: 2022-07-20\nauthor: 某报\n---\n"


def findings_of(make_site: SiteMaker, body: str, code: str, **files: bytes) -> list[Finding]:
    site = make_site({"a.html": HEAD + body, **files})
    return [found for found in site.build().findings if found.code == code]


@pytest.mark.parametrize(
    "wrong",
    [
        "锟斤拷锟斤拷",
        "灯塔".encode().decode("latin-1"),
        "the keeperâ€™s “lamp”".replace("’", "â€™") + "â€œyesâ€\x9d",
        "中文".encode().decode("cp1252", "replace"),
    ],
)
def test_text_that_was_decoded_wrongly_is_told_where_it_stands(make_site: SiteMaker, wrong: str) -> None:
    found = findings_of(
        make_site, f"<p>好的一段，足够长的正文，没有什么不对。</p>\n<p>{wrong}</p>\n", "mojibake"
    )
    assert [(one.path, one.line) for one in found] == [("a.html", 7)]


@pytest.mark.parametrize(
    "right",
    [
        "Ça va à l'été, où « l'âme » naît.",
        "Ä Ö Ü ß, Ångström, naïve café — “quoted” …",
        "銆的人",
        "他说：“好。”",
        "æ er dansk",
    ],
)
def test_what_languages_do_write_is_not_called_wrong(make_site: SiteMaker, right: str) -> None:
    assert findings_of(make_site, f"<p>{right}</p>", "mojibake") == []


def test_a_body_that_is_nearly_gone_is_told(make_site: SiteMaker) -> None:
    gone = f"<p>剩下这句。</p><script>{'var a = 1;' * 5}</script><style>{'p{}' * 90}</style><p>"
    found = findings_of(make_site, f"<p>剩下这句。</p><form>{'请登录后阅读全文。' * 40}</form>", "body-thin")
    assert len(found) <= 1
    assert findings_of(make_site, gone, "body-empty") == []
    assert findings_of(make_site, "<p>一篇很短的快讯。</p>", "body-thin") == []


def test_a_picture_named_in_markdown_is_told_where_it_stands_in_the_file(make_site: SiteMaker) -> None:
    text = "---\ntitle: a\n---\n| a |\n|---|\n| b |\n\nSee ![c](missing.png) there.\n"
    report = make_site({"a.md": text}).build()
    assert [(f.line, f.column) for f in report.findings if f.code == "picture-missing"] == [(8, 10)]


def test_a_picture_that_should_lie_beside_is_told_where_it_is_named(make_site: SiteMaker) -> None:
    body = '<p>第一段。</p>\n<p><img src="pictures/gone.png" alt=""></p>'
    found = findings_of(make_site, body, "picture-missing")
    assert [(one.line, one.column) for one in found] == [(7, 14)]
    assert "pictures/gone.png" in found[0].message
    assert findings_of(make_site, '<p><img src="https://img.example/a.png"></p>', "picture-missing") == []


def test_an_index_in_a_folder_goes_by_the_folders_name(tmp_path: Path) -> None:
    site = SmallSite(tmp_path)
    site.write(
        {f"2022/{name}/index.md": f"---\ntitle: {name}\ndate: 2022-07-20\n---\n正文{name}\n" for name in "ab"}
    )
    site.write({"2022/c/index.html": "<p>No title.</p>"})
    report = site.build()
    assert [(one.id, one.outcome, one.url) for one in report.articles] == [
        ("a", "built", "2022/07/20/a.html"),
        ("b", "built", "2022/07/20/b.html"),
        ("c", "built", "undated/2/c.html"),
    ]


def test_very_many_articles_without_dates_are_dealt_out_to_folders(make_site: SiteMaker) -> None:
    site = make_site({f"note-{number}.md": f"第 {number} 则\n" for number in range(160)})
    site.build()
    folders = [folder for folder in (site.out / "undated").iterdir() if len(folder.name) == 1]
    counts = [len([*folder.glob("*.html")]) for folder in folders]
    assert len(counts) == 16
    assert max(counts) < sum(counts) / 8

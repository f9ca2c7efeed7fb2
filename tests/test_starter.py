"""``new``: what it makes builds at once and has no fault; what it takes over is taken as it is."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest
from sites import SmallSite, read_tree, write_files

from site_builder.cli import run
from site_builder.config import load_settings
from site_builder.errors import ConfigError, OutputError
from site_builder.workshop.starter import LISTS, find_posts, plan_site, take_over

HEXO = {
    "_config.yml": "title: x\n",
    "source/_posts/first-post.md": "---\ntitle: First post\ndate: 2021-03-04 05:06:07\ntags:\n  - sea\n  - light\n"
    "categories: notes\n---\nA **lamp**.\n<!-- more -->\nMore of it.\n",
    "source/_posts/pictures/second.md": "---\ntitle: 第二篇\ndate: 2021-03-05\n---\n![tower](tower.png)\n",
    "source/_posts/pictures/tower.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "source/about/index.md": "---\ntitle: About\n---\nnot a post\n",
}
JEKYLL = {
    "_config.yml": "title: x\n",
    "_posts/2020-01-02-a-title.md": "---\nlayout: post\ntitle: A title\n---\n{% highlight ruby %}\nputs 1\n{% endhighlight %}\n",
    "_posts/2020/2020-05-06-other.markdown": "---\ntitle: Other\ncategories: [a, b]\n---\ntext\n",
    "index.md": "not a post\n",
}
HUGO = {
    "hugo.toml": 'title = "x"\n',
    "content/posts/_index.md": "---\ntitle: Posts\n---\n",
    "content/posts/plain.md": '+++\ntitle = "Plain"\ndate = 2019-08-07T06:05:04+02:00\ntags = ["sea"]\n+++\n{{< figure src="x.png" >}}\ntext\n',
    "content/posts/bundle/index.md": "---\ntitle: Bundle\ndate: 2019-08-08\n---\ntext\n",
    "content/posts/other/index.md": "---\ntitle: Other bundle\ndate: 2019-08-08\n---\ntext\n",
    "content/posts/.hidden.md": "no\n",
}


def test_a_new_archive_builds_at_once_and_has_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "archive"
    assert run(["new", str(site), "--title", '名为 "x" \\ <b>']) == 0
    assert f"site-builder serve {site}" in capsys.readouterr().out
    assert run(["build", str(site), "--strict"]) == 0
    assert run(["check", "--site", str(site), "--strict"]) == 0
    assert run(["verify", str(site / "public"), "--rebuild", "--strict"]) == 0
    assert load_settings(site).title == '名为 "x" \\ <b>'
    assert {
        ".gitignore",
        ".github",
        "README.md",
        "content",
        "requirements.txt",
        "site.toml",
        "tags.toml",
    } <= {path.name for path in site.iterdir()}


def test_every_place_of_the_starter_is_filled(tmp_path: Path) -> None:
    planned = plan_site(tmp_path, "x", "en", "UTC")
    assert not [place for place, data in planned.items() if b"@TITLE@" in data or b"@VERSION@" in data]


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    write_files(tmp_path, {"site.toml": "mine", "notes.txt": "mine"})
    before = read_tree(tmp_path)
    assert run(["new", str(tmp_path)]) == 2
    assert read_tree(tmp_path) == before


def test_a_language_or_zone_that_does_not_exist_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", str(tmp_path / "a"), "--timezone", "Asia/Shangai"]) == 2
    assert 'did you mean "Asia/Shanghai"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("files", "generator", "articles", "titles"),
    [
        (HEXO, "Hexo", 2, {"First post", "第二篇"}),
        (JEKYLL, "Jekyll", 2, {"A title", "Other"}),
        (HUGO, "Hugo", 3, {"Plain", "Bundle", "Other bundle"}),
    ],
)
def test_the_posts_of_another_generator_are_taken_over(
    tmp_path: Path, files: dict[str, str | bytes], generator: str, articles: int, titles: set[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    old, new = tmp_path / "old", SmallSite(tmp_path / "new")
    write_files(old, files)
    before = read_tree(old)
    assert run(["new", str(new.folder), "--from", str(old)]) == 0
    assert f"took over {articles} posts of {generator}" in capsys.readouterr().out
    assert run(["build", str(new.folder), "--quiet"]) == 0
    assert run(["check", "--site", str(new.folder), "--quiet"]) == 0
    pages = new.read().articles.values()
    assert {page.html.h1.text for page in pages} == titles
    assert read_tree(old) == before
    assert set(read_tree(new.content).values()) <= set(before.values())


def test_dates_come_over_from_front_matter_and_file_names(tmp_path: Path) -> None:
    for name, files in {"hexo": HEXO, "jekyll": JEKYLL, "hugo": HUGO}.items():
        write_files(tmp_path / name, files)
        run(["new", str(tmp_path / f"new-{name}"), "--from", str(tmp_path / name), "--timezone", "UTC"])
        run(["build", str(tmp_path / f"new-{name}"), "--quiet"])
    days = {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("new-*/public/*/*/*/*.html")}
    assert "new-hexo/public/2021/03/04/first-post.html" in days
    assert "new-jekyll/public/2020/01/02/2020-01-02-a-title.html" in days
    assert "new-hugo/public/2019/08/07/plain.html" in days
    assert "new-hugo/public/2019/08/08/bundle.html" in days


def test_a_folder_of_articles_is_taken_over_as_it_is(tmp_path: Path) -> None:
    write_files(tmp_path / "old", {"a.txt": "一篇", "b/c.html": "<p>两篇</p>", "d.pdf": b"%PDF"})
    taken = take_over(tmp_path / "old", tmp_path / "new" / "content")
    assert (taken.generator, taken.articles) == ("", 2)


def test_a_folder_without_posts_is_no_start(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no posts"):
        take_over(tmp_path / "empty", tmp_path / "new" / "content")
    with pytest.raises(ConfigError, match="no such folder"):
        find_posts(tmp_path / "nowhere")
    assert "_index.md" in LISTS


def test_posts_and_archive_may_not_lie_in_each_other(tmp_path: Path) -> None:
    write_files(tmp_path, {"_posts/2020-01-02-a.md": "text"})
    with pytest.raises(ConfigError, match="lie in each other"):
        take_over(tmp_path, tmp_path / "_posts" / "new" / "content")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert run(["new", str(tmp_path / "file" / "archive")]) == 2
    with pytest.raises(OutputError, match="already has"):
        write_files(tmp_path, {"README.md": "x"})
        plan_site(tmp_path, "x", "en", "UTC")

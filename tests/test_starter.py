"""``new``: what it makes builds at once and has no fault; what it takes over is taken as it is."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest
from painting import png
from sites import SmallSite, read_tree, write_files

from site_builder.cli import run
from site_builder.config import load_settings
from site_builder.errors import ConfigError, OutputError
from site_builder.workshop.migration import find_posts, take_over, translate
from site_builder.workshop.starter import plan_site

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
    "content/posts/parts.mdx": "---\ntitle: Parts\ndate: 2019-08-09\n---\nimport A from './a'\n\ntext\n",
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
    assert run(["new", str(tmp_path / "a"), "--language", "klingonisch"]) == 2
    assert not (tmp_path / "a").exists(), "half an archive was left, which the next `new` would refuse"


def test_among_articles_that_are_there_no_first_one_is_put(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/mine.md": "mine"})
    assert run(["new", str(tmp_path)]) == 0
    assert sorted(file.name for file in (tmp_path / "content").iterdir()) == ["mine.md"]


RUSSIAN = '---\ntitle: Маяк\ndate: 2021-03-04\n---\n<p class="first">Смотритель рассказал, что ремонт линзы занял всю зиму.</p>'
ENGLISH = (
    "---\ntitle: A lamp\ndate: 2021-03-05\n---\nThe keeper said that the repair of the lens took all winter."
)


@pytest.mark.parametrize(
    ("articles", "language"),
    [((RUSSIAN, RUSSIAN, ENGLISH), "ru"), ((RUSSIAN, ENGLISH), "zh-Hans"), (("1", "2"), "zh-Hans")],
)
def test_a_new_archive_speaks_the_language_of_most_of_its_articles(
    tmp_path: Path, articles: tuple[str, ...], language: str
) -> None:
    posts = {f"a{number}.md": text for number, text in enumerate(articles)}
    write_files(tmp_path / "here/content", posts)
    assert run(["new", str(tmp_path / "here")]) == 0
    assert load_settings(tmp_path / "here").language == language
    write_files(tmp_path / "posts", posts)
    assert run(["new", str(tmp_path / "there"), "--from", str(tmp_path / "posts")]) == 0
    assert load_settings(tmp_path / "there").language == language
    assert run(["new", str(tmp_path / "said"), "--from", str(tmp_path / "posts"), "--language", "en"]) == 0
    assert load_settings(tmp_path / "said").language == "en"


@pytest.mark.parametrize(
    ("files", "generator", "articles", "titles"),
    [
        (HEXO, "Hexo", 2, {"First post", "第二篇"}),
        (JEKYLL, "Jekyll", 2, {"A title", "Other"}),
        (HUGO, "Hugo", 4, {"Plain", "Bundle", "Other bundle", "Parts"}),
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
    assert {translate(data, generator) for data in before.values()} >= set(read_tree(new.content).values())


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


POST = "---\ntitle: {}\ndate: 2021-03-04\n---\n{}\n"
REAL = {
    "Hugo": {
        "hugo.yaml": "title: x\n",
        "content/_index.zh.md": "---\ntitle: all\n---\n",
        "content/about.md": "---\ntitle: About\n---\nWho we are.\n",
        "content/posts/2021/toml.md": '+++\ntitle = "T"\ndate = 2021-02-03T04:05:06Z\ndraft = false\naliases = ["/old/"]\n+++\n'
        'One.\n<!--more-->\n{{< figure src="/img/sea.png" caption="By the sea" >}}\n```go\nx {{< figure src="y" >}}\n```\n',
        "content/posts/json.md": '{\n "title": "J",\n "date": "2021-02-04"\n}\n\nText.\n',
        "content/posts/bundle/index.zh-cn.md": POST.format("捆", "![Here](photo.png)"),
        "content/posts/bundle/photo.png": png(1),
        "content/news/other.md": POST.format("N", "Text."),
        "content/posts/draft.md": "+++\ntitle = 'D'\ndate = 2021-01-01\ndraft = true\n+++\nsecret\n",
        "content/posts/draft2.md": '{\n "title": "D",\n "draft": true,\n "date": "2021-02-04"\n}\nsecret\n',
        "static/img/sea.png": png(2),
        "static/img/unused.png": png(3),
    },
    "Jekyll": {
        "_config.yml": "title: x\n",
        "_posts/deep/2020-01-02-a.md": "---\ntitle: A\ndate: 2020-01-02\n---\n{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\n"
        '![P]({{ site.baseurl }}/assets/p.png)\n![Q]({{ "/assets/q.png" | relative_url }})\n{: .center}\n',
        "travel/_posts/2019-03-04-rome.md": POST.format("Rome", "Text."),
        "_posts/2020-05-07-hidden.md": "---\ntitle: H\npublished: false\n---\nsecret\n",
        "_drafts/idea.md": POST.format("I", "secret"),
        "_site/_posts/x.md": POST.format("X", "secret"),
        "vendor/gem/_posts/2010-01-01-gem.md": POST.format("G", "secret"),
        "assets/p.png": png(4),
        "assets/q.png": png(5),
    },
    "Hexo": {
        "_config.yml": "title: x\n",
        "source/_posts/my-post.md": POST.format("M", "One.\n<!-- more -->\n{% asset_img tower.png A tower %}\n\n"
        "{% codeblock lang:js %}\nlet a;\n{% endcodeblock %}\n\n![sea](/images/sea.png)"),
        "source/_posts/my-post/tower.png": png(6),
        "source/_posts/old.md": "title: Old\ndate: 2020-01-01\n---\nText.\n",
        "source/_drafts/d.md": POST.format("D", "secret"),
        "source/images/sea.png": png(7),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("generator", "pages", "pictures"), [("Hugo", 4, 2), ("Jekyll", 2, 2), ("Hexo", 2, 2)]
)
def test_a_site_as_people_have_them_comes_over_whole_without_drafts_and_has_no_fault(
    tmp_path: Path, generator: str, pages: int, pictures: int
) -> None:
    old, new = tmp_path / "old", SmallSite(tmp_path / "new")
    write_files(old, REAL[generator])
    assert run(["new", str(new.folder), "--from", str(old)]) == 0
    assert run(["build", str(new.folder), "--strict", "--quiet"]) == 0
    assert run(["check", "--site", str(new.folder), "--strict", "--quiet"]) == 0
    articles = new.read().articles.values()
    assert len(articles) == pages
    texts = " ".join(page.html.get_text() for page in articles)
    for left in ("secret", "{{ site", "relative_url", "{%", ".center", "more -->", "title:"):
        assert left not in texts
    shown = [page.html.select(".prose img") for page in articles]
    assert sum(map(len, shown)) == pictures
    assert not list(new.content.rglob("unused.png"))


def test_examples_of_code_are_not_translated_and_unknown_marks_stay() -> None:
    text = b'---\ntitle: {{ site.url }}\n---\n```\n{{< figure src="y" >}}\n```\n{{< youtube x >}}\n'
    assert translate(text, "Hugo") == text
    assert translate(b"{{ site.url }}/x", "") == b"{{ site.url }}/x"
    assert translate(b"\xff{{ site.url }}", "Jekyll") == b"\xff{{ site.url }}"


def test_a_static_picture_that_lies_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(1))
    write_files(
        tmp_path / "old", {"_posts/2020-01-01-a.md": "---\ntitle: a\n---\n![](/../secret.png) ![](/link.png)"}
    )
    (tmp_path / "old" / "link.png").symlink_to(tmp_path / "secret.png")
    assert take_over(tmp_path / "old", tmp_path / "new" / "content").pictures == 0


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

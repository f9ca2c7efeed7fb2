"""Twice the input takes about twice the time, whatever the input: CPU time, against generous ratios."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from site_builder.cleaning.fates import trace_fates
from site_builder.dom import MarkupRefused, guard, place_characters
from site_builder.errors import ArticleError, ConfigError
from site_builder.formats.markdown import render_markdown
from site_builder.language.detect import detect_language
from site_builder.model import Rule, Selector, Source
from site_builder.sources import load_sources
from site_builder.steps.clean import clean_article, clean_body, whole_html
from site_builder.steps.read import parse_article
from site_builder.stories.duplicates import numbers_of
from site_builder.stories.japanese import _COUNTED
from site_builder.tomlfile import parse_toml
from site_builder.urls import clean_url, unwrap_picture
from site_builder.workshop.migration import HEAD, translate

TIMES = 8
"""How many times larger the larger input is; a quadratic algorithm would take 64 times as long."""
WORST = 30
LEAST = 0.004
"""Seconds; what takes less than this is not measured against anything."""

EVERYBODY = Source(
    "x",
    "x",
    rules=(
        *(rule for source in load_sources().every for rule in source.rules),
        Rule("unwrap", Selector(tag="b"), "r"),
        Rule("drop", Selector(tag="span", text="甲乙丙"), "r"),
        Rule("drop", Selector(tag="div", pattern=r"(?P<value>.{0,60}?) ?\d+-\d+"), "r"),
        Rule("drop", Selector(only_links=True, tag="div"), "r"),
    ),
)

PIECES = {
    "nested blocks": "<div>",
    "nested phrases": "<b><i>",
    "nested quotes": "<blockquote>",
    "nested lists": "<ul><li>",
    "nested tables": "<table><tr><td>",
    "nested captions": '<div class="caption"><img src="https://a.example.com/b.jpg">',
    "nested figures": "<figure><figcaption>",
    "misnested formatting": "<b><div></b>",
    "unclosed fonts": "<p><font color=red>x",
    "distinct fonts": "<font size=1><p>",
    "empty elements": "<span> </span>",
    "elements without text before a label": "<span></span>",
    "links alone": '<div><a href="https://example.org/a">b</a></div>',
    "lines for sharing": '<p><a href="https://facebook.com/sharer?u=x">b</a></p>',
    "headings above teasers": '<h3>Related</h3><ul><li><a href="/x">b</a></li></ul>',
    "paragraphs": "<p>一段文字。</p>",
    "line breaks": "<br>",
    "breaks and indents": "x<br>\u3000\u3000",
    "scripts": "<script>x</script>",
    "scripts that do not end": "<script>",
    "comments that do not end": "<!--",
    "pictures": '<img src="https://example.org/a.jpg">',
    "pictures in text": 'x<img src="https://example.org/a.jpg">',
    "zero-width lines": "<p>\u200b</p>",
    "zero-width lines with scripts": "<p>\u200b<script>s</script></p>",
    "headings": "<h1>x</h1><h3>y</h3>",
    "entities": "&amp;&#x4e00;&nbsp;",
    "ampersands": "&",
    "brackets": "<",
    "tags that do not end": "<a ",
    "quotes": "=\"'",
    "attributes": "<a b='>' c=\"",
    "CDATA": "<svg><![CDATA[x]]>",
    "formulas": "<math><mi>x",
    "templates": "<template>x",
    "frames": '<iframe src="https://example.org/"></iframe>',
    "tables": "<table><tr><td>x</td></tr></table>",
    "cells": "<td>x",
    "control characters": "\x00\x0b\x1b",
    "lone surrogates": "\ud800x",
    "blanks": " \n\t",
    "full-width blanks": "\u3000",
    "combining marks": "e\u0301\u0323",
}


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    with suppress(MarkupRefused, ArticleError):
        work()
    return time.process_time() - began


def grows_evenly(make: Callable[[int], Callable[[], object]], size: int) -> bool:
    """Compare sizes; a busy machine may disturb one measurement, not three in a row."""
    for _ in range(3):
        small = seconds(make(size))
        large = seconds(make(size * TIMES))
        if large < max(small, LEAST) * WORST:
            return True
    return False


@pytest.mark.parametrize("name", PIECES)
def test_cleaning_takes_time_in_proportion(name: str) -> None:
    piece = PIECES[name]
    count = 16_000 // len(piece)

    def make(size: int) -> Callable[[], object]:
        html = piece * (size * count // 10)
        return lambda: clean_body(html, EVERYBODY, origin="https://example.org/", title="x")

    assert grows_evenly(make, 2)


@pytest.mark.parametrize("name", PIECES)
def test_explaining_takes_time_in_proportion(name: str) -> None:
    piece = PIECES[name]

    def make(size: int) -> Callable[[], object]:
        html = piece * (size * 2_000 // len(piece))
        body = clean_body(html, EVERYBODY)
        return lambda: (trace_fates(html, body), list(place_characters(html)), whole_html(body))

    assert grows_evenly(make, 1)


ADDRESSES = (
    *("https://a.example.com/", "https://images.weserv.nl/?url=", "https://thumbor.example.org/unsafe/1x1/"),
    *("?url=https%3A%2F%2F", "&utm_source=x", "/unsafe/", "a.", "%25", "\u200b", "@", ":", "//", "\\"),
)


def test_links_side_by_side_take_time_in_proportion() -> None:
    def make(size: int) -> Callable[[], object]:
        body = "<p>" + "<a href='https://a.example/'>x</a>" * (size * 5_000)
        return lambda: clean_body(body, Source("x", "x"))

    assert grows_evenly(make, 1)


@pytest.mark.parametrize("piece", ADDRESSES)
def test_addresses_take_time_in_proportion(piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        url = "https://example.org/" + piece * (size * 3_000 // len(piece))
        return lambda: [(clean_url(url), clean_url(piece * len(url)), unwrap_picture(url)) for _ in range(20)]

    assert grows_evenly(make, 1)


TEXTS = ("字", "the ", "e\u0301", "あ", "_", "\u202e", "1", "ї", "Ａ")


@pytest.mark.parametrize("piece", TEXTS)
def test_a_language_is_told_in_time_in_proportion(piece: str) -> None:
    assert grows_evenly(lambda size: lambda: detect_language(piece * size * 100_000), 1)


FILES = {
    "billion laughs": "a: &a [x,x]\n" + "".join(f"{n}: &{n} [*a,*a]\n" for n in "bcdefghij"),
    "deep YAML": "a: " + "[" * 5_000,
    "deep mappings": "".join(" " * depth + "a:\n" for depth in range(500)),
    "100,000 keys": "".join(f"k{number}: v\n" for number in range(100_000)),
    "a long key": "k" * 1_000_000 + ": v\n",
    "a long value": "title: " + "字" * 300_000 + "\n",
    "a long list": "tags: [" + "a," * 100_000 + "]\n",
    "many aliases": "a: &a x\n" + "".join(f"k{number}: *a\n" for number in range(20_000)),
    "quotes that do not end": 'title: "' + '\\"' * 100_000,
    "control characters": "title: " + "\x00\x1b" * 1_000 + "\n",
}


PLAIN = "<p>一段文字。</p>".encode() * 10_000


def read_and_clean(data: bytes, path: str) -> None:
    clean_body(parse_article(data, path).body, EVERYBODY)


def is_done_in_time(work: Callable[[], object]) -> bool:
    """Tell whether some work takes less than 200,000 plain paragraphs do, here and now.

    Machines differ, and so does one machine from hour to hour: the bound is measured beside the work.
    What hangs is beyond it by far on any of them.
    """
    return any(seconds(work) < 20 * seconds(lambda: read_and_clean(PLAIN, "a.html")) for _ in range(2))


@pytest.mark.parametrize("name", FILES)
def test_front_matter_is_read_or_set_aside_in_time(name: str) -> None:
    data = f"---\n{FILES[name]}---\n<p>a</p>".encode("utf-8", "surrogatepass")
    assert is_done_in_time(lambda: parse_article(data, "a.md"))


LETTER = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"

BYTES = {
    "a key of TOML in 32,000 parts": b"+++\n" + b"a." * 32_000 + b"b = 1\n+++\n<p>a</p>",
    "overlong UTF-8": b"\xc0\xbc\xe0\x80\xbc" * 100_000,
    "lone surrogates": "\ud800".encode("utf-8", "surrogatepass") * 100_000,
    "NUL": b"\x00" * 1_000_000,
    "half characters": b"\x81" * 1_000_000,
    "10 MB in a line": b"<p>" + "字".encode() * 3_000_000,
    "a million entities": b"&amp;" * 1_000_000,
    "100,000 nested tags": b"<div>" * 100_000,
    "50,000 attributes": b"<a " + b" ".join(b"a%d" % number for number in range(50_000)) + b">x",
    "150 KB of a tag": b"<a " * 50_000,
    "deep Markdown": b"> " * 5_000 + b"a",
    "Markdown brackets": b"[" * 50_000,
    "Markdown emphasis": b"*a_ " * 30_000,
    "9 MB of comments in a line": b"<!-- tab a -->" * 640_000,
    "9 MB of marks of a pen": b"==a " * 2_250_000,
    "9 MB of notes of the writer": b"%%a%%" * 1_800_000,
    "9 MB of formulas": b"$^" * 4_500_000,
    "9 MB of looks": b"`a`{.a" * 1_500_000,
    "9 MB of shortcodes": b"{{% note %}}" * 750_000,
    "9 MB of marks": b"{% raw %}" * 1_000_000,
    "a name of 300,000 letters in a feed": b"<rss><item><title "
    + b"a" * 300_000
    + b">x</title></item></rss>",
    "blanks behind a mark": b"{% a %} { " + b" " * 300_000 + b"x",
    "days that do not end": b"<html><h1>a</h1>" + b"<time datetime='2022-05-05'" * 30_000,
    "roots in roots": b"<math>" + b"<msqrt>" * 3_000 + b"x",
    "lists below a label": "<p>a</p><p>相关报道</p>".encode()
    + b"<ul><li><a href='https://a.example/'>x" * 4_000,
    "links behind a label": b"<p>a</p><p>Lire aussi: " + b"<a href='https://a.example/'>x</a>" * 9_000,
    "pictures that are words": b"<p>x" + "<img alt=字>".encode() * 20_000,
    "a notebook's blocks": (b"\nid: " + b"a" * 32 + b"\nx: y" * 40) * 500 + b"\ntype_: 1",
    "a notebook's list": b"# a\n## Metadata\n" + b"- Author: [[a\n" * 60_000,
    "moments beside no heading": b"<html>" + b"<li class=date>" + b" " * 99 + b"2022 " * 60_000,
    "JSON that does not end": b"[" * 100_000 + b'{"',
    "quotes in quotes": b"---\n: x\n- a\ntitle: "
    + b"'\"" * 60_000
    + b"x'\""
    + b"\"'" * 60_000
    + b"\n---\n<p>a",
    "blanks in a mark that does not end": b"{{< " + b"\n " * 60_000,
    "a mark of one long name": b"{%" + b"a" * 400_000,
    "notes in a note": b"<en-export><note><content>" + b"&lt;en-note>" * 30_000,
    "boxes that do not end": b"<en-export><note><content><![CDATA["
    + b"<en-todo " * 30_000
    + b"]]></content></note>",
    "pictures of a note that do not end": b"<en-export><note><content><![CDATA["
    + b"<en-media " * 30_000
    + b"]]></content></note>",
    "a name of 300,000 letters of XML": b"<rss><item><" + b"a" * 300_000,
    "a long name of an attribute of a letter's picture": LETTER
    + b"--b\nContent-Type: text/html\n\n<img src=a data-"
    + b"src" * 100_000
    + b">\n--b\nContent-Type: image/png\nContent-Location: a\n\nx",
    "a million paragraphs": b"<p>x" * 1_000_000,
    "a letter's parameter": LETTER
    + b'--b\nContent-Type: text/html; x="'
    + b";" * 300_000
    + b"\n\nx\n--b--\n",
    "a letter in letters that are none": b"MIME-Version: 1.0\nContent-Type: text/html; charset=punycode\n\n"
    + b"a" * 200_000
    + b"-"
    + b"a" * 200_000,
    "a letter's many pictures": LETTER
    + b"--b\nContent-Type: text/html\n\n"
    + b"cid:x" * 400_000
    + b"\n--b\nContent-Type: image/a\nContent-ID: xy\n\nz" * 12_000,
    "lines in parts in parts": b"MIME-Version: 1.0\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(60))
    + b"Content-Type: text/html\n\n"
    + b"\n" * 1_000_000,
    "parts in parts that are named otherwise": b"MIME-Version: 1.0\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary*=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    + b"\nx",
}


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("path", ["a.html", "a.md"])
def test_any_bytes_become_an_article_or_are_set_aside_in_time(name: str, path: str) -> None:
    assert is_done_in_time(lambda: read_and_clean(BYTES[name], path))


@pytest.mark.parametrize("piece", ["四", "1", "1,", "百分之", "四年"])
def test_numbers_of_a_story_take_time_in_proportion(piece: str) -> None:
    assert grows_evenly(lambda size: lambda: numbers_of(piece * (size * 2_000)), 1)


@pytest.mark.parametrize("tail", ["", "x"])
def test_a_drawn_sign_is_known_in_time_though_each_of_its_marks_may_begin_another(tail: str) -> None:
    text = f"<p>a <img width=16 src=a.png alt='{chr(0x1F3FB) * 38}{tail}'>b"
    assert is_done_in_time(lambda: clean_body(text * 200, EVERYBODY, origin="https://example.org/"))


def test_counted_things_in_japanese_are_found_in_time_in_proportion() -> None:
    assert grows_evenly(lambda size: lambda: list(_COUNTED.finditer("1千" * (size * 500))), 1)


def test_lines_of_settings_are_found_in_time_in_proportion() -> None:
    def make(size: int) -> Callable[[], object]:
        text = f'a = """\n[{" " * (size * 200)}\n"""'
        return lambda: parse_toml(text, "site.toml", ConfigError)

    assert grows_evenly(make, 1)


def test_the_head_of_a_post_is_found_in_time_in_proportion() -> None:
    assert grows_evenly(lambda size: lambda: HEAD.match(b"+++" + b"\n" * (size * 4_000)), 1)


PAGES = {
    "menus beside a text": f"<div><p>{'long words of a text ' * 9}</div><ul><li><a href=/>Home</a>x</ul>",
    "cards": "<div class=a><a href=/b><img src=c.jpg></a><a href=/b>a long headline of one</a></div>",
    "small parts": "<p class=pager>a</p>",
    "boxes in boxes beside a text": f"<p>{'long words of a text ' * 9}</p><div><b></b><a href=/>Print</a>",
    "authors": "<a rel=author href=/",
    "bylines": "<p class=byline>By Ida Quay",
    "many parts of the frame": "<nav>a</nav><aside>b</aside><footer>c</footer>",
    "many articles": "<article><h1>a</h1><nav>b</nav></article>",
    "many texts by name": '<div class="story">a</div>',
    "texts by name in one another": '<div class="story">a',
    "notes behind an article": f"<article>{'b ' * 400}</article><article>a</article>",
    "headings that do not end": "<h1>a",
    "scripts that do not end": '<script type="application/ld+json">[',
    "moments in scripts": "<script>publishedAt:'2019-03-05',</script>",
    "moments in a script that does not end": "<script>article_first_original_date_publish",
    "lines that could be the title": ">  a  ",
    "days in pieces": "<span>5/3/2019 </span>",
    "comments beside no article": f"{'b ' * 200}<div id=comments>c</div>",
    "data nested too deep": '<script type="application/ld+json">' + "[" * 1_000,
    "half a note of where it was saved": "<!-- saved from url=(1)",
}


@pytest.mark.parametrize(
    "piece", ["[b]x[/b]", "[b]", "[/b]", '[a b="', "[caption]", "[caption]x[/caption]", "[[", "[a "]
)
def test_marks_in_brackets_take_time_in_proportion(piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        html = piece * (size * 900 // TIMES)
        return lambda: clean_body(html, EVERYBODY, shortcodes=True)

    assert grows_evenly(make, 1)


@pytest.mark.parametrize(
    ("generator", "start", "piece"),
    [
        ("Hexo", "{% asset_img a.png", "\n "),
        ("Hexo", "", "{% asset_img a "),
        ("Hexo", "", "{% codeblock %}"),
        ("Jekyll", "", "{% highlight %}"),
        ("Jekyll", "{{ 'a'", "|prepend: \n "),
        ("Hugo", "", "{{< highlight >}}"),
        ("Hugo", "", "{{< figure "),
    ],
)
def test_posts_are_taken_over_in_time_in_proportion(generator: str, start: str, piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        post = f"---\ntitle: a\n---\n{start}{piece * (size * 8_000 // len(piece))}".encode()
        return lambda: translate(post, generator)

    assert grows_evenly(make, 1)


DIALECTS = (
    *(
        "<!-- tab a -->",
        "{% a %}",
        "{% enda %}",
        "{% note %}x{% endnote %}",
        "{{< a >}}{{< /a >}}",
        "{% a {{a}} ",
    ),
    *("{% highlight %}`", "{% note %}\n", "{% link a %}", "[a]({% link a %})", "]({static}", "{{ 'a' | "),
    *("# a {#", "){.a .b", "{: a}", "`a`{.a}", ":::note\n", ":::\n", "::: {", ":::note\nx\n:::\n"),
    *("!!! note\n    ", '!!! "', '=== "a"\n    ', "==a==", "==a ", "%%a%%", "%%a", "[[a|", "![[a.png|", "[!"),
    *("$^", "$$\n", "a\n: b\n", "> [!note] a\n"),
)


@pytest.mark.parametrize("piece", DIALECTS)
def test_dialects_of_markdown_take_time_in_proportion(piece: str) -> None:
    def make(size: int) -> Callable[[], object]:
        return lambda: render_markdown(piece * (size * 40_000 // len(piece)))

    assert grows_evenly(make, 1)


@pytest.mark.parametrize("name", PAGES)
def test_a_saved_page_takes_time_in_proportion(name: str) -> None:
    def work(size: int) -> Callable[[], object]:
        page = f"<!doctype html><title>a - b</title><body>{PAGES[name] * (size * 20_000 // len(PAGES[name]))}"
        return lambda: clean_article(parse_article(page.encode(), "a.html"), EVERYBODY)

    assert grows_evenly(work, 1)


def test_the_guard_is_linear_in_what_it_scans() -> None:
    for piece in (
        "<a b='",
        '=">',
        "</",
        "<!",
        "<svg><![CDATA[",
        "<script></script ",
        "<x " + "a" * 390 + "\n",
    ):
        assert grows_evenly(lambda size, piece=piece: lambda: guard(piece * (size * 20_000 // len(piece))), 1)

import errno
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from site_builder.cli import run
from site_builder.dates.clock import read_date
from site_builder.errors import ArticleError, ConfigError
from site_builder.formats.front_matter import Front, _read_flat, _read_yaml
from site_builder.formats.markdown import _LINKED_HEADING, _markdown, _render, render_markdown
from site_builder.language.text import field, listed
from site_builder.model import Clock, RawArticle, Source
from site_builder.steps.clean import clean_body, whole_html
from site_builder.steps.read import find_articles, parse_article, read_article

SEEDS = Path(__file__).parent.parent / "content"
NOBODY = Source("", "")
PROSE = "希望大家能够喜欢这个产品。"


def parse(text, path="a.txt"):
    return parse_article(text.encode() if isinstance(text, str) else text, path)


def codes(raw):
    return [found.code for found in raw.findings]


# --- the seeds ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "clock", "want"),
    [
        ("003", "local", "2022-05-23 16:31:40"),
        ("004", "local", "2022-05-28 11:37:28"),
        ("002", "local", "2022-06-04 20:42:05"),
        ("001", "as-labelled", "2022-06-28 09:50:00"),
        ("000", "as-labelled", "2022-07-20 23:15:52"),
    ],
)
def test_a_seed_is_read_whole_and_at_its_time(stem, clock, want):
    name = next(path for path in find_articles(SEEDS)[0] if path.startswith(stem))
    raw = read_article(SEEDS, name, 1_000_000)
    data = (SEEDS / name).read_bytes()
    assert (raw.encoding, raw.findings, raw.digest) == ("utf-8", (), sha256(data).hexdigest())
    assert data.decode().endswith(raw.body)
    assert raw.body_line == data.decode()[: -len(raw.body)].count("\n") + 1
    assert raw.lines["title"] == 3
    stamp, key = field(raw, "date")
    assert key == "date"
    assert (
        f"{read_date(stamp, Clock(clock, 'Asia/Shanghai'), 'Asia/Shanghai').when:%Y-%m-%d %H:%M:%S}" == want
    )
    assert len(listed(raw, "categories")) == 3


# --- front matter -------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\n", "\n \n\t\n", "\ufeff", "\ufeff\n"])
@pytest.mark.parametrize(("opening", "closing"), [("---", "---"), ("---  ", "--- \t"), ("---", "...")])
def test_fences_are_found_however_they_are_written(newline, start, opening, closing):
    text = f"{start}{opening}\ntitle: T\ntags: [a, b]\n{closing}\n\n<p>body</p>\n"
    raw = parse(text.replace("\n", newline))
    assert raw.front == {"title": "T", "tags": ("a", "b")}
    assert raw.body == "\n<p>body</p>\n"
    assert raw.lines["title"] == 2 + start.count("\n")
    assert raw.findings == ()


@pytest.mark.parametrize(
    "value", ["12_00", "1936", "2023-03-01", "1e3", "yes", "0x10", "1:30", "1.10", "-5", ".5"]
)
def test_a_value_stays_what_was_written(value):
    assert parse(f"---\ntitle: {value}\n---\nx").front["title"] == value
    assert parse(f"---\ntitle: {value}\nmore: {{a: b}}\n---\nx").front["title"] == value


def test_yaml_that_is_not_flat_is_read():
    raw = parse(
        '---\nTitle: "a\\u4e00b"\nlong: >\n  one\n  two\nImage:\n  src: x.png\n  size: {w: 3}\n---\nx'
    )
    assert raw.front == {"title": "a一b", "long": "one two\n", "image.src": "x.png", "image.size.w": "3"}
    assert raw.lines["image.src"] == 6


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('"""""\'The title\'"""""', "The title"),
        ("Re: a: b", "Re: a: b"),
        ("@home and `code`", "@home and `code`"),
        ("'it's here'", "it's here"),
        ('"this" and "that"', '"this" and "that"'),
        ('"left open', '"left open'),
        ("\tA tab", "A tab"),
        ("[雷军] 说", "[雷军] 说"),
        ("%d percent", "%d percent"),
        ("a \x07bell", "a \x07bell"),
        ("*star", "*star"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_what_yaml_refuses_is_taken_as_text(line, value):
    raw = parse(f"---\nlayout: post\ntitle: {line}\ntags:\n - a\n - b: c\ndate: 2022-07-20\n---\n<p>body")
    assert raw.front["title"] == value
    assert raw.front["tags"] == ("a", "b: c")
    assert raw.front["date"] == "2022-07-20"
    assert raw.body == "<p>body"
    assert set(codes(raw)) <= {"front-matter-invalid"}


def test_an_invalid_value_is_told_with_its_line():
    raw = parse("\n---\nlayout: post\ntitle: Re: a: b\n---\nx")
    assert [(found.code, found.line) for found in raw.findings] == [("front-matter-invalid", 4)]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("---\nauthor: {}\ndate: 2022-01-01\n---\n<p>a", "a.md"),
        ("<!doctype html><meta name=author content='{}'><h1>b</h1><p>a", "a.html"),
        ("MIME-Version: 1.0\nContent-Type: text/plain\nFrom: {}\n\na", "a.eml"),
        ("<item><author>{}</author><description>a</description></item>", "a.html"),
    ],
)
def test_a_value_that_no_page_should_hold_is_cut_and_told(data: str, path: str):
    long = " ".join(["word" * 100] * 300)
    raw = parse(data.format(long.replace(" ", "\n ") if path == "a.eml" else long), path)
    assert raw.front["author"] == long[:4_000]
    assert "front-matter-invalid" in codes(raw)


def test_a_title_of_two_lines_is_one_value():
    assert parse("---\ntitle: one\n two\n---\nx").front["title"] == "one two"
    assert parse("---\ntitle: Re: one\n two\n---\nx").front["title"] == "Re: one two"


def test_a_key_given_twice_keeps_its_first_value_and_is_told():
    raw = parse("---\ntitle: one\nTitle: two\n---\nx")
    assert (raw.front["title"], codes(raw)) == ("one", ["front-matter-invalid"])


def test_aliases_are_refused_so_that_no_bomb_expands():
    bomb = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 60))
    raw = parse(f"---\ntitle: T\n{bomb}---\nx")
    assert (raw.front["title"], codes(raw)) == ("T", ["front-matter-invalid"])
    assert sum(len(value) for value in raw.front.values()) < 2000


@pytest.mark.parametrize(
    "block",
    [
        "".join(f"k{n}: v\n" for n in range(100_000)),
        "deep: " + "[" * 30_000 + "]" * 30_000 + "\n",
        "deep: " + "{a: " * 10_000 + "}" * 10_000 + "\n",
        "".join(" " * n + "a:\n" for n in range(300)),
        "long: >\n" + "  x\n" * 100_000,
        "list:\n" + " - x\n" * 100_000,
        "q: '" + "''" * 100_000 + "\n",
        "s: Re: x\n" + "x\n" * 100_000,
    ],
)
def test_huge_or_deep_front_matter_is_bounded_and_keeps_the_title(block):
    raw = parse(f"---\ntitle: T\n{block}---\nbody")
    assert raw.front["title"] == "T"
    assert "front-matter-invalid" in codes(raw)
    assert len(raw.front) <= 1_001
    assert sum(len(value) for value in raw.front.values()) < 400_000


@pytest.mark.parametrize("null", ["", "~", "null", "''"])
def test_a_null_title_is_a_missing_title(null):
    raw = parse(f"---\ntitle: {null}\ndate: 2022-07-20\n---\n<p>body", "2022-07-20-标题.txt")
    assert (raw.front["title"], codes(raw)) == ("标题", ["title-missing"])


def test_a_missing_title_is_the_first_heading():
    assert (
        parse("---\ndate: x\n---\n<div><h1 class='t'>A &amp; <b>B</b>\n</h1>", "x.txt").front["title"]
        == "A & B"
    )
    raw = parse("Intro\n\n# A *heading*\n", "x.md")
    assert (raw.front["title"], codes(raw)) == ("A heading", ["front-matter-missing"])


@pytest.mark.parametrize("body", ["<p>body</p>\n", "Plain words\nwithout: keys\n", "\n- a list\n"])
def test_unterminated_front_matter_ends_where_the_keys_end(body):
    raw = parse(f"---\ntitle: T\ntags:\n - a\n{body}", "x.html")
    assert (raw.front, raw.body) == ({"title": "T", "tags": ("a",)}, body)
    assert codes(raw) == ["front-matter-unterminated"]


def test_a_rule_far_below_does_not_close_unterminated_front_matter():
    raw = parse("---\ntitle: T\ndate: 2022-07-20\n\n<p>body</p>\n---\n<p>more</p>\n")
    assert raw.front == {"title": "T", "date": "2022-07-20"}
    assert raw.body == "<p>body</p>\n---\n<p>more</p>\n"
    assert codes(raw) == ["front-matter-unterminated"]


@pytest.mark.parametrize(
    "body", ["---\n\nA rule first.\n\n---\n", "---\n<p>x</p>\n---\n", "---", "--- a: b\n---\n"]
)
def test_a_body_that_begins_with_a_rule_has_no_front_matter(body):
    raw = parse(body, "stem.txt")
    assert set(raw.front) == {"title"}
    assert "front-matter-missing" in codes(raw)


def test_empty_front_matter_is_front_matter():
    assert parse("---\n---\n<p>x").body == "<p>x"


def test_toml_and_json_front_matter_are_read_as_text():
    toml = parse('+++\ntitle = "T"\nyear = 2022\ndate = 2022-07-20T10:00:00Z\ntags = ["a", "b"]\n+++\n<p>x')
    assert (toml.front["title"], toml.front["year"], toml.front["tags"]) == ("T", "2022", ("a", "b"))
    json = parse('{\n"title": "T\\ud800", "n": 1.10, "x": null, "o": {"k": ["v"]}\n}\n<p>x')
    assert json.front == {"title": "T?", "n": "1.10", "x": "", "o.k": ("v",)}
    assert toml.body == "<p>x"
    assert json.body.strip() == "<p>x"


@pytest.mark.parametrize(
    "head",
    [
        '+++\ntitle = "T"\n[taxonomies]\ntags = ["a", "b"]\n[extra]\ntitle = "other"\nsource = "S"\n+++\n',
        "---\nparams:\n  source: S\n  title: other\n  tags: [a, b]\ntitle: T\n---\n",
    ],
    ids=["zola", "hugo"],
)
def test_what_zola_and_hugo_keep_in_tables_is_found_and_never_put_first(head: str) -> None:
    raw = parse(head + "x")
    assert [listed(raw, "tags"), field(raw, "title")[0], field(raw, "publisher")[0]] == [("a", "b"), "T", "S"]


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} text", "{% raw %}", '{"a": ' * 5000, "{", "+++\nno end", "+++\n= =\n+++\nx"]
)
def test_what_only_looks_like_other_front_matter_does_no_harm(text):
    assert isinstance(parse(text), RawArticle)


PLAIN = st.text("abcé徕卡 '\":#-?[]{},&*!|>%@`\\~.0123456789()/“\u3000", max_size=12)
FLAT_LINE = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["title", "Date", "tags", "x-y", "a_b", "no key"]), PLAIN),
    st.builds("{}: '{}'".format, st.sampled_from(["author", "b"]), PLAIN),
    st.builds('{}: "{}"'.format, st.sampled_from(["c", "d"]), PLAIN),
    st.builds("{}: [{}]".format, st.sampled_from(["e", "f"]), PLAIN),
    st.builds("{}- {}".format, st.sampled_from(["", " ", "  "]), PLAIN),
    st.sampled_from(["list:", "tags:", "", "# remark", "--- ", "  more"]),
)


@settings(max_examples=600)
@given(st.lists(FLAT_LINE, max_size=6))
@example(["author: ''", "- 0"])
def test_the_flat_reader_gives_what_yaml_gives(lines):
    block = "\n".join(lines) + "\n"
    flat = _read_flat(block, 2)
    if flat is not None:
        yaml = _read_yaml(block, 2)
        assert isinstance(yaml, Front), (block, yaml)
        assert (flat.values, flat.lines) == (yaml.values, yaml.lines)


def test_the_flat_reader_takes_the_usual_front_matter():
    block = (
        "layout: post\ntitle: \"a: b\"\ndate: 2022-07-20T10:00:00Z\ntags: [ 法广, b c ]\nc:\n - x\n - 'y'\n"
    )
    assert _read_flat(block, 2) is not None


# --- bodies -------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["a_files", "a.files", "a-Dateien", "a_arquivos"])
def test_the_folder_that_a_browser_saves_beside_a_page_holds_no_articles(tmp_path: Path, folder: str):
    for path in ("a.HTML", f"{folder}/frame.html", f"{folder}/a.js", "b_files/c.html", "a_filesystem/d.html"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("<p>x")
    paths, found = find_articles(tmp_path)
    assert paths == ["a.HTML", "a_filesystem/d.html", "b_files/c.html"]
    assert [(one.code, one.path) for one in found] == [("file-skipped", folder)]


def test_an_html_document_gives_its_head_as_front_matter_and_its_body():
    raw = parse(
        "<!DOCTYPE html>\n<html lang='zh-CN'><head><meta charset=utf-8><!-- <title>no</title> -->"
        "<script>'<title>no</title>'</script>\n"
        '<title>T &amp; S - Site</title><meta property="og:title" content="T &amp; S">'
        '<META NAME=author CONTENT=Li><meta property="og:site_name" content="Site" />'
        "<meta property='article:published_time' content='2022-07-20T10:00:00Z'>"
        "<link rel='canonical' href='https://example.org/a?b=1&amp;c=2'></head>\n"
        "<body class='x>y'><p>text</p></body></html>",
        "a.html",
    )
    assert raw.front == {
        "lang": "zh-CN",
        "title": "T & S",
        "author": "Li",
        "site": "Site",
        "date": "2022-07-20T10:00:00Z",
        "canonical": "https://example.org/a?b=1&c=2",
    }
    assert (raw.body, raw.body_line, raw.findings) == ("<p>text</p>", 4, ())


def test_each_tag_of_a_head_is_a_tag():
    head = "".join(
        f'<meta property="article:tag" content="{tag}">' for tag in ("Harbour, old", "灯塔", "灯塔")
    )
    raw = parse_article(f"<!DOCTYPE html><html><head>{head}</head><body>a</body></html>".encode(), "a.html")
    assert raw.front["tags"] == ("Harbour, old", "灯塔")


@pytest.mark.parametrize(
    "tag",
    [
        '<meta name="citation_publication_date" content="2022/05/05">',
        '<meta name="DC.date.issued" content="2022/05/05">',
        "<meta name=parsely-pub-date content=2022/05/05>",
        '</head><body><p>a</p><time itemprop="datePublished" datetime="2022/05/05">yesterday</time>',
        "</head><body><meta content='2022/05/05' itemprop=datePublished>",
    ],
)
def test_the_day_of_an_article_is_found_by_the_names_that_libraries_and_publishers_give_it(tag: str):
    raw = parse_article(f"<!DOCTYPE html><html><head><title>t</title>{tag}<p>b".encode(), "a.html")
    assert raw.front["date"] == "2022/05/05"


def test_the_day_of_another_thing_is_not_the_articles():
    body = '<time itemprop="dateModified" datetime="2022-05-05">x</time><p>itemprop="datePublished"</p>'
    assert "date" not in parse_article(f"<html><body>{body}".encode(), "a.html").front


MOMENT = "2022-05-05T10:30:00+05:00"
OLDER = '<time datetime="2001-01-01">'


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>A</h1><span class='story__time' title='{MOMENT}'>05 مئ 2022</span>",
        f"<h1>A</h1><time class=entry-date datetime='{MOMENT}'>5 May</time><time datetime=2001-01-01>",
        f"<h1>A</h1><time class=updated datetime=2001-01-01></time><abbr class=published title='{MOMENT}'>x",
        f"{OLDER}<h1>A</h1><p class='meta' title='{MOMENT}'>x",
        f"<p>a<span property='schema:dateCreated' content='{MOMENT}'>x</span>",
        f"<p>a<span property='dc:date dc:created' content='{MOMENT}' datatype='xsd:dateTime'>x</span>",
    ],
)
def test_a_moment_that_only_an_attribute_beside_the_heading_says_is_the_articles(body: str):
    raw = parse_article(f"<html><body>{body}".encode(), "a.html")
    assert raw.front["date"] == MOMENT


@pytest.mark.parametrize(
    "body",
    [
        f"<p>a</p>{OLDER}",
        f"<h1>A</h1><h1>B</h1>{OLDER}",
        f"<h1>A</h1>{'<p>a' * 2000}{OLDER}",
        "<h1>A</h1><span class=date title='5 May 2022'><span title='2022-05-05'>",
        "<h1>A</h1><time class='event-time' datetime='2022-05-05'>",
        "<h1>A</h1><div class=comment-date title='2022-05-05'>",
    ],
)
def test_a_moment_elsewhere_or_of_something_else_is_not_the_articles(body: str):
    assert "date" not in parse_article(f"<html><body>{body}".encode(), "a.html").front


def test_obsidians_pictures_are_pictures_and_their_pixels_no_words():
    html, _ = render_markdown("![[my lamp.png|300]] ![[b.JPG|A lamp]] ![[note#a]] `![[c.png]]`")
    assert html.startswith(
        '<p><img src="my%20lamp.png" alt="" /> <img src="b.JPG" alt="A lamp" /> ![[note#a]]'
    )


def test_a_head_does_not_override_front_matter():
    raw = parse("---\nheadline: Mine\n---\n<html><title>Theirs</title><body>x", "a.htm")
    assert field(raw, "title") == ("Mine", "headline")
    assert raw.body == "x"


def test_a_saved_page_says_by_json_ld_what_its_head_leaves_out():
    linked = (
        '{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "no"}, {"@type":'
        ' ["NewsArticle"], "headline": "Tide &amp; time", "datePublished": "2024-05-06T07:08:09Z", "author":'
        ' [{"@type": "Person", "name": "Ann"}, {"name": "Bob"}], "publisher": {"name": "The Post"},'
        ' "keywords": ["tide", "pier"], "mainEntityOfPage": {"@id": "https://a.example/1"}}]}'
    )
    page = (
        "<!DOCTYPE html><html><title>no</title><body><p>x</p>"
        '<script type="application/ld+json">{"@type": "Article", "headline"</script>'
        f"<script data-x type=application/ld+json>{linked}</script>"
    )
    assert parse(page, "a.html").front == {
        "title": "Tide & time",
        "date": "2024-05-06T07:08:09Z",
        "author": "Ann, Bob",
        "site": "The Post",
        "keywords": "tide, pier",
        "url": "https://a.example/1",
    }


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Tide turns | The Post", "Tide turns"),
        ("Tide turns – The Post – News", "Tide turns"),
        ("Tide turns_频道_网", "Tide turns"),
        ("Tide turns early", "Tide turns early"),
        ("The Post: Tide turns", "The Post: Tide turns"),
        ("Tide turns -", "Tide turns -"),
    ],
)
def test_the_name_of_the_site_behind_the_pages_own_heading_is_not_of_the_title(title: str, wanted: str):
    page = f"<html><title>{title}</title><body><h1 class=a>Tide <i>turns</i></h1><h1>No</h1>"
    assert field(parse(page, "a.html"), "title")[0] == wanted


@pytest.mark.parametrize(
    "note",
    [
        "<!-- saved from url=(0023)https://a.example/1?b=2 -->",
        "<!--\n Page saved with SingleFile \n url: https://a.example/1?b=2 \n saved date: Mon\n-->",
    ],
)
def test_the_address_that_a_browser_noted_when_it_saved_the_page_is_the_original(note: str):
    assert field(parse(f"<!DOCTYPE html>\n{note}\n<html><body>x", "a.html"), "url")[0] == (
        "https://a.example/1?b=2"
    )


def test_author_and_site_of_a_saved_page_are_two_things_in_any_order():
    for order in (("og:site_name", "author"), ("author", "og:site_name")):
        metas = "".join(f'<meta name="{name}" content="{name}">' for name in order)
        front = parse(f"<html><head>{metas}<body>x", "a.html").front
        assert (front["author"], front["site"]) == ("author", "og:site_name")


def test_plain_text_becomes_escaped_paragraphs():
    raw = parse("one < two & three\nline\n\n \nnext {{ 7*7 }}\n", "a.txt")
    assert raw.body == "<p>one &lt; two &amp; three<br>\nline</p>\n<p>next {{ 7*7 }}</p>"


def test_lines_that_end_as_sentences_do_are_paragraphs_where_no_blank_line_parts_them():
    raw = parse("The lamp is lit.\nIt burns all night.\n- Oil: 2 l\n“Who lit it?”\n", "a.txt")
    assert raw.body.count("<p>") == 4
    assert "<br>" not in raw.body
    wrapped = "The lamp that burned all night\nwas lit by the keeper at dusk\nand it is still burning.\n"
    assert parse(wrapped, "a.txt").body.count("<p>") == 1
    assert parse("One.\nTwo.\nThree.\n\nFour.\n", "a.txt").body.count("<p>") == 2


def test_html_in_markdown_goes_on_to_its_end_tag_over_blank_lines_and_indents():
    body = "<div>\n<p>a</p>\n\n     <div>\n\n        b\n     </div>\n\n     c\n\n</div>\n"
    assert render_markdown(body) == (body, "")
    assert render_markdown(f"# T\n\n{body}\n*x*\n")[0] == f"<h1>T</h1>\n{body}<p><em>x</em></p>\n"


def test_a_block_that_is_never_closed_goes_on_to_the_end():
    assert render_markdown("<p>a\n\n    b\n\n# c")[0] == "<p>a\n\n    b\n\n# c"


def test_blocks_on_one_line_are_each_followed_to_their_end():
    assert (
        render_markdown("<p>a</p><p>b\n\n    c</p>\n\n*d*")[0]
        == "<p>a</p><p>b\n\n    c</p>\n<p><em>d</em></p>\n"
    )


def test_html_inside_fenced_code_is_code():
    assert render_markdown("```\n<div>\n```\n\n**x**\n")[0] == (
        "<pre><code>&lt;div&gt;\n</code></pre>\n<p><strong>x</strong></p>\n"
    )


def test_a_comment_and_a_heading_before_the_html_are_read():
    rendered, _ = render_markdown("<!--1-->\n[标题](https://example.org/1)\n------\n\n<div>\n\n    x</div>\n")
    assert rendered == '<!--1-->\n<h2><a href="https://example.org/1">标题</a></h2>\n<div>\n\n    x</div>\n'


@pytest.mark.parametrize("mark", ["{{ 7*7 }}", "{% raw %}", "<%= 7*7 %>", "${7*7}"])
@pytest.mark.parametrize("path", ["a.md", "a.txt", "a.html"])
def test_template_marks_are_text_like_any_other(mark, path):
    body = parse(f"---\ntitle: T\n---\n<p>{mark}</p>\n", path).body
    assert mark in body
    plain = parse(f"---\ntitle: T\n---\n{mark}\n", path).body
    assert mark.replace("<", "&lt;").replace(">", "&gt;") in plain.replace("<%", "&lt;%").replace(
        "%>", "%&gt;"
    )


def test_tables_and_strikethrough_are_rendered():
    assert "<table>" in render_markdown("|a|b|\n|-|-|\n|1|2|\n")[0]
    assert "<s>x</s>" in render_markdown("~~x~~")[0]


def test_footnotes_lead_to_their_notes_and_back_over_blocks_of_html() -> None:
    text = "文[^1]，又[^b]。\n\n<div>块\n\n块</div>\n\n再[^1]。\n\n[^1]: 甲\n[^b]: 乙\n\n    续\n"
    raw = parse(f"---\ntitle: T\n---\n{text}", "a.md")
    assert whole_html(clean_body(raw.body, Source("", "unknown", known=False))) == (
        '<p>文<span id="anchor-1"></span><sup><a href="#anchor-4">[1]</a></sup>'
        '，又<span id="anchor-2"></span><sup><a href="#anchor-5">[2]</a></sup>。</p>\n<p>块 块</p>\n'
        '<p>再<span id="anchor-3"></span><sup><a href="#anchor-4">[1:1]</a></sup>。</p>\n<hr>\n<ol>\n'
        '<li><span id="anchor-4"></span>甲 <a href="#anchor-1">↩︎</a> <a href="#anchor-3">↩︎</a></li>\n<li>\n'
        '<p><span id="anchor-5"></span>乙</p>\n<p>续 <a href="#anchor-2">↩︎</a></p>\n</li>\n</ol>'
    )


@pytest.mark.parametrize(
    "text",
    ["文[^1]。\n\n[^1]: 词语在此\n\n[^1]: 另一\n", "文[^1]。\n\n[^1]: 一\n\n[^2]: 词语在此\n",
     "[^1]: 词语在此\n",
     "文[^1]。\n\n[^1]: [^2]: 词语在此\n", "文[^2]。\n\n[^1]: [^2]: 词语在此\n", "文[^1] 词语在此",
     "文[^1]。\n\n> [^1]: 词语在此\n", "文[^1]\n\n<div>词语在此</div>\n\n[^1]: <!--block 0-->",
     "文[^" + "长" * 200 + "]\n\n[^1]: 词语在此"],
)  # fmt: skip
def test_no_note_is_lost_whether_a_mark_leads_to_it_or_not(text: str) -> None:
    assert render_markdown(text)[0].count("词语在此") == 1


@pytest.mark.parametrize("deep", [3, 9, 10, 20, 40, 49, 50, 51, 99, 100, 101, 2_000])
@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "[^a]: ", ">- "])
def test_no_text_is_lost_however_deep_it_stands(mark: str, deep: int) -> None:
    html, refusal = render_markdown(f"{mark * deep}词语在此")
    assert "词语在此" in html
    assert not refusal or deep >= 33
    steps = "\n".join(f"{'  ' * step}- a" for step in range(deep))
    assert "词语在此" in render_markdown(f"{steps} 词语在此")[0]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|b\n" * 1000,
        "*a_" * 50_000,
        "> " * 100 + "a",
    ],
)
def test_markdown_that_is_too_dense_stays_plain_text_and_is_told(text):
    raw = parse(f"---\ntitle: T\n---\n{text}", "a.md")
    assert codes(raw) == ["markdown-refused"]
    assert raw.body.startswith("<p>")


@pytest.mark.parametrize(
    "unit",
    ["<a ", "<h1 ", "<div", "<div>", "<p>", "</div>", "<!--", "```\n", "<div>\n\n", "# <h1>\n", "`" * 9],
)
@pytest.mark.parametrize("path", ["a.md", "a.txt", "a.html"])
def test_hostile_bodies_are_read(unit, path):
    assert isinstance(parse(unit * (150_000 // len(unit)), path), RawArticle)


@given(
    st.text("ab 徕卡12.,:-(（'？%", min_size=1, max_size=9).map(str.strip).filter(bool),
    st.sampled_from(["example.org", "Example.ORG", "a_b.cn", "x..y", "1.2"]),
    st.text("ab/?=%-._12f", max_size=9),
)
def test_the_short_way_for_a_linked_heading_gives_what_the_renderer_gives(title, host, path):
    text = f"[{title}](https://{host}/{path})\n------\n\n"
    assert _render(text) == _markdown().render(text)


def test_the_short_way_for_a_linked_heading_is_taken():
    assert _LINKED_HEADING.fullmatch("\n[一 “二”](https://example.org/a%20b?c=1)\n---\n")


# --- any bytes ----------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "...\n",
            "+++\n",
            "title: x\n",
            "tags: [a]\n",
            "\ta: b\n",
            "a: &x *x\n",
            " - y\n",
            "{",
            "}",
            '"',
        ),
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<!--",
            "-->",
            "<html>",
            "<title>",
            "<meta name=",
            "<body",
            "# h\n",
            "```\n",
        ),
        *("|a|\n|-|\n", "[a](b)", "**", "\r", "\r\n", "\n\n", "徕卡", "\x00", "\ufeff", "&#xd800;", "\x1b["),
    ]
)
PATHS = st.sampled_from(["a.md", "a.txt", "a.html", "2022-07-20-x.markdown"])


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode())
    ),
    PATHS,
)
def test_any_bytes_are_an_article_or_set_aside(data, path):
    try:
        raw = parse_article(data, path)
    except ArticleError as error:
        assert error.code in {"file-empty", "binary-file"}
        return
    assert raw == parse_article(data, path)
    raw.body.encode()
    for value in raw.front.values():
        "".join(value).encode()
    assert all(1 <= found.line <= data.count(b"\n") + data.count(b"\r") + 1 for found in raw.findings)


# --- files --------------------------------------------------------------------------------


def test_articles_are_found_in_order_and_other_files_are_told(tmp_path):
    for name in (
        "b.txt",
        "a.md",
        "deep/er/c.HTML",
        "deep/pic.jpg",
        ".hidden.md",
        ".git/x.md",
        "notes.pdf",
        "d.htm",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    paths, found = find_articles(tmp_path)
    assert paths == ["a.md", "b.txt", "d.htm", "deep/er/c.HTML"]
    assert [(item.code, item.path) for item in found] == [("file-skipped", "notes.pdf")]


def test_links_out_and_loops_are_not_followed(tmp_path):
    content = tmp_path / "content"
    (content / "sub").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("secret")
    (content / "a.md").write_text("x")
    (content / "sub" / "loop").symlink_to(content)
    (content / "out.md").symlink_to(tmp_path / "secret.md")
    (content / "in.md").symlink_to(content / "a.md")
    (content / "folder.md").symlink_to(content)
    (content / "self").symlink_to(content / "self")
    paths, found = find_articles(content)
    assert paths == ["a.md", "in.md"]
    assert [item.path for item in found] == ["folder.md", "out.md", "self", "sub/loop"]


def test_a_name_that_is_not_utf8_is_told(tmp_path):
    with open(os.fsencode(tmp_path) + b"/\xff.md", "wb") as file:
        file.write(b"x")
    paths, found = find_articles(tmp_path)
    assert paths == []
    assert [(item.code, item.path) for item in found] == [("name-not-utf8", "\ufffd.md")]


def test_a_folder_whose_name_is_not_utf8_stops_no_build_and_no_idle_one(make_site):
    site = make_site({"a.md": "---\ntitle: A\n---\n<p>b</p>\n"})
    folder = os.fsencode(site.content) + b"/\xff"
    os.mkdir(folder)
    with open(folder + b"/c.md", "wb") as file:
        file.write(b"x")
    for _ in range(2):
        report = site.build()
        assert [found.path for found in report.findings if found.code == "name-not-utf8"] == ["\ufffd/c.md"]
    assert report.pages_written == 0
    os.remove(folder + b"/c.md")
    assert "name-not-utf8" not in {found.code for found in site.build().findings}


def test_a_content_folder_that_cannot_be_read_is_no_empty_one(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        find_articles(tmp_path)


def test_a_missing_content_folder_is_a_settings_error(tmp_path):
    with pytest.raises(ConfigError):
        find_articles(tmp_path / "none")


def test_a_file_over_the_limit_or_gone_is_set_aside(tmp_path):
    (tmp_path / "a.md").write_text("12345")
    assert read_article(tmp_path, "a.md", 5).path == "a.md"
    for path, limit, code in (
        ("a.md", 4, "file-too-large"),
        ("b.md", 9, "file-unreadable"),
        (".", 9, "file-unreadable"),
    ):
        with pytest.raises(ArticleError) as caught:
            read_article(tmp_path, path, limit)
        assert caught.value.code == code


def test_a_pipe_with_an_articles_name_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(ArticleError) as caught:
        read_article(tmp_path, "a.md", 9)
    assert caught.value.code == "file-unreadable"


def test_reading_the_usual_article_loads_nothing_heavy():
    code = (
        "import sys; from site_builder.steps.read import parse_article;"
        "parse_article(b'---\\ntitle: T\\ntags: [a]\\n---\\n<div>\\n\\nx</div>\\n', 'a.md');"
        "heavy = {'yaml', 'frontmatter', 'markdown_it', 'chardet', 'anyascii'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_output_folder_among_the_articles_is_passed_over(tmp_path: Path) -> None:
    for name in ("a.md", "public/b.html", "public/2022/c.html", "publications/d.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert find_articles(tmp_path, tmp_path / "public") == (["a.md", "publications/d.md"], [])


def test_a_site_built_among_the_articles_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A lamp\ndate: 2022-07-20\n---\n<p>It was lit.</p>\n")
    assert run(["build", str(tmp_path), "--quiet", "-o", str(tmp_path / "first")]) == 0
    paths, found = find_articles(tmp_path, tmp_path / "second")
    assert paths == ["a.md"]
    assert [(one.path, one.code) for one in found] == [("first", "file-skipped")]
    (tmp_path / "first" / "manifest.json").unlink()  # a bag of BagIt has the other one, too
    assert "first/index.html" in find_articles(tmp_path, tmp_path / "second")[0]


LETTERHEADS = {
    "Pelican's": "Title: Lamp: lit\nDate: 2022-05-05 10:30\nAuthors: Ida; Per\nTags: a, b\nSlug: x\n",
    "Nikola's": (
        "<!--\n.. title: Lamp: lit\n.. date: 2022-05-05 10:30\n.. author: Ida; Per\n.. tags: a, b\n-->\n"
    ),
    "Nikola's, set in": (
        "<!--\n .. title: Lamp: lit\n .. date: 2022-05-05 10:30\n .. author: Ida; Per\n"
        " .. tags: a, b\n -->\n\n"
    ),
    "Org's": ("#+TITLE: Lamp: lit\n#+DATE: <2022-05-05 Thu 10:30>\n#+AUTHOR: Ida; Per\n#+FILETAGS: :a:b:\n"),
    "a German's": "Titel: Lamp: lit\nDatum: 2022-05-05 10:30\nAutor: Ida; Per\nSchlagworte: a, b",
    "a Chinese library's": "标题：Lamp: lit\n发布时间：2022-05-05 10:30\n作者：Ida; Per\n关键词：a，b\n",
    "one that breaks a line": "Title: Lamp:\n  lit\nDate: 2022-05-05 10:30\nAuthor: Ida; Per\nTags: a, b\n",
}


@pytest.mark.parametrize("name", LETTERHEADS)
@pytest.mark.parametrize("path", ["a.txt", "a.md"])
def test_lines_of_keys_that_open_a_file_are_front_matter_without_fences(name: str, path: str):
    raw = parse(f"{LETTERHEADS[name]}\nText.\n", path)
    assert clean_body(raw.body, NOBODY).text == "Text."
    assert [field(raw, key)[0] for key in ("title", "date", "author")] == [
        "Lamp: lit",
        "2022-05-05 10:30",
        "Ida; Per",
    ]
    assert listed(raw, "tags") == ("a", "b")
    assert codes(raw) == []


@pytest.mark.parametrize(
    "text",
    [
        "记者：灯塔什么时候亮的？\n作者：昨天晚上。\n\n正文",
        "时间：五月一日\n地点：港口\n\n欢迎参加。",
        "Note: the lamp is lit.\nDate: none\n\nText.",
        "Source: the keeper.\n\nText.",
        "<!-- a remark -->\nTitle: x\nDate: y\n",
        "Title: only this\n\nText.",
    ],
)
def test_lines_with_colons_that_are_prose_stay_in_the_body(text: str):
    raw = parse(text)
    assert "front-matter-missing" in codes(raw)
    shown = clean_body(raw.body, NOBODY).text
    assert all(word in shown for word in text.replace("<!-- a remark -->", "").split())


def test_an_author_with_an_address_and_a_tag_with_a_number_go_by_their_names():
    author, tag = '{"name": "Ida", "url": "https://a.example/"}', '{"id": 7, "name": "b"}'
    as_json = f'{{"title": "T", "author": {author}, "tags": ["a", {tag}]}}\n\nText.'
    as_yaml = f"---\ntitle: T\nauthor: {author}\ntags:\n  - a\n  - {tag}\n---\nText."
    for text in (as_json, as_yaml):
        raw = parse(text)
        assert (field(raw, "author")[0], listed(raw, "tags")) == ("Ida", ("a", "b"))


def test_a_merged_map_costs_no_title():
    raw = parse("---\nbase: &b\n  author: Ida\n<<: *b\ntitle: T\ndate: 2022-05-05\n---\nText.\n")
    assert (field(raw, "title")[0], field(raw, "date")[0]) == ("T", "2022-05-05")
    assert codes(raw) == ["front-matter-invalid"]
    assert raw.body.strip() == "<p>Text.</p>"


@pytest.mark.parametrize("path", ["a.html", "a.md", "a.txt"])
def test_what_a_feed_wrapped_around_a_body_is_taken_off(path: str):
    head = "---\ntitle: T\n---\n"
    for body in (
        "<![CDATA[First words, &amp; <p>more <b>words</b>.</p>]]>\n",
        "&lt;div&gt;First words, &amp;amp; &lt;p&gt;more &lt;b&gt;words&lt;/b&gt;.&lt;/p&gt;&lt;/div&gt;\n",
    ):
        raw = parse(head + body, path)
        assert clean_body(raw.body, NOBODY).text == "First words, &\nmore words."
        assert codes(raw) == ["body-wrapped"]


@pytest.mark.parametrize(
    "body",
    [
        "&lt;p&gt; opens a paragraph.",
        "Write &lt;p&gt;a&lt;/p&gt;.",
        "&lt;p&gt;a&lt;/p&gt; is <b>HTML</b>.",
        "&lt;lamp&gt;lit&lt;/lamp&gt;",
    ],
)
def test_tags_that_a_text_speaks_of_stay_text(body: str):
    raw = parse("---\ntitle: T\n---\n" + body, "a.html")
    assert raw.body == body
    assert codes(raw) == []


@pytest.mark.parametrize("path", ["a.html", "a.txt"])
def test_blank_lines_part_the_paragraphs_of_html_that_has_no_tags_for_them(path: str):
    def lines(body: str) -> str:
        return clean_body(parse("---\ntitle: T\n---\n" + body, path).body, NOBODY).text

    assert (
        lines("One <b>a</b>.\n\nTwo\nlines.\n \n<ul><li>x</li></ul>\n\nEnd.") == "One a.\nTwo lines.\nx\nEnd."
    )
    assert lines("<p>One\n\nparagraph.</p>") == "One paragraph."
    assert lines("One <b>line</b><br>\n\nmore") == "One line more"
    assert lines("<b>One</b>\nonly\n\n") == "One only"


def test_articles_in_forms_that_are_not_read_are_told_of(tmp_path: Path) -> None:
    for name in ("a.rst", "b.org", "c.adoc", "d.pdf", "e.mdx", "f.qmd"):
        (tmp_path / name).write_text("x")
    paths, found = find_articles(tmp_path)
    assert paths == ["e.mdx", "f.qmd"]
    assert [(one.code, one.path) for one in found] == [
        ("format-unread", "a.rst"),
        ("format-unread", "b.org"),
        ("format-unread", "c.adoc"),
        ("file-skipped", "d.pdf"),
    ]


def test_a_body_behind_a_title_of_wordpress_export_to_jekyll_has_that_title() -> None:
    raw = parse("---\npost_title: The lamp\npost_date: 2018-09-18 10:27:17\n---\nIt burns.\n")
    assert (field(raw, "title")[0], field(raw, "date")[0]) == ("The lamp", "2018-09-18 10:27:17")


@pytest.mark.parametrize(
    ("page", "date"),
    [
        (
            "<title>The lamp is lit - Paper</title><h1>Paper</h1><p class=date>2001-01-01</p>"
            "<h1>The lamp is lit</h1><span class=submitted>Submitted on Thu, 2022-05-05 13:49</span>",
            "Submitted on Thu, 2022-05-05 13:49",
        ),
        (
            "<h1>The lamp</h1><div class=info>\n2022-05-05 20:52:15\n<span>来源：Paper</span></div><p>x",
            "2022-05-05 20:52:15",
        ),
        ("<h1>The lamp</h1><div class=info>发布时间：2022-05-05 20:52 来源：Paper</div>", "2022-05-05 20:52"),
        (
            "<meta name='article:published_time' content='2022-05-05T20:52:15'><script type="
            '\'application/ld+json\'>{"@type":"NewsArticle","datePublished":"2022-05-05T20:52:15.000Z"}'
            "</script>",
            "2022-05-05T20:52:15.000Z",
        ),
        ("<meta name=article_date_original content='May 5, 2022, 12:06 PM'>", "May 5, 2022, 12:06 PM"),
        (
            "<meta name=date content='2022-05-05T20:52:15'>"
            "<time itemprop=datePublished datetime='2001-01-01T00:00Z'>",
            "2022-05-05T20:52:15",
        ),
    ],
)
@pytest.mark.parametrize(
    "before", ["", "<!-- saved -->\n", '<?xml version="1.0"?>\n<!--[if IE]>x<![endif]-->']
)
def test_more_ways_of_a_page_to_say_its_moment(page: str, date: str, before: str) -> None:
    raw = parse(f"{before}<!doctype html><html>{page}</html>", "a.html")
    assert (raw.whole, field(raw, "date")[0]) == (True, date)


def test_two_moments_that_no_element_names_are_none_of_the_article() -> None:
    stamps = "<p>2022-05-05 10:00 the first</p><p>2022-05-06 10:00 the second</p>"
    raw = parse(f"<!doctype html><html><body><h1>The lamp</h1>{stamps}</body></html>", "a.html")
    assert field(raw, "date")[0] == ""


def test_a_blank_parts_the_tags_of_jekyll_and_of_no_other() -> None:
    head = "title: T\ntags: lamp tide\ncategories: harbour news\n"
    jekylls = parse(f"---\nlayout: post\n{head}---\nText.\n")
    assert listed(jekylls, "tags", "categories") == ("lamp", "tide", "harbour", "news")
    other = parse(f"---\n{head}---\nText.\n")
    assert listed(other, "tags", "categories") == ("lamp tide", "harbour news")
    parted = parse("---\nlayout: post\ntitle: T\ntags: old lamps, tide\n---\nText.\n")
    assert listed(parted, "tags") == ("old lamps", "tide")


def test_a_heading_stands_in_for_a_title_that_is_an_address() -> None:
    head = "---\ntitle: https://a.example/blog/the-lamp\nurl: https://a.example/blog/the-lamp\n---\n"
    assert field(parse(f"{head}# The lamp\n\nText.", "a.md"), "title")[0] == "The lamp"
    assert field(parse(f"{head}Text."), "title")[0] == "https://a.example/blog/the-lamp"


def test_where_a_post_stood_before_it_was_taken_over_is_its_address() -> None:
    for key in ("blogger_orig_url", "wordpress_url"):
        raw = parse(f"---\ntitle: T\n{key}: https://a.example/2013/08/t.html\n---\nText.")
        assert field(raw, "url")[0] == "https://a.example/2013/08/t.html"


def test_what_tells_of_a_folder_or_shows_a_site_is_no_article(tmp_path: Path) -> None:
    files = {
        "README.md": "# My posts",
        "b/LICENSE.txt": "MIT",
        "robots.txt": "User-agent: *",
        "c/README.md": "---\ntitle: The lamp\n---\nText.",
        "Readme about lamps.md": "Text.",
        "_layouts/post.html": "<html>{{ content }}</html>",
        "_posts/a.md": "Text.",
        "node_modules/x/README.md": "# x",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    paths, found = find_articles(tmp_path)
    assert paths == ["Readme about lamps.md", "_posts/a.md", "c/README.md"]
    assert {(one.code, one.path) for one in found} == {
        ("file-skipped", name)
        for name in ("README.md", "_layouts", "b/LICENSE.txt", "node_modules", "robots.txt")
    }


@pytest.mark.parametrize("number", ["0x" + "f" * 9_000, "9" * 4_200])
def test_a_number_of_thousands_of_digits_keeps_no_article_out(number: str) -> None:
    raw = parse_article(f'+++\ntitle = "Lamp"\nweight = {number}\n+++\nText.'.encode(), "a.md")
    assert raw.front["title"] == "Lamp"
    assert str(raw.front["weight"])[:4000] == number[:4000]

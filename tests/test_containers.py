"""One article within XML: a note that Evernote exports, an item of a feed; text that is a value of JSON."""

import json
from base64 import b64encode
from hashlib import md5

import pytest
from painting import gif

from site_builder.checks.articles import place_of
from site_builder.errors import ArticleError
from site_builder.model import RawArticle, Source
from site_builder.steps.clean import clean_body, whole_html
from site_builder.steps.read import find_articles, parse_article

NOBODY = Source("", "unknown", known=False)
PICTURE = gif(frames=1)
NOTE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export3.dtd">
<en-export export-date="20220601T000000Z" application="Evernote"><note><title>Lamp &amp; oil</title>
<created>20220505T103000Z</created><updated>20220506T103000Z</updated><tag>sea</tag><tag>lamp</tag>
<note-attributes><author>Ida</author><source-url>https://h.example/lamp</source-url></note-attributes>
<content><![CDATA[<?xml version="1.0"?><!DOCTYPE en-note SYSTEM "enml2.dtd"><en-note>
<div>It burns &lt; 3.</div>
<div><en-todo checked="true"/>Oil</div><en-media hash="{md5(PICTURE).hexdigest()}" type="image/gif"/>
<div>A <note> in words.</div></en-note>]]></content>
<resource><data encoding="base64">
{b64encode(PICTURE).decode()}
</data><mime>image/gif</mime></resource></note></en-export>"""
ITEM = """<item><title><![CDATA[Lamp & oil]]></title><link>https://h.example/lamp</link>
<dc:creator><![CDATA[Ida]]></dc:creator><pubDate>Thu, 05 May 2022 10:30:00 +0000</pubDate>
<category>sea</category><category>lamp</category><description>Short.</description>
<content:encoded><![CDATA[<p>It burns.</p>]]></content:encoded></item>"""
ENTRY = """<entry xmlns="http://www.w3.org/2005/Atom"><title type="html">Lamp &amp;amp; oil</title>
<link rel="self" href="https://h.example/self"/><link href="https://h.example/lamp"/>
<published>2022-05-05T10:30:00Z</published><author><name>Ida</name><uri>https://h.example</uri></author>
<category term="sea"/><content type="html">&lt;p&gt;It burns.&lt;/p&gt;</content></entry>"""


def read(text: str, path: str = "a.txt") -> tuple[RawArticle, str]:
    raw = parse_article(text.encode(), path)
    return raw, whole_html(clean_body(raw.body, NOBODY))


def test_a_note_of_evernote_is_read_with_its_picture_and_its_boxes() -> None:
    raw, html = read(NOTE, "a.enex")
    assert raw.front == {
        "title": "Lamp & oil",
        "date": "2022-05-05T10:30:00Z",
        "updated": "2022-05-06T10:30:00Z",
        "author": "Ida",
        "url": "https://h.example/lamp",
        "tags": ("sea", "lamp"),
    }
    assert html.startswith('<p>It burns &lt; 3.</p>\n<p>☑ Oil</p>\n<figure><img src="data:image/gif;base64,')
    assert html.endswith("<p>A in words.</p>")
    assert not raw.findings


@pytest.mark.parametrize(
    "text",
    [
        ITEM,
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour</title>{ITEM}</channel></rss>',
        ENTRY.replace("&amp;amp;", "&amp;"),
        ENTRY.replace("&amp;amp;", "&amp;")
        .replace('type="html">&lt;p&gt;It burns.&lt;/p&gt;', 'type="xhtml"><div><p>It burns.</p></div>')
        .replace("<category term", '<category scheme="x" term'),
    ],
    ids=["item", "feed of one", "Atom", "XHTML"],
)
def test_an_item_of_a_feed_is_read(text: str) -> None:
    raw, html = read(text)
    assert html == "<p>It burns.</p>"
    assert (raw.front["title"], raw.front["url"]) == ("Lamp & oil", "https://h.example/lamp")
    assert (raw.front["author"], raw.front["tags"][0]) == ("Ida", "sea")
    assert str(raw.front["date"])[-14:] in {"10:30:00 +0000", "05-05T10:30:00Z"[-14:]}


@pytest.mark.parametrize(
    "text",
    [
        NOTE.replace("</note></en", "</note><note><title>b</title></note></en"),
        f"<channel>{ITEM * 3}</channel>",
    ],
)
def test_a_file_of_several_articles_is_set_aside_and_told(text: str) -> None:
    with pytest.raises(ArticleError) as told:
        parse_article(text.encode(), "a.enex")
    assert told.value.code == "several-articles"
    assert str(text.count("</item>") or 2) in told.value.message


def test_notes_are_found_and_what_only_looks_like_a_feed_is_text(tmp_path) -> None:
    (tmp_path / "a.enex").write_text(NOTE)
    assert find_articles(tmp_path)[0] == ["a.enex"]
    assert read("<p>The &lt;item&gt; of a feed.</p>")[1] == "<p>The &lt;item&gt; of a feed.</p>"
    assert read("<feed>words and no entry</feed>")[1] == "<p>words and no entry</p>"


@pytest.mark.parametrize(
    "broken", ["<rss><item><title>", "<item><title>a</title", "<item>" * 2000, "<entry><!--"]
)
def test_broken_xml_is_no_fault_of_ours(broken: str) -> None:
    try:
        parse_article(broken.encode(), "a.txt")
    except ArticleError as told:
        assert told.code == "several-articles"


@pytest.mark.parametrize("key", ["content_html", "content", "body"])
def test_text_that_is_a_value_of_json_is_the_body(key: str) -> None:
    raw, html = read(
        json.dumps({"title": "Lamp", "date_published": "2022-05-05", key: "<p>It <b>burns</b>.</p>"})
    )
    assert html == "<p>It <strong>burns</strong>.</p>"
    assert key not in raw.front
    assert read(json.dumps({"title": "Lamp", "content_text": "It burns.\n\nStill."}))[1].count("<p>") == 2
    assert read("---\ntitle: a\ncontent: words\n---\nText.")[1] == "<p>Text.</p>"


def test_front_matter_with_its_lower_fence_only_is_read_as_hexo_does() -> None:
    raw, html = read("title: 灯塔: 亮了\ntags:\n- 海港\n- 灯塔\ndate: 2022-05-05\n---\n灯塔亮了。\n", "a.md")
    assert (raw.front["tags"], raw.front["date"], html) == (
        ("海港", "灯塔"),
        "2022-05-05",
        "<p>灯塔亮了。</p>",
    )
    assert read("title: a heading\n---\n\nText.", "a.md")[1].startswith("<h2>title: a heading</h2>")
    assert read("Title\n---\n\nText.", "a.md")[1].startswith("<h2>Title</h2>")


@pytest.mark.parametrize(
    ("head", "key", "want"),
    [
        ("<meta property=og:article:published_time content=2022-05-05>", "date", "2022-05-05"),
        ("<meta name=content_PublishedDate content=2022-05-05>", "date", "2022-05-05"),
        ("<meta property=article:tag content='Sea, Lamps'>", "tags", ("Sea", "Lamps")),
        ("<title>Lamp lit : Harbour News</title>", "title", "Lamp lit"),
        ("<title>Lamp lit: a story</title>", "title", "Lamp lit: a story"),
    ],
)
def test_what_heads_say_of_day_tags_and_title_is_read(head: str, key: str, want: object) -> None:
    page = f"<!DOCTYPE html><html><head>{head}</head><body><h1>Lamp lit</h1><p>Text.</p></body></html>"
    assert read(page, "a.html")[0].front[key] == want


@pytest.mark.parametrize(
    "sign", ["¶", "<a class=x href='#l'>#</a>", " <a href='#l'>&para;</a>", "<a href='#l'>🔗</a>"]
)
def test_the_sign_of_a_headings_link_is_no_part_of_the_title(sign: str) -> None:
    assert read(f"<h1>Lamp C#{sign}</h1><p>Text.</p>", "a.html")[0].front["title"] == "Lamp C#"


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("big5", "gb2312", "燈塔重新亮了，港口的人們都很高興，這是三年來的第一次。"),
        ("shift_jis", "gbk", "灯台の明かりがともりました。港の人々は喜んでいます。"),
        ("euc-kr", "gb18030", "등대가 다시 켜졌다. 항구의 사람들은 기뻐했다. 삼 년 만의 일이다."),
    ],
)
def test_a_declared_encoding_of_the_east_that_gives_rubbish_is_not_believed(
    encoding: str, declared: str, text: str
) -> None:
    page = f"<html><head><meta charset={declared}></head><body><p>{text}</p><p>{text}</p></body></html>"
    assert text in parse_article(page.encode(encoding), "a.html").body


def test_a_declared_encoding_that_shows_a_text_is_believed() -> None:
    page = "<html><head><meta charset=gb2312></head><body><p>灯塔重新亮了，港口的人们都很高兴。"
    assert parse_article(page.encode("gbk"), "a.html").encoding == "gb18030"


def test_findings_in_a_saved_page_name_lines_of_its_file() -> None:
    head = 'From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n'
    part = "--x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    page = "<html><body><p>One soft=\n line.</p>\n<p><img src=3D'lamp-of-the-harbour.jpg'></p>"
    text = f"{head}{part}{page}\n--x--\n"
    raw = parse_article(text.encode(), "a.mhtml")
    assert place_of(raw, "lamp-of-the-harbour.jpg") == (text[: text.index("lamp-of")].count("\n") + 1, 16)

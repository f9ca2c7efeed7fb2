from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting import gif

from site_builder.cleaning import walk
from site_builder.dom import TEXT, parse_events
from site_builder.language.text import field
from site_builder.model import Body, Credit, Media, Rule, Selector, Source
from site_builder.pictures.embedded import write_address
from site_builder.sources import load_sources, match_source
from site_builder.steps.clean import clean_body, restore_text, whole_html
from site_builder.steps.read import parse_article

NOBODY = Source("", "unknown", known=False)
ORIGIN = "https://news.example.com/2022/a.html"
CONTENT = Path(__file__).parent.parent / "content"
GOLDEN = Path(__file__).parent / "golden" / "bodies"
SEEDS = sorted(path.name for path in CONTENT.glob("*.txt"))


def cleaned(html: str, **given: str) -> str:
    return whole_html(clean_body(html, NOBODY, origin=ORIGIN, **given))


def original_text(html: str) -> str:
    return "".join("".join(text.split()) for kind, text, _ in parse_events(html) if kind == TEXT)


# --- the seeds --------------------------------------------------------------------------------


def seed(name: str) -> tuple[str, Body]:
    raw = parse_article((CONTENT / name).read_bytes(), name)
    source, _ = match_source(load_sources(), raw)
    return raw.body, clean_body(raw.body, source, origin=field(raw, "url")[0], title=field(raw, "title")[0])


def written(body: Body) -> str:
    """All that a golden file holds: the body, what was harvested, and the ledger."""
    harvest = [f"tag {tag}" for tag in body.tags] + [
        f"{credit.role} {credit.name}" for credit in body.credits
    ]
    ledger = [
        f"{entry.kind} {entry.at} {entry.rule} | {entry.text} | {entry.what}".rstrip()
        for entry in body.removals
    ]
    return "\n".join([whole_html(body), "---", *harvest, "---", *ledger, ""])


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_is_cleaned_to_its_golden_file(name: str) -> None:
    _, body = seed(name)
    assert written(body) == (GOLDEN / name).with_suffix(".html").read_text("utf-8")


@pytest.mark.parametrize("name", SEEDS)
def test_every_character_of_a_seed_is_accounted_for(name: str) -> None:
    html, body = seed(name)
    assert restore_text(body) == original_text(html)


def test_the_seeds_have_their_paragraphs_pictures_and_captions_and_nothing_else() -> None:
    bodies = [seed(name)[1] for name in SEEDS]
    html = "\n".join(body.html for body in bodies)
    assert html.count("<p>") == 36
    assert sum(len(body.media) for body in bodies) == html.count("<figure>") == 13
    assert html.count("<figcaption>") == 2
    pictures = [entry for body in bodies for entry in body.removals if entry.what.startswith("<img")]
    assert len(pictures) == 4
    whole = "\n".join(map(whole_html, bodies))
    for forbidden in (
        "onclick",
        "style=",
        "data-",
        "javascript:",
        "union-click",
        "workers.dev",
        "ithome://",
        "/s_",
    ):
        assert forbidden not in whole
    for boilerplate in ("如需转载", "责任编辑", "文章纠错", "话题标签", "京东", "直达链接", "6999 元"):
        assert boilerplate not in whole


# --- blocks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("a", "<p>a</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("a<br>b<br><br>c<br/><br/><br/>d", "<p>a<br>b</p>\n<p>c</p>\n<p>d</p>"),
        ("<br>a<br>", "<p>a</p>"),
        ("<p>a</p>b<p>c", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<p></p><p> \u3000&nbsp;</p><div><span></span></div>", ""),
        ("<p>\u3000\u3000a b\u3000</p>", "<p>a b</p>"),
        ("<p>a\u3000b</p>", "<p>a\u3000b</p>"),
        ("a<br>\u3000\u3000b<br>\u3000\u3000c", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<p>a \n b</p>", "<p>a b</p>"),
        ("<h1>a</h1><h6>b</h6>", "<h2>a</h2>\n<h3>b</h3>"),
        ("<h4>a</h4><h5>b</h5><h3>c</h3><h4>d</h4>", "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n<h3>d</h3>"),
        ("<h2><p>a</p><div>b</div></h2>", "<h2>a<br>b</h2>"),
        (
            "<b>a<p>b</p>c</b>",
            "<p><strong>a</strong></p>\n<p><strong>b</strong></p>\n<p><strong>c</strong></p>",
        ),
        ("<b>a<br><br>b</b>", "<p><strong>a</strong></p>\n<p><strong>b</strong></p>"),
        ("<b> a </b>b<i></i>", "<p><strong>a</strong> b</p>"),
        ("x<b> a</b>", "<p>x <strong>a</strong></p>"),
        ("<b><strong>a</strong></b>", "<p><strong>a</strong></p>"),
        ("<strike>a</strike><tt>b</tt><font>c</font>", "<p><s>a</s><code>b</code>c</p>"),
        ("<ul><li>a<li><p>b</p></ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<ul><li>a<ul><li>b</ul></ul>", "<ul>\n<li>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("<ol start=3><li>a</ol>", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("<ul>a<li>b</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<li>a</li><p>b</p>", "<ul>\n<li>a</li>\n</ul>\n<p>b</p>"),
        ("<ul><li></li></ul>", ""),
        ("<dl><dt>a<dd>b</dl>", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>"),
        ("<blockquote>a<p>b</blockquote>", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>"),
        ("<pre>\n a\n  b<br>c\n</pre>", "<pre> a\n  b\nc</pre>"),
        ("<pre><code>a &lt; b</code></pre>", "<pre><code>a &lt; b</code></pre>"),
        ("a<hr><hr>b<hr>", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("H<sub>2</sub>O <del>a</del> <kbd>b</kbd>", "<p>H<sub>2</sub>O <del>a</del> <kbd>b</kbd></p>"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>",) * 2,
        ("<p lang=en dir=rtl class=x id=y>a</p>", '<p lang="en" dir="rtl">a</p>'),
        ('<time datetime="2022-07-20">a</time>', '<p><time datetime="2022-07-20">a</time></p>'),
        (
            '<font><time datetime="2022">a</time></font>b',
            '<p><time datetime="2022">a</time> b</p>',
        ),
        ("<msqrt><time datetime=2022>a</msqrt>b", '<p><time datetime="2022">a</time> b</p>'),
        ('<time datetime="2022-02-30">a</time><time datetime="Aug 30">b</time><time>c</time>', "<p>abc</p>"),
        ("<details><summary>a</summary>b</details>", "<p>a</p>\n<p>b</p>"),
        ("{{ 7*7 }} {% raw %} <%= 1 %> &#123;x&#125;", "<p>{{ 7*7 }} {% raw %} &lt;%= 1 %&gt; {x}</p>"),
        ("<p>a &amp;lt;b&amp;gt; &nbsp;c</p>", "<p>a &amp;lt;b&amp;gt; &nbsp;c</p>"),
        ("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>", "<p>x=1</p>"),
        ("<svg><style>a</style><text>b</text></svg>", "<p>b</p>"),
        (
            "<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>y</mi><mrow><mi>i</mi><mo>+</mo>"
            "<mn>1</mn></mrow></msub><annotation>x^2</annotation></math>",
            "<p>x<sup>2</sup>+y<sub>i+1</sub></p>",
        ),
        (
            "<math><munderover><mo>∑</mo><mn>0</mn><mi>n</mi></munderover><mfrac><mn>1</mn><mi>k</mi></mfrac></math>",
            "<p>∑<sub>0</sub><sup>n</sup><sup>1</sup>⁄<sub>k</sub></p>",
        ),
    ],
)
def test_blocks_are_built(html: str, want: str) -> None:
    if html.startswith("<ruby>"):
        want = f"<p>{want}</p>"
    assert cleaned(html) == want


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (
            "<table><tr><th>a<th>b<tr><td>c<td colspan=2 onclick=x>d</table>",
            "<table>\n<tbody>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n"
            '<tr>\n<td>c</td>\n<td colspan="2">d</td>\n</tr>\n</tbody>\n</table>',
        ),
        (
            "<table><caption>t</caption><thead><tr><th>a<th>b<tbody><tr><td>c<td></table>",
            "<table>\n<caption>t</caption>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>c</td>\n<td></td>\n</tr>\n</tbody>\n</table>",
        ),
        ("<table><tr><td><p>a</p><p>b</p></table>", "<p>a</p>\n<p>b</p>"),
        ("<table><tr><td>a<tr><td>b</table>", "<p>a</p>\n<p>b</p>"),
        (
            "<table><tr><td>a<td><table><tr><td>b<td>c</table></table>",
            "<p>a</p>\n<table>\n<tbody>\n<tr>\n<td>b</td>\n<td>c</td>\n</tr>\n</tbody>\n</table>",
        ),
        ("<table><tr><td></table>", ""),
        (
            "<table><tr><th><button>a</button><th>b</table>",
            "<table>\n<tbody>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</tbody>\n</table>",
        ),
    ],
)
def test_tables_of_data_stay_and_tables_of_layout_go(html: str, want: str) -> None:
    assert cleaned(html) == want


A, B, C = (f"https://pic.example.com/{name}.jpg" for name in "abc")
IMG_A, IMG_B = (f'<img src="{url}" alt="">' for url in (A, B))


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (f'<p><img src="{A}"></p>', f"<figure>{IMG_A}</figure>"),
        (f'<p><img src="{A}"><img src="{B}"></p>', f"<figure>{IMG_A}</figure>\n<figure>{IMG_B}</figure>"),
        (
            f'<p><img src="{A}"><br>\n说明</p>',
            f"<figure>{IMG_A}<figcaption>说明</figcaption></figure>",
        ),
        (f'<p><img src="{A}"><br><br>a</p>', f"<figure>{IMG_A}</figure>\n<p>a</p>"),
        (f'<p><img src="{A}"><br>{"长" * 200}</p>', f"<figure>{IMG_A}</figure>\n<p>{'长' * 200}</p>"),
        (f'<div><img src="{A}"><br>a</div>', f"<figure>{IMG_A}</figure>\n<p>a</p>"),
        (f'<p>a<img src="{A}">b</p>', f"<p>a{IMG_A}b</p>"),
        (f'<p>a <img src="{A}"> b</p>', f"<p>a {IMG_A} b</p>"),
        (f'<p>a<img src="{A}"></p>', f"<p>a</p>\n<figure>{IMG_A}</figure>"),
        (f'<p><img src="{A}">a</p>', f"<figure>{IMG_A}</figure>\n<p>a</p>"),
        (f'<p>a<br><img src="{A}"><br>b</p>', f"<p>a</p>\n<figure>{IMG_A}</figure>\n<p>b</p>"),
        (
            f'<p><img src="{A}" width=20 height=20>a</p>',
            f'<p><img src="{A}" alt="" width="20" height="20">a</p>',
        ),
        (f'<figure><img src="{A}"><figcaption>c</figcaption></figure>',) * 2,
        (f'<figure><figcaption>c</figcaption><img src="{A}"></figure>',) * 2,
        (
            "<figure><pre>a</pre><figcaption>c</figcaption></figure>",
            "<figure>\n<pre>a</pre>\n<figcaption>c</figcaption>\n</figure>",
        ),
        (f'<h2><img src="{A}"></h2>', f"<figure>{IMG_A}</figure>"),
        (f'<ul><li><img src="{A}"></ul>', f"<ul>\n<li>\n<figure>{IMG_A}</figure>\n</li>\n</ul>"),
        (f'<b><img src="{A}"></b>', f"<figure>{IMG_A}</figure>"),
        (
            f'<img src="/blank.gif" data-src="{A}"><noscript><img src="{A}"></noscript>',
            f"<figure>{IMG_A.replace('alt', 'alt')}</figure>",
        ),
        (f'<img srcset="{B} 320w, {A} 1280w" src="{C}">', f"<figure>{IMG_A}</figure>"),
        (f'<picture><source srcset="{A}"><img src="{B}"></picture>', f"<figure>{IMG_A}</figure>"),
        (f'<img src="https://images.weserv.nl/?url={A[8:]}">', f"<figure>{IMG_A}</figure>"),
        ('<img src="/a.jpg">', '<figure><img src="https://news.example.com/a.jpg" alt=""></figure>'),
        (f'<a href="{B}"><img src="{A}"></a>', f"<figure>{IMG_B}</figure>"),
        (
            f'<a href="https://example.org/"><img src="{A}"></a>',
            f'<figure><a href="https://example.org/" rel="nofollow noreferrer external">{IMG_A}</a></figure>',
        ),
    ],
)
def test_pictures_stand_where_they_belong(html: str, want: str) -> None:
    if html.startswith("<figure><") and "figcaption" in html and want == html:
        want = want.replace(f'<img src="{A}">', IMG_A)
    assert cleaned(html) == want


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://hm.baidu.com/hm.gif?si=1">',
        f'<img src="{A}" width="1" height="1">',
        '<img src="data:image/gif;base64,R0lGOD">',
        '<img src="https://example.org/static/loadimg.gif">',
        "<img>",
        '<img src="javascript:alert(1)">',
        '<img src="media:0">',
    ],
)
def test_a_picture_that_is_no_content_goes_into_the_ledger(html: str) -> None:
    body = clean_body(f"<p>a</p>{html}", NOBODY)
    assert body.html == "<p>a</p>"
    assert [(entry.text, entry.at) for entry in body.removals] == [("", 1)]
    assert body.removals[0].what.startswith("<img")


def test_media_are_told_apart_from_the_page() -> None:
    html = f'<p>a<img src="{A}" alt="x" title="y" w=600 h=400 width=9 height=9>b</p><iframe src="https://v.example.com/1"></iframe>'
    body = clean_body(html, NOBODY)
    assert body.html == '<p>a<img src="media:0">b</p>\n<figure><img src="media:1"></figure>'
    assert body.media == (
        Media("image", (A,), alt="x", title="y", width=600, height=400, inline=True),
        Media("embed", ("https://v.example.com/1",)),
    )
    assert '<p><a href="https://v.example.com/1" rel=' in whole_html(body)


def test_a_medium_in_the_line_never_stands_in_a_link() -> None:
    body = clean_body(f'<p><a href="https://example.org/">a<img src="{A}">b</a></p>', NOBODY)
    link = '<a href="https://example.org/" rel="nofollow noreferrer external">'
    assert body.html == f'<p>{link}a</a><img src="media:0">{link}b</a></p>'


def test_a_relative_picture_may_lie_beside_the_article() -> None:
    (media,) = clean_body('<img src="photos/a.jpg">', NOBODY).media
    assert (media.urls, media.local) == ((), "photos/a.jpg")
    (media,) = clean_body('<img src="/img/a.jpg">', NOBODY).media  # from the content folder's root
    assert (media.urls, media.local) == ((), "/img/a.jpg")
    assert clean_body('<img src="../a.jpg"><img src="/..\\a.jpg">', NOBODY).media == ()


def test_players_and_their_words_for_other_browsers() -> None:
    body = clean_body('<p>a</p><video><source src="https://v.example.com/1.mp4">no player</video>', NOBODY)
    assert body.media[0].kind == "video"
    assert body.text == "a"
    assert body.removals[0].text == "no player"


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (
            '<a href="https://example.org/?utm_source=x" target=_blank onclick=y>a</a>',
            '<p><a href="https://example.org/" rel="nofollow noreferrer external">a</a></p>',
        ),
        ('<a href="mailto:a@example.org">a</a>', '<p><a href="mailto:a@example.org">a</a></p>'),
        (
            '<a href="b.html">a</a>',
            '<p><a href="https://news.example.com/2022/b.html" rel="nofollow noreferrer external">a</a></p>',
        ),
        (
            '<a href="#note">a</a><a name=note>b</a>',
            '<p><a href="#anchor-1">a</a><span id="anchor-1"></span>b</p>',
        ),
        (
            '<a href="https://news.example.com/2022/a.html#%E6%B3%A8">a</a><p id="注">b',
            '<p><a href="#anchor-1">a</a></p>\n<p><span id="anchor-1"></span>b</p>',
        ),
        ('<a href="#gone">a</a><script id=gone>b</script><a href="#top">c</a>', "<p>ac</p>"),
        (
            '<a href="#x"><img src="https://example.org/a.jpg" id=x></a>',
            '<figure><img src="https://example.org/a.jpg" alt=""></figure>',
        ),
        ('<a href="https://union-click.jd.com/jdc?p=1">a</a>', "<p>a</p>"),
        ('<a href="javascript:;">a</a>', "<p>a</p>"),
        ('<a href="https://example.org/"></a>', ""),
    ],
)
def test_links_are_made_plain_or_leave_their_words(html: str, want: str) -> None:
    assert cleaned(html) == want


# --- rules ------------------------------------------------------------------------------------


def source_with(*rules: Rule) -> Source:
    return Source("甲报", "jia", rules=rules)


def test_a_class_is_matched_as_a_whole_word_only() -> None:
    source = source_with(Rule("drop", Selector(classes=("ad",)), "r"))
    body = clean_body('<p class="x ad">a</p><p class="head">b</p><p class="ad-free">c</p>', source)
    assert body.text == "b\nc"
    assert body.removals[0].rule == "source:jia#1"


@pytest.mark.parametrize(
    ("selector", "left"),
    [
        (Selector(tag="p"), "b"),
        (Selector(id="i"), "b"),
        (Selector(text="编辑： 某"), "b"),
        (Selector(text_prefix="编辑："), "b"),
        (Selector(tag="div", text_prefix="编辑："), "编辑： 某\nb"),
        (Selector(id="i", classes=("y",)), "编辑： 某\nb"),
        (Selector(classes=("x", "z")), "编辑： 某\nb"),
        (Selector(classes=("x", "w")), "b"),
    ],
)
def test_all_that_a_selector_names_must_hold(selector: Selector, left: str) -> None:
    html = '<p id="i" class="w x">编辑：\n <i>某</i></p><section>b</section>'
    assert clean_body(html, source_with(Rule("drop", selector, "r"))).text == left


def test_a_selector_by_address_looks_at_the_element_alone() -> None:
    source = source_with(Rule("drop", Selector(tag="a", url="/ads/"), "r"))
    assert clean_body('<p><a href="https://example.org/ads/1">a</a>b</p>', source).text == "b"


def test_harvested_text_is_kept_apart_and_in_the_ledger() -> None:
    source = source_with(
        Rule("harvest", Selector(classes=("tags",)), "r", field="tags", after="标签："),
        Rule("harvest", Selector(tag="i"), "r", field="editor", after="编辑："),
    )
    body = clean_body('<p>a <i>编辑：某某</i></p><p class="tags">标签：甲、乙 丙</p>', source)
    assert (body.text, body.tags, body.credits) == ("a", ("甲", "乙", "丙"), (Credit("editor", "某某"),))
    assert [(entry.kind, entry.at, entry.text) for entry in body.removals] == [
        ("harvested", 1, "编辑：某某"),
        ("harvested", 1, "标签：甲、乙 丙"),
    ]


def test_unwrapping_leaves_the_words() -> None:
    source = source_with(
        Rule("unwrap", Selector(tag="blockquote"), "r"), Rule("unwrap", Selector(tag="b"), "r")
    )
    assert clean_body("<blockquote><b>a</b></blockquote>b", source).html == "<p>a</p>\n<p>b</p>"


def test_a_thumbnail_becomes_the_full_picture_by_the_publishers_pattern() -> None:
    source = replace(source_with(), full_size=((r"/s_", "/"),))
    (media,) = clean_body('<img src="https://pic.example.com/s_a.jpg">', source).media
    assert media.urls == ("https://pic.example.com/a.jpg", "https://pic.example.com/s_a.jpg")


# --- the title --------------------------------------------------------------------------------


def test_a_title_repeated_at_the_top_goes_into_the_ledger() -> None:
    html = "<h1>甲 说：“乙”</h1><strong>甲说：“乙”</strong><p>丙</p><p>甲说_“乙”</p>"
    body = clean_body(html, NOBODY, title="甲说_“乙_")
    assert body.text == "丙\n甲说_“乙”"
    assert [(entry.rule, entry.text) for entry in body.removals] == [
        ("title", "甲 说：“乙”"),
        ("title", "甲说：“乙”"),
    ]


def test_a_title_with_a_script_in_it_goes_in_pieces_that_keep_the_order() -> None:
    html = "<p>甲<script>s</script>乙</p><p>丙</p>"
    body = clean_body(html, NOBODY, title="甲乙")
    assert [(entry.rule, entry.text) for entry in body.removals] == [
        ("title", "甲"),
        ("script", "s"),
        ("title", "乙"),
    ]
    assert restore_text(body) == original_text(html)


def test_a_line_that_shows_nothing_goes_into_the_ledger() -> None:
    html = "<p>\u200b</p><p>a</p><p>\ufeff<b>\u200b</b>&nbsp;</p>"
    body = clean_body(html, NOBODY)
    assert body.html == "<p>a</p>"
    assert [entry.rule for entry in body.removals] == ["invisible"] * 2
    assert restore_text(body) == original_text(html)


def test_a_title_that_is_not_repeated_exactly_at_the_top_stays() -> None:
    for html in ("<p>甲乙丙</p>", "<p>x</p><p>甲乙</p>", "<p>甲<br>乙丙</p>"):
        assert clean_body(html, NOBODY, title="甲乙").text.endswith(("乙", "丙"))


def test_a_body_that_is_nothing_but_its_title_keeps_it() -> None:
    assert clean_body("<div>甲乙</div>", NOBODY, title="甲乙").html == "<p>甲乙</p>"


# --- laws -------------------------------------------------------------------------------------

TAGS = (
    *(
        "p",
        "div",
        "span",
        "b",
        "i",
        "a",
        "em",
        "h1",
        "h3",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "table",
    ),
    *("tr", "td", "th", "tbody", "figure", "figcaption", "script", "style", "dl", "dt", "dd", "section", "u"),
    *(
        "sub",
        "ruby",
        "rt",
        "rp",
        "caption",
        "button",
        "svg",
        "math",
        "mi",
        "title",
        "video",
        "noscript",
        "center",
    ),
)
ATTRIBUTES = st.sampled_from(
    (
        *(
            "",
            ' class="ad"',
            ' id="x"',
            ' href="https://example.org/a"',
            ' href="javascript:x"',
            ' lang="en"',
        ),
        *(
            ' onclick="x"',
            ' style="color:red"',
            ' title="t<&quot;>"',
            ' colspan="2"',
            ' src="https://example.org/v"',
        ),
        *(' href="https://pic.example.com/b.jpg"', ' dir="rtl"', ' start="4"'),
    )
)
HELD = write_address(gif(1, (20, 10)))
PIECES = st.one_of(
    st.text(alphabet="ab字 \n\u3000\xa0&<>\"'{}\x00\x0b\x85😀\u202e", max_size=6),
    st.sampled_from(
        ("<br>", "<br><br>", "<hr>", "<br>　　", " ", "<!-- c -->", "&lt;b&gt;", "&#0;", "&nbsp;", "\r\n")
    ),
    st.sampled_from(
        (f'<img src="{A}">', f'<img src="{B}" width=9 height=9>', '<img src="media:0">', "<img src=b.png>")
    ),
    st.sampled_from(
        (
            *(f'<img src="{HELD}">', f'<img srcset="{HELD} 2x" alt=a>', f'<img src="{HELD}" data-src="{A}">'),
            *(f'<picture><source srcset="{HELD}"><img src="{B}"></picture>', f"<img src={HELD[:-9]}>"),
            *("<img src='data:image/svg+xml,<svg onload=x>'>", "<img src=data:text/html,<script>x</script>>"),
        )
    ),
)
NESTED = st.recursive(
    PIECES,
    lambda inner: st.builds(
        lambda tag, attributes, kids: f"<{tag}{attributes}>{''.join(kids)}</{tag}>",
        st.sampled_from(TAGS),
        ATTRIBUTES,
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)
BROKEN = st.lists(
    st.one_of(
        PIECES,
        st.builds(lambda tag, a: f"<{tag}{a}>", st.sampled_from(TAGS), ATTRIBUTES),
        st.sampled_from(TAGS).map("</{}>".format),
    ),
    max_size=25,
).map("".join)
HTML = st.lists(NESTED, max_size=4).map("".join) | BROKEN
RULES = source_with(
    Rule("drop", Selector(classes=("ad",)), "r"),
    Rule("harvest", Selector(tag="u"), "r", field="tags"),
    Rule("unwrap", Selector(tag="blockquote"), "r"),
)


@given(HTML)
def test_page_and_ledger_give_back_every_character(html: str) -> None:
    for source in (NOBODY, RULES):
        assert restore_text(clean_body(html, source, title="ab")) == original_text(html)


@given(HTML)
def test_the_gate_never_has_anything_to_change(html: str) -> None:
    assert clean_body(html, RULES, origin=ORIGIN).refused == ""


@given(HTML)
def test_cleaning_what_was_cleaned_changes_nothing(html: str) -> None:
    once = whole_html(clean_body(html, NOBODY))
    assert whole_html(clean_body(once, NOBODY)) == once


@given(HTML)
def test_the_page_shows_the_text_and_nothing_else(html: str) -> None:
    body = clean_body(html, NOBODY)
    assert original_text(body.html) == "".join(body.text.split())
    assert [f'<img src="media:{number}">' in body.html for number in range(len(body.media) + 1)] == [
        *[True] * len(body.media),
        False,
    ]


WELL_NESTED = st.recursive(
    st.builds(
        lambda tag, attributes, words: (
            f"<p>{words}<{tag}{attributes}>{words}</{tag}><br>{words}<img src='{A}'></p>"
        ),
        st.sampled_from(("b", "i", "a", "em", "span", "sub", "code", "u")),
        ATTRIBUTES,
        st.text(alphabet="ab字 \u3000\xa0é😀", max_size=4),
    ),
    lambda inner: st.builds(
        lambda tag, kids: f'<{tag} class="x">{"".join(kids)}</{tag}>',
        st.sampled_from(("div", "section", "blockquote", "ul><li", "figure", "table><tr><td")),
        st.lists(inner, max_size=3),
    ).map(
        lambda html: html.replace("</ul><li>", "</li></ul>").replace("</table><tr><td>", "</td></tr></table>")
    ),
    max_leaves=8,
)


@given(WELL_NESTED)
def test_both_parsers_lead_to_the_same_body_on_well_nested_html(html: str) -> None:
    assert clean_body(html, RULES, parser="lxml") == clean_body(html, RULES)


@pytest.mark.parametrize("name", SEEDS)
def test_both_parsers_lead_to_the_same_body_on_the_seeds(name: str) -> None:
    html = parse_article((CONTENT / name).read_bytes(), name).body
    assert clean_body(html, NOBODY, parser="lxml") == clean_body(html, NOBODY)


@given(st.text(max_size=200))
def test_no_text_at_all_makes_cleaning_fail(text: str) -> None:
    clean_body(text, RULES, origin=text, title=text)


# --- refusals ---------------------------------------------------------------------------------


def test_refused_markup_leaves_the_text_in_paragraphs_and_says_why() -> None:
    deep = "<div>" * 9_000
    body = clean_body(deep + "<p>a &lt;b<script>s</script><p onclick=x>c" + deep.replace("<", "</"), NOBODY)
    assert body.html == "<p>a &lt;b</p>\n<p>c</p>"
    assert "deep" in body.refused


def test_markup_that_is_merely_deep_keeps_its_form() -> None:
    body = clean_body("<div>" * 3_000 + "<h2>a</h2><p><b>b</b></p>" + "</div>" * 3_000, NOBODY)
    assert (body.html, body.refused) == ("<h2>a</h2>\n<p><strong>b</strong></p>", "")
    assert body.text == "a\nb"


def test_blocks_within_blocks_end_somewhere_and_their_words_stay() -> None:
    for tag in ("blockquote", "ul><li", "table><tr><td>x<td", "dl><dd"):
        html = f"<{tag}>" * 300 + "word"
        whole = cleaned(html)
        assert "word" in whole and cleaned(whole) == whole
        assert whole.count("<" + tag.partition(">")[0]) <= 40


def test_the_refused_are_told_apart() -> None:
    body = clean_body("<script>s</script>" + "<div>" * 9_000, NOBODY)
    assert [entry.text for entry in body.removals] == ["s"]


def test_a_gate_that_disagrees_is_never_overruled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "write_attributes", lambda *given: ' onclick="x"')
    body = clean_body('<h2 id="a">a</h2><p>b</p>', NOBODY)
    assert body.html == "<p>a</p>\n<p>b</p>"
    assert "gate" in body.refused


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<a " * 50_000,
        "<table><tr><td>" * 5_000,
        "<span> </span>" * 20_000,
        "<span>\u3000</span>" * 20_000,
        "<br>" * 50_000,
        "<script></script>" * 20_000,
        '<img src="https://example.org/a.jpg">' * 10_000,
        "&amp;" * 300_000,
        "x" * 5_000_000,
        "<p>x" * 40_000,
        '<a href="' + "x" * 1_000_000 + '">a</a>',
        '<img srcset="' + "a 1x," * 200_000 + '">',
        "<u>" * 60 + "<i>x</i>" * 10_000,
    ],
)
def test_nothing_hangs(html: str) -> None:
    clean_body(html, RULES)


@pytest.mark.parametrize(
    ("given", "wanted", "entered"),
    [
        (
            "<p>Lit.</p><noscript>&lt;img src=https://a.example/b.jpg&gt;</noscript>",
            '<p>Lit.</p>\n<figure><img src="https://a.example/b.jpg" alt=""></figure>',
            "noscript",
        ),
        (
            "<img src=https://a.example/b.jpg><noscript>&lt;img src=https://a.example/b.jpg&gt;</noscript>",
            '<figure><img src="https://a.example/b.jpg" alt=""></figure>',
            "noscript-twin",
        ),
        ("<p>Lit.</p><noscript><p>Please enable scripts.</p></noscript>", "<p>Lit.</p>", "noscript"),
        (
            "<noscript><p>" + "Lit again. " * 40 + "</p></noscript>",
            "<p>" + ("Lit again. " * 40).strip() + "</p>",
            "",
        ),
        (
            '<p>Lit<span style="color:red; DISPLAY : none">7x</span> again.</p>',
            "<p>Lit again.</p>",
            "hidden",
        ),
        ('<p style="display:none">The rest.</p>', "<p>The rest.</p>", ""),
        (
            '<span style="display:none">' + "rest " * 50 + "</span>",
            "<p>" + ("rest " * 50).strip() + "</p>",
            "",
        ),
        (
            "<x-a><template shadowrootmode=open><p>In <b>it</b>.</p></template><p>Out.</p></x-a>",
            "<p>In <strong>it</strong>.</p>\n<p>Out.</p>",
            "",
        ),
        (
            "<p>So <script type='math/tex; mode=display'>a<b</script>.</p>",
            "<p>So <code>a&lt;b</code>.</p>",
            "",
        ),
    ],
)
def test_what_a_page_keeps_for_others_than_its_readers(given: str, wanted: str, entered: str) -> None:
    body = clean_body(given, Source("", ""))
    assert whole_html(body) == wanted
    assert entered in {"", *(entry.rule for entry in body.removals)}
    assert clean_body(whole_html(body), Source("", "")).html == body.html


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ('<amp-youtube data-videoid="a_B-9">', "https://www.youtube.com/watch?v=a_B-9"),
        ('<lite-youtube videoid="a_B-9">', "https://www.youtube.com/watch?v=a_B-9"),
        ('<amp-twitter data-tweetid="12"><p>Lit.</p></amp-twitter>', "https://twitter.com/i/status/12"),
        ('<amp-facebook data-href="https://a.example/b">', "https://a.example/b"),
        ('<amp-youtube data-videoid="../x">', ""),
        ('<amp-facebook data-href="javascript:x">', ""),
    ],
)
def test_a_film_or_post_named_by_its_number_is_linked(given: str, address: str) -> None:
    body = clean_body(given, Source("", ""))
    assert [medium.urls for medium in body.media] == ([(address,)] if address else [])
    assert ("Lit." in body.text) == ("Lit." in given)


def test_a_main_heading_that_repeats_the_title_goes_wherever_it_stands() -> None:
    given = "<p>LONG READ</p><h1>The lamp</h1><p>It is lit.</p><h2>The lamp</h2><p>Still.</p>"
    body = clean_body(given, Source("", ""), title="The lamp")
    assert body.text.split("\n") == ["LONG READ", "It is lit.", "The lamp", "Still."]
    assert restore_text(body) == "LONGREADThelampItislit.ThelampStill."


def test_a_main_heading_is_asked_about_though_a_line_without_an_element_stands_before_it() -> None:
    given = "<header><span>LONG READ</span><h1>The lamp</h1><p>It is lit.</p></header>"
    body = clean_body(given, Source("", ""), title="The lamp")
    assert body.text.split("\n") == ["LONG READ", "It is lit."]
    assert restore_text(body) == "LONGREADThelampItislit."


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ('<td align="RIGHT">', '<td class="right">'),
        ('<td style="width: 9em; text-align : right">', '<td class="right">'),
        ('<td class="has-text-align-center x" colspan=2>', '<td colspan="2" class="center">'),
        ('<td align="left" class="right-hand">', "<td>"),
        ('<td style="text-align:inherit">', "<td>"),
    ],
)
def test_the_side_to_which_a_cells_figures_stand_stays(cell: str, want: str) -> None:
    given = f"<table><tr><th>Line</th>{cell}1,204</td></tr></table>"
    body = clean_body(given, Source("", ""))
    assert f"{want}1,204</td>" in body.html
    assert clean_body(whole_html(body), Source("", "")).html == body.html


def test_the_sides_of_a_markdown_tables_columns_stay() -> None:
    raw = parse_article(b"---\ntitle: T\n---\n| a | b |\n|:-:|--:|\n| c | 12 |\n", "a.md")
    html = clean_body(raw.body, Source("", "")).html
    assert '<th class="center">a</th>\n<th class="right">b</th>' in html
    assert '<td class="right">12</td>' in html


def test_a_table_with_words_in_one_cell_alone_is_none() -> None:
    given = "<table><tr><td></td><td><pre>a  b</pre></td></tr></table>"
    assert whole_html(clean_body(given, Source("", ""))) == "<pre>a  b</pre>"


LIST = "<ul>\n<li>b</li>\n<li>c <strong>d</strong></li>\n</ul>"
IMAGE = '<img src="https://a.example/b.jpg">'
SHOWN = '<img src="https://a.example/b.jpg" alt="">'
LINKED = 'rel="nofollow noreferrer external"'


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            f'<p>[caption id="x"]<a href="https://a.example/b.jpg">{IMAGE}</a> The <i>lamp</i>[/caption]</p>',
            f"<figure>{SHOWN}<figcaption>The <em>lamp</em></figcaption></figure>",
        ),
        (
            f'[caption width="6" caption="The lamp"]{IMAGE}[/caption]',
            f"<figure><figcaption>The lamp</figcaption>{SHOWN}</figure>",
        ),
        (
            f"[caption]<p>{IMAGE}</p><p>Lit.</p>[/caption]",
            f"<figure>{SHOWN}<figcaption>Lit.</figcaption></figure>",
        ),
        (f"<p>[caption]{IMAGE}</p><p>Lit.[/caption]</p>", f"<figure>{SHOWN}</figure>\n<p>Lit.</p>"),
        (
            "<p>[embed]https://a.example/v[/embed]</p>",
            f'<p><a href="https://a.example/v" {LINKED}>嵌入内容</a></p>',
        ),
        (
            "[audio mp3=“https://a.example/a.mp3”][/audio]",
            f'<p><a href="https://a.example/a.mp3" {LINKED}>音频</a></p>',
        ),
        (
            '[youtube id="a_B-9xyz123"]',
            f'<p><a href="https://www.youtube.com/watch?v=a_B-9xyz123" {LINKED}>嵌入内容</a></p>',
        ),
        ("<p>[dropcap]T[/dropcap]he lamp. [gallery] [vc_row]Lit.[/vc_row]</p>", "<p>The lamp. Lit.</p>"),
        ('<p>[su_box title="A b"]Lit.[/su_box][contact-form-7 id="1"]</p>', "<p>Lit.</p>"),
        ("<p>[b]Lit[/b] [i]again[/i].</p>", "<p><strong>Lit</strong> <em>again</em>.</p>"),
        ("<p>[b][i]Lit[/b][/i].</p>", "<p><strong>Lit</strong>.</p>"),
        ("<div>[quote=Ida]Lit.[/quote]Yes.</div>", "<blockquote>\n<p>Lit.</p>\n</blockquote>\n<p>Yes.</p>"),
        ("[code]a\n  b[/code]", "<pre>a\n  b</pre>"),
        ("<p>[url=https://a.example/]a[/url]</p>", f'<p><a href="https://a.example/" {LINKED}>a</a></p>'),
        ("<p>[img]https://a.example/b.jpg[/img]</p>", f"<figure>{SHOWN}</figure>"),
        ("<p>[url=javascript:x]a[/url]</p>", "<p>a</p>"),
        ("<p>a[list][*]b[*]c [b]d[/b][/list]e</p>", f"<p>a</p>\n{LIST}\n<p>e</p>"),
        ("[list=1]<br>[*]b<br>[*]c [b]d[/b]<br>[/list]", LIST.replace("ul", "ol")),
        (
            "[list][*]b[*]c [b]d[/b][*][b]e[*]f[/b][/list]",
            LIST.replace("</ul>", "<li>e</li>\n<li>f</li>\n</ul>"),
        ),
        ("<p>[list]</p><p>[*]b</p><p>[/list]</p>", "<p>[*]b</p>"),
        ("<p>[*] a [*] [list] [*]</p>", None),
        ("<p>He wrote [sic], [the captain] said [1]; a[0], [x], [[b]c[/b]] and [video].</p>", None),
        ("<p>See <code>[b]c[/b]</code>.</p>", None),
        ("<pre>[gallery]</pre>", None),
    ],
)
def test_marks_in_brackets_become_what_they_stood_for_and_an_editors_stay(
    given: str, wanted: str | None
) -> None:
    body = clean_body(given, Source("", ""), shortcodes=True)
    assert whole_html(body) == (wanted or given)
    assert restore_text(body) == "".join(
        "".join(name for kind, name, _ in parse_events(given) if not kind).split()
    )
    if all(medium.kind == "image" for medium in body.media):
        assert clean_body(whole_html(body), Source("", "")).html == body.html
    assert bool(body.removals) == bool(wanted)


ROW = "<tr><td>a</td><td>b</td></tr>"
TABLE = "<table>\n<tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</tbody>\n</table>"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            f"<figure><table>{ROW}</table><figcaption>Tons</figcaption></figure>",
            f"<figure>\n{TABLE}\n<figcaption>Tons</figcaption>\n</figure>",
        ),
        (
            f"<figure><figcaption>Tons</figcaption><div><table>{ROW}</table></div></figure>",
            f"<figure>\n<figcaption>Tons</figcaption>\n{TABLE}\n</figure>",
        ),
        (
            "<figure><pre>a</pre><figcaption>a.py</figcaption></figure>",
            "<figure>\n<pre>a</pre>\n<figcaption>a.py</figcaption>\n</figure>",
        ),
        (f"<figure><table>{ROW}</table></figure>", TABLE),
        (
            f"<figure>{IMAGE}<table>{ROW}</table><figcaption>Tons</figcaption></figure>",
            f"<figure>{SHOWN}</figure>\n<figure>\n{TABLE}\n<figcaption>Tons</figcaption>\n</figure>",
        ),
        (
            f"<table><tr><td>{IMAGE}</td></tr><tr><td>The <b>8:15</b></td></tr><tr><td>More.</td></tr>",
            f"<figure>{SHOWN}<figcaption>The <strong>8:15</strong></figcaption></figure>\n<p>More.</p>",
        ),
        (
            f"<table><tr><td>{IMAGE}</td></tr><tr><td>{'It is lit. ' * 20}</td></tr></table>",
            f"<figure>{SHOWN}</figure>\n<p>{('It is lit. ' * 20).strip()}</p>",
        ),
        (
            f"<p>{IMAGE}</p><p>▲ 灯塔</p><p>▲ 二</p>",
            f"<figure>{SHOWN}<figcaption>▲ 灯塔</figcaption></figure>\n<p>▲ 二</p>",
        ),
        ("<p>▲ 灯塔</p>", "<p>▲ 灯塔</p>"),
    ],
)
def test_captions_find_tables_listings_and_pictures_in_tables(given: str, wanted: str) -> None:
    body = clean_body(given, Source("", ""))
    assert whole_html(body) == wanted
    assert clean_body(wanted, Source("", "")).html == body.html


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('<div style="white-space: pre-wrap">a\n  b\n\nc</div>', "<p>a<br>b</p>\n<p>c</p>"),
        ('<p style="white-space:PRE-line"><b>a\nb</b></p>', "<p><strong>a<br>b</strong></p>"),
        (
            '<div style="white-space:pre-wrap">\n<p>a</p>\n<p style="white-space:normal">b\nc</p>\n</div>',
            "<p>a</p>\n<p>b c</p>",
        ),
        ('<p style="white-space: nowrap">a\nb</p>', "<p>a b</p>"),
        ('<div style="white-space: pre"><pre>a\n b</pre></div>', "<pre>a\n b</pre>"),
    ],
)
def test_lines_that_a_style_keeps_apart_stay_lines(given: str, wanted: str) -> None:
    assert whole_html(clean_body(given, Source("", ""))) == wanted


def word(sign: str, words: str, level: int = 1) -> str:
    """Write an item of a list as Word does."""
    ignored = f"<span style='mso-list:Ignore'>{sign}<span>&nbsp;&nbsp; </span></span>"
    return (
        f"<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'><span>{ignored}</span>{words}</p>\n"
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (word("·", "a <b>b</b>") + word("·", "c"), "<ul><li>a <strong>b</strong></li><li>c</li></ul>"),
        (word("1.", "a") + word("2.", "b"), "<ol><li>a</li><li>b</li></ol>"),
        (word("3)", "a") + word("5)", "b"), '<ol start="3"><li>a</li></ol><ol start="5"><li>b</li></ol>'),
        (
            word("·", "a") + word("o", "b", 2) + word("·", "c"),
            "<ul><li><p>a</p><ul><li>b</li></ul></li><li>c</li></ul>",
        ),
        (word("a)", "b"), "<p>a) b</p>"),
        (word("", "no sign"), "<p>no sign</p>"),
        ("<p class=MsoListParagraph>1.5 per cent</p>", "<p>1.5 per cent</p>"),
        ("<p class=MsoNormal>· a</p>", "<p>· a</p>"),
        ("<p class=MsoListParagraph>§&nbsp; a</p><p>b</p>", "<ul><li>a</li></ul><p>b</p>"),
    ],
)
def test_the_lists_that_word_writes_as_paragraphs_are_lists(given: str, wanted: str) -> None:
    body = clean_body(given, Source("", ""))
    assert (
        str(body.html).replace("\n", "").replace("\xa0", " ").replace("&nbsp;", "").replace("  ", " ")
        == wanted
    )
    assert restore_text(body) == original_text(given)
    assert {entry.rule for entry in body.removals} <= {"list-sign"}


def test_links_that_call_themselves_tags_are_tags_and_stay_where_they_are() -> None:
    row = '<p>Filed: <a rel="tag" href="/1">Harbour</a>, <a rel=tag href="/2">灯塔</a></p>'
    other = (
        '<p>a</p><p>b</p><p>c</p><p>d</p><a rel="category tag" href="/4">News</a><a rel=tag href="/5">c</a>'
    )
    body = clean_body(f"<p>a <a href='/'>b</a></p>{row}{other}", NOBODY)
    assert body.tags == ("Harbour", "灯塔")
    assert "Filed: Harbour, 灯塔" in body.text


@pytest.mark.parametrize(
    "html",
    [
        '<ol type="A">\n<li>a</li>\n<li value="4">b</li>\n</ol>',
        '<ol start="3" type="i">\n<li>a</li>\n</ol>',
        '<table>\n<tbody>\n<tr>\n<th scope="row">a</th>\n<td>b</td>\n</tr>\n</tbody>\n</table>',
        '<p>a <bdo dir="ltr">b</bdo> <bdi dir="ltr">c (d)</bdi></p>',
    ],
)
def test_how_a_list_counts_what_a_head_is_of_and_where_words_run_stays(html: str) -> None:
    assert cleaned(html) == html


def test_words_of_another_direction_are_apart_from_their_line() -> None:
    assert cleaned('<p>a <span dir="LTR">b (c)</span> d</p>') == '<p>a <bdi dir="ltr">b (c)</bdi> d</p>'
    assert cleaned('<p><span dir="auto">b</span><span>c</span></p>') == "<p>bc</p>"
    assert cleaned('<ol type="disc"><li value="x">a</li></ol>') == "<ol>\n<li>a</li>\n</ol>"


def test_what_a_web_archive_shows_is_named_by_its_own_address_and_to_be_had_from_the_archive_as_well() -> (
    None
):
    kept = "https://web.archive.org/web/20220505103000im_/https://a.example/b.jpg"
    assert clean_body(f'<img src="{kept}">', NOBODY).media[0].urls == ("https://a.example/b.jpg", kept)


def test_a_picture_that_only_its_class_makes_a_sign_is_one_when_cleaned_again() -> None:
    body = clean_body('<p>a <img class=emoji src="https://a.example/b.png" alt="grin"></p>', NOBODY)
    assert body.media[0].inline
    assert clean_body(whole_html(body), NOBODY) == replace(body, unwrapped=())


@pytest.mark.parametrize(
    ("html", "lead"),
    [
        (
            '<p>It is lit.<sup><a href="#n">[1]</a></sup> Yes.</p><p id=n>1. Note.</p>',
            "It is lit. Yes.\n1. Note.",
        ),
        ("<p>It is lit.<sup>[2]</sup> It has 3 m<sup>2</sup>.</p>", "It is lit. It has 3 m2."),
        ("<p><ruby>灯台<rp>（</rp><rt>とうだい</rt><rp>）</rp></ruby>&amp;港。</p>", "灯台&港。"),
    ],
)
def test_what_an_article_begins_with_is_told_without_marks_of_notes_and_readings(
    html: str, lead: str
) -> None:
    assert clean_body(html, NOBODY).lead == lead

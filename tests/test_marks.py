"""Check boxes, labels between paragraphs, and words that only a style keeps apart."""

import pytest

from site_builder.cleaning.fates import trace_fates
from site_builder.cleaning.labels import is_label
from site_builder.dom import TEXT, parse_events
from site_builder.formats.markdown import render_markdown
from site_builder.model import Rule, Selector, Source
from site_builder.steps.clean import clean_body, restore_text, whole_html

NOBODY = Source("", "unknown", known=False)


def cleaned(html: str) -> str:
    """Clean a body, and hold the laws over it: nothing is lost, and cleaning again changes nothing."""
    body = clean_body(html, NOBODY, origin="https://news.example/a")
    assert restore_text(body) == "".join(
        "".join(text.split()) for kind, text, _ in parse_events(html) if kind == TEXT
    )
    whole = whole_html(body)
    assert whole_html(clean_body(whole, NOBODY)) == whole
    return "".join(whole.split("\n"))


# --- check boxes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (
            "<ul><li class=task-list-item><input type=checkbox disabled checked> Oil</li>"
            "<li><input type=checkbox disabled><p>Paint</p></li></ul>",
            "<ul><li>☑ Oil</li><li>☐ Paint</li></ul>",
        ),
        (
            "<ul data-type=taskList><li data-checked=true>"
            "<label><input type=checkbox checked><span></span></label>"
            "<div><p>Oil</p></div></li><li data-checked=false><div><p>Paint</p></div></li></ul>",
            "<ul><li>☑ Oil</li><li>☐ Paint</li></ul>",
        ),
        (
            '<ul class=to-do-list><li><div class="checkbox checkbox-on"></div><span>Oil</span></li>'
            '<li><div class="checkbox checkbox-off"></div><span>Paint</span></li></ul>',
            "<ul><li>☑ Oil</li><li>☐ Paint</li></ul>",
        ),
        (
            "<ul class=inline-task-list><li class=checked data-inline-task-id=1>Oil</li>"
            "<li data-inline-task-id=2>Paint</li></ul>",
            "<ul><li>☑ Oil</li><li>☐ Paint</li></ul>",
        ),
        (
            "<ul class=checklist><li class=checked>Oil</li><li>Paint</li></ul>",
            "<ul><li>☑ Oil</li><li>☐ Paint</li></ul>",
        ),
        ("<ol><li data-list=checked>A<li data-list=bullet>B</ol>", "<ol><li>☑ A</li><li>B</li></ol>"),
        ("<p><span role=checkbox aria-checked=true></span><b>Oil</b></p>", "<p>☑ <strong>Oil</strong></p>"),
        ("<ul><li><input type=checkbox checked>☑ Oil</li></ul>", "<ul><li>☑ Oil</li></ul>"),
        (
            "<table><tr><td>A</td><td><input type=checkbox checked></td></tr>"
            "<tr><td>B</td><td><input type=checkbox></td></tr></table>",
            "<table><tbody><tr><td>A</td><td>☑</td></tr><tr><td>B</td><td>☐</td></tr></tbody></table>",
        ),
    ],
    ids=["GitHub", "TipTap", "Notion", "Confluence", "notes", "Quill", "ARIA", "sign", "table"],
)
def test_a_check_box_tells_by_a_sign_whether_it_is_checked(html: str, want: str) -> None:
    assert cleaned(html) == want


@pytest.mark.parametrize(
    "html",
    [
        "<label><input type=checkbox name=terms>Oil</label>",
        "<ul><li><input type=checkbox style='display: none'>Oil</li></ul>",
        "<ul><li><input type=checkbox role=button hidden>Oil</li></ul>",
        "<ul><li><input type=radio checked>Oil</li></ul>",
    ],
)
def test_boxes_of_forms_and_menus_leave_no_sign(html: str) -> None:
    assert not {"☐", "☑"} & {*cleaned(html)}


def test_that_a_sign_was_put_stands_in_the_ledger_and_other_pieces_keep_their_lines() -> None:
    html = "<p>One</p>\n<ul>\n<li><input type=checkbox checked>Two</li>\n<li>Three ☑</li>\n</ul>\n<p>Four</p>"
    body = clean_body(html, NOBODY)
    assert [entry.rule for entry in body.unwrapped] == ["check-box"]
    assert [(fate.text, fate.line) for fate in trace_fates(html, body) if fate.kind == "kept"] == [
        ("One", 1),
        ("☑ Two", 3),
        ("Three ☑", 4),
        ("Four", 6),
    ]


# --- labels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    (
        "Advertisement|ADVERTISEMENT|[广告]|廣告|— Anzeige —|Publicité|Реклама|広告|광고|Skip advertisement"
        "|Story continues below advertisement|إعلان|Quảng cáo|विज्ञापन"
    ).split("|"),
)
def test_a_paragraph_that_only_says_advertisement_goes_into_the_ledger(label: str) -> None:
    html = f"<p>One.</p><div><span>{label}</span></div><p>Two.</p><p>{label}</p><p>Three.</p>"
    assert cleaned(html) == "<p>One.</p><p>Two.</p><p>Three.</p>"
    entries = clean_body(html, NOBODY).removals
    assert [(entry.rule, entry.text) for entry in entries] == [("label", label)] * 2


@pytest.mark.parametrize(
    "html",
    [
        "<h2>广告</h2><p>One.</p>",
        "<ul><li>Advertisement</li></ul>",
        "<table><tr><td>广告</td><td>45</td></tr><tr><td>游戏</td><td>55</td></tr></table>",
        "<p>Advertisement is a craft.</p>",
        "<blockquote><p>Reklama</p></blockquote>",
        "<figure><img src='https://a.example/a.jpg'><figcaption>广告</figcaption></figure>",
        "<p>Image</p><p>is all.</p>",
        "<p>The <b>Image</b> of <img src='https://a.example/a.jpg'> it.</p>",
    ],
)
def test_the_same_words_elsewhere_are_words(html: str) -> None:
    body = clean_body(html, NOBODY)
    assert not body.removals


def test_the_word_image_before_a_picture_goes_and_the_picture_stays() -> None:
    html = (
        "<p>One.</p><div><span>Image</span><figure><picture><source srcset='https://a.example/a.jpg 2x'>"
        "<img src='https://a.example/a.jpg'></picture><figcaption>Lamp</figcaption></figure></div>"
    )
    figure = '<figure><img src="https://a.example/a.jpg" alt=""><figcaption>Lamp</figcaption></figure>'
    assert cleaned(html) == f"<p>One.</p>{figure}"
    assert clean_body(html, NOBODY).removals[0].text == "Image"


def test_a_label_with_a_picture_is_no_label_alone() -> None:
    assert "<img" in cleaned("<p>Advertisement <img src='https://a.example/i.png' width=16 height=16></p>")
    assert not is_label("Advertisement " * 20)


# --- words that only a style keeps apart --------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("<h2><span class=kicker>Hafen</span><span>Lampe brennt</span></h2>", "<h2>Hafen Lampe brennt</h2>"),
        ("<span class=css-1a>Credit...</span><span>Ida Harbour</span>", "<p>Credit... Ida Harbour</p>"),
        ("<span class=label>Yes</span><span class=share>62%</span><span>No</span>", "<p>Yes 62% No</p>"),
        ("<span class=name>HAFEN</span><span class=head>Die Lampe</span>", "<p>HAFEN Die Lampe</p>"),
        ("<span class=outer><span class=in>Ida</span></span><span><b></b>Oil</span>", "<p>IdaOil</p>"),
        ("<span class=outer><span class=in>Ida</span></span><span>Oil</span>", "<p>Ida Oil</p>"),
        ("<span class=c0>Wor</span><span class=c1>Ds</span>", "<p>WorDs</p>"),
        ("<span class=red>i</span><span class=blue>Phone</span>", "<p>iPhone</p>"),
        ("<span class=first>lam</span><span class=rest>p</span>", "<p>lamp</p>"),
        ("<span class=same>Lamp</span><span class=same>Oil</span>", "<p>LampOil</p>"),
        (
            "<code><span class=type>Lamp</span><span class=name>Oil</span></code>",
            "<p><code>LampOil</code></p>",
        ),
        ("<span class=key>U.</span><span class=key2>S.</span>", "<p>U.S.</p>"),
        ("<span class=c-label>独家</span><span class=t>灯塔亮了</span>", "<p>独家 灯塔亮了</p>"),
        ("<span class=part>灯</span><span class=rest>塔</span>", "<p>灯塔</p>"),
        (
            "<h2><span class=block>Neue Lampe</span><span class=block>Licht</span></h2>",
            "<h2>Neue Lampe Licht</h2>",
        ),
        ("<p><time>12.30 GMT</time>Trains run.</p>", "<p>12.30 GMT Trains run.</p>"),
        ("<p><time>7月20日</time>公開</p>", "<p>7月20日公開</p>"),
        ("<p>At <time>12.30</time>, trains.</p>", "<p>At 12.30, trains.</p>"),
    ],
)
def test_words_of_two_elements_are_parted_where_none_can_be_one(html: str, want: str) -> None:
    assert cleaned(html) == want


WORDS = ("Sea", "oil", "s")
LINKS = [
    f'<a href="https://a.example/{number}" rel="nofollow noreferrer external">{words}</a>'
    for number, words in enumerate(WORDS)
]


def test_words_of_two_links_are_parted() -> None:
    given = [f"<a href=https://a.example/{number}>{words}</a>" for number, words in enumerate(WORDS)]
    assert cleaned("".join(given)) == f"<p>{LINKS[0]} {LINKS[1]} {LINKS[2]}</p>"
    assert cleaned("".join(reversed(given))) == f"<p>{LINKS[2]}{LINKS[1]} {LINKS[0]}</p>"
    assert cleaned("".join(given).replace("oil", "o<x></x>il")) == cleaned("".join(given))
    assert cleaned("<b></b>".join(given[:2])) == f"<p>{LINKS[0]} {LINKS[1]}</p>"


# --- Markdown -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("- [x] Oil\n- [ ] Paint\n- [c] Rope", "<ul><li>☑ Oil</li><li>☐ Paint</li><li>[c] Rope</li></ul>"),
        (
            "See [[Tides|the tides]] of [[Lamp]].",
            '<p>See <a href="article:Tides">the tides</a> of <a href="article:Lamp">Lamp</a>.</p>',
        ),
        (
            "`[[a]]` [[1]] [[Sea]](https://a.example/0)",
            f"<p><code>[[a]]</code> [[1]] {LINKS[0].replace('Sea', '[Sea]')}</p>",
        ),
        (
            "> [!note] Mind *this*\n> words\n> more",
            "<blockquote><p><strong>Mind <em>this</em></strong></p><p>words more</p></blockquote>",
        ),
        ("> [!WARNING]\n> words", "<blockquote><p><strong>Warning</strong></p><p>words</p></blockquote>"),
        ("> [!tip]- Alone", "<blockquote><p><strong>Alone</strong></p></blockquote>"),
        (
            "Lit ==by *hand* at== dusk, a == b == c, `==d==`",
            "<p>Lit <mark>by <em>hand</em> at</mark> dusk, a == b == c, <code>==d==</code></p>",
        ),
        ("Lit %%by whom?%% at dusk, 50%% of %% it", "<p>Lit %%by whom?%% at dusk, 50%% of %% it</p>"),
        ("> [quoted] words", "<blockquote><p>[quoted] words</p></blockquote>"),
        ("```\n- [x] Oil\n> [!note] [[a]]\n```", "<pre><code>- [x] Oil&gt; [!note] [[a]]</code></pre>"),
    ],
)
def test_what_obsidian_and_github_write_in_markdown_is_read(text: str, want: str) -> None:
    html, note = render_markdown(text)
    assert (cleaned(html), note) == (want, "")


# --- captions, hidden words, layout, other pictures -----------------------------------------------

FIGURE = '<figure><img src="https://a.example/a.jpg" alt="">'
IMAGE = "<img src=https://a.example/a.jpg>"


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (
            f"<figure><div>{IMAGE}<span>Ida</span></div><figcaption><p>Lamp</p></figcaption></figure>",
            f"{FIGURE}<figcaption>Ida<br>Lamp</figcaption></figure>",
        ),
        (f"<figure>{IMAGE}<p>A lamp</p></figure>", f"{FIGURE}<figcaption>A lamp</figcaption></figure>"),
        (
            f"<figure>{IMAGE}<p>{'A lamp. ' * 40}</p></figure>",
            f"{FIGURE}</figure><p>{('A lamp. ' * 40).strip()}</p>",
        ),
        (f"<figure>{IMAGE}<p>One</p><p>Two</p></figure>", f"{FIGURE}</figure><p>One</p><p>Two</p>"),
        ("<p>a<span style='clip: rect(0 0 0 0)'>, opens new tab</span>.</p>", "<p>a.</p>"),
        ("<p>a<span style='clip: rect(9px 9px 9px 0)'>b</span></p>", "<p>ab</p>"),
        ("<div style='display:none;max-height:0'>Inbox</div><p>a</p>", "<p>a</p>"),
        ("<div style='display:none'>Words</div><p>a</p>", "<p>Words</p><p>a</p>"),
        (
            "<table role=presentation><tr><td>One</td><td>Two</td></tr><tr><td>3</td><td>4</td></tr></table>",
            "<p>One</p><p>Two</p><p>3</p><p>4</p>",
        ),
        (
            "<math><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd>3</mtd></mtr></mtable></math>",
            "<p>1 2</p><p>3</p>",
        ),
        (f"<object type=image/jpeg data=https://a.example/a.jpg>{IMAGE}</object>", f"{FIGURE}</figure>"),
        ("<object data=https://a.example/a.jpg></object>", f"{FIGURE}</figure>"),
        ("<object data=https://a.example/a.swf><p>Words</p></object>", "<p>Words</p>"),
        ("<span class=place>Port Sea</span>Lamp lit.", "<p>Port Sea Lamp lit.</p>"),
        ("<span class=mark>Java</span>Script", "<p>JavaScript</p>"),
    ],
)
def test_pictures_have_their_captions_and_hidden_words_stay_hidden(html: str, want: str) -> None:
    assert cleaned(html) == want


def test_a_films_still_is_shown_above_it() -> None:
    html = cleaned("<video poster=https://a.example/a.jpg src=https://a.example/a.mp4></video>")
    assert html.startswith(f'{FIGURE}</figure><p><a href="https://a.example/a.mp4"')
    assert "a.jpg" not in cleaned(
        "<audio poster=https://a.example/a.jpg src=https://a.example/a.mp3></audio>"
    )


def test_a_rule_may_ask_for_an_attribute_beside_a_class() -> None:
    look = Selector(classes=("box",), attribute="data-testid", values=("promo", "more"))
    source = Source("x", "x", rules=(Rule("drop", look, "r"),))
    html = "<p class=box data-testid=more>a</p><p class=box data-testid=b>b</p><p data-testid=more>c</p>"
    assert clean_body(html, source).text == "b\nc"

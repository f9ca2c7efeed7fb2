"""Lines that lead elsewhere, pictures that stand for words, signs of formulas, and the direction of blocks.

What is ours in a text is marked as such, and what is left out is told.
"""

from __future__ import annotations

import pytest

from site_builder.cleaning import invitations
from site_builder.cleaning.alts import is_emoji, may_stand_for
from site_builder.dom import TEXT, parse_events
from site_builder.model import Body, Source
from site_builder.steps.clean import clean_body, restore_text, whole_html

NOBODY = Source("", "unknown", known=False)
ORIGIN = "https://www.news.example/2022/lamp"
SEA = '<a href="https://news.example/sea">The sea rises</a>'
OTHER = '<a href="https://other.example/sea">The sea rises</a>'


def cleaned(html: str, origin: str = "") -> Body:
    """Clean a body, and hold the two laws over it: all characters are told, and once is enough."""
    body = clean_body(html, NOBODY, origin=origin)
    assert restore_text(body) == text_of(html)
    whole = whole_html(body)
    assert whole_html(clean_body(whole, NOBODY, origin=origin)) == whole
    return body


def text_of(html: str) -> str:
    return "".join("".join(text.split()) for kind, text, _ in parse_events(html) if kind == TEXT)


def lines_of(html: str, origin: str = "") -> list[str]:
    return cleaned(html, origin).text.split("\n")


# --- lines that lead to other articles ----------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        f"LEIA TAMBÉM: {SEA}",
        f"【関連記事】{SEA}",
        f"<strong>Lire aussi&nbsp;:</strong> {SEA} | {SEA}",
        f"<strong>Lire aussi&nbsp;:<br>{SEA}</strong>",
        '<b><a href="https://news.example/sea">Baca juga: Laut</a></b>',
        '[<i><a href="https://news.example/sea">延伸阅读：海</a></i>]',
        f"► İLGİLİ HABER: {SEA}",
        f"ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ: {SEA}",
        f"اقرأ أيضًا: {SEA}",
        f"यह भी पढ़ें- {SEA}",
        f"Читайте также: {SEA}",
        f"Читайте також: {SEA}",
        f"Lesen Sie auch: {SEA}",
        f"相關報導：{SEA}、{SEA}",
        f"관련기사 {SEA}",
        f"קראו גם: {SEA}",
        f"Čtěte také: {SEA}",
        f"Xem thêm: {SEA}",
        f"👉 Also read: {OTHER}",
    ],
)
def test_a_label_with_links_alone_goes_into_the_ledger(line: str) -> None:
    body = cleaned(f"<p>The lamp was lit.</p><p>{line}</p><p>It burns.</p>")
    assert body.text.split("\n") == ["The lamp was lit.", "It burns."]
    (entry,) = body.removals
    assert (entry.rule, entry.kind) == ("invitation", "removed")
    assert entry.what.startswith('<a href="https://')
    assert body.lead == "The lamp was lit.\nIt burns."


@pytest.mark.parametrize(
    "line",
    [
        f"Lire aussi {SEA}, disait-elle",
        f"Read also {SEA} and its sequel.",
        f"Lire aussi <em>La mer</em> {SEA}",
        "Lire aussi : la mer",
        f"The sea: {SEA}",
        f"Read more: {OTHER}",
        f"Read more: {SEA}",
        f"Further reading: {SEA}",
        '<a href="https://news.example/sea">Lire aussi</a>',
        '<a href="https://news.example/sea">Baca juga</a> laut',
    ],
)
def test_a_line_with_words_of_its_own_or_an_open_label_stays(line: str) -> None:
    body = cleaned(f"<p>The lamp was lit.</p><p>{line}</p><p>It burns.</p>")
    assert not body.removals


def test_an_open_label_goes_where_its_links_lead_to_the_articles_own_site() -> None:
    for line in (
        f"Read more: {SEA}",
        f"Recommended {SEA} | {SEA}",
        f"推荐阅读：{SEA}",
        f"Weiterlesen: {SEA}",
    ):
        assert lines_of(f"<p>One.</p><p>{line}</p><p>Two.</p>", ORIGIN) == ["One.", "Two."]
    for line in (f"Read more: {OTHER}", f"Read more: {SEA} | {OTHER}"):
        assert len(lines_of(f"<p>One.</p><p>{line}</p><p>Two.</p>", ORIGIN)) == 3


def test_a_label_goes_with_the_links_below_it_and_no_further() -> None:
    links = f"<p>・{SEA}</p><ul><li>{SEA}</li><li><b>{SEA}</b></li></ul>"
    body = cleaned(f"<p>One.</p><p>相关报道</p>{links}<p>Two.</p><p>{SEA}</p>", ORIGIN)
    assert body.text.split("\n") == ["One.", "Two.", "The sea rises"]
    assert [entry.rule for entry in body.removals] == ["invitation"] * 4
    for below in (f"<ul><li>{SEA} rises</li></ul>", f"<p>{OTHER}</p>", "<p>The sea.</p>", f"<h3>{SEA}</h3>"):
        assert not cleaned(f"<p>One.</p><p>相关报道</p>{below}", ORIGIN).removals


def test_an_article_that_opens_with_such_a_line_keeps_it() -> None:
    assert lines_of(f"<p>Lire aussi : {SEA}</p>") == ["Lire aussi : The sea rises"]
    assert lines_of(f"<blockquote><p>Lire aussi : {SEA}</p></blockquote><p>One.</p>")[0].startswith("Lire")


def test_what_stands_in_and_behind_such_a_line_keeps_its_place_in_the_ledger() -> None:
    line = f"<p>Lire <script>x</script>aussi : {SEA}<script>y</script></p>"
    body = cleaned(f"<p>One.</p>{line}<p>Two.<script>z</script></p><p>Advertisement</p>")
    texts = [entry.text for entry in body.removals]
    assert texts == ["Lire", "x", "aussi:Thesearises", "y", "z", "Advertisement"]


def test_every_label_is_known_in_capitals_too() -> None:
    labels = invitations._SURE.replace("\n", "").split("|")
    assert len(labels) > 200
    for label in labels:
        for written in (label, label.upper(), label.title()):
            assert invitations.is_invitation(
                f'<p>{written}: <a href="https://a.example/b">Sea</a></p>', ""
            ), written


def test_a_long_paragraph_of_links_is_dismissed_at_once() -> None:
    assert not invitations.is_invitation(f"<p>Lire aussi : {SEA * 1000}</p>", "")


# --- pictures that stand for words ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("<p><img alt=𠮷>野家</p>", "<p>𠮷野家</p>"),
        ("<p>Root <b><img src='' alt='√2'></b> of two.</p>", "<p>Root <strong>√2</strong> of two.</p>"),
        (r"<p>So <img src='data:,' alt='\frac{1}{2}'> it is.</p>", r"<p>So \frac{1}{2} it is.</p>"),
        ("<p>Yes <img class=emoji alt=😀 src=https://s.w.org/e/1.svg></p>", "<p>Yes 😀</p>"),
        ("<p>Yes <img alt=👍🏽 width=16 height=16 src=https://a.example/1.png></p>", "<p>Yes 👍🏽</p>"),
        ("<p>Yes<img class=emoji alt=😀 data-src=https://a.example/1.png src=data:,><noscript>"
         "<img class=emoji alt=😀 src=https://a.example/1.png></noscript>.</p>", "<p>Yes😀.</p>"),
        ("<p>One <img alt=image> two <img alt='Photo.JPG'> three</p>", "<p>One two three</p>"),
        ("<p>One</p><p><img alt='A lamp'></p><p>Two</p>", "<p>One</p>\n<p>Two</p>"),
        ("<p>One<br><img alt='A lamp'><br>Two</p>", "<p>One</p>\n<p>Two</p>"),
        (f"<p>One <img alt='{'A lamp ' * 9}'> two</p>", "<p>One two</p>"),
    ],
)  # fmt: skip
def test_a_pictures_words_stand_in_its_place_within_a_line(html: str, want: str) -> None:
    assert whole_html(cleaned(html)) == want


def test_words_of_ours_are_never_taken_for_the_title_and_go_with_a_label_untold() -> None:
    title = clean_body("<p>Lam<img alt=p></p><p>Lit.</p>", NOBODY, title="Lamp")
    assert title.text.split("\n") == ["Lamp", "Lit."]
    for line in ("Advertise<img alt=ment>", f"Lire aussi<img alt=:> {SEA}", f"更多<img alt=：></p><p>{SEA}"):
        html = f"<p>One.</p><p>{line}</p><p>Two.</p>"
        body = clean_body(html, NOBODY, origin=ORIGIN)
        assert restore_text(body) == text_of(html)
        assert body.text == "One.\nTwo."
        assert clean_body(whole_html(body), NOBODY, origin=ORIGIN).html == body.html


def test_what_the_words_of_a_picture_may_be() -> None:
    assert all(map(is_emoji, ("🇩🇪", "👨‍👩‍👧", "1️⃣", "❤️")))
    assert not any(map(is_emoji, ("", "12", "😀" * 30, "ab")))
    assert all(map(may_stand_for, ("a^2", "x" * 40, "x^2" * 99)))
    assert not any(map(may_stand_for, ("", "图片", "DSC_12", "x" * 41, "x^2" * 101)))


# --- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        ("<msqrt><mn>2</mn></msqrt>", "√2"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a+b)"),
        ("<msqrt><mrow><mi>a</mi></mrow></msqrt>", "√(a)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "x<sup>1⁄3</sup>"),
        ("<mroot><mrow><mi>x</mi><mi>y</mi></mrow><mn>3</mn></mroot>", "(xy)<sup>1⁄3</sup>"),
        ("<mfrac><mn>1</mn><msqrt><mn>2</mn></msqrt></mfrac>", "<sup>1</sup>⁄<sub>√2</sub>"),
        ("<mfrac linethickness=0><mi>n</mi><mi>k</mi></mfrac>", "<sup>n</sup><sub>k</sub>"),
        ("<mfrac><mi>n</mi>", "<sup>n</sup>"),
        ("<mroot></mroot><msqrt></msqrt>x", "√()x"),
    ],
)
def test_roots_and_fractions_can_be_read(formula: str, want: str) -> None:
    assert whole_html(cleaned(f"<p><math>{formula}</math></p>")) == f"<p>{want}</p>"


# --- direction -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        ("<p dir=ltr>One.</p>", "<p>One.</p>"),
        ("<p>شكرا.</p><p dir=LTR>One.</p>", '<p>شكرا.</p>\n<p dir="ltr">One.</p>'),
        ("<p>شكرا.</p><div dir=auto>One.</div><p>ש</p>", '<p>شكرا.</p>\n<p dir="auto">One.</p>\n<p>ש</p>'),
        ("<p>ש</p><ul dir=ltr><li>One.</ul>", '<p>ש</p>\n<ul dir="ltr">\n<li>One.</li>\n</ul>'),
        (
            "<div dir=rtl>שלום.<p>שלום.</p></div><p>One.</p>",
            '<p dir="rtl">שלום.</p>\n<p>שלום.</p>\n<p>One.</p>',
        ),
        ("<p dir=ltr>One.<script>ش</script></p>", "<p>One.</p>"),
        ("<p>&#1588;</p><p dir=ltr>One.</p>", '<p>ش</p>\n<p dir="ltr">One.</p>'),
        ("<p>ש <bdo dir=ltr>1-2</bdo></p>", '<p>ש <bdo dir="ltr">1-2</bdo></p>'),
        ("<p>ש</p><p dir='ltr\" onclick=x'>One.</p>", "<p>ש</p>\n<p>One.</p>"),
    ],
)
def test_a_block_of_the_other_direction_keeps_it(html: str, want: str) -> None:
    assert whole_html(cleaned(html)) == want


HEBREW, ENGLISH = "הרכבת תגיע לנמל בשנה הבאה", "The train will reach the port"
ADDRESS = "https://harbour.example.org/a/very/long/path/to/all/of/the/trains.html"
CODE = "git push --force origin the-branch-of-the-trains"


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (f"<p>{HEBREW}</p><p>{HEBREW}</p><p>{ENGLISH}</p>", f'<p dir="ltr">{ENGLISH}</p>'),
        (f"<p>{ENGLISH}</p><h2>{ENGLISH}</h2><p>{HEBREW}</p>", f'<p dir="rtl">{HEBREW}</p>'),
        (f"<p>{HEBREW}</p><p>{HEBREW}</p><ul><li>{ENGLISH}</ul>", f'<li dir="ltr">{ENGLISH}</li>'),
        (f"<p>{HEBREW}</p><p>Siemens {HEBREW}</p>", f"<p>Siemens {HEBREW}</p>"),
        (f"<p>{HEBREW}</p><p>Siemens AG</p>", "<p>Siemens AG</p>"),
        (f"<p>{ENGLISH}</p><p lang=he>{HEBREW[:12]}</p>", f'<p lang="he">{HEBREW[:12]}</p>'),
        (f"<p>{HEBREW * 3}</p><p>{HEBREW} {ADDRESS}</p>", f"<p>{HEBREW} {ADDRESS}</p>"),
        (f"<p>{HEBREW * 3}</p><p>{HEBREW} <code>{CODE}</code></p>", f"<p>{HEBREW} <code>{CODE}</code></p>"),
    ],
)
def test_a_block_that_runs_the_other_way_than_its_article_says_so(html: str, want: str) -> None:
    assert want in whole_html(cleaned(html)).split("\n")


# --- headings of links --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "want"),
    [
        (f"<h2>【関連記事】</h2><ul><li>{SEA}</li></ul><p>End.</p>", ["End."]),
        (f"<h3>Mehr zum Thema</h3><p>{SEA}</p><p>{SEA}</p><p>End.</p>", ["End."]),
        (f"<h3>Mehr zum Thema</h3><p>{SEA}</p><h3>Oil</h3><p>End.</p>", ["Oil", "End."]),
        (
            f"<h3>Mehr zum Thema</h3><p>{SEA}</p><h4>Oil</h4><p>End.</p>",
            ["Mehr zum Thema", "The sea rises", "Oil", "End."],
        ),
        (f"<h2>Mehr zum Thema</h2><p>{OTHER}</p>", ["Mehr zum Thema", "The sea rises"]),
        (f"<h2>Mehr zum Thema</h2><p>It is {SEA}</p>", ["Mehr zum Thema", "It is The sea rises"]),
        (f"<h2>Further reading</h2><p>{SEA}</p>", ["Further reading", "The sea rises"]),
        ("<h2>Mehr zum Thema</h2><p>Oil.</p>", ["Mehr zum Thema", "Oil."]),
    ],
)
def test_a_heading_goes_with_the_links_to_other_articles_below_it(html: str, want: list[str]) -> None:
    lit = "<p>The lamp was lit.</p><h2>Light</h2><p>It burns.</p>"
    assert lines_of(lit + html, ORIGIN) == ["The lamp was lit.", "Light", "It burns.", *want]


# --- notes and signs ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "want"),
    [
        ("<div><a id=f1 href=#m1>1</a><div><p>So Airy.</p><p>More.</p></div></div>", ["1 So Airy.", "More."]),
        ("<aside><span id=f1>[<a href=#m1>1</a>]</span><p>So Airy.</p></aside>", ["[1] So Airy."]),
        ("<div><a id=f1 href=#m1>1</a><ul><li>So Airy.</ul></div>", ["1", "So Airy."]),
        ("<div><a id=f1 href=#m1>Airy</a><p>So Airy.</p></div>", ["Airy", "So Airy."]),
        ("<div><a id=f1 href=#m1>1</a></div><pre>So Airy.</pre>", ["1", "So Airy."]),
        ("<p id=f1><a href=#m1>1</a></p>", ["1"]),
    ],
)
def test_a_notes_number_opens_its_note(note: str, want: list[str]) -> None:
    html = f"<p>Waves run<a id=m1 href=#f1>1</a>.</p>{note}"
    assert lines_of(html) == ["Waves run1.", *want]


def test_control_characters_go_into_the_ledger_and_leave_no_gap() -> None:
    body = cleaned("<p>The \x1b[31mlamp\x1b[0m is&#7; lit.\x7f\x01</p><pre>a\tb\x08\n\x1cc</pre>")
    assert body.text == "The lamp is lit.\na\tb\nc"
    assert [(entry.rule, entry.text) for entry in body.removals] == [
        ("control", "\x1b[31m"),
        ("control", "\x1b[0m"),
        ("control", "\x07"),
        ("control", "\x7f\x01"),
        ("control", "\x08"),
        ("control", ""),
    ]
    assert body.removals[2].what == "U+0007"


SHARER = "https://www.facebook.com/sharer/sharer.php?u=x"


@pytest.mark.parametrize(
    "block",
    [
        f'<p>Share: <a href="{SHARER}">Facebook</a> | <a href="https://twitter.com/intent/tweet?u=x">Tweet</a></p>',
        f'<ul><li><a href="{SHARER}">Share on Facebook</a></li><li><a href="whatsapp://send?text=x">WhatsApp</a></li>'
        '<li><a href="mailto:?subject=x">Email</a></li></ul>',
        f'<div><a href="{SHARER}"><span>分享到</span>Facebook</a></div>',
    ],
)
def test_a_line_of_links_for_sharing_goes_into_the_ledger(block: str) -> None:
    body = cleaned(f"{block}<p>The lamp was lit.</p>{block}")
    assert body.text == "The lamp was lit."
    assert "sharing" in {entry.rule for entry in body.removals}


@pytest.mark.parametrize(
    "block",
    [
        f'<p>Facebook takes posts <a href="{SHARER}">here</a></p>',
        '<p><a href="https://www.facebook.com/ida/posts/1">Facebook</a></p>',
        f'<p><a href="https://twitter.com/ida/status/1">Tweet</a> <a href="{SHARER}">Share</a></p>',
        f'<p><a href="{SHARER}">Nobody wants to find the channel by guesswork, and nobody shall</a></p>',
        f'<ul><li><a href="{SHARER}">Share</a></li><li>The lamp stays</li></ul>',
        "<p>Share</p>",
    ],
)
def test_words_beside_links_for_sharing_and_links_to_posts_stay(block: str) -> None:
    assert not cleaned(f"<p>The lamp was lit.</p>{block}").removals


@pytest.mark.parametrize("heading", ["Related", "More On This Topic", "Trending", "Lo más leído", "热门文章"])
def test_a_heading_above_links_to_the_articles_own_site_goes_with_them(heading: str) -> None:
    links = f"<ul><li>{SEA}</li><li>{SEA}</li></ul>"
    assert lines_of(f"<p>One.</p><h3>{heading}</h3>{links}<h3>Two</h3><p>Two.</p>", ORIGIN) == [
        "One.", "Two", "Two.",
    ]  # fmt: skip
    assert len(lines_of(f"<p>One.</p><h3>{heading}</h3><ul><li>{OTHER}</li></ul>", ORIGIN)) == 3
    assert len(lines_of(f"<p>One.</p><h3>{heading}</h3><p>It burns.</p>{links}", ORIGIN)) == 5
    assert len(lines_of(f"<p>One.</p><h3>See also</h3>{links}", ORIGIN)) == 4

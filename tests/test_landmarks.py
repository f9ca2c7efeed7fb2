"""A saved web page: its article is told from the frame around it only where the page says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.cleaning.landmarks import OUTSIDE, mark_frame
from site_builder.dom import TEXT, parse_events
from site_builder.model import Body, Source
from site_builder.steps.clean import clean_article, clean_body, restore_text
from site_builder.steps.read import parse_article

NOBODY = Source("nobody", "nobody", known=False)
STORY = "<p>The tide turned two hours early on Monday, captains said.</p>"


def clean(html: str) -> Body:
    return clean_body(html, NOBODY, whole=True)


def outside(html: str) -> list[str]:
    return [entry.text for entry in clean(html).removals if entry.rule == "outside"]


def test_what_stands_beside_the_article_is_in_the_ledger_and_not_on_the_page():
    body = clean(
        f"<header><a href=/>Home</a><nav>Menu</nav></header><div><h1>Tide</h1><article>{STORY}"
        "<footer>Corrections: none</footer></article><div><article>Another story</article></div></div>"
        "<img src='https://a.example/logo.png'>stray words<footer>Imprint</footer><dialog>Cookies?</dialog>"
    )
    assert body.text == ("The tide turned two hours early on Monday, captains said.\nCorrections: none")
    assert [(entry.what, entry.text) for entry in body.removals] == [
        ("<header>", "HomeMenu"),
        ("<h1>", "Tide"),
        ("<div>", "Another story"),
        ('<img src="https://a.example/logo.png">', ""),
        ("", "stray words"),
        ("<footer>", "Imprint"),
        ("<dialog>", "Cookies?"),
    ]


def test_asides_of_the_main_content_stay_unless_an_article_stands_in_it():
    assert outside(f"<main>{STORY}<aside>Pull quote</aside></main>") == []
    assert outside(f"<main><article>{STORY}</article><aside>More to read</aside></main>") == ["More to read"]
    assert outside(f"<main><article>{STORY}<aside>Pull quote</aside></article></main>") == []


def test_what_is_in_the_main_content_beside_the_article_stays():
    body = clean(f"<p>Top</p><main><figure><img src='https://a.example/1.jpg'></figure><article>{STORY}")
    assert (len(body.media), body.removals[0].text) == (1, "Top")


def test_a_page_that_names_no_article_keeps_all_but_navigation_search_dialogs_and_its_footer():
    page = f"<header>Paper</header><div>{STORY}</div><aside>Quote</aside><nav>Menu</nav><footer>Imprint"
    assert outside(page) == ["Menu", "Imprint"]
    assert outside(page.replace("<nav>", "<div role='Navigation'>").replace("</nav>", "</div>")) == [
        "Menu",
        "Imprint",
    ]


def test_an_article_with_less_than_half_of_the_words_is_not_believed():
    teaser = "<article>Read this too</article>"
    assert outside(f"<div>{STORY}</div>{teaser}") == []
    assert outside(f"<article>{STORY}</article><article>{STORY}</article>") == []
    assert outside(f"<main>{teaser}</main><div>{STORY}</div>") == []


def test_lists_of_links_in_the_article_stay():
    assert outside(f"<article>{STORY}<nav>Contents</nav><header>By A</header></article>") == []


def test_a_body_of_navigation_alone_is_kept_in_the_ledger():
    body = clean("<nav>Menu</nav>")
    assert (body.text, restore_text(body)) == ("", "Menu")


def test_a_body_that_is_no_whole_page_has_no_frame():
    assert "Menu" in clean_body(f"<nav>Menu</nav><article>{STORY}</article>", NOBODY).text


LONG = "<p>" + "The lamp of the harbour burns again. " * 9 + "</p>"
TALK = "<p>" + "I saw it from the ferry, and it was bright. " * 30 + "</p>"


@pytest.mark.parametrize("called", ["id=comments", "class='x commentlist'", "id=disqus_thread", "id=respond"])
def test_readers_comments_are_no_part_of_an_article_and_do_not_outweigh_it(called: str) -> None:
    for core in ("<div class=post-text>{}</div>", "<article>{}</article>", "<main>{}</main>"):
        beside = f"<p>Menu</p>{core.format(LONG)}<div {called}>{TALK}</div>"
        assert clean(beside).text.strip() == LONG[3:-4].strip()
        within = f"<p>Menu</p>{core.format(f'{LONG}<div {called}><article>{TALK}</article></div>')}"
        assert clean(within).text.strip() == LONG[3:-4].strip()


@pytest.mark.parametrize("called", ["post", "entry", "storytext", "artikel-text", "article-view-content-div"])
def test_names_of_other_programs_and_languages_tell_an_article_too(called: str) -> None:
    assert outside(f"<p>Menu</p><div class={called}>{LONG}</div>") == ["Menu"]
    assert outside(f"<p>Menu</p><div class={called}>{LONG}</div><div class={called}>{LONG}</div>") == []
    inner = f"<div class=post><p>By A</p><div class=post-text>{LONG}</div></div>"
    assert outside(inner) == ["By A"]


def test_a_talk_is_its_comments() -> None:
    assert "ferry" in clean(f"<main><h1>Did you see it?</h1><div id=comments>{TALK}</div></main>").text
    assert "Menu" in clean(f"<p>Menu</p>{LONG}<div id=comments>{TALK}</div>").text
    assert "ferry" in clean(f"<p>Did you see it?</p><div id=comments>{TALK}</div>").text
    assert "ferry" in clean(f"<main>{LONG}<a id=comments>{TALK}</a></main>").text


@pytest.mark.parametrize(
    "called",
    ["id=comments", "class=giscus", "id=SOHUCS", "class=spot-im-frame-inpage", "id=coral_talk_stream"],
)
def test_readers_comments_go_where_nothing_is_called_the_article(called: str) -> None:
    assert clean(f"<div>{LONG}</div><div {called}>{TALK}</div>").text.strip() == LONG[3:-4].strip()


def test_the_sidebar_and_the_dialog_of_amp_are_no_words_of_the_article() -> None:
    beside = "<amp-sidebar><ul><li>Menu</li></ul></amp-sidebar><amp-consent><p>Cookies?</p></amp-consent>"
    assert outside(f"{beside}<h1>Lit</h1>{LONG}") == ["Menu", "Cookies?"]


def test_what_an_embedded_frame_holds_for_others_is_no_word_of_the_page() -> None:
    page = f"<p>Menu</p><div class=entry>{LONG}</div><iframe>{TALK}</iframe>"
    assert "Menu" not in clean(page).text


_TAGS = ("nav", "main", "article", "aside", "header", "footer", "div", "section", "p", "search", "(outside)")
pieces = st.sampled_from(
    [f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS] + ["x ", "yy", "z" * 9]
)


@given(st.lists(pieces, max_size=40).map("".join))
def test_nothing_is_lost_and_nothing_moves(html: str) -> None:
    events = parse_events(html)
    marked = mark_frame(events)
    assert [event for event in marked if event[1] != OUTSIDE] == events
    words = "".join("".join(name.split()) for kind, name, _ in events if kind == TEXT)
    assert restore_text(clean(html)) == words


@pytest.mark.parametrize("role", ["navigation banner", "NAVIGATION", " navigation"])
def test_the_first_role_that_is_named_counts(role: str) -> None:
    assert outside(f'<div role="{role}">Menu</div><main>{STORY}</main>') == ["Menu"]


@pytest.mark.parametrize(
    "entry",
    [
        "class='type hentry'",
        "class=h-entry",
        "itemscope itemtype='https://schema.org/NewsArticle'",
        "itemscope itemtype='http://schema.org/BlogPosting'",
    ],
)
def test_a_div_that_microformats_or_schema_org_call_an_article_is_one(entry: str):
    page = f"<div class=header>Home</div><div><div {entry}>{STORY}</div><ul class=archive><li>2011</ul></div>"
    assert outside(page) == ["Home", "2011"]
    for known, other in (("hentry", "gentry"), ("h-entry", "g-entry"), ("schema.org", "a.example")):
        page = page.replace(known, other)
    assert outside(page) == []


_MENU = "<ul>" + "<li><a href=/>A long way to another story of the week</a></li>" * 9 + "</ul>"


@pytest.mark.parametrize(
    "called", ["itemprop=articleBody", "class='left story-body'", "id=article-content", "class=entry-content"]
)
def test_an_element_that_is_called_the_text_of_an_article_is_it_where_nothing_else_is(called: str):
    page = f"<div>{_MENU}</div><div {called}>{STORY}</div><p>All rights reserved.</p>"
    assert clean(page).text == "The tide turned two hours early on Monday, captains said."
    assert outside(page.replace(called, "class=box")) == []


def test_words_of_links_do_not_outweigh_the_article():
    page = f"<div>{_MENU}</div><article>{STORY}</article><script>{'x' * 999}</script>"
    assert clean(page).text == "The tide turned two hours early on Monday, captains said."


def test_an_article_is_not_taken_for_what_most_words_stand_outside_of():
    assert outside(f"<div class=story-body>Short.</div><div>{STORY}{STORY}</div>") == []


def test_teasers_behind_the_article_go_though_the_main_content_holds_them():
    page = (
        f"<main><h1>Tide</h1><article>{STORY}</article><article><a href=/>Next</a></article>"
        "<a href=/><article>Last</article></a></main>"
    )
    assert outside(page) == ["Next", "Last"]
    entries = f"<main><article>{STORY}</article><article>{STORY}</article></main>"
    assert outside(entries) == []


@pytest.mark.parametrize("name", ["story", "detail", "article-body"])
def test_two_elements_of_one_name_with_words_are_both_kept(name: str):
    for one, other in ((STORY, STORY * 2), (STORY * 2, STORY), (STORY, STORY)):
        assert outside(f"<div class={name}>{one}</div><div><div class={name}>{other}</div></div>") == []


def test_teasers_that_go_by_the_articles_name_do_not_save_the_frame():
    teaser = "<div class=story><a href=/>A long way to another story</a></div>"
    assert len(outside(f"<div class=story-body>{STORY}{STORY}</div>{teaser * 3}")) == 3


def test_a_list_of_links_below_a_line_that_is_called_the_text_stays():
    assert outside(f"<div class=article><p>Ten links.</p></div>{_MENU}") == []


def test_notes_of_a_running_report_stay_behind_a_long_one():
    note = "<article><h2>13:05</h2><p>The water falls.</p></article>"
    assert outside(f"<main><article>{STORY * 4}</article>{note * 3}</main>") == []


LETTER = (
    "<!DOCTYPE html><html><head><title>Oil</title></head><body><h1>Oil</h1><b>Ann Keeper</b><br><i>Thu Feb 11"
    ' 20:15:18 2016</i><ul><li>Previous message: <a href="8.html">Rope</a></li></ul><hr>'
    "{}<pre>Dear all, the lamp needs forty litres of oil before the winter. Who can bring some"
    " by boat on Sunday, when the tide is high? The pier needs rope as well.</pre>{}<hr>"
    '<ul><li>Next message: <a href="9.html">Rope</a></li></ul><p>Imprint</p></body></html>'
)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<!--beginarticle-->", "<!--endarticle-->"),
        ("<!--X-Body-of-Message-->", "<!--X-Body-of-Message-End-->"),
        ("<!--enpcontent-->", "<!--/enpcontent-->"),
        ("<!-- Begin Article Text -->", "<!-- End Article Text -->"),
        ("<!-- story body start -->", "<!-- story body end -->"),
        ("<!--正文内容开始-->", "<!--正文内容结束-->"),
    ],
)
def test_the_comments_by_which_a_program_marked_the_article_part_it_from_the_frame(
    begin: str, end: str
) -> None:
    raw = parse_article(LETTER.format(begin, end).encode(), "8.html")
    assert raw.front["date"] == "Thu Feb 11 20:15:18 2016"
    body = clean_article(raw, NOBODY)
    assert body.text.startswith("Dear all") and body.text.strip().endswith("rope as well.")
    assert "Previous message: Rope" in "".join(one.text for one in body.removals)


def test_the_day_below_a_lower_heading_that_is_the_pages_title_is_its_day() -> None:
    page = (
        "<html><head><title>{}</title></head><body><h2>Lamp lit</h2><p>2003.03.12 10:30</p><p>It burns.</p>"
    )
    assert parse_article(page.format("Lamp lit").encode(), "a.html").front["date"] == "2003.03.12 10:30"
    assert "date" not in parse_article(page.format("Old news").encode(), "a.html").front


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<!-- ad begin -->", "<!-- ad end -->"),
        ("<!--endarticle-->", "<!--beginarticle-->"),
        ("<!--beginarticle--><!--beginarticle-->", "<!--endarticle-->"),
        ("<!--beginarticle-->", ""),
        ("<table><!--beginarticle--><tr><td>", "</td></tr></table><!--endarticle-->"),
    ],
)
def test_other_comments_part_nothing(begin: str, end: str) -> None:
    body = clean_article(parse_article(LETTER.format(begin, end).encode(), "8.html"), NOBODY)
    assert "Next message: Rope" in body.text


@pytest.mark.parametrize(
    ("title", "headings", "want"),
    [
        ("The lamp is lit - Coast", "<h2>The <b>lamp</b> is lit</h2>", "The lamp is lit"),
        ("The lamp: lit", "<h2>lit</h2>", "The lamp: lit"),
        ("The lamp is lit - Coast", "<h2>Coast</h2>", "The lamp is lit - Coast"),
        ("The lamp is lit - Coast News", "<h1>Coast News</h1>", "The lamp is lit - Coast News"),
        ("News | The lamp is lit", "<h2>News</h2>", "News | The lamp is lit"),
        (
            "The lamp is lit : News : Coast",
            "<h1><img src=a.png></h1><h1>The lamp is lit</h1>",
            "The lamp is lit",
        ),
        (
            "The lamp is lit | Coast",
            "<h1><a href='/'>Coast</a></h1><h2>The lamp is lit</h2>",
            "The lamp is lit",
        ),
        ("Coast | The lamp is lit", "<h1>The lamp is lit</h1>", "The lamp is lit"),
        ("Coast » Blog Archive » Lit", "<h1><a href='https://c.example/'>Coast</a></h1><h2>Lit</h2>", "Lit"),
    ],
)
def test_a_site_name_behind_the_title_goes_where_a_heading_shows_the_title(
    title: str, headings: str, want: str
) -> None:
    page = f"<html><title>{title}</title><body>{headings}<p>It burns.</p></body></html>"
    assert parse_article(page.encode(), "a.html").front["title"] == want

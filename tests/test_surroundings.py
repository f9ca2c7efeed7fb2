"""A saved page that names nothing: what stands around its text, told by shape; parts with known names."""

# ruff: noqa: E501  (a page is read best on one line)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.cleaning.landmarks import OUTSIDE, mark_frame
from site_builder.dom import TEXT, parse_events
from site_builder.model import Body, Source
from site_builder.steps.clean import clean_body, restore_text

NOBODY = Source("nobody", "nobody", known=False)
HOME = "https://www.post.example/2008/lamp.html"
LINES = (
    "The keepers of the North Harbour lamp said on Tuesday that the old lens would be lit again before the"
    " winter, after four years in which ships had to rely on a buoy that drifted with every storm.",
    "The board voted nine to two. Those who were against it pointed to the pier, whose planks have not been"
    " replaced since 1987 and which carries twice as many carts as it was built for, in all weathers.",
    "According to a report that was published in March, the lamp needs forty litres of oil a week, a third"
    " more than before the war, and a crew of three who can stay for a month at a time without a relief.",
    "Captains of the ferry said the light had been missed most in fog. Two boats ran aground last spring,"
    " though no one was hurt and the cargo of apples was sold the next morning at half the price or less.",
    "The first night of the new light will be the twelfth of November, and the board has asked that no fires"
    " be lit along the shore until then, so that nobody takes one for the other in the dark of the night.",
)
STORY = f"<div>{''.join(f'<p>{line}</p>' for line in LINES)}</div>"
BROKEN = f"<td>{'<br><br>'.join(LINES)}</td>"
MENU = (
    "<ul><li><a href=/>Harbour</a></li><li><a href=/b>Weather</a></li><li><a href=c.html>Tides</a></li></ul>"
)
CARD = (
    '<div class="card"><a href="/n/{0}"><img src="/t/{0}.jpg"></a><h3><a href="/n/{0}">Ferry {0} sails on Sunday'
    "</a></h3><p>From May on, the company said.</p><span>By Ann Dock</span> 2 hours ago</div>"
)
CARDS = "".join(map(CARD.format, range(4)))


def clean(html: str) -> Body:
    return clean_body(html, NOBODY, origin=HOME, whole=True)


def outside(html: str) -> list[str]:
    return [" ".join(entry.text.split()) for entry in clean(html).removals if entry.rule == "outside"]


def wholly(text: str) -> bool:
    """Tell whether the whole story is there."""
    return all(line in text for line in LINES)


@pytest.mark.parametrize(
    ("beside", "is_above"),
    [
        (MENU, True),
        (f"<div><div>{MENU}</div></div>", True),
        ("<table><tr><td><a href=/n>News</a><br><a href=/s>Sport</a><br><a href=/w>Sea</a><br><a href=/x>Ads</a></table>",
         True),
        (f"<div>Most read: {MENU}<a href=https://post.example/d>A long title of another story</a></div>", False),
        ("<div>You are here: <a href=/>Home</a> » <a href=/news>News</a> » The lamp</div>", True),
        ("<p><a href='/print?id=7'>Print</a> | <a href='mailto:?x'>E-mail</a></p>".replace("mailto:?x", "/mail"), True),
        ("<div><a href=/6>« Previous</a> <a href=/8>Next »</a></div>", False),
        ("<div>Copyright © 2008 The Post. All rights reserved. <a href=/c>Contact</a></div>", False),
        ("<p>Powered by Lampwork 1.2</p>", False),
        (f"<div><h2>More from The Post</h2>{CARDS}</div>", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("story", [STORY, f"<table><tr>{BROKEN}</tr></table>"])
def test_what_leads_to_other_pages_beside_all_running_text_goes(
    story: str, beside: str, is_above: bool
) -> None:
    page = f"<p>By Ida Quay</p>{beside}{story}" if is_above else f"<p>By Ida Quay</p>{story}{beside}"
    body = clean(page)
    assert wholly(body.text.replace("\n", " "))
    assert body.text.startswith("By Ida Quay") and body.text.strip().endswith("of the night.")
    assert outside(page)


@pytest.mark.parametrize(
    "beside",
    [
        "<ul><li><a href=/a.pdf>The report</a></li><li><a href=/b.pdf>The map</a></li><li><a href=/c.pdf>Planks</a>"
        "</li><li><a href=/d.pdf>Oil</a></li></ul>",
        "<ul>" + "".join(f"<li><a href=https://b{n}.example/>Source {n}</a></li>" for n in range(6)) + "</ul>",
        "<ul>" + "".join(f"<li><a href=#c{n}>Chapter {n}</a></li>" for n in range(6)) + "</ul>",
        "<div>" + "".join(f"<a href=/p{n}.jpg><img src=/t{n}.jpg></a>Pier {n}" for n in range(6)) + "</div>",
        "<div>" + "".join(f"<p><a href=/p/{n}><img src=/t{n}.jpg></a>The pier in {n}</p>" for n in range(6)) + "</div>",
        "<p>By <a href=/ida>Ida Quay</a>, <a href=/tom>Tom Pier</a> and <a href=/ann>Ann Dock</a></p>",
        "<p>The lamp is © Ida Quay and nobody else.</p>",
        "<ul>" + "".join(f"<li><a href=/p/{n}>Lamp {n}</a>: forty litres, a crew of three</li>" for n in range(6)) + "</ul>",
    ],
)  # fmt: skip
def test_files_sources_chapters_pictures_and_bylines_stay(beside: str) -> None:
    for page in (f"{beside}{STORY}", f"{STORY}{beside}"):
        assert outside(page) == []


def test_where_text_stands_in_several_places_or_there_is_little_all_stays() -> None:
    assert outside(f"{MENU}{STORY}{MENU}{STORY}") == []
    assert outside(f"{MENU}<p>{LINES[0]}</p>") == []
    assert outside(f"{STORY.replace('</div>', MENU)}</div>") == []


def test_links_by_full_address_are_the_sites_own_where_the_pages_address_is_known() -> None:
    menu = MENU.replace("/b", "https://post.example/b").replace("c.html", "//www.post.example/c")
    assert outside(f"{menu}{STORY}") == ["HarbourWeatherTides"]
    assert [*clean_body(f"{menu}{STORY}", NOBODY, whole=True).removals] == []


@pytest.mark.parametrize(
    "part",
    [
        "<div class='breadcrumbs x'>Home › News</div>",
        "<span class=mw-editsection>[<a href=/e>edit</a>]</span>",
        "<div class=printfooter>Retrieved from here</div>",
        "<dd class=hits>Hits: 123</dd>",
        "<ul class='pager pagenav'><li>Prev</li></ul>",
        "<div class=subscription-widget-wrap><p>The Post is a reader-supported publication. Subscribe.</p></div>",
        "<div id=wm-ipp-base><p>12 captures</p></div>",
        "<div id=google-cache-hdr>This is a copy of the page.</div>",
    ],
)
def test_parts_that_go_by_the_names_that_programs_give_them_go_wherever_they_stand(part: str) -> None:
    for page in (f"<article>{STORY}{part}</article>", f"{part}{STORY}", f"<main>{part}{STORY}</main>"):
        assert outside(page) == [clean_body(part, NOBODY).text.replace("\n", "").strip()]
        assert wholly(clean(page).text)


def test_what_goes_by_such_a_name_and_holds_the_text_is_the_text() -> None:
    assert outside(f"<main>{STORY}<ul class=hits><li>A song of the lamp</li></ul></main>") == []
    assert outside(f"<div class=breadcrumbs>{STORY}</div>") == []
    assert (
        outside("<main><div class=pager><p>Ten words are all that this page has to say.</p></div></main>")
        == []
    )
    assert "Hits" in clean_body(f"{STORY}<p class=hits>Hits</p>", NOBODY).text  # no whole page


@pytest.mark.parametrize(
    "name", ["js_content", "mw-parser-output", "doc-content", "moz-reader-content", "t_f"]
)
def test_more_names_of_an_articles_text(name: str) -> None:
    for page in (
        f"<p>12 readers</p><div id={name}>{STORY}</div>",
        f"<p>12 readers</p><div class={name}>{STORY}",
    ):
        assert outside(page) == ["12 readers"]


@pytest.mark.parametrize(
    "label", ["分享至好友和朋友圈", "微信扫一扫<br>关注该公众号", "Jump to navigation", "[复制链接]"]
)
def test_a_paragraph_that_is_a_button_of_a_platform_is_a_label(label: str) -> None:
    body = clean_body(f"{STORY}<p>{label}</p><p>微信扫一扫就能看到灯塔。</p>", NOBODY)
    assert body.text.endswith("of the night.\n微信扫一扫就能看到灯塔。")
    assert [entry.rule for entry in body.removals] == ["label"]


pieces = st.sampled_from(
    [*(f"<p>{line}</p>" for line in LINES), MENU, CARDS, "<div>", "</div>", "<table><tr><td>", "</table>", "<br>",
     "<div class=pager>", "<article>", "</article>", "© 2008 The Post", "<a href=/>Home</a> » <a href=/b>b</a>",
     "<p>", "<h2>", "<script>x</script>", "<nav>", "Print"]
)  # fmt: skip


@given(st.lists(pieces, max_size=30).map("".join))
def test_nothing_is_lost_and_nothing_moves(html: str) -> None:
    events = parse_events(html)
    assert [event for event in mark_frame(events, HOME) if event[1] != OUTSIDE] == events
    words = "".join("".join(name.split()) for kind, name, _ in events if kind == TEXT)
    assert restore_text(clean(html)) == words

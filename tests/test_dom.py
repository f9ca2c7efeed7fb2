from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder import dom
from site_builder.dom import END, START, TEXT, MarkupRefused, flat_events, guard, parse_events, strip_tags

PHRASES = st.sampled_from(["b", "i", "em", "strong", "span", "code", "sub"])
BLOCKS = st.sampled_from(["div", "section", "blockquote", "article"])
WORDS = st.text(alphabet="字ab &<\u3000\xa0é😀", min_size=1, max_size=6)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


LEAF = st.builds(escaped, WORDS)
PHRASE = st.recursive(
    LEAF,
    lambda inner: st.builds(
        lambda tag, kids: f"<{tag}>{''.join(kids)}</{tag}>", PHRASES, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
PARAGRAPH = st.builds(lambda kids: f"<p>{''.join(kids)}</p>", st.lists(PHRASE, max_size=4))
WELL_NESTED = st.recursive(
    PARAGRAPH,
    lambda inner: st.builds(
        lambda tag, kids: f'<{tag} class="x">{"".join(kids)}</{tag}>', BLOCKS, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


def text_of(events: list[dom.Event]) -> str:
    return "".join(value for kind, value, _ in events if kind == TEXT)


def merged(events: list[dom.Event]) -> list[dom.Event]:
    """Join neighbouring texts and make a run of blanks one: that is a parser's own affair."""
    result: list[dom.Event] = []
    for event in events:
        if event[0] == TEXT and result and result[-1][0] == TEXT:
            result[-1] = (TEXT, result[-1][1] + event[1], {})
        else:
            result.append(event)
    return [(kind, value if value.strip(" ") else value[:1], given) for kind, value, given in result]


@given(st.lists(WELL_NESTED, max_size=4).map("".join))
def test_both_parsers_give_the_same_events_on_well_nested_html(html: str) -> None:
    assert merged(parse_events(html)) == merged(parse_events(html, "lxml"))


def test_events_come_in_document_order_with_their_attributes() -> None:
    assert parse_events('<p class="a">x<br>y</p>') == [
        (START, "p", {"class": "a"}),
        (TEXT, "x", {}),
        (START, "br", {}),
        (END, "br", {}),
        (TEXT, "y", {}),
        (END, "p", {}),
    ]


def test_comments_and_doctypes_are_no_events() -> None:
    assert text_of(parse_events("<!doctype html><!-- a --><?php b ?><p>c</p><!-- > d -->")) == "c"


def test_a_script_at_the_very_start_stays_where_it_stands() -> None:
    kinds = [(kind, name) for kind, name, _ in parse_events("<script>a</script><p>b</p>") if kind == START]
    assert kinds == [(START, "script"), (START, "p")]


@pytest.mark.parametrize("parser", ["lexbor", "lxml"])
def test_the_text_of_a_template_is_there(parser: dom.Parser) -> None:
    assert text_of(parse_events("<template><p>a</p></template>b", parser)) == "ab"


@given(st.text(alphabet="<>/=\"' abp!-[]CDATA\x00\ud800svg", max_size=60))
def test_no_input_brings_down_the_guard_or_a_parser(html: str) -> None:
    with suppress(MarkupRefused):
        parse_events(html)
    flat_events(html)


def test_nul_and_lone_surrogates_become_the_replacement_character() -> None:
    assert guard("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert text_of(parse_events("<p>a\x00b\ud800c")) == "a\ufffdb\ufffdc"


# The last two grow without closing: what HTML5 would reopen in each block.
REFUSED = {
    "deep nesting": "<div>" * 100_000,
    "deep nesting of phrases that nothing closes": "<div><span>" * 10_000,
    "deep phrases": "<b>" * 100_000,
    "50,000 attributes": "<a " + " ".join(f"a{number}" for number in range(50_000)) + ">",
    "attributes hidden behind quoted >": "<a " + " ".join(f"a{number}='>'" for number in range(300)) + ">",
    "attributes after a stray quote": '<a ="' + " ".join(f"a{number}" for number in range(300)) + ">",
    "150 KB of <a": "<a " * 50_000,
    "unclosed fonts": "<p>"
    + "".join(f"<font size={number}>" for number in range(1000))
    + "</p>"
    + "<p>x</p>" * 1000,
    "unclosed phrases in cells": "<table>" + "<tr><td><b><i>x" * 20_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_make_a_parser_hang_is_refused(name: str) -> None:
    with pytest.raises(MarkupRefused):
        parse_events(REFUSED[name])
    flat_events(REFUSED[name])


HARMLESS = {
    "a line of 10 MB": ("x" * 10_000_000, 10_000_000),
    "a million entities": ("&amp;" * 1_000_000, 1_000_000),
    "a million <": ("<" * 1_000_000, 1_000_000),
    "100,000 beginnings of a comment": ("<!--" * 100_000, 0),
    "100,000 beginnings of a script": ("<script>" * 100_000, 799_992),
    "5 MB of blanks in a tag": ("<a" + " " * 5_000_000, 0),
    "100,000 ends of nothing": ("</div>" * 90_000, 0),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_large_is_parsed(name: str) -> None:
    html, length = HARMLESS[name]
    assert len(text_of(parse_events(html))) == length


def test_a_long_article_of_ordinary_markup_is_parsed() -> None:
    html = '<div class="a"><p>text <b>bold</b> <a href="x">link</a></p></div>' * 8_000
    assert text_of(parse_events(html)).count("text") == 8_000


def test_unclosed_paragraphs_items_and_cells_are_no_nesting() -> None:
    html = "<ul>" + "<li>item<p>one" * 4_000 + "</ul><table>" + "<tr><td>a<td>b" * 2_000 + "</table>"
    assert text_of(parse_events(html)).count("item") == 4_000


SLOPPY = {
    "formatting closed in the wrong order": "<p><b><i>text</b></i></p>",
    "fonts that are never closed": '<p><font color="red">text',
    "spans across blocks": "<span><div>text</span></div></span>",
    "links in links": '<a href="x">text<p>',
    "cells and rows without ends": "<table><tr><td><div>text</table>",
    "blocks in paragraphs": "<p><div><p>text</div>",
    "ends of what never began": "</font></div></span>text",
    "forms across blocks": "<form><div>text</form></div>",
    "terms and items": "<dl><dt>text<dd><p>a</dl><ul><li><p>b</ul>",
}


@pytest.mark.parametrize("name", SLOPPY)
def test_long_sloppy_markup_is_parsed_and_not_refused(name: str) -> None:
    assert text_of(parse_events(SLOPPY[name] * 8_000)).count("text") == 8_000


def test_the_same_formatting_is_reopened_no_more_than_three_times() -> None:
    html = "<p>" + "<b>" * 2_000 + "</p>" + "<p>x</p>" * 1_000
    assert text_of(parse_events(html)).count("x") == 1_000


def test_the_judge_refuses_what_its_parser_would_cut_silently() -> None:
    html = "<div>" * 300 + "x" + "</div>" * 300
    assert text_of(parse_events(html)) == "x"
    with pytest.raises(MarkupRefused):
        parse_events(html, "lxml")


def test_what_looks_like_tags_in_a_script_counts_for_nothing() -> None:
    script = "<script>" + "if(a<b){c='<div><div>'}" * 4_000 + "</script>"
    assert text_of(parse_events(script + "<p>x</p>")).endswith("x")


def test_a_quoted_end_of_tag_hides_no_depth_from_the_guard() -> None:
    for opening in ('<a b="', "<a b='", '<a ="x', '<a b=c"'):
        html = opening + ">" + "<i>" * 20_000
        try:
            events = parse_events(html)
        except MarkupRefused:
            continue
        assert len(events) < 10


def test_refused_markup_still_gives_its_text_in_paragraphs() -> None:
    html = "<div>" * 9_000 + "a &lt; b<p>c<script>d</script><br>e" + "</div>" * 9_000
    events = flat_events(html)
    assert text_of(events) == "a < bcde"
    assert (TEXT, "d", {}) in events and (START, "script", {}) in events


def test_strip_tags_keeps_the_text_alone() -> None:
    assert strip_tags("<p>a &amp; b<!-- c --><i title='>'>d</i>") == "a & bd"


_DENSE = "<b" + " a" * 300 + ">"


def test_a_sign_drawn_in_a_page_makes_no_tags_of_a_script_behind_it() -> None:
    script = "<script>for(t=0;t<arguments.length;t++){" + "if (a b) c;" * 100 + "}</script>"
    sign = '<svg viewBox="0 0 1 1"><title>Menu</title><g><path d="M0 0"/></g><style>.a{}</style></svg>'
    assert guard(sign + script) == sign + script
    assert text_of(parse_events(sign + script + "<p>The lamp.</p>")).endswith("The lamp.")


@pytest.mark.parametrize(
    "before",
    [
        "<svg>",
        "<svg a=b/>",
        "<svg/>",
        "<svg><svg></svg>",
        "<svg><title><svg></svg></title>",
        "<svg><title></svg></title>",
        "<svg><desc/></svg>",
        "<svg><foreignObject><div></svg></div></foreignObject>",
        "<svg><![CDATA[</svg>]]>",
        "<svg><script></svg>",
        "<svg></svg><svg>",
        "<math>",
    ],
)
def test_tags_that_a_drawing_may_hold_count_whatever_it_seems_to_end_with(before: str) -> None:
    with pytest.raises(MarkupRefused):
        guard(f"{before}<script>{_DENSE}</script>")

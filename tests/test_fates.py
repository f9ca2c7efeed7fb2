from hypothesis import given
from hypothesis import strategies as st

from site_builder.cleaning.fates import Fate, place_in_text, trace_fates
from site_builder.dom import TEXT, parse_events, place_characters
from site_builder.model import Rule, Selector, Source
from site_builder.steps.clean import clean_body

RULES = Source(
    "甲报",
    "jia",
    rules=(
        Rule("drop", Selector(classes=("ad",)), "an advertisement"),
        Rule("harvest", Selector(tag="u"), "tags", field="tags"),
        Rule("unwrap", Selector(tag="blockquote"), "no quotation"),
    ),
)
HTML = """<h1>题目</h1>
<p>甲 &amp; 乙<script>s</script>丙</p>
<div class="ad">广告 &lt;x&gt;</div><img src="https://hm.baidu.com/hm.gif">
<blockquote>丁</blockquote><p>戊 <u>己</u></p>
"""


def test_each_piece_has_its_fate_with_line_and_column() -> None:
    fates = trace_fates(HTML, clean_body(HTML, RULES, title="题目"), first_line=10)
    assert [(fate.kind, fate.text, fate.rule, fate.line, fate.column) for fate in fates] == [
        ("removed", "题目", "title", 10, 5),
        ("kept", "甲 & 乙", "", 11, 4),
        ("removed", "s", "script", 11, 21),
        ("kept", "丙", "", 11, 31),
        ("removed", "广告 <x>", "source:jia#1", 12, 17),
        ("removed", "", "tracker", 12, 35),
        ("unwrapped", "", "source:jia#3", 13, 1),
        ("kept", "丁", "", 13, 13),
        ("kept", "戊", "", 13, 30),
        ("harvested", "己", "source:jia#2", 13, 35),
    ]


def test_where_the_parser_moved_text_no_wrong_place_is_named() -> None:
    html = "<table>甲<tr><td>乙</td><td>丙</td></tr></table>丁"
    fates = trace_fates(html, clean_body(html, RULES))
    for fate in fates:
        if fate.line:
            assert html[fate.column - 1] == fate.text[0]


PIECES = st.sampled_from(
    '甲|b |&amp;|&#20057;|&nbsp;|<p>|</p>|<br>|<u>|</u>|<i class="ad">|</i>|<script>x</script>|<!-- c -->|'
    "\n|<blockquote>|</blockquote>|<table>|<img>|&lt;".split("|")
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_fates_together_are_the_original(html: str) -> None:
    fates = trace_fates(html, clean_body(html, RULES))
    texts = [text for kind, text, _ in parse_events(html) if kind == TEXT]
    assert "".join("".join(fate.text.split()) for fate in fates) == "".join("".join(texts).split())


@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_character_is_found_where_it_is_written(html: str) -> None:
    for offset, character in place_characters(html):
        assert html[offset] in (character, "&")


def test_pieces_of_markdown_are_placed_in_the_file_or_nowhere() -> None:
    fates = (
        Fate("kept", "First of all, the tide"),
        Fate("kept", "Second, with a link"),
        Fate("removed", "x"),
        Fate("kept", "First of all, the tide"),
    )
    written = "First of all, the *tide*\n\n- Second, with [a link](b)\n\n<p>x</p>\n\nFirst of all, the tide\n"
    placed = place_in_text(fates, written, 5)
    assert [(fate.line, fate.column) for fate in placed] == [(5, 1), (7, 3), (0, 0), (11, 1)]

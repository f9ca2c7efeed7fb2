from hashlib import sha256

import pytest

from site_builder.model import SafeHtml
from site_builder.sanitize import ATTRIBUTES, BLOCKS, LINK_REL, PHRASES, TAGS, GateError, sanitize, vouch_for


def test_what_cleaning_writes_passes_unchanged_and_is_safe() -> None:
    html = f'<p>a &amp; b &lt; <a href="https://example.org/?a=1&amp;b=2" rel="{LINK_REL}">c</a></p>\n<hr>'
    assert sanitize(html) == html
    assert isinstance(sanitize(html), SafeHtml)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<script>alert(1)</script>", "a script"),
        ('<p onclick="alert(1)">a</p>', "a handler"),
        ('<p style="color:red">a</p>', "a style"),
        ('<p id="x">a</p>', "an id can stand in for a page's own names"),
        ('<p class="x">a</p>', "a class can borrow the theme's looks"),
        ("<b>a</b>", "not of our allowlist, strong is"),
        ("<div>a</div>", "no block of ours"),
        ('<a href="javascript:alert(1)">a</a>', "a scheme that runs"),
        ('<a href="data:text/html,x">a</a>', "a scheme that holds a page"),
        ('<a href="https://example.org/" rel="opener">a</a>', "another rel"),
        ('<a href="https://example.org/" target="_blank">a</a>', "a target"),
        ('<img src="https://example.org/a.png">', "a picture by address"),
        ('<img src="media:7">', "a medium that the body does not have"),
        ('<img src="media:0" alt="x">', "more than the literal"),
        ('<a href="media:0">a</a>', "a link to our own literal"),
        ('<img src="media:00">', "another way to write the number"),
        ("<p>a<p>b", "not as it would be written"),
        ("<p>a</p><!-- b -->", "a comment"),
        ("<p>a<table></table></p>", "a block in a paragraph"),
        ("<svg><style></svg>", "another name space"),
        ("<p>a & b</p>", "an ampersand not escaped"),
        ("<p><span>a</span></p>", "no block of ours"),
        ('<p><span id="main"></span>a</p>', "the place of a page's own element"),
        ('<p><span id="anchor-1">a</span></p>', "a place that holds something"),
        ('<p><span id="anchor-01"></span>a</p>', "another way to write the number"),
        ('<p><span id="anchor-1" lang="en"></span>a</p>', "a place with more than its name"),
        ('<p><span id="anchor-1"></span>a<span id="anchor-1"></span></p>', "one name for two places"),
        ('<p id="anchor-1">a</p>', "a place that is no span"),
        ('<p><a href="#main">a</a></p>', "a link to a part of the page that is not the article's"),
        ('<p><a href="#anchor-1">a</a></p>', "a link to no place"),
        ('<p><a href="#">a</a><a href="#anchor-1&amp;">a</a></p>', "a link that is not one of ours"),
    ],
)
def test_the_gate_refuses_what_it_would_change(html: str, reason: str) -> None:
    with pytest.raises(GateError):
        sanitize(html, 2)


def test_links_within_the_body_pass_with_the_places_they_lead_to() -> None:
    html = '<p>a<a href="#anchor-2">1</a><span id="anchor-1"></span></p><p><span id="anchor-2"></span>b</p>'
    assert sanitize(html) == html


def test_exactly_the_media_of_the_body_pass() -> None:
    for count in (1, 2, 3, 70):
        html = "".join(f'<img src="media:{number}">' for number in range(count))
        assert sanitize(html, count) == html
    with pytest.raises(GateError):
        sanitize('<img src="media:0">')


def test_the_policy_allows_nothing_that_runs_names_or_styles() -> None:
    forbidden = {"script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "template"}
    forbidden |= {"noscript", "base", "link", "meta", "div", "button", "video", "audio"}
    assert not TAGS & forbidden
    assert not PHRASES & BLOCKS
    assert ATTRIBUTES["span"] == {"id"}  # of which the gate knows what it may say
    names = set().union(*(given for tag, given in ATTRIBUTES.items() if tag != "span"))
    assert not {name for name in names if name.startswith("on")} | (
        names & {"style", "id", "name", "class", "src", "srcset"}
    )


def test_to_vouch_for_one_html_opens_the_gate_for_no_other() -> None:
    html = "<p>vouched</p>"
    vouch_for(sha256(html.encode()).hexdigest())
    vouch_for("")
    assert sanitize(html) == html
    for other in ("<p>vouched</p><script></script>", "<p onclick=x>vouched</p>", "<P>vouched</P>"):
        with pytest.raises(GateError):
            sanitize(other)
    image = '<img src="media:3">'
    vouch_for(sha256(image.encode()).hexdigest())
    with pytest.raises(GateError):  # how many media a body has is asked all the same
        sanitize(image, 1)

"""Attacks on a page through an article's body. The table grows with each class that is met.

Each case says why it is dangerous. What must hold is the same for all: nothing comes out that
runs, names, styles, loads or frames, and no markup but that of the allowlist.
"""

import re

import pytest

from site_builder.dom import START, parse_events
from site_builder.model import Source
from site_builder.sanitize import ATTRIBUTES, LINK_REL, TAGS
from site_builder.steps.clean import clean_body, whole_html

NOBODY = Source("", "unknown", known=False)

# ruff: noqa: E501  (an attack is read best on one line)
ATTACKS: list[tuple[str, str]] = [
    ("<script>alert(1)</script>", "a script"),
    ("<ScRiPt\n>alert(1)</sCrIpT >", "case and blanks do not matter"),
    ("<scr<script>ipt>alert(1)</scr</script>ipt>", "what is left after one removal must be no script"),
    ("<script>alert(1)", "a script that never ends"),
    ("<svg><script>alert(1)</script></svg>", "a script in another name space"),
    ("<svg/onload=alert(1)>", "a slash parts attributes"),
    ("<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "a drawing's own events"),
    ("<svg><a xlink:href='javascript:alert(1)'><text y=20>x</text></a></svg>", "a link in a drawing"),
    (
        "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
        "a drawing that loads another",
    ),
    (
        "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
        "HTML in a drawing",
    ),
    ("<svg><style><img src=x onerror=alert(1)></style></svg>", "in SVG a style holds elements, in HTML text"),
    (
        "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
        "mutation by leaving SVG (DOMPurify 2019)",
    ),
    (
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "mutation through mglyph (DOMPurify 2.0.16)",
    ),
    (
        "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "an integration point",
    ),
    (
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "nested forms mutate (DOMPurify 2.0.0)",
    ),
    ("<math href='javascript:alert(1)'>x</math>", "any MathML element may link"),
    (
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "read as text with scripts, as markup without",
    ),
    ("<template><script>alert(1)</script></template>", "content apart, taken out by later scripts"),
    (
        "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
        "the end of a text control is found early",
    ),
    ("<title></title><img src=x onerror=alert(1)></title>", "the end of a title is found early"),
    ("<xmp></xmp><img src=x onerror=alert(1)></xmp>", "raw text of old"),
    ("<iframe><img src=x onerror=alert(1)></iframe>", "the text of a frame is raw in HTML, markup in XML"),
    ("<noembed><img src=x onerror=alert(1)></noembed>", "raw text"),
    ("<plaintext><img src=x onerror=alert(1)>", "raw to the end"),
    ("<!--><img src=x onerror=alert(1)>-->", "a comment that ends at once"),
    ("<!--a--!><img src=x onerror=alert(1)>-->", "the other end of a comment"),
    ("<![CDATA[<img src=x onerror=alert(1)>]]>", "no comment in XML, one in HTML"),
    ("<?xml <img src=x onerror=alert(1)> ?>", "a processing instruction ends at the first >"),
    ("<img src=x onerror=alert(1)>", "a handler"),
    ("<img src='x' ONERROR\n=\n'alert(1)'>", "a handler in disguise"),
    ("<img/src=x/onerror=alert(1)>", "slashes for blanks"),
    ("<img src=`x`onerror=alert(1)>", "a quote of old browsers"),
    ("<p \x0conclick=alert(1)>a", "a form feed parts attributes"),
    ("<p onclick\x00=alert(1)>a", "NUL in a name"),
    ("<details open ontoggle=alert(1)>a", "a handler that needs no click"),
    ("<video onloadstart=alert(1) src=x><source onerror=alert(1)></video>", "handlers of a player"),
    ("<body onload=alert(1)><html onclick=x>", "attributes of a second body join the first"),
    ("<a href='javascript:alert(1)'>a</a>", "runs when clicked"),
    ("<a href=' &#14; javascript:alert(1)'>a</a>", "blanks and controls before the scheme"),
    ("<a href='java&#x09;script:alert(1)'>a</a>", "a tab in the scheme, as an entity"),
    ("<a href='java&NewLine;script&colon;alert(1)'>a</a>", "named entities"),
    ("<a href='&#0000106&#0000097vascript:alert(1)'>a</a>", "entities without semicolons"),
    ("<a href='\u0001javascript:alert(1)'>a</a>", "a control character"),
    ("<a href='JAVASCRIPT://example.org/%0aalert(1)'>a</a>", "a comment, then a line"),
    ("<a href='vbscript:msgbox(1)'>a</a>", "another language"),
    ("<a href='data:text/html,<script>alert(1)</script>'>a</a>", "a page in an address"),
    ("<a href='blob:https://example.org/1'>a</a>", "a page made elsewhere"),
    ("<a href='//evil.example\\@example.org/'>a</a>", "a backslash moves the host"),
    ("<a href='https://example.org@evil.example/'>a</a>", "a name that only looks like the host"),
    ("<a href='https://example.org/\"onmouseover=\"alert(1)'>a</a>", "a quote that ends the attribute"),
    ("<a href='media:0'>a</a><img src='media:0'>", "our own literal"),
    (
        '&lt;img src="media:0"&gt; <abbr title=\'<img src="media:0">\'>a</abbr>',
        "our literal as text and as value",
    ),
    ("<base href='https://evil.example/'><a href='x'>a</a>", "moves every relative link"),
    ("<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "leaves by itself"),
    ("<link rel=stylesheet href='https://evil.example/x.css'>", "loads a style"),
    ("<style>@import 'https://evil.example/x.css';</style>", "loads a style"),
    ("<p style='background:url(https://evil.example/x)'>a", "asks a host"),
    ("<p style='width:expression(alert(1))'>a", "runs in old browsers"),
    ("<p style='position:fixed;inset:0'>a", "covers the page"),
    ("<img src=x style='behavior:url(#default#time2)' onbegin=alert(1)>", "a behaviour"),
    (
        "<img srcset='https://evil.example/x 1x' src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "a drawing as a picture",
    ),
    ("<picture><source srcset='javascript:alert(1)'><img src=x></picture>", "the other places of an address"),
    (
        "<table background='javascript:alert(1)'><tr><td background='javascript:alert(1)'>a",
        "an address of old",
    ),
    ("<input type=image src=x onerror=alert(1) autofocus onfocus=alert(1)>", "a control"),
    ("<form action='javascript:alert(1)'><button>a</button></form>", "sends"),
    ("<button formaction='javascript:alert(1)'>a</button>", "sends elsewhere"),
    ("<isindex type=image src=1 onerror=alert(1)>", "a control of old"),
    ("<keygen autofocus onfocus=alert(1)>", "a control of old"),
    ("<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>", "plug-ins"),
    (
        "<iframe src='javascript:alert(1)'></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "frames",
    ),
    ("<frameset><frame src='javascript:alert(1)'></frameset>", "frames of old"),
    (
        "<applet code=x.class></applet><layer src=x></layer><bgsound src='javascript:alert(1)'>",
        "elements of old",
    ),
    (
        "<p id=location name=cookie>a<a id=x name=x>b</a><form id=document name=body>",
        "names that hide the page's own",
    ),
    ("<img name=getElementById><img id=implementation>", "names that hide a document's methods"),
    ("<p class='h-card u-url admin'>a", "classes that the theme or a reader trusts"),
    (
        "<a href='https://example.org/' target=_blank rel='opener me'>a</a>",
        "a link that opens us, or claims to be us",
    ),
    ("<p contenteditable draggable tabindex=1 accesskey=x>a", "takes the keyboard"),
    ("<p is=x-y slot=z><x-y onclick=alert(1)>a</x-y>", "elements that a script could define"),
    ("<div><p>a</div></div></body></html><script>alert(1)</script>", "text after the end"),
    ("<b><p><i></b><a href='x'><table><a>", "misnesting that parsers repair"),
    (
        "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
        "a control ends a style",
    ),
    ("<p>\u202egnp.exe \u2066a\u2069</p>", "text that runs backwards"),
    (
        "<time datetime='\"><script>alert(1)</script>'>a</time><p lang='\"><x' dir='\"'>b",
        "values that end the attribute",
    ),
    ("<td colspan='1\"><script>' rowspan='99999999'>a</td>", "numbers that are none"),
    ("{{ config }}{% include '/etc/passwd' %}<%= system('x') %>${x}#{x}", "templates"),
    ("<esi:include src='https://evil.example/'/><!--#exec cmd='x'-->", "includes of servers"),
]


def is_allowed(tag: str, name: str, value: str | None) -> bool:
    if (tag, name) == ("a", "rel"):
        return value == LINK_REL
    return name in ATTRIBUTES.get(tag, frozenset()) or name in ATTRIBUTES["*"]


@pytest.mark.parametrize(("html", "reason"), ATTACKS)
@pytest.mark.parametrize("parser", ["lexbor", "lxml"])
def test_an_attack_leaves_nothing_that_could_act(html: str, reason: str, parser: str) -> None:
    body = clean_body(f"<p>before</p>{html}", NOBODY, parser="lxml" if parser == "lxml" else "lexbor")
    assert body.text.startswith("before")
    assert not body.refused
    for kind, tag, attributes in parse_events(body.html):
        if kind != START:
            continue
        assert tag in TAGS
        if tag == "img":
            assert re.fullmatch(r"media:\d+", attributes["src"] or "") and len(attributes) == 1
            continue
        assert all(is_allowed(tag, name, value) for name, value in attributes.items())
        if "href" in attributes:
            assert re.match(r"(?:https?://|mailto:)[a-z0-9]", attributes["href"] or "")
    assert len(re.findall(r'<img src="media:\d+">', body.html)) == len(body.media)
    for media in body.media:
        assert all(
            url.startswith(("http://", "https://")) for url in (*media.urls, *filter(None, [media.link]))
        )
        assert ":" not in media.local


@pytest.mark.parametrize(("html", "reason"), ATTACKS)
def test_an_attack_cleaned_and_written_whole_is_cleaned_no_further(html: str, reason: str) -> None:
    whole = whole_html(clean_body(html, NOBODY))
    assert whole_html(clean_body(whole, NOBODY)) == whole
    assert not re.search(
        r"<[^>]*\son\w+\s*=|<script|<style|<svg|<iframe|=\"javascript:", whole, re.IGNORECASE
    )


def test_what_a_template_would_run_comes_out_as_written() -> None:
    text = "{{ 7*7 }} {% raw %} {# x #} <%= 1 %> ${x}"
    assert clean_body(text.replace("<", "&lt;"), NOBODY).text == text

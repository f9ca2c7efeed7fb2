"""Look for bodies that break a law of cleaning, for as long as one likes.

    python tests/fuzz.py [SECONDS]

With atheris installed the search is guided by coverage; without it, attacks are cut, joined and
changed at random. What is found is printed, smallest form first, to be added to ``FOUND`` in
``test_fuzz.py``: a body that once broke a law is tried for ever.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator

from attacks import ATTACKS

from site_builder.dom import START, TEXT, MarkupRefused, parse_events
from site_builder.model import Rule, Selector, Source
from site_builder.sanitize import ATTRIBUTES, LINK_REL, TAGS
from site_builder.steps.clean import clean_body, restore_text, whole_html

NOBODY = Source("", "unknown", known=False)
RULES = Source(
    "x",
    "x",
    rules=(
        Rule("drop", Selector(classes=("a",)), "r"),
        Rule("harvest", Selector(tag="u"), "r", field="tags"),
        Rule("unwrap", Selector(tag="blockquote"), "r"),
        Rule("drop", Selector(tag="div", only_links=True), "r"),
    ),
)
TOO_SLOW = 2.0


def check(html: str) -> None:
    """Hold the laws over one body; raise ``AssertionError`` where one is broken."""
    began = time.process_time()
    bodies = [
        clean_body(html, source, origin="https://example.org/x/", title="ab", shortcodes=marks)
        for source, marks in ((NOBODY, False), (RULES, False), (NOBODY, True))
    ]
    assert time.process_time() - began < TOO_SLOW, "it takes too long"
    try:
        original = "".join("".join(text.split()) for kind, text, _ in parse_events(html) if kind == TEXT)
    except MarkupRefused:
        original = None
    for body in bodies:
        assert "gate" not in body.refused, "the gate had something to change"
        if original is not None:
            assert restore_text(body) == original, "page and ledger are not the original"
        for kind, tag, attributes in parse_events(str(body.html)):
            if kind == START:
                assert tag in TAGS, f"<{tag}>"
                for name, value in attributes.items():
                    assert is_allowed(tag, name, value or ""), f"{name}={value!r}"
    whole = whole_html(bodies[0])
    assert whole_html(clean_body(whole, NOBODY)) == whole, "cleaning again changes it"


def is_allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name == "src" and bool(re.fullmatch(r"media:\d+", value))
    if name == "href":
        return tag == "a" and bool(re.match(r"(?:(?:https?://|mailto:)[a-z0-9]|#anchor-\d+$)", value))
    if name == "id":
        return tag == "span" and bool(re.fullmatch(r"anchor-\d+", value))
    if name == "rel":
        return value == LINK_REL
    return name in ATTRIBUTES.get(tag, ()) or name in ATTRIBUTES["*"]


TAGS_TRIED = (
    "p div ul li table tr td b i u blockquote figure figcaption pre h1 h3 dl dt dd ruby rt small caption svg"
    " math script style template noscript video button title span x msup mfrac mi msqrt mroot bdi"
).split()
WHOLE = "<br>|<hr>|<div class=a>|<div class=caption>|<a href=b>|</a>|<img src=c.jpg>|<time datetime=2022>"
LEAPS = "<a href=#x>|<a href=#y>|<b id=x>|<a name=y>|<p id=y>|<li id=x>|<img id=y src=d.jpg>"
FRAMES = "<img src=https://example.org/a.jpg alt=x>|<iframe src=//example.org>|</iframe>|<!--|-->|<![CDATA["
HELD = "data:image/gif;base64,R0lGODlhBQAEAIAAAP8AAAAAACwAAAAABQAEAAACBISPCQUAOw=="
HOLDS = f"<img src={HELD}>|<img src={HELD} data-src=e.jpg>|<img srcset='{HELD} 2x'>|<source srcset='{HELD}'>"
DRAWS = "<img src=data:image/svg+xml,<svg/onload=x>>|<picture>|</picture>|data:|;base64,|<img src='data:,"
MARKS = (
    "[url=//a.b]|[/url]|[b]|[/b]|[quote]|[/quote]|[list]|[*]|[/list]|[caption id=a]|[/caption]|[code]|[/code]"
)
STYLES = (
    "<div style=white-space:pre-wrap>|<p style='white-space: pre-line'>|<span style=display:none>|\n\n|\n \n"
)
NOTICES = (
    "<noscript>&lt;img src=f.jpg&gt;</noscript>|<template shadowrootmode=open>|</template>"
    "|<amp-youtube data-videoid=a>"
)
CHECKS = (
    "<input type=checkbox checked>|<input type=checkbox disabled>|<li data-checked=true>"
    "|<span class=one>|<span class=two>|</span>|<a href=//a.b/c>|</a>|Ab|62%"
    "|Advertisement|Image|☑"
)
ASIDES = (
    "<p>Lire aussi : |<p>Read more: |【関連記事】|<a href=https://example.org/y>La mer</a></p>"
    "|<ul><li><a href=//a.b/d>|<img alt=𠮷>|<img class=emoji alt=😀 src=//a.b/e.png>"
    "|<p dir=ltr>|<div dir=rtl>|<div dir=auto>|ש|شكرا|<span dir=ltr>"
)
BITS = "]]>|&amp;|&#0;|&lt;|ab|字|\u3000|\u200b|\xa0|\n| |\x00|<|>|\"|'|=|/"
PIECES = (
    *(f"<{tag}>" for tag in TAGS_TRIED),
    *(f"</{tag}>" for tag in TAGS_TRIED),
    *f"{WHOLE}|{LEAPS}|{FRAMES}|{HOLDS}|{DRAWS}|{MARKS}|{STYLES}|{NOTICES}|{CHECKS}|{ASIDES}|{BITS}".split(
        "|"
    ),
)


def make_bodies(chance: random.Random) -> Iterator[str]:
    """Cut, join and change attacks and pieces of markup at random."""
    while True:
        parts: list[str] = []
        for _ in range(chance.randrange(1, 12)):
            if chance.random() < 0.15:
                attack = chance.choice(ATTACKS)[0]
                start = chance.randrange(len(attack))
                parts.append(attack[start : start + chance.randrange(1, 60)])
            else:
                parts.append(chance.choice(PIECES))
        yield "".join(parts)


def shrink(html: str) -> str:
    """Cut away what the fault does not need."""
    size = max(len(html) // 2, 1)
    while size:
        place = 0
        while place < len(html):
            shorter = html[:place] + html[place + size :]
            if is_broken(shorter):
                html = shorter
            else:
                place += size
        size //= 2
    return html


def is_broken(html: str) -> bool:
    try:
        check(html)
    except Exception:
        return True
    return False


def search(seconds: float, seed: int) -> int:
    ends = time.monotonic() + seconds
    found: dict[str, str] = {}
    tried = 0
    for html in make_bodies(random.Random(seed)):
        tried += 1
        try:
            check(html)
        except Exception as fault:
            found.setdefault(f"{type(fault).__name__}: {fault}"[:80], shrink(html))
        if time.monotonic() > ends or len(found) >= 10:
            break
    for fault, html in sorted(found.items(), key=lambda pair: len(pair[1])):
        print(f"{html!r}  # {fault}")
    print(f"{tried} bodies tried, {len(found)} faults found (seed {seed})")
    return 1 if found else 0


def search_guided(seconds: float) -> None:
    import atheris

    def try_one(data: bytes) -> None:
        check(data.decode("utf-8", "replace"))

    import site_builder.cleaning.blocks
    import site_builder.cleaning.walk
    import site_builder.dom
    import site_builder.steps.clean

    for module in (
        site_builder.cleaning.blocks,
        site_builder.cleaning.walk,
        site_builder.dom,
        site_builder.steps.clean,
    ):
        for name, value in vars(module).copy().items():
            if (
                callable(value)
                and getattr(value, "__module__", "") == module.__name__
                and hasattr(value, "__code__")
            ):
                setattr(module, name, atheris.instrument_func(value))
    arguments = [
        sys.argv[0],
        f"-max_total_time={int(seconds)}",
        "-max_len=400",
        "-only_ascii=0",
        "-verbosity=0",
    ]
    atheris.Setup(arguments, try_one)
    atheris.Fuzz()


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    if "--guided" in sys.argv:
        search_guided(seconds)
        return 0
    return search(seconds, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 0)


if __name__ == "__main__":
    sys.exit(main())

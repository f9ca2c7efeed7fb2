"""Attacks on a page through an article's body: what must hold of each.

Nothing comes out that runs, names, styles, loads or frames, and no markup but that of the allowlist.
"""

import re

import pytest
from attacks import ATTACKS

from site_builder.dom import START, parse_events
from site_builder.model import Source
from site_builder.sanitize import ATTRIBUTES, LINK_REL, TAGS, lead_on
from site_builder.steps.clean import clean_body, whole_html

NOBODY = Source("", "unknown", known=False)


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
            assert re.match(
                r"(?:(?:https?://|mailto:)[a-z0-9]|(?:#anchor-|link:)\d+$)", attributes["href"] or ""
            )
    shown = lead_on(body.html, body.links, ["2022/b.html"] * body.html.count("<a "), "../")  # all lead home
    nowhere = lead_on(body.html, body.links, (), "../")
    for kind, _, attributes in (*parse_events(shown), *parse_events(nowhere)):
        if kind == START and "href" in attributes:
            href = attributes["href"] or ""
            assert re.match(r"(?:(?:https?://|mailto:)[a-z0-9]|#anchor-\d+$|\.\./2022/b\.html$)", href)
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
    assert '="javascript:' not in whole.lower()
    tags = re.sub(r'"[^"]*"', '""', whole)
    assert not re.search(r"<[^>]*\son\w+\s*=|<script|<style|<svg|<iframe", tags, re.IGNORECASE)


def test_what_a_template_would_run_comes_out_as_written() -> None:
    text = "{{ 7*7 }} {% raw %} {# x #} <%= 1 %> ${x}"
    assert clean_body(text.replace("<", "&lt;"), NOBODY).text == text

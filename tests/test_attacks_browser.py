"""Every attack, cleaned, in one page of a real browser that no policy holds back."""

from __future__ import annotations

from pathlib import Path

import pytest
from attacks import ATTACKS
from playwright.sync_api import Browser
from watching import watch

from site_builder.model import Source
from site_builder.sanitize import lead_on, split_media
from site_builder.steps.clean import clean_body

pytestmark = pytest.mark.browser

NOBODY = Source("", "unknown", known=False)
ACTING = """() => {
    const FORBIDDEN = 'script,style,iframe,object,embed,form,svg,math,img,link,base,template';
    const ours = e => e.matches("span") && /^anchor-\\d+$/.test(e.id) && e.getAttributeNames().length === 1;
    const others = [...document.querySelectorAll('section *')].filter(e => !ours(e));
    const names = others.flatMap(e => e.getAttributeNames());
    const links = [...document.links].filter(e => !/^#anchor-\\d+$/.test(e.getAttribute('href')));
    return {
        handlers: names.filter(name => name.startsWith('on') || name === 'style' || name === 'id'),
        schemes: links.map(link => link.protocol).filter(p => !/^(https?|mailto):$/.test(p)),
        elements: document.querySelectorAll(FORBIDDEN).length,
        sections: document.querySelectorAll('body > section').length,
        clobbered: typeof document.getElementById + typeof document.cookie + typeof location.href,
    };
}"""


def shown(html: str) -> str:
    """Write a cleaned body as a page does, but for its pictures, which would be asked for."""
    body = clean_body(html, NOBODY)
    led = lead_on(body.html, body.links, (), "")  # what links to files become where there is none
    return "".join(part for part in split_media(led) if isinstance(part, str))


def page_of(bodies: list[str]) -> str:
    sections = "\n".join(f"<section>{body}</section>" for body in bodies)
    return f"<!doctype html>\n<meta charset=utf-8>\n<title>a</title>\n<body>\n{sections}\n"


def test_no_cleaned_attack_does_anything_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "all.html"
    file.write_text(page_of([shown(html) for html, _ in ATTACKS]), "utf-8", errors="replace")
    seen = watch(browser, file.as_uri())
    seen.page.goto(file.as_uri())
    found = seen.page.evaluate(ACTING)
    seen.page.mouse.move(300, 300)
    for key in ("Tab", "Tab", "PageDown"):
        seen.page.keyboard.press(key)
    seen.page.wait_for_timeout(200)
    assert seen.faults == []
    assert seen.requests == [file.as_uri()]
    assert found == {
        "handlers": [],
        "schemes": [],
        "elements": 0,
        "sections": len(ATTACKS),
        "clobbered": "functionstringstring",
    }
    seen.context.close()


def test_the_same_attacks_uncleaned_do_something(browser: Browser, tmp_path: Path) -> None:
    """Prove that the watch would see it."""
    file = tmp_path / "raw.html"
    file.write_text(page_of(["<img src=x onerror=alert(1)>"]), "utf-8")
    seen = watch(browser, file.as_uri())
    seen.page.goto(file.as_uri())
    seen.page.wait_for_timeout(100)
    assert any("dialog" in fault for fault in seen.faults)
    assert any("/x" in request for request in seen.requests)
    seen.context.close()

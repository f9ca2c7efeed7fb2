"""What feeds wrap around a body's HTML, taken off; the paragraphs that a database leaves to blank lines.

In: a body as it stands in a file. Out: the HTML that was meant. The rule it guards: **what may be
meant as it stands, stays**; a body counts as escaped only where it holds no tag at all, and begins
and goes on with tags that are; blank lines part paragraphs only where no tag does.
"""

from __future__ import annotations

import html
import re

_CDATA = "<![CDATA["
_NAMES = "p|div|span|br|hr|img|a|b|i|em|strong|ul|ol|li|h[1-6]|table|figure|blockquote|section|article|pre"
_ESCAPED_START = re.compile(rf"\s*&lt;(?:{_NAMES})(?:\s(?:[^<>&]|&(?!lt;|gt;))*)?/?&gt;", re.IGNORECASE)
_ESCAPED_END = re.compile(rf"&lt;/(?:{_NAMES})\s{{0,9}}&gt;|&lt;(?:br|img|hr)\b", re.IGNORECASE)


def unwrap_body(body: str, has_tags: bool) -> str:
    """Take a body out of a feed's CDATA section, and out of one escaping too many; else as it is.

    >>> unwrap_body("<![CDATA[a <b>c</b>]]>", True), unwrap_body("&lt;p&gt;a&amp;amp;b&lt;/p&gt;", False)
    ('a <b>c</b>', '<p>a&amp;b</p>')
    """
    start = len(body) - len(body.lstrip())
    if body.startswith(_CDATA, start):
        return body[start + len(_CDATA) :].rstrip().removesuffix("]]>")
    if not has_tags and _ESCAPED_START.match(body, start) and _ESCAPED_END.search(body):
        return html.unescape(body)
    return body


_PARTED = re.compile(
    r"<(?:p|br|div|section|article|pre|table|script|style|textarea|svg)(?=[\s/>])", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n[ \t\u3000\xa0]*(?=\n)")


def mark_paragraphs(body: str) -> str:
    """Begin a paragraph at each blank line of HTML that has no tag to part them, as WordPress does.

    >>> mark_paragraphs("a <b>c</b>\\n\\nd")
    'a <b>c</b>\\n<p>\\nd'
    """
    if not _BLANK_LINE.search(body.strip()) or _PARTED.search(body):
        return body
    return _BLANK_LINE.sub("\n<p>", body)

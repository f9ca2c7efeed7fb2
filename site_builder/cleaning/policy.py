"""What becomes of each tag: tables, so that a policy is one line.

In: a tag's name. Out: what it is to the walk, and under which name it is written. The rule it guards: **what
is in no table keeps its words and loses its tags**.
"""

from __future__ import annotations

import re
from typing import Literal

from site_builder.dom import (
    Attributes,
)
from site_builder.urls import normalise


def _same(names: str) -> dict[str, str]:
    return {name: name for name in names.split()}


PHRASES = _same(
    "strong em s u sub sup small del ins mark q cite code kbd samp var dfn ruby rt rp abbr time bdi bdo"
) | {"b": "strong", "i": "em", "strike": "s", "tt": "code", "acronym": "abbr"}
LEAVES = _same("h2 h3 h4 h5 h6 pre figcaption caption dt") | {"h1": "h2", "xmp": "pre", "listing": "pre"}
FRAMES = _same("blockquote ul ol li dl dd figure table thead tbody tfoot tr td th") | {
    "dir": "ul",
    "menu": "ul",
}
BOUNDARIES = frozenset(
    "address article aside center details dialog div fieldset footer form header hgroup legend main marquee"
    " nav optgroup section summary search".split()
)
DROPPED = {
    **dict.fromkeys(("script", "style", "template", "title", "metadata"), "is no text of the article"),
    **dict.fromkeys(("desc", "defs", "annotation", "annotation-xml"), "describes a drawing or formula"),
    **dict.fromkeys("button select option textarea datalist".split(), "is a control of the publisher's page"),
    **dict.fromkeys(("noembed", "noframes", "frameset"), "is for programs that show no frames"),
    **dict.fromkeys(("amp-ad", "amp-embed", "amp-sticky-ad"), "holds an advertisement"),
    **dict.fromkeys(("amp-consent", "amp-user-notification"), "asks the page's visitors for something"),
}
PICTURES = frozenset({"img", "image", "amp-img", "amp-anim"})
PLAYERS: dict[str, Literal["video", "audio", "embed"]] = {
    "video": "video",
    "amp-video": "video",
    "audio": "audio",
    "amp-audio": "audio",
    **dict.fromkeys(("mpvoice", "mp-common-mpaudio", "qqmusic"), "audio"),
    **dict.fromkeys(("mpvideosnap", "mp-common-videosnap"), "video"),
    "iframe": "embed",
    "amp-iframe": "embed",
    "embed": "embed",
    **dict.fromkeys(("amp-youtube", "lite-youtube", "amp-vimeo", "lite-vimeo", "amp-dailymotion"), "embed"),
}
NUMBERED = {
    **dict.fromkeys(("amp-youtube", "lite-youtube"), "https://www.youtube.com/watch?v="),
    **dict.fromkeys(("amp-vimeo", "lite-vimeo"), "https://vimeo.com/"),
    "amp-dailymotion": "https://www.dailymotion.com/video/",
    "amp-twitter": "https://twitter.com/i/status/",
    "amp-instagram": "https://www.instagram.com/p/",
    "amp-facebook": "",
    "amp-tiktok": "",
}
"""Elements that name a film or post by its number alone, and the address that it stands for."""
_NUMBERS = ("data-videoid", "videoid", "data-tweetid", "data-shortcode", "data-href", "data-src")
# Where MathML shows the parts of an element, in their order: on the line, raised or lowered.
SCRIPTS: dict[str, tuple[str, ...]] = {
    "msup": ("", "sup"),
    "msub": ("", "sub"),
    "msubsup": ("", "sub", "sup"),
    "mover": ("", "sup"),
    "munder": ("", "sub"),
    "munderover": ("", "sub", "sup"),
    "mfrac": ("sup", "sub"),
    "mroot": ("", "sup"),
    "msqrt": (),
}
_NUMBER_OR_ADDRESS = re.compile(r"[\w-]{1,40}|https://[!-~]{1,500}")


def find_numbered(name: str, attributes: Attributes) -> str:
    """Give the address of the film or post that an element names by its number."""
    if name not in NUMBERED:
        return ""
    number = next((value for key in _NUMBERS if (value := attributes.get(key))), "")
    return normalise(NUMBERED[name] + number) if _NUMBER_OR_ADDRESS.fullmatch(number) else ""

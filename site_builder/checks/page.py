"""What can be seen to be wrong with one page alone.

In: a ``Document``. Out: findings. The rule it guards: every thing that a page of an archive must
never hold is looked for **again**, in the bytes as they are published, by tables that share
nothing with those of the cleaner.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator

from site_builder.checks.reader import Document, Element
from site_builder.errors import Finding, finding


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


FORBIDDEN = _words(
    "iframe frame frameset object embed applet base portal fencedframe foreignobject animate animatemotion"
    " animatetransform set"
)
IN_ARTICLE = _words(
    "a abbr article b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption"
    " figure h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp section small"
    " source span strong sub sup table tbody td tfoot th thead time tr u ul var wbr"
)
"""All that may stand in an article's text; the frame of the page has more."""
SEEN_ELSEWHERE = _words("script style")
ADDRESSES = _words(
    "href src action formaction poster data cite background longdesc manifest icon xlink:href ping codebase"
)
SCHEMES = _words("http https mailto tel")
LOADS = {tag: tuple(names.split()) for tag, names in {
    "img": "src srcset", "source": "src srcset", "script": "src", "video": "src poster", "audio": "src",
    "track": "src", "input": "src", "iframe": "src", "embed": "src", "object": "data", "body": "background",
    "table": "background", "image": "href xlink:href", "use": "href xlink:href", "a": "ping", "area": "ping",
}.items()}  # fmt: skip
"""Element -> the attributes whose address a browser asks for without being told to."""
LOADING_LINKS = _words(
    "stylesheet icon preload prefetch prerender preconnect dns-prefetch modulepreload manifest"
    " apple-touch-icon mask-icon"
)
DATA_SCRIPTS = _words("application/ld+json application/json speculationrules importmap")
SCRIPTED = _words("search")
"""Kinds of page that may run a script of the site's own."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
_CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""", re.IGNORECASE)

PageCheck = Callable[[Document], Iterator[Finding]]


def _told(document: Document, code: str, message: str, needle: str = "") -> Finding:
    line, column = document.place(needle)
    return finding(code, document.path, message, line=line, column=column)


def scheme_of(address: str) -> str:
    """Give an address's scheme as a browser reads it: blanks and invisible characters do not hide it."""
    if ":" not in address:
        return ""
    found = _SCHEME.match(_INVISIBLE.sub("", address))
    return found[1].lower() if found else ""


def is_outside(address: str) -> bool:
    """Tell whether an address leads to another host."""
    if ":" not in address and (not address or address[0].isalnum() or address[0] in ".#"):
        return False  # nearly all are of this kind (gain: 0.1 ms a page)
    bare = _INVISIBLE.sub("", address).replace("\\", "/")
    return scheme_of(bare) in {"http", "https", "ws", "wss", "ftp"} or bare.startswith("//")


# --- the page as a whole ----------------------------------------------------------------------


def check_whole(document: Document) -> Iterator[Finding]:
    """A page is complete, has a title and says its language."""
    if not document.source.rstrip().endswith("</html>"):
        yield _told(document, "page-cut", "the page does not end with </html>")
    title = next((document.text(element) for element in document.elements if element.tag == "title"), "")
    if not title:
        yield _told(document, "page-title-missing", "the page has no title")
    if not any(element.tag == "html" and element.get("lang") for element in document.elements):
        yield _told(document, "page-language-missing", "the page does not say its language", "<html")


def check_ids(document: Document) -> Iterator[Finding]:
    """No two elements of a page have one id."""
    ids = Counter(element.get("id") for element in document.elements if "id" in element.attributes)
    for name, times in ids.items():
        if times > 1:
            yield _told(document, "id-duplicate", f'{times} elements have the id "{name}"', f'id="{name}"')


def check_metadata(document: Document) -> Iterator[Finding]:
    """What a page says to programs can be read by programs."""
    for element in document.elements:
        if element.tag == "script" and element.get("type") == "application/ld+json":
            try:
                json.loads(element.text)
            except ValueError as error:
                message = f"the page's JSON-LD cannot be read: {error}"
                yield _told(document, "metadata-invalid", message, "application/ld+json")


# --- what may not be in it --------------------------------------------------------------------


def check_scripts(document: Document) -> Iterator[Finding]:
    """Only a page for searching runs a script, and only one that is a file of the site."""
    for element in document.elements:
        if element.tag != "script" or element.get("type").strip().lower() in DATA_SCRIPTS:
            continue
        if not element.get("src"):
            yield _told(document, "unsafe-script", "a script stands in the page", "<script")
        elif document.kind not in SCRIPTED:
            yield _told(document, "unsafe-script", f"loads the script {element.get('src')}", "<script")


def check_handlers(document: Document) -> Iterator[Finding]:
    """No element has an event handler."""
    for element in document.elements:
        for name in element.attributes:
            if name.startswith("on") and name.isalpha():
                message = f"<{element.tag}> has the event handler {name}"
                yield _told(document, "unsafe-handler", message, f" {name}=")


def check_styles(document: Document) -> Iterator[Finding]:
    """No style stands in a page; the policy would keep it from working, and hostile ones cover the page."""
    for element in document.elements:
        if element.tag == "style":
            yield _told(document, "unsafe-style", "a style sheet stands in the page", "<style")
        elif "style" in element.attributes:
            yield _told(document, "unsafe-style", f"<{element.tag}> has a style of its own", " style=")


def check_elements(document: Document) -> Iterator[Finding]:
    """No element embeds another document, and an article's text holds nothing but text and pictures."""
    for element in document.elements:
        if element.tag in FORBIDDEN:
            yield _told(document, "unsafe-element", f"holds <{element.tag}>", f"<{element.tag}")
        elif element.tag == "meta" and element.get("http-equiv").strip().lower() == "refresh":
            yield _told(document, "unsafe-element", "sends its reader elsewhere by itself", "http-equiv")
        elif element.has_class("e-content"):
            for inner in document.inside(element):
                if inner.tag not in IN_ARTICLE | FORBIDDEN | SEEN_ELSEWHERE:
                    message = f"an article's text holds <{inner.tag}>"
                    yield _told(document, "unsafe-element", message, f"<{inner.tag}")


def check_addresses(document: Document) -> Iterator[Finding]:
    """Every address is relative, or has a scheme that runs nothing."""
    for element in document.elements:
        for name in ADDRESSES & element.attributes.keys():
            scheme = scheme_of(element.get(name))
            picture = scheme == "data" and element.tag in {"img", "link"} and name in {"src", "href"}
            if scheme and scheme not in SCHEMES and not picture:
                message = f"<{element.tag} {name}> has an address that begins with {scheme}:"
                yield _told(document, "unsafe-address", message, f"{scheme}:")


def check_forms(document: Document) -> Iterator[Finding]:
    """A form sends what is typed into it to the site itself."""
    for element in document.elements:
        for name in ("action", "formaction"):
            if name in element.attributes and is_outside(element.get(name)):
                message = f"a form sends to {element.get(name)}"
                yield _told(document, "unsafe-form", message, element.get(name))


def check_policy(document: Document) -> Iterator[Finding]:
    """A page forbids the browser all that it does not need, before anything is loaded."""
    policies = [
        element
        for element in document.elements
        if element.tag == "meta" and element.get("http-equiv").lower() == "content-security-policy"
    ]
    if not policies:
        yield _told(document, "policy-missing", "the page has no content security policy", "<head")
        return
    rules = read_policy(policies[0].get("content"))
    for rule in ("default-src", "script-src", "base-uri"):
        weak = _weak_sources(rule, rules.get(rule, [] if rule == "script-src" else ["*"]), document.kind)
        if weak:
            yield _told(
                document, "policy-weak", f"the policy's {rule} allows {weak}", "Content-Security-Policy"
            )
    loading = [element for element in document.elements if _loads(element)]
    if loading and loading[0].at < policies[0].at:
        message = f"<{loading[0].tag}> stands before the policy that should govern it"
        yield _told(document, "policy-weak", message, f"<{loading[0].tag}")


def read_policy(policy: str) -> dict[str, list[str]]:
    """Read a content security policy: directive -> its sources."""
    rules = (rule.split() for rule in policy.lower().split(";"))
    return {words[0]: words[1:] for words in rules if words}


def _weak_sources(rule: str, sources: list[str], kind: str) -> str:
    allowed = {"'none'", "'self'"} if rule == "script-src" and kind in SCRIPTED else {"'none'"}
    return ", ".join(source for source in sources if source not in allowed)


# --- what the browser would ask for -----------------------------------------------------------


def check_requests(document: Document) -> Iterator[Finding]:
    """Nothing is asked of another host, but for pictures where the page's own policy opens them."""
    open_pictures = _opens_pictures(document)
    for element in document.elements:
        for address in _loads(element):
            if is_outside(address) and not (element.tag in {"img", "source"} and open_pictures):
                message = f"<{element.tag}> makes the browser ask another host for {address}"
                yield _told(document, "outside-request", message, address)


def _opens_pictures(document: Document) -> bool:
    for element in document.elements:
        if element.tag == "meta" and element.get("http-equiv").lower() == "content-security-policy":
            sources = read_policy(element.get("content")).get("img-src", [])
            return "https:" in sources
    return False


def _loads(element: Element) -> list[str]:
    """List what a browser asks for as soon as it meets an element."""
    if element.tag == "link":
        wanted = bool(LOADING_LINKS & set(element.get("rel").lower().split()))
        return [element.get("href")] if wanted else []
    found: list[str] = []
    for name in LOADS.get(element.tag, ()):
        value = element.get(name)
        if name == "srcset":
            found += [part.split()[0] for part in value.split(",") if part.split()]
        elif value:
            found.append(value)
    return found


def check_sheet(path: str, css: str) -> Iterator[Finding]:
    """Look for what a style sheet would load from elsewhere."""
    for found in _CSS_ADDRESS.finditer(css):
        address = found[1] or found[2] or ""
        if is_outside(address):
            line = css.count("\n", 0, found.start()) + 1
            message = f"the style sheet makes the browser ask another host for {address}"
            yield finding("outside-request", path, message, line=line)


PAGE_CHECKS: tuple[PageCheck, ...] = (
    check_whole,
    check_ids,
    check_metadata,
    check_scripts,
    check_handlers,
    check_styles,
    check_elements,
    check_addresses,
    check_forms,
    check_policy,
    check_requests,
)

"""Addresses as a page may hold them: absolute, of a harmless scheme, without proxies or trackers.

In: an address as written, hostile ones too. Out: the same address made plain, or ``""``. The
rule it guards: **what is not understood is not linked**. An address passes only when it is
plain enough for every program after us to read it the same way we do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from posixpath import relpath
from urllib.parse import unquote, urljoin

MAX_LENGTH = 4_000
"""Longer addresses are data, not addresses."""

_IGNORED = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# The common case in one match: scheme, host of letters, and a rest that needs no escaping.
_PLAIN = re.compile(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24})((?:[/?#][!#-;=?-\[\]_a-~]*+)?)")
_WEB = re.compile(r"(https?):[/\\]*([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+([a-z][a-z0-9-]{0,61}[a-z0-9])")
_LOCAL = re.compile(r"localhost")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}")
_MAIL = re.compile(r"mailto:[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_ESCAPED = re.compile(r"[\s\"<>\\^`{|}\x00-\x20\x7f]")
# An unsigned address of thumbor, whoever runs it: sizes and filters, then the picture's address.
_THUMBOR = re.compile(r"/unsafe/(?:[^/?#]{1,200}/){0,6}?(https?(?::/|%3A%2F).+)", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg|tiff?)(?:!.*|@.*|~.*)?", re.IGNORECASE)


def normalise(url: str, base: str = "") -> str:
    """Return the address as a page may link it, or ``""`` when it is not safe to.

    Absolute http, https and mailto pass. Control characters and blanks that browsers ignore are
    taken out before the scheme is judged; what a URL may not hold is percent-encoded. A
    relative address is resolved against ``base``, and is ``""`` without one.
    """
    if (match := _PLAIN.fullmatch(url)) and "xn--" not in match[2] and len(url) <= MAX_LENGTH:
        return url
    url = drop_ignored(url[: 2 * MAX_LENGTH]).strip()
    if not url or len(url) > MAX_LENGTH:
        return ""
    scheme = _SCHEME.match(url)
    if scheme is None:
        return _resolve(url, base)
    if scheme[1].lower() == "mailto":
        address = url.partition("?")[0]
        return address if _MAIL.fullmatch(address) else ""
    match = _WEB.fullmatch(url)
    return _rebuild(match) if match else ""


def drop_ignored(url: str) -> str:
    """Leave out the characters that browsers pass over in an address."""
    return _IGNORED.sub("", url)


def _resolve(url: str, base: str) -> str:
    if url.startswith("//"):
        return normalise("https:" + url)
    if not base or url.startswith("#"):
        return ""
    try:
        joined = urljoin(base, url.replace("\\", "/"))
    except ValueError:
        return ""
    return normalise(joined) if _SCHEME.match(joined) else ""


def _rebuild(match: re.Match[str]) -> str:
    scheme, authority, rest = match[1].lower(), match[2].lower(), match[3]
    name, colon, port = authority.partition(":")
    if colon and port and not (port.isascii() and port.isdigit() and int(port[:6]) < 65536):
        return ""
    name = _ascii_host(name.rstrip("."))
    if not name:
        return ""
    rest = _ESCAPED.sub(_percent, rest.replace("\\", "/") if "?" not in rest else rest)
    if rest and rest[0] not in "/?#":
        return ""
    return f"{scheme}://{name}{':' + port if port else ''}{rest}"


def _ascii_host(name: str) -> str:
    """Return the host in ASCII if it is one that every program reads alike, else ``""``."""
    if not name.isascii() or "xn--" in name:
        try:
            name = name.encode("idna").decode("ascii")
            name.encode("ascii").decode("idna")
        except UnicodeError:
            return ""
    return name if _HOST.fullmatch(name) or _IPV4.fullmatch(name) or _LOCAL.fullmatch(name) else ""


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def host(url: str) -> str:
    """Return the host in lower case, without port; ``""`` when there is none.

    >>> host("https://News.Example.org:8080/a")
    'news.example.org'
    """
    match = _AUTHORITY.match(url)
    if match is None:
        return ""
    return match[1].rpartition("@")[2].partition(":")[0].lower().rstrip(".")


def is_under(name: str, domain: str) -> bool:
    """Tell whether a host is a domain or stands below it; ``*`` stands for one or more labels.

    >>> is_under("img.ithome.com", "ithome.com"), is_under("notithome.com", "ithome.com")
    (True, False)
    """
    if "*" in domain:
        head, _, tail = domain.partition("*")
        return len(name) > len(head) + len(tail) and name.startswith(head) and name.endswith(tail)
    return name == domain or name.endswith("." + domain)


def absolute(url: str, base: str) -> str:
    """Resolve an address against its page's; ``""`` when the result is not safe to link.

    >>> absolute("../b.html", "https://example.org/x/y/a.html")
    'https://example.org/x/b.html'
    """
    return normalise(url, base)


def relative(from_path: str, to_path: str) -> str:
    """Return the link from one site path to another; it always names the file.

    >>> relative("2022/07/20/a.html", "tags/index.html")
    '../../../tags/index.html'
    >>> relative("index.html", "index.html")
    'index.html'
    """
    if from_path == to_path:
        return to_path.rpartition("/")[2]
    return relpath("/" + to_path, "/" + from_path.rpartition("/")[0])


def is_picture(url: str) -> bool:
    """Tell from the path's ending whether an address leads to a picture.

    >>> is_picture("https://example.org/a.JPG?w=100"), is_picture("https://example.org/a.html")
    (True, False)
    """
    path = url.partition("#")[0].partition("?")[0]
    _, dot, ending = path[-120:].rpartition("/")[2].partition(".")
    last = "." + ending.rpartition(".")[2]
    return bool(dot and _PICTURE.fullmatch(last))


_PERCENT = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_WWW = re.compile(r"www\d?\.(?=[^.]+\.)")
_PORTS = {"http": "80", "https": "443"}


def name_page(url: str) -> str:
    """Give what all addresses of one page have in common, or ``""`` for a site's front page.

    Scheme, ``www.``, the scheme's own port, a slash or ``index.html`` at the end, trackers, the order of
    parameters, the place within the page and needless escapes do not count, as for those who look up pages
    in web archives (SURT). Whatever else is asked for counts, and so does a ``#!`` or ``#/`` for a script.

    >>> name_page("http://www.Example.org:80/a/?utm_source=x&id=7#top")
    'example.org/a?id=7'
    >>> name_page("https://example.org/%e4%ba%91%7E") == name_page("https://example.org/云~/")
    True
    """
    head, _, fragment = strip_trackers(url).partition("#")
    head, _, query = head.partition("?")
    scheme, _, rest = head.partition("://")
    authority, _, path = rest.partition("/")
    name, _, port = authority.lower().partition(":")
    if port and port != _PORTS.get(scheme.lower()):
        name = f"{name}:{port}"
    name = name[len(found[0]) :] if (found := _WWW.match(name)) else name
    path = path.rstrip("/")
    path = path.removesuffix("index.html").rstrip("/") if path.endswith("index.html") else path
    asked = "&".join(sorted(filter(None, query.split("&"))))
    place = fragment if fragment[:1] in {"!", "/"} else ""
    if not (name and (path or asked or place)):
        return ""
    named = f"{name}/{path}{'?' + asked if asked else ''}{'#' + place if place else ''}"
    if not named.isascii():
        named = _NOT_ASCII.sub(_percent, named)
    return _PERCENT.sub(_plain_escape, named) if "%" in named else named


def _plain_escape(match: re.Match[str]) -> str:
    """Write an escape in one way, and only where there must be one."""
    byte = int(match[0][1:], 16)
    return chr(byte) if byte in _UNRESERVED else match[0].upper()


# --- trackers and proxies -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lists:
    parameters: frozenset[str]
    prefixes: tuple[str, ...]
    affiliates: frozenset[str]
    trackers: frozenset[str]
    tracker_paths: Mapping[str, str]
    proxies: Mapping[str, list[tuple[str, str, str]]]
    """Last two labels of the host -> (host, what follows it, parameter that holds the address)."""


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    data = tomllib.loads(files("site_builder").joinpath("trackers.toml").read_text("utf-8"))
    names = [name.lower() for name in data["parameters"]]
    return _Lists(
        parameters=frozenset(name for name in names if not name.endswith("*")),
        prefixes=tuple(name[:-1] for name in names if name.endswith("*")),
        affiliates=frozenset(data["affiliates"]),
        trackers=frozenset(entry for entry in data["trackers"] if "/" not in entry),
        tracker_paths=dict(entry.split("/", 1) for entry in data["trackers"] if "/" in entry),
        proxies=_arrange_proxies(data["proxies"]),
    )


def _arrange_proxies(given: list[dict[str, str]]) -> dict[str, list[tuple[str, str, str]]]:
    proxies: dict[str, list[tuple[str, str, str]]] = {}
    for proxy in given:
        domain, _, lead = proxy["at"].partition("/")
        labels = ".".join(domain.split(".")[-2:])
        proxies.setdefault(labels, []).append((domain, lead, proxy.get("parameter", "")))
    return proxies


_IN_WEB_ARCHIVE = re.compile(
    r"(?:https?:)?(?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(https?://.+)", re.S
)


def clean_url(url: str, base: str = "") -> str:
    """Return the address without proxies and tracking parameters, or ``""`` if it is not safe."""
    if "/web/" in url[:60] and (archived := _IN_WEB_ARCHIVE.match(url.strip())):
        url = archived[1]  # as a page of the Wayback Machine names what it links and shows
    url = normalise(url, base)
    if not url:
        return ""
    return strip_trackers(unwrap_proxy(url))


def unwrap_proxy(url: str) -> str:
    """Return the address behind picture proxies and "you are leaving" pages, else ``url``.

    >>> unwrap_proxy("https://images.weserv.nl/?url=static.dw.com/image/1.jpg")
    'https://static.dw.com/image/1.jpg'
    """
    for _ in range(4):  # proxies of proxies happen; more than that is a game
        inner = _behind(url)
        if not inner:
            break
        url = inner
    return url


_INNER_NAMES = frozenset("url src imgurl image image_url img u source".split())


def unwrap_picture(url: str) -> str:
    """Return the address of the picture that a resizing service was asked for, or ``""``.

    Whoever runs the service: a parameter of one of the usual names holds an absolute address
    that ends like a picture's, or a path on the same host.

    >>> unwrap_picture("https://example.org/_next/image?url=https%3A%2F%2Fpic.example.org%2Fa.jpg&w=640")
    'https://pic.example.org/a.jpg'
    """
    head, _, query = url.partition("?")
    for pair in query.partition("#")[0].split("&")[:12]:
        name, _, value = pair.partition("=")
        if name.lower() in _INNER_NAMES and value:
            inner = normalise(unquote(value), head)
            if inner.startswith("http") and is_picture(inner) and inner != url:
                return strip_trackers(unwrap_proxy(inner))
    return ""


def _behind(url: str) -> str:
    """Return what one proxy hides, or ``""`` if the address is no known proxy's."""
    if "/unsafe/" in url and (match := _THUMBOR.search(url)):
        return _with_scheme(match[1])
    whose = _whose(url)
    name, proxies = whose.host, whose.proxies
    if not proxies:
        return ""
    tail = url.partition("://")[2].partition("/")[2]
    for domain, lead, parameter in proxies:
        if is_under(name, domain) and tail.startswith(lead):
            rest = tail[len(lead) :]
            if parameter:
                return _with_scheme(_query_value(rest, parameter))
            return _with_scheme(rest if lead else rest.partition("?")[0])
    return ""


def _query_value(query: str, parameter: str) -> str:
    query = query.partition("#")[0].lstrip("/").removeprefix("?")
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == parameter:
            return value
    return ""


def _with_scheme(value: str) -> str:
    """Make an address of what a proxy was given: it may be encoded, it may lack its scheme."""
    if "%3a" in value[:16].lower() or "%2f" in value.partition("/")[0].lower():
        value = unquote(value)
    value = re.sub(r"^ssl:", "", value)
    if value.startswith("//"):
        return normalise("https:" + value)
    if re.match(r"https?:/", value, re.IGNORECASE):
        return normalise(value)
    if "." in value.partition("/")[0] and not _SCHEME.match(value):
        return normalise("https://" + value)
    return ""


def strip_trackers(url: str) -> str:
    """Take the tracking parameters out of an address; nothing else of it changes.

    >>> strip_trackers("https://example.org/a?id=7&utm_source=x#top")
    'https://example.org/a?id=7#top'
    """
    head, question, tail = url.partition("?")
    if not question:
        return url
    query, mark, fragment = tail.partition("#")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _is_tracker(pair.partition("=")[0].lower())]
    if len(kept) == len(pairs):
        return url
    return head + ("?" + "&".join(kept) if kept else "") + mark + fragment


def _is_tracker(name: str) -> bool:
    lists = _lists()
    return name in lists.parameters or name.startswith(lists.prefixes)


def is_affiliate(url: str) -> bool:
    """Tell whether an address is a paid referral."""
    return _whose(url).is_affiliate


def is_tracker(url: str) -> bool:
    """Tell whether an address serves only counters or advertisements."""
    whose = _whose(url)
    if whose.is_tracker or not whose.tracker_paths:
        return whose.is_tracker
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    return any(path == lead or path.startswith(lead + "/") for lead in whose.tracker_paths)


@dataclass(frozen=True, slots=True)
class _Host:
    """What the lists say of a host."""

    host: str
    proxies: tuple[tuple[str, str, str], ...]
    is_affiliate: bool
    is_tracker: bool
    tracker_paths: tuple[str, ...]


def _whose(url: str) -> _Host:
    """Look up an address's host; an archive's pictures lie on few (gain: 5 µs a picture)."""
    return _look_up(url[: end if (end := url.find("/", 8)) > 0 else MAX_LENGTH])


@lru_cache(maxsize=4096)
def _look_up(start: str) -> _Host:
    lists, name = _lists(), host(start)
    labels = name.split(".")
    domains = [".".join(labels[at:]) for at in range(max(0, len(labels) - 8), len(labels))]
    return _Host(
        name,
        tuple(lists.proxies.get(".".join(labels[-2:]), ())),
        not lists.affiliates.isdisjoint(domains),
        not lists.trackers.isdisjoint(domains),
        tuple(lists.tracker_paths[domain] for domain in domains if domain in lists.tracker_paths),
    )

"""One question to one host, and what came of it.

In: an address and limits. Out: a ``Reply`` with the bytes, or ``Trouble`` that says what is wrong
and whether it may pass. The rule it guards: **whatever a host does, the question ends**: in time,
after so many redirects, with at most so many bytes in memory.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import httpcore
import httpx

from site_builder.capture.addresses import Border, Forbidden, PinnedTransport
from site_builder.pictures.lock import Fate

ACCEPT = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost."""

    connect: float = 10.0
    """Seconds to resolve a name, and again to connect."""
    silence: float = 20.0
    """Seconds that may pass without a byte."""
    total: float = 120.0
    """Seconds for the whole question, redirects included: a slow loris ends here."""
    redirects: int = 5
    bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a conditional request knows of the copy that we have."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A host's answer. ``body`` is empty for 304, which says that our copy is still the one."""

    code: int
    final: str
    body: bytes
    type: str
    etag: str
    modified: str


class Trouble(Exception):  # noqa: N818
    """Nothing was kept of an address: ``fate`` says whether that is for good.

    ``wait`` is the number of seconds that the host asked for, -1 when it did not.
    ``is_host`` is True when it is the host that fails, not this one picture.
    """

    def __init__(
        self,
        fate: Fate,
        reason: str,
        code: int = 0,
        final: str = "",
        wait: float = -1.0,
        is_host: bool = False,
    ) -> None:
        super().__init__(reason)
        self.fate, self.reason, self.code, self.final = fate, reason, code, final
        self.wait, self.is_host = wait, is_host


class Fetcher:
    """Asks for addresses, many at once, over connections that it keeps."""

    def __init__(self, border: Border, limits: Limits, agent: str, connections: int = 32) -> None:
        self._border, self._limits = border, limits
        self._client = httpx.AsyncClient(
            transport=PinnedTransport(border, connections),
            timeout=httpx.Timeout(limits.silence, connect=limits.connect),
            headers={"User-Agent": agent, "Accept": ACCEPT, "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def fetch(self, url: str, referer: str = "", conditions: Conditions | None = None) -> Reply:
        """Ask for one address and follow where it leads; raise ``Trouble`` when that comes to nothing."""
        try:
            async with asyncio.timeout(self._limits.total):
                return await self._follow(url, referer, conditions or Conditions())
        except TimeoutError as error:
            raise Trouble(
                "failed", f"took longer than {self._limits.total:g} seconds", is_host=True
            ) from error
        except Forbidden as error:
            raise Trouble("refused", str(error)) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol) as error:
            raise Trouble("refused", f"the address cannot be asked: {error}") from error
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise Trouble("failed", "the host was silent for too long", is_host=True) from error
        except (httpcore.ConnectError, httpx.ConnectError) as error:
            raise Trouble("failed", f"no connection: {_words(error)}", is_host=True) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpx.HTTPError,
            httpx.StreamError,
            OSError,
            UnicodeError,
            ValueError,
        ) as error:
            raise Trouble("failed", f"the answer broke off or breaks HTTP: {_words(error)}") from error

    async def _follow(self, url: str, referer: str, conditions: Conditions) -> Reply:
        here, seen = url, set()
        for _ in range(self._limits.redirects + 1):
            if here in seen:
                raise Trouble("refused", "the redirects run in a circle", final=here)
            seen.add(here)
            if reason := self._border.forbid_url(here):
                raise Trouble("refused", reason, final=here if here != url else "")
            answer = await self._ask(here, referer, conditions)
            if isinstance(answer, Reply):
                return answer if here != url else replace(answer, final="")
            here = answer
        raise Trouble("refused", f"more than {self._limits.redirects} redirects", final=here)

    async def _ask(self, url: str, referer: str, conditions: Conditions) -> Reply | str:
        """Ask once; the answer is a reply, or the address that the host sends us to."""
        headers = {
            "Referer": referer,
            "If-None-Match": conditions.etag,
            "If-Modified-Since": conditions.modified,
        }
        said = {name: value for name, value in headers.items() if value}
        async with self._client.stream("GET", url, headers=said) as response:
            code = response.status_code
            if response.has_redirect_location:
                return urljoin(url, response.headers["location"]).partition("#")[0]
            if code not in (200, 304):
                raise _judge_status(code, url, response.headers.get("retry-after", ""))
            body = b"" if code == 304 else await self._read(response)
            return Reply(
                code,
                final=url,
                body=body,
                type=_header(response, "content-type"),
                etag=_header(response, "etag"),
                modified=_header(response, "last-modified"),
            )

    async def _read(self, response: httpx.Response) -> bytes:
        """Read a body, never more of it than the limit, compressed or not."""
        most, length = self._limits.bytes, response.headers.get("content-length", "")
        too_large = Trouble("too-large", f"larger than {most:,} bytes", response.status_code)
        if length.isascii() and length.isdecimal() and int(length[:18]) > most:
            raise too_large
        parts, size = [], 0
        async for part in response.aiter_raw():
            size += len(part)
            if size > most:
                raise too_large
            parts.append(part)
        body = b"".join(parts)
        match response.headers.get("content-encoding", "identity").strip().lower():
            case "identity" | "":
                return body
            case "gzip" | "x-gzip" | "deflate":
                return _inflate(body, most, too_large)
            case other:
                raise Trouble(
                    "refused", f"sent as {other[:40]!r}, which was not asked for", response.status_code
                )


def _inflate(body: bytes, most: int, too_large: Trouble) -> bytes:
    try:
        plain = zlib.decompressobj(47).decompress(body, most + 1)
    except zlib.error as error:
        raise Trouble("failed", f"the compressed answer is damaged: {error}", 200) from error
    if len(plain) > most:
        raise too_large
    return plain


def _judge_status(code: int, url: str, retry_after: str) -> Trouble:
    if code in (404, 410):
        return Trouble("gone", "the host has it no longer", code, url)
    if code in (408, 425, 429) or code >= 500:
        return Trouble("failed", f"the host answered {code}", code, url, wait=read_retry_after(retry_after))
    return Trouble("refused", f"the host answered {code}", code, url)


def read_retry_after(value: str) -> float:
    """Read a Retry-After header, seconds or a date, as seconds from now; -1 when it says nothing.

    >>> read_retry_after("120")
    120.0
    """
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return -1.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _header(response: httpx.Response, name: str) -> str:
    """Give a header that may be kept: short, and on one line."""
    value: str = response.headers.get(name, "")
    return value if len(value) <= 200 and value.isprintable() else ""


def _words(error: BaseException) -> str:
    """Say an error in one short line; a host's own words may be in it."""
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(letter for letter in text if letter.isprintable())[:160]

"""Where a request may go: names become addresses once, and only public ones are connected to.

In: a host and a port out of a hostile article. Out: a connection, or ``Forbidden``. The rule it
guards: **the address that was checked is the address that is connected to**. The check sits in
the network backend, below HTTP and TLS, so it holds for every redirect and every new connection,
and a name server that answers differently the second time is not asked a second time. Host header
and TLS name stay those of the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore
import httpx

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports on which web servers are; any other is some other service that must not be talked to."""

FORBIDDEN = tuple(
    (ipaddress.ip_network(network), reason)
    for network, reason in (
        # IANA's special-purpose registries (RFC 6890 and its successors)
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.169.254/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "reserved"),
        ("64:ff9b:1::/48", "private"),
        ("100::/64", "reserved"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "reserved"),
        ("fd00:ec2::254/128", "a cloud's metadata service"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
"""What is not the public network, and what it is; the first that holds is named."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")


class Forbidden(Exception):  # noqa: N818
    """A request that must not be made; the message says why."""


def forbid_address(address: str) -> str:
    """Say why an IP address must not be connected to; empty when it may be.

    >>> forbid_address("93.184.216.34")
    ''
    >>> forbid_address("::ffff:127.0.0.1")
    'loopback'
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if inner := _inner(ip):
        return forbid_address(str(inner))
    for network, reason in FORBIDDEN:
        if ip.version == network.version and ip in network:
            return reason
    return "" if ip.is_global else "not public"


def _inner(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 address stands for: mapped, 6to4 or NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or (ip.sixtofour if ip in _6TO4 else None)


@dataclass(frozen=True, slots=True)
class Border:
    """Decides which hosts and ports may be asked. ``exempt``: ``host`` or ``host:port``, by the owner."""

    exempt: frozenset[str] = frozenset()

    def is_exempt(self, host: str, port: int) -> bool:
        """Say whether the site's owner named this host."""
        return not self.exempt.isdisjoint({host.lower(), f"{host.lower()}:{port}"})

    def forbid_url(self, url: str) -> str:
        """Say why an address must not be asked, as far as its text tells; empty when it may be."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return "the address cannot be read"
        if parts.scheme not in ("http", "https") or not host:
            return "only http and https are asked"
        if parts.username is not None or parts.password is not None:
            return "the address holds a name or password"
        if self.is_exempt(host, port):
            return ""
        if port not in PORTS:
            return f"port {port} is not one of the web's"
        try:
            reason = forbid_address(host)
        except ValueError:  # a name; its addresses are checked when it is resolved
            return ""
        return f"the host is {reason}" if reason else ""

    async def resolve(self, host: str, port: int) -> list[str]:
        """Give a host's addresses; raise ``Forbidden`` if even one of them is not public."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.is_exempt(host, port):
            if port not in PORTS:
                raise Forbidden(f"port {port} is not one of the web's")
            for address in addresses:
                if reason := forbid_address(address):
                    raise Forbidden(f"the host's address {address} is {reason}")
        return addresses


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that the border let through, and to nothing else."""

    def __init__(self, border: Border) -> None:
        self._border, self._inner = border, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check every address, and connect to the first that answers."""
        try:
            addresses = await asyncio.wait_for(self._border.resolve(host, port), timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name cannot be resolved: {error.strerror}") from error
        problem: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses[:3]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no picture is behind a local socket."""
        raise Forbidden("a local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for between its retries."""
        await asyncio.sleep(seconds)


class _Body(httpx.AsyncByteStream):
    """The body of an answer, closed with it."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        if hasattr(self._stream, "aclose"):
            await self._stream.aclose()


class PinnedTransport(httpx.AsyncBaseTransport):
    """httpx's way to the network, through the border. It knows no proxies: they would resolve for us."""

    def __init__(self, border: Border, connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=20,
            http1=True,
            http2=True,
            network_backend=PinnedBackend(border),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; what goes wrong is one of httpcore's exceptions, or ``Forbidden``."""
        url = request.url
        reply = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=b"",
                extensions=request.extensions,
            )
        )
        stream = reply.stream
        if not isinstance(stream, AsyncIterator) and not hasattr(stream, "__aiter__"):
            raise TypeError(type(stream).__name__)
        return httpx.Response(
            reply.status,
            headers=reply.headers,
            stream=_Body(stream),  # type: ignore[arg-type]
            extensions=reply.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


def _tls() -> ssl.SSLContext:
    """Trust what certifi trusts; httpcore adds the protocols (ALPN)."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())

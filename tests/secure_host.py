"""A host that speaks HTTP/2 over TLS on the loopback, with a certificate that only tests trust.

The key below is public on purpose: it proves nothing, and is good for ``pictures.example`` alone, a
name that no network has (RFC 2606).
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import h2.config
import h2.connection
import h2.events
from painting import jpeg

NAME = "pictures.example"
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBqTCCAVCgAwIBAgIUPTvtErhyfO0a4T21QkeM53mtv+8wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQcGljdHVyZXMuZXhhbXBsZTAgFw0yNjExMjExMTE0MzNaGA8y
MTI2MTAyODExMTQzM1owGzEZMBcGA1UEAwwQcGljdHVyZXMuZXhhbXBsZTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABJoOp1V1gGFXm07bc7wR/AR5incgBKi0cXYq
DO/8v1XNlQmt5keV5/oRc8qGGAehg5fkJjY1rmMcxpVQWRjPdNOjcDBuMB0GA1Ud
DgQWBBT4L7noBxD+iHYXq+3mLMjwHFrHQjAfBgNVHSMEGDAWgBT4L7noBxD+iHYX
q+3mLMjwHFrHQjAPBgNVHRMBAf8EBTADAQH/MBsGA1UdEQQUMBKCEHBpY3R1cmVz
LmV4YW1wbGUwCgYIKoZIzj0EAwIDRwAwRAIgN4lObGcz/JQSXD35lWEyJCLsk057
Rs5piZGxFeSG9/YCIA/RkVNwmBktUiPQxg9eVmZg9LqczX9LKv5GmMnwO+SM
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR/Ogj9AIGFHNj8OO
ppJgwdt84MmL0/iOEaPei1b1x+qhRANCAASaDqdVdYBhV5tO23O8EfwEeYp3IASo
tHF2Kgzv/L9VzZUJreZHlef6EXPKhhgHoYOX5CY2Na5jHMaVUFkYz3TT
-----END PRIVATE KEY-----
"""


@dataclass
class SecureHost:
    """What the host saw: the TLS name that was asked for, the protocol, the requests."""

    port: int = 0
    certificate: Path = Path()
    names: list[str | None] = field(default_factory=list)
    protocols: list[str | None] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serve_securely(folder: Path) -> Iterator[SecureHost]:
    """Run the host while the test runs; its certificate is written into ``folder``."""
    host = SecureHost(certificate=folder / "certificate.pem")
    host.certificate.write_text(CERTIFICATE, "ascii")
    (folder / "both.pem").write_text(CERTIFICATE + KEY, "ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    context.set_alpn_protocols(["h2"])
    context.sni_callback = lambda _socket, name, _context: host.names.append(name)  # type: ignore[assignment]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(listener, context, host), daemon=True)
        thread.start()
        yield host


def _accept(listener: socket.socket, context: ssl.SSLContext, host: SecureHost) -> None:
    with suppress(OSError):
        while True:
            plain, _ = listener.accept()
            plain.settimeout(10)
            threading.Thread(target=_converse, args=(plain, context, host), daemon=True).start()


def _converse(plain: socket.socket, context: ssl.SSLContext, host: SecureHost) -> None:
    with suppress(OSError, ssl.SSLError), context.wrap_socket(plain, server_side=True) as wire:
        host.protocols.append(wire.selected_alpn_protocol())
        talk = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        )
        talk.initiate_connection()
        wire.sendall(talk.data_to_send())
        while data := wire.recv(65536):
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    said = dict(event.headers)
                    host.authorities.append(said[":authority"])
                    host.asked.append(said[":path"])
                    body = jpeg(sum(said[":path"].encode()), (200, 120))
                    headers = [
                        (":status", "200"),
                        ("content-length", str(len(body))),
                        ("content-type", "image/jpeg"),
                    ]
                    talk.send_headers(event.stream_id, headers)
                    talk.send_data(event.stream_id, body, end_stream=True)
            wire.sendall(talk.data_to_send())

"""A NAS that is asked to disconnect (a real UDP socket), and a site's own proxy."""

from __future__ import annotations

import hashlib
import hmac
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.station import radius

HEADER = struct.Struct("!BBH16s")


@dataclass
class Nas:
    """What it heard: code and Acct-Session-Id of each request whose signature holds or not."""

    port: int
    heard: list[tuple[int, dict[str, bytes]]] = field(default_factory=list)


@contextmanager
def answering(secret: str, code: int, error_cause: int | None = None) -> Iterator[Nas]:
    """Answer every request with that code, signed with ``secret`` (RFC 5176)."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.settimeout(0.1)
    nas, over = Nas(udp.getsockname()[1]), threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                packet, sender = udp.recvfrom(4096)
            except TimeoutError:
                continue
            asked, number, _length, authenticator = HEADER.unpack_from(packet)
            nas.heard.append((asked, {"44": attributes(packet[20:])[44]}))
            body = b"" if error_cause is None else b"\x65\x06" + error_cause.to_bytes(4, "big")
            body += b"\x50\x12" + bytes(16)
            start = HEADER.pack(code, number, 20 + len(body), authenticator)
            body = body[:-16] + hmac.new(secret.encode(), start + body, "md5").digest()
            proof = hashlib.md5(start + body + secret.encode()).digest()
            udp.sendto(HEADER.pack(code, number, 20 + len(body), proof) + body, sender)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield nas
    finally:
        over.set()
        thread.join()
        udp.close()


def attributes(body: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + 2 <= len(body):
        found[body[at]] = body[at + 2 : at + body[at + 1]]
        at += body[at + 1]
    return found


def site_proxy(home: Path, centre: radius.Radius, name: str) -> dict[str, str]:
    """The environment of a proxy at a site: UDP from its access points, RadSec to the centre."""
    from tests.byod.network.made import SECRET  # noqa: PLC0415

    certs = centre.home / "certs"
    environment = radius.environment_of(home, "http://127.0.0.1:1")
    return environment | {
        "RADIUS_CONFIG": str(radius.FILES / "site-proxy"),
        "RADIUS_SITE_CLIENTS": "127.0.0.0/8",
        "RADIUS_SITE_SECRET": SECRET,
        "RADIUS_CENTRE": "127.0.0.1",
        "RADIUS_CENTRE_PORT": str(centre.radsec_port),
        "RADIUS_CENTRE_CA": str(certs / "root.pem"),
        "RADIUS_SITE_KEY": str(certs / f"{name}.key"),
        "RADIUS_SITE_CERTIFICATE": str(certs / f"{name}.pem"),
    }

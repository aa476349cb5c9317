"""What every profile says, before it is written for a system."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass

NAMESPACE = uuid.UUID("5b0e5d0c-9d0e-4a53-8f2a-6f3a3f7c2b11")
"""Of our identifiers (RFC 9562, version 5): the same device gets the same ones again, so that a
new profile replaces the old one instead of standing beside it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """One device's way in. Either ``secret``, or ``p12`` with the password that opens it."""

    ssid: str
    server_name: str
    """The only RADIUS server that the device talks to."""
    roots: tuple[bytes, ...]
    """DER of the certificates that may vouch for it."""
    school: str
    username: str
    device: int
    """Key of the device: what identifiers are made from."""
    valid_until: str
    """ISO 8601, UTC."""
    secret: str = ""
    p12: bytes = b""
    p12_open: bytes = b""
    """The same without a password, for systems that cannot ask for one."""
    password: str = ""
    language: str = "fr"

    @property
    def is_certificate(self) -> bool:
        return bool(self.p12)

    @property
    def realm(self) -> str:
        return self.username.partition("@")[2]

    @property
    def outer(self) -> str:
        """Who the access point sees. With a certificate the name is random and tells nothing."""
        return self.username if self.is_certificate else f"anonymous@{self.realm}"

    def identifier(self, part: str) -> str:
        """A UUID of one part of this device's profile, in capitals as Apple writes them."""
        return str(uuid.uuid5(NAMESPACE, f"{self.server_name}/{self.device}/{part}")).upper()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def thumbprint(der: bytes) -> str:
    """SHA-1 as Windows names a certificate: ``aa bb cc …``."""
    return hashlib.sha1(der, usedforsecurity=False).digest().hex(" ")


def pem(der: bytes) -> str:
    """A certificate in PEM (RFC 7468)."""
    text = b64(der)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])

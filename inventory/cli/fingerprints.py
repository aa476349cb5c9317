"""SSH keys as people compare them: what ``ssh-keygen -lf`` prints."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostKey:
    """How many bits, of which kind, and the fingerprint of the key (``SHA256:…``)."""

    bits: int
    kind: str
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.bits} {self.fingerprint} ({self.kind})"


def told(key: str) -> HostKey | None:
    """What people compare, of a public key in base64; None for what is none."""
    try:
        blob = base64.b64decode(key, validate=True)
        name, *numbers = _fields(blob)
        kind, bits = _kind(name.decode("ascii"), numbers)
    except (binascii.Error, ValueError, IndexError, struct.error):
        return None
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return HostKey(bits, kind, f"SHA256:{digest}")


def _fields(blob: bytes) -> list[bytes]:
    """A key is texts and numbers, each after its length (RFC 4253 §6.6, RFC 4251 §5)."""
    found, at = [], 0
    while at < len(blob):
        (length,) = struct.unpack_from(">I", blob, at)
        at += 4
        if at + length > len(blob):
            raise ValueError("cut short")
        found.append(blob[at : at + length])
        at += length
    return found


def _kind(name: str, numbers: list[bytes]) -> tuple[str, int]:
    """The word of OpenSSH, and the size: of the modulus, or of the curve."""
    if name == "ssh-ed25519":
        return "ED25519", len(numbers[0]) * 8
    if name == "ssh-rsa":  # exponent, modulus
        return "RSA", int.from_bytes(numbers[1], "big").bit_length()
    if name == "ssh-dss":
        return "DSA", int.from_bytes(numbers[0], "big").bit_length()
    if curve := re.fullmatch(r"ecdsa-sha2-nistp(\d+)", name):
        return "ECDSA", int(curve[1])
    raise ValueError(name)

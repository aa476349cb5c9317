"""Disconnect-Request (RFC 5176) on the wire: one packet out, one answer in. Pure bytes.

A codec of our own, of a hundred lines, rather than a library: it is all that we send, and an answer
is believed only after its authenticator was checked.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass

DISCONNECT_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK = 40, 41, 42
USER_NAME, NAS_IDENTIFIER, CALLING_STATION, ACCT_SESSION = 1, 32, 31, 44
EVENT_TIMESTAMP, MESSAGE_AUTHENTICATOR, ERROR_CAUSE = 55, 80, 101
HEADER = struct.Struct("!BBH16s")
LARGEST = 4096
NO_SUCH_SESSION = 503
"""Error-Cause « Session Context Not Found »: the device is gone already."""
CAUSES = {
    201: "Residual Session Context Removed", 401: "Unsupported Attribute",
    402: "Missing Attribute", 403: "NAS Identification Mismatch", 404: "Invalid Request",
    405: "Unsupported Service", 406: "Unsupported Extension", 501: "Administratively Prohibited",
    503: "Session Context Not Found", 506: "Resources Unavailable",
}  # fmt: skip
"""RFC 5176 §3.5, in its own words: they are what one finds in the manual of the NAS."""


@dataclass(frozen=True, slots=True)
class CoaAnswer:
    """What the NAS said."""

    acked: bool
    error_cause: int | None


def attribute(kind: int, value: bytes) -> bytes:
    """Type, length, value; at most 253 bytes of value."""
    return bytes((kind, min(len(value), 253) + 2)) + value[:253]


def disconnect_request(
    identifier: int, secret: bytes, attributes: Iterable[tuple[int, bytes]]
) -> bytes:
    """A signed packet. Its Message-Authenticator is computed over zeros (RFC 5176 §2.3), then the
    authenticator as that of accounting (RFC 2866 §3)."""
    body = b"".join(attribute(kind, value) for kind, value in attributes if value)
    body += attribute(MESSAGE_AUTHENTICATOR, bytes(16))
    length = HEADER.size + len(body)
    zeros = HEADER.pack(DISCONNECT_REQUEST, identifier, length, bytes(16))
    sealed = hmac.new(secret, zeros + body, hashlib.md5).digest()
    body = body[:-16] + sealed
    authenticator = hashlib.md5(zeros + body + secret).digest()  # noqa: S324  RFC 2866
    return HEADER.pack(DISCONNECT_REQUEST, identifier, length, authenticator) + body


def read_answer(packet: bytes, request: bytes, secret: bytes) -> CoaAnswer | None:
    """The answer to that request; None for what is not signed by whoever shares the secret."""
    if not HEADER.size <= len(packet) <= LARGEST:
        return None
    code, identifier, length, authenticator = HEADER.unpack_from(packet)
    if code not in (DISCONNECT_ACK, DISCONNECT_NAK) or identifier != request[1]:
        return None
    if not HEADER.size <= length <= len(packet):
        return None
    body = packet[HEADER.size : length]
    asked = request[4:20]
    start = HEADER.pack(code, identifier, length, asked)
    proof = hashlib.md5(start + body + secret).digest()  # noqa: S324  RFC 2865 §3
    if not hmac.compare_digest(proof, authenticator) or not _sealed(start, body, secret):
        return None
    cause = dict(_attributes(body)).get(ERROR_CAUSE, b"")
    number = int.from_bytes(cause, "big") if len(cause) == 4 else None
    return CoaAnswer(code == DISCONNECT_ACK, number)


def _attributes(body: bytes) -> Iterable[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(body):
        kind, length = body[at], body[at + 1]
        if length < 2 or at + length > len(body):
            return
        yield kind, body[at + 2 : at + length]
        at += length


def _sealed(start: bytes, body: bytes, secret: bytes) -> bool:
    """Whether the Message-Authenticator holds, where the NAS sent one."""
    at = 0
    while at + 2 <= len(body):
        kind, length = body[at], body[at + 1]
        if length < 2 or at + length > len(body):
            return False
        if kind == MESSAGE_AUTHENTICATOR:
            if length != 18:
                return False
            zeroed = body[: at + 2] + bytes(16) + body[at + 18 :]
            proof = hmac.new(secret, start + zeroed, hashlib.md5).digest()
            return hmac.compare_digest(proof, body[at + 2 : at + 18])
        at += length
    return True

"""SNMP messages: PDUs (RFC 3416), v2c wrapping (RFC 1901), v3 wrapping with USM (RFC 3412, 3414).

Both sides are here, so that what one end writes the other end reads in the tests.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NamedTuple

from supervision.snmp import ber
from supervision.snmp.ber import BerError, expect, read_integer, read_octets
from supervision.snmp.contract import Value
from supervision.snmp.usm import AUTH, PRIV, LocalKeys

GET = 0xA0
GETNEXT = 0xA1
RESPONSE = 0xA2
SET = 0xA3
GETBULK = 0xA5
INFORM = 0xA6
TRAP_V2 = 0xA7
REPORT = 0xA8

MAX_MESSAGE = 65507
"""Largest UDP payload over IPv4: what we say we accept in msgMaxSize."""

V2C = b"\x02\x01\x01"
V3 = b"\x02\x01\x03"
USM = b"\x02\x01\x03"
"""msgSecurityModel 3 (RFC 3411 §5)."""

ERROR_NAMES = (
    "noError",
    "tooBig",
    "noSuchName",
    "badValue",
    "readOnly",
    "genErr",
    "noAccess",
    "wrongType",
    "wrongLength",
    "wrongEncoding",
    "wrongValue",
    "noCreation",
    "inconsistentValue",
    "resourceUnavailable",
    "commitFailed",
    "undoFailed",
    "authorizationError",
    "notWritable",
    "inconsistentName",
)
"""error-status by number (RFC 3416 §3)."""

TOO_BIG = 1

FOUR_OCTETS = b"\x02\x04"
NO_ERROR = b"\x02\x01\x00\x02\x01\x00"
"""The usual head of a Response: a request id of four octets, error-status and -index zero."""


class Pdu(NamedTuple):
    """The head of a PDU, and where its variable bindings stand in the octets read.

    ``error_status`` and ``error_index`` are non-repeaters and max-repetitions in a GETBULK.
    """

    type: int
    request_id: int
    error_status: int
    error_index: int
    start: int
    stop: int


# --- PDUs -----------------------------------------------------------------------------------


def encode_pdu(kind: int, request_id: int, status: int, index: int, varbinds: bytes) -> bytes:
    """A whole PDU; ``varbinds`` are the encoded bindings, one after the other."""
    return ber.tlv(
        kind,
        ber.integer(request_id)
        + ber.integer(status)
        + ber.integer(index)
        + ber.tlv(ber.SEQUENCE, varbinds),
    )


def encode_varbinds(bindings: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Bindings from (OID content octets, encoded value)."""
    return b"".join(
        ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, oid), value) for oid, value in bindings
    )


def decode_pdu(data: bytes, pos: int, end: int) -> Pdu:
    """Read the head of the PDU that fills ``data[pos:end]``."""
    kind, start, stop = ber.header(data, pos, end)
    if stop != end:
        raise BerError("octets after the PDU")
    if data[start : start + 2] == FOUR_OCTETS and data[start + 6 : start + 12] == NO_ERROR:
        request_id = int.from_bytes(data[start + 2 : start + 6], "big", signed=True)
        status = index = 0
        start += 12
    else:
        request_id, start = read_integer(data, start, stop)
        status, start = read_integer(data, start, stop)
        index, start = read_integer(data, start, stop)
    if status < 0 or index < 0:
        raise BerError("negative error-status or error-index")
    start, last = expect(data, start, stop, ber.SEQUENCE)
    if last != stop:
        raise BerError("octets after the bindings")
    return Pdu(kind, request_id, status, index, start, stop)


def split_varbinds(data: bytes, pos: int, end: int) -> list[tuple[bytes, bytes]]:
    """Bindings as (OID content octets, encoded value); values are not looked into."""
    found = []
    while pos < end:
        start, stop = expect(data, pos, end, ber.SEQUENCE)
        oid_start, oid_stop = expect(data, start, stop, ber.OBJECT_IDENTIFIER)
        if ber.header(data, oid_stop, stop)[2] != stop:
            raise BerError("octets after the value")
        found.append((data[oid_start:oid_stop], data[oid_stop:stop]))
        pos = stop
    return found


def decode_tlv(encoded: bytes) -> Value:
    """Value of an encoded value."""
    tag, start, stop = ber.header(encoded, 0, len(encoded))
    return ber.decode_value(tag, encoded[start:stop])


# --- v2c ------------------------------------------------------------------------------------


def encode_v2c(community: bytes, pdu: bytes) -> bytes:
    """A v2c message."""
    return ber.sequence(V2C, ber.octets(community), pdu)


def open_message(data: bytes) -> tuple[bytes, int, int]:
    """Read the envelope: (encoded version, position after it, end). The datagram must be filled."""
    start, stop = expect(data, 0, len(data), ber.SEQUENCE)
    if stop != len(data):
        raise BerError("octets after the message")
    return data[start : start + 3], start + 3, stop


# --- v3 -------------------------------------------------------------------------------------


class V3Message(NamedTuple):
    """A v3 message taken apart, not yet verified. Positions are in the datagram."""

    msg_id: int
    max_size: int
    flags: int
    engine_id: bytes
    boots: int
    time_s: int
    user: bytes
    mac_start: int
    mac_stop: int
    salt: bytes
    body_start: int
    body_stop: int


def encode_scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """A scoped PDU (RFC 3412 §6.8)."""
    return ber.sequence(ber.octets(engine_id), ber.octets(context), pdu)


def encode_v3(
    msg_id: int,
    flags: int,
    stamp: tuple[bytes, int, int],
    *,
    user: bytes,
    scoped: bytes,
    keys: LocalKeys | None = None,
    salt: bytes = b"",
) -> bytes:
    """A v3 message, encrypted and signed as ``flags`` say.

    ``stamp`` is (engine id, boots, time) of the authoritative engine.
    """
    engine_id, boots, time_s = stamp
    body = scoped
    if flags & PRIV:
        assert keys is not None
        body = ber.octets(keys.encrypt(boots, time_s, salt, scoped))
    mac_length = keys.mac_length if keys is not None and flags & AUTH else 0
    tail = ber.octets(salt) if flags & PRIV else b"\x04\x00"
    parameters = ber.sequence(
        ber.octets(engine_id),
        ber.integer(boots),
        ber.tlv(ber.INTEGER, ber.signed(time_s)),
        ber.octets(user),
        ber.octets(bytes(mac_length)),
        tail,
    )
    head = ber.sequence(
        ber.tlv(ber.INTEGER, ber.signed(msg_id)),
        b"\x02\x03\x00\xff\xe3\x04\x01",
        bytes((flags,)),
        USM,
    )
    message = ber.sequence(V3, head, ber.octets(parameters), body)
    if not mac_length:
        return message
    assert keys is not None
    stop = len(message) - len(body) - len(tail)
    return message[: stop - mac_length] + keys.mac(message) + message[stop:]


def decode_v3(data: bytes, pos: int, end: int) -> V3Message:
    """Take a v3 message apart, from the position after its version."""
    start, stop = expect(data, pos, end, ber.SEQUENCE)
    msg_id, start = read_integer(data, start, stop)
    max_size, start = read_integer(data, start, stop)
    flags, start = read_octets(data, start, stop)
    if len(flags) != 1 or data[start:stop] != USM or msg_id < 0:
        raise BerError("message header")
    start, body = expect(data, stop, end, ber.OCTET_STRING)
    start, stop = expect(data, start, body, ber.SEQUENCE)
    if stop != body:
        raise BerError("octets after the security parameters")
    engine_id, start = read_octets(data, start, stop)
    boots, start = read_integer(data, start, stop)
    time_s, start = read_integer(data, start, stop)
    user, start = read_octets(data, start, stop)
    mac_start, mac_stop = expect(data, start, stop, ber.OCTET_STRING)
    salt, start = read_octets(data, mac_stop, stop)
    if start != stop or boots < 0 or time_s < 0 or len(user) > 32 or len(engine_id) > 32:
        raise BerError("security parameters")
    tag = ber.OCTET_STRING if flags[0] & PRIV else ber.SEQUENCE
    body_start, body_stop = expect(data, body, end, tag)
    if body_stop != end:
        raise BerError("octets after the body")
    if tag == ber.SEQUENCE:
        body_start = body
    return V3Message(
        msg_id,
        max_size,
        flags[0],
        engine_id,
        boots,
        time_s,
        user,
        mac_start,
        mac_stop,
        salt,
        body_start,
        body_stop,
    )


def is_authentic(data: bytes, message: V3Message, keys: LocalKeys) -> bool:
    """Whether the digest of a message is right, compared in constant time."""
    start, stop = message.mac_start, message.mac_stop
    if stop - start != keys.mac_length:
        return False
    blanked = data[:start] + bytes(stop - start) + data[stop:]
    return hmac.compare_digest(keys.mac(blanked), data[start:stop])


def open_scoped(data: bytes, message: V3Message, keys: LocalKeys | None) -> bytes:
    """The scoped PDU of a message whose digest, if it has one, was verified."""
    body = data[message.body_start : message.body_stop]
    if not message.flags & PRIV:
        return body
    if keys is None or keys.priv_key is None or len(message.salt) != 8:
        raise BerError("encrypted without a key")
    return keys.decrypt(message.boots, message.time_s, message.salt, body)


def decode_scoped(scoped: bytes) -> tuple[bytes, bytes, int, int]:
    """(context engine id, context name, start and end of the PDU).

    Octets after an encrypted scoped PDU are tolerated: some agents pad; the digest covers them.
    """
    start, stop = expect(scoped, 0, len(scoped), ber.SEQUENCE)
    engine_id, start = read_octets(scoped, start, stop)
    context, start = read_octets(scoped, start, stop)
    return engine_id, context, start, stop

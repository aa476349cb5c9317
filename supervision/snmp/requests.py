"""Requests encoded ahead: only the request id (four octets) is put in when sending."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from supervision.snmp import ber, message
from supervision.snmp.contract import Oid

Template = tuple[bytes, bytes]
"""What stands before and after the four octets of the request id."""

ID_SIZE = 4


def _pdu(kind: int, first: int, second: int, varbinds: bytes) -> Template:
    after = ber.integer(first) + ber.integer(second) + ber.tlv(ber.SEQUENCE, varbinds)
    before = bytes((kind,)) + ber.length(2 + ID_SIZE + len(after)) + b"\x02\x04"
    return before, after


@lru_cache(maxsize=4096)
def get_request(oids: tuple[Oid, ...]) -> tuple[Template, tuple[bytes, ...]]:
    """A GetRequest, and the OIDs (content octets) that its answer must repeat in order."""
    contents = tuple(ber.oid_content(oid) for oid in oids)
    varbinds = message.encode_varbinds((content, b"\x05\x00") for content in contents)
    return _pdu(message.GET, 0, 0, varbinds), contents


def bulk_request(after: Iterable[bytes], repetitions: int) -> Template:
    """A GetBulkRequest (RFC 3416 §4.2.3) for what follows each OID (content octets)."""
    parts = []
    for oid in after:
        if len(oid) < 0x7C:
            parts.append(b"\x30%c\x06%c%b\x05\x00" % (len(oid) + 4, len(oid), oid))
        else:
            parts.append(message.encode_varbinds([(oid, b"\x05\x00")]))
    return _pdu(message.GETBULK, 0, repetitions, b"".join(parts))


DISCOVERY = _pdu(message.GET, 0, 0, b"")
"""The empty question that asks an engine for its identity (RFC 3414 §4)."""


@lru_cache(maxsize=4096)
def wrap_v2c(community: bytes, pdu: Template) -> Template:
    """A v2c message around a PDU that returns often (the same scalars of every device)."""
    return wrap_v2c_once(community, pdu)


def wrap_v2c_once(community: bytes, pdu: Template) -> Template:
    """A v2c message around a PDU met once (the next step of a walk)."""
    before, after = pdu
    head = message.V2C + ber.octets(community) + before
    return bytes((ber.SEQUENCE,)) + ber.length(len(head) + ID_SIZE + len(after)) + head, after

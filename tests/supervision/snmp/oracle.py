"""pysnmp's decoder as the judge of ours: the meaning of a datagram in the contract's values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyasn1.codec.ber import decoder
from pysnmp.proto import rfc1905
from pysnmp.proto.api import v2c
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU

from supervision.snmp.classic import dotted, plain
from supervision.snmp.contract import Oid, Value

MESSAGE = v2c.Message()
SCOPED = ScopedPDU()


@dataclass(frozen=True)
class Meaning:
    kind: int
    request_id: int
    error_status: int
    error_index: int
    bindings: list[tuple[Oid, Value]]


def meaning_of_pdu(pdu: Any) -> Meaning:
    return Meaning(
        0xA0 | pdu.tagSet.superTags[-1].tagId,
        *(int(pdu[place]) for place in range(3)),
        [(dotted(row[0]), value_of(row[1])) for row in pdu[3]],
    )


def value_of(choice: Any) -> Value:
    """The value inside pysnmp's nested CHOICEs."""
    while hasattr(choice, "getName") and hasattr(choice, "getComponent"):
        choice = choice.getComponent()
    if isinstance(choice, rfc1905.UnSpecified):
        return None
    return plain(choice)


def meaning_of_v2c(datagram: bytes) -> tuple[bytes, Meaning]:
    """(community, PDU) of a v2c datagram; raises what pyasn1 raises for octets it refuses."""
    whole, rest = decoder.decode(datagram, asn1Spec=MESSAGE)
    assert not rest, "octets after the message"
    assert int(whole["version"]) == 1
    return bytes(whole["community"].asOctets()), meaning_of_pdu(whole["data"].getComponent())


def meaning_of_scoped(scoped: bytes) -> tuple[bytes, bytes, Meaning]:
    """(context engine, context name, PDU) of a scoped PDU."""
    whole, _ = decoder.decode(scoped, asn1Spec=SCOPED)
    pdu = whole["data"].getComponent()
    return bytes(whole[0].asOctets()), bytes(whole[1].asOctets()), meaning_of_pdu(pdu)

"""The same octets mean the same to our codec and to pysnmp's, whoever wrote them."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import encoder
from pysnmp.proto import rfc1902
from pysnmp.proto.api import v2c

from supervision.snmp import ber, message
from supervision.snmp.contract import ObjectId, Oid, Value
from supervision.snmp.requests import bulk_request, get_request, wrap_v2c

from .oracle import Meaning, meaning_of_scoped, meaning_of_v2c
from .served import SCALARS

ARC = st.integers(0, 2**32 - 1)
OIDS = st.builds(
    lambda head, rest: ".".join(map(str, (*head, *rest))),
    st.one_of(
        st.tuples(st.integers(0, 1), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 999))
    ),
    st.lists(st.one_of(st.integers(0, 300), ARC), max_size=20),
)
ADDRESSES = st.tuples(*[st.integers(0, 255)] * 4).map(lambda parts: ".".join(map(str, parts)))

# One row per SMI type: how we write it, how pysnmp writes it, what it means to both.
KINDS: dict[str, tuple[Any, Any, Any, Any]] = {
    "Integer32": (st.integers(-(2**31), 2**31 - 1), ber.integer, rfc1902.Integer32, int),
    "Counter32": (st.integers(0, 2**32 - 1), ber.counter32, rfc1902.Counter32, int),
    "Gauge32": (st.integers(0, 2**32 - 1), ber.gauge32, rfc1902.Gauge32, int),
    "TimeTicks": (st.integers(0, 2**32 - 1), ber.time_ticks, rfc1902.TimeTicks, int),
    "Counter64": (st.integers(0, 2**64 - 1), ber.counter64, rfc1902.Counter64, int),
    "OctetString": (st.binary(max_size=400), ber.octets, rfc1902.OctetString, bytes),
    "ObjectIdentifier": (OIDS, ber.object_id, rfc1902.ObjectIdentifier, ObjectId),
    "IpAddress": (ADDRESSES, ber.ip_address, rfc1902.IpAddress, socket.inet_aton),
    "Opaque": (st.binary(max_size=40), lambda c: ber.tlv(ber.OPAQUE, c), rfc1902.Opaque, bytes),
}


@st.composite
def rows(draw: st.DrawFn) -> tuple[Oid, bytes, Any, Value]:
    """(OID, value as we write it, value for pysnmp, its meaning)."""
    values, ours, theirs, meaning = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    value = draw(values)
    return draw(OIDS), ours(value), theirs(value), meaning(value)


def our_meaning(datagram: bytes) -> tuple[bytes, Meaning]:
    _, pos, end = message.open_message(datagram)
    community, pos = ber.read_octets(datagram, pos, end)
    pdu = message.decode_pdu(datagram, pos, end)
    bindings = [
        (ber.decode_oid(oid), message.decode_tlv(value))
        for oid, value in message.split_varbinds(datagram, pdu.start, pdu.stop)
    ]
    return community, Meaning(pdu.type, pdu.request_id, pdu.error_status, pdu.error_index, bindings)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(rows(), max_size=8),
    st.binary(max_size=40),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 18),
)
def test_what_we_write_pysnmp_reads(
    found: list[Any], community: bytes, number: int, status: int
) -> None:
    varbinds = message.encode_varbinds((ber.oid_content(oid), ours) for oid, ours, _, _ in found)
    pdu = message.encode_pdu(message.RESPONSE, number, status, 0, varbinds)
    datagram = message.encode_v2c(community, pdu)
    expected = Meaning(0xA2, number, status, 0, [(row[0], row[3]) for row in found])
    assert meaning_of_v2c(datagram) == (community, expected)
    assert our_meaning(datagram) == (community, expected)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(rows(), max_size=8), st.integers(0, 2**31 - 1), st.booleans())
def test_what_pysnmp_writes_we_read(found: list[Any], number: int, missing: bool) -> None:
    pdu = v2c.GetResponsePDU()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, number)
    bindings = [(rfc1902.ObjectName(oid), theirs) for oid, _, theirs, _ in found]
    expected = [(row[0], row[3]) for row in found]
    if missing:
        bindings.append((rfc1902.ObjectName("1.3.6.1"), v2c.NoSuchInstance()))
        expected.append(("1.3.6.1", None))
    v2c.apiPDU.set_varbinds(pdu, bindings)
    whole = v2c.Message()
    v2c.apiMessage.set_defaults(whole)
    v2c.apiMessage.set_community(whole, "public")
    v2c.apiMessage.set_pdu(whole, pdu)
    datagram = encoder.encode(whole)
    assert our_meaning(datagram) == (b"public", Meaning(0xA2, number, 0, 0, expected))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(rows(), max_size=8), st.binary(min_size=5, max_size=32), st.binary(max_size=32))
def test_a_scoped_pdu_means_the_same(found: list[Any], engine: bytes, context: bytes) -> None:
    varbinds = message.encode_varbinds((ber.oid_content(oid), ours) for oid, ours, _, _ in found)
    pdu = message.encode_pdu(message.REPORT, 7, 0, 0, varbinds)
    scoped = message.encode_scoped(engine, context, pdu)
    expected = Meaning(0xA8, 7, 0, 0, [(row[0], row[3]) for row in found])
    assert meaning_of_scoped(scoped) == (engine, context, expected)
    assert message.decode_scoped(scoped)[:2] == (engine, context)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(OIDS, min_size=1, max_size=40, unique=True), st.integers(2**30, 2**31 - 1))
def test_our_requests_mean_what_they_should(oids: list[Oid], number: int) -> None:
    patched = number.to_bytes(4, "big")
    before, after = wrap_v2c(b"public", get_request(tuple(oids))[0])
    asked = [(oid, None) for oid in oids]
    assert meaning_of_v2c(before + patched + after)[1] == Meaning(0xA0, number, 0, 0, asked)
    before, after = wrap_v2c(b"public", bulk_request(map(ber.oid_content, oids), 25))
    assert meaning_of_v2c(before + patched + after)[1] == Meaning(0xA5, number, 0, 25, asked)


def test_the_whole_tree_of_a_real_agent_means_the_same(snmpd_port: int) -> None:
    """Every reply of a GETBULK walk over all that net-snmp shows, recorded and read twice."""
    position = "1.3"
    compared = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(("127.0.0.1", snmpd_port))
        for step in range(500):
            before, after = wrap_v2c(b"public", bulk_request([ber.oid_content(position)], 40))
            number = 2**30 + step
            sock.send(before + number.to_bytes(4, "big") + after)
            datagram = sock.recv(65535)
            ours = our_meaning(datagram)
            assert ours == meaning_of_v2c(datagram)
            assert ours[1].request_id == number
            position, value = ours[1].bindings[-1]
            compared += len(ours[1].bindings)
            if value is None:
                break
        else:
            pytest.fail("the tree does not end")
    assert compared > len(SCALARS) + 100

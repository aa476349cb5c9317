"""The strict codec: what it writes, what it reads, what it refuses."""

from __future__ import annotations

import pytest

from supervision.snmp import ber, message
from supervision.snmp.ber import BerError
from supervision.snmp.contract import ObjectId, Value


@pytest.mark.parametrize(
    ("number", "content"),
    [
        (0, "00"),
        (127, "7f"),
        (128, "0080"),
        (256, "0100"),
        (-1, "ff"),
        (-128, "80"),
        (-129, "ff7f"),  # X.690 §8.3: shortest two's complement
        (2**31 - 1, "7fffffff"),
        (-(2**31), "80000000"),
    ],
)
def test_an_integer(number: int, content: str) -> None:
    encoded = bytes((2, len(content) // 2)) + bytes.fromhex(content)
    assert ber.integer(number) == encoded
    assert message.decode_tlv(encoded) == number


@pytest.mark.parametrize(
    ("oid", "content"),
    [
        ("1.3.6.1.2.1.1.3.0", "2b06010201010300"),
        ("2.999.3", "883703"),  # X.690 §8.19.5, the example of the standard
        ("0.0", "00"),
        ("1.3.6.1.4.1.32473", "2b0601040181fd59"),
        ("1.3.4294967295", "2b8fffffff7f"),
    ],
)
def test_an_object_identifier(oid: str, content: str) -> None:
    assert ber.oid_content(oid).hex() == content
    assert ber.decode_oid(bytes.fromhex(content)) == oid


@pytest.mark.parametrize("text", ["", "1", ".1.3", "1.3.", "1.-3", "1.3.x", "3.1", "1.40", "1.03"])
def test_a_text_that_is_no_oid(text: str) -> None:
    with pytest.raises(ValueError):
        ber.oid_content(text)


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("0403616263", b"abc"),
        ("0400", b""),
        ("0500", None),
        ("06032b0601", ObjectId("1.3.6.1")),
        ("40047f000001", b"\x7f\x00\x00\x01"),
        ("410500ffffffff", 2**32 - 1),
        ("420100", 0),
        ("43020100", 256),
        ("440499999999", b"\x99" * 4),
        ("460900ffffffffffffffff", 2**64 - 1),
        ("8000", None),
        ("8100", None),
        ("8200", None),
        # tolerated: a length longer than needed, an integer with needless octets
        ("0482000161", b"a"),
        ("04840000000161", b"a"),
        ("020400000001", 1),
        ("0204ffffffff", -1),
    ],
)
def test_a_value(encoded: str, value: Value) -> None:
    found = message.decode_tlv(bytes.fromhex(encoded))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "02",
        "0200",  # an integer needs an octet
        "02050080000000",  # beyond 32 bits
        "0480",  # indefinite length
        "24800401610000",  # constructed string
        "0402",
        "0482ffff61",
        "0485000000000161",  # a length of five octets
        "0501ff",
        "0600",
        "06028001",  # padded arc
        "06022b80",  # unfinished arc
        "06072b908080808001",  # an arc beyond 32 bits
        "40037f0000",
        "40057f00000100",
        "4101ff",  # a counter is never negative
        "41050100000000",
        "46090100000000000000ff",
        "8001ff",
        "45010a",  # NsapAddress, removed by SMIv2
        "1f8101ff",
        "300102",
    ],
)
def test_octets_that_are_refused(encoded: str) -> None:
    with pytest.raises(BerError):
        message.decode_tlv(bytes.fromhex(encoded))


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 65535, 70000])
def test_a_length_returns(size: int) -> None:
    encoded = ber.octets(bytes(size))
    assert ber.header(encoded, 0, len(encoded)) == (4, len(encoded) - size, len(encoded))


def test_octets_after_a_message_are_refused() -> None:
    whole = message.encode_v2c(b"public", message.encode_pdu(message.RESPONSE, 1, 0, 0, b""))
    message.open_message(whole)
    with pytest.raises(BerError):
        message.open_message(whole + b"\x00")
    with pytest.raises(BerError):
        message.open_message(whole[:-1])

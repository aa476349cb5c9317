"""BER as SNMP uses it (X.690, RFC 3417 §8): encode, and decode strictly.

Strict where it protects: definite lengths only, primitive strings only, every length must stay
inside its parent, values must lie in the range of their SMI type, OIDs must be well formed.
Tolerated, because deployed agents do it and the meaning stays certain:

- lengths in a longer form than needed (net-snmp writes ``82 00 05``), up to four octets;
- integers with needless leading octets, up to nine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from supervision.snmp.contract import ObjectId, Oid, Value

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
IP_ADDRESS = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TIME_TICKS = 0x43
OPAQUE = 0x44
COUNTER64 = 0x46
NO_SUCH_OBJECT = 0x80
NO_SUCH_INSTANCE = 0x81
END_OF_MIB_VIEW = 0x82

MAX_ARCS = 128
"""RFC 2578 §3.5: at most 128 sub-identifiers."""

MAX_ARC = 2**32 - 1


class BerError(ValueError):
    """These octets are not what SNMP allows at this place."""


# --- encode ---------------------------------------------------------------------------------


def length(size: int) -> bytes:
    """Encode a length in its shortest form."""
    if size < 0x80:
        return bytes((size,))
    if size < 0x100:
        return bytes((0x81, size))
    if size < 0x10000:
        return bytes((0x82, size >> 8, size & 0xFF))
    return b"\x84" + size.to_bytes(4, "big")


def tlv(tag: int, content: bytes) -> bytes:
    """Wrap a content in its tag and length."""
    size = len(content)
    if size < 0x80:
        return b"%c%c%b" % (tag, size, content)
    return bytes((tag,)) + length(size) + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of parts that are already encoded."""
    return tlv(SEQUENCE, b"".join(parts))


def signed(number: int) -> bytes:
    """Content octets of an integer, shortest two's complement."""
    return number.to_bytes((number + (number < 0)).bit_length() // 8 + 1, "big", signed=True)


@lru_cache(maxsize=4096)
def integer(number: int) -> bytes:
    """INTEGER (Integer32)."""
    return tlv(INTEGER, signed(number))


def octets(content: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(OCTET_STRING, content)


def object_id(oid: Oid) -> bytes:
    """OBJECT IDENTIFIER."""
    return tlv(OBJECT_IDENTIFIER, oid_content(oid))


def counter32(number: int) -> bytes:
    """Counter32."""
    return tlv(COUNTER32, signed(number))


def gauge32(number: int) -> bytes:
    """Gauge32, Unsigned32."""
    return tlv(GAUGE32, signed(number))


def time_ticks(hundredths: int) -> bytes:
    """TimeTicks, in hundredths of a second, modulo 2³²."""
    return tlv(TIME_TICKS, signed(hundredths % 2**32))


def counter64(number: int) -> bytes:
    """Counter64."""
    return tlv(COUNTER64, signed(number))


def ip_address(address: str) -> bytes:
    """IpAddress, from its dotted form."""
    return tlv(IP_ADDRESS, bytes(int(part) for part in address.split(".")))


def null(tag: int = NULL) -> bytes:
    """NULL, or one of the exceptions of RFC 3416 §3."""
    return bytes((tag, 0))


def _arc(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    encoded = [number & 0x7F]
    number >>= 7
    while number:
        encoded.append(0x80 | number & 0x7F)
        number >>= 7
    return bytes(reversed(encoded))


def arcs_content(arcs: Iterable[int]) -> bytes:
    """Content octets of an OID given by its arcs (two or more). Raises ValueError."""
    first, second, *rest = arcs
    if not 0 <= first <= 2 or not 0 <= second <= (39 if first < 2 else MAX_ARC - 80):
        raise ValueError(f"no OID starts with {first}.{second}")
    if len(rest) > MAX_ARCS - 2 or any(not 0 <= arc <= MAX_ARC for arc in rest):
        raise ValueError("arc out of range")
    return _arc(first * 40 + second) + b"".join(map(_arc, rest))


@lru_cache(maxsize=16384)
def oid_content(oid: Oid) -> bytes:
    """Content octets of a dotted OID. Raises ValueError for a text that is no OID."""
    arcs = [int(part) for part in oid.split(".") if part.isascii() and part.isdecimal()]
    if len(arcs) < 2 or ".".join(map(str, arcs)) != oid:
        raise ValueError(f"no OID: {oid!r}")
    return arcs_content(arcs)


# --- decode ---------------------------------------------------------------------------------


def header(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Read tag and length at ``pos``: (tag, start of content, end of content ≤ ``end``)."""
    if pos + 2 > end:
        raise BerError("truncated")
    tag = data[pos]
    size = data[pos + 1]
    start = pos + 2
    if size >= 0x80:
        width = size & 0x7F
        if not 1 <= width <= 4 or start + width > end:
            raise BerError("length")
        size = int.from_bytes(data[start : start + width], "big")
        start += width
    if start + size > end:
        raise BerError("truncated")
    return tag, start, start + size


def expect(data: bytes, pos: int, end: int, tag: int) -> tuple[int, int]:
    """Read a header that must carry ``tag``: (start, end) of its content."""
    found, start, stop = header(data, pos, end)
    if found != tag:
        raise BerError(f"tag {found:#04x} where {tag:#04x} stands")
    return start, stop


def read_integer(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """Read an Integer32 element: (number, position after it)."""
    start, stop = expect(data, pos, end, INTEGER)
    return decode_integer(data[start:stop]), stop


def read_octets(data: bytes, pos: int, end: int) -> tuple[bytes, int]:
    """Read an OCTET STRING element: (content, position after it)."""
    start, stop = expect(data, pos, end, OCTET_STRING)
    return data[start:stop], stop


def decode_integer(content: bytes) -> int:
    """Integer32."""
    if not 1 <= len(content) <= 9:
        raise BerError("integer size")
    number = int.from_bytes(content, "big", signed=True)
    if not -0x80000000 <= number <= 0x7FFFFFFF:
        raise BerError("integer range")
    return number


def _unsigned(limit: int) -> Callable[[bytes], int]:
    def decode(content: bytes) -> int:
        if not 1 <= len(content) <= 9:
            raise BerError("unsigned size")
        number = int.from_bytes(content, "big")
        if content[0] >= 0x80 or number > limit:
            raise BerError("unsigned range")
        return number

    return decode


decode_unsigned32 = _unsigned(2**32 - 1)
decode_unsigned64 = _unsigned(2**64 - 1)


def decode_arcs(content: bytes) -> tuple[int, ...]:
    """Arcs of an OID's content octets, the first octet group not yet split in two."""
    if not content or content[-1] >= 0x80:
        raise BerError("oid")
    arcs: list[int] = []
    arc = 0
    fresh = True
    for octet in content:
        if fresh and octet == 0x80:
            raise BerError("oid padding")
        arc = arc << 7 | octet & 0x7F
        fresh = octet < 0x80
        if fresh:
            if arc > MAX_ARC:
                raise BerError("arc range")
            arcs.append(arc)
            arc = 0
    if len(arcs) >= MAX_ARCS:
        raise BerError("oid size")
    return tuple(arcs)


def split_first(arcs: tuple[int, ...]) -> tuple[int, ...]:
    """Turn the joined first arc of the encoding into the two it stands for (X.690 §8.19.4)."""
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:])


@lru_cache(maxsize=16384)
def decode_oid(content: bytes) -> Oid:
    """Dotted OID of its content octets."""
    return ".".join(map(str, split_first(decode_arcs(content))))


def _decode_octets(content: bytes) -> bytes:
    if len(content) > 65535:
        raise BerError("string size")
    return content


def _decode_object_id(content: bytes) -> ObjectId:
    return ObjectId(decode_oid(content))


def _decode_ip_address(content: bytes) -> bytes:
    if len(content) != 4:
        raise BerError("address size")
    return content


def _decode_null(content: bytes) -> None:
    if content:
        raise BerError("null size")


DECODERS: dict[int, Callable[[bytes], Value]] = {
    INTEGER: decode_integer,
    OCTET_STRING: _decode_octets,
    NULL: _decode_null,
    OBJECT_IDENTIFIER: _decode_object_id,
    IP_ADDRESS: _decode_ip_address,
    COUNTER32: decode_unsigned32,
    GAUGE32: decode_unsigned32,
    TIME_TICKS: decode_unsigned32,
    OPAQUE: _decode_octets,
    COUNTER64: decode_unsigned64,
    NO_SUCH_OBJECT: _decode_null,
    NO_SUCH_INSTANCE: _decode_null,
    END_OF_MIB_VIEW: _decode_null,
}
"""Every type a variable binding may carry (RFC 3416 §3)."""


def decode_value(tag: int, content: bytes) -> Value:
    """Value of one variable; BerError for a type or content that SMIv2 does not know."""
    decoder = DECODERS.get(tag)
    if decoder is None:
        raise BerError(f"type {tag:#04x}")
    return decoder(content)

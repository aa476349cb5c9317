"""Variable bindings of responses, read fast: the scalars of a GET, the rows of a GETBULK walk.

The loops inline what ``ber.header`` does for short lengths: a poll reads hundreds of thousands
of bindings a second. Two memories save work without loosening a check: small values (at most two
content octets) and the row numbers of columns, both filled only with what was decoded strictly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import cycle

from supervision.snmp.ber import (
    DECODERS,
    END_OF_MIB_VIEW,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    BerError,
    decode_arcs,
    decode_value,
    expect,
    header,
    oid_content,
)
from supervision.snmp.contract import Oid, Value
from supervision.snmp.requests import Template, bulk_request

Arcs = tuple[int, ...]
Place = tuple[Arcs, str, bytes]
"""An instance of a column: its index, the index as text, its whole OID (content octets).
Places of one column compare as their indexes do."""

MAX_REMEMBERED_ROWS = 20_000
"""Row numbers remembered per column; beyond, the memory starts afresh."""

MAX_REPETITIONS = 50
MAX_WIDTH = 40
"""Rows and columns asked in one GETBULK at most."""

_MISSING = object()
_small: dict[bytes, Value] = {}
"""Encoded values of at most four octets → value."""

MAX_SMALL = 100_000


class Broken(Exception):
    """A well-formed answer that breaks the protocol, in one word."""


def _value(encoded: bytes) -> Value:
    """Decode a value that must fill its octets."""
    size = len(encoded) - 2
    if size >= 0x80 or encoded[1] != size:
        _, start, stop = header(encoded, 0, len(encoded))
        if stop != len(encoded):
            raise BerError("octets after the value")
        return decode_value(encoded[0], encoded[start:])
    decoder = DECODERS.get(encoded[0])
    if decoder is None:
        raise BerError("type")
    value = decoder(encoded[2:])
    if size <= 2 and len(_small) < MAX_SMALL:
        _small[encoded] = value
    return value


@lru_cache(maxsize=1024)
def _prefix_arcs(content: bytes) -> Arcs:
    return decode_arcs(content)


def read_scalars(data: bytes, pos: int, expected: Sequence[bytes]) -> list[Value]:
    """Values of a GET's answer, whose bindings fill ``data[pos:]`` and repeat the OIDs asked.

    Raises BerError or IndexError for malformed octets, Broken when the OIDs are not those asked.
    """
    values: list[Value] = []
    small, end = _small, len(data)
    for oid in expected:
        if pos >= end:
            raise Broken("missingBindings")
        size = data[pos + 1]
        if data[pos] != SEQUENCE or size >= 0x80:
            start, stop = expect(data, pos, end, SEQUENCE)
        else:
            start = pos + 2
            stop = start + size
        size = len(oid)
        place = start + 2
        if data[start] != OBJECT_IDENTIFIER or stop > end:
            raise BerError("binding")
        if size != data[start + 1] or not data.startswith(oid, place):
            place = _same_oid(data, start, stop, oid)
        encoded = data[place + size : stop]
        value = small.get(encoded, _MISSING)
        values.append(_value(encoded) if value is _MISSING else value)  # type: ignore[arg-type]
        pos = stop
    if pos != end:
        raise Broken("extraBindings")
    return values


def _same_oid(data: bytes, pos: int, end: int, oid: bytes) -> int:
    """Start of the OID's content octets, when its length takes the long form."""
    _, start, stop = header(data, pos, end)
    if data[start:stop] != oid:
        decode_arcs(data[start:stop])
        raise Broken("otherObject")
    return start


class Column:
    """One column of a walk: what was read, and from where to go on."""

    __slots__ = ("done", "known", "last", "oid", "prefix", "rows")

    memories: dict[Oid, dict[bytes, Place]] = {}
    """Per column OID: OID of an instance (content octets) → its place in the column."""

    def __init__(self, oid: Oid) -> None:
        self.oid = oid
        self.prefix = oid_content(oid)
        self.known = self.memories.setdefault(oid, {})
        self.rows: dict[Oid, Value] = {}
        self.last: Place = ((), "", self.prefix)
        self.done = False

    def locate(self, content: bytes, tag: int) -> Place | None:
        """Place of an instance in this column; None when the column has no more."""
        arcs = decode_arcs(content)
        if self.done or tag == END_OF_MIB_VIEW:
            return None
        prefix = _prefix_arcs(self.prefix)
        size = len(prefix)
        if arcs[:size] != prefix:
            if arcs < prefix:
                raise Broken("notIncreasing")
            return None
        index = arcs[size:]
        if not index:
            raise Broken("notIncreasing")
        if len(self.known) >= MAX_REMEMBERED_ROWS:
            self.known.clear()
        place = (index, ".".join(map(str, index)), content)
        self.known[content] = place
        return place


class Walk:
    """Several columns read by GETBULK, each from where it stands."""

    def __init__(
        self, oids: Iterable[Oid], bindings: int, max_rows: int, expected_rows: int = -1
    ) -> None:
        """``bindings``: how many to ask for in one request. ``expected_rows``: -1 unknown."""
        self.columns = [Column(oid) for oid in oids]
        self.active = list(self.columns)
        self.width = min(MAX_WIDTH, len(self.active))
        """How many columns one request may ask for: fewer after tooBig."""
        self.repetitions = max(1, min(MAX_REPETITIONS, bindings // self.width))
        self.ceiling = self.repetitions
        self.max_rows = max_rows
        self.expected_rows = expected_rows

    @property
    def asked(self) -> list[Column]:
        """Columns of the current request."""
        return self.active[: self.width]

    def request(self) -> Template:
        """The next GETBULK. One row more than is expected shows that the column ends there."""
        repetitions = self.repetitions
        missing = self.expected_rows - len(self.asked[-1].rows)
        if 0 <= missing < repetitions:
            repetitions = missing + 1
        return bulk_request((column.last[2] for column in self.asked), repetitions)

    def shrink(self) -> bool:
        """After tooBig: ask for half as much; False when there is nothing left to halve."""
        if self.repetitions > 1:
            self.repetitions //= 2
        elif self.width > 1:
            self.width = min(self.width, len(self.active)) // 2 or 1
        else:
            return False
        return True

    def shorten(self) -> None:
        """After a silence: fewer rows, in case long answers are lost on the way."""
        self.repetitions = max(1, self.repetitions // 2)

    def take(self, data: bytes, pos: int) -> bool:
        """Read the bindings that fill ``data[pos:]``; True when every column is complete.

        Raises BerError or IndexError for malformed octets (nothing is then kept), Broken for OIDs
        that do not increase, too many bindings or rows, and an empty answer.
        """
        asked = self.asked
        if pos == len(data):
            raise Broken("missingBindings")
        before = [(column, column.last, column.done, len(column.rows)) for column in asked]
        try:
            taken = self._take(data, pos, asked)
        except (BerError, IndexError):
            for column, last, done, size in before:
                column.last, column.done = last, done
                while len(column.rows) > size:
                    column.rows.popitem()
            raise
        if taken > len(asked) * self.ceiling:
            raise Broken("extraBindings")
        if any(len(column.rows) > self.max_rows for column in asked):
            raise Broken("tooManyRows")
        self.active = [column for column in self.active if not column.done]
        return not self.active

    @staticmethod
    def _take(data: bytes, pos: int, asked: list[Column]) -> int:
        """Read bindings into the columns in turn; how many there were."""
        small, end, taken = _small, len(data), 0
        for column, find, rows in cycle([(c, c.known.get, c.rows) for c in asked]):
            if pos >= end:
                break
            taken += 1
            # The binding's header, its OID, its value: short lengths inline, others by header().
            size = data[pos + 1]
            if data[pos] != SEQUENCE or size >= 0x80:
                start, stop = expect(data, pos, end, SEQUENCE)
            else:
                start = pos + 2
                stop = start + size
            size = data[start + 1]
            if data[start] != OBJECT_IDENTIFIER or size >= 0x80 or stop > end:
                raise BerError("binding")
            split = start + 2 + size
            content = data[start + 2 : split]
            encoded = data[split:stop]
            pos = stop
            value = small.get(encoded, _MISSING)
            if value is _MISSING:
                value = _value(encoded)
            place = find(content)
            if place is None or column.done or encoded[0] == END_OF_MIB_VIEW:
                place = column.locate(content, encoded[0])
                if place is None:
                    column.done = True
                    continue
            if place <= column.last:
                raise Broken("notIncreasing")
            column.last = place
            rows[place[1]] = value  # type: ignore[assignment]
        return taken

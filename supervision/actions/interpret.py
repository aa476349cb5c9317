"""From a reply to figures: what a device said, in the words of its profile. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring

from supervision.actions.ask import (
    LLDP_CHASSIS,
    LLDP_CHASSIS_TYPE,
    LLDP_LOCAL_PORT,
    LLDP_NAME,
    LLDP_PORT,
    Plan,
)
from supervision.snmp.contract import Reply, Value
from supervision.snmp.profile import SYS_UPTIME, Metric

MAC_CHASSIS = 4
"""lldpRemChassisIdSubtype macAddress(4)."""


@dataclass(slots=True)
class Heard:
    """One LLDP neighbour as told."""

    local_port: str
    chassis: str
    port: str
    name: str


@dataclass(slots=True)
class Said:
    """What one answered reply says. ``ports`` is JSON already: it is written, not read."""

    numbers: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    ports: str | None = None
    neighbours: list[Heard] | None = None
    uptime_s: int | None = None


def interpret(plan: Plan, reply: Reply) -> Said:
    """Read an answered reply by its plan. What the device lacks is absent, never an error."""
    said = Said()
    values, columns = reply.values, reply.columns
    ticks = values.get(SYS_UPTIME)
    if isinstance(ticks, int):
        said.uptime_s = ticks // 100
    numbers = said.numbers
    for metric in plan.scalars:
        value = values.get(metric.oid)
        if metric.text:
            said.texts[metric.key] = as_text(value)
        elif isinstance(value, int):
            numbers[metric.key] = value * metric.scale if metric.scale != 1 else value
    for metric in plan.folded:
        folded = fold(metric, columns)
        if folded is not None:
            numbers[metric.key] = folded
    if plan.ports:
        said.ports = _ports(plan.ports, columns)
    if LLDP_CHASSIS in columns:
        said.neighbours = _neighbours(columns)
    return said


def as_text(value: Value) -> str:
    """Readable text of an OCTET STRING; NUL, which PostgreSQL refuses, is dropped."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").replace("\x00", "").strip()[:200]
    return "" if value is None else str(value)[:200]


Columns = Mapping[str, Mapping[str, Value]]
_FOLDS: dict[str, Callable[[Sequence[float]], float]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "mean": lambda found: sum(found) / len(found),
    "count": len,
}


def fold(metric: Metric, columns: Columns) -> float | None:
    """One figure from a column; None when no row counts."""
    rows = columns.get(metric.column) or {}
    over = columns.get(metric.over) if metric.over else None
    where = columns.get(metric.where) if metric.where else None
    found: list[float] = []
    for index, value in rows.items():
        if not isinstance(value, int) or (where is not None and where.get(index) != metric.equals):
            continue
        if over is not None:
            whole = over.get(index)
            # RFC 3805: negative levels and capacities mean "other", "unknown", "some remains"
            if not isinstance(whole, int) or whole <= 0 or value < 0:
                continue
            found.append(100 * value / whole)
        else:
            found.append(value * metric.scale)
    if not found and metric.fold not in ("sum", "count"):
        return None
    return round(_FOLDS[metric.fold](found), 2)


@lru_cache(maxsize=20_000)
def _quoted(name: bytes) -> str:
    """A port's name as a JSON string. Names repeat at every poll: encoded once."""
    return encode_basestring(as_text(name))


# IF-MIB ifAdminStatus and ifOperStatus (RFC 2863)
_STATUS = {
    1: '"up"', 2: '"down"', 3: '"testing"', 4: '"unknown"', 5: '"dormant"', 6: '"notPresent"',
    7: '"lowerLayerDown"',
}  # fmt: skip


def _ports(columns: Sequence[str], read: Columns) -> str:
    """JSON of the port table, by ifIndex (see ``Snapshot.ports``)."""
    nothing: dict[str, Value] = {}
    name, admin, oper, speed, octets_in, octets_out, bad_in, bad_out = (
        read.get(oid, nothing) for oid in columns
    )
    status = _STATUS.get
    rows = []
    for index, state in oper.items():
        label = name.get(index)
        errors = _count(bad_in.get(index)) + _count(bad_out.get(index))
        rows.append(
            f'{{"name":{_quoted(label) if isinstance(label, bytes) else _quoted(index.encode())},'
            f'"index":{index},"admin":{status(admin.get(index), "null")},'  # type: ignore[arg-type]
            f'"oper":{status(state, "null")},"speed_mbps":{_count(speed.get(index))},'  # type: ignore[arg-type]
            f'"in_octets":{_count(octets_in.get(index))},'
            f'"out_octets":{_count(octets_out.get(index))},"errors":{errors}}}'
        )
    return f"[{','.join(rows)}]"


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _neighbours(columns: Columns) -> list[Heard]:
    """Rows of lldpRemTable: indexed by time mark, local port number, neighbour number."""
    local = columns.get(LLDP_LOCAL_PORT, {})
    types = columns.get(LLDP_CHASSIS_TYPE, {})
    ports, names = columns.get(LLDP_PORT, {}), columns.get(LLDP_NAME, {})
    found = []
    for index, chassis in columns[LLDP_CHASSIS].items():
        arcs = index.split(".")
        number = arcs[1] if len(arcs) > 1 else index
        is_mac = types.get(index) == MAC_CHASSIS
        found.append(
            Heard(
                local_port=(as_text(local.get(number)) or number)[:60],
                chassis=(_mac(chassis) if is_mac else as_text(chassis))[:80],
                port=_port_name(ports.get(index))[:80],
                name=as_text(names.get(index))[:120],
            )
        )
    return found


def _mac(value: Value) -> str:
    return value.hex(":") if isinstance(value, bytes) else as_text(value)


def _port_name(value: Value) -> str:
    """A port id: text, or six octets of a MAC address."""
    if isinstance(value, bytes) and len(value) == 6 and not value.isascii():
        return value.hex(":")
    return as_text(value)

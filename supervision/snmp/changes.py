"""Which notifications say that a device's configuration changed: ``changes.toml`` as values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from supervision.snmp.contract import Oid, Value

FILE = Path(__file__).with_name("changes.toml")


@dataclass(frozen=True, slots=True)
class Notification:
    """One kind of notification. Each field is explained at the top of ``changes.toml``."""

    name: str
    oid: Oid
    mib: str
    column: Oid = ""
    values: tuple[int, ...] = ()

    def says(self, varbinds: Mapping[Oid, Value]) -> bool:
        """Whether it speaks of the running configuration, by what it carries."""
        told = [value for oid, value in varbinds.items() if oid.startswith(f"{self.column}.")]
        return not (self.column and told) or any(value in self.values for value in told)


@cache
def notifications() -> Mapping[Oid, Notification]:
    """Every kind by its OID."""
    tables = tomllib.loads(FILE.read_text("utf-8"))["notification"]
    return {
        table["oid"]: Notification(**{**table, "values": tuple(table.get("values", ()))})
        for table in tables
    }


def says_changed(oid: Oid, varbinds: Mapping[Oid, Value]) -> bool:
    """Whether this notification announces a changed running configuration."""
    kind = notifications().get(oid)
    return kind is not None and kind.says(varbinds)

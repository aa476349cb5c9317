"""Settings of networks along Region → PO → site: the narrower wins, and says where it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NAMES = ("ntp", "syslog", "snmp_managers", "snmp_contact", "community")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one level says; an empty value says nothing."""

    level: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, the level that gave it, and the wider ones that it hides."""

    name: str
    value: object
    level: str = ""
    hides: tuple[str, ...] = ()


def in_force(layers: Sequence[Layer]) -> dict[str, Setting]:
    """``layers`` from the widest to the narrowest."""
    found: dict[str, Setting] = {}
    for name in NAMES:
        said = [layer for layer in layers if layer.values.get(name)]
        if said:
            last = said[-1]
            hides = tuple(layer.level for layer in said[:-1])
            found[name] = Setting(name, last.values[name], last.level, hides)
        else:
            found[name] = Setting(name, "")
    return found

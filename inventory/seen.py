"""What comes from the network into the register: plain values, whoever looked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PortSeen:
    """A port by its normalised name (IF-MIB ifName)."""

    name: str
    if_index: int | None = None
    descr: str = ""
    alias: str = ""
    mac: str = ""
    speed_mbps: int | None = None
    oper: str = ""
    physical: bool = False


@dataclass(frozen=True, slots=True)
class NeighbourSeen:
    """A device heard on a port."""

    protocol: str
    local_port: str
    chassis: str = ""
    port: str = ""
    name: str = ""
    address: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """One device. ``via``: ``snmp`` when it answered itself, ``controller`` or ``stack`` when
    another device told of it; its parts are in ``parts``."""

    via: str
    address: str = ""
    family: str = ""
    maker: str = ""
    category: str = "other"
    profile: str = ""
    model: str = ""
    hardware: str = ""
    version: str = ""
    serial: str = ""
    mac: str = ""
    macs: frozenset[str] = frozenset()
    name: str = ""
    descr: str = ""
    object_id: str = ""
    evidence: dict[str, str] = field(default_factory=dict)
    """Fact → where it was read."""
    facts: dict[str, object] = field(default_factory=dict)
    """Counts and remarks, JSON-able."""
    ports: tuple[PortSeen, ...] = ()
    neighbours: tuple[NeighbourSeen, ...] = ()
    parts: tuple[DeviceSeen, ...] = ()
    parts_complete: bool = True
    """The whole table of parts was read: one that is not in it has vanished."""
    ports_complete: bool = True
    neighbours_complete: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """A device that the register expects at an address, and since when it has been silent there
    (None: it answered now, or nobody ever heard it: see ``answered``)."""

    device: int
    address: str
    answered: bool
    silent_since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What one look at a site covered."""

    devices: tuple[DeviceSeen, ...] = ()
    silent: frozenset[str] = frozenset()
    """Addresses that were asked and did not answer."""

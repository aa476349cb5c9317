"""The families of devices that the lab simulates, with the identities of real ones.

sysObjectID and sysDescr are those that the makers' devices answer; a profile of
``supervision/snmp/profiles`` recognises them the way it would recognise the real thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Which MIBs a device shows besides MIB-II, IF-MIB and LLDP-MIB."""

    ROUTER = "router"
    SWITCH = "switch"
    UNIFI = "unifi"
    ARUBA = "aruba"
    UPS = "ups"
    PRINTER = "printer"
    SERVER = "server"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class PortPlan:
    """An interface: ifIndex, ifName, speed; ``kind`` is a value of inventory's PortKind."""

    index: int
    name: str
    speed_mbps: int = 1000
    kind: str = "copper"
    poe: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A product: what the catalogue says of it and how it presents itself to SNMP."""

    maker: str
    name: str
    category: str
    description: str
    family: Family
    object_id: str
    descr: str
    ports: tuple[PortPlan, ...]

    def port(self, name: str) -> PortPlan:
        """The port called ``name``. Raises KeyError."""
        for port in self.ports:
            if port.name == name:
                return port
        raise KeyError(f"{self.name} has no port {name}")


def _copper(count: int, poe: bool) -> tuple[PortPlan, ...]:
    return tuple(PortPlan(n, str(n), poe=poe) for n in range(1, count + 1))


_ROUTER_PORTS = (
    PortPlan(1, "ether1"),
    *(PortPlan(n, f"ether{n}") for n in range(2, 6)),
    PortPlan(6, "sfp1", kind="fibre"),
)
_AP_PORTS = (
    PortPlan(1, "eth0"),
    PortPlan(2, "wifi0", 300, kind="radio"),
    PortPlan(3, "wifi1", 1200, kind="radio"),
)
_ONE_PORT = (PortPlan(1, "eth0"),)
_SLOW_PORT = (PortPlan(1, "eth0", 100),)

PROCURVE = "1.3.6.1.4.1.11.2.3.7.11"

MODELS: dict[str, Model] = {
    "router": Model(
        "MikroTik", "RB760iGS", "router", "routeur fibre", Family.ROUTER,
        "1.3.6.1.4.1.14988.1", "RouterOS RB760iGS", _ROUTER_PORTS,
    ),
    "switch48": Model(
        "HPE", "E2910al-48G-PoE", "switch", "commutateur 48 ports PoE", Family.SWITCH,
        f"{PROCURVE}.86", "HP J9148A E2910al-48G-PoE Switch, revision W.15.14.0012",
        _copper(48, True),
    ),
    "switch24": Model(
        "HPE", "E2910al-24G-PoE", "switch", "commutateur 24 ports PoE", Family.SWITCH,
        f"{PROCURVE}.84", "HP J9146A E2910al-24G-PoE Switch, revision W.15.14.0012",
        _copper(24, True),
    ),
    "ap6": Model(
        "HPE Aruba", "AP-505", "access_point", "borne WiFi 6", Family.ARUBA,
        "1.3.6.1.4.1.14823.1.2.71", "ArubaOS (MODEL: 505), Version 8.10.0.6-8.10.0.6", _AP_PORTS,
    ),
    "ap5": Model(
        "Ubiquiti", "UAP-nanoHD", "access_point", "borne WiFi 5", Family.UNIFI,
        "1.3.6.1.4.1.8072.3.2.10", "UAP-nanoHD 6.6.65.15248", _AP_PORTS,
    ),
    "ups": Model(
        "APC", "Smart-UPS SMT750", "ups", "onduleur 750 VA", Family.UPS,
        "1.3.6.1.4.1.318.1.3.27",
        "APC Web/SNMP Management Card (MB:v4.1.0 PF:v7.0.8 MN:AP9631)", _SLOW_PORT,
    ),
    "printer": Model(
        "HP", "Color LaserJet M452", "printer", "imprimante couleur", Family.PRINTER,
        "1.3.6.1.4.1.11.2.3.9.1", "HP ETHERNET MULTI-ENVIRONMENT,PID:HP Color LaserJet M452",
        _SLOW_PORT,
    ),
    "server": Model(
        "Dell", "PowerEdge T150", "server", "serveur de fichiers", Family.SERVER,
        "1.3.6.1.4.1.8072.3.2.10", "Linux srv 6.1.0-26-amd64 #1 SMP Debian x86_64", _ONE_PORT,
    ),
}  # fmt: skip

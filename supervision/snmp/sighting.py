"""What discovery sees of one device: plain values, each fact with where it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from supervision.snmp.contract import Oid, Outcome


@dataclass(frozen=True, slots=True)
class Fact:
    """A text about a device, and where it stood: an OID, ``sysDescr``, ``ENTITY-MIB`` …"""

    text: str
    source: str


NOTHING = Fact("", "")


@dataclass(frozen=True, slots=True)
class SeenPort:
    """One row of the interface table (IF-MIB). ``listed``: the agent counts it as an interface
    that exists; ``physical``: a plug that a person can touch."""

    index: int
    name: str
    descr: str
    alias: str = ""
    type: int = 0
    """IANAifType: 6 ethernetCsmacd, 71 ieee80211, 161 ieee8023adLag …"""
    mac: str = ""
    speed_mbps: int | None = None
    admin: str = ""
    oper: str = ""
    listed: bool = True
    physical: bool = False


@dataclass(frozen=True, slots=True)
class SeenNeighbour:
    """A device heard on a port, by ``lldp`` (IEEE 802.1AB) or ``cdp`` (CISCO-CDP-MIB)."""

    protocol: str
    local_port: str
    chassis: str = ""
    port: str = ""
    name: str = ""
    address: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """A MAC address known to the device: on a port (bridge table) or with an IP address (ARP)."""

    mac: str
    port: str = ""
    vlan: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class SeenMember:
    """A part that is a device of its own: a stack member or a chassis (ENTITY-MIB)."""

    number: str
    model: str = ""
    serial: str = ""
    version: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SeenAccessPoint:
    """An access point known to a controller. ``up`` None: the controller does not say."""

    name: str = ""
    mac: str = ""
    serial: str = ""
    model: str = ""
    address: str = ""
    version: str = ""
    up: bool | None = None
    clients: int | None = None


@dataclass(frozen=True, slots=True)
class AccessPointCounts:
    """What a controller says about its access points beside the table itself."""

    rows: int = 0
    connected: int | None = None
    total: int | None = None

    @property
    def agree(self) -> bool:
        """Whether the rows account for the total that the controller tells."""
        return self.total is None or self.rows in (0, self.total)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be read, by name: ``ports: notIncreasing``. The other facts stand."""

    what: str
    outcome: Outcome
    detail: str

    def __str__(self) -> str:
        return f"{self.what}: {self.detail or self.outcome.value}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One device as it answered. Empty texts are facts that it does not tell."""

    address: str
    port: int
    family: str
    """Key of the family that recognised it (``supervision/snmp/families``)."""
    maker: str
    category: str
    """A ``Category`` of the catalogue."""
    profile: str
    """Key of the polling profile that suits it."""
    model: Fact = NOTHING
    """What the catalogue calls it."""
    hardware: Fact = NOTHING
    """What it calls itself, often longer than the model."""
    version: Fact = NOTHING
    serial: Fact = NOTHING
    mac: Fact = NOTHING
    name: str = ""
    descr: str = ""
    object_id: Oid = ""
    ports: tuple[SeenPort, ...] = ()
    neighbours: tuple[SeenNeighbour, ...] = ()
    addresses: tuple[SeenAddress, ...] = ()
    members: tuple[SeenMember, ...] = ()
    access_points: tuple[SeenAccessPoint, ...] = ()
    counts: AccessPointCounts = field(default_factory=AccessPointCounts)
    troubles: tuple[Trouble, ...] = ()

    @property
    def ports_listed(self) -> int:
        """Interfaces that the agent lists and that exist."""
        return sum(port.listed for port in self.ports)

    @property
    def ports_physical(self) -> int:
        """Plugs that a person can touch."""
        return sum(port.physical for port in self.ports)

    @property
    def macs(self) -> frozenset[str]:
        """Every MAC address that is the device's own."""
        found = {port.mac for port in self.ports if port.mac}
        return frozenset(found | {self.mac.text}) - {""}


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody answered at an address, or only refused: what was tried last, and what came."""

    address: str
    outcome: Outcome
    detail: str = ""

"""The standard tables read into plain values: interfaces, neighbours, bridge and address tables.

Pure: columns in, values out. What a row lacks is empty; a row that makes no sense is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from supervision.snmp.contract import Oid, Value
from supervision.snmp.family import PortRules
from supervision.snmp.plausible import address_of, mac_of, text_of
from supervision.snmp.sighting import SeenAddress, SeenNeighbour, SeenPort

Columns = Mapping[Oid, Mapping[str, Value]]

# IF-MIB (RFC 2863)
IF = "1.3.6.1.2.1.2.2.1"
IF_DESCR, IF_TYPE, IF_SPEED, IF_MAC = f"{IF}.2", f"{IF}.3", f"{IF}.5", f"{IF}.6"
IF_ADMIN, IF_OPER = f"{IF}.7", f"{IF}.8"
IF_X = "1.3.6.1.2.1.31.1.1.1"
IF_NAME, IF_HIGH_SPEED, IF_ALIAS = (f"{IF_X}.{n}" for n in (1, 15, 18))
PORT_COLUMNS = (IF_DESCR, IF_TYPE, IF_SPEED, IF_MAC, IF_ADMIN, IF_OPER)
PORT_EXTRAS = (IF_NAME, IF_HIGH_SPEED, IF_ALIAS)

# LLDP-MIB (IEEE 802.1AB)
LLDP = "1.0.8802.1.1.2.1"
LLDP_LOCAL_ID, LLDP_LOCAL_DESCR = f"{LLDP}.3.7.1.3", f"{LLDP}.3.7.1.4"
LLDP_CHASSIS_TYPE, LLDP_CHASSIS = f"{LLDP}.4.1.1.4", f"{LLDP}.4.1.1.5"
LLDP_PORT_TYPE, LLDP_PORT, LLDP_PORT_DESCR = (f"{LLDP}.4.1.1.{n}" for n in (6, 7, 8))
LLDP_NAME, LLDP_DESCR = f"{LLDP}.4.1.1.9", f"{LLDP}.4.1.1.10"
LLDP_COLUMNS = (
    *(LLDP_CHASSIS_TYPE, LLDP_CHASSIS, LLDP_PORT_TYPE, LLDP_PORT, LLDP_PORT_DESCR),
    *(LLDP_NAME, LLDP_DESCR, LLDP_LOCAL_ID, LLDP_LOCAL_DESCR),
)

# CISCO-CDP-MIB cdpCacheTable
CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
CDP_ADDRESS, CDP_DEVICE, CDP_PORT, CDP_PLATFORM = (f"{CDP}.{n}" for n in (4, 6, 7, 8))
CDP_COLUMNS = (CDP_ADDRESS, CDP_DEVICE, CDP_PORT, CDP_PLATFORM)

# BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363)
BRIDGE_PORT_IF = "1.3.6.1.2.1.17.1.4.1.2"
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
FDB_Q_PORT = "1.3.6.1.2.1.17.7.1.2.2.1.2"
FDB_COLUMNS = (BRIDGE_PORT_IF, FDB_PORT, FDB_Q_PORT)

# IP-MIB: ipNetToMediaPhysAddress (RFC 1213), ipNetToPhysicalPhysAddress (RFC 4293)
ARP_OLD = "1.3.6.1.2.1.4.22.1.2"
ARP_NEW = "1.3.6.1.2.1.4.35.1.4"
ARP_COLUMNS = (ARP_OLD, ARP_NEW)

STATUS = {1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent",
          7: "lowerLayerDown"}  # fmt: skip
NOT_PRESENT = 6

NO_INTERFACE_TYPES = frozenset({18, 30, 63, 77, 81, 100, 101, 102, 103, 104, 152, 153})
"""IANAifType of channels and dial peers, which are no interfaces: ds1, ds3, isdn, lapd, ds0,
voiceEM, voiceFXO, voiceFXS, voiceEncap, voiceOverIp, voiceOverAtm, voiceOverFrameRelay."""

PLUG_TYPES = frozenset({6, 7, 26, 62, 69, 117})
"""ethernetCsmacd, iso88023Csmacd, ethernet3Mbit, fastEther, fastEtherFX, gigabitEthernet."""

_NO_INTERFACE = re.compile(
    r"(?i)voip-null|virtual-|unrouted|eobc|\bmpls|\bsl0|\blp0|faith0|-(?:atm|shdsl|adsl|aal5)\b"
    r"|container|\basync|\bplip|-(?:physical|signalling|bearer)\b|bluetooth|isatap|\bras\b|\bqos\b"
    r"|sonet/sdh|span [rs]p|sslvpn|pppoe-|^virtual interface$"
)
"""ifDescr of rows that stand for no interface: dial peers, bit buckets of voice, the layers of a
line, the operating system's own plumbing."""

_NO_PLUG = re.compile(
    r"(?i)^(lo|loop|tun|tap|gre|sit|ip6|ppp|pppoe|br|bridge|bond|dummy|ifb|imq|vlan|veth|virbr|docker"
    r"|wlan|wifi|ath|ra\d|rai|wl\d|mon|wds|apcli|team|lag|po\d|trk|port-?channel|bvi|vl\d|vir|vwire"
    r"|teql|eth_base|old\d|null|stack|mgmt_vlan|inband|cpu|ae\d|irb|me0\.|vme|pfsync|pflog|enc\d"
    r"|ovpn|wg|ssl|naf|l2t|fctun|bluetooth|miireg|hwsim|bcmsw|gretap|erspan|eoip|vrrp|ipsec|logical)"
    r"|loopback|virtual|tunnel|aggregat|vlan|\bswitch interface|filter-\d|lightweight|scheduler"
    r"|miniport|pseudo|teredo|isatap|kernel debug|bluetooth|\blag\b|^cpu|^link aggregate"
)
"""Names of what no plug has, whatever the type says: Linux calls everything ethernetCsmacd."""

_SUB_INTERFACE = re.compile(r"^[A-Za-z]+[-\w/]*\d[.:]\d+$")


# --- interfaces ---


def read_ports(columns: Columns, rules: PortRules) -> tuple[SeenPort, ...]:
    """The interface table by ifIndex. A row without type is none (the agent made it up)."""
    types = columns.get(IF_TYPE, {})
    return tuple(_port(index, columns, rules) for index in types if index.isdecimal())


def _port(index: str, columns: Columns, rules: PortRules) -> SeenPort:
    def of(column: Oid) -> Value:
        return columns.get(column, {}).get(index)

    alias = text_of(of(IF_ALIAS))
    kind = _number(of(IF_TYPE))
    descr, name = text_of(of(IF_DESCR)), text_of(of(IF_NAME))
    oper, admin = _number(of(IF_OPER)), _number(of(IF_ADMIN))
    listed = _is_listed(kind, oper, name, descr)
    return SeenPort(
        index=int(index),
        name=(name or descr or index)[:60],
        descr=descr[:200],
        alias=alias[:200],
        type=kind,
        mac=mac_of(of(IF_MAC)),
        speed_mbps=_speed(of(IF_HIGH_SPEED), of(IF_SPEED)),
        admin=STATUS.get(admin, ""),
        oper=STATUS.get(oper, ""),
        listed=listed,
        physical=listed and _is_plug(kind, (name, descr, alias), rules),
    )


def _is_listed(kind: int, oper: int, name: str, descr: str) -> bool:
    if kind <= 0 or oper == NOT_PRESENT or kind in NO_INTERFACE_TYPES:
        return False
    return not _NO_INTERFACE.search(descr or name)


def _is_plug(kind: int, texts: tuple[str, str, str], rules: PortRules) -> bool:
    """By type and name: ifConnectorPresent is true of radios here and false of plugs there."""
    names = [text for text in texts[:2] if text]
    if rules.physical is not None:
        return any(rules.physical.search(text) for text in names)
    if rules.not_physical is not None and any(rules.not_physical.search(t) for t in texts):
        return False
    if kind not in PLUG_TYPES:
        return False
    return not any(_NO_PLUG.search(text) or _SUB_INTERFACE.match(text) for text in names)


def _speed(high: Value, plain: Value) -> int | None:
    if isinstance(high, int) and high > 0:
        return high
    if isinstance(plain, int) and plain >= 1_000_000:
        return plain // 1_000_000
    return None


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


# --- neighbours ---


def read_lldp(columns: Columns) -> tuple[SeenNeighbour, ...]:
    """lldpRemTable, indexed by time mark, local port number, neighbour number."""
    found = []
    for index, chassis in columns.get(LLDP_CHASSIS, {}).items():
        arcs = index.split(".")
        if len(arcs) < 3:
            continue

        def of(column: Oid, at: str = index) -> Value:
            return columns.get(column, {}).get(at)

        local = text_of(of(LLDP_LOCAL_ID, arcs[1])) or text_of(of(LLDP_LOCAL_DESCR, arcs[1]))
        is_mac = _number(of(LLDP_CHASSIS_TYPE)) == 4
        is_address = _number(of(LLDP_CHASSIS_TYPE)) == 5
        found.append(
            SeenNeighbour(
                protocol="lldp",
                local_port=(local or arcs[1])[:60],
                chassis=((mac_of(chassis) if is_mac else "") or text_of(chassis))[:80],
                port=_port_of(of(LLDP_PORT_TYPE), of(LLDP_PORT), of(LLDP_PORT_DESCR))[:80],
                name=text_of(of(LLDP_NAME))[:120],
                address=address_of(chassis[1:])
                if is_address and isinstance(chassis, bytes)
                else "",
                platform=text_of(of(LLDP_DESCR))[:200],
            )
        )
    return tuple(found)


def _network_address(value: Value) -> str:
    """networkAddress(5): an address family number, then the address (IEEE 802.1AB)."""
    return address_of(value[1:]) if isinstance(value, bytes) else ""


def _port_of(kind: Value, port: Value, descr: Value) -> str:
    """lldpRemPortId; a MAC address (subtype 3) says less than the description."""
    if kind == 3 or (isinstance(port, bytes) and len(port) == 6 and not port.isascii()):
        return text_of(descr) or mac_of(port)
    return text_of(port) or text_of(descr)


def read_cdp(columns: Columns, ports: Mapping[int, str]) -> tuple[SeenNeighbour, ...]:
    """cdpCacheTable, indexed by ifIndex and device number."""
    found = []
    for index, device in columns.get(CDP_DEVICE, {}).items():
        if_index = index.partition(".")[0]

        def of(column: Oid, at: str = index) -> Value:
            return columns.get(column, {}).get(at)

        name = text_of(device)
        found.append(
            SeenNeighbour(
                protocol="cdp",
                local_port=ports.get(int(if_index), if_index)[:60],
                chassis=mac_of(name),
                port=text_of(of(CDP_PORT))[:80],
                name=re.sub(r"\([0-9A-Z]+\)$", "", name)[:120],
                address=address_of(of(CDP_ADDRESS)),
                platform=text_of(of(CDP_PLATFORM))[:200],
            )
        )
    return tuple(found)


# --- bridge and address tables ---


def read_fdb(columns: Columns, ports: Mapping[int, str]) -> tuple[SeenAddress, ...]:
    """The forwarding table: with VLANs (Q-BRIDGE-MIB) where the device has them, else without."""
    to_if = columns.get(BRIDGE_PORT_IF, {})

    def port_of(bridge_port: Value) -> str:
        if_index = to_if.get(str(bridge_port), bridge_port)
        return ports.get(if_index, str(bridge_port)) if isinstance(if_index, int) else ""

    found = []
    for index, bridge_port in columns.get(FDB_Q_PORT, {}).items():
        arcs = index.split(".")
        mac = _mac_in(arcs[-6:])
        if mac and len(arcs) == 7 and bridge_port:
            found.append(SeenAddress(mac, port_of(bridge_port), vlan=int(arcs[0])))
    if found:
        return tuple(found)
    for index, bridge_port in columns.get(FDB_PORT, {}).items():
        mac = _mac_in(index.split("."))
        if mac and bridge_port:
            found.append(SeenAddress(mac, port_of(bridge_port)))
    return tuple(found)


def read_arp(columns: Columns, ports: Mapping[int, str]) -> tuple[SeenAddress, ...]:
    """Who has which IP address: the old table, and the new one for what the old lacks."""
    found: dict[str, SeenAddress] = {}
    for index, value in columns.get(ARP_OLD, {}).items():
        if_index, _, address = index.partition(".")
        if mac := mac_of(value):
            found[address] = SeenAddress(mac, ports.get(int(if_index), ""), address=address)
    for index, value in columns.get(ARP_NEW, {}).items():
        arcs = index.split(".")  # ifIndex, address type, length, octets
        mac, address = mac_of(value), _address_in(arcs[3:])
        if mac and address and arcs[1] in ("1", "2"):
            found.setdefault(
                address, SeenAddress(mac, ports.get(int(arcs[0]), ""), address=address)
            )
    return tuple(found.values())


def _mac_in(arcs: list[str]) -> str:
    if len(arcs) != 6 or any(int(arc) > 255 for arc in arcs):
        return ""
    return mac_of(bytes(int(arc) for arc in arcs))


def _address_in(arcs: list[str]) -> str:
    if any(int(arc) > 255 for arc in arcs):
        return ""
    return address_of(bytes(int(arc) for arc in arcs))

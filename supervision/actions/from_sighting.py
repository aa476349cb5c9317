"""From what SNMP saw to what the register is told. Pure.

MAC addresses of the bridge and ARP tables stay behind: most are those of people's own devices
(GDPR: pupils are minors), and the register needs only equipment.
"""

from __future__ import annotations

from typing import Any

from inventory.seen import DeviceSeen, NeighbourSeen, PortSeen
from supervision.snmp.sighting import SeenAccessPoint, SeenMember, Sighting

MAX_PORTS, MAX_NEIGHBOURS, MAX_PARTS = 2000, 500, 1000


def device_seen(sighting: Sighting) -> DeviceSeen:
    """A sighting as the register takes it."""
    broken = {trouble.what.partition(" ")[0] for trouble in sighting.troubles}
    facts: dict[str, Any] = {
        "ports_listed": sighting.ports_listed,
        "ports_physical": sighting.ports_physical,
        "members": len(sighting.members),
        "troubles": [str(trouble) for trouble in sighting.troubles],
    }
    if sighting.access_points or sighting.counts.connected is not None:
        facts["access_points"] = {
            "rows": sighting.counts.rows,
            "connected": sighting.counts.connected,
            "total": sighting.counts.total,
            "agree": sighting.counts.agree,
        }
    parts = [_access_point(sighting, point) for point in sighting.access_points]
    parts += [_member(sighting, member) for member in sighting.members]
    own = sighting.macs
    parts = [part for part in parts if not (part.mac and part.mac in own)]
    return DeviceSeen(
        via="snmp",
        address=sighting.address,
        family=sighting.family,
        maker=sighting.maker,
        category=sighting.category,
        profile=sighting.profile,
        model=sighting.model.text,
        hardware=sighting.hardware.text,
        version=sighting.version.text,
        serial=sighting.serial.text,
        mac=sighting.mac.text,
        macs=own,
        name=sighting.name if sighting.name != "<private>" else "",
        descr=sighting.descr,
        object_id=sighting.object_id,
        evidence=_evidence(sighting),
        facts=facts,
        ports=tuple(_port(port) for port in sighting.ports[:MAX_PORTS] if port.listed),
        neighbours=tuple(
            NeighbourSeen(
                n.protocol, n.local_port, n.chassis, n.port, n.name, n.address, n.platform
            )
            for n in sighting.neighbours[:MAX_NEIGHBOURS]
        ),
        parts=tuple(parts[:MAX_PARTS]),
        parts_complete=not broken & {"access_points", "members", "entity"},
        ports_complete="ports" not in broken and bool(sighting.ports),
        neighbours_complete=not broken & {"lldp", "cdp"},
    )


def _evidence(sighting: Sighting) -> dict[str, str]:
    facts = {
        "model": sighting.model,
        "hardware": sighting.hardware,
        "version": sighting.version,
        "serial": sighting.serial,
        "mac": sighting.mac,
    }
    return {name: fact.source[:200] for name, fact in facts.items() if fact.text}


def _port(port: Any) -> PortSeen:
    return PortSeen(
        name=port.name,
        if_index=port.index if port.index < 2**31 else None,
        descr=port.descr,
        alias=port.alias,
        mac=port.mac,
        speed_mbps=port.speed_mbps,
        oper=port.oper,
        physical=port.physical,
    )


def _access_point(sighting: Sighting, point: SeenAccessPoint) -> DeviceSeen:
    """A controller's access point: a device of its own, of the controller's maker."""
    return DeviceSeen(
        via="controller",
        address=point.address,
        family=sighting.family,
        maker=sighting.maker,
        category="access_point",
        model=point.model,
        version=point.version,
        serial=point.serial,
        mac=point.mac,
        macs=frozenset({point.mac} - {""}),
        name=point.name,
        evidence={"identity": f"table of {sighting.address}"},
        facts={"up": point.up, "clients": point.clients},
    )


def _member(sighting: Sighting, member: SeenMember) -> DeviceSeen:
    """A member of a stack; the one that speaks for all has the whole's serial number."""
    return DeviceSeen(
        via="stack",
        family=sighting.family,
        maker=sighting.maker,
        category=sighting.category,
        model=member.model,
        version=member.version,
        serial=member.serial,
        name=f"{sighting.name}/{member.number}" if sighting.name else "",
        evidence={"identity": f"stack of {sighting.address}"},
        facts={"member": member.number},
    )

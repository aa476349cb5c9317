"""SNMPv2-MIB system group (RFC 3418)."""

from __future__ import annotations

from deploy.lab.mibs import MIB_2, Living, Rows
from deploy.lab.plan import DevicePlan
from supervision.snmp import ber

SYSTEM = (*MIB_2, 1)
UP_TIME = (*SYSTEM, 3, 0)


def system_name(plan: DevicePlan) -> str:
    """sysName, also what LLDP says: ``SW-B1.moulin``."""
    return f"{plan.name}.{plan.site}"


def system_rows(device: Living) -> Rows:
    plan = device.plan
    return {
        (*SYSTEM, 1, 0): ber.octets(plan.model.descr.encode()),
        (*SYSTEM, 2, 0): ber.object_id(plan.model.object_id),
        UP_TIME: lambda: ber.time_ticks(int(device.uptime_s * 100)),
        (*SYSTEM, 4, 0): ber.octets(b"helpdesk@preau.example"),
        (*SYSTEM, 5, 0): ber.octets(system_name(plan).encode()),
        (*SYSTEM, 6, 0): ber.octets(f"{device.site.municipality}, {plan.room}".encode()),
        (*SYSTEM, 7, 0): ber.integer(4 if plan.model.category == "router" else 2),
    }

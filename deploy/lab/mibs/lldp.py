"""LLDP-MIB (IEEE 802.1AB-2005): who we are, our ports, who is at the other end of each cable."""

from __future__ import annotations

from deploy.lab.mibs import Arcs, Living, Rows
from deploy.lab.mibs.interfaces import Interface
from deploy.lab.mibs.system import system_name
from supervision.snmp import ber

LLDP = (1, 0, 8802, 1, 1, 2, 1)
LOCAL = (*LLDP, 3)
LOCAL_PORT = (*LOCAL, 7, 1)
REMOTE = (*LLDP, 4, 1, 1)

CHASSIS_MAC = 4  # LldpChassisIdSubtype macAddress
PORT_NAME = 5  # LldpPortIdSubtype interfaceName


def local_rows(device: Living) -> Rows:
    """lldpLocalSystemData and lldpLocPortTable; the port number is the ifIndex."""
    plan = device.plan
    rows: Rows = {
        (*LOCAL, 1, 0): ber.integer(CHASSIS_MAC),
        (*LOCAL, 2, 0): ber.octets(bytes.fromhex(plan.mac.replace(":", ""))),
        (*LOCAL, 3, 0): ber.octets(system_name(plan).encode()),
        (*LOCAL, 4, 0): ber.octets(plan.model.descr.encode()),
    }
    for port in plan.model.ports:
        if port.kind == "radio":
            continue
        name = ber.octets(port.name.encode())
        rows[*LOCAL_PORT, 2, port.index] = ber.integer(PORT_NAME)
        rows[*LOCAL_PORT, 3, port.index] = name
        rows[*LOCAL_PORT, 4, port.index] = name
    return rows


def remote_rows(interface: Interface) -> dict[Arcs, bytes]:
    """The lldpRemTable line of a port's neighbour; empty where no device is at the other end."""
    if interface.peer is None:
        return {}
    peer, port = interface.peer
    index = (0, interface.port.index, 1)
    return {
        (*REMOTE, 4, *index): ber.integer(CHASSIS_MAC),
        (*REMOTE, 5, *index): ber.octets(bytes.fromhex(peer.mac.replace(":", ""))),
        (*REMOTE, 6, *index): ber.integer(PORT_NAME),
        (*REMOTE, 7, *index): ber.octets(port.encode()),
        (*REMOTE, 8, *index): ber.octets(port.encode()),
        (*REMOTE, 9, *index): ber.octets(system_name(peer).encode()),
        (*REMOTE, 10, *index): ber.octets(peer.model.descr.encode()),
    }

from .addressing import Prefix
from .catalogue import NETWORK, Category, Product
from .devices import CloudMove, Device, DeviceMove, DeviceState, Origin, Owner, RoomCoverage
from .differences import Difference, DifferenceKind, DifferenceState
from .network import Link, LinkKind, Port, PortKind
from .observed import MatchedBy, ObservedDevice, ObservedNeighbour, ObservedPort, Via
from .vlans import Band, Purpose, Security, Ssid, Vlan

__all__ = [
    "NETWORK",
    "Band",
    "Category",
    "CloudMove",
    "Device",
    "DeviceMove",
    "DeviceState",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "Link",
    "LinkKind",
    "MatchedBy",
    "ObservedDevice",
    "ObservedNeighbour",
    "ObservedPort",
    "Origin",
    "Owner",
    "Port",
    "PortKind",
    "Prefix",
    "Product",
    "Purpose",
    "RoomCoverage",
    "Security",
    "Ssid",
    "Via",
    "Vlan",
]

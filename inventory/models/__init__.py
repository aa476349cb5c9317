from .addressing import Prefix
from .catalogue import Category, Product
from .devices import Device, DeviceState, RoomCoverage
from .differences import Difference, DifferenceKind, DifferenceState
from .network import Link, LinkKind, Port, PortKind
from .observed import MatchedBy, ObservedDevice, ObservedNeighbour, ObservedPort, Via

__all__ = [
    "Category",
    "Device",
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
    "Port",
    "PortKind",
    "Prefix",
    "Product",
    "RoomCoverage",
    "Via",
]

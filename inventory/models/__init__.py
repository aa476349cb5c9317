from .addressing import Prefix
from .catalogue import NETWORK, Category, Product, ProductAlias
from .custom_fields import CustomField
from .devices import CloudMove, Device, DeviceMove, DeviceState, Origin, Owner, RoomCoverage
from .differences import Difference, DifferenceKind, DifferenceState
from .files import DeviceFile, FileKind
from .kits import Kit, KitItem, KitVersion
from .network import Link, LinkKind, Port, PortKind
from .observed import MatchedBy, ObservedDevice, ObservedNeighbour, ObservedPort, Via

__all__ = [
    "NETWORK",
    "Category",
    "CloudMove",
    "CustomField",
    "Device",
    "DeviceFile",
    "DeviceMove",
    "DeviceState",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "FileKind",
    "Kit",
    "KitItem",
    "KitVersion",
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
    "ProductAlias",
    "RoomCoverage",
    "Via",
]

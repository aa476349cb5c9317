from .catalogue import Category, Product
from .devices import Device, DeviceState, RoomCoverage
from .network import Link, LinkKind, Port, PortKind

__all__ = [
    "Category",
    "Device",
    "DeviceState",
    "Link",
    "LinkKind",
    "Port",
    "PortKind",
    "Product",
    "RoomCoverage",
]

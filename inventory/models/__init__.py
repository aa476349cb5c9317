from .addressing import Prefix
from .catalogue import NETWORK, Category, Product
from .command_lines import (
    AccessState,
    Cause,
    CliAccess,
    CliCredentialScope,
    CliCredentialSet,
)
from .configuration import (
    ConfigBackup,
    ConfigBlob,
    ConfigDrift,
    ConfigFailure,
    DriftState,
    FailureReason,
)
from .devices import CloudMove, Device, DeviceMove, DeviceState, Origin, Owner, RoomCoverage
from .differences import Difference, DifferenceKind, DifferenceState
from .network import Link, LinkKind, Port, PortKind
from .observed import MatchedBy, ObservedDevice, ObservedNeighbour, ObservedPort, Via

__all__ = [
    "NETWORK",
    "AccessState",
    "Category",
    "Cause",
    "CliAccess",
    "CliCredentialScope",
    "CliCredentialSet",
    "CloudMove",
    "ConfigBackup",
    "ConfigBlob",
    "ConfigDrift",
    "ConfigFailure",
    "Device",
    "DeviceMove",
    "DeviceState",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "DriftState",
    "FailureReason",
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
    "RoomCoverage",
    "Via",
]

from .addressing import IpAddress, Prefix, PrefixRole, prefixes_to_search
from .catalogue import NETWORK, PASSIVE, Category, Product, ProductAlias
from .command_lines import AccessState, Cause, CliAccess, CliCredentialScope, CliCredentialSet
from .configuration import (
    ConfigBackup,
    ConfigBlob,
    ConfigDrift,
    ConfigFailure,
    DriftState,
    FailureReason,
)
from .custom_fields import CustomField
from .devices import (
    CloudMove,
    Device,
    DeviceMove,
    DeviceState,
    Origin,
    Owner,
    Proof,
    RoomCoverage,
    rooms_covered,
)
from .differences import Difference, DifferenceKind, DifferenceState
from .files import DeviceFile, FileKind
from .kits import Kit, KitItem, KitVersion
from .network import CableColour, CableType, Link, LinkKind, LinkRole, Port, PortKind, Side
from .observed import MatchedBy, ObservedDevice, ObservedNeighbour, ObservedPort, Via
from .push import PushPlan, PushState, PushStep, StepState
from .racks import Rack, RackPlace
from .radios import Radio, RadioBand
from .templates import ConfigTemplate, SiteSettings, TemplateVersion
from .vlans import Band, Purpose, Security, Ssid, Vlan

__all__ = [
    "NETWORK",
    "PASSIVE",
    "AccessState",
    "Band",
    "CableColour",
    "CableType",
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
    "ConfigTemplate",
    "CustomField",
    "Device",
    "DeviceFile",
    "DeviceMove",
    "DeviceState",
    "Difference",
    "DifferenceKind",
    "DifferenceState",
    "DriftState",
    "FailureReason",
    "FileKind",
    "IpAddress",
    "Kit",
    "KitItem",
    "KitVersion",
    "Link",
    "LinkKind",
    "LinkRole",
    "MatchedBy",
    "ObservedDevice",
    "ObservedNeighbour",
    "ObservedPort",
    "Origin",
    "Owner",
    "Port",
    "PortKind",
    "Prefix",
    "PrefixRole",
    "Product",
    "ProductAlias",
    "Proof",
    "Purpose",
    "PushPlan",
    "PushState",
    "PushStep",
    "Rack",
    "RackPlace",
    "Radio",
    "RadioBand",
    "RoomCoverage",
    "Security",
    "Side",
    "SiteSettings",
    "Ssid",
    "StepState",
    "TemplateVersion",
    "Via",
    "Vlan",
    "prefixes_to_search",
    "rooms_covered",
]

from .agreements import Consent, ConsentKind, supervised_sites
from .audit import AuditEntry
from .people import Role, RoleKind, User
from .places import (
    Authority,
    Community,
    Headcount,
    Level,
    Management,
    Network,
    Province,
    Room,
    RoomKind,
    Scheme,
    School,
    Site,
)
from .sessions import Session, SharedCount

__all__ = [
    "AuditEntry",
    "Authority",
    "Community",
    "Consent",
    "ConsentKind",
    "Headcount",
    "Level",
    "Management",
    "Network",
    "Province",
    "Role",
    "RoleKind",
    "Room",
    "RoomKind",
    "Scheme",
    "School",
    "Session",
    "SharedCount",
    "Site",
    "User",
    "supervised_sites",
]

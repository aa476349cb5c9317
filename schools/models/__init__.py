from .agreements import Consent, ConsentKind, supervised_sites
from .audit import AuditCheck, AuditEntry, AuditSeal, Door
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
from .tokens import ApiToken, TokenScope

__all__ = [
    "ApiToken",
    "AuditCheck",
    "AuditEntry",
    "AuditSeal",
    "Authority",
    "Community",
    "Consent",
    "ConsentKind",
    "Door",
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
    "Site",
    "TokenScope",
    "User",
    "supervised_sites",
]

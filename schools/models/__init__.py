from .agreements import Consent, ConsentKind, supervised_sites
from .audit import AuditCheck, AuditEntry, AuditSeal, Door
from .people import Role, RoleKind, User
from .places import (
    Authority,
    Community,
    Management,
    Network,
    Room,
    RoomKind,
    Scheme,
    School,
    SchoolKind,
    Site,
)
from .pupils import Headcount, IseClass, Level, Teaching
from .sessions import Session, SharedCount
from .territory import Municipality, Province
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
    "IseClass",
    "Level",
    "Management",
    "Municipality",
    "Network",
    "Province",
    "Role",
    "RoleKind",
    "Room",
    "RoomKind",
    "Scheme",
    "School",
    "SchoolKind",
    "Session",
    "SharedCount",
    "Site",
    "Teaching",
    "TokenScope",
    "User",
    "supervised_sites",
]

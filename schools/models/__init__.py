from .agreements import Consent, ConsentKind, supervised_sites
from .audit import AuditEntry
from .imports import ImportFinding, ImportKind, ImportOutcome, ImportRun, ImportState
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
from .territory import Municipality, Province

__all__ = [
    "AuditEntry",
    "Authority",
    "Community",
    "Consent",
    "ConsentKind",
    "Headcount",
    "ImportFinding",
    "ImportKind",
    "ImportOutcome",
    "ImportRun",
    "ImportState",
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
    "Site",
    "Teaching",
    "User",
    "supervised_sites",
]

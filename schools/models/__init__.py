from .agreements import Consent, ConsentKind, supervised_sites
from .audit import AuditEntry
from .invitations import Invitation, InvitationState, MailFailure
from .people import Role, User
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
from .position import Post, RoleKind
from .pupils import Headcount, IseClass, Level, Teaching
from .territory import Municipality, Province

__all__ = [
    "AuditEntry",
    "Authority",
    "Community",
    "Consent",
    "ConsentKind",
    "Headcount",
    "Invitation",
    "InvitationState",
    "IseClass",
    "Level",
    "MailFailure",
    "Management",
    "Municipality",
    "Network",
    "Post",
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

from .agreements import AgreementText, Consent, ConsentKind, supervised_sites
from .audit import AuditEntry
from .documents import Document
from .management import ManagementChoice, manages_itself
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
from .plans import PlanAnswer, PlanRemark, PlanSite, PlanState, TransitionPlan
from .pupils import Headcount, IseClass, Level, Teaching
from .territory import Municipality, Province

__all__ = [
    "AgreementText",
    "AuditEntry",
    "Authority",
    "Community",
    "Consent",
    "ConsentKind",
    "Document",
    "Headcount",
    "IseClass",
    "Level",
    "Management",
    "ManagementChoice",
    "Municipality",
    "Network",
    "PlanAnswer",
    "PlanRemark",
    "PlanSite",
    "PlanState",
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
    "TransitionPlan",
    "User",
    "manages_itself",
    "supervised_sites",
]

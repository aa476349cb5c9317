from .agreements import Consent, ConsentKind, supervised_sites
from .audit import (
    AuditCheck,
    AuditEntry,
    AuditSeal,
    Door,
)
from .calendars import (
    CalendarPeriod,
    ExceptionReason,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    PeriodKind,
    SchoolCalendar,
    Timetable,
)
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
    "CalendarPeriod",
    "Community",
    "Consent",
    "ConsentKind",
    "Door",
    "ExceptionReason",
    "Headcount",
    "IseClass",
    "Level",
    "Management",
    "Municipality",
    "Network",
    "OpeningException",
    "OpeningHours",
    "OpeningSpan",
    "PeriodKind",
    "Province",
    "Role",
    "RoleKind",
    "Room",
    "RoomKind",
    "Scheme",
    "School",
    "SchoolCalendar",
    "SchoolKind",
    "Session",
    "SharedCount",
    "Site",
    "Teaching",
    "Timetable",
    "TokenScope",
    "User",
    "supervised_sites",
]

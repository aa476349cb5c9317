from .agreements import (
    AgreementText,
    Consent,
    ConsentKind,
    supervised_sites,
)
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
from .documents import (
    Document,
)
from .imports import (
    ImportFinding,
    ImportKind,
    ImportOutcome,
    ImportRun,
    ImportState,
)
from .invitations import (
    Invitation,
    InvitationState,
    MailFailure,
)
from .management import (
    ManagementChoice,
    manages_itself,
)
from .people import (
    Role,
    User,
)
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
from .plans import (
    PlanAnswer,
    PlanRemark,
    PlanSite,
    PlanState,
    TransitionPlan,
)
from .position import (
    Post,
    RoleKind,
)
from .pupils import Headcount, IseClass, Level, Teaching
from .sessions import Session, SharedCount
from .territory import Municipality, Province
from .tokens import ApiToken, TokenScope
from .views import SavedView
from .webhooks import DeliveryState, Webhook, WebhookDelivery

__all__ = [
    "AgreementText",
    "ApiToken",
    "AuditCheck",
    "AuditEntry",
    "AuditSeal",
    "Authority",
    "CalendarPeriod",
    "Community",
    "Consent",
    "ConsentKind",
    "DeliveryState",
    "Document",
    "Door",
    "ExceptionReason",
    "Headcount",
    "ImportFinding",
    "ImportKind",
    "ImportOutcome",
    "ImportRun",
    "ImportState",
    "Invitation",
    "InvitationState",
    "IseClass",
    "Level",
    "MailFailure",
    "Management",
    "ManagementChoice",
    "Municipality",
    "Network",
    "OpeningException",
    "OpeningHours",
    "OpeningSpan",
    "PeriodKind",
    "PlanAnswer",
    "PlanRemark",
    "PlanSite",
    "PlanState",
    "Post",
    "Province",
    "Role",
    "RoleKind",
    "Room",
    "RoomKind",
    "SavedView",
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
    "TransitionPlan",
    "User",
    "Webhook",
    "WebhookDelivery",
    "manages_itself",
    "supervised_sites",
]

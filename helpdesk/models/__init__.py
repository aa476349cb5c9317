from .conversation import Attachment, Comment, EventKind, TicketEvent, VisualCheck
from .damages import DamageTicket
from .tickets import (
    CauseRole,
    Priority,
    ResolutionMode,
    Ticket,
    TicketCause,
    TicketKind,
    TicketState,
)

__all__ = [
    "Attachment",
    "CauseRole",
    "Comment",
    "DamageTicket",
    "EventKind",
    "Priority",
    "ResolutionMode",
    "Ticket",
    "TicketCause",
    "TicketEvent",
    "TicketKind",
    "TicketState",
    "VisualCheck",
]

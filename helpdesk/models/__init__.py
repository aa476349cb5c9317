from .conversation import Attachment, Comment, EventKind, TicketEvent, VisualCheck
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

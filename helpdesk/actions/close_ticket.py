from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from helpdesk.access import can_close, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def close_ticket(pk: int, *, by: User) -> Ticket:
    """End a resolved ticket for good: the school agrees, or nobody contested it."""
    ticket = lock_ticket(by, pk)
    require(can_close(by, ticket))
    ticket.state, ticket.closed_at = TicketState.CLOSED, timezone.now()
    ticket.save(update_fields=["state", "closed_at"])
    write_event(ticket, EventKind.CLOSED, by=by, at=ticket.closed_at, mode=ticket.resolution)
    record_action(
        by,
        "close_ticket",
        ticket,
        site=ticket.site,
        before={"state": TicketState.RESOLVED},
        after={"state": ticket.state},
    )
    tell(ticket)
    return ticket

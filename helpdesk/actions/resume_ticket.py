from __future__ import annotations

from typing import Any

from django.db import transaction

from helpdesk.access import can_resume, require
from helpdesk.actions.writing import PROMISED, lock_ticket, set_promise, tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


def end_wait(ticket: Ticket, by: User, kind: EventKind = EventKind.RESUMED, **data: Any) -> None:
    """Start the clock of a waiting, locked ticket again and save it: the school has answered.

    ``kind`` is ANSWERED when a visual check was answered. The caller audits and announces.
    """
    write_event(ticket, kind, by=by, **data)
    ticket.state = TicketState.IN_PROGRESS if ticket.assignee_id else TicketState.NEW
    ticket.paused_at = None
    set_promise(ticket)
    ticket.save(update_fields=["state", "paused_at", *PROMISED])


@transaction.atomic
def resume_ticket(pk: int, *, by: User) -> Ticket:
    """Stop waiting for the school: the clock runs again, the deadline moves by the pause."""
    ticket = lock_ticket(by, pk)
    require(can_resume(by, ticket))
    end_wait(ticket, by)
    record_action(
        by,
        "resume_ticket",
        ticket,
        site=ticket.site,
        before={"state": TicketState.WAITING},
        after={"state": ticket.state},
    )
    tell(ticket)
    return ticket

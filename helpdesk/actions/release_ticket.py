from __future__ import annotations

from django.db import transaction

from helpdesk.access import can_release, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User

TRACELESS = (EventKind.TAKEN, EventKind.RELEASED)


@transaction.atomic
def release_ticket(pk: int, *, by: User) -> Ticket:
    """Give a ticket back to the queue; also undoes :func:`take_ticket`.

    A ticket that was only taken and given back counts as untouched again, so that a fault which
    mends itself may still close it.
    """
    ticket = lock_ticket(by, pk)
    require(can_release(by, ticket))
    before = {"state": ticket.state, "assignee": ticket.assignee_id}
    ticket.assignee = None
    if ticket.state == TicketState.IN_PROGRESS:
        ticket.state = TicketState.NEW
    acted = ticket.events.exclude(actor=None).exclude(kind__in=TRACELESS)
    ticket.touched = ticket.opened_by_id is not None or acted.exists() or ticket.comments.exists()
    ticket.save(update_fields=["assignee", "state", "touched"])
    write_event(ticket, EventKind.RELEASED, by=by)
    record_action(
        by,
        "release_ticket",
        ticket,
        site=ticket.site,
        before=before,
        after={"state": ticket.state, "assignee": None},
    )
    tell(ticket)
    return ticket

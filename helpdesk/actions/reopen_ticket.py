from __future__ import annotations

from django.db import transaction

from helpdesk.access import can_reopen, require
from helpdesk.actions.writing import (
    PROMISED,
    journal_why,
    lock_ticket,
    set_promise,
    tell,
    write_event,
)
from helpdesk.models import EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


def put_back(ticket: Ticket) -> None:
    """Make a resolved or closed, locked ticket live again and save it. The clock counts on from
    where it stopped: the event that says why must be written first."""
    ticket.state = TicketState.IN_PROGRESS if ticket.assignee_id else TicketState.NEW
    ticket.resolved_at = ticket.closed_at = None
    ticket.resolution = ""
    set_promise(ticket)
    ticket.save(update_fields=["state", "resolved_at", "closed_at", "resolution", *PROMISED])


@transaction.atomic
def reopen_ticket(pk: int, *, by: User, why: str = "") -> Ticket:
    """Contest a resolution, or take it back; also undoes :func:`resolve_ticket`."""
    ticket = lock_ticket(by, pk)
    require(can_reopen(by, ticket))
    before = {"state": ticket.state, "resolution": ticket.resolution}
    write_event(ticket, EventKind.REOPENED, by=by, why=why)
    ticket.touched = True
    ticket.save(update_fields=["touched"])
    put_back(ticket)
    record_action(
        by,
        "reopen_ticket",
        ticket,
        site=ticket.site,
        before=before,
        after={"state": ticket.state},
        why=journal_why(ticket, why),
    )
    tell(ticket)
    return ticket

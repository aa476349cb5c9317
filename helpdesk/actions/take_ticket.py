from __future__ import annotations

from django.db import transaction

from helpdesk.access import can_take, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def take_ticket(pk: int, *, by: User) -> Ticket:
    """Make a ticket one's own. Of two people at once one wins, the other reads who did.

    Raises Ticket.DoesNotExist where unseen, ActionRefused with the reason.
    """
    ticket = lock_ticket(by, pk)
    if ticket.assignee_id == by.pk and ticket.state in TicketState.live():
        return ticket  # a second click
    require(can_take(by, ticket))
    before = ticket.state
    ticket.assignee = by
    ticket.touched = True
    if ticket.state == TicketState.NEW:
        ticket.state = TicketState.IN_PROGRESS
    ticket.save(update_fields=["assignee", "touched", "state"])
    write_event(ticket, EventKind.TAKEN, by=by)
    record_action(
        by,
        "take_ticket",
        ticket,
        site=ticket.site,
        before={"state": before, "assignee": None},
        after={"state": ticket.state, "assignee": by.pk},
    )
    tell(ticket)
    return ticket

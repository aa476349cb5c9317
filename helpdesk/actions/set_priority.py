from __future__ import annotations

from django.db import transaction

from helpdesk.access import can_set_priority, require
from helpdesk.actions.writing import (
    PROMISED,
    journal_why,
    lock_ticket,
    set_promise,
    tell,
    write_event,
)
from helpdesk.models import EventKind, Priority, Ticket
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def set_priority(pk: int, priority: int, *, by: User, why: str = "") -> Ticket:
    """Change the priority, hence the promise and the deadline. Raises ValueError off the scale."""
    ticket = lock_ticket(by, pk)
    require(can_set_priority(by, ticket))
    new, old = Priority(priority), ticket.priority
    if new == old:
        return ticket
    ticket.priority, ticket.touched = new, True
    set_promise(ticket)
    ticket.save(update_fields=["priority", "touched", *PROMISED])
    write_event(ticket, EventKind.PRIORITY, by=by, old=old, new=int(new), why=why)
    record_action(
        by,
        "set_priority",
        ticket,
        site=ticket.site,
        before={"priority": old},
        after={"priority": int(new)},
        why=journal_why(ticket, why),
    )
    tell(ticket)
    return ticket

"""A resolved ticket that nobody contests closes by itself after the quiet days."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from helpdesk.actions.writing import tell, write_event
from helpdesk.models import EventKind, Ticket, TicketState
from helpdesk.service import service
from schools.actions.audit import record_action

BATCH = 200


@transaction.atomic
def close_quiet_tickets(now: dt.datetime | None = None) -> int:
    """Close a batch of them; returns how many. Any number of workers may run it at once."""
    now = now or timezone.now()
    quiet = list(
        Ticket.objects.filter(state=TicketState.RESOLVED, resolved_at__lte=now - service().quiet)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("site")
        .order_by("pk")[:BATCH]
    )
    for ticket in quiet:
        ticket.state, ticket.closed_at = TicketState.CLOSED, now
        ticket.save(update_fields=["state", "closed_at"])
        write_event(ticket, EventKind.CLOSED, at=now, mode=ticket.resolution, quiet=True)
        record_action(
            None,
            "close_quiet_ticket",
            ticket,
            site=ticket.site,
            before={"state": TicketState.RESOLVED},
            after={"state": ticket.state},
        )
        tell(ticket)
    return len(quiet)

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from helpdesk.actions.retell_ticket import live_root, retell_ticket
from helpdesk.actions.writing import read_locked, tell, write_event
from helpdesk.models import CauseRole, EventKind, Ticket, TicketCause, TicketState
from schools.actions.audit import record_action
from supervision.models import Incident, IncidentState


def follow_causes(now: dt.datetime, batch: int) -> int:
    """Consequences that supervision has raised by themselves: their cause is over, they are not.

    The first one becomes the cause of its ticket. Any other (or one whose ticket is done, or still
    has a live cause) is a fault of its own and parts from the ticket: the next pull opens its own.
    """
    raised = TicketCause.objects.filter(
        role=CauseRole.EFFECT, incident__state=IncidentState.OPEN, incident__root=None
    )
    tickets = list(raised.order_by("ticket").values_list("ticket", flat=True).distinct()[:batch])
    return sum(_follow(pk, now) for pk in tickets)


@transaction.atomic
def _follow(ticket_pk: int, now: dt.datetime) -> int:
    ticket = read_locked(ticket_pk)
    raised = list(
        ticket.causes.filter(
            role=CauseRole.EFFECT, incident__state=IncidentState.OPEN, incident__root=None
        )
        .select_related("incident__device__product", "incident__check_row")
        .order_by("incident__began_at", "pk")
    )
    if not raised:
        return 0
    count = len(raised)
    if ticket.state in TicketState.live() and live_root(ticket) is None:
        _lead(ticket, raised.pop(0), now)
    for cause in raised:
        _part(ticket, cause, now)
    retell_ticket(ticket)
    tell(ticket)
    return count


def _lead(ticket: Ticket, cause: TicketCause, now: dt.datetime) -> None:
    """The consequence is the cause from now on: in the panel, the title, the history."""
    TicketCause.objects.filter(pk=cause.pk).update(role=CauseRole.ROOT)
    facts = _facts(cause.incident)
    write_event(ticket, EventKind.CAUSE, at=now, **facts)
    record_action(None, "change_cause", ticket, site=ticket.site, after=facts)


def _part(ticket: Ticket, cause: TicketCause, now: dt.datetime) -> None:
    """The fault leaves with its own consequences; the history keeps that they were here."""
    leaving = Q(incident=cause.incident_id) | Q(incident__root=cause.incident_id)
    ticket.causes.filter(leaving, role=CauseRole.EFFECT).delete()
    facts = _facts(cause.incident)
    write_event(ticket, EventKind.CAUSE, at=now, parted=True, **facts)
    record_action(None, "part_fault", ticket, site=ticket.site, after=facts)


def _facts(incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident.pk,
        "reference": incident.reference,
        "device": incident.device.name,
        "category": incident.device.product.category,
        "began_at": incident.began_at.isoformat(),
    }

from __future__ import annotations

import datetime as dt

from django.db import transaction

from helpdesk.actions.retell_ticket import retell_ticket
from helpdesk.actions.writing import clock_start, read_locked, tell, write_event
from helpdesk.models import (
    CauseRole,
    EventKind,
    ResolutionMode,
    Ticket,
    TicketCause,
    TicketState,
)
from schools.actions.audit import record_action
from supervision.models import IncidentState


def write_recoveries(now: dt.datetime, batch: int) -> int:
    """Write ended incidents to their tickets, each once; close the tickets nobody touched.

    A ticket closes by itself only when every one of its causes has recovered and no person has
    acted on it. Otherwise the recovery is a line of its history, and the technician decides.
    """
    ended = TicketCause.objects.filter(recovered_at=None, incident__state=IncidentState.CLOSED)
    tickets = list(ended.order_by("ticket").values_list("ticket", flat=True).distinct()[:batch])
    return sum(_write(pk, now) for pk in tickets)


@transaction.atomic
def _write(ticket_pk: int, now: dt.datetime) -> int:
    free = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_pk)
    if not free.values_list("pk", flat=True):  # somebody works on it: the next tick
        return 0
    ticket = read_locked(ticket_pk)
    causes = list(
        ticket.causes.filter(recovered_at=None, incident__state=IncidentState.CLOSED)
        .select_related("incident__device__product", "incident__check_row")
        .order_by("pk")
    )
    if not causes:
        return 0
    ticket.causes.filter(pk__in=[cause.pk for cause in causes]).update(recovered_at=now)
    roots = [cause for cause in causes if cause.role == CauseRole.ROOT]
    causes.sort(key=lambda cause: cause.role != CauseRole.ROOT)
    ended = max(cause.incident.closed_at or now for cause in causes)
    write_event(
        ticket,
        EventKind.RECOVERED,
        at=ended,
        devices=[cause.incident.device.name for cause in causes],
        references=[cause.incident.reference for cause in roots],
        root=bool(roots),
        lasted_s=max(
            int(((c.incident.closed_at or now) - c.incident.began_at).total_seconds())
            for c in causes
        ),
    )
    if not ticket.causes.filter(recovered_at=None).exists():
        _close_if_untouched(ticket, now)
    retell_ticket(ticket)
    record_action(
        None,
        "write_recovery",
        ticket,
        site=ticket.site,
        after={"state": ticket.state, "incidents": [cause.incident_id for cause in causes]},
    )
    tell(ticket)
    return len(causes)


def _close_if_untouched(ticket: Ticket, now: dt.datetime) -> None:
    changed = Ticket.objects.filter(
        pk=ticket.pk, touched=False, state__in=TicketState.live()
    ).update(
        state=TicketState.CLOSED,
        resolution=ResolutionMode.BY_ITSELF,
        resolved_at=now,
        closed_at=now,
        paused_at=None,
    )
    if changed:
        ticket.state = TicketState.CLOSED
        lasted = int((now - clock_start(ticket)).total_seconds())
        mode = ResolutionMode.BY_ITSELF.value
        write_event(ticket, EventKind.CLOSED, at=now, mode=mode, lasted_s=lasted)

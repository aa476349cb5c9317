from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from helpdesk.actions.retell_ticket import retell_ticket
from helpdesk.actions.writing import read_locked, tell, write_event
from helpdesk.models import CauseRole, EventKind, TicketCause
from schools.actions.audit import record_action
from supervision.models import Incident

Row = tuple[int, str, str, int]
"""Incident, device name, category, root incident."""


@transaction.atomic
def attach_consequences(now: dt.datetime, batch: int) -> int:
    """Tie live incidents to the ticket of their root: one history line per ticket and batch.

    More rooms touched may change the title and the priority of a ticket that nobody has touched.
    """
    answered = TicketCause.objects.filter(incident=OuterRef("pk"))
    root_answered = TicketCause.objects.filter(incident=OuterRef("root"))
    claimed = list(
        Incident.objects.live()
        .filter(Exists(root_answered), ~Exists(answered), root__isnull=False)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
        .values_list("pk", "device__name", "device__product__category", "root")[:batch]
    )
    taken = set(
        TicketCause.objects.filter(incident__in=[row[0] for row in claimed]).values_list(
            "incident", flat=True
        )
    )
    rows: list[Row] = [
        (pk, name, category, root)
        for pk, name, category, root in claimed
        if pk not in taken and root is not None
    ]
    tickets = dict(
        TicketCause.objects.filter(incident__in={row[3] for row in rows}).values_list(
            "incident", "ticket"
        )
    )
    by_ticket: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_ticket[tickets[row[3]]].append(row)
    for pk in sorted(by_ticket):
        _attach(pk, by_ticket[pk], now)
    return len(rows)


def _attach(ticket_pk: int, rows: list[Row], now: dt.datetime) -> None:
    ticket = read_locked(ticket_pk)
    TicketCause.objects.bulk_create(
        [
            TicketCause(ticket=ticket, incident_id=pk, role=CauseRole.EFFECT, linked_at=now)
            for pk, _name, _category, _root in rows
        ],
        ignore_conflicts=True,
    )
    facts: dict[str, Any] = {
        "incidents": [pk for pk, _name, _category, _root in rows],
        "devices": [name for _pk, name, _category, _root in rows],
        "counts": dict(Counter(category for _pk, _name, category, _root in rows)),
        "roots": sorted({root for _pk, _name, _category, root in rows}),
    }
    write_event(ticket, EventKind.ATTACHED, at=now, **facts)
    retell_ticket(ticket)
    record_action(None, "attach_consequences", ticket, site=ticket.site, after=facts)
    tell(ticket)

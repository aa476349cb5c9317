"""Figures of incidents and tickets: one query each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q
from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from helpdesk.models import Ticket, TicketCause
from supervision.models import Incident


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Incidents by service and severity, tickets by state and priority, what is overdue."""
    yield families.INCIDENTS.family(_incidents())
    yield families.INCIDENTS_WITHOUT_TICKET.single(
        Incident.objects.raised()
        .filter(~Exists(TicketCause.objects.filter(incident=OuterRef("pk"))))
        .count()
    )
    open_tickets = Ticket.objects.open().order_by()
    states = open_tickets.values_list("state", "priority").annotate(n=Count("pk"))
    yield families.TICKETS.family(((state, str(priority)), n) for state, priority, n in states)
    late = open_tickets.filter(due_at__lt=now, paused_at=None)
    yield families.OVERDUE.family(
        ((str(priority),), n)
        for priority, n in late.values_list("priority").annotate(n=Count("pk"))
    )


def _incidents() -> Iterator[families.Row]:
    live = Incident.objects.live().order_by().annotate(is_root=Q(root=None))
    rows = live.values_list("service", "severity", "is_root").annotate(n=Count("pk"))
    for service, severity, is_root, n in rows:
        yield (service, severity, "root" if is_root else "effect"), n

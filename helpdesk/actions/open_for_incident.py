from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from helpdesk.actions.reopen_ticket import put_back
from helpdesk.actions.retell_ticket import retell_ticket
from helpdesk.actions.writing import read_locked, set_promise, tell, write_event
from helpdesk.models import CauseRole, EventKind, Ticket, TicketCause, TicketState
from helpdesk.reach import Touched
from helpdesk.rules import Past, Report, is_relapse, priority_of, same_matter
from helpdesk.service import service
from helpdesk.wording import fault_title
from schools.actions.audit import record_action
from supervision.models import Incident


def open_for_incident(incident: Incident, touched: Touched, now: dt.datetime) -> bool | None:
    """Give a raised incident its ticket: True a new one, False one that exists, None lost a race.

    In this order: the ticket of the same check if this is a relapse, the ticket of a fault that
    turns out to be its consequence, a person's report about the same thing, a new ticket.
    """
    try:
        with transaction.atomic():
            ticket, how = _existing(incident, touched)
            if ticket is None:
                _open_new(incident, touched, now)
                return True
            _join(ticket, incident, touched, how, now)
            return False
    except IntegrityError:
        # The OneToOne of the cause: another worker answered for it first. Ours is undone.
        if TicketCause.objects.filter(incident=incident).exists():
            return None
        raise


def _existing(incident: Incident, touched: Touched) -> tuple[Ticket | None, str]:
    if ticket := _relapsed(incident):
        return ticket, "relapsed"
    if ticket := _of_a_consequence(incident):
        return ticket, "deeper"
    return _reported(incident, touched), "joined"


def _open_new(incident: Incident, touched: Touched, now: dt.datetime) -> Ticket:
    ticket = Ticket(
        site=incident.site,
        title=fault_title(incident, touched),
        priority=_priority(incident, touched),
        room=incident.device.room,
        device=incident.device,
        opened_at=now,
        detected_at=min(incident.began_at, now),
    )
    set_promise(ticket)
    ticket.save()
    _link(ticket, incident, now)
    write_event(ticket, EventKind.OPENED, at=now)
    record_action(None, "open_ticket", ticket, site=incident.site, after=_facts(incident))
    tell(ticket)
    return ticket


def _join(ticket: Ticket, incident: Incident, touched: Touched, how: str, now: dt.datetime) -> None:
    """Let a ticket that exists answer for the incident; it never becomes less urgent by it."""
    before = {"state": ticket.state, "priority": ticket.priority}
    ticket.priority = min(ticket.priority, _priority(incident, touched))
    ticket.detected_at = min(ticket.detected_at or now, incident.began_at)
    ticket.device = ticket.device or incident.device
    if how == "deeper":
        ticket.causes.update(role=CauseRole.EFFECT)
        if not ticket.touched:
            ticket.device, ticket.title = incident.device, fault_title(incident, touched)
    _link(ticket, incident, now)
    if how == "relapsed":
        write_event(ticket, EventKind.RELAPSED, at=now, **_facts(incident))
    elif how == "joined":
        write_event(ticket, EventKind.JOINED, at=now, **_facts(incident))
    set_promise(ticket)
    ticket.save()
    if ticket.state not in TicketState.live():
        put_back(ticket)
    retell_ticket(ticket)
    after = {"state": ticket.state, "priority": ticket.priority, **_facts(incident)}
    action = f"join_incident:{how}"
    record_action(None, action, ticket, site=ticket.site, before=before, after=after)
    tell(ticket)


def _link(ticket: Ticket, incident: Incident, now: dt.datetime) -> None:
    TicketCause.objects.create(ticket=ticket, incident=incident, role=CauseRole.ROOT, linked_at=now)
    write_event(ticket, EventKind.CONFIRMED, at=incident.confirmed_at, **_facts(incident))


def _facts(incident: Incident) -> dict[str, Any]:
    """What the history keeps of an incident, readable when its rows are gone."""
    return {
        "incident": incident.pk,
        "reference": incident.reference,
        "device": incident.device.name,
        "category": incident.device.product.category,
        "check": incident.check_row.key,
        "service": incident.service,
        "severity": incident.severity,
        "began_at": incident.began_at.isoformat(),
        "detail": incident.detail,
    }


def _priority(incident: Incident, touched: Touched) -> int:
    return priority_of(
        incident.service,
        incident.severity,
        touched.reach,
        rooms_high=service().rooms_high,
        sites=service().major_sites,
    )


def _relapsed(incident: Incident) -> Ticket | None:
    """The last ticket whose root cause was this same check, if the fault is the same one."""
    last = (
        TicketCause.objects.filter(incident__check_row=incident.check_row_id, role=CauseRole.ROOT)
        .exclude(incident=incident)
        .order_by("-linked_at", "-pk")
        .values_list("ticket", flat=True)
        .first()
    )
    if last is None:
        return None
    ticket = read_locked(last)
    past = Past(ticket.state, ticket.touched, ticket.closed_at or ticket.resolved_at)
    return ticket if is_relapse(past, incident.began_at, service().relapse) else None


def _of_a_consequence(incident: Incident) -> Ticket | None:
    """The open ticket of a fault that was raised before its true cause was known."""
    found = (
        TicketCause.objects.filter(incident__root=incident, ticket__state__in=TicketState.live())
        .order_by("ticket")
        .values_list("ticket", flat=True)
        .first()
    )
    return read_locked(found) if found else None


def _reported(incident: Incident, touched: Touched) -> Ticket | None:
    """A person's open report at that site about the same thing, not yet tied to a cause."""
    reports = (
        Ticket.objects.open()
        .filter(site=incident.site_id, causes=None)
        .exclude(opened_by=None)
        .filter(Q(device__isnull=False) | ~Q(subject=""))
        .order_by("pk")
    )
    for pk, subject, room, device in reports.values_list("pk", "subject", "room", "device"):
        report = Report(incident.site_id, subject, room, device)
        if same_matter(report, touched.fault):
            ticket = read_locked(pk)
            return ticket if ticket.state in TicketState.live() else None
    return None

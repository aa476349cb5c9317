"""What every action on a ticket does besides its own verb: lock, count, tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from helpdesk.clock import PAUSES, RUNS, Mark, pauses_of
from helpdesk.hours import hours_of
from helpdesk.models import EventKind, Ticket, TicketEvent
from helpdesk.service import service
from schools.actions.pin_timetable import pin_timetable
from schools.calendars.hours import deadline
from schools.live import announce
from schools.models import User

PROMISED = ("timetable", "promise_s", "due_at")
"""What :func:`set_promise` writes."""


def lock_ticket(user: User, pk: int) -> Ticket:
    """The ticket, locked, if the person sees it. Raises Ticket.DoesNotExist otherwise."""
    seen = Ticket.objects.visible_to(user)
    return read_locked(seen.select_for_update(of=("self",)).values_list("pk", flat=True).get(pk=pk))


def read_locked(pk: int) -> Ticket:
    """Lock a ticket, then read it with its people and place.

    Two statements: one that waits for a lock while joining would see the ticket after the other
    transaction, but the joined rows as they were before it.
    """
    Ticket.objects.select_for_update().values_list("pk", flat=True).get(pk=pk)
    return Ticket.objects.select_related("site__school", "assignee", "device__product").get(pk=pk)


def write_event(
    ticket: Ticket,
    kind: EventKind,
    *,
    by: User | None = None,
    at: dt.datetime | None = None,
    internal: bool = False,
    **data: Any,
) -> TicketEvent:
    """Append one fact to the ticket's history. ``by`` None: the platform."""
    return TicketEvent.objects.create(
        ticket=ticket,
        kind=kind,
        at=at or timezone.now(),
        actor=by,
        actor_text=by.full_name if by else "",
        internal=internal,
        data=data,
    )


def journal_why(ticket: Ticket, why: str) -> str:
    """The reason as the journal may keep it, which is never rewritten: that of a ticket about a
    pupil's device stays in the ticket's own history, which can forget (``forget_pupil``)."""
    return "" if ticket.damages.exists() else why


def marks_of(ticket: Ticket) -> list[Mark]:
    """The events that stop or start the ticket's clock."""
    rows = ticket.events.filter(kind__in=PAUSES | RUNS).order_by("at", "pk")
    return [Mark(at, kind) for at, kind in rows.values_list("at", "kind")]


def clock_start(ticket: Ticket) -> dt.datetime:
    """From when the promise counts: what supervision saw, else what a person reported."""
    return min(ticket.opened_at, ticket.detected_at or ticket.opened_at)


def set_promise(ticket: Ticket) -> None:
    """Give the ticket the promise of its priority and compute its deadline (not saved).

    The first time it also keeps the timetable of that moment: a later correction of a calendar
    moves no promise already made. While the clock is stopped the deadline is unknown: the last
    known one stays, for order.
    """
    if ticket.timetable_id is None:
        ticket.timetable = pin_timetable(ticket.site, timezone.localdate(ticket.opened_at))
    promise = service().promise(ticket.priority)
    ticket.promise_s = int(promise.total_seconds())
    pauses = pauses_of(marks_of(ticket)) if ticket.pk else []
    due = deadline(clock_start(ticket), promise, hours_of(ticket), pauses)
    ticket.due_at = due or ticket.due_at


def tell(ticket: Ticket) -> None:
    """Announce on commit that the ticket changed."""
    announce("ticket", ticket.pk, site=ticket.site_id)

"""Tickets as the pages show them: cause, clock, state. A constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.actions.writing import clock_start
from helpdesk.clock import left_until
from helpdesk.hours import clock_hours
from helpdesk.models import CauseRole, Ticket, TicketCause, TicketState
from helpdesk.wording import Badge, badge_of, short_fault
from schools.calendars.hours import Hours, is_open
from supervision.models import CheckState, Incident, IncidentState

ZERO_S = 0


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A repair clock for ``{% clk %}``: seconds of service time left and promised."""

    left_s: int
    total_s: int
    paused: bool
    running: bool
    deadline: str
    due_at: dt.datetime | None


def clock_of(ticket: Ticket, now: dt.datetime, hours: Hours) -> ClockShown | None:
    """The clock of a live ticket over its hours; None once it is resolved."""
    if ticket.state not in TicketState.live() or ticket.promise_s is None:
        return None
    due = ticket.due_at
    left = int(left_until(due, now, hours).total_seconds()) if due else ZERO_S
    return ClockShown(
        left_s=left,
        total_s=ticket.promise_s,
        paused=ticket.paused_at is not None,
        running=is_open(now, hours),
        deadline=_("échéance %(time)s") % {"time": due_words(due, now)} if due else "",
        due_at=due,
    )


def due_words(due: dt.datetime, now: dt.datetime) -> str:
    """``13:34`` today, ``25/11 08:10`` another day."""
    local, today = timezone.localtime(due), timezone.localtime(now).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%d/%m}\u00a0{local:%H:%M}"


@dataclass(frozen=True, slots=True)
class CauseShown:
    """The cause of a ticket in a line: state key, words, second line."""

    key: str
    text: str
    sub: str
    incident: Incident | None = None
    masked: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of a list."""

    ticket: Ticket
    badge: Badge
    cause: CauseShown
    clock: ClockShown | None

    @property
    def since(self) -> dt.datetime:
        """From when the school has had the problem."""
        return clock_start(self.ticket)


def rows_of(tickets: Sequence[Ticket], now: dt.datetime) -> list[Row]:
    """The rows of tickets that were read with their site, people and device."""
    roots, masked, open_causes = causes_of([ticket.pk for ticket in tickets])
    hours = clock_hours(tickets)
    return [
        Row(
            ticket=ticket,
            badge=badge_of(ticket, recovered=ticket.pk in roots and not open_causes[ticket.pk]),
            cause=cause_shown(ticket, roots.get(ticket.pk), masked[ticket.pk]),
            clock=clock_of(ticket, now, hours[ticket.pk]),
        )
        for ticket in tickets
    ]


def causes_of(
    tickets: Sequence[int],
) -> tuple[dict[int, Incident], Counter[int], Counter[int]]:
    """Per ticket: the incident it is about (see ``leads``), how many alarms it masks, and how many
    of its causes have not recovered."""
    roots: dict[int, Incident] = {}
    masked: Counter[int] = Counter()
    unrecovered: Counter[int] = Counter()
    rows = (
        TicketCause.objects.filter(ticket__in=tickets)
        .select_related(
            "incident__device__product", "incident__check_row__target", "incident__root"
        )
        .order_by("linked_at", "pk")
    )
    causes: dict[int, list[TicketCause]] = defaultdict(list)
    for cause in rows:
        causes[cause.ticket_id].append(cause)
        unrecovered[cause.ticket_id] += cause.incident.state != IncidentState.CLOSED
    for ticket, found in causes.items():
        masked[ticket] = len(masked_by(found))
        if leading := leads(found):
            roots[ticket] = leading[0]
    return roots, masked, unrecovered


def leads(causes: Sequence[TicketCause]) -> list[Incident]:
    """What a ticket is about: its live causes, the latest first; while none lives, the
    consequences that outlast them; then what is over. Reads the incident and its root."""
    live: list[Incident] = []
    left: list[Incident] = []
    over: list[Incident] = []
    for cause in reversed(causes):
        incident = cause.incident
        if cause.role == CauseRole.ROOT:
            (over if incident.state == IncidentState.CLOSED else live).append(incident)
        elif outlives(incident):
            left.append(incident)
    return [*live, *([] if live else left), *over]


def masked_by(causes: Sequence[TicketCause]) -> dict[int, Incident]:
    """Device → the consequence that the cause explains now; once all is over, those it explained.

    A device counts once, however often the fault came back.
    """
    effects = [c.incident for c in causes if c.role == CauseRole.EFFECT]
    live = [i for i in effects if i.state != IncidentState.CLOSED]
    over = all(c.incident.state == IncidentState.CLOSED for c in causes)
    return {i.device_id: i for i in (effects if over else live) if over or not outlives(i)}


def outlives(incident: Incident) -> bool:
    """Whether a consequence still fails though nothing that lasts explains it."""
    if incident.state == IncidentState.CLOSED:
        return False
    return incident.root is None or incident.root.state == IncidentState.CLOSED


def cause_shown(ticket: Ticket, incident: Incident | None, masked: int) -> CauseShown:
    """The cause in words, or that nothing was measured."""
    if incident is None:
        by = ticket.opened_by
        told = _("décrit par %(name)s") % {"name": by.full_name} if by else ""
        return CauseShown("unknown", _("Sans cause mesurée"), told)
    if ticket.site.is_decentralised:
        sub = _("gérée par l’école")
    elif masked:
        sub = ngettext("masque %(n)d alerte", "masque %(n)d alertes", masked) % {"n": masked}
    else:
        began = timezone.localtime(incident.began_at)
        sub = _("depuis %(time)s") % {"time": f"{began:%H:%M}"}
    return CauseShown(tone_of(incident), short_fault(incident), sub, incident, masked)


def tone_of(incident: Incident) -> str:
    """The interface's state key of an incident."""
    if incident.state == IncidentState.CLOSED:
        return "ok"
    if incident.check_row.state == CheckState.RECOVERING:
        return "recover"
    if incident.root_id:
        return "effect"
    return "degraded" if incident.severity == "degraded" else "down"

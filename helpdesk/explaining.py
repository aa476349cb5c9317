"""Why a clock says what it says: promise, counted time, pauses, deadline, as words and a bar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.actions.writing import clock_start, marks_of
from helpdesk.clock import pauses_of
from helpdesk.hours import hours_of
from helpdesk.models import Ticket, TicketState
from helpdesk.service import service
from schools.calendars.hours import ZERO, Hours, Pause, deadline, elapsed
from schools.calendars.timetables import timetables
from schools.calendars.year_words import opening_words, unknown_words, versions_words, week_words

WIDTH = 1000
"""Width of the bar's drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of the bar: ``kind`` is ``done``, ``left``, ``late`` or ``off`` (not counted)."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of one clock."""

    start: dt.datetime
    now: dt.datetime
    due: dt.datetime | None
    promise: dt.timedelta
    counted: dt.timedelta
    paused: dt.timedelta
    off: dt.timedelta
    """Time gone by outside service hours."""
    closed: dt.timedelta
    """Service hours gone by while the school was closed."""
    segments: tuple[Segment, ...]
    now_x: float
    rules: tuple[str, ...]
    """Which hours count, by which versions, and what nobody knows yet: sentences."""

    @property
    def late(self) -> bool:
        return self.counted > self.promise


def why(ticket: Ticket, now: dt.datetime) -> Why | None:
    """Explain the clock of a live ticket, from its events; None once it is resolved."""
    if ticket.state not in TicketState.live() or ticket.promise_s is None:
        return None
    hours = hours_of(ticket)
    start, promise = clock_start(ticket), dt.timedelta(seconds=ticket.promise_s)
    pauses = pauses_of(marks_of(ticket))
    used = elapsed(start, now, hours, pauses)
    open_time = elapsed(start, now, hours)
    served = elapsed(start, now, service().hours)
    due = deadline(start, promise, hours, pauses)
    end = max(now, due or ticket.due_at or now)
    return Why(
        start=start,
        now=now,
        due=due,
        promise=promise,
        counted=used,
        paused=open_time - used,
        off=now - start - served,
        closed=served - open_time,
        segments=_segments(start, now, (due, end), pauses, hours),
        now_x=_x(now, start, end),
        rules=tuple(_rules(ticket, start, end)),
    )


def _rules(ticket: Ticket, start: dt.datetime, end: dt.datetime) -> list[str]:
    """What the clock of this ticket counts, in sentences."""
    words = {"hours": week_words(service().hours.week), "version": service().version}
    found = [
        _(
            "Comptent les heures du service (%(hours)s, hors jours fériés belges) quand l’école est"
            " ouverte. Engagements, version %(version)s."
        )
        % words
    ]
    if ticket.timetable_id:
        known = timetables([ticket.timetable_id])[ticket.timetable_id]
        first, last = timezone.localdate(start), timezone.localdate(end)
        found.append(opening_words(known))
        found += versions_words(known, first, last)
        found += unknown_words(known, first, last)
    else:
        found.append(
            _("Ce ticket date d’avant les calendriers : les heures du service comptent seules.")
        )
    found.append(_("L’attente d’une réponse de l’école met le délai en pause."))
    return found


def _x(at: dt.datetime, start: dt.datetime, end: dt.datetime) -> float:
    whole = (end - start).total_seconds() or 1
    return round(WIDTH * min(max((at - start).total_seconds() / whole, 0), 1), 1)


def _segments(
    start: dt.datetime,
    now: dt.datetime,
    ends: tuple[dt.datetime | None, dt.datetime],
    pauses: list[Pause],
    hours: Hours,
) -> tuple[Segment, ...]:
    """The bar from the beginning to the deadline (or now, when later), in real time.

    ``ends``: the deadline, None while nobody knows it, and the end of the bar.
    """
    due, end = ends
    cuts = {start, end, now} | ({due} if due else set())
    day = timezone.localtime(start).date()
    for step in range((end - start).days + 2):
        for interval in hours.of_day(day + dt.timedelta(days=step)):
            cuts.update(interval)
    for pause in pauses:
        cuts.update(pause.until(now))
    marks = sorted(at for at in cuts if start <= at <= end)
    found: list[Segment] = []
    for a, b in pairwise(marks):
        works = elapsed(a, b, hours, pauses) > ZERO
        if not works:
            kind = "off"
        elif b <= now:
            kind = "late" if due and a >= due else "done"
        else:
            kind = "left"
        x, right = _x(a, start, end), _x(b, start, end)
        if found and found[-1].kind == kind:
            found[-1] = Segment(kind, found[-1].x, round(right - found[-1].x, 1))
        else:
            found.append(Segment(kind, x, round(right - x, 1)))
    return tuple(found)

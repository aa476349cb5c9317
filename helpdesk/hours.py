"""Over which hours a ticket's clock runs: the service's, where the school is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

from helpdesk.models import Ticket
from helpdesk.service import service
from schools.calendars.hours import Hours, intersection
from schools.calendars.timetables import OPENED, SiteHours, hours_in_force, timetables
from schools.models import Site


def clock_hours(tickets: Iterable[Ticket]) -> Mapping[int | None, Hours]:
    """Ticket → its hours, by the timetable that each has kept. Reads the site.

    A ticket from before timetables were kept counts the service's hours alone, as it did then.
    """
    rows = list(tickets)
    known = timetables(ticket.timetable_id for ticket in rows if ticket.timetable_id)
    return {
        ticket.pk: _at(known[ticket.timetable_id], ticket.site.closed_on)
        if ticket.timetable_id
        else service().hours
        for ticket in rows
    }


def hours_of(ticket: Ticket) -> Hours:
    """The hours of one ticket, saved or not."""
    return clock_hours([ticket])[ticket.pk]


def hours_at(site: Site, day: dt.date) -> Hours:
    """What a ticket opened there today would count."""
    return _at(hours_in_force(site, day), site.closed_on)


@lru_cache(maxsize=OPENED)
def _at(known: SiteHours, closed_on: dt.date | None) -> Hours:
    return intersection(service().hours, known.hours(closed_on))

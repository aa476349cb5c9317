from __future__ import annotations

import datetime as dt

from schools.calendars.timetables import calendars_in_force, opening_in_force
from schools.models import Site, Timetable


def pin_timetable(site: Site, day: dt.date) -> Timetable:
    """The row that holds what counts for a site now; the same combination is made once.

    Whoever keeps it (a ticket) can explain its figures after any later correction.
    """
    community = site.school.community
    made, _new = Timetable.objects.get_or_create(
        community=community,
        opening_id=opening_in_force(site.pk),
        calendars=calendars_in_force(community, day),
    )
    return made

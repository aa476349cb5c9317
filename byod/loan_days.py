"""The school calendar, as loans ask it."""

from __future__ import annotations

import datetime as dt

from byod.rules.loans.due import Open, end_of_year, next_open
from schools.calendars.timetables import hours_in_force
from schools.models import Site


def open_days(site: Site, today: dt.date) -> Open:
    """Whether the site is open on a day, by its Community's calendar and its own hours."""
    hours = hours_in_force(site, today).hours(site.closed_on)
    return lambda day: bool(hours.of_day(day))


def due_day(site: Site, asked: dt.date, today: dt.date) -> dt.date:
    """The day asked for, or the next school day: nothing is due while the school is closed."""
    return next_open(asked, open_days(site, today))


def year_end(site: Site, today: dt.date) -> dt.date:
    """When a loan of this school year is due."""
    return end_of_year(today, open_days(site, today))

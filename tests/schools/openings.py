"""Opening hours and calendars as tests write them: in words."""

from __future__ import annotations

import datetime as dt

from schools.actions.publish_calendar import publish_calendars
from schools.actions.set_opening import set_opening
from schools.calendars.files import csv_rows, read_csv
from schools.calendars.hours import Span, Spans, Week
from schools.calendars.plan import plan_of
from schools.calendars.timetables import DayException, opening_in_force, school_years, site_weeks
from schools.models import OpeningHours, SchoolCalendar, Site, User

HEADS = "communaute;annee;type;premier_jour;dernier_jour;nom\n"


def spans(text: str) -> Spans:
    """``08:00-12:00 13:00-16:00``; nothing for a closed day."""
    pairs = (pair.replace("24:00", "00:00").split("-") for pair in text.split())
    return tuple(Span(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in pairs)


def week(usual: str, wednesday: str | None = None) -> Week:
    """Monday to Friday, with another Wednesday if told."""
    day, wed = spans(usual), spans(usual if wednesday is None else wednesday)
    return day, day, wed, day, day, (), ()


def closed(first: str, last: str = "", hours: str = "", label: str = "") -> DayException:
    """Days closed, or open at ``hours``."""
    day = dt.date.fromisoformat
    return DayException(day(first), day(last or first), "training", label, spans(hours))


def enter(by: User, site: Site, hours: Week, *exceptions: DayException) -> OpeningHours | None:
    """Enter the hours as the person would who has just read those in force."""
    key = opening_in_force(site.pk)
    base = site_weeks([key])[key].number if key else 0
    return set_opening(by, site, hours, exceptions, base=base)


def publish(lines: str, by: User | None = None, note: str = "") -> list[SchoolCalendar]:
    """Publish the lines of a CSV (without its heads) over what is in force."""
    reading = read_csv(HEADS + lines)
    assert not reading.refused, reading.refused
    known = school_years(SchoolCalendar.objects.in_force().values_list("pk", flat=True))
    plans = plan_of(reading.lines, {(y.community, y.year): y for y in known.values()})
    return publish_calendars(by, plans, source="Exemple", note=note)


def known_lines(community: str, year: int) -> list[str]:
    """The lines of the version in force, to change one and publish again."""
    rows = SchoolCalendar.objects.in_force().filter(community=community, year=year)
    years = school_years(rows.values_list("pk", flat=True)).values()
    return [";".join(row) for row in csv_rows(years)]

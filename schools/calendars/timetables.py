"""What counts for a site: its Community's calendars and its own hours, read once per version.

Versions never change, so each process keeps what it has read, by key: a correction is a new key
and counts at once everywhere. Reading many costs a constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from schools.calendars.hours import WORKING_DAYS, Opening, Span, Spans, Week
from schools.calendars.public_holidays import PublicHolidays
from schools.calendars.school_year import Period, SchoolYear, days_between, days_off
from schools.models import (
    CalendarPeriod,
    OpeningException,
    OpeningHours,
    OpeningSpan,
    SchoolCalendar,
    Site,
    Timetable,
)
from schools.models.calendars import DAY_MIN

ZONE = ZoneInfo("Europe/Brussels")
KEPT = 20_000
"""Versions of a kind that a process keeps before it forgets them all."""
OPENED = 2_000
"""Sites whose open days a process remembers."""

T = TypeVar("T")
_years: dict[int, SchoolYear] = {}
_openings: dict[int, SiteWeek] = {}
_timetables: dict[int, SiteHours] = {}


@dataclass(frozen=True, slots=True)
class DayException:
    """Days with hours of their own; no span: closed."""

    first_on: dt.date
    last_on: dt.date
    reason: str
    label: str
    spans: Spans


@dataclass(frozen=True, eq=False, slots=True)
class SiteWeek:
    """One version of a site's opening hours."""

    pk: int
    number: int
    week: Week
    exceptions: tuple[DayException, ...]

    @property
    def entered(self) -> bool:
        """Whether somebody has entered a week."""
        return any(self.week)


@dataclass(frozen=True)
class SiteHours:
    """A timetable: calendars and opening hours that count together. Versions tell it apart."""

    community: str
    years: tuple[SchoolYear, ...] = field(compare=False)
    opening: SiteWeek | None = field(compare=False)
    versions: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        keys = (self.opening.pk if self.opening else 0, *(year.pk for year in self.years))
        object.__setattr__(self, "versions", keys)

    def hours(self, closed_on: dt.date | None = None) -> Opening:
        """When the site is open. An exception is the site's own word: it wins over holidays."""
        return _hours(self, closed_on)


@lru_cache(maxsize=OPENED)
def _hours(known: SiteHours, closed_on: dt.date | None) -> Opening:
    off, public = days_off(known.years), PublicHolidays()
    opening = known.opening
    return Opening(
        zone=ZONE,
        week=opening.week if opening and opening.entered else WORKING_DAYS,
        is_closed=lambda day: day in off or public(day),
        exceptions={
            day: exception.spans
            for exception in (opening.exceptions if opening else ())
            for day in days_between(exception.first_on, exception.last_on)
        },
        ends_on=closed_on,
    )


def calendars_in_force(community: str, day: dt.date) -> list[int]:
    """Keys of the calendars that a clock running on that day may need, ascending."""
    rows = SchoolCalendar.objects.in_force().filter(community=community, year__gte=day.year - 1)
    return sorted(rows.values_list("pk", flat=True))


def opening_in_force(site: int) -> int | None:
    """The key of the site's latest opening hours."""
    rows = OpeningHours.objects.in_force().filter(site=site)
    return rows.values_list("pk", flat=True).first()


def hours_in_force(site: Site, day: dt.date) -> SiteHours:
    """What counts for a site today, without writing anything down."""
    community = site.school.community
    years = school_years(calendars_in_force(community, day))
    opening = opening_in_force(site.pk)
    known = site_weeks([opening])[opening] if opening else None
    return SiteHours(community, tuple(years.values()), known)


def timetables(keys: Iterable[int]) -> Mapping[int, SiteHours]:
    """What tickets have kept, by key."""
    wanted = set(keys)
    found = {key: _timetables[key] for key in wanted if key in _timetables}
    if missing := wanted - found.keys():
        made = _read_timetables(missing)
        _keep(_timetables, made)
        found |= made
    return found


def _read_timetables(keys: Iterable[int]) -> dict[int, SiteHours]:
    rows = list(Timetable.objects.filter(pk__in=keys))
    years = school_years(pk for row in rows for pk in row.calendars)
    weeks = site_weeks(row.opening_id for row in rows if row.opening_id)
    return {
        row.pk: SiteHours(
            row.community,
            tuple(years[pk] for pk in years if pk in row.calendars),
            weeks[row.opening_id] if row.opening_id else None,
        )
        for row in rows
    }


def school_years(keys: Iterable[int]) -> dict[int, SchoolYear]:
    """Calendars by key, in the order of their years."""
    wanted = set(keys)
    found = {key: _years[key] for key in wanted if key in _years}
    if missing := wanted - found.keys():
        made = _read_years(missing)
        _keep(_years, made)
        found |= made
    return dict(sorted(found.items(), key=lambda item: (item[1].year, item[1].number)))


def _read_years(keys: Iterable[int]) -> dict[int, SchoolYear]:
    periods: dict[int, list[Period]] = defaultdict(list)
    rows = CalendarPeriod.objects.filter(calendar__in=keys).order_by("first_on")
    for row in rows:
        periods[row.calendar_id].append(Period(row.kind, row.first_on, row.last_on, row.name))
    calendars = SchoolCalendar.objects.sealed().filter(pk__in=keys)
    return {
        c.pk: SchoolYear(c.community, c.year, c.number, tuple(periods[c.pk]), c.pk)
        for c in calendars
    }


def site_weeks(keys: Iterable[int]) -> dict[int, SiteWeek]:
    """Opening hours by key."""
    wanted = set(keys)
    found = {key: _openings[key] for key in wanted if key in _openings}
    if missing := wanted - found.keys():
        made = _read_weeks(missing)
        _keep(_openings, made)
        found |= made
    return found


def _read_weeks(keys: Iterable[int]) -> dict[int, SiteWeek]:
    weekly, special = defaultdict(list), defaultdict(list)
    spans = OpeningSpan.objects.filter(opening__in=keys).order_by("opens_min")
    for span in spans:
        if span.exception_id:
            special[span.exception_id].append(_span(span))
        else:
            weekly[span.opening_id, span.weekday].append(_span(span))
    exceptions = defaultdict(list)
    for row in OpeningException.objects.filter(opening__in=keys).order_by("first_on"):
        exceptions[row.opening_id].append(
            DayException(row.first_on, row.last_on, row.reason, row.label, tuple(special[row.pk]))
        )
    numbers = OpeningHours.objects.filter(pk__in=keys, sealed=True).values_list("pk", "number")
    return {
        pk: SiteWeek(pk, number, _week(weekly, pk), tuple(exceptions[pk])) for pk, number in numbers
    }


def _week(spans: Mapping[tuple[int, int | None], list[Span]], pk: int) -> Week:
    mon, tue, wed, thu, fri, sat, sun = (tuple(spans.get((pk, day), ())) for day in range(7))
    return mon, tue, wed, thu, fri, sat, sun


def _span(row: OpeningSpan) -> Span:
    return Span(*(dt.time(*divmod(at % DAY_MIN, 60)) for at in (row.opens_min, row.closes_min)))


def _keep(kept: dict[int, T], more: Mapping[int, T]) -> None:
    if len(kept) + len(more) > KEPT:
        kept.clear()
    kept.update(more)

"""A site's opening as its page tells it: today, the week, exceptions to come, what counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from schools.calendars.public_holidays import PublicHolidays, holiday_name
from schools.calendars.school_year import (
    SUMMER,
    TERM_START,
    Period,
    last_day,
    unknown_years,
    usual_year,
)
from schools.calendars.timetables import DayException, SiteHours, hours_in_force
from schools.calendars.year_words import spans_words, year_unknown
from schools.models import ExceptionReason, OpeningHours, PeriodKind, Site

SOON = 5
"""Exceptions that the panel names."""


@dataclass(frozen=True, slots=True)
class ExceptionShown:
    """Days with hours of their own, in words."""

    first_on: dt.date
    last_on: dt.date
    why: str
    hours: str


@dataclass(frozen=True, slots=True)
class OpeningShown:
    """What the panel and the head of a site's page say."""

    today: str
    """Hours of today, or why it is closed."""
    open_today: bool
    entered: bool
    week: tuple[tuple[str, str, bool], ...]
    """Day, its hours, whether it is today's."""
    exceptions: tuple[ExceptionShown, ...]
    more: int
    version: OpeningHours | None
    next_off: Period | None
    next_off_title: str
    next_off_ends: dt.date | None
    unknown: tuple[str, ...]
    year: int
    community: str


def opening_of(site: Site, today: dt.date) -> OpeningShown:
    """The opening in force of a site, with its school."""
    known = hours_in_force(site, today)
    week = known.opening.week if known.opening else ((),) * 7
    coming = [e for e in known.opening.exceptions if e.last_on >= today] if known.opening else []
    off = next_off(known, today)
    return OpeningShown(
        today=today_words(site, known, today),
        open_today=bool(known.hours(site.closed_on).spans_of(today)),
        entered=known.opening is not None and known.opening.entered,
        week=tuple(
            (str(WEEKDAYS[day]), spans_words(week[day]), day == today.weekday()) for day in range(7)
        ),
        exceptions=tuple(exception_words(one) for one in coming[:SOON]),
        more=max(len(coming) - SOON, 0),
        version=OpeningHours.objects.filter(pk=known.opening.pk).first() if known.opening else None,
        next_off=off,
        next_off_title=title_of(off) if off else "",
        next_off_ends=last_day(off, known.years) if off else None,
        unknown=tuple(year_unknown(*one) for one in unknown_years(today, today, known.years)),
        year=usual_year(today),
        community=known.community,
    )


def today_words(site: Site, known: SiteHours, day: dt.date) -> str:
    """``08:00–16:30``, or why the site is closed."""
    if site.closed_on is not None and day >= site.closed_on:
        return _("implantation fermée")
    spans = known.hours(site.closed_on).spans_of(day)
    if spans:
        entered = known.opening is not None and (
            known.opening.entered or _exception_of(known, day) is not None
        )
        return spans_words(spans) if entered else _("jour d’école, heures non encodées")
    return why_closed(known, day)


def why_closed(known: SiteHours, day: dt.date) -> str:
    """Why nobody is there that day; a plain day without hours is just closed."""
    if exception := _exception_of(known, day):
        return _exception_title(exception)
    for year in known.years:
        for period in year.periods:
            if period.kind != TERM_START and period.first_on <= day <= last_day(
                period, known.years
            ):
                return title_of(period)
    return holiday_name(day) if PublicHolidays()(day) else _("fermé")


def title_of(period: Period) -> str:
    """A holiday's own name, else what its kind is called."""
    return period.name or str(PeriodKind(period.kind).label)


def exception_words(one: DayException) -> ExceptionShown:
    """An exception as a line."""
    return ExceptionShown(one.first_on, one.last_on, _exception_title(one), spans_words(one.spans))


def _exception_title(one: DayException) -> str:
    return one.label or str(ExceptionReason(one.reason).label)


def _exception_of(known: SiteHours, day: dt.date) -> DayException | None:
    for one in known.opening.exceptions if known.opening else ():
        if one.first_on <= day <= one.last_on:
            return one
    return None


def next_off(known: SiteHours, today: dt.date) -> Period | None:
    """The holiday that lasts, or the next one to come; None while nobody has entered it."""
    found = [
        period
        for year in known.years
        for period in year.periods
        if period.kind != TERM_START and last_day(period, known.years) >= today
    ]
    coming = min(found, key=lambda period: period.first_on, default=None)
    if coming is None or (coming.kind == SUMMER and unknown_years(today, today, known.years)):
        return None  # what is known of the year does not tell which holiday comes first
    return coming

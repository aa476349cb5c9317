"""School calendars as their pages show them: a year at a glance, its versions, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.dates import MONTHS_3
from django.utils.translation import gettext as _

from schools.calendars.plan import SAME, Change, compare
from schools.calendars.public_holidays import holiday_name
from schools.calendars.school_year import (
    HOLIDAYS,
    TERM_START,
    Period,
    SchoolYear,
    days_between,
    last_day,
    usual_year,
    window,
    year_label,
)
from schools.calendars.timetables import school_years
from schools.calendars.year_strip import PUBLIC, SCHOOL, UNKNOWN, Strip, strip
from schools.calendars.year_words import community_words, year_unknown
from schools.models import Community, PeriodKind, SchoolCalendar


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a period, with the day on which it really ends."""

    period: Period
    title: str
    ends_on: dt.date
    days: int
    now: bool
    """Whether it lasts today."""
    past: bool

    @property
    def is_day_of_school(self) -> bool:
        return self.period.kind == TERM_START


@dataclass(frozen=True, slots=True)
class YearShown:
    """A Community's year: drawn, in a table, and which version says so."""

    community: str
    name: str
    year: int
    label: str
    version: SchoolCalendar | None
    rows: tuple[Row, ...]
    publics: tuple[tuple[dt.date, str], ...]
    strip: Strip
    months: tuple[tuple[int, str], ...]
    unknown: str
    """What nobody has entered, and what clocks do about it; empty when all is known."""


def calendars_shown(communities: Iterable[str], year: int, today: dt.date) -> list[YearShown]:
    """These Communities' calendars in force for a year; three queries, fewer when known."""
    wanted = list(communities)
    rows = SchoolCalendar.objects.in_force().filter(
        community__in=wanted, year__range=(year - 1, year + 1)
    )
    versions = {(row.community, row.year): row for row in rows}
    known = school_years(row.pk for row in versions.values())
    return [
        year_shown(community, year, versions.get((community, year)), known.values(), today)
        for community in wanted
    ]


def year_shown(
    community: str,
    year: int,
    version: SchoolCalendar | None,
    years: Iterable[SchoolYear],
    today: dt.date,
) -> YearShown:
    """One year of a Community, with ``years``: the versions that may tell when it ends."""
    theirs = [one for one in years if one.community == community]
    value = next((one for one in theirs if version and one.pk == version.pk), None)
    first, last = window(year)
    periods = value.periods if value else ()
    publics = [(day, name) for day in days_between(first, last) if (name := holiday_name(day))]
    missing = value.missing if value else HOLIDAYS
    drawn = strip(
        first,
        last,
        _marked(theirs, publics),
        today,
        usual=UNKNOWN if missing else SCHOOL,
    )
    return YearShown(
        community=community,
        name=community_words(community),
        year=year,
        label=year_label(year),
        version=version,
        rows=tuple(_row(period, theirs, today) for period in periods),
        publics=tuple(publics),
        strip=drawn,
        months=tuple((x, str(MONTHS_3[month])) for x, month in drawn.months),
        unknown=year_unknown(year, missing) if missing else "",
    )


def _marked(
    years: Sequence[SchoolYear],
    publics: Iterable[tuple[dt.date, str]],
) -> dict[dt.date, str]:
    """Day → class of its square, the summer before included; a public holiday is drawn above a
    holiday of the schools."""
    found = {
        day: period.kind
        for year in years
        for period in year.periods
        for day in days_between(period.first_on, last_day(period, years))
    }
    found |= {day: PUBLIC for day, _name in publics if day.weekday() < 5}
    return found


def _row(period: Period, years: Sequence[SchoolYear], today: dt.date) -> Row:
    ends = last_day(period, years)
    return Row(
        period=period,
        title=period.name or str(PeriodKind(period.kind).label),
        ends_on=ends,
        days=(ends - period.first_on).days + 1,
        now=period.first_on <= today <= ends,
        past=ends < today,
    )


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version, and what it changed in the one before."""

    version: SchoolCalendar
    in_force: bool
    changes: tuple[Change, ...]


def versions_shown(community: str, year: int) -> list[VersionShown]:
    """Every version of a year, the latest first, each against the one before it."""
    rows = list(
        SchoolCalendar.objects.sealed().filter(community=community, year=year).order_by("number")
    )
    values = school_years(row.pk for row in rows)
    shown = [
        VersionShown(new, new is rows[-1], _changes(values, old, new))
        for old, new in pairwise([None, *rows])
        if new is not None
    ]
    return shown[::-1]


def _changes(
    values: dict[int, SchoolYear], old: SchoolCalendar | None, new: SchoolCalendar
) -> tuple[Change, ...]:
    before = values[old.pk].periods if old else ()
    return tuple(one for one in compare(before, values[new.pk].periods) if one.what != SAME)


def years_to_choose(communities: Iterable[str], today: dt.date) -> list[int]:
    """The years that have a calendar, this one and the next, in order."""
    rows = SchoolCalendar.objects.sealed().filter(community__in=list(communities))
    current = usual_year(today)
    known = set(rows.order_by().values_list("year", flat=True).distinct())
    return sorted(known | {current, current + 1})


def period_words(period: Period | None) -> str:
    """``19/10/2026 → 01/11/2026``; for one day its date."""
    if period is None:
        return ""
    if period.last_on == period.first_on:
        return f"{period.first_on:%d/%m/%Y}"
    end = f"{period.last_on:%d/%m/%Y}" if period.last_on else _("jusqu’à la rentrée")
    return f"{period.first_on:%d/%m/%Y} → {end}" + (f" · {period.name}" if period.name else "")


def known_communities() -> list[tuple[str, str]]:
    """Keys and names, for a form."""
    return [(key, str(label)) for key, label in Community.choices]

"""School years as values: what a calendar tells, which days are off, what nobody knows. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DAY = dt.timedelta(days=1)

TERM_START = "term_start"
SUMMER = "summer"
HOLIDAYS = ("autumn", "winter", "carnival", "spring", SUMMER)
"""Kinds without which a year is not complete."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days off, first and last included, or the first day of school."""

    kind: str
    first_on: dt.date
    last_on: dt.date | None
    """None: a summer whose end is not known yet."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One version of a Community's calendar for one year; ``year`` is when it begins."""

    community: str
    year: int
    number: int
    periods: tuple[Period, ...]
    pk: int = 0

    @property
    def label(self) -> str:
        return year_label(self.year)

    @property
    def starts_on(self) -> dt.date:
        """The first day of school; 1 September while nobody has entered it."""
        found = [p.first_on for p in self.periods if p.kind == TERM_START]
        return found[0] if found else dt.date(self.year, 9, 1)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of holidays that nobody has entered yet."""
        known = {period.kind for period in self.periods}
        return tuple(kind for kind in HOLIDAYS if kind not in known)


def year_label(year: int) -> str:
    """``2026-2027``."""
    return f"{year}-{year + 1}"


def window(year: int) -> tuple[dt.date, dt.date]:
    """The days that a calendar of that year may speak of: 1 August to 31 August, both included."""
    return dt.date(year, 8, 1), dt.date(year + 1, 8, 31)


def usual_year(day: dt.date) -> int:
    """The school year of a day when no calendar says better: it changes in mid-August."""
    return day.year if (day.month, day.day) >= (8, 16) else day.year - 1


def year_of(day: dt.date, years: Iterable[SchoolYear]) -> int:
    """The school year of a day: the latest one that has begun, as far as calendars know."""
    found = [y for y in years if y.starts_on <= day <= window(y.year)[1]]
    return max((y.year for y in found), default=usual_year(day))


def last_day(period: Period, years: Sequence[SchoolYear]) -> dt.date:
    """The last day off. An open summer lasts until the eve of the next year, 31 August at most."""
    if period.last_on is not None:
        return period.last_on
    following = [y.starts_on for y in years if y.starts_on > period.first_on]
    return min([dt.date(period.first_on.year, 8, 31), *(day - DAY for day in following)])


def days_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Each day, both ends included."""
    for step in range((last - first).days + 1):
        yield first + step * DAY


def days_off(years: Sequence[SchoolYear]) -> frozenset[dt.date]:
    """Every day on which these calendars close the schools."""
    return frozenset(
        day
        for year in years
        for period in year.periods
        if period.kind != TERM_START
        for day in days_between(period.first_on, last_day(period, years))
    )


def unknown_years(
    first: dt.date, last: dt.date, years: Sequence[SchoolYear]
) -> list[tuple[int, tuple[str, ...]]]:
    """School years that a stretch of days touches and nobody has entered, or not completely:
    the year, and the kinds that are missing (all of them: no calendar at all)."""
    by_year = {y.year: y for y in years}
    found = []
    for year in range(year_of(first, years), year_of(last, years) + 1):
        missing = by_year[year].missing if year in by_year else HOLIDAYS
        if missing:
            found.append((year, missing))
    return found

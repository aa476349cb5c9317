"""School years as values: days off, the summer whose end is open, what nobody knows yet."""

from __future__ import annotations

import datetime as dt

import pytest

from schools.calendars.school_year import (
    HOLIDAYS,
    Period,
    SchoolYear,
    days_off,
    last_day,
    unknown_years,
    usual_year,
    year_of,
)
from schools.calendars.timetables import school_years
from schools.calendars.year_strip import strip
from schools.models import SchoolCalendar

D = dt.date


@pytest.fixture
def fwb(calendars) -> list[SchoolYear]:
    rows = SchoolCalendar.objects.in_force().filter(community="fwb")
    return list(school_years(rows.values_list("pk", flat=True)).values())


@pytest.fixture
def dg(calendars) -> list[SchoolYear]:
    rows = SchoolCalendar.objects.in_force().filter(community="dg")
    return list(school_years(rows.values_list("pk", flat=True)).values())


FACTS = [
    # community, first and last day off of a holiday, both included
    ("fwb", "2024-10-21", "2024-11-03"), ("fwb", "2024-12-23", "2025-01-05"),
    ("fwb", "2025-02-24", "2025-03-09"), ("fwb", "2025-04-28", "2025-05-11"),
    ("fwb", "2025-10-20", "2025-11-02"), ("fwb", "2025-12-22", "2026-01-04"),
    ("fwb", "2026-02-16", "2026-03-01"), ("fwb", "2026-04-27", "2026-05-10"),
    ("fwb", "2026-10-19", "2026-11-01"), ("fwb", "2026-12-21", "2027-01-03"),
    ("fwb", "2027-02-22", "2027-03-07"), ("fwb", "2027-04-26", "2027-05-09"),
    ("fwb", "2025-07-05", "2025-08-24"), ("fwb", "2026-07-04", "2026-08-23"),
    ("dg", "2024-10-28", "2024-11-02"), ("dg", "2024-12-23", "2025-01-04"),
    ("dg", "2025-03-03", "2025-03-08"), ("dg", "2025-04-21", "2025-05-03"),
    ("dg", "2025-10-27", "2025-11-01"), ("dg", "2025-12-22", "2026-01-03"),
    ("dg", "2026-02-16", "2026-02-21"), ("dg", "2026-04-06", "2026-04-18"),
    ("dg", "2025-07-01", "2025-08-31"), ("dg", "2026-07-01", "2026-08-31"),
]  # fmt: skip


@pytest.mark.parametrize(("community", "first", "last"), FACTS)
def test_the_known_holidays_are_off_from_first_to_last_and_no_longer(
    community: str, first: str, last: str, fwb, dg
) -> None:
    off = days_off(fwb if community == "fwb" else dg)
    start, end = D.fromisoformat(first), D.fromisoformat(last)
    days = {start + dt.timedelta(days=n) for n in range((end - start).days + 1)}
    assert days <= off
    assert start - dt.timedelta(days=1) not in off
    assert end + dt.timedelta(days=1) not in off


def test_the_days_of_the_communities(fwb, dg) -> None:
    assert D(2024, 9, 27) in days_off(fwb)
    assert D(2024, 9, 27) not in days_off(dg)
    assert D(2024, 11, 15) in days_off(dg)
    assert D(2024, 11, 15) not in days_off(fwb)


def test_the_first_day_of_school_is_none_off(fwb, dg) -> None:
    for years in (fwb, dg):
        assert not {year.starts_on for year in years} & days_off(years)
    assert fwb[2].starts_on == D(2026, 8, 24)
    assert dg[2].starts_on == D(2026, 9, 1)


def test_an_open_summer_lasts_until_the_eve_of_the_next_year_or_the_end_of_august(fwb) -> None:
    summer = next(p for p in fwb[2].periods if p.kind == "summer")
    assert summer.last_on is None
    assert last_day(summer, fwb) == D(2027, 8, 31)
    start = D(2027, 8, 30)
    following = SchoolYear("fwb", 2027, 1, (Period("term_start", start, start),))
    assert last_day(summer, [*fwb, following]) == D(2027, 8, 29)
    assert start not in days_off([*fwb, following])


def test_a_day_belongs_to_the_latest_year_that_has_begun(fwb) -> None:
    assert year_of(D(2026, 8, 23), fwb) == 2025
    assert year_of(D(2026, 8, 24), fwb) == 2026
    assert year_of(D(2027, 8, 31), fwb) == 2026
    assert year_of(D(2027, 9, 1), fwb) == 2027  # no calendar says so: the usual year
    assert usual_year(D(2026, 8, 15)) == 2025


def test_what_nobody_has_entered_is_named(fwb, dg) -> None:
    assert unknown_years(D(2026, 10, 1), D(2027, 6, 30), fwb) == []
    assert unknown_years(D(2027, 6, 30), D(2027, 9, 2), fwb) == [(2027, HOLIDAYS)]
    assert unknown_years(D(2026, 6, 1), D(2026, 12, 1), dg) == [
        (2026, ("autumn", "winter", "carnival", "spring"))
    ]
    assert unknown_years(D(2026, 6, 1), D(2026, 6, 2), []) == [(2025, HOLIDAYS)]


def test_the_strip_draws_each_day_once_and_marks_today() -> None:
    first, last = D(2026, 8, 1), D(2027, 8, 31)
    drawn = strip(first, last, {D(2026, 12, 25): "public"}, D(2026, 11, 26))
    squares = {kind: path.count("z") for kind, path in drawn.paths}
    assert sum(squares.values()) == (last - first).days + 1
    assert squares["public"] == 1
    assert len(drawn.months) == 13
    # Thursday of the eighteenth week: the first one begins on Monday, 27 July
    assert drawn.today == (17 * 13, 18 + 3 * 13)
    assert strip(first, last, {}, D(2030, 1, 1)).today is None

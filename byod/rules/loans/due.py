"""Days of loans: when one is due, and which rung of the ladder a day reaches. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

DAY = dt.timedelta(days=1)
SOON_DAYS = 7
"""Days before the due date on which the family is told."""
GUARDIAN_DAYS = 7
"""Days after it, when the guardian is told."""
SCHOOL_DAYS = 14
"""Days after it, when the school is told."""
SIGN_DAYS = 7
"""Days after the hand-out, when unsigned terms are asked for."""
LOOK = 120
"""Days looked ahead or back for an open one: longer than any summer."""

Open = Callable[[dt.date], bool]


def next_open(day: dt.date, is_open: Open) -> dt.date:
    """The day itself, or the first one after it on which the school is open."""
    for n in range(LOOK):
        if is_open(day + n * DAY):
            return day + n * DAY
    return day


def last_open(day: dt.date, is_open: Open) -> dt.date:
    """The day itself, or the last one before it on which the school is open."""
    for n in range(LOOK):
        if is_open(day - n * DAY):
            return day - n * DAY
    return day


def end_of_year(day: dt.date, is_open: Open) -> dt.date:
    """When the loan of a school year ends: 30 June, or the last school day before it."""
    june = dt.date(day.year if day <= dt.date(day.year, 6, 23) else day.year + 1, 6, 30)
    return last_open(june, is_open)


def rung_of(due_on: dt.date, today: dt.date) -> str:
    """Which rung a loan that is out has reached today; empty: none yet."""
    late = (today - due_on).days
    if late >= SCHOOL_DAYS:
        return "school"
    if late >= GUARDIAN_DAYS:
        return "guardian"
    if late >= 1:
        return "pupil"
    return "soon" if late >= -SOON_DAYS else ""

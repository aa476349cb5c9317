"""When resources are due, and whom a late one is told to. Nothing is ever blocked."""

from __future__ import annotations

import calendar
import datetime as dt

SOON_DAYS = 60
NEAR_DAYS = 14
AUTHORITY_AFTER = 30
OFFICER_AFTER = 60
SOON, NEAR, LATE, AUTHORITY, OFFICER = "soon", "near", "late", "authority", "officer"
STAGES = (SOON, NEAR, LATE, AUTHORITY, OFFICER)
"""A reminder ahead, one that is near, then school, organising authority and officer in turn."""


def due_on(counts_from: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or the last of that month."""
    year, month = divmod(counts_from.month - 1 + months, 12)
    last = calendar.monthrange(counts_from.year + year, month + 1)[1]
    return dt.date(counts_from.year + year, month + 1, min(counts_from.day, last))


def stage_of(due: dt.date, today: dt.date) -> str:
    """The reminder that is due that day; empty: none yet."""
    late = (today - due).days
    if late > OFFICER_AFTER:
        return OFFICER
    if late > AUTHORITY_AFTER:
        return AUTHORITY
    if late > 0:
        return LATE
    if late >= -NEAR_DAYS:
        return NEAR
    return SOON if late >= -SOON_DAYS else ""


def standing(due: dt.date, today: dt.date, owed: int, accepted: int, waiting: int) -> str:
    """``done``, ``waiting`` (all handed in, to be validated), ``late``, ``near``, ``soon``,
    ``open``."""
    if accepted >= owed:
        return "done"
    if accepted + waiting >= owed:
        return "waiting"
    stage = stage_of(due, today)
    return "late" if stage in {LATE, AUTHORITY, OFFICER} else stage or "open"

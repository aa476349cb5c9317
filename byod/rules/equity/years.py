"""School years, named by the year they begin in: 2026 is 2026-2027. Pure."""

from __future__ import annotations

import datetime as dt


def school_year(day: dt.date) -> int:
    """The school year of a day for loans: from 1 July one asks for the year to come.

    The mass return is in June; who asks in July or August wants a device for September.
    """
    return day.year if day.month >= 7 else day.year - 1


def year_words(year: int) -> str:
    """``2026-2027``."""
    return f"{year}-{year + 1}"

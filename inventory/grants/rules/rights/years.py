"""School years, named by the year they begin in: 2026 is 2026-2027."""

from __future__ import annotations

import datetime as dt


def school_year(day: dt.date) -> int:
    """The school year of a day: rights are released on 1 September, and used until 31 August."""
    return day.year if day.month >= 9 else day.year - 1


def year_words(year: int) -> str:
    """``2026-2027``."""
    return f"{year}-{year + 1}"

"""When the parts of a right are released, until when each is used, and when the period ends."""

from __future__ import annotations

import calendar
import datetime as dt

from inventory.grants.rules.rights.formula import RightFormula


def release_day(formula: RightFormula, first_year: int, index: int) -> dt.date:
    """The day of a year's release: months before August belong to the second half."""
    one = formula.releases[index]
    year = first_year + index
    return dt.date(year if one.month >= 8 else year + 1, one.month, one.day)


def end_of_use(formula: RightFormula, first_year: int) -> dt.date:
    """The last day of the period: 31 August after the last year, and the months of grace."""
    return months_after(dt.date(first_year + len(formula.releases), 8, 31), formula.grace_months)


def last_day_of(formula: RightFormula, first_year: int, year: int) -> dt.date:
    """The last day a part released for a school year may be used."""
    end = end_of_use(formula, first_year)
    if formula.carry_over_years is None:
        return end
    own = dt.date(year + 1 + formula.carry_over_years, 8, 31)
    return min(own, end)


def count_year(formula: RightFormula, year: int) -> int:
    """Whose 15 January counts for a school year: that of the year it begins in, or before."""
    return year - formula.count_years_before


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later; the last of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    wanted = 31 if day.day == 31 else day.day
    return dt.date(day.year + year, month + 1, min(wanted, last))

"""A school year drawn: one square a day, a column a week. Pure: paths, labels, where today is."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from schools.calendars.school_year import DAY, days_between

CELL, STEP, TOP = 11, 13, 18
"""Side of a square, from one to the next, and the room for the months above."""

WEEKEND, SCHOOL, UNKNOWN, PUBLIC = "weekend", "school", "unknown", "public"


@dataclass(frozen=True, slots=True)
class Strip:
    """What the template draws, in the units of its own box."""

    width: int
    height: int
    paths: tuple[tuple[str, str], ...]
    """Class of a kind of day, and the squares of all its days as one path."""
    months: tuple[tuple[int, int], ...]
    """Left edge, and the number of the month."""
    today: tuple[int, int] | None


def strip(
    first: dt.date,
    last: dt.date,
    marked: Mapping[dt.date, str],
    today: dt.date,
    *,
    usual: str = SCHOOL,
) -> Strip:
    """The days from ``first`` to ``last``; ``marked``: day → its kind, the others are ``usual``
    days or weekends. Weeks begin on Monday."""
    monday = first - first.weekday() * DAY
    squares: dict[str, list[str]] = {}
    months = []
    for day in days_between(first, last):
        column, row = divmod((day - monday).days, 7)
        x, y = column * STEP, TOP + row * STEP
        kind = marked.get(day) or (WEEKEND if day.weekday() >= calendar.SATURDAY else usual)
        squares.setdefault(kind, []).append(f"M{x} {y}h{CELL}v{CELL}h-{CELL}z")
        if day.day == 1 and (last - day).days > 14:
            months.append((x if row == 0 else x + STEP, day.month))
    columns = (last - monday).days // 7 + 1
    place = divmod((today - monday).days, 7) if first <= today <= last else None
    return Strip(
        width=columns * STEP,
        height=TOP + 7 * STEP,
        paths=tuple((kind, "".join(d)) for kind, d in sorted(squares.items())),
        months=tuple(months),
        today=(place[0] * STEP, TOP + place[1] * STEP) if place else None,
    )

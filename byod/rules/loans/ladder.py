"""Which reminder comes next. Pure: the ladder is climbed rung by rung, whatever was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from byod.rules.loans.due import rung_of

ORDER = ("soon", "pupil", "guardian", "school")
PAUSE_DAYS = 5
"""Days between two rungs at least: after a holiday nobody gets three letters in a morning."""


def next_rung(due_on: dt.date, today: dt.date, told: Mapping[str, dt.date]) -> str:
    """The rung to climb today; empty: none. ``told``: rung → the day on which it was.

    A loan already late is not told that it will be due soon. The pupil comes before the guardian,
    and the guardian before the school, even where the school was closed for weeks.
    """
    reached = rung_of(due_on, today)
    if not reached:
        return ""
    rungs = ORDER[: ORDER.index(reached) + 1]
    if today > due_on:
        rungs = tuple(rung for rung in rungs if rung != "soon")
    waiting = next((rung for rung in rungs if rung not in told), "")
    late = [day for rung, day in told.items() if rung != "soon"]
    if waiting in ("guardian", "school") and late and (today - max(late)).days < PAUSE_DAYS:
        return ""
    return waiting

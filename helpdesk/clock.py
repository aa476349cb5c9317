"""The repair clock of a ticket: which of its events pause it, and what is left of its promise.

Pure: no query, no clock of its own. Only the hours count in which the service works and the
school is open, and never while we wait for the school; the arithmetic of hours is
``schools.calendars.hours``. Everything is computed from the ticket's events, so that any figure can
be explained again later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schools.calendars.hours import Hours, Pause, elapsed


@dataclass(frozen=True, slots=True)
class Mark:
    """What the clock needs of one event of a ticket."""

    at: dt.datetime
    kind: str


PAUSES = frozenset({"asked", "waiting", "resolved", "closed"})
"""Events that stop the clock: we wait for the school, or the work is done."""
RUNS = frozenset({"answered", "resumed", "reopened", "relapsed"})
"""Events that start it again."""


def pauses_of(marks: Iterable[Mark]) -> list[Pause]:
    """The pauses that a ticket's events tell, oldest first. The last one may be open.

    A second stop within a pause and a second start outside one change nothing.
    """
    found: list[Pause] = []
    began: dt.datetime | None = None
    for mark in sorted(marks, key=lambda m: m.at):
        if mark.kind in PAUSES and began is None:
            began = mark.at
        elif mark.kind in RUNS and began is not None:
            found.append(Pause(began, mark.at))
            began = None
    if began is not None:
        found.append(Pause(began, None))
    return found


def remaining(
    opened: dt.datetime,
    promise: dt.timedelta,
    pauses: Sequence[Pause],
    hours: Hours,
    now: dt.datetime,
) -> dt.timedelta:
    """What is left of the promise; negative once it is broken."""
    return promise - elapsed(opened, now, hours, pauses)


def left_until(due: dt.datetime, now: dt.datetime, hours: Hours) -> dt.timedelta:
    """Service time from ``now`` to a known deadline; negative, in service time, once past it."""
    if now <= due:
        return elapsed(now, due, hours)
    return -elapsed(due, now, hours)

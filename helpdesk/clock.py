"""The repair clock: service time promised, counted, paused. Pure: no query, no clock of its own.

Only service hours count, and never while we wait for the school. Everything is computed from
the ticket's events, so that any figure can be explained again later. When school calendars come,
they make another :class:`ServiceHours` (the service's hours where the school is open).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

UTC = dt.UTC
ZERO = dt.timedelta(0)
HORIZON_DAYS = 3660
"""A walk over days stops after ten years: no calendar is closed that long."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in local wall time, start included, end excluded."""

    start: dt.time
    end: dt.time


def _never(_day: dt.date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When the helpdesk works: the same spans on each of ``weekdays`` (Monday is 0)."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    spans: tuple[Span, ...]
    is_holiday: Callable[[dt.date], bool] = _never
    version: str = ""

    def opens_on(self, day: dt.date) -> bool:
        """Whether the service works at all that day."""
        return day.weekday() in self.weekdays and not self.is_holiday(day)

    def of_day(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The day's working intervals in UTC. A day of 23 or 25 hours comes out right: wall
        times are turned into instants before anything is subtracted."""
        if not self.opens_on(day):
            return []
        return [
            (_instant(day, span.start, self.zone), _instant(day, span.end, self.zone))
            for span in self.spans
        ]

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the service works at that instant."""
        day = at.astimezone(self.zone).date()
        return any(start <= at < end for start, end in self.of_day(day))


@dataclass(frozen=True, slots=True)
class Interval:
    """From an instant to another; ``end`` None: still going on."""

    start: dt.datetime
    end: dt.datetime | None

    def until(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """Both ends, an open one closed at ``now``."""
        return self.start, self.end if self.end is not None else max(now, self.start)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the clock needs of one event of a ticket."""

    at: dt.datetime
    kind: str


PAUSES = frozenset({"asked", "waiting", "resolved", "closed"})
"""Events that stop the clock: we wait for the school, or the work is done."""
RUNS = frozenset({"answered", "resumed", "reopened", "relapsed"})
"""Events that start it again."""


def pauses_of(marks: Iterable[Mark]) -> list[Interval]:
    """The pauses that a ticket's events tell, oldest first. The last one may be open.

    A second stop within a pause and a second start outside one change nothing.
    """
    found: list[Interval] = []
    began: dt.datetime | None = None
    for mark in sorted(marks, key=lambda m: m.at):
        if mark.kind in PAUSES and began is None:
            began = mark.at
        elif mark.kind in RUNS and began is not None:
            found.append(Interval(began, mark.at))
            began = None
    if began is not None:
        found.append(Interval(began, None))
    return found


def counted(
    start: dt.datetime, end: dt.datetime, pauses: Sequence[Interval], hours: ServiceHours
) -> dt.timedelta:
    """Service time between two instants, pauses taken out. Zero when ``end`` is not later."""
    total = ZERO
    for a, b in _working(start, hours, until=end):
        total += b - a
        total -= _overlap(a, b, pauses, end)
    return total


def remaining(
    opened: dt.datetime,
    promise: dt.timedelta,
    pauses: Sequence[Interval],
    hours: ServiceHours,
    now: dt.datetime,
) -> dt.timedelta:
    """What is left of the promise; negative once it is broken."""
    return promise - counted(opened, now, pauses, hours)


def deadline(
    opened: dt.datetime, promise: dt.timedelta, pauses: Sequence[Interval], hours: ServiceHours
) -> dt.datetime | None:
    """The instant at which the promise is used up; None while a pause is open: nobody knows."""
    left = promise
    for a, b in _working(opened, hours):
        for start, end in _free(a, b, pauses):
            if left <= end - start:
                return start + left
            left -= end - start
        if any(p.end is None and p.start <= b for p in pauses):
            return None
    return None


def left_until(due: dt.datetime, now: dt.datetime, hours: ServiceHours) -> dt.timedelta:
    """Service time from ``now`` to a known deadline; negative, in service time, once past it."""
    if now <= due:
        return counted(now, due, (), hours)
    return -counted(due, now, (), hours)


def _instant(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, at, zone).astimezone(UTC)


def _working(
    start: dt.datetime, hours: ServiceHours, until: dt.datetime | None = None
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Working intervals from ``start`` on, the first and last cut to size."""
    first = start.astimezone(hours.zone).date()
    for step in range(HORIZON_DAYS):
        for opens, closes in hours.of_day(first + dt.timedelta(days=step)):
            if until is not None and opens >= until:
                return
            a, b = max(opens, start), closes if until is None else min(closes, until)
            if a < b:
                yield a, b


def _free(
    a: dt.datetime, b: dt.datetime, pauses: Sequence[Interval]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Parts of [a, b) outside every pause, in order."""
    at = a
    for pause in sorted(pauses, key=lambda p: p.start):
        start, end = pause.until(b)
        if end <= at:
            continue
        if start >= b:
            break
        if start > at:
            yield at, start
        at = max(at, end)
    if at < b:
        yield at, b


def _overlap(
    a: dt.datetime, b: dt.datetime, pauses: Sequence[Interval], now: dt.datetime
) -> dt.timedelta:
    closed = [Interval(*pause.until(now)) for pause in pauses]
    free = sum(((end - start) for start, end in _free(a, b, closed)), ZERO)
    return (b - a) - free

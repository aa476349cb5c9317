"""Opening hours and service time: when somebody is there, and how much of that lies between
two instants. Pure: values in, values out; no query, no clock of its own.

A clock runs over the **intersection** of calendars: the service's hours where the school is
open. Wall times become instants before anything is subtracted, so that a day of 23 or 25 hours
comes out right. An instant belongs to the wall time that the day has *reached*: the hour that
is skipped in March is empty, and the one that happens twice in October counts twice, within the
span that holds it. Spans that touch therefore still touch on those days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

UTC = dt.UTC
ZERO = dt.timedelta(0)
DAY = dt.timedelta(days=1)
MIDNIGHT = dt.time(0)
HORIZON_DAYS = 3660
"""A walk over days stops after ten years: what is closed that long has no deadline."""
KEPT_DAYS = 200
"""Days that an intersection remembers before it forgets them all: some 40 kB a site."""

Piece = tuple[dt.datetime, dt.datetime]
"""From an instant to another, in UTC; the end is excluded."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day in local wall time, start included, end excluded.

    An end that is not later than the start lies on the next day; ``00:00`` ends at midnight.
    """

    start: dt.time
    end: dt.time

    @property
    def passes_midnight(self) -> bool:
        """Whether a part of it lies on the next day."""
        return MIDNIGHT < self.end <= self.start

    def __str__(self) -> str:
        end = "24:00" if self.end == MIDNIGHT else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}–{end}"


WHOLE_DAY = Span(MIDNIGHT, MIDNIGHT)

Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""The spans of each weekday, Monday first."""


def weekly(days: Iterable[int], *spans: Span) -> Week:
    """The same spans on each of ``days`` (Monday is 0)."""
    chosen = frozenset(days)
    mon, tue, wed, thu, fri, sat, sun = (spans if day in chosen else () for day in range(7))
    return mon, tue, wed, thu, fri, sat, sun


WORKING_DAYS = weekly(range(5), WHOLE_DAY)
"""Monday to Friday, without hours: where nobody has entered any."""


def never(_day: dt.date) -> bool:
    """No day is closed."""
    return False


class Hours(Protocol):
    """Anything that knows which parts of a local day it is open."""

    @property
    def zone(self) -> ZoneInfo: ...

    @property
    def ends_on(self) -> dt.date | None:
        """Closed for good from this day on; None: no end is known."""

    def of_day(self, day: dt.date) -> tuple[Piece, ...]:
        """The open parts of that day, midnight to midnight, in order and apart."""


@dataclass(frozen=True)
class Opening:
    """A week, the days it does not hold, and the days with hours of their own.

    What is strongest comes first: closed for good, an exception of that very day, a closed day
    (holiday), the week. A span belongs to the day on which it begins: the night shift of an open
    Friday goes on into a closed Saturday.
    """

    zone: ZoneInfo
    week: Week
    is_closed: Callable[[dt.date], bool] = never
    exceptions: Mapping[dt.date, Spans] = field(default_factory=lambda: MappingProxyType({}))
    """Day → its spans instead of the week's; none: closed."""
    ends_on: dt.date | None = None

    def spans_of(self, day: dt.date) -> Spans:
        """The spans that begin on that day."""
        if self.ends_on is not None and day >= self.ends_on:
            return ()
        if day in self.exceptions:
            return self.exceptions[day]
        return () if self.is_closed(day) else self.week[day.weekday()]

    def of_day(self, day: dt.date) -> tuple[Piece, ...]:
        """The open parts of that day; last night's spans end in it."""
        if self.ends_on is not None and day >= self.ends_on:
            return ()
        found = [
            (_reached(day, MIDNIGHT, self.zone), _reached(day, span.end, self.zone))
            for span in self.spans_of(day - DAY)
            if span.passes_midnight
        ]
        for span in self.spans_of(day):
            until_midnight = span.end == MIDNIGHT or span.passes_midnight
            end = (day + DAY, MIDNIGHT) if until_midnight else (day, span.end)
            found.append((_reached(day, span.start, self.zone), _reached(*end, self.zone)))
        return _joined(found)


@dataclass(frozen=True)
class Intersection:
    """Open when every one of ``parts`` is. It remembers the days it was asked about."""

    parts: tuple[Hours, ...]
    _days: dict[dt.date, tuple[Piece, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def zone(self) -> ZoneInfo:
        return self.parts[0].zone

    @property
    def ends_on(self) -> dt.date | None:
        return min((p.ends_on for p in self.parts if p.ends_on is not None), default=None)

    def of_day(self, day: dt.date) -> tuple[Piece, ...]:
        """What the parts' open times have in common that day."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            known = self._days[day] = self._common(day)
        return known

    def _common(self, day: dt.date) -> tuple[Piece, ...]:
        common = self.parts[0].of_day(day)
        for part in self.parts[1:]:
            if not common:
                break
            common = tuple(_overlaps(common, part.of_day(day)))
        return common


def intersection(*parts: Hours) -> Intersection:
    """The hours in which all of ``parts`` are open. Raises ValueError for none, or for two zones:
    their days would not be the same ones."""
    if not parts:
        raise ValueError("An intersection needs at least one calendar.")
    if len({part.zone.key for part in parts}) > 1:
        raise ValueError("Calendars of different time zones have no days in common.")
    return Intersection(parts)


@dataclass(frozen=True, slots=True)
class Pause:
    """From an instant to another; ``end`` None: still going on."""

    start: dt.datetime
    end: dt.datetime | None

    def until(self, now: dt.datetime) -> Piece:
        """Both ends, an open one closed at ``now``."""
        return self.start, self.end if self.end is not None else max(now, self.start)


def is_open(at: dt.datetime, hours: Hours) -> bool:
    """Whether somebody is there at that instant."""
    day = at.astimezone(hours.zone).date()
    return any(start <= at < end for start, end in hours.of_day(day))


def elapsed(
    start: dt.datetime, end: dt.datetime, hours: Hours, pauses: Sequence[Pause] = ()
) -> dt.timedelta:
    """Open time between two instants, pauses taken out. Zero when ``end`` is not later."""
    closed = [Pause(*pause.until(end)) for pause in pauses]
    total = ZERO
    for a, b in open_pieces(start, hours, until=end):
        for free, taken in _free(a, b, closed):
            total += taken - free
    return total


def deadline(
    start: dt.datetime, promise: dt.timedelta, hours: Hours, pauses: Sequence[Pause] = ()
) -> dt.datetime | None:
    """The first instant at which the promise is used up.

    None when nobody can tell: a pause is still open, or the place never opens that long again.
    """
    if promise <= ZERO:
        return start
    left = promise
    for a, b in open_pieces(start, hours):
        for free, taken in _free(a, b, pauses):
            if left <= taken - free:
                return free + left
            left -= taken - free
        if any(pause.end is None and pause.start <= b for pause in pauses):
            return None
    return None


def open_pieces(
    start: dt.datetime, hours: Hours, until: dt.datetime | None = None
) -> Iterator[Piece]:
    """Open pieces from ``start`` on, the first and last cut to size; bounded by the horizon."""
    day = start.astimezone(hours.zone).date()
    ends_on = hours.ends_on
    for _step in range(HORIZON_DAYS):
        if ends_on is not None and day >= ends_on:
            return
        for opens, closes in hours.of_day(day):
            if until is not None and opens >= until:
                return
            a, b = max(opens, start), closes if until is None else min(closes, until)
            if a < b:
                yield a, b
        day += DAY
        if until is not None and day > until.astimezone(hours.zone).date():
            return


def _reached(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The first instant of ``day`` at which its clocks have reached ``at``."""
    first = dt.datetime.combine(day, at, zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == dt.datetime.combine(day, at):
        return first
    # The clocks jump over that time: the first instant is the jump itself.
    low = dt.datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
    offset = low.astimezone(zone).utcoffset()
    while first - low > dt.timedelta(seconds=1):
        middle = low + (first - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            first = middle
    return first.replace(microsecond=0)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same time as pieces in order that neither touch nor overlap."""
    found: list[Piece] = []
    for start, end in sorted(pieces):
        if start >= end:
            continue  # the whole span lies in the hour that the clocks skip
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _overlaps(one: Sequence[Piece], other: Sequence[Piece]) -> Iterator[Piece]:
    """What two lists of pieces, each in order and apart, have in common."""
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            yield start, end
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1


def _free(a: dt.datetime, b: dt.datetime, pauses: Sequence[Pause]) -> Iterator[Piece]:
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

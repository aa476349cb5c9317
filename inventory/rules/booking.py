"""Booking in plain values: lesson periods, spans of them, what hinders. No queries, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from schools.calendars.hours import Hours, Opening, Span, weekly

Piece = tuple[dt.datetime, dt.datetime]
"""From an instant to another, the end excluded."""
WEEK = dt.timedelta(days=7)
MOST_WEEKS = 45
"""A weekly run ends with the school year at the latest."""
DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """A period of a day, in minutes after midnight, wall time."""

    rank: int
    starts_min: int
    ends_min: int
    name: str = ""

    @property
    def hours(self) -> str:
        """``08:15–09:05``."""
        return f"{_clock(self.starts_min)}–{_clock(self.ends_min)}"


Day = tuple[Lesson, ...]
Grid = Mapping[int, Day]
"""Weekday (0 is Monday) → its periods, in order."""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_STARTS = ("08:15", "09:05", "10:10", "11:00", "11:50", "13:25", "14:15", "15:20")
LESSON_MIN = 50
WEDNESDAY, MORNING = 2, 5


def usual_grid() -> dict[int, Day]:
    """What a school is offered that has entered none: periods of 50 minutes, two pauses, a lunch
    hour; Wednesday until noon."""
    starts = [int(text[:2]) * 60 + int(text[3:]) for text in _STARTS]
    whole = tuple(Lesson(n, at, at + LESSON_MIN) for n, at in enumerate(starts, 1))
    return {day: whole[:MORNING] if day == WEDNESDAY else whole for day in range(5)}


def run_of(lessons: Sequence[Lesson], first: int, last: int) -> tuple[Lesson, ...]:
    """The periods from one to another, pauses between them included; empty where one is unknown."""
    ranks = {lesson.rank for lesson in lessons}
    if first > last or first not in ranks or last not in ranks:
        return ()
    return tuple(lesson for lesson in lessons if first <= lesson.rank <= last)


def piece_of(day: dt.date, starts_min: int, ends_min: int, zone: ZoneInfo) -> Piece | None:
    """The instants between two wall times of a day; None where the clocks jump over all of it."""
    span = Span(_time(starts_min), _time(ends_min))
    found = Opening(zone, weekly((day.weekday(),), span)).of_day(day)
    return (found[0][0], found[-1][1]) if found else None


def _time(minutes: int) -> dt.time:
    return dt.time(*divmod(minutes % DAY_MIN, 60))


def is_open_for(piece: Piece, day: dt.date, hours: Hours) -> bool:
    """Whether the place is open for the whole of it."""
    start, end = piece
    return any(a <= start and end <= b for a, b in hours.of_day(day))


def lies_within(lessons: Sequence[Lesson], opens_min: int, closes_min: int) -> bool:
    """Whether the run keeps to a thing's own hours."""
    return opens_min <= lessons[0].starts_min and lessons[-1].ends_min <= closes_min


def with_buffer(piece: Piece, buffer_min: int) -> Piece:
    """The span that nobody else may touch."""
    return piece[0], piece[1] + dt.timedelta(minutes=buffer_min)


def overlaps(one: Piece, other: Piece) -> bool:
    """Whether two spans share an instant."""
    return one[0] < other[1] and other[0] < one[1]


def weekly_days(first: dt.date, until: dt.date) -> Iterator[dt.date]:
    """The same weekday of each week, ``first`` and ``until`` included."""
    for week in range(MOST_WEEKS):
        day = first + week * WEEK
        if day > until:
            return
        yield day


def free_runs(
    lessons: Sequence[Lesson], taken: Iterable[Piece], pieces: Mapping[int, Piece], length: int
) -> Iterator[tuple[Lesson, ...]]:
    """Runs of ``length`` periods of a day that touch nothing taken, in order."""
    held = list(taken)
    for at in range(len(lessons) - length + 1):
        run = tuple(lessons[at : at + length])
        if run[0].rank not in pieces or run[-1].rank not in pieces:
            continue
        whole = (pieces[run[0].rank][0], pieces[run[-1].rank][1])
        if not any(overlaps(whole, piece) for piece in held):
            yield run

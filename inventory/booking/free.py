"""What is free near a slot that somebody has: the same thing at another time, another at this."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.access.booking import can_book
from inventory.booking.school_days import SchoolDays
from inventory.booking.slots import Slot, SlotImpossible, Wanted, slot_of
from inventory.models import Bookable, Booking
from inventory.rules.booking import Piece, overlaps, with_buffer
from schools.models import User

DAYS = 14
"""How far ahead another time is looked for."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Free:
    """A slot that is free now; somebody else may be faster."""

    bookable: Bookable
    slot: Slot
    same_time: bool


def near(
    user: User, bookable: Bookable, wanted: Wanted, days: SchoolDays, now: dt.datetime
) -> list[Free]:
    """Others of the kind at that time, then the same one soon after; two queries."""
    others = [
        one
        for one in Bookable.objects.filter(site=bookable.site_id, kind=bookable.kind)
        .offered()
        .exclude(pk=bookable.pk)
        .select_related("site__school")
        if can_book(user, one)
    ]
    taken = _taken([bookable, *others], wanted.day)
    found = []
    for other in others:
        slot = _slot(other, wanted, days, now)
        if slot and _is_free(other, slot, taken[other.pk]):
            found.append(Free(other, slot, True))
    later = _later(bookable, wanted, days, now, taken[bookable.pk])
    return [*found[:SHOWN], *(Free(bookable, slot, False) for slot in later)]


def _taken(bookables: list[Bookable], day: dt.date) -> dict[int, list[Piece]]:
    """What is held of each, from the day before on."""
    begin = dt.datetime.combine(day, dt.time(0), dt.UTC) - dt.timedelta(days=1)
    window = (begin, begin + dt.timedelta(days=DAYS + 2))
    rows = Booking.objects.holding().filter(bookable__in=bookables, blocked__overlap=window)
    held: dict[int, list[Piece]] = defaultdict(list)
    for pk, blocked in rows.values_list("bookable", "blocked"):
        held[pk].append((blocked.lower, blocked.upper))
    return held


def _slot(bookable: Bookable, wanted: Wanted, days: SchoolDays, now: dt.datetime) -> Slot | None:
    try:
        return slot_of(bookable, wanted, days, now)
    except SlotImpossible:
        return None


def _is_free(bookable: Bookable, slot: Slot, taken: list[Piece]) -> bool:
    blocked = with_buffer(slot.piece, bookable.buffer_min)
    return not any(overlaps(blocked, piece) for piece in taken)


def _later(
    bookable: Bookable, wanted: Wanted, days: SchoolDays, now: dt.datetime, taken: list[Piece]
) -> list[Slot]:
    found: list[Slot] = []
    for step in range(DAYS):
        day = wanted.day + dt.timedelta(days=step)
        for first, last in _runs(days, day, wanted):
            slot = _slot(bookable, Wanted(day, first, last), days, now)
            if slot and _is_free(bookable, slot, taken):
                found.append(slot)
                if len(found) == SHOWN:
                    return found
    return found


def _runs(days: SchoolDays, day: dt.date, wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Runs of as many periods; on the day itself the nearest first, later the same hour first."""
    ranks = [lesson.rank for lesson in days.lessons(day)]
    length = wanted.last - wanted.first
    starts = [rank for rank in ranks if rank + length in ranks]
    for rank in sorted(starts, key=lambda rank: abs(rank - wanted.first)):
        yield rank, rank + length

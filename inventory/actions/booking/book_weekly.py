from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_book, require
from inventory.actions.booking.book import told, write_booking
from inventory.actions.booking.keep_bookable import lock_bookable
from inventory.booking.school_days import day_words, school_days
from inventory.booking.slots import (
    Slot,
    SlotImpossible,
    SlotTaken,
    Wanted,
    slot_of,
    taken_words,
)
from inventory.models import Bookable, Booking
from inventory.rules.booking import overlaps, weekly_days, with_buffer
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce
from schools.models import User


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A week of a run: its slot, or why there is none that day."""

    day: dt.date
    slot: Slot | None
    why: str = ""
    taken: bool = False
    """Somebody has it; else the school is closed, or the day out of reach."""


class SeriesTaken(SlotImpossible):
    """Some days of a run were taken since they were shown; nothing was booked."""


def plan_weekly(
    bookable: Bookable, wanted: Wanted, until: dt.date, now: dt.datetime
) -> list[Occurrence]:
    """Each week from the day wanted on, holidays and conflicts named; two queries for any number.
    Reads only: nothing is held."""
    days = school_days(bookable.site, wanted.day)
    found: list[Occurrence] = []
    for day in weekly_days(wanted.day, until):
        try:
            found.append(Occurrence(day, slot_of(bookable, wanted.on(day), days, now)))
        except SlotImpossible as error:
            found.append(Occurrence(day, None, str(error)))
    return _with_conflicts(bookable, found)


def _with_conflicts(bookable: Bookable, planned: Sequence[Occurrence]) -> list[Occurrence]:
    pieces = [one.slot.piece for one in planned if one.slot]
    if not pieces:
        return list(planned)
    window = (pieces[0][0] - dt.timedelta(days=1), pieces[-1][1] + dt.timedelta(days=1))
    held = Booking.objects.holding().filter(bookable=bookable, blocked__overlap=window)
    rows = list(held.select_related("person", "bookable"))
    return [_judged(bookable, one, rows) for one in planned]


def _judged(bookable: Bookable, one: Occurrence, rows: Sequence[Booking]) -> Occurrence:
    if one.slot is None:
        return one
    blocked = with_buffer(one.slot.piece, bookable.buffer_min)
    for row in rows:
        if overlaps(blocked, (row.blocked.lower, row.blocked.upper)):
            return Occurrence(one.day, None, taken_words(row), taken=True)
    return one


@transaction.atomic
def book_weekly(
    actor: User, bookable: int, wanted: Wanted, days: Sequence[dt.date], *, key: UUID
) -> list[Booking]:
    """Book the same periods on each of the days that were shown free: all of them, or none.

    The same key twice is one run. Raises Bookable.DoesNotExist where unseen, BookingRefused,
    SlotImpossible with the day, SeriesTaken with the days that are gone.
    """
    here = lock_bookable(actor, bookable)
    require(can_book(actor, here))
    known = list(Booking.objects.filter(series=key, person=actor, bookable=here))
    if known:
        return known
    now, gone, made = timezone.now(), [], []
    calendar = school_days(here.site, min(days)) if days else None
    for day in sorted(set(days)):
        assert calendar is not None
        slot = slot_of(here, wanted.on(day), calendar, now)
        try:
            made.append(
                write_booking(
                    actor,
                    here,
                    slot,
                    wanted,
                    key=uuid5(key, day.isoformat()),
                    now=now,
                    series=key,
                )
            )
        except SlotTaken:
            gone.append(day_words(day))
    if gone:
        told_days = ", ".join(gone)
        raise SeriesTaken(
            _("Pris entre-temps : %(days)s. Rien n’est réservé ; revoyez la liste.")
            % {"days": told_days}
        )
    lines = [JournalLine("book", one, here.site, after=told(one)) for one in made]
    record_actions(actor, lines)
    if made:
        announce("booking", made[0].pk, site=here.site_id)
    return made

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.access.booking import can_book, can_decide, require
from inventory.actions.booking.keep_bookable import lock_bookable
from inventory.booking.school_days import school_days
from inventory.booking.slots import Slot, SlotTaken, Wanted, holder_of, slot_of
from inventory.models import Bookable, Booking, BookingState, Wish
from inventory.rules.booking import with_buffer
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@transaction.atomic
def book(actor: User, bookable: int, wanted: Wanted, *, key: UUID) -> Booking:
    """Book some periods of a day. The same key twice is one booking.

    Raises Bookable.DoesNotExist where unseen, BookingRefused with the reason, SlotImpossible,
    SlotTaken with who has it.
    """
    here = lock_bookable(actor, bookable)
    require(can_book(actor, here))
    known = Booking.objects.filter(request_key=key, person=actor, bookable=here).first()
    if known is not None:
        return known
    now = timezone.now()
    slot = slot_of(here, wanted, school_days(here.site, wanted.day), now)
    made = write_booking(actor, here, slot, wanted, key=key, now=now)
    record_action(actor, "book", made, site=here.site, after=told(made))
    announce("booking", made.pk, site=here.site_id)
    return made


def write_booking(
    actor: User,
    here: Bookable,
    slot: Slot,
    wanted: Wanted,
    *,
    key: UUID,
    now: dt.datetime,
    series: UUID | None = None,
) -> Booking:
    """Take the slot, the bookable being locked. Raises SlotTaken."""
    if holder := holder_of(here, slot.piece):
        raise SlotTaken(holder)
    made = Booking(
        bookable=here,
        span=slot.piece,
        blocked=with_buffer(slot.piece, here.buffer_min),
        person=actor,
        class_text=wanted.class_text,
        purpose=wanted.purpose,
        periods=slot.ranks,
        request_key=key,
        series=series,
        made_at=now,
    )
    needs_a_yes = here.needs_approval and not can_decide(actor, made)
    made.state = BookingState.ASKED if needs_a_yes else BookingState.BOOKED
    made.approved_at = None if needs_a_yes else now
    take_slot(made)
    _fulfil_wishes(made, now)
    return made


def take_slot(booking: Booking) -> None:
    """Save it. Whoever writes around the lock meets the constraint. Raises SlotTaken."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        held = Booking.objects.holding().filter(
            bookable=booking.bookable, blocked__overlap=booking.blocked
        )
        held = held.exclude(pk=booking.pk).select_related("person", "bookable")
        if (holder := held.first()) is None:
            raise
        raise SlotTaken(holder) from error
    booking.refresh_from_db(fields=["span", "blocked", "version"])


def _fulfil_wishes(booking: Booking, now: dt.datetime) -> None:
    """What one waited for and now has, one waits for no longer."""
    mine = Wish.objects.filter(person=booking.person, bookable=booking.bookable, closed_at=None)
    mine.filter(span__overlap=booking.span).update(closed_at=now)


def told(booking: Booking) -> dict[str, object]:
    """What the journal keeps of it."""
    return {
        "starts_at": timezone.localtime(booking.starts_at).isoformat(timespec="minutes"),
        "ends_at": timezone.localtime(booking.ends_at).isoformat(timespec="minutes"),
        "periods": booking.periods,
        "class_text": booking.class_text,
    }

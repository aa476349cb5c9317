from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_change, require
from inventory.actions.booking.book import take_slot, told
from inventory.actions.booking.keep_bookable import lock_bookable
from inventory.actions.booking.tell_waiting import tell_waiting
from inventory.booking.school_days import school_days
from inventory.booking.slots import SlotImpossible, SlotTaken, Wanted, holder_of, slot_of
from inventory.models import Booking, BookingState
from inventory.rules.booking import with_buffer
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

CHANGEABLE = (BookingState.ASKED, BookingState.BOOKED)


@transaction.atomic
def change_booking(actor: User, pk: int, wanted: Wanted, *, version: int) -> Booking:
    """Move a booking to other periods or another day, or say another class.

    Raises Booking.DoesNotExist where unseen, BookingRefused, SlotImpossible, SlotTaken.
    """
    booking = lock_booking(actor, pk)
    require(can_change(actor, booking))
    if booking.version != version:
        raise SlotImpossible(
            _("Cette réservation a changé entre-temps. Relisez-la, puis recommencez.")
        )
    if booking.state not in CHANGEABLE:
        raise SlotImpossible(_("Cette réservation ne peut plus être changée."))
    here, before = booking.bookable, told(booking)
    slot = slot_of(here, wanted, school_days(here.site, wanted.day), timezone.now())
    if holder := holder_of(here, slot.piece, but=pk):
        raise SlotTaken(holder)
    booking.span = slot.piece
    booking.blocked = with_buffer(slot.piece, here.buffer_min)
    booking.periods = slot.ranks
    booking.class_text, booking.purpose = wanted.class_text, wanted.purpose
    take_slot(booking)
    after = told(booking)
    record_action(actor, "change_booking", booking, site=here.site, before=before, after=after)
    tell_waiting(timezone.now(), here.pk)
    announce("booking", pk, site=here.site_id)
    return booking


def lock_booking(actor: User, pk: int) -> Booking:
    """The booking, its bookable locked before it as by everybody who writes. Raises
    DoesNotExist."""
    row = Booking.objects.visible_to(actor).only("bookable_id").get(pk=pk)
    bookable = lock_bookable(actor, row.bookable_id)
    booking = Booking.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
    booking.bookable = bookable
    return booking

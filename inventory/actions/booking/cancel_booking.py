from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_change, require
from inventory.actions.booking.book import take_slot
from inventory.actions.booking.change_booking import CHANGEABLE, lock_booking
from inventory.actions.booking.tell_waiting import tell_waiting
from inventory.booking.slots import SlotImpossible, SlotTaken, holder_of
from inventory.models import Booking, BookingState
from schools.actions.audit import JournalLine, record_action, record_actions
from schools.live import announce
from schools.models import User


@transaction.atomic
def cancel_booking(actor: User, pk: int, why: str = "") -> Booking:
    """Give the slot back; the first who waits for it is told. A second click changes nothing.

    Raises Booking.DoesNotExist where unseen, BookingRefused, SlotImpossible once handed out.
    """
    booking = lock_booking(actor, pk)
    require(can_change(actor, booking))
    if booking.state == BookingState.CANCELLED:
        return booking
    if booking.state not in CHANGEABLE:
        raise SlotImpossible(_("Ce matériel est déjà remis : notez plutôt son retour."))
    booking.state, booking.said = BookingState.CANCELLED, why[:300]
    booking.save(update_fields=["state", "said"])
    record_action(actor, "cancel_booking", booking, site=booking.bookable.site, why=why)
    tell_waiting(timezone.now(), booking.bookable_id)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking


@transaction.atomic
def cancel_run(actor: User, pk: int) -> list[Booking]:
    """Give back this booking of a weekly run, and those that follow it.

    Raises as :func:`cancel_booking` does.
    """
    booking = lock_booking(actor, pk)
    require(can_change(actor, booking))
    here = booking.bookable
    run = Booking.objects.filter(
        series=booking.series,
        bookable=here,
        person=booking.person,
        state__in=CHANGEABLE,
        span__startswith__gte=booking.starts_at,
    )
    rows = list(run.select_for_update(of=("self",)).order_by("pk")) if booking.series else []
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(state=BookingState.CANCELLED)
    record_actions(actor, [JournalLine("cancel_booking", row, here.site) for row in rows])
    tell_waiting(timezone.now(), here.pk)
    announce("booking", pk, site=here.site_id)
    return rows


@transaction.atomic
def restore_booking(actor: User, pk: int) -> Booking:
    """Undo a cancellation, if the slot is still free.

    Raises Booking.DoesNotExist where unseen, BookingRefused, SlotImpossible, SlotTaken.
    """
    booking = lock_booking(actor, pk)
    require(can_change(actor, booking))
    if booking.state != BookingState.CANCELLED:
        return booking
    if booking.ends_at <= timezone.now():
        raise SlotImpossible(_("Cette période est passée."))
    if holder := holder_of(booking.bookable, (booking.starts_at, booking.ends_at), but=pk):
        raise SlotTaken(holder)
    approved = booking.approved_at is not None
    booking.state = BookingState.BOOKED if approved else BookingState.ASKED
    booking.said = ""
    take_slot(booking)
    record_action(actor, "restore_booking", booking, site=booking.bookable.site)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking

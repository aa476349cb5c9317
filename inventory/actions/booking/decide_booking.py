from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_decide, require
from inventory.actions.booking.change_booking import lock_booking
from inventory.actions.booking.tell_waiting import tell_waiting
from inventory.booking.slots import SlotImpossible
from inventory.models import Booking, BookingState
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@transaction.atomic
def approve_booking(actor: User, pk: int) -> Booking:
    """Say yes. Raises Booking.DoesNotExist where unseen, BookingRefused, SlotImpossible."""
    booking = lock_booking(actor, pk)
    require(can_decide(actor, booking))
    if booking.state == BookingState.BOOKED:
        return booking
    _require_asked(booking)
    booking.state, booking.approved_at = BookingState.BOOKED, timezone.now()
    booking.save(update_fields=["state", "approved_at"])
    record_action(actor, "approve_booking", booking, site=booking.bookable.site)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking


@transaction.atomic
def refuse_booking(actor: User, pk: int, why: str) -> Booking:
    """Say no, and why. Raises as :func:`approve_booking` does."""
    booking = lock_booking(actor, pk)
    require(can_decide(actor, booking))
    if booking.state == BookingState.REFUSED:
        return booking
    _require_asked(booking)
    if not why.strip():
        raise SlotImpossible(_("Dites pourquoi : la personne lira votre motif."))
    booking.state, booking.said = BookingState.REFUSED, why.strip()[:300]
    booking.save(update_fields=["state", "said"])
    record_action(actor, "refuse_booking", booking, site=booking.bookable.site, why=why)
    tell_waiting(timezone.now(), booking.bookable_id)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking


def _require_asked(booking: Booking) -> None:
    if booking.state != BookingState.ASKED:
        raise SlotImpossible(_("Cette réservation n’attend plus de réponse."))

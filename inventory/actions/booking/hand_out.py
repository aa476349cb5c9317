from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_hand, require
from inventory.actions.booking.book import take_slot
from inventory.actions.booking.change_booking import lock_booking
from inventory.actions.booking.tell_waiting import tell_waiting
from inventory.booking.slots import SlotImpossible
from inventory.models import Booking, BookingState
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

EARLY = dt.timedelta(hours=2)
"""A trolley may be fetched so long before its first period."""


@transaction.atomic
def hand_out(actor: User, pk: int) -> Booking:
    """Note that it was fetched.

    Raises Booking.DoesNotExist where unseen, BookingRefused, SlotImpossible with the reason:
    too early, not booked, or the one before has not brought it back.
    """
    booking = lock_booking(actor, pk)
    require(can_hand(actor, booking))
    if booking.state == BookingState.OUT:
        return booking
    now = timezone.now()
    if booking.state != BookingState.BOOKED:
        raise SlotImpossible(_("Seule une réservation confirmée se remet."))
    if now < booking.starts_at - EARLY:
        raise SlotImpossible(_("C’est trop tôt : la remise se note deux heures avant au plus."))
    out = Booking.objects.filter(bookable=booking.bookable, state=BookingState.OUT)
    if still := out.select_related("person").first():
        told = {"name": str(still.person or _("quelqu’un"))}
        raise SlotImpossible(
            _("%(name)s ne l’a pas encore rendu : notez d’abord le retour.") % told
        )
    booking.state, booking.out_at = BookingState.OUT, now
    booking.save(update_fields=["state", "out_at"])
    record_action(actor, "hand_out", booking, site=booking.bookable.site)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking


@transaction.atomic
def undo_hand_out(actor: User, pk: int) -> Booking:
    """It was not fetched after all."""
    booking = lock_booking(actor, pk)
    require(can_hand(actor, booking))
    if booking.state == BookingState.OUT:
        booking.state, booking.out_at = BookingState.BOOKED, None
        booking.save(update_fields=["state", "out_at"])
        record_action(actor, "undo_hand_out", booking, site=booking.bookable.site)
        announce("booking", pk, site=booking.bookable.site_id)
    return booking


@transaction.atomic
def take_back(actor: User, pk: int, said: str = "") -> Booking:
    """Note that it is back, and what was noticed. What is left of the slot is free at once."""
    booking = lock_booking(actor, pk)
    require(can_hand(actor, booking))
    if booking.state == BookingState.RETURNED:
        return booking
    if booking.state != BookingState.OUT:
        raise SlotImpossible(_("Ce matériel n’est pas noté comme remis."))
    booking.state, booking.returned_at = BookingState.RETURNED, timezone.now()
    booking.said = said.strip()[:300]
    booking.save(update_fields=["state", "returned_at", "said"])
    record_action(actor, "take_back", booking, site=booking.bookable.site, why=said)
    tell_waiting(timezone.now(), booking.bookable_id)
    announce("booking", pk, site=booking.bookable.site_id)
    return booking


@transaction.atomic
def undo_take_back(actor: User, pk: int) -> Booking:
    """It is still out. Raises SlotTaken where somebody booked the rest since."""
    booking = lock_booking(actor, pk)
    require(can_hand(actor, booking))
    if booking.state == BookingState.RETURNED:
        booking.state, booking.returned_at, booking.said = BookingState.OUT, None, ""
        take_slot(booking)
        record_action(actor, "undo_take_back", booking, site=booking.bookable.site)
        announce("booking", pk, site=booking.bookable.site_id)
    return booking

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_book, require
from inventory.actions.booking.keep_bookable import lock_bookable
from inventory.booking.school_days import school_days
from inventory.booking.slots import SlotImpossible, Wanted, holder_of, slot_of
from inventory.models import Wish
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def wait_for(actor: User, bookable: int, wanted: Wanted) -> Wish:
    """Be told when a slot that somebody has comes free. Asked twice, one waits once.

    Raises Bookable.DoesNotExist where unseen, BookingRefused, SlotImpossible.
    """
    here = lock_bookable(actor, bookable)
    require(can_book(actor, here))
    slot = slot_of(here, wanted, school_days(here.site, wanted.day), timezone.now())
    holder = holder_of(here, slot.piece)
    if holder is None:
        raise SlotImpossible(_("Cette période est libre : réservez-la."))
    if holder.person_id == actor.pk:
        raise SlotImpossible(_("Vous avez déjà réservé cette période."))
    known = Wish.objects.filter(person=actor, bookable=here, span=slot.piece, closed_at=None)
    if wish := known.first():
        return wish
    wish = Wish.objects.create(person=actor, bookable=here, span=slot.piece, periods=slot.ranks)
    wish.refresh_from_db(fields=["span"])
    record_action(actor, "wait_for", wish, site=here.site)
    return wish


@transaction.atomic
def stop_waiting(actor: User, pk: int) -> Wish:
    """No longer wait. Raises Wish.DoesNotExist for another's."""
    mine = Wish.objects.visible_to(actor).filter(person=actor)
    wish = mine.select_for_update(of=("self",)).select_related("bookable__site__school").get(pk=pk)
    if wish.closed_at is None:
        wish.closed_at = timezone.now()
        wish.save(update_fields=["closed_at"])
        record_action(actor, "stop_waiting", wish, site=wish.bookable.site)
    return wish

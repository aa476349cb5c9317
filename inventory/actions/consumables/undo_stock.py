from __future__ import annotations

from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.actions.consumables.ledger import StockImpossible, store_for, told, write_entry
from inventory.models import Movement, StockEntry
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def undo_stock(actor: User, pk: int) -> list[StockEntry]:
    """Undo a gesture by counter-entries: both sides of a move. Undone twice, it is undone once.

    Raises StockEntry.DoesNotExist where unseen, StockRefused, StockImpossible where what came in
    has been used since.
    """
    entry = StockEntry.objects.visible_to(actor).get(pk=pk)
    if entry.movement == Movement.UNDONE:
        raise StockImpossible(_("Une annulation ne s’annule pas : refaites le geste."))
    rows = StockEntry.objects.filter(
        key=entry.key, consumable=entry.consumable_id, movement=entry.movement
    )
    sides = list(rows.select_related("consumable").order_by("store"))
    stores = {side.store_id: store_for(actor, side.store_id) for side in sides}
    undone = []
    for side in sides:
        former = StockEntry.objects.filter(undoes=side).first()
        if former is not None:
            undone.append(former)
            continue
        if side.quantity == 0:
            raise StockImpossible(_("Un comptage juste ne change rien : il reste écrit."))
        store = stores[side.store_id]
        written, fresh = write_entry(
            actor,
            store,
            side.consumable,
            Movement.UNDONE,
            -side.quantity,
            key=uuid5(side.key, "undo"),
            undoes=side,
            reference=side.reference,
        )
        undone.append(written)
        if fresh:
            record_action(actor, "undo_stock", written, site=store.site, after=told(written))
    return undone

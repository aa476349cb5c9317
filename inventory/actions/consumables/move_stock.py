from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.actions.consumables.ledger import (
    StockImpossible,
    require_some,
    store_for,
    told,
    write_entry,
)
from inventory.models import Consumable, Movement, StockEntry, Store
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def move_stock(  # noqa: PLR0917  read in the order of the gesture
    actor: User,
    store: Store,
    consumable: Consumable,
    quantity: int,
    to: Store,
    reference: str = "",
    *,
    key: UUID,
) -> StockEntry:
    """Carry from a store to another: two entries that balance. Returns the one that leaves.

    Raises Store.DoesNotExist where one is unseen, StockRefused, StockImpossible.
    """
    here, there = store_for(actor, store.pk), store_for(actor, to.pk)
    require_some(quantity)
    if here.pk == there.pk:
        raise StockImpossible(_("Choisissez un autre stock que celui-ci."))
    sides = [(here, -quantity), (there, quantity)]
    written = {}
    # in the order of keys, so that two who carry against each other do not lock each other out
    for side, amount in sorted(sides, key=lambda pair: pair[0].pk):
        entry, fresh = write_entry(
            actor, side, consumable, Movement.MOVED, amount, key=key, reference=reference[:60]
        )
        written[side.pk] = entry
        if fresh:
            record_action(actor, "move_stock", entry, site=side.site, after=told(entry))
    return written[here.pk]

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from inventory.actions.consumables.ledger import require_some, store_for, told, write_entry
from inventory.models import Consumable, Device, Movement, StockEntry, Store
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def use_consumable(  # noqa: PLR0917  read in the order of the gesture
    actor: User,
    store: Store,
    consumable: Consumable,
    quantity: int,
    device: Device | None = None,
    reference: str = "",
    *,
    key: UUID,
) -> StockEntry:
    """Take from a store, for a device or a ticket (``reference``, as text). The same key twice
    takes once.

    Raises Store.DoesNotExist where unseen, StockRefused, StockImpossible where too little is left.
    """
    here = store_for(actor, store.pk)
    require_some(quantity)
    entry, fresh = write_entry(
        actor,
        here,
        consumable,
        Movement.USED,
        -quantity,
        key=key,
        device=device,
        reference=reference[:60],
    )
    if fresh:
        record_action(actor, "use_consumable", entry, site=here.site, after=told(entry))
    return entry


@transaction.atomic
def return_stock(  # noqa: PLR0917  read in the order of the gesture
    actor: User,
    store: Store,
    consumable: Consumable,
    quantity: int,
    device: Device | None = None,
    reference: str = "",
    *,
    key: UUID,
) -> StockEntry:
    """Put back what was taken and not used. Raises as :func:`use_consumable` does."""
    here = store_for(actor, store.pk)
    require_some(quantity)
    entry, fresh = write_entry(
        actor,
        here,
        consumable,
        Movement.RETURNED,
        quantity,
        key=key,
        device=device,
        reference=reference[:60],
    )
    if fresh:
        record_action(actor, "return_stock", entry, site=here.site, after=told(entry))
    return entry

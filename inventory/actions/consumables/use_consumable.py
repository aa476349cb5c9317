from __future__ import annotations

from uuid import UUID

from django.db import transaction

from inventory.actions.consumables.ledger import write_gesture
from inventory.models import Consumable, Device, Movement, StockEntry, Store
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
    more = {"device": device, "reference": reference[:60]}
    return write_gesture(
        actor, store, consumable, Movement.USED, quantity, verb="use_consumable", key=key, **more
    )


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
    more = {"device": device, "reference": reference[:60]}
    return write_gesture(
        actor, store, consumable, Movement.RETURNED, quantity, verb="return_stock", key=key, **more
    )

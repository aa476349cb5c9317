from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from inventory.actions.consumables.ledger import write_gesture
from inventory.models import Consumable, Movement, StockEntry, Store
from schools.models import User


@transaction.atomic
def receive_stock(  # noqa: PLR0917  read in the order of the gesture
    actor: User,
    store: Store,
    consumable: Consumable,
    quantity: int,
    unit_cost: Decimal | None = None,
    reference: str = "",
    *,
    key: UUID,
) -> StockEntry:
    """Take in a delivery (``reference``: its note; ``unit_cost`` in euros).

    Raises Store.DoesNotExist where unseen, StockRefused, StockImpossible.
    """
    more = {"unit_cost": unit_cost, "reference": reference[:60]}
    return write_gesture(
        actor, store, consumable, Movement.RECEIVED, quantity, verb="receive_stock", key=key, **more
    )

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from inventory.actions.consumables.ledger import require_some, store_for, told, write_entry
from inventory.models import Consumable, Movement, StockEntry, Store
from schools.actions.audit import record_action
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
    here = store_for(actor, store.pk)
    require_some(quantity)
    entry, fresh = write_entry(
        actor,
        here,
        consumable,
        Movement.RECEIVED,
        quantity,
        key=key,
        unit_cost=unit_cost,
        reference=reference[:60],
    )
    if fresh:
        record_action(actor, "receive_stock", entry, site=here.site, after=told(entry))
    return entry

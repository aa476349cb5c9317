from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.actions.consumables.ledger import MOST, StockImpossible, store_for, told, write_entry
from inventory.models import Consumable, Movement, StockEntry, StockLine, Store
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def count_stock(
    actor: User,
    store: Store,
    consumable: Consumable,
    counted: int,
    why: str = "",
    *,
    key: UUID,
) -> StockEntry:
    """Say how many lie there: the difference becomes an entry, with its reason. A count that
    agrees is written too, as a proof.

    Raises Store.DoesNotExist where unseen, StockRefused, StockImpossible without a reason.
    """
    here = store_for(actor, store.pk)
    if not 0 <= counted <= MOST:
        raise StockImpossible(_("Entrez ce que vous avez compté."))
    known = StockEntry.objects.filter(key=key, store=here, consumable=consumable).first()
    if known is not None:
        return known
    StockLine.objects.get_or_create(store=here, consumable=consumable)
    line = StockLine.objects.select_for_update().get(store=here, consumable=consumable)
    difference = counted - line.quantity
    if difference and not why.strip():
        told_ = {"known": line.quantity, "counted": counted}
        raise StockImpossible(
            _("Le stock dit %(known)d, vous comptez %(counted)d : dites pourquoi.") % told_
        )
    entry, fresh = write_entry(
        actor, here, consumable, Movement.COUNTED, difference, key=key, why=why.strip()[:300]
    )
    if fresh:
        record_action(actor, "count_stock", entry, site=here.site, after=told(entry), why=why)
    return entry

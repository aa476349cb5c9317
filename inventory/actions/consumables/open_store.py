from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access.consumables import can_add, can_keep_store, require
from inventory.actions.consumables.ledger import StockImpossible, store_for
from inventory.models import Consumable, StockLine, Store
from schools.actions.audit import record_action
from schools.models import Site, User


@transaction.atomic
def open_store(actor: User, site: int) -> Store:
    """The store of a site, made when it has none yet. Raises Site.DoesNotExist, StockRefused."""
    seen = Site.objects.visible_to(actor).select_for_update(of=("self",))
    here = seen.select_related("school").get(pk=site)
    require(can_keep_store(actor, Store(site=here)))
    store, made = Store.objects.get_or_create(site=here, defaults={"name": str(here)[:80]})
    if made:
        record_action(actor, "open_store", store, site=here)
    return store


@transaction.atomic
def add_consumable(actor: User, **values: Any) -> Consumable:
    """A new line of the catalogue; one that is known already is given back.

    Raises StockRefused, StockImpossible where the bar code is another's.
    """
    require(can_add(actor))
    name, reference = values.pop("name").strip(), values.pop("reference", "").strip()
    barcode = values.pop("barcode", "") or None
    known = Consumable.objects.filter(name=name, reference=reference).first()
    if known is not None:
        return known
    taken = Consumable.objects.filter(barcode=barcode).first() if barcode else None
    if taken is not None:
        raise StockImpossible(
            _("Ce code-barres est déjà celui de « %(name)s ».") % {"name": taken.name}
        )
    made = Consumable.objects.create(name=name, reference=reference, barcode=barcode, **values)
    record_action(actor, "add_consumable", made)
    return made


@transaction.atomic
def set_reorder_level(
    actor: User, store: int, consumable: Consumable, level: int | None, order_to: int | None
) -> StockLine:
    """When to order again, and up to how many; None: no longer.

    Raises Store.DoesNotExist, StockRefused, StockImpossible.
    """
    here = store_for(actor, store)
    if level is not None and (order_to is None or order_to <= level):
        raise StockImpossible(_("« Remonter à » doit dépasser le seuil."))
    line, _made = StockLine.objects.get_or_create(store=here, consumable=consumable)
    before = {"level": line.reorder_level, "order_to": line.order_to}
    after = {"level": level, "order_to": order_to if level is not None else None}
    if before != after:
        line.reorder_level, line.order_to = after["level"], after["order_to"]
        line.save(update_fields=["reorder_level", "order_to"])
        record_action(actor, "set_reorder_level", line, site=here.site, before=before, after=after)
    return line

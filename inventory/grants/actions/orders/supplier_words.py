"""Read the body of a supplier's message: each wrong field is named with what is expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from inventory.actions.device_writing import FactsRefused
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.models import Product

LARGEST = 100_000


def text_of(body: Mapping[str, Any], name: str, length: int, *, required: bool = False) -> str:
    """A text of at most so many signs. Raises FactsRefused."""
    value = body.get(name)
    if value in (None, ""):
        if required:
            raise FactsRefused({name: _("Ce champ est attendu.")})
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise FactsRefused({name: _("Un texte est attendu.")})
    text = " ".join(str(value).replace("\x00", "").split())
    if len(text) > length:
        raise FactsRefused({name: _("%(n)d signes au plus.") % {"n": length}})
    return text


def day_of(body: Mapping[str, Any], name: str, *, required: bool = False) -> dt.date | None:
    """A day as ``2026-12-02``. Raises FactsRefused."""
    value = body.get(name)
    if value in (None, ""):
        if required:
            raise FactsRefused({name: _("Un jour est attendu, comme 2026-12-02.")})
        return None
    try:
        day = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise FactsRefused({name: _("Un jour est attendu, comme 2026-12-02.")})
    return day


def quantity_of(body: Mapping[str, Any], name: str = "quantity") -> int:
    """A number of pieces. Raises FactsRefused."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST:
        raise FactsRefused({name: _("Un nombre entier est attendu, 1 au moins.")})
    return value


def product_of(row: SupplierOrder, body: Mapping[str, Any]) -> Product:
    """A product of that order, by ``product`` (our key) or ``part_number``. Raises FactsRefused."""
    mine = Product.objects.filter(order_items__line__supplier_order=row)
    key, part = body.get("product"), text_of(body, "part_number", 60)
    if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**63:
        found = mine.filter(pk=key).first()
    elif part:
        named = Q(part_number__iexact=part) | Q(model__iexact=part)
        found = mine.filter(named).order_by("pk").first()
    else:
        raise FactsRefused({"product": _("Dites le produit\u00a0: product, ou part_number.")})
    if found is None:
        raise FactsRefused(
            {
                "product": _("«\u00a0%(what)s\u00a0» n’est pas de cette commande.")
                % {"what": part or key}
            }
        )
    return found

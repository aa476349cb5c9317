"""Write down suppliers and the lots of the market."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.grants.access.orders import can_keep_market
from inventory.grants.models.orders.market import LotKit, MarketLot, Supplier
from inventory.models import Kit
from schools.actions.audit import record_action
from schools.models import User

M = TypeVar("M", Supplier, MarketLot)
REFUSED = {
    "market_lot_once": ("number", gettext_lazy("Ce marché a déjà un lot de ce numéro.")),
    "market_lot_days_in_order": ("ends_on", gettext_lazy("La fin vient avant le début.")),
    "grants_supplier_name": ("name", gettext_lazy("Un fournisseur porte déjà ce nom.")),
}


@transaction.atomic
def keep_supplier(
    user: User, row: Supplier, values: Mapping[str, Any], people: Iterable[User], seen: int = 0
) -> Supplier:
    """Add or change a supplier, and say who speaks for it. Raises DecisionRefused, FactsRefused."""
    require(can_keep_market(user))
    row, before = _fresh(row, values, seen)
    _save(row, values)
    row.people.set(people)
    told = _plain(values) | {"people": sorted(str(person) for person in people)}
    record_action(user, _verb(before, "supplier"), row, before=before, after=told)
    return row


@transaction.atomic
def keep_lot(
    user: User, row: MarketLot, values: Mapping[str, Any], kits: Iterable[Kit], seen: int = 0
) -> MarketLot:
    """Add or change a lot and the kits it covers. A kit has one lot on any day.

    Raises DecisionRefused, FactsRefused by field.
    """
    require(can_keep_market(user))
    row, before = _fresh(row, values, seen)
    wanted = list(kits)
    _refuse_two_lots(row, values, wanted)
    _save(row, values)
    row.kits.exclude(kit__in=wanted).delete()
    known = set(row.kits.values_list("kit", flat=True))
    LotKit.objects.bulk_create(LotKit(lot=row, kit=kit) for kit in wanted if kit.pk not in known)
    told = _plain(values) | {"kits": [str(kit) for kit in wanted]}
    record_action(user, _verb(before, "lot"), row, before=before, after=told)
    return row


def _fresh(row: M, values: Mapping[str, Any], seen: int) -> tuple[M, dict[str, Any]]:
    """The row as it stands, held, and what it said. Two officers: the second reads again."""
    if row.pk is None:
        return row, {}
    found: M = type(row).objects.select_for_update().get(pk=row.pk)
    if seen and found.version != seen:
        raise DecisionImpossible(_("Quelqu’un l’a modifié entre-temps. Relisez, puis recommencez."))
    return found, _plain({name: getattr(found, name) for name in values})


def _refuse_two_lots(row: MarketLot, values: Mapping[str, Any], kits: list[Kit]) -> None:
    LotKit.objects.select_for_update().filter(kit__in=kits).count()
    others = LotKit.objects.filter(
        kit__in=kits,
        lot__starts_on__lte=values["ends_on"],
        lot__ends_on__gte=values["starts_on"],
    ).exclude(lot=row.pk)
    first = others.select_related("lot", "kit").first()
    if first is not None:
        raise FactsRefused(
            {
                "kits": _(
                    "«\u00a0%(kit)s\u00a0» est déjà couvert par le lot %(lot)s, jusqu’au %(day)s."
                )
                % {"kit": first.kit, "lot": first.lot, "day": f"{first.lot.ends_on:%d/%m/%Y}"}
            }
        )


def _save(row: Supplier | MarketLot, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        for constraint, (field, words) in REFUSED.items():
            if constraint in str(error):
                raise FactsRefused({field: str(words)}) from None
        raise


def _verb(before: Mapping[str, Any], what: str) -> str:
    return f"change_{what}" if before else f"add_{what}"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the journal keeps them."""
    return {
        name: str(value) if isinstance(value, models.Model | dt.date) else value
        for name, value in values.items()
    }

"""What a supplier says of an order: heard once, however often and in whatever order it comes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.grants.access.orders import can_speak_for
from inventory.grants.actions.orders.announce_delivery import (
    announce_delivery,
    collect_refused,
    note_arrival,
    withdraw_delivery,
)
from inventory.grants.actions.orders.history import settle, tell
from inventory.grants.actions.orders.supplier_words import (
    day_of,
    product_of,
    quantity_of,
    text_of,
)
from inventory.grants.models.orders.purchases import EventKind, Order, OrderState
from inventory.grants.models.orders.supply import (
    Forecast,
    MessageKind,
    MessageOutcome,
    SupplierMessage,
    SupplierOrder,
    SupplyState,
)
from schools.actions.audit import record_action
from schools.models import User

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Said:
    """A message. ``id``: the supplier's own, for good; ``at``: when it was written there."""

    id: str
    order: str
    kind: str
    at: dt.datetime
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """``again``: it was heard before, and changed nothing."""

    message: SupplierMessage
    again: bool


@transaction.atomic
def hear_supplier(user: User, said: Said) -> Heard:
    """Take a message in. Raises SupplierOrder.DoesNotExist where unseen, DecisionRefused,
    FactsRefused by field, DecisionImpossible; nothing of a refused message is kept."""
    rows = SupplierOrder.objects.visible_to(user).select_for_update(of=("self",))
    row = rows.select_related("supplier", "lot").get(reference=said.order)
    require(can_speak_for(user, row.supplier))
    if not _storable(said):
        raise FactsRefused({"body": _("Un signe de ce message ne s’écrit pas (NUL).")})
    if (known := _heard_before(row, said)) is not None:
        return known
    if row.state == SupplyState.CANCELLED:
        raise DecisionImpossible(_("Cette commande est annulée\u00a0: ne livrez rien."))
    if said.kind not in _HEARERS:
        raise FactsRefused({"kind": _("Ce genre de message n’existe pas.")})
    if said.at > timezone.now() + dt.timedelta(minutes=10):
        raise FactsRefused({"at": _("Cette date est dans l’avenir.")})
    message = SupplierMessage(
        supplier=row.supplier,
        message_id=said.id,
        supplier_order=row,
        kind=said.kind,
        at=said.at,
        body=said.body,
        outcome=MessageOutcome.STALE if _is_stale(row, said) else MessageOutcome.APPLIED,
        by_text=str(user)[:150],
    )
    message.save(force_insert=True)
    _HEARERS[MessageKind(said.kind)](row, message)
    record_action(user, f"hear_{said.kind}", row, after={"id": said.id, "outcome": message.outcome})
    return Heard(message, again=False)


def _storable(said: Said) -> bool:
    """PostgreSQL keeps neither NUL nor half of a pair of surrogates."""
    text = said.id + json.dumps(said.body, ensure_ascii=False)
    return "\x00" not in said.id and "\\u0000" not in text and not SURROGATE.search(text)


def _heard_before(row: SupplierOrder, said: Said) -> Heard | None:
    """The same id: the same message, or a mistake that is told."""
    known = SupplierMessage.objects.filter(supplier=row.supplier, message_id=said.id).first()
    if known is None:
        return None
    same = (known.supplier_order_id, known.kind, known.body) == (row.pk, said.kind, said.body)
    if not same:
        raise FactsRefused(
            {"id": _("Cet identifiant est celui d’un autre message\u00a0: prenez-en un nouveau.")}
        )
    return Heard(known, again=True)


def _is_stale(row: SupplierOrder, said: Said) -> bool:
    """A newer message of that kind was heard already (confirmations and dates only)."""
    if said.kind not in (MessageKind.ACKNOWLEDGE, MessageKind.PLAN):
        return False
    return row.messages.filter(kind=said.kind, at__gt=said.at).exists()


def _acknowledge(row: SupplierOrder, message: SupplierMessage) -> None:
    confirm(row, message.at)
    if message.outcome == MessageOutcome.STALE:
        return
    reference = text_of(message.body, "reference", 40)
    if reference and reference != row.supplier_reference:
        row.supplier_reference = reference
        row.save(update_fields=["supplier_reference"])


def confirm(row: SupplierOrder, at: dt.datetime) -> None:
    """The supplier knows of it: said, or shown by a date or a delivery that came first."""
    if row.state != SupplyState.SENT:
        return
    row.state, row.acknowledged_at = SupplyState.ACKNOWLEDGED, at
    row.save(update_fields=["state", "acknowledged_at"])
    _tell_orders(row, EventKind.ACKNOWLEDGED, row.reference, at)


def _plan(row: SupplierOrder, message: SupplierMessage) -> None:
    confirm(row, message.at)
    on = day_of(message.body, "on", required=True)
    slot = text_of(message.body, "slot", 40)
    Forecast.objects.create(supplier_order=row, message=message, on=on, slot=slot, at=message.at)
    if message.outcome == MessageOutcome.STALE or on is None or on == row.planned_on:
        return
    row.planned_on = on
    row.save(update_fields=["planned_on"])
    _tell_orders(row, EventKind.PLANNED, f"{on:%d/%m/%Y} {slot}".strip(), message.at)


def _backorder(row: SupplierOrder, message: SupplierMessage) -> None:
    confirm(row, message.at)
    product = product_of(row, message.body)
    quantity = quantity_of(message.body)
    on = day_of(message.body, "on")
    Forecast.objects.create(
        supplier_order=row, message=message, product=product, quantity=quantity, on=on,
        at=message.at,
    )  # fmt: skip
    when = f"{on:%d/%m/%Y}" if on else _("date inconnue")
    told = f"{quantity} × {product}, {when}"
    _tell_orders(row, EventKind.BACKORDERED, told, message.at, product=product.pk)


def _ship(row: SupplierOrder, message: SupplierMessage) -> None:
    confirm(row, message.at)
    announce_delivery(row, message)


def _arrive(row: SupplierOrder, message: SupplierMessage) -> None:
    confirm(row, message.at)
    note_arrival(row, message)


_HEARERS: dict[MessageKind, Callable[[SupplierOrder, SupplierMessage], None]] = {
    MessageKind.ACKNOWLEDGE: _acknowledge,
    MessageKind.PLAN: _plan,
    MessageKind.BACKORDER: _backorder,
    MessageKind.SHIP: _ship,
    MessageKind.UNSHIP: withdraw_delivery,
    MessageKind.ARRIVE: _arrive,
    MessageKind.COLLECT: collect_refused,
}


def _tell_orders(
    row: SupplierOrder,
    kind: EventKind,
    told: str,
    at: dt.datetime,
    *,
    product: int | None = None,
) -> None:
    """A line in the history of each order in it; with a product, of those that hold it."""
    orders = Order.objects.filter(lines__supplier_order=row).exclude(state=OrderState.CANCELLED)
    if product is not None:
        orders = orders.filter(lines__items__product=product)
    keys = sorted(set(orders.values_list("pk", flat=True)))
    for order in Order.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        tell(order, kind, None, told, at=at, by=row.supplier.name)
        settle(order)

"""Pieces that the actions on orders share: the lock, the history, the state, references."""

from __future__ import annotations

import datetime as dt

from django.db import connection, models
from django.db.models import Q, Sum
from django.utils import timezone

from inventory.grants.models.orders.purchases import EventKind, Order, OrderEvent, OrderState
from inventory.grants.models.orders.supply import SupplierOrder, SupplyState
from inventory.grants.rules.orders import Standing, next_reference, state_of
from schools.live import announce
from schools.models import User

NUMBERING = 0x67_72_6F_72  # « gror »: one giver of references at a time


def lock_order(pk: int) -> Order:
    """The order, held until the end of the transaction."""
    rows = Order.objects.select_for_update(of=("self",))
    return rows.select_related("site__school", "membership__person", "buyer").get(pk=pk)


def reference_for(model: type[models.Model], prefix: str, day: dt.date) -> str:
    """The next reference of the year; whoever asks meanwhile waits for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING])
    start = f"{prefix}-{day.year}-"
    known = model._default_manager.filter(reference__startswith=start)
    last = known.order_by("-pk").values_list("reference", flat=True).first() or ""
    return next_reference(prefix, day.year, last)


def tell(
    order: Order,
    kind: EventKind,
    actor: User | None,
    told: str = "",
    *,
    at: dt.datetime | None = None,
    by: str = "",
) -> OrderEvent:
    """One more line of the order's history. ``by``: the name of whoever is not a person here."""
    announce("order", order.pk, site=order.site_id)
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        at=at or timezone.now(),
        actor=actor,
        actor_text=(by or (str(actor) if actor else ""))[:150],
        told=told[:300],
    )


def settle(order: Order) -> Order:
    """Write the state that its lines give it; baskets and cancelled orders stay what they are."""
    if order.state in (OrderState.BASKET, OrderState.SUBMITTED, OrderState.CANCELLED):
        return order
    state = state_of(standings(order))
    if state != order.state:
        order.state = state
        order.save(update_fields=["state"])
    return order


def standings(order: Order) -> list[Standing]:
    """How far each line is."""
    accepted = Sum("items__shipped__accepted")
    rows = order.lines.annotate(taken=accepted).select_related("supplier_order")
    ordered = dict(order.lines.annotate(n=Sum("items__quantity")).values_list("pk", "n"))
    return [
        Standing(
            line.supplier_order.state if line.supplier_order else "",
            ordered[line.pk] or 0,
            line.taken or 0,
        )
        for line in rows
    ]


def settle_supplier_order(row: SupplierOrder) -> None:
    """Partly or wholly delivered, as its orders are."""
    if row.state in (SupplyState.CANCELLED, SupplyState.SENT):
        return
    lines = row.lines.filter(~Q(order__state=OrderState.CANCELLED))
    ordered = lines.aggregate(n=Sum("items__quantity"))["n"] or 0
    accepted = lines.aggregate(n=Sum("items__shipped__accepted"))["n"] or 0
    state = SupplyState.ACKNOWLEDGED
    if ordered and accepted >= ordered:
        state = SupplyState.DELIVERED
    elif accepted:
        state = SupplyState.PARTIAL
    if state != row.state:
        row.state = state
        row.save(update_fields=["state"])

"""Orders to suppliers: what waits under a lot leaves together; what left may be taken back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import can_cancel, can_follow_orders
from inventory.grants.actions.orders.history import lock_order, reference_for, settle, tell
from inventory.grants.models.orders.market import MarketLot
from inventory.grants.models.orders.purchases import (
    CANCELLABLE,
    OPEN,
    EventKind,
    Order,
    OrderLine,
    OrderState,
)
from inventory.grants.models.orders.supply import SupplierOrder, SupplyState
from schools.actions.audit import record_action
from schools.models import User


def waiting_lines(lot: int | None = None) -> QuerySet[OrderLine]:
    """Lines of validated orders that no supplier has been sent yet."""
    rows = OrderLine.objects.filter(supplier_order=None, order__state__in=OPEN, lot__isnull=False)
    return rows if lot is None else rows.filter(lot=lot)


@transaction.atomic
def send_to_supplier(user: User, lot: int, now: dt.datetime | None = None) -> SupplierOrder:
    """One order of everything that waits under the lot. Two officers at once send it once.

    Raises MarketLot.DoesNotExist, DecisionRefused, DecisionImpossible where nothing waits.
    """
    require(can_follow_orders(user))
    held = MarketLot.objects.select_for_update().get(pk=lot)
    keys = sorted(set(waiting_lines(lot).values_list("order", flat=True)))
    orders = [lock_order(key) for key in keys]
    rows = waiting_lines(lot).filter(order__in=keys)
    if not rows.exists():
        raise DecisionImpossible(_("Rien n’attend sous ce lot\u00a0: tout est déjà commandé."))
    now = now or timezone.now()
    today = timezone.localdate(now)
    made = SupplierOrder.objects.create(
        reference=reference_for(SupplierOrder, "BC", today),
        lot=held,
        supplier_id=held.supplier_id,
        sent_at=now,
        due_on=today + dt.timedelta(days=held.delivery_days),
    )
    count = rows.update(supplier_order=made)
    for order in orders:
        settle(order)
        tell(order, EventKind.SENT, user, f"{made.reference}, {held.supplier.name}", at=now)
    after = {"supplier": held.supplier.name, "lot": str(held), "lines": count}
    record_action(user, "send_supplier_order", made, after=after)
    return made


@transaction.atomic
def cancel_order(user: User, pk: int, why: str) -> Order:
    """Call an order off while no supplier has acknowledged any of it.

    Raises Order.DoesNotExist where unseen, DecisionRefused, DecisionImpossible with the reason.
    """
    Order.objects.visible_to(user).values_list("pk").get(pk=pk)
    lines = OrderLine.objects.filter(order=pk, supplier_order__isnull=False)
    sent = SupplierOrder.objects.select_for_update().filter(pk__in=lines.values("supplier_order"))
    sent_rows = list(sent.order_by("pk"))
    order = lock_order(pk)
    require(can_cancel(user, order))
    if order.state == OrderState.CANCELLED:
        return order
    told = [row for row in sent_rows if row.state != SupplyState.SENT]
    if order.state not in CANCELLABLE or told:
        raise DecisionImpossible(
            _("Le fournisseur a déjà confirmé cette commande\u00a0: elle ne s’annule plus ici.")
        )
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: cela reste dans l’historique."))
    order.state = OrderState.CANCELLED
    order.save(update_fields=["state"])
    tell(order, EventKind.CANCELLED, user, why.strip())
    record_action(user, "cancel_order", order, site=order.site, why=why.strip())
    for row in sent_rows:
        _close_empty(user, row)
    return order


def _close_empty(user: User, row: SupplierOrder) -> None:
    """An order of which nothing is left is called off as a whole; else the supplier reads less."""
    if row.lines.exclude(order__state=OrderState.CANCELLED).exists():
        return
    row.state = SupplyState.CANCELLED
    row.save(update_fields=["state"])
    record_action(user, "cancel_supplier_order", row)

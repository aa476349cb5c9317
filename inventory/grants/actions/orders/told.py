"""An order to a supplier as files and the API tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inventory.grants.actions.orders.announce_delivery import coming_or_here
from inventory.grants.models.orders.purchases import Order, OrderItem, OrderState
from inventory.grants.models.orders.supply import SupplierOrder
from schools.models import Role, RoleKind, Site


@dataclass(frozen=True, slots=True)
class ToDeliver:
    """A product for an order of a site; ``left``: what no delivery has brought or announced."""

    order: Order
    item: OrderItem
    left: int


def lines_of(row: SupplierOrder) -> list[ToDeliver]:
    """Everything of the order that was not called off, school by school."""
    items = OrderItem.objects.filter(line__supplier_order=row).select_related(
        "product", "line__order__site__school", "line__order__site__municipality"
    )
    live = items.exclude(line__order__state=OrderState.CANCELLED)
    rows = list(live.order_by("line__order__reference", "accessory", "pk"))
    taken = coming_or_here(rows)
    return [
        ToDeliver(item.line.order, item, max(item.quantity - taken.get(item.pk, 0), 0))
        for item in rows
    ]


def told_order(row: SupplierOrder) -> dict[str, Any]:
    """Plain values: what a supplier's program reads to prepare and to answer."""
    deliveries: dict[str, dict[str, Any]] = {}
    for one in lines_of(row):
        place = deliveries.setdefault(one.order.reference, _place(one.order))
        place["lines"].append(
            {
                "product": one.item.product_id,
                "maker": one.item.product.maker,
                "model": one.item.product.model,
                "part_number": one.item.product.part_number,
                "quantity": one.item.quantity,
                "accessory": one.item.accessory,
                "left": one.left,
            }
        )
    return {
        "order": row.reference,
        "contract": row.lot.contract,
        "lot": row.lot.number,
        "state": row.state,
        "sent_at": row.sent_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "planned_on": row.planned_on.isoformat() if row.planned_on else None,
        "deliver": list(deliveries.values()),
    }


def _place(order: Order) -> dict[str, Any]:
    site: Site = order.site
    return {
        "for": order.reference,
        "school": site.school.name,
        "site": site.name,
        "address": site.address,
        "postcode": site.postcode,
        "municipality": str(site.municipality),
        "contact": _contact(order),
        "note": order.note,
        "lines": [],
    }


def _contact(order: Order) -> dict[str, str]:
    """Whom the driver calls: the buyer, else somebody of the school. No e-mail address."""
    person = order.buyer
    if person is None:
        roles = Role.objects.filter(
            kind__in=(RoleKind.CONTACT, RoleKind.HEAD), user__is_active=True
        )
        here = roles.filter(site=order.site_id) | roles.filter(school=order.site.school_id)
        first = here.select_related("user").order_by("pk").first()
        person = first.user if first else None
    return {"name": str(person), "phone": person.phone} if person else {}

"""One of everything of this part of the grants, and how the walk of every URL finds it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from inventory.grants.models.orders.deliveries import (
    DeliveryRemark,
    Reception,
    Shipment,
    ShipmentLine,
    ShipmentState,
    ShippedPiece,
)
from inventory.grants.models.orders.market import LotKit, MarketLot, Supplier
from inventory.grants.models.orders.members import Membership, MemberState
from inventory.grants.models.orders.notices import DeliveryNotice
from inventory.grants.models.orders.purchases import (
    EventKind,
    Order,
    OrderEvent,
    OrderItem,
    OrderLine,
    OrderState,
)
from inventory.grants.models.orders.replacements import Replacement
from inventory.grants.models.orders.supply import Forecast, SupplierMessage, SupplierOrder
from inventory.models import Category
from schools.models import RoleKind, Site, User
from tests.cast import make_device, make_person

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("remplacements/", {"pk": "replacement"}),
    ("mes-livraisons/ecole/", {"pk": "school"}),
    ("mes-livraisons/", {"pk": "shipment"}),
    ("commandes/fournisseurs/", {"pk": "supplier_order"}),
    ("commandes/lots/", {"pk": "market_lot"}),
    ("commandes/octrois/", {"pk": "award"}),
    ("commandes/", {"pk": "order"}),
    ("centrale/affiliations/", {"pk": "membership"}),
    ("centrale/paniers/", {"pk": "membership"}),
    ("marche/fournisseurs/", {"pk": "supplier"}),
    ("marche/lots/", {"pk": "market_lot"}),
    ("shipments/", {"pk": "shipment"}),
    ("suppliers/", {"pk": "supplier"}),
    ("market-lots/", {"pk": "market_lot"}),
    ("memberships/", {"pk": "membership"}),
    ("supplier-orders/", {"pk": "supplier_order"}),
    ("supplier-messages/", {"pk": "supplier_message"}),
    ("orders/", {"pk": "order"}),
    ("receptions/", {"pk": "reception"}),
    ("replacements/", {"pk": "replacement"}),
)
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {
    "api:marketlot-detail": "the market is told to whoever has a role",
    "grants:lot": "the market belongs to no school; refused to who keeps none",
    "grants:supplier": "likewise",
    "grants:order_award": "officers alone; others are refused before any award is looked for",
    "grants:send_orders": "a lot belongs to no school; officers alone",
    "api:supplier-detail": "the market is told to whoever has a role",
}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {
    "grants.LotKit": "read with its lot",
    "grants.OrderLine": "read through an order that the person sees",
    "grants.OrderItem": "read through an order that the person sees",
    "grants.OrderEvent": "read through an order that the person sees",
    "grants.Forecast": "read through an order to a supplier that the person sees",
    "grants.ShipmentLine": "read through a delivery that the person sees",
    "grants.ShippedPiece": "read through a delivery that the person sees",
    "grants.DeliveryRemark": "read through a delivery that the person sees",
}
"""Models without ``visible_to``, and why none is needed."""


@dataclass
class OrdersWorld:
    """What a site has of it: an order of its own money, half delivered, a claim on a device."""

    supplier: Supplier
    market_lot: MarketLot
    membership: Membership
    order: Order
    supplier_order: SupplierOrder
    shipment: Shipment
    """Waits for a signature."""
    reception: Reception
    """Of the one before it."""
    replacement: Replacement
    delivery_notice: DeliveryNotice
    supplier_message: SupplierMessage


def make_orders_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> OrdersWorld:
    """``made``: what the parts before it made at the same site, by name."""
    today, now = timezone.localdate(), timezone.now()
    version = made["call_kit"]
    supplier = Supplier.objects.create(name=f"Fournisseur {name}")
    lot = MarketLot.objects.create(
        contract=f"SPW-{name}", number=1, title="Portables", supplier=supplier,
        starts_on=today, ends_on=today,
    )  # fmt: skip
    LotKit.objects.create(lot=lot, kit=version.kit)
    membership = Membership.objects.create(
        school=site.school, site=site, state=MemberState.ACCEPTED, asked_by=technician
    )
    supplied = SupplierOrder.objects.create(
        reference=f"BC-{name}", lot=lot, supplier=supplier, state="partial",
        acknowledged_at=now, due_on=today,
    )  # fmt: skip
    order = Order.objects.create(
        reference=f"C-{name}", site=site, membership=membership, state=OrderState.PARTIAL,
        validated_at=now, total=version.price,
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, kit_version=version, unit_price=version.price, lot=lot,
        supplier_order=supplied,
    )  # fmt: skip
    product = version.items.get().product
    item = OrderItem.objects.create(line=line, product=product, quantity=24)
    OrderEvent.objects.create(order=order, kind=EventKind.VALIDATED)
    message = SupplierMessage.objects.create(
        supplier=supplier, message_id=name, supplier_order=supplied, kind="plan", at=now,
        outcome="applied",
    )  # fmt: skip
    Forecast.objects.create(supplier_order=supplied, message=message, on=today, at=now)
    places = {"supplier": supplier, "supplier_order": supplied, "order": order, "site": site}
    signed = Shipment.objects.create(
        reference=f"BL-{name}-1", state=ShipmentState.SIGNED, arrived_on=today, **places
    )
    waiting = Shipment.objects.create(
        reference=f"BL-{name}-2", state=ShipmentState.ARRIVED, arrived_on=today, **places
    )
    rows = [
        ShipmentLine.objects.create(shipment=one, item=item, announced=1)
        for one in (signed, waiting)
    ]
    device = make_device(site, f"PC-{name}-2", Category.LAPTOP)
    piece = ShippedPiece.objects.create(
        line=rows[0], serial=f"SN-{name}", state="accepted", device=device
    )
    ShippedPiece.objects.create(line=rows[1], serial=f"SN-{name}-2", scan_key=uuid.uuid4())
    reception = Reception.objects.create(
        shipment=signed, signed_by=technician, signed_by_text="B. Exemple", sha256="0" * 64
    )
    DeliveryRemark.objects.create(reception=reception, line=rows[0], kind="damaged")
    person = make_person(f"Membre{name} Exemple", RoleKind.CONTACT, site=site)
    return OrdersWorld(
        supplier=supplier,
        market_lot=lot,
        membership=membership,
        order=order,
        supplier_order=supplied,
        shipment=waiting,
        reception=reception,
        replacement=Replacement.objects.create(device=device, piece=piece, why="Écran noir"),
        delivery_notice=DeliveryNotice.objects.create(
            shipment=waiting, kind="arrived", person=person
        ),
        supplier_message=message,
    )

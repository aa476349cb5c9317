"""A market, orders and deliveries for tests, made through the actions where there is one."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.grants.actions.orders.fill_basket import put_in_basket, validate_order
from inventory.grants.actions.orders.hear_supplier import Heard, Said, hear_supplier
from inventory.grants.actions.orders.join_centre import ask_membership
from inventory.grants.actions.orders.send_orders import send_to_supplier
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.market import LotKit, MarketLot, Supplier
from inventory.grants.models.orders.members import Membership
from inventory.grants.models.orders.purchases import Order
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.models import Category, Kit, KitItem, KitVersion, Product
from schools.models import RoleKind, Site, User
from tests.cast import make_person

DAY = dt.timedelta(days=1)


def make_kit(name: str = "", price: str = "900.00", laptops: int = 2, chargers: int = 2) -> Any:
    """A kit on offer: laptops, which become devices, and chargers, which are counted."""
    laptop, _ = Product.objects.get_or_create(
        maker="Exemple", model="Portable 14", category=Category.LAPTOP, part_number="P14"
    )
    charger, _ = Product.objects.get_or_create(
        maker="Exemple", model="Chargeur 65", category=Category.OTHER, part_number="C65"
    )
    version = KitVersion.objects.create(
        kit=Kit.objects.create(name=name or f"Chariot {uuid.uuid4().hex[:6]}"),
        number=1,
        price=Decimal(price),
        valid_from=timezone.localdate() - 100 * DAY,
        warranty_months=36,
        repairability=Decimal("7.8"),
        energy_class="B",
        annual_kwh=120,
        support_ends_on=dt.date(2031, 6, 30),
    )
    KitItem.objects.create(version=version, product=laptop, quantity=laptops)
    if chargers:
        KitItem.objects.create(version=version, product=charger, quantity=chargers, accessory=True)
    KitVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())
    version.refresh_from_db()
    return version


def make_lot(*kits: KitVersion, number: int = 1, **extra: Any) -> MarketLot:
    """A lot in force of a supplier of its own that covers these kits."""
    today = timezone.localdate()
    supplier = extra.pop("supplier", None) or Supplier.objects.create(
        name=f"Fournisseur {uuid.uuid4().hex[:6]}"
    )
    values = {
        "contract": f"SPW-{uuid.uuid4().hex[:6]}",
        "number": number,
        "title": "Portables",
        "supplier": supplier,
        "starts_on": today - 100 * DAY,
        "ends_on": today + 300 * DAY,
    }
    lot = MarketLot.objects.create(**(values | extra))
    LotKit.objects.bulk_create(LotKit(lot=lot, kit=version.kit) for version in kits)
    return lot


def make_member(site: Site, head: User) -> Membership:
    """The school's membership, taken by its head."""
    return ask_membership(head, site.pk, own=False)


def make_order(head: User, site: Site, version: KitVersion, quantity: int = 2) -> Order:
    """A validated order of the school."""
    member = make_member(site, head)
    basket = put_in_basket(head, member.pk, version.pk, quantity)
    return validate_order(head, basket.pk, basket.version)


def make_speaker(supplier: Supplier, name: str = "Fabian Exemple") -> User:
    """Somebody of the supplier: an account without any role."""
    first = name.split(maxsplit=1)[0].lower()
    user = User.objects.create_user(f"{first}-{uuid.uuid4().hex[:4]}@example.org", full_name=name)
    supplier.people.add(user)
    return user


def said(row: SupplierOrder, kind: str, id: str = "", at: Any = None, **body: Any) -> Said:
    """A message about an order, written an hour ago unless told otherwise."""
    moment = at or timezone.now() - dt.timedelta(hours=1)
    return Said(id or f"m-{uuid.uuid4().hex}", row.reference, kind, moment, body)


def ship(
    speaker: User, row: SupplierOrder, order: Order, *lines: dict[str, Any], **body: Any
) -> Shipment:
    """A delivery note, heard."""
    reference = body.pop("delivery", f"BL-{uuid.uuid4().hex[:6]}")
    on = (timezone.localdate() + DAY).isoformat()
    told = {"delivery": reference, "for": order.reference, "on": on, "lines": [*lines]}
    hear_supplier(speaker, said(row, "ship", **(told | body)))
    return Shipment.objects.get(supplier=row.supplier, reference=reference)


def arrive(speaker: User, made: Shipment) -> Heard:
    """The van was there today."""
    return hear_supplier(speaker, said(made.supplier_order, "arrive", delivery=made.reference))


def laptops(*serials: str, **extra: Any) -> dict[str, Any]:
    """A line of a delivery note."""
    return {"part_number": "P14", "serials": [*serials], **extra}


def chargers(quantity: int) -> dict[str, Any]:
    return {"part_number": "C65", "quantity": quantity}


class Scene:
    """A school that ordered two kits (four laptops, four chargers) of one supplier."""

    def __init__(self, cast: Any, quantity: int = 2) -> None:
        self.kit = make_kit()
        self.lot = make_lot(self.kit)
        self.supplier = self.lot.supplier
        self.speaker = make_speaker(self.supplier)
        self.order = make_order(cast.bernard, cast.tilleuls, self.kit, quantity)
        self.supplied = send_to_supplier(cast.odile, self.lot.pk)
        self.order.refresh_from_db()

    def deliver(self, *serials: str, charge: int = 0) -> Shipment:
        """These laptops, and so many chargers, stand at the school."""
        lines = [laptops(*serials)] if serials else []
        lines += [chargers(charge)] if charge else []
        made = ship(self.speaker, self.supplied, self.order, *lines)
        arrive(self.speaker, made)
        made.refresh_from_db()
        return made


def make_second_clerk(site: Site) -> User:
    """Another contact person of the school."""
    return make_person("Denise Exemple", RoleKind.CONTACT, school=site.school)

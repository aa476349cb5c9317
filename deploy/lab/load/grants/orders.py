"""The demo of the market, orders and deliveries: every state, around Moulin.

The school bought eight laptops that it signed for and installed in part; a charging cabinet stands
in the corridor and waits for a signature (BL-26-4471); two boards come next week; a network kit is
late; a robot kit waits to be ordered; a basket waits for the head.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.access import DecisionImpossible
from inventory.actions.move_device import Asked, move_device
from inventory.grants.actions.orders.claim_warranty import ask_replacement
from inventory.grants.actions.orders.fill_basket import (
    put_in_basket,
    submit_basket,
    validate_order,
)
from inventory.grants.actions.orders.hear_supplier import Said, hear_supplier
from inventory.grants.actions.orders.join_centre import ask_membership, decide_membership
from inventory.grants.actions.orders.keep_market import keep_lot, keep_supplier
from inventory.grants.actions.orders.order_award import awards_to_order, order_award
from inventory.grants.actions.orders.send_orders import send_to_supplier
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.grants.models.orders.members import Membership
from inventory.grants.models.orders.purchases import Order
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.models import Device, DeviceState, Kit, KitItem, KitVersion, Product
from schools.models import Site, User

PRODUCTS: dict[str, tuple[str, str, str, str]] = {
    # part number: maker, model, category, in brief
    "21L1-DEMO": ("Lenovo", "ThinkPad L14 G5", "laptop", "portable 14 pouces"),
    "65C-DEMO": ("Lenovo", "USB-C 65 W", "other", "chargeurs"),
    "ARM30-DEMO": ("Zioxi", "ONVU-30", "other", "armoire de charge"),
    "AP75-DEMO": ("Promethean", "ActivPanel 75", "board", "écran interactif 75 pouces"),
    "STY-DEMO": ("Promethean", "Stylet", "other", "stylets"),
    "MQ-DEMO": ("Apple", "iPad 10", "tablet", "tablette 10,9 pouces"),
    "TMO-DEMO": ("Thymio", "Thymio II", "other", "robot programmable"),
    "PRJ-DEMO": ("Epson", "EB-L210W", "projector", "projecteur laser"),
    "AP22-DEMO": ("Aruba", "AP22", "access_point", "borne WiFi"),
}
KITS: dict[str, tuple[str, str, dict[str, int], dict[str, Any]]] = {
    # kit: what for, price, products, data sheet
    "Portable élève": (
        "Un portable 14 pouces et son chargeur", "600.00", {"21L1-DEMO": 1, "65C-DEMO": 1},
        {"warranty_months": 36, "repairability": "8.4", "energy_class": "B", "annual_kwh": 24},
    ),
    "Armoire de charge": (
        "Une armoire pour trente portables, avec les chargeurs", "2480.00",
        {"ARM30-DEMO": 1, "65C-DEMO": 30},
        {"warranty_months": 60, "energy_class": "C", "annual_kwh": 410},
    ),
    "Écran 75": (
        "Un écran interactif de 75 pouces, posé au mur", "3120.00",
        {"AP75-DEMO": 1, "STY-DEMO": 2},
        {"warranty_months": 60, "repairability": "7.1", "energy_class": "G", "annual_kwh": 290},
    ),
    "Tablette": (
        "Une tablette 10,9 pouces et sa coque", "389.00", {"MQ-DEMO": 1},
        {"warranty_months": 24, "repairability": "6.2", "energy_class": "A", "annual_kwh": 9},
    ),
    "Robotique": (
        "Huit robots programmables, du maternel au premier degré", "1480.00", {"TMO-DEMO": 8},
        {"warranty_months": 24, "repairability": "9.0", "annual_kwh": 12},
    ),
    "Projecteur laser": (
        "Un projecteur sans lampe à remplacer", "890.00", {"PRJ-DEMO": 1},
        {"warranty_months": 60, "repairability": "7.4", "energy_class": "D", "annual_kwh": 150},
    ),
    "Réseau d’une classe": (
        "Deux bornes WiFi et leur pose", "760.00", {"AP22-DEMO": 2},
        {"warranty_months": 60, "repairability": "6.8", "annual_kwh": 105},
    ),
}  # fmt: skip
ACCESSORIES = {"65C-DEMO", "STY-DEMO"}
LOTS: tuple[tuple[int, str, str, int, tuple[str, ...]], ...] = (
    # number, title, supplier, days, kits
    (1, "Portables et recharge", "Infoplus", 30,
     ("Portable élève", "Armoire de charge", "Chariot de portables")),
    (2, "Écrans et projecteurs", "Visuel Meuse", 35, ("Écran 75", "Projecteur laser")),
    (3, "Tablettes et robotique", "Pixel & Craie", 25,
     ("Tablette", "Robotique", "Classe de tablettes")),
    (4, "Réseau interne", "Réso Ardenne", 40, ("Réseau d’une classe",)),
)  # fmt: skip
CONTRACT = "SPW-2026-041"
DAY = dt.timedelta(days=1)


def load_orders(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    people = {u.email.partition("@")[0]: u for u in User.objects.filter(email__contains="@preau")}
    needed = {"odile", "bernard", "claire", "karl", "anne"}
    if Supplier.objects.exists() or "moulin" not in sites or not needed <= set(people):
        return
    _kits()
    _market(people["odile"])
    story = Story(people, sites)
    story.laptops()
    story.cabinet()
    story.boards()
    story.late_network()
    story.teachers()
    story.waiting()
    story.awards()


def _kits() -> None:
    """Offered since the first of September; those that the equipment brought stay as they are."""
    found = {}
    for part, (maker, model, category, brief) in PRODUCTS.items():
        found[part], _made = Product.objects.get_or_create(
            maker=maker,
            model=model,
            defaults={"category": category, "description": brief, "part_number": part},
        )
    since = timezone.localdate() - 86 * DAY
    for name, (purpose, price, items, sheet) in KITS.items():
        kit, made = Kit.objects.get_or_create(name=name, defaults={"purpose": purpose})
        if not made:
            continue
        version = KitVersion.objects.create(
            kit=kit, number=1, price=Decimal(price), valid_from=since,
            support_ends_on=dt.date(2031, 6, 30), **sheet,
        )  # fmt: skip
        KitItem.objects.bulk_create(
            KitItem(version=version, product=found[part], quantity=n, accessory=part in ACCESSORIES)
            for part, n in items.items()
        )
        KitVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())


def _market(officer: User) -> None:
    """One contract of four lots, each with a supplier; one of last year, over."""
    today = timezone.localdate()
    for number, title, name, days, kits in LOTS:
        mail = f"commandes@{name.split()[0].lower()}.example"
        supplier = keep_supplier(
            officer, Supplier(), {"name": name, "email": mail, "phone": "081 00 01 00"}, ()
        )
        values = {
            "contract": CONTRACT, "number": number, "title": title, "supplier": supplier,
            "starts_on": today - 120 * DAY, "ends_on": today + 400 * DAY, "delivery_days": days,
            "covers": "Fourniture, livraison dans l’école, reprise des emballages.",
        }  # fmt: skip
        keep_lot(officer, MarketLot(), values, Kit.objects.filter(name__in=kits))
    speaker, _made = User.objects.get_or_create(
        email="entrepot@infoplus.example", defaults={"full_name": "Fabrice Lemaire"}
    )
    first = Supplier.objects.get(name="Infoplus")
    first.people.add(speaker)
    values = {
        "contract": "SPW-2024-017", "number": 1, "title": "Portables", "supplier": first,
        "starts_on": today - 900 * DAY, "ends_on": today - 130 * DAY, "delivery_days": 45,
        "covers": "Marché précédent.",
    }  # fmt: skip
    keep_lot(officer, MarketLot(), values, ())


class Story:
    """What the schools bought, in the order in which it happened."""

    def __init__(self, people: Mapping[str, User], sites: Mapping[str, Site]) -> None:
        self.people, self.sites = people, sites
        self.head, self.officer = people["bernard"], people["odile"]
        self.now = timezone.now()
        self.member = ask_membership(self.head, sites["moulin"].pk, own=False)

    def ordered(
        self, kit: str, quantity: int, days: int, *, member: Membership | None = None,
        buyer: User | None = None,
    ) -> Order:  # fmt: skip
        """A validated order of so many days ago."""
        member, by = member or self.member, buyer or self.head
        version = KitVersion.objects.offered(timezone.localdate()).get(kit__name=kit)
        basket = put_in_basket(by, member.pk, version.pk, quantity)
        at = self.now - days * DAY
        Order.objects.filter(pk=basket.pk).update(made_at=at)
        basket.refresh_from_db()
        return validate_order(by, basket.pk, basket.version, at)

    def sent(self, order: Order, days: int) -> SupplierOrder:
        """To the supplier of its lot, so many days ago."""
        lot = order.lines.get().lot_id
        assert lot is not None
        return send_to_supplier(self.officer, lot, self.now - days * DAY)

    def says(self, row: SupplierOrder, kind: str, days: int, **body: Any) -> None:
        """The supplier, so many days ago."""
        key = f"{row.reference}-{kind}-{days}"
        hear_supplier(self.officer, Said(key, row.reference, kind, self.now - days * DAY, body))

    def day(self, days: int) -> str:
        return (timezone.localdate() + days * DAY).isoformat()

    def laptops(self) -> None:
        """BL-26-4102: signed six weeks ago, five of eight installed, one screen went black."""
        order = self.ordered("Portable élève", 8, 70)
        row = self.sent(order, 69)
        self.says(row, "acknowledge", 68, reference="IP-88120")
        serials = [f"PF4DEMO{n:02d}" for n in range(1, 9)]
        lines = [
            {"part_number": "ThinkPad L14 G5", "serials": serials},
            {"part_number": "USB-C 65 W", "quantity": 8},
        ]
        self.says(row, "ship", 46, delivery="BL-26-4102", on=self.day(-43), lines=lines,
                  **{"for": order.reference})  # fmt: skip
        self.says(row, "arrive", 43, delivery="BL-26-4102", on=self.day(-43))
        made = Shipment.objects.get(reference="BL-26-4102")
        at = self.now - 43 * DAY
        sign_delivery(self.head, made.pk, Signed(rest_is_here=True), at)
        rooms = list(self.sites["moulin"].rooms.filter(kind="classroom").order_by("name")[:5])
        devices = list(Device.objects.filter(serial__in=serials).order_by("serial"))
        for device, room in zip(devices, rooms, strict=False):
            move_device(self.head, device.pk, Asked(DeviceState.INSTALLED, room=room.pk))
        Device.objects.filter(pk__in=[d.pk for d in devices], installed_on__isnull=False).update(
            installed_on=timezone.localdate() - 42 * DAY
        )
        if devices:
            ask_replacement(self.people["claire"], devices[0].pk, "Écran noir au démarrage")

    def cabinet(self) -> None:
        """BL-26-4471: here since six days, nobody has signed."""
        order = self.ordered("Armoire de charge", 1, 40)
        row = self.sent(order, 39)
        self.says(row, "acknowledge", 37, reference="IP-88934")
        lines = [
            {"part_number": "ONVU-30", "serials": ["ZX30-DEMO-117"]},
            {"part_number": "USB-C 65 W", "quantity": 30},
        ]
        self.says(row, "ship", 9, delivery="BL-26-4471", on=self.day(-6), lines=lines,
                  slot="entre 09:00 et 12:00", **{"for": order.reference})  # fmt: skip
        self.says(row, "arrive", 6, delivery="BL-26-4471", on=self.day(-6))

    def boards(self) -> None:
        """Two boards, announced for next week; a third is out of stock."""
        order = self.ordered("Écran 75", 3, 26)
        row = self.sent(order, 25)
        self.says(row, "acknowledge", 24, reference="VM-2211")
        self.says(row, "plan", 20, on=self.day(6), slot="entre 09:00 et 12:00")
        lines = [{"part_number": "ActivPanel 75", "serials": ["AP75-DEMO-01", "AP75-DEMO-02"]}]
        self.says(row, "ship", 2, delivery="BL-26-4590", on=self.day(6), lines=lines,
                  slot="entre 09:00 et 12:00", **{"for": order.reference})  # fmt: skip
        self.says(row, "backorder", 2, part_number="ActivPanel 75", quantity=1, on=self.day(24))

    def late_network(self) -> None:
        """Ordered two months ago, due three weeks ago, no word since the confirmation."""
        order = self.ordered("Réseau d’une classe", 2, 62)
        row = self.sent(order, 61)
        self.says(row, "acknowledge", 58, reference="RA-0456")

    def waiting(self) -> None:
        """Validated and not ordered yet; submitted to the head; still in the basket."""
        self.ordered("Robotique", 1, 1)
        clerk = self.people["claire"]
        version = KitVersion.objects.offered(timezone.localdate())
        asked = put_in_basket(
            clerk, self.member.pk, version.get(kit__name="Projecteur laser").pk, 2
        )
        submit_basket(clerk, asked.pk, asked.version)
        put_in_basket(clerk, self.member.pk, version.get(kit__name="Tablette").pk, 6)

    def teachers(self) -> None:
        """Karl buys a tablet for himself; Anne's request waits for an officer."""
        karl = self.people["karl"]
        own = ask_membership(karl, self.sites["kastanienhof"].pk, own=True)
        decide_membership(self.officer, own.pk, accept=True)
        order = self.ordered("Tablette", 1, 8, member=own, buyer=karl)
        row = self.sent(order, 7)
        self.says(row, "acknowledge", 6, reference="PC-310")
        ask_membership(self.people["anne"], self.sites["fontaine"].pk, own=True)

    def awards(self) -> None:
        """The oldest award is ordered and confirmed; the others wait for the officer."""
        for award in awards_to_order(1):
            try:
                order = order_award(self.officer, award.pk)
            except DecisionImpossible:  # a kit that no lot covers: the officer reads it
                return
            for lot in sorted(set(order.lines.values_list("lot", flat=True))):
                row = send_to_supplier(self.officer, lot)
                self.says(row, "acknowledge", 0)

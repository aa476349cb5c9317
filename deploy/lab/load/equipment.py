"""Equipment of classrooms, the catalogue behind it, kits, own fields, and a little history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from deploy.lab.load.network import TAKEN_OVER
from inventory.actions.note_moves import note_moves
from inventory.models import (
    CustomField,
    Device,
    Kit,
    KitItem,
    KitVersion,
    Product,
)
from schools.models import Room, Site, User

PRODUCTS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("Lenovo", "ThinkPad L14 G5", "laptop", "portable 14 pouces",
     {"part_number": "21L1-DEMO", "power_w": 65, "support_ends_on": dt.date(2030, 6, 30)}),
    ("HP", "ProBook 640 G8", "laptop", "portable 14 pouces, série 2021",
     {"part_number": "HP640-DEMO", "power_w": 45, "sale_ends_on": dt.date(2023, 3, 31),
      "support_ends_on": dt.date(2026, 9, 30)}),
    ("Apple", "iPad 10", "tablet", "tablette 10,9 pouces",
     {"part_number": "MQ-DEMO", "power_w": 20, "support_ends_on": dt.date(2029, 12, 31)}),
    ("Epson", "EB-992F", "projector", "projecteur Full HD",
     {"part_number": "EB992-DEMO", "power_w": 330, "support_ends_on": dt.date(2028, 12, 31)}),
    ("Dell", "PowerEdge T150", "server", "serveur de fichiers",
     {"part_number": "T150-DEMO", "power_w": 300, "support_ends_on": dt.date(2027, 5, 31)}),
    ("Zioxi", "CHRGT-24", "other", "chariot de 24 portables",
     {"part_number": "Z24-DEMO", "power_w": 1800}),
]  # fmt: skip
FIELDS: list[dict[str, Any]] = [
    {"key": "ram", "label_fr": "Mémoire", "label_de": "Arbeitsspeicher", "kind": "number",
     "unit": "Go", "categories": ["laptop", "desktop", "server"], "position": 1},
    {"key": "os", "label_fr": "Système", "label_de": "Betriebssystem", "kind": "choice",
     "choices": ["Windows 11", "ChromeOS", "Linux"], "categories": ["laptop", "desktop"],
     "position": 2},
    {"key": "trolley", "label_fr": "Chariot", "label_de": "Wagen", "kind": "text",
     "categories": ["laptop", "tablet"], "position": 3},
    {"key": "pen", "label_fr": "Stylet", "label_de": "Eingabestift", "kind": "yes_no",
     "categories": ["tablet", "board"], "position": 4},
    {"key": "lamp_h", "label_fr": "Heures de lampe", "label_de": "Lampenstunden",
     "kind": "number", "unit": "h", "categories": ["projector"], "position": 5},
    {"key": "backup_on", "label_fr": "Dernière sauvegarde", "label_de": "Letzte Sicherung",
     "kind": "date", "categories": ["server", "nas"], "position": 6},
]  # fmt: skip
TROLLEY = 24
LAPTOPS_AT = ("moulin", "remparts", "dumont", "aldegonde")
TABLETS_AT = ("bruyeres", "kastanienhof", "fontaine")


def load_equipment(sites: Mapping[str, Site], now: dt.datetime) -> None:
    """Set-based, and twice changes nothing: names are unique at a site."""
    products = _products()
    for facts in FIELDS:
        CustomField.objects.get_or_create(key=facts["key"], defaults=facts)
    known = set(Device.objects.filter(site__in=sites.values()).values_list("site", "name"))
    fresh = [
        device
        for slug, site in sites.items()
        for device in _devices(slug, site, products, now.date())
        if (site.pk, device.name) not in known
    ]
    Device.objects.bulk_create(fresh, ignore_conflicts=True)
    note_moves(
        Device.objects.filter(site__in=sites.values()).values_list("pk", flat=True),
        None,
        "reprise de l’inventaire",
        at=now - TAKEN_OVER,
    )
    if fresh and (moulin := sites.get("moulin")):
        _history(moulin, now)
    _support()
    _kits(products)


def _support() -> None:
    """What makers still mend, of the network's products; a person's dates are left alone."""
    known = {
        "switch": dt.date(2031, 12, 31),
        "access_point": dt.date(2027, 4, 30),
        "router": dt.date(2026, 3, 31),
        "ups": dt.date(2029, 1, 31),
        "board": dt.date(2030, 8, 31),
    }
    for category, day in known.items():
        Product.objects.filter(category=category, support_ends_on=None).update(support_ends_on=day)


def _products() -> dict[str, Product]:
    found = {}
    for maker, model, category, description, facts in PRODUCTS:
        product, _made = Product.objects.get_or_create(
            maker=maker,
            model=model,
            defaults={"category": category, "description": description, **facts},
        )
        found[model] = product
    return found


def _devices(
    slug: str, site: Site, products: Mapping[str, Product], today: dt.date
) -> Iterator[Device]:
    rooms = list(Room.objects.filter(site=site, kind="classroom").order_by("name"))
    code = f"D{site.pk:03d}"
    if slug in LAPTOPS_AT:
        yield from _laptops(site, code, products, rooms[0] if rooms else None)
    if slug in TABLETS_AT:
        yield from _tablets(site, code, products["iPad 10"], rooms[0] if rooms else None)
    for n, room in enumerate(rooms[21:25] if slug == "moulin" else rooms[:3], start=1):
        yield Device(
            site=site, room=room, product=products["EB-992F"], name=f"Projecteur {room.name}",
            serial=f"{code}-EPS{n:02d}", asset_number=f"{code}-P{n:02d}", owner="school",
            origin="own", installed_on=dt.date(2020, 9, 1), warranty_until=dt.date(2023, 8, 31),
            custom={"lamp_h": 900 * n},
        )  # fmt: skip
    if slug in ("moulin", "dumont"):
        candidate = slug == "moulin"
        yield Device(
            site=site, product=products["PowerEdge T150"], name="SRV-ECOLE",
            serial=f"{code}-SRV", asset_number=f"{code}-S01", owner="authority", origin="own",
            installed_on=dt.date(2021, 8, 30), warranty_until=today + dt.timedelta(days=60),
            cloud_move="candidate" if candidate else "stays",
            cloud_why="Fichiers des professeurs et horaire : l’espace numérique les reprend."
            if candidate else "Logiciel de gestion qui n’existe pas encore dans le cloud.",
            custom={"ram": 32, "backup_on": str(today - dt.timedelta(days=2))},
        )  # fmt: skip


def _laptops(
    site: Site, code: str, products: Mapping[str, Product], room: Room | None
) -> Iterator[Device]:
    yield Device(
        site=site, room=room, product=products["CHRGT-24"], name="Chariot 1",
        asset_number=f"{code}-C01", owner="region", origin="grant",
        installed_on=dt.date(2025, 9, 15),
    )  # fmt: skip
    for n in range(1, TROLLEY + 1):
        yield Device(
            site=site, room=room, product=products["ThinkPad L14 G5"], name=f"Portable C1-{n:02d}",
            serial=f"{code}-LEN{n:03d}", asset_number=f"{code}-L{n:03d}", owner="region",
            origin="grant", installed_on=dt.date(2025, 9, 15), warranty_until=dt.date(2028, 9, 14),
            custom={"ram": 16, "os": "Windows 11", "trolley": "Chariot 1"},
        )  # fmt: skip
    for n in range(1, 9):
        yield Device(
            site=site, product=products["ProBook 640 G8"], name=f"Portable profs {n}",
            serial=f"{code}-HPP{n:03d}", asset_number=f"{code}-H{n:03d}", owner="school",
            origin="own", installed_on=dt.date(2021, 10, 4), warranty_until=dt.date(2026, 10, 3),
            custom={"ram": 8, "os": "Linux" if n % 3 == 0 else "Windows 11"},
        )  # fmt: skip


def _tablets(site: Site, code: str, product: Product, room: Room | None) -> Iterator[Device]:
    for n in range(1, 16):
        yield Device(
            site=site, room=room, product=product, name=f"Tablette {n:02d}",
            serial=f"{code}-IPD{n:03d}", asset_number=f"{code}-T{n:03d}", owner="authority",
            origin="centre", installed_on=dt.date(2024, 1, 15),
            warranty_until=dt.date(2027, 1, 14), custom={"pen": n <= 10},
        )  # fmt: skip


def _history(site: Site, now: dt.datetime) -> None:
    """A broken screen, a theft, a thing retired, one that came back, and one given to a head."""
    head = User.objects.filter(email="bernard@preau.example").first()
    contact = User.objects.filter(email="claire@preau.example").first()
    steps: list[tuple[str, int, dict[str, Any], str, dict[str, Any]]] = [
        ("Portable C1-07", 32, {"state": "in_repair"}, "écran fendu", {}),
        ("Portable C1-11", 60, {"state": "in_repair"}, "clavier", {}),
        ("Portable C1-11", 41, {"state": "installed"}, "réparé sous garantie", {}),
        ("Portable C1-19", 12, {"state": "lost", "room": None}, "effraction du local",
         {"happened_on": now.date() - dt.timedelta(days=13), "police_report": "NA.11.L1.004512"}),
        ("Portable profs 8", 90, {"state": "retired"}, "carte mère en panne, hors garantie", {}),
        ("Portable profs 1", 200, {"holder": head}, "bureau de la direction", {}),
        ("Portable profs 2", 150, {"holder": contact}, "personne de contact", {}),
        ("Portable profs 3", 25, {"state": "in_stock"}, "réserve", {}),
    ]  # fmt: skip
    for name, days, change, why, extra in steps:
        rows = Device.objects.filter(site=site, name=name)
        rows.update(**change)
        at = now - dt.timedelta(days=days)
        note_moves(rows.values_list("pk", flat=True), contact, why, at=at, **extra)


def _kits(products: Mapping[str, Product]) -> None:
    """A trolley in two versions and the draft of none; a class set of tablets."""
    laptop, old, trolley, tablet = (
        products["ThinkPad L14 G5"],
        products["ProBook 640 G8"],
        products["CHRGT-24"],
        products["iPad 10"],
    )
    _kit("Chariot de portables", "24 portables et leur chariot de charge, pour une classe", [
        (1, dt.date(2024, 9, 1), dt.date(2025, 8, 31), "17850.00", [(old, 24), (trolley, 1)]),
        (2, dt.date(2025, 9, 1), None, "19200.00", [(laptop, 24), (trolley, 1)]),
    ])  # fmt: skip
    _kit("Classe de tablettes", "16 tablettes, dont une pour l’enseignant", [
        (1, dt.date(2024, 9, 1), dt.date(2026, 6, 30), "7200.00", [(tablet, 16)]),
        (2, dt.date(2026, 7, 1), None, "7900.00", [(tablet, 16), (products["EB-992F"], 1)]),
    ])  # fmt: skip


def _kit(name: str, purpose: str, versions: Iterable[tuple[Any, ...]]) -> None:
    kit, made = Kit.objects.get_or_create(name=name, defaults={"purpose": purpose})
    if not made:
        return
    for number, since, until, price, items in versions:
        version = KitVersion.objects.create(
            kit=kit, number=number, price=Decimal(price), valid_from=since, valid_to=until,
            warranty_months=36, repairability=Decimal("7.6"), energy_class="C", annual_kwh=640,
            support_ends_on=dt.date(2030, 6, 30),
        )  # fmt: skip
        KitItem.objects.bulk_create(
            KitItem(version=version, product=product, quantity=n) for product, n in items
        )
        KitVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())

"""What the catalogue and a school's own equipment add to one of everything (tests/world.py)."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils import timezone

from inventory.actions.note_moves import note_moves
from inventory.models import (
    Category,
    CustomField,
    Device,
    DeviceFile,
    DeviceMove,
    Kit,
    KitItem,
    KitVersion,
    Product,
)
from schools.models import Room
from tests.cast import make_device
from tests.schools.papers import photo


@dataclass
class DevicesWorld:
    """A school's own laptop, moved once, with a photo; a kit that holds its product."""

    laptop: Device
    move: DeviceMove
    device_file: DeviceFile
    product: Product
    kit: Kit
    kit_version: KitVersion
    """It counts; ``kit_draft`` is the next one."""
    kit_draft: KitVersion
    custom_field: CustomField


def make_devices_world(room: Room, name: str) -> DevicesWorld:
    """One of each; the own field is the same at every site."""
    laptop = make_laptop(room, name)
    version, draft = make_kit(f"Chariot {name}", laptop.product)
    move = laptop.moves.first()
    assert move is not None
    return DevicesWorld(
        laptop=laptop,
        move=move,
        device_file=laptop.files.get(),
        product=laptop.product,
        kit=version.kit,
        kit_version=version,
        kit_draft=draft,
        custom_field=make_field("ram", "Mémoire", "number", unit="Go"),
    )


def make_laptop(room: Room, name: str) -> Device:
    """Entered in stock, then given to a room, with a photo."""
    laptop = make_device(room.site, f"PC-{name}", Category.LAPTOP, state="in_stock", owner="school")
    note_moves([laptop.pk], None)
    Device.objects.filter(pk=laptop.pk).update(state="installed", room=room)
    note_moves([laptop.pk], None, "distribué")
    content = photo()
    row = DeviceFile(
        device=laptop,
        kind="photo",
        name="plaque.jpg",
        content_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    row.file.save("plaque.jpg", ContentFile(content))
    return laptop


def make_kit(name: str, *products: Product) -> tuple[KitVersion, KitVersion]:
    """A kit with 24 of each product in the version that counts, 25 in the draft of the next."""
    kit = Kit.objects.create(name=name)
    made = []
    for number, quantity, day in ((1, 24, dt.date(2026, 1, 1)), (2, 25, dt.date(2027, 1, 1))):
        version = KitVersion.objects.create(kit=kit, number=number, price=12000, valid_from=day)
        for product in products:
            KitItem.objects.create(version=version, product=product, quantity=quantity)
        if number == 1:
            KitVersion.objects.filter(pk=version.pk).update(frozen_at=timezone.now())
        made.append(KitVersion.objects.select_related("kit").get(pk=version.pk))
    return made[0], made[1]


def make_field(
    key: str,
    label: str,
    kind: str = "text",
    categories: tuple[str, ...] = (Category.LAPTOP,),
    **extra: object,
) -> CustomField:
    """An own field, of laptops unless told."""
    values = {"label_fr": label, "kind": kind, "categories": list(categories), **extra}
    return CustomField.objects.get_or_create(key=key, defaults=values)[0]

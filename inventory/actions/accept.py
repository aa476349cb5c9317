"""What accepting a difference changes in the register, by kind. No device is written to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.actions.changes import Change, change, made, unlinked
from inventory.actions.compare_links import port_named
from inventory.models import (
    Device,
    DeviceState,
    Difference,
    Link,
    ObservedDevice,
    Port,
    PortKind,
    Product,
)
from inventory.rules.identity import new_ports
from schools.models import Room

Accept = Callable[[Difference, dict[str, Any]], list[Change]]


def accept_new(row: Difference, said: dict[str, Any]) -> list[Change]:
    """An unknown device enters the register as installed."""
    seen = _observed(row)
    product = product_of(seen.maker, seen.model or seen.hardware, seen.category)
    device = _made(
        Device(
            site=row.site,
            product=product,
            room=said.get("room"),
            name=free_name(row, seen),
            serial=seen.serial or None,
            mac=seen.mac or None,
            state=DeviceState.INSTALLED,
        )
    )
    changes = [made(device), *add_ports(device, seen)]
    return [*changes, change(seen, device_id=device.pk, matched_by="person", conflict=[])]


def accept_missing(row: Difference, said: dict[str, Any]) -> list[Change]:
    return [change(_device(row), state=DeviceState.RETIRED)]


def accept_moved(row: Difference, said: dict[str, Any]) -> list[Change]:
    """The register follows the device to the site where it answers; its room is not known yet."""
    device = _device(row)
    name = device.name
    if Device.objects.filter(site=row.site, name=name).exclude(pk=device.pk).exists():
        name = f"{name}-{device.pk}"[:60]
    return [change(device, site_id=row.site_id, room_id=None, name=name)]


def accept_product(row: Difference, said: dict[str, Any]) -> list[Change]:
    seen, device = _observed(row), _device(row)
    product = product_of(seen.maker, seen.model or seen.hardware, device.product.category)
    return [change(device, product_id=product.pk)]


def accept_serial(row: Difference, said: dict[str, Any]) -> list[Change]:
    return [change(_device(row), serial=row.observed)]


def accept_mac(row: Difference, said: dict[str, Any]) -> list[Change]:
    return [change(_device(row), mac=row.observed)]


def accept_version(row: Difference, said: dict[str, Any]) -> list[Change]:
    return [change(_observed(row), accepted_version=row.observed)]


def accept_ports(row: Difference, said: dict[str, Any]) -> list[Change]:
    return add_ports(_device(row), _observed(row), only=set(row.detail.get("new", [])))


def accept_room(row: Difference, said: dict[str, Any]) -> list[Change]:
    room = said.get("room")
    if not isinstance(room, Room) or room.site_id != row.site_id:
        raise DecisionImpossible(_("Choisissez le local de cet équipement."))
    return [change(_device(row), room_id=room.pk)]


def accept_link(row: Difference, said: dict[str, Any]) -> list[Change]:
    """The cable that the network shows replaces those on the two ports."""
    device, changes = _device(row), []
    far = Device.objects.filter(pk=row.detail.get("far")).first()
    if far is None:
        raise DecisionImpossible(_("L’autre équipement n’est plus dans l’inventaire."))
    ends = []
    told = row.detail.get("port", ""), row.detail.get("far_port", "")
    for owner, name in zip((device, far), told, strict=True):
        port = port_named(owner.pk, name) if name else None
        if port is None:
            port = _made(Port(device=owner, name=(name or _("inconnu"))[:40]))
            changes.append(made(port))
        ends.append(port)
    old = Link.objects.filter(port_a__in=ends) | Link.objects.filter(port_b__in=ends)
    changes += [unlinked(link) for link in old.select_for_update(of=("self",))]
    a, b = sorted(ends, key=lambda port: port.pk)
    return [*changes, made(_made(Link(port_a=a, port_b=b)))]


ACCEPT: dict[str, Accept] = {
    "new": accept_new,
    "missing": accept_missing,
    "moved": accept_moved,
    "product": accept_product,
    "serial": accept_serial,
    "mac": accept_mac,
    "version": accept_version,
    "ports": accept_ports,
    "room": accept_room,
    "link": accept_link,
}
"""By kind; a conflict and a twin are merged by hand or ignored, never accepted as they are."""


# --- pieces ---


def _device(row: Difference) -> Device:
    found = Device.objects.select_for_update(of=("self",)).filter(pk=row.device_id or 0)
    device = found.select_related("product", "site").first()
    if device is None:
        raise DecisionImpossible(_("Cet équipement n’est plus dans l’inventaire."))
    return device


def _observed(row: Difference) -> ObservedDevice:
    seen = ObservedDevice.objects.select_for_update(of=("self",)).filter(
        pk=row.observed_device_id or 0
    )
    found = seen.first()
    if found is None:
        raise DecisionImpossible(_("Cette observation n’existe plus."))
    return found


def _made(row: Any) -> Any:
    """Save a new row; a uniqueness that it breaks is told in words."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DecisionImpossible(
            _("Un autre équipement porte déjà ce nom, ce numéro de série ou ce port.")
        ) from None
    return row


def product_of(maker: str, model: str, category: str) -> Product:
    """The catalogue's product of that maker and model; made when the catalogue lacks it."""
    maker, model = (maker or _("Inconnu"))[:60], (model or _("inconnu"))[:100]
    found = Product.objects.named(maker, model).first()
    return (
        found
        or Product.objects.get_or_create(maker=maker, model=model, defaults={"category": category})[
            0
        ]
    )


def free_name(row: Difference, seen: ObservedDevice) -> str:
    """The name that the device gives itself, made unique at its site."""
    told = seen.name.partition(".")[0] or seen.model or seen.address or seen.mac or _("équipement")
    base = told[:50]
    taken = set(Device.objects.filter(site=row.site_id).values_list("name", flat=True))
    name, n = base, 2
    while name in taken:
        name, n = f"{base}-{n}", n + 1
    return name


def add_ports(device: Device, seen: ObservedDevice, only: set[str] | None = None) -> list[Change]:
    """Enter the plugs that the device has and the register lacks."""
    plugs = list(seen.ports.filter(physical=True, missing_since=None))
    known = device.ports.values_list("name", flat=True)
    wanted = set(new_ports(known, [plug.name for plug in plugs]))
    changes = []
    for number, plug in enumerate(plugs, start=1):
        if plug.name[:40] not in wanted and plug.name not in wanted:
            continue
        if only is not None and plug.name not in only:
            continue
        port = Port(
            device=device,
            name=plug.name[:40],
            number=min(number, 32767),
            if_index=plug.if_index,
            kind=PortKind.COPPER,
            speed_mbps=plug.speed_mbps,
        )
        changes.append(made(_made(port)))
    return changes

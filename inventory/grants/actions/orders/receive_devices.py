"""What was signed for becomes equipment of the inventory: named, under warranty, labelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible
from inventory.actions.add_device import add_template_ports, next_number
from inventory.actions.declare_inventory import months_later
from inventory.actions.note_delivery import note_delivery
from inventory.actions.note_moves import note_moves
from inventory.grants.models.orders.deliveries import (
    PieceState,
    Shipment,
    ShipmentLine,
    ShippedPiece,
)
from inventory.models import Delivery, Device, DeviceState, Origin, Owner, Product
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce
from schools.models import Site, User


def receive_devices(
    user: User, made: Shipment, lines: Iterable[ShipmentLine], now: dt.datetime
) -> tuple[list[Device], Delivery | None]:
    """A device for each accepted piece, and the inventory's delivery of them. A piece whose serial
    the school has entered already becomes that device. What a teacher bought stays theirs: it is
    no equipment of the school. Raises DecisionImpossible.
    """
    if made.order.buyer_id is not None:
        return [], None
    site = Site.objects.select_for_update().get(pk=made.site_id)
    today = timezone.localdate(now)
    known, new = [], []
    for line in lines:
        rows = line.pieces.filter(state=PieceState.ACCEPTED).order_by("pk")
        pieces = list(rows)
        until = months_later(today, line.item.line.kit_version.warranty_months)
        had = _entered_already(made, pieces)
        known += [_adopt(had[p.serial], p, made, until) for p in pieces if p.serial in had]
        fresh = [piece for piece in pieces if piece.serial not in had]
        new += _make(site, made, line.item.product, fresh, until)
    devices = [*known, *new]
    if not devices:
        return [], None
    add_template_ports(new)
    note_moves([device.pk for device in devices], user, made.reference, now)
    record_actions(user, [_line(device, made) for device in devices])
    for device in devices[:50]:
        announce("device", device.pk, site=site.pk)
    free = [d.pk for d in devices if not hasattr(d, "arrival")]
    arrival = note_delivery(user, free, made.reference, today) if free else None
    return devices, arrival


def _entered_already(made: Shipment, pieces: list[ShippedPiece]) -> dict[str | None, Device]:
    """Devices with these serial numbers; all at this site."""
    serials = [piece.serial for piece in pieces if piece.serial]
    found = Device.objects.select_for_update(of=("self",)).filter(serial__in=serials)
    rows = {device.serial: device for device in found.select_related("site", "product")}
    foreign = [serial for serial, device in rows.items() if device.site_id != made.site_id]
    if foreign:
        raise DecisionImpossible(
            _(
                "Le numéro %(serial)s est déjà inscrit dans une autre implantation\u00a0: vérifiez"
                " l’étiquette, ou refusez la pièce (« pas la bonne »)."
            )
            % {"serial": foreign[0]}
        )
    return dict(rows)


def _adopt(device: Device, piece: ShippedPiece, made: Shipment, until: dt.date) -> Device:
    device.origin, device.warranty_until = _origin(made), until
    device.save(update_fields=["origin", "warranty_until"])
    piece.device = device
    piece.save(update_fields=["device"])
    return device


def _make(
    site: Site, made: Shipment, product: Product, pieces: list[ShippedPiece], until: dt.date
) -> list[Device]:
    """In stock until somebody says in which room; the names go on from the last one."""
    if not pieces:
        return []
    word = str(product.get_category_display())
    base = word[:1].upper() + word[1:]
    first = next_number(site, base)
    devices = [
        Device(
            site=site,
            product=product,
            name=f"{base} {first + rank}",
            serial=piece.serial,
            state=DeviceState.IN_STOCK,
            owner=Owner.SCHOOL if made.order.is_purchase else Owner.AUTHORITY,
            origin=_origin(made),
            warranty_until=until,
        )
        for rank, piece in enumerate(pieces)
    ]
    try:
        with transaction.atomic():
            Device.objects.bulk_create(devices)
    except IntegrityError:
        raise DecisionImpossible(
            _("Quelqu’un a inscrit un de ces équipements entre-temps\u00a0: recommencez.")
        ) from None
    for piece, device in zip(pieces, devices, strict=True):
        piece.device = device
    ShippedPiece.objects.bulk_update(pieces, ["device"])
    return devices


def _origin(made: Shipment) -> Origin:
    return Origin.CENTRE if made.order.is_purchase else Origin.GRANT


def _line(device: Device, made: Shipment) -> JournalLine:
    after = {
        "product": str(device.product),
        "serial": device.serial or "",
        "delivery": made.reference,
        "order": made.order.reference,
        "origin": device.origin,
        "warranty_until": device.warranty_until.isoformat() if device.warranty_until else "",
    }
    return JournalLine("add_device", device, site=made.site, after=after, why=made.reference)

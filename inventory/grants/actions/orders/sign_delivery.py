"""The signature under a delivery: what is taken, what is not and why, and what follows at once.

In one transaction: reservations, devices of the inventory with their labels' delivery, and what is
consumed of the right. Whoever signs second finds it signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.grants.access.orders import can_sign
from inventory.grants.actions.orders.consume_right import consume_accepted
from inventory.grants.actions.orders.history import (
    lock_order,
    settle,
    settle_supplier_order,
    tell,
)
from inventory.grants.actions.orders.receive_devices import receive_devices
from inventory.grants.models.orders.deliveries import (
    TO_SIGN,
    DeliveryRemark,
    PieceState,
    Reception,
    RemarkKind,
    Shipment,
    ShipmentLine,
    ShipmentState,
    ShippedPiece,
)
from inventory.grants.models.orders.purchases import EventKind
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.grants.rules.orders import Checked, unaccounted
from inventory.models.declarations import fingerprint
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@dataclass(frozen=True, slots=True)
class Signed:
    """What the person signs. ``refused``: piece → why and a word; ``counted``: accessory line →
    how many; ``rest_is_here``: what was not scanned was counted by eye."""

    refused: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    counted: Mapping[int, int] = field(default_factory=dict)
    rest_is_here: bool = False
    note: str = ""


@transaction.atomic
def sign_delivery(user: User, pk: int, said: Signed, now: dt.datetime | None = None) -> Reception:
    """Sign. The same person again is given the signature.

    Raises Shipment.DoesNotExist where unseen, DecisionRefused, FactsRefused, DecisionImpossible:
    somebody else signed first, pieces are unaccounted for, a serial is another school's.
    """
    now = now or timezone.now()
    seen = Shipment.objects.visible_to(user).get(pk=pk)
    supplied = SupplierOrder.objects.select_for_update().get(pk=seen.supplier_order_id)
    order = lock_order(seen.order_id)
    rows = Shipment.objects.select_for_update(of=("self",))
    made = rows.select_related("site__school", "supplier").get(pk=pk)
    made.order = order
    require(can_sign(user, made))
    if made.state == ShipmentState.SIGNED:
        return _signed_before(user, made)
    if made.state not in TO_SIGN:
        raise DecisionImpossible(_("Cette livraison est annulée\u00a0: il n’y a rien à signer."))
    lines = list(made.lines.select_related("item__product", "item__line").order_by("pk"))
    remarks = _judge(lines, said)
    devices, arrival = receive_devices(user, made, lines, now)
    consumed = consume_accepted(user, made, lines)
    content = _content(made, lines, remarks)
    signed = Reception.objects.create(
        shipment=made,
        signed_by=user,
        signed_by_text=str(user)[:150],
        signed_at=now,
        note=said.note.strip()[:500],
        arrival=arrival,
        content=content,
        sha256=fingerprint(content),
        consumed=consumed,
    )
    for remark in remarks:
        remark.reception = signed
    DeliveryRemark.objects.bulk_create(remarks)
    made.state = ShipmentState.SIGNED
    made.arrived_on = made.arrived_on or timezone.localdate(now)
    made.save(update_fields=["state", "arrived_on"])
    settle(order)
    settle_supplier_order(supplied)
    tell(order, EventKind.SIGNED, user, _summary(made, lines, remarks), at=now)
    after = {
        "devices": len(devices),
        "refused": sum(remark.quantity for remark in remarks),
        "consumed": str(consumed),
        "sha256": signed.sha256,
    }
    record_action(user, "sign_delivery", made, site=made.site, after=after)
    announce("shipment", made.pk, site=made.site_id)
    return signed


def _signed_before(user: User, made: Shipment) -> Reception:
    known = Reception.objects.get(shipment=made)
    if known.signed_by_id == user.pk:
        return known
    raise DecisionImpossible(
        _("%(who)s a signé cette livraison le %(when)s\u00a0: elle ne se signe qu’une fois.")
        % {
            "who": known.signed_by_text,
            "when": f"{timezone.localtime(known.signed_at):%d/%m/%Y %H:%M}",
        }
    )


def _judge(lines: list[ShipmentLine], said: Signed) -> list[DeliveryRemark]:
    """Say of each piece whether it is taken; write it. Raises FactsRefused, DecisionImpossible."""
    left, remarks = 0, []
    for line in lines:
        if line.item.accessory:
            remarks += _judge_accessories(line, said)
        else:
            missing, told = _judge_pieces(line, said)
            left += missing
            remarks += told
    if left and not said.rest_is_here:
        raise DecisionImpossible(
            ngettext(
                "%(n)d pièce n’est ni scannée ni refusée\u00a0: scannez-la, notez une réserve, ou"
                " cochez « Le reste est là ».",
                "%(n)d pièces ne sont ni scannées ni refusées\u00a0: scannez-les, notez une"
                " réserve, ou cochez « Le reste est là ».",
                left,
            )
            % {"n": left}
        )
    return remarks


def _judge_accessories(line: ShipmentLine, said: Signed) -> list[DeliveryRemark]:
    counted = said.counted.get(line.pk, line.announced if line.counted is None else line.counted)
    if not 0 <= counted <= line.announced:
        raise FactsRefused({f"count_{line.pk}": _("De 0 à %(n)d.") % {"n": line.announced}})
    line.accepted = line.counted = counted
    line.save(update_fields=["accepted", "counted"])
    short = line.announced - counted
    return [DeliveryRemark(line=line, kind=RemarkKind.MISSING, quantity=short)] if short else []


def _judge_pieces(line: ShipmentLine, said: Signed) -> tuple[int, list[DeliveryRemark]]:
    pieces = list(line.pieces.order_by("pk"))
    remarks = []
    for piece in pieces:
        if piece.pk not in said.refused:
            piece.state = PieceState.ACCEPTED
            continue
        kind, note = said.refused[piece.pk]
        if kind not in RemarkKind.values:
            raise FactsRefused({f"piece_{piece.pk}": _("Dites pourquoi\u00a0: abîmée, manquante…")})
        piece.state = PieceState.REFUSED
        serial = piece.serial or ""
        remarks.append(DeliveryRemark(line=line, kind=kind, serial=serial, note=note.strip()[:300]))
    seen = sum(p.seen_at is not None for p in pieces if p.state == PieceState.ACCEPTED)
    ShippedPiece.objects.bulk_update(pieces, ["state"])
    line.accepted = len(pieces) - len(remarks)
    line.save(update_fields=["accepted"])
    return unaccounted(Checked(len(pieces), seen, len(remarks))), remarks


def _content(
    made: Shipment, lines: list[ShipmentLine], remarks: list[DeliveryRemark]
) -> dict[str, Any]:
    """What was signed, in plain values, for the hash."""
    return {
        "delivery": made.reference,
        "supplier": made.supplier.name,
        "order": made.order.reference,
        "site": str(made.site),
        "lines": [
            {
                "product": str(line.item.product),
                "announced": line.announced,
                "accepted": line.accepted,
                "serials": sorted(
                    piece.serial
                    for piece in line.pieces.filter(state=PieceState.ACCEPTED)
                    if piece.serial
                ),
            }
            for line in lines
        ],
        "remarks": [
            {
                "product": str(remark.line.item.product),
                "kind": remark.kind,
                "quantity": remark.quantity,
                "serial": remark.serial,
                "note": remark.note,
            }
            for remark in remarks
        ],
    }


def _summary(made: Shipment, lines: list[ShipmentLine], remarks: list[DeliveryRemark]) -> str:
    taken = sum(line.accepted or 0 for line in lines)
    told = ngettext("%(ref)s, %(n)d pièce", "%(ref)s, %(n)d pièces", taken)
    told %= {"ref": made.reference, "n": taken}
    refused = sum(remark.quantity for remark in remarks)
    if not refused:
        return told
    return f"{told}, " + ngettext("%(n)d réserve", "%(n)d réserves", refused) % {"n": refused}

"""Count a delivery before signing it: each scan sees a piece, once, and may be taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import can_sign
from inventory.grants.actions.orders.announce_delivery import clean_serial
from inventory.grants.models.orders.deliveries import (
    TO_SIGN,
    PieceState,
    Shipment,
    ShipmentLine,
    ShippedPiece,
)
from schools.live import announce
from schools.models import User

AT_MOST = 200


@dataclass(frozen=True, slots=True)
class ScannedPiece:
    """A label read in the school. ``line``: which product the person holds, for serials that the
    supplier did not say; ``key`` makes sending it again harmless."""

    key: uuid.UUID
    text: str
    line: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan found. ``outcome``: seen, again, added (a serial nobody had said), unknown."""

    key: uuid.UUID
    text: str
    outcome: str
    piece: ShippedPiece | None = None


@transaction.atomic
def record_pieces(user: User, pk: int, scans: Sequence[ScannedPiece]) -> list[Seen]:
    """See these pieces. Raises Shipment.DoesNotExist where unseen, DecisionRefused,
    DecisionImpossible once it is signed."""
    made = open_shipment(user, pk)
    found = [_record(made, scan) for scan in scans[:AT_MOST]]
    announce("shipment", made.pk, site=made.site_id)
    return found


def _record(made: Shipment, scan: ScannedPiece) -> Seen:
    text = clean_serial(scan.text)
    pieces = ShippedPiece.objects.filter(line__shipment=made).select_related("line__item__product")
    if (known := pieces.filter(scan_key=scan.key).first()) is not None:
        return Seen(scan.key, text, "seen", known)
    piece = pieces.filter(serial=text).first() if text else None
    if piece is None:
        return _add(made, scan, text)
    if piece.seen_at is not None:
        return Seen(scan.key, text, "again", piece)
    _see(piece, scan)
    return Seen(scan.key, text, "seen", piece)


def _add(made: Shipment, scan: ScannedPiece, text: str) -> Seen:
    """A serial that the supplier did not say: of the product in hand, or of the only one that
    still has pieces without one."""
    blank = ShippedPiece.objects.filter(line__shipment=made, serial=None, seen_at=None)
    lines = set(blank.values_list("line", flat=True))
    line = scan.line if scan.line in lines else (lines.pop() if len(lines) == 1 else None)
    taken = ShippedPiece.objects.filter(serial=text).exclude(state=PieceState.REFUSED).exists()
    if line is None or taken or not 4 <= len(text) <= 60:
        return Seen(scan.key, text, "unknown")
    piece = blank.filter(line=line).select_related("line__item__product").order_by("pk")[0]
    piece.serial = text
    _see(piece, scan)
    return Seen(scan.key, text, "added", piece)


def _see(piece: ShippedPiece, scan: ScannedPiece) -> None:
    now = timezone.now()
    piece.seen_at = min(scan.at, now) if scan.at else now
    piece.scan_key = scan.key
    piece.save(update_fields=["serial", "seen_at", "scan_key"])


@transaction.atomic
def forget_piece(user: User, pk: int, key: uuid.UUID) -> None:
    """Take a scan back; one that is not there changes nothing."""
    made = open_shipment(user, pk)
    ShippedPiece.objects.filter(line__shipment=made, scan_key=key).update(
        seen_at=None, scan_key=None
    )
    announce("shipment", made.pk, site=made.site_id)


@transaction.atomic
def count_accessories(user: User, pk: int, line: int, counted: int) -> ShipmentLine:
    """How many of what has no serial number. Raises as :func:`record_pieces`."""
    made = open_shipment(user, pk)
    row = made.lines.get(pk=line, item__accessory=True)
    if not 0 <= counted <= row.announced:
        raise DecisionImpossible(
            _("De 0 à %(n)d\u00a0: la livraison n’en annonce pas davantage.") % {"n": row.announced}
        )
    row.counted = counted
    row.save(update_fields=["counted"])
    return row


def open_shipment(user: User, pk: int) -> Shipment:
    """A delivery that may still be counted, held."""
    rows = Shipment.objects.visible_to(user).select_for_update(of=("self",))
    made = rows.select_related("order__site", "site__school", "supplier").get(pk=pk)
    require(can_sign(user, made))
    if made.state not in TO_SIGN:
        raise DecisionImpossible(_("Cette livraison est déjà signée, ou annulée."))
    return made

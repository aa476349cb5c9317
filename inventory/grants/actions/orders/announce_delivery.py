"""A supplier's delivery note becomes a delivery that the school expects, counts and signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Sum, When
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.actions.device_writing import FactsRefused
from inventory.grants.actions.orders.history import lock_order, tell
from inventory.grants.actions.orders.supplier_words import (
    day_of,
    product_of,
    quantity_of,
    text_of,
)
from inventory.grants.models.orders.deliveries import (
    DeliveryRemark,
    PieceState,
    Shipment,
    ShipmentLine,
    ShipmentState,
    ShippedPiece,
)
from inventory.grants.models.orders.purchases import EventKind, Order, OrderItem, OrderState
from inventory.grants.models.orders.supply import MessageKind, SupplierMessage, SupplierOrder
from schools.live import announce

LINES = 500


@dataclass(frozen=True, slots=True)
class Announced:
    """So many of an ordered item, with the serial numbers that are known."""

    item: OrderItem
    quantity: int
    serials: tuple[str, ...]


def announce_delivery(row: SupplierOrder, message: SupplierMessage) -> Shipment:
    """What ``ship`` says: ``delivery``, ``for`` (our order), ``on``, ``slot``, ``lines``.

    Raises FactsRefused by field, lines named by their rank.
    """
    body = message.body
    reference = text_of(body, "delivery", 40, required=True)
    order = _order_of(row, body)
    lines = read_lines(row, order, body.get("lines"))
    if Shipment.objects.filter(supplier=row.supplier, reference=reference).exists():
        raise FactsRefused({"delivery": _("Ce bon de livraison est déjà annoncé.")})
    made = Shipment.objects.create(
        reference=reference,
        supplier=row.supplier,
        supplier_order=row,
        order=order,
        site=order.site,
        planned_on=day_of(body, "on"),
        slot=text_of(body, "slot", 40),
        announced_at=message.at,
    )
    _write_lines(made, lines)
    told = f"{reference}, {made.planned_on:%d/%m/%Y}" if made.planned_on else reference
    tell(order, EventKind.SHIPPED, None, told, at=message.at, by=row.supplier.name)
    announce("shipment", made.pk, site=made.site_id)
    _catch_up(made)
    return made


def _order_of(row: SupplierOrder, body: Mapping[str, Any]) -> Order:
    """The school's order that the delivery is for, held."""
    asked = text_of(body, "for", 20)
    mine = Order.objects.filter(lines__supplier_order=row).exclude(state=OrderState.CANCELLED)
    keys = set(
        (mine.filter(reference__iexact=asked) if asked else mine).values_list("pk", flat=True)
    )
    if len(keys) != 1:
        raise FactsRefused(
            {
                "for": _("«\u00a0%(ref)s\u00a0» n’est pas de cette commande.") % {"ref": asked}
                if asked
                else _("Dites pour quelle commande d’école\u00a0: for, comme C-2026-0001.")
            }
        )
    return lock_order(keys.pop())


def read_lines(row: SupplierOrder, order: Order, said: Any) -> list[Announced]:
    """The lines of a delivery note against what is still to come of the order."""
    if not isinstance(said, list) or not 1 <= len(said) <= LINES:
        raise FactsRefused({"lines": _("Une liste de lignes est attendue.")})
    left = still_to_come(row, order)
    found: dict[int, Announced] = {}
    errors: dict[str, str] = {}
    used: set[str] = set()
    for rank, one in enumerate(said, 1):
        try:
            _read_line(row, one, left, found, used)
        except FactsRefused as refused:
            errors |= {f"lines.{rank}.{name}": why for name, why in refused.errors.items()}
    if errors:
        raise FactsRefused(errors)
    return list(found.values())


def _read_line(
    row: SupplierOrder,
    one: Any,
    left: dict[OrderItem, int],
    found: dict[int, Announced],
    used: set[str],
) -> None:
    if not isinstance(one, dict):
        raise FactsRefused({"": _("Un objet est attendu.")})
    product = product_of(row, one)
    serials = _serials(one.get("serials"), used)
    quantity = quantity_of(one) if "quantity" in one or not serials else len(serials)
    if len(serials) > quantity:
        raise FactsRefused({"serials": _("Plus de numéros de série que de pièces.")})
    rest = list(serials)
    for item in [item for item in left if item.product_id == product.pk]:
        take = min(quantity, left[item])
        if take <= 0:
            continue
        before = found.get(item.pk, Announced(item, 0, ()))
        mine, rest = rest[:take], rest[take:]
        found[item.pk] = Announced(item, before.quantity + take, (*before.serials, *mine))
        left[item] -= take
        quantity -= take
    if quantity:
        raise FactsRefused(
            {
                "quantity": _("%(n)d de trop\u00a0: la commande n’en attend pas autant.")
                % {"n": quantity}
            }
        )


def _serials(said: Any, used: set[str]) -> tuple[str, ...]:
    if said is None:
        return ()
    if not isinstance(said, list) or any(not isinstance(one, str) for one in said):
        raise FactsRefused({"serials": _("Une liste de numéros de série est attendue.")})
    serials = [clean_serial(one) for one in said]
    if any(not one or len(one) > 60 for one in serials):
        raise FactsRefused({"serials": _("Un numéro de série a de 1 à 60 signes.")})
    twice = {one for one in serials if one in used or serials.count(one) > 1}
    held = ShippedPiece.objects.filter(serial__in=serials).exclude(state=PieceState.REFUSED)
    twice |= {str(serial) for serial in held.values_list("serial", flat=True)}
    if twice:
        raise FactsRefused(
            {
                "serials": _("Déjà annoncé\u00a0: %(serials)s.")
                % {"serials": ", ".join(sorted(twice)[:5])}
            }
        )
    used.update(serials)
    return tuple(serials)


def clean_serial(text: str) -> str:
    """As labels write it: capitals, no blanks."""
    return "".join(text.replace("\x00", "").split()).upper()


def still_to_come(row: SupplierOrder, order: Order) -> dict[OrderItem, int]:
    """Ordered, less what was accepted and what is on its way; by item, in order."""
    items = OrderItem.objects.filter(line__supplier_order=row, line__order=order)
    rows = list(items.select_related("product").order_by("pk"))
    taken = coming_or_here(rows)
    return {item: item.quantity - taken.get(item.pk, 0) for item in rows}


def coming_or_here(items: Iterable[OrderItem]) -> dict[int, int]:
    """What no further delivery needs to bring, by item; one query for any number."""
    lines = ShipmentLine.objects.filter(item__in=items).exclude(
        shipment__state=ShipmentState.CANCELLED
    )
    counted = Case(When(accepted__isnull=True, then=F("announced")), default=F("accepted"))
    return dict(lines.values_list("item").annotate(n=Sum(counted)).order_by("item"))


def _write_lines(made: Shipment, lines: list[Announced]) -> None:
    pieces = []
    for one in lines:
        line = ShipmentLine.objects.create(shipment=made, item=one.item, announced=one.quantity)
        if one.item.accessory:
            continue
        unknown = [None] * (one.quantity - len(one.serials))
        pieces += [ShippedPiece(line=line, serial=serial) for serial in (*one.serials, *unknown)]
    ShippedPiece.objects.bulk_create(pieces)


def _catch_up(made: Shipment) -> None:
    """Messages about this delivery that overtook its announcement."""
    said = made.supplier_order.messages.filter(body__delivery=made.reference)
    for message in said.filter(kind__in=(MessageKind.UNSHIP, MessageKind.ARRIVE)).order_by("at"):
        if message.kind == MessageKind.ARRIVE:
            note_arrival(made.supplier_order, message)
        elif message.at >= made.announced_at:
            withdraw_delivery(made.supplier_order, message)


def note_arrival(row: SupplierOrder, message: SupplierMessage) -> None:
    """The van was there. Before its announcement: remembered until that comes."""
    reference = text_of(message.body, "delivery", 40, required=True)
    on = day_of(message.body, "on") or timezone.localdate(message.at)
    if on > timezone.localdate():
        raise FactsRefused({"on": _("Ce jour n’est pas encore venu.")})
    made = _of(row, reference)
    if made is None or made.state != ShipmentState.ANNOUNCED:
        return
    made.state, made.arrived_on = ShipmentState.ARRIVED, on
    made.save(update_fields=["state", "arrived_on"])
    tell(made.order, EventKind.ARRIVED, None, reference, at=message.at, by=row.supplier.name)
    announce("shipment", made.pk, site=made.site_id)


def withdraw_delivery(row: SupplierOrder, message: SupplierMessage) -> None:
    """The note was wrong: what it announced is to come again. Signed deliveries stay."""
    made = _of(row, text_of(message.body, "delivery", 40, required=True))
    if made is None or made.state == ShipmentState.CANCELLED:
        return
    if made.state == ShipmentState.SIGNED:
        raise FactsRefused({"delivery": _("L’école a déjà signé cette livraison.")})
    pieces = ShippedPiece.objects.filter(line__shipment=made)
    pieces.update(state=PieceState.REFUSED)
    made.state = ShipmentState.CANCELLED
    made.save(update_fields=["state"])
    tell(made.order, EventKind.CANCELLED, None, made.reference, at=message.at, by=row.supplier.name)
    announce("shipment", made.pk, site=made.site_id)


def collect_refused(row: SupplierOrder, message: SupplierMessage) -> None:
    """The supplier took refused pieces back, or settled them in another way it tells."""
    reference = text_of(message.body, "delivery", 40, required=True)
    how = text_of(message.body, "how", 200) or _("repris par le fournisseur")
    made = _of(row, reference)
    if made is None:
        raise FactsRefused({"delivery": _("Ce bon de livraison n’est pas connu.")})
    remarks = DeliveryRemark.objects.filter(line__shipment=made, settled_at=None)
    if remarks.update(settled_at=message.at, settled_how=how):
        tell(made.order, EventKind.COLLECTED, None, f"{reference}, {how}", by=row.supplier.name)


def _of(row: SupplierOrder, reference: str) -> Shipment | None:
    rows = Shipment.objects.select_for_update(of=("self",)).select_related("order__site")
    return rows.filter(supplier_order=row, reference=reference).first()

"""What a signed delivery takes out of the drawing right."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from inventory.grants.actions.rights import ledger
from inventory.grants.models.orders.deliveries import Shipment, ShipmentLine
from inventory.grants.models.orders.purchases import OrderItem, OrderLine
from inventory.grants.rules.orders import share
from schools.models import User


def consume_accepted(user: User, made: Shipment, lines: list[ShipmentLine]) -> Decimal:
    """Consume the share of each line that was just taken; once, by the delivery's key.

    A line counts by its devices, by its accessories where it has no device: when the last one is
    taken, its whole price is consumed. What members pay themselves consumes nothing. Call with
    ``accepted`` written. Raises Overdrawn, NotUsable.
    """
    award = made.order.award
    if award is None or not award.application.version.uses_right:
        return Decimal(0)
    taken: dict[OrderLine, list[ShipmentLine]] = {}
    for line in lines:
        taken.setdefault(line.item.line, []).append(line)
    amount = sum((_share_of(line, now) for line, now in taken.items()), Decimal(0))
    if amount:
        cause = f"application:{award.application_id}"
        ledger.consume(cause, amount, f"delivery:{made.pk}", user, timezone.now())
    return amount


def _share_of(line: OrderLine, now: list[ShipmentLine]) -> Decimal:
    """What this delivery brings of a line, in euros."""
    items = OrderItem.objects.filter(line=line)
    devices = items.filter(accessory=False)
    counted = devices if devices.exists() else items
    keys = set(counted.values_list("pk", flat=True))
    of = counted.aggregate(n=Sum("quantity"))["n"] or 0
    after = ShipmentLine.objects.filter(item__in=keys).aggregate(n=Sum("accepted"))["n"] or 0
    mine = sum(one.accepted or 0 for one in now if one.item_id in keys)
    return share(line.unit_price * line.quantity, of, after - mine, after)

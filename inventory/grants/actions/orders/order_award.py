"""What was granted is ordered: in the versions and at the prices of the award."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import can_follow_orders
from inventory.grants.actions.orders.fill_basket import freeze_lines, total_of
from inventory.grants.actions.orders.history import reference_for, tell
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.orders.purchases import EventKind, Order, OrderLine, OrderState
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def order_award(user: User, pk: int) -> Order:
    """An order of everything the award grants; asked twice, the first order is given back.

    Raises Award.DoesNotExist where unseen, DecisionRefused, DecisionImpossible with the reason.
    """
    require(can_follow_orders(user))
    seen = Award.objects.visible_to(user).select_for_update(of=("self",))
    award: Any = seen.select_related("application__site").get(pk=pk)
    known = Order.objects.filter(award=award).exclude(state=OrderState.CANCELLED).first()
    if known is not None:
        return known
    if award.state != AwardState.GRANTED:
        raise DecisionImpossible(
            _("Cet octroi est %(state)s\u00a0: il ne se commande pas.")
            % {"state": award.get_state_display()}
        )
    kits = list(award.kits.select_related("kit_version__kit"))
    if not kits:
        raise DecisionImpossible(_("Cet octroi n’a pas de kit\u00a0: rien à commander."))
    now = timezone.now()
    order = Order.objects.create(
        reference=reference_for(Order, "C", timezone.localdate()),
        site=award.application.site,
        award=award,
        made_by=user,
        state=OrderState.VALIDATED,
        validated_at=now,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            kit_version=kit.kit_version,
            quantity=kit.quantity,
            unit_price=kit.unit_price,
        )
        for kit in kits
    )
    freeze_lines(order)
    order.total = total_of(order)
    order.save(update_fields=["total"])
    tell(order, EventKind.CREATED, user, award.application.reference)
    after = {"award": award.application.reference, "total": str(order.total)}
    record_action(user, "order_award", order, site=order.site, after=after)
    return order


def awards_to_order(at_most: int) -> list[Any]:
    """Granted, with kits, and not ordered yet; the oldest first."""
    ordered = Order.objects.exclude(state=OrderState.CANCELLED).filter(award__isnull=False)
    rows = Award.objects.filter(state=AwardState.GRANTED, kits__isnull=False)
    rows = rows.exclude(pk__in=ordered.values("award")).distinct().order_by("decided_at", "pk")
    rows = rows.select_related("application__site__school")
    return list(rows.prefetch_related("kits")[:at_most])

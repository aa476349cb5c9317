"""From a basket to an order that counts: lines, the head's or the teacher's yes, and no."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import can_fill, can_validate
from inventory.grants.actions.orders.history import lock_order, reference_for, settle, tell
from inventory.grants.models.orders.market import MarketLot
from inventory.grants.models.orders.members import Membership, MemberState
from inventory.grants.models.orders.purchases import (
    EventKind,
    Order,
    OrderItem,
    OrderLine,
    OrderState,
)
from inventory.models import KitVersion
from schools.actions.audit import record_action
from schools.models import User

AT_MOST = 999


@transaction.atomic
def put_in_basket(user: User, membership: int, version: int, quantity: int) -> Order:
    """So many of a kit in the member's basket; 0 takes it out.

    Raises Membership.DoesNotExist, KitVersion.DoesNotExist, DecisionRefused, DecisionImpossible.
    """
    member = _member(user, membership)
    today = timezone.localdate()
    kit = KitVersion.objects.select_related("kit").get(pk=version)
    if not 0 <= quantity <= AT_MOST:
        raise DecisionImpossible(_("Un nombre de 0 à 999 est attendu."))
    order = lock_order(_basket(user, member).pk)
    if quantity == 0:
        order.lines.filter(kit_version=kit).delete()
    else:
        if not KitVersion.objects.offered(today).filter(pk=version).exists():
            raise DecisionImpossible(
                _("«\u00a0%(kit)s\u00a0» n’est plus proposé\u00a0: choisissez la version du jour.")
                % {"kit": kit}
            )
        OrderLine.objects.update_or_create(
            order=order,
            kit_version=kit,
            defaults={"quantity": quantity, "unit_price": kit.price},
        )
    _touch(order)
    return order


def _member(user: User, membership: int) -> Membership:
    member = Membership.objects.visible_to(user).select_related("school", "site").get(pk=membership)
    require(can_fill(user, member))
    if member.state != MemberState.ACCEPTED:
        raise DecisionImpossible(_("Cette affiliation n’est pas (ou plus) en cours."))
    return member


def _basket(user: User, member: Membership) -> Order:
    """The member's one basket; two clicks at once open one."""
    mine = Order.objects.filter(membership=member, buyer=member.person, state=OrderState.BASKET)
    if (known := mine.first()) is not None:
        return known
    try:
        with transaction.atomic():
            return Order.objects.create(
                reference=reference_for(Order, "C", timezone.localdate()),
                site=member.site,
                membership=member,
                buyer=member.person,
                made_by=user,
            )
    except IntegrityError:
        return mine.get()


def _touch(order: Order) -> None:
    """A change of a line is a change of the order: who read it before reads again."""
    order.total = total_of(order)
    order.edited_at = timezone.now()
    order.save(update_fields=["total", "edited_at"])
    order.refresh_from_db(fields=["version"])


def total_of(order: Order) -> Decimal:
    """Σ number × price."""
    found = order.lines.aggregate(n=Sum(F("quantity") * F("unit_price")))["n"]
    return found or Decimal(0)


@transaction.atomic
def submit_basket(user: User, pk: int, seen: int) -> Order:
    """Ask the head for a yes. Raises Order.DoesNotExist, DecisionRefused, DecisionImpossible."""
    order = _mine(user, pk)
    assert order.membership is not None
    require(can_fill(user, order.membership))
    if order.state == OrderState.SUBMITTED:
        return order
    _check(order, seen, (OrderState.BASKET,))
    order.state = OrderState.SUBMITTED
    order.save(update_fields=["state"])
    tell(order, EventKind.SUBMITTED, user)
    record_action(user, "submit_order", order, site=order.site, after={"total": str(order.total)})
    return order


@transaction.atomic
def return_basket(user: User, pk: int, why: str) -> Order:
    """The head's no: what was asked is cancelled with its reason; a new basket starts empty."""
    order = _mine(user, pk)
    require(can_validate(user, order))
    if order.state != OrderState.SUBMITTED:
        raise DecisionImpossible(_("Cette commande n’attend plus de validation."))
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: vos collègues le lisent."))
    order.state = OrderState.CANCELLED
    order.save(update_fields=["state"])
    tell(order, EventKind.RETURNED, user, why.strip())
    record_action(user, "return_order", order, site=order.site, why=why.strip())
    return order


@transaction.atomic
def validate_order(user: User, pk: int, seen: int, now: dt.datetime | None = None) -> Order:
    """The order counts from now on: lines, prices and content are frozen, its lots are known.

    Raises Order.DoesNotExist, DecisionRefused, DecisionImpossible with what stands against it.
    """
    order = _mine(user, pk)
    require(can_validate(user, order))
    if order.state not in (OrderState.BASKET, OrderState.SUBMITTED):
        return order
    _check(order, seen, (OrderState.BASKET, OrderState.SUBMITTED))
    freeze_lines(order)
    order.state, order.validated_at = OrderState.VALIDATED, now or timezone.now()
    order.total = total_of(order)
    order.save(update_fields=["state", "validated_at", "total"])
    tell(order, EventKind.VALIDATED, user, at=now)
    after = {"total": str(order.total), "lines": [str(line) for line in order.lines.all()]}
    record_action(user, "validate_order", order, site=order.site, after=after)
    return settle(order)


def freeze_lines(order: Order) -> None:
    """Give each line its lot and its content. Raises DecisionImpossible where no lot covers one."""
    today = timezone.localdate()
    items = []
    for line in order.lines.select_related("kit_version__kit"):
        lot = MarketLot.objects.covering(line.kit_version.kit_id, today).first()
        if lot is None:
            raise DecisionImpossible(
                _(
                    "Aucun lot du marché ne couvre «\u00a0%(kit)s\u00a0» aujourd’hui\u00a0:"
                    " écrivez au SPW."
                )
                % {"kit": line.kit_version.kit}
            )
        line.lot = lot
        line.save(update_fields=["lot"])
        items += [
            OrderItem(
                line=line,
                product_id=item.product_id,
                quantity=item.quantity * line.quantity,
                accessory=item.accessory,
            )
            for item in line.kit_version.items.all()
        ]
    OrderItem.objects.bulk_create(items)


def _mine(user: User, pk: int) -> Order:
    Order.objects.visible_to(user).values_list("pk").get(pk=pk)
    order = lock_order(pk)
    if not order.is_purchase:
        raise DecisionImpossible(_("Cette commande vient d’un dossier accordé."))
    return order


def _check(order: Order, seen: int, states: tuple[OrderState, ...]) -> None:
    if order.version != seen:
        raise DecisionImpossible(
            _("Quelqu’un a changé ce panier entre-temps\u00a0: relisez-le, puis recommencez.")
        )
    if order.state not in states:
        raise DecisionImpossible(_("Cette commande est déjà partie."))
    if not order.lines.exists():
        raise DecisionImpossible(_("Le panier est vide\u00a0: choisissez un kit du catalogue."))
    today = timezone.localdate()
    offered = KitVersion.objects.offered(today).values("pk")
    over = order.lines.exclude(kit_version__in=offered).select_related("kit_version__kit").first()
    if over is not None:
        raise DecisionImpossible(
            _("«\u00a0%(kit)s\u00a0» n’est plus proposé\u00a0: retirez-le du panier.")
            % {"kit": over.kit_version}
        )
    if order.membership and order.membership.state != MemberState.ACCEPTED:
        raise DecisionImpossible(_("Cette affiliation n’est pas (ou plus) en cours."))

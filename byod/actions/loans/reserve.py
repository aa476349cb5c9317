"""Keep a device for a granted request. Two clerks may want the same one: one gets it, the other is
told so. The lock makes them queue; the exclusion constraint has the last word."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.actions.loans.drawing import lock_shared, lock_to_draw, room_in
from byod.actions.loans.writing import LendRefused, closed, lock_loan, record
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem
from byod.rules.loans.desk import refusal_of
from inventory.access import DecisionImpossible, require
from schools.models import User


@transaction.atomic
def reserve_device(
    user: User,
    request_pk: int,
    item_pk: int | None,
    due_on: dt.date,
    *,
    product: int | None = None,
    now: dt.datetime | None = None,
) -> Loan:
    """This device (None: any free one, of that model where ``product`` is said) waits for them.

    Raises LoanRequest.DoesNotExist where unseen, DecisionRefused, LendRefused, DecisionImpossible.
    """
    now = now or timezone.now()
    seen = LoanRequest.objects.visible_to(user).select_for_update(of=("self",))
    request = seen.select_related("site__school", "member").get(pk=request_pk)
    require(can_lend(user, request.site))
    if request.state != RequestState.GRANTED or not request.wants_device or not request.member:
        raise DecisionImpossible(_("Seule une demande d’appareil accordée réserve un appareil."))
    known = Loan.objects.taken().filter(request=request).select_related("item__device").first()
    if known is not None:
        if known.item_id == item_pk or item_pk is None:
            return known
        raise DecisionImpossible(_("%s lui est déjà réservé.") % known.item)
    item = _named(request, item_pk) if item_pk is not None else _any_free(request, product)
    loan = Loan(
        site=request.site, item=item, borrower=request.member, request=request, due_on=due_on,
        during=DateTimeTZRange(now, None),
    )  # fmt: skip
    try:
        with transaction.atomic():
            loan.save()
    except IntegrityError:
        raise LendRefused("reserved", item) from None
    record(user, "reserve_device", loan)
    return loan


def _named(request: LoanRequest, pk: int) -> PoolItem:
    item = lock_to_draw(pk, request.site, request=request.pk)
    pools = PoolItem.objects.of_site(request.site)
    if item is None or item.is_charger or not pools.filter(pk=pk).exists():
        raise LendRefused("not_in_pool", item)
    held = Loan.objects.taken().filter(item=item).first()
    state = held.state if held else ""
    other = held is not None and held.state == LoanState.RESERVED
    if outcome := refusal_of(item.device.state, taken=state, reserved_for_other=other):
        raise LendRefused(outcome, item)
    return item


def _any_free(request: LoanRequest, product: int | None) -> PoolItem:
    """The first free one that nobody else is just taking; the school's own pool first."""
    for pool in LoanPool.objects.of_site(request.site).nearest_first():
        free = PoolItem.objects.in_pool().free().filter(pool=pool)
        if product is not None:
            free = free.filter(device__product=product)
        if pool.is_shared and not (free.exists() and _may_draw(pool, request)):
            continue
        for key in free.order_by("device__name", "pk").values_list("pk", flat=True)[:40]:
            if (item := _just_free(key)) is not None:
                return item
    raise DecisionImpossible(_("Aucun appareil n’est libre dans les réserves de l’école."))


def _may_draw(pool: LoanPool, request: LoanRequest) -> bool:
    """Lock a shared pool; whether it is still open and the site's part of it is not taken."""
    held = lock_shared(pool.pk).get(pool.pk)
    return held is not None and room_in(held, request.site, request=request.pk) != 0


def _just_free(key: int) -> PoolItem | None:
    rows = PoolItem.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    item = rows.filter(pk=key).select_related("device__product", "pool").first()
    if item is None or Loan.objects.taken().filter(item=item).exists():
        return None
    return item


@transaction.atomic
def release_device(user: User, loan_pk: int) -> Loan:
    """Let a reservation go: the device is free, the request waits on."""
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state == LoanState.CANCELLED:
        return loan
    if loan.state != LoanState.RESERVED:
        raise DecisionImpossible(_("Cet appareil est déjà remis\u00a0: faites-le rendre."))
    loan.state, loan.during = LoanState.CANCELLED, closed(loan, timezone.now())
    loan.save(update_fields=["state", "during"])
    record(user, "release_device", loan)
    return loan

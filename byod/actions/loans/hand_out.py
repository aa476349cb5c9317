"""Hand a device out to a pupil whose request was granted; give its charger; take that back.

Arrears never count: a loan that is overdue, or a device that came back damaged, refuses nothing to
the pupil of an equity loan.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.actions.equity.serve import serve_request, unserve_request
from byod.actions.loans.drawing import lock_to_draw
from byod.actions.loans.writing import (
    LendRefused,
    closed,
    lock_items,
    lock_loan,
    record,
    taken_meanwhile,
)
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.loans.damages import LoanDamage
from byod.models.loans.desks import LoanDesk
from byod.models.loans.loans import TAKEN, Loan, LoanState
from byod.models.loans.pools import PoolItem
from byod.models.people.members import Member
from byod.rules.loans.desk import refusal_of
from inventory.access import DecisionImpossible, require
from inventory.actions.mark_lent import mark_back, mark_lent
from schools.models import User


def request_to_serve(member: Member) -> tuple[LoanRequest | None, Loan | None]:
    """The granted request of a device that waits; or the served one whose device was damaged or
    stolen, with the loan that a new one replaces."""
    rows = LoanRequest.objects.filter(member=member, wants_device=True).order_by("-asked_at")
    out = Loan.objects.filter(request=OuterRef("pk"), state=LoanState.OUT)
    waiting = rows.filter(state=RequestState.GRANTED).exclude(Exists(out)).first()
    if waiting is not None:
        return waiting, None
    served = rows.filter(state=RequestState.SERVED).exclude(Exists(out)).first()
    if served is None:
        return None, None
    last = Loan.objects.filter(request=served, state=LoanState.RETURNED).first()
    broken = LoanDamage.objects.exclude(kind="charger").filter(loan=last) if last else None
    return (served, last) if broken is not None and broken.exists() else (None, None)


@transaction.atomic
def hand_out(
    user: User,
    member: Member,
    item_pk: int,
    due_on: dt.date,
    *,
    desk: LoanDesk | None = None,
    now: dt.datetime | None = None,
) -> Loan:
    """The device is the pupil's until ``due_on``. A reservation of it becomes the loan; one of
    another device is let go. Raises LendRefused with the outcome, DecisionRefused."""
    now = now or timezone.now()
    require(can_lend(user, member.site))
    request, replaced = request_to_serve(member)
    item = lock_to_draw(item_pk, member.site, request=request.pk if request else None)
    if item is None or item.removed_at is not None or item.is_charger:
        raise LendRefused("not_in_pool", item)
    if not PoolItem.objects.of_site(member.site).filter(pk=item.pk).exists():
        raise LendRefused("elsewhere", item)
    if request is None:
        outcome = "has_one" if member.loans.out().exists() else "no_request"
        raise LendRefused(outcome)
    held = Loan.objects.taken().filter(item=item).select_for_update(of=("self",)).first()
    reserved_for_other = bool(held and held.request_id != request.pk)
    state = held.state if held else ""
    if outcome := refusal_of(item.device.state, taken=state, reserved_for_other=reserved_for_other):
        raise LendRefused(outcome, item)
    _let_go(user, request, item, now)
    loan = held or Loan(site=member.site, item=item, borrower=member, request=request)
    loan.item = item
    loan.state, loan.out_at, loan.due_on, loan.desk = LoanState.OUT, now, due_on, desk
    loan.during = DateTimeTZRange(now, None)
    loan.replaces = replaced
    try:
        with transaction.atomic():
            loan.save()
    except IntegrityError:
        raise taken_meanwhile(item) from None
    mark_lent(user, [item.device_id])
    if not request.wants_line or request.line_loans.exists():
        serve_request(request, _day_of(now))
    record(user, "lend_device", loan)
    return loan


def _day_of(now: dt.datetime) -> dt.datetime:
    """The day alone: a moment that both rows had would lead from the pupil to the device after the
    loan has forgotten whom."""
    return timezone.make_aware(dt.datetime.combine(timezone.localdate(now), dt.time()))


def _let_go(user: User, request: LoanRequest, item: PoolItem, now: dt.datetime) -> None:
    """The pupil takes another device than the one that was kept for them."""
    others = Loan.objects.filter(request=request, state=LoanState.RESERVED).exclude(item=item)
    for one in others.select_related("site__school", "item__device", "charger__device"):
        one.state, one.during = LoanState.CANCELLED, closed(one, now)
        one.save(update_fields=["state", "during"])
        record(user, "release_device", one)


@transaction.atomic
def give_charger(user: User, loan_pk: int, charger_pk: int | None) -> tuple[Loan, bool]:
    """The charger that goes with it (None: without). True: it is the one of its set.

    Raises LendRefused, DecisionRefused, Loan.DoesNotExist.
    """
    keys = Loan.objects.visible_to(user).values_list("item", "charger").get(pk=loan_pk)
    locked = lock_items(*(key for key in (*keys, charger_pk) if key))
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state != LoanState.OUT:
        raise DecisionImpossible(_("Ce prêt est terminé."))
    before = loan.charger
    if charger_pk is None:
        loan.charger, loan.without_charger = None, True
    else:
        loan.charger, loan.without_charger = _charger(loan, locked.get(charger_pk)), False
    try:
        with transaction.atomic():
            loan.save(update_fields=["charger", "without_charger"])
    except IntegrityError:
        raise LendRefused("out", loan.charger) from None
    if before is not None and before.pk != charger_pk:
        mark_back(user, [before.device_id])
    if loan.charger is not None:
        mark_lent(user, [loan.charger.device_id])
    record(user, "give_charger", loan)
    return loan, loan.charger is None or _of_the_set(loan, loan.charger)


def _charger(loan: Loan, item: PoolItem | None) -> PoolItem:
    if item is None or item.removed_at is not None or not item.is_charger:
        raise LendRefused("wants_charger", item)
    held = Loan.objects.filter(charger=item, state__in=TAKEN).exclude(pk=loan.pk).exists()
    state = "out" if held else ""
    outcome = refusal_of(item.device.state, taken=state, reserved_for_other=False)
    if outcome and item.pk != loan.charger_id:
        raise LendRefused(outcome, item)
    return item


def _of_the_set(loan: Loan, charger: PoolItem) -> bool:
    """A charger without a partner fits everything; a partner that is the device is its own."""
    own = PoolItem.objects.in_pool().filter(partner=loan.item_id).exists()
    return charger.partner_id == loan.item_id or (charger.partner_id is None and not own)


@transaction.atomic
def undo_hand_out(user: User, loan_pk: int, now: dt.datetime | None = None) -> Loan:
    """It was a mistake: the device never left. The loan stays as cancelled; the request waits
    again. Raises DecisionImpossible, DecisionRefused, Loan.DoesNotExist."""
    now = now or timezone.now()
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state == LoanState.CANCELLED:
        return loan
    if loan.state != LoanState.OUT:
        raise DecisionImpossible(_("Ce prêt est terminé\u00a0: il ne s’annule plus."))
    loan.state, loan.during, loan.out_at = LoanState.CANCELLED, closed(loan, now), None
    loan.save(update_fields=["state", "during", "out_at"])
    others = Loan.objects.filter(Q(request=loan.request_id) & ~Q(pk=loan.pk))
    served_by_others = others.filter(state__in=[LoanState.OUT, LoanState.RETURNED]).exists()
    if loan.request is not None and not served_by_others:
        unserve_request(loan.request)
    mark_back(user, _devices(loan))
    record(user, "undo_lend_device", loan)
    return loan


def _devices(loan: Loan) -> list[int]:
    """What goes with the loan, by key of the inventory."""
    return [loan.item.device_id, *([loan.charger.device_id] if loan.charger else [])]

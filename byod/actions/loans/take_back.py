"""A device comes back: its loan ends, whatever its state; its charger too; taken back again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.actions.loans.writing import closed, lock_loan, record, taken_meanwhile
from byod.models.loans.desks import LoanDesk
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.terms import TermsSignature
from inventory.access import DecisionImpossible, require
from inventory.actions.mark_lent import mark_back, mark_lent
from inventory.models import DeviceState
from schools.models import User


@transaction.atomic
def take_back(
    user: User,
    loan_pk: int,
    *,
    desk: LoanDesk | None = None,
    now: dt.datetime | None = None,
) -> Loan:
    """End the loan. Twice is as good as once. Raises DecisionRefused, Loan.DoesNotExist,
    DecisionImpossible where it never left."""
    now = now or timezone.now()
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state == LoanState.RETURNED:
        return loan
    if loan.state != LoanState.OUT:
        raise DecisionImpossible(_("Cet appareil n’est pas prêté."))
    end_loan(user, loan, now, desk=desk)
    mark_back(user, [loan.item.device_id])
    record(user, "take_back_device", loan)
    return loan


def end_loan(
    user: User | None, loan: Loan, now: dt.datetime, *, desk: LoanDesk | None = None
) -> None:
    """The loan, locked, is over: the signed terms are kept a year more."""
    loan.state, loan.returned_at = LoanState.RETURNED, max(now, loan.out_at or now)
    loan.during = closed(loan, loan.returned_at)
    loan.back_desk = desk
    loan.save(update_fields=["state", "returned_at", "during", "back_desk"])
    last = timezone.localdate(loan.returned_at) + dt.timedelta(days=settings.KEEP_LOAN_TERMS_DAYS)
    TermsSignature.objects.filter(loan=loan).update(keep_until=last)


@transaction.atomic
def take_charger_back(user: User, loan_pk: int, *, came: bool) -> Loan:
    """The charger came with it, or did not. Raises as :func:`take_back`."""
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state != LoanState.RETURNED or loan.charger is None:
        raise DecisionImpossible(_("Ce prêt n’attend pas de chargeur."))
    if loan.charger_back == came:
        return loan
    loan.charger_back = came
    loan.save(update_fields=["charger_back"])
    if came:
        mark_back(user, [loan.charger.device_id])
    else:
        mark_lent(user, [loan.charger.device_id])
    record(user, "take_back_charger" if came else "miss_charger", loan)
    return loan


@transaction.atomic
def undo_take_back(user: User, loan_pk: int) -> Loan:
    """It is still out. Raises DecisionImpossible where the device was lent again since."""
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state == LoanState.OUT:
        return loan
    if loan.state != LoanState.RETURNED or loan.unlinked_at or loan.damages.exists():
        raise DecisionImpossible(_("Ce retour ne s’annule plus."))
    loan.state, loan.returned_at, loan.charger_back = LoanState.OUT, None, None
    loan.during = DateTimeTZRange(loan.during.lower, None)
    try:
        with transaction.atomic():
            loan.save(update_fields=["state", "returned_at", "charger_back", "during"])
    except IntegrityError:
        raise taken_meanwhile(loan.item) from None
    loan.checks.filter(moment="back").delete()
    TermsSignature.objects.filter(loan=loan).update(keep_until=None)
    mark_lent(user, [loan.item.device_id, *([loan.charger.device_id] if loan.charger else [])])
    record(user, "undo_take_back_device", loan)
    return loan


def goes_to_repair(loan: Loan) -> bool:
    """Whether the device of an ended loan waits for its repair."""
    return bool(loan.item.device.state == DeviceState.IN_REPAIR)

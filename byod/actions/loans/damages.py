"""Damage, theft and loss of a lent device; what becomes of it. No money, and no blame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.loans.desk import can_lend
from byod.actions.loans.take_back import end_loan
from byod.actions.loans.writing import lock_items, lock_loan
from byod.models.loans.conditions import PARTS
from byod.models.loans.damages import DamageKind, LoanDamage
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import PoolItem
from inventory.access import DecisionImpossible, require
from inventory.actions.mark_lent import mark_back
from inventory.models import DeviceState
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

GONE = (DamageKind.THEFT, DamageKind.LOSS)


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported. ``parts``: of ``PARTS``."""

    kind: str
    parts: Iterable[str] = field(default_factory=tuple)
    happened_on: dt.date | None = None
    police_report: str = ""


@transaction.atomic
def report_damage(user: User, loan_pk: int, told: Told) -> LoanDamage:
    """Write the fact down: the loan is over, the device waits for repair or is lost. The helpdesk
    pulls its ticket; the request stands, so that another device can be handed out at once.

    Raises Loan.DoesNotExist, DecisionRefused, DecisionImpossible.
    """
    now, today = timezone.now(), timezone.localdate()
    loan = lock_loan(user, loan_pk)
    require(can_lend(user, loan.site))
    if loan.state not in (LoanState.OUT, LoanState.RETURNED):
        raise DecisionImpossible(_("Cet appareil n’est pas sorti\u00a0: rien à signaler ici."))
    kind = DamageKind(told.kind)
    if kind in GONE and told.happened_on is None:
        raise DecisionImpossible(_("Indiquez le jour de la perte ou du vol."))
    if told.happened_on is not None and told.happened_on > today:
        raise DecisionImpossible(_("Ce jour n’est pas encore venu."))
    item = _which(loan, kind)
    row = LoanDamage(
        site=loan.site, item=item, loan=loan, kind=kind, told_by=user, told_at=now,
        parts=",".join(part for part in PARTS if part in set(told.parts)),
        happened_on=told.happened_on, police_report=told.police_report[:60],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DecisionImpossible(_("%s est déjà signalé.") % item) from None
    if loan.state == LoanState.OUT and kind != DamageKind.CHARGER:
        end_loan(user, loan, now)
    _set_state(user, item, kind, told)
    record_action(user, "report_damage", row, site=loan.site, after={"kind": str(kind.label)})
    announce("loan", loan.pk, site=loan.site_id)
    return row


def _which(loan: Loan, kind: DamageKind) -> PoolItem:
    if kind != DamageKind.CHARGER:
        return loan.item
    if loan.charger is None:
        raise DecisionImpossible(_("Ce prêt n’avait pas de chargeur."))
    return loan.charger


def _set_state(user: User, item: PoolItem, kind: DamageKind, told: Told) -> None:
    if kind == DamageKind.DAMAGE:
        mark_back(user, [item.device_id], DeviceState.IN_REPAIR)
        return
    mark_back(
        user,
        [item.device_id],
        DeviceState.LOST,
        why=str(kind.label),
        happened_on=told.happened_on or timezone.localdate(),
        police_report=told.police_report,
    )


@transaction.atomic
def settle_damage(user: User, pk: int, *, back: bool) -> LoanDamage:
    """Repaired or found: back in the pool; otherwise it is written off and leaves the pool.

    Raises LoanDamage.DoesNotExist, DecisionRefused.
    """
    seen = LoanDamage.objects.visible_to(user).select_for_update(of=("self",))
    row = seen.select_related("site__school", "item__device").get(pk=pk)
    require(can_lend(user, row.site))
    if row.closed_at is not None:
        return row
    item = lock_items(row.item_id)[row.item_id]
    row.closed_at, row.back_in_pool = timezone.now(), back
    row.save(update_fields=["closed_at", "back_in_pool"])
    if back:
        mark_back(user, [item.device_id], DeviceState.IN_STOCK)
    else:
        mark_back(user, [item.device_id], DeviceState.RETIRED, why=str(row.get_kind_display()))
        item.removed_at = row.closed_at
        item.save(update_fields=["removed_at"])
    verb = "repair_lent_device" if back else "write_off_lent_device"
    record_action(user, verb, row, site=row.site)
    announce("loan_damage", row.pk, site=row.site_id)
    return row

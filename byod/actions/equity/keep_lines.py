"""Keep lines, operators, plans and targets: what is there, from whom, for whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from byod.access.equity.board import can_set_target
from byod.access.equity.lines import can_keep_lines, can_keep_operators
from byod.models.equity.lines import Line, LineKind
from byod.models.equity.operators import LineOperator, LinePlan
from byod.models.equity.targets import EquityTarget
from byod.models.loans.pools import LoanPool
from byod.rules.equity.lines import clean_iccid, iccid_fault
from inventory.access import DecisionImpossible, require
from inventory.models import Device
from schools.actions.audit import record_action
from schools.models import School, User
from schools.sealed import seal

FAULTS: dict[str, str | Promise] = {
    "length": gettext_lazy("Un ICCID a 19 ou 20 chiffres\u00a0: relisez la carte."),
    "issuer": gettext_lazy("Un ICCID commence par 89\u00a0: relisez la carte."),
    "check": gettext_lazy(
        "Le chiffre de contrôle de cet ICCID est faux\u00a0: un chiffre est mal recopié."
    ),
}


@dataclass(frozen=True, slots=True)
class NewLine:
    """What is printed on a card, a hotspot or a voucher."""

    kind: str
    label: str
    plan: LinePlan
    iccid: str = ""
    number: str = ""
    code: str = ""
    expires_on: dt.date | None = None
    device: Device | None = None


@transaction.atomic
def add_line(user: User, pool: LoanPool, new: NewLine) -> Line:
    """Put a line into a pool. Raises DecisionRefused, DecisionImpossible."""
    require(can_keep_lines(user, pool))
    row = line_of(pool, new)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DecisionImpossible(
            _("Ce repère, cet ICCID ou cette borne est déjà celui d’une autre connexion.")
        ) from None
    record_action(user, "add_line", row, after={"kind": row.kind, "plan": str(row.plan)})
    return row


def line_of(pool: LoanPool, new: NewLine) -> Line:
    """An unsaved line. Raises DecisionImpossible with what is wrong and where to look."""
    voucher = new.kind == LineKind.VOUCHER
    iccid = "" if voucher else clean_iccid(new.iccid)
    if not voucher and (fault := iccid_fault(iccid)):
        raise DecisionImpossible(str(FAULTS[fault]))
    if voucher and not new.code.strip():
        raise DecisionImpossible(_("Un bon a un code\u00a0: recopiez-le."))
    if not new.label.strip():
        raise DecisionImpossible(_("Donnez un repère, comme BORNE-07\u00a0: on le lit au guichet."))
    return Line(
        kind=new.kind,
        pool=pool,
        plan=new.plan,
        iccid=iccid or None,
        number=new.number.strip()[:20],
        label=new.label.strip()[:40],
        sealed=seal({"code": new.code.strip()}) if voucher else "",
        expires_on=new.expires_on or new.plan.valid_until,
        device=new.device,
    )


@transaction.atomic
def keep_operator(user: User, row: LineOperator, *, key: str | None = None) -> LineOperator:
    """Write an operator; ``key`` None leaves the key of its HTTP door. Raises DecisionRefused."""
    require(can_keep_operators(user))
    made = row.pk is None
    if key is not None:
        row.sealed = seal({"key": key}) if key else ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DecisionImpossible(
            _("Ce nom est pris, ou l’adresse de la porte choisie manque.")
        ) from None
    verb = "add_lineoperator" if made else "change_lineoperator"
    record_action(user, verb, row, after={"name": row.name, "door": row.door})
    return row


@transaction.atomic
def keep_plan(user: User, row: LinePlan) -> LinePlan:
    """Write a plan. Raises DecisionRefused, DecisionImpossible."""
    require(can_keep_operators(user))
    made = row.pk is None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DecisionImpossible(
            _("Cette formule existe déjà, ou sa fin vient avant son début.")
        ) from None
    verb = "add_lineplan" if made else "change_lineplan"
    record_action(user, verb, row, after={"name": row.name, "month_eur": str(row.month_eur)})
    return row


@transaction.atomic
def set_target(user: User, school: School, percent: Decimal, why: str) -> EquityTarget:
    """The share of pupils to equip at a school, within what the Region allows.

    Raises DecisionRefused, DecisionImpossible.
    """
    require(can_set_target(user))
    floor, ceiling = settings.EQUITY_TARGET_FLOOR, settings.EQUITY_TARGET_CEILING
    if not floor <= percent <= ceiling:
        raise DecisionImpossible(
            _("La cible va de %(floor)s à %(ceiling)s\u00a0%% des élèves.")
            % {"floor": floor, "ceiling": ceiling}
        )
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi cette école a une autre cible."))
    row = EquityTarget.objects.create(
        school=school,
        percent=percent,
        why=why.strip()[:300],
        set_at=timezone.now(),
        set_by=user,
        set_by_text=str(user),
    )
    record_action(user, "set_equity_target", row, after={"percent": str(percent)}, why=row.why)
    return row

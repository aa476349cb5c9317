"""Tell the operator to suspend, resume or end a line; note its answer, by program or by hand."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.lines import can_keep_operators, can_order
from byod.actions.equity.lend_line import end_loan
from byod.models.equity.lines import Line, LineService
from byod.models.equity.operators import OrderDoor
from byod.models.equity.orders import (
    OPEN_ORDERS,
    LineOrderState,
    OperatorOrder,
    OrderKind,
    OrderWhy,
)
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

AFTERWARDS = {
    OrderKind.SUSPEND: LineService.SUSPENDED,
    OrderKind.RESUME: LineService.ACTIVE,
    OrderKind.END: LineService.ENDED,
}
"""Order → what the line is once it is confirmed."""


@transaction.atomic
def ask_operator(user: User, line: int, kind: str, why: str = OrderWhy.SCHOOL) -> OperatorOrder:
    """Have a line suspended, resumed or ended. The same order again is the one that is open.

    Raises Line.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    held = _locked(user, line)
    require(can_order(user, held))
    if kind not in OrderKind.values:
        raise DecisionImpossible(_("Cet ordre n’est pas connu."))
    if held.service == LineService.ENDED:
        raise DecisionImpossible(_("Cette connexion est résiliée\u00a0: plus rien ne la rétablit."))
    if held.service == AFTERWARDS[OrderKind(kind)]:
        raise DecisionImpossible(
            _("Cette connexion est déjà %(state)s.") % {"state": held.get_service_display()}
        )
    return write_order(held, OrderKind(kind), OrderWhy(why), user)


@transaction.atomic
def report_lost_line(user: User, line: int) -> OperatorOrder:
    """Lost or stolen: it is out of use at once, its loan ends, and the operator is told.

    Raises Line.DoesNotExist where unseen, DecisionRefused.
    """
    held = _locked(user, line)
    require(can_order(user, held))
    if held.service != LineService.LOST:
        now = timezone.now()
        held.service, held.service_at = LineService.LOST, now
        held.save(update_fields=["service", "service_at"])
        for loan in held.loans.out().select_for_update():
            end_loan(loan, "lost", now)
    return write_order(held, OrderKind.SUSPEND, OrderWhy.LOST, user)


def write_order(line: Line, kind: OrderKind, why: OrderWhy, by: User | None) -> OperatorOrder:
    """One open order a line: the same again is given back, a contrary one replaces it.

    The caller holds the line, and has judged.
    """
    now = timezone.now()
    open_ones = OperatorOrder.objects.select_for_update().filter(line=line, state__in=OPEN_ORDERS)
    for one in open_ones:
        if one.kind == kind:
            return one
        one.state, one.settled_at, one.settled_by = LineOrderState.CANCELLED, now, by
        one.save(update_fields=["state", "settled_at", "settled_by"])
    by_program = line.plan.operator.door != OrderDoor.FILE
    row = OperatorOrder.objects.create(
        line=line, kind=kind, why=why, asked_by=by, next_at=now if by_program else None
    )
    place = line.pool.school
    site = place.sites.first() if place else None
    record_action(by, "order_operator", row, site=site, after={"kind": kind, "why": why})
    announce("line", line.pk, site=site.pk if site else None)
    return row


def settle_order(row: OperatorOrder, state: str, now: dt.datetime, reference: str = "") -> None:
    """Write the operator's answer; a line that is lost stays lost. The caller holds the order."""
    row.state, row.settled_at, row.next_at, row.error = state, now, None, ""
    row.reference = reference[:80] or row.reference
    row.save(update_fields=["state", "settled_at", "next_at", "reference", "error", "settled_by"])
    if state != LineOrderState.CONFIRMED:
        return
    line = Line.objects.select_for_update().get(pk=row.line_id)
    if line.service == LineService.LOST and row.kind == OrderKind.SUSPEND:
        return
    line.service, line.service_at = AFTERWARDS[OrderKind(row.kind)], now
    line.save(update_fields=["service", "service_at"])


@transaction.atomic
def settle_by_hand(user: User, order: int, proof: str, *, refused: bool = False) -> OperatorOrder:
    """Somebody telephoned, or read the operator's mail: done (or refused), with proof in words.

    Raises OperatorOrder.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    row = _order(user, order)
    if row.state not in OPEN_ORDERS:
        return row
    if not proof.strip():
        raise DecisionImpossible(
            _("Notez une preuve\u00a0: référence, date et nom de la personne de l’opérateur.")
        )
    row.settled_by = user
    state = LineOrderState.REFUSED if refused else LineOrderState.CONFIRMED
    settle_order(row, state, timezone.now(), proof.strip())
    verb = "note_order_refused" if refused else "note_order_done"
    record_action(user, verb, row, after={"kind": row.kind})
    return row


@transaction.atomic
def cancel_operator_order(user: User, order: int) -> OperatorOrder:
    """Take an order back that nobody has told the operator yet.

    Raises OperatorOrder.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    row = _order(user, order)
    if row.state == LineOrderState.CANCELLED:
        return row
    if row.state != LineOrderState.WAITING:
        raise DecisionImpossible(
            _("L’opérateur a déjà reçu cet ordre\u00a0: demandez plutôt l’ordre contraire.")
        )
    row.settled_by = user
    settle_order(row, LineOrderState.CANCELLED, timezone.now())
    record_action(user, "cancel_operator_order", row, after={"kind": row.kind})
    return row


@transaction.atomic
def take_file(user: User, operator: int) -> list[OperatorOrder]:
    """The orders for an operator that reads files: those not told yet, told from now on.

    Raises DecisionRefused. Two people at once: one file has them, the other is empty.
    """
    require(can_keep_operators(user))
    rows = OperatorOrder.objects.select_for_update(of=("self",), skip_locked=True).filter(
        line__plan__operator=operator, state=LineOrderState.WAITING
    )
    found = list(rows.select_related("line__plan__operator").order_by("pk"))
    now = timezone.now()
    for row in found:
        row.state, row.sent_at, row.next_at = LineOrderState.SENT, now, None
    OperatorOrder.objects.bulk_update(found, ["state", "sent_at", "next_at"])
    if found:
        after = {"orders": len(found)}
        record_action(user, "take_operator_file", found[0].line.plan.operator, after=after)
    return found


def _locked(user: User, line: int) -> Line:
    seen = Line.objects.visible_to(user).select_for_update(of=("self",))
    return seen.select_related("pool__school", "plan__operator").get(pk=line)


def _order(user: User, order: int) -> OperatorOrder:
    seen = OperatorOrder.objects.visible_to(user).select_for_update(of=("self",))
    row = seen.select_related("line__pool__school", "line__plan__operator").get(pk=order)
    require(can_order(user, row.line))
    return row

"""Lent lines as a list: what each is doing, who is asked about it, how much it is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.actions.equity.find_unused import idle_of
from byod.equity_words import ORDER_LOOKS, SERVICE_LOOKS, Look
from byod.models.equity.line_loans import LineLoan
from byod.models.equity.lines import Line, LineKind, LineService
from byod.models.equity.operators import LineOperator
from byod.models.equity.orders import OPEN_ORDERS, OperatorOrder, OrderKind
from byod.models.equity.usage import LineUsage
from byod.models.loans.pools import LoanPool
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import User

SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "repere": (_("Repère"), (Column("label"), KEY)),
    "recente": (
        _("Ajoutées en dernier"),
        (Column("added_at", down=True, moment=True), Column(KEY.path, down=True, kind=int)),
    ),
}


def expiring(rows: Any) -> Any:
    """Those to renew: not ended, and expired or about to."""
    soon = timezone.localdate() + dt.timedelta(days=settings.LINE_EXPIRY_DAYS)
    return rows.filter(expires_on__lte=soon).exclude(service=LineService.ENDED)


def _standing(rows: Any, value: str) -> Any:
    if value == "libre":
        return rows.filter(pk__in=Line.objects.free().values("pk"))
    if value == "pretee":
        return rows.filter(is_out=True)
    if value == "expire":
        return expiring(rows)
    if value == "ordre":
        waits = OperatorOrder.objects.filter(line=OuterRef("pk"), state__in=OPEN_ORDERS)
        return rows.filter(Exists(waits))
    if value == "inutilisee":
        return rows.filter(pk__in=unused_lines())
    return rows.filter(service=value)


def unused_lines() -> list[int]:
    """Keys of lent lines without a megabyte for so long. Three queries."""
    loans = list(LineLoan.objects.out().select_related("line__plan"))
    idle = idle_of(loans)
    return [
        loan.line_id
        for loan in loans
        if (days := idle[loan.pk]) is not None and days >= settings.LINE_UNUSED_DAYS
    ]


STANDINGS = (
    ("libre", _("libre")),
    ("pretee", _("prêtée")),
    ("inutilisee", _("prêtée, inutilisée")),
    (LineService.SUSPENDED.value, LineService.SUSPENDED.label),
    (LineService.LOST.value, LineService.LOST.label),
    ("ordre", _("ordre en cours")),
    ("expire", _("expire bientôt")),
    (LineService.ENDED.value, LineService.ENDED.label),
)


def filters_for(user: User) -> tuple[Filter, ...]:
    """Filters of the list; pools are those that the person sees."""

    def pools() -> list[tuple[Any, Any]]:
        rows = LoanPool.objects.visible_to(user).filter(lines__isnull=False).distinct()
        return [(one.pk, one.name) for one in rows[:60]]

    return (
        Filter("etat", _("État"), lambda: STANDINGS, _standing),
        Filter("genre", _("Genre"), lambda: LineKind.choices, by("kind")),
        Filter("reserve", _("Réserve"), pools, by("pool")),
        Filter(
            "operateur",
            _("Opérateur"),
            lambda: [(one.pk, one.name) for one in LineOperator.objects.all()],
            by("plan__operator"),
        ),
    )


def lines_asked(user: User, query: QueryDict, filters: Sequence[Filter]) -> Any:
    """What the address bar asks for."""
    rows = Line.objects.visible_to(user).filter(removed_at=None).with_loan()
    rows = rows.select_related("plan__operator", "pool", "device")
    for word in str(query.get("q", "")).split()[:6]:
        rows = rows.filter(
            Q(label__unaccent__icontains=word)
            | Q(iccid__contains=word)
            | Q(number__contains=word)
            | Q(pool__name__unaccent__icontains=word)
        )
    return narrowed(rows, filters, query)


@dataclass(frozen=True, slots=True)
class LineShown:
    """A row: the line, its state, an open order, days without use, last month's use."""

    line: Line
    look: Look
    order: OperatorOrder | None
    order_look: Look | None
    idle: int | None
    mb: int | None
    loan: LineLoan | None = None

    @property
    def unused(self) -> bool:
        return self.idle is not None and self.idle >= settings.LINE_UNUSED_DAYS

    @property
    def percent(self) -> int | None:
        """Of the plan's data used last month; None where unlimited or unknown."""
        data = self.line.plan.data_gb
        if not data or self.mb is None:
            return None
        return min(self.mb * 100 // (data * 1000), 100)


def shown_lines(rows: Sequence[Line]) -> list[LineShown]:
    """With their loan, order and use, in five queries for any number."""
    keys = [one.pk for one in rows]
    loans = {
        one.line_id: one
        for one in LineLoan.objects.out()
        .filter(line__in=keys)
        .select_related("line__plan", "site__school")
    }
    idle = idle_of(list(loans.values()))
    orders = {
        one.line_id: one
        for one in OperatorOrder.objects.filter(line__in=keys, state__in=OPEN_ORDERS)
    }
    used: dict[int, int] = {}
    for line, mb in (
        LineUsage.objects.filter(line__in=keys).order_by("month").values_list("line", "mb")
    ):
        used[line] = mb
    return [
        _shown(one, loans.get(one.pk), idle, orders.get(one.pk), used.get(one.pk)) for one in rows
    ]


def _shown(
    line: Line,
    loan: LineLoan | None,
    idle: dict[int, int | None],
    order: OperatorOrder | None,
    mb: int | None,
) -> LineShown:
    return LineShown(
        line=line,
        look=look_of(line, loan is not None, order),
        order=order,
        order_look=(*ORDER_LOOKS[order.state], order.get_state_display()) if order else None,
        idle=idle.get(loan.pk) if loan else None,
        mb=mb,
        loan=loan,
    )


def look_of(line: Line, is_out: bool, order: OperatorOrder | None = None) -> Look:
    """What it is doing: its service, and while that is active whether somebody has it."""
    if line.service != LineService.ACTIVE:
        return (*SERVICE_LOOKS[line.service], line.get_service_display())
    if is_out:
        return ("planned", "user-check", _("prêtée"))
    if line.expires_on is not None and line.expires_on <= timezone.localdate():
        return ("unknown", "calendar-off", _("expirée"))
    if order is not None and order.kind != OrderKind.RESUME:
        return ("suspect", "hourglass", _("attend l’opérateur"))
    return ("ok", "circle-check", _("libre"))

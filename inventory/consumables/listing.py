"""Stocks as questions: lines that the address bar asks for, what to order, use by month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.models import ConsumableKind, Movement, StockEntry, StockLine, Store
from inventory.models.consumables import StockLineQuerySet
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import User

MONTHS = 12
COLUMNS = (Column("store__name"), Column("consumable__name"), KEY)
FILTERS = (
    Filter("type", _("Type"), lambda: ConsumableKind.choices, by("consumable__kind")),
    Filter(
        "suivi",
        _("Suivi"),
        lambda: [("commander", _("à recommander")), ("vide", _("épuisé"))],
        lambda rows, value: rows.to_reorder() if value == "commander" else rows.filter(quantity=0),
    ),
)


def lines_asked(user: User, query: QueryDict) -> StockLineQuerySet:
    """The lines that the address bar asks for; an unknown value filters nothing."""
    rows = StockLine.objects.visible_to(user).filter(_words(query.get("q", "")))
    store = str(query.get("stock", ""))
    if store.isdecimal() and len(store) < 19:
        rows = rows.filter(store=int(store))
    return narrowed(rows, FILTERS, query)


def _words(text: str) -> Q:
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(consumable__name__icontains=word)
            | Q(consumable__reference__icontains=word)
            | Q(consumable__barcode=word)
            | Q(store__name__icontains=word)
        )
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """What was used in a month."""

    first: dt.date
    used: int


def use_by_month(line: StockLine, today: dt.date) -> list[Month]:
    """The last twelve months, the oldest first: what was taken, less what came back."""
    first = (today.replace(day=1) - dt.timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    rows = (
        StockEntry.objects.filter(
            store=line.store_id,
            consumable=line.consumable_id,
            movement__in=[Movement.USED, Movement.RETURNED],
            undone_by=None,
            at__date__gte=first,
        )
        .annotate(month=TruncMonth("at"))
        .values_list("month")
        .annotate(total=Sum("quantity"))
    )
    used = {month.date(): -total for month, total in rows.order_by("month")}
    found, month = [], first
    while month <= today:
        found.append(Month(month, max(used.get(month, 0), 0)))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found[-MONTHS:]


def value_of(store: Store) -> Decimal:
    """What the store is worth at the last prices."""
    total = store.lines.filter(last_cost__isnull=False).aggregate(
        total=Sum(F("quantity") * F("last_cost"))
    )["total"]
    return total or Decimal(0)

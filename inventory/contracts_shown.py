"""Framework contracts for a page: where each stands towards its renegotiation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from inventory.connection_words import RENEWALS, Text
from inventory.models import FrameworkContract
from inventory.rules.connections import Renewal, Window

DUE = (Renewal.OPEN, Renewal.OVERDUE)


@dataclass(frozen=True, slots=True)
class ContractShown:
    """A contract, its window, and the badge that says it."""

    contract: Any
    window: Window

    @property
    def badge(self) -> str:
        return RENEWALS[self.window.state][0]

    @property
    def word(self) -> Text:
        return RENEWALS[self.window.state][1]

    @property
    def is_due(self) -> bool:
        return self.window.state in DUE

    @property
    def is_overdue(self) -> bool:
        return self.window.state == Renewal.OVERDUE


def contracts_shown(rows: Iterable[FrameworkContract], today: dt.date) -> list[ContractShown]:
    """In the order given; ``renegotiations`` must be prefetched."""
    return [ContractShown(one, one.window(today)) for one in rows]


def contracts_with_lines() -> Any:
    """Every contract, with its lines in service and what they cost a month."""
    active = Q(offers__subscriptions__state="active")
    return (
        FrameworkContract.objects.select_related("operator")
        .prefetch_related("renegotiations")
        .annotate(
            lines=Count("offers__subscriptions", filter=active),
            monthly=Sum("offers__subscriptions__price_month", filter=active),
        )
        .order_by("reference")
    )


def renewals_due(today: dt.date) -> list[ContractShown]:
    """What officers are told: contracts whose window is open or past, the latest first."""
    rows = FrameworkContract.objects.select_related("operator").prefetch_related("renegotiations")
    due = [one for one in contracts_shown(rows, today) if one.is_due]
    return sorted(due, key=lambda one: one.window.closes_on)

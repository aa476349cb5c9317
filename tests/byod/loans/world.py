"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem
from inventory.models import Category
from schools.models import Site, User
from tests.cast import make_device

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = ()
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class LoansWorld:
    """A pool of the school with a laptop that is out."""

    loan_pool: LoanPool
    pool_item: PoolItem
    loan: Loan


def make_loans_world(site: Site, technician: User, name: str, made: dict[str, Any]) -> LoansWorld:
    """``made``: what the parts before this one made, by name."""
    now = timezone.now()
    pool = LoanPool.objects.create(name=f"Réserve {name}", school=site.school)
    item = PoolItem.objects.create(
        pool=pool, device=make_device(site, f"PC-PRET-{name}", Category.LAPTOP)
    )
    return LoansWorld(
        loan_pool=pool,
        pool_item=item,
        loan=Loan.objects.create(
            site=site,
            item=item,
            borrower=made["pupil"],
            request=made["loan_request"],
            state=LoanState.OUT,
            during=DateTimeTZRange(now, None),
            out_at=now,
            due_on=now.date() + dt.timedelta(days=200),
        ),
    )

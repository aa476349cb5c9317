"""What a school may take from the shared pools of its PO and province: the last split of each."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from byod.models.equity.line_loans import LineLoan
from byod.models.equity.rounds import AllocationRound
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import LoanPool, PoolSite
from byod.rules.equity.order import Supply
from schools.models import School, Site


def pools_of(school: School) -> Any:
    """Shared pools from which the school may lend."""
    here = Site.objects.filter(school=school, municipality__province=OuterRef("province"))
    named = PoolSite.objects.filter(pool=OuterRef("pk"), site__school=school)
    return LoanPool.objects.filter(closed_on=None, school=None).filter(
        Q(authority=school.authority_id) | Exists(here), Q(everyone=True) | Exists(named)
    )


def last_splits(year: int, **narrow: Any) -> list[AllocationRound]:
    """The newest split of each shared pool in a school year."""
    newest = AllocationRound.objects.filter(pool=OuterRef("pool"), year=year).order_by(
        "-made_at", "-pk"
    )
    rows = AllocationRound.objects.filter(pool__isnull=False, year=year, **narrow)
    return list(rows.filter(pk=Subquery(newest.values("pk")[:1])).select_related("pool"))


def shared_supply(school: int, year: int) -> Supply:
    """What is left of the school's parts: parts of the splits less what its pupils have of them."""
    devices = lines = 0
    for row in last_splits(year):
        mine = [one for one in row.outcome if one["school"] == school]
        if not mine:
            continue
        taken = _taken(row.pool_id, school, row)
        devices += max(sum(one["devices"] for one in mine) - taken[0], 0)
        lines += max(sum(one["lines"] for one in mine) - taken[1], 0)
    return Supply(devices, lines)


def _taken(pool: int | None, school: int, row: AllocationRound) -> tuple[int, int]:
    """What the school took of the pool since the split was made."""
    loans = Loan.objects.filter(item__pool=pool, site__school=school, state__in=TAKEN)
    devices = loans.filter(item__is_charger=False, out_at__gte=row.made_at)
    lines = LineLoan.objects.out().filter(
        line__pool=pool, site__school=school, out_at__gte=row.made_at
    )
    return (
        devices.aggregate(n=Count("pk"))["n"],
        lines.aggregate(n=Count("pk"))["n"],
    )

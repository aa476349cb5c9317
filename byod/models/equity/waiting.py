"""What the fair order and the board are computed from, read by sets: who waits, what is there."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.encoding import force_bytes

from byod.models.equity.lines import Line
from byod.models.equity.requests import LoanRequest
from byod.models.loans.loans import TAKEN, Loan
from byod.models.loans.pools import PoolItem, PoolItemQuerySet
from byod.rules.equity.order import Asked, Supply, moment, waited
from inventory.models import DeviceState

NOT_LENDABLE = (DeviceState.ORDERED, DeviceState.IN_REPAIR, DeviceState.LOST, DeviceState.RETIRED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request and what the order knows of it."""

    request: LoanRequest
    asked: Asked


def lot_of(pseudonym: str, year: int) -> str:
    """The lot of a pupil for a year: HMAC-SHA-256 under a key that is not in the database.

    Stable, so that the order can be made again; keyed, so that the database alone leads no stored
    lot back to its pupil.
    """
    key = hashlib.sha256(b"preau.equity.lot:" + force_bytes(settings.FIELD_KEY)).digest()
    return hmac.new(key, f"{year}|{pseudonym}".encode(), hashlib.sha256).hexdigest()[:16]


def waiting_of(rows: Iterable[LoanRequest], year: int) -> list[Waiting]:
    """These requests (of present pupils) as the order sees them, in three queries."""
    found = [row for row in rows if row.member_id is not None]
    members = [row.member_id for row in found if row.member_id is not None]
    years: dict[int, set[int]] = defaultdict(set)
    earlier = LoanRequest.objects.filter(member__in=members, year__lt=year)
    for member, asked_in in earlier.waiting().order_by().values_list("member", "year"):
        if member is not None:
            years[member].add(asked_in)
    told = []
    for n, row in enumerate(sorted(found, key=lambda one: one.pk), 1):
        assert row.member is not None
        served = getattr(row.member, "served", None)
        last = served.last_year if served else None
        kept = set(served.waited_years) if served else set()
        told.append(
            Waiting(
                row,
                Asked(
                    n=n,
                    never_served=served is None or served.times == 0,
                    equipment=row.member.equipment,
                    years_waited=waited(sorted(kept | years[row.member_id or 0]), last, year),
                    asked_at=moment(row.asked_at),
                    lot=lot_of(row.member.pseudonym, year),
                    wants_device=row.wants_device,
                    wants_line=row.wants_line,
                    exception=bool(row.exception_why),
                ),
            )
        )
    return told


def free_items() -> PoolItemQuerySet:
    """Devices of pools that nobody has or reserved, and that can be lent."""
    taken = Loan.objects.filter(item=OuterRef("pk"), state__in=TAKEN)
    rows = PoolItem.objects.in_pool().filter(is_charger=False, pool__closed_on=None)
    rows = rows.exclude(device__state__in=NOT_LENDABLE)
    return rows.filter(~Exists(taken))


def own_supply(schools: Collection[int] | None = None) -> dict[int, Supply]:
    """School → what is free in its own pools. Two queries for any number of schools."""
    narrow = Q(pool__school__isnull=False)
    if schools is not None:
        narrow &= Q(pool__school__in=schools)
    devices = _count(free_items(), "pool__school", narrow)
    lines = _count(Line.objects.free(), "pool__school", narrow)
    return {
        school: Supply(devices.get(school, 0), lines.get(school, 0))
        for school in devices.keys() | lines.keys()
    }


def pool_supply(pools: Collection[int]) -> dict[int, Supply]:
    """Pool → what is free in it."""
    narrow = Q(pool__in=pools)
    devices = _count(free_items(), "pool", narrow)
    lines = _count(Line.objects.free(), "pool", narrow)
    return {pool: Supply(devices.get(pool, 0), lines.get(pool, 0)) for pool in pools}


def _count(rows: object, path: str, narrow: Q) -> dict[int, int]:
    counted = rows.filter(narrow).order_by().values_list(path).annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return dict(counted)

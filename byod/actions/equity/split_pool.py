"""A shared pool split among the schools that may lend from it, by unmet need. Frozen as a round."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.equity.board import can_split
from byod.models.equity.requests import WAITING, LoanRequest, RequestState
from byod.models.equity.rounds import AllocationRound
from byod.models.equity.waiting import own_supply, pool_supply
from byod.models.loans.pools import LoanPool
from byod.rules.equity.order import Supply, fingerprint
from byod.rules.equity.sharing import Part, SchoolNeed, split
from byod.rules.equity.targets import unmet
from byod.rules.equity.years import school_year
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import School, User

RULES = "split-1"


@dataclass(frozen=True, slots=True)
class Splitting:
    """A split that could be made now: what there is, and each school's part."""

    supply: Supply
    needs_devices: list[SchoolNeed]
    needs_lines: list[SchoolNeed]
    devices: dict[int, Part]
    lines: dict[int, Part]

    def inputs(self, year: int) -> dict[str, Any]:
        """Plain values, so that the split can be made again."""
        return {
            "rules": RULES,
            "year": year,
            "supply": asdict(self.supply),
            "devices": [asdict(one) for one in self.needs_devices],
            "lines": [asdict(one) for one in self.needs_lines],
        }

    def outcome(self) -> list[dict[str, Any]]:
        keys = sorted(self.devices.keys() | self.lines.keys())
        return [
            {
                "school": key,
                "devices": self.devices[key].parts if key in self.devices else 0,
                "lines": self.lines[key].parts if key in self.lines else 0,
                "exact": self.devices[key].exact if key in self.devices else "",
            }
            for key in keys
        ]


def schools_of(pool: LoanPool) -> Any:
    """Schools that may lend from a shared pool."""
    sites = pool.sites()
    if not pool.everyone:
        sites = sites.filter(pk__in=pool.rules.values("site"))
    return School.objects.filter(pk__in=sites.values("school"))


def splitting_of(pool: LoanPool, year: int) -> Splitting:
    """What the split would be now. A handful of queries for any number of schools."""
    keys = list(schools_of(pool).values_list("pk", flat=True))
    asked = LoanRequest.objects.filter(site__school__in=keys).order_by()
    waiting = asked.filter(year=year, state__in=WAITING)
    devices = _by_school(waiting.filter(wants_device=True))
    lines = _by_school(waiting.filter(wants_line=True))
    ever = _by_school(asked.filter(state=RequestState.SERVED))
    own = own_supply(keys)
    supply = pool_supply([pool.pk])[pool.pk]
    needs = [
        [
            SchoolNeed(key, unmet(wanted.get(key, 0), free), never_served=not ever.get(key))
            for key in sorted(keys)
            for free in [getattr(own.get(key, Supply()), what)]
            if unmet(wanted.get(key, 0), free)
        ]
        for wanted, what in ((devices, "devices"), (lines, "lines"))
    ]
    return Splitting(
        supply,
        needs[0],
        needs[1],
        {one.school: one for one in split(supply.devices, needs[0])},
        {one.school: one for one in split(supply.lines, needs[1])},
    )


def _by_school(rows: Any) -> dict[int, int]:
    return dict(rows.values_list("site__school").annotate(n=Count("pk")))


@transaction.atomic
def split_pool(user: User, pool: LoanPool, now: dt.datetime | None = None) -> AllocationRound:
    """Freeze the split; the newest of a year counts. Raises DecisionRefused, DecisionImpossible."""
    require(can_split(user, pool))
    if pool.school_id is not None:
        raise DecisionImpossible(_("Cette réserve est celle d’une école\u00a0: rien à répartir."))
    held = LoanPool.objects.select_for_update().get(pk=pool.pk)
    now = now or timezone.now()
    year = school_year(timezone.localdate(now))
    made = splitting_of(held, year)
    outcome = made.outcome()
    if not outcome:
        raise DecisionImpossible(_("Aucune école n’attend\u00a0: rien à répartir."))
    inputs = made.inputs(year)
    row = AllocationRound.objects.create(
        pool=held,
        year=year,
        made_at=now,
        made_by=user,
        made_by_text=str(user),
        inputs=inputs,
        inputs_sha256=fingerprint(inputs),
        outcome=outcome,
        outcome_sha256=fingerprint(outcome),
    )
    record_action(user, "split_pool", row, after={"schools": len(outcome)})
    return row

"""A round: the fair order of all that waits at a school, frozen with what it was computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from byod.models.equity.requests import LoanRequest
from byod.models.equity.rounds import AllocationRound, RoundPlace
from byod.models.equity.shares import shared_supply
from byod.models.equity.waiting import Waiting, own_supply, waiting_of
from byod.rules.equity.order import Placed, Supply, fair_order, fingerprint, frozen, thawed
from byod.rules.equity.years import school_year
from schools.models import School, User


@dataclass(frozen=True, slots=True)
class Standing:
    """The fair order of a school as it stands now: not stored."""

    year: int
    supply: Supply
    own: Supply
    waiting: dict[int, Waiting]
    """By ``n``."""
    placed: list[Placed]


def standing_order(school: School, year: int) -> Standing:
    """Where everybody who waits at a school stands. A handful of queries."""
    rows = LoanRequest.objects.waiting().filter(
        site__school=school, year=year, member__isnull=False, member__left_on=None
    )
    told = waiting_of(rows.select_related("member__served", "school_class"), year)
    own = own_supply([school.pk]).get(school.pk, Supply())
    shared = shared_supply(school.pk, year)
    supply = Supply(own.devices + shared.devices, own.lines + shared.lines)
    placed = fair_order([one.asked for one in told], supply)
    return Standing(year, supply, own, {one.asked.n: one for one in told}, placed)


@transaction.atomic
def make_round(user: User, school: School, now: dt.datetime | None = None) -> AllocationRound:
    """Freeze the order of all that waits. The caller has judged that the person may decide."""
    now = now or timezone.now()
    order = standing_order(school, school_year(timezone.localdate(now)))
    asked = [one.asked for one in order.waiting.values()]
    inputs = frozen(order.year, asked, order.supply)
    outcome = [asdict(one) for one in order.placed]
    made = AllocationRound.objects.create(
        school=school,
        year=order.year,
        made_at=now,
        made_by=user,
        made_by_text=str(user),
        inputs=inputs,
        inputs_sha256=fingerprint(inputs),
        outcome=outcome,
        outcome_sha256=fingerprint(outcome),
    )
    RoundPlace.objects.bulk_create(
        RoundPlace(round=made, n=n, request=one.request) for n, one in order.waiting.items()
    )
    return made


@dataclass(frozen=True, slots=True)
class Rerun:
    """A round made again from its stored inputs alone."""

    same_inputs: bool
    same_outcome: bool

    @property
    def good(self) -> bool:
        return self.same_inputs and self.same_outcome


def rerun_round(row: AllocationRound) -> Rerun:
    """Compute a school's round again. Raises ValueError for rules of a version that is gone."""
    asked, supply = thawed(row.inputs)
    outcome = [asdict(one) for one in fair_order(asked, supply)]
    return Rerun(
        fingerprint(row.inputs) == row.inputs_sha256,
        fingerprint(outcome) == row.outcome_sha256 == fingerprint(row.outcome),
    )


def positions(keys: Collection[int]) -> dict[int, tuple[AllocationRound, Placed]]:
    """Request → the last round it was placed in, and where. Two queries."""
    found: dict[int, tuple[AllocationRound, Placed]] = {}
    rows = RoundPlace.objects.filter(request__in=keys).select_related("round").order_by("round_id")
    for place in rows:
        if place.request_id is not None:
            told = next(one for one in place.round.outcome if one["n"] == place.n)
            found[place.request_id] = (place.round, Placed(**told))
    return found

"""The fair order, split and numbers by hand: literal cases, no database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

import pytest

from byod.rules.equity.lines import (
    LineUse,
    clean_iccid,
    iccid_fault,
    idle_days,
    next_step,
    retry_after,
)
from byod.rules.equity.masking import masked
from byod.rules.equity.order import Asked, Supply, fair_order, fingerprint, frozen, thawed, waited
from byod.rules.equity.sharing import SchoolNeed, split
from byod.rules.equity.targets import budget_of, target_of

EARLY, LATE = "2026-09-02T08:00:00Z", "2026-10-01T08:00:00Z"


def asked(n: int, **other: object) -> Asked:
    values = {"never_served": True, "equipment": "no_device", "years_waited": 0}
    values |= {"asked_at": EARLY, "lot": f"{n:02d}"} | other
    return Asked(n=n, **values)  # type: ignore[arg-type]


def order_of(*rows: Asked, supply: Supply = Supply()) -> list[tuple[int, str]]:  # noqa: B008
    return [(one.n, one.after_by) for one in fair_order(rows, supply)]


def test_each_criterion_counts_only_where_those_before_it_are_equal():
    rows = [
        asked(1, never_served=False, equipment="neither", years_waited=9),
        asked(2, asked_at=LATE),
        asked(3),
        asked(4, equipment="neither", asked_at=LATE),
        asked(5, years_waited=1, asked_at=LATE),
        asked(6, equipment="equipped"),
        asked(7, lot="00"),
        asked(8, never_served=False, exception=True, equipment="equipped"),
    ]
    assert order_of(*rows) == [
        (8, ""),
        (4, "exception"),
        (5, "need"),
        (7, "waited"),
        (3, "lot"),
        (2, "asked"),
        (6, "need"),
        (1, "never_served"),
    ]


def test_the_order_does_not_depend_on_how_rows_arrive():
    rows = [asked(n, lot=f"{n * 7919 % 97:02d}", years_waited=n % 3) for n in range(60)]
    first = fair_order(rows, Supply(10, 0))
    Random(4).shuffle(rows)
    assert fair_order(rows, Supply(10, 0)) == first


def test_supply_goes_down_the_list_and_passes_by_who_does_not_want_it():
    rows = [
        asked(1),
        asked(2, wants_device=False, wants_line=True),
        asked(3, wants_line=True),
        asked(4),
    ]
    told = {one.n: (one.device, one.line) for one in fair_order(rows, Supply(2, 1))}
    assert told == {1: (True, False), 2: (False, True), 3: (True, False), 4: (False, False)}


def test_frozen_inputs_give_the_same_order_and_another_version_is_refused():
    rows = [asked(2), asked(1, exception=True)]
    inputs = frozen(2026, rows, Supply(1, 0))
    again, supply = thawed(inputs)
    assert fair_order(again, supply) == fair_order(rows, Supply(1, 0))
    assert fingerprint(inputs) == fingerprint(frozen(2026, rows[::-1], Supply(1, 0)))
    with pytest.raises(ValueError, match="2025"):
        thawed(inputs | {"rules": "2025"})


def test_years_waited_count_since_one_was_last_served():
    assert waited([2023, 2025, 2026], None, 2026) == 2
    assert waited([2023, 2025], 2024, 2026) == 1
    assert waited([2023], 2023, 2026) == 0


def test_a_shared_pool_is_split_by_unmet_need():
    # 10 devices for 30 + 15 + 5: 6, 3, 1 exactly
    needs = [SchoolNeed(1, 30), SchoolNeed(2, 15), SchoolNeed(3, 5), SchoolNeed(4, 0)]
    assert {one.school: one.parts for one in split(10, needs)} == {1: 6, 2: 3, 3: 1}
    # one device, equal needs: the school never served
    both = [SchoolNeed(1, 4), SchoolNeed(2, 4, never_served=True)]
    assert {one.school: one.parts for one in split(1, both)} == {1: 0, 2: 1}
    # more than is needed stays in the pool
    assert sum(one.parts for one in split(99, needs)) == 50
    assert split(5, []) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_split_gives_everything_once_and_nobody_more_than_it_lacks(seed):
    chance = Random(seed)
    needs = [SchoolNeed(n, chance.randrange(0, 40)) for n in range(1, 80)]
    supply = chance.randrange(1, 900)
    parts = split(supply, needs)
    wanted = {one.school: one.unmet for one in needs}
    assert sum(one.parts for one in parts) == min(supply, sum(wanted.values()))
    assert all(0 <= one.parts <= wanted[one.school] for one in parts)


def test_target_and_budget_by_hand():
    assert target_of(487, Decimal(10)) == 49
    assert target_of(490, Decimal("12.5")) == 62
    told = budget_of(
        pupils=487, per_pupil=Decimal(10), target=49, device_year=Decimal(120),
        devices_out=31, lines_month=Decimal("54.00"),
    )  # fmt: skip
    assert (told.granted, told.planned, told.used) == (
        Decimal("4870.00"),
        Decimal("5880.00"),
        Decimal("4260.00"),
    )
    assert told.left == Decimal("610.00")


def test_iccids_as_printed_on_cards():
    assert clean_iccid("8932 0200-0000 0000 017") == "8932020000000000017"
    assert clean_iccid("8932020000000000017F") == "8932020000000000017"
    assert iccid_fault("79927398713") == "length"
    assert iccid_fault("7932020000000000018") == "issuer"
    assert iccid_fault("8932020000000000018") == "check"
    assert iccid_fault("８９３２０２００００００００００００１") == "length"
    # 8 9 4 4 5 0 2 0 0 2 0 0 4 0 0 1 4 2, every second one from the right doubled:
    # 8+9+4+8+5+0+2+0+0+4+0+0+4+0+0+2+4+4 = 54, so the check digit is 6
    assert iccid_fault("8944502002004001426") == ""
    assert iccid_fault("8944502002004001424") == "check"


def test_no_report_is_not_no_use():
    day = dt.date
    assert idle_days(LineUse(day(2026, 9, 1), None, None)) is None
    assert idle_days(LineUse(day(2026, 9, 1), None, day(2026, 10, 31))) == 60
    assert idle_days(LineUse(day(2026, 9, 1), day(2026, 9, 1), day(2026, 10, 31))) == 31
    assert idle_days(LineUse(day(2026, 11, 3), None, day(2026, 10, 31))) is None


def test_pupil_then_guardian_then_school_are_asked_a_week_apart():
    day = dt.date
    told: dict[str, dt.date] = {}
    assert next_step(told, day(2026, 11, 1), 7) == "pupil"
    told["pupil"] = day(2026, 11, 1)
    assert next_step(told, day(2026, 11, 7), 7) is None
    assert next_step(told, day(2026, 11, 8), 7) == "guardian"
    told["guardian"] = day(2026, 11, 8)
    assert next_step(told, day(2026, 11, 15), 7) == "school"
    told["school"] = day(2026, 11, 15)
    assert next_step(told, day(2027, 1, 1), 7) is None


def test_an_order_is_tried_five_times_again_and_then_given_up():
    assert [retry_after(n) is not None for n in (1, 5, 6)] == [True, True, False]


def test_no_hidden_count_follows_from_its_total():
    assert masked([12, 3, 40]) == [None, None, 40]
    assert masked([12, 3, 2, 40]) == [12, None, None, 40]
    assert masked([3]) == [None]
    assert masked([7, 9]) == [7, 9]

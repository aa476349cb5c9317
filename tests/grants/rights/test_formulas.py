"""Formulas are data: read with every fault told, computed as worked out by hand."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest

from inventory.grants.rules.rights.computing import Facts, compute, facts_from, part, remaining
from inventory.grants.rules.rights.formula import content_of
from inventory.grants.rules.rights.reading import FormulaRefused, read_formula
from inventory.grants.rules.rights.schedule import end_of_use, last_day_of, release_day
from inventory.grants.rules.rights.sharing import Part, expirable, spread
from tests.grants.rights.formulas import EQUITY, PER_PUPIL, POINTS


def euros(formula, **facts):
    return compute(formula, Facts(**{"count_year": 2026, **facts})).amount


def faults(content, years=4):
    with pytest.raises(FormulaRefused) as told:
        read_formula(content, years)
    return {fault.where: fault.why for fault in told.value.faults}


def test_a_so_much_per_pupil():
    formula = read_formula(PER_PUPIL, 4)
    assert euros(formula, pupils={"secondaire": 612}) == Decimal("10202.04")  # 612 × 16.67
    assert euros(formula, pupils={"secondaire": 612}, ise="3a") == Decimal("12242.45")
    assert euros(formula, pupils={}) == 0
    assert part(formula, 2, Decimal("10202.04")) == Decimal("10202.04")
    assert remaining(formula, 2, Decimal("10202.04")) == Decimal("10202.04")


def test_b_points_over_five_years():
    formula = read_formula(POINTS, 5)
    # 120 + 15 × 2 = 150 pupils; 40 + 0.5 × (150 - 50) = 90 points of 25 EUR
    amount = euros(formula, pupils={"primaire": 120, "specialise": 15})
    assert amount == 2250
    assert [part(formula, year, amount) for year in range(5)] == [900, *[Decimal("337.50")] * 4]
    assert remaining(formula, 0, amount) == 1350
    assert euros(formula, pupils={"primaire": 10}) == 1000  # the minimum: 40 points


def test_c_coefficients_added_to_a_ceiling_and_a_floor():
    formula = read_formula(EQUITY, 4)
    # 60 × 0.8 + 92 = 140; 1000 + 10 × 40 = 1400; 1 + 0.3 + 0.2 = 1.5, at most 1.4: 1960
    small = {"maternel": 60, "primaire": 92}
    first = euros(formula, pupils=small, ise="4", never_awarded=True)
    assert first == 1960
    # no ceiling reached: 1400 × 1.2 = 1680
    assert euros(formula, pupils=small, never_awarded=True) == 1680
    # 100 pupils: 1000 × 1.4 = 1400, below 90 % of 1960
    later = Facts({"primaire": 100}, 2027, ise="4", never_awarded=True, first_amount=Decimal(1960))
    assert compute(formula, later).amount == Decimal("1764.00")
    assert any(line.kind == "floor" for line in compute(formula, later).lines)
    # rounded to ten euros: 1000 + 10 × 0.6 = 1006
    assert euros(formula, pupils={"maternel": 2, "primaire": 99}) == 1010


def test_the_same_inputs_give_the_same_outcome_again():
    formula = read_formula(EQUITY, 4)
    facts = Facts({"primaire": 212}, 2026, "7", "cecp", "namur", True, Decimal("10.5"))
    assert compute(formula, facts_from(facts.as_json())) == compute(formula, facts)
    again = read_formula(content_of(formula), 4)
    assert again == formula


@pytest.mark.parametrize(
    ("how", "expected"), [("multiply", "1.56"), ("add", "1.50"), ("highest", "1.30")]
)
def test_coefficients_combine_as_the_formula_says(how, expected):
    content = {**EQUITY, "combine": how, "coefficient_at_most": None}
    facts = Facts({"primaire": 200}, 2026, ise="1", never_awarded=True)
    assert compute(read_formula(content, 4), facts).coefficient == Decimal(expected)


def test_criteria_read_the_register():
    def coefficient(criterion, **facts):
        content = {**PER_PUPIL, "criteria": [{"coefficient": "2", "label": "x", **criterion}]}
        known = Facts(**{"pupils": {"primaire": 80}, "count_year": 2026, **facts})
        return compute(read_formula(content, 4), known).coefficient

    assert coefficient({"fact": "pupils", "at_most": 80}) == 2
    assert coefficient({"fact": "pupils", "at_least": 81}) == 1
    assert coefficient({"fact": "level", "among": ["primaire"]}) == 2
    assert coefficient({"fact": "level", "among": ["specialise"]}) == 1
    assert coefficient({"fact": "network", "among": ["cecp"]}, network="cecp") == 2
    assert coefficient({"fact": "province", "among": ["namur"]}, province="liege") == 1


def test_every_fault_is_told_with_its_place():
    content = copy.deepcopy(PER_PUPIL)
    content["amount"]["per_pupil"] = "seize"
    content["criteria"][0]["among"] = ["21"]
    content["criteria"][0]["label"] = ""
    content["release"] = [{"share": "1.5", "on": "02-30"}]
    content["bonus"] = 3
    found = faults(content)
    assert set(found) == {
        "amount.per_pupil",
        "criteria[1].among",
        "criteria[1].label",
        "release",
        "release[1].share",
        "release[1].on",
        "bonus",
    }
    assert (
        "un nombre de 0 à 1000000 est attendu, pas «\u00a0seize\u00a0»" in found["amount.per_pupil"]
    )
    assert "4 années sont attendues" in found["release"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"unit": {"kind": "francs"}}, "unit.kind"),
        ({"unit": {"kind": "points"}}, "unit.eur"),
        ({"unit": {"kind": "eur", "eur": "2"}}, "unit.eur"),
        ({"amount": {"per_pupil": "0"}}, "amount"),
        ({"amount": {"minimum": "100", "per_pupil": "1", "at_most": "50"}}, "amount.at_most"),
        ({"amount": {"per_pupil": "NaN"}}, "amount.per_pupil"),
        ({"amount": {"per_pupil": True}}, "amount.per_pupil"),
        ({"amount": []}, "amount"),
        ({"levels": {"lycée": "1"}}, "levels.lycée"),
        ({"criteria": [{"fact": "pupils", "coefficient": 1, "label": "x"}]}, "criteria[1]"),
        ({"criteria": [{"fact": "ise", "coefficient": 1, "label": "x"}]}, "criteria[1].among"),
        ({"combine": "max"}, "combine"),
        ({"floor": "2"}, "floor"),
        ({"carry_over_years": 9}, "carry_over_years"),
        ({"conditions": ["beau"]}, "conditions"),
        ({"pooling": "oui"}, "pooling"),
        ({"release": [{"share": "0"}] * 4}, "release"),
    ],
)
def test_what_no_formula_says_is_refused(change, where):
    assert where in faults({**PER_PUPIL, **change})


def test_no_content_at_all_is_refused():
    assert "formule" in faults([1])
    assert "formule" in faults(None)


def test_the_calendar_of_a_period():
    formula = read_formula(EQUITY, 4)
    assert release_day(formula, 2024, 2) == dt.date(2026, 9, 1)
    assert end_of_use(formula, 2024) == dt.date(2028, 8, 31)
    assert last_day_of(formula, 2024, 2024) == dt.date(2026, 8, 31)  # its year, and one more
    assert last_day_of(formula, 2024, 2027) == dt.date(2028, 8, 31)
    grace = read_formula({**PER_PUPIL, "grace_months": 6}, 4)
    assert end_of_use(grace, 2024) == dt.date(2029, 2, 28)


def test_the_oldest_part_is_used_first_and_the_rest_of_it_expires():
    parts = [Part(Decimal(100), dt.date(2026, 8, 31)), Part(Decimal(50), dt.date(2027, 8, 31))]

    def lost(used, available, day):
        return expirable(parts, Decimal(used), Decimal(available), day)

    assert lost(30, 120, dt.date(2026, 8, 31)) == 0
    assert lost(30, 120, dt.date(2026, 9, 1)) == 70
    assert lost(100, 50, dt.date(2026, 9, 1)) == 0
    assert lost(120, 30, dt.date(2027, 9, 1)) == 30


def test_an_amount_is_spread_in_order():
    held = [(1, Decimal(5)), (2, Decimal(0)), (3, Decimal(7))]
    assert spread(Decimal(9), held) == [(1, 5), (3, 4)]
    with pytest.raises(ValueError, match="missing"):
        spread(Decimal(13), held)

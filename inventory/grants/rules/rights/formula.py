"""A formula of drawing rights as data: what it may say, read and checked; never code.

The content is JSON, amounts as text (``"16.67"``); :func:`read_formula` says every fault of it at
once: where, and what is expected there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ONE = Decimal(1)
FACTS_AMONG = ("ise", "level", "network", "province")
"""Facts of the register that are compared with a list."""
FACTS = (*FACTS_AMONG, "pupils", "never_awarded")
COMBINATIONS = ("multiply", "add", "highest")
UNITS = ("eur", "points")
CONDITIONS = ("declaration", "plan")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A coefficient for sites of which a fact holds."""

    fact: str
    coefficient: Decimal
    label: str
    label_de: str = ""
    among: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What share of the amount of a year is released, and on which day of the school year."""

    share: Decimal
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class RightFormula:
    """A formula, checked. Amounts are in its unit; ``unit_eur`` is what one is worth."""

    unit: str
    unit_eur: Decimal
    minimum: Decimal
    threshold: int
    per_pupil: Decimal
    at_most: Decimal | None
    levels: Mapping[str, Decimal]
    criteria: tuple[Criterion, ...]
    combine: str
    coefficient_at_most: Decimal | None
    round_to: Decimal
    count_years_before: int
    releases: tuple[Release, ...]
    floor: Decimal
    """Of the first year's amount: a later one is never below this share of it. 0: no floor."""
    carry_over_years: int | None
    """School years a part may be used in after its own; None: until the end of the period."""
    grace_months: int
    """Months of use after the last school year."""
    conditions: tuple[str, ...]
    pooling: bool

    def level(self, name: str) -> Decimal:
        """What a pupil of that level counts for."""
        return self.levels.get(name, ONE)


def content_of(formula: RightFormula) -> dict[str, Any]:
    """The formula as its JSON, in one canonical form."""
    return {
        "unit": {"kind": formula.unit, "eur": str(formula.unit_eur)},
        "amount": {
            "minimum": str(formula.minimum),
            "threshold": formula.threshold,
            "per_pupil": str(formula.per_pupil),
            "at_most": None if formula.at_most is None else str(formula.at_most),
        },
        "levels": {name: str(value) for name, value in sorted(formula.levels.items())},
        "criteria": [_criterion_content(one) for one in formula.criteria],
        "combine": formula.combine,
        "coefficient_at_most": (
            None if formula.coefficient_at_most is None else str(formula.coefficient_at_most)
        ),
        "round_to": str(formula.round_to),
        "count_years_before": formula.count_years_before,
        "release": [
            {"share": str(one.share), "on": f"{one.month:02d}-{one.day:02d}"}
            for one in formula.releases
        ],
        "floor": str(formula.floor),
        "carry_over_years": formula.carry_over_years,
        "grace_months": formula.grace_months,
        "conditions": list(formula.conditions),
        "pooling": formula.pooling,
    }


def _criterion_content(one: Criterion) -> dict[str, Any]:
    told: dict[str, Any] = {
        "fact": one.fact,
        "coefficient": str(one.coefficient),
        "label": one.label,
        "label_de": one.label_de,
    }
    if one.fact in FACTS_AMONG:
        told["among"] = list(one.among)
    if one.fact == "pupils":
        told |= {"at_least": one.at_least, "at_most": one.at_most}
    return told

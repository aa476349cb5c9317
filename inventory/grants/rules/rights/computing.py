"""Compute what a site may draw in a year, and say it line by line. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from inventory.grants.rules.rights.formula import ONE, Criterion, RightFormula

NOTHING = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says of a site; stored with every computation."""

    pupils: Mapping[str, int]
    """Level → pupils on 15 January of ``count_year``."""
    count_year: int | None
    ise: str = ""
    network: str = ""
    province: str = ""
    never_awarded: bool = False
    first_amount: Decimal | None = None
    """Of the first year of the programme, where there is a floor."""

    @property
    def total(self) -> int:
        return sum(self.pupils.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "pupils": dict(sorted(self.pupils.items())),
            "count_year": self.count_year,
            "ise": self.ise,
            "network": self.network,
            "province": self.province,
            "never_awarded": self.never_awarded,
            "first_amount": None if self.first_amount is None else str(self.first_amount),
        }


def facts_from(stored: Mapping[str, Any]) -> Facts:
    """As they were stored."""
    first = stored.get("first_amount")
    return Facts(
        pupils={level: int(count) for level, count in stored.get("pupils", {}).items()},
        count_year=stored.get("count_year"),
        ise=stored.get("ise", ""),
        network=stored.get("network", ""),
        province=stored.get("province", ""),
        never_awarded=bool(stored.get("never_awarded", False)),
        first_amount=None if first is None else Decimal(first),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One step. ``kind`` says which; ``value`` is its result, ``of`` what went into it."""

    kind: str
    value: Decimal
    of: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``amount``: euros for a whole year, before the share of its release."""

    amount: Decimal
    coefficient: Decimal
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "amount": str(self.amount),
            "coefficient": str(self.coefficient),
            "lines": [
                {"kind": line.kind, "value": str(line.value), "of": dict(line.of)}
                for line in self.lines
            ],
        }


def compute(formula: RightFormula, facts: Facts) -> Outcome:
    """minimum + per pupil × (weighted pupils above the threshold), × coefficients, in euros.

    A site without pupils has no right. The maximum holds for the amount in units, the floor for
    the amount in euros.
    """
    lines = [_level_line(formula, level, count) for level, count in sorted(facts.pupils.items())]
    weighted = sum((line.value for line in lines), NOTHING)
    lines.append(Line("pupils", weighted))
    if not facts.total:
        return Outcome(NOTHING, ONE, (*lines, Line("amount", NOTHING)))
    beyond = max(weighted - formula.threshold, NOTHING)
    base = formula.minimum + formula.per_pupil * beyond
    lines += _base_lines(formula, beyond, base)
    coefficient, told = _coefficient(formula, facts)
    lines += told
    units = base * coefficient
    if formula.at_most is not None and units > formula.at_most:
        units = formula.at_most
        lines.append(Line("at_most", units))
    amount, told = _in_euros(formula, units, facts)
    return Outcome(amount, coefficient, (*lines, *told, Line("amount", amount)))


def _level_line(formula: RightFormula, level: str, count: int) -> Line:
    each = formula.level(level)
    return Line("level", count * each, {"level": level, "pupils": count, "each": str(each)})


def _base_lines(formula: RightFormula, beyond: Decimal, base: Decimal) -> list[Line]:
    lines = []
    if formula.minimum:
        lines.append(Line("minimum", formula.minimum))
    if formula.threshold:
        lines.append(Line("beyond", beyond, {"threshold": formula.threshold}))
    lines.append(Line("per_pupil", formula.per_pupil))
    lines.append(Line("base", base))
    return lines


def _coefficient(formula: RightFormula, facts: Facts) -> tuple[Decimal, list[Line]]:
    met = [one for one in formula.criteria if holds(one, facts)]
    lines = [
        Line("criterion", one.coefficient, {"label": one.label, "label_de": one.label_de})
        for one in met
    ]
    coefficient = combined(formula.combine, [one.coefficient for one in met])
    most = formula.coefficient_at_most
    if most is not None and coefficient > most:
        lines.append(Line("coefficient_at_most", most, {"instead_of": str(coefficient)}))
        coefficient = most
    lines.append(Line("coefficient", coefficient, {"combine": formula.combine, "of": len(met)}))
    return coefficient, lines


def combined(how: str, coefficients: Sequence[Decimal]) -> Decimal:
    """Several coefficients as one: their product, 1 and what each adds, or the highest."""
    if not coefficients:
        return ONE
    if how == "highest":
        return max(coefficients)
    if how == "add":
        return max(ONE + sum((one - ONE for one in coefficients), NOTHING), NOTHING)
    product = ONE
    for one in coefficients:
        product *= one
    return product


def holds(criterion: Criterion, facts: Facts) -> bool:
    """Whether a site fulfils a criterion."""
    if criterion.fact == "never_awarded":
        return facts.never_awarded
    if criterion.fact == "pupils":
        low = criterion.at_least is None or facts.total >= criterion.at_least
        return low and (criterion.at_most is None or facts.total <= criterion.at_most)
    if criterion.fact == "level":
        return any(facts.pupils.get(level, 0) for level in criterion.among)
    value = {"ise": facts.ise, "network": facts.network, "province": facts.province}
    return value[criterion.fact] in criterion.among


def _in_euros(formula: RightFormula, units: Decimal, facts: Facts) -> tuple[Decimal, list[Line]]:
    lines = []
    if formula.unit == "points":
        lines.append(Line("points", units, {"eur": str(formula.unit_eur)}))
    amount = rounded(units * formula.unit_eur, formula.round_to)
    if formula.floor and facts.first_amount is not None:
        floor = rounded(facts.first_amount * formula.floor, CENT)
        if amount < floor:
            lines.append(Line("floor", floor, {"share": str(formula.floor), "not": str(amount)}))
            amount = floor
    return amount, lines


def rounded(amount: Decimal, to: Decimal) -> Decimal:
    """To the nearest multiple of ``to``, half upward, in cents."""
    steps = (amount / to).quantize(ONE, rounding=ROUND_HALF_UP)
    return (steps * to).quantize(CENT)


def part(formula: RightFormula, index: int, amount: Decimal) -> Decimal:
    """What the release of a year (0 is the first) gives of an amount."""
    return (amount * formula.releases[index].share).quantize(CENT, rounding=ROUND_HALF_UP)


def remaining(formula: RightFormula, index: int, amount: Decimal) -> Decimal:
    """What the years after one would release, were nothing to change."""
    later = range(index + 1, len(formula.releases))
    return sum((part(formula, year, amount) for year in later), NOTHING)

"""The effect of a formula on the Region, before anything is adopted. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from inventory.grants.rules.rights.computing import Facts, compute, part
from inventory.grants.rules.rights.formula import RightFormula

NOTHING = Decimal(0)
STEPS = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
"""Where the columns of the histogram end; amounts of a year, in euros."""
ISE_BANDS = ((1, 5), (6, 10), (11, 15), (16, 20))
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a formula gives a site for a year, and what another gives it."""

    site: int
    facts: Facts
    amount: Decimal
    other: Decimal | None = None

    @property
    def change(self) -> Decimal:
        return NOTHING if self.other is None else self.amount - self.other


@dataclass
class Group:
    """Sites that have something in common."""

    key: str
    sites: int = 0
    pupils: int = 0
    amount: Decimal = NOTHING
    other: Decimal = NOTHING

    @property
    def per_pupil(self) -> Decimal:
        return self.amount / self.pupils if self.pupils else NOTHING

    @property
    def change(self) -> Decimal:
        return self.amount - self.other


@dataclass
class Simulation:
    """Everything the page tells."""

    effects: list[Effect]
    histogram: list[tuple[int, int]]
    """``(lower bound, sites)``; the last column is open above."""
    groups: dict[str, list[Group]]
    costs: list[tuple[int, Decimal, Decimal | None]]
    """School year, cost, cost of the other formula."""
    gain: Group = field(default_factory=lambda: Group("gain"))
    loss: Group = field(default_factory=lambda: Group("loss"))
    same: int = 0

    @property
    def sites(self) -> int:
        """Those that get something."""
        return sum(1 for one in self.effects if one.amount)

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.effects), NOTHING)

    @property
    def median(self) -> Decimal:
        amounts = sorted(one.amount for one in self.effects if one.amount)
        return amounts[len(amounts) // 2] if amounts else NOTHING


def simulate(
    formula: RightFormula,
    facts: Mapping[int, Facts],
    first_year: int,
    other: RightFormula | None = None,
) -> Simulation:
    """A formula on every site, beside another; years to come are taken with the same count."""
    effects = [
        Effect(
            site,
            known,
            compute(formula, known).amount,
            None if other is None else compute(other, known).amount,
        )
        for site, known in facts.items()
    ]
    simulation = Simulation(effects, _histogram(effects), _groups(effects), [])
    years = range(len(formula.releases))
    for index in years:
        cost = sum((part(formula, index, one.amount) for one in effects), NOTHING)
        simulation.costs.append((first_year + index, cost, _cost(other, index, effects)))
    for one in effects:
        if other is not None:
            _weigh(simulation, one)
    return simulation


def _cost(other: RightFormula | None, index: int, effects: Iterable[Effect]) -> Decimal | None:
    if other is None or index >= len(other.releases):
        return None
    return sum((part(other, index, one.other or NOTHING) for one in effects), NOTHING)


def _weigh(simulation: Simulation, one: Effect) -> None:
    if one.change == 0:
        simulation.same += 1
        return
    side = simulation.gain if one.change > 0 else simulation.loss
    side.sites += 1
    side.amount += one.change


def _histogram(effects: Iterable[Effect]) -> list[tuple[int, int]]:
    bounds = (0, *STEPS)
    counts = [0] * len(bounds)
    for one in effects:
        if one.amount:
            counts[sum(1 for step in STEPS if one.amount >= step)] += 1
    return list(zip(bounds, counts, strict=True))


def _groups(effects: Sequence[Effect]) -> dict[str, list[Group]]:
    found: dict[str, dict[str, Group]] = {
        name: defaultdict() for name in ("ise", "network", "level", "province")
    }
    for one in effects:
        keys = {
            "ise": ise_band(one.facts.ise),
            "network": one.facts.network or UNKNOWN,
            "level": main_level(one.facts),
            "province": one.facts.province or UNKNOWN,
        }
        for name, key in keys.items():
            group = found[name].setdefault(key, Group(key))
            group.sites += 1
            group.pupils += one.facts.total
            group.amount += one.amount
            group.other += one.other or NOTHING
    return {name: _sorted(groups) for name, groups in found.items()}


def _sorted(groups: Mapping[str, Group]) -> list[Group]:
    return [groups[key] for key in sorted(groups, key=lambda key: (key == UNKNOWN, _rank(key)))]


def _rank(key: str) -> tuple[int, str]:
    begin = key.partition("-")[0]
    return (int(begin), key) if begin.isdecimal() else (0, key)


def ise_band(value: str) -> str:
    """``1-5`` for classes 1 to 5, 3a and 3b among them; ``?`` where none is known."""
    digits = value.rstrip("ab")
    if not digits.isdecimal():
        return UNKNOWN
    for low, high in ISE_BANDS:
        if low <= int(digits) <= high:
            return f"{low}-{high}"
    return UNKNOWN


def main_level(facts: Facts) -> str:
    """Where most of its pupils are."""
    if not facts.total:
        return UNKNOWN
    return max(sorted(facts.pupils), key=lambda level: facts.pupils[level])

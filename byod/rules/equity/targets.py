"""Target, need and budget of a school (cible): figures with their formula. Pure.

Measure M40: 10 to 15 % of pupils have no device; 10 % of devices lent and 10 EUR per pupil and
year are planned. All of them are parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def kept_within(percent: Decimal, floor: Decimal, ceiling: Decimal) -> Decimal:
    """A share as the Region allows it."""
    return min(max(percent, floor), ceiling)


def target_of(pupils: int, percent: Decimal) -> int:
    """Pupils to equip: ``pupils × percent / 100``, rounded up: no half devices."""
    return int((pupils * percent / 100).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Budget:
    """Euros of a school year. ``used`` is an estimate from what is out and its yearly cost."""

    granted: Decimal
    planned: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.granted - self.used


def budget_of(
    *,
    pupils: int,
    per_pupil: Decimal,
    target: int,
    device_year: Decimal,
    devices_out: int,
    lines_month: Decimal,
) -> Budget:
    """``granted = pupils × per_pupil``; ``planned = target × device_year``;
    ``used = devices_out × device_year + 10 × lines_month``: a line is paid ten months a year."""
    return Budget(
        granted=(pupils * per_pupil).quantize(CENT, ROUND_HALF_UP),
        planned=(target * device_year).quantize(CENT, ROUND_HALF_UP),
        used=(devices_out * device_year + 10 * lines_month).quantize(CENT, ROUND_HALF_UP),
    )


def unmet(demand: int, supply: int) -> int:
    """Pupils who wait and for whom nothing is there."""
    return max(demand - supply, 0)

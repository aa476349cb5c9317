"""The chart of a right: released against used, by school year, as rectangles and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from inventory.grants.rights_shown import Year
from inventory.grants.rights_words import number

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the chart; ``x`` and ``width`` in per cent, ``y`` and ``height`` in pixels."""

    cls: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str
    cls: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Released against used, by school year."""

    bars: list[Bar]
    labels: list[Label]
    ticks: list[tuple[float, str]]


TOP, HEIGHT, LEFT = 18, 150, 11.0


def chart_of(years: Sequence[Year]) -> Chart | None:
    """None where nothing was released."""
    highest = max([NOTHING, *(year.released for year in years), *(year.used for year in years)])
    if not highest:
        return None
    most, step = _scale(highest)
    slot = (100 - LEFT) / len(years)
    bars: list[Bar] = []
    labels: list[Label] = []
    for number_, year in enumerate(years):
        x = LEFT + number_ * slot
        bars += _bars(year, x, slot, most)
        labels += _labels(year, x, slot, most)
    ticks = [(_y(value, most), number(value)) for value in _ticks(most, step)]
    return Chart(bars, labels, ticks)


def _scale(highest: Decimal) -> tuple[Decimal, Decimal]:
    """A round top and the step of its lines: three or four of them."""
    power = Decimal(10) ** (len(str(int(highest))) - 1)
    for step in (power / 4, power / 2, power, power * 2, power * 4):
        lines = ceil(highest / step)
        if lines <= 4:
            return step * max(lines, 1), step
    return power * 10, power * 5


def _ticks(most: Decimal, step: Decimal) -> list[Decimal]:
    return [step * n for n in range(int(most / step) + 1)]


def _y(value: Decimal, most: Decimal) -> float:
    return round(TOP + HEIGHT - float(value / most) * HEIGHT, 1)


def _bars(year: Year, x: float, slot: float, most: Decimal) -> list[Bar]:
    width, bars = slot * 0.32, []
    if year.released > 0:
        y = _y(year.released, most)
        cls = "y-planned" if year.planned else "y-released"
        bars.append(Bar(cls, round(x + slot * 0.16, 2), y, round(width, 2), TOP + HEIGHT - y))
    base = NOTHING
    for cls, amount in (
        ("y-consumed", year.consumed),
        ("y-committed", year.committed),
        ("y-reserved", year.reserved),
    ):
        if amount > 0:
            top, bottom = _y(base + amount, most), _y(base, most)
            left = round(x + slot * 0.52, 2)
            bars.append(Bar(cls, left, top, round(width, 2), round(bottom - top, 1)))
            base += amount
    return bars


def _labels(year: Year, x: float, slot: float, most: Decimal) -> list[Label]:
    labels = []
    if year.released > 0:
        cls = "y-l-planned" if year.planned else "y-l-released"
        y = _y(year.released, most) - 5
        labels.append(Label(round(x + slot * 0.32, 2), y, number(round(year.released)), cls))
    if year.used > 0:
        y = _y(year.used, most) - 5
        labels.append(Label(round(x + slot * 0.68, 2), y, number(round(year.used)), "y-l-used"))
    return labels


def middles(years: Sequence[Year]) -> list[tuple[float, Year]]:
    """Where the words of each year stand, in per cent."""
    slot = (100 - LEFT) / max(len(years), 1)
    return [(round(LEFT + (n + 0.5) * slot, 2), year) for n, year in enumerate(years)]

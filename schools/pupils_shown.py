"""Pupils by level over the years, as the chart and its table show them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise

from schools.models import Headcount, Level, Teaching

YEARS = 6


@dataclass(frozen=True, slots=True)
class PupilsShown:
    """``series``: level → pupils of each of ``years``, oldest first; ``change`` on one year."""

    years: list[int]
    series: list[tuple[str | Promise, list[int]]]

    @property
    def year(self) -> int:
        return self.years[-1]

    @property
    def totals(self) -> list[int]:
        return [sum(values[n] for _level, values in self.series) for n in range(len(self.years))]

    @property
    def total(self) -> int:
        return self.totals[-1]

    @property
    def change(self) -> str:
        """``+7``; empty when nothing changed or nothing was counted before."""
        if len(self.years) < 2 or not (difference := self.total - self.totals[-2]):
            return ""
        return f"{difference:+d}".replace("-", "−")


def levels_taught(teachings: QuerySet[Teaching], pupils: PupilsShown | None) -> list[str]:
    """The levels organised today, in their order; where none is known, those last counted."""
    present = set(teachings.filter(closed_on=None).order_by().values_list("level", flat=True))
    if not present and pupils:
        return [str(word) for word, values in pupils.series if values[-1]]
    return [str(word) for key, word in Level.choices if key in present]


def pupils_shown(counts: QuerySet[Headcount]) -> PupilsShown | None:
    """The last counts, in one query; None before the first one."""
    rows = counts.order_by().values_list("year", "level").annotate(n=Sum("pupils"))
    known: dict[str, dict[int, int]] = defaultdict(dict)
    for year, level, n in rows:
        known[level][year] = n
    years = sorted({year for by_year in known.values() for year in by_year})[-YEARS:]
    if not years:
        return None
    series: list[tuple[str | Promise, list[int]]] = [
        (label, values)
        for key, label in Level.choices
        if any(values := [known[key].get(year, 0) for year in years])
    ]
    return PupilsShown(years, series)

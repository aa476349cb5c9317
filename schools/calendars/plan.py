"""What an import would change: each year of a file against the version in force. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schools.calendars.files import Line
from schools.calendars.school_year import Period, SchoolYear, year_label
from schools.models import PeriodKind

ADDED, CHANGED, REMOVED, SAME = "added", "changed", "removed", "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One period, before and after."""

    what: str
    old: Period | None
    new: Period | None

    @property
    def kind(self) -> str:
        period = self.new or self.old
        return str(PeriodKind(period.kind).label) if period else ""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year as the file tells it, and the version (0: none) that it was compared with."""

    community: str
    year: int
    base: int
    periods: tuple[Period, ...]
    changes: tuple[Change, ...]

    @property
    def label(self) -> str:
        return year_label(self.year)

    @property
    def is_new(self) -> bool:
        """Whether anything would change."""
        return any(change.what != SAME for change in self.changes)


def compare(old: Sequence[Period], new: Sequence[Period]) -> tuple[Change, ...]:
    """Periods added, changed, removed, the same, in the order of their days."""
    before, found = {_identity(p): p for p in old}, []
    for period in new:
        past = before.pop(_identity(period), None)
        what = ADDED if past is None else SAME if past == period else CHANGED
        found.append(Change(what, past, period))
    found += [Change(REMOVED, period, None) for period in before.values()]
    return tuple(sorted(found, key=_first))


def _identity(period: Period) -> tuple[str, str]:
    """Each kind stands once in a year; other days are told apart by their first day."""
    return period.kind, str(period.first_on) if period.kind == PeriodKind.OTHER else ""


def _first(change: Change) -> dt.date:
    period = change.new or change.old
    assert period is not None  # a change has one or both
    return period.first_on


def plan_of(
    lines: Iterable[Line], in_force: Mapping[tuple[str, int], SchoolYear]
) -> list[YearPlan]:
    """One plan per Community and year that the lines name."""
    periods: dict[tuple[str, int], list[Period]] = {}
    for line in lines:
        periods.setdefault((line.community, line.year), []).append(line.period)
    return [
        year_plan(community, year, found, in_force.get((community, year)))
        for (community, year), found in sorted(periods.items())
    ]


def year_plan(
    community: str, year: int, periods: Iterable[Period], known: SchoolYear | None
) -> YearPlan:
    """What these periods would change in the version that is in force."""
    ordered = tuple(sorted(periods, key=lambda period: period.first_on))
    changes = compare(known.periods if known else (), ordered)
    return YearPlan(community, year, known.number if known else 0, ordered, changes)


def packed(plans: Iterable[YearPlan]) -> list[dict[str, Any]]:
    """Plans as JSON holds them, between the preview and its confirmation."""
    return [
        {
            "community": plan.community,
            "year": plan.year,
            "base": plan.base,
            "periods": [
                [p.kind, str(p.first_on), str(p.last_on or ""), p.name] for p in plan.periods
            ],
        }
        for plan in plans
    ]


def unpacked(rows: Iterable[Mapping[str, Any]]) -> list[YearPlan]:
    """What :func:`packed` packed; the changes stay in the preview."""
    day = dt.date.fromisoformat
    return [
        YearPlan(
            community=row["community"],
            year=row["year"],
            base=row["base"],
            periods=tuple(
                Period(kind, day(first), day(last) if last else None, name)
                for kind, first, last, name in row["periods"]
            ),
            changes=(),
        )
        for row in rows
    ]

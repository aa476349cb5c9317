"""The scoring grid and the ranking rules of a call, as the data of a version holds them.

Texts are ``{"fr": …, "de": …}``. Numbers are exact: points are whole, weights and shares decimals
written as text or whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

PEDAGOGICAL, TECHNICAL = "pedagogical", "technical"
KINDS = (PEDAGOGICAL, TECHNICAL)
STRICT, GREEDY = "strict", "greedy"
METHODS = (STRICT, GREEDY)
TIE_BREAKS = ("pedagogical", "ise_class", "never_awarded", "pupils", "amount", "submitted_at")
"""What may part two files with the same score: the better pedagogical score, the lower ISE class,
never awarded before awarded, more pupils, the smaller amount, the earlier submission."""


class GridRefused(ValueError):
    """A grid or a ranking that cannot be used: where, and what is wrong there."""

    def __init__(self, where: str, code: str) -> None:
        super().__init__(where, code)
        self.where, self.code = where, code


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the grid. ``anchors``: points → what deserves them, in both languages."""

    key: str
    kind: str
    label: Mapping[str, str]
    weight: Decimal
    max_points: int
    threshold: int = 0
    help: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def share(self, points: Decimal) -> Decimal:
        """What so many points weigh in the whole."""
        return points * self.weight / self.max_points


@dataclass(frozen=True, slots=True)
class Grid:
    """``pedagogical_threshold`` and ``technical_threshold``: percent of what that kind can give."""

    criteria: tuple[Criterion, ...] = ()
    pedagogical_threshold: int = 0
    technical_threshold: int = 0

    def of_kind(self, kind: str) -> tuple[Criterion, ...]:
        return tuple(one for one in self.criteria if one.kind == kind)

    def criterion(self, key: str) -> Criterion:
        """Raises KeyError."""
        for one in self.criteria:
            if one.key == key:
                return one
        raise KeyError(key)

    @property
    def total_weight(self) -> Decimal:
        return sum((one.weight for one in self.criteria), Decimal(0))


@dataclass(frozen=True, slots=True)
class Ranking:
    """How files are ranked under the budget.

    ``quota_percent`` of the budget goes first to schools whose ISE class is ``quota_ise_max`` or
    lower; ``appeal_percent`` of it is set aside for reconsiderations. ``max_per_school``: whole
    euros that the files of one school get together; 0: no limit.
    """

    method: str = STRICT
    tie_breaks: tuple[str, ...] = ("pedagogical", "ise_class", "submitted_at")
    quota_percent: int = 0
    quota_ise_max: int = 5
    reserve_size: int = 0
    appeal_percent: int = 0
    max_per_school: int = 0


def read_grid(data: Mapping[str, Any]) -> Grid:
    """The grid that a version holds. Raises GridRefused with the place of the first fault."""
    seen: set[str] = set()
    criteria = []
    for n, row in enumerate(data.get("criteria") or []):
        criterion = _criterion(f"criteria.{n}", row)
        if criterion.key in seen:
            raise GridRefused(f"criteria.{n}.key", "twice")
        seen.add(criterion.key)
        criteria.append(criterion)
    return Grid(
        tuple(criteria),
        _percent(data, "pedagogical_threshold"),
        _percent(data, "technical_threshold"),
    )


def write_grid(grid: Grid) -> dict[str, Any]:
    """As a version holds it: what :func:`read_grid` reads back."""
    return {
        "criteria": [
            {
                "key": one.key,
                "kind": one.kind,
                "label": dict(one.label),
                "help": dict(one.help),
                "weight": str(one.weight),
                "max_points": one.max_points,
                "threshold": one.threshold,
                "anchors": {str(points): dict(text) for points, text in one.anchors.items()},
            }
            for one in grid.criteria
        ],
        "pedagogical_threshold": grid.pedagogical_threshold,
        "technical_threshold": grid.technical_threshold,
    }


def read_ranking(data: Mapping[str, Any]) -> Ranking:
    """The ranking rules that a version holds. Raises GridRefused."""
    method = str(data.get("method") or STRICT)
    if method not in METHODS:
        raise GridRefused("method", "unknown")
    tie_breaks = tuple(str(one) for one in data.get("tie_breaks") or Ranking().tie_breaks)
    if set(tie_breaks) - set(TIE_BREAKS):
        raise GridRefused("tie_breaks", "unknown")
    return Ranking(
        method=method,
        tie_breaks=tie_breaks,
        quota_percent=_percent(data, "quota_percent"),
        quota_ise_max=_whole(data, "quota_ise_max", 5, 20),
        reserve_size=_whole(data, "reserve_size", 0, 10_000),
        appeal_percent=_percent(data, "appeal_percent"),
        max_per_school=_whole(data, "max_per_school", 0, 10_000_000),
    )


def write_ranking(ranking: Ranking) -> dict[str, Any]:
    """As a version holds it: what :func:`read_ranking` reads back."""
    return {
        "method": ranking.method,
        "tie_breaks": list(ranking.tie_breaks),
        "quota_percent": ranking.quota_percent,
        "quota_ise_max": ranking.quota_ise_max,
        "reserve_size": ranking.reserve_size,
        "appeal_percent": ranking.appeal_percent,
        "max_per_school": ranking.max_per_school,
    }


def _criterion(where: str, row: Mapping[str, Any]) -> Criterion:
    if not row.get("key"):
        raise GridRefused(f"{where}.key", "missing")
    if row.get("kind") not in KINDS:
        raise GridRefused(f"{where}.kind", "unknown")
    if not (row.get("label") or {}).get("fr"):
        raise GridRefused(f"{where}.label", "missing")
    most = _whole(row, "max_points", 5, 100, where)
    if most < 1:
        raise GridRefused(f"{where}.max_points", "range")
    return Criterion(
        key=str(row["key"]),
        kind=str(row["kind"]),
        label=dict(row["label"]),
        weight=_weight(where, row.get("weight", 1)),
        max_points=most,
        threshold=_whole(row, "threshold", 0, most, where),
        help=dict(row.get("help") or {}),
        anchors={int(points): dict(text) for points, text in (row.get("anchors") or {}).items()},
    )


def _weight(where: str, value: Any) -> Decimal:
    try:
        weight = Decimal(str(value))
    except InvalidOperation:
        raise GridRefused(f"{where}.weight", "number") from None
    if not (weight.is_finite() and 0 < weight <= 1000):
        raise GridRefused(f"{where}.weight", "range")
    return weight


def _percent(data: Mapping[str, Any], name: str) -> int:
    return _whole(data, name, 0, 100)


def _whole(data: Mapping[str, Any], name: str, default: int, most: int, where: str = "") -> int:
    value = data.get(name, default)
    place = f"{where}.{name}" if where else name
    if isinstance(value, bool) or not isinstance(value, int):
        raise GridRefused(place, "number")
    if not 0 <= value <= most:
        raise GridRefused(place, "range")
    return value

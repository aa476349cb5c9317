"""What if: another budget, weight or maximum per school; who moves, and why."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from inventory.grants.rules.review.ranking import SCHOOL_MAX, Ranking, Row

MORE_BUDGET, LESS_BUDGET, SCORE, PASSED, BY_SCHOOL_MAX, OTHER = (
    "more_budget",
    "less_budget",
    "score",
    "passed",
    "school_max",
    "other",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried; what is None stays. ``weights``: criterion → its share of the whole (%)."""

    budget: Decimal | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    max_per_school: Decimal | None = None

    @property
    def changes_nothing(self) -> bool:
        return self.budget is None and not self.weights and self.max_per_school is None


@dataclass(frozen=True, slots=True)
class Move:
    """A file whose place or outcome is another one."""

    reference: str
    before: Row
    after: Row
    why: str

    @property
    def outcome_changes(self) -> bool:
        return self.before.funded != self.after.funded


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the trial changes as a whole; ``moves``: first those that win or lose."""

    moves: tuple[Move, ...]
    gained: int
    lost: int
    pupils: int
    left: Decimal
    spent: Decimal


def tried(inputs: Mapping[str, Any], trial: Trial) -> dict[str, Any]:
    """The inputs of the trial. Raises ValueError for a weight that leaves nothing to the others."""
    found: dict[str, Any] = copy.deepcopy(dict(inputs))
    if trial.budget is not None:
        found["rules"]["budget"] = f"{trial.budget:.2f}"
    if trial.max_per_school is not None:
        found["rules"]["max_per_school"] = f"{trial.max_per_school:.2f}"
    for key, percent in trial.weights.items():
        _reweigh(found["grid"]["criteria"], key, percent)
    return found


def _reweigh(criteria: list[dict[str, Any]], key: str, percent: Decimal) -> None:
    """One criterion weighs so much of the whole; the others keep their proportions. Exact: only
    proportions count, so both sides are multiplied instead of divided."""
    rest = sum((Decimal(one["weight"]) for one in criteria if one["key"] != key), Decimal(0))
    if not (0 < percent < 100) or not rest or all(one["key"] != key for one in criteria):
        raise ValueError(key)
    for one in criteria:
        if one["key"] == key:
            one["weight"] = str(percent * rest)
        else:
            one["weight"] = str(Decimal(one["weight"]) * (100 - percent))


def compare(before: Ranking, after: Ranking) -> Comparison:
    """Who moves and why, each file against itself."""
    old = {row.file.reference: row for row in before.rows}
    moves = []
    for row in after.rows:
        was = old[row.file.reference]
        if (was.rank, was.outcome, was.reserve) != (row.rank, row.outcome, row.reserve):
            moves.append(Move(row.file.reference, was, row, _why(was, row, before, after)))
    moves.sort(key=lambda one: (not one.outcome_changes, one.after.rank or 10**6))
    return Comparison(
        moves=tuple(moves),
        gained=sum(1 for one in moves if one.after.funded and not one.before.funded),
        lost=sum(1 for one in moves if one.before.funded and not one.after.funded),
        pupils=after.pupils - before.pupils,
        left=after.left,
        spent=after.spent,
    )


def _why(was: Row, row: Row, before: Ranking, after: Ranking) -> str:
    if SCHOOL_MAX in {was.why, row.why} and was.why != row.why:
        return BY_SCHOOL_MAX
    if was.score and row.score and was.score.total != row.score.total:
        return SCORE
    if was.rank != row.rank:
        return PASSED
    if after.rules.budget != before.rules.budget:
        return MORE_BUDGET if after.rules.budget > before.rules.budget else LESS_BUDGET
    return OTHER

"""Rank files under a budget: strict cut-off or greedy, tie-breaks, equity quota, reserve.

Pure and exact: the same inputs give the same list, in whatever order the files come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inventory.grants.rules.calls.grid import STRICT, Grid
from inventory.grants.rules.review.scores import (
    FileScore,
    ReviewFacts,
    reviews_needed,
    score_of,
)

RETAINED, QUOTA, RESERVE, REFUSED, INVALID, PENDING = (
    "retained",
    "quota",
    "reserve",
    "refused",
    "invalid",
    "pending",
)
"""``quota``: retained by the equity quota; ``refused``: valid, beyond budget and reserve;
``pending``: a review is still missing."""
FUNDED = frozenset({RETAINED, QUOTA})
FITS, BY_QUOTA, CUT, TOO_LARGE, SCHOOL_MAX, FULL = (
    "fits",
    "quota",
    "cut",
    "too_large",
    "school_max",
    "reserve_full",
)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RankRules:
    """The published rules, as a run used them. ``max_per_school``: EUR in all; None: no limit."""

    budget: Decimal
    method: str = STRICT
    tie_breaks: tuple[str, ...] = ("pedagogical", "ise_class", "submitted_at")
    quota_percent: int = 0
    quota_ise_max: int = 5
    reserve_size: int = 0
    appeal_percent: int = 0
    max_per_school: Decimal | None = None
    min_reviews: int = 2
    divergence_points: Decimal = Decimal(20)

    @property
    def set_aside(self) -> Decimal:
        """Kept for reconsiderations."""
        return (self.budget * self.appeal_percent / 100).quantize(CENT)

    @property
    def available(self) -> Decimal:
        return self.budget - self.set_aside

    @property
    def equity_pot(self) -> Decimal:
        """What goes first to schools of a low ISE class."""
        return (self.available * self.quota_percent / 100).quantize(CENT)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as the ranking reads it. ``ise``: 1 (least favoured) to 20, None where unknown."""

    reference: str
    school: int
    province: str
    pupils: int
    ise: int | None
    never_awarded: bool
    amount: Decimal
    submitted_at: str
    reviews: tuple[ReviewFacts, ...] = ()


@dataclass(slots=True)
class Row:
    """A file in the list. ``tie``: what put it after the file above, of equal score."""

    file: FileFacts
    outcome: str
    score: FileScore | None = None
    rank: int | None = None
    cumulated: Decimal | None = None
    reserve: int | None = None
    why: str = ""
    tie: str = ""

    @property
    def funded(self) -> bool:
        return self.outcome in FUNDED


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole list: ranked files, then those that are not valid, then those that wait."""

    rules: RankRules
    rows: tuple[Row, ...]

    @property
    def funded(self) -> list[Row]:
        return [row for row in self.rows if row.funded]

    @property
    def ranked(self) -> list[Row]:
        return [row for row in self.rows if row.rank is not None]

    @property
    def spent(self) -> Decimal:
        return sum((row.file.amount for row in self.funded), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.rules.available - self.spent

    @property
    def pupils(self) -> int:
        return sum(row.file.pupils for row in self.funded)

    @property
    def cut(self) -> Row | None:
        """The first file in order that the budget no longer reaches."""
        return next((row for row in self.ranked if row.why in {CUT, TOO_LARGE}), None)


def rank(grid: Grid, files: Sequence[FileFacts], rules: RankRules) -> Ranking:
    """The list under the budget."""
    valid: list[Row] = []
    others: list[Row] = []
    for file in sorted(files, key=lambda one: one.reference):
        row = _judged(grid, file, rules)
        (others if row.outcome in {INVALID, PENDING} else valid).append(row)
    ordered = sorted(valid, key=lambda row: _place(row, rules))
    _number(ordered, rules)
    _fund(ordered, rules)
    _keep_reserve(ordered, rules)
    others.sort(key=lambda row: (row.outcome == PENDING, row.file.reference))
    return Ranking(rules, (*ordered, *others))


def _judged(grid: Grid, file: FileFacts, rules: RankRules) -> Row:
    needed = reviews_needed(grid, file.reviews, rules.min_reviews, rules.divergence_points)
    if not file.reviews or len(file.reviews) < needed:
        return Row(file, PENDING, score_of(grid, file.reviews) if file.reviews else None)
    score = score_of(grid, file.reviews)
    return Row(file, RESERVE if score.valid else INVALID, score)


def _scored(row: Row) -> FileScore:
    assert row.score is not None
    return row.score


TIE_BREAKS: dict[str, Callable[[Row], Any]] = {
    "pedagogical": lambda row: -_scored(row).validities["pedagogical"].percent,
    "ise_class": lambda row: row.file.ise if row.file.ise is not None else 99,
    "never_awarded": lambda row: not row.file.never_awarded,
    "pupils": lambda row: -row.file.pupils,
    "amount": lambda row: row.file.amount,
    "submitted_at": lambda row: row.file.submitted_at,
}
"""What is smaller comes first."""
LAST = "reference"
"""Where every tie-break is equal: the order in which files were opened."""


def _place(row: Row, rules: RankRules) -> tuple[Any, ...]:
    ties = tuple(TIE_BREAKS[name](row) for name in rules.tie_breaks)
    return (-_scored(row).total, *ties, row.file.reference)


def _number(rows: list[Row], rules: RankRules) -> None:
    cumulated = Decimal(0)
    above: Row | None = None
    for number, row in enumerate(rows, 1):
        cumulated += row.file.amount
        row.rank, row.cumulated = number, cumulated
        if above is not None and _scored(above).total == _scored(row).total:
            row.tie = _parting(above, row, rules)
        above = row


def _parting(above: Row, row: Row, rules: RankRules) -> str:
    for name in rules.tie_breaks:
        if TIE_BREAKS[name](above) != TIE_BREAKS[name](row):
            return name
    return LAST


def _fund(rows: list[Row], rules: RankRules) -> None:
    """The equity pot first, over files of a low ISE class; then everything left, over all."""
    schools: dict[int, Decimal] = {}
    if rules.equity_pot:
        poor = [r for r in rows if r.file.ise is not None and r.file.ise <= rules.quota_ise_max]
        _spend(poor, rules.equity_pot, rules, schools, (QUOTA, BY_QUOTA))
    spent = sum((row.file.amount for row in rows if row.funded), Decimal(0))
    left = [row for row in rows if not row.funded]
    for row in left:
        row.why = ""  # what the equity pot had no room for is asked again
    _spend(left, rules.available - spent, rules, schools, (RETAINED, FITS))


def _spend(
    rows: list[Row],
    pot: Decimal,
    rules: RankRules,
    schools: dict[int, Decimal],
    granted: tuple[str, str],
) -> None:
    """Strict: the first file that does not fit ends the list. Greedy: it is passed over."""
    for row in rows:
        had = schools.get(row.file.school, Decimal(0))
        if rules.max_per_school is not None and had + row.file.amount > rules.max_per_school:
            row.why = SCHOOL_MAX
            continue
        if row.file.amount > pot:
            row.why = TOO_LARGE
            if rules.method == STRICT:
                break
            continue
        pot -= row.file.amount
        schools[row.file.school] = had + row.file.amount
        row.outcome, row.why = granted


def _keep_reserve(rows: list[Row], rules: RankRules) -> None:
    place = 0
    for row in rows:
        if row.funded:
            continue
        row.why = row.why or CUT
        if rules.reserve_size and place >= rules.reserve_size:
            row.outcome, row.why = REFUSED, FULL if row.why == CUT else row.why
            continue
        place += 1
        row.outcome, row.reserve = RESERVE, place

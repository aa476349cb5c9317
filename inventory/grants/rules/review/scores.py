"""What reviewers' marks make of a file: its score, its two validities, whether another must look.

Every sum is exact (fractions); only what people read is rounded, and what they read decides: two
files whose scores are the same to a tenth of a point are equal, and the tie-breaks part them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from inventory.grants.rules.calls.grid import KINDS, Criterion, Grid

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """One frozen review. ``marks``: criterion → points; ``valid``: kind → the opinion."""

    seat: int
    marks: Mapping[str, int]
    valid: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether a file holds on one side. ``below``: criteria under their threshold."""

    kind: str
    percent: Decimal
    threshold: int
    yes: int
    no: int
    below: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """As many for as against settle nothing."""
        return self.yes != self.no

    @property
    def valid(self) -> bool:
        return self.yes > self.no and not self.below and self.percent >= self.threshold

    @property
    def why(self) -> tuple[str, ...]:
        """Codes of what is missing: ``opinion``, ``threshold``, ``criterion``."""
        told = [] if self.yes > self.no else ["opinion"]
        if self.percent < self.threshold:
            told.append("threshold")
        return (*told, *(["criterion"] if self.below else []))


@dataclass(frozen=True, slots=True)
class FileScore:
    """The score on 100 of a file, its pieces by criterion, and each side's validity."""

    total: Decimal
    pieces: Mapping[str, Decimal]
    means: Mapping[str, Decimal]
    validities: Mapping[str, Validity]

    @property
    def valid(self) -> bool:
        return all(one.valid for one in self.validities.values())


def tenth(value: Fraction | Decimal | int) -> Decimal:
    """Rounded half up to a tenth, as it is shown and compared."""
    exact = Fraction(value)
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return scaled.quantize(TENTH, rounding=ROUND_HALF_UP)


def score_of(grid: Grid, reviews: Sequence[ReviewFacts]) -> FileScore:
    """The mean of all frozen reviews by criterion, weighed. Raises ValueError for none."""
    if not reviews:
        raise ValueError("No review, no score.")
    means = {one.key: _mean(one, reviews) for one in grid.criteria}
    total = Fraction(grid.total_weight)
    pieces = {one.key: 100 * _part(one, means[one.key]) / total for one in grid.criteria}
    return FileScore(
        total=tenth(sum(pieces.values(), Fraction(0))),
        pieces={key: tenth(piece) for key, piece in pieces.items()},
        means={key: tenth(mean) for key, mean in means.items()},
        validities={kind: _validity(grid, kind, means, reviews) for kind in KINDS},
    )


def total_of(grid: Grid, review: ReviewFacts) -> Decimal:
    """What one reviewer alone gives."""
    return score_of(grid, [review]).total


def _mean(criterion: Criterion, reviews: Sequence[ReviewFacts]) -> Fraction:
    return Fraction(sum(one.marks.get(criterion.key, 0) for one in reviews), len(reviews))


def _part(criterion: Criterion, points: Fraction) -> Fraction:
    return points * Fraction(criterion.weight) / criterion.max_points


def _validity(
    grid: Grid, kind: str, means: Mapping[str, Fraction], reviews: Sequence[ReviewFacts]
) -> Validity:
    mine = grid.of_kind(kind)
    most = sum((Fraction(one.weight) for one in mine), Fraction(0))
    got = sum((_part(one, means[one.key]) for one in mine), Fraction(0))
    threshold = getattr(grid, f"{kind}_threshold")
    yes = sum(1 for one in reviews if one.valid.get(kind))
    return Validity(
        kind=kind,
        percent=tenth(100 * got / most) if most else Decimal(100),
        threshold=threshold,
        yes=yes,
        no=len(reviews) - yes,
        below=tuple(one.key for one in mine if means[one.key] < one.threshold),
    )


def gap_of(grid: Grid, reviews: Sequence[ReviewFacts]) -> Decimal:
    """The widest difference between two reviewers' totals; 0 with fewer than two."""
    totals = [total_of(grid, one) for one in reviews]
    return max(totals) - min(totals) if len(totals) > 1 else Decimal(0)


def diverges(grid: Grid, reviews: Sequence[ReviewFacts], points: Decimal) -> bool:
    """Whether totals lie further apart than ``points``, or the opinions on a side are equal."""
    if gap_of(grid, reviews) > points:
        return True
    return any(not one.settled for one in score_of(grid, reviews).validities.values())


def reviews_needed(
    grid: Grid, reviews: Sequence[ReviewFacts], minimum: int, points: Decimal
) -> int:
    """How many frozen reviews the file needs: the minimum, one more where they diverge, and one
    more as long as the opinions on a side are equal."""
    if len(reviews) < minimum:
        return minimum
    if len(reviews) == minimum:
        return minimum + 1 if minimum > 1 and diverges(grid, reviews, points) else minimum
    settled = all(one.settled for one in score_of(grid, reviews).validities.values())
    return len(reviews) if settled else len(reviews) + 1

"""Scores, validities and divergence, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inventory.grants.rules.calls.grid import Criterion, Grid
from inventory.grants.rules.review.scores import (
    ReviewFacts,
    diverges,
    gap_of,
    reviews_needed,
    score_of,
    tenth,
)

BOTH = {"pedagogical": True, "technical": True}


def criterion(key, kind, weight, threshold=0, most=5):
    return Criterion(key, kind, {"fr": key}, Decimal(weight), most, threshold)


GRID = Grid(
    (
        criterion("project", "pedagogical", 40, threshold=2),
        criterion("network", "technical", 20),
        criterion("equity", "pedagogical", 25),
        criterion("return", "pedagogical", 15),
    ),
    pedagogical_threshold=50,
    technical_threshold=40,
)


def review(project, network, equity, back, seat=1, valid=None):
    marks = {"project": project, "network": network, "equity": equity, "return": back}
    return ReviewFacts(seat, marks, valid or BOTH)


def test_a_score_is_the_weighed_mean_of_the_reviews():
    # project (4+5)/2 = 4.5 of 5 → 36; network (3+4)/2 = 3.5 → 14; equity 5 → 25; return 2 → 6
    score = score_of(GRID, [review(4, 3, 5, 2), review(5, 4, 5, 2, seat=2)])
    assert score.total == Decimal("81.0")
    assert score.pieces == {
        "project": Decimal("36.0"),
        "network": Decimal("14.0"),
        "equity": Decimal("25.0"),
        "return": Decimal("6.0"),
    }
    # pedagogical: (36 + 25 + 6) of 80 = 83.75 → 83.8; technical: 14 of 20 = 70
    assert score.validities["pedagogical"].percent == Decimal("83.8")
    assert score.validities["technical"].percent == Decimal("70.0")
    assert score.valid


def test_weights_that_do_not_make_a_hundred_are_scaled():
    grid = Grid((criterion("a", "pedagogical", 1), criterion("b", "technical", 2)))
    score = score_of(grid, [ReviewFacts(1, {"a": 5, "b": 0}, BOTH)])
    assert score.total == Decimal("33.3")


def test_the_two_validities_are_judged_apart():
    # network 1 of 5 = 20 % under 40: technically invalid, pedagogically perfect
    score = score_of(GRID, [review(5, 1, 5, 5), review(5, 1, 5, 5, seat=2)])
    assert score.validities["pedagogical"].valid
    assert not score.validities["technical"].valid
    assert score.validities["technical"].why == ("threshold",)


def test_a_criterion_below_its_threshold_is_not_bought_back_by_others():
    score = score_of(GRID, [review(1, 5, 5, 5), review(2, 5, 5, 5, seat=2)])  # mean 1.5 < 2
    assert score.validities["pedagogical"].below == ("project",)
    assert score.validities["pedagogical"].why == ("criterion",)


def test_the_opinion_of_most_reviewers_decides_and_equal_opinions_settle_nothing():
    no = {"pedagogical": False, "technical": True}
    two = [review(4, 4, 4, 4), review(4, 4, 4, 4, seat=2, valid=no)]
    assert not score_of(GRID, two).validities["pedagogical"].settled
    assert diverges(GRID, two, Decimal(20))
    three = [*two, review(4, 4, 4, 4, seat=3)]
    assert score_of(GRID, three).validities["pedagogical"].valid
    other = [*two, review(4, 4, 4, 4, seat=3, valid=no)]
    assert score_of(GRID, other).validities["pedagogical"].why == ("opinion",)


def test_a_gap_beyond_the_points_asks_a_third_review_and_a_gap_of_just_so_much_does_not():
    high, low = review(5, 5, 5, 5), review(4, 4, 4, 4, seat=2)  # 100 and 80
    assert gap_of(GRID, [high, low]) == Decimal("20.0")
    assert reviews_needed(GRID, [high, low], 2, Decimal(20)) == 2
    assert reviews_needed(GRID, [high, low], 2, Decimal("19.9")) == 3
    assert reviews_needed(GRID, [high], 2, Decimal("19.9")) == 2
    third = review(3, 3, 3, 3, seat=3)
    assert reviews_needed(GRID, [high, low, third], 2, Decimal(5)) == 3


@pytest.mark.parametrize(("told", "shown"), [("70.45", "70.5"), ("70.44", "70.4"), ("2", "2.0")])
def test_it_rounds_half_up_to_a_tenth(told, shown):
    assert tenth(Decimal(told)) == Decimal(shown)


def test_no_review_gives_no_score():
    with pytest.raises(ValueError, match="No review"):
        score_of(GRID, [])

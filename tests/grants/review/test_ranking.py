"""Lists under a budget, worked out by hand; properties of any list; re-run from its inputs."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.grants.rules.calls.grid import GREEDY, METHODS, STRICT, TIE_BREAKS
from inventory.grants.rules.review.inputs import fingerprint, run, write_inputs, write_result
from inventory.grants.rules.review.ranking import FileFacts, RankRules, rank
from inventory.grants.rules.review.scores import ReviewFacts
from inventory.grants.rules.review.trial import Trial, compare, tried
from tests.grants.review.test_scores import BOTH, GRID, review


def file(n, points, amount, **extra):
    """A file whose two reviewers gave ``points`` of 5 to everything."""
    marks = tuple(
        ReviewFacts(seat, dict.fromkeys(("project", "network", "equity", "return"), points), BOTH)
        for seat in (1, 2)
    )
    values = {
        "reference": f"D-2026-{n:04d}",
        "school": n,
        "province": "namur",
        "pupils": 100,
        "ise": 10,
        "never_awarded": False,
        "amount": Decimal(amount),
        "submitted_at": f"2026-11-{n:02d}T10:00:00+01:00",
        "reviews": marks,
    }
    return FileFacts(**(values | extra))


def rules(budget=1000, **extra):
    return RankRules(budget=Decimal(budget), **extra)


def told(ranking):
    """Number of the file → outcome and why."""
    return {int(row.file.reference[-4:]): (row.outcome, row.why) for row in ranking.rows}


def test_a_strict_cut_off_ends_at_the_first_file_that_does_not_fit():
    files = [file(1, 5, 600), file(2, 4, 500), file(3, 3, 300)]
    ranking = rank(GRID, files, rules(1000, method=STRICT))
    assert told(ranking) == {
        1: ("retained", "fits"),
        2: ("reserve", "too_large"),
        3: ("reserve", "cut"),
    }
    assert (ranking.spent, ranking.left) == (600, 400)
    assert [row.cumulated for row in ranking.rows] == [600, 1100, 1400]
    assert [row.reserve for row in ranking.rows] == [None, 1, 2]


def test_a_greedy_list_passes_over_what_does_not_fit():
    files = [file(1, 5, 600), file(2, 4, 500), file(3, 3, 300)]
    ranking = rank(GRID, files, rules(1000, method=GREEDY))
    assert told(ranking) == {
        1: ("retained", "fits"),
        2: ("reserve", "too_large"),
        3: ("retained", "fits"),
    }
    assert ranking.left == 100


def test_equal_scores_are_parted_by_the_published_tie_breaks_in_their_order():
    files = [
        file(1, 4, 100, ise=12),
        file(2, 4, 100, ise=3),
        file(3, 4, 100, ise=3, submitted_at="2026-11-01T08:00:00+01:00"),
        file(4, 4, 100, ise=None),
    ]
    ranking = rank(GRID, files, rules(tie_breaks=("pedagogical", "ise_class", "submitted_at")))
    assert [int(row.file.reference[-4:]) for row in ranking.rows] == [3, 2, 1, 4]
    assert [row.tie for row in ranking.rows] == ["", "submitted_at", "ise_class", "ise_class"]


def test_never_awarded_and_larger_schools_come_first_where_the_rules_say_so():
    files = [
        file(1, 4, 100, pupils=900),
        file(2, 4, 100, pupils=200, never_awarded=True),
        file(3, 4, 90, pupils=900),
    ]
    ranking = rank(GRID, files, rules(tie_breaks=("never_awarded", "pupils", "amount")))
    assert [int(row.file.reference[-4:]) for row in ranking.rows] == [2, 3, 1]


def test_the_equity_quota_is_spent_first_on_schools_of_a_low_class():
    # 30 % of 1,000 = 300 for classes 1 to 5: file 3 (250) takes it though its score is the lowest
    files = [file(1, 5, 600), file(2, 4, 150), file(3, 3, 250, ise=5), file(4, 3, 100, ise=6)]
    ranking = rank(GRID, files, rules(1000, quota_percent=30))
    assert told(ranking) == {
        1: ("retained", "fits"),
        2: ("retained", "fits"),
        3: ("quota", "quota"),
        4: ("reserve", "too_large"),
    }
    # what the pot could not hold is asked again with the rest: 350 > 300, but 350 ≤ 400
    other = [file(1, 5, 600), file(2, 4, 350, ise=1)]
    assert told(rank(GRID, other, rules(1000, quota_percent=30)))[2] == ("retained", "fits")


def test_a_school_gets_no_more_than_the_maximum_and_the_list_goes_on():
    files = [file(1, 5, 400, school=7), file(2, 4, 300, school=7), file(3, 3, 300)]
    ranking = rank(GRID, files, rules(1000, max_per_school=Decimal(500)))
    assert told(ranking) == {
        1: ("retained", "fits"),
        2: ("reserve", "school_max"),
        3: ("retained", "fits"),
    }


def test_a_part_of_the_budget_is_set_aside_for_reconsiderations():
    ranking = rank(GRID, [file(1, 5, 950)], rules(1000, appeal_percent=10))
    assert ranking.rules.available == 900
    assert told(ranking)[1] == ("reserve", "too_large")


def test_a_reserve_of_a_size_leaves_the_others_refused():
    files = [file(1, 5, 1000), file(2, 4, 500), file(3, 3, 500)]
    ranking = rank(GRID, files, rules(1000, reserve_size=1))
    assert told(ranking)[2] == ("reserve", "too_large")
    assert told(ranking)[3] == ("refused", "reserve_full")


def test_a_file_that_is_not_valid_has_no_rank_and_one_that_waits_is_told_apart():
    poor = file(1, 1, 100)
    waits = replace(file(2, 5, 100), reviews=(review(5, 5, 5, 5),))
    unseen = replace(file(3, 5, 100), reviews=())
    ranking = rank(GRID, [poor, waits, unseen, file(4, 4, 100)], rules())
    assert {n: outcome for n, (outcome, _why) in told(ranking).items()} == {
        1: "invalid",
        2: "pending",
        3: "pending",
        4: "retained",
    }
    assert [row.rank for row in ranking.rows] == [1, None, None, None]


def test_a_budget_that_just_fits_is_spent_to_the_cent():
    files = [file(1, 5, "500.01"), file(2, 4, "499.99")]
    assert rank(GRID, files, rules(1000)).left == 0


def test_what_if_the_budget_grows_the_next_file_is_retained_and_it_is_said_why():
    inputs = write_inputs("AP-2026-02", 1, GRID, rules(1000), [file(1, 5, 900), file(2, 4, 200)])
    before, after = run(inputs), run(tried(inputs, Trial(budget=Decimal(1100))))
    found = compare(before, after)
    assert (found.gained, found.lost, found.pupils, found.left) == (1, 0, 100, 0)
    assert [(one.reference, one.why) for one in found.moves] == [("D-2026-0002", "more_budget")]


def test_what_if_a_weight_changes_the_shares_of_the_others_keep_their_proportions():
    one = replace(file(1, 4, 900), reviews=(review(5, 5, 0, 5), review(5, 5, 0, 5, seat=2)))
    two = replace(file(2, 4, 900), reviews=(review(3, 3, 5, 3), review(3, 3, 5, 3, seat=2)))
    inputs = write_inputs("AP-2026-02", 1, GRID, rules(1000), [one, two])
    assert [row.score.total for row in run(inputs).rows] == [Decimal("75.0"), Decimal("70.0")]
    # equity weighs 40: one = 60 × 1, two = 40 + 60 × 0.6 = 76
    after = run(tried(inputs, Trial(weights={"equity": Decimal(40)})))
    assert [row.score.total for row in after.rows] == [Decimal("76.0"), Decimal("60.0")]
    found = compare(run(inputs), after)
    assert {move.reference: move.why for move in found.moves} == {
        "D-2026-0001": "score",
        "D-2026-0002": "score",
    }


@pytest.mark.parametrize("percent", [0, 100, 140])
def test_a_weight_leaves_something_to_the_others(percent):
    inputs = write_inputs("AP-2026-02", 1, GRID, rules(), [file(1, 5, 900)])
    with pytest.raises(ValueError, match="equity"):
        tried(inputs, Trial(weights={"equity": Decimal(percent)}))


def test_inputs_of_another_engine_are_refused():
    inputs = write_inputs("AP-2026-02", 1, GRID, rules(), [file(1, 5, 900)])
    with pytest.raises(ValueError, match="engine 0"):
        run(inputs | {"engine": 0})


marks = st.fixed_dictionaries(
    dict.fromkeys(("project", "network", "equity", "return"), st.integers(0, 5))
)
opinions = st.fixed_dictionaries({"pedagogical": st.booleans(), "technical": st.booleans()})
reviews = st.lists(st.tuples(marks, opinions), max_size=3).map(
    lambda found: tuple(ReviewFacts(n, *one) for n, one in enumerate(found, 1))
)
facts = st.builds(
    dict,
    reviews=reviews,
    cost=st.integers(1, 60_000),
    school=st.integers(1, 6),
    ise=st.none() | st.integers(1, 20),
    pupils=st.integers(0, 900),
    never_awarded=st.booleans(),
)
some_files = st.lists(facts, max_size=14).map(
    lambda found: [file(n, 1, one.pop("cost"), **one) for n, one in enumerate(found, 1)]
)
some_rules = st.builds(
    RankRules,
    budget=st.integers(0, 200_000).map(Decimal),
    method=st.sampled_from(METHODS),
    tie_breaks=st.permutations(TIE_BREAKS).map(lambda found: tuple(found[:3])),
    quota_percent=st.integers(0, 100),
    reserve_size=st.integers(0, 5),
    appeal_percent=st.integers(0, 30),
    max_per_school=st.none() | st.integers(1, 90_000).map(Decimal),
)


@settings(max_examples=60, deadline=None)
@given(some_files, some_rules, st.randoms())
def test_any_list_keeps_to_its_budget_and_is_the_same_in_whatever_order_files_come(
    files, found, random
):
    ranking = rank(GRID, files, found)
    assert 0 <= ranking.spent <= found.available
    assert sorted(row.file.reference for row in ranking.rows) == [f.reference for f in files]
    scores = [row.score.total for row in ranking.ranked]
    assert scores == sorted(scores, reverse=True)
    if found.max_per_school is not None:
        for school in {row.file.school for row in ranking.funded}:
            got = sum(row.file.amount for row in ranking.funded if row.file.school == school)
            assert got <= found.max_per_school
    reserve = [row.reserve for row in ranking.ranked if row.reserve]
    assert reserve == list(range(1, len(reserve) + 1))
    mixed = list(files)
    random.shuffle(mixed)
    assert write_result(rank(GRID, mixed, found)) == write_result(ranking)


@settings(max_examples=30, deadline=None)
@given(some_files, some_rules)
def test_stored_inputs_give_the_same_list_and_the_same_hash(files, found):
    inputs = write_inputs("AP-2026-02", 3, GRID, found, files)
    stored = json.loads(json.dumps(inputs))
    first = write_result(rank(GRID, files, found))
    assert fingerprint(write_result(run(stored))) == fingerprint(first)
    assert fingerprint(stored) == fingerprint(inputs)


@settings(max_examples=30, deadline=None)
@given(some_files, st.integers(0, 100_000), st.integers(0, 100_000))
def test_more_budget_takes_nothing_from_anybody_under_a_strict_cut(files, budget, more):
    small = rank(GRID, files, rules(budget))
    large = rank(GRID, files, rules(budget + more))
    kept = {row.file.reference for row in large.funded}
    assert {row.file.reference for row in small.funded} <= kept

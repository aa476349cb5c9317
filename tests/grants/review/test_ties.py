"""What ties a reviewer to a school, and who is chosen to judge a file."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.grants.rules.review.assigning import Candidate, Choice, Lacking, Wanted, propose
from inventory.grants.rules.review.ties import PostFacts, Where, conflicts_of, ties_of

TODAY = dt.date(2026, 12, 1)
HERE = Where(school=1, authority=10, municipality="92100")


def post(to_on=None, **extra):
    values = {"school": 1, "authority": 10, "municipalities": frozenset({"92100"})}
    return PostFacts(dt.date(2015, 9, 1), to_on, **(values | extra))


def test_a_post_at_the_school_ties_by_school_po_and_municipality():
    ties = ties_of([post()], [], TODAY)
    assert conflicts_of(ties, HERE) == ("school", "authority", "municipality")
    assert conflicts_of(ties, Where(2, 10, "92200")) == ("authority",)
    assert conflicts_of(ties, Where(2, 20, "92100")) == ("municipality",)
    assert conflicts_of(ties, Where(2, 20, "92200")) == ()


@pytest.mark.parametrize(
    ("ended", "found"),
    [
        (dt.date(2026, 11, 30), ("mandate",)),
        (dt.date(2023, 12, 1), ("mandate",)),
        (dt.date(2023, 11, 30), ()),
        (dt.date(2026, 12, 1), ("school", "authority", "municipality")),
    ],
)
def test_a_mandate_ties_for_three_years_to_the_day(ended, found):
    assert conflicts_of(ties_of([post(to_on=ended)], [], TODAY), HERE) == found


def test_a_mandate_is_counted_from_a_leap_day():
    ties = ties_of([post(to_on=dt.date(2025, 2, 28))], [], dt.date(2028, 2, 29))
    assert conflicts_of(ties, HERE) == ("mandate",)


def test_a_declared_workplace_and_a_declared_link_tie():
    ties = ties_of([], ["92100"], TODAY)
    assert conflicts_of(ties, HERE) == ("municipality",)
    assert conflicts_of(ties, HERE, declared=True) == ("municipality", "declared")
    assert ties_of([], [], TODAY).none
    assert not ties.none


def person(key, *skills, **extra):
    return Candidate(key, frozenset(skills), frozenset({"fr"}), **extra)


def wanted(key, seats=2, **extra):
    return Wanted(key, "fr", frozenset({"primary"}), seats, **extra)


def test_a_file_gets_both_skills_before_the_smaller_load():
    teachers = [person(1, "pedagogical"), person(2, "pedagogical"), person(3, "technical", load=9)]
    chosen, lacking = propose([wanted(1)], teachers)
    assert [(one.reviewer, one.skill) for one in chosen] == [(1, "pedagogical"), (3, "technical")]
    assert lacking == []


def test_load_is_shared_and_never_passes_its_maximum():
    people = [person(n, "pedagogical", "technical", max_load=3) for n in (1, 2, 3)]
    chosen, lacking = propose([wanted(n) for n in range(1, 6)], people)
    loads = [sum(1 for one in chosen if one.reviewer == n) for n in (1, 2, 3)]
    assert sum(loads) == 9
    assert max(loads) == 3
    assert [one.passed for one in lacking] == [{"load": 2, "taken": 1}]


def test_it_says_who_was_passed_over_and_never_takes_a_conflicted_reviewer():
    people = [
        person(1, "pedagogical", "technical"),
        person(2, "pedagogical", "technical", declared=False),
        Candidate(3, frozenset({"technical"}), frozenset({"de"})),
        person(4, "technical", levels=frozenset({"secondary"})),
    ]
    chosen, lacking = propose([wanted(1, conflicted=frozenset({1}))], people)
    assert chosen == [
        Choice(
            file=1,
            reviewer=4,
            skill="technical",
            level=False,
            load=0,
            max_load=20,
            language="fr",
            passed={"conflict": 1, "undeclared": 1, "language": 1},
        )
    ]
    assert lacking == [Lacking(1, {"conflict": 1, "undeclared": 1, "language": 1, "taken": 1})]


def test_the_proposal_does_not_depend_on_the_order():
    people = [person(n, "pedagogical" if n % 2 else "technical", max_load=4) for n in range(1, 7)]
    files = [wanted(n, conflicted=frozenset({n % 6 + 1})) for n in range(1, 10)]
    assert propose(files, people) == propose(files[::-1], people[::-1])

"""The judgements about connections, by the plan's own figures."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.rules.connections import Facts, add_months, judge, may_move, window_of

D = dt.date


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (Facts(120), "aucune"),
        (Facts(120, 29), "plancher"),
        (Facts(120, 30), "conforme"),
        (Facts(400, 100), "conforme"),
        (Facts(401, 100), "fibre"),
        (Facts(401, 100, is_fibre=True), "conforme"),
        (Facts(401, 100, excepted=True), "exception"),
        (Facts(401, 29, excepted=True), "plancher"),
    ],
)
def test_more_than_400_pupils_is_strict_and_30_mbps_the_floor(facts, verdict):
    assert judge(facts) == verdict


def test_the_window_opens_12_and_closes_18_months_after_the_last_conditions():
    start = D(2024, 8, 31)
    assert add_months(start, 18) == D(2026, 2, 28)
    assert window_of(start, None, [], D(2025, 8, 30)).state == "tranquille"
    assert window_of(start, None, [], D(2025, 8, 31)).state == "ouverte"
    assert window_of(start, None, [], D(2026, 2, 28)).state == "ouverte"
    assert window_of(start, None, [], D(2026, 3, 1)).state == "depassee"
    again = window_of(start, None, [D(2025, 9, 30)], D(2026, 3, 1))
    assert (again.opens_on, again.closes_on) == (D(2026, 9, 30), D(2027, 3, 30))
    assert window_of(start, D(2026, 1, 31), [], D(2026, 2, 1)).state == "fini"
    assert add_months(D(2024, 2, 29), 12) == D(2025, 2, 28)


def test_a_line_never_comes_back_from_its_end():
    assert may_move("asked", "ordered")
    assert may_move("ordered", "active")
    assert not may_move("asked", "active")
    assert not may_move("ended", "active")

"""Judgements of the helpdesk: priority, major, one matter, relapse, next step."""

from __future__ import annotations

import datetime as dt

import pytest

from helpdesk.rules import (
    Evidence,
    Fault,
    Past,
    Reach,
    Report,
    is_major,
    is_relapse,
    next_step,
    priority_of,
    same_matter,
)

NOW = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
WINDOW = dt.timedelta(minutes=30)
ONE = Reach()


@pytest.mark.parametrize(
    ("service", "severity", "reach", "expected"),
    [
        ("internet", "down", Reach(sites=3), 1),
        ("internet", "down", Reach(whole_site=True), 2),
        ("wifi", "down", Reach(rooms=4), 2),
        ("wifi", "down", Reach(rooms=3), 3),
        ("internet", "degraded", Reach(whole_site=True), 3),
        ("lan", "degraded", ONE, 4),
        ("printing", "down", Reach(rooms=9, whole_site=True), 4),
    ],
)
def test_the_more_it_takes_the_more_urgent_it_is(service, severity, reach, expected) -> None:
    assert priority_of(service, severity, reach, rooms_high=4, sites=3) == expected


def test_a_major_incident_touches_many_sites_or_many_pupils() -> None:
    assert is_major(Reach(sites=3), sites=3, pupils=1000)
    assert is_major(Reach(pupils=1000), sites=3, pupils=1000)
    assert not is_major(Reach(sites=2, pupils=999), sites=3, pupils=1000)


WIFI = Fault(site=1, service="wifi", devices=frozenset({7}), rooms=frozenset({11}))


@pytest.mark.parametrize(
    ("report", "fault", "same"),
    [
        (Report(1, "internet", room=11), WIFI, True),
        (Report(1, "screen", room=11), WIFI, False),
        (Report(1, "internet", room=12), WIFI, False),
        (Report(1, "internet"), WIFI, False),
        (Report(2, "internet", room=11), WIFI, False),
        (Report(1, "screen", device=7), WIFI, True),
        (Report(1, "internet"), Fault(1, "internet", whole_site=True), True),
        (Report(1, "printer"), Fault(1, "internet", whole_site=True), False),
    ],
)
def test_a_report_and_a_fault_are_one_matter(report, fault, same) -> None:
    assert same_matter(report, fault) is same


@pytest.mark.parametrize(
    ("past", "same"),
    [
        (Past("in_progress", True, None), True),
        (Past("closed", False, NOW - dt.timedelta(minutes=30)), True),
        (Past("closed", False, NOW - dt.timedelta(minutes=31)), False),
        (Past("closed", True, NOW - dt.timedelta(minutes=1)), False),
        (Past("resolved", True, NOW - dt.timedelta(minutes=29)), True),
        (Past("resolved", True, NOW - dt.timedelta(hours=2)), False),
    ],
)
def test_a_fault_that_comes_back_soon_is_the_same(past, same) -> None:
    assert is_relapse(past, NOW, WINDOW) is same


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (Evidence(live=False), ""),
        (Evidence(recovered=True), "resolve"),
        (Evidence(waiting=True), "answer"),
        (Evidence(measured=True, parent_up=True, port_known=True), "restart"),
        (Evidence(measured=True, parent_up=True, port_known=True, lamps="off"), "visit"),
        (Evidence(measured=True, parent_up=True, port_known=True, plug="dead"), "visit"),
        (Evidence(measured=True, parent_up=True, port_known=True, central=False), "ask"),
        (Evidence(measured=True, parent_up=False, port_known=True), "ask"),
        (Evidence(lamps="steady"), "poll"),
    ],
)
def test_the_next_step_follows_the_evidence(seen, step) -> None:
    assert next_step(seen) == step

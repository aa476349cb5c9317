"""judge(): examples first, then what holds for every sequence of readings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision import rules
from supervision.rules import (
    CheckNow,
    Policy,
    Reading,
    Threshold,
    Verdict,
    grade,
    judge,
    look_again,
    resolve_policy,
)

START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
POLICY = Policy(confirm_s=300, recover_s=60)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def reading(seconds: float, severity: str | None, took_s: float = 0) -> Reading:
    return Reading(at(seconds - took_s), at(seconds), severity)


def run(story, policy=POLICY, state=CheckNow()) -> list[Verdict]:  # noqa: B008
    """Judge (seconds, severity) one after the other."""
    verdicts = []
    for seconds, severity in story:
        verdict = judge(state, reading(seconds, severity), policy, at(seconds))
        verdicts.append(verdict)
        state = verdict.now
    return verdicts


def test_the_clock_starts_at_the_first_failure():
    verdicts = run([(0, ""), (60, "down"), (120, "down"), (359, "down"), (360, "down")])
    assert [v.now.state for v in verdicts] == ["ok", "suspect", "suspect", "suspect", "confirmed"]
    assert verdicts[-1].opened
    assert verdicts[-1].now.failing_since == at(60)
    assert verdicts[-1].now.confirmed_at == at(360)


def test_a_silence_counts_from_the_question_to_the_end_of_patience():
    state = judge(CheckNow(), reading(2, "down", took_s=2), POLICY, at(2)).now
    assert state.failing_since == at(0)
    assert judge(state, reading(300, "down", took_s=2), POLICY, at(300)).opened


def test_a_short_failure_is_forgotten():
    verdicts = run([(0, ""), (60, "down"), (120, ""), (400, "down")])
    assert verdicts[2].now.state == "ok"
    assert verdicts[3].now.state == "suspect"
    assert verdicts[3].now.failing_since == at(400)


def test_recovery_needs_good_readings_for_the_time_agreed():
    broken = [(0, "down"), (300, "down")]
    verdicts = run([*broken, (310, ""), (369, ""), (370, "")])
    assert [v.now.state for v in verdicts[2:]] == ["recovering", "recovering", "ok"]
    assert verdicts[-1].closed
    relapse = run([*broken, (310, ""), (340, "down"), (350, ""), (400, ""), (410, "")])
    assert [v.now.state for v in relapse[2:]] == [
        "recovering", "confirmed", "recovering", "recovering", "ok",
    ]  # fmt: skip
    assert sum(v.opened for v in relapse) == 1


def test_blind_time_counts_neither_way():
    verdicts = run([(0, "down"), (100, None), (400, None), (500, "down"), (690, "down")])
    assert [v.now.state for v in verdicts] == [
        "suspect", "unknown", "unknown", "suspect", "suspect",
    ]  # fmt: skip
    # 690 s since the first failure, of which 400 s (100 to 500) blind: 290 s
    assert rules.lasted_s(verdicts[-1].now, at(690)) == 290
    assert judge(verdicts[-1].now, reading(700, "down"), POLICY, at(700)).opened


def test_blind_during_a_fault_keeps_it_open_and_restarts_recovery():
    verdicts = run([(0, "down"), (300, "down"), (310, ""), (350, None), (360, ""), (415, ""),
                    (420, "")])  # fmt: skip
    assert [v.now.state for v in verdicts[3:]] == ["unknown", "recovering", "recovering", "ok"]
    assert verdicts[3].now.confirmed_at == at(300)
    assert verdicts[-1].closed


def test_unknown_is_not_a_fault():
    verdicts = run([(n * 60, None) for n in range(100)])
    assert {v.now.state for v in verdicts} == {"unknown"}
    assert not any(v.opened for v in verdicts)


def test_late_and_double_readings_change_nothing():
    state = run([(0, "down"), (60, "down")])[-1].now
    for seconds in (30, 60):
        verdict = judge(state, reading(seconds, ""), POLICY, at(100))
        assert verdict.ignored
        assert verdict.now == state


def test_a_clock_set_back_keeps_durations():
    state = run([(3600, "down"), (3800, "down")])[-1].now
    # the clock is set back by an hour: 3800 is in the future now
    state = judge(state, reading(210, "down"), POLICY, at(210)).now
    assert 200 <= rules.lasted_s(state, at(210)) <= 200.001
    assert state.state == "suspect"
    assert judge(state, reading(310, "down"), POLICY, at(310)).opened


def test_flapping_is_one_fault_until_it_is_stable():
    story, seconds = [(0, "")], 0
    for _n in range(20):
        story += [(seconds + 20, "down"), (seconds + 40, "")]
        seconds += 40
    verdicts = run(story)
    assert verdicts[-1].now.flapping
    assert sum(v.opened for v in verdicts) == 1
    assert not any(v.closed for v in verdicts)
    calm = run([(seconds + 20 * n, "") for n in range(1, 22)], state=verdicts[-1].now)
    assert sum(v.closed for v in calm) == 1
    assert not calm[-1].now.flapping
    assert not calm[10].closed  # changes are still within the last 20 readings


def test_severity_may_change_without_a_new_clock():
    verdicts = run([(0, "degraded"), (100, "down"), (300, "down"), (310, "degraded")])
    assert verdicts[1].now.failing_since == at(0)
    assert verdicts[2].opened
    assert (verdicts[3].now.state, verdicts[3].now.severity) == ("confirmed", "degraded")
    assert not verdicts[3].opened


# --- every sequence ---

steps = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from(["", "down", "degraded", None])),
    max_size=60,
)
policies = st.builds(
    Policy, confirm_s=st.integers(0, 900), recover_s=st.integers(0, 300),
    flap_on=st.integers(2, 8), flap_off=st.integers(0, 1),
)  # fmt: skip


def told(steps) -> list[tuple[int, str | None]]:
    seconds, story = 0, []
    for wait, severity in steps:
        seconds += wait
        story.append((seconds, severity))
    return story


@settings(max_examples=400, deadline=None)
@given(steps, policies)
def test_what_always_holds(steps, policy):
    story = told(steps)
    verdicts = run(story, policy)
    assert verdicts == run(story, policy)  # nothing but its arguments counts
    open_, first_failure, good_since = False, None, None
    before = CheckNow()
    for (seconds, severity), verdict in zip(story, verdicts, strict=True):
        now = verdict.now
        if severity and first_failure is None:
            first_failure = seconds
        if severity != "":
            good_since = None
        elif good_since is None:
            good_since = seconds
        if severity is None:
            assert not verdict.opened
            assert not verdict.closed
            assert now.state == "unknown"
        if verdict.opened:
            assert not open_, "one period at a time"
            assert severity
            assert seconds - first_failure >= policy.confirm_s
            assert rules.lasted_s(now, at(seconds)) >= policy.confirm_s
            open_ = True
        if verdict.closed:
            assert open_, "only what was opened is closed"
            assert seconds - good_since >= policy.recover_s
            assert not now.flapping
            open_ = False
        assert open_ == (now.confirmed_at is not None)
        if now.state == "ok":
            assert severity == ""
            assert not open_
            assert now.failing_since is None
            first_failure = None
        if now.state in ("suspect", "confirmed", "recovering"):
            assert now.failing_since is not None  # the constraint of the table
        if now.state in ("confirmed", "recovering"):
            assert open_
        if before.state == "ok" and severity:
            assert now.state in ("suspect", "confirmed")
            assert now.failing_since == at(seconds)
        assert 0 <= now.history < 2**rules.RING
        before = now


@settings(max_examples=200, deadline=None)
@given(steps, policies, st.integers(0, 3600))
def test_a_clock_set_back_opens_nothing_early(steps, policy, back):
    story = told(steps)
    state = run(story, policy)[-1].now if story else CheckNow()
    ends = story[-1][0] if story else 0
    elapsed = rules.lasted_s(state, at(ends))
    later = ends - back + 1
    verdict = judge(state, reading(later, "down"), policy, at(later))
    if verdict.opened:
        assert elapsed + back + 1 >= policy.confirm_s
        assert rules.lasted_s(verdict.now, at(later)) >= policy.confirm_s


# --- looking again ---


def test_a_suspect_is_looked_at_again_before_its_time_ends():
    state = run([(0, ""), (60, "down")])[-1].now
    assert look_again(state, POLICY, at(60), 300, 2) == at(110)  # a sixth of 300 s
    near = run([(0, ""), (60, "down"), (330, "down")])[-1].now
    ends = look_again(near, POLICY, at(330), 300, 2)
    # two seconds of patience end 50 ms after the agreed time
    assert ends == at(360 - 2 + 0.05)
    assert look_again(near, POLICY, at(330), 300, 0) == at(360)
    assert look_again(run([(0, "")])[-1].now, POLICY, at(0), 300, 2) is None


# --- thresholds ---


def test_a_threshold_has_a_way_in_and_a_way_out():
    hot = (Threshold("down", above=70, clear=65), Threshold("degraded", above=55, clear=50))
    path = [54.9, 55, 52, 50, 49.9, 71, 66, 64, 49]
    grades, current = [], ""
    for value in path:
        current = grade(hot, value, current)
        grades.append(current)
    assert grades == ["", "degraded", "degraded", "degraded", "", "down", "down", "degraded", ""]


def test_below_and_states():
    low = (Threshold("degraded", below=5, clear=15),)
    path = ((5, ""), (10, ""), (10, "degraded"), (16, "degraded"))
    assert [grade(low, v, c) for v, c in path] == ["degraded", "", "degraded", ""]
    source = (
        Threshold("down", one_of=frozenset({2.0})),
        Threshold("degraded", one_of=frozenset({5.0})),
    )
    assert [grade(source, v, "") for v in (2, 3, 5)] == ["down", "", "degraded"]


# --- agreed time ---


@dataclass
class Row:
    agreement_id: int | None
    service: str
    check_key: str
    confirm_s: int
    recover_s: int = 60


ROWS = [
    Row(None, "", "", 1), Row(None, "wifi", "", 2), Row(None, "", "reachability", 3),
    Row(7, "", "", 4), Row(7, "wifi", "", 5), Row(7, "", "reachability", 6), Row(8, "", "", 7),
    Row(9, "", "reachability", 99),
]  # fmt: skip


@pytest.mark.parametrize(
    ("agreements", "service", "key", "expected"),
    [
        ((), "lan", "temperature", 1),
        ((), "wifi", "temperature", 2),
        ((), "wifi", "reachability", 3),
        ((7,), "lan", "temperature", 4),
        ((7,), "wifi", "temperature", 5),
        ((7,), "wifi", "reachability", 6),
        ((8,), "wifi", "reachability", 7),
        ((7, 8), "lan", "temperature", 4),  # the school's own agreement before the PO's
        ((8, 7), "lan", "temperature", 7),
        ((8, 7), "wifi", "temperature", 5),  # the narrower row, whoever agreed to it
    ],
)
def test_the_most_specific_agreed_time_wins(agreements, service, key, expected):
    assert resolve_policy(ROWS, agreements, service, key).confirm_s == expected
    assert resolve_policy(reversed(ROWS), agreements, service, key).confirm_s == expected


def test_without_any_row_there_is_a_default():
    assert resolve_policy([], (1,), "lan", "x") == rules.DEFAULT_POLICY
    assert replace(rules.DEFAULT_POLICY, confirm_s=1).recover_s == 60

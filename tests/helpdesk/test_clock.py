"""The repair clock: promise, pauses, service hours, holidays, summer time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.clock import Mark, left_until, pauses_of, remaining
from helpdesk.service import service
from schools.calendars.hours import Opening, Pause, Span, deadline, elapsed, weekly

BRUSSELS = ZoneInfo("Europe/Brussels")
HOURS = service().hours
H = dt.timedelta(hours=1)


def at(text: str) -> dt.datetime:
    """A moment of Brussels, e.g. ``2026-11-23 10:04``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(dt.UTC)


def test_three_hours_promised_at_ten_past_ten_end_at_four_past_one() -> None:
    assert deadline(at("2026-11-23 10:04"), 3 * H, HOURS) == at("2026-11-23 13:04")


def test_a_lunch_pause_of_the_school_moves_the_deadline_as_in_the_picture() -> None:
    spans = Span(dt.time(7, 30), dt.time(12, 30)), Span(dt.time(13, 0), dt.time(17, 0))
    school = Opening(BRUSSELS, weekly(range(5), *spans))
    assert deadline(at("2026-11-23 10:04"), 3 * H, school) == at("2026-11-23 13:34")


def test_what_is_not_finished_at_five_goes_on_the_next_morning() -> None:
    assert deadline(at("2026-11-23 16:00"), 3 * H, HOURS) == at("2026-11-24 09:30")


def test_a_weekend_does_not_count() -> None:
    assert deadline(at("2026-11-27 16:30"), 2 * H, HOURS) == at("2026-11-30 09:00")


def test_the_armistice_does_not_count() -> None:
    assert deadline(at("2026-11-10 16:30"), 2 * H, HOURS) == at("2026-11-12 09:00")


@pytest.mark.parametrize(
    ("friday", "monday"),
    [("2026-03-27 16:30", "2026-03-30 09:00"), ("2026-10-23 16:30", "2026-10-26 09:00")],
    ids=["clocks go forward", "clocks go back"],
)
def test_a_change_of_hour_moves_no_deadline(friday: str, monday: str) -> None:
    assert deadline(at(friday), 2 * H, HOURS) == at(monday)


def test_a_night_shift_counts_the_hour_that_happens_twice() -> None:
    night = Opening(BRUSSELS, weekly(range(7), Span(dt.time(0, 0), dt.time(6, 0))))
    assert elapsed(at("2026-10-24 12:00"), at("2026-10-25 12:00"), night) == 7 * H


def test_the_clock_stands_still_while_we_wait_for_the_school() -> None:
    marks = [Mark(at("2026-11-23 10:34"), "asked"), Mark(at("2026-11-23 11:34"), "answered")]
    pauses = pauses_of(marks)
    assert deadline(at("2026-11-23 10:04"), 3 * H, HOURS, pauses) == at("2026-11-23 14:04")
    assert elapsed(at("2026-11-23 10:04"), at("2026-11-23 12:04"), HOURS, pauses) == H


def test_nobody_knows_the_deadline_while_the_school_has_not_answered() -> None:
    pauses = pauses_of([Mark(at("2026-11-23 10:34"), "waiting")])
    assert deadline(at("2026-11-23 10:04"), 3 * H, HOURS, pauses) is None
    left = remaining(at("2026-11-23 10:04"), 3 * H, pauses, HOURS, at("2026-11-25 10:00"))
    assert left == 2.5 * H


def test_a_promise_broken_before_the_pause_keeps_its_deadline() -> None:
    pauses = pauses_of([Mark(at("2026-11-23 15:00"), "waiting")])
    assert deadline(at("2026-11-23 10:04"), 3 * H, HOURS, pauses) == at("2026-11-23 13:04")


def test_asking_twice_pauses_once() -> None:
    marks = [
        Mark(at("2026-11-23 10:00"), "asked"),
        Mark(at("2026-11-23 10:30"), "waiting"),
        Mark(at("2026-11-23 11:00"), "resumed"),
        Mark(at("2026-11-23 11:30"), "answered"),
    ]
    assert pauses_of(marks) == [Pause(at("2026-11-23 10:00"), at("2026-11-23 11:00"))]


def test_late_is_counted_in_service_time() -> None:
    due = at("2026-11-23 16:30")
    assert left_until(due, at("2026-11-24 08:00"), HOURS) == -H


MOMENTS = st.datetimes(
    min_value=dt.datetime(2026, 1, 1),  # noqa: DTZ001
    max_value=dt.datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
SPANS = st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=20))


@st.composite
def stories(draw: st.DrawFn) -> tuple[dt.datetime, list[Pause], dt.datetime]:
    """A beginning, closed pauses after it, and a moment."""
    start = draw(MOMENTS)
    marks = []
    moment = start
    for kind in ("asked", "answered") * draw(st.integers(0, 4)):
        moment += draw(SPANS)
        marks.append(Mark(moment, kind))
    return start, pauses_of(marks), start + draw(SPANS) + draw(SPANS)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_time_counted_never_exceeds_time_gone_by_nor_falls_below_zero(story) -> None:
    start, pauses, now = story
    assert dt.timedelta(0) <= elapsed(start, now, HOURS, pauses) <= now - start


@settings(max_examples=150, deadline=None)
@given(stories(), st.integers(1, 40))
def test_at_the_deadline_exactly_the_promise_has_been_counted(story, hours) -> None:
    start, pauses, _now = story
    due = deadline(start, hours * H, HOURS, pauses)
    assert due is not None
    assert elapsed(start, due, HOURS, pauses) == hours * H
    assert remaining(start, hours * H, pauses, HOURS, due) == dt.timedelta(0)


@settings(max_examples=150, deadline=None)
@given(stories(), SPANS)
def test_counting_in_two_parts_is_counting_once(story, more) -> None:
    start, pauses, middle = story
    end = middle + more
    whole = elapsed(start, end, HOURS, pauses)
    parts = elapsed(start, middle, HOURS, pauses) + elapsed(middle, end, HOURS, pauses)
    assert whole == parts


@settings(max_examples=150, deadline=None)
@given(stories(), st.integers(1, 40))
def test_a_pause_never_brings_the_deadline_nearer(story, hours) -> None:
    start, pauses, _now = story
    plain = deadline(start, hours * H, HOURS)
    paused = deadline(start, hours * H, HOURS, pauses)
    assert plain is not None
    assert paused is not None
    assert paused >= plain

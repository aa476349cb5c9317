"""Opening hours and service time: intersections, midnight, closed days, 23 and 25 hours.

The properties hold against an oracle that walks minute by minute and knows nothing of the
arithmetic: it looks at the clock on the wall.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schools.calendars.hours import (
    HORIZON_DAYS,
    MIDNIGHT,
    WHOLE_DAY,
    WORKING_DAYS,
    Opening,
    Pause,
    Span,
    deadline,
    elapsed,
    intersection,
    is_open,
    weekly,
)
from schools.calendars.public_holidays import PublicHolidays

BRUSSELS = ZoneInfo("Europe/Brussels")
H, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
EVERY_DAY = range(7)


def at(text: str) -> dt.datetime:
    """A moment of Brussels, e.g. ``2026-11-23 10:04``."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(dt.UTC)


def span(text: str) -> Span:
    """``08:00-16:30``; ``24:00`` is midnight at the end."""
    start, end = text.replace("24:00", "00:00").split("-")
    return Span(dt.time.fromisoformat(start), dt.time.fromisoformat(end))


def opening(days, *spans: str, **more) -> Opening:
    return Opening(BRUSSELS, weekly(days, *map(span, spans)), **more)


# --- by hand --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "spans", "hours"),
    [
        ("2026-03-29", ["00:00-24:00"], 23),
        ("2026-10-25", ["00:00-24:00"], 25),
        ("2026-03-29", ["00:00-06:00"], 5),
        ("2026-10-25", ["00:00-06:00"], 7),
        ("2026-03-29", ["02:15-02:45"], 0),
        ("2026-03-29", ["02:30-03:30"], 0.5),
        ("2026-10-25", ["02:00-03:00"], 2),
        ("2026-11-25", ["00:00-24:00"], 24),
        ("2026-11-25", ["22:00-06:00"], 8),
        ("2026-11-25", ["08:00-12:00", "12:00-13:00"], 5),
    ],
)
def test_a_day_has_the_hours_that_pass_on_it(day: str, spans: list[str], hours: float) -> None:
    place = opening(EVERY_DAY, *spans)
    start = at(f"{day} 00:00")
    assert elapsed(start, at(f"{dt.date.fromisoformat(day) + DAY} 00:00"), place) == hours * H


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    friday = opening([4], "22:00-06:00")
    assert elapsed(at("2026-11-27 00:00"), at("2026-11-28 00:00"), friday) == 2 * H
    assert elapsed(at("2026-11-28 00:00"), at("2026-11-29 00:00"), friday) == 6 * H
    assert is_open(at("2026-11-28 05:59"), friday)
    assert not is_open(at("2026-11-28 06:00"), friday)
    # a closed Saturday does not end the shift of Friday; a closed Friday does
    saturday = opening([4], "22:00-06:00", is_closed=lambda day: day == dt.date(2026, 11, 28))
    assert is_open(at("2026-11-28 03:00"), saturday)
    shut = opening([4], "22:00-06:00", is_closed=lambda day: day == dt.date(2026, 11, 27))
    assert not is_open(at("2026-11-28 03:00"), shut)


def test_an_exception_is_stronger_than_a_holiday_and_weaker_than_the_end() -> None:
    day = dt.date(2026, 11, 11)
    place = opening(
        range(5),
        "08:00-16:00",
        is_closed=PublicHolidays(),
        exceptions={day: (span("09:00-11:00"),), day + DAY: ()},
        ends_on=dt.date(2026, 11, 14),
    )
    assert elapsed(at("2026-11-11 00:00"), at("2026-11-12 00:00"), place) == 2 * H
    assert elapsed(at("2026-11-12 00:00"), at("2026-11-13 00:00"), place) == 0 * H
    assert elapsed(at("2026-11-13 00:00"), at("2027-11-13 00:00"), place) == 8 * H


def test_open_means_open_everywhere() -> None:
    both = intersection(opening(range(5), "07:30-17:00"), opening(range(4), "08:15-12:00"))
    assert elapsed(at("2026-11-23 00:00"), at("2026-11-30 00:00"), both) == 4 * 3.75 * H
    assert not is_open(at("2026-11-23 08:00"), both)
    assert is_open(at("2026-11-23 08:15"), both)


def test_calendars_of_two_zones_have_no_days_in_common() -> None:
    other = Opening(ZoneInfo("Europe/Lisbon"), WORKING_DAYS)
    with pytest.raises(ValueError, match="time zones"):
        intersection(opening(range(5), "08:00-16:00"), other)
    with pytest.raises(ValueError, match="at least one"):
        intersection()


def test_a_place_that_never_opens_again_has_no_deadline_and_costs_no_endless_walk() -> None:
    closed = opening(range(5), "08:00-16:00", ends_on=dt.date(2026, 11, 23))
    assert deadline(at("2026-11-20 15:30"), H, closed) is None
    assert deadline(at("2026-11-20 15:30"), H / 2, closed) == at("2026-11-20 16:00")
    assert elapsed(at("2026-11-20 00:00"), at("2030-01-01 00:00"), closed) == 8 * H
    nowhere = opening([], "08:00-16:00")
    assert deadline(at("2026-11-20 15:30"), H, nowhere) is None
    apart = intersection(opening([0], "08:00-16:00"), opening([1], "08:00-16:00"))
    assert deadline(at("2026-11-20 15:30"), H, apart) is None
    assert HORIZON_DAYS < 4000


def test_a_promise_of_nothing_is_due_at_once() -> None:
    assert deadline(at("2026-11-21 03:00"), 0 * H, opening([0], "08:00-09:00")) == at(
        "2026-11-21 03:00"
    )


# --- properties -----------------------------------------------------------------------------

MINUTES = st.integers(0, 24 * 60 - 1)
# Around both changes of the hour, Easter, Ascension, the armistice, Christmas and New Year.
ANCHORS = (
    "2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2026-04-06", "2026-05-14",
    "2026-11-11", "2026-12-25", "2027-01-01", "2026-07-21", "2027-02-28",
)  # fmt: skip


def _time(minutes: int) -> dt.time:
    return dt.time(*divmod(minutes % (24 * 60), 60))


@st.composite
def spans_of_a_day(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans that do not overlap; the last may end at 24:00 or on the next day."""
    marks = sorted(draw(st.lists(MINUTES, min_size=0, max_size=6, unique=True)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    spans = [Span(_time(a), _time(b)) for a, b in pairs]
    if spans and draw(st.booleans()):
        end = draw(st.sampled_from([0, 1, 90, 150, 180, 400]))
        spans[-1] = Span(spans[-1].start, _time(end))
    return tuple(spans)


MOMENTS = st.builds(
    lambda day, days, minutes: at(f"{day} 00:00") + days * DAY + minutes * MINUTE,
    st.sampled_from(ANCHORS),
    st.integers(-2, 1),
    MINUTES,
)
DAYS = st.builds(
    lambda day, days: dt.date.fromisoformat(day) + days * DAY,
    st.sampled_from(ANCHORS),
    st.integers(-3, 5),
)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    """Any week, closed days, exceptions, sometimes an end for good."""
    closed = draw(st.frozensets(DAYS, max_size=6))
    public = PublicHolidays() if draw(st.booleans()) else (lambda _day: False)
    return Opening(
        zone=BRUSSELS,
        week=tuple(draw(spans_of_a_day()) for _day in range(7)),  # type: ignore[arg-type]
        is_closed=lambda day: day in closed or public(day),
        exceptions=draw(st.dictionaries(DAYS, spans_of_a_day(), max_size=4)),
        ends_on=draw(st.none() | DAYS),
    )


@st.composite
def pauses(draw: st.DrawFn, start: dt.datetime) -> list[Pause]:
    """Closed pauses around a moment, overlapping each other and closing hours at will."""
    lengths = st.integers(0, 2 * 24 * 60)
    return [
        Pause(begin, begin + draw(lengths) * MINUTE)
        for begin in (
            start + draw(st.integers(-600, 3000)) * MINUTE for _n in range(draw(st.integers(0, 3)))
        )
    ]


@st.composite
def stories(draw: st.DrawFn):
    """Calendars to intersect, a beginning, a length of up to four days, pauses."""
    parts = draw(st.lists(openings(), min_size=1, max_size=3))
    start = draw(MOMENTS)
    end = start + draw(st.integers(0, 4 * 24 * 60)) * MINUTE
    return parts, start, end, draw(pauses(start))


@cache
def _reached(minute: dt.datetime) -> tuple[dt.date, int]:
    """The oracle's clock on the wall: the day, and the latest minute it has shown that day."""
    local = minute.astimezone(BRUSSELS)
    before = (minute - H).astimezone(BRUSSELS)
    shown = local.hour * 60 + local.minute
    if before.date() == local.date() and before.hour == local.hour:
        shown = local.hour * 60 + 59  # the second time this hour is shown
    return local.date(), shown


def _within(part: Opening, day: dt.date, minute: int) -> bool:
    for back in (0, 1):
        begun = day - back * DAY
        if part.ends_on is not None and day >= part.ends_on:
            return False
        if begun in part.exceptions:
            spans = part.exceptions[begun]
        elif part.is_closed(begun):
            spans = ()
        else:
            spans = part.week[begun.weekday()]
        for one in spans:
            opens = one.start.hour * 60 + one.start.minute
            closes = one.end.hour * 60 + one.end.minute
            closes += 24 * 60 if closes <= opens else 0
            if opens <= minute + back * 24 * 60 < closes:
                return True
    return False


def slow(parts, start: dt.datetime, end: dt.datetime, stops=()) -> int:
    """Open minutes between two instants, counted one by one."""
    found, minute = 0, start
    while minute < end:
        day, shown = _reached(minute)
        if all(_within(part, day, shown) for part in parts) and not any(
            stop.start <= minute < stop.end for stop in stops
        ):
            found += 1
        minute += MINUTE
    return found


@settings(max_examples=300, deadline=None)
@given(stories())
def test_elapsed_is_what_the_minutes_add_up_to(story) -> None:
    parts, start, end, stops = story
    assert (
        elapsed(start, end, intersection(*parts), stops) == slow(parts, start, end, stops) * MINUTE
    )


@settings(max_examples=300, deadline=None)
@given(stories(), st.integers(0, 4 * 24 * 60))
def test_counting_in_two_parts_is_counting_once(story, more: int) -> None:
    parts, start, middle, stops = story
    hours, end = intersection(*parts), middle + more * MINUTE
    whole = elapsed(start, end, hours, stops)
    assert whole == elapsed(start, middle, hours, stops) + elapsed(middle, end, hours, stops)


@settings(max_examples=300, deadline=None)
@given(stories(), st.integers(0, 4 * 24 * 60))
def test_later_is_never_less_and_never_more_than_the_time_gone_by(story, more: int) -> None:
    parts, start, end, stops = story
    hours, later = intersection(*parts), end + more * MINUTE
    once, twice = elapsed(start, end, hours, stops), elapsed(start, later, hours, stops)
    assert 0 * H <= once <= end - start
    assert once <= twice <= once + (later - end)


@settings(max_examples=300, deadline=None)
@given(stories(), st.integers(1, 1500))
def test_at_the_deadline_exactly_the_promise_has_been_counted(story, minutes: int) -> None:
    parts, start, _end, stops = story
    hours, promise = intersection(*parts), minutes * MINUTE
    due = deadline(start, promise, hours, stops)
    if due is None:
        # nobody can tell: what is open within the next two years is not enough
        assert elapsed(start, start + 730 * DAY, hours, stops) < promise
        return
    assert elapsed(start, due, hours, stops) == promise
    assert elapsed(start, due - MINUTE, hours, stops) < promise


@settings(max_examples=300, deadline=None)
@given(stories(), openings())
def test_one_more_calendar_never_counts_more_nor_brings_a_deadline_nearer(story, other) -> None:
    parts, start, end, stops = story
    few, more = intersection(*parts), intersection(*parts, other)
    assert elapsed(start, end, more, stops) <= elapsed(start, end, few, stops)
    near, far = deadline(start, H, few, stops), deadline(start, H, more, stops)
    assert far is None or (near is not None and near <= far)


@settings(max_examples=300, deadline=None)
@given(stories())
def test_the_order_of_calendars_changes_nothing(story) -> None:
    parts, start, end, stops = story
    assert elapsed(start, end, intersection(*parts), stops) == elapsed(
        start, end, intersection(*reversed(parts)), stops
    )
    assert elapsed(start, end, intersection(parts[0], parts[0]), stops) == elapsed(
        start, end, parts[0], stops
    )


@settings(max_examples=300, deadline=None)
@given(stories())
def test_a_pause_takes_out_the_open_time_that_it_covers(story) -> None:
    """Whatever of it lies in closed hours, or under another pause, is not taken out twice."""
    parts, start, end, stops = story
    hours = intersection(*parts)
    assume(stops)
    open_time = elapsed(start, end, hours)
    covered = [elapsed(max(p.start, start), min(p.end, end), hours) for p in stops]
    left = elapsed(start, end, hours, stops)
    assert open_time - sum(covered, 0 * H) <= left <= open_time - max(covered)


@settings(max_examples=200, deadline=None)
@given(openings(), DAYS)
def test_a_day_never_holds_more_hours_than_it_has(place: Opening, day: dt.date) -> None:
    midnight = dt.datetime.combine(day, MIDNIGHT, BRUSSELS).astimezone(dt.UTC)
    following = dt.datetime.combine(day + DAY, MIDNIGHT, BRUSSELS).astimezone(dt.UTC)
    pieces = place.of_day(day)
    assert all(midnight <= a < b <= following for a, b in pieces)
    assert all(before[1] < after[0] for before, after in pairwise(pieces))
    all_day = Opening(BRUSSELS, weekly(EVERY_DAY, WHOLE_DAY))
    assert elapsed(midnight, following, all_day) == following - midnight

"""A ticket's clock runs over the service's hours where the school is open, by versions it keeps."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from helpdesk import hours as helpdesk_hours
from helpdesk.actions.open_by_hand import open_by_hand
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.actions.set_priority import set_priority
from helpdesk.actions.writing import set_promise
from helpdesk.explaining import Why, why
from helpdesk.hours import clock_hours
from helpdesk.models import Priority, Ticket
from helpdesk.rows import rows_of
from schools.calendars import timetables
from schools.models import Site, Timetable
from tests.cast import Cast, make_person, make_site
from tests.helpdesk.faults import fail_new
from tests.schools.openings import closed, enter, known_lines, publish, week
from tests.schools.test_site_pages import as_, text_of

BRUSSELS = ZoneInfo("Europe/Brussels")
H = dt.timedelta(hours=1)
SHORT_WEDNESDAY = week("08:00-16:00", "08:00-12:00")


@pytest.fixture(autouse=True)
def calendars(db: None):
    call_command("import_calendar", "--known", verbosity=0)
    with translation.override("fr"):
        yield


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(dt.UTC)


def ticket_at(site: Site, opened: str, priority: int = Priority.LOW) -> Ticket:
    """A ticket opened then, with the promise of its priority."""
    ticket = Ticket(site=site, title="Panne", priority=priority, opened_at=at(opened))
    set_promise(ticket)
    ticket.save()
    return ticket


def told(ticket: Ticket, now: str) -> Why:
    found = why(ticket, at(now))
    assert found is not None
    return found


def test_a_fault_on_the_friday_before_a_holiday_where_wednesday_afternoon_is_closed(
    cast: Cast,
) -> None:
    """By hand. Promise: 16 h (priority low). Service 07:30–17:00; school 08:00–16:00, Wednesday
    until 12:00, and a training day on Monday 2 November.

    Friday 16 October 14:30 → 16:00: 1 h 30. Autumn holiday 19 October to 1 November (clocks go
    back meanwhile): nothing. Monday 2: training day, nothing. Tuesday 3: 8 h, makes 9 h 30.
    Wednesday 4: 4 h, makes 13 h 30. Thursday 5: 2 h 30 are left from 08:00: due at 10:30.
    """
    enter(cast.claire, cast.tilleuls, SHORT_WEDNESDAY, closed("2026-11-02"))
    ticket = ticket_at(cast.tilleuls, "2026-10-16 14:30")
    assert ticket.due_at == at("2026-11-05 10:30")
    shown = told(ticket, "2026-11-04 18:00")
    assert shown.due == ticket.due_at
    assert shown.counted == 13.5 * H
    assert not shown.late
    # service hours gone by: Friday 2.5, 10 working days of 9.5, Monday to Wednesday 3 × 9.5
    assert shown.closed == (2.5 + 13 * 9.5) * H - 13.5 * H
    assert shown.counted + shown.closed + shown.off + shown.paused == at("2026-11-04 18:00") - at(
        "2026-10-16 14:30"
    )


def test_the_same_fault_without_entered_hours_counts_whole_school_days(cast: Cast) -> None:
    """Friday 14:30 → 17:00: 2 h 30; Monday 2 November 9 h 30, makes 12; Tuesday 4 h: 11:30."""
    ticket = ticket_at(cast.saules, "2026-10-16 14:30")
    assert ticket.due_at == at("2026-11-03 11:30")


def test_a_public_holiday_and_a_german_speaking_holiday_do_not_count(cast: Cast) -> None:
    # armistice on Wednesday 11 November: Tuesday 16:00 → 17:00, then Thursday 07:30 → 08:30
    assert ticket_at(cast.tilleuls, "2026-11-10 16:00", 1).due_at == at("2026-11-12 08:30")
    # carnival of the DG is 16 to 21 February 2026, of the FWB until 1 March
    friday = "2026-02-13 16:00"
    assert ticket_at(cast.peupliers, friday, 1).due_at == at("2026-02-23 08:30")
    assert ticket_at(cast.tilleuls, friday, 1).due_at == at("2026-03-02 08:30")


def test_a_year_that_nobody_knows_counts_weekdays_and_says_so(cast: Cast) -> None:
    """Winter 2026-2027 of the DG is not entered: Friday 18 December 16:00, then Monday 21."""
    ticket = ticket_at(cast.peupliers, "2026-12-18 16:00", 1)
    assert ticket.due_at == at("2026-12-21 08:30")
    rules = " ".join(told(ticket, "2026-12-18 16:30").rules)
    assert "2026-2027 est incomplet" in rules
    later = ticket_at(cast.tilleuls, "2029-11-06 16:00", 1)
    rules = " ".join(told(later, "2029-11-06 16:30").rules)
    assert "Le calendrier 2029-2030 n’est pas encore connu" in rules
    assert "Calendrier scolaire" not in rules


def test_a_correction_moves_new_promises_and_leaves_those_already_made(cast: Cast) -> None:
    old = ticket_at(cast.tilleuls, "2026-12-18 16:00", 1)
    assert old.due_at == at("2027-01-04 08:30")
    lines = "\n".join(known_lines("fwb", 2026)).replace("2027-01-03", "2027-01-05")
    publish(lines + "\n", cast.odile)
    new = ticket_at(cast.tilleuls, "2026-12-18 16:00", 1)
    assert new.due_at == at("2027-01-06 08:30")
    # the former ticket keeps its version, whatever happens to it
    again = set_priority(old.pk, Priority.HIGH, by=cast.sofia)
    assert again.due_at == at("2027-01-04 09:30")
    assert again.timetable_id == old.timetable_id != new.timetable_id
    assert "2026-2027, version 1" in " ".join(told(again, "2027-01-04 08:00").rules)
    assert "2026-2027, version 2" in " ".join(told(new, "2027-01-04 08:00").rules)
    # and its figure can be explained again in a process that never knew it
    for kept in (timetables._years, timetables._openings, timetables._timetables):
        kept.clear()
    helpdesk_hours._at.cache_clear()
    assert told(again, "2027-01-04 08:30").counted == 2 * H


def test_new_opening_hours_leave_the_clock_of_an_open_ticket_alone(cast: Cast) -> None:
    enter(cast.claire, cast.tilleuls, SHORT_WEDNESDAY)
    old = ticket_at(cast.tilleuls, "2026-11-24 15:00", 1)
    assert old.due_at == at("2026-11-25 09:00")
    enter(cast.claire, cast.tilleuls, week("10:00-15:30"))
    assert ticket_at(cast.tilleuls, "2026-11-24 15:00", 1).due_at == at("2026-11-25 11:30")
    old.refresh_from_db()
    set_promise(old)
    assert old.due_at == at("2026-11-25 09:00")
    rules = " ".join(told(old, "2026-11-25 08:00").rules)
    assert "Horaire de l’implantation, version 1 : lundi à mardi : 08:00–16:00" in rules


def test_a_site_closed_for_good_has_no_deadline_and_the_panel_says_why(cast: Cast) -> None:
    site = cast.tilleuls
    site.closed_on = dt.date(2026, 11, 25)
    site.save()
    ticket = ticket_at(site, "2026-11-24 15:00")
    assert ticket.due_at is None
    page = as_(cast.sofia).get(f"/tickets/{ticket.pk}/")
    assert "l’école ne rouvre plus" in text_of(page)


def test_the_clock_stands_still_while_the_school_is_closed(cast: Cast) -> None:
    enter(cast.claire, cast.tilleuls, SHORT_WEDNESDAY)
    ticket = ticket_at(cast.tilleuls, "2026-11-25 11:00", 1)
    (noon,) = rows_of([ticket], at("2026-11-25 13:00"))
    assert noon.clock is not None
    assert (noon.clock.left_s, noon.clock.running) == (3600, False)
    (morning,) = rows_of([ticket], at("2026-11-25 11:30"))
    assert morning.clock is not None
    assert (morning.clock.left_s, morning.clock.running) == (5400, True)


def test_every_way_to_open_a_ticket_keeps_the_timetable(cast: Cast) -> None:
    fail_new(cast.tilleuls)
    open_tickets()
    by_hand = open_by_hand(cast.tilleuls, "Écran noir", by=cast.sofia)
    kept = set(Ticket.objects.values_list("timetable", flat=True))
    assert kept == {by_hand.timetable_id}
    assert None not in kept
    assert Timetable.objects.filter(pk__in=kept, community="fwb").count() == 1


def test_a_ticket_from_before_timetables_counts_the_service_s_hours(cast: Cast) -> None:
    ticket = Ticket.objects.create(
        site=cast.tilleuls, title="Vieux", opened_at=at("2026-10-20 10:00"), promise_s=7200
    )
    shown = told(ticket, "2026-10-20 11:00")  # in the autumn holiday
    assert shown.counted == H
    assert any("avant les calendriers" in rule for rule in shown.rules)


def test_the_school_reads_the_promise_that_its_ticket_will_get(cast: Cast) -> None:
    """The promise before sending and the deadline after it are one computation."""
    day = timezone.localdate()
    away = [closed(str(day + dt.timedelta(days=n))) for n in range(8)]
    enter(cast.claire, cast.tilleuls, week("00:00-24:00"), *away)
    hours = helpdesk_hours.hours_at(cast.tilleuls, day)
    ticket = open_by_hand(cast.tilleuls, "Écran noir", by=cast.sofia)
    assert clock_hours([ticket])[ticket.pk] is hours  # remembered: the same versions
    assert ticket.due_at is not None
    assert ticket.due_at.astimezone(BRUSSELS).date() > day + dt.timedelta(days=7)


def cost(tickets: list[Ticket]) -> int:
    with CaptureQueriesContext(connection) as captured:
        clock_hours(tickets)
    return len(captured)


def test_many_clocks_cost_no_query_when_known_and_a_few_when_not(cast: Cast) -> None:
    def more(first: int, last: int) -> None:
        for n in range(first, last):
            site = make_site(f"Frênes {n}", "hainaut")
            head = make_person(f"Tête{n} Exemple", "head", school=site.school)
            enter(head, site, week(f"08:{n:02d}-16:00"), closed("2026-12-01"))
            ticket_at(site, "2026-11-24 15:00")

    def forget() -> None:
        for kept in (timetables._years, timetables._openings, timetables._timetables):
            kept.clear()

    def everything() -> list[Ticket]:
        return list(Ticket.objects.select_related("site"))

    more(0, 2)
    forget()
    few = cost(everything())
    assert cost(everything()) == 0
    more(2, 12)
    forget()
    assert cost(everything()) == few == 6
    assert cost(everything()) == 0

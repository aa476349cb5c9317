"""The pull: one root cause, one ticket, whoever retries."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.actions.open_tickets import Pulled, open_tickets
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.models import CauseRole, EventKind, Ticket, TicketCause, TicketEvent
from helpdesk.tasks import open_tickets as task
from inventory.models import Category, RoomCoverage
from schools.models import AuditEntry, Headcount, Level
from supervision.models import Incident, IncidentState
from tests.cast import Cast, make_cast, make_device, make_room
from tests.helpdesk.faults import fail, fail_new, mend


def test_it_opens_one_ticket_for_a_raised_incident(cast: Cast) -> None:
    incident = fail_new(cast.tilleuls)
    assert open_tickets() == Pulled(opened=1)
    ticket = Ticket.objects.get()
    assert ticket.site == cast.tilleuls
    assert ticket.opened_by is None
    assert not ticket.touched
    assert ticket.detected_at == incident.began_at
    assert "SW-B1" in ticket.title
    cause = ticket.causes.get()
    assert (cause.incident, cause.role) == (incident, CauseRole.ROOT)
    assert [e.kind for e in ticket.events.all()] == [EventKind.CONFIRMED, EventKind.OPENED]
    assert AuditEntry.objects.get(action="open_ticket").site == cast.tilleuls


def test_a_second_pull_does_nothing(cast: Cast) -> None:
    fail_new(cast.tilleuls)
    task()
    assert open_tickets() == Pulled()
    task()
    assert Ticket.objects.count() == 1


def test_it_leaves_a_held_incident_alone(cast: Cast) -> None:
    incident = fail_new(cast.tilleuls)
    Incident.objects.filter(pk=incident.pk).update(state=IncidentState.HELD)
    assert open_tickets() == Pulled()


def test_a_fault_that_ended_before_anybody_pulled_is_a_ticket_opened_and_closed(cast: Cast) -> None:
    mend(fail_new(cast.tilleuls))
    assert open_tickets() == Pulled(opened=1, recovered=1)
    assert Ticket.objects.get().state == "closed"


@pytest.mark.django_db(transaction=True)
def test_six_workers_at_once_open_each_fault_once() -> None:
    cast = make_cast()
    roots = [fail_new(cast.tilleuls, f"SW-{n}") for n in range(12)]
    for n, root in enumerate(roots):
        fail(make_device(cast.tilleuls, f"AP-{n}", Category.ACCESS_POINT), root=root)
    together = threading.Barrier(6)
    errors: list[Exception] = []

    def work() -> None:
        try:
            together.wait()
            for _again in range(4):
                open_tickets(batch=5)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert Ticket.objects.count() == 12
    assert TicketCause.objects.filter(role=CauseRole.ROOT).count() == 12
    assert TicketCause.objects.filter(role=CauseRole.EFFECT).count() == 12
    for ticket in Ticket.objects.all():
        assert {c.incident.root_id or c.incident_id for c in ticket.causes.all()} == {
            ticket.causes.get(role=CauseRole.ROOT).incident_id
        }


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_leaves_nothing_half_written() -> None:
    cast = make_cast()
    fail_new(cast.tilleuls)
    with transaction.atomic():
        open_tickets()
        transaction.set_rollback(True)  # the worker died before the commit
    assert Ticket.objects.count() == 0
    assert TicketEvent.objects.count() == 0
    assert open_tickets() == Pulled(opened=1)


def test_consequences_join_the_ticket_of_their_root_in_one_line(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    for n in range(6):
        fail(make_device(cast.tilleuls, f"AP-{n}", Category.ACCESS_POINT), root=root)
    fail(make_device(cast.tilleuls, "IMP-1", Category.PRINTER), root=root)
    assert open_tickets() == Pulled(opened=1, attached=7)
    ticket = Ticket.objects.get()
    assert ticket.causes.filter(role=CauseRole.EFFECT).count() == 7
    attached = ticket.events.get(kind=EventKind.ATTACHED)
    assert attached.data["counts"] == {"access_point": 6, "printer": 1}


def test_a_late_consequence_joins_too(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    fail(make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT), root=root)
    assert open_tickets() == Pulled(attached=1)
    assert Ticket.objects.count() == 1


def test_a_deeper_cause_found_later_keeps_the_ticket(cast: Cast) -> None:
    first = fail(make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT))
    open_tickets()
    deeper = fail_new(cast.tilleuls, "SW-B1")
    Incident.objects.filter(pk=first.pk).update(root=deeper)
    assert open_tickets() == Pulled(joined=1)
    ticket = Ticket.objects.get()
    assert ticket.causes.get(incident=deeper).role == CauseRole.ROOT
    assert ticket.causes.get(incident=first).role == CauseRole.EFFECT
    assert "SW-B1" in ticket.title


def test_recovery_closes_an_untouched_ticket(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    effect = fail(make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT), root=root)
    open_tickets()
    mend(root)
    assert open_tickets() == Pulled(recovered=1)
    ticket = Ticket.objects.get()
    assert ticket.state == "new", "a consequence still lasts"
    mend(effect)
    open_tickets()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("closed", "by_itself")
    kinds = [e.kind for e in ticket.events.all()]
    assert kinds.count(EventKind.RECOVERED) == 2
    assert kinds[-1] == EventKind.CLOSED
    assert open_tickets() == Pulled()


def test_recovery_leaves_a_touched_ticket_to_its_technician(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    ticket = take_ticket(Ticket.objects.get().pk, by=cast.sofia)
    mend(root)
    open_tickets()
    ticket.refresh_from_db()
    assert ticket.state == "in_progress"
    assert ticket.events.filter(kind=EventKind.RECOVERED).count() == 1
    assert ticket.causes.get().recovered_at is not None


def test_a_relapse_within_the_window_reopens_the_same_ticket(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    mend(root)
    open_tickets()
    fail(root.device, minutes=0)
    assert open_tickets() == Pulled(joined=1)
    ticket = Ticket.objects.get()
    assert ticket.state == "new"
    assert ticket.closed_at is None
    assert ticket.events.filter(kind=EventKind.RELAPSED).count() == 1
    assert ticket.causes.count() == 2


def test_a_new_fault_after_the_window_is_a_new_ticket(cast: Cast) -> None:
    root = fail_new(cast.tilleuls)
    open_tickets()
    mend(root)
    open_tickets()
    long_ago = timezone.now() - dt.timedelta(minutes=31)
    Ticket.objects.update(closed_at=long_ago, resolved_at=long_ago)
    fail(root.device, minutes=0)
    assert open_tickets() == Pulled(opened=1)
    assert Ticket.objects.count() == 2


def test_a_fault_joins_what_the_school_reported_about_it(cast: Cast) -> None:
    room = make_room(cast.tilleuls, "B.11")
    point = make_device(cast.tilleuls, "AP-B11", Category.ACCESS_POINT)
    RoomCoverage.objects.create(access_point=point, room=room)
    report = Ticket.objects.create(
        site=cast.tilleuls,
        title="Pas de WiFi au B.11",
        subject="internet",
        room=room,
        opened_by=cast.claire,
        touched=True,
    )
    fail(point)
    assert open_tickets() == Pulled(joined=1)
    report.refresh_from_db()
    assert report.title == "Pas de WiFi au B.11"
    assert report.causes.get().role == CauseRole.ROOT
    assert report.events.filter(kind=EventKind.JOINED).count() == 1


def test_a_fault_does_not_join_a_report_about_another_room(cast: Cast) -> None:
    other = make_room(cast.tilleuls, "A.01")
    point = make_device(cast.tilleuls, "AP-B11", Category.ACCESS_POINT)
    Ticket.objects.create(
        site=cast.tilleuls, title="x", subject="internet", room=other, opened_by=cast.claire
    )
    fail(point)
    assert open_tickets() == Pulled(opened=1)


def test_a_router_makes_the_whole_site_urgent(cast: Cast) -> None:
    Headcount.objects.create(site=cast.tilleuls, level=Level.PRIMARY, year=2026, pupils=318)
    fail_new(cast.tilleuls, "RT-1", Category.ROUTER)
    open_tickets()
    assert Ticket.objects.get().priority == 2


def test_a_batch_of_faults_costs_no_more_than_its_rows(cast: Cast) -> None:
    for n in range(25):
        fail_new(cast.tilleuls, f"SW-{n}")
    assert open_tickets(batch=10) == Pulled(opened=25)

"""A school reports a problem: one report, one ticket; never for somebody else's school."""

from __future__ import annotations

import io
import uuid

import pytest
from django.utils import timezone, translation
from PIL import Image

from helpdesk.access import ActionRefused
from helpdesk.actions.report_problem import ReportData, report_problem
from helpdesk.models import (
    CauseRole,
    EventKind,
    Priority,
    Ticket,
    TicketCause,
    TicketKind,
    TicketState,
)
from inventory.models import Category, RoomCoverage
from schools.models import AuditEntry
from schools.photos import reencode
from supervision.models import Check, Incident, IncidentState, Severity
from tests.cast import Cast, make_device, make_room, make_target

KEY = uuid.UUID("11111111-1111-4111-8111-111111111111")


def data(cast: Cast, **extra) -> ReportData:
    return ReportData(site=cast.tilleuls, subject="screen", title="Écran sans image", **extra)


def make_fault(device, service="lan", ticket=None, **extra):
    """A confirmed fault of ``device``, with its ticket."""
    target = make_target(device)
    now = timezone.now()
    check = Check.objects.create(
        target=target,
        key="reachability",
        service=service,
        state="confirmed",
        severity=Severity.DOWN,
        failing_since=now,
    )
    incident = Incident.objects.create(
        check_row=check,
        device=device,
        site=device.site,
        service=service,
        severity=Severity.DOWN,
        state=IncidentState.OPEN,
        began_at=now,
        confirmed_at=now,
        raised_at=now,
        **extra,
    )
    if ticket is None:
        ticket = Ticket.objects.create(
            site=device.site, title=f"{device.name} injoignable", detected_at=now
        )
    role = CauseRole.EFFECT if extra.get("root") else CauseRole.ROOT
    TicketCause.objects.create(ticket=ticket, incident=incident, role=role)
    return incident, ticket


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")
    out.seek(0)
    return reencode(out, 1000)


def test_a_report_opens_one_ticket_with_its_words_promise_and_audit(cast: Cast):
    room = make_room(cast.tilleuls, "A.14")
    ticket = report_problem(
        cast.claire,
        data(cast, room=room, text="Rien ne change.", used_today=True, said=(("Lampe", "Rouge"),)),
        KEY,
    )
    assert (ticket.title, ticket.subject, ticket.room) == ("Écran sans image", "screen", room)
    assert ticket.priority == Priority.NORMAL
    assert ticket.due_at is not None
    assert ticket.promise_s == 8 * 3600
    assert ticket.comments.get().body == "Rien ne change."
    event = ticket.events.get(kind=EventKind.OPENED)
    assert event.data["said"] == [["Lampe", "Rouge"]]
    assert event.data["problems"] == 1
    assert AuditEntry.objects.get(action="report_problem").object_id == str(ticket.pk)


def test_a_double_tap_is_one_ticket(cast: Cast):
    first = report_problem(cast.claire, data(cast, text="Une fois"), KEY)
    assert report_problem(cast.claire, data(cast, text="Une fois"), KEY) == first
    assert Ticket.objects.count() == 1
    assert first.comments.count() == 1


def test_another_report_is_another_ticket(cast: Cast):
    report_problem(cast.claire, data(cast), KEY)
    report_problem(cast.claire, data(cast), uuid.uuid4())
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("who", ["karl", "veronique", "sofia", "odile"])
def test_only_contact_and_head_of_the_school_report(cast: Cast, who: str):
    with pytest.raises(ActionRefused):
        report_problem(getattr(cast, who), data(cast), KEY)
    assert not Ticket.objects.exists()


def test_a_room_or_a_device_of_another_school_is_refused(cast: Cast):
    room = make_room(cast.peupliers)
    device = make_device(cast.peupliers, "SW-9")
    for extra in ({"room": room}, {"device": device}):
        with pytest.raises(ActionRefused, match="votre école"):
            report_problem(cast.claire, data(cast, **extra), KEY)


def test_that_is_it_joins_the_ticket_of_the_known_fault_once(cast: Cast):
    _incident, ticket = make_fault(make_device(cast.tilleuls, "SW-B1"))
    for _tap in range(2):
        joined = report_problem(
            cast.claire, data(cast, joins=ticket.pk, text="J’ai une évaluation à 13:30."), KEY
        )
        assert joined == ticket
    assert Ticket.objects.count() == 1
    assert ticket.events.filter(kind=EventKind.JOINED).count() == 1
    assert ticket.comments.count() == 1
    ticket.refresh_from_db()
    assert ticket.touched  # a recovery no longer closes it behind the school's back


def test_a_report_of_a_room_that_a_known_fault_darkens_joins_by_itself(cast: Cast):
    switch = make_device(cast.tilleuls, "SW-B1")
    point = make_device(cast.tilleuls, "AP-B1", Category.ACCESS_POINT)
    dark, lit = make_room(cast.tilleuls, "B.01"), make_room(cast.tilleuls, "A.01")
    RoomCoverage.objects.create(access_point=point, room=dark)
    root, ticket = make_fault(switch)
    make_fault(point, "wifi", ticket=ticket, root=root)

    def say(room):
        report = ReportData(site=cast.tilleuls, subject="internet", title="Pas de WiFi", room=room)
        return report_problem(cast.claire, report, uuid.uuid4())

    assert say(dark) == ticket
    assert say(lit) != ticket


def test_joining_a_ticket_of_another_school_finds_nothing(cast: Cast):
    theirs = Ticket.objects.create(site=cast.peupliers, title="Ailleurs")
    with pytest.raises(Ticket.DoesNotExist):
        report_problem(cast.claire, data(cast, joins=theirs.pk), KEY)


def test_joining_a_closed_ticket_is_refused(cast: Cast):
    now = timezone.now()
    closed = Ticket.objects.create(
        site=cast.tilleuls,
        title="Vieux",
        state=TicketState.CLOSED,
        resolved_at=now,
        closed_at=now,
        resolution="remote",
    )
    with pytest.raises(ActionRefused, match="nouveau signalement"):
        report_problem(cast.claire, data(cast, joins=closed.pk), KEY)


def test_what_is_asked_for_is_a_request_and_waits_longer(cast: Cast):
    ticket = report_problem(cast.claire, data(cast, request=True, used_today=True), KEY)
    assert ticket.kind == TicketKind.REQUEST
    assert ticket.priority == Priority.LOW


def test_a_photo_comes_with_a_message_of_its_own(cast: Cast):
    with translation.override("fr"):
        ticket = report_problem(cast.claire, data(cast, photo=photo()), KEY)
    stored = ticket.attachments.get()
    assert stored.comment.body == "Voici une photo."
    assert stored.content_type == "image/jpeg"
    assert not stored.internal
    assert stored.file.read(3) == b"\xff\xd8\xff"

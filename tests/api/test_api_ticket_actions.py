"""The API writes through the actions of the pages: same refusals, same history, same journal."""

from __future__ import annotations

import uuid

import pytest

from helpdesk.models import EventKind, TicketState
from schools.models import AuditEntry


def post(client, ticket, verb: str, **body):
    return client.post(f"/api/v1/tickets/{ticket.pk}/{verb}/", body, format="json")


def test_a_technician_takes_and_releases(api, cast, ours):
    sofia = api(cast.sofia)
    taken = post(sofia, ours.ticket, "take")
    assert taken.status_code == 200
    assert taken.json()["assignee"]["name"] == "Sofia Exemple"
    assert taken.json()["state"] == TicketState.IN_PROGRESS
    assert ours.ticket.events.filter(kind=EventKind.TAKEN, actor=cast.sofia).count() == 1
    assert AuditEntry.objects.filter(action="take_ticket", actor=cast.sofia).exists()
    assert post(sofia, ours.ticket, "release").json()["assignee"] is None


def test_the_second_taker_is_refused_with_the_reason(api, cast, ours):
    post(api(cast.sofia), ours.ticket, "take")
    refused = post(api(cast.thomas), ours.ticket, "take")
    assert refused.status_code == 403
    assert "Sofia Exemple" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("take", {}),
        ("release", {}),
        ("comment", {"body": "x"}),
        ("ask", {}),
        ("resolve", {"mode": "remote"}),
        ("reopen", {}),
        ("resume", {}),
        ("close", {}),
        ("priority", {"priority": 1}),
    ],
)
def test_a_ticket_of_another_school_is_404_for_every_verb(verb, body, api, cast, ours, theirs):
    assert post(api(cast.claire), theirs.ticket, verb, **body).status_code == 404
    theirs.ticket.refresh_from_db()
    assert theirs.ticket.state == TicketState.NEW


def test_a_contact_may_not_take(api, cast, ours):
    refused = post(api(cast.claire), ours.ticket, "take")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"


def test_a_contact_writes_but_no_internal_note(api, cast, ours):
    claire = api(cast.claire)
    assert post(claire, ours.ticket, "comment", body="Toujours en panne.").status_code == 201
    assert post(claire, ours.ticket, "comment", body="x", internal=True).status_code == 403
    assert post(claire, ours.ticket, "comment", body="").status_code == 400


def test_asking_stops_the_clock(api, cast, ours):
    ours.visual_check.delete()
    asked = post(api(cast.sofia), ours.ticket, "ask", message="Regardez la borne.")
    assert asked.json()["state"] == TicketState.WAITING
    assert asked.json()["paused_at"] is not None


def test_a_device_of_another_site_cannot_be_asked_about(api, cast, ours, theirs):
    ours.visual_check.delete()
    asked = post(api(cast.sofia), ours.ticket, "ask", device=theirs.access_point.pk)
    assert asked.status_code == 404


def test_resolving_names_the_mode_and_can_be_contested(api, cast, ours):
    sofia, claire = api(cast.sofia), api(cast.claire)
    assert post(sofia, ours.ticket, "resolve", mode="magic").status_code == 400
    resolved = post(sofia, ours.ticket, "resolve", mode="remote", text="Port relancé.").json()
    assert (resolved["state"], resolved["resolution"]) == ("resolved", "remote")
    assert post(claire, ours.ticket, "reopen", why="Non").json()["state"] == "in_progress"


def report(client, site, **body):
    sent = {"request_key": str(uuid.uuid4()), "site": site.pk, "subject": "screen"}
    return client.post("/api/v1/reports/", {**sent, "title": "Écran noir", **body}, format="json")


def test_a_school_reports_once(api, cast):
    key = str(uuid.uuid4())
    first = report(api(cast.claire), cast.tilleuls, request_key=key)
    second = report(api(cast.claire), cast.tilleuls, request_key=key)
    assert first.status_code == 201
    assert first.json()["id"] == second.json()["id"]


def test_nobody_reports_for_a_school_that_is_not_theirs(api, cast, theirs):
    assert report(api(cast.claire), cast.peupliers).status_code == 404
    assert report(api(cast.veronique), cast.tilleuls).status_code == 403
    assert report(api(cast.claire), cast.tilleuls, room=theirs.room.pk).status_code == 404
    assert report(api(cast.claire), cast.tilleuls, joins=theirs.ticket.pk).status_code == 404

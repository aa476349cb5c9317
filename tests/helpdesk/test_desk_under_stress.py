"""The desk of people in a hurry: second clicks, forms sent again, tickets that end meanwhile."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.evidence import known_about
from helpdesk.models import Comment, EventKind, Ticket
from helpdesk.rows import causes_of
from helpdesk.story import story_of
from inventory.models import Category
from schools.models import User
from supervision.models import EventKind as SeenKind
from supervision.models import TargetEvent
from tests.cast import Cast, make_device
from tests.helpdesk.faults import fail, fail_new, mend


def _enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _toast(answer: HttpResponse) -> dict[str, str]:
    told: dict[str, str] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return told


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    fail_new(cast.tilleuls)
    open_tickets()
    return Ticket.objects.get()


def test_the_same_words_at_once_are_one_message(cast: Cast, ticket: Ticket) -> None:
    url = reverse("helpdesk:reply", args=[ticket.pk])
    sofia = _enter(cast.sofia)
    for _twice in range(2):
        assert sofia.post(url, {"body": "Je regarde."}).status_code == 302
    assert Comment.objects.get().body == "Je regarde."
    comment_ticket(ticket.pk, "Je regarde.", by=cast.sofia, internal=True)
    comment_ticket(ticket.pk, "Merci.", by=cast.claire)
    comment_ticket(ticket.pk, "Je regarde.", by=cast.sofia)
    assert Comment.objects.count() == 4


def test_taking_twice_is_taking_once(cast: Cast, ticket: Ticket) -> None:
    url = reverse("helpdesk:take", args=[ticket.pk])
    sofia = _enter(cast.sofia)
    for _twice in range(2):
        assert "error" not in _toast(sofia.post(url, headers={"HX-Request": "true"}))
    assert ticket.events.filter(kind=EventKind.TAKEN).count() == 1
    late = _toast(_enter(cast.thomas).post(url, headers={"HX-Request": "true"}))
    assert late["error"]
    assert "Sofia" in late["text"]


def test_a_ticket_resolved_while_one_writes_says_so(cast: Cast, ticket: Ticket) -> None:
    resolve_ticket(ticket.pk, "remote", by=cast.thomas)
    url = reverse("helpdesk:reply", args=[ticket.pk])
    data = {"body": "Et maintenant ?", "wait": "1"}
    told = _toast(_enter(cast.sofia).post(url, data, headers={"HX-Request": "true"}))
    assert "résolu entre-temps" in told["text"]
    assert Comment.objects.count() == 1


def test_what_a_cause_masks_counts_devices_that_are_masked_now(cast: Cast, ticket: Ticket) -> None:
    root = ticket.causes.get().incident
    points = [make_device(cast.tilleuls, f"AP-{n}", Category.ACCESS_POINT) for n in range(3)]
    for point in points:
        mend(fail(point, root=root))
        open_tickets()
    points.append(make_device(cast.tilleuls, "IMP-1", Category.PRINTER))
    effects = [fail(point, root=root) for point in points]
    open_tickets()
    mend(effects[0], effects.pop())
    open_tickets()
    known = known_about(ticket)
    assert known.masked == 2
    assert [(group.names, group.ended) for group in known.groups] == [(["AP-1", "AP-2"], 1)]
    assert causes_of([ticket.pk])[1][ticket.pk] == 2


def test_the_cause_leads_the_names_of_what_recovered(cast: Cast, ticket: Ticket) -> None:
    root = ticket.causes.get().incident
    effect = fail(make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT), root=root)
    open_tickets()
    for incident in (effect, root):
        mend(incident)
        open_tickets()
    (line,) = [x for x in story_of(ticket, cast.sofia) if x.kind == EventKind.RECOVERED]
    assert line.text.endswith("SW-B1, AP-1")


def test_a_burst_of_traps_does_not_bury_the_readings(cast: Cast, ticket: Ticket) -> None:
    check = ticket.causes.get().incident.check_row
    now = timezone.now()
    for n in range(30):
        TargetEvent.objects.create(
            target=check.target,
            kind=SeenKind.TRAP,
            at=now + dt.timedelta(seconds=n),
            data={"name": "linkUp", "port": str(n)},
        )
    TargetEvent.objects.create(
        target=check.target,
        check_row=check,
        kind=SeenKind.STATE,
        new="confirmed",
        at=check.state_at,
    )
    page = _enter(cast.sofia).get(reverse("helpdesk:ticket", args=[ticket.pk]))
    told = [line["text"] for line in page.context["readings"]]
    assert told == ["Port 29\u00a0: lien rétabli, et 29 autres", "Panne confirmée"]

"""The made-up day before: enough to look at, marked, consistent, and never written twice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from deploy.lab.load.history import MARK
from deploy.lab.region import REGION
from helpdesk.models import Ticket, TicketCause, TicketState
from supervision.models import Check, CheckState, Incident, Sample, Target, TargetEvent
from supervision.strips import strips

HISTORY = True


@pytest.fixture
def past(demo):
    """The demo with its day before."""


def target(name: str, site: str) -> Target:
    return Target.objects.get(device__name=name, site__name=site)


def test_every_consenting_device_has_a_day_of_readings_and_the_others_none(past):
    sampled = set(Sample.objects.values_list("target", flat=True))
    consenting = Target.objects.exclude(site__name="Parc")
    assert sampled == set(consenting.values_list("pk", flat=True))
    day = timezone.now() - dt.timedelta(hours=24, minutes=6)
    assert not Sample.objects.filter(at__lt=day).exists()
    assert Sample.objects.filter(target=target("AP-B12", "Moulin")).count() >= 280


def test_twice_adds_nothing(past):
    def count() -> list[int]:
        models = (Sample, TargetEvent, Incident, Ticket, TicketCause, Check)
        return [model.objects.count() for model in models]

    before = count()
    call_command("load_demo", history=True, verbosity=0)
    assert count() == before


def test_faults_that_counted_have_one_closed_ticket_with_their_consequences(past):
    roots = Incident.objects.filter(root=None)
    assert {incident.device.name for incident in roots} == {"SW-2", "AP-R2", "RT-1"}
    assert not Incident.objects.live().exists()
    for root in roots:
        cause = TicketCause.objects.select_related("ticket").get(incident=root)
        assert cause.ticket.state == TicketState.CLOSED
        assert cause.ticket.causes.count() == 1 + root.consequences.count()
        assert cause.ticket.detected_at == root.began_at
    assert roots.get(device__name="SW-2").consequences.count() == 4
    assert set(Incident.objects.values_list("detail", flat=True)) == {MARK}


def test_short_silences_show_on_the_strip_and_nowhere_else(past):
    one = target("SW-B1", "Moulin")
    cells = strips([one.pk], timezone.now())[one.pk]
    assert set(cells) == {"ok", "suspect"}
    assert not Incident.objects.filter(device=one.device).exists()
    assert TargetEvent.objects.filter(target=one).count() == 4
    assert all(event.data["demo"] == MARK for event in TargetEvent.objects.all())


def test_everything_works_now(past):
    assert set(Check.objects.values_list("state", flat=True)) == {CheckState.OK}
    assert Check.objects.count() == len(REGION.devices) - len(REGION.site("aldegonde").devices)


def test_two_reports_of_schools_wait_in_the_queue(past):
    waiting = Ticket.objects.open().filter(damages=None).order_by("opened_at")
    assert [(t.opened_by.full_name, t.state) for t in waiting] == [
        ("Claire Delcourt", TicketState.IN_PROGRESS),
        ("Karl Heinen", TicketState.NEW),
    ]
    assert [c.author.full_name for c in waiting[0].comments.all()] == [
        "Claire Delcourt",
        "Sofia Lambrecht",
    ]
    assert waiting[0].opened_at < timezone.now() - dt.timedelta(minutes=90)

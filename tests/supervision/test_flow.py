"""A fault from the first silent poll to its end."""

from __future__ import annotations

import datetime as dt

import pytest

from supervision.models import Check, Incident, PollRun, Sample, Snapshot, TargetEvent
from supervision.snmp.contract import Outcome
from tests.cast import Cast, make_device
from tests.supervision.scene import START, Scene


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return Scene()


def test_a_silent_device_is_suspect_at_once_and_raised_after_the_agreed_time(cast, scene):
    device = make_device(cast.tilleuls, "SW-B1")
    target = scene.watch(device)
    scene.poll()
    assert scene.state(target) == "ok"

    scene.until(120)
    scene.kill(target)
    scene.poll(target)
    fell_at = scene.now
    assert scene.state(target) == "suspect"
    assert scene.live(device) is None

    scene.until(290)
    assert scene.state(target) == "suspect"
    scene.until(12)
    incident = scene.live(device)
    assert scene.state(target) == "confirmed"
    assert incident.state == "open"
    assert incident.root is None
    assert incident.began_at == fell_at
    assert dt.timedelta(seconds=300) <= incident.raised_at - fell_at <= dt.timedelta(seconds=302)
    assert any(report.incidents for report in scene.reports)

    scene.until(30)
    scene.revive(target)
    scene.until(60)
    assert scene.state(target) == "recovering"
    scene.until(70)
    assert scene.state(target) == "ok"
    incident.refresh_from_db()
    assert incident.state == "closed"
    assert incident.recovering_at is not None
    events = TargetEvent.objects.filter(target=target, check_row__key="reachability")
    story = list(events.order_by("at").values_list("new", flat=True))
    assert story == ["ok", "suspect", "confirmed", "recovering", "ok"]
    assert Incident.objects.count() == 1
    assert Sample.objects.filter(target=target, at__gt=START).count() > 5
    assert PollRun.objects.filter(asked=1).exists()
    assert Snapshot.objects.filter(target=target).exists()


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAULTY])
def test_what_speaks_is_never_down(cast, scene, outcome):
    target = scene.watch(make_device(cast.tilleuls, "SW-B1"))
    scene.poll()
    scene.kill(target, outcome=outcome)
    scene.until(900)
    assert scene.state(target) == "unknown"
    assert Incident.objects.count() == 0
    assert Check.objects.get(target=target, key="reachability").detail == "as told"

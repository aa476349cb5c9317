"""A trap makes us look at once; it is never a ticket, and proves little."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.models import Category
from supervision.actions.handle_trap import Limit, handle_trap
from supervision.models import Incident, Neighbour, Snapshot, Target, TargetEvent, Trap
from supervision.shown import event_phrase
from tests.cast import Cast, make_device, make_link, make_target
from tests.supervision.scene import Scene

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
AUTHENTICATION_FAILURE = "1.3.6.1.6.3.1.1.5.5"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return Scene()


def link_down(scene: Scene, target: Target, index: int = 24) -> list[int]:
    return handle_trap(
        target.address, LINK_DOWN, {f"{IF_INDEX}.{index}": index}, scene.now, Limit()
    )


def test_a_lost_link_wakes_both_ends_by_the_register(cast, scene):
    upper, lower = make_device(cast.tilleuls, "SW-A1"), make_device(cast.tilleuls, "SW-B1")
    make_link(upper, lower, upper_port="24")
    targets = [scene.watch(upper), scene.watch(lower)]
    scene.poll()
    assert sorted(link_down(scene, targets[0])) == sorted(t.pk for t in targets)
    assert scene.poll().asked == 2
    event = TargetEvent.objects.get(target=targets[0], kind="trap")
    assert event_phrase(event)[2] == "Port 24\xa0: lien coupé"
    assert Trap.objects.get().target == targets[0]
    assert not Incident.objects.exists()


def test_a_lost_link_wakes_what_lldp_heard_there(cast, scene):
    upper, lower = make_device(cast.tilleuls, "SW-A1"), make_device(cast.tilleuls, "AP-1")
    above, below = scene.watch(upper), scene.watch(lower)
    scene.poll()
    Snapshot.objects.update_or_create(
        target=above,
        defaults={"at": scene.now, "ports": [{"name": "Gi1/0/24", "index": 10124}]},
    )
    Neighbour.objects.create(
        target=above, local_port="Gi1/0/24", remote_chassis="x", remote_port="eth0",
        device=lower, first_seen_at=scene.now, last_seen_at=scene.now,
    )  # fmt: skip
    assert set(link_down(scene, above, 10124)) == {above.pk, below.pk}


def test_from_the_trap_to_the_incident_within_two_seconds_of_the_agreed_time(cast, scene):
    upper, lower = make_device(cast.tilleuls, "SW-A1"), make_device(cast.tilleuls, "SW-B1")
    router = make_device(cast.tilleuls, "R1", Category.ROUTER)
    make_link(router, upper, lower_port="48")
    make_link(upper, lower, upper_port="24", lower_port="48")
    above, below = scene.watch(upper, 300), scene.watch(lower, 300)
    scene.watch(router, 300)
    scene.until(301)
    scene.kill(below)
    fell_at = scene.now
    link_down(scene, above)
    scene.poll()
    scene.until(302)
    incident = scene.live(lower)
    assert incident.began_at == fell_at
    assert incident.state == "open"
    assert 300 <= (incident.raised_at - fell_at).total_seconds() <= 302


def test_who_says_it_refuses_us_is_unknown_not_down(cast, scene):
    target = scene.watch(make_device(cast.tilleuls, "SW-1"), interval_s=60)
    scene.poll()
    scene.kill(target)  # a v2c agent is silent to a wrong community
    for _n in range(12):
        handle_trap(target.address, AUTHENTICATION_FAILURE, {}, scene.now, Limit())
        scene.until(60)
    assert scene.state(target) == "unknown"
    assert not Incident.objects.exists()
    # once it no longer says so, silence is silence
    scene.until(600)
    assert Incident.objects.count() == 1


def test_strangers_and_schools_without_consent_wake_nobody(cast, scene):
    parked = make_target(make_device(cast.bouleaux, "SW-1"), parked=True)
    assert handle_trap("127.250.1.1", LINK_DOWN, {}, scene.now, Limit()) == []
    assert handle_trap(parked.address, LINK_DOWN, {}, scene.now, Limit()) == []
    assert list(Trap.objects.values_list("source", flat=True)) == ["127.250.1.1"]


def test_a_storm_of_one_source_is_bounded(cast, scene):
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))
    limit = Limit(count=20, seconds=10)
    for _n in range(100):
        handle_trap(target.address, LINK_DOWN, {}, scene.now, limit)
    assert Trap.objects.count() == 20
    later = scene.now + dt.timedelta(seconds=11)
    handle_trap(target.address, LINK_DOWN, {}, later, limit)
    assert Trap.objects.count() == 21


def test_octets_are_kept_readable(cast, scene):
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))
    values = {"1.3.1": b"Gi1/0/24", "1.3.2": b"\x00\x01\xff", "1.3.3": 7, "1.3.4": None}
    handle_trap(target.address, "1.3.6.1.4.1.9.9.9", values, scene.now, Limit())
    assert Trap.objects.get().varbinds == {
        "1.3.1": "Gi1/0/24", "1.3.2": "00:01:ff", "1.3.3": 7, "1.3.4": None,
    }  # fmt: skip

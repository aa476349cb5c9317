"""Writing a batch: once, whole, in the same number of statements, whoever else writes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.models import Category
from supervision.actions.claim_due import claim_these
from supervision.actions.poll import poll_batch, read_of
from supervision.actions.record_readings import record_readings
from supervision.actions.wake_targets import wake_targets
from supervision.actions.watch_silence import watch_silence
from supervision.models import Check, Incident, Neighbour, Sample, Snapshot, Target, TargetEvent
from supervision.snmp.contract import ObjectId, Outcome, Reply
from supervision.snmp.profile import SYS_DESCR, SYS_OBJECT_ID
from tests.cast import Cast, make_cast, make_device, make_target
from tests.supervision.scene import Scene

NAME, ADMIN, OPER, SPEED = (
    "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.7", "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.31.1.1.1.15",
)  # fmt: skip


def silence(target: Target, at: dt.datetime, outcome=Outcome.TIMEOUT):
    wake_targets([target.pk], at)
    (due,) = claim_these([target.pk], at)
    return read_of(due, None, Reply(outcome), at)


def test_recording_twice_changes_nothing(cast: Cast):
    scene = Scene()
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))
    reads = [silence(target, scene.now)]
    record_readings(reads, scene.now, scene.now)

    def everything():
        return (
            list(Check.objects.order_by("pk").values()),
            list(TargetEvent.objects.values()),
            list(Sample.objects.values_list("target_id", "at", "outcome")),
            list(Incident.objects.values()),
        )

    before = everything()
    assert record_readings(reads, scene.now, scene.now).ignored == 1
    late = scene.now - dt.timedelta(seconds=30)
    assert record_readings(reads, late, late).ignored == 1
    assert everything() == before


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.TIMEOUT])
def test_statements_do_not_grow_with_the_batch(cast: Cast, outcome):
    scene = Scene()
    for n in range(40):
        scene.watch(make_device(cast.tilleuls, f"SW-{n:02d}"), profile="switch")
    scene.poll()
    targets = list(Target.objects.order_by("pk"))
    scene.kill(*targets, outcome=outcome)

    def count(some: list[Target]) -> int:
        scene.now += dt.timedelta(seconds=1)
        with CaptureQueriesContext(connection) as queries:
            assert scene.poll(*some).asked == len(some)
        return len(queries)

    assert count(targets[:2]) == count(targets[2:])


@pytest.mark.django_db(transaction=True)
def test_two_recorders_open_one_incident():
    cast = make_cast()
    Scene()  # agreed times
    now = timezone.now()
    targets = [make_target(make_device(cast.tilleuls, f"SW-{n}"), profile="generic")
               for n in range(20)]  # fmt: skip
    began = now - dt.timedelta(seconds=400)
    record_readings([silence(t, began) for t in targets], began, began)
    assert Check.objects.filter(state="suspect", key="reachability").count() == 20
    batches = [[silence(t, now) for t in order] for order in (targets, targets[::-1])]
    ready = threading.Barrier(2)
    failures: list[BaseException] = []

    def work(index: int) -> None:
        at = now + dt.timedelta(milliseconds=index)
        try:
            ready.wait()
            record_readings(batches[index], at, at)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert Incident.objects.count() == 20
    assert TargetEvent.objects.filter(new="confirmed").count() == 20


def test_first_contact_chooses_the_profile_and_the_next_poll_uses_it(cast: Cast):
    scene = Scene()
    device = make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT)
    target = scene.watch(device, profile="")
    scene.reader.values[target.address] = {
        SYS_OBJECT_ID: ObjectId("1.3.6.1.4.1.41112.1.6"), SYS_DESCR: b"U6-Pro",
    }  # fmt: skip
    scene.reader.columns[target.address] = {
        "1.3.6.1.4.1.41112.1.6.1.2.1.8": {"1": 12, "2": 9},
        NAME: {"1": b"eth0"}, ADMIN: {"1": 1}, OPER: {"1": 1}, SPEED: {"1": 1000},
        "1.0.8802.1.1.2.1.4.1.1.4": {"0.1.1": 4},
        "1.0.8802.1.1.2.1.4.1.1.5": {"0.1.1": bytes.fromhex("02aabbccddee")},
        "1.0.8802.1.1.2.1.4.1.1.7": {"0.1.1": b"24"},
        "1.0.8802.1.1.2.1.4.1.1.9": {"0.1.1": b"SW-A1"},
        "1.0.8802.1.1.2.1.3.7.1.3": {"1": b"eth0"},
    }  # fmt: skip
    switch = make_device(cast.tilleuls, "SW-A1", mac="02:aa:bb:cc:dd:ee")
    scene.poll()
    scene.now += dt.timedelta(seconds=1)
    scene.poll()
    target.refresh_from_db()
    assert target.profile == "access_point"
    snapshot = Snapshot.objects.get(target=target)
    assert snapshot.values["clients"] == 21
    assert snapshot.ports == [{
        "name": "eth0", "index": 1, "admin": "up", "oper": "up", "speed_mbps": 1000,
        "in_octets": 0, "out_octets": 0, "errors": 0,
    }]  # fmt: skip
    assert Check.objects.get(target=target, key="reachability").service == "wifi"
    neighbour = Neighbour.objects.get(target=target)
    assert (neighbour.local_port, neighbour.remote_port) == ("eth0", "24")
    assert neighbour.device == switch


def test_a_device_that_never_answered_is_a_fault_too(cast: Cast):
    scene = Scene()
    device = make_device(cast.tilleuls, "SW-1")
    target = scene.watch(device, profile="")
    scene.kill(target)
    scene.until(310)
    assert scene.live(device).state == "open"


def test_a_restart_is_told_and_the_wrap_of_the_counter_is_not(cast: Cast):
    scene = Scene()
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))

    def after(ticks: int) -> int:
        scene.reader.uptime[target.address] = ticks
        scene.now += dt.timedelta(seconds=60)
        scene.poll(target)
        return TargetEvent.objects.filter(target=target, kind="reboot").count()

    assert after(100_000) == 0
    assert after(106_000) == 0
    assert after(3_000) == 1
    # TimeTicks counts to 2^32 hundredths (497 days), then starts again
    assert after(2**32 - 2_000) == 1
    assert after(4_000) == 1


def test_hysteresis_through_the_whole_flow(cast: Cast):
    scene = Scene()
    target = scene.watch(make_device(cast.tilleuls, "SW-1"), profile="switch")
    at = target.address

    def warm(degrees: int) -> str:
        scene.reader.columns[at] = {
            "1.3.6.1.2.1.99.1.1.1.1": {"7": 8}, "1.3.6.1.2.1.99.1.1.1.4": {"7": degrees},
        }  # fmt: skip
        scene.now += dt.timedelta(seconds=60)
        scene.poll(target)
        return scene.state(target, "temperature")

    assert warm(40) == "ok"
    assert warm(61) == "suspect"
    assert warm(53) == "suspect"  # under the limit, not yet under the way back
    assert warm(49) == "ok"
    assert warm(61) == "suspect"
    scene.until(310)
    incident = Incident.objects.get(check_row__key="temperature")
    assert (incident.severity, incident.state, incident.value) == ("degraded", "open", 61)
    assert warm(72) == "confirmed"
    incident.refresh_from_db()
    assert incident.severity == "down"


def test_our_own_silence_is_unknown_not_down(cast: Cast):
    scene = Scene()
    target = scene.watch(make_device(cast.tilleuls, "SW-1"), interval_s=60)
    scene.poll()
    assert watch_silence(scene.now + dt.timedelta(seconds=200)) == 0
    assert watch_silence(scene.now + dt.timedelta(seconds=300)) == 1
    assert watch_silence(scene.now + dt.timedelta(seconds=301)) == 0
    assert scene.state(target) == "unknown"
    assert not Incident.objects.exists()
    assert TargetEvent.objects.filter(kind="action", data__action="silence").count() == 1


def test_flapping_is_one_incident(cast: Cast):
    scene = Scene()
    device = make_device(cast.tilleuls, "SW-1")
    target = scene.watch(device)
    for _n in range(40):
        scene.kill(target)
        scene.now += dt.timedelta(seconds=10)
        scene.poll(target)
        scene.revive(target)
        scene.now += dt.timedelta(seconds=10)
        scene.poll(target)
    incident = Incident.objects.get()
    assert incident.flapping
    assert incident.state == "open"
    scene.until(1500)
    incident.refresh_from_db()
    assert incident.state == "closed"
    assert Incident.objects.count() == 1


def test_an_empty_batch_is_nothing(db):
    assert poll_batch([]).asked == 0

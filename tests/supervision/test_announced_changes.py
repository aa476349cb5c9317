"""A trap says that a configuration changed: the device is read within a minute."""

from __future__ import annotations

import datetime as dt
import socket
import threading

import pytest
from django.utils import timezone

from deploy.lab.agent_core import AgentCore, TableMib
from inventory.actions.configuration.ask import ask_backup
from inventory.actions.configuration.claim import claim_due
from inventory.actions.configuration.record import Reading, keep_reading
from inventory.models import CliAccess, ConfigBackup, PushStep
from supervision.actions.handle_trap import Limit, handle_trap
from supervision.models import Target, TargetEvent
from supervision.shown import event_phrase
from supervision.snmp import ber
from supervision.snmp.changes import notifications, says_changed
from supervision.snmp.traps import Trap, TrapReceiver
from tests.cast import make_device, make_target
from tests.inventory.configuration.scene import TEXT, make_access, make_set, seen
from tests.inventory.push.planned import make_push

CISCO = "1.3.6.1.4.1.9.9.43.2.0.1"
DESTINATION = "1.3.6.1.4.1.9.9.43.1.1.6.1.5"
JUNIPER = "1.3.6.1.4.1.2636.4.5.0.1"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def access(cast) -> CliAccess:
    """A switch that was read this night, and is read again tomorrow."""
    make_set()
    now = timezone.now()
    made = make_access(
        cast.tilleuls,
        last_read_at=now - dt.timedelta(hours=9),
        next_backup_at=now + dt.timedelta(hours=15),
    )
    make_target(made.device, address="127.0.0.1")
    return made


def arcs(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


def announce(oid: str = JUNIPER, at: dt.datetime | None = None, **carried: int) -> None:
    now = at or timezone.now()
    handle_trap("127.0.0.1", oid, {f"{DESTINATION}.7": n for n in carried.values()}, now, Limit())


def waits(access: CliAccess, now: dt.datetime) -> dt.timedelta | None:
    """How long until it is read; None: nobody waits for it."""
    access.refresh_from_db()
    return access.next_backup_at - now if access.wanted_at else None


def read_at(access: CliAccess, now: dt.datetime, text: str = TEXT) -> ConfigBackup | None:
    """What a worker does for it at that moment, the device's answer being known."""
    (one,) = claim_due(now)
    reading = Reading(text, 5, "a2V5")
    return keep_reading(access.pk, reading, now, token=one.token, cause=one.cause)


def test_every_notification_says_who_defines_it():
    for oid, kind in notifications().items():
        assert oid.startswith("1.3.6.1."), kind
        assert "MIB" in kind.mib, kind
        assert bool(kind.column) == bool(kind.values), kind
        assert says_changed(oid, {}), kind


@pytest.mark.django_db(transaction=True)
def test_a_trap_over_the_network_has_the_device_read_within_a_minute(access):
    arrived: list[Trap] = []
    there = threading.Event()

    def take(trap: Trap) -> None:
        arrived.append(trap)
        there.set()

    receiver = TrapReceiver("127.0.0.1", 0, ["public"], [], take)
    listening = threading.Thread(target=receiver.run, daemon=True)
    listening.start()
    assert receiver.ready.wait(10)
    told = [(arcs(f"{DESTINATION}.7"), ber.integer(3))]
    sent = AgentCore(TableMib({})).encode_trap(arcs(CISCO), told, credential="public", uptime=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(sent, ("127.0.0.1", receiver.port))
    assert there.wait(10)
    receiver.stop()
    listening.join(5)
    (trap,) = arrived
    handle_trap(trap.source_address, trap.trap_oid, trap.varbinds, trap.received_at, Limit())
    wait = waits(access, trap.received_at)
    assert wait is not None
    assert wait < MINUTE
    assert access.wanted == "trap"
    assert read_at(access, access.next_backup_at).cause == "trap"
    assert waits(access, trap.received_at) is None
    icon, _state, text, _sub = event_phrase(TargetEvent.objects.get(kind="trap"))
    assert (icon, text) == ("git-compare", "L’équipement annonce un changement de configuration")


@pytest.mark.parametrize(("destination", "wakes"), [(3, True), (2, False), (4, False)])
def test_to_show_or_to_save_a_configuration_is_no_change(access, destination, wakes):
    now = timezone.now()
    announce(CISCO, now, destination=destination)
    assert (waits(access, now) is not None) == wakes


def test_many_traps_in_a_minute_are_one_reading(access):
    now = timezone.now()
    for second in range(0, 60, 3):
        announce(at=now + dt.timedelta(seconds=second))
    assert TargetEvent.objects.filter(kind="trap").count() == 20
    read = now + dt.timedelta(seconds=60)
    assert read_at(access, read, TEXT) is not None
    assert claim_due(read + dt.timedelta(hours=1)) == []


def test_a_change_announced_while_it_is_read_is_read_again(access):
    now = timezone.now()
    announce(at=now)
    (one,) = claim_due(now + MINUTE)
    announce(at=now + MINUTE * 1.1)
    reading = Reading(TEXT, 5, "a2V5")
    keep_reading(access.pk, reading, now + MINUTE * 1.2, token=one.token, cause=one.cause)
    wait = waits(access, now + MINUTE * 1.2)
    assert wait is not None
    assert wait < MINUTE
    assert read_at(access, now + MINUTE * 2.2, TEXT + "vlan 30\n").cause == "trap"
    assert waits(access, now) is None


def test_a_device_that_cries_wolf_is_read_less_and_less_often(access, settings):
    settings.CONFIG_BACKUP_HOURS = 10_000  # so that no planned reading comes between
    now, gaps = timezone.now(), []
    seen(access)
    for _n in range(9):
        access.refresh_from_db()
        now = max(now, access.last_read_at) + dt.timedelta(seconds=1)
        announce(at=now)
        gaps.append(round((waits(access, now)).total_seconds()))
        now += dt.timedelta(seconds=gaps[-1])
        read_at(access, now)
    assert gaps[:3] == [44, 89, 179]
    assert gaps[-1] == 3599
    announce(at=now + dt.timedelta(hours=2))
    assert waits(access, now + dt.timedelta(hours=2)) == dt.timedelta(seconds=15)
    read_at(access, now + dt.timedelta(hours=3), TEXT + "vlan 30\n")
    access.refresh_from_db()
    assert access.false_alarms == 0


def test_what_a_person_asked_for_serves_the_trap(access, cast):
    now = timezone.now()
    ask_backup(cast.thomas, access, now)
    announce(at=now)
    access.refresh_from_db()
    assert (access.wanted, access.wanted_by) == ("demand", cast.thomas)


@pytest.mark.parametrize("values", [{"enabled": False}, {"state": "paused"}])
def test_a_device_that_is_not_backed_up_is_left_alone(access, values):
    CliAccess.objects.filter(pk=access.pk).update(**values)
    now = timezone.now()
    announce(at=now)
    assert waits(access, now) is None
    CliAccess.objects.all().delete()
    announce(at=now)
    assert TargetEvent.objects.filter(kind="trap").count() == 2


def test_without_consent_a_trap_wakes_nothing(access):
    Target.objects.update(parked=True)
    now = timezone.now()
    announce(at=now)
    assert waits(access, now) is None


def test_other_traps_and_other_devices_wake_no_reading(access, cast):
    other = make_access(cast.tilleuls, "SW-2", next_backup_at=access.next_backup_at)
    make_target(make_device(cast.tilleuls, "SW-3"))
    now = timezone.now()
    announce("1.3.6.1.6.3.1.1.5.3", now)
    assert waits(access, now) is None
    announce(at=now)
    assert waits(access, now) is not None
    assert waits(other, now) is None


def test_our_own_change_is_not_read_in_the_middle(access, cast):
    now = timezone.now()
    step = make_push(access.device.site, access.device, cast.sofia)
    announce(at=now)
    due = now + MINUTE
    (one,) = claim_due(due)
    held = {"lease_until": due + MINUTE, "token": one.token, "state": "pushing"}
    PushStep.objects.filter(pk=step.pk).update(**held)
    # it began before the writing, and comes back in its midst
    reading = Reading(TEXT + "vlan 66\n", 5, "a2V5")
    assert keep_reading(access.pk, reading, due, token=one.token, cause=one.cause) is None
    assert not ConfigBackup.objects.exists()
    assert claim_due(due + MINUTE * 0.9) == []
    PushStep.objects.filter(pk=step.pk).update(lease_until=None, token=None, state="verified")
    # what the writer kept is newer than the trap: nobody waits any more
    keep_reading(access.pk, Reading(TEXT, 5, "a2V5"), due, cause="after_push")
    assert waits(access, due) is None

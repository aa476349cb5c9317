"""Configurations read from real SSH servers, and what is kept of them."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from inventory.actions.configuration.ask import ask_backup, resume_backups, trust_new_key
from inventory.actions.configuration.back_up import back_up
from inventory.actions.configuration.claim import claim_due, claim_these, put_off_unconsented
from inventory.actions.configuration.logins import login_for
from inventory.actions.configuration.record import Reading, keep_failure, keep_reading
from inventory.cli.contract import Login
from inventory.cli.fingerprints import told
from inventory.models import (
    AccessState,
    CliAccess,
    CliCredentialScope,
    CliCredentialSet,
    ConfigBackup,
    ConfigBlob,
    ConfigDrift,
    ConfigFailure,
    FailureReason,
)
from inventory.models.command_lines import MOST_REFUSALS
from schools.models import Consent
from tests.inventory.configuration.devices import FAMILIES, PASSWORD, make_box, served
from tests.inventory.configuration.scene import (
    TEXT,
    again,
    due,
    make_access,
    make_set,
    read_now,
    seen,
    versions,
)


@pytest.fixture
def site(cast):
    return cast.tilleuls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_read_kept_and_read_again_without_a_second_version(family, site):
    make_set()
    box = make_box(family)
    with served(box) as endpoint:
        access = make_access(site, endpoint=endpoint)
        assert read_now() == 1
        box.clock = lambda: time.time() + 90  # the device prints another time of day now
        assert again(access) == 1
    (version,) = versions(access.device)
    assert (version.reads, version.cause, version.current) == (2, "schedule", True)
    assert version.last_seen_at > version.at
    assert ConfigBlob.objects.count() == 1
    text = version.blob.text()
    assert "gestion" in text
    assert "Last configuration change" not in text
    assert "Last commit" not in text
    access.refresh_from_db()
    assert access.state == AccessState.OK
    assert access.host_key == box.host_key.get_base64()
    assert access.token is None
    assert not ConfigDrift.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_by_hand_is_a_version_and_a_drift(site):
    make_set()
    box = make_box("hp_procurve")
    with served(box) as endpoint:
        access = make_access(site, endpoint=endpoint)
        read_now()
        box.by_hand("vlan 66", 'name "invite"')
        again(access)
        drift = ConfigDrift.objects.get()
        assert (drift.state, drift.added, drift.removed) == ("open", 2, 0)
        box.by_hand("no vlan 66")
        again(access)
    drift.refresh_from_db()
    assert drift.state == "returned"
    assert len(versions(access.device)) == 3
    assert ConfigBlob.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_refused_password_pauses_until_a_person_has_looked(site, cast):
    make_set(login=Login("preau", "wrong"))
    box = make_box("hp_procurve")
    with served(box) as endpoint:
        access = make_access(site, endpoint=endpoint)
        assert read_now() == 0
        access.refresh_from_db()
        assert access.state == AccessState.PAUSED
        assert again(access) == 0
        failure = ConfigFailure.objects.get()
        assert (failure.reason, failure.times, failure.ended_at) == ("refused", 1, None)
        row = CliCredentialSet.objects.get()
        row.store(Login("preau", PASSWORD))
        row.save()
        resume_backups(cast.thomas, access)
        assert again(access) == 1
    failure.refresh_from_db()
    assert failure.ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_another_host_key_pauses_and_sends_no_password(site, cast):
    make_set()
    box = make_box("hp_procurve")
    with served(box) as endpoint:
        access = make_access(site, endpoint=endpoint)
        read_now()
        box.host_key = make_box(seed="another").host_key
        entered = box.sessions
        again(access)
        assert box.sessions == entered
        assert ConfigFailure.objects.get().reason == "host_key"
        access.refresh_from_db()
        assert access.state == AccessState.PAUSED
        assert access.offered_key == box.host_key.get_base64()
        assert access.offered_key_at is not None
        trust_new_key(cast.thomas, access, told(access.offered_key).fingerprint)
        # it is held to that key, not to whatever it shows next
        box.host_key = make_box(seed="somebody in between").host_key
        again(access)
        assert box.sessions == entered
        access.refresh_from_db()
        assert access.offered_key == box.host_key.get_base64()
        trust_new_key(cast.thomas, access, told(access.offered_key).fingerprint)
        assert again(access) == 1
    access.refresh_from_db()
    assert (access.host_key, access.offered_key) == (box.host_key.get_base64(), "")


@pytest.mark.django_db(transaction=True)
def test_silence_is_tried_again_later_and_later(site):
    make_set()
    with served(make_box()) as endpoint:
        access = make_access(site, endpoint=endpoint)
    waits = []
    for _time in range(3):
        now = timezone.now()
        again(access)
        access.refresh_from_db()
        waits.append(round((access.next_backup_at - now).total_seconds() / 60))
    assert waits == [15, 30, 60]
    assert access.state == AccessState.FAILING
    failure = ConfigFailure.objects.get()
    assert (failure.reason, failure.times) == ("unreachable", 3)


@pytest.mark.django_db(transaction=True)
def test_a_hanging_device_does_not_hold_the_others(site, settings):
    settings.CONFIG_TIMEOUT_S = 4
    make_set()
    bad, good = make_box("hp_procurve"), make_box("hp_procurve")
    bad.faults.hangs_at = "show run"
    with served(bad) as one, served(good) as two:
        slow = make_access(site, "SW-1", endpoint=one)
        fine = make_access(site, "SW-2", endpoint=two)
        began = time.monotonic()
        assert read_now() == 1
        assert time.monotonic() - began < 10
    assert versions(fine.device)
    assert not versions(slow.device)
    assert ConfigFailure.objects.get().reason == "hung"


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_what_is_due_and_read_each_device_once(site):
    make_set()
    for n in range(12):
        make_access(site, f"SW-{n}")
    found: list[list[int]] = []

    def work():
        found.append([one.access_id for one in claim_due(timezone.now(), 6)])
        connection.close()

    workers = [threading.Thread(target=work) for _n in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    taken = [key for batch in found for key in batch]
    assert len(taken) == len(set(taken)) == 12


def test_a_killed_worker_leaves_nothing_half_written_and_the_device_due(site):
    make_set()
    access = make_access(site)
    now = timezone.now()
    (dead,) = claim_due(now)
    assert claim_due(now) == []
    later = now + dt.timedelta(minutes=4)
    (alive,) = claim_due(later)
    # the dead one comes back after all: it was overtaken, and writes nothing
    assert keep_reading(access.pk, Reading(TEXT, 1), later, token=dead.token) is None
    assert not keep_failure(access.pk, FailureReason.HUNG, "", later, token=dead.token)
    assert not ConfigBackup.objects.exists()
    assert not ConfigBlob.objects.exists()
    assert keep_reading(access.pk, Reading(TEXT, 1), later, token=alive.token) is not None


def test_a_failure_while_writing_leaves_nothing(site, monkeypatch):
    access = make_access(site)
    monkeypatch.setattr(
        "inventory.actions.configuration.record.judge_drift",
        lambda *_words, **_more: 1 / 0,
    )
    with pytest.raises(ZeroDivisionError):
        seen(access)
    assert not ConfigBackup.objects.exists()
    assert not ConfigBlob.objects.exists()


def test_without_consent_nothing_is_read(site, cast):
    make_set()
    access = make_access(site)
    theirs = make_access(cast.bouleaux)
    Consent.objects.filter(authority=site.school.authority).update(revoked_on=timezone.localdate())
    now = timezone.now()
    assert claim_due(now) == []
    assert put_off_unconsented(now, now + dt.timedelta(hours=1)) == 2
    for one in (access, theirs):
        one.refresh_from_db()
        assert one.next_backup_at > now


def test_a_network_that_the_school_manages_is_read(cast):
    make_set()
    access = make_access(cast.saules)
    assert [one.access_id for one in claim_due(timezone.now())] == [access.pk]


def test_asked_twice_it_is_read_once(site, cast):
    make_set()
    access = make_access(site, next_backup_at=timezone.now() + dt.timedelta(days=1))
    assert claim_these([access.pk], timezone.now()) == []
    ask_backup(cast.thomas, access, timezone.now())
    ask_backup(cast.sofia, access, timezone.now())
    (one,) = claim_these([access.pk], timezone.now())
    assert (one.cause, one.actor_id) == ("demand", cast.thomas.pk)
    version = keep_reading(
        access.pk, Reading(TEXT, 1), timezone.now(), token=one.token, cause=one.cause,
        actor_id=one.actor_id,
    )  # fmt: skip
    assert version.actor == cast.thomas
    assert claim_these([access.pk], timezone.now()) == []


def test_the_nearest_set_is_tried_and_no_other(site):
    region, near = make_set("région"), make_set("école", region=False)
    access = make_access(site)
    assert login_for(access) == region
    CliCredentialScope.objects.create(credential_set=near, school=site.school)
    assert login_for(access) == near
    own = make_set("propre", region=False)
    access.credential_set = own
    assert login_for(access) == own


def test_without_any_set_it_says_so(site):
    access = make_access(site)
    assert read_now() == 0
    assert ConfigFailure.objects.get().reason == "no_login"
    access.refresh_from_db()
    assert access.state == AccessState.FAILING


def test_a_set_that_many_refuse_is_tried_no_more(site):
    row = make_set()
    for n in range(MOST_REFUSALS):
        access = make_access(site, f"SW-{n}")
        (one,) = claim_due(timezone.now())
        keep_failure(
            access.pk, FailureReason.REFUSED, "", timezone.now(), token=one.token, set_id=one.set_id
        )
    row.refresh_from_db()
    assert row.is_suspended
    make_access(site, "SW-last")
    (one,) = claim_due(timezone.now())
    assert one.login is None
    back_up([one])
    assert ConfigFailure.objects.filter(reason="suspended").count() == 1


def test_secrets_lie_sealed_in_the_database(site):
    access = make_access(site)
    seen(access)
    make_set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM inventory_configblob")
        assert b"ecole-lecture" not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT sealed FROM inventory_clicredentialset")
        assert PASSWORD not in cursor.fetchone()[0]


def test_what_a_push_left_is_what_was_wanted(site):
    access = make_access(site)
    seen(access)
    planned = seen(access, TEXT + "vlan 40\n", cause="after_push")
    assert not ConfigDrift.objects.exists()
    access.refresh_from_db()
    assert access.expected_id == planned.blob_id
    seen(access, TEXT + "vlan 40\nvlan 66\n")
    drift = ConfigDrift.objects.get()
    assert (drift.before, drift.added) == (planned, 1)
    seen(access, TEXT + "vlan 66\n", cause="after_push")
    drift.refresh_from_db()
    assert drift.state == "replaced"


def test_a_second_change_moves_the_open_drift(site):
    access = make_access(site)
    seen(access)
    seen(access, TEXT + "vlan 66\n")
    last = seen(access, TEXT + "vlan 66\nvlan 67\n")
    drift = ConfigDrift.objects.get()
    assert (drift.after, drift.added) == (last, 2)


def test_ten_readings_of_the_same_cost_one_row(site):
    access = make_access(site)
    for _n in range(10):
        due(access)
        seen(access)
    assert ConfigBackup.objects.count() == 1
    assert ConfigBackup.objects.get().reads == 10
    assert CliAccess.objects.get().failures == 0

"""The real way to devices: the backups' readings, and sessions with the credentials of the site."""

from __future__ import annotations

import pytest
from django.utils import timezone

from deploy.lab.cli.server import CliServer
from inventory.actions.configuration.record import Reading, keep_reading
from inventory.actions.reach_by_cli import CliReach
from inventory.cli.contract import Refused, Unreachable
from inventory.models import (
    CliAccess,
    CliCredentialScope,
    CliCredentialSet,
    ConfigBackup,
    ConfigFailure,
    PushStep,
    StepState,
)
from tests.inventory.configuration.devices import LOGIN, make_box
from tests.inventory.push.scene import make_scene


@pytest.fixture
def server():
    with CliServer() as made:
        yield made


@pytest.fixture
def scene(cast, server):
    """A site whose switch is backed up over SSH."""
    made = make_scene(cast)
    made.reach = CliReach()
    made.served = make_box("cisco_ios")
    host, port = server.add(made.served)
    login = CliCredentialSet(name="Région")
    login.store(LOGIN)
    login.save()
    CliCredentialScope.objects.create(credential_set=login, region=True)
    access = CliAccess.objects.create(
        device=made.devices[0], address=host, port=port, platform="cisco_ios"
    )
    back_up(made, access)
    return made


def back_up(scene, access) -> None:
    session = scene.reach.open(scene.devices[0])
    keep_reading(access.pk, Reading(session.running(), 1, session.host_key), timezone.now())
    session.close()


def test_a_change_goes_out_and_its_result_is_a_planned_backup(scene):
    plan = scene.started()
    scene.run()
    step = scene.step(plan)
    assert step.state == StepState.VERIFIED, step.result
    assert "ntp server 192.0.2.1" in scene.served.startup.text().splitlines()
    newest = ConfigBackup.objects.current().get()
    assert (newest.cause, newest.blob_id) == ("after_push", step.after_hash)
    assert step.base_hash != step.after_hash


def test_the_secrets_of_a_device_are_masked_in_the_difference(scene):
    scene.served.by_hand("ntp server 192.0.2.9 key geheim-schluessel")
    back_up(scene, CliAccess.objects.get())
    plan = scene.plan()
    told = str(list(PushStep.objects.values()))
    assert scene.step(plan).removed >= 1
    assert "geheim-schluessel" not in told


def test_a_refused_password_is_told_to_the_backups_too(scene):
    plan = scene.started()
    scene.served.faults.refuses = True
    scene.run()
    assert scene.step(plan).state == StepState.FAILED
    assert ConfigFailure.objects.get().reason == "refused"
    assert CliCredentialSet.objects.get().refusals == 1


def test_another_key_in_the_middle_of_a_change_is_told_to_the_backups_too(scene):
    plan = scene.started()
    scene.served.host_key = make_box(seed="another").host_key
    entered = scene.served.sessions
    scene.run()
    step = scene.step(plan)
    assert (step.state, scene.served.sessions) == (StepState.FAILED, entered)
    access = CliAccess.objects.get()
    assert (access.state, access.offered_key) == ("paused", scene.served.host_key.get_base64())


def test_a_blocked_access_is_not_tried_by_a_change_either(scene):
    plan = scene.started()
    CliAccess.objects.update(state="paused")
    entered = scene.served.sessions
    scene.run()
    step = scene.step(plan)
    assert (step.state, scene.served.sessions) == (StepState.FAILED, entered)
    assert "bloqué" in step.result


def test_without_access_or_credentials_nothing_is_tried(scene):
    CliCredentialScope.objects.all().delete()
    with pytest.raises(Refused):
        scene.reach.open(scene.devices[0])
    CliAccess.objects.all().delete()
    with pytest.raises(Unreachable):
        scene.reach.open(scene.devices[0])

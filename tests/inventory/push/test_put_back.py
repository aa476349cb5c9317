"""A device that is not as its template intends gets its lines back by a plan of its own."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionRefused
from inventory.actions.decide_push_plan import approve_push_plan, submit_push_plan
from inventory.actions.drive_push import start_push
from inventory.actions.put_back import template_of
from inventory.models import CliAccess, ConfigDrift, PushPlan
from schools.models import Management, ManagementChoice
from tests.inventory.configuration.scene import TEXT, make_access, seen
from tests.inventory.push.scene import make_scene, make_template


@pytest.fixture
def scene(cast, monkeypatch):
    """A switch that somebody changed by hand, read since."""
    made = make_scene(cast)
    access = make_access(cast.tilleuls, device=made.devices[0])
    seen(access)
    seen(access, TEXT + "vlan 66\n")
    for door in ("drift", "versions"):
        monkeypatch.setattr(f"inventory.views.configuration.{door}.own_reach", lambda: made.reach)
    return made


@pytest.fixture
def drift(scene) -> str:
    return reverse("inventory:drift", args=[ConfigDrift.objects.get().pk])


@pytest.fixture
def door(scene) -> str:
    return reverse("inventory:configuration_put_back", args=[scene.devices[0].pk])


BUTTON = "Remettre la configuration prévue"


def test_from_the_drift_to_a_plan_of_this_device_that_a_second_person_approves(
    client, scene, drift, door
):
    client.force_login(scene.sofia)
    said = client.get(drift).content.decode()
    assert BUTTON in said
    assert "Seraient écrites" in said
    answer = client.post(door, {"modele": scene.version.template_id})
    plan = PushPlan.objects.get()
    assert answer.url == reverse("inventory:push_plan", args=[plan.pk])
    assert (plan.state, plan.canary_site) == ("draft", scene.devices[0].site)
    assert [step.device for step in plan.steps.all()] == scene.devices
    submit_push_plan(scene.sofia, plan.pk)
    with pytest.raises(DecisionRefused):
        approve_push_plan(scene.sofia, plan.pk)
    approve_push_plan(scene.mehdi, plan.pk)
    start_push(scene.sofia, plan.pk)
    scene.run()
    plan.refresh_from_db()
    assert plan.state == "done"
    assert template_of(scene.devices[0]) == scene.version.template
    # as intended now: there is nothing to put back
    scene.reach.read(scene.devices[0])
    history = reverse("inventory:configuration_history", args=[scene.devices[0].pk])
    assert BUTTON not in client.get(history).content.decode()


def test_asked_twice_it_is_prepared_once(client, scene, door):
    client.force_login(scene.sofia)
    client.post(door, {"modele": scene.version.template_id})
    said = client.post(door, {"modele": scene.version.template_id}, follow=True).content.decode()
    assert PushPlan.objects.count() == 1
    assert "Déjà dans le changement" in said


def test_a_school_that_manages_its_network_is_told_and_left(client, scene, drift, door):
    site = scene.devices[0].site
    ManagementChoice.objects.create(
        site=site, mode=Management.DECENTRALISED, from_on=timezone.localdate(), why="essai"
    )
    client.force_login(scene.sofia)
    said = client.get(drift).content.decode()
    assert "Réseau géré par l’école" in said
    assert door not in said
    assert client.post(door, {"modele": scene.version.template_id}).status_code == 403
    assert not PushPlan.objects.exists()


def test_a_local_technician_reads_who_may(client, cast, scene, drift, door):
    client.force_login(cast.thomas)
    assert "helpdesk régional" in client.get(drift).content.decode()
    assert client.post(door, {"modele": "x"}).status_code == 403
    client.force_login(cast.bernard)
    assert client.post(door).status_code == 403


def test_where_several_templates_fit_a_person_chooses(client, scene, drift, door):
    other = make_template("Autre modèle")
    assert template_of(scene.devices[0]) is None
    client.force_login(scene.sofia)
    assert "<select" in client.get(drift).content.decode()
    assert "Choisissez le modèle" in client.post(door, follow=True).content.decode()
    wrong = make_template("Pour un autre")
    wrong.template.platform = "juniper_junos"
    wrong.template.save()
    client.post(door, {"modele": wrong.template_id})
    assert not PushPlan.objects.exists()
    client.post(door, {"modele": other.template_id})
    assert PushPlan.objects.get().template_version == other


def test_without_a_template_nothing_is_offered(client, scene, drift):
    CliAccess.objects.update(platform="fortinet")
    client.force_login(scene.sofia)
    assert BUTTON not in client.get(drift).content.decode()

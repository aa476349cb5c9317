"""Planned changes in a real browser: accessible, within the width, approved by a second one."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.models import PushPlan
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast
from tests.inventory.push.scene import Scene, make_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "inventory:push_plan_new"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def scene(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = make_scene(cast, sites=3)
    for door in ("inventory.views.push.plan", "inventory.views.push.new_plan"):
        monkeypatch.setattr(f"{door}.own_reach", lambda: made.reach)
    return made


def press(page: Any, words: str) -> None:
    """A button that asks once more, naming its consequence."""
    page.get_by_role("button", name=words).first.click()
    page.locator("[data-confirm-yes]:visible").last.click()


def test_each_page_is_accessible_and_fits(page: Any, scene: Scene, cast: Cast) -> None:
    scene.box(1).rejects = "vlan 20"
    stopped = scene.started()
    for _n in range(3):
        scene.run()
    template = scene.version.template_id
    enter(page, scene.sofia.email)
    urls = [
        reverse("inventory:push_plans"),
        reverse("inventory:push_plan", args=[stopped.pk]),
        reverse(NEW),
        f"{reverse(NEW)}?etape=2&modele={template}",
        f"{reverse(NEW)}?etape=3&modele={template}",
        f"{reverse(NEW)}?etape=4&modele={template}&objet=x&observation=1&vague=1&jours=7",
        reverse("inventory:config_templates"),
        reverse("inventory:config_template", args=[template]) + f"?site={cast.tilleuls.pk}",
        reverse("inventory:config_template_change", args=[template]),
        reverse("inventory:network_settings") + f"?site={cast.tilleuls.pk}",
        reverse("inventory:network_settings_change", args=["region", 0]),
        reverse("schools:site", args=[cast.tilleuls.pk]),
    ]
    assert [one for url in urls for one in faults_at(page, url)] == []


def test_two_people_bring_a_change_to_a_school(page: Any, scene: Scene) -> None:
    enter(page, scene.sofia.email)
    page.goto(reverse(NEW))
    page.get_by_text("Commutateurs").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Objet").fill("Heure et VLAN")
    page.get_by_label("Minutes d’observation").fill("0")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("heading", name="Heure et VLAN").wait_for()
    press(page, "Soumettre")
    page.get_by_text("une autre personne doit l’approuver").first.wait_for()
    plan = PushPlan.objects.get()
    enter(page, scene.mehdi.email)
    page.goto(reverse("inventory:push_plan", args=[plan.pk]))
    press(page, "Approuver")
    page.get_by_text("Rien n’est encore écrit").first.wait_for()
    press(page, "Commencer")
    page.get_by_text("La première implantation est en cours").first.wait_for()
    for _n in range(3):
        scene.run()
    page.reload()
    page.get_by_text("écrit et relu").first.wait_for()
    plan.refresh_from_db()
    assert plan.state == "done"

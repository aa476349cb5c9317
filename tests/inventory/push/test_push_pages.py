"""Pages of planned changes: who reads what, and each button through HTTP."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import ConfigTemplate, PushPlan, PushStep, SiteSettings, TemplateVersion
from schools.models import Province
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_site
from tests.inventory.push.boxes import BoxReach
from tests.inventory.push.scene import OWNS, TEXT, furnish, make_scene

PLANS = reverse("inventory:push_plans")
NEW = reverse("inventory:push_plan_new")


@pytest.fixture
def scene(cast, monkeypatch):
    made = make_scene(cast, sites=3)
    for door in ("inventory.views.push.plan", "inventory.views.push.new_plan"):
        monkeypatch.setattr(f"{door}.own_reach", lambda: made.reach)
    return made


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, url: str, **query: object) -> str:
    answer = client_of(person).get(url, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def do(person, plan: PushPlan, what: str, **said: object):
    return client_of(person).post(
        reverse("inventory:push_deed", args=[plan.pk, what]), said, follow=True
    )


class TestReading:
    def test_central_sees_every_device_local_those_of_the_province(self, scene, cast):
        foreign = make_site("Ormes", Province.LIEGE)
        scene.devices.append(furnish(foreign))
        scene.reach.add(scene.devices[-1])
        plan = scene.plan()
        url = reverse("inventory:push_plan", args=[plan.pk])
        assert "SW-Ormes" in page(scene.sofia, url)
        told = page(cast.thomas, url)
        assert "SW-Tilleuls" in told
        assert "SW-Ormes" not in told
        assert "helpdesk régional préparent" in told

    def test_a_school_reads_on_its_site_alone_that_a_change_is_planned(self, scene, cast):
        plan = scene.started()
        assert client_of(cast.claire).get(f"{PLANS}{plan.pk}/").status_code == 404
        assert "Heure et VLAN" not in page(cast.claire, PLANS)
        told = page(cast.claire, reverse("inventory:site_changes", args=[cast.tilleuls.pk]))
        assert "Réglage du réseau" in told
        assert "Heure et VLAN" not in told

    def test_the_difference_is_there_and_no_secret(self, scene):
        plan = scene.plan()
        told = page(scene.sofia, reverse("inventory:push_plan", args=[plan.pk]))
        assert "+ vlan 20" in told
        assert "- ntp server 192.0.2.9" in told
        assert "3 équipements de 3 implantations" in told

    def test_the_list_is_filtered_and_exported(self, scene):
        scene.plan()
        assert "Heure et VLAN" in page(scene.sofia, PLANS, suivi="brouillons")
        assert "Heure et VLAN" not in page(scene.sofia, PLANS, suivi="finis")
        answer = client_of(scene.sofia).get(reverse("inventory:push_plans_export"))
        assert "Heure et VLAN" in b"".join(answer.streaming_content).decode()

    def test_the_cost_of_the_list_does_not_grow(self, scene):
        plan = scene.plan()
        client = client_of(scene.sofia)
        client.get(PLANS)
        with assert_query_count("inventory_push_plans"):
            client.get(PLANS)
        for n in range(12):
            PushPlan.objects.create(
                title=f"Autre {n}",
                template_version=scene.version,
                author=scene.sofia,
                canary_site=scene.devices[0].site,
                expires_at=plan.expires_at,
            )
        with assert_query_count("inventory_push_plans"):
            client.get(PLANS)

    def test_the_cost_of_a_plan_does_not_grow_with_its_devices(self, scene, cast):
        url = reverse("inventory:push_plan", args=[scene.plan().pk])
        client = client_of(scene.sofia)
        client.get(url)
        with assert_query_count("inventory_push_plan"):
            client.get(url)
        PushStep.objects.all().delete()
        PushPlan.objects.all().delete()
        for n in range(12):
            scene.devices.append(furnish(make_site(f"Aulnes {n}", Province.NAMUR)))
            scene.reach.add(scene.devices[-1])
        url = reverse("inventory:push_plan", args=[scene.plan().pk])
        with assert_query_count("inventory_push_plan"):
            client.get(url)


class TestDeciding:
    def test_the_way_of_a_change_through_its_buttons(self, scene):
        plan = scene.plan()
        do(scene.sofia, plan, "soumettre")
        told = do(scene.sofia, plan, "approuver").status_code
        assert told == 403
        plan.refresh_from_db()
        do(scene.mehdi, plan, "approuver")  # nothing says which version they read
        plan.refresh_from_db()
        assert plan.state == "submitted"
        do(scene.mehdi, plan, "approuver", vu=plan.version)
        do(scene.mehdi, plan, "commencer")
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "done"
        do(scene.sofia, plan, "revenir", motif="essai")
        scene.run()
        plan.refresh_from_db()
        assert plan.state == "returned"

    def test_the_author_reads_why_the_button_is_not_there(self, scene):
        plan = scene.plan()
        do(scene.sofia, plan, "soumettre")
        url = reverse("inventory:push_plan", args=[plan.pk])
        assert "une autre personne doit l’approuver" in page(scene.sofia, url)
        assert "approuver/" not in page(scene.sofia, url)
        assert "approuver/" in page(scene.mehdi, url)

    def test_what_cannot_be_done_now_is_told_and_changes_nothing(self, scene):
        plan = scene.plan()
        told = do(scene.sofia, plan, "commencer").content.decode()
        assert "plus possible" in told
        assert do(scene.sofia, plan, "inconnu").status_code == 404

    def test_a_stopped_change_is_made_again_from_the_newest_text(self, scene):
        plan = scene.started()
        scene.box().rejects = "vlan 20"
        scene.run()
        scene.box().rejects, scene.box().lines = "", scene.box().text.splitlines()
        text = TEXT.replace("vlan.name }}", "vlan.name }}x")
        TemplateVersion.objects.create(
            template=scene.version.template, number=2, text=text, owns=OWNS
        )
        told = do(scene.sofia, plan, "refaire").content.decode()
        assert "Nouveau brouillon" in told
        again = PushPlan.objects.exclude(pk=plan.pk).get()
        assert again.replaces == plan
        assert again.template_version.number == 2
        assert again.steps.filter(state="waiting").count() == 3


class TestPreparing:
    def asked(self, scene, **more: object) -> dict[str, object]:
        values = {"modele": scene.version.template_id, "objet": "Heure", "observation": 0}
        return values | {"vague": 5, "jours": 7, "etape": 4, "nom": "SW-"} | more

    def test_four_steps_then_a_draft(self, scene):
        template = scene.version.template_id
        assert "Quel modèle" in page(scene.sofia, NEW)
        assert "Sur quels équipements" in page(scene.sofia, NEW, etape=2, modele=template)
        told = page(scene.sofia, NEW, etape=3, modele=template, mots="Hêtres")
        assert "2 équipements du réseau répondent" in told
        told = page(scene.sofia, NEW, **self.asked(scene))
        assert "C’est bien cela" in told
        assert "vlan 20" in told
        assert not PushPlan.objects.exists()
        client_of(scene.sofia).post(NEW, self.asked(scene))
        plan = PushPlan.objects.get()
        assert (plan.title, plan.state, plan.steps.count()) == ("Heure", "draft", 3)

    def test_what_is_missing_leads_back_to_its_step(self, scene):
        told = page(scene.sofia, NEW, **self.asked(scene, objet=""))
        assert "Qui commence" in told
        assert "Quel modèle" in page(scene.sofia, NEW, etape=4)

    def test_nothing_to_write_is_told_with_its_reasons(self, scene):
        scene.reach.reads.clear()
        answer = client_of(scene.sofia).post(NEW, self.asked(scene))
        assert "Aucune configuration lue" in answer.content.decode()
        assert not PushPlan.objects.exists()

    def test_a_local_technician_does_not_prepare(self, scene, cast):
        assert client_of(cast.thomas).get(NEW).status_code == 403


class TestTemplates:
    def test_a_wrong_text_is_refused_with_its_line_and_kept_in_the_form(self, scene):
        url = reverse("inventory:config_template_new")
        said = {"name": "Bornes", "platform": "cisco_ios", "owns": "vlan *"}
        answer = client_of(scene.sofia).post(url, said | {"text": "vlan 1\nvlan {{ nope }}\n"})
        told = answer.content.decode()
        assert "Ligne 2" in told
        assert "nope" in told
        assert not ConfigTemplate.objects.filter(name="Bornes").exists()

    def test_a_used_version_is_followed_by_another(self, scene):
        scene.plan()
        template = scene.version.template
        url = reverse("inventory:config_template_change", args=[template.pk])
        said = {"owns": OWNS, "text": TEXT + "ntp server 192.0.2.3\n", "vu": 1}
        client_of(scene.sofia).post(url, said)
        assert template.newest().number == 2
        client_of(scene.sofia).post(url, said | {"text": TEXT, "vu": 2})
        assert template.newest().number == 2  # nobody used the second one yet
        stale = client_of(scene.mehdi).post(url, said | {"vu": 1}).content.decode()
        assert "entre-temps" in stale

    def test_the_preview_of_a_site(self, scene, cast):
        url = reverse("inventory:config_template", args=[scene.version.template_id])
        told = page(cast.thomas, url, site=cast.tilleuls.pk)
        assert "name pedagogie" in told
        told = page(cast.thomas, url, site=cast.peupliers.pk)
        assert "name pedagogie" not in told  # another province


class TestSettings:
    def test_the_narrower_wins_and_says_where_it_is_from(self, scene, cast):
        url = reverse("inventory:network_settings_change", args=["site", cast.tilleuls.pk])
        client_of(scene.sofia).post(
            url, {"ntp": "192.0.2.77\nntp.example.org", "community": "s3cret"}
        )
        row = SiteSettings.objects.get(site=cast.tilleuls)
        assert row.ntp == ["192.0.2.77", "ntp.example.org"]
        assert row.community() == "s3cret"
        told = page(scene.sofia, reverse("inventory:network_settings"), site=cast.tilleuls.pk)
        assert "192.0.2.77" in told
        assert "et masque" in told
        assert "s3cret" not in told

    def test_a_community_is_kept_when_nothing_is_typed(self, scene, cast):
        url = reverse("inventory:network_settings_change", args=["region", 0])
        client_of(scene.sofia).post(url, {"ntp": "192.0.2.1", "community": "s3cret"})
        client_of(scene.sofia).post(url, {"ntp": "192.0.2.2"})
        assert SiteSettings.objects.get(region=True).community() == "s3cret"
        client_of(scene.sofia).post(url, {"ntp": "192.0.2.2", "forget": "on"})
        assert SiteSettings.objects.get(region=True).community() == ""

    def test_an_older_page_does_not_overwrite(self, scene):
        url = reverse("inventory:network_settings_change", args=["region", 0])
        row = SiteSettings.objects.get(region=True)
        client_of(scene.sofia).post(url, {"ntp": "192.0.2.2", "vu": row.version})
        told = client_of(scene.mehdi).post(url, {"ntp": "192.0.2.3", "vu": row.version})
        assert "relisez-les" in told.content.decode()

    def test_what_is_no_address_is_refused(self, scene):
        url = reverse("inventory:network_settings_change", args=["region", 0])
        told = client_of(scene.sofia).post(url, {"ntp": "a b\n"}).content.decode()
        assert "n’est ni une adresse" in told


def test_the_api_reads_and_does_not_approve(scene, cast):
    plan = scene.plan()
    client = client_of(cast.thomas)
    told = client.get(f"/api/v1/push-plans/{plan.pk}/").json()
    assert told["state"] == "draft"
    steps = client.get("/api/v1/push-steps/", {"plan": plan.pk}).json()
    assert "sealed" not in str(steps)
    assert "192.0.2.9" in str(steps)
    assert client.post(f"/api/v1/push-plans/{plan.pk}/approve/").status_code in (404, 405)
    assert client.patch(f"/api/v1/push-plans/{plan.pk}/", {}).status_code == 405
    assert client_of(cast.claire).get(f"/api/v1/push-plans/{plan.pk}/").status_code == 404


def test_without_a_way_to_devices_the_pages_say_so(cast):
    scene = make_scene(cast)
    asked = {"modele": scene.version.template_id, "objet": "x", "observation": 0, "vague": 1}
    told = page(scene.sofia, NEW, etape=4, jours=7, **asked)
    assert "Aucun accès" in told
    assert isinstance(scene.reach, BoxReach)

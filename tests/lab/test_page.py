"""The lab page: for the central helpdesk alone; breaks, shows and repairs."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from deploy.lab.board import boards
from deploy.lab.models import Fault
from deploy.lab.region import REGION
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.models import Ticket
from inventory.models import Device
from schools.models import User
from supervision.models import Check, CheckState, Incident, Target

HTMX = {"HX-Request": "true", "HX-Target": "lab-moulin"}


@pytest.fixture
def sofia(demo, client):
    client.force_login(User.objects.get(email="sofia@preau.example"))
    return client


def device(name: str) -> Device:
    return Device.objects.get(name=name, site__name="Moulin")


def board(slug: str = "moulin"):
    return boards(REGION, timezone.now(), [slug])[0]


def row(name: str):
    return next(row for row in board().rows if row.plan.name == name)


def test_it_shows_every_site_and_device(sofia):
    said = sofia.get("/lab/").content.decode()
    for site in REGION.sites:
        assert f'id="lab-{site.slug}"' in said
    assert said.count("127.0.") == len(REGION.devices)
    one = sofia.get("/lab/?site=dumont").content.decode()
    assert 'id="lab-dumont"' in one
    assert 'id="lab-moulin"' not in one


@pytest.mark.parametrize("who", ["thomas", "claire", "bernard", "veronique", "odile", "admin"])
def test_it_does_not_exist_for_others(demo, client, who):
    client.force_login(User.objects.get(email=f"{who}@preau.example"))
    assert client.get("/lab/").status_code == 404
    begin = client.post("/lab/casser/", {"kind": "unplug", "device": device("AP-B12").pk})
    assert begin.status_code == 404
    assert client.post("/lab/reparer/").status_code == 404
    assert not Fault.objects.exists()


def test_a_visitor_is_asked_to_sign_in(demo, client):
    assert client.get("/lab/").status_code == 302


def test_unplugging_answers_with_the_site_and_an_undo(sofia):
    answer = sofia.post(
        "/lab/casser/", {"kind": "unplug", "device": device("SW-B1").pk}, headers=HTMX
    )
    fault = Fault.objects.get()
    assert (fault.device.name, fault.kind) == ("SW-B1", "unplug")
    assert 'id="lab-moulin"' in answer.content.decode()
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["undo"] == reverse("lab:repair-fault", args=[fault.pk])
    sofia.post(toast["undo"], headers={"HX-Request": "true"})
    assert not Fault.objects.live().exists()


def test_without_htmx_it_comes_back_to_the_page(sofia):
    answer = sofia.post("/lab/casser/", {"kind": "unplug", "device": device("AP-B12").pk})
    assert answer.status_code == 302
    assert "AP-B12 : débranché." in sofia.get("/lab/").content.decode()


def test_big_faults_name_their_consequence_first(sofia):
    said = sofia.get("/lab/?site=moulin").content.decode()
    assert "Les 24 équipements de Moulin se taisent pour le centre." in said
    assert "7 équipements derrière SW-B1 se taisent avec lui." in said
    assert "OND-1 passe sur batterie" in said


def test_what_does_not_fit_is_refused_without_a_trace(sofia):
    answer = sofia.post(
        "/lab/casser/", {"kind": "power_cut", "device": device("AP-B12").pk}, headers=HTMX
    )
    assert json.loads(answer["HX-Trigger"])["toast"]["error"] is True
    assert answer["HX-Reswap"] == "none"
    assert not Fault.objects.exists()
    assert sofia.post("/lab/casser/", {"kind": "unplug", "device": 0}).status_code == 404


def test_it_says_why_a_device_is_silent(sofia):
    sofia.post("/lab/casser/", {"kind": "unplug", "device": device("SW-B1").pk})
    assert row("SW-B1").reality == "éteint"
    assert row("AP-B12").reality == "éteint avec SW-B1"
    assert row("IMP-B1").reality == "derrière SW-B1"
    assert row("AP-A01").reality == ""
    sofia.post("/lab/reparer/")
    assert row("SW-B1").reality == ""
    sofia.post("/lab/casser/", {"kind": "uplink_cut", "site": device("SW-B1").site_id})
    assert row("AP-B12").reality == "site coupé du centre"


def test_it_counts_down_to_the_agreed_time(sofia):
    target = Target.objects.get(device=device("AP-B12"))
    Check.objects.create(
        target=target, key="reachability", service="wifi", state=CheckState.SUSPECT,
        severity="down", failing_since=timezone.now() - dt.timedelta(seconds=10),
    )  # fmt: skip
    assert row("AP-B12").left_s in (18, 19, 20)
    assert "compte dans" in sofia.get("/lab/?site=moulin").content.decode()


def test_queries_do_not_grow_with_faults(sofia, django_assert_max_num_queries):
    def count() -> int:
        with django_assert_max_num_queries(60) as asked:
            sofia.get("/lab/")
        return len(asked)

    count()
    before = count()
    for name in ("AP-B11", "AP-B12", "AP-A01"):
        Fault.objects.create(kind="unplug", device=device(name))
    assert count() == before


def test_the_school_without_consent_is_marked(sofia):
    assert board("aldegonde").remark == "sans accord : jamais interrogée"
    assert board("fontaine").remark == "gérée par l’école"


def test_it_leads_to_the_device_and_to_the_ticket(sofia):
    target = Target.objects.get(device=device("AP-B12"))
    began = timezone.now() - dt.timedelta(minutes=2)
    check = Check.objects.create(
        target=target, key="reachability", service="wifi", state=CheckState.CONFIRMED,
        severity="down", failing_since=began, confirmed_at=began,
    )  # fmt: skip
    Incident.objects.create(
        check_row=check, device=target.device, site=target.site, service="wifi", severity="down",
        state="open", began_at=began, confirmed_at=began, raised_at=began,
    )  # fmt: skip
    open_tickets()
    ticket = Ticket.objects.get(causes__isnull=False)
    assert row("AP-B12").ticket == ticket.pk
    said = sofia.get("/lab/?site=moulin").content.decode()
    assert f'href="/tickets/{ticket.pk}/"' in said
    assert f'href="/equipements/{target.device_id}/"' in said

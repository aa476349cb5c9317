"""Differences on their pages: list, one side by side, bulk, panels, export; and the API."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from inventory.models import Difference, Port
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_device

from .sightings import SWITCH, look, the


@pytest.fixture
def site(cast):
    return cast.tilleuls


def test_the_list_costs_the_same_for_many_rows(cast, site, client):
    client.force_login(cast.sofia)
    many = [replace(SWITCH, serial=f"FOC1832X{n:03d}", mac="", macs=frozenset(), name=f"S{n}",
                    address=f"10.20.1.{n}") for n in range(60)]  # fmt: skip
    look(site, *many)
    with assert_query_count("differences_list"):
        page = client.get(reverse("inventory:differences"))
    assert page.status_code == 200
    assert len(page.context["rows"]) == 50
    rest = client.get(reverse("inventory:differences"), {"apres": page.context["after"]})
    assert len(rest.context["rows"]) == 10


def test_one_difference_is_shown_side_by_side_and_decided_there(cast, site, client):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    row = the("product")
    url = reverse("inventory:difference", args=[row.pk])
    client.force_login(cast.bernard)
    assert "Seuls les techniciens" in client.get(url).content.decode()
    decide = reverse("inventory:difference_decide", args=[row.pk])
    assert client.post(decide, {"decision": "accepter"}).status_code == 403
    client.force_login(cast.thomas)
    assert "WS-C2960X-24TS-L" in client.get(url).content.decode()
    said = client.post(decide, {"decision": "accepter", "vu": row.fingerprint}, follow=True)
    assert "Écart accepté" in said.content.decode()
    said = client.post(decide, {"decision": "accepter"}, follow=True)
    assert "Déjà réglé" in said.content.decode()
    client.post(decide, {"decision": "annuler"})
    row.refresh_from_db()
    assert row.state == "open"


def test_the_bulk_shows_a_preview_before_it_does_anything(cast, site, client):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    client.force_login(cast.sofia)
    pks = list(Difference.objects.open().values_list("pk", flat=True))
    url = reverse("inventory:differences_accept")
    preview = client.post(url, {"ecart": pks})
    assert {row.kind for row, _words in preview.context["rows"]} == {"mac", "ports"}
    assert Port.objects.count() == 0
    client.post(url, {"ecart": pks, "confirme": "oui"})
    assert Port.objects.count() == 2


def test_panels_and_export(cast, site, client):
    device = make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    client.force_login(cast.thomas)
    panel = client.get(reverse("inventory:site_differences", args=[site.pk])).content.decode()
    assert "4 écarts à examiner" in panel
    seen = client.get(reverse("inventory:device_observed", args=[device.pk])).content.decode()
    assert "15.2(7)E8" in seen
    sheet = body_of(client.get(reverse("inventory:differences_export"))).decode()
    assert sheet.count("\n") == 5


def test_the_api_reads_and_settles(cast, site, client):
    look(site, SWITCH)
    client.force_login(cast.thomas)
    row = the("new")
    told = client.get(f"/api/v1/differences/?state=open&site={site.pk}").json()["results"]
    assert [one["kind"] for one in told] == ["new"]

    def post(verb):
        url = f"/api/v1/differences/{row.pk}/{verb}/"
        return client.post(url, {}, content_type="application/json")

    done = post("accept")
    assert done.json()["state"] == "accepted"
    again = post("ignore")
    assert again.status_code == 409
    assert "Déjà réglé" in again.json()["detail"]
    client.force_login(cast.bernard)
    assert post("undo").status_code == 403

"""A discovery on its pages: begin, follow, stop, who may not; devices without a way up."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.models import Difference, Prefix
from schools.models import Consent, ConsentKind
from supervision.actions.start_scan import start_scan, usual_port
from supervision.models import Scan
from supervision.tasks import discover, discover_due
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device, make_link, make_target

from .agents import Street, switch


@pytest.fixture
def site(cast):
    return cast.tilleuls


def begin(client, site, asked, **more):
    return client.post(reverse("supervision:scan_new", args=[site.pk]), {"asked": asked, **more})


def test_a_technician_begins_one_and_sees_it_waiting(cast, site, client):
    client.force_login(cast.thomas)
    assert client.get(reverse("supervision:scan_new", args=[site.pk])).status_code == 200
    said = begin(client, site, "127.61.1.0/30, 127.61.2.9", keep="on")
    scan = Scan.objects.get()
    assert said.headers["Location"] == reverse("supervision:scan", args=[scan.pk])
    assert (scan.total, scan.requested_by) == (3, cast.thomas)
    assert [str(one) for one in Prefix.objects.filter(site=site)] == ["127.61.1.0/30"]
    page = client.get(said.headers["Location"]).content.decode()
    assert "0 adresses sur 3" in page
    assert "Arrêter" in page


def test_what_cannot_be_scanned_is_said_at_the_field(cast, site, client):
    client.force_login(cast.thomas)
    page = begin(client, site, "8.8.8.0/24").content.decode()
    assert "pas une adresse de réseau local" in page
    assert "découpez la demande" in begin(client, site, "10.0.0.0/8").content.decode()
    assert not Scan.objects.exists()


def test_those_who_see_the_site_are_told_why_they_may_not(cast, site, client):
    client.force_login(cast.bernard)
    said = client.get(reverse("supervision:scan_new", args=[site.pk]))
    assert said.status_code == 403
    assert "Seuls les techniciens" in said.content.decode()
    client.force_login(cast.thomas)
    Consent.objects.filter(kind=ConsentKind.SUPERVISION).delete()
    panel_url = reverse("supervision:site_discovery", args=[site.pk])
    panel = client.get(panel_url).content.decode()
    assert "pas accepté la supervision" in panel
    assert reverse("supervision:scan_new", args=[site.pk]) not in panel


def test_it_is_stopped_and_htmx_asks_no_more(cast, site, client):
    scan = start_scan(cast.thomas, site, ["127.61.4.0/30"])
    client.force_login(cast.thomas)
    inside = reverse("supervision:scan", args=[scan.pk])
    assert client.get(inside, headers={"HX-Request": "true"}).status_code == 200
    said = client.post(reverse("supervision:scan_cancel", args=[scan.pk]), follow=True)
    assert "Ce qui a été trouvé reste" in said.content.decode()
    assert client.get(inside, headers={"HX-Request": "true"}).status_code == 286


def test_the_task_works_at_it_and_the_page_tells(cast, site, client):
    street = Street()
    street.add("127.61.5.1", switch("SW-X", "FOC1832X0AB", mac=b"\x00\x1b\x54\x00\x00\x00"))
    with street:
        target = make_target(make_device(site, "SW-Z"), address="127.61.5.2", port=street.port)
        scan = start_scan(cast.thomas, site, ["127.61.5.0/30"])
        assert scan.port == usual_port(site) == street.port == target.port
        assert discover(scan.pk)
    client.force_login(cast.thomas)
    page = client.get(reverse("supervision:scan", args=[scan.pk])).content.decode()
    assert "WS-C2960X-24TS-L" in page
    assert "attendu, ne répond pas" in page
    assert Difference.objects.open().filter(kind="new").count() == 1


def test_the_clock_hands_out_what_nobody_works_at(cast, site, monkeypatch):
    handed = []
    monkeypatch.setattr(discover, "apply_async", lambda args, **more: handed.append(args[0]))
    Prefix.objects.create(site=site, cidr="127.61.6.0/30")
    asked = start_scan(cast.thomas, cast.saules, ["127.61.7.0/30"])
    assert discover_due() == 1
    assert set(handed) == {asked.pk, Scan.objects.get(scheduled=True).pk}


def test_devices_whose_way_up_nobody_knows_are_listed_with_the_reason(cast, site, client):
    router = make_device(site, "RT-1", category="router")
    up, lost = make_device(site, "SW-UP"), make_device(site, "SW-LOST")
    make_link(up, router)
    client.force_login(cast.thomas)
    with assert_query_count("no_uplink"):
        page = client.get(reverse("inventory:no_uplink"))
    assert [row.device for row in page.context["rows"]] == [lost]
    assert "aucun câble et aucun voisin connus" in page.content.decode()

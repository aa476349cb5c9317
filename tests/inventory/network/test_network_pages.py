"""The pages of a site's network: who reads, who writes, what a refusal says."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.models import (
    Category,
    IpAddress,
    Prefix,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Ssid,
    Vlan,
)
from inventory.network_tabs import TABS
from inventory.views.network.rows import SORTS
from schools.models import AuditEntry
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_device, make_link, make_room


@pytest.fixture
def site(cast):
    return cast.tilleuls


@pytest.fixture
def technician(cast, client):
    client.force_login(cast.thomas)
    return client


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


def furnish(site, n=0):
    """A router, a switch, an access point that covers a class, in a rack, with addresses."""
    router = make_device(site, f"RT-{n}", Category.ROUTER)
    switch = make_device(site, f"SW-{n}")
    room = make_room(site, f"A.0{n}", building="Bloc A", floor="rez")
    point = make_device(site, f"AP-{n}", Category.ACCESS_POINT, room=room)
    make_link(router, switch, upper_port=f"up{n}")
    make_link(switch, point)
    RoomCoverage.objects.create(access_point=point, room=room)
    vlan = Vlan.objects.create(site=site, vid=10 + n, name=f"v{n}")
    Ssid.objects.create(site=site, name=f"Ecole {n}", vlan=vlan)
    Radio.objects.create(access_point=point, band="5", channel=36)
    Prefix.objects.create(site=site, cidr=f"10.9.{n}.0/24", vlan=vlan)
    IpAddress.objects.create(site=site, address=f"10.9.{n}.2", device=switch, is_management=True)
    rack = Rack.objects.create(site=site, name=f"Baie {n}", room=room)
    RackPlace.objects.create(rack=rack, device=switch, bottom=3)
    return switch


@pytest.mark.parametrize("tab", [tab.name for tab in TABS])
def test_a_page_costs_the_same_whatever_stands_on_it(tab, site, technician):
    furnish(site)
    technician.get(url(tab, site.pk))
    with assert_query_count(f"network_{tab}"):
        assert technician.get(url(tab, site.pk)).status_code == 200
    for n in range(1, 5):
        furnish(site, n)
    with assert_query_count(f"network_{tab}"):
        assert technician.get(url(tab, site.pk)).status_code == 200


@pytest.mark.parametrize("tab", [tab.name for tab in TABS])
def test_an_empty_site_says_what_to_do(tab, cast, technician):
    page = technician.get(url(tab, cast.saules.pk)).content.decode()
    assert "Aucun" in page


@pytest.mark.parametrize("tab", [tab.name for tab in TABS])
def test_a_school_reads_its_own_network_and_no_other(tab, cast, site, client):
    furnish(site)
    client.force_login(cast.claire)
    page = client.get(url(tab, site.pk))
    assert page.status_code == 200
    assert "Modifier" not in page.content.decode()
    assert client.get(url(tab, cast.peupliers.pk)).status_code == 404


LISTS = [
    "floors",
    "cables",
    "vlans",
    "wifi",
    "radios",
    "prefixes",
    "addresses",
    "racks",
    "coverage",
]


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_a_file(name, site, technician):
    furnish(site)
    for ending in ("", "_xlsx", "_ods"):
        answer = technician.get(url(f"{name}_export{ending}", site.pk))
        assert answer.status_code == 200
        assert len(body_of(answer)) > 20


ROWS = {
    "vlan": {"vid": 30, "name": "byod", "purpose": "byod"},
    "wifi": {"name": "Invités", "security": "wpa2_personal", "band": "both", "enabled": "on"},
    "prefixe": {"cidr": "10.77.0.0/24", "role": "lan", "gateway": "10.77.0.1"},
    "adresse": {"address": "10.9.0.77", "name": "imprimante"},
    "baie": {"name": "Baie B", "units": 24},
    "place": {"bottom": 5, "height": 1},
    "radio": {"band": "2.4", "count": 1, "channel": 6, "width_mhz": 20},
    "couverture": {"proof": "survey", "proved_on": "2026-03-02", "signal_dbm": -58},
}


def body_for(sort, site, switch):
    body = dict(ROWS[sort])
    if sort == "wifi":
        body |= {"vlan": Vlan.objects.get(site=site).pk, "passphrase": "soleil-2026"}
    if sort == "place":
        other = make_device(site, "SW-9")
        body |= {"rack": Rack.objects.get(site=site).pk, "device": other.pk}
    if sort == "radio":
        body |= {"access_point": site.devices.get(name="AP-0").pk}
    if sort == "couverture":
        room = make_room(site, "B.01")
        body |= {"room": room.pk, "access_point": site.devices.get(name="AP-0").pk}
    return body


@pytest.mark.parametrize("sort", list(ROWS))
def test_a_technician_adds_changes_and_removes(sort, cast, site, technician):
    switch = furnish(site)
    model = SORTS[sort].model
    before = model.objects.count()
    body = body_for(sort, site, switch)
    assert technician.get(url("network_add", site.pk, sort)).status_code == 200
    said = technician.post(url("network_add", site.pk, sort), body)
    assert said.status_code == 302, said.context["form"].errors
    assert model.objects.count() == before + 1
    row = model.objects.latest("pk")
    there = url("network_change", site.pk, sort, row.pk)
    assert technician.get(there).status_code == 200
    said = technician.post(there, body | {"vu": row.version})
    assert said.status_code == 302, said.context["form"].errors
    assert technician.post(url("network_remove", site.pk, sort, row.pk)).status_code == 302
    assert model.objects.count() == before
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert {f"add_{model._meta.model_name}", f"delete_{model._meta.model_name}"} <= told


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique", "odile"])
def test_nobody_else_writes_and_the_reason_is_told(who, cast, site, client):
    furnish(site)
    client.force_login(getattr(cast, who))
    for name, args in (("network_add", ["vlan"]), ("cable_connect", []), ("panel_new", [])):
        said = client.post(url(name, site.pk, *args), {})
        assert said.status_code == 403
        assert "tenu par ses techniciens" in said.content.decode()
    vlan = Vlan.objects.get(site=site)
    assert client.post(url("network_remove", site.pk, "vlan", vlan.pk)).status_code == 403
    assert Vlan.objects.filter(pk=vlan.pk).exists()


def test_the_register_of_a_decentralised_site_is_written_too(cast, technician):
    assert cast.saules.is_decentralised
    said = technician.post(url("network_add", cast.saules.pk, "vlan"), ROWS["vlan"])
    assert said.status_code == 302


def test_a_row_of_another_site_is_not_found_here(cast, site, technician):
    there = Vlan.objects.create(site=cast.saules, vid=7, name="x")
    assert technician.get(url("network_change", site.pk, "vlan", there.pk)).status_code == 404
    assert technician.get(url("network_add", site.pk, "inconnu")).status_code == 404


def test_who_read_an_older_version_is_told(site, technician):
    vlan = Vlan.objects.create(site=site, vid=20, name="a")
    Vlan.objects.filter(pk=vlan.pk).update(name="b")
    there = url("network_change", site.pk, "vlan", vlan.pk)
    said = technician.post(there, {"vid": 20, "name": "c", "purpose": "other", "vu": 1})
    assert said.status_code == 409
    assert "pendant que vous écriviez" in said.content.decode()
    assert "vous écrivez «\u00a0c\u00a0»" in said.content.decode()
    vlan.refresh_from_db()
    assert vlan.name == "b"


def test_a_passphrase_is_shown_by_no_door(cast, site, technician):
    vlan = Vlan.objects.create(site=site, vid=20, name="a")
    body = ROWS["wifi"] | {"vlan": vlan.pk, "passphrase": "soleil-2026"}
    technician.post(url("network_add", site.pk, "wifi"), body)
    ssid = Ssid.objects.get()
    assert ssid.passphrase() == "soleil-2026"
    pages = [url("network_change", site.pk, "wifi", ssid.pk), url("site_wifi", site.pk)]
    pages += [url("wifi_export", site.pk), reverse("api:ssid-detail", args=[ssid.pk])]
    for page in pages:
        told = body_of(technician.get(page)).decode()
        assert "soleil" not in told
        assert ssid.sealed not in told
    assert not AuditEntry.objects.filter(after__icontains="soleil").exists()
    there = url("network_change", site.pk, "wifi", ssid.pk)
    technician.post(there, ROWS["wifi"] | {"vlan": vlan.pk, "vu": ssid.version})
    ssid.refresh_from_db()
    assert ssid.passphrase() == "soleil-2026"  # left empty: unchanged


def test_a_vlan_in_use_is_not_removed(site, technician):
    vlan = Vlan.objects.create(site=site, vid=20, name="a")
    Ssid.objects.create(site=site, name="Ecole", vlan=vlan)
    said = technician.post(url("network_remove", site.pk, "vlan", vlan.pk), follow=True)
    assert "Il sert encore à Ecole" in said.content.decode()
    assert Vlan.objects.filter(pk=vlan.pk).exists()


def test_the_contact_may_say_that_there_is_no_wifi(cast, site, client):
    client.force_login(cast.claire)
    assert "Pas de WiFi ici" in client.get(url("site_coverage", site.pk)).content.decode()

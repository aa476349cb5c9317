"""Coverage as it counts, and devices without a way up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.actions.connect import connect_ports
from inventory.coverage_shown import coverage_shown
from inventory.models import Category, Device, ObservedDevice, Port, RoomCoverage, rooms_covered
from inventory.network_shown import site_network_shown
from tests.cast import body_of, make_device, make_link, make_room


@pytest.fixture
def covered(cast):
    site = cast.tilleuls
    room = make_room(site, "A.02")
    make_room(site, "A.03")
    make_room(site, "Cave", kind="technical")
    point = make_device(site, "AP-1", Category.ACCESS_POINT, room=room)
    return RoomCoverage.objects.create(access_point=point, room=room)


def test_what_counts_is_installed_where_the_room_is(cast, covered):
    assert [room.name for room in rooms_covered()] == ["A.02"]
    for facts in ({"state": "in_repair"}, {"site": cast.saules}):
        with transaction.atomic():
            Device.objects.filter(pk=covered.access_point_id).update(**facts)
            assert not rooms_covered().exists()
            transaction.set_rollback(True)


def test_a_proof_has_a_day_and_a_possible_signal(covered):
    rows = RoomCoverage.objects.filter(pk=covered.pk)
    for facts in ({"proof": "survey"}, {"proved_on": dt.date(2026, 1, 1)}, {"signal_dbm": 20}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**facts)
    rows.update(proof="survey", proved_on=dt.date(2026, 1, 1), signal_dbm=-60)
    assert list(RoomCoverage.objects.validated()) == [covered]


def test_rooms_to_cover_without_wifi_come_first(cast, covered, client):
    shown = coverage_shown(cast.tilleuls, {})
    assert [one.room.name for one in shown.rooms] == ["A.03", "A.02"]
    assert (shown.to_cover, shown.covered, shown.proved) == (2, 1, 0)
    client.force_login(cast.thomas)
    there = reverse("inventory:site_coverage", args=[cast.tilleuls.pk])
    page = client.get(there, {"locaux": "sans"})
    assert [one.room.name for one in page.context["coverage"].rooms] == ["A.03"]


def test_who_declares_and_who_proves_is_written_down(cast, client):
    site = cast.tilleuls
    point = make_device(site, "AP-1", Category.ACCESS_POINT)
    room = make_room(site, "A.02")
    body = {"room": room.pk, "access_point": point.pk, "proof": "declared"}
    client.force_login(cast.thomas)
    client.post(reverse("inventory:network_add", args=[site.pk, "couverture"]), body)
    row = RoomCoverage.objects.get()
    assert (row.declared_by, row.proved_by) == (cast.thomas, None)
    client.force_login(cast.sofia)
    there = reverse("inventory:network_change", args=[site.pk, "couverture", row.pk])
    body |= {"proof": "survey", "vu": row.version}
    assert "quel jour" in client.post(there, body).content.decode()
    body |= {"proved_on": "2026-03-02", "signal_dbm": "-61"}
    assert client.post(there, body).status_code == 302
    row.refresh_from_db()
    assert (row.declared_by, row.proved_by, row.signal_dbm) == (cast.thomas, cast.sofia, -61)


# --- ways up ---


def names(response):
    return [row.device.name for row in response.context["rows"]]


def test_lost_devices_are_filtered_and_exported(cast, client):
    site = cast.tilleuls
    router, up = make_device(site, "RT-1", Category.ROUTER), make_device(site, "SW-UP")
    make_link(up, router)
    make_device(site, "SW-LOST")
    make_link(make_device(site, "SW-ISLE"), make_device(site, "AP-ISLE", Category.ACCESS_POINT))
    make_device(cast.saules, "SW-FAR")
    client.force_login(cast.thomas)
    there = reverse("inventory:no_uplink")
    assert names(client.get(there)) == ["AP-ISLE", "SW-ISLE", "SW-LOST", "SW-FAR"]
    assert names(client.get(there, {"motif": "router"})) == ["SW-FAR"]
    assert names(client.get(there, {"motif": "island"})) == ["AP-ISLE", "SW-ISLE"]
    assert names(client.get(there, {"type": "access_point"})) == ["AP-ISLE"]
    assert names(client.get(there, {"q": "lost"})) == ["SW-LOST"]
    file = body_of(client.get(reverse("inventory:no_uplink_export"), {"motif": "nothing"}))
    assert b"SW-LOST" in file
    assert b"SW-FAR" not in file
    client.force_login(cast.karl)
    assert names(client.get(there)) == []


def test_what_is_only_heard_is_drawn_apart(cast):
    site = cast.tilleuls
    router, switch = make_device(site, "RT-1", Category.ROUTER), make_device(site, "SW-1")
    seen = ObservedDevice.objects.create(site=site, via="snmp", device=switch)
    seen.neighbours.create(local_port="24", protocol="lldp", name="RT-1", device=router, port="2")

    def drawn():
        devices = Device.objects.filter(site=site).select_related("product", "room")
        return site_network_shown(site, devices, {})

    node = next(node for node in drawn().nodes if node.label == "SW-1")
    assert (node.parent, node.seen_only) == (str(router.pk), True)
    assert len(drawn().seen_only) == 1
    ports = [Port.objects.create(device=one, name="9", speed_mbps=1000) for one in (router, switch)]
    plain = {"kind": "cable", "role": "uplink"}
    connect_ports(cast.thomas, site, ports[0], ports[1], plain)
    node = next(node for node in drawn().nodes if node.label == "SW-1")
    assert (node.seen_only, node.link_speed) == (False, "1G")
    assert drawn().seen_only == []

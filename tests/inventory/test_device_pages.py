"""Devices: the list, the page of one, the panels of a site that draw them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.models import Category, Device, RoomCoverage
from schools.keyset import PAGE
from supervision.models import Check, Snapshot, Target
from supervision.snmp.profile import profile_of
from tests.cast import Cast, make_device, make_link, make_room, make_target
from tests.helpdesk.test_school_report import make_fault

DEVICES = "inventory:devices"


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def found(client: Client, **query) -> set[str]:
    rows = client.get(reverse(DEVICES), query).context["rows"]
    return {device.name for device, _state, _words in rows}


@pytest.fixture
def some(cast: Cast) -> Cast:
    room = make_room(cast.tilleuls, "A.14", building="Bloc A")
    switch = make_device(cast.tilleuls, "SW-B1", serial="ABC123", room=room)
    make_fault(switch)
    make_device(cast.tilleuls, "EI-1", Category.BOARD, asset_number="77001")
    make_device(cast.tilleuls, "OLD-1", state="retired")
    make_device(cast.peupliers, "SW-P1")
    return cast


def test_the_list_narrows(some: Cast):
    client = as_(some.sofia)
    assert found(client) == {"SW-B1", "EI-1", "SW-P1"}
    assert found(client, type="board") == {"EI-1"}
    assert found(client, etat="down") == {"SW-B1"}
    assert found(client, etat="unknown") == {"EI-1", "SW-P1"}
    assert found(client, situation="retired") == {"OLD-1"}
    assert found(client, situation="tout") == {"SW-B1", "EI-1", "SW-P1", "OLD-1"}
    assert found(client, province="liege") == {"SW-P1"}
    assert found(client, site=some.tilleuls.pk) == {"SW-B1", "EI-1"}
    assert found(client, q="abc123") == {"SW-B1"}
    assert found(client, q="77001") == {"EI-1"}


def test_the_list_shows_one_s_own_scope(some: Cast):
    assert found(as_(some.karl)) == {"SW-P1"}
    assert found(as_(some.karl), site=some.tilleuls.pk) == set()
    answer = as_(some.karl).get(reverse("inventory:devices_export"))
    assert b"SW-B1" not in answer.getvalue()


def test_pages_follow_each_other(cast: Cast):
    for n in range(PAGE + 5):
        make_device(cast.tilleuls, f"D{n:03d}")
    client = as_(cast.sofia)
    first = client.get(reverse(DEVICES))
    second = client.get(reverse(DEVICES), {"apres": first.context["after"]})
    both = [d.pk for d, *_rest in (*first.context["rows"], *second.context["rows"])]
    assert len(both) == len(set(both)) == PAGE + 5
    assert second.context["after"] == ""


def test_a_device_shows_where_it_stands_and_what_it_is_cabled_to(some: Cast):
    switch = some.tilleuls.devices.get(name="SW-B1")
    make_link(make_device(some.tilleuls, "SW-A1"), switch, "24", "1")
    page = text_of(as_(some.sofia).get(reverse("inventory:device", args=[switch.pk])))
    for words in ("ABC123", "A.14", "En panne", "SW-A1", "24"):
        assert words in page, words


def test_the_far_end_is_found_whichever_port_stands_first(cast: Cast):
    lower, upper = make_device(cast.tilleuls, "SW-1"), make_device(cast.tilleuls, "SW-2")
    make_link(upper, lower)
    client = as_(cast.sofia)
    for here, far in ((lower, upper), (upper, lower)):
        rows = client.get(reverse("inventory:device", args=[here.pk])).context["ports"]
        assert [row.far.device for row in rows] == [far]


def test_a_device_page_costs_the_same_with_more_ports(cast: Cast, django_assert_max_num_queries):
    switch, client = make_device(cast.tilleuls, "SW-1"), as_(cast.sofia)

    def cost() -> int:
        with django_assert_max_num_queries(30) as captured:
            text_of(client.get(reverse("inventory:device", args=[switch.pk])))
        return len(captured)

    make_link(switch, make_device(cast.tilleuls, "AP-0"))
    cost()
    before = cost()
    for n in range(1, 9):
        make_link(switch, make_device(cast.tilleuls, f"AP-{n}"))
    assert cost() == before


def test_another_school_finds_no_device(some: Cast):
    switch = Device.objects.get(name="SW-B1")
    assert as_(some.karl).get(reverse("inventory:device", args=[switch.pk])).status_code == 404


def test_the_network_of_a_site_is_drawn_with_its_states(cast: Cast):
    site = cast.tilleuls
    router, switch = make_device(site, "RT-1", Category.ROUTER), make_device(site, "SW-B1")
    point = make_device(site, "AP-B1", Category.ACCESS_POINT)
    make_link(router, switch)
    make_link(switch, point)
    Check.objects.create(
        target=make_target(router), key="reachability", service="internet", state="ok"
    )
    root, ticket = make_fault(switch)
    make_fault(point, "wifi", ticket=ticket, root=root)
    panel = reverse("supervision:site_network", args=[site.pk])
    response = as_(cast.sofia).get(panel)
    nodes = {node.label: node for node in response.context["nodes"]}
    assert {n.label: n.state for n in nodes.values()} == {
        "RT-1": "ok",
        "SW-B1": "down",
        "AP-B1": "effect",
    }
    assert nodes["AP-B1"].parent == nodes["SW-B1"].id
    assert nodes["SW-B1"].parent == nodes["RT-1"].id
    assert "<svg" in text_of(response)


def test_rooms_show_whether_wifi_reaches_them_now(cast: Cast):
    site = cast.tilleuls
    lit, dark, never = (make_room(site, name) for name in ("A.01", "B.01", "Gym"))
    good = make_device(site, "AP-A", Category.ACCESS_POINT)
    bad = make_device(site, "AP-B", Category.ACCESS_POINT)
    Check.objects.create(target=make_target(good), key="reachability", service="wifi", state="ok")
    make_fault(bad, "wifi")
    for point, room in ((good, lit), (bad, dark), (bad, lit)):
        RoomCoverage.objects.create(access_point=point, room=room)
    context = as_(cast.sofia).get(reverse("supervision:site_rooms", args=[site.pk])).context
    assert {r.name: s for f in context["floors"] for r, s in f.rooms} == {
        "A.01": "ok",
        "B.01": "down",
        "Gym": "",
    }
    assert (context["covered"], context["total"], context["never"]) == (1, 3, 1)
    assert never.name == "Gym"


def test_devices_to_look_at_stand_first(cast: Cast):
    site = cast.tilleuls
    fine = make_device(site, "AA-1")
    Check.objects.create(target=make_target(fine), key="reachability", service="lan", state="ok")
    make_fault(make_device(site, "ZZ-1"))
    rows = as_(cast.sofia).get(reverse("supervision:site_devices", args=[site.pk])).context["rows"]
    assert [row["device"].name for row in rows] == ["ZZ-1", "AA-1"]
    assert len(rows[0]["strip"]) == 48


PANELS = [
    "supervision:site_network",
    "supervision:site_rooms",
    "supervision:site_devices",
    "helpdesk:site_now",
]


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_costs_the_same_with_more_devices(
    cast: Cast, name: str, django_assert_max_num_queries
):
    site, client = cast.tilleuls, as_(cast.sofia)
    switch = make_device(site, "SW-1")

    def grow(start: int, end: int) -> None:
        for n in range(start, end):
            room = make_room(site, f"R{n}")
            point = make_device(site, f"AP-{n}", Category.ACCESS_POINT, room=room)
            make_link(switch, point)
            RoomCoverage.objects.create(access_point=point, room=room)
            make_fault(point, "wifi")

    def cost() -> int:
        with django_assert_max_num_queries(40) as captured:
            text_of(client.get(reverse(name, args=[site.pk])))
        return len(captured)

    grow(0, 2)
    cost()
    before = cost()
    grow(2, 6)
    assert cost() == before


DEVICE_PANELS = ["device_live", "device_graph", "device_ports", "device_readings"]


@pytest.mark.parametrize("name", DEVICE_PANELS)
def test_panels_of_a_device_are_its_school_s_alone(some: Cast, name: str):
    switch = Device.objects.get(name="SW-B1")
    url = reverse(f"supervision:{name}", args=[switch.pk])
    assert "<h2>" in text_of(as_(some.sofia).get(url))
    assert as_(some.claire).get(url).status_code == 200
    assert as_(some.karl).get(url).status_code == 404


def test_the_last_reading_is_told_with_names_and_units(some: Cast):
    switch = Device.objects.get(name="SW-B1")
    target = Target.objects.get(device=switch)
    target.profile = "ups"
    metric = next(m for m in profile_of("ups").metrics if m.unit)
    target.save()
    Snapshot.objects.create(
        target=target,
        at=timezone.now(),
        values={metric.key: 42},
        ports=[
            {
                "name": "1",
                "index": 1,
                "admin": "up",
                "oper": "up",
                "speed_mbps": 1000,
                "in_octets": 1,
                "out_octets": 2,
                "errors": 0,
            },
            {
                "name": "2",
                "index": 2,
                "admin": "up",
                "oper": "down",
                "speed_mbps": 0,
                "in_octets": None,
                "out_octets": None,
                "errors": None,
            },
        ],
    )
    live = text_of(as_(some.sofia).get(reverse("supervision:device_live", args=[switch.pk])))
    assert metric.labels["fr"].lower() in live.lower()
    assert f"42\u00a0{metric.unit}" in live
    ports = text_of(as_(some.sofia).get(reverse("supervision:device_ports", args=[switch.pk])))
    assert "1 sur 2 avec un lien" in ports

"""Cables: one per port, followed through panels, put back when taken out by mistake."""

from __future__ import annotations

import itertools
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.actions.add_panel import add_panel
from inventory.actions.connect import connect_ports
from inventory.actions.keep_network import NetworkRefused
from inventory.cabling import cables_of
from inventory.models import Category, Device, Link, Port
from inventory.ports_shown import ports_of
from inventory.rules.paths import follow
from supervision.network import network_of
from tests.cast import make_cast, make_device

PLAIN = {"kind": "cable", "role": "access"}


def port(device, name="1"):
    return Port.objects.get_or_create(device=device, name=name)[0]


def join(a, b, **more):
    first, second = sorted((a, b), key=lambda one: one.pk)
    return Link.objects.create(port_a=first, port_b=second, **more)


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


# --- the rule ---


@given(st.integers(0, 12), st.booleans(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_a_way_through_any_number_of_panels_is_the_same_from_both_ends(panels, whole, random):
    keys = list(range(2 * panels + 2))
    random.shuffle(keys)
    pieces = list(zip(keys[::2], keys[1::2], strict=True))
    links, passes = {}, {}
    for a, b in pieces if whole else pieces[:-1]:
        links[a], links[b] = b, a
    for (_a, far), (near, _b) in itertools.pairwise(pieces):
        passes[far], passes[near] = near, far
    way = follow(keys[0], links, passes)
    if whole:
        assert way == keys
        assert follow(keys[-1], links, passes) == keys[::-1]
    else:
        assert way == keys[: max(len(keys) - 1, 1)]


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8)), st.data())
@settings(max_examples=200, deadline=None)
def test_a_loop_ends(passes, data):
    ends = data.draw(st.permutations(range(9)))
    links = {}
    for a, b in zip(ends[::2], ends[1::2], strict=False):
        links[a], links[b] = b, a
    way = follow(0, links, passes)
    assert way[0] == 0
    assert len(way) == len(set(way))


# --- panels ---


@pytest.fixture
def wired(cast):
    """SW-A1 → PP-1 (position 7) → wall socket → AP-1; and the router above."""
    site = cast.tilleuls
    router = make_device(site, "RT-1", Category.ROUTER)
    switch = make_device(site, "SW-A1")
    point = make_device(site, "AP-1", Category.ACCESS_POINT)
    panel = add_panel(cast.thomas, site, name="PP-1", category="panel", positions=24, room=None)
    socket = add_panel(cast.thomas, site, name="A.02-1", category="socket", positions=1, room=None)
    side = {(one.device_id, one.number, one.side): one for one in Port.objects.exclude(side="")}
    join(port(router), port(switch, "48"), role="uplink")
    join(port(switch, "7"), side[panel.pk, 7, "front"])
    join(side[panel.pk, 7, "rear"], side[socket.pk, 1, "rear"])
    last = join(side[socket.pk, 1, "front"], port(point))
    return site, switch, point, last


def test_a_cable_is_followed_from_plug_to_plug(wired):
    site, switch, point, last = wired
    ends = {frozenset((one.a.device, one.b.device)): len(one.links) for one in cables_of([site.pk])}
    router = Device.objects.get(name="RT-1")
    assert ends == {
        frozenset((router.pk, switch.pk)): 1,
        frozenset((switch.pk, point.pk)): 3,
    }
    assert network_of([site.pk]).parents()[point.pk] == switch.pk
    last.delete()
    assert len(cables_of([site.pk])) == 1


def test_the_page_of_a_device_tells_the_far_end_and_the_way(wired, cast, client):
    _site, switch, point, _last = wired
    row = next(row for row in ports_of(switch) if row.port.name == "7")
    assert row.far.device == point
    assert [one.device.name for one in row.via] == ["PP-1", "A.02-1"]
    client.force_login(cast.thomas)
    assert "AP-1" in client.get(url("device", switch.pk)).content.decode()


def test_a_position_has_one_port_on_each_side(wired):
    panel = Device.objects.get(name="PP-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Port.objects.create(device=panel, name="x", number=7, side="front")


# --- clerks ---


def test_a_cable_is_noted_and_taken_back(cast, client):
    site = cast.tilleuls
    a, b = port(make_device(site, "SW-A1")), port(make_device(site, "SW-B1"))
    client.force_login(cast.thomas)
    body = {"a": a.pk, "b": b.pk, "kind": "cable", "role": "uplink", "label": "K-12"}
    said = client.post(url("cable_connect", site.pk), body, follow=True)
    link = Link.objects.get()
    assert "Câble noté" in said.content.decode()
    gone = client.post(url("cable_disconnect", site.pk, link.pk), follow=True)
    assert "Câble retiré" in gone.content.decode()
    assert not Link.objects.exists()
    back = gone.context["undo"][1]
    told = client.post(back, headers={"HX-Request": "true"})
    assert told.status_code == 204
    assert "fait=" in told["HX-Redirect"]
    assert Link.objects.get().label == "K-12"
    client.post(back)
    assert Link.objects.count() == 1  # a second click, or a port taken since


def test_a_forged_undo_puts_nothing_back(cast, client):
    client.force_login(cast.thomas)
    page = client.post(url("cable_restore", cast.tilleuls.pk) + "?jeton=x:y:z", follow=True)
    assert "trop tard" in page.content.decode()


def test_ports_of_another_site_are_not_offered(cast, client):
    here = port(make_device(cast.tilleuls, "SW-A1"))
    there = port(make_device(cast.saules, "SW-B1"))
    client.force_login(cast.thomas)
    body = {"a": here.pk, "b": there.pk, "kind": "cable", "role": "access"}
    said = client.post(url("cable_connect", cast.tilleuls.pk), body)
    assert said.context["form"].errors["b"]
    assert not Link.objects.exists()


def test_the_two_sides_of_a_panel_are_not_cabled_together(wired, cast):
    panel = Device.objects.get(name="PP-1")
    one, other = panel.ports.filter(number=9)
    with pytest.raises(NetworkRefused, match="déjà reliés"):
        connect_ports(cast.thomas, cast.tilleuls, one, other, PLAIN)


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_take_one_port_one_is_told():
    cast = make_cast()
    site = cast.tilleuls
    wanted = port(make_device(site, "SW-A1"))
    others = [port(make_device(site, f"AP-{n}", Category.ACCESS_POINT)) for n in range(2)]
    ready, told = threading.Barrier(2), []

    def clerk(user, other):
        ready.wait()
        try:
            connect_ports(user, site, wanted, other, PLAIN)
            told.append("ok")
        except NetworkRefused as error:
            told.append(error.field)
        finally:
            connection.close()

    clerks = [
        threading.Thread(target=clerk, args=pair)
        for pair in zip((cast.thomas, cast.sofia), others, strict=True)
    ]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert sorted(told) == ["b", "ok"]
    assert Link.objects.count() == 1

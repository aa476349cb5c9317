"""From what was seen to differences, from a difference to a decision: undone, raced, ignored."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.decide_difference import (
    accept_difference,
    accept_many,
    ignore_difference,
    merge_difference,
    undo_decision,
)
from inventory.listing_differences import SAFE_Q
from inventory.models import Device, Difference, Link, ObservedDevice, Prefix
from inventory.seen import DeviceSeen, Expected, NeighbourSeen
from schools.models import AuditEntry
from tests.cast import make_cast, make_device, make_link, make_room

from .sightings import MAC, NOW, SWITCH, look, open_kinds, the


@pytest.fixture
def site(cast):
    return cast.tilleuls


# --- recording ---


def test_an_unknown_device_is_one_difference_and_no_device(site):
    look(site, SWITCH)
    look(site, SWITCH)
    assert open_kinds(site) == ["new"]
    assert not Device.objects.exists()
    assert ObservedDevice.objects.count() == 1


def test_a_known_one_is_compared_field_by_field(site):
    device = make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    seen = ObservedDevice.objects.get()
    assert (seen.device, seen.matched_by) == (device, "serial")
    assert open_kinds(site) == ["mac", "ports", "product", "room"]


def test_a_serial_number_that_comes_later_makes_no_second_row(site):
    look(site, replace(SWITCH, serial=""))
    look(site, SWITCH)
    assert ObservedDevice.objects.get().serial == "FOC1832X0AB"


def test_another_address_of_the_same_device_is_the_same_device(site):
    look(site, SWITCH, replace(SWITCH, address="10.20.4.1"))
    seen = ObservedDevice.objects.get()
    assert (seen.address, seen.facts["also_at"]) == ("10.20.0.2", ["10.20.4.1"])


def test_two_devices_with_one_serial_number_are_told_as_twins(site):
    other = "00:00:5e:00:53:09"
    twin = replace(SWITCH, mac=other, macs=frozenset({other}), address="10.20.0.3", name="SW-A2")
    for _ in range(2):
        look(site, SWITCH, twin)
    assert ObservedDevice.objects.count() == 2
    assert open_kinds(site) == ["new", "twin"]


def test_contradicting_evidence_is_shown_and_matched_with_nobody(site):
    a = make_device(site, "A", serial="FOC1832X0AB")
    b = make_device(site, "B", mac=MAC)
    look(site, SWITCH)
    assert ObservedDevice.objects.get().device is None
    row = the("conflict")
    assert {tuple(piece) for piece in row.detail["pieces"]} == {("serial", a.pk), ("mac", b.pk)}


def test_a_device_of_another_site_is_one_that_moved(cast, site):
    make_device(cast.peupliers, "SW-P", serial="FOC1832X0AB")
    look(site, SWITCH)
    assert open_kinds(site) == ["moved"]
    assert not Difference.objects.filter(site=cast.peupliers).exists()


def test_access_points_of_a_controller_are_devices_and_are_missed_when_they_vanish(site):
    points = [
        DeviceSeen(
            via="controller", category="access_point", maker="Ruckus", model="R550",
            serial=f"30154800{n:04d}", mac=f"00:22:7f:00:00:{n:02x}", name=f"AP-{n}",
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    controller = replace(SWITCH, category="controller", parts=tuple(points))
    look(site, controller)
    assert ObservedDevice.objects.filter(via="controller", parent__isnull=False).count() == 3
    look(site, replace(controller, parts=tuple(points[:2])))
    lost = ObservedDevice.objects.get(name="AP-3")
    assert lost.missing_since is not None
    look(site, replace(controller, parts=(), parts_complete=False))
    assert ObservedDevice.objects.present().filter(via="controller").count() == 2


def test_what_a_controller_tells_does_not_overwrite_what_the_device_told(site):
    point = DeviceSeen(
        via="snmp", category="access_point", maker="Ruckus", model="R550", version="7.0",
        serial="301548000001", mac="00:22:7f:00:00:01", name="AP-1",
    )  # fmt: skip
    told = replace(point, via="controller", version="", model="", facts={"clients": 4})
    look(site, point, replace(SWITCH, category="controller", parts=(told,)))
    seen = ObservedDevice.objects.get(serial="301548000001")
    assert (seen.via, seen.version, seen.facts["told_clients"]) == ("snmp", "7.0", 4)
    assert seen.parent is not None


def test_what_vanishes_is_marked_with_a_date_and_never_deleted(site):
    look(site, SWITCH)
    look(site, silent=["10.20.0.2"], now=NOW + dt.timedelta(hours=1))
    look(site, silent=["10.20.0.2"], now=NOW + dt.timedelta(hours=2))
    assert ObservedDevice.objects.get().missing_since == NOW + dt.timedelta(hours=1)
    look(site, SWITCH, now=NOW + dt.timedelta(hours=3))
    assert ObservedDevice.objects.get().missing_since is None


def test_a_registered_device_is_missing_after_a_day_of_silence_not_after_an_outage(site):
    device = make_device(site, "SW-B1")
    hour, day = NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=1)
    look(site, expected=[Expected(device.pk, "10.20.0.9", False, hour)])
    assert open_kinds(site) == []
    look(site, expected=[Expected(device.pk, "10.20.0.9", False, day)])
    assert open_kinds(site) == ["missing"]
    look(site, expected=[Expected(device.pk, "10.20.0.9", True, NOW)])
    assert open_kinds(site) == []
    assert Difference.objects.get().state == "gone"


def test_ports_are_kept_by_name_and_their_index_may_change(site):
    look(site, SWITCH)
    moved = tuple(replace(p, if_index=(p.if_index or 0) + 100) for p in SWITCH.ports[:1])
    look(site, replace(SWITCH, ports=moved))
    rows = ObservedDevice.objects.get().ports.all()
    ports = {port.name: (port.if_index, port.missing_since is None) for port in rows}
    assert ports == {"Gi1/0/1": (101, True), "Gi1/0/2": (2, False)}


def cabled(site):
    """SW-A1 whose port 1 leads to a screen; the network hears an access point there."""
    switch = make_device(site, "SW-A1", serial="FOC1832X0AB")
    screen, point = (
        make_device(site, "ECRAN-A14", "board"),
        make_device(site, "AP-A01", "access_point"),
    )
    make_link(switch, screen, "Gi1/0/1")
    heard = NeighbourSeen("lldp", "GigabitEthernet1/0/1", port="eth0", name="AP-A01")
    return switch, screen, point, replace(SWITCH, neighbours=(heard,))


def test_a_neighbour_that_is_not_what_the_cable_says_is_a_difference(site):
    switch, _screen, point, seen = cabled(site)
    look(site, seen)
    row = the("link")
    assert (row.device, row.intended, row.observed) == (switch, "ECRAN-A14", "AP-A01")
    neighbour = ObservedDevice.objects.get().neighbours.get()
    assert (neighbour.device, neighbour.resolved_by, neighbour.name) == (point, "name", "AP-A01")


def test_a_cable_that_the_network_confirms_is_none(site):
    _switch, _screen, _point, seen = cabled(site)
    heard = replace(seen.neighbours[0], name="ECRAN-A14")
    look(site, replace(seen, neighbours=(heard,)))
    assert "link" not in open_kinds(site)


# --- deciding ---


def test_accepting_a_new_device_enters_it_with_its_ports_and_audits(cast, site):
    look(site, SWITCH)
    accept_difference(cast.thomas, the("new").pk)
    device = Device.objects.get(site=site)
    assert (device.name, device.serial, device.product.model) == (
        "SW-A1", "FOC1832X0AB", "WS-C2960X-24TS-L",
    )  # fmt: skip
    assert device.ports.count() == 2
    assert ObservedDevice.objects.get().device == device
    assert AuditEntry.objects.filter(action="accept_difference", actor=cast.thomas).exists()
    assert open_kinds(site) == ["room"]


@pytest.mark.parametrize("kind", ["product", "mac", "ports"])
def test_accepting_a_fact_and_taking_it_back(cast, site, kind):
    device = make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)

    def facts():
        device.refresh_from_db()
        return device.product_id, device.mac, device.ports.count()

    before = facts()
    row = accept_difference(cast.sofia, the(kind).pk)
    assert facts() != before
    assert kind not in open_kinds(site)
    undo_decision(cast.sofia, row.pk)
    assert facts() == before
    assert kind in open_kinds(site)


def test_accepting_a_cable_moves_it_and_undoing_puts_it_back(cast, site):
    switch, screen, point, seen = cabled(site)
    look(site, seen)
    row = accept_difference(cast.sofia, the("link").pk)
    link = Link.objects.get()
    assert {link.port_a.device, link.port_b.device} == {switch, point}
    undo_decision(cast.sofia, row.pk)
    link = Link.objects.get()
    assert {link.port_a.device, link.port_b.device} == {switch, screen}


def test_a_missing_device_is_retired_not_deleted(cast, site):
    device = make_device(site, "SW-B1")
    look(site, expected=[Expected(device.pk, "10.20.0.9", False, None)])
    accept_difference(cast.sofia, the("missing").pk)
    device.refresh_from_db()
    assert device.state == "retired"


def test_a_room_is_chosen_among_those_of_the_site(cast, site):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    row, room = the("room"), make_room(site, "A.02")
    with pytest.raises(DecisionImpossible, match="Choisissez"):
        accept_difference(cast.sofia, row.pk, room=make_room(cast.peupliers, "P.01"))
    accept_difference(cast.sofia, row.pk, room=room)
    assert Device.objects.get(name="SW-A1").room == room


def test_a_conflict_is_merged_by_a_person_whose_word_then_stands(cast, site):
    a = make_device(site, "A", serial="FOC1832X0AB")
    make_device(site, "B", mac=MAC)
    look(site, SWITCH)
    row = the("conflict")
    with pytest.raises(DecisionImpossible, match="contredisent"):
        accept_difference(cast.sofia, row.pk)
    merge_difference(cast.sofia, row.pk, a.pk)
    look(site, SWITCH)
    seen = ObservedDevice.objects.get()
    assert (seen.device, seen.matched_by, seen.conflict) == (a, "person", [])


def test_what_is_ignored_comes_back_only_when_it_changes(cast, site):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    ignore_difference(cast.sofia, the("product").pk, why="étiquette commerciale")
    look(site, SWITCH)
    assert "product" not in open_kinds(site)
    look(site, replace(SWITCH, model="WS-C3560-48TS-S"))
    assert "product" in open_kinds(site)


def test_a_new_version_is_told_and_admitted(cast, site):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    newer = replace(SWITCH, version="15.2(7)E9")
    look(site, newer)
    accept_difference(cast.sofia, the("version").pk)
    look(site, newer)
    assert "version" not in open_kinds(site)


def test_undo_is_refused_when_somebody_changed_it_since(cast, site):
    device = make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    row = accept_difference(cast.sofia, the("mac").pk)
    Device.objects.filter(pk=device.pk).update(mac="00:00:5e:00:53:77")
    with pytest.raises(DecisionImpossible, match="modifié depuis"):
        undo_decision(cast.sofia, row.pk)


@pytest.mark.parametrize("who", ["claire", "bernard", "veronique", "odile"])
def test_those_who_see_a_difference_may_not_all_decide(cast, site, who):
    look(site, SWITCH)
    with pytest.raises(DecisionRefused, match="techniciens"):
        accept_difference(getattr(cast, who), the("new").pk)
    assert not Device.objects.exists()


def test_it_is_unseen_elsewhere(cast, site):
    look(site, SWITCH)
    with pytest.raises(Difference.DoesNotExist):
        accept_difference(cast.karl, the("new").pk)


def test_the_register_of_a_school_that_manages_its_network_is_corrected_too(cast):
    look(cast.saules, SWITCH)
    accept_difference(cast.thomas, the("new").pk)
    assert Device.objects.filter(site=cast.saules).exists()


def test_a_difference_that_changed_under_the_reader_is_not_decided(cast, site):
    look(site, SWITCH)
    row = the("new")
    look(site, replace(SWITCH, address="10.20.0.7"))
    with pytest.raises(DecisionImpossible, match="a changé"):
        accept_difference(cast.sofia, row.pk, seen=row.fingerprint)


@pytest.mark.django_db(transaction=True)
def test_two_technicians_at_once_make_one_decision():
    cast = make_cast()
    look(cast.tilleuls, SWITCH)
    pk = the("new").pk

    def decide(user):
        try:
            accept_difference(user, pk)
        except DecisionImpossible as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(decide, [cast.sofia, cast.thomas, cast.sofia, cast.thomas]))
    assert said.count("done") == 1
    assert all("Déjà réglé" in told for told in said if told != "done")
    assert Device.objects.count() == 1


def test_safe_ones_are_accepted_together_and_the_others_told(cast, site):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    look(site, SWITCH)
    pks = list(Difference.objects.open().values_list("pk", flat=True))
    done, refused = accept_many(cast.sofia, pks)
    assert {row.kind for row in done} == {"mac", "ports"}
    assert len(refused) == 2


def test_the_question_for_safe_ones_is_the_rule(site):
    make_device(site, "SW-A1", serial="FOC1832X0AB")
    make_device(site, "SW-B1", serial="FOC1832X0AC", mac="00:00:5e:00:53:01")
    other = replace(SWITCH, serial="FOC1832X0AC", mac="00:1b:54:00:00:02",
                    macs=frozenset({"00:1b:54:00:00:02"}), address="10.20.0.3")  # fmt: skip
    look(site, SWITCH, other)
    by_rule = {row.pk for row in Difference.objects.all() if row.safe}
    assert by_rule == set(Difference.objects.filter(SAFE_Q).values_list("pk", flat=True))
    assert by_rule


def test_prefixes_never_overlap_wherever_they_are(cast):
    Prefix.objects.create(site=cast.tilleuls, cidr="10.20.0.0/22")
    for site, cidr in ((cast.tilleuls, "10.20.1.0/24"), (cast.peupliers, "10.0.0.0/8")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Prefix.objects.create(site=site, cidr=cidr)
    Prefix.objects.create(site=cast.peupliers, cidr="10.20.4.0/24")

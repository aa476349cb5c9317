"""The demo Region is what it promises to be."""

from __future__ import annotations

import pytest

from deploy.lab.plan import LabError
from deploy.lab.region import REGION


def test_six_schools_stand_in_several_provinces_and_both_communities() -> None:
    assert len(REGION.schools) == 6
    assert {site.province for site in REGION.sites} >= {"namur", "liege"}
    assert {school.community for school in REGION.schools} == {"fwb", "dg"}
    assert sum(site.decentralised for site in REGION.sites) == 1
    assert [s.name for s in REGION.schools if s.supervision is None] == [
        "Institut Sainte-Aldegonde"
    ]


def test_about_sixty_devices_have_addresses_and_identities_of_their_own() -> None:
    devices = REGION.devices
    assert 55 <= len(devices) <= 70
    for identity in ("address", "mac", "serial", "engine_id", "ref"):
        assert len({getattr(device, identity) for device in devices}) == len(devices)
    assert all(device.address.startswith("127.0.") for device in devices)


def test_every_kind_of_equipment_and_of_credential_is_there() -> None:
    categories = {device.model.category for device in REGION.devices}
    assert categories == {"router", "switch", "access_point", "ups", "printer", "server"}
    assert {device.security for device in REGION.devices} == {"v2c", "sha1", "sha256"}
    ports = {len(d.model.ports) for d in REGION.devices if d.model.category == "switch"}
    assert ports == {24, 48}


def test_no_port_carries_two_cables_and_every_cable_fits() -> None:
    for site in REGION.sites:
        ends = []
        for device in site.devices:
            if device.uplink:
                above = site.by_name[device.uplink.device]
                assert above.model.port(device.uplink.port)
                assert device.model.port(device.uplink.own)
                ends += [(above.name, device.uplink.port), (device.name, device.uplink.own)]
        assert len(ends) == len(set(ends)), site.slug


def test_parents_stand_before_children_and_one_router_is_the_root() -> None:
    for site in REGION.sites:
        seen: set[str] = set()
        for device in site.devices:
            assert device.uplink is None or device.uplink.device in seen
            seen.add(device.name)
        assert [d.model.category for d in site.devices if d.uplink is None] == ["router"]


def test_rooms_of_devices_and_coverage_exist() -> None:
    for site in REGION.sites:
        rooms = [room.name for room in site.rooms]
        assert len(rooms) == len(set(rooms))
        for device in site.devices:
            assert device.room in rooms
            assert set(device.covers) <= set(rooms)


def test_moulin_is_the_site_of_the_story() -> None:
    site = REGION.site("moulin")
    assert sum(pupils for _, pupils in site.pupils) == 612
    b1 = REGION.device("SW-B1")
    assert b1.uplink
    assert (b1.uplink.device, b1.uplink.port, b1.room) == ("SW-A1", "24", "B.03")
    below = [device.name for device in REGION.below(b1)]
    assert below == [f"AP-B1{n}" for n in range(1, 7)] + ["IMP-B1"]
    silenced = [room for device in REGION.below(b1) for room in device.covers]
    assert len(silenced) == len(set(silenced)) == 11


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(LabError, match="AP-B12"):
        REGION.device("AP-B22")
    with pytest.raises(LabError, match=r"moulin/RT-1.*Say which"):
        REGION.device("RT-1")
    assert REGION.device("dumont/rt-1").site == "dumont"

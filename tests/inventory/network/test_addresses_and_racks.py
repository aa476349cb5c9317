"""Prefixes, addresses and rack units: what overlaps or lies outside is not stored."""

from __future__ import annotations

import ipaddress

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.actions.keep_network import NetworkRefused, add_row, remove_row
from inventory.addresses_shown import prefixes_shown
from inventory.models import Device, IpAddress, Prefix, Rack, RackPlace, Vlan, prefixes_to_search
from inventory.racks_shown import slots_of
from inventory.rules.free import free_addresses, occupancy
from tests.cast import make_device

HYPOTHESIS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def networks(version):
    bits = 32 if version == 4 else 128
    base = ipaddress.ip_network("10.0.0.0/8" if version == 4 else "2001:db8::/32")
    low = base.prefixlen
    return st.tuples(st.integers(low, bits - 2), st.integers(0, 2**24 - 1)).map(
        lambda drawn: ipaddress.ip_network(
            (
                int(base.network_address)
                | ((drawn[1] << (bits - low - 24)) & ~((1 << (bits - drawn[0])) - 1)),
                drawn[0],
            )
        )
    )


@given(st.lists(st.one_of(networks(4), networks(6)), min_size=2, max_size=6))
@HYPOTHESIS
def test_prefixes_that_overlap_are_refused_and_no_others(cast, drawn):
    with transaction.atomic():
        kept = []
        for n, network in enumerate(drawn):
            site = (cast.tilleuls, cast.saules)[n % 2]
            clash = any(network.version == one.version and network.overlaps(one) for one in kept)
            try:
                with transaction.atomic():
                    Prefix.objects.create(site=site, cidr=network)
            except IntegrityError:
                assert clash
            else:
                assert not clash
                kept.append(network)
        transaction.set_rollback(True)


@given(st.lists(st.tuples(st.integers(1, 14), st.integers(1, 5)), min_size=1, max_size=6))
@HYPOTHESIS
def test_rack_units_that_overlap_or_stand_out_are_refused(cast, drawn):
    with transaction.atomic():
        rack = Rack.objects.create(site=cast.tilleuls, name="Baie", units=12)
        taken: set[int] = set()
        for n, (bottom, height) in enumerate(drawn):
            units = set(range(bottom, bottom + height))
            wrong = bool(units & taken) or max(units) > 12
            device = make_device(cast.tilleuls, f"D-{n}")
            try:
                with transaction.atomic():
                    RackPlace.objects.create(rack=rack, device=device, bottom=bottom, height=height)
            except IntegrityError:
                assert wrong
            else:
                assert not wrong
                taken |= units
        places = list(rack.places.order_by("bottom"))
        slots = slots_of(12, places, {})
        assert sum(slot.height for slot in slots) == 12
        assert {slot.unit for slot in slots if slot.place is None} == set(range(1, 13)) - taken
        transaction.set_rollback(True)


def test_a_rack_is_not_made_lower_than_what_stands_in_it(cast):
    rack = Rack.objects.create(site=cast.tilleuls, name="Baie", units=12)
    device = make_device(cast.tilleuls, "SW-A1")
    RackPlace.objects.create(rack=rack, device=device, bottom=10, height=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rack.objects.filter(pk=rack.pk).update(units=10)
    there = make_device(cast.saules, "SW-B1")
    with pytest.raises(IntegrityError), transaction.atomic():
        RackPlace.objects.create(rack=rack, device=there, bottom=1)


# --- prefixes and addresses ---


@pytest.fixture
def prefix(cast):
    return Prefix.objects.create(site=cast.tilleuls, cidr="10.20.4.0/24", gateway="10.20.4.1")


@pytest.mark.parametrize(
    "facts",
    [
        {"gateway": "10.20.5.1"},
        {"dhcp_first": "10.20.4.100"},
        {"dhcp_first": "10.20.4.200", "dhcp_last": "10.20.4.100"},
        {"dhcp_first": "10.20.4.100", "dhcp_last": "10.20.5.9"},
        {"dhcp_first": "10.20.4.1", "dhcp_last": "10.20.4.9"},
    ],
)
def test_gateway_and_dhcp_lie_within_and_apart(prefix, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Prefix.objects.filter(pk=prefix.pk).update(**facts)


def test_an_address_lies_in_a_prefix_of_its_site_or_says_why(cast, prefix):
    site, user = cast.tilleuls, cast.thomas
    with pytest.raises(NetworkRefused) as refusal:
        add_row(user, site, IpAddress(site=site), {"address": "10.99.0.1"})
    assert refusal.value.field == "outside_why"
    told = {"address": "10.99.0.1", "outside_why": "adresse de l’opérateur"}
    assert add_row(user, site, IpAddress(site=site), told)
    assert add_row(user, site, IpAddress(site=site), {"address": "10.20.4.9"})
    for site in (cast.tilleuls, cast.saules):  # once in the whole Region
        why = {"address": "10.20.4.9", "outside_why": "essai"}
        with pytest.raises(NetworkRefused, match="déjà donnée"):
            add_row(cast.sofia, site, IpAddress(site=site), why)


def test_a_prefix_with_addresses_stays(cast, prefix):
    IpAddress.objects.create(site=cast.tilleuls, address="10.20.4.9")
    with pytest.raises(NetworkRefused, match="Libérez-les"):
        remove_row(cast.thomas, cast.tilleuls, prefix)
    with pytest.raises(IntegrityError), transaction.atomic():
        Prefix.objects.filter(pk=prefix.pk).update(cidr="10.20.5.0/24", gateway=None)
    # a larger one still holds them
    Prefix.objects.filter(pk=prefix.pk).update(cidr="10.20.4.0/23")


def test_a_device_has_one_management_address(cast, prefix):
    switch = make_device(cast.tilleuls, "SW-A1")
    told = {"device": switch, "is_management": True}
    site, user = cast.tilleuls, cast.thomas
    add_row(user, site, IpAddress(site=site), told | {"address": "10.20.4.2"})
    with pytest.raises(NetworkRefused, match="déjà une adresse de gestion"):
        add_row(user, site, IpAddress(site=site), told | {"address": "10.20.4.3"})


def test_what_a_device_leaves_behind_when_it_moves(cast, prefix):
    site = cast.tilleuls
    switch = make_device(site, "SW-A1")
    vlan = Vlan.objects.create(site=site, vid=20, name="a")
    port = switch.ports.create(name="1", access_vlan=vlan)
    port.trunk_vlans.add(vlan)
    rack = Rack.objects.create(site=site, name="Baie")
    RackPlace.objects.create(rack=rack, device=switch, bottom=1)
    IpAddress.objects.create(
        site=site, address="10.20.4.2", device=switch, port=port, is_management=True
    )
    Device.objects.filter(pk=switch.pk).update(site=cast.saules)
    kept = IpAddress.objects.get()
    assert (kept.site, kept.device, kept.is_management, kept.name) == (site, None, False, "SW-A1")
    port.refresh_from_db()
    assert port.access_vlan is None
    assert not port.trunk_vlans.exists()
    assert not RackPlace.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        port.trunk_vlans.add(vlan)


@given(
    st.integers(24, 32),
    st.sets(st.integers(0, 255), max_size=255),
    st.one_of(st.none(), st.tuples(st.integers(0, 255), st.integers(0, 255))),
)
@settings(max_examples=200, deadline=None)
def test_free_addresses_are_free_and_all_of_them(length, taken, pool):
    network = ipaddress.ip_network(f"10.0.0.0/{length}")
    at = ipaddress.IPv4Address("10.0.0.0")
    held = {at + n for n in taken}
    dhcp = (at + min(pool), at + max(pool)) if pool else None
    free = free_addresses(network, held, dhcp, 256)
    usable = list(network.hosts()) or list(network)
    expected = [a for a in usable if a not in held and not (dhcp and dhcp[0] <= a <= dhcp[1])]
    assert free == expected
    told = occupancy(network, held, dhcp)
    assert (told.usable, told.free) == (len(usable), len(expected))


def test_a_large_prefix_costs_no_more_and_is_never_full(cast):
    network = ipaddress.ip_network("2001:db8:20:4::/64")
    Prefix.objects.create(site=cast.tilleuls, cidr=network, gateway="2001:db8:20:4::1")
    IpAddress.objects.create(site=cast.tilleuls, address="2001:db8:20:4::2")
    shown = prefixes_shown(cast.tilleuls)[0]
    assert shown.occupancy is None
    assert str(shown.free[0]) == "2001:db8:20:4::3"


def test_the_list_of_addresses_goes_on_from_page_to_page(cast, client, prefix):
    IpAddress.objects.bulk_create(
        IpAddress(site=cast.tilleuls, address=f"10.20.4.{n}") for n in range(2, 122)
    )
    client.force_login(cast.thomas)
    there, seen, after = reverse("inventory:site_addresses", args=[cast.tilleuls.pk]), [], ""
    for _page in range(3):
        page = client.get(there, {"apres": after})
        seen += [row.address for row in page.context["rows"]]
        after = page.context["after"]
    assert seen == [f"10.20.4.{n}" for n in range(2, 122)]
    assert after == ""
    assert client.get(there, {"apres": "n'importe quoi"}).status_code == 200


def test_discovery_looks_where_equipment_is_managed_and_never_through_a_64(cast, prefix):
    site = cast.tilleuls
    Prefix.objects.create(site=site, cidr="2001:db8:20:4::/64")
    assert prefixes_to_search(site) == ["10.20.4.0/24"]
    Prefix.objects.create(site=site, cidr="10.20.10.0/24", role="management")
    assert prefixes_to_search(site) == ["10.20.10.0/24"]

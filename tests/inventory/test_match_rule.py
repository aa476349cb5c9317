"""Which known device is it? serial > MAC > management address > name, as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from inventory.models import DifferenceKind
from inventory.rules.identity import (
    SAFE,
    Evidence,
    Intended,
    Known,
    Seen,
    compare,
    is_missing,
    is_safe,
    match,
    plain_port,
)

A, B, C, D = 1, 2, 3, 4
MAC_A, MAC_B = "00:1b:54:00:00:0a", "00:1b:54:00:00:0b"
REGISTER = (
    Known(A, serial="SER-A", mac=MAC_A, address="10.0.0.1", name="SW-A"),
    Known(B, serial="SER-B", mac=MAC_B, address="10.0.0.2", name="SW-B"),
    Known(C, address="10.0.0.3", name="SW-C"),
    Known(D, serial="SER-D", mac="", address="", name="SW-D", here=False),
)


def seen(serial="", mac="", address="", name=""):
    return Evidence(serial, frozenset({mac} - {""}), address, name)


TABLE = [
    # serial number, MAC, address, name → device and by what, or the conflict
    ("serial alone", seen("SER-A"), (A, "serial")),
    ("serial in other letters", seen("ser-a"), (A, "serial")),
    ("serial and its own MAC", seen("SER-A", MAC_A), (A, "serial")),
    ("serial, a MAC nobody knows", seen("SER-A", "00:00:5e:00:53:01"), (A, "serial")),
    ("serial at another's address", seen("SER-A", address="10.0.0.2"), (A, "serial")),
    ("serial under another's name", seen("SER-A", name="SW-B"), (A, "serial")),
    ("serial of a device elsewhere", seen("SER-D"), (D, "serial")),
    ("MAC alone", seen(mac=MAC_B), (B, "mac")),
    ("MAC at another's address", seen(mac=MAC_B, address="10.0.0.1"), (B, "mac")),
    ("address alone", seen(address="10.0.0.3"), (C, "address")),
    ("address of a device without identity", seen("SER-X", address="10.0.0.3"), (C, "address")),
    ("name alone", seen(name="SW-C"), (C, "name")),
    ("name with its domain", seen(name="sw-c.ecole.example.org"), (C, "name")),
    ("name of a device elsewhere", seen(name="SW-D"), None),
    ("nothing that is known", seen("SER-X", "00:00:5e:00:53:01", "10.0.0.9", "SW-X"), None),
    ("nothing at all", seen(), None),
    # contradictions are shown, never guessed
    ("serial says A, MAC says B", seen("SER-A", MAC_B), {("serial", A), ("mac", B)}),
    ("A's MAC, another serial", seen("SER-X", MAC_A), {("mac", A)}),
    ("A's address, another serial", seen("SER-X", address="10.0.0.1"), {("address", A)}),
    (
        "A's address, another MAC",
        seen(mac="00:00:5e:00:53:01", address="10.0.0.1"),
        {("address", A)},
    ),
    ("A's name, another serial", seen("SER-X", name="SW-A"), {("name", A)}),
]


@pytest.mark.parametrize(("case", "evidence", "verdict"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table(case, evidence, verdict):
    found = match(evidence, REGISTER)
    if verdict is None:
        assert found.is_new
    elif isinstance(verdict, set):
        assert found.key is None
        assert set(found.conflict) == verdict
    else:
        assert (found.key, found.by, found.conflict) == (*verdict, ())


def test_one_serial_number_on_two_devices_is_a_conflict():
    register = (Known(A, serial="S"), Known(B, serial="S"))
    assert set(match(seen("S"), register).conflict) == {("serial", A), ("serial", B)}


def test_two_devices_of_one_mac_or_name_are_not_chosen_between():
    register = (Known(A, mac=MAC_A), Known(B, mac=MAC_A))
    assert set(match(seen(mac=MAC_A), register).conflict) == {("mac", A), ("mac", B)}
    assert match(seen(name="x"), (Known(A, name="X"), Known(B, name="x"))).is_new


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GigabitEthernet1/0/24", "gi1/0/24"),
        ("Gi 1/0/24", "GigabitEthernet1/0/24"),
        ("TenGigabitEthernet1/1/1", "Te1/1/1"),
        ("gigabitEthernet 1/0/1 : copper", "Gi1/0/1"),
        ("port 7", "7"),
        ("ge-0/0/1", "GE-0/0/1"),
    ],
)
def test_a_port_is_one_whatever_its_spelling(one, other):
    assert plain_port(one) == plain_port(other)


def test_ports_of_one_number_and_two_kinds_stay_apart():
    assert plain_port("Gi1/0/1") != plain_port("Te1/0/1")


INTENDED = Intended(A, "Cisco", "WS-C2960X-24TS-L", "SER-A", MAC_A, "A.02", frozenset({"Gi1/0/1"}))
SEEN = Seen(
    9,
    "Cisco",
    "WS-C2960X-24TS-L",
    "",
    "SER-A",
    frozenset({MAC_A}),
    "15.2(7)E8",
    "15.2(7)E8",
    MAC_A,
    ("GigabitEthernet1/0/1",),
)


def kinds(intended, observed):
    return {gap.kind for gap in compare(intended, observed)}


def changed(row, **fields):
    return replace(row, **fields)


def test_what_agrees_makes_no_difference():
    assert compare(INTENDED, SEEN) == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"model": "WS-C3560-48TS-S"}, "product"),
        ({"serial": "SER-X"}, "serial"),
        ({"macs": frozenset({MAC_B}), "mac": MAC_B}, "mac"),
        ({"version": "15.2(7)E9"}, "version"),
        ({"ports": ("GigabitEthernet1/0/1", "GigabitEthernet1/0/2")}, "ports"),
    ],
)
def test_each_fact_makes_its_own_difference(fields, kind):
    assert kinds(INTENDED, changed(SEEN, **fields)) == {kind}


def test_what_the_device_does_not_tell_is_no_difference():
    mute = changed(SEEN, model="", serial="", macs=frozenset(), mac="", version="", ports=())
    assert compare(INTENDED, mute) == []


def test_a_room_that_nobody_knows_is_one():
    assert kinds(changed(INTENDED, room=""), SEEN) == {"room"}


@pytest.mark.parametrize("told", ["Catalyst WS-C2960X-24TS-L", "ws c2960x 24ts l"])
def test_a_model_told_longer_or_otherwise_spelt_is_the_same(told):
    assert compare(INTENDED, changed(SEEN, model=told)) == []


@pytest.mark.parametrize(
    ("maker", "model", "told", "same"),
    [
        ("HPE Aruba", "AP-505", "505", True),
        ("Dell", "PowerEdge T150", "", True),
        ("HPE Aruba", "AP-505", "515", False),
        ("Cisco", "WS-C2960X-24TS-L", "WS-C2960X-48TS-L", False),
        ("Ubiquiti", "UAP-AC-Pro", "UAP-AC-Lite", False),
        ("MikroTik", "hEX S RB760iGS", "RB760iGS", True),
    ],
)
def test_a_short_model_is_found_in_the_words_of_the_product(maker, model, told, same):
    here = changed(INTENDED, maker=maker, model=model)
    assert (kinds(here, changed(SEEN, maker="", model=told)) == set()) is same


def test_hardware_alone_tells_no_product():
    card = changed(SEEN, maker="Linux", model="", hardware="Generic x86 64-bit")
    assert compare(changed(INTENDED, model="PowerEdge T150"), card) == []


def test_safe_is_what_only_fills_a_blank():
    assert is_safe("serial", "")
    assert not is_safe("serial", "SER-A")
    assert is_safe("ports", "12")
    assert not any(is_safe(kind, "") for kind in set(DifferenceKind.values) - SAFE)


def test_a_device_is_missing_after_a_day_or_when_nobody_ever_heard_it():
    now = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
    assert not is_missing(now - dt.timedelta(hours=23), now)
    assert is_missing(now - dt.timedelta(hours=24), now)
    assert is_missing(None, now)

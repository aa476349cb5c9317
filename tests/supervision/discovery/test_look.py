"""One device from an address: identity, its sources, tables, named errors where they break."""

from __future__ import annotations

import time

import pytest

from deploy.lab.agent_core import AgentCore
from supervision.snmp import ber
from supervision.snmp.classic import ClassicReader
from supervision.snmp.contract import Community, Outcome
from supervision.snmp.engine import FastReader
from supervision.snmp.look import Candidate, find, look
from supervision.snmp.plausible import mac_of, plausible_serial, text_of

from .agents import ENTITY, IF, Street, chassis, lldp, mib, ports, switch, system

MAC = b"\x00\x1b\x54\x00\x00\x00"
SERIAL = "FOC1832X0AB"
ADDRESS = "127.64.0.1"


@pytest.fixture(params=["fast", "classic"])
def reader(request):
    made = FastReader(budget_s=10) if request.param == "fast" else ClassicReader()
    yield made
    made.close()


@pytest.fixture
def fast():
    made = FastReader(budget_s=10)
    yield made
    made.close()


def sight(reader, agent):
    """What discovery sees of one table, or of an agent."""
    street = Street()
    if isinstance(agent, dict):
        street.add(ADDRESS, agent)
    else:
        street.agents[ADDRESS] = agent
    with street:
        asked = Candidate(ADDRESS, (("1", Community("public")),), street.port, known=True)
        contacts, silences = find(reader, [asked])
        assert not silences
        return look(reader, contacts)[0]


def test_both_readers_see_the_same_switch(reader):
    seen = sight(
        reader,
        switch("SW-A1", SERIAL, mac=MAC, **lldp(1, "Gi1/0/1", b"\x02\0\x5e\1\2\3", "24", "SW-B1")),
    )
    assert (seen.family, seen.maker, seen.category) == ("cisco_ios", "Cisco", "switch")
    assert (seen.model.text, seen.serial.text, seen.version.text) == (
        "WS-C2960X-24TS-L", SERIAL, "15.2(7)E8",
    )  # fmt: skip
    assert seen.serial.source == "ENTITY-MIB serial"
    assert seen.version.source == "sysDescr"
    assert (seen.ports_listed, seen.ports_physical) == (8, 8)
    (neighbour,) = seen.neighbours
    assert (neighbour.local_port, neighbour.port, neighbour.name) == ("Gi1/0/1", "24", "SW-B1")
    assert neighbour.chassis == "02:00:5e:01:02:03"
    assert seen.troubles == ()


def test_the_serial_number_is_missing_rather_than_a_placeholder(fast):
    seen = sight(fast, switch("SW", "Not Specified", mac=MAC))
    assert seen.serial.text == ""
    assert seen.model.text == "WS-C2960X-24TS-L"


def test_members_of_a_stack_are_seen_one_by_one(fast):
    stack = {
        **system("Cisco IOS Software, Version 16.12.4, RELEASE", "1.3.6.1.4.1.9.1.2694", "PILE"),
        **chassis(1, kind=11, name="c92xxL Stack", descr="c92xxL Stack"),
        **chassis(1000, within=1, descr="C9200L-48P-4X", serial="JAE241711AA", position=1),
        **chassis(2000, within=1, descr="C9200L-24P-4X", serial="JAE241711AB", position=2),
    }
    seen = sight(fast, stack)
    assert [(m.number, m.model, m.serial) for m in seen.members] == [
        ("1", "C9200L-48P-4X", "JAE241711AA"),
        ("2", "C9200L-24P-4X", "JAE241711AB"),
    ]
    assert (seen.model.text, seen.hardware.text) == ("C9200L-48P-4X", "c92xxL Stack")


WLC = "1.3.6.1.4.1.14179.2.2.1.1"


def controller(rows, connected):
    table = system("Cisco Controller", "1.3.6.1.4.1.9.1.1069", "WLC-1")
    for n in range(1, rows + 1):
        at = f"0.27.84.0.1.{n}"
        table |= {
            f"{WLC}.3.{at}": f"AP-{n}",
            f"{WLC}.6.{at}": 1 if n > 1 else 2,
            f"{WLC}.17.{at}": f"FGL1832X{n:03d}",
            f"{WLC}.19.{at}": (10, 0, 0, n),
        }
    return {**table, "1.3.6.1.4.1.9.9.618.1.8.4.0": connected}


def test_access_points_of_a_controller_come_with_identity_and_totals(fast):
    seen = sight(fast, controller(3, 2))
    first = seen.access_points[0]
    assert (first.name, first.mac, first.serial, first.address, first.up) == (
        "AP-1", "00:1b:54:00:01:01", "FGL1832X001", "10.0.0.1", False,
    )  # fmt: skip
    assert (seen.counts.rows, seen.counts.connected, seen.category) == (3, 2, "controller")


def test_radios_tunnels_and_sub_interfaces_are_no_plugs(fast):
    names = ["lo", "eth0", "eth0.20", "wlan0", "br-lan", "gre0", "tun0", "ra0", "ath0", "eth1"]
    table = {**system("Linux OpenWrt 5.4", "1.3.6.1.4.1.8072.3.2.10"), **ports(names)}
    seen = sight(fast, table)
    assert [port.name for port in seen.ports if port.physical] == ["eth0", "eth1"]
    assert seen.ports_listed == len(names)


def test_a_bridge_table_and_an_address_table_name_the_port(fast):
    table = {
        **switch("SW", SERIAL, mac=MAC),
        "1.3.6.1.2.1.17.1.4.1.2.7": 3,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.20.2.0.94.0.0.9": 7,
        "1.3.6.1.2.1.4.22.1.2.3.10.20.0.9": b"\x02\x00\x5e\x00\x00\x09",
    }
    seen = sight(fast, table)
    found = {(a.mac, a.port, a.vlan, a.address) for a in seen.addresses}
    assert found == {
        ("02:00:5e:00:00:09", "GigabitEthernet1/0/3", 20, ""),
        ("02:00:5e:00:00:09", "GigabitEthernet1/0/3", None, "10.20.0.9"),
    }


# --- what breaks ---


class Unsorted(AgentCore):
    """An agent whose serial column goes in circles; the rest is sound."""

    def _next(self, oid):
        found = super()._next(oid)
        column = ber.oid_content(f"{ENTITY}.10")
        if oid.startswith(column) and oid != column:
            return ber.oid_content(f"{ENTITY}.10.1"), ber.octets(b"again")
        return found


def test_a_table_that_goes_in_circles_is_named_and_the_other_facts_stand(reader):
    table = {**switch("SW", SERIAL, mac=MAC), f"{ENTITY}.10.2": "x"}
    seen = sight(reader, Unsorted(mib(table), communities=("public",)))
    assert seen.serial.text == SERIAL
    assert seen.ports_physical == 8
    (trouble,) = seen.troubles
    assert (trouble.what, trouble.detail) == (f"entity {ENTITY}.10", "notIncreasing")


class Endless(AgentCore):
    """An agent whose port names never end."""

    def _next(self, oid):
        column = ber.oid_content(f"{IF}.2")
        if oid.startswith(column):
            arcs = ber.split_first(ber.decode_arcs(oid))
            index = arcs[-1] + 1 if len(arcs) > 10 else 1
            return ber.oid_content(f"{IF}.2.{index}"), ber.octets(b"port")
        return super()._next(oid)


def test_an_endless_table_ends_by_its_bound(fast):
    began = time.monotonic()
    seen = sight(fast, Endless(mib(switch("SW", SERIAL, mac=MAC)), communities=("public",)))
    assert time.monotonic() - began < 30
    assert [t.detail for t in seen.troubles] == ["tooManyRows"]
    assert seen.serial.text == SERIAL


class Poisoned(AgentCore):
    """An agent that breaks off whenever one object is asked for."""

    def _get(self, oid):
        if oid == ber.oid_content("1.3.6.1.2.1.17.1.1.0"):
            return b"\x04\x7fshort"
        return super()._get(oid)


def test_a_scalar_that_cannot_be_read_costs_itself_alone(fast):
    detail = "1.3.6.1.4.1.1347.43.5.1.1"
    told = {f"{detail}.1.1": "TASKalfa 3253ci", f"{detail}.28.1": "R5P9X12345"}
    table = {**system("Kyocera", "1.3.6.1.4.1.1347.41"), **told}
    seen = sight(fast, Poisoned(mib(table), communities=("public",)))
    assert (seen.model.text, seen.serial.text) == ("TASKalfa 3253ci", "R5P9X12345")
    assert [t.what for t in seen.troubles] == ["identity 1.3.6.1.2.1.17.1.1.0"]


def test_whoever_refuses_is_no_silence(fast):
    street = Street()
    street.agents[ADDRESS] = lambda datagram: b"\x30\x03\x02\x01\x07"
    with street:
        asked = Candidate(ADDRESS, (("1", Community("public")),), street.port)
        contacts, silences = find(fast, [asked])
    assert contacts == []
    assert silences[0].outcome in (Outcome.TIMEOUT, Outcome.FAULTY)


# --- words ---


@pytest.mark.parametrize(
    "text",
    ["", "000000000000", "Not Specified", "To Be Filled By O.E.M.", "N/A", "xxxxxxxx", "123456789",
     "System Serial Number", "-", "........", "<private>", "BUILTIN", "A"],
)  # fmt: skip
def test_no_serial_number(text):
    assert not plausible_serial(text)


@pytest.mark.parametrize("text", ["FOC1832X0AB", "f09fc2c7acf2", "CN10K00000", "211838000212"])
def test_a_serial_number(text):
    assert plausible_serial(text)


@pytest.mark.parametrize(
    ("value", "mac"),
    [
        (b"\x00\x1b\x54\x00\x00\x01", "00:1b:54:00:00:01"),
        ("0:1b:54:0:0:1", "00:1b:54:00:00:01"),
        ("001B.5400.0001", "00:1b:54:00:00:01"),
        (b"\x00" * 6, ""),
        (b"\xff" * 6, ""),
        (b"\x01\x00\x5e\x00\x00\x01", ""),
        ("bonjour", ""),
    ],
)
def test_a_mac_address_in_any_spelling(value, mac):
    assert mac_of(value) == mac


def test_text_of_a_device_is_made_readable():
    assert text_of(b'"Switch\r\n  24"\x00rubbish') == "Switch 24"
    assert text_of("École".encode("latin-1")) == "École"

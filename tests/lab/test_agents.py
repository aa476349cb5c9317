"""The simulated devices answer other people's tools, by v2c and v3, like the real ones."""

from __future__ import annotations

import os
import random
import socket
import subprocess

import pytest

from deploy.lab.credentials import READ_ONLY
from deploy.lab.region import REGION
from tests.lab.conftest import SYS_NAME, Running

OPER = ".1.3.6.1.2.1.2.2.1.8"
ADMIN = ".1.3.6.1.2.1.2.2.1.7"
HC_IN = ".1.3.6.1.2.1.31.1.1.1.6"
LLDP_NAME = ".1.0.8802.1.1.2.1.4.1.1.9"
LLDP_PORT = ".1.0.8802.1.1.2.1.4.1.1.7"


@pytest.mark.parametrize("name", ["AP-B12", "SW-B1", "SRV-1", "moulin/OND-1", "moulin/RT-1"])
def test_v2c_and_v3_devices_say_their_name(running: Running, name: str) -> None:
    plan = REGION.device(name)
    assert f'"{plan.name}.{plan.site}"' in running.ask(name, SYS_NAME)


def test_a_whole_walk_comes_to_its_end(running: Running) -> None:
    said = running.ask("SW-A1", "1", tool="snmpwalk")
    lines = [line for line in said.splitlines() if line.startswith(".1.")]
    assert len(lines) > 1000
    assert lines[-1].startswith(".1.3.6.1.4.1.11.2.14.11.5.1.9.6.1.0 ")  # hpSwitchCpuStat is last


def test_lldp_neighbours_agree_with_the_plan(running: Running) -> None:
    names = running.ask("SW-B1", LLDP_NAME, tool="snmpwalk")
    found = {}
    for line in names.splitlines():
        oid, _, value = line.partition(" = STRING: ")
        found[oid.rsplit(".", 2)[1]] = value.strip('"')
    expected = {"1": "SW-A1.moulin", "20": "IMP-B1.moulin"}
    expected |= {str(n): f"AP-B1{n - 1}.moulin" for n in range(2, 8)}
    assert found == expected
    assert '= STRING: "24"' in running.ask("SW-B1", f"{LLDP_PORT}.0.1.1")


def test_counters_grow_with_time_and_both_ends_agree(running: Running) -> None:
    def octets(name: str, port: int) -> int:
        return int(running.ask(name, f"{HC_IN}.{port}").rsplit(" ", 1)[1])

    before = octets("SW-B1", 1)
    running.wait(60)
    after = octets("SW-B1", 1)
    assert after > before
    sent = running.ask("SW-A1", ".1.3.6.1.2.1.31.1.1.1.10.24")
    again = running.ask("SW-A1", ".1.3.6.1.2.1.31.1.1.1.10.24")
    assert sent == again, "the clock stands still, so do the counters"


def test_a_set_closes_a_port_and_silences_who_is_behind(running: Running) -> None:
    assert running.answers("AP-B12")
    running.ask("SW-B1", f"{ADMIN}.3", "i", "2", tool="snmpset")
    assert f"{ADMIN}.3 = INTEGER: 2" in running.ask("SW-B1", f"{ADMIN}.3")
    assert f"{OPER}.3 = INTEGER: 2" in running.ask("SW-B1", f"{OPER}.3")
    assert running.is_silent("AP-B12")
    assert running.answers("AP-B11")
    running.ask("SW-B1", f"{ADMIN}.3", "i", "1", tool="snmpset")
    assert running.answers("AP-B12")


def test_a_set_refuses_nonsense_and_the_read_only_community(running: Running) -> None:
    assert "wrongValue" in running.ask("SW-B1", f"{ADMIN}.3", "i", "7", tool="snmpset")
    plan = REGION.device("aldegonde/SW-1")
    refused = subprocess.run(
        ["snmpset", "-r0", "-v2c", "-c", READ_ONLY, f"{plan.address}:{running.port}",
         f"{ADMIN}.3", "i", "2"],
        capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip
    assert "noAccess" in refused.stderr
    assert f"{ADMIN}.3 = INTEGER: 1" in running.ask("aldegonde/SW-1", f"{ADMIN}.3")


def test_strange_packets_do_not_stop_it(running: Running) -> None:
    noise = random.Random(7)
    address = (REGION.device("AP-B12").address, running.port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(2000):
            sender.sendto(os.urandom(noise.randrange(1, 200)), address)
        for size in range(1, 40):
            sender.sendto(b"\x30\x82" + bytes(size), address)
    assert running.answers("AP-B12")

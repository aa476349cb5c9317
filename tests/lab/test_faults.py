"""Each fault does what it would do in a school."""

from __future__ import annotations

import time

import pytest

from deploy.lab.plan import LabError
from deploy.lab.region import REGION
from deploy.lab.rules import FaultKind, checked, conditions
from supervision.snmp import ber
from tests.lab.conftest import Running, fault

OPER = ".1.3.6.1.2.1.2.2.1.8"
UPTIME = ".1.3.6.1.2.1.1.3.0"
COLD_START, LINK_DOWN, LINK_UP, REFUSAL, ON_BATTERY = (
    ber.object_id(oid)
    for oid in (
        "1.3.6.1.6.3.1.1.5.1",
        "1.3.6.1.6.3.1.1.5.3",
        "1.3.6.1.6.3.1.1.5.4",
        "1.3.6.1.6.3.1.1.5.5",
        "1.3.6.1.2.1.33.2.1",
    )
)
NOW = 1_795_000_000.0


def silent(*faults: object, at: float = NOW) -> set[str]:
    """Names of Moulin's devices that are not heard."""
    found = conditions(REGION, faults, at)  # type: ignore[arg-type]
    return {
        ref.split("/")[1]
        for ref, c in found.items()
        if ref.startswith("moulin/") and not c.reachable
    }


BLOCK_B = {"AP-B11", "AP-B12", "AP-B13", "AP-B14", "AP-B15", "AP-B16", "IMP-B1"}
ALL = {device.name for device in REGION.site("moulin").devices}


def test_nothing_is_silent_without_a_fault() -> None:
    assert silent() == set()


def test_an_unplugged_switch_silences_all_behind_it() -> None:
    assert silent(fault(FaultKind.UNPLUG, "SW-B1")) == {"SW-B1", *BLOCK_B}


def test_an_uplink_cut_silences_the_whole_site_and_no_other() -> None:
    found = conditions(REGION, [fault(FaultKind.UPLINK_CUT, "moulin")], NOW)
    assert {ref.split("/")[0] for ref, c in found.items() if not c.reachable} == {"moulin"}
    assert silent(fault(FaultKind.UPLINK_CUT, "moulin")) == ALL
    assert found["moulin/AP-B12"].up, "it works, it is only not heard"


def test_a_power_cut_is_bridged_by_the_ups_for_its_time() -> None:
    cut = fault(FaultKind.POWER_CUT, "moulin/OND-1", seconds=60)
    assert silent(cut, at=NOW + 59) == set()
    assert silent(cut, at=NOW + 60) == ALL, "the router and the main switch hang on the UPS"
    whole = fault(FaultKind.POWER_CUT, "moulin", seconds=60)
    assert silent(whole, at=NOW + 1) == {"SW-B1", *BLOCK_B}, "block B has no UPS"


def test_a_flapping_link_goes_down_and_up() -> None:
    flaps = fault(FaultKind.FLAPPING, "AP-B12", period_s=20)
    heard = ["AP-B12" not in silent(flaps, at=NOW + s) for s in (1, 9, 11, 19, 21, 31)]
    assert heard == [False, False, True, True, False, True]


def test_a_reboot_ends_by_itself() -> None:
    reboot = fault(FaultKind.REBOOT, "SW-B1", seconds=20)
    assert silent(reboot, at=NOW + 19) == {"SW-B1", *BLOCK_B}
    assert silent(reboot, at=NOW + 20) == set()


def test_two_faults_add_up_and_repairing_one_leaves_the_other() -> None:
    ap, switch = fault(FaultKind.UNPLUG, "AP-A01"), fault(FaultKind.UNPLUG, "SW-B1")
    assert silent(ap, switch) == {"AP-A01", "SW-B1", *BLOCK_B}
    assert silent(ap) == {"AP-A01"}


@pytest.mark.parametrize(
    ("kind", "params", "why"),
    [
        ("melt", {}, "No fault"),
        ("unplug", {"seconds": 3}, "no parameter"),
        ("slow", {"delay_ms": -4}, "between"),
    ],
)
def test_nonsense_is_refused_with_the_reason(kind: str, params: dict, why: str) -> None:
    with pytest.raises(LabError, match=why):
        checked(kind, params)


def test_unplugging_an_access_point_shows_on_the_switch_and_is_told(running: Running) -> None:
    assert running.answers("AP-B12")
    running.strike(fault(FaultKind.UNPLUG, "AP-B12"))
    ((address, trap),) = running.traps(1)
    assert address == REGION.device("SW-B1").address
    assert running.is_silent("AP-B12")
    assert f"{OPER}.3 = INTEGER: 2" in running.ask("SW-B1", f"{OPER}.3")
    assert trap  # v3: encrypted, read by the receiver's own tests
    running.strike()
    told = dict(running.traps(2))
    assert set(told) == {REGION.device("SW-B1").address, REGION.device("AP-B12").address}
    assert COLD_START in told[REGION.device("AP-B12").address], "PoE was gone: it starts again"
    assert running.answers("AP-B12")


def test_link_traps_carry_the_port_in_clear_on_v2c(running: Running) -> None:
    running.strike(fault(FaultKind.UNPLUG, "aldegonde/AP-02"))
    ((address, trap),) = running.traps(1)
    assert address == REGION.device("aldegonde/SW-1").address
    assert LINK_DOWN in trap
    assert ber.object_id("1.3.6.1.2.1.2.2.1.8.2") + ber.integer(2) in trap  # ifOperStatus.2 down
    assert ber.object_id("1.3.6.1.2.1.2.2.1.7.2") + ber.integer(1) in trap  # ifAdminStatus.2 up
    running.strike()
    assert any(LINK_UP in data for _, data in running.traps(2))


def test_a_cut_site_cannot_tell_anybody(running: Running) -> None:
    running.strike(fault(FaultKind.UPLINK_CUT, "aldegonde"))
    assert running.silence()
    assert running.is_silent("aldegonde/AP-02")


def test_slow_devices_answer_late(running: Running) -> None:
    running.strike(fault(FaultKind.SLOW, "AP-B12", delay_ms=300))
    began = time.monotonic()
    assert running.answers("AP-B12")
    assert time.monotonic() - began >= 0.3


def test_after_a_reboot_uptime_restarts_and_boots_grow(running: Running) -> None:
    core = running.network.devices["moulin/SW-B1"].core
    boots = core.boots
    running.strike(fault(FaultKind.REBOOT, "SW-B1", began=running.now[0], seconds=20))
    assert running.is_silent("SW-B1")
    running.wait(21)
    assert running.answers("SW-B1")
    assert running.network.devices["moulin/SW-B1"].core.boots == boots + 1
    said = running.ask("SW-B1", UPTIME)
    assert int(said.split("(")[1].split(")")[0]) < 2500


def test_changed_credentials_silence_v2c_with_one_complaint(running: Running) -> None:
    running.strike(fault(FaultKind.WRONG_CREDENTIALS, "AP-B12"))
    assert running.is_silent("AP-B12")
    ((address, trap),) = running.traps(1)
    assert address == REGION.device("AP-B12").address
    assert REFUSAL in trap
    assert running.is_silent("AP-B12")
    assert running.silence(), "one complaint is enough"
    running.strike()
    assert running.answers("AP-B12")


def test_changed_passwords_are_a_report_on_v3(running: Running) -> None:
    running.strike(fault(FaultKind.WRONG_CREDENTIALS, "SW-B1"))
    assert "Authentication failure" in running.ask("SW-B1", UPTIME)
    running.strike()
    assert running.answers("SW-B1")


def test_a_ups_on_battery_says_so_and_its_charge_falls(running: Running) -> None:
    cut = fault(FaultKind.POWER_CUT, "dumont/OND-1", began=running.now[0], seconds=60)
    running.strike(cut)
    ((_, trap),) = running.traps(1)
    assert ON_BATTERY in trap
    source = ".1.3.6.1.2.1.33.1.4.1.0"
    assert f"{source} = INTEGER: 5" in running.ask("dumont/OND-1", source)
    running.wait(30)
    charge = running.ask("dumont/OND-1", ".1.3.6.1.2.1.33.1.2.4.0")
    assert 45 <= int(charge.rsplit(" ", 1)[1]) <= 55
    running.wait(31)
    assert running.is_silent("dumont/RT-1")


@pytest.mark.parametrize(
    ("name", "oid", "value"),
    [
        ("SW-B1", ".1.3.6.1.2.1.99.1.1.1.4.11", 68),
        ("IMP-B1", ".1.3.6.1.2.1.43.11.1.1.9.1.1", 3),
        ("moulin/OND-1", ".1.3.6.1.4.1.318.1.1.1.2.2.2.0", 52),
    ],
)
def test_a_crossed_threshold_is_measured(running: Running, name: str, oid: str, value: int) -> None:
    healthy = int(running.ask(name, oid).rsplit(" ", 1)[1])
    assert healthy != value
    running.strike(fault(FaultKind.THRESHOLD, name))
    assert int(running.ask(name, oid).rsplit(" ", 1)[1]) == value


def test_a_dead_link_leaves_the_lldp_table(running: Running) -> None:
    neighbour = ".1.0.8802.1.1.2.1.4.1.1.9.0.3.1"
    assert "AP-B12" in running.ask("SW-B1", neighbour)
    running.strike(fault(FaultKind.UNPLUG, "AP-B12"))
    assert "AP-B12" not in running.ask("SW-B1", neighbour)
    running.strike()
    assert "AP-B12" in running.ask("SW-B1", neighbour)

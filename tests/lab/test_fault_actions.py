"""Faults kept in the database: by command, with an audit, heard by the running network."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from deploy.lab.actions import begin_fault, repair
from deploy.lab.models import Fault
from deploy.lab.region import REGION
from deploy.lab.rules import FaultFact, FaultKind
from deploy.lab.store import FaultStore
from inventory.models import Device
from schools.models import AuditEntry, User


def lab(*words: str) -> str:
    out = io.StringIO()
    call_command("lab", *words, stdout=out)
    return out.getvalue()


def test_a_fault_by_command_is_listed_and_repaired(demo):
    assert lab("unplug", "AP-B12") == "AP-B12: unplug\n"
    line = next(line for line in lab("list").splitlines() if "moulin/AP-B12" in line)
    assert line.endswith("unplug")
    assert FaultStore(REGION).read() == [
        FaultFact(
            FaultKind.UNPLUG, device="moulin/AP-B12",
            began=Fault.objects.get().began_at.timestamp(),
        )
    ]  # fmt: skip
    assert "repaired" in lab("repair", "AP-B12")
    assert FaultStore(REGION).read() == []
    assert "Nothing to repair" in lab("repair", "all")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("unplug", "AP-B22"), "AP-B12"),
        (("unplug", "RT-1"), "Say which"),
        (("unplug", "moulin"), "name the device"),
        (("power_cut", "SW-B1"), "UPS or a whole site"),
        (("port_down", "AP-B12", "--port", "1"), "switches and routers"),
        (("port_down", "SW-B1", "--port", "99"), "no port"),
        (("unplug",), "Name a device"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(demo, words, why):
    with pytest.raises(CommandError, match=why):
        lab(*words)
    assert not Fault.objects.exists()


def test_the_same_fault_twice_is_refused(demo):
    lab("slow", "moulin", "--delay-ms", "900")
    assert Fault.objects.get().params == {"delay_ms": 900}
    with pytest.raises(CommandError, match="in force already"):
        lab("slow", "moulin")


def test_cutting_a_router_means_cutting_its_site(demo):
    lab("uplink_cut", "dumont/RT-1")
    fault = Fault.objects.get()
    assert fault.device is None
    assert fault.site.name == "Centre"


def test_repairing_a_site_repairs_its_devices_too(demo):
    lab("unplug", "AP-B12")
    lab("uplink_cut", "moulin")
    lab("unplug", "dumont/SW-2")
    lab("repair", "moulin")
    assert [fault.device.name for fault in Fault.objects.live()] == ["SW-2"]


def test_who_did_it_is_in_the_journal(demo):
    sofia = User.objects.get(email="sofia@preau.example")
    device = Device.objects.get(name="SW-B1")
    begin_fault(sofia, "reboot", device=device)
    repair(sofia, device=device)
    rows = AuditEntry.objects.filter(object_type="lab.fault").order_by("pk")
    assert [(row.action, row.actor, row.site) for row in rows] == [
        ("begin_fault", sofia, device.site),
        ("repair_fault", sofia, device.site),
    ]


def test_a_reboot_whose_time_passed_is_over(demo):
    fault = begin_fault(None, "reboot", device=Device.objects.get(name="SW-B1"))
    Fault.objects.update(began_at=fault.began_at - dt.timedelta(seconds=30))
    store = FaultStore(REGION)
    assert store.read() == []
    assert store.booted().keys() == {"moulin/SW-B1"}

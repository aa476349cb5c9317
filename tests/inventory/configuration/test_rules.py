"""When a configuration is read next; how two are shown; what is dropped before comparing; data."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from netmiko.ssh_dispatcher import CLASS_MAPPER

from deploy.lab.cli.examples import EXAMPLES
from inventory.cli.platforms import PlatformError, platform_of, platforms, propose, read
from inventory.cli.volatile import VARIES, stable
from inventory.rules.configuration import Change, compare, next_slot, retry_after

NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=40)


@pytest.mark.parametrize("platform", platforms().values(), ids=lambda one: one.key)
def test_every_platform_names_a_driver_that_exists(platform):
    assert platform.driver in CLASS_MAPPER
    assert not platform.writable or platform.errors
    assert bool(platform.arm) == bool(platform.disarm) or platform.commit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[x]\nname = "X"\ndriver = "linux"', "running must be given"),
        ('[x]\nname = "X"\ndriver = "l"\nrunning = "r"\nwrong = 1', "unknown wrong"),
        ('[x]\nname = "X"\ndriver = "l"\nrunning = "r"\nerrors = ["("]', "'('"),
        ('[x]\nlike = "y"', "like must name"),
    ],
)
def test_a_platform_that_cannot_be_is_refused_by_its_name(text, said):
    with pytest.raises(PlatformError, match=r"x: ") as caught:
        read(text)
    assert said in str(caught.value)


def test_a_device_s_own_description_proposes_its_platform():
    assert propose("HP J9148A E2910al-48G-PoE Switch, revision W.15.14.0012") == "hp_procurve"
    assert propose("Cisco IOS Software [Gibraltar], (CAT9K_IOSXE), Version 16.12") == "cisco_xe"
    assert propose("RouterOS RB760iGS") == "mikrotik_routeros"
    assert propose("Imprimante") == ""


def test_each_device_has_its_own_hour_and_a_region_is_spread_over_the_day():
    slots = [next_slot(key, DAY, NOW) for key in range(1, 2401)]
    assert all(NOW < slot <= NOW + DAY for slot in slots)
    hours = [sum(slot.hour == hour for slot in slots) for hour in range(24)]
    assert (min(hours), max(hours)) == (99, 101) or max(hours) - min(hours) <= 4
    assert next_slot(7, DAY, slots[6]) == slots[6] + DAY


def test_failures_wait_longer_and_longer_up_to_a_day():
    minutes = [retry_after(n).total_seconds() / 60 for n in (1, 2, 3, 7, 8, 100)]
    assert minutes == [15, 30, 60, 960, 1440, 1440]


@given(LINES, LINES, st.sampled_from([-1, 0, 3]))
def test_a_difference_tells_every_line_of_both(before, after, context):
    told = compare(before, after, context)
    left = sum(row.folded or row.left_no is not None for row in told.rows)
    right = sum(row.folded or row.right_no is not None for row in told.rows)
    assert (left, right) == (len(before), len(after))
    assert told.added - told.removed == len(after) - len(before)
    assert told.is_same == (before == after)
    signs = [sign for sign, _line in told.unified()]
    assert (signs.count("+"), signs.count("-")) == (told.added, told.removed)


def test_lines_around_a_change_are_shown_and_the_others_folded():
    before = [f"line {n}" for n in range(20)]
    told = compare(before, [*before, "vlan 66"])
    assert [row.change for row in told.rows] == [Change.FOLD, *[Change.SAME] * 3, Change.ADDED]
    assert told.rows[0].folded == 17
    assert told.rows[-1].right_no == 21


VOLATILE = {
    "cisco_ios": ["ntp clock-period 36029056", "! Last configuration change at 10:00:00 by x",
                  "Current configuration : 2871 bytes", "Building configuration..."],
    "hp_procurve": ["; J9148A Configuration Editor; Created on release #W.15.14.0012"],
    "juniper_junos": ["## Last commit: 2026-11-26 10:00:00 CET by x", "set version 21.4R3"],
    "mikrotik_routeros": ["# nov/26/2026 10:00:00 by RouterOS 7.11", "# software id = ABCD-1234"],
    "ubiquiti_edgeswitch": ["!System Up Time  12 days 3 hrs"],
    "fortinet": ["#conf_file_ver=1231231231", "    set lastupdate 1700000000"],
}  # fmt: skip


@pytest.mark.parametrize(("key", "line"), [(k, line) for k, ls in VOLATILE.items() for line in ls])
def test_what_changes_by_itself_is_no_change(key, line):
    text = "hostname x\nvlan 10\n"
    assert stable(f"{line}\n{text}", platform_of(key)) == stable(text, platform_of(key))


def test_secrets_that_are_sealed_anew_at_each_reading_are_no_change():
    fortinet = platform_of("fortinet")
    one, two = (stable(f"set passwd ENC {s}\n", fortinet) for s in ("SH2aaa", "SH2bbb"))
    assert one == two == f"set passwd ENC {VARIES}\n"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(sorted(platforms())))
def test_normalised_once_is_normalised(text, key):
    once = stable(text, platform_of(key))
    assert stable(once, platform_of(key)) == once


@pytest.mark.parametrize("key", EXAMPLES)
def test_nothing_else_is_dropped(key):
    kept = stable(EXAMPLES[key], platform_of(key)).splitlines()
    assert set(EXAMPLES[key].splitlines()) - set(kept) <= {"ntp clock-period 36029056"}

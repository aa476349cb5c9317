"""What differs between a running configuration and what a template owns of it."""

from __future__ import annotations

from itertools import product

import pytest

from inventory.rules.config_lines import INDENTED, SET, changes, check_owned, is_in_line
from inventory.rules.templates import TemplateRefused
from tests.inventory.push.boxes import BASE, Box

OWNED = ["vlan *", "ntp server *"]
WANTED = ["vlan 10", " name gestion", "vlan 20", " name pedagogie", "ntp server 192.0.2.1"]


def test_only_what_the_template_owns_is_compared():
    asked = changes(BASE.splitlines(), WANTED, OWNED, INDENTED)
    assert asked.commands == (
        "no vlan 99",
        "no ntp server 192.0.2.9",
        "vlan 20",
        "name pedagogie",
        "exit",
        "ntp server 192.0.2.1",
    )
    assert ("-", "vlan 99") in asked.diff
    assert all("hostname" not in line and "interface" not in line for _sign, line in asked.diff)


def test_a_line_inside_a_block_is_told_with_its_block():
    asked = changes(["vlan 10", " name vieux"], ["vlan 10", " name gestion"], OWNED, INDENTED)
    assert asked.commands == ("vlan 10", "no name vieux", "exit", "vlan 10", "name gestion", "exit")
    assert asked.diff == ((" ", "vlan 10"), ("-", " name vieux"), ("+", " name gestion"))


def test_a_negated_line_is_undone_by_the_line_itself():
    assert changes(["no ntp server 1"], [], ["no ntp *"], INDENTED).commands == ("ntp server 1",)


def test_whole_paths_are_deleted():
    running = ["set system ntp server 192.0.2.9", "set system host-name X"]
    wanted = ["set system ntp server 192.0.2.1"]
    asked = changes(running, wanted, ["set system ntp *"], SET)
    assert asked.commands == (
        "delete system ntp server 192.0.2.9",
        "set system ntp server 192.0.2.1",
    )


def test_going_there_and_back_ends_where_it_began():
    """Every pair of small configurations, on a device: there, and back."""
    small = ["", "vlan 10\n name a\n", "vlan 10\n name b\n", "vlan 20\nntp server 1\n", "vlan 10\n"]
    for before, after in product(small, small):
        box = Box(f"hostname X\n{before}")
        box.enter(changes(box.lines, after.splitlines(), OWNED, INDENTED).commands)
        assert is_in_line(box.lines, after.splitlines(), OWNED, INDENTED), (before, after)
        box.enter(changes(box.lines, before.splitlines(), OWNED, INDENTED).commands)
        assert not changes(box.lines, before.splitlines(), OWNED, INDENTED), (before, after)
        assert box.lines[0] == "hostname X"


def test_a_secret_that_the_device_shows_sealed_counts_as_there_once_known():
    wanted = ["snmp-server community {{secret:settings:1}} ro"]
    running = ["snmp-server community 7 094F471A ro"]
    owned = ["snmp-server community *"]
    assert is_in_line(running, wanted, owned, INDENTED)
    assert changes(running, wanted, owned, INDENTED).commands == tuple(wanted)
    assert not changes(running, wanted, owned, INDENTED, frozenset(wanted))


def test_a_template_may_not_write_what_it_does_not_own():
    with pytest.raises(TemplateRefused, match="hostname"):
        check_owned(["hostname X"], OWNED, INDENTED)
    with pytest.raises(TemplateRefused):
        check_owned(WANTED, ["*"], INDENTED)

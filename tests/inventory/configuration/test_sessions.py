"""Sessions with simulated devices, over a real SSH connection, by netmiko's own drivers."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import closing
from dataclasses import replace

import paramiko
import pytest

from deploy.lab.cli.server import CliServer
from inventory.cli.contract import (
    CliError,
    Dropped,
    Endpoint,
    HostKeyChanged,
    Hung,
    Login,
    Refused,
    Rejected,
    Unreachable,
)
from inventory.cli.session import open_session
from tests.inventory.configuration.devices import (
    FAMILIES,
    LOGIN,
    PASSWORD,
    make_box,
    served,
    signed_in,
)

VLAN = {
    "cisco_ios": ["vlan 40", "name imprimantes", "exit", "no ntp server 192.0.2.10"],
    "hp_procurve": ["vlan 40", 'name "imprimantes"', "exit", "no logging 192.0.2.20"],
    "aruba_aoscx": ["vlan 40", "name imprimantes", "exit", "no ntp server 192.0.2.10"],
    "juniper_junos": ["set vlans imprimantes vlan-id 40", "delete system ntp"],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_it_reads_the_running_configuration(family):
    box = make_box(family)
    with served(box) as endpoint, signed_in(endpoint) as session:
        text = session.running()
    for line in box.running.text().splitlines():
        assert line in text.replace("\r", "").splitlines()


@pytest.mark.parametrize("family", FAMILIES)
def test_it_writes_and_saves(family):
    box = make_box(family)
    with served(box) as endpoint, signed_in(endpoint) as session:
        session.configure(VLAN[family])
        assert "imprimantes" in session.running()
        session.confirm()
    assert "imprimantes" in box.startup.text()
    assert "ntp server" not in box.startup.text() or family == "hp_procurve"


@pytest.mark.parametrize("family", FAMILIES)
def test_what_nobody_confirms_goes_back_by_itself(family):
    now = [1000.0]
    box = make_box(family, clock=lambda: now[0])
    before = box.running.text()
    with served(box) as endpoint:
        with signed_in(endpoint) as session:
            assert session.arm(5)
            session.configure(VLAN[family])
            assert box.running.text() != before
        now[0] += 5 * 60 + 1
        box.tick()
        with signed_in(endpoint) as session:
            assert "imprimantes" not in session.running()
    assert box.running.text() == before


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_confirmed_stays(family):
    now = [1000.0]
    box = make_box(family, clock=lambda: now[0])
    with served(box) as endpoint:
        with signed_in(endpoint) as session:
            assert session.arm(5)
            session.configure(VLAN[family])
            session.confirm()
        now[0] += 3600
        with signed_in(endpoint) as session:
            assert "imprimantes" in session.running()
    assert box.armed is None


@pytest.mark.parametrize("family", FAMILIES)
def test_it_stops_at_the_line_that_is_refused(family):
    box = make_box(family)
    box.faults.rejects = "imprimantes"
    with served(box) as endpoint, signed_in(endpoint) as session, pytest.raises(Rejected) as caught:
        session.configure(VLAN[family])
    assert "imprimantes" in caught.value.line
    assert "imprimantes" not in box.running.text()
    assert len(box.entered) <= 2


def test_a_wrong_password_is_a_refusal():
    box = make_box()
    with served(box) as endpoint, pytest.raises(Refused):
        open_session(endpoint, Login("preau", "wrong"), 10.0)
    assert box.sessions == 0


def test_a_wrong_enable_password_is_a_refusal():
    box = make_box()
    with served(box) as endpoint, pytest.raises(Refused):
        open_session(endpoint, Login("preau", PASSWORD, "wrong"), 10.0)


def test_nothing_that_listens_is_unreachable():
    with served(make_box()) as endpoint:
        pass
    with pytest.raises(Unreachable):
        open_session(endpoint, LOGIN, 5.0)


def test_a_line_that_falls_before_signing_in_is_unreachable():
    box = make_box()
    box.faults.offline = True
    with served(box) as endpoint, pytest.raises(Unreachable):
        open_session(endpoint, LOGIN, 5.0)


@pytest.mark.parametrize("fault", [{"hangs": True}, {"hangs_at": "show run"}, {"endless": True}])
def test_a_hanging_device_holds_nobody_longer_than_the_deadline(fault):
    box = make_box()
    for name, value in fault.items():
        setattr(box.faults, name, value)
    with served(box) as endpoint:
        began = time.monotonic()
        with pytest.raises(Hung), closing(open_session(endpoint, LOGIN, 2.0)) as session:
            session.running()
        assert time.monotonic() - began < 2.0 * 2 + 4.0


def test_a_port_that_never_speaks_is_given_up():
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        began = time.monotonic()
        with pytest.raises((Hung, Unreachable)):
            open_session(Endpoint("cisco_ios", *mute.getsockname()), LOGIN, 1.5)
        assert time.monotonic() - began < 3.0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_line_dropped_in_the_middle_says_so(family):
    box = make_box(family)
    box.faults.drops_after = 1
    with served(box) as endpoint, signed_in(endpoint) as session, pytest.raises(Dropped):
        session.configure(VLAN[family])
    assert len(box.entered) == 1


def test_the_first_key_is_kept_and_another_one_refused():
    box = make_box(seed="one")
    with CliServer() as server:
        endpoint = Endpoint("cisco_ios", *server.add(box))
        with signed_in(endpoint) as session:
            known = session.host_key
        assert known == box.host_key.get_base64()
        endpoint = replace(endpoint, host_key=known)
        with signed_in(endpoint) as session:
            assert session.host_key == known
        box.host_key = make_box(seed="two").host_key
        tried = box.sessions
        with pytest.raises(HostKeyChanged):
            open_session(endpoint, LOGIN, 10.0)
    assert box.sessions == tried


def test_a_key_of_another_kind_is_another_key():
    box = make_box()
    other = paramiko.ECDSAKey.generate().get_base64()
    with served(box) as endpoint, pytest.raises(HostKeyChanged):
        open_session(replace(endpoint, host_key=other), LOGIN, 10.0)


def test_a_slow_device_is_waited_for():
    box = make_box()
    box.faults.delay_s = 0.1
    with served(box) as endpoint, signed_in(endpoint) as session:
        assert "hostname SW-B1" in session.running()


def test_no_text_says_the_password(caplog):
    caplog.set_level(logging.DEBUG)
    texts = [repr(LOGIN), str(LOGIN)]
    for wrong in (Login("preau", "motdepasse-9", "enable-9"), Login("preau", PASSWORD, "enable-9")):
        with served(make_box()) as endpoint, pytest.raises(CliError) as caught:
            open_session(endpoint, wrong, 10.0)
        texts += [str(caught.value), repr(caught.value), repr(caught.value.args)]
        assert caught.value.__suppress_context__
    box = make_box()
    with served(box) as endpoint, signed_in(endpoint) as session:
        texts.append(repr(session))
        with pytest.raises(Rejected) as rejected:
            session.configure(["bogus password 7 070C285F4D06"])
    texts += [str(rejected.value), rejected.value.line, rejected.value.said]
    for secret in (PASSWORD, "enable-2", "motdepasse-9", "enable-9", "070C285F4D06"):
        assert secret not in "\n".join([*texts, caplog.text])

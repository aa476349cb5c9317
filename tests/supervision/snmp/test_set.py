"""Writing to a device (SNMP SET), as the remote restart of a port does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.lab.agent_core import AgentCore, TableMib
from supervision.snmp import ber
from supervision.snmp.classic import ClassicReader, SetRefused
from supervision.snmp.contract import Credential, ObjectId

from .served import PUBLIC, SHA1_AUTH, SHA256_PRIV, USERS, Served, arcs

ADMIN_STATUS = "1.3.6.1.2.1.2.2.1.7.3"
ALIAS = "1.3.6.1.2.1.31.1.1.1.18.3"
DESCR = "1.3.6.1.2.1.1.1.0"
POINTER = "1.3.6.1.4.1.32473.5.0"

WRITE_VALUE = 10
"""wrongValue (RFC 3416 §3)."""


@pytest.fixture
def mib() -> TableMib:
    def one_or_two(value: bytes) -> int:
        return 0 if value in (ber.integer(1), ber.integer(2)) else WRITE_VALUE

    return TableMib(
        {
            arcs(ADMIN_STATUS): ber.integer(1),
            arcs(ALIAS): ber.octets(b""),
            arcs(DESCR): ber.octets(b"switch"),
            arcs(POINTER): ber.object_id("1.3"),
        },
        writable={
            arcs(ADMIN_STATUS): one_or_two,
            arcs(ALIAS): lambda _: 0,
            arcs(POINTER): lambda _: 0,
        },
    )


@pytest.fixture
def switch(mib: TableMib) -> Iterator[Served]:
    agent = AgentCore(
        mib, communities=("public",), users=USERS, writers=("public", SHA256_PRIV.user)
    )
    with Served(agent.handle) as served:
        yield served


@pytest.mark.parametrize("credential", [PUBLIC, SHA256_PRIV], ids=["v2c", "v3"])
def test_a_port_is_shut_and_opened(switch: Served, mib: TableMib, credential: Credential) -> None:
    reader = ClassicReader()
    reader.set_values(switch.address, switch.port, credential, {ADMIN_STATUS: 2})
    assert mib.get(arcs(ADMIN_STATUS)) == ber.integer(2)
    reader.set_values(switch.address, switch.port, credential, {ADMIN_STATUS: 1})
    assert mib.get(arcs(ADMIN_STATUS)) == ber.integer(1)


def test_several_values_of_several_types(switch: Served, mib: TableMib) -> None:
    values = {ADMIN_STATUS: 2, ALIAS: b"classe 3", POINTER: ObjectId("1.3.6.1")}
    ClassicReader().set_values(switch.address, switch.port, PUBLIC, values)
    assert mib.get(arcs(ALIAS)) == ber.octets(b"classe 3")
    assert mib.get(arcs(POINTER)) == ber.object_id("1.3.6.1")


def test_all_or_none_is_written(switch: Served, mib: TableMib) -> None:
    with pytest.raises(SetRefused, match=f"notWritable {DESCR}"):
        ClassicReader().set_values(
            switch.address, switch.port, PUBLIC, {ALIAS: b"new", DESCR: b"hacked"}
        )
    assert mib.get(arcs(ALIAS)) == ber.octets(b"")
    assert mib.get(arcs(DESCR)) == ber.octets(b"switch")


def test_a_value_that_the_device_refuses(switch: Served) -> None:
    with pytest.raises(SetRefused, match="wrongValue"):
        ClassicReader().set_values(switch.address, switch.port, PUBLIC, {ADMIN_STATUS: 7})


def test_a_user_who_may_only_read(switch: Served) -> None:
    with pytest.raises(SetRefused, match="noAccess"):
        ClassicReader().set_values(switch.address, switch.port, SHA1_AUTH, {ADMIN_STATUS: 2})


def test_a_silent_device(switch: Served) -> None:
    switch.handle = lambda *_: None
    with pytest.raises(SetRefused, match="noAnswer"):
        ClassicReader().set_values(
            switch.address, switch.port, PUBLIC, {ADMIN_STATUS: 2}, timeout_s=0.2, retries=0
        )


def test_a_null_cannot_be_written(switch: Served) -> None:
    with pytest.raises(SetRefused, match="ValueError"):
        ClassicReader().set_values(switch.address, switch.port, PUBLIC, {ADMIN_STATUS: None})

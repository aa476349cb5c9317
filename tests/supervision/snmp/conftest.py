"""Agents and readers that every test of this folder knows."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator

import pytest

from supervision.snmp.classic import ClassicReader
from supervision.snmp.engine import FastReader

from .served import Served, our_agent, start_snmpd, start_snmpsim


@pytest.fixture
def fast() -> Iterator[FastReader]:
    reader = FastReader()
    yield reader
    reader.close()


@pytest.fixture(params=["fast", "classic"])
def reader(request: pytest.FixtureRequest) -> Iterator[FastReader | ClassicReader]:
    made = FastReader() if request.param == "fast" else ClassicReader()
    yield made
    made.close()


@pytest.fixture
def device() -> Iterator[Served]:
    """Our agent, well behaved, over a real socket."""
    with Served(our_agent().handle) as served:
        yield served


@pytest.fixture(scope="session")
def snmpd_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if shutil.which("snmpd", path="/usr/sbin:/usr/bin:/sbin") is None:
        pytest.skip("net-snmp's snmpd is not installed")
    process, port = start_snmpd(tmp_path_factory.mktemp("snmpd"))
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def snmpsim_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if importlib.util.find_spec("snmpsim") is None:
        pytest.skip("snmpsim is not installed")
    process, port = start_snmpsim(tmp_path_factory.mktemp("snmpsim"))
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def our_port() -> Iterator[int]:
    with Served(our_agent().handle) as served:
        yield served.port


@pytest.fixture(params=["snmpd", "snmpsim", "our"])
def agent(request: pytest.FixtureRequest) -> tuple[str, int]:
    """Each agent in turn: (its name, its port on 127.0.0.1)."""
    return request.param, request.getfixturevalue(f"{request.param}_port")

"""A simulated network on ports of its own, answering in a thread, and a listener for its traps."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.core.management import call_command
from django.db import transaction

from deploy.lab.credentials import CREDENTIALS
from deploy.lab.network import LabNetwork
from deploy.lab.plan import DevicePlan
from deploy.lab.region import REGION
from deploy.lab.rules import FaultFact, FaultKind
from supervision.snmp.contract import Community, UsmUser


@pytest.fixture(scope="module")
def demo_of_module(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: object
) -> Iterator[None]:
    """The demo, loaded once for a file (``HISTORY = True``: with its day before); never committed.

    The transaction of each test is inside this one. A test that needs an empty database, or one
    that others see, stands in a file without it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        history = getattr(request.module, "HISTORY", False)
        call_command("load_demo", history=history, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(demo_of_module: None, db: None) -> None:
    """The demo Region, for one test."""


def free_port() -> int:
    """A UDP port that is free on every loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A network that answers, and what its devices told the trap listener."""

    network: LabNetwork
    port: int
    listener: socket.socket
    now: list[float]
    calls: list[Callable[[], None]] = field(default_factory=list)

    def do(self, call: Callable[[], None]) -> None:
        """Run something in the network's own thread and wait for it."""
        done = threading.Event()

        def run() -> None:
            call()
            done.set()

        self.calls.append(run)
        assert done.wait(20), "the network does not turn"

    def strike(self, *faults: FaultFact) -> None:
        """Let exactly these faults be in force."""
        self.do(lambda: self.network.apply(faults))

    def wait(self, seconds: float) -> None:
        """Let time pass for the devices, without waiting."""

        def pass_time() -> None:
            self.now[0] += seconds
            self.network.apply(self.network.faults)

        self.do(pass_time)

    def plan(self, name: str) -> DevicePlan:
        return REGION.device(name)

    def traps(self, count: int, seconds: float = 10.0) -> list[tuple[str, bytes]]:
        """The next ``count`` notifications: (address they came from, datagram)."""
        self.listener.settimeout(seconds)
        heard = []
        for _ in range(count):
            data, (address, _port) = self.listener.recvfrom(65535)
            heard.append((address, data))
        return heard

    def silence(self, seconds: float = 0.4) -> bool:
        """Whether nobody sends a trap for a while."""
        self.listener.settimeout(seconds)
        try:
            self.listener.recvfrom(65535)
        except TimeoutError:
            return True
        return False

    def ask(self, name: str, *oids: str, tool: str = "snmpget", extra: tuple[str, ...] = (),
            timeout: float = 0.5) -> str:  # fmt: skip
        """What net-snmp's tool prints for a device; ``""`` when it stays silent."""
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (Debian: apt install snmp)")
        plan = self.plan(name)
        command = [tool, "-On", "-r0", f"-t{timeout}", *extra, *_words(plan)]
        done = subprocess.run(
            [*command, f"{plan.address}:{self.port}", *oids],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        return done.stdout if done.returncode == 0 else done.stderr

    def answers(self, name: str) -> bool:
        """Whether a device answers a GET of sysName, on a machine however busy."""
        return SYS_NAME in self.ask(name, SYS_NAME)

    def is_silent(self, name: str) -> bool:
        """Whether a device leaves a GET without answer."""
        return "Timeout" in self.ask(name, SYS_NAME, timeout=0.5)


SYS_NAME = ".1.3.6.1.2.1.1.5.0"


def _words(plan: DevicePlan) -> list[str]:
    known = CREDENTIALS[plan.security]
    if isinstance(known, Community):
        return ["-v2c", "-c", known.community]
    assert isinstance(known, UsmUser)
    return [
        "-v3", "-l", "authPriv", "-u", known.user, "-a", known.auth_protocol.value,
        "-A", known.auth_password, "-x", "AES", "-X", str(known.priv_password),
    ]  # fmt: skip


def fault(kind: FaultKind, name: str, began: float = 1_795_000_000.0, port: str = "",
          **params: float) -> FaultFact:  # fmt: skip
    """A fault of a device, or of a site when ``name`` is a site's."""
    if name in {site.slug for site in REGION.sites}:
        return FaultFact(kind, site=name, port=port, params=params, began=began)
    return FaultFact(kind, device=REGION.device(name).ref, port=port, params=params, began=began)


@pytest.fixture
def running() -> Iterator[Running]:
    """The demo Region on a free port; its clock stands at a Wednesday in school hours."""
    port = free_port()
    now = [1_795_000_000.0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        network = LabNetwork(
            REGION, port=port, traps_to=listener.getsockname(), clock=lambda: now[0]
        )
        run = Running(network, port, listener, now)
        stopping = threading.Event()

        def turn() -> None:
            while not stopping.is_set():
                while run.calls:
                    run.calls.pop(0)()
                network.step(0.02)

        with network:
            network.begin([])
            thread = threading.Thread(target=turn)
            thread.start()
            try:
                yield run
            finally:
                stopping.set()
                thread.join()

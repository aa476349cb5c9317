"""The flow on real datagrams: the replay agent answers, the tasks poll, a trap arrives."""

from __future__ import annotations

import datetime as dt
import queue
import signal
import socket
import subprocess
import sys
import threading

import pytest
from django.utils import timezone

from deploy.lab.agent_core import AgentCore, TableMib
from supervision import tasks
from supervision.actions.handle_trap import Limit, handle_trap
from supervision.management.commands.receive_traps import _receiver
from supervision.models import Check, PollRun, Sample, Snapshot, Target
from supervision.snmp import ber
from supervision.snmp.contract import Outcome
from tests.cast import Cast, make_device, make_target
from tests.supervision.scene import Scene


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def agents():
    """Switches on every loopback address; yields (port, process)."""
    if sys.platform != "linux":
        pytest.skip("the replay agent answers for all of 127.0.0.0/8 on Linux only")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.bench.agent", "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    if line.strip() != "ready":
        process.kill()
        pytest.skip(f"the replay agent cannot listen here: {line!r}")
    yield port, process
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.fixture
def no_desk(monkeypatch):
    """Who hears that tickets may be opened: the names of the tasks sent."""
    sent: list[str] = []
    monkeypatch.setattr(
        tasks.current_app._get_current_object(),
        "send_task",
        lambda name, *_args, **_options: sent.append(name),
    )
    return sent


def test_the_task_polls_what_is_due_over_the_network(cast: Cast, agents, no_desk):
    port, process = agents
    Scene()  # agreed times
    watched = [
        make_target(make_device(cast.tilleuls, f"SW-{n}"), f"127.24.0.{n}", port=port)
        for n in (1, 2, 3)
    ]
    closed = make_target(make_device(cast.bouleaux, "SW-1"), "127.24.0.9", port=port)
    assert tasks.poll_due() == 6  # first contact, then at once with the chosen profile
    for target in watched:
        target.refresh_from_db()
        assert target.profile == "switch"
        assert target.last_rtt_ms is not None
        assert len(Snapshot.objects.get(target=target).ports) == 24
        assert Check.objects.get(target=target, key="reachability").state == "ok"
    assert not Sample.objects.filter(target=closed).exists()
    assert sum(PollRun.objects.values_list("answered", flat=True)) == 6
    assert tasks.poll_due() == 0

    process.send_signal(signal.SIGSTOP)
    try:
        Target.objects.update(next_poll_at=timezone.now())
        tasks.poll_due()
    finally:
        process.send_signal(signal.SIGCONT)
    states = Check.objects.filter(key="reachability").values_list("state", flat=True)
    assert set(states) == {"suspect"}
    last = Sample.objects.filter(target=watched[0]).latest("at")
    assert (last.outcome, last.rtt_ms) == (Outcome.TIMEOUT, None)
    assert no_desk == []


def test_a_trap_over_the_network_wakes_its_sender(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-1"), "127.0.0.1")
    Target.objects.update(next_poll_at=timezone.now() + dt.timedelta(hours=1))
    waiting: queue.Queue = queue.Queue()
    port = free_port()
    receiver = _receiver("127.0.0.1", port, waiting)
    thread = threading.Thread(target=receiver.run, daemon=True)
    thread.start()
    assert receiver.ready.wait(10)
    try:
        agent = AgentCore(TableMib({}), communities=("public",))
        link_down = agent.encode_trap(
            (1, 3, 6, 1, 6, 3, 1, 1, 5, 3),
            [((1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 24), ber.integer(24))],
            credential="public",
        )
        stranger = agent.encode_trap((1, 3, 6, 1, 6, 3, 1, 1, 5, 3), credential="guessed")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(stranger, ("127.0.0.1", port))
            sender.sendto(link_down, ("127.0.0.1", port))
        trap = waiting.get(timeout=10)
    finally:
        receiver.stop()
        thread.join(10)
    assert waiting.empty()
    woken = handle_trap(
        trap.source_address, trap.trap_oid, trap.varbinds, trap.received_at, Limit()
    )
    assert woken == [target.pk]
    assert Target.objects.due(timezone.now()).get() == target

"""``./preau up`` from an empty folder to a page, and back to nothing running."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from deploy.settings import env
from deploy.station import living, up
from deploy.station.problem import StationError


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A station in ``home``; ``lines`` is what it says."""

    def __init__(self, home, *words, **environment):
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.station.up", *words],
            env={**kept, "PREAU_HOME": str(home), **environment},
            cwd=env.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines = []

    def read_until(self, text):
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                return
        raise AssertionError("".join(self.lines))


@pytest.fixture
def station(tmp_path):
    started = []

    def start(*words):
        port = str(free_port(socket.SOCK_DGRAM))
        started.append(Running(tmp_path / "home", *words, PREAU_TRAP_PORT=port))
        watchdog = threading.Timer(240, started[-1].process.kill)  # a reader that waits for ever
        watchdog.daemon = True
        watchdog.start()
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(30)
        running.process.stdout.close()


@pytest.mark.long
def test_it_serves_a_page_refuses_a_second_run_and_leaves_nothing(station, tmp_path):
    port = free_port()
    first = station("--no-lab", "--no-demo", "--port", str(port))
    first.read_until("ready after")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=20) as page:
        assert page.status == 200

    second = station("--port", str(free_port()))
    assert second.process.wait(20) == 1
    assert f"Préau runs already (process {first.process.pid})" in second.process.stdout.read()

    known = tmp_path / "home" / "run" / "processes.json"
    children = [child["pid"] for child in json.loads(known.read_text())["children"]]
    assert len(children) >= 6
    first.process.send_signal(signal.SIGINT)
    first.read_until("stopped; the data stay")
    assert first.process.wait(20) == 0
    assert not any(living.alive(pid) for pid in children)


def test_a_taken_port_is_named_with_the_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StationError, match=f"Port {port} is taken.*--port {port + 1}"):
            up.require_free_port(port)


def test_the_lock_of_a_dead_station_does_not_hold(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from deploy.station import up\n"
        "with up.only_one(Path(sys.argv[1])): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=env.ROOT, check=False)
    with up.only_one(tmp_path):
        assert (tmp_path / "run" / "station.lock").read_text() == str(os.getpid())


def test_erasing_needs_a_yes_where_nobody_can_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115
    with pytest.raises(StationError, match="--yes"):
        up._agreed("Erase?")

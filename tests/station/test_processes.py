"""The supervisor: what dies starts again, what is stopped ends in order, nothing is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.settings import env
from deploy.station import living
from deploy.station.processes import Program, Supervisor


def program(name, code, **more):
    return Program(name=name, argv=(sys.executable, "-c", code), **more)


SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def supervisor(tmp_path):
    said = []
    made = Supervisor(tmp_path, dict(os.environ), tmp_path, said.append)
    made.said = said
    yield made
    made.stop()


def tend_until(supervisor, condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, supervisor.said
        supervisor.tend()
        time.sleep(0.02)


def test_what_is_killed_starts_again(supervisor):
    child = supervisor.start(program("web", SLEEP))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    tend_until(supervisor, lambda: child.process.pid != first)
    assert child.running
    assert supervisor.said == ["web was killed (SIGKILL), starts again in 0.2 s"]


def test_what_keeps_dying_waits_longer_each_time(supervisor):
    child = supervisor.start(program("web", "print('no port'); raise SystemExit(3)"))
    tend_until(supervisor, lambda: child.deaths == 3)
    assert supervisor.said == [
        "web ended with code 3, starts again in 0.2 s",
        "web: no port",
        "web ended with code 3, starts again in 0.4 s",
        "web ended with code 3, starts again in 0.8 s",
    ]


def test_what_a_dead_program_left_behind_is_ended(supervisor, tmp_path):
    code = (
        "import subprocess, sys, pathlib\n"
        f"p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
        f"pathlib.Path({str(tmp_path / 'pool')!r}).write_text(str(p.pid))\n"
        "p.wait()"
    )
    child = supervisor.start(program("worker", code))
    tend_until(supervisor, lambda: (tmp_path / "pool").exists() and _read(tmp_path / "pool"))
    pool = int(_read(tmp_path / "pool"))
    os.kill(child.process.pid, signal.SIGKILL)
    tend_until(supervisor, lambda: child.deaths == 1)
    assert living.wait_gone(pool, 5)


def test_the_upper_layer_stops_first(supervisor, tmp_path):
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(order)!r}, 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    for name, layer in (("d", 0), ("b", 1), ("w", 2)):
        supervisor.start(Program(name, (sys.executable, "-c", code, name), layer=layer))
    for name in "dbw":
        tend_until(supervisor, lambda name=name: "ready" in _read(supervisor.log_path(name)))
    supervisor.stop()
    assert order.read_text() == "wbd"
    assert not any(child.running for child in supervisor.children.values())


def test_what_does_not_stop_is_killed(supervisor):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"  # noqa: E501
    child = supervisor.start(program("deaf", code, stop_seconds=0.3))
    tend_until(supervisor, lambda: "1" in _read(supervisor.log_path("deaf")))
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL


SUPERVISE = f"""
import os, sys, time
from pathlib import Path
from deploy.station.processes import Program, Supervisor
home = Path(sys.argv[1])
supervisor = Supervisor(home, dict(os.environ), home)
child = supervisor.start(Program("web", (sys.executable, "-c", {SLEEP!r})))
print(child.process.pid, flush=True)
time.sleep(60)
"""


def killed_supervisor(home: Path) -> int:
    """Start a supervisor with one child, kill -9 it, and return the child's number."""
    boss = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(home)],
        cwd=env.ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    child = int(boss.stdout.readline())
    boss.kill()
    boss.wait()
    return child


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_children_end_with_a_killed_supervisor(tmp_path):
    assert living.wait_gone(killed_supervisor(tmp_path), 5)


def test_the_next_start_ends_what_survived(supervisor, tmp_path):
    survivor = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
    who = living.identify(survivor.pid)
    supervisor.known_file.parent.mkdir(parents=True)
    supervisor.known_file.write_text(
        f'{{"boot": "{living.boot()}", "children": '
        f'[{{"pid": {who.pid}, "born": "{who.born}", "signal": 15}}]}}'
    )
    assert supervisor.end_survivors() == [survivor.pid]
    assert survivor.wait(5) == -signal.SIGTERM


def test_a_number_given_to_another_process_since_is_left_alone(supervisor):
    other = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
    supervisor.known_file.parent.mkdir(parents=True)
    supervisor.known_file.write_text(
        f'{{"boot": "{living.boot()}", "children": '
        f'[{{"pid": {other.pid}, "born": "long ago", "signal": 15}}]}}'
    )
    try:
        assert supervisor.end_survivors() == []
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def _read(path):
    return path.read_text() if path.exists() else ""

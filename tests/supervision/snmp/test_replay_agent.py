"""The replay agent of the benches: many switches, some silent, one process."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.agent import USERS
from deploy.bench.readers import COLUMNS, SCALARS, Run, free_port, measure, start_agent, table
from supervision.snmp.contract import Community, Outcome, Question
from supervision.snmp.engine import FastReader


class Replayed:
    def __init__(self, process: subprocess.Popen[bytes], port: int, silent_file: Path) -> None:
        self.process, self.port, self.silent_file = process, port, silent_file

    def ask(self, address: str, **more: object) -> Question:
        settings: dict[str, object] = {
            "credential": Community("public"),
            "timeout_s": 0.5,
            "retries": 1,
        } | more
        return Question(address, port=self.port, **settings)  # type: ignore[arg-type]


@pytest.fixture
def replayed(tmp_path: Path) -> Iterator[Replayed]:
    port, silent_file = free_port(), tmp_path / "silent"
    options = ["--silent-percent", "20", "--silent-file", str(silent_file)]
    try:
        process = start_agent(port, *options)
    except RuntimeError:
        pytest.skip("this kernel does not let us bind to the loopback device")
    yield Replayed(process, port, silent_file)
    if process.poll() is None:
        process.terminate()
        process.wait(10)


def test_every_loopback_address_is_a_switch(fast: FastReader, replayed: Replayed) -> None:
    replies = fast.read(
        [
            replayed.ask("127.24.0.50", walk=COLUMNS),
            replayed.ask("127.48.0.50", walk=COLUMNS),
            replayed.ask("127.9.9.50", get=SCALARS, credential=USERS[0]),
            replayed.ask("127.9.9.51", get=SCALARS, credential=USERS[1]),
        ]
    )
    assert {reply.outcome for reply in replies} == {Outcome.ANSWERED}
    assert {len(rows) for rows in replies[0].columns.values()} == {24}
    assert {len(rows) for rows in replies[1].columns.values()} == {48}
    assert None not in replies[2].values.values()
    engines = {clock.engine_id for clock in fast.clocks.values()}
    assert len(engines) == 2


def test_counters_grow(fast: FastReader, replayed: Replayed) -> None:
    traffic = "1.3.6.1.2.1.31.1.1.1.6.2"
    (first,) = fast.read([replayed.ask("127.1.0.50", get=(traffic,))])
    time.sleep(1.1)
    # Another question, so that no remembered answer serves it.
    (later,) = fast.read([replayed.ask("127.1.0.50", get=(traffic, "1.3.6.1.2.1.1.1.0"))])
    assert isinstance(first.values[traffic], int)
    assert later.values[traffic] > first.values[traffic]  # type: ignore[operator]


def test_devices_fall_and_come_back(fast: FastReader, replayed: Replayed) -> None:
    def outcomes() -> list[Outcome]:
        asked = [
            replayed.ask(address, get=SCALARS, timeout_s=0.2)
            for address in ("127.1.0.19", "127.1.0.20", "127.1.0.50")
        ]
        return [reply.outcome for reply in fast.read(asked)]

    up, down = Outcome.ANSWERED, Outcome.TIMEOUT
    assert outcomes() == [down, up, up]
    replayed.silent_file.write_text("127.1.0.50\n")
    replayed.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    assert outcomes() == [down, up, down]
    replayed.silent_file.write_text("")
    replayed.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    assert outcomes() == [down, up, up]


def test_it_tells_its_count_when_stopped(fast: FastReader, replayed: Replayed) -> None:
    fast.read([replayed.ask("127.1.0.50", get=SCALARS) for _ in range(30)])
    replayed.process.terminate()
    assert replayed.process.stdout is not None
    told = json.loads(replayed.process.stdout.read())
    assert told["answered"] == 30
    assert told["cpu_s"] > 0


def test_a_measurement_counts_devices_and_time(replayed: Replayed) -> None:
    run = measure("fast", "get", 50, replayed.port)
    assert (run.devices, run.answered) == (50, 50 - 19)  # addresses .1 to .19 are silent
    assert run.cpu_s > 0


def test_the_table_shows_medians() -> None:
    runs = [Run("fast", "get", 1000, 1000, 0.1, cpu) for cpu in (0.02, 0.04, 0.03)]
    assert "| fast | get | 1000 | 1000 | 10,000 | 0.0300 | 0.0200 … 0.0400 |" in table(runs)

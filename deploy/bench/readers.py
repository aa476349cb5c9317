"""Measure the SNMP readers: devices a second, and CPU seconds for a thousand devices.

    python -m deploy.bench.readers                       # fast and classic, five rounds
    python -m deploy.bench.readers --rounds 7 --devices 3000 --json results.json

starts the replay agent of ``deploy.bench.agent`` on the last core and each reader, in a process
of its own, on the first. Readers and works take turns (round 1 of each, then round 2 …), so that
a noisy machine disturbs all alike; the medians count. Works:

- ``get``: 10 scalars in one GET; ``walk24`` and ``walk48``: 8 columns of 24 and 48 ports;
- ``v3get``, ``v3walk48``: the same over authPriv SHA/AES by a reader that knows the engines;
- ``v3cold``: ``v3get`` by a new reader: password to key, discovery and localisation included;
- ``silent``: ``get`` where 20 % of the devices do not answer (1 s, one retry).

CPU is user and system time of the reader's process alone. The slow reader gets fewer devices.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.bench.agent import COMMUNITY, USERS
from supervision.snmp.classic import ClassicReader
from supervision.snmp.contract import Community, Oid, Outcome, Question, Reader
from supervision.snmp.engine import FastReader

IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IF_X_ENTRY = "1.3.6.1.2.1.31.1.1.1"
COLUMNS: tuple[Oid, ...] = (
    f"{IF_ENTRY}.7",  # ifAdminStatus
    f"{IF_ENTRY}.8",  # ifOperStatus
    f"{IF_ENTRY}.13",  # ifInDiscards
    f"{IF_X_ENTRY}.6",  # ifHCInOctets
    f"{IF_X_ENTRY}.10",  # ifHCOutOctets
    f"{IF_X_ENTRY}.15",  # ifHighSpeed
    f"{IF_ENTRY}.14",  # ifInErrors
    f"{IF_ENTRY}.20",  # ifOutErrors
)
SCALARS: tuple[Oid, ...] = (
    "1.3.6.1.2.1.1.3.0",  # sysUpTime
    "1.3.6.1.2.1.1.5.0",  # sysName
    *(f"{column}.2" for column in COLUMNS),
)

READERS = ("fast", "classic")
WORKS = ("get", "walk24", "walk48", "v3get", "v3walk48", "v3cold", "silent")
FAST_SHARE = {"walk24": 2, "walk48": 2, "v3walk48": 2}
CLASSIC_SHARE = {
    "get": 20,
    "walk24": 100,
    "walk48": 200,
    "v3get": 40,
    "v3walk48": 200,
    "v3cold": 40,
    "silent": 40,
}
"""A reader gets one device of so many, where that is enough to measure."""


@dataclass(frozen=True, slots=True)
class Run:
    """One measured call of ``read``."""

    reader: str
    work: str
    devices: int
    answered: int
    wall_s: float
    cpu_s: float

    @property
    def per_second(self) -> float:
        """Devices a second."""
        return self.devices / self.wall_s

    @property
    def cpu_per_1000(self) -> float:
        """CPU seconds for a thousand devices."""
        return self.cpu_s / self.devices * 1000


def questions(work: str, devices: int, port: int) -> list[Question]:
    """One question per device, each device at an address of its own."""
    credential = USERS[0] if work.startswith("v3") else Community(COMMUNITY)
    walk = COLUMNS if "walk" in work else ()
    second = 24 if work == "walk24" else 48
    return [
        Question(
            f"127.{second}.{number // 250}.{1 + number % 250}",
            credential,
            port,
            get=() if walk else SCALARS,
            walk=walk,
        )
        for number in range(devices)
    ]


def measure(reader_name: str, work: str, devices: int, port: int) -> Run:
    """Read once to warm up (not for ``v3cold``), then once with the clock running."""
    reader: Reader = FastReader() if reader_name == "fast" else ClassicReader()
    asked = questions(work, devices, port)
    if work == "silent":
        reader.read(asked[50:60])
    elif work != "v3cold":
        reader.read(asked)
    began, cpu = time.perf_counter(), time.process_time()
    replies = reader.read(asked)
    wall_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    answered = sum(reply.outcome is Outcome.ANSWERED for reply in replies)
    return Run(reader_name, work, devices, answered, wall_s, cpu_s)


def in_process(reader: str, work: str, devices: int, port: int) -> Run:
    """``measure`` in a fresh process on the first core."""
    command = [sys.executable, "-m", "deploy.bench.readers", "--one", reader, work]
    command += ["--devices", str(devices), "--port", str(port)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=600)
    return Run(**json.loads(done.stdout))


def start_agent(port: int, *options: str) -> subprocess.Popen[bytes]:
    """The replay agent on the last core, listening."""
    command = [sys.executable, "-m", "deploy.bench.agent", "--port", str(port), *options]
    agent = subprocess.Popen(command, stdout=subprocess.PIPE)
    os.sched_setaffinity(agent.pid, {max(os.sched_getaffinity(0))})
    assert agent.stdout is not None
    if agent.stdout.readline() != b"ready\n":
        raise RuntimeError("the replay agent did not start")
    return agent


def free_port() -> int:
    """A UDP port that is free now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def campaign(options: argparse.Namespace) -> list[Run]:
    """Every reader on every work, in turns."""
    port, silent_port = free_port(), free_port()
    agents = [start_agent(port), start_agent(silent_port, "--silent-percent", "20")]
    runs = []
    try:
        for number in range(options.rounds):
            for work in options.works:
                for reader in options.readers:
                    share = (CLASSIC_SHARE if reader == "classic" else FAST_SHARE).get(work, 1)
                    devices = max(5, options.devices // share)
                    at = silent_port if work == "silent" else port
                    runs.append(in_process(reader, work, devices, at))
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr, flush=True)
    finally:
        for agent in agents:
            agent.terminate()
            agent.wait(10)
    return runs


def table(runs: list[Run]) -> str:
    """Medians as a Markdown table."""
    lines = [
        "| reader | work | devices | answered | devices/s | CPU-s per 1,000 | least … most |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for reader, work in dict.fromkeys((run.reader, run.work) for run in runs):
        mine = [run for run in runs if (run.reader, run.work) == (reader, work)]
        cpu = sorted(run.cpu_per_1000 for run in mine)
        rate = statistics.median(run.per_second for run in mine)
        answered = min(run.answered for run in mine)
        lines.append(
            f"| {reader} | {work} | {mine[0].devices} | {answered} | {rate:,.0f} "
            f"| {statistics.median(cpu):.4f} | {cpu[0]:.4f} … {cpu[-1]:.4f} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--devices", type=int, default=2000)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--json", type=Path, help="also write every run here")
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, metavar=("READER", "WORK"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        reader, work = options.one
        run = measure(reader, work, options.devices, options.port)
        print(json.dumps({name: getattr(run, name) for name in Run.__slots__}))
        return
    runs = campaign(options)
    print(table(runs))
    if options.json:
        rows = [{name: getattr(run, name) for name in Run.__slots__} for run in runs]
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

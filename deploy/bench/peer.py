"""The peer of ``./preau bench supervision``: prometheus-snmp-exporter, asked for the same values.

It reads the same simulated devices, the same OIDs, in the form of its version 0.21 (Debian 12,
package ``prometheus-snmp-exporter``). It only collects: it neither judges nor stores. Choices in
its favour: one core, like one worker of ours (GOMAXPROCS=1: a fifth less CPU than on two; set the
variable to measure another), answers not compressed, GETBULK of 25 rows (its default, just enough
for 24 ports), connections kept open, and the CPU of the client that asks it not counted.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from supervision.snmp.contract import Oid

PROGRAM = "prometheus-snmp-exporter"
ABSENT = f"the peer is absent: {PROGRAM} is not on PATH (Debian, Ubuntu: apt install {PROGRAM})"
CONNECTIONS = 32
START_S = 10.0
PASS_S = 60.0
"""Longest start of the program, and longest pass over the devices."""
TICK = os.sysconf("SC_CLK_TCK")

IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IF_X_ENTRY = "1.3.6.1.2.1.31.1.1.1"
OBJECTS: Mapping[Oid, tuple[str, str]] = {
    "1.3.6.1.2.1.1.3": ("sysUpTime", "gauge"),
    "1.3.6.1.2.1.1.5": ("sysName", "DisplayString"),
    "1.3.6.1.2.1.1.7": ("sysServices", "gauge"),
    "1.3.6.1.2.1.2.1": ("ifNumber", "gauge"),
    f"{IF_ENTRY}.7": ("ifAdminStatus", "gauge"),
    f"{IF_ENTRY}.8": ("ifOperStatus", "gauge"),
    f"{IF_ENTRY}.10": ("ifInOctets", "counter"),
    f"{IF_ENTRY}.14": ("ifInErrors", "counter"),
    f"{IF_ENTRY}.16": ("ifOutOctets", "counter"),
    f"{IF_ENTRY}.20": ("ifOutErrors", "counter"),
    f"{IF_X_ENTRY}.1": ("ifName", "DisplayString"),
    f"{IF_X_ENTRY}.6": ("ifHCInOctets", "counter"),
    f"{IF_X_ENTRY}.10": ("ifHCOutOctets", "counter"),
    f"{IF_X_ENTRY}.15": ("ifHighSpeed", "gauge"),
}
"""Name and the program's type of every object that may be asked (RFC 3418, RFC 2863)."""


class PeerError(RuntimeError):
    """The program did not start, or an answer of it does not hold what was asked."""


@dataclass(frozen=True)
class Module:
    """One way to ask a device: scalars by GET, columns by walks of ``ports`` rows."""

    name: str
    get: tuple[Oid, ...]
    walk: tuple[Oid, ...] = ()
    ports: int = 0

    @property
    def samples(self) -> int:
        """Values that a complete answer holds."""
        return len(self.get) + len(self.walk) * self.ports


@dataclass(frozen=True)
class Pass:
    """One pass over a sample of the devices: wall clock, and the program's CPU-seconds."""

    devices: int
    samples: int
    wall_s: float
    cpu_s: float

    @property
    def per_thousand(self) -> float:
        """CPU-seconds per 1,000 devices."""
        return self.cpu_s * 1000 / self.devices


def program() -> str | None:
    """Path of the exporter, None where it is not installed."""
    return shutil.which(PROGRAM)


def cores() -> str:
    """On how many cores it may run at once (the Go runtime's GOMAXPROCS)."""
    return os.environ.get("GOMAXPROCS", "1")


# --- its configuration ---


def config(modules: Sequence[Module], community: str) -> str:
    """The configuration of these modules: JSON, which is YAML too."""
    return json.dumps({module.name: _module(module, community) for module in modules}, indent=1)


def _module(module: Module, community: str) -> dict[str, object]:
    asked: dict[str, object] = {}
    if module.get:
        asked["get"] = list(module.get)
    if module.walk:
        asked["walk"] = list(module.walk)
    return asked | {
        "metrics": [_metric(oid, walked=False) for oid in module.get]
        + [_metric(oid, walked=True) for oid in module.walk],
        "max_repetitions": 25,
        "retries": 1,  # as ours
        "timeout": "1s",
        "version": 2,
        "auth": {"community": community},
    }


def _metric(oid: Oid, *, walked: bool) -> dict[str, object]:
    """A metric is named by its object: for a GET, the OID without its instance."""
    base, _, instance = (oid, "", "") if walked else oid.rpartition(".")
    name, kind = OBJECTS[base]
    metric: dict[str, object] = {"name": name, "oid": base, "type": kind, "help": name}
    if instance != "0":
        metric["indexes"] = [{"labelname": "ifIndex", "type": "gauge"}]
    return metric


# --- the program ---


@dataclass(frozen=True)
class Exporter:
    """The running program: its process, its TCP port on 127.0.0.1, its modules by name."""

    pid: int
    port: int
    modules: Mapping[str, Module]

    def cpu_s(self) -> float:
        """CPU-seconds of all its threads so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def running(folder: Path, modules: Sequence[Module], community: str) -> Iterator[Exporter]:
    """The exporter with these modules, ready. Raises PeerError when it is absent or dies."""
    path = program()
    if path is None:
        raise PeerError(ABSENT)
    written, log = folder / "peer.yml", folder / "peer.log"
    written.write_text(config(modules, community))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [path, f"--config.file={written}", f"--web.listen-address=127.0.0.1:{port}"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*words, "--log.level=error"],
            stdout=sink,
            stderr=sink,
            env={**os.environ, "GOMAXPROCS": cores()},
        )
    try:
        _await_ready(process, port, log)
        yield Exporter(process.pid, port, {module.name: module for module in modules})
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _await_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PeerError(f"{PROGRAM} did not start: {log.read_text()[-500:]}")


# --- asking it ---


@dataclass
class _Line:
    """One connection, the module it waits for, and what has come so far."""

    sock: socket.socket
    module: Module | None = None
    target: str = ""
    received: bytearray = field(default_factory=bytearray)

    def ask(self, target: str, module: Module) -> None:
        self.module, self.target = module, target
        self.received.clear()
        path = f"/snmp?target={target}&module={module.name}"
        self.sock.sendall(f"GET {path} HTTP/1.1\r\nHost: peer\r\n\r\n".encode())


def ask(exporter: Exporter, devices: Sequence[tuple[str, str]]) -> Pass:
    """Ask for every device: (``address:port``, name of the module).

    Raises PeerError when an answer does not hold exactly the values of its module, or when the
    pass lasts longer than PASS_S.
    """
    waiting = iter(devices)
    samples = done = 0
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        lines = [_open(stack, selector, exporter) for _ in range(min(CONNECTIONS, len(devices)))]
        cpu_s, began = exporter.cpu_s(), time.perf_counter()
        for line in lines:
            _ask_next(line, waiting, exporter)
        while done < len(devices):
            events = selector.select(5)
            if not events or time.perf_counter() - began > PASS_S:
                raise PeerError(f"{PROGRAM} answered for {done} of {len(devices)} devices only")
            for key, _ in events:
                if _receive(key.data):
                    samples += _check(key.data)
                    done += 1
                    _ask_next(key.data, waiting, exporter)
        wall_s = time.perf_counter() - began
    return Pass(len(devices), samples, wall_s, exporter.cpu_s() - cpu_s)


def _open(stack: ExitStack, selector: selectors.BaseSelector, exporter: Exporter) -> _Line:
    sock = stack.enter_context(socket.create_connection(("127.0.0.1", exporter.port), 5))
    line = _Line(sock)
    selector.register(sock, selectors.EVENT_READ, line)
    return line


def _ask_next(line: _Line, waiting: Iterator[tuple[str, str]], exporter: Exporter) -> None:
    target, name = next(waiting, ("", ""))
    if target:
        line.ask(target, exporter.modules[name])


def _receive(line: _Line) -> bool:
    """Take what has come; True when the answer is complete."""
    octets = line.sock.recv(262_144)
    if not octets:
        raise PeerError(f"{PROGRAM} closed a connection")
    line.received += octets
    return body(line.received) is not None


def _check(line: _Line) -> int:
    """How many values the answer holds; PeerError when these are not all."""
    content = body(line.received) or b""
    status = bytes(line.received).split(b"\r\n", 1)[0].decode("ascii", "replace")
    if " 200 " not in status:
        raise PeerError(f"{line.target}: {status}: {content[:300].decode('utf-8', 'replace')}")
    found = len(values(content))
    wanted = line.module.samples if line.module else 0
    if found != wanted:
        raise PeerError(f"{line.target}: {found} values instead of {wanted}")
    return found


def values(content: bytes) -> list[bytes]:
    """Lines of the devices' values in an answer: without comments and the program's own figures."""
    return [line for line in content.splitlines() if line and not line.startswith((b"#", b"snmp_"))]


def body(answer: bytes | bytearray) -> bytes | None:
    """The content of an HTTP/1.1 answer (RFC 9112 §6, §7.1), None while it is incomplete."""
    head, blank, rest = bytes(answer).partition(b"\r\n\r\n")
    if not blank:
        return None
    fields = head.lower()
    if b"\r\ntransfer-encoding: chunked" in fields:
        return _unchunked(rest) if rest.endswith(b"0\r\n\r\n") else None
    _, named, length = fields.partition(b"\r\ncontent-length:")
    wanted = int(length.split(b"\r\n", 1)[0]) if named else 0
    return rest if len(rest) >= wanted else None


def _unchunked(rest: bytes) -> bytes | None:
    parts: list[bytes] = []
    while True:
        size, line, rest = rest.partition(b"\r\n")
        length = int(size, 16) if line else 0
        if not length:
            return b"".join(parts) if line else None
        if len(rest) < length + 2:
            return None
        parts.append(rest[:length])
        rest = rest[length + 2 :]

"""Agents for the tests: our own in a thread, net-snmp's snmpd and snmpsim as processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.lab.agent_core import AgentCore, Arcs, TableMib
from supervision.snmp import ber
from supervision.snmp.contract import (
    AuthProtocol,
    Community,
    Credential,
    ObjectId,
    PrivProtocol,
    Question,
    UsmUser,
    Value,
)
from supervision.snmp.engine import FastReader

AUTH, PRIV = "authpass123", "privpass123"
SHA1_PRIV = UsmUser("sha1priv", AuthProtocol.SHA1, AUTH, PrivProtocol.AES128, PRIV)
SHA1_AUTH = UsmUser("sha1auth", AuthProtocol.SHA1, AUTH)
SHA256_PRIV = UsmUser("sha256priv", AuthProtocol.SHA256, AUTH, PrivProtocol.AES128, PRIV)
SHA256_AUTH = UsmUser("sha256auth", AuthProtocol.SHA256, AUTH)
USERS = (SHA1_PRIV, SHA1_AUTH, SHA256_PRIV, SHA256_AUTH)
PUBLIC = Community("public")

# 32473 is the enterprise number kept for examples (RFC 5612).
ENTERPRISE = "1.3.6.1.4.1.32473"
NUMBER = f"{ENTERPRISE}.1.1.0"
NEGATIVE = f"{ENTERPRISE}.1.2.0"
LONG_TEXT = f"{ENTERPRISE}.1.3.0"
POINTER = f"{ENTERPRISE}.1.4.0"
EMPTY_TEXT = f"{ENTERPRISE}.1.5.0"
STATUS = f"{ENTERPRISE}.2.1"
LABEL = f"{ENTERPRISE}.2.2"
EMPTY_COLUMN = f"{ENTERPRISE}.2.3"
LAST_COLUMN = f"{ENTERPRISE}.2.4"

SCALARS: dict[str, Value] = {
    NUMBER: 2147483647,
    NEGATIVE: -129,
    LONG_TEXT: b"x" * 300,
    POINTER: ObjectId("1.3.6.1.4.1.32473.9.4294967295"),
    EMPTY_TEXT: b"",
}
ROWS = (1, 2, 3, 9, 127, 128, 16383, 16384, 70000, 4294967295)
STATUSES: dict[str, Value] = {str(row): row % 3 for row in ROWS}
LABELS: dict[str, Value] = {str(row): f"port {row}".encode() for row in ROWS[:7]}
LAST: dict[str, Value] = {"1": 11, "2": 12}
COLUMNS: dict[str, dict[str, Value]] = {
    STATUS: STATUSES,
    LABEL: LABELS,
    EMPTY_COLUMN: {},
    LAST_COLUMN: LAST,
}
TABLE: dict[str, Value] = SCALARS | {
    f"{column}.{row}": value for column, rows in COLUMNS.items() for row, value in rows.items()
}


def arcs(oid: str) -> Arcs:
    return tuple(map(int, oid.split(".")))


def encoded(value: Value) -> bytes:
    if isinstance(value, ObjectId):
        return ber.object_id(value)
    if isinstance(value, int):
        return ber.integer(value)
    assert isinstance(value, bytes)
    return ber.octets(value)


def table_mib(table: dict[str, Value] | None = None) -> TableMib:
    rows = TABLE if table is None else table
    return TableMib({arcs(oid): encoded(value) for oid, value in rows.items()})


def free_port(address: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((address, 0))
        return int(sock.getsockname()[1])


Source = tuple[str, int]
Handle = Callable[[bytes, Source], bytes | Iterable[bytes] | None]


class Served:
    """A thread that answers datagrams by a function; `asked` keeps what came."""

    def __init__(self, handle: Handle, address: str = "127.0.0.1") -> None:
        self.handle = handle
        self.address = address
        self.asked: list[bytes] = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind((address, 0))
        self.sock.settimeout(0.1)
        self.port = int(self.sock.getsockname()[1])
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                datagram, source = self.sock.recvfrom(65535)
            except TimeoutError:
                continue
            self.asked.append(datagram)
            replies = self.handle(datagram, source)
            for reply in [replies] if isinstance(replies, bytes) else replies or ():
                self.sock.sendto(reply, source)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self.sock.close()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def question(self, credential: Credential = PUBLIC, **more: object) -> Question:
        settings: dict[str, object] = {"get": (NUMBER,), "timeout_s": 2.0, "retries": 1} | more
        return Question(self.address, credential, self.port, **settings)  # type: ignore[arg-type]


def our_agent(**more: object) -> AgentCore:
    settings: dict[str, object] = {
        "communities": ("public",),
        "users": USERS,
        "engine_id": b"\x80\x00\xff\xff\x04test",
    } | more
    return AgentCore(table_mib(), **settings)  # type: ignore[arg-type]


# --- agents of others ---


def _wait_for(process: subprocess.Popen[bytes], port: int, community: str, seconds: float) -> None:
    reader = FastReader()
    until = time.monotonic() + seconds
    question = Question(
        "127.0.0.1", Community(community), port, get=(NUMBER,), timeout_s=0.2, retries=0
    )
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the agent ended with {process.returncode}")
        if reader.read([question])[0].values:
            reader.close()
            return
    process.kill()
    raise RuntimeError("the agent does not answer")


def start_snmpd(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """net-snmp's agent with our table as `override` instances."""
    port = free_port()
    kinds = {int: "integer", bytes: "octet_str", ObjectId: "object_id"}
    lines = [
        f"agentaddress udp:127.0.0.1:{port}",
        "rocommunity public",
        "sysName contract",
        *(
            f"createUser {u.user} {u.auth_protocol} {AUTH}"
            + (f" AES {PRIV}" if u.priv_protocol else "")
            for u in USERS
        ),
        *(f"rouser {u.user} {'priv' if u.priv_protocol else 'auth'}" for u in USERS),
    ]
    for oid, value in TABLE.items():
        text = f'"{value.decode()}"' if isinstance(value, bytes) else str(value)
        lines.append(f"override .{oid} {kinds[type(value)]} {text}")
    conf = folder / "snmpd.conf"
    conf.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(
        [shutil.which("snmpd") or "/usr/sbin/snmpd", "-f", "-Ln", "-C", "-c", str(conf), "-r"],
        env=os.environ | {"SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
    )
    _wait_for(process, port, "public", 10)
    return process, port


def start_snmpsim(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """snmpsim with our table as a recording."""
    data, cache = folder / "data", folder / "cache"
    data.mkdir()
    cache.mkdir()
    lines = []
    for oid, value in sorted(TABLE.items(), key=lambda row: arcs(row[0])):
        if isinstance(value, ObjectId):
            lines.append(f"{oid}|6|{value}")
        elif isinstance(value, bytes):
            lines.append(f"{oid}|4x|{value.hex()}" if value else f"{oid}|4|")
        else:
            lines.append(f"{oid}|2|{value}")
    (data / "public.snmprec").write_text("\n".join(lines) + "\n")
    port = free_port()
    # Everything after the engine id belongs to that engine: it must come first.
    command = [
        str(Path(sys.executable).with_name("snmpsim-command-responder")),
        "--v3-engine-id=80004fb805636c6f7564",
        f"--data-dir={data}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
    ]
    for user in USERS:
        command += [
            f"--v3-user={user.user}",
            f"--v3-auth-key={AUTH}",
            f"--v3-auth-proto={user.auth_protocol.value.replace('-', '')}",
        ]
        if user.priv_protocol:
            command += [f"--v3-priv-key={PRIV}", "--v3-priv-proto=AES"]
    command += [f"--cache-dir={cache}", "--log-level=error"]
    if os.getuid() == 0:
        command += ["--process-user=root", "--process-group=root"]  # it insists on a name
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    _wait_for(process, port, "public", 30)
    return process, port

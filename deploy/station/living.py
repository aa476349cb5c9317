"""Whether a process lives, and whether it is still the one we knew by that number."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """A process that cannot be mistaken: numbers are given again, start times are not."""

    pid: int
    born: str


def boot() -> str:
    """Return what tells one run of the machine from the next; empty where it is not told."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def identify(pid: int) -> Identity | None:
    """Return who runs as ``pid`` now; None when nobody does (a zombie is nobody)."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _identify_by_ps(pid)
    fields = told.rpartition(")")[2].split()  # the name before may hold blanks
    state, born = fields[0], fields[19]
    return None if state in "ZX" else Identity(pid, born)


def _identify_by_ps(pid: int) -> Identity | None:
    said = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if len(said) < 2 or said[0].startswith("Z") else Identity(pid, said[1].strip())


def alive(pid: int) -> bool:
    """Return whether a process runs as ``pid``."""
    return identify(pid) is not None


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until no process runs as ``pid``; return False when ``seconds`` were not enough."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(who: Identity, ask: signal.Signals, seconds: float) -> None:
    """Ask the process to end and, after ``seconds``, kill it with the group it leads."""
    if identify(who.pid) != who:
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(who.pid, ask)
    if not wait_gone(who.pid, seconds):
        kill_group(who.pid)


def kill_group(leader: int) -> None:
    """Kill every process of the group that ``leader`` led, the leader dead or not."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)

"""A small supervisor: it starts programs, starts again what dies, and stops all in order.

One thread, one loop. Each program writes its own log file, so that nothing is lost when the
supervisor itself is killed; its children then receive their stop signal from the kernel
(Linux, ``PR_SET_PDEATHSIG``), and the next start ends what survived all the same.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.station import living

PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 20.0
SETTLED_AFTER_S = 20.0  # who lived this long has recovered: the next pause is short again
TELL_WHY = {2, 5}  # deaths at which the log's last line is shown: once may be chance
LOG_TURNS_AT = 5_000_000  # bytes


@dataclass(frozen=True)
class Program:
    """What to run: ``layer`` orders the stop (highest first)."""

    name: str
    argv: tuple[str, ...]
    layer: int = 1
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 8.0
    prepare: Callable[[], None] | None = None
    to_terminal: bool = False


@dataclass
class Child:
    """A program and the process that runs it now, if one does."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE_S
    due: float | None = None
    deaths: int = 0

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs programs until told to stop.

    ``say`` receives a line for a person: what died, why, when it starts again.
    """

    home: Path
    environment: Mapping[str, str]
    folder: Path
    say: Callable[[str], None] = print
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def known_file(self) -> Path:
        """Where the living children are written down for the next start."""
        return self.home / "run" / "processes.json"

    def end_survivors(self) -> list[int]:
        """End the children of a supervisor that was killed; return their numbers."""
        try:
            known = json.loads(self.known_file.read_text())
        except (OSError, ValueError):
            return []
        if known["boot"] != living.boot():
            return []  # the numbers are of a machine that was switched off since
        ended = []
        for entry in reversed(known["children"]):
            who = living.Identity(entry["pid"], entry["born"])
            if living.identify(who.pid) == who:
                living.end(who, signal.Signals(entry["signal"]), seconds=8)
                ended.append(who.pid)
            elif not living.alive(who.pid):
                living.kill_group(who.pid)  # pool processes that outlived their parent
        self.known_file.unlink(missing_ok=True)
        return ended

    def start(self, program: Program) -> Child:
        """Start a program and keep it running from now on."""
        child = self.children[program.name] = Child(program)
        self._spawn(child)
        return child

    def tend(self) -> None:
        """Notice who died and start again who is due. Call it often; it never waits."""
        now = time.monotonic()
        for child in self.children.values():
            if child.due is not None:
                if now >= child.due:
                    self._spawn(child)
            elif not child.running:
                self._plan_restart(child, now)

    def stop(self) -> None:
        """Stop everything, the highest layer first; whole layers stop together."""
        for layer in sorted({child.program.layer for child in self.children.values()})[::-1]:
            group = [child for child in self.children.values() if child.program.layer == layer]
            self._stop_together(group)
        self.known_file.unlink(missing_ok=True)

    def log_path(self, name: str) -> Path:
        """Return the log file of a program."""
        return self.home / "log" / f"{name}.log"

    def _plan_restart(self, child: Child, now: float) -> None:
        assert child.process is not None
        living.kill_group(child.process.pid)  # what it left behind must not work beside the next
        if now - child.started >= SETTLED_AFTER_S:
            child.pause = FIRST_PAUSE_S
        child.deaths += 1
        child.due = now + child.pause
        cause = _cause(child.process.returncode)
        if child.deaths in TELL_WHY and (last := _last_line(self.log_path(child.program.name))):
            self.say(f"{child.program.name}: {last}")
        self.say(f"{child.program.name} {cause}, starts again in {child.pause:.1f} s")
        child.pause = min(child.pause * 2, LONGEST_PAUSE_S)

    def _spawn(self, child: Child) -> None:
        child.due, child.started = None, time.monotonic()
        program = child.program
        if program.prepare:
            program.prepare()
        log = self.log_path(program.name)
        _turn(log)
        with log.open("ab") as output:
            child.process = subprocess.Popen(
                program.argv,
                stdin=subprocess.DEVNULL,
                stdout=None if program.to_terminal else output,
                stderr=output,
                cwd=self.folder,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=_die_with_parent(program.stop_signal),  # noqa: PLW1509  one thread
            )
        self._write_known()

    def _write_known(self) -> None:
        children = [
            {
                "name": child.program.name,
                "pid": who.pid,
                "born": who.born,
                "signal": int(child.program.stop_signal),
            }
            for child in self.children.values()
            if child.process and (who := living.identify(child.process.pid))
        ]
        draft = self.known_file.with_suffix(".new")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"boot": living.boot(), "children": children}))
        draft.replace(self.known_file)

    def _stop_together(self, group: Iterable[Child]) -> None:
        asked = [child for child in group if child.running]
        for child in asked:
            assert child.process is not None
            with suppress(ProcessLookupError):
                child.process.send_signal(child.program.stop_signal)
        began = time.monotonic()
        for child in asked:
            assert child.process is not None
            left = child.program.stop_seconds - (time.monotonic() - began)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(left, 0.0))
            living.kill_group(child.process.pid)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(5)


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what the child does before its program: ask the kernel for a signal at our death."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: after a fork it is too late
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return ask


def _turn(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_TURNS_AT:
            log.replace(log.with_suffix(".log.1"))


def _last_line(log: Path) -> str:
    """Return the last line of a log that is not blank, cut to the width of a screen."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(log.stat().st_size - 4000, 0))
        lines = file.read().decode(errors="replace").splitlines()
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")
    return ""


def _cause(returncode: int) -> str:
    if returncode >= 0:
        return f"ended with code {returncode}"
    return f"was killed ({signal.Signals(-returncode).name})"

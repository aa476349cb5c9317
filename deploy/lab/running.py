"""One run of the lab: the network answers, the database says which faults are in force."""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType

import psycopg
from django.db import Error, connection

from deploy.lab.cli.running import CommandLines
from deploy.lab.mibs import Rows
from deploy.lab.network import Address, LabNetwork
from deploy.lab.plan import DevicePlan, LabError, RegionPlan
from deploy.lab.store import Ear, FaultStore

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""Faults are read again this often even when nobody called: a NOTIFY may be lost with its
connection."""


class Lab:
    """The network and its faults, until :meth:`stop`. Devices answer while PostgreSQL is away."""

    def __init__(
        self,
        region: RegionPlan,
        port: int,
        traps_to: Address | None,
        recordings: Mapping[str, Rows] | None = None,
        lines: CommandLines | None = None,
    ) -> None:
        """Raises LabError when the demo Region is not loaded."""
        self.store = FaultStore(region)
        self.network = LabNetwork(
            region,
            port=port,
            traps_to=traps_to,
            on_port=self._switch_port,
            booted=self.store.booted(),
            recordings=recordings,
        )
        self.lines = lines
        self.ear: Ear | None = None
        self.stopping = False
        self._look_at = 0.0

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Answer until stopped. Raises LabError when an address is taken."""
        with self.network, self.lines or nullcontext(), self._woken_by_signals():
            self.store.move_targets(self.network.port)
            self.network.begin(self.store.read())
            if self.lines is not None:
                self.store.move_command_lines(self.lines.port)
                self.lines.follow(self.network.conditions)
            ready()
            while not self.stopping:
                self.network.step()
                if time.monotonic() >= self._look_at:
                    self._look()
            self._close_ear()

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Leave after the current step."""
        del number, frame
        self.stopping = True

    def _look(self) -> None:
        """Read the faults in force; without PostgreSQL, what was known stays in force."""
        self._look_at = time.monotonic() + LOOK_EVERY_S
        try:
            if self.ear is None:
                self.ear = Ear()
                self.network.watch(self.ear.number, self._hear)
            faults = self.store.read()
        except (Error, psycopg.Error):
            self._lose_database()
            return
        if faults != self.network.faults:
            self.network.apply(faults)
        if self.lines is not None:
            self.lines.follow(self.network.conditions)

    def _hear(self) -> None:
        if self.ear is None:
            return
        try:
            self.ear.hear(self._look)
        except psycopg.Error:
            self._lose_database()

    def _lose_database(self) -> None:
        log.warning("no database: the faults in force stay as they are")
        self._close_ear()
        with suppress(Exception):
            connection.close()

    def _close_ear(self) -> None:
        ear, self.ear = self.ear, None
        if ear is None:
            return
        self.network.unwatch(ear.number)
        with suppress(Exception):
            ear.close()

    def _switch_port(self, plan: DevicePlan, port: str, close: bool) -> None:
        try:
            self.store.switch_port(plan, port, close)
        except (Error, psycopg.Error):
            raise LabError("no database: the port stays as it is") from None
        self._look()

    @contextmanager
    def _woken_by_signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT end the wait of epoll at once."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        kept = {n: signal.signal(n, self.stop) for n in (signal.SIGTERM, signal.SIGINT)}
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self.network.watch(reader.fileno(), lambda: _drain(reader))
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in kept.items():
                signal.signal(number, handler)
            reader.close()
            writer.close()


def _drain(reader: socket.socket) -> None:
    with suppress(BlockingIOError):
        reader.recv(64)

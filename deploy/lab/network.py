"""The simulated network on real UDP: one socket per device, one thread, one epoll.

Devices share the machine but not the wire: who is behind a dead switch does not answer, although
its socket is there.
"""

from __future__ import annotations

import heapq
import logging
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self

from deploy.lab.device import Device
from deploy.lab.mibs import Rows
from deploy.lab.plan import DevicePlan, LabError, RegionPlan
from deploy.lab.rules import Condition, FaultFact, FaultKind, conditions, moves, notices

log = logging.getLogger(__name__)

DATAGRAMS_AT_ONCE = 64
TICK_S = 0.25
"""How often conditions are worked out again while time alone changes them."""

IDLE_S = 1.0
REFUSAL_EVERY_S = 10.0
"""A device complains of wrong communities no more often than this."""

Address = tuple[str, int]


class LabNetwork:
    """All devices of a Region, answering. Use as a context manager: sockets are opened by it.

    ``on_port`` is told when a SET closed or opened a port; without one the network itself keeps
    what was closed. ``traps_to`` None: notifications go nowhere.
    """

    def __init__(
        self,
        region: RegionPlan,
        *,
        port: int,
        traps_to: Address | None = None,
        on_port: Callable[[DevicePlan, str, bool], None] | None = None,
        booted: Mapping[str, float] | None = None,
        recordings: Mapping[str, Rows] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.region, self.port, self.traps_to, self.clock = region, port, traps_to, clock
        self.on_port = on_port
        booted, recordings = booted or {}, recordings or {}
        self.devices = {
            plan.ref: Device(
                plan,
                site,
                self._switch_port,
                booted_at=booted.get(plan.ref),
                clock=clock,
                recording=recordings.get(plan.ref),
            )
            for site in region.sites
            for plan in site.devices
        }
        self.faults: list[FaultFact] = []
        self.conditions: dict[str, Condition] = {}
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[str, socket.socket] = {}
        self._late: list[tuple[float, int, str, bytes, Address]] = []
        self._order = count()
        self._complained: dict[str, float] = {}
        self._next_tick = 0.0
        self._watchers: dict[int, Callable[[], None]] = {}

    def __enter__(self) -> Self:
        try:
            for ref, device in self.devices.items():
                self._sockets[ref] = self._open(ref, device.plan.address)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket."""
        for opened in self._sockets.values():
            opened.close()
        self._sockets.clear()
        self._selector.close()

    def watch(self, file_number: int, read: Callable[[], None]) -> None:
        """Call ``read`` whenever the file has something to say."""
        self._watchers[file_number] = read
        self._selector.register(file_number, selectors.EVENT_READ, None)

    def unwatch(self, file_number: int) -> None:
        """Forget a watched file. Call it before the file is closed."""
        if self._watchers.pop(file_number, None):
            self._selector.unregister(file_number)

    def begin(self, faults: Iterable[FaultFact]) -> None:
        """Start with faults that were there before: nobody announces what is not new."""
        self._take(faults, silently=True)

    def apply(self, faults: Iterable[FaultFact]) -> None:
        """Let these faults, and no others, be in force from now on."""
        self._take(faults, silently=False)

    def step(self, timeout: float = IDLE_S) -> None:
        """Wait at most ``timeout`` seconds for something to do, and do it."""
        for key, _ in self._selector.select(min(timeout, self._pause())):
            if isinstance(key.data, str):
                self._serve(key.data)
            elif read := self._watchers.get(key.fd):
                read()
        self._send_late()
        if moves(self.faults) and self.clock() >= self._next_tick:
            self._take(self.faults, silently=False)

    # --- datagrams ---

    def _open(self, ref: str, address: str) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setblocking(False)
        try:
            opened.bind((address, self.port))
        except OSError as problem:
            opened.close()
            raise LabError(
                f"{address}, UDP port {self.port}: {problem.strerror}. Does another lab run? "
                "Another port: PREAU_LAB_PORT=16162"
            ) from None
        self._selector.register(opened, selectors.EVENT_READ, ref)
        return opened

    def _serve(self, ref: str) -> None:
        listening = self._sockets[ref]
        for _ in range(DATAGRAMS_AT_ONCE):
            try:
                datagram, source = listening.recvfrom(65535)
            except BlockingIOError:
                return
            except OSError:  # an ICMP error of an earlier answer: the asker is gone
                continue
            self._answer(ref, datagram, source)

    def _answer(self, ref: str, datagram: bytes, source: Address) -> None:
        device = self.devices[ref]
        try:
            reply = device.answer(datagram)
            refused = reply is None and device.has_wrong_community(datagram)
        except Exception:  # one strange packet must not silence sixty devices
            log.exception("%s stumbled over a packet from %s", ref, source)
            return
        if reply is None:
            if refused and device.condition.reachable:
                self._complain(ref)
        elif device.condition.delay_ms:
            due = time.monotonic() + device.condition.delay_ms / 1000
            heapq.heappush(self._late, (due, next(self._order), ref, reply, source))
        else:
            self._send(ref, reply, source)

    def _send(self, ref: str, data: bytes, to: Address) -> None:
        with suppress(OSError):  # nobody listens there any more: UDP does not care, nor do we
            self._sockets[ref].sendto(data, to)

    def _send_late(self) -> None:
        now = time.monotonic()
        while self._late and self._late[0][0] <= now:
            _, _, ref, reply, source = heapq.heappop(self._late)
            if self.devices[ref].condition.reachable:
                self._send(ref, reply, source)

    def _complain(self, ref: str) -> None:
        now = time.monotonic()
        if self.traps_to and now - self._complained.get(ref, -REFUSAL_EVERY_S) >= REFUSAL_EVERY_S:
            self._complained[ref] = now
            self._send(ref, self.devices[ref].refusal_trap(), self.traps_to)

    # --- faults ---

    def _pause(self) -> float:
        """Seconds until the next thing that happens by itself."""
        pause = IDLE_S
        if self._late:
            pause = min(pause, self._late[0][0] - time.monotonic())
        if moves(self.faults):
            pause = min(pause, self._next_tick - self.clock())
        return max(0.0, pause)

    def _take(self, faults: Iterable[FaultFact], *, silently: bool) -> None:
        self.faults = list(faults)
        now = self.clock()
        self._next_tick = now + TICK_S
        before, self.conditions = self.conditions, conditions(self.region, self.faults, now)
        for ref, condition in self.conditions.items():
            device = self.devices[ref]
            if device.condition != condition:
                device.become(condition)
        if silently or not self.traps_to:
            return
        for notice in notices(before, self.conditions):
            self._send(notice.device, self.devices[notice.device].trap(notice), self.traps_to)

    def _switch_port(self, plan: DevicePlan, port: str, close: bool) -> None:
        if self.on_port:
            self.on_port(plan, port, close)
            return
        kept = [f for f in self.faults if not (f.device == plan.ref and f.port == port)]
        if close:
            kept.append(closed_port(plan.ref, port, self.clock()))
        self.apply(kept)


def closed_port(ref: str, port: str, now: float) -> FaultFact:
    """The fact that a port was closed by a SET."""
    return FaultFact(FaultKind.PORT_DOWN, device=ref, port=port, began=now)

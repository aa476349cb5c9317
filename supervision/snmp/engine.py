"""The fast reader: thousands of devices a second from one thread, few sockets, one loop.

What a device or the network does never raises and never delays another question. A packet that
does not hold (source, request id, type, digest, clock …) is counted in ``ignored`` and waited
past: nobody can fail a question with a forged packet.

Why not a library: none measured is both fast and safe (one believes forged v3 digests, one needs
a hundred times the CPU). ``deploy/bench/readers.py`` measures again.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from socket import socket
from time import monotonic

from supervision.snmp import message, usm
from supervision.snmp.ber import BerError, decode_oid, read_octets
from supervision.snmp.contract import Outcome, Question, Reply
from supervision.snmp.exchange import Exchange
from supervision.snmp.message import V3Message
from supervision.snmp.transport import (
    LARGEST_DATAGRAM,
    RECEIVE_BUFFER,
    RequestIds,
    Sockaddr,
    Transport,
)
from supervision.snmp.usm import EngineClock

BINDINGS = 400
"""Bindings asked in one GETBULK: 50 rows of 8 columns; an agent gives what its message holds."""

GET_ROOM = 2304
WALK_ROOM = 8192
"""Octets of receive buffer that the kernel may charge for one answer of each kind."""

BURST = 64
"""Datagrams sent before looking at the answers."""

DRAIN = 256
"""Datagrams read before looking at the clock."""

CREDIT_S = 0.2
"""An answer later than this no longer competes for the buffer: its place in the window is free."""


Sent = tuple[Exchange, float, EngineClock | None]
"""A datagram in flight: whose, sent when, stamped with which engine."""


class FastReader:
    """Reads many devices at once; keeps what it learns of v3 engines from one call to the next.

    One thread uses one reader. After a fork the child opens sockets of its own.

    ``window``: requests in flight at most; by default what the receive buffer granted can hold.
    ``budget_s``: a device that takes longer in all is FAULTY: an endless walk must end.
    """

    def __init__(
        self,
        *,
        receive_buffer: int = RECEIVE_BUFFER,
        window: int | None = None,
        bindings: int = BINDINGS,
        budget_s: float = 60.0,
    ) -> None:
        self.ignored: Counter[str] = Counter()
        """Packets waited past, by reason."""
        self.clocks: dict[Sockaddr, EngineClock] = {}
        self._rows: dict[tuple[str, int, tuple[str, ...]], int] = {}
        self._transport = Transport(receive_buffer)
        self._ids = RequestIds()
        self._window = window
        self._bindings = bindings
        self._budget_s = budget_s
        self._reset()

    def _reset(self) -> None:
        self._pending: dict[int, Sent] = {}
        self._timers: dict[float, deque[tuple[float, Exchange, int]]] = {}
        self._recent: deque[tuple[float, Exchange, int]] = deque()
        self._open = 0
        self._in_flight = 0

    def close(self) -> None:
        """Close the sockets; a later ``read`` opens them again."""
        self._transport.close()

    def read(self, questions: Iterable[Question]) -> list[Reply]:
        """Answer every question, in order. Never raises for what a device or network does."""
        if self._transport.open():
            self._ids.renew()
        self._reset()
        replies: list[Reply | None] = []
        queue: deque[Exchange] = deque()
        for index, question in enumerate(questions):
            try:
                rows = self._rows.get((question.address, question.port, question.walk), -1)
                queue.append(Exchange(index, question, self._bindings, rows))
                replies.append(None)
            except ValueError as error:
                replies.append(Reply(Outcome.FAULTY, detail=str(error)))
        everyone = list(queue)
        self._loop(queue)
        for exchange in everyone:
            replies[exchange.index] = exchange.reply
            if exchange.walk is not None:
                self._remember_rows(exchange)
        return [reply for reply in replies if reply is not None]

    def _remember_rows(self, exchange: Exchange) -> None:
        """Remember the size of a table: the next walk asks for no row too many."""
        assert exchange.walk is not None
        question = exchange.question
        rows = len(exchange.walk.columns[0].rows)
        self._rows[question.address, question.port, question.walk] = rows

    # --- the loop ---

    def _loop(self, queue: deque[Exchange]) -> None:
        room = WALK_ROOM if any(exchange.walk for exchange in queue) else GET_ROOM
        window = self._window or max(8, self._transport.receive_buffer // room)
        while queue or self._open:
            now = monotonic()
            for _ in range(BURST):
                if not queue or self._in_flight >= window:
                    break
                self._start(queue.popleft(), now)
            can_send = bool(queue) and self._in_flight < window
            pause = 0.0 if can_send else self._until_next(now, bool(queue))
            for sock in self._transport.wait(pause):
                self._drain(sock)
            now = monotonic()
            self._expire(now)
            self._free_credit(now - CREDIT_S)

    def _start(self, exchange: Exchange, now: float) -> None:
        exchange.started = now
        if exchange.user is not None:
            exchange.clock = self.clocks.get(exchange.target)
        self._open += 1
        self._send(exchange, now)

    def _send(self, exchange: Exchange, now: float) -> None:
        """Send the current request of an exchange under a fresh id, and set its timer."""
        number = self._ids.draw(self._pending)
        self._pending[number] = exchange, now, exchange.clock
        exchange.ids.append(number)
        exchange.attempts += 1
        exchange.serial += 1
        if not exchange.credit:
            exchange.credit = True
            self._in_flight += 1
        timeout_s = exchange.question.timeout_s
        timers = self._timers.get(timeout_s)
        if timers is None:
            timers = self._timers[timeout_s] = deque()
        timers.append((now + timeout_s, exchange, exchange.serial))
        self._recent.append((now, exchange, exchange.serial))
        self._transport.send(exchange.family, exchange.datagram(number, now), exchange.target)

    def _forget_ids(self, exchange: Exchange) -> None:
        for number in exchange.ids:
            self._pending.pop(number, None)
        exchange.ids.clear()

    def _advance(self, exchange: Exchange, now: float) -> None:
        """After an answer: send what comes next, or close."""
        self._forget_ids(exchange)
        if exchange.reply is None and now - exchange.started > self._budget_s:
            exchange.finish(Outcome.FAULTY, "tooSlow")
        if exchange.reply is None:
            self._send(exchange, now)
            return
        exchange.serial += 1
        self._open -= 1
        if exchange.credit:
            exchange.credit = False
            self._in_flight -= 1

    def _until_next(self, now: float, waiting: bool) -> float:
        """Seconds until a timer rings, or until a place in the window frees itself."""
        moments = [timers[0][0] for timers in self._timers.values() if timers]
        if waiting and self._recent:
            moments.append(self._recent[0][0] + CREDIT_S)
        return max(0.0, min(moments, default=now + 1.0) - now)

    def _expire(self, now: float) -> None:
        """Retry or give up what rang. Equal timeouts ring in the order of sending: no heap."""
        for timers in self._timers.values():
            while timers and (timers[0][0] <= now or timers[0][2] != timers[0][1].serial):
                _, exchange, serial = timers.popleft()
                if serial == exchange.serial:
                    self._ring(exchange, now)

    def _ring(self, exchange: Exchange, now: float) -> None:
        if exchange.attempts > exchange.question.retries:
            exchange.give_up()
            self._advance(exchange, now)
            return
        if exchange.clock is not None and self.clocks.get(exchange.target) is exchange.clock:
            # Silent since we last spoke: perhaps another device stands there now.
            exchange.clock = None
        exchange.retry()
        self._send(exchange, now)

    def _free_credit(self, before: float) -> None:
        recent = self._recent
        while recent and (recent[0][0] < before or recent[0][2] != recent[0][1].serial):
            _, exchange, serial = recent.popleft()
            if exchange.credit and serial == exchange.serial:
                exchange.credit = False
                self._in_flight -= 1

    # --- what arrives ---

    def _drain(self, sock: socket) -> None:
        for _ in range(DRAIN):
            try:
                data, source = sock.recvfrom(LARGEST_DATAGRAM)
            except OSError:  # nothing left, or an ICMP error of an earlier datagram
                return
            try:
                self._receive(data, source)
            except (BerError, IndexError):
                self.ignored["malformed"] += 1

    def _receive(self, data: bytes, source: Sockaddr) -> None:
        version, pos, end = message.open_message(data)
        if version == message.V2C:
            self._receive_v2c(data, pos, end, source)
        elif version == message.V3:
            self._receive_v3(data, message.decode_v3(data, pos, end), source)
        else:
            self.ignored["version"] += 1

    def _find(self, number: int, source: Sockaddr) -> Sent | None:
        """The exchange that waits for this id from this source."""
        found = self._pending.get(number)
        if found is None:
            self.ignored["id"] += 1
        elif found[0].target != source:
            self.ignored["source"] += 1
        else:
            return found
        return None

    def _receive_v2c(self, data: bytes, pos: int, end: int, source: Sockaddr) -> None:
        community, pos = read_octets(data, pos, end)
        pdu = message.decode_pdu(data, pos, end)
        found = self._find(pdu.request_id, source)
        if found is None:
            return
        exchange, sent_at, _ = found
        if community != exchange.community:
            self.ignored["community"] += 1
        elif pdu.type != message.RESPONSE:
            self.ignored["type"] += 1
        else:
            self._answer(exchange, data, pdu, sent_at)

    def _answer(self, exchange: Exchange, data: bytes, pdu: message.Pdu, sent_at: float) -> None:
        now = monotonic()
        first = exchange.rtt_ms is None
        if first:
            exchange.rtt_ms = (now - sent_at) * 1000
        if exchange.take(data, pdu):
            self._advance(exchange, now)
            return
        self.ignored["malformed"] += 1
        if first:
            exchange.rtt_ms = None

    def _receive_v3(self, data: bytes, received: V3Message, source: Sockaddr) -> None:
        found = self._find(received.msg_id, source)
        if found is None:
            return
        exchange, sent_at, clock = found
        if exchange.user is None:
            self.ignored["version"] += 1
            return
        keys = None
        if received.flags & usm.AUTH:
            keys = self._verified(exchange, clock, data, received)
            if keys is None:
                return
        try:
            scoped = message.open_scoped(data, received, keys)
            engine_id, context, pos, stop = message.decode_scoped(scoped)
            scoped = scoped[:stop]
            pdu = message.decode_pdu(scoped, pos, stop)
            if pdu.type == message.REPORT:
                self._report(found, received, _reported(scoped, pdu), keys)
                return
        except BerError:
            exchange.complain(Outcome.FAULTY, "malformed")
            raise
        reason = _unfit(clock, received, pdu, keys)
        if reason is None and engine_id != received.engine_id:
            reason = "context"
        if reason is not None or context != exchange.user.context.encode():
            self.ignored[reason or "context"] += 1
            return
        assert clock is not None
        clock.learn(received.boots, received.time_s, monotonic())
        self.clocks[exchange.target] = exchange.clock = clock
        self._answer(exchange, scoped, pdu, sent_at)

    def _verified(
        self, exchange: Exchange, clock: EngineClock | None, data: bytes, received: V3Message
    ) -> usm.LocalKeys | None:
        """Keys of a signed message whose engine, user and digest are right."""
        user = exchange.user
        assert user is not None
        if clock is None or received.engine_id != clock.engine_id:
            self.ignored["engine"] += 1
            return None
        if received.user != user.user.encode():
            self.ignored["user"] += 1
            return None
        keys = usm.local_keys(user, clock.engine_id)
        if not message.is_authentic(data, received, keys):
            self.ignored["digest"] += 1
            exchange.complain(Outcome.FAULTY, "wrongDigest")
            return None
        return keys

    def _report(
        self, found: Sent, received: V3Message, oid: str, keys: usm.LocalKeys | None
    ) -> None:
        exchange, _, clock = found
        now = monotonic()
        if not exchange.take_report(oid, received, clock, keys, now):
            self.ignored["report"] += 1
        elif keys is None:
            # Perhaps forged: what is in flight may still be answered.
            self._send(exchange, now)
        else:
            self._advance(exchange, now)


def _unfit(
    clock: EngineClock | None,
    received: V3Message,
    pdu: message.Pdu,
    keys: usm.LocalKeys | None,
) -> str | None:
    """Why a v3 message that is no Report cannot answer us; None when it can."""
    if keys is None or clock is None or received.flags & 3 != keys.flags:
        return "level"
    if pdu.type != message.RESPONSE:
        return "type"
    if pdu.request_id != received.msg_id:
        return "id"
    if not clock.accepts(received.boots, received.time_s, monotonic()):
        return "time"
    return None


def _reported(scoped: bytes, pdu: message.Pdu) -> str:
    """OID of the counter that a Report carries."""
    bindings = message.split_varbinds(scoped, pdu.start, pdu.stop)
    if len(bindings) != 1:
        raise BerError("report")
    return decode_oid(bindings[0][0])

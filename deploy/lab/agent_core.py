"""A small, correct SNMP agent core: datagram in, datagram out (no socket, no thread).

Answers GET, GETNEXT, GETBULK and SET over v2c and v3 (RFC 3416, 3412, 3414): discovery Reports,
time window, wrong digests, unknown users, refused levels, tooBig. Encodes v2c and v3 traps and
informs. The simulated school network, the benches and the tests of the readers build on it.

OIDs are tuples of ints; values are encoded (``ber.integer(1)``, ``ber.octets(b"sw-1")``,
``ber.counter64(7)`` …): what an agent sends is then exact, type included.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from supervision.snmp import ber, message, usm
from supervision.snmp.ber import BerError
from supervision.snmp.contract import UsmUser
from supervision.snmp.message import Pdu, V3Message

Arcs = tuple[int, ...]
Bindings = list[tuple[bytes, bytes]]

GEN_ERR = 5
NO_ACCESS = 6
NOT_WRITABLE = 17

ENVELOPE_ROOM = 160
"""Octets kept free for the v2c or v3 wrapping around the bindings."""


class Mib(Protocol):
    """What a simulated device shows. Values are encoded; ``next`` is strictly after."""

    def get(self, oid: Arcs) -> bytes | None:
        """Value of an instance; None when there is none."""
        ...

    def next(self, oid: Arcs) -> tuple[Arcs, bytes] | None:
        """First instance after ``oid`` in order; None at the end."""
        ...

    def set(self, oid: Arcs, value: bytes) -> int:
        """Write an instance; the error-status of RFC 3416 §3, 0 when done."""
        ...


class TableMib:
    """A MIB held in a dictionary; a value may be a function that encodes it when asked.

    ``writable`` maps an OID to what to do with a written (encoded) value: it returns an
    error-status, 0 when done; the new value is then shown unless the old one is a function.
    """

    def __init__(
        self,
        rows: Mapping[Arcs, bytes | Callable[[], bytes]],
        writable: Mapping[Arcs, Callable[[bytes], int]] | None = None,
    ) -> None:
        self.rows = dict(rows)
        self.writable = dict(writable or {})
        self._order = sorted(self.rows)

    def get(self, oid: Arcs) -> bytes | None:
        """Value of an instance; None when there is none."""
        value = self.rows.get(oid)
        return value() if callable(value) else value

    def next(self, oid: Arcs) -> tuple[Arcs, bytes] | None:
        """First instance after ``oid`` in order; None at the end."""
        place = bisect_right(self._order, oid)
        if place == len(self._order):
            return None
        found = self._order[place]
        value = self.rows[found]
        return found, value() if callable(value) else value

    def set(self, oid: Arcs, value: bytes) -> int:
        """Write an instance; the error-status of RFC 3416 §3, 0 when done."""
        write = self.writable.get(oid)
        if write is None:
            return NOT_WRITABLE
        status = write(value)
        if status == 0 and not callable(self.rows.get(oid)):
            self.put(oid, value)
        return status

    def put(self, oid: Arcs, value: bytes | Callable[[], bytes]) -> None:
        """Show a value from now on, as the device itself changes."""
        if oid not in self.rows:
            self._order = sorted([*self._order, oid])
        self.rows[oid] = value

    def drop(self, oid: Arcs) -> None:
        """Show this instance no more."""
        if self.rows.pop(oid, None) is not None:
            self._order.remove(oid)


@dataclass(slots=True)
class AgentCore:
    """One SNMP engine with one MIB.

    ``communities`` may read; the names in ``writers`` (communities or users) may also write.
    ``clock`` gives monotonic seconds; snmpEngineTime counts from ``started``.
    """

    mib: Mib
    communities: Collection[str] = ()
    users: Iterable[UsmUser] = ()
    engine_id: bytes = b"\x80\x00\xff\xff\x04lab"
    boots: int = 1
    clock: Callable[[], float] = time.monotonic
    writers: Collection[str] = ()
    max_message: int = 1472
    started: float = field(init=False)
    _users: dict[bytes, UsmUser] = field(init=False, repr=False)
    _next_id: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        self._users = {user.user.encode(): user for user in self.users}
        self.started = self.clock()

    @property
    def time_s(self) -> int:
        """snmpEngineTime."""
        return int(self.clock() - self.started)

    def reboot(self) -> None:
        """Start again, as after a power cut: boots grows, time restarts."""
        self.boots += 1
        self.started = self.clock()

    def handle(self, datagram: bytes, source: tuple[str, int] = ("", 0)) -> bytes | None:
        """Answer a datagram; None for what an agent drops (garbage, wrong community)."""
        del source  # part of the shape: a device may answer by who asks
        try:
            version, pos, end = message.open_message(datagram)
            if version == message.V2C:
                return self._answer_v2c(datagram, pos, end)
            if version == message.V3:
                return self._answer_v3(datagram, message.decode_v3(datagram, pos, end))
        except (BerError, ValueError):
            return None
        return None

    # --- v2c ---

    def _answer_v2c(self, datagram: bytes, pos: int, end: int) -> bytes | None:
        community, pos = ber.read_octets(datagram, pos, end)
        name = community.decode("utf-8", "replace")
        if name not in self.communities:
            return None
        reply = self._respond(datagram, message.decode_pdu(datagram, pos, end), name)
        return reply and message.encode_v2c(community, reply)

    # --- v3 ---

    def _answer_v3(self, datagram: bytes, asked: V3Message) -> bytes | None:
        user = self._users.get(asked.user)
        if asked.engine_id != self.engine_id:
            return self._report(asked, usm.UNKNOWN_ENGINE_IDS, self._request_id(datagram, asked))
        if user is None:
            return self._report(asked, usm.UNKNOWN_USER_NAMES)
        keys = usm.local_keys(user, self.engine_id)
        if asked.flags & (usm.AUTH | usm.PRIV) != keys.flags:
            return self._report(asked, usm.UNSUPPORTED_SEC_LEVELS)
        if not message.is_authentic(datagram, asked, keys):
            return self._report(asked, usm.WRONG_DIGESTS)
        if usm.outside_window((self.boots, self.time_s), (asked.boots, asked.time_s)):
            return self._report(asked, usm.NOT_IN_TIME_WINDOWS, keys=keys)
        return self._answer_scoped(datagram, asked, keys)

    def _answer_scoped(
        self, datagram: bytes, asked: V3Message, keys: usm.LocalKeys
    ) -> bytes | None:
        try:
            scoped = message.open_scoped(datagram, asked, keys)
            _, context, pos, end = message.decode_scoped(scoped)
            pdu = message.decode_pdu(scoped, pos, end)
        except BerError:
            return self._report(asked, usm.DECRYPTION_ERRORS, keys=keys)
        reply = self._respond(scoped, pdu, asked.user.decode("utf-8", "replace"))
        if reply is None:
            return None
        return self._wrap_v3(asked, keys.flags, message.encode_scoped(
            self.engine_id, context, reply), keys)  # fmt: skip

    def _wrap_v3(
        self, asked: V3Message, flags: int, scoped: bytes, keys: usm.LocalKeys | None
    ) -> bytes:
        stamp = (self.engine_id, self.boots, self.time_s)
        salt = os.urandom(8) if flags & usm.PRIV else b""
        return message.encode_v3(
            asked.msg_id, flags, stamp, user=asked.user, scoped=scoped, keys=keys, salt=salt
        )

    @staticmethod
    def _request_id(datagram: bytes, asked: V3Message) -> int:
        """request-id of a plain body, so that a Report can echo it; 0 when hidden."""
        if asked.flags & usm.PRIV:
            return 0
        scoped = datagram[asked.body_start : asked.body_stop]
        _, _, pos, end = message.decode_scoped(scoped)
        return message.decode_pdu(scoped, pos, end).request_id

    def _report(
        self, asked: V3Message, oid: str, request_id: int = 0, keys: usm.LocalKeys | None = None
    ) -> bytes | None:
        if not asked.flags & usm.REPORTABLE:
            return None
        binding = message.encode_varbinds([(ber.oid_content(oid), ber.counter32(1))])
        pdu = message.encode_pdu(message.REPORT, request_id, 0, 0, binding)
        scoped = message.encode_scoped(self.engine_id, b"", pdu)
        return self._wrap_v3(asked, usm.AUTH if keys else 0, scoped, keys)

    # --- PDUs ---

    def _respond(self, data: bytes, pdu: Pdu, name: str) -> bytes | None:
        asked = message.split_varbinds(data, pdu.start, pdu.stop)
        room = self.max_message - ENVELOPE_ROOM
        status, index = 0, 0
        if pdu.type == message.GET:
            found = [(oid, self._get(oid)) for oid, _ in asked]
        elif pdu.type == message.GETNEXT:
            found = [self._next(oid) for oid, _ in asked]
        elif pdu.type == message.GETBULK:
            found = self._bulk(asked, pdu.error_status, pdu.error_index, room)
        elif pdu.type == message.SET:
            found = asked
            status, index = self._set(asked, name)
        else:
            return None
        bindings = message.encode_varbinds(found)
        if len(bindings) > room:
            status, index, bindings = message.TOO_BIG, 0, b""
        return message.encode_pdu(message.RESPONSE, pdu.request_id, status, index, bindings)

    def _get(self, oid: bytes) -> bytes:
        value = self.mib.get(_arcs(oid))
        return ber.null(ber.NO_SUCH_INSTANCE) if value is None else value

    def _next(self, oid: bytes) -> tuple[bytes, bytes]:
        after = self.mib.next(_arcs(oid))
        if after is None:
            return oid, ber.null(ber.END_OF_MIB_VIEW)
        return ber.arcs_content(after[0]), after[1]

    def _bulk(self, asked: Bindings, single: int, repetitions: int, room: int) -> Bindings:
        """RFC 3416 §4.2.3; stops where the message is full, but gives one row at least."""
        single = max(0, min(single, len(asked)))
        found = [self._next(oid) for oid, _ in asked[:single]]
        row = [oid for oid, _ in asked[single:]]
        used = sum(len(oid) + len(value) + 8 for oid, value in found)
        for _ in range(max(0, repetitions) if row else 0):
            answers = [self._next(oid) for oid in row]
            for answer in answers:
                used += len(answer[0]) + len(answer[1]) + 8
                if used > room and len(found) > len(row):
                    return found
                found.append(answer)
            if all(value == ber.null(ber.END_OF_MIB_VIEW) for _, value in answers):
                break
            row = [oid for oid, _ in answers]
        return found

    def _set(self, asked: Bindings, name: str) -> tuple[int, int]:
        """All or nothing (RFC 3416 §4.2.5): (error-status, error-index)."""
        if name not in self.writers:
            return NO_ACCESS, 1
        done: list[tuple[Arcs, bytes | None]] = []
        for index, (oid, value) in enumerate(asked, start=1):
            arcs = _arcs(oid)
            before = self.mib.get(arcs)
            status = self.mib.set(arcs, value)
            if status:
                for written, old in reversed(done):
                    if old is not None:
                        self.mib.set(written, old)
                return status, index
            done.append((arcs, before))
        return 0, 0

    # --- notifications ---

    def encode_trap(
        self,
        trap_oid: Arcs,
        bindings: Iterable[tuple[Arcs, bytes]] = (),
        *,
        credential: str | UsmUser,
        uptime: int | None = None,
        inform: bool = False,
    ) -> bytes:
        """An SNMPv2-Trap (RFC 3416 §4.2.6), ready to send to the manager's port 162.

        ``credential``: a community, or a user of ours (we are the authoritative engine).
        ``uptime`` in hundredths of a second. ``inform`` only over v2c: for a v3 inform the
        receiver is authoritative (RFC 3414 §1.5.1).
        """
        self._next_id += 1
        ticks = self.time_s * 100 if uptime is None else uptime
        rows = [
            ((1, 3, 6, 1, 2, 1, 1, 3, 0), ber.time_ticks(ticks)),
            ((1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0), ber.tlv(6, ber.arcs_content(trap_oid))),
            *bindings,
        ]
        varbinds = message.encode_varbinds((ber.arcs_content(oid), value) for oid, value in rows)
        kind = message.INFORM if inform else message.TRAP_V2
        pdu = message.encode_pdu(kind, self._next_id, 0, 0, varbinds)
        if isinstance(credential, str):
            return message.encode_v2c(credential.encode(), pdu)
        if inform:
            raise ValueError("a v3 inform is stamped by its receiver")
        keys = usm.local_keys(credential, self.engine_id)
        return message.encode_v3(
            self._next_id,
            keys.flags,
            (self.engine_id, self.boots, self.time_s),
            user=credential.user.encode(),
            scoped=message.encode_scoped(self.engine_id, credential.context.encode(), pdu),
            keys=keys,
            salt=os.urandom(8) if keys.flags & usm.PRIV else b"",
        )


def _arcs(content: bytes) -> Arcs:
    return ber.split_first(ber.decode_arcs(content))

"""Receive notifications: traps (v1, v2c, v3) and informs (v2c, v3), through pysnmp.

The sender of a v3 trap is the authoritative engine (RFC 3414 §1.5.1): its engine ID must be known
with the user's keys before the trap can be read, which costs pysnmp some 10 ms and 30 KB. So an
engine is registered only when its first trap arrives, and only after our own codec has verified
that trap's digest: a stranger cannot make us register anything. The same check refuses a message
below the user's security level, which pysnmp leaves to an access control that notifications lack.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from time import monotonic
from typing import Any

from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import ntfrcv
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1902

from supervision.snmp import message, usm
from supervision.snmp.ber import BerError
from supervision.snmp.classic import AUTH_PROTOCOLS, PRIV_PROTOCOLS, dotted, plain
from supervision.snmp.contract import ObjectId, Oid, UsmUser, Value
from supervision.snmp.transport import RECEIVE_BUFFER

log = logging.getLogger(__name__)

SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
SNMP_TRAP_COMMUNITY = "1.3.6.1.6.3.18.1.4.0"
"""A secret that pysnmp adds to a v1 trap (RFC 3584 §3.1): it goes no further."""

MAX_ENGINES = 20_000
"""Engines registered at most: some 600 MB of pysnmp's tables."""

STRANGER_S = 30.0
"""Seconds during which an unknown (address, user) is not looked up again."""

MAX_STRANGERS = 10_000

Resolve = Callable[[str, bytes, str], UsmUser | None]
"""(source address, engine id, user name) → the credential of that device, None for a stranger."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One notification. A trap triggers a poll, never a ticket by itself."""

    source_address: str
    trap_oid: Oid
    """snmpTrapOID, e.g. ``1.3.6.1.6.3.1.1.5.3`` (linkDown)."""
    uptime: int | None
    """sysUpTime of the sender, in hundredths of a second."""
    varbinds: dict[Oid, Value] = field(default_factory=dict)
    """The other bindings, in the order sent."""
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class TrapReceiver:
    """Listens on one address until ``stop()``.

    ``communities`` may send v1 and v2c notifications. ``usm_users`` may send v3 informs (their
    keys are localised to *our* engine). A v3 trap is taken from an engine of ``engines``, of
    ``add_engine``, or one that ``resolve`` knows. ``on_trap`` runs in the receiving thread and
    must be quick; what it raises is logged.
    """

    def __init__(
        self,
        address: str,
        port: int,
        communities: Iterable[str],
        usm_users: Iterable[UsmUser],
        on_trap: Callable[[Trap], None],
        *,
        engines: Iterable[tuple[bytes, UsmUser]] = (),
        resolve: Resolve | None = None,
        receive_buffer: int = RECEIVE_BUFFER,
    ) -> None:
        self.address = address
        self.port = port
        self.on_trap = on_trap
        self.ignored: Counter[str] = Counter()
        """Datagrams dropped, by reason."""
        self.receive_buffer = 0
        """What the kernel granted, in octets of its own accounting; 0 until running."""
        self.ready = Event()
        """Set while listening."""
        self._communities = list(communities)
        self._local_users = {user.user.encode(): user for user in usm_users}
        self._known = {(engine_id, u.user.encode()): u for engine_id, u in engines}
        self._resolve = resolve
        self._asked_buffer = receive_buffer
        self._learned: dict[tuple[bytes, bytes], UsmUser] = {}
        self._registered: dict[tuple[bytes, bytes], UsmUser] = {}
        self._strangers: dict[tuple[str, bytes], float] = {}
        self._engine: Any = None
        self._engine_id = b""
        self._source = ""
        self._loop: asyncio.AbstractEventLoop | None = None

    def add_engine(self, engine_id: bytes, user: UsmUser) -> None:
        """Take v3 traps of this engine from now on. May be called from another thread."""
        self._known[engine_id, user.user.encode()] = user

    def stop(self) -> None:
        """End ``run()``. May be called from another thread."""
        loop = self._loop
        if loop is not None and loop.is_running():
            loop.call_soon_threadsafe(loop.stop)

    def run(self) -> None:
        """Listen until ``stop()``. Raises OSError when the address cannot be bound."""
        sock = self._bind()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            self._open(loop, sock)
            self._loop = loop
            loop.call_soon(self.ready.set)
            loop.run_forever()
        finally:
            self.ready.clear()
            self._loop = None
            self._close(loop)
            asyncio.set_event_loop(None)
            sock.close()

    def _close(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._engine is not None:
            self._engine.close_dispatcher()
        rest = asyncio.all_tasks(loop)
        if rest:
            loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        loop.close()

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._asked_buffer)
        self.receive_buffer = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        sock.setblocking(False)
        try:
            sock.bind((self.address, self.port))
        except OSError:
            sock.close()
            raise
        self.port = sock.getsockname()[1]
        return sock

    def _open(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        """Set pysnmp up on our socket and loop."""
        snmp = self._engine = engine.SnmpEngine()
        self._engine_id = bytes(snmp.snmpEngineID.asOctets())
        self._registered.clear()
        domain, kind = udp.DOMAIN_NAME, udp.UdpAsyncioTransport
        if sock.family == socket.AF_INET6:
            domain, kind = udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport
        transport = _guarded(kind, self._admit)(loop=loop)
        config.add_transport(snmp, domain, transport.open_server_mode(sock=sock))
        for number, community in enumerate(self._communities):
            config.add_v1_system(snmp, f"community-{number}", community)
        for user in self._local_users.values():
            _register(snmp, user, None)
        snmp.observer.register_observer(self._note_source, "rfc3412.receiveMessage:request")
        ntfrcv.NotificationReceiver(snmp, self._on_notification)

    # --- before pysnmp ---

    def _admit(self, datagram: bytes, source: str) -> bool:
        """Whether to hand a datagram to pysnmp; a v3 one only if signed as its user must."""
        try:
            version, pos, end = message.open_message(datagram)
            if version != message.V3:
                return True
            received = message.decode_v3(datagram, pos, end)
            if received.engine_id in (b"", self._engine_id):
                reason = self._refuse_inform(received)
            else:
                reason = self._refuse_trap(datagram, received, source)
        except (BerError, ValueError):
            reason = "malformed"
        if reason is not None:
            self.ignored[reason] += 1
        return reason is None

    def _refuse_inform(self, received: message.V3Message) -> str | None:
        """An inform, or its discovery. pysnmp itself answers strangers and wrong digests."""
        user = self._local_users.get(received.user)
        if user is None or not received.engine_id:
            return None
        keys = usm.local_keys(user, received.engine_id)
        return None if received.flags & 3 == keys.flags else "security level"

    def _refuse_trap(self, datagram: bytes, received: message.V3Message, source: str) -> str | None:
        """A trap of an engine elsewhere: known, or made known by its first genuine trap."""
        place = (received.engine_id, received.user)
        user = self._known.get(place) or self._learned.get(place) or self._look_up(source, *place)
        if user is None:
            return "unknown engine or user"
        keys = usm.local_keys(user, received.engine_id)
        if received.flags & 3 != keys.flags:
            return "security level"
        if not message.is_authentic(datagram, received, keys):
            self._learned.pop(place, None)  # perhaps the password was changed: ask again
            return "digest"
        if self._registered.get(place) != user:
            if len(self._registered) >= MAX_ENGINES:
                return "too many engines"
            _register(self._engine, user, received.engine_id)
            self._registered[place] = self._learned[place] = user
        return None

    def _look_up(self, source: str, engine_id: bytes, name: bytes) -> UsmUser | None:
        """Ask who sends from this address: a credential that fits the user's name, or None."""
        if self._resolve is None or not 5 <= len(engine_id) <= 32:
            return None
        now = monotonic()
        if self._strangers.get((source, name), 0.0) > now:
            return None
        try:
            user = self._resolve(source, engine_id, name.decode("utf-8", "replace"))
        except Exception:
            log.exception("the credential of a trap's sender could not be looked up")
            return None
        if user is not None and user.user.encode() == name:
            return user
        if len(self._strangers) >= MAX_STRANGERS:
            self._strangers.clear()
        self._strangers[source, name] = now + STRANGER_S
        return None

    # --- after pysnmp ---

    def _note_source(self, _snmp: Any, _point: str, variables: dict[str, Any], _ctx: Any) -> None:
        self._source = str(variables["transportAddress"][0])

    def _on_notification(
        self, _snmp: Any, _state: Any, _engine_id: Any, _name: Any, bindings: Any, _ctx: Any
    ) -> None:
        try:
            self.on_trap(_trap(self._source, bindings))
        except Exception:
            log.exception("a notification from %s could not be handled", self._source)


def _trap(source: str, bindings: Iterable[tuple[Any, Any]]) -> Trap:
    values = {dotted(name): plain(value) for name, value in bindings}
    uptime = values.pop(SYS_UP_TIME, None)
    trap_oid = values.pop(SNMP_TRAP_OID, None)
    values.pop(SNMP_TRAP_COMMUNITY, None)
    if not isinstance(trap_oid, ObjectId):
        raise ValueError("a notification without snmpTrapOID")
    return Trap(source, str(trap_oid), uptime if isinstance(uptime, int) else None, values)


def _register(snmp: Any, user: UsmUser, engine_id: bytes | None) -> None:
    """Make a user known to pysnmp at an engine (None: ours)."""
    private = user.priv_protocol is not None
    keys: dict[str, Any] = {}
    if engine_id is not None:
        # Keys already localised: pysnmp would otherwise hash a megabyte per engine.
        local = usm.local_keys(user, engine_id)
        auth_key: Any = univ.OctetString(local.auth_key)
        priv_key: Any = univ.OctetString(local.priv_key) if private else None
        keys = {
            "securityEngineId": rfc1902.OctetString(engine_id),
            "authKeyType": config.USM_KEY_TYPE_LOCALIZED,
            "privKeyType": config.USM_KEY_TYPE_LOCALIZED,
        }
    else:
        auth_key, priv_key = user.auth_password, user.priv_password
    try:
        config.add_v3_user(
            snmp,
            user.user,
            AUTH_PROTOCOLS[user.auth_protocol],
            auth_key,
            PRIV_PROTOCOLS[user.priv_protocol] if user.priv_protocol else config.USM_PRIV_NONE,
            priv_key if private else None,
            **keys,
        )
    except PySnmpError as error:
        raise ValueError("user") from error


def _guarded(kind: type[Any], admit: Callable[[bytes, str], bool]) -> type[Any]:
    """A pysnmp transport that drops what ``admit`` does not want."""

    class Guarded(kind):  # type: ignore[misc]
        def datagram_received(self, datagram: bytes, transportAddress: Any) -> None:
            if admit(datagram, str(transportAddress[0])):
                super().datagram_received(datagram, transportAddress)

    return Guarded

"""The classic reader: pysnmp, complete and slow. Oracle of the fast one, and the way to SET.

Same contract as ``engine``. A fresh pysnmp engine serves each credential of a call, so that two
devices may know the same user name with different passwords.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from time import monotonic
from typing import Any

from pyasn1.type import univ
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as pysnmp
from pysnmp.proto import errind, rfc1902, rfc1905

from supervision.snmp.bindings import Broken
from supervision.snmp.contract import (
    AuthProtocol,
    Community,
    Credential,
    ObjectId,
    Oid,
    Outcome,
    PrivProtocol,
    Question,
    Reply,
    UsmUser,
    Value,
)
from supervision.snmp.message import ERROR_NAMES, TOO_BIG
from supervision.snmp.transport import resolve
from supervision.snmp.usm import check_user

CONCURRENT = 50
"""Questions under way at once: pysnmp is the bottleneck, not the network."""

REPETITIONS = 25

AUTH_PROTOCOLS = {
    AuthProtocol.SHA1: pysnmp.usmHMACSHAAuthProtocol,
    AuthProtocol.SHA256: pysnmp.usmHMAC192SHA256AuthProtocol,
}
PRIV_PROTOCOLS = {PrivProtocol.AES128: pysnmp.usmAesCfb128Protocol}

REFUSALS: dict[type[errind.ErrorIndication], str] = {
    errind.UnknownUserName: "usmStatsUnknownUserNames",
    errind.UnknownSecurityName: "usmStatsUnknownUserNames",
    errind.WrongDigest: "usmStatsWrongDigests",
    errind.AuthenticationFailure: "usmStatsWrongDigests",
    errind.AuthenticationError: "usmStatsWrongDigests",
    errind.DecryptionError: "usmStatsDecryptionErrors",
    errind.UnsupportedSecurityLevel: "usmStatsUnsupportedSecLevels",
    errind.NoSuchContext: "snmpUnknownContexts",
}
"""What pysnmp says when an engine refuses us, in the words of the contract."""

Bindings = list[tuple[Any, Any]]


class SetRefused(Exception):
    """A device did not accept a write: ``str(error)`` says why, e.g. ``notWritable``."""


class _Failed(Exception):
    """A question that ends without an answer: (outcome, detail)."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


class ClassicReader:
    """Reads through pysnmp, a few dozen devices at once."""

    def __init__(self, *, concurrent: int = CONCURRENT) -> None:
        self._concurrent = concurrent

    def close(self) -> None:
        """Nothing stays open between calls."""

    def read(self, questions: Iterable[Question]) -> list[Reply]:
        """Answer every question, in order. Never raises for what a device or network does."""
        return asyncio.run(self._read(list(questions)))

    async def _read(self, questions: list[Question]) -> list[Reply]:
        gate = asyncio.Semaphore(self._concurrent)
        engines = {q.credential: pysnmp.SnmpEngine() for q in questions}

        async def answer(question: Question) -> Reply:
            async with gate:
                return await _Session(engines[question.credential], question).answer()

        try:
            return list(await asyncio.gather(*map(answer, questions)))
        finally:
            for engine in engines.values():
                engine.close_dispatcher()

    def set_values(
        self,
        address: str,
        port: int,
        credential: Credential,
        values: Mapping[Oid, Value],
        *,
        timeout_s: float = 2.0,
        retries: int = 1,
    ) -> None:
        """Write values, all or none (SNMP SET). Raises SetRefused with the reason.

        int is sent as INTEGER, bytes as OCTET STRING, ObjectId as OBJECT IDENTIFIER.
        """
        question = Question(
            address, credential, port, get=tuple(values), timeout_s=timeout_s, retries=retries
        )
        try:
            asyncio.run(_set(question, values))
        except _Failed as failed:
            raise SetRefused(failed.detail) from failed


async def _set(question: Question, values: Mapping[Oid, Value]) -> None:
    engine = pysnmp.SnmpEngine()
    try:
        await _Session(engine, question).write(values)
    finally:
        engine.close_dispatcher()


class _Session:
    """One question, asked through pysnmp."""

    def __init__(self, engine: Any, question: Question) -> None:
        self.engine = engine
        self.question = question
        self.rtt_ms: float | None = None
        self.target: Any = None

    async def answer(self) -> Reply:
        question = self.question
        try:
            if not question.get and not question.walk:
                raise _Failed(Outcome.FAULTY, "nothing asked")
            values = await self._get(list(question.get)) if question.get else {}
            columns = await self._walk() if question.walk else {}
        except _Failed as failed:
            return Reply(failed.outcome, self.rtt_ms, detail=failed.detail)
        except Broken as broken:
            return Reply(Outcome.FAULTY, self.rtt_ms, detail=str(broken))
        except ValueError as error:
            return Reply(Outcome.FAULTY, self.rtt_ms, detail=str(error))
        except PySnmpError as error:
            return Reply(Outcome.FAULTY, self.rtt_ms, detail=type(error).__name__)
        return Reply(Outcome.ANSWERED, self.rtt_ms, values, columns)

    async def write(self, values: Mapping[Oid, Value]) -> None:
        try:
            bindings = [
                pysnmp.ObjectType(pysnmp.ObjectIdentity(oid), _typed(value))
                for oid, value in values.items()
            ]
            status, index, _ = await self._ask(pysnmp.set_cmd, *bindings)
        except (PySnmpError, ValueError) as error:
            raise _Failed(Outcome.FAULTY, type(error).__name__) from error
        if status:
            raise _Failed(Outcome.FAULTY, _error_name(status, index, list(values)))

    async def _ask(self, command: Any, *arguments: Any) -> tuple[int, int, Bindings]:
        """Send one request: (error-status, error-index, bindings)."""
        if self.target is None:
            self.target = await _target(self.question)
        credential = self.question.credential
        context = credential.context if isinstance(credential, UsmUser) else ""
        began = monotonic()
        request: Awaitable[Any] = command(
            self.engine,
            _auth_data(credential),
            self.target,
            pysnmp.ContextData(contextName=context.encode()),
            *arguments,
            lookupMib=False,
        )
        indication, status, index, bindings = await request
        if indication is not None:
            raise _failure(indication)
        if self.rtt_ms is None:
            self.rtt_ms = (monotonic() - began) * 1000
        return int(status), int(index), list(bindings)

    async def _get(self, oids: list[Oid]) -> dict[Oid, Value]:
        status, index, bindings = await self._ask(pysnmp.get_cmd, *map(_empty, oids))
        if status == TOO_BIG and len(oids) > 1:
            half = len(oids) // 2
            return await self._get(oids[:half]) | await self._get(oids[half:])
        if status:
            raise _Failed(Outcome.FAULTY, _error_name(status, index, oids))
        found = [(dotted(name), plain(value)) for name, value in bindings]
        if [oid for oid, _ in found] != oids:
            raise Broken("otherObject")
        return dict(found)

    async def _walk(self) -> dict[Oid, dict[Oid, Value]]:
        columns: dict[Oid, dict[Oid, Value]] = {oid: {} for oid in self.question.walk}
        active: dict[Oid, tuple[int, ...]] = dict.fromkeys(columns, ())
        repetitions, width = REPETITIONS, len(active)
        while active:
            asked = list(active)[:width]
            status, index, bindings = await self._ask(
                pysnmp.bulk_cmd, 0, repetitions, *(_empty(_join(c, active[c])) for c in asked)
            )
            if status == TOO_BIG and (repetitions > 1 or width > 1):
                if repetitions == 1:
                    width = max(1, len(asked) // 2)
                repetitions = max(1, repetitions // 2)
                continue
            if status:
                raise _Failed(Outcome.FAULTY, _error_name(status, index, []))
            self._take_rows(bindings, asked, active, columns)
        return columns

    def _take_rows(
        self,
        bindings: Bindings,
        asked: list[Oid],
        active: dict[Oid, tuple[int, ...]],
        columns: dict[Oid, dict[Oid, Value]],
    ) -> None:
        """Put the bindings of one answer into their columns; drop columns that end."""
        if not bindings:
            raise Broken("missingBindings")
        for place, (name, value) in enumerate(bindings):
            column = asked[place % len(asked)]
            if column not in active:
                continue
            prefix, arcs = _arcs(column), tuple(name)
            if isinstance(value, rfc1905.EndOfMibView) or arcs[: len(prefix)] > prefix:
                del active[column]
                continue
            index = arcs[len(prefix) :]
            if arcs[: len(prefix)] != prefix or index <= active[column]:
                raise Broken("notIncreasing")
            active[column] = index
            columns[column][".".join(map(str, index))] = plain(value)
            if len(columns[column]) > self.question.max_rows:
                raise Broken("tooManyRows")


async def _target(question: Question) -> Any:
    family, _ = resolve(question.address, question.port)
    kind = pysnmp.UdpTransportTarget if family.name == "AF_INET" else pysnmp.Udp6TransportTarget
    return await kind.create(
        (question.address, question.port), timeout=question.timeout_s, retries=question.retries
    )


def _auth_data(credential: Credential) -> Any:
    if isinstance(credential, Community):
        return pysnmp.CommunityData(credential.community, mpModel=1)  # noqa: S508 v2c is the field's
    check_user(credential)
    return pysnmp.UsmUserData(
        credential.user,
        authKey=credential.auth_password,
        authProtocol=AUTH_PROTOCOLS[credential.auth_protocol],
        privKey=credential.priv_password if credential.priv_protocol else None,
        privProtocol=PRIV_PROTOCOLS[credential.priv_protocol] if credential.priv_protocol else None,
    )


def _failure(indication: errind.ErrorIndication) -> _Failed:
    if isinstance(indication, errind.RequestTimedOut):
        return _Failed(Outcome.TIMEOUT, "noAnswer")
    for kind, name in REFUSALS.items():
        if isinstance(indication, kind):
            return _Failed(Outcome.REFUSED, name)
    if isinstance(indication, errind.OidNotIncreasing):
        return _Failed(Outcome.FAULTY, "notIncreasing")
    return _Failed(Outcome.FAULTY, type(indication).__name__)


def _error_name(status: int, index: int, oids: list[Oid]) -> str:
    name = ERROR_NAMES[status] if status < len(ERROR_NAMES) else f"error {status}"
    return f"{name} {oids[index - 1]}" if 0 < index <= len(oids) else name


def _empty(oid: Oid) -> Any:
    return pysnmp.ObjectType(pysnmp.ObjectIdentity(oid))


def _arcs(oid: Oid) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


def _join(column: Oid, index: tuple[int, ...]) -> Oid:
    return ".".join([column, *map(str, index)])


def dotted(name: Any) -> Oid:
    """Dotted text of a pysnmp OID."""
    return ".".join(map(str, tuple(name)))


def plain(value: Any) -> Value:
    """The contract's value of a pysnmp object."""
    if isinstance(value, univ.Null):  # the exceptions of RFC 3416 too
        return None
    if isinstance(value, univ.ObjectIdentifier):
        return ObjectId(dotted(value))
    if isinstance(value, univ.OctetString):  # IpAddress and Opaque too
        return bytes(value.asOctets())
    return int(value)


def _typed(value: Value) -> Any:
    """The pysnmp object to write. Raises ValueError for what has no plain SMI type."""
    if isinstance(value, ObjectId):
        return rfc1902.ObjectIdentifier(str(value))
    if isinstance(value, int):
        return rfc1902.Integer32(value)
    if isinstance(value, bytes):
        return rfc1902.OctetString(value)
    raise ValueError("no value")

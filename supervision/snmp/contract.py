"""What every SNMP reader promises: the same question gets an answer of the same shape.

Two readers keep this contract: ``engine`` (fast, the hot path) and ``classic`` (pysnmp, the
oracle, SET and discovery). One test suite runs against both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Oid = str
"""Dotted decimal without a leading dot, e.g. ``1.3.6.1.2.1.1.3.0`` (sysUpTime.0)."""


class ObjectId(str):
    """A *value* of type OBJECT IDENTIFIER, dotted: told apart from text, which is bytes."""

    __slots__ = ()


Value = int | bytes | ObjectId | None
"""INTEGER, Counter32/64, Gauge32, TimeTicks: int (TimeTicks in hundredths of a second);
OCTET STRING, Opaque: bytes; IpAddress: four bytes; NULL and the exceptions noSuchObject,
noSuchInstance, endOfMibView (RFC 3416 §3): None."""


class Outcome(StrEnum):
    """How a question ended. A silence is a reading, never an exception."""

    ANSWERED = "answered"
    TIMEOUT = "timeout"  # nobody spoke: the device, or the way to it, is gone
    REFUSED = "refused"  # someone spoke and refused us: user, password, level (RFC 3414 §3.2)
    FAULTY = "faulty"  # an answer that breaks the protocol, or an error-status


class AuthProtocol(StrEnum):
    """RFC 3414 (HMAC-SHA-1-96) and RFC 7860 (HMAC-SHA-256-192)."""

    SHA1 = "SHA"
    SHA256 = "SHA-256"


class PrivProtocol(StrEnum):
    """RFC 3826 (CFB128-AES-128)."""

    AES128 = "AES"


@dataclass(frozen=True, slots=True)
class Community:
    """SNMPv2c credential (RFC 1901)."""

    community: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UsmUser:
    """SNMPv3 credential (RFC 3414). ``priv_password`` None: authNoPriv. Passwords: 8 or more."""

    user: str
    auth_protocol: AuthProtocol
    auth_password: str = field(repr=False)
    priv_protocol: PrivProtocol | None = None
    priv_password: str | None = field(default=None, repr=False)
    context: str = ""


Credential = Community | UsmUser


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask one device: scalars in one GET, columns by GETBULK."""

    address: str
    credential: Credential
    port: int = 161
    get: tuple[Oid, ...] = ()
    walk: tuple[Oid, ...] = ()
    """Columns, e.g. ``1.3.6.1.2.1.2.2.1.8`` (ifOperStatus)."""
    timeout_s: float = 1.0
    retries: int = 1
    max_rows: int = 4096
    """Stop a column here: endless walks exist in the field. The reply is then FAULTY."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Values are present only for ANSWERED."""

    outcome: Outcome
    rtt_ms: float | None = None
    """Round trip of the first answered request of the question, in milliseconds."""
    values: dict[Oid, Value] = field(default_factory=dict)
    """Every scalar asked for, by its OID; None where the agent has no such object."""
    columns: dict[Oid, dict[Oid, Value]] = field(default_factory=dict)
    """Per column asked for: instance suffix (``"3"``, ``"0.127.0.0.1"``) → value, in OID order."""
    detail: str = ""
    """One line when not ANSWERED: what, e.g. ``usmStatsWrongDigests``. Never a secret."""


class Reader(Protocol):
    """A way to read many devices at once."""

    def read(self, questions: Iterable[Question]) -> list[Reply]:
        """Answer every question, in order. Never raises for what a device or network does."""
        ...

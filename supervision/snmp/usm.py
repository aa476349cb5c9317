"""The User-based Security Model (RFC 3414): keys, digests, encryption, clocks of engines.

HMAC-SHA-1-96 (RFC 3414 §7), HMAC-SHA-256-192 (RFC 7860), CFB128-AES-128 (RFC 3826). Pure: no
socket, and time is an argument.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from supervision.snmp.contract import AuthProtocol, UsmUser

AUTH = 1
PRIV = 2
REPORTABLE = 4

TIME_WINDOW_S = 150
"""RFC 3414 §2.2.3."""

MAX_BOOTS = 2**31 - 1
"""An engine whose snmpEngineBoots reached this refuses every message (RFC 3414 §2.2.2)."""

HASHES = {AuthProtocol.SHA1: "sha1", AuthProtocol.SHA256: "sha256"}
MAC_LENGTHS = {AuthProtocol.SHA1: 12, AuthProtocol.SHA256: 24}

STATS = "1.3.6.1.6.3.15.1.1"
UNSUPPORTED_SEC_LEVELS = f"{STATS}.1.0"
NOT_IN_TIME_WINDOWS = f"{STATS}.2.0"
UNKNOWN_USER_NAMES = f"{STATS}.3.0"
UNKNOWN_ENGINE_IDS = f"{STATS}.4.0"
WRONG_DIGESTS = f"{STATS}.5.0"
DECRYPTION_ERRORS = f"{STATS}.6.0"

REPORT_NAMES = {
    UNSUPPORTED_SEC_LEVELS: "usmStatsUnsupportedSecLevels",
    NOT_IN_TIME_WINDOWS: "usmStatsNotInTimeWindows",
    UNKNOWN_USER_NAMES: "usmStatsUnknownUserNames",
    UNKNOWN_ENGINE_IDS: "usmStatsUnknownEngineIDs",
    WRONG_DIGESTS: "usmStatsWrongDigests",
    DECRYPTION_ERRORS: "usmStatsDecryptionErrors",
    "1.3.6.1.6.3.11.2.1.1.0": "snmpUnknownSecurityModels",
    "1.3.6.1.6.3.11.2.1.2.0": "snmpInvalidMsgs",
    "1.3.6.1.6.3.11.2.1.3.0": "snmpUnknownPDUHandlers",
    "1.3.6.1.6.3.12.1.4.0": "snmpUnavailableContexts",
    "1.3.6.1.6.3.12.1.5.0": "snmpUnknownContexts",
}
"""Counters that a Report may carry (RFC 3414 §5, RFC 3412 §5, RFC 3413 §4)."""


@lru_cache(maxsize=4096)
def password_key(protocol: AuthProtocol, password: str) -> bytes:
    """Ku: the hash of 2²⁰ octets of the repeated password (RFC 3414 A.2). About 1 ms."""
    secret = password.encode()
    if not secret:
        raise ValueError("empty password")
    stretched = (secret * (2**20 // len(secret) + 1))[: 2**20]
    return _digest(protocol, stretched)


def localized_key(protocol: AuthProtocol, password: str, engine_id: bytes) -> bytes:
    """Kul: the key of a password at one engine (RFC 3414 A.2)."""
    key = password_key(protocol, password)
    return _digest(protocol, key + engine_id + key)


def _digest(protocol: AuthProtocol, data: bytes) -> bytes:
    return hashlib.new(HASHES[protocol], data, usedforsecurity=True).digest()


def check_user(user: UsmUser) -> None:
    """Raise ValueError for a credential that cannot be used. Hashes its passwords, once."""
    if not 0 < len(user.user.encode()) <= 32:
        raise ValueError("user name")
    password_key(user.auth_protocol, user.auth_password)
    if user.priv_protocol is not None:
        password_key(user.auth_protocol, user.priv_password or "")


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """The keys of one user at one engine."""

    hash_name: str
    mac_length: int
    auth_key: bytes = field(repr=False)
    priv_key: bytes | None = field(repr=False)

    @property
    def flags(self) -> int:
        """msgFlags of the security level, without the reportable flag."""
        return AUTH if self.priv_key is None else AUTH | PRIV

    def mac(self, message: bytes) -> bytes:
        """Digest of a message whose own digest field is zeroed."""
        return hmac.digest(self.auth_key, message, self.hash_name)[: self.mac_length]

    def encrypt(self, boots: int, time: int, salt: bytes, plain: bytes) -> bytes:
        """Encrypt a scoped PDU; ``salt``: 8 octets, never twice under the same boots and time."""
        encryptor = self._cipher(boots, time, salt).encryptor()
        return encryptor.update(plain)

    def decrypt(self, boots: int, time: int, salt: bytes, secret: bytes) -> bytes:
        """Decrypt a scoped PDU. The digest must have been verified before."""
        return self._cipher(boots, time, salt).decryptor().update(secret)

    def _cipher(self, boots: int, time: int, salt: bytes) -> Cipher[CFB]:
        assert self.priv_key is not None
        vector = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
        return Cipher(_aes(self.priv_key), CFB(vector))


@lru_cache(maxsize=65536)
def _aes(key: bytes) -> AES:
    return AES(key)


@lru_cache(maxsize=65536)
def local_keys(user: UsmUser, engine_id: bytes) -> LocalKeys:
    """Localise the keys of a user; cached, because a poll returns to the same engines."""
    protocol = user.auth_protocol
    priv_key = None
    if user.priv_protocol is not None:
        priv_key = localized_key(protocol, user.priv_password or "", engine_id)[:16]
    auth_key = localized_key(protocol, user.auth_password, engine_id)
    return LocalKeys(HASHES[protocol], MAC_LENGTHS[protocol], auth_key, priv_key)


@dataclass(slots=True)
class EngineClock:
    """What we know of an authoritative engine: its identity and its notion of time (§2.3).

    ``read_at`` is our monotonic clock, in seconds, when ``time_s`` was learned.
    """

    engine_id: bytes
    boots: int
    time_s: int
    read_at: float

    def estimate(self, now: float) -> int:
        """snmpEngineTime there, now."""
        return min(self.time_s + int(now - self.read_at), MAX_BOOTS)

    def accepts(self, boots: int, time_s: int, now: float) -> bool:
        """Whether a message stamped so is fresh (RFC 3414 §3.2, 7b)."""
        if boots == MAX_BOOTS or boots < self.boots:
            return False
        return boots > self.boots or time_s >= self.estimate(now) - TIME_WINDOW_S

    def learn(self, boots: int, time_s: int, now: float) -> None:
        """Follow an *authenticated* stamp that is newer than what we know."""
        if boots > self.boots or (boots == self.boots and time_s > self.time_s):
            self.boots, self.time_s, self.read_at = boots, time_s, now


def outside_window(ours: tuple[int, int], theirs: tuple[int, int]) -> bool:
    """The authoritative side's check of a message's (boots, time) (RFC 3414 §3.2, 7a)."""
    boots, time_s = ours
    return boots == MAX_BOOTS or theirs[0] != boots or abs(theirs[1] - time_s) > TIME_WINDOW_S

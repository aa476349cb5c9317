"""More than a hundred thousand damaged replies: nothing raises, nothing wrong is believed.

The reader is fed at the door of its socket. Whatever it accepts must mean to pysnmp's decoder
exactly what it means to us; a v3 reply with one octet changed must be refused. The seed is fixed.
"""

from __future__ import annotations

import random
from collections import Counter
from time import monotonic
from typing import Any

import pytest

from supervision.snmp import ber, message, usm
from supervision.snmp.ber import BerError
from supervision.snmp.contract import Community, Credential, Outcome, Question, UsmUser
from supervision.snmp.engine import FastReader
from supervision.snmp.exchange import Exchange
from supervision.snmp.message import encode_pdu, encode_varbinds
from supervision.snmp.usm import EngineClock, local_keys

from .oracle import Meaning, meaning_of_scoped, meaning_of_v2c
from .served import PUBLIC, SHA1_PRIV, SHA256_AUTH

SEED = 20261123
V2C_ROUNDS = 80_000
V3_ROUNDS = 20_000
SIGNED_ROUNDS = 20_000

NUMBER = 0x5A5A5A5A
ENGINE = b"\x80\x00\xff\xff\x04fuzz"
TARGET = ("127.0.0.1", 16161)
COLUMN_1, COLUMN_2 = "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.31.1.1.1.6"

SCALARS: dict[str, bytes] = {
    "1.3.6.1.2.1.1.3.0": ber.time_ticks(123456789),
    "1.3.6.1.2.1.1.2.0": ber.object_id("1.3.6.1.4.1.32473.1"),
    "1.3.6.1.2.1.31.1.1.1.6.2": ber.counter64(2**63 + 5),
    "1.3.6.1.2.1.1.5.0": ber.octets(b"sw-1"),
}
LONG = {"1.3.6.1.2.1.1.1.0": ber.octets(b"a" * 200), "1.3.6.1.2.1.2.1.0": ber.integer(-5)}
ADDRESS = {
    "1.3.6.1.2.1.4.20.1.1.0": ber.ip_address("192.0.2.1"),
    "1.3.6.1.2.1.1.9.0": ber.null(ber.NO_SUCH_OBJECT),
}
ROWS = [
    (f"{column}.{row}", value)
    for row in (1, 2, 300)
    for column, value in ((COLUMN_1, ber.integer(row % 3)), (COLUMN_2, ber.counter64(row << 40)))
]
END = [(f"{column}.300", ber.null(ber.END_OF_MIB_VIEW)) for column in (COLUMN_1, COLUMN_2)]


def pdu_of(rows: list[tuple[str, bytes]], number: int = NUMBER) -> bytes:
    varbinds = encode_varbinds((ber.oid_content(oid), value) for oid, value in rows)
    return encode_pdu(message.RESPONSE, number, 0, 0, varbinds)


# (what was asked, the PDU that answers it)
REPLIES: list[tuple[dict[str, tuple[str, ...]], bytes]] = [
    *(({"get": tuple(rows)}, pdu_of(list(rows.items()))) for rows in (SCALARS, LONG, ADDRESS)),
    ({"walk": (COLUMN_1, COLUMN_2)}, pdu_of([*ROWS, *END])),
    ({"get": ("1.3.6.1.2.1.1.3.0",)}, encode_pdu(message.RESPONSE, NUMBER, 5, 1, b"")),
]


class NoTransport:
    """Nothing leaves the fuzzed reader."""

    receive_buffer = 1 << 20

    def send(self, *_: object) -> None:
        """Send nothing."""


def damage(chance: random.Random, data: bytes) -> bytes:
    """Change a datagram in one to three places."""
    octets = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.randrange(len(octets)) if octets else 0
        kind = chance.randrange(8)
        if kind <= 1 and octets:
            octets[place] ^= 1 << chance.randrange(8)
        elif kind <= 3 and octets:
            octets[place] = chance.choice((0, 1, 2, 4, 5, 6, 0x30, 0x7F, 0x80, 0x82, 0xFF))
        elif kind == 4 and octets:
            octets[place] = chance.randrange(256)
        elif kind == 5:
            octets[place:place] = chance.randbytes(chance.randint(1, 4))
        elif kind == 6:
            del octets[place : place + chance.randint(1, 4)]
        else:
            other = chance.randrange(len(octets)) if octets else 0
            octets[place:place] = octets[other : other + chance.randint(1, 20)]
    return bytes(octets)


class Bench:
    """A reader that waits for one answer, again and again."""

    def __init__(self, credential: Credential) -> None:
        self.credential = credential
        self.reader = FastReader(bindings=8)
        self.reader._transport = NoTransport()  # type: ignore[assignment]
        self.tally: Counter[str] = Counter()

    def feed(self, asked: dict[str, tuple[str, ...]], datagram: bytes) -> Exchange | None:
        """Give a datagram to a fresh question; the question when it believed it."""
        question = Question(TARGET[0], self.credential, TARGET[1], timeout_s=9.0, **asked)  # type: ignore[arg-type]
        exchange = Exchange(0, question, 8)
        now = monotonic()
        clock = None
        if isinstance(self.credential, UsmUser):
            clock = exchange.clock = EngineClock(ENGINE, 7, 5000, now)
        self.reader._reset()
        self.reader._pending[NUMBER] = exchange, now, clock
        self.reader._open = 1
        exchange.ids.append(NUMBER)
        try:
            self.reader._receive(datagram, TARGET)
        except (BerError, IndexError):
            self.tally["malformed"] += 1
            return None
        believed = NUMBER not in self.reader._pending
        self.tally["believed" if believed else "ignored"] += 1
        return exchange if believed else None


def is_believed(exchange: Exchange) -> bool:
    """Whether values were taken: no error-status, no answer to something else, no Report."""
    corrected = exchange.resyncs > 0
    return not corrected and (exchange.reply is None or exchange.reply.outcome is Outcome.ANSWERED)


def check(exchange: Exchange, meaning: Meaning) -> None:
    """What was believed is what pysnmp reads."""
    assert (meaning.kind, meaning.request_id) == (message.RESPONSE, NUMBER)
    reply = exchange.reply
    if meaning.error_status:
        assert (reply, meaning.error_status) == (None, message.TOO_BIG)
        return
    if exchange.walk is None:
        assert reply is not None
        assert meaning.bindings == list(reply.values.items())
        return
    found = {
        f"{column.oid}.{index}": value
        for column in exchange.walk.columns
        for index, value in column.rows.items()
    }
    assert all(row in meaning.bindings for row in found.items())


def report(name: str, bench: Bench, rounds: int, began: float) -> None:
    took = monotonic() - began
    print(f"{name}: {rounds} damaged replies in {took:.1f} s, seed {SEED}: {dict(bench.tally)}")


def test_damaged_v2c_replies() -> None:
    chance = random.Random(SEED)
    bench = Bench(PUBLIC)
    wholes = [(asked, message.encode_v2c(b"public", pdu)) for asked, pdu in REPLIES]
    began = monotonic()
    for _ in range(V2C_ROUNDS):
        asked, whole = chance.choice(wholes)
        datagram = damage(chance, whole)
        exchange = bench.feed(asked, datagram)
        if exchange is not None and is_believed(exchange):
            community, meaning = meaning_of_v2c(datagram)
            assert community == b"public"
            check(exchange, meaning)
    report("v2c", bench, V2C_ROUNDS, began)
    assert bench.tally["believed"] > V2C_ROUNDS // 20
    assert bench.tally["malformed"] > V2C_ROUNDS // 4


def v3_of(user: UsmUser, scoped: bytes) -> bytes:
    keys = local_keys(user, ENGINE)
    return message.encode_v3(
        NUMBER,
        keys.flags,
        (ENGINE, 7, 5001),
        user=user.user.encode(),
        scoped=scoped,
        keys=keys,
        salt=b"12345678" if keys.flags & usm.PRIV else b"",
    )


@pytest.mark.parametrize("user", [SHA1_PRIV, SHA256_AUTH], ids=lambda user: user.user)
def test_damaged_v3_replies_are_refused(user: UsmUser) -> None:
    """The digest covers every octet: only the undamaged reply is believed."""
    chance = random.Random(SEED)
    bench = Bench(user)
    wholes = [
        (asked, v3_of(user, message.encode_scoped(ENGINE, b"", pdu))) for asked, pdu in REPLIES
    ]
    for asked, whole in wholes:
        assert bench.feed(asked, whole) is not None
    began = monotonic()
    for _ in range(V3_ROUNDS // 2):
        asked, whole = chance.choice(wholes)
        datagram = damage(chance, whole)
        exchange = bench.feed(asked, datagram)
        assert exchange is None or datagram == whole
    report(f"v3 {user.user}", bench, V3_ROUNDS // 2, began)


@pytest.mark.parametrize("user", [SHA1_PRIV, SHA256_AUTH], ids=lambda user: user.user)
def test_damaged_but_signed_v3_replies(user: UsmUser) -> None:
    """An agent with the right key and a broken encoder."""
    chance = random.Random(SEED)
    bench = Bench(user)
    inner = [(asked, message.encode_scoped(ENGINE, b"", pdu)) for asked, pdu in REPLIES]
    began = monotonic()
    for _ in range(SIGNED_ROUNDS // 2):
        asked, scoped = chance.choice(inner)
        scoped = damage(chance, scoped)
        exchange = bench.feed(asked, v3_of(user, scoped))
        if exchange is not None and is_believed(exchange):
            engine_id, context, meaning = meaning_of_scoped(scoped)
            assert (engine_id, context) == (ENGINE, b"")
            check(exchange, meaning)
    report(f"signed {user.user}", bench, SIGNED_ROUNDS // 2, began)
    assert bench.tally["believed"] > SIGNED_ROUNDS // 40


@pytest.mark.parametrize("size", [0, 1, 2, 5, 100, 1472, 65507])
def test_noise_is_malformed(size: int) -> None:
    bench = Bench(Community("public"))
    chance = random.Random(SEED + size)
    for _ in range(50):
        assert bench.feed({"get": ("1.3.6.1.2.1.1.3.0",)}, chance.randbytes(size)) is None


def test_every_prefix_of_a_reply_is_malformed() -> None:
    bench = Bench(PUBLIC)
    for asked, pdu in REPLIES:
        whole: Any = message.encode_v2c(b"public", pdu)
        for size in range(len(whole)):
            assert bench.feed(asked, whole[:size]) is None

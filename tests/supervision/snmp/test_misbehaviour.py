"""Devices and networks at their worst: the fast reader waits past, retries, and never raises."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable

import pytest

from deploy.lab.agent_core import AgentCore, TableMib
from supervision.snmp import ber, message
from supervision.snmp.contract import Outcome, Question
from supervision.snmp.engine import FastReader
from supervision.snmp.message import encode_pdu, encode_varbinds

from .served import (
    COLUMNS,
    LABEL,
    NUMBER,
    PUBLIC,
    SCALARS,
    STATUS,
    Served,
    Source,
    arcs,
    our_agent,
)

ANSWER = {NUMBER: 2147483647}


def v2c(pdu: bytes, community: bytes = b"public") -> bytes:
    return message.encode_v2c(community, pdu)


def opened(datagram: bytes) -> message.Pdu:
    _, pos, end = message.open_message(datagram)
    _, pos = ber.read_octets(datagram, pos, end)
    return message.decode_pdu(datagram, pos, end)


def response(number: int, *rows: tuple[str, bytes], status: int = 0, kind: int = 0xA2) -> bytes:
    bindings = encode_varbinds((ber.oid_content(oid), value) for oid, value in rows)
    return v2c(encode_pdu(kind, number, status, 0, bindings))


# --- packets that are not the answer ---


def test_a_silent_device_is_asked_as_often_as_told(fast: FastReader) -> None:
    with Served(lambda *_: None) as served:
        began = time.monotonic()
        (reply,) = fast.read([served.question(timeout_s=0.1, retries=2)])
        assert reply.outcome is Outcome.TIMEOUT
        assert 0.29 < time.monotonic() - began < 3
        assert len(served.asked) == 3


def test_a_lost_answer_is_asked_for_again(fast: FastReader) -> None:
    agent = our_agent()
    with Served(lambda d, s: agent.handle(d, s) if len(served.asked) > 1 else None) as served:
        (reply,) = fast.read([served.question(timeout_s=0.1)])
    assert reply.values == ANSWER


def test_a_late_answer_to_the_first_attempt_counts(fast: FastReader) -> None:
    agent = our_agent()
    first: list[bytes] = []

    def late(datagram: bytes, source: Source) -> bytes | None:
        first.append(datagram)
        return agent.handle(first[0], source) if len(first) == 2 else None

    with Served(late) as served:
        (reply,) = fast.read([served.question(timeout_s=0.2, retries=1)])
    assert reply.values == ANSWER
    assert reply.rtt_ms is not None
    assert reply.rtt_ms >= 199  # measured from the datagram that was answered


def forged(kind: str, datagram: bytes) -> Iterable[bytes]:
    """A packet that looks like an answer but is not."""
    number = opened(datagram).request_id
    wrong = (NUMBER, ber.integer(666))
    good = response(number, wrong)
    return {
        "another id": [response(number ^ 1, wrong)],
        "garbage": [b"\x30", b"", b"\xff" * 40, os.urandom(200), b"\x30\x80" + good[2:]],
        "a request": [response(number, wrong, kind=message.GET)],
        "a trap": [response(number, wrong, kind=message.TRAP_V2)],
        "another community": [v2c(encode_pdu(0xA2, number, 0, 0, b""), b"other")],
        "version 1": [good[:4] + b"\x00" + good[5:]],
        "cut": [good[:-1]],
        "prolonged": [good + b"\x00"],
        "a lying length": [good[:-1] + b"\x05" + b"\x00"],
        "an unknown type": [response(number, (NUMBER, b"\x45\x01\x00"))],
        "a negative counter": [response(number, (NUMBER, b"\x41\x01\xff"))],
    }[kind]


FORGERIES = [
    "another id",
    "garbage",
    "a request",
    "a trap",
    "another community",
    "version 1",
    "cut",
    "prolonged",
    "a lying length",
    "an unknown type",
    "a negative counter",
]


@pytest.mark.parametrize("kind", FORGERIES)
def test_it_waits_past_a_packet_that_is_no_answer(fast: FastReader, kind: str) -> None:
    agent = our_agent()

    def both(datagram: bytes, source: Source) -> list[bytes]:
        return [*forged(kind, datagram), agent.handle(datagram, source) or b""]

    with Served(both) as served:
        (reply,) = fast.read([served.question(retries=0)])
    assert reply.values == ANSWER
    assert sum(fast.ignored.values()) >= 1


@pytest.mark.parametrize("kind", FORGERIES)
def test_such_packets_alone_are_no_answer(fast: FastReader, kind: str) -> None:
    with Served(lambda datagram, _: forged(kind, datagram)) as served:
        (reply,) = fast.read([served.question(timeout_s=0.1, retries=0)])
    assert reply.outcome in (Outcome.TIMEOUT, Outcome.FAULTY)
    assert reply.values == {}


@pytest.mark.parametrize("place", [("127.0.0.2", 0), ("127.0.0.1", 0)], ids=["address", "port"])
def test_an_answer_from_another_source_is_ignored(fast: FastReader, place: tuple[str, int]) -> None:
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(place)

    def elsewhere(datagram: bytes, source: Source) -> None:
        good = response(opened(datagram).request_id, (NUMBER, ber.integer(666)))
        other.sendto(good, source)

    with other, Served(elsewhere) as served:
        (reply,) = fast.read([served.question(timeout_s=0.2, retries=0)])
    assert reply.outcome is Outcome.TIMEOUT
    assert fast.ignored["source"] == 1


def test_duplicates_and_reordered_answers(fast: FastReader) -> None:
    """Every answer twice, and the answer before once more after it."""
    agent = our_agent(max_message=240)
    before: list[bytes] = []

    def twice(datagram: bytes, source: Source) -> list[bytes]:
        reply = agent.handle(datagram, source) or b""
        replies = [*before[-1:], reply, reply]
        before.append(reply)
        return replies

    with Served(twice) as served:
        (reply,) = fast.read([served.question(get=(), walk=(STATUS, LABEL))])
    assert reply.columns == {STATUS: COLUMNS[STATUS], LABEL: COLUMNS[LABEL]}
    assert fast.ignored["id"] >= len(before)


# --- answers that break the protocol ---


def rows_of(datagram: bytes) -> list[bytes]:
    pdu = opened(datagram)
    return [oid for oid, _ in message.split_varbinds(datagram, pdu.start, pdu.stop)]


def test_an_endless_walk_ends(fast: FastReader) -> None:
    def endless(datagram: bytes, _: Source) -> bytes:
        (last,) = rows_of(datagram)
        start = ber.decode_arcs(last)[-1]
        rows = [(f"{STATUS}.{start + step}", ber.integer(1)) for step in range(1, 51)]
        return response(opened(datagram).request_id, *rows)

    with Served(endless) as served:
        (reply,) = fast.read([served.question(get=(), walk=(STATUS,), max_rows=500)])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "tooManyRows")


@pytest.mark.parametrize("oid", [f"{STATUS}.5", f"{STATUS}.4", "1.3.6.1.2.1.1.1.0", STATUS])
def test_a_walk_that_does_not_advance_is_faulty(fast: FastReader, oid: str) -> None:
    def stuck(datagram: bytes, _: Source) -> bytes:
        rows = [(f"{STATUS}.5", ber.integer(1)), (oid, ber.integer(2))]
        return response(opened(datagram).request_id, *rows)

    with Served(stuck) as served:
        (reply,) = fast.read([served.question(get=(), walk=(STATUS,))])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "notIncreasing")


def test_a_slow_endless_walk_ends(fast: FastReader) -> None:
    def slow(datagram: bytes, _: Source) -> bytes:
        time.sleep(0.05)
        arc = ber.decode_arcs(rows_of(datagram)[0])[-1]
        return response(opened(datagram).request_id, (f"{STATUS}.{arc + 1}", ber.integer(1)))

    hasty = FastReader(budget_s=0.3)
    with Served(slow) as served:
        (reply,) = hasty.read([served.question(get=(), walk=(STATUS,))])
    hasty.close()
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "tooSlow")


@pytest.mark.parametrize(
    ("rows", "detail"),
    [
        ([], "missingBindings"),
        ([("1.3.6.1.2.1.1.1.0", ber.integer(1))], "otherObject"),
        ([(NUMBER, ber.integer(1)), (NUMBER, ber.integer(1))], "extraBindings"),
    ],
)
def test_a_get_must_be_answered_by_what_was_asked(
    fast: FastReader, rows: list[tuple[str, bytes]], detail: str
) -> None:
    with Served(lambda d, _: response(opened(d).request_id, *rows)) as served:
        (reply,) = fast.read([served.question()])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, detail)


def test_a_walk_answered_by_more_than_was_asked_is_faulty(fast: FastReader) -> None:
    rows = [(f"{STATUS}.{row}", ber.integer(1)) for row in range(1, 60)]
    with Served(lambda d, _: response(opened(d).request_id, *rows)) as served:
        (reply,) = fast.read([served.question(get=(), walk=(STATUS,))])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "extraBindings")


@pytest.mark.parametrize(("status", "name"), [(5, "genErr"), (16, "authorizationError")])
def test_an_error_status_is_faulty(fast: FastReader, status: int, name: str) -> None:
    with Served(lambda d, _: response(opened(d).request_id, status=status)) as served:
        (reply,) = fast.read([served.question()])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, name)


# --- large and small messages ---


def test_too_big_makes_it_ask_for_less(fast: FastReader) -> None:
    """520 octets per message: neither the scalars nor all the rows fit at once."""
    agent = our_agent(max_message=520)
    scalars = tuple(SCALARS) * 4
    with Served(agent.handle) as served:
        (reply,) = fast.read([served.question(get=scalars, walk=tuple(COLUMNS))])
    assert reply.outcome is Outcome.ANSWERED
    assert reply.values == SCALARS
    assert reply.columns == COLUMNS


def test_too_big_for_a_single_object_is_faulty(fast: FastReader) -> None:
    with Served(lambda d, _: response(opened(d).request_id, status=message.TOO_BIG)) as served:
        replies = fast.read([served.question(), served.question(get=(), walk=(STATUS, LABEL))])
    assert [(r.outcome, r.detail) for r in replies] == [(Outcome.FAULTY, "tooBig")] * 2


def test_too_big_for_a_walk_halves_rows_then_columns(fast: FastReader) -> None:
    """An agent that answers a GETBULK only when it asks for one row of two columns."""
    agent = our_agent()

    def small(datagram: bytes, source: Source) -> bytes | None:
        pdu = opened(datagram)
        if pdu.error_index * len(rows_of(datagram)) > 2:
            return response(pdu.request_id, status=message.TOO_BIG)
        return agent.handle(datagram, source)

    with Served(small) as served:
        (reply,) = fast.read([served.question(get=(), walk=tuple(COLUMNS))])
    assert reply.columns == COLUMNS


def test_a_reply_of_sixty_thousand_octets(fast: FastReader) -> None:
    text = os.urandom(60_000)
    agent = AgentCore(
        TableMib({arcs(NUMBER): ber.octets(text)}), communities=("public",), max_message=65_507
    )
    with Served(agent.handle) as served:
        (reply,) = fast.read([served.question()])
    assert reply.values == {NUMBER: text}


def test_a_long_answer_lost_on_the_way_is_asked_for_in_pieces(fast: FastReader) -> None:
    """A path that drops datagrams above 300 octets."""
    agent = our_agent(max_message=4000)

    def narrow(datagram: bytes, source: Source) -> bytes | None:
        reply = agent.handle(datagram, source) or b""
        return reply if len(reply) <= 300 else None

    with Served(narrow) as served:
        question = served.question(get=(), walk=(STATUS, LABEL), timeout_s=0.05, retries=6)
        (reply,) = fast.read([question])
    assert reply.columns == {STATUS: COLUMNS[STATUS], LABEL: COLUMNS[LABEL]}


# --- many devices ---


def test_silent_devices_do_not_hold_up_the_others(fast: FastReader) -> None:
    """500 devices, 20 % silent: the others are done long before the first timeout."""
    agent = our_agent()
    last_answer = [0.0]

    def answer(datagram: bytes, source: Source) -> bytes | None:
        last_answer[0] = time.monotonic()
        return agent.handle(datagram, source)

    with Served(answer) as alive, Served(lambda *_: None) as dead:
        questions = [
            (dead if number % 5 == 0 else alive).question(timeout_s=1.0, retries=1)
            for number in range(500)
        ]
        began = time.monotonic()
        replies = fast.read(questions)
        took = time.monotonic() - began
    outcomes = [reply.outcome for reply in replies]
    assert outcomes.count(Outcome.ANSWERED) == 400
    assert outcomes.count(Outcome.TIMEOUT) == 100
    assert last_answer[0] - began < 1.0
    assert took < 6


def test_a_small_window_is_not_blocked_by_the_silent() -> None:
    """Twenty in flight at most, forty silent devices first: their places free themselves."""
    agent = our_agent()
    seen = [0.0]

    def answer(datagram: bytes, source: Source) -> bytes | None:
        seen[0] = time.monotonic()
        return agent.handle(datagram, source)

    reader = FastReader(window=20)
    with Served(answer) as alive, Served(lambda *_: None) as dead:
        questions = [dead.question(timeout_s=2.0, retries=0) for _ in range(40)]
        questions += [alive.question(timeout_s=2.0, retries=0) for _ in range(200)]
        began = time.monotonic()
        replies = reader.read(questions)
    reader.close()
    assert [r.outcome for r in replies] == [Outcome.TIMEOUT] * 40 + [Outcome.ANSWERED] * 200
    assert seen[0] - began < 2


def test_the_window_follows_the_receive_buffer() -> None:
    """With the smallest buffer nothing is lost: fewer are in flight."""
    agent = our_agent(max_message=4000)
    reader = FastReader(receive_buffer=20_000)
    with Served(agent.handle) as served:
        questions = [served.question(get=tuple(SCALARS), retries=0) for _ in range(300)]
        replies = reader.read(questions)
    reader.close()
    assert {reply.outcome for reply in replies} == {Outcome.ANSWERED}


def test_a_forked_child_reads_with_sockets_of_its_own(fast: FastReader, device: Served) -> None:
    assert fast.read([device.question()])[0].values == ANSWER
    child = os.fork()
    if not child:
        good = all(fast.read([device.question()])[0].values == ANSWER for _ in range(20))
        os._exit(0 if good else 1)
    for _ in range(20):
        assert fast.read([device.question()])[0].values == ANSWER
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert fast.ignored["id"] == 0


def test_an_ipv6_device(fast: FastReader) -> None:
    agent = our_agent()
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 loopback here")
    sock.settimeout(2)
    port = sock.getsockname()[1]
    child = os.fork()
    if not child:
        datagram, source = sock.recvfrom(65535)
        sock.sendto(agent.handle(datagram) or b"", source)
        os._exit(0)
    with sock:
        (reply,) = fast.read([Question("::1", PUBLIC, port, get=(NUMBER,), timeout_s=2.0)])
    os.waitpid(child, 0)
    assert reply.values == ANSWER

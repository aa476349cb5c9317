"""v3 engines that reboot, change or lie: the fast reader follows the genuine ones only."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from deploy.lab.agent_core import AgentCore
from supervision.snmp import ber, message, usm
from supervision.snmp.contract import Outcome
from supervision.snmp.engine import FastReader
from supervision.snmp.message import encode_pdu, encode_varbinds

from .served import (
    NUMBER,
    SHA1_PRIV,
    SHA256_AUTH,
    SHA256_PRIV,
    Served,
    Source,
    our_agent,
)

ANSWER = {NUMBER: 2147483647}


def test_an_engine_is_discovered_once(fast: FastReader, device: Served) -> None:
    for _ in range(3):
        assert fast.read([device.question(SHA256_PRIV)])[0].values == ANSWER
    assert len(device.asked) == 1 + 3


def test_a_rebooted_engine_is_no_failure(fast: FastReader) -> None:
    agent = our_agent(boots=5)
    with Served(agent.handle) as served:
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER
        agent.reboot()
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER
        assert len(served.asked) == 2 + 2


@pytest.mark.parametrize("jump_s", [1000.0, -1000.0])
def test_a_clock_that_jumps_is_no_failure(fast: FastReader, jump_s: float) -> None:
    now = [5000.0]
    agent = our_agent(clock=lambda: now[0])
    now[0] += 2000
    with Served(agent.handle) as served:
        assert fast.read([served.question(SHA256_AUTH, retries=0)])[0].values == ANSWER
        now[0] += jump_s
        assert fast.read([served.question(SHA256_AUTH, retries=0)])[0].values == ANSWER


def test_a_device_reset_to_factory_settings_is_no_failure(fast: FastReader) -> None:
    agent = our_agent(boots=50)
    with Served(agent.handle) as served:
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER
        agent.boots = 1
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER


def test_a_replaced_device_is_no_failure(fast: FastReader) -> None:
    newer = our_agent(engine_id=b"\x80\x00\xff\xff\x04new one")
    with Served(our_agent().handle) as served:
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER
        served.handle = newer.handle
        assert fast.read([served.question(SHA1_PRIV, retries=0)])[0].values == ANSWER


def test_endless_reports_end(fast: FastReader) -> None:
    """Each Report names a new engine: a loop for who believes them all."""
    count = [0]

    def endless(datagram: bytes, source: Source) -> bytes | None:
        count[0] += 1
        other = our_agent(engine_id=b"\x80\x00\xff\xff\x04%d" % count[0])
        return other.handle(datagram, source)

    with Served(endless) as served:
        (reply,) = fast.read([served.question(SHA1_PRIV, timeout_s=0.2, retries=0)])
    assert reply.outcome is Outcome.FAULTY
    assert reply.detail == "usmStatsUnknownEngineIDs"
    assert count[0] < 12


def test_endless_time_windows_end(fast: FastReader) -> None:
    agent = our_agent()

    def moving(datagram: bytes, source: Source) -> bytes | None:
        agent.boots += 1
        return agent.handle(datagram, source)

    with Served(moving) as served:
        (reply,) = fast.read([served.question(SHA1_PRIV, timeout_s=0.2, retries=0)])
        asked = len(served.asked)
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "usmStatsNotInTimeWindows")
    assert asked < 12


def v3_answer(datagram: bytes, agent: AgentCore, value: int, **forge: object) -> bytes:
    """A v3 answer to a request of SHA256_AUTH, right but for what ``forge`` says."""
    _, pos, end = message.open_message(datagram)
    asked = message.decode_v3(datagram, pos, end)
    scoped = datagram[asked.body_start : asked.body_stop]
    _, _, pos, end = message.decode_scoped(scoped)
    number = message.decode_pdu(scoped, pos, end).request_id
    bindings = encode_varbinds([(ber.oid_content(NUMBER), ber.integer(value))])
    pdu = encode_pdu(forge.get("kind", 0xA2), forge.get("id", number), 0, 0, bindings)  # type: ignore[arg-type]
    settings: dict[str, object] = {
        "msg_id": asked.msg_id,
        "flags": usm.AUTH,
        "engine": agent.engine_id,
        "boots": agent.boots,
        "user": asked.user,
        "context": b"",
        "password": SHA256_AUTH.auth_password,
    } | forge
    user = replace(SHA256_AUTH, auth_password=str(settings["password"]))
    return message.encode_v3(
        settings["msg_id"],  # type: ignore[arg-type]
        settings["flags"],  # type: ignore[arg-type]
        (settings["engine"], settings["boots"], agent.time_s),  # type: ignore[arg-type]
        user=settings["user"],  # type: ignore[arg-type]
        scoped=message.encode_scoped(agent.engine_id, settings["context"], pdu),  # type: ignore[arg-type]
        keys=usm.local_keys(user, agent.engine_id),
    )


V3_FORGERIES: dict[str, dict[str, object]] = {
    "wrong digest": {"password": "guessed password"},
    "no digest": {"flags": 0},
    "another user": {"user": b"sha1auth"},
    "another engine": {"engine": b"\x80\x00\xff\xff\x04evil"},
    "another message id": {"msg_id": 77},
    "another request id": {"id": 77},
    "another context": {"context": b"other"},
    "an old boot": {"boots": 0},
    "a request": {"kind": message.GET},
}


@pytest.mark.parametrize("kind", V3_FORGERIES)
def test_it_waits_past_a_forged_v3_answer(fast: FastReader, kind: str) -> None:
    agent = our_agent(boots=3)

    def both(datagram: bytes, source: Source) -> list[bytes]:
        genuine = agent.handle(datagram, source) or b""
        if len(served.asked) == 1:  # the discovery
            return [genuine]
        return [v3_answer(datagram, agent, 666, **V3_FORGERIES[kind]), genuine]

    with Served(both) as served:
        (reply,) = fast.read([served.question(SHA256_AUTH, retries=0)])
    assert reply.values == ANSWER
    assert sum(fast.ignored.values()) == 1


@pytest.mark.parametrize("kind", V3_FORGERIES)
def test_a_forged_v3_answer_alone_is_no_answer(fast: FastReader, kind: str) -> None:
    agent = our_agent(boots=3)

    def alone(datagram: bytes, source: Source) -> bytes | None:
        if len(served.asked) == 1:
            return agent.handle(datagram, source)
        return v3_answer(datagram, agent, 666, **V3_FORGERIES[kind])

    with Served(alone) as served:
        (reply,) = fast.read([served.question(SHA256_AUTH, timeout_s=0.15, retries=0)])
    assert reply.outcome in (Outcome.TIMEOUT, Outcome.FAULTY)
    assert reply.values == {}


def test_the_honest_twin_of_those_forgeries_is_accepted(fast: FastReader) -> None:
    """What the forgeries are built from is itself a good answer: they fail for their one flaw."""
    agent = our_agent(boots=3)

    def twin(datagram: bytes, source: Source) -> bytes | None:
        if len(served.asked) == 1:
            return agent.handle(datagram, source)
        return v3_answer(datagram, agent, 665)

    with Served(twin) as served:
        (reply,) = fast.read([served.question(SHA256_AUTH, retries=0)])
    assert reply.values == {NUMBER: 665}


@pytest.mark.parametrize("oid", [usm.WRONG_DIGESTS, usm.UNKNOWN_USER_NAMES, usm.UNKNOWN_ENGINE_IDS])
def test_a_forged_report_does_not_fail_a_question(fast: FastReader, oid: str) -> None:
    """Plain Reports can be forged: the genuine answer that follows them counts."""
    agent = our_agent()
    liar = our_agent(engine_id=b"\x80\x00\xff\xff\x04liar")

    def both(datagram: bytes, source: Source) -> list[bytes]:
        genuine = agent.handle(datagram, source) or b""
        if len(served.asked) == 1:
            return [genuine]
        _, pos, end = message.open_message(datagram)
        asked = message.decode_v3(datagram, pos, end)
        return [liar._report(asked, oid) or b"", genuine]

    with Served(both) as served:
        (reply,) = fast.read([served.question(SHA1_PRIV, retries=0)])
    assert reply.values == ANSWER


def test_a_refusal_waits_for_the_timeout_unless_it_is_signed(fast: FastReader) -> None:
    agent = our_agent()
    with Served(agent.handle) as served:
        wrong = replace(SHA1_PRIV, auth_password="not the password")
        began = time.monotonic()
        (reply,) = fast.read([served.question(wrong, timeout_s=0.3, retries=0)])
        assert (reply.outcome, reply.detail) == (Outcome.REFUSED, "usmStatsWrongDigests")
        assert time.monotonic() - began >= 0.3
        wrong = replace(SHA1_PRIV, priv_password="not the password")
        began = time.monotonic()
        (reply,) = fast.read([served.question(wrong, timeout_s=5.0, retries=0)])
        assert (reply.outcome, reply.detail) == (Outcome.REFUSED, "usmStatsDecryptionErrors")
        assert time.monotonic() - began < 4

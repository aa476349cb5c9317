"""What every reader promises, against three agents that share nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supervision.snmp.contract import Community, Credential, Outcome, Question, Reader, UsmUser

from .served import (
    COLUMNS,
    EMPTY_COLUMN,
    LABEL,
    NUMBER,
    PUBLIC,
    SCALARS,
    SHA1_AUTH,
    SHA1_PRIV,
    SHA256_AUTH,
    SHA256_PRIV,
    STATUS,
    STATUSES,
    Served,
    free_port,
    our_agent,
)

Agent = tuple[str, int]

MISSING = "1.3.6.1.4.1.32473.77.0"
CREDENTIALS: list[Credential] = [PUBLIC, SHA1_PRIV, SHA1_AUTH, SHA256_PRIV, SHA256_AUTH]


def ask(agent: Agent, credential: Credential = PUBLIC, **more: object) -> Question:
    name, port = agent
    if isinstance(credential, UsmUser) and name == "snmpsim":
        credential = replace(credential, context="public")
    settings: dict[str, object] = {"timeout_s": 1.0, "retries": 2} | more
    return Question("127.0.0.1", credential, port, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda c: getattr(c, "user", "v2c"))
def test_it_reads_scalars_and_columns(reader: Reader, agent: Agent, credential: Credential) -> None:
    question = ask(agent, credential, get=(*SCALARS, MISSING), walk=tuple(COLUMNS))
    (reply,) = reader.read([question])
    assert (reply.outcome, reply.detail) == (Outcome.ANSWERED, "")
    assert reply.values == {**SCALARS, MISSING: None}
    assert reply.columns == COLUMNS
    assert [list(rows) for rows in reply.columns.values()] == [
        list(rows) for rows in COLUMNS.values()
    ]
    assert reply.rtt_ms is not None
    assert reply.rtt_ms > 0


def test_it_reads_only_scalars(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, get=(NUMBER,))])
    assert reply.values == {NUMBER: 2147483647}
    assert reply.columns == {}


def test_it_reads_only_columns(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, walk=(STATUS,))])
    assert reply.values == {}
    assert reply.columns == {STATUS: STATUSES}


def test_an_empty_column_is_an_answer(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, walk=(EMPTY_COLUMN,))])
    assert reply.outcome is Outcome.ANSWERED
    assert reply.columns == {EMPTY_COLUMN: {}}


def test_it_keeps_the_type_of_an_object_id(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, get=tuple(SCALARS))])
    assert {oid: type(value) for oid, value in reply.values.items()} == {
        oid: type(value) for oid, value in SCALARS.items()
    }


def test_it_stops_a_column_at_max_rows(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, walk=(STATUS, LABEL), max_rows=5)])
    assert (reply.outcome, reply.detail) == (Outcome.FAULTY, "tooManyRows")
    assert reply.columns == {}


def test_a_column_of_exactly_max_rows_is_complete(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent, walk=(STATUS,), max_rows=len(STATUSES))])
    assert reply.columns == {STATUS: STATUSES}


def test_a_wrong_community_is_a_silence(reader: Reader, agent: Agent) -> None:
    question = ask(agent, Community("wrong"), get=(NUMBER,), timeout_s=0.3, retries=0)
    (reply,) = reader.read([question])
    assert (reply.outcome, reply.values) == (Outcome.TIMEOUT, {})


def test_a_wrong_password_is_refused(reader: Reader, agent: Agent) -> None:
    user = replace(SHA1_PRIV, auth_password="another password")
    (reply,) = reader.read([ask(agent, user, get=(NUMBER,), timeout_s=0.5, retries=0)])
    assert (reply.outcome, reply.detail) == (Outcome.REFUSED, "usmStatsWrongDigests")


def test_an_unknown_user_is_refused(reader: Reader, agent: Agent) -> None:
    user = replace(SHA1_PRIV, user="nobody")
    (reply,) = reader.read([ask(agent, user, get=(NUMBER,), timeout_s=0.5, retries=0)])
    assert (reply.outcome, reply.detail) == (Outcome.REFUSED, "usmStatsUnknownUserNames")


def test_a_level_that_the_user_lacks_is_refused(reader: Reader) -> None:
    user = replace(SHA1_PRIV, user=SHA1_AUTH.user)
    with Served(our_agent().handle) as served:
        (reply,) = reader.read([served.question(user, timeout_s=0.5, retries=0)])
    assert (reply.outcome, reply.detail) == (Outcome.REFUSED, "usmStatsUnsupportedSecLevels")


def test_a_closed_port_is_a_silence(reader: Reader) -> None:
    question = Question("127.0.0.1", PUBLIC, free_port(), get=(NUMBER,), timeout_s=0.3, retries=0)
    (reply,) = reader.read([question])
    assert (reply.outcome, reply.rtt_ms, reply.detail) == (Outcome.TIMEOUT, None, "noAnswer")


def test_a_name_is_no_address(reader: Reader) -> None:
    (reply,) = reader.read([Question("switch.example", PUBLIC, get=(NUMBER,))])
    assert reply.outcome is Outcome.FAULTY


@pytest.mark.parametrize(
    "user",
    [
        replace(SHA1_PRIV, auth_password=""),
        replace(SHA1_PRIV, priv_password=None),
        replace(SHA1_PRIV, user=""),
        replace(SHA1_PRIV, user="u" * 33),
    ],
    ids=["no password", "no second password", "no name", "long name"],
)
def test_a_credential_that_cannot_work_harms_nobody_else(
    reader: Reader, our_port: int, user: UsmUser
) -> None:
    agent = ("our", our_port)
    replies = reader.read([ask(agent, user, get=(NUMBER,)), ask(agent, get=(NUMBER,))])
    assert [reply.outcome for reply in replies] == [Outcome.FAULTY, Outcome.ANSWERED]
    assert replies[0].detail


def test_a_question_that_asks_nothing_is_faulty(reader: Reader, agent: Agent) -> None:
    (reply,) = reader.read([ask(agent)])
    assert reply.outcome is Outcome.FAULTY


def test_no_question_no_reply(reader: Reader) -> None:
    assert reader.read([]) == []


def test_replies_stand_in_the_order_of_questions(reader: Reader, our_port: int) -> None:
    agent = ("our", our_port)
    dead = Question("127.0.0.1", PUBLIC, free_port(), get=(NUMBER,), timeout_s=0.3, retries=0)
    replies = reader.read(
        [ask(agent, get=(NUMBER,)), dead, ask(agent, SHA1_PRIV, walk=(STATUS,)), dead]
    )
    assert [reply.outcome for reply in replies] == [
        Outcome.ANSWERED,
        Outcome.TIMEOUT,
        Outcome.ANSWERED,
        Outcome.TIMEOUT,
    ]
    assert replies[0].values
    assert replies[2].columns


def test_one_name_with_two_passwords(reader: Reader) -> None:
    """The same user name may have another password on another device."""
    other = replace(SHA1_PRIV, auth_password="other-auth-1", priv_password="other-priv-1")
    with (
        Served(our_agent().handle) as one,
        Served(our_agent(users=(other,), engine_id=b"\x80\x00\xff\xff\x04two").handle) as two,
    ):
        replies = reader.read([one.question(SHA1_PRIV), two.question(other)])
    assert [reply.outcome for reply in replies] == [Outcome.ANSWERED] * 2


def test_a_reader_serves_many_calls(reader: Reader, our_port: int) -> None:
    question = ask(("our", our_port), SHA256_PRIV, get=(NUMBER,))
    for _ in range(3):
        assert reader.read([question])[0].values == {NUMBER: 2147483647}

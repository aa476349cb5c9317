"""Poll a claimed batch: ask, read, judge, write. No transaction is held while the network talks."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from collections import Counter
from dataclasses import dataclass
from time import perf_counter

from django.utils import timezone

from supervision.actions.ask import Plan, ask
from supervision.actions.claim_due import Due
from supervision.actions.interpret import Said, as_text, interpret
from supervision.actions.judge_batch import Read
from supervision.actions.record_readings import record_readings
from supervision.actions.settle_causes import held_sites, settle_causes
from supervision.models import PollRun
from supervision.snmp.contract import Outcome, Reader, Reply
from supervision.snmp.engine import FastReader
from supervision.snmp.profile import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, choose

REFUSAL_INTERVALS = 2
"""A silent device that sent authenticationFailure within this many intervals lives, and refuses."""


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one batch was and cost. Seconds of wall clock; ``lag_s``: the latest target's delay."""

    asked: int = 0
    answered: int = 0
    silent: int = 0
    refused: int = 0
    faulty: int = 0
    read_s: float = 0.0
    judge_s: float = 0.0
    write_s: float = 0.0
    lag_s: float = 0.0
    incidents: bool = False
    """Incidents were raised, attached or closed: tickets may have to follow."""
    woken: tuple[int, ...] = ()
    """Targets that must be looked at at once to settle a cause."""


_own = threading.local()


def own_reader() -> Reader:
    """The reader of this thread of this process: it keeps sockets and v3 engines between calls."""
    pid = os.getpid()
    if getattr(_own, "pid", None) != pid:
        _own.pid, _own.reader = pid, FastReader()
    reader: Reader = _own.reader
    return reader


def poll_batch(
    targets: list[Due], now: dt.datetime | None = None, reader: Reader | None = None
) -> PollReport:
    """Poll claimed targets and write what came of it. ``now`` fixes the clock (tests)."""
    if not targets:
        return PollReport()
    asked_at = now or timezone.now()
    began = perf_counter()
    questions, plans = ask(targets, asked_at)
    replies = (reader or own_reader()).read(questions)
    reads = [
        read_of(due, plan, reply, asked_at)
        for due, plan, reply in zip(targets, plans, replies, strict=True)
    ]
    read_s = perf_counter() - began
    began = perf_counter()
    ended_at = now or timezone.now()
    recorded = record_readings(reads, asked_at, ended_at, clock=now)
    settled = settle_causes(recorded.sites | held_sites({due.site_id for due in targets}), ended_at)
    write_s = perf_counter() - began - recorded.judge_s
    outcomes = Counter(read.outcome for read in reads)
    report = PollReport(
        asked=len(reads),
        answered=outcomes[Outcome.ANSWERED],
        silent=outcomes[Outcome.TIMEOUT],
        refused=outcomes[Outcome.REFUSED],
        faulty=outcomes[Outcome.FAULTY],
        read_s=read_s,
        judge_s=recorded.judge_s,
        write_s=write_s,
        lag_s=max(0.0, *((asked_at - due.was_due_at).total_seconds() for due in targets)),
        incidents=recorded.incidents or settled.changed,
        woken=tuple(settled.woken),
    )
    _keep(report, ended_at)
    return report


def read_of(due: Due, plan: Plan | None, reply: Reply, now: dt.datetime) -> Read:
    """What a reply means for its target."""
    if reply.outcome is Outcome.ANSWERED:
        if plan is None:
            return _first_contact(due, reply)
        return Read(due, reply.outcome, reply.rtt_ms, interpret(plan, reply))
    outcome, detail = reply.outcome, reply.detail
    if outcome is Outcome.TIMEOUT and _refuses(due, now):
        outcome, detail = Outcome.REFUSED, "authenticationFailure"
        return Read(due, outcome, None, None, detail, by_trap=True)
    return Read(due, outcome, None, None, detail)


def _refuses(due: Due, now: dt.datetime) -> bool:
    """A v2c agent is silent to a wrong community, but says so by trap."""
    if due.refused_at is None:
        return False
    return (now - due.refused_at).total_seconds() <= REFUSAL_INTERVALS * due.interval_s


def _first_contact(due: Due, reply: Reply) -> Read:
    """Choose the profile; the uptime is left for the first full poll (see ``ask``)."""
    descr = as_text(reply.values.get(SYS_DESCR))
    object_id = str(reply.values.get(SYS_OBJECT_ID) or "")
    said = Said(texts={"sys_descr": descr, "sys_name": as_text(reply.values.get(SYS_NAME))})
    chosen = choose(object_id, descr).key
    return Read(due, reply.outcome, reply.rtt_ms, said, profile=chosen)


def _keep(report: PollReport, at: dt.datetime) -> None:
    PollRun.objects.create(
        at=at,
        worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
        asked=report.asked,
        answered=report.answered,
        silent=report.silent,
        refused=report.refused,
        faulty=report.faulty,
        read_s=report.read_s,
        judge_s=report.judge_s,
        write_s=report.write_s,
        lag_s=report.lag_s,
    )

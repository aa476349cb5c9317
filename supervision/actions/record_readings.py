"""Write a batch of readings: one transaction, set-based, in the same number of statements for
one target or five hundred.

Locks: the batch's targets, in the order of their ids; everything else written here (checks,
incidents, snapshot) belongs to a locked target. Two recorders of one target take turns, and the
second sees what the first wrote: a double or late reading then changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from schools.live import announce_many
from supervision import rules
from supervision.actions import write_batch as write
from supervision.actions.claim_due import Due
from supervision.actions.judge_batch import (
    CheckRow,
    Judged,
    Moment,
    Read,
    expected_checks,
    judge_batch,
)
from supervision.models import AgreedTime
from supervision.rules import CheckNow, Policy
from supervision.snmp.profile import profile_of


@dataclass(slots=True)
class Recorded:
    """What a batch changed: sites whose causes must be looked at, and whether incidents moved."""

    sites: set[int] = field(default_factory=set)
    incidents: bool = False
    ignored: int = 0
    judge_s: float = 0.0


def record_readings(
    reads: list[Read], asked_at: dt.datetime, now: dt.datetime, clock: dt.datetime | None = None
) -> Recorded:
    """Judge and write readings taken between ``asked_at`` and ``now``. Safe to repeat.

    ``clock``: the time it is, when it is not that of the machine.
    """
    if not reads:
        return Recorded()
    write.make_partition(now)
    with transaction.atomic(), connection.cursor() as cursor:
        last_read_at, checks = _lock(cursor, reads)
        policies = _Policies()
        began = perf_counter()
        when = Moment(asked_at, now, clock or timezone.now())
        judged = judge_batch(reads, last_read_at, checks, policies.of, when)
        judge_s = perf_counter() - began
        _write(cursor, judged, asked_at, now)
        _announce(judged)
    return Recorded(
        sites={c.read.due.site_id for c in judged.changes if c.visible},
        incidents=any(c.verdict.opened or c.verdict.closed for c in judged.changes),
        ignored=len(reads) - len(judged.reads),
        judge_s=judge_s,
    )


def _write(cursor: Any, judged: Judged, asked_at: dt.datetime, now: dt.datetime) -> None:
    write.targets(cursor, judged, asked_at, now)
    write.samples(cursor, judged.reads, now)
    write.snapshots(cursor, judged.reads, now)
    if judged.changes:
        write.checks(cursor, judged.changes)
        write.incidents(cursor, judged.changes)
    write.events(cursor, judged, now)
    write.neighbours(cursor, judged.reads, now)


def _lock(
    cursor: Any, reads: list[Read]
) -> tuple[dict[int, dt.datetime | None], dict[int, list[CheckRow]]]:
    """Lock the targets by id; read when each was read last, and its checks, made as needed."""
    ids = sorted(read.due.id for read in reads)
    cursor.execute(
        "SELECT id, last_poll_at FROM supervision_target WHERE id = ANY(%s)"
        " ORDER BY id FOR NO KEY UPDATE",
        [ids],
    )
    last_read_at = dict(cursor.fetchall())
    checks = _checks(cursor, ids)
    missing = [
        (read.due.id, key, service)
        for read in reads
        if read.due.id in last_read_at
        for key, service in _absent(read.due, checks.get(read.due.id, []))
    ]
    if missing:
        write.new_checks(cursor, missing)
        checks = _checks(cursor, ids)
    return last_read_at, checks


def _absent(due: Due, present: list[CheckRow]) -> list[tuple[str, str]]:
    expected = expected_checks(profile_of(due.profile))
    if not due.profile:
        del expected[1:]  # before the first answer only reachability can be judged
    if len(present) == len(expected):
        return []
    keys = {row.key for row in present}
    return [(key, service) for key, service in expected if key not in keys]


def _checks(cursor: Any, ids: list[int]) -> dict[int, list[CheckRow]]:
    """Checks by target. What stays in order is never written, so its ``state_at`` stays behind:
    reading a moment costs more than the rest of the row."""
    cursor.execute(
        """
        SELECT target_id, id, key, service, state, severity,
               CASE WHEN state <> 'ok' OR history <> 0 OR readings < 20 THEN state_at END,
               failing_since,
               confirmed_at, recovering_since, blind_s, flapping, history, readings, value
        FROM supervision_check WHERE target_id = ANY(%s)
        """,
        [ids],
    )
    found: dict[int, list[CheckRow]] = {}
    for (target, pk, key, service, state, severity, state_at, failing, confirmed, recovering,
         blind_s, flapping, history, readings, value) in cursor.fetchall():  # fmt: skip
        is_open = confirmed is not None or state in (rules.CONFIRMED, rules.RECOVERING)
        opened_at = (confirmed or state_at or failing) if is_open else None
        now = CheckNow(state, severity, state_at, None, failing, opened_at, recovering,
                       blind_s, flapping, history, readings, value)  # fmt: skip
        found.setdefault(target, []).append(CheckRow(pk, key, service, now))
    return found


class _Policies:
    """Agreed times, read once per batch and resolved once per agreement, service and check."""

    def __init__(self) -> None:
        self._rows: list[AgreedTime] | None = None
        self._known: dict[tuple[tuple[int, int], str, str], Policy] = {}

    def of(self, due: Due, row: CheckRow) -> Policy:
        if self._rows is None:
            self._rows = list(AgreedTime.objects.all())
        name = (due.agreements, row.service, row.key)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = rules.resolve_policy(self._rows, *name)
        return known


def _announce(judged: Judged) -> None:
    """Tell the open pages, on change only."""
    events: list[dict[str, object]] = []
    told: set[int] = set()
    for change in judged.changes:
        if not change.visible:
            continue
        due = change.read.due
        events.append(_event("check", change.row.id, due))
        if due.id not in told:
            told.add(due.id)
            events.append(_event("target", due.id, due))
    announce_many(events)


def _event(topic: str, pk: int, due: Due) -> dict[str, object]:
    return {
        "topic": topic,
        "id": pk,
        "site": due.site_id,
        "target": due.id,
        "device": due.device_id,
    }
